//! `uniswap_v2_vectors.json`: 107 facts about the contracts and the SDK, all to the unit.

use rust_decimal::Decimal;
use serde_json::Value;
use te_amm::uniswap_v2::{self, Pair, Pool, Route};
use te_amm::wide::U256;
use te_amm::{AmmError, ConstantProduct, Fee, Grid, TokenIn, oracle};

const FILE: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-amm/uniswap_v2_vectors.json"));

fn text(v: &Value) -> &str {
    v.as_str().unwrap_or_else(|| panic!("{v} is no string"))
}
fn int(v: &Value) -> U256 {
    text(v).parse().unwrap()
}
fn small(v: &Value) -> u64 {
    text(v).parse().unwrap()
}
fn fee(i: &Value) -> Fee {
    Fee::from_fraction(small(&i["fee_num"]), small(&i["fee_den"])).unwrap()
}
fn pairs(v: &Value) -> Vec<(U256, U256)> {
    v.as_array().unwrap().iter().map(|p| (int(&p[0]), int(&p[1]))).collect()
}

/// The decimal with 18 places of a number of wei, or the error of one that does not fit.
fn tokens(v: &Value) -> Result<Decimal, AmmError> {
    Grid::default().amount(text(v).parse::<u128>().unwrap())
}

fn expect_error(id: &str, name: &str, error: AmmError) {
    let fits = match name {
        "insufficient_input_amount" | "insufficient_output_amount" | "insufficient_amount" => {
            matches!(error, AmmError::NonPositiveAmount { .. })
        }
        "insufficient_liquidity" => {
            matches!(error, AmmError::NonPositiveReserve { .. } | AmmError::InsufficientLiquidity { .. })
        }
        "insufficient_liquidity_minted" => matches!(error, AmmError::InsufficientOutput { .. }),
        "insufficient_reserves" => matches!(error, AmmError::InsufficientLiquidity { .. }),
        _ => false,
    };
    assert!(fits, "{id}: expected {name}, got {error:?}");
}

/// Compares with `expect.key`, or with `expect.error`.
fn settle(v: &Value, key: &str, got: Result<U256, AmmError>) {
    let id = text(&v["id"]);
    match (v["expect"].get("error"), got) {
        (Some(name), Err(error)) => expect_error(id, text(name), error),
        (None, Ok(value)) => assert_eq!(value, int(&v["expect"][key]), "{id} {key}"),
        (expected, got) => panic!("{id}: expected {expected:?}, got {got:?}"),
    }
}

fn routes(v: &Value) -> Vec<(Vec<u32>, U256)> {
    let token = |t: &Value| text(t).parse().unwrap();
    v["expect"]["routes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| {
            let path = r["path"].as_array().unwrap().iter().map(token).collect();
            (path, int(r.get("out").unwrap_or_else(|| &r["in"])))
        })
        .collect()
}

fn pools(v: &Value) -> Vec<Pool> {
    let token = |t: &Value| text(t).parse().unwrap();
    v["in"]["pools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| Pool {
            tokens: (token(&p["tokens"][0]), token(&p["tokens"][1])),
            reserves: (int(&p["reserves"][0]), int(&p["reserves"][1])),
        })
        .collect()
}

fn found(routes: Vec<Route>, amount: impl Fn(&Route) -> U256) -> Vec<(Vec<u32>, U256)> {
    routes.into_iter().map(|r| (r.tokens.clone(), amount(&r))).collect()
}

fn sequence(v: &Value) {
    let (i, e) = (&v["in"], &v["expect"]);
    let mut pair = Pair::new(i["fee_on"].as_bool().unwrap());
    pair.mint(int(&i["mint0"]), int(&i["mint1"])).unwrap();
    for (op, expected) in i["ops"].as_array().unwrap().iter().zip(e["results"].as_array().unwrap()) {
        let id = &v["id"];
        match text(&op[0]) {
            "swap0" => assert_eq!(pair.swap_0_for_1(int(&op[1])).unwrap(), int(expected), "{id} {op}"),
            "swap1" => assert_eq!(pair.swap_1_for_0(int(&op[1])).unwrap(), int(expected), "{id} {op}"),
            "mint" => assert_eq!(pair.mint(int(&op[1]), int(&op[2])).unwrap(), int(expected), "{id} {op}"),
            "burn" => {
                assert_eq!(
                    pair.burn(int(&op[1])).unwrap(),
                    (int(&expected[0]), int(&expected[1])),
                    "{id} {op}"
                );
            }
            other => panic!("{other}"),
        }
    }
    final_state(v, &pair);
    if let Some(k) = e.get("k_last") {
        assert_eq!(pair.k_last(), int(k));
    }
    same_in_decimals(v);
}

