//! A model as large as the largest of climate policy: 5,726 quantities. How long reading, building and 1,000 steps take is printed:
//!
//!     cargo test --release -p te-import --test it large -- --nocapture

use super::{built, import_text, run, seconds, seconds_in_lanes};
use std::fmt::Write as _;
use te_core::Experiment;
use te_import::Dialect;

const SECTORS: usize = 409;
/// Quantities of a sector, its table beside them.
const QUANTITIES: usize = 14;
const STEPS: u64 = 1_000;

/// Sectors that each read the one before, with stocks, tables, delays, functions and switches.
fn model() -> String {
    let mut text = String::from("{UTF-8}\n");
    for i in 0..SECTORS {
        let before = (i + SECTORS - 1) % SECTORS;
        write!(
            text,
            "Stock {i} = INTEG(Inflow {i} - Outflow {i}, {stock}) ~ tonne ~ Held in sector {i}. |\n\
             Inflow {i} = growth {i} * Stock {i} * effect {i} ~ tonne/Month ~ |\n\
             Outflow {i} = Stock {i} / life {i} ~ tonne/Month ~ |\n\
             growth {i} = {growth} ~ 1/Month ~ |\n\
             life {i} = {life} ~ Month ~ |\n\
             relative {i} = Stock {i} / MAX(seen {before}, 1) ~ Dmnl ~ |\n\
             effect of {i}([(0,0)-(4,2)],(0,2),(0.5,1.5),(1,1),(2,0.4),(4,0)) ~ Dmnl ~ |\n\
             effect {i} = effect of {i}(relative {i}) ~ Dmnl ~ |\n\
             seen {i} = SMOOTH(Stock {i}, 5) ~ tonne ~ |\n\
             late {i} = DELAY3(Inflow {i}, 4) ~ tonne/Month ~ |\n\
             gap {i} = late {i} - Outflow {i} ~ tonne/Month ~ |\n\
             policy {i} = IF THEN ELSE(Time > 50 + {i}, gap {i} * 0.5, 0) ~ tonne/Month ~ |\n\
             load {i} = EXP(-relative {i}) + LN(1 + relative {i}) ~ Dmnl ~ |\n\
             index {i} = (load {i} * gap {i} + policy {i}) / (1 + ABS(relative {i})) ~ tonne/Month ~ |\n\
             bounded {i} = MAX(MIN(index {i}, 10), -10) + STEP(1, 10) ~ tonne/Month ~ |\n",
            stock = 100 + i,
            growth = 0.02 + 0.000_1 * i as f64,
            life = 20 + i % 30,
        )
        .unwrap();
    }
    write!(
        text,
        "INITIAL TIME = 0 ~ Month ~ |\nFINAL TIME = {STEPS} ~ Month ~ |\nTIME STEP = 1 ~ Month ~ |\nSAVEPER = TIME STEP ~ Month ~ |\n"
    )
    .unwrap();
    text
}

#[test]
fn a_large_model_is_read_built_and_run() {
    let text = model();
    let begun = seconds();
    let import = import_text(&text, Dialect::Vensim).unwrap_or_else(|refused| panic!("{refused}"));
    let read = seconds() - begun;
    let (system, timesteps) = built(&import).unwrap();
    let all = seconds() - begun;
    // Four are those of the run.
    assert_eq!((import.names.len(), timesteps), (SECTORS * QUANTITIES + 4, STEPS));
    let begun = seconds();
    let results = Experiment::new(system).timesteps(timesteps).run().unwrap();
    let ran = seconds() - begun;
    println!(
        "of the processor: read in {:.0} ms, read and built in {:.0} ms, one run of {STEPS} steps with every row kept {:.0} ms, in lanes {:.2} ms a run",
        1e3 * read,
        1e3 * all,
        1e3 * ran,
        1e3 * seconds_in_lanes(&import, 64)
    );
    assert!(results.failures.is_empty());
    // A sector by itself: what its stock is after a step.
    let run = run(import).unwrap();
    let stock: f64 = 100.0 + 0.02 * 100.0 * effect(100.0 / 508.0) - 100.0 / 20.0;
    assert!((run.columns["stock_0"][1] - stock).abs() < 1e-9, "{} {stock}", run.columns["stock_0"][1]);
    assert_eq!(run.columns["bounded_7"][9].abs().max(10.0), 10.0);
}

/// The table below 0.5.
fn effect(x: f64) -> f64 {
    2.0 - x
}
