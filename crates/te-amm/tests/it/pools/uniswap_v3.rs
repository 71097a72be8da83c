//! Uniswap v3.

use super::{Draws, int, read, settle, shown, small, steps, text};
use serde_json::{Map, Value, json};
use te_amm::exact::integer::Round;
use te_amm::exact::uniswap_v3::Refusal;
use te_amm::exact::uniswap_v3::amounts::{
    Amount, Step, amount0, amount1, next_root_from_input, next_root_from_output, step,
};
use te_amm::exact::uniswap_v3::pool::{Paid, Pool, Position, Swap};
use te_amm::exact::uniswap_v3::root::{root_at_tick, tick_at_root};
use te_amm::wide::U256;

const FILE: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-amm/pools/uniswap_v3.json"));

/// Exact out is below 0 in the files.
fn amount(v: &Value) -> Amount {
    match text(v).strip_prefix('-') {
        Some(digits) => Amount::Out(digits.parse().unwrap()),
        None => Amount::In(int(v)),
    }
}

fn both(v: [U256; 2]) -> Value {
    json!([v[0].to_string(), v[1].to_string()])
}

#[test]
fn every_case() {
    let file = read(FILE);
    let cases = file["cases"].as_array().unwrap();
    for case in cases {
        let args = &case["args"];
        let (number, flag) = (|name: &str| int(&args[name]), |name: &str| args[name].as_bool().unwrap());
        let liquidity = || small::<u128>(&args["liquidity"]);
        let round = || if flag("round_up") { Round::Up } else { Round::Down };
        let got: Result<Value, Refusal> = match text(&case["function"]) {
            "root_at_tick" => root_at_tick(small(&args["tick"])).map(shown),
            "tick_at_root" => tick_at_root(number("root")).map(|tick| Value::String(tick.to_string())),
            "next_root_from_input" => {
                let next =
                    next_root_from_input(number("root"), liquidity(), number("amount"), flag("zero_for_one"));
                next.map(shown).map_err(Into::into)
            }
            "next_root_from_output" => {
                let next = next_root_from_output(
                    number("root"),
                    liquidity(),
                    number("amount"),
                    flag("zero_for_one"),
                );
                next.map(shown).map_err(Into::into)
            }
            "amount0" => amount0(number("root_a"), number("root_b"), liquidity(), round())
                .map(shown)
                .map_err(Into::into),
            "amount1" => amount1(number("root_a"), number("root_b"), liquidity(), round())
                .map(shown)
                .map_err(Into::into),
            "swap_step" => {
                let left = amount(&args["amount_remaining"]);
                step(number("root"), number("root_target"), liquidity(), left, small(&args["fee_pips"]))
                    .map(|Step { root, amount_in, amount_out, fee }| {
                        json!({
                            "root_next": shown(root),
                            "amount_in": shown(amount_in),
                            "amount_out": shown(amount_out),
                            "fee_amount": shown(fee),
                        })
                    })
                    .map_err(Into::into)
            }
            other => panic!("{other}"),
        };
        settle(text(&case["id"]), case, got.map_err(|refusal| refusal.word()));
    }
    assert_eq!(cases.len(), 327);
}

fn state(pool: &Pool) -> Value {
    let ticks: Map<String, Value> = pool
        .ticks()
        .iter()
        .map(|(tick, entry)| {
            let shown = json!({
                "gross": entry.gross.to_string(),
                "net": entry.net.to_string(),
                "outside0": entry.outside[0].to_string(),
                "outside1": entry.outside[1].to_string(),
            });
            (tick.to_string(), shown)
        })
        .collect();
    let [fee0, fee1] = pool.protocol();
    let [growth0, growth1] = pool.growth();
    json!({
        "root": shown(pool.root()),
        "tick": pool.tick().to_string(),
        "protocol_fee": (u32::from(fee0) + 16 * u32::from(fee1)).to_string(),
        "liquidity": pool.liquidity().to_string(),
        "growth0": shown(growth0),
        "growth1": shown(growth1),
        "protocol_fees": both(pool.protocol_fees().map(U256::from)),
        "balances": both(pool.balances()),
        "ticks": ticks,
    })
}

