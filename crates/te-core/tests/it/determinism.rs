//! Same seed, same bits: on any number of threads, in tiles of any width, in shards, recorded this way or that, stepped
//! by hand, stopped and resumed.

use crate::fund::lanes;
use crate::models::{Follow, Walk, WalkParams, build, market, nested, population};
use std::sync::{Arc, Mutex};
use te_core::math::dispatch::InstructionSet;
use te_core::{
    Axis, Cells, Clock, Component as _, Experiment, Frame, Keep, Moment, Observer, Order, Recording, RunId,
    Sink, Sweep, System, SystemBuilder, UnitOutput,
};

type Make = fn() -> SystemBuilder;
const SYSTEMS: [(&str, Make); 4] =
    [("market", market), ("population", population), ("nested", nested), ("lanes", lanes)];

fn experiment(make: Make) -> Experiment {
    let name =
        if build(make()).columns().iter().any(|c| c.name.starts_with("east.")) { "world" } else { "walk" };
    let name =
        if build(make()).columns().iter().any(|c| c.name.starts_with("weather.")) { "weather" } else { name };
    Experiment::new(build(make()))
        .timesteps(20)
        .runs(30)
        .seed(7)
        .sweep(Sweep::Product(vec![Axis::new(format!("{name}.scale"), [0.05, 0.2])]))
}

fn run(experiment: &Experiment) -> Frame {
    let results = experiment.run().unwrap();
    assert!(results.failures.is_empty(), "{}", results.failures[0]);
    results.frame().clone()
}

/// FNV-1a over the bits of all cells.
fn digest(frame: &Frame) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    };
    for column in frame.columns() {
        add(column.name.as_bytes());
        match &column.cells {
            Cells::F64(v) => v.iter().for_each(|x| add(&x.to_bits().to_le_bytes())),
            Cells::I64(v) => v.iter().for_each(|x| add(&x.to_le_bytes())),
            Cells::U64(v) => v.iter().for_each(|x| add(&x.to_le_bytes())),
            Cells::Bool(v) => v.iter().for_each(|x| add(&[u8::from(*x)])),
            Cells::Decimal(v) => v.iter().for_each(|x| add(&x.serialize())),
            Cells::Text(v) => v.iter().for_each(|x| add(x.as_bytes())),
            _ => panic!("a kind of cells that this digest does not know"),
        }
    }
    hash
}

/// A changed digest is a changed number: say so in the changelog.
#[test]
fn committed_digests() {
    let found: Vec<(&str, u64)> =
        SYSTEMS.iter().map(|(name, make)| (*name, digest(&run(&experiment(*make))))).collect();
    assert_eq!(found, DIGESTS);
}

const DIGESTS: [(&str, u64); 4] = [
    ("market", 13886641828125564717),
    ("population", 1103743162744103741),
    ("nested", 8093131047478869615),
    ("lanes", 12486215146589170040),
];

#[test]
fn threads_tiles_and_units_change_nothing() {
    for (name, make) in SYSTEMS {
        let reference = run(&experiment(make).threads(1));
        for threads in [2, 5] {
            assert_eq!(run(&experiment(make).threads(threads)), reference, "{name}, {threads} threads");
        }
        for width in [1, 3, 64] {
            assert_eq!(run(&experiment(make).tile_width(width)), reference, "{name}, tiles of {width}");
        }
        for size in [1, 7, 1000] {
            assert_eq!(run(&experiment(make).unit_size(size)), reference, "{name}, units of {size}");
        }
    }
}

/// Keeps units by number.
#[derive(Default)]
struct Units(Vec<(u64, Frame)>);

impl Sink for Units {
    fn unit(&mut self, output: &mut UnitOutput) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        self.0.push((output.unit, output.frame().clone()));
        Ok(())
    }
}

