//! In lanes or one by one: the same bits, the same failures.

use te_core::{Axis, Experiment, Sweep, System};
use te_flash::component::FlashParams;
use te_flash::component::float::FlashV3Float;
use te_flash::{NoPremium, Profile};
use te_testkit::lanes::in_lanes_as_one_by_one;

fn swept(params: FlashParams) -> Experiment {
    Experiment::new(System::of::<FlashV3Float>("flash", params).unwrap())
        .timesteps(60)
        .runs(35)
        .seed(11)
        .sweep(Sweep::Product(vec![Axis::new("flash.mint_rate", [0.12, 0.2])]))
        .random("flash.ext_swap_factor", "uniform(10, 5000)")
        .random("flash.int_alt", "uniform(80000, 120000)")
}

#[test]
fn every_profile() {
    for profile in [Profile::Corrected, Profile::Nostake, Profile::Seed] {
        let experiment = || swept(FlashParams { profile, ..FlashParams::default() });
        let results = in_lanes_as_one_by_one(&format!("{profile:?}"), experiment);
        assert!(results.failures.is_empty(), "{}", results.failures[0]);
        assert_eq!(results.frame().rows(), 70 * 61);
    }
}

#[test]
fn failing_runs_fail_alike_and_alone() {
    // Refused is a step after a market rate of a fifth, if the mint rate is that too.
    let params = FlashParams {
        no_premium: Some(NoPremium::Error),
        market_apy_low: 5,
        market_apy_high: 21,
        ..FlashParams::default()
    };
    let refusing =
        || swept(params.clone()).sweep(Sweep::Product(vec![Axis::new("flash.mint_rate", [0.2, 0.3])]));
    let refusing = in_lanes_as_one_by_one("refusing", refusing);
    let steps = refusing.failures.iter().map(|failure| failure.timestep);
    assert!(steps.clone().min() < steps.max());
    assert!(!refusing.failures.is_empty() && refusing.failures.len() < 70, "{}", refusing.failures.len());
}

#[test]
fn mixed_settings() {
    in_lanes_as_one_by_one("mixed", || {
        swept(FlashParams::default()).sweep(Sweep::Product(vec![
            Axis::new("flash.staking", [false, true]),
            Axis::new("flash.target", ["additive", "proportional"]),
            Axis::new("flash.max_stake_fraction", [0.001, 0.5]),
            Axis::new("flash.profile", ["corrected", "seed"]),
        ]))
    });
}
