//! Value that flows back to originators: the reward of a badge, divided among the authors of what it teaches.
//!
//! A skill may rest on models of a registry; each model has authors with weights. The reward is divided equally among the
//! models and within a model by weight, so that `sum of payouts = reward`.
//!
//! ```text
//! payout(author) = reward / models · sum over models of weight(author) / sum of weights
//! ```
//!
//! Units: reward and payout `[money]`, weights `[1]`. **A proposal of this library**, after a reader's reply to the proposal
//! (value of educational content flows back along the contributions to it).

use std::collections::BTreeMap;

use crate::error::SkillError;

/// Payouts of a reward `[money]` to authors, by name; `models` holds for each model its `(author, weight)` pairs.
///
/// ```
/// use te_skills::lineage::split_reward;
/// let models = [vec![("ada", 3.0), ("bo", 1.0)], vec![("bo", 1.0)]];
/// let payouts = split_reward(80.0, &models)?;
/// assert_eq!((payouts["ada"], payouts["bo"]), (30.0, 50.0));
/// # Ok::<(), te_skills::SkillError>(())
/// ```
///
/// # Errors
/// A reward or weight that is negative or not finite, no model, a model whose weights sum to 0, or overflow.
pub fn split_reward<'a>(
    reward: f64,
    models: &[Vec<(&'a str, f64)>],
) -> Result<BTreeMap<&'a str, f64>, SkillError> {
    SkillError::require("reward", reward, reward >= 0.0, "[0, inf)")?;
    if models.is_empty() {
        return Err(SkillError::TooFew { series: "models", given: 0, needed: 1 });
    }
    let share = reward / models.len() as f64;
    let mut payouts = BTreeMap::new();
    for authors in models {
        let mut sum = 0.0;
        for (_, weight) in authors {
            sum += SkillError::require("weight", *weight, *weight >= 0.0, "[0, inf)")?;
        }
        SkillError::require("sum of a model's weights", sum, sum > 0.0, "(0, inf)")?;
        for (author, weight) in authors {
            let payout: &mut f64 = payouts.entry(*author).or_insert(0.0);
            *payout = SkillError::finite("payout", *payout + share * weight / sum)?;
        }
    }
    Ok(payouts)
}
