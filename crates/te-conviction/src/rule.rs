//! A community's choice: decay, largest share and trigger scale as one value, with everything that follows from it.
//!
//! Time is in steps of `alpha`; with a half-life in days and a step of one day, in days.
//!
//! | quantity | equation |
//! |---|---|
//! | least conviction share | `theta(0) = rho / beta^2` |
//! | largest share anybody can pass | `beta - sqrt(rho)` |
//! | largest share with support sigma | `beta - sqrt(rho / sigma)` |
//! | least stake that passes r | `theta(r/F) E`, reached only in the limit |
//! | time to pass with support sigma | `ln(1 - theta / sigma) / ln alpha` |
//! | support to pass within T | `theta / (1 - alpha^T)` |
//! | fundable with conviction y | `F (beta - sqrt(rho E / ((1 - alpha) y)))` |
//!
//! "Spending limit" has two meanings. For the TEC, `BrightDAO` and the first Gardens it *is* beta, which not even
//! everybody together reaches; for Gardens v2 it is the share that everybody together reaches in the limit,
//! `beta (1 - sqrt(m))` with m the least conviction share. Hence two constructors, [`VotingRule::from_beta`] and
//! [`VotingRule::from_spending_limit`]: 11 percent of the TEC is 8.8 percent in Gardens v2.
//!
//! Source: the Aragon and 1Hive conviction voting model, version 3; Gardens v2; the TEC config dashboard.

use crate::accrual::share_of_maximum;
use crate::alpha::{alpha_from_half_life, half_life_from_alpha};
use crate::error::{ConvictionError, require, require_alpha, require_amount, require_positive};
use crate::trigger::{
    BOUNDARY, fundable_now, largest_share, require_shape, steps_to_trigger, trigger, trigger_share,
};
use te_math::{ln, ln_1p};

/// Decay and trigger of a community.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VotingRule {
    alpha: f64,
    beta: f64,
    rho: f64,
}

impl VotingRule {
    /// The rule with these three numbers.
    ///
    /// # Errors
    /// [`ConvictionError`] for alpha outside `[0, 1), beta outside (0, 1]` or rho outside (0, beta squared).
    pub fn new(alpha: f64, beta: f64, rho: f64) -> Result<Self, ConvictionError> {
        require_alpha(alpha)?;
        require_shape(beta, rho)?;
        Ok(Self { alpha, beta, rho })
    }

    /// The rule whose spending limit is beta, the share that no request may reach; `rho = m beta^2`.
    ///
    /// # Errors
    /// [`ConvictionError`] for a half-life or step not above 0, beta outside (0, 1], or a least conviction share outside
    /// (0, 1).
    ///
    /// ```
    /// use te_conviction::rule::VotingRule;
    /// let tec = VotingRule::from_beta(7.0, 1.0, 0.11, 0.04)?;
    /// assert!((tec.rho() - 0.000484).abs() < 1e-15);
    /// // One percent of the pool with a tenth of the voting tokens: 6.68 days.
    /// let days = tec.steps_to_pass(0.01, 0.1)?.expect("passes");
    /// assert!((days - 6.68).abs() < 0.005);
    /// # Ok::<(), te_conviction::error::ConvictionError>(())
    /// ```
    pub fn from_beta(
        half_life: f64,
        step: f64,
        beta: f64,
        minimum_conviction: f64,
    ) -> Result<Self, ConvictionError> {
        let alpha = alpha_from_half_life(half_life, step)?;
        require_minimum(minimum_conviction)?;
        Self::new(alpha, beta, minimum_conviction * (beta * beta))
    }

    /// The rule whose spending limit is what everybody together reaches in the limit:
    /// `beta = limit / (1 - sqrt(m))`.
    ///
    /// # Errors
    /// As [`VotingRule::from_beta`], for the beta that follows.
    pub fn from_spending_limit(
        half_life: f64,
        step: f64,
        spending_limit: f64,
        minimum_conviction: f64,
    ) -> Result<Self, ConvictionError> {
        require_minimum(minimum_conviction)?;
        require_positive("spending_limit", spending_limit)?;
        Self::from_beta(
            half_life,
            step,
            spending_limit / (1.0 - minimum_conviction.sqrt()),
            minimum_conviction,
        )
    }

