//! Powers, exponentials and logarithms in integers, to the last digit of Balancer's contracts.
//!
//! ```text
//! exp(x)     x in [-41, 130]; below 0: 1/exp(-x); the largest of e^128, e^64 that fits, then e^32 .. e^0.25, are taken off, the rest is
//!            a series to the 12th power with 20 decimals
//! ln(a)      below 1: -ln(1/a); e^128 .. e^0.0625 are taken off, the rest is 2*atanh((a - 1)/(a + 1)) to the 11th power
//! ln(a)      in (0.9, 1.1): that series with 36 decimals to the 15th power
//! x^y        exp(y*ln(x)), 0^y = 0, x^0 = 1
//! down, up   x^y -/+ (ceil(x^y*10^-14) + 1 unit), not below 0; y = 1, 2, 4 by products, from the second version on
//! ```
//!
//! All numbers have 18 decimals. Every quotient of a number below 0 is cut towards 0.
//!
//! Limits: `x < 2^255`, `y < 2^254/10^20`, `y*ln(x)` in `[-41, 130]`.
//!
//! Source: rules and constants measured on Balancer's contracts, `testdata/te-amm/pools/README.md`, `constants.json`.
//!
//! Invariant: `down <= x^y <= up`.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of Int are checked")]

use super::Refusal;
use super::fixed_point::{ONE, mul_down, mul_up};
use crate::exact::integer::Int;
use crate::exact::signed::Signed;
use crate::wide::U256;
use ruint::uint;

/// What is taken off an exponent, and the factor that stands for it. The first two have 18 and 0 decimals, the others 20.
const STEPS: [(U256, U256); 12] = uint! {
    [
        (128000000000000000000_U256, 38877084059945950922200000000000000000000000000000000000_U256),
        (64000000000000000000_U256, 6235149080811616882910000000_U256),
        (3200000000000000000000_U256, 7896296018268069516100000000000000_U256),
        (1600000000000000000000_U256, 888611052050787263676000000_U256),
        (800000000000000000000_U256, 298095798704172827474000_U256),
        (400000000000000000000_U256, 5459815003314423907810_U256),
        (200000000000000000000_U256, 738905609893065022723_U256),
        (100000000000000000000_U256, 271828182845904523536_U256),
        (50000000000000000000_U256, 164872127070012814685_U256),
        (25000000000000000000_U256, 128402541668774148407_U256),
        (12500000000000000000_U256, 113314845306682631683_U256),
        (6250000000000000000_U256, 106449445891785942956_U256),
    ]
};
/// 10^20, one with the decimals inside.
const ONE_20: u128 = 100_000_000_000_000_000_000;
/// 10^36, one with the decimals near 1.
const ONE_36: u128 = 1_000_000_000_000_000_000_000_000_000_000_000_000;
/// The largest exponents of both signs.
const LARGEST: u128 = 130 * ONE as u128;
const SMALLEST: u128 = 41 * ONE as u128;

/// `e^x` `[10^-18]`.
///
/// ```
/// use te_amm::exact::signed::Signed;
/// use te_amm::exact::weighted::power::exp;
/// use te_amm::wide::U256;
/// let e = exp(Signed { negative: false, magnitude: U256::from(1_000_000_000_000_000_000u64) })?;
/// assert_eq!(e, U256::from(2_718_281_828_459_045_235u64));
/// # Ok::<(), te_amm::exact::weighted::Refusal>(())
/// ```
///
/// # Errors
/// [`Refusal::Exponent`] outside `[-41, 130]`.
pub fn exp(x: Signed) -> Result<U256, Refusal> {
    let limit = if x.negative { SMALLEST } else { LARGEST };
    if x.magnitude > U256::from(limit) {
        return Err(Refusal::Exponent);
    }
    let positive = exp_positive(x.magnitude);
    Ok(if x.negative { Int::from(ONE) * ONE / positive } else { positive }.get()?)
}

fn exp_positive(x: U256) -> Int {
    let [first, second, small @ ..] = &STEPS;
    let (mut rest, factor) = match () {
        () if x >= first.0 => (Int::from(x) - first.0, Int::from(first.1)),
        () if x >= second.0 => (Int::from(x) - second.0, Int::from(second.1)),
        () => (Int::from(x), Int::from(1u64)),
    };
    rest = rest * 100u64;
    let mut product = Int::from(ONE_20);
    for &(step, factor) in small.iter().take(8) {
        if let Ok(left) = (rest - step).get() {
            rest = Int::from(left);
            product = product * factor / ONE_20;
        }
    }
    let (mut term, mut series) = (rest, Int::from(ONE_20) + rest);
    for k in 2..=12u64 {
        term = term * rest / ONE_20 / k;
        series = series + term;
    }
    product * series / ONE_20 * factor / 100u64
}

/// The natural logarithm `[10^-18]`.
///
/// # Errors
/// [`Refusal::Logarithm`] of 0.
pub fn ln(a: U256) -> Result<Signed, Refusal> {
    if a.is_zero() {
        return Err(Refusal::Logarithm);
    }
    if near_one(a) {
        let Signed { negative, magnitude } = ln_36(a)?;
        return Ok(Signed { negative, magnitude: (Int::from(magnitude) / ONE).get()? });
    }
    ln_18(a)
}

