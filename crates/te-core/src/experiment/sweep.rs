//! Sweeps: which parameter values each subset runs with, computed point by point when asked.

mod axis;
mod domain;
mod points;

use crate::declaration::param_kind::ParamKind;
use crate::declaration::value::Value;
use crate::experiment::experiment_error::ExperimentError;

pub use axis::{Axis, RANGE_POINTS, Scale};
use domain::EXACT;
pub use domain::{Domain, Interval, Sampled};
pub(crate) use points::Points;

/// How subsets are made of axes.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Sweep {
    /// One subset with the parameters as they are.
    #[default]
    None,
    /// The k-th subset takes the k-th value of every axis; lengths must be equal.
    Zip(Vec<Axis>),
    /// As `Zip`, but a shorter axis repeats its last value, as radCAD does. cadCAD refuses axes of unequal lengths.
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
    /// Explicit points of numbers, row after row in one list: as [`Sweep::Points`], for searches with many of them. Parameters
    /// that are whole numbers take whole numbers, booleans 0 and 1.
    Numbers {
        /// Full names of the parameters.
        names: Vec<String>,
        /// The values of the first subset, of the second, and so on.
        values: Vec<f64>,
    },
    /// Independent uniform points.
    Random {
        /// What is sampled.
        axes: Vec<Sampled>,
        /// How many subsets.
        count: u64,
        /// Seed of the sample, independent of the experiment's.
        seed: u64,
    },
    /// A Latin hypercube: each axis is cut into `count` cells and every cell is hit once.
    LatinHypercube {
        /// What is sampled.
        axes: Vec<Sampled>,
        /// How many subsets: with the number of axes at most 2^28.
        count: u64,
        /// Seed of the sample.
        seed: u64,
    },
    /// The Sobol sequence from its first point, not scrambled.
    Sobol {
        /// What is sampled, at most [`crate::SOBOL_DIMENSIONS`].
        axes: Vec<Sampled>,
        /// How many subsets, at most 2^52.
        count: u64,
    },
}

