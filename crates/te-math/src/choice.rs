//! A choice between two values, without a branch.

use std::hint::select_unpredictable;

/// `yes` where `mask` holds, else `no`.
///
/// Both are computed, and one is taken: a loop over runs becomes vector code. (The compiler may turn an `if` into a branch,
/// and then it does not.)
///
/// # Examples
/// ```
/// assert_eq!(te_math::select(2.0 > 1.0, 10.0, 20.0), 10.0);
/// ```
#[inline(always)]
pub fn select<T>(mask: bool, yes: T, no: T) -> T {
    select_unpredictable(mask, yes, no)
}

/// `a` where it is below `b`, else `b`: `b` where one of them is NaN. (`f64::min` does not say which zero it returns.)
///
/// # Examples
/// ```
/// assert_eq!(te_math::min(1.0, 2.0), 1.0);
/// assert_eq!(te_math::min(f64::NAN, 2.0), 2.0);
/// ```
#[inline(always)]
pub fn min(a: f64, b: f64) -> f64 {
    select(a < b, a, b)
}

/// `a` where it is above `b`, else `b`: `b` where one of them is NaN.
///
/// # Examples
/// ```
/// assert_eq!(te_math::max(1.0, 2.0), 2.0);
/// assert_eq!(te_math::max(f64::NAN, 2.0), 2.0);
/// ```
#[inline(always)]
pub fn max(a: f64, b: f64) -> f64 {
    select(b < a, a, b)
}
