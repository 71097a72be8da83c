//! A ledger of contributions: hours present, commits pushed, models authored, and a pool divided by them.
//!
//! **A proposal of this library.** The program behind it (a chat bot) recorded who was in which voice channel, once per
//! sample interval; hours were counted from the samples. No model of rewards existed; the division below is ours.
//!
//! ```text
//! hours(u)  = samples(u) · interval / 60          bridged gaps count as present
//! score(u)  = sum over categories k of w_k · x_uk / sum_v x_vk,   weights renormalised over non-empty categories
//! payout(u) = pool · score(u)                      whole units, largest remainders first
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | interval | time between two samples, > 0 | min |
//! | `x_uk` | hours, commit weights, models of user `u` | h, 1, 1 |
//! | `w_k` | weight of a category, >= 0, not all 0 | 1 |
//! | pool | to be divided | smallest money unit |
//!
//! Rules: samples come in the order of time; the same sample twice is refused; a user in two channels at one time counts
//! once (unless told otherwise); no more than 24 hours a day; a commit is credited once; a model only to a user whom
//! its lineage names. Invariants: payouts sum to the pool exactly; hours add over splits of time; relabelling users
//! permutes payouts; a further sample never lowers the own hours; merging two logs gives the log of the union.
//!
//! Source: Long Tail Financial's `alexandra` for sampling; largest remainder: Hamilton's method of apportionment.

pub mod settlement;

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{FinanceError, LedgerError};

/// Seconds in a day.
const DAY: u64 = 86_400;
/// Most hours that count for a user on one day `[h]`.
const HOURS_IN_DAY: f64 = 24.0;

/// One observation: a user was in a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Sample {
    /// Time since the ledger's beginning `[s]`.
    pub time: u64,
    /// Who.
    pub user: u32,
    /// Where.
    pub channel: u32,
}

/// How samples become hours.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SamplingRules {
    /// Time between two samples `[min]`, > 0.
    pub interval: f64,
    /// Missed samples in a row that still count as presence `[1]`.
    pub bridged_gap: u32,
    /// Whether presence in two channels at one time counts once.
    pub count_once: bool,
    /// Channels that count; all if empty.
    pub channels: BTreeSet<u32>,
}

impl Default for SamplingRules {
    fn default() -> Self {
        Self { interval: 1.0, bridged_gap: 0, count_once: true, channels: BTreeSet::new() }
    }
}

/// The log of samples, commits and models.
///
/// ```
/// use te_finance::contribution::{Ledger, Sample, SamplingRules};
/// let mut ledger = Ledger::new(SamplingRules::default())?;
/// for minute in 0..60 {
///     ledger.record(Sample { time: 60 * minute, user: 1, channel: 7 })?;
/// }
/// assert_eq!(ledger.hours(1), 1.0);
/// assert!(ledger.record(Sample { time: 0, user: 2, channel: 7 }).is_err());
/// # Ok::<(), te_finance::LedgerError>(())
/// ```
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Ledger {
    rules: SamplingRules,
    samples: BTreeSet<Sample>,
    commits: BTreeMap<String, (u32, f64)>,
    models: BTreeMap<String, u32>,
}

impl Ledger {
    /// An empty ledger.
    ///
    /// # Errors
    /// A sample interval that is not finite and positive.
    pub fn new(rules: SamplingRules) -> Result<Self, LedgerError> {
        FinanceError::require("interval", rules.interval, rules.interval > 0.0, "(0, inf)")?;
        Ok(Self { rules, samples: BTreeSet::new(), commits: BTreeMap::new(), models: BTreeMap::new() })
    }

    /// Adds a sample.
    ///
    /// # Errors
    /// A channel that does not count, a time before the latest sample, or a sample that is already there.
    pub fn record(&mut self, sample: Sample) -> Result<(), LedgerError> {
        if !self.rules.channels.is_empty() && !self.rules.channels.contains(&sample.channel) {
            let known = self.rules.channels.len();
            return Err(LedgerError::UnknownChannel { channel: sample.channel, known });
        }
        if let Some(last) = self.samples.last()
            && sample.time < last.time
        {
            return Err(LedgerError::TimeWentBackwards { time: sample.time, last: last.time });
        }
        if !self.samples.insert(sample) {
            let Sample { time, user, channel } = sample;
            return Err(LedgerError::DuplicateSample { user, channel, time });
        }
        Ok(())
    }

    /// Credits a commit of this weight to a user.
    ///
    /// # Errors
    /// A commit that is credited already, or a weight that is not finite and positive.
    pub fn add_commit(&mut self, user: u32, hash: &str, weight: f64) -> Result<(), LedgerError> {
        FinanceError::require("commit weight", weight, weight > 0.0, "(0, inf)")?;
        if let Some((owner, _)) = self.commits.get(hash) {
            return Err(LedgerError::DuplicateWork { kind: "commit", name: hash.to_owned(), owner: *owner });
        }
        self.commits.insert(hash.to_owned(), (user, weight));
        Ok(())
    }

