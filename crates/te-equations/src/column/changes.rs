//! What events do to a run: they set parameters and add to states.

use super::EquationColumn;
use crate::event::states;
use crate::form::Role;
use te_core::{ParamError, Range, StepError, Value};
use te_math::dispatch::InstructionSet;

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
