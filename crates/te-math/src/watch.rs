//! Formulas that state what they need, and those who watch them.
//!
//! A formula is written once, over a [`Watch`]. Where it needs something, it says so ([`Watch::need`]), and goes on. What
//! becomes of a need that is not met is the watcher's affair:
//!
//! | watcher | keeps | for |
//! |---|---|---|
//! | [`Sound`] | one truth value: whether every need was met | loops over columns of runs: no branch, no error is made |
//! | [`First`] | the first unmet need, as an error | callers who want to know ([`checked`]) |
//!
//! Both compute the same value from the same text, so they cannot disagree. Where a need is not met the value means nothing.
//!
//! # Writing a formula
//! - Write needs so that NaN fails them: `x > 0.0`, not `!(x <= 0.0)`.
//! - Choose between values with [`select`](crate::select). Needs that count only where something happens stand in
//!   [`Watch::when`]: both sides are computed, and those of the other side do not count.
//! - A part with an error type of its own stands in [`Watch::part`], which says how its error is told.
//! - Mark the formula `#[inline(always)]` where it is used in loops over runs.
//!
//! # Examples
//! ```
//! use te_math::{OutOfRange, Sound, Watch, checked};
//!
//! /// Tokens out for `paid`, at a price that must be positive.
//! #[inline(always)]
//! fn bought<W: Watch<Error = OutOfRange>>(w: &mut W, paid: f64, price: f64) -> f64 {
//!     w.need(price > 0.0, || OutOfRange::new("price", price, "(0, inf)"));
//!     paid / price
//! }
//!
//! assert_eq!(checked(|w| bought(w, 10.0, 4.0)), Ok(2.5));
//! let refused = checked(|w| bought(w, 10.0, 0.0)).unwrap_err();
//! assert_eq!(refused.to_string(), "price is 0: allowed is (0, inf)");
//!
//! let mut all = Sound::new();
//! let _ = bought(&mut all, 10.0, f64::NAN);
//! assert!(!all.is_sound());
//! ```

use std::marker::PhantomData;

/// Keeps what the needs of a formula come to. See [the module](self).
pub trait Watch: Sized {
    /// What is said of an unmet need.
    type Error;

    /// The same watcher of a part with another error type.
    type Of<E>: Watch<Error = E>;

    /// `holds` must hold; `error` says what is wrong where it does not.
    fn need<E: Into<Self::Error>>(&mut self, holds: bool, error: impl FnOnce() -> E);

    /// The needs of `part` count only where `happens` holds.
    fn when<T>(&mut self, happens: bool, part: impl FnOnce(&mut Self) -> T) -> T;

    /// A part that has errors of its own; `tell` makes this formula's error of them.
    fn part<E, T>(
        &mut self,
        tell: impl FnOnce(E) -> Self::Error,
        part: impl FnOnce(&mut Self::Of<E>) -> T,
    ) -> T;

    /// The value of an outcome; `instead` where it is an error, which then is an unmet need.
    fn take<T, E: Into<Self::Error>>(&mut self, outcome: Result<T, E>, instead: T) -> T;
}

/// Keeps one truth value: for loops over columns of runs.
#[derive(Debug)]
pub struct Sound<E> {
    sound: bool,
    error: PhantomData<fn() -> E>,
}

impl<E> Sound<E> {
    /// Nothing was needed yet.
    #[inline(always)]
    #[must_use]
    pub fn new() -> Self {
        Self { sound: true, error: PhantomData }
    }

    /// Whether every need so far was met.
    #[inline(always)]
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.sound
    }
}

impl<E> Default for Sound<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> Watch for Sound<E> {
    type Error = E;
    type Of<F> = Sound<F>;

    #[inline(always)]
    fn need<F: Into<E>>(&mut self, holds: bool, _: impl FnOnce() -> F) {
        self.sound &= holds;
    }

