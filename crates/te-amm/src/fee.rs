//! The fee of a pool as an exact fraction.
//!
//! Equation: of an input `a` the share `g*a`, `g = kept/base = 1 - fee`, moves along the curve; the rest stays in the pool.
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | fee | share of the input taken | 1 |
//! | g | share of the input that trades | 1 |
//!
//! Assumptions and limits: `0 <= fee < 1`, at most 18 decimal places, so that exact 256-bit products cannot overflow.
//!
//! Source: Adams, Zinsmeister, Robinson, Uniswap v2 Core (2020), section 3.2.1.
//!
//! Invariant: `0 < kept <= base <= 10^18`.

use crate::wide::{mul_div_floor, ten_to};
use crate::{AmmError, Number};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Decimal places that a fee may have.
pub const FEE_PLACES: u32 = 18;

/// A fee as the exact fraction `1 - kept/base`.
///
/// ```
/// use te_amm::Fee;
/// let fee = Fee::from_decimal("0.003".parse()?)?;
/// assert_eq!(fee, Fee::UNISWAP_V2);
/// assert_eq!((fee.kept(), fee.base()), (997, 1000));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "(u64, u64)", into = "(u64, u64)")]
pub struct Fee {
    kept: u64,
    base: u64,
}

impl Fee {
    /// No fee.
    pub const NONE: Self = Self { kept: 1, base: 1 };
    /// 0.3 %, as the contracts write it: 997/1000.
    pub const UNISWAP_V2: Self = Self { kept: 997, base: 1000 };

    /// The fee that keeps `kept` of every `base` units in the trade, in lowest terms.
    ///
    /// # Errors
    /// [`AmmError::InvalidFee`] unless `0 < kept <= base <= 10^18`.
    pub fn from_fraction(kept: u64, base: u64) -> Result<Self, AmmError> {
        if kept == 0 || kept > base || base > 10u64.pow(FEE_PLACES) {
            let value = 1.0 - kept as f64 / base as f64;
            return Err(AmmError::InvalidFee { value, places: Some(FEE_PLACES) });
        }
        let divisor = common_divisor(kept, base);
        // The divisor of two positive numbers is at least 1.
        Ok(Self {
            kept: kept.checked_div(divisor).unwrap_or(kept),
            base: base.checked_div(divisor).unwrap_or(base),
        })
    }

    /// The fee as a share of the input, in `[0, 1)` with at most 18 places.
    ///
    /// # Errors
    /// [`AmmError::InvalidFee`] outside that range.
    pub fn from_decimal(fee: Decimal) -> Result<Self, AmmError> {
        let invalid = AmmError::InvalidFee { value: Number::approximate(fee), places: Some(FEE_PLACES) };
        if fee.is_zero() {
            return Ok(Self::NONE);
        }
        if fee.is_sign_negative() {
            return Err(invalid);
        }
        let plain = fee.normalize();
        if plain.scale() > FEE_PLACES {
            return Err(invalid);
        }
        let base = ten_to(plain.scale()).and_then(|b| u64::try_from(b).ok()).ok_or(invalid)?;
        let taken = u64::try_from(plain.mantissa()).map_err(|_| invalid)?;
        Self::from_fraction(base.checked_sub(taken).ok_or(invalid)?, base).map_err(|_| invalid)
    }

    /// The numerator of `g`.
    #[inline]
    pub const fn kept(self) -> u64 {
        self.kept
    }

    /// The denominator of `g`.
    #[inline]
    pub const fn base(self) -> u64 {
        self.base
    }

    /// The part of an input of at most `2^96 - 1` units that is taken, `floor(a*(b - n)/b)` with `g = n/b` `[units]`.
    #[inline]
    pub(crate) fn taken(self, units_in: u128) -> u128 {
        let (part, base) = (u128::from(self.base.wrapping_sub(self.kept)), u128::from(self.base));
        // `part < base < 2^60`: the path always holds.
        mul_div_floor(units_in, part, base).unwrap_or(0)
    }

    /// The share taken, as a decimal (rounded to 28 places where the fraction has no finite expansion).
    ///
    /// # Errors
    /// None for a fee that exists; the signature carries the checked division.
    pub fn to_decimal(self) -> Result<Decimal, AmmError> {
        Ok(Decimal::from(self.base.wrapping_sub(self.kept)).try_div(Decimal::from(self.base))?)
    }

    /// The share taken, as an `f64`.
    pub fn to_f64(self) -> f64 {
        self.base.wrapping_sub(self.kept) as f64 / self.base as f64
    }
}

fn common_divisor(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    a
}

impl TryFrom<(u64, u64)> for Fee {
    type Error = AmmError;
    fn try_from((kept, base): (u64, u64)) -> Result<Self, AmmError> {
        Self::from_fraction(kept, base)
    }
}

impl From<Fee> for (u64, u64) {
    fn from(fee: Fee) -> Self {
        (fee.kept, fee.base)
    }
}
