//! Decimal floating point with 28 significant digits, rounded half to even: the default context of Python's `decimal`.
//!
//! Notebooks written on that context print 28 digits of every number. The 96-bit decimal carries 28 or 29 digits and 28
//! places at most, so its last printed digit differs; this type gives the same digits, trailing zeros included.
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | c | coefficient, at most 77 digits on input, 28 after any operation | 1 |
//! | e | exponent: the value is `c * 10^e` | 1 |
//!
//! Equations: the exact sum, difference, product, quotient or root of the operands, then one rounding to 28 digits. An
//! exact quotient or root gives back its trailing zeros down to the ideal exponent (`e1 - e2`; `floor(e/2)`).
//!
//! Assumptions and limits: no signed zero, infinity or NaN; operands as long as 77 digits are used exactly, as Python does with
//! `Decimal(0.1)`. The exponent stays within +-10,000; beyond, [`AmmError::Overflow`].
//!
//! Source: General Decimal Arithmetic Specification 1.70; Python `decimal`, `prec=28`, `ROUND_HALF_EVEN`.
//!
//! Invariant: `-10,000 <= e <= 10,000`, and results of operations have `c < 10^28`.

mod order;
mod text;

use crate::AmmError;
use crate::number::{PoolNumber, negative_root, not_finite};
use crate::wide::{U256, U512, approximate, isqrt, wide_ten_to};
use core::cmp::Ordering;
use rust_decimal::Decimal;
use te_math::{Arithmetic, Number, Operation, Watch};

/// Significant digits of a result.
pub const DIGITS: u32 = 28;
/// Largest magnitude of an exponent.
const EXPONENT_LIMIT: i32 = 10_000;
const CEILING: u128 = 10u128.pow(DIGITS);

/// A decimal number of 28 significant digits; see the [module](self).
///
/// ```
/// use te_amm::{Decimal28, Number};
/// let third = Decimal28::ONE.try_div(Decimal28::count(3))?;
/// assert_eq!(third.to_string(), "0.3333333333333333333333333333");
/// // As in Python, an f64 converts exactly, with all its 55 digits.
/// let tenth = Decimal28::from_f64(0.1)?;
/// assert_eq!(tenth.to_string(), "0.1000000000000000055511151231257827021181583404541015625");
/// assert_eq!(tenth.try_add(Decimal28::ZERO)?.to_string(), "0.1000000000000000055511151231");
/// # Ok::<(), te_amm::AmmError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Decimal28 {
    negative: bool,
    coefficient: U256,
    exponent: i32,
}

/// A result that does not fit, of an operation by this name.
const fn overflow(operation: &'static str) -> Arithmetic {
    Arithmetic::Overflow(Operation::Other(operation))
}

/// Rounds `coefficient * 10^exponent`, plus something positive and smaller than one unit if `sticky`, to 28 digits.
fn rounded(negative: bool, coefficient: U512, exponent: i32, sticky: bool) -> Result<Decimal28, Arithmetic> {
    let mut coefficient = coefficient;
    let mut exponent = exponent;
    let digits = digit_count(coefficient);
    if let Some(extra) = digits.checked_sub(DIGITS).filter(|&extra| extra > 0) {
        let power: U512 = wide_ten_to(extra).ok_or(overflow("rounding"))?;
        let (quotient, rest) = coefficient.div_rem(power);
        let half = power.wrapping_shr(1);
        let up = match rest.cmp(&half) {
            Ordering::Greater => true,
            Ordering::Less => false,
            Ordering::Equal => sticky || quotient.bit(0),
        };
        coefficient = if up { quotient.saturating_add(U512::from(1u64)) } else { quotient };
        exponent = shifted(exponent, extra)?;
        if coefficient == U512::from(CEILING) {
            coefficient = U512::from(CEILING.wrapping_div(10));
            exponent = shifted(exponent, 1)?;
        }
    }
    if exponent.abs() > EXPONENT_LIMIT {
        return Err(overflow("exponent"));
    }
    Ok(Decimal28 {
        negative: negative && !coefficient.is_zero(),
        coefficient: coefficient.saturating_to(),
        exponent,
    })
}

fn shifted(exponent: i32, by: u32) -> Result<i32, Arithmetic> {
    exponent.checked_add_unsigned(by).ok_or(overflow("exponent"))
}

