//! In lanes or one by one: the same bits, the same failures.

use te_amm::component::arbitrageur::{Arbitrageur, ArbitrageurParams};
use te_amm::component::float_pool::{FloatPool, FloatPoolParams};
use te_amm::component::random_trader::{OrderSize, RandomTrader, RandomTraderParams};
use te_amm::component::weighted_pool::{WeightedPool, WeightedPoolParams};
use te_core::{Axis, Component, Experiment, Sweep, System};
use te_testkit::lanes::in_lanes_as_one_by_one;

/// A trader, an arbitrageur if wanted, and a pool.
fn market(size: OrderSize, arbitrageur: bool, own_arbitrage: bool) -> System {
    let mut system = System::builder("market");
    system.uncontrollable::<RandomTrader>("trader", RandomTraderParams { size, ..Default::default() });
    system.controllable::<FloatPool>(
        "pool",
        FloatPoolParams { arbitrage: own_arbitrage, ..Default::default() },
    );
    system.wire("pool.price", "trader.price");
    if arbitrageur {
        system.uncontrollable::<Arbitrageur>("arbitrageur", ArbitrageurParams::default());
        for (from, to) in
            [("pool.base", "base"), ("pool.quote", "quote"), ("pool.fee", "fee"), ("1.02", "external_price")]
        {
            system.wire(from, &format!("arbitrageur.{to}"));
        }
        system.wire("trader.base_in + arbitrageur.base_in", "pool.base_in");
        system.wire("trader.quote_in + arbitrageur.quote_in", "pool.quote_in");
    } else {
        system.wire("trader.base_in", "pool.base_in");
        system.wire("trader.quote_in", "pool.quote_in");
    }
    system.wire("1.02", "pool.external_price");
    system.build().unwrap()
}

fn swept(system: System) -> Experiment {
    Experiment::new(system)
        .timesteps(60)
        .runs(35)
        .seed(11)
        .sweep(Sweep::Product(vec![Axis::new("pool.fee", [0.0005, 0.01])]))
        .random("pool.base", "uniform(500, 2000)")
        .random("trader.mean_size", "uniform(0.5, 20)")
        .random("trader.trade_probability", "uniform(0.2, 1)")
}

#[test]
fn pools_and_traders() {
    for (size, arbitrageur, own) in [
        (OrderSize::Exponential, true, false),
        (OrderSize::Uniform, false, true),
        (OrderSize::Fixed, false, false),
    ] {
        let experiment = || swept(market(size, arbitrageur, own));
        let results = in_lanes_as_one_by_one(&format!("{size:?}"), experiment);
        assert!(results.failures.is_empty(), "{}", results.failures[0]);
        let trades = results.frame().u64s("pool.trades").unwrap();
        assert!(trades.iter().max() > Some(&20));
    }
}

#[test]
fn weighted_pools_with_moving_weights() {
    let experiment = || {
        let mut system = System::builder("sale");
        system.uncontrollable::<RandomTrader>("trader", RandomTraderParams::default());
        let params = WeightedPoolParams {
            weight: 0.9,
            end_weight: 0.2,
            ramp_steps: 50.0,
            arbitrage: true,
            ..Default::default()
        };
        system.controllable::<WeightedPool>("pool", params);
        system.wire("pool.price", "trader.price");
        system.wire("trader.base_in", "pool.base_in");
        system.wire("trader.quote_in", "pool.quote_in");
        system.wire("1.02", "pool.external_price");
        Experiment::new(system.build().unwrap())
            .timesteps(60)
            .runs(35)
            .seed(11)
            .sweep(Sweep::Product(vec![Axis::new("pool.arbitrage", [false, true])]))
            .random("pool.weight", "uniform(0.5, 0.99)")
            .random("pool.ramp_start", "uniform(0, 20)")
            .random("trader.mean_size", "uniform(0.5, 20)")
    };
    let results = in_lanes_as_one_by_one("weighted", experiment);
    assert!(results.failures.is_empty(), "{}", results.failures[0]);
    assert!(results.frame().u64s("pool.trades").unwrap().iter().max() > Some(&20));
}

#[test]
fn failing_runs_fail_alike_and_alone() {
    // Orders that grow beyond the finite numbers, in some runs sooner than in others.
    let experiment = || {
        let mut system = System::builder("runaway");
        system.controllable::<FloatPool>("pool", FloatPoolParams::default());
        system.wire("pool.quote * pool.quote", "pool.quote_in");
        system.wire("1", "pool.external_price");
        Experiment::new(system.build().unwrap())
            .timesteps(12)
            .runs(70)
            .seed(3)
            .random("pool.quote", "uniform(0.01, 20)")
    };
    let results = in_lanes_as_one_by_one("runaway", experiment);
    let steps = results.failures.iter().map(|failure| failure.timestep);
    assert!(steps.clone().min() < steps.max());
    assert!(!results.failures.is_empty() && results.failures.len() < 70, "{}", results.failures.len());
}

#[test]
fn a_trader_without_a_price_fails_alike() {
    let experiment = || {
        let mut system = System::builder("no price");
        system.uncontrollable::<RandomTrader>("trader", RandomTraderParams::default());
        system.uncontrollable::<Arbitrageur>("arbitrageur", ArbitrageurParams::default());
        let price = "2 - trader.trades / 20";
        for (from, to) in [("1000", "base"), ("1000", "quote"), (price, "external_price")] {
            system.wire(from, &format!("arbitrageur.{to}"));
        }
        Experiment::new(system.build().unwrap())
            .timesteps(60)
            .runs(70)
            .random("trader.trade_probability", "uniform(0.1, 1)")
    };
    let results = in_lanes_as_one_by_one("no price", experiment);
    assert!(results.failures.len() > 10 && results.failures.len() < 70, "{}", results.failures.len());
    assert!(results.failures[0].to_string().contains("external_price"), "{}", results.failures[0]);
}

#[test]
fn kinds_of_runs_are_not_mixed() {
    use te_core::lanes::Laned as _;
    let pool = |arbitrage| FloatPool::new(FloatPoolParams { arbitrage, ..Default::default() }).unwrap();
    assert!(pool(true).alike(&pool(true)) && !pool(true).alike(&pool(false)));
    let experiment = || {
        swept(market(OrderSize::Uniform, false, true))
            .sweep(Sweep::Product(vec![Axis::new("pool.arbitrage", [false, true])]))
    };
    in_lanes_as_one_by_one("mixed", experiment);
}
