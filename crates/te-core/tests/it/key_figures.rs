//! Key figures over runs of which some fail, some never arrive and some have no number, against figures computed from rows.

use crate::models::{Walk, WalkParams};
use proptest::prelude::*;
use te_core::{
    Axis, Experiment, FailedRuns, Keep, Kpi, KpiInterval, KpiResult, Recording, Sweep, System, student_t_975,
};

const RUNS: u64 = 100;

fn walk(fails_above: f64) -> Experiment {
    let params = WalkParams { fails_above, ..WalkParams::default() };
    Experiment::new(System::of::<Walk>("walk", params).unwrap()).timesteps(50).runs(RUNS).seed(5)
}

fn only(experiment: Experiment) -> KpiResult {
    let recording = Recording { keep: Keep::Nothing, ..Recording::default() };
    experiment.record(recording).run().unwrap().kpis.remove(0)
}

/// For each run the first timestep at which its value is above the level, infinite where it never is.
fn arrivals(level: f64) -> Vec<f64> {
    let results = walk(1e9).run().unwrap();
    let value = results.frame().f64s("walk.value").unwrap();
    let time = |run: &[f64]| run.iter().position(|v| *v > level).map_or(f64::INFINITY, |t| t as f64);
    value.chunks(51).map(time).collect()
}

#[test]
fn runs_that_never_arrive_are_later_than_any_time() {
    for level in [0.05, 0.3, 0.45, 0.6, 2.0] {
        let mut times = arrivals(level);
        times.sort_by(f64::total_cmp);
        let never = times.iter().filter(|t| t.is_infinite()).count() as u64;
        let figure = |aggregate: &str| {
            let of = format!("time_to(walk.value > {level})");
            only(walk(1e9).kpi(Kpi::new("time", of, aggregate).require("> 40")))
        };
        let median = figure("median");
        assert_eq!((median.runs, median.never, median.failed), (RUNS, never, 0));
        let expected = (times[49], times[50]);
        let expected =
            if expected.0 == expected.1 { expected.0 } else { f64::midpoint(expected.0, expected.1) };
        assert_eq!(median.value, expected, "at {level}, {never} of {RUNS} never");
        assert_eq!(median.holds, Some(expected > 40.0));
        let mean = figure("mean");
        if never > 0 {
            assert_eq!((mean.value, mean.interval, mean.holds), (f64::INFINITY, None, Some(true)));
            assert_eq!(mean.shown(), "never");
            assert!(figure("sd").value.is_nan(), "a deviation of infinite times is none");
        } else {
            assert!((mean.value - times.iter().sum::<f64>() / RUNS as f64).abs() < 1e-12);
        }
        let early = figure("probability below 21");
        let expected = times.iter().filter(|t| **t < 21.0).count() as f64 / RUNS as f64;
        assert_eq!((early.value, early.runs), (expected, RUNS));
    }
    let never = only(walk(1e9).kpi(Kpi::new("time", "time_to(walk.value > 1000)", "median")));
    assert_eq!((never.shown().as_str(), never.taken_over().as_str()), ("never", "over 100 runs (100 never)"));
}

#[test]
fn failed_runs_are_counted_by_the_policy_that_is_named() {
    let level = 0.5;
    let failed = walk(level).run().unwrap().failures.len() as u64;
    assert!(failed > 5 && failed < RUNS - 5);
    let low = RUNS - failed;
    let figure = |aggregate: &str, require: Option<&str>, policy: FailedRuns| {
        let mut kpi = Kpi::new("highest", "max(walk.value)", aggregate).failed(policy);
        kpi.require = require.map(str::to_owned);
        only(walk(level).kpi(kpi))
    };
    // The runs that rise above the level are those that fail: among the others there is none.
    let counted = figure("probability above 0.5", Some("< 0.05"), FailedRuns::CountAsViolated);
    assert_eq!(
        (counted.value, counted.runs, counted.holds),
        (failed as f64 / RUNS as f64, RUNS, Some(false))
    );
    assert_eq!((counted.failed, counted.counted_as_violated), (failed, failed));
    assert_eq!(counted.taken_over(), format!("over 100 runs ({failed} failed, counted as violated)"));
    let other = figure("probability below 0.5", Some("> 0.99"), FailedRuns::CountAsViolated);
    assert_eq!((other.value, other.holds), (low as f64 / RUNS as f64, Some(false)));
    let left_out = figure("probability above 0.5", Some("< 0.05"), FailedRuns::LeaveOut);
    assert_eq!((left_out.value, left_out.runs, left_out.holds), (0.0, low, Some(true)));
    assert_eq!(left_out.taken_over(), format!("over {low} of 100 runs ({failed} failed, left out)"));
    let refused = figure("probability above 0.5", Some("< 0.05"), FailedRuns::Refuse);
    assert!(refused.value.is_nan() && refused.holds == Some(false) && refused.interval.is_none());
    let free = figure("probability above 0.5", None, FailedRuns::CountAsViolated);
    assert_eq!((free.runs, free.failed, free.counted_as_violated, free.holds), (low, failed, 0, None));
    // Means and extremes are told of the runs that have a number, and do not hold where failed ones would break them.
    for (aggregate, require, holds) in [
        ("mean", "< 10", false),
        ("max", "< 10", false),
        ("min", "< 10", true),
        ("min", "> -10", false),
        ("max", "> -10", true),
        ("sd", "< 10", false),
        ("quantile 0.01", "< 10", true),
        ("quantile 1", "< 10", false),
    ] {
        let result = figure(aggregate, Some(require), FailedRuns::CountAsViolated);
        assert_eq!(result.holds, Some(holds), "{aggregate} {require}: {}", result.value);
        assert_eq!(figure(aggregate, Some(require), FailedRuns::LeaveOut).holds, Some(true), "{aggregate}");
    }
}

