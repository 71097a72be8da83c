//! Runs in lanes are the runs they would be alone: the same rows, the same failures, whatever befalls a neighbour.

use crate::fund::{
    BREAKS, Breaks, Brittle, BrittleParams, Flicker, Fund, FundParams, Growth, lanes, lanes_with,
};
use crate::models::{Walk, WalkParams, build};
use te_core::math::dispatch::InstructionSet;
use te_core::{
    Axis, Discipline, Experiment, Frame, Keep, List, Order, Recording, RunId, Sweep, System, SystemBuilder,
    failure_table,
};

/// Rows and failures.
fn outcome(experiment: &Experiment) -> (Frame, Frame) {
    let results = experiment.run().unwrap();
    (results.frame().clone(), failure_table(&results.failures).unwrap())
}

/// What is computed.
type Case = (&'static str, fn() -> Experiment);

type Way = (String, Box<dyn Fn(Experiment) -> Experiment>);

/// Ways to compute the same.
fn ways() -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::new();
    for width in [1, 5, 8, 31, 32, 33, 64, 100, 128, 256] {
        ways.push((format!("tiles of {width}"), Box::new(move |e| e.tile_width(width).unit_size(1000))));
    }
    for set in InstructionSet::available() {
        ways.push((set.name().to_owned(), Box::new(move |e| e.instruction_set(set))));
    }
    for threads in [1, 2, 5] {
        ways.push((
            format!("{threads} threads"),
            Box::new(move |e| e.threads(threads).tile_width(32).unit_size(40)),
        ));
    }
    for size in [1, 7, 50] {
        ways.push((format!("units of {size}"), Box::new(move |e| e.unit_size(size))));
    }
    ways
}

fn recordings() -> [Recording; 5] {
    [
        Recording::default(),
        Recording { every: 6, ..Recording::default() },
        Recording { keep: Keep::Finals, ..Recording::default() },
        Recording { substeps: true, ..Recording::default() },
        Recording { keep: Keep::Nothing, ..Recording::default() },
    ]
}

/// Funds some of which outgrow their limit, at one time or another; walks some of which fail too.
fn failing() -> SystemBuilder {
    lanes_with(FundParams { limit: 1.25, rate: 0.5, ..FundParams::default() })
}

fn experiment(system: SystemBuilder) -> Experiment {
    Experiment::new(build(system))
        .timesteps(20)
        .runs(150)
        .seed(11)
        .sweep(Sweep::Product(vec![Axis::new("walk.scale", [0.05, 0.2])]))
}

/// Runs that differ in more than numbers, next to each other in a tile.
fn unlike() -> Experiment {
    Experiment::new(build(failing())).timesteps(20).runs(5).seed(11).sweep(Sweep::Product(vec![
        Axis::new("fund.growth", ["linear", "compound"]),
        Axis::new("walk.scale", (1..13).map(|k| 0.02 * f64::from(k))),
    ]))
}

#[test]
fn however_runs_are_stepped_rows_and_failures_are_the_same() {
    let cases: [Case; 5] = [
        ("sound", || experiment(lanes())),
        ("failing", || experiment(failing())),
        ("stopped", || experiment(lanes()).stop_when("walk.value > 0.3").stop_when("pool.windfalls > 6")),
        ("failing and stopped", || experiment(failing()).stop_when("walk.value > 0.3")),
        ("unlike", unlike),
    ];
    for (name, make) in cases {
        let (_, failures) = outcome(&make().one_by_one());
        let times: std::collections::BTreeSet<u64> =
            failures.u64s("timestep").unwrap().iter().copied().collect();
        assert_eq!(times.len() > 2, name.contains("failing") || name == "unlike", "{name}: {times:?}");
        for recording in recordings() {
            let reference = outcome(&make().record(recording.clone()).one_by_one());
            assert_eq!(reference.1, failures, "{name}: what is recorded changes no failure, {recording:?}");
            for (way, with) in ways() {
                let found = outcome(&with(make().record(recording.clone())));
                assert!(found == reference, "{name}, {way}, {recording:?}");
            }
        }
    }
}

