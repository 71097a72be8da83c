//! Fees against loss-versus-rebalancing: two pools under one random price, one without a fee and one with 0.3 %.
//!
//! The price is a geometric Brownian motion; both pools see the same price and the same orders of a random trader, and an
//! arbitrageur closes every hour. A third, quiet pool has the fee but no trader. Three things come out, and are asserted:
//! 1. the pool without a fee loses `sigma^2/8` of its value a year against rebalancing;
//! 2. a fee of 0.3 % alone keeps a part of that from the arbitrageurs, as theory says for blocks of constant length;
//! 3. the random trader's fees pay for the rest, so the pool with a fee gains on balance.

use std::error::Error;
use te_amm::component::float_pool::{FloatPool, FloatPoolParams};
use te_amm::component::random_trader::{OrderSize, RandomTrader, RandomTraderParams};
use te_amm::performance::{loss_per_constant_block, lvr_rate};
use te_core::{Experiment, Keep, Recording, StepLength, System, TimeUnit};
use te_market::price::{Price, PriceParams};

const HOURS: u64 = 2190;
const RUNS: u64 = 40;
const SIGMA: f64 = 0.8;
const FEE: f64 = 0.003;
const DEPTH: f64 = 1_000_000.0;

fn main() -> Result<(), Box<dyn Error>> {
    let mut system = System::builder("fees against LVR");
    system.step_length(StepLength::new(1.0, TimeUnit::Hour));
    let price = PriceParams { drift: 0.0, volatility: SIGMA, ..PriceParams::default() };
    system.uncontrollable::<Price>("market", price);
    let orders = RandomTraderParams {
        mean_size: 5_000.0,
        size: OrderSize::Exponential,
        ..RandomTraderParams::default()
    };
    system.uncontrollable::<RandomTrader>("trader", orders);
    system.wire("market.price", "trader.price");
    for (name, fee) in [("free", 0.0), ("paid", FEE), ("quiet", FEE)] {
        let pool = FloatPoolParams { base: DEPTH, quote: DEPTH, fee, arbitrage: true };
        system.controllable::<FloatPool>(name, pool);
        system.wire("market.price", &format!("{name}.external_price"));
        if name != "quiet" {
            system.wire("trader.base_in", &format!("{name}.base_in"));
            system.wire("trader.quote_in", &format!("{name}.quote_in"));
        }
    }
    let results = Experiment::new(system.build()?)
        .timesteps(HOURS)
        .runs(RUNS)
        .seed(11)
        .record(Recording { keep: Keep::Finals, ..Recording::default() })
        .run()?;
    let mean = |column: &str| -> Result<f64, String> {
        let values = results.frame().f64s(column).ok_or_else(|| format!("no column {column}"))?;
        Ok(values.iter().sum::<f64>() / values.len() as f64)
    };

    // Both pools start at a value of 2*depth, and stay near it: the price has no drift.
    let value = 2.0 * DEPTH;
    let years = HOURS as f64 / 8760.0;
    let expected = lvr_rate(value, SIGMA)? * years;
    let free = mean("free.versus_rebalancing")?;
    println!("without a fee: {free:.0} against rebalancing; theory -{expected:.0}");
    assert!((free / -expected - 1.0).abs() < 0.1);

    let sigma_block = SIGMA / 8760.0_f64.sqrt();
    let theory = loss_per_constant_block(sigma_block, FEE)? * value / 4.0 * HOURS as f64;
    let quiet = mean("quiet.arbitrage_total")?;
    println!("with a fee of 0.3 % and nobody else, arbitrageurs take {quiet:.0}; theory {theory:.0}");
    assert!((quiet / theory - 1.0).abs() < 0.05 && quiet < expected);

    let (fees, paid) = (mean("paid.fees")?, mean("paid.versus_rebalancing")?);
    println!("with the fee and the trader: fees {fees:.0}, {paid:.0} against rebalancing");
    assert!(paid > 0.0 && paid > free && fees > paid);
    Ok(())
}
