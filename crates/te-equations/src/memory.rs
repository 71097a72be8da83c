//! Functions that remember: each call becomes states of its own.
//!
//! With `h` a state, `h'` its rate, `h+` its next value, `x` the argument as it is now:
//!
//! | call | states | the call is |
//! |---|---|---|
//! | `smooth(x, T, initial)` | `h' = (x - h) / T`, from `initial` | `h` |
//! | `smooth_n(x, T, n, initial)` | n of these one after another, each with `T / n`; `smooth3` three | the last |
//! | `delay1(x, T, initial)` | `L' = x - L / T`, from `initial T` | `L / T` |
//! | `delay_n(x, T, n, initial)` | n of these one after another, each with `T / n`; `delay3` three | what leaves the last |
//! | `delay(x, T, initial)` | the values of the last `T / dt` integration steps, rounded, at least 1 | the oldest |
//! | `lag(x, k, initial)` | the values of the last `k` timesteps | the oldest |
//! | `previous(x, initial)` | `h+ = x`, from `initial` | `h` |
//! | `initial(x)` | `h+ = h`, from `x` | `h` |
//! | `trend(x, T, g)` | `h' = (x - h) / T`, from `x / (1 + g T)`; `g` is 0 where it is not given | `(x - h) / (T abs(h))`, 0 where `h` is 0 |
//! | `forecast(x, T, ahead, g)` | those of `trend(x, T, g)` | `x (1 + ahead trend)` |
//! | `total(x)` | `h' = x`, from 0 | `h` |
//! | `running_max(x)`, `running_min(x)` | `h+ = max(h, x)`, from `x` | `max(h, x)` |
//! | `running_mean(x)` | `h+ = h + x`, `n+ = n + 1`, both from 0 | `(h + x) / (n + 1)` |
//! | `moving_mean(x, T)` | the values of the last `T / dt` integration steps, the present one among them | their mean; of those that there are, at the start |
//! | `since(c)` | `h+ = if(c, 0, h) + dt`, from 0 | `if(c, 0, h)`: the time since `c` held, or since the start |
//! | `count(c)` | `h+ = h + w`, `n+ = n + 1`, both from 0, with `w = (c != 0)` where `n` is a whole number of timesteps, else 0 | `h + w`: timesteps at which `c` held, the present one among them |
//! | `hold(x, c, initial)` | `h+ = if(c, x, h)`, from `initial` | `if(c, x, h)` |
//!
//! Without `initial` it is the initial value of `x`.
//!
//! Source: XMILE 1.0 (OASIS, 2015), section 3.5.3, for delays and smooths; the sign of `trend` where the mean is negative is that
//! of Vensim's TREND.

use crate::body::Body;
use crate::fault::Faults;
use crate::fixed;
use crate::form::{Form, Law, Past, PastKind, Quantity, Role, State};
use crate::function;
use std::collections::HashMap;
use te_core::expression::{Binary, Source, Term, Unary};

type Terms = Vec<(Term, usize)>;

/// Stages of a delay or smooth, at most.
const MOST_STAGES: f64 = 100.0;

/// Terms of all expressions, at most, once memory functions are states.
const MOST_TERMS: usize = 2_000_000;

/// Replaces all calls of memory functions by their states.
pub(crate) fn give_states(form: &mut Form, source: &str, faults: &mut Faults) {
    let constants: HashMap<String, f64> = form
        .quantities
        .iter()
        .filter_map(|one| match one.role {
            Role::Constant(x) => Some((one.name.clone(), x)),
            _ => None,
        })
        .collect();
    let substeps = f64::from(form.substeps);
    let mut shared = Shared { constants, substeps, source, faults, hidden: Vec::new() };
    for quantity in &mut form.quantities {
        let (name, span) = (quantity.name.clone(), quantity.span.clone());
        for body in quantity.role.bodies_mut() {
            Rewriting { name: &name, span: span.clone(), shared: &mut shared }.rewrite(body);
        }
    }
    for invariant in &mut form.invariants {
        let span = invariant.of.whole().clone();
        Rewriting { name: &invariant.name, span, shared: &mut shared }.rewrite(&mut invariant.of);
    }
    form.quantities.extend(shared.hidden);
    let bodies = form.quantities.iter().flat_map(|one| one.role.bodies());
    let terms: usize = bodies.map(|(_, body)| body.terms.len()).sum();
    if terms > MOST_TERMS {
        let message = format!("memory functions of {terms} operations: allowed are {MOST_TERMS}");
        faults.refuse(&form.method_span, "TE0511", message);
    }
}

