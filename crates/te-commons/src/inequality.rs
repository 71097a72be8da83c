//! How unequal a distribution is: Gini, top shares, entropy, Nakamoto.
//!
//! For values x of n ≥ 1 people, x ≥ 0, and Σ > 0; anything else is refused, never NaN.
//!
//! - Gini = ΣΣ |a − b| / (2·n²·mean) over all pairs = Σ (2i − n − 1)·x / (n·Σx) with x the ith smallest; range `[0, 1 − 1/n]`
//! - entropy H = −Σ p·log2 p with p = x/Σx `[bit]`, at most log2 n (people with nothing count in n)
//! - Nakamoto = the fewest people who together hold more than half
//!
//! Two readings of "the top p %": the published code takes the values *strictly above* the (100 − p)th percentile (so
//! that equal values give 0), its Gini takes those at or above it; [`top_share`] takes the ⌈p·n/100⌉ largest.
//!
//! Source: the praise analysis notebooks of the commons; for the published impact hours of the TEC they give a Gini of 0.7886 and
//! 83.9 % for the top 20 % (as published; the underlying list is not public).

use crate::error::{CommonsError, non_negative, within};
use te_math::log2;

/// Gini coefficient `[1]`, `[0, 1 − 1/n]`.
///
/// # Errors
/// [`CommonsError`] for a negative or not finite value, no values, or a sum of 0.
///
/// ```
/// use te_commons::inequality::gini;
/// assert_eq!(gini(&[0.0, 0.0, 0.0, 10.0])?, 0.75);
/// assert_eq!(gini(&[]).unwrap_err().to_string(), "the distribution is undefined: there are no values");
/// # Ok::<(), te_commons::CommonsError>(())
/// ```
pub fn gini(values: &[f64]) -> Result<f64, CommonsError> {
    let (sorted, total) = ordered(values)?;
    Ok(gini_of(&sorted, total))
}

/// Gini of the values at or above the (100 − p)th percentile, as published `[1]`.
///
/// # Errors
/// As [`gini`], and unless p is in (0, 100].
pub fn gini_above_percentile(values: &[f64], percent: f64) -> Result<f64, CommonsError> {
    let (sorted, _) = ordered(values)?;
    let bound = upper_bound(&sorted, percent)?;
    let top: Vec<f64> = sorted.into_iter().filter(|x| *x >= bound).collect();
    gini(&top)
}

/// Share held by the values strictly above the (100 − p)th percentile, as published `[1]`.
///
/// # Errors
/// As [`gini_above_percentile`].
pub fn share_above_percentile(values: &[f64], percent: f64) -> Result<f64, CommonsError> {
    let (sorted, total) = ordered(values)?;
    let bound = upper_bound(&sorted, percent)?;
    Ok(sorted.iter().filter(|x| **x > bound).sum::<f64>() / total)
}

/// Share held by the ⌈p·n/100⌉ largest `[1]`.
///
/// # Errors
/// As [`gini_above_percentile`].
pub fn top_share(values: &[f64], percent: f64) -> Result<f64, CommonsError> {
    let (sorted, total) = ordered(values)?;
    percentage(percent)?;
    let share = percent * sorted.len() as f64 / 100.0;
    #[expect(clippy::cast_possible_truncation, reason = "at most the length of a slice")]
    #[expect(clippy::cast_sign_loss, reason = "percent and length are above 0")]
    let people = share.ceil() as usize;
    Ok(sorted.iter().rev().take(people).sum::<f64>() / total)
}

/// Shannon entropy of the shares `[bit]`, `[0, log2 n]`.
///
/// # Errors
/// As [`gini`].
pub fn entropy_bits(values: &[f64]) -> Result<f64, CommonsError> {
    let (sorted, total) = ordered(values)?;
    let sum: f64 = sorted.iter().filter(|x| **x > 0.0).map(|x| x / total * log2(x / total)).sum();
    Ok((-sum).max(0.0))
}

