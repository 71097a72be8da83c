//! What a learner knows, as the probability of having mastered a skill: Bayesian knowledge tracing, with forgetting.
//!
//! ```text
//! correct answer  post = p (1 - s) / (p (1 - s) + (1 - p) g)
//! wrong answer    post = p s / (p s + (1 - p)(1 - g))
//! learning        p' = post + (1 - post) T
//! teaching        p' = 1 - (1 - p) exp(-r h f),  r = -ln(1 - T) per hour
//! forgetting      p' = p0 + (p - p0) exp(-l t)            half-life ln 2 / l
//! next answer     P(correct) = p (1 - s) + (1 - p) g
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `p`, `p0` | mastery now, at first | 1 |
//! | `T` | learned per practice, or per hour of teaching | 1 |
//! | `g`, `s` | guess: right though not mastered; slip: wrong though mastered | 1 |
//! | `l` | forgetting | 1/yr |
//! | `h`, `f` | hours taught, factor of the teacher | h, 1 |
//!
//! Valid: all probabilities in `[0, 1]`, `g < 1 - s` (else a right answer would speak against mastery), `p0` below the
//! threshold of mastery. Invariants: mastery stays in `[0, 1]`; a correct answer never lowers it; the mean of the posterior
//! over the next answer is the prior. Limit: one number per skill, no transfer between skills.
//!
//! **A proposal of this library** for the skill tree, whose source has no model. Formulation: A. Corbett, J. Anderson,
//! *Knowledge tracing*, User Modeling 4, 1995; forgetting: B. Settles, B. Meeder, *A trainable spaced repetition model*,
//! 2016.

use te_math as math;

use crate::error::SkillError;

/// How one skill is learned; valid once built.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Knowledge {
    initial: f64,
    learn: f64,
    guess: f64,
    slip: f64,
    forgetting: f64,
    threshold: f64,
}

impl Default for Knowledge {
    fn default() -> Self {
        Self { initial: 0.2, learn: 0.15, guess: 0.2, slip: 0.1, forgetting: 0.0, threshold: 0.95 }
    }
}

impl Knowledge {
    /// Initial mastery, learned per practice, guess, slip, forgetting `[1/yr]` and threshold of mastery.
    ///
    /// # Errors
    /// A probability outside `[0, 1]`, `guess >= 1 - slip`, `initial >= threshold`, or a negative forgetting.
    pub fn new(
        initial: f64,
        learn: f64,
        guess: f64,
        slip: f64,
        forgetting: f64,
        threshold: f64,
    ) -> Result<Self, SkillError> {
        SkillError::require_share("threshold", threshold)?;
        SkillError::require("initial", initial, initial >= 0.0 && initial < threshold, "[0, threshold)")?;
        SkillError::require_share("learn", learn)?;
        SkillError::require_share("slip", slip)?;
        SkillError::require("guess", guess, guess >= 0.0 && guess < 1.0 - slip, "[0, 1 - slip)")?;
        SkillError::require("forgetting", forgetting, forgetting >= 0.0, "[0, inf)")?;
        Ok(Self { initial, learn, guess, slip, forgetting, threshold })
    }

    /// Mastery at first `[1]`.
    #[must_use]
    pub fn initial(&self) -> f64 {
        self.initial
    }

    /// Mastery from which a skill counts as mastered `[1]`.
    #[must_use]
    pub fn threshold(&self) -> f64 {
        self.threshold
    }

    /// The parameters in the order of [`Knowledge::new`].
    #[must_use]
    pub fn parameters(&self) -> [f64; 6] {
        [self.initial, self.learn, self.guess, self.slip, self.forgetting, self.threshold]
    }

    /// Probability that the next answer is correct, `p (1 - s) + (1 - p) g` `[1]`.
    ///
    /// # Errors
    /// `p` outside `[0, 1]`.
    pub fn correct_probability(&self, p: f64) -> Result<f64, SkillError> {
        SkillError::require_share("mastery", p)?;
        Ok(p * (1.0 - self.slip) + (1.0 - p) * self.guess)
    }

    /// Mastery after an answer has been seen and before anything is learned from it `[1]`.
    ///
    /// ```
    /// use te_skills::knowledge::Knowledge;
    /// let skill = Knowledge::default();
    /// assert!((skill.posterior(0.2, true)? - 0.18 / 0.34).abs() < 1e-15);
    /// assert!((skill.posterior(0.2, false)? - 0.02 / 0.66).abs() < 1e-15);
    /// # Ok::<(), te_skills::SkillError>(())
    /// ```
    ///
    /// # Errors
    /// `p` outside `[0, 1]`, or an answer that has probability 0.
    pub fn posterior(&self, p: f64, correct: bool) -> Result<f64, SkillError> {
        SkillError::require_share("mastery", p)?;
        let (mastered, not) = if correct {
            (p * (1.0 - self.slip), (1.0 - p) * self.guess)
        } else {
            (p * self.slip, (1.0 - p) * (1.0 - self.guess))
        };
        let seen = mastered + not;
        SkillError::require("probability of the answer", seen, seen > 0.0, "(0, 1]")?;
        Ok(mastered / seen)
    }