#[test]
fn shards_are_exactly_their_part() {
    for (name, make) in SYSTEMS {
        let units = |shard: Option<(u64, u64)>| {
            let experiment = experiment(make).unit_size(4);
            let experiment = match shard {
                Some((i, n)) => experiment.shard(i, n),
                None => experiment,
            };
            let mut sink = Units::default();
            assert!(!experiment.plan().unwrap().execute(&|_| true, &mut sink).unwrap());
            sink.0
        };
        let whole = units(None);
        let mut joined: Vec<(u64, Frame)> = (0..3).flat_map(|i| units(Some((i, 3)))).collect();
        joined.sort_by_key(|(unit, _)| *unit);
        assert_eq!(joined, whole, "{name}");
    }
}

#[test]
fn recording_changes_nothing() {
    for (name, make) in SYSTEMS {
        let all = run(&experiment(make));
        let some = run(&experiment(make).record(Recording { every: 6, ..Recording::default() }));
        let finals = run(&experiment(make).record(Recording { keep: Keep::Finals, ..Recording::default() }));
        let substeps = run(&experiment(make).record(Recording { substeps: true, ..Recording::default() }));
        let last = u64::from(build(make()).substeps());
        for column in all.columns().iter().skip(5) {
            let pick = |frame: &Frame, keep: &dyn Fn(u64, u64) -> bool| -> Vec<Option<u64>> {
                let (t, s) = (frame.u64s("timestep").unwrap(), frame.u64s("substep").unwrap());
                let cells = frame.column(&column.name).unwrap();
                (0..frame.rows())
                    .filter(|r| keep(t[*r], s[*r]))
                    .map(|r| cells.number(r).map(f64::to_bits))
                    .collect()
            };
            let kept = |t: u64| t.is_multiple_of(6) || t == 20;
            assert_eq!(pick(&some, &|_, _| true), pick(&all, &|t, _| kept(t)), "{name}: {}", column.name);
            assert_eq!(pick(&finals, &|_, _| true), pick(&all, &|t, _| t == 20), "{name}: {}", column.name);
            assert_eq!(
                pick(&substeps, &|t, s| t == 0 || s == last),
                pick(&all, &|_, _| true),
                "{name}: {}",
                column.name
            );
        }
    }
}

#[test]
fn one_run_alone_equals_that_run_of_many() {
    for (name, make) in SYSTEMS {
        let many = experiment(make);
        let frame = run(&many);
        let plan = many.plan().unwrap();
        let id = RunId { simulation: 0, subset: 1, run: 23 };
        let mut stepper = plan.start(id).unwrap();
        let of_run =
            |row: &usize| frame.u64s("subset").unwrap()[*row] == 1 && frame.u64s("run").unwrap()[*row] == 23;
        let rows: Vec<usize> = (0..frame.rows()).filter(of_run).collect();
        assert_eq!(rows.len(), 21);
        for row in rows {
            for column in frame.columns().iter().skip(6) {
                if let Some(by_hand) = stepper.number(&column.name) {
                    assert_eq!(
                        Some(by_hand),
                        column.number(row),
                        "{name}: {} at {}",
                        column.name,
                        stepper.timestep()
                    );
                }
            }
            stepper.step().unwrap();
        }
        assert!(!stepper.step().unwrap(), "the last timestep is the last");
    }
}

/// A component of a run is given out with its stream: what it shows is what the columns show, and stepped by itself it goes
/// on as the run does.
#[test]
fn a_component_of_a_run_can_be_looked_at() {
    let experiment = experiment(market);
    let plan = experiment.plan().unwrap();
    let mut stepper = plan.start(RunId { simulation: 0, subset: 1, run: 3 }).unwrap();
    let number = |stepper: &te_core::Stepper<'_>| stepper.number("walk.value").unwrap();
    let (mut walk, mut stream) = stepper.component::<Walk>("walk").unwrap();
    for timestep in 0..20 {
        let (seen, _) = stepper.component::<Walk>("walk").unwrap();
        assert_eq!(seen.metrics(), walk.metrics(), "at {timestep}");
        assert_eq!(walk.metrics().value.to_bits(), number(&stepper).to_bits(), "at {timestep}");
        stepper.step().unwrap();
        walk.step(&(), &Clock::at(timestep + 1), &mut stream).unwrap();
    }
    assert_ne!(number(&stepper), 0.0);
    assert!(stepper.component::<Follow>("walk").is_none(), "a walk is no follower");
    assert!(stepper.component::<Walk>("wolk").is_none());
}

