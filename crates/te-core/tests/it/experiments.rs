//! Failures, stopping, sampling, key figures, corners, cancelling, random parameters.

use crate::models::{Follow, Walk, WalkParams, build, market};
use std::time::Duration;
use te_core::{
    Axis, Experiment, ExperimentError, Keep, Kpi, Recording, Sink, Sweep, System, UnitOutput, failure_table,
};

fn walk(params: WalkParams) -> Experiment {
    Experiment::new(System::of::<Walk>("walk", params).unwrap()).timesteps(50).runs(100).seed(5)
}

#[test]
fn failed_runs_leave_their_rows_and_the_others() {
    let calm = walk(WalkParams::default()).run().unwrap();
    let params = WalkParams { fails_above: 0.5, ..WalkParams::default() };
    let results = walk(params.clone()).run().unwrap();
    let failed = results.failures.len();
    assert!(failed > 5 && failed < 95, "{failed} of 100 fail");
    for failure in &results.failures {
        assert_eq!((failure.component.as_str(), failure.subset), ("walk", 0));
        let of_run = |frame: &te_core::Frame| -> Vec<f64> {
            let runs = frame.u64s("run").unwrap();
            let values = frame.f64s("walk.value").unwrap();
            values.iter().zip(runs).filter(|(_, r)| **r == failure.run).map(|(v, _)| *v).collect()
        };
        let kept = of_run(results.frame());
        assert_eq!(kept.len() as u64, failure.timestep, "rows up to the failure");
        assert_eq!(kept, of_run(calm.frame())[..kept.len()], "and they are what they would have been");
    }
    let table = failure_table(&results.failures).unwrap();
    assert_eq!(table.rows(), failed);
    assert!(matches!(walk(params).strict().run(), Err(ExperimentError::Failed(f)) if f.component == "walk"));
}

#[test]
fn panics_are_failures_that_name_the_component() {
    let results = walk(WalkParams { panics_above: 0.5, ..WalkParams::default() }).run().unwrap();
    let failure = &results.failures[0];
    assert_eq!(failure.component, "walk");
    assert!(failure.error.to_string().starts_with("panicked: the walk reached 0."), "{}", failure.error);
    let same = walk(WalkParams { fails_above: 0.5, ..WalkParams::default() }).run().unwrap();
    assert_eq!(results.frame(), same.frame(), "neighbours in the tile do not notice");
}

#[test]
fn nan_in_a_wire_is_an_error_that_names_it() {
    let mut system = System::builder("s");
    system.uncontrollable::<Walk>("walk", WalkParams::default());
    system.controllable::<Follow>("follow", ());
    system.wire("1 / (walk.ups - walk.ups)", "follow.target");
    let results = Experiment::new(build(system)).timesteps(2).run().unwrap();
    let failure = results.failures[0].to_string();
    assert!(
        failure.ends_with("timestep 1, substep 2: follow: input target is inf: it must be a finite number"),
        "{failure}"
    );
}

#[test]
fn a_stop_condition_ends_a_run_after_the_row_that_meets_it() {
    let results = walk(WalkParams::default()).stop_when("walk.value > 0.4").run().unwrap();
    let frame = results.frame();
    let (value, run, t) =
        (frame.f64s("walk.value").unwrap(), frame.u64s("run").unwrap(), frame.u64s("timestep").unwrap());
    let mut stopped = 0;
    for row in 0..frame.rows() {
        let last = row + 1 == frame.rows() || run[row + 1] != run[row];
        assert_eq!(value[row] > 0.4 || t[row] == 50, last, "run {} at {}", run[row], t[row]);
        stopped += usize::from(last && t[row] < 50);
    }
    assert!(stopped > 5 && results.failures.is_empty());
    assert!(matches!(
        walk(WalkParams::default()).stop_when("walk.valeu > 1").run(),
        Err(ExperimentError::Stop { .. })
    ));
}

#[test]
fn key_figures_are_those_of_the_rows() {
    let kpi = |name: &str, of: &str, aggregate: &str, require: Option<&str>| Kpi {
        name: name.into(),
        of: of.into(),
        aggregate: aggregate.into(),
        require: require.map(str::to_owned),
        ..Kpi::default()
    };
    let results = walk(WalkParams::default())
        .kpi(kpi("highest", "max(walk.value)", "max", Some("> 100")))
        .kpi(kpi("end", "final(walk.value)", "mean", None))
        .kpi(kpi("early", "time_to(walk.value > 0.3)", "probability below 20", Some(">= 0")))
        .run()
        .unwrap();
    let value = results.frame().f64s("walk.value").unwrap();
    let highest = value.iter().copied().fold(f64::MIN, f64::max);
    assert_eq!((results.kpis[0].value, results.kpis[0].holds), (highest, Some(false)));
    let finals: Vec<f64> = value.iter().skip(50).step_by(51).copied().collect();
    let mean = finals.iter().sum::<f64>() / 100.0;
    assert!((results.kpis[1].value - mean).abs() < 1e-12);
    let early =
        value.chunks(51).filter(|run| run.iter().position(|v| *v > 0.3).is_some_and(|t| t < 20)).count();
    assert_eq!((results.kpis[2].value, results.kpis[2].holds), (early as f64 / 100.0, Some(true)));
    for (of, aggregate, require) in [
        ("walk.value", "mean", None),
        ("max(walk.x)", "mean", None),
        ("max(walk.value)", "average", None),
        ("max(walk.value)", "mean", Some("= 1")),
    ] {
        let refused = walk(WalkParams::default()).kpi(kpi("k", of, aggregate, require)).run();
        assert!(matches!(refused, Err(ExperimentError::Kpi { .. })), "{of}, {aggregate}, {require:?}");
    }
}

