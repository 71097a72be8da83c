# Written by python/stubs.py from what the kinds declare.

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, Self, overload

from numpy.typing import ArrayLike

from ._native import Component, Kind

__all__ = [
    "CashFlow",
    "Company",
    "Contributions",
    "InterestRate",
    "Opex",
    "future_annuity",
    "future_lump",
    "gini",
    "holding_period_return",
    "internal_rate",
    "max_drawdown",
    "perpetuity",
    "present_annuity",
    "present_lump",
    "runway",
    "time_weighted_return",
]

class CashFlow(Component):
    """A running cash flow: sum, present value along the realised rate, payback."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        initial_flow: float = 0.0,
        risk_premium: float = 0.0,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, cash_flow: float, rate: float = 0.0) -> None: ...
    def advance(self, count: int, /, cash_flow: float, rate: float = 0.0) -> None: ...
    @property
    def cash_flow(self) -> float:
        """Cash flow of the last step. [money]"""
    @property
    def cumulative(self) -> float:
        """Sum of the flows. [money]"""
    @property
    def lowest(self) -> float:
        """Lowest sum so far: the money that had to be there. [money]"""
    @property
    def present_value(self) -> float:
        """Value of the flows at the start. [money]"""
    @property
    def discount_factor(self) -> float:
        """Value at the start of 1 unit now."""
    @property
    def payback(self) -> int:
        """Step of the payback, 0 before it. [step]"""

class Company(Component):
    """A token-engineering consultancy: people who learn, clients, treasury. Partly a proposal: the source is unfinished."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        opening__talent_pool: float = 10.0,
        opening__training_camp: float = 0.0,
        opening__staff: float = 5.0,
        opening__senior: float = 1.0,
        opening__marketing: float = 3.0,
        opening__operations: float = 3.0,
        opening__journal: float = 1.0,
        opening__followers: float = 282.0,
        opening__client_pool: float = 5.0,
        opening__clients: float = 5.0,
        opening__treasury: float = 10000.0,
        opening__client_tokens: float = 0.0,
        opening__model_completion: float = 10000.0,
        rates__talent_inbound: float = 0.1,
        rates__enrolment: float = 0.1,
        rates__graduation: float = 0.25,
        rates__promotion: float = 0.08333333333333333,
        rates__client_inbound: float = 0.05,
        rates__closing: float = 0.1,
        rates__articles: float = 1.0,
        rates__staff_cap: float = 10.0,
        rates__senior_cap: float = 10.0,
        rates__staff_churn: float = 0.0,
        rates__senior_churn: float = 0.0,
        funding__token_share: float = 0.01,
        funding__valuation_scale: float = 30000000.0,
        funding__liquidation_rate: float = 0.1,
        funding__compound_rate: float = 0.01,
        funding__expansion_rate: float = 0.01,
        funding__expansion_threshold: float = 150000.0,
        base_wage: float = 2000.0,
        retainer: float = 10000.0,
        project_duration: float = 4.0,
        model_cost: float = 250000.0,
        model_revenue: float = 5000000.0,
        hype: float = 0.1,
        funding: Mapping[str, Any] = ...,
        opening: Mapping[str, Any] = ...,
        rates: Mapping[str, Any] = ...,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, hype: float = -1.0, opportunities: float = 0.0, funding: float = 0.0, spending: float = 0.0) -> None: ...
    def advance(self, count: int, /, hype: float = -1.0, opportunities: float = 0.0, funding: float = 0.0, spending: float = 0.0) -> None: ...
    @property
    def talent_pool(self) -> float:
        """People who showed interest. [person]"""
    @property
    def training_camp(self) -> float:
        """People in training. [person]"""
    @property
    def staff(self) -> float:
        """Engineers. [person]"""
    @property
    def senior(self) -> float:
        """Senior engineers. [person]"""
    @property
    def marketing(self) -> float:
        """People in marketing. [person]"""
    @property
    def operations(self) -> float:
        """People in operations. [person]"""
    @property
    def journal(self) -> float:
        """Articles written. [article]"""
    @property
    def curriculum(self) -> float:
        """Part of the curriculum that exists."""
    @property
    def followers(self) -> float:
        """Followers. [person]"""
    @property
    def client_pool(self) -> float:
        """Possible clients. [client]"""
    @property
    def clients(self) -> float:
        """Clients on retainer. [client]"""
    @property
    def capacity(self) -> float:
        """Clients that can be served. [client]"""
    @property
    def utilisation(self) -> float:
        """Clients to capacity, 0 without capacity."""
    @property
    def job_opportunities(self) -> float:
        """Work for further clients: capacity less clients. [client]"""
    @property
    def treasury(self) -> float:
        """Money in hand; negative is debt. [USD]"""
    @property
    def client_tokens(self) -> float:
        """Client tokens held, at value. [USD]"""
    @property
    def model_completion(self) -> float:
        """Work in the model being built. [USD]"""
    @property
    def launches(self) -> float:
        """Models launched."""
    @property
    def recurring_revenue(self) -> float:
        """Retainers of a month as things stand. [USD/month]"""
    @property
    def burn(self) -> float:
        """Wages less retainers of a month as things stand. [USD/month]"""
    @property
    def runway(self) -> float:
        """Months the treasury lasts, at most 1200. [month]"""
    @property
    def revenue(self) -> float:
        """Retainers received since the start. [USD]"""
    @property
    def wages(self) -> float:
        """Wages paid since the start. [USD]"""
    @property
    def sold(self) -> float:
        """Client tokens sold since the start. [USD]"""
    @property
    def contributed(self) -> float:
        """Money put in less money taken out since the start. [USD]"""

