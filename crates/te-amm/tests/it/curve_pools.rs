//! Pools on curves: what every curve keeps, whatever is ordered.

use proptest::prelude::*;
use std::path::Path;
use te_amm::component::curve_pool::book::{PoolBook, PoolOrders};
use te_amm::component::curve_pool::concentrated::{
    ConcentratedMetrics, ConcentratedParams, ConcentratedPool,
};
use te_amm::component::curve_pool::solidly::{Keeps, SolidlyMetrics, SolidlyParams, SolidlyPool};
use te_amm::component::curve_pool::stable::{StableMetrics, StableParams, StablePool};
use te_amm::component::curve_pool::{Curve, CurvePool};
use te_core::{Clock, Component, Registry, Stream, StreamKey};
use te_testkit::reference;

#[test]
fn second_sets_of_parameters_are_their_references() {
    let mut registry = Registry::new();
    te_amm::register(&mut registry);
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-amm"));
    for name in ["stable-dynamic", "solidly-volatile", "range-provider-every", "range-provider-hold"] {
        reference::file(&registry, &folder.join(format!("{name}.csv")));
    }
}

/// Its book.
trait Booked: Curve {
    fn book(shown: &Self::Metrics) -> PoolBook;
}

macro_rules! booked {
    ($($pool:ty => $metrics:ty),*) => {$(
        impl Booked for $pool {
            fn book(shown: &$metrics) -> PoolBook {
                shown.book
            }
        }
    )*};
}

booked!(
    te_amm::component::curve_pool::stable::StableCurve => StableMetrics,
    te_amm::component::curve_pool::solidly::SolidlyCurve => SolidlyMetrics,
    te_amm::component::curve_pool::concentrated::ConcentratedCurve => ConcentratedMetrics
);

fn step<C: Curve>(pool: &mut CurvePool<C>, timestep: u64, orders: &PoolOrders) {
    let mut stream = Stream::new(StreamKey::default(), "pool");
    pool.step(orders, &Clock::at(timestep), &mut stream).unwrap();
}

fn book<C: Booked>(pool: &CurvePool<C>) -> PoolBook {
    C::book(&pool.metrics())
}

/// Everything in the pool, and beside the reserves.
fn held<C: Curve>(pool: &CurvePool<C>) -> [f64; 2] {
    let ([x, y], [fx, fy]) = (pool.curve().reserves(), pool.curve().uncollected());
    [x + fx, y + fy]
}

/// An order against reserves: which, and which part of the reserve.
fn ordered(which: u8, part: f64, pool: [f64; 2], shares: f64) -> PoolOrders {
    let [x, y] = pool.map(|held| held * part);
    let none = PoolOrders::default();
    match which % 6 {
        0 => PoolOrders { base_in: x, ..none },
        1 => PoolOrders { quote_in: y, ..none },
        2 => PoolOrders { base_want: x, ..none },
        3 => PoolOrders { quote_want: y, ..none },
        4 => PoolOrders { join_base: x, join_quote: y * 0.7, ..none },
        _ => PoolOrders { leave_shares: shares * part, ..none },
    }
}

/// A pool without protocol: swaps conserve tokens, a share never loses invariant, what is refused changes nothing.
fn keeps<C: Booked>(mut pool: CurvePool<C>, orders: &[(u8, f64)]) {
    for (timestep, &(which, part)) in (1..).zip(orders) {
        let (before, had) = (book(&pool), held(&pool));
        let orders = ordered(which, part, had, before.shares);
        step(&mut pool, timestep, &orders);
        let (after, has) = (book(&pool), held(&pool));
        if after.unfilled > before.unfilled {
            assert_eq!(had, has, "a refused order moved tokens: {orders:?}");
            assert_eq!(before.shares, after.shares);
            continue;
        }
        assert!(
            after.virtual_price >= before.virtual_price * (1.0 - 1e-12),
            "{orders:?}: {before:?} {after:?}"
        );
        let scale = had.map(|x| x * 1e-9);
        for ((has, had), (scale, out)) in
            has.into_iter().zip(had).zip(scale.into_iter().zip([after.base_out, after.quote_out]))
        {
            // What an order brings is at least what the reserves gained beside what went out.
            if which % 6 < 4 && out > 0.0 {
                assert!((had - has - out).abs() <= scale, "{orders:?}: {had} {has} {out}");
            }
        }
    }
}