    /// Mastery after a practice with this answer `[1]`: posterior, then learning.
    ///
    /// # Errors
    /// As [`Knowledge::posterior`].
    pub fn practised(&self, p: f64, correct: bool) -> Result<f64, SkillError> {
        let posterior = self.posterior(p, correct)?;
        Ok(posterior + (1.0 - posterior) * self.learn)
    }

    /// Mastery after `hours` `[h]` with a teacher of this factor `[1]`: each hour at factor 1 teaches like a practice.
    ///
    /// # Errors
    /// `p` outside `[0, 1]`, or a negative or infinite argument.
    pub fn taught(&self, p: f64, hours: f64, teacher: f64) -> Result<f64, SkillError> {
        SkillError::require_share("mastery", p)?;
        SkillError::require("hours", hours, hours >= 0.0, "[0, inf)")?;
        SkillError::require("teacher factor", teacher, teacher >= 0.0, "[0, inf)")?;
        let dose = SkillError::finite("hours times teacher factor", hours * teacher)?;
        if dose == 0.0 {
            return Ok(p);
        }
        // 1 - T to the power 0+ is 1 for T < 1 and 0 for T = 1.
        let left = if self.learn == 1.0 { 0.0 } else { math::exp(dose * math::ln_1p(-self.learn)) };
        Ok(1.0 - (1.0 - p) * left)
    }

    /// Mastery after `years` without practice, pulled back to the initial one `[1]`.
    ///
    /// # Errors
    /// `p` outside `[0, 1]`, or `years` negative or infinite.
    pub fn forgotten(&self, p: f64, years: f64) -> Result<f64, SkillError> {
        self.faded(p, self.retained(years)?)
    }

    /// Part of what was learned above the initial mastery that is left after `years`, `exp(-l t)` `[1]`.
    ///
    /// # Errors
    /// `years` negative or infinite.
    pub(crate) fn retained(&self, years: f64) -> Result<f64, SkillError> {
        SkillError::require("years", years, years >= 0.0, "[0, inf)")?;
        Ok(math::exp(-self.forgetting * years))
    }

    /// Mastery of which this part above the initial one is left `[1]`.
    ///
    /// # Errors
    /// `p` outside `[0, 1]`.
    pub(crate) fn faded(&self, p: f64, retained: f64) -> Result<f64, SkillError> {
        SkillError::require_share("mastery", p)?;
        Ok(self.initial + (p - self.initial) * retained)
    }

    /// Hours of teaching from `p` to the threshold, `ln((1 - p)/(1 - threshold)) / (r f)` `[h]`; 0 if it is reached.
    ///
    /// `None` if teaching has no effect or the threshold is 1.
    ///
    /// # Errors
    /// As [`Knowledge::taught`].
    pub fn hours_to_mastery(&self, p: f64, teacher: f64) -> Result<Option<f64>, SkillError> {
        SkillError::require_share("mastery", p)?;
        SkillError::require("teacher factor", teacher, teacher >= 0.0, "[0, inf)")?;
        if p >= self.threshold || self.learn == 1.0 {
            return Ok(Some(0.0));
        }
        let rate = -math::ln_1p(-self.learn) * teacher;
        if rate == 0.0 || self.threshold == 1.0 {
            return Ok(None);
        }
        let hours = math::ln((1.0 - p) / (1.0 - self.threshold)) / rate;
        SkillError::finite("hours to mastery", hours).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_case() -> Result<(), SkillError> {
        let skill = Knowledge::default();
        assert!((skill.posterior(0.2, true)? - 0.5294).abs() < 5e-5);
        assert!((skill.practised(0.2, true)? - 0.6).abs() < 1e-15);
        assert!((skill.posterior(0.2, false)? - 0.0303).abs() < 5e-5);
        assert!((skill.practised(0.2, false)? - 0.1758).abs() < 5e-5);
        Ok(())
    }

    #[test]
    fn an_hour_of_teaching_is_a_practice_without_an_answer() -> Result<(), SkillError> {
        let skill = Knowledge::default();
        assert!((skill.taught(0.2, 1.0, 1.0)? - (0.2 + 0.8 * 0.15)).abs() < 1e-15);
        let hours = skill.hours_to_mastery(0.2, 2.0)?.unwrap();
        assert!((skill.taught(0.2, hours, 2.0)? - 0.95).abs() < 1e-14);
        assert_eq!(skill.hours_to_mastery(0.2, 0.0)?, None);
        Ok(())
    }
}
