//! Logistic curves and sums of them.
//!
//! f(x) = k / (1 + exp(s − x·l/m)). Height k, midpoint x* = s·m/l, slope at the midpoint k·l/(4·m), and f(0) = k/(1 + e^s)
//! > 0. A sum of such terms is the multi-phase growth model of Meyer (1994); here it also gives a price by supply.
//!
//! | symbol | field | unit | range |
//! |---|---|---|---|
//! | k | height | unit of f | > 0 |
//! | l | steepness | 1 | > 0 |
//! | s | shift | 1 | finite |
//! | m | width | unit of x | > 0 |
//!
//! The area has a closed form: ∫f = Σ k·(m/l)·`[softplus(x·l/m − s)]`, softplus(z) = ln(1 + e^z).
//! f rises strictly, so it has an inverse. Source: the sigmoid classes of `ltfte` (behaviour), longtailfinancial/TokenEngineering.

use crate::{
    error::{CurveError, finite, positive, within},
    growth::{exp, softplus},
};
use serde::{Deserialize, Serialize};

/// One logistic term.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Logistic {
    /// Height k `[unit of f]`, > 0 -- controllable.
    pub height: f64,
    /// Steepness l `[1]`, > 0 -- controllable.
    pub steepness: f64,
    /// Shift s `[1]` -- controllable.
    pub shift: f64,
    /// Width m `[unit of x]`, > 0 -- controllable.
    pub width: f64,
}

impl Logistic {
    /// A checked term.
    ///
    /// # Errors
    /// [`CurveError`] naming the field out of range.
    pub fn new(height: f64, steepness: f64, shift: f64, width: f64) -> Result<Self, CurveError> {
        let term = Self { height, steepness, shift, width };
        term.check()?;
        Ok(term)
    }

    /// # Errors
    /// [`CurveError`] naming the field out of range.
    pub fn check(&self) -> Result<(), CurveError> {
        positive("height", self.height)?;
        positive("steepness", self.steepness)?;
        finite("shift", self.shift)?;
        positive("width", self.width)?;
        Ok(())
    }

    /// f(x) `[unit of f]`.
    #[must_use]
    pub fn value(&self, x: f64) -> f64 {
        let z = self.argument(x);
        if z > 0.0 {
            self.height / (1.0 + exp(-z))
        } else {
            let e = exp(z);
            self.height * e / (1.0 + e)
        }
    }

    /// Slope f'(x) = k·(l/m)·σ·(1 − σ) `[unit of f / unit of x]`.
    #[must_use]
    pub fn slope(&self, x: f64) -> f64 {
        let e = exp(-self.argument(x).abs());
        self.height * self.steepness / self.width * e / ((1.0 + e) * (1.0 + e))
    }

    /// x where half the height is reached: s·m/l `[unit of x]`.
    #[must_use]
    pub fn midpoint(&self) -> f64 {
        self.shift * self.width / self.steepness
    }

    /// Area ∫f from `from` to `to` `[unit of f · unit of x]`.
    #[must_use]
    pub fn area(&self, from: f64, to: f64) -> f64 {
        self.area_from(AreaStart::new(self.argument(from)), to)
    }

    fn argument(&self, x: f64) -> f64 {
        x * self.steepness / self.width - self.shift
    }

    fn area_from(&self, start: AreaStart, to: f64) -> f64 {
        self.area_scale() * start.difference(self.argument(to))
    }

    fn area_scale(&self) -> f64 {
        self.height * self.width / self.steepness
    }
}

/// The lower end of an area, with what all areas from there share.
#[derive(Clone, Copy, Debug, Default)]
struct AreaStart {
    argument: f64,
    sigma: f64,
}

impl AreaStart {
    fn new(a: f64) -> Self {
        let sigma = if a > 0.0 {
            1.0 / (1.0 + exp(-a))
        } else {
            let e = exp(a);
            e / (1.0 + e)
        };
        Self { argument: a, sigma }
    }

    /// softplus(b) − softplus(a), accurate where both are close: ln(1 + σ(a)·(e^(b−a) − 1)).
    fn difference(self, b: f64) -> f64 {
        let step = b - self.argument;
        if step.abs() > 1.0 {
            return softplus(b) - softplus(self.argument);
        }
        crate::growth::ln_1p(self.sigma * crate::growth::exp_m1(step))
    }
}

/// Most terms of a sum.
const MOST_TERMS: usize = 16;

