//! One learner in a forest of skills: practice, teaching, forgetting, badges.
//!
//! A skill is *open* when every direct prerequisite is mastered, *available* when it is open and not mastered itself, and
//! *mastered* when mastery has reached the skill's threshold or its badge is held. Difficulty `D` divides teaching: an hour
//! gives what `1/D` hours of a standard skill give. A badge is issued once, when the skill and all its ancestors are
//! mastered; it belongs to the learner, cannot be passed on, and stays when knowledge fades.
//!
//! ```text
//! badge = SHA-256(forest hash, skill name, learner, period)
//! ```
//!
//! Invariants: mastery stays in `[0, 1]`; no badge without mastery of the ancestors; a further edge in the forest never makes
//! anything available. Equations of learning in [`crate::knowledge`].

#[cfg(feature = "engine")]
mod cohort;

use sha2::{Digest, Sha256};

use crate::error::SkillError;
use crate::forest::{Forest, Skill, hexadecimal};

/// A learner's state in one forest.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Learner {
    name: String,
    mastery: Vec<f64>,
    /// The badge of each skill, by position.
    badges: Vec<Option<String>>,
}

impl Learner {
    /// Someone who starts at every skill's initial mastery.
    #[must_use]
    pub fn new(name: &str, forest: &Forest) -> Self {
        let mastery: Vec<f64> = forest.skills().map(|skill| skill.knowledge.initial()).collect();
        Self { name: name.to_owned(), badges: vec![None; mastery.len()], mastery }
    }

    /// Mastery of the skill at a position `[1]`.
    #[must_use]
    pub fn mastery(&self, skill: usize) -> Option<f64> {
        self.mastery.get(skill).copied()
    }

    /// Mean mastery over the forest `[1]`; 0 in an empty one.
    #[must_use]
    pub fn mean_mastery(&self) -> f64 {
        if self.mastery.is_empty() {
            0.0
        } else {
            self.mastery.iter().sum::<f64>() / self.mastery.len() as f64
        }
    }

    /// Badges held: position of the skill and the badge's hash.
    pub fn badges(&self) -> impl Iterator<Item = (usize, &str)> {
        self.badges.iter().enumerate().filter_map(|(skill, hash)| Some((skill, hash.as_deref()?)))
    }

    /// Number of badges held `[1]`.
    #[must_use]
    pub fn badge_count(&self) -> usize {
        self.badges.iter().flatten().count()
    }

    /// Whether a skill is mastered: at its threshold, or with its badge.
    #[must_use]
    pub fn has_mastered(&self, forest: &Forest, skill: usize) -> bool {
        self.holds_badge(skill)
            || match (forest.threshold(skill), self.mastery.get(skill)) {
                (Some(threshold), Some(p)) => *p >= threshold,
                _ => false,
            }
    }

    fn holds_badge(&self, skill: usize) -> bool {
        self.badges.get(skill).is_some_and(Option::is_some)
    }

    /// Whether every direct prerequisite of a skill is mastered.
    #[must_use]
    pub fn is_open(&self, forest: &Forest, skill: usize) -> bool {
        forest.prerequisites(skill).all(|before| self.has_mastered(forest, before))
    }

    /// Positions of the skills that can be learned now, in the order of names.
    pub fn available(&self, forest: &Forest) -> impl Iterator<Item = usize> {
        (0..forest.len()).filter(|skill| !self.has_mastered(forest, *skill) && self.is_open(forest, *skill))
    }

    /// The deepest skill that can be learned now; of several the first by name.
    #[must_use]
    pub fn deepest_available(&self, forest: &Forest) -> Option<usize> {
        let can = |skill: &usize| !self.has_mastered(forest, *skill) && self.is_open(forest, *skill);
        forest.deepest_first().iter().copied().find(can)
    }

    /// Number of skills whose prerequisites are missing `[1]`.
    #[must_use]
    pub fn locked(&self, forest: &Forest) -> usize {
        (0..forest.len()).filter(|skill| !self.is_open(forest, *skill)).count()
    }

    /// Greatest depth of a mastered skill, counted from 1; 0 if nothing is mastered.
    #[must_use]
    pub fn depth_completed(&self, forest: &Forest) -> usize {
        let mastered = (0..forest.len()).filter(|skill| self.has_mastered(forest, *skill));
        mastered.map(|skill| forest.depth(skill) + 1).max().unwrap_or(0)
    }

    /// What is still to be learned for a skill, itself included, in an order that respects the prerequisites.
    ///
    /// # Errors
    /// A position beyond the last.
    pub fn path_to(&self, forest: &Forest, skill: usize) -> Result<Vec<usize>, SkillError> {
        at(forest, skill)?;
        let mut wanted = vec![false; forest.len()];
        for k in forest.ancestors(skill).into_iter().chain([skill]) {
            if let Some(slot) = wanted.get_mut(k) {
                *slot = true;
            }
        }
        let wanted = |k: &usize| wanted.get(*k).copied().unwrap_or(false);
        Ok(forest.order().iter().copied().filter(|k| wanted(k) && !self.has_mastered(forest, *k)).collect())
    }

