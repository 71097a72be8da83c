//! A step: what is computed, flows in order of their claims, and the next states by Euler.

use super::scope::Scope;
use super::{RingPlan, Stages};
use crate::body::Body;
use crate::form::{Law, Method, Role};
use te_core::expression::{Binary, Code, Coder, Place};

impl Scope<'_> {
    /// What is computed in every step, of inputs and draws or without them.
    pub(super) fn computed(&mut self, coder: &mut Coder, driven: bool) -> Code {
        self.compute_all(coder, driven);
        coder.finish()
    }

    pub(super) fn compute_all(&mut self, coder: &mut Coder, driven: bool) {
        let model = self.model;
        for at in model.now.iter().filter(|at| model.driven[**at] == driven) {
            self.compute(coder, *at);
        }
    }

    /// Computes a quantity. What does not change while a run goes on is not written in any step: the quantity lies where it is.
    pub(super) fn compute(&mut self, coder: &mut Coder, at: usize) {
        let value = match &self.model.form.quantities[at].role {
            Role::Let(of) => self.value(coder, of),
            Role::Asked(name) => match self.flow(name) {
                Some(of) => self.value(coder, of),
                None => return,
            },
            Role::Flow(flow) => {
                let asked = self.value(coder, &flow.of);
                match flow.from.as_ref().filter(|_| flow.limit) {
                    None => asked,
                    Some((from, _)) => {
                        let wanted = coder.binary(Binary::Multiply, asked, self.dt);
                        let held = self.level(coder, from, &self.model.earlier_flows(at, from));
                        let zero = coder.number(0.0);
                        let held = coder.binary(Binary::Max, held, zero);
                        let moved = coder.binary(Binary::Min, wanted, held);
                        coder.binary(Binary::Divide, moved, self.dt)
                    }
                }
            }
            _ => return,
        };
        // A number that is not finite is watched, as what is computed is.
        if coder.is_fixed(value) && coder.number_at(value).is_none_or(f64::is_finite) {
            self.places[at] = value;
        } else {
            coder.write(value, self.places[at]);
        }
    }

    pub(super) fn flow(&self, name: &str) -> Option<&Body> {
        match &self.model.form.quantities[*self.model.index.get(name)?].role {
            Role::Flow(flow) => Some(&flow.of),
            _ => None,
        }
    }

    /// What a state holds after these flows.
    pub(super) fn level(&self, coder: &mut Coder, state: &str, flows: &[usize]) -> Place {
        let zero = coder.number(0.0);
        let mut level = self.place(state);
        for at in flows {
            let Role::Flow(flow) = &self.model.form.quantities[*at].role else { continue };
            let moved = coder.binary(Binary::Multiply, self.places[*at], self.dt);
            if flow.from.as_ref().is_some_and(|(name, _)| name == state) {
                let left = coder.binary(Binary::Subtract, level, moved);
                // A limited flow takes no more than there is: what rounding of its rate adds to that does not count.
                level = if flow.limit {
                    let least = coder.binary(Binary::Min, level, zero);
                    coder.binary(Binary::Max, left, least)
                } else {
                    left
                };
            }
            if flow.to.as_ref().is_some_and(|(name, _)| name == state) {
                level = coder.binary(Binary::Add, level, moved);
            }
        }
        level
    }

    /// The slope of a state that is integrated.
    pub(super) fn slope(&self, coder: &mut Coder, state: &str, rate: Option<&Body>) -> Place {
        let mut sum = rate.map(|rate| self.value(coder, rate));
        for at in self.model.flows_of(state) {
            let Role::Flow(flow) = &self.model.form.quantities[at].role else { continue };
            let ends = [(&flow.from, Binary::Subtract), (&flow.to, Binary::Add)];
            for (_, op) in ends.iter().filter(|(end, _)| end.as_ref().is_some_and(|(name, _)| name == state))
            {
                let before = sum.unwrap_or_else(|| coder.number(0.0));
                sum = Some(coder.binary(*op, before, self.places[at]));
            }
        }
        sum.unwrap_or_else(|| coder.number(0.0))
    }

    /// The states: index, and rate where it is integrated.
    pub(super) fn states(&self) -> Vec<(usize, &Law)> {
        let quantities = self.model.form.quantities.iter().enumerate();
        quantities
            .filter_map(|(at, one)| match &one.role {
                Role::State(state) => Some((at, &state.law)),
                _ => None,
            })
            .collect()
    }

    pub(super) fn step(&mut self, coder: &mut Coder, rings: &[RingPlan]) -> (Code, Option<Stages>) {
        self.compute_all(coder, true);
        for quantity in &self.model.form.quantities {
            let enter = match &quantity.role {
                Role::Pipeline(pipe) => &pipe.enter,
                Role::Cohorts(own) => &own.enter,
                Role::Past(past) => &past.of,
                _ => continue,
            };
            let place = self.place(&quantity.name);
            if let Some(plan) = rings.iter().find(|plan| plan.now == place) {
                let enter = self.value(coder, enter);
                coder.write(enter, plan.enter);
                self.stay(coder, &quantity.role, plan);
            }
        }
        if self.model.form.method == Method::Rk4 {
            return self.runge_kutta(coder);
        }
        let mut values = Vec::new();
        for (at, law) in self.states() {
            let name = &self.model.form.quantities[at].name;
            let next = match law {
                Law::Next(next) => self.value(coder, next),
                Law::Rate(rate) => {
                    let level = self.level(coder, name, &self.model.flows_of(name));
                    match rate {
                        Some(rate) => {
                            let rate = self.value(coder, rate);
                            let change = coder.binary(Binary::Multiply, rate, self.dt);
                            coder.binary(Binary::Add, level, change)
                        }
                        None => level,
                    }
                }
            };
            values.push((next, self.places[at]));
        }
        coder.replace(&values);
        (coder.finish(), None)
    }
}
