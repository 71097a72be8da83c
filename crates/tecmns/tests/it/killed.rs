//! A run that is killed and resumed leaves the folder of a run that was not, byte for byte, and ends with its exit code.
//!
//! Kills fall where a file appears, so that every phase is met, and at times spread over the run. Twelve by default;
//! `TECMNS_KILLS=200` asks for so many.
#![cfg(unix)]

use crate::{scratch, stderr, tecmns};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Two subsets in several units, a key figure, default charts, and some runs that fail.
const SYSTEM: &str = r#"
[system]
name = "killed"
timesteps = 30
runs = 120
seed = 5

[uncontrollables.m]
kind = "market/price"

[controllables.p]
kind = "amm/constant-product-float"

[uncontrollables.tr]
kind = "amm/random-trader"
"#;

/// Fails where the price falls below 0.9.
const DERIVED: &str = r#"
[derived]
room = "sqrt(m.price - 0.9)"
"#;

const REST: &str = r#"
[[kpi]]
name = "price"
of = "final(m.price)"
aggregate = "mean"

[sweep]
"m.volatility" = [0.1, 0.2]
"#;

/// How a run is ended.
#[derive(Clone, Copy, Debug)]
enum End {
    Kill,
    /// Ctrl-C, and again at once.
    Twice,
}

/// When.
#[derive(Clone, Copy, Debug)]
enum When {
    /// As soon as this is in the folder; `*` stands for the format.
    Appears(&'static str),
    /// After this share of an undisturbed run's time.
    Share(f64),
}

const PHASES: [&str; 8] = [
    "manifest.toml",
    "units/unit-000000.toml",
    "units/unit-000003.toml",
    "trajectories.*",
    "summary.csv",
    "kpis.csv",
    "charts",
    "report.html",
];

fn arguments<'a>(format: &'a str, out: &'a str) -> Vec<&'a str> {
    vec!["run", "s.toml", "--format", format, "--out", out, "--max-failures", "0", "-q"]
}

fn start(folder: &Path, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_tecmns"))
        .current_dir(folder)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Starts a run and ends it; the moment may come too late, and then the run has ended by itself.
fn disturb(folder: &Path, format: &str, when: When, end: End, whole: Duration) {
    let arguments = arguments(format, "o");
    let mut child = start(folder, &arguments);
    let begun = Instant::now();
    let reached = || match when {
        When::Share(share) => begun.elapsed() >= whole.mul_f64(share),
        When::Appears(name) => folder.join("o").join(name.replace('*', format)).exists(),
    };
    while !reached() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_micros(200));
        assert!(begun.elapsed() < Duration::from_secs(120), "{when:?} never came");
    }
    match end {
        End::Kill => drop(child.kill()),
        End::Twice => {
            for _ in 0..2 {
                let _ = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
            }
        }
    }
    child.wait().unwrap();
}

/// Every file of a folder, by name.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in next.read_dir().unwrap().flatten() {
            if entry.path().is_dir() {
                open.push(entry.path());
            } else {
                let name = entry.path().strip_prefix(folder).unwrap().to_owned();
                found.insert(name, std::fs::read(entry.path()).unwrap());
            }
        }
    }
    found
}

fn assert_same(a: &Path, b: &Path, what: &str) {
    let (a, b) = (files(a), files(b));
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>(), "{what}");
    for (name, bytes) in &a {
        assert!(b[name] == *bytes, "{what}: {} differs", name.display());
    }
}