/// What all expressions share.
struct Shared<'a> {
    constants: HashMap<String, f64>,
    /// Integration steps in a timestep.
    substeps: f64,
    source: &'a str,
    faults: &'a mut Faults,
    hidden: Vec<Quantity>,
}

struct Rewriting<'a, 'b> {
    name: &'a str,
    span: std::ops::Range<usize>,
    shared: &'a mut Shared<'b>,
}

/// A call as it is taken apart.
struct Called<'a> {
    body: &'a Body,
    function: &'a str,
    place: usize,
}

impl Called<'_> {
    fn number(&self, x: f64) -> Terms {
        vec![(Term::Number(x), self.place)]
    }

    fn read(&self, name: &str) -> Terms {
        vec![(Term::Read(Source::Column(name.to_owned())), self.place)]
    }

    fn unary(&self, op: Unary, a: Terms) -> Terms {
        a.into_iter().chain([(Term::Unary(op), self.place)]).collect()
    }

    fn binary(&self, op: Binary, a: Terms, b: Terms) -> Terms {
        a.into_iter().chain(b).chain([(Term::Binary(op), self.place)]).collect()
    }

    fn three(&self, term: Term, a: Terms, b: Terms, c: Terms) -> Terms {
        a.into_iter().chain(b).chain(c).chain([(term, self.place)]).collect()
    }
}

impl Rewriting<'_, '_> {
    fn rewrite(&mut self, body: &mut Body) {
        if !body.calls().any(|(call, _)| function::remembers(&call.name)) {
            return;
        }
        let (mut out, mut starts): (Terms, Vec<usize>) = (Vec::new(), Vec::new());
        for (term, place) in body.pairs() {
            let first = starts.len().saturating_sub(term.takes());
            let start = starts.get(first).copied().unwrap_or(out.len());
            let own = match term {
                Term::Call(call) if function::remembers(&call.name) => Some(call.name.as_str()),
                _ => None,
            };
            if let Some(function) = own {
                // The arguments, the last first.
                let mut arguments: Vec<Terms> =
                    starts.iter().skip(first).rev().map(|at| out.split_off(*at)).collect();
                arguments.reverse();
                let called = Called { body, function, place };
                out.extend(self.states(&called, arguments).into_iter().map(|(term, _)| (term, place)));
            } else {
                out.push((term.clone(), place));
            }
            starts.truncate(first);
            starts.push(start);
        }
        *body = body.with(out);
    }

