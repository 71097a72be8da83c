//! The library proposal's picture, typed: a commons and a company in one market, bull and bear.
//!
//! The same system as `systems/commons.toml`, component by component and wire by wire; both give the same bits, which this
//! program asserts. `cargo run --release -p tecmns-examples --bin commons` prints what becomes of them.
#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use std::error::Error;
use std::path::Path;
use te_core::{Experiment, Frame, Recording};
use tecmns::{SystemFile, built_in};
use tecmns_examples::commons_system::{DERIVED, Regime, commons};

const RUNS: u64 = 4;

fn main() -> Result<(), Box<dyn Error>> {
    // Typed: two arms, the same runs of each meet the same draws.
    let columns =
        ["market.*", "build.*", "hatch.*", "upgrade.*", "curve.*", "company.*", "value.*", "academy.*"];
    let more = ["commons_vote.*", "company_vote.*", "company_curve.*", "office.*", "ecosystem.*"];
    let derived = DERIVED.iter().map(|(name, ..)| (*name).to_owned());
    let recording = Recording {
        columns: columns.iter().chain(&more).map(ToString::to_string).chain(derived).collect(),
        ..Recording::default()
    };
    let typed = Experiment::empty()
        .against("bull", commons(Regime::Bull)?)
        .against("bear", commons(Regime::Bear)?)
        .timesteps(300)
        .runs(RUNS)
        .seed(7)
        .record(recording.clone())
        .run()?;

    // From the file.
    let registry = built_in();
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../systems/commons.toml"));
    let mut file = SystemFile::read(path, &registry)?;
    (file.settings.runs, file.settings.recording) = (RUNS, recording);
    let systems = file.systems(&registry, &[])?;
    let assembled = file.experiment(systems).run()?;
    let same = same_bits(typed.frame(), assembled.frame());
    println!(
        "{} rows of {} columns, the same bits from the file: {same}",
        typed.frame().rows(),
        typed.frame().columns().len()
    );
    assert!(same);

    for (arm, name) in ["bull", "bear"].iter().enumerate() {
        let last = |column: &str| median_at_end(typed.frame(), arm as u64, column);
        println!(
            "{name}: price {:.2}, raised {:.0}, common pool {:.0}, company {:.0}, token engineers {:.0}",
            last("market.price"),
            last("hatch.total_raised"),
            last("curve.common_pool"),
            last("company.treasury"),
            last("ecosystem.token_engineers"),
        );
    }
    Ok(())
}

/// Whether two frames have the same columns with the same bits.
fn same_bits(left: &Frame, right: &Frame) -> bool {
    left.rows() == right.rows()
        && left.columns().len() == right.columns().len()
        && left.columns().iter().zip(right.columns()).all(|(a, b)| {
            let bits = |x: Option<f64>| x.map(f64::to_bits);
            a.name == b.name && (0..left.rows()).all(|row| bits(a.number(row)) == bits(b.number(row)))
        })
}

/// Median over runs of a column at the last timestep of one arm.
fn median_at_end(frame: &Frame, arm: u64, column: &str) -> f64 {
    let at = |name: &str, row: usize| frame.column(name).and_then(|c| c.number(row)).unwrap_or(f64::NAN);
    let rows = 0..frame.rows();
    let mut ends: Vec<f64> = rows
        .filter(|row| at("simulation", *row) == arm as f64 && at("timestep", *row) == 300.0)
        .map(|row| at(column, row))
        .collect();
    ends.sort_by(f64::total_cmp);
    ends.get(ends.len() / 2).copied().unwrap_or(f64::NAN)
}
