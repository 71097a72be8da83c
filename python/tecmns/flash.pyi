# Written by python/stubs.py from what the kinds declare.

from decimal import Decimal
from typing import ClassVar, Literal, Self

from ._native import Component, Kind

__all__ = [
    "V3",
    "V3Float",
]

class V3(Component):
    """FLASH V3 on 28-digit decimals."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        profile: Literal['corrected', 'seed', 'nostake'] = 'corrected',
        mint_rate: float = 0.1,
        market_apy: float = 0.01,
        ext_flash: float = 100000.0,
        ext_alt: float = 100000.0,
        int_flash: float = 100000.0,
        int_alt: float = 100000.0,
        ext_swap_factor: float = 100.0,
        market_apy_low: int = 10,
        market_apy_high: int = 25,
        staking: bool | Literal['none'] | None = 'none',
        market_apy_updates: bool | Literal['none'] | None = 'none',
        no_premium: Literal['error', 'zero', 'none'] | None = 'none',
        target: Literal['seed', 'additive', 'proportional', 'none'] | None = 'none',
        negative_stake: Literal['allow', 'clamp', 'none'] | None = 'none',
        stake_swap: Literal['alt-equals-flash', 'exact-out', 'none'] | None = 'none',
        arb_timing: Literal['start-of-step', 'after-external', 'none'] | None = 'none',
        swap_formula: Literal['seed', 'stable', 'none'] | None = 'none',
        fee_ext: float | Literal['none'] | None = 'none',
        fee_int: float | Literal['none'] | None = 'none',
        max_stake_fraction: float | Literal['none'] | None = 'none',
        steps_per_year: float | Literal['none'] | None = 'none',
        binary_rates: bool | Literal['none'] | None = 'none',
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, recorded_swap: float = 0.0, recorded_apy: float = -1.0) -> None: ...
    def advance(self, count: int, /, recorded_swap: float = 0.0, recorded_apy: float = -1.0) -> None: ...
    @property
    def ext_alt(self) -> Decimal:
        """ALT in the external pool. [ALT]"""
    @property
    def ext_flash(self) -> Decimal:
        """FLASH in the external pool. [FLASH]"""
    @property
    def int_alt(self) -> Decimal:
        """ALT in the internal pool. [ALT]"""
    @property
    def int_flash(self) -> Decimal:
        """FLASH in the internal pool. [FLASH]"""
    @property
    def staked(self) -> Decimal:
        """FLASH staked in all. [FLASH]"""
    @property
    def minted(self) -> Decimal:
        """FLASH minted in all. [FLASH]"""
    @property
    def ext_price(self) -> float:
        """External price of FLASH. [ALT/FLASH]"""
    @property
    def int_price(self) -> float:
        """Internal price of FLASH. [ALT/FLASH]"""
    @property
    def market_apy(self) -> float:
        """Market rate that the next step compares with."""
    @property
    def ext_swap(self) -> float:
        """Trade of the last step in the external pool: ALT in, or FLASH in below zero. [token]"""
    @property
    def ext_out(self) -> float:
        """What it gave. [token]"""
    @property
    def ext_stake_out(self) -> float:
        """ALT for the FLASH minted in the last step. [ALT]"""
    @property
    def arb_in(self) -> float:
        """Arbitrage of the last step: ALT in, or FLASH in below zero. [token]"""
    @property
    def arb_out(self) -> float:
        """What it gave. [token]"""
    @property
    def arb_profit(self) -> float:
        """Its profit at the external price that it saw. [ALT]"""
    @property
    def stake(self) -> Decimal:
        """FLASH staked in the last step. [FLASH]"""
    @property
    def stake_alt_in(self) -> float:
        """ALT paid for it. [ALT]"""
    @property
    def stake_flash_bought(self) -> float:
        """FLASH that this bought. [FLASH]"""

class V3Float(Component):
    """FLASH V3 in floats, for many runs."""

    KIND: ClassVar[Kind]
    def __new__(
        cls,
        *,
        profile: Literal['corrected', 'seed', 'nostake'] = 'corrected',
        mint_rate: float = 0.1,
        market_apy: float = 0.01,
        ext_flash: float = 100000.0,
        ext_alt: float = 100000.0,
        int_flash: float = 100000.0,
        int_alt: float = 100000.0,
        ext_swap_factor: float = 100.0,
        market_apy_low: int = 10,
        market_apy_high: int = 25,
        staking: bool | Literal['none'] | None = 'none',
        market_apy_updates: bool | Literal['none'] | None = 'none',
        no_premium: Literal['error', 'zero', 'none'] | None = 'none',
        target: Literal['seed', 'additive', 'proportional', 'none'] | None = 'none',
        negative_stake: Literal['allow', 'clamp', 'none'] | None = 'none',
        stake_swap: Literal['alt-equals-flash', 'exact-out', 'none'] | None = 'none',
        arb_timing: Literal['start-of-step', 'after-external', 'none'] | None = 'none',
        swap_formula: Literal['seed', 'stable', 'none'] | None = 'none',
        fee_ext: float | Literal['none'] | None = 'none',
        fee_int: float | Literal['none'] | None = 'none',
        max_stake_fraction: float | Literal['none'] | None = 'none',
        steps_per_year: float | Literal['none'] | None = 'none',
        binary_rates: bool | Literal['none'] | None = 'none',
        seed: int = 0,
        run: int = 1,
        name: str | None = None,
        step_length: str | None = None,
    ) -> Self: ...
    def step(self, recorded_swap: float = 0.0, recorded_apy: float = -1.0) -> None: ...
    def advance(self, count: int, /, recorded_swap: float = 0.0, recorded_apy: float = -1.0) -> None: ...
    @property
    def ext_alt(self) -> float:
        """ALT in the external pool. [ALT]"""
    @property
    def ext_flash(self) -> float:
        """FLASH in the external pool. [FLASH]"""
    @property
    def int_alt(self) -> float:
        """ALT in the internal pool. [ALT]"""
    @property
    def int_flash(self) -> float:
        """FLASH in the internal pool. [FLASH]"""
    @property
    def staked(self) -> float:
        """FLASH staked in all. [FLASH]"""
    @property
    def minted(self) -> float:
        """FLASH minted in all. [FLASH]"""
    @property
    def ext_price(self) -> float:
        """External price of FLASH. [ALT/FLASH]"""
    @property
    def int_price(self) -> float:
        """Internal price of FLASH. [ALT/FLASH]"""
    @property
    def market_apy(self) -> float:
        """Market rate that the next step compares with."""
    @property
    def ext_swap(self) -> float:
        """Trade of the last step in the external pool: ALT in, or FLASH in below zero. [token]"""
    @property
    def ext_out(self) -> float:
        """What it gave. [token]"""
    @property
    def ext_stake_out(self) -> float:
        """ALT for the FLASH minted in the last step. [ALT]"""
    @property
    def arb_in(self) -> float:
        """Arbitrage of the last step: ALT in, or FLASH in below zero. [token]"""
    @property
    def arb_out(self) -> float:
        """What it gave. [token]"""
    @property
    def arb_profit(self) -> float:
        """Its profit at the external price that it saw. [ALT]"""
    @property
    def stake(self) -> float:
        """FLASH staked in the last step. [FLASH]"""
    @property
    def stake_alt_in(self) -> float:
        """ALT paid for it. [ALT]"""
    @property
    def stake_flash_bought(self) -> float:
        """FLASH that this bought. [FLASH]"""
