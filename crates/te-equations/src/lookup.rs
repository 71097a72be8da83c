//! Tables that are written where they are called: `lookup(x, x1, y1, x2, y2, …)`, linear between its points, and beyond the first
//! and last as they are there.

use crate::body::{Body, split};
use crate::fault::Faults;
use crate::fixed;
use crate::form::{Form, NamedCurve};
use crate::function::LOOKUP;
use te_core::expression::{Between, Call, Curve, Outside, Term};

/// Makes a table of every call, which then is a call of that table.
pub(crate) fn give_tables(form: &mut Form, source: &str, faults: &mut Faults) {
    let Form { tables, quantities, invariants, .. } = form;
    let bodies = quantities.iter_mut().flat_map(|one| one.role.bodies_mut());
    for body in bodies.chain(invariants.iter_mut().map(|invariant| &mut invariant.of)) {
        while let Some(at) = body.terms.iter().position(is_lookup) {
            match table(body, at) {
                Ok((curve, first)) => {
                    let name = format!("{LOOKUP}:{}", tables.len());
                    let place = body.places.get(at).copied().unwrap_or(0);
                    let call = Term::Call(Box::new(Call { name: name.clone(), arguments: 1 }));
                    body.terms.splice(first..=at, [call]);
                    body.places.splice(first..=at, [place]);
                    tables.push(NamedCurve { name, curve, units: [None, None] });
                }
                Err((place, code, message)) => {
                    faults.refuse(&body.span(place, source), code, message);
                    // It is refused once.
                    body.terms[at] = Term::Call(Box::new(Call {
                        name: format!("{LOOKUP}:refused"),
                        arguments: body.terms[at].takes(),
                    }));
                }
            }
        }
    }
}

fn is_lookup(term: &Term) -> bool {
    matches!(term, Term::Call(call) if call.name == LOOKUP)
}

/// The table of the call at this term, and the first term of its points.
fn table(body: &Body, at: usize) -> Result<(Curve, usize), (usize, &'static str, String)> {
    let pairs: Vec<(Term, usize)> =
        body.pairs().take(at + 1).map(|(term, place)| (term.clone(), place)).collect();
    let arguments = split(&pairs);
    let place = pairs.last().map_or(0, |(_, place)| *place);
    if arguments.len() < 5 || arguments.len().is_multiple_of(2) {
        let message = "`lookup` takes a value and two points or more: lookup(x, x1, y1, x2, y2)";
        return Err((place, "TE0501", message.to_owned()));
    }
    let mut points = Vec::new();
    for point in arguments.iter().skip(1) {
        let number = fixed::value(point.iter().map(|(term, _)| term), &|_| None, &|_, _| None);
        let Some(number) = number.filter(|x| x.is_finite()) else {
            let place = point.first().map_or(place, |(_, place)| *place);
            return Err((place, "TE0506", "the points of `lookup` are numbers, written out".to_owned()));
        };
        points.push(number);
    }
    let x: Vec<f64> = points.iter().copied().step_by(2).collect();
    let y: Vec<f64> = points.iter().copied().skip(1).step_by(2).collect();
    let first = at - arguments.iter().skip(1).map(Vec::len).sum::<usize>();
    match Curve::new(&x, &y, Between::Linear, Outside::Hold) {
        Ok(curve) => Ok((curve, first)),
        Err(message) => Err((place, "TE0506", format!("`lookup`: {message}"))),
    }
}
