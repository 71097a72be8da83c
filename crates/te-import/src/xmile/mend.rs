//! Files that are nearly XML: tags that are not closed, and prefixes that nobody declared.
//!
//! Converters and hand-written models have them, and other tools read them. What is put in is told. Everything else that is no XML
//! is refused.

use crate::fault::Faults;
use std::collections::BTreeSet;

/// How deep elements may lie in one another; models have less than twenty.
const DEEPEST: usize = 200;

/// A tag: its bytes, its name, and what it does.
struct Tag<'t> {
    at: usize,
    end: usize,
    name: &'t str,
    /// Everything between `<` and `>`.
    inner: &'t str,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Open,
    Close,
    Empty,
}

/// The tags of a text; comments, instructions and raw text are none.
fn tags(text: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(begin) = text.get(at..).and_then(|rest| rest.find('<')) {
        at += begin;
        let rest = text.get(at..).unwrap_or_default();
        let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")]
            .iter()
            .find(|(open, _)| rest.starts_with(open))
            .map(|(_, close)| rest.find(close).map_or(rest.len(), |end| end + close.len()));
        if let Some(skipped) = skipped {
            at += skipped;
            continue;
        }
        let Some(end) = closing(rest) else { return found };
        let inner = rest.get(1..end).unwrap_or_default();
        let kind = match (inner.starts_with('/'), inner.ends_with('/')) {
            (true, _) => Kind::Close,
            (_, true) => Kind::Empty,
            _ => Kind::Open,
        };
        let plain = inner.trim_start_matches('/');
        let name = plain.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
        found.push(Tag { at, end: at + end, name, inner, kind });
        at += end + 1;
    }
    found
}

/// The byte of the `>` of a tag, that in quotes of an attribute not counted.
fn closing(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None, '>') => return Some(at),
            _ => {}
        }
    }
    None
}

/// Prefixes that a tag uses, and those that it declares.
fn prefixes<'t>(tag: &Tag<'t>, used: &mut BTreeSet<&'t str>, declared: &mut BTreeSet<&'t str>) {
    if let Some((prefix, _)) = tag.name.split_once(':') {
        used.insert(prefix);
    }
    let mut quote = None;
    let mut begin = 0;
    for (at, c) in tag.inner.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => {
                quote = None;
                begin = at + 1;
            }
            (None, '=') => {
                let word = tag.inner.get(begin..at).unwrap_or_default();
                let word = word.split_whitespace().last().unwrap_or_default();
                match word.split_once(':') {
                    Some(("xmlns", prefix)) => {
                        declared.insert(prefix);
                    }
                    Some((prefix, _)) => {
                        used.insert(prefix);
                    }
                    None => {}
                }
            }
            _ => {}
        }
    }
}

/// The text with what it lacks to be XML.
pub(crate) fn mended(text: String, faults: &mut Faults) -> String {
    let tags = tags(&text);
    let (mut used, mut declared) = (BTreeSet::new(), BTreeSet::from(["xml", "xmlns"]));
    for tag in &tags {
        prefixes(tag, &mut used, &mut declared);
    }
    // What is put in, and where.
    let mut added: Vec<(usize, String)> = Vec::new();
    if let Some(root) = tags.iter().find(|tag| tag.kind == Kind::Open) {
        for prefix in used.difference(&declared) {
            let is_name = prefix.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
            if is_name && !prefix.is_empty() {
                faults.note(root.at, format!("the prefix `{prefix}` is declared nowhere"));
                added.push((root.end, format!(" xmlns:{prefix}=\"undeclared:{prefix}\"")));
            }
        }
    }
    let mut open: Vec<&Tag<'_>> = Vec::new();
    for tag in &tags {
        match tag.kind {
            Kind::Empty => {}
            Kind::Open => {
                open.push(tag);
                if open.len() > DEEPEST {
                    faults.refuse(tag.at, format!("elements lie in one another more than {DEEPEST} deep"));
                    return text;
                }
            }
            Kind::Close => {
                if let Some(at) = open.iter().rposition(|known| known.name == tag.name) {
                    for lost in open.split_off(at).iter().skip(1).rev() {
                        // Notes stand in the text as it is when it is mended.
                        let shift: usize =
                            added.iter().filter(|(at, _)| *at <= lost.at).map(|(_, piece)| piece.len()).sum();
                        faults.note(
                            lost.at + shift,
                            format!(
                                "`{}` is not closed: it is taken to end before `{}` does",
                                lost.name, tag.name
                            ),
                        );
                        added.push((tag.at, format!("</{}>", lost.name)));
                    }
                }
            }
        }
    }
    if added.is_empty() {
        return text;
    }
    let mut mended = String::with_capacity(text.len() + 64 * added.len());
    let mut from = 0;
    for (at, piece) in added {
        mended.push_str(text.get(from..at).unwrap_or_default());
        mended.push_str(&piece);
        from = at;
    }
    mended.push_str(text.get(from..).unwrap_or_default());
    mended
}
