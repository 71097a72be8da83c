//! Components in lanes beside the same one by one: finals of many runs on one thread, each component alone.
#![expect(clippy::panic, reason = "a bench that cannot be set up fails")]

use criterion::{Criterion, Throughput, criterion_group};
use std::hint::black_box;
use te_amm::component::arbitrageur::Arbitrageur;
use te_amm::component::float_pool::FloatPool;
use te_amm::component::random_trader::RandomTrader;
use te_amm::component::weighted_pool::WeightedPool;
use te_core::{Component, Experiment, Keep, Recording, System, Value};
use te_finance::interest_rate::InterestRate;
use te_flash::component::float::FlashV3Float;
use te_hive_economy::Economy;
use te_issuance::component::bonded_ratio::BondedSupply;
use te_issuance::component::pid::PidSupply;
use te_issuance::component::rebase::RebasedSupply;
use te_issuance::component::target_ratio::TargetRatioPool;
use te_market::price::Price;
use tecmns_benches::ratios;

const RUNS: u64 = 4_096;
const STEPS: u64 = 500;

/// A component alone, with these parameters set and these expressions at its inputs.
fn alone<C: Component>(settings: &[(&str, &str)], inputs: &[(&str, &str)]) -> System
where
    C::Params: Default,
{
    let mut builder = System::builder("alone");
    builder.controllable::<C>("c", C::Params::default());
    for (input, from) in inputs {
        builder.wire(from, &format!("c.{input}"));
    }
    let mut system = builder.build().unwrap_or_else(|e| panic!("{e}"));
    for (name, value) in settings {
        system.set(&format!("c.{name}"), &Value::parse(value)).unwrap_or_else(|e| panic!("{e}"));
    }
    system
}

type Kind = (&'static str, fn() -> System);

const KINDS: [Kind; 17] = [
    ("hive economy", || alone::<Economy>(&[], &[])),
    ("constant-product-float", || {
        alone::<FloatPool>(&[], &[("base_in", "0.01"), ("external_price", "1.02")])
    }),
    ("constant-product-float, arbitraged", || {
        alone::<FloatPool>(&[("arbitrage", "true")], &[("base_in", "0.01"), ("external_price", "1.02")])
    }),
    ("weighted", || alone::<WeightedPool>(&[], &[("base_in", "0.01"), ("external_price", "1.02")])),
    ("weighted, arbitraged", || {
        alone::<WeightedPool>(&[("arbitrage", "true")], &[("base_in", "0.01"), ("external_price", "1.02")])
    }),
    ("arbitrageur", || {
        alone::<Arbitrageur>(&[], &[("base", "1000"), ("quote", "1000"), ("external_price", "1.02")])
    }),
    ("random-trader", || alone::<RandomTrader>(&[], &[])),
    ("flash v3-float", || alone::<FlashV3Float>(&[], &[])),
    ("price, geometric", || alone::<Price>(&[], &[])),
    ("price, mean-reverting", || alone::<Price>(&[("model", "mean-reverting")], &[])),
    ("price, jumps", || alone::<Price>(&[("model", "jump-diffusion")], &[])),
    ("bonded-ratio", || alone::<BondedSupply>(&[], &[("bonded", "0.5")])),
    ("pid", || alone::<PidSupply>(&[], &[("measured", "0.5")])),
    ("target-ratio", || alone::<TargetRatioPool>(&[], &[("pool_flow", "1")])),
    ("rebase, linear", || alone::<RebasedSupply>(&[], &[("price", "1.1")])),
    ("rebase, sigmoid", || alone::<RebasedSupply>(&[("rule", "sigmoid")], &[("price", "1.0001")])),
    ("interest-rate, Vasicek", || alone::<InterestRate>(&[("model", "vasicek")], &[])),
];

fn lanes(c: &mut Criterion) {
    for (name, system) in KINDS {
        let mut group = c.benchmark_group(name);
        group.sample_size(10).throughput(Throughput::Elements(RUNS * STEPS));
        let mut seed = 0;
        let mut experiment = || {
            seed += 1;
            let finals = Recording { keep: Keep::Finals, ..Recording::default() };
            Experiment::new(system()).timesteps(STEPS).runs(RUNS).threads(1).seed(seed).record(finals)
        };
        let run = |experiment: Experiment| {
            let results = experiment.run().unwrap_or_else(|e| panic!("{e}"));
            assert!(results.failures.is_empty(), "{name}: {}", results.failures[0]);
            black_box(results)
        };
        group.bench_function("one by one", |b| b.iter(|| run(experiment().one_by_one())));
        group.bench_function("lanes", |b| b.iter(|| run(experiment())));
        group.finish();
    }
}

criterion_group!(benches, lanes);

fn main() {
    benches();
    Criterion::default().configure_from_args().final_summary();
    let pairs = KINDS.map(|(name, _)| (name, format!("{name}/one by one"), format!("{name}/lanes")));
    ratios::print_ratios(&ratios::folder(), "one by one to lanes", &pairs);
}
