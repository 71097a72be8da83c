//! The tables of a component.

use super::entry::{Keys, Reader};
use super::{Cohorts, Draw, Flow, Form, Invariant, Law, NamedCurve, Pipeline, Quantity, Role, State};
use super::{Method, UnitCheck};
use crate::body::Body;
use crate::draw;
use crate::fault::{Faults, hint};
use crate::function::{RESERVED, is_taken};
use crate::tree::{Entry, Tree};
use crate::unit::Unit;
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use te_core::expression::{Between, Curve, Outside};
use te_core::{Bound, ParamKind, ParamSpec, Role as ParamRole, StepLength, Value};

/// Quantities of a component, at most.
const MOST_QUANTITIES: usize = 10_000;
/// Terms of all expressions of a component, at most.
const MOST_TERMS: usize = 200_000;
/// Integration steps in a step of the system, at most.
const MOST_SUBSTEPS: u32 = 100_000;

const SECTIONS: [&str; 12] = [
    "component",
    "param",
    "constant",
    "table",
    "input",
    "let",
    "state",
    "flow",
    "pipeline",
    "cohorts",
    "draw",
    "invariant",
];

/// Reads a component's tables. `name` is its kind where the tables say none.
pub(crate) fn read<'t>(root: &'t Tree, source: &'t str, name: Option<&str>) -> (Option<Form>, Faults) {
    let readers: [(&str, ReadEntry<'t>); 9] = [
        ("param", Reader::param),
        ("constant", Reader::constant),
        ("input", Reader::input),
        ("let", Reader::definition),
        ("state", Reader::state),
        ("flow", Reader::flow),
        ("pipeline", Reader::pipeline),
        ("cohorts", Reader::cohorts),
        ("draw", Reader::draw),
    ];
    let tables = root
        .get("table")
        .map_or(Vec::new(), |entry| entry.value.entries().iter().map(|table| table.key.clone()).collect());
    let mut reader = Reader { source, tables, faults: Faults::default() };
    reader.keys("a component", root, &SECTIONS);
    let Some(mut form) = reader.component(root, name) else { return (None, reader.faults) };
    form.tables = section(root, "table").filter_map(|entry| reader.table(entry)).collect();
    for (title, read) in readers {
        for entry in section(root, title) {
            read(&mut reader, &format!("[{title}] {}", entry.key), entry, &mut form);
        }
    }
    form.invariants = section(root, "invariant").filter_map(|entry| reader.invariant(entry)).collect();
    reader.check_names(&form);
    reader.check_limits(root, &form);
    (Some(form), reader.faults)
}

fn section<'t>(root: &'t Tree, title: &str) -> impl Iterator<Item = &'t Entry> {
    root.get(title).into_iter().flat_map(|entry| entry.value.entries())
}

type ReadEntry<'t> = fn(&mut Reader<'t>, &str, &'t Entry, &mut Form);

