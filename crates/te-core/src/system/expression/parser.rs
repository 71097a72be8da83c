//! From words to terms in reverse Polish order, with the usual precedence and `^` to the right.
//!
//! Operators wait on a list until one that binds less comes, so that depth costs no stack.

use super::error::ExpressionError;
use super::function::Function;
use super::lexer::{Placed, Word, Words, words};
use super::{Binary, Call, Expression, Lagged, Source, Term, Unary};

/// How strongly operators bind; `^` alone binds to the right.
const PREFIX: u8 = 6;
const COMPARISON: u8 = 3;
const POWER: u8 = 7;

/// What waits for its right side.
enum Waiting {
    /// An operator and the byte at which it stands.
    Prefix(Unary, usize),
    Binary(Binary, u8, usize),
    Bracket,
    /// A call, where its name stands, and how many arguments are done.
    Call {
        function: Function,
        at: usize,
        done: usize,
    },
    /// A lag whose initial value is being read; its terms begin at `first`.
    Initial {
        of: Source,
        steps: u32,
        at: usize,
        first: usize,
    },
}

struct Parser<'t> {
    text: &'t str,
    words: Vec<Placed<'t>>,
    at: usize,
    is_function: &'t dyn Fn(&str) -> bool,
    out: Vec<Term>,
    places: Vec<usize>,
    waiting: Vec<Waiting>,
    /// Whether the initial value of a lag is being read.
    in_initial: bool,
}

type Done = Result<(), ExpressionError>;

pub(super) fn parse(
    text: &str,
    is_function: &dyn Fn(&str) -> bool,
    of: Words,
) -> Result<(Vec<Term>, Vec<usize>), ExpressionError> {
    if text.len() > Expression::MAX_LENGTH {
        let message = format!("it has {} bytes: allowed are {}", text.len(), Expression::MAX_LENGTH);
        return Err(ExpressionError::new(text, 0, message));
    }
    let words = words(text, of)?;
    let mut parser = Parser {
        text,
        words,
        at: 0,
        is_function,
        out: Vec::new(),
        places: Vec::new(),
        waiting: Vec::new(),
        in_initial: false,
    };
    parser.all()?;
    Ok((parser.out, parser.places))
}

impl<'t> Parser<'t> {
    fn error(&self, message: impl Into<String>) -> ExpressionError {
        let offset = self.words.get(self.at).map_or(self.text.len(), |(_, at)| *at);
        ExpressionError::new(self.text, offset, message)
    }

