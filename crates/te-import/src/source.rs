//! A model as its file says it, the same for both dialects, before names are looked up.

use crate::expression::{Dialect, Expression, key};
use std::collections::HashMap;

/// How stocks are integrated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Method {
    #[default]
    Euler,
    Rk4,
}

/// When a run begins and ends, and in what steps.
#[derive(Clone, Debug)]
pub(crate) struct Times {
    pub(crate) start: f64,
    pub(crate) stop: f64,
    pub(crate) dt: f64,
    /// Time between rows, where it is said.
    pub(crate) save: Option<f64>,
    pub(crate) method: Method,
    pub(crate) unit: String,
    /// The variable that says when a run ends, where it changes in a run; `stop` then is the latest end.
    pub(crate) ends_at: Option<String>,
    /// Where they stand.
    pub(crate) at: usize,
}

/// What lies between the points of a table, and outside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shape {
    #[default]
    Continuous,
    Extrapolate,
    Discrete,
}

/// A function given by points.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Points {
    pub(crate) points: Vec<[f64; 2]>,
    pub(crate) shape: Shape,
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub(crate) enum Meaning {
    /// An equation. With points its value is put through them.
    Equation(Expression, Option<Points>),
    /// A number that the model's own tools cannot change.
    Fixed(Expression),
    /// An equation for each element of an array, the last subscript first to change.
    Each(Vec<Expression>),
    /// Numbers of an array, the last subscript first to change.
    Numbers(Vec<f64>),
    Stock(Stock),
    Flow(Expression, Option<Points>, bool),
    /// A flow out of a conveyor: what comes off its end, or with a share what leaks on the way.
    Driven(Option<Expression>),
    Table(Points),
    /// In another file.
    External(External),
    /// Given from outside: by data, or by a module around this one.
    Missing(&'static str),
}

/// What is read from another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outside {
    Constant,
    /// Over time.
    Series,
    Table,
}

/// What a series is between its times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fill {
    #[default]
    Interpolated,
    /// The value of the time before.
    Backward,
    /// The value of the time that follows.
    Forward,
}

/// Numbers in a sheet.
#[derive(Clone, Debug)]
pub(crate) struct External {
    pub(crate) what: Outside,
    pub(crate) file: String,
    pub(crate) tab: String,
    /// Row, column or range of the times, where there are any.
    pub(crate) along: String,
    pub(crate) cell: String,
    pub(crate) fill: Fill,
}

/// A stock.
#[derive(Clone, Debug)]
pub(crate) struct Stock {
    pub(crate) initial: Expression,
    pub(crate) rate: Option<Expression>,
    pub(crate) inflows: Vec<(String, usize)>,
    pub(crate) outflows: Vec<(String, usize)>,
    pub(crate) non_negative: bool,
    pub(crate) conveyor: Option<Conveyor>,
}

/// A stock whose content moves along a belt.
#[derive(Clone, Debug)]
pub(crate) struct Conveyor {
    pub(crate) at: usize,
    /// How long what enters stays.
    pub(crate) length: Expression,
    /// Whether a share of what is left leaks, not of what entered.
    pub(crate) exponential: bool,
}

/// A name with its equation.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    /// As it is written, without quotes.
    pub(crate) name: String,
    pub(crate) at: usize,
    /// Dimensions and elements on the left side, as names are compared.
    pub(crate) left: Vec<String>,
    pub(crate) except: Vec<Vec<String>>,
    /// Those of the whole array, where elements are on the left side and it is known.
    pub(crate) dimensions: Vec<String>,
    pub(crate) meaning: Meaning,
    pub(crate) unit: String,
    pub(crate) doc: String,
    pub(crate) range: [Option<f64>; 2],
}

/// A dimension.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dimension {
    pub(crate) name: String,
    pub(crate) at: usize,
    /// Elements and other dimensions, as they are written.
    pub(crate) elements: Vec<String>,
    /// Dimensions that its elements stand for: by place, or with a list.
    pub(crate) maps: Vec<(String, Vec<String>)>,
    /// File, sheet, first and last cell, and what stands before each element, where they are in a sheet.
    pub(crate) external: Option<[String; 5]>,
    /// The dimension that it is another name of.
    pub(crate) alias: Option<String>,
}

/// Equations that a call stands for.
#[derive(Clone, Debug)]
pub(crate) struct Macro {
    pub(crate) name: String,
    pub(crate) at: usize,
    pub(crate) inputs: Vec<String>,
    pub(crate) outputs: Vec<String>,
    pub(crate) body: Vec<Definition>,
}

/// A model inside another.
#[derive(Clone, Debug)]
pub(crate) struct Module {
    pub(crate) name: String,
    pub(crate) at: usize,
    /// The model that it is an instance of.
    pub(crate) model: String,
    /// Name inside, and name outside.
    pub(crate) connects: Vec<(String, String)>,
}

/// A model, or a part of one that modules name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) definitions: Vec<Definition>,
    pub(crate) modules: Vec<Module>,
}

/// A graph that the model draws.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    pub(crate) title: String,
    pub(crate) names: Vec<String>,
}

/// A model.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) dialect: Dialect,
    pub(crate) doc: String,
    pub(crate) times: Times,
    pub(crate) dimensions: Vec<Dimension>,
    pub(crate) macros: Vec<Macro>,
    /// The whole first.
    pub(crate) parts: Vec<Part>,
    pub(crate) graphs: Vec<Graph>,
    /// Of other names of units, in small letters, the name that is taken.
    pub(crate) units: HashMap<String, String>,
}

impl Source {
    /// The part of a name, and the whole for none.
    pub(crate) fn part(&self, name: &str) -> Option<usize> {
        self.parts.iter().position(|part| key(&part.name) == key(name))
    }
}
