//! Expressions over columns: `company.treasury * commons.treasury`.
//!
//! Arithmetic (`+ - * / % ^`), comparisons (1 where true, 0 where not), `and or not`, functions, and what is read:
//!
//! | function | is |
//! |---|---|
//! | `if(c, a, b)` | `a` where `c` is not 0, else `b` |
//! | `case(c1, a1, c2, a2, …, otherwise)` | the value of the first condition that holds |
//! | `min(a, b, …)`, `max(a, b, …)` | the smallest, the largest of two or more |
//! | `clamp(x, low, high)` | `min(max(x, low), high)` |
//! | `ratio(a, b, otherwise)` | `a / b`; `otherwise` where `b` is 0 |
//! | `abs(x)`, `sign(x)` | the size; -1, 0 or 1 |
//! | `floor(x)`, `ceil(x)`, `trunc(x)`, `round(x)` | whole numbers; `round` takes halves away from zero |
//! | `round(x, unit)` | `round(x / unit) * unit` |
//! | `sqrt(x)`, `exp(x)`, `ln(x)`, `log10(x)` | with the same bits everywhere ([`te_math`]) |
//! | `sin(x)`, `cos(x)`, `tan(x)`, `asin(x)`, `acos(x)`, `atan(x)`, `atan2(y, x)` | angles in radians, likewise |
//!
//! `a % b` has the sign of `b`: `-1 % 3` is 2.
//!
//! | read | is |
//! |---|---|
//! | `pool.price`, `gap` | a metric or a derived column |
//! | `t`, `timestep` | the timestep that is computed, 0 at the start |
//! | `years` | the time at the end of that timestep, in years |
//! | `lag(x, k)` | `x` as it was `k` timesteps ago; before that the initial value of `x` |
//! | `lag(x, k, initial)` | the same; before that the value that `initial` has at timestep 0 |
//! | `param(pool.base)` | a parameter with the value that it has in this run: a number, or 1 and 0 for a boolean |
//!
//! Derived columns have functions that remember and functions of time, wires and events those of time ([`Expression::parse_in_system`]):
//!
//! | function | is |
//! |---|---|
//! | `time`, `dt`, `horizon`, `pi` | `t dt`; the length of a timestep in the unit of the system's step; the last timestep |
//! | `step(height, at)`, `window(from, until)` | `height` from a time on; 1 from one time until another |
//! | `ramp(slope, from, until)` | `slope max(min(time, until) - from, 0)` |
//! | `pulse(volume, at, every)` | `volume / dt` in the timestep of `at`, and again after every `every` |
//! | `year()`, `month()`, `day()`, `weekday()` | of the date of the row that is computed, Monday is 1; the system must have a start |
//! | `today()` | that date in days since 1970-01-01 |
//! | `date("2026-03-01")` | the time of the first row with this date or a later one, as in `step(5, date("2026-03-01"))`; 0 where the system starts later |
//! | `previous(x, initial)`, `initial(x)` | `x` in the row before; in row 0 |
//! | `delay(x, T, initial)` | `x` as it was `T` ago |
//! | `smooth(x, T, initial)`, `smooth3`, `smooth_n(x, T, n, initial)` | exponential smoothing, in 1, 3 or n stages |
//! | `delay1(x, T, initial)`, `delay3`, `delay_n(x, T, n, initial)` | what flows out of 1, 3 or n levels of `x T` |
//! | `trend(x, T, g)`, `forecast(x, T, ahead, g)` | growth per time over a smoothed `x`; `x (1 + ahead trend)` |
//! | `total(x)` | the sum of `x dt` over the rows before |
//! | `running_mean(x)`, `running_max(x)`, `running_min(x)` | of all rows until now |
//! | `moving_mean(x, T)` | of the last `T / dt` rows |
//! | `since(c)`, `count(c)`, `hold(x, c, initial)` | time since `c` held, rows in which it did, `x` as it was when it last did |
//!
//! They give the numbers that the same functions give in a component of equations with one integration step in a timestep; `count`
//! and the functions of the calendar those that they give there with any number.
//!
//! An expression is parsed once, its names become slots when a system is built, and it is evaluated a column of runs at
//! a time. It is kept as a list in the order of evaluation, so that neither depth nor length costs stack: brackets and
//! `if` may be nested without limit. An expression has at most [`Expression::MAX_LENGTH`] bytes and
//! [`Expression::MAX_TERMS`] numbers, names, operators and calls.

mod chain;
mod code;
mod coder;
mod curve;
mod error;
mod expansion;
mod formula;
mod function;
mod lanes;
mod lexer;
mod operation;
mod parser;
mod place;
mod program;
mod routine;
mod schedule;
mod term;

use lexer::Words;
use std::collections::HashSet;

pub use code::{Code, Layout};
pub use coder::Coder;
pub use curve::{Between, Curve, Outside};
pub use error::ExpressionError;
pub use expansion::written_date;
pub(crate) use expansion::{Expansion, Whose, place_of_time};
pub(crate) use formula::{Formula, Scalar};
pub use operation::{Binary, Unary};
pub use place::Place;
pub(crate) use program::{Program, ProgramCoder, Scratch};
pub use routine::{Routine, Watched};
pub use term::{Call, Lagged, Reading, Source, Term};