impl<'t> Reader<'t> {
    fn component(&mut self, root: &'t Tree, name: Option<&str>) -> Option<Form> {
        let empty = (root.span.start, root.span.start);
        let Some(entry) = root.get("component") else {
            if let Some(name) = name {
                return Some(blank(name.to_owned(), root.span.start..root.span.start));
            }
            let message = "a component needs `[component]` with its `kind`";
            self.refuse(&(empty.0..empty.1), message);
            return None;
        };
        let allowed = ["kind", "doc", "time", "substeps", "method", "units", "show"];
        let keys = self.keys("[component]", &entry.value, &allowed);
        let written = self.text(&keys, "kind");
        let kind = written.clone().or_else(|| name.map(str::to_owned));
        let letter = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '.');
        match (&kind, keys.get("kind")) {
            (None, None) => {
                self.refuse(&entry.key_span, "[component] needs `kind`, as in `kind = \"examples/staking\"`");
            }
            (Some(kind), place)
                if kind.is_empty()
                    || !kind.chars().all(letter)
                    || kind == "system"
                    || kind == "equations" =>
            {
                let span = place.map_or(&entry.key_span, |entry| &entry.value.span);
                self.refuse(
                    span,
                    format!(
                        "`{kind}` cannot be a kind: write a family and a mechanism, as in `examples/staking`"
                    ),
                );
            }
            _ => {}
        }
        let mut form = blank(kind?, entry.key_span.clone());
        form.doc = self.text(&keys, "doc").unwrap_or_default();
        if let (Some(text), Some(place)) = (self.text(&keys, "time"), keys.get("time")) {
            match text.parse::<StepLength>() {
                Ok(length)
                    if length.count == 1.0 && !text.trim().starts_with(|c: char| c.is_ascii_digit()) =>
                {
                    form.time = length.unit;
                }
                _ => {
                    let units =
                        ["step", "second", "minute", "hour", "day", "week", "month", "quarter", "year"];
                    let message = format!("unknown unit of time `{text}`{}", hint(&text, units));
                    self.faults.refuse(&place.value.span, "TE0507", message);
                }
            }
        }
        form.substeps = self.count(&keys, "substeps", MOST_SUBSTEPS).unwrap_or(1);
        form.method = self
            .choice(&keys, "method", &[("euler", Method::Euler), ("rk4", Method::Rk4)])
            .unwrap_or_default();
        if let Some(entry) = keys.get("method") {
            form.method_span = entry.value.span.clone();
        }
        let checks = [("error", UnitCheck::Error), ("warn", UnitCheck::Warn), ("off", UnitCheck::Off)];
        form.units = self.choice(&keys, "units", &checks).unwrap_or_default();
        form.show = self.texts(&keys, "show");
        Some(form)
    }

    fn table(&mut self, entry: &'t Entry) -> Option<NamedCurve> {
        let title = format!("[table.{}]", entry.key);
        let keys = self.keys(title.clone(), &entry.value, &["doc", "x", "y", "between", "outside"]);
        let mut side = |key: &str| {
            let Some(axis) = keys.get(key) else {
                self.faults.refuse(&entry.key_span, "TE0506", format!("{title} needs `{key}`"));
                return None;
            };
            let inner = self.keys(format!("`{key}` of {title}"), &axis.value, &["unit", "values", "doc"]);
            let unit = self.unit(&inner).0;
            let Some(values) = inner.get("values") else {
                self.faults.refuse(&axis.key_span, "TE0506", format!("`{key}` of {title} needs `values`"));
                return None;
            };
            Some((unit, self.numbers(values)?))
        };
        let (x, y) = (side("x"), side("y"));
        let kinds = [("linear", Between::Linear), ("step", Between::Step), ("monotone", Between::Monotone)];
        let between = self.choice(&keys, "between", &kinds).unwrap_or_default();
        let ends = [
            ("hold", Outside::Hold),
            ("extend", Outside::Extend),
            ("repeat", Outside::Repeat),
            ("fail", Outside::Fail),
        ];
        let outside = self.choice(&keys, "outside", &ends).unwrap_or_default();
        self.text(&keys, "doc");
        let ((x_unit, x), (y_unit, y)) = (x?, y?);
        match Curve::new(&x, &y, between, outside) {
            Ok(curve) => Some(NamedCurve { name: entry.key.clone(), curve, units: [x_unit, y_unit] }),
            Err(message) => {
                self.faults.refuse(&entry.key_span, "TE0506", format!("{title}: {message}"));
                None
            }
        }
    }

    /// The unit, where it is declared and can be read, and its text.
    fn unit(&mut self, keys: &Keys<'t>) -> (Option<Unit>, String) {
        let Some(text) = self.text(keys, "unit") else { return (None, String::new()) };
        match (Unit::parse(&text), keys.get("unit")) {
            (Ok(unit), _) => (Some(unit), text),
            (Err(message), Some(entry)) => {
                self.faults.refuse(&entry.value.span, "TE0504", message);
                (None, text)
            }
            (Err(_), None) => (None, text),
        }
    }

    fn quantity(&mut self, keys: &Keys<'t>, entry: &Entry, role: Role) -> Quantity {
        let (unit, unit_text) = self.unit(keys);
        let doc = self.text(keys, "doc").unwrap_or_default();
        Quantity { name: entry.key.clone(), span: entry.key_span.clone(), unit, unit_text, doc, role }
    }

    fn bounds(&mut self, keys: &Keys<'t>, [least, above, most, below]: [&str; 4]) -> te_core::Range {
        let mut end = |closed: &str, open: &str| match (self.number(keys, closed), self.number(keys, open)) {
            (Some(x), None) => Bound::Inclusive(x),
            (_, Some(x)) => Bound::Exclusive(x),
            (None, None) => Bound::None,
        };
        te_core::Range { lower: end(least, above), upper: end(most, below) }
    }

    fn param(&mut self, title: &str, entry: &'t Entry, form: &mut Form) {
        let allowed = [
            "default", "min", "max", "above", "below", "soft_min", "soft_max", "step", "role", "alias",
            "type", "initial", "unit", "doc",
        ];
        let keys = self.keys(title, &entry.value, &allowed);
        let kinds = [("float", ParamKind::F64), ("integer", ParamKind::I64), ("boolean", ParamKind::Bool)];
        let places = [("float", 0), ("integer", 1), ("boolean", 2)];
        let kind = kinds[self.choice(&keys, "type", &places).unwrap_or(0)].1.clone();
        let roles = [("controllable", ParamRole::Controllable), ("environment", ParamRole::Environment)];
        let mut spec = ParamSpec {
            name: Cow::Owned(entry.key.clone()),
            aliases: Vec::new(),
            kind,
            optional: false,
            default: Value::F64(0.0),
            range: self.bounds(&keys, ["min", "above", "max", "below"]),
            soft: self.bounds(&keys, ["soft_min", "", "soft_max", ""]),
            step: self.number(&keys, "step"),
            unit: Cow::Borrowed(""),
            doc: Cow::Borrowed(""),
            role: self.choice(&keys, "role", &roles).unwrap_or_default(),
            random: None,
            initial: self.boolean(&keys, "initial"),
        };
        spec.aliases = self
            .texts(&keys, "alias")
            .unwrap_or_default()
            .into_iter()
            .map(|(alias, _)| Cow::Owned(alias))
            .collect();
        let quantity = self.quantity(&keys, entry, Role::Param);
        spec.unit = Cow::Owned(quantity.unit_text.clone());
        spec.doc = Cow::Owned(quantity.doc.clone());
        match keys.get("default") {
            None => self.refuse(&entry.key_span, format!("{title} needs `default`")),
            Some(default) => match spec.accept(&default.value.value()) {
                Ok(value) => spec.default = value,
                Err(issue) => self.refuse(&default.value.span, format!("`default` of {title}: {issue}")),
            },
        }
        form.params.push(spec);
        form.quantities.push(quantity);
    }

    fn constant(&mut self, title: &str, entry: &'t Entry, form: &mut Form) {
        let keys = self.keys(title, &entry.value, &["value", "unit", "doc"]);
        if keys.get("value").is_none() {
            self.refuse(&entry.key_span, format!("{title} needs `value`"));
        }
        let value = self.number(&keys, "value").unwrap_or(0.0);
        form.quantities.push(self.quantity(&keys, entry, Role::Constant(value)));
    }

    fn input(&mut self, title: &str, entry: &'t Entry, form: &mut Form) {
        let keys = self.keys(title, &entry.value, &["default", "initial", "unit", "doc"]);
        let (default, initial) = (self.number(&keys, "default"), self.number(&keys, "initial"));
        if keys.get("default").is_none() && keys.get("initial").is_none() {
            let message = format!(
                "{title} needs `default`, or, where it must be wired, `initial`: its value before the first step"
            );
            self.refuse(&entry.key_span, message);
        }
        let initial = initial.or(default).unwrap_or(0.0);
        form.quantities.push(self.quantity(&keys, entry, Role::Input { default, initial }));
    }

    fn definition(&mut self, title: &str, entry: &'t Entry, form: &mut Form) {
        let keys = self.keys(title, &entry.value, &["of", "unit", "doc"]);
        let of = self.wanted(&keys, "of", &entry.key_span);
        let quantity = self.quantity(&keys, entry, Role::Constant(0.0));
        // What cannot be read stands as a constant, so that what reads it is not refused for it.
        let role = of.map_or(Role::Constant(0.0), Role::Let);
        form.quantities.push(Quantity { role, ..quantity });
    }

    fn state(&mut self, title: &str, entry: &'t Entry, form: &mut Form) {
        let allowed = ["initial", "next", "rate", "min", "max", "above", "below", "unit", "doc"];
        let keys = self.keys(title, &entry.value, &allowed);
        let initial = self.wanted(&keys, "initial", &entry.key_span);
        let (next, rate) = (self.body(&keys, "next"), self.body(&keys, "rate"));
        if let (Some(_), Some(rate)) = (keys.get("next"), keys.get("rate")) {
            self.refuse(
                &rate.key_span,
                format!("{title} has `next` and `rate`: a state is replaced or integrated"),
            );
        }
        let range = self.bounds(&keys, ["min", "above", "max", "below"]);
        let law = next.map_or(Law::Rate(rate), Law::Next);
        let initial = initial.unwrap_or_else(|| Body::number(&entry.value, 0.0));
        let state = State { initial, law, range, hidden: false };
        form.quantities.push(self.quantity(&keys, entry, Role::State(state)));
    }

    fn flow(&mut self, title: &str, entry: &'t Entry, form: &mut Form) {
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

    fn pipeline(&mut self, title: &str, entry: &'t Entry, form: &mut Form) {
        let keys = self.keys(title, &entry.value, &["enter", "time", "leak", "initial", "unit", "doc"]);
        let enter = self.wanted(&keys, "enter", &entry.key_span);
        let time = self.wanted(&keys, "time", &entry.key_span);
        let leak = self.body(&keys, "leak");
        let number = |x| Body::number(&entry.value, x);
        let initial = self.body(&keys, "initial").unwrap_or_else(|| number(0.0));
        let (enter, time) = (enter.unwrap_or_else(|| number(0.0)), time.unwrap_or_else(|| number(1.0)));
        let leaks = leak.is_some();
        let quantity = self.quantity(&keys, entry, Role::Pipeline(Pipeline { enter, time, leak, initial }));
        let name = &entry.key;
        let out = rate_of(form, &quantity, ".out", format!("What leaves `{name}`."), Role::Out(name.clone()));
        let lost = format!("What is lost on the way through `{name}`.");
        let leak = rate_of(form, &quantity, ".leak", lost, Role::Leak(name.clone()));
        form.quantities.extend([quantity, out]);
        form.quantities.extend(Some(leak).filter(|_| leaks));
    }

    fn cohorts(&mut self, title: &str, entry: &'t Entry, form: &mut Form) {
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

    fn draw(&mut self, title: &str, entry: &'t Entry, form: &mut Form) {
        let keys = self.keys(title, &entry.value, &["of", "every", "start", "unit", "doc"]);
        let once = self.choice(&keys, "every", &[("step", false), ("run", true)]).unwrap_or(false);
        let start = self.number(&keys, "start");
        if once && let Some(entry) = keys.get("start") {
            let message = format!("{title} is drawn when a run starts: `start` is for draws of every step");
            self.refuse(&entry.key_span, message);
        }
        let found = if let Some(of) = keys.get("of") {
            draw::read(&of.value, &self.tables, &mut self.faults, self.source)
        } else {
            self.refuse(&entry.key_span, format!("{title} needs `of`"));
            None
        };
        let quantity = self.quantity(&keys, entry, Role::Constant(0.0));
        let role = found.map_or(Role::Constant(0.0), |(law, text, arguments)| {
            Role::Draw(Draw { law, text, arguments, once, start: start.unwrap_or(0.0) })
        });
        form.quantities.push(Quantity { role, ..quantity });
    }

    fn invariant(&mut self, entry: &'t Entry) -> Option<Invariant> {
        if !matches!(entry.value.data, crate::tree::Data::Table(_)) {
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

    /// Names are words, no two alike, none that means something already.
    fn check_names(&mut self, form: &Form) {
        let mut known: HashSet<&str> = form.tables.iter().map(|table| table.name.as_str()).collect();
        for table in &form.tables {
            if is_taken(&table.name) {
                let span = form.method_span.clone();
                self.faults.refuse(
                    &span,
                    "TE0508",
                    format!("table `{}` has the name of a function", table.name),
                );
            }
        }
        for quantity in &form.quantities {
            let name = quantity.name.as_str();
            if matches!(quantity.role, Role::Out(_) | Role::Leak(_) | Role::Asked(_)) {
                continue;
            }
            let vests = matches!(quantity.role, Role::Cohorts(_));
            let name = name.strip_suffix(".locked").filter(|_| vests).unwrap_or(name);
            let first = name.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
            if !first || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
                let message =
                    format!("`{name}` is not a name: write letters, digits and `_`, a letter first");
                self.faults.refuse(&quantity.span, "TE0508", message);
            } else if RESERVED.contains(&name) {
                let message = format!("`{name}` means something in every expression: take another name");
                self.faults.refuse(&quantity.span, "TE0508", message);
            } else if !known.insert(name) {
                self.faults.refuse(&quantity.span, "TE0508", format!("the name `{name}` is taken"));
            }
        }
    }

    fn check_limits(&mut self, root: &Tree, form: &Form) {
        let terms: usize =
            form.quantities.iter().flat_map(|one| one.role.bodies()).map(|(_, body)| body.terms.len()).sum();
        for (count, most, what) in
            [(form.quantities.len(), MOST_QUANTITIES, "quantities"), (terms, MOST_TERMS, "operations")]
        {
            if count > most {
                let message = format!("a component of {count} {what}: allowed are {most}");
                self.faults.refuse(&root.span, "TE0511", message);
            }
        }
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

fn blank(kind: String, span: Range<usize>) -> Form {
    Form {
        kind,
        doc: String::new(),
        time: te_core::TimeUnit::Step,
        substeps: 1,
        method: Method::Euler,
        method_span: span,
        units: UnitCheck::Error,
        show: None,
        tables: Vec::new(),
        params: Vec::new(),
        quantities: Vec::new(),
        invariants: Vec::new(),
    }
}
