//! What holds for every pool and every amount.

use proptest::prelude::*;
use rust_decimal::Decimal;
use te_amm::arbitrage::{external, external_units};
use te_amm::concentrated::{Range, ticks::TickPool};
use te_amm::grid::MAX_UNITS;
use te_amm::route::{Hop, Path, split};
use te_amm::swap::{exact_in, exact_in_units, exact_out, exact_out_units};
use te_amm::weighted::Side;
use te_amm::wide::{U256, U512, product};
use te_amm::{
    AmmError, ConstantProduct, Decimal28, Fee, Grid, Number, PoolNumber, TokenIn, liquidity, performance,
    price, stableswap, swap, weighted,
};

/// Units of every order of magnitude up to 96 bits.
fn units() -> impl Strategy<Value = u128> {
    (0u32..96, any::<u128>()).prop_map(|(bits, seed)| (seed & ((2u128 << bits) - 1)).clamp(1, MAX_UNITS))
}

fn fee() -> impl Strategy<Value = Fee> {
    prop_oneof![
        Just(Fee::NONE),
        Just(Fee::UNISWAP_V2),
        (1u64..10_000).prop_map(|kept| Fee::from_fraction(kept, 10_000).unwrap()),
        (1u64..1_000_000_000_000_000_000).prop_map(|kept| Fee::from_fraction(
            kept,
            1_000_000_000_000_000_000
        )
        .unwrap()),
    ]
}

/// Every decimal there is: any 96-bit mantissa, any scale, any sign.
fn decimal() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        4 => (any::<u32>(), any::<u32>(), any::<u32>(), any::<bool>(), 0u32..=28)
            .prop_map(|(lo, mid, hi, negative, scale)| Decimal::from_parts(lo, mid, hi, negative, scale)),
        2 => (any::<u64>(), 0u32..=28).prop_map(|(n, scale)| Decimal::from_i128_with_scale(i128::from(n), scale)),
        1 => prop_oneof![
            Just(Decimal::ZERO), Just(Decimal::ONE), Just(Decimal::MAX), Just(Decimal::MIN),
            Just(Decimal::from_i128_with_scale(1, 28)), Just(Decimal::from_i128_with_scale(-1, 28)),
        ],
    ]
}

/// A pool of moderate size and an amount that may move it far.
fn pool() -> impl Strategy<Value = ConstantProduct> {
    (1_000_000u128..1 << 90, 1_000_000u128..1 << 90, fee()).prop_map(|(base, quote, fee)| {
        ConstantProduct::from_units(base, quote, fee, Grid::default()).unwrap()
    })
}

