//! Multiplication and power of fractions in 128-bit fixed point.
//!
//! ```text
//! multiply(a, b) = floor((a b + 2^127) / 2^128)      nearest, halves up; a <= 2^128, b < 2^128
//! power(a, n)    = a^n by squaring from the low bit  a < 2^128, power(a, 0) = 2^128
//! ```
//! The order of squaring and multiplying fixes the rounding, so it is part of the function.
//!
//! Source: `_mul` and `_pow` of `ConvictionVoting.sol` (1Hive, solc 0.4.24) and `ConvictionsUtils.sol` (Gardens v2).

use crate::chain::{Revert, TWO_127, TWO_128, add, mul};
use ruint::aliases::U256;

/// Product of two fractions, rounded to nearest.
///
/// # Errors
/// [`Revert::BaseNotBelowOne`] where `a > 2^128` or `b >= 2^128`.
pub fn multiply(a: U256, b: U256) -> Result<U256, Revert> {
    if a > TWO_128 || b >= TWO_128 {
        return Err(Revert::BaseNotBelowOne);
    }
    Ok(add(mul(a, b)?, TWO_127)? >> 128)
}

/// A fraction to a whole power.
///
/// # Errors
/// [`Revert::BaseNotBelowOne`] where `base >= 2^128`.
pub fn power(base: U256, exponent: U256) -> Result<U256, Revert> {
    if base >= TWO_128 {
        return Err(Revert::BaseNotBelowOne);
    }
    let (mut base, mut left, mut result) = (base, exponent, TWO_128);
    while !left.is_zero() {
        if left.bit(0) {
            result = multiply(result, base)?;
            left -= U256::from(1);
        } else {
            base = multiply(base, base)?;
            left >>= 1;
        }
    }
    Ok(result)
}
