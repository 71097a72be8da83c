//! The words of an expression.

use super::Dialect;

/// A word.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Word {
    Number(f64),
    /// As it is written, quotes included.
    Name(String),
    /// In single quotes.
    Text(String),
    Symbol(&'static str),
}

/// A word with the bytes, in the text that was read, at which it begins and ends.
pub(crate) type Placed = (Word, usize, usize);

const SYMBOLS: [&str; 26] = [
    ":and:", ":or:", ":not:", ":na:", "<->", "->", "<=", ">=", "<>", ":=", "==", "+", "-", "*", "/", "^",
    "(", ")", "[", "]", ",", ";", "<", ">", "=", "!",
];

/// A name as names are compared: without quotes and case, blanks and `_` the same.
pub(crate) fn key(name: &str) -> String {
    let lower = unquoted(name).replace('"', "").to_lowercase();
    let mut key = String::with_capacity(lower.len());
    for c in lower.trim().chars() {
        let c = if c.is_whitespace() || c == '\u{a0}' { '_' } else { c };
        if c != '_' || !key.ends_with('_') {
            key.push(c);
        }
    }
    key
}

/// A name without its quotes; `\n` between words is a blank, `\"` a quote.
pub(crate) fn unquoted(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut letters = name.trim().chars().peekable();
    while let Some(c) = letters.next() {
        match (c, letters.peek()) {
            ('\\', Some('n')) => {
                letters.next();
                plain.push(' ');
            }
            ('\\', Some('\\' | '"')) => plain.extend(letters.next()),
            ('"', _) => {}
            _ => plain.push(c),
        }
    }
    plain
}

/// A text without what stands in braces.
pub(crate) fn without_comments(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match c {
            '{' => inside = true,
            '}' if inside => inside = false,
            _ if !inside => plain.push(c),
            _ => {}
        }
    }
    plain
}

/// Numbers with `,` or `;` between them: at least two.
pub(crate) fn numbers(text: &str) -> Option<Vec<f64>> {
    let text = text.trim().trim_end_matches([',', ';']);
    let items: Vec<&str> = text.split([',', ';']).map(str::trim).collect();
    let finite = |item: &&str| item.parse::<f64>().ok().filter(|x| x.is_finite());
    let begins = |item: &&str| item.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    if items.len() < 2 || !items.iter().all(begins) {
        return None;
    }
    items.iter().map(finite).collect()
}

/// Blanks, comments in braces and lines that go on: how many bytes they take.
fn blank(rest: &str) -> usize {
    let mut at = 0;
    loop {
        let left = &rest[at..];
        let trimmed = left.trim_start();
        at += left.len() - trimmed.len();
        if let Some(comment) = trimmed.strip_prefix('{') {
            match comment.find('}') {
                Some(end) => at += end + 2,
                None => return rest.len(),
            }
        } else if trimmed.starts_with("\\\n") || trimmed.starts_with("\\\r") {
            at += 1;
        } else {
            return at;
        }
    }
}

fn number_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let after = digits(end + 1 + sign);
        if after > end + 1 + sign {
            end = after;
        }
    }
    end
}

fn quoted_length(rest: &str) -> Option<usize> {
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, c)) = letters.next() {
        match c {
            '\\' => {
                letters.next();
            }
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn in_name(c: char, dialect: Dialect) -> bool {
    let further = if dialect == Dialect::Vensim { "_'$&%#@?." } else { "_.$'" };
    c.is_alphanumeric() || (!c.is_ascii() && !c.is_whitespace()) || further.contains(c)
}

/// Bytes of a name that is not in quotes. Names of Vensim have blanks in them.
fn name_length(rest: &str, dialect: Dialect) -> usize {
    let word = |text: &str| {
        let mut end = text.find(|c| !in_name(c, dialect)).unwrap_or(text.len());
        // Module and variable, one or both in quotes.
        while dialect == Dialect::Xmile && text[..end].ends_with('.') && text[end..].starts_with('"') {
            let Some(quoted) = quoted_length(&text[end..]) else { break };
            end += quoted;
            end += text[end..].find(|c| !in_name(c, dialect)).unwrap_or(text.len() - end);
        }
        end
    };
    let mut end = word(rest);
    if dialect == Dialect::Xmile {
        return end;
    }
    loop {
        let gap = blank(&rest[end..]);
        let next = word(&rest[end + gap..]);
        if next == 0 {
            return end;
        }
        end += gap + next;
    }
}

/// The words of a text.
///
/// # Errors
/// The byte at which no word begins, and what is wrong there.
pub(crate) fn words(text: &str, dialect: Dialect) -> Result<Vec<Placed>, (usize, String)> {
    let mut words = Vec::new();
    let mut at = 0;
    loop {
        at += blank(&text[at..]);
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else { return Ok(words) };
        let second = rest.chars().nth(1);
        let begins_number =
            first.is_ascii_digit() || (first == '.' && second.is_some_and(|c| c.is_ascii_digit()));
        let (word, length) = if begins_number {
            let length = number_length(rest);
            let number = rest[..length].parse::<f64>().ok().filter(|x| x.is_finite());
            let number = number.ok_or_else(|| (at, format!("`{}` is no number", &rest[..length])))?;
            (Word::Number(number), length)
        } else if first == '\'' {
            let Some(end) = rest[1..].find('\'') else {
                return Err((at, "a text in single quotes has no end".to_owned()));
            };
            (Word::Text(rest[1..=end].to_owned()), end + 2)
        } else if let Some(symbol) = symbol(rest) {
            (Word::Symbol(symbol), symbol.len())
        } else if first == '"' {
            let Some(mut length) = quoted_length(rest) else {
                return Err((at, "a name in quotes has no end".to_owned()));
            };
            if dialect == Dialect::Xmile && rest[length..].starts_with('.') {
                length += 1;
                let inner = &rest[length..];
                length += if inner.starts_with('"') {
                    quoted_length(inner).unwrap_or(0)
                } else {
                    name_length(inner, dialect)
                };
            }
            (Word::Name(rest[..length].to_owned()), length)
        } else if in_name(first, dialect) {
            let length = name_length(rest, dialect);
            let name = rest[..length].replace(['\\', '\n', '\r'], " ");
            (Word::Name(name), length)
        } else {
            return Err((at, format!("`{first}` is not understood")));
        };
        words.push((word, at, at + length));
        at += length;
    }
}

fn symbol(rest: &str) -> Option<&'static str> {
    SYMBOLS
        .into_iter()
        .find(|symbol| rest.get(..symbol.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(symbol)))
}