fn digit_count(n: U512) -> u32 {
    // 10^k has floor(k * log2(10)) + 1 bits: estimate from the bits, then settle with one comparison.
    let bits = u32::try_from(n.bit_len()).unwrap_or(512);
    let estimate = bits.saturating_mul(1233).wrapping_shr(12);
    match wide_ten_to::<512, 8>(estimate) {
        Some(power) if n >= power => estimate.saturating_add(1),
        _ => estimate.max(u32::from(!n.is_zero())),
    }
}

impl Decimal28 {
    /// The number `coefficient * 10^exponent`, exact.
    ///
    /// # Errors
    /// [`AmmError::Overflow`] if the exponent is beyond +-10,000.
    pub fn new(coefficient: i128, exponent: i32) -> Result<Self, AmmError> {
        if exponent.checked_abs().is_none_or(|e| e > EXPONENT_LIMIT) {
            return Err(overflow("exponent").into());
        }
        let negative = coefficient < 0;
        Ok(Self { negative, coefficient: U256::from(coefficient.unsigned_abs()), exponent })
    }

    /// The exact value of an `f64`, all its digits, as `Decimal(x)` in Python.
    ///
    /// # Errors
    /// [`AmmError::Domain`] for NaN and infinities; [`AmmError::Overflow`] if the digits exceed 77 (magnitudes below about
    /// 1e-20 or above 1e70).
    pub fn from_f64(value: f64) -> Result<Self, AmmError> {
        if !value.is_finite() {
            return Err(not_finite(value));
        }
        let bits = value.to_bits();
        let raw = bits.wrapping_shr(52) & 0x7ff;
        let fraction = bits & 0x000f_ffff_ffff_ffff;
        let mantissa = if raw == 0 { fraction } else { fraction | (1 << 52) };
        let too_long = overflow("digits of an f64");
        if mantissa == 0 {
            return Ok(Self::ZERO);
        }
        let zeros = mantissa.trailing_zeros();
        let odd = U256::from(mantissa.wrapping_shr(zeros));
        let power =
            i32::try_from(raw.max(1)).unwrap_or(0).saturating_sub(1075).saturating_add_unsigned(zeros);
        let (coefficient, exponent) = if power >= 0 {
            let two = U256::from(2).checked_pow(U256::from(power.unsigned_abs())).ok_or(too_long)?;
            (odd.checked_mul(two).ok_or(too_long)?, 0)
        } else {
            let five = U256::from(5).checked_pow(U256::from(power.unsigned_abs())).ok_or(too_long)?;
            (odd.checked_mul(five).ok_or(too_long)?, power)
        };
        Ok(Self { negative: value < 0.0, coefficient, exponent })
    }

    /// The value as a 96-bit decimal, rounded half to even to as many places as fit (at most 28).
    ///
    /// # Errors
    /// [`AmmError::Overflow`] above 7.9e28.
    pub fn to_decimal(self) -> Result<Decimal, AmmError> {
        let too_large = overflow("conversion to a decimal");
        let mut places = 28;
        loop {
            let rounded = self.round_to_places(places)?;
            let mantissa = i128::try_from(rounded.coefficient).ok();
            let scale = u32::try_from(rounded.exponent.saturating_neg()).ok();
            let fitted = match (mantissa, scale) {
                (Some(mantissa), Some(scale)) => Decimal::try_from_i128_with_scale(
                    if self.negative { mantissa.saturating_neg() } else { mantissa },
                    scale,
                )
                .ok(),
                _ => None,
            };
            if let Some(decimal) = fitted {
                return Ok(decimal);
            }
            places = match places.checked_sub(1) {
                Some(fewer) => fewer,
                None => return Err(too_large.into()),
            };
        }
    }

    /// The value rounded half to even to at most `places` decimal places.
    ///
    /// # Errors
    /// [`AmmError::Overflow`] if the value with that many places exceeds 77 digits.
    pub fn round_to_places(self, places: u32) -> Result<Self, AmmError> {
        let too_long = overflow("rounding to places");
        let target = i32::try_from(places).map_err(|_| too_long)?.saturating_neg();
        if self.exponent >= target {
            if self.exponent <= 0 {
                return Ok(self);
            }
            let power = wide_ten_to(self.exponent.unsigned_abs()).ok_or(too_long)?;
            let coefficient = self.coefficient.checked_mul(power).ok_or(too_long)?;
            return Ok(Self { coefficient, exponent: 0, ..self });
        }
        let drop = self.exponent.abs_diff(target);
        let Some(power) = wide_ten_to::<256, 4>(drop) else {
            return Ok(Self { negative: false, coefficient: U256::ZERO, exponent: target });
        };
        let (quotient, rest) = self.coefficient.div_rem(power);
        let up = match rest.cmp(&power.wrapping_shr(1)) {
            Ordering::Greater => true,
            Ordering::Less => false,
            Ordering::Equal => quotient.bit(0),
        };
        let coefficient = if up { quotient.saturating_add(U256::from(1)) } else { quotient };
        Ok(Self { negative: self.negative && !coefficient.is_zero(), coefficient, exponent: target })
    }

