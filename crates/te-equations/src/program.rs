//! From a model in order to codes over strips.

use crate::body::{Body, split};
use crate::draw;
use crate::form::{Law, Method, Role};
use crate::model::{Model, is_shown};
use te_core::expression::{Binary, Code, Coder, Curve, Place, Source, Term, Unary};

/// What is read of time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    /// Integration steps since the start.
    pub(crate) index: Place,
    /// Timesteps since the start.
    pub(crate) t: Place,
    /// In the component's unit.
    pub(crate) now: Place,
    pub(crate) years: Place,
}

/// A draw as it is made.
#[derive(Clone, Debug)]
pub(crate) struct DrawPlan {
    pub(crate) name: String,
    pub(crate) law: draw::Law,
    pub(crate) once: bool,
    pub(crate) arguments: Vec<Place>,
    pub(crate) into: Place,
}

/// A pipeline as it is moved.
#[derive(Clone, Debug)]
pub(crate) struct PipePlan {
    pub(crate) name: String,
    pub(crate) content: Place,
    pub(crate) out: Place,
    pub(crate) enter: Place,
    pub(crate) time: Place,
}

/// The codes of a Runge-Kutta step.
#[derive(Clone, Debug)]
pub(crate) struct Stages {
    pub(crate) time: Time,
    pub(crate) weight: Place,
    pub(crate) ahead: Place,
    /// One further slope.
    pub(crate) slope: Code,
    /// What they come to.
    pub(crate) last: Code,
}

/// A component as it is run.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) numbers: Vec<f64>,
    pub(crate) curves: Vec<Curve>,
    pub(crate) kept: usize,
    pub(crate) passing: usize,
    /// Of each quantity.
    pub(crate) places: Vec<Place>,
    pub(crate) params: Vec<Place>,
    pub(crate) inputs: Vec<Place>,
    pub(crate) time: Time,
    pub(crate) dt: Place,
    pub(crate) horizon: Place,
    /// The arguments of draws of every run, and of those of every step.
    pub(crate) once: Code,
    pub(crate) before_draws: Code,
    /// Everything at the start.
    pub(crate) initial: Code,
    /// What depends on states and time alone.
    pub(crate) pure: Code,
    /// The rest, and the next states.
    pub(crate) rest: Code,
    pub(crate) stages: Option<Stages>,
    pub(crate) invariants: Code,
    /// Of each invariant 1 where it holds.
    pub(crate) holds: Vec<Place>,
    pub(crate) draws: Vec<DrawPlan>,
    pub(crate) pipes: Vec<PipePlan>,
    /// Quantities whose values must be finite, in the order in which they are computed.
    pub(crate) watched: Vec<usize>,
    /// States with bounds.
    pub(crate) bounded: Vec<(usize, te_core::Range)>,
    /// The quantities shown.
    pub(crate) metrics: Vec<usize>,
}

/// Where expressions find what they read.
struct Scope<'m> {
    model: &'m Model,
    places: Vec<Place>,
    time: Time,
    dt: Place,
    horizon: Place,
}

impl Program {
    pub(crate) fn new(model: &Model) -> Self {
        let mut coder = Coder::default();
        let quantities = &model.form.quantities;
        let places: Vec<Place> = quantities
            .iter()
            .map(|one| match one.role {
                Role::Constant(x) => coder.number(x),
                _ => coder.keep(),
            })
            .collect();
        let time = keep_time(&mut coder);
        let (dt, horizon) = (coder.keep(), coder.keep());
        let mut scope = Scope { model, places, time, dt, horizon };
        let draws = scope.draws(&mut coder);
        let once = scope.draw_arguments(&mut coder, &draws, true);
        let before_draws = scope.draw_arguments(&mut coder, &draws, false);
        let pipes = scope.pipes(&mut coder);
        let initial = scope.initial(&mut coder, &pipes);
        let pure = scope.computed(&mut coder, false);
        let (rest, stages) = scope.step(&mut coder, &pipes);
        let (invariants, holds) = scope.invariants(&mut coder);
        let of = |wanted: &dyn Fn(&Role) -> bool| -> Vec<usize> {
            (0..quantities.len()).filter(|at| wanted(&quantities[*at].role)).collect()
        };
        let at = |indices: Vec<usize>| indices.into_iter().map(|at| scope.places[at]).collect::<Vec<_>>();
        let kept =
            of(&|role| matches!(role, Role::State(_) | Role::Pipeline(_) | Role::Out(_) | Role::Draw(_)));
        Self {
            numbers: coder.numbers().to_vec(),
            curves: model.form.tables.iter().map(|table| table.curve.clone()).collect(),
            kept: coder.kept(),
            passing: coder.passing(),
            params: at(of(&|role| matches!(role, Role::Param))),
            inputs: at(of(&|role| matches!(role, Role::Input { .. }))),
            time,
            dt,
            horizon,
            once,
            before_draws,
            initial,
            pure,
            rest,
            stages,
            invariants,
            holds,
            draws,
            pipes,
            watched: model.now.iter().copied().chain(kept).collect(),
            bounded: (0..quantities.len())
                .filter_map(|at| match &quantities[at].role {
                    Role::State(state) if state.range != te_core::Range::ALL => Some((at, state.range)),
                    _ => None,
                })
                .collect(),
            metrics: shown(model),
            places: scope.places,
        }
    }
}

