//! Values and axes of the command line.

use crate::{scratch, stderr, stdout, tecmns};
use te_output::read_frame;

const SERIES: &str = "[system]\nname = \"s\"\ntimesteps = 1\n[uncontrollables.price]\nkind = \"source/series\"\nparams = { values = [1, 2] }\n[uncontrollables.f]\nkind = \"source/function\"\n[controllables.economy]\nkind = \"hive/economy\"\n";

/// The column after a run of `text` with these arguments; or what was said.
fn run(text: &str, column: &str, more: &[&str]) -> Result<Vec<f64>, String> {
    let here = scratch();
    std::fs::write(here.path().join("s.toml"), text).unwrap();
    let arguments = [&["run", "s.toml", "--out", "o", "--no-charts"], more].concat();
    let output = tecmns(here.path(), &arguments);
    if output.status.code() != Some(0) {
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(!here.path().join("o").exists());
        return Err(stderr(&output));
    }
    let frame = read_frame(here.path().join("o/trajectories.parquet")).unwrap();
    Ok(frame.f64s(column).unwrap().to_vec())
}

#[test]
fn values_are_written_as_in_files() {
    let series = |more: &[&str]| run(SERIES, "price.value", more).unwrap();
    assert_eq!(series(&["--set", "price.values=[5, 6]"]), [5.0, 6.0]);
    assert_eq!(series(&["--sweep", "price.values=[5,6],[7,8]"]), [5.0, 6.0, 7.0, 8.0]);
    let function = |more: &[&str]| run(SERIES, "f.value", more).unwrap();
    assert_eq!(function(&["--set", "f.of=if(t > 0, 5, 6)"]), [6.0, 5.0]);
    assert_eq!(function(&["--set", "f.of=\"10\""]), [10.0, 10.0]);
    assert_eq!(function(&["--sweep", "f.of=\"10\",max(t, 3)"]), [10.0, 10.0, 3.0, 3.0]);
    let axis = run(SERIES, "economy.throttle", &["--sweep", "economy.throttle=0..0.5, 3"]).unwrap();
    assert_eq!(axis, [0.0, 0.0, 0.25, 0.25, 0.5, 0.5]);
    let file = format!("{SERIES}[sweep]\n\"economy.throttle\" = \"0.25..0.5, 2 log\"\n");
    assert_eq!(run(&file, "economy.throttle", &[]).unwrap(), [0.25, 0.25, 0.5, 0.5]);
    for (argument, said) in [
        ("economy.throttle=0..1", "the number of values is missing"),
        ("economy.throttle=0..1, 5 log", "above 0"),
        ("economy.throttle=0.1,,0.2", "value 2 of `0.1,,0.2` is empty"),
    ] {
        let error = run(SERIES, "f.value", &["--sweep", argument]).unwrap_err();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn values_that_would_do_nothing_are_refused() {
    let swept = format!("{SERIES}[sweep]\n\"economy.throttle\" = [0.1, 0.2]\n");
    let drawn = format!("{SERIES}[random]\n\"economy.throttle\" = \"uniform(0, 0.1)\"\n");
    let set = format!(
        "{SERIES}[[variant]]\nname = \"v\"\nset = {{ \"economy.throttle\" = 0.1 }}\n[[variant]]\nname = \"w\"\n"
    );
    let swapped = format!(
        "{SERIES}[[variant]]\nname = \"v\"\nswap = {{ price = {{ kind = \"source/series\", params = {{ values = [3, 4] }} }} }}\n"
    );
    let throttle = "economy.throttle=0.3";
    for (text, arguments, said) in [
        (&swept, vec!["--set", throttle], "it is swept"),
        (&drawn, vec!["--set", throttle], "[random] draws it"),
        (&drawn, vec!["--sweep", throttle], "[random] draws it"),
        (&set, vec!["--set", throttle], "variant `v` sets it"),
        (&set, vec!["--sweep", throttle], "variant `v` sets it"),
        (&swapped, vec!["--set", "price.values=[1, 1]"], "variant `v` sets it"),
        (&SERIES.to_owned(), vec!["--set", throttle, "--set", throttle], "given twice"),
        (&SERIES.to_owned(), vec!["--sweep", throttle, "--sweep", throttle], "given twice"),
        (&SERIES.to_owned(), vec!["--set", throttle, "--sweep", throttle], "it is swept"),
    ] {
        let error = run(text, "f.value", &arguments).unwrap_err();
        assert!(error.contains("TE0309") && error.contains(said), "{arguments:?}: {error}");
    }
    // A sweep of the command line in place of the file's is said.
    let here = scratch();
    std::fs::write(here.path().join("s.toml"), swept).unwrap();
    let output = tecmns(here.path(), &["check", "s.toml", "--sweep", "economy.throttle=0.3,0.4,0.5"]);
    let text = stdout(&output);
    assert!(
        text.contains("3 subsets") && text.contains("forecast: 3 points, 3 runs, 3 steps; 6 rows"),
        "{text}"
    );
    assert!(stderr(&output).contains("replaces the values of the file's sweep"), "{}", stderr(&output));
}

#[test]
fn key_figures_name_the_swept_values() {
    let here = scratch();
    let kpi =
        "[sweep]\n\"economy.throttle\" = [0.1, 0.2]\n[[kpi]]\nname = \"last\"\nof = \"final(f.value)\"\n";
    std::fs::write(here.path().join("s.toml"), format!("{SERIES}{kpi}")).unwrap();
    let output = tecmns(here.path(), &["run", "s.toml", "--out", "o", "--no-charts"]);
    let text = stdout(&output);
    assert!(
        text.contains("last, economy.throttle = 0.1:") && text.contains("last, economy.throttle = 0.2:"),
        "{text}"
    );
}

#[test]
fn verbs_and_threads() {
    let here = scratch();
    let output = tecmns(here.path(), &["--init"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("did you mean `tecmns init`?"), "{}", stderr(&output));
    std::fs::write(here.path().join("s.toml"), SERIES).unwrap();
    let output = tecmns(here.path(), &["run", "s.toml", "-j", "99999"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("from 0 to 1024"), "{}", stderr(&output));
}