    #[inline(always)]
    fn when<T>(&mut self, happens: bool, part: impl FnOnce(&mut Self) -> T) -> T {
        let mut inner = Self::new();
        let value = part(&mut inner);
        self.sound &= inner.sound | !happens;
        value
    }

    #[inline(always)]
    fn part<F, T>(&mut self, _: impl FnOnce(F) -> E, part: impl FnOnce(&mut Sound<F>) -> T) -> T {
        let mut inner = Sound::new();
        let value = part(&mut inner);
        self.sound &= inner.sound;
        value
    }

    #[inline(always)]
    fn take<T, F: Into<E>>(&mut self, outcome: Result<T, F>, instead: T) -> T {
        self.sound &= outcome.is_ok();
        outcome.unwrap_or(instead)
    }
}

/// Keeps the first unmet need as an error: for callers who want to know.
#[derive(Clone, Debug, PartialEq)]
pub struct First<E>(Option<E>);

impl<E> First<E> {
    /// Nothing was needed yet.
    #[must_use]
    pub fn new() -> Self {
        Self(None)
    }

    /// The first unmet need.
    #[must_use]
    pub fn error(self) -> Option<E> {
        self.0
    }
}

impl<E> Default for First<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> Watch for First<E> {
    type Error = E;
    type Of<F> = First<F>;

    #[inline]
    fn need<F: Into<E>>(&mut self, holds: bool, error: impl FnOnce() -> F) {
        if !holds && self.0.is_none() {
            self.0 = Some(error().into());
        }
    }

    #[inline]
    fn when<T>(&mut self, happens: bool, part: impl FnOnce(&mut Self) -> T) -> T {
        let mut inner = Self::new();
        let value = part(&mut inner);
        if happens && self.0.is_none() {
            self.0 = inner.0;
        }
        value
    }

    #[inline]
    fn part<F, T>(&mut self, tell: impl FnOnce(F) -> E, part: impl FnOnce(&mut First<F>) -> T) -> T {
        let mut inner = First::new();
        let value = part(&mut inner);
        if self.0.is_none() {
            self.0 = inner.0.map(tell);
        }
        value
    }

    #[inline]
    fn take<T, F: Into<E>>(&mut self, outcome: Result<T, F>, instead: T) -> T {
        match outcome {
            Ok(value) => value,
            Err(error) => {
                self.need(false, || error);
                instead
            }
        }
    }
}

/// The value of a formula, or its first unmet need.
///
/// # Errors
/// The first need that is not met.
#[inline]
pub fn checked<T, E>(formula: impl FnOnce(&mut First<E>) -> T) -> Result<T, E> {
    let mut first = First::new();
    let value = formula(&mut first);
    first.0.map_or(Ok(value), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Needs inside and outside a part that happens or not.
    fn formula<W: Watch<Error = String>>(
        w: &mut W,
        first: bool,
        happens: bool,
        inner: bool,
        last: bool,
    ) -> u8 {
        w.need(first, || "first");
        w.when(happens, |w| {
            w.part(|n: u8| format!("part {n}"), |w| w.need(inner, || 7));
        });
        w.take(if last { Ok(1) } else { Err("last") }, 2)
    }

    #[test]
    fn watchers_agree_and_the_first_unmet_need_is_told() {
        for bits in 0..16 {
            let [first, happens, inner, last] = [1, 2, 4, 8].map(|bit| bits & bit != 0);
            let mut sound = Sound::new();
            let value = formula(&mut sound, first, happens, inner, last);
            assert_eq!(value, if last { 1 } else { 2 });
            let expected = if !first {
                Err("first".to_owned())
            } else if happens && !inner {
                Err("part 7".to_owned())
            } else if !last {
                Err("last".to_owned())
            } else {
                Ok(1)
            };
            assert_eq!(sound.is_sound(), expected.is_ok());
            assert_eq!(checked(|w| formula(w, first, happens, inner, last)), expected);
        }
    }
}
