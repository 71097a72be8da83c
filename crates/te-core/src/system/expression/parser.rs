//! From words to terms in reverse Polish order, with the usual precedence and `^` to the right.
//!
//! Operators wait on a list until one that binds less comes, so that depth costs no stack.

use super::error::ExpressionError;
use super::lexer::{Placed, Word, words};
use super::{Binary, Call, Expression, Lagged, Source, Term, Unary};

/// How strongly operators bind; `^` alone binds to the right.
const PREFIX: u8 = 6;
const COMPARISON: u8 = 3;
const POWER: u8 = 7;

/// A function whose arguments are expressions.
#[derive(Clone, Debug, PartialEq)]
enum Function {
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
    fn named(name: &str) -> Option<Self> {
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
    fn goes_on(&self, arguments: usize) -> bool {
        match self {
            Self::Unary(_) => false,
            Self::Round | Self::Pair(_) => arguments < 2,
            Self::Clamp | Self::If | Self::Ratio => arguments < 3,
            Self::Fold(_) | Self::Case | Self::Other(_) => true,
        }
    }

    fn takes(&self, arguments: usize) -> bool {
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
    fn after(&self, argument: usize) -> Option<Term> {
        match (self, argument) {
            (Self::Fold(op), 2..) => Some(Term::Binary(*op)),
            (Self::Clamp, 2) => Some(Term::Binary(Binary::Max)),
            (Self::Clamp, 3) => Some(Term::Binary(Binary::Min)),
            _ => None,
        }
    }

    /// What is done when all arguments are there, and how often.
    fn at_end(self, arguments: usize) -> (Option<Term>, usize) {
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
    more: bool,
) -> Result<(Vec<Term>, Vec<usize>), ExpressionError> {
    if text.len() > Expression::MAX_LENGTH {
        let message = format!("it has {} bytes: allowed are {}", text.len(), Expression::MAX_LENGTH);
        return Err(ExpressionError::new(text, 0, message));
    }
    let words = words(text, more)?;
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
mod tests {
    use crate::system::expression::{Expression, Reading};

    fn value(text: &str) -> f64 {
        let read = &mut |reading: Reading<'_>| match reading {
            Reading::Column("a.b") => 3.0,
            Reading::Lag { name: "a.b", steps, initial: None } => 3.0 + f64::from(steps),
            Reading::Lag { initial: Some(initial), .. } => initial,
            Reading::Param(_) => 11.0,
            Reading::Timestep => 5.0,
            _ => 2.0,
        };
        Expression::parse(text).unwrap_or_else(|e| panic!("{e}")).evaluate(read)
    }

    #[test]
    fn precedence_and_functions() {
        for (text, expected) in [
            ("1 + 2 * 3", 7.0),
            ("-x ^ 2", -4.0),
            ("2 ^ 3 ^ 2", 512.0),
            ("2 ^ -x ^ 2", 0.0625),
            ("2 ^ -x * 4", 1.0),
            ("- - + x - -x", 4.0),
            ("8 / 2 / 2", 2.0),
            ("(1 + 2) * 3", 9.0),
            ("a.b - 1 - 1", 1.0),
            ("lag(a.b, 2)", 5.0),
            ("lag(a.b, 0)", 3.0),
            ("lag(a.b, 2, x * (3 + 4)) + 1", 15.0),
            ("param(a.b) + t + timestep", 21.0),
            ("if(a.b > x, 10, 20)", 10.0),
            ("if(a.b < x, 10, if(1 < 2, 30, 40))", 30.0),
            ("not (1 < 2) or 3 >= 3 and 1 != 1", 0.0),
            ("not 0 < 1", 0.0),
            ("1 or 0 and 0", 1.0),
            ("min(1, 2) + max(1, 2) + abs(-4) + sqrt(9)", 10.0),
            ("1e3 / 2.5E+1", 40.0),
            ("-1 % 3 + 10 * (1 % -3) + 5.5 % 2", -16.5),
            ("min(3, 1, 2) + 10 * max(1, 3, 2, 0)", 31.0),
            ("clamp(5, 0, 3) + clamp(-5, 0, 3) + clamp(2, 0, 3)", 5.0),
            ("case(x < 1, 10, x < 3, 20, 30) + case(0, 1, 2)", 22.0),
            ("ratio(1, 0, 7) + ratio(6, 3, 7)", 9.0),
            ("floor(-1.5) + ceil(1.2) + trunc(-1.7) + sign(-3) + sign(0)", -2.0),
            (
                "sin(0) + cos(0) + tan(0) + asin(0) + acos(1) + atan(0) + 4 * atan2(1, 1)",
                1.0 + std::f64::consts::PI,
            ),
            ("round(2.5) + round(-2.5) + round(7, 5) + log10(1000)", 8.0),
            ("1_000_000 / 1_0.5e0", 1_000_000.0 / 10.5),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn refusals_name_the_position() {
        for (text, column) in [
            ("1 +", 4),
            ("foo(1)", 1),
            ("1 $ 2", 3),
            ("(1", 3),
            ("1 2", 3),
            ("lag(1, 2)", 1),
            ("1 + lag(x, 1.5)", 12),
            ("lag(x, 1, lag(y, 1))", 11),
            ("1..2", 1),
            ("1 + min(1)", 5),
            ("1 + abs(1, 2)", 5),
            ("1 + clamp(1, 2)", 5),
            ("atan2(1)", 1),
            ("case(1, 2, 3, 4)", 1),
            ("case(1)", 1),
            ("round(1, 2, 3)", 1),
            ("a < b < c", 7),
            ("1, 2", 2),
            ("1)", 2),
            ("()", 2),
            ("x and and y", 7),
            ("1__0", 2),
            ("é + $", 5),
            ("param(1)", 1),
            ("", 1),
        ] {
            let error = Expression::parse(text).unwrap_err();
            assert_eq!(error.column, column, "{text}: {error}");
            assert_eq!(
                text.chars().take(column - 1).map(char::len_utf8).sum::<usize>(),
                error.offset,
                "{text}"
            );
        }
        assert!(Expression::parse(&"(".repeat(10_000)).is_err());
        assert!(Expression::parse(&"-".repeat(10_000)).is_err());
    }

    /// Neither depth nor length costs stack: run on a thread that has next to none.
    #[test]
    fn depth_and_length_cost_no_stack() {
        let deep = |open: &str, inner: &str, close: &str, n: usize| {
            format!("{}{inner}{}", open.repeat(n), close.repeat(n))
        };
        let texts = [
            (vec!["1"; 20_000].join(" + "), 20_000.0),
            (deep("(", "7", ")", 100_000), 7.0),
            (deep("-", "7", "", 50_000), 7.0),
            (deep("if(t < 0, 1, ", "9", ")", 19_000), 9.0),
            (deep("2 - (", "1", ")", 30_000), 1.0),
            (deep("1 ^ ", "1", "", 30_000), 1.0),
            (deep("abs(-", "1", ")", 30_000), 1.0),
        ];
        let run = move || {
            for (text, expected) in texts {
                let expression = Expression::parse(&text).unwrap_or_else(|e| panic!("{e}"));
                assert_eq!(expression.evaluate(&mut |_| 5.0), expected);
                assert_eq!(expression.renamed(&|name| name.to_owned()), expression);
                assert_eq!(expression.names(), [""; 0]);
                drop(format!("{:?}", expression.clone()));
            }
        };
        std::thread::Builder::new().stack_size(64 * 1024).spawn(run).unwrap().join().unwrap();
    }

    #[test]
    fn limits_are_stated() {
        let long = " ".repeat(Expression::MAX_LENGTH + 1);
        let error = Expression::parse(&long).unwrap_err();
        assert!(error.to_string().ends_with("it has 1048577 bytes: allowed are 1048576"), "{error}");
        let many = vec!["1"; Expression::MAX_TERMS].join("+");
        let error = Expression::parse(&many).unwrap_err();
        assert!(error.message.contains("more than 100000"), "{error}");
        assert!(error.to_string().len() < 400);
        assert!(Expression::parse(&vec!["1"; Expression::MAX_TERMS / 2].join("+")).is_ok());
    }
}
