//! What a parameter is sampled from: an interval or a set of values, by the kind of the parameter.

use crate::declaration::param_kind::ParamKind;
use crate::declaration::value::Value;
use crate::experiment::experiment_error::ExperimentError;
use te_math as math;

/// A parameter and an interval of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Interval {
    /// Full name of the parameter.
    pub name: String,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// One sampled parameter and what it is sampled from.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampled {
    /// Full name of the parameter.
    pub name: String,
    /// What it is sampled from.
    pub from: Domain,
}

/// What a sampled parameter takes its values from. `u` in [0, 1) is the coordinate of a point.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Domain {
    /// Floats and decimals: `low (1 - u) + high u`. Integers: `floor(low + u (high - low + 1))`, so that both ends are among
    /// the values and each is as likely.
    Interval {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// As an interval, but the logarithm is spread evenly; `low` is above 0. Integers: the whole part of a value between
    /// `low` and `high + 1`.
    LogInterval {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// These values, each for an equal slice of u: choices, booleans, numbers of any kind.
    Values(Vec<Value>),
}

/// Whole numbers up to this size are floats without loss.
pub(super) const EXACT: f64 = 9_007_199_254_740_992.0;

impl Sampled {
    /// A parameter over an interval.
    pub fn interval(name: impl Into<String>, low: f64, high: f64) -> Self {
        Self { name: name.into(), from: Domain::Interval { low, high } }
    }

    /// A parameter over an interval of its logarithm.
    pub fn log_interval(name: impl Into<String>, low: f64, high: f64) -> Self {
        Self { name: name.into(), from: Domain::LogInterval { low, high } }
    }

    /// A parameter over values, such as the names of a choice.
    pub fn values<V: Into<Value>>(name: impl Into<String>, values: impl IntoIterator<Item = V>) -> Self {
        Self { name: name.into(), from: Domain::Values(values.into_iter().map(Into::into).collect()) }
    }

    /// Refuses ends that are none, whatever the parameter's kind.
    pub(super) fn check(&self) -> Result<(), ExperimentError> {
        match self.from {
            Domain::Interval { low, high } | Domain::LogInterval { low, high }
                if !(low.is_finite() && high.is_finite() && low <= high) =>
            {
                Err(ExperimentError::Interval { name: self.name.clone(), low, high })
            }
            Domain::LogInterval { low, high } if low <= 0.0 => Err(ExperimentError::AxisRange {
                name: self.name.clone(),
                message: format!(
                    "its ends are {low} and {high}: on a logarithmic scale they must be above 0"
                ),
            }),
            Domain::Values(ref values) if values.is_empty() => {
                Err(ExperimentError::EmptyAxis { name: self.name.clone() })
            }
            _ => Ok(()),
        }
    }

    /// Refuses what the parameter's kind cannot be sampled from.
    pub(crate) fn check_kind(&self, kind: &ParamKind) -> Result<(), ExperimentError> {
        let (Domain::Interval { low, high } | Domain::LogInterval { low, high }) = self.from else {
            return Ok(());
        };
        let whole = |x: f64| x.fract() == 0.0 && x.abs() < EXACT;
        match kind {
            ParamKind::F64 | ParamKind::Decimal => Ok(()),
            ParamKind::I64 | ParamKind::U64 if whole(low) && whole(high) => Ok(()),
            ParamKind::I64 | ParamKind::U64 => Err(ExperimentError::AxisRange {
                name: self.name.clone(),
                message: format!(
                    "its ends are {low} and {high}: the parameter is {}, so they must be whole numbers below 2^53 in size",
                    kind.describe()
                ),
            }),
            _ => Err(ExperimentError::AxisRange {
                name: self.name.clone(),
                message: format!(
                    "the parameter is {}: an interval is for numbers; list the values that it shall take",
                    kind.describe()
                ),
            }),
        }
    }
}

impl From<Interval> for Sampled {
    fn from(interval: Interval) -> Self {
        Self::interval(interval.name, interval.low, interval.high)
    }
}

impl Domain {
    /// Hands the values between which all samples lie to `see`: the ends of an interval, or every value.
    pub(super) fn each_value<E>(
        &self,
        kind: &ParamKind,
        mut see: impl FnMut(&Value) -> Result<(), E>,
    ) -> Result<(), E> {
        match self {
            Self::Interval { .. } | Self::LogInterval { .. } => {
                see(&self.at(0.0, kind))?;
                see(&self.at(1.0, kind))
            }
            Self::Values(values) => values.iter().try_for_each(see),
        }
    }

    /// The value at `u` in `[0, 1]`.
    pub(super) fn at(&self, u: f64, kind: &ParamKind) -> Value {
        let is_whole = matches!(kind, ParamKind::I64 | ParamKind::U64);
        match self {
            Self::Interval { low, high } if is_whole => whole(low + u * (high - low + 1.0), *low, *high),
            Self::LogInterval { low, high } if is_whole => {
                whole(between_logs(*low, high + 1.0, u), *low, *high)
            }
            // Written so that neither end is left by rounding.
            Self::Interval { low, high } => Value::F64((low * (1.0 - u) + high * u).clamp(*low, *high)),
            Self::LogInterval { low, high } => Value::F64(between_logs(*low, *high, u).clamp(*low, *high)),
            Self::Values(values) => {
                let last = values.len().saturating_sub(1);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "u is in [0, 1], so that the product lies between 0 and the number of values"
                )]
                let slice = (u * values.len() as f64) as usize;
                // There is one: an empty set was refused.
                values.get(slice.min(last)).cloned().unwrap_or(Value::Bool(false))
            }
        }
    }
}

