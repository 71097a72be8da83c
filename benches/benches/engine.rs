//! The engine beside a hand-written loop: the 1Hive economy, 120 months, finals only, one thread.
//!
//! Every sample consumes all lanes and starts from values of its own, so that the optimiser and the branch predictor learn
//! nothing. Ratios to the hand loop of the same run are what counts.
#![expect(clippy::panic, reason = "a bench that cannot be set up fails")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use te_core::{Axis, Clock, Component, Experiment, Keep, Recording, Stream, StreamKey, Sweep, System};
use te_hive_economy::{Economy, EconomyParams};

const STEPS: u64 = 120;
const RUNS: u32 = 512;

/// Throttles of a sample; each sample has others.
fn throttles(sample: u64) -> Vec<f64> {
    (0..RUNS).map(|i| 0.001 + f64::from(i) * 1e-5 + (sample % 1000) as f64 * 1e-9).collect()
}

/// The model with nothing around it.
fn hand_loop(throttle: f64) -> f64 {
    let (mut reserve, mut circulation, mut size) = (7473.0_f64, 18765.0_f64, 5_318_016.0_f64);
    let (mut saturation, mut production, mut price) = (0.0_f64, 0.0_f64, 1.0_f64);
    for _ in 0..STEPS {
        let outflow = reserve * 0.05 / (saturation + 1.0);
        let netflow = size * saturation / price - outflow;
        let (r, c) = (reserve + netflow, circulation - netflow);
        let supply = r + c;
        let e = (1.0 - (r / supply) / 0.2) / 12.0;
        let adjustment = if e < 0.0 { e.max(-throttle) } else { e.min(throttle) } * supply;
        let spent = reserve * 0.05 / (1.0 + saturation * saturation);
        production = production * 0.9 + spent * 1.5 * price;
        let utility = 10.0 * production / (production + size);
        let share = circulation / (circulation + reserve);
        price = size / (circulation + reserve) * (2.0 / saturation.max(0.5)) * (1.0 / (share * share));
        saturation = 1.0 / (1.0 + te_core::math::exp(-utility + 6.0));
        size *= 1.0;
        reserve = reserve + netflow + adjustment;
        circulation = c;
    }
    price + reserve + circulation + production
}

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

fn experiment(throttles: Vec<f64>, keep: Keep, tile: usize) -> Experiment {
    let system = System::of::<Economy>("economy", EconomyParams::default()).unwrap_or_else(|e| panic!("{e}"));
    Experiment::new(system)
        .timesteps(STEPS)
        .threads(1)
        .tile_width(tile)
        .sweep(Sweep::Product(vec![Axis::new("economy.throttle", throttles)]))
        .record(Recording { keep, ..Recording::default() })
}

fn engine(c: &mut Criterion) {
    let mut group = c.benchmark_group("1Hive, steps");
    group.throughput(Throughput::Elements(u64::from(RUNS) * STEPS));
    let mut sample = 0;
    group.bench_function("hand loop", |b| {
        b.iter(|| {
            sample += 1;
            throttles(sample).into_iter().map(hand_loop).map(black_box).sum::<f64>()
        });
    });
    group.bench_function("typed component", |b| {
        b.iter(|| {
            sample += 1;
            throttles(sample).into_iter().map(typed).map(black_box).sum::<f64>()
        });
    });
    for tile in [1, 16, 64] {
        group.bench_with_input(BenchmarkId::new("experiment, finals, tile", tile), &tile, |b, tile| {
            b.iter(|| {
                sample += 1;
                let results = experiment(throttles(sample), Keep::Finals, *tile).run();
                black_box(results.map(|r| r.frame().rows()).unwrap_or_default())
            });
        });
    }
    group.bench_function("experiment, all kept", |b| {
        b.iter(|| {
            sample += 1;
            let results = experiment(throttles(sample), Keep::Trajectories, 16).run();
            black_box(results.map(|r| r.frame().rows()).unwrap_or_default())
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
        let experiment = experiment(vec![0.008; 64], Keep::Finals, 16).timesteps(timesteps);
        experiment.run().map(|r| r.frame().rows()).unwrap_or_default()
    };
    run(1_000);
    let before = peak();
    run(100_000);
    let after = peak();
    println!("peak memory after 1,000 timesteps {before} kB, after 100,000 timesteps {after} kB");
    c.bench_function("finals of 64 runs of 1,000 steps", |b| b.iter(|| black_box(run(1_000))));
}

criterion_group!(benches, engine, memory);
criterion_main!(benches);
