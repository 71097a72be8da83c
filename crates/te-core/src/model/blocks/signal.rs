//! Signals: what policies give, folded in the order of declaration.

use crate::model::step_error::StepError;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::marker::PhantomData;
use std::ops::{Add, Mul};

/// Joins what an earlier and a later policy gave under one name.
pub trait Reducer<T> {
    /// The two joined.
    fn join(earlier: T, later: T) -> T;
}

/// `earlier + later`: the default.
pub enum Sum {}
/// `earlier * later`.
pub enum Product {}
/// The earlier one.
pub enum First {}
/// The later one.
pub enum Last {}
/// The smaller one; the earlier of equals.
pub enum Min {}
/// The larger one; the earlier of equals.
pub enum Max {}

impl<T: Add<Output = T>> Reducer<T> for Sum {
    fn join(earlier: T, later: T) -> T {
        earlier + later
    }
}
impl<T: Mul<Output = T>> Reducer<T> for Product {
    fn join(earlier: T, later: T) -> T {
        earlier * later
    }
}
impl<T> Reducer<T> for First {
    fn join(earlier: T, _: T) -> T {
        earlier
    }
}
impl<T> Reducer<T> for Last {
    fn join(_: T, later: T) -> T {
        later
    }
}
impl<T: PartialOrd> Reducer<T> for Min {
    fn join(earlier: T, later: T) -> T {
        if later.partial_cmp(&earlier) == Some(Ordering::Less) { later } else { earlier }
    }
}
impl<T: PartialOrd> Reducer<T> for Max {
    fn join(earlier: T, later: T) -> T {
        if later.partial_cmp(&earlier) == Some(Ordering::Greater) { later } else { earlier }
    }
}

/// One signal of a block, absent until a policy gives it.
///
/// ```
/// use te_core::blocks::{Max, Signal};
/// let mut sum = Signal::<f64>::default();
/// let mut largest = Signal::<f64, Max>::default();
/// for x in [0.1, 0.7, 0.2] {
///     sum.give(x);
///     largest.give(x);
/// }
/// assert_eq!(sum.get("sum")?, (0.1 + 0.7) + 0.2);
/// assert_eq!(largest.get("largest")?, 0.7);
/// assert!(Signal::<f64>::default().get("nothing").is_err());
/// # Ok::<(), te_core::StepError>(())
/// ```
pub struct Signal<T, R = Sum>(Option<T>, PhantomData<fn() -> R>);

impl<T: std::fmt::Debug, R> std::fmt::Debug for Signal<T, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Signal").field(&self.0).finish()
    }
}

impl<T, R> Default for Signal<T, R> {
    fn default() -> Self {
        Self(None, PhantomData)
    }
}

impl<T, R: Reducer<T>> Signal<T, R> {
    /// Gives a value; joined with what is there.
    pub fn give(&mut self, value: T) {
        self.0 = Some(match self.0.take() {
            None => value,
            Some(earlier) => R::join(earlier, value),
        });
    }
}

impl<T: Clone, R> Signal<T, R> {
    /// The folded value.
    ///
    /// # Errors
    /// [`StepError`] naming the signal where no policy gave it.
    pub fn get(&self, name: &'static str) -> Result<T, StepError> {
        self.0.clone().ok_or(StepError::NoSignal { signal: Cow::Borrowed(name) })
    }

    /// The folded value, if a policy gave one.
    pub fn value(&self) -> Option<&T> {
        self.0.as_ref()
    }

    /// Changes the folded value, if there is one.
    pub fn map(&mut self, change: impl FnOnce(T) -> T) {
        self.0 = self.0.take().map(change);
    }
}
