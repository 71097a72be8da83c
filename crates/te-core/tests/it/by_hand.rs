//! Components and runs that are stepped by hand: they do what they do in an experiment, and refuse in its words.

use crate::fund::{Fund, FundParams};
use crate::kinds::registry;
use std::sync::Arc;
use te_core::kind::Single;
use te_core::{
    Clock, Experiment, ExperimentError, List, Live, Registry, RunId, StreamKey, Sweep, System, Value,
};

const KEY: StreamKey = StreamKey { seed: 5, run: 3, subset: None };

/// The kinds of this test: a typed one, and one that is declared while the program runs.
fn kinds() -> Registry {
    let mut kinds = registry();
    kinds.add::<Fund>("tests", "A fund.");
    kinds
}

fn single(kind: &str) -> Box<dyn Single> {
    let nothing = Value::Table(Vec::new());
    kinds().kind(kind).unwrap().instance(&nothing).unwrap().single("it", KEY).unwrap()
}

fn alone(kind: &str) -> Experiment {
    let mut system = System::builder("s");
    system.kind(List::Controllables, "it", kinds().kind(kind).unwrap(), &Value::Table(Vec::new()));
    Experiment::new(system.build().unwrap()).timesteps(12).runs(3).seed(KEY.seed).fix_random()
}

#[test]
fn a_single_component_does_what_its_instance_does() {
    for kind in ["test/fund", "run-time/walk"] {
        let results = alone(kind).run().unwrap();
        let run = results.of(0, KEY.run);
        let mut component = single(kind);
        for t in 0..=12 {
            if t > 0 {
                component.step(&[0.0], &Clock::at(t as u64)).unwrap();
            }
            for (at, field) in component.instance().metrics().iter().enumerate() {
                let column = run.column(&format!("it.{}", field.name)).unwrap();
                let shown = component.numbers()[at];
                assert_eq!(column.number(t).unwrap().to_bits(), shown.to_bits(), "{kind} {} {t}", field.name);
                assert_eq!(component.cell(at).unwrap().number().to_bits(), shown.to_bits());
            }
        }
        assert_eq!(component.cell(99), None);
    }
}

#[test]
fn copies_and_saved_states_go_on_alike_and_apart() {
    for kind in ["test/fund", "run-time/walk"] {
        let mut first = single(kind);
        let fresh = first.numbers().to_vec();
        (1..5).for_each(|t| first.step(&[0.1], &Clock::at(t)).unwrap());
        let saved = first.save().unwrap();
        let (mut copy, mut loaded) = (first.copy().unwrap(), single(kind));
        loaded.load(&saved).unwrap();
        assert_eq!(first.numbers(), loaded.numbers());
        for t in 5..9 {
            first.step(&[0.1], &Clock::at(t)).unwrap();
            copy.step(&[0.1], &Clock::at(t)).unwrap();
            assert_ne!(copy.numbers(), loaded.numbers());
            assert_eq!(copy.numbers(), first.numbers());
        }
        assert!(loaded.load(&saved[..3]).is_err());
        (5..9).for_each(|t| loaded.step(&[0.1], &Clock::at(t)).unwrap());
        assert_eq!(loaded.numbers(), first.numbers());
        first.restart(KEY).unwrap();
        assert_eq!(first.numbers(), fresh);
        assert_eq!(first.save().unwrap(), single(kind).save().unwrap());
    }
}

#[test]
fn what_is_refused_leaves_the_state_as_it_was() {
    let mut fund = single("test/fund");
    fund.step(&[0.0], &Clock::at(1)).unwrap();
    let before = (fund.save().unwrap(), fund.numbers().to_vec());
    let say = |error: te_core::StepError| (error.code(), error.to_string());
    let refused = say(fund.step(&[f64::NAN], &Clock::at(2)).unwrap_err());
    assert_eq!(refused, ("TE0117", "input flow is NaN: it must be a finite number".to_owned()));
    let refused = say(fund.step(&[], &Clock::at(2)).unwrap_err()).1;
    assert_eq!(refused, "number of inputs is 0: allowed is 1");
    assert!(say(fund.step(&[1e12], &Clock::at(2)).unwrap_err()).1.contains("allowed is (0, limit] token"));
    // The stream is further on, as it is where a run fails; state and metrics are not.
    assert_eq!(fund.numbers(), before.1);
    fund.load(&before.0).unwrap();
    assert_eq!(fund.save().unwrap(), before.0);

    let mut walk = single("run-time/walk");
    let before = walk.numbers().to_vec();
    assert!(say(walk.step(&[500.0], &Clock::at(1)).unwrap_err()).1.contains("at most limit"));
    assert_eq!(walk.numbers(), before);
    assert!(say(walk.step(&[-500.0], &Clock::at(1)).unwrap_err()).1.contains("place is NaN"));
    assert_eq!(walk.numbers(), before);
    walk.step(&[0.0], &Clock::at(1)).unwrap();
    let table = |limit: f64| Value::Table(vec![("limit".into(), Value::F64(limit))]);
    let refused = kinds().kind("run-time/walk").unwrap().check(&table(-5.0)).unwrap_err();
    assert_eq!(refused.code(), "TE0010");
    assert_eq!(kinds().kind("run-time/wlk").unwrap_err().code(), "TE0304");
}