#[test]
fn a_subset_of_failed_runs_only_has_a_figure_that_says_so() {
    let all = only(walk(-1.0).kpi(Kpi::new("end", "final(walk.value)", "mean").require("> -100")));
    assert_eq!((all.runs, all.failed, all.holds, all.shown().as_str()), (0, RUNS, Some(false), "none"));
    assert_eq!(all.taken_over(), "over 0 of 100 runs (100 failed, left out)");
}

#[test]
fn what_is_no_number_is_counted_and_not_left_out_in_silence() {
    let kpi = |aggregate: &str| Kpi::new("odd", "final(1 / (walk.ups - 25))", aggregate).require("< 1e9");
    let result = only(walk(1e9).kpi(kpi("probability above 0")));
    assert!(result.undefined > 0 && result.failed == 0, "{result:?}");
    assert_eq!((result.runs, result.counted_as_violated), (RUNS, result.undefined));
    let mean = only(walk(1e9).kpi(kpi("mean")));
    assert!(mean.value.is_finite() && mean.holds == Some(false));
    // NaN at one timestep is not passed over by a minimum.
    let kpi = Kpi::new("odd", "min(0 * (1 / (walk.ups - 25)))", "min");
    let result = only(walk(1e9).kpi(kpi));
    assert!(result.undefined > 0, "{result:?}");
}

/// Intervals against their formulas from the rows' own numbers; the t quantile for 99 degrees is solved
/// with 40 digits from the finite sum of Abramowitz and Stegun 26.7.3.
#[test]
fn probabilities_and_means_have_intervals() {
    let results = walk(1e9)
        .kpi(Kpi::new("end", "final(walk.value)", "mean"))
        .kpi(Kpi::new("up", "final(walk.value)", "probability above 0"))
        .kpi(Kpi::new("mid", "final(walk.value)", "median"))
        .run()
        .unwrap();
    let ends: Vec<f64> =
        results.frame().f64s("walk.value").unwrap().iter().skip(50).step_by(51).copied().collect();
    let mean = ends.iter().sum::<f64>() / 100.0;
    let sd = (ends.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 99.0).sqrt();
    let Some(KpiInterval::StudentT { low, high }) = results.kpis[0].interval else { panic!("no interval") };
    assert!((student_t_975(99) - 1.984_216_951_586_4).abs() < 1e-9);
    for (found, sign) in [(low, -1.0), (high, 1.0)] {
        assert!((found - (mean + sign * 1.984_216_951_586_4 * sd / 10.0)).abs() < 1e-9);
    }
    let Some(KpiInterval::Wilson { low, high }) = results.kpis[1].interval else { panic!("no interval") };
    assert!(low < results.kpis[1].value && results.kpis[1].value < high);
    assert_eq!(results.kpis[2].interval, None);
}

