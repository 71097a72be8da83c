//! A key figure over the runs of one subset: value, interval, and over which runs it was taken.

use super::{Along, Comparison, FailedRuns, Kpi, KpiInterval, Over, student_t_975, wilson};
use crate::experiment::experiment_error::ExperimentError;
use crate::numerics::statistics::Summary;
use std::fmt::Write as _;

/// A figure over the runs of one subset.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct KpiResult {
    /// Name of the figure.
    pub name: String,
    /// Simulation, from 0.
    pub simulation: u64,
    /// Subset, from 0.
    pub subset: u64,
    /// Over how many runs the value was taken.
    pub runs: u64,
    /// How many runs of the subset failed.
    pub failed: u64,
    /// How many runs did not fail but have no number here, as `final(a / b)` where b is 0.
    pub undefined: u64,
    /// In how many runs the condition of `time_to` never held. They count as later than any time.
    pub never: u64,
    /// How many of the failed and undefined runs are among `runs`, as violating the requirement.
    pub counted_as_violated: u64,
    /// The value: infinite where runs that never arrived, or count as violating, decide it; NaN where no run has one.
    pub value: f64,
    /// 95 % interval of a probability or a mean, where there is one.
    pub interval: Option<KpiInterval>,
    /// Whether the constraint holds, where there is one.
    pub holds: Option<bool>,
}

impl KpiResult {
    /// Over which runs the value was taken, in words: `over 18 of 20 runs (2 failed, left out)`.
    pub fn taken_over(&self) -> String {
        let beyond = self.failed + self.undefined;
        let all = self.runs - self.counted_as_violated + beyond;
        let mut out = if self.runs == all {
            format!("over {all} run{}", if all == 1 { "" } else { "s" })
        } else {
            format!("over {} of {all} runs", self.runs)
        };
        let mut notes = Vec::new();
        for (count, what) in [(self.failed, "failed"), (self.undefined, "without a number")] {
            if count > 0 {
                notes.push(format!("{count} {what}"));
            }
        }
        if beyond > 0 {
            notes.push(
                if self.counted_as_violated > 0 { "counted as violated" } else { "left out" }.to_owned(),
            );
        }
        if self.never > 0 {
            notes.push(format!("{} never", self.never));
        }
        if !notes.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(out, " ({})", notes.join(", "));
        }
        out
    }

    /// The value in words: `never` where runs that never arrived decide it, `failed` where failed ones do, `none` where no
    /// run has one, else the number.
    pub fn shown(&self) -> String {
        if self.value.is_nan() {
            "none".to_owned()
        } else if self.value.is_infinite() && self.never > 0 {
            "never".to_owned()
        } else if self.value.is_infinite() {
            "failed".to_owned()
        } else {
            number(self.value)
        }
    }
}

/// A number that is short whatever its size.
fn number(x: f64) -> String {
    if x == 0.0 || (1e-5..1e15).contains(&x.abs()) { x.to_string() } else { format!("{x:e}") }
}

/// What the runs of a subset come to.
struct Runs {
    /// Figures of runs that have one, in order of size; infinite ones never arrived.
    sorted: Vec<f64>,
    finite: Summary,
    never: u64,
    /// Failed runs and those without a number.
    beyond: u64,
}

impl Runs {
    /// The figure over these runs.
    fn figure(&self, over: Over) -> f64 {
        let n = self.sorted.len() as f64;
        let share = |holds: &dyn Fn(f64) -> bool| count(&self.sorted, holds) as f64 / n;
        match over {
            Over::Mean | Over::Max if self.never > 0 => f64::INFINITY,
            Over::Sd if self.never > 0 => f64::NAN,
            Over::Min if self.finite.count() == 0 && self.never > 0 => f64::INFINITY,
            Over::Mean => self.finite.mean(),
            Over::Sd if self.finite.count() == 0 => f64::NAN,
            Over::Sd => self.finite.variance().sqrt(),
            Over::Min => self.finite.min(),
            Over::Max => self.finite.max(),
            Over::Quantile(p) => crate::numerics::statistics::quantile(&self.sorted, p),
            Over::Below(x) => share(&|v| v < x),
            Over::Above(x) => share(&|v| v > x),
        }
    }