#[test]
fn streaming_statistics_are_those_of_the_rows() {
    let sweep = || Sweep::Product(vec![Axis::new("walk.scale", [0.1, 0.4])]);
    let recording = Recording { keep: Keep::Statistics, ..Recording::default() };
    let statistics = walk(WalkParams::default()).sweep(sweep()).record(recording).run().unwrap();
    assert_eq!(statistics.frame().rows(), 0);
    let table = statistics.statistics.unwrap();
    let rows = walk(WalkParams::default()).sweep(sweep()).run().unwrap();
    let (subset, t) = (rows.frame().u64s("subset").unwrap(), rows.frame().u64s("timestep").unwrap());
    let value = rows.frame().f64s("walk.value").unwrap();
    for (s, at) in [(0, 1), (1, 50)] {
        let mut seen: Vec<f64> =
            (0..value.len()).filter(|r| subset[*r] == s && t[*r] == at).map(|r| value[r]).collect();
        seen.sort_by(f64::total_cmp);
        let summary = table.get(0, s, at, "walk.value").unwrap();
        assert_eq!((summary.count(), summary.min(), summary.max()), (100, seen[0], seen[99]));
        let mean = seen.iter().sum::<f64>() / 100.0;
        assert!((summary.mean() - mean).abs() < 1e-12);
        assert!((summary.quantile(0.25) - seen[24]).abs() <= 0.0051 * seen[24].abs());
    }
}

#[test]
fn corners_are_those_of_the_environment() {
    let experiment = walk(WalkParams::default()).corners(4).unwrap();
    let results = experiment.runs(1).run().unwrap();
    let scale = results.frame().f64s("walk.scale").unwrap();
    assert_eq!((scale[0], scale[51]), (0.0, 10.0));
    let refused = walk(WalkParams::default()).corners(1).err().unwrap();
    assert!(refused.to_string().contains("2^1 corners: the limit is 1"), "{refused}");
}

#[test]
fn declared_random_parameters_are_drawn_for_every_run() {
    let drawn = walk(WalkParams::default()).run().unwrap();
    let drift = drawn.frame().f64s("walk.drift").unwrap();
    let mut values: Vec<f64> = drift.iter().step_by(51).copied().collect();
    let mean = values.iter().sum::<f64>() / 100.0;
    values.sort_by(f64::total_cmp);
    values.dedup();
    assert_eq!(values.len(), 100, "every run has its own");
    assert!(mean.abs() < 5.0 * 0.01 / 10.0, "mean {mean}");
    let fixed = walk(WalkParams::default()).fix_random().run().unwrap();
    assert!(fixed.frame().column("walk.drift").is_none());
    let given = walk(WalkParams::default()).random("walk.drift", "uniform(5, 6)").run().unwrap();
    assert!(given.frame().f64s("walk.drift").unwrap().iter().all(|x| (5.0..6.0).contains(x)));
    assert!(matches!(
        walk(WalkParams::default()).random("walk.drift", "uniform(5").run(),
        Err(ExperimentError::Distribution { .. })
    ));
}

/// Cancels at the first unit that it gets.
struct CancelAtOnce(te_core::Cancel, u64);

impl Sink for CancelAtOnce {
    fn unit(&mut self, output: &mut UnitOutput) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        self.1 += output.runs;
        self.0.cancel();
        Ok(())
    }
}

#[test]
fn a_sweep_of_a_billion_points_starts_at_once_and_can_be_cancelled() {
    let axis = |name: &str| Axis::new(name, (0..1000).map(f64::from).map(|x| x / 1000.0));
    let sweep = Sweep::Product(vec![
        axis("walk.scale"),
        axis("walk.drift"),
        Axis::new("walk.fails_above", (1..=1000).map(f64::from)),
    ]);
    let experiment = walk(WalkParams::default())
        .runs(1)
        .sweep(sweep)
        .record(Recording { keep: Keep::Finals, ..Recording::default() })
        .on_progress(Duration::from_millis(10), |p| assert_eq!(p.runs_total, 1_000_000_000));
    let plan = experiment.plan().unwrap();
    assert_eq!(plan.subsets(), 1_000_000_000);
    let mut sink = CancelAtOnce(experiment.cancel_handle(), 0);
    assert!(plan.execute(&|_| true, &mut sink).unwrap(), "it was cancelled");
    assert!(sink.1 > 0 && sink.1 < 1_000_000, "what is finished is kept: {} runs", sink.1);
}

#[test]
fn systems_side_by_side_share_columns_by_name() {
    let results = Experiment::new(build(market()))
        .against("walk alone", System::of::<Walk>("walk", WalkParams::default()).unwrap())
        .timesteps(4)
        .runs(2)
        .run()
        .unwrap();
    let frame = results.frame();
    assert_eq!(frame.rows(), 2 * 2 * 5);
    let half = frame.rows() / 2;
    let walk = frame.f64s("walk.value").unwrap();
    assert_eq!(walk[..half], walk[half..], "the same world for both");
    let gap = frame.column("gap").unwrap();
    assert!(gap.is_valid(half - 1) && !gap.is_valid(half), "a column that one has not is absent there");
}