/// Rows by timestep are put in the order of runs by their index.
fn in_order(frame: &Frame) -> Vec<(Vec<u64>, Vec<Option<u64>>)> {
    let index = te_core::INDEX_COLUMNS.map(|name| frame.u64s(name).unwrap());
    let row = |row: usize| {
        let cells = frame.columns().iter().map(|c| c.number(row).map(f64::to_bits)).collect();
        (index.iter().map(|column| column[row]).collect(), cells)
    };
    let mut rows: Vec<(Vec<u64>, Vec<Option<u64>>)> = (0..frame.rows()).map(row).collect();
    rows.sort();
    rows
}

#[test]
fn rows_by_timestep_are_the_same_where_runs_fail_or_stop() {
    for every in [1, 6] {
        for keep in [Keep::Trajectories, Keep::Finals] {
            let make = |order| {
                let recording = Recording { every, keep: keep.clone(), order, ..Recording::default() };
                experiment(failing()).stop_when("walk.value > 0.3").record(recording)
            };
            let (rows, failures) = outcome(&make(Order::Runs).one_by_one());
            for (way, with) in ways() {
                let found = outcome(&with(make(Order::Timesteps)));
                // A unit is in the order of time; several are not.
                assert!(in_order(&found.0) == in_order(&rows), "{way}, every {every}, {keep:?}");
                assert_eq!(found.1, failures, "{way}, every {every}, {keep:?}");
            }
        }
    }
}

/// A run by hand has the rows of that run in lanes, and fails as it does there.
#[test]
fn a_run_by_hand_is_that_run_in_lanes() {
    let many = experiment(failing());
    let results = many.run().unwrap();
    let (frame, plan) = (results.frame(), many.plan().unwrap());
    let index = ["subset", "run"].map(|name| frame.u64s(name).unwrap());
    let mut failed = 0;
    for (subset, run) in [0, 1].into_iter().flat_map(|subset| (1..=40).map(move |run| (subset, run))) {
        let mut stepper = plan.start(RunId { simulation: 0, subset, run }).unwrap();
        let rows = (0..frame.rows()).filter(|row| (index[0][*row], index[1][*row]) == (subset, run));
        let mut ended = None;
        for row in rows {
            assert!(ended.is_none(), "run {run} goes on in lanes");
            for column in frame.columns().iter().skip(5) {
                if let Some(by_hand) = stepper.number(&column.name) {
                    let in_lanes = column.number(row).unwrap();
                    assert_eq!(by_hand.to_bits(), in_lanes.to_bits(), "run {run}: {}", column.name);
                }
            }
            ended = stepper.step().err().map(|error| error.to_string());
        }
        let listed = results.failures.iter().find(|f| (f.subset, f.run) == (subset, run));
        assert_eq!(ended.is_some(), listed.is_some(), "run {run}");
        if let (Some(ended), Some(listed)) = (ended, listed) {
            assert!(ended.contains(&listed.error.to_string()), "{ended}: {listed}");
            failed += 1;
        }
    }
    assert!((5..75).contains(&failed), "{failed} of 80 failed");
}

/// An interaction may make runs differ in more than numbers: some of a tile, or all of them.
#[test]
fn an_interaction_may_change_what_runs_have_alike() {
    for all in [false, true] {
        let make = || {
            let mut system = System::builder("s");
            system.uncontrollable::<Walk>("walk", WalkParams::default());
            let fund = system.controllable::<Fund>("fund", FundParams { rate: 0.7, ..FundParams::default() });
            system.interaction("turn", move |world| {
                let at = world.clock().timestep;
                let heads = all || world.stream().uniform() < 0.3;
                let params = world.get_mut(fund)?.terms_mut();
                if heads && at % 4 == 0 {
                    params.growth = match params.growth {
                        Growth::Linear => Growth::Compound,
                        Growth::Compound => Growth::Linear,
                    };
                }
                Ok(())
            });
            Experiment::new(build(system)).timesteps(20).runs(150).seed(3)
        };
        let reference = outcome(&make().one_by_one());
        assert!(reference.1.rows() < 75);
        for (way, with) in ways() {
            assert!(outcome(&with(make())) == reference, "all {all}, {way}");
        }
    }
}