fn side() -> impl Strategy<Value = TokenIn> {
    prop_oneof![Just(TokenIn::Base), Just(TokenIn::Quote)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn k_never_falls_and_one_unit_more_would_lower_it(x in units(), y in units(), dx in units(), fee in fee()) {
        let dy = exact_in_units(x, y, dx, fee).unwrap();
        prop_assert!(dy < y);
        prop_assert!(product(x + dx, y - dy) >= product(x, y));
        // The curve without the fee: (b*x + n*dx)*(y - dy) >= b*x*y, and not with one unit more.
        let (n, b) = (U256::from(fee.kept()), U256::from(fee.base()));
        let moved = U512::from(U256::from(x) * b + U256::from(dx) * n);
        let k = U512::from(product(x, y)) * U512::from(b);
        prop_assert!(moved * U512::from(y - dy) >= k);
        prop_assert!(moved * U512::from(y - dy - 1) < k);
    }

    #[test]
    fn the_two_directions_bracket_each_other(x in units(), y in units(), a in units(), fee in fee()) {
        if let Ok(dx) = exact_out_units(x, y, a, fee) {
            prop_assert!(exact_in_units(x, y, dx, fee).unwrap() >= a);
            prop_assert!(dx == 1 || exact_in_units(x, y, dx - 1, fee).unwrap() < a);
        }
        let dy = exact_in_units(x, y, a, fee).unwrap();
        if dy > 0 {
            prop_assert!(exact_out_units(x, y, dy, fee).unwrap() <= a);
        }
    }

    #[test]
    fn more_in_gives_more_out_ever_more_slowly(x in units(), y in units(), a in units(), b in units(), fee in fee()) {
        let (a, b) = (a.min(MAX_UNITS / 2), b.min(MAX_UNITS / 2));
        let out = |amount| exact_in_units(x, y, amount, fee).unwrap();
        prop_assert!(out(a + b) >= out(a));
        // Concave, so subadditive, up to the two roundings down.
        prop_assert!(out(a + b) <= out(a) + out(b) + 1);
    }

    #[test]
    fn splitting_a_trade_gives_no_more(pool in pool(), side in side(), a in 1u128..1 << 80, b in 1u128..1 << 80) {
        let (mut parts, mut whole) = (pool.clone(), pool);
        let first = parts.swap_units(side, a).unwrap_or(0);
        let second = parts.swap_units(side, b).unwrap_or(0);
        // A dust part that buys nothing is refused and not paid; the comparison is then of the other part alone.
        if first > 0 && second > 0 {
            prop_assert!(first + second <= whole.swap_units(side, a + b).unwrap());
        }
    }

    #[test]
    fn a_round_trip_never_pays(pool in pool(), side in side(), a in units()) {
        let mut pool = pool;
        let other = if side == TokenIn::Base { TokenIn::Quote } else { TokenIn::Base };
        if let Ok(out) = pool.swap_units(side, a) {
            prop_assert!(pool.swap_units(other, out).unwrap_or(0) <= a);
        }
    }

    #[test]
    fn tokens_are_conserved_and_refusals_change_nothing(pool in pool(), side in side(), amount in decimal(), limit in decimal()) {
        let mut after = pool.clone();
        let of = |pool: &ConstantProduct| match side {
            TokenIn::Base => (pool.base().unwrap(), pool.quote().unwrap()),
            TokenIn::Quote => (pool.quote().unwrap(), pool.base().unwrap()),
        };
        for exact_in in [true, false] {
            let before = after.clone();
            let done = if exact_in {
                after.swap_exact_in(side, amount, Some(limit))
            } else {
                after.swap_exact_out(side, amount, Some(limit))
            };
            if let Ok(trade) = done {
                let ((x, y), (x2, y2)) = (of(&before), of(&after));
                prop_assert_eq!(x.checked_add(trade.amount_in).unwrap(), x2);
                prop_assert_eq!(y.checked_sub(trade.amount_out).unwrap(), y2);
                prop_assert!(after.k_units() >= before.k_units());
                prop_assert!(trade.fee_paid <= trade.amount_in);
                let kept = if exact_in { trade.amount_out >= limit } else { trade.amount_in <= limit };
                prop_assert!(kept);
            } else {
                prop_assert_eq!(&after, &before);
            }
        }
    }

    #[test]
    fn arbitrage_leaves_nothing_and_the_band_is_quiet(
        pool in pool(), mantissa in 1u64.., scale in 0u32..20,
    ) {
        let price = Decimal::from_i128_with_scale(i128::from(mantissa), scale);
        let mut after = pool.clone();
        // Where the float form sees a trade of many units, well outside the band, the exact form makes the same.
        let (x, y) = pool.reserve_units();
        let (xf, yf, pf, fee) = (x as f64, y as f64, Number::approximate(price), pool.fee().to_f64());
        if let Some(free) = external(xf, yf, pf, fee).unwrap()
            && free.amount_in > 1e7 && free.amount_out > 1e7
            && free.amount_in > 1e-6 * if free.token_in == TokenIn::Base { xf } else { yf }
            && let Ok(found) = external_units(x, y, price, pool.fee())
        {
            let (token, input, output) = found.unwrap();
            prop_assert_eq!(token, free.token_in);
            prop_assert!((input as f64 / free.amount_in - 1.0).abs() < 1e-6, "{input} {}", free.amount_in);
            prop_assert!((output as f64 / free.amount_out - 1.0).abs() < 1e-6, "{output} {}", free.amount_out);
        }
        let (n, b) = (U512::from(pool.fee().kept()), U512::from(pool.fee().base()));
        let (m, ten) = (U512::from(mantissa), U512::from(10).pow(U512::from(scale)));
        // In the band: n*pe*x <= b*y and n*y <= b*pe*x.
        let inside = |pool: &ConstantProduct| {
            let (x, y) = pool.reserve_units();
            let (worth, held) = (U512::from(x) * m, U512::from(y) * ten);
            n * worth <= b * held && n * held <= b * worth
        };
        match after.arbitrage(price) {
            Ok(Some((trade, profit))) => {
                prop_assert!(!inside(&pool));
                prop_assert!(profit > 0.0, "{profit}");
                prop_assert!(trade.amount_in > Decimal::ZERO && after.k_units() >= pool.k_units());
                // What is left is a rounding: no second trade gains more than the worth of two units.
                if let Some((token, input, output)) = {
                    let (x, y) = after.reserve_units();
                    external_units(x, y, price, after.fee()).unwrap()
                } {
                    let gain = match token {
                        TokenIn::Quote => (U512::from(output) * m).saturating_sub(U512::from(input) * ten),
                        TokenIn::Base => (U512::from(output) * ten).saturating_sub(U512::from(input) * m),
                    };
                    prop_assert!(gain <= U512::from(2) * (m + ten), "{token:?} {input} {output}");
                }
            }
            Ok(None) => prop_assert_eq!(&after, &pool),
            Err(error) => {
                prop_assert!(matches!(error, AmmError::PrecisionLoss { .. } | AmmError::Overflow { .. }), "{error:?}");
                prop_assert!(!inside(&pool));
                prop_assert_eq!(&after, &pool);
            }
        }
        if inside(&pool) {
            prop_assert!(matches!(pool.preview_arbitrage(price), Ok(None)));
        }
    }

    #[test]
    fn the_arbitrage_is_the_best_input(
        x in 1.0..1e9f64, y in 1.0..1e9f64, price in 1e-3..1e3f64, fee in 0.0..0.1f64, other in 0.5..1.5f64,
    ) {
        let trade = external(x, y, price, fee).unwrap();
        let Some(trade) = trade else { return Ok(()) };
        let (a, b) = if trade.token_in == TokenIn::Base { (x, y) } else { (y, x) };
        let worth = |input: f64, out: f64| if trade.token_in == TokenIn::Base { out - input * price } else { out * price - input };
        let input = trade.amount_in * other;
        let gain = worth(input, exact_in(a, b, input, fee).unwrap());
        let scale = if trade.token_in == TokenIn::Base { y } else { x * price };
        prop_assert!(gain <= trade.profit + 1e-12 * scale);
    }

    #[test]
    fn a_cycle_optimum_beats_its_neighbours(
        reserves in prop::collection::vec((1e3..1e6f64, 1e3..1e6f64, 0.0..0.05f64), 2..5), other in 0.5..1.5f64,
    ) {
        let hops = reserves.iter().map(|&(x, y, fee)| Hop { reserve_in: x, reserve_out: y, fee }).collect::<Vec<_>>();
        let path = Path::through(&hops).unwrap();
        if let Some(best) = path.cycle_optimum().unwrap() {
            let input = best.amount_in * other;
            prop_assert!(path.amount_out(input).unwrap() - input <= best.profit * (1.0 + 1e-9));
            prop_assert!(best.profit > 0.0);
        } else {
            prop_assert!(path.amount_out(1e-6).unwrap() <= 1e-6 * (1.0 + 1e-9));
        }
    }

    #[test]
    fn a_split_beats_every_other_split(
        reserves in prop::collection::vec((1e3..1e6f64, 1e3..1e6f64, 0.0..0.05f64), 2..5),
        amount in 1.0..1e6f64, weights in prop::collection::vec(0.0..1.0f64, 5),
    ) {
        let pools = reserves.iter().map(|&(x, y, fee)| Hop { reserve_in: x, reserve_out: y, fee }).collect::<Vec<_>>();
        let best = split(amount, &pools).unwrap();
        prop_assert!((best.amounts.iter().sum::<f64>() / amount - 1.0).abs() < 1e-12);
        let total = weights.iter().take(pools.len()).sum::<f64>();
        let other = pools.iter().zip(&weights).map(|(p, w)| {
            exact_in(p.reserve_in, p.reserve_out, amount * w / total, p.fee).unwrap_or(0.0)
        });
        prop_assert!(other.sum::<f64>() <= best.amount_out * (1.0 + 1e-12));
    }

    #[test]
    fn a_deposit_and_its_withdrawal_never_gain(pool in pool(), a in 1u128..1 << 90, b in 1u128..1 << 90) {
        let grid = pool.grid();
        let (base, quote) = (grid.amount(a).unwrap(), grid.amount(b).unwrap());
        for protocol in [false, true] {
            let mut pool = if protocol { pool.clone().with_protocol_fee(6).unwrap() } else { pool.clone() };
            let before = (pool.base().unwrap(), pool.quote().unwrap(), pool.total_shares().unwrap());
            if let Ok(deposit) = pool.deposit(base, quote)
                && let Ok((x, y)) = pool.withdraw(deposit.shares)
            {
                prop_assert!(x <= base && y <= quote);
                prop_assert_eq!(pool.total_shares().unwrap(), before.2);
                prop_assert_eq!(before.0.checked_add(base).unwrap().checked_sub(x).unwrap(), pool.base().unwrap());
                prop_assert_eq!(before.1.checked_add(quote).unwrap().checked_sub(y).unwrap(), pool.quote().unwrap());
            }
        }
    }

    #[test]
    fn moving_to_a_price_gets_there(pool in pool(), factor in 1u64..100_000) {
        let mut pool = pool;
        let target = pool.price_decimal().unwrap().checked_mul(Decimal::new(i64::try_from(factor).unwrap(), 4));
        if let Some(target) = target.filter(|t| !t.is_zero() && t.scale() <= 28)
            && let Ok(moved) = pool.move_to_price(target)
        {
            let goal = Number::approximate(target);
            // Within what one unit, and the last digits of a price, can tell.
            let (x, y) = pool.reserve_units();
            let grain = 4.0 / x.min(y) as f64 + 1e-27 / goal.min(1.0 / goal);
            prop_assert!(moved.is_none() || (pool.price() / goal - 1.0).abs() <= grain + 1e-12, "{} {goal}", pool.price());
        }
    }

    #[test]
    fn other_invariants_never_pay_a_round_trip(
        x in 1.0..1e9f64, y in 1.0..1e9f64, part in 1e-6..0.4f64, w in 0.05..0.95f64, a in 1.0..1000.0f64, fee in 0.0..0.05f64,
    ) {
        let amount = x * part;
        let (side, other) = (Side { balance: x, weight: w }, Side { balance: y, weight: 1.0 - w });
        let out = weighted::out_given_in(side, other, amount, fee).unwrap();
        let (side, other) = (Side { balance: x + amount, ..side }, Side { balance: y - out, ..other });
        if out < y && out > 0.0 {
            let back = weighted::out_given_in(other, side, out, fee).unwrap();
            prop_assert!(back <= amount + 1e-9 * x, "{back} {amount}");
        }
        if let Ok(out) = stableswap::exact_in(&[x, y], (0, 1), amount, a, fee, 0.0)
            && let Ok(back) = stableswap::exact_in(&[x + amount, y - out], (1, 0), out, a, fee, 0.0)
        {
            prop_assert!(back <= amount + 1e-9 * (x + y), "{back} {amount}");
        }
    }

    #[test]
    fn the_snapshot_of_a_pool_is_the_pool(pool in pool()) {
        let pool = pool.with_protocol_fee(6).unwrap();
        let text = serde_json::to_string(&pool).unwrap();
        prop_assert_eq!(serde_json::from_str::<ConstantProduct>(&text).unwrap(), pool);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    /// Every formula takes every decimal: a value or a typed error, never a panic.
    #[test]
    fn no_decimal_makes_anything_panic(a in decimal(), b in decimal(), c in decimal(), d in decimal()) {
        let _ = exact_in(a, b, c, d);
        let _ = exact_out(a, b, c, d);
        let _ = swap::quote(a, b, c);
        let _ = swap::min_out(a, b);
        let _ = swap::max_in(a, b);
        let _ = price::report(a, b, c, d);
        let _ = price::input_to_spot(a, b, c, d);
        let _ = external(a, b, c, d);
        let hops = [Hop { reserve_in: a, reserve_out: b, fee: d }, Hop { reserve_in: b, reserve_out: c, fee: d }];
        let _ = Path::through(&hops).and_then(|p| { let _ = p.amount_out(c); p.cycle_optimum() });
        let _ = split(c, &hops);
        let _ = liquidity::zap_in(a, b, c, d);
        let _ = liquidity::matched_add((a, b), (c, d));
        let _ = liquidity::protocol_share_of_growth(a, b, c, 6);
        let _ = performance::impermanent_loss(a);
        let _ = performance::pool_value(a, b, c);
        let _ = stableswap::exact_in(&[a, b, c], (0, 1), c, d, Decimal::ZERO, Decimal::ZERO);
        if let Ok(range) = Range::new(a, b, c, d) {
            let _ = (range.reserves(), range.capacity(Decimal::ZERO));
            let _ = (range.swap_0_for_1(a, Decimal::ZERO), range.swap_1_for_0(c, Decimal::ZERO));
        }
        let root = a.try_sqrt();
        prop_assert_eq!(root.is_ok(), a >= Decimal::ZERO);
        let (p, q) = (Decimal28::from(a), Decimal28::from(b));
        let _ = (p.try_add(q), p.try_sub(q), p.try_mul(q), p.try_div(q), p.try_sqrt());
        prop_assert_eq!(p.partial_cmp(&q), a.partial_cmp(&b));
        for places in [0, 9, 18, 28] {
            let grid = Grid::new(places).unwrap();
            let _ = grid.units_floor(a);
            if let Ok(units) = grid.units(a) {
                prop_assert_eq!(grid.amount(units).unwrap(), a);
            }
            if let Ok(mut pool) = ConstantProduct::new(a.abs(), b.abs(), d, grid).or_else(|_| ConstantProduct::new(a.abs(), b.abs(), Decimal::new(3, 3), grid)) {
                let _ = pool.swap_exact_in(TokenIn::Base, c, None);
                let _ = pool.swap_exact_out(TokenIn::Quote, c, None);
                let _ = pool.arbitrage(c);
                let _ = pool.move_to_price(d);
                let _ = pool.zap_in(TokenIn::Base, c);
                let _ = pool.deposit_matched(c, d);
                let _ = pool.withdraw(d);
                let _ = pool.report(TokenIn::Quote, c);
                prop_assert!(pool.depth().is_ok());
            }
        }
    }

    /// The correctly rounded root: its square is nearer than that of its neighbours.
    #[test]
    fn square_roots_are_the_nearest(a in decimal()) {
        let a = a.abs();
        let root = a.try_sqrt().unwrap();
        if !a.is_zero() {
            let exact = Decimal28::from(a).try_sqrt().unwrap();
            let gap = Decimal28::from(root).try_sub(exact).unwrap().approximate().abs();
            let ulp = 10f64.powi(-i32::try_from(root.scale()).unwrap());
            prop_assert!(gap <= 0.51 * ulp + 1e-27 * exact.approximate());
        }
    }

    #[test]
    fn no_float_makes_anything_panic_or_go_wild(a in any::<f64>(), b in any::<f64>(), c in any::<f64>(), d in any::<f64>()) {
        for value in [exact_in(a, b, c, d), exact_out(a, b, c, d), swap::quote(a, b, c), price::input_to_spot(a, b, c, d)].into_iter().flatten() {
            prop_assert!(value.is_finite());
        }
        if let Ok(Some(trade)) = external(a, b, c, d) {
            prop_assert!(trade.amount_in.is_finite() && trade.amount_out.is_finite() && trade.profit.is_finite());
        }
        let _ = performance::impermanent_loss_weighted(a, b);
        let _ = performance::trade_probability(a, b, c);
        let (one, other) = (Side { balance: a, weight: b }, Side { balance: c, weight: d });
        for value in [
            weighted::out_given_in(one, other, b, 0.003),
            weighted::in_given_out(one, other, b, 0.003),
            weighted::spot_price(one, other, 0.003),
            weighted::ramped_weight((a, b), (c, d), 1.0),
            stableswap::exact_in(&[a, b], (0, 1), c, d, 0.003, 0.0),
            stableswap::exact_in(&[a.abs(), b.abs(), c.abs()], (0, 1), d.abs(), 100.0, 0.003, 0.0),
        ].into_iter().flatten() {
            prop_assert!(value.is_finite());
        }
        if let Ok(mut pool) = TickPool::new(a.abs(), 0.003) {
            let _ = pool.add(-10, 1000, b.abs());
            let _ = pool.swap_0_for_1(c.abs());
            let _ = pool.swap_1_for_0(d.abs());
        }
    }
}
