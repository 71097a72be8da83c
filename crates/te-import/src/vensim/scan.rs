//! Where the pieces of a statement begin and end.

/// A statement's three pieces, and where the first begins.
pub(super) struct Pieces<'t> {
    pub(super) body: &'t str,
    pub(super) at: usize,
    pub(super) unit: &'t str,
    pub(super) doc: &'t str,
}

/// The byte of the first of these letters that is not in quotes, brackets of points or a comment.
pub(super) fn outside_quotes(text: &str, wanted: &[char]) -> Option<usize> {
    let (mut quoted, mut single, mut comment, mut escaped) = (false, false, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if !comment && !single => quoted = !quoted,
            '\'' if !comment && !quoted => {
                // A name may have one in it; a text begins after `(` or `,`.
                let before = text.get(..at).unwrap_or_default().trim_end();
                single = !single && before.ends_with(['(', ',']);
            }
            '{' if !quoted => comment = true,
            '}' if comment => comment = false,
            _ if !quoted && !single && !comment && wanted.contains(&c) => return Some(at),
            _ => {}
        }
    }
    None
}

/// How long a word at the beginning is, where it stands there in whatever case.
pub(super) fn prefix(text: &str, wanted: &str) -> Option<usize> {
    text.get(..wanted.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(wanted)).then_some(wanted.len())
}

/// Whether a word about missing values or exceptions stands at the beginning.
pub(super) fn is_keyword(rest: &str) -> bool {
    [":EXCEPT:", ":RAW:", ":INTERPOLATE:", ":LOOK FORWARD:", ":HOLD BACKWARD:"]
        .iter()
        .any(|word| prefix(rest, word).is_some())
}

/// A text whose lines that go on are one.
pub(super) fn joined(text: &str) -> String {
    text.replace("\\\r\n", " ").replace("\\\n", " ").replace("\\\r", " ").replace(['\n', '\r'], " ")
}
