//! Pools in whole units as components: what the contract does by hand, and near their curves in floats.

use te_amm::component::curve_pool::book::PoolOrders;
use te_amm::component::curve_pool::concentrated::{ConcentratedParams, ConcentratedPool};
use te_amm::component::curve_pool::exact::concentrated::{ConcentratedExactParams, ConcentratedExactPool};
use te_amm::component::curve_pool::exact::crypto::{CryptoExactParams, CryptoExactPool};
use te_amm::component::curve_pool::exact::solidly::{SolidlyExactParams, SolidlyExactPool};
use te_amm::component::curve_pool::exact::stable::{StableExactParams, StableExactPool};
use te_amm::component::curve_pool::solidly::{Keeps, SolidlyParams, SolidlyPool};
use te_amm::component::curve_pool::stable::{StableParams, StablePool};
use te_amm::exact::stableswap::pool::{Pool, Settings};
use te_amm::wide::{U256, approximate};
use te_core::{
    Cells, Clock, Component, Experiment, List, Registry, StepLength, Stream, StreamKey, System, TimeUnit,
    Value,
};

fn step<C: Component>(pool: &mut C, timestep: u64, orders: &C::Inputs) {
    let mut stream = Stream::new(StreamKey::default(), "pool");
    pool.step(orders, &Clock::at(timestep), &mut stream).unwrap();
}

const NONE: PoolOrders = PoolOrders {
    base_in: 0.0,
    quote_in: 0.0,
    base_want: 0.0,
    quote_want: 0.0,
    limit_price: 0.0,
    external_price: 0.0,
    join_base: 0.0,
    join_quote: 0.0,
    leave_shares: 0.0,
};

/// The same orders to both, and numbers that agree to a part.
fn agree(exact: f64, float: f64, part: f64) {
    assert!((exact - float).abs() <= part * float.abs(), "{exact} {float}");
}

#[test]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole numbers below 2^53")]
fn stable_is_the_contract_and_near_its_curve() {
    let params = StableExactParams { base_decimals: 6, quote_decimals: 18, ..StableExactParams::default() };
    let mut pool = StableExactPool::new(params).unwrap();
    let one = U256::from(10u64).pow(U256::from(18u64));
    let settings = Settings {
        amplification: 100,
        fee: 4_000_000,
        offpeg_fee_multiplier: 20_000_000_000,
        ma_exp_time: 866,
        d_ma_time: 62_324,
        decimals: &[6, 18],
        oracle_rates: &[one, one],
    };
    let start = 1_700_000_000;
    let mut hand = Pool::new(&settings, start).unwrap();
    let million = |decimals: u64| U256::from(1_000_000u64) * U256::from(10u64).pow(U256::from(decimals));
    hand.add_liquidity(&[million(6), million(18)], U256::ZERO, start).unwrap();
    let mut near = StablePool::new(StableParams {
        offpeg_multiplier: 2.0,
        protocol_share: 0.5,
        ..StableParams::default()
    })
    .unwrap();
    for (timestep, base_in, quote_in) in
        [(1, 5000.0, 0.0), (2, 0.0, 120_000.5), (3, 300_000.25, 0.0), (4, 1.0, 2.0)]
    {
        let orders = PoolOrders { base_in, quote_in, ..NONE };
        step(&mut pool, timestep, &orders);
        step(&mut near, timestep, &orders);
        let time = start + 86_400 * timestep;
        if base_in > 0.0 {
            let units = U256::from((base_in * 1e6) as u64);
            let out = hand.exchange((0, 1), units, U256::ZERO, time).unwrap();
            assert_eq!(pool.metrics().book.quote_out, approximate(out) / 1e18);
        }
        if quote_in > 0.0 {
            let units = U256::from((quote_in * 10.0) as u64) * U256::from(10u64).pow(U256::from(17u64));
            let out = hand.exchange((1, 0), units, U256::ZERO, time).unwrap();
            assert_eq!(pool.metrics().book.base_out, approximate(out) / 1e6);
        }
        assert_eq!(pool.curve().mirror().pool(), &hand);
        let (shown, float) = (pool.metrics().book, near.metrics().book);
        agree(shown.base, float.base, 1e-9);
        agree(shown.quote, float.quote, 1e-9);
        agree(shown.price, float.price, 1e-8);
        agree(shown.invariant, float.invariant, 1e-9);
        agree(shown.fee, float.fee, 1e-6);
    }
    // What the contract refuses is an order that is not filled.
    let before = pool.metrics().book;
    step(&mut pool, 5, &PoolOrders { base_in: 1e-9, ..NONE });
    let after = pool.metrics().book;
    assert_eq!((after.unfilled, after.base, after.trades), (before.unfilled + 1, before.base, before.trades));
    // Joins and leaves: shares of what was brought come back, less a fee.
    step(&mut pool, 6, &PoolOrders { join_base: 1000.0, join_quote: 1000.0, ..NONE });
    let joined = pool.metrics().book.shares - after.shares;
    step(&mut pool, 7, &PoolOrders { leave_shares: joined, ..NONE });
    let left = pool.metrics().book;
    agree(left.shares, after.shares, 1e-12);
    assert!(left.virtual_price >= after.virtual_price);
}

