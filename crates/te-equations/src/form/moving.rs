//! What changes in a run: lets, states, flows, pipelines, cohorts and invariants.

use super::entry::Reader;
use super::{Cohorts, Flow, Form, Invariant, Law, Pipeline, Quantity, Role, State};
use crate::body::Body;
use crate::tree::{Data, Entry};
use crate::unit::Unit;
use te_core::{Bound, Range};

impl<'t> Reader<'t> {
    pub(super) fn definition(&mut self, title: &str, entry: &'t Entry, form: &mut Form) {
        let keys = self.keys(title, &entry.value, &["of", "unit", "doc"]);
        let of = self.wanted(&keys, "of", &entry.key_span);
        let quantity = self.quantity(&keys, entry, Role::Constant(0.0));
        // What cannot be read stands as a constant, so that what reads it is not refused for it.
        let role = of.map_or(Role::Constant(0.0), Role::Let);
        form.quantities.push(Quantity { role, ..quantity });
    }

    pub(super) fn state(&mut self, title: &str, entry: &'t Entry, form: &mut Form) {
        let allowed = ["initial", "next", "rate", "min", "max", "above", "below", "type", "unit", "doc"];
        let keys = self.keys(title, &entry.value, &allowed);
        let initial = self.wanted(&keys, "initial", &entry.key_span);
        let (next, rate) = (self.body(&keys, "next"), self.body(&keys, "rate"));
        if let (Some(_), Some(rate)) = (keys.get("next"), keys.get("rate")) {
            self.refuse(
                &rate.key_span,
                format!("{title} has `next` and `rate`: a state is replaced or integrated"),
            );
        }
        let mut range = self.bounds(&keys, ["min", "above", "max", "below"]);
        let kind = self.choice(&keys, "type", &[("float", 0), ("integer", 1), ("boolean", 2)]).unwrap_or(0);
        if kind == 2 {
            if range != Range::ALL {
                self.refuse(&entry.key_span, format!("{title} is 0 or 1 and has no further bounds"));
            }
            range = Range { lower: Bound::Inclusive(0.0), upper: Bound::Inclusive(1.0) };
        }
        let law = next.map_or(Law::Rate(rate), Law::Next);
        let initial = initial.unwrap_or_else(|| Body::number(&entry.value, 0.0));
        let state = State { initial, law, range, whole: kind > 0, hidden: false };
        form.quantities.push(self.quantity(&keys, entry, Role::State(state)));
    }

    pub(super) fn flow(&mut self, title: &str, entry: &'t Entry, form: &mut Form) {
        let keys = self.keys(title, &entry.value, &["of", "from", "to", "limit", "unit", "doc"]);
        let of = self.wanted(&keys, "of", &entry.key_span);
        let mut end = |key: &str| {
            let name = self.text(&keys, key)?;
            keys.get(key).map(|entry| (name, entry.value.span.clone()))
        };
        let (from, to) = (end("from"), end("to"));
        let limit = self.boolean(&keys, "limit");
        if from.is_none() && to.is_none() {
            self.refuse(
                &entry.key_span,
                format!("{title} needs `from` or `to`: the states that it moves between"),
            );
        }
        if limit && from.is_none() {
            self.refuse(&entry.key_span, format!("{title} is limited by what `from` holds: it needs `from`"));
        }
        let of = of.unwrap_or_else(|| Body::number(&entry.value, 0.0));
        let quantity = self.quantity(&keys, entry, Role::Flow(Flow { of, from, to, limit }));
        let asked = Quantity {
            name: format!("{}.asked", entry.key),
            doc: format!("Asked of `{}`.", entry.key),
            role: Role::Asked(entry.key.clone()),
            ..quantity.clone()
        };
        form.quantities.push(quantity);
        if limit {
            form.quantities.push(asked);
        }
    }

