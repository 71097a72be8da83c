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