/// The quantities that are metrics, in order of declaration.
pub(crate) fn shown(model: &Model) -> Vec<usize> {
    let quantities = &model.form.quantities;
    if let Some(names) = &model.form.show {
        names.iter().filter_map(|(name, _)| model.index.get(name).copied()).collect()
    } else {
        let hidden = |name: &str| name.starts_with('_') || name.contains(':');
        // States first, as the traces of such models have them.
        let rank = |at: &usize| usize::from(matches!(quantities[*at].role, Role::Let(_)));
        let mut found: Vec<usize> = (0..quantities.len())
            .filter(|at| is_shown(&quantities[*at].role) && !hidden(&quantities[*at].name))
            .collect();
        found.sort_by_key(rank);
        found
    }
}

fn keep_time(coder: &mut Coder) -> Time {
    Time { index: coder.keep(), t: coder.keep(), now: coder.keep(), years: coder.keep() }
}

impl Scope<'_> {
    fn place(&self, name: &str) -> Place {
        self.model.index.get(name).map_or(Place::Number(0), |at| self.places[*at])
    }

    /// The place of an expression's value.
    fn value(&self, coder: &mut Coder, body: &Body) -> Place {
        self.terms(coder, &body.terms)
    }

    fn terms(&self, coder: &mut Coder, terms: &[Term]) -> Place {
        let read = &mut |coder: &mut Coder, term: &Term, arguments: &[Place]| {
            Ok::<_, std::convert::Infallible>(self.read(coder, term, arguments))
        };
        match coder.expression(terms, read) {
            Ok(place) => place,
            Err(never) => match never {},
        }
    }

    fn read(&self, coder: &mut Coder, term: &Term, arguments: &[Place]) -> Place {
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
                None => self.timed(coder, &call.name, arguments),
            },
            // No component has the others.
            _ => coder.number(f64::NAN),
        }
    }

    /// The first integration step at or after a time, in whole numbers, so that no rounding misses it.
    fn step_at(&self, coder: &mut Coder, time: Place) -> Place {
        let steps = coder.binary(Binary::Divide, time, self.dt);
        let slack = coder.number(1e-9);
        let early = coder.binary(Binary::Subtract, steps, slack);
        coder.unary(Unary::Ceil, early)
    }

    fn timed(&self, coder: &mut Coder, name: &str, arguments: &[Place]) -> Place {
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

    fn draws(&self, coder: &mut Coder) -> Vec<DrawPlan> {
        let mut plans = Vec::new();
        for (quantity, into) in self.model.form.quantities.iter().zip(&self.places) {
            if let Role::Draw(draw) = &quantity.role {
                plans.push(DrawPlan {
                    name: quantity.name.clone(),
                    law: draw.law,
                    once: draw.once,
                    arguments: draw.arguments.iter().map(|_| coder.keep()).collect(),
                    into: *into,
                });
            }
        }
        plans
    }

    fn draw_arguments(&self, coder: &mut Coder, plans: &[DrawPlan], once: bool) -> Code {
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

    fn pipes(&self, coder: &mut Coder) -> Vec<PipePlan> {
        let mut plans = Vec::new();
        for (quantity, content) in self.model.form.quantities.iter().zip(&self.places) {
            if let Role::Pipeline(_) = &quantity.role {
                let out = self.place(&format!("{}.out", quantity.name));
                let (enter, time) = (coder.keep(), coder.keep());
                plans.push(PipePlan { name: quantity.name.clone(), content: *content, out, enter, time });
            }
        }
        plans
    }

    fn initial(&self, coder: &mut Coder, pipes: &[PipePlan]) -> Code {
        let quantities = &self.model.form.quantities;
        for at in &self.model.initial {
            let (quantity, place) = (&quantities[*at], self.places[*at]);
            let value = match &quantity.role {
                Role::Param | Role::Constant(_) => continue,
                Role::Draw(draw) if draw.once => continue,
                Role::Draw(draw) => coder.number(draw.start),
                Role::Input { initial, .. } => coder.number(*initial),
                Role::State(state) => self.value(coder, &state.initial),
                Role::Pipeline(pipe) => {
                    if let Some(plan) = pipes.iter().find(|plan| plan.content == place) {
                        let time = self.value(coder, &pipe.time);
                        coder.write(time, plan.time);
                    }
                    self.value(coder, &pipe.initial)
                }
                Role::Out(_) => match pipes.iter().find(|plan| plan.out == place) {
                    Some(plan) => coder.binary(Binary::Divide, plan.content, plan.time),
                    None => continue,
                },
                Role::Let(_) | Role::Flow(_) | Role::Asked(_) => {
                    self.compute(coder, *at);
                    continue;
                }
            };
            coder.write(value, place);
        }
        coder.finish()
    }

    /// What is computed in every step, of inputs and draws or without them.
    fn computed(&self, coder: &mut Coder, driven: bool) -> Code {
        self.compute_all(coder, driven);
        coder.finish()
    }

    fn compute_all(&self, coder: &mut Coder, driven: bool) {
        for at in self.model.now.iter().filter(|at| self.model.driven[**at] == driven) {
            self.compute(coder, *at);
        }
    }

    fn compute(&self, coder: &mut Coder, at: usize) {
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
        coder.write(value, self.places[at]);
    }

    fn flow(&self, name: &str) -> Option<&Body> {
        match &self.model.form.quantities[*self.model.index.get(name)?].role {
            Role::Flow(flow) => Some(&flow.of),
            _ => None,
        }
    }

    /// What a state holds after these flows.
    fn level(&self, coder: &mut Coder, state: &str, flows: &[usize]) -> Place {
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
    fn slope(&self, coder: &mut Coder, state: &str, rate: Option<&Body>) -> Place {
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
    fn states(&self) -> Vec<(usize, &Law)> {
        let quantities = self.model.form.quantities.iter().enumerate();
        quantities
            .filter_map(|(at, one)| match &one.role {
                Role::State(state) => Some((at, &state.law)),
                _ => None,
            })
            .collect()
    }

    fn step(&mut self, coder: &mut Coder, pipes: &[PipePlan]) -> (Code, Option<Stages>) {
        self.compute_all(coder, true);
        for quantity in &self.model.form.quantities {
            if let Role::Pipeline(pipe) = &quantity.role
                && let Some(plan) = pipes.iter().find(|plan| plan.name == quantity.name)
            {
                let enter = self.value(coder, &pipe.enter);
                coder.write(enter, plan.enter);
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

    /// The classical method: slopes at the start, twice in the middle and at the end, weighted 1, 2, 2, 1.
    fn runge_kutta(&self, coder: &mut Coder) -> (Code, Option<Stages>) {
        let (time, weight, ahead) = (keep_time(coder), coder.keep(), coder.keep());
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
    fn needed(&self, integrated: &[(usize, Option<&Body>, Place, Place)]) -> Vec<usize> {
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

    fn invariants(&self, coder: &mut Coder) -> (Code, Vec<Place>) {
        let mut holds = Vec::new();
        for invariant in &self.model.form.invariants {
            let pairs: Vec<(Term, usize)> =
                invariant.of.pairs().map(|(term, place)| (term.clone(), place)).collect();
            let sides: Vec<Vec<Term>> = split(&pairs)
                .into_iter()
                .map(|side| side.into_iter().map(|(term, _)| term).collect())
                .collect();
            let place = match (pairs.last(), sides.as_slice()) {
                (Some((Term::Binary(op), _)), [a, b]) => {
                    let (a, b) = (self.terms(coder, a), self.terms(coder, b));
                    compare(coder, *op, a, b, invariant.tolerance)
                }
                _ => self.value(coder, &invariant.of),
            };
            let kept = coder.keep();
            coder.write(place, kept);
            holds.push(kept);
        }
        (coder.finish(), holds)
    }
}

/// A comparison with `==`, `<=` or `>=` leaves room for rounding: `tolerance` of the larger side, or of 1 where both are smaller.
/// The others are taken as they are.
fn compare(coder: &mut Coder, op: Binary, a: Place, b: Place, tolerance: f64) -> Place {
    let room = |coder: &mut Coder| {
        let (one, share) = (coder.number(1.0), coder.number(tolerance));
        let (a, b) = (coder.unary(Unary::Abs, a), coder.unary(Unary::Abs, b));
        let larger = coder.binary(Binary::Max, a, b);
        let larger = coder.binary(Binary::Max, larger, one);
        coder.binary(Binary::Multiply, share, larger)
    };
    match op {
        Binary::Equal => {
            let gap = coder.binary(Binary::Subtract, a, b);
            let (gap, room) = (coder.unary(Unary::Abs, gap), room(coder));
            coder.binary(Binary::LessEqual, gap, room)
        }
        Binary::LessEqual => {
            let room = room(coder);
            let most = coder.binary(Binary::Add, b, room);
            coder.binary(op, a, most)
        }
        Binary::GreaterEqual => {
            let room = room(coder);
            let least = coder.binary(Binary::Subtract, b, room);
            coder.binary(op, a, least)
        }
        op => coder.binary(op, a, b),
    }
}
