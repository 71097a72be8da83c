//! One cell of a data column: a number, a gap, or what is wrong with it and how it would be right.

use te_core::Value;

/// What stands in a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Nothing: a gap is refused.
    Fail,
    /// The value before.
    Hold,
    /// The value on the straight line between the neighbours.
    Interpolate,
}

/// A cell of a column of numbers.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Number(Value),
    /// Nothing, as it was written.
    Gap(String),
}

/// Words that tables write where there is nothing.
const GAPS: [&str; 11] = ["", "-", "null", "none", "na", "n/a", "#n/a", "nan", "nil", "missing", "."];

/// Reads a number or a gap.
pub(super) fn number(text: &str) -> Result<Cell, String> {
    if let Some(value) = plain(text) {
        return Ok(Cell::Number(value));
    }
    let lower = text.to_lowercase();
    match lower.as_str() {
        "true" => Ok(Cell::Number(Value::I64(1))),
        "false" => Ok(Cell::Number(Value::I64(0))),
        _ if GAPS.contains(&lower.as_str()) => Ok(Cell::Gap(text.to_owned())),
        _ => Err(refusal(text)),
    }
}

/// Reads a single value: a number, a truth value or text.
pub(super) fn scalar(text: &str) -> Result<Value, String> {
    if let Some(value) = plain(text) {
        return Ok(value);
    }
    match text.to_lowercase().as_str() {
        "true" => Ok(Value::Bool(true)),
        "false" => Ok(Value::Bool(false)),
        // A word for nothing may be the name of a choice.
        "" => Err("the cell is empty".into()),
        _ if hint(text).is_some() => Err(refusal(text)),
        _ => Ok(Value::Text(text.to_owned())),
    }
}

/// A finite number, whole ones exactly.
fn plain(text: &str) -> Option<Value> {
    // Words such as `inf` and `nan` read as floats too.
    let digits = text.bytes().any(|byte| byte.is_ascii_digit());
    if let (true, Ok(whole)) = (digits, text.parse::<i64>()) {
        return Some(Value::I64(whole));
    }
    let number = text.parse::<f64>().ok().filter(|x| digits && x.is_finite())?;
    Some(Value::F64(number))
}

fn refusal(text: &str) -> String {
    let hint = hint(text).map_or_else(String::new, |hint| format!("; {hint}"));
    format!("`{}` is refused: allowed is a finite number{hint}", shortened(text))
}

/// The beginning of a text, for messages.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

/// How what stands there would be written, where it is plain what was meant.
fn hint(text: &str) -> Option<String> {
    let number = |text: &str| plain(text).and_then(|value| value.number());
    if let Some(share) = text.strip_suffix('%').and_then(|text| number(text.trim_end())) {
        // Rounded to 15 digits, as a person would write it.
        let share = format!("{:.14e}", share / 100.0).parse::<f64>().unwrap_or(share / 100.0);
        return Some(format!("write a percentage as a fraction: {share}"));
    }
    if text.bytes().any(|byte| byte.is_ascii_digit()) && text.parse::<f64>().is_ok_and(f64::is_infinite) {
        return Some("it is beyond the range of 64-bit floats, 1.8e308".into());
    }
    if text.parse::<f64>().is_ok() {
        return Some("infinities are not numbers of data".into());
    }
    let money =
        text.trim_matches(|c: char| matches!(c, '$' | '€' | '£' | '¥' | '₿' | 'Ξ') || c.is_whitespace());
    if money.len() < text.len() && (number(money).is_some() || hint(money).is_some()) {
        let rest = hint(money).map_or_else(|| money.to_owned(), |hint| format!("{money}, and {hint}"));
        return Some(format!("leave the currency out: {rest}"));
    }
    if toml_date(text) {
        return Some("it is a date: name the column as `time` of another one".into());
    }
    let grouped = |mark: char| groups(text, mark);
    let comma = text.matches(',').count();
    match (comma, grouped(',')) {
        // 1,234 may be either.
        (1, Some(whole)) if !text.contains('.') => Some(format!(
            "write {whole} without separators of thousands, or {} with a decimal point",
            text.replace(',', ".")
        )),
        (_, Some(whole)) => Some(format!("write it without separators of thousands: {whole}")),
        (1, None) if number(&text.replace('.', "").replace(',', ".")).is_some() => {
            Some(format!("write a decimal point: {}", text.replace('.', "").replace(',', ".")))
        }
        _ => ['_', '\'', ' ', '\u{a0}', '\u{202f}', '’']
            .into_iter()
            .find_map(grouped)
            .map(|whole| format!("write it without separators of thousands: {whole}")),
    }
}

/// A number whose whole part is in groups of three digits, without the marks between them.
fn groups(text: &str, mark: char) -> Option<String> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(a, b)| (a, Some(b)));
    let digits = whole.strip_prefix(['-', '+']).unwrap_or(whole);
    let parts: Vec<&str> = digits.split(mark).collect();
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (first, rest) = parts.split_first()?;
    let right = !rest.is_empty()
        && is_digits(first)
        && first.len() <= 3
        && rest.iter().all(|part| part.len() == 3 && is_digits(part))
        && fraction.is_none_or(is_digits);
    right.then(|| text.replace(mark, ""))
}

