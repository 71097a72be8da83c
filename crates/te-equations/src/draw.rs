//! Random numbers: the laws that a component can draw from.

mod sampler;

use crate::body::{Body, shortened, split};
use crate::fault::{Faults, hint};
use crate::tree::Tree;
use te_core::expression::{Expression, Term};
use te_core::{Distribution, StepError, Stream};

/// A law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Law {
    Uniform,
    Normal,
    LogNormal,
    Exponential,
    Triangular,
    Bernoulli,
    Poisson,
    Binomial,
    Gamma,
    Beta,
    Student,
    Pareto,
    Discrete,
    Empirical,
}

/// Names, and what the arguments are.
const LAWS: [(&str, Law, &[&str]); 13] = [
    ("uniform", Law::Uniform, &["low", "high"]),
    ("normal", Law::Normal, &["mean", "sd"]),
    ("lognormal", Law::LogNormal, &["mu", "sigma"]),
    ("exponential", Law::Exponential, &["rate"]),
    ("triangular", Law::Triangular, &["low", "mode", "high"]),
    ("bernoulli", Law::Bernoulli, &["p"]),
    ("poisson", Law::Poisson, &["mean"]),
    ("binomial", Law::Binomial, &["n", "p"]),
    ("gamma", Law::Gamma, &["shape", "scale"]),
    ("beta", Law::Beta, &["a", "b"]),
    ("student", Law::Student, &["degrees"]),
    ("pareto", Law::Pareto, &["least", "shape"]),
    ("discrete", Law::Discrete, &["x1", "w1", "x2", "w2", "…"]),
];

/// A draw that takes one of given values, each as likely.
const EMPIRICAL: &str = "empirical";

/// Reads `normal(0, sigma)`: the law, its text and the arguments.
pub(crate) fn read(
    tree: &Tree,
    tables: &[String],
    faults: &mut Faults,
    source: &str,
) -> Option<(Law, String, Vec<Body>)> {
    let names = LAWS.map(|(name, ..)| name);
    let all: Vec<&str> = names.into_iter().chain([EMPIRICAL]).collect();
    let Some(text) = tree.as_text() else {
        let message = format!("this is {}: a law is wanted, as in `normal(0, 0.1)`", tree.kind_name());
        faults.refuse(&tree.span, "TE0512", message);
        return None;
    };
    if text.trim() == EMPIRICAL {
        return Some((Law::Empirical, text.to_owned(), Vec::new()));
    }
    let is_function = |name: &str| names.contains(&name) || tables.iter().any(|table| table == name);
    let expression = match Expression::parse_with(text, &is_function) {
        Ok(expression) => expression,
        Err(error) => {
            let at = tree.character(source, error.column - 1);
            let written = text.split('(').next().unwrap_or_default().trim();
            let message = if error.message.starts_with("no function") {
                format!("no law `{}`{}", shortened(written), hint(written, all))
            } else {
                format!("in `{}`: {}", shortened(text), error.message)
            };
            faults.refuse(&(at..tree.span.end), "TE0512", message);
            return None;
        }
    };
    let pairs: Vec<(Term, usize)> =
        expression.terms().iter().cloned().zip(expression.places().iter().copied()).collect();
    let is_law = |term: &Term| match term {
        Term::Call(call) => LAWS.iter().find(|(name, ..)| *name == call.name),
        _ => None,
    };
    let (Some((last, _)), rest) =
        (pairs.last(), pairs.get(..pairs.len().saturating_sub(1)).unwrap_or_default())
    else {
        return None;
    };
    let law = is_law(last).filter(|_| !rest.iter().any(|(term, _)| is_law(term).is_some()));
    let Some((name, law, arguments)) = law else {
        let message = format!("`{}` is no law: a draw is one call, of {}", shortened(text), names.join(", "));
        faults.refuse(&tree.span, "TE0512", message);
        return None;
    };
    let fits = match law {
        Law::Discrete => last.takes() >= 4 && last.takes().is_multiple_of(2),
        _ => last.takes() == arguments.len(),
    };
    if !fits {
        let count = if *law == Law::Discrete {
            "values with their weights".to_owned()
        } else {
            arguments.len().to_string()
        };
        let message = format!("`{name}` takes {count}: {name}({})", arguments.join(", "));
        faults.refuse(&tree.span, "TE0512", message);
        return None;
    }
    let whole = Body::number(tree, 0.0).named(text);
    let arguments = split(&pairs).into_iter().map(|terms| whole.with(terms)).collect();
    Some((*law, text.to_owned(), arguments))
}

