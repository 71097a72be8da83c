//! What the parameters declare, the model keeps.

use crate::{column, params, typed};
use te_core::{Experiment, Registry};
use te_testkit::bounds::{self, Expected};

#[test]
fn declared_bounds_hold() {
    let mut registry = Registry::new();
    te_hive_economy::register(&mut registry);
    let domain = |domain| Expected { domain, ..Expected::default() };
    let others = [
        // Sizes, prices and saturations at the start that do not belong together: the market buys all that circulates.
        ("hive/economy", domain(0.3)),
        ("hive/economy-blocks", domain(0.3)),
        // The same by inputs of any size, and prices and circulations of 0.
        ("hive/supply", domain(0.6)),
        ("hive/price", domain(0.8)),
    ];
    bounds::every_kind(&registry, &others);
}

/// A target of 4.7 % and a throttle of 45 % ask for burns beyond the pool; the pool ends empty, not in debt.
#[test]
fn a_burn_ends_with_the_pool() {
    let attacked = params(&[
        ("throttle", 0.446_207_098_444_562_3),
        ("outflow_boundary", 0.227_999_579_112_871_28),
        ("target_reserve_ratio", 0.046_559_714_014_980_824),
        ("maintenance", 0.567_827_833_536_116_9),
        ("initial_size", 2.622_888_497_901_171_5e-3),
        ("initial_production", 79.523_093_388_627_44),
        ("initial_utility", 8.686_604_389_055_02),
    ]);
    let results = Experiment::new(typed(attacked)).timesteps(12).run().unwrap();
    let reserve = column(results.frame(), "economy.reserve");
    // Month 1 leaves 7473 - 1703.84 = 5769.16 in the pool, 22.0 % of the supply, and asks for 0.3102 * 26238 = 8139 to burn.
    assert!((column(results.frame(), "economy.adjustment")[1] + 5769.16).abs() < 0.01);
    assert_eq!(reserve[1], 0.0);
    assert!(reserve.iter().all(|reserve| *reserve >= 0.0), "{reserve:?}");
    // With all tokens in circulation the price is so low that the market then buys more than there are.
    let failure = results.failures[0].to_string();
    assert!(failure.contains("timestep 4") && failure.contains("raise valuation_ratio"), "{failure}");
}
