//! Whether units fit: `+ - %`, comparisons, branches, `min max clamp` want equal units, exp and logarithms none, `^` a literal
//! exponent where the base has a unit, a rate the unit of its state over that of time. `0` fits all.

use crate::body::Body;
use crate::fault::Fault;
use crate::form::{Form, Role};
use crate::unit::Unit;
use std::collections::HashMap;
use te_core::TimeUnit;
use te_core::expression::{Binary, Source, Term, Unary};

/// What is known of the unit of a value.
#[derive(Clone, Debug, PartialEq)]
enum Known {
    /// It fits all: a zero.
    Any,
    Unit(Unit),
    /// Something was not declared.
    Unknown,
}

struct Checker<'a> {
    source: &'a str,
    units: HashMap<&'a str, Option<&'a Unit>>,
    tables: HashMap<&'a str, &'a [Option<Unit>; 2]>,
    time: Unit,
    faults: Vec<Fault>,
}

/// Everything that does not fit.
pub(crate) fn check(form: &Form, source: &str) -> Vec<Fault> {
    let mut checker = Checker {
        source,
        units: form.quantities.iter().map(|one| (one.name.as_str(), one.unit.as_ref())).collect(),
        tables: form.tables.iter().map(|table| (table.name.as_str(), &table.units)).collect(),
        time: Unit::named(form.time.name()),
        faults: Vec::new(),
    };
    for quantity in &form.quantities {
        let rate = quantity.unit.as_ref().and_then(|unit| unit.over(&checker.time));
        let time = Some(checker.time.clone());
        for (what, body) in quantity.role.bodies() {
            let wanted = match (&quantity.role, what) {
                (_, "rate" | "enter") => rate.clone(),
                (_, "time" | "longest" | "cliff" | "over") => time.clone(),
                (_, "leak") => Some(Unit::default()),
                (Role::Draw(_), _) => None,
                _ => quantity.unit.clone(),
            };
            checker.body(&format!("`{what}` of `{}`", quantity.name), body, wanted.as_ref());
        }
        if let Role::Flow(flow) = &quantity.role {
            let moved = quantity.unit.as_ref().and_then(|unit| unit.times(&checker.time));
            for (name, span) in flow.from.iter().chain(&flow.to) {
                if let (Some(moved), Some(Some(unit))) = (&moved, checker.units.get(name.as_str()))
                    && moved != *unit
                {
                    let message = format!(
                        "`{}` is `{}`: in a time it moves `{moved}`, and `{name}` holds `{unit}`",
                        quantity.name, quantity.unit_text
                    );
                    checker.faults.push(Fault { span: span.clone(), code: "TE0504", message });
                }
            }
        }
    }
    for invariant in &form.invariants {
        checker.body(&format!("invariant `{}`", invariant.name), &invariant.of, None);
    }
    checker.faults
}

