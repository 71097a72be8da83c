//! From tables in TOML to quantities: what is written, before names are looked up.

mod entry;
mod given;
mod luck;
mod moving;
mod points;
mod sections;

use crate::body::Body;
use crate::unit::Unit;
use std::ops::Range;
use te_core::expression::Curve;
use te_core::{ParamSpec, TimeUnit};

pub use entry::{Columns, FileColumn};
pub(crate) use sections::read;

/// How states are integrated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Method {
    #[default]
    Euler,
    /// The classical Runge-Kutta method of fourth order.
    Rk4,
}

/// What becomes of units that do not fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum UnitCheck {
    #[default]
    Error,
    Warn,
    Off,
}

/// A component as it is written.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) kind: String,
    pub(crate) doc: String,
    pub(crate) time: TimeUnit,
    pub(crate) substeps: u32,
    pub(crate) method: Method,
    /// Where `method` is written, or the component itself.
    pub(crate) method_span: Range<usize>,
    pub(crate) units: UnitCheck,
    /// The metrics to show, where they are listed.
    pub(crate) show: Option<Vec<(String, Range<usize>)>>,
    pub(crate) tables: Vec<NamedCurve>,
    pub(crate) params: Vec<ParamSpec>,
    pub(crate) quantities: Vec<Quantity>,
    /// All numbers that were read from files.
    pub(crate) data: Vec<f64>,
    /// Where it reads the date first, where it does.
    pub(crate) dated: Option<Asked>,
    pub(crate) invariants: Vec<Invariant>,
}

/// A function of the calendar, and where it is called.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) function: String,
    pub(crate) span: Range<usize>,
}

/// A table under its name.
#[derive(Clone, Debug)]
pub(crate) struct NamedCurve {
    pub(crate) name: String,
    pub(crate) curve: Curve,
    /// Units of argument and value, where they are declared.
    pub(crate) units: [Option<Unit>; 2],
}

/// A named number.
#[derive(Clone, Debug)]
pub(crate) struct Quantity {
    pub(crate) name: String,
    /// Where the name stands.
    pub(crate) span: Range<usize>,
    /// The unit, where it is declared.
    pub(crate) unit: Option<Unit>,
    pub(crate) unit_text: String,
    pub(crate) doc: String,
    pub(crate) role: Role,
}

/// What a quantity is.
#[derive(Clone, Debug)]
pub(crate) enum Role {
    /// The parameter of this number.
    Param,
    Constant(f64),
    /// Its default, where it has one, and its value before the first step.
    Input {
        default: Option<f64>,
        initial: f64,
    },
    Let(Body),
    State(State),
    Flow(Flow),
    /// What was asked of the limited flow of this name.
    Asked(String),
    Pipeline(Pipeline),
    /// What leaves the pipeline or the cohorts of this name.
    Out(String),
    /// What is lost on the way through the pipeline of this name.
    Leak(String),
    Cohorts(Cohorts),
    /// What a memory function knows of the past.
    Past(Past),
    Draw(Draw),
    /// The time of a date.
    Date(te_core::Date),
}

/// A state.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) initial: Body,
    pub(crate) law: Law,
    pub(crate) range: te_core::Range,
    /// Whether its values are whole numbers.
    pub(crate) whole: bool,
    /// Whether it is one that a memory function keeps.
    pub(crate) hidden: bool,
}

/// How a state goes on.
#[derive(Clone, Debug)]
pub(crate) enum Law {
    /// It is replaced.
    Next(Body),
    /// It is integrated; without a rate only flows move it.
    Rate(Option<Body>),
}

/// What moves between states.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    pub(crate) of: Body,
    /// The states, with the places of their names.
    pub(crate) from: Option<(String, Range<usize>)>,
    pub(crate) to: Option<(String, Range<usize>)>,
    pub(crate) limit: bool,
}

/// Batches that leave after a time.
#[derive(Clone, Debug)]
pub(crate) struct Pipeline {
    pub(crate) enter: Body,
    pub(crate) time: Body,
    /// The longest time, where it may vary from batch to batch.
    pub(crate) longest: Option<Body>,
    /// The share that is lost on the way.
    pub(crate) leak: Option<Body>,
    pub(crate) initial: Body,
}

/// Batches that vest.
#[derive(Clone, Debug)]
pub(crate) struct Cohorts {
    pub(crate) enter: Body,
    pub(crate) cliff: Body,
    pub(crate) over: Body,
    /// Whether vesting runs from the start, and what accrued until the cliff is free there.
    pub(crate) catch_up: bool,
    /// The batch of the start.
    pub(crate) initial: Body,
}

