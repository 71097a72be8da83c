//! An expression's words.

use super::parser::ExpressionError;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    Number(f64),
    Name(String),
    Symbol(&'static str),
}

/// A word and where it stands, counted in characters from 1.
pub(super) type Placed = (Word, usize);

const SYMBOLS: [&str; 15] = ["<=", ">=", "==", "!=", "+", "-", "*", "/", "^", "(", ")", ",", "<", ">", "%"];

pub(super) fn words(text: &str) -> Result<Vec<Placed>, ExpressionError> {
    let mut out = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let column = text[..text.len() - rest.len()].chars().count() + 1;
        let Some(first) = rest.chars().next() else { return Ok(out) };
        let (word, length) = if first.is_ascii_digit() || first == '.' {
            let length = number_length(rest);
            let number = rest[..length].parse::<f64>().ok().filter(|x| x.is_finite());
            let number = number.ok_or_else(|| ExpressionError::new(text, column, "not a number"))?;
            (Word::Number(number), length)
        } else if first.is_alphabetic() || first == '_' {
            let length = name_length(rest);
            (Word::Name(rest[..length].to_owned()), length)
        } else if let Some(symbol) = SYMBOLS.iter().find(|s| rest.starts_with(**s)) {
            (Word::Symbol(symbol), symbol.len())
        } else {
            return Err(ExpressionError::new(text, column, format!("unexpected `{first}`")));
        };
        out.push((word, column));
        rest = &rest[length..];
    }
}

fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    while let Some(&b) = bytes.get(end) {
        let after_exponent = end > 0 && matches!(bytes[end - 1], b'e' | b'E');
        if b.is_ascii_digit()
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
