//! Weights that move linearly in time, as a bootstrapping sale has them.
//!
//! ```text
//! w(t) = w0 -/+ p*|w1 - w0|/E,  p = (t - t0)*E/(t1 - t0),  0 before the start, w1 from the end on
//! stored in b bits: ceil(w*(2^b - 1)/E), read ceil(code*E/(2^b - 1))
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | w0, w1 | weights at the start and the end | 10^-18 |
//! | t0, t1 | start and end | s |
//!
//! Assumption: the second vault's pools of 2021 keep the start in 31 bits and the end in 16, so that their weights differ from those given
//! by up to 2^-16 and do not add up to one; the third vault's keep all digits.
//!
//! Source: rules measured on Balancer's contracts, `testdata/te-amm/pools/README.md`.
//!
//! Invariant: a weight stays between its two ends.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of Int are checked")]

use super::Refusal;
use super::fixed_point::{ONE, mul_down};
use crate::exact::integer::Int;
use crate::wide::U256;
use serde::{Deserialize, Serialize};

/// Bits of a start weight and of an end weight.
const START_BITS: u32 = 31;
const END_BITS: u32 = 16;

/// A weight on its way between two ends, at a time `[10^-18]`.
///
/// ```
/// use te_amm::exact::weighted::schedule::weight_at;
/// use te_amm::wide::U256;
/// let ends = [745_670_477_661_788_842u64, 500_000_000_000_000_000].map(U256::from);
/// let now = weight_at(ends, [1_800_673_926, 1_800_677_526], 1_800_675_147)?;
/// assert_eq!(now, U256::from(662_347_240_654_832_127u64));
/// # Ok::<(), te_amm::exact::weighted::Refusal>(())
/// ```
///
/// # Errors
/// [`Refusal::Arithmetic`] beyond 256 bits.
pub fn weight_at([start, end]: [U256; 2], [from, to]: [u64; 2], time: u64) -> Result<U256, Refusal> {
    if time >= to {
        return Ok(end);
    }
    let Some(elapsed) = time.checked_sub(from) else { return Ok(start) };
    // time < to, so the whole is above the elapsed time.
    let passed = Int::from(elapsed) * ONE / to.saturating_sub(from);
    let moved = mul_down(passed, Int::from(start.abs_diff(end)));
    let now = if end > start { Int::from(start) + moved } else { Int::from(start) - moved };
    Ok(now.get()?)
}

/// The largest code of so many bits.
fn largest(bits: u32) -> u64 {
    1u64.wrapping_shl(bits).wrapping_sub(1)
}

/// A weight as it comes back from so many bits `[10^-18]`.
fn stored(weight: U256, bits: u32) -> Result<U256, Refusal> {
    let code = (Int::from(weight) * largest(bits)).div_up(ONE);
    Ok((code * ONE).div_up(largest(bits)).get()?)
}

/// The weights of a bootstrapping pool of the second vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    ends: Vec<[U256; 2]>,
    times: [u64; 2],
}

impl Schedule {
    /// Weights that stay `[10^-18]`.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`] beyond 256 bits.
    pub fn at_rest(weights: &[U256]) -> Result<Self, Refusal> {
        let ends = |&weight: &U256| {
            let weight = stored(weight, END_BITS)?;
            Ok([weight, weight])
        };
        Ok(Self { ends: weights.iter().map(ends).collect::<Result<_, Refusal>>()?, times: [0, 0] })
    }

    /// The weights at a time `[10^-18]`.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`] beyond 256 bits.
    pub fn at(&self, time: u64) -> Result<Vec<U256>, Refusal> {
        self.ends.iter().map(|&ends| weight_at(ends, self.times, time)).collect()
    }

    /// The weight of one token at a time `[10^-18]`.
    ///
    /// # Errors
    /// [`Refusal::NoSuchToken`]; [`Refusal::Arithmetic`] beyond 256 bits.
    pub fn of(&self, token: usize, time: u64) -> Result<U256, Refusal> {
        weight_at(self.ends.get(token).copied().ok_or(Refusal::NoSuchToken)?, self.times, time)
    }

    /// From now on the weights move from where they are to `end_weights`, between a start, at the earliest now, and an end `[10^-18]`.
    ///
    /// # Errors
    /// [`Refusal::Parameter`] for an end before the start, or another number of weights; [`Refusal::Arithmetic`].
    pub fn update(&mut self, now: u64, [start, end]: [u64; 2], end_weights: &[U256]) -> Result<(), Refusal> {
        let start = start.max(now);
        if end < start {
            return Err(Refusal::Parameter("the weights must end to move after they start"));
        }
        if end_weights.len() != self.ends.len() {
            return Err(Refusal::Parameter("each token needs a weight above 0"));
        }
        let ends = self
            .at(now)?
            .into_iter()
            .zip(end_weights)
            .map(|(from, &to)| Ok([stored(from, START_BITS)?, stored(to, END_BITS)?]))
            .collect::<Result<_, Refusal>>()?;
        (self.ends, self.times) = (ends, [start, end]);
        Ok(())
    }
}
