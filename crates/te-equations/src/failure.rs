//! Why a run of equations ends: the quantity, its expression, and the values that it read.

use crate::body::{Body, shortened};
use crate::form::{Law, Role};
use crate::model::Model;
use crate::program::Program;
use te_core::StepError;

/// What a component of equations could not do.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EquationFailure {
    /// A quantity is NaN or infinite.
    #[error("`{quantity}` is {value}: `{expression}`{}", read(.values))]
    NotFinite {
        /// The quantity.
        quantity: String,
        /// NaN or an infinity.
        value: f64,
        /// How it is computed.
        expression: String,
        /// What the expression read.
        values: Vec<(String, f64)>,
    },
    /// A state left its bounds.
    #[error("`{quantity}` is {value}: allowed is {allowed}; `{expression}`{}", read(.values))]
    OutOfBounds {
        /// The state.
        quantity: String,
        /// Its value.
        value: f64,
        /// Its bounds.
        allowed: String,
        /// How it is computed.
        expression: String,
        /// What the expression reads, as it stands after the step.
        values: Vec<(String, f64)>,
    },
    /// An invariant does not hold.
    #[error("invariant `{name}` does not hold: `{expression}`{}", read(.values))]
    Invariant {
        /// The invariant.
        name: String,
        /// What was to hold.
        expression: String,
        /// What it read.
        values: Vec<(String, f64)>,
    },
    /// The date is asked for, and there is none.
    #[error(
        "the equations read the date, and the system has no start: write `start = \"2026-01-31\"` in [system]"
    )]
    NoStart,
}

fn read(values: &[(String, f64)]) -> String {
    let shown: Vec<String> =
        values.iter().take(12).map(|(name, value)| format!("{name} = {value}")).collect();
    if shown.is_empty() { String::new() } else { format!(" with {}", shown.join(", ")) }
}

fn values(model: &Model, body: &Body, value: &dyn Fn(usize) -> f64) -> Vec<(String, f64)> {
    let mut found: Vec<(String, f64)> = Vec::new();
    for at in model.read(body) {
        let name = model.form.quantities[at].name.clone();
        if !found.iter().any(|(known, _)| *known == name) {
            found.push((name, value(at)));
        }
    }
    found
}

/// The first quantity that is not finite, or the first state out of its bounds.
#[cold]
pub(crate) fn of_values(model: &Model, program: &Program, value: &dyn Fn(usize) -> f64) -> StepError {
    let quantities = &model.form.quantities;
    let expression = |at: usize| {
        let body = match &quantities[at].role {
            Role::Let(of) => Some(of),
            Role::Flow(flow) => Some(&flow.of),
            Role::Pipeline(pipe) => Some(&pipe.enter),
            Role::Cohorts(own) => Some(&own.enter),
            Role::Past(past) => Some(&past.of),
            Role::State(state) => match &state.law {
                Law::Next(next) => Some(next),
                Law::Rate(rate) => rate.as_ref(),
            },
            _ => None,
        };
        let text = match &quantities[at].role {
            Role::Draw(draw) => draw.text.clone(),
            _ => body.map_or_else(String::new, |body| shortened(&body.text)),
        };
        (text, body.map_or_else(Vec::new, |body| values(model, body, value)))
    };
    let shown = |at: usize| quantities[at].name.split(':').next().unwrap_or_default().to_owned();
    if let Some(at) = program.watched.iter().copied().find(|at| !value(*at).is_finite()) {
        let (expression, values) = expression(at);
        let (quantity, value) = (shown(at), value(at));
        return StepError::caused_by(EquationFailure::NotFinite { quantity, value, expression, values });
    }
    if let Some(at) = program.whole.iter().copied().find(|at| value(*at).fract() != 0.0) {
        let (expression, values) = expression(at);
        let (quantity, value, allowed) = (shown(at), value(at), "whole numbers".to_owned());
        let failure = EquationFailure::OutOfBounds { quantity, value, allowed, expression, values };
        return StepError::caused_by(failure);
    }
    let bounds = program.bounded.iter().find(|(at, range)| !range.contains(value(*at)));
    match bounds {
        Some((at, range)) => {
            let (expression, values) = expression(*at);
            let (quantity, value, allowed) = (shown(*at), value(*at), range.to_string());
            StepError::caused_by(EquationFailure::OutOfBounds {
                quantity,
                value,
                allowed,
                expression,
                values,
            })
        }
        // Something was not finite in between: the sum that told of it overflowed in no other way.
        None => StepError::overflow("the equations"),
    }
}

/// An invariant that does not hold.
#[cold]
pub(crate) fn of_invariant(model: &Model, at: usize, value: &dyn Fn(usize) -> f64) -> StepError {
    let Some(invariant) = model.form.invariants.get(at) else { return StepError::overflow("an invariant") };
    StepError::caused_by(EquationFailure::Invariant {
        name: invariant.name.clone(),
        expression: shortened(&invariant.of.text),
        values: values(model, &invariant.of, value),
    })
}
