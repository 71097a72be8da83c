//! What is wrong with a number, in one sentence.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

/// A quantity outside its allowed range.
///
/// # Examples
/// ```
/// use te_math::OutOfRange;
/// let error = OutOfRange::new("price", -1.0, "(0, inf) USD");
/// assert_eq!(error.to_string(), "price is -1: allowed is (0, inf) USD");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct OutOfRange {
    /// Which quantity.
    pub quantity: Cow<'static, str>,
    /// Its value.
    pub value: f64,
    /// The range in words.
    pub allowed: Cow<'static, str>,
}

impl OutOfRange {
    /// A quantity with a value that is not allowed.
    pub fn new(
        quantity: impl Into<Cow<'static, str>>,
        value: f64,
        allowed: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { quantity: quantity.into(), value, allowed: allowed.into() }
    }
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { quantity, value, allowed } = self;
        write!(f, "{quantity} is {value}: allowed is {allowed}")
    }
}

impl Error for OutOfRange {}

/// A quantity that is NaN or infinite.
///
/// # Examples
/// ```
/// use te_math::NotFinite;
/// let error = NotFinite::new("price", f64::INFINITY);
/// assert_eq!(error.to_string(), "price is inf: it must be a finite number");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct NotFinite {
    /// Which quantity.
    pub quantity: Cow<'static, str>,
    /// NaN or an infinity.
    pub value: f64,
}

impl NotFinite {
    /// A quantity that is no finite number.
    pub fn new(quantity: impl Into<Cow<'static, str>>, value: f64) -> Self {
        Self { quantity: quantity.into(), value }
    }
}

impl fmt::Display for NotFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { quantity, value } = self;
        write!(f, "{quantity} is {value}: it must be a finite number")
    }
}

impl Error for NotFinite {}
