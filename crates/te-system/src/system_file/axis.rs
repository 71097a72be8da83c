//! Ranges of swept values: `0..1, 11` and `0.001..0.05, 10 log`.
//!
//! `LOW..HIGH, COUNT` are COUNT values at equal distances from LOW to HIGH, with `log` at equal ratios: [`Axis::range`].

use te_core::{Axis, Scale, Value};

/// Reads a range; nothing where the text is none.
pub(crate) fn range(text: &str) -> Option<Result<Vec<Value>, String>> {
    let (low, rest) = text.split_once("..")?;
    low.trim_start()
        .starts_with(|letter: char| letter.is_ascii_digit() || "+-.".contains(letter))
        .then_some(())?;
    Some(read(text, low, rest).map_err(|why| {
        format!("`{text}` is not a range: {why}; write LOW..HIGH, COUNT as in `0..1, 11`, or with `log` at the end for equal ratios")
    }))
}

fn read(text: &str, low: &str, rest: &str) -> Result<Vec<Value>, String> {
    let (high, spacing) = rest.split_once(',').ok_or("the number of values is missing")?;
    let number = |text: &str| {
        let text = text.trim();
        text.replace('_', "").parse::<f64>().map_err(|_| format!("`{text}` is not a number"))
    };
    let (low, high) = (number(low)?, number(high)?);
    let mut words = spacing.split_whitespace();
    let (count, scale) = (words.next().unwrap_or_default(), words.next());
    let count = count.replace('_', "").parse::<u64>();
    let count = count.map_err(|_| "the number of values is a whole number".to_owned())?;
    let scale = match (scale, words.next()) {
        (None | Some("linear"), None) => Scale::Linear,
        (Some("log"), None) => Scale::Log,
        _ => return Err(format!("`{}` says neither `linear` nor `log`", spacing.trim())),
    };
    Axis::range(text, low, high, count, scale).map(|axis| axis.values).map_err(|error| error.to_string())
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
            assert!((found / expected - 1.0).abs() < 1e-11, "{found} {expected}");
        }
        for text in ["0..1", "0..1, 1", "0..1, 5 cubic", "0..1, 5 log", "0..1, 5 log x", "0..inf, 3"] {
            assert!(range(text).unwrap().is_err(), "{text}");
        }
        assert!(range("0.5").is_none());
    }
}
