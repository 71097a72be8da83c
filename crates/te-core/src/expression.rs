//! Expressions over metrics: `company.treasury * commons.treasury`.
//!
//! Arithmetic (`+ - * / ^`), comparisons (1 where true, 0 where not), `and or not`, `min max abs sqrt exp ln`,
//! `if(condition, then, else)` and `lag(name, k)`, the value of a name `k` timesteps ago (its initial value before
//! that). An expression is parsed once, its names become slots when a system is built, and it is evaluated a
//! column of runs at a time.

#![expect(
    clippy::inline_always,
    reason = "inlined into each instruction set's copy of a kernel, or the kernel is not vectorised"
)]

mod lexer;
mod parser;
mod program;

use crate::math;
use crate::real::Real;

pub use parser::ExpressionError;
pub(crate) use program::{Program, Scratch};

/// A parsed expression, its names not yet resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    pub(crate) text: String,
    pub(crate) root: Term,
}

/// A part of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Term {
    Number(f64),
    /// A name and by how many timesteps it lags.
    Name(String, u32),
    Unary(Unary, Box<Term>),
    Binary(Binary, Box<Term>, Box<Term>),
    If(Box<Term>, Box<Term>, Box<Term>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unary {
    Negate,
    Not,
    Abs,
    Sqrt,
    Exp,
    Ln,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Min,
    Max,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    And,
    Or,
}

impl Expression {
    /// Parses an expression.
    ///
    /// # Errors
    /// [`ExpressionError`] with the position at which it cannot be understood.
    ///
    /// ```
    /// use te_core::Expression;
    /// let e = Expression::parse("curve.price * (curve.supply + 1) ^ 2")?;
    /// assert_eq!(e.names(), ["curve.price", "curve.supply"]);
    /// assert!(Expression::parse("1 +").is_err());
    /// # Ok::<(), te_core::ExpressionError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        parser::parse(text).map(|root| Self { text: text.to_owned(), root })
    }

    /// The text it was parsed from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names it reads, each once, in order of appearance.
    pub fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.root.visit(&mut |term| {
            if let Term::Name(name, _) = term
                && !names.contains(&name.as_str())
            {
                names.push(name.as_str());
            }
        });
        names
    }

    /// The name, where the whole expression is nothing but one.
    pub(crate) fn plain_name(&self) -> Option<&str> {
        match &self.root {
            Term::Name(name, 0) => Some(name),
            _ => None,
        }
    }

    /// Evaluates it once, with names read by `lookup`.
    pub fn evaluate(&self, lookup: &mut impl FnMut(&str, u32) -> f64) -> f64 {
        self.root.evaluate(lookup)
    }
}

impl Term {
    pub(crate) fn visit<'a>(&'a self, see: &mut impl FnMut(&'a Self)) {
        see(self);
        match self {
            Self::Number(_) | Self::Name(..) => {}
            Self::Unary(_, a) => a.visit(see),
            Self::Binary(_, a, b) => {
                a.visit(see);
                b.visit(see);
            }
            Self::If(a, b, c) => {
                a.visit(see);
                b.visit(see);
                c.visit(see);
            }
        }
    }

    fn evaluate(&self, lookup: &mut impl FnMut(&str, u32) -> f64) -> f64 {
        match self {
            Self::Number(x) => *x,
            Self::Name(name, lag) => lookup(name, *lag),
            Self::Unary(op, a) => op.apply(a.evaluate(lookup)),
            Self::Binary(op, a, b) => op.apply(a.evaluate(lookup), b.evaluate(lookup)),
            Self::If(c, a, b) => {
                let chosen = if c.evaluate(lookup) == 0.0 { b } else { a };
                chosen.evaluate(lookup)
            }
        }
    }
}

#[inline(always)]
fn truth(x: bool) -> f64 {
    f64::select(x, 1.0, 0.0)
}

/// The smaller; NaN where either is.
#[inline(always)]
fn smaller(a: f64, b: f64) -> f64 {
    f64::select((b < a) | b.is_nan(), b, a)
}

/// The larger; NaN where either is.
#[inline(always)]
fn larger(a: f64, b: f64) -> f64 {
    f64::select((b > a) | b.is_nan(), b, a)
}

impl Unary {
    pub(crate) fn apply(self, x: f64) -> f64 {
        let mut x = [x];
        self.apply_to(&mut x);
        x[0]
    }

    /// Of every value, in place. Each operation is a loop of its own, so that each becomes vector code.
    #[inline(always)]
    pub(crate) fn apply_to<const N: usize>(self, xs: &mut [f64; N]) {
        match self {
            Self::Negate => xs.iter_mut().for_each(|x| *x = -*x),
            Self::Not => xs.iter_mut().for_each(|x| *x = truth(*x == 0.0)),
            Self::Abs => xs.iter_mut().for_each(|x| *x = x.abs()),
            Self::Sqrt => xs.iter_mut().for_each(|x| *x = x.sqrt()),
            Self::Exp => xs.iter_mut().for_each(|x| *x = math::exp(*x)),
            Self::Ln => xs.iter_mut().for_each(|x| *x = math::ln(*x)),
        }
    }
}

impl Binary {
    pub(crate) fn apply(self, a: f64, b: f64) -> f64 {
        let mut x = [a];
        self.apply_to(&mut x, &[b]);
        x[0]
    }

    /// Of every pair, in place of the first.
    #[inline(always)]
    pub(crate) fn apply_to<const N: usize>(self, xs: &mut [f64; N], ys: &[f64; N]) {
        let pairs = xs.iter_mut().zip(ys);
        match self {
            Self::Add => pairs.for_each(|(a, b)| *a += *b),
            Self::Subtract => pairs.for_each(|(a, b)| *a -= *b),
            Self::Multiply => pairs.for_each(|(a, b)| *a *= *b),
            Self::Divide => pairs.for_each(|(a, b)| *a /= *b),
            Self::Power => pairs.for_each(|(a, b)| *a = math::pow(*a, *b)),
            Self::Min => pairs.for_each(|(a, b)| *a = smaller(*a, *b)),
            Self::Max => pairs.for_each(|(a, b)| *a = larger(*a, *b)),
            Self::Less => pairs.for_each(|(a, b)| *a = truth(*a < *b)),
            Self::LessEqual => pairs.for_each(|(a, b)| *a = truth(*a <= *b)),
            Self::Greater => pairs.for_each(|(a, b)| *a = truth(*a > *b)),
            Self::GreaterEqual => pairs.for_each(|(a, b)| *a = truth(*a >= *b)),
            Self::Equal => pairs.for_each(|(a, b)| *a = truth(*a == *b)),
            Self::NotEqual => pairs.for_each(|(a, b)| *a = truth(*a != *b)),
            Self::And => pairs.for_each(|(a, b)| *a = truth((*a != 0.0) & (*b != 0.0))),
            Self::Or => pairs.for_each(|(a, b)| *a = truth((*a != 0.0) | (*b != 0.0))),
        }
    }
}
