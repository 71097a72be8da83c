//! Bad input: a clear message, a documented exit code, nothing half-written.

use crate::{scratch, stderr, system, tecmns};
use std::path::Path;

const GOOD: &str = "[system]\nname = \"s\"\ntimesteps = 5\n\n[controllables.economy]\nkind = \"hive/economy\"\nparams = { throttle = 0.01 }\n";

/// Runs a system file that must be refused, and returns what is said.
fn refused(text: &str, arguments: &[&str]) -> String {
    let here = scratch();
    std::fs::write(here.path().join("s.toml"), text).unwrap();
    let all: Vec<&str> =
        ["run", "s.toml", "--out", "o"].into_iter().chain(arguments.iter().copied()).collect();
    let output = tecmns(here.path(), &all);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(!here.path().join("o").exists(), "nothing is left behind");
    stderr(&output).trim().to_owned()
}

#[test]
fn files_are_refused_with_line_column_and_nearest_name() {
    let with = |from: &str, to: &str| {
        assert!(GOOD.contains(from));
        GOOD.replace(from, to)
    };
    for (text, expected) in [
        (
            with("throttle = 0.01", "throtle = 0.01"),
            "s.toml:7:12: TE0010: economy: unknown parameter `throtle`; did you mean `throttle`?",
        ),
        (
            with("throttle = 0.01", "throttle = -1"),
            "s.toml:7:12: TE0010: economy: parameter `throttle` is -1 1/month: allowed is [0, 1] 1/month",
        ),
        (
            with("throttle = 0.01", "throttle = nan"),
            "s.toml:7:12: TE0010: economy: parameter `throttle` is NaN: it must be a finite number",
        ),
        (
            with("throttle = 0.01", "throttle = inf"),
            "s.toml:7:12: TE0010: economy: parameter `throttle` is inf: it must be a finite number",
        ),
        (
            with("throttle = 0.01", "throttle = true"),
            "s.toml:7:12: TE0010: economy: parameter `throttle` is true: it must be a number",
        ),
        (
            with("hive/economy", "hive/econmy"),
            "s.toml:6:1: TE0304: unknown kind `hive/econmy`; did you mean `hive/economy`?",
        ),
        (
            with("timesteps = 5", "timesteps = 0"),
            "s.toml:3:13: TE0303: `timesteps` in [system] is 0: it must be a whole number of 1 or more",
        ),
        (
            with("timesteps = 5", "timestep = 5"),
            "s.toml:3:1: TE0303: unknown key `timestep` in [system]; did you mean `timesteps`?",
        ),
        (
            with("[controllables", "[controlables"),
            "s.toml:5:2: TE0303: unknown key `controlables` in the file; did you mean `controllables`?",
        ),
        (
            format!("{GOOD}\n[[wire]]\nfrom = \"economy.prise\"\nto = \"economy.x\"\n"),
            "s.toml:11:6: TE0004: wire to unknown input `economy.x`",
        ),
        (
            format!("{GOOD}\n[derived]\na = \"economy.prise * 2\"\n"),
            "s.toml:10:6: TE0003: derived column `a` reads unknown `economy.prise`; did you mean `economy.price`?",
        ),
        (
            format!("{GOOD}\n[derived]\na = \"b\"\nb = \"a\"\n"),
            "TE0009: derived column `a` reads itself by way of b",
        ),
    ] {
        let said = refused(&text, &[]);
        assert!(said.contains(expected), "expected: {expected}\nfound: {said}");
    }
}

#[test]
fn every_problem_is_reported_at_once() {
    let text = GOOD
        .replace("throttle = 0.01", "throttle = 2, growth = -3, maintanance = 1")
        .replace("timesteps", "timestps");
    let said = refused(&text, &[]);
    for part in ["timestps", "`throttle` is 2", "`growth` is -3", "did you mean `maintenance`"] {
        assert!(said.contains(part), "{part} is missing in {said}");
    }
}

#[test]
fn broken_toml_is_placed() {
    let said = refused("[system\nname = 1", &[]);
    assert!(said.starts_with("s.toml:1:"), "{said}");
}

#[test]
fn settings_are_refused_as_files_are() {
    for (arguments, expected) in [
        (&["--set", "economy.throtle=1"][..], "did you mean `economy.throttle`?"),
        (
            &["--set", "economy.throttle=7"],
            "parameter `economy.throttle` is 7 1/month: allowed is [0, 1] 1/month",
        ),
        (&["--set", "economy.throttle"], "write PATH=VALUE"),
        (&["--sweep", "economy.throttle=0,7"], "parameter `economy.throttle` is 7"),
        (
            &["--record", "economy.prise"],
            "TE0110: unknown column `economy.prise`; did you mean `economy.price`?",
        ),
        (&["--record", "every=0"], "whole number of 1 or more"),
        (&["--shard", "2/2"], "write I/N with I below N"),
        (&["--timesteps", "0"], "0 is not in 1.."),
    ] {
        let said = refused(GOOD, arguments);
        assert!(said.contains(expected), "{arguments:?}: expected: {expected}\nfound: {said}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let here = scratch();
    let output = tecmns(here.path(), &["run", "nowhere.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).starts_with("nowhere.toml: TE0301: cannot be read"), "{}", stderr(&output));
    assert!(!here.path().join("results").exists());
}

#[test]
fn a_folder_with_files_is_never_written_to() {
    let here = scratch();
    std::fs::create_dir(here.path().join("o")).unwrap();
    std::fs::write(here.path().join("o/mine.txt"), "precious").unwrap();
    let output = tecmns(here.path(), &["run", &system("hive-economy.toml"), "--out", "o"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("not empty"), "{}", stderr(&output));
    let left: Vec<_> = here.path().join("o").read_dir().unwrap().collect();
    assert_eq!(left.len(), 1, "nothing was added");
}

#[test]
fn an_unwritable_folder_is_named() {
    // A file where a folder is needed refuses everyone, the superuser too.
    let here = scratch();
    std::fs::write(here.path().join("file"), "").unwrap();
    let output = tecmns(here.path(), &["run", &system("hive-economy.toml"), "--out", "file/o"]);
    assert!(matches!(output.status.code(), Some(2 | 1)), "{:?}", output.status);
    assert!(stderr(&output).contains(&Path::new("file/o").display().to_string()), "{}", stderr(&output));
}

#[test]
fn an_economy_that_leaves_its_domain_is_a_listed_failure() {
    let here = scratch();
    let arguments = [
        "run",
        &system("hive-economy.toml"),
        "--out",
        "o",
        "--no-charts",
        "--set",
        "economy.initial_size=1e12",
        "--set",
        "economy.initial_saturation=0.9",
    ];
    let output = tecmns(here.path(), &arguments);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    let said = stderr(&output);
    for part in
        ["run 1", "timestep 1", "economy: circulation is -", "allowed is (0, inf) HNY", "o/failures.csv"]
    {
        assert!(said.contains(part), "{part} is missing in {said}");
    }
    assert!(
        here.path().join("o/failures.csv").is_file(),
        "the other results and the table of failures are kept"
    );
    let allowed: Vec<&str> = arguments
        .iter()
        .copied()
        .map(|a| if a == "o" { "p" } else { a })
        .chain(["--max-failures", "1"])
        .collect();
    assert!(tecmns(here.path(), &allowed).status.success());
}
