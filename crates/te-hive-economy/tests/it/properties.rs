//! What holds for every parameter.

use crate::{column, typed};
use proptest::prelude::*;
use te_core::Experiment;
use te_hive_economy::EconomyParams;

fn any_params() -> impl Strategy<Value = EconomyParams> {
    (0.0..0.05, 0.0..0.2, 0.05..1.0, 0.5..10.0, 0.0..5.0, 0.0..0.9, -0.05..0.1).prop_map(
        |(
            throttle,
            outflow_boundary,
            target_reserve_ratio,
            valuation_ratio,
            productivity,
            maintenance,
            growth,
        )| {
            EconomyParams {
                throttle: if throttle < 0.005 { 0.0 } else { throttle },
                outflow_boundary,
                target_reserve_ratio,
                valuation_ratio,
                productivity,
                maintenance,
                growth,
                ..EconomyParams::default()
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn supply_saturation_and_adjustment_keep_their_bounds(params in any_params()) {
        let throttle = params.throttle;
        let results = Experiment::new(typed(params)).timesteps(120).run().unwrap();
        let get = |name: &str| column(results.frame(), &format!("economy.{name}"));
        let (reserve, circulation) = (get("reserve"), get("circulation"));
        for row in 0..results.frame().rows() {
            prop_assert_eq!(get("total_supply")[row], reserve[row] + circulation[row]);
            if row == 0 {
                continue;
            }
            let saturation = get("saturation")[row];
            prop_assert!(saturation > 0.0 && saturation < 1.0, "saturation {}", saturation);
            // The flow between pool and circulation leaves their sum as it was, up to rounding.
            let before = get("total_supply")[row - 1];
            let change = get("total_supply")[row] - before;
            prop_assert!((change - get("adjustment")[row]).abs() <= 1e-12 * before);
            if throttle > 0.0 {
                prop_assert!(get("adjustment")[row].abs() <= throttle * before * (1.0 + 1e-12));
            }
        }
    }
}

#[test]
fn zero_throttle_is_unbounded() {
    let mut params = EconomyParams { throttle: 0.0, ..EconomyParams::default() };
    params.initial_reserve = 1.0;
    let results = Experiment::new(typed(params)).timesteps(1).run().unwrap();
    let free =
        column(results.frame(), "economy.adjustment")[1] / column(results.frame(), "economy.total_supply")[0];
    assert!(free > 0.08 && free <= 1.0 / 12.0, "an almost empty pool is refilled by up to a twelfth: {free}");
    params.throttle = 0.008;
    let results = Experiment::new(typed(params)).timesteps(1).run().unwrap();
    let held =
        column(results.frame(), "economy.adjustment")[1] / column(results.frame(), "economy.total_supply")[0];
    assert!((held - 0.008).abs() < 1e-12);
}

#[test]
fn leaving_the_domain_is_a_failure_that_names_everything() {
    // A market a million times larger than the supply's worth buys up all tokens in one month.
    let params = EconomyParams { initial_size: 1e12, initial_saturation: 0.9, ..EconomyParams::default() };
    let results = Experiment::new(typed(params)).timesteps(10).run().unwrap();
    assert_eq!(results.frame().rows(), 1, "the initial state is kept");
    let failure = results.failures[0].to_string();
    assert!(
        failure
            .starts_with("simulation 0, subset 0, run 1, timestep 1, substep 1: economy: circulation is -")
    );
    assert!(failure.contains("allowed is (0, inf) HNY"), "{failure}");
    assert!(failure.contains("raise valuation_ratio"), "the error names what to change: {failure}");
}