impl Law {
    /// One draw; `values` are those of an empirical one.
    ///
    /// # Errors
    /// [`StepError`] where the arguments are none of the law's.
    pub(crate) fn draw(
        self,
        arguments: &[f64],
        values: &[f64],
        stream: &mut Stream,
    ) -> Result<f64, StepError> {
        let wanted = |holds: bool, what: &'static str, value: f64, allowed: &'static str| {
            if holds { Ok(()) } else { Err(StepError::domain(what, value, allowed)) }
        };
        let of = |at: usize| arguments.get(at).copied().unwrap_or(f64::NAN);
        let (a, b, c) = (of(0), of(1), of(2));
        let law = match self {
            Self::Uniform => {
                wanted(a <= b, "upper end of a uniform draw", b, "at least the lower end")?;
                Distribution::Uniform { low: a, high: b }
            }
            Self::Normal => {
                check_normal(b)?;
                Distribution::Normal { mean: a, sd: b }
            }
            Self::LogNormal => {
                wanted(b >= 0.0, "sigma of a lognormal draw", b, "[0, inf)")?;
                Distribution::LogNormal { mu: a, sigma: b }
            }
            Self::Exponential => {
                wanted(a > 0.0, "rate of an exponential draw", a, "(0, inf)")?;
                Distribution::Exponential { rate: a }
            }
            Self::Triangular => {
                wanted(a <= b && b <= c, "mode of a triangular draw", b, "between its ends")?;
                Distribution::Triangular { low: a, mode: b, high: c }
            }
            Self::Bernoulli => {
                wanted((0.0..=1.0).contains(&a), "probability of a bernoulli draw", a, "[0, 1]")?;
                Distribution::Bernoulli { p: a }
            }
            Self::Poisson => return Ok(stream.poisson(a)?),
            Self::Binomial => {
                let counts = a.fract() == 0.0 && (0.0..=sampler::MOST).contains(&a);
                wanted(counts, "n of a binomial draw", a, "whole numbers from 0 to 1e15")?;
                wanted((0.0..=1.0).contains(&b), "p of a binomial draw", b, "[0, 1]")?;
                return Ok(sampler::binomial(a, b, stream));
            }
            Self::Gamma => {
                wanted(a > 0.0 && a.is_finite(), "shape of a gamma draw", a, "(0, inf)")?;
                wanted(b >= 0.0, "scale of a gamma draw", b, "[0, inf)")?;
                return Ok(b * sampler::gamma(a, stream));
            }
            Self::Beta => {
                wanted(a > 0.0 && a.is_finite(), "a of a beta draw", a, "(0, inf)")?;
                wanted(b > 0.0 && b.is_finite(), "b of a beta draw", b, "(0, inf)")?;
                return Ok(sampler::beta(a, b, stream));
            }
            Self::Student => {
                wanted(a > 0.0 && a.is_finite(), "degrees of freedom of a student draw", a, "(0, inf)")?;
                return Ok(sampler::student(a, stream));
            }
            Self::Pareto => {
                wanted(a > 0.0, "least value of a pareto draw", a, "(0, inf)")?;
                wanted(b > 0.0, "shape of a pareto draw", b, "(0, inf)")?;
                return Ok(sampler::pareto(a, b, stream));
            }
            Self::Discrete => {
                let weights = || arguments.iter().copied().skip(1).step_by(2);
                for weight in weights() {
                    wanted(weight >= 0.0, "a weight of a discrete draw", weight, "[0, inf)")?;
                }
                let sum: f64 = weights().sum();
                wanted(
                    sum > 0.0 && sum.is_finite(),
                    "sum of the weights of a discrete draw",
                    sum,
                    "(0, inf)",
                )?;
                return Ok(sampler::discrete(arguments, sum, stream));
            }
            Self::Empirical => return Ok(sampler::one_of(values, stream)),
        };
        Ok(law.draw(stream))
    }
}

/// A standard deviation must not be below 0.
///
/// # Errors
/// [`StepError`] where it is.
pub(crate) fn check_normal(sd: f64) -> Result<(), StepError> {
    if sd >= 0.0 {
        Ok(())
    } else {
        Err(StepError::domain("standard deviation of a normal draw", sd, "[0, inf)"))
    }
}
