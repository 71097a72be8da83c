# Written by python/stubs.py from what the kinds declare.

from decimal import Decimal
from typing import ClassVar, Literal, Self

from ._native import Component, Kind

__all__ = [
    "Arbitrageur",
    "ConstantProduct",
    "ConstantProductFloat",
    "RandomTrader",
]

class Arbitrageur(Component):
    """Orders the most profitable trade against a pool."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        cost: float = 0.0,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, *, base: float, quote: float, fee: float = 0.003, external_price: float) -> None: ...
    def advance(self, count: int, /, *, base: float, quote: float, fee: float = 0.003, external_price: float) -> None: ...
    @property
    def base_in(self) -> float:
        """Base ordered into the pool. [base]"""
    @property
    def quote_in(self) -> float:
        """Quote ordered into the pool. [quote]"""
    @property
    def profit(self) -> float:
        """Expected profit of the order, cost taken off. [quote]"""
    @property
    def total_profit(self) -> float:
        """Expected profits so far. [quote]"""

class ConstantProduct(Component):
    """A constant-product pool on exact decimals."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        base: Decimal | float | str = ...,
        quote: Decimal | float | str = ...,
        fee: Decimal | float | str = ...,
        places: int = 18,
        arbitrage: bool = False,
        protocol_part: int = 0,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, base_in: float = 0.0, quote_in: float = 0.0, external_price: float = 0.0) -> None: ...
    def advance(self, count: int, /, base_in: float = 0.0, quote_in: float = 0.0, external_price: float = 0.0) -> None: ...
    @property
    def base(self) -> Decimal:
        """Base reserve. [base]"""
    @property
    def quote(self) -> Decimal:
        """Quote reserve. [quote]"""
    @property
    def depth(self) -> Decimal:
        """Square root of the product of the reserves. [sqrt(base*quote)]"""
    @property
    def price(self) -> float:
        """Spot price, without fee. [quote/base]"""
    @property
    def fee(self) -> float:
        """Fee on the input."""
    @property
    def base_out(self) -> float:
        """Base out to traders in the last step. [base]"""
    @property
    def quote_out(self) -> float:
        """Quote out to traders in the last step. [quote]"""
    @property
    def volume(self) -> float:
        """Value of the inputs of the last step. [quote]"""
    @property
    def arbitrage_profit(self) -> float:
        """Profit of the pool's own arbitrageur in the last step. [quote]"""
    @property
    def arbitrage_total(self) -> float:
        """Its profits so far. [quote]"""
    @property
    def fees(self) -> float:
        """Fees so far. [quote]"""
    @property
    def versus_rebalancing(self) -> float:
        """Gain over a portfolio rebalanced at the external price: fees less LVR so far. [quote]"""
    @property
    def trades(self) -> int:
        """Trades so far. [trade]"""

class ConstantProductFloat(Component):
    """A constant-product pool in floats, for many runs."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        base: float = 1000.0,
        quote: float = 1000.0,
        fee: float = 0.003,
        arbitrage: bool = False,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, base_in: float = 0.0, quote_in: float = 0.0, external_price: float = 0.0) -> None: ...
    def advance(self, count: int, /, base_in: float = 0.0, quote_in: float = 0.0, external_price: float = 0.0) -> None: ...
    @property
    def base(self) -> float:
        """Base reserve. [base]"""
    @property
    def quote(self) -> float:
        """Quote reserve. [quote]"""
    @property
    def price(self) -> float:
        """Spot price, without fee. [quote/base]"""
    @property
    def fee(self) -> float:
        """Fee on the input."""
    @property
    def base_out(self) -> float:
        """Base out to traders in the last step. [base]"""
    @property
    def quote_out(self) -> float:
        """Quote out to traders in the last step. [quote]"""
    @property
    def volume(self) -> float:
        """Value of the inputs of the last step. [quote]"""
    @property
    def arbitrage_profit(self) -> float:
        """Profit of the pool's own arbitrageur in the last step. [quote]"""
    @property
    def arbitrage_total(self) -> float:
        """Its profits so far. [quote]"""
    @property
    def fees(self) -> float:
        """Fees so far. [quote]"""
    @property
    def versus_rebalancing(self) -> float:
        """Gain over a portfolio rebalanced at the external price: fees less LVR so far. [quote]"""
    @property
    def trades(self) -> int:
        """Trades so far. [trade]"""

class RandomTrader(Component):
    """Orders of random size and side."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        trade_probability: float = 1.0,
        buy_probability: float = 0.5,
        mean_size: float = 1.0,
        size: Literal['fixed', 'uniform', 'exponential'] = 'exponential',
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, price: float = 1.0) -> None: ...
    def advance(self, count: int, /, price: float = 1.0) -> None: ...
    @property
    def base_in(self) -> float:
        """Base ordered into the pool. [base]"""
    @property
    def quote_in(self) -> float:
        """Quote ordered into the pool. [quote]"""
    @property
    def trades(self) -> int:
        """Orders so far. [trade]"""