/// There and back never pays, and an order in two parts never beats the whole by more than the fee that stays in the pool.
fn pays_nobody<C: Booked>(pool: &CurvePool<C>, part: f64, base_first: bool) {
    let [x, y] = held(pool);
    let mut there = pool.clone();
    let amount = if base_first { x * part } else { y * part };
    let none = PoolOrders::default();
    let order = |base: bool, amount: f64| {
        if base { PoolOrders { base_in: amount, ..none } } else { PoolOrders { quote_in: amount, ..none } }
    };
    step(&mut there, 1, &order(base_first, amount));
    let shown = book(&there);
    let got = if base_first { shown.quote_out } else { shown.base_out };
    if got == 0.0 {
        return;
    }
    step(&mut there, 2, &order(!base_first, got));
    let shown = book(&there);
    let back = if base_first { shown.base_out } else { shown.quote_out };
    assert!(back <= amount * (1.0 + 1e-12), "{amount} came back as {back}");
}

/// After its arbitrage nobody gains by a further trade; a limit is where the price stops.
fn is_level<C: Booked>(pool: &CurvePool<C>, external: f64) {
    let mut level = pool.clone();
    step(&mut level, 1, &PoolOrders { external_price: external, ..PoolOrders::default() });
    let first = book(&level);
    step(&mut level, 2, &PoolOrders { external_price: external, ..PoolOrders::default() });
    let second = book(&level);
    let value = first.base * external + first.quote;
    assert!(first.arbitrage_profit >= 0.0);
    assert!(second.arbitrage_profit <= 1e-9 * value, "{} of {value}", second.arbitrage_profit);
}

fn stops_at_its_limit<C: Booked>(pool: &CurvePool<C>, factor: f64) {
    let before = book(pool);
    let [x, y] = held(pool);
    let limit = before.price * factor;
    let mut after = pool.clone();
    let none = PoolOrders { limit_price: limit, ..PoolOrders::default() };
    let large = if factor < 1.0 {
        PoolOrders { base_in: x * 1e3, ..none }
    } else {
        PoolOrders { quote_in: y * 1e3, ..none }
    };
    step(&mut after, 1, &large);
    let shown = book(&after);
    if shown.unfilled == 0 {
        assert!((shown.price / limit - 1.0).abs() < 1e-6, "{} for {limit}", shown.price);
    }
    // The other way the limit lies behind: nothing is traded.
    let mut other = pool.clone();
    let small = if factor < 1.0 {
        PoolOrders { quote_in: y * 0.01, ..none }
    } else {
        PoolOrders { base_in: x * 0.01, ..none }
    };
    step(&mut other, 1, &small);
    assert_eq!((book(&other).trades, book(&other).unfilled), (0, 1));
    assert_eq!(held(&other), held(pool));
}

fn stable_params(a: f64, fee: f64, multiplier: f64, arbitrage: bool) -> StableParams {
    StableParams {
        base: 1e6,
        quote: 8e5,
        amplification: a,
        end_amplification: a,
        fee,
        offpeg_multiplier: multiplier,
        arbitrage,
        ..StableParams::default()
    }
}

fn stable(a: f64, fee: f64, multiplier: f64, arbitrage: bool) -> StablePool {
    StablePool::new(stable_params(a, fee, multiplier, arbitrage)).unwrap()
}

fn solidly(curve: Keeps, fee: f64, arbitrage: bool) -> SolidlyPool {
    let params = SolidlyParams { base: 1e6, quote: 8e5, curve, fee, arbitrage };
    SolidlyPool::new(params).unwrap()
}