#[test]
fn a_run_that_owns_its_plan_is_the_run_of_the_experiment() {
    let plan = Arc::new(alone("test/fund").plan().unwrap());
    let id = RunId { simulation: 0, subset: 0, run: 3 };
    let results = plan.experiment().run().unwrap().of(0, 3);
    let mut live = Live::start(Arc::clone(&plan), id).unwrap();
    drop(plan);
    let stock = live.find("it.stock").unwrap();
    let mut copies = Vec::new();
    for t in 0..=12 {
        assert_eq!(live.number_at(stock), results.f64s("it.stock").unwrap()[t]);
        assert_eq!(live.cell_at(stock).unwrap().number(), live.number_at(stock));
        copies.push(live.copy().unwrap());
        assert_eq!(live.step().unwrap(), t < 12);
    }
    for (t, mut copy) in copies.into_iter().enumerate() {
        assert_eq!(copy.timestep(), t as u64);
        while copy.step().unwrap() {}
        assert_eq!(copy.number_at(stock), live.number_at(stock));
    }
    assert!(live.number_at(99).is_nan() && live.cell_at(99).is_none() && live.find("it.stok").is_none());
    let none = Live::start(Arc::clone(live.plan()), RunId { run: 4, ..id }).unwrap_err();
    assert_eq!(none.code(), "TE0121");
}

#[test]
fn an_input_without_a_wire_can_be_fed() {
    let mut system = System::builder("s");
    system.controllable::<Fund>("a", FundParams::default());
    system.controllable::<Fund>("b", FundParams::default());
    system.wire("a.stock", "b.flow");
    let experiment = Experiment::new(system.build().unwrap()).timesteps(4).fix_random();
    let plan = Arc::new(experiment.plan().unwrap());
    let id = RunId { simulation: 0, subset: 0, run: 1 };
    let (mut dry, mut fed) = (Live::start(Arc::clone(&plan), id).unwrap(), Live::start(plan, id).unwrap());
    fed.feed("a.flow", 2.0).unwrap();
    dry.step().unwrap();
    fed.step().unwrap();
    let stock = |live: &Live| live.stepper().number("a.stock").unwrap();
    assert_eq!(stock(&fed), stock(&dry) + 0.05 * 2.0);
    let mut copy = fed.copy().unwrap();
    fed.step().unwrap();
    copy.step().unwrap();
    assert_eq!(stock(&fed), stock(&copy));
    let say = |error: ExperimentError| format!("{}: {error}", error.code());
    assert_eq!(
        say(fed.feed("a.flw", 1.0).unwrap_err()),
        "TE0004: unknown input `a.flw`; did you mean `a.flow`?"
    );
    assert_eq!(
        say(fed.feed("b.flow", 1.0).unwrap_err()),
        "TE0006: input `b.flow` is fed by a wire: an input has one source"
    );
    assert!(say(fed.feed("a.flow", f64::INFINITY).unwrap_err()).starts_with("TE0117: "));
    assert!(fed.step().unwrap());
}

#[test]
fn settings_of_an_experiment_can_be_changed_without_assembling_it_again() {
    let first = alone("test/fund");
    let mut second = first.clone();
    second.set("it.rate", &Value::F64(0.5)).unwrap();
    let outcome = |experiment: &Experiment| experiment.run().unwrap().into_frame();
    assert!(outcome(&first) != outcome(&second));
    second.set("it.rate", &Value::F64(0.02)).unwrap();
    assert!(outcome(&first) == outcome(&second));
    let refused = second.set("it.rate", &Value::F64(5.0)).unwrap_err().to_string();
    assert_eq!(refused, "parameter `it.rate` is 5 1/step: allowed is [-1, 1] 1/step");
    let refused = second.set("it.rat", &Value::F64(5.0)).unwrap_err().to_string();
    assert_eq!(refused, "unknown parameter `it.rat`; did you mean `it.rate`?");
    assert!(outcome(&first) == outcome(&second));

    let swept = |sweep| outcome(&first.clone().sweep(sweep));
    let names = vec!["it.rate".to_owned(), "it.limit".to_owned()];
    let rows = vec![vec![0.1.into(), 1e6.into()], vec![0.2.into(), 1e7.into()]];
    let values = vec![0.1, 1e6, 0.2, 1e7];
    assert!(swept(Sweep::Numbers { names: names.clone(), values }) == swept(Sweep::Points { names, rows }));
}

#[test]
fn progress_is_read_while_units_arrive() {
    let experiment = alone("test/fund").timesteps(2000).runs(4000).unit_size(8).threads(2);
    let experiment =
        experiment.record(te_core::Recording { keep: te_core::Keep::Finals, ..Default::default() });
    let (progress, cancel) = (experiment.progress_handle(), experiment.cancel_handle());
    let plan = experiment.plan().unwrap();
    let mut seen = Vec::new();
    std::thread::scope(|scope| {
        let running = scope.spawn(|| plan.experiment().run().unwrap());
        while !running.is_finished() {
            seen.push(progress.read());
            if seen.last().is_some_and(|p| p.runs > 400) {
                cancel.cancel();
            }
            std::thread::sleep(std::time::Duration::from_micros(200));
        }
        assert!(running.join().unwrap().cancelled);
    });
    assert!(seen.windows(2).all(|w| w[0].runs <= w[1].runs && w[0].steps <= w[1].steps));
    assert!(seen.iter().any(|p| p.runs > 0 && p.runs < p.runs_total));
    assert_eq!(progress.read().runs_total, 4000);
}
