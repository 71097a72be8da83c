//! `flash_seed_pins.json`: every number that the published notebook prints, digit for digit.

use serde_json::Value;
use te_amm::{Decimal28, Number, PoolNumber, swap};
use te_flash::{Config, Draw, Events, Flash, Profile, Reserves, Setup, Token};

const FILE: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-flash/flash_seed_pins.json"));
const TWO_53: f64 = 9_007_199_254_740_992.0;

fn pins() -> Value {
    serde_json::from_str(FILE).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn token(value: &Value) -> Token {
    serde_json::from_value(value.clone()).unwrap()
}

fn d(text: &str) -> Decimal28 {
    text.parse().unwrap()
}

/// The notebook's initial state: binary expansions of its float literals.
fn notebook(profile: Profile) -> Flash<Decimal28> {
    let even = Reserves { alt: d("100000"), flash: d("100000") };
    let setup = Setup {
        mint_rate: Decimal28::from_f64(0.1).unwrap(),
        market_apy: Decimal28::from_f64(0.01).unwrap(),
        external: even,
        internal: even,
    };
    Flash::new(setup, Config::of(profile).unwrap()).unwrap()
}

fn step(model: &mut Flash<Decimal28>, amount: Decimal28, token: Token) -> Events<Decimal28> {
    model.step(&Draw { market_apy: d("0.17"), amount, token }).unwrap()
}

/// Python's `"%f %s"`.
fn with_unit(value: Decimal28, unit: Token) -> String {
    format!("{} {}", value.to_fixed(6).unwrap(), if unit == Token::Alt { "alt" } else { "flash" })
}

fn other(token: Token) -> Token {
    if token == Token::Alt { Token::Flash } else { Token::Alt }
}

/// The stake of step 2, for a uniform numerator of step 1.
fn second_stake(numerator: u64) -> Decimal28 {
    let mut model = notebook(Profile::Seed);
    let amount = numerator as f64 / TWO_53 * 100.0;
    step(&mut model, Decimal28::from_f64(amount).unwrap(), Token::Alt);
    // The stake of step 2 depends on the state after step 1 only.
    step(&mut model, d("1"), Token::Alt).stake
}

#[test]
fn the_log_is_printed_again() {
    let pins = pins();
    let log = &pins["log_In51"];
    let mut model = notebook(Profile::Seed);
    let draws = &log["draws"];
    let first = Decimal28::from_f64(text(&draws["step1"]["amount_f64"]).parse().unwrap()).unwrap();
    assert_eq!(first.to_string(), text(&draws["step1"]["amount_exact"]));
    let interval = &draws["step2"]["amount_interval"];
    let middle = d(text(&interval[0])).try_add(d(text(&interval[1]))).unwrap().try_div(d("2")).unwrap();
    for (name, amount) in [("step1", first), ("step2", middle)] {
        let printed = &log[name];
        let side = token(&draws[name]["token"]);
        let events = step(&mut model, amount, side);
        assert_eq!(with_unit(events.ext_out, other(side)), text(&printed["ext_out"]));
        assert_eq!(with_unit(events.ext_stake_out, Token::Alt), text(&printed["ext_stake_out"]));
        assert_eq!(with_unit(events.arb_out, other(events.arb_token)), text(&printed["int_out"]));
        assert_eq!(events.stake.to_string(), text(&printed["flash_needed"]));
        assert_eq!(with_unit(events.stake_flash_bought, Token::Flash), text(&printed["int_stake_out"]));
        if let Some(prefix) = printed.get("flash_to_stake_prefix") {
            assert!(events.stake.to_string().starts_with(text(prefix)));
        } else {
            assert_eq!(events.stake.to_string(), text(&printed["flash_to_stake"]));
            assert_eq!(model.staked().to_string(), text(&printed["updated_stake_amt"]));
        }
    }
}

/// The 28 digits printed at step 2 name one double among all 2^53: found by bisection, since the stake falls with
/// the price and the price rises with the ALT put in.
#[test]
fn the_first_draw_is_found_in_the_printed_digits() {
    let pins = pins();
    let log = &pins["log_In51"];
    let printed = d(text(&log["step2"]["flash_needed"]));
    let rising = second_stake(1 << 52) > second_stake(1 << 51);
    let (mut low, mut high) = (0u64, 1 << 53);
    while high - low > 1 {
        let middle = low.midpoint(high);
        let stake = second_stake(middle);
        if (stake <= printed) == rising || stake == printed { low = middle } else { high = middle }
    }
    assert_eq!(low.to_string(), text(&log["draws"]["step1"]["uniform_numerator"]));
    assert_eq!(second_stake(low), printed);
    // Several uniforms may round to one double; the doubles beside it print other digits.
    let double: f64 = text(&log["draws"]["step1"]["amount_f64"]).parse().unwrap();
    assert_eq!(low as f64 / TWO_53 * 100.0, double);
    for (neighbour, starts) in
        [(double.next_up(), "5218.102393690291"), (double.next_down(), "5218.102393690291")]
    {
        let mut model = notebook(Profile::Seed);
        step(&mut model, Decimal28::from_f64(neighbour).unwrap(), Token::Alt);
        let stake = step(&mut model, d("1"), Token::Alt).stake;
        assert_ne!(stake, printed);
        assert!(stake.to_string().starts_with(starts), "{stake}");
    }
}

/// The second draw is known as far as six printed decimals tell: invert the swap at both ends of their rounding.
#[test]
fn the_second_draw_is_bracketed_by_the_printed_output() {
    let pins = pins();
    let draws = &pins["log_In51"]["draws"];
    let mut model = notebook(Profile::Seed);
    step(
        &mut model,
        Decimal28::from_f64(text(&draws["step1"]["amount_f64"]).parse().unwrap()).unwrap(),
        Token::Alt,
    );
    let pool = *model.external();
    for (end, expected) in
        ["20.3042335", "20.3042345"].iter().zip(draws["step2"]["amount_interval"].as_array().unwrap())
    {
        let amount = swap::exact_out(pool.alt, pool.flash, d(end), d("0")).unwrap();
        let gap = amount.try_sub(d(text(expected))).unwrap().approximate().abs();
        assert!(gap < 1e-22, "{amount} is not {expected}");
    }
}

/// The table of the older revision: nine draws, each a 53-bit uniform times 100, and every visible reserve.
#[test]
fn the_table_is_printed_again() {
    let pins = pins();
    let table = &pins["table_In39"];
    let mut model = notebook(Profile::Nostake);
    assert!(Decimal28::from_f64(0.01).unwrap().to_string().starts_with(text(&table["market_apy_prefix"])));
    assert!(Decimal28::from_f64(0.003).unwrap().to_string().starts_with(text(&table["fee_rate_prefix"])));
    for (index, draw) in table["draws"].as_array().unwrap().iter().enumerate() {
        let amount = text(&draw["uniform_numerator"]).parse::<u64>().unwrap() as f64 / TWO_53 * 100.0;
        assert_eq!(amount, text(&draw["amount_f64"]).parse::<f64>().unwrap());
        // The table's dictionaries show the input token first.
        assert_eq!(table["printed_ext"][index][0], draw["token"]);
        step(&mut model, Decimal28::from_f64(amount).unwrap(), token(&draw["token"]));
        for (column, pool) in [("printed_ext", model.external()), ("printed_int", model.internal())] {
            let visible = &table[column][index];
            let reserve = if token(&visible[0]) == Token::Alt { pool.alt } else { pool.flash };
            let shown = if text(&visible[1]) == "100000" {
                reserve.try_sub(d("0")).unwrap().to_string()
            } else {
                reserve.to_string()
            };
            let numeric = reserve == d(text(&visible[1]));
            assert!(shown == text(&visible[1]) || numeric, "{column} {}: {shown}", index + 1);
        }
    }
}

/// 96-bit decimals come within the stated tolerance but not to the last printed digit.
#[test]
fn the_last_digit_needs_the_notebooks_arithmetic() {
    use rust_decimal::Decimal;
    let even = Reserves { alt: Decimal::from(100_000), flash: Decimal::from(100_000) };
    let setup = Setup {
        mint_rate: Decimal::from_float(0.1).unwrap(),
        market_apy: Decimal::from_float(0.01).unwrap(),
        external: even,
        internal: even,
    };
    let mut model = Flash::new(setup, Config::of(Profile::Seed).unwrap()).unwrap();
    let draw = Draw {
        market_apy: Decimal::ZERO,
        amount: Decimal::from_float(5.99347203460071).unwrap(),
        token: Token::Alt,
    };
    model.step(&draw).unwrap();
    let stake = model.step(&draw).unwrap().stake;
    assert!(stake.to_string().starts_with("5218.1023936902910888834"), "{stake}");
    assert_ne!(stake.to_string(), "5218.102393690291088883401884");
}