    /// Share of conviction kept per step `[1]`.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// Share of the pool that no request may reach `[1]`.
    pub fn beta(&self) -> f64 {
        self.beta
    }

    /// Trigger scale `[1]`.
    pub fn rho(&self) -> f64 {
        self.rho
    }

    /// Half-life `[steps]`.
    pub fn half_life(&self) -> f64 {
        half_life_from_alpha(self.alpha, 1.0).unwrap_or(0.0)
    }

    /// Least share `[1]` of all conviction with which anything passes: `rho / beta^2`.
    pub fn minimum_conviction(&self) -> f64 {
        self.rho / (self.beta * self.beta)
    }

    /// Largest share `[1]` of the pool that everybody together passes in the limit: `beta - sqrt(rho)`.
    pub fn spending_limit(&self) -> f64 {
        self.beta - self.rho.sqrt()
    }

    /// Share `[1]` of the largest conviction reached after `steps` from zero: `1 - alpha^T`.
    ///
    /// # Errors
    /// [`ConvictionError::OutOfRange`] for a negative time.
    pub fn growth(&self, steps: f64) -> Result<f64, ConvictionError> {
        share_of_maximum(self.alpha, steps)
    }

    /// Trigger conviction `[token step]` of a request.
    ///
    /// # Errors
    /// [`ConvictionError`] for amounts out of range or a request not below `beta F`.
    pub fn trigger(&self, requested: f64, funds: f64, effective_supply: f64) -> Result<f64, ConvictionError> {
        trigger(requested, funds, effective_supply, self.alpha, self.beta, self.rho)
    }

    /// Trigger as a share `[1]` of the largest conviction, infinite for a share at or above beta.
    ///
    /// # Errors
    /// [`ConvictionError::OutOfRange`] for a negative share.
    pub fn trigger_share(&self, share: f64) -> Result<f64, ConvictionError> {
        trigger_share(share, self.beta, self.rho)
    }

    /// Least stake `[token]` with which a request passes, in the limit of time: `theta(r/F) E`.
    ///
    /// # Errors
    /// As [`VotingRule::trigger`].
    pub fn minimum_stake(
        &self,
        requested: f64,
        funds: f64,
        effective_supply: f64,
    ) -> Result<f64, ConvictionError> {
        Ok((1.0 - self.alpha) * self.trigger(requested, funds, effective_supply)?)
    }

    /// Largest share `[1]` of the pool that the support `sigma` passes in the limit, 0 where it passes nothing.
    ///
    /// # Errors
    /// [`ConvictionError::OutOfRange`] for a support outside `[0, 1]`.
    pub fn largest_share(&self, support: f64) -> Result<f64, ConvictionError> {
        largest_share(support, self.beta, self.rho)
    }

    /// Largest request `[token]` that the support `sigma` passes in the limit.
    ///
    /// # Errors
    /// [`ConvictionError::OutOfRange`] for a support outside `[0, 1]` or negative funds.
    pub fn largest_request(&self, support: f64, funds: f64) -> Result<f64, ConvictionError> {
        require_amount("funds", funds)?;
        Ok(self.largest_share(support)? * funds)
    }

    /// Steps from zero until a request of the share `z` passes with the support `sigma`, `None` if never:
    /// `ln(1 - theta(z) / sigma) / ln alpha`.
    ///
    /// A support within 1e-12 of the trigger share never passes: see [`BOUNDARY`].
    ///
    /// # Errors
    /// [`ConvictionError::OutOfRange`] for a share below 0 or a support outside `[0, 1]`.
    pub fn steps_to_pass(&self, share: f64, support: f64) -> Result<Option<f64>, ConvictionError> {
        require((0.0..=1.0).contains(&support), "support", support, "[0, 1]")?;
        let theta = self.trigger_share(share)?;
        if support <= theta * (1.0 + BOUNDARY) {
            return Ok(None);
        }
        Ok(Some(if self.alpha == 0.0 { 1.0 } else { ln_1p(-theta / support) / ln(self.alpha) }))
    }

