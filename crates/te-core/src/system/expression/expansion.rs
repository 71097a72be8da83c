//! What the functions of derived columns, wires and events are made of: memory, time and the calendar.

mod dates;
mod memory;
mod timed;

use crate::declaration::calendar::Calendar;
use crate::declaration::nearest::nearest;
use crate::system::expression::error::ExpressionError;
use crate::system::expression::operation::{Binary, Unary};
use crate::system::expression::{Call, Expression, Lagged, Source, Term};
use memory::MEMORY;
use timed::{NAMES, TIMED};

pub use dates::written_date;

/// A function: its name, and how many arguments it takes at least and at most.
type Function = (&'static str, usize, usize);

/// What the last timestep is read as; no text can write it.
const HORIZON: &str = ":horizon";

/// What is read of time beside timestep and years, by the place of its slot in a system: the last timestep is the first, then
/// come the parts of a date ([`Calendar::PARTS`]).
pub(crate) fn place_of_time(name: &str) -> Option<usize> {
    let own = name.strip_prefix(':')?;
    if name == HORIZON {
        return Some(0);
    }
    Calendar::PARTS.iter().position(|part| *part == own).map(|part| part + 1)
}

/// Whether systems have a function of this name beside those of all expressions.
pub(super) fn is_function(name: &str) -> bool {
    MEMORY.iter().chain(&TIMED).any(|(own, ..)| *own == name) || dates::is_function(name)
}

/// What is wrong with an expression of a system, with the functions that it has beside those of all expressions.
pub(super) fn more_functions(mut error: ExpressionError) -> ExpressionError {
    let unknown = error.message.strip_prefix("no function `").and_then(|rest| rest.split('`').next());
    if let Some(unknown) = unknown {
        let own = MEMORY.iter().chain(&TIMED).map(|(name, ..)| *name).chain(Calendar::PARTS).chain(["date"]);
        let near = nearest(unknown, own).map_or_else(
            || "and the functions of memory, time and the calendar".to_owned(),
            |near| format!("and others; did you mean `{near}`?"),
        );
        error.message = format!("{}, {near}", error.message);
    }
    error
}

/// The expression of a system: `time`, `dt`, `pi` and `horizon` are calls without arguments, to be told from columns when these
/// are known; dates are written out.
///
/// # Errors
/// Where a date is none, or is not written out.
pub(super) fn of_system(expression: Expression) -> Result<Expression, ExpressionError> {
    dates::check(&expression.text, &expression)?;
    Ok(with_names(expression))
}

fn with_names(expression: Expression) -> Expression {
    let named = |term| match term {
        Term::Read(Source::Column(name)) if NAMES.contains(&name.as_str()) => {
            Term::Call(Box::new(Call { name, arguments: 0 }))
        }
        // It holds no lag, so this goes no deeper.
        Term::Lag(lagged) => {
            let Lagged { of, steps, initial } = *lagged;
            Term::Lag(Box::new(Lagged { of, steps, initial: initial.map(with_names) }))
        }
        term => term,
    };
    Expression { terms: expression.terms.into_iter().map(named).collect(), ..expression }
}

type Terms = Vec<Term>;

/// Whose expression it is, which says what it can remember.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Whose<'a> {
    /// The derived column of this name.
    Column(&'a str),
    Wire,
    Event,
}

/// Replaces calls in expressions of one system.
pub(crate) struct Expansion<'a> {
    pub(crate) whose: Whose<'a>,
    /// The length of a timestep.
    pub(crate) dt: f64,
    /// The dates of rows, where they have any.
    pub(crate) calendar: Option<Calendar>,
    /// Whether the system has a derived column of this name.
    pub(crate) is_column: &'a dyn Fn(&str) -> bool,
    /// The hidden columns with their expressions.
    pub(crate) hidden: Vec<(String, Expression)>,
}

/// A call as it is taken apart.
struct Called<'e> {
    of: &'e Expression,
    function: &'e str,
    place: usize,
}

