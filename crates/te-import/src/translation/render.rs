//! An expression of the model as one of equations, by a stack of what is to be done.

use super::saying::{After, Saying, Visited};
use super::{Job, Translation};
use crate::dimension::Setting;
use crate::expression::{Expression, Node, Subscript, key};
use crate::fault::shortened;
use crate::piece::{Piece, binary};
use crate::scope::{Array, Found, find};
use std::rc::Rc;

/// What is to be done.
enum Work {
    Visit(usize, Rc<Setting>),
    After(After, usize),
}

/// Bytes of one expression of equations, at most.
const LONGEST: usize = 1 << 20;

impl<'s> Translation<'s> {
    pub(super) fn expression(&mut self, job: &Job<'s>, of: &Expression) -> Piece {
        let saying = Saying { scope: job.scope, owner: &job.name, of };
        let mut work = vec![Work::Visit(of.root(), Rc::new(job.setting.clone()))];
        let mut pieces: Vec<Piece> = Vec::new();
        while let Some(next) = work.pop() {
            if self.left == 0 {
                return Piece::atom("0");
            }
            self.left -= 1;
            if self.left == 0 {
                self.faults.refuse(job.definition.at, super::TOO_MANY);
            }
            match next {
                Work::Visit(node, setting) => match self.visit(&saying, node, &setting) {
                    Ok(Visited::Piece(piece)) => pieces.push(piece),
                    Ok(Visited::After(after, arguments)) => {
                        work.push(Work::After(after, node));
                        // The last is put first, so that the first is said first.
                        work.extend(
                            arguments.into_iter().rev().map(|(at, setting)| Work::Visit(at, setting)),
                        );
                    }
                    Err(message) => {
                        self.faults.refuse(of.place(node), message);
                        pieces.push(Piece::atom("0"));
                    }
                },
                Work::After(after, node) => {
                    let count = after.takes();
                    let mut arguments = pieces.split_off(pieces.len().saturating_sub(count));
                    if let After::Binary(op) = after {
                        let (b, a) = (arguments.pop(), arguments.pop());
                        if let (Some(a), Some(b)) = (a, b) {
                            pieces.push(binary(op, a, &b));
                        }
                        continue;
                    }
                    match self.after(&saying, after, &arguments, of.place(node)) {
                        Ok(piece) if piece.text.len() <= LONGEST => pieces.push(piece),
                        Ok(_) => {
                            self.faults.refuse(
                                of.place(node),
                                "an expression of more than 1 MiB, its arrays taken apart",
                            );
                            return Piece::atom("0");
                        }
                        Err(message) => {
                            self.faults.refuse(of.place(node), message);
                            pieces.push(Piece::atom("0"));
                        }
                    }
                }
            }
        }
        pieces.pop().unwrap_or_else(|| Piece::atom("0"))
    }

    fn visit(
        &mut self,
        saying: &Saying<'_, '_>,
        at: usize,
        setting: &Rc<Setting>,
    ) -> Result<Visited, String> {
        let same = |parts: &[usize]| parts.iter().map(|at| (*at, Rc::clone(setting))).collect();
        match saying.of.node(at) {
            Node::Number(x) => Ok(Visited::Piece(Piece::number(*x))),
            Node::Text(text) => Err(format!("the text `{}` is no number", shortened(text))),
            Node::Points(_) => Err("points of a table outside a call that reads them".to_owned()),
            Node::Name { name, subscripts } => {
                self.name(saying, name, subscripts, setting).map(Visited::Piece)
            }
            Node::Unary(op, x) => Ok(Visited::After(After::Unary(*op), same(&[*x]))),
            Node::Binary(op, a, b) => Ok(Visited::After(After::Binary(*op), same(&[*a, *b]))),
            Node::If(parts) => Ok(Visited::After(After::If, same(parts))),
            Node::Call { name, subscripts, arguments } => {
                self.call(saying, name, subscripts, arguments, setting)
            }
        }
    }

