//! One run and many in lanes: the same bits, on every instruction set, through snapshots, shards and rows left out.

use crate::{column, component, read, system_of};
use te_core::{Axis, Cells, Column, Experiment, Recording, RunId, StepLength, Sweep, TimeUnit, Value};

/// A component with everything that a run can hold: draws, a pipeline, limited flows, memory, a table, inputs.
pub(crate) const EVERYTHING: &str = r#"
[component]
kind = "test/everything"
time = "day"
substeps = 3
units = "off"

[param]
sigma = { default = 0.1, min = 0 }
mode  = { default = "fast", type = ["slow", "fast"] }
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
other   = { of = "normal(0, 1 + sigma)" }
several = { of = "binomial(50, 0.2) " }
heavy   = { of = "student(4)" }
some    = { of = "discrete(0, 1, sigma, 3, 5, max(stock, 0))" }
share   = { of = "beta(2, 0.5)", every = "run" }
luck    = { of = "uniform(0.5, 1.5)", every = "run" }

[draws.both]
names = ["shock", "other"]
correlation = -0.5

[let]
drawn  = { of = "other + several + heavy + some + share" }
seen   = { of = "smooth3(answer(stock / 20), 1.5) * luck" }
before = { of = "previous(seen, 0) + delay1(arrival, 2) + sin_free" }
past   = { of = "delay(shock, 1.7) + lag(seen, 2, 0) + moving_mean(arrival, wait) + running_mean(push + stock)" }
since_then = { of = "since(shock > 0) + count(shock > 0) + hold(stock, shock > 0) + running_max(shock)" }
ahead  = { of = "forecast(stock, 3, 1) + delay_n(stock, 4, 4) + lookup(shock, -1, 0, 1, 5)" }
sin_free = { of = "round(time, 0.25) + t % 2 + step(1, 4) + pulse(2, 1, 3) + window(2, 5)" }

[state]
stock = { initial = 50, rate = "arrival - seen * (1 + shock)", max = 1e6 }
spent = { initial = 0 }
turns = { initial = 0, next = "turns + (mode == 'fast')", type = "integer" }
kept  = { initial = 10, next = "0.5 * kept + push" }

[flow]
spending = { of = "max(stock, 0) / 3 + kept", from = "stock", to = "spent", limit = true }

[pipeline]
leaving = { enter = "spending", time = "wait", initial = 3 }
leaking = { enter = "arrival", time = "2 * wait", leak = 0.3, initial = 5 }

varying = { enter = "spending", time = "1 + 2 * luck * window(2, 5)", longest = 4, initial = 2 }

[cohorts]
grants = { enter = "arrival", cliff = "wait / 2", over = "3 * wait", initial = 4 }
early  = { enter = "spending", cliff = "wait", over = "2 * wait", catch_up = true }

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
    let failures: Vec<String> = results.failures.iter().map(ToString::to_string).collect();
    assert_eq!(failures, [""; 0]);
    let columns = results.frame().columns().iter().filter(|column| column.name.starts_with("it."));
    let bits = |column: &Column| match &column.cells {
        Cells::F64(cells) => cells.iter().map(|x| x.to_bits()).collect::<Vec<u64>>(),
        other => panic!("{other:?}"),
    };
    let found: Vec<_> = columns.map(|column| (column.name.clone(), bits(column))).collect();
    assert!(!found.is_empty());
    found
}

#[test]
fn runs_are_the_same_alone_and_in_lanes() {
    let all = bits(&everything(20, 70));
    // Runs differ, so that there is something to confuse.
    let (_, stock) = all.iter().find(|(name, _)| name == "it.stock").unwrap();
    assert_ne!(stock[20], stock[41]);
    assert_eq!(bits(&everything(20, 70).one_by_one()), all);
    assert_eq!(bits(&everything(20, 70).poison_lanes()), all);
    assert_eq!(bits(&everything(20, 70).threads(2).unit_size(16)), all);
    for width in [1, 3, 32, 100] {
        assert_eq!(bits(&everything(20, 70).tile_width(width)), all, "width {width}");
    }
    for set in te_math::dispatch::InstructionSet::available() {
        assert_eq!(bits(&everything(20, 70).instruction_set(set)), all, "{}", set.name());
    }
}

