//! Dates in expressions: `date("2026-03-01")` becomes a quantity that is set when a run starts, from the start of the system.

use crate::body::Body;
use crate::fault::Faults;
use crate::form::{Asked, Form, Quantity, Role};
use crate::function::CALENDAR;
use crate::unit::Unit;
use te_core::Date;
use te_core::expression::{Source, Term, written_date};

/// Puts names in the place of dates; where the component asks for the calendar first, where it does.
pub(crate) fn give_dates(form: &mut Form, source: &str, faults: &mut Faults) -> Option<Asked> {
    let mut found: Vec<(String, Date)> = Vec::new();
    let mut asked: Option<Asked> = None;
    let Form { quantities, invariants, time, method_span, .. } = form;
    let bodies = quantities.iter_mut().flat_map(|one| one.role.bodies_mut());
    for body in bodies.chain(invariants.iter_mut().map(|invariant| &mut invariant.of)) {
        let function = |term: &Term| match term {
            Term::Call(call) if CALENDAR.iter().any(|(name, ..)| *name == call.name) => {
                Some(call.name.clone())
            }
            _ => None,
        };
        let Some((function, place)) = body.pairs().find_map(|(term, place)| Some((function(term)?, place)))
        else {
            continue;
        };
        let span = body.span(place, source);
        if asked.as_ref().is_none_or(|earlier| span.start < earlier.span.start) {
            asked = Some(Asked { function, span });
        }
        dates(body, &mut found, source, faults);
    }
    for (name, date) in found {
        quantities.push(Quantity {
            name,
            span: method_span.clone(),
            unit: Some(Unit::named(time.name())),
            unit_text: String::new(),
            doc: String::new(),
            role: Role::Date(date),
        });
    }
    asked
}

fn dates(body: &mut Body, found: &mut Vec<(String, Date)>, source: &str, faults: &mut Faults) {
    let (mut terms, mut refused) = (Vec::with_capacity(body.terms.len()), Vec::new());
    for (term, place) in body.pairs() {
        let called = matches!(term, Term::Call(call) if call.name == "date" && call.arguments == 1);
        if !called {
            terms.push((term.clone(), place));
            continue;
        }
        let argument = terms.pop();
        let at = argument.as_ref().map_or(place, |(_, at)| *at);
        let name = match written_date(argument.as_ref().map(|(term, _)| term)) {
            Ok(date) => {
                let name = format!("date:{date}");
                if !found.iter().any(|(known, _)| *known == name) {
                    found.push((name.clone(), date));
                }
                name
            }
            Err(message) => {
                refused.push((at, message));
                "time".to_owned()
            }
        };
        terms.push((Term::Read(Source::Column(name)), place));
    }
    for (at, message) in &refused {
        faults.refuse(&body.span(*at, source), "TE0507", message.clone());
    }
    if refused.is_empty() {
        *body = body.with(terms);
    } else {
        // It is refused once.
        *body = body.with(vec![(Term::Number(0.0), 0)]);
    }
}