    pub(super) fn pipeline(&mut self, title: &str, entry: &'t Entry, form: &mut Form) {
        let keys =
            self.keys(title, &entry.value, &["enter", "time", "longest", "leak", "initial", "unit", "doc"]);
        let enter = self.wanted(&keys, "enter", &entry.key_span);
        let time = self.wanted(&keys, "time", &entry.key_span);
        let (leak, longest) = (self.body(&keys, "leak"), self.body(&keys, "longest"));
        if let (Some(_), Some(entry)) = (&longest, keys.get("leak")) {
            let message =
                format!("{title} has `leak` and `longest`: what leaks has one time for all batches");
            self.refuse(&entry.key_span, message);
        }
        let number = |x| Body::number(&entry.value, x);
        let initial = self.body(&keys, "initial").unwrap_or_else(|| number(0.0));
        let (enter, time) = (enter.unwrap_or_else(|| number(0.0)), time.unwrap_or_else(|| number(1.0)));
        let leaks = leak.is_some();
        let quantity =
            self.quantity(&keys, entry, Role::Pipeline(Pipeline { enter, time, longest, leak, initial }));
        let name = &entry.key;
        let out = rate_of(form, &quantity, ".out", format!("What leaves `{name}`."), Role::Out(name.clone()));
        let lost = format!("What is lost on the way through `{name}`.");
        let leak = rate_of(form, &quantity, ".leak", lost, Role::Leak(name.clone()));
        form.quantities.extend([quantity, out]);
        form.quantities.extend(Some(leak).filter(|_| leaks));
    }

    pub(super) fn cohorts(&mut self, title: &str, entry: &'t Entry, form: &mut Form) {
        let allowed = ["enter", "cliff", "over", "catch_up", "initial", "unit", "doc"];
        let keys = self.keys(title, &entry.value, &allowed);
        let number = |x| Body::number(&entry.value, x);
        let enter = self.wanted(&keys, "enter", &entry.key_span).unwrap_or_else(|| number(0.0));
        let over = self.wanted(&keys, "over", &entry.key_span).unwrap_or_else(|| number(1.0));
        let cliff = self.body(&keys, "cliff").unwrap_or_else(|| number(0.0));
        let initial = self.body(&keys, "initial").unwrap_or_else(|| number(0.0));
        let catch_up = self.boolean(&keys, "catch_up");
        let own = Role::Cohorts(Cohorts { enter, cliff, over, catch_up, initial });
        let quantity = self.quantity(&keys, entry, own);
        let locked = format!("{}.locked", entry.key);
        let freed = format!("What `{}` frees.", entry.key);
        let out = rate_of(form, &quantity, ".out", freed, Role::Out(locked.clone()));
        form.quantities.extend([Quantity { name: locked, ..quantity }, out]);
    }

    pub(super) fn invariant(&mut self, entry: &'t Entry) -> Option<Invariant> {
        if !matches!(entry.value.data, Data::Table(_)) {
            let of = Body::read(&entry.value, &self.tables, &mut self.faults, self.source)?;
            return Some(Invariant { name: entry.key.clone(), of, tolerance: 1e-9 });
        }
        let title = format!("[invariant] {}", entry.key);
        let keys = self.keys(title, &entry.value, &["of", "tolerance", "doc"]);
        let of = self.wanted(&keys, "of", &entry.key_span);
        let tolerance = self.number(&keys, "tolerance").unwrap_or(1e-9);
        self.text(&keys, "doc");
        Some(Invariant { name: entry.key.clone(), of: of?, tolerance })
    }
}

/// A rate that is shown beside a quantity.
fn rate_of(form: &Form, of: &Quantity, suffix: &str, doc: String, role: Role) -> Quantity {
    let unit = of.unit.as_ref().and_then(|unit| unit.over(&Unit::named(form.time.name())));
    Quantity {
        name: format!("{}{suffix}", of.name),
        span: of.span.clone(),
        unit_text: unit.as_ref().map_or_else(String::new, ToString::to_string),
        unit,
        doc,
        role,
    }
}
