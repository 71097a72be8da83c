//! `real.json`: the curves in floats, against 70 digits.

use super::{read, text};
use serde_json::Value;
use te_amm::arbitrage::Arbitrage;
use te_amm::concentrated::ranges::{self, range_loss};
use te_amm::concentrated::tick_price::sqrt_price_at;
use te_amm::performance::impermanent_loss_weighted;
use te_amm::weighted::{self, FreePart, Side, shares_for_join};
use te_amm::{AmmError, TokenIn, solidly, stableswap};

const FILE: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-amm/pools/real.json"));

fn number(v: &Value) -> f64 {
    v.as_f64().unwrap_or_else(|| text(v).parse().unwrap())
}

fn numbers(v: &Value) -> Vec<f64> {
    v.as_array().unwrap().iter().map(number).collect()
}

fn index(v: &Value) -> usize {
    usize::try_from(v.as_u64().unwrap()).unwrap()
}

/// Compares relatively; what is 0 must be it.
fn near(id: &str, got: f64, want: &Value, tolerance: f64) {
    let want = number(want);
    let error = if want == 0.0 { got.abs() } else { (got / want - 1.0).abs() };
    assert!(error <= tolerance, "{id}: {got:e} {want:e}, {error:e}");
}

/// Amounts to 1e-9 of the reserves, profit to 1e-12 of the value traded.
fn same_trade(
    id: &str,
    got: Result<Option<Arbitrage<f64>>, AmmError>,
    want: &Value,
    [base, quote, external]: [f64; 3],
) {
    let word = text(&want["in"]);
    // A trade below the rounding of the price may be found or not.
    let trade = got.unwrap().unwrap_or_else(|| {
        let token_in = if ["quote", "second"].contains(&word) { TokenIn::Quote } else { TokenIn::Base };
        Arbitrage { token_in, amount_in: 0.0, amount_out: 0.0, profit: 0.0 }
    });
    let quote_in = trade.token_in == TokenIn::Quote;
    let (reserve_in, reserve_out) = if quote_in { (quote, base) } else { (base, quote) };
    for (got, want, reserve) in [
        (trade.amount_in, &want["amount_in"], reserve_in),
        (trade.amount_out, &want["amount_out"], reserve_out),
    ] {
        assert!((got - number(want)).abs() <= 1e-9 * reserve, "{id}: {got:e} {want}");
    }
    if number(&want["amount_in"]) > 1e-9 * reserve_in {
        assert!(if quote_in { ["quote", "second"] } else { ["base", "first"] }.contains(&word), "{id}");
    }
    let paid = trade.amount_in.max(number(&want["amount_in"]));
    let traded = if quote_in { paid } else { paid * external };
    assert!((trade.profit - number(&want["profit"])).abs() <= 1e-12 * traded, "{id} {trade:?}");
}

#[test]
fn every_case() {
    let file = read(FILE);
    let cases = file["cases"].as_array().unwrap();
    for case in cases {
        let (id, args, want) = (text(&case["id"]), &case["args"], &case["result"]);
        let n = |name: &str| number(&args[name]);
        let side = |balance: &str, weight: &str| Side { balance: n(balance), weight: n(weight) };
        let pair = || (index(&args["i"]), index(&args["j"]));
        match text(&case["function"]) {
            "weighted_out" => {
                let (given, taken) = (side("balance_in", "weight_in"), side("balance_out", "weight_out"));
                near(id, weighted::out_given_in(given, taken, n("amount"), n("fee")).unwrap(), want, 2e-15);
            }
            "weighted_in" => {
                let (given, taken) = (side("balance_in", "weight_in"), side("balance_out", "weight_out"));
                near(id, weighted::in_given_out(given, taken, n("amount"), n("fee")).unwrap(), want, 7e-14);
            }
            "weighted_loss" => {
                near(id, impermanent_loss_weighted(n("price_ratio"), n("weight")).unwrap(), want, 4e-13);
            }
            "weighted_arbitrage" => {
                let (base, quote, external) = (n("base"), n("quote"), n("external_price"));
                let trade = weighted::external(base, quote, n("weight_base"), external, n("fee"));
                same_trade(id, trade, want, [base, quote, external]);
            }
            "weighted_join" => {
                let sides = numbers(&args["balances"]).into_iter().zip(numbers(&args["weights"]));
                let sides: Vec<Side> = sides.map(|(balance, weight)| Side { balance, weight }).collect();
                for (rule, name) in
                    [(FreePart::MeanOfRatios, "shares_v2"), (FreePart::RatioOfInvariants, "shares_v3")]
                {
                    let shares =
                        shares_for_join(&sides, &numbers(&args["amounts"]), n("shares"), n("fee"), rule);
                    near(id, shares.unwrap(), &want[name], 1e-14);
                }
            }
            "stable_invariant" => {
                let d = stableswap::invariant(&numbers(&args["balances"]), n("amplification"));
                near(id, d.unwrap(), want, 3e-15);
            }
            "stable_out" => {
                let balances = numbers(&args["balances"]);
                let out = stableswap::exact_in(&balances, pair(), n("amount"), n("amplification"), 0.0, 0.0);
                near(id, out.unwrap(), want, 9e-15);
            }
            "stable_in" => {
                let balances = numbers(&args["balances"]);
                let input =
                    stableswap::exact_out(&balances, pair(), n("amount"), n("amplification"), 0.0, 0.0);
                near(id, input.unwrap(), want, 3e-15);
            }
            "stable_price" => {
                let price = stableswap::price(&numbers(&args["balances"]), pair(), n("amplification"));
                near(id, price.unwrap(), want, 1e-14);
            }
            "stable_arbitrage" => {
                let balances = numbers(&args["balances"]);
                let external = n("external_price");
                let trade = stableswap::external(&balances, external, n("amplification"), n("fee_on_output"));
                same_trade(id, trade, want, [balances[0], balances[1], external]);
            }
            "solidly_out" => {
                let out = solidly::exact_in(n("balance_in"), n("balance_out"), n("amount"), 0.0);
                near(id, out.unwrap(), want, 4e-15);
            }
            "solidly_arbitrage" => {
                let (first, second, external) = (n("first"), n("second"), n("external_price"));
                let trade = solidly::external(first, second, external, n("fee_on_input"));
                same_trade(id, trade, want, [first, second, external]);
            }
            "range_loss" => {
                let (low, high) = (n("low"), n("high"));
                let loss = range_loss(n("liquidity"), low, high, n("price_start"), n("price_end")).unwrap();
                near(id, loss.value_start, &want["value_start"], 1e-14);
                near(id, loss.value_end, &want["value_end"], 1e-14);
                near(id, loss.hold_end, &want["hold_end"], 1e-14);
                near(id, loss.loss, &want["loss"], 1e-13);
            }
            "sqrt_price_at_tick" => {
                let tick = i32::try_from(args["tick"].as_i64().unwrap()).unwrap();
                near(id, sqrt_price_at(tick).unwrap(), want, 3e-16);
            }
            "ranges_arbitrage" => {
                let (edges, liquidity) = (numbers(&args["edges"]), numbers(&args["liquidity"]));
                let (price, external) = (n("price"), n("external_price"));
                let trade = ranges::external(&edges, &liquidity, price, external, n("fee"));
                // All that the ranges hold at the most.
                let most = liquidity.iter().copied().fold(0.0, f64::max);
                let (low, high) = (edges[0].sqrt(), edges[edges.len() - 1].sqrt());
                let reserves = [most * (1.0 / low - 1.0 / high), most * (high - low)];
                same_trade(id, trade, want, [reserves[0], reserves[1], external]);
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!(cases.len(), 357);
}
