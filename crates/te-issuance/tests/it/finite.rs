//! A public function of floats gives a finite number or an error, whatever it is given.

use proptest::prelude::*;
use te_issuance::bonded_ratio::{BondedRatio, BondedRatioTerms, next_inflation};
use te_issuance::hive_supply::{SupplyInputs, max_annual_growth, supply_step};
use te_issuance::pid::{AntiWindup, Pid, PidTerms};
use te_issuance::rai::{Deviation, Rai, RaiTerms};
use te_issuance::rebase::{TwoSided, sigmoid_share};
use te_issuance::sigmoid::Start;
use te_issuance::target_ratio::{TargetRatio, ThrottleScale, pool_in_the_limit};
use te_issuance::{
    IssuanceError, amount, exponential_decay, geometric, inflation, linear, rebase, sigmoid, vesting,
};

/// What breaks formulas: no number, infinities, zeros, the smallest and largest, and usual numbers.
fn any_float() -> impl Strategy<Value = f64> {
    prop_oneof![
        2 => prop_oneof![
            Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(0.0), Just(-0.0), Just(5e-324), Just(-5e-324),
            Just(1e-310), Just(f64::MIN_POSITIVE), Just(f64::MAX), Just(f64::MIN), Just(f64::EPSILON), Just(1.0), Just(-1.0),
            Just(1e-300), Just(1e300),
        ],
        3 => -2.0_f64..2.0,
        2 => 0.0_f64..1.0,
        1 => proptest::num::f64::ANY,
    ]
}

#[expect(clippy::needless_pass_by_value, reason = "called with what a function gives")]
fn finite(name: &str, result: Result<f64, IssuanceError>) {
    if let Ok(value) = result {
        assert!(value.is_finite(), "{name}: Ok({value})");
    }
}

/// One call of every function with these arguments.
fn call_all(x: [f64; 8], k: u32) {
    let [a, b, c, d, e, f, g, h] = x;
    finite("linear", linear::supply(a, b, Some(c), d));
    finite("linear, uncapped", linear::supply(a, b, None, d));
    finite("geometric reward", geometric::reward(a, b, k));
    finite("geometric cumulative", geometric::cumulative(a, b, k));
    finite("geometric limit", geometric::limit(a, b));
    finite("exponential", exponential_decay::cumulative(a, b, c));
    finite("effective time", exponential_decay::effective_time(a, b, c));
    finite("baseline", exponential_decay::baseline_minting(a, b, c, d, e));
    finite("continuous", inflation::continuous(a, b, c));
    finite("compounded", inflation::compounded(a, b, c, d));
    finite("apy", inflation::apy_from_apr(a, b));
    finite("apr", inflation::apr_from_apy(a, b));
    finite("disinflation rate", inflation::disinflation_rate(a, b, c, d));
    finite("disinflation supply", inflation::disinflation_supply(a, b, c, d, e));
    finite("sigmoid", sigmoid::supply(a, b, c, d));
    finite("sigmoid rate", sigmoid::rate(a, b, c, d));
    finite("sigmoid, subtracted", sigmoid::cumulative(a, b, c, Start::Subtract, d));
    finite("sigmoid, normalised", sigmoid::cumulative(a, b, c, Start::Normalise, d));
    finite("half-life share", vesting::half_life_share(a, b, c));
    if let Ok((cliff, half_life)) = vesting::cliff_and_half_life(a) {
        assert!(cliff.is_finite() && half_life.is_finite());
    }
    finite("linear rebase", rebase::linear(a, b, c, d, e));
    finite("sigmoid rebase", sigmoid_share(a, b, c, d, e));
    let two_sided = TwoSided { threshold: c, low: d, high: e, expansion: f, contraction: g };
    finite("two-sided rebase", two_sided.share(a, b));
    finite("yearly growth", max_annual_growth(a).map(|growth| growth.unwrap_or(0.0)));
    let inputs = SupplyInputs { reserve: a, circulation: b, size: c, saturation: d, price: e };
    if let Ok(step) = supply_step(&inputs, f, g, Some(h)) {
        let numbers = [step.outflow, step.inflow, step.netflow, step.ratio, step.error, step.adjustment];
        assert!(numbers.iter().chain([&step.reserve, &step.circulation]).all(|x| x.is_finite()), "{step:?}");
    }
    let terms = BondedRatioTerms { goal: a, rate_change: b, low: c, high: d, blocks_per_year: e };
    finite("bonded ratio", next_inflation(&terms, f, g));
    finite("bonded ratio at rest", BondedRatio::new(terms, f).map(|controller| controller.inflation()));
    controllers(x);
    finite("pool in the limit", pool_in_the_limit(a, b, c, d, e));
    finite("tokens", amount::units(a, k % 40).map(|units| amount::tokens(units, k % 40)));
}

fn controllers([a, b, c, d, e, f, g, h]: [f64; 8]) {
    for anti_windup in [AntiWindup::None, AntiWindup::Conditional] {
        let terms = PidTerms { kp: a, ki: b, kd: c, low: d, high: e, anti_windup };
        if let Ok(mut pid) = Pid::new(terms, f, g) {
            for measured in [h, a, b] {
                finite("pid", pid.update(measured, c));
                finite("pid", pid.update(measured, 1.0));
                assert!(pid.state().integral.is_finite(), "{pid:?}");
            }
        }
    }
    for deviation in [Deviation::Raw, Deviation::Scaled] {
        if let Ok(mut rai) = Rai::new(RaiTerms { kp: a, ki: b, noise: c, low: d, high: e }, deviation, g) {
            for market in [h, a, b] {
                finite("rai", rai.update(f, market, c));
                finite("rai", rai.update(1.0, market, 1.0));
                assert!(rai.state().integral.is_finite(), "{rai:?}");
            }
        }
    }
    for (scale, throttle) in [(ThrottleScale::OfSupply, None), (ThrottleScale::OfTargetRatio, Some(b))] {
        for stop in [true, false] {
            let Ok(controller) = TargetRatio::new(a, throttle, scale, c, stop) else { continue };
            finite("ratio error", controller.error(d, e));
            finite("ratio cap", controller.max_rate().map(|cap| cap.unwrap_or(0.0)));
            finite("ratio rate", controller.rate(d, e));
            finite("ratio adjustment", controller.adjustment(d, e, f));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn every_function_gives_a_finite_number_or_an_error(
        x in proptest::array::uniform8(any_float()), k in any::<u32>(),
    ) {
        call_all(x, k);
    }
}

/// Cases where a product of nothing and infinity, or a quotient by the least number, would be no finite number.
#[test]
fn known_corners_are_refused() {
    assert!(sigmoid::supply(1.0, 0.0, f64::MIN, f64::MAX).is_err(), "0 times an infinite distance");
    assert!(inflation::apr_from_apy(f64::MAX, 5e-324).is_err());
    assert_eq!(exponential_decay::effective_time(3.0, 2.0, 5e-324).unwrap(), 1.5);
    assert!(sigmoid_share(1e6, 1.0, -5e-324, 1e6, 1e3).is_err());
}
