//! Prices on the geometric grid of ticks: `price(i) = 1.0001^i`.
//!
//! Equations: `sqrt_price(i) = root(|i|)/2^96`, the contracts' integer, inverted below 0; `tick(p) = floor(ln(p)/ln(1.0001))`, settled at the grid's points.
//!
//! Assumptions and limits: `f64`, relative error of a root below 3e-16; ticks in `[-887272, 887272]`. A price that is a tick's but for rounding is on
//! that tick: powers of the double nearest to 1.0001 stray from those of 1.0001 by up to `(|i| + 4)*2.2e-16`, and by so much a price may
//! fall short of a tick and still count as having reached it.
//!
//! Source: Uniswap v3 Core (2021), section 6.1.
//!
//! Invariants: `price(tick(p)) <= p < price(tick(p) + 1)` to that rounding; the tick of a tick's price is the tick.

use crate::AmmError;
use crate::exact::uniswap_v3::root::root_at_tick;
use te_math::ln;

/// Largest tick, as in the contracts.
pub const MAX_TICK: i32 = 887_272;
/// Logarithm of the square root of one tick, `ln(1.0001)/2`.
const HALF_LN_TICK: f64 = 4.9997500166654175e-5;

/// Square root of the price at a tick.
///
/// # Errors
/// [`AmmError::Domain`] beyond [`MAX_TICK`].
pub fn sqrt_price_at(tick: i32) -> Result<f64, AmmError> {
    let refused =
        |_| AmmError::Domain { parameter: "tick", value: f64::from(tick), range: "in [-887272, 887272]" };
    // The contracts' least tick has no opposite in 32 bits; it is refused all the same.
    let root = root_at_tick(tick.saturating_abs()).map_err(refused)?;
    // The leading 64 bits, which a double rounds once.
    let shift = root.bit_len().saturating_sub(64);
    let leading = root.wrapping_shr(shift).saturating_to::<u64>() as f64;
    // 2^(shift - 96), a power of two between 2^-63 and 1: exact. The root of a tick from 0 on has 97 to 160 bits.
    let power = i64::try_from(shift).unwrap_or(0).saturating_sub(96);
    let scaled = leading * f64::from_bits(power.saturating_add(1023).cast_unsigned().wrapping_shl(52));
    Ok(if tick < 0 { 1.0 / scaled } else { scaled })
}

/// The greatest tick whose price is at most `price`, to rounding.
///
/// ```
/// use te_amm::concentrated::tick_price::tick_at;
/// assert_eq!(tick_at(1.0060177342688175)?, 60);
/// assert_eq!(tick_at(1.0001f64.powi(-1000))?, -1000);
/// // A part in 10^12 below a tick is below it.
/// assert_eq!(tick_at(1.0060177342688175 * (1.0 - 1e-12))?, 59);
/// # Ok::<(), te_amm::AmmError>(())
/// ```
///
/// # Errors
/// [`AmmError::Domain`] unless the price lies within the ticks.
pub fn tick_at(price: f64) -> Result<i32, AmmError> {
    let range = "in [2.9390e-39, 3.4029e38), from tick -887272 to one above tick 887272";
    tick_at_sqrt_price(price.sqrt()).map_err(|_| AmmError::Domain { parameter: "price", value: price, range })
}

/// The greatest tick whose square root of the price is at most `sqrt_price`, to rounding.
///
/// # Errors
/// [`AmmError::Domain`] unless it lies within the ticks.
pub fn tick_at_sqrt_price(sqrt_price: f64) -> Result<i32, AmmError> {
    let refused = AmmError::Domain {
        parameter: "sqrt_price",
        value: sqrt_price,
        range: "in [5.4212e-20, 1.8447e19), from tick -887272 to one above tick 887272",
    };
    if !(sqrt_price.is_finite() && sqrt_price > 0.0) {
        return Err(refused);
    }
    let (place, last) = (ln(sqrt_price) / HALF_LN_TICK, f64::from(MAX_TICK));
    let nearest = place.round().min(last);
    if nearest < -last || place >= last + 1.0 {
        return Err(refused);
    }
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^20")]
    let tick = nearest as i32;
    // Half of what a price may fall short, since this is its root.
    let rounding = 0.5 * (nearest.abs() + 4.0) * f64::EPSILON;
    if sqrt_price_at(tick)? <= sqrt_price * (1.0 + rounding) {
        return Ok(tick);
    }
    let below = tick.saturating_sub(1);
    if below < -MAX_TICK { Err(refused) } else { Ok(below) }
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
        for price in
            [f64::NAN, f64::INFINITY, -1.0, 1e39, 1e-40, sqrt_price_at(-MAX_TICK).unwrap().powi(2) * 0.9999]
        {
            assert!(matches!(tick_at(price), Err(AmmError::Domain { parameter: "price", .. })), "{price}");
        }
    }

    /// By powers of the nearest double, by repeated multiplication, or as the square of a root.
    #[test]
    fn the_tick_of_a_ticks_price_is_the_tick() {
        let (mut up, mut down) = (1.0f64, 1.0f64);
        for tick in 0..=MAX_TICK {
            if tick % 97 == 0 || !(2000..=MAX_TICK - 100).contains(&tick) {
                for sign in [1, -1] {
                    let at = tick * sign;
                    let root = sqrt_price_at(at).unwrap();
                    let product = if sign > 0 { up } else { down };
                    for price in [1.0001f64.powi(at), product, root * root] {
                        assert_eq!(tick_at(price).unwrap(), at, "{price}");
                    }
                    assert_eq!(tick_at_sqrt_price(root).unwrap(), at);
                }
            }
            up *= 1.0001;
            down /= 1.0001;
        }
    }
}
