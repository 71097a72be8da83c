//! Ranges of numbers, each end open or closed.

use std::fmt;

/// One end of a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// No bound on this side.
    None,
    /// The value itself is allowed.
    Inclusive(f64),
    /// Values up to but not including this one are allowed.
    Exclusive(f64),
}

impl Bound {
    /// The number at this end.
    pub fn value(self) -> Option<f64> {
        match self {
            Self::None => None,
            Self::Inclusive(x) | Self::Exclusive(x) => Some(x),
        }
    }
}

/// The allowed interval of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Lower end.
    pub lower: Bound,
    /// Upper end.
    pub upper: Bound,
}

impl Range {
    /// Every finite number.
    pub const ALL: Self = Self { lower: Bound::None, upper: Bound::None };

    /// The smallest and the largest number of the interval.
    ///
    /// ```
    /// use te_core::{Bound, Range};
    /// let range = Range { lower: Bound::Exclusive(0.0), upper: Bound::None };
    /// let (low, high) = range.ends();
    /// assert!(low > 0.0 && low < 1e-300 && high == f64::MAX);
    /// ```
    pub fn ends(&self) -> (f64, f64) {
        let low = match self.lower {
            Bound::None => f64::MIN,
            Bound::Inclusive(b) => b.max(f64::MIN),
            Bound::Exclusive(b) => b.next_up().max(f64::MIN),
        };
        let high = match self.upper {
            Bound::None => f64::MAX,
            Bound::Inclusive(b) => b.min(f64::MAX),
            Bound::Exclusive(b) => b.next_down().min(f64::MAX),
        };
        (low, high)
    }

    /// Whether `x` lies in the interval; NaN and infinities never do.
    #[inline]
    pub fn contains(&self, x: f64) -> bool {
        let above = match self.lower {
            Bound::None => x >= f64::MIN,
            Bound::Inclusive(b) => x >= b.max(f64::MIN),
            Bound::Exclusive(b) => x > b,
        };
        let below = match self.upper {
            Bound::None => x <= f64::MAX,
            Bound::Inclusive(b) => x <= b.min(f64::MAX),
            Bound::Exclusive(b) => x < b,
        };
        above & below
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.lower {
            Bound::None => f.write_str("(-inf")?,
            Bound::Inclusive(b) => write!(f, "[{b}")?,
            Bound::Exclusive(b) => write!(f, "({b}")?,
        }
        match self.upper {
            Bound::None => f.write_str(", inf)"),
            Bound::Inclusive(b) => write!(f, ", {b}]"),
            Bound::Exclusive(b) => write!(f, ", {b})"),
        }
    }
}
