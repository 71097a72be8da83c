//! Distributions of random parameters, drawn with basic operations only: the same bits on every platform.

use crate::declaration::param_kind::ParamKind;
use crate::declaration::value::Value;
use crate::numerics::stream::Stream;
use std::fmt;
use std::str::FromStr;
use te_math as math;

/// A distribution that a parameter is drawn from, once for every run.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Distribution {
    /// Uniform on [low, high).
    Uniform {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// Normal.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        sd: f64,
    },
    /// exp of a normal.
    LogNormal {
        /// Mean of the logarithm.
        mu: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// Exponential.
    Exponential {
        /// Rate, the inverse of the mean.
        rate: f64,
    },
    /// Triangular.
    Triangular {
        /// Lower end.
        low: f64,
        /// Most likely value.
        mode: f64,
        /// Upper end.
        high: f64,
    },
    /// 1 with this probability, else 0.
    Bernoulli {
        /// Probability of 1, which is `true` for a boolean parameter.
        p: f64,
    },
}

/// Whole numbers up to this size are floats without loss.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Distribution {
    /// One draw.
    pub fn draw(self, stream: &mut Stream) -> f64 {
        match self {
            Self::Uniform { low, high } => low + (high - low) * stream.uniform(),
            Self::Normal { mean, sd } => mean + sd * stream.normal(),
            Self::LogNormal { mu, sigma } => math::exp(mu + sigma * stream.normal()),
            Self::Exponential { rate } => -math::ln(1.0 - stream.uniform()) / rate,
            Self::Triangular { low, mode, high } => {
                let u = stream.uniform();
                let width = high - low;
                let split = if width > 0.0 { (mode - low) / width } else { 0.0 };
                if u < split {
                    low + (u * width * (mode - low)).sqrt()
                } else {
                    high - ((1.0 - u) * width * (high - mode)).sqrt()
                }
            }
            Self::Bernoulli { p } => f64::from(u8::from(stream.uniform() < p)),
        }
    }

    /// One draw of a parameter of this kind.
    ///
    /// An integer is uniform on the whole numbers from `low` to `high`, both included, and with other distributions the
    /// draw rounded to the nearest; a boolean is drawn by `bernoulli(p)`.
    pub(crate) fn draw_value(self, kind: &ParamKind, stream: &mut Stream) -> Value {
        match (kind, self) {
            (ParamKind::I64 | ParamKind::U64, Self::Uniform { low, high }) => {
                let slots = high - low + 1.0;
                whole((low + slots * stream.uniform()).floor().min(high))
            }
            (ParamKind::I64 | ParamKind::U64, _) => whole(self.draw(stream).round()),
            (ParamKind::Bool, _) => Value::Bool(self.draw(stream) != 0.0),
            _ => Value::F64(self.draw(stream)),
        }
    }

    /// What speaks against drawing a parameter of this kind from it.
    pub(crate) fn check_kind(self, kind: &ParamKind) -> Result<(), String> {
        let exact = |x: f64| x.fract() == 0.0 && x.abs() < EXACT;
        match (kind, self) {
            (ParamKind::I64 | ParamKind::U64, Self::Uniform { low, high })
                if !(exact(low) && exact(high)) =>
            {
                Err(format!(
                    "the parameter is {}: the ends of `{self}` must be whole numbers",
                    kind.describe()
                ))
            }
            (ParamKind::F64 | ParamKind::Decimal | ParamKind::I64 | ParamKind::U64, _)
            | (ParamKind::Bool, Self::Bernoulli { .. }) => Ok(()),
            (ParamKind::Bool, _) => Err(format!(
                "the parameter is true or false and cannot be drawn from `{self}`: write bernoulli(p)"
            )),
            _ => Err(format!(
                "the parameter is {} and cannot be drawn: only numbers and booleans can; sweep it over a list of values",
                kind.describe()
            )),
        }
    }

    /// The values between which all draws lie, where the distribution has such: they must be allowed. Floats that are drawn
    /// with no probability to speak of do not count.
    pub(crate) fn extremes(self, kind: &ParamKind) -> [Option<Value>; 2] {
        let (low, high) = match self {
            Self::Uniform { low, high } | Self::Triangular { low, high, .. } => (Some(low), Some(high)),
            Self::Bernoulli { .. } => (Some(0.0), Some(1.0)),
            // Single draws may be refused, and these runs fail.
            Self::Normal { .. } | Self::LogNormal { .. } | Self::Exponential { .. } => (None, None),
        };
        let value = |x: f64, inwards: f64| match kind {
            ParamKind::I64 | ParamKind::U64 => whole(x.round()),
            ParamKind::Bool => Value::Bool(x != 0.0),
            _ => Value::F64(inwards),
        };
        let single = low == high;
        [
            low.map(|x| value(x, if single { x } else { x.next_up() })),
            high.map(|x| value(x, if single { x } else { x.next_down() })),
        ]
    }
}

