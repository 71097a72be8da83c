//! Sweeps: which parameter values each subset runs with, computed point by point when asked.

use crate::sampling::{LatinHypercube, sobol, uniform_point};
use crate::{ExperimentError, Value};

/// One swept parameter and the values it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Full name of the parameter: `curve.entry_tribute`.
    pub name: String,
    /// Values in order.
    pub values: Vec<Value>,
}

impl Axis {
    /// An axis over these values.
    pub fn new<V: Into<Value>>(name: impl Into<String>, values: impl IntoIterator<Item = V>) -> Self {
        Self { name: name.into(), values: values.into_iter().map(Into::into).collect() }
    }
}

/// One sampled parameter and the interval it is sampled from.
#[derive(Clone, Debug, PartialEq)]
pub struct Interval {
    /// Full name of the parameter.
    pub name: String,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// How subsets are made of axes.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Sweep {
    /// One subset with the parameters as they are.
    #[default]
    None,
    /// The k-th subset takes the k-th value of every axis; lengths must be equal.
    Zip(Vec<Axis>),
    /// As `Zip`, but a shorter axis repeats its last value, as cadCAD does.
    RepeatLast(Vec<Axis>),
    /// Every combination; the last axis varies fastest.
    Product(Vec<Axis>),
    /// Explicit points: a value for every name in every row.
    Points {
        /// Full names of the parameters.
        names: Vec<String>,
        /// One row for each subset.
        rows: Vec<Vec<Value>>,
    },
    /// Independent uniform points.
    Random {
        /// What is sampled.
        intervals: Vec<Interval>,
        /// How many subsets.
        count: u64,
        /// Seed of the sample, independent of the experiment's.
        seed: u64,
    },
    /// A Latin hypercube: each interval is cut into `count` cells and every cell is hit once.
    LatinHypercube {
        /// What is sampled.
        intervals: Vec<Interval>,
        /// How many subsets.
        count: u64,
        /// Seed of the sample.
        seed: u64,
    },
    /// The Sobol sequence from its first point, not scrambled.
    Sobol {
        /// What is sampled, at most [`crate::SOBOL_DIMENSIONS`].
        intervals: Vec<Interval>,
        /// How many subsets.
        count: u64,
    },
}

/// A sweep that was checked, with what its points need.
#[derive(Clone, Debug)]
pub(crate) struct Points<'s> {
    sweep: &'s Sweep,
    hypercube: Option<LatinHypercube>,
    count: u64,
}

