//! The public suite SDXorg/test-models, where its folder is named by `TE_SD_SUITE`.
//!
//! `suite.tsv` says of each model what is expected: `pass`, `except` with the reason for which it cannot, `refuse` with a piece of
//! the reason that is told.

use super::published::Published;
use super::{Run, data, dialect, import, import_text, plain, run, seconds};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use te_import::{Import, ImportErrors};

/// Models that pass, that cannot although they run, and that are refused, by tier.
const TIERS: [(&str, [usize; 3]); 6] = [
    ("1", [67, 6, 0]),
    ("2", [11, 0, 0]),
    ("3a", [58, 4, 0]),
    ("3b", [54, 3, 0]),
    ("4", [25, 0, 14]),
    ("5", [3, 0, 22]),
];

/// Edits after which an excepted model passes: they prove the reason.
const PROOFS: [(&str, &[(&str, &str)]); 4] = [
    // The published run is Euler's.
    ("tests/zeroled_decimals/test_zeroled_decimals.xmile", &[("method=\"RK4\"", "method=\"Euler\"")]),
    // INT towards zero, and the remainder with the sign of the dividend, as Vensim has them.
    (
        "tests/rounding/test_rounding.xmile",
        &[
            ("INT(StockA)", "IF StockA &lt; 0 THEN -INT(-StockA) ELSE INT(StockA)"),
            ("StockA mod 3", "IF StockA &lt; 0 THEN -((-StockA) mod 3) ELSE StockA mod 3"),
        ],
    ),
    // The initial value of the Vensim model beside them.
    ("tests/active_initial/test_active_initial.xmile", &[("<eqn>Value_A</eqn>", "<eqn>45</eqn>")]),
    ("tests/active_initial/test_active_initial.stmx", &[("<eqn>Value_A</eqn>", "<eqn>45</eqn>")]),
];

/// Models whose published run is in single precision: within this part of a column's largest magnitude they pass.
const SINGLE: f64 = 1e-5;

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

/// Whether all shared columns agree within the printed digits and a part of their largest magnitude.
fn compare(run: &Run, published: &Published, part: f64) -> Outcome {
    // Some files are printed with as many decimals everywhere.
    let decimals = |cell: &String| {
        cell.split_once('.').map_or(0, |(_, after)| after.chars().take_while(char::is_ascii_digit).count())
    };
    let most = published.rows.iter().flatten().map(decimals).max().unwrap_or(0);
    let half_decimal = if most >= 5 { 0.5 * power_of_ten(-i32::try_from(most).unwrap()) } else { 0.0 };
    let mut compared = 0;
    for (at, name) in published.head.iter().enumerate().skip(1) {
        let own = plain(name);
        if matches!(own.as_str(), "saveper" | "initial_time" | "final_time" | "time_step" | "time" | "months")
            || !run.columns.contains_key(&own)
        {
            continue;
        }
        let largest = published.largest(at);
        for row in &published.rows {
            let (Some(time), Some(wanted)) = (Published::number(row, 0), Published::number(row, at)) else {
                continue;
            };
            let Some(value) = run.at(&own, time) else {
                return Outcome::Differs(format!("`{name}` has no row at {time}"));
            };
            let printed = row.get(at).map_or("", String::as_str);
            let allowed = half_digit(printed, wanted).max(half_decimal) + part * largest;
            if (value - wanted).abs() > allowed {
                return Outcome::Differs(format!("`{name}` at {time}: {value}, published {wanted}"));
            }
        }
        compared += 1;
    }
    if compared == 0 { Outcome::Nothing } else { Outcome::Pass }
}

fn outcome(path: &Path, import: Result<Import, ImportErrors>, part: f64) -> Outcome {
    let import = match import {
        Ok(import) => import,
        Err(refused) => return Outcome::Refused(refused.to_string()),
    };
    match (run(import), Published::beside(path)) {
        (Err(failed), _) => Outcome::Failed(failed),
        (Ok(run), Some(published)) => compare(&run, &published, part),
        (Ok(_), None) => Outcome::Nothing,
    }
}

/// The folder of the suite; where none is named, that is told.
pub(super) fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("TE_SD_SUITE").map(PathBuf::from);
    if folder.is_none() {
        println!("SKIPPED: TE_SD_SUITE names no folder of SDXorg/test-models");
    }
    folder
}

/// What is expected of each model: tier, `pass`, `except` or `refuse`, path, reason.
fn expected(list: &str) -> impl Iterator<Item = [&str; 4]> {
    list.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| {
        let mut cells = line.split('\t');
        [(); 4].map(|()| cells.next().unwrap_or_default())
    })
}

#[test]
fn the_public_suite_does_as_is_expected() {
    let Some(folder) = folder() else { return };
    let list = fs::read_to_string(data("suite.tsv")).unwrap();
    let (mut wrong, mut passed) = (Vec::new(), Vec::new());
    let mut tiers: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for [tier, expected, path, reason] in expected(&list) {
        let model = folder.join(path);
        let found = outcome(&model, import(&model), 2e-6);
        let (word, told) = match &found {
            Outcome::Pass => ("pass", String::new()),
            Outcome::Differs(text) => ("differs", text.clone()),
            Outcome::Refused(text) => ("refused", text.clone()),
            Outcome::Failed(text) => ("failed", text.clone()),
            Outcome::Nothing => ("nothing", String::new()),
        };
        let (kind, good) = match expected {
            "pass" => (0, word == "pass"),
            "refuse" => (2, word == "refused" && told.contains("TE0510") && told.contains(reason)),
            _ => (1, word != "pass" && !reason.is_empty()),
        };
        let told = told.lines().take(3).collect::<Vec<_>>().join(" / ");
        if std::env::var_os("TE_SD_TELL").is_some() {
            println!("{tier}\t{word}\t{path}\t{told}");
        }
        if word == "pass" {
            passed.push(model);
        }
        if good {
            tiers.entry(tier).or_default()[kind] += 1;
        } else {
            wrong.push(format!("{path}: {expected} expected, {word}: {told}"));
        }
    }
    for (tier, [pass, except, refuse]) in &tiers {
        println!("tier {tier}: {pass} pass, {except} excepted with a reason, {refuse} refused with one");
    }
    let begun = seconds();
    for model in &passed {
        run(import(model).unwrap()).unwrap();
    }
    println!("{} models read, run and kept in {:.2} s of the processor", passed.len(), seconds() - begun);
    assert!(wrong.is_empty(), "{} models:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(tiers.into_iter().collect::<Vec<_>>(), TIERS);
}

#[test]
fn reasons_of_exceptions_hold() {
    let Some(folder) = folder() else { return };
    let list = fs::read_to_string(data("suite.tsv")).unwrap();
    let excepted: Vec<[&str; 4]> = expected(&list).filter(|one| one[1] == "except").collect();
    for (path, edits) in PROOFS {
        assert!(excepted.iter().any(|one| one[2] == path), "{path}");
        let model = folder.join(path);
        let mut text = fs::read_to_string(&model).unwrap();
        for (from, to) in edits {
            assert!(text.contains(from), "{path}: {from}");
            text = text.replace(from, to);
        }
        let found = outcome(&model, import_text(&text, dialect(&model)), 2e-6);
        assert!(matches!(found, Outcome::Pass), "{path}: {found:?}");
    }
    for [_, _, path, reason] in excepted {
        if reason == "published in single precision" {
            let model = folder.join(path);
            let found = outcome(&model, import(&model), SINGLE);
            assert!(matches!(found, Outcome::Pass), "{path}: {found:?}");
        }
    }
}
