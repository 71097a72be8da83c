//! Ranges of swept values: `0..1, 11` and `0.001..0.05, 10 log`.
//!
//! `LOW..HIGH, COUNT` are COUNT values at equal distances from LOW to HIGH, both among them:
//! `v[k] = LOW + (HIGH - LOW) k / (COUNT - 1)`. With `log` they are at equal ratios, `v[k] = LOW (HIGH / LOW)^(k / (COUNT - 1))`,
//! and both ends are positive.

use te_core::{Value, math};

/// Values of a range, at most.
const MOST: u64 = 1_000_000;

/// Reads a range; nothing where the text is none.
pub(crate) fn range(text: &str) -> Option<Result<Vec<Value>, String>> {
    let (low, rest) = text.split_once("..")?;
    low.trim_start()
        .starts_with(|letter: char| letter.is_ascii_digit() || "+-.".contains(letter))
        .then_some(())?;
    Some(read(low, rest).map_err(|why| {
        format!("`{text}` is not a range: {why}; write LOW..HIGH, COUNT as in `0..1, 11`, or with `log` at the end for equal ratios")
    }))
}

fn read(low: &str, rest: &str) -> Result<Vec<Value>, String> {
    let (high, spacing) = rest.split_once(',').ok_or("the number of values is missing")?;
    let number = |text: &str| {
        let text = text.trim();
        let found = text.replace('_', "").parse::<f64>().ok().filter(|x| x.is_finite());
        found.ok_or_else(|| format!("`{text}` is not a finite number"))
    };
    let (low, high) = (number(low)?, number(high)?);
    let mut words = spacing.split_whitespace();
    let (count, scale) = (words.next().unwrap_or_default(), words.next());
    let count = count.replace('_', "").parse::<u64>().ok().filter(|count| (2..=MOST).contains(count));
    let count = count.ok_or_else(|| format!("the number of values is a whole number from 2 to {MOST}"))?;
    let log = match (scale, words.next()) {
        (None | Some("linear"), None) => false,
        (Some("log"), None) => true,
        _ => return Err(format!("`{}` says neither `linear` nor `log`", spacing.trim())),
    };
    if low == high {
        return Err("its ends are equal".into());
    }
    if log && !(low > 0.0 && high > 0.0) {
        return Err("equal ratios need ends above 0".into());
    }
    let value = |k: u64| {
        let share = k as f64 / (count - 1) as f64;
        let between = |a: f64, b: f64| a * (1.0 - share) + b * share;
        // The ends are exactly what was written.
        match k {
            0 => low,
            _ if k == count - 1 => high,
            _ if log => math::exp(between(math::ln(low), math::ln(high))),
            _ => between(low, high),
        }
    };
    Ok((0..count).map(|k| Value::F64(value(k))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<f64> {
        range(text).unwrap().unwrap().iter().filter_map(Value::number).collect()
    }

    #[test]
    fn ranges_are_even_or_of_equal_ratios() {
        assert_eq!(values("0..1, 5"), [0.0, 0.25, 0.5, 0.75, 1.0]);
        assert_eq!(values("1_000..-1e3, 3 linear"), [1000.0, 0.0, -1000.0]);
        // 0.001 * 50^(k/9) in decimal arithmetic of 40 digits.
        let expected = [
            0.001,
            0.001544452104946379,
            0.0023853323044733007,
            0.0036840314986403867,
            0.005689810202763908,
            0.008787639344404102,
            0.013572088082974533,
            0.020961440008267683,
            0.03237394014347627,
            0.05,
        ];
        for (found, expected) in values("0.001..0.05, 10 log").iter().zip(expected) {
            assert!((found / expected - 1.0).abs() < 1e-14, "{found} {expected}");
        }
        for text in
            ["0..1", "0..1, 1", "0..1, 5 cubic", "0..1, 5 log", "1..1, 5", "0..1, 5 log x", "0..inf, 3"]
        {
            assert!(range(text).unwrap().is_err(), "{text}");
        }
        assert!(range("0.5").is_none());
    }
}
