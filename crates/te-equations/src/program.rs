//! From a model in order to codes over strips.

mod invariants;
mod runge_kutta;
mod scope;
mod start;
mod step;

use crate::draw;
use crate::form::{PastKind, Role};
use crate::model::{Model, is_computed, is_shown};
use scope::Scope;
use te_core::Date;
use te_core::expression::{Code, Coder, Curve, Layout, Place};

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
    /// Year, month, day, day of the week and days since 1970-01-01, where any of them is read.
    pub(crate) date: Option<[Place; 5]>,
}

impl Time {
    /// Whether any of it is kept.
    pub(crate) fn is_kept(&self) -> bool {
        let places = [self.index, self.t, self.now, self.years];
        self.date.is_some() || places.iter().any(|place| matches!(place, Place::Kept(_)))
    }
}

/// A draw as it is made.
#[derive(Clone, Debug)]
pub(crate) struct DrawPlan {
    pub(crate) name: String,
    pub(crate) law: draw::Law,
    pub(crate) once: bool,
    pub(crate) arguments: Vec<Place>,
    pub(crate) into: Place,
    pub(crate) values: Vec<f64>,
    /// Of a correlated normal: where its standard normal lies, and the shares of those that it is made of.
    pub(crate) mixed: Option<(Place, Vec<(Place, f64)>)>,
}

/// What keeps values of some integration steps, as it is moved.
#[derive(Clone, Debug)]
pub(crate) struct RingPlan {
    pub(crate) name: String,
    pub(crate) kind: RingKind,
    /// What enters in a step.
    pub(crate) enter: Place,
    /// What the quantity itself is: a content, an earlier value, a sum.
    pub(crate) now: Place,
    /// How long: the time, or cliff and duration of what vests.
    pub(crate) lengths: Vec<Length>,
    /// How long the batch that enters stays, where that varies.
    pub(crate) stay: Option<Length>,
}

/// A length of a ring.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Length {
    pub(crate) what: &'static str,
    /// As it is given: a time, or timesteps.
    pub(crate) given: Place,
    /// In integration steps.
    pub(crate) steps: Place,
}

/// What a ring is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RingKind {
    /// What leaves, the rate at which what it holds at the start came in, and what is lost: the share and the rate.
    Pipeline {
        out: Place,
        rate: Place,
        leak: Option<(Place, Place)>,
    },
    Cohorts {
        out: Place,
        catch_up: bool,
    },
    Past(PastKind),
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
    pub(crate) layout: Layout,
    pub(crate) curves: Vec<Curve>,
    /// Of each quantity.
    pub(crate) places: Vec<Place>,
    pub(crate) params: Vec<Place>,
    pub(crate) inputs: Vec<Place>,
    pub(crate) time: Time,
    pub(crate) dt: Place,
    pub(crate) horizon: Place,
    /// What follows from parameters, constants and the length of a step.
    pub(crate) fixed: Code,
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
    pub(crate) rings: Vec<RingPlan>,
    /// Dates whose times are read.
    pub(crate) dates: Vec<(Date, Place)>,
    /// Quantities whose values must be finite, in the order in which they are computed.
    pub(crate) watched: Vec<usize>,
    /// States with bounds.
    pub(crate) bounded: Vec<(usize, te_core::Range)>,
    /// States whose values are whole numbers.
    pub(crate) whole: Vec<usize>,
    /// The quantities shown.
    pub(crate) metrics: Vec<usize>,
}

impl Program {
    /// Where in its group a place's strip lies.
    pub(crate) fn strip(&self, place: Place) -> Option<usize> {
        match place {
            Place::Kept(at) => Some(at as usize),
            Place::Fixed(at) => Some(self.layout.kept + at as usize),
            Place::Passing(_) | Place::Number(_) => None,
        }
    }

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
        let time = keep_time(&mut coder, model);
        let (dt, horizon) = (coder.keep(), coder.keep());
        let given = quantities.iter().zip(&places);
        let given = given.filter(|(one, _)| matches!(one.role, Role::Param | Role::Date(_)));
        given.map(|(_, place)| *place).chain([dt, horizon]).for_each(|place| coder.fix(place));
        let mut scope = Scope { model, places, time, dt, horizon };
        let draws = scope.draws(&mut coder);
        let once = scope.draw_arguments(&mut coder, &draws, true);
        let before_draws = scope.draw_arguments(&mut coder, &draws, false);
        let rings = scope.rings(&mut coder);
        let initial = scope.initial(&mut coder, &rings);
        let pure = scope.computed(&mut coder, false);
        let (rest, stages) = scope.step(&mut coder, &rings);
        let (invariants, holds) = scope.invariants(&mut coder);
        let of = |wanted: &dyn Fn(&Role) -> bool| -> Vec<usize> {
            (0..quantities.len()).filter(|at| wanted(&quantities[*at].role)).collect()
        };
        let at = |indices: Vec<usize>| indices.into_iter().map(|at| scope.places[at]).collect::<Vec<_>>();
        let kept = of(&|role| {
            !matches!(role, Role::Param | Role::Constant(_) | Role::Input { .. }) && !is_computed(role)
        });
        Self {
            layout: coder.layout(),
            curves: model.form.tables.iter().map(|table| table.curve.clone()).collect(),
            fixed: coder.once(),
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
            rings,
            watched: model.now.iter().copied().chain(kept).collect(),
            bounded: (0..quantities.len())
                .filter_map(|at| match &quantities[at].role {
                    Role::State(state) if state.range != te_core::Range::ALL => Some((at, state.range)),
                    _ => None,
                })
                .collect(),
            dates: quantities
                .iter()
                .zip(&scope.places)
                .filter_map(|(one, place)| match one.role {
                    Role::Date(date) => Some((date, *place)),
                    _ => None,
                })
                .collect(),
            whole: of(&|role| matches!(role, Role::State(state) if state.whole)),
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

fn keep_time(coder: &mut Coder, model: &Model) -> Time {
    let [index, t, now, years] = [(); 4].map(|()| coder.keep());
    let date = model.form.dated.as_ref().map(|_| [(); 5].map(|()| coder.keep()));
    Time { index, t, now, years, date }
}
