//! What stands in square brackets, and functions of whole arrays.
//!
//! `x[team]` is that element, `x[group]` inside an entry with this dimension the entry's own; in `sum mean min max size stddev` a `*`, or
//! the name of an array alone, runs over all elements: `sum(x)`, `sum(x[*] * y[*])`, `max(x[team, *])`.

use super::{Dimensions, element_name};
use crate::body::{Body, split};
use crate::fault::{Faults, hint};
use crate::form::{Form, Quantity, Role};
use te_core::expression::{Binary, Source, Term, Unary};

type Terms = Vec<(Term, usize)>;

/// Functions of whole arrays. `min` and `max` of several are those of all expressions.
pub(crate) const REDUCERS: [&str; 6] = ["sum", "mean", "min", "max", "size", "stddev"];

/// Terms that arrays may come to, at most.
const MOST_TERMS: usize = 200_000;

/// What a pipeline, cohorts or a flow show beside themselves.
const SHOWN: [&str; 4] = ["out", "leak", "locked", "asked"];

/// What cannot be, and at which byte of the expression.
type Refused = (usize, &'static str, String);

/// Puts names of elements in the place of names with brackets.
pub(crate) fn resolve(form: &mut Form, dims: &Dimensions, source: &str, faults: &mut Faults) {
    let mut hidden = Vec::new();
    let mut budget = MOST_TERMS;
    let mut quantities = std::mem::take(&mut form.quantities);
    for quantity in &mut quantities {
        let name = quantity.name.clone();
        let mut context = Context { dims, name: &name, hidden: &mut hidden, budget: &mut budget };
        for body in quantity.role.bodies_mut() {
            context.body(body, source, faults);
        }
        if let Role::Flow(flow) = &mut quantity.role {
            for (state, span) in flow.from.iter_mut().chain(&mut flow.to) {
                match context.name(state, 0) {
                    Ok(Some((known, free))) if free.is_empty() => *state = known.named(&[]),
                    Ok(None) => {}
                    Ok(Some(_)) => {
                        faults.refuse(
                            span,
                            "TE0501",
                            format!("`{state}` is an array: a flow moves one element"),
                        );
                    }
                    Err((_, code, message)) => faults.refuse(span, code, message),
                }
            }
        }
    }
    for invariant in &mut form.invariants {
        let name = invariant.name.clone();
        let mut context = Context { dims, name: &name, hidden: &mut hidden, budget: &mut budget };
        context.body(&mut invariant.of, source, faults);
    }
    form.quantities = quantities;
    form.quantities.extend(hidden);
    if let Some(show) = &mut form.show {
        let names = std::mem::take(show);
        for (name, span) in names {
            match dims.arrays.get(&name) {
                Some(own) => show.extend(dims.combinations(own).iter().map(|combination| {
                    (
                        element_name(&name, combination.iter().map(|(_, element)| element.as_str())),
                        span.clone(),
                    )
                })),
                None => show.push((name, span)),
            }
        }
    }
}

/// A read of an array: its name, what follows it, and of each dimension the element, where it is known.
struct Known {
    array: String,
    suffix: String,
    places: Vec<Result<String, String>>,
}

impl Known {
    /// The name of the element in which free dimensions stand for these.
    fn named(&self, combination: &[(String, String)]) -> String {
        let element = |place: &Result<String, String>| match place {
            Ok(element) => element.clone(),
            Err(dim) => combination
                .iter()
                .find(|(own, _)| own == dim)
                .map_or_else(String::new, |(_, element)| element.clone()),
        };
        let elements: Vec<String> = self.places.iter().map(element).collect();
        element_name(&self.array, elements.iter().map(String::as_str)) + &self.suffix
    }
}

struct Context<'a> {
    dims: &'a Dimensions,
    /// The entry that is read.
    name: &'a str,
    hidden: &'a mut Vec<Quantity>,
    budget: &'a mut usize,
}

