//! Parameter sets that communities adopted or templates proposed.
//!
//! Sources: the parameters debate of the Token Engineering Commons, the `BrightDAO` forum, the templates of Gardens
//! (first version and v2), the published model, the tests of 1Hive's contract.

use crate::error::ConvictionError;
use crate::rule::VotingRule;

/// What a preset's spending limit means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpendingLimit {
    /// The share that no request may reach, beta.
    Unreachable,
    /// The share that everybody together reaches in the limit of time.
    Reachable,
}

/// A named parameter set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preset {
    /// Name to look it up by.
    pub name: &'static str,
    /// Half-life of conviction `[day]`.
    pub half_life_days: f64,
    /// Spending limit `[1]`.
    pub spending_limit: f64,
    /// What the spending limit means.
    pub meaning: SpendingLimit,
    /// Least conviction share, `theta(0)` `[1]`.
    pub minimum_conviction: f64,
    /// Least share of the token supply that counts as effective `[1]`, 0 where not stated.
    pub minimum_effective_share: f64,
}

impl Preset {
    /// The rule in steps of `step_days` `[day]`.
    ///
    /// # Errors
    /// [`ConvictionError`] for a step that is not above 0.
    pub fn rule(&self, step_days: f64) -> Result<VotingRule, ConvictionError> {
        let build = match self.meaning {
            SpendingLimit::Unreachable => VotingRule::from_beta,
            SpendingLimit::Reachable => VotingRule::from_spending_limit,
        };
        build(self.half_life_days, step_days, self.spending_limit, self.minimum_conviction)
    }
}

/// The Token Engineering Commons: half-life 7 days, spending limit 11 percent, least conviction 4 percent.
pub const TEC: Preset = preset("tec", 7.0, 0.11, 0.04);

/// All presets.
pub const PRESETS: [Preset; 7] = [
    TEC,
    preset("brightdao", 5.0, 0.04, 0.03),
    Preset { minimum_effective_share: 0.2, ..preset("gardens-v1", 2.0, 0.1, 0.025) },
    Preset { meaning: SpendingLimit::Reachable, ..preset("gardens-v2", 10.0, 0.25, 0.1) },
    Preset { meaning: SpendingLimit::Reachable, ..preset("gardens-v2-1hive", 2.0, 0.2, 0.025) },
    preset("aragon-v3", 3.0, 0.2, 0.0625),
    // alpha 0.9 per block and rho 0.002 with beta 0.2: the half-life is -ln 2 / ln 0.9 blocks, called days here.
    Preset { minimum_effective_share: 0.2, ..preset("contract-tests", 6.578813478960585, 0.2, 0.05) },
];

/// The preset of this name.
pub fn preset_named(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

const fn preset(
    name: &'static str,
    half_life_days: f64,
    spending_limit: f64,
    minimum_conviction: f64,
) -> Preset {
    Preset {
        name,
        half_life_days,
        spending_limit,
        meaning: SpendingLimit::Unreachable,
        minimum_conviction,
        minimum_effective_share: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_makes_a_rule() {
        for preset in &PRESETS {
            let rule = preset.rule(1.0).unwrap();
            assert!((rule.minimum_conviction() - preset.minimum_conviction).abs() < 1e-14, "{}", preset.name);
        }
        let tests = preset_named("contract-tests").unwrap().rule(1.0).unwrap();
        assert!((tests.alpha() - 0.9).abs() < 1e-14 && (tests.rho() - 0.002).abs() < 1e-16);
        assert!(preset_named("nobody").is_none());
    }
}