/// A parsed expression, its names not yet resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    text: String,
    /// In reverse Polish order.
    terms: Vec<Term>,
    /// Of each term the byte at which its word stands.
    places: Vec<usize>,
}

impl Expression {
    /// Bytes of an expression, at most: 1 MiB.
    pub const MAX_LENGTH: usize = 1 << 20;
    /// Numbers, names, operators and calls of an expression, at most.
    pub const MAX_TERMS: usize = 100_000;

    /// Parses an expression.
    ///
    /// # Errors
    /// [`ExpressionError`] with the position at which it cannot be understood.
    ///
    /// ```
    /// use te_core::Expression;
    /// let e = Expression::parse("curve.price * (curve.supply + 1_000) ^ 2")?;
    /// assert_eq!(e.names(), ["curve.price", "curve.supply"]);
    ///
    /// let error = Expression::parse("curve.price *").unwrap_err();
    /// assert_eq!(error.to_string(), "in expression `curve.price *` at character 14: expected a number, a name or `(`");
    /// # Ok::<(), te_core::ExpressionError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        Self::parsed(text, &|_| false, Words::Plain)
    }

    /// Parses an expression that may call further functions, such as tables by their names: those for which `is_function`
    /// holds. Who reads the terms gives them a meaning ([`Term::Call`]), and likewise to texts in quotes, which are read as calls
    /// of no arguments, and to names with square brackets: `x[a, b]` is read as one name.
    ///
    /// # Errors
    /// As [`Expression::parse`].
    ///
    /// ```
    /// use te_core::expression::{Expression, Term};
    /// let e = Expression::parse_with("2 * wanted(x, 1)", &|name| name == "wanted")?;
    /// assert!(matches!(&e.terms()[3], Term::Call(call) if call.name == "wanted" && call.arguments == 2));
    /// assert_eq!(e.places(), [0, 11, 14, 4, 2]);
    ///
    /// let e = Expression::parse_with("if(mode == 'fast', x[a, b], 1)", &|_| false)?;
    /// assert!(matches!(&e.terms()[1], Term::Call(call) if call.text() == Some("fast")));
    /// assert_eq!(e.names(), ["mode", "x[a, b]"]);
    /// assert!(Expression::parse("x[a]").is_err());
    /// assert_eq!(Expression::parse_with("today() + 1", &|name| name == "today")?.terms().len(), 3);
    /// # Ok::<(), te_core::ExpressionError>(())
    /// ```
    pub fn parse_with(text: &str, is_function: &dyn Fn(&str) -> bool) -> Result<Self, ExpressionError> {
        Self::parsed(text, is_function, Words::Bracketed)
    }

    /// Parses the expression of a derived column, a wire or an event, which have functions of time and of the calendar, and
    /// columns functions that remember. When a system is built these become columns that lag themselves; before that they are
    /// calls ([`Term::Call`]).
    ///
    /// # Errors
    /// As [`Expression::parse`].
    ///
    /// ```
    /// use te_core::expression::{Expression, Term};
    /// let e = Expression::parse_in_system("smooth(pool.price, 3) * dt")?;
    /// assert_eq!(e.names(), ["pool.price"]);
    /// assert!(matches!(&e.terms()[2], Term::Call(call) if call.name == "smooth"));
    ///
    /// let wrong = Expression::parse_in_system("step(1, date('2026-02-29'))").unwrap_err();
    /// assert!(wrong.to_string().ends_with("at character 14: 2026-02-29 is no date: February 2026 has 28 days"));
    /// # Ok::<(), te_core::ExpressionError>(())
    /// ```
    pub fn parse_in_system(text: &str) -> Result<Self, ExpressionError> {
        Self::parsed(text, &expansion::is_function, Words::Quoted)
            .map_err(expansion::more_functions)
            .and_then(expansion::of_system)
    }

    fn parsed(text: &str, is_function: &dyn Fn(&str) -> bool, words: Words) -> Result<Self, ExpressionError> {
        parser::parse(text, is_function, words).map(|(terms, places)| Self {
            text: text.to_owned(),
            terms,
            places,
        })
    }

    /// The text it was parsed from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The columns it reads, each once, in order of appearance.
    pub fn names(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        let mut names = Vec::new();
        for term in self.all_terms() {
            let source = match term {
                Term::Read(source) => source,
                Term::Lag(lagged) => &lagged.of,
                _ => continue,
            };
            if let Source::Column(name) = source
                && seen.insert(name.as_str())
            {
                names.push(name.as_str());
            }
        }
        names
    }

    /// The parameters it reads, each once, in order of appearance.
    ///
    /// ```
    /// let e = te_core::Expression::parse("pool.base / param(pool.base) - 1")?;
    /// assert_eq!((e.names(), e.params()), (vec!["pool.base"], vec!["pool.base"]));
    /// # Ok::<(), te_core::ExpressionError>(())
    /// ```
    pub fn params(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        let mut names = Vec::new();
        for term in self.all_terms() {
            if let Term::Param(name) = term
                && seen.insert(name.as_str())
            {
                names.push(name.as_str());
            }
        }
        names
    }

    /// Its terms, each lag followed by those of its initial value.
    fn all_terms(&self) -> impl Iterator<Item = &Term> {
        self.terms.iter().flat_map(|term| {
            let initial = match term {
                Term::Lag(lagged) => lagged.initial.as_ref(),
                _ => None,
            };
            std::iter::once(term).chain(initial.into_iter().flat_map(|initial| &initial.terms))
        })
    }

    /// Of each term the byte of the text at which its word stands.
    pub fn places(&self) -> &[usize] {
        &self.places
    }

    /// Its terms in reverse Polish order.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The column, where the whole expression is nothing but one.
    pub(crate) fn plain_name(&self) -> Option<&str> {
        match self.terms.as_slice() {
            [Term::Read(Source::Column(name))] => Some(name),
            _ => None,
        }
    }

    /// The same with every name of a column or parameter put through `rename`.
    pub(crate) fn renamed(&self, rename: &impl Fn(&str) -> String) -> Self {
        let source = |of: &Source| match of {
            Source::Column(name) => Source::Column(rename(name)),
            time => time.clone(),
        };
        let plain = |term: &Term| match term {
            Term::Read(of) => Term::Read(source(of)),
            Term::Param(name) => Term::Param(rename(name)),
            other => other.clone(),
        };
        let rename = |term: &Term| match term {
            Term::Lag(lagged) => Term::Lag(Box::new(Lagged {
                of: source(&lagged.of),
                steps: lagged.steps,
                initial: lagged.initial.as_ref().map(|initial| Self {
                    text: initial.text.clone(),
                    terms: initial.terms.iter().map(plain).collect(),
                    places: initial.places.clone(),
                }),
            })),
            term => plain(term),
        };
        let terms = self.terms.iter().map(rename).collect();
        Self { text: self.text.clone(), terms, places: self.places.clone() }
    }

    /// The same, where names for which `is_param` holds are those of parameters.
    pub(crate) fn with_params(&self, is_param: &impl Fn(&str) -> bool) -> Self {
        let term = |term: &Term| match term {
            Term::Read(Source::Column(name)) if is_param(name) => Term::Param(name.clone()),
            Term::Lag(lagged) => {
                let initial = lagged.initial.as_ref().map(|initial| initial.with_params(is_param));
                Term::Lag(Box::new(Lagged { initial, ..(**lagged).clone() }))
            }
            other => other.clone(),
        };
        Self { terms: self.terms.iter().map(term).collect(), ..self.clone() }
    }

    /// The character of the text, from 0, at which a name is first read; 0 where it is not read.
    pub(crate) fn character_of(&self, name: &str) -> usize {
        let reads = |term: &Term| match term {
            Term::Read(source) => source.name() == name,
            Term::Lag(lagged) => lagged.of.name() == name,
            Term::Param(own) => own == name,
            _ => false,
        };
        let place = self.terms.iter().position(reads).and_then(|at| self.places.get(at).copied());
        self.text.get(..place.unwrap_or(0)).map_or(0, |before| before.chars().count())
    }

    /// Evaluates it once, with what it reads given by `read`.
    ///
    /// ```
    /// use te_core::{Expression, Reading};
    /// let e = Expression::parse("price * lag(price, 2, 7) + t")?;
    /// let value = e.evaluate(&mut |reading| match reading {
    ///     Reading::Column("price") => 3.0,
    ///     Reading::Lag { name: "price", initial: Some(initial), .. } => initial,
    ///     Reading::Timestep => 1.0,
    ///     other => panic!("{other:?}"),
    /// });
    /// assert_eq!(value, 22.0);
    /// # Ok::<(), te_core::ExpressionError>(())
    /// ```
    pub fn evaluate(&self, read: &mut impl FnMut(Reading<'_>) -> f64) -> f64 {
        let formula: Result<Formula<f64>, std::convert::Infallible> = Formula::compile(self, &mut |term| {
            Ok(match term {
                Term::Read(Source::Column(name)) => read(Reading::Column(name)),
                Term::Read(Source::Timestep) => read(Reading::Timestep),
                Term::Read(Source::Years) => read(Reading::Years),
                Term::Param(name) => read(Reading::Param(name)),
                Term::Lag(lagged) => {
                    // It holds no lag, so this goes no deeper.
                    let initial = lagged.initial.as_ref().map(|initial| initial.evaluate(read));
                    read(Reading::Lag { name: lagged.of.name(), steps: lagged.steps, initial })
                }
                Term::Number(_)
                | Term::Unary(_)
                | Term::Binary(_)
                | Term::If
                | Term::Ratio
                | Term::Call(_) => f64::NAN,
            })
        });
        match formula {
            Ok(formula) => Scalar::new(&formula).evaluate(|value| *value),
            Err(never) => match never {},
        }
    }
}
