//! In lanes or one by one: the same bits, the same failures.

use te_core::math::dispatch::InstructionSet;
use te_core::{Experiment, Keep, Recording, Results};

/// The bits of all recorded numbers, and the failures as sentences.
fn outcome(results: &Results) -> (Vec<Option<u64>>, Vec<String>) {
    let frame = results.frame();
    let number = |row| frame.columns().iter().map(move |column| column.number(row).map(f64::to_bits));
    let cells = (0..frame.rows()).flat_map(number).collect();
    (cells, results.failures.iter().map(ToString::to_string).collect())
}

/// Runs an experiment one by one and in lanes of every kind, expects the same, and returns it.
pub fn in_lanes_as_one_by_one(what: &str, experiment: impl Fn() -> Experiment) -> Results {
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
