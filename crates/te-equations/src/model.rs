//! What follows from what: names looked up, quantities in the order in which they are computed.

use crate::body::Body;
use crate::fault::{Fault, Faults, hint};
use crate::fixed;
use crate::form::{Cohorts, Form, Law, Method, Past, Role, UnitCheck};
use crate::function;
use crate::{calendar, choice, event, lookup, memory, units};
use std::collections::HashMap;

/// A component whose names are known and whose quantities are in order.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) form: Form,
    pub(crate) index: HashMap<String, usize>,
    /// What is computed in every step, each after what it needs.
    pub(crate) now: Vec<usize>,
    /// All quantities, each after what its initial value needs.
    pub(crate) initial: Vec<usize>,
    /// Whether a quantity depends on inputs or draws.
    pub(crate) driven: Vec<bool>,
}

/// Checks a form and puts it in order; units that do not fit but are only to be told of are handed back.
pub(crate) fn build(mut form: Form, source: &str, faults: &mut Faults) -> Option<(Model, Vec<Fault>)> {
    form.dated = calendar::give_dates(&mut form, source, faults);
    choice::give_numbers(&mut form, source, faults);
    lookup::give_tables(&mut form, source, faults);
    check_names(&form, source, faults);
    if !faults.found.is_empty() {
        return None;
    }
    let mut warnings = Vec::new();
    match form.units {
        UnitCheck::Error => faults.found.extend(units::check(&form, source)),
        UnitCheck::Warn => warnings = units::check(&form, source),
        UnitCheck::Off => {}
    }
    check_roles(&form, faults);
    memory::give_states(&mut form, source, faults);
    event::mark_initial(&mut form);
    let index: HashMap<String, usize> =
        form.quantities.iter().enumerate().map(|(at, one)| (one.name.clone(), at)).collect();
    let mut model = Model { index, now: Vec::new(), initial: Vec::new(), driven: Vec::new(), form };
    let count = model.form.quantities.len();
    let now = order(count, &|at| model.needs_now(at));
    if let Err(circle) = &now {
        let message = format!(
            "{}: a state breaks the circle, or `previous(x, initial)`",
            model.circle(circle, "needs itself")
        );
        model.refuse(circle, "TE0503", message, faults);
    }
    let initial = order(count, &|at| model.needs_initially(at));
    if let (Ok(_), Err(circle)) = (&now, &initial) {
        // A circle of every step has been told.
        let message = model.circle(circle, "needs its own initial value");
        model.refuse(circle, "TE0505", message, faults);
    }
    let (now, initial) = (now.ok()?, initial.ok()?);
    model.now = now.into_iter().filter(|at| is_computed(&model.form.quantities[*at].role)).collect();
    model.initial = initial;
    model.driven = vec![false; count];
    for (at, quantity) in model.form.quantities.iter().enumerate() {
        model.driven[at] = matches!(quantity.role, Role::Input { .. } | Role::Draw(_));
    }
    for at in model.now.clone() {
        let own = model.form.quantities[at].role.bodies();
        let reads = own.iter().flat_map(|(_, body)| model.read(body)).chain(model.needs_now(at));
        let driven = reads.into_iter().any(|read| model.driven[read]);
        model.driven[at] = driven;
    }
    model.check_draws(source, faults);
    model.check_lengths(source, faults);
    faults.found.is_empty().then_some((model, warnings))
}

impl Model {
    /// The quantities that an expression reads.
    pub(crate) fn read(&self, body: &Body) -> Vec<usize> {
        body.names().filter_map(|(name, _)| self.index.get(name).copied()).collect()
    }

    /// The flows declared before this one that a state takes part in.
    pub(crate) fn earlier_flows(&self, at: usize, state: &str) -> Vec<usize> {
        (0..at).filter(|flow| self.touches(*flow, state)).collect()
    }

