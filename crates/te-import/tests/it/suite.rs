//! The public suite SDXorg/test-models, where its folder is named by `TE_SD_SUITE`.
//!
//! `suite.tsv` says of each model what is expected: `pass`, `except` with the reason for which it cannot, `refuse` with a piece of
//! the reason that is told.

use super::{Run, data, import, plain, run};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What came of a model.
#[derive(Debug)]
enum Outcome {
    Pass,
    Differs(String),
    Refused(String),
    Failed(String),
    /// No column in common.
    Nothing,
}

fn published(model: &Path) -> Option<PathBuf> {
    ["output.tab", "output.csv"].iter().map(|name| model.with_file_name(name)).find(|path| path.exists())
}

fn power_of_ten(exponent: i32) -> f64 {
    format!("1e{exponent}").parse().unwrap()
}

/// A number as it is printed: the half of its last digit, of at least six.
fn half_digit(text: &str, value: f64) -> f64 {
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let digits = mantissa.chars().filter(char::is_ascii_digit).skip_while(|c| *c == '0').count().max(6);
    let exponent: i32 = format!("{value:e}").split('e').nth(1).unwrap().parse().unwrap();
    if value == 0.0 { 0.0 } else { 0.5 * power_of_ten(exponent - i32::try_from(digits).unwrap() + 1) }
}

fn compare(run: &Run, path: &Path) -> Outcome {
    let bytes = fs::read(path).unwrap();
    let text =
        String::from_utf8(bytes.clone()).unwrap_or_else(|_| bytes.iter().map(|b| char::from(*b)).collect());
    let delimiter = if path.extension().is_some_and(|ending| ending == "tab") { b'\t' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let rows: Vec<Vec<String>> = reader
        .records()
        .map(|row| row.unwrap().iter().map(|cell| cell.trim().to_owned()).collect())
        .collect();
    let Some((head, rows)) = rows.split_first() else { return Outcome::Nothing };
    // Some files are printed with as many decimals everywhere.
    let decimals = |cell: &String| {
        cell.split_once('.').map_or(0, |(_, after)| after.chars().take_while(char::is_ascii_digit).count())
    };
    let most = rows.iter().flatten().map(decimals).max().unwrap_or(0);
    let half_decimal = if most >= 5 { 0.5 * power_of_ten(-i32::try_from(most).unwrap()) } else { 0.0 };
    let number = |row: &Vec<String>, at: usize| row.get(at).and_then(|cell| cell.parse::<f64>().ok());
    let mut compared = 0;
    for (at, name) in head.iter().enumerate().skip(1) {
        let own = plain(name);
        if matches!(own.as_str(), "saveper" | "initial_time" | "final_time" | "time_step" | "time" | "months")
            || !run.columns.contains_key(&own)
        {
            continue;
        }
        let largest =
            rows.iter().filter_map(|row| number(row, at)).fold(0.0_f64, |most, x| most.max(x.abs()));
        for row in rows {
            let (Some(time), Some(wanted)) = (number(row, 0), number(row, at)) else { continue };
            let Some(value) = run.at(&own, time) else {
                return Outcome::Differs(format!("`{name}` has no row at {time}"));
            };
            let printed = row.get(at).map_or("", String::as_str);
            let allowed = half_digit(printed, wanted).max(half_decimal) + 2e-6 * largest;
            if (value - wanted).abs() > allowed {
                return Outcome::Differs(format!("`{name}` at {time}: {value}, published {wanted}"));
            }
        }
        compared += 1;
    }
    if compared == 0 { Outcome::Nothing } else { Outcome::Pass }
}

fn outcome(path: &Path) -> Outcome {
    let import = match import(path) {
        Ok(import) => import,
        Err(refused) => return Outcome::Refused(refused.to_string()),
    };
    match run(import) {
        Err(failed) => Outcome::Failed(failed),
        Ok(run) => match published(path) {
            Some(output) => compare(&run, &output),
            None => Outcome::Nothing,
        },
    }
}

#[test]
fn the_public_suite_does_as_is_expected() {
    let Some(folder) = std::env::var_os("TE_SD_SUITE").map(PathBuf::from) else {
        println!("SKIPPED: TE_SD_SUITE names no folder of SDXorg/test-models");
        return;
    };
    let list = fs::read_to_string(data("suite.tsv")).unwrap();
    let mut wrong = Vec::new();
    let mut table: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    let mut passed = Vec::new();
    for line in list.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let mut cells = line.split('\t');
        let [tier, expected, path] = [(); 3].map(|()| cells.next().unwrap_or_default());
        let reason = cells.next().unwrap_or_default();
        let model = folder.join(path);
        let found = outcome(&model);
        let (word, told) = match &found {
            Outcome::Pass => ("pass", String::new()),
            Outcome::Differs(text) => ("differs", text.clone()),
            Outcome::Refused(text) => ("refused", text.clone()),
            Outcome::Failed(text) => ("failed", text.clone()),
            Outcome::Nothing => ("nothing", String::new()),
        };
        let good = match expected {
            "pass" => word == "pass",
            "refuse" => word == "refused" && told.contains("TE0510") && told.contains(reason),
            _ => word != "pass",
        };
        *table.entry(tier.to_owned()).or_default().entry(format!("{expected}: {word}")).or_default() += 1;
        if std::env::var_os("TE_SD_TELL").is_some() {
            println!("{tier}\t{word}\t{path}\t{}", told.lines().take(3).collect::<Vec<_>>().join(" / "));
        }
        if word == "pass" {
            passed.push(model);
        }
        if !good {
            wrong.push(format!(
                "{path}: {expected} expected, {word}: {}",
                told.lines().take(2).collect::<Vec<_>>().join(" / ")
            ));
        }
    }
    for (tier, counts) in &table {
        println!("{tier}: {counts:?}");
    }
    let begun = Instant::now();
    for model in &passed {
        run(import(model).unwrap()).unwrap();
    }
    println!("{} models read, run and kept in {:.2} s", passed.len(), begun.elapsed().as_secs_f64());
    assert!(wrong.is_empty(), "{} models:\n{}", wrong.len(), wrong.join("\n"));
}
