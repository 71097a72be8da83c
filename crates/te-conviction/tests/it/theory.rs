//! `deterministic.json` at 1e-12, and properties of the formulas.

use crate::reference::{assert_close, json, number, numbers, rows};
use proptest::prelude::*;
use te_conviction::accrual::{conviction_after, conviction_series, maximum_conviction};
use te_conviction::alpha::{alpha_from_half_life, half_life_from_alpha};
use te_conviction::rule::VotingRule;
use te_conviction::supply::Supply;
use te_conviction::trigger::{steps_to_trigger, trigger, trigger_or_infinity};

const TOLERANCE: f64 = 1e-12;

#[test]
fn trigger_rows() {
    let file = json("deterministic.json");
    let table = rows(&file["trigger_threshold"]["rows"]);
    assert_eq!(table.len(), 544);
    for row in table {
        let [alpha, beta, rho, funds, supply, requested, expected] = numbers(row)[..] else {
            panic!("{row}")
        };
        let found = trigger_or_infinity(requested, funds, supply, alpha, beta, rho);
        assert_close(found, expected, TOLERANCE, "trigger");
        if rho < beta * beta {
            let checked = trigger(requested, funds, supply, alpha, beta, rho).unwrap_or(f64::INFINITY);
            assert_eq!(checked, found);
        } else {
            assert!(trigger(requested, funds, supply, alpha, beta, rho).is_err());
        }
    }
}

#[test]
fn half_life_rows() {
    let file = json("deterministic.json");
    let table = rows(&file["alpha_half_life"]["rows"]);
    assert_eq!(table.len(), 14);
    for row in table {
        let [half_life, alpha] = numbers(row)[..] else { panic!("{row}") };
        assert_close(alpha_from_half_life(half_life, 1.0).unwrap(), alpha, TOLERANCE, "alpha");
        // Near 1, alpha's last digit moves the half-life by 2e-16 / (1 - alpha).
        let tolerance = TOLERANCE.max(4e-16 / (1.0 - alpha));
        assert_close(half_life_from_alpha(alpha, 1.0).unwrap(), half_life, tolerance, "half-life");
    }
}

#[test]
fn recursion_rows() {
    let file = json("deterministic.json");
    let series = rows(&file["conviction_recursion"]);
    assert_eq!(series.len(), 18);
    for case in series {
        let found = conviction_series(0.0, &numbers(&case["x"]), number(&case["alpha"])).unwrap();
        for (found, expected) in found.iter().zip(numbers(&case["y"])) {
            assert_close(*found, expected, TOLERANCE, "conviction");
        }
    }
}

#[test]
fn domain_example() {
    let file = json("deterministic.json");
    let case = &file["trigger_domain_example"];
    let rule = VotingRule::new(number(&case["alpha"]), number(&case["beta"]), number(&case["rho"])).unwrap();
    let (funds, supply) = (number(&case["funds"]), number(&case["supply"]));
    let close = |found, key: &str| assert_close(found, number(&case[key]), TOLERANCE, key);
    close(rule.trigger(0.0, funds, supply).unwrap(), "min_required_conviction");
    close(maximum_conviction(supply, rule.alpha()).unwrap(), "max_achievable_conviction");
    close(rule.minimum_conviction(), "min_required_share_of_max");
    close(rule.beta() * funds, "max_request");
    close(rule.largest_request(1.0, funds).unwrap(), "max_achievable_request");
}

#[test]
fn bad_input_is_named() {
    let message =
        |result: Result<f64, te_conviction::error::ConvictionError>| result.unwrap_err().to_string();
    assert_eq!(message(trigger(1.0, 100.0, 50.0, 1.0, 0.2, 0.0025)), "alpha is 1, permitted is [0, 1)");
    assert_eq!(
        message(trigger(1.0, 100.0, 50.0, 0.9, 0.2, 0.25)),
        "rho is 0.25, permitted is above 0 and below beta squared, 0.04000000000000001"
    );
    assert_eq!(message(trigger(1.0, 0.0, 50.0, 0.9, 0.2, 0.0025)), "funds is 0, permitted is (0, infinity)");
    assert_eq!(
        message(trigger(20.0, 100.0, 50.0, 0.9, 0.2, 0.0025)),
        "the request of 20 is at or over the limit of 20"
    );
    assert!(trigger(f64::NAN, 100.0, 50.0, 0.9, 0.2, 0.0025).is_err());
    assert!(steps_to_trigger(0.0, 1.0, f64::NAN, 0.5).is_err());
}