    /// What a name is, as a value.
    fn name(
        &mut self,
        saying: &Saying<'_, '_>,
        name: &str,
        subscripts: &[Subscript],
        setting: &Setting,
    ) -> Result<Piece, String> {
        let own = key(name);
        match find(&self.scopes, saying.scope, &own) {
            Some(Found::Piece(piece)) => return Ok(piece.clone()),
            Some(Found::Array(array)) => {
                let elements = self.elements(name, array, subscripts, setting)?;
                let item = array.items.get(&elements.join(","));
                return match item {
                    Some(item) => item.value.clone().map(Piece::atom).ok_or_else(|| {
                        format!(
                            "`{}` is a table: it is called, as in `{}(x)`",
                            shortened(name),
                            shortened(name)
                        )
                    }),
                    None => Err(format!("`{}` has no element `{}`", shortened(name), elements.join(", "))),
                };
            }
            None => {}
        }
        if let Some(piece) = self.builtin(&own, saying) {
            return Ok(piece);
        }
        // The place of an element in its dimension.
        if subscripts.is_empty() && (self.dimensions.is_dimension(&own) || self.dimensions.is_element(&own)) {
            let through = format!("{own}!");
            let element = match setting.iter().rev().find(|(name, _)| *name == through) {
                Some((_, element)) => element.clone(),
                None => self.dimensions.resolve(&own, setting)?,
            };
            let dimension = self.dimensions.is_dimension(&own).then_some(own.as_str());
            let place =
                self.dimensions.place(&element, dimension).or_else(|| self.dimensions.place(&element, None));
            return Ok(Piece::number(place.unwrap_or(0) as f64));
        }
        Err(self.unknown(&own, name, saying.scope))
    }

    fn unknown(&self, own: &str, name: &str, scope: usize) -> String {
        let known = self.scopes.get(scope).map_or(Vec::new(), |scope| scope.known.keys().collect::<Vec<_>>());
        let limit = own.chars().count() / 3;
        let near = known.iter().map(|one| (distance(own, one), *one)).filter(|(far, _)| *far <= limit).min();
        let hint = near.map_or(String::new(), |(_, near)| format!("; did you mean `{near}`?"));
        format!("`{}` is not defined{hint}", shortened(name))
    }

    /// The elements that subscripts mean.
    pub(super) fn elements(
        &self,
        name: &str,
        array: &Array,
        subscripts: &[Subscript],
        setting: &Setting,
    ) -> Result<Vec<String>, String> {
        if subscripts.is_empty() && !array.left.is_empty() && array.left.len() <= setting.len() {
            // An array without subscripts has those of the left side, or those that are gone through.
            return array.left.iter().map(|dimension| self.one(name, dimension, false, setting)).collect();
        }
        if subscripts.len() != array.left.len() {
            return Err(format!(
                "`{}` has {} subscripts, {} are given",
                shortened(name),
                array.left.len(),
                subscripts.len()
            ));
        }
        let one = |(subscript, dimension): (&Subscript, &String)| {
            if subscript.key == "*" {
                return self.one(name, dimension, true, setting);
            }
            let by_number =
                subscript.key.parse::<usize>().ok().filter(|_| !self.dimensions.is_element(&subscript.key));
            if let Some(number) = by_number {
                let elements = self.dimensions.elements(dimension);
                let found = number.checked_sub(1).and_then(|at| elements.get(at)).cloned();
                return found.ok_or_else(|| format!("`{}` has no element {number}", shortened(name)));
            }
            self.one(name, &subscript.key, subscript.every, setting)
        };
        subscripts.iter().zip(&array.left).map(one).collect()
    }

    fn one(&self, name: &str, subscript: &str, every: bool, setting: &Setting) -> Result<String, String> {
        let through = format!("{subscript}!");
        if let Some((_, element)) = setting.iter().rev().find(|(known, _)| *known == through) {
            return Ok(element.clone());
        }
        if every {
            return Err(format!(
                "all of `{}` stands outside a function that takes an array",
                shortened(name)
            ));
        }
        self.dimensions.resolve(subscript, setting)
    }
}

/// Letters to change between two names.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut before = i;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        for (j, y) in b.iter().enumerate() {
            let kept = before + usize::from(x != *y);
            before = row.get(j + 1).copied().unwrap_or(0);
            let least = kept.min(before + 1).min(row.get(j).copied().unwrap_or(0) + 1);
            if let Some(cell) = row.get_mut(j + 1) {
                *cell = least;
            }
        }
    }
    row.last().copied().unwrap_or(0)
}
