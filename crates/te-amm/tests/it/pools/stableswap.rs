//! Curve's stableswap-ng.

use super::{Draws, all_shown, flag, int, ints, read, settle, shown, signed, small, steps, text};
use serde_json::{Value, json};
use te_amm::exact::stableswap::pool::{Pool, Settings};
use te_amm::exact::stableswap::{Refusal, balance_after, balance_at, exp, invariant};
use te_amm::wide::{U256, approximate};

const FILE: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-amm/pools/stableswap_ng.json"));

fn word<T>(result: Result<T, Refusal>, show: impl FnOnce(T) -> Value) -> Result<Value, &'static str> {
    result.map(show).map_err(|refusal| refusal.word())
}

#[test]
fn every_case() {
    let file = read(FILE);
    let cases = file["cases"].as_array().unwrap();
    for case in cases {
        let args = &case["args"];
        let token = |name: &str| small::<usize>(&args[name]);
        let got = match text(&case["function"]) {
            "get_D" => word(invariant(&ints(&args["xp"]), int(&args["amp"])), shown),
            "get_y" => word(
                balance_after(
                    (token("i"), token("j")),
                    int(&args["x"]),
                    &ints(&args["xp"]),
                    int(&args["amp"]),
                    int(&args["D"]),
                ),
                shown,
            ),
            "get_y_D" => {
                let y = balance_at(token("i"), &ints(&args["xp"]), int(&args["amp"]), int(&args["D"]));
                word(y, shown)
            }
            "exp" => word(exp(signed(&args["x"])), shown),
            other => panic!("{other}"),
        };
        settle(text(&case["id"]), case, got);
    }
    assert_eq!(cases.len(), 187);
}

fn made(pool: &Value, time: u64) -> Pool {
    let decimals: Vec<u32> = pool["decimals"].as_array().unwrap().iter().map(small).collect();
    let settings = Settings {
        amplification: small(&pool["A"]),
        fee: small(&pool["fee"]),
        offpeg_fee_multiplier: small(&pool["offpeg_fee_multiplier"]),
        ma_exp_time: small(&pool["ma_exp_time"]),
        d_ma_time: small(&pool["D_ma_time"]),
        decimals: &decimals,
        oracle_rates: &ints(&pool["oracle_rates"]),
    };
    Pool::new(&settings, time).unwrap()
}

fn view<T>(result: Result<T, Refusal>, show: impl FnOnce(T) -> Value) -> Value {
    result.map_or(Value::Null, show)
}

fn state(pool: &Pool, time: u64) -> Value {
    json!({
        "balances": all_shown(pool.balances()),
        "admin_balances": all_shown(pool.admin_balances()),
        "total_supply": shown(pool.total_supply()),
        "A_precise": shown(pool.amp(time).unwrap()),
        "last_price": all_shown(pool.last_prices()),
        "ema_price": all_shown(pool.ema_prices()),
        "virtual_price": view(pool.virtual_price(time), shown),
        "price_oracle": view(pool.price_oracle(time), all_shown),
        "D_oracle": view(pool.d_oracle(time), shown),
        "spot_price": view(pool.spot_prices(time), all_shown),
    })
}

#[test]
fn every_trace() {
    let file = read(FILE);
    let mut steps = 0;
    for trace in file["traces"].as_array().unwrap() {
        let mut pool = made(&trace["pool"], trace["start_time"].as_u64().unwrap());
        for step in trace["steps"].as_array().unwrap() {
            let (id, args, time) = (text(&trace["id"]), &step["args"], step["time"].as_u64().unwrap());
            let token = |name: &str| small::<usize>(&args[name]);
            let pair = || (token("i"), token("j"));
            let nothing = |()| Value::Null;
            let got = match text(&step["op"]) {
                "add_liquidity" => {
                    word(pool.add_liquidity(&ints(&args["amounts"]), int(&args["min_mint"]), time), shown)
                }
                "get_dy" => word(pool.get_dy(pair(), int(&args["dx"]), time), shown),
                "get_dx" => word(pool.get_dx(pair(), int(&args["dy"]), time), shown),
                "dynamic_fee" => word(pool.dynamic_fee(pair()), shown),
                "exchange" => {
                    word(pool.exchange(pair(), int(&args["dx"]), int(&args["min_dy"]), time), shown)
                }
                "calc_token_amount" => {
                    let (amounts, join) = (ints(&args["amounts"]), flag(&args["is_deposit"]));
                    word(pool.calc_token_amount(&amounts, join, time), shown)
                }
                "remove_liquidity_imbalance" => {
                    let (amounts, max) = (ints(&args["amounts"]), int(&args["max_burn"]));
                    word(pool.remove_liquidity_imbalance(&amounts, max, time), shown)
                }
                "ramp_A" => {
                    word(pool.ramp(small(&args["future_A"]), small(&args["future_time"]), time), nothing)
                }
                "remove_liquidity" => {
                    let (burn, min) = (int(&args["burn"]), ints(&args["min"]));
                    word(pool.remove_liquidity(burn, &min, flag(&args["claim_admin_fees"]), time), all_shown)
                }
                "calc_withdraw_one_coin" => {
                    word(pool.calc_withdraw_one_coin(token("i"), int(&args["burn"]), time), shown)
                }
                "remove_liquidity_one_coin" => {
                    let (burn, min) = (int(&args["burn"]), int(&args["min"]));
                    word(pool.remove_liquidity_one_coin(token("i"), burn, min, time), shown)
                }
                "withdraw_admin_fees" => {
                    pool.withdraw_admin_fees();
                    Ok(Value::Null)
                }
                "set_oracle_rate" => word(pool.set_oracle_rate(token("i"), int(&args["rate"])), nothing),
                "observe" => Ok(Value::Null),
                other => panic!("{other}"),
            };
            settle(id, step, got);
            if let Some(expected) = step.get("state") {
                assert_eq!(&state(&pool, time), expected, "{id} {}", step["op"]);
            }
            steps += 1;
        }
    }
    assert_eq!(steps, 709);
}