    /// The states of a call, and what the call is.
    fn states(&mut self, called: &Called<'_>, arguments: Vec<Terms>) -> Terms {
        let given = arguments.len();
        let mut arguments = arguments.into_iter();
        let mut next = || arguments.next().unwrap_or_default();
        let x = next();
        let zero = || called.number(0.0);
        match called.function {
            "smooth" | "smooth3" | "smooth_n" | "delay1" | "delay3" | "delay_n" => {
                let time = next();
                let stages = match called.function {
                    "smooth3" | "delay3" => 3.0,
                    "smooth_n" | "delay_n" => self.stages(called, &next()),
                    _ => 1.0,
                };
                let initial = arguments.next();
                self.cascade(called, x, time, stages, initial)
            }
            "delay" | "lag" => {
                let (back, initial) = (next(), arguments.next().unwrap_or_else(|| x.clone()));
                let kind = if called.function == "lag" { PastKind::Lag } else { PastKind::Delay };
                self.past(called, kind, x, back, initial)
            }
            "previous" => self.state(called, next(), Law::Next, |_| x),
            "initial" => self.state(called, x, Law::Next, |own| own),
            "total" => self.state(called, zero(), |body| Law::Rate(Some(body)), |_| x),
            "trend" => {
                let (time, growth) = (next(), next());
                let x = self.named(called, x);
                self.trend(called, &x, time, growth)
            }
            "forecast" => {
                let (time, ahead, growth) = (next(), next(), next());
                let x = self.named(called, x);
                let trend = self.trend(called, &x, time, growth);
                let rise = called.binary(Binary::Multiply, trend, ahead);
                let factor = called.binary(Binary::Add, called.number(1.0), rise);
                called.binary(Binary::Multiply, x, factor)
            }
            "running_max" | "running_min" => {
                let x = self.named(called, x);
                let op = if called.function == "running_max" { Binary::Max } else { Binary::Min };
                let extreme = |own| called.binary(op, own, x.clone());
                let own = self.state(called, x.clone(), Law::Next, extreme);
                extreme(own)
            }
            "running_mean" => {
                let x = self.named(called, x);
                let sum = |own| called.binary(Binary::Add, own, x.clone());
                let more = |own| called.binary(Binary::Add, own, called.number(1.0));
                let (all, steps) =
                    (self.state(called, zero(), Law::Next, sum), self.state(called, zero(), Law::Next, more));
                called.binary(Binary::Divide, sum(all), more(steps))
            }
            "moving_mean" => {
                let (x, time) = (self.named(called, x), next());
                self.moving_mean(called, x, time)
            }
            "since" => {
                let held = self.named(called, x);
                let since = |own| called.three(Term::If, held.clone(), called.number(0.0), own);
                let later = |own| called.binary(Binary::Add, since(own), called.read("dt"));
                let own = self.state(called, zero(), Law::Next, later);
                since(own)
            }
            "count" => {
                let holds = called.binary(Binary::NotEqual, x, zero());
                let holds = self.at_timesteps(called, holds);
                let holds = self.named(called, holds);
                let sum = |own| called.binary(Binary::Add, own, holds.clone());
                let own = self.state(called, zero(), Law::Next, sum);
                sum(own)
            }
            // `hold`
            _ => {
                let (condition, x) = (next(), self.named(called, x));
                let condition = self.named(called, condition);
                let initial = if given > 2 { next() } else { x.clone() };
                let held = |own| called.three(Term::If, condition.clone(), x.clone(), own);
                let own = self.state(called, initial, Law::Next, held);
                held(own)
            }
        }
    }

    /// The number of stages, which must be known when the text is read.
    fn stages(&mut self, called: &Called<'_>, terms: &Terms) -> f64 {
        let read = |name: &str| self.shared.constants.get(name).copied();
        let found = fixed::value(
            terms.iter().map(|(term, _)| term),
            &|source| match source {
                Source::Column(name) => read(name),
                _ => None,
            },
            &|_, _| None,
        );
        match found {
            Some(n) if n.fract() == 0.0 && (1.0..=MOST_STAGES).contains(&n) => n,
            _ => {
                let place = terms.first().map_or(called.place, |(_, place)| *place);
                let message = format!(
                    "`{}` goes through a whole number of stages from 1 to {MOST_STAGES}, written out or a constant",
                    called.function
                );
                let span = called.body.span(place, self.shared.source);
                self.shared.faults.refuse(&span, "TE0501", message);
                1.0
            }
        }
    }

    fn cascade(
        &mut self,
        called: &Called<'_>,
        x: Terms,
        time: Terms,
        stages: f64,
        initial: Option<Terms>,
    ) -> Terms {
        let initial = initial.unwrap_or_else(|| x.clone());
        let time = if stages == 1.0 {
            time
        } else {
            let part = called.binary(Binary::Divide, time, called.number(stages));
            if stages > 3.0 { self.named(called, part) } else { part }
        };
        let rated = |body| Law::Rate(Some(body));
        let mut last = x;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, from 1 to 100")]
        for _ in 0..stages as u32 {
            last = if called.function.starts_with("smooth") {
                let gap = |own| called.binary(Binary::Subtract, last, own);
                self.state(called, initial.clone(), rated, |own| {
                    called.binary(Binary::Divide, gap(own), time.clone())
                })
            } else {
                let out = |own| called.binary(Binary::Divide, own, time.clone());
                let level = called.binary(Binary::Multiply, initial.clone(), time.clone());
                let own =
                    self.state(called, level, rated, |own| called.binary(Binary::Subtract, last, out(own)));
                out(own)
            };
        }
        last
    }

