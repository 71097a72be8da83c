//! The statements of a Vensim file: equations, tables, dimensions, macros.

use super::definition::definition;
use super::dimension::dimension;
use super::scan::{Pieces, is_keyword, outside_quotes, prefix};
use crate::expression::{unquoted, without_comments};
use crate::fault::{Faults, shortened};
use crate::source::{Definition, Dimension, Macro};

/// A statement.
pub(super) enum Statement {
    Macro(Macro),
    EndOfMacro(usize),
    Dimension(Dimension),
    Definition(Box<Definition>),
}

/// Bytes of blanks and comments at the beginning.
fn blank(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        at += rest.len() - trimmed.len();
        match trimmed.strip_prefix('{').and_then(|comment| comment.find('}')) {
            Some(end) => at += end + 2,
            None => return at,
        }
    }
}

/// The statements of a file.
pub(super) fn statements(text: &str, faults: &mut Faults) -> Vec<Statement> {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        at += blank(text.get(at..).unwrap_or_default());
        let rest = text.get(at..).unwrap_or_default();
        if rest.is_empty() {
            return found;
        }
        if let Some(length) = prefix(rest, ":MACRO:") {
            at += length + macro_head(rest, length, at, &mut found, faults);
            continue;
        }
        if let Some(length) = prefix(rest, ":END OF MACRO:") {
            found.push(Statement::EndOfMacro(at));
            at += length;
            continue;
        }
        if rest.starts_with("***") {
            // The head of a group.
            at += rest.find('|').map_or(rest.len(), |end| end + 1);
            continue;
        }
        let Some(body) = outside_quotes(rest, &['~', '|']) else {
            faults.refuse(at, format!("the statement `{}` has no `~` and no `|`", shortened(rest)));
            return found;
        };
        let mut pieces = Pieces { body: rest.get(..body).unwrap_or_default(), at, unit: "", doc: "" };
        let mut end = body;
        if rest.get(body..).is_some_and(|rest| rest.starts_with('~')) {
            let tail = rest.get(body + 1..).unwrap_or_default();
            let length = tail.find('|').unwrap_or(tail.len());
            let mut parts = tail.get(..length).unwrap_or_default().splitn(3, '~');
            pieces.unit = parts.next().unwrap_or_default().trim();
            pieces.doc = parts.next().unwrap_or_default().trim();
            end = body + 1 + length;
        }
        at += end + 1;
        found.extend(statement(&pieces, faults));
        if at >= text.len() {
            return found;
        }
    }
}

/// Reads `NAME(inputs : outputs)`; how many bytes it takes.
fn macro_head(rest: &str, from: usize, at: usize, found: &mut Vec<Statement>, faults: &mut Faults) -> usize {
    let head = rest.get(from..).unwrap_or_default();
    let (Some(open), Some(close)) = (head.find('('), head.find(')')) else {
        faults.refuse(at, "`:MACRO:` must be followed by a name and its inputs in brackets");
        return head.len();
    };
    let names = |text: &str| {
        let names = text.split(',').map(unquoted).map(|name| name.trim().to_owned());
        names.filter(|name| !name.is_empty()).collect::<Vec<_>>()
    };
    let inner = head.get(open + 1..close).unwrap_or_default();
    let (inputs, outputs) = inner.split_once(':').unwrap_or((inner, ""));
    let name = head.get(..open).unwrap_or_default().trim().to_owned();
    let (inputs, outputs) = (names(inputs), names(outputs));
    found.push(Statement::Macro(Macro { name, at, inputs, outputs, body: Vec::new() }));
    close + 1
}

fn statement(pieces: &Pieces<'_>, faults: &mut Faults) -> Option<Statement> {
    let body = pieces.body;
    if without_comments(body).trim().is_empty() {
        return None;
    }
    let upper = body.to_uppercase();
    if upper.contains(":TEST INPUT:") || upper.contains(":THE CONDITION:") {
        faults.note(pieces.at, format!("a reality check is left out: `{}`", shortened(body)));
        return None;
    }
    let operator = outside_quotes(body, &['=', '(', ':', '<', '[']);
    if let Some(end) = operator
        && body.get(end..).is_some_and(|rest| rest.starts_with(':') && !rest.starts_with(":="))
        && !is_keyword(body.get(end..).unwrap_or_default())
    {
        return dimension(pieces, end, faults).map(Statement::Dimension);
    }
    if let Some(end) = operator.filter(|end| body.get(*end..).is_some_and(|rest| rest.starts_with("<->"))) {
        let name = body.get(..end).unwrap_or_default().trim().to_owned();
        let alias = Some(body.get(end + 3..).unwrap_or_default().trim().to_owned());
        return Some(Statement::Dimension(Dimension { name, at: pieces.at, alias, ..Dimension::default() }));
    }
    definition(pieces, faults).map(|found| Statement::Definition(Box::new(found)))
}
