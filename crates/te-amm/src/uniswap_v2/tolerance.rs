//! How much worse than quoted a trade may come out, as an exact fraction.
//!
//! Equation: `tolerance = part/whole`; a limit is the quoted amount divided (out) or multiplied (in) by `1 + part/whole`.
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | part, whole | numerator and denominator | 1 |
//!
//! Assumptions and limits: not negative; a decimal of up to 28 places. No float: a limit is compared with an amount to the unit.
//!
//! Source: v2-sdk `5174518d`, `entities/trade.ts`, where it is a `Percent`.
//!
//! Invariant: `whole > 0`.

use crate::wide::ten_to;
use crate::{AmmError, Number};
use rust_decimal::Decimal;

/// A slippage tolerance: in percent, in basis points, as a fraction or as a decimal.
///
/// ```
/// use te_amm::uniswap_v2::Tolerance;
/// let half_a_percent = Tolerance::basis_points(50);
/// assert_eq!(half_a_percent, Tolerance::from_fraction(1, 200)?);
/// assert_eq!(half_a_percent, Tolerance::from_decimal("0.005".parse()?)?);
/// assert_eq!(Tolerance::percent(1), Tolerance::basis_points(100));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Tolerance {
    part: u128,
    whole: u128,
}

impl Tolerance {
    /// So many hundredths.
    #[must_use]
    pub const fn percent(percent: u64) -> Self {
        Self { part: percent as u128, whole: 100 }
    }

    /// So many parts in ten thousand.
    #[must_use]
    pub const fn basis_points(basis_points: u64) -> Self {
        Self { part: basis_points as u128, whole: 10_000 }
    }

    /// `part/whole`.
    ///
    /// # Errors
    /// [`AmmError::DivisionByZero`] if `whole` is zero.
    pub const fn from_fraction(part: u128, whole: u128) -> Result<Self, AmmError> {
        if whole == 0 {
            return Err(AmmError::DivisionByZero { operation: "slippage tolerance" });
        }
        Ok(Self { part, whole })
    }

    /// The decimal itself: 0.005 is half a percent.
    ///
    /// # Errors
    /// [`AmmError::Domain`] below zero.
    pub fn from_decimal(tolerance: Decimal) -> Result<Self, AmmError> {
        let value = Number::approximate(tolerance);
        let refused = AmmError::Domain { parameter: "tolerance", value, range: "at least 0" };
        if tolerance.is_sign_negative() && !tolerance.is_zero() {
            return Err(refused);
        }
        let whole = ten_to(tolerance.scale()).ok_or(refused)?;
        Ok(Self { part: tolerance.mantissa().unsigned_abs(), whole })
    }

    /// Numerator and denominator.
    pub(super) const fn fraction(self) -> (u128, u128) {
        (self.part, self.whole)
    }
}

impl PartialEq for Tolerance {
    fn eq(&self, other: &Self) -> bool {
        crate::wide::product(self.part, other.whole) == crate::wide::product(other.part, self.whole)
    }
}

impl Eq for Tolerance {}

/// Percent, the unit of whole numbers.
impl From<u64> for Tolerance {
    fn from(percent: u64) -> Self {
        Self::percent(percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tolerance_is_exact() {
        assert_eq!(Tolerance::from_decimal("0.0050".parse().unwrap()).unwrap(), Tolerance::basis_points(50));
        assert_ne!(Tolerance::from_decimal("0.0051".parse().unwrap()).unwrap(), Tolerance::basis_points(50));
        assert!(Tolerance::from_decimal("-0.1".parse().unwrap()).is_err());
        assert!(Tolerance::from_fraction(1, 0).is_err());
    }
}
