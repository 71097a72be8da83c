//! A choice between two inputs as a component: `glue/switch`.

use super::GlueMetrics;
use crate::declaration::clock::Clock;
use crate::declaration::param_error::ParamError;
use crate::model::component::Component;
use crate::model::step_error::StepError;
use crate::numerics::stream::Stream;
use serde::{Deserialize, Serialize};
use te_derive::Record;

/// What a switch reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct SwitchInputs {
    /// Chooses: `on` where it is not 0, `off` where it is.
    pub condition: f64,
    /// Value while the condition holds.
    #[record(default = 1.0)]
    pub on: f64,
    /// Value while it does not.
    #[record(default = 0.0)]
    pub off: f64,
}

/// A switch; before its first step it shows 0.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Switch(f64);

impl Component for Switch {
    const KIND: &'static str = "glue/switch";
    type Params = ();
    type Inputs = SwitchInputs;
    type Metrics = GlueMetrics;
    const EQUATIONS: &'static [&'static str] = &["value = on -- where condition is not 0, else off"];

    fn new((): ()) -> Result<Self, ParamError> {
        Ok(Self(0.0))
    }

    fn step(&mut self, inputs: &SwitchInputs, _: &Clock, _: &mut Stream) -> Result<(), StepError> {
        self.0 = if inputs.condition == 0.0 { inputs.off } else { inputs.on };
        Ok(())
    }

    fn metrics(&self) -> GlueMetrics {
        GlueMetrics { value: self.0 }
    }
}
