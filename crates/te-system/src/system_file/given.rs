//! Values as a command line gives them: `--set PATH=VALUE`, `--sweep PATH=V1,V2`.
//!
//! A value is written as in a system file: a number, `true`, a list, a table, text in quotes, which stays text where it looks
//! like a number. What is none of these is text as it stands, so that words and expressions need no quotes.

use super::axis;
use super::document::Document;
use std::path::Path;
use te_core::Value;

/// The value that a text gives.
///
/// ```
/// use te_system::system_file::given_value;
/// use te_core::Value;
/// assert_eq!(given_value("0.2"), Value::F64(0.2));
/// assert_eq!(given_value("bull"), Value::Text("bull".into()));
/// assert_eq!(given_value("\"12\""), Value::Text("12".into()));
/// assert_eq!(given_value("[1, 2]"), Value::List(vec![Value::I64(1), Value::I64(2)]));
/// assert_eq!(given_value("if(t > 3, 1, 2)"), Value::Text("if(t > 3, 1, 2)".into()));
/// ```
pub fn given_value(text: &str) -> Value {
    let text = text.trim();
    let read = Document::parse(format!("value = {text}"), Path::new(""));
    match read.as_ref().map(|document| document.root.entries()) {
        Ok([only]) if only.key == "value" => only.value.value(),
        _ => Value::parse(text),
    }
}

/// The values that a text gives to an axis: a range, a list, or values with commas between them. Commas inside brackets and
/// quotes are part of a value.
///
/// # Errors
/// A sentence where a range cannot be read or a value is empty.
///
/// ```
/// use te_system::system_file::given_values;
/// use te_core::Value;
/// assert_eq!(given_values("1,2")?, [Value::I64(1), Value::I64(2)]);
/// assert_eq!(given_values("0..1, 3")?, [0.0, 0.5, 1.0].map(Value::F64));
/// assert_eq!(given_values("min(1, t),[3]")?.len(), 2);
/// assert_eq!(given_values("[1, 2, 3]")?.len(), 3);
/// assert!(given_values("1,,2").is_err());
/// # Ok::<(), String>(())
/// ```
pub fn given_values(text: &str) -> Result<Vec<Value>, String> {
    if let Some(range) = axis::range(text) {
        return range;
    }
    let pieces = pieces(text);
    if let Some(at) = pieces.iter().position(|piece| piece.trim().is_empty()) {
        return Err(format!("value {} of `{text}` is empty", at + 1));
    }
    let mut values: Vec<Value> = pieces.into_iter().map(given_value).collect();
    match values.as_mut_slice() {
        [Value::List(items)] => Ok(std::mem::take(items)),
        _ => Ok(values),
    }
}

/// A text cut at the commas that stand in no bracket and no quotes.
fn pieces(text: &str) -> Vec<&str> {
    let (mut pieces, mut start, mut depth) = (Vec::new(), 0, 0_u32);
    let (mut quote, mut escaped) = (None, false);
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(_), _) if escaped => escaped = false,
            (Some('"'), '\\') => escaped = true,
            (Some(open), _) => quote = Some(open).filter(|open| *open != letter),
            (None, '"' | '\'') => quote = Some(letter),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                pieces.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.extend(text.get(start..));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_inside_values_do_not_part_them() {
        assert_eq!(pieces("1,2"), ["1", "2"]);
        assert_eq!(pieces("if(a, b, c),\"x,y\",'p,q',[1,2],{ a = 1, b = 2 }").len(), 5);
        assert_eq!(pieces("\"a\\\",b\",c"), ["\"a\\\",b\"", "c"]);
        assert_eq!(pieces("it's,fine"), ["it's,fine"]);
    }

    #[test]
    fn values_are_those_of_files() {
        assert_eq!(given_values("[1,2],[10,20]").unwrap().len(), 2);
        assert_eq!(given_values("[[1,2],[10,20]]").unwrap().len(), 2);
        assert_eq!(given_values("\"10\",\"20\"").unwrap(), ["10", "20"].map(Value::from));
        assert_eq!(given_value("1_000"), Value::I64(1000));
        assert_eq!(given_value("18446744073709551615"), Value::U64(u64::MAX));
        assert_eq!(given_value(".5"), Value::F64(0.5));
        assert_eq!(given_value("1\nother = 2"), Value::Text("1\nother = 2".into()));
    }
}
