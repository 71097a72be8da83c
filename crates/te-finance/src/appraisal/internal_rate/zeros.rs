//! All real zeros of a sum of exponentials, each in an interval of its own.
//!
//! Why none is missed. Beyond two bounds one term outweighs all others, so every zero lies between them. That interval
//! is halved until each part settles by one of these:
//!
//! - a bound of every term shows that the sum has no zero in the part;
//! - the same bound, or the lack of a sign change, shows it for the `k`-th reduction of the sum. By Rolle's theorem the
//!   reduction before is then monotone but for a positive factor, so it has at most one zero, found by its signs at the
//!   ends; these points divide the part into pieces on which the one before *it* is monotone; and so on down to the sum.
//!
//! Each reduction takes a sign change away, so a sum that is reduced as often as its signs change is not halved at all, which
//! is done where its size allows. Else halving ends because at every point some derivative is not 0. Between two neighbouring points the
//! sum is then monotone: a zero lies between them exactly if the signs differ.
//!
//! Rounding. A sign is left open where the value is within the rounding of its terms
//! ([`ROUNDING`](super::exponential_sum::ROUNDING)). Points with an open sign are kept at every level, so that a zero
//! which rounding hides in a reduction still divides. Where open points separate two closed signs of the sum itself, it
//! touches 0 there to rounding: that is one zero, with the multiplicity that the derivatives give.
//!
//! Source: E. Laguerre 1883; the interval bounds as in R. Moore, *Interval Analysis*, 1966.

use super::exponential_sum::{Cell, ExponentialSum};
use crate::error::FinanceError;
use crate::root::brent;

/// Coefficients of all reductions together up to which the whole interval settles at once.
const AT_ONCE: usize = 200_000;
/// Most reductions of a part of a larger sum: a few at first, two more each time it is halved.
const MOST_REDUCTIONS: usize = 64;
/// Terms that are looked at before the search is given up; 10,000 flows of changing signs need a tenth.
const MOST_WORK: usize = 1_000_000_000;
/// Width of a part, to its place and to the scale of the sum, below which it is not halved.
const NARROWEST: f64 = 1.0 / (1u64 << 46) as f64;

/// A zero and how many zeros, to rounding, lie there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Zero {
    /// Its place.
    pub(super) x: f64,
    /// Its multiplicity.
    pub(super) multiplicity: u32,
}

/// All zeros of `sum`, in rising order.
///
/// # Errors
/// [`FinanceError::Undecided`] where more parts are needed than are searched.
pub(super) fn zeros(sum: &ExponentialSum) -> Result<Vec<Zero>, FinanceError> {
    if sum.sign_changes() == 0 {
        return Ok(Vec::new());
    }
    let (left, right) = (sum.bound(false), sum.bound(true));
    let mut points = vec![left];
    let changes = sum.sign_changes();
    let at_once = changes * sum.len() <= AT_ONCE;
    let mut open = vec![(left, right, 0)];
    let mut work = 0;
    while let Some((a, b, halvings)) = open.pop() {
        let most = if at_once { changes } else { (4 + 2 * halvings).min(MOST_REDUCTIONS) };
        work += sum.len() * (most + 8);
        if work > MOST_WORK {
            return Err(FinanceError::Undecided { sign_changes: changes });
        }
        let cell = sum.cell(a, b);
        if let Some(inside) = turning_points(sum, &cell, most) {
            points.extend(inside);
            points.push(b);
        } else if b - a <= NARROWEST * a.abs().max(b.abs()).max(1.0 / sum.span()) {
            points.extend([cell.middle, b]);
        } else {
            // The left half is taken first.
            open.push((cell.middle, b, halvings + 1));
            open.push((a, cell.middle, halvings + 1));
        }
    }
    points.dedup();
    Ok(between(sum, &points))
}

/// Points in a cell between which the sum is monotone; `None` where it takes more reductions than `most` to find them.
fn turning_points(sum: &ExponentialSum, cell: &Cell, most: usize) -> Option<Vec<f64>> {
    let mut levels: Vec<ExponentialSum> = vec![sum.clone()];
    loop {
        let last = levels.last()?;
        if last.excludes_zero(cell) {
            break;
        }
        // Without a sign change there is no zero, also where factors beyond the floats hide it from the bound.
        let Some(next) = last.reduced(cell) else { break };
        if levels.len() > most {
            return None;
        }
        levels.push(next);
    }
    // The last level has no zero in the cell, the sum itself is what is asked for: in between, from the last up.
    levels.pop();
    let mut points = Vec::new();
    for level in levels.iter().skip(1).rev() {
        points = zeros_of_level(level, cell, &points);
    }
    Some(points)
}

/// Where a reduction changes its sign or touches 0 in a cell, if it is monotone between these points.
fn zeros_of_level(level: &ExponentialSum, cell: &Cell, points: &[f64]) -> Vec<f64> {
    let mut found = Vec::new();
    let mut before: Option<(f64, i8)> = None;
    for x in std::iter::once(cell.a).chain(points.iter().copied()).chain(std::iter::once(cell.b)) {
        let sign = level.sign(x);
        if let Some((from, earlier)) = before
            && earlier * sign < 0
        {
            found.extend(brent(|x| level.relative(x), from, x, 0.0));
        }
        if sign == 0 {
            found.push(x);
        }
        before = Some((x, sign));
    }
    found.dedup();
    found
}

/// The zeros of a sum that is monotone between these points, whose first and last lie outside all zeros.
fn between(sum: &ExponentialSum, points: &[f64]) -> Vec<Zero> {
    let mut found = Vec::new();
    let mut last: Option<(f64, i8)> = None;
    let mut touching: Vec<f64> = Vec::new();
    for &x in points {
        let sign = sum.sign(x);
        if sign == 0 {
            touching.push(x);
            continue;
        }
        if let Some((from, earlier)) = last {
            found.extend(zero_between(sum, (from, x), earlier != sign, &touching));
        }
        touching.clear();
        last = Some((x, sign));
    }
    found
}

/// The zero between two points of closed sign, if there is one; in between the sum touches 0 at the points given.
fn zero_between(sum: &ExponentialSum, ends: (f64, f64), crosses: bool, touching: &[f64]) -> Option<Zero> {
    let flattest = touching
        .iter()
        .map(|x| (sum.multiplicity(*x), -sum.relative(*x).abs(), *x))
        .max_by(|left, right| left.0.cmp(&right.0).then(left.1.total_cmp(&right.1)));
    match flattest {
        None | Some((0 | 1, ..)) if crosses => {
            brent(|x| sum.relative(x), ends.0, ends.1, 0.0).map(|x| Zero { x, multiplicity: 1 })
        }
        None => None,
        // A sum that crosses 0 does so at an odd zero, one that does not at an even one.
        Some((multiplicity, _, x)) => {
            let odd = multiplicity % 2 == 1;
            Some(Zero { x, multiplicity: if odd == crosses { multiplicity } else { multiplicity + 1 } })
        }
    }
}
