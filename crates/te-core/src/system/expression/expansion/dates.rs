//! Functions of the calendar, in derived columns, wires and events.
//!
//! | call | is |
//! |---|---|
//! | `year()`, `month()`, `day()`, `weekday()`, `today()` | parts of the date of the row that is computed ([`Calendar::PARTS`]) |
//! | `date("2026-03-01")` | the time of the first row with this date or a later one: `dt` times [`Calendar::first_from`] |

use super::{Expansion, Terms, column, number};
use crate::declaration::calendar::Calendar;
use crate::declaration::date::Date;
use crate::system::expression::error::ExpressionError;
use crate::system::expression::{Expression, Term};

pub(super) fn is_function(name: &str) -> bool {
    name == "date" || Calendar::PARTS.contains(&name)
}

/// The date that `date` is given, which must be written out.
///
/// # Errors
/// What is wrong with it.
///
/// ```
/// use te_core::expression::{Expression, written_date};
/// let e = Expression::parse_in_system("date('2026-03-01')")?;
/// assert_eq!(written_date(e.terms().first())?.to_string(), "2026-03-01");
/// assert_eq!(written_date(None).unwrap_err(), "`date` takes a date that is written out: date(\"2026-03-01\")");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn written_date(argument: Option<&Term>) -> Result<Date, String> {
    let text = match argument {
        Some(Term::Call(call)) => call.text(),
        _ => None,
    };
    let text =
        text.ok_or_else(|| "`date` takes a date that is written out: date(\"2026-03-01\")".to_owned())?;
    text.parse::<Date>().map_err(|error| error.to_string())
}

/// Looks at the dates of an expression that stands in a text.
pub(super) fn check(text: &str, of: &Expression) -> Result<(), ExpressionError> {
    let mut before: Option<(&Term, usize)> = None;
    for (term, place) in of.terms.iter().zip(&of.places) {
        let refuse = |at: usize, message: String| Err(ExpressionError::new(text, at, message));
        let is_date = matches!(term, Term::Call(call) if call.name == "date");
        if let Some((Term::Call(call), at)) = before
            && call.text().is_some()
            && !is_date
        {
            return refuse(at, "a text in quotes is the date of `date`: date(\"2026-03-01\")".to_owned());
        }
        match term {
            Term::Call(call) if is_date => {
                let given = before.filter(|_| call.arguments == 1);
                if let Err(message) = written_date(given.map(|(term, _)| term)) {
                    let is_text = matches!(given, Some((Term::Call(call), _)) if call.text().is_some());
                    let at = given.filter(|_| is_text).map_or(*place, |(_, at)| at);
                    return refuse(at, message);
                }
            }
            Term::Call(call) if is_function(&call.name) && call.arguments > 0 => {
                return refuse(*place, format!("`{}()` takes no arguments", call.name));
            }
            // It holds no lag, so this goes no deeper.
            Term::Lag(lagged) => {
                if let Some(initial) = &lagged.initial {
                    check(text, initial)?;
                }
            }
            _ => {}
        }
        before = Some((term, *place));
    }
    match before {
        Some((Term::Call(call), at)) if call.text().is_some() => Err(ExpressionError::new(
            text,
            at,
            "a text in quotes is the date of `date`: date(\"2026-03-01\")",
        )),
        _ => Ok(()),
    }
}

impl Expression {
    /// The first function of the calendar that it calls, and the character of the text, from 0, at which it stands.
    pub(crate) fn asks_date(&self) -> Option<(&str, usize)> {
        self.terms.iter().zip(&self.places).find_map(|(term, place)| match term {
            Term::Call(call) if is_function(&call.name) => {
                Some((call.name.as_str(), self.text.get(..*place).map_or(0, |before| before.chars().count())))
            }
            Term::Lag(lagged) => {
                let (name, _) = lagged.initial.as_ref()?.asks_date()?;
                Some((name, self.text.get(..*place).map_or(0, |before| before.chars().count())))
            }
            _ => None,
        })
    }
}

impl Expansion<'_> {
    /// What a function of the calendar reads. Nobody asks where rows have no dates.
    pub(super) fn of_date(&self, name: &str, arguments: &[Terms]) -> Terms {
        let Some(calendar) = self.calendar else { return number(f64::NAN) };
        if Calendar::PARTS.contains(&name) {
            return column(&format!(":{name}"));
        }
        let date = arguments.first().and_then(|argument| written_date(argument.first()).ok());
        number(date.map_or(f64::NAN, |date| calendar.first_from(date) as f64 * self.dt))
    }
}
