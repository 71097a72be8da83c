//! The 1Hive economy swept over its throttle: what the community sets against what it gets.
#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use te_core::{Axis, Experiment, Keep, Recording, Sweep, System};
use te_hive_economy::{Economy, EconomyParams};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let throttles = [0.002, 0.004, 0.008, 0.016];
    let system = System::of::<Economy>("economy", EconomyParams::default())?;
    let results = Experiment::new(system)
        .timesteps(120)
        .sweep(Sweep::Product(vec![Axis::new("economy.throttle", throttles)]))
        .record(Recording { keep: Keep::Finals, ..Recording::default() })
        .run()?;

    let supply = results.frame().f64s("economy.total_supply").unwrap_or_default();
    let price = results.frame().f64s("economy.price").unwrap_or_default();
    println!("throttle  supply after ten years  price");
    for ((throttle, supply), price) in throttles.iter().zip(supply).zip(price) {
        println!("{throttle:<8}  {supply:>22.0}  {price:>9.0}");
    }
    // The pool holds more than its target, so tokens are burned: the faster the policy may act, the fewer remain.
    assert!(supply.windows(2).all(|pair| pair[0] > pair[1]));
    assert!(price.windows(2).all(|pair| pair[0] < pair[1]));
    Ok(())
}
