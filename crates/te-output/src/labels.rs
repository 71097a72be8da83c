//! Names of subsets, from what is swept; of series, from their columns; of files, from what people wrote.

use crate::Series;

/// Names of a chart's series for its legend: those that were given, and for the others the shortest ends of their columns'
/// names that tell them apart.
pub(crate) fn legend(series: &[Series]) -> Vec<String> {
    let words = |column: &str, parts: usize| {
        let all: Vec<&str> = column.split('.').collect();
        all.get(all.len().saturating_sub(parts)..).unwrap_or_default().join(" ").replace('_', " ")
    };
    let most = series.iter().map(|s| s.column.split('.').count()).max().unwrap_or(1);
    let given = |s: &Series| s.label != words(&s.column, 1);
    let mut names: Vec<String> = series.iter().map(|s| s.label.clone()).collect();
    for parts in 2..=most {
        let twice: Vec<bool> = (names.iter().enumerate())
            .map(|(i, name)| {
                names.iter().zip(series).enumerate().any(|(j, (other, s))| {
                    i != j && name == other && series.get(i).is_some_and(|own| own.column != s.column)
                })
            })
            .collect();
        for ((name, one), _) in
            names.iter_mut().zip(series).zip(twice).filter(|((_, s), twice)| *twice && !given(s))
        {
            *name = words(&one.column, parts);
        }
    }
    names
}

/// Names that some systems keep for devices.
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// Bytes of a file name that is made of a text, at most.
const NAME_BYTES: usize = 100;

/// A text as one safe component of a path, on every system: letters, digits, `-`, `_` and `.` stay, everything else becomes a
/// dash; no dots or dashes at the ends, no name that a system keeps for a device, at most 100 bytes.
///
/// ```
/// use te_output::path_component;
/// assert_eq!(path_component("hive-economy"), "hive-economy");
/// assert_eq!(path_component("../../escaped"), "escaped");
/// assert_eq!(path_component("supply / demand"), "supply-demand");
/// assert_eq!(path_component(".."), "unnamed");
/// assert_eq!(path_component("NUL"), "NUL-");
/// ```
pub fn path_component(text: &str) -> String {
    let mut name = String::new();
    for letter in text.chars() {
        if letter.is_alphanumeric() || matches!(letter, '_' | '.') {
            name.push(letter);
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    let mut name = name.trim_start_matches(['-', '.']).to_owned();
    while name.len() > NAME_BYTES {
        name.pop();
    }
    name.truncate(name.trim_end_matches(['-', '.']).len());
    let stem = name.split('.').next().unwrap_or_default().to_lowercase();
    let device = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    if RESERVED.contains(&device) && stem.len() <= device.len() + 1 {
        name.insert(stem.len(), '-');
    }
    if name.is_empty() { "unnamed".to_owned() } else { name }
}

/// A parameter or label column: its name, and whether it holds text.
pub(crate) type Swept = (String, bool);

/// A name for each subset from the values of its swept parameters, `throttle = 0.004`, leaving out those
/// that are the same everywhere; `subset 2` where none remains.
pub(crate) fn subset_labels(swept: &[Swept], values: &[Vec<String>], keys: &[(u64, u64)]) -> Vec<String> {
    let several = keys.iter().any(|(simulation, _)| *simulation > 0);
    let tells = |i: usize| {
        let mut texts = values.iter().map(|v| v.get(i));
        let first = texts.next();
        texts.any(|t| Some(t) != first)
    };
    let telling: Vec<usize> = (0..swept.len()).filter(|&i| tells(i)).collect();
    keys.iter()
        .zip(values)
        .map(|((simulation, subset), values)| {
            let parts: Vec<String> = telling
                .iter()
                .filter_map(|&i| Some((swept.get(i)?, values.get(i)?)))
                .filter(|(_, value)| !value.is_empty())
                .map(|((name, text), value)| {
                    if *text {
                        return value.clone();
                    }
                    let name = name.rsplit('.').next().unwrap_or(name);
                    format!("{} = {value}", name.replace('_', " "))
                })
                .collect();
            match (parts.is_empty(), several) {
                (true, true) => format!("simulation {simulation}, subset {subset}"),
                (true, false) => format!("subset {subset}"),
                (false, _) => parts.join(", "),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn named(columns: &[&str]) -> Vec<String> {
        legend(&columns.iter().map(|c| Series::of(*c)).collect::<Vec<_>>())
    }

    #[test]
    fn series_are_told_apart_by_the_shortest_names() {
        assert_eq!(named(&["a.value", "b.value", "pool.price"]), ["a value", "b value", "price"]);
        assert_eq!(named(&["x.a.value", "y.a.value", "y.b.value"]), ["x a value", "y a value", "b value"]);
        assert_eq!(named(&["pool.total_supply"]), ["total supply"]);
        let given = [Series { column: "a.value".into(), label: "mine".into() }, Series::of("b.value")];
        assert_eq!(legend(&given), ["mine", "value"]);
    }

    proptest! {
        #[test]
        fn a_component_stays_in_its_folder(text in "\\PC{0,200}") {
            let name = path_component(&text);
            let mut parts = std::path::Path::new(&name).components();
            prop_assert!(matches!(parts.next(), Some(std::path::Component::Normal(_))), "{}", name);
            prop_assert_eq!(parts.next(), None);
            prop_assert!(name.len() <= 101 && !name.contains(['/', '\\', ':', '\0']));
        }
    }
}
