//! Functions that every expression can call: how many arguments they take, and the terms that they become.

use super::{Binary, Call, Term, Unary};

/// A function whose arguments are expressions.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Function {
    Unary(Unary),
    Pair(Binary),
    /// A function of two or more: of the first two, of that and the third, and so on.
    Fold(Binary),
    Clamp,
    /// Of one, or to a multiple of the second.
    Round,
    If,
    Case,
    Ratio,
    /// One of the reader's own.
    Other(String),
}

impl Function {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "abs" => Self::Unary(Unary::Abs),
            "sign" => Self::Unary(Unary::Sign),
            "sqrt" => Self::Unary(Unary::Sqrt),
            "exp" => Self::Unary(Unary::Exp),
            "ln" => Self::Unary(Unary::Ln),
            "log10" => Self::Unary(Unary::Log10),
            "sin" => Self::Unary(Unary::Sin),
            "cos" => Self::Unary(Unary::Cos),
            "tan" => Self::Unary(Unary::Tan),
            "asin" => Self::Unary(Unary::Asin),
            "acos" => Self::Unary(Unary::Acos),
            "atan" => Self::Unary(Unary::Atan),
            "atan2" => Self::Pair(Binary::Atan2),
            "floor" => Self::Unary(Unary::Floor),
            "ceil" => Self::Unary(Unary::Ceil),
            "trunc" => Self::Unary(Unary::Trunc),
            "round" => Self::Round,
            "min" => Self::Fold(Binary::Min),
            "max" => Self::Fold(Binary::Max),
            "clamp" => Self::Clamp,
            "if" => Self::If,
            "case" => Self::Case,
            "ratio" => Self::Ratio,
            _ => return None,
        })
    }

    /// Whether it can have more arguments than these.
    pub(super) fn goes_on(&self, arguments: usize) -> bool {
        match self {
            Self::Unary(_) => false,
            Self::Round | Self::Pair(_) => arguments < 2,
            Self::Clamp | Self::If | Self::Ratio => arguments < 3,
            Self::Fold(_) | Self::Case | Self::Other(_) => true,
        }
    }

    pub(super) fn takes(&self, arguments: usize) -> bool {
        match self {
            Self::Unary(_) => arguments == 1,
            Self::Pair(_) => arguments == 2,
            Self::Round => arguments <= 2,
            Self::Clamp | Self::If | Self::Ratio => arguments == 3,
            Self::Fold(_) => arguments >= 2,
            Self::Case => arguments >= 3 && arguments % 2 == 1,
            Self::Other(_) => true,
        }
    }

    /// What is done as soon as the argument of this number is there.
    pub(super) fn after(&self, argument: usize) -> Option<Term> {
        match (self, argument) {
            (Self::Fold(op), 2..) => Some(Term::Binary(*op)),
            (Self::Clamp, 2) => Some(Term::Binary(Binary::Max)),
            (Self::Clamp, 3) => Some(Term::Binary(Binary::Min)),
            _ => None,
        }
    }

    /// What is done when all arguments are there, and how often.
    pub(super) fn at_end(self, arguments: usize) -> (Option<Term>, usize) {
        let term = match self {
            Self::Unary(op) => Term::Unary(op),
            Self::Pair(op) => Term::Binary(op),
            Self::Round if arguments == 1 => Term::Unary(Unary::Round),
            Self::Round => Term::Binary(Binary::RoundTo),
            Self::If => Term::If,
            Self::Ratio => Term::Ratio,
            Self::Case => return (Some(Term::If), arguments / 2),
            Self::Other(name) => Term::Call(Box::new(Call { name, arguments })),
            Self::Fold(_) | Self::Clamp => return (None, 0),
        };
        (Some(term), 1)
    }
}
