//! What an experiment asks of the allocator and of the kernel: so much at the start, and nothing for a step, a run or a
//! unit.
//!
//! A binary of its own, because its allocator counts.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use allocation_counter::measure;
use std::error::Error;
use std::hint::black_box;
use te_core::{Axis, Discipline, Experiment, Keep, Order, Recording, Sink, Sweep, System, UnitOutput};
use te_hive_economy::{
    Economy, EconomyParams, Market, MarketParams, Price, PriceParams, Supply, SupplyParams,
};

const UNIT: u64 = 256;

fn typed() -> System {
    System::of::<Economy>("economy", EconomyParams::default()).unwrap()
}

/// The structure of `systems/hive-split.toml`.
fn split() -> System {
    let mut economy = System::builder("hive-split");
    economy.uncontrollable::<Market>("market", MarketParams::default());
    economy.uncontrollable::<Price>("price", PriceParams::default());
    economy.controllable::<Supply>("supply", SupplyParams::default());
    economy.stage(Discipline::Simultaneous, &["market", "price", "supply"]);
    for (from, to) in [
        ("market.size", "supply.size"),
        ("market.saturation", "supply.saturation"),
        ("price.price", "supply.price"),
        ("supply.reserve", "market.reserve"),
        ("price.price", "market.price"),
        ("supply.reserve", "price.reserve"),
        ("supply.circulation", "price.circulation"),
        ("market.size", "price.size"),
        ("market.saturation", "price.saturation"),
    ] {
        economy.wire(from, to);
    }
    economy.derived("total_supply", "supply.reserve + supply.circulation", "HNY");
    economy.derived("market_cap", "total_supply * price.price", "USD");
    economy.derived("ratio", "supply.reserve / total_supply", "1");
    economy.build().unwrap()
}

/// The system, and a parameter of its market: one that is drawn, one that is swept.
type Make = (&'static str, fn() -> System, &'static str);
const SYSTEMS: [Make; 2] = [("typed", typed, "economy"), ("split", split, "market")];

fn experiment((_, make, market): Make, timesteps: u64, runs: u64, recording: Recording) -> Experiment {
    Experiment::new(make())
        .timesteps(timesteps)
        .runs(runs / 2)
        .threads(1)
        .unit_size(UNIT)
        .random(format!("{market}.growth"), "uniform(0.01, 0.02)")
        .sweep(Sweep::Product(vec![Axis::new(format!("{market}.productivity"), [1.0, 1.1])]))
        .record(recording)
}

fn finals() -> Recording {
    Recording { keep: Keep::Finals, ..Recording::default() }
}

/// Looks, and keeps nothing.
#[derive(Default)]
struct Look {
    rows: usize,
    sum: f64,
}

impl Sink for Look {
    fn unit(&mut self, output: &mut UnitOutput) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.rows += output.frame().rows();
        let last = output.frame().columns().iter().filter_map(|c| c.number(output.frame().rows() - 1));
        self.sum += last.sum::<f64>();
        Ok(())
    }
}

/// Allocations from plan to end.
fn allocations(experiment: &Experiment, rows: u64) -> u64 {
    let mut look = Look::default();
    let info = measure(|| {
        let plan = experiment.plan().unwrap();
        assert!(!plan.execute(&|_| true, &mut look).unwrap());
    });
    assert_eq!(look.rows as u64, rows);
    assert!(look.sum.is_finite());
    info.count_total
}

#[test]
fn the_counter_counts() {
    assert_eq!(measure(|| drop(std::hint::black_box(vec![1_u8; 100]))).count_total, 1);
}

