//! Who receives the output of units.

use crate::recording::unit_output::UnitOutput;
use std::error::Error;

/// Takes the output of units, in ascending order of their numbers, on the calling thread.
pub trait Sink {
    /// Takes one unit. What it leaves in `output` is memory that later units are computed in.
    ///
    /// # Errors
    /// Whatever the sink cannot do ends the experiment.
    fn unit(&mut self, output: &mut UnitOutput) -> Result<(), Box<dyn Error + Send + Sync>>;
}
