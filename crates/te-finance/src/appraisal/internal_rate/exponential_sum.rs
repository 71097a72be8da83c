//! Sums of exponentials, `f(x) = sum_k c_k exp(-l_k x)`: their values with what rounding leaves open, and their reductions.
//!
//! The net present value of any series of flows is such a sum: `c` are the flows, `l` their times, `x = ln(1 + e)`.
//! For a `m` between two exponents at which the signs of the coefficients change, the *reduction* is
//!
//! ```text
//! f*(x) = exp(-m x) d/dx (exp(m x) f(x)) = sum_k (m - l_k) c_k exp(-l_k x)
//! ```
//!
//! It has one sign change less, and between two zeros of `f` there is one of `f*` (Rolle, since `exp(m x)` is positive).
//! No subtraction of coefficients occurs, so that a reduction loses no digits.
//!
//! A value is computed relative to a greatest term, with the rounding of the exponents corrected and a compensated sum:
//! its error is below `4 u` of the sum of the terms' sizes, `u = 2^-53`. The sign of a value below [`ROUNDING`] of that
//! sum is left open.
//!
//! Units: coefficients in any one unit, exponents in any unit of time, `x` in its reciprocal.
//! Source: E. Laguerre, *Sur la théorie des équations numériques*, 1883, for the reduction; A. Neumaier 1974 for the sum.

use std::sync::Arc;

use te_math as math;

/// Part of the sum of the terms' sizes within which a value counts as 0: the evaluation's error and a rounding of each
/// coefficient to the next float on either side.
pub(super) const ROUNDING: f64 = 4.0 * f64::EPSILON;

/// `sum_k c_k exp(-l_k x)` with rising, distinct exponents and coefficients that are not 0.
#[derive(Clone, Debug)]
pub(super) struct ExponentialSum {
    coefficients: Vec<f64>,
    /// Shared by all reductions.
    exponents: Arc<[f64]>,
    /// Reductions so far: each leaves another rounding in every coefficient.
    reductions: u32,
}

/// A value of the sum, relative to its greatest term.
#[derive(Clone, Copy, Debug)]
struct Value {
    /// The sum of the terms.
    sum: f64,
    /// The sum of their sizes.
    gross: f64,
}

impl ExponentialSum {
    /// The sum of `(l, c)` in any order; terms of one exponent are added, and what cancels to rounding is dropped.
    pub(super) fn new(terms: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let mut terms: Vec<(f64, f64)> = terms.into_iter().collect();
        terms.sort_by(|left, right| left.0.total_cmp(&right.0));
        let greatest = terms.iter().fold(0.0f64, |most, term| most.max(term.1.abs()));
        // A power of two, so exact: neither sums nor quotients of coefficients leave the floats.
        let scale = match greatest {
            x if x > math::powi(2.0, 900) => math::powi(2.0, -500),
            x if x < math::powi(2.0, -900) => math::powi(2.0, 500),
            _ => 1.0,
        };
        let (mut exponents, mut coefficients) = (Vec::new(), Vec::new());
        for equal in terms.chunk_by(|left, right| left.0 == right.0) {
            let (sum, gross) = compensated(equal.iter().map(|(_, c)| c * scale));
            if let Some((exponent, _)) = equal.first()
                && sum.abs() > ROUNDING * gross * f64::from(u8::from(equal.len() > 1))
            {
                exponents.push(*exponent);
                coefficients.push(sum);
            }
        }
        Self { coefficients, exponents: exponents.into(), reductions: 0 }
    }

    /// Terms that are left.
    pub(super) fn len(&self) -> usize {
        self.coefficients.len()
    }

    /// Greatest less least exponent.
    pub(super) fn span(&self) -> f64 {
        match (self.exponents.first(), self.exponents.last()) {
            (Some(first), Some(last)) => last - first,
            _ => 0.0,
        }
    }

    /// Sign changes of the coefficients: at most as many zeros, and fewer by an even number (Descartes, Laguerre).
    pub(super) fn sign_changes(&self) -> usize {
        self.coefficients.windows(2).filter(|pair| matches!(pair, [a, b] if a * b.signum() < 0.0)).count()
    }