impl Sweep {
    /// Names of the swept parameters, in order.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::None => Vec::new(),
            Self::Zip(axes) | Self::RepeatLast(axes) | Self::Product(axes) => {
                axes.iter().map(|a| a.name.as_str()).collect()
            }
            Self::Points { names, .. } => names.iter().map(String::as_str).collect(),
            Self::Random { intervals, .. }
            | Self::LatinHypercube { intervals, .. }
            | Self::Sobol { intervals, .. } => intervals.iter().map(|i| i.name.as_str()).collect(),
        }
    }

    /// Hands the values that the parameter of this position will take to `see`; of an interval its ends.
    pub(crate) fn each_value<E>(
        &self,
        axis: usize,
        mut see: impl FnMut(&Value) -> Result<(), E>,
    ) -> Result<(), E> {
        match self {
            Self::None => Ok(()),
            Self::Zip(axes) | Self::RepeatLast(axes) | Self::Product(axes) => {
                axes.get(axis).into_iter().flat_map(|a| &a.values).try_for_each(see)
            }
            Self::Points { rows, .. } => rows.iter().filter_map(|row| row.get(axis)).try_for_each(see),
            Self::Random { .. } | Self::LatinHypercube { .. } | Self::Sobol { .. } => {
                self.intervals().get(axis).map_or(Ok(()), |interval| {
                    see(&Value::F64(interval.low))?;
                    see(&Value::F64(interval.high))
                })
            }
        }
    }

    pub(crate) fn intervals(&self) -> &[Interval] {
        match self {
            Self::Random { intervals, .. }
            | Self::LatinHypercube { intervals, .. }
            | Self::Sobol { intervals, .. } => intervals,
            _ => &[],
        }
    }

    /// Checks lengths and counts, and prepares what points need.
    pub(crate) fn prepare(&self) -> Result<Points<'_>, ExperimentError> {
        let names = self.names();
        if let Some(name) = names.iter().enumerate().find(|(i, n)| names[..*i].contains(n)).map(|(_, n)| *n) {
            return Err(ExperimentError::SweptTwice { name: name.to_owned() });
        }
        if !matches!(self, Self::None) && names.is_empty() {
            return Err(ExperimentError::EmptySweep);
        }
        for interval in self.intervals() {
            if !(interval.low.is_finite() && interval.high.is_finite() && interval.low <= interval.high) {
                return Err(ExperimentError::Interval {
                    name: interval.name.clone(),
                    low: interval.low,
                    high: interval.high,
                });
            }
        }
        let mut hypercube = None;
        let count = match self {
            Self::None => 1,
            Self::Zip(axes) => {
                let lengths: Vec<_> = axes.iter().map(|a| (a.name.clone(), a.values.len())).collect();
                if lengths.windows(2).any(|pair| matches!(pair, [a, b] if a.1 != b.1)) {
                    return Err(ExperimentError::UnequalLengths { lengths });
                }
                lengths.first().map_or(0, |(_, n)| *n as u64)
            }
            Self::RepeatLast(axes) => axes.iter().map(|a| a.values.len() as u64).max().unwrap_or(0),
            Self::Product(axes) => {
                let product = axes.iter().try_fold(1_u64, |n, a| n.checked_mul(a.values.len() as u64));
                product.ok_or(ExperimentError::TooManyPoints)?
            }
            Self::Points { names, rows } => {
                if let Some(row) = rows.iter().position(|row| row.len() != names.len()) {
                    return Err(ExperimentError::PointLength { row, expected: names.len() });
                }
                rows.len() as u64
            }
            Self::Random { count, .. } => *count,
            Self::LatinHypercube { intervals, count, seed } => {
                hypercube = Some(LatinHypercube::new(intervals.len(), *count, *seed)?);
                *count
            }
            Self::Sobol { intervals, count } => {
                if intervals.len() > crate::SOBOL_DIMENSIONS {
                    return Err(ExperimentError::SobolDimensions { asked: intervals.len() });
                }
                *count
            }
        };
        let short = match self {
            Self::Zip(axes) | Self::RepeatLast(axes) | Self::Product(axes) => {
                axes.iter().find(|a| a.values.is_empty()).map(|a| a.name.clone())
            }
            _ => None,
        };
        if let Some(name) = short {
            return Err(ExperimentError::EmptyAxis { name });
        }
        if count == 0 {
            return Err(ExperimentError::EmptySweep);
        }
        Ok(Points { sweep: self, hypercube, count })
    }
}

impl Points<'_> {
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Hands the values of subset `index` to `see`, with their axes.
    pub(crate) fn visit(&self, index: u64, see: &mut impl FnMut(usize, &Value)) {
        fn at(values: &[Value], i: u64) -> Option<&Value> {
            values.get(usize::try_from(i).unwrap_or(usize::MAX))
        }
        match self.sweep {
            Sweep::None => {}
            Sweep::Zip(axes) => {
                for (axis, a) in axes.iter().enumerate() {
                    if let Some(v) = at(&a.values, index) {
                        see(axis, v);
                    }
                }
            }
            Sweep::RepeatLast(axes) => {
                for (axis, a) in axes.iter().enumerate() {
                    let last = a.values.len().saturating_sub(1) as u64;
                    if let Some(v) = at(&a.values, index.min(last)) {
                        see(axis, v);
                    }
                }
            }
            Sweep::Product(axes) => {
                // The last axis moves fastest.
                let mut rest = index;
                for (axis, a) in axes.iter().enumerate().rev() {
                    let count = a.values.len().max(1) as u64;
                    if let Some(v) = at(&a.values, rest % count) {
                        see(axis, v);
                    }
                    rest /= count;
                }
            }
            Sweep::Points { rows, .. } => {
                let row = rows.get(usize::try_from(index).unwrap_or(usize::MAX));
                row.into_iter().flatten().enumerate().for_each(|(axis, v)| see(axis, v));
            }
            Sweep::Random { intervals, seed, .. } => {
                for (axis, interval) in intervals.iter().enumerate() {
                    see(axis, &place(interval, uniform_point(*seed, index, &interval.name)));
                }
            }
            Sweep::LatinHypercube { intervals, .. } => {
                for (axis, interval) in intervals.iter().enumerate() {
                    let u = self.hypercube.as_ref().map_or(0.0, |h| h.coordinate(index, axis));
                    see(axis, &place(interval, u));
                }
            }
            Sweep::Sobol { intervals, .. } => {
                for (axis, interval) in intervals.iter().enumerate() {
                    see(axis, &place(interval, sobol(index, axis)));
                }
            }
        }
    }
}

