//! Typed in Rust or assembled from a file, on one thread or two, recorded this way or that: the same bits.

use crate::{root, system};
use std::path::Path;
use te_core::{Experiment, Frame, Keep, Recording, System};
use te_hive_economy::{Economy, EconomyParams};
use tecmns::SystemFile;

fn from_file(name: &str) -> Experiment {
    let registry = tecmns::built_in();
    let file = SystemFile::read(Path::new(&system(name)), &registry).unwrap();
    let systems = file.systems(&registry, &[]).unwrap();
    file.experiment(systems)
}

fn run(experiment: &Experiment) -> Frame {
    experiment.run().unwrap().frame().clone()
}

#[test]
fn a_file_and_rust_agree() {
    let typed =
        run(&Experiment::new(System::of::<Economy>("economy", EconomyParams::default()).unwrap())
            .timesteps(120));
    let file = run(&from_file("hive-economy.toml"));
    for (theirs, ours) in file.columns().iter().zip(typed.columns()) {
        assert_eq!((&theirs.name, &theirs.cells), (&ours.name, &ours.cells));
    }
    let split = run(&from_file("hive-split.toml"));
    for (theirs, ours) in [
        ("supply.reserve", "economy.reserve"),
        ("price.price", "economy.price"),
        ("market.production", "economy.production"),
        ("market_cap", "economy.market_cap"),
        ("ratio", "economy.ratio"),
    ] {
        assert_eq!(split.f64s(theirs).unwrap(), typed.f64s(ours).unwrap(), "{theirs}");
    }
}

#[test]
fn threads_and_recordings_agree() {
    let scenarios = || from_file("hive-scenarios.toml").runs(40);
    let one = run(&scenarios().threads(1));
    assert_eq!(run(&scenarios().threads(2)), one);
    assert_eq!(run(&scenarios().threads(3).tile_width(7)), one);
    let recording = Recording { keep: Keep::Finals, ..Recording::default() };
    let finals = run(&scenarios().record(recording));
    let price = one.f64s("economy.price").unwrap();
    let last: Vec<f64> = price.iter().skip(120).step_by(121).copied().collect();
    assert_eq!(finals.f64s("economy.price").unwrap(), last);
    let recording = Recording { every: 7, columns: vec!["economy.price".into()], ..Recording::default() };
    let some = run(&scenarios().record(recording));
    assert_eq!(some.f64s("economy.price").unwrap()[1], price[7]);
}

#[test]
fn every_system_file_of_the_project_is_valid() {
    let registry = tecmns::built_in();
    let mut seen = 0;
    for entry in root().join("systems").read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "toml") {
            let file = SystemFile::read(&path, &registry).unwrap_or_else(|e| panic!("{e}"));
            let systems = file.systems(&registry, &[]).unwrap();
            file.experiment(systems).plan().unwrap();
            seen += 1;
        }
    }
    assert!(seen >= 3);
}