    /// Credits a model to a user whom `authors`, its registered lineage, names.
    ///
    /// # Errors
    /// A user who is not among the authors, or a model that is credited already.
    pub fn add_model(&mut self, user: u32, hash: &str, authors: &[u32]) -> Result<(), LedgerError> {
        if !authors.contains(&user) {
            return Err(LedgerError::NotAuthor { name: hash.to_owned(), user });
        }
        if let Some(owner) = self.models.get(hash) {
            return Err(LedgerError::DuplicateWork { kind: "model", name: hash.to_owned(), owner: *owner });
        }
        self.models.insert(hash.to_owned(), user);
        Ok(())
    }

    /// Everyone with an entry, in order.
    #[must_use]
    pub fn users(&self) -> Vec<u32> {
        let mut users: BTreeSet<u32> = self.samples.iter().map(|sample| sample.user).collect();
        users.extend(self.commits.values().map(|(user, _)| *user));
        users.extend(self.models.values());
        users.into_iter().collect()
    }

    /// Hours of a user over all days, each day capped at 24 `[h]`.
    #[must_use]
    pub fn hours(&self, user: u32) -> f64 {
        self.attendance(user, None).hours(&self.rules)
    }

    /// Hours of a user on one day in one channel, uncapped `[h]`.
    #[must_use]
    pub fn hours_in(&self, user: u32, day: u64, channel: u32) -> f64 {
        let counted = self.attendance(user, Some(channel));
        counted.days.get(&day).copied().unwrap_or(0) as f64 * self.rules.interval / 60.0
    }

    /// Weight of a user's commits `[1]`.
    #[must_use]
    pub fn commits(&self, user: u32) -> f64 {
        self.commits.values().filter(|(owner, _)| *owner == user).map(|(_, weight)| weight).sum()
    }

    /// Number of a user's models `[1]`.
    #[must_use]
    pub fn models(&self, user: u32) -> f64 {
        self.models.values().filter(|owner| **owner == user).count() as f64
    }

    /// The log of everything in either ledger; entries in both count once, and this ledger's credit comes first.
    ///
    /// # Errors
    /// The two ledgers sample by different rules, named by the interval of the other.
    pub fn merge(&self, other: &Self) -> Result<Self, LedgerError> {
        let same = self.rules == other.rules;
        FinanceError::require(
            "interval",
            other.rules.interval,
            same,
            "a ledger with the same sampling rules",
        )?;
        let mut union = self.clone();
        union.samples.extend(&other.samples);
        for (hash, credit) in &other.commits {
            union.commits.entry(hash.clone()).or_insert(*credit);
        }
        for (hash, user) in &other.models {
            union.models.entry(hash.clone()).or_insert(*user);
        }
        Ok(union)
    }

    /// What everyone with an entry brought, in one pass over the log: hours `[h]`, commit weight `[1]`, models `[1]`.
    #[must_use]
    pub fn contributions(&self) -> BTreeMap<u32, [f64; 3]> {
        let mut attendances: BTreeMap<u32, Attendance> = BTreeMap::new();
        for sample in &self.samples {
            attendances.entry(sample.user).or_default().see(sample, &self.rules);
        }
        let mut brought: BTreeMap<u32, [f64; 3]> = attendances
            .into_iter()
            .map(|(user, attendance)| (user, [attendance.hours(&self.rules), 0.0, 0.0]))
            .collect();
        for (user, weight) in self.commits.values() {
            brought.entry(*user).or_default()[1] += weight;
        }
        for user in self.models.values() {
            brought.entry(*user).or_default()[2] += 1.0;
        }
        brought
    }

    fn attendance(&self, user: u32, channel: Option<u32>) -> Attendance {
        let mut attendance = Attendance::default();
        let of_user = |sample: &&Sample| sample.user == user && channel.is_none_or(|c| c == sample.channel);
        self.samples.iter().filter(of_user).for_each(|sample| attendance.see(sample, &self.rules));
        attendance
    }
}

/// The samples of one user that count, by day; bridged gaps count on the day they end.
#[derive(Clone, Debug, Default)]
struct Attendance {
    /// Time of the latest sample on each timeline `[s]`.
    last: BTreeMap<u32, u64>,
    /// Samples on each day.
    days: BTreeMap<u64, u64>,
}

impl Attendance {
    /// Counts a sample; samples come in the order of time.
    fn see(&mut self, sample: &Sample, rules: &SamplingRules) {
        // One timeline for all channels, or one for each.
        let line = if rules.count_once { 0 } else { sample.channel };
        let before = self.last.insert(line, sample.time);
        if before != Some(sample.time) {
            let missed = before.map_or(0, |time| rules.missed(sample.time - time));
            *self.days.entry(sample.time / DAY).or_default() += 1 + missed;
        }
    }

    /// Hours over all days, each day capped at 24 `[h]`.
    fn hours(&self, rules: &SamplingRules) -> f64 {
        self.days.values().map(|count| (*count as f64 * rules.interval / 60.0).min(HOURS_IN_DAY)).sum()
    }
}

impl SamplingRules {
    /// Samples missed within `seconds`, if few enough to be bridged.
    fn missed(&self, seconds: u64) -> u64 {
        let missed = (seconds as f64 / (60.0 * self.interval)).round() - 1.0;
        if missed < 1.0 || missed > f64::from(self.bridged_gap) {
            return 0;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number from 1 to 2^32 - 1"
        )]
        let missed = missed as u64;
        missed
    }
}
