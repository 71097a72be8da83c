//! `tecmns import`: files that run as they are, or none.

use crate::{root, scratch, stderr, stdout, tecmns};
use std::fs;

fn model(name: &str) -> String {
    root().join("testdata/te-import").join(name).canonicalize().unwrap().display().to_string()
}

#[test]
fn an_imported_model_is_checked_and_run_as_it_is() {
    let folder = scratch();
    let here = folder.path();
    let done = tecmns(here, &["import", &model("12_hive.mdl"), "--out", "hive.toml"]);
    assert!(done.status.success(), "{}", stderr(&done));
    assert!(stdout(&done).contains("120 steps of 1: hive.toml and hive-equations.toml"), "{}", stdout(&done));
    let checked = tecmns(here, &["check", "hive.toml"]);
    assert!(checked.status.success(), "{}", stderr(&checked));
    let ran = tecmns(here, &["run", "hive.toml", "--out", "results", "--format", "csv"]);
    assert!(ran.status.success(), "{}", stderr(&ran));
    // What is there is not written over without being asked to.
    let again = tecmns(here, &["import", &model("12_hive.mdl"), "--out", "hive.toml"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("hive.toml is there already"), "{}", stderr(&again));
    let forced = tecmns(here, &["import", &model("12_hive.xmile"), "--out", "hive.toml", "--force"]);
    assert!(forced.status.success(), "{}", stderr(&forced));
}

#[test]
fn what_cannot_be_imported_leaves_no_file() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("m.mdl"), "a = QUEUE AGE(3) ~~|\nb = ??? ~~|\n").unwrap();
    let refused = tecmns(here, &["import", "m.mdl", "--out", "m.toml"]);
    assert_eq!(refused.status.code(), Some(2));
    let told = stderr(&refused);
    assert!(
        told.contains("m.mdl:1:5: TE0510: cannot be imported: there is no function `QUEUE AGE`"),
        "{told}"
    );
    assert!(told.contains("m.mdl:2:3: TE0510: in the equation of `b`: it is incomplete"), "{told}");
    assert!(told.contains("`TIME STEP` is missing"), "{told}");
    assert_eq!(fs::read_dir(here).unwrap().count(), 1);
    let other = tecmns(here, &["import", "m.mdl", "--out", "m.json"]);
    assert!(stderr(&other).contains("must end in .toml"), "{}", stderr(&other));
    fs::write(here.join("m.txt"), "").unwrap();
    let unknown = tecmns(here, &["import", "m.txt", "--out", "m.toml"]);
    assert!(stderr(&unknown).contains("--dialect"), "{}", stderr(&unknown));
    let explained = tecmns(here, &["explain", "TE0510"]);
    assert!(stdout(&explained).contains("a model that cannot be imported"));
}

#[test]
fn long_tables_are_written_beside_the_component_or_nothing_is() {
    let folder = scratch();
    let here = folder.path();
    let rows = (0..=50).map(|at| format!("{at},{}\n", 2 * at)).collect::<Vec<_>>().concat();
    fs::write(here.join("prices.csv"), format!("t,price\n{rows}")).unwrap();
    let model = "price := GET DIRECT DATA('prices.csv', ',', 'A', 'B2') ~ USD ~ |\nINITIAL TIME = 0 ~ Month ~ |\n\
        FINAL TIME = 50 ~ Month ~ |\nTIME STEP = 1 ~ Month ~ |\nSAVEPER = 1 ~ Month ~ |\n";
    fs::write(here.join("m.mdl"), model).unwrap();
    fs::write(here.join("out-price_table.csv"), "mine").unwrap();
    let taken = tecmns(here, &["import", "m.mdl", "--out", "out.toml"]);
    assert!(stderr(&taken).contains("out-price_table.csv is there already"), "{}", stderr(&taken));
    // A circle is found when the component is read: what was there is there again.
    fs::write(here.join("circle.mdl"), format!("{model}a = b ~~|\nb = a ~~|\n")).unwrap();
    let refused = tecmns(here, &["import", "circle.mdl", "--out", "out.toml", "--force"]);
    let told = stderr(&refused);
    assert!(told.contains("circle.mdl:6:1: TE0503: in `a`: `a` needs itself: a > b > a"), "{told}");
    assert_eq!(fs::read_to_string(here.join("out-price_table.csv")).unwrap(), "mine");
    assert!(!here.join("out.toml").exists() && !here.join("out-equations.toml").exists());
    let done = tecmns(here, &["import", "m.mdl", "--out", "out.toml", "--force"]);
    assert!(stdout(&done).contains("out-equations.toml and 1 table"), "{}{}", stdout(&done), stderr(&done));
    let ran = tecmns(here, &["run", "out.toml", "--out", "r", "--format", "csv"]);
    assert!(ran.status.success(), "{}", stderr(&ran));
    assert!(fs::read_to_string(here.join("r/trajectories.csv")).unwrap().contains(",34"));
}
