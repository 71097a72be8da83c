//! Praise: members thank each other, quantifiers score the thanks, a pool is paid out by score.
//!
//! Each item is scored by k quantifiers; their realised scores are averaged to the item's composite; receivers share the
//! pool by composites, quantifiers by work, a reward board equally.
//!
//! - a quantification is done if it is dismissed, marked a duplicate, or scored above 0: **a score of 0 alone counts as not done**
//! - realised: dismissed 0; duplicate `round2(d · own score of the original)`; else the score
//! - composite: `round2(mean of realised over done)`, 0 if none ([`CompositeRule::Completed`]), or the plain mean of stored scores
//!   over all assigned, where everything but a score counts 0 ([`CompositeRule::StoredMean`])
//!
//! | symbol | meaning | unit | range |
//! |---|---|---|---|
//! | k | quantifiers per item | 1 | ≥ 1 |
//! | d | worth of a duplicate | 1 | `[0, 1]` |
//! | score | one of the allowed values | point | ≥ 0 |
//!
//! `round2` rounds to two decimals as `JavaScript` does: half up on the exact binary value. Composites are always derived, never stored: the
//! original cached them and published four stale ones.
//!
//! Rooms: [`round`] runs a period, [`assignment`] hands items to quantifiers, [`payout`] distributes, [`agreement`] measures the
//! quantifiers, [`reweight`] holds optional interventions.
//!
//! Source: givepraise/praise and commons-stack/rad (behaviour); 13 rounds of the TEC with published payouts.

pub mod agreement;
pub mod assignment;
pub mod payout;
pub mod reweight;
pub mod round;

use crate::error::{CommonsError, non_negative, within};
use serde::{Deserialize, Serialize};

/// A person: giver, receiver or quantifier.
pub type Person = u32;

/// Scores a quantifier may give in the TEC `[point]`.
pub const ALLOWED_SCORES: [f64; 11] = [0.0, 1.0, 3.0, 5.0, 8.0, 13.0, 21.0, 34.0, 55.0, 89.0, 144.0];

/// One quantifier's judgement of one item, as stored.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quantification {
    /// Who judges.
    pub quantifier: Person,
    /// Score `[point]`; 0 if not done, dismissed or a duplicate.
    pub score: f64,
    /// Not praise at all.
    pub dismissed: bool,
    /// Index of the item it repeats.
    pub duplicate_of: Option<usize>,
}

impl Quantification {
    /// An assignment without a judgement yet.
    #[must_use]
    pub fn open(quantifier: Person) -> Self {
        Self { quantifier, score: 0.0, dismissed: false, duplicate_of: None }
    }

    /// Is there a judgement?
    #[must_use]
    pub fn done(&self) -> bool {
        self.dismissed || self.duplicate_of.is_some() || self.score > 0.0
    }
}

/// A praise item with its quantifications.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Praise {
    /// Who thanks, where known.
    pub giver: Option<Person>,
    /// Who is thanked.
    pub receiver: Person,
    /// Judgements of the assigned quantifiers.
    pub quantifications: Vec<Quantification>,
}

/// How an item's judgements become its composite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum CompositeRule {
    /// Rounded mean over the judgements done, duplicates worth a part of their original (TEC rounds 1 to 31).
    #[default]
    Completed,
    /// Plain mean of stored scores over all assigned (TEC rounds 32 to 38).
    StoredMean,
}

/// x ≥ 0 rounded to two decimals, half up on the exact binary value.
///
/// # Errors
/// [`CommonsError`] unless 0 ≤ x < 2^46.
///
/// ```
/// use te_commons::praise::round2;
/// assert_eq!(round2(0.125)?, 0.13);      // an exact half goes up
/// assert_eq!(round2(1.005)?, 1.0);       // the binary value lies below
/// # Ok::<(), te_commons::CommonsError>(())
/// ```
pub fn round2(x: f64) -> Result<f64, CommonsError> {
    let limit = 70_368_744_177_664.0; // 2^46
    within("score", x, (0.0..limit).contains(&x), "[0, 2^46)")?;
    let whole = x.floor();
    let fraction = x - whole; // exact
    // Below 2^-20 the fraction rounds to 0; from there on it is a whole number of 2^-73.
    let scaled = if fraction < 9.5367431640625e-7 { 0.0 } else { fraction * 9_444_732_965_739_290_427_392.0 };
    #[expect(clippy::cast_possible_truncation, reason = "below 2^73")]
    #[expect(clippy::cast_sign_loss, reason = "0 or above")]
    let hundredths = (scaled as u128 * 100 + (1 << 72)) >> 73;
    Ok((whole * 100.0 + hundredths as f64) / 100.0)
}

/// Realised score of quantification `q` of an item, a duplicate worth `duplicate_worth` of its original `[point]`.
///
/// # Errors
/// [`CommonsError`] if the worth is outside `[0, 1]` or a score out of range.
pub fn realised(items: &[Praise], q: &Quantification, duplicate_worth: f64) -> Result<f64, CommonsError> {
    within("duplicate_percentage", duplicate_worth, (0.0..=1.0).contains(&duplicate_worth), "[0, 1]")?;
    if q.dismissed {
        return Ok(0.0);
    }
    match q.duplicate_of {
        None => non_negative("score", q.score),
        Some(original) => {
            let score = items
                .get(original)
                .and_then(|item| item.quantifications.iter().find(|other| other.quantifier == q.quantifier))
                .filter(|other| other.duplicate_of.is_none())
                .map_or(0.0, |other| other.score);
            round2(duplicate_worth * score)
        }
    }
}

/// Composite score of an item `[point]`.
///
/// # Errors
/// As [`realised`].
pub fn composite(
    items: &[Praise],
    item: &Praise,
    rule: CompositeRule,
    duplicate_worth: f64,
) -> Result<f64, CommonsError> {
    match rule {
        CompositeRule::Completed => {
            let (mut sum, mut done) = (0.0, 0_u32);
            for q in item.quantifications.iter().filter(|q| q.done()) {
                sum += realised(items, q, duplicate_worth)?;
                done += 1;
            }
            if done == 0 { Ok(0.0) } else { round2(sum / f64::from(done)) }
        }
        CompositeRule::StoredMean => {
            let stored =
                |q: &Quantification| if q.dismissed || q.duplicate_of.is_some() { 0.0 } else { q.score };
            let sum: f64 = item.quantifications.iter().map(stored).sum();
            let n = item.quantifications.len();
            if n == 0 { Ok(0.0) } else { non_negative("score", sum / n as f64) }
        }
    }
}

/// Composite scores of all items `[point]`.
///
/// # Errors
/// As [`realised`].
pub fn composites(
    items: &[Praise],
    rule: CompositeRule,
    duplicate_worth: f64,
) -> Result<Vec<f64>, CommonsError> {
    items.iter().map(|item| composite(items, item, rule, duplicate_worth)).collect()
}

/// Index of the period that holds a time: `previous_end` < t ≤ `end`; none after the last end.
///
/// Ends ascend; everything up to the first end belongs to the first period.
#[must_use]
pub fn period_of(ends: &[f64], time: f64) -> Option<usize> {
    ends.iter().position(|end| time <= *end)
}