    fn peek(&self) -> Option<Word<'t>> {
        self.words.get(self.at).map(|(word, _)| *word)
    }

    fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Some(Word::Symbol(s)) if s == symbol);
        self.at += usize::from(found);
        found
    }

    /// The byte at which a word stands.
    fn byte(&self, word: usize) -> usize {
        self.words.get(word).map_or(self.text.len(), |(_, at)| *at)
    }

    /// Takes a term whose word stands at this byte.
    fn put(&mut self, term: Term, place: usize) -> Done {
        if self.out.len() == Expression::MAX_TERMS {
            return Err(self.error(format!(
                "it has more than {} numbers, names, operators and calls: derive columns for its parts",
                Expression::MAX_TERMS
            )));
        }
        self.out.push(term);
        self.places.push(place);
        Ok(())
    }

    /// Operands and operators in turns.
    fn all(&mut self) -> Done {
        loop {
            while !self.operand()? {}
            loop {
                if self.at == self.words.len() {
                    return self.end();
                }
                if self.operator()? {
                    break;
                }
            }
        }
    }

    /// Reads a prefix, an opening bracket or an operand; whether it was an operand.
    fn operand(&mut self) -> Result<bool, ExpressionError> {
        let refused = "expected a number, a name or `(`";
        match self.peek() {
            Some(Word::Number(x)) => {
                self.at += 1;
                self.put(Term::Number(x), self.byte(self.at - 1))?;
                Ok(true)
            }
            Some(Word::Text(text)) => {
                self.at += 1;
                let text = Call { name: format!("\"{text}\""), arguments: 0 };
                self.put(Term::Call(Box::new(text)), self.byte(self.at - 1))?;
                Ok(true)
            }
            Some(Word::Symbol("(")) => {
                self.at += 1;
                self.waiting.push(Waiting::Bracket);
                Ok(false)
            }
            Some(Word::Symbol("-")) => {
                self.waiting.push(Waiting::Prefix(Unary::Negate, self.byte(self.at)));
                self.at += 1;
                Ok(false)
            }
            Some(Word::Symbol("+")) => {
                self.at += 1;
                Ok(false)
            }
            Some(Word::Name("not")) => {
                self.waiting.push(Waiting::Prefix(Unary::Not, self.byte(self.at)));
                self.at += 1;
                Ok(false)
            }
            Some(Word::Name("and" | "or")) => Err(self.error(refused)),
            Some(Word::Name(name)) => {
                let place = self.byte(self.at);
                self.at += 1;
                if self.take_symbol("(") {
                    return self.call(name);
                }
                self.put(Term::Read(Source::named(name)), place)?;
                Ok(true)
            }
            _ => Err(self.error(refused)),
        }
    }

    /// What follows `name(`; whether it was read to its end.
    fn call(&mut self, name: &str) -> Result<bool, ExpressionError> {
        let at = self.at - 2;
        match name {
            "param" => {
                let Some(Word::Name(of)) = self.peek() else { return Err(self.no_function(at)) };
                self.at += 1;
                self.close(")")?;
                self.put(Term::Param(of.to_owned()), self.byte(at))?;
                Ok(true)
            }
            "lag" if !(self.is_function)(name) => self.lag(at),
            name => {
                let other = (self.is_function)(name).then(|| Function::Other(name.to_owned()));
                if other.is_some() && self.take_symbol(")") {
                    let call = Call { name: name.to_owned(), arguments: 0 };
                    self.put(Term::Call(Box::new(call)), self.byte(at))?;
                    return Ok(true);
                }
                let function = other.or_else(|| Function::named(name)).ok_or_else(|| self.no_function(at))?;
                self.waiting.push(Waiting::Call { function, at, done: 0 });
                Ok(false)
            }
        }
    }

    fn lag(&mut self, at: usize) -> Result<bool, ExpressionError> {
        let (Some(Word::Name(name)), Some((Word::Symbol(","), _)), Some((Word::Number(k), _))) =
            (self.peek(), self.words.get(self.at + 1), self.words.get(self.at + 2))
        else {
            return Err(self.no_function(at));
        };
        if k.fract() != 0.0 || !(0.0..=100_000.0).contains(k) {
            self.at += 2;
            return Err(self.error(format!("a lag of {k}: allowed are whole numbers from 0 to 100000")));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
        let (steps, of) = (*k as u32, Source::named(name));
        if self.in_initial {
            self.at = at;
            return Err(self.error("the initial value of a lag holds no lag"));
        }
        self.at += 3;
        if steps > 0 && self.take_symbol(",") {
            self.in_initial = true;
            self.waiting.push(Waiting::Initial { of, steps, at, first: self.out.len() });
            return Ok(false);
        }
        self.close(")")?;
        self.put(
            match steps {
                0 => Term::Read(of),
                steps => Term::Lag(Box::new(Lagged { of, steps, initial: None })),
            },
            self.byte(at),
        )?;
        Ok(true)
    }

    fn close(&mut self, symbol: &str) -> Done {
        if self.take_symbol(symbol) { Ok(()) } else { Err(self.error(format!("expected `{symbol}`"))) }
    }

    fn no_function(&mut self, at: usize) -> ExpressionError {
        self.at = at;
        let name = match self.peek() {
            Some(Word::Name(name)) => name,
            _ => "",
        };
        self.error(format!(
            "no function `{name}` with these arguments; there are abs(x), sign(x), sqrt(x), exp(x), ln(x), log10(x), sin(x), cos(x), \
             tan(x), asin(x), acos(x), atan(x), atan2(y, x), floor(x), \
             ceil(x), trunc(x), round(x), round(x, unit), min(a, b, …), max(a, b, …), clamp(x, low, high), \
             ratio(a, b, otherwise), if(condition, a, b), case(condition, a, …, otherwise), lag(name, steps), \
             lag(name, steps, initial), param(name)"
        ))
    }

    /// Reads a binary operator, a comma or a closing bracket; whether an operand has to follow.
    fn operator(&mut self) -> Result<bool, ExpressionError> {
        match self.peek() {
            Some(Word::Symbol(")")) => self.end_bracket().map(|()| false),
            Some(Word::Symbol(",")) => self.end_argument().map(|()| true),
            word => {
                let (op, strength) =
                    word.and_then(binary).ok_or_else(|| self.error("expected an operator or the end"))?;
                let right = strength == POWER;
                self.settle(
                    |waiting| if right { waiting > strength } else { waiting >= strength },
                    strength,
                )?;
                self.waiting.push(Waiting::Binary(op, strength, self.byte(self.at)));
                self.at += 1;
                Ok(true)
            }
        }
    }

    /// Applies operators that wait and bind strongly enough.
    fn settle(&mut self, binds: impl Fn(u8) -> bool, next: u8) -> Done {
        loop {
            let (term, place) = match self.waiting.last() {
                Some(Waiting::Binary(_, COMPARISON, _)) if next == COMPARISON => {
                    return Err(self.error("comparisons do not chain: join two by `and`"));
                }
                Some(Waiting::Prefix(op, place)) if binds(PREFIX) => (Term::Unary(*op), *place),
                Some(Waiting::Binary(op, strength, place)) if binds(*strength) => (Term::Binary(*op), *place),
                _ => return Ok(()),
            };
            self.waiting.pop();
            self.put(term, place)?;
        }
    }

    fn end_argument(&mut self) -> Done {
        self.settle(|_| true, 0)?;
        let refused = match self.waiting.last_mut() {
            Some(Waiting::Call { function, at, done }) => {
                *done += 1;
                if function.goes_on(*done) {
                    let (term, at) = (function.after(*done), *at);
                    self.at += 1;
                    return term.map_or(Ok(()), |term| self.put(term, self.byte(at)));
                }
                Some(*at)
            }
            Some(Waiting::Initial { at, .. }) => Some(*at),
            _ => None,
        };
        Err(match refused {
            Some(at) => self.no_function(at),
            None => self.error("expected an operator or the end"),
        })
    }

    fn end_bracket(&mut self) -> Done {
        self.settle(|_| true, 0)?;
        match self.waiting.pop() {
            Some(Waiting::Bracket) => self.at += 1,
            Some(Waiting::Call { function, at, done }) => {
                let arguments = done + 1;
                if !function.takes(arguments) {
                    return Err(self.no_function(at));
                }
                let place = self.byte(at);
                if let Some(term) = function.after(arguments) {
                    self.put(term, place)?;
                }
                self.at += 1;
                let (term, times) = function.at_end(arguments);
                for term in std::iter::repeat_n(term, times).flatten() {
                    self.put(term, place)?;
                }
            }
            Some(Waiting::Initial { of, steps, at, first }) => {
                self.in_initial = false;
                let (terms, places) = (self.out.split_off(first), self.places.split_off(first));
                let text = self.initial_text(at);
                let initial = Some(Expression { text, terms, places });
                self.at += 1;
                self.put(Term::Lag(Box::new(Lagged { of, steps, initial })), self.byte(at))?;
            }
            _ => return Err(self.error("expected an operator or the end")),
        }
        Ok(())
    }

    /// What stands between the second comma of the lag at this word and the closing bracket.
    fn initial_text(&self, at: usize) -> String {
        // `lag ( name , steps , initial )`
        let start = self.words.get(at + 6).map_or(0, |(_, at)| *at);
        let end = self.words.get(self.at).map_or(self.text.len(), |(_, at)| *at);
        self.text.get(start..end).unwrap_or_default().trim().to_owned()
    }

    fn end(&mut self) -> Done {
        self.settle(|_| true, 0)?;
        if self.waiting.is_empty() { Ok(()) } else { Err(self.error("expected `)`")) }
    }
}

/// A binary operator and how strongly it binds.
fn binary(word: Word<'_>) -> Option<(Binary, u8)> {
    Some(match word {
        Word::Name("or") => (Binary::Or, 1),
        Word::Name("and") => (Binary::And, 2),
        Word::Symbol("<") => (Binary::Less, COMPARISON),
        Word::Symbol("<=") => (Binary::LessEqual, COMPARISON),
        Word::Symbol(">") => (Binary::Greater, COMPARISON),
        Word::Symbol(">=") => (Binary::GreaterEqual, COMPARISON),
        Word::Symbol("==") => (Binary::Equal, COMPARISON),
        Word::Symbol("!=") => (Binary::NotEqual, COMPARISON),
        Word::Symbol("+") => (Binary::Add, 4),
        Word::Symbol("-") => (Binary::Subtract, 4),
        Word::Symbol("*") => (Binary::Multiply, 5),
        Word::Symbol("/") => (Binary::Divide, 5),
        Word::Symbol("%") => (Binary::Modulo, 5),
        Word::Symbol("^") => (Binary::Power, POWER),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
