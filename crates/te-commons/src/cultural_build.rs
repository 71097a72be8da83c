//! Cultural build: praise of a period turned into impact hours.
//!
//! Quantifiers give points to the items of a period, each on his own scale, and propose an hours budget. With A the quantifiers who
//! have both:
//!
//! - period hours H = mean over A of the budgets
//! - share of item i = mean over A of `p_ik` / `Σ_j` `p_jk`
//! - hours of item i = H · share; hours of a person = sum over his items
//!
//! | symbol | meaning | unit | range |
//! |---|---|---|---|
//! | `p_ik` | points of quantifier k for item i | own scale of k | ≥ 0 |
//! | H | hours of the period | hour | > 0 |
//! | kept | part a person paid elsewhere keeps | 1 | `[0, 1]` |
//!
//! Invariants: the hours of quantified items sum to H; scaling one quantifier's points changes nothing; order changes nothing; an item
//! of zero points changes nothing. Limits: praise nobody quantified earns nothing unless the fallback is asked for, and then
//! comes on top of H. Deductions are rows of their own and never edit items.
//!
//! Source: the impact-hours spreadsheet of the TEC, September 2020 to July 2021; the rule reproduces its items to 1e-8.

use crate::{
    error::{CommonsError, finite, non_negative, positive, within},
    inequality::correlation,
    praise::Person,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Hours for praise that nobody quantified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fallback {
    /// None.
    #[default]
    Nothing,
    /// H divided by the number of quantified items, each, on top of H (as in most periods of the spreadsheet).
    MeanPerItem,
}

/// Mean of the active quantifiers' budgets: the hours of a period `[hour]`.
///
/// # Errors
/// [`CommonsError`] for no budgets or one that is not above 0.
pub fn period_hours(budgets: &[f64]) -> Result<f64, CommonsError> {
    if budgets.is_empty() {
        return Err(CommonsError::Undefined { what: "the period's hours", why: "no quantifier is active" });
    }
    for budget in budgets {
        positive("hours_budget", *budget)?;
    }
    finite("period hours", budgets.iter().sum::<f64>() / budgets.len() as f64)
}

/// Mean of the normalised sheets: each item's share of the period `[1]`; `sheets[k][i]` are the points of quantifier k for item i.
///
/// # Errors
/// [`CommonsError`] for no sheets, sheets of different lengths, negative or not finite points, or a sheet of zeros only.
pub fn item_shares(sheets: &[&[f64]]) -> Result<Vec<f64>, CommonsError> {
    let Some(first) = sheets.first() else {
        return Err(CommonsError::Undefined { what: "the shares", why: "no quantifier is active" });
    };
    let mut shares = vec![0.0; first.len()];
    for sheet in sheets {
        within(
            "items of a sheet",
            sheet.len() as f64,
            sheet.len() == first.len(),
            "the same for all sheets",
        )?;
        let mut total = 0.0;
        for points in *sheet {
            total += non_negative("points", *points)?;
        }
        positive("sum of a sheet's points", total)?;
        for (share, points) in shares.iter_mut().zip(*sheet) {
            *share += points / total;
        }
    }
    for share in &mut shares {
        *share /= sheets.len() as f64;
    }
    Ok(shares)
}

/// One quantifier's sheet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Sheet {
    /// Points by item, absent where none are given.
    points: Vec<Option<f64>>,
    budget: Option<f64>,
}

impl Sheet {
    fn points_of(&self, item: usize) -> Option<f64> {
        self.points.get(item).copied().flatten()
    }

    fn score(&mut self, item: usize, points: f64) {
        if self.points.len() <= item {
            self.points.resize(item + 1, None);
        }
        if let Some(place) = self.points.get_mut(item) {
            *place = Some(points);
        }
    }
}

/// A period of praise being quantified.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Period {
    items: Vec<(Person, Person)>,
    sheets: BTreeMap<Person, Sheet>,
    allow_self_praise: bool,
    closed: bool,
}

/// A closed period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeriodHours {
    /// H `[hour]`.
    pub period_hours: f64,
    /// Hours of each item `[hour]`.
    pub items: Vec<f64>,
    /// Hours of each person `[hour]`.
    pub people: BTreeMap<Person, f64>,
    /// Hours granted beyond H by the fallback `[hour]`.
    pub over_budget: f64,
    /// Mean pairwise correlation of the normalised sheets `[1]`; none with fewer than two sheets.
    pub agreement: Option<f64>,
}

