//! Axes: a parameter and the values that it takes, listed or spread over a range.

use crate::declaration::value::Value;
use crate::experiment::experiment_error::ExperimentError;
use te_math as math;

/// One swept parameter and the values it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Full name of the parameter: `curve.entry_tribute`.
    pub name: String,
    /// Values in order: numbers, booleans, names of a choice, lists.
    pub values: Vec<Value>,
}

/// How the values of a range are spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Equal differences.
    #[default]
    Linear,
    /// Equal ratios; both ends are above 0.
    Log,
}

/// Values of one range, at most.
pub const RANGE_POINTS: u64 = 1 << 20;

/// Digits after the first that the inner values of a range are rounded to.
const DIGITS: usize = 11;

impl Axis {
    /// An axis over these values.
    pub fn new<V: Into<Value>>(name: impl Into<String>, values: impl IntoIterator<Item = V>) -> Self {
        Self { name: name.into(), values: values.into_iter().map(Into::into).collect() }
    }

    /// An axis of `points` values from `from` to `to`, both included, in either order.
    ///
    /// On a linear scale value k of n is `from + (to - from) k / (n - 1)`, on a logarithmic one
    /// `from (to / from)^(k / (n - 1))`. Inner values are rounded to 12 significant digits, so that decades and tenths are
    /// what they are called; the ends are exact.
    ///
    /// ```
    /// use te_core::{Axis, Scale, Value};
    /// let fees = Axis::range("pool.fee", 0.001, 1.0, 4, Scale::Log)?;
    /// assert_eq!(fees.values, [0.001, 0.01, 0.1, 1.0].map(Value::F64));
    /// let tenths = Axis::range("pool.fee", 0.0, 1.0, 11, Scale::Linear)?;
    /// assert_eq!(tenths.values[3], Value::F64(0.3));
    /// # Ok::<(), te_core::ExperimentError>(())
    /// ```
    ///
    /// # Errors
    /// [`ExperimentError::AxisRange`] where an end is not finite, there are fewer than 2 values or more than
    /// [`RANGE_POINTS`], or an end of a logarithmic range is not above 0.
    pub fn range(
        name: impl Into<String>,
        from: f64,
        to: f64,
        points: u64,
        scale: Scale,
    ) -> Result<Self, ExperimentError> {
        let name = name.into();
        let refuse = |message: String| ExperimentError::AxisRange { name: name.clone(), message };
        if !(from.is_finite() && to.is_finite()) {
            return Err(refuse(format!("its ends are {from} and {to}: they must be finite")));
        }
        if !(2..=RANGE_POINTS).contains(&points) {
            return Err(refuse(format!("it has {points} points: allowed are 2 to {RANGE_POINTS}")));
        }
        if scale == Scale::Log && !(from > 0.0 && to > 0.0) {
            return Err(refuse(format!(
                "its ends are {from} and {to}: on a logarithmic scale they must be above 0"
            )));
        }
        let last = points - 1;
        let value = |k: u64| match k {
            0 => from,
            k if k == last => to,
            k => {
                let u = k as f64 / last as f64;
                let x = match scale {
                    Scale::Linear => from * (1.0 - u) + to * u,
                    Scale::Log => math::exp(math::ln(from) * (1.0 - u) + math::ln(to) * u),
                };
                rounded(x).clamp(from.min(to), from.max(to))
            }
        };
        Ok(Self { values: (0..points).map(|k| Value::F64(value(k))).collect(), name })
    }
}

/// A finite number rounded to 12 significant digits.
fn rounded(x: f64) -> f64 {
    format!("{x:.DIGITS$e}").parse().unwrap_or(x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Computed with 50 digits by Python's `decimal`.
    #[test]
    fn a_logarithmic_range_has_equal_ratios() {
        let axis = Axis::range("a.b", 0.001, 0.05, 10, Scale::Log).unwrap();
        let expected = [
            0.001,
            0.001544452104946379,
            0.0023853323044733007,
            0.0036840314986403867,
            0.005689810202763908,
            0.008787639344404102,
            0.013572088082974533,
            0.020961440008267683,
            0.03237394014347627,
            0.05,
        ];
        for (value, expected) in axis.values.iter().zip(expected) {
            let value = value.number().unwrap();
            assert!((value / expected - 1.0).abs() < 1e-11, "{value} {expected}");
        }
    }

    proptest! {
        #[test]
        fn a_range_goes_from_end_to_end_without_turning(
            from in 1e-9..1e9, to in 1e-9..1e9, points in 2_u64..50, log in any::<bool>(),
        ) {
            let scale = if log { Scale::Log } else { Scale::Linear };
            let values: Vec<f64> =
                Axis::range("a.b", from, to, points, scale).unwrap().values.iter().filter_map(Value::number).collect();
            prop_assert_eq!(values.len() as u64, points);
            prop_assert_eq!((values[0], values[values.len() - 1]), (from, to));
            let ordered = values.windows(2).all(|w| if from <= to { w[0] <= w[1] } else { w[0] >= w[1] });
            prop_assert!(ordered, "{values:?}");
        }
    }

    #[test]
    fn ranges_that_are_none_are_refused() {
        for (from, to, points, scale, said) in [
            (f64::NAN, 1.0, 3, Scale::Linear, "must be finite"),
            (0.0, 1.0, 1, Scale::Linear, "allowed are 2 to"),
            (0.0, 1.0, (1 << 20) + 1, Scale::Linear, "allowed are 2 to 1048576"),
            (0.0, 1.0, u64::MAX, Scale::Linear, "allowed are 2 to"),
            (0.0, 1.0, 3, Scale::Log, "must be above 0"),
            (1.0, -1.0, 3, Scale::Log, "must be above 0"),
        ] {
            let error = Axis::range("pool.fee", from, to, points, scale).unwrap_err();
            assert_eq!(error.code(), "TE0108");
            assert!(error.to_string().contains("`pool.fee`") && error.to_string().contains(said), "{error}");
        }
    }
}
