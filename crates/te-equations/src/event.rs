//! What events may do to a component of equations while a run goes on: set parameters and add to states.
//!
//! A parameter that only initial values, the times of pipelines or draws of every run read is one of the start
//! ([`te_core::ParamSpec::initial`]): the form may say so, and what follows from the expressions is marked here.

use crate::column::EquationColumn;
use crate::form::{Form, Role};
use std::collections::HashSet;
use te_core::{ParamError, Range, StepError, Value};
use te_math::dispatch::InstructionSet;

/// Marks the parameters that are read at the start only.
pub(crate) fn mark_initial(form: &mut Form) {
    let mut later: HashSet<&str> = HashSet::new();
    // A pipeline has as many batches as it had at the start, and so on: what lengths read, directly or not.
    let mut lengths: Vec<&str> = Vec::new();
    for quantity in &form.quantities {
        let once = matches!(&quantity.role, Role::Draw(draw) if draw.once);
        let fixed = quantity.role.lengths();
        lengths.extend(fixed.iter().flat_map(|(_, body)| body.names().map(|(name, _)| name)));
        for (what, body) in quantity.role.bodies() {
            let length = fixed.iter().any(|(_, one)| std::ptr::eq(*one, body));
            if what != "initial" && !once && !length {
                later.extend(body.names().map(|(name, _)| name));
            }
        }
    }
    later.extend(form.invariants.iter().flat_map(|one| one.of.names().map(|(name, _)| name)));
    let mut fixed: HashSet<&str> = HashSet::new();
    while let Some(name) = lengths.pop() {
        if fixed.insert(name) {
            let read = form.quantities.iter().filter(|one| one.name == name);
            lengths.extend(
                read.flat_map(|one| one.role.bodies())
                    .flat_map(|(_, body)| body.names())
                    .map(|(name, _)| name),
            );
        }
    }
    let initial: Vec<bool> = form
        .params
        .iter()
        .map(|spec| fixed.contains(spec.name.as_ref()) || !later.contains(spec.name.as_ref()))
        .collect();
    for (spec, initial) in form.params.iter_mut().zip(initial) {
        spec.initial |= initial;
    }
}

/// The states that events can add to: place among the quantities, and name.
pub(crate) fn states(form: &Form) -> impl Iterator<Item = (usize, &str)> {
    form.quantities.iter().enumerate().filter_map(|(at, one)| match &one.role {
        Role::State(state) if !state.hidden => Some((at, one.name.as_str())),
        _ => None,
    })
}

impl EquationColumn {
    /// Goes on with other parameters.
    pub(crate) fn take_parameters(
        &mut self,
        lane: usize,
        values: &[(usize, Value)],
    ) -> Result<(), ParamError> {
        let specs = &self.form().params;
        let accepted =
            values.iter().filter_map(|(index, value)| Some((*index, specs.get(*index)?.accept(value))));
        let (mut taken, mut issues) = (Vec::new(), Vec::new());
        for (index, value) in accepted {
            match value {
                Ok(value) => taken.push((index, value)),
                Err(issue) => issues.push(issue),
            }
        }
        ParamError::from_issues(issues)?;
        for (index, value) in taken {
            self.put_parameter(lane, index, &value);
        }
        self.refresh(lane);
        Ok(())
    }

    /// Adds to a state, by its index in [`states`].
    pub(crate) fn add(&mut self, lane: usize, state: usize, amount: f64) -> Result<(), StepError> {
        let found =
            states(self.form()).nth(state).and_then(|(at, name)| match &self.form().quantities[at].role {
                Role::State(own) => Some((at, name.to_owned(), own.range, own.whole)),
                _ => None,
            });
        let Some((at, name, range, whole)) = found else {
            return Err(StepError::domain("index of a state", state as f64, "those there are"));
        };
        let value = self.quantity(at, lane) + amount;
        if whole && value.fract() != 0.0 {
            return Err(StepError::domain(name, value, "whole numbers"));
        }
        if !value.is_finite() || !range.contains(value) {
            let allowed = if range == Range::ALL { "a finite number".to_owned() } else { range.to_string() };
            return Err(StepError::domain(name, value, allowed));
        }
        self.put_quantity(at, lane, value);
        self.refresh(lane);
        Ok(())
    }

    /// Computes anew what depends on parameters, states and time alone, as it stands since the last step: the next step
    /// reads it. For the other runs of the group the same comes out again.
    fn refresh(&mut self, lane: usize) {
        let group = lane / te_core::kind::STRIP;
        self.compute_fixed(InstructionSet::BASELINE, group..group + 1);
        self.compute_pure(InstructionSet::BASELINE, group..group + 1);
    }
}
