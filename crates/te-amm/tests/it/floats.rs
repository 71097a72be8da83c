//! Every public formula in `f64` gives finite numbers or a typed error, whatever it is given.

use proptest::prelude::*;
use te_amm::concentrated::tick_price::{sqrt_price_at, tick_at, tick_at_sqrt_price};
use te_amm::concentrated::{Range, ranges, ticks::TickPool};
use te_amm::oracle::{Accumulator, Observation, SlidingWindow};
use te_amm::route::{Hop, Path, split};
use te_amm::weighted::{self, FreePart, Side};
use te_amm::{AmmError, arbitrage, liquidity, performance, price, solidly, stableswap, swap};

const EDGES: [f64; 19] = [
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::MIN,
    -1.0,
    -0.0,
    0.0,
    5e-324,
    f64::MIN_POSITIVE,
    1e-160,
    1e-9,
    0.5,
    0.997,
    1.0,
    1.0 + f64::EPSILON,
    3.0,
    1e9,
    1e160,
    f64::MAX,
];

/// The numbers that a result holds.
trait Numbers {
    fn numbers(&self) -> Vec<f64>;
}

impl Numbers for f64 {
    fn numbers(&self) -> Vec<f64> {
        vec![*self]
    }
}

impl Numbers for (f64, f64) {
    fn numbers(&self) -> Vec<f64> {
        vec![self.0, self.1]
    }
}

#[track_caller]
fn finite<T: Numbers>(result: Result<T, AmmError>, given: &[f64]) {
    if let Ok(value) = result {
        let numbers = value.numbers();
        assert!(numbers.iter().all(|x| x.is_finite()), "{numbers:?} from {given:?}");
    }
}

fn of_two(a: f64, b: f64) {
    let given = &[a, b];
    finite(swap::min_out(a, b), given);
    finite(swap::max_in(a, b), given);
    finite(price::spot(a, b), given);
    finite(performance::impermanent_loss(a), given);
    finite(performance::impermanent_loss_weighted(a, b), given);
    finite(performance::lvr_rate(a, b), given);
    finite(performance::loss_per_constant_block(a, b), given);
    finite(tick_at(a).and_then(sqrt_price_at), given);
    finite(tick_at_sqrt_price(a).and_then(sqrt_price_at), given);
    for pool in [TickPool::new(a, b), TickPool::at_sqrt_price(a, b)].into_iter().flatten() {
        assert!(pool.price().is_finite() && pool.sqrt_price().is_finite());
    }
}

fn of_three(a: f64, b: f64, c: f64) {
    let given = &[a, b, c];
    finite(swap::quote(a, b, c), given);
    finite(arbitrage::no_trade_band(a, b, c), given);
    finite(performance::pool_value(a, b, c), given);
    finite(performance::lvr_rate_weighted(a, b, c), given);
    finite(performance::trade_probability(a, b, c), given);
    finite(liquidity::protocol_share_of_growth(a, b, c, 6), given);
    finite(stableswap::invariant(&[a, b], c), given);
    finite(stableswap::price(&[a, b], (0, 1), c), given);
    finite(solidly::price(a, b), given);
    if let Ok(mut oracle) = Accumulator::new(a, b, c) {
        for time in [a, b, c] {
            let reading = oracle.at(time);
            finite(reading.map(|at| (at.cumulative0, at.cumulative1)), given);
            finite(reading.map(|at| (at.cumulative_log, at.time)), given);
            let _ = oracle.update(time, c, b);
        }
    }
    let (later, sooner) = (
        Observation { time: a, cumulative0: b, cumulative1: c, cumulative_log: c },
        Observation { time: b, cumulative0: c, cumulative1: a, cumulative_log: a },
    );
    let mean = later.averages_since(&sooner);
    finite(mean.map(|m| (m.price0, m.price1)), given);
    finite(mean.map(|m| m.geometric), given);
    if let Ok(mut window) = SlidingWindow::new(a, 4) {
        window.record(sooner);
        window.record(later);
        finite(window.averages(&later).map(|m| m.geometric), given);
    }
}

