//! The engine beside hand-written code: the 1Hive economy, on one thread unless said otherwise.
//!
//! Every sample consumes all lanes and starts from values of its own, so that the optimiser and the branch predictor learn
//! nothing. Times are of one sample; what counts are ratios of one run, printed at the end.
#![expect(clippy::panic, reason = "a bench that cannot be set up fails")]

use criterion::{Criterion, Throughput, criterion_group};
use std::error::Error;
use std::hint::black_box;
use te_core::math::dispatch::InstructionSet;
use te_core::{
    Axis, Clock, Component, Discipline, Experiment, Keep, Order, Recording, Sink, Stream, StreamKey, Sweep,
    System, UnitOutput,
};
use te_hive_economy::{
    Economy, EconomyParams, Market, MarketParams, Price, PriceParams, Supply, SupplyParams,
};
use tecmns_benches::hand;
use tecmns_benches::ratios::{self, Promise};

const STEPS: u64 = 120;
const LONG: u64 = 1_200;
const RUNS: u32 = 4_096;
/// Runs of which everything is recorded: enough that the memory of the first unit, which is new, counts for little.
const RECORDED: u32 = 4 * RUNS;

/// Throttles of a sample; each sample has others.
fn throttles(sample: u64, runs: u32) -> Vec<f64> {
    (0..runs).map(|i| 0.001 + f64::from(i) * 1e-6 + (sample % 1000) as f64 * 1e-9).collect()
}

#[inline(never)]
fn typed(throttle: f64) -> f64 {
    let params = EconomyParams { throttle, ..EconomyParams::default() };
    let Ok(mut economy) = Economy::new(params) else { return f64::NAN };
    let mut stream = Stream::new(StreamKey::default(), "economy");
    for timestep in 1..=STEPS {
        if economy.step(&(), &Clock::at(timestep), &mut stream).is_err() {
            return f64::NAN;
        }
    }
    economy.metrics().price
}

/// One component, and the parameter that varies.
fn whole() -> (System, &'static str) {
    let system = System::of::<Economy>("economy", EconomyParams::default());
    (system.unwrap_or_else(|e| panic!("{e}")), "economy.throttle")
}

/// Three components and nine wires, as `systems/hive-split.toml` assembles them.
fn split() -> (System, &'static str) {
    let mut system = System::builder("hive");
    system.uncontrollable::<Market>("market", MarketParams::default());
    system.controllable::<Supply>("supply", SupplyParams::default());
    system.controllable::<Price>("price", PriceParams::default());
    system.stage(Discipline::Simultaneous, &["market", "supply", "price"]);
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
        system.wire(from, to);
    }
    (system.build().unwrap_or_else(|e| panic!("{e}")), "supply.throttle")
}

/// Takes every unit and keeps none.
struct Look(f64);

impl Sink for Look {
    fn unit(&mut self, output: &mut UnitOutput) -> Result<(), Box<dyn Error + Send + Sync>> {
        let last = output.frame().columns().last().and_then(|c| c.number(output.frame().rows() - 1));
        self.0 += black_box(output.frame()).rows() as f64 + last.unwrap_or(0.0);
        Ok(())
    }
}

fn experiment((system, name): (System, &str), throttles: Vec<f64>, recording: Recording) -> Experiment {
    Experiment::new(system)
        .timesteps(STEPS)
        .threads(1)
        .sweep(Sweep::Product(vec![Axis::new(name, throttles)]))
        .record(recording)
}

fn execute(experiment: &Experiment) -> f64 {
    let mut look = Look(0.0);
    let done = experiment.plan().and_then(|plan| plan.execute(&|_| true, &mut look));
    done.unwrap_or_else(|e| panic!("{e}"));
    look.0
}

fn finals() -> Recording {
    Recording { keep: Keep::Finals, ..Recording::default() }
}

