//! Parameters of choice: `mode == "fast"` is a comparison with the place of `fast` among what can be chosen.

use crate::fault::{Faults, hint};
use crate::form::{Form, Invariant};
use std::collections::HashMap;
use te_core::ParamKind;
use te_core::expression::{Binary, Source, Term};

/// Puts numbers in the place of texts.
pub(crate) fn give_numbers(form: &mut Form, source: &str, faults: &mut Faults) {
    let choices: HashMap<String, Vec<String>> = form
        .params
        .iter()
        .filter_map(|spec| match &spec.kind {
            ParamKind::Choice(names) => {
                Some((spec.name.to_string(), names.iter().map(ToString::to_string).collect()))
            }
            _ => None,
        })
        .collect();
    let bodies = form.quantities.iter_mut().flat_map(|one| one.role.bodies_mut());
    for body in bodies.chain(form.invariants.iter_mut().map(|Invariant { of, .. }| of)) {
        let chosen = |term: &Term| match term {
            Term::Read(Source::Column(name)) => choices.get(name).map(|names| (name.clone(), names)),
            _ => None,
        };
        for at in 0..body.terms.len() {
            let (before, rest) = body.terms.split_at_mut(at);
            // A comparison of two single terms stands right after them.
            let pair = match (before, rest.first()) {
                ([.., a, b], Some(Term::Binary(Binary::Equal | Binary::NotEqual))) => Some((a, b)),
                _ => None,
            };
            let Some((a, b)) = pair else { continue };
            let (param, text, back) = if is_text(b) { (&*a, b, 1) } else { (&*b, a, 2) };
            let place = body.places.get(at - back).copied().unwrap_or(0);
            let (Some((name, names)), Some(word)) = (chosen(param), text_of(text)) else { continue };
            if let Some(index) = names.iter().position(|known| *known == word) {
                *text = Term::Number(index as f64);
            } else {
                let hint = hint(&word, names.iter().map(String::as_str).collect::<Vec<_>>());
                *text = Term::Number(0.0);
                let message = format!("`{name}` is never \"{word}\"{hint}");
                faults.refuse(&body.span(place, source), "TE0502", message);
            }
        }
        for (at, term) in body.terms.iter().enumerate() {
            let place = body.places.get(at).copied().unwrap_or(0);
            let message = if let Some(word) = text_of(term) {
                format!("\"{word}\" is compared with a parameter of choice, by `==` or `!=`, or not at all")
            } else if let Some((name, names)) = chosen(term) {
                let is_compared = matches!(
                    (body.terms.get(at + 1), body.terms.get(at + 2)),
                    (Some(Term::Number(_)), Some(Term::Binary(Binary::Equal | Binary::NotEqual)))
                ) || matches!(
                    (at.checked_sub(1).and_then(|at| body.terms.get(at)), body.terms.get(at + 1)),
                    (Some(Term::Number(_)), Some(Term::Binary(Binary::Equal | Binary::NotEqual)))
                );
                if is_compared {
                    continue;
                }
                let first = names.first().map_or("", String::as_str);
                format!("`{name}` is a choice: it is compared, as in `{name} == \"{first}\"`")
            } else {
                continue;
            };
            faults.refuse(&body.span(place, source), "TE0501", message);
        }
    }
}

fn text_of(term: &Term) -> Option<String> {
    match term {
        Term::Call(call) => call.text().map(str::to_owned),
        _ => None,
    }
}

fn is_text(term: &Term) -> bool {
    text_of(term).is_some()
}
