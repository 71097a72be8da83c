//! Calls: functions, tables, reductions of arrays, macros.

use super::Translation;
use super::lookup::reading;
use super::reduction::reduced;
use super::saying::{After, Saying, Visited};
use crate::dimension::Setting;
use crate::expression::{Node, Subscript, key};
use crate::fault::shortened;
use crate::function::{Reduction, forms, is_known, reduction};
use crate::piece::{Piece, unary};
use crate::scope::{Found, find};
use crate::source::{Points, Shape};
use crate::target::{Law, Role};
use std::rc::Rc;

/// Functions that are refused, with a reason of their own.
const REFUSED: [(&str, &str); 11] = [
    ("allocate_available", "it allots by priority curves"),
    ("allocate_by_priority", "it allots by priority curves"),
    ("vector_select", "it works on vectors"),
    ("vector_order", "it works on vectors"),
    ("vector_sort_order", "it works on vectors"),
    ("vector_rank", "it works on vectors"),
    ("vector_reorder", "it works on vectors"),
    ("vector_elm_map", "it works on vectors"),
    ("invert_matrix", "it works on matrices"),
    ("find_zero", "it solves an equation in every step"),
    ("rank", "it works on vectors"),
];

impl Translation<'_> {
    pub(super) fn call(
        &mut self,
        saying: &Saying<'_, '_>,
        name: &str,
        subscripts: &[Subscript],
        arguments: &[usize],
        setting: &Rc<Setting>,
    ) -> Result<Visited, String> {
        let own = key(name);
        let dialect = self.source.dialect;
        let same = |parts: &[usize]| parts.iter().map(|at| (*at, Rc::clone(setting))).collect::<Vec<_>>();
        let arity =
            |wanted: &str| format!("`{}` takes {wanted}, {} are given", shortened(name), arguments.len());
        if arguments.is_empty()
            && let Some(piece) = self.builtin(&own, saying)
        {
            return Ok(Visited::Piece(piece));
        }
        if let Some(table) = self.table_of(saying.scope, name, subscripts, setting)? {
            return match arguments {
                [x] => Ok(Visited::After(After::Table(table), same(&[*x]))),
                _ => Err(arity("1 argument")),
            };
        }
        if let Some(at) = self.macros.get(&own).copied() {
            return Ok(Visited::After(After::Macro(at, arguments.len()), same(arguments)));
        }
        if let Some(reading) = reading(&own, dialect) {
            let [table, x] = arguments else { return Err(arity("2 arguments")) };
            let Node::Name { name, subscripts } = saying.of.node(*table) else {
                return Err(format!("the first argument of `{}` is the name of a table", shortened(name)));
            };
            let Some(table) = self.table_of(saying.scope, name, subscripts, setting)? else {
                return Err(format!("there is no table `{}`", shortened(name)));
            };
            return self.read_otherwise(saying, table, reading, (*x, setting));
        }
        match (own.as_str(), arguments) {
            ("with_lookup", [x, table]) => {
                let Node::Points(points) = saying.of.node(*table) else {
                    return Err("the second argument of WITH LOOKUP is a list of points".to_owned());
                };
                return Ok(Visited::After(After::With(points.clone()), same(&[*x])));
            }
            ("elmcount" | "size", [of]) => return self.size(saying, *of).map(Visited::Piece),
            ("active_initial", [of, initial]) => {
                return Ok(Visited::After(After::Active, same(&[*of, *initial])));
            }
            ("integ", [rate, initial]) => return Ok(Visited::After(After::Stock, same(&[*rate, *initial]))),
            ("get_time_value", [base, offset, unit]) => {
                return Ok(Visited::After(After::TimeValue, same(&[*base, *offset, *unit])));
            }
            // `IF(condition)` with THEN and ELSE is read as such; with commas it is a function of some tools.
            ("if", [_, _, _]) => return Ok(Visited::After(After::If, same(arguments))),
            _ => {}
        }
        if let Some(reduction) = reduction(&own, arguments.len(), dialect)
            && let [of] = arguments
        {
            let settings = self.gone_through(saying, *of, setting)?;
            let count = settings.len();
            let visits = settings.into_iter().map(|setting| (*of, setting)).collect();
            return Ok(Visited::After(After::Reduction(reduction, count), visits));
        }
        if let Some((_, why)) = REFUSED.iter().find(|(refused, _)| *refused == own) {
            return Err(format!("cannot be imported: `{}`: {why}", shortened(name)));
        }
        if own.starts_with("get_") {
            return Err(format!("cannot be imported: `{}` reads another file", shortened(name)));
        }
        if !is_known(&own, dialect) {
            if find(&self.scopes, saying.scope, &own).is_some() {
                return Err(format!("`{}` is no table: it cannot be called", shortened(name)));
            }
            return Err(format!("cannot be imported: there is no function `{}`", shortened(name)));
        }
        let Some(form) = forms(&own, dialect).find(|form| form.arguments == arguments.len()) else {
            let counts: Vec<String> = forms(&own, dialect).map(|form| form.arguments.to_string()).collect();
            return Err(arity(&format!("{} arguments", counts.join(" or "))));
        };
        Ok(Visited::After(After::Function(form), same(arguments)))
    }

    /// The table of a name, where it is one.
    fn table_of(
        &self,
        scope: usize,
        name: &str,
        subscripts: &[Subscript],
        setting: &Setting,
    ) -> Result<Option<String>, String> {
        let Some(Found::Array(array)) = find(&self.scopes, scope, &key(name)) else { return Ok(None) };
        if array.items.values().all(|item| item.table.is_none()) {
            return Ok(None);
        }
        let elements = self.elements(name, array, subscripts, setting)?;
        match array.items.get(&elements.join(",")) {
            Some(item) => Ok(item.table.clone()),
            None => Err(format!("the table `{}` has no element `{}`", shortened(name), elements.join(", "))),
        }
    }

    /// What an operator, a function or a macro is, once its arguments are said.
    pub(super) fn after(
        &mut self,
        saying: &Saying<'_, '_>,
        after: After,
        arguments: &[Piece],
        at: usize,
    ) -> Result<Piece, String> {
        match (after, arguments) {
            (After::Unary(op), [x]) => Ok(unary(op, x)),
            (After::If, [c, a, b]) => Ok(Piece::atom(format!("if({}, {}, {})", c.text, a.text, b.text))),
            (After::Table(table), [x]) => Ok(Piece::atom(format!("{table}({})", x.text))),
            (After::With(points), [x]) => {
                let name = self.names.give(&format!("{} table", saying.owner.trim_start_matches('_')));
                self.add_table(name.clone(), "", &Points { points, shape: Shape::Continuous }, at);
                Ok(Piece::atom(format!("{name}({})", x.text)))
            }
            (After::Stock, [rate, initial]) => {
                let initial = if self.has_initials {
                    crate::initial::marked(&initial.text)
                } else {
                    initial.text.clone()
                };
                let role = Role::State { initial, law: Law::Rate(rate.text.clone()), min: None };
                Ok(Piece::atom(self.add_hidden(saying.owner, "stock", role)))
            }
            (After::Active, [of, initial]) => {
                self.initials.insert(saying.owner.to_owned(), initial.text.clone());
                Ok(of.clone())
            }
            (After::TimeValue, [base, offset, unit]) => self.time_value(base, offset, unit),
            (After::Reduction(Reduction::Deviation, count), _) => {
                self.faults.note(at, "`STDDEV`: of all elements, divided by their number");
                Ok(self.deviation(saying, arguments, count))
            }
            (After::Reduction(reduction, count), _) => Ok(reduced(reduction, arguments, count)),
            (After::Function(function), _) => self.function(saying, function, arguments, at),
            (After::Macro(called, _), _) => self.expanded(saying, called, arguments),
            _ => Err("arguments are missing".to_owned()),
        }
    }
}