    /// A point beyond which one end's term outweighs the others twice over: to the right the first, to the left the last.
    pub(super) fn bound(&self, right: bool) -> f64 {
        let end = if right { self.exponents.first() } else { self.exponents.last() };
        let own = if right { self.coefficients.first() } else { self.coefficients.last() };
        let (Some(end), Some(own)) = (end, own) else { return 0.0 };
        let direction = if right { 1.0 } else { -1.0 };
        let mut reach = 1.0 / self.span();
        while reach.is_finite() {
            let x = direction * reach;
            let terms = self.coefficients.iter().zip(self.exponents.iter());
            let others: f64 =
                terms.filter(|(_, l)| *l != end).map(|(c, l)| c.abs() * math::exp((end - l) * x)).sum();
            if others <= 0.5 * own.abs() {
                break;
            }
            reach *= 2.0;
        }
        direction * reach.min(f64::MAX)
    }

    /// `exp((reference - l) x)`, with the product's rounding corrected.
    fn factor(reference: f64, exponent: f64, x: f64) -> f64 {
        let distance = reference - exponent;
        let power = distance * x;
        let factor = math::exp(power);
        if power.abs() <= 1.0 { factor } else { factor + factor * product_error(distance, x, power) }
    }

    /// Exponent of the greatest term at `x`, or of one at least half as great: sizes are compared by their powers of two.
    fn dominant(&self, x: f64) -> f64 {
        let (mut most, mut at) = (f64::NEG_INFINITY, 0.0);
        for (c, l) in self.coefficients.iter().zip(self.exponents.iter()) {
            let power = ((c.to_bits() >> 52) & 0x7FF) as f64 * std::f64::consts::LN_2 - l * x;
            if power > most {
                (most, at) = (power, *l);
            }
        }
        at
    }

    fn value(&self, x: f64) -> Value {
        let reference = self.dominant(x);
        let terms = self.coefficients.iter().zip(self.exponents.iter());
        let (sum, gross) = compensated(terms.map(|(c, l)| {
            let power = (reference - l) * x;
            if power.abs() < 600.0 {
                return c * Self::factor(reference, *l, x);
            }
            // In two halves: the product is no greater than the greatest term, the factor alone may be.
            let half = math::exp(0.5 * power);
            c * half * half
        }));
        Value { sum, gross }
    }

    /// The value relative to the sum of the terms' sizes, in `[-1, 1]`.
    pub(super) fn relative(&self, x: f64) -> f64 {
        let Value { sum, gross } = self.value(x);
        if gross > 0.0 { sum / gross } else { 0.0 }
    }

    /// The sign at `x`: 1, -1, or 0 where rounding leaves it open.
    pub(super) fn sign(&self, x: f64) -> i8 {
        let relative = self.relative(x);
        let open = ROUNDING + f64::from(self.reductions) * f64::EPSILON;
        if relative > open {
            1
        } else if relative < -open {
            -1
        } else {
            0
        }
    }

    /// Multiplicity of a zero at `x`: the first derivative there that is not 0, at least 1.
    pub(super) fn multiplicity(&self, x: f64) -> u32 {
        // Exponents are taken from their mean over the terms at x, which keeps the derivatives' terms small.
        let reference = self.dominant(x);
        let weights: Vec<f64> = self
            .coefficients
            .iter()
            .zip(self.exponents.iter())
            .map(|(c, l)| c * Self::factor(reference, *l, x))
            .collect();
        let gross: f64 = weights.iter().map(|w| w.abs()).sum();
        let centre = weights
            .iter()
            .zip(self.exponents.iter())
            .map(|(w, l)| (w.abs() / gross) * (l - reference))
            .sum::<f64>()
            + reference;
        let mut derivative = weights;
        for order in 1..=u32::try_from(self.sign_changes()).unwrap_or(u32::MAX) {
            for (term, l) in derivative.iter_mut().zip(self.exponents.iter()) {
                *term *= (centre - l) / self.span();
            }
            let (sum, gross) = compensated(derivative.iter().copied());
            // The place of the zero is itself known to rounding only.
            if sum.abs() > 16.0 * f64::from(order + 1) * ROUNDING * gross {
                return order;
            }
        }
        1
    }

    /// Whether a bound of each term over `[a, b]` shows that the sum has no zero there.
    pub(super) fn excludes_zero(&self, cell: &Cell) -> bool {
        let (mut low, mut high, mut gross) = (0.0, 0.0, 0.0);
        for (c, (left, right)) in self.coefficients.iter().zip(&cell.factors) {
            let (at_left, at_right) = (c * left, c * right);
            low += at_left.min(at_right);
            high += at_left.max(at_right);
            gross += at_left.abs().max(at_right.abs());
        }
        let slack = (self.len() as f64 + 8.0 + f64::from(self.reductions)) * f64::EPSILON * gross;
        low > slack || high < -slack
    }