fn ln_18(a: U256) -> Result<Signed, Refusal> {
    let negative = a < U256::from(ONE);
    let mut a = if negative { Int::from(ONE) * ONE / a } else { Int::from(a) };
    let mut sum = Int::ZERO;
    let [first, second, small @ ..] = &STEPS;
    for &(step, factor) in [first, second] {
        if !(Int::from(factor) * ONE).above(a)? {
            a = a / factor;
            sum = sum + step;
        }
    }
    (a, sum) = (a * 100u64, sum * 100u64);
    for &(step, factor) in small {
        if !Int::from(factor).above(a)? {
            a = a * ONE_20 / factor;
            sum = sum + step;
        }
    }
    let z = (a - ONE_20) * ONE_20 / (a + ONE_20);
    let magnitude = ((sum + atanh_twice(z, ONE_20, 11)) / 100u64).get()?;
    Ok(Signed { negative, magnitude })
}

/// The logarithm of a number near 1 `[10^-36]`.
fn ln_36(a: U256) -> Result<Signed, Refusal> {
    let x = Int::from(a) * ONE;
    let negative = a < U256::from(ONE);
    let z = x.distance(ONE_36) * ONE_36 / (x + ONE_36);
    Ok(Signed { negative, magnitude: atanh_twice(z, ONE_36, 15).get()? })
}

/// `2*(z + z^3/3 + ... )` to the last odd power.
fn atanh_twice(z: Int, one: u128, last: u64) -> Int {
    let square = z * z / one;
    let (mut power, mut series) = (z, z);
    for k in (3..=last).step_by(2) {
        power = power * square / one;
        series = series + power / k;
    }
    series * 2u64
}

/// Whether a number lies in `(0.9, 1.1)`.
fn near_one(x: U256) -> bool {
    x > U256::from(ONE / 10 * 9) && x < U256::from(ONE / 10 * 11)
}

/// `x^y` `[10^-18]`.
///
/// # Errors
/// [`Refusal::PowerBase`], [`Refusal::PowerExponent`], [`Refusal::Power`] outside the limits.
pub fn pow(x: U256, y: U256) -> Result<U256, Refusal> {
    if y.is_zero() {
        return Ok(U256::from(ONE));
    }
    if x.is_zero() {
        return Ok(U256::ZERO);
    }
    if x.bit_len() > 255 {
        return Err(Refusal::PowerBase);
    }
    if y >= U256::from(1u64).wrapping_shl(254).wrapping_div(U256::from(ONE_20)) {
        return Err(Refusal::PowerExponent);
    }
    let (negative, product) = if near_one(x) {
        let Signed { negative, magnitude } = ln_36(x)?;
        let l = Int::from(magnitude);
        (negative, l / ONE * y + l % ONE * y / ONE)
    } else {
        let Signed { negative, magnitude } = ln_18(x)?;
        (negative, Int::from(magnitude) * y)
    };
    let magnitude = (product / ONE).get()?;
    exp(Signed { negative, magnitude }).map_err(|_| Refusal::Power)
}

/// Which rules a power follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Powers {
    /// Exponents 1, 2 and 4 by products: the weighted pools of 2023 and later.
    WithProducts,
    /// All by logarithms: the bootstrapping pools of 2021.
    ByLogarithms,
}

/// The error that a power may have, added or taken off by direction.
fn margin(power: Int) -> Int {
    mul_up(power, Int::from(10_000u64)) + 1u64
}

/// `x^y`, rounded down `[10^-18]`.
///
/// # Errors
/// As [`pow`].
pub fn pow_down(x: Int, y: Int, powers: Powers) -> Result<Int, Refusal> {
    if let Some(result) = by_products(x, y, powers, mul_down)? {
        return Ok(result);
    }
    let power = Int::from(pow(x.get()?, y.get()?)?);
    Ok(power.less(margin(power)))
}

/// `x^y`, rounded up `[10^-18]`.
///
/// # Errors
/// As [`pow`].
pub fn pow_up(x: Int, y: Int, powers: Powers) -> Result<Int, Refusal> {
    if let Some(result) = by_products(x, y, powers, mul_up)? {
        return Ok(result);
    }
    let power = Int::from(pow(x.get()?, y.get()?)?);
    Ok(power + margin(power))
}

fn by_products(
    x: Int,
    y: Int,
    powers: Powers,
    product: impl Fn(Int, Int) -> Int,
) -> Result<Option<Int>, Refusal> {
    let y = y.get()?;
    let is = |n: u64| y == U256::from(n).wrapping_mul(U256::from(ONE));
    Ok(match powers {
        Powers::WithProducts if is(1) => Some(x),
        Powers::WithProducts if is(2) => Some(product(x, x)),
        Powers::WithProducts if is(4) => {
            let square = product(x, x);
            Some(product(square, square))
        }
        Powers::ByLogarithms | Powers::WithProducts => None,
    })
}
