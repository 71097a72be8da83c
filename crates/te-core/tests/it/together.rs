//! Kinds that step all runs of a tile in one call: each run does what it does alone, and errors find their run.

use crate::fund::{Fund, FundParams};
use te_core::kind::{Columns, Declaration, DeclaredTogether, Draw, Together};
use te_core::{
    Axis, Bound, CellKind, Clock, Experiment, FieldSpec, Kind, List, ParamKind, ParamSpec, Range, Role,
    RunId, StepError, StreamKey, Sweep, System, Value,
};

/// A walk: what it reads, drifts by and draws adds up; beyond a limit one run's error is the error of the call.
struct Walks {
    /// Whether a run's place depends on those of others.
    mixes: bool,
}

impl Together for Walks {
    fn start(&mut self, columns: &mut Columns<'_>) -> Result<(), StepError> {
        for run in 0..columns.width() {
            columns.metric_mut(0)[run] = columns.draw(0)[run];
            columns.metric_mut(1)[run] = 0.0;
        }
        Ok(())
    }

    fn step(&mut self, columns: &mut Columns<'_>, clock: &Clock) -> Result<(), StepError> {
        let others = if self.mixes { columns.metric(0).iter().sum::<f64>() * 1e-6 } else { 0.0 };
        for run in 0..columns.width() {
            let (drift, limit) = (columns.param(0)[run], columns.param(1)[run]);
            let moved = drift + columns.draw(0)[run] - 0.5 + 0.01 * columns.draw(1)[run] + others;
            let place = columns.metric(0)[run] + moved + 0.001 * columns.input(0)[run];
            // Written before the error is found: the engine takes it back.
            columns.metric_mut(0)[run] = if place < -1.0 { f64::NAN } else { place };
            if place > limit {
                return Err(StepError::domain("place", place, "at most limit"));
            }
            columns.metric_mut(1)[run] = clock.timestep as f64;
        }
        Ok(())
    }
}

fn number(name: &str, default: f64, range: Range) -> ParamSpec {
    ParamSpec {
        name: name.to_owned().into(),
        aliases: Vec::new(),
        kind: ParamKind::F64,
        optional: false,
        default: Value::F64(default),
        range,
        soft: Range::ALL,
        step: None,
        unit: "token".into(),
        doc: "A number.".into(),
        role: Role::Controllable,
        random: None,
        initial: false,
    }
}

fn field(name: &str, default: Option<f64>) -> FieldSpec {
    let kind = CellKind::F64;
    FieldSpec { name: name.to_owned().into(), kind, unit: "token".into(), doc: "A number.".into(), default }
}

fn declared(mixes: bool) -> DeclaredTogether {
    let within = Range { lower: Bound::Inclusive(-1.0), upper: Bound::Inclusive(1.0) };
    let declaration = Declaration {
        name: "run-time/walks".into(),
        params: vec![number("drift", 0.0, within), number("limit", 3.0, Range::ALL)],
        inputs: vec![field("push", Some(0.0))],
        metrics: vec![field("place", None), field("time", None)],
        substeps: 1,
    };
    let draws = vec![("step".to_owned(), Draw::Uniform), ("shock".to_owned(), Draw::Normal)];
    let make = move || Box::new(Walks { mixes }) as Box<dyn Together>;
    DeclaredTogether::new(declaration, draws, Some("source 1".into()), make).unwrap()
}

fn experiment(mixes: bool) -> Experiment {
    let kind = Kind::made(declared(mixes), "this test", "A walk.");
    let mut system = System::builder("mixed");
    system.uncontrollable::<Fund>("fund", FundParams::default());
    system.kind(List::Controllables, "walk", &kind, &Value::Table(Vec::new()));
    system.wire("fund.stock", "walk.push");
    system.wire("walk.place", "fund.flow");
    let sweep = Sweep::Product(vec![Axis::new("walk.drift", [0.0, 0.05, -0.1])]);
    let experiment = Experiment::new(system.build().unwrap()).timesteps(40).runs(100).sweep(sweep);
    experiment.random("walk.limit", "uniform(1, 4)").fix_random().random("fund.drift", "normal(0, 0.01)")
}

