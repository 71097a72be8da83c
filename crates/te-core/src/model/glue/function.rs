//! An expression of the time as a component: `source/function`.

use super::GlueMetrics;
use crate::declaration::clock::Clock;
use crate::declaration::param_error::ParamError;
use crate::declaration::params::Params;
use crate::model::component::Component;
use crate::model::step_error::StepError;
use crate::numerics::stream::Stream;
use crate::system::expression::Expression;
use crate::system::expression::{Formula, Scalar, Source, Term};
use serde::{Deserialize, Serialize};
use te_derive::Params;

/// Parameters of a function of time. Events change it: from the next step on it is another function of the same time.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct FunctionParams {
    /// Expression over `t` or `timestep`, `years`, the time in years, and their lags, as in `lag(t, 2)`, which is 0 in the first
    /// two timesteps, or `lag(t, 2, -1)`.
    #[param(default = String::from("t"), role = "environment")]
    pub of: String,
}

/// A function of time.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "Saved", into = "Saved")]
pub struct Function {
    formula: Scalar<Read>,
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

/// What a function of time reads.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Read {
    Timestep,
    Years,
    /// Timesteps back, whether it is years that are read, and the value before the start; else that at the start.
    Lag(u32, bool, Option<f64>),
}

impl Function {
    fn at(&mut self, timestep: u64, step_years: f64) -> Result<f64, StepError> {
        let now = |timestep: u64, years: bool| timestep as f64 * if years { step_years } else { 1.0 };
        let value = self.formula.evaluate(|read| match *read {
            Read::Timestep => now(timestep, false),
            Read::Years => now(timestep, true),
            Read::Lag(steps, years, initial) => match (timestep.checked_sub(u64::from(steps)), initial) {
                (Some(then), _) => now(then, years),
                (None, Some(initial)) => initial,
                (None, None) => 0.0,
            },
        });
        StepError::finite("value", value)
    }
}

/// Resolves what a function of time reads.
fn resolve(expression: &Expression) -> Result<Formula<Read>, String> {
    let there_are = "there are t, timestep, years and their lags";
    Formula::compile(expression, &mut |term| match term {
        Term::Read(Source::Years) => Ok(Read::Years),
        Term::Lag(lagged) => {
            let years = match &lagged.of {
                Source::Timestep => false,
                Source::Years => true,
                Source::Column(name) => return Err(format!("reads `{name}`: {there_are}")),
            };
            let initial = match &lagged.initial {
                // At timestep 0 all that it can read is 0.
                Some(initial) => Some(Scalar::new(&resolve(initial)?).evaluate(|_| 0.0)),
                None => None,
            };
            Ok(Read::Lag(lagged.steps, years, initial))
        }
        Term::Read(Source::Column(name)) => Err(format!("reads `{name}`: {there_are}")),
        Term::Param(name) => Err(format!("reads param({name}): {there_are}")),
        // Of the others only the timestep is read.
        Term::Read(Source::Timestep)
        | Term::Number(_)
        | Term::Unary(_)
        | Term::Binary(_)
        | Term::If
        | Term::Ratio
        | Term::Call(_) => Ok(Read::Timestep),
    })
}

impl Component for Function {
    const KIND: &'static str = "source/function";
    type Params = FunctionParams;
    type Inputs = ();
    type Metrics = GlueMetrics;
    const EQUATIONS: &'static [&'static str] = &["value = of(timestep) -- the expression `of`"];

    fn new(params: FunctionParams) -> Result<Self, ParamError> {
        params.check()?;
        let expression = Expression::parse(&params.of).map_err(|e| ParamError::cross(e.to_string()))?;
        let formula =
            resolve(&expression).map_err(|why| ParamError::cross(format!("the function of time {why}")))?;
        let mut function = Self { formula: Scalar::new(&formula), params, value: 0.0 };
        function.value = function.at(0, 0.0).map_err(|e| ParamError::cross(format!("at timestep 0: {e}")))?;
        Ok(function)
    }

    fn reparam(&mut self, params: FunctionParams) -> Result<(), ParamError> {
        *self = Self { value: self.value, ..Self::new(params)? };
        Ok(())
    }

    fn step(&mut self, (): &(), clock: &Clock, _: &mut Stream) -> Result<(), StepError> {
        self.value = self.at(clock.timestep, clock.years())?;
        Ok(())
    }

    fn metrics(&self) -> GlueMetrics {
        GlueMetrics { value: self.value }
    }
}
