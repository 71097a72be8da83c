//! The command line that a manifest keeps: what determines the result, and not where, in how many pieces or how fast it was
//! computed. So a resumed, a sharded and an undisturbed run leave the same bytes.

use super::OutputChoice;
use std::path::Path;
use te_output::{Compression, Format};
use tecmns::system::Changes;

/// Options that are left out, with whether they take a value.
const LEFT_OUT: [(&str, char, bool); 5] = [
    ("resume", '\0', false),
    ("quiet", 'q', false),
    ("shard", '\0', true),
    ("out", 'o', true),
    ("jobs", 'j', true),
];

/// The words of a command line as one line that a shell reads back.
pub(crate) fn of(words: impl IntoIterator<Item = String>) -> String {
    let mut kept = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        if let Some(long) = word.strip_prefix("--") {
            let (name, value) =
                long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
            match LEFT_OUT.iter().find(|(one, ..)| *one == name) {
                Some((_, _, true)) if value.is_none() => drop(words.next()),
                Some(_) => {}
                None => kept.push(quoted(&word)),
            }
        } else if let Some(short) = word.strip_prefix('-') {
            let first = short.chars().next();
            match LEFT_OUT.iter().find(|(_, letter, _)| first == Some(*letter)) {
                Some((_, _, true)) if short.len() == 1 => drop(words.next()),
                Some((_, _, true)) => {}
                Some(_) if short.len() == 1 => {}
                // Letters together, such as `-qo x`: the first is left out, the rest looked at again.
                Some(_) => {
                    let rest = of([format!("-{}", short.chars().skip(1).collect::<String>())]);
                    let takes = LEFT_OUT.iter().any(|(_, letter, takes)| *takes && short.ends_with(*letter));
                    if takes {
                        drop(words.next());
                    }
                    if !rest.is_empty() {
                        kept.push(rest);
                    }
                }
                None => kept.push(quoted(&word)),
            }
        } else {
            kept.push(quoted(&word));
        }
    }
    kept.join(" ")
}

/// The command line that makes these changes and writes this, without the program's name: what the manifest of a run by a program
/// keeps.
///
/// ```
/// use std::path::Path;
/// use tecmns::command::{OutputChoice, line_of_changes};
/// use tecmns::system::Changes;
///
/// let changes = Changes { runs: Some(4), set: vec!["a.b=0.5".into()], ..Changes::default() };
/// let output = OutputChoice { storage: Default::default(), charts: false, summary: true };
/// assert_eq!(line_of_changes(Path::new("hive.toml"), &changes, output), "run hive.toml --set a.b=0.5 --runs 4 --no-charts");
/// ```
pub fn of_changes(file: &Path, changes: &Changes, output: OutputChoice) -> String {
    let mut words = vec!["run".to_owned(), file.display().to_string()];
    let mut put = |option: &str, value: String| words.extend([option.to_owned(), value]);
    changes.set.iter().for_each(|text| put("--set", text.clone()));
    changes.sweep.iter().for_each(|text| put("--sweep", text.clone()));
    changes.variant.iter().for_each(|name| put("--variant", name.clone()));
    changes.without.iter().for_each(|name| put("--without", name.clone()));
    for (option, number) in
        [("--runs", changes.runs), ("--timesteps", changes.timesteps), ("--seed", changes.seed)]
    {
        if let Some(number) = number {
            put(option, number.to_string());
        }
    }
    changes.record.iter().for_each(|text| put("--record", text.clone()));
    changes.corners.into_iter().for_each(|limit| put("--corners", limit.to_string()));
    if output.storage.format != Format::default() {
        put("--format", output.storage.format.extension().to_owned());
    }
    if output.storage.compression != Compression::default() {
        put("--compression", output.storage.compression.name().to_owned());
    }
    let switches =
        [("--no-sweep", !changes.no_sweep), ("--no-charts", output.charts), ("--no-summary", output.summary)];
    words.extend(switches.into_iter().filter(|(_, on)| !on).map(|(option, _)| option.to_owned()));
    of(words)
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./,:+@%^".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> String {
        of(text.split(' ').map(str::to_owned))
    }

    #[test]
    fn where_and_how_fast_is_left_out() {
        assert_eq!(line("run a.toml -q --out x --resume --set a.b=1"), "run a.toml --set a.b=1");
        assert_eq!(line("run a.toml -o x -j 4 --shard 0/3"), "run a.toml");
        assert_eq!(line("run a.toml -ox -j4 --shard=0/3 --out=x --jobs=2"), "run a.toml");
        assert_eq!(line("run a.toml -qo x --format csv"), "run a.toml --format csv");
        assert_eq!(line("run a.toml --runs 4 --seed 7"), "run a.toml --runs 4 --seed 7");
    }

    #[test]
    fn words_are_read_back_by_a_shell() {
        let words = ["run", "a b.toml", "--set", "x.y='z'"].map(str::to_owned);
        assert_eq!(of(words), "run 'a b.toml' --set 'x.y='\\''z'\\'''");
    }
}
