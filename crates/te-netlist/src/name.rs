//! Names in a registry, and the nearest valid one to a name that is not.
//!
//! A registry, component or import is named `[a-z][a-z0-9-]{0,38}`, so that a name is also a
//! crate name, a folder and an identifier once `-` becomes `_`. A kind is one or more such parts,
//! digits allowed in front, joined by `/`: `amm/constant-product`.

use crate::error::NameError;

/// Longest accepted name, in characters.
pub const LONGEST: usize = 39;

/// Checks a registry, component or import name.
///
/// # Errors
/// [`NameError`], with a spelled-out suggestion where the name starts with a digit.
///
/// ```
/// use te_netlist::name::check_name;
///
/// assert!(check_name("onehive").is_ok());
/// assert_eq!(
///     check_name("1hive").unwrap_err().to_string(),
///     "`1hive` is no name: it starts with a digit (write `onehive`)"
/// );
/// ```
pub fn check_name(name: &str) -> Result<(), NameError> {
    let refuse = |rule: String| Err(NameError { name: name.chars().take(80).collect(), rule });
    let Some(first) = name.chars().next() else {
        return refuse("it is empty".into());
    };
    if let Some(digit) = first.to_digit(10) {
        const WORDS: [&str; 10] =
            ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
        let word = usize::try_from(digit).ok().and_then(|d| WORDS.get(d)).unwrap_or(&"n");
        let rest: String = name.chars().skip(1).collect();
        return refuse(format!("it starts with a digit (write `{word}{rest}`)"));
    }
    if !first.is_ascii_lowercase() {
        return refuse("it starts with something else than a to z".into());
    }
    if name.chars().any(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-')) {
        return refuse("it holds something else than a to z, 0 to 9 and `-`".into());
    }
    if name.len() > LONGEST {
        return refuse(format!("it is longer than {LONGEST} characters"));
    }
    Ok(())
}

/// Checks a kind, such as `amm/constant-product`.
///
/// # Errors
/// [`NameError`] for an empty part or a character outside a to z, 0 to 9, `-` and `/`.
pub fn check_kind(kind: &str) -> Result<(), NameError> {
    let legal =
        |part: &str| !part.is_empty() && part.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-'));
    if kind.len() <= 128 && kind.split('/').all(legal) {
        return Ok(());
    }
    Err(NameError {
        name: kind.chars().take(80).collect(),
        rule: "a kind is words of a to z, 0 to 9 and `-`, joined by `/`".into(),
    })
}

/// The candidate with the least edit distance to `name`, where it is near enough to be meant:
/// at most a third of the letters differ.
///
/// ```
/// use te_netlist::name::nearest;
///
/// assert_eq!(nearest("lisense", ["license", "version"]), Some("license"));
/// assert_eq!(nearest("wombat", ["license", "version"]), None);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(far, candidate)| {
            let letters = name.chars().count().max(candidate.chars().count());
            *far <= letters.div_ceil(3)
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance: the least number of letters to insert, delete or replace.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(cell) = row.first_mut() {
            *cell = left;
        }
        for (cell, y) in row.iter_mut().skip(1).zip(&b) {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = *cell;
            left = replaced.min(*cell + 1).min(left + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(0)
}
