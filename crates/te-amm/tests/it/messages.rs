//! What a caller is told: the caller's own value, in the caller's own unit, and what is allowed.

use rust_decimal::Decimal;
use te_amm::component::PoolInputs;
use te_amm::component::float_pool::{FloatPool, FloatPoolParams};
use te_amm::component::pool::{Pool, PoolParams};
use te_amm::uniswap_v2::{self, Pair, U256};
use te_amm::{ConstantProduct, Fee, Grid, TokenIn, swap};
use te_core::{Clock, Component, Params, Stream, StreamKey};

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn pool() -> ConstantProduct {
    ConstantProduct::new(d("1000"), d("50"), d("0.003"), Grid::default()).unwrap()
}

#[test]
fn an_order_in_tokens_is_refused_in_tokens() {
    let mut pool = pool();
    assert_eq!(
        pool.swap_exact_out(TokenIn::Base, d("60"), None).unwrap_err().to_string(),
        "amount_out is 60 tokens; it must be below 50 tokens"
    );
    assert_eq!(
        pool.withdraw(d("300")).unwrap_err().to_string(),
        "withdrawal is 300 shares; it must be at most 223.60679774997897 shares"
    );
    assert_eq!(
        pool.swap_exact_in(TokenIn::Base, d("1.0000000000000000001"), None).unwrap_err().to_string(),
        "1.0000000000000000001 tokens have more than the 18 decimal places of the grid"
    );
    assert_eq!(
        pool.swap_exact_in(TokenIn::Base, d("79228162514"), None).unwrap_err().to_string(),
        "79228163514 tokens are too many: a grid of 18 decimal places holds at most 79228162514.26434"
    );
}

#[test]
fn an_order_in_units_is_refused_in_units() {
    assert_eq!(
        swap::exact_out_units(1000, 50, 60, Fee::NONE).unwrap_err().to_string(),
        "amount_out is 60 units; it must be below 50 units"
    );
    let [one, ten] = [1u64, 10].map(U256::from);
    assert_eq!(
        uniswap_v2::amount_in(ten, ten, one).unwrap_err().to_string(),
        "amount_out is 10 units; it must be below 1 units"
    );
    let thousand = U256::from(1000);
    let mut pair = Pair::with_reserves(false, thousand, thousand, thousand).unwrap();
    assert_eq!(
        pair.swap((one, U256::ZERO), (U256::ZERO, ten)).unwrap_err().to_string(),
        "the product of the balances less fees would be 990987030000; it must be at least 1000000000000"
    );
}

#[test]
fn a_limit_reads_the_right_way_round() {
    let mut pool = ConstantProduct::new(d("10"), d("5"), d("0.003"), Grid::default()).unwrap();
    assert_eq!(
        pool.swap_exact_in(TokenIn::Base, d("1"), Some(d("0.5"))).unwrap_err().to_string(),
        "amount_out would be 0.4533054469400746; it must be at least 0.5"
    );
    let said = pool.swap_exact_out(TokenIn::Base, d("0.5"), Some(d("1"))).unwrap_err().to_string();
    assert!(
        said.starts_with("amount_in would be 1.1144544745347") && said.ends_with("; it must be at most 1"),
        "{said}"
    );
}

#[test]
fn a_fee_is_refused_by_its_own_rule() {
    assert_eq!(
        swap::exact_in(10.0, 10.0, 1.0, 1.5).unwrap_err().to_string(),
        "fee is 1.5; it must be at least 0 and below 1"
    );
    assert_eq!(
        Fee::from_decimal(d("1.5")).unwrap_err().to_string(),
        "fee is 1.5; it must be at least 0 and below 1, with at most 18 decimal places"
    );
}

/// A pool in the engine says which order it was and which parameter would take it.
#[test]
fn components_name_what_to_change() {
    let (clock, mut rng) = (Clock::at(1), Stream::new(StreamKey::default(), "pool"));
    let mut exact =
        Pool::new(PoolParams { base: d("2"), quote: d("2"), places: 28, ..Default::default() }).unwrap();
    let order = PoolInputs { base_in: 0.0, quote_in: 6.0, external_price: 0.0 };
    let said = exact.step(&order, &clock, &mut rng).unwrap_err().to_string();
    assert!(said.starts_with("quote_in is 6: allowed is") && said.contains("lower `places`"), "{said}");
    let cheap = PoolInputs { base_in: 0.0, quote_in: 0.0, external_price: 1e-30 };
    let mut watching = Pool::new(PoolParams { arbitrage: true, ..Default::default() }).unwrap();
    let said = watching.step(&cheap, &clock, &mut rng).unwrap_err().to_string();
    assert!(said.starts_with("external_price is 0.000000000000000000000000000001: allowed is 0"), "{said}");
    let tiny = FloatPoolParams { base: 1e-16, quote: 1e-16, ..Default::default() };
    let said = FloatPool::new(tiny).unwrap().step(&order, &clock, &mut rng).unwrap_err().to_string();
    assert!(said.starts_with("quote_in is 6: allowed is") && said.contains("change `base`"), "{said}");
    let steep = FloatPoolParams { base: 1e-300, quote: 1e300, ..Default::default() };
    assert!(steep.check().unwrap_err().to_string().contains("raise `base` or lower `quote`"));
}
