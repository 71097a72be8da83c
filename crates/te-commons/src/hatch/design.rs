//! The hatch dashboard: what a community sees before it chooses its parameters, in f64.
//!
//! For a raise x with impact hours H and exchange rate e:
//!
//! - rate(x) = R·x/(x + E), E = (R/r − 1)·target
//! - builders' tokens H·rate·e, backers' x·e, builders' share H·rate/(H·rate + x)
//! - redeemable x·(1 − t), rage-quit fraction x·(1 − t)/(H·rate + x): what a token gets back of the price paid
//!
//! | symbol | meaning | unit | range |
//! |---|---|---|---|
//! | x | raise | collateral | ≥ 0 |
//! | t | hatch tribute | 1 | [0, 1) |
//! | e | exchange rate | token/collateral | > 0 |
//!
//! Below the minimum goal nobody gets anything and a rage-quit returns everything; above the maximum there is no answer. Invariant: backers' +
//! builders' redeemable + tribute = x. The dashboard clamps a target outside the goals and a rate outside (0, R]; here both are refused.
//!
//! Source: class TECH of CommonsBuild/Token-Log-Hatch-Params (behaviour).

use super::reward::{expected_raise, impact_hour_rate};
use crate::error::{CommonsError, finite, non_negative, positive, within};
use serde::{Deserialize, Serialize};

/// A hatch under design. The default is the TEC's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HatchDesign {
    /// Impact hours H `[hour]`, ≥ 0 -- uncontrollable.
    pub impact_hours: f64,
    /// Minimum goal `[collateral]`, > 0 -- controllable.
    pub min_goal: f64,
    /// Target `[collateral]`, within the goals -- controllable.
    pub target_goal: f64,
    /// Maximum goal `[collateral]`, ≥ the minimum -- controllable.
    pub max_goal: f64,
    /// Rate at the target r `[collateral/hour]`, (0, R] -- controllable.
    pub rate_at_target: f64,
    /// Rate at an infinite raise R `[collateral/hour]`, > 0 -- controllable.
    pub max_rate: f64,
    /// Hatch tribute t `[1]`, [0, 1) -- controllable.
    pub hatch_tribute: f64,
    /// Exchange rate e `[token/collateral]`, > 0 -- controllable.
    pub exchange_rate: f64,
}

impl Default for HatchDesign {
    fn default() -> Self {
        Self {
            impact_hours: 9_766.0,
            min_goal: 800_000.0,
            target_goal: 3_000_000.0,
            max_goal: 14_000_000.0,
            rate_at_target: 77.07,
            max_rate: 226.0,
            hatch_tribute: 0.02,
            exchange_rate: 1.0,
        }
    }
}

/// What a raise would mean.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outlook {
    /// Raise x `[collateral]`.
    pub raised: f64,
    /// Rate `[collateral/hour]`.
    pub impact_hour_rate: f64,
    /// Builders' tokens `[token]`.
    pub builders_tokens: f64,
    /// Backers' tokens `[token]`.
    pub backers_tokens: f64,
    /// Builders' part of the supply `[1]`.
    pub builders_share: f64,
    /// Builders' tokens at cost over the raise `[1]`.
    pub cultural_build_tribute: f64,
    /// What a token returns on leaving, over its price `[1]`.
    pub ragequit: f64,
    /// Redeemable by backers `[collateral]`.
    pub backers_redeemable: f64,
    /// Redeemable by builders `[collateral]`.
    pub builders_redeemable: f64,
    /// Not redeemable: the tribute `[collateral]`.
    pub non_redeemable: f64,
}

impl HatchDesign {
    /// # Errors
    /// [`CommonsError`] naming the first parameter out of range.
    pub fn check(&self) -> Result<(), CommonsError> {
        non_negative("impact_hours", self.impact_hours)?;
        positive("min_goal", self.min_goal)?;
        within("max_goal", self.max_goal, self.max_goal >= self.min_goal, "[min_goal, inf)")?;
        let target = self.target_goal;
        within(
            "target_goal",
            target,
            (self.min_goal..=self.max_goal).contains(&target),
            "[min_goal, max_goal]",
        )?;
        within("hatch_tribute", self.hatch_tribute, (0.0..1.0).contains(&self.hatch_tribute), "[0, 1)")?;
        positive("exchange_rate", self.exchange_rate)?;
        self.expected_raise().map(|_| ())
    }

