//! What events may do to a component of equations while a run goes on: set parameters and add to states.
//!
//! A parameter that only initial values, the times of pipelines or draws of every run read is one of the start
//! ([`te_core::ParamSpec::initial`]): the form may say so, and what follows from the expressions is marked here.

use crate::column::EquationColumn;
use crate::form::{Form, Role};
use te_core::{ParamError, Range, StepError, Value};
use te_math::dispatch::InstructionSet;

/// Marks the parameters that are read at the start only.
pub(crate) fn mark_initial(form: &mut Form) {
    let (mut later, mut fixed): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for quantity in &form.quantities {
        let once = matches!(&quantity.role, Role::Draw(draw) if draw.once);
        for (what, body) in quantity.role.bodies() {
            let names = body.names().map(|(name, _)| name.to_owned());
            match what {
                // A pipeline has as many batches as it had at the start.
                "time" => fixed.extend(names),
                "initial" => {}
                _ if once => {}
                _ => later.extend(names),
            }
        }
    }
    later.extend(form.invariants.iter().flat_map(|one| one.of.names().map(|(name, _)| name.to_owned())));
    for spec in &mut form.params {
        let named = |names: &[String]| names.iter().any(|name| *name == spec.name);
        spec.initial |= named(&fixed) || !named(&later);
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
                Role::State(own) => Some((at, name.to_owned(), own.range)),
                _ => None,
            });
        let Some((at, name, range)) = found else {
            return Err(StepError::domain("index of a state", state as f64, "those there are"));
        };
        let value = self.quantity(at, lane) + amount;
        if !value.is_finite() || !range.contains(value) {
            let allowed = if range == Range::ALL { "a finite number".to_owned() } else { range.to_string() };
            return Err(StepError::domain(name, value, allowed));
        }
        self.put_quantity(at, lane, value);
        self.refresh(lane);
        Ok(())
    }

    /// Computes anew what depends on states, parameters and time alone, as it stands since the last step: the next step
    /// reads it. For the other runs of the group the same comes out again.
    fn refresh(&mut self, lane: usize) {
        self.run(InstructionSet::BASELINE, lane / te_core::kind::STRIP, &|program| Some(&program.pure));
    }
}
