//! Prices on the geometric grid of ticks: `price(i) = 1.0001^i`.
//!
//! Equations: `sqrt_price(i) = exp(i*ln(1.0001)/2)`; `tick(p) = floor(ln(p)/ln(1.0001))`, settled at the grid's points.
//!
//! Assumptions and limits: `f64`, relative error below 1e-14; ticks in [-887272, 887272].
//!
//! Source: Uniswap v3 Core (2021), section 6.1.
//!
//! Invariant: `price(tick(p)) <= p < price(tick(p) + 1)`.

use crate::AmmError;
use te_core::math::{exp, ln};

/// Largest tick, as in the contracts.
pub const MAX_TICK: i32 = 887_272;
/// Logarithm of the square root of one tick, `ln(1.0001)/2`.
const HALF_LN_TICK: f64 = 4.9997500166654175e-5;

/// Square root of the price at a tick.
///
/// # Errors
/// [`AmmError::Domain`] beyond [`MAX_TICK`].
pub fn sqrt_price_at(tick: i32) -> Result<f64, AmmError> {
    if tick.unsigned_abs() > MAX_TICK.unsigned_abs() {
        return Err(AmmError::Domain {
            parameter: "tick",
            value: f64::from(tick),
            range: "in [-887272, 887272]",
        });
    }
    Ok(exp(f64::from(tick) * HALF_LN_TICK))
}

/// The greatest tick whose price is at most `price`.
///
/// # Errors
/// [`AmmError::Domain`] unless the price is positive and within the ticks.
pub fn tick_at(price: f64) -> Result<i32, AmmError> {
    let refused = AmmError::Domain { parameter: "price", value: price, range: "within the ticks" };
    if !(price.is_finite() && price > 0.0) {
        return Err(refused);
    }
    let guess = (ln(price) / (2.0 * HALF_LN_TICK)).floor();
    if guess.abs() > f64::from(MAX_TICK) {
        return Err(refused);
    }
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^20")]
    let guess = guess as i32;
    // The logarithm may be off by its last digit at a tick.
    let root = price.sqrt();
    for tick in [guess.saturating_add(1), guess] {
        if sqrt_price_at(tick).is_ok_and(|s| s <= root) {
            return Ok(tick);
        }
    }
    Ok(guess.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_and_prices_agree() {
        assert!((HALF_LN_TICK - 1e-4f64.ln_1p() / 2.0).abs() < 1e-20);
        for tick in [-887_272, -1, 0, 1, 12_345, 887_272] {
            let price = sqrt_price_at(tick).unwrap().powi(2);
            assert!((tick_at(price * (1.0 + 1e-9)).unwrap() - tick).abs() == 0, "{tick}");
        }
        assert!(sqrt_price_at(887_273).is_err() && tick_at(0.0).is_err());
    }
}
