//! An expression's words.

use super::error::ExpressionError;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Word<'t> {
    Number(f64),
    /// With what stands in square brackets after it.
    Name(&'t str),
    /// What stands between quotes.
    Text(&'t str),
    Symbol(&'static str),
}

/// A word and where it stands, counted in bytes from 0.
pub(super) type Placed<'t> = (Word<'t>, usize);

const SYMBOLS: [&str; 15] = ["<=", ">=", "==", "!=", "+", "-", "*", "/", "^", "(", ")", ",", "<", ">", "%"];

/// What is a word beside numbers, names and symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Words {
    Plain,
    /// Texts in quotes.
    Quoted,
    /// These, and names with square brackets.
    Bracketed,
}

/// The words of a text.
pub(super) fn words(text: &str, of: Words) -> Result<Vec<Placed<'_>>, ExpressionError> {
    let mut out = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let at = text.len() - rest.len();
        let Some(first) = rest.chars().next() else { return Ok(out) };
        let (word, length) = if first.is_ascii_digit() || first == '.' {
            let length = number_length(rest);
            let number = rest[..length].replace('_', "").parse::<f64>().ok().filter(|x| x.is_finite());
            let number = number.ok_or_else(|| {
                ExpressionError::new(text, at, format!("`{}` is not a number", &rest[..length.min(40)]))
            })?;
            (Word::Number(number), length)
        } else if first.is_alphabetic() || first == '_' {
            let mut length = name_length(rest);
            if of == Words::Bracketed && rest[length..].starts_with('[') {
                let end = rest[length..].find(']');
                length += end.ok_or_else(|| ExpressionError::new(text, at + length, "expected `]`"))? + 1;
            }
            (Word::Name(&rest[..length]), length)
        } else if of >= Words::Quoted && (first == '"' || first == '\'') {
            let end = rest[1..].find(first);
            let end =
                end.ok_or_else(|| ExpressionError::new(text, at, format!("expected a further {first}")))?;
            (Word::Text(&rest[1..=end]), end + 2)
        } else if let Some(symbol) = SYMBOLS.iter().find(|s| rest.starts_with(**s)) {
            (Word::Symbol(symbol), symbol.len())
        } else {
            return Err(ExpressionError::new(text, at, format!("unexpected `{first}`")));
        };
        out.push((word, at));
        rest = &rest[length..];
    }
}

/// Digits, a point and an exponent; `_` between two digits parts them for the eye.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    while let Some(&b) = bytes.get(end) {
        let after_exponent = end > 0 && matches!(bytes[end - 1], b'e' | b'E');
        let parts = b == b'_' && end > 0 && digit(end - 1) && digit(end + 1);
        if b.is_ascii_digit()
            || parts
            || b == b'.'
            || matches!(b, b'e' | b'E')
            || (matches!(b, b'+' | b'-') && after_exponent)
        {
            end += 1;
        } else {
            break;
        }
    }
    end
}

/// Names are words joined by dots.
fn name_length(text: &str) -> usize {
    let ends = |c: char| !(c.is_alphanumeric() || c == '_' || c == '.');
    text.find(ends).unwrap_or(text.len())
}