/// Exact amounts of a pool: what it holds for its provider and what for the administrator.
fn held(pool: &Pool) -> Vec<U256> {
    pool.balances().iter().zip(pool.admin_balances()).map(|(&a, b)| a + b).collect()
}

/// What rounding can take off the invariant per share, as a part of it: a unit of each balance, a unit of the invariant, and a unit of each
/// factor of the product from which a balance is found, which is small where other coins abound.
fn rounding(pool: &Pool, units: &[U256], time: u64) -> f64 {
    let scaled: Vec<f64> =
        pool.balances().into_iter().zip(units).map(|(balance, &unit)| approximate(balance * unit)).collect();
    let n = scaled.len() as f64;
    let d = approximate(pool.virtual_price(time).unwrap()) / 1e18 * approximate(pool.total_supply());
    let lost = |j: usize| {
        let (mut c, mut lost) = (d, 4.0 / scaled[j].max(1.0));
        for (k, &x) in scaled.iter().enumerate() {
            if k != j {
                c *= d / (x.max(1.0) * n);
                lost += 2.0 / c;
            }
        }
        lost
    };
    (0..scaled.len()).map(lost).fold(4.0 / d + 4e-18, f64::max)
}

/// Coins are conserved, the invariant per share falls by rounding alone, and nothing panics.
#[test]
fn random_steps() {
    let mut draws = Draws(0x57ab_1e5a);
    let one = U256::from(1_000_000_000_000_000_000u64);
    let (mut pool, mut units, mut n, mut done) = (None, Vec::new(), 2, 0);
    for step in 0..steps() {
        let time = u64::from(step) * 60;
        if step % 250 == 0 {
            n = usize::try_from(draws.below(7) + 2).unwrap();
            let decimals: Vec<u32> =
                (0..n).map(|_| [18, 18, 8, 6, 0][usize::try_from(draws.below(5)).unwrap()]).collect();
            let settings = Settings {
                amplification: draws.wide(19).to::<u64>() + 1,
                fee: [0, 1_000_000, 4_000_000, 100_000_000][usize::try_from(draws.below(4)).unwrap()],
                offpeg_fee_multiplier: [0, 20_000_000_000, 100_000_000_000]
                    [usize::try_from(draws.below(3)).unwrap()],
                ma_exp_time: 866,
                d_ma_time: 62_324,
                decimals: &decimals,
                oracle_rates: &vec![one; n],
            };
            units = decimals.iter().map(|&d| U256::from(10u64).pow(U256::from(18 - d))).collect();
            let mut fresh = Pool::new(&settings, time).unwrap();
            let bits = draws.below(40);
            let first: Vec<U256> = decimals
                .iter()
                .map(|&d| (draws.wide(bits + 10) + U256::from(1u64)) * U256::from(10u64).pow(U256::from(d)))
                .collect();
            pool = fresh.add_liquidity(&first, U256::ZERO, time).is_ok().then_some(fresh);
        }
        let Some(pool) = &mut pool else { continue };
        let before = pool.clone();
        let mut coin = || usize::try_from(draws.below(u64::try_from(n).unwrap())).unwrap();
        let pair = (coin(), coin());
        let most = u64::try_from(before.balances()[pair.0].bit_len()).unwrap() + 1;
        let amount = draws.wide(most);
        let shares = draws.wide(u64::try_from(before.total_supply().bit_len()).unwrap().max(1));
        let amounts: Vec<U256> =
            (0..n).map(|_| if draws.below(2) == 0 { U256::ZERO } else { draws.wide(most) }).collect();
        let choice = draws.below(10);
        let outcome = match choice {
            0 => pool.add_liquidity(&amounts, U256::ZERO, time).map(|_| amounts.clone()),
            1 => pool.remove_liquidity_imbalance(&amounts, U256::MAX, time).map(|_| amounts.clone()),
            2 => pool.remove_liquidity(shares, &vec![U256::ZERO; n], false, time),
            3 => pool
                .remove_liquidity_one_coin(pair.0, shares, U256::ZERO, time)
                .map(|out| (0..n).map(|k| if k == pair.0 { out } else { U256::ZERO }).collect()),
            4 => {
                let quote = pool.get_dx(pair, amount, time);
                pool.get_dy(pair, quote.unwrap_or(amount), time).map(|_| vec![U256::ZERO; n])
            }
            _ => {
                let quote = pool.get_dy(pair, amount, time);
                pool.exchange(pair, amount, U256::ZERO, time).map(|out| {
                    assert_eq!(quote, Ok(out));
                    let held = held(pool);
                    assert_eq!(held[pair.0], self::held(&before)[pair.0] + amount);
                    assert_eq!(held[pair.1] + out, self::held(&before)[pair.1]);
                    Vec::new()
                })
            }
        };
        let Ok(moved) = outcome else {
            assert_eq!(*pool, before);
            continue;
        };
        done += 1;
        for ((now, was), moved) in held(pool).into_iter().zip(held(&before)).zip(moved) {
            assert_eq!(now, if choice == 0 { was + moved } else { was - moved });
        }
        if let (Ok(was), Ok(is)) = (before.virtual_price(time), pool.virtual_price(time)) {
            let lost = rounding(&before, &units, time).max(rounding(pool, &units, time));
            let fallen = (approximate(was) - approximate(is)) / approximate(was);
            assert!(fallen <= lost, "{step} {choice} {fallen} {lost} {before:?} {pool:?}");
        }
    }
    assert!(done > steps() / 10, "{done}");
}
