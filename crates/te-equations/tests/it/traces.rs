//! The traces of testdata/te-equations, which other programs computed from the same equations.

use crate::{file, read, system_of};
use te_core::{Experiment, StepLength, TimeUnit, Value};

/// Every cell of a trace within 1e-9 of its column's largest magnitude.
fn follows(name: &str, dt: f64) {
    let text = std::fs::read_to_string(file(&format!("testdata/te-equations/{name}.toml"))).unwrap();
    let mut reader = csv::Reader::from_path(file(&format!("testdata/te-equations/{name}.csv"))).unwrap();
    let names = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let system = system_of(&read(&text), &Value::Table(Vec::new()), StepLength::new(dt, TimeUnit::Month));
    let results = Experiment::new(system).timesteps(rows.len() as u64 - 1).run().unwrap();
    assert!(results.failures.is_empty(), "{name}: {}", results.failures[0]);
    let mut compared = 0;
    for (at, column) in names.iter().enumerate().skip(6) {
        let found = results.frame().f64s(&format!("it.{column}"));
        // Constants are no metrics.
        let Some(found) = found else {
            assert!(name == "02_inputs" && column == "base", "{name}: no {column}");
            continue;
        };
        let expected: Vec<f64> = rows.iter().map(|row| row[at].parse().unwrap()).collect();
        let largest = expected.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
        for (row, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert!(
                (found - expected).abs() <= 1e-9 * largest,
                "{name}, {column}, row {row}: {found} instead of {expected}"
            );
            compared += 1;
        }
    }
    assert!(compared >= 4 * rows.len());
}

#[test]
fn functions_and_inputs() {
    follows("01_functions", 1.0);
    follows("02_inputs", 0.25);
}

#[test]
fn tables() {
    follows("03_tables", 0.5);
    follows("15_named_tables", 0.5);
}

#[test]
fn delays_and_smooths() {
    follows("04_delays", 0.25);
    follows("05_smooth", 0.25);
}

#[test]
fn flows_that_find_too_little() {
    follows("06_non_negative", 1.0);
}

#[test]
fn euler_and_runge_kutta() {
    follows("07_euler", 0.125);
    follows("08_rk4", 0.125);
}

#[test]
fn states_that_are_replaced() {
    follows("12_hive", 1.0);
}
