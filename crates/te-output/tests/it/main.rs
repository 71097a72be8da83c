//! What this crate writes, read back and looked at.
#![allow(clippy::disallowed_methods, reason = "tests compare with the platform's functions")]
#![expect(clippy::unwrap_used, reason = "a test that cannot make its data should stop")]

mod chart;
mod compare;
mod dates;
mod folder;
mod python;
mod report;
mod robust;
mod summary;
mod table;

use te_core::{Cells, Column, Frame};

/// A file of reference data.
pub(crate) fn testdata(name: &str) -> std::path::PathBuf {
    std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-output")).join(name)
}

/// The 1Hive economy's reference table with the names and units of a run.
pub(crate) fn hive(file: &str) -> Frame {
    let units = [
        ("reserve", "honey"),
        ("circulation", "honey"),
        ("size", "usd/month"),
        ("saturation", "1"),
        ("production", "usd"),
        ("utility", "1"),
        ("price", "usd/honey"),
        ("netflow", "honey/month"),
        ("adjustment", "honey/month"),
        ("total_supply", "honey"),
        ("market_cap", "usd"),
        ("ratio", "1"),
    ];
    let mut columns = te_output::read_frame(testdata(file)).unwrap().into_columns();
    for column in &mut columns {
        if column.name == "timestep" {
            column.unit = String::from("month");
        }
        if let Some((name, unit)) = units.iter().find(|(name, _)| *name == column.name) {
            column.unit = String::from(*unit);
            column.name = format!("economy.{name}");
        }
    }
    Frame::new(columns).unwrap()
}

/// Rows of every kind of column: `runs` runs of `steps` steps after the initial state.
pub(crate) fn mixed(first_run: u64, runs: u64, steps: u64) -> Frame {
    let index: Vec<(u64, u64)> =
        (first_run..first_run + runs).flat_map(|run| (0..=steps).map(move |t| (run, t))).collect();
    let float = |(run, t): &(u64, u64)| ((run * 7919 + t) as f64 * 0.618).sin() * 1e4;
    let all = |f: &dyn Fn(&(u64, u64)) -> f64| index.iter().map(f).collect::<Vec<f64>>();
    let mut price = Column::new("pool.price", Cells::F64(all(&float)));
    price.unit = String::from("quote/base");
    price.doc = String::from("Spot price, \"mid\", after fees");
    let mut rare = Column::new("pool.rare", Cells::F64(all(&|x| float(x) * 2.0)));
    rare.valid = Some(index.iter().map(|(run, t)| (run + t) % 3 != 0).collect());
    for (cell, valid) in std::iter::zip(
        match &mut rare.cells {
            Cells::F64(v) => v,
            _ => unreachable!(),
        },
        rare.valid.iter().flatten(),
    ) {
        if !valid {
            *cell = 0.0;
        }
    }
    let decimal = |(run, t): &(u64, u64)| {
        rust_decimal::Decimal::new(i64::try_from(run * 1_000_003 + t).unwrap() - 5_000_000, 9)
    };
    Frame::new(vec![
        Column::new("simulation", Cells::U64(vec![0; index.len()])),
        Column::new("subset", Cells::U64(vec![0; index.len()])),
        Column::new("run", Cells::U64(index.iter().map(|x| x.0).collect())),
        Column::new("timestep", Cells::U64(index.iter().map(|x| x.1).collect())),
        Column::new("substep", Cells::U64(index.iter().map(|x| u64::from(x.1 > 0)).collect())),
        price,
        rare,
        Column::new("pool.count", Cells::U64(index.iter().map(|x| u64::MAX - x.0 * x.1).collect())),
        Column::new("pool.delta", Cells::I64(index.iter().map(|x| i64::MIN + x.0.cast_signed()).collect())),
        Column::new("pool.open", Cells::Bool(index.iter().map(|x| (x.0 + x.1) % 2 == 0).collect())),
        Column::new("pool.reserve", Cells::Decimal(index.iter().map(decimal).collect())),
        Column::new(
            "variant",
            Cells::Text(index.iter().map(|x| format!("run, \"{}\" {}", x.0, "é\n")).collect()),
        ),
    ])
    .unwrap()
}