fn toml_date(text: &str) -> bool {
    text.parse::<toml::value::Datetime>().is_ok_and(|moment| moment.date.is_some())
}

/// The cells with their gaps filled; `place` says where a cell stands.
pub(super) fn filled(
    cells: &[Cell],
    missing: Missing,
    place: &dyn Fn(usize) -> String,
) -> Result<Vec<Value>, String> {
    let mut values = Vec::with_capacity(cells.len());
    let mut before: Option<(usize, &Value)> = None;
    // The next number, kept while gaps before it are filled.
    let mut ahead: Option<(usize, &Value)> = None;
    for (at, cell) in cells.iter().enumerate() {
        let written = match cell {
            Cell::Number(value) => {
                before = Some((at, value));
                values.push(value.clone());
                continue;
            }
            Cell::Gap(written) => written,
        };
        let what = if written.is_empty() { "nothing".to_owned() } else { format!("`{written}`") };
        let refuse = |why: &str| Err(format!("{}: there is {what}; {why}", place(at)));
        match (missing, before) {
            (Missing::Fail, _) => {
                return refuse(
                    "allowed is a finite number; `missing = \"hold\"` takes the value before, \
                     `missing = \"interpolate\"` the straight line between the neighbours",
                );
            }
            (Missing::Hold, Some((_, value))) => values.push(value.clone()),
            (Missing::Hold, None) => return refuse("there is no value before it to hold"),
            (Missing::Interpolate, before) => {
                if ahead.is_none_or(|(next, _)| next < at) {
                    ahead = cells.iter().enumerate().skip(at).find_map(|(at, cell)| match cell {
                        Cell::Number(value) => Some((at, value)),
                        Cell::Gap(_) => None,
                    });
                }
                let ends =
                    before.zip(ahead).and_then(|((a, x), (b, y))| Some((a, x.number()?, b, y.number()?)));
                let Some((a, x, b, y)) = ends else {
                    return refuse("it has no neighbours on both sides to interpolate between");
                };
                let share = (at - a) as f64 / (b - a) as f64;
                values.push(Value::F64(x * (1.0 - share) + y * share));
            }
        }
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_show_the_text_and_how_it_would_be_right() {
        for (text, right) in [
            ("5%", "as a fraction: 0.05"),
            ("12.5 %", "0.125"),
            ("1,234.50", "thousands: 1234.50"),
            ("1,234", "write 1234 without separators of thousands, or 1.234"),
            ("1,5", "point: 1.5"),
            ("1.234,5", "point: 1234.5"),
            ("1'000'000", "1000000"),
            ("1_000", "1000"),
            ("1 234 567.8", "1234567.8"),
            ("$1.50", "currency out: 1.50"),
            ("$1,234.50", "1234.50"),
            ("1e400", "beyond the range"),
            ("-inf", "infinities"),
            ("2024-01-01", "it is a date"),
            ("abc", "allowed is a finite number"),
        ] {
            let why = number(text).unwrap_err();
            assert!(why.contains(right) && why.contains(&format!("`{text}`")), "{text}: {why}");
        }
    }

    #[test]
    fn numbers_gaps_and_values() {
        assert_eq!(number("1.50"), Ok(Cell::Number(Value::F64(1.5))));
        assert_eq!(number("-7"), Ok(Cell::Number(Value::I64(-7))));
        assert_eq!(number("True"), Ok(Cell::Number(Value::I64(1))));
        for gap in ["", "null", "N/A", "NaN", "-", "#N/A"] {
            assert_eq!(number(gap), Ok(Cell::Gap(gap.into())), "{gap}");
        }
        assert_eq!(scalar("gbm"), Ok(Value::Text("gbm".into())));
        assert_eq!(scalar("FALSE"), Ok(Value::Bool(false)));
        assert_eq!(scalar("none"), Ok(Value::Text("none".into())));
        assert!(scalar("5%").is_err() && scalar("").is_err());
    }

    #[test]
    fn gaps_are_filled_as_said() {
        let cells: Vec<Cell> = ["1", "", "", "4"].iter().map(|text| number(text).unwrap()).collect();
        let place = |at: usize| format!("row {}", at + 1);
        let numbers = |values: Vec<Value>| values.iter().filter_map(Value::number).collect::<Vec<f64>>();
        assert_eq!(numbers(filled(&cells, Missing::Hold, &place).unwrap()), [1.0, 1.0, 1.0, 4.0]);
        let drawn = numbers(filled(&cells, Missing::Interpolate, &place).unwrap());
        assert_eq!(drawn, [1.0, 2.0, 3.0, 4.0]);
        assert!(filled(&cells, Missing::Fail, &place).unwrap_err().starts_with("row 2: there is nothing"));
        assert!(filled(&cells[1..], Missing::Hold, &place).is_err());
        assert!(filled(&cells[..2], Missing::Interpolate, &place).is_err());
    }
}
