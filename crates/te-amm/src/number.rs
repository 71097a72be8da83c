//! What the free formulas ask of a number beside arithmetic.
//!
//! A formula is written once, over [`PoolNumber`]; it runs in `f64` (Monte Carlo), in [`Decimal`] (free mode: 96-bit mantissa,
//! 28 to 29 digits) and in [`Decimal28`](crate::Decimal28) (28 significant digits, half to even, as Python's `decimal`).
//!
//! Every operation is checked. A result that is too large, undefined or not finite is an unmet need of the formula
//! ([`te_math::watch`]) and an [`AmmError`] for its caller; nothing panics.
//!
//! Limits: in free mode results are rounded at the last digit without notice, so a product of reserves may fall by its last
//! digit. Where this matters use the grid ([`ConstantProduct`](crate::ConstantProduct)), which rounds in the pool's favour.
//! `Decimal` refuses products above 7.9e28 and loses digits of quotients far below 1.
//!
//! Source: IEEE 754; the decimal library's documented limits; General Decimal Arithmetic for the 28-digit type.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use crate::AmmError;
use crate::wide::{U256, isqrt, narrow, product, ten_to};
use rust_decimal::Decimal;
use te_math::{Arithmetic, Number, Watch, checked};

/// A [`Number`] with square roots: `f64`, [`Decimal`] and [`Decimal28`](crate::Decimal28).
///
/// ```
/// use te_amm::{Number, PoolNumber};
/// let two = rust_decimal::Decimal::TWO;
/// assert_eq!(two.try_sqrt()?.to_string(), "1.4142135623730950488016887242");
/// assert_eq!(two.try_mul_div(two, two.try_mul(two)?)?, rust_decimal::Decimal::ONE);
/// # Ok::<(), te_amm::AmmError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number of te-amm",
    note = "the formulas run on f64, rust_decimal::Decimal and te_amm::Decimal28"
)]
pub trait PoolNumber: Number {
    /// The square root; `self` must be at least 0, or it is [`AmmError::Domain`].
    #[must_use]
    fn root<W: Watch<Error: From<AmmError>>>(self, w: &mut W) -> Self;
    /// `self * numerator / denominator`, in the order that overflows last. It must fit; `denominator` must not be zero.
    #[must_use]
    #[inline(always)]
    fn times_over<W: Watch<Error: From<Arithmetic>>>(
        self,
        numerator: Self,
        denominator: Self,
        w: &mut W,
    ) -> Self {
        self.times(numerator, w).over(denominator, w)
    }
    /// The nearest value of this type to an `f64` (exact in [`Decimal28`](crate::Decimal28) up to 77 digits).
    ///
    /// # Errors
    /// [`AmmError::Domain`] for NaN and infinities; [`AmmError::Overflow`] if it does not fit.
    fn from_float(value: f64) -> Result<Self, AmmError>;
    /// The square root.
    ///
    /// # Errors
    /// [`AmmError::Domain`] below zero.
    #[inline]
    fn try_sqrt(self) -> Result<Self, AmmError> {
        checked(|w| self.root(w))
    }
    /// `self * numerator / denominator`, in the order that overflows last.
    ///
    /// # Errors
    /// [`Arithmetic::DivisionByZero`], [`Arithmetic::Overflow`].
    #[inline]
    fn try_mul_div(self, numerator: Self, denominator: Self) -> Result<Self, Arithmetic> {
        checked(|w| self.times_over(numerator, denominator, w))
    }
}

/// A root that does not fit.
const ROOT: AmmError = AmmError::Overflow { operation: "square root" };

impl PoolNumber for f64 {
    #[inline(always)]
    fn root<W: Watch<Error: From<AmmError>>>(self, w: &mut W) -> Self {
        let root = te_math::sqrt(self);
        // Below zero it is NaN.
        w.need(root.is_finite(), || if self >= 0.0 { ROOT } else { negative_root(self) });
        root
    }
    #[inline]
    fn from_float(value: f64) -> Result<Self, AmmError> {
        if value.is_finite() { Ok(value) } else { Err(not_finite(value)) }
    }
}

pub(crate) fn not_finite(value: f64) -> AmmError {
    AmmError::Domain { parameter: "value", value, range: "finite" }
}

pub(crate) fn negative_root(value: f64) -> AmmError {
    AmmError::Domain { parameter: "radicand", value, range: "at least 0" }
}

impl PoolNumber for Decimal {
    fn root<W: Watch<Error: From<AmmError>>>(self, w: &mut W) -> Self {
        w.take(decimal_sqrt(self), Self::ZERO)
    }
    /// The ratio above 1 first: it never exceeds the result nor loses digits; the plain order where that fails.
    fn times_over<W: Watch<Error: From<Arithmetic>>>(
        self,
        numerator: Self,
        denominator: Self,
        w: &mut W,
    ) -> Self {
        w.need(!denominator.is_zero(), || Arithmetic::DivisionByZero);
        let ratio_first = if numerator >= denominator {
            numerator.checked_div(denominator).and_then(|ratio| self.checked_mul(ratio))
        } else {
            denominator.checked_div(numerator).and_then(|ratio| self.checked_div(ratio))
        };
        ratio_first.unwrap_or_else(|| self.times(numerator, w).over(denominator, w))
    }
    fn from_float(value: f64) -> Result<Self, AmmError> {
        if !value.is_finite() {
            return Err(not_finite(value));
        }
        Decimal::from_f64_retain(value).ok_or(AmmError::Overflow { operation: "conversion of an f64" })
    }
}

