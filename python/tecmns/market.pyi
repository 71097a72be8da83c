# Written by python/stubs.py from what the kinds declare.

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, Self, overload

from numpy.typing import ArrayLike

from ._native import Component, Kind

__all__ = [
    "Price",
    "Regime",
    "hype",
]

class Price(Component):
    """A price that the world sets: geometric Brownian motion, jump diffusion or mean reversion. Default numbers are illustrative."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        model: Literal['gbm', 'jump-diffusion', 'mean-reverting'] = 'gbm',
        initial_price: float = 1.0,
        drift: float = 0.05,
        volatility: float = 0.8,
        jump_rate: float = 2.0,
        jump_mean: float = -0.1,
        jump_deviation: float = 0.2,
        level: float = 1.0,
        speed: float = 2.0,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self) -> None: ...
    def advance(self, count: int, /) -> None: ...
    @property
    def price(self) -> float:
        """Price. [quote/base]"""
    @property
    def log_return(self) -> float:
        """Log return of the last step."""
    @property
    def realised_volatility(self) -> float:
        """Realised volatility since the start. [1/sqrt yr]"""
    @property
    def drawdown(self) -> float:
        """Fall from the highest price so far."""
    @property
    def jumps(self) -> float:
        """Jumps since the start."""

class Regime(Component):
    """A market with a bull and a bear regime: price, hype, opportunities. A proposal: the source names it and gives no equations; default numbers are illustrative."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        bull__drift: float = 0.8,
        bull__volatility: float = 0.9,
        bull__leave_rate: float = 2.0277777777777777,
        bull__opportunity_rate: float = 4.0,
        bull__hype_target: float = 0.7,
        bear__drift: float = -0.6,
        bear__volatility: float = 1.1,
        bear__leave_rate: float = 3.0416666666666665,
        bear__opportunity_rate: float = 1.0,
        bear__hype_target: float = 0.2,
        initial_regime: Literal['bull', 'bear'] = 'bull',
        switching: bool = True,
        initial_price: float = 1.0,
        hype_model: Literal['target', 'walk'] = 'target',
        initial_hype: float = 0.1,
        hype_speed: float = 4.0,
        hype_volatility: float = 0.4,
        walk_trend: float = 0.0001,
        walk_deviation: float = 0.02,
        expiry: float = 4.0,
        matching_efficiency: float = 0.3,
        matching_elasticity: float = 0.5,
        hatch_bonus: float = 0.5,
        reference_factor: float = 1.0,
        factor_elasticity: float = 0.0,
        bear: Mapping[str, Any] = ...,
        bull: Mapping[str, Any] = ...,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, scale: float = 1.0, x_factor: float = 1.0, hatchers: float = 0.0, token_engineers: float = 0.0) -> None: ...
    def advance(self, count: int, /, scale: float = 1.0, x_factor: float = 1.0, hatchers: float = 0.0, token_engineers: float = 0.0) -> None: ...
    @property
    def price(self) -> float:
        """Price. [quote/base]"""
    @property
    def log_return(self) -> float:
        """Log return of the last step."""
    @property
    def realised_volatility(self) -> float:
        """Realised volatility since the start. [1/sqrt yr]"""
    @property
    def drawdown(self) -> float:
        """Fall from the highest price so far."""
    @property
    def bull(self) -> bool:
        """Whether the regime is the bull."""
    @property
    def hype(self) -> float:
        """Attention."""
    @property
    def opportunities(self) -> int:
        """Open opportunities."""
    @property
    def matches(self) -> int:
        """Matches of the last step: jobs won."""
    @property
    def tightness(self) -> float:
        """Open opportunities to an engineer. [1/person]"""
    @property
    def arrived(self) -> int:
        """Opportunities that arrived since the start."""
    @property
    def expired(self) -> int:
        """Opportunities that expired since the start."""
    @property
    def matched(self) -> int:
        """Opportunities matched since the start."""
    @property
    def scale(self) -> float:
        """Scale of the ecosystem as last read."""
    @property
    def x_factor(self) -> float:
        """Factor of the treasuries as last read. [money]"""

@overload
def hype(x: float) -> float:
    """Where the hype curve stands at `x`."""
@overload
def hype(x: ArrayLike) -> Any: ...