/// The same operations on the decimal pool give the same units.
fn same_in_decimals(v: &Value) {
    let (i, e) = (&v["in"], &v["expect"]);
    let d = |value: &Value| tokens(value).unwrap();
    let mut pool =
        ConstantProduct::new(d(&i["mint0"]), d(&i["mint1"]), "0.003".parse().unwrap(), Grid::default())
            .unwrap();
    if i["fee_on"].as_bool().unwrap() {
        pool = pool.with_protocol_fee(6).unwrap();
    }
    for (op, expected) in i["ops"].as_array().unwrap().iter().zip(e["results"].as_array().unwrap()) {
        match text(&op[0]) {
            "swap0" => assert_eq!(
                pool.swap_exact_in(TokenIn::Base, d(&op[1]), None).unwrap().amount_out,
                d(expected)
            ),
            "swap1" => assert_eq!(
                pool.swap_exact_in(TokenIn::Quote, d(&op[1]), None).unwrap().amount_out,
                d(expected)
            ),
            "mint" => assert_eq!(pool.deposit(d(&op[1]), d(&op[2])).unwrap().shares, d(expected)),
            _ => assert_eq!(pool.withdraw(d(&op[1])).unwrap(), (d(&expected[0]), d(&expected[1]))),
        }
    }
    assert_eq!(pool.base().unwrap(), d(&e["reserve0"]));
    assert_eq!(pool.quote().unwrap(), d(&e["reserve1"]));
    assert_eq!(pool.total_shares().unwrap(), d(&e["total_supply"]));
    assert_eq!(pool.protocol_shares().unwrap(), d(&e["protocol_lp"]));
}

fn final_state(v: &Value, pair: &Pair) {
    let e = &v["expect"];
    assert_eq!(pair.reserves(), (int(&e["reserve0"]), int(&e["reserve1"])), "{}", v["id"]);
    assert_eq!(pair.total_supply(), int(&e["total_supply"]), "{}", v["id"]);
    if let Some(shares) = e.get("protocol_lp") {
        assert_eq!(pair.protocol_shares(), int(shares), "{}", v["id"]);
    }
}

fn oracle_vector(v: &Value) {
    let steps = v["in"]["reserve_steps"].as_array().unwrap();
    let state_at = |time: u64| {
        let (mut pair, mut free) = (Pair::default(), None::<oracle::Accumulator>);
        for step in steps.iter().filter(|step| small(&step[0]) <= time) {
            let (at, x, y) = (small(&step[0]), int(&step[1]), int(&step[2]));
            pair.advance_to(at).unwrap();
            let (a, b) = (f64::from(x), f64::from(y));
            match free.as_mut() {
                Some(oracle) => oracle.update(at as f64, a, b).unwrap(),
                None => free = Some(oracle::Accumulator::new(at as f64, a, b).unwrap()),
            }
            pair.sync(x, y).unwrap();
        }
        (pair.cumulative_prices(time).unwrap(), free.unwrap().at(time as f64).unwrap())
    };
    if let Some(reads) = v["in"].get("read_at") {
        for (n, time) in reads.as_array().unwrap().iter().enumerate() {
            let ((c0, c1), _) = state_at(small(time));
            assert_eq!(c0, int(&v["expect"]["cum0"][n]));
            assert_eq!(c1, int(&v["expect"]["cum1"][n]));
        }
        let mean = state_at(20).1.averages_since(&state_at(0).1).unwrap();
        for (got, expected) in
            [mean.price0, mean.price1].iter().zip(v["expect"]["twap_0_20_decimal"].as_array().unwrap())
        {
            assert!((got - text(expected).parse::<f64>().unwrap()).abs() < 1e-12);
        }
    } else {
        let (from, to) = (small(&v["in"]["window_from"]), small(&v["in"]["window_to"]));
        let (start, end) = (state_at(from).0, state_at(to).0);
        assert_eq!(text(&v["in"]["token_in"]), "1");
        let average = (end.1 - start.1) / U256::from(to - from);
        assert_eq!((average * int(&v["in"]["amount_in"])) >> 112, int(&v["expect"]["amount_out"]));
        assert_eq!(
            uniswap_v2::consult(start.1, end.1, to - from, int(&v["in"]["amount_in"])).unwrap(),
            int(&v["expect"]["amount_out"])
        );
    }
}

