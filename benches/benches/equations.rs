//! A mechanism written as equations beside the same in Rust, and derived columns that read each other beside columns that do not.
#![expect(clippy::panic, reason = "a bench that cannot be set up fails")]

use criterion::{Criterion, Throughput, criterion_group};
use std::hint::black_box;
use te_core::{Experiment, Keep, List, Recording, Registry, System, Value};
use te_equations::Equations;
use te_hive_economy::{Economy, EconomyParams};
use tecmns_benches::ratios;

const RUNS: u64 = 4_096;
const STEPS: u64 = 120;

fn build(system: te_core::SystemBuilder) -> System {
    system.build().unwrap_or_else(|e| panic!("{e}"))
}

fn economy() -> System {
    let mut system = System::builder("hive");
    system.controllable::<Economy>("economy", EconomyParams::default());
    build(system)
}

fn equations() -> System {
    let read = Equations::parse(include_str!("../../components/hive.toml")).unwrap_or_else(|e| panic!("{e}"));
    let mut registry = Registry::new();
    registry.add_kind(read, "hive.toml", "The 1Hive economy.");
    let kind = registry.kind("examples/hive").unwrap_or_else(|e| panic!("{e}"));
    let mut system = System::builder("hive");
    system.kind(List::Controllables, "economy", kind, &Value::Table(Vec::new()));
    build(system)
}

/// The economy with twenty columns, each of a product and a sum.
fn derived(of: fn(usize) -> String) -> System {
    let mut system = System::builder("hive");
    system.controllable::<Economy>("economy", EconomyParams::default());
    (0..20).for_each(|at| system.derived(&format!("d{at}"), &of(at), ""));
    build(system)
}

fn plain(at: usize) -> String {
    format!("economy.price + {}.5 * economy.price", at + 1)
}

fn chained(at: usize) -> String {
    match at.checked_sub(1) {
        Some(before) => format!("d{before} + 0.0{at} * d{before}"),
        None => "economy.price + 0.5 * economy.price".to_owned(),
    }
}

type Form = (&'static str, fn() -> System);

const FORMS: [Form; 4] = [
    ("economy", economy),
    ("equations", equations),
    ("plain columns", || derived(plain)),
    ("chained columns", || derived(chained)),
];

fn forms(c: &mut Criterion) {
    let mut group = c.benchmark_group("equations");
    group.sample_size(10).throughput(Throughput::Elements(RUNS * STEPS));
    for (name, system) in FORMS {
        let mut seed = 0;
        group.bench_function(name, |b| {
            b.iter(|| {
                seed += 1;
                let finals = Recording { keep: Keep::Finals, ..Recording::default() };
                let experiment = Experiment::new(system())
                    .timesteps(STEPS)
                    .runs(RUNS)
                    .threads(1)
                    .seed(seed)
                    .record(finals);
                let results = experiment.run().unwrap_or_else(|e| panic!("{e}"));
                assert!(results.failures.is_empty(), "{name}: {}", results.failures[0]);
                black_box(results)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, forms);

fn main() {
    benches();
    Criterion::default().configure_from_args().final_summary();
    let pairs = [
        ("equations to hive/economy", "equations/equations".to_owned(), "equations/economy".to_owned()),
        (
            "chained columns to plain ones",
            "equations/chained columns".to_owned(),
            "equations/plain columns".to_owned(),
        ),
    ];
    ratios::print_ratios(&ratios::folder(), "first to second", &pairs);
}
