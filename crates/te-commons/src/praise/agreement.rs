//! How far quantifiers agree, and who thanks whom.

use super::{Person, Praise, Quantification};
use crate::inequality::correlation;
use std::collections::BTreeMap;

/// Score of a judgement with a duplicate's original reinstated; none for a no-show.
fn shown(items: &[Praise], q: &Quantification) -> Option<f64> {
    match q.duplicate_of {
        Some(original) => items.get(original).and_then(|item| {
            item.quantifications
                .iter()
                .find(|other| other.quantifier == q.quantifier)
                .map(|other| other.score)
        }),
        None => q.done().then_some(q.score),
    }
}

/// Spread of an item: largest less smallest score shown `[point]`; none if everybody dismissed it or nobody judged.
#[must_use]
pub fn spread(items: &[Praise], item: &Praise) -> Option<f64> {
    if item.quantifications.iter().all(|q| q.dismissed) {
        return None;
    }
    let scores: Vec<f64> = item.quantifications.iter().filter_map(|q| shown(items, q)).collect();
    let high = scores.iter().copied().reduce(f64::max)?;
    let low = scores.iter().copied().reduce(f64::min)?;
    Some(high - low)
}

/// One quantifier beside the others.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantifierProfile {
    /// Pearson correlation with the mean of the others, over items with at least two others `[1]`.
    pub correlation: Option<f64>,
    /// Mean of own score less the others' mean `[point]`.
    pub displacement: Option<f64>,
    /// How often each score was given; keys are score times 100, so that they order.
    pub histogram: BTreeMap<u64, usize>,
}

/// Profiles of all quantifiers.
#[must_use]
pub fn profiles(items: &[Praise]) -> BTreeMap<Person, QuantifierProfile> {
    let mut pairs: BTreeMap<Person, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
    let mut histograms: BTreeMap<Person, BTreeMap<u64, usize>> = BTreeMap::new();
    for item in items {
        let scores: Vec<(Person, f64)> = item
            .quantifications
            .iter()
            .filter_map(|q| shown(items, q).map(|score| (q.quantifier, score)))
            .collect();
        for (person, own) in &scores {
            #[expect(clippy::cast_possible_truncation, reason = "scores are small and 0 or above")]
            #[expect(clippy::cast_sign_loss, reason = "scores are small and 0 or above")]
            let key = (own * 100.0).round() as u64;
            *histograms.entry(*person).or_default().entry(key).or_default() += 1;
            let others: Vec<f64> = scores.iter().filter(|(p, _)| p != person).map(|(_, s)| *s).collect();
            if others.len() >= 2 {
                let lists = pairs.entry(*person).or_default();
                lists.0.push(*own);
                lists.1.push(others.iter().sum::<f64>() / others.len() as f64);
            }
        }
    }
    histograms
        .into_iter()
        .map(|(person, histogram)| {
            let (own, others) = pairs.remove(&person).unwrap_or_default();
            let total: f64 = own.iter().zip(&others).map(|(a, b)| a - b).sum();
            let displacement = (!own.is_empty()).then(|| total / own.len() as f64);
            (person, QuantifierProfile { correlation: correlation(&own, &others), displacement, histogram })
        })
        .collect()
}

/// Part of the items on which all quantifiers agree, by a property of their judgements `[1]`; none without items.
#[must_use]
pub fn unanimity(items: &[Praise], property: impl Fn(&Quantification) -> bool) -> Option<f64> {
    let agreed = |item: &&Praise| {
        let yes = item.quantifications.iter().filter(|q| property(q)).count();
        yes == 0 || yes == item.quantifications.len()
    };
    (!items.is_empty()).then(|| items.iter().filter(agreed).count() as f64 / items.len() as f64)
}

/// Praise from giver to receiver, counted.
#[must_use]
pub fn flow(items: &[Praise]) -> BTreeMap<(Person, Person), usize> {
    let mut counts = BTreeMap::new();
    for item in items {
        if let Some(giver) = item.giver {
            *counts.entry((giver, item.receiver)).or_insert(0) += 1;
        }
    }
    counts
}

/// Part of the assigned judgements that were not done `[1]`; none without any.
#[must_use]
pub fn fraction_unquantified(items: &[Praise]) -> Option<f64> {
    let all = items.iter().map(|item| item.quantifications.len()).sum::<usize>();
    let open = items.iter().flat_map(|item| &item.quantifications).filter(|q| !q.done()).count();
    (all > 0).then(|| open as f64 / all as f64)
}
