//! Dates, where the system has a start.

use crate::{column, read};
use te_core::{Clock, Date, Experiment, List, Registry, StepLength, StreamKey, System, TimeUnit, Value};
use te_equations::{Equations, FileColumn};

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

/// A column of a file may hold dates as a list may, and has their unit.
#[test]
fn dates_of_a_table_may_come_from_a_file() {
    let text = |of: &str| {
        component(&format!(
            "[let]\nprice = {{ of = \"quoted({of})\" }}\n[table.quoted]\n\
             x = {{ file = \"quotes.csv\", column = \"day\" }}\ny = {{ values = [0, 30] }}\n"
        ))
    };
    let dates: Vec<Date> = ["2026-01-31", "2026-03-02"].iter().map(|date| date.parse().unwrap()).collect();
    let columns = |_: &Value| Ok(FileColumn::Dates(dates.clone()));
    let equations = Equations::parse_with(&text("today()"), &columns).unwrap();
    let mut registry = Registry::new();
    registry.add_kind(equations, "test", "");
    let mut system = System::builder("s");
    system.step_length(StepLength::new(1.0, TimeUnit::Month));
    system.start(dates[0]);
    system.kind(List::Controllables, "it", registry.kind("test/it").unwrap(), &Value::Table(Vec::new()));
    let experiment = Experiment::new(system.build().unwrap()).timesteps(3);
    assert_eq!(column(&experiment, "it.price"), [0.0, 28.0, 30.0, 30.0]);
    let refused = Equations::parse_with(&text("time"), &columns).unwrap_err().to_string();
    assert!(refused.contains("TE0504") && refused.contains("day"), "{refused}");
    let draw =
        component("[draw]\nx = { of = \"empirical\", values = { file = \"r.csv\", column = \"r\" } }\n");
    let refused = Equations::parse_with(&draw, &columns).unwrap_err().to_string();
    assert!(refused.contains("TE0512: `values` of [draw] x are dates: numbers are wanted"), "{refused}");
}

#[test]
fn dates_that_are_none_are_refused() {
    for (of, expected) in [
        ("step(1, date('2026-02-30'))", "5:26: TE0507: 2026-02-30 is no date: February 2026 has 28 days"),
        ("step(1, date(t))", "TE0507: `date` takes a date that is written out"),
        ("year(2026)", "`year()` takes no arguments"),
        ("month % 3", "TE0502: unknown name `month`: write `month()` for that of the row's date"),
        ("'2026-03-01' + 1", "TE0501: \"2026-03-01\" is compared with a parameter of choice"),
    ] {
        let text = component(&format!("[let]\nx = {{ of = \"{of}\" }}\n"));
        let found = Equations::parse(&text).expect_err(of).to_string();
        assert!(found.contains(expected), "{of}\n{found}");
    }
    let text = component("[table.f]\nx = { values = [\"2026-01-01\", \"soon\"] }\ny = { values = [0, 1] }\n");
    let found = Equations::parse(&text).unwrap_err().to_string();
    assert!(found.contains("5:31: TE0506: `soon` is no date"), "{found}");
}

#[test]
fn dates_need_a_start() {
    let text = component("[let]\nx = { of = \"1\" }\ny = { of = \"2 * month()\" }\n");
    let seasons = read(&text);
    let fault = seasons.undated().unwrap();
    assert_eq!((&text[fault.span.clone()][..7], fault.code), ("month()", "TE0018"));
    let no_start = "it asks for the date by `month()`: rows have dates where the system has a `start`, the date of row 0";
    assert_eq!(fault.message, no_start);
    assert!(read(&component("[let]\nx = { of = \"t\" }\n")).undated().is_none());
    let mut registry = Registry::new();
    registry.add_kind(seasons.clone(), "test", "");
    let mut system = System::builder("s");
    system.kind(List::Controllables, "it", registry.kind("test/it").unwrap(), &Value::Table(Vec::new()));
    let refused = system.build().unwrap_err().to_string();
    assert_eq!(refused, format!("TE0018: component `{}", no_start.replacen("it", "it`", 1)));
    // By hand there is no start either.
    let mut alone = te_core::kind::Instance::single(&seasons, "it", StreamKey::default()).unwrap();
    let failed = alone.step(&[], &Clock::at(1)).unwrap_err().to_string();
    assert!(failed.contains("the equations read the date, and the system has no start"), "{failed}");
}
