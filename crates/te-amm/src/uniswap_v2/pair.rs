//! The pair contract's state: reserves, shares, protocol fee, price accumulators.
//!
//! Equations: `mint` and `burn` as in [`liquidity`](crate::liquidity), the protocol's shares minted first; a swap is accepted if
//! `(1000*x' - 3*dx)*(1000*y' - 3*dy) >= 1000^2*x*y`, `x'`, `y'` the balances after it; accumulators are UQ112.112
//! price-seconds that wrap.
//!
//! Assumptions and limits: one caller at a time; tokens that transfer what they say. Reserves stay below 2^112.
//!
//! Source: v2-core `ee547b1`, `UniswapV2Pair.sol`.
//!
//! Invariants: `k` never falls in a swap; 1000 shares stay locked for ever; a refused call changes nothing.

use super::{FEE_DENOMINATOR, amount_out, mul_div, overflow, pending_protocol_shares};
use crate::AmmError;
use crate::error::{Bound, Counted};
use crate::wide::{U256, U512, approximate, isqrt};
use serde::{Deserialize, Serialize};

/// Shares locked at the first mint.
const MINIMUM_LIQUIDITY: u64 = 1000;

/// A pair of tokens 0 and 1, in raw units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    fee_on: bool,
    reserve0: U256,
    reserve1: U256,
    total_supply: U256,
    protocol_shares: U256,
    k_last: U256,
    time: u64,
    cumulative0: U256,
    cumulative1: U256,
}

impl Pair {
    /// An empty pair; `fee_on` says whether the protocol takes its sixth.
    pub fn new(fee_on: bool) -> Self {
        Self { fee_on, ..Self::default() }
    }

    /// A pair with reserves and shares already there.
    ///
    /// # Errors
    /// [`AmmError::Overflow`] for reserves at or above 2^112.
    pub fn with_reserves(
        fee_on: bool,
        reserve0: U256,
        reserve1: U256,
        total_supply: U256,
    ) -> Result<Self, AmmError> {
        let mut pair = Self { total_supply, ..Self::new(fee_on) };
        pair.set_reserves(reserve0, reserve1)?;
        Ok(pair)
    }

    /// Reserves of token 0 and 1 `[units]`.
    pub fn reserves(&self) -> (U256, U256) {
        (self.reserve0, self.reserve1)
    }

    /// Shares in all, the locked ones included `[units]`.
    pub fn total_supply(&self) -> U256 {
        self.total_supply
    }

    /// Shares minted to the protocol so far `[units]`.
    pub fn protocol_shares(&self) -> U256 {
        self.protocol_shares
    }

    /// `reserve0*reserve1` after the last mint or burn, zero while the fee is off.
    pub fn k_last(&self) -> U256 {
        self.k_last
    }

    /// The accumulators `price0CumulativeLast`, `price1CumulativeLast` as of `time` `[UQ112.112 seconds]`.
    ///
    /// # Errors
    /// [`AmmError::Domain`] for a time before the last change.
    pub fn cumulative_prices(&self, time: u64) -> Result<(U256, U256), AmmError> {
        let elapsed = time.checked_sub(self.time).ok_or(AmmError::Domain {
            parameter: "time",
            value: time as f64,
            range: "not before the last change",
        })?;
        let step = |numerator: U256, denominator: U256| {
            let price = numerator.wrapping_shl(112).checked_div(denominator).unwrap_or(U256::ZERO);
            price.wrapping_mul(U256::from(elapsed))
        };
        Ok((
            self.cumulative0.wrapping_add(step(self.reserve1, self.reserve0)),
            self.cumulative1.wrapping_add(step(self.reserve0, self.reserve1)),
        ))
    }

    /// Moves the pair's clock: what comes next happens at `time` `[s]`.
    ///
    /// # Errors
    /// As [`cumulative_prices`](Pair::cumulative_prices).
    pub fn advance_to(&mut self, time: u64) -> Result<(), AmmError> {
        let (cumulative0, cumulative1) = self.cumulative_prices(time)?;
        (self.cumulative0, self.cumulative1, self.time) = (cumulative0, cumulative1, time);
        Ok(())
    }