#[test]
fn solidly_is_near_its_curve() {
    for curve in [Keeps::Stable, Keeps::Volatile] {
        let mut pool =
            SolidlyExactPool::new(SolidlyExactParams { curve, ..SolidlyExactParams::default() }).unwrap();
        let mut near = SolidlyPool::new(SolidlyParams { curve, ..SolidlyParams::default() }).unwrap();
        for timestep in 1..20 {
            let orders =
                PoolOrders { base_in: 1e4 * timestep as f64, quote_in: 3e4, external_price: 1.0, ..NONE };
            step(&mut pool, timestep, &orders);
            step(&mut near, timestep, &orders);
            let (shown, float) = (pool.metrics(), near.metrics());
            agree(shown.book.quote_out, float.book.quote_out, 1e-9);
            agree(shown.book.price, float.book.price, 1e-9);
            agree(shown.book.versus_rebalancing, float.book.versus_rebalancing, 1e-7);
            agree(shown.uncollected_base, float.uncollected_base, 1e-9);
        }
    }
    let unequal = SolidlyExactPool::new(SolidlyExactParams { base: 10.0, ..SolidlyExactParams::default() })
        .unwrap_err();
    assert!(unequal.to_string().contains("refuses"), "{unequal}");
}

#[test]
fn a_crypto_pool_follows_the_market() {
    let mut pool =
        CryptoExactPool::new(CryptoExactParams { arbitrage: true, ..CryptoExactParams::default() }).unwrap();
    agree(pool.metrics().book.price, 1000.0, 1e-6);
    let mut last = pool.metrics().book.virtual_price;
    for timestep in 1..=60 {
        // Up by a fifth, in waves that pay the fees.
        let external = 1000.0
            * (1.0 + 0.2 * timestep as f64 / 60.0)
            * (1.0 + 0.02 * if timestep % 2 == 0 { 1.0 } else { -1.0 });
        step(&mut pool, timestep, &PoolOrders { external_price: external, ..NONE });
        let shown = pool.metrics();
        // A pool arbitraged within its fees of the price elsewhere.
        agree(shown.book.price, external, 0.02);
        assert!(shown.book.arbitrage_profit >= 0.0);
        if shown.repegs == 0 {
            assert!(shown.book.virtual_price >= last);
        }
        last = shown.book.virtual_price;
    }
    let shown = pool.metrics();
    assert!(shown.repegs > 0 && shown.price_scale > 1050.0, "{} {}", shown.repegs, shown.price_scale);
    assert!(last > 1.0 && shown.profit > 0.0);
}

