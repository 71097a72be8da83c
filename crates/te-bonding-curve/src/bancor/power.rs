//! (a/b)^(c/d) in 127-bit fixed point, as the Bancor v0.3 contract computes it, to the bit.
//!
//! ONE = 2^127. The base is ⌊a·ONE/b⌋; its logarithm comes from a fast path below e and a general path above;
//! the exponent is ⌊ln·c/d⌋; the exponential comes from a fast path below 16 (always at 127 bits) and otherwise from
//! a series at the highest precision for which nothing overflows. The contract's intermediate arithmetic wraps
//! at 256 bits; so does this.
//!
//! The result never exceeds the exact value. Below an exponent of 16 its relative error is below about 5e-17. Above, the series stops
//! at the 33rd power of the exponent x and lacks the part P(N > 33) of a Poisson variable of mean x: 3.8 % at x = 24.4. Only a
//! sale of nearly everything at a small reserve ratio gets there, and what it pays less is that part of the little that is left.
//!
//! Source: Bancor protocol formula v0.3 (behaviour), reference calls run on its bytecode.

use super::max_exponent::{MAX_EXPONENT, MAX_PRECISION, MIN_PRECISION};
use crate::error::LedgerError;
use ruint::{aliases::U256, uint};

/// 1 in fixed point.
const ONE: U256 = U256::from_limbs([0, 1 << 63, 0, 0]);
/// 2 in fixed point.
const TWO: U256 = U256::from_limbs([0, 0, 1, 0]);
/// Numerators stay below 2^129.
const NUMERATOR_LIMIT: U256 = U256::from_limbs([0, 0, 2, 0]);
/// ⌊e · 2^127⌋: the fast logarithm applies below.
const FAST_LN_LIMIT: U256 = uint! { 0x15bf0a8b1457695355fb8ac404e7a79e3_U256 };
/// 16 · 2^127: the fast exponential applies below.
const FAST_EXP_LIMIT: U256 = U256::from_limbs([0, 0, 8, 0]);
/// ln 2 as a quotient.
const LN2: (U256, U256) =
    uint! { (0x3f80fe03f80fe03f80fe03f80fe03f8_U256, 0x5b9de1d10bf4103d647b0955897ba80_U256) };

/// ⌊e^(2^-i) · 2^127⌋ for i = 1..=8.
const ROOTS_OF_E: [U256; 8] = uint! {[
    0xd3094c70f034de4b96ff7d5b6f99fcd8_U256,
    0xa45af1e1f40c333b3de1db4dd55f29a7_U256,
    0x910b022db7ae67ce76b441c27035c6a1_U256,
    0x88415abbe9a76bead8d00cf112e4d4a8_U256,
    0x84102b00893f64c705e841d5d4064bd3_U256,
    0x8204055aaef1c8bd5c3259f4822735a2_U256,
    0x810100ab00222d861931c15e39b44e99_U256,
    0x808040155aabbbe9451521693554f733_U256,
]};

/// Quotients near e^(2^(i-3)) for bit 124 + i of the exponent, i = 0..=6.
const POWERS_OF_E: [(U256, U256); 7] = uint! {[
    (0x1c3d6a24ed82218787d624d3e5eba95f9_U256, 0x18ebef9eac820ae8682b9793ac6d1e776_U256),
    (0x18ebef9eac820ae8682b9793ac6d1e778_U256, 0x1368b2fc6f9609fe7aceb46aa619baed4_U256),
    (0x1368b2fc6f9609fe7aceb46aa619baed5_U256, 0xbc5ab1b16779be3575bd8f0520a9f21f_U256),
    (0xbc5ab1b16779be3575bd8f0520a9f21e_U256, 0x454aaa8efe072e7f6ddbab84b40a55c9_U256),
    (0x454aaa8efe072e7f6ddbab84b40a55c5_U256, 0x960aadc109e7a3bf4578099615711ea_U256),
    (0x960aadc109e7a3bf4578099615711d7_U256, 0x2bf84208204f5977f9a8cf01fdce3d_U256),
    (0x2bf84208204f5977f9a8cf01fdc307_U256, 0x3c6ab775dd0b95b4cbee7e65d11_U256),
]};