impl Checker<'_> {
    fn refuse(&mut self, body: &Body, place: usize, message: String) -> Known {
        let span = body.span(place, self.source);
        self.faults.push(Fault { span, code: "TE0504", message });
        Known::Unknown
    }

    fn body(&mut self, what: &str, body: &Body, wanted: Option<&Unit>) {
        // A number alone is a number of what is wanted.
        if body.is_number() {
            return;
        }
        let mut stack: Vec<(Known, Option<f64>)> = Vec::new();
        for (term, place) in body.pairs() {
            let arguments = stack.split_off(stack.len().saturating_sub(term.takes()));
            let known = self.term(body, term, place, &arguments);
            let literal = match (term, arguments.as_slice()) {
                (Term::Number(x), _) => Some(*x),
                (Term::Unary(Unary::Negate), [(_, Some(x))]) => Some(-x),
                (Term::Binary(Binary::Divide), [(_, Some(a)), (_, Some(b))]) => Some(a / b),
                _ => None,
            };
            stack.push((known, literal));
        }
        if let (Some(wanted), Some((Known::Unit(found), _))) = (wanted, stack.pop())
            && found != *wanted
        {
            let message = format!("{what} is `{found}`: `{wanted}` is wanted{}", conversion(&found, wanted));
            self.refuse(body, 0, message);
        }
    }

    /// The unit of two values that must have the same.
    fn equal(&mut self, body: &Body, place: usize, what: &str, a: &Known, b: &Known) -> Known {
        match (a, b) {
            (Known::Unknown, _) | (_, Known::Unknown) => Known::Unknown,
            (Known::Any, other) | (other, Known::Any) => other.clone(),
            (Known::Unit(a), Known::Unit(b)) if a == b => Known::Unit(a.clone()),
            (Known::Unit(a), Known::Unit(b)) => {
                self.refuse(body, place, format!("{what} takes `{a}` and `{b}`{}", conversion(a, b)))
            }
        }
    }

    fn pure(&mut self, body: &Body, place: usize, what: &str, a: &Known) -> Known {
        match a {
            Known::Unit(unit) if !unit.is_one() => {
                self.refuse(body, place, format!("{what} takes a pure number, not `{unit}`"));
            }
            _ => {}
        }
        Known::Unit(Unit::default())
    }

    fn term(&mut self, body: &Body, term: &Term, place: usize, arguments: &[(Known, Option<f64>)]) -> Known {
        let one = || Known::Unit(Unit::default());
        let of = |at: usize| arguments.get(at).map_or(Known::Unknown, |(known, _)| known.clone());
        match term {
            Term::Number(x) if *x == 0.0 => Known::Any,
            Term::Number(_) => one(),
            Term::Read(source) => self.read(source),
            Term::Unary(op) => match op {
                Unary::Not | Unary::Sign => one(),
                Unary::Sqrt => power(&of(0), 0.5),
                Unary::Negate | Unary::Abs | Unary::Floor | Unary::Ceil | Unary::Trunc | Unary::Round => {
                    of(0)
                }
                op => self.pure(body, place, name_of(*op), &of(0)),
            },
            Term::Binary(op) => self.binary(body, *op, place, arguments),
            Term::If => self.equal(body, place, "`if`", &of(1), &of(2)),
            Term::Ratio => {
                let ratio = quotient(&of(0), &of(1));
                self.equal(body, place, "`ratio`", &ratio, &of(2))
            }
            Term::Call(call) => self.call(body, &call.name, place, arguments),
            _ => Known::Unknown,
        }
    }

    fn read(&self, source: &Source) -> Known {
        match source {
            Source::Timestep => Known::Unit(Unit::default()),
            Source::Years => Known::Unit(Unit::named(TimeUnit::Year.name())),
            Source::Column(name) => match name.as_str() {
                "time" | "dt" => Known::Unit(self.time.clone()),
                name => match self.units.get(name) {
                    Some(Some(unit)) => Known::Unit((*unit).clone()),
                    Some(None) => Known::Unknown,
                    // `pi` and `horizon`.
                    None => Known::Unit(Unit::default()),
                },
            },
        }
    }

    fn binary(&mut self, body: &Body, op: Binary, place: usize, arguments: &[(Known, Option<f64>)]) -> Known {
        let [(a, _), (b, exponent)] = arguments else { return Known::Unknown };
        let name = match op {
            Binary::Add => "`+`",
            Binary::Subtract => "`-`",
            Binary::Modulo => "`%`",
            Binary::Min => "`min`",
            Binary::Max => "`max`",
            Binary::RoundTo => "`round`",
            _ => "a comparison",
        };
        match op {
            Binary::Multiply => match (a, b) {
                (Known::Unit(a), Known::Unit(b)) => a.times(b).map_or(Known::Unknown, Known::Unit),
                (Known::Unknown, _) | (_, Known::Unknown) => Known::Unknown,
                _ => Known::Any,
            },
            Binary::Divide => quotient(a, b),
            Binary::Power => {
                self.pure(body, place, "an exponent", b);
                match (a, exponent) {
                    (Known::Unit(unit), None) if !unit.is_one() => {
                        let message = format!("`^` of `{unit}` wants a number as exponent, written out");
                        self.refuse(body, place, message)
                    }
                    (a, exponent) => power(a, exponent.unwrap_or(1.0)),
                }
            }
            Binary::Atan2 => {
                self.equal(body, place, "`atan2`", a, b);
                Known::Unit(Unit::default())
            }
            Binary::And | Binary::Or => Known::Unit(Unit::default()),
            Binary::Add | Binary::Subtract | Binary::Modulo | Binary::Min | Binary::Max | Binary::RoundTo => {
                self.equal(body, place, name, a, b)
            }
            _ => {
                self.equal(body, place, name, a, b);
                Known::Unit(Unit::default())
            }
        }
    }

    fn call(&mut self, body: &Body, name: &str, place: usize, arguments: &[(Known, Option<f64>)]) -> Known {
        let of = |at: usize| arguments.get(at).map_or(Known::Any, |(known, _)| known.clone());
        let time = Known::Unit(self.time.clone());
        let what = format!("`{name}`");
        if let Some([x, y]) = self.tables.get(name).copied() {
            if let Some(x) = x {
                self.equal(body, place, &what, &Known::Unit(x.clone()), &of(0));
            }
            return y.as_ref().map_or(Known::Unknown, |unit| Known::Unit(unit.clone()));
        }
        match name {
            "smooth" | "smooth3" | "delay" | "delay1" | "delay3" => {
                self.equal(body, place, &format!("the time of {what}"), &time, &of(1));
                self.equal(body, place, &what, &of(0), &of(2))
            }
            "smooth_n" | "delay_n" => {
                self.equal(body, place, &format!("the time of {what}"), &time, &of(1));
                self.pure(body, place, &format!("the stages of {what}"), &of(2));
                self.equal(body, place, &what, &of(0), &of(3))
            }
            "lag" => {
                self.pure(body, place, &format!("the timesteps of {what}"), &of(1));
                self.equal(body, place, &what, &of(0), &of(2))
            }
            "trend" | "forecast" => {
                let times = if name == "trend" { 1..2 } else { 1..3 };
                let growth = times.end;
                for at in times {
                    self.equal(body, place, &format!("a time of {what}"), &time, &of(at));
                }
                let rate = quotient(&Known::Unit(Unit::default()), &time);
                self.equal(body, place, &format!("the initial value of {what}"), &rate, &of(growth));
                if name == "trend" { rate } else { of(0) }
            }
            "previous" => self.equal(body, place, &what, &of(0), &of(1)),
            "hold" => self.equal(body, place, &what, &of(0), &of(2)),
            "initial" | "running_mean" | "running_max" | "running_min" => of(0),
            "moving_mean" | "step" => {
                self.equal(body, place, &format!("the time of {what}"), &time, &of(1));
                of(0)
            }
            "today" => Known::Unit(Unit::named(TimeUnit::Day.name())),
            "since" => time,
            "count" | "year" | "month" | "day" | "weekday" => Known::Unit(Unit::default()),
            "total" => product(&of(0), &time),
            "ramp" | "pulse" | "window" => {
                let first = usize::from(name != "window");
                for at in first..arguments.len() {
                    self.equal(body, place, &format!("a time of {what}"), &time, &of(at));
                }
                match name {
                    "ramp" => product(&of(0), &time),
                    "pulse" => quotient(&of(0), &time),
                    _ => Known::Unit(Unit::default()),
                }
            }
            _ => Known::Unknown,
        }
    }
}

