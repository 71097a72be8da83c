//! Tables that are read otherwise than they are declared: extended, backward, inverted.

use super::Translation;
use super::saying::{After, Saying, Visited};
use crate::dimension::Setting;
use crate::expression::Dialect;
use crate::source::{Meaning, Points, Shape};
use std::rc::Rc;

/// A table read otherwise than it is declared.
#[derive(Clone, Copy)]
pub(super) enum Reading {
    AsItIs,
    Extended,
    Forward,
    Backward,
    Inverse,
}

/// How a function reads the table that is its first argument.
pub(super) fn reading(name: &str, dialect: Dialect) -> Option<Reading> {
    match (name, dialect) {
        ("lookup", _) => Some(Reading::AsItIs),
        ("lookup_extrapolate", Dialect::Vensim) => Some(Reading::Extended),
        ("lookup_forward", Dialect::Vensim) => Some(Reading::Forward),
        ("lookup_backward", Dialect::Vensim) => Some(Reading::Backward),
        ("lookup_invert", _) => Some(Reading::Inverse),
        _ => None,
    }
}

impl Translation<'_> {
    pub(super) fn read_otherwise(
        &mut self,
        saying: &Saying<'_, '_>,
        table: String,
        reading: Reading,
        (x, setting): (usize, &Rc<Setting>),
    ) -> Result<Visited, String> {
        let call = |table| Ok(Visited::After(After::Table(table), vec![(x, Rc::clone(setting))]));
        if matches!(reading, Reading::AsItIs) {
            return call(table);
        }
        // Tables are defined with the rest: their points are those of the definition.
        let points = self.points_of(&table).ok_or_else(|| format!("the table `{table}` is not known"))?;
        let points = match reading {
            Reading::Forward => return Err("cannot be imported: `LOOKUP FORWARD`".to_owned()),
            Reading::Inverse => {
                Points { points: points.points.iter().map(|[x, y]| [*y, *x]).collect(), ..points }
            }
            Reading::Extended => Points { shape: Shape::Extrapolate, ..points },
            Reading::Backward | Reading::AsItIs => Points { shape: Shape::Discrete, ..points },
        };
        let name = self.names.give(&format!("{} {table}", saying.owner.trim_start_matches('_')));
        self.add_table(name.clone(), "", &points, saying.of.place(x));
        call(name)
    }

    /// The points of a table by its name in equations.
    fn points_of(&self, name: &str) -> Option<Points> {
        if let Some(table) = self.target.tables.iter().find(|table| table.name == name) {
            let points = table.x.iter().zip(&table.y).map(|(x, y)| [*x, *y]).collect();
            return Some(Points { points, shape: table.shape });
        }
        let job = self.jobs.iter().find(|job| job.table.as_deref() == Some(name))?;
        match &job.definition.meaning {
            Meaning::Table(points)
            | Meaning::Equation(_, Some(points))
            | Meaning::Flow(_, Some(points), _) => Some(points.clone()),
            _ => None,
        }
    }
}
