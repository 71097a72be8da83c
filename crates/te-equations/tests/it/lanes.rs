//! One run and many in lanes: the same bits, on every instruction set, through snapshots, shards and rows left out.

use crate::{column, component, read, system_of};
use te_core::kind::Instance as _;
use te_core::{Experiment, RunId, StepLength, Sweep, TimeUnit, Value};
use te_equations::Equations;

/// A component with everything that a run can hold: draws, a pipeline, limited flows, memory, a table, inputs.
const EVERYTHING: &str = r#"
[component]
kind = "test/everything"
time = "day"
substeps = 3
units = "off"

[param]
sigma = { default = 0.1, min = 0 }
wait  = { default = 2, above = 0 }

[input]
push = { default = 0.5 }

[table.answer]
x = { values = [0, 1, 2, 5] }
y = { values = [1, 3, 2, 0] }
between = "monotone"

[draw]
shock   = { of = "normal(0, sigma)" }
arrival = { of = "poisson(2 + stock / 100)", start = 2 }
luck    = { of = "uniform(0.5, 1.5)", every = "run" }

[let]
seen   = { of = "smooth3(answer(stock / 20), 1.5) * luck" }
before = { of = "previous(seen, 0) + delay1(arrival, 2) + sin_free" }
sin_free = { of = "round(time, 0.25) + t % 2 + step(1, 4) + pulse(2, 1, 3) + window(2, 5)" }

[state]
stock = { initial = 50, rate = "arrival - seen * (1 + shock)", min = 0 }
spent = { initial = 0 }
kept  = { initial = 10, next = "0.5 * kept + push" }

[flow]
spending = { of = "stock / 3 + kept", from = "stock", to = "spent", limit = true }

[pipeline]
leaving = { enter = "spending", time = "wait", initial = 3 }

[invariant]
all_there = "leaving >= 0 and spent >= 0"
"#;

fn everything(timesteps: u64, runs: u64) -> Experiment {
    let system = system_of(&read(EVERYTHING), &Value::Table(Vec::new()), StepLength::new(1.0, TimeUnit::Day));
    Experiment::new(system).timesteps(timesteps).runs(runs).seed(11)
}

/// Every number of an experiment as bits.
fn bits(experiment: &Experiment) -> Vec<(String, Vec<u64>)> {
    let results = experiment.clone().run().unwrap_or_else(|refused| panic!("{refused}"));
    let failures: Vec<String> = results.failures().iter().map(|failure| format!("{failure:?}")).collect();
    assert_eq!(failures, [""; 0]);
    let frame = results.frame();
    let names: Vec<String> = frame.names().filter(|name| name.starts_with("it.")).map(str::to_owned).collect();
    assert!(!names.is_empty());
    let column = |name: &String| frame.f64s(name).unwrap().iter().map(|x| x.to_bits()).collect();
    names.iter().map(|name| (name.clone(), column(name))).collect()
}

#[test]
fn runs_are_the_same_alone_and_in_lanes() {
    let all = bits(&everything(20, 70));
    assert_eq!(bits(&everything(20, 70).one_by_one(true)), all);
    for width in [1, 3, 32, 256] {
        assert_eq!(bits(&everything(20, 70).tile_width(width)), all, "width {width}");
    }
    for set in te_math::dispatch::InstructionSet::available() {
        assert_eq!(bits(&everything(20, 70).instruction_set(set)), all, "{}", set.name());
    }
}
