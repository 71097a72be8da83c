//! Where a character of a text value stands in the file: escapes and quotes of TOML counted as they are written.

use std::ops::Range;
use te_core::Expression;

/// The byte of the file at which character `wanted` (from 0) of the text value at `span` stands.
pub(super) fn of_character(file: &str, span: &Range<usize>, wanted: usize) -> usize {
    let source = file.get(span.clone()).unwrap_or_default();
    let long = source.starts_with("\"\"\"") || source.starts_with("'''");
    let escapes = source.starts_with('"');
    if !source.starts_with(['"', '\'']) {
        return span.start;
    }
    let mut at = if long { 3 } else { 1 };
    let rest = |at: usize| source.get(at..).unwrap_or_default();
    if long {
        // A line end right after the opening quotes is not part of the text.
        at += ["\r\n", "\n"].iter().find(|end| rest(at).starts_with(**end)).map_or(0, |end| end.len());
    }
    for _ in 0..wanted {
        at += continued(rest(at), escapes);
        at += written(rest(at), escapes);
    }
    at += continued(rest(at), escapes);
    (span.start + at).min(span.end)
}

/// Bytes of a backslash at the end of a line and of the blanks after it, which stand for nothing.
fn continued(rest: &str, escapes: bool) -> usize {
    let Some(after) = rest.strip_prefix('\\').filter(|_| escapes) else { return 0 };
    let line = after.trim_start_matches([' ', '\t']);
    if line.starts_with(['\n', '\r']) { rest.len() - line.trim_start().len() } else { 0 }
}

/// Bytes that the next character of the text takes in the file.
fn written(rest: &str, escapes: bool) -> usize {
    let mut letters = rest.chars();
    match letters.next() {
        Some('\\') if escapes => match letters.next() {
            Some('u') => 6,
            Some('U') => 10,
            Some('x') => 4,
            _ => 2,
        },
        Some(letter) => letter.len_utf8(),
        None => 0,
    }
}

/// The character, from 0, at which an expression cannot be understood, or reads a name that is not known.
pub(super) fn fault(text: &str, known: &dyn Fn(&str) -> bool) -> Option<usize> {
    match Expression::parse(text) {
        Err(error) => Some(error.column.saturating_sub(1)),
        Ok(expression) => expression.names().into_iter().find(|name| !known(name)).and_then(|name| {
            let inside = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.');
            let alone = |(at, _): &(usize, &str)| {
                let before = text.get(..*at).and_then(|text| text.chars().next_back());
                let after = text.get(at + name.len()..).and_then(|text| text.chars().next());
                !before.is_some_and(inside) && !after.is_some_and(inside)
            };
            let (at, _) = text.match_indices(name).find(alone)?;
            text.get(..at).map(|before| before.chars().count())
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rest of the file from the character on.
    fn from(file: &str, character: usize) -> &str {
        let start = file.find(['"', '\'']).unwrap();
        &file[of_character(file, &(start..file.len()), character)..]
    }

    #[test]
    fn characters_are_found_in_every_way_of_quoting() {
        assert_eq!(from(r#"of = "a + €b""#, 5), "b\"");
        assert_eq!(from(r#"of = "a\tb\u00e9cd""#, 4), "cd\"");
        assert_eq!(from("of = 'a\\b'", 2), "b'");
        assert_eq!(from("of = \"\"\"\nab\ncd\"\"\"", 3), "cd\"\"\"");
        assert_eq!(from("of = \"\"\"a \\\n   b\"\"\"", 2), "b\"\"\"");
        assert_eq!(from("of = '''\r\nab'''", 1), "b'''");
        assert_eq!(from("of = \"ab\"", 99), "");
    }

    #[test]
    fn faults_are_where_a_reader_would_point() {
        let known = |name: &str| name == "a.value";
        assert_eq!(fault("a.value + 1", &known), None);
        assert_eq!(fault("a.value + a.valu", &known), Some(10));
        assert_eq!(fault("1 + )", &known), Some(4));
        assert_eq!(fault("if(a.value > 1, x, a.valuex)", &known), Some(16));
    }
}
