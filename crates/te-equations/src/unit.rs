//! Units: products of names with rational exponents.
//!
//! `USD/TOK`, `1/month`, `TOK^2/month`, `USD^(1/2)`. Names are free and no scale is implied: `month` and `year` are two units,
//! and a constant of unit `month/year` leads from one to the other.

use std::collections::BTreeMap;
use std::fmt;

/// A rational exponent in lowest terms, the denominator above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Exponent(i64, i64);

/// The largest numerator and denominator of an exponent; beyond it a unit is not told.
const MOST: i64 = 1_000_000;

impl Exponent {
    fn new(above: i64, below: i64) -> Option<Self> {
        let (mut a, mut b) = (above.unsigned_abs(), below.unsigned_abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let divisor = i64::try_from(a.max(1)).ok()? * below.signum();
        let exponent = Self(above / divisor, below / divisor);
        (exponent.0.abs() <= MOST && exponent.1 <= MOST).then_some(exponent)
    }

    fn plus(self, other: Self) -> Option<Self> {
        Self::new(self.0 * other.1 + other.0 * self.1, self.1 * other.1)
    }

    fn times(self, other: Self) -> Option<Self> {
        Self::new(self.0 * other.0, self.1 * other.1)
    }
}

/// A unit; without names it is that of a pure number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unit(BTreeMap<String, Exponent>);

impl Unit {
    /// The unit of one name.
    pub(crate) fn named(name: &str) -> Self {
        Self(BTreeMap::from([(name.to_owned(), Exponent(1, 1))]))
    }

    /// Reads `USD/TOK`, `1/month`, `TOK^2`, `a*b/c`; what stands after each `/` is divided by.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let refuse = || {
            format!(
                "`{text}` is not a unit: write names, `*`, `/` and powers, as in `USD/TOK`, `1/month`, `USD^2`, `1`"
            )
        };
        let mut unit = Self::default();
        let (mut rest, mut sign) = (text.trim(), 1);
        loop {
            let end = rest.find(['*', '/', '^']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            let name = name.trim();
            let (exponent, after) = match after.strip_prefix('^') {
                Some(after) => power(after).ok_or_else(refuse)?,
                None => (Exponent(1, 1), after),
            };
            let letter =
                |c: char| c.is_alphanumeric() || matches!(c, '_' | '%' | '$' | '€' | '.' | '-' | ' ');
            if name.is_empty()
                || !name.chars().all(letter)
                || (name != "1" && name.starts_with(|c: char| c.is_ascii_digit()))
            {
                return Err(refuse());
            }
            if name != "1" {
                let factor =
                    Self(BTreeMap::from([(name.to_owned(), Exponent(exponent.0 * sign, exponent.1))]));
                unit = unit.times(&factor).ok_or_else(refuse)?;
            }
            let after = after.trim_start();
            sign = match after.chars().next() {
                None => return Ok(unit),
                Some('*') => 1,
                Some('/') => -1,
                Some(_) => return Err(refuse()),
            };
            rest = &after[1..];
        }
    }

    pub(crate) fn is_one(&self) -> bool {
        self.0.is_empty()
    }

    /// The product; nothing where an exponent grows out of bounds.
    pub(crate) fn times(&self, other: &Self) -> Option<Self> {
        let mut names = self.0.clone();
        for (name, exponent) in &other.0 {
            let sum = names.get(name).copied().unwrap_or(Exponent(0, 1)).plus(*exponent)?;
            if sum.0 == 0 {
                names.remove(name);
            } else {
                names.insert(name.clone(), sum);
            }
        }
        Some(Self(names))
    }

    pub(crate) fn over(&self, other: &Self) -> Option<Self> {
        self.times(&other.to_power(-1.0)?)
    }

    /// The unit to a power, which must be a fraction with a denominator of at most 12.
    pub(crate) fn to_power(&self, power: f64) -> Option<Self> {
        let below = (1..=12).find(|below| (power * f64::from(*below)).fract() == 0.0)?;
        let above = power * f64::from(below);
        if above.abs() > 1000.0 {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "whole, and at most 1000 in size")]
        let exponent = Exponent::new(above as i64, i64::from(below))?;
        let mut names = BTreeMap::new();
        for (name, own) in &self.0 {
            let product = own.times(exponent)?;
            if product.0 != 0 {
                names.insert(name.clone(), product);
            }
        }
        Some(Self(names))
    }
}

/// `2`, `-1`, `(1/2)` and what stands after it.
fn power(text: &str) -> Option<(Exponent, &str)> {
    let text = text.trim_start();
    if let Some(inner) = text.strip_prefix('(') {
        let (inside, after) = inner.split_once(')')?;
        let (above, below) = inside.split_once('/').unwrap_or((inside, "1"));
        let (above, below) = (above.trim().parse::<i32>().ok()?, below.trim().parse::<i32>().ok()?);
        let exponent = if below == 0 { None } else { Exponent::new(above.into(), below.into()) };
        return Some((exponent?, after));
    }
    let digit = |(at, c): (usize, char)| !(c.is_ascii_digit() || (at == 0 && c == '-'));
    let end = text.char_indices().find(|found| digit(*found)).map_or(text.len(), |(at, _)| at);
    let (number, after) = text.split_at(end);
    Some((Exponent::new(number.parse::<i32>().ok()?.into(), 1)?, after))
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |f: &mut fmt::Formatter<'_>, name: &str, exponent: Exponent| match exponent {
            Exponent(1, 1) => f.write_str(name),
            Exponent(n, 1) => write!(f, "{name}^{n}"),
            Exponent(n, d) => write!(f, "{name}^({n}/{d})"),
        };
        let mut above = self.0.iter().filter(|(_, exponent)| exponent.0 > 0).peekable();
        if above.peek().is_none() {
            f.write_str("1")?;
        }
        for (at, (name, exponent)) in above.enumerate() {
            f.write_str(if at > 0 { "*" } else { "" })?;
            part(f, name, *exponent)?;
        }
        for (name, exponent) in self.0.iter().filter(|(_, exponent)| exponent.0 < 0) {
            f.write_str("/")?;
            part(f, name, Exponent(-exponent.0, exponent.1))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_and_written() {
        for (text, written) in [
            ("1", "1"),
            ("USD", "USD"),
            ("USD/TOK", "USD/TOK"),
            ("1/month", "1/month"),
            ("TOK*USD / month ^ 2", "TOK*USD/month^2"),
            ("USD^(1/2)", "USD^(1/2)"),
            ("month/year*year", "month"),
            ("a^-1", "1/a"),
            ("a/a", "1"),
        ] {
            let unit = Unit::parse(text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(unit.to_string(), written, "{text}");
            assert_eq!(Unit::parse(written).as_ref(), Ok(&unit));
        }
        for text in ["", "/", "USD/", "USD^", "USD^(1/0)", "2USD", "a^99999999999", "a+b", "a^2b"] {
            assert!(Unit::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn powers() {
        let unit = Unit::parse("USD^2/TOK").unwrap();
        assert_eq!(unit.to_power(0.5).unwrap().to_string(), "USD/TOK^(1/2)");
        assert_eq!(unit.over(&unit), Some(Unit::default()));
        assert_eq!(unit.to_power(0.123_456), None);
        assert_eq!(unit.to_power(0.0), Some(Unit::default()));
        assert_eq!(unit.to_power(f64::NAN), None);
    }
}