#[test]
fn runs_are_the_same_alone_and_in_one_call() {
    let outcome = |experiment: Experiment| {
        let results = experiment.run().unwrap();
        let failures: Vec<String> = results.failures.iter().map(ToString::to_string).collect();
        (results.into_frame(), failures)
    };
    let reference = outcome(experiment(false).tile_width(1).threads(1));
    let failed = |words: &str| reference.1.iter().any(|f| f.contains("walk") && f.contains(words));
    assert!(failed("at most limit") && failed("place is NaN"), "{:?}", reference.1);
    assert!(reference.1.len() < 250);
    for width in [3, 8, 33, 256] {
        for threads in [1, 2] {
            let same = experiment(false).tile_width(width).threads(threads).poison_lanes();
            assert!(outcome(same) == reference, "tiles of {width}, {threads} threads");
        }
    }
    assert!(outcome(experiment(false).one_by_one()) == reference);
    assert!(outcome(experiment(false).unit_size(7)) == reference);
}

#[test]
fn a_kind_that_mixes_runs_is_refused() {
    let results = experiment(true).run().unwrap();
    assert_eq!(results.failures.len(), 300);
    let said = results.failures[0].to_string();
    assert!(said.contains("walk: number of runs in one call is 300: allowed is 1, because"), "{said}");
    // One run at a time there is nothing to mix.
    assert!(experiment(true).tile_width(1).run().unwrap().failures.len() < 300);
}

#[test]
fn a_run_by_hand_is_the_run_of_the_experiment() {
    let plan = experiment(false).plan().unwrap();
    let id = RunId { simulation: 0, subset: 1, run: 2 };
    let mut whole = plan.start(id).unwrap();
    let mut first = plan.start(id).unwrap();
    (0..5).for_each(|_| assert!(first.step().unwrap()));
    let mut second = plan.resume(&first.snapshot().unwrap()).unwrap();
    (0..5).for_each(|_| assert!(second.step().unwrap()));
    (0..10).for_each(|_| assert!(whole.step().unwrap()));
    let bits = |run: &te_core::Stepper<'_>| ["walk.place", "walk.time", "fund.stock"].map(|c| run.cell(c));
    assert_eq!(bits(&whole), bits(&second));
    let results = plan.experiment().run().unwrap().of(1, 2);
    assert_eq!(whole.number("walk.place"), Some(results.f64s("walk.place").unwrap()[10]));

    let kind = Kind::made(declared(false), "this test", "A walk.");
    let instance = kind.instance(&Value::Table(Vec::new())).unwrap();
    let mut single = instance.single("walk", StreamKey { seed: 1, run: 1, subset: None }).unwrap();
    let start = single.numbers().to_vec();
    single.step(&[1.0], &Clock::at(1)).unwrap();
    assert!(single.numbers()[0] != start[0] && single.numbers()[1] == 1.0);
    assert!(single.step(&[5000.0], &Clock::at(2)).unwrap_err().to_string().contains("at most limit"));
    assert_eq!(single.numbers()[1], 1.0);
}

#[test]
fn what_is_declared_is_checked() {
    let kind = Kind::made(declared(false), "this test", "A walk.");
    let table = |name: &str, value: Value| Value::Table(vec![(name.to_owned(), value)]);
    let refused = kind.check(&table("drift", 2.0.into())).unwrap_err().to_string();
    assert_eq!(refused, "parameter `drift` is 2 token: allowed is [-1, 1] token");
    assert!(kind.check(&table("drift", "x".into())).is_err());
    assert_eq!(kind.instance(&Value::Table(Vec::new())).unwrap().content(), Some("source 1"));
    let text = ParamSpec { kind: ParamKind::Text, default: "a".into(), ..number("of", 0.0, Range::ALL) };
    let declaration = Declaration {
        name: "run-time/text".into(),
        params: vec![text],
        inputs: Vec::new(),
        metrics: vec![field("x", None)],
        substeps: 1,
    };
    let made = DeclaredTogether::new(declaration, Vec::new(), None, || Box::new(Walks { mixes: false }));
    let refused = made.map(|_| ()).unwrap_err().to_string();
    assert_eq!(refused, "parameter `of` must be a number or a boolean, and always there");
}
