//! `amm_math_vectors.json`: 84 closed forms, on decimals, on 28-digit decimals and in f64.

use rust_decimal::Decimal;
use serde_json::Value;
use te_amm::concentrated::Range;
use te_amm::route::{Hop, Path};
use te_amm::weighted::Side;
use te_amm::{
    AmmError, Decimal28, PoolNumber, TokenIn, arbitrage, liquidity, performance, price, route, stableswap,
    swap, weighted,
};

const FILE: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-amm/amm_math_vectors.json"));

/// A number type under test: how to read it and how far it may be off.
trait Tested: PoolNumber {
    const TOLERANCE: f64;
    /// Largest relative rounding of an input.
    const ROUNDING: f64;
    fn read(text: &str) -> Self;
    /// `|self - expected| / |expected|`, formed in the type itself so that its digits count.
    fn relative_error(self, expected: &str) -> f64 {
        let expected = Self::read(expected);
        let gap = self.try_sub(expected).unwrap();
        if gap == Self::ZERO { 0.0 } else { (gap.approximate() / expected.approximate()).abs() }
    }
}

impl Tested for f64 {
    const TOLERANCE: f64 = 1e-12;
    const ROUNDING: f64 = f64::EPSILON;
    fn read(text: &str) -> Self {
        text.parse().unwrap()
    }
}
impl Tested for Decimal {
    const TOLERANCE: f64 = 1e-18;
    // The inputs, of 18 digits, are exact.
    const ROUNDING: f64 = 0.0;
    fn read(text: &str) -> Self {
        text.parse().unwrap()
    }
}
impl Tested for Decimal28 {
    const TOLERANCE: f64 = 1e-18;
    // The inputs, of 18 digits, are exact.
    const ROUNDING: f64 = 0.0;
    fn read(text: &str) -> Self {
        text.parse().unwrap()
    }
}

struct Vector<'a> {
    value: &'a Value,
}

impl Vector<'_> {
    fn input<N: Tested>(&self, key: &str) -> N {
        N::read(self.value["in"][key].as_str().unwrap())
    }
    fn hops<N: Tested>(&self, key: &str) -> Vec<Hop<N>> {
        let hop = |hop: &Value| Hop {
            reserve_in: N::read(hop["reserve_in"].as_str().unwrap()),
            reserve_out: N::read(hop["reserve_out"].as_str().unwrap()),
            fee: N::read(hop["fee"].as_str().unwrap()),
        };
        self.value["in"][key].as_array().unwrap().iter().map(hop).collect()
    }
    fn expect<N: Tested>(&self, key: &str, got: N) {
        self.expect_text(self.value["expect"][key].as_str().unwrap(), key, got, N::TOLERANCE);
    }
    fn expect_within<N: Tested>(&self, key: &str, got: N, tolerance: f64) {
        self.expect_text(self.value["expect"][key].as_str().unwrap(), key, got, tolerance);
    }
    fn expect_text<N: Tested>(&self, expected: &str, key: &str, got: N, tolerance: f64) {
        let error = got.relative_error(expected);
        // The file has 30 decimals: its own rounding is half a unit of the last.
        let printed = 5e-31 / N::read(expected).approximate().abs();
        assert!(
            error <= tolerance.max(printed),
            "{} {key}: {got:?} is not {expected} (off by {error:e})",
            self.value["id"]
        );
    }
}

