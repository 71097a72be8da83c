//! The points of a sweep that was checked.

use super::{Sweep, number_of};
use crate::declaration::param_kind::ParamKind;
use crate::declaration::value::Value;
use crate::experiment::experiment_error::ExperimentError;
use crate::numerics::sampling::{LatinHypercube, SobolAxes, UniformAxes};
use std::sync::Arc;

/// A sweep that was checked, with what its points need. Nothing is held for a point.
#[derive(Debug)]
pub(crate) struct Points {
    sweep: Arc<Sweep>,
    sampler: Sampler,
    /// Kinds of the swept parameters, once they are known; floats before.
    kinds: Vec<ParamKind>,
    count: u64,
}

#[derive(Debug)]
enum Sampler {
    None,
    Uniform(UniformAxes),
    LatinHypercube(LatinHypercube),
    Sobol(SobolAxes),
}

impl Points {
    pub(crate) fn new(sweep: Arc<Sweep>) -> Result<Self, ExperimentError> {
        let count = sweep.count()?;
        let sampler = match &*sweep {
            Sweep::Random { axes, seed, .. } => {
                Sampler::Uniform(UniformAxes::new(*seed, axes.iter().map(|a| format!("sweep.{}", a.name))))
            }
            Sweep::LatinHypercube { axes, count, seed } => {
                let too_many =
                    |most| ExperimentError::HypercubePoints { asked: *count, axes: axes.len(), most };
                Sampler::LatinHypercube(LatinHypercube::new(axes.len(), *count, *seed).map_err(too_many)?)
            }
            Sweep::Sobol { axes, .. } => Sampler::Sobol(SobolAxes::new(axes.len())),
            _ => Sampler::None,
        };
        let kinds = vec![ParamKind::F64; sweep.names().len()];
        Ok(Self { sweep, sampler, kinds, count })
    }

    /// Tells the kind of the parameter of an axis: samples are of its kind.
    pub(crate) fn set_kind(&mut self, axis: usize, kind: ParamKind) {
        if let Some(own) = self.kinds.get_mut(axis) {
            *own = kind;
        }
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Hands the values of subset `index` to `see`, with their axes.
    pub(crate) fn visit(&self, index: u64, see: &mut impl FnMut(usize, &Value)) {
        fn at(values: &[Value], i: u64) -> Option<&Value> {
            values.get(usize::try_from(i).unwrap_or(usize::MAX))
        }
        match &*self.sweep {
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
            Sweep::Numbers { names, values } => {
                let first = usize::try_from(index).unwrap_or(usize::MAX).saturating_mul(names.len());
                let row = values.get(first..).unwrap_or_default().iter();
                for (axis, (x, kind)) in row.zip(&self.kinds).enumerate() {
                    see(axis, &number_of(*x, kind));
                }
            }
            Sweep::Random { axes, .. } | Sweep::LatinHypercube { axes, .. } | Sweep::Sobol { axes, .. } => {
                for (axis, (sampled, kind)) in axes.iter().zip(&self.kinds).enumerate() {
                    let u = match &self.sampler {
                        Sampler::None => 0.0,
                        Sampler::Uniform(uniform) => uniform.coordinate(index, axis),
                        Sampler::LatinHypercube(hypercube) => hypercube.coordinate(index, axis),
                        Sampler::Sobol(sobol) => sobol.coordinate(index, axis),
                    };
                    see(axis, &sampled.from.at(u, kind));
                }
            }
        }
    }
}
