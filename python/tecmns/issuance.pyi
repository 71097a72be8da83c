# Written by python/stubs.py from what the kinds declare.

from typing import Any, ClassVar, Literal, Self, overload

from numpy.typing import ArrayLike

from ._native import Component, Kind

__all__ = [
    "BondedRatio",
    "DutchAuction",
    "DynamicIssuance",
    "FeeBurn",
    "Pid",
    "Rebase",
    "Schedule",
    "StakingRewards",
    "TargetRatio",
    "Vesting",
    "WorkToken",
    "adjustment",
    "apr_from_apy",
    "apy_from_apr",
    "continuous",
    "decayed",
    "disinflation_rate",
]

class BondedRatio(Component):
    """Issuance at a rate that follows the bonded share of the supply."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        goal: float = 0.67,
        rate_change: float = 0.13,
        low: float = 0.07,
        high: float = 0.2,
        initial_inflation: float = 0.13,
        initial_supply: float = 1000000.0,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, bonded: float) -> None: ...
    def advance(self, count: int, /, bonded: float) -> None: ...
    @property
    def supply(self) -> float:
        """Total supply. [token]"""
    @property
    def minted(self) -> float:
        """Minted in the last step. [token]"""
    @property
    def inflation(self) -> float:
        """Inflation. [1/yr]"""

class DutchAuction(Component):
    """A Dutch auction of a supply of tokens: a price that falls from a start to a reserve."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        decline: Literal['linear', 'exponential'] = 'linear',
        start_price: float = 10.0,
        reserve_price: float = 1.0,
        duration: float = 30.0,
        supply: float = 1000000.0,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, demand: float) -> None: ...
    def advance(self, count: int, /, demand: float) -> None: ...
    @property
    def price(self) -> float:
        """Price of the step. [quote/token]"""
    @property
    def sold(self) -> float:
        """Tokens sold so far. [token]"""
    @property
    def unsold(self) -> float:
        """Tokens left. [token]"""
    @property
    def revenue(self) -> float:
        """What buyers paid so far. [quote]"""

class DynamicIssuance(Component):
    """The deployed 1Hive issuance contract, integer for integer."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        target_ratio: float = 0.3,
        throttle: float = 0.1,
        initial_pool: float = 7473.0,
        initial_supply: float = 26238.0,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, pool_flow: float = 0.0) -> None: ...
    def advance(self, count: int, /, pool_flow: float = 0.0) -> None: ...
    @property
    def pool(self) -> float:
        """Common pool. [token]"""
    @property
    def supply(self) -> float:
        """Total supply. [token]"""
    @property
    def ratio(self) -> float:
        """Pool as a share of the supply."""
    @property
    def distance(self) -> float:
        """One less the pool relative to its target."""
    @property
    def adjustment(self) -> float:
        """Minted (positive) or burned (negative) in the last step. [token]"""
    @property
    def annual_rate(self) -> float:
        """Rate of change of the supply as it stands, positive when minting. [1/yr]"""
    @property
    def throttled(self) -> bool:
        """Whether the throttle sets that rate."""
    @property
    def time_to_target(self) -> float:
        """Time in which that rate would reach the target; 0 where the rate is 0. [yr]"""
    @property
    def max_annual_change(self) -> float:
        """Largest yearly change of the supply that the throttle allows: throttle / target. [1/yr]"""

class FeeBurn(Component):
    """A fee market that burns its base fee."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        initial_base_fee: int = 1000000000,
        gas_limit: int = 30000000,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, gas_used: float) -> None: ...
    def advance(self, count: int, /, gas_used: float) -> None: ...
    @property
    def base_fee(self) -> float:
        """Base fee of the coming block. [unit/gas]"""
    @property
    def burned(self) -> float:
        """Burned by the last block. [unit]"""
    @property
    def total_burned(self) -> float:
        """Burned since the start. [unit]"""

