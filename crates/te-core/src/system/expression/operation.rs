//! Operations on one and on two values.

#![expect(
    clippy::inline_always,
    reason = "inlined into each instruction set's copy of a kernel, or the kernel is not vectorised"
)]

use te_math as math;

/// What is done with a function of one value. Each function is handed over by itself, so that a loop over it becomes vector
/// code.
pub(super) trait WithOne {
    type Done;

    fn with(self, f: impl Fn(f64) -> f64) -> Self::Done;
}

/// What is done with a function of two values.
pub(super) trait WithTwo {
    type Done;

    fn with(self, f: impl Fn(f64, f64) -> f64) -> Self::Done;
}

/// What is done with a function of three values.
pub(super) trait WithThree {
    type Done;

    fn with(self, f: impl Fn(f64, f64, f64) -> f64) -> Self::Done;
}

/// The value of one value, or of two.
struct Of<T>(T);

impl WithOne for Of<f64> {
    type Done = f64;

    fn with(self, f: impl Fn(f64) -> f64) -> f64 {
        f(self.0)
    }
}

impl WithTwo for Of<(f64, f64)> {
    type Done = f64;

    fn with(self, f: impl Fn(f64, f64) -> f64) -> f64 {
        f(self.0.0, self.0.1)
    }
}

/// An operation on one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unary {
    /// `-x`.
    Negate,
    /// `not x`.
    Not,
    /// `abs(x)`.
    Abs,
    /// `sign(x)`.
    Sign,
    /// `sqrt(x)`.
    Sqrt,
    /// `exp(x)`.
    Exp,
    /// `ln(x)`.
    Ln,
    /// `log10(x)`.
    Log10,
    /// `sin(x)`.
    Sin,
    /// `cos(x)`.
    Cos,
    /// `tan(x)`.
    Tan,
    /// `asin(x)`.
    Asin,
    /// `acos(x)`.
    Acos,
    /// `atan(x)`.
    Atan,
    /// `floor(x)`.
    Floor,
    /// `ceil(x)`.
    Ceil,
    /// `trunc(x)`.
    Trunc,
    /// `round(x)`: halves away from zero.
    Round,
}

/// An operation on two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Binary {
    /// `a + b`.
    Add,
    /// `a - b`.
    Subtract,
    /// `a * b`.
    Multiply,
    /// `a / b`.
    Divide,
    /// `a % b`, with the sign of `b`.
    Modulo,
    /// `a ^ b`.
    Power,
    /// `min(a, b)`.
    Min,
    /// `max(a, b)`.
    Max,
    /// `atan2(a, b)`.
    Atan2,
    /// `round(a, b)`: the nearest multiple of `b`.
    RoundTo,
    /// `a < b`.
    Less,
    /// `a <= b`.
    LessEqual,
    /// `a > b`.
    Greater,
    /// `a >= b`.
    GreaterEqual,
    /// `a == b`.
    Equal,
    /// `a != b`.
    NotEqual,
    /// `a and b`.
    And,
    /// `a or b`.
    Or,
}

/// 1, 0 or -1; NaN where `x` is.
#[inline(always)]
fn sign(x: f64) -> f64 {
    math::select(x > 0.0, 1.0, math::select(x < 0.0, -1.0, x))
}

/// The remainder that has the sign of the divisor. The platform's remainder is exact, so it has the same bits everywhere.
#[inline(always)]
pub(super) fn modulo(a: f64, b: f64) -> f64 {
    let rest = a % b;
    math::select((rest != 0.0) & ((rest < 0.0) != (b < 0.0)), rest + b, rest)
}

#[inline(always)]
fn truth(x: bool) -> f64 {
    math::select(x, 1.0, 0.0)
}

/// The smaller; NaN where either is.
#[inline(always)]
pub(super) fn smaller(a: f64, b: f64) -> f64 {
    math::select((b < a) | b.is_nan(), b, a)
}

/// The larger; NaN where either is.
#[inline(always)]
pub(super) fn larger(a: f64, b: f64) -> f64 {
    math::select((b > a) | b.is_nan(), b, a)
}

impl Unary {
    /// Of one value.
    pub fn apply(self, x: f64) -> f64 {
        self.hand_to(Of(x))
    }

    /// Does something with its function.
    #[inline(always)]
    pub(super) fn hand_to<W: WithOne>(self, work: W) -> W::Done {
        macro_rules! each {
            (|$x:ident| $value:expr) => {
                work.with(
                    #[inline(always)]
                    |$x| $value,
                )
            };
        }
        match self {
            Self::Negate => each!(|x| -x),
            Self::Not => each!(|x| truth(x == 0.0)),
            Self::Abs => each!(|x| x.abs()),
            Self::Sign => each!(|x| sign(x)),
            Self::Sqrt => each!(|x| x.sqrt()),
            Self::Exp => each!(|x| math::exp(x)),
            Self::Ln => each!(|x| math::ln(x)),
            Self::Log10 => each!(|x| math::log10(x)),
            Self::Sin => each!(|x| math::sin(x)),
            Self::Cos => each!(|x| math::cos(x)),
            Self::Tan => each!(|x| math::tan(x)),
            Self::Asin => each!(|x| math::asin(x)),
            Self::Acos => each!(|x| math::acos(x)),
            Self::Atan => each!(|x| math::atan(x)),
            Self::Floor => each!(|x| x.floor()),
            Self::Ceil => each!(|x| x.ceil()),
            Self::Trunc => each!(|x| x.trunc()),
            Self::Round => each!(|x| x.round()),
        }
    }
}

impl Binary {
    /// Of one pair.
    pub fn apply(self, a: f64, b: f64) -> f64 {
        self.hand_to(Of((a, b)))
    }

    /// Does something with its function.
    #[inline(always)]
    pub(super) fn hand_to<W: WithTwo>(self, work: W) -> W::Done {
        macro_rules! each {
            (|$a:ident, $b:ident| $value:expr) => {
                work.with(
                    #[inline(always)]
                    |$a, $b| $value,
                )
            };
        }
        match self {
            Self::Add => each!(|a, b| a + b),
            Self::Subtract => each!(|a, b| a - b),
            Self::Multiply => each!(|a, b| a * b),
            Self::Divide => each!(|a, b| a / b),
            Self::Modulo => each!(|a, b| modulo(a, b)),
            Self::Atan2 => each!(|a, b| math::atan2(a, b)),
            Self::RoundTo => each!(|a, b| (a / b).round() * b),
            Self::Power => each!(|a, b| math::pow(a, b)),
            Self::Min => each!(|a, b| smaller(a, b)),
            Self::Max => each!(|a, b| larger(a, b)),
            Self::Less => each!(|a, b| truth(a < b)),
            Self::LessEqual => each!(|a, b| truth(a <= b)),
            Self::Greater => each!(|a, b| truth(a > b)),
            Self::GreaterEqual => each!(|a, b| truth(a >= b)),
            Self::Equal => each!(|a, b| truth(a == b)),
            Self::NotEqual => each!(|a, b| truth(a != b)),
            Self::And => each!(|a, b| truth((a != 0.0) & (b != 0.0))),
            Self::Or => each!(|a, b| truth((a != 0.0) | (b != 0.0))),
        }
    }
}
