//! What the 1Hive app shows about a proposal: where its conviction is, where it goes, what is missing.
//!
//! | quantity | equation | unit |
//! |---|---|---|
//! | conviction now | `a^t y_0 + x (1 - a^t) / (1 - a)` | token block |
//! | largest | `x / (1 - a)` | token block |
//! | needed stake | `(1 - a) y*` | token |
//! | missing | `max(0, needed - x)` | token |
//! | blocks to pass | `ln(((a-1) y* + x) / ((a-1) y_0 + x)) / ln a` | block |
//! | trend | (conviction one time unit on - now) / largest | 1 |
//!
//! Two faults of the app are not taken over: its threshold uses the whole token supply where the contract uses the
//! larger of what is staked and a least share; and its history restarts at age 0 and then adds 1 after each stake.
//! Gardens v2 clamps "passed" and "never" both to 0; here they differ.
//!
//! Source: the 1Hive conviction voting app, front end.

use crate::accrual::{conviction_after, maximum_conviction};
use crate::error::{ConvictionError, finite, require_amount, require_positive};
use crate::trigger::steps_to_trigger;

/// When a proposal passes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Passing {
    /// Its conviction is above the threshold.
    Now,
    /// It passes after this many blocks, if nothing changes.
    In(f64),
    /// The stake is too small for ever.
    Never,
}

/// A change of a proposal's stake.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StakeEvent {
    /// Time of the change `[block]`.
    pub block: f64,
    /// Stake from then on `[token]`.
    pub stake: f64,
}

/// The state of a proposal as shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// Conviction now `[token block]`.
    pub conviction: f64,
    /// Largest conviction of the present stake `[token block]`.
    pub maximum: f64,
    /// Stake that would just reach the threshold `[token]`.
    pub needed_stake: f64,
    /// What is missing of it `[token]`.
    pub missing_stake: f64,
    /// When it passes.
    pub passing: Passing,
    /// Change of conviction over the time unit, as a share of the largest `[1]`; 0 without stake.
    pub trend: f64,
}

/// The forecast for a proposal with this conviction, stake `[token]` and threshold `[token block]`; `time_unit` `[block]` is
/// the span of the trend.
///
/// # Errors
/// [`ConvictionError::OutOfRange`] for alpha outside [0, 1), negative amounts or a threshold that is not finite.
pub fn forecast(
    conviction: f64,
    stake: f64,
    threshold: f64,
    alpha: f64,
    time_unit: f64,
) -> Result<Forecast, ConvictionError> {
    require_amount("threshold", threshold)?;
    let maximum = maximum_conviction(stake, alpha)?;
    let needed_stake = (1.0 - alpha) * threshold;
    let passing = if conviction > threshold {
        Passing::Now
    } else {
        steps_to_trigger(conviction, stake, threshold, alpha)?.map_or(Passing::Never, Passing::In)
    };
    let later = conviction_after(conviction, stake, alpha, time_unit)?;
    let trend = if maximum > 0.0 { finite("trend", (later - conviction) / maximum)? } else { 0.0 };
    let missing_stake = (needed_stake - stake).max(0.0);
    Ok(Forecast { conviction, maximum, needed_stake, missing_stake, passing, trend })
}

/// Conviction `[token block]` at a block, from the history of a proposal's stake in order of time.
///
/// Before the first event it is 0; an event at the block itself does not count yet.
///
/// # Errors
/// [`ConvictionError::OutOfRange`] for alpha outside [0, 1), a negative stake, or events out of order.
pub fn conviction_at(events: &[StakeEvent], block: f64, alpha: f64) -> Result<f64, ConvictionError> {
    let mut conviction = 0.0;
    let mut last: Option<StakeEvent> = None;
    for event in events.iter().take_while(|event| event.block < block) {
        if let Some(previous) = last {
            conviction = conviction_after(conviction, previous.stake, alpha, event.block - previous.block)?;
        }
        last = Some(*event);
    }
    match last {
        Some(event) => conviction_after(conviction, event.stake, alpha, block - event.block),
        None => Ok(0.0),
    }
}

/// Block and conviction `[token block]` at evenly spaced times: `back` samples before `now`, now, and `forward` after it,
/// `every` blocks apart. The app shows 25 days back and 25 forward, daily.
///
/// # Errors
/// As [`conviction_at`], and for a spacing that is not above 0.
pub fn conviction_history(
    events: &[StakeEvent],
    now: f64,
    back: u32,
    forward: u32,
    every: f64,
    alpha: f64,
) -> Result<Vec<(f64, f64)>, ConvictionError> {
    require_positive("every", every)?;
    require_amount("now", now)?;
    (-i64::from(back)..=i64::from(forward))
        .map(|k| {
            let block = finite("block", now + k as f64 * every)?;
            conviction_at(events, block, alpha).map(|level| (block, level))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn now_later_never() {
        let shown = |conviction, stake| forecast(conviction, stake, 100.0, 0.9, 10.0).unwrap();
        assert_eq!(shown(101.0, 0.0).passing, Passing::Now);
        assert_eq!(shown(0.0, 10.0).passing, Passing::Never);
        let Passing::In(blocks) = shown(0.0, 20.0).passing else { panic!() };
        assert!((blocks - 0.5_f64.ln() / 0.9_f64.ln()).abs() < 1e-12);
        assert!((shown(0.0, 4.0).missing_stake - 6.0).abs() < 1e-12);
    }

    #[test]
    fn history_follows_the_events() {
        let events = [StakeEvent { block: 10.0, stake: 5.0 }, StakeEvent { block: 20.0, stake: 0.0 }];
        let history = conviction_history(&events, 20.0, 2, 1, 10.0, 0.5).unwrap();
        assert_eq!(history[0], (0.0, 0.0));
        assert_eq!(history[1], (10.0, 0.0));
        let grown = 10.0 * (1.0 - 0.5_f64.powi(10));
        assert!((history[2].1 - grown).abs() < 1e-12);
        assert!((history[3].1 - grown * 0.5_f64.powi(10)).abs() < 1e-12);
        assert!(conviction_at(&[events[1], events[0]], 30.0, 0.5).is_err());
    }
}
