//! `flash_traces.json`: 30 runs, on 28-digit decimals, on 96-bit decimals and in f64.

use rust_decimal::Decimal;
use serde_json::Value;
use te_amm::{Decimal28, PoolNumber};
use te_flash::{
    ArbTiming, Config, Draw, Flash, FlashError, NegativeStake, NoPremium, Profile, Reserves, Setup,
    StakeSwap, SwapFormula, Target, Token,
};

const FILE: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-flash/flash_traces.json"));

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// An event, zero where the revision without staking has none.
fn event<'a>(events: &'a Value, key: &str) -> &'a str {
    events.get(key).map_or("0", text)
}

fn setting<T: serde::de::DeserializeOwned>(config: &Value, key: &str) -> T {
    serde_json::from_value(config[key].clone()).unwrap()
}

fn token(value: &Value) -> Token {
    serde_json::from_value(value.clone()).unwrap()
}

fn config<N: PoolNumber>(trace: &Value, read: fn(&str) -> N) -> Config<N> {
    let c = &trace["config"];
    let profile = match text(&trace["profile"]) {
        "seed" => Profile::Seed,
        "nostake" => Profile::Nostake,
        _ => Profile::Corrected,
    };
    let of_profile = Config::<N>::of(profile).unwrap();
    let full = Config {
        staking: setting(c, "staking"),
        market_apy_updates: setting(c, "market_apy_updates"),
        no_premium: setting::<NoPremium>(c, "no_premium"),
        target: setting::<Target>(c, "target"),
        negative_stake: setting::<NegativeStake>(c, "negative_stake"),
        stake_swap: setting::<StakeSwap>(c, "stake_swap"),
        arb_timing: setting::<ArbTiming>(c, "arb_timing"),
        swap_formula: setting::<SwapFormula>(c, "swap_formula"),
        fee_ext: read(text(&c["fee_ext"])),
        fee_int: read(text(&c["fee_int"])),
        max_stake_fraction: c["max_stake_fraction"].as_str().map(read),
        ..of_profile
    };
    if trace["overrides"].as_object().unwrap().is_empty() {
        assert_eq!(full, of_profile, "{}: the profile is the reference's", trace["id"]);
    }
    full
}

fn reserves<N: PoolNumber>(alt: &Value, flash: &Value, read: fn(&str) -> N) -> Reserves<N> {
    Reserves { alt: read(text(alt)), flash: read(text(flash)) }
}