/// Of final rows: not one allocation more for ten times the steps, nor for ten times the runs and units.
#[test]
fn finals_allocate_nothing_for_a_step_a_run_or_a_unit() {
    for system in SYSTEMS {
        let count = |timesteps, runs| allocations(&experiment(system, timesteps, runs, finals()), runs);
        // Lazily made statics are made.
        count(1, 2 * UNIT);
        let base = count(120, 4_096);
        assert!(base > 0);
        assert_eq!(count(1_200, 4_096), base, "{}: steps", system.0);
        assert_eq!(count(120, 40_960), base, "{}: runs and units", system.0);
    }
}

/// Of all rows, in either order: the rows' memory is larger where there are more steps, but is made once.
#[test]
fn trajectories_allocate_nothing_for_a_step_a_run_or_a_unit() {
    for system in SYSTEMS {
        for order in [Order::Runs, Order::Timesteps] {
            for every in [1, 7] {
                let recording = || Recording { order, every, ..Recording::default() };
                let rows = |timesteps: u64| 1 + timesteps.div_ceil(every);
                let count = |timesteps, runs| {
                    let experiment = experiment(system, timesteps, runs, recording());
                    allocations(&experiment, runs * rows(timesteps))
                };
                count(1, 2 * UNIT);
                let base = count(24, 2_048);
                let what = format!("{}, {order:?}, every {every}", system.0);
                assert_eq!(count(24, 20_480), base, "{what}: runs and units");
                // The list of a tile's times doubles its room until all have some.
                let steps = count(240, 2_048);
                assert!(steps <= base + 4, "{what}: {base} allocations for 24 steps, {steps} for 240");
            }
        }
    }
}

/// A condition is evaluated in every step of every run.
#[test]
fn conditions_allocate_nothing_for_a_step_a_run_or_a_unit() {
    for system in SYSTEMS {
        let never = if system.0 == "typed" { "economy.price < 0" } else { "price.price < 0" };
        let count = |timesteps, runs| {
            allocations(&experiment(system, timesteps, runs, finals()).stop_when(never), runs)
        };
        count(1, 2 * UNIT);
        let base = count(120, 4_096);
        assert_eq!(count(1_200, 4_096), base, "{}: steps", system.0);
        assert_eq!(count(120, 40_960), base, "{}: runs and units", system.0);
    }
}

/// Minor page faults of this thread so far: field 10 of its `stat`.
#[cfg(target_os = "linux")]
fn faults() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/thread-self/stat").ok()?;
    // The name, in brackets, may hold spaces.
    stat.rsplit_once(") ")?.1.split(' ').nth(7)?.parse().ok()
}

/// Notes the page faults at the middle and the end.
#[cfg(target_os = "linux")]
struct Faults {
    middle: u64,
    seen: [u64; 2],
    units: u64,
}

#[cfg(target_os = "linux")]
impl Sink for Faults {
    fn unit(&mut self, _: &mut UnitOutput) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.units += 1;
        if let Some(seen) = self.seen.get_mut(usize::from(self.units != self.middle))
            && self.units >= self.middle
        {
            *seen = faults().unwrap_or(0);
        }
        Ok(())
    }
}

/// Once the memory is there no page is touched for the first time. Eight are allowed for reading `stat` and for what a
/// kernel that moves or merges pages may do on its own; a page for each unit would be 40.
#[cfg(target_os = "linux")]
#[test]
fn the_second_half_touches_no_new_page() {
    let Some(before) = faults() else { return };
    // Memory of a size that is always new: the count sees it.
    black_box(vec![1_u8; 1 << 26]);
    assert!(faults().is_some_and(|after| after > before));
    for system in SYSTEMS {
        for recording in [finals(), Recording::default()] {
            let units = 80;
            let experiment = experiment(system, 60, units * UNIT, recording.clone());
            let mut sink = Faults { middle: units / 2, seen: [0; 2], units: 0 };
            experiment.plan().unwrap().execute(&|_| true, &mut sink).unwrap();
            assert_eq!(sink.units, units);
            let [middle, end] = sink.seen;
            assert!(end - middle <= 8, "{}, {recording:?}: {} faults", system.0, end - middle);
        }
    }
}