    fn trend(&mut self, called: &Called<'_>, x: &Terms, time: Terms, growth: Terms) -> Terms {
        let time = self.named(called, time);
        let initial = if growth.is_empty() {
            x.clone()
        } else {
            let rise = called.binary(Binary::Multiply, growth, time.clone());
            let factor = called.binary(Binary::Add, called.number(1.0), rise);
            called.binary(Binary::Divide, x.clone(), factor)
        };
        let gap = |own| called.binary(Binary::Subtract, x.clone(), own);
        let rated = |body| Law::Rate(Some(body));
        let mean =
            self.state(called, initial, rated, |own| called.binary(Binary::Divide, gap(own), time.clone()));
        let size = called.unary(Unary::Abs, mean.clone());
        let scale = called.binary(Binary::Multiply, time, size);
        called.three(Term::Ratio, gap(mean), scale, called.number(0.0))
    }

    /// The sum of the earlier values and the present one, over how many there are: at most `time / dt`.
    fn moving_mean(&mut self, called: &Called<'_>, x: Terms, time: Terms) -> Terms {
        let time = self.named(called, time);
        let sum = self.past(called, PastKind::Sum, x.clone(), time.clone(), called.number(0.0));
        let steps = called.binary(Binary::Divide, time, called.read("dt"));
        let steps = called.unary(Unary::Round, steps);
        let more = |own| called.binary(Binary::Add, own, called.number(1.0));
        let count = self.state(called, called.number(0.0), Law::Next, |own| {
            let most = called.binary(Binary::Max, steps, called.number(1.0));
            let most = called.binary(Binary::Subtract, most, called.number(1.0));
            called.binary(Binary::Min, more(own), most)
        });
        called.binary(Binary::Divide, called.binary(Binary::Add, sum, x), more(count))
    }

    /// A condition that holds between timesteps never: what is counted does not hang on the number of integration steps.
    fn at_timesteps(&mut self, called: &Called<'_>, holds: Terms) -> Terms {
        let substeps = self.shared.substeps;
        if substeps == 1.0 {
            return holds;
        }
        let more = |own| called.binary(Binary::Add, own, called.number(1.0));
        let steps = self.state(called, called.number(0.0), Law::Next, more);
        let rest = called.binary(Binary::Modulo, steps, called.number(substeps));
        called.binary(Binary::And, holds, called.binary(Binary::Equal, rest, called.number(0.0)))
    }

    /// What is read more than once has a name, so that what a call is stays short however deep calls are nested.
    fn named(&mut self, called: &Called<'_>, terms: Terms) -> Terms {
        if terms.len() < 2 {
            return terms;
        }
        self.add(called, |_| Role::Let(called.body.with(terms)))
    }

    /// A state whose law is made of itself.
    fn state(
        &mut self,
        called: &Called<'_>,
        initial: Terms,
        law: impl FnOnce(Body) -> Law,
        terms: impl FnOnce(Terms) -> Terms,
    ) -> Terms {
        self.add(called, |own| {
            Role::State(State {
                initial: called.body.with(initial),
                law: law(called.body.with(terms(own))),
                range: te_core::Range::ALL,
                whole: false,
                hidden: true,
            })
        })
    }

    fn past(&mut self, called: &Called<'_>, kind: PastKind, of: Terms, back: Terms, initial: Terms) -> Terms {
        let of = called.body.with(of);
        let (back, initial) = (called.body.with(back), called.body.with(initial));
        self.add(called, |_| Role::Past(Past { of, kind, back, initial }))
    }

    /// A quantity by a name that no text can write.
    fn add(&mut self, called: &Called<'_>, role: impl FnOnce(Terms) -> Role) -> Terms {
        let name = format!("{}:{}", self.name, self.shared.hidden.len());
        let own = called.read(&name);
        self.shared.hidden.push(Quantity {
            name,
            span: self.span.clone(),
            unit: None,
            unit_text: String::new(),
            doc: String::new(),
            role: role(own.clone()),
        });
        own
    }
}
