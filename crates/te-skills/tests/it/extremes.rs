//! Whatever numbers go in, a formula gives a finite number or an error: no NaN, no infinity, no panic.

use proptest::prelude::*;
use te_skills::bass::Bass;
use te_skills::boost::{Combination, Transformation, boosts, combined, transformed};
use te_skills::ecosystem::{competing_exits, scale};
use te_skills::growth::{growth_in_step, growth_rate};
use te_skills::knowledge::Knowledge;
use te_skills::lineage::split_reward;
use te_testkit::floats::{near_use as any, well};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn growth_and_learning(a in any(), b in any(), c in any(), d in any(), e in any(), f in any()) {
        if let Ok(field) = Bass::new(a, b, c) {
            well("aware", field.advance(d, e, f));
            well("part", field.reached_part(d, e, f));
            well("peak", field.peak_time().ok_or(()));
        }
        if let Ok((first, second)) = competing_exits(a, b, c) {
            prop_assert!(first >= 0.0 && second >= 0.0 && first + second <= 1.0 + 1e-15);
        }
        well("scale", scale(a, b, c));
        well("growth", growth_rate(a));
        well("growth in a step", growth_in_step(a, b));
        if let Ok(skill) = Knowledge::new(a, b, c, d, e, f) {
            for p in [0.0, a, 0.5, f, 1.0] {
                well("chance", skill.correct_probability(p));
                for correct in [true, false] {
                    well("posterior", skill.posterior(p, correct));
                    well("practised", skill.practised(p, correct));
                }
                well("taught", skill.taught(p, e, b));
                well("forgotten", skill.forgotten(p, e));
                well("hours", skill.hours_to_mastery(p, e).map(|hours| hours.unwrap_or(0.0)));
            }
        }
    }

    #[test]
    fn boosts_and_rewards(
        xs in prop::collection::vec(any(), 0..6), threshold: u32, k in any(), b in any(), greatest in any(),
    ) {
        for transformation in [
            Transformation::Threshold, Transformation::Linear, Transformation::LogLinear, Transformation::Normal,
            Transformation::LogNormal, Transformation::Sigmoid { k, b },
        ] {
            for x in transformed(&xs, threshold, transformation).unwrap_or_default() {
                prop_assert!(x.is_finite(), "{:?} {}", transformation, x);
            }
            for x in boosts(&xs, threshold, transformation, greatest).unwrap_or_default() {
                prop_assert!(x.is_finite(), "{:?} {}", transformation, x);
            }
        }
        for combination in [Combination::Maximum, Combination::Sum, Combination::Product] {
            for x in combined(&[xs.clone(), xs.clone()], combination).unwrap_or_default() {
                prop_assert!(x.is_finite(), "{:?} {}", combination, x);
            }
        }
        let authors: Vec<(&str, f64)> = ["ada", "bo", "ada"].into_iter().zip(xs).collect();
        for payout in split_reward(k, &[authors.clone(), authors]).unwrap_or_default().into_values() {
            prop_assert!(payout.is_finite());
        }
    }
}
