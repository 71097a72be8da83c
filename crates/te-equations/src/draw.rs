//! Random numbers: the laws that a component can draw from.

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
}

/// Names, and what the arguments are.
const LAWS: [(&str, Law, &[&str]); 7] = [
    ("uniform", Law::Uniform, &["low", "high"]),
    ("normal", Law::Normal, &["mean", "sd"]),
    ("lognormal", Law::LogNormal, &["mu", "sigma"]),
    ("exponential", Law::Exponential, &["rate"]),
    ("triangular", Law::Triangular, &["low", "mode", "high"]),
    ("bernoulli", Law::Bernoulli, &["p"]),
    ("poisson", Law::Poisson, &["mean"]),
];

/// Reads `normal(0, sigma)`: the law, its text and the arguments.
pub(crate) fn read(
    tree: &Tree,
    tables: &[String],
    faults: &mut Faults,
    source: &str,
) -> Option<(Law, String, Vec<Body>)> {
    let names = LAWS.map(|(name, ..)| name);
    let Some(text) = tree.as_text() else {
        let message = format!("this is {}: a law is wanted, as in `normal(0, 0.1)`", tree.kind_name());
        faults.refuse(&tree.span, "TE0512", message);
        return None;
    };
    let is_function = |name: &str| names.contains(&name) || tables.iter().any(|table| table == name);
    let expression = match Expression::parse_with(text, &is_function) {
        Ok(expression) => expression,
        Err(error) => {
            let at = tree.character(source, error.column - 1);
            let written = text.split('(').next().unwrap_or_default().trim();
            let message = if error.message.starts_with("no function") {
                format!("no law `{}`{}", shortened(written), hint(written, names))
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
    if last.takes() != arguments.len() {
        let message = format!("`{name}` takes {}: {name}({})", arguments.len(), arguments.join(", "));
        faults.refuse(&tree.span, "TE0512", message);
        return None;
    }
    let whole = Body::number(tree, 0.0).named(text);
    let arguments = split(&pairs).into_iter().map(|terms| whole.with(terms)).collect();
    Some((*law, text.to_owned(), arguments))
}

impl Law {
    /// One draw.
    ///
    /// # Errors
    /// [`StepError`] where the arguments are none of the law's.
    pub(crate) fn draw(self, [a, b, c]: [f64; 3], stream: &mut Stream) -> Result<f64, StepError> {
        let wanted = |holds: bool, what: &'static str, value: f64, allowed: &'static str| {
            if holds { Ok(()) } else { Err(StepError::domain(what, value, allowed)) }
        };
        let law = match self {
            Self::Uniform => {
                wanted(a <= b, "upper end of a uniform draw", b, "at least the lower end")?;
                Distribution::Uniform { low: a, high: b }
            }
            Self::Normal => {
                wanted(b >= 0.0, "standard deviation of a normal draw", b, "[0, inf)")?;
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
        };
        Ok(law.draw(stream))
    }
}