    fn sum(self, other: Self) -> Result<Self, Arithmetic> {
        let (high, low) = if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        let gap = high.exponent.abs_diff(low.exponent);
        if high.coefficient.is_zero() {
            return rounded(low.negative, U512::from(low.coefficient), low.exponent, false);
        }
        // 77 digits shifted by 76 stay within 512 bits. Beyond, the low operand lies under the 29th digit of the high one
        // (shifted by 60) and only breaks ties.
        if gap <= 76 {
            let power: U512 = wide_ten_to(gap).ok_or(overflow("sum"))?;
            let a = U512::from(high.coefficient).checked_mul(power).ok_or(overflow("sum"))?;
            return signed_sum(
                high.negative,
                a,
                low.negative,
                U512::from(low.coefficient),
                low.exponent,
                false,
            );
        }
        let lowered = high.exponent.checked_sub(60).ok_or(overflow("exponent"))?;
        let a = U512::from(high.coefficient)
            .checked_mul(wide_ten_to(60).ok_or(overflow("sum"))?)
            .ok_or(overflow("sum"))?;
        let shift = lowered.abs_diff(low.exponent);
        let (b, rest) = match wide_ten_to::<256, 4>(shift) {
            Some(power) => low.coefficient.div_rem(power),
            None => (U256::ZERO, low.coefficient),
        };
        signed_sum(high.negative, a, low.negative, U512::from(b), lowered, !rest.is_zero())
    }
}

/// `+-a +- b` at one exponent, where `b` may stand for a little more than it says (`sticky`) and is then below `a`.
fn signed_sum(
    a_negative: bool,
    a: U512,
    b_negative: bool,
    b: U512,
    exponent: i32,
    sticky: bool,
) -> Result<Decimal28, Arithmetic> {
    if a_negative == b_negative {
        return rounded(a_negative, a.checked_add(b).ok_or(overflow("sum"))?, exponent, sticky);
    }
    match a.cmp(&b) {
        Ordering::Less => rounded(b_negative, b.saturating_sub(a), exponent, sticky),
        _ if sticky => {
            let difference = a.saturating_sub(b).saturating_sub(U512::from(1u64));
            rounded(a_negative, difference, exponent, true)
        }
        _ => rounded(a_negative, a.saturating_sub(b), exponent, false),
    }
}

impl Decimal28 {
    fn product(self, other: Self) -> Result<Self, Arithmetic> {
        let product = U512::from(self.coefficient)
            .checked_mul(U512::from(other.coefficient))
            .ok_or(overflow("product"))?;
        let exponent = self.exponent.checked_add(other.exponent).ok_or(overflow("exponent"))?;
        rounded(self.negative != other.negative, product, exponent, false)
    }

    fn quotient(self, other: Self) -> Result<Self, Arithmetic> {
        if other.coefficient.is_zero() {
            return Err(Arithmetic::DivisionByZero);
        }
        let ideal = self.exponent.checked_sub(other.exponent).ok_or(overflow("exponent"))?;
        let negative = self.negative != other.negative;
        if self.coefficient.is_zero() {
            return rounded(false, U512::ZERO, ideal, false);
        }
        // Enough digits for a quotient of 29 at least.
        let needed = digit_count(U512::from(other.coefficient)).saturating_add(DIGITS + 2);
        let shift = needed.saturating_sub(digit_count(U512::from(self.coefficient)));
        let power: U512 = wide_ten_to(shift).ok_or(overflow("quotient"))?;
        let numerator = U512::from(self.coefficient).checked_mul(power).ok_or(overflow("quotient"))?;
        let (mut quotient, rest) = numerator.div_rem(U512::from(other.coefficient));
        let mut exponent =
            i32::try_from(shift).ok().and_then(|s| ideal.checked_sub(s)).ok_or(overflow("exponent"))?;
        if rest.is_zero() {
            (quotient, exponent) = without_zeros(quotient, exponent, ideal);
        }
        rounded(negative, quotient, exponent, !rest.is_zero())
    }

