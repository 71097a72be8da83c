//! What an experiment varies and what it says of itself before it runs: samples over every kind of parameter, the table of
//! points, forecasts and limits, identities.

use crate::models::{Walk, WalkParams, build, market};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::Instant;
use te_core::{
    Axis, Cells, Choice, Clock, Component, Discipline, Experiment, ExperimentError, Keep, List, ParamError,
    Params, Plan, Recording, Sampled, StepError, Stream, Sweep, System,
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Choice)]
enum Model {
    #[default]
    Gbm,
    MeanReverting,
    Regime,
}

#[derive(Clone, Debug, PartialEq, Params)]
struct MixedParams {
    /// A float.
    #[param(default = 0.5, min = 0.0, max = 1.0, unit = "1")]
    share: f64,
    /// An integer.
    #[param(default = 3, min = 1, max = 12, unit = "1")]
    steps: u64,
    /// A signed integer.
    #[param(default = 0, min = -5, max = 5, unit = "1")]
    offset: i64,
    /// An exact decimal.
    #[param(default = rust_decimal::Decimal::ONE, min = 0.0, unit = "1")]
    fee: rust_decimal::Decimal,
    /// A choice.
    #[param(default = Model::Gbm)]
    model: Model,
    /// A boolean.
    #[param(default = true)]
    funded: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Mixed {
    params: MixedParams,
}

impl Component for Mixed {
    const KIND: &'static str = "test/mixed";
    type Params = MixedParams;
    type Inputs = ();
    type Metrics = ();

