//! Kinds that are equations and registered: treated like any kind, wherever the registry reaches.

use crate::{scratch, stderr, stdout};
use std::path::Path;
use std::process::{Command, Output};

fn git(folder: &Path, args: &[&str]) {
    let done = Command::new("git")
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
        .args(args)
        .output()
        .unwrap();
    assert!(done.status.success(), "git {args:?}: {}", stderr(&done));
}

fn tecmns(folder: &Path, args: &[&str]) -> Output {
    let cache = folder.parent().unwrap().join("cache");
    Command::new(env!("CARGO_BIN_EXE_tecmns"))
        .current_dir(folder)
        .env("TECMNS_CACHE", cache)
        .args(args)
        .output()
        .unwrap()
}

fn done(folder: &Path, args: &[&str]) -> String {
    let output = tecmns(folder, args);
    assert!(output.status.success(), "{args:?}: {}{}", stdout(&output), stderr(&output));
    stdout(&output)
}

const SYSTEM: &str = "[system]\nname = \"s\"\ntimesteps = 3\nstep = \"1 month\"\n\
    [controllables.pool]\nkind = \"mine/slow\"\nparams = { growth = 0.5 }\n";

#[test]
fn from_a_new_file_to_results_that_name_its_hash() {
    let world = scratch();
    let theirs = world.path().join("theirs");
    let said = done(
        world.path(),
        &["new", "pools", "--equations", "--kind", "mine/slow", "--standalone", theirs.to_str().unwrap()],
    );
    assert!(said.contains("new     pools/slow.toml"), "{said}");
    git(&theirs, &["init", "--quiet"]);
    git(&theirs, &["add", "--all"]);
    done(&theirs, &["lock"]);
    git(&theirs, &["add", "--all"]);
    git(&theirs, &["commit", "--quiet", "--message=x"]);
    done(&theirs, &["verify"]);

    let listed = done(&theirs, &["list", "mine/"]);
    assert!(listed.starts_with("mine/slow  pools/pools  h1:"), "{listed}");
    let shown = done(&theirs, &["show", "mine/slow"]);
    assert!(shown.contains("Equations (euler)\n  added = growth * stock"), "{shown}");
    assert!(done(&theirs, &["show", "mine/slow", "--json"]).contains("\"equations\""));
    assert!(done(&theirs, &["lineage", "pools"]).contains("pools/pools"));
    std::fs::write(theirs.join("s.toml"), SYSTEM).unwrap();
    assert!(done(&theirs, &["check", "s.toml"]).contains("mine/slow"));

    done(&theirs, &["run", "s.toml", "--out", "results", "--format", "csv", "--quiet"]);
    let rows = std::fs::read_to_string(theirs.join("results/trajectories.csv")).unwrap();
    let last = rows.lines().last().unwrap();
    assert!(last.contains("337.5"), "100 grows by half three times: {last}");
    let manifest = std::fs::read_to_string(theirs.join("results/manifest.toml")).unwrap();
    assert!(manifest.contains("\"mine/slow\" = \"pools/pools h1:"), "{manifest}");
    // The built-in engine is not in their registry; their kind is.
    let verified = tecmns(&theirs, &["verify", "results"]);
    let said = stdout(&verified);
    assert!(said.contains("mine/slow: registered code of pools/pools"), "{said}{}", stderr(&verified));

    // Another registry names theirs by commit; the kind is there once it is fetched.
    let ours = world.path().join("ours");
    std::fs::create_dir(&ours).unwrap();
    std::fs::write(ours.join("netlist.toml"), "[registry]\nname = \"ours\"\nformat = 1\n").unwrap();
    git(&ours, &["init", "--quiet"]);
    git(&ours, &["add", "--all"]);
    let rev = Command::new("git").current_dir(&theirs).args(["rev-parse", "HEAD"]).output().unwrap();
    let url = format!("file://{}", theirs.display());
    done(&ours, &["add", "theirs", &url, "--rev", stdout(&rev).trim(), "--allow-file"]);
    let listed = done(&ours, &["list", "mine/"]);
    assert!(listed.starts_with("mine/slow  ours/theirs/pools  h1:"), "{listed}");
    std::fs::write(ours.join("s.toml"), SYSTEM).unwrap();
    done(&ours, &["run", "s.toml", "--out", "results", "--format", "csv", "--quiet"]);
    assert_eq!(std::fs::read_to_string(ours.join("results/trajectories.csv")).unwrap(), rows);

    // A file that cannot be read is said to be left out, and costs nobody else their run.
    std::fs::write(
        theirs.join("pools/slow.toml"),
        "[component]\nkind = \"mine/slow\"\n[let]\nx = { of = \"1 +\" }\n",
    )
    .unwrap();
    let checked = tecmns(&theirs, &["check", "s.toml"]);
    assert_eq!(checked.status.code(), Some(2));
    let said = stderr(&checked);
    assert!(said.contains("note: pools/pools: mine/slow is left out:") && said.contains("TE0501"), "{said}");
    assert!(tecmns(&theirs, &["list", "hive/"]).status.success());
}