impl Expansion<'_> {
    /// The expression without calls; what they remember is hidden columns then.
    ///
    /// # Errors
    /// Where a function is given too few or too many arguments, or remembers where it cannot.
    pub(crate) fn expand(&mut self, of: &Expression) -> Result<Expression, ExpressionError> {
        let (mut out, mut places, mut starts) = (Terms::new(), Vec::new(), Vec::new());
        for (term, place) in of.terms.iter().zip(&of.places) {
            let first = starts.len().saturating_sub(term.takes());
            let start = starts.get(first).copied().unwrap_or(out.len());
            if let Some(call) = called(term) {
                let mut arguments: Vec<Terms> =
                    starts.iter().skip(first).rev().map(|at| out.split_off(*at)).collect();
                arguments.reverse();
                places.truncate(out.len());
                let called = Called { of, function: &call.name, place: *place };
                out.extend(self.call(&called, arguments)?);
            } else {
                out.push(match term {
                    Term::Lag(lagged) => {
                        let Lagged { of, steps, initial } = &**lagged;
                        // It holds no lag, so this goes no deeper.
                        let initial = initial.as_ref().map(|initial| self.expand(initial)).transpose()?;
                        Term::Lag(Box::new(Lagged { of: of.clone(), steps: *steps, initial }))
                    }
                    term => term.clone(),
                });
            }
            places.resize(out.len(), *place);
            starts.truncate(first);
            starts.push(start);
        }
        if out.len() > Expression::MAX_TERMS {
            let message = format!(
                "with its functions it has {} terms: allowed are {}",
                out.len(),
                Expression::MAX_TERMS
            );
            return Err(ExpressionError::new(&of.text, 0, message));
        }
        Ok(Expression { text: of.text.clone(), terms: out, places })
    }

    fn call(&mut self, called: &Called<'_>, arguments: Vec<Terms>) -> Result<Terms, ExpressionError> {
        let name = called.function;
        if let Some(read) = NAMES.iter().find(|own| **own == name && arguments.is_empty()) {
            return Ok(self.read(read));
        }
        if dates::is_function(name) {
            return Ok(self.of_date(name, &arguments));
        }
        let remembers = MEMORY.iter().any(|(own, ..)| *own == name);
        let Some((_, least, most)) = MEMORY.iter().chain(&TIMED).find(|(own, ..)| *own == name) else {
            return Err(called.error(format!("no function `{name}`")));
        };
        if !(*least..=*most).contains(&arguments.len()) {
            let count = if least == most { least.to_string() } else { format!("{least} or {most}") };
            return Err(called.error(format!("`{name}` takes {count} arguments")));
        }
        let (who, instead) = match self.whose {
            Whose::Column(_) if remembers => return self.remember(called, arguments),
            _ if !remembers => return Ok(self.timed(name, &arguments)),
            Whose::Event => ("an event", "read"),
            _ => ("a wire", "wire"),
        };
        let message =
            format!("`{name}` remembers, which {who} cannot: derive a column of it, and {instead} that");
        Err(called.error(message))
    }

    /// A hidden column that is `initial` at the start and then what is made of its value before.
    fn level(&mut self, called: &Called<'_>, initial: Terms, next: impl FnOnce(Terms) -> Terms) -> Terms {
        self.hidden(called, |own| at_start(initial, next(own)))
    }

    /// A hidden column, made of its value before, which is 0 before the start.
    fn hidden(&mut self, called: &Called<'_>, terms: impl FnOnce(Terms) -> Terms) -> Terms {
        let column = match self.whose {
            Whose::Column(name) => name,
            // These remember nothing.
            Whose::Wire | Whose::Event => "",
        };
        let name = format!("{column}:{}", self.hidden.len());
        let read = self::column(&name);
        let terms = terms(past(called, &read));
        self.hidden.push((name, called.expression(terms)));
        read
    }

    /// A column, hidden where it is not one.
    fn named(&mut self, called: &Called<'_>, terms: Terms) -> Terms {
        match terms.as_slice() {
            [Term::Read(_)] => terms,
            _ => self.hidden(called, |_| terms),
        }
    }

    /// A number, a parameter or a column.
    fn given(&mut self, called: &Called<'_>, terms: Terms) -> Terms {
        match (terms.as_slice(), called.fixed(&terms)) {
            (_, Some(x)) => number(x),
            ([Term::Param(_)], _) => terms,
            _ => self.named(called, terms),
        }
    }
}

impl Called<'_> {
    fn error(&self, message: String) -> ExpressionError {
        ExpressionError::new(&self.of.text, self.place, message)
    }

    fn expression(&self, terms: Terms) -> Expression {
        Expression { text: self.of.text.clone(), places: vec![self.place; terms.len()], terms }
    }

    /// The value of terms that read nothing.
    fn fixed(&self, terms: &Terms) -> Option<f64> {
        let reads =
            |term: &Term| matches!(term, Term::Read(_) | Term::Lag(_) | Term::Param(_) | Term::Call(_));
        let value = self.expression(terms.clone()).evaluate(&mut |_| f64::NAN);
        Some(value).filter(|value| value.is_finite() && !terms.iter().any(reads))
    }
}

/// The call of a function.
fn called(term: &Term) -> Option<&Call> {
    match term {
        Term::Call(call) if call.text().is_none() => Some(call),
        _ => None,
    }
}

fn column(name: &str) -> Terms {
    vec![Term::Read(Source::Column(name.to_owned()))]
}

fn number(x: f64) -> Terms {
    vec![Term::Number(x)]
}

fn timestep() -> Terms {
    vec![Term::Read(Source::Timestep)]
}

fn unary(op: Unary, a: Terms) -> Terms {
    a.into_iter().chain([Term::Unary(op)]).collect()
}

fn binary(op: Binary, a: Terms, b: Terms) -> Terms {
    a.into_iter().chain(b).chain([Term::Binary(op)]).collect()
}

fn three(term: Term, a: Terms, b: Terms, c: Terms) -> Terms {
    a.into_iter().chain(b).chain(c).chain([term]).collect()
}

/// One value at timestep 0, another from then on.
fn at_start(first: Terms, later: Terms) -> Terms {
    three(Term::If, binary(Binary::Equal, timestep(), number(0.0)), first, later)
}

/// What a number, a parameter or a column was in the row before. Nobody reads it at timestep 0.
fn past(called: &Called<'_>, terms: &Terms) -> Terms {
    match terms.as_slice() {
        [Term::Read(_)] => vec![lag(called, terms, 1, Some(number(0.0)))],
        _ => terms.clone(),
    }
}

/// What a column was some rows before.
fn lag(called: &Called<'_>, terms: &Terms, steps: u32, initial: Option<Terms>) -> Term {
    match terms.as_slice() {
        [Term::Read(of)] => {
            let initial = initial.map(|initial| called.expression(initial));
            Term::Lag(Box::new(Lagged { of: of.clone(), steps, initial }))
        }
        _ => terms.first().cloned().unwrap_or(Term::Number(f64::NAN)),
    }
}
