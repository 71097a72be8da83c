//! A declared decimal grid: amounts are whole numbers of `10^-places`.
//!
//! Equation: `amount = units * 10^-places`, with `units < 2^96`, so that every amount is an exact
//! [`Decimal`].
//!
//! | places | largest amount |
//! |---|---|
//! | 18 | 7.9e10 |
//! | 12 | 7.9e16 |
//! | 9 | 7.9e19 |
//! | 6 | 7.9e22 |
//!
//! Why: above its 96 bits a decimal rounds sums without notice and tokens vanish; on the grid such an amount is an error.
//!
//! Source: measured on `rust_decimal` 1.43; see `testdata/te-amm/README.md`.
//!
//! Invariant: `amount(units(a)) == a` for every amount accepted.

use crate::wide::ten_to;
use crate::{AmmError, Number};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Largest number of units, `2^96 - 1`.
pub const MAX_UNITS: u128 = (1 << 96) - 1;

/// A grid of `places` decimal places, 0 to 28; 18 by default.
///
/// ```
/// use te_amm::Grid;
/// let grid = Grid::default();
/// assert_eq!(grid.units("1.5".parse()?)?, 1_500_000_000_000_000_000);
/// assert_eq!(grid.amount(25)?.to_string(), "0.000000000000000025");
/// // Finer than the grid, or too large for it: refused, not rounded.
/// assert!(grid.units("0.0000000000000000001".parse()?).is_err());
/// assert!(grid.units("100000000000".parse()?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Grid {
    places: u32,
}

impl Default for Grid {
    fn default() -> Self {
        Self { places: 18 }
    }
}

impl Grid {
    /// A grid of so many places.
    ///
    /// # Errors
    /// [`AmmError::Domain`] above 28.
    pub fn new(places: u32) -> Result<Self, AmmError> {
        if places > 28 {
            return Err(AmmError::Domain {
                parameter: "places",
                value: f64::from(places),
                range: "in [0, 28]",
            });
        }
        Ok(Self { places })
    }

    /// Decimal places.
    #[inline]
    pub const fn places(self) -> u32 {
        self.places
    }

    /// The amount in units of the grid.
    ///
    /// # Errors
    /// [`AmmError::Domain`] if negative; [`AmmError::PrecisionLoss`] if finer than the grid or above `2^96 - 1` units.
    #[inline]
    pub fn units(self, amount: Decimal) -> Result<u128, AmmError> {
        let mantissa = amount.mantissa().unsigned_abs();
        if amount.scale() == self.places && amount.is_sign_positive() {
            return Ok(mantissa);
        }
        self.rescaled(amount, mantissa)
    }

    /// The units of an amount that is not written in the grid's places already.
    fn rescaled(self, amount: Decimal, mantissa: u128) -> Result<u128, AmmError> {
        if amount.is_sign_negative() && mantissa != 0 {
            return Err(AmmError::Domain {
                parameter: "amount",
                value: Number::approximate(amount),
                range: "at least 0",
            });
        }
        let scale = amount.scale();
        let loss = |finer| AmmError::PrecisionLoss {
            value: Number::approximate(amount),
            finer,
            places: self.places,
        };
        if scale <= self.places {
            let large = || loss(None);
            let power = ten_to(self.places.saturating_sub(scale)).ok_or_else(large)?;
            return mantissa.checked_mul(power).filter(|&units| units <= MAX_UNITS).ok_or_else(large);
        }
        let finer = || loss(Some(amount));
        let power = ten_to(scale.saturating_sub(self.places)).ok_or_else(finer)?;
        mantissa
            .checked_div(power)
            .filter(|units| units.checked_mul(power) == Some(mantissa))
            .ok_or_else(finer)
    }

    /// The amount in units, rounded down to the grid where it is finer.
    ///
    /// # Errors
    /// As [`units`](Grid::units), without the finer amounts.
    pub fn units_floor(self, amount: Decimal) -> Result<u128, AmmError> {
        let scale = amount.scale();
        if scale <= self.places || amount.is_sign_negative() {
            return self.units(amount);
        }
        let power = ten_to(scale.saturating_sub(self.places)).unwrap_or(u128::MAX);
        Ok(amount.mantissa().unsigned_abs().checked_div(power).unwrap_or(0))
    }

    /// The units as an exact decimal.
    ///
    /// # Errors
    /// [`AmmError::PrecisionLoss`] above `2^96 - 1` units.
    #[inline]
    pub fn amount(self, units: u128) -> Result<Decimal, AmmError> {
        if units > MAX_UNITS {
            return Err(self.too_large(units));
        }
        Ok(self.decimal(units))
    }

    /// The lowest 96 bits of the units as a decimal: the amount itself for units up to [`MAX_UNITS`].
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the three words of 32 bits of the mantissa")]
    pub(crate) fn decimal(self, units: u128) -> Decimal {
        // A grid has at most 28 places; said again, the constructor's check of it vanishes.
        let places = self.places.min(28);
        Decimal::from_parts(units as u32, (units >> 32) as u32, (units >> 64) as u32, false, places)
    }

    /// The units in tokens, for messages.
    #[cold]
    pub(crate) fn tokens(self, units: u128) -> f64 {
        units as f64 / te_math::powi(10.0, self.places.cast_signed())
    }

    #[cold]
    fn too_large(self, units: u128) -> AmmError {
        AmmError::PrecisionLoss { value: self.tokens(units), finer: None, places: self.places }
    }
}

impl TryFrom<u32> for Grid {
    type Error = AmmError;
    fn try_from(places: u32) -> Result<Self, AmmError> {
        Self::new(places)
    }
}

impl From<Grid> for u32 {
    fn from(grid: Grid) -> Self {
        grid.places
    }
}
