//! The project's own models against their traces.

use super::{data, import, run};
use te_import::Dialect;

const MODELS: [&str; 10] = [
    "01_functions",
    "02_inputs",
    "03_tables",
    "04_delays",
    "05_smooth",
    "06_non_negative",
    "07_euler",
    "08_rk4",
    "12_hive",
    "15_named_tables",
];

/// The largest difference, by the column's largest magnitude, and its column.
fn worst(model: &str, ending: &str, trace: &str) -> (f64, String) {
    let import =
        import(&data(&format!("{model}.{ending}"))).unwrap_or_else(|refused| panic!("{model}: {refused}"));
    let run = run(import).unwrap_or_else(|refused| panic!("{model}: {refused}"));
    let mut reader = csv::Reader::from_path(data(&format!("{trace}.csv"))).unwrap();
    let head: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<Vec<f64>> =
        reader.records().map(|row| row.unwrap().iter().map(|cell| cell.parse().unwrap()).collect()).collect();
    let time = head.iter().position(|name| name == "time").unwrap();
    let mut worst = (0.0, String::new());
    let mut compared = 0;
    for (at, name) in head.iter().enumerate().skip(time + 1) {
        let largest = rows.iter().fold(0.0_f64, |most, row| most.max(row[at].abs())).max(f64::MIN_POSITIVE);
        for row in &rows {
            let value =
                run.at(name, row[time]).unwrap_or_else(|| panic!("{model}: no {name} at {}", row[time]));
            let difference = (value - row[at]).abs() / largest;
            if difference > worst.0 {
                worst = (difference, format!("{name} at {}: {value}, not {}", row[time], row[at]));
            }
            compared += 1;
        }
    }
    assert!(compared > 20, "{model}: {compared} cells");
    worst
}

#[test]
fn models_of_the_project_have_their_traces() {
    for model in MODELS {
        let (difference, where_it_is) = worst(model, "xmile", model);
        assert!(difference <= 1e-9, "{model}: {difference:e}: {where_it_is}");
    }
}

#[test]
fn the_same_models_in_the_other_dialect_have_the_same_traces() {
    for model in ["02_inputs", "03_tables", "04_delays", "05_smooth", "07_euler", "12_hive"] {
        let (difference, where_it_is) = worst(model, "mdl", model);
        assert!(difference <= 1e-9, "{model}: {difference:e}: {where_it_is}");
    }
    assert_eq!(super::dialect(&data("02_inputs.mdl")), Dialect::Vensim);
}
