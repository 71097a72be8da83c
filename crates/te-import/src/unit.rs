//! Units as equations have them: products and quotients of names.

use std::collections::HashMap;

/// Names of times that equations know.
const TIMES: [&str; 8] = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"];

/// The unit of time of a name, where equations know it.
pub(crate) fn time_unit(name: &str) -> Option<&'static str> {
    let lower = name.trim().to_lowercase();
    let singular = lower.strip_suffix('s').unwrap_or(&lower);
    TIMES.into_iter().find(|time| *time == singular)
}

/// The unit in the way equations write it, where it can be written so. `known` has names of the same unit.
pub(crate) fn written(text: &str, known: &HashMap<String, String>) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return None;
    }
    if is_none(&text) {
        return Some("1".to_owned());
    }
    let mut found = String::new();
    // Whether what follows is divided by: outside, and in the brackets that are open.
    let (mut below, mut sign) = (vec![false], false);
    let mut word = String::new();
    for c in text.chars().chain(['*']) {
        match c {
            '*' | '/' | '(' | ')' => {
                let name = word.trim();
                if !name.is_empty() {
                    let name = factor(name, known)?;
                    let divided = sign ^ below.last().copied()?;
                    match (found.is_empty(), divided) {
                        (false, _) if name == "1" => {}
                        (true, true) => found = format!("1/{name}"),
                        (true, false) => found = name,
                        (false, true) => found = format!("{found}/{name}"),
                        (false, false) => found = format!("{found}*{name}"),
                    }
                }
                word.clear();
                match c {
                    '(' => {
                        below.push(sign ^ below.last().copied()?);
                        sign = false;
                    }
                    ')' => {
                        below.pop();
                    }
                    _ => sign = c == '/',
                }
            }
            _ => word.push(c),
        }
    }
    (below.len() == 1 && !found.is_empty()).then_some(found)
}

/// Whether a name says that there is no unit.
fn is_none(name: &str) -> bool {
    matches!(name.to_lowercase().as_str(), "dmnl" | "dimensionless" | "unitless" | "1" | "fraction")
}

/// A name with its power.
fn factor(text: &str, known: &HashMap<String, String>) -> Option<String> {
    let (name, power) = text.split_once('^').map_or((text, ""), |(name, power)| (name.trim(), power.trim()));
    let name = known.get(&name.to_lowercase()).map_or(name, String::as_str);
    if is_none(name) && power.is_empty() {
        return Some("1".to_owned());
    }
    let letter = |c: char| c.is_alphanumeric() || matches!(c, '_' | '%' | '$' | '€' | '.' | '-' | ' ');
    let begins = name.starts_with(|c: char| c.is_ascii_digit());
    if !name.chars().all(letter) || (begins && name != "1") || name.is_empty() {
        return None;
    }
    let name = time_unit(name).unwrap_or(name);
    match power.parse::<i8>() {
        Ok(power) if name != "1" => Some(format!("{name}^{power}")),
        _ if power.is_empty() => Some(name.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_products_of_names() {
        let known = HashMap::from([("people".to_owned(), "Person".to_owned())]);
        let cases = [
            ("Dmnl", Some("1")),
            ("Person/Month", Some("Person/month")),
            ("Persons/(Month*Year)", Some("Persons/month/year")),
            ("1/Years", Some("1/year")),
            ("Dmnl/Year", Some("1/year")),
            ("Person*Dmnl/Dmnl", Some("Person")),
            ("m^2", Some("m^2")),
            ("a/(b/c)", Some("a/b*c")),
            ("(a", None),
            ("", None),
            ("3 apples", None),
            ("People/Month", Some("Person/month")),
        ];
        for (text, wanted) in cases {
            assert_eq!(written(text, &known).as_deref(), wanted, "{text}");
        }
    }
}