    fn square_root(self) -> Result<Self, AmmError> {
        if self.coefficient.is_zero() {
            return Ok(rounded(false, U512::ZERO, self.exponent.div_euclid(2), false)?);
        }
        if self.negative {
            return Err(negative_root(self.approximate()));
        }
        let ideal = self.exponent.div_euclid(2);
        // Twice the digits of the result, and an even exponent under the root.
        let mut shift = (2 * DIGITS + 4).saturating_sub(digit_count(U512::from(self.coefficient)));
        if self.exponent.rem_euclid(2) != i32::from(shift % 2 == 1) {
            shift = shift.saturating_add(1);
        }
        let power: U512 = wide_ten_to(shift).ok_or(overflow("square root"))?;
        let radicand = U512::from(self.coefficient).checked_mul(power).ok_or(overflow("square root"))?;
        let root = isqrt(radicand);
        let exact = root.wrapping_mul(root) == radicand;
        let under = i32::try_from(shift)
            .ok()
            .and_then(|s| self.exponent.checked_sub(s))
            .ok_or(overflow("exponent"))?;
        let exponent = under.div_euclid(2);
        let (root, exponent) = if exact { without_zeros(root, exponent, ideal) } else { (root, exponent) };
        Ok(rounded(false, root, exponent, !exact)?)
    }
}

impl Number for Decimal28 {
    const ZERO: Self = Self { negative: false, coefficient: U256::ZERO, exponent: 0 };
    const ONE: Self = Self { negative: false, coefficient: U256::ONE, exponent: 0 };

    fn count(n: u32) -> Self {
        Self { negative: false, coefficient: U256::from(n), exponent: 0 }
    }

    fn approximate(self) -> f64 {
        // Through text: the one conversion that rounds correctly.
        let magnitude = format!("{}e{}", self.coefficient, self.exponent)
            .parse()
            .unwrap_or_else(|_| approximate(self.coefficient));
        if self.negative { -magnitude } else { magnitude }
    }
    fn negated(self) -> Self {
        Self { negative: !self.negative && !self.coefficient.is_zero(), ..self }
    }

    fn plus<W: Watch<Error: From<Arithmetic>>>(self, other: Self, w: &mut W) -> Self {
        w.take(self.sum(other), Self::ZERO)
    }

    fn minus<W: Watch<Error: From<Arithmetic>>>(self, other: Self, w: &mut W) -> Self {
        w.take(self.sum(Self { negative: !other.negative, ..other }), Self::ZERO)
    }

    fn times<W: Watch<Error: From<Arithmetic>>>(self, other: Self, w: &mut W) -> Self {
        w.take(self.product(other), Self::ZERO)
    }

    fn over<W: Watch<Error: From<Arithmetic>>>(self, other: Self, w: &mut W) -> Self {
        w.take(self.quotient(other), Self::ZERO)
    }
}

impl PoolNumber for Decimal28 {
    fn root<W: Watch<Error: From<AmmError>>>(self, w: &mut W) -> Self {
        w.take(self.square_root(), Self::ZERO)
    }

    /// Exact; rounded to 28 digits where the exact value has more than 77.
    fn from_float(value: f64) -> Result<Self, AmmError> {
        match Self::from_f64(value) {
            Err(AmmError::Overflow { .. }) => format!("{value:.27e}").parse(),
            other => other,
        }
    }
}

/// Strips trailing zeros while the exponent is below `ideal`.
fn without_zeros(coefficient: U512, exponent: i32, ideal: i32) -> (U512, i32) {
    let (mut coefficient, mut exponent) = (coefficient, exponent);
    let ten = U512::from(10u64);
    while exponent < ideal {
        let (quotient, rest) = coefficient.div_rem(ten);
        if !rest.is_zero() {
            break;
        }
        coefficient = quotient;
        exponent = exponent.saturating_add(1);
    }
    (coefficient, exponent)
}

impl From<Decimal> for Decimal28 {
    fn from(value: Decimal) -> Self {
        Self {
            negative: value.is_sign_negative() && !value.is_zero(),
            coefficient: U256::from(value.mantissa().unsigned_abs()),
            exponent: i32::try_from(value.scale()).unwrap_or(0).saturating_neg(),
        }
    }
}
