//! Plans of other numbers have other identities.

use crate::{root, scratch, stderr, tecmns};
use std::path::Path;

/// Identity and rows of a run of this text.
fn run(here: &Path, text: &str, more: &[&str]) -> Option<(String, Vec<u8>)> {
    std::fs::write(here.join("s.toml"), text).unwrap();
    let out = here.join("o");
    let _ = std::fs::remove_dir_all(&out);
    let arguments = [&["run", "s.toml", "--out", "o", "--no-charts", "-q", "--format", "csv"], more].concat();
    let output = tecmns(here, &arguments);
    if !matches!(output.status.code(), Some(0 | 3)) {
        return None;
    }
    let manifest: toml::Table = std::fs::read_to_string(out.join("manifest.toml")).unwrap().parse().unwrap();
    let id = manifest["plan"]["id"].as_str().unwrap().to_owned();
    let mut rows = std::fs::read(out.join("trajectories.csv")).unwrap_or_default();
    rows.extend(std::fs::read(out.join("failures.csv")).unwrap_or_default());
    Some((id, rows))
}

const CHAIN: &str = r#"[system]
name = "s"
timesteps = 6
runs = 2
seed = 5
step = "1 week"
[uncontrollables.m]
kind = "market/price"
params = { volatility = 0.4 }
[uncontrollables.d]
kind = "glue/delay"
[uncontrollables.e]
kind = "system"
file = "inner.toml"
[uncontrollables.s]
kind = "source/series"
params = { values = { file = "p.csv", column = "price" }, end = "hold" }
[[wire]]
from = "m.price"
to = "d.value"
[derived]
shifted = "lag(m.price, 1) + e.b.value"
[stop]
when = "m.price > 1e6"
[random]
"m.drift" = "uniform(0, 0.1)"
"#;
const INNER: &str = "[uncontrollables.a]\nkind = \"source/function\"\nparams = { of = \"t\" }\n[uncontrollables.b]\nkind = \"glue/delay\"\n[[wire]]\nfrom = \"a.value\"\nto = \"b.value\"\n";
const DATA: &str = "price\n1\n2\n";

fn write(here: &Path, inner: &str, data: &str) {
    std::fs::write(here.join("inner.toml"), inner).unwrap();
    std::fs::write(here.join("p.csv"), data).unwrap();
}

/// Each change alone. Where the rows are others, the identity is; and each of these does change the rows.
#[test]
fn whatever_changes_a_row_changes_the_identity() {
    let here = scratch();
    let here = here.path();
    write(here, INNER, DATA);
    let (id, rows) = run(here, CHAIN, &[]).unwrap();
    assert_eq!(run(here, CHAIN, &[]).unwrap(), (id.clone(), rows.clone()));
    assert_eq!(run(here, &format!("# A comment.\n{CHAIN}"), &[]).unwrap().0, id);
    let stages = |a: &str, b: &str| {
        format!(
            "{CHAIN}[[stage]]\ncomponents = [{a}]\n[[stage]]\ncomponents = [{b}]\ndiscipline = \"simultaneous\"\n"
        )
    };
    let mut seen = vec![id.clone()];
    for text in [
        format!("{CHAIN}[discipline]\nuncontrollables = \"simultaneous\"\n"),
        stages("\"d\", \"m\"", "\"e\", \"s\""),
        CHAIN.replace("seed = 5", "seed = 6"),
        CHAIN.replace("timesteps = 6", "timesteps = 7"),
        CHAIN.replace("runs = 2", "runs = 3"),
        CHAIN.replace("1 week", "1 month"),
        CHAIN.replace("0.4", "0.5"),
        CHAIN.replace("from = \"m.price\"", "from = \"2 * m.price\""),
        CHAIN.replace("lag(m.price, 1)", "lag(m.price, 2)"),
        CHAIN.replace("m.price > 1e6", "m.price > 0"),
        CHAIN.replace("uniform(0, 0.1)", "uniform(0, 0.2)"),
        CHAIN.replace("end = \"hold\"", "end = \"repeat\""),
        format!("{CHAIN}[sweep]\n\"m.volatility\" = [0.1, 0.2]\n"),
        format!("{CHAIN}[record]\nmetrics = [\"m.price\"]\n"),
        format!("{CHAIN}[record]\nevery = 2\n"),
        format!(
            "{CHAIN}[[variant]]\nname = \"a\"\n[[variant]]\nname = \"b\"\nset = {{ \"m.volatility\" = 0.1 }}\n"
        ),
    ] {
        let (other, its) = run(here, &text, &[]).unwrap_or_else(|| panic!("{text}"));
        assert!(its != rows, "the rows are the same: {text}");
        assert!(!seen.contains(&other), "the identity is that of other rows: {text}");
        seen.push(other);
    }
    let nested = format!("{INNER}[discipline]\nuncontrollables = \"simultaneous\"\n");
    for (inner, data) in [
        (nested.as_str(), DATA),
        (&INNER.replace("\"t\"", "\"t + 1\""), DATA),
        (&INNER.replace("from = \"a.value\"", "from = \"3 * a.value\""), DATA),
        (INNER, "price\n1\n3\n"),
    ] {
        write(here, inner, data);
        let (other, its) = run(here, CHAIN, &[]).unwrap();
        assert!(its != rows && !seen.contains(&other), "{inner}{data}");
        seen.push(other);
    }
    write(here, INNER, DATA);
    for more in [&["--set", "m.volatility=0.9"][..], &["--sweep", "m.volatility=0.9"], &["--seed", "9"]] {
        let (other, its) = run(here, CHAIN, more).unwrap();
        assert!(its != rows && !seen.contains(&other), "{more:?}");
        seen.push(other);
    }
}

