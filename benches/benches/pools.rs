//! One swap of each pool in its contract's integers, state and all, beside that of the constant product.
//!
//! Each pool is swapped there and back by amounts that change at each pass, so that it stays where it is and nothing is hoisted.
#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use te_amm::exact::stableswap::pool::{Pool as StablePool, Settings as StableSettings};
use te_amm::exact::twocrypto::curve::Shape;
use te_amm::exact::twocrypto::pool::{Pool as CryptoPool, Settings as CryptoSettings};
use te_amm::exact::uniswap_v3::{amounts::Amount, pool::Pool as RangePool, root::root_at_tick};
use te_amm::exact::weighted::{v2, v3};
use te_amm::exact::{solidly, weighted::fixed_point::ONE};
use te_amm::uniswap_v2::amount_out;
use te_amm::wide::U256;

/// An amount about a token of 18 decimals, another at each pass.
fn amount(pass: u64) -> U256 {
    U256::from(ONE + pass % 1_000_003 * 1_000_000_007)
}

fn tokens(n: u64) -> U256 {
    U256::from(n) * U256::from(ONE)
}

/// Swaps there and back by turns.
fn by_turns(criterion: &mut Criterion, name: &str, mut swap: impl FnMut(bool, u64)) {
    let mut pass = 0u64;
    criterion.benchmark_group("pools/exact swap").bench_function(name, |bencher| {
        bencher.iter(|| {
            pass += 1;
            swap(pass.is_multiple_of(2), pass);
        });
    });
}

fn pair(there: bool) -> (usize, usize) {
    if there { (0, 1) } else { (1, 0) }
}

fn swaps(criterion: &mut Criterion) {
    by_turns(criterion, "constant product, amount out", |_, pass| {
        black_box(amount_out(amount(pass), black_box(tokens(1_000_000)), tokens(2_000_000)).unwrap());
    });

    for (name, stable) in [("solidly stable", true), ("solidly volatile", false)] {
        let mut pool = solidly::Pool::new(solidly::Curve::new(stable, [18, 18], 5).unwrap(), 0);
        pool.mint([tokens(1_000_000), tokens(1_000_000)], 0).unwrap();
        by_turns(criterion, name, |there, pass| {
            let out = pool.amount_out(amount(pass), there).unwrap();
            pool.swap(there, amount(pass), out, pass).unwrap();
        });
    }

    let weights = [8u64, 2].map(|tenths| U256::from(ONE / 10 * tenths));
    let fee = U256::from(3_000_000_000_000_000u64);
    let mut second = v2::Pool::weighted(&weights, &[18, 18], fee).unwrap();
    second.init(&[tokens(4_000_000), tokens(1_000_000)], 0).unwrap();
    by_turns(criterion, "weighted, second vault", |there, pass| {
        black_box(second.swap_exact_in(pair(there), amount(pass), pass).unwrap());
    });
    let least = [U256::from(1_000_000u64); 2];
    let mut third = v3::Pool::new(&weights, &[18, 18], fee, &least).unwrap();
    third.initialize(&[tokens(4_000_000), tokens(1_000_000)]).unwrap();
    by_turns(criterion, "weighted, third vault", |there, pass| {
        black_box(third.swap_exact_in(pair(there), amount(pass), U256::ZERO).unwrap());
    });

    let settings = StableSettings {
        amplification: 200,
        fee: 4_000_000,
        offpeg_fee_multiplier: 20_000_000_000,
        ma_exp_time: 866,
        d_ma_time: 62_324,
        decimals: &[18, 18],
        oracle_rates: &[U256::from(ONE), U256::from(ONE)],
    };
    let mut pool = StablePool::new(&settings, 0).unwrap();
    pool.add_liquidity(&[tokens(1_000_000), tokens(1_100_000)], U256::ZERO, 0).unwrap();
    by_turns(criterion, "stableswap-ng", |there, pass| {
        black_box(pool.exchange(pair(there), amount(pass), U256::ZERO, pass).unwrap());
    });

    let settings = CryptoSettings {
        shape: Shape::new(U256::from(400_000u64), U256::from(145_000_000_000_000u64)).unwrap(),
        mid_fee: 26_000_000,
        out_fee: 45_000_000,
        fee_gamma: 230_000_000_000_000,
        allowed_extra_profit: 2_000_000_000_000,
        adjustment_step: 146_000_000_000_000,
        ma_time: 866,
        initial_price: U256::from(ONE),
        decimals: [18, 18],
    };
    let mut pool = CryptoPool::new(&settings, 0).unwrap();
    pool.add_liquidity([tokens(1_000_000), tokens(1_000_000)], U256::ZERO, 0).unwrap();
    by_turns(criterion, "twocrypto-ng", |there, pass| {
        black_box(pool.exchange(pair(there), amount(pass), U256::ZERO, pass).unwrap());
    });

    let mut pool = RangePool::new(3000, 60).unwrap();
    pool.initialize(root_at_tick(30).unwrap()).unwrap();
    pool.mint(-6000, 6000, 10u128.pow(24)).unwrap();
    by_turns(criterion, "uniswap v3, no crossing", |there, pass| {
        black_box(pool.swap(there, Amount::In(amount(pass)), U256::ZERO).unwrap());
    });
}

criterion_group!(pools, swaps);
criterion_main!(pools);