#[test]
fn what_is_recorded_changes_nothing() {
    let all = bits(&everything(20, 5));
    let some = bits(&everything(20, 5).record(Recording { every: 4, ..Recording::default() }));
    for ((name, all), (_, some)) in all.iter().zip(&some) {
        let kept: Vec<u64> = all.chunks(21).flat_map(|run| run.iter().copied().step_by(4)).collect();
        assert_eq!(*some, kept, "{name}");
    }
}

#[test]
fn runs_with_parameters_of_their_own_are_the_same_alone() {
    let sweep =
        Sweep::Product(vec![Axis::new("it.sigma", [0.0, 0.2]), Axis::new("it.wait", [0.4, 1.0, 3.0])]);
    let swept = everything(12, 4).sweep(sweep.clone());
    let all = bits(&swept);
    assert_eq!(bits(&swept.clone().one_by_one()), all);
    let results = swept.run().unwrap();
    let plan = everything(12, 4).sweep(sweep).plan().unwrap();
    for (subset, run) in [(0, 1), (3, 2), (5, 4)] {
        let mut alone = plan.start(RunId { simulation: 0, subset, run }).unwrap();
        while alone.step().unwrap() {}
        let frame = results.of(subset, run);
        for name in ["it.stock", "it.leaving", "it.seen", "it.shock"] {
            assert_eq!(
                alone.number(name),
                frame.f64s(name).and_then(|column| column.last().copied()),
                "{name}"
            );
        }
    }
}

#[test]
fn snapshots_go_on_to_the_bit() {
    let plan = everything(20, 3).plan().unwrap();
    let id = RunId { simulation: 0, subset: 0, run: 2 };
    let names = [
        "it.stock",
        "it.spent",
        "it.leaving",
        "it.leaving.out",
        "it.leaking",
        "it.leaking.leak",
        "it.varying",
        "it.varying.out",
        "it.grants.locked",
        "it.early.out",
        "it.past",
        "it.drawn",
        "it.turns",
        "it.since_then",
        "it.ahead",
        "it.seen",
        "it.before",
        "it.luck",
        "it.kept",
    ];
    let mut through = plan.start(id).unwrap();
    for _ in 0..7 {
        assert!(through.step().unwrap());
    }
    let snapshot = through.snapshot().unwrap();
    let mut resumed = plan.resume(&snapshot).unwrap();
    loop {
        for name in names {
            assert!(through.number(name).is_some(), "{name}");
            assert_eq!(through.number(name), resumed.number(name), "{name} at {}", through.timestep());
        }
        let more = through.step().unwrap();
        assert_eq!(resumed.step().unwrap(), more);
        if !more {
            break;
        }
    }
    // Of another text nothing can go on.
    let other = EVERYTHING.replace("stock / 20", "stock / 21");
    let other = system_of(&read(&other), &Value::Table(Vec::new()), StepLength::new(1.0, TimeUnit::Day));
    let refused = Experiment::new(other).timesteps(20).runs(3).seed(11).plan().unwrap();
    let refused = refused.resume(&snapshot).map(|_| ()).unwrap_err().to_string();
    assert!(refused.contains("another system"), "{refused}");
}

#[test]
fn examples_are_the_same_in_lanes() {
    for name in ["buyback", "hive", "staking"] {
        let equations = component(name);
        let system =
            || system_of(&equations, &Value::Table(Vec::new()), StepLength::new(1.0, TimeUnit::Month));
        let one = bits(&Experiment::new(system()).timesteps(48));
        let many = bits(&Experiment::new(system()).timesteps(48).runs(40));
        for ((name, one), (_, many)) in one.iter().zip(&many) {
            for run in many.chunks(49) {
                assert_eq!(one, run, "{name}");
            }
        }
    }
}

#[test]
fn a_draw_more_disturbs_no_other() {
    let more = EVERYTHING.replace("[draw]", "[draw]\nfurther = { of = \"normal(0, 1)\" }");
    let system = system_of(&read(&more), &Value::Table(Vec::new()), StepLength::new(1.0, TimeUnit::Day));
    let more = Experiment::new(system).timesteps(20).runs(2).seed(11);
    assert_eq!(column(&more, "it.stock"), column(&everything(20, 2), "it.stock"));
    let further = column(&more, "it.further");
    assert!(further[1..21].iter().all(|x| *x != 0.0) && further[0] == 0.0);
    // Of a run it is one number; of every step another.
    let luck = column(&more, "it.luck");
    assert!(luck[..21].iter().all(|x| *x == luck[0]) && luck[0] != luck[21]);
}