/// Functions of pure numbers.
fn name_of(op: Unary) -> &'static str {
    match op {
        Unary::Exp => "`exp`",
        Unary::Ln => "`ln`",
        Unary::Log10 => "`log10`",
        Unary::Sin => "`sin`",
        Unary::Cos => "`cos`",
        Unary::Tan => "`tan`",
        Unary::Asin => "`asin`",
        Unary::Acos => "`acos`",
        _ => "`atan`",
    }
}

fn product(a: &Known, b: &Known) -> Known {
    match (a, b) {
        (Known::Unit(a), Known::Unit(b)) => a.times(b).map_or(Known::Unknown, Known::Unit),
        (Known::Any, _) => Known::Any,
        _ => Known::Unknown,
    }
}

fn quotient(a: &Known, b: &Known) -> Known {
    match (a, b) {
        (Known::Unit(a), Known::Unit(b)) => a.over(b).map_or(Known::Unknown, Known::Unit),
        (Known::Any, _) => Known::Any,
        _ => Known::Unknown,
    }
}

fn power(a: &Known, exponent: f64) -> Known {
    match a {
        Known::Unit(unit) => unit.to_power(exponent).map_or(Known::Unknown, Known::Unit),
        other => other.clone(),
    }
}

/// What leads from one unit to the other.
fn conversion(from: &Unit, to: &Unit) -> String {
    match from.over(to) {
        Some(factor) => format!("; a constant of unit `{factor}` leads from one to the other"),
        None => String::new(),
    }
}
