//! What skills, learning and boosts refuse.

/// A refusal of this crate.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SkillError {
    /// A number is not finite or lies outside its permitted range.
    #[error("{parameter} = {value} is refused, permitted is {allowed}")]
    OutOfRange {
        /// Name of the quantity.
        parameter: &'static str,
        /// The value that was given.
        value: f64,
        /// The permitted range in words or as an interval.
        allowed: &'static str,
    },
    /// Valid arguments lead to a result beyond the finite numbers.
    #[error("{quantity} is not a finite number for these arguments")]
    NotFinite {
        /// The quantity.
        quantity: &'static str,
    },
    /// A skill is declared twice.
    #[error("skill {skill} is declared twice")]
    DuplicateSkill {
        /// Its name, `tree/skill`.
        skill: String,
    },
    /// A name has not the form `tree/skill`.
    #[error("`{name}` is not the name of a skill: write tree/skill")]
    BadName {
        /// The name as given.
        name: String,
    },
    /// A skill that the forest does not have.
    #[error("there is no skill {skill} in the forest{}", nearest.as_ref().map(|n| format!(" (nearest: {n})")).unwrap_or_default())]
    UnknownSkill {
        /// The name asked for.
        skill: String,
        /// The nearest name there is.
        nearest: Option<String>,
    },
    /// Prerequisites run in a circle.
    #[error("prerequisites run in a circle: {}", cycle.join(" -> "))]
    Cycle {
        /// The circle, first name repeated at the end.
        cycle: Vec<String>,
    },
    /// A skill cannot be practised yet.
    #[error("skill {skill} is locked: {} must be mastered first", missing.join(", "))]
    Locked {
        /// The skill.
        skill: String,
        /// Its prerequisites that are not mastered.
        missing: Vec<String>,
    },
    /// A badge is issued once, for a mastered skill that carries one.
    #[error("no badge for {skill}: {reason}")]
    NoBadge {
        /// The skill.
        skill: String,
        /// Why not.
        reason: &'static str,
    },
    /// A set of numbers is too small for the formula.
    #[error("{series} has {given} entries, at least {needed} are needed")]
    TooFew {
        /// Name of the set.
        series: &'static str,
        /// Entries given.
        given: usize,
        /// Entries needed.
        needed: usize,
    },
}

impl SkillError {
    /// `Ok(value)` if `value` is finite and `permitted` holds, else [`SkillError::OutOfRange`].
    pub(crate) fn require(
        parameter: &'static str,
        value: f64,
        permitted: bool,
        allowed: &'static str,
    ) -> Result<f64, Self> {
        if value.is_finite() && permitted {
            Ok(value)
        } else {
            Err(Self::OutOfRange { parameter, value, allowed })
        }
    }

    /// [`SkillError::require`] for a share in `[0, 1]`.
    pub(crate) fn require_share(parameter: &'static str, value: f64) -> Result<f64, Self> {
        Self::require(parameter, value, (0.0..=1.0).contains(&value), "[0, 1]")
    }

    /// `Ok(value)` if the result is finite, else [`SkillError::NotFinite`].
    pub(crate) fn finite(quantity: &'static str, value: f64) -> Result<f64, Self> {
        if value.is_finite() { Ok(value) } else { Err(Self::NotFinite { quantity }) }
    }
}

#[cfg(feature = "engine")]
impl From<SkillError> for te_core::StepError {
    fn from(error: SkillError) -> Self {
        Self::caused_by(error)
    }
}