class Pid(Component):
    """Issuance at the rate a PID controller asks for; RAI's PI controller too."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        form: Literal['textbook', 'rai-raw', 'rai-scaled'] = 'textbook',
        setpoint: float = 0.2,
        kp: float = 1.0,
        ki: float = 0.0,
        kd: float = 0.0,
        leak: float = 1.0,
        low: float = -0.1,
        high: float = 0.1,
        noise_barrier: float = 0.0,
        anti_windup: Literal['none', 'conditional'] = 'conditional',
        initial_supply: float = 1000000.0,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, measured: float) -> None: ...
    def advance(self, count: int, /, measured: float) -> None: ...
    @property
    def supply(self) -> float:
        """Total supply. [token]"""
    @property
    def adjustment(self) -> float:
        """Minted (positive) or burned (negative) in the last step. [token]"""
    @property
    def rate(self) -> float:
        """Rate of the last step. [1/yr]"""
    @property
    def error(self) -> float:
        """Last error."""
    @property
    def integral(self) -> float:
        """Integral of the error. [yr]"""

class Rebase(Component):
    """A supply rebased towards a target price."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        rule: Literal['linear', 'sigmoid', 'two-sided'] = 'linear',
        target_price: float = 1.0,
        threshold: float = 0.05,
        lag: float = 10.0,
        low: float = -0.1,
        high: float = 0.1,
        growth: float = 3.0,
        contraction_growth: float | Literal['none'] | None = 'none',
        initial_supply: float = 1000000.0,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, price: float) -> None: ...
    def advance(self, count: int, /, price: float) -> None: ...
    @property
    def supply(self) -> float:
        """Total supply. [token]"""
    @property
    def delta(self) -> float:
        """Change of the supply in the last step. [token]"""
    @property
    def index(self) -> float:
        """Factor by which every balance has been scaled since the start, 0 for no supply."""

class Schedule(Component):
    """A supply that grows by a schedule, less what is burned."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        shape: Literal['linear', 'halving', 'geometric', 'exponential', 'tail', 'continuous', 'compounded', 'disinflation', 'sigmoid'] = 'linear',
        initial_supply: float = 0.0,
        decimals: int = 0,
        reward: float = 100.0,
        period: float = 52.0,
        ratio: float = 0.99,
        total: float = 1000000.0,
        shift: int = 10,
        rate: float = 0.08,
        taper: float = 0.15,
        terminal_rate: float = 0.015,
        steepness: float = 0.1,
        midpoint: float = 52.0,
        steps_per_year: float = 52.0,
        cap: float | Literal['none'] | None = 'none',
        throttle: float | Literal['none'] | None = 'none',
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, burned: float = 0.0) -> None: ...
    def advance(self, count: int, /, burned: float = 0.0) -> None: ...
    @property
    def supply(self) -> float:
        """Total supply. [token]"""
    @property
    def minted(self) -> float:
        """Minted in the last step. [token]"""
    @property
    def issued(self) -> float:
        """Minted since the start. [token]"""
    @property
    def burned(self) -> float:
        """Burned since the start. [token]"""
    @property
    def inflation(self) -> float:
        """Last mint as a yearly share of the supply before it, without compounding; 0 where there was no supply. [1/yr]"""
    @property
    def max_annual_growth(self) -> float:
        """Largest growth of the supply in a year at the throttle, compounded; 0 without throttle. [1/yr]"""

class StakingRewards(Component):
    """Staking rewards at a fixed rate, shared by stake."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        reward: float = 1000.0,
        periods: int = 12,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, stake: float = 0.0, others: float = 0.0) -> None: ...
    def advance(self, count: int, /, stake: float = 0.0, others: float = 0.0) -> None: ...
    @property
    def staked(self) -> float:
        """All stakes. [token]"""
    @property
    def earned(self) -> float:
        """Rewards of the watched staker since the start, paid or not. [token]"""
    @property
    def others_earned(self) -> float:
        """Rewards of the others since the start, paid or not. [token]"""
    @property
    def notified(self) -> float:
        """Rewards notified since the start. [token]"""
    @property
    def undistributed(self) -> float:
        """Rewards of the running period that are still to come. [token]"""
    @property
    def lost(self) -> float:
        """Rewards lost because nobody staked, to the division by the period and to that by the stake. [token]"""
    @property
    def yearly_reward(self) -> float:
        """Yearly reward of a staked token while a period runs, 0 without stakes. [1/yr]"""

