//! Functions of the calendar in derived columns, wires and events.

use crate::fund::{Fund, FundParams};
use crate::models::{Follow, build};
use te_core::{Date, Event, Experiment, Frame, List, RunId, StepLength, System, SystemBuilder};

/// A system with steps of this length and, where it is not empty, this start.
fn system(step: &str, start: &str) -> SystemBuilder {
    let mut system = System::builder("s");
    system.step_length(step.parse::<StepLength>().unwrap());
    if !start.is_empty() {
        system.start(start.parse::<Date>().unwrap());
    }
    system.uncontrollable::<Follow>("late", ());
    system.controllable::<Fund>("fund", FundParams::default());
    system.wire("month() - 1", "late.target");
    system.derived("rate", "param(fund.rate)", "");
    system
}

fn columns(frame: &Frame, names: &[&str]) -> Vec<Vec<f64>> {
    names.iter().map(|name| frame.f64s(name).unwrap().to_vec()).collect()
}

fn run(system: SystemBuilder, timesteps: u64) -> Frame {
    let results = Experiment::new(build(system)).timesteps(timesteps).run().unwrap();
    assert!(results.failures.is_empty(), "{}", results.failures[0]);
    results.into_frame()
}

#[test]
fn a_row_reads_its_own_date() {
    let mut months = system("1 month", "2026-01-31");
    for (name, of) in [
        ("y", "year()"),
        ("m", "month()"),
        ("d", "day()"),
        ("w", "weekday()"),
        ("days", "today() - 20000"),
        ("before", "previous(month(), 0)"),
        ("grant", "step(5, date('2026-04-01')) + dt"),
        ("from", "date(\"2026-03-01\")"),
        ("early", "lag(m, 1, date('2020-01-01'))"),
    ] {
        months.derived(name, of, "");
    }
    let frame = run(months, 4);
    // 2026-01-31, 02-28, 03-31, 04-30, 05-31: as a component of equations reads them.
    let found = columns(&frame, &["y", "m", "d", "w", "days", "before", "grant", "from", "early"]);
    assert_eq!(found[0], [2026.0; 5]);
    assert_eq!(found[1], [1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(found[2], [31.0, 28.0, 31.0, 30.0, 31.0]);
    assert_eq!(found[3], [6.0, 6.0, 2.0, 4.0, 7.0]);
    assert_eq!(found[4], [484.0, 512.0, 543.0, 573.0, 604.0]);
    assert_eq!(found[5], [0.0, 1.0, 2.0, 3.0, 4.0]);
    assert_eq!(found[6], [1.0, 1.0, 1.0, 6.0, 6.0]);
    assert_eq!(found[7], [2.0; 5]);
    assert_eq!(found[8], [0.0, 1.0, 2.0, 3.0, 4.0]);
    // A wire reads the date of the row that the step leads to; `late` goes half of the way from 1.
    assert_eq!(columns(&frame, &["late.at"])[0], [1.0, 1.0, 1.5, 2.25, 3.125]);
}

#[test]
fn times_of_dates_are_in_the_unit_of_the_outermost_system() {
    let mut inner = System::builder("inner");
    inner.controllable::<Fund>("fund", FundParams::default());
    inner.derived("quarter", "month() / 3 + 100 * (time >= date('2026-09-30')) + 1000 * dt", "");
    let mut quarters = system("2 quarters", "2026-03-31");
    quarters.nest(List::Controllables, "inner", inner);
    quarters.derived("due", "date('2026-09-30')", "");
    let frame = run(quarters, 2);
    assert_eq!(columns(&frame, &["inner.quarter"])[0], [2001.0, 2103.0, 2101.0]);
    assert_eq!(columns(&frame, &["due"])[0], [2.0; 3]);
}

#[test]
fn events_read_the_date_of_the_row_before() {
    let mut months = system("1 month", "2026-01-31");
    months.event(Event::new("spring").when("month() == 3").set("fund.rate", "0.01 * year() - 20 + dt / 100"));
    months.event(Event::new("late").at(6).set("fund.rate", "if(time >= date('2026-06-30'), 0.02, 0.03)"));
    let built = Experiment::new(build(months)).timesteps(7);
    let results = built.run().unwrap();
    let rates = results.frame().f64s("rate").unwrap().to_vec();
    // Row 2 is of March: the event acts before timestep 3. Before timestep 6 the row is of June 30.
    let first = rates[0];
    assert_eq!(rates[..3], [first; 3]);
    assert!(rates[3..6].iter().all(|rate| (rate - 0.27).abs() < 1e-12), "{rates:?}");
    assert_eq!(rates[6..], [0.02; 2]);
    // Side by side, and from a snapshot, the same.
    let many = built.clone().runs(40).run().unwrap();
    assert!(many.frame().f64s("rate").unwrap().chunks(8).all(|run| *run == rates));
    let plan = built.plan().unwrap();
    let mut stepper = plan.start(RunId { simulation: 0, subset: 0, run: 1 }).unwrap();
    for _ in 0..2 {
        stepper.step().unwrap();
    }
    let mut resumed = plan.resume(&stepper.snapshot().unwrap()).unwrap();
    for rate in &rates[3..] {
        resumed.step().unwrap();
        assert_eq!(resumed.number("rate"), Some(*rate));
    }
}

#[test]
fn dates_need_a_start() {
    let no_start = ": rows have dates where the system has a `start`, the date of row 0";
    let mut undated = system("1 month", "");
    undated.derived("m", "1 + month()", "");
    undated.derived("from", "step(1, date('2026-03-01'))", "");
    undated.event(Event::new("e").when("day() > 3").set("fund.rate", 0.1));
    let refused = undated.build().unwrap_err();
    let words: Vec<String> = refused.errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        words,
        [
            format!("derived column `m` asks for the date by `month()`{no_start}"),
            format!("derived column `from` asks for the date by `date()`{no_start}"),
            format!("wire to `late.target` asks for the date by `month()`{no_start}"),
            format!("event `e`: it asks for the date by `day()`{no_start}"),
        ]
    );
    assert!(refused.errors.iter().take(3).all(|error| error.code() == "TE0018"));
    // A start whose steps have no dates is refused once.
    let refused = system("6 hours", "2026-01-31").build().unwrap_err();
    assert_eq!(refused.errors.len(), 1, "{refused}");
}

#[test]
fn what_is_no_date_is_refused_where_it_stands() {
    for (of, expected) in [
        ("step(1, date('2026-02-29'))", "at character 14: 2026-02-29 is no date: February 2026 has 28 days"),
        ("date(t)", "at character 1: `date` takes a date that is written out: date(\"2026-03-01\")"),
        ("date('2026-01-01', 2)", "at character 6: a text in quotes is the date of `date`"),
        ("date()", "at character 1: `date` takes a date that is written out"),
        ("1 + month(3)", "at character 5: `month()` takes no arguments"),
        ("'2026-03-01' + 1", "at character 1: a text in quotes is the date of `date`"),
        ("1 + '2026-03-01'", "at character 5: a text in quotes is the date of `date`"),
        ("month % 3", "reads unknown `month`; write `month()` for that of the row's date"),
        ("months() % 3", "and others; did you mean `month`?"),
        ("quux(3)", "param(name), and the functions of memory, time and the calendar"),
        ("lag(t, 1, date('soon'))", "at character 16: `soon` is no date: write it as 2026-03-01"),
    ] {
        let mut system = system("1 month", "2026-01-31");
        system.derived("x", of, "");
        let refused = system.build().unwrap_err().to_string();
        assert!(refused.contains(expected), "{of}: {refused}");
    }
    // No run reaches a year without dates.
    let late = Experiment::new(build(system("1 year", "9998-01-01")));
    assert_eq!(late.timesteps(2).plan().unwrap_err().code(), "TE0123");
}
