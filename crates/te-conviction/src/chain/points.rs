//! Voting power and streaming shares of Gardens v2.
//!
//! | system | points of a member |
//! |---|---|
//! | fixed | the same number for everybody |
//! | capped | stake, at most a cap |
//! | unlimited | stake |
//! | quadratic | `floor(sqrt(stake 10^decimals))` |
//!
//! A streaming pool pays `floor(rate min(C, M) / M)` with C the conviction of the eligible proposals and M the largest
//! conviction of all points; each proposal gets `floor(conviction budget / C)` units, at least 1. Eligible is what is
//! above the threshold of a zero request.
//!
//! Effective points: the larger of what was active when a proposal was last allocated to and what is active now, so that
//! leaving does not lower a threshold at once while conviction decays slowly.
//!
//! Source: 1Hive/gardens-v2 at 15ad3748a, power registries and `CVStreamingFacet`.

use crate::chain::{D, Revert, div, mul, sub};
use ruint::aliases::U256;

/// How stake becomes voting power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointSystem {
    /// Everybody has this many points.
    Fixed(U256),
    /// Stake, up to this cap.
    Capped(U256),
    /// Stake.
    Unlimited,
    /// Square root of stake with this many decimals.
    Quadratic {
        /// Decimals of the token.
        decimals: u8,
    },
}

impl PointSystem {
    /// Points of a member with a stake `[wei]`.
    ///
    /// # Errors
    /// [`Revert::MulOverflow`] where `stake 10^decimals` exceeds 2^256 - 1.
    pub fn points(&self, stake: U256) -> Result<U256, Revert> {
        match *self {
            Self::Fixed(points) => Ok(points),
            Self::Capped(cap) => Ok(stake.min(cap)),
            Self::Unlimited => Ok(stake),
            Self::Quadratic { decimals } => {
                let scale = U256::from(10).checked_pow(U256::from(decimals)).ok_or(Revert::MulOverflow)?;
                Ok(mul(stake, scale)?.root(2))
            }
        }
    }
}

/// Points that a threshold uses: the larger of the snapshot and the present number.
pub fn effective_points(snapshot: U256, active: U256) -> U256 {
    snapshot.max(active)
}

/// What a streaming pool pays per second `[wei/s]`: `floor(rate min(C, M) / M)`, M the largest conviction of `points`.
///
/// # Errors
/// [`Revert`] for a decay of D or more, no points, or an overflow.
pub fn streaming_rate(
    rate: U256,
    eligible_conviction: U256,
    points: U256,
    decay: U256,
) -> Result<U256, Revert> {
    let most = div(mul(points, D)?, sub(D, decay)?)?;
    div(mul(rate, eligible_conviction.min(most))?, most)
}

/// Units of each eligible proposal out of `budget`: in proportion to conviction, at least 1.
///
/// # Errors
/// [`Revert`] for a sum of zero or an overflow.
pub fn streaming_units(convictions: &[U256], budget: U256) -> Result<Vec<U256>, Revert> {
    let mut sum = U256::ZERO;
    for &conviction in convictions {
        sum = crate::chain::add(sum, conviction)?;
    }
    convictions.iter().map(|&conviction| Ok(div(mul(conviction, budget)?, sum)?.max(U256::from(1)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_of_each_system() {
        let stake = U256::from(2_000_000_u64);
        assert_eq!(PointSystem::Fixed(U256::from(3)).points(stake).unwrap(), U256::from(3));
        assert_eq!(PointSystem::Capped(U256::from(5)).points(stake).unwrap(), U256::from(5));
        assert_eq!(PointSystem::Unlimited.points(stake).unwrap(), stake);
        assert_eq!(PointSystem::Quadratic { decimals: 6 }.points(stake).unwrap(), U256::from(1_414_213));
        assert!(PointSystem::Quadratic { decimals: 80 }.points(stake).is_err());
    }

    #[test]
    fn streams_follow_conviction() {
        let of = |n: u64| U256::from(n);
        assert_eq!(streaming_rate(of(100), of(30), of(10), of(9_000_000)).unwrap(), of(30));
        assert_eq!(streaming_rate(of(100), of(300), of(10), of(9_000_000)).unwrap(), of(100));
        assert_eq!(streaming_units(&[of(0), of(30), of(10)], of(100)).unwrap(), [of(1), of(75), of(25)]);
        assert!(streaming_units(&[], of(1)).unwrap().is_empty());
    }
}
