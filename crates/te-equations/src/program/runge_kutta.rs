//! A step by the classical method of Runge and Kutta.

use super::scope::Scope;
use super::{Stages, keep_time};
use crate::body::Body;
use crate::form::{Law, Role};
use te_core::expression::{Binary, Code, Coder, Place};

impl Scope<'_> {
    /// The classical method: slopes at the start, twice in the middle and at the end, weighted 1, 2, 2, 1.
    pub(super) fn runge_kutta(&self, coder: &mut Coder) -> (Code, Option<Stages>) {
        let (time, weight, ahead) = (keep_time(coder, self.model), coder.keep(), coder.keep());
        let mut stage = Scope {
            model: self.model,
            places: self.places.clone(),
            time,
            dt: self.dt,
            horizon: self.horizon,
        };
        let (mut integrated, mut replaced) = (Vec::new(), Vec::new());
        let half = coder.number(0.5);
        let ahead_half = coder.binary(Binary::Multiply, half, self.dt);
        let mut first = Vec::new();
        for (at, law) in self.states() {
            let name = &self.model.form.quantities[at].name;
            match law {
                Law::Next(next) => {
                    let (value, kept) = (self.value(coder, next), coder.keep());
                    first.push((value, kept));
                    replaced.push((kept, self.places[at]));
                }
                Law::Rate(rate) => {
                    let slope = self.slope(coder, name, rate.as_ref());
                    let (sum, level) = (coder.keep(), coder.keep());
                    let change = coder.binary(Binary::Multiply, slope, ahead_half);
                    let there = coder.binary(Binary::Add, self.places[at], change);
                    first.extend([(slope, sum), (there, level)]);
                    stage.places[at] = level;
                    integrated.push((at, rate.as_ref(), sum, level));
                }
            }
        }
        coder.replace(&first);
        let rest = coder.finish();
        // What the slopes need is computed anew on the way.
        for at in stage.needed(&integrated) {
            let value = match &self.model.form.quantities[at].role {
                Role::Let(of) => stage.value(coder, of),
                Role::Flow(flow) => stage.value(coder, &flow.of),
                _ => continue,
            };
            stage.places[at] = value;
        }
        let mut further = Vec::new();
        for (at, rate, sum, level) in &integrated {
            let slope = stage.slope(coder, &self.model.form.quantities[*at].name, *rate);
            let weighted = coder.binary(Binary::Multiply, weight, slope);
            let total = coder.binary(Binary::Add, *sum, weighted);
            let change = coder.binary(Binary::Multiply, slope, ahead);
            let there = coder.binary(Binary::Add, self.places[*at], change);
            further.extend([(total, *sum), (there, *level)]);
        }
        coder.replace(&further);
        let slope = coder.finish();
        let six = coder.number(6.0);
        let part = coder.binary(Binary::Divide, self.dt, six);
        for (at, _, sum, _) in &integrated {
            let change = coder.binary(Binary::Multiply, part, *sum);
            let next = coder.binary(Binary::Add, self.places[*at], change);
            replaced.push((next, self.places[*at]));
        }
        coder.replace(&replaced);
        let last = coder.finish();
        (rest, Some(Stages { time, weight, ahead, slope, last }))
    }

    /// What is computed in every step and the slopes read, directly or not, in order.
    pub(super) fn needed(&self, integrated: &[(usize, Option<&Body>, Place, Place)]) -> Vec<usize> {
        let mut wanted = vec![false; self.places.len()];
        let mut open: Vec<usize> = Vec::new();
        for (at, rate, ..) in integrated {
            open.extend(rate.iter().flat_map(|rate| self.model.read(rate)));
            open.extend(self.model.flows_of(&self.model.form.quantities[*at].name));
        }
        while let Some(at) = open.pop() {
            if !std::mem::replace(&mut wanted[at], true) {
                match &self.model.form.quantities[at].role {
                    Role::Let(of) => open.extend(self.model.read(of)),
                    Role::Flow(flow) => open.extend(self.model.read(&flow.of)),
                    _ => {}
                }
            }
        }
        self.model.now.iter().copied().filter(|at| wanted[*at]).collect()
    }
}
