//! A column of data as a component: `source/series`.

#![expect(clippy::inline_always, reason = "inlined into the kernels of lanes")]

mod values;

pub use values::Values;

use super::GlueMetrics;
use crate::declaration::clock::Clock;
use crate::declaration::param_error::ParamError;
use crate::declaration::params::Params;
use crate::model::component::Component;
use crate::model::lanes::{self, LaneForm, Laned};
use crate::model::step_error::StepError;
use crate::numerics::stream::Stream;
use serde::{Deserialize, Serialize};
use te_derive::{Choice, Params};
use te_math::{OutOfRange, Watch};

/// What comes after the last value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice, Serialize, Deserialize)]
pub enum SeriesEnd {
    /// The run fails.
    Fail,
    /// The last value stays.
    Hold,
    /// The series begins anew.
    Repeat,
}

/// Parameters of a series. Events change both: from the next step on it shows the new values at the same timesteps.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::some_values)]
pub struct SeriesParams {
    /// Values; the first is the initial one, at timestep 0.
    #[param(default = Values::from(vec![0.0]), role = "environment")]
    pub values: Values,
    /// What comes after the last value.
    #[param(default = SeriesEnd::Fail)]
    pub end: SeriesEnd,
}

impl SeriesParams {
    fn some_values(&self) -> Result<(), String> {
        if self.values.as_slice().is_empty() {
            Err("a series needs at least one value".into())
        } else {
            Ok(())
        }
    }
}

/// A column of data. The data are the parameters'; what is saved of a run is its present value.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Series {
    #[serde(skip)]
    params: SeriesParams,
    state: GlueMetrics,
}

impl Series {
    /// The value at a timestep, where the series has one.
    fn at(&self, timestep: u64) -> Option<f64> {
        let values = self.params.values.as_slice();
        let last = (values.len() as u64).checked_sub(1)?;
        let at = match self.params.end {
            SeriesEnd::Fail => timestep,
            SeriesEnd::Hold => timestep.min(last),
            SeriesEnd::Repeat => timestep % (last + 1),
        };
        values.get(usize::try_from(at).ok()?).copied()
    }
}

impl Component for Series {
    const KIND: &'static str = "source/series";
    type Params = SeriesParams;
    type Inputs = ();
    type Metrics = GlueMetrics;
    const EQUATIONS: &'static [&'static str] =
        &["value = values[timestep] -- the first at the start; beyond the last as `end` says"];

    fn new(params: SeriesParams) -> Result<Self, ParamError> {
        params.check()?;
        let value = params.values.as_slice().first().copied().unwrap_or_default();
        Ok(Self { params, state: GlueMetrics { value } })
    }

    fn reparam(&mut self, params: SeriesParams) -> Result<(), ParamError> {
        params.check()?;
        self.params = params;
        Ok(())
    }

    fn step(&mut self, inputs: &(), clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        lanes::step(self, inputs, clock, rng)
    }

    fn metrics(&self) -> GlueMetrics {
        self.state
    }

    fn lane_form() -> Option<LaneForm<Self>> {
        Some(LaneForm::of())
    }

    fn share(&mut self, fresh: &Self) {
        self.params = fresh.params.clone();
    }
}

impl Laned for Series {
    type Fixed = ();
    type State = GlueMetrics;
    type Draws = ();

    fn fixed(&self) {}

    fn state(&self) -> GlueMetrics {
        self.state
    }

    fn set_state(&mut self, state: GlueMetrics) {
        self.state = state;
    }

    fn alike(&self, other: &Self) -> bool {
        self.params.values.is_shared_with(&other.params.values) && self.params.end == other.params.end
    }

    #[inline(always)]
    fn advance<W: Watch<Error = StepError>>(
        &self,
        w: &mut W,
        (): &(),
        state: &GlueMetrics,
        (): &(),
        (): &(),
        clock: &Clock,
    ) -> GlueMetrics {
        let value = self.at(clock.timestep);
        w.need(value.is_some(), || {
            let last = self.params.values.as_slice().len().saturating_sub(1);
            let allowed = format!("at most {last}, where the series ends");
            OutOfRange::new("timestep", clock.timestep as f64, allowed)
        });
        GlueMetrics { value: value.unwrap_or(state.value) }
    }

    #[inline(always)]
    fn show(&self, (): &(), state: &GlueMetrics) -> GlueMetrics {
        *state
    }
}