fn engine(c: &mut Criterion) {
    let mut group = c.benchmark_group("hive");
    group.throughput(Throughput::Elements(u64::from(RUNS) * STEPS));
    let mut sample = 0;
    let mut throttles = |runs: u32| {
        sample += 1;
        throttles(sample, runs)
    };
    group.bench_function("hand loop", |b| {
        b.iter(|| throttles(RUNS).into_iter().map(|x| black_box(hand::run(x, STEPS))).sum::<f64>());
    });
    group.bench_function("typed component", |b| {
        b.iter(|| throttles(RUNS).into_iter().map(|x| black_box(typed(x))).sum::<f64>());
    });
    group.bench_function("one by one", |b| {
        b.iter(|| execute(&experiment(whole(), throttles(RUNS), finals()).one_by_one()));
    });
    group.bench_function("three components one by one", |b| {
        b.iter(|| execute(&experiment(split(), throttles(RUNS), finals()).one_by_one()));
    });
    for set in InstructionSet::available() {
        group.bench_function(format!("hand lanes {}", set.name()), |b| {
            b.iter(|| black_box(hand::lanes(set, &throttles(RUNS), STEPS)));
        });
        group.bench_function(format!("lanes {}", set.name()), |b| {
            b.iter(|| execute(&experiment(whole(), throttles(RUNS), finals()).instruction_set(set)));
        });
        group.bench_function(format!("three components lanes {}", set.name()), |b| {
            b.iter(|| execute(&experiment(split(), throttles(RUNS), finals()).instruction_set(set)));
        });
    }
    for (name, keep) in [("finals of runs", Keep::Finals), ("statistics over runs", Keep::Statistics)] {
        let mut seed = 0;
        group.bench_function(name, |b| {
            b.iter(|| {
                seed += 1;
                let recording = Recording { keep: keep.clone(), ..Recording::default() };
                let experiment = Experiment::new(whole().0).timesteps(STEPS).threads(1).seed(seed);
                let experiment = experiment.runs(u64::from(RUNS)).record(recording);
                execute(&experiment.random("economy.throttle", "uniform(0.001, 0.01)"))
            });
        });
    }
    group.finish();
}

/// Steps alone: ten times as many of them for each run, so that the start of a run counts for little.
fn long_runs(c: &mut Criterion) {
    let mut group = c.benchmark_group("hive long");
    group.sample_size(20).throughput(Throughput::Elements(u64::from(RUNS / 4) * LONG));
    let mut sample = 0;
    let mut throttles = || {
        sample += 1;
        throttles(sample, RUNS / 4)
    };
    let set = InstructionSet::widest();
    group.bench_function("hand lanes", |b| {
        b.iter(|| black_box(hand::lanes(set, &throttles(), LONG)));
    });
    group.bench_function("lanes", |b| {
        b.iter(|| execute(&experiment(whole(), throttles(), finals()).timesteps(LONG)));
    });
    group.bench_function("three components lanes", |b| {
        b.iter(|| execute(&experiment(split(), throttles(), finals()).timesteps(LONG)));
    });
    group.finish();
}

/// Everything recorded, beside copying as many bytes between two buffers that are used again and again.
fn recording(c: &mut Criterion) {
    let mut group = c.benchmark_group("recorded");
    group.sample_size(30).throughput(Throughput::Elements(u64::from(RECORDED) * (STEPS + 1)));
    let mut sample = 0;
    let mut throttles = || {
        sample += 1;
        throttles(sample, RECORDED)
    };
    for (name, order) in [("by timestep", Order::Timesteps), ("by run", Order::Runs)] {
        group.bench_function(name, |b| {
            let recording = Recording { order, ..Recording::default() };
            b.iter(|| execute(&experiment(whole(), throttles(), recording.clone())));
        });
    }
    // Index, swept parameter and twelve metrics of all rows, into memory that was touched before.
    let cells = RECORDED as usize * usize::try_from(STEPS + 1).unwrap_or(0) * 18;
    let (mut from, mut to) = (vec![1.0_f64; cells], vec![0.0_f64; cells]);
    group.bench_function("memcpy", |b| {
        b.iter(|| {
            from[0] += 1.0;
            black_box(&mut to).copy_from_slice(black_box(&from));
        });
    });
    group.finish();
}

