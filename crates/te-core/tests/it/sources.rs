//! Events that change sources and glue.

use te_core::glue::{Delay, DelayParams, Function, FunctionParams, Series, SeriesEnd, SeriesParams};
use te_core::{Event, Experiment, RunId, System, SystemBuilder, Value};

fn series(values: &[f64], end: SeriesEnd) -> SystemBuilder {
    let mut system = System::builder("s");
    system.uncontrollable::<Series>("prices", SeriesParams { values: values.to_vec().into(), end });
    system
}

/// The values of all runs, side by side and one alone, and of one that goes on from a snapshot after `at` steps.
fn values(system: SystemBuilder, name: &str, timesteps: u64, at: usize) -> Vec<f64> {
    let experiment = Experiment::new(system.build().unwrap()).timesteps(timesteps);
    let results = experiment.run().unwrap();
    assert!(results.failures.is_empty(), "{:?}", results.failures);
    let alone = results.frame().f64s(name).unwrap().to_vec();
    let many = experiment.clone().runs(40).run().unwrap();
    assert!(many.frame().f64s(name).unwrap().chunks(alone.len()).all(|run| *run == alone));
    let plan = experiment.plan().unwrap();
    let mut stepper = plan.start(RunId { simulation: 0, subset: 0, run: 1 }).unwrap();
    for _ in 0..at {
        stepper.step().unwrap();
    }
    let mut resumed = plan.resume(&stepper.snapshot().unwrap()).unwrap();
    for value in &alone[at + 1..] {
        resumed.step().unwrap();
        assert_eq!(resumed.number(name), Some(*value));
    }
    alone
}

#[test]
fn a_function_of_time_becomes_another() {
    let mut system = System::builder("s");
    system.uncontrollable::<Function>("demand", FunctionParams { of: "10 * t".into() });
    system.event(Event::new("boom").at(3).lasting(2).set("demand.of", Value::Text("100 + t".into())));
    assert_eq!(values(system, "demand.value", 6, 3), [0.0, 10.0, 20.0, 103.0, 104.0, 50.0, 60.0]);
    let mut system = System::builder("s");
    system.uncontrollable::<Function>("demand", FunctionParams::default());
    system.event(Event::new("boom").at(3).set("demand.of", Value::Text("100 +".into())));
    let results = Experiment::new(system.build().unwrap()).timesteps(5).run().unwrap();
    let failure = results.failures[0].to_string();
    assert!(failure.contains("boom") && failure.contains("expected a number"), "{failure}");
}

#[test]
fn a_series_goes_on_with_other_values() {
    let list = |values: &[f64]| Value::List(values.iter().map(|x| Value::F64(*x)).collect());
    let mut system = series(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], SeriesEnd::Fail);
    system.event(Event::new("crash").at(3).set("prices.values", list(&[0.0, 0.0, 0.0, 0.3, 0.4, 0.5])));
    assert_eq!(values(system, "prices.value", 5, 3), [1.0, 2.0, 3.0, 0.3, 0.4, 0.5]);
    let mut system = series(&[1.0, 2.0], SeriesEnd::Hold);
    system.event(Event::new("turn").at(3).set("prices.end", "repeat"));
    assert_eq!(values(system, "prices.value", 5, 4), [1.0, 2.0, 2.0, 2.0, 1.0, 2.0]);
}

#[test]
fn a_delay_keeps_its_line() {
    let mut system = series(&[1.0, 2.0], SeriesEnd::Hold);
    system.controllable::<Delay>("later", DelayParams { steps: 1, initial: 0.0 });
    system.wire("prices.value", "later.value");
    system.event(Event::new("slow").at(3).set("later.steps", 2_u64));
    let refused = system.build().unwrap_err().to_string();
    assert_eq!(
        refused,
        "TE0509: event `slow`: `later.steps` is read at the start of a run only: no event changes it"
    );
}