/// A component that breaks, in the middle of some that do not.
fn brittle(breaks: Breaks, discipline: Discipline) -> Experiment {
    let mut system = System::builder("s");
    system.controllable::<Fund>("before", FundParams::default());
    system.controllable::<Brittle>("brittle", BrittleParams { breaks, ..BrittleParams::default() });
    system.controllable::<Fund>("after", FundParams::default());
    system.wire("before.stock", "brittle.flow");
    system.discipline(List::Controllables, discipline);
    Experiment::new(build(system)).timesteps(12).runs(150).seed(5)
}

/// What panics in one lane, or is NaN there, is listed with that run alone, at its time; the others go on.
#[test]
fn a_lane_that_breaks_is_found_and_breaks_no_other() {
    for breaks in BREAKS {
        for discipline in [Discipline::Sequential, Discipline::Simultaneous] {
            let make = || brittle(breaks, discipline);
            let reference = outcome(&make().one_by_one());
            let runs = reference.1.u64s("run").unwrap();
            assert!((50..150).contains(&runs.len()), "{breaks:?}: {} of 150 failed", runs.len());
            let components = &reference.1.column("component").unwrap().cells;
            assert_eq!(components, &te_core::Cells::Text(vec!["brittle".to_owned(); runs.len()]));
            for (way, with) in ways() {
                let found = outcome(&with(make()));
                assert_eq!(found.1, reference.1, "{breaks:?}, {discipline:?}, {way}");
                assert!(found.0 == reference.0, "{breaks:?}, {discipline:?}, {way}");
            }
        }
    }
}

/// What is not recorded is not shown; but a state that is NaN, and whatever is shown, is looked at.
#[test]
fn nan_is_caught_whatever_is_recorded() {
    for breaks in BREAKS {
        for discipline in [Discipline::Sequential, Discipline::Simultaneous] {
            let (_, all) = outcome(&brittle(breaks, discipline).one_by_one());
            for recording in recordings() {
                let (rows, failures) = outcome(&brittle(breaks, discipline).record(recording.clone()));
                let what = format!("{breaks:?}, {discipline:?}, {recording:?}");
                match breaks {
                    Breaks::Draw | Breaks::First | Breaks::Second | Breaks::State => {
                        assert_eq!(failures, all, "{what}");
                    }
                    // Nobody looks.
                    Breaks::Show | Breaks::Metric if recording.keep == Keep::Nothing => continue,
                    Breaks::Show | Breaks::Metric => {
                        assert_eq!(failures.u64s("run"), all.u64s("run"), "{what}");
                    }
                }
                for column in rows.columns() {
                    if let Some(cells) = rows.f64s(&column.name) {
                        assert!(cells.iter().all(|x| x.is_finite()), "{what}: {}", column.name);
                    }
                }
            }
        }
    }
}

/// A component without lanes is looked at in every step, also where its neighbours' lanes are not.
#[test]
fn a_moments_nan_is_caught_beside_lanes() {
    for discipline in [Discipline::Sequential, Discipline::Simultaneous] {
        for recording in recordings() {
            let mut system = System::builder("s");
            system.controllable::<Fund>("fund", FundParams::default());
            system.controllable::<Flicker>("flicker", ());
            system.discipline(List::Controllables, discipline);
            let experiment = Experiment::new(build(system)).timesteps(9).runs(40).record(recording.clone());
            let (_, failures) = outcome(&experiment);
            assert_eq!(failures.u64s("timestep").unwrap(), [3; 40], "{discipline:?}, {recording:?}");
        }
    }
}