fn paid(Paid { amounts }: Paid) -> Value {
    json!({ "amount0": shown(amounts[0]), "amount1": shown(amounts[1]) })
}

/// In is above 0, out below.
fn moved(swap: Swap, zero_for_one: bool) -> Value {
    let out = if swap.amount_out.is_zero() { "0".to_owned() } else { format!("-{}", swap.amount_out) };
    let (first, second) = (shown(swap.amount_in), Value::String(out));
    if zero_for_one {
        json!({ "amount0": first, "amount1": second })
    } else {
        json!({ "amount0": second, "amount1": first })
    }
}

#[test]
fn every_trace() {
    let file = read(FILE);
    let mut steps = 0;
    for trace in file["traces"].as_array().unwrap() {
        let given = &trace["pool"];
        let mut pool = Pool::new(small(&given["fee_pips"]), small(&given["tick_spacing"])).unwrap();
        for step in trace["steps"].as_array().unwrap() {
            let (id, args) = (text(&trace["id"]), &step["args"]);
            let range = || (small::<i32>(&args["lower"]), small::<i32>(&args["upper"]));
            let liquidity = || small::<u128>(&args["liquidity"]);
            let got = match text(&step["op"]) {
                "initialize" => pool.initialize(int(&args["root"])).map(|()| Value::Null),
                "mint" => pool.mint(range().0, range().1, liquidity()).map(paid),
                "burn" => pool.burn(range().0, range().1, liquidity()).map(paid),
                "swap" => {
                    let down = args["zero_for_one"].as_bool().unwrap();
                    pool.swap(down, amount(&args["amount"]), int(&args["root_limit"]))
                        .map(|swap| moved(swap, down))
                }
                "collect" => {
                    let most = [small(&args["amount0"]), small(&args["amount1"])];
                    pool.collect(range().0, range().1, most).map(paid)
                }
                "set_protocol_fee" => {
                    pool.set_protocol([small(&args["fee0"]), small(&args["fee1"])]).map(|()| Value::Null)
                }
                "collect_protocol" => Ok(paid(Paid { amounts: pool.collect_protocol() })),
                other => panic!("{other}"),
            };
            settle(id, step, got.map_err(|refusal| refusal.word()));
            if let Some(expected) = step.get("state") {
                let now = state(&pool);
                for (name, value) in expected.as_object().unwrap() {
                    assert_eq!(&now[name], value, "{id} {name} {}", step["op"]);
                }
                assert_eq!(now.as_object().unwrap().len(), expected.as_object().unwrap().len());
            }
            if let Some(expected) = step.get("position") {
                let Position { liquidity, inside, owed } = pool.position(range().0, range().1).unwrap();
                let now = json!({
                    "liquidity": liquidity.to_string(),
                    "inside0": shown(inside[0]),
                    "inside1": shown(inside[1]),
                    "owed0": owed[0].to_string(),
                    "owed1": owed[1].to_string(),
                });
                assert_eq!(&now, expected, "{id} {step}");
            }
            steps += 1;
        }
    }
    assert_eq!(steps, 469);
}

fn some_pool(draws: &mut Draws) -> (Pool, i32) {
    let (fee, spacing) = [(100, 1), (500, 10), (3000, 60), (10_000, 200), (0, 1), (999_999, 16_383)]
        [usize::try_from(draws.below(6)).unwrap()];
    let mut pool = Pool::new(fee, spacing).unwrap();
    let middle = i32::try_from(draws.below(1_600_000)).unwrap() - 800_000;
    let near = root_at_tick(middle).unwrap() + draws.wide(20);
    pool.initialize(near).unwrap();
    pool.set_protocol([[0, 0], [4, 10], [7, 0]][usize::try_from(draws.below(3)).unwrap()]).unwrap();
    (pool, spacing)
}

