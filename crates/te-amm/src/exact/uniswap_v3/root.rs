//! Ticks and the square roots of their prices, Q64.96, to the contract's last digit.
//!
//! ```text
//! root(t)   r = 2^128; for each set bit k of |t|: r*m_k >> 128; t > 0: (2^256 - 1)/r; then ceil(r/2^32)
//! tick(s)   the greatest t with root(t) <= s
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | t | tick, the price is 1.0001^t | 1 |
//! | `m_k` | 1.0001^(-2^(k-1)) | Q128 |
//! | s | square root of the price | Q64.96 |
//!
//! Limits: ticks in `[-887272, 887272]`, roots from that of the least tick to below that of the greatest.
//!
//! Source: rule and constants measured on v3-core 1.0.1, `testdata/te-amm/pools/README.md`, `constants.json`.
//!
//! Invariants: `root` rises with the tick; `tick(root(t)) = t`.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of Int are checked")]

use super::Refusal;
use crate::exact::integer::Int;
use crate::wide::{U256, approximate};

/// The greatest tick.
pub const MAX_TICK: i32 = 887_272;
/// The root of the least tick `[Q64.96]`.
pub const MIN_ROOT: U256 = ruint::uint! { 4295128739_U256 };
/// The root of the greatest tick `[Q64.96]`.
pub const MAX_ROOT: U256 = ruint::uint! { 1461446703485210103287273052203988822378723970342_U256 };
/// Logarithm of the root of one tick, `ln(1.0001)/2`.
const HALF_LN_TICK: f64 = 4.9997500166654175e-5;

/// Factors of the bits of a tick `[Q128]`.
const FACTORS: [u128; 20] = [
    340265354078544963557816517032075149313,
    340248342086729790484326174814286782778,
    340214320654664324051920982716015181260,
    340146287995602323631171512101879684304,
    340010263488231146823593991679159461444,
    339738377640345403697157401104375502016,
    339195258003219555707034227454543997025,
    338111622100601834656805679988414885971,
    335954724994790223023589805789778977700,
    331682121138379247127172139078559817300,
    323299236684853023288211250268160618739,
    307163716377032989948697243942600083929,
    277268403626896220162999269216087595045,
    225923453940442621947126027127485391333,
    149997214084966997727330242082538205943,
    66119101136024775622716233608466517926,
    12847376061809297530290974190478138313,
    485053260817066172746253684029974020,
    691415978906521570653435304214168,
    1404880482679654955896180642,
];

/// The square root of the price at a tick `[Q64.96]`.
///
/// ```
/// use te_amm::exact::uniswap_v3::root::{MIN_ROOT, root_at_tick, tick_at_root};
/// assert_eq!(root_at_tick(-887_272)?, MIN_ROOT);
/// assert_eq!(root_at_tick(0)?.to_string(), (1u128 << 96).to_string());
/// assert_eq!(tick_at_root(root_at_tick(-60)?)?, -60);
/// # Ok::<(), te_amm::exact::uniswap_v3::Refusal>(())
/// ```
///
/// # Errors
/// [`Refusal::Tick`] beyond [`MAX_TICK`].
pub fn root_at_tick(tick: i32) -> Result<U256, Refusal> {
    let bits = tick.unsigned_abs();
    if bits > MAX_TICK.unsigned_abs() {
        return Err(Refusal::Tick);
    }
    let mut ratio = U256::from(1u64).wrapping_shl(128);
    for (k, &factor) in (0u32..).zip(&FACTORS) {
        if bits.wrapping_shr(k) & 1 == 1 {
            // At most 2^128 times less than 2^128.
            ratio = ratio.wrapping_mul(U256::from(factor)).wrapping_shr(128);
        }
    }
    let ratio = if tick > 0 { Int::from(U256::MAX) / ratio } else { ratio.into() };
    Ok(ratio.div_up(1u64.wrapping_shl(32)).get()?)
}

/// The greatest tick whose root is at most `root`.
///
/// The logarithm in `f64` misses the place among the ticks by less than 10^-4, the roots' own rounding included; a root that lies closer to
/// a tick is compared with the tick's.
///
/// # Errors
/// [`Refusal::Root`] outside the ticks.
pub fn tick_at_root(root: U256) -> Result<i32, Refusal> {
    if root < MIN_ROOT || root >= MAX_ROOT {
        return Err(Refusal::Root);
    }
    // 2^-96
    let place = te_math::ln(approximate(root) * 1.262_177_448_353_618_9e-29) / HALF_LN_TICK;
    let nearest = place.round();
    if (place - nearest).abs() > 1e-4 {
        return Ok(whole(place.floor()));
    }
    let nearest = whole(nearest);
    Ok(if root_at_tick(nearest)? <= root { nearest } else { nearest.saturating_sub(1) })
}

#[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^20")]
fn whole(place: f64) -> i32 {
    place as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tick_begins_at_its_root() {
        for tick in (-MAX_TICK..MAX_TICK).step_by(97).chain(-300..300).chain([MAX_TICK - 1]) {
            let root = root_at_tick(tick).unwrap();
            assert_eq!(tick_at_root(root).unwrap(), tick);
            if tick > -MAX_TICK {
                assert_eq!(tick_at_root(root - U256::from(1u64)).unwrap(), tick - 1);
            }
        }
        assert_eq!(root_at_tick(MAX_TICK).unwrap(), MAX_ROOT);
        assert!(root_at_tick(MAX_TICK + 1).is_err() && root_at_tick(i32::MIN).is_err());
    }
}