/// A whole float as an integer; one beyond integers stays a float, which is refused where it is set.
fn whole(x: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole, and below 2^53 in size")]
    if x.abs() < EXACT { Value::I64(x as i64) } else { Value::F64(x) }
}

impl fmt::Display for Distribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uniform { low, high } => write!(f, "uniform({low}, {high})"),
            Self::Normal { mean, sd } => write!(f, "normal({mean}, {sd})"),
            Self::LogNormal { mu, sigma } => write!(f, "lognormal({mu}, {sigma})"),
            Self::Exponential { rate } => write!(f, "exponential({rate})"),
            Self::Triangular { low, mode, high } => write!(f, "triangular({low}, {mode}, {high})"),
            Self::Bernoulli { p } => write!(f, "bernoulli({p})"),
        }
    }
}

/// A text that is no distribution.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a distribution: there are uniform(low, high), normal(mean, sd >= 0), lognormal(mu, sigma >= 0), \
     exponential(rate > 0), triangular(low, mode, high), bernoulli(0 <= p <= 1)"
)]
pub struct DistributionError {
    /// The text.
    pub text: String,
}

impl FromStr for Distribution {
    type Err = DistributionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || DistributionError { text: text.to_owned() };
        let (name, rest) = text.trim().split_once('(').ok_or_else(error)?;
        let inside = rest.strip_suffix(')').ok_or_else(error)?;
        let numbers: Vec<f64> =
            inside.split(',').map(|x| x.trim().parse()).collect::<Result<_, _>>().map_err(|_| error())?;
        if numbers.iter().any(|x| !x.is_finite()) {
            return Err(error());
        }
        match (name.trim(), numbers.as_slice()) {
            ("uniform", &[low, high]) if low <= high => Ok(Self::Uniform { low, high }),
            ("normal", &[mean, sd]) if sd >= 0.0 => Ok(Self::Normal { mean, sd }),
            ("lognormal", &[mu, sigma]) if sigma >= 0.0 => Ok(Self::LogNormal { mu, sigma }),
            ("exponential", &[rate]) if rate > 0.0 => Ok(Self::Exponential { rate }),
            ("triangular", &[low, mode, high]) if low <= mode && mode <= high => {
                Ok(Self::Triangular { low, mode, high })
            }
            ("bernoulli", &[p]) if (0.0..=1.0).contains(&p) => Ok(Self::Bernoulli { p }),
            _ => Err(error()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::stream::StreamKey;

    /// Means and deviations over 20,000 draws within 5 standard errors of the exact ones.
    #[test]
    fn moments() {
        let n = 20_000;
        for (text, mean, sd) in [
            ("uniform(-1, 3)", 1.0, 4.0 / 12.0_f64.sqrt()),
            ("normal(2, 0.5)", 2.0, 0.5),
            ("exponential(4)", 0.25, 0.25),
            ("triangular(0, 1, 5)", 2.0, (21.0_f64 / 18.0).sqrt()),
            ("lognormal(0, 0.25)", 1.0317434074991028, 0.26204951),
            ("bernoulli(0.2)", 0.2, 0.4),
        ] {
            let distribution: Distribution = text.parse().unwrap();
            assert_eq!(distribution.to_string(), text);
            let mut stream = Stream::new(StreamKey { seed: 3, run: 1, subset: None }, text);
            let draws: Vec<f64> = (0..n).map(|_| distribution.draw(&mut stream)).collect();
            let found = draws.iter().sum::<f64>() / f64::from(n);
            assert!(
                (found - mean).abs() < 5.0 * sd / f64::from(n).sqrt(),
                "{text}: mean {found}, expected {mean}"
            );
            let variance = draws.iter().map(|x| (x - found).powi(2)).sum::<f64>() / f64::from(n - 1);
            assert!((variance.sqrt() / sd - 1.0).abs() < 0.05, "{text}: sd {}", variance.sqrt());
        }
    }

    #[test]
    fn refusals() {
        for text in [
            "",
            "uniform",
            "uniform(1)",
            "uniform(2, 1)",
            "normal(0, -1)",
            "exponential(0)",
            "normal(nan, 1)",
            "bernoulli(1.1)",
        ] {
            assert!(text.parse::<Distribution>().is_err(), "{text}");
        }
    }
}
