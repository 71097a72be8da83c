//! Every cell of the reference files, and the digits that the notebook prints.

use crate::{column, data, params, typed};
use te_core::{Axis, Experiment, Sweep};

const METRICS: [&str; 12] = [
    "reserve",
    "circulation",
    "size",
    "saturation",
    "production",
    "utility",
    "price",
    "netflow",
    "adjustment",
    "total_supply",
    "market_cap",
    "ratio",
];

/// Relative distance at which a cell counts as equal; `testdata/te-hive-economy/README.md` says why.
const TOLERANCE: f64 = 1e-12;

fn cells(name: &str) -> (Vec<String>, Vec<Vec<f64>>) {
    let text = data(name);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.records().map(|r| r.unwrap().iter().map(|c| c.parse().unwrap()).collect()).collect();
    (header, rows)
}

/// The greatest relative distance to a reference cell.
fn compare(experiment: &Experiment, file: &str) -> f64 {
    let results = experiment.run().unwrap();
    assert!(results.failures.is_empty(), "{:?}", results.failures);
    let (header, rows) = cells(file);
    assert_eq!(results.frame().rows(), rows.len());
    let mut worst = 0.0_f64;
    for name in ["simulation", "subset", "run", "timestep", "substep"] {
        let at = header.iter().position(|h| h == name).unwrap();
        let ours = results.frame().u64s(name).unwrap();
        assert!(ours.iter().zip(&rows).all(|(a, row)| *a as f64 == row[at]), "{file}: {name}");
    }
    for name in METRICS {
        let at = header.iter().position(|h| h == name).unwrap();
        let ours = column(results.frame(), &format!("economy.{name}"));
        for (row, (a, expected)) in ours.iter().zip(&rows).enumerate() {
            let b = expected[at];
            let distance = if *a == b { 0.0 } else { (a - b).abs() / b.abs() };
            assert!(distance <= TOLERANCE, "{file} row {row} {name}: {a} for {b}");
            worst = worst.max(distance);
        }
    }
    worst
}

#[test]
fn every_variant_equals_cadcad() {
    let variants: [(&str, &[(&str, f64)]); 7] = [
        ("default", &[]),
        ("throttle_0", &[("throttle", 0.0)]),
        ("throttle_0p004", &[("throttle", 0.004)]),
        ("growth_0p02", &[("growth", 0.02)]),
        ("outflow_0p025", &[("outflow_boundary", 0.025)]),
        ("valuation_ratio_5", &[("valuation_ratio", 5.0)]),
        ("notebook_subset_2_like", &[("throttle", 0.0), ("outflow_boundary", 0.025), ("growth", 0.005)]),
    ];
    for (file, changes) in variants {
        let experiment = Experiment::new(typed(params(changes))).timesteps(120);
        compare(&experiment, &format!("{file}.csv"));
        compare(&experiment, &format!("libm/{file}.csv"));
    }
}

#[test]
fn the_zipped_sweep_numbers_its_rows_as_cadcad() {
    let axes = SWEEP.iter().map(|(name, values)| Axis::new(format!("economy.{name}"), *values)).collect();
    let experiment = Experiment::new(typed(params(&[]))).timesteps(120).runs(2).sweep(Sweep::Zip(axes));
    compare(&experiment, "sweep4_runs2.csv");
}

const SWEEP: [(&str, [f64; 4]); 3] = [
    ("throttle", [0.0, 0.004, 0.0, 0.0]),
    ("outflow_boundary", [0.05, 0.05, 0.025, 0.05]),
    ("growth", [0.0, 0.0, 0.0, 0.02]),
];

#[test]
fn the_printed_table_is_met_to_the_digits_printed() {
    let results = Experiment::new(typed(params(&[]))).timesteps(120).run().unwrap();
    let text = data("notebook-table.txt");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let mut met = 0;
    for record in reader.records() {
        let record = record.unwrap();
        let row: usize = record[2].parse().unwrap();
        for (name, printed) in header.iter().zip(&record).skip(4) {
            let ours = match name.as_str() {
                "simulation" => results.frame().u64s("simulation").unwrap()[row] as f64,
                name => column(results.frame(), &format!("economy.{name}"))[row],
            };
            assert_eq!(as_printed(ours, printed), printed, "timestep {row}, {name}");
            met += 1;
        }
    }
    assert_eq!(met, 117);
}

/// Every kind, with parameters of its own, against rows that `testdata/te-hive-economy/reference.py` computes.
#[test]
fn every_kind_equals_its_reference() {
    let mut registry = te_core::Registry::new();
    te_hive_economy::register(&mut registry);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/te-hive-economy");
    te_testkit::reference::every_kind(&registry, &folder, &[]);
    for name in ["supply-unthrottled", "supply-low-target"] {
        te_testkit::reference::file(&registry, &folder.join(format!("{name}.csv")));
    }
}

/// What `systems/hive-scenarios.toml` says of its scenarios, and of the older model that the notebook's analysis speaks of.
#[test]
fn numbers_quoted_for_the_scenarios() {
    type Quoted<'a> = (&'a [(&'a str, f64)], f64, f64);
    let quoted: [Quoted<'_>; 5] = [
        (&[], 78.5, 10_335.0),
        (&[("throttle", 0.0)], 35.7, 10.0),
        (&[("throttle", 0.004)], 78.9, 16_220.0),
        (&[("throttle", 0.0), ("outflow_boundary", 0.025)], 21.1, 13_313.0),
        (&[("throttle", 0.0), ("growth", 0.02)], 29.7, 203.0),
    ];
    for (changes, percent, tokens) in quoted {
        let results = Experiment::new(typed(params(changes))).timesteps(120).run().unwrap();
        let last = |name: &str| column(results.frame(), name)[120];
        assert!((last("economy.ratio") * 100.0 - percent).abs() < 0.05, "{changes:?}");
        assert!((last("economy.total_supply") - tokens).abs() < 0.5, "{changes:?}");
    }
    let unthrottled = |r: f64| (1.0 - 0.95 * r / 0.2) * (1.0 - r) / 12.0 - 0.05 * r;
    assert!(unthrottled(0.1815) > 0.0 && unthrottled(0.1825) < 0.0);
    assert!((0.004_f64 / (0.05 + 0.004) - 0.074).abs() < 5e-4);
}

/// A number with as many digits, in the same notation, as the text beside it.
fn as_printed(x: f64, like: &str) -> String {
    if let Some((mantissa, _)) = like.split_once('e') {
        let digits = mantissa.split_once('.').map_or(0, |(_, d)| d.len());
        let text = format!("{x:.digits$e}");
        let (mantissa, exponent) = text.split_once('e').unwrap();
        let exponent: i32 = exponent.parse().unwrap();
        return format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs());
    }
    let digits = like.split_once('.').map_or(0, |(_, d)| d.len());
    format!("{x:.digits$}")
}
