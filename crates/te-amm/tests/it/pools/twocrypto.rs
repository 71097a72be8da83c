//! Curve's twocrypto-ng.

use super::{Draws, all_shown, flag, int, pair, read, settle, shown, signed, small, steps, text};
use serde_json::{Value, json};
use te_amm::exact::twocrypto::curve::Shape;
use te_amm::exact::twocrypto::pool::{Pool, Settings};
use te_amm::exact::twocrypto::{Refusal, exp};
use te_amm::wide::U256;

const FILE: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-amm/pools/twocrypto_ng.json"));

fn word<T>(result: Result<T, Refusal>, show: impl FnOnce(T) -> Value) -> Result<Value, &'static str> {
    result.map(show).map_err(|refusal| refusal.word())
}

#[test]
fn every_case() {
    let file = read(FILE);
    let cases = file["cases"].as_array().unwrap();
    for case in cases {
        let args = &case["args"];
        let shape = || Shape::new(int(&args["A"]), int(&args["gamma"]));
        let (x, d, i) = (|| pair(&args["x"]), || int(&args["D"]), || small::<usize>(&args["i"]));
        let got = match text(&case["function"]) {
            "newton_D" => word(shape().and_then(|shape| shape.invariant(x(), int(&args["K0_prev"]))), shown),
            "newton_y" => word(shape().and_then(|shape| shape.balance_by_steps(x(), d(), i())), shown),
            "get_y" => {
                let both = |(y, hint)| all_shown([y, hint]);
                word(shape().and_then(|shape| shape.balance(x(), d(), i())), both)
            }
            "get_p" => word(shape().and_then(|shape| shape.price(x(), d())), shown),
            "wad_exp" => word(exp(signed(&args["x"])), shown),
            other => panic!("{other}"),
        };
        settle(text(&case["id"]), case, got);
    }
    assert_eq!(cases.len(), 266);
}

fn made(pool: &Value, time: u64) -> Pool {
    let settings = Settings {
        shape: Shape::new(int(&pool["A"]), int(&pool["gamma"])).unwrap(),
        mid_fee: small(&pool["mid_fee"]),
        out_fee: small(&pool["out_fee"]),
        fee_gamma: small(&pool["fee_gamma"]),
        allowed_extra_profit: small(&pool["allowed_extra_profit"]),
        adjustment_step: small(&pool["adjustment_step"]),
        ma_time: small(&pool["ma_time"]),
        initial_price: int(&pool["initial_price"]),
        decimals: [small(&pool["decimals"][0]), small(&pool["decimals"][1])],
    };
    Pool::new(&settings, time).unwrap()
}

fn state(pool: &Pool, time: u64) -> Value {
    json!({
        "balances": all_shown(pool.balances()),
        "D": shown(pool.invariant()),
        "total_supply": shown(pool.total_supply()),
        "virtual_price": shown(pool.virtual_price()),
        "xcp_profit": shown(pool.xcp_profit()),
        "xcp_profit_a": shown(pool.xcp_profit_a()),
        "price_scale": shown(pool.price_scale()),
        "price_oracle": shown(pool.price_oracle(time).unwrap()),
        "last_price": shown(pool.last_price()),
        "last_timestamp": pool.last_timestamp().to_string(),
        "fee": pool.fee().map_or(Value::Null, shown),
        "lp_price": shown(pool.lp_price(time).unwrap()),
        "get_virtual_price": pool.virtual_price_now().map_or(Value::Null, shown),
    })
}

#[test]
fn every_trace() {
    let file = read(FILE);
    let (mut steps, mut moves) = (0, 0);
    for trace in file["traces"].as_array().unwrap() {
        let mut pool = made(&trace["pool"], trace["start_time"].as_u64().unwrap());
        for step in trace["steps"].as_array().unwrap() {
            let (id, args, time) = (text(&trace["id"]), &step["args"], step["time"].as_u64().unwrap());
            let token = |name: &str| small::<usize>(&args[name]);
            let (coins, scale) = (|| (token("i"), token("j")), pool.price_scale());
            let got = match text(&step["op"]) {
                "add_liquidity" => {
                    word(pool.add_liquidity(pair(&args["amounts"]), int(&args["min_mint"]), time), shown)
                }
                "calc_token_amount" => {
                    let (amounts, join) = (pair(&args["amounts"]), flag(&args["is_deposit"]));
                    word(pool.calc_token_amount(amounts, join, time), shown)
                }
                "exchange" => {
                    word(pool.exchange(coins(), int(&args["dx"]), int(&args["min_dy"]), time), shown)
                }
                "get_dy" => word(pool.get_dy(coins(), int(&args["dx"]), time), shown),
                "get_dx" => word(pool.get_dx(coins(), int(&args["dy"]), time), shown),
                "ramp_A_gamma" => {
                    let next = Shape { a: int(&args["future_A"]), gamma: int(&args["future_gamma"]) };
                    word(pool.ramp(next, small(&args["future_time"]), time), |()| Value::Null)
                }
                "calc_withdraw_one_coin" => {
                    word(pool.calc_withdraw_one_coin(token("i"), int(&args["burn"]), time), shown)
                }
                "remove_liquidity_one_coin" => {
                    let (burn, min) = (int(&args["burn"]), int(&args["min"]));
                    word(pool.remove_liquidity_one_coin(token("i"), burn, min, time), shown)
                }
                "remove_liquidity" => {
                    word(pool.remove_liquidity(int(&args["burn"]), pair(&args["min"])), all_shown)
                }
                other => panic!("{other}"),
            };
            settle(id, step, got);
            if let Some(expected) = step.get("state") {
                assert_eq!(&state(&pool, time), expected, "{id} {} {time}", step["op"]);
            }
            moves += u32::from(pool.price_scale() != scale);
            steps += 1;
        }
    }
    assert_eq!((steps, moves), (618, 108));
}

