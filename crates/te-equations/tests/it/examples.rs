//! The worked examples against traces that another program computed: testdata/te-equations.

use crate::{component, experiment, file};
use std::collections::BTreeMap;

/// The columns of a trace.
fn trace(name: &str) -> BTreeMap<String, Vec<f64>> {
    let mut reader = csv::Reader::from_path(file(&format!("testdata/te-equations/{name}.csv"))).unwrap();
    let names = reader.headers().unwrap().clone();
    let mut columns: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for record in reader.records() {
        for (name, cell) in names.iter().zip(record.unwrap().iter()) {
            columns.entry(name.to_owned()).or_default().push(cell.parse().unwrap());
        }
    }
    columns
}

/// Every cell within 1e-12 of the column's largest magnitude; how many columns were compared.
fn compare(name: &str, columns: usize) {
    let trace = trace(name);
    let timesteps = trace["timestep"].len() as u64 - 1;
    let results = experiment(&component(name), timesteps).run().unwrap();
    let (mut compared, mut worst) = (0, 0.0_f64);
    for (column, expected) in trace.iter().filter(|(column, _)| column.starts_with("it.")) {
        let found = results.frame().f64s(column).unwrap_or_else(|| panic!("no {column}"));
        assert_eq!(found.len(), expected.len(), "{column}");
        let largest = expected.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
        for (row, (found, expected)) in found.iter().zip(expected).enumerate() {
            let error = (found - expected).abs() / largest.max(f64::MIN_POSITIVE);
            worst = worst.max(error);
            assert!(error <= 1e-12, "{name}, {column}, row {row}: {found} instead of {expected}");
        }
        compared += 1;
    }
    println!("{name}: {compared} columns, worst {worst:e}");
    assert_eq!(compared, columns);
}

#[test]
fn buyback_is_as_computed_elsewhere() {
    compare("buyback", 11);
}

#[test]
fn staking_is_as_computed_elsewhere() {
    compare("staking", 5);
}

#[test]
fn the_hive_economy_is_as_computed_elsewhere() {
    compare("hive", 20);
}
