//! The model in the engine.

use te_amm::{Decimal28, Number, PoolNumber};
use te_core::{Cells, Experiment, Params, System, Value};
use te_flash::component::FlashParams;
use te_flash::component::decimal::FlashV3;
use te_flash::component::float::FlashV3Float;
use te_flash::{Draw, Profile, StakeSwap, Token};

fn decimals<'a>(results: &'a te_core::Results, name: &str) -> &'a [rust_decimal::Decimal] {
    match &results.frame().column(name).unwrap().cells {
        Cells::Decimal(values) => values,
        other => panic!("{other:?}"),
    }
}

/// Both runs of the notebook: what the engine records is the model fed with the draws that it records, digit for digit.
#[test]
fn the_engine_records_the_model_without_loss() {
    for profile in [Profile::Seed, Profile::Nostake, Profile::Corrected] {
        let params = FlashParams { profile, ..FlashParams::default() };
        let system = System::of::<FlashV3>("flash", params.clone()).unwrap();
        let results = Experiment::new(system).timesteps(10).runs(2).seed(7).run().unwrap();
        assert!(results.failures.is_empty(), "{:?}", results.failures);
        let (swaps, rates) = (
            results.frame().f64s("flash.ext_swap").unwrap(),
            results.frame().f64s("flash.market_apy").unwrap(),
        );
        assert_eq!(swaps.len(), 22);
        assert_ne!(swaps[1], swaps[12], "every run has its own draws");
        for run in 0..2 {
            let mut model = params.model::<Decimal28>().unwrap();
            for row in run * 11 + 1..run * 11 + 11 {
                let draw = Draw {
                    market_apy: Decimal28::from_float((rates[row] * 100.0).round())
                        .unwrap()
                        .try_div(Decimal28::count(100))
                        .unwrap(),
                    amount: Decimal28::from_float(swaps[row].abs()).unwrap(),
                    token: if swaps[row] < 0.0 { Token::Flash } else { Token::Alt },
                };
                model.step(&draw).unwrap();
                assert_eq!(
                    decimals(&results, "flash.ext_alt")[row],
                    model.external().alt.to_decimal().unwrap()
                );
                assert_eq!(
                    decimals(&results, "flash.int_flash")[row],
                    model.internal().flash.to_decimal().unwrap()
                );
                assert_eq!(decimals(&results, "flash.staked")[row], model.staked().to_decimal().unwrap());
            }
        }
    }
}

#[test]
fn floats_follow_the_decimals() {
    let params = FlashParams { mint_rate: 0.3, ..FlashParams::default() };
    let exact = Experiment::new(System::of::<FlashV3>("flash", params.clone()).unwrap())
        .timesteps(50)
        .seed(3)
        .run()
        .unwrap();
    let float = Experiment::new(System::of::<FlashV3Float>("flash", params).unwrap())
        .timesteps(50)
        .seed(3)
        .run()
        .unwrap();
    for (a, b) in decimals(&exact, "flash.ext_alt").iter().zip(float.frame().f64s("flash.ext_alt").unwrap()) {
        assert!((Number::approximate(*a) / b - 1.0).abs() < 1e-12);
    }
    assert_eq!(exact.frame().f64s("flash.ext_swap"), float.frame().f64s("flash.ext_swap"));
}

/// A run of fifty steps in which an event may act.
fn run<C: te_core::Component<Params = FlashParams>>(
    params: &FlashParams,
    event: Option<te_core::Event>,
) -> te_core::Results {
    let mut system = System::builder("s");
    system.controllable::<C>("flash", params.clone());
    if let Some(event) = event {
        system.event(event);
    }
    let results = Experiment::new(system.build().unwrap()).timesteps(50).seed(3).run().unwrap();
    assert!(results.failures.is_empty(), "{:?}", results.failures);
    results
}

/// Events mean the same on decimals and on floats: pools and stakes stay, what is not of the start changes.
#[test]
fn events_change_decimals_as_floats() {
    let params = FlashParams { mint_rate: 0.3, ..FlashParams::default() };
    let event = || {
        te_core::Event::new("vote")
            .at(10)
            .set("flash.mint_rate", 0.2)
            .set("flash.fee_int", 0.01)
            .set("flash.ext_swap_factor", 50.0)
    };
    let (exact, float) =
        (run::<FlashV3>(&params, Some(event())), run::<FlashV3Float>(&params, Some(event())));
    let still = run::<FlashV3>(&params, None);
    for name in ["flash.ext_alt", "flash.int_flash", "flash.staked", "flash.minted"] {
        let (exact, float) = (decimals(&exact, name), float.frame().f64s(name).unwrap());
        for (a, b) in exact.iter().zip(float) {
            assert!((Number::approximate(*a) - b).abs() < 1e-9 * b.abs().max(1.0), "{name}: {a} and {b}");
        }
        assert_eq!(exact[..10], decimals(&still, name)[..10]);
        assert_ne!(exact[50], decimals(&still, name)[50]);
    }
}

#[test]
fn a_run_that_leaves_the_domain_keeps_its_rows() {
    // A premium of 0.29 has no fixed point: the target price turns negative.
    let params = FlashParams { profile: Profile::Seed, mint_rate: 0.3, ..FlashParams::default() };
    let results =
        Experiment::new(System::of::<FlashV3>("flash", params).unwrap()).timesteps(50).seed(1).run().unwrap();
    assert_eq!(results.failures.len(), 1);
    assert!(results.failures[0].to_string().contains("target price"), "{}", results.failures[0]);
    let rows = results.frame().rows();
    assert!((5..12).contains(&rows), "{rows}");
}

#[test]
fn settings_are_checked_before_anything_runs() {
    let bad = FlashParams { market_apy_low: 30, ..FlashParams::default() };
    assert!(
        bad.check().unwrap_err().to_string().contains("market_apy_low 30 must be below market_apy_high 25")
    );
    let bad = FlashParams { profile: Profile::Seed, fee_int: Some(0.01), ..FlashParams::default() };
    assert!(bad.check().unwrap_err().to_string().contains("knows no fee"));
    let bad = FlashParams {
        profile: Profile::Seed,
        stake_swap: Some(StakeSwap::ExactOut),
        ..FlashParams::default()
    };
    assert!(bad.check().unwrap_err().to_string().contains("alt-equals-flash"));
    let bad = FlashParams { mint_rate: 0.0, ..FlashParams::default() };
    assert!(bad.check().unwrap_err().to_string().contains("mint_rate"));
    let mut set = FlashParams::default();
    let index = FlashParams::specs().iter().position(|spec| spec.name == "stake_swap").unwrap();
    set.set(index, &Value::Text("exact-out".into())).unwrap();
    assert_eq!(set.stake_swap, Some(StakeSwap::ExactOut));
    assert!(set.set(index, &Value::Text("exact_in".into())).is_err());
}