#[test]
fn what_was_killed_is_resumed_to_the_same_bytes() {
    let kills: usize = std::env::var("TECMNS_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    let here = scratch();
    std::fs::write(here.path().join("s.toml"), format!("{SYSTEM}{DERIVED}{REST}")).unwrap();
    let mut undisturbed = BTreeMap::new();
    for format in ["parquet", "arrow", "csv"] {
        let begun = Instant::now();
        let output = tecmns(here.path(), &arguments(format, format));
        assert_eq!(output.status.code(), Some(3), "some runs fail: {}", stderr(&output));
        undisturbed.insert(format, begun.elapsed());
    }
    for kill in 0..kills {
        let format = ["parquet", "arrow", "csv"][kill % 3];
        let end = if kill % 4 == 3 { End::Twice } else { End::Kill };
        // Every phase first, then times in an even spread.
        let when = match PHASES.get(kill) {
            Some(name) => When::Appears(name),
            None => When::Share((kill as f64 * 0.618_033_988_75).fract()),
        };
        let what = format!("kill {kill}: {format}, {when:?}, {end:?}");
        disturb(here.path(), format, when, end, undisturbed[format]);
        if kill % 5 == 4 {
            // Twice in a row.
            let mut again = arguments(format, "o");
            again.push("--resume");
            let mut child = start(here.path(), &again);
            std::thread::sleep(undisturbed[format].mul_f64(0.3));
            let _ = child.kill();
            child.wait().unwrap();
        }
        let mut resumed = arguments(format, "o");
        resumed.push("--resume");
        let output = tecmns(here.path(), &resumed);
        assert_eq!(output.status.code(), Some(3), "{what}: {}", stderr(&output));
        assert_same(&here.path().join("o"), &here.path().join(format), &what);
        std::fs::remove_dir_all(here.path().join("o")).unwrap();
    }
}

#[test]
fn a_finished_folder_is_restored_and_keeps_its_exit_code() {
    let here = scratch();
    std::fs::write(here.path().join("s.toml"), format!("{SYSTEM}{DERIVED}{REST}")).unwrap();
    for out in ["o", "whole"] {
        assert_eq!(tecmns(here.path(), &arguments("parquet", out)).status.code(), Some(3));
    }
    let folder = here.path().join("o");
    let resume = || {
        let mut resumed = arguments("parquet", "o");
        resumed.push("--resume");
        let output = tecmns(here.path(), &resumed);
        assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    };
    resume();
    for lost in
        ["kpis.csv", "summary.csv", "report.html", "figures.csv", "failures.csv", "trajectories.parquet"]
    {
        std::fs::remove_file(folder.join(lost)).unwrap();
        resume();
        assert_same(&folder, &here.path().join("whole"), lost);
    }
    std::fs::remove_dir_all(folder.join("charts")).unwrap();
    resume();
    assert_same(&folder, &here.path().join("whole"), "charts");
    let table = folder.join("trajectories.parquet");
    let mut bytes = std::fs::read(&table).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&table, bytes).unwrap();
    resume();
    assert_same(&folder, &here.path().join("whole"), "a flipped bit");
}

#[test]
fn a_second_writer_is_told_so() {
    let here = scratch();
    let longer = SYSTEM.replace("runs = 120", "runs = 20000");
    std::fs::write(here.path().join("s.toml"), format!("{longer}{DERIVED}{REST}")).unwrap();
    let mut first = start(here.path(), &arguments("parquet", "o"));
    while !here.path().join("o/manifest.toml").exists() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let mut second = arguments("parquet", "o");
    second.push("--resume");
    let output = tecmns(here.path(), &second);
    let running = first.try_wait().unwrap().is_none();
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(running, "the first run ended before it could be disturbed");
    assert_eq!(output.status.code(), Some(75), "{}", stderr(&output));
    assert!(stderr(&output).contains("another process is writing to o"), "{}", stderr(&output));
}

#[test]
fn merged_shards_are_the_folder_of_one_machine() {
    let here = scratch();
    std::fs::write(here.path().join("s.toml"), format!("{SYSTEM}{DERIVED}{REST}")).unwrap();
    for format in ["parquet", "csv"] {
        assert_eq!(tecmns(here.path(), &arguments(format, format)).status.code(), Some(3));
        let shards = [format!("{format}-0"), format!("{format}-1")];
        for (number, shard) in shards.iter().enumerate() {
            let which = format!("{number}/2");
            let mut words = arguments(format, shard);
            words.extend(["--shard", &which]);
            let output = tecmns(here.path(), &words);
            assert!(output.status.success(), "{}", stderr(&output));
        }
        let joined = format!("{format}-joined");
        let output = tecmns(here.path(), &["merge", &shards[1], &shards[0], "--out", &joined]);
        assert!(output.status.success(), "{}", stderr(&output));
        assert_same(&here.path().join(joined), &here.path().join(format), "merged");
    }
}
