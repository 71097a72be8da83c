//! Disputable voting: how long a vote takes with quiet-ending extensions, and when it passes.
//!
//! With V the vote, g the delegated part, q the quiet ending, e one extension, d the delay (days), after n extensions:
//! vote ends V + n·e, review starts V − g + n·e, execution V + d + n·e; not quiet: V − q.
//!
//! A vote passes if yes/(yes + no) > support and yes/supply > quorum, both strictly, in 1e18 arithmetic.
//!
//! Limits: the configuration tool lets the differences turn negative; here they are refused. Source: the tao voting table of the configuration
//! dashboard.

use crate::error::{CommonsError, UpgradeError, finite, non_negative, positive, within};
use ruint::aliases::U256;
use serde::{Deserialize, Serialize};
use te_bonding_curve::E18;

/// Durations of a vote `[day]`. The default is the configuration tool's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct VotingTiming {
    /// Vote V, > 0 -- controllable.
    pub vote: f64,
    /// Delegated voting g, `[0, V]` -- controllable.
    pub delegated: f64,
    /// Quiet ending q, `[0, V]` -- controllable.
    pub quiet_ending: f64,
    /// Extension e, ≥ 0 -- controllable.
    pub extension: f64,
    /// Execution delay d, ≥ 0 -- controllable.
    pub execution_delay: f64,
}

impl Default for VotingTiming {
    fn default() -> Self {
        Self { vote: 6.0, delegated: 3.0, quiet_ending: 2.0, extension: 1.0, execution_delay: 1.0 }
    }
}

/// Moments of a vote after some extensions `[day]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct VotingTimes {
    /// The vote ends.
    pub vote: f64,
    /// The review of delegated votes starts.
    pub review: f64,
    /// The decision is executed.
    pub execute: f64,
}

impl VotingTiming {
    /// The TEC's durations of January 2022.
    #[must_use]
    pub fn tec() -> Self {
        Self { vote: 5.0, delegated: 3.0, quiet_ending: 3.0, extension: 2.0, execution_delay: 0.5 }
    }

    /// # Errors
    /// [`CommonsError`] naming the duration out of range.
    pub fn check(&self) -> Result<(), CommonsError> {
        let v = positive("vote_duration", self.vote)?;
        within(
            "quiet_ending_period",
            self.quiet_ending,
            (0.0..=v).contains(&self.quiet_ending),
            "[0, vote]",
        )?;
        within("delegated_voting_period", self.delegated, (0.0..=v).contains(&self.delegated), "[0, vote]")?;
        non_negative("quiet_ending_extension", self.extension)?;
        non_negative("execution_delay", self.execution_delay)?;
        Ok(())
    }

    /// Part of the vote before the quiet ending: V − q `[day]`.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn non_quiet(&self) -> Result<f64, CommonsError> {
        self.check()?;
        Ok(self.vote - self.quiet_ending)
    }

    /// Moments after `extensions` extensions.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn times(&self, extensions: u32) -> Result<VotingTimes, CommonsError> {
        self.check()?;
        let shift = finite("extensions * extension", f64::from(extensions) * self.extension)?;
        let execute = finite("execution", self.vote + self.execution_delay + shift)?;
        Ok(VotingTimes { vote: self.vote + shift, review: self.vote - self.delegated + shift, execute })
    }
}

/// Does a vote pass?
///
/// # Errors
/// [`UpgradeError::OutOfRange`] unless support is in [0.5, 1) and quorum in `[0, support]`, or if a product exceeds 256 bits.
pub fn passes(yes: U256, no: U256, supply: U256, support: E18, quorum: E18) -> Result<bool, UpgradeError> {
    let half = E18::new(E18::HUNDRED_PERCENT.raw() / 2);
    if support < half || support >= E18::HUNDRED_PERCENT {
        return Err(UpgradeError::OutOfRange { name: "support", range: "[0.5, 1)" });
    }
    if quorum > support {
        return Err(UpgradeError::OutOfRange { name: "quorum", range: "[0, support]" });
    }
    let too_many = || UpgradeError::OutOfRange { name: "votes", range: "votes * 1e18 below 2^256" };
    let above = |part: U256, total: U256, share: E18| -> Result<bool, UpgradeError> {
        let scaled = part.checked_mul(U256::from(E18::HUNDRED_PERCENT.raw())).ok_or_else(too_many)?;
        Ok(scaled.checked_div(total).is_some_and(|ratio| ratio > U256::from(share.raw())))
    };
    let cast = yes.checked_add(no).ok_or_else(too_many)?;
    Ok(above(yes, cast, support)? && above(yes, supply, quorum)?)
}
