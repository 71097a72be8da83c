//! The 1Hive economy, and beside it the same in which a vote halves the throttle in month 50: an event, from Rust.
//!
//! `systems/hive-shock.toml` is the same as a system file. `throttle_shock FOLDER` draws the supplies into that folder.
#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use te_core::picture::{ChartSpec, Theme};
use te_core::{Axis, Event, Experiment, Sweep, System};
use te_hive_economy::{Economy, EconomyParams};
use tecmns::output::Charted as _;

fn economy(event: Option<Event>) -> Result<System, te_core::BuildErrors> {
    let mut system = System::builder("hive-shock");
    system.step_length(te_core::StepLength::new(1.0, te_core::TimeUnit::Month));
    system.controllable::<Economy>("economy", EconomyParams::default());
    if let Some(event) = event {
        system.event(event);
    }
    system.build()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let halving = Event::new("halving").at(50).set("economy.throttle", "0.5 * economy.throttle");
    let experiment =
        Experiment::new(economy(None)?).against("halved", economy(Some(halving.clone()))?).timesteps(120);
    let results = experiment.run()?;
    let supply = results.frame().f64s("economy.total_supply").unwrap_or_default();
    let (published, halved) = supply.split_at(121);
    println!("month  published  halved");
    for month in [49, 50, 60, 120] {
        println!("{month:>5}  {:>9.0}  {:>6.0}", published[month], halved[month]);
    }
    // The same world up to month 49; from then on the policy burns half as fast.
    assert_eq!(published[..50], halved[..50]);
    assert!((50..=120).all(|month| published[month] < halved[month]));
    assert_eq!([published[120].floor(), halved[120].floor()], [10335.0, 13753.0]);

    // The earlier the vote, the more is left: its time is a parameter like any other.
    let months = [12, 50, 100];
    let sweep = Sweep::Product(vec![Axis::new("event.halving.at", months)]);
    let swept = Experiment::new(economy(Some(halving))?).timesteps(120).sweep(sweep).run()?;
    let left =
        |subset: u64| swept.of(subset, 1).f64s("economy.total_supply").and_then(|all| all.last().copied());
    let left: Vec<f64> = (0..3).filter_map(left).collect();
    println!("halved in month {months:?}: {left:.0?} tokens left");
    assert!(left.windows(2).all(|pair| pair[0] > pair[1]) && left[1] == halved[120]);

    if let Some(folder) = std::env::args().nth(1) {
        let chart = ChartSpec::lines("Supply", ["economy.total_supply"]);
        let drawn = chart.draw(results.frame(), &[], Theme::Light)?;
        drawn.write(std::path::Path::new(&folder).join("supply.svg"))?;
    }
    Ok(())
}
