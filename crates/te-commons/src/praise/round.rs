//! One quantification round: Open, Quantify, Closed.
//!
//! Every operation is refused outside its phase and leaves the round unchanged when refused. A score clears a dismissal and a
//! duplicate mark, a dismissal clears the mark and the score, a mark clears the dismissal and the score. Duplicates form no chains: what
//! a quantifier marked a duplicate cannot be his original, and what he used as an original cannot become a duplicate.

use super::{
    ALLOWED_SCORES, CompositeRule, Person, Praise, Quantification, assignment::Assignment, composites,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Where a round stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoundPhase {
    /// Praise is collected.
    Open,
    /// Quantifiers judge.
    Quantify,
    /// Judgements are final.
    Closed,
}

/// A judgement of an item.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Judgement {
    /// A score from the allowed values `[point]`.
    Score(f64),
    /// Not praise.
    Dismiss,
    /// The same praise as another item.
    DuplicateOf(usize),
}

/// What a round refuses.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum RoundError {
    /// The operation does not belong to this phase.
    #[error("the round is in phase {phase:?}, {operation} needs {needs:?}")]
    Phase {
        /// The operation.
        operation: &'static str,
        /// The phase met.
        phase: RoundPhase,
        /// The phase needed.
        needs: RoundPhase,
    },
    /// There is no such item.
    #[error("there is no item {item}, the round has {len}")]
    NoItem {
        /// Index asked for.
        item: usize,
        /// Items in the round.
        len: usize,
    },
    /// The quantifier does not judge this item.
    #[error("quantifier {quantifier} is not assigned to item {item}")]
    NotAssigned {
        /// The quantifier.
        quantifier: Person,
        /// The item.
        item: usize,
    },
    /// The score is not one of the allowed values.
    #[error("score {score} is not one of the allowed values {allowed:?}")]
    Score {
        /// The score given.
        score: f64,
        /// The permitted values.
        allowed: Vec<f64>,
    },
    /// The list of allowed values is empty, not ascending, or does not start at 0.
    #[error("allowed values {values:?} must ascend strictly from 0")]
    AllowedValues {
        /// The list given.
        values: Vec<f64>,
    },
    /// The worth of a duplicate is out of range.
    #[error("duplicate_percentage = {value} is outside its permitted range [0, 1]")]
    DuplicateWorth {
        /// The value given.
        value: f64,
    },
    /// The mark would point at itself or form a chain.
    #[error("item {item} cannot be a duplicate of {original}: {why}")]
    Duplicate {
        /// The item.
        item: usize,
        /// The item it would repeat.
        original: usize,
        /// The reason.
        why: &'static str,
    },
    /// A quantifier cannot be replaced so.
    #[error("quantifier {old} cannot be replaced by {new}: {why}")]
    Replace {
        /// Who leaves.
        old: Person,
        /// Who comes.
        new: Person,
        /// The reason.
        why: &'static str,
    },
    /// The assignment does not fit the round.
    #[error("the assignment gives item {item} {got} quantifiers")]
    Assignment {
        /// The item.
        item: usize,
        /// Its quantifiers.
        got: usize,
    },
}

/// A round with its items and judgements.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Round {
    phase: RoundPhase,
    items: Vec<Praise>,
    allowed: Vec<f64>,
    rule: CompositeRule,
    duplicate_worth: f64,
}

impl Default for Round {
    fn default() -> Self {
        Self {
            phase: RoundPhase::Open,
            items: Vec::new(),
            allowed: ALLOWED_SCORES.to_vec(),
            rule: CompositeRule::Completed,
            duplicate_worth: 0.1,
        }
    }
}

impl Round {
    /// An open round with its own scale.
    ///
    /// # Errors
    /// [`RoundError`] if the allowed values do not ascend strictly from 0, or the worth of a duplicate is outside `[0, 1]`.
    pub fn new(allowed: Vec<f64>, rule: CompositeRule, duplicate_worth: f64) -> Result<Self, RoundError> {
        let ascending = allowed.is_sorted_by(|a, b| a < b) && allowed.iter().all(|v| v.is_finite());
        if allowed.first() != Some(&0.0) || !ascending {
            return Err(RoundError::AllowedValues { values: allowed });
        }
        if !(0.0..=1.0).contains(&duplicate_worth) {
            return Err(RoundError::DuplicateWorth { value: duplicate_worth });
        }
        Ok(Self { phase: RoundPhase::Open, items: Vec::new(), allowed, rule, duplicate_worth })
    }

    /// Phase.
    pub fn phase(&self) -> RoundPhase {
        self.phase
    }

    /// Items.
    pub fn items(&self) -> &[Praise] {
        &self.items
    }

    /// Composite scores, derived from the judgements as they stand `[point]`.
    ///
    /// # Errors
    /// Never for a round built by these operations.
    pub fn composites(&self) -> Result<Vec<f64>, crate::CommonsError> {
        composites(&self.items, self.rule, self.duplicate_worth)
    }

    /// Adds an item; returns its index.
    ///
    /// # Errors
    /// [`RoundError::Phase`] unless the round is open.
    pub fn praise(&mut self, giver: Person, receiver: Person) -> Result<usize, RoundError> {
        self.need("praise", RoundPhase::Open)?;
        self.items.push(Praise { giver: Some(giver), receiver, quantifications: Vec::new() });
        Ok(self.items.len() - 1)
    }

