//! Functions that remember: each call becomes states of its own.
//!
//! | call | states | the call is |
//! |---|---|---|
//! | `smooth(x, T, initial)` | `h' = (x - h) / T`, from `initial` | `h` |
//! | `smooth3(x, T, initial)` | three of these one after another, each with `T / 3` | the third |
//! | `delay1(x, T, initial)` | `L' = x - L / T`, from `initial * T` | `L / T` |
//! | `delay3(x, T, initial)` | three of these one after another, each with `T / 3` | what leaves the third |
//! | `previous(x, initial)` | `h` is replaced by `x` | `h` |
//! | `initial(x)` | `h` stays | `h` |
//! | `total(x)` | `h' = x`, from 0 | `h` |
//!
//! Without `initial` it is the initial value of `x`.

use crate::body::{Body, MEMORY};
use crate::form::{Form, Law, Quantity, Role, State};
use te_core::expression::{Binary, Source, Term};

type Terms = Vec<(Term, usize)>;

/// Replaces all calls of memory functions by their states.
pub(crate) fn give_states(form: &mut Form) {
    let mut hidden = Vec::new();
    for quantity in &mut form.quantities {
        let (name, span) = (quantity.name.clone(), quantity.span.clone());
        for body in quantity.role.bodies_mut() {
            Rewriting { name: &name, span: span.clone(), hidden: &mut hidden }.rewrite(body);
        }
    }
    for invariant in &mut form.invariants {
        let span = invariant.of.whole().clone();
        Rewriting { name: &invariant.name, span, hidden: &mut hidden }.rewrite(&mut invariant.of);
    }
    form.quantities.extend(hidden);
}

struct Rewriting<'a> {
    name: &'a str,
    span: std::ops::Range<usize>,
    hidden: &'a mut Vec<Quantity>,
}

impl Rewriting<'_> {
    fn rewrite(&mut self, body: &mut Body) {
        if !body.calls().any(|(call, _)| MEMORY.iter().any(|(name, ..)| *name == call.name)) {
            return;
        }
        let (mut out, mut starts): (Terms, Vec<usize>) = (Vec::new(), Vec::new());
        for (term, place) in body.pairs() {
            let first = starts.len().saturating_sub(term.takes());
            let start = starts.get(first).copied().unwrap_or(out.len());
            let own = match term {
                Term::Call(call) => {
                    MEMORY.iter().find(|(name, ..)| *name == call.name).map(|(name, ..)| *name)
                }
                _ => None,
            };
            if let Some(function) = own {
                // The arguments, the last first.
                let mut arguments: Vec<Terms> =
                    starts.iter().skip(first).rev().map(|at| out.split_off(*at)).collect();
                arguments.reverse();
                out.extend(self.states(body, function, &arguments, place));
            } else {
                out.push((term.clone(), place));
            }
            starts.truncate(first);
            starts.push(start);
        }
        *body = body.with(out);
    }

    /// The states of a call, and what the call is.
    fn states(&mut self, body: &Body, function: &str, arguments: &[Terms], place: usize) -> Terms {
        let argument = |at: usize| arguments.get(at).cloned().unwrap_or_default();
        let (x, time) = (argument(0), argument(1));
        let initial = if arguments.len() > 2 { argument(2) } else { x.clone() };
        let binary = |a: Terms, b: Terms, op: Binary| -> Terms {
            a.into_iter().chain(b).chain([(Term::Binary(op), place)]).collect()
        };
        let number = |x: f64| vec![(Term::Number(x), place)];
        let thirds = function.ends_with('3');
        let time = if thirds { binary(time, number(3.0), Binary::Divide) } else { time };
        let rounds = if thirds { 3 } else { 1 };
        match function {
            "smooth" | "smooth3" => {
                let mut last = x;
                for _ in 0..rounds {
                    let own = self.next_name();
                    let gap = binary(last, own.clone(), Binary::Subtract);
                    let rate = binary(gap, time.clone(), Binary::Divide);
                    self.add(body, initial.clone(), |body| Law::Rate(Some(body)), rate);
                    last = own;
                }
                last
            }
            "delay1" | "delay3" => {
                let mut last = x;
                for _ in 0..rounds {
                    let out = binary(self.next_name(), time.clone(), Binary::Divide);
                    let rate = binary(last, out.clone(), Binary::Subtract);
                    let level = binary(initial.clone(), time.clone(), Binary::Multiply);
                    self.add(body, level, |body| Law::Rate(Some(body)), rate);
                    last = out;
                }
                last
            }
            "previous" => {
                let own = self.next_name();
                self.add(body, argument(1), Law::Next, x);
                own
            }
            "total" => {
                let own = self.next_name();
                self.add(body, number(0.0), |body| Law::Rate(Some(body)), x);
                own
            }
            // `initial`
            _ => {
                let own = self.next_name();
                self.add(body, x, Law::Next, own.clone());
                own
            }
        }
        .into_iter()
        .map(|(term, _)| (term, place))
        .collect()
    }

    /// The name of the next state, which no text can write.
    fn next_name(&self) -> Terms {
        let name = format!("{}:{}", self.name, self.hidden.len());
        vec![(Term::Read(Source::Column(name)), 0)]
    }

    fn add(&mut self, body: &Body, initial: Terms, law: impl Fn(Body) -> Law, terms: Terms) {
        let name = format!("{}:{}", self.name, self.hidden.len());
        let state = State {
            initial: body.with(initial),
            law: law(body.with(terms)),
            range: te_core::Range::ALL,
            hidden: true,
        };
        self.hidden.push(Quantity {
            name,
            span: self.span.clone(),
            unit: None,
            unit_text: String::new(),
            doc: String::new(),
            role: Role::State(state),
        });
    }
}