#[test]
fn a_snapshot_at_every_timestep_goes_on_with_the_same_bits() {
    for (name, make) in SYSTEMS {
        let experiment = experiment(make);
        let plan = experiment.plan().unwrap();
        let id = RunId { simulation: 0, subset: 0, run: 2 };
        let columns: Vec<String> = build(make()).columns().iter().map(|c| c.name.clone()).collect();
        let state = |s: &te_core::Stepper<'_>| -> Vec<u64> {
            columns.iter().map(|c| s.number(c).unwrap().to_bits()).collect()
        };
        let mut straight = plan.start(id).unwrap();
        let mut snapshots = vec![straight.snapshot().unwrap()];
        while straight.step().unwrap() {
            snapshots.push(straight.snapshot().unwrap());
        }
        for (timestep, snapshot) in snapshots.iter().enumerate() {
            let mut resumed = plan.resume(snapshot).unwrap();
            assert_eq!(resumed.timestep(), timestep as u64);
            assert_eq!(&resumed.snapshot().unwrap(), snapshot, "{name}: saving again gives the same bytes");
            while resumed.step().unwrap() {}
            assert_eq!(state(&resumed), state(&straight), "{name}, resumed at {timestep}");
        }
        let other = Experiment::new(build(make())).timesteps(20).runs(30).seed(8);
        let refused = other.plan().unwrap().resume(&snapshots[3]).err().unwrap();
        assert!(refused.to_string().contains("another seed"), "{refused}");
        assert!(plan.resume(&snapshots[3][..10]).is_err());
    }
}

#[test]
fn the_order_of_unrelated_components_changes_nothing() {
    let make = |reversed: bool, extra: bool| {
        let mut system = System::builder("s");
        let names = if reversed { ["c", "b", "a"] } else { ["a", "b", "c"] };
        for name in names {
            system.uncontrollable::<Walk>(name, WalkParams::default());
        }
        if extra {
            system.uncontrollable::<Walk>("d", WalkParams::default());
        }
        system.controllable::<Follow>("f", ());
        system.wire("a.value + b.value", "f.target");
        run(&Experiment::new(build(system)).timesteps(10).runs(3).seed(1))
    };
    let (straight, reversed, more) = (make(false, false), make(true, false), make(false, true));
    for name in ["a.value", "b.ups", "c.rounded", "f.at"] {
        let cells = &straight.column(name).unwrap().cells;
        assert_eq!(&reversed.column(name).unwrap().cells, cells, "{name}: order");
        assert_eq!(&more.column(name).unwrap().cells, cells, "{name}: another component");
    }
}

#[test]
fn subsets_share_their_world_unless_told_otherwise() {
    let sweep = || Sweep::Product(vec![Axis::new("walk.fails_above", [1e8, 1e9])]);
    let base = || Experiment::new(build(market())).timesteps(5).runs(4).seed(3).sweep(sweep());
    let halves = |frame: &Frame| {
        let cells = frame.f64s("walk.value").unwrap();
        let half = cells.len() / 2;
        (cells[..half].to_vec(), cells[half..].to_vec())
    };
    let (a, b) = halves(&run(&base()));
    assert_eq!(a, b);
    let (a, b) = halves(&run(&base().independent_subsets()));
    assert_ne!(a, b);
}

/// Notes what it is called for.
#[derive(Default)]
struct Notes(Mutex<Vec<(RunId, String)>>);

impl Observer for Notes {
    fn run_started(&self, id: RunId) {
        self.0.lock().unwrap().push((id, "start".into()));
    }
    fn stepped(&self, moment: &Moment<'_>) {
        assert!(moment.number("walk.value").is_some());
        self.0.lock().unwrap().push((moment.id, moment.timestep.to_string()));
    }
    fn run_ended(&self, id: RunId, _: &te_core::Outcome) {
        self.0.lock().unwrap().push((id, "end".into()));
    }
}