fn some_pool(draws: &mut Draws, time: u64) -> Option<(Pool, Settings)> {
    let mut one_of = |values: &[u64]| values[usize::try_from(draws.below(values.len() as u64)).unwrap()];
    let shape = Shape::new(
        U256::from(one_of(&[4_000, 400_000, 20_000_000, 40_000_000])),
        U256::from(one_of(&[
            10_000_000_000,
            145_000_000_000_000,
            30_000_000_000_000_000,
            199_000_000_000_000_000,
        ])),
    );
    let settings = Settings {
        shape: shape.unwrap(),
        mid_fee: one_of(&[500_000, 3_000_000, 26_000_000]),
        out_fee: one_of(&[26_000_000, 100_000_000, 9_999_999_999]),
        fee_gamma: one_of(&[1, 230_000_000_000_000, 1_000_000_000_000_000_000]),
        allowed_extra_profit: one_of(&[0, 2_000_000_000_000]),
        adjustment_step: one_of(&[1_000_000_000, 146_000_000_000_000]),
        ma_time: one_of(&[87, 866, 50_000]),
        initial_price: U256::from(one_of(&[
            25_000_000_000_000,
            1_000_000_000_000_000_000,
            10_000_000_000_000_000_000,
        ])),
        decimals: [[18, 18], [6, 8], [0, 18]][usize::try_from(one_of(&[0, 1, 2])).unwrap()],
    };
    // Up to 2^40 tokens of the first, from a tenth to twice their worth of the second.
    let ten_to = |power: u32| U256::from(10u64).pow(U256::from(power));
    let [first_unit, second_unit] = settings.decimals.map(ten_to);
    let first = draws.wide(40) * first_unit;
    let worth = first * ten_to(18) / first_unit * second_unit / settings.initial_price;
    let second = worth * U256::from(draws.below(20) + 1) / U256::from(10u64);
    let mut pool = Pool::new(&settings, time).unwrap();
    pool.add_liquidity([first, second], U256::ZERO, time).ok().map(|_| (pool, settings))
}

/// The virtual price falls only where the price scale moves or the administrator is paid; coins are conserved; nothing panics.
#[test]
fn random_steps() {
    let mut draws = Draws(0x2c24_9707);
    let (mut state, mut done, mut moves, mut ramp_end) = (None, 0, 0, 0);
    for step in 0..steps() {
        let time = u64::from(step) * 97;
        if step % 200 == 0 {
            (state, ramp_end) = (some_pool(&mut draws, time), 0);
        }
        let Some((pool, settings)) = &mut state else { continue };
        let before = pool.clone();
        let pair = [(0, 1), (1, 0), (0, 1), (1, 0), (0, 1), (1, 0), (0, 0), (1, 2)]
            [usize::try_from(draws.below(8)).unwrap()];
        let held = pool.balances();
        let most = u64::try_from(held[pair.0].bit_len()).unwrap().saturating_sub(draws.below(12)).max(1);
        let amount = draws.wide(most);
        let shares = draws.wide(u64::try_from(pool.total_supply().bit_len()).unwrap().max(1));
        let (i, j) = pair;
        let choice = draws.below(10);
        let outcome = match choice {
            0 => pool.add_liquidity([amount, draws.wide(most)], U256::ZERO, time).map(|_| ()),
            1 if draws.below(4) == 0 => pool.remove_liquidity(shares, [U256::ZERO; 2]).map(|_| ()),
            2 => pool.remove_liquidity_one_coin(i, shares, U256::ZERO, time).map(|_| ()),
            3 => pool.get_dx(pair, amount, time).map(|_| ()),
            4 => {
                let a = settings.shape.a / U256::from(draws.below(3) + 1);
                let next = Shape { a, gamma: settings.shape.gamma };
                let end = time + 7_000 * draws.below(20);
                pool.ramp(next, end, time).inspect(|()| ramp_end = end)
            }
            _ => {
                let quote = pool.get_dy(pair, amount, time);
                pool.exchange(pair, amount, U256::ZERO, time).map(|out| {
                    assert_eq!(quote, Ok(out));
                    assert_eq!(pool.balances()[i], held[i] + amount);
                    assert_eq!(pool.balances()[j] + out, held[j]);
                })
            }
        };
        if outcome.is_err() {
            assert_eq!(*pool, before);
            continue;
        }
        done += 1;
        if pool.price_scale() != before.price_scale() {
            moves += 1;
            let twice = pool.virtual_price() * U256::from(2u64);
            assert!(twice > pool.xcp_profit() + U256::from(10u64).pow(U256::from(18u64)));
        } else if choice != 2 && choice != 1 {
            assert!(pool.virtual_price() >= before.virtual_price() || time <= ramp_end, "{step} {choice}");
        }
    }
    assert!(done > steps() / 10 && moves > 0, "{done} {moves}");
}
