//! Pieces of expressions of equations: texts that know how they bind.

use crate::expression::Op;

/// What binds in an expression of equations, the loosest first.
pub(crate) mod level {
    pub(crate) const OR: u8 = 1;
    pub(crate) const AND: u8 = 2;
    pub(crate) const COMPARE: u8 = 4;
    pub(crate) const ADD: u8 = 5;
    pub(crate) const MULTIPLY: u8 = 6;
    pub(crate) const UNARY: u8 = 7;
    pub(crate) const POWER: u8 = 8;
    pub(crate) const ATOM: u8 = 9;
}

/// An expression of equations, and how it binds.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) level: u8,
}

impl Piece {
    pub(crate) fn atom(text: impl Into<String>) -> Self {
        Self { text: text.into(), level: level::ATOM }
    }

    /// The text, in brackets where it binds less.
    pub(crate) fn at(&self, wanted: u8) -> String {
        if self.level >= wanted { self.text.clone() } else { format!("({})", self.text) }
    }

    pub(crate) fn number(x: f64) -> Self {
        Self { text: number(x), level: if x.is_sign_negative() { level::UNARY } else { level::ATOM } }
    }

    /// Whether it is a name or a number, so that it can stand twice.
    pub(crate) fn is_simple(&self) -> bool {
        self.level == level::ATOM && self.text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.')
    }
}

/// A number as it is written: no digits are lost.
pub(crate) fn number(x: f64) -> String {
    let text = format!("{x:?}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A sign or a negation before a piece.
pub(crate) fn unary(op: Op, x: &Piece) -> Piece {
    match op {
        Op::Minus => match x.text.parse::<f64>() {
            Ok(number) if x.level == level::ATOM => Piece::number(-number),
            _ => Piece { text: format!("-{}", x.at(level::UNARY + 1)), level: level::UNARY },
        },
        Op::Not => Piece { text: format!("not ({})", x.text), level: level::UNARY },
        _ => x.clone(),
    }
}

/// Two pieces joined by an operator, in brackets where they bind less.
pub(crate) fn binary(op: Op, a: Piece, b: &Piece) -> Piece {
    let (sign, own) = match op {
        Op::Or => ("or", level::OR),
        Op::And => ("and", level::AND),
        Op::Equal => ("==", level::COMPARE),
        Op::NotEqual => ("!=", level::COMPARE),
        Op::Less => ("<", level::COMPARE),
        Op::LessEqual => ("<=", level::COMPARE),
        Op::Greater => (">", level::COMPARE),
        Op::GreaterEqual => (">=", level::COMPARE),
        Op::Add => ("+", level::ADD),
        Op::Subtract => ("-", level::ADD),
        Op::Multiply => ("*", level::MULTIPLY),
        Op::Divide => ("/", level::MULTIPLY),
        Op::Modulo => ("%", level::MULTIPLY),
        _ => ("^", level::POWER),
    };
    let (left, right) = match own {
        // Powers bind to the right, comparisons to neither side.
        level::POWER => (level::ATOM, level::ATOM),
        level::COMPARE => (own + 1, own + 1),
        _ => (own, own + 1),
    };
    // The left side grows in place: a sum of many terms would be copied for each.
    let mut text = if a.level >= left { a.text } else { a.at(left) };
    text.push(' ');
    text.push_str(sign);
    text.push(' ');
    if b.level >= right {
        text.push_str(&b.text);
    } else {
        text.push_str(&b.at(right));
    }
    Piece { text, level: own }
}
