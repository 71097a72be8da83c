//! Praise: composites of items, and what a round pays.

use crate::error;
use pyo3::prelude::*;
use std::collections::BTreeMap;
use tecmns::commons::{self, praise};

/// Composites of praise items: each item lists its judgements (quantifier, score, dismissed, item that it repeats).
type Item = (Option<u32>, u32, Vec<(u32, f64, bool, Option<usize>)>);

fn praised(items: Vec<Item>) -> Vec<praise::Praise> {
    let judged = |(quantifier, score, dismissed, duplicate_of)| praise::Quantification {
        quantifier,
        score,
        dismissed,
        duplicate_of,
    };
    let praised = |(giver, receiver, judgements): Item| praise::Praise {
        giver,
        receiver,
        quantifications: judgements.into_iter().map(judged).collect(),
    };
    items.into_iter().map(praised).collect()
}

fn refused(py: Python<'_>, error: &commons::CommonsError) -> PyErr {
    error::raise(py, "ParamError", "TE0010", &format!("praise: {error}"))
}

/// The composite score of each item.
#[pyfunction]
pub(crate) fn praise_composites(
    py: Python<'_>,
    items: Vec<Item>,
    duplicate_worth: f64,
) -> PyResult<Vec<f64>> {
    let rule = praise::CompositeRule::default();
    praise::composites(&praised(items), rule, duplicate_worth).map_err(|e| refused(py, &e))
}

/// What a round pays to receivers, quantifiers and the board.
#[pyfunction]
pub(crate) fn praise_payout(
    py: Python<'_>,
    items: Vec<Item>,
    board: Vec<u32>,
    duplicate_worth: f64,
    allocation: f64,
    shares: (f64, f64, f64),
) -> PyResult<[BTreeMap<u32, f64>; 3]> {
    let items = praised(items);
    let rule = praise::CompositeRule::default();
    let (contributor_share, quantifier_share, board_share) = shares;
    let terms = praise::payout::PayoutTerms {
        allocation,
        contributor_share,
        quantifier_share,
        board_share,
        ..praise::payout::PayoutTerms::default()
    };
    let paid = praise::composites(&items, rule, duplicate_worth)
        .and_then(|composites| terms.distribute(&items, &composites, &board))
        .map_err(|e| refused(py, &e))?;
    Ok([paid.contributors, paid.quantifiers, paid.board])
}
