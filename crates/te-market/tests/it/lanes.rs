//! In lanes or one by one: the same bits, the same failures.

#[path = "../../../te-core/tests/shared/alike.rs"]
mod alike;

use alike::in_lanes_as_one_by_one;
use te_core::{Axis, Experiment, StepLength, Sweep, System, TimeUnit};
use te_market::price::{Price, PriceModel, PriceParams};

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
    for model in MODELS {
        let decade = StepLength::new(10.0, TimeUnit::Year);
        let results = in_lanes_as_one_by_one(&format!("{model:?}"), || swept(model, decade, [0.1, 2000.0]));
        let failures = results.failures.len();
        assert!(failures > 0 && failures < 70, "{model:?}: {failures}");
    }
}

#[test]
fn mixed_processes() {
    let models = Sweep::Product(vec![Axis::new("price.model", ["gbm", "mean-reverting"])]);
    in_lanes_as_one_by_one("mixed", || {
        swept(PriceModel::Gbm, StepLength::default(), [0.1, 0.2]).sweep(models.clone())
    });
}