/// The number whose logarithm is at `u` between those of the ends.
fn between_logs(low: f64, high: f64, u: f64) -> f64 {
    math::exp(math::ln(low) * (1.0 - u) + math::ln(high) * u)
}

/// The whole part of `x`, between two whole numbers below 2^53 in size.
fn whole(x: f64, low: f64, high: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole, and below 2^53 in size")]
    Value::I64(x.floor().clamp(low, high) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Every whole number of an interval owns an equal slice of [0, 1).
        #[test]
        fn whole_numbers_are_as_likely(low in -50_i32..50, width in 0_i32..40, u in 0.0..1.0_f64) {
            let domain = Domain::Interval { low: f64::from(low), high: f64::from(low + width) };
            let Value::I64(x) = domain.at(u, &ParamKind::I64) else { panic!("no integer") };
            let place = (x - i64::from(low)) as f64;
            let slices = f64::from(width + 1);
            prop_assert!(place / slices <= u + 1e-12 && u < (place + 1.0) / slices + 1e-12, "{x} at {u}");
        }

        #[test]
        fn samples_stay_in_their_domain(low in 1e-3..1e3_f64, factor in 1.0..1e3_f64, u in 0.0..1.0_f64) {
            let high = low * factor;
            for domain in [Domain::Interval { low, high }, Domain::LogInterval { low, high }] {
                let x = domain.at(u, &ParamKind::F64).number().unwrap();
                prop_assert!((low..=high).contains(&x));
            }
        }
    }

    #[test]
    fn choices_have_equal_slices() {
        let domain = Domain::Values(vec!["a".into(), "b".into(), "c".into()]);
        let at =
            |u| domain.at(u, &ParamKind::Choice(["a", "b", "c"].map(Into::into).to_vec().into())).to_string();
        assert_eq!(
            [at(0.0), at(0.333), at(0.334), at(0.666), at(0.667), at(1.0)],
            ["a", "a", "b", "b", "c", "c"]
        );
    }

    #[test]
    fn the_middle_of_a_logarithmic_interval_is_the_geometric_mean() {
        let domain = Domain::LogInterval { low: 0.01, high: 100.0 };
        let middle = domain.at(0.5, &ParamKind::F64).number().unwrap();
        assert!((middle - 1.0).abs() < 1e-14, "{middle}");
    }
}
