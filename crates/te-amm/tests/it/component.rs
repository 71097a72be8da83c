//! Pools and traders in the engine.

use rust_decimal::Decimal;
use te_amm::component::PoolInputs;
use te_amm::component::arbitrageur::{Arbitrageur, ArbitrageurParams};
use te_amm::component::float_pool::{FloatPool, FloatPoolParams};
use te_amm::component::pool::{Pool, PoolParams};
use te_amm::component::random_trader::{OrderSize, RandomTrader, RandomTraderParams};
use te_amm::component::weighted_pool::{WeightedPool, WeightedPoolParams};
use te_core::{Cells, Clock, Component, Experiment, Params, Stream, StreamKey, System};

fn market(arbitrageur: bool) -> System {
    let mut system = System::builder("market");
    let sizes =
        RandomTraderParams { mean_size: 5.0, size: OrderSize::Exponential, ..RandomTraderParams::default() };
    system.uncontrollable::<RandomTrader>("trader", sizes);
    if arbitrageur {
        system.uncontrollable::<Arbitrageur>("arbitrageur", ArbitrageurParams::default());
        for (from, to) in
            [("pool.base", "base"), ("pool.quote", "quote"), ("pool.fee", "fee"), ("1", "external_price")]
        {
            system.wire(from, &format!("arbitrageur.{to}"));
        }
    }
    system.controllable::<Pool>("pool", PoolParams::default());
    let order = |side: &str| {
        let own = format!("trader.{side}");
        if arbitrageur { format!("{own} + arbitrageur.{side}") } else { own }
    };
    system.wire("pool.price", "trader.price");
    system.wire(&order("base_in"), "pool.base_in");
    system.wire(&order("quote_in"), "pool.quote_in");
    system.wire("1", "pool.external_price");
    system.build().unwrap()
}

#[test]
fn traders_feed_a_pool_whose_depth_never_falls() {
    let results = Experiment::new(market(false)).timesteps(200).runs(3).seed(5).run().unwrap();
    assert!(results.failures.is_empty());
    let Cells::Decimal(depth) = &results.frame().column("pool.depth").unwrap().cells else { panic!() };
    let trades = results.frame().u64s("pool.trades").unwrap();
    for run in 0..3 {
        let own = &depth[run * 201..(run + 1) * 201];
        assert!(own.is_sorted());
        assert_eq!(trades[run * 201 + 200], 200);
    }
    // Fees are near 0.3 % of what was traded: 200 orders of 5 in the mean.
    let fees = results.frame().f64s("pool.fees").unwrap();
    let mean = [200, 401, 602].iter().map(|&row| fees[row]).sum::<f64>() / 3.0;
    assert!((mean - 3.0).abs() < 0.5, "{mean}");
}

#[test]
fn an_arbitrageur_holds_the_price_in_the_band() {
    let calm = Experiment::new(market(true)).timesteps(300).seed(5).run().unwrap();
    let wild = Experiment::new(market(false)).timesteps(300).seed(5).run().unwrap();
    assert!(calm.failures.is_empty());
    let spread = |r: &te_core::Results| {
        r.frame().f64s("pool.price").unwrap().iter().map(|p| (p - 1.0).abs()).fold(0.0, f64::max)
    };
    assert!(spread(&calm) < spread(&wild) / 2.0, "{} {}", spread(&calm), spread(&wild));
    // Common random numbers: the trader's draws are the same with and without the other.
    let orders = |r: &te_core::Results| r.frame().u64s("trader.trades").unwrap().to_vec();
    assert_eq!(orders(&calm), orders(&wild));
    assert!(*calm.frame().f64s("arbitrageur.total_profit").unwrap().last().unwrap() > 0.0);
}

#[test]
fn the_float_pool_follows_the_exact_one() {
    let (clock, mut rng) = (Clock::at(1), Stream::new(StreamKey::default(), "pool"));
    let mut exact = Pool::new(PoolParams { arbitrage: true, ..PoolParams::default() }).unwrap();
    let mut float =
        FloatPool::new(FloatPoolParams { arbitrage: true, ..FloatPoolParams::default() }).unwrap();
    let mut price = 1.0;
    for step in 0..200 {
        price *= if step % 3 == 0 { 1.02 } else { 0.99 };
        let inputs =
            PoolInputs { base_in: f64::from(step % 7), quote_in: f64::from(step % 5), external_price: price };
        exact.step(&inputs, &clock, &mut rng).unwrap();
        float.step(&inputs, &clock, &mut rng).unwrap();
        let (e, f) = (exact.metrics(), float.metrics());
        for (name, a, b) in [
            ("price", e.price, f.price),
            ("fees", e.fees, f.fees),
            ("arbitrage_total", e.arbitrage_total, f.arbitrage_total),
            ("volume", e.volume, f.volume),
            ("versus_rebalancing", e.versus_rebalancing, f.versus_rebalancing),
        ] {
            assert!((a - b).abs() <= 1e-10 * a.abs().max(1.0), "{step} {name}: {a} {b}");
        }
        assert_eq!(e.trades, f.trades);
    }
}