impl Context<'_> {
    fn body(&mut self, body: &mut Body, source: &str, faults: &mut Faults) {
        match self.rewritten(body) {
            Ok(Some(terms)) => *body = body.with(terms),
            Ok(None) => {}
            Err((place, code, message)) => {
                faults.refuse(&body.span(place, source), code, message);
                // It is refused once.
                *body = body.with(vec![(Term::Number(0.0), 0)]);
            }
        }
    }

    fn rewritten(&mut self, body: &Body) -> Result<Option<Terms>, Refused> {
        let reads = |term: &Term| match term {
            Term::Read(Source::Column(name)) => name.contains('[') || self.dims.is_array(self.split(name).0),
            Term::Call(call) => REDUCERS.contains(&call.name.as_str()),
            _ => false,
        };
        if !body.terms.iter().any(reads) {
            return Ok(None);
        }
        let (mut out, mut starts): (Terms, Vec<usize>) = (Vec::new(), Vec::new());
        for (term, place) in body.pairs() {
            let first = starts.len().saturating_sub(term.takes());
            let start = starts.get(first).copied().unwrap_or(out.len());
            match term {
                Term::Call(call) if REDUCERS.contains(&call.name.as_str()) => {
                    let arguments = out.split_off(start);
                    let reduced = self.reduce(&call.name, call.arguments, arguments, place, body)?;
                    out.extend(reduced);
                }
                Term::Read(Source::Column(name)) => {
                    let name = match self.name(name, place)? {
                        Some((known, free)) if free.is_empty() => known.named(&[]),
                        _ => name.clone(),
                    };
                    out.push((Term::Read(Source::Column(name)), place));
                }
                term => out.push((term.clone(), place)),
            }
            self.spend(1, place)?;
            starts.truncate(first);
            starts.push(start);
        }
        // What no function of arrays has taken.
        for (term, place) in &out {
            if let Term::Read(Source::Column(name)) = term
                && let Some((known, _)) = self.name(name, *place)?
            {
                let dims = self.dims.arrays.get(&known.array).map_or(&[][..], Vec::as_slice).join(", ");
                let array = format!("{}{}", known.array, known.suffix);
                let message = format!(
                    "`{name}` is all of an array: read an element, `{array}[{dims}]`, or a function of all, `sum({array})`"
                );
                return Err((*place, "TE0501", message));
            }
        }
        Ok(Some(out))
    }

    fn spend(&mut self, terms: usize, place: usize) -> Result<(), Refused> {
        match self.budget.checked_sub(terms) {
            Some(left) => {
                *self.budget = left;
                Ok(())
            }
            None => Err((place, "TE0511", format!("arrays of more than {MOST_TERMS} operations"))),
        }
    }

    /// The array of a name, and what follows it: `line.out` is what leaves the array `line`.
    fn split<'n>(&self, name: &'n str) -> (&'n str, &'n str) {
        match name.rsplit_once('.') {
            Some((array, last)) if SHOWN.contains(&last) && self.dims.is_array(array) => {
                (array, &name[array.len()..])
            }
            _ => (name, ""),
        }
    }

    /// The array that a name reads, and its dimensions that are free; nothing where it reads none.
    fn name(&self, name: &str, place: usize) -> Result<Option<(Known, Vec<String>)>, Refused> {
        let (base, index) = match name.split_once('[') {
            Some((base, rest)) => (base, Some(rest.trim_end_matches(']'))),
            None => (name, None),
        };
        let (array, suffix) = self.split(base);
        let Some(own) = self.dims.arrays.get(array) else {
            if index.is_none() {
                return Ok(None);
            }
            let arrays: Vec<&str> = self.dims.arrays.keys().map(String::as_str).collect();
            return Err((place, "TE0502", format!("there is no array `{array}`{}", hint(array, arrays))));
        };
        let indices: Vec<&str> = match index {
            Some(index) => index.split(',').map(str::trim).collect(),
            None => vec!["*"; own.len()],
        };
        if indices.len() != own.len() {
            let message =
                format!("`{array}` has the dimensions {}: `{name}` names {}", own.join(", "), indices.len());
            return Err((place, "TE0501", message));
        }
        let mut places = Vec::new();
        for (dim, index) in own.iter().zip(&indices) {
            places.push(self.place(dim, index, place)?);
        }
        let free = places.iter().filter_map(|place| place.as_ref().err().cloned()).collect();
        Ok(Some((Known { array: array.to_owned(), suffix: suffix.to_owned(), places }, free)))
    }

    /// The element that an index means, or the dimension that it runs over.
    fn place(&self, dim: &str, index: &str, place: usize) -> Result<Result<String, String>, Refused> {
        if index == "*" {
            return Ok(Err(dim.to_owned()));
        }
        let elements = self.dims.elements.get(dim).map_or(&[][..], Vec::as_slice);
        if elements.iter().any(|element| element == index) {
            return Ok(Ok(index.to_owned()));
        }
        let stands = self.dims.own.get(self.name).map_or(&[][..], Vec::as_slice);
        let own = stands.iter().find(|(dim, _)| dim == index).map(|(_, element)| element);
        match own {
            Some(element) if elements.contains(element) => Ok(Ok(element.clone())),
            Some(element) => {
                Err((place, "TE0502", format!("`{dim}` has no element `{element}` as `{index}` has")))
            }
            None if index == dim => {
                let message =
                    format!("`{dim}` stands for an element in an entry with `dim = \"{dim}\"`; all are `*`");
                Err((place, "TE0501", message))
            }
            None => {
                let own = stands.iter().map(|(dim, _)| dim.as_str());
                let hint = hint(index, elements.iter().map(String::as_str).chain(own).collect::<Vec<_>>());
                Err((place, "TE0502", format!("`{dim}` has no element `{index}`{hint}")))
            }
        }
    }

    /// A function of all elements of its argument.
    fn reduce(
        &mut self,
        function: &str,
        arguments: usize,
        terms: Terms,
        place: usize,
        body: &Body,
    ) -> Result<Terms, Refused> {
        let extreme = match function {
            "min" => Some(Binary::Min),
            "max" => Some(Binary::Max),
            _ => None,
        };
        let joined = |parts: Vec<Terms>, op: Binary| -> Terms {
            let join = |(at, part): (usize, Terms)| {
                part.into_iter().chain((at > 0).then_some((Term::Binary(op), place)))
            };
            parts.into_iter().enumerate().flat_map(join).collect()
        };
        if let (Some(op), 2..) = (extreme, arguments) {
            let call =
                Term::Call(Box::new(te_core::expression::Call { name: function.to_owned(), arguments }));
            let pairs: Terms = terms.into_iter().chain([(call, place)]).collect();
            return Ok(joined(split(&pairs), op));
        }
        if arguments != 1 {
            return Err((
                place,
                "TE0501",
                format!("`{function}` takes one array, or an expression of arrays"),
            ));
        }
        let mut free: Vec<String> = Vec::new();
        for (term, place) in &terms {
            if let Term::Read(Source::Column(name)) = term
                && let Some((_, dims)) = self.name(name, *place)?
            {
                free.extend(dims.into_iter().filter(|dim| !free.contains(dim)).collect::<Vec<_>>());
            }
        }
        if free.is_empty() {
            return Err((
                place,
                "TE0501",
                format!(
                    "`{function}` is of all elements of an array: `{function}(x)`, `{function}(x[*] * y[*])`"
                ),
            ));
        }
        let size = free.iter().map(|dim| self.dims.elements.get(dim).map_or(0, Vec::len));
        let size = size.fold(1_usize, usize::saturating_mul);
        let count = vec![(Term::Number(size as f64), place)];
        if function == "size" {
            return Ok(count);
        }
        self.spend(size.saturating_mul(terms.len()), place)?;
        let mut parts: Vec<Terms> = Vec::new();
        for combination in self.dims.combinations(&free) {
            let mut part = Terms::new();
            for (term, place) in &terms {
                let term = match term {
                    Term::Read(Source::Column(name)) => match self.name(name, *place)? {
                        Some((known, _)) => Term::Read(Source::Column(known.named(&combination))),
                        None => term.clone(),
                    },
                    term => term.clone(),
                };
                part.push((term, *place));
            }
            parts.push(part);
        }
        let mean = |parts: Vec<Terms>| -> Terms {
            joined(parts, Binary::Add)
                .into_iter()
                .chain(count.clone())
                .chain([(Term::Binary(Binary::Divide), place)])
                .collect()
        };
        Ok(match (extreme, function) {
            (Some(op), _) => joined(parts, op),
            (None, "sum") => joined(parts, Binary::Add),
            (None, "mean") => mean(parts),
            // The root of the mean square of the distances to the mean.
            _ => {
                let middle = self.hide(body, mean(parts.clone()));
                let square = |part: Terms| -> Terms {
                    let distance =
                        part.into_iter().chain([middle.clone(), (Term::Binary(Binary::Subtract), place)]);
                    distance
                        .chain([(Term::Number(2.0), place), (Term::Binary(Binary::Power), place)])
                        .collect()
                };
                let squares = parts.into_iter().map(square).collect();
                mean(squares).into_iter().chain([(Term::Unary(Unary::Sqrt), place)]).collect()
            }
        })
    }

    /// A quantity by a name that no text can write.
    fn hide(&mut self, body: &Body, terms: Terms) -> (Term, usize) {
        let name = format!("{}:mean{}", self.name, self.hidden.len());
        let place = terms.last().map_or(0, |(_, place)| *place);
        self.hidden.push(Quantity {
            name: name.clone(),
            span: body.whole().clone(),
            unit: None,
            unit_text: String::new(),
            doc: String::new(),
            role: Role::Let(body.with(terms)),
        });
        (Term::Read(Source::Column(name)), place)
    }
}