    /// `sync`: takes balances as the new reserves.
    ///
    /// # Errors
    /// [`AmmError::Overflow`] for balances at or above 2^112.
    pub fn sync(&mut self, balance0: U256, balance1: U256) -> Result<(), AmmError> {
        self.set_reserves(balance0, balance1)
    }

    fn set_reserves(&mut self, reserve0: U256, reserve1: U256) -> Result<(), AmmError> {
        if reserve0.bit_len() > 112 || reserve1.bit_len() > 112 {
            return Err(overflow("reserves of 112 bits"));
        }
        (self.reserve0, self.reserve1) = (reserve0, reserve1);
        Ok(())
    }

    /// `_mintFee`.
    fn mint_fee(&mut self) -> Result<(), AmmError> {
        if !self.fee_on {
            self.k_last = U256::ZERO;
            return Ok(());
        }
        if !self.k_last.is_zero() {
            // Reserves are below 2^112.
            let k = self.reserve0.wrapping_mul(self.reserve1);
            let shares = pending_protocol_shares(self.total_supply, self.k_last, k)?;
            self.total_supply = self.total_supply.checked_add(shares).ok_or(overflow("shares"))?;
            self.protocol_shares = self.protocol_shares.checked_add(shares).ok_or(overflow("shares"))?;
        }
        Ok(())
    }

    fn close(&mut self, reserve0: U256, reserve1: U256) -> Result<(), AmmError> {
        self.set_reserves(reserve0, reserve1)?;
        if self.fee_on {
            self.k_last = reserve0.wrapping_mul(reserve1);
        }
        Ok(())
    }

    /// Deposits both tokens and returns the shares minted to the depositor `[units]`.
    ///
    /// # Errors
    /// [`AmmError::InsufficientOutput`] if no share comes of it; reserves above 112 bits.
    pub fn mint(&mut self, amount0: U256, amount1: U256) -> Result<U256, AmmError> {
        let mut after = self.clone();
        after.mint_fee()?;
        let nothing = AmmError::InsufficientOutput { operation: "mint" };
        let shares = if after.total_supply.is_zero() {
            let product = amount0.checked_mul(amount1).ok_or(overflow("mint"))?;
            let locked = U256::from(MINIMUM_LIQUIDITY);
            after.total_supply = locked;
            isqrt(product).checked_sub(locked).ok_or(nothing)?
        } else {
            let a = mul_div(amount0, after.total_supply, after.reserve0)?;
            a.min(mul_div(amount1, after.total_supply, after.reserve1)?)
        };
        if shares.is_zero() {
            return Err(nothing);
        }
        after.total_supply = after.total_supply.checked_add(shares).ok_or(overflow("shares"))?;
        let reserve0 = after.reserve0.checked_add(amount0).ok_or(overflow("reserve"))?;
        let reserve1 = after.reserve1.checked_add(amount1).ok_or(overflow("reserve"))?;
        after.close(reserve0, reserve1)?;
        *self = after;
        Ok(shares)
    }

    /// Burns shares and returns what they redeem `[units]`.
    ///
    /// # Errors
    /// [`AmmError::InsufficientOutput`] if either amount is zero; [`AmmError::InsufficientLiquidity`] for more shares than
    /// there are.
    pub fn burn(&mut self, shares: U256) -> Result<(U256, U256), AmmError> {
        let mut after = self.clone();
        after.mint_fee()?;
        let too_many = AmmError::InsufficientLiquidity {
            parameter: "shares",
            requested: approximate(shares),
            bound: Bound::AtMost,
            available: approximate(after.total_supply),
            counted: Counted::ShareUnits,
        };
        let left = after.total_supply.checked_sub(shares).ok_or(too_many)?;
        let amount0 = mul_div(shares, after.reserve0, after.total_supply)?;
        let amount1 = mul_div(shares, after.reserve1, after.total_supply)?;
        if amount0.is_zero() || amount1.is_zero() {
            return Err(AmmError::InsufficientOutput { operation: "burn" });
        }
        after.total_supply = left;
        let reserve0 = after.reserve0.checked_sub(amount0).ok_or(too_many)?;
        let reserve1 = after.reserve1.checked_sub(amount1).ok_or(too_many)?;
        after.close(reserve0, reserve1)?;
        *self = after;
        Ok((amount0, amount1))
    }

