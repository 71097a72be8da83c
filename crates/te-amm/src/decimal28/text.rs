//! Reading and printing of a [`Decimal28`], as Python's `Decimal(text)` and `str` do; serialised as text, exactly.
//!
//! Invariant: reading what was printed gives the same value and exponent.

use super::{Decimal28, EXPONENT_LIMIT, overflow};
use crate::AmmError;
use crate::wide::U256;
use core::fmt;
use core::str::FromStr;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

impl Decimal28 {
    /// The value with exactly `places` decimals, rounded half to even: Python's `format(x, ".6f")`.
    ///
    /// # Errors
    /// As [`round_to_places`](Self::round_to_places).
    pub fn to_fixed(self, places: u32) -> Result<String, AmmError> {
        let rounded = self.round_to_places(places)?;
        let missing = i64::from(places).saturating_add(i64::from(rounded.exponent));
        // Plain digits: `Display` would turn to an exponent for small values.
        let zeros = usize::try_from(missing).unwrap_or(0);
        let digits = format!("{}{:0<zeros$}", rounded.coefficient, "");
        let width = usize::try_from(places).unwrap_or(0).saturating_add(1);
        let padded = format!("{digits:0>width$}");
        let (whole, fraction) = padded.split_at(padded.len().saturating_sub(width.saturating_sub(1)));
        let sign = if rounded.negative { "-" } else { "" };
        Ok(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
    }
}

impl FromStr for Decimal28 {
    type Err = AmmError;
    /// Exact: digits with an optional sign, point and exponent, at most 77 digits.
    fn from_str(text: &str) -> Result<Self, AmmError> {
        let bad = AmmError::Domain {
            parameter: "decimal text",
            value: 0.0,
            range: "digits with an optional sign, point and exponent",
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| bad)?),
            None => (text, 0),
        };
        let (negative, digits) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() {
            return Err(bad);
        }
        let mut coefficient = U256::ZERO;
        for c in whole.chars().chain(fraction.chars()) {
            let digit = c.to_digit(10).ok_or(bad)?;
            coefficient = coefficient
                .checked_mul(U256::from(10))
                .and_then(|n| n.checked_add(U256::from(digit)))
                .ok_or(overflow("digits"))?;
        }
        let places = i32::try_from(fraction.len()).map_err(|_| bad)?;
        let exponent =
            exponent.checked_sub(places).filter(|e| e.abs() <= EXPONENT_LIMIT).ok_or(overflow("exponent"))?;
        Ok(Self { negative: negative && !coefficient.is_zero(), coefficient, exponent })
    }
}

impl fmt::Display for Decimal28 {
    /// As Python's `str`: plain digits, or with an exponent below `1e-6` and for positive exponents.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.coefficient.to_string();
        let length = i32::try_from(digits.len()).unwrap_or(i32::MAX);
        let adjusted = self.exponent.saturating_add(length).saturating_sub(1);
        let sign = if self.negative { "-" } else { "" };
        if self.exponent > 0 || adjusted < -6 {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            return write!(f, "{sign}{first}{point}{rest}E{adjusted:+}");
        }
        let places = usize::try_from(self.exponent.unsigned_abs()).unwrap_or(0);
        if places == 0 {
            return write!(f, "{sign}{digits}");
        }
        let padded = format!("{digits:0>width$}", width = places.saturating_add(1));
        let (whole, fraction) = padded.split_at(padded.len().saturating_sub(places));
        write!(f, "{sign}{whole}.{fraction}")
    }
}

impl Serialize for Decimal28 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal28 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
