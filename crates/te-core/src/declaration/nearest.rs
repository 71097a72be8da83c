//! The nearest valid name: what every error about an unknown name ends with.

/// The candidate nearest to `name` by edit distance, where one is near enough to be meant.
///
/// ```
/// assert_eq!(te_core::nearest("throtle", ["throttle", "growth"]), Some("throttle".to_owned()));
/// assert_eq!(te_core::nearest("xyz", ["throttle", "growth"]), None);
/// ```
pub fn nearest<I, S>(name: &str, candidates: I) -> Option<String>
where
    I: IntoIterator<Item = S>,
    S: AsRef<str>,
{
    let mut best: Option<(usize, String)> = None;
    for candidate in candidates {
        let candidate = candidate.as_ref();
        let distance = edit_distance(name, candidate);
        if best.as_ref().is_none_or(|(d, _)| distance < *d) {
            best = Some((distance, candidate.to_owned()));
        }
    }
    let (distance, candidate) = best?;
    let length = name.chars().count().max(candidate.chars().count());
    // A third of the letters may differ; beyond that it is another word.
    (distance * 3 <= length.max(3)).then_some(candidate)
}

/// `; did you mean …?`, or nothing: the tail of a message about an unknown name.
pub(crate) fn suggestion(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

/// Levenshtein distance over characters, case ignored.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.to_lowercase().chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (y, above) in b.iter().zip(row.iter_mut().skip(1)) {
            let cost = usize::from(x != *y);
            let cell = (diagonal + cost).min(left + 1).min(*above + 1);
            diagonal = std::mem::replace(above, cell);
            left = cell;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::edit_distance;

    #[test]
    fn edit_distance_of_known_pairs() {
        assert_eq!(edit_distance("kitten", "sitting"), 3);
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("maintainence", "maintenance"), 3);
        assert_eq!(edit_distance("same", "SAME"), 0);
    }
}