    /// The interval `[a, b]` with every term's factor at its ends and in its middle.
    pub(super) fn cell(&self, a: f64, b: f64) -> Cell {
        let middle = 0.5 * a + 0.5 * b;
        let reference = self.dominant(middle);
        let at = |x: f64| move |l: &f64| Self::factor(reference, *l, x);
        let ends = self.exponents.iter().map(|l| (at(a)(l), at(b)(l))).collect();
        Cell { a, b, middle, factors: ends, middles: self.exponents.iter().map(at(middle)).collect() }
    }

    /// The reduction at the sign change across which the terms weigh most in the middle of `cell`; `None` without one.
    pub(super) fn reduced(&self, cell: &Cell) -> Option<Self> {
        let weights = || self.coefficients.iter().zip(&cell.middles).map(|(c, factor)| c.abs() * factor);
        let total: f64 = weights().sum();
        let (mut before, mut best): (f64, Option<(f64, f64)>) = (0.0, None);
        for ((pair, ends), weight) in
            self.coefficients.windows(2).zip(self.exponents.windows(2)).zip(weights())
        {
            before += weight;
            let ([left, right], [from, to]) = (pair, ends) else { continue };
            let lighter = before.min(total - before);
            if left * right.signum() < 0.0 && best.is_none_or(|(most, _)| lighter > most) {
                best = Some((lighter, 0.5 * from + 0.5 * to));
            }
        }
        let (_, m) = best?;
        let span = self.span();
        let mut coefficients: Vec<f64> =
            self.coefficients.iter().zip(self.exponents.iter()).map(|(c, l)| c * ((m - l) / span)).collect();
        let greatest = coefficients.iter().fold(0.0f64, |most, c| most.max(c.abs()));
        if greatest > 0.0 && greatest < math::powi(2.0, -400) {
            for c in &mut coefficients {
                *c *= math::powi(2.0, 400);
            }
        }
        Some(Self { coefficients, exponents: Arc::clone(&self.exponents), reductions: self.reductions + 1 })
    }
}

/// An interval, with the factors `exp((r - l_k) x)` that every reduction of one sum shares.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    /// Left end.
    pub(super) a: f64,
    /// Right end.
    pub(super) b: f64,
    /// Middle.
    pub(super) middle: f64,
    factors: Vec<(f64, f64)>,
    middles: Vec<f64>,
}

/// The sum and the sum of the sizes; the former's error does not grow with the number of terms.
fn compensated(terms: impl Iterator<Item = f64>) -> (f64, f64) {
    let (mut sum, mut lost, mut gross) = (0.0f64, 0.0, 0.0);
    for term in terms {
        let next = sum + term;
        lost += if sum.abs() >= term.abs() { (sum - next) + term } else { (term - next) + sum };
        sum = next;
        gross += term.abs();
    }
    (sum + lost, gross)
}

/// What the rounding of the product `a b` lost, exactly (Dekker); 0 where that is beyond the floats.
fn product_error(a: f64, b: f64, product: f64) -> f64 {
    let split = |x: f64| {
        let high = 134_217_729.0 * x - (134_217_729.0 * x - x);
        (high, x - high)
    };
    let ((a_high, a_low), (b_high, b_low)) = (split(a), split(b));
    let error = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low);
    if error.is_finite() { error } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reduction_takes_one_sign_change_away() {
        let mut sum = ExponentialSum::new([(0.0, 1.0), (1.0, -3.0), (2.5, 2.0), (7.0, -0.25)]);
        for left in [3, 2, 1, 0] {
            assert_eq!(sum.sign_changes(), left);
            let cell = sum.cell(-1.0, 1.0);
            match sum.reduced(&cell) {
                Some(reduced) => sum = reduced,
                None => assert_eq!(left, 0),
            }
        }
    }

    #[test]
    fn what_cancels_on_one_day_is_no_flow() {
        let sum = ExponentialSum::new([(0.0, 0.1), (0.0, 0.2), (0.0, -0.3), (1.0, 5.0)]);
        assert_eq!((sum.len(), sum.sign_changes()), (1, 0));
    }

    #[test]
    fn signs_are_open_at_a_zero_only() {
        // exp(-x) - 2 exp(-2 x) has its zero at ln 2.
        let sum = ExponentialSum::new([(1.0, 1.0), (2.0, -2.0)]);
        let zero = std::f64::consts::LN_2;
        assert_eq!((sum.sign(zero - 1e-14), sum.sign(zero), sum.sign(zero + 1e-14)), (-1, 0, 1));
        assert_eq!((sum.sign(-1e3), sum.sign(1e3)), (-1, 1));
        assert_eq!(sum.multiplicity(zero), 1);
    }
}