/// The square root of a decimal, correctly rounded (ties cannot occur) to as many places as fit 96 bits, at most 28.
///
/// Equation: `r = round(sqrt(m * 10^(2t - s))) / 10^t` for mantissa `m` and scale `s`, with the largest `t` that fits.
///
/// # Errors
/// [`AmmError::Domain`] below zero.
pub fn decimal_sqrt(value: Decimal) -> Result<Decimal, AmmError> {
    if value.is_zero() {
        return Ok(Decimal::ZERO);
    }
    if value.is_sign_negative() {
        return Err(negative_root(value.approximate()));
    }
    let mantissa = value.mantissa().unsigned_abs();
    let scale = value.scale();
    // The root has about half the digits of the value before the point; start from the places that surely suffice
    // and come down until the root fits 96 bits.
    let digits_before = mantissa.checked_ilog10().unwrap_or(0).saturating_add(1).saturating_sub(scale);
    let mut places = 28u32.saturating_sub(digits_before.div_ceil(2).saturating_sub(1));
    loop {
        let exponent = places.saturating_mul(2).saturating_sub(scale);
        let lost = scale.saturating_sub(places.saturating_mul(2));
        let radicand = if lost == 0 {
            scaled(mantissa, exponent).ok_or(ROOT)?
        } else {
            // Fewer places than half the scale: cannot happen, the root of a value with 28 places has 14 at least.
            return Err(ROOT);
        };
        let floor = isqrt(radicand);
        let rest = radicand.wrapping_sub(floor.wrapping_mul(floor));
        let nearest = if rest > floor { floor.saturating_add(U256::from(1)) } else { floor };
        let fits = narrow(nearest)
            .and_then(|n| i128::try_from(n).ok())
            .and_then(|n| Decimal::try_from_i128_with_scale(n, places).ok());
        match fits {
            Some(root) => return Ok(root),
            None => match places.checked_sub(1) {
                Some(fewer) => places = fewer,
                None => return Err(ROOT),
            },
        }
    }
}

/// `mantissa * 10^exponent` in 256 bits.
fn scaled(mantissa: u128, exponent: u32) -> Option<U256> {
    if let Some(power) = ten_to(exponent) {
        return Some(product(mantissa, power));
    }
    let rest = ten_to(exponent.checked_sub(38)?)?;
    product(mantissa, ten_to(38)?).checked_mul(U256::from(rest))
}

/// A reserve must be a positive number.
#[inline(always)]
pub(crate) fn need_reserve<N: Number, W: Watch<Error: From<AmmError>>>(
    w: &mut W,
    parameter: &'static str,
    value: N,
) {
    let error = || AmmError::NonPositiveReserve { parameter, value: value.approximate() };
    w.need(value.is_number() & (value > N::ZERO), error);
}

/// An amount must be a positive number.
#[inline(always)]
pub(crate) fn need_amount<N: Number, W: Watch<Error: From<AmmError>>>(
    w: &mut W,
    parameter: &'static str,
    value: N,
) {
    let error = || AmmError::NonPositiveAmount { parameter, value: value.approximate() };
    w.need(value.is_number() & (value > N::ZERO), error);
}

/// The share of the input that is kept, `g = 1 - fee`; the fee must lie in `[0, 1)`.
#[inline(always)]
pub(crate) fn kept_with<N: Number, W: Watch<Error: From<AmmError> + From<Arithmetic>>>(
    w: &mut W,
    fee: N,
) -> N {
    let error = || AmmError::InvalidFee { value: fee.approximate(), places: None };
    w.need(fee.is_number() & (fee >= N::ZERO) & (fee < N::ONE), error);
    N::ONE.minus(fee, w)
}

/// Refuses a reserve that is not a positive number.
#[inline]
pub(crate) fn positive_reserve<N: Number>(parameter: &'static str, value: N) -> Result<(), AmmError> {
    checked(|w| need_reserve(w, parameter, value))
}

/// Refuses an amount that is not a positive number.
#[inline]
pub(crate) fn positive_amount<N: Number>(parameter: &'static str, value: N) -> Result<(), AmmError> {
    checked(|w| need_amount(w, parameter, value))
}

/// The share of the input that is kept, `g = 1 - fee`, for a fee in `[0, 1)`.
#[inline]
pub(crate) fn kept<N: Number>(fee: N) -> Result<N, AmmError> {
    checked(|w| kept_with(w, fee))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Decimal28;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn roots_that_make_the_library_panic_are_taken() {
        for text in [
            "4.0000000000000000000000000003",
            "640000.00000000000000000000012",
            "40000.000000000000000000000003",
            "0.0000000000000000000000000001",
            "79228162514264337593543950335",
            "7.9228162514264337593543950335",
        ] {
            let (root, exact) = (decimal_sqrt(d(text)).unwrap(), Decimal28::from(d(text)));
            let square = Decimal28::from(root).try_mul(Decimal28::from(root)).unwrap();
            let error = square.try_sub(exact).unwrap().approximate() / exact.approximate();
            // The smallest decimal has 14 digits of root left, the others 28.
            assert!(
                error.abs() <= 1e-14 && (error.abs() <= 1e-27 || text.starts_with("0.000")),
                "{text}: {error:e}"
            );
        }
        assert_eq!(decimal_sqrt(d("2")).unwrap().to_string(), "1.4142135623730950488016887242");
        assert_eq!(decimal_sqrt(d("10000000000")).unwrap(), d("100000"));
        assert!(decimal_sqrt(d("-1")).is_err());
    }

    #[test]
    fn mul_div_survives_products_that_overflow() {
        let big = d("1000000000000000");
        assert!(big.try_mul(big).is_err());
        assert_eq!(big.try_mul_div(big, big).unwrap(), big);
    }
}
