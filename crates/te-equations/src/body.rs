//! An expression in a component's text, its terms in reverse Polish order, each with its place.

use crate::fault::Faults;
use crate::function;
use crate::tree::{Data, Tree};
use std::ops::Range;
use te_core::Value;
use te_core::expression::{Call, Expression, Source, Term};

/// An expression.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    /// The value in the text.
    tree: Tree,
    pub(crate) text: String,
    pub(crate) terms: Vec<Term>,
    /// Bytes of `text`, one for each term.
    pub(crate) places: Vec<usize>,
}

impl Body {
    /// Reads a number or an expression.
    pub(crate) fn read(tree: &Tree, tables: &[String], faults: &mut Faults, source: &str) -> Option<Self> {
        let text = match &tree.data {
            Data::Leaf(Value::Text(text)) => text,
            Data::Leaf(value @ (Value::F64(_) | Value::I64(_) | Value::U64(_))) => {
                let number = value.number().filter(|x| x.is_finite());
                if number.is_none() {
                    faults.refuse(&tree.span, "TE0501", format!("{value} is not a finite number"));
                }
                return Some(Self::number(tree, number?));
            }
            _ => {
                let message = format!("this is {}: a number or an expression is wanted", tree.kind_name());
                faults.refuse(&tree.span, "TE0501", message);
                return None;
            }
        };
        let is_function = |name: &str| function::is_known(name) || tables.iter().any(|table| table == name);
        match Expression::parse_with(text, &is_function) {
            Ok(expression) => {
                let (terms, places) = (expression.terms().to_vec(), expression.places().to_vec());
                Some(Self { tree: tree.clone(), text: text.clone(), terms, places })
            }
            Err(error) => {
                let code = if error.message.starts_with("it has") { "TE0511" } else { "TE0501" };
                let at = tree.character(source, error.column - 1);
                let message = error.message.replace(
                    ", lag(name, steps), lag(name, steps, initial), param(name)",
                    ", and the functions of time, memory and tables",
                );
                faults.refuse(&(at..tree.span.end), code, format!("in `{}`: {message}", shortened(text)));
                None
            }
        }
    }

    /// A number where nothing is written.
    pub(crate) fn number(tree: &Tree, x: f64) -> Self {
        Self { tree: tree.clone(), text: x.to_string(), terms: vec![Term::Number(x)], places: vec![0] }
    }

    /// Other terms of the same text.
    pub(crate) fn with(&self, terms: Vec<(Term, usize)>) -> Self {
        let (terms, places) = terms.into_iter().unzip();
        Self { tree: self.tree.clone(), text: self.text.clone(), terms, places }
    }

    /// The terms with their places.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&Term, usize)> {
        self.terms.iter().zip(self.places.iter().copied())
    }

    /// Where a term stands in the whole text.
    pub(crate) fn span(&self, place: usize, source: &str) -> Range<usize> {
        let before = self.text.get(..place).map_or(0, |before| before.chars().count());
        self.tree.character(source, before)..self.tree.span.end
    }

    /// Where it stands.
    pub(crate) fn whole(&self) -> &Range<usize> {
        &self.tree.span
    }

    /// Whether it is a number alone.
    pub(crate) fn is_number(&self) -> bool {
        matches!(self.terms.as_slice(), [Term::Number(_)])
    }

    /// The names that it reads, each with its place.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, usize)> {
        self.pairs().filter_map(|(term, place)| match term {
            Term::Read(Source::Column(name)) => Some((name.as_str(), place)),
            _ => None,
        })
    }

    /// The calls of functions that are not the language's own.
    pub(crate) fn calls(&self) -> impl Iterator<Item = (&Call, usize)> {
        self.pairs().filter_map(|(term, place)| match term {
            Term::Call(call) => Some((&**call, place)),
            _ => None,
        })
    }
}

/// A text as messages show it.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(160) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

impl Body {
    /// The same with another text.
    pub(crate) fn named(self, text: &str) -> Self {
        Self { text: text.to_owned(), ..self }
    }
}

/// The arguments of the last term, each in reverse Polish order.
pub(crate) fn split(pairs: &[(Term, usize)]) -> Vec<Vec<(Term, usize)>> {
    let Some(((last, _), before)) = pairs.split_last() else { return Vec::new() };
    let mut starts: Vec<usize> = Vec::new();
    for (at, (term, _)) in before.iter().enumerate() {
        let first = starts.len().saturating_sub(term.takes());
        let start = starts.get(first).copied().unwrap_or(at);
        starts.truncate(first);
        starts.push(start);
    }
    let starts = starts.split_off(starts.len().saturating_sub(last.takes()));
    let ends = starts.iter().skip(1).copied().chain([before.len()]);
    starts.iter().zip(ends).map(|(start, end)| before.get(*start..end).unwrap_or_default().to_vec()).collect()
}
