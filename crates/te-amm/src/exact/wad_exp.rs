//! The exponential of Curve's moving averages, 18 decimals in and out.
//!
//! ```text
//! v = x*2^96, k = round(v/ln 2), e^x = 2^k*p(v - k*ln 2)/q(v - k*ln 2), p and q polynomials in Q96
//! ```
//!
//! Limits: refused from 135.305999368893231589 on; 0 at and below a limit that depends on the contract.
//!
//! Source: rule and constants measured on Curve's contracts, `testdata/te-amm/pools/README.md`, `constants.json`.
//!
//! Invariant: between 0 and the integers' end the result is within a few units of the exponential.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of SignedInt are checked")]

use super::integer::{Fault, Int};
use super::signed::{Signed, SignedInt};
use crate::wide::U256;
use ruint::uint;

/// At and above it the exponential is refused `[10^-18]`.
const REFUSED_FROM: u128 = 135_305_999_368_893_231_589;
const LN2_Q96: i128 = 54_916_777_467_707_473_351_141_471_128;
const Y: [i128; 2] = [1346386616545796478920950773328, 57155421227552351082224309758442];
const P: [i128; 3] = [
    -94201549194550492254356042504812,
    28719021644029726153956944680412240,
    4385272521454847904659076985693276,
];
const Q: [i128; 6] = [
    -2855989394907223263936484059900,
    50020603652535783019961831881945,
    -533845033583426703283633433725380,
    3604857256930695427073651918091429,
    -14423608567350463180887372962807573,
    26449188498355588339934803723976023,
];
const SCALE: U256 = uint! { 3822833074963236453042738258902158003155416615667_U256 };
const SHIFT: i64 = 195;

fn signed(value: i128) -> SignedInt {
    Signed { negative: value < 0, magnitude: U256::from(value.unsigned_abs()) }.into()
}

fn power_of_two(bits: usize) -> SignedInt {
    U256::from(1u64).wrapping_shl(bits).into()
}

/// `e^x` `[10^-18]`; `None` where the contract refuses it, 0 from `zero_at` downwards.
///
/// # Errors
/// None within the limits; a [`Fault`] would say that a step left 256 bits.
pub(crate) fn wad_exp(x: Signed, zero_at: u128) -> Result<Option<U256>, Fault> {
    if x.negative && x.magnitude >= U256::from(zero_at) {
        return Ok(Some(U256::ZERO));
    }
    if !x.negative && x.magnitude >= U256::from(REFUSED_FROM) {
        return Ok(None);
    }
    // 5^18
    let v = SignedInt::from(x) * power_of_two(78) / SignedInt::from(3_814_697_265_625);
    let k = (v * power_of_two(96) / signed(LN2_Q96) + power_of_two(95)) >> 96;
    let v = v - k * signed(LN2_Q96);
    let [y0, y1] = Y.map(signed);
    let [p0, p1, p2] = P.map(signed);
    let y = (((v + y0) * v) >> 96) + y1;
    let p = ((((y + v + p0) * y) >> 96) + p1) * v + p2 * power_of_two(96);
    let [q0, q1, rest @ ..] = Q.map(signed);
    let first = (((v + q0) * v) >> 96) + q1;
    let w = rest.into_iter().fold(first, |w, q| ((w * v) >> 96) + q);
    let ratio = (p / w).unsigned().get()?;
    let Signed { negative, magnitude } = k.get()?;
    // |k| is below 196 within the limits.
    let k = i64::try_from(magnitude).map_err(|_| Fault::OutOfRange)?;
    let shift = if negative { SHIFT.saturating_add(k) } else { SHIFT.saturating_sub(k) };
    let shift = usize::try_from(shift).map_err(|_| Fault::OutOfRange)?;
    Ok(Some(ratio.wrapping_mul(SCALE).wrapping_shr(shift)))
}

/// The weight of the old average after `elapsed` of a window: `e^-(elapsed/window)` `[10^-18]`.
///
/// # Errors
/// A [`Fault`] for a window of 0.
pub(crate) fn decay(elapsed: u64, window: u64, zero_at: u128) -> Result<U256, Fault> {
    let magnitude = (Int::from(elapsed) * super::weighted::fixed_point::ONE / window).get()?;
    let x = Signed { negative: !magnitude.is_zero(), magnitude };
    // Not above 0, so never refused.
    Ok(wad_exp(x, zero_at)?.unwrap_or(U256::ZERO))
}

/// A moving average: the last value, the average before it and when that was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Average {
    pub(crate) last: U256,
    pub(crate) ema: U256,
    pub(crate) time: u64,
}

impl Average {
    /// The average at a time: `(last*(E - e) + ema*e)/E`, `e` the [`decay`] since.
    pub(crate) fn at(&self, time: u64, window: u64, zero_at: u128) -> Result<U256, Fault> {
        let one = super::weighted::fixed_point::ONE;
        match time.checked_sub(self.time) {
            None | Some(0) => Ok(self.ema),
            Some(elapsed) => {
                let old = decay(elapsed, window, zero_at)?;
                ((Int::from(self.last) * (Int::from(one) - old) + Int::from(self.ema) * old) / one).get()
            }
        }
    }

    /// The average after a new last value.
    pub(crate) fn moved(&self, last: U256, time: u64, window: u64, zero_at: u128) -> Result<Self, Fault> {
        Ok(Self { last, ema: self.at(time, window, zero_at)?, time: self.time.max(time) })
    }
}
