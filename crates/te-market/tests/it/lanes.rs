//! In lanes or one by one: the same bits, the same failures.

use te_core::{Axis, Experiment, StepLength, Sweep, System, TimeUnit};
use te_market::gbm::{GREATEST_PRICE, LEAST_PRICE};
use te_market::price::{Price, PriceModel, PriceParams};
use te_testkit::lanes::in_lanes_as_one_by_one;

fn swept(model: PriceModel, step: StepLength, volatilities: [f64; 2]) -> Experiment {
    let mut system = System::builder("price");
    system.step_length(step);
    system.uncontrollable::<Price>("price", PriceParams { model, ..PriceParams::default() });
    Experiment::new(system.build().unwrap())
        .timesteps(60)
        .runs(35)
        .seed(11)
        .sweep(Sweep::Product(vec![Axis::new("price.volatility", volatilities)]))
        .random("price.initial_price", "uniform(0.5, 2)")
        .random("price.jump_rate", "uniform(0, 40)")
        .random("price.speed", "uniform(0.1, 20)")
}

const MODELS: [PriceModel; 3] = [PriceModel::Gbm, PriceModel::JumpDiffusion, PriceModel::MeanReverting];

#[test]
fn every_process() {
    for model in MODELS {
        let week = StepLength::new(1.0, TimeUnit::Week);
        let results = in_lanes_as_one_by_one(&format!("{model:?}"), || swept(model, week, [0.0, 1.2]));
        assert!(results.failures.is_empty(), "{}", results.failures[0]);
        assert_eq!(results.frame().rows(), 70 * 61);
    }
}

#[test]
fn failing_runs_fail_alike_and_alone() {
    // More than 1.8e19 jumps are expected in a step of 1e18 years from 18 jumps a year on.
    let aeon = StepLength::new(1e18, TimeUnit::Year);
    let results = in_lanes_as_one_by_one("aeons", || swept(PriceModel::JumpDiffusion, aeon, [0.1, 0.2]));
    let failures = results.failures.len();
    assert!(failures > 0 && failures < 70, "{failures}");
    let told = results.failures[0].to_string();
    assert!(told.contains("expected jumps of a step exceed") && told.contains("`jump_rate`"), "{told}");
}

#[test]
fn a_path_that_leaves_the_floats_is_held_alike() {
    for model in MODELS {
        let decade = StepLength::new(10.0, TimeUnit::Year);
        let results = in_lanes_as_one_by_one(&format!("{model:?}"), || swept(model, decade, [0.1, 2000.0]));
        assert!(results.failures.is_empty(), "{}", results.failures[0]);
        let price = results.frame().column("price.price").unwrap();
        let at_an_end = |row| price.number(row).is_some_and(|p| p == LEAST_PRICE || p == GREATEST_PRICE);
        let held = (0..price.cells.len()).filter(|row| at_an_end(*row)).count();
        assert!(held > 0 && held < price.cells.len(), "{model:?}: {held}");
    }
}

#[test]
fn mixed_processes() {
    let models = Sweep::Product(vec![Axis::new("price.model", ["gbm", "mean-reverting"])]);
    in_lanes_as_one_by_one("mixed", || {
        swept(PriceModel::Gbm, StepLength::default(), [0.1, 0.2]).sweep(models.clone())
    });
}