#[expect(clippy::too_many_lines, reason = "one arm for each kind of vector")]
fn vector(v: &Value) {
    let (i, e) = (&v["in"], &v["expect"]);
    let id = text(&v["id"]);
    match text(&v["kind"]) {
        "swap_exact_in" => {
            let (a, x, y) = (int(&i["amount_in"]), int(&i["reserve_in"]), int(&i["reserve_out"]));
            let got = uniswap_v2::amount_out_with_fee(a, x, y, fee(i));
            settle(v, "amount_out", got);
            if e.get("amount_out_plus_1_breaks_k").is_some() {
                let mut pair = Pair::with_reserves(false, x, y, U256::from(1)).unwrap();
                let one_more = (U256::ZERO, got.unwrap() + U256::from(1));
                assert!(matches!(pair.swap((a, U256::ZERO), one_more), Err(AmmError::Slippage { .. })));
                assert_eq!(pair.reserves(), (x, y));
            }
        }
        "swap_exact_out" => settle(
            v,
            "amount_in",
            uniswap_v2::amount_in_with_fee(
                int(&i["amount_out"]),
                int(&i["reserve_in"]),
                int(&i["reserve_out"]),
                fee(i),
            ),
        ),
        "quote" => settle(
            v,
            "amount_b",
            uniswap_v2::quote(int(&i["amount_a"]), int(&i["reserve_a"]), int(&i["reserve_b"])),
        ),
        "same_token_in_out" => {
            let (a, max) = (int(&i["amount0_in"]), int(&e["max_amount0_out"]));
            assert_eq!(uniswap_v2::max_same_token_out(a).unwrap(), max);
            let (x, y) = (int(&i["reserve0"]), int(&i["reserve1"]));
            let pair = Pair::with_reserves(false, x, y, U256::from(1)).unwrap();
            assert!(pair.clone().swap((a, U256::ZERO), (max + U256::from(1), U256::ZERO)).is_err());
            assert!(pair.clone().swap((a, U256::ZERO), (max, U256::ZERO)).is_ok());
        }
        "route_exact_in" => {
            let got = uniswap_v2::amounts_out(int(&i["amount_in"]), &pairs(&i["hops"])).unwrap();
            assert_eq!(got, e["amounts"].as_array().unwrap().iter().map(int).collect::<Vec<_>>());
        }
        "route_exact_out" => {
            let got = uniswap_v2::amounts_in(int(&i["amount_out"]), &pairs(&i["hops"])).unwrap();
            assert_eq!(got, e["amounts"].as_array().unwrap().iter().map(int).collect::<Vec<_>>());
        }
        "mint_then_burn_all" => {
            let mut pair = Pair::new(false);
            let shares = pair.mint(int(&i["amount0"]), int(&i["amount1"])).unwrap();
            assert_eq!(pair.burn(shares).unwrap(), (int(&e["out0"]), int(&e["out1"])));
            final_state(v, &pair);
        }
        "mint_first" => settle(v, "lp_minted", Pair::new(false).mint(int(&i["amount0"]), int(&i["amount1"]))),
        "mint_more" => {
            let mut pair =
                Pair::with_reserves(false, int(&i["reserve0"]), int(&i["reserve1"]), int(&i["total_supply"]))
                    .unwrap();
            settle(v, "lp_minted", pair.mint(int(&i["amount0"]), int(&i["amount1"])));
        }
        "liquidity_value" | "liquidity_value_after_arb" => {
            let fee_on = i["fee_on"].as_bool().unwrap().then(|| int(&i["k_last"]));
            let (reserves, names) = if i.get("true_price_a").is_some() {
                let reserves = uniswap_v2::reserves_after_arbitrage(
                    int(&i["true_price_a"]),
                    int(&i["true_price_b"]),
                    int(&i["reserve_a"]),
                    int(&i["reserve_b"]),
                );
                (reserves.unwrap(), ("value_a", "value_b"))
            } else {
                ((int(&i["reserve0"]), int(&i["reserve1"])), ("value0", "value1"))
            };
            let got =
                uniswap_v2::liquidity_value(reserves, int(&i["total_supply"]), int(&i["liquidity"]), fee_on);
            assert_eq!(got.unwrap(), (int(&e[names.0]), int(&e[names.1])), "{id}");
        }
        "protocol_fee_sequence" => {
            let mut pair = Pair::new(i["fee_on"].as_bool().unwrap());
            pair.mint(int(&i["mint0"]), int(&i["mint1"])).unwrap();
            assert_eq!(pair.swap_1_for_0(int(&i["swap_in1"])).unwrap(), int(&e["swap_out0"]));
            pair.burn(int(&i["burn"])).unwrap();
            final_state(v, &pair);
        }
        "pool_sequence" => sequence(v),
        "price_accumulator" | "twap_consult" => oracle_vector(v),
        "arb_to_price" => {
            let (pa, pb) = (int(&i["true_price_a"]), int(&i["true_price_b"]));
            let (a, b) = (int(&i["reserve_a"]), int(&i["reserve_b"]));
            let after = uniswap_v2::reserves_after_arbitrage(pa, pb, a, b).unwrap();
            if let Some(direction) = e.get("direction") {
                let (a_in, amount) = uniswap_v2::profit_maximizing_trade(pa, pb, a, b).unwrap();
                assert_eq!((amount, a_in), (int(&e["amount_in"]), text(direction) == "a_to_b"));
                let out = if a_in { b - after.1 } else { a - after.0 };
                assert_eq!(out, int(&e["amount_out"]));
            } else {
                assert_eq!(after, (int(&e["reserve_a"]), int(&e["reserve_b"])), "{id}");
            }
        }
        "best_route_exact_in" | "best_route_exact_out" => {
            let ends = (text(&i["token_in"]).parse().unwrap(), text(&i["token_out"]).parse().unwrap());
            let limits = (usize::try_from(small(&i["max_hops"])).unwrap(), 3);
            let got = if let Some(amount) = i.get("amount_in") {
                let best = uniswap_v2::best_routes_exact_in(&pools(v), ends, int(amount), limits).unwrap();
                found(best, |r| r.amount_out)
            } else {
                let best = uniswap_v2::best_routes_exact_out(&pools(v), ends, int(&i["amount_out"]), limits)
                    .unwrap();
                found(best, |r| r.amount_in)
            };
            assert_eq!(got, routes(v), "{id}");
        }
        "min_amount_out" => settle(
            v,
            "min_amount_out",
            uniswap_v2::min_amount_out(int(&i["amount_out"]), small(&i["tolerance_pct"])),
        ),
        "max_amount_in" => {
            settle(
                v,
                "max_amount_in",
                uniswap_v2::max_amount_in(int(&i["amount_in"]), small(&i["tolerance_pct"])),
            );
        }
        other => panic!("{id}: no test for {other}"),
    }
}

