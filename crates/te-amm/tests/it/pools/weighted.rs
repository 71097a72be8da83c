//! Balancer's weighted pools of the second and the third vault.

use super::{Draws, all_shown, int, ints, read, settle, shown, signed, small, steps, text};
use serde_json::{Value, json};
use te_amm::exact::integer::Int;
use te_amm::exact::signed::Signed;
use te_amm::exact::weighted::power::{Powers, exp, ln, pow, pow_down, pow_up};
use te_amm::exact::weighted::schedule::weight_at;
use te_amm::exact::weighted::v2::Change;
use te_amm::exact::weighted::{Refusal, Side, in_given_out, invariant_down, out_given_in, v2, v3};
use te_amm::wide::{U256, approximate};

const V2: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-amm/pools/weighted_v2.json"));
const V3: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-amm/pools/weighted_v3.json"));

fn shown_signed(Signed { negative, magnitude }: Signed) -> Value {
    Value::String(format!("{}{magnitude}", if negative { "-" } else { "" }))
}

fn numbers(v: &Value) -> Vec<Int> {
    ints(v).into_iter().map(Int::from).collect()
}

fn decimals(pool: &Value) -> Vec<u32> {
    pool["decimals"].as_array().unwrap().iter().map(small).collect()
}

fn change(change: Change) -> Value {
    json!({ "amounts": all_shown(change.amounts), "shares": shown(change.shares) })
}

fn value(result: Result<Int, Refusal>) -> Result<Value, Refusal> {
    Ok(shown(result?.get()?))
}

#[test]
fn every_case_of_v2() {
    let file = read(V2);
    let cases = file["cases"].as_array().unwrap();
    let powers = Powers::WithProducts;
    for case in cases {
        let args = &case["args"];
        let number = |name: &str| Int::from(int(&args[name]));
        let side = |balance, weight| Side { balance: number(balance), weight: number(weight) };
        let sides = || (side("balance_in", "weight_in"), side("balance_out", "weight_out"));
        let got = match text(&case["function"]) {
            "pow" => pow(int(&args["x"]), int(&args["y"])).map(shown),
            "exp" => exp(signed(&args["x"])).map(shown),
            "ln" => ln(int(&args["x"])).map(shown_signed),
            "pow_down" => value(pow_down(number("x"), number("y"), powers)),
            "pow_up" => value(pow_up(number("x"), number("y"), powers)),
            "out_given_in" => value(out_given_in(sides().0, sides().1, number("amount"), powers)),
            "in_given_out" => value(in_given_out(sides().0, sides().1, number("amount"), powers)),
            "invariant" => {
                value(invariant_down(&numbers(&args["balances"]), &numbers(&args["weights"]), powers))
            }
            other => panic!("{other}"),
        };
        settle(text(&case["id"]), case, got.map_err(|refusal| refusal.word_v2()));
    }
    assert_eq!(cases.len(), 183);
}