    /// E `[collateral]`.
    ///
    /// # Errors
    /// [`CommonsError`] if a rate is out of range.
    pub fn expected_raise(&self) -> Result<f64, CommonsError> {
        expected_raise(self.max_rate, self.rate_at_target, self.target_goal)
    }

    /// What a raise would mean for everybody.
    ///
    /// # Errors
    /// [`CommonsError`] if a parameter is out of range or the raise is negative or above the maximum goal.
    ///
    /// ```
    /// use te_commons::hatch::design::HatchDesign;
    /// let outlook = HatchDesign::default().outlook(1_571_223.57)?;
    /// assert_eq!(format!("{:.2}", outlook.impact_hour_rate), "48.19");
    /// assert!((outlook.builders_tokens - 470_640.0).abs() < 50.0);
    /// # Ok::<(), te_commons::CommonsError>(())
    /// ```
    pub fn outlook(&self, raised: f64) -> Result<Outlook, CommonsError> {
        self.check()?;
        within("total_raised", raised, (0.0..=self.max_goal).contains(&raised), "[0, max_goal]")?;
        if raised < self.min_goal {
            return Ok(Outlook {
                raised,
                impact_hour_rate: 0.0,
                builders_tokens: 0.0,
                backers_tokens: finite("backers_tokens", raised * self.exchange_rate)?,
                builders_share: 0.0,
                cultural_build_tribute: 0.0,
                ragequit: 1.0,
                backers_redeemable: raised,
                builders_redeemable: 0.0,
                non_redeemable: 0.0,
            });
        }
        let rate = self.rate(raised)?;
        let builders = self.impact_hours * rate;
        let ragequit = self.ragequit(raised)?;
        Ok(Outlook {
            raised,
            impact_hour_rate: rate,
            builders_tokens: finite("builders_tokens", builders * self.exchange_rate)?,
            backers_tokens: finite("backers_tokens", raised * self.exchange_rate)?,
            builders_share: finite("builders_share", builders / (builders + raised))?,
            cultural_build_tribute: finite("cultural_build_tribute", builders / raised)?,
            ragequit,
            backers_redeemable: raised * ragequit,
            builders_redeemable: builders * ragequit,
            non_redeemable: raised * self.hatch_tribute,
        })
    }

    /// rate(x), goals aside `[collateral/hour]`.
    ///
    /// # Errors
    /// [`CommonsError`] if x is negative or a rate out of range.
    pub fn rate(&self, raised: f64) -> Result<f64, CommonsError> {
        impact_hour_rate(raised, self.max_rate, self.expected_raise()?)
    }

    /// Rage-quit fraction x·(1 − t)/(H·rate(x) + x), goals aside `[1]`.
    ///
    /// # Errors
    /// [`CommonsError`] unless x is above 0.
    pub fn ragequit(&self, raised: f64) -> Result<f64, CommonsError> {
        positive("total_raised", raised)?;
        let builders = self.impact_hours * self.rate(raised)?;
        finite("ragequit", raised * (1.0 - self.hatch_tribute) / (builders + raised))
    }

    /// A person's tokens and what they would redeem, for his hours at a raise `[token]`, `[collateral]`.
    ///
    /// # Errors
    /// As [`Self::outlook`], and for negative hours.
    pub fn builder(&self, hours: f64, raised: f64) -> Result<(f64, f64), CommonsError> {
        non_negative("hours", hours)?;
        let outlook = self.outlook(raised)?;
        let value = hours * outlook.impact_hour_rate;
        let tokens = finite("tokens", value * self.exchange_rate)?;
        Ok((tokens, finite("redeemable", value * outlook.ragequit)?))
    }
}
