//! One constant-product swap in each arithmetic: `f64`, exact units of a grid, a bare 256-bit quotient, decimals.
//!
//! Every form walks the same 1,024 pools and trades, consumes every result, and trades amounts that change at each pass, so that
//! nothing is hoisted. `u256 bare` is the formula `floor(997*dx*y/(1000*x + 997*dx))` on general 256-bit integers, nothing checked. `settled` is the
//! whole of a swap: decimals in and out, the fee, the reserves changed (in a copy of the pool, a twentieth of the time).
#![allow(clippy::disallowed_methods, reason = "a bench makes its data as it likes")]
#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]
#![expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive amounts below 2^90")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rust_decimal::Decimal;
use std::hint::black_box;
use te_amm::wide::U256;
use te_amm::{ConstantProduct, Decimal28, Fee, Grid, Number, PoolNumber, TokenIn, swap, uniswap_v2};
use te_core::{Stream, StreamKey};

const TRADES: usize = 1024;

/// Reserves of 1e3 to 1e7 tokens of 18 places, and inputs of up to a tenth.
fn pools() -> Vec<(u128, u128, u128)> {
    let mut stream = Stream::new(StreamKey { seed: 3, run: 1, subset: None }, "pools");
    let mut units = |low: f64, high: f64| (10f64.powf(low + (high - low) * stream.uniform()) * 1e18) as u128;
    (0..TRADES).map(|_| (units(3.0, 7.0), units(3.0, 7.0), units(0.0, 2.0))).collect()
}

/// Runs `one` over all pools; the pass number moves every input by some units.
fn over<P>(criterion: &mut Criterion, name: &str, pools: &[P], mut one: impl FnMut(&P, u128)) {
    let mut group = criterion.benchmark_group("amm/swap");
    group.throughput(Throughput::Elements(TRADES as u64));
    let mut pass = 0u128;
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            pass += 1;
            for pool in pools {
                one(black_box(pool), pass);
            }
        });
    });
    group.finish();
}

fn swaps(criterion: &mut Criterion) {
    let pools = pools();
    let grid = Grid::default();
    let amount = |units: u128| grid.amount(units).unwrap();

    let floats = pools
        .iter()
        .map(|&(x, y, a)| (x as f64 / 1e18, y as f64 / 1e18, a as f64 / 1e18))
        .collect::<Vec<_>>();
    over(criterion, "f64", &floats, |&(x, y, a), pass| {
        black_box(swap::exact_in(x, y, a + pass as f64 * 1e-9, 0.003).unwrap());
    });
    over(criterion, "u256 bare", &pools, |&(x, y, a), pass| {
        let effective = U256::from(a + pass).wrapping_mul(U256::from(997u64));
        let numerator = effective.wrapping_mul(U256::from(y));
        let denominator = U256::from(x).wrapping_mul(U256::from(1000u64)).wrapping_add(effective);
        black_box(numerator.wrapping_div(denominator));
    });
    over(criterion, "u256 as the contract, checked", &pools, |&(x, y, a), pass| {
        black_box(uniswap_v2::amount_out(U256::from(a + pass), U256::from(x), U256::from(y)).unwrap());
    });
    over(criterion, "grid units", &pools, |&(x, y, a), pass| {
        black_box(swap::exact_in_units(x, y, a + pass, Fee::UNISWAP_V2).unwrap());
    });
    let exact = pools
        .iter()
        .map(|&(x, y, a)| (ConstantProduct::from_units(x, y, Fee::UNISWAP_V2, grid).unwrap(), a))
        .collect::<Vec<_>>();
    over(criterion, "grid pool, units", &exact, |(pool, a), pass| {
        black_box(pool.out_units(TokenIn::Base, a + pass).unwrap());
    });
    over(criterion, "grid pool, decimals", &exact, |(pool, a), pass| {
        let given = Decimal::from_i128_with_scale((a + pass).cast_signed(), 18);
        let units = grid.units(given).unwrap();
        black_box(grid.amount(pool.out_units(TokenIn::Base, units).unwrap()).unwrap());
    });
    over(criterion, "grid pool, swap of decimals, settled", &exact, |(pool, a), pass| {
        let mut pool = pool.clone();
        let given = Decimal::from_i128_with_scale((a + pass).cast_signed(), 18);
        black_box(pool.swap_exact_in(TokenIn::Base, given, None).unwrap());
        black_box(&pool);
    });

    let fee = amount(3_000_000_000_000_000).normalize();
    let kept = Decimal::ONE.checked_sub(fee).unwrap();
    let decimals = pools.iter().map(|&(x, y, a)| (amount(x), amount(y), amount(a))).collect::<Vec<_>>();
    let moved = |a: Decimal, pass: u128| {
        a.checked_add(Decimal::from_i128_with_scale(pass.cast_signed(), 18)).unwrap()
    };
    over(criterion, "free decimal", &decimals, |&(x, y, a), pass| {
        black_box(swap::exact_in(x, y, moved(a, pass), fee).unwrap());
    });
    over(criterion, "plain rust_decimal, y*n/(x + n)", &decimals, |&(x, y, a), pass| {
        let n = kept * moved(a, pass);
        black_box(y * n / (x + n));
    });
    over(criterion, "plain rust_decimal, the notebook's y - x*y/(x + dx)", &decimals, |&(x, y, a), pass| {
        let dx = moved(a, pass);
        black_box(y - x * y / (x + dx));
    });
    let digits = decimals.iter().map(|&(x, y, a)| [x, y, a].map(Decimal28::from)).collect::<Vec<_>>();
    let fee28 = Decimal28::from(fee);
    over(criterion, "28 digits, half even", &digits, |&[x, y, a], pass| {
        let a = a.try_add(Decimal28::new(pass.cast_signed(), -18).unwrap()).unwrap();
        black_box(swap::exact_in(x, y, a, fee28).unwrap());
    });
}

fn roots(criterion: &mut Criterion) {
    let values = pools().iter().map(|&(x, _, _)| Grid::default().amount(x).unwrap()).collect::<Vec<_>>();
    over(criterion, "decimal square root", &values, |value, pass| {
        black_box(
            value.checked_add(Decimal::from(u64::try_from(pass).unwrap())).unwrap().try_sqrt().unwrap(),
        );
    });
    let pools = pools();
    over(criterion, "integer square root of k", &pools, |&(x, y, _), pass| {
        black_box(te_amm::wide::isqrt(te_amm::wide::product(x + pass, y)));
    });
    let price = Decimal::from_i128_with_scale(1_234_567, 6);
    over(criterion, "exact arbitrage", &pools, |&(x, y, _), pass| {
        black_box(te_amm::arbitrage::external_units(x + pass, y, price, Fee::UNISWAP_V2).unwrap());
    });
}

criterion_group!(benches, swaps, roots);
criterion_main!(benches);
