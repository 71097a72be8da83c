//! An expression of the time as a component: `source/function`.

use super::GlueMetrics;
use crate::{Clock, Component, Expression, ParamError, Params, StepError, Stream};
use serde::{Deserialize, Serialize};

/// Parameters of a function of time.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct FunctionParams {
    /// Expression over `t`, the timestep, and `years`, the time in years.
    #[param(default = String::from("t"), role = "environment")]
    pub of: String,
}

/// A function of time.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "Saved", into = "Saved")]
pub struct Function {
    expression: Expression,
    params: FunctionParams,
    value: f64,
}

/// What is saved; the expression is parsed anew.
#[derive(Serialize, Deserialize)]
struct Saved {
    params: FunctionParams,
    value: f64,
}

impl From<Function> for Saved {
    fn from(function: Function) -> Self {
        Self { params: function.params, value: function.value }
    }
}

impl TryFrom<Saved> for Function {
    type Error = ParamError;
    fn try_from(saved: Saved) -> Result<Self, ParamError> {
        Ok(Self { value: saved.value, ..Self::new(saved.params)? })
    }
}

impl Function {
    fn at(&self, timestep: f64, years: f64) -> Result<f64, StepError> {
        let value = self.expression.evaluate(&mut |name, _| if name == "t" { timestep } else { years });
        StepError::finite("value", value)
    }
}

impl Component for Function {
    const KIND: &'static str = "source/function";
    type Params = FunctionParams;
    type Inputs = ();
    type Metrics = GlueMetrics;

    fn new(params: FunctionParams) -> Result<Self, ParamError> {
        params.check()?;
        let expression = Expression::parse(&params.of).map_err(|e| ParamError::cross(e.to_string()))?;
        if let Some(name) = expression.names().into_iter().find(|n| !matches!(*n, "t" | "years")) {
            return Err(ParamError::cross(format!("`{}` reads `{name}`: there are t and years", params.of)));
        }
        let mut function = Self { expression, params, value: 0.0 };
        function.value =
            function.at(0.0, 0.0).map_err(|e| ParamError::cross(format!("at timestep 0: {e}")))?;
        Ok(function)
    }

    fn step(&mut self, (): &(), clock: &Clock, _: &mut Stream) -> Result<(), StepError> {
        self.value = self.at(clock.timestep as f64, clock.elapsed_years())?;
        Ok(())
    }

    fn metrics(&self) -> GlueMetrics {
        GlueMetrics { value: self.value }
    }
}
