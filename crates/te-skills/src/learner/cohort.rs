//! What an academy asks of many learners in every step: where they stand, and what they retain.

use super::Learner;
use crate::error::SkillError;
use crate::forest::Forest;

/// Where a learner stands in a forest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Standing {
    /// Greatest depth of a mastered skill, counted from 1.
    pub(crate) depth_completed: usize,
    /// Skills whose prerequisites are missing.
    pub(crate) locked: usize,
    /// Skills mastered.
    pub(crate) mastered: usize,
    /// Badges held.
    pub(crate) badges: usize,
    /// The deepest skill that can be learned now.
    pub(crate) next: Option<usize>,
}

impl Learner {
    /// Mastery of every skill, in the order of positions `[1]`.
    pub(crate) fn masteries(&self) -> &[f64] {
        &self.mastery
    }

    /// Takes back every mastery from what [`Learner::masteries`] gave.
    pub(crate) fn restore(&mut self, saved: &mut impl Iterator<Item = f64>) {
        for (p, before) in self.mastery.iter_mut().zip(saved) {
            *p = before;
        }
    }

    /// Where the learner stands, in one pass over the forest.
    pub(crate) fn standing(&self, forest: &Forest) -> Standing {
        let mut standing = Standing { badges: self.badge_count(), ..Standing::default() };
        for &skill in forest.deepest_first() {
            let open = self.is_open(forest, skill);
            standing.locked += usize::from(!open);
            if self.has_mastered(forest, skill) {
                standing.mastered += 1;
                standing.depth_completed = standing.depth_completed.max(forest.depth(skill) + 1);
            } else if open && standing.next.is_none() {
                standing.next = Some(skill);
            }
        }
        standing
    }

    /// As [`Learner::forget`], with what each skill retains over the years given.
    pub(crate) fn forget_to(&mut self, forest: &Forest, retained: &[f64]) -> Result<(), SkillError> {
        for ((p, skill), retained) in self.mastery.iter_mut().zip(forest.skills()).zip(retained) {
            *p = skill.knowledge.faded(*p, *retained)?;
        }
        Ok(())
    }
}
