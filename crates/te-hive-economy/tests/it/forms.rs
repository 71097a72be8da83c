//! One component, three wired components, and the notebook's blocks: the same bits.

use crate::{column, params, split, typed};
use te_core::blocks::BlockComponent;
use te_core::{Experiment, System};
use te_hive_economy::notebook::Notebook;

#[test]
fn typed_split_and_blocks_give_the_same_bits() {
    let cases: [&[(&str, f64)]; 4] = [
        &[],
        &[("throttle", 0.0)],
        &[("growth", 0.02), ("outflow_boundary", 0.025)],
        &[("initial_saturation", 0.4), ("initial_production", 1e6), ("maintenance", 0.3)],
    ];
    for changes in cases {
        let p = params(changes);
        let run = |system| Experiment::new(system).timesteps(120).run().unwrap();
        let one = run(typed(p));
        let three = run(split(&p));
        let blocks = run(System::of::<BlockComponent<Notebook>>("economy", p).unwrap());
        for spec in typed(p).columns() {
            let name = spec.name.strip_prefix("economy.").unwrap();
            let expected = column(one.frame(), &spec.name);
            assert_eq!(column(blocks.frame(), &spec.name), expected, "blocks: {name}, {changes:?}");
            let part = ["supply.", "market.", "price.", ""].iter().map(|part| format!("{part}{name}"));
            let found = part.into_iter().find(|full| three.frame().column(full).is_some()).unwrap();
            assert_eq!(column(three.frame(), &found), expected, "split: {name}, {changes:?}");
        }
    }
}

#[test]
fn the_notebooks_spelling_is_accepted_and_ours_is_shown() {
    use te_core::{Params as _, Value};
    let table = Value::Table(vec![("maintainence".into(), Value::F64(0.25))]);
    let params = te_hive_economy::EconomyParams::from_value(&table).unwrap();
    assert_eq!(params.maintenance, 0.25);
    let table = Value::Table(vec![("maintanence".into(), Value::F64(0.25))]);
    let error = te_hive_economy::EconomyParams::from_value(&table).unwrap_err();
    assert_eq!(error.to_string(), "unknown parameter `maintanence`; did you mean `maintenance`?");
}