/// Earlier values of an expression.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    pub(crate) of: Body,
    pub(crate) kind: PastKind,
    /// How far back: a time, or timesteps for a lag.
    pub(crate) back: Body,
    pub(crate) initial: Body,
}

/// What is known of the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PastKind {
    /// The value of some time ago.
    Delay,
    /// The value of some timesteps ago.
    Lag,
    /// The sum of the values of some time, the present one left out.
    Sum,
}

impl PastKind {
    /// The function that asks for it.
    pub(crate) fn function(self) -> &'static str {
        match self {
            Self::Delay => "delay",
            Self::Lag => "lag",
            Self::Sum => "moving_mean",
        }
    }
}

/// A random number.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    pub(crate) law: crate::draw::Law,
    pub(crate) text: String,
    pub(crate) arguments: Vec<Body>,
    pub(crate) once: bool,
    pub(crate) start: f64,
    /// What an empirical draw takes one of.
    pub(crate) values: Vec<f64>,
    /// Of correlated normals the draws of whose standard normals it is made, with their shares.
    pub(crate) mixed: Vec<(String, f64)>,
}

/// What must hold in every row.
#[derive(Clone, Debug)]
pub(crate) struct Invariant {
    pub(crate) name: String,
    pub(crate) of: Body,
    pub(crate) tolerance: f64,
}

impl Role {
    /// The expressions that it is made of, and what each is called.
    pub(crate) fn bodies(&self) -> Vec<(&'static str, &Body)> {
        match self {
            Self::Param
            | Self::Constant(_)
            | Self::Input { .. }
            | Self::Asked(_)
            | Self::Out(_)
            | Self::Leak(_)
            | Self::Date(_) => Vec::new(),
            Self::Let(of) => vec![("of", of)],
            Self::State(State { initial, law, .. }) => {
                let law = match law {
                    Law::Next(next) => Some(("next", next)),
                    Law::Rate(rate) => rate.as_ref().map(|rate| ("rate", rate)),
                };
                std::iter::once(("initial", initial)).chain(law).collect()
            }
            Self::Flow(flow) => vec![("of", &flow.of)],
            Self::Pipeline(pipe) => {
                let leak = pipe.leak.as_ref().map(|leak| ("leak", leak));
                let own = [("enter", &pipe.enter), ("time", &pipe.time), ("initial", &pipe.initial)];
                own.into_iter()
                    .chain(leak)
                    .chain(pipe.longest.as_ref().map(|longest| ("longest", longest)))
                    .collect()
            }
            Self::Cohorts(own) => {
                vec![
                    ("enter", &own.enter),
                    ("cliff", &own.cliff),
                    ("over", &own.over),
                    ("initial", &own.initial),
                ]
            }
            Self::Past(past) => vec![("of", &past.of), ("back", &past.back), ("initial", &past.initial)],
            Self::Draw(draw) => draw.arguments.iter().map(|body| ("of", body)).collect(),
        }
    }

    /// The same, to be changed.
    pub(crate) fn bodies_mut(&mut self) -> Vec<&mut Body> {
        match self {
            Self::Param
            | Self::Constant(_)
            | Self::Input { .. }
            | Self::Asked(_)
            | Self::Out(_)
            | Self::Leak(_)
            | Self::Date(_) => Vec::new(),
            Self::Let(of) => vec![of],
            Self::State(State { initial, law, .. }) => {
                let law = match law {
                    Law::Next(next) => Some(next),
                    Law::Rate(rate) => rate.as_mut(),
                };
                std::iter::once(initial).chain(law).collect()
            }
            Self::Flow(flow) => vec![&mut flow.of],
            Self::Pipeline(pipe) => {
                let own = [&mut pipe.enter, &mut pipe.time, &mut pipe.initial];
                own.into_iter().chain(&mut pipe.leak).chain(&mut pipe.longest).collect()
            }
            Self::Cohorts(own) => {
                vec![&mut own.enter, &mut own.cliff, &mut own.over, &mut own.initial]
            }
            Self::Past(past) => vec![&mut past.of, &mut past.back, &mut past.initial],
            Self::Draw(draw) => draw.arguments.iter_mut().collect(),
        }
    }

    /// The lengths that are known when a run starts, and stay: in whole integration steps.
    pub(crate) fn lengths(&self) -> Vec<(&'static str, &Body)> {
        match self {
            Self::Pipeline(pipe) => {
                let length =
                    pipe.longest.as_ref().map_or(("time", &pipe.time), |longest| ("longest", longest));
                std::iter::once(length).chain(pipe.leak.iter().map(|leak| ("leak", leak))).collect()
            }
            Self::Cohorts(own) => vec![("cliff", &own.cliff), ("over", &own.over)],
            Self::Past(past) => vec![("time", &past.back)],
            _ => Vec::new(),
        }
    }
}
