//! In lanes or one by one: the same bits, the same failures.

use te_core::{Axis, Experiment, Params as _, StepLength, Sweep, System, TimeUnit};
use te_finance::discounting::{CashFlow, CashFlowParams};
use te_finance::interest_rate::{InterestRate, InterestRateParams, RateModel};
use te_testkit::lanes::in_lanes_as_one_by_one;

fn swept(model: RateModel, step: StepLength, names: [&str; 2], values: [f64; 2]) -> Experiment {
    let params = InterestRateParams { model, ..InterestRateParams::default() };
    assert!(params.check().is_ok());
    let mut system = System::builder("rate");
    system.step_length(step);
    system.uncontrollable::<InterestRate>("rate", params);
    Experiment::new(system.build().unwrap())
        .timesteps(60)
        .runs(35)
        .seed(11)
        .sweep(Sweep::Product(vec![Axis::new(format!("rate.{}", names[0]), values)]))
        .random(format!("rate.{}", names[1]), "uniform(0, 2)")
}

const MONTH: StepLength = StepLength::new(1.0, TimeUnit::Month);

#[test]
fn every_model() {
    for (model, name, values) in [
        (RateModel::Constant, "rate", [-0.02, 0.05]),
        (RateModel::BuildUp, "premia.maturity", [0.0, 0.01]),
        (RateModel::Vasicek, "vasicek.sigma", [0.0, 0.03]),
        (RateModel::Cir, "cir.sigma", [0.0, 0.2]),
    ] {
        let experiment = || swept(model, MONTH, [name, "maturity"], values);
        let results = in_lanes_as_one_by_one(&format!("{model:?}"), experiment);
        assert!(results.failures.is_empty(), "{}", results.failures[0]);
        assert_eq!(results.frame().rows(), 70 * 61);
    }
}

#[test]
fn failing_runs_fail_alike_and_alone() {
    let long = StepLength::new(40.0, TimeUnit::Year);
    for (model, names, values) in [
        (RateModel::Constant, ["maturity", "rate"], [0.0, 1.0]),
        (RateModel::Vasicek, ["vasicek.sigma", "vasicek.a"], [0.01, 1.0]),
        (RateModel::Cir, ["cir.b", "cir.a"], [0.05, 1.0]),
    ] {
        let experiment = || swept(model, long, names, values);
        let results = in_lanes_as_one_by_one(&format!("{model:?}"), experiment);
        let failures = results.failures.len();
        assert!(failures > 0 && failures < 70, "{model:?}: {failures}");
    }
}

#[test]
fn mixed_models() {
    let models = Sweep::Product(vec![Axis::new("rate.model", ["vasicek", "constant", "cir"])]);
    in_lanes_as_one_by_one("mixed", || {
        swept(RateModel::Vasicek, MONTH, ["rate", "maturity"], [0.0, 0.1]).sweep(models.clone())
    });
}

/// A cash flow that starts with an outlay and reads a Vasicek rate, as flow and for discounting.
fn discounted(step: StepLength, premia: [f64; 2]) -> Experiment {
    let rate = InterestRateParams { model: RateModel::Vasicek, ..InterestRateParams::default() };
    let flows = CashFlowParams { initial_flow: -1.0, risk_premium: 0.0 };
    let mut system = System::builder("discounted");
    system.step_length(step);
    system.uncontrollable::<InterestRate>("rate", rate);
    system.controllable::<CashFlow>("value", flows);
    system.wire("rate.continuous_rate", "value.rate");
    system.wire("rate.rate + 0.02", "value.cash_flow");
    Experiment::new(system.build().unwrap())
        .timesteps(60)
        .runs(35)
        .seed(11)
        .sweep(Sweep::Product(vec![Axis::new("value.risk_premium", premia)]))
        .random("value.initial_flow", "uniform(-5, 0)")
}

#[test]
fn cash_flows() {
    let results = in_lanes_as_one_by_one("cash flows", || discounted(MONTH, [0.0, 0.05]));
    assert!(results.failures.is_empty(), "{}", results.failures[0]);
    let payback = results.frame().column("value.payback").unwrap().clone();
    let ends: Vec<f64> = (60..70 * 61).step_by(61).filter_map(|row| payback.number(row)).collect();
    assert_eq!(ends.len(), 70);
    assert!(ends.contains(&0.0) && ends.iter().any(|end| *end > 0.0), "{ends:?}");
}

#[test]
fn discount_factors_beyond_the_floats_end_a_run() {
    let decades = StepLength::new(20.0, TimeUnit::Year);
    let results = in_lanes_as_one_by_one("beyond", || discounted(decades, [0.0, -1.0]));
    assert_eq!(results.failures.len(), 35);
    let told = results.failures[0].to_string();
    assert!(told.contains("discount factor leaves the 64-bit numbers: raise the input `rate`"), "{told}");
}