fn concentrated(price: f64, fee: f64, arbitrage: bool) -> ConcentratedPool {
    ConcentratedPool::new(ConcentratedParams { price, fee, arbitrage, ..ConcentratedParams::default() })
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_curve_keeps_its_promises(
        orders in proptest::collection::vec((0u8..6, 1e-6f64..0.6), 1..12),
        a in 1.0f64..5e3,
        fee in 0.0f64..0.01,
        multiplier in 1.0f64..10.0,
        price in 0.55f64..1.9,
    ) {
        keeps(stable(a, fee, multiplier, false), &orders);
        keeps(solidly(Keeps::Stable, fee, false), &orders);
        keeps(solidly(Keeps::Volatile, fee, false), &orders);
        keeps(concentrated(price, fee, false), &orders);
    }

    #[test]
    fn nobody_gains_from_nothing(
        part in 1e-6f64..0.5,
        base_first in any::<bool>(),
        a in 1.0f64..5e3,
        fee in 0.0f64..0.01,
        price in 0.55f64..1.9,
        external in 0.6f64..1.6,
        factor in prop_oneof![0.7f64..0.99, 1.01f64..1.4],
    ) {
        pays_nobody(&stable(a, fee, 3.0, false), part, base_first);
        pays_nobody(&solidly(Keeps::Stable, fee, false), part, base_first);
        pays_nobody(&concentrated(price, fee, false), part, base_first);
        // A fee that stays in the pool moves its price once more.
        let leaving = StableParams { protocol_share: 1.0, ..stable_params(a, fee, 1.0, true) };
        is_level(&StablePool::new(leaving).unwrap(), external);
        is_level(&solidly(Keeps::Stable, fee, true), external);
        is_level(&solidly(Keeps::Volatile, fee, true), external);
        is_level(&concentrated(price, fee, true), external);
        stops_at_its_limit(&stable(a, fee, 3.0, false), factor);
        stops_at_its_limit(&solidly(Keeps::Volatile, fee, false), factor);
        if (0.55..1.9).contains(&(price * factor)) {
            stops_at_its_limit(&concentrated(price, fee, false), factor);
        }
    }
}

#[test]
fn a_dynamic_fee_is_level_to_what_profits_tell_apart() {
    let mut pool = stable(200.0, 0.0004, 5.0, true);
    let external = PoolOrders { external_price: 0.97, ..PoolOrders::default() };
    step(&mut pool, 1, &external);
    let first = book(&pool).arbitrage_profit;
    assert!(first > 0.0);
    // The slope of the fee is gone once the trade is done: what is left is far below the fee.
    step(&mut pool, 2, &external);
    assert!(book(&pool).arbitrage_profit < first * 0.05, "{} after {first}", book(&pool).arbitrage_profit);
}

#[test]
fn orders_that_are_no_numbers_are_refused_and_change_nothing() {
    let mut pool = stable(100.0, 0.0004, 1.0, false);
    let before = pool.metrics();
    let mut stream = Stream::new(StreamKey::default(), "pool");
    for (orders, told) in [
        (
            PoolOrders { base_in: -1.0, ..PoolOrders::default() },
            "base_in is -1: allowed is finite, at least 0",
        ),
        (
            PoolOrders { leave_shares: f64::NAN, ..PoolOrders::default() },
            "leave_shares is NaN: allowed is finite, at least 0",
        ),
        (
            PoolOrders { external_price: 1e306, ..PoolOrders::default() },
            "share_value is inf: allowed is a finite number: change `base` or `quote`, or lower the external price",
        ),
    ] {
        assert_eq!(pool.step(&orders, &Clock::at(1), &mut stream).unwrap_err().to_string(), told);
        assert_eq!(pool.metrics(), before);
    }
    let refused = ConcentratedPool::new(ConcentratedParams { price: 3.0, ..ConcentratedParams::default() })
        .unwrap_err();
    assert!(refused.to_string().contains("between the first edge and the last"), "{refused}");
    let refused = StablePool::new(StableParams { fee: 0.1, ..StableParams::default() }).unwrap_err();
    assert_eq!(refused.to_string(), "parameter `fee` is 0.1: allowed is [0, 0.01]");
}

#[test]
fn a_pool_opens_at_a_tick() {
    let pool = ConcentratedPool::new(ConcentratedParams { tick: Some(60), ..ConcentratedParams::default() })
        .unwrap();
    let shown = pool.metrics();
    assert_eq!((shown.tick, shown.liquidity, shown.in_range), (60, 5000.0, true));
    assert!((shown.book.price - 1.0001f64.powi(60)).abs() < 1e-15);
}