/// 33!/k! for k = 2..=33: coefficients of the general exponential.
pub(super) const SERIES: [U256; 32] = factorial_quotients::<32>(33);
/// 20!/k! for k = 2..=20: coefficients of the fast exponential.
const FAST_SERIES: [U256; 19] = factorial_quotients::<19>(20);

/// n!/k! for k = 2..=n.
const fn factorial_quotients<const N: usize>(n: u64) -> [U256; N] {
    let mut quotients = [U256::ZERO; N];
    let mut low: u128 = 1; // 33!/2! < 2^122
    let mut k = n;
    let mut i = N;
    while i > 0 {
        i -= 1;
        #[expect(clippy::cast_possible_truncation, reason = "the two halves of a u128")]
        let limbs = [low as u64, (low >> 64) as u64, 0, 0];
        quotients[i] = U256::from_limbs(limbs);
        low *= k as u128;
        k -= 1;
    }
    quotients
}

/// (`base_n`/`base_d`)^(`exp_n`/`exp_d`) as (result, precision): the power is result / 2^precision.
///
/// Range: `base_n` ≥ `base_d` > 0, `base_n` < 2^129, `exp_d` > 0.
///
/// # Errors
/// [`LedgerError::Formula`] outside that range, [`LedgerError::Exponent`] if no precision holds the exponent.
pub fn power(base_n: U256, base_d: U256, exp_n: u32, exp_d: u32) -> Result<(U256, usize), LedgerError> {
    if base_n >= NUMERATOR_LIMIT {
        return Err(LedgerError::Formula { name: "base numerator", value: base_n, range: "below 2^129" });
    }
    if base_d.is_zero() || base_n < base_d {
        return Err(LedgerError::Formula {
            name: "base denominator",
            value: base_d,
            range: "above 0 and at most the numerator",
        });
    }
    if exp_d == 0 {
        return Err(LedgerError::Formula {
            name: "exponent denominator",
            value: U256::ZERO,
            range: "above 0",
        });
    }
    let base = base_n.wrapping_mul(ONE) / base_d;
    let ln = if base < FAST_LN_LIMIT { fast_ln(base) } else { general_ln(base) };
    let exponent = ln.wrapping_mul(U256::from(exp_n)) / U256::from(exp_d);
    if exponent < FAST_EXP_LIMIT {
        return Ok((fast_exp(exponent), MAX_PRECISION));
    }
    let precision = find_precision(exponent)?;
    Ok((general_exp(exponent >> (MAX_PRECISION - precision), precision), precision))
}

/// ln of any x ≥ 1, by squaring bit by bit.
fn general_ln(x: U256) -> U256 {
    let mut x = x;
    let mut bits = U256::ZERO;
    if x >= TWO {
        let whole: U256 = x >> 127;
        let count = whole.bit_len().saturating_sub(1);
        x >>= count;
        bits = U256::from(count).wrapping_mul(ONE);
    }
    if x > ONE {
        for i in (1..=127_usize).rev() {
            x = x.wrapping_mul(x) / ONE;
            if x >= TWO {
                x >>= 1;
                bits = bits.wrapping_add(U256::from(1) << (i - 1));
            }
        }
    }
    bits.wrapping_mul(LN2.0) / LN2.1
}

