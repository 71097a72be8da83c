//! Whatever floats come in, a function gives finite numbers or an error: never NaN, and infinite only where it says so.

#![expect(clippy::needless_pass_by_value, reason = "results are handed on as they come")]

use proptest::prelude::*;
use te_conviction::accrual::{
    conviction_after, conviction_after_forgetting, conviction_series, maximum_conviction, share_of_maximum,
    steps_to_share,
};
use te_conviction::alpha::{alpha_from_growth, alpha_from_half_life, alpha_over_step, half_life_from_alpha};
use te_conviction::chain::forecast::{Passing, StakeEvent, conviction_history, forecast};
use te_conviction::chain::parameters::{ScaledRule, decay_of, half_life_of, nearest_decay};
use te_conviction::dashboard::{Dashboard, DecayAxis, Scenario, growth_chart};
use te_conviction::explorer::{fastest_drain, growth_table, parameter_table, response_table, trigger_table};
use te_conviction::rule::VotingRule;
use te_conviction::supply::Supply;
use te_conviction::trigger::{fundable_now, largest_share, steps_to_trigger, trigger, trigger_share};
use te_core::Frame;
use te_testkit::floats::any_number;

fn finite<E>(what: &str, result: Result<f64, E>) -> Result<(), TestCaseError> {
    if let Ok(value) = result {
        prop_assert!(value.is_finite(), "{what} is {value}");
    }
    Ok(())
}

fn some_finite<E>(what: &str, result: Result<Option<f64>, E>) -> Result<(), TestCaseError> {
    finite(what, result.map(|value| value.unwrap_or(0.0)))
}