#[test]
fn with_equal_weights_it_is_the_constant_product() {
    let (clock, mut rng) = (Clock::at(1), Stream::new(StreamKey::default(), "pool"));
    let product = FloatPoolParams { base: 400.0, quote: 900.0, arbitrage: true, ..Default::default() };
    let weighted = WeightedPoolParams { base: 400.0, quote: 900.0, arbitrage: true, ..Default::default() };
    let mut product = FloatPool::new(product).unwrap();
    let mut weighted = WeightedPool::new(weighted).unwrap();
    let mut price = 2.25;
    for step in 0..200 {
        price *= if step % 3 == 0 { 1.02 } else { 0.99 };
        let inputs =
            PoolInputs { base_in: f64::from(step % 7), quote_in: f64::from(step % 5), external_price: price };
        product.step(&inputs, &clock, &mut rng).unwrap();
        weighted.step(&inputs, &clock, &mut rng).unwrap();
        let (p, w) = (product.metrics(), weighted.metrics());
        for (name, a, b) in [
            ("price", p.price, w.price),
            ("fees", p.fees, w.fees),
            ("arbitrage_total", p.arbitrage_total, w.arbitrage_total),
            ("volume", p.volume, w.volume),
            ("versus_rebalancing", p.versus_rebalancing, w.versus_rebalancing),
            ("depth", (p.base * p.quote).sqrt(), w.invariant),
        ] {
            assert!((a - b).abs() <= 1e-11 * a.abs().max(1.0), "{step} {name}: {a} {b}");
        }
        assert_eq!((p.trades, 0), (w.trades, w.unfilled));
    }
}

/// Nobody buys: the weights alone take the price down, and the balances stay.
#[test]
fn a_sale_without_buyers_falls_to_its_end_price() {
    let params = WeightedPoolParams {
        base: 9000.0,
        quote: 1000.0,
        weight: 0.9,
        end_weight: 0.3,
        ramp_start: 1.0,
        ramp_steps: 168.0,
        ..Default::default()
    };
    let mut system = System::builder("sale");
    system.controllable::<WeightedPool>("sale", params);
    let results = Experiment::new(system.build().unwrap()).timesteps(200).run().unwrap();
    let prices = results.frame().f64s("sale.price").unwrap();
    assert!(prices.is_sorted_by(|a, b| a >= b));
    // (1000/0.1)/(9000/0.9) = 1 and (1000/0.7)/(9000/0.3) = 1/21.
    assert!((prices[1] - 1.0).abs() < 1e-12 && (prices[200] * 21.0 - 1.0).abs() < 1e-12);
    assert_eq!(prices[169], prices[200]);
    assert_eq!(*results.frame().f64s("sale.base").unwrap().last().unwrap(), 9000.0);
}

/// An order that leaves nothing is not filled; the run goes on.
#[test]
fn an_order_beyond_the_pool_is_counted() {
    let (clock, mut rng) = (Clock::at(1), Stream::new(StreamKey::default(), "pool"));
    let params = WeightedPoolParams { weight: 0.99, end_weight: 0.99, ..Default::default() };
    let mut pool = WeightedPool::new(params).unwrap();
    let before = pool.metrics();
    pool.step(&PoolInputs { base_in: 1e30, quote_in: 0.0, external_price: 0.0 }, &clock, &mut rng).unwrap();
    let after = pool.metrics();
    assert_eq!((after.base, after.quote, after.unfilled), (before.base, before.quote, 1));
    assert!(
        pool.step(&PoolInputs { base_in: -1.0, quote_in: 0.0, external_price: 0.0 }, &clock, &mut rng)
            .is_err()
    );
}

#[test]
fn refused_steps_change_nothing_and_snapshots_keep_everything() {
    let (clock, mut rng) = (Clock::at(1), Stream::new(StreamKey::default(), "pool"));
    let mut pool = Pool::new(PoolParams { protocol_part: 6, ..PoolParams::default() }).unwrap();
    pool.step(&PoolInputs { base_in: 3.0, quote_in: 0.0, external_price: 0.0 }, &clock, &mut rng).unwrap();
    let before = pool.metrics();
    for base_in in [-1.0, f64::NAN, 1e30] {
        assert!(
            pool.step(&PoolInputs { base_in, quote_in: 1.0, external_price: 1.0 }, &clock, &mut rng).is_err()
        );
        assert_eq!(pool.metrics(), before);
    }
    // An order below one unit is not filled.
    pool.step(&PoolInputs { base_in: 1e-30, quote_in: 0.0, external_price: 0.0 }, &clock, &mut rng).unwrap();
    assert_eq!(pool.metrics().trades, 1);
    let text = serde_json::to_string(&pool).unwrap();
    let mut copy: Pool = serde_json::from_str(&text).unwrap();
    for each in [&mut pool, &mut copy] {
        each.step(&PoolInputs { base_in: 0.0, quote_in: 2.5, external_price: 1.1 }, &clock, &mut rng)
            .unwrap();
    }
    assert_eq!(pool.metrics(), copy.metrics());
}

#[test]
fn parameters_are_checked() {
    let tiny = PoolParams { base: Decimal::new(1, 18), quote: Decimal::new(1, 18), ..PoolParams::default() };
    assert!(tiny.check().unwrap_err().to_string().contains("first mint"));
    let huge = PoolParams { base: Decimal::from(100_000_000_000u64), ..PoolParams::default() };
    assert!(huge.check().unwrap_err().to_string().contains("18 decimal places"));
    assert!(Pool::new(PoolParams { places: 6, ..huge }).is_ok());
    assert!(Pool::new(PoolParams { fee: Decimal::ONE, ..PoolParams::default() }).is_err());
}
