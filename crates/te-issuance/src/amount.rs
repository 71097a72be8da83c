//! Whole units: how amounts of a ledger meet fractions and f64.
//!
//! A ledger counts in its smallest unit (token, satoshi, wei) as `u128`. Products with fractions are taken in 256
//! bits and rounded down, so a share of an amount is exact to one unit and never above it.

use ruint::aliases::U256;

use crate::error::IssuanceError;

/// `floor(amount * numerator / denominator)` `[unit]`, the product in 256 bits.
///
/// # Errors
/// `denominator` is zero, or the result exceeds 128 bits.
pub fn mul_div(amount: u128, numerator: u128, denominator: u128) -> Result<u128, IssuanceError> {
    if denominator == 0 {
        return Err(IssuanceError::DivisionByZero { operation: "a share of an amount" });
    }
    // Two factors below 2^128 cannot overflow 256 bits.
    let product = U256::from(amount).wrapping_mul(U256::from(numerator));
    u128::try_from(product.wrapping_div(U256::from(denominator)))
        .map_err(|_| IssuanceError::Overflow { operation: "a share of an amount" })
}

/// `floor(amount * factor)` `[unit]`, with the exact binary value of `factor`: no digit of a large amount is lost.
///
/// The binary value can lie below the decimal one that was written: 0.03 of 100 is 2, since the f64 nearest to 0.03 is
/// smaller than it. The difference is at most one unit.
///
/// # Errors
/// `factor` is negative or not finite, or the result exceeds 128 bits.
pub fn scaled(amount: u128, factor: f64) -> Result<u128, IssuanceError> {
    crate::error::non_negative("factor", factor)?;
    let overflow = IssuanceError::Overflow { operation: "a scaled amount" };
    if amount == 0 || factor == 0.0 {
        return Ok(0);
    }
    let bits = factor.to_bits();
    let field = bits >> 52 & 0x7ff;
    let fraction = bits & ((1 << 52) - 1);
    // factor = mantissa * 2^(exponent - 1075)
    let (mantissa, exponent) = if field == 0 { (fraction, 1) } else { (fraction | 1 << 52, field) };
    let product = U256::from(amount).wrapping_mul(U256::from(mantissa));
    let shifted = if exponent >= 1075 {
        let places = usize::try_from(exponent - 1075).map_err(|_| overflow.clone())?;
        product.checked_shl(places).ok_or_else(|| overflow.clone())?
    } else {
        let places = usize::try_from(1075 - exponent).map_err(|_| overflow.clone())?;
        product.wrapping_shr(places)
    };
    u128::try_from(shifted).map_err(|_| overflow)
}

/// `floor(value)` as whole units `[unit]`.
///
/// # Errors
/// `value` is negative, not finite, or 2^128 and more.
pub fn whole(value: f64) -> Result<u128, IssuanceError> {
    scaled(1, value)
}

/// Whole units of an amount of tokens with that many decimals: `floor(tokens * 10^decimals)` `[unit]`.
///
/// # Errors
/// More than 38 decimals, an amount that is negative or not finite, or a result beyond 128 bits.
pub fn units(tokens: f64, decimals: u32) -> Result<u128, IssuanceError> {
    let one = 10_u128.checked_pow(decimals).ok_or(IssuanceError::InvalidInteger {
        name: "decimals",
        value: u128::from(decimals),
        allowed: "at most 38",
    })?;
    scaled(one, tokens)
}

/// Tokens of whole units with that many decimals: `units / 10^decimals` `[token]`, the nearest f64.
#[must_use]
pub fn tokens(units: u128, decimals: u32) -> f64 {
    10_u128.checked_pow(decimals).map_or(0.0, |one| units as f64 / one as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_is_exact_where_f64_products_are_not() {
        let odd = (1 << 60) + 1;
        assert_eq!(scaled(odd, 1.0).unwrap(), odd);
        assert_eq!(scaled(odd, 0.5).unwrap(), 1 << 59);
        assert_eq!(scaled(100, 0.03).unwrap(), 2);
        assert_eq!(scaled(3, 1.5).unwrap(), 4);
        assert_eq!(scaled(u128::MAX, 1.0).unwrap(), u128::MAX);
        assert_eq!(scaled(u128::MAX, 5e-324).unwrap(), 0);
        assert!(scaled(u128::MAX, 1.5).is_err());
        assert!(scaled(1, 1e300).is_err());
        assert!(scaled(1, -1.0).is_err());
        assert!(scaled(1, f64::NAN).is_err());
    }

    #[test]
    fn whole_units_round_down() {
        assert_eq!(whole(2.999).unwrap(), 2);
        assert_eq!(whole(0.0).unwrap(), 0);
        assert!(whole(-0.5).is_err());
        assert_eq!(mul_div(u128::MAX, u128::MAX, u128::MAX).unwrap(), u128::MAX);
        assert_eq!(units(1.5, 18).unwrap(), 1_500_000_000_000_000_000);
        assert_eq!(tokens(units(1.5, 18).unwrap(), 18), 1.5);
        assert!(units(1.0, 39).is_err());
        assert!(mul_div(1, 1, 0).is_err());
        assert!(mul_div(u128::MAX, 2, 1).is_err());
    }
}
