//! Key figures: one number for each run, and one over runs.
//!
//! Along a run: `final(x)`, `initial(x)`, `min(x)`, `max(x)`, `mean(x)`, `sum(x)`, `time_to(condition)` (the first
//! timestep at which it holds), each of an expression over columns, over every timestep from 0 on, recorded or not.
//! Over runs: `mean`, `sd`, `min`, `max`, `median`, `quantile p`, `probability below x`, `probability above x`.
//!
//! A run in which the condition of `time_to` never holds counts as later than any time: with more than half of such runs the
//! median is infinite, with a single one the mean is. What becomes of runs that failed says [`FailedRuns`]. A [`KpiResult`]
//! tells over how many runs its value was taken, and how many failed, never arrived or have no number.

mod best;
mod interval;
mod over_runs;
pub(crate) mod part;

use crate::experiment::experiment_error::ExperimentError;
use crate::stepping::tile::Reads;
use crate::system::built::System;
use crate::system::expression::Expression;
use crate::system::expression::{Formula, Program, Source, Term};
use std::fmt;

pub use best::BestPoint;
pub use interval::{KpiInterval, student_t_975, wilson};
pub use over_runs::KpiResult;
pub use part::KpiPart;

/// A key figure and what is required of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kpi {
    /// Its name.
    pub name: String,
    /// Figure along a run, as in `min(curve.reserve)`.
    pub of: String,
    /// Figure over runs, as in `probability below 1000`.
    pub aggregate: String,
    /// Constraint, as in `< 0.05`.
    pub require: Option<String>,
    /// What becomes of runs that failed.
    pub failed: FailedRuns,
}

/// What becomes of failed runs in a key figure, and of runs whose figure is no number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailedRuns {
    /// Each counts as a run that violates the requirement: it is beyond every number on the side that the requirement
    /// forbids. Probabilities and quantiles are taken over all runs then; mean, sd, min and max are told of the runs that
    /// have a number, and the requirement is judged as if the others had the worst. A figure without a requirement has
    /// no such side: its failed runs are left out and counted.
    #[default]
    CountAsViolated,
    /// They are left out of the figure, and counted.
    LeaveOut,
    /// There is no figure where a run failed, and a requirement does not hold.
    Refuse,
}

