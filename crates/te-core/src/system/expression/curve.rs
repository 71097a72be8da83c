//! Functions that are given by points: tables.
//!
//! Between the points `(x0, y0) … (xn, yn)` a curve is, for `xi <= x < xi+1`,
//!
//! - linear: `yi + (yi+1 - yi) (x - xi) / (xi+1 - xi)`;
//! - a step: `yi`;
//! - monotone: the cubic with the slopes of Fritsch and Carlson, so that it neither rises nor falls where the points do not
//!   (Fritsch and Butland 1984, "A method for constructing local monotone piecewise cubic interpolants": harmonic means).

#![expect(
    clippy::inline_always,
    reason = "inlined into each instruction set's copy of a kernel, or the kernel is not vectorised"
)]

use super::lanes::Lanes;
use super::operation::modulo;
use te_math as math;

/// What a curve does between its points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Between {
    /// A straight line.
    #[default]
    Linear,
    /// The value at the next lower point.
    Step,
    /// A cubic that is monotone where the points are.
    Monotone,
}

/// What a curve does before its first point and after its last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outside {
    /// The value of the nearest point.
    #[default]
    Hold,
    /// The line through the nearest two points.
    Extend,
    /// The curve again, from its first point on.
    Repeat,
    /// NaN: whoever reads it fails.
    Fail,
}

/// A function given by points.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Point, value, slope.
    points: Vec<[f64; 3]>,
    between: Between,
    outside: Outside,
}

/// Points of a curve, at most: each is looked at for every value.
const MOST: usize = 4_096;

impl Curve {
    /// The curve through these points.
    ///
    /// # Errors
    /// In words: fewer than two points or more than 4,096, numbers that are not finite or so far apart that their difference is
    /// not, `x` that do not rise.
    ///
    /// ```
    /// use te_core::expression::{Between, Curve, Outside};
    /// let curve = Curve::new(&[0.0, 1.0, 3.0], &[0.0, 10.0, 0.0], Between::Linear, Outside::Hold)?;
    /// assert_eq!([-1.0, 0.5, 2.0, 9.0].map(|x| curve.at(x)), [0.0, 5.0, 5.0, 0.0]);
    /// assert!(Curve::new(&[0.0, 0.0], &[1.0, 2.0], Between::Step, Outside::Fail).is_err());
    /// # Ok::<(), String>(())
    /// ```
    pub fn new(x: &[f64], y: &[f64], between: Between, outside: Outside) -> Result<Self, String> {
        if x.len() != y.len() {
            return Err(format!("there are {} x and {} y: as many are wanted", x.len(), y.len()));
        }
        if !(2..=MOST).contains(&x.len()) {
            return Err(format!("a table of {} points: allowed are 2 to {MOST}", x.len()));
        }
        let rise = |from: &[f64]| from.windows(2).map(|pair| pair[1] - pair[0]).collect::<Vec<_>>();
        let (widths, heights) = (rise(x), rise(y));
        if let Some(at) = widths.iter().position(|width| !width.is_finite() || *width <= 0.0) {
            return Err(format!("x must rise: {} is followed by {}", x[at], x[at + 1]));
        }
        if let Some(at) = heights.iter().position(|height| !height.is_finite()) {
            return Err(format!("y must be finite numbers: {} is followed by {}", y[at], y[at + 1]));
        }
        let slopes = slopes(&widths, &heights);
        let points = x.iter().zip(y).zip(slopes).map(|((x, y), slope)| [*x, *y, slope]).collect();
        Ok(Self { points, between, outside })
    }

    /// The value at `x`; NaN where `x` is NaN.
    pub fn at(&self, x: f64) -> f64 {
        let [value] = self.of(&[x]);
        value
    }

