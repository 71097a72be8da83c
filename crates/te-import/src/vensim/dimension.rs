//! Dimensions: `name: a, (b1-b9), c -> other`.

use super::equation::texts;
use super::scan::{Pieces, prefix};
use crate::expression::{Dialect, key, parse, unquoted, without_comments};
use crate::fault::{Faults, shortened};
use crate::source::Dimension;

/// `name: a, (b1-b9), c -> other, (third: x, y)`.
pub(super) fn dimension(pieces: &Pieces<'_>, colon: usize, faults: &mut Faults) -> Option<Dimension> {
    let name = unquoted(pieces.body.get(..colon).unwrap_or_default()).trim().to_owned();
    let rest =
        without_comments(pieces.body.get(colon + 1..).unwrap_or_default()).replace(['\\', '\n', '\r'], " ");
    let (list, maps) = rest.split_once("->").unwrap_or((&rest, ""));
    let mut dimension = Dimension { name, at: pieces.at, ..Dimension::default() };
    if prefix(list.trim(), "GET ").is_some() || prefix(list.trim(), "GET_").is_some() {
        let texts =
            parse(list, pieces.at, Dialect::Vensim).ok().and_then(|found| texts(&found, found.root()));
        let external =
            texts.filter(|(name, _)| name == "get_direct_subscript" || name == "get_xls_subscript");
        if let Some([file, tab, first, last, prefix]) =
            external.and_then(|(_, texts)| <[String; 5]>::try_from(texts).ok())
        {
            dimension.external = Some([file, tab, first, last, prefix]);
            return Some(dimension);
        }
        faults.refuse(pieces.at, format!("cannot be imported: the elements of `{}`", dimension.name));
        return None;
    }
    for item in at_commas(list) {
        match item.strip_prefix('(').and_then(|item| item.strip_suffix(')')) {
            None => dimension.elements.push(unquoted(&item)),
            Some(range) => {
                let Some(names) = numbered(range) else {
                    let message = format!(
                        "`({})` in `{}` is no range such as `(a1-a9)`",
                        shortened(range),
                        dimension.name
                    );
                    faults.refuse(pieces.at, message);
                    return None;
                };
                dimension.elements.extend(names);
            }
        }
    }
    for item in at_commas(maps) {
        match item.strip_prefix('(').and_then(|item| item.strip_suffix(')')) {
            None => dimension.maps.push((key(&item), Vec::new())),
            Some(inner) => {
                let (name, list) = inner.split_once(':').unwrap_or((inner, ""));
                dimension.maps.push((key(name), at_commas(list).iter().map(|one| key(one)).collect()));
            }
        }
    }
    if dimension.elements.is_empty() {
        faults.refuse(pieces.at, format!("the dimension `{}` has no elements", dimension.name));
        return None;
    }
    Some(dimension)
}

/// Pieces between commas that are not in brackets.
pub(super) fn at_commas(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut depth = 0_i32;
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if c == ',' && depth == 0 {
            found.push(String::new());
        } else if let Some(last) = found.last_mut() {
            last.push(c);
        }
    }
    found.into_iter().map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect()
}

/// `a1-a9` as its names.
fn numbered(range: &str) -> Option<Vec<String>> {
    let (first, last) = range.split_once('-')?;
    let part = |text: &str| {
        let text = text.trim();
        let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (name, number) = text.split_at(text.len() - digits);
        Some((name.to_owned(), number.parse::<u32>().ok()?))
    };
    let ((name, from), (other, to)) = (part(first)?, part(last)?);
    let fits = key(&name) == key(&other) && from <= to && to - from < 10_000;
    fits.then(|| (from..=to).map(|at| format!("{name}{at}")).collect())
}