    /// Praise counts by receiver, as [`super::assignment`] takes them.
    pub fn receivers(&self) -> std::collections::BTreeMap<Person, usize> {
        let mut counts = std::collections::BTreeMap::new();
        for item in &self.items {
            *counts.entry(item.receiver).or_insert(0) += 1;
        }
        counts
    }

    /// Hands the items to the assigned quantifiers and opens the judging.
    ///
    /// # Errors
    /// [`RoundError`] unless the round is open and every item gets k distinct quantifiers, none of them its receiver.
    pub fn assign(&mut self, assignment: &Assignment) -> Result<(), RoundError> {
        self.need("assign", RoundPhase::Open)?;
        let mut lists = Vec::with_capacity(self.items.len());
        for (i, item) in self.items.iter().enumerate() {
            let judges = assignment.quantifiers_of(item.receiver);
            if judges.len() != assignment.per_receiver() || judges.contains(&item.receiver) {
                return Err(RoundError::Assignment { item: i, got: judges.len() });
            }
            lists.push(judges);
        }
        for (item, judges) in self.items.iter_mut().zip(lists) {
            item.quantifications = judges.into_iter().map(Quantification::open).collect();
        }
        self.phase = RoundPhase::Quantify;
        Ok(())
    }

    /// Records a judgement.
    ///
    /// # Errors
    /// [`RoundError`] outside the Quantify phase, for an item not assigned, a score not allowed, or a mark on itself, on a missing
    /// item, or in a chain.
    pub fn judge(&mut self, quantifier: Person, item: usize, judgement: Judgement) -> Result<(), RoundError> {
        self.need("judge", RoundPhase::Quantify)?;
        self.own(quantifier, item)?;
        let new = match judgement {
            Judgement::Score(score) => {
                if !self.allowed.contains(&score) {
                    return Err(RoundError::Score { score, allowed: self.allowed.clone() });
                }
                Quantification { score, ..Quantification::open(quantifier) }
            }
            Judgement::Dismiss => Quantification { dismissed: true, ..Quantification::open(quantifier) },
            Judgement::DuplicateOf(original) => {
                let refuse = |why| Err(RoundError::Duplicate { item, original, why });
                if original == item {
                    return refuse("it is the same item");
                }
                if original >= self.items.len() {
                    return Err(RoundError::NoItem { item: original, len: self.items.len() });
                }
                if self.own(quantifier, original).is_ok_and(|q| q.duplicate_of.is_some()) {
                    return refuse("the same quantifier marked that one a duplicate");
                }
                let points_here = |praise: &Praise| {
                    praise
                        .quantifications
                        .iter()
                        .any(|q| q.quantifier == quantifier && q.duplicate_of == Some(item))
                };
                if self.items.iter().any(points_here) {
                    return refuse("the same quantifier marked others duplicates of it");
                }
                Quantification { duplicate_of: Some(original), ..Quantification::open(quantifier) }
            }
        };
        for q in self.items.get_mut(item).into_iter().flat_map(|p| &mut p.quantifications) {
            if q.quantifier == quantifier {
                *q = new;
            }
        }
        Ok(())
    }

    /// Hands everything of one quantifier to another, scores reset.
    ///
    /// # Errors
    /// [`RoundError`] outside the Quantify phase, if both are the same, if the new one already judges one of the items or receives one.
    pub fn replace(&mut self, old: Person, new: Person) -> Result<(), RoundError> {
        self.need("replace", RoundPhase::Quantify)?;
        let refuse = |why| Err(RoundError::Replace { old, new, why });
        if old == new {
            return refuse("both are the same");
        }
        let judges = |praise: &Praise, who| praise.quantifications.iter().any(|q| q.quantifier == who);
        for praise in self.items.iter().filter(|praise| judges(praise, old)) {
            if judges(praise, new) {
                return refuse("the new one already judges one of the items");
            }
            if praise.receiver == new {
                return refuse("the new one receives one of the items");
            }
        }
        for q in self.items.iter_mut().flat_map(|praise| &mut praise.quantifications) {
            if q.quantifier == old {
                *q = Quantification::open(new);
            }
        }
        Ok(())
    }

    /// Ends the judging.
    ///
    /// # Errors
    /// [`RoundError::Phase`] outside the Quantify phase.
    pub fn close(&mut self) -> Result<(), RoundError> {
        self.need("close", RoundPhase::Quantify)?;
        self.phase = RoundPhase::Closed;
        Ok(())
    }

    fn need(&self, operation: &'static str, needs: RoundPhase) -> Result<(), RoundError> {
        if self.phase == needs {
            Ok(())
        } else {
            Err(RoundError::Phase { operation, phase: self.phase, needs })
        }
    }

    fn own(&self, quantifier: Person, item: usize) -> Result<&Quantification, RoundError> {
        let praise = self.items.get(item).ok_or(RoundError::NoItem { item, len: self.items.len() })?;
        praise
            .quantifications
            .iter()
            .find(|q| q.quantifier == quantifier)
            .ok_or(RoundError::NotAssigned { quantifier, item })
    }
}