#[test]
fn the_best_point_is_the_one_that_the_requirement_wants() {
    let make = |require: Option<&str>| {
        let mut kpi = Kpi::new("highest", "max(walk.value)", "mean");
        kpi.require = require.map(str::to_owned);
        let sweep = Sweep::Zip(vec![Axis::new("walk.scale", [0.2, 0.05, 0.4, 0.1])]);
        walk(1e9).sweep(sweep).kpi(kpi).run().unwrap()
    };
    for (require, best) in [(None, None), (Some("< 1"), Some(1)), (Some(">= 1"), Some(2))] {
        let results = make(require);
        let points = results.best_points().unwrap();
        assert_eq!(points.len(), 1);
        assert_eq!((points[0].lowest.0, points[0].highest.0, points[0].best), (1, 2, best));
        assert_eq!(points[0].told_apart, best.map(|_| true), "scales differ by two and more");
        assert_eq!(results.plan().point(2), [("walk.scale", te_core::Value::F64(0.4))]);
    }
}

/// Statistics of points leave with their units in bounded pieces, with the bits that they have when gathered in one unit.
#[test]
fn statistics_leave_with_finished_points_and_keep_their_bits() {
    use te_core::{FinishedPoints, Frame, Sink, UnitOutput};
    #[derive(Default)]
    struct Pieces {
        points: FinishedPoints,
        frames: Vec<Frame>,
        largest: usize,
    }
    impl Sink for Pieces {
        fn unit(&mut self, output: &mut UnitOutput) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
            self.points.finish(output);
            if let Some(table) = &output.statistics {
                let frame = table.frame()?;
                self.largest = self.largest.max(frame.rows());
                self.frames.push(frame);
            }
            Ok(())
        }
    }
    for (points, runs) in [(300, 1), (60, 7), (9, 100), (3, 1000), (2, 5000)] {
        let make = || {
            let scales = (0..points).map(|k| 0.01 + f64::from(k) * 1e-3);
            walk(0.5)
                .timesteps(8)
                .runs(runs)
                .sweep(Sweep::Zip(vec![Axis::new("walk.scale", scales)]))
                .record(Recording { keep: Keep::Statistics, ..Recording::default() })
        };
        let whole = make().run().unwrap().statistics.unwrap().frame().unwrap();
        for experiment in [make(), make().threads(3), make().unit_size(96), make().unit_size(64).threads(2)] {
            let plan = experiment.plan().unwrap();
            let by_hand = !plan.has_whole_points();
            let mut sink = Pieces::default();
            assert!(!plan.execute(&|_| true, &mut sink).unwrap());
            assert!(sink.points.rest().is_none(), "every point was finished");
            let rows: usize = sink.frames.iter().map(Frame::rows).sum();
            assert_eq!(rows, whole.rows(), "{points} points of {runs} runs");
            for (at, column) in whole.columns().iter().enumerate() {
                let mut joined = Vec::new();
                for frame in &sink.frames {
                    let cells = &frame.columns()[at].cells;
                    joined.extend((0..frame.rows()).map(|row| cells.number(row).map(f64::to_bits)));
                }
                let expected: Vec<_> =
                    (0..whole.rows()).map(|row| column.cells.number(row).map(f64::to_bits)).collect();
                // Units of another size form sums in another order, where they cut points.
                let exact = !by_hand || !["mean", "sd"].contains(&column.name.as_str());
                assert!(joined == expected || !exact, "{}: {points} points of {runs} runs", column.name);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever the units: runs that are counted are all runs.
    #[test]
    fn every_run_is_counted(level in 0.05..1.0_f64, runs in 1_u64..40, unit in 1_u64..50, leave in any::<bool>()) {
        let policy = if leave { FailedRuns::LeaveOut } else { FailedRuns::CountAsViolated };
        let kpi = Kpi::new("time", "time_to(walk.value > 0.2)", "median").require("< 20").failed(policy);
        let result = only(walk(level).runs(runs).unit_size(unit).kpi(kpi));
        let outside = if leave { result.failed } else { 0 };
        prop_assert_eq!(result.runs + outside, runs);
        prop_assert!(result.never <= result.runs);
    }

    /// Identical runs have a deviation of exactly 0, in statistics and in key figures.
    #[test]
    fn identical_runs_do_not_deviate(runs in 2_u64..200, initial in -1e6..1e6_f64) {
        use te_core::glue::{Function, FunctionParams};
        let system = System::of::<Function>("same", FunctionParams { of: format!("{initial:?} / (3 + t)") }).unwrap();
        let results = Experiment::new(system)
            .timesteps(3)
            .runs(runs)
            .record(Recording { keep: Keep::Statistics, ..Recording::default() })
            .kpi(Kpi::new("end", "final(same.value)", "sd"))
            .run()
            .unwrap();
        prop_assert_eq!(results.kpis[0].value, 0.0);
        let table = results.statistics.unwrap().frame().unwrap();
        prop_assert!(table.f64s("sd").unwrap().iter().all(|sd| *sd == 0.0));
    }
}