#[expect(clippy::too_many_lines, reason = "one arm for each kind of vector")]
fn rational_and_root_forms<N: Tested>(v: &Vector<'_>) -> Result<bool, AmmError> {
    match v.value["kind"].as_str().unwrap() {
        "swap_report" => {
            let (x, y, a, f) =
                (v.input::<N>("reserve_in"), v.input("reserve_out"), v.input("amount_in"), v.input("fee"));
            let report = price::report(x, y, a, f)?;
            v.expect("amount_out", report.amount_out);
            v.expect("spot_price", report.spot_price);
            v.expect("spot_price_with_fee", report.spot_price_with_fee);
            v.expect("effective_price", report.effective_price);
            v.expect("price_impact", report.price_impact);
            v.expect("slippage_total", report.slippage_total);
            v.expect("spot_price_after", report.spot_price_after);
            v.expect("fee_paid", report.fee_paid);
            v.expect("k_before", x.try_mul(y)?);
            v.expect("k_after", x.try_add(a)?.try_mul(y.try_sub(report.amount_out)?)?);
        }
        "arb_external" => {
            let (x, y, f) = (v.input::<N>("base"), v.input("quote"), v.input("fee"));
            let (low, high) = arbitrage::no_trade_band(x, y, f)?;
            v.expect("band_low", low);
            v.expect("band_high", high);
            let found = arbitrage::external(x, y, v.input("external_price"), f)?;
            match v.value["expect"]["direction"].as_str().unwrap() {
                "none" => assert!(found.is_none(), "{}", v.value["id"]),
                direction => {
                    let trade = found.unwrap();
                    let token = if direction == "base_in" { TokenIn::Base } else { TokenIn::Quote };
                    assert_eq!(trade.token_in, token);
                    // The answer is proportional to the distance from the band, and to its square: inputs rounded to the type's
                    // last digit move it by that much. Only one vector, a distance of 4e-13, feels this, and only in f64.
                    let edge = if token == TokenIn::Base { low } else { high };
                    let distance = (v.input::<N>("external_price").try_sub(edge)?.approximate()
                        / edge.approximate())
                    .abs();
                    let tolerance = N::TOLERANCE.max(8.0 * N::ROUNDING / distance);
                    v.expect_within("amount_in", trade.amount_in, tolerance);
                    v.expect_within("amount_out", trade.amount_out, tolerance);
                    v.expect_within("profit_in_quote", trade.profit, tolerance);
                }
            }
        }
        "swap_to_spot" => {
            let (x, y, f) = (v.input::<N>("reserve_in"), v.input("reserve_out"), v.input("fee"));
            let amount = price::input_to_spot(x, y, v.input("target_spot_out_per_in"), f)?;
            v.expect("amount_in", amount);
            v.expect("amount_out", swap::exact_in(x, y, amount, f)?);
        }
        "arb_cycle" => {
            let hops = v.hops::<N>("hops");
            match (Path::through(&hops)?.cycle_optimum()?, &v.value["expect"]["amount_in"]) {
                (None, Value::String(zero)) => assert_eq!(zero, "0", "{}", v.value["id"]),
                (Some(best), _) => {
                    v.expect("amount_in", best.amount_in);
                    v.expect("amount_out", best.amount_out);
                    v.expect("profit", best.profit);
                }
                other => panic!("{other:?}"),
            }
        }
        "split_parallel" => {
            let found = route::split(v.input::<N>("amount_in"), &v.hops("pools"))?;
            v.expect("amount_out", found.amount_out);
            for (got, expected) in found.amounts.iter().zip(v.value["expect"]["amounts"].as_array().unwrap())
            {
                v.expect_text(expected.as_str().unwrap(), "amounts", *got, N::TOLERANCE);
            }
        }
        "zap_in" => {
            let zap = liquidity::zap_in(
                v.input::<N>("reserve_in"),
                v.input("reserve_out"),
                v.input("amount_in"),
                v.input("fee"),
            )?;
            v.expect("swap_amount", zap.swap_amount);
            v.expect("swap_out", zap.swap_out);
            v.expect("add_in", zap.add_in);
            v.expect("add_out", zap.add_out);
            v.expect("lp_share_of_pool", zap.share_of_pool);
        }
        "impermanent_loss" => v.expect("il", performance::impermanent_loss(v.input::<N>("price_ratio"))?),
        "protocol_fee_lp" => {
            let phi =
                v.value["in"]["fraction"].as_str().unwrap().strip_prefix("1/").unwrap().parse().unwrap();
            let (t, before, now) = (v.input::<N>("total_supply"), v.input("k_last"), v.input("k_now"));
            v.expect("lp_minted", liquidity::protocol_share_of_growth(t, before, now, phi)?);
        }
        "lvr_rate" => {
            let (x, y) = (v.input::<N>("base"), v.input::<N>("quote"));
            v.expect("pool_value_quote", performance::pool_value(x, y, y.try_div(x)?)?);
            return Ok(false);
        }
        "stableswap" => {
            let balances = v.value["in"]["balances"]
                .as_array()
                .unwrap()
                .iter()
                .map(|b| N::read(b.as_str().unwrap()))
                .collect::<Vec<_>>();
            let place = |key: &str| usize::try_from(v.value["in"][key].as_u64().unwrap()).unwrap();
            let (i, j, a, f) = (place("i"), place("j"), v.input::<N>("A"), v.input("fee"));
            let d = stableswap::invariant(&balances, a)?;
            v.expect("D", d);
            let mut after = balances.clone();
            after[i] = after[i].try_add(v.input("dx"))?;
            v.expect("y_new", stableswap::balance_for_invariant(&after, j, d, a)?);
            v.expect("dy", stableswap::exact_in(&balances, (i, j), v.input("dx"), a, f, N::ZERO)?);
        }
        "concentrated_swap" => {
            let (low, high) = (v.input::<N>("price_low"), v.input("price_high"));
            let range = Range::new(v.input("liquidity"), low, high, v.input("price"))?;
            let (x, y) = range.reserves()?;
            v.expect("amount0_reserve", x);
            v.expect("amount1_reserve", y);
            let swap = range.swap_0_for_1(v.input("amount0_in"), v.input("fee"))?;
            v.expect("amount1_out", swap.amount_out);
            v.expect("price_after", swap.after.price()?);
            v.expect("fee_amount0", swap.fee_paid);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn float_forms(v: &Vector<'_>) -> Result<bool, AmmError> {
    match v.value["kind"].as_str().unwrap() {
        "weighted_out_given_in" => {
            let (a, b) = (
                Side { balance: v.input("balance_in"), weight: v.input("weight_in") },
                Side { balance: v.input("balance_out"), weight: v.input("weight_out") },
            );
            v.expect("amount_out", weighted::out_given_in(a, b, v.input("amount_in"), v.input("fee"))?);
            v.expect("spot_price_in_per_out", weighted::spot_price(a, b, v.input("fee"))?);
        }
        "impermanent_loss_weighted" => {
            v.expect(
                "il",
                performance::impermanent_loss_weighted(v.input("price_ratio"), v.input("weight"))?,
            );
        }
        "lvr_rate" => {
            let value = performance::pool_value(
                v.input("base"),
                v.input("quote"),
                v.input::<f64>("quote") / v.input::<f64>("base"),
            )?;
            let sigma = v.input("sigma_annual");
            v.expect("lvr_per_year_quote", performance::lvr_rate(value, sigma)?);
            v.expect("lvr_fraction_per_year", performance::lvr_rate(1.0, sigma)?);
        }
        "arb_probability_poisson" => {
            let p = performance::trade_probability(
                v.input("sigma_per_sqrt_s"),
                v.input("fee"),
                v.input("mean_block_s"),
            )?;
            v.expect("p_trade", p);
            v.expect("arb_fraction_of_lvr_approx", p);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn vectors() -> Vec<Value> {
    let file: Value = serde_json::from_str(FILE).unwrap();
    file["vectors"].as_array().unwrap().clone()
}

#[test]
fn every_closed_form_on_every_number_type() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 84);
    let mut done = 0;
    for value in &vectors {
        let v = Vector { value };
        let id = &value["id"];
        let generic = rational_and_root_forms::<Decimal>(&v).unwrap_or_else(|e| panic!("{id}: {e}"));
        rational_and_root_forms::<Decimal28>(&v).unwrap_or_else(|e| panic!("{id}: {e}"));
        rational_and_root_forms::<f64>(&v).unwrap_or_else(|e| panic!("{id}: {e}"));
        let float = float_forms(&v).unwrap_or_else(|e| panic!("{id}: {e}"));
        done += usize::from(generic || float);
    }
    assert_eq!(done, 84);
}
