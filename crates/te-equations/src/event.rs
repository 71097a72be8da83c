//! What events can change of a component of equations: parameters that are not of the start, and states.
//!
//! A parameter that only initial values, the times of pipelines or draws of every run read is one of the start
//! ([`te_core::ParamSpec::initial`]): the form may say so, and what follows from the expressions is marked here.

use crate::form::{Form, Role};
use std::collections::HashSet;

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
