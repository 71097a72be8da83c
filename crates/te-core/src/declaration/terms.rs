//! What a run keeps from its first step to its last: the numbers that differ between lanes, and the settings that do not.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use crate::declaration::param_error::ParamError;
use crate::declaration::params::Params;
use crate::declaration::record::Record;
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;

/// Numbers and settings of a run. `#[derive(Params)]` and `#[derive(Terms)]` give it; every [`Record`] is numbers alone.
///
/// Runs that are stepped together in lanes may differ in their numbers. They share their settings: choices, booleans, whole
/// numbers. Runs that do not are stepped one by one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the terms of a mechanism",
    label = "needs `#[derive(Params)]` or `#[derive(Terms)]`"
)]
pub trait Terms: Clone + Send + Sync + 'static {
    /// How many numbers there are.
    const NUMBERS: usize;

    /// Hands every number to `put`, in order.
    fn store_numbers(&self, put: &mut impl FnMut(f64));

    /// Terms with these numbers, taken in order, and the settings of `self`.
    #[must_use]
    fn with_numbers(&self, next: &mut impl FnMut() -> f64) -> Self;

    /// Whether the settings are the same.
    fn alike(&self, other: &Self) -> bool;
}

impl<R: Record> Terms for R {
    const NUMBERS: usize = R::COUNT;

    #[inline(always)]
    fn store_numbers(&self, put: &mut impl FnMut(f64)) {
        Record::store(self, put);
    }

    #[inline(always)]
    fn with_numbers(&self, next: &mut impl FnMut() -> f64) -> Self {
        <R as Record>::load(next)
    }

    fn alike(&self, _: &Self) -> bool {
        true
    }
}

/// Terms that follow from parameters: the parameters themselves, or what is computed of them once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` are no terms of `{P}`",
    note = "parameters that are `Copy` are their own terms; for others implement `TermsOf` with what a step needs of them"
)]
pub trait TermsOf<P: Params>: Terms + Copy + Debug + Serialize + DeserializeOwned {
    /// The terms of these parameters.
    ///
    /// # Errors
    /// [`ParamError`] where no run can have them.
    fn of(params: &P) -> Result<Self, ParamError>;
}

impl<P: Params + Terms + Copy> TermsOf<P> for P {
    #[inline]
    fn of(params: &P) -> Result<Self, ParamError> {
        Ok(*params)
    }
}