class Contributions(Component):
    """Contributors paid from a pool by hours, commits and models. A proposal: the source only records presence."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        contributors: int = 12,
        presence: float = 0.2,
        skew: float = 0.7,
        interval: float = 1.0,
        commit_rate: float = 1000.0,
        model_rate: float = 20.0,
        weights__hours: float = 1.0,
        weights__commits: float = 1.0,
        weights__models: float = 1.0,
        decay: float = 1.0,
        weights: Mapping[str, Any] = ...,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, pool: float = 0.0) -> None: ...
    def advance(self, count: int, /, pool: float = 0.0) -> None: ...
    @property
    def hours(self) -> float:
        """Hours in the last step. [h]"""
    @property
    def hours_total(self) -> float:
        """Hours since the start. [h]"""
    @property
    def commits(self) -> int:
        """Commits since the start."""
    @property
    def models(self) -> int:
        """Models since the start."""
    @property
    def active(self) -> int:
        """Contributors with anything in the last step. [person]"""
    @property
    def paid(self) -> float:
        """Money paid since the start. [money]"""
    @property
    def carried(self) -> float:
        """Money received and not yet paid. [money]"""
    @property
    def gini(self) -> float:
        """Gini coefficient of what was paid since the start."""
    @property
    def cost_per_hour(self) -> float:
        """Money paid per hour since the start, 0 without hours. [money/h]"""

class InterestRate(Component):
    """Interest rate of the world outside: constant, built up from premia, Vasicek or Cox-Ingersoll-Ross. The stochastic models are a proposal: the source has none."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        model: Literal['constant', 'build-up', 'vasicek', 'cir'] = 'constant',
        rate: float = 0.01,
        premia__real: float = 0.01,
        premia__inflation: float = 0.0,
        premia__default: float = 0.0,
        premia__liquidity: float = 0.0,
        premia__maturity: float = 0.0,
        vasicek__a: float = 0.5,
        vasicek__b: float = 0.05,
        vasicek__sigma: float = 0.02,
        vasicek__r0: float = 0.03,
        cir__a: float = 0.5,
        cir__b: float = 0.05,
        cir__sigma: float = 0.1,
        cir__r0: float = 0.03,
        maturity: float = 1.0,
        cir: Mapping[str, Any] = ...,
        premia: Mapping[str, Any] = ...,
        vasicek: Mapping[str, Any] = ...,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self) -> None: ...
    def advance(self, count: int, /) -> None: ...
    @property
    def rate(self) -> float:
        """Rate as its model quotes it. [1/yr]"""
    @property
    def continuous_rate(self) -> float:
        """The same rate, continuously compounded. [1/yr]"""
    @property
    def mean(self) -> float:
        """Mean of the rate at this time, seen from the start. [1/yr]"""
    @property
    def variance(self) -> float:
        """Variance of the rate at this time, seen from the start. [1/yr^2]"""
    @property
    def discount_factor(self) -> float:
        """Price of 1 unit paid at the maturity."""
    @property
    def bond_yield(self) -> float:
        """Continuously compounded yield to the maturity. [1/yr]"""
    @property
    def account(self) -> float:
        """What 1 unit in the money-market account has grown to."""

