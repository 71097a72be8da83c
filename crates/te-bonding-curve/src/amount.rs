//! Amounts crossing between the ledger world and the model world.
//!
//! The ledger counts smallest units of 1e-18 token in 256-bit integers; the model counts tokens in f64. Every
//! crossing is one of the functions here, and can fail. `to_tokens` rounds once, to the nearest f64; `to_units`
//! takes the exact binary value of the f64 and floors it to the unit; `to_units_exact` refuses to floor.

use crate::error::ConversionError;
use ruint::aliases::U256;

/// Smallest units in one token: 1e18.
pub const UNITS_PER_TOKEN: u64 = 1_000_000_000_000_000_000;

/// Tokens as smallest units, floored: ⌊tokens · 1e18⌋ of the exact binary value of `tokens` `[unit]`.
///
/// # Errors
/// [`ConversionError`] if `tokens` is not finite, is negative, or exceeds 256 bits of units.
pub fn to_units(tokens: f64) -> Result<U256, ConversionError> {
    units(tokens).map(|(amount, _)| amount)
}

/// Tokens as smallest units where the value is a whole number of them `[unit]`.
///
/// # Errors
/// As [`to_units`], and [`ConversionError::Inexact`] if flooring would lose anything. Most decimal fractions are
/// not binary fractions: 0.5 passes, 0.1 does not.
pub fn to_units_exact(tokens: f64) -> Result<U256, ConversionError> {
    match units(tokens)? {
        (amount, true) => Ok(amount),
        (_, false) => Err(ConversionError::Inexact { value: tokens }),
    }
}

/// Smallest units as tokens, rounded once to the nearest f64 `[token]`.
#[must_use]
pub fn to_tokens(amount: U256) -> f64 {
    if let Ok(small) = u64::try_from(amount)
        && small < 1 << 53
    {
        // Both are exact in f64, so the quotient is rounded once.
        return small as f64 / UNITS_PER_TOKEN as f64;
    }
    // The leading 128 bits over a divisor of 60 give 68 bits or more; what is cut off below them only tells a half from
    // more than a half, for which one bit does.
    let spare = amount.leading_zeros();
    let leading = if spare >= 128 { amount << (spare - 128) } else { amount >> (128 - spare) };
    let numerator = u128::try_from(leading).unwrap_or(u128::MAX);
    let unit = u128::from(UNITS_PER_TOKEN);
    let cut = spare < 128 && amount.trailing_zeros() < 128 - spare;
    let sticky = u128::from(cut || !numerator.is_multiple_of(unit));
    ((numerator / unit) | sticky) as f64 * power_of_two(128 - i64::try_from(spare).unwrap_or(0))
}

/// 2 to an exponent between -1022 and 1023, from its bits.
fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(u64::try_from(exponent + 1023).unwrap_or(0) << 52)
}

/// Units and whether they are exact.
fn units(tokens: f64) -> Result<(U256, bool), ConversionError> {
    if !tokens.is_finite() {
        return Err(ConversionError::NotFinite { value: tokens });
    }
    if tokens < 0.0 {
        return Err(ConversionError::Negative { value: tokens });
    }
    let bits = tokens.to_bits();
    let field = (bits >> 52) & 0x7ff;
    let fraction = bits & ((1 << 52) - 1);
    let mantissa = if field == 0 { fraction } else { fraction | (1 << 52) };
    // tokens = mantissa * 2^(exponent - 1075)
    let exponent = field.max(1);
    let scaled = U256::from(mantissa) * U256::from(UNITS_PER_TOKEN); // below 2^113
    if exponent >= 1075 {
        let shift = exponent - 1075;
        let amount = if shift < 256 { scaled << usize::try_from(shift).unwrap_or(256) } else { U256::ZERO };
        if !scaled.is_zero() && (shift >= 143 || amount.is_zero()) {
            return Err(ConversionError::Overflow { value: tokens });
        }
        return Ok((amount, true));
    }
    let shift = usize::try_from(1075 - exponent).unwrap_or(usize::MAX);
    if shift >= 256 {
        return Ok((U256::ZERO, scaled.is_zero()));
    }
    let amount = scaled >> shift;
    Ok((amount, amount << shift == scaled))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossings() {
        assert_eq!(to_units(1.5), Ok(U256::from(1_500_000_000_000_000_000_u64)));
        assert_eq!(to_units_exact(0.5), Ok(U256::from(500_000_000_000_000_000_u64)));
        assert_eq!(to_units_exact(0.1), Err(ConversionError::Inexact { value: 0.1 }));
        assert_eq!(to_units(0.0), Ok(U256::ZERO));
        assert_eq!(to_units(5e-324), Ok(U256::ZERO));
        assert!(matches!(to_units(f64::INFINITY), Err(ConversionError::NotFinite { .. })));
        assert!(matches!(to_units(1e300), Err(ConversionError::Overflow { .. })));
        assert!(matches!(to_units(-1.0), Err(ConversionError::Negative { .. })));
        assert_eq!(to_tokens(U256::ZERO), 0.0);
        assert_eq!(to_tokens(U256::from(1)), 1e-18);
        for tokens in [1.0, 0.1, 1_571_223.57, 1e27, 123.456_789] {
            let there = to_units(tokens).unwrap();
            assert!((to_tokens(there) - tokens).abs() <= f64::EPSILON * tokens);
        }
    }

    /// Rounding by way of decimal text, which the standard library does correctly.
    fn by_text(amount: U256) -> f64 {
        let unit = U256::from(UNITS_PER_TOKEN);
        format!("{}.{:018}", amount / unit, amount % unit).parse().unwrap()
    }

    #[test]
    fn tokens_are_rounded_once() {
        let mut limbs = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = || {
            limbs ^= limbs << 13;
            limbs ^= limbs >> 7;
            limbs ^= limbs << 17;
            limbs
        };
        for bits in 0..=256 {
            for _ in 0..200 {
                let whole = U256::from_limbs([next(), next(), next(), next()]);
                let amount = if bits == 0 { U256::ZERO } else { whole >> (256 - bits) };
                assert_eq!(to_tokens(amount), by_text(amount), "{amount}");
            }
        }
        // Halves between two floats, and one unit to either side of them.
        for exponent in 54..190 {
            let half = (U256::from((1_u64 << 53) + 1) << (exponent - 54)) * U256::from(UNITS_PER_TOKEN);
            for amount in [half - U256::from(1), half, half + U256::from(1)] {
                assert_eq!(to_tokens(amount), by_text(amount), "{amount}");
            }
        }
    }
}