fn vectors() -> Vec<Value> {
    serde_json::from_str::<Value>(FILE).unwrap()["vectors"].as_array().unwrap().clone()
}

#[test]
fn every_vector_to_the_unit() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 107);
    vectors.iter().for_each(vector);
}

/// In decimals: the same units where 18 places fit 96 bits, a typed refusal where they do not.
#[test]
fn swaps_in_decimals_are_exact_or_refused() {
    let (mut exact, mut refused) = (0, 0);
    for v in vectors() {
        let (i, e) = (&v["in"], &v["expect"]);
        let exact_in = match text(&v["kind"]) {
            "swap_exact_in" => true,
            "swap_exact_out" => false,
            _ => continue,
        };
        if e.get("error").is_some() {
            continue;
        }
        let pool = tokens(&i["reserve_in"]).and_then(|x| {
            let y = tokens(&i["reserve_out"])?;
            let (x, y) = (Grid::default().units(x)?, Grid::default().units(y)?);
            // Some vectors are pools of a hundred units, below the locked minimum: the formula alone.
            Ok((x, y))
        });
        let pool = match pool {
            Ok(pool) => pool,
            Err(error) => {
                assert!(matches!(error, AmmError::PrecisionLoss { places: 18, .. }), "{error:?}");
                refused += 1;
                continue;
            }
        };
        let units = |value: &Value| Grid::default().units(tokens(value).unwrap()).unwrap();
        if exact_in {
            let out = te_amm::swap::exact_in_units(pool.0, pool.1, units(&i["amount_in"]), fee(i)).unwrap();
            assert_eq!(
                Grid::default().amount(out).unwrap(),
                tokens(&e["amount_out"]).unwrap(),
                "{}",
                v["id"]
            );
        } else {
            // The contract adds one unconditionally; the pool rounds up, which is the same unless the quotient is whole.
            let amount = units(&i["amount_out"]);
            let input = te_amm::swap::exact_out_units(pool.0, pool.1, amount, fee(i)).unwrap();
            let contract = units(&e["amount_in"]);
            assert!(input == contract || input + 1 == contract, "{}", v["id"]);
            assert!(te_amm::swap::exact_in_units(pool.0, pool.1, input, fee(i)).unwrap() >= amount);
        }
        exact += 1;
    }
    println!("{exact} exact, {refused} refused");
    assert!(exact >= 40 && refused > 0);
}
