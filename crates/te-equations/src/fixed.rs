//! What is known before a run: numbers that follow from constants, or from constants and parameters.

use crate::body::Body;
use crate::fault::Fault;
use crate::form::{Form, Law, PastKind, Role};
use std::collections::HashMap;
use te_core::StepLength;
use te_core::expression::{Source, Term};

/// The value of terms in reverse Polish order; nothing where something that they need is not known.
pub(crate) fn value<'t>(
    terms: impl IntoIterator<Item = &'t Term>,
    read: &dyn Fn(&Source) -> Option<f64>,
    call: &dyn Fn(&str, &[f64]) -> Option<f64>,
) -> Option<f64> {
    let mut stack: Vec<f64> = Vec::new();
    for term in terms {
        let arguments = stack.split_off(stack.len().saturating_sub(term.takes()));
        let value = match (term, arguments.as_slice()) {
            (Term::Number(x), _) => *x,
            (Term::Read(source), _) => read(source)?,
            (Term::Unary(op), [a]) => op.apply(*a),
            (Term::Binary(op), [a, b]) => op.apply(*a, *b),
            (Term::If, [c, a, b]) => te_math::select(*c == 0.0, *b, *a),
            (Term::Ratio, [a, b, otherwise]) => te_math::select(*b == 0.0, *otherwise, *a / *b),
            (Term::Call(function), arguments) => call(&function.name, arguments)?,
            _ => return None,
        };
        stack.push(value);
    }
    stack.pop()
}

/// Whether a quantity is the same in all steps of a run, where all that it reads are.
pub(crate) fn can_be_fixed(form: &Form, role: &Role, name: &str) -> bool {
    match role {
        Role::Param | Role::Constant(_) | Role::Date(_) => true,
        Role::Let(of) => {
            let is_time = |term: &Term| match term {
                Term::Read(Source::Timestep | Source::Years) => true,
                // A quantity of this name was refused.
                Term::Read(Source::Column(name)) => name == "time",
                Term::Call(call) => !form.tables.iter().any(|table| table.name == call.name),
                _ => false,
            };
            !of.terms.iter().any(is_time)
        }
        // `initial(x)`
        Role::State(state) => {
            let own = |term: &Term| matches!(term, Term::Read(Source::Column(read)) if read == name);
            state.hidden
                && matches!(&state.law, Law::Next(next) if matches!(next.terms.as_slice(), [term] if own(term)))
        }
        _ => false,
    }
}

/// The values of all quantities that follow from constants, parameters and the length of a step, by name. `order` has each after
/// what it needs.
fn values(form: &Form, order: &[usize], params: &[f64], dt: f64) -> HashMap<String, f64> {
    let mut known: HashMap<String, f64> =
        HashMap::from([("dt".to_owned(), dt), ("pi".to_owned(), std::f64::consts::PI)]);
    let mut params = params.iter();
    for one in &form.quantities {
        if let Role::Param = one.role
            && let Some(x) = params.next()
        {
            known.insert(one.name.clone(), *x);
        }
    }
    for one in order.iter().filter_map(|at| form.quantities.get(*at)) {
        let found = match &one.role {
            Role::Constant(x) => Some(*x),
            Role::Let(of) if can_be_fixed(form, &one.role, &one.name) => value_of(form, of, &known),
            Role::State(state) if can_be_fixed(form, &one.role, &one.name) => {
                value_of(form, &state.initial, &known)
            }
            _ => None,
        };
        if let Some(x) = found {
            known.insert(one.name.clone(), x);
        }
    }
    known
}

/// The value of an expression of these.
fn value_of(form: &Form, body: &Body, known: &HashMap<String, f64>) -> Option<f64> {
    let read = |source: &Source| match source {
        Source::Column(name) => known.get(name).copied(),
        _ => None,
    };
    let call = |name: &str, arguments: &[f64]| {
        let table = form.tables.iter().find(|table| table.name == name)?;
        arguments.first().map(|x| table.curve.at(*x))
    };
    value(&body.terms, &read, &call)
}

/// Lengths that are no whole number of integration steps, as far as they are known.
pub(crate) fn rounded(form: &Form, order: &[usize], params: &[f64], step: StepLength) -> Vec<Fault> {
    let dt = step.of_unit(form.time) / f64::from(form.substeps);
    let known = values(form, order, params, dt);
    let mut found: Vec<Fault> = Vec::new();
    for one in &form.quantities {
        let name = one.name.split([':', '.']).next().unwrap_or_default();
        for (what, body) in one.role.lengths() {
            let table = match &one.role {
                Role::Past(past) if past.kind == PastKind::Lag => continue,
                Role::Past(past) => format!("`{}` in", past.kind.function()),
                Role::Cohorts(_) => "[cohorts]".to_owned(),
                _ => "[pipeline]".to_owned(),
            };
            let Some(given) = value_of(form, body, &known).filter(|_| what != "leak") else { continue };
            let steps = given / dt;
            let taken = steps.round().max(if what == "cliff" { 0.0 } else { 1.0 });
            if steps.is_finite() && (steps - taken).abs() > 1e-9 * steps.abs().max(1.0) {
                let message = format!(
                    "`{what}` of {table} {name} is {given} {}: with integration steps of {dt} it is taken as {}",
                    form.time.name(),
                    taken * dt
                );
                found.push(Fault { span: body.whole().clone(), code: "TE0507", message });
            }
        }
    }
    found.dedup();
    found
}