    /// Hours of teaching `[h]` and their cost `[money]` along the path to a skill; `None` if teaching cannot reach it.
    ///
    /// # Errors
    /// A position beyond the last, or a teacher factor that is negative.
    pub fn cost_of(
        &self,
        forest: &Forest,
        skill: usize,
        teacher: f64,
    ) -> Result<Option<(f64, f64)>, SkillError> {
        let (mut hours, mut cost) = (0.0, 0.0);
        for step in self.path_to(forest, skill)? {
            let of = at(forest, step)?;
            let p = self.mastery.get(step).copied().unwrap_or(0.0);
            let Some(needed) = of.knowledge.hours_to_mastery(p, teacher / of.difficulty)? else {
                return Ok(None);
            };
            hours += needed;
            cost += needed * of.teaching_cost;
        }
        Ok(Some((hours, cost)))
    }

    /// Practises a skill once, with this answer; returns the mastery after it `[1]`.
    ///
    /// # Errors
    /// A position beyond the last, a locked skill, or an answer that has probability 0; nothing changes then.
    pub fn practise(&mut self, forest: &Forest, skill: usize, correct: bool) -> Result<f64, SkillError> {
        self.require_open(forest, skill)?;
        let knowledge = &at(forest, skill)?.knowledge;
        self.change(skill, |p| knowledge.practised(p, correct))
    }

    /// Teaches a skill for some hours; returns the mastery after it `[1]`.
    ///
    /// # Errors
    /// A position beyond the last, a locked skill, or a negative argument; nothing changes then.
    pub fn teach(
        &mut self,
        forest: &Forest,
        skill: usize,
        hours: f64,
        teacher: f64,
    ) -> Result<f64, SkillError> {
        self.require_open(forest, skill)?;
        let of = at(forest, skill)?;
        self.change(skill, |p| of.knowledge.taught(p, hours, teacher / of.difficulty))
    }

    /// Lets `years` pass without practice. Badges stay.
    ///
    /// # Errors
    /// `years` negative or infinite; nothing changes then.
    pub fn forget(&mut self, forest: &Forest, years: f64) -> Result<(), SkillError> {
        SkillError::require("years", years, years >= 0.0, "[0, inf)")?;
        for (p, skill) in self.mastery.iter_mut().zip(forest.skills()) {
            *p = skill.knowledge.forgotten(*p, years)?;
        }
        Ok(())
    }

    /// Whether the badge of a skill would be issued now.
    #[must_use]
    pub fn earns_badge(&self, forest: &Forest, skill: usize) -> bool {
        forest.skill(skill).is_some_and(|of| self.badge_refusal(forest, skill, of).is_none())
    }

    fn badge_refusal(&self, forest: &Forest, skill: usize, of: &Skill) -> Option<&'static str> {
        if !of.badge {
            Some("it carries none")
        } else if self.holds_badge(skill) {
            Some("it is held already")
        } else if self.mastery.get(skill).is_none_or(|p| *p < of.knowledge.threshold()) {
            Some("it is not mastered")
        } else if !forest.ancestors(skill).into_iter().all(|before| self.has_mastered(forest, before)) {
            Some("what comes before it is not mastered")
        } else {
            None
        }
    }

    /// Issues the badge of a skill for a period, such as a cohort; returns its hash.
    ///
    /// # Errors
    /// A position beyond the last; a skill without badge, not mastered, with an ancestor not mastered, or badged before.
    pub fn issue_badge(&mut self, forest: &Forest, skill: usize, period: &str) -> Result<&str, SkillError> {
        let of = at(forest, skill)?;
        if let Some(reason) = self.badge_refusal(forest, skill, of) {
            return Err(SkillError::NoBadge { skill: of.name.clone(), reason });
        }
        let hash = badge_hash(forest.hash_text(), &of.name, &self.name, period);
        let Some(badge) = self.badges.get_mut(skill) else { return Err(no_such(skill)) };
        Ok(badge.insert(hash))
    }

    fn require_open(&self, forest: &Forest, skill: usize) -> Result<(), SkillError> {
        let of = at(forest, skill)?;
        if self.is_open(forest, skill) {
            return Ok(());
        }
        let missing = forest.prerequisites(skill).filter(|before| !self.has_mastered(forest, *before));
        let mut missing: Vec<String> =
            missing.filter_map(|before| forest.skill(before)).map(|before| before.name.clone()).collect();
        missing.sort();
        Err(SkillError::Locked { skill: of.name.clone(), missing })
    }

    fn change(
        &mut self,
        skill: usize,
        update: impl FnOnce(f64) -> Result<f64, SkillError>,
    ) -> Result<f64, SkillError> {
        let Some(p) = self.mastery.get_mut(skill) else { return Err(no_such(skill)) };
        *p = update(*p)?;
        Ok(*p)
    }
}

/// Hash of a badge: SHA-256 over forest, skill, learner and period, each with its length in front.
#[must_use]
pub fn badge_hash(forest: &str, skill: &str, learner: &str, period: &str) -> String {
    let mut digest = Sha256::new();
    for text in [forest, skill, learner, period] {
        digest.update(text.len().to_le_bytes());
        digest.update(text.as_bytes());
    }
    hexadecimal(&digest.finalize())
}

fn at(forest: &Forest, skill: usize) -> Result<&Skill, SkillError> {
    forest.skill(skill).ok_or_else(|| no_such(skill))
}

fn no_such(skill: usize) -> SkillError {
    SkillError::UnknownSkill { skill: format!("number {skill}"), nearest: None }
}