/// All positions burnt and collected: what is left must pay the protocol. Liquidity in range is that of the positions around the tick.
fn check(pool: &Pool) {
    let around = |range: (i32, i32)| range.0 <= pool.tick() && pool.tick() < range.1;
    let sum: u128 = pool.positions().filter(|&(range, _)| around(range)).map(|(_, p)| p.liquidity).sum();
    assert_eq!(sum, pool.liquidity());
    let mut emptied = pool.clone();
    let open: Vec<_> = pool.positions().map(|(range, p)| (range, p.liquidity)).collect();
    for ((lower, upper), liquidity) in open {
        if liquidity > 0 {
            emptied.burn(lower, upper, liquidity).unwrap();
        }
        emptied.collect(lower, upper, [u128::MAX; 2]).unwrap();
    }
    assert!(emptied.ticks().is_empty() && emptied.liquidity() == 0);
    for (held, owed) in emptied.balances().into_iter().zip(emptied.protocol_fees()) {
        assert!(held >= U256::from(owed), "{held} {owed}");
    }
}

#[test]
fn random_steps() {
    let mut draws = Draws(0x0a3_7015e);
    let (mut pool, mut spacing) = some_pool(&mut draws);
    let (mut done, mut crossed) = (0, 0);
    for step in 0..steps() {
        if step % 100 == 0 {
            (pool, spacing) = some_pool(&mut draws);
        }
        let before = pool.clone();
        let reach = [3, 30, 3000][usize::try_from(draws.below(3)).unwrap()];
        let mut edge = |sign: i32| {
            let away = i32::try_from(draws.below(reach)).unwrap();
            (pool.tick().div_euclid(spacing) + sign * away).saturating_mul(spacing)
        };
        let (lower, upper) = (edge(-1), edge(1));
        let open: Vec<_> = pool.positions().map(|(range, p)| (range, p.liquidity)).collect();
        let some = open.get(usize::try_from(draws.below(5)).unwrap()).copied();
        let size: u128 = draws.wide(100).to();
        let down = draws.below(2) == 0;
        let outcome = match draws.below(8) {
            0 | 1 => pool.mint(lower, upper, size).map(|_| ()),
            2 => {
                let ((lower, upper), held) = some.unwrap_or(((lower, upper), 0));
                let part = held >> draws.below(4);
                pool.burn(lower, upper, part.max(u128::from(draws.below(2)))).map(|_| ())
            }
            3 => {
                let ((lower, upper), _) = some.unwrap_or(((lower, upper), 0));
                pool.collect(lower, upper, [size; 2]).map(|_| ())
            }
            choice => {
                let asked = draws.wide(110);
                let amount = if choice % 2 == 0 { Amount::In(asked) } else { Amount::Out(asked) };
                let edge = pool.tick() + if down { -500 } else { 500 };
                let limit =
                    if draws.below(2) == 0 { U256::ZERO } else { root_at_tick(edge).unwrap_or(U256::ZERO) };
                pool.swap(down, amount, limit).map(|swap| {
                    crossed += swap.crossed;
                    assert!(swap.left <= asked);
                    assert!(if down { pool.root() <= before.root() } else { pool.root() >= before.root() });
                    // What came out costs no less when it is asked for; out(in(o)) >= o.
                    if let Amount::Out(_) = amount
                        && swap.left.is_zero()
                    {
                        let mut again = before.clone();
                        let back = again.swap(down, Amount::In(swap.amount_in), limit).unwrap();
                        assert!(back.amount_out >= swap.amount_out);
                    }
                })
            }
        };
        if outcome.is_err() {
            assert_eq!(pool, before);
            continue;
        }
        done += 1;
        if step % 20 == 0 {
            check(&pool);
        }
    }
    assert!(done > steps() / 4 && crossed > steps() / 20, "{done} {crossed}");
}