#[test]
fn every_trace_of_v2() {
    let file = read(V2);
    let mut steps = 0;
    for trace in file["traces"].as_array().unwrap() {
        let given = &trace["pool"];
        let moving = text(&given["kind"]) == "lbp";
        let make = if moving { v2::Pool::bootstrapping } else { v2::Pool::weighted };
        let mut pool = make(&ints(&given["weights"]), &decimals(given), int(&given["swap_fee"])).unwrap();
        for step in trace["steps"].as_array().unwrap() {
            let (id, args, time) = (text(&trace["id"]), &step["args"], step["time"].as_u64().unwrap());
            let token = |name: &str| small::<usize>(&args[name]);
            let got = match text(&step["op"]) {
                "init" => pool.init(&ints(&args["amounts"]), time).map(change),
                "swap_exact_in" => {
                    pool.swap_exact_in((token("in"), token("out")), int(&args["amount"]), time).map(shown)
                }
                "swap_exact_out" => {
                    pool.swap_exact_out((token("in"), token("out")), int(&args["amount"]), time).map(shown)
                }
                "join_proportional" => pool.join_proportional(int(&args["shares"])).map(change),
                "join_exact_tokens" => pool.join_exact_tokens(&ints(&args["amounts"]), time).map(change),
                "join_token_for_exact_shares" => {
                    pool.join_token_for_exact_shares(token("in"), int(&args["shares"]), time).map(change)
                }
                "exit_proportional" => pool.exit_proportional(int(&args["shares"])).map(change),
                "exit_one_token" => pool.exit_one_token(token("out"), int(&args["shares"]), time).map(change),
                "exit_exact_tokens" => pool.exit_exact_tokens(&ints(&args["amounts"]), time).map(change),
                "update_weights" => {
                    let times = [small(&args["start"]), small(&args["end"])];
                    pool.update_weights(time, times, &ints(&args["end_weights"])).map(|()| Value::Null)
                }
                other => panic!("{other}"),
            };
            settle(id, step, got.map_err(|refusal| refusal.word_v2()));
            if let Some(state) = step.get("state") {
                let mut now = json!({
                    "balances": all_shown(pool.balances().to_vec()),
                    "total_supply": shown(pool.total_supply()),
                    "invariant": shown(pool.invariant(time).unwrap()),
                });
                if moving {
                    now["weights"] = all_shown(pool.weights(time).unwrap());
                }
                assert_eq!(&now, state, "{id} {step}");
            }
            steps += 1;
        }
    }
    assert_eq!(steps, 386);
}

#[test]
fn every_case_of_v3() {
    let file = read(V3);
    let cases = file["cases"].as_array().unwrap();
    for case in cases {
        let args = &case["args"];
        let ends = [int(&args["start_value"]), int(&args["end_value"])];
        let times = [small(&args["start_time"]), small(&args["end_time"])];
        let got = weight_at(ends, times, small(&args["time"])).map(shown);
        settle(text(&case["id"]), case, got.map_err(|refusal| refusal.word_v3()));
    }
    assert_eq!(cases.len(), 40);
}

#[test]
fn every_trace_of_v3() {
    let file = read(V3);
    let mut steps = 0;
    for trace in file["traces"].as_array().unwrap() {
        let given = &trace["pool"];
        let mut pool = v3::Pool::new(
            &ints(&given["weights"]),
            &decimals(given),
            int(&given["swap_fee"]),
            &ints(&given["min_balances"]),
        )
        .unwrap();
        for step in trace["steps"].as_array().unwrap() {
            let (id, args) = (text(&trace["id"]), &step["args"]);
            let token = |name: &str| small::<usize>(&args[name]);
            let limit = |name: &str, otherwise| args.get(name).map_or(otherwise, int);
            let got = match text(&step["op"]) {
                "initialize" => pool.initialize(&ints(&args["amounts"])).map(change),
                "swap_exact_in" => pool
                    .swap_exact_in(
                        (token("in"), token("out")),
                        int(&args["amount"]),
                        limit("min_out", U256::ZERO),
                    )
                    .map(shown),
                "swap_exact_out" => pool
                    .swap_exact_out(
                        (token("in"), token("out")),
                        int(&args["amount"]),
                        limit("max_in", U256::MAX),
                    )
                    .map(shown),
                "add_proportional" => pool.add_proportional(int(&args["shares"])).map(change),
                "remove_proportional" => pool.remove_proportional(int(&args["shares"])).map(change),
                "add_unbalanced" => pool.add_unbalanced(&ints(&args["amounts"])).map(change),
                "add_single_exact_shares" => pool
                    .add_single_exact_shares(token("in"), int(&args["shares"]), limit("max_in", U256::MAX))
                    .map(change),
                "remove_single_exact_shares" => pool
                    .remove_single_exact_shares(token("out"), int(&args["shares"]), U256::from(1u64))
                    .map(change),
                "remove_single_exact_tokens" => {
                    pool.remove_single_exact_tokens(token("out"), int(&args["amount"])).map(change)
                }
                other => panic!("{other}"),
            };
            settle(id, step, got.map_err(|refusal| refusal.word_v3()));
            if let Some(state) = step.get("state") {
                let now = json!({
                    "balances": all_shown(pool.balances().to_vec()),
                    "balances_scaled18": all_shown(pool.balances_scaled().unwrap()),
                    "total_supply": shown(pool.total_supply()),
                });
                assert_eq!(&now, state, "{id} {step}");
            }
            steps += 1;
        }
    }
    assert_eq!(steps, 299);
}

