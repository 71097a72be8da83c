# Written by python/stubs.py from what the kinds declare.

from typing import Any, ClassVar, Literal, Self, overload

from numpy.typing import ArrayLike

from ._native import Component, Kind

__all__ = [
    "CulturalBuild",
    "Hatch",
    "Upgrade",
    "entropy_bits",
    "gini",
    "impact_hour_rate",
    "nakamoto",
    "relative_entropy",
]

class CulturalBuild(Component):
    """Praise of simulated people, quantified by the period and turned into impact hours by the spreadsheet's rule."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        periods: int = 23,
        period_length: float = 14.0,
        quantifiers: int = 3,
        hours_budget: float = 424.6,
        budget_spread: float = 0.0,
        people: int = 200,
        items: float = 450.0,
        concentration: float = 1.0,
        worth_spread: float = 1.0,
        disagreement: float = 0.5,
        scale_spread: float = 2.0,
        paid_share: float = 0.0,
        kept: float = 0.5,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, activity: float = 1.0) -> None: ...
    def advance(self, count: int, /, activity: float = 1.0) -> None: ...
    @property
    def periods(self) -> int:
        """Periods closed."""
    @property
    def done(self) -> bool:
        """Are all periods closed?"""
    @property
    def hours(self) -> float:
        """Impact hours after deductions. [hour]"""
    @property
    def period_hours(self) -> float:
        """Hours of the last period. [hour]"""
    @property
    def people(self) -> int:
        """People with hours. [person]"""
    @property
    def gini(self) -> float:
        """Gini coefficient of the hours; 0 before the first period."""
    @property
    def top_20_share(self) -> float:
        """Part of the hours held by the top 20 % of those with hours; 0 before the first period."""
    @property
    def agreement(self) -> float:
        """Mean pairwise correlation of the last period's quantifiers; 0 where undefined."""
    @property
    def discount(self) -> float:
        """Hours deducted so far. [hour]"""

class Hatch(Component):
    """A hatch as deployed, fed by contributions: goals, refund or close, reward for impact hours."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        min_goal: float = 800000.0,
        target_goal: float = 3000000.0,
        max_goal: float = 14000000.0,
        period: float = 30.0,
        exchange_rate: float = 1.0,
        supply_offered: float = 1.0,
        hatch_tribute: float = 0.02,
        max_rate: float = 226.0,
        rate_at_target: float = 77.07,
        impact_hours: float = 9766.0,
        mean_contribution: float = 52374.119,
        contribution_volatility: float = 0.0,
        refund: Literal['burn-minted', 'as-deployed'] = 'burn-minted',
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, start: float = 1.0, impact_hours: float = 0.0, sentiment: float = 1.0, contribution: float = 0.0) -> None: ...
    def advance(self, count: int, /, start: float = 1.0, impact_hours: float = 0.0, sentiment: float = 1.0, contribution: float = 0.0) -> None: ...
    @property
    def state(self) -> int:
        """0 pending, 1 funding, 2 refunding, 3 goal reached, 4 closed."""
    @property
    def closed(self) -> bool:
        """Has it succeeded and been closed?"""
    @property
    def total_raised(self) -> float:
        """Collateral raised. [collateral]"""
    @property
    def refunded(self) -> float:
        """Collateral returned to backers of a failed hatch. [collateral]"""
    @property
    def supply(self) -> float:
        """Tokens in existence. [token]"""
    @property
    def reserve(self) -> float:
        """Collateral of the reserve after the close. [collateral]"""
    @property
    def beneficiary(self) -> float:
        """Collateral of the common pool after the close. [collateral]"""
    @property
    def backers_tokens(self) -> float:
        """Tokens of the backers. [token]"""
    @property
    def builders_tokens(self) -> float:
        """Tokens of the builders. [token]"""
    @property
    def impact_hours(self) -> float:
        """Impact hours to be rewarded. [hour]"""
    @property
    def impact_hour_rate(self) -> float:
        """Reward per impact hour at the present raise, minimum goal aside. [collateral/hour]"""
    @property
    def builders_share(self) -> float:
        """Builders' part of the supply at the present raise."""
    @property
    def ragequit(self) -> float:
        """What a token would return on leaving, over its price, at the present raise."""

class Upgrade(Component):
    """The upgrade of a closed hatch to a bonding curve: votes, split of the vaults, launch, freeze and thaw."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        commons_tribute: float = 0.69,
        opening_price: float = 1.0,
        initial_buy: float = 250000.0,
        freeze: float = 26.0,
        thaw: float = 52.0,
        hatch_vote: float = 6.0,
        vote: float = 5.0,
        delegated: float = 3.0,
        quiet_ending: float = 3.0,
        extension: float = 2.0,
        extensions: int = 0,
        execution_delay: float = 0.5,
        claim_rate: float = 0.5,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, *, closed: float, reserve: float, beneficiary: float, supply: float) -> None: ...
    def advance(self, count: int, /, *, closed: float, reserve: float, beneficiary: float, supply: float) -> None: ...
    @property
    def phase(self) -> int:
        """0 waiting for the hatch, 1 voting, 2 frozen, 3 thawing, 4 live."""
    @property
    def launched(self) -> bool:
        """Is the curve launched?"""
    @property
    def time_to_launch(self) -> float:
        """Days left until the launch, from the close of the hatch. [day]"""
    @property
    def launch_reserve(self) -> float:
        """Reserve of the curve. [collateral]"""
    @property
    def launch_supply(self) -> float:
        """Supply of the curve. [token]"""
    @property
    def launch_common_pool(self) -> float:
        """Common pool at the launch. [collateral]"""
    @property
    def launch_buy(self) -> float:
        """Initial buy. [collateral]"""
    @property
    def reserve_ratio(self) -> float:
        """Reserve ratio that the opening price implies."""
    @property
    def released_fraction(self) -> float:
        """Part of the hatch's tokens that is free to move."""
    @property
    def locked(self) -> float:
        """Tokens of the hatch that are locked; 0 before the launch. [token]"""
    @property
    def price_floor(self) -> float:
        """Price floor while the rest is locked. [collateral/token]"""
    @property
    def fraction_claimed(self) -> float:
        """Part of the hatch's tokens that has been claimed."""

def entropy_bits(values: ArrayLike) -> float:
    """Entropy of the shares, in bits."""

def gini(values: ArrayLike) -> float:
    """Gini's coefficient of inequality."""

@overload
def impact_hour_rate(raised: float, max_rate: float, expected_raise: float) -> float:
    """What an impact hour is worth after a hatch."""
@overload
def impact_hour_rate(raised: ArrayLike, max_rate: ArrayLike, expected_raise: ArrayLike) -> Any: ...

def nakamoto(values: ArrayLike) -> float:
    """How many of the largest hold more than half."""

def relative_entropy(values: ArrayLike) -> float:
    """Entropy of the shares, as a part of the greatest there is."""