fn shapes() -> impl Strategy<Value = VotingRule> {
    (0.01..0.999_f64, 0.01..1.0_f64, 0.001..0.99_f64)
        .prop_map(|(alpha, beta, minimum)| VotingRule::new(alpha, beta, minimum * beta * beta).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn conviction_stays_below_its_limit(alpha in 0.0..0.999_f64, stakes in prop::collection::vec(0.0..1e6_f64, 1..60)) {
        let largest = stakes.iter().copied().fold(0.0, f64::max);
        let limit = maximum_conviction(largest, alpha).unwrap();
        for level in conviction_series(0.0, &stakes, alpha).unwrap() {
            prop_assert!(level <= limit * (1.0 + 1e-12));
        }
    }

    #[test]
    fn trigger_rises_with_the_request_and_falls_with_the_pool(
        rule in shapes(), funds in 1.0..1e6_f64, supply in 1.0..1e6_f64, a in 0.0..0.9999_f64, b in 0.0..0.9999_f64,
    ) {
        let limit = rule.beta() * funds;
        let (low, high) = (a.min(b) * limit, a.max(b) * limit);
        let at = |request, pool| rule.trigger(request, pool, supply).unwrap();
        prop_assert!(at(low, funds) <= at(high, funds));
        prop_assert!(at(low, 2.0 * funds) <= at(low, funds));
        prop_assert!(at(low, funds) >= rule.minimum_conviction() * supply / (1.0 - rule.alpha()) * (1.0 - 1e-12));
    }

    #[test]
    fn the_time_to_pass_reaches_the_trigger(rule in shapes(), z in 0.0..0.9_f64, sigma in 0.01..1.0_f64) {
        let share = z * rule.beta();
        if let Some(steps) = rule.steps_to_pass(share, sigma).unwrap() {
            let reached = conviction_after(0.0, sigma, rule.alpha(), steps).unwrap() * (1.0 - rule.alpha());
            prop_assert!((reached / rule.trigger_share(share).unwrap() - 1.0).abs() < 1e-9);
            if steps > 1e-3 {
                let back = rule.support_within(share, steps * (1.0 + 1e-9)).unwrap().unwrap();
                prop_assert!((back / sigma - 1.0).abs() < 1e-6);
            }
        } else {
            prop_assert!(rule.largest_share(sigma).unwrap() <= share * (1.0 + 1e-9) + 1e-12);
        }
    }

    #[test]
    fn what_is_fundable_has_the_trigger_for_its_conviction(
        rule in shapes(), funds in 1.0..1e6_f64, supply in 1.0..1e6_f64, level in 0.0..1.0_f64,
    ) {
        let conviction = level * supply / (1.0 - rule.alpha());
        let amount = rule.fundable_now(conviction, funds, supply).unwrap();
        if amount > 1e-6 * funds {
            let needed = rule.trigger(amount, funds, supply).unwrap();
            prop_assert!((needed / conviction - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn supply_identity_holds_under_every_operation(
        operations in prop::collection::vec((0_u8..5, 0.0..2_000.0_f64), 0..60),
    ) {
        let mut supply = Supply::with_effective_share(22392.22, 4867.21, 0.8).unwrap();
        let mut total = supply.total();
        for (operation, amount) in operations {
            let before = supply;
            let done = match operation {
                0 => supply.mint(amount).inspect(|()| total += amount),
                1 => supply.donate(amount),
                2 => supply.stake(amount),
                3 => supply.unstake(amount),
                _ => supply.pay(amount),
            };
            if done.is_err() {
                prop_assert_eq!(before, supply);
            }
            prop_assert!(supply.pool() >= 0.0 && supply.effective() >= 0.0 && supply.other() >= 0.0);
            prop_assert!((supply.total() / total - 1.0).abs() < 1e-12);
        }
    }
}
