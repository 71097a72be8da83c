//! From words to terms: recursive descent with the usual precedence, `^` to the right.

use super::lexer::{Placed, Word, words};
use super::{Binary, Term, Unary};

/// Where and why an expression cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("in expression `{text}` at character {column}: {message}")]
pub struct ExpressionError {
    /// The expression.
    pub text: String,
    /// Character, from 1.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

impl ExpressionError {
    pub(super) fn new(text: &str, column: usize, message: impl Into<String>) -> Self {
        Self { text: text.to_owned(), column, message: message.into() }
    }
}

/// Nesting beyond this is refused, so that no input exhausts the stack.
const DEPTH: usize = 64;

struct Parser<'a> {
    text: &'a str,
    words: Vec<Placed>,
    at: usize,
    depth: usize,
}

type Parsed = Result<Term, ExpressionError>;

pub(super) fn parse(text: &str) -> Parsed {
    let mut parser = Parser { text, words: words(text)?, at: 0, depth: 0 };
    let term = parser.or()?;
    match parser.words.get(parser.at) {
        None => Ok(term),
        Some(_) => Err(parser.error("expected an operator or the end")),
    }
}

impl Parser<'_> {
    fn error(&self, message: impl Into<String>) -> ExpressionError {
        let end = self.text.chars().count() + 1;
        let column = self.words.get(self.at).map_or(end, |(_, column)| *column);
        ExpressionError::new(self.text, column, message)
    }

    fn symbol(&mut self, symbols: &[&str]) -> Option<&'static str> {
        match self.words.get(self.at) {
            Some((Word::Symbol(s), _)) if symbols.contains(s) => {
                self.at += 1;
                Some(s)
            }
            _ => None,
        }
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        let found = matches!(self.words.get(self.at), Some((Word::Name(name), _)) if name == keyword);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: &str) -> Result<(), ExpressionError> {
        self.symbol(&[symbol]).map(|_| ()).ok_or_else(|| self.error(format!("expected `{symbol}`")))
    }

    fn or(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.error(format!("nested more than {DEPTH} deep")));
        }
        let mut left = self.and()?;
        while self.keyword("or") {
            left = binary(Binary::Or, left, self.and()?);
        }
        self.depth -= 1;
        Ok(left)
    }

    fn and(&mut self) -> Parsed {
        let mut left = self.comparison()?;
        while self.keyword("and") {
            left = binary(Binary::And, left, self.comparison()?);
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.sum()?;
        let Some(symbol) = self.symbol(&["<", "<=", ">", ">=", "==", "!="]) else { return Ok(left) };
        let op = match symbol {
            "<" => Binary::Less,
            "<=" => Binary::LessEqual,
            ">" => Binary::Greater,
            ">=" => Binary::GreaterEqual,
            "==" => Binary::Equal,
            _ => Binary::NotEqual,
        };
        Ok(binary(op, left, self.sum()?))
    }

    fn sum(&mut self) -> Parsed {
        let mut left = self.product()?;
        while let Some(symbol) = self.symbol(&["+", "-"]) {
            let op = if symbol == "+" { Binary::Add } else { Binary::Subtract };
            left = binary(op, left, self.product()?);
        }
        Ok(left)
    }

    fn product(&mut self) -> Parsed {
        let mut left = self.unary()?;
        while let Some(symbol) = self.symbol(&["*", "/"]) {
            let op = if symbol == "*" { Binary::Multiply } else { Binary::Divide };
            left = binary(op, left, self.unary()?);
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.error(format!("nested more than {DEPTH} deep")));
        }
        let term = if self.symbol(&["-"]).is_some() {
            Ok(Term::Unary(Unary::Negate, Box::new(self.unary()?)))
        } else if self.symbol(&["+"]).is_some() {
            self.unary()
        } else if self.keyword("not") {
            Ok(Term::Unary(Unary::Not, Box::new(self.unary()?)))
        } else {
            self.power()
        };
        self.depth -= 1;
        term
    }

    fn power(&mut self) -> Parsed {
        let base = self.atom()?;
        if self.symbol(&["^"]).is_some() {
            return Ok(binary(Binary::Power, base, self.unary()?));
        }
        Ok(base)
    }

    fn atom(&mut self) -> Parsed {
        if self.symbol(&["("]).is_some() {
            let inner = self.or()?;
            self.expect(")")?;
            return Ok(inner);
        }
        match self.words.get(self.at).cloned() {
            Some((Word::Number(x), _)) => {
                self.at += 1;
                Ok(Term::Number(x))
            }
            Some((Word::Name(name), _)) => {
                self.at += 1;
                if self.symbol(&["("]).is_some() { self.call(&name) } else { Ok(Term::Name(name, 0)) }
            }
            _ => Err(self.error("expected a number, a name or `(`")),
        }
    }

    fn call(&mut self, function: &str) -> Parsed {
        let start = self.at - 2;
        let mut arguments = vec![self.or()?];
        while self.symbol(&[","]).is_some() {
            arguments.push(self.or()?);
        }
        self.expect(")")?;
        let unary = |op| move |a: Term| Term::Unary(op, Box::new(a));
        let mut arguments = arguments.into_iter();
        let taken = (arguments.next(), arguments.next(), arguments.next(), arguments.next());
        match (function, taken) {
            ("abs", (Some(a), None, ..)) => Ok(unary(Unary::Abs)(a)),
            ("sqrt", (Some(a), None, ..)) => Ok(unary(Unary::Sqrt)(a)),
            ("exp", (Some(a), None, ..)) => Ok(unary(Unary::Exp)(a)),
            ("ln", (Some(a), None, ..)) => Ok(unary(Unary::Ln)(a)),
            ("min", (Some(a), Some(b), None, _)) => Ok(binary(Binary::Min, a, b)),
            ("max", (Some(a), Some(b), None, _)) => Ok(binary(Binary::Max, a, b)),
            ("if", (Some(c), Some(a), Some(b), None)) => Ok(Term::If(Box::new(c), Box::new(a), Box::new(b))),
            ("lag", (Some(Term::Name(name, 0)), Some(Term::Number(k)), None, _))
                if k.fract() == 0.0 && (0.0..=100_000.0).contains(&k) =>
            {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "checked by the guard"
                )]
                Ok(Term::Name(name, k as u32))
            }
            (name, _) => {
                self.at = start;
                Err(self.error(format!(
                    "no function `{name}` with these arguments; there are abs(x), sqrt(x), exp(x), ln(x), min(a, b), \
                     max(a, b), if(condition, a, b), lag(name, steps)"
                )))
            }
        }
    }
}