    fn new(params: MixedParams) -> Result<Self, ParamError> {
        params.check()?;
        Ok(Self { params })
    }
    fn step(&mut self, (): &(), _: &Clock, _: &mut Stream) -> Result<(), StepError> {
        Ok(())
    }
    fn metrics(&self) -> Self::Metrics {}
}

fn mixed() -> Experiment {
    let system = System::of::<Mixed>("m", MixedParams::default()).unwrap();
    Experiment::new(system).timesteps(2).record(Recording { keep: Keep::Finals, ..Recording::default() })
}

fn walk() -> Experiment {
    Experiment::new(System::of::<Walk>("walk", WalkParams::default()).unwrap()).timesteps(50).seed(5)
}

fn texts(cells: &Cells) -> Vec<String> {
    match cells {
        Cells::Text(cells) => cells.clone(),
        Cells::Bool(cells) => cells.iter().map(ToString::to_string).collect(),
        Cells::Decimal(cells) => cells.iter().map(ToString::to_string).collect(),
        Cells::I64(cells) => cells.iter().map(ToString::to_string).collect(),
        Cells::U64(cells) => cells.iter().map(ToString::to_string).collect(),
        Cells::F64(cells) => cells.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn samples_take_every_kind_of_parameter() {
    let axes = || {
        vec![
            Sampled::interval("m.share", 0.1, 0.9),
            Sampled::interval("m.steps", 1.0, 12.0),
            Sampled::interval("m.offset", -5.0, 5.0),
            Sampled::log_interval("m.fee", 0.001, 1.0),
            Sampled::values("m.model", ["gbm", "mean-reverting", "regime"]),
            Sampled::values("m.funded", [true, false]),
        ]
    };
    let count = 132;
    for sweep in [
        Sweep::Random { axes: axes(), count, seed: 1 },
        Sweep::LatinHypercube { axes: axes(), count, seed: 1 },
        Sweep::Sobol { axes: axes(), count },
    ] {
        let is_hypercube = matches!(sweep, Sweep::LatinHypercube { .. });
        let results = mixed().sweep(sweep).run().unwrap();
        assert!(results.failures.is_empty(), "{}", results.failures[0]);
        let points = results.points().unwrap();
        let taken = |name: &str| texts(&points.column(name).unwrap().cells);
        let distinct = |name: &str| taken(name).into_iter().collect::<BTreeSet<String>>().len();
        assert_eq!([distinct("m.steps"), distinct("m.offset")], [12, 11]);
        assert_eq!([distinct("m.model"), distinct("m.funded")], [3, 2]);
        assert_eq!(distinct("m.share"), 132);
        if is_hypercube {
            // A hypercube hits every slice as often.
            for (name, slices) in [("m.steps", 12), ("m.offset", 11), ("m.model", 3), ("m.funded", 2)] {
                let values = taken(name);
                for value in values.iter().collect::<BTreeSet<_>>() {
                    assert_eq!(values.iter().filter(|v| *v == value).count(), 132 / slices, "{name} {value}");
                }
            }
        }
        // The rows have the same values.
        let rows = results.frame();
        for name in ["m.share", "m.steps", "m.offset", "m.fee", "m.model", "m.funded"] {
            assert_eq!(rows.column(name).unwrap().cells, points.column(name).unwrap().cells, "{name}");
        }
    }
}

#[test]
fn categories_are_axes() {
    let sweep =
        Sweep::Product(vec![Axis::new("m.model", ["gbm", "regime"]), Axis::new("m.funded", [true, false])]);
    let points = mixed().sweep(sweep).run().unwrap().points().unwrap();
    assert_eq!(texts(&points.column("m.model").unwrap().cells), ["gbm", "gbm", "regime", "regime"]);
    assert_eq!(texts(&points.column("m.funded").unwrap().cells), ["true", "false", "true", "false"]);
}

#[test]
fn what_a_parameter_cannot_be_sampled_from_is_refused_before_the_first_run() {
    let sobol =
        |axis: Sampled| mixed().sweep(Sweep::Sobol { axes: vec![axis], count: 4 }).plan().err().unwrap();
    for (axis, said) in [
        (Sampled::interval("m.steps", 1.5, 4.0), "whole numbers"),
        (Sampled::interval("m.steps", 1.0, 40.0), "m.steps"),
        (Sampled::interval("m.model", 0.0, 2.0), "list the values"),
        (Sampled::interval("m.funded", 0.0, 1.0), "list the values"),
        (Sampled::values("m.model", ["gbm", "gbn"]), "m.model"),
        (Sampled::log_interval("m.share", 0.0, 1.0), "above 0"),
        (Sampled::interval("m.share", 1.0, f64::NAN), "finite"),
        (Sampled::values("m.model", [""; 0]), "no values"),
    ] {
        let error = sobol(axis).to_string();
        assert!(error.contains(said), "{error}");
    }
    let random = |name: &str, text: &str| mixed().random(name, text).plan().err().map(|e| e.to_string());
    for (name, text, said) in [
        ("m.steps", "uniform(1.5, 4)", "whole numbers"),
        ("m.steps", "uniform(1, 40)", "m.steps"),
        ("m.share", "uniform(0.5, 2)", "m.share"),
        ("m.model", "uniform(0, 2)", "cannot be drawn"),
        ("m.funded", "uniform(0, 1)", "bernoulli"),
    ] {
        let error = random(name, text).unwrap();
        assert!(error.contains(said) && error.contains(name), "{error}");
    }
    assert_eq!(random("m.share", "uniform(0, 1)"), None);
    assert_eq!(random("m.steps", "normal(6, 1)"), None);
}

#[test]
fn integers_and_booleans_are_drawn_as_such() {
    let runs = 1200;
    let results = mixed()
        .runs(runs)
        .seed(3)
        .random("m.steps", "uniform(1, 12)")
        .random("m.offset", "triangular(-5, 0, 5)")
        .random("m.funded", "bernoulli(0.25)")
        .random("m.fee", "exponential(2)")
        .run()
        .unwrap();
    assert!(results.failures.is_empty(), "{}", results.failures[0]);
    let points = results.points().unwrap();
    assert_eq!(points.rows() as u64, runs);
    assert_eq!(points.u64s("run").unwrap(), results.frame().u64s("run").unwrap());
    let steps = points.u64s("m.steps").unwrap();
    for step in 1..=12 {
        let found = steps.iter().filter(|x| **x == step).count() as f64;
        // 100 are expected, with a standard deviation of 9.6.
        assert!((found - 100.0).abs() < 48.0, "{step}: {found}");
    }
    let funded =
        texts(&points.column("m.funded").unwrap().cells).iter().filter(|x| *x == "true").count() as f64;
    assert!((funded - 300.0).abs() < 75.0, "{funded} of 1200");
    assert_eq!(points.column("m.steps").unwrap().cells, results.frame().column("m.steps").unwrap().cells);
}

/// The design is there whatever is kept, also of points and runs that failed.
#[test]
fn points_and_draws_are_a_result_whatever_is_kept() {
    let make = |keep: Keep| {
        let sweep = Sweep::LatinHypercube {
            axes: vec![
                Sampled::interval("walk.scale", 0.0, 0.4),
                Sampled::interval("walk.fails_above", 0.1, 3.0),
            ],
            count: 30,
            seed: 1,
        };
        walk().runs(4).sweep(sweep).record(Recording { keep, ..Recording::default() })
    };
    let finals = make(Keep::Finals).run().unwrap();
    assert!(!finals.failures.is_empty() && finals.failures.len() < 120);
    let points = finals.points().unwrap();
    assert_eq!(points.rows(), 30 * 4, "a row for each run: the drift is drawn");
    for keep in [Keep::Nothing, Keep::Statistics, Keep::Trajectories] {
        assert_eq!(make(keep).run().unwrap().points().unwrap(), points);
    }
    // Where a run has a row, it is the row's.
    let rows = finals.frame();
    for row in 0..rows.rows() {
        let at = (rows.u64s("subset").unwrap()[row] * 4 + rows.u64s("run").unwrap()[row] - 1) as usize;
        for name in ["walk.scale", "walk.fails_above", "walk.drift"] {
            assert_eq!(rows.f64s(name).unwrap()[row].to_bits(), points.f64s(name).unwrap()[at].to_bits());
        }
    }
    let plan = make(Keep::Nothing).plan().unwrap();
    let drift = plan.varied_parameters().iter().find(|v| v.name == "walk.drift").unwrap();
    assert_eq!(drift.drawn.unwrap().to_string(), "normal(0, 0.01)");
    assert_eq!(
        plan.point(7).iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        ["walk.scale", "walk.fails_above"]
    );
    // In pieces it is the same table.
    let pieces: Vec<f64> = plan
        .points()
        .frames(7)
        .flat_map(|piece| piece.unwrap().f64s("walk.drift").unwrap().to_vec())
        .collect();
    assert_eq!(pieces, points.f64s("walk.drift").unwrap());
    let fixed = make(Keep::Nothing).fix_random().run().unwrap().points().unwrap();
    assert_eq!(fixed.rows(), 30, "a row for each point where nothing is drawn");
    assert!(fixed.column("run").is_none());
}

#[test]
fn points_name_their_variant_and_leave_out_what_it_has_not() {
    let experiment = walk()
        .against("mixed", System::of::<Mixed>("m", MixedParams::default()).unwrap())
        .fix_random()
        .sweep(Sweep::Zip(vec![Axis::new("walk.scale", [0.1, 0.2])]));
    let points = experiment.plan().unwrap().points().frame(0..u64::MAX).unwrap();
    assert_eq!(texts(&points.column("variant").unwrap().cells), ["walk", "walk", "mixed", "mixed"]);
    let scale = points.column("walk.scale").unwrap();
    assert_eq!([scale.number(1), scale.number(2)], [Some(0.2), None]);
}

#[test]
fn a_forecast_counts_what_a_run_leaves() {
    let sweep = || Sweep::Product(vec![Axis::new("walk.scale", [0.1, 0.4, 0.5])]);
    for recording in [
        Recording::default(),
        Recording { every: 7, ..Recording::default() },
        Recording { substeps: true, ..Recording::default() },
        Recording { keep: Keep::Finals, ..Recording::default() },
        Recording { keep: Keep::Nothing, ..Recording::default() },
        Recording { keep: Keep::Statistics, every: 7, ..Recording::default() },
    ] {
        let experiment = walk().runs(5).sweep(sweep()).record(recording.clone());
        let forecast = experiment.plan().unwrap().forecast();
        let results = experiment.run().unwrap();
        assert_eq!((forecast.points, forecast.runs, forecast.steps), (3, 15, 15 * 50));
        let table = results.statistics.as_ref().map(|table| table.frame().unwrap());
        let frame = table.as_ref().unwrap_or(results.frame());
        assert_eq!(forecast.rows, frame.rows() as u64, "{recording:?}");
        if frame.rows() > 0 {
            assert_eq!(forecast.columns, frame.columns().len() as u64, "{recording:?}");
        }
    }
}

/// Sizes near the largest numbers are refused with a code and a way out, without memory and without a panic.
#[test]
fn what_is_too_large_is_refused_before_it_is_made() {
    let started = Instant::now();
    let refused = |experiment: Experiment| {
        let error = experiment.run().err().unwrap();
        (error.code(), error.to_string())
    };
    for timesteps in [u64::MAX, u64::MAX - 1, 1 << 63, 1 << 53] {
        assert_eq!(refused(walk().timesteps(timesteps)).0, "TE0102");
        let every = Recording { every: u64::MAX, ..Recording::default() };
        assert_eq!(refused(walk().timesteps(timesteps).record(every)).0, "TE0102");
    }
    let (code, said) = refused(walk().timesteps(1_000_000_000_000));
    assert!(code == "TE0122" && said.contains("record every K-th timestep"), "{said}");
    let keep = Recording { keep: Keep::Statistics, ..Recording::default() };
    assert_eq!(refused(walk().timesteps(1_000_000_000_000).record(keep)).0, "TE0122");
    assert_eq!(refused(walk().runs(u64::MAX).timesteps(10)).0, "TE0122");
    let axes = || vec![Axis::new("walk.scale", [0.1, 0.4]), Axis::new("walk.fails_above", [2.0, 3.0])];
    assert_eq!(refused(walk().runs(u64::MAX / 3).sweep(Sweep::Product(axes()))).0, "TE0109");
    assert_eq!(refused(walk().first_simulation(u64::MAX)).0, "TE0109");
    let axes = vec![Sampled::interval("walk.scale", 0.0, 1.0)];
    let (code, said) = refused(walk().sweep(Sweep::LatinHypercube { axes, count: 4_000_000_000, seed: 1 }));
    assert!(code == "TE0109" && said.contains("sobol"), "{said}");
    // What is large but can be planned is planned, and says how large it is.
    let plan = walk()
        .runs(u64::MAX / 64)
        .timesteps(1 << 40)
        .record(Recording { keep: Keep::Nothing, ..Recording::default() });
    let forecast = plan.plan().unwrap().forecast();
    assert_eq!((forecast.steps, forecast.rows), (u64::MAX, 0));
    assert!(started.elapsed().as_secs() < 10);
}

#[test]
fn an_interval_from_declared_bounds_needs_both() {
    let interval = walk().declared_interval("walk.scale").unwrap();
    assert_eq!((interval.low, interval.high), (0.0, 1.0), "soft bounds first");
    let error = walk().declared_interval("walk.drift").unwrap_err();
    assert!(matches!(error, ExperimentError::NoInterval { missing: "lower", .. }), "{error}");
    let system = System::of::<Mixed>("m", MixedParams::default()).unwrap();
    let error = Experiment::new(system).declared_interval("m.fee").unwrap_err();
    assert_eq!(
        error.to_string(),
        "parameter `m.fee` declares no upper bound: give an interval to sample from"
    );
}

#[test]
fn a_plan_outlives_its_experiment() {
    fn plan() -> Plan {
        walk().runs(3).plan().unwrap()
    }
    let plan = plan();
    assert_eq!((plan.runs(), plan.columns().len()), (3, 5));
    let results = walk().runs(3).sweep(Sweep::Zip(vec![Axis::new("walk.scale", [0.1, 0.2])])).run().unwrap();
    let all = results.frame();
    let one = results.of(1, 2);
    assert_eq!((one.rows(), results.of_subset(1).rows(), results.of(2, 1).rows()), (51, 3 * 51, 0));
    let first =
        (0..all.rows()).find(|r| (all.u64s("subset").unwrap()[*r], all.u64s("run").unwrap()[*r]) == (1, 2));
    let first = first.unwrap();
    assert_eq!(one.f64s("walk.value").unwrap(), &all.f64s("walk.value").unwrap()[first..first + 51]);
}

/// Every change that can change a row changes the identity; what changes none does not.
#[test]
fn whatever_changes_rows_changes_the_identity() {
    let identity = |experiment: &Experiment| {
        let mut text = String::new();
        experiment.plan().unwrap().write_identity(&mut text).unwrap();
        text
    };
    let of = |change: &dyn Fn(&mut te_core::SystemBuilder)| {
        let mut builder = market();
        change(&mut builder);
        identity(&Experiment::new(build(builder)).timesteps(20).runs(4).seed(7))
    };
    let base = of(&|_| {});
    assert_eq!(base, of(&|_| {}));
    let systems = [
        of(&|b| b.discipline(List::Controllables, Discipline::Simultaneous)),
        of(&|b| b.stage(Discipline::Simultaneous, &["walk", "follower", "late"])),
        of(&|b| b.stage(Discipline::Sequential, &["late", "follower", "walk"])),
        of(&|b| b.step_length("1 week".parse().unwrap())),
        of(&|b| b.wire("0.5 + lag(walk.value, 2)", "follower.speed")),
        of(&|b| b.derived("gap2", "2 * gap", "1")),
        of(&|b| b.interaction("calm", |_| Ok(()))),
        of(&|b| {
            b.uncontrollable::<Walk>("other", WalkParams::default());
        }),
        of(&|b| {
            b.controllable::<Walk>("other", WalkParams::default());
        }),
        of(&|b| {
            b.uncontrollable::<Walk>(
                "other",
                WalkParams { scale: 0.1_f64.next_up(), ..WalkParams::default() },
            );
        }),
    ];
    let make = || Experiment::new(build(market())).timesteps(20).runs(4).seed(7);
    let every = Recording { every: 2, ..Recording::default() };
    let experiments = [
        make().timesteps(21),
        make().runs(5),
        make().seed(8),
        make().independent_subsets(),
        make().first_simulation(1),
        make().fix_random(),
        make().random("walk.scale", "uniform(0, 1)"),
        make().sweep(Sweep::Zip(vec![Axis::new("walk.scale", [0.1])])),
        make().sweep(Sweep::Zip(vec![Axis::new("walk.scale", [0.1_f64.next_up()])])),
        make().record(every),
        make().stop_when("walk.value > 2"),
        make().kpi(te_core::Kpi::new("end", "final(gap)", "mean")),
        make().against("market", build(market())),
    ];
    let mut all: Vec<String> = systems.into_iter().chain(experiments.iter().map(identity)).collect();
    all.push(base.clone());
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count, "two of them have one identity");
    for same in
        [make().threads(3), make().tile_width(5), make().one_by_one(), make().shard(0, 2), make().strict()]
    {
        assert_eq!(identity(&same), base);
    }
}