impl Period {
    /// An empty period; `allow_self_praise` lets people thank themselves.
    #[must_use]
    pub fn new(allow_self_praise: bool) -> Self {
        Self { allow_self_praise, ..Self::default() }
    }

    /// Adds an item; returns its index.
    ///
    /// # Errors
    /// [`CommonsError`] if the period is closed, or the praise is for the giver where that is not allowed.
    pub fn add_item(&mut self, from: Person, to: Person) -> Result<usize, CommonsError> {
        self.open("add_item")?;
        if from == to && !self.allow_self_praise {
            return Err(CommonsError::OutOfRange {
                name: "receiver",
                value: f64::from(to),
                range: "anybody but the giver",
            });
        }
        self.items.push((from, to));
        Ok(self.items.len() - 1)
    }

    /// Sets the points a quantifier gives to an item.
    ///
    /// # Errors
    /// [`CommonsError`] if the period is closed, the item does not exist, or the points are negative or not finite.
    pub fn score(&mut self, quantifier: Person, item: usize, points: f64) -> Result<(), CommonsError> {
        self.open("score")?;
        within("item", item as f64, item < self.items.len(), "an item of the period")?;
        non_negative("points", points)?;
        self.sheets.entry(quantifier).or_default().score(item, points);
        Ok(())
    }

    /// Sets the hours a quantifier proposes for the period.
    ///
    /// # Errors
    /// [`CommonsError`] if the period is closed or the hours are not above 0.
    pub fn set_budget(&mut self, quantifier: Person, hours: f64) -> Result<(), CommonsError> {
        self.open("set_budget")?;
        positive("hours_budget", hours)?;
        self.sheets.entry(quantifier).or_default().budget = Some(hours);
        Ok(())
    }

    /// Drops a quantifier with everything he entered. The spreadsheet drops one with a budget but no points silently; here that is an
    /// error at closing until he is dropped.
    ///
    /// # Errors
    /// [`CommonsError`] if the period is closed.
    pub fn drop_quantifier(&mut self, quantifier: Person) -> Result<(), CommonsError> {
        self.open("drop_quantifier")?;
        self.sheets.remove(&quantifier);
        Ok(())
    }

    /// Closes the period and gives its hours.
    ///
    /// # Errors
    /// [`CommonsError`] if it is closed, nobody is active, or an active quantifier's points are all 0. It then stays open.
    pub fn close(&mut self, fallback: Fallback) -> Result<PeriodHours, CommonsError> {
        self.open("close")?;
        let active: Vec<(&Sheet, f64)> =
            self.sheets.values().filter_map(|sheet| sheet.budget.map(|budget| (sheet, budget))).collect();
        let budgets: Vec<f64> = active.iter().map(|(_, budget)| *budget).collect();
        let hours = period_hours(&budgets)?;
        let quantified: Vec<bool> = (0..self.items.len())
            .map(|i| active.iter().any(|(sheet, _)| sheet.points_of(i).is_some()))
            .collect();
        let full: Vec<Vec<f64>> = active
            .iter()
            .map(|(sheet, _)| (0..self.items.len()).map(|i| sheet.points_of(i).unwrap_or(0.0)).collect())
            .collect();
        let sheets: Vec<&[f64]> = full.iter().map(Vec::as_slice).collect();
        let mut items: Vec<f64> = item_shares(&sheets)?.into_iter().map(|share| hours * share).collect();
        let count = quantified.iter().filter(|q| **q).count();
        let mut over_budget = 0.0;
        if fallback == Fallback::MeanPerItem {
            for (item, _) in items.iter_mut().zip(&quantified).filter(|(_, q)| !**q) {
                *item = hours / count as f64;
                over_budget += *item;
            }
        }
        let mut people = BTreeMap::new();
        for ((_, to), item) in self.items.iter().zip(&items) {
            *people.entry(*to).or_insert(0.0) += item;
        }
        let agreement = mean_correlation(&full);
        self.closed = true;
        Ok(PeriodHours { period_hours: hours, items, people, over_budget, agreement })
    }

    fn open(&self, operation: &'static str) -> Result<(), CommonsError> {
        if self.closed {
            return Err(CommonsError::WrongPhase { operation, needs: "open", phase: "closed" });
        }
        Ok(())
    }
}

