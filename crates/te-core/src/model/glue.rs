//! Small components that let a system file say what Rust says with closures: a series of data, a function of time, a
//! delay, a switch.

mod delay;
mod function;
mod series;
mod switch;

pub use delay::{Delay, DelayInputs, DelayParams};
pub use function::{Function, FunctionParams};
pub use series::{Series, SeriesEnd, SeriesParams, Values};
pub use switch::{Switch, SwitchInputs};

use crate::model::registry::Registry;
use serde::{Deserialize, Serialize};
use te_derive::Record;

/// The one number that these components show.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct GlueMetrics {
    /// Present value, in whatever unit it stands for.
    pub value: f64,
}

/// Registers these kinds.
pub fn register(registry: &mut Registry) {
    let package = env!("CARGO_PKG_NAME");
    registry.add::<Series>(package, "A column of data: its k-th value at timestep k.");
    registry.add::<Function>(package, "An expression of the time.");
    registry.add::<Delay>(package, "Its input, so many timesteps ago.");
    registry.add::<Switch>(package, "One of two inputs, chosen by a third.");
}