class TargetRatio(Component):
    """A pool steered towards a share of the supply."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        target: float = 0.3,
        throttle: float | Literal['none'] | None = 'none',
        throttle_scale: Literal['of-supply', 'of-target-ratio'] = 'of-supply',
        period: float = 1.0,
        stop_at_target: bool = True,
        initial_pool: float = 7473.0,
        initial_supply: float = 26238.0,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, pool_flow: float = 0.0) -> None: ...
    def advance(self, count: int, /, pool_flow: float = 0.0) -> None: ...
    @property
    def pool(self) -> float:
        """Pool. [token]"""
    @property
    def supply(self) -> float:
        """Total supply. [token]"""
    @property
    def ratio(self) -> float:
        """Pool as a share of the supply."""
    @property
    def adjustment(self) -> float:
        """Minted (positive) or burned (negative) in the last step. [token]"""
    @property
    def error(self) -> float:
        """Relative distance to the target as it stands. [1/yr]"""
    @property
    def throttled(self) -> bool:
        """Whether the throttle bounds the rate as it stands."""
    @property
    def max_annual_change(self) -> float:
        """Largest rate at which the throttle lets the supply change; 0 without throttle. [1/yr]"""

class Vesting(Component):
    """A grant that vests: from the start or from a cliff on, in proportion to time, in parts or by half-life."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        curve: Literal['linear', 'catch-up', 'after-cliff', 'periodic', 'steps-advance', 'steps-arrears', 'half-life'] = 'linear',
        time_unit: Literal['step', 'day', 'month', 'quarter', 'year'] = 'step',
        total: float = 1000.0,
        decimals: int = 0,
        cliff: int = 12,
        duration: int = 48,
        periods: int = 4,
        unlock: float = 0.0,
        half_life: float = 24.0,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self) -> None: ...
    def advance(self, count: int, /) -> None: ...
    @property
    def vested(self) -> float:
        """Vested so far. [token]"""
    @property
    def locked(self) -> float:
        """Not vested yet. [token]"""
    @property
    def released(self) -> float:
        """Vested in the last step. [token]"""
    @property
    def share(self) -> float:
        """Vested share of the grant, 0 for a grant of nothing."""

class WorkToken(Component):
    """The WORK token: a weekly mint into a treasury, rewards for contributors."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        genesis: int = 1,
        weekly_mint: int = 100,
        contributors: int = 1,
        lowest_impact: int = 1,
        highest_impact: int = 10,
        rate: int = 1,
        funded: bool = True,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self) -> None: ...
    def advance(self, count: int, /) -> None: ...
    @property
    def tokens(self) -> int:
        """Tokens in existence by the ledger. [token]"""
    @property
    def treasury(self) -> int:
        """Balance of the community treasury. [token]"""
    @property
    def contributors(self) -> int:
        """Balances of all contributors together. [token]"""
    @property
    def impact(self) -> int:
        """Impact of the last week's work, all contributors. [point]"""
    @property
    def rewards(self) -> int:
        """Rewards of the last week. [token]"""
    @property
    def unaccounted(self) -> int:
        """Rewards since the start that no token backs, 0 when funded. [token]"""

@overload
def adjustment(error: float, throttle: float, supply: float) -> float:
    """What 1Hive's policy mints (or burns, below 0) in a month for an error of the reserve's share."""
@overload
def adjustment(error: ArrayLike, throttle: ArrayLike, supply: ArrayLike) -> Any: ...

@overload
def apr_from_apy(apy: float, n: float) -> float:
    """The rate of a yield."""
@overload
def apr_from_apy(apy: ArrayLike, n: ArrayLike) -> Any: ...

@overload
def apy_from_apr(apr: float, n: float) -> float:
    """The yield of a rate that is compounded `n` times a year."""
@overload
def apy_from_apr(apr: ArrayLike, n: ArrayLike) -> Any: ...

@overload
def continuous(initial: float, rate: float, years: float) -> float:
    """A supply that grows at every instant: `initial exp(rate years)`."""
@overload
def continuous(initial: ArrayLike, rate: ArrayLike, years: ArrayLike) -> Any: ...

@overload
def decayed(max_supply: float, half_life: float, t: float) -> float:
    """What a supply that is issued by half-life has issued."""
@overload
def decayed(max_supply: ArrayLike, half_life: ArrayLike, t: ArrayLike) -> Any: ...

@overload
def disinflation_rate(initial: float, taper: float, terminal: float, years: float) -> float:
    """A rate that tapers to a terminal one."""
@overload
def disinflation_rate(initial: ArrayLike, taper: ArrayLike, terminal: ArrayLike, years: ArrayLike) -> Any: ...