/// Mean correlation over all pairs of sheets; correlation ignores scale, so they need no normalising.
fn mean_correlation(sheets: &[Vec<f64>]) -> Option<f64> {
    let mut values = Vec::new();
    for (i, a) in sheets.iter().enumerate() {
        values.extend(sheets.iter().skip(i + 1).filter_map(|b| correlation(a, b)));
    }
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// One deduction: a row of its own.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deduction {
    /// Who was paid elsewhere.
    pub person: Person,
    /// Part kept `[1]`.
    pub kept: f64,
    /// Hours taken, 0 or above `[hour]`.
    pub hours: f64,
}

/// Impact hours of all periods, with deductions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImpactHours {
    earned: BTreeMap<Person, f64>,
    settled: BTreeMap<Person, f64>,
    /// Hours deducted from each person, and from all.
    deducted: BTreeMap<Person, f64>,
    discount: f64,
    deductions: Vec<Deduction>,
    over_budget: f64,
    periods: usize,
}

impl ImpactHours {
    /// Adds a closed period.
    pub fn add(&mut self, period: &PeriodHours) {
        for (person, hours) in &period.people {
            *self.earned.entry(*person).or_default() += hours;
        }
        self.over_budget += period.over_budget;
        self.periods += 1;
    }

    /// Deducts from the hours a person earned since his last deduction: earned · (1 − kept) `[hour]`.
    ///
    /// # Errors
    /// [`CommonsError`] unless kept is in `[0, 1]` and the person has earned hours.
    pub fn deduct(&mut self, person: Person, kept: f64) -> Result<Deduction, CommonsError> {
        let deduction = self.settle(person, kept)?;
        self.deductions.push(deduction);
        Ok(deduction)
    }

    /// As [`Self::deduct`], without a row among [`Self::deductions`]: for simulations, which read the sums only.
    ///
    /// # Errors
    /// As [`Self::deduct`].
    pub fn settle(&mut self, person: Person, kept: f64) -> Result<Deduction, CommonsError> {
        within("kept", kept, (0.0..=1.0).contains(&kept), "[0, 1]")?;
        let Some(earned) = self.earned.get(&person).copied() else {
            return Err(CommonsError::Undefined {
                what: "the deduction",
                why: "the person has earned no hours",
            });
        };
        let before = self.settled.get(&person).copied().unwrap_or(0.0);
        let hours = finite("hours deducted", (earned - before) * (1.0 - kept))?;
        self.settled.insert(person, earned);
        *self.deducted.entry(person).or_default() += hours;
        self.discount += hours;
        Ok(Deduction { person, kept, hours })
    }

    /// Hours of each person after deductions `[hour]`.
    pub fn totals(&self) -> BTreeMap<Person, f64> {
        let mut totals = self.earned.clone();
        for (person, deducted) in &self.deducted {
            if let Some(hours) = totals.get_mut(person) {
                *hours = (*hours - deducted).max(0.0);
            }
        }
        totals
    }

    /// Hours of everybody after deductions `[hour]`.
    pub fn total(&self) -> f64 {
        self.totals().values().sum()
    }

    /// Hours earned before deductions `[hour]`.
    pub fn earned(&self) -> f64 {
        self.earned.values().sum()
    }

    /// Deductions so far.
    pub fn deductions(&self) -> &[Deduction] {
        &self.deductions
    }

    /// Hours deducted `[hour]`.
    pub fn discount(&self) -> f64 {
        self.discount
    }

    /// Hours granted beyond the budgets `[hour]`.
    pub fn over_budget(&self) -> f64 {
        self.over_budget
    }

    /// Periods added.
    pub fn periods(&self) -> usize {
        self.periods
    }
}

/// Handles of people, case ignored: two that differ in case only are refused.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Handles(BTreeMap<String, (String, Person)>);

impl Handles {
    /// The person of a handle, a new one for a new handle.
    ///
    /// # Errors
    /// [`CommonsError::Undefined`] for a handle that differs from a known one in case only.
    pub fn person(&mut self, handle: &str) -> Result<Person, CommonsError> {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        let known = self.0.entry(handle.to_lowercase()).or_insert_with(|| (handle.to_owned(), next));
        if known.0 == handle {
            Ok(known.1)
        } else {
            Err(CommonsError::Undefined { what: "the person", why: "a known handle differs in case only" })
        }
    }
}