fn scale(c: &mut Criterion) {
    let mut group = c.benchmark_group("scale");
    group.sample_size(10);
    let mut sample = 0;
    let mut million = || {
        sample += 1;
        let axis = |name: &str, low: f64, step: f64| {
            let values = (0..1000).map(|i| low + f64::from(i) * step + f64::from(sample) * 1e-9);
            Axis::new(name, values.collect::<Vec<f64>>())
        };
        let (system, _) = whole();
        Experiment::new(system)
            .timesteps(STEPS)
            .sweep(Sweep::Product(vec![
                axis("economy.throttle", 0.001, 1e-5),
                axis("economy.outflow_boundary", 0.01, 1e-5),
            ]))
            .record(finals())
    };
    for threads in [1, 2] {
        group.bench_function(format!("a million points, {threads} threads"), |b| {
            b.iter(|| execute(&million().threads(threads)));
        });
    }
    group.bench_function("a tenth of a second", |b| {
        b.iter(|| std::thread::sleep(std::time::Duration::from_millis(100)));
    });
    group.bench_function("an experiment of one step", |b| {
        let (system, _) = whole();
        let experiment = Experiment::new(system).timesteps(1).threads(1).record(finals());
        b.iter(|| execute(&experiment));
    });
    group.bench_function("twenty microseconds", |b| {
        b.iter(|| {
            let start = std::time::Instant::now();
            while start.elapsed().as_micros() < 20 {
                std::hint::spin_loop();
            }
        });
    });
    group.finish();
}

/// The memory of a run that keeps only its final state does not grow with its timesteps: the peak of the process, asked
/// of the kernel, before and after runs ten times as long.
fn memory(c: &mut Criterion) {
    let peak = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap_or("VmHWM: 0 kB").to_owned();
        line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0)
    };
    let run = |timesteps: u64| {
        execute(&experiment(whole(), throttles(timesteps, 64), finals()).timesteps(timesteps))
    };
    run(1_000);
    let before = peak();
    run(100_000);
    let after = peak();
    println!("peak memory after 1,000 timesteps {before} kB, after 100,000 timesteps {after} kB");
    c.bench_function("finals of 64 runs of 1,000 steps", |b| b.iter(|| black_box(run(1_000))));
}

const PROMISES: [Promise; 13] = [
    Promise {
        what: "typed component to the hand loop",
        of: "hive/typed component",
        to: "hive/hand loop",
        at_most: 1.05,
    },
    Promise {
        what: "three wired components, one by one, to the hand loop",
        of: "hive/three components one by one",
        to: "hive/hand loop",
        at_most: 1.0,
    },
    Promise {
        what: "lanes to hand-written lanes, steps",
        of: "hive long/lanes",
        to: "hive long/hand lanes",
        at_most: 1.1,
    },
    Promise {
        what: "three wired components in lanes to hand-written lanes, steps",
        of: "hive long/three components lanes",
        to: "hive long/hand lanes",
        at_most: 1.4,
    },
    Promise {
        what: "lanes to hand-written lanes, runs of 120 steps with their start",
        of: "hive/lanes avx512",
        to: "hive/hand lanes avx512",
        at_most: 1.1,
    },
    Promise {
        what: "lanes on AVX-512 to the hand loop",
        of: "hive/lanes avx512",
        to: "hive/hand loop",
        at_most: 0.2,
    },
    Promise {
        what: "lanes on AVX2 to the hand loop",
        of: "hive/lanes avx2",
        to: "hive/hand loop",
        at_most: 0.2,
    },
    Promise {
        what: "lanes on the baseline to the hand loop",
        of: "hive/lanes baseline",
        to: "hive/hand loop",
        at_most: 1.0,
    },
    Promise {
        what: "all recorded by timestep to memcpy of the bytes",
        of: "recorded/by timestep",
        to: "recorded/memcpy",
        at_most: 1.2,
    },
    Promise {
        what: "all recorded by run to memcpy of the bytes",
        of: "recorded/by run",
        to: "recorded/memcpy",
        at_most: 2.0,
    },
    Promise {
        what: "two threads to one",
        of: "scale/a million points, 2 threads",
        to: "scale/a million points, 1 threads",
        at_most: 1.0 / 1.8,
    },
    Promise {
        what: "a million points of 120 steps to 0.1 s",
        of: "scale/a million points, 1 threads",
        to: "scale/a tenth of a second",
        at_most: 4.0,
    },
    Promise {
        what: "plan and start of an experiment to 20 microseconds",
        of: "scale/an experiment of one step",
        to: "scale/twenty microseconds",
        at_most: 1.0,
    },
];

criterion_group!(benches, engine, long_runs, recording, scale, memory);

fn main() {
    benches();
    Criterion::default().configure_from_args().final_summary();
    ratios::print(&ratios::folder(), &PROMISES);
}
