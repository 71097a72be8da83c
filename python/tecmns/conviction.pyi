# Written by python/stubs.py from what the kinds declare.

from typing import Any, ClassVar, Literal, Self, overload

from numpy.typing import ArrayLike

from ._native import Component, Kind

__all__ = [
    "Voting",
    "alpha_from_half_life",
    "conviction_after",
    "half_life_from_alpha",
    "largest_share",
    "maximum_conviction",
    "share_of_maximum",
    "trigger",
]

class Voting(Component):
    """A community that votes by conviction."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        rules: Literal['v3', 'corrected'] = 'v3',
        preset: Literal['none', 'one-hive', 'tec'] = 'none',
        participants: int = 30,
        proposals: int = 7,
        funds: float = 4867.21,
        supply: float = 22392.22,
        effective_share: float = 0.8,
        sentiment: float = 0.6,
        alpha: float = 0.7937005259840998,
        beta: float = 0.2,
        rho: float = 0.0025,
        gamma: float = 0.001,
        sensitivity: float = 0.75,
        tmin: int = 1,
        min_supp: float = 1.0,
        base_completion_rate: float = 45.0,
        base_failure_rate: float = 180.0,
        base_engagement_rate: float = 0.3,
        lowest_affinity_to_support: float = 0.3,
        effective_supply: Literal['exogenous', 'staked'] = 'exogenous',
        minimum_effective_share: float = 0.05,
        grace: int = 7,
        local_sentiment_rate: float = 0.1,
        sentiment_decay: float = 0.02,
        booster_cap: float = 1.0,
        exit_rate: float = 0.005,
        holdings: Literal['exponential', 'equal', 'pareto'] = 'exponential',
        holdings_tail: float = 1.5,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, donation: float = 0.0) -> None: ...
    def advance(self, count: int, /, donation: float = 0.0) -> None: ...
    @property
    def funds(self) -> float:
        """Common pool, F. [HNY]"""
    @property
    def effective_supply(self) -> float:
        """Tokens that vote, E. [HNY]"""
    @property
    def total_supply(self) -> float:
        """All tokens, S. [HNY]"""
    @property
    def other_supply(self) -> float:
        """Tokens neither in the pool nor voting, L. [HNY]"""
    @property
    def paid(self) -> float:
        """Everything paid to proposals so far. [HNY]"""
    @property
    def sentiment(self) -> float:
        """Mood of the outside world, in `[0, 1]`."""
    @property
    def mean_participant_sentiment(self) -> float:
        """Mean mood of the participants, in `[0, 1]`."""
    @property
    def participant_count(self) -> int:
        """Participants present. [participant]"""
    @property
    def influence_links(self) -> int:
        """Influence links between participants. [link]"""
    @property
    def proposal_count(self) -> int:
        """Proposals ever. [proposal]"""
    @property
    def candidate_count(self) -> int:
        """Proposals that gather conviction. [proposal]"""
    @property
    def active_count(self) -> int:
        """Proposals paid and under way. [proposal]"""
    @property
    def completed_count(self) -> int:
        """Proposals delivered. [proposal]"""
    @property
    def failed_count(self) -> int:
        """Proposals paid and given up. [proposal]"""
    @property
    def killed_count(self) -> int:
        """Proposals dropped for want of stakes. [proposal]"""
    @property
    def candidate_funds(self) -> float:
        """Requests of the candidates. [HNY]"""
    @property
    def active_funds(self) -> float:
        """Grants of the active proposals. [HNY]"""
    @property
    def completed_funds(self) -> float:
        """Grants of the completed proposals. [HNY]"""
    @property
    def failed_funds(self) -> float:
        """Grants of the failed proposals. [HNY]"""
    @property
    def killed_funds(self) -> float:
        """Requests of the dropped proposals. [HNY]"""
    @property
    def candidate_share(self) -> float:
        """Share of all proposals that are candidates."""
    @property
    def active_share(self) -> float:
        """Share of all proposals that are active."""
    @property
    def completed_share(self) -> float:
        """Share of all proposals that completed."""
    @property
    def failed_share(self) -> float:
        """Share of all proposals that failed."""
    @property
    def killed_share(self) -> float:
        """Share of all proposals that were dropped."""
    @property
    def candidate_funds_share(self) -> float:
        """Share of all requested funds that candidates ask for."""
    @property
    def active_funds_share(self) -> float:
        """Share of all requested funds in active proposals."""
    @property
    def completed_funds_share(self) -> float:
        """Share of all requested funds in completed proposals."""
    @property
    def failed_funds_share(self) -> float:
        """Share of all requested funds in failed proposals."""
    @property
    def killed_funds_share(self) -> float:
        """Share of all requested funds that dropped proposals asked for."""
    @property
    def voting_share(self) -> float:
        """Effective over total supply."""
    @property
    def pool_share(self) -> float:
        """Common pool over total supply."""
    @property
    def supply_over_pool(self) -> float:
        """Total supply over common pool, the published `fractionOfSupplyInPool`."""
    @property
    def total_staked(self) -> float:
        """Staked on candidates. [HNY]"""
    @property
    def total_conviction(self) -> float:
        """Conviction on candidates. [HNY day]"""
    @property
    def nearest_to_trigger(self) -> float:
        """Conviction over trigger of the candidate nearest to it."""
    @property
    def negative_stakes(self) -> int:
        """Stakes below 0, a quirk of the published rules. [stake]"""

@overload
def alpha_from_half_life(half_life: float, step: float) -> float:
    """The decay of a half-life, both in the same unit of time."""
@overload
def alpha_from_half_life(half_life: ArrayLike, step: ArrayLike) -> Any: ...

@overload
def conviction_after(conviction: float, stake: float, alpha: float, steps: float) -> float:
    """Conviction after so many steps of an unchanged stake."""
@overload
def conviction_after(conviction: ArrayLike, stake: ArrayLike, alpha: ArrayLike, steps: ArrayLike) -> Any: ...

@overload
def half_life_from_alpha(alpha: float, step: float) -> float:
    """The half-life of a decay."""
@overload
def half_life_from_alpha(alpha: ArrayLike, step: ArrayLike) -> Any: ...

@overload
def largest_share(support: float, beta: float, rho: float) -> float:
    """The largest share of the funds that a support can ask for."""
@overload
def largest_share(support: ArrayLike, beta: ArrayLike, rho: ArrayLike) -> Any: ...

@overload
def maximum_conviction(stake: float, alpha: float) -> float:
    """Where the conviction of a stake ends: `stake / (1 - alpha)`."""
@overload
def maximum_conviction(stake: ArrayLike, alpha: ArrayLike) -> Any: ...

@overload
def share_of_maximum(alpha: float, steps: float) -> float:
    """The share of it that is reached after so many steps."""
@overload
def share_of_maximum(alpha: ArrayLike, steps: ArrayLike) -> Any: ...

@overload
def trigger(requested: float, funds: float, effective_supply: float, alpha: float, beta: float, rho: float) -> float:
    """The conviction at which a request passes."""
@overload
def trigger(requested: ArrayLike, funds: ArrayLike, effective_supply: ArrayLike, alpha: ArrayLike, beta: ArrayLike, rho: ArrayLike) -> Any: ...