/// The point of an interval at `u` in [0, 1).
fn place(interval: &Interval, u: f64) -> Value {
    // Written so that neither end is left by rounding.
    let x = interval.low * (1.0 - u) + interval.high * u;
    Value::F64(x.clamp(interval.low, interval.high))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(sweep: &Sweep) -> Vec<Vec<f64>> {
        let prepared = sweep.prepare().unwrap();
        (0..prepared.count())
            .map(|i| {
                let mut point = vec![f64::NAN; sweep.names().len()];
                prepared.visit(i, &mut |axis, v| point[axis] = v.number().unwrap());
                point
            })
            .collect()
    }

    #[test]
    fn modes_enumerate_as_named() {
        let axes = || vec![Axis::new("a", [1.0, 2.0]), Axis::new("b", [10.0, 20.0])];
        assert_eq!(points(&Sweep::Zip(axes())), [[1.0, 10.0], [2.0, 20.0]]);
        let product = points(&Sweep::Product(axes()));
        assert_eq!(product, [[1.0, 10.0], [1.0, 20.0], [2.0, 10.0], [2.0, 20.0]]);
        let uneven = vec![Axis::new("a", [1.0, 2.0, 3.0]), Axis::new("b", [10.0, 20.0])];
        assert_eq!(points(&Sweep::RepeatLast(uneven.clone())), [[1.0, 10.0], [2.0, 20.0], [3.0, 20.0]]);
        assert!(matches!(Sweep::Zip(uneven).prepare(), Err(ExperimentError::UnequalLengths { .. })));
    }

    #[test]
    fn a_billion_points_cost_nothing_until_asked() {
        let axis = |name: &str| Axis::new(name, (0..1000).map(f64::from));
        let sweep = Sweep::Product(vec![axis("a"), axis("b"), axis("c")]);
        let prepared = sweep.prepare().unwrap();
        assert_eq!(prepared.count(), 1_000_000_000);
        let mut last = [f64::NAN; 3];
        prepared.visit(999_999_998, &mut |axis, v| last[axis] = v.number().unwrap());
        assert_eq!(last, [999.0, 999.0, 998.0]);
    }

    #[test]
    fn samples_stay_inside_and_repeat() {
        let intervals = vec![
            Interval { name: "a".into(), low: -1.0, high: 1.0 },
            Interval { name: "b".into(), low: 3.0, high: 3.0 },
        ];
        let count = 50;
        for sweep in [
            Sweep::Random { intervals: intervals.clone(), count, seed: 1 },
            Sweep::LatinHypercube { intervals: intervals.clone(), count, seed: 1 },
            Sweep::Sobol { intervals: intervals.clone(), count },
        ] {
            let drawn = points(&sweep);
            assert!(drawn.iter().all(|p| (-1.0..1.0).contains(&p[0]) && p[1] == 3.0));
            assert_eq!(drawn, points(&sweep));
        }
    }

    #[test]
    fn a_latin_hypercube_hits_every_cell_once() {
        let intervals = vec![Interval { name: "a".into(), low: 0.0, high: 40.0 }];
        let mut cells: Vec<f64> = points(&Sweep::LatinHypercube { intervals, count: 40, seed: 9 })
            .into_iter()
            .map(|p| p[0].floor())
            .collect();
        cells.sort_by(f64::total_cmp);
        assert_eq!(cells, (0..40).map(f64::from).collect::<Vec<_>>());
    }
}
