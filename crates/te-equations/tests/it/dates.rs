//! Dates, where the system has a start.

use crate::{column, experiment, read};
use te_core::{Date, Experiment, List, Registry, StepLength, System, TimeUnit, Value};
use te_equations::Equations;

fn component(rest: &str) -> String {
    format!("[component]\nkind = \"test/it\"\ntime = \"month\"\n{rest}")
}

/// A system whose row 0 has this date.
fn dated(text: &str, start: &str, step: StepLength) -> Experiment {
    let mut registry = Registry::new();
    registry.add_kind(read(text), "test", "");
    let mut system = System::builder("s");
    system.step_length(step);
    system.start(start.parse::<Date>().unwrap());
    system.kind(List::Controllables, "it", registry.kind("test/it").unwrap(), &Value::Table(Vec::new()));
    Experiment::new(system.build().unwrap_or_else(|refused| panic!("{refused}")))
}

const CALENDAR: &str = r#"
[let]
y = { of = "year()" }
m = { of = "month()" }
d = { of = "day()" }
w = { of = "weekday()" }
grant = { of = "step(5, date('2026-04-01'))" }
season = { of = "window(date('2026-03-01'), date('2026-05-15'))" }
early = { of = "if(time >= date('2020-01-01'), 1, 0)" }
due = { of = "if(month() % 3 == 0, 1, 0)" }
price = { of = "quoted(today())" }
late = { of = "delay(t, date('2026-03-28'))" }

[table.quoted]
x = { values = ["2026-01-31", 2026-03-02] }
y = { values = [0, 30] }
"#;

#[test]
fn rows_have_dates() {
    let months =
        dated(&component(CALENDAR), "2026-01-31", StepLength::new(1.0, TimeUnit::Month)).timesteps(4);
    let of = |name: &str| column(&months, &format!("it.{name}"));
    // 2026-01-31, 02-28, 03-31, 04-30, 05-31.
    assert_eq!(of("y"), [2026.0; 5]);
    assert_eq!(of("m"), [1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(of("d"), [31.0, 28.0, 31.0, 30.0, 31.0]);
    assert_eq!(of("w"), [6.0, 6.0, 2.0, 4.0, 7.0]);
    assert_eq!(of("grant"), [0.0, 0.0, 0.0, 5.0, 5.0]);
    // The first row from March 1 on is March 31, that from May 15 on May 31.
    assert_eq!(of("season"), [0.0, 0.0, 1.0, 1.0, 0.0]);
    assert_eq!(of("early"), [1.0; 5]);
    assert_eq!(of("due"), [0.0, 0.0, 1.0, 0.0, 0.0]);
    assert_eq!(of("price"), [0.0, 28.0, 30.0, 30.0, 30.0]);
    // A date is a number that is known at the start: two months here.
    assert_eq!(of("late"), [0.0, 0.0, 0.0, 1.0, 2.0]);
    // Weeks, in substeps and lanes.
    let text = component("substeps = 7\n[state]\nx = { initial = 0, next = \"day()\" }\n");
    let weeks = dated(&text, "2026-12-20", StepLength::new(1.0, TimeUnit::Week)).timesteps(3);
    assert_eq!(column(&weeks, "it.x"), [0.0, 20.0, 27.0, 3.0]);
    let lanes = column(&weeks.clone().runs(40), "it.x");
    assert!(lanes.chunks(4).all(|run| run == [0.0, 20.0, 27.0, 3.0]));
}

#[test]
fn dates_that_are_none_are_refused() {
    for (of, expected) in [
        ("step(1, date('2026-02-30'))", "5:26: TE0507: 2026-02-30 is no date: February 2026 has 28 days"),
        ("step(1, date(t))", "TE0507: `date` takes a date that is written out"),
        ("year(2026)", "`year()` takes no arguments"),
        ("'2026-03-01' + 1", "TE0501: \"2026-03-01\" is compared with a parameter of choice"),
    ] {
        let text = component(&format!("[let]\nx = {{ of = \"{of}\" }}\n"));
        let found = Equations::parse(&text).expect_err(of).to_string();
        assert!(found.contains(expected), "{of}\n{found}");
    }
    let text = component("[table.f]\nx = { values = [\"2026-01-01\", \"soon\"] }\ny = { values = [0, 1] }\n");
    let found = Equations::parse(&text).unwrap_err().to_string();
    assert!(found.contains("5:31: TE0506: `soon` is no date"), "{found}");
    // Without a start there are no dates.
    let results = experiment(&read(&component("[let]\nx = { of = \"month()\" }\n")), 3).run().unwrap();
    let failure = results.failures[0].to_string();
    assert!(failure.contains("the equations read the date, and the system has no start"), "{failure}");
}