#[test]
fn observers_bracket_every_run_on_any_number_of_threads() {
    let notes = Arc::new(Notes::default());
    let experiment =
        Experiment::new(build(market())).timesteps(3).runs(40).threads(4).unit_size(5).observe(notes.clone());
    experiment.run().unwrap();
    let notes = notes.0.lock().unwrap();
    for run in 1..=40 {
        let id = RunId { simulation: 0, subset: 0, run };
        let seen: Vec<&str> = notes.iter().filter(|(i, _)| *i == id).map(|(_, what)| what.as_str()).collect();
        assert_eq!(seen, ["start", "0", "1", "2", "3", "end"], "run {run}");
    }
}

#[test]
fn rows_by_timestep_are_the_same_rows() {
    for (name, make) in SYSTEMS {
        let stopped = || experiment(make).stop_when(STOP.iter().find(|(n, _)| *n == name).unwrap().1);
        for every in [1, 6] {
            for keep in [Keep::Trajectories, Keep::Finals] {
                let recording =
                    |order| Recording { every, keep: keep.clone(), order, ..Recording::default() };
                let by_runs = run(&stopped().record(recording(Order::Runs)));
                for size in [7, 1000] {
                    let by_time =
                        run(&stopped().record(recording(Order::Timesteps)).unit_size(size).tile_width(5));
                    assert_eq!(sorted(&by_time), sorted(&by_runs), "{name}, every {every}, {keep:?}");
                }
            }
        }
    }
}

/// Rows as text, in the order of their index columns.
fn sorted(frame: &Frame) -> Vec<(Vec<u64>, String)> {
    let mut rows: Vec<(Vec<u64>, String)> = (0..frame.rows())
        .map(|row| {
            let index = te_core::INDEX_COLUMNS.map(|name| frame.u64s(name).unwrap()[row]).to_vec();
            let cells: Vec<String> = frame
                .columns()
                .iter()
                .map(|c| match &c.cells {
                    Cells::Decimal(v) => v[row].to_string(),
                    _ => format!("{:?}", c.number(row).map(f64::to_bits)),
                })
                .collect();
            (index, cells.join(" "))
        })
        .collect();
    rows.sort();
    rows
}

const STOP: [(&str, &str); 4] = [
    ("market", "walk.value > 0.4"),
    ("population", "weather.value > 0.4"),
    ("nested", "0 > 1"),
    ("lanes", "fund.stock > 1.5 or walk.value > 0.4"),
];

/// Statistics over runs of which some fail and some stop, over subsets that begin and end within a strip.
#[test]
fn statistics_do_not_depend_on_how_they_are_gathered() {
    let make = || {
        let params = WalkParams { fails_above: 0.6, ..WalkParams::default() };
        Experiment::new(System::of::<Walk>("walk", params).unwrap())
            .timesteps(21)
            .runs(75)
            .seed(11)
            .unit_size(150)
            .sweep(Sweep::Product(vec![Axis::new("walk.scale", [0.05, 0.1, 0.2])]))
            .stop_when("walk.value < -0.5")
            .record(Recording { keep: Keep::Statistics, every: 2, ..Recording::default() })
    };
    let table = |experiment: Experiment| {
        let results = experiment.run().unwrap();
        assert!(!results.failures.is_empty());
        let table = results.statistics.unwrap();
        (digest(&table.frame().unwrap()), table)
    };
    let (bits, reference) = table(make());
    let count = |t| reference.get(0, 2, t, "walk.value").unwrap().count();
    assert!(count(0) == 75 && count(21) < 75 && count(21) > 10, "{}", count(21));
    for width in [1, 5, 32, 33, 128] {
        for threads in [1, 2, 5] {
            let found = table(make().tile_width(width).threads(threads));
            assert!(found == (bits, reference.clone()), "tiles of {width}, {threads} threads");
        }
        for set in InstructionSet::available() {
            let found = table(make().tile_width(width).instruction_set(set));
            assert!(found == (bits, reference.clone()), "tiles of {width}, {}", set.name());
        }
        let found = table(make().tile_width(width).one_by_one());
        assert!(found == (bits, reference.clone()), "tiles of {width}, one by one");
    }
}
