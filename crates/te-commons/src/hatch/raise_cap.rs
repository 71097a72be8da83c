//! Goals of a hatch from the membership: scores, a ratio, and fractions of what they allow.
//!
//! A score counts up to a tenth of all scores: `c_i` = min(`s_i`, Σs/10). The cap of the raise is ratio·`Σc_i`, one hatcher's goal ratio·`c_i`; minimum, target
//! and maximum goal are fractions of the cap.
//!
//! Source: class Hatch of CommonsBuild/tec-lab, lab 7 (behaviour).

use crate::error::{CommonsError, finite, non_negative, within};
use serde::{Deserialize, Serialize};
use te_math::{exp, ln};

/// Goals as fractions of the cap. The default is the lab's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GoalFractions {
    /// Minimum goal `[1]` -- controllable.
    pub min: f64,
    /// Target `[1]` -- controllable.
    pub target: f64,
    /// Maximum goal `[1]` -- controllable.
    pub max: f64,
}

impl Default for GoalFractions {
    fn default() -> Self {
        Self { min: 0.05, target: 0.50, max: 0.75 }
    }
}

/// What the membership allows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RaiseCap {
    /// ratio·`c_i` of each member `[collateral]`.
    pub allowances: Vec<f64>,
    /// ratio·`Σc_i` `[collateral]`.
    pub cap: f64,
    /// Minimum goal `[collateral]`.
    pub min_goal: f64,
    /// Target `[collateral]`.
    pub target_goal: f64,
    /// Maximum goal `[collateral]`.
    pub max_goal: f64,
}

/// Cap and goals of a membership.
///
/// # Errors
/// [`CommonsError`] unless the ratio is in `[0.005, 100]` collateral per score, scores are 0 or above with a sum above 0, and
/// 0 < min ≤ target ≤ max ≤ 1.
pub fn raise_cap(scores: &[f64], ratio: f64, goals: GoalFractions) -> Result<RaiseCap, CommonsError> {
    within("hatch_oracle_ratio", ratio, (0.005..=100.0).contains(&ratio), "[0.005, 100]")?;
    let mut total = 0.0;
    for score in scores {
        total += non_negative("score", *score)?;
    }
    within("sum of scores", total, total > 0.0, "(0, inf)")?;
    within("min", goals.min, goals.min > 0.0 && goals.min <= goals.target, "(0, target]")?;
    within("target", goals.target, goals.target <= goals.max, "[min, max]")?;
    within("max", goals.max, goals.max <= 1.0, "[target, 1]")?;
    let allowances: Vec<f64> = scores.iter().map(|score| ratio * score.min(total / 10.0)).collect();
    let cap = finite("cap", allowances.iter().sum())?;
    Ok(RaiseCap {
        allowances,
        cap,
        min_goal: goals.min * cap,
        target_goal: goals.target * cap,
        max_goal: goals.max * cap,
    })
}

/// Geometric mean of contributions above 0 `[collateral]`.
///
/// # Errors
/// [`CommonsError`] for no contribution above 0, or one that is negative.
pub fn geometric_mean(contributions: &[f64]) -> Result<f64, CommonsError> {
    let mut logs = Vec::new();
    for contribution in contributions {
        if non_negative("contribution", *contribution)? > 0.0 {
            logs.push(ln(*contribution));
        }
    }
    if logs.is_empty() {
        return Err(CommonsError::Undefined { what: "the geometric mean", why: "nobody contributed" });
    }
    Ok(exp(logs.iter().sum::<f64>() / logs.len() as f64))
}