fn of_four(a: f64, b: f64, c: f64, d: f64) {
    let given = &[a, b, c, d];
    finite(swap::exact_in(a, b, c, d), given);
    finite(swap::exact_out(a, b, c, d), given);
    finite(price::input_to_spot(a, b, c, d), given);
    let report = price::report(a, b, c, d);
    finite(report.map(|r| (r.amount_out, r.fee_paid)), given);
    finite(report.map(|r| (r.spot_price, r.spot_price_with_fee)), given);
    finite(report.map(|r| (r.effective_price, r.spot_price_after)), given);
    finite(report.map(|r| (r.price_impact, r.slippage_total)), given);
    if let Ok(Some(trade)) = arbitrage::external(a, b, c, d) {
        finite(Ok((trade.amount_in, trade.amount_out)), given);
        finite(Ok(trade.profit), given);
    }
    let zap = liquidity::zap_in(a, b, c, d);
    finite(zap.map(|z| (z.swap_amount, z.swap_out)), given);
    finite(zap.map(|z| (z.add_in, z.share_of_pool)), given);
    finite(liquidity::matched_add((a, b), (c, d)), given);
    finite(weighted::shares_for_single_join(Side { balance: a, weight: b }, c, d, 0.003), given);
    for trade in [
        weighted::external(a, b, 0.8, c, d),
        stableswap::external(&[a, b], c, 100.0, d),
        solidly::external(a, b, c, d),
        ranges::external(&[a, b], &[1.0], c, d, 0.003),
    ] {
        if let Ok(Some(trade)) = trade {
            finite(Ok((trade.amount_in, trade.amount_out)), given);
            finite(Ok(trade.profit), given);
        }
    }
    finite(solidly::exact_in(a, b, c, d), given);
    finite(weighted::amount_for_single_join(Side { balance: a, weight: b }, c, d, 0.003), given);
    finite(weighted::amount_for_single_exit(Side { balance: a, weight: b }, c, d, 0.003), given);
    let loss = ranges::range_loss(1.0, a, b, c, d);
    finite(loss.map(|l| (l.value_start, l.value_end)), given);
    finite(loss.map(|l| (l.hold_end, l.loss)), given);
    finite(stableswap::balance_for_invariant(&[a, b, 1.0], 1, c, d), given);
    finite(stableswap::ramped_amplification((a, b), (c, d), 1.0), given);
    for range in [Range::new(a, b, c, d), Range::from_sqrt_prices(a, b, c, d)].into_iter().flatten() {
        finite(range.price(), given);
        finite(range.reserves(), given);
        finite(range.capacity(0.003), given);
        for swap in [range.swap_0_for_1(d, 0.003), range.swap_1_for_0(d, 0.003)] {
            finite(swap.map(|s| (s.amount_out, s.fee_paid)), given);
            finite(swap.and_then(|s| s.after.price()), given);
        }
    }
}

fn of_six(given: [f64; 6]) {
    let [a, b, c, d, e, f] = given;
    let (one, other) = (Side { balance: a, weight: b }, Side { balance: c, weight: d });
    let given = &given;
    finite(weighted::out_given_in(one, other, e, f), given);
    finite(weighted::in_given_out(one, other, e, f), given);
    finite(weighted::spot_price(one, other, f), given);
    for free in [FreePart::MeanOfRatios, FreePart::RatioOfInvariants] {
        finite(weighted::shares_for_join(&[one, other], &[e, f], 1.0, 0.003, free), given);
        finite(weighted::shares_for_join(&[one, other], &[1.0, 0.0], e, f, free), given);
    }
    finite(weighted::ramped_weight((a, b), (c, d), e), given);
    finite(stableswap::exact_in(&[a, b, c], (0, 1), d, e, f, 0.0), given);
    finite(stableswap::exact_in(&[a, b], (1, 0), d, e, f, c), given);
    finite(stableswap::exact_out(&[a, b], (0, 1), d, e, f, c), given);
    finite(stableswap::exact_out(&[a, b, c], (0, 1), d, e, f, 0.0), given);
    let hops = [Hop { reserve_in: a, reserve_out: b, fee: c }, Hop { reserve_in: d, reserve_out: e, fee: c }];
    if let Ok(path) = Path::through(&hops) {
        finite(Ok(path.rate()), given);
        finite(path.amount_out(f), given);
        if let Ok(Some(best)) = path.cycle_optimum() {
            finite(Ok((best.amount_in, best.amount_out)), given);
            finite(Ok(best.profit), given);
        }
    }
    if let Ok(best) = split(f, &hops) {
        assert!(best.amounts.iter().all(|x| x.is_finite()) && best.amount_out.is_finite(), "{given:?}");
    }
    if let Ok(mut pool) = TickPool::new(a, b) {
        let opened = [pool.add(-600, 1200, c), pool.add(-887_272, 887_272, d)];
        finite(opened[0].map(|(_, amounts)| amounts), given);
        finite(opened[1].map(|(_, amounts)| amounts), given);
        for amount in [e, f] {
            for swap in [pool.swap_0_for_1(amount), pool.swap_1_for_0(amount)] {
                finite(swap.map(|s| (s.amount_in, s.amount_out)), given);
                finite(swap.map(|s| s.fee_paid), given);
            }
        }
        finite(Ok((pool.price(), pool.liquidity())), given);
        for (id, _) in opened.into_iter().flatten() {
            finite(pool.fees(id), given);
            let closed = pool.remove(id);
            finite(closed.map(|c| c.amounts), given);
            finite(closed.map(|c| c.fees), given);
        }
    }
}

#[test]
fn every_combination_of_extremes() {
    for a in EDGES {
        for b in EDGES {
            of_two(a, b);
            for c in EDGES {
                of_three(a, b, c);
                for d in EDGES {
                    of_four(a, b, c, d);
                }
            }
        }
    }
}

/// Extremes, any bits, and any magnitude.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        2 => (0..EDGES.len()).prop_map(|k| EDGES[k]),
        1 => any::<u64>().prop_map(f64::from_bits),
        3 => (-320.0..309.0f64, 1.0..10.0f64).prop_map(|(power, digits)| digits * 10f64.powf(power)),
        4 => 0.0..3.0f64,
        2 => 0.0..1e6f64,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40_000, ..ProptestConfig::default() })]

    #[test]
    fn any_numbers(a in number(), b in number(), c in number(), d in number(), e in number(), f in number()) {
        of_two(a, b);
        of_three(a, b, c);
        of_four(a, b, c, d);
        of_six([a, b, c, d, e, f]);
    }
}
