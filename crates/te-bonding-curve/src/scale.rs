//! Ratios on a named scale: [`Ppm`], [`E10`], [`E18`].
//!
//! Contracts write a ratio as an integer over a fixed denominator, and three denominators were in production at
//! once in the same organisation. A hatch was once deployed with a number short of its 1e18 scale; nothing
//! noticed until the raise was over. Here the scale is part of the type, so that the slip does not compile.
//!
//! | type | 100 % is | used for |
//! |---|---|---|
//! | [`Ppm`] | 1 000 000 | reserve ratio, exchange rate, supply offered, beneficiary share, oracle ratio |
//! | [`E10`] | 1e10 | target ratio of an issuance |
//! | [`E18`] | 1e18 | tributes, vote support and quorum, split of vaults |
//!
//! ```compile_fail
//! use te_bonding_curve::{E18, Ppm};
//! fn tribute(_: E18) {}
//! tribute(Ppm::new(220_000));          // 22 %, on the wrong scale
//! ```

use crate::error::{ConversionError, LedgerError};
use ruint::aliases::U256;
use serde::{Deserialize, Serialize};

/// A ratio of `raw / ONE`, an exact integer. Values above 1 are representable: an exchange rate may be 10.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fixed<const ONE: u64>(u128);

/// A ratio in parts per million.
pub type Ppm = Fixed<1_000_000>;
/// A ratio with ten decimals.
pub type E10 = Fixed<10_000_000_000>;
/// A ratio with eighteen decimals.
pub type E18 = Fixed<1_000_000_000_000_000_000>;

impl<const ONE: u64> Fixed<ONE> {
    /// 100 %.
    pub const HUNDRED_PERCENT: Self = Self(ONE as u128);
    /// 0.
    pub const ZERO: Self = Self(0);

    /// The ratio `raw / ONE`.
    #[must_use]
    pub const fn new(raw: u128) -> Self {
        Self(raw)
    }

    /// The integer on this scale.
    #[must_use]
    pub const fn raw(self) -> u128 {
        self.0
    }

    /// The ratio as a plain number `[1]`, rounded to the nearest f64 of `raw` and of the quotient.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / ONE as f64
    }

    /// The nearest ratio on this scale to `fraction` `[1]`, 0 or above.
    ///
    /// # Errors
    /// [`ConversionError`] if `fraction` is not finite, is negative, or exceeds 1e15.
    pub fn from_f64(fraction: f64) -> Result<Self, ConversionError> {
        if !fraction.is_finite() {
            return Err(ConversionError::NotFinite { value: fraction });
        }
        if fraction < 0.0 {
            return Err(ConversionError::Negative { value: fraction });
        }
        if fraction > 1e15 {
            return Err(ConversionError::Overflow { value: fraction });
        }
        #[expect(clippy::cast_possible_truncation, reason = "0 <= value <= 1e33, well inside u128")]
        #[expect(clippy::cast_sign_loss, reason = "the value is checked to be 0 or above")]
        Ok(Self((fraction * ONE as f64).round() as u128))
    }

    /// The ratio applied to an amount: ⌊amount · raw / ONE⌋ `[unit of the amount]`.
    ///
    /// # Errors
    /// [`LedgerError::Overflow`] if the product exceeds 256 bits.
    pub fn of(self, amount: U256) -> Result<U256, LedgerError> {
        amount
            .checked_mul(U256::from(self.0))
            .map(|product| product / U256::from(ONE))
            .ok_or(LedgerError::Overflow { what: "amount times ratio" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_floors() {
        assert_eq!(Ppm::new(333_333).of(U256::from(1_000_014)), Ok(U256::from(333_337)));
        assert_eq!(E18::new(220_000_000_000_000_000).of(U256::from(250)), Ok(U256::from(55)));
    }

    #[test]
    fn fractions_round_to_the_scale() {
        assert_eq!(Ppm::from_f64(0.1984), Ok(Ppm::new(198_400)));
        assert_eq!(E10::from_f64(0.5).map(E10::to_f64), Ok(0.5));
        assert!(matches!(Ppm::from_f64(f64::NAN), Err(ConversionError::NotFinite { .. })));
        assert!(matches!(Ppm::from_f64(-0.1), Err(ConversionError::Negative { .. })));
    }
}
