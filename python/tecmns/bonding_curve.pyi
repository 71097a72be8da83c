# Written by python/stubs.py from what the kinds declare.

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, Self, overload

from numpy.typing import ArrayLike

from ._native import Component, Kind

__all__ = [
    "Augmented",
    "MultiSigmoid",
    "collateral_for_tokens",
    "deposit_for_tokens",
    "price_at_supply",
    "price_slippage",
    "spot_price",
    "tokens_for_deposit",
]

class Augmented(Component):
    """An augmented bonding curve: buys, sales and arbitrage at a constant reserve ratio, with tributes to a common pool."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        opening: Literal['immediate', 'on-launch'] = 'immediate',
        opening_price: float | Literal['none'] | None = 'none',
        commons_tribute: float | Literal['none'] | None = 'none',
        entry_tribute: float = 0.05,
        exit_tribute: float = 0.05,
        reserve_ratio: float | Literal['none'] | None = 'none',
        virtual_supply: float = 0.0,
        virtual_balance: float = 0.0,
        hatch_funding: float | Literal['none'] | None = 'none',
        hatch_supply: float | Literal['none'] | None = 'none',
        hatch_price: float = 0.754743,
        ragequit_amount: float = 0.0,
        initial_buy: float = 0.0,
        arbitrage: float = 1.0,
        shock: float = 0.1,
        monthly_spending: float = 10000.0,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, external_price: float = 0.0, buy: float = 0.0, sell: float = 0.0, donation: float = 0.0, spending: float = 0.0, locked: float = 0.0, launch_reserve: float = 0.0, launch_supply: float = 0.0, launch_common_pool: float = 0.0, launch_buy: float = 0.0) -> None: ...
    def advance(self, count: int, /, external_price: float = 0.0, buy: float = 0.0, sell: float = 0.0, donation: float = 0.0, spending: float = 0.0, locked: float = 0.0, launch_reserve: float = 0.0, launch_supply: float = 0.0, launch_common_pool: float = 0.0, launch_buy: float = 0.0) -> None: ...
    @property
    def open(self) -> bool:
        """Is the curve open?"""
    @property
    def price(self) -> float:
        """Spot price before tributes. [collateral/token]"""
    @property
    def static_price_ppm(self) -> float:
        """Spot price in parts per million, floored, as the contract shows it. [ppm]"""
    @property
    def supply(self) -> float:
        """Tokens in existence. [token]"""
    @property
    def reserve(self) -> float:
        """Collateral held for redemption. [collateral]"""
    @property
    def common_pool(self) -> float:
        """Common pool. [collateral]"""
    @property
    def market_cap(self) -> float:
        """Price times supply. [collateral]"""
    @property
    def reserve_ratio(self) -> float:
        """Reserve ratio in force."""
    @property
    def collateralisation(self) -> float:
        """Reserve over market cap: the reserve ratio where nothing is virtual."""
    @property
    def log_invariant(self) -> float:
        """Natural logarithm of the invariant S^(1/w)/R."""
    @property
    def entry_tributes(self) -> float:
        """Entry tributes so far. [collateral]"""
    @property
    def exit_tributes(self) -> float:
        """Exit tributes so far. [collateral]"""
    @property
    def realised_price(self) -> float:
        """Price of the last order, tributes aside. [collateral/token]"""
    @property
    def slippage(self) -> float:
        """Slippage of the last order."""
    @property
    def minted(self) -> float:
        """Tokens minted in this step. [token]"""
    @property
    def burned(self) -> float:
        """Tokens burned in this step. [token]"""
    @property
    def price_after_shock(self) -> float:
        """Price after the shock sale; 0 where the reserve could not pay it. [collateral/token]"""
    @property
    def runway(self) -> float:
        """How long the common pool lasts. [month]"""

class MultiSigmoid(Component):
    """A market whose price is a sum of logistic phases of the supply, with exact areas and a reserve for refunds."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        phases: Sequence[Any] = ...,
        reserve_rate: float = 0.2,
        current_supply: float = 10000.0,
        debt: float = 0.0,
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, buy: float = 0.0, sell: float = 0.0) -> None: ...
    def advance(self, count: int, /, buy: float = 0.0, sell: float = 0.0) -> None: ...
    @property
    def price(self) -> float:
        """Price at the supply. [cash/token]"""
    @property
    def sell_price(self) -> float:
        """Price that sellers meet. [cash/token]"""
    @property
    def supply(self) -> float:
        """Tokens in existence. [token]"""
    @property
    def market_cap(self) -> float:
        """Price times supply. [cash]"""
    @property
    def reserve(self) -> float:
        """Cash set aside for refunds. [cash]"""
    @property
    def funding(self) -> float:
        """Cash raised besides. [cash]"""
    @property
    def net(self) -> float:
        """Funding and reserve less the debt. [cash]"""
    @property
    def debt(self) -> float:
        """Debt. [cash]"""
    @property
    def phases_passed(self) -> int:
        """Phases whose midpoint the supply has passed."""
    @property
    def progress(self) -> float:
        """Supply over the next phase's midpoint; 1 past the last."""

@overload
def collateral_for_tokens(supply: float, reserve: float, ratio: float, tokens: float) -> float:
    """Collateral given back for tokens."""
@overload
def collateral_for_tokens(supply: ArrayLike, reserve: ArrayLike, ratio: ArrayLike, tokens: ArrayLike) -> Any: ...

@overload
def deposit_for_tokens(supply: float, reserve: float, ratio: float, tokens: float) -> float:
    """The deposit that mints so many tokens."""
@overload
def deposit_for_tokens(supply: ArrayLike, reserve: ArrayLike, ratio: ArrayLike, tokens: ArrayLike) -> Any: ...

@overload
def price_at_supply(supply: float, reserve: float, ratio: float, new_supply: float) -> float:
    """The price once the supply is `new_supply`."""
@overload
def price_at_supply(supply: ArrayLike, reserve: ArrayLike, ratio: ArrayLike, new_supply: ArrayLike) -> Any: ...

@overload
def price_slippage(supply: float, reserve: float, ratio: float, change: float) -> float:
    """How far the price moves, as a share, when the reserve changes by `change`."""
@overload
def price_slippage(supply: ArrayLike, reserve: ArrayLike, ratio: ArrayLike, change: ArrayLike) -> Any: ...

@overload
def spot_price(supply: float, reserve: float, ratio: float) -> float:
    """The price of a power curve: `reserve / (supply ratio)`."""
@overload
def spot_price(supply: ArrayLike, reserve: ArrayLike, ratio: ArrayLike) -> Any: ...

@overload
def tokens_for_deposit(supply: float, reserve: float, ratio: float, deposit: float) -> float:
    """Tokens minted for a deposit."""
@overload
def tokens_for_deposit(supply: ArrayLike, reserve: ArrayLike, ratio: ArrayLike, deposit: ArrayLike) -> Any: ...