/// Largest possible entropy, log2 n `[bit]`.
///
/// # Errors
/// As [`gini`].
pub fn max_entropy_bits(values: &[f64]) -> Result<f64, CommonsError> {
    ordered(values)?;
    Ok(log2(values.len() as f64))
}

/// Entropy over its largest possible value `[1]`, `[0, 1]`.
///
/// # Errors
/// As [`gini`], and [`CommonsError::Undefined`] for one person.
pub fn relative_entropy(values: &[f64]) -> Result<f64, CommonsError> {
    let max = max_entropy_bits(values)?;
    if max == 0.0 {
        return Err(CommonsError::Undefined { what: "the relative entropy", why: "there is one value only" });
    }
    Ok(entropy_bits(values)? / max)
}

/// The fewest holders who together have more than half `[1]`, 1..=n.
///
/// # Errors
/// As [`gini`].
pub fn nakamoto(values: &[f64]) -> Result<usize, CommonsError> {
    let (sorted, total) = ordered(values)?;
    let mut held = 0.0;
    for (people, x) in sorted.iter().rev().enumerate() {
        held += x;
        if held / total > 0.5 {
            return Ok(people + 1);
        }
    }
    Ok(sorted.len())
}

/// Pearson correlation of two equally long lists `[1]`, `[−1, 1]`; none where one of them is constant or too short.
#[must_use]
pub fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    if a.len() != b.len() || a.len() < 2 {
        return None;
    }
    let n = a.len() as f64;
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let (mut cross, mut square_a, mut square_b) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        cross += (x - mean_a) * (y - mean_b);
        square_a += (x - mean_a) * (x - mean_a);
        square_b += (y - mean_b) * (y - mean_b);
    }
    let size = (square_a * square_b).sqrt();
    (size > 0.0 && size.is_finite()).then(|| (cross / size).clamp(-1.0, 1.0))
}

fn gini_of(sorted: &[f64], total: f64) -> f64 {
    let n = sorted.len() as f64;
    let sum = |scale: f64| -> f64 {
        sorted.iter().zip(1_usize..).map(|(x, i)| (2.0 * i as f64 - n - 1.0) * (x * scale)).sum()
    };
    // Sums of the largest values overflow: then all are scaled down first.
    let gini = sum(1.0) / (n * total);
    let scale = f64::MIN_POSITIVE;
    let gini = if gini.is_finite() { gini } else { sum(scale) / (n * (total * scale)) };
    gini.max(0.0)
}

/// The values ascending, and their sum.
fn ordered(values: &[f64]) -> Result<(Vec<f64>, f64), CommonsError> {
    let undefined = |why| CommonsError::Undefined { what: "the distribution", why };
    if values.is_empty() {
        return Err(undefined("there are no values"));
    }
    for value in values {
        non_negative("value", *value)?;
    }
    let total: f64 = values.iter().sum();
    if total <= 0.0 || !total.is_finite() {
        return Err(undefined("the values do not sum to a finite number above 0"));
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    Ok((sorted, total))
}

fn percentage(percent: f64) -> Result<f64, CommonsError> {
    within("percent", percent, percent > 0.0 && percent <= 100.0, "(0, 100]")
}

/// The (100 − p)th percentile, linearly interpolated between neighbours from the nearer of them.
fn upper_bound(sorted: &[f64], percent: f64) -> Result<f64, CommonsError> {
    percentage(percent)?;
    let position = (sorted.len().saturating_sub(1)) as f64 * ((100.0 - percent) / 100.0);
    #[expect(clippy::cast_possible_truncation, reason = "at most the length of a slice")]
    #[expect(clippy::cast_sign_loss, reason = "the position is 0 or above")]
    let index = position.floor() as usize;
    let low = sorted.get(index).copied().unwrap_or(0.0);
    let high = sorted.get(index + 1).copied().unwrap_or(low);
    let t = position - position.floor();
    Ok(if t < 0.5 { low + (high - low) * t } else { high - (high - low) * (1.0 - t) })
}