/// A sum of 1 to 16 logistic terms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Logistic>", into = "Vec<Logistic>")]
pub struct MultiLogistic(Vec<Logistic>);

impl MultiLogistic {
    /// A checked sum.
    ///
    /// # Errors
    /// [`CurveError`] for no terms, more than 16, or a term out of range.
    pub fn new(terms: Vec<Logistic>) -> Result<Self, CurveError> {
        within("terms", terms.len() as f64, (1..=MOST_TERMS).contains(&terms.len()), "1 to 16 terms")?;
        for term in &terms {
            term.check()?;
        }
        Ok(Self(terms))
    }

    /// The terms.
    #[must_use]
    pub fn terms(&self) -> &[Logistic] {
        &self.0
    }

    /// f(x) `[unit of f]`.
    #[must_use]
    pub fn value(&self, x: f64) -> f64 {
        self.0.iter().map(|term| term.value(x)).sum()
    }

    /// Slope f'(x) `[unit of f / unit of x]`.
    #[must_use]
    pub fn slope(&self, x: f64) -> f64 {
        self.0.iter().map(|term| term.slope(x)).sum()
    }

    /// Area ∫f from `from` to `to` `[unit of f · unit of x]`.
    #[must_use]
    pub fn area(&self, from: f64, to: f64) -> f64 {
        self.0.iter().map(|term| term.area(from, to)).sum()
    }

    /// Midpoints of the terms, ascending: the phases `[unit of x]`.
    #[must_use]
    pub fn midpoints(&self) -> Vec<f64> {
        let mut midpoints: Vec<f64> = self.0.iter().map(Logistic::midpoint).collect();
        midpoints.sort_by(f64::total_cmp);
        midpoints
    }

    /// x with f(x) = value, by bisection `[unit of x]`.
    ///
    /// # Errors
    /// [`CurveError::OutOfRange`] unless the value lies strictly between 0 and the sum of heights.
    pub fn inverse(&self, value: f64) -> Result<f64, CurveError> {
        let top: f64 = self.0.iter().map(|term| term.height).sum();
        within("value", value, value > 0.0 && value < top, "(0, sum of heights)")?;
        let reach =
            self.0.iter().map(|t| t.width / t.steepness * (t.shift.abs() + 800.0)).fold(1.0, f64::max);
        let (mut low, mut high) = (-reach, reach);
        for _ in 0..200 {
            let middle = f64::midpoint(low, high);
            if middle <= low || middle >= high {
                break;
            }
            if self.value(middle) < value { low = middle } else { high = middle }
        }
        finite("inverse", high)
    }

    /// Upper end b ≥ from with ∫f from `from` to b = area, by Newton's method inside a bracket `[unit of x]`.
    ///
    /// # Errors
    /// [`CurveError`] unless the area is 0 or above and the end is finite.
    pub fn end_of_area(&self, from: f64, area: f64) -> Result<f64, CurveError> {
        finite("from", from)?;
        within("area", area, area >= 0.0, "[0, inf)")?;
        if area == 0.0 {
            return Ok(from);
        }
        let mut starts = [AreaStart::default(); MOST_TERMS];
        for (start, term) in starts.iter_mut().zip(&self.0) {
            *start = AreaStart::new(term.argument(from));
        }
        let area_to =
            |x: f64| -> f64 { self.0.iter().zip(starts).map(|(term, start)| term.area_from(start, x)).sum() };
        // f rises, so area/f(from) is an upper bound of the width.
        let mut high = finite("end of area", from + area / self.value(from))?;
        let mut low = from;
        let mut x = high.min(from + area / self.value(f64::midpoint(low, high)).max(f64::MIN_POSITIVE));
        for _ in 0..200 {
            let error = area_to(x) - area;
            if error > 0.0 {
                high = x;
            } else {
                low = x;
            }
            let newton = x - error / self.value(x);
            let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
            if next == x || (next - x).abs() <= f64::EPSILON * (x - from).abs() {
                return finite("end of area", next);
            }
            x = next;
        }
        finite("end of area", x)
    }
}

impl TryFrom<Vec<Logistic>> for MultiLogistic {
    type Error = CurveError;

    fn try_from(terms: Vec<Logistic>) -> Result<Self, CurveError> {
        Self::new(terms)
    }
}

impl From<MultiLogistic> for Vec<Logistic> {
    fn from(sum: MultiLogistic) -> Self {
        sum.0
    }
}
