# Written by python/stubs.py from what the kinds declare.

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar, Literal, Self, overload

from numpy.typing import ArrayLike

from ._native import Component, Kind

__all__ = [
    "Arbitrageur",
    "Concentrated",
    "ConcentratedExact",
    "ConstantProduct",
    "ConstantProductFloat",
    "CryptoExact",
    "RandomTrader",
    "RangeProvider",
    "Solidly",
    "SolidlyExact",
    "Stable",
    "StableExact",
    "Weighted",
    "exact_in",
    "exact_out",
    "impermanent_loss",
    "impermanent_loss_weighted",
    "input_to_spot",
    "lvr_rate",
    "price_impact",
    "spot",
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

class Concentrated(Component):
    """A pool whose liquidity lies in ranges of prices."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        price: float = 1.0,
        tick: int | Literal['none'] | None = 'none',
        edges: Sequence[Any] = ...,
        liquidity: Sequence[Any] = ...,
        fee: float = 0.003,
        protocol_part: int = 0,
        arbitrage: bool = False,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, base_in: float = 0.0, quote_in: float = 0.0, base_want: float = 0.0, quote_want: float = 0.0, limit_price: float = 0.0, external_price: float = 0.0, join_base: float = 0.0, join_quote: float = 0.0, leave_shares: float = 0.0) -> None: ...
    def advance(self, count: int, /, base_in: float = 0.0, quote_in: float = 0.0, base_want: float = 0.0, quote_want: float = 0.0, limit_price: float = 0.0, external_price: float = 0.0, join_base: float = 0.0, join_quote: float = 0.0, leave_shares: float = 0.0) -> None: ...
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
        """Fee now."""
    @property
    def invariant(self) -> float:
        """What a swap without fee leaves as it is."""
    @property
    def shares(self) -> float:
        """Shares in all. [share]"""
    @property
    def virtual_price(self) -> float:
        """Invariant of a share over that at the start."""
    @property
    def share_value(self) -> float:
        """Value of a share, at the external price where there is one, else at the pool's. [quote/share]"""
    @property
    def base_out(self) -> float:
        """Base out to traders in the last step. [base]"""
    @property
    def quote_out(self) -> float:
        """Quote out to traders in the last step. [quote]"""
    @property
    def volume(self) -> float:
        """Value of the inputs of the last step, at the pool's price before each. [quote]"""
    @property
    def arbitrage_profit(self) -> float:
        """Profit of the pool's own arbitrageur in the last step. [quote]"""
    @property
    def arbitrage_total(self) -> float:
        """Its profits so far. [quote]"""
    @property
    def fees(self) -> float:
        """Fees of the providers so far, at the pool's price before each trade. [quote]"""
    @property
    def protocol_fees(self) -> float:
        """Fees of the protocol so far, at the same prices. [quote]"""
    @property
    def hold_value(self) -> float:
        """Value of what was joined less what left, at the external price where there is one, else at the pool's. [quote]"""
    @property
    def loss(self) -> float:
        """Value of the pool over that, less 1."""
    @property
    def versus_rebalancing(self) -> float:
        """Gain over a portfolio rebalanced at the external price: fees less LVR so far. [quote]"""
    @property
    def trades(self) -> int:
        """Trades so far. [trade]"""
    @property
    def unfilled(self) -> int:
        """Orders so far that were not filled. [order]"""
    @property
    def liquidity(self) -> float:
        """Liquidity in which the price lies. [sqrt(base*quote)]"""
    @property
    def tick(self) -> int:
        """Tick of the price."""
    @property
    def in_range(self) -> bool:
        """Whether the price lies where there is liquidity."""
    @property
    def crossings(self) -> int:
        """Edges crossed so far."""
    @property
    def uncollected_base(self) -> float:
        """Fees that wait for the providers, in base. [base]"""
    @property
    def uncollected_quote(self) -> float:
        """Fees that wait for the providers, in quote. [quote]"""

class ConcentratedExact(Component):
    """A Uniswap v3 pool in whole units."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        price: float = 1.0,
        tick: int | Literal['none'] | None = 'none',
        lower: Sequence[Any] = ...,
        upper: Sequence[Any] = ...,
        liquidity: Sequence[Any] = ...,
        base_decimals: int = 18,
        quote_decimals: int = 18,
        fee_pips: int = 3000,
        spacing: int = 60,
        protocol_part: int = 0,
        arbitrage: bool = False,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, base_in: float = 0.0, quote_in: float = 0.0, base_want: float = 0.0, quote_want: float = 0.0, limit_price: float = 0.0, external_price: float = 0.0, join_base: float = 0.0, join_quote: float = 0.0, leave_shares: float = 0.0) -> None: ...
    def advance(self, count: int, /, base_in: float = 0.0, quote_in: float = 0.0, base_want: float = 0.0, quote_want: float = 0.0, limit_price: float = 0.0, external_price: float = 0.0, join_base: float = 0.0, join_quote: float = 0.0, leave_shares: float = 0.0) -> None: ...
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
        """Fee now."""
    @property
    def invariant(self) -> float:
        """What a swap without fee leaves as it is."""
    @property
    def shares(self) -> float:
        """Shares in all. [share]"""
    @property
    def virtual_price(self) -> float:
        """Invariant of a share over that at the start."""
    @property
    def share_value(self) -> float:
        """Value of a share, at the external price where there is one, else at the pool's. [quote/share]"""
    @property
    def base_out(self) -> float:
        """Base out to traders in the last step. [base]"""
    @property
    def quote_out(self) -> float:
        """Quote out to traders in the last step. [quote]"""
    @property
    def volume(self) -> float:
        """Value of the inputs of the last step, at the pool's price before each. [quote]"""
    @property
    def arbitrage_profit(self) -> float:
        """Profit of the pool's own arbitrageur in the last step. [quote]"""
    @property
    def arbitrage_total(self) -> float:
        """Its profits so far. [quote]"""
    @property
    def fees(self) -> float:
        """Fees of the providers so far, at the pool's price before each trade. [quote]"""
    @property
    def protocol_fees(self) -> float:
        """Fees of the protocol so far, at the same prices. [quote]"""
    @property
    def hold_value(self) -> float:
        """Value of what was joined less what left, at the external price where there is one, else at the pool's. [quote]"""
    @property
    def loss(self) -> float:
        """Value of the pool over that, less 1."""
    @property
    def versus_rebalancing(self) -> float:
        """Gain over a portfolio rebalanced at the external price: fees less LVR so far. [quote]"""
    @property
    def trades(self) -> int:
        """Trades so far. [trade]"""
    @property
    def unfilled(self) -> int:
        """Orders so far that were not filled. [order]"""
    @property
    def liquidity(self) -> float:
        """Liquidity in which the price lies. [sqrt(base*quote)]"""
    @property
    def tick(self) -> int:
        """Tick of the price."""
    @property
    def in_range(self) -> bool:
        """Whether the price lies where there is liquidity."""
    @property
    def crossings(self) -> int:
        """Initialised ticks crossed so far."""
    @property
    def uncollected_base(self) -> float:
        """Fees that wait for the providers, in base. [base]"""
    @property
    def uncollected_quote(self) -> float:
        """Fees that wait for the providers, in quote. [quote]"""

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

class CryptoExact(Component):
    """A twocrypto-ng pool in whole units."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        base: float = 1000.0,
        quote: float = 1000000.0,
        price_scale: float = 1000.0,
        base_decimals: int = 18,
        quote_decimals: int = 18,
        amplification: int = 400000,
        gamma: float = 0.000145,
        mid_fee: float = 0.0026,
        out_fee: float = 0.01,
        fee_gamma: float = 0.00023,
        allowed_extra_profit: float = 2e-06,
        adjustment_step: float = 0.000146,
        ma_time: int = 866,
        arbitrage: bool = False,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, base_in: float = 0.0, quote_in: float = 0.0, base_want: float = 0.0, quote_want: float = 0.0, limit_price: float = 0.0, external_price: float = 0.0, join_base: float = 0.0, join_quote: float = 0.0, leave_shares: float = 0.0) -> None: ...
    def advance(self, count: int, /, base_in: float = 0.0, quote_in: float = 0.0, base_want: float = 0.0, quote_want: float = 0.0, limit_price: float = 0.0, external_price: float = 0.0, join_base: float = 0.0, join_quote: float = 0.0, leave_shares: float = 0.0) -> None: ...
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
        """Fee now."""
    @property
    def invariant(self) -> float:
        """What a swap without fee leaves as it is."""
    @property
    def shares(self) -> float:
        """Shares in all. [share]"""
    @property
    def virtual_price(self) -> float:
        """Invariant of a share over that at the start."""
    @property
    def share_value(self) -> float:
        """Value of a share, at the external price where there is one, else at the pool's. [quote/share]"""
    @property
    def base_out(self) -> float:
        """Base out to traders in the last step. [base]"""
    @property
    def quote_out(self) -> float:
        """Quote out to traders in the last step. [quote]"""
    @property
    def volume(self) -> float:
        """Value of the inputs of the last step, at the pool's price before each. [quote]"""
    @property
    def arbitrage_profit(self) -> float:
        """Profit of the pool's own arbitrageur in the last step. [quote]"""
    @property
    def arbitrage_total(self) -> float:
        """Its profits so far. [quote]"""
    @property
    def fees(self) -> float:
        """Fees of the providers so far, at the pool's price before each trade. [quote]"""
    @property
    def protocol_fees(self) -> float:
        """Fees of the protocol so far, at the same prices. [quote]"""
    @property
    def hold_value(self) -> float:
        """Value of what was joined less what left, at the external price where there is one, else at the pool's. [quote]"""
    @property
    def loss(self) -> float:
        """Value of the pool over that, less 1."""
    @property
    def versus_rebalancing(self) -> float:
        """Gain over a portfolio rebalanced at the external price: fees less LVR so far. [quote]"""
    @property
    def trades(self) -> int:
        """Trades so far. [trade]"""
    @property
    def unfilled(self) -> int:
        """Orders so far that were not filled. [order]"""
    @property
    def price_scale(self) -> float:
        """Price around which liquidity lies. [quote/base]"""
    @property
    def price_oracle(self) -> float:
        """Average price that the scale follows. [quote/base]"""
    @property
    def profit(self) -> float:
        """Profit of a share so far, half of which may pay for moves of the scale."""
    @property
    def repegs(self) -> int:
        """Moves of the price scale so far."""

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

class RangeProvider(Component):
    """Holds liquidity in a range and moves it by a rule."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        value: float = 1000.0,
        width: float = 1.2,
        rule: Literal['hold', 'edge', 'every'] = 'edge',
        period: float = 7.0,
        swap_fee: float = 0.003,
        cost: float = 0.0,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, price: float, fees: float = 0.0, liquidity: float = 0.0) -> None: ...
    def advance(self, count: int, /, price: float, fees: float = 0.0, liquidity: float = 0.0) -> None: ...
    @property
    def value(self) -> float:
        """Value of tokens and fees. [quote]"""
    @property
    def hold_value(self) -> float:
        """Value of the tokens that it began with. [quote]"""
    @property
    def loss(self) -> float:
        """Value over that, less 1."""
    @property
    def versus_rebalancing(self) -> float:
        """Gain over a portfolio rebalanced at the pool's prices: fees less LVR and costs so far. [quote]"""
    @property
    def fees(self) -> float:
        """Fees earned so far. [quote]"""
    @property
    def costs(self) -> float:
        """Costs of moves so far, swap fees included. [quote]"""
    @property
    def liquidity(self) -> float:
        """Liquidity. [sqrt(base*quote)]"""
    @property
    def low(self) -> float:
        """Lower end of the range. [quote/base]"""
    @property
    def high(self) -> float:
        """Upper end of the range. [quote/base]"""
    @property
    def in_range(self) -> float:
        """Part of the steps that ended in the range."""
    @property
    def moves(self) -> int:
        """Moves of the range so far."""

class Solidly(Component):
    """A pool whose fees leave the curve."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        base: float = 1000000.0,
        quote: float = 1000000.0,
        curve: Literal['stable', 'volatile'] = 'stable',
        fee: float = 0.0005,
        arbitrage: bool = False,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, base_in: float = 0.0, quote_in: float = 0.0, base_want: float = 0.0, quote_want: float = 0.0, limit_price: float = 0.0, external_price: float = 0.0, join_base: float = 0.0, join_quote: float = 0.0, leave_shares: float = 0.0) -> None: ...
    def advance(self, count: int, /, base_in: float = 0.0, quote_in: float = 0.0, base_want: float = 0.0, quote_want: float = 0.0, limit_price: float = 0.0, external_price: float = 0.0, join_base: float = 0.0, join_quote: float = 0.0, leave_shares: float = 0.0) -> None: ...
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
        """Fee now."""
    @property
    def invariant(self) -> float:
        """What a swap without fee leaves as it is."""
    @property
    def shares(self) -> float:
        """Shares in all. [share]"""
    @property
    def virtual_price(self) -> float:
        """Invariant of a share over that at the start."""
    @property
    def share_value(self) -> float:
        """Value of a share, at the external price where there is one, else at the pool's. [quote/share]"""
    @property
    def base_out(self) -> float:
        """Base out to traders in the last step. [base]"""
    @property
    def quote_out(self) -> float:
        """Quote out to traders in the last step. [quote]"""
    @property
    def volume(self) -> float:
        """Value of the inputs of the last step, at the pool's price before each. [quote]"""
    @property
    def arbitrage_profit(self) -> float:
        """Profit of the pool's own arbitrageur in the last step. [quote]"""
    @property
    def arbitrage_total(self) -> float:
        """Its profits so far. [quote]"""
    @property
    def fees(self) -> float:
        """Fees of the providers so far, at the pool's price before each trade. [quote]"""
    @property
    def protocol_fees(self) -> float:
        """Fees of the protocol so far, at the same prices. [quote]"""
    @property
    def hold_value(self) -> float:
        """Value of what was joined less what left, at the external price where there is one, else at the pool's. [quote]"""
    @property
    def loss(self) -> float:
        """Value of the pool over that, less 1."""
    @property
    def versus_rebalancing(self) -> float:
        """Gain over a portfolio rebalanced at the external price: fees less LVR so far. [quote]"""
    @property
    def trades(self) -> int:
        """Trades so far. [trade]"""
    @property
    def unfilled(self) -> int:
        """Orders so far that were not filled. [order]"""
    @property
    def uncollected_base(self) -> float:
        """Fees that wait for the providers, in base. [base]"""
    @property
    def uncollected_quote(self) -> float:
        """Fees that wait for the providers, in quote. [quote]"""

class SolidlyExact(Component):
    """A Solidly pool in whole units."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        base: float = 1000000.0,
        quote: float = 1000000.0,
        base_decimals: int = 18,
        quote_decimals: int = 18,
        curve: Literal['stable', 'volatile'] = 'stable',
        fee_bps: int = 5,
        arbitrage: bool = False,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, base_in: float = 0.0, quote_in: float = 0.0, base_want: float = 0.0, quote_want: float = 0.0, limit_price: float = 0.0, external_price: float = 0.0, join_base: float = 0.0, join_quote: float = 0.0, leave_shares: float = 0.0) -> None: ...
    def advance(self, count: int, /, base_in: float = 0.0, quote_in: float = 0.0, base_want: float = 0.0, quote_want: float = 0.0, limit_price: float = 0.0, external_price: float = 0.0, join_base: float = 0.0, join_quote: float = 0.0, leave_shares: float = 0.0) -> None: ...
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
        """Fee now."""
    @property
    def invariant(self) -> float:
        """What a swap without fee leaves as it is."""
    @property
    def shares(self) -> float:
        """Shares in all. [share]"""
    @property
    def virtual_price(self) -> float:
        """Invariant of a share over that at the start."""
    @property
    def share_value(self) -> float:
        """Value of a share, at the external price where there is one, else at the pool's. [quote/share]"""
    @property
    def base_out(self) -> float:
        """Base out to traders in the last step. [base]"""
    @property
    def quote_out(self) -> float:
        """Quote out to traders in the last step. [quote]"""
    @property
    def volume(self) -> float:
        """Value of the inputs of the last step, at the pool's price before each. [quote]"""
    @property
    def arbitrage_profit(self) -> float:
        """Profit of the pool's own arbitrageur in the last step. [quote]"""
    @property
    def arbitrage_total(self) -> float:
        """Its profits so far. [quote]"""
    @property
    def fees(self) -> float:
        """Fees of the providers so far, at the pool's price before each trade. [quote]"""
    @property
    def protocol_fees(self) -> float:
        """Fees of the protocol so far, at the same prices. [quote]"""
    @property
    def hold_value(self) -> float:
        """Value of what was joined less what left, at the external price where there is one, else at the pool's. [quote]"""
    @property
    def loss(self) -> float:
        """Value of the pool over that, less 1."""
    @property
    def versus_rebalancing(self) -> float:
        """Gain over a portfolio rebalanced at the external price: fees less LVR so far. [quote]"""
    @property
    def trades(self) -> int:
        """Trades so far. [trade]"""
    @property
    def unfilled(self) -> int:
        """Orders so far that were not filled. [order]"""
    @property
    def uncollected_base(self) -> float:
        """Fees that wait for the provider, in base. [base]"""
    @property
    def uncollected_quote(self) -> float:
        """Fees that wait for the provider, in quote. [quote]"""

class Stable(Component):
    """A pool for two tokens of like value."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        base: float = 1000000.0,
        quote: float = 1000000.0,
        amplification: float = 100.0,
        end_amplification: float = 100.0,
        ramp_start: float = 0.0,
        ramp_steps: float = 0.0,
        fee: float = 0.0004,
        offpeg_multiplier: float = 1.0,
        protocol_share: float = 0.0,
        arbitrage: bool = False,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, base_in: float = 0.0, quote_in: float = 0.0, base_want: float = 0.0, quote_want: float = 0.0, limit_price: float = 0.0, external_price: float = 0.0, join_base: float = 0.0, join_quote: float = 0.0, leave_shares: float = 0.0) -> None: ...
    def advance(self, count: int, /, base_in: float = 0.0, quote_in: float = 0.0, base_want: float = 0.0, quote_want: float = 0.0, limit_price: float = 0.0, external_price: float = 0.0, join_base: float = 0.0, join_quote: float = 0.0, leave_shares: float = 0.0) -> None: ...
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
        """Fee now."""
    @property
    def invariant(self) -> float:
        """What a swap without fee leaves as it is."""
    @property
    def shares(self) -> float:
        """Shares in all. [share]"""
    @property
    def virtual_price(self) -> float:
        """Invariant of a share over that at the start."""
    @property
    def share_value(self) -> float:
        """Value of a share, at the external price where there is one, else at the pool's. [quote/share]"""
    @property
    def base_out(self) -> float:
        """Base out to traders in the last step. [base]"""
    @property
    def quote_out(self) -> float:
        """Quote out to traders in the last step. [quote]"""
    @property
    def volume(self) -> float:
        """Value of the inputs of the last step, at the pool's price before each. [quote]"""
    @property
    def arbitrage_profit(self) -> float:
        """Profit of the pool's own arbitrageur in the last step. [quote]"""
    @property
    def arbitrage_total(self) -> float:
        """Its profits so far. [quote]"""
    @property
    def fees(self) -> float:
        """Fees of the providers so far, at the pool's price before each trade. [quote]"""
    @property
    def protocol_fees(self) -> float:
        """Fees of the protocol so far, at the same prices. [quote]"""
    @property
    def hold_value(self) -> float:
        """Value of what was joined less what left, at the external price where there is one, else at the pool's. [quote]"""
    @property
    def loss(self) -> float:
        """Value of the pool over that, less 1."""
    @property
    def versus_rebalancing(self) -> float:
        """Gain over a portfolio rebalanced at the external price: fees less LVR so far. [quote]"""
    @property
    def trades(self) -> int:
        """Trades so far. [trade]"""
    @property
    def unfilled(self) -> int:
        """Orders so far that were not filled. [order]"""
    @property
    def amplification(self) -> float:
        """Amplification now."""

class StableExact(Component):
    """A stableswap-ng pool in whole units."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        base: float = 1000000.0,
        quote: float = 1000000.0,
        base_decimals: int = 18,
        quote_decimals: int = 18,
        amplification: int = 100,
        fee: float = 0.0004,
        offpeg_multiplier: float = 2.0,
        arbitrage: bool = False,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, base_in: float = 0.0, quote_in: float = 0.0, base_want: float = 0.0, quote_want: float = 0.0, limit_price: float = 0.0, external_price: float = 0.0, join_base: float = 0.0, join_quote: float = 0.0, leave_shares: float = 0.0) -> None: ...
    def advance(self, count: int, /, base_in: float = 0.0, quote_in: float = 0.0, base_want: float = 0.0, quote_want: float = 0.0, limit_price: float = 0.0, external_price: float = 0.0, join_base: float = 0.0, join_quote: float = 0.0, leave_shares: float = 0.0) -> None: ...
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
        """Fee now."""
    @property
    def invariant(self) -> float:
        """What a swap without fee leaves as it is."""
    @property
    def shares(self) -> float:
        """Shares in all. [share]"""
    @property
    def virtual_price(self) -> float:
        """Invariant of a share over that at the start."""
    @property
    def share_value(self) -> float:
        """Value of a share, at the external price where there is one, else at the pool's. [quote/share]"""
    @property
    def base_out(self) -> float:
        """Base out to traders in the last step. [base]"""
    @property
    def quote_out(self) -> float:
        """Quote out to traders in the last step. [quote]"""
    @property
    def volume(self) -> float:
        """Value of the inputs of the last step, at the pool's price before each. [quote]"""
    @property
    def arbitrage_profit(self) -> float:
        """Profit of the pool's own arbitrageur in the last step. [quote]"""
    @property
    def arbitrage_total(self) -> float:
        """Its profits so far. [quote]"""
    @property
    def fees(self) -> float:
        """Fees of the providers so far, at the pool's price before each trade. [quote]"""
    @property
    def protocol_fees(self) -> float:
        """Fees of the protocol so far, at the same prices. [quote]"""
    @property
    def hold_value(self) -> float:
        """Value of what was joined less what left, at the external price where there is one, else at the pool's. [quote]"""
    @property
    def loss(self) -> float:
        """Value of the pool over that, less 1."""
    @property
    def versus_rebalancing(self) -> float:
        """Gain over a portfolio rebalanced at the external price: fees less LVR so far. [quote]"""
    @property
    def trades(self) -> int:
        """Trades so far. [trade]"""
    @property
    def unfilled(self) -> int:
        """Orders so far that were not filled. [order]"""
    @property
    def price_oracle(self) -> float:
        """Average price of base over the contract's window. [quote/base]"""

class Weighted(Component):
    """A pool with weights, fixed or moving, in floats."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        base: float = 1000.0,
        quote: float = 1000.0,
        weight: float = 0.5,
        end_weight: float = 0.5,
        ramp_start: float = 0.0,
        ramp_steps: float = 0.0,
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
        """Base balance. [base]"""
    @property
    def quote(self) -> float:
        """Quote balance. [quote]"""
    @property
    def price(self) -> float:
        """Spot price, without fee. [quote/base]"""
    @property
    def fee(self) -> float:
        """Fee on the input."""
    @property
    def weight(self) -> float:
        """Weight of the base."""
    @property
    def invariant(self) -> float:
        """Weighted product of the balances."""
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
    def hold_value(self) -> float:
        """Value of the tokens at the start, at the external price. [quote]"""
    @property
    def loss(self) -> float:
        """Value of the pool over that, less 1."""
    @property
    def versus_rebalancing(self) -> float:
        """Gain over a portfolio rebalanced at the external price: fees less LVR so far. [quote]"""
    @property
    def trades(self) -> int:
        """Trades so far. [trade]"""
    @property
    def unfilled(self) -> int:
        """Orders so far that were not filled. [order]"""

@overload
def exact_in(reserve_in: float, reserve_out: float, amount_in: float, fee: float) -> float:
    """What a constant-product pool gives out for `amount_in`, of which the share `fee` stays in the pool."""
@overload
def exact_in(reserve_in: ArrayLike, reserve_out: ArrayLike, amount_in: ArrayLike, fee: ArrayLike) -> Any: ...

@overload
def exact_out(reserve_in: float, reserve_out: float, amount_out: float, fee: float) -> float:
    """What a constant-product pool must be given for `amount_out`."""
@overload
def exact_out(reserve_in: ArrayLike, reserve_out: ArrayLike, amount_out: ArrayLike, fee: ArrayLike) -> Any: ...

@overload
def impermanent_loss(price_ratio: float) -> float:
    """Value of a pool's share against holding, less 1, after the price was multiplied by `price_ratio`."""
@overload
def impermanent_loss(price_ratio: ArrayLike) -> Any: ...

@overload
def impermanent_loss_weighted(price_ratio: float, weight: float) -> float:
    """The same of a pool in which one side has this weight."""
@overload
def impermanent_loss_weighted(price_ratio: ArrayLike, weight: ArrayLike) -> Any: ...

@overload
def input_to_spot(reserve_in: float, reserve_out: float, target: float, fee: float) -> float:
    """The trade that brings the spot price to `target`."""
@overload
def input_to_spot(reserve_in: ArrayLike, reserve_out: ArrayLike, target: ArrayLike, fee: ArrayLike) -> Any: ...

@overload
def lvr_rate(pool_value: float, sigma: float) -> float:
    """Loss against rebalancing of a constant-product pool: `sigma^2 / 8` of its value in the time of `sigma`."""
@overload
def lvr_rate(pool_value: ArrayLike, sigma: ArrayLike) -> Any: ...

@overload
def price_impact(reserve_in: float, reserve_out: float, amount: float, fee: float) -> float:
    """How far a trade moves the price against itself, fee left out, as a share."""
@overload
def price_impact(reserve_in: ArrayLike, reserve_out: ArrayLike, amount: ArrayLike, fee: ArrayLike) -> Any: ...

@overload
def spot(reserve_in: float, reserve_out: float) -> float:
    """The price at the margin, without fee, of what goes in: `reserve_out / reserve_in`."""
@overload
def spot(reserve_in: ArrayLike, reserve_out: ArrayLike) -> Any: ...
