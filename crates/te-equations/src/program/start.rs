//! What a run starts with: draws, rings, and initial values in the order in which they need each other.

use super::scope::Scope;
use super::{DrawPlan, Length, RingKind, RingPlan};
use crate::body::Body;
use crate::form::{Cohorts, Past, PastKind, Pipeline, Role};
use te_core::expression::{Binary, Code, Coder, Place, Unary};

impl Scope<'_> {
    pub(super) fn draws(&self, coder: &mut Coder) -> Vec<DrawPlan> {
        let mut plans = Vec::new();
        // Of each draw the place of its standard normal, where it is one of some that are correlated.
        let mut normals: Vec<(&str, Place)> = Vec::new();
        for quantity in &self.model.form.quantities {
            if let Role::Draw(draw) = &quantity.role
                && !draw.mixed.is_empty()
            {
                normals.push((quantity.name.as_str(), coder.keep()));
            }
        }
        let normal = |name: &str| normals.iter().find(|(own, _)| *own == name).map(|(_, place)| *place);
        for (quantity, into) in self.model.form.quantities.iter().zip(&self.places) {
            if let Role::Draw(draw) = &quantity.role {
                let shares = draw.mixed.iter().filter_map(|(name, share)| Some((normal(name)?, *share)));
                plans.push(DrawPlan {
                    name: quantity.name.clone(),
                    law: draw.law,
                    once: draw.once,
                    arguments: draw.arguments.iter().map(|_| coder.keep()).collect(),
                    into: *into,
                    values: draw.values.clone(),
                    mixed: normal(&quantity.name).map(|own| (own, shares.collect())),
                });
            }
        }
        plans
    }

    pub(super) fn draw_arguments(&self, coder: &mut Coder, plans: &[DrawPlan], once: bool) -> Code {
        let draws = self.model.form.quantities.iter().filter_map(|one| match &one.role {
            Role::Draw(draw) => Some(draw),
            _ => None,
        });
        for (draw, plan) in draws.zip(plans).filter(|(draw, _)| draw.once == once) {
            for (body, place) in draw.arguments.iter().zip(&plan.arguments) {
                let value = self.value(coder, body);
                coder.write(value, *place);
            }
        }
        coder.finish()
    }

    pub(super) fn rings(&self, coder: &mut Coder) -> Vec<RingPlan> {
        let mut plans = Vec::new();
        for (quantity, now) in self.model.form.quantities.iter().zip(&self.places) {
            let base = quantity.name.strip_suffix(".locked").unwrap_or(&quantity.name);
            let out = self.place(&format!("{base}.out"));
            let kind = match &quantity.role {
                Role::Pipeline(pipe) => {
                    let leak =
                        pipe.leak.as_ref().map(|_| (coder.keep(), self.place(&format!("{base}.leak"))));
                    RingKind::Pipeline { out, rate: coder.keep(), leak }
                }
                Role::Cohorts(own) => RingKind::Cohorts { out, catch_up: own.catch_up },
                Role::Past(past) => RingKind::Past(past.kind),
                _ => continue,
            };
            let lengths = quantity.role.lengths();
            let lengths = lengths.iter().filter(|(what, _)| *what != "leak");
            let stay = match &quantity.role {
                Role::Pipeline(pipe) if pipe.longest.is_some() => {
                    Some(Length { what: "time", given: coder.keep(), steps: coder.keep() })
                }
                _ => None,
            };
            plans.push(RingPlan {
                name: base.to_owned(),
                kind,
                enter: coder.keep(),
                now: *now,
                lengths: lengths
                    .map(|(what, _)| Length { what, given: coder.keep(), steps: coder.keep() })
                    .collect(),
                stay,
            });
        }
        plans
    }

    /// A time in whole integration steps, at least so many.
    fn steps(&self, coder: &mut Coder, body: &Body, length: &Length, least: f64) {
        let given = self.value(coder, body);
        coder.write(given, length.given);
        let steps = coder.binary(Binary::Divide, length.given, self.dt);
        let steps = coder.unary(Unary::Round, steps);
        let least = coder.number(least);
        let steps = coder.binary(Binary::Max, steps, least);
        coder.write(steps, length.steps);
    }

    /// How long the batch that enters now stays.
    pub(super) fn stay(&self, coder: &mut Coder, role: &Role, plan: &RingPlan) {
        if let (Role::Pipeline(pipe), Some(stay)) = (role, &plan.stay) {
            self.steps(coder, &pipe.time, stay, 1.0);
        }
    }

    /// The lengths of a ring in integration steps, which others can read from then on.
    fn measure(&self, coder: &mut Coder, role: &Role, plan: &RingPlan) {
        let bodies = role.lengths();
        for (length, (_, body)) in plan.lengths.iter().zip(&bodies) {
            if matches!(plan.kind, RingKind::Past(PastKind::Lag)) {
                let given = self.value(coder, body);
                coder.write(given, length.given);
                let substeps = coder.number(f64::from(self.model.form.substeps));
                let steps = coder.binary(Binary::Multiply, length.given, substeps);
                coder.write(steps, length.steps);
            } else {
                self.steps(coder, body, length, if length.what == "cliff" { 0.0 } else { 1.0 });
            }
        }
        self.stay(coder, role, plan);
    }

    /// What a pipeline holds at the start came in evenly: of a batch of rate r there is left r (1 - leak age / steps).
    fn fill(&self, coder: &mut Coder, pipe: &Pipeline, plan: &RingPlan) {
        let (RingKind::Pipeline { rate, leak, .. }, [length]) = (plan.kind, plan.lengths.as_slice()) else {
            return;
        };
        let content = self.value(coder, &pipe.initial);
        coder.write(content, plan.now);
        let mut steps = plan.stay.unwrap_or(*length).steps;
        if let (Some((share, _)), Some(body)) = (leak, &pipe.leak) {
            let given = self.value(coder, body);
            coder.write(given, share);
            let (one, half) = (coder.number(1.0), coder.number(0.5));
            let others = coder.binary(Binary::Subtract, steps, one);
            let lost = coder.binary(Binary::Multiply, share, others);
            let lost = coder.binary(Binary::Multiply, lost, half);
            steps = coder.binary(Binary::Subtract, steps, lost);
        }
        let time = coder.binary(Binary::Multiply, steps, self.dt);
        let value = coder.binary(Binary::Divide, plan.now, time);
        coder.write(value, rate);
    }

    /// What leaves at the start.
    fn first_out(&self, coder: &mut Coder, plan: &RingPlan) -> Option<Place> {
        match (plan.kind, plan.lengths.as_slice()) {
            (RingKind::Pipeline { rate, leak: None, .. }, _) => Some(rate),
            (RingKind::Pipeline { rate, leak: Some((share, _)), .. }, _) => {
                let one = coder.number(1.0);
                let left = coder.binary(Binary::Subtract, one, share);
                Some(coder.binary(Binary::Multiply, rate, left))
            }
            (RingKind::Cohorts { catch_up, .. }, [cliff, over]) => {
                // What one step frees of the batch of the start.
                let rate = coder.binary(Binary::Divide, plan.now, self.dt);
                let part = coder.binary(Binary::Divide, rate, over.steps);
                let (first, none) = (coder.number(f64::from(u8::from(catch_up))), coder.number(0.0));
                let begun = coder.binary(Binary::LessEqual, cliff.steps, first);
                Some(coder.select(begun, part, none))
            }
            _ => None,
        }
    }

    fn first_leak(coder: &mut Coder, plan: &RingPlan) -> Option<Place> {
        match (plan.kind, plan.lengths.as_slice()) {
            // Each of its batches loses as much in a step.
            (RingKind::Pipeline { rate, leak: Some((share, _)), .. }, _) => {
                Some(coder.binary(Binary::Multiply, rate, share))
            }
            _ => None,
        }
    }

    pub(super) fn initial(&mut self, coder: &mut Coder, rings: &[RingPlan]) -> Code {
        let model = self.model;
        let quantities = &model.form.quantities;
        for at in &model.initial {
            let plan = |name: &str| {
                let place = self.place(name);
                rings.iter().find(|plan| plan.now == place)
            };
            let (quantity, place) = (&quantities[*at], self.places[*at]);
            let value = match &quantity.role {
                Role::Param | Role::Constant(_) | Role::Date(_) => continue,
                Role::Draw(draw) if draw.once => continue,
                Role::Draw(draw) => Some(coder.number(draw.start)),
                Role::Input { initial, .. } => Some(coder.number(*initial)),
                Role::State(state) => Some(self.value(coder, &state.initial)),
                Role::Pipeline(pipe) => {
                    if let Some(plan) = plan(&quantity.name) {
                        self.measure(coder, &quantity.role, plan);
                        self.fill(coder, pipe, plan);
                    }
                    continue;
                }
                Role::Cohorts(Cohorts { initial, .. }) | Role::Past(Past { initial, .. }) => {
                    if let Some(plan) = plan(&quantity.name) {
                        self.measure(coder, &quantity.role, plan);
                    }
                    Some(self.value(coder, initial))
                }
                Role::Out(of) => plan(of).and_then(|plan| self.first_out(coder, plan)),
                Role::Leak(of) => plan(of).and_then(|plan| Self::first_leak(coder, plan)),
                Role::Let(_) | Role::Flow(_) | Role::Asked(_) => {
                    self.compute(coder, *at);
                    continue;
                }
            };
            if let Some(value) = value {
                coder.write(value, place);
            }
        }
        coder.finish()
    }
}