/// Weights of `n` tokens that add up to one, each at least a hundredth.
fn some_weights(draws: &mut Draws, n: usize) -> Vec<U256> {
    let one = 1_000_000_000_000_000_000u64;
    let mut weights = vec![one / 100; n];
    let mut left = one - one / 100 * u64::try_from(n).unwrap();
    for weight in &mut weights[1..] {
        let part = draws.below(left + 1);
        (*weight, left) = (*weight + part, left - part);
    }
    weights[0] += left;
    weights.into_iter().map(U256::from).collect()
}

/// What the logarithm of the invariant per share grows by.
fn growth(weights: &[U256], before: (&[U256], U256), after: (&[U256], U256)) -> f64 {
    let ratio = |a: U256, b: U256| (approximate(a) / approximate(b)).ln();
    let each = weights.iter().zip(before.0).zip(after.0);
    let sum: f64 = each.map(|((&w, &b), &n)| approximate(w) / 1e18 * ratio(n, b)).sum();
    sum - ratio(after.1, before.1)
}

fn some_tokens(draws: &mut Draws) -> (Vec<u32>, Vec<U256>, U256, Vec<U256>) {
    let n = usize::try_from(draws.below(7) + 2).unwrap();
    let decimals: Vec<u32> =
        (0..n).map(|_| [18, 18, 8, 6, 0][usize::try_from(draws.below(5)).unwrap()]).collect();
    let fee = U256::from(
        [0u64, 1_000_000_000_000, 3_000_000_000_000_000, 100_000_000_000_000_000]
            [usize::try_from(draws.below(4)).unwrap()],
    );
    // From dust to vast balances.
    let bits = draws.below(86) + 4;
    let amounts = decimals.iter().map(|_| draws.wide(bits) + U256::from(1u64)).collect();
    (decimals, some_weights(draws, n), fee, amounts)
}

