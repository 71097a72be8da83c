//! Key figures: one number for each run, and one over runs.
//!
//! Along a run: `final(x)`, `initial(x)`, `min(x)`, `max(x)`, `mean(x)`, `sum(x)`, `time_to(condition)` (the first
//! timestep at which it holds; the run counts as never where it does not), each of an expression over columns.
//! Over runs: `mean`, `sd`, `min`, `max`, `median`, `quantile p`, `probability below x`, `probability above x`.

use crate::expression::{Program, Source, Term};
use crate::statistics::Summary;
use crate::{ExperimentError, Expression, System};
use std::fmt;

/// A key figure and what is required of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Kpi {
    /// Its name.
    pub name: String,
    /// Figure along a run, as in `min(curve.reserve)`.
    pub of: String,
    /// Figure over runs, as in `probability below 1000`.
    pub aggregate: String,
    /// Constraint, as in `< 0.05`.
    pub require: Option<String>,
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

/// A figure over the runs of one subset.
#[derive(Clone, Debug, PartialEq)]
pub struct KpiResult {
    /// Name of the figure.
    pub name: String,
    /// Simulation, from 0.
    pub simulation: u64,
    /// Subset, from 0.
    pub subset: u64,
    /// Over how many runs it was taken.
    pub runs: u64,
    /// Its value; NaN where no run had one.
    pub value: f64,
    /// Whether the constraint holds, where there is one.
    pub holds: Option<bool>,
}

impl Kpi {
    fn error(&self, message: impl fmt::Display) -> ExperimentError {
        ExperimentError::Kpi { name: self.name.clone(), message: message.to_string() }
    }

    /// Resolves names; every part of the text is checked.
    pub(crate) fn bind(&self, system: &System) -> Result<BoundKpi, ExperimentError> {
        self.over()?;
        self.comparison()?;
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
            return Err(self.error(format!(
                "`{of}` is not a figure along a run: there are initial, final, min, max, mean, sum and time_to, each of an \
                 expression in brackets"
            )));
        };
        let expression = Expression::parse(inside).map_err(|e| self.error(e))?;
        Ok(BoundKpi { along, program: bind(&expression, system).map_err(|e| self.error(e))? })
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
            self.error(format!(
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
        found
            .map(Some)
            .ok_or_else(|| self.error(format!("`{text}` is not a constraint, such as `< 0.05` or `>= 1`")))
    }

    /// The figure over the runs of a subset, given each run's. Runs that never reached a `time_to` are not among
    /// the values but count for probabilities, as later than any time.
    pub(crate) fn aggregate(&self, values: &[f64]) -> Result<(f64, Option<bool>), ExperimentError> {
        let mut summary = Summary::default();
        let mut reached: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
        reached.sort_by(f64::total_cmp);
        for x in &reached {
            summary.push(*x);
        }
        let share = |holds: &dyn Fn(f64) -> bool| {
            values.iter().filter(|x| holds(**x)).count() as f64 / values.len() as f64
        };
        let value = match self.over()? {
            Over::Mean => summary.mean(),
            Over::Sd => summary.variance().sqrt(),
            Over::Min => summary.min(),
            Over::Max => summary.max(),
            Over::Quantile(p) => crate::quantile(&reached, p),
            Over::Below(x) => share(&|v| v < x),
            Over::Above(x) => share(&|v| v > x),
        };
        let holds = self.comparison()?.map(|(op, bound)| match op {
            Comparison::Less => value < bound,
            Comparison::LessEqual => value <= bound,
            Comparison::Greater => value > bound,
            Comparison::GreaterEqual => value >= bound,
        });
        Ok((value, holds))
    }
}

impl BoundKpi {
    /// Takes the value of the figure's expression at a timestep.
    pub(crate) fn gather(&self, gathered: &mut Gathered, timestep: u64, x: f64) {
        let first = gathered.seen == 0;
        gathered.value = match self.along {
            Along::Final => x,
            Along::Mean | Along::Sum => gathered.value + x,
            Along::Initial | Along::Min | Along::Max if first => x,
            Along::Min => gathered.value.min(x),
            Along::Max => gathered.value.max(x),
            Along::TimeTo if first && x == 0.0 => f64::INFINITY,
            Along::TimeTo if first || (gathered.value.is_infinite() && x != 0.0) => timestep as f64,
            Along::Initial | Along::TimeTo => gathered.value,
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

/// Compiles an expression over the columns of a built system.
pub(crate) fn bind(expression: &Expression, system: &System) -> Result<Program, String> {
    Program::compile(expression, &mut |term| {
        match term {
        Term::Read(Source::Column(name)) => {
            let column = system.find_column(name).ok_or_else(|| {
                let nearest = crate::nearest(name, system.columns().iter().map(|c| &c.name));
                format!("unknown column `{name}`{}", crate::nearest::suggestion(nearest.as_deref()))
            })?;
            Ok(system.slot_of(column))
        }
        _ => Err("lag(…), param(…) and the time are for wires and derived columns; derive a column and name it here".to_owned()),
    }
    })
}