fn finite_table<E>(what: &str, table: Result<Frame, E>) -> Result<(), TestCaseError> {
    let Ok(table) = table else { return Ok(()) };
    for column in table.columns() {
        for row in 0..table.rows() {
            let value = column.number(row).unwrap_or(0.0);
            prop_assert!(value.is_finite(), "{what}: {} is {value} in row {row}", column.name);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn decays(a in any_number(), b in any_number(), c in any_number()) {
        finite("alpha_from_half_life", alpha_from_half_life(a, b))?;
        finite("half_life_from_alpha", half_life_from_alpha(a, b))?;
        finite("alpha_from_growth", alpha_from_growth(a, b, c))?;
        finite("alpha_over_step", alpha_over_step(a, b, c))?;
        if let Ok(decay) = decay_of(a, b) {
            prop_assert!((1..10_000_000).contains(&decay), "{decay}");
            let stands_for = half_life_of(decay, b).unwrap();
            prop_assert!((stands_for / a - 1.0).abs() <= 0.1, "{decay} stands for {stands_for}, not {a}");
        }
        if let Ok(nearest) = nearest_decay(a, b) {
            prop_assert!((1..10_000_000).contains(&nearest.decay) && nearest.half_life_seconds.is_finite());
        }
    }

    #[test]
    fn convictions(a in any_number(), b in any_number(), c in any_number(), d in any_number()) {
        finite("conviction_after", conviction_after(a, b, c, d))?;
        finite("conviction_after_forgetting", conviction_after_forgetting(a, b, c, d))?;
        finite("maximum_conviction", maximum_conviction(a, b))?;
        finite("share_of_maximum", share_of_maximum(a, b))?;
        finite("steps_to_share", steps_to_share(a, b))?;
        for level in conviction_series(a, &[b, c], d).unwrap_or_default() {
            finite("conviction_series", Ok::<_, ()>(level))?;
        }
        let events = [StakeEvent { block: a, stake: b }, StakeEvent { block: c, stake: d }];
        for (block, level) in conviction_history(&events, c, 2, 2, b, d).unwrap_or_default() {
            prop_assert!(block.is_finite() && level.is_finite(), "{block} {level}");
        }
    }

    #[test]
    fn triggers(
        a in any_number(), b in any_number(), c in any_number(), alpha in any_number(), beta in any_number(),
        rho in any_number(),
    ) {
        finite("trigger", trigger(a, b, c, alpha, beta, rho))?;
        // Infinite at the limit, as it says.
        if let Ok(theta) = trigger_share(a, beta, rho) {
            prop_assert!(!theta.is_nan());
        }
        finite("largest_share", largest_share(a, beta, rho))?;
        some_finite("steps_to_trigger", steps_to_trigger(a, b, c, alpha))?;
        finite("fundable_now", fundable_now(a, b, c, alpha, beta, rho))?;
        if let Ok(shown) = forecast(a, b, c, alpha, beta) {
            let passing = if let Passing::In(blocks) = shown.passing { blocks } else { 0.0 };
            let numbers =
                [shown.conviction, shown.maximum, shown.needed_stake, shown.missing_stake, shown.trend, passing];
            prop_assert!(numbers.iter().all(|number| number.is_finite()), "{shown:?}");
        }
        let supplies = [Supply::new(a, b, c), Supply::with_effective_share(a, b, c), Supply::with_rest_implied(a, b, c)];
        for mut supply in supplies.into_iter().flatten() {
            prop_assert!(supply.total().is_finite());
            if supply.mint(alpha).is_ok() {
                prop_assert!(supply.total().is_finite());
            }
        }
    }

    #[test]
    fn rules(
        half_life in any_number(), step in any_number(), beta in any_number(), minimum in any_number(),
        a in any_number(), b in any_number(), c in any_number(),
    ) {
        let rules = [
            VotingRule::from_beta(half_life, step, beta, minimum),
            VotingRule::from_spending_limit(half_life, step, beta, minimum),
            VotingRule::new(half_life, beta, minimum),
        ];
        for rule in rules.into_iter().flatten() {
            for number in [rule.half_life(), rule.minimum_conviction(), rule.spending_limit()] {
                prop_assert!(number.is_finite(), "{rule:?}");
            }
            finite("growth", rule.growth(a))?;
            finite("minimum_stake", rule.minimum_stake(a, b, c))?;
            finite("largest_request", rule.largest_request(a, b))?;
            some_finite("steps_to_pass", rule.steps_to_pass(a, b))?;
            some_finite("support_within", rule.support_within(a, b))?;
            some_finite("steps_to_pass_from", rule.steps_to_pass_from(a, b, c, step, half_life))?;
            finite_table("growth_table", growth_table(&rule, a, 3))?;
            finite_table("trigger_table", trigger_table(&rule, a, b, 3))?;
            finite_table("parameter_table", parameter_table(&rule, a, b))?;
            finite_table("response_table", response_table(&rule, &[a, b, c]))?;
            if let Ok(Some(drain)) = fastest_drain(&rule, a) {
                prop_assert!(drain.share.is_finite() && drain.steps.is_finite() && drain.left_per_step.is_finite(), "{drain:?}");
                finite("steps_to", drain.steps_to(b))?;
            }
            prop_assert!(ScaledRule::of(&rule).decay < 10_000_000);
        }
    }

    #[test]
    fn dashboards(
        limit in any_number(), minimum in any_number(), half_life in any_number(), period in any_number(),
        a in any_number(), b in any_number(), c in any_number(),
    ) {
        for point in growth_chart(half_life, DecayAxis::Corrected).unwrap_or_default() {
            prop_assert!(point.x.is_finite() && point.y.is_finite(), "{point:?}");
        }
        if let Ok(page) = Dashboard::new(limit, minimum, half_life, period) {
            prop_assert!(page.growth_at_period().is_finite());
            let scenario = Scenario { requested: a, pool: b, effective_supply: c };
            if let Ok(Some(tokens)) = page.tokens_to_pass(&scenario) {
                prop_assert!(tokens.minimum.is_finite() && tokens.within_period.is_finite(), "{tokens:?}");
            }
            prop_assert!(page.threshold_chart().iter().all(|point| point.x.is_finite() && !point.y.is_nan()));
        }
    }
}