    fn touches(&self, at: usize, state: &str) -> bool {
        match &self.form.quantities[at].role {
            Role::Flow(flow) => flow.from.iter().chain(&flow.to).any(|(name, _)| name == state),
            _ => false,
        }
    }

    /// The flows that a state takes part in, in order of declaration.
    pub(crate) fn flows_of(&self, state: &str) -> Vec<usize> {
        (0..self.form.quantities.len()).filter(|flow| self.touches(*flow, state)).collect()
    }

    fn needs_now(&self, at: usize) -> Vec<usize> {
        match &self.form.quantities[at].role {
            Role::Let(of) => self.read(of),
            Role::Flow(flow) => {
                let from = flow.from.iter().filter(|_| flow.limit);
                self.read(&flow.of)
                    .into_iter()
                    .chain(from.flat_map(|(name, _)| self.earlier_flows(at, name)))
                    .collect()
            }
            Role::Asked(flow) => self.index.get(flow).copied().into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn needs_initially(&self, at: usize) -> Vec<usize> {
        match &self.form.quantities[at].role {
            Role::State(state) => self.read(&state.initial),
            Role::Pipeline(pipe) => {
                let bodies = [&pipe.initial, &pipe.time].into_iter().chain(&pipe.longest).chain(&pipe.leak);
                bodies.flat_map(|body| self.read(body)).collect()
            }
            role @ (Role::Cohorts(Cohorts { initial, .. }) | Role::Past(Past { initial, .. })) => {
                let lengths = role.lengths();
                self.read(initial)
                    .into_iter()
                    .chain(lengths.iter().flat_map(|(_, body)| self.read(body)))
                    .collect()
            }
            Role::Out(of) | Role::Leak(of) => self.index.get(of).copied().into_iter().collect(),
            Role::Flow(flow) => {
                let from = flow.from.iter().filter(|_| flow.limit);
                let from = from.filter_map(|(name, _)| self.index.get(name).copied());
                self.needs_now(at).into_iter().chain(from).collect()
            }
            _ => self.needs_now(at),
        }
    }

    fn circle(&self, circle: &[usize], what: &str) -> String {
        let name = |at: &usize| self.form.quantities[*at].name.split(':').next().unwrap_or_default();
        let mut names: Vec<&str> = circle.iter().map(name).collect();
        // What a memory function keeps goes by the name of its quantity.
        names.dedup();
        if let [one] = names.as_slice() {
            names = vec![one, one];
        }
        let shown = if names.len() > 20 {
            format!("{} > … > {}", names[..10].join(" > "), names[names.len() - 5..].join(" > "))
        } else {
            names.join(" > ")
        };
        format!("`{}` {what}: {shown}", names.first().copied().unwrap_or_default())
    }

    fn refuse(&self, circle: &[usize], code: &'static str, message: String, faults: &mut Faults) {
        if let Some(first) = circle.first() {
            faults.refuse(&self.form.quantities[*first].span, code, message);
        }
    }

    /// Of each quantity whether it is the same in all steps of a run.
    fn fixed(&self) -> Vec<bool> {
        let mut fixed = vec![false; self.form.quantities.len()];
        for at in &self.initial {
            let one = &self.form.quantities[*at];
            let kept = matches!(one.role, Role::State(_));
            fixed[*at] = fixed::can_be_fixed(&self.form, &one.role, &one.name)
                && (kept || self.needs_now(*at).into_iter().all(|read| fixed[read]));
        }
        fixed
    }

    /// Lengths are those of the start: what they read must stay.
    fn check_lengths(&self, source: &str, faults: &mut Faults) {
        let fixed = self.fixed();
        for quantity in &self.form.quantities {
            for (what, body) in quantity.role.lengths() {
                let own = fixed::can_be_fixed(&self.form, &Role::Let(body.clone()), "");
                if own && self.read(body).into_iter().all(|read| fixed[read]) {
                    continue;
                }
                let name = quantity.name.split([':', '.']).next().unwrap_or_default();
                let alone = "reads parameters and constants alone";
                let (what, span) = match &quantity.role {
                    Role::Past(past) => {
                        let place = body.places.first().copied().unwrap_or(0);
                        let of = past.kind.function();
                        (
                            format!("the {what} of `{of}` {alone}: `initial(x)` is what `x` is at the start"),
                            body.span(place, source),
                        )
                    }
                    Role::Cohorts(_) => {
                        (format!("`{what}` of [cohorts] {name} {alone}"), body.whole().clone())
                    }
                    Role::Pipeline(_) if what == "time" => (
                        format!(
                            "`time` of [pipeline] {name} {alone}, unless `longest` says how long it can be"
                        ),
                        body.whole().clone(),
                    ),
                    _ => (format!("`{what}` of [pipeline] {name} {alone}"), body.whole().clone()),
                };
                faults.refuse(&span, "TE0507", what);
            }
        }
    }

    /// What a draw's arguments may read.
    fn check_draws(&self, source: &str, faults: &mut Faults) {
        for quantity in &self.form.quantities {
            let Role::Draw(draw) = &quantity.role else { continue };
            for body in &draw.arguments {
                for (name, place) in body.names() {
                    let Some(at) = self.index.get(name).copied() else { continue };
                    let fixed = matches!(self.form.quantities[at].role, Role::Param | Role::Constant(_));
                    let message = if draw.once && !fixed {
                        format!("`{name}`: a draw of every run reads parameters and constants alone")
                    } else if self.driven[at] {
                        format!(
                            "`{name}` depends on inputs or draws: a draw reads what follows from parameters, states and time"
                        )
                    } else {
                        continue;
                    };
                    faults.refuse(&body.span(place, source), "TE0512", message);
                }
            }
        }
    }
}

/// Every name that is read must be there, every function be given what it takes.
fn check_names(form: &Form, source: &str, faults: &mut Faults) {
    let known: Vec<&str> = form.quantities.iter().map(|one| one.name.as_str()).collect();
    let by_name: HashMap<&str, &Role> =
        form.quantities.iter().map(|one| (one.name.as_str(), &one.role)).collect();
    let bodies = form.quantities.iter().flat_map(|one| one.role.bodies()).map(|(_, body)| body);
    for body in bodies.chain(form.invariants.iter().map(|invariant| &invariant.of)) {
        for (name, place) in body.names() {
            if !by_name.contains_key(name) && !matches!(name, "time" | "dt" | "horizon" | "pi") {
                let table = form.tables.iter().any(|table| table.name == name);
                let hint = if table {
                    format!(": a table is called, as in `{name}(x)`")
                } else if te_core::Calendar::PARTS.contains(&name) {
                    format!(": write `{name}()` for that of the row's date")
                } else if by_name.contains_key(format!("{name}.locked").as_str()) {
                    format!(": cohorts show `{name}.locked` and `{name}.out`")
                } else {
                    hint(name, known.iter().copied())
                };
                faults.refuse(&body.span(place, source), "TE0502", format!("unknown name `{name}`{hint}"));
            }
        }
        for (call, place) in body.calls() {
            let (name, count) = (call.name.as_str(), call.arguments);
            let message = match function::named(name) {
                Some(known @ (_, least, most)) if !(*least..=*most).contains(&count) => {
                    function::arguments(known)
                }
                None if form.tables.iter().any(|table| table.name == name) => {
                    if count == 1 {
                        continue;
                    }
                    format!("the table `{name}` takes one argument")
                }
                None if name == "param" => "a parameter is read by its name, without `param`".to_owned(),
                // Also of a table that was refused.
                _ => continue,
            };
            faults.refuse(&body.span(place, source), "TE0501", message);
        }
    }
    for quantity in &form.quantities {
        if let Role::Flow(flow) = &quantity.role {
            for (name, span) in flow.from.iter().chain(&flow.to) {
                match by_name.get(name.as_str()) {
                    Some(Role::State(state)) if matches!(state.law, Law::Rate(_)) => {}
                    Some(Role::State(_)) => {
                        faults.refuse(
                            span,
                            "TE0501",
                            format!("`{name}` has `next`: flows move states that have none"),
                        );
                    }
                    _ => {
                        let states = form.quantities.iter().filter(|one| matches!(one.role, Role::State(_)));
                        let hint = hint(name, states.map(|one| one.name.as_str()).collect::<Vec<_>>());
                        faults.refuse(span, "TE0502", format!("there is no state `{name}`{hint}"));
                    }
                }
            }
        }
    }
    for (name, span) in form.show.iter().flatten() {
        if !by_name.get(name.as_str()).is_some_and(|role| is_shown(role)) {
            let shown = form.quantities.iter().filter(|one| is_shown(&one.role)).map(|one| one.name.as_str());
            let hint = hint(name, shown.collect::<Vec<_>>());
            faults.refuse(span, "TE0502", format!("there is nothing to show by the name `{name}`{hint}"));
        }
    }
}

/// Whether it is computed in every step, and neither given nor kept.
pub(crate) fn is_computed(role: &Role) -> bool {
    matches!(role, Role::Let(_) | Role::Flow(_) | Role::Asked(_))
}

/// Whether a quantity can be a metric.
pub(crate) fn is_shown(role: &Role) -> bool {
    !matches!(role, Role::Param | Role::Constant(_) | Role::Input { .. } | Role::Date(_))
}

/// What quantities of each kind must be.
fn check_roles(form: &Form, faults: &mut Faults) {
    for quantity in &form.quantities {
        match &quantity.role {
            Role::State(state) if matches!(state.law, Law::Rate(None)) => {
                let name = &quantity.name;
                let moved = form.quantities.iter().any(|one| match &one.role {
                    Role::Flow(flow) => flow.from.iter().chain(&flow.to).any(|(state, _)| state == name),
                    _ => false,
                });
                if !moved {
                    let message = format!(
                        "[state] {name} needs `next`, `rate` or a flow: without them it is a constant"
                    );
                    faults.refuse(&quantity.span, "TE0501", message);
                }
            }
            _ => {}
        }
        let held = match &quantity.role {
            Role::Flow(flow) if flow.limit => Some("a limited flow"),
            Role::Pipeline(_) => Some("a pipeline"),
            Role::Cohorts(_) => Some("a table of cohorts"),
            _ => None,
        };
        if let (Method::Rk4, Some(held)) = (form.method, held) {
            let message =
                format!("{held} (`{}`) goes in steps: `method = \"euler\"` is for it", quantity.name);
            faults.refuse(&form.method_span, "TE0507", message);
        }
    }
}

/// Every number after those that it needs; otherwise a circle, whose first is also its last. Without recursion.
fn order(count: usize, needs: &dyn Fn(usize) -> Vec<usize>) -> Result<Vec<usize>, Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        No,
        Open,
        Done,
    }
    let mut seen = vec![Seen::No; count];
    let mut found = Vec::with_capacity(count);
    for root in 0..count {
        if seen[root] != Seen::No {
            continue;
        }
        seen[root] = Seen::Open;
        let mut path = vec![(root, needs(root), 0)];
        while let Some((at, wanted, next)) = path.last_mut() {
            let Some(need) = wanted.get(*next).copied() else {
                seen[*at] = Seen::Done;
                found.push(*at);
                path.pop();
                continue;
            };
            *next += 1;
            match seen[need] {
                Seen::Done => {}
                Seen::No => {
                    seen[need] = Seen::Open;
                    path.push((need, needs(need), 0));
                }
                Seen::Open => {
                    let begin = path.iter().position(|(at, ..)| *at == need).unwrap_or(0);
                    return Err(path.iter().skip(begin).map(|(at, ..)| *at).chain([need]).collect());
                }
            }
        }
    }
    Ok(found)
}