    /// Of every value. Every piece is a loop of its own, so that each becomes vector code.
    #[inline(always)]
    pub(super) fn of<L: Lanes>(&self, x: &L) -> L {
        let (Some([first, y_first, _]), Some([last, y_last, _])) = (self.points.first(), self.points.last())
        else {
            return *x;
        };
        let mut arguments = *x;
        if self.outside == Outside::Repeat {
            let width = last - first;
            arguments = L::one(x, |x| first + modulo(x - first, width));
        }
        let mut values = L::all(*y_first);
        for pair in self.points.windows(2) {
            let ([x0, y0, m0], [x1, y1, m1]) = (pair[0], pair[1]);
            let (width, height) = (x1 - x0, y1 - y0);
            values = match self.between {
                Between::Linear => L::two(&values, &arguments, |y, x| {
                    math::select(x >= x0, y0 + height * (x - x0) / width, y)
                }),
                Between::Step => L::two(&values, &arguments, |y, x| math::select(x >= x0, y0, y)),
                Between::Monotone => L::two(&values, &arguments, |y, x| {
                    let s = (x - x0) / width;
                    let bend = s
                        * (1.0 - s)
                        * width
                        * ((m0 - height / width) * (1.0 - s) - (m1 - height / width) * s);
                    math::select(x >= x0, y0 + height * s + bend, y)
                }),
            };
        }
        let [Some([[x0, y0, _], [x1, y1, _]]), Some([[x2, y2, _], [x3, y3, _]])] =
            [self.points.first_chunk::<2>(), self.points.last_chunk::<2>()]
        else {
            return *x;
        };
        let outside = self.outside;
        L::two(&values, &arguments, |y, x| {
            let (below, above) = match outside {
                Outside::Hold | Outside::Repeat => (*y_first, *y_last),
                Outside::Extend => {
                    (y0 + (y1 - y0) * (x - x0) / (x1 - x0), y3 + (y3 - y2) * (x - x3) / (x3 - x2))
                }
                Outside::Fail => (f64::NAN, math::select(x == *last, *y_last, f64::NAN)),
            };
            let y = math::select(x < *first, below, math::select(x >= *last, above, y));
            math::select(x.is_nan(), f64::NAN, y)
        })
    }
}

/// The slope at each point: the weighted harmonic mean of those of the pieces beside it, 0 where they differ in sign; at the
/// ends the slope of the piece.
fn slopes(widths: &[f64], heights: &[f64]) -> Vec<f64> {
    let pieces: Vec<f64> = widths.iter().zip(heights).map(|(width, height)| height / width).collect();
    let inner = pieces.windows(2).zip(widths.windows(2)).map(|(slope, width)| {
        if slope[0] * slope[1] <= 0.0 {
            return 0.0;
        }
        let (one, other) = (2.0 * width[1] + width[0], width[1] + 2.0 * width[0]);
        (one + other) / (one / slope[0] + other / slope[1])
    });
    let ends = |at: Option<&f64>| at.copied().unwrap_or(0.0);
    std::iter::once(ends(pieces.first())).chain(inner).chain([ends(pieces.last())]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(between: Between, outside: Outside) -> Curve {
        Curve::new(&[0.0, 1.0, 2.0, 4.0], &[0.0, 1.0, 1.0, 5.0], between, outside).unwrap()
    }

    #[test]
    fn inside_and_outside() {
        let values =
            |between, outside| [-1.0, 0.0, 0.5, 1.5, 3.0, 4.0, 5.0].map(|x| curve(between, outside).at(x));
        assert_eq!(values(Between::Linear, Outside::Hold), [0.0, 0.0, 0.5, 1.0, 3.0, 5.0, 5.0]);
        assert_eq!(values(Between::Linear, Outside::Extend), [-1.0, 0.0, 0.5, 1.0, 3.0, 5.0, 7.0]);
        assert_eq!(values(Between::Step, Outside::Hold), [0.0, 0.0, 0.0, 1.0, 1.0, 5.0, 5.0]);
        assert_eq!(values(Between::Linear, Outside::Repeat), [3.0, 0.0, 0.5, 1.0, 3.0, 0.0, 1.0]);
        let fails = values(Between::Linear, Outside::Fail).map(f64::is_nan);
        assert_eq!(fails, [true, false, false, false, false, false, true]);
        assert!(curve(Between::Linear, Outside::Hold).at(f64::NAN).is_nan());
    }

    #[test]
    fn monotone_curves_meet_their_points_and_never_turn_between_them() {
        let curve = curve(Between::Monotone, Outside::Hold);
        for (x, y) in [(0.0, 0.0), (1.0, 1.0), (2.0, 1.0), (4.0, 5.0)] {
            assert_eq!(curve.at(x), y);
        }
        let values: Vec<f64> = (0..=400).map(|k| curve.at(f64::from(k) / 100.0)).collect();
        assert!(values.windows(2).all(|pair| pair[0] <= pair[1] + 1e-15));
    }

    #[test]
    fn refusals() {
        for (x, y) in [
            (&[0.0][..], &[0.0][..]),
            (&[0.0, 1.0], &[0.0]),
            (&[1.0, 0.0], &[0.0, 1.0]),
            (&[0.0, f64::NAN], &[0.0, 1.0]),
            (&[0.0, 1.0], &[0.0, f64::INFINITY]),
            (&[f64::MIN, f64::MAX], &[0.0, 1.0]),
        ] {
            assert!(Curve::new(x, y, Between::Linear, Outside::Hold).is_err(), "{x:?} {y:?}");
        }
    }
}