class Opex(Component):
    """Running costs of a firm against its retainers: break-even and runway."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        costs__monthly_salary: float = 5000.0,
        costs__employees: float = 7.0,
        costs__office_expense: float = 7000.0,
        costs__contract_size: float = 7500.0,
        costs__initial_contracts: float = 2.0,
        costs__new_contracts: float = 0.33,
        costs__churn: float = 0.0,
        initial_treasury: float = 0.0,
        salary_inflation: float = 0.0,
        whole_contracts: bool = False,
        capital_buffer: float = 0.0,
        costs: Mapping[str, Any] = ...,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, contracts_won: float = 0.0, funding: float = 0.0, spending: float = 0.0) -> None: ...
    def advance(self, count: int, /, contracts_won: float = 0.0, funding: float = 0.0, spending: float = 0.0) -> None: ...
    @property
    def contracts(self) -> float:
        """Contracts held. [contract]"""
    @property
    def treasury(self) -> float:
        """Money in hand; negative is debt. [money]"""
    @property
    def burn(self) -> float:
        """Costs less revenue of a month as things stand. [money/month]"""
    @property
    def runway(self) -> float:
        """Months the treasury lasts, at most 1200. [month]"""
    @property
    def revenue(self) -> float:
        """Revenue since the start. [money]"""
    @property
    def costs(self) -> float:
        """Costs since the start. [money]"""
    @property
    def net(self) -> float:
        """Revenue less costs since the start. [money]"""
    @property
    def contributed(self) -> float:
        """Money put in less money taken out since the start. [money]"""
    @property
    def lowest_treasury(self) -> float:
        """Lowest treasury so far. [money]"""
    @property
    def break_even(self) -> int:
        """Step of the break-even, 0 before it. [step]"""
    @property
    def utilisation(self) -> float:
        """Contracts to an employee, 0 without employees. [contract/person]"""
    @property
    def below_buffer(self) -> bool:
        """Whether the treasury is below the capital buffer."""

@overload
def future_annuity(annuity: float, effective: float, t: float) -> float:
    """What t equal payments are worth at their end."""
@overload
def future_annuity(annuity: ArrayLike, effective: ArrayLike, t: ArrayLike) -> Any: ...

@overload
def future_lump(present_value: float, effective: float, t: float) -> float:
    """What a sum is worth after t periods."""
@overload
def future_lump(present_value: ArrayLike, effective: ArrayLike, t: ArrayLike) -> Any: ...

def gini(values: ArrayLike) -> float:
    """Gini's coefficient of what contributors were paid."""

@overload
def holding_period_return(start: float, end: float, distributions: float) -> float:
    """Return over a period."""
@overload
def holding_period_return(start: ArrayLike, end: ArrayLike, distributions: ArrayLike) -> Any: ...

def internal_rate(values: ArrayLike) -> float:
    """The rate at which payments at equal distances are worth nothing together."""

def max_drawdown(values: ArrayLike) -> float:
    """The deepest fall from a peak, as a share of the peak."""

@overload
def perpetuity(annuity: float, effective: float, growth: float) -> float:
    """What payments that grow for ever are worth now."""
@overload
def perpetuity(annuity: ArrayLike, effective: ArrayLike, growth: ArrayLike) -> Any: ...

@overload
def present_annuity(annuity: float, effective: float, t: float) -> float:
    """What t equal payments are worth now."""
@overload
def present_annuity(annuity: ArrayLike, effective: ArrayLike, t: ArrayLike) -> Any: ...

@overload
def present_lump(future_value: float, effective: float, t: float) -> float:
    """What a later sum is worth now."""
@overload
def present_lump(future_value: ArrayLike, effective: ArrayLike, t: ArrayLike) -> Any: ...

@overload
def runway(treasury: float, burn: float) -> float:
    """How long a treasury lasts."""
@overload
def runway(treasury: ArrayLike, burn: ArrayLike) -> Any: ...

def time_weighted_return(values: ArrayLike) -> float:
    """Return of a chain of periods."""
