//! Parameters of choice, states of whole numbers, and tables that are columns of files.

use crate::{column, experiment, read, system_of};
use te_core::{Axis, Experiment, StepLength, Sweep, TimeUnit, Value};
use te_equations::Equations;

fn component(rest: &str) -> String {
    format!("[component]\nkind = \"test/it\"\ntime = \"month\"\n{rest}")
}

const PACE: &str = "[param]\npace = { default = \"slow\", type = [\"slow\", \"fast\", \"as it comes\"] }\n\
    [let]\nx = { of = 'if(pace == \"fast\", 10, if(\"slow\" != pace, 5, 1)) * t' }\n";

#[test]
fn a_choice_is_compared() {
    let equations = read(&component(PACE));
    assert_eq!(column(&experiment(&equations, 2), "it.x"), [0.0, 1.0, 2.0]);
    let with = |pace: &str| Value::Table(vec![("pace".into(), Value::Text(pace.into()))]);
    let system = system_of(&equations, &with("fast"), StepLength::new(1.0, TimeUnit::Month));
    assert_eq!(column(&Experiment::new(system.clone()).timesteps(2), "it.x"), [0.0, 10.0, 20.0]);
    // Swept, in lanes.
    let words = ["slow", "fast", "as it comes"].map(|word| Value::Text(word.into()));
    let swept = Experiment::new(system)
        .timesteps(1)
        .runs(20)
        .sweep(Sweep::Product(vec![Axis::new("it.pace", words)]));
    let found = column(&swept, "it.x");
    assert_eq!(found.len(), 120);
    for (subset, expected) in [1.0, 10.0, 5.0].into_iter().enumerate() {
        assert!(found[subset * 40..][..40].chunks(2).all(|run| run == [0.0, expected]));
    }
    assert_eq!(column(&swept.one_by_one(), "it.x"), found);
    for (rest, expected) in [
        (
            PACE.replace("pace == \"fast", "pace == \"fist"),
            "7:24: TE0502: `pace` is never \"fist\"; did you mean `fast`?",
        ),
        (
            PACE.replace("* t", "* pace"),
            "7:64: TE0501: `pace` is a choice: it is compared, as in `pace == \"slow\"`",
        ),
        (PACE.replace("* t", "+ \"fast\""), "TE0501: \"fast\" is compared with a parameter of choice"),
        (PACE.replace("\"fast\",", "\"fast,"), "TE0501"),
        (
            PACE.replace("default = \"slow\"", "default = \"slower\""),
            "5:20: TE0501: `default` of [param] pace",
        ),
        (PACE.replace("type =", "min = 1, type ="), "`min` of [param] pace is for numbers: it is a choice"),
        (
            PACE.replace("\"slow\", \"fast\"", "\"slow\", \"slow\", \"fast\""),
            "[param] pace offers `slow`: choices are words, each once",
        ),
    ] {
        let found = Equations::parse(&component(&rest)).expect_err(&rest).to_string();
        assert!(found.contains(expected), "{rest}\n{found}");
    }
}

#[test]
fn states_of_whole_numbers_stay_whole() {
    let text = |kind: &str, next: &str| {
        component(&format!("[state]\nx = {{ initial = 0, next = \"{next}\", type = \"{kind}\" }}\n"))
    };
    assert_eq!(column(&experiment(&read(&text("integer", "x - 3")), 2), "it.x"), [0.0, -3.0, -6.0]);
    assert_eq!(column(&experiment(&read(&text("boolean", "not x")), 2), "it.x"), [0.0, 1.0, 0.0]);
    for (kind, next, expected) in [
        ("integer", "x + t / 2", "`x` is 0.5: allowed is whole numbers; `x + t / 2`"),
        ("boolean", "x + t", "`x` is 3: allowed is [0, 1]; `x + t`"),
        ("boolean", "0.5", "`x` is 0.5: allowed is whole numbers"),
    ] {
        let results = experiment(&read(&text(kind, next)), 4).run().unwrap();
        assert!(results.failures[0].to_string().contains(expected), "{}", results.failures[0]);
    }
}

const TABLE: &str = "[table.wanted]\nx = { file = \"wanted.csv\", column = \"apr\", unit = \"1\" }\n\
    y = { file = \"data/wanted.csv\", column = \"share\", separator = \";\" }\n[let]\nv = { of = \"wanted(t)\" }\n";

#[test]
fn a_table_may_be_columns_of_files() {
    use te_core::kind::Instance as _;
    let columns = |last: f64| {
        move |wanted: &Value| {
            let Value::Table(keys) = wanted else { panic!("{wanted}") };
            let get = |key: &str| keys.iter().find(|(own, _)| own == key).map(|(_, value)| value.to_string());
            assert_eq!(keys.len(), if get("separator").is_some() { 3 } else { 2 });
            match get("column").unwrap().as_str() {
                "apr" => Ok(vec![0.0, 1.0, 2.0].into()),
                "share" => Ok(vec![0.0, 10.0, last].into()),
                other => Err(format!("no column {other}")),
            }
        }
    };
    let equations = Equations::parse_with(&component(TABLE), &columns(15.0)).unwrap();
    assert_eq!(column(&experiment(&equations, 3), "it.v"), [0.0, 10.0, 15.0, 15.0]);
    // What the files hold is part of what the kind is.
    let other = Equations::parse_with(&component(TABLE), &columns(16.0)).unwrap();
    assert_ne!(equations.content(), other.content());
    let again = Equations::parse_with(&component(TABLE), &columns(15.0)).unwrap();
    assert_eq!(equations.content(), again.content());
    for (from, to, expected) in [
        ("\"apr\"", "\"apy\"", "5:14: TE0506: `x` of [table.wanted]: no column apy"),
        (
            "file = \"wanted.csv\"",
            "file = \"../wanted.csv\"",
            "5:14: TE0506: `x` of [table.wanted] reads a file beside the component",
        ),
        ("file = \"wanted.csv\"", "file = \"/etc/passwd\"", "reads a file beside the component"),
        (", column = \"apr\"", "", "`x` of [table.wanted] needs `column`"),
        (
            "file = \"wanted.csv\", column = \"apr\", ",
            "",
            "5:1: TE0506: `x` of [table.wanted] needs `values`, or `file` and `column`",
        ),
        ("column = \"apr\"", "column = \"apr\", values = [1, 2]", "has `values` and `file`"),
        (
            "column = \"apr\"",
            "column = \"apr\", time = \"date\"",
            "unknown key `time` in `x` of [table.wanted]",
        ),
    ] {
        assert!(TABLE.contains(from));
        let found = Equations::parse_with(&component(&TABLE.replace(from, to)), &columns(1.0))
            .expect_err(to)
            .to_string();
        assert!(found.contains(expected), "{to}\n{found}");
    }
}
