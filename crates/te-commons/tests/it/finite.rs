//! Whatever floats come in, a function gives finite numbers or an error: never NaN or infinity.

#![expect(clippy::needless_pass_by_value, reason = "results are handed on as they come")]

use proptest::prelude::*;
use te_commons::CommonsError;
use te_commons::cultural_build::{Fallback, ImpactHours, Period, item_shares, period_hours};
use te_commons::hatch::design::HatchDesign;
use te_commons::hatch::half_life::{HalfLife, TokenBatch};
use te_commons::hatch::raise_cap::{GoalFractions, geometric_mean, raise_cap};
use te_commons::hatch::reward::{expected_raise, impact_hour_rate};
use te_commons::inequality as unequal;
use te_commons::praise::{
    reweight::{gaussian, with_floor},
    round2,
};
use te_commons::upgrade::voting::VotingTiming;
use te_testkit::floats::any_number;

/// Numbers that a list of amounts may hold, all of them huge now and then.
fn amounts() -> impl Strategy<Value = Vec<f64>> {
    prop_oneof![
        prop::collection::vec(any_number(), 0..6),
        prop::collection::vec(0.0..1e6_f64, 1..6),
        prop::collection::vec(1e307..4e307_f64, 1..5),
        prop::collection::vec(0.0..1e-310_f64, 1..5),
    ]
}

fn finite(what: &str, result: Result<f64, CommonsError>) -> Result<(), TestCaseError> {
    if let Ok(value) = result {
        prop_assert!(value.is_finite(), "{what} is {value}");
    }
    Ok(())
}

fn all_finite(what: &str, values: &[f64]) -> Result<(), TestCaseError> {
    prop_assert!(values.iter().all(|value| value.is_finite()), "{what}: {values:?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn distributions(values in amounts(), other in amounts(), x in any_number(), y in any_number()) {
        for (what, result) in [
            ("gini", unequal::gini(&values)),
            ("gini_above_percentile", unequal::gini_above_percentile(&values, x)),
            ("share_above_percentile", unequal::share_above_percentile(&values, x)),
            ("top_share", unequal::top_share(&values, x)),
            ("entropy_bits", unequal::entropy_bits(&values)),
            ("max_entropy_bits", unequal::max_entropy_bits(&values)),
            ("relative_entropy", unequal::relative_entropy(&values)),
            ("period_hours", period_hours(&values)),
            ("geometric_mean", geometric_mean(&values)),
            ("round2", round2(x)),
        ] {
            finite(what, result)?;
        }
        if let Ok(gini) = unequal::gini(&values) {
            prop_assert!((0.0..=1.0).contains(&gini), "{gini}");
        }
        if let Some(r) = unequal::correlation(&values, &other) {
            prop_assert!((-1.0..=1.0).contains(&r));
        }
        for (what, list) in [
            ("with_floor", with_floor(&values, x)),
            ("gaussian", gaussian(&values, x, y)),
            ("item_shares", item_shares(&[&values, &values])),
        ] {
            all_finite(what, &list.unwrap_or_default())?;
        }
        if let Ok(cap) = raise_cap(&values, x, GoalFractions::default()) {
            all_finite("raise_cap", &[cap.cap, cap.min_goal, cap.target_goal, cap.max_goal])?;
            all_finite("allowances", &cap.allowances)?;
        }
    }

    #[test]
    fn hatches(
        a in any_number(), b in any_number(), c in any_number(), d in any_number(), e in any_number(), f in any_number(),
    ) {
        finite("expected_raise", expected_raise(a, b, c))?;
        finite("impact_hour_rate", impact_hour_rate(a, b, c))?;
        let designs = [
            HatchDesign { impact_hours: a, min_goal: b, target_goal: c, max_goal: d, rate_at_target: e, ..HatchDesign::default() },
            HatchDesign { impact_hours: a, exchange_rate: b, max_rate: c, rate_at_target: d, min_goal: 1e-300, max_goal: f64::MAX, ..HatchDesign::default() },
        ];
        for design in designs {
            finite("rate", design.rate(f))?;
            finite("ragequit", design.ragequit(f))?;
            if let Ok(o) = design.outlook(f) {
                all_finite("outlook", &[
                    o.raised, o.impact_hour_rate, o.builders_tokens, o.backers_tokens, o.builders_share,
                    o.cultural_build_tribute, o.ragequit, o.backers_redeemable, o.builders_redeemable, o.non_redeemable,
                ])?;
            }
            if let Ok((tokens, value)) = design.builder(e, f) {
                all_finite("builder", &[tokens, value])?;
            }
        }
        if let Ok(schedule) = HalfLife::from_days_to_80_percent(a) {
            all_finite("schedule", &[schedule.cliff, schedule.halflife])?;
        }
        let schedule = HalfLife { cliff: a, halflife: b };
        finite("unlocked", schedule.unlocked(c))?;
        if let Ok(batch) = TokenBatch::new(c, d, e, schedule) {
            finite("spendable", batch.spendable(f))?;
        }
        let timing = VotingTiming { vote: a, delegated: b, quiet_ending: c, extension: d, execution_delay: e };
        finite("non_quiet", timing.non_quiet())?;
        if let Ok(times) = timing.times(1_000) {
            all_finite("times", &[times.vote, times.review, times.execute])?;
        }
    }

    #[test]
    fn periods(points in prop::collection::vec(any_number(), 4), hours in prop::collection::vec(any_number(), 2), kept in any_number()) {
        let mut period = Period::new(true);
        for to in [1, 2] {
            period.add_item(0, to).unwrap();
        }
        for (place, points) in points.iter().enumerate() {
            let _ = period.score(u32::try_from(place / 2).unwrap(), place % 2, *points);
        }
        for (quantifier, hours) in (0..).zip(&hours) {
            let _ = period.set_budget(quantifier, *hours);
        }
        let Ok(closed) = period.close(Fallback::MeanPerItem) else { return Ok(()) };
        all_finite("items", &closed.items)?;
        all_finite("period", &[closed.period_hours, closed.over_budget, closed.agreement.unwrap_or(0.0)])?;
        let mut all = ImpactHours::default();
        all.add(&closed);
        if let Ok(deduction) = all.deduct(1, kept) {
            all_finite("deduction", &[deduction.hours])?;
        }
    }
}
