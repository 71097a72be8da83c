//! Numbers as people read them: in tables on the screen, in charts and in reports.

/// A number as people read it: six significant digits, powers of ten where it would be long.
///
/// ```
/// assert_eq!(te_output::short_number(0.1 + 0.2), "0.3");
/// assert_eq!(te_output::short_number(1.7e308), "1.7e308");
/// ```
pub fn short_number(value: f64) -> String {
    short(value, 6)
}

/// `value` in `digits` significant digits, and all those before the point, without trailing zeros; powers of ten only where the
/// plain form would be longer than nine places before or five zeros after the point.
pub(crate) fn short(value: f64, digits: usize) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !value.is_finite() {
        return value.to_string();
    }
    let digits = digits.max(1);
    let scientific = format!("{value:.*e}", digits - 1);
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-5..9).contains(&exponent) {
        // Whole numbers keep all their digits.
        let places = usize::try_from(i32::try_from(digits).unwrap_or(6) - 1 - exponent).unwrap_or(0);
        trim(&format!("{value:.places$}"))
    } else {
        format!("{}e{exponent}", trim(mantissa))
    }
}

fn trim(text: &str) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text.to_owned()
    }
}

/// Order statistics of sorted values by linear interpolation between closest ranks, position (n - 1) p from
/// zero: the default of R (type 7), numpy and pandas. `None` for no values.
pub(crate) fn quantile(sorted: &[f64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let position = p.clamp(0.0, 1.0) * last as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 <= position <= last")]
    let below = position.floor() as usize;
    let low = *sorted.get(below)?;
    let high = *sorted.get((below + 1).min(last))?;
    let share = position - position.floor();
    Some(if share == 0.0 { low } else { low + (high - low) * share })
}

/// Sum in the given order with Neumaier's compensation.
pub(crate) fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0_f64, 0.0_f64);
    for value in values {
        let next = total + value;
        lost += if total.abs() >= value.abs() { (total - next) + value } else { (value - next) + total };
        total = next;
    }
    total + lost
}

/// Arithmetic mean; of equal values exactly these, 0 of none.
pub(crate) fn mean(values: &[f64]) -> f64 {
    match values {
        [] => 0.0,
        [one, rest @ ..] if rest.iter().all(|x| x == one) => *one,
        many => sum(many.iter().copied()) / many.len() as f64,
    }
}

/// Sample variance (divisor n - 1) in two passes; exactly 0 of equal values, `None` of fewer than two.
pub(crate) fn variance(values: &[f64]) -> Option<f64> {
    let divisor = values.len().checked_sub(1).filter(|n| *n > 0)?;
    let mean = mean(values);
    Some(sum(values.iter().map(|x| (x - mean) * (x - mean))) / divisor as f64)
}

/// A whole number as the place in a row: 1st, 2nd, 3rd, 11th.
pub(crate) fn ordinal(n: u64) -> String {
    let end = match (n % 10, n % 100) {
        (1, tens) if tens != 11 => "st",
        (2, tens) if tens != 12 => "nd",
        (3, tens) if tens != 13 => "rd",
        _ => "th",
    };
    format!("{n}{end}")
}

/// The column among `known` that `name` most likely means, with or without its instance.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    te_core::nearest(name, known.iter().copied()).or_else(|| {
        let tail = |column: &'a str| column.rsplit('.').next().unwrap_or(column);
        let meant = te_core::nearest(name, known.iter().map(|c| tail(c)))?;
        known.iter().find(|c| tail(c) == meant).map(|c| (*c).to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_right() {
        let cases = [
            (0.0, "0"),
            (10346.27, "10346.3"),
            (-0.000123456789, "-0.000123457"),
            (123456789.4, "123456789"),
            (1234567890.0, "1.23457e9"),
            (1e-7, "1e-7"),
            (2.0, "2"),
            (999999.96, "1000000"),
        ];
        for (value, text) in cases {
            assert_eq!(short(value, 6), text);
        }
    }

    #[test]
    fn quantiles_are_those_of_numpy() {
        let sorted = [1.0, 2.0, 4.0, 8.0];
        // numpy.quantile([1, 2, 4, 8], [0, .05, .25, .5, .75, .95, 1])
        let expected = [1.0, 1.15, 1.75, 3.0, 5.0, 7.4, 8.0];
        for (p, want) in [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0].iter().zip(expected) {
            assert!((quantile(&sorted, *p).unwrap() - want).abs() < 1e-15 * 8.0);
        }
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn equal_values_have_no_spread() {
        // 0.1 three times: the plain sum is 0.30000000000000004.
        assert_eq!((mean(&[0.1; 3]), variance(&[0.1; 3])), (0.1, Some(0.0)));
        assert_eq!((mean(&[]), variance(&[2.0])), (0.0, None));
        assert_eq!(variance(&[1e15, 1e15 + 1.0, 1e15 + 2.0]), Some(1.0));
    }

    #[test]
    fn places_are_named_as_they_are_said() {
        let named: Vec<String> = [1, 2, 3, 4, 11, 12, 13, 21, 22, 103, 111].map(ordinal).to_vec();
        assert_eq!(named.join(" "), "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 103rd 111th");
    }

    #[test]
    fn sums_keep_what_plain_addition_loses() {
        assert_eq!(sum([1.0, 1e100, 1.0, -1e100]), 2.0);
    }

    #[test]
    fn the_nearest_name_is_found_with_and_without_its_instance() {
        let known = ["economy.reserve", "economy.price"];
        assert_eq!(nearest("econmy.reserve", known).as_deref(), Some("economy.reserve"));
        assert_eq!(nearest("prise", known).as_deref(), Some("economy.price"));
        assert_eq!(nearest("temperature_of_the_sea", known), None);
    }
}