    /// Swaps an exact amount of token 0 in; returns token 1 out `[units]`.
    ///
    /// # Errors
    /// As [`amount_out`]; [`AmmError::InsufficientOutput`] if it rounds to zero.
    pub fn swap_0_for_1(&mut self, amount: U256) -> Result<U256, AmmError> {
        let out = amount_out(amount, self.reserve0, self.reserve1)?;
        self.swap((amount, U256::ZERO), (U256::ZERO, out))?;
        Ok(out)
    }

    /// Swaps an exact amount of token 1 in; returns token 0 out `[units]`.
    ///
    /// # Errors
    /// As [`swap_0_for_1`](Pair::swap_0_for_1).
    pub fn swap_1_for_0(&mut self, amount: U256) -> Result<U256, AmmError> {
        let out = amount_out(amount, self.reserve1, self.reserve0)?;
        self.swap((U256::ZERO, amount), (out, U256::ZERO))?;
        Ok(out)
    }

    /// The contract's `swap`: pays `amounts_out` and accepts `amounts_in` if `k`, fees taken off, does not fall.
    ///
    /// # Errors
    /// [`AmmError::InsufficientOutput`] if nothing goes out, [`AmmError::InsufficientLiquidity`] if a whole reserve would,
    /// [`AmmError::NonPositiveAmount`] if nothing comes in, [`AmmError::Slippage`] if `k` would fall.
    pub fn swap(&mut self, amounts_in: (U256, U256), amounts_out: (U256, U256)) -> Result<(), AmmError> {
        if amounts_out.0.is_zero() && amounts_out.1.is_zero() {
            return Err(AmmError::InsufficientOutput { operation: "swap" });
        }
        if amounts_in.0.is_zero() && amounts_in.1.is_zero() {
            return Err(AmmError::NonPositiveAmount { parameter: "amount_in", value: 0.0 });
        }
        let balance = |reserve: U256, coming: U256, going: U256| -> Result<U256, AmmError> {
            if going >= reserve {
                let (requested, available) = (approximate(going), approximate(reserve));
                return Err(AmmError::too_many_units("amount_out", requested, Bound::Below, available));
            }
            reserve.checked_add(coming).and_then(|sum| sum.checked_sub(going)).ok_or(overflow("balance"))
        };
        let balance0 = balance(self.reserve0, amounts_in.0, amounts_out.0)?;
        let balance1 = balance(self.reserve1, amounts_in.1, amounts_out.1)?;
        let base = U256::from(FEE_DENOMINATOR);
        let adjusted = |balance: U256, coming: U256| {
            let taken = coming.checked_mul(U256::from(3))?;
            balance.checked_mul(base)?.checked_sub(taken)
        };
        let left = adjusted(balance0, amounts_in.0).ok_or(overflow("adjusted balance"))?;
        let right = adjusted(balance1, amounts_in.1).ok_or(overflow("adjusted balance"))?;
        let after = U512::from(left).wrapping_mul(U512::from(right));
        // Reserves are below 2^112.
        let before = U512::from(self.reserve0.wrapping_mul(base))
            .wrapping_mul(U512::from(self.reserve1.wrapping_mul(base)));
        if after < before {
            return Err(AmmError::Slippage {
                parameter: "the product of the balances less fees",
                actual: approximate(after),
                bound: Bound::AtLeast,
                limit: approximate(before),
            });
        }
        self.set_reserves(balance0, balance1)
    }
}

/// What a flash swap may at most return in the token it paid: `floor(997*in/1000)` `[units]`.
///
/// # Errors
/// A product above 256 bits.
pub fn max_same_token_out(amount_in: U256) -> Result<U256, AmmError> {
    mul_div(amount_in, U256::from(super::FEE_NUMERATOR), U256::from(FEE_DENOMINATOR))
}