/// ln of 1 ≤ x < e: roots of e are divided out, the rest is a series of eight paired terms.
fn fast_ln(x: U256) -> U256 {
    let mut x = x;
    let mut sum = U256::ZERO;
    for (root, i) in ROOTS_OF_E.into_iter().zip(1_usize..) {
        if x >= root {
            sum = sum.wrapping_add(ONE >> i);
            x = x.wrapping_mul(ONE) / root;
        }
    }
    let y = x.wrapping_sub(ONE);
    let square = y.wrapping_mul(y) / ONE;
    let mut z = y;
    for n in 1..=8_u64 {
        let pair = U256::from(2 * n) * ONE;
        let coefficient = pair / U256::from(2 * n - 1);
        sum = sum.wrapping_add(z.wrapping_mul(coefficient.wrapping_sub(y)) / pair);
        z = z.wrapping_mul(square) / ONE;
    }
    sum
}

/// exp of x < 16: a series for the part below 1/8, then one factor for each set bit above.
fn fast_exp(x: U256) -> U256 {
    let rest: U256 = x & ((U256::from(1) << 124) - U256::from(1));
    let mut term = rest;
    let mut sum = U256::ZERO;
    for coefficient in FAST_SERIES {
        term = term.wrapping_mul(rest) / ONE;
        sum = sum.wrapping_add(term.wrapping_mul(coefficient));
    }
    let mut result = (sum / U256::from(2_432_902_008_176_640_000_u64)).wrapping_add(rest).wrapping_add(ONE);
    for ((numerator, denominator), i) in POWERS_OF_E.into_iter().zip(0_usize..) {
        if x.bit(124 + i) {
            result = result.wrapping_mul(numerator) / denominator;
        }
    }
    result
}

/// exp of x at precision p, by the series to the 33rd power.
fn general_exp(x: U256, p: usize) -> U256 {
    /// 33!
    const LAST: U256 = uint! { 8683317618811886495518194401280000000_U256 };
    let mut term = x;
    let mut sum = U256::ZERO;
    for coefficient in SERIES {
        term = term.wrapping_mul(x) >> p;
        sum = sum.wrapping_add(term.wrapping_mul(coefficient));
    }
    (sum / LAST).wrapping_add(x).wrapping_add(U256::from(1) << p)
}

/// The highest precision whose largest exponent holds x.
fn find_precision(x: U256) -> Result<usize, LedgerError> {
    let holds = |p: usize| MAX_EXPONENT.get(p - MIN_PRECISION).is_some_and(|largest| *largest >= x);
    let (mut low, mut high) = (MIN_PRECISION, MAX_PRECISION);
    while low + 1 < high {
        let middle = usize::midpoint(low, high);
        if holds(middle) { low = middle } else { high = middle }
    }
    if holds(high) {
        return Ok(high);
    }
    if holds(low) {
        return Ok(low);
    }
    Err(LedgerError::Exponent { value: x })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants() {
        assert_eq!(SERIES[31], U256::from(1));
        assert_eq!(SERIES[30], U256::from(33));
        assert_eq!(FAST_SERIES[0], U256::from(1_216_451_004_088_320_000_u64));
        assert_eq!(ONE, U256::from(1) << 127);
        assert_eq!(NUMERATOR_LIMIT, U256::from(1) << 129);
        assert_eq!(FAST_EXP_LIMIT, U256::from(16) * ONE);
    }

    #[test]
    fn the_long_series_falls_short_by_the_poisson_tail() {
        // 100^(1/0.188752): the exponent is 24.398.
        let (result, precision) = power(U256::from(100), U256::from(1), 1_000_000, 188_752).unwrap();
        let whole: U256 = result >> precision;
        let got = f64::from(u32::try_from(whole >> 8_usize).unwrap()) * 256.0;
        let short = 1.0 - got / 39437939413.3645;
        assert!((short - 0.0379).abs() < 1e-4, "{short}");
    }

    #[test]
    fn simple_powers() {
        let (one, p) = power(U256::from(7), U256::from(7), 1, 3).unwrap();
        assert_eq!((one, p), (ONE, 127));
        let (root, p) = power(U256::from(4), U256::from(1), 1, 2).unwrap();
        let error = ((U256::from(2) << p) - root) >> (p - 60);
        assert_eq!(error, U256::ZERO);
    }
}