    /// Steps until a running proposal passes, from its conviction and a constant stake, `None` if never, 0 if it is
    /// above already.
    ///
    /// # Errors
    /// As [`VotingRule::trigger`].
    pub fn steps_to_pass_from(
        &self,
        conviction: f64,
        stake: f64,
        requested: f64,
        funds: f64,
        effective_supply: f64,
    ) -> Result<Option<f64>, ConvictionError> {
        steps_to_trigger(conviction, stake, self.trigger(requested, funds, effective_supply)?, self.alpha)
    }

    /// Share `[1]` of the voting tokens needed for a request of the share `z` to pass within `steps`, `None` where
    /// everybody together is too few: `theta(z) / (1 - alpha^T)`.
    ///
    /// # Errors
    /// [`ConvictionError::OutOfRange`] for a share below 0 or a time not above 0.
    pub fn support_within(&self, share: f64, steps: f64) -> Result<Option<f64>, ConvictionError> {
        require_positive("steps", steps)?;
        let support = self.trigger_share(share)? / self.growth(steps)?;
        Ok((support <= 1.0).then_some(support))
    }

    /// Amount `[token]` that a conviction could fund now.
    ///
    /// # Errors
    /// [`ConvictionError::OutOfRange`] for a negative amount.
    pub fn fundable_now(
        &self,
        conviction: f64,
        funds: f64,
        effective_supply: f64,
    ) -> Result<f64, ConvictionError> {
        fundable_now(conviction, funds, effective_supply, self.alpha, self.beta, self.rho)
    }
}

fn require_minimum(minimum_conviction: f64) -> Result<(), ConvictionError> {
    require(
        minimum_conviction > 0.0 && minimum_conviction < 1.0,
        "minimum_conviction",
        minimum_conviction,
        "(0, 1)",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_example_of_the_published_model() {
        let rule = VotingRule::new(0.7937005259840998, 0.2, 0.0025).unwrap();
        let (funds, supply) = (4867.21, 22392.22);
        assert!((rule.trigger(0.0, funds, supply).unwrap() / 6783.893932236272 - 1.0).abs() < 1e-14);
        let most = crate::accrual::maximum_conviction(supply, rule.alpha()).unwrap();
        assert!((most / 108542.30291578037 - 1.0).abs() < 1e-14);
        assert!((rule.minimum_conviction() - 0.0625).abs() < 1e-16);
        assert!((rule.spending_limit() - 0.15).abs() < 1e-16);
        assert!((rule.largest_request(1.0, funds).unwrap() / 730.0815 - 1.0).abs() < 1e-14);
        assert!(rule.trigger(973.442, funds, supply).is_err());
    }

    #[test]
    fn the_two_spending_limits_meet() {
        let tec = VotingRule::from_beta(7.0, 1.0, 0.11, 0.04).unwrap();
        let gardens = VotingRule::from_spending_limit(7.0, 1.0, 0.088, 0.04).unwrap();
        assert!((tec.beta() - gardens.beta()).abs() < 1e-15);
        assert!((tec.spending_limit() - 0.088).abs() < 1e-15);
    }

    #[test]
    fn numbers_of_the_forum() {
        let tec = VotingRule::from_beta(7.0, 1.0, 0.11, 0.04).unwrap();
        let days = |z, sigma| tec.steps_to_pass(z, sigma).unwrap();
        for (sigma, expected) in [(0.05, 34.76), (0.1, 6.68), (0.2, 2.80), (0.5, 1.03), (1.0, 0.50)] {
            assert!((days(0.01, sigma).unwrap() - expected).abs() < 0.005);
        }
        assert_eq!(days(0.05, 0.1), None);
        assert_eq!(days(0.088, 1.0), None);
        assert!(tec.support_within(0.01, 14.0).unwrap().unwrap() - 0.0645 < 5e-5);
    }
}