impl Sweep {
    /// Names of the swept parameters, in order.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::None => Vec::new(),
            Self::Zip(axes) | Self::RepeatLast(axes) | Self::Product(axes) => {
                axes.iter().map(|a| a.name.as_str()).collect()
            }
            Self::Points { names, .. } | Self::Numbers { names, .. } => {
                names.iter().map(String::as_str).collect()
            }
            Self::Random { axes, .. } | Self::LatinHypercube { axes, .. } | Self::Sobol { axes, .. } => {
                axes.iter().map(|a| a.name.as_str()).collect()
            }
        }
    }

    /// Hands the values that the parameter of this position and kind will take to `see`; of an interval its ends.
    pub(crate) fn each_value<E>(
        &self,
        axis: usize,
        kind: &ParamKind,
        mut see: impl FnMut(&Value) -> Result<(), E>,
    ) -> Result<(), E> {
        match self {
            Self::None => Ok(()),
            Self::Zip(axes) | Self::RepeatLast(axes) | Self::Product(axes) => {
                axes.get(axis).into_iter().flat_map(|a| &a.values).try_for_each(see)
            }
            Self::Points { rows, .. } => rows.iter().filter_map(|row| row.get(axis)).try_for_each(see),
            Self::Numbers { names, values } => {
                let values = values.iter().skip(axis).step_by(names.len().max(1));
                values.map(|x| number_of(*x, kind)).try_for_each(|value| see(&value))
            }
            Self::Random { .. } | Self::LatinHypercube { .. } | Self::Sobol { .. } => {
                self.sampled().get(axis).map_or(Ok(()), |sampled| sampled.from.each_value(kind, see))
            }
        }
    }

    /// What is sampled, where the sweep is a sample.
    pub fn sampled(&self) -> &[Sampled] {
        match self {
            Self::Random { axes, .. } | Self::LatinHypercube { axes, .. } | Self::Sobol { axes, .. } => axes,
            _ => &[],
        }
    }

    /// Checks lengths and counts: how many points there are.
    fn count(&self) -> Result<u64, ExperimentError> {
        let names = self.names();
        if let Some(name) = names.iter().enumerate().find(|(i, n)| names[..*i].contains(n)).map(|(_, n)| *n) {
            return Err(ExperimentError::SweptTwice { name: name.to_owned() });
        }
        if !matches!(self, Self::None) && names.is_empty() {
            return Err(ExperimentError::EmptySweep);
        }
        self.sampled().iter().try_for_each(Sampled::check)?;
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
            Self::Numbers { names, values } => {
                let (rows, rest) = (values.len() / names.len(), values.len() % names.len());
                if rest != 0 {
                    return Err(ExperimentError::PointLength { row: rows, expected: names.len() });
                }
                rows as u64
            }
            Self::Random { count, .. } | Self::LatinHypercube { count, .. } => *count,
            Self::Sobol { axes, count } => {
                if axes.len() > crate::numerics::sampling::SOBOL_DIMENSIONS {
                    return Err(ExperimentError::SobolDimensions { asked: axes.len() });
                }
                if *count > crate::numerics::sampling::SOBOL_POINTS {
                    return Err(ExperimentError::TooManyPoints);
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
        Ok(count)
    }
}

/// A number as a value of a parameter of this kind; a float where the kind has no such number.
fn number_of(x: f64, kind: &ParamKind) -> Value {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and small enough")]
    match kind {
        ParamKind::I64 | ParamKind::U64 if x.fract() != 0.0 || x.abs() >= EXACT => Value::F64(x),
        ParamKind::I64 => Value::I64(x as i64),
        ParamKind::U64 if x >= 0.0 => Value::U64(x as u64),
        ParamKind::Bool if x == 0.0 || x == 1.0 => Value::Bool(x == 1.0),
        _ => Value::F64(x),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn prepare(sweep: &Sweep) -> Result<Points, ExperimentError> {
        Points::new(Arc::new(sweep.clone()))
    }

    fn points(sweep: &Sweep) -> Vec<Vec<f64>> {
        let prepared = prepare(sweep).unwrap();
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
        assert!(matches!(prepare(&Sweep::Zip(uneven)), Err(ExperimentError::UnequalLengths { .. })));
    }

    #[test]
    fn numbers_are_points() {
        let names = vec!["a".to_owned(), "b".to_owned()];
        let numbers = |values: &[f64]| Sweep::Numbers { names: names.clone(), values: values.to_vec() };
        assert_eq!(points(&numbers(&[1.0, 10.0, 2.0, 20.0])), [[1.0, 10.0], [2.0, 20.0]]);
        let short = prepare(&numbers(&[1.0, 10.0, 2.0])).unwrap_err();
        assert!(matches!(short, ExperimentError::PointLength { row: 1, expected: 2 }), "{short}");
        assert!(matches!(prepare(&numbers(&[])), Err(ExperimentError::EmptySweep)));
        assert_eq!(number_of(3.0, &ParamKind::U64), Value::U64(3));
        assert_eq!(number_of(-3.0, &ParamKind::U64), Value::F64(-3.0));
        assert_eq!(number_of(-3.0, &ParamKind::I64), Value::I64(-3));
        assert_eq!(number_of(0.5, &ParamKind::I64), Value::F64(0.5));
        assert_eq!(number_of(1.0, &ParamKind::Bool), Value::Bool(true));
        assert_eq!(number_of(2.0, &ParamKind::Bool), Value::F64(2.0));
    }

    #[test]
    fn a_billion_points_cost_nothing_until_asked() {
        let axis = |name: &str| Axis::new(name, (0..1000).map(f64::from));
        let sweep = Sweep::Product(vec![axis("a"), axis("b"), axis("c")]);
        let prepared = prepare(&sweep).unwrap();
        assert_eq!(prepared.count(), 1_000_000_000);
        let mut last = [f64::NAN; 3];
        prepared.visit(999_999_998, &mut |axis, v| last[axis] = v.number().unwrap());
        assert_eq!(last, [999.0, 999.0, 998.0]);
    }

    #[test]
    fn samples_stay_inside_and_repeat() {
        let axes = vec![Sampled::interval("a", -1.0, 1.0), Sampled::interval("b", 3.0, 3.0)];
        let count = 50;
        for sweep in [
            Sweep::Random { axes: axes.clone(), count, seed: 1 },
            Sweep::LatinHypercube { axes: axes.clone(), count, seed: 1 },
            Sweep::Sobol { axes: axes.clone(), count },
        ] {
            let drawn = points(&sweep);
            assert!(drawn.iter().all(|p| (-1.0..1.0).contains(&p[0]) && p[1] == 3.0));
            assert_eq!(drawn, points(&sweep));
        }
    }

    #[test]
    fn a_latin_hypercube_hits_every_cell_once() {
        let axes = vec![Sampled::interval("a", 0.0, 40.0)];
        let mut cells: Vec<f64> = points(&Sweep::LatinHypercube { axes, count: 40, seed: 9 })
            .into_iter()
            .map(|p| p[0].floor())
            .collect();
        cells.sort_by(f64::total_cmp);
        assert_eq!(cells, (0..40).map(f64::from).collect::<Vec<_>>());
    }

    /// Only points that are asked for cost memory; what cannot be numbered or held is refused.
    #[test]
    fn large_samples_cost_nothing_until_asked_and_are_bounded() {
        let axes = vec![Sampled::interval("a", 0.0, 1.0)];
        let hypercube = |count| prepare(&Sweep::LatinHypercube { axes: axes.clone(), count, seed: 1 });
        assert_eq!(hypercube(200_000_000).unwrap().count(), 200_000_000);
        for count in [4_000_000_000, u64::MAX] {
            let error = hypercube(count).unwrap_err();
            assert_eq!(error.code(), "TE0109");
            assert!(error.to_string().contains("sobol"), "{error}");
        }
        let sobol = Sweep::Sobol { axes: axes.clone(), count: u64::MAX };
        assert!(matches!(prepare(&sobol), Err(ExperimentError::TooManyPoints)));
        let random = prepare(&Sweep::Random { axes, count: u64::MAX, seed: 1 }).unwrap();
        random.visit(u64::MAX - 1, &mut |_, v| assert!((0.0..1.0).contains(&v.number().unwrap())));
    }
}