fn binary(op: Binary, a: Term, b: Term) -> Term {
    Term::Binary(op, Box::new(a), Box::new(b))
}

#[cfg(test)]
mod tests {
    use crate::Expression;

    fn value(text: &str) -> f64 {
        let lookup = &mut |name: &str, lag: u32| match name {
            "a.b" => 3.0 + f64::from(lag),
            _ => 2.0,
        };
        Expression::parse(text).unwrap().evaluate(lookup)
    }

    #[test]
    fn precedence_and_functions() {
        for (text, expected) in [
            ("1 + 2 * 3", 7.0),
            ("-x ^ 2", -4.0),
            ("2 ^ 3 ^ 2", 512.0),
            ("(1 + 2) * 3", 9.0),
            ("a.b - 1 - 1", 1.0),
            ("lag(a.b, 2)", 5.0),
            ("if(a.b > x, 10, 20)", 10.0),
            ("not (1 < 2) or 3 >= 3 and 1 != 1", 0.0),
            ("min(1, 2) + max(1, 2) + abs(-4) + sqrt(9)", 10.0),
            ("1e3 / 2.5E+1", 40.0),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn refusals_name_the_position() {
        for (text, column) in
            [("1 +", 4), ("foo(1)", 1), ("1 $ 2", 3), ("(1", 3), ("1 2", 3), ("lag(1, 2)", 1), ("1..2", 1)]
        {
            assert_eq!(Expression::parse(text).unwrap_err().column, column, "{text}");
        }
        assert!(Expression::parse(&"(".repeat(10_000)).is_err());
        assert!(Expression::parse(&"-".repeat(10_000)).is_err());
    }
}
