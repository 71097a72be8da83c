# Written by python/stubs.py from what the kinds declare.

from typing import Any, ClassVar, Self, overload

from numpy.typing import ArrayLike

from ._native import Component, Kind

__all__ = [
    "Economy",
    "EconomyBlocks",
    "Market",
    "Price",
    "Supply",
    "price",
    "saturation",
    "utility",
]

class Economy(Component):
    """The 1Hive economy as one component."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        throttle: float = 0.008,
        outflow_boundary: float = 0.05,
        target_reserve_ratio: float = 0.2,
        valuation_ratio: float = 2.0,
        productivity: float = 1.5,
        maintenance: float = 0.1,
        growth: float = 0.0,
        initial_reserve: float = 7473.0,
        initial_circulation: float = 18765.0,
        initial_size: float = 5318016.0,
        initial_saturation: float = 0.0,
        initial_production: float = 0.0,
        initial_utility: float = 0.0,
        initial_price: float = 1.0,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self) -> None: ...
    def advance(self, count: int, /) -> None: ...
    @property
    def reserve(self) -> float:
        """Tokens in the common pool. [HNY]"""
    @property
    def circulation(self) -> float:
        """Tokens outside the common pool. [HNY]"""
    @property
    def size(self) -> float:
        """Fiat inflow that the market could give in a month. [USD/month]"""
    @property
    def saturation(self) -> float:
        """Share of that inflow which is captured."""
    @property
    def production(self) -> float:
        """Productive capital. [USD]"""
    @property
    def utility(self) -> float:
        """Diminishing return on production."""
    @property
    def price(self) -> float:
        """Price of a token. [USD/HNY]"""
    @property
    def netflow(self) -> float:
        """Tokens that flowed into the common pool in the last month, net of what was spent. [HNY/month]"""
    @property
    def adjustment(self) -> float:
        """Tokens minted (or, if negative, burned) in the last month. [HNY/month]"""
    @property
    def total_supply(self) -> float:
        """Tokens in existence: reserve + circulation. [HNY]"""
    @property
    def market_cap(self) -> float:
        """Value of all tokens: total supply times price. [USD]"""
    @property
    def ratio(self) -> float:
        """Share of the supply in the common pool."""

class EconomyBlocks(Component):
    """The 1Hive economy as its notebook writes it: one block, two policies, nine updates."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        throttle: float = 0.008,
        outflow_boundary: float = 0.05,
        target_reserve_ratio: float = 0.2,
        valuation_ratio: float = 2.0,
        productivity: float = 1.5,
        maintenance: float = 0.1,
        growth: float = 0.0,
        initial_reserve: float = 7473.0,
        initial_circulation: float = 18765.0,
        initial_size: float = 5318016.0,
        initial_saturation: float = 0.0,
        initial_production: float = 0.0,
        initial_utility: float = 0.0,
        initial_price: float = 1.0,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self) -> None: ...
    def advance(self, count: int, /) -> None: ...
    @property
    def reserve(self) -> float:
        """Tokens in the common pool. [HNY]"""
    @property
    def circulation(self) -> float:
        """Tokens outside the common pool. [HNY]"""
    @property
    def size(self) -> float:
        """Fiat inflow that the market could give in a month. [USD/month]"""
    @property
    def saturation(self) -> float:
        """Share of that inflow which is captured."""
    @property
    def production(self) -> float:
        """Productive capital. [USD]"""
    @property
    def utility(self) -> float:
        """Diminishing return on production."""
    @property
    def price(self) -> float:
        """Price of a token. [USD/HNY]"""
    @property
    def netflow(self) -> float:
        """Tokens that flowed into the common pool in the last month, net of what was spent. [HNY/month]"""
    @property
    def adjustment(self) -> float:
        """Tokens minted (or, if negative, burned) in the last month. [HNY/month]"""
    @property
    def total_supply(self) -> float:
        """Tokens in existence: reserve + circulation. [HNY]"""
    @property
    def market_cap(self) -> float:
        """Value of all tokens: total supply times price. [USD]"""
    @property
    def ratio(self) -> float:
        """Share of the supply in the common pool."""

class Market(Component):
    """The market of the 1Hive economy: production, utility, saturation."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        outflow_boundary: float = 0.05,
        productivity: float = 1.5,
        maintenance: float = 0.1,
        growth: float = 0.0,
        initial_size: float = 5318016.0,
        initial_saturation: float = 0.0,
        initial_production: float = 0.0,
        initial_utility: float = 0.0,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, *, reserve: float, price: float) -> None: ...
    def advance(self, count: int, /, *, reserve: float, price: float) -> None: ...
    @property
    def size(self) -> float:
        """Fiat inflow that the market could give in a month. [USD/month]"""
    @property
    def saturation(self) -> float:
        """Share of that inflow which is captured."""
    @property
    def production(self) -> float:
        """Productive capital. [USD]"""
    @property
    def utility(self) -> float:
        """Diminishing return on production."""

class Price(Component):
    """The price of the 1Hive economy."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        valuation_ratio: float = 2.0,
        initial_price: float = 1.0,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, *, reserve: float, circulation: float, size: float, saturation: float) -> None: ...
    def advance(self, count: int, /, *, reserve: float, circulation: float, size: float, saturation: float) -> None: ...
    @property
    def price(self) -> float:
        """Price of a token. [USD/HNY]"""

class Supply(Component):
    """The 1Hive token supply: reserve, circulation and issuance."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        throttle: float = 0.008,
        outflow_boundary: float = 0.05,
        target_reserve_ratio: float = 0.2,
        initial_reserve: float = 7473.0,
        initial_circulation: float = 18765.0,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, *, size: float, saturation: float, price: float) -> None: ...
    def advance(self, count: int, /, *, size: float, saturation: float, price: float) -> None: ...
    @property
    def reserve(self) -> float:
        """Tokens in the common pool. [HNY]"""
    @property
    def circulation(self) -> float:
        """Tokens outside the common pool. [HNY]"""
    @property
    def netflow(self) -> float:
        """Tokens that flowed into the common pool in the last month, net of what was spent. [HNY/month]"""
    @property
    def adjustment(self) -> float:
        """Tokens minted (or, if negative, burned) in the last month. [HNY/month]"""

@overload
def price(reserve: float, circulation: float, size: float, saturation: float, valuation_ratio: float) -> float:
    """Price of the 1Hive economy."""
@overload
def price(reserve: ArrayLike, circulation: ArrayLike, size: ArrayLike, saturation: ArrayLike, valuation_ratio: ArrayLike) -> Any: ...

@overload
def saturation(utility: float) -> float:
    """Saturation of that market."""
@overload
def saturation(utility: ArrayLike) -> Any: ...

@overload
def utility(production: float, size: float) -> float:
    """Utility of the market of the 1Hive economy."""
@overload
def utility(production: ArrayLike, size: ArrayLike) -> Any: ...
