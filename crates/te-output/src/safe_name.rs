//! Names of files and folders out of names that people give.

/// Bytes of a name, at most: file systems take 255, and numbers and endings are added.
const LONGEST: usize = 100;
/// Names that Windows keeps for devices, whatever their ending.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// One component of a path, on every system: letters and digits of any script, `-`, `_` and `.` are kept, runs of anything
/// else become one `-`. It is neither empty nor hidden, leads nowhere else and has at most 100 bytes.
///
/// ```
/// use te_output::safe_name;
/// assert_eq!(safe_name("hive-economy"), "hive-economy");
/// assert_eq!(safe_name("../../escaped"), "escaped");
/// assert_eq!(safe_name("価格 / 供給"), "価格-供給");
/// assert_eq!(safe_name("nul.txt"), "nul_.txt");
/// assert_eq!(safe_name("///"), "unnamed");
/// ```
pub fn safe_name(name: &str) -> String {
    let mut safe = String::new();
    for letter in name.chars() {
        if letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.') {
            safe.push(letter);
        } else if !safe.ends_with('-') {
            safe.push('-');
        }
    }
    let mut safe = safe.trim_start_matches(['.', '-']).to_owned();
    while safe.len() > LONGEST {
        safe.pop();
    }
    let safe = safe.trim_end_matches(['.', '-']);
    if safe.is_empty() {
        return "unnamed".to_owned();
    }
    // A device's name is one with any ending.
    let (stem, ending) = safe.split_at(safe.find('.').unwrap_or(safe.len()));
    let word = stem.to_lowercase();
    let device = DEVICES.contains(&word.trim_end_matches(|letter: char| letter.is_ascii_digit()));
    if device { format!("{stem}_{ending}") } else { safe.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_name_stays_in_its_folder(text in "\\PC{0,200}") {
            let name = safe_name(&text);
            let mut parts = std::path::Path::new(&name).components();
            prop_assert!(matches!(parts.next(), Some(std::path::Component::Normal(_))), "{}", name);
            prop_assert_eq!(parts.next(), None);
            prop_assert!(name.len() <= 101 && !name.contains(['/', '\\', ':', '\0']));
        }
    }
}