    fn interval(&self, over: Over) -> Option<KpiInterval> {
        let n = self.sorted.len() as u64;
        let of = |successes| {
            let (low, high) = wilson(successes, n);
            KpiInterval::Wilson { low, high }
        };
        match over {
            Over::Below(x) if n > 0 => Some(of(count(&self.sorted, &|v| v < x))),
            Over::Above(x) if n > 0 => Some(of(count(&self.sorted, &|v| v > x))),
            Over::Mean if n > 1 && self.never == 0 => {
                let half = student_t_975(n - 1) * (self.finite.variance() / n as f64).sqrt();
                let mean = self.finite.mean();
                Some(KpiInterval::StudentT { low: mean - half, high: mean + half })
            }
            _ => None,
        }
    }

    /// With the runs beyond as runs of this value.
    fn counting(mut self, worst: f64) -> Self {
        let more = std::iter::repeat_n(worst, usize::try_from(self.beyond).unwrap_or(usize::MAX));
        if worst > 0.0 {
            self.sorted.extend(more);
        } else {
            self.sorted.splice(0..0, more);
        }
        self
    }
}

fn count(values: &[f64], holds: &dyn Fn(f64) -> bool) -> u64 {
    values.iter().filter(|x| holds(**x)).count() as u64
}

impl Over {
    /// The side on which a run violates a constraint on this figure: where every run lay there, the constraint would be at
    /// its worst.
    fn worst(self, comparison: Comparison) -> f64 {
        let from_above = matches!(comparison, Comparison::Less | Comparison::LessEqual);
        let falls_with_runs = matches!(self, Self::Below(_));
        if from_above == falls_with_runs { f64::NEG_INFINITY } else { f64::INFINITY }
    }

    /// Whether the figure is taken over failed runs as over others, once it is said where they lie.
    fn takes_infinite(self) -> bool {
        matches!(self, Self::Quantile(_) | Self::Below(_) | Self::Above(_))
    }

    /// What a constraint is judged by where so many runs lie at `worst`, given the figure without them.
    fn with_worst(self, value: f64, worst: f64) -> f64 {
        match self {
            Self::Min => {
                if value < worst {
                    value
                } else {
                    worst
                }
            }
            Self::Max => {
                if value > worst {
                    value
                } else {
                    worst
                }
            }
            Self::Mean => worst,
            // Nothing can be said of a deviation.
            Self::Sd => f64::NAN,
            Self::Quantile(_) | Self::Below(_) | Self::Above(_) => value,
        }
    }
}

impl Comparison {
    fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::Less => value < bound,
            Self::LessEqual => value <= bound,
            Self::Greater => value > bound,
            Self::GreaterEqual => value >= bound,
        }
    }
}

impl Kpi {
    /// The figure over the runs of a subset, given each run's; `failed` runs have none.
    pub(crate) fn over_runs(
        &self,
        (simulation, subset): (u64, u64),
        figures: impl Iterator<Item = f64>,
        failed: u64,
    ) -> Result<KpiResult, ExperimentError> {
        let (over, constraint) = (self.over()?, self.comparison()?);
        let can_miss = self.along()?.0 == Along::TimeTo;
        let mut undefined = 0;
        let mut sorted = Vec::new();
        for x in figures {
            if x.is_finite() || (can_miss && x == f64::INFINITY) {
                sorted.push(x);
            } else {
                undefined += 1;
            }
        }
        sorted.sort_by(f64::total_cmp);
        let mut finite = Summary::default();
        sorted.iter().filter(|x| x.is_finite()).for_each(|x| finite.push(*x));
        let never = count(&sorted, &f64::is_infinite);
        let mut runs = Runs { sorted, finite, never, beyond: failed + undefined };
        let beyond = runs.beyond;
        let worst = constraint.map(|(comparison, _)| over.worst(comparison));
        let counts = beyond > 0 && self.failed == FailedRuns::CountAsViolated;
        let mut counted_as_violated = 0;
        if let (true, true, Some(worst)) = (counts, over.takes_infinite(), worst) {
            runs = runs.counting(worst);
            counted_as_violated = beyond;
        }
        let refused = beyond > 0 && self.failed == FailedRuns::Refuse;
        let value = if refused { f64::NAN } else { runs.figure(over) };
        let judged = match worst {
            Some(worst) if counts => over.with_worst(value, worst),
            _ => value,
        };
        Ok(KpiResult {
            name: self.name.clone(),
            simulation,
            subset,
            runs: runs.sorted.len() as u64,
            failed,
            undefined,
            never,
            counted_as_violated,
            value,
            interval: if refused { None } else { runs.interval(over) },
            holds: constraint.map(|(comparison, bound)| comparison.holds(judged, bound)),
        })
    }
}
