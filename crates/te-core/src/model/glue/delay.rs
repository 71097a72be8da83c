//! A delay line as a component: `glue/delay`.

use super::GlueMetrics;
use crate::declaration::clock::Clock;
use crate::declaration::param_error::ParamError;
use crate::declaration::params::Params;
use crate::model::component::Component;
use crate::model::step_error::StepError;
use crate::numerics::stream::Stream;
use serde::{Deserialize, Serialize};
use te_derive::{Params, Record};

/// Parameters of a delay. Both are of the start: a line that became longer or shorter would have to say what becomes of what is in it.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct DelayParams {
    /// By how many timesteps.
    #[param(initial, default = 1, min = 1, max = 100_000, unit = "step", soft_max = 100)]
    pub steps: u32,
    /// Value until the first input comes out.
    #[param(initial, default = 0.0, soft_min = -1_000.0, soft_max = 1_000.0)]
    pub initial: f64,
}

/// What a delay reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct DelayInputs {
    /// The value to be delayed.
    pub value: f64,
}

/// A delay line: what it shows after timestep t is the input of timestep t - steps.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Delay {
    /// The inputs of the last `steps` timesteps, as a ring.
    line: Vec<f64>,
    at: usize,
    value: f64,
}

impl Component for Delay {
    const KIND: &'static str = "glue/delay";
    type Params = DelayParams;
    type Inputs = DelayInputs;
    type Metrics = GlueMetrics;
    const EQUATIONS: &'static [&'static str] = &["value = lag(value, steps, initial) -- of the input"];

    fn new(params: DelayParams) -> Result<Self, ParamError> {
        params.check()?;
        Ok(Self { line: vec![params.initial; params.steps as usize], at: 0, value: params.initial })
    }

    fn step(&mut self, inputs: &DelayInputs, _: &Clock, _: &mut Stream) -> Result<(), StepError> {
        let length = self.line.len();
        if let Some(oldest) = self.line.get_mut(self.at) {
            self.value = std::mem::replace(oldest, inputs.value);
            self.at = (self.at + 1) % length;
        }
        Ok(())
    }

    fn metrics(&self) -> GlueMetrics {
        GlueMetrics { value: self.value }
    }
}