/// Each number in the project's system files made another, each line left out: where the run is still possible and its rows
/// are others, so is the identity.
#[test]
fn changed_lines_of_system_files_change_the_identity_with_the_rows() {
    let here = scratch();
    let here = here.path();
    let (mut changed, mut same) = (0, 0);
    for name in ["hive-split.toml", "work-token.toml", "hatch-to-curve.toml"] {
        let text = std::fs::read_to_string(root().join("systems").join(name)).unwrap();
        let short = ["--timesteps", "4", "--runs", "1"];
        let (id, rows) = run(here, &text, &short).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for at in (0..lines.len()).filter(|at| !lines[*at].trim().is_empty() && !lines[*at].starts_with('#'))
        {
            let mut others = lines.clone();
            let number = lines[at].rfind(|letter: char| letter.is_ascii_digit());
            let altered = number.map(|digit| {
                let other = if lines[at].as_bytes()[digit] == b'1' { "2" } else { "1" };
                format!("{}{other}{}", &lines[at][..digit], &lines[at][digit + 1..])
            });
            match &altered {
                Some(line) => others[at] = line,
                None => {
                    others.remove(at);
                }
            }
            let Some((other, its)) = run(here, &others.join("\n"), &short) else { continue };
            if its == rows {
                same += 1;
            } else {
                changed += 1;
                assert!(other != id, "{name}: line {} changes rows and not the identity", at + 1);
            }
        }
    }
    assert!(changed >= 10, "{changed} changes of rows, {same} without");
}

#[test]
fn a_folder_of_another_order_of_steps_is_not_gone_on_with() {
    let here = scratch();
    let here = here.path();
    write(here, INNER, DATA);
    std::fs::write(here.join("s.toml"), CHAIN).unwrap();
    let base = ["run", "s.toml", "--out", "o", "--no-charts", "-q", "--runs", "300"];
    let first = [&base[..], &["--shard", "0/2"]].concat();
    assert!(tecmns(here, &first).status.success());
    std::fs::write(here.join("s.toml"), format!("{CHAIN}[discipline]\nuncontrollables = \"simultaneous\"\n"))
        .unwrap();
    let output = tecmns(here, &[&base[..], &["--resume"]].concat());
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
}

/// The engine is among the code that a manifest names, and results are verified against it.
#[test]
fn the_engine_is_part_of_the_code() {
    let registry = tecmns::built_in();
    let of = |kinds: &[&'static str]| tecmns::engine_of(&registry, kinds.iter().copied());
    let names = |kinds| of(kinds).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names(&["source/function"]), ["te-derive", "te-math", "libraries"]);
    let economy = names(&["hive/economy"]);
    assert!(
        economy.contains(&"te-core".to_owned()) && economy.contains(&"te-derive".to_owned()),
        "{economy:?}"
    );
    assert!(
        !economy.contains(&"te-output".to_owned()),
        "what draws and writes computes nothing: {economy:?}"
    );
    let flash = names(&["amm/constant-product"]);
    assert!(!flash.contains(&"te-amm".to_owned()), "a kind's own crate is in `code`: {flash:?}");

    let here = scratch();
    let here = here.path();
    write(here, INNER, DATA);
    let (_, _) = run(here, CHAIN, &[]).unwrap();
    let manifest = here.join("o/manifest.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let engine = table["engine"]["te-derive"].as_str().unwrap().to_owned();
    let registry = root().canonicalize().unwrap().display().to_string();
    let verify = || tecmns(here, &["verify", "o", "--registry", &registry]);
    let before = String::from_utf8_lossy(&verify().stdout).into_owned() + &stderr(&verify());
    assert!(before.contains("te-derive: "), "{before}");
    let (id, hash) = engine.split_once(' ').unwrap();
    let forged = format!("{id} h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    assert!(hash.starts_with("h1:"));
    std::fs::write(&manifest, text.replace(&engine, &forged)).unwrap();
    let output = verify();
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("te-derive: made by code with hash h1:AAAA"), "{}", stderr(&output));
}
