//! A column of data as a component: `source/series`.

use super::GlueMetrics;
use crate::{Choice, Clock, Component, ParamError, Params, StepError, Stream};
use serde::{Deserialize, Serialize};

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

/// Parameters of a series.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::some_values)]
pub struct SeriesParams {
    /// Values; the first is the initial one, at timestep 0.
    #[param(default = vec![0.0], role = "environment")]
    pub values: Vec<f64>,
    /// What comes after the last value.
    #[param(default = SeriesEnd::Fail)]
    pub end: SeriesEnd,
}

impl SeriesParams {
    fn some_values(&self) -> Result<(), String> {
        if self.values.is_empty() { Err("a series needs at least one value".into()) } else { Ok(()) }
    }
}

/// A column of data.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Series {
    params: SeriesParams,
    value: f64,
}

impl Component for Series {
    const KIND: &'static str = "source/series";
    type Params = SeriesParams;
    type Inputs = ();
    type Metrics = GlueMetrics;

    fn new(params: SeriesParams) -> Result<Self, ParamError> {
        params.check()?;
        let value = params.values.first().copied().unwrap_or_default();
        Ok(Self { params, value })
    }

    fn step(&mut self, (): &(), clock: &Clock, _: &mut Stream) -> Result<(), StepError> {
        let values = &self.params.values;
        let at = usize::try_from(clock.timestep).unwrap_or(usize::MAX);
        let at = match self.params.end {
            SeriesEnd::Fail => at,
            SeriesEnd::Hold => at.min(values.len().saturating_sub(1)),
            SeriesEnd::Repeat => at % values.len().max(1),
        };
        let ended = || {
            let last = values.len().saturating_sub(1);
            StepError::domain(
                "timestep",
                clock.timestep as f64,
                format!("at most {last}, where the series ends"),
            )
        };
        self.value = *values.get(at).ok_or_else(ended)?;
        Ok(())
    }

    fn metrics(&self) -> GlueMetrics {
        GlueMetrics { value: self.value }
    }
}