impl FailedRuns {
    /// All policies with their names in files.
    pub const NAMES: [(&'static str, Self); 3] = [
        ("count as violated", Self::CountAsViolated),
        ("leave out", Self::LeaveOut),
        ("refuse", Self::Refuse),
    ];

    /// The policy's name in files and tables.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, policy)| *policy == self).map_or("", |(name, _)| name)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Along {
    Initial,
    Final,
    Min,
    Max,
    Mean,
    Sum,
    TimeTo,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Over {
    Mean,
    Sd,
    Min,
    Max,
    Quantile(f64),
    Below(f64),
    Above(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// A key figure resolved for one system.
pub(crate) struct BoundKpi {
    along: Along,
    pub(crate) program: Program,
}

/// The figure of one run while it runs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Gathered {
    seen: u64,
    value: f64,
}

impl Kpi {
    fn error(&self, part: KpiPart, message: impl fmt::Display) -> ExperimentError {
        ExperimentError::Kpi { name: self.name.clone(), part, message: message.to_string() }
    }

    /// A figure along a run, taken over runs: `Kpi::new("lowest", "min(curve.reserve)", "quantile 0.05")`.
    pub fn new(name: impl Into<String>, of: impl Into<String>, aggregate: impl Into<String>) -> Self {
        Self { name: name.into(), of: of.into(), aggregate: aggregate.into(), ..Self::default() }
    }

    /// Sets what is required, as in `< 0.05`.
    #[must_use]
    pub fn require(mut self, constraint: impl Into<String>) -> Self {
        self.require = Some(constraint.into());
        self
    }

    /// Sets what becomes of failed runs.
    #[must_use]
    pub fn failed(mut self, failed: FailedRuns) -> Self {
        self.failed = failed;
        self
    }

    /// Resolves names; every part of the text is checked.
    pub(crate) fn bind(&self, system: &System, reads: &mut Reads) -> Result<BoundKpi, ExperimentError> {
        self.over()?;
        self.comparison()?;
        let (along, inside) = self.along()?;
        let expression = Expression::parse(inside).map_err(|error| self.error(KpiPart::Expression, error))?;
        let program =
            bind(&expression, system, reads).map_err(|error| self.error(KpiPart::Expression, error))?;
        Ok(BoundKpi { along, program })
    }

    /// The figure along a run, and the expression that it is of.
    fn along(&self) -> Result<(Along, &str), ExperimentError> {
        let of = self.of.trim();
        let call = of.split_once('(').and_then(|(name, rest)| Some((name.trim(), rest.strip_suffix(')')?)));
        let along = call.and_then(|(name, _)| {
            Some(match name {
                "initial" => Along::Initial,
                "final" => Along::Final,
                "min" => Along::Min,
                "max" => Along::Max,
                "mean" => Along::Mean,
                "sum" => Along::Sum,
                "time_to" => Along::TimeTo,
                _ => return None,
            })
        });
        let (Some(along), Some((_, inside))) = (along, call) else {
            return Err(self.error(KpiPart::Along, format!(
                "`{of}` is not a figure along a run: there are initial, final, min, max, mean, sum and time_to, each of an \
                 expression in brackets"
            )));
        };
        Ok((along, inside))
    }

    fn over(&self) -> Result<Over, ExperimentError> {
        let words: Vec<&str> = self.aggregate.split_whitespace().collect();
        let number = |x: &str| x.parse::<f64>().ok().filter(|x| x.is_finite());
        let over = match words.as_slice() {
            ["mean"] => Some(Over::Mean),
            ["sd"] => Some(Over::Sd),
            ["min"] => Some(Over::Min),
            ["max"] => Some(Over::Max),
            ["median"] => Some(Over::Quantile(0.5)),
            ["quantile", p] => number(p).filter(|p| (0.0..=1.0).contains(p)).map(Over::Quantile),
            ["probability", "below", x] => number(x).map(Over::Below),
            ["probability", "above", x] => number(x).map(Over::Above),
            _ => None,
        };
        over.ok_or_else(|| {
            self.error(KpiPart::Over, format!(
                "`{}` is not a figure over runs: there are mean, sd, min, max, median, quantile p, probability below x, \
                 probability above x",
                self.aggregate
            ))
        })
    }

    fn comparison(&self) -> Result<Option<(Comparison, f64)>, ExperimentError> {
        let Some(text) = &self.require else { return Ok(None) };
        let text = text.trim();
        let operators = [
            ("<=", Comparison::LessEqual),
            (">=", Comparison::GreaterEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ];
        let found = operators.into_iter().find_map(|(symbol, op)| {
            let bound = text.strip_prefix(symbol)?.trim().parse::<f64>().ok()?;
            bound.is_finite().then_some((op, bound))
        });
        found.map(Some).ok_or_else(|| {
            self.error(KpiPart::Require, format!("`{text}` is not a constraint, such as `< 0.05` or `>= 1`"))
        })
    }
}

impl BoundKpi {
    /// Takes the value of the figure's expression at a timestep.
    pub(crate) fn gather(&self, gathered: &mut Gathered, timestep: u64, x: f64) {
        let first = gathered.seen == 0;
        let value = gathered.value;
        // A figure that met what is no number is no number from then on.
        gathered.value = match self.along {
            Along::Final => x,
            Along::Mean | Along::Sum => value + x,
            Along::Initial | Along::Min | Along::Max if first => x,
            Along::Min if x < value || x.is_nan() => x,
            Along::Max if x > value || x.is_nan() => x,
            Along::TimeTo if !first && value.is_finite() => value,
            Along::TimeTo if x.is_nan() || value.is_nan() => f64::NAN,
            Along::TimeTo if x == 0.0 => f64::INFINITY,
            Along::TimeTo => timestep as f64,
            Along::Initial | Along::Min | Along::Max => value,
        };
        gathered.seen += 1;
    }

    /// The figure of the whole run.
    pub(crate) fn finish(&self, gathered: Gathered) -> f64 {
        match self.along {
            Along::Mean => gathered.value / gathered.seen as f64,
            _ => gathered.value,
        }
    }
}

/// Compiles an expression over the columns of a built system, its parameters and the time; notes in `reads` what is read
/// besides columns.
pub(crate) fn bind(expression: &Expression, system: &System, reads: &mut Reads) -> Result<Program, String> {
    let formula = Formula::compile(expression, &mut |term| match term {
        Term::Read(Source::Column(name)) => {
            let column = system.find_column(name).ok_or_else(|| {
                let nearest =
                    crate::declaration::nearest::nearest(name, system.columns().iter().map(|c| &c.name));
                format!(
                    "unknown column `{name}`{}",
                    crate::declaration::nearest::suggestion(nearest.as_deref())
                )
            })?;
            Ok(system.slot_of(column))
        }
        Term::Read(Source::Timestep) => {
            reads.time = true;
            Ok(system.timestep)
        }
        Term::Read(Source::Years) => {
            reads.time = true;
            Ok(system.years)
        }
        Term::Param(name) => reads.param(name, system),
        Term::Lag(lagged) => Err(format!(
            "lag({}, {}) is for wires and derived columns; derive a column and name it here",
            lagged.of.name(),
            lagged.steps
        )),
        // These read nothing.
        Term::Number(_) | Term::Unary(_) | Term::Binary(_) | Term::If | Term::Ratio | Term::Call(_) => Ok(0),
    })?;
    Ok(Program::of(&formula, system.slots))
}