#[test]
fn random_steps_of_v2() {
    let mut draws = Draws(0x2_ba1a_9ce5);
    let (mut pool, mut done, mut n) = (None, 0, 2);
    for step in 0..steps() {
        if step % 200 == 0 {
            let (decimals, weights, fee, amounts) = some_tokens(&mut draws);
            n = decimals.len();
            let moving = draws.below(3) == 0;
            let make = if moving { v2::Pool::bootstrapping } else { v2::Pool::weighted };
            let mut fresh = make(&weights, &decimals, fee).unwrap();
            let started = fresh.init(&amounts, 0).is_ok();
            if moving {
                fresh.update_weights(0, [0, 100], &some_weights(&mut draws, n)).unwrap();
            }
            pool = started.then_some(fresh);
        }
        let Some(pool) = &mut pool else { continue };
        let (before, time) = (pool.clone(), u64::from(step % 200));
        let mut token = || usize::try_from(draws.below(u64::try_from(n).unwrap())).unwrap();
        let tokens = (token(), token());
        // Of the size of what there is, seldom far above.
        let most = u64::try_from(before.balances()[tokens.0].bit_len()).unwrap() + 1;
        let (amount, shares) =
            (draws.wide(most), draws.wide(u64::try_from(before.total_supply().bit_len()).unwrap()));
        let amounts: Vec<U256> =
            (0..n).map(|_| if draws.below(2) == 0 { U256::ZERO } else { draws.wide(most) }).collect();
        let outcome = match draws.below(9) {
            0 => pool.join_proportional(shares).map(|_| ()),
            1 => pool.join_exact_tokens(&amounts, time).map(|_| ()),
            2 => pool.join_token_for_exact_shares(tokens.0, shares, time).map(|_| ()),
            3 => pool.exit_proportional(shares).map(|_| ()),
            4 => pool.exit_one_token(tokens.0, shares, time).map(|_| ()),
            5 => pool.exit_exact_tokens(&amounts, time).map(|_| ()),
            6 => pool.swap_exact_out(tokens, amount, time).map(|_| ()),
            _ => pool.swap_exact_in(tokens, amount, time).map(|_| ()),
        };
        if outcome.is_err() {
            assert_eq!(*pool, before);
        } else {
            done += 1;
            // A bootstrapping pool's weights do not add up to one, so its invariant per share is none; swaps keep the invariant.
            let weights = pool.weights(time).unwrap();
            let sum: U256 = weights.iter().sum();
            if sum == U256::from(1_000_000_000_000_000_000u64) || before.total_supply() == pool.total_supply()
            {
                let (was, is) =
                    ((before.balances(), before.total_supply()), (pool.balances(), pool.total_supply()));
                let growth = growth(&weights, was, is);
                assert!(growth > -1e-13, "{step} {growth} {before:?} {pool:?}");
            }
        }
    }
    assert!(done > steps() / 10, "{done}");
}

#[test]
fn random_steps_of_v3() {
    let mut draws = Draws(0x3_ba1a_9ce5);
    let (mut pool, mut done, mut weights) = (None, 0, Vec::new());
    for step in 0..steps() {
        if step % 200 == 0 {
            let (decimals, drawn, fee, amounts) = some_tokens(&mut draws);
            weights = drawn;
            let mut fresh =
                v3::Pool::new(&weights, &decimals, fee, &vec![U256::from(1_000_000u64); decimals.len()])
                    .unwrap();
            pool = fresh.initialize(&amounts).is_ok().then_some(fresh);
        }
        let Some(pool) = &mut pool else { continue };
        let (before, n) = (pool.clone(), weights.len());
        let mut token = || usize::try_from(draws.below(u64::try_from(n).unwrap())).unwrap();
        let tokens = (token(), token());
        let most = u64::try_from(before.balances()[tokens.0].bit_len()).unwrap() + 1;
        let (amount, shares) =
            (draws.wide(most), draws.wide(u64::try_from(before.total_supply().bit_len()).unwrap()));
        let amounts: Vec<U256> =
            (0..n).map(|_| if draws.below(2) == 0 { U256::ZERO } else { draws.wide(most) }).collect();
        let outcome = match draws.below(9) {
            0 => pool.add_proportional(shares).map(|_| ()),
            1 => pool.add_unbalanced(&amounts).map(|_| ()),
            2 => pool.add_single_exact_shares(tokens.0, shares, U256::MAX).map(|_| ()),
            3 => pool.remove_proportional(shares).map(|_| ()),
            4 => pool.remove_single_exact_shares(tokens.0, shares, U256::ZERO).map(|_| ()),
            5 => pool.remove_single_exact_tokens(tokens.0, amount).map(|_| ()),
            6 => pool.swap_exact_out(tokens, amount, U256::MAX).map(|_| ()),
            _ => pool.swap_exact_in(tokens, amount, U256::ZERO).map(|_| ()),
        };
        if outcome.is_err() {
            assert_eq!(*pool, before);
        } else {
            done += 1;
            let (was, is) =
                ((before.balances(), before.total_supply()), (pool.balances(), pool.total_supply()));
            let growth = growth(&weights, was, is);
            assert!(growth > -1e-13, "{step} {growth} {before:?} {pool:?}");
        }
    }
    assert!(done > steps() / 10, "{done}");
}