/// Runs a trace and returns the largest error, relative to the largest reserve of the same pool (at least 1). One trace
/// of the published formula runs into negative reserves; there it is the largest magnitude.
fn run<N: PoolNumber>(trace: &Value, read: fn(&str) -> N, tolerance: f64) -> f64 {
    let (id, p) = (text(&trace["id"]), &trace["params"]);
    let setup = Setup {
        mint_rate: read(text(&p["mint_rate"])),
        market_apy: read(text(&p["market_apy0"])),
        external: reserves(&p["ext_alt"], &p["ext_flash"], read),
        internal: reserves(&p["int_alt"], &p["int_flash"], read),
    };
    let mut model = Flash::new(setup, config(trace, read)).unwrap();
    let steps = trace["steps"].as_array().unwrap();
    let mut worst = 0.0f64;
    for (index, draw) in trace["draws"].as_array().unwrap().iter().enumerate() {
        let draw = Draw {
            market_apy: read(text(&draw["market_apy"])),
            amount: read(text(&draw["amount"])),
            token: token(&draw["token"]),
        };
        let before = model;
        let events = match model.step(&draw) {
            Ok(events) => events,
            Err(error) => {
                let expected = &trace["error"];
                assert_eq!(expected["step"].as_u64(), Some(index as u64 + 1), "{id}: {error}");
                let name = match error {
                    FlashError::NoPremium { .. } => "no_premium",
                    FlashError::NegativeSqrt { .. } => "negative_sqrt",
                    other => panic!("{id}: {other}"),
                };
                assert_eq!(name, text(&expected["kind"]), "{id}");
                assert_eq!(model, before, "a refused step changes nothing");
                assert_eq!(steps.len(), index);
                return worst;
            }
        };
        let (s, e) = (&steps[index], &steps[index]["events"]);
        let (outer, inner) = (
            reserves(&s["ext"]["alt"], &s["ext"]["flash"], read),
            reserves(&s["int"]["alt"], &s["int"]["flash"], read),
        );
        let largest = |r: &Reserves<N>| r.alt.approximate().abs().max(r.flash.approximate().abs()).max(1.0);
        let (large_outer, large_inner) = (largest(&outer), largest(&inner));
        let both = large_outer.max(large_inner);
        let mut compare = |name: &str, got: N, expected: N, scale: f64| {
            let error = got.try_sub(expected).unwrap().approximate().abs() / scale;
            assert!(
                error <= tolerance,
                "{id} step {} {name}: {got:?} is not {expected:?} ({error:e})",
                index + 1
            );
            worst = worst.max(error);
        };
        compare("ext alt", model.external().alt, outer.alt, large_outer);
        compare("ext flash", model.external().flash, outer.flash, large_outer);
        compare("int alt", model.internal().alt, inner.alt, large_inner);
        compare("int flash", model.internal().flash, inner.flash, large_inner);
        compare("market_apy", model.market_apy(), read(text(&s["market_apy"])), 1.0);
        compare("staked", model.staked(), read(text(&s["staked"])), both);
        compare("minted", model.minted(), read(text(&s["minted"])), both);
        compare("ext_out", events.ext_out, read(event(e, "ext_out")), large_outer);
        compare("ext_stake_out", events.ext_stake_out, read(event(e, "ext_stake_out")), large_outer);
        compare("arb_in", events.arb_in, read(event(e, "arb_in")), large_inner);
        compare("arb_out", events.arb_out, read(event(e, "arb_out")), large_inner);
        compare("stake", events.stake, read(event(e, "stake")), both);
        compare("stake_alt_in", events.stake_alt_in, read(event(e, "stake_alt_in")), both);
        compare("stake_flash_bought", events.stake_flash_bought, read(event(e, "stake_flash_bought")), both);
        if events.arb_in.approximate() > 1e-12 * large_inner {
            assert_eq!(events.arb_token, token(&e["arb_token"]), "{id} step {}", index + 1);
        }
    }
    assert!(trace["error"].is_null(), "{id}: an error was expected");
    assert_eq!(steps.len(), trace["draws"].as_array().unwrap().len());
    worst
}

/// The published formulas, operation by operation in the same arithmetic: not one digit differs.
#[test]
fn the_published_profiles_are_equal_to_the_digit() {
    let file: Value = serde_json::from_str(FILE).unwrap();
    let published =
        file["traces"].as_array().unwrap().iter().filter(|t| t["config"]["swap_formula"] == "seed");
    assert_eq!(
        published
            .map(|trace| run::<Decimal28>(trace, |t| t.parse().unwrap(), 0.0))
            .filter(|&e| e == 0.0)
            .count(),
        22
    );
}

fn every_trace<N: PoolNumber>(read: fn(&str) -> N, tolerance: f64) -> f64 {
    let file: Value = serde_json::from_str(FILE).unwrap();
    let traces = file["traces"].as_array().unwrap();
    assert_eq!(traces.len(), 30);
    assert_eq!(traces.iter().filter(|t| !t["error"].is_null()).count(), 3);
    traces.iter().map(|trace| run(trace, read, tolerance)).fold(0.0, f64::max)
}

#[test]
fn every_trace_on_28_digits() {
    let worst = every_trace::<Decimal28>(|t| t.parse().unwrap(), 1e-22);
    println!("28 digits: largest error {worst:e}");
}

#[test]
fn every_trace_on_96_bit_decimals() {
    let worst = every_trace::<Decimal>(|t| t.parse().unwrap(), 1e-22);
    println!("96 bits: largest error {worst:e}");
}

#[test]
fn every_trace_in_floats() {
    let worst = every_trace::<f64>(|t| t.parse().unwrap(), 2e-14);
    println!("f64: largest error {worst:e}");
}
