//! In lanes or one by one: the same bits, the same failures.

use te_core::math::dispatch::InstructionSet;
use te_core::{Axis, Experiment, Keep, Recording, Results, StepLength, Sweep, System, TimeUnit};
use te_market::price::{Price, PriceModel, PriceParams};

/// The bits of all recorded numbers, and the failures as sentences.
fn outcome(results: &Results) -> (Vec<Option<u64>>, Vec<String>) {
    let frame = results.frame();
    let number = |row| frame.columns().iter().map(move |column| column.number(row).map(f64::to_bits));
    let cells = (0..frame.rows()).flat_map(number).collect();
    (cells, results.failures.iter().map(ToString::to_string).collect())
}

/// Runs an experiment one by one and in lanes of every kind, expects the same, and returns it.
fn in_lanes_as_one_by_one(what: &str, experiment: impl Fn() -> Experiment) -> Results {
    let finals = Recording { keep: Keep::Finals, ..Recording::default() };
    let some = Recording { every: 7, ..Recording::default() };
    for recording in [finals, some, Recording::default()] {
        let recorded = || experiment().record(recording.clone());
        let reference = recorded().one_by_one().run().unwrap();
        for width in [8, 33, 128] {
            for set in InstructionSet::available() {
                let lanes = recorded().tile_width(width).instruction_set(set).run().unwrap();
                assert!(outcome(&lanes) == outcome(&reference), "{what}: tiles of {width}, {set:?}");
            }
        }
    }
    experiment().run().unwrap()
}

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
