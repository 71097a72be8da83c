//! Where the engine meets the mechanisms: one component per file, one list of kinds.
//!
//! | kind | mechanism | reads | time |
//! |---|---|---|---|
//! | `issuance/work-token` | [`crate::work`] | | a step is a week of two substeps |
//! | `issuance/schedule` | [`crate::schedule`] | burned tokens | a step is a tick |
//! | `issuance/vesting` | [`crate::vesting`] | | steps, days, months, quarters or years, as `time_unit` says |
//! | `issuance/target-ratio` | [`crate::target_ratio`] | flow into the pool | years |
//! | `issuance/dynamic-issuance` | [`crate::dynamic_issuance`] | flow into the pool | seconds |
//! | `issuance/pid` | [`crate::pid`] | a measurement | years |
//! | `issuance/bonded-ratio` | [`crate::bonded_ratio`] | bonded share | years, a step is a block |
//! | `issuance/rebase` | [`crate::rebase`] | price | a step is a rebase |
//! | `issuance/fee-burn` | [`crate::base_fee`] | gas used | a step is a block |
//! | `issuance/dutch-auction` | [`crate::dutch_auction`] | demand | a step is a tick |
//! | `issuance/staking-rewards` | [`crate::unipool`] | two stakes | seconds |
//!
//! A step without a length counts as one year where a component needs years and as one day where it needs seconds.

use te_core::{Clock, ParamError, StepError, TimeUnit};

use crate::error::IssuanceError;

pub mod bonded_ratio;
pub mod dutch_auction;
pub mod dynamic_issuance;
pub mod fee_burn;
pub mod pid;
pub mod rebase;
pub mod schedule;
pub mod staking_rewards;
pub mod target_ratio;
pub mod vesting;
pub mod work_token;

/// A mechanism's refusal of parameters that each lie within their range.
fn refuse(error: &impl ToString) -> ParamError {
    ParamError::cross(error.to_string())
}

/// Refuses an input that is not a finite number >= 0.
fn non_negative(quantity: &'static str, value: f64) -> Result<f64, StepError> {
    if value >= 0.0 && value.is_finite() {
        Ok(value)
    } else {
        Err(StepError::domain(quantity, value, "[0, inf)"))
    }
}

/// A mechanism's refusal of a step. Where arithmetic overflows, `change` says what brings it back.
fn caused_or(error: IssuanceError, change: &'static str) -> StepError {
    match error {
        IssuanceError::Overflow { operation } => StepError::domain(operation, f64::INFINITY, change),
        other => other.into(),
    }
}

/// Length of a step in seconds, rounded to whole ones; months and years as twelfths and wholes of 365 days.
fn seconds(clock: &Clock) -> Result<u64, StepError> {
    let unit = match clock.step.unit {
        TimeUnit::Second => 1.0,
        TimeUnit::Minute => 60.0,
        TimeUnit::Hour => 3_600.0,
        TimeUnit::Step | TimeUnit::Day => 86_400.0,
        TimeUnit::Week => 604_800.0,
        TimeUnit::Month => 2_628_000.0,
        TimeUnit::Quarter => 7_884_000.0,
        TimeUnit::Year => 31_536_000.0,
    };
    let whole = crate::amount::whole((clock.step.count * unit).round()).map_err(|_| too_long())?;
    u64::try_from(whole).map_err(|_| too_long())
}

/// That the time since the start does not fit 64 bits.
fn too_long() -> StepError {
    StepError::domain("the time in seconds", f64::INFINITY, "below 2^64 s: shorten the step or the run")
}
