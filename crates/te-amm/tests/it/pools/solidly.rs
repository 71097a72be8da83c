//! Solidly's pools.

use super::{Draws, all_shown, flag, int, pair, read, settle, shown, small, steps, text};
use serde_json::{Value, json};
use te_amm::exact::solidly::{Curve, Pool, Refusal};
use te_amm::wide::U256;

const FILE: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-amm/pools/solidly.json"));

fn curve(pool: &Value) -> Curve {
    let decimals = [small(&pool["decimals"][0]), small(&pool["decimals"][1])];
    Curve::new(flag(&pool["stable"]), decimals, small(&pool["fee_bps"])).unwrap()
}

fn word<T>(result: Result<T, Refusal>, show: impl FnOnce(T) -> Value) -> Result<Value, &'static str> {
    result.map(show).map_err(|refusal| refusal.word())
}

#[test]
fn every_case() {
    let file = read(FILE);
    let cases = file["cases"].as_array().unwrap();
    for case in cases {
        let (id, args) = (text(&case["id"]), &case["args"]);
        let (curve, reserves) = (curve(&case["pool"]), pair(&case["pool"]["reserves"]));
        settle(id, &case["k"], word(curve.invariant(reserves), shown));
        let out = curve.amount_out(reserves, int(&args["amount_in"]), text(&args["token_in"]) == "0");
        settle(id, case, word(out, shown));
    }
    assert_eq!(cases.len(), 160);
}

#[test]
fn every_trace() {
    let file = read(FILE);
    let mut steps = 0;
    for trace in file["traces"].as_array().unwrap() {
        let mut pool = Pool::new(curve(&trace["pool"]), trace["start_time"].as_u64().unwrap());
        for step in trace["steps"].as_array().unwrap() {
            let (id, args, time) = (text(&trace["id"]), &step["args"], step["time"].as_u64().unwrap());
            let first_in = args.get("token_in").is_some_and(|token| text(token) == "0");
            let got = match text(&step["op"]) {
                "mint" => word(pool.mint(pair(&args["amounts"]), time), shown),
                "burn" => word(pool.burn(int(&args["shares"]), time), all_shown),
                "getAmountOut" => word(pool.amount_out(int(&args["amount_in"]), first_in), shown),
                "swap" => {
                    let (amount_in, amount_out) = (int(&args["amount_in"]), int(&args["amount_out"]));
                    word(pool.swap(first_in, amount_in, amount_out, time), |()| Value::Null)
                }
                "claimFees" => word(pool.claim_fees(), all_shown),
                other => panic!("{other}"),
            };
            settle(id, step, got);
            if let Some(state) = step.get("state") {
                let now = json!({
                    "reserves": all_shown(pool.reserves()),
                    "total_supply": shown(pool.total_supply()),
                    "index": all_shown(pool.index()),
                    "reserve_cumulative": all_shown(pool.reserve_cumulative()),
                    "k": shown(pool.invariant().unwrap()),
                });
                assert_eq!(&now, state, "{id} {step}");
            }
            steps += 1;
        }
    }
    assert_eq!(steps, 343);
}

/// `k` never falls, the units of both tokens are conserved, and nothing panics.
#[test]
fn random_steps() {
    let mut draws = Draws(0x5011_d1ee);
    let mut pool = Pool::new(Curve::new(true, [6, 18], 30).unwrap(), 0);
    let (mut held, mut swaps) = ([U256::ZERO; 2], 0);
    for step in 0..steps() {
        if step % 500 == 0 {
            let decimals = [[18, 18], [6, 18], [2, 6], [0, 18]][usize::try_from(draws.below(4)).unwrap()];
            let fee = [0, 1, 30, 300][usize::try_from(draws.below(4)).unwrap()];
            pool = Pool::new(Curve::new(draws.below(4) > 0, decimals, fee).unwrap(), u64::from(step));
            let tokens = U256::from(draws.below(1 << 40) + 10_000);
            held = decimals.map(|d| tokens * U256::from(10u64).pow(U256::from(d)));
            if pool.mint(held, u64::from(step)).is_err() {
                held = [U256::ZERO; 2];
            }
        }
        let (before, first_in, time) = (pool.clone(), draws.below(2) == 0, u64::from(step));
        let amount = draws.wide(100);
        let done = match draws.below(8) {
            0 => pool.mint([amount, draws.wide(100)], time).is_ok(),
            1 => pool.burn(amount, time).is_ok(),
            2 => pool.claim_fees().is_ok(),
            3 => pool.swap(first_in, amount, draws.wide(100), time).is_ok(),
            _ => pool
                .amount_out(amount, first_in)
                .and_then(|out| pool.swap(first_in, amount, out, time))
                .is_ok_and(|()| {
                    swaps += 1;
                    assert!(pool.invariant().unwrap() >= before.invariant().unwrap());
                    true
                }),
        };
        if !done {
            assert_eq!(pool, before);
        }
    }
    assert!(swaps > 100 && held.len() == 2);
}
