//! Where expressions find what they read, and what functions of time are.

use super::Time;
use crate::body::Body;
use crate::model::Model;
use te_core::Calendar;
use te_core::expression::{Binary, Coder, Place, Source, Term, Unary};

/// Where expressions find what they read.
pub(super) struct Scope<'m> {
    pub(super) model: &'m Model,
    pub(super) places: Vec<Place>,
    pub(super) time: Time,
    pub(super) dt: Place,
    pub(super) horizon: Place,
}

impl Scope<'_> {
    pub(super) fn place(&self, name: &str) -> Place {
        self.model.index.get(name).map_or(Place::Number(0), |at| self.places[*at])
    }

    /// The place of an expression's value.
    pub(super) fn value(&self, coder: &mut Coder, body: &Body) -> Place {
        self.terms(coder, &body.terms)
    }

    pub(super) fn terms(&self, coder: &mut Coder, terms: &[Term]) -> Place {
        let read = &mut |coder: &mut Coder, term: &Term, arguments: &[Place]| {
            Ok::<_, std::convert::Infallible>(self.read(coder, term, arguments))
        };
        match coder.expression(terms, read) {
            Ok(place) => place,
            Err(never) => match never {},
        }
    }

    pub(super) fn read(&self, coder: &mut Coder, term: &Term, arguments: &[Place]) -> Place {
        match term {
            Term::Read(Source::Timestep) => self.time.t,
            Term::Read(Source::Years) => self.time.years,
            Term::Read(Source::Column(name)) => match (name.as_str(), self.model.index.get(name)) {
                (_, Some(at)) => self.places[*at],
                ("time", None) => self.time.now,
                ("dt", None) => self.dt,
                ("horizon", None) => self.horizon,
                // Names were checked: this is `pi`.
                _ => coder.number(std::f64::consts::PI),
            },
            Term::Call(call) => match self.model.form.tables.iter().position(|table| table.name == call.name)
            {
                Some(table) => match arguments {
                    [x] => coder.curve(table, *x),
                    _ => coder.number(f64::NAN),
                },
                None => {
                    self.part_of_date(&call.name).unwrap_or_else(|| self.timed(coder, &call.name, arguments))
                }
            },
            // No component has the others.
            _ => coder.number(f64::NAN),
        }
    }

    /// What a function of the calendar reads.
    fn part_of_date(&self, name: &str) -> Option<Place> {
        let at = Calendar::PARTS.iter().position(|own| *own == name)?;
        self.time.date?.get(at).copied()
    }

    /// The first integration step at or after a time, in whole numbers, so that no rounding misses it.
    pub(super) fn step_at(&self, coder: &mut Coder, time: Place) -> Place {
        let steps = coder.binary(Binary::Divide, time, self.dt);
        let slack = coder.number(1e-9);
        let early = coder.binary(Binary::Subtract, steps, slack);
        coder.unary(Unary::Ceil, early)
    }

    pub(super) fn timed(&self, coder: &mut Coder, name: &str, arguments: &[Place]) -> Place {
        let zero = coder.number(0.0);
        let index = self.time.index;
        match (name, arguments) {
            ("step", [height, at]) => {
                let at = self.step_at(coder, *at);
                let begun = coder.binary(Binary::GreaterEqual, index, at);
                coder.select(begun, *height, zero)
            }
            ("window", [from, until]) => {
                let (from, until) = (self.step_at(coder, *from), self.step_at(coder, *until));
                let begun = coder.binary(Binary::GreaterEqual, index, from);
                let open = coder.binary(Binary::Less, index, until);
                coder.binary(Binary::And, begun, open)
            }
            ("ramp", [slope, from, until @ ..]) => {
                let now = match until {
                    [until] => coder.binary(Binary::Min, self.time.now, *until),
                    _ => self.time.now,
                };
                let since = coder.binary(Binary::Subtract, now, *from);
                let since = coder.binary(Binary::Max, since, zero);
                coder.binary(Binary::Multiply, *slope, since)
            }
            ("pulse", [volume, at, every @ ..]) => {
                let at = self.step_at(coder, *at);
                let hit = match every {
                    [every] => {
                        let one = coder.number(1.0);
                        let steps = coder.binary(Binary::Divide, *every, self.dt);
                        let steps = coder.unary(Unary::Round, steps);
                        let steps = coder.binary(Binary::Max, steps, one);
                        let since = coder.binary(Binary::Subtract, index, at);
                        let rest = coder.binary(Binary::Modulo, since, steps);
                        let (round, begun) = (
                            coder.binary(Binary::Equal, rest, zero),
                            coder.binary(Binary::GreaterEqual, index, at),
                        );
                        coder.binary(Binary::And, round, begun)
                    }
                    _ => coder.binary(Binary::Equal, index, at),
                };
                let rate = coder.binary(Binary::Divide, *volume, self.dt);
                coder.select(hit, rate, zero)
            }
            _ => coder.number(f64::NAN),
        }
    }
}