#[test]
fn pools_of_a_system_are_pools_by_hand() {
    let mut registry = Registry::new();
    te_amm::register(&mut registry);
    for kind in [
        "amm/stable-exact",
        "amm/crypto-exact",
        "amm/solidly-exact",
        "amm/stable",
        "amm/solidly",
        "amm/concentrated",
    ] {
        let mut system = System::builder("pools");
        system.step_length(StepLength::new(1.0, TimeUnit::Hour));
        let none = Value::Table(Vec::new());
        system.kind(List::Uncontrollables, "trader", registry.kind("amm/random-trader").unwrap(), &none);
        system.kind(List::Controllables, "pool", registry.kind(kind).unwrap(), &none);
        system.wire("pool.price", "trader.price");
        system.wire("trader.base_in", "pool.base_in");
        system.wire("trader.quote_in", "pool.quote_in");
        let system = system.build().unwrap();
        let run = |threads| {
            Experiment::new(system.clone()).timesteps(40).runs(5).seed(9).threads(threads).run().unwrap()
        };
        let (one, two) = (run(1), run(2));
        assert!(one.failures.is_empty(), "{kind}: {:?}", one.failures);
        let column = |results: &te_core::Results| match &results.frame().column("pool.base").unwrap().cells {
            Cells::F64(cells) => cells.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(column(&one), column(&two));
        assert!(one.frame().u64s("pool.trades").unwrap().iter().any(|&trades| trades > 0), "{kind}");
    }
}

#[test]
fn ranges_in_units_are_near_ranges_in_floats() {
    let (base_decimals, quote_decimals) = (18, 6);
    let params = ConcentratedExactParams {
        price: 1800.0,
        lower: vec![-205_020, -202_500],
        upper: vec![-198_000, -200_400],
        liquidity: vec![2000.0, 30_000.0],
        base_decimals,
        quote_decimals,
        arbitrage: true,
        ..ConcentratedExactParams::default()
    };
    let mut pool = ConcentratedExactPool::new(params).unwrap();
    // The same ticks in tokens: 10^12 units of base are worth one of quote.
    let edge = |tick: i32| 1.0001f64.powi(tick) * 1e12;
    let mut near = ConcentratedPool::new(ConcentratedParams {
        price: 1800.0,
        edges: vec![edge(-205_020), edge(-202_500), edge(-200_400), edge(-198_000)],
        liquidity: vec![2000.0, 32_000.0, 2000.0],
        arbitrage: true,
        ..ConcentratedParams::default()
    })
    .unwrap();
    let orders = [
        PoolOrders { base_in: 10.0, ..NONE },
        PoolOrders { quote_in: 90_000.0, ..NONE },
        PoolOrders { external_price: 2100.0, ..NONE },
        PoolOrders { base_want: 3.0, quote_want: 1234.5, ..NONE },
        PoolOrders { base_in: 1e4, limit_price: 1600.0, ..NONE },
        PoolOrders { leave_shares: 40_000.0, ..NONE },
        PoolOrders { external_price: 1700.0, ..NONE },
    ];
    for (timestep, orders) in (1..).zip(&orders) {
        step(&mut pool, timestep, orders);
        step(&mut near, timestep, orders);
        let (shown, float) = (pool.metrics(), near.metrics());
        agree(shown.book.price, float.book.price, 1e-7);
        agree(shown.book.base, float.book.base, 1e-6);
        agree(shown.book.quote, float.book.quote, 1e-6);
        agree(shown.book.shares, float.book.shares, 1e-6);
        agree(shown.liquidity, float.liquidity, 1e-6);
        assert_eq!((shown.in_range, shown.book.unfilled), (float.in_range, float.book.unfilled));
        agree(shown.uncollected_quote, float.uncollected_quote, 1e-6);
        agree(shown.uncollected_base, float.uncollected_base, 1e-6);
    }
    // A join pays for the fees that wait: a share is worth what it was, and what is taken out again is what came.
    let before = pool.metrics().book;
    step(
        &mut pool,
        20,
        &PoolOrders { join_base: 5.0, join_quote: 20_000.0, external_price: before.price, ..NONE },
    );
    let joined = pool.metrics().book;
    assert!(joined.shares > before.shares);
    step(
        &mut pool,
        21,
        &PoolOrders { leave_shares: joined.shares - before.shares, external_price: before.price, ..NONE },
    );
    let left = pool.metrics().book;
    agree(left.share_value, joined.share_value, 1e-9);
    agree(left.shares, before.shares, 1e-12);
    agree(left.base, before.base, 1e-2);
}
