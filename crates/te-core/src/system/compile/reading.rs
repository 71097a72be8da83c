//! What expressions read: names, parameters, lags and the time become slots.

use super::{Compiler, Declared, join};
use crate::declaration::nearest::nearest;
use crate::declaration::param_kind::ParamKind;
use crate::system::build_error::{BuildError, Reader};
use crate::system::built::Node;
use crate::system::expression::{Expansion, Expression, Formula, Source, Term, Whose, place_of_time};
use crate::system::moves::{DerivedColumn, Lag, ParamRead};

impl Compiler {
    /// The function by which an expression asks for dates where rows have none, and the character at which it stands.
    pub(super) fn undated<'e>(&self, expression: &'e Expression) -> Option<(&'e str, usize)> {
        if self.dated { None } else { expression.asks_date() }
    }

    /// What calls in an expression are replaced by.
    pub(super) fn expansion<'a>(
        &self,
        whose: Whose<'a>,
        is_column: &'a dyn Fn(&str) -> bool,
    ) -> Expansion<'a> {
        Expansion { whose, dt: self.dt, calendar: self.calendar, is_column, hidden: Vec::new() }
    }

    /// Whether everything that an expression reads is there.
    pub(super) fn know(&mut self, expression: &Expression, reader: &Reader) -> bool {
        let mut known = true;
        for name in expression.names() {
            if self.names.contains_key(name) || place_of_time(name).is_some() {
                continue;
            }
            known = false;
            if !self.is_refused(name) {
                let nearest = nearest(name, self.columns.iter().map(|c| &c.name));
                let (reader, name) = (reader.clone(), name.to_owned());
                self.errors.push(BuildError::UnknownSource { reader, name, nearest });
            }
        }
        for name in expression.params() {
            if let Err(error) = self.know_param(name, reader) {
                known = false;
                self.errors.extend(error);
            }
        }
        known
    }

    /// The slot of a parameter of this name; without an error where its component is refused.
    fn know_param(&mut self, name: &str, reader: &Reader) -> Result<usize, Option<BuildError>> {
        if let Some(known) = self.known_params.get(name) {
            return Ok(*known);
        }
        let found = self.parameter(name);
        let (reader, owned) = (reader.clone(), name.to_owned());
        let Some((node, index)) = found else {
            if self.is_refused(name) {
                return Err(None);
            }
            let of = |n: &Node| n.instance.specs().iter().map(|s| join(&n.path, &s.name)).collect::<Vec<_>>();
            let nearest = nearest(name, self.nodes.iter().flat_map(of));
            return Err(Some(BuildError::UnknownParam { reader, name: owned, nearest }));
        };
        let kind =
            self.nodes[node].instance.specs().get(index).map_or(ParamKind::Text, |spec| spec.kind.clone());
        if !kind.is_number() {
            return Err(Some(BuildError::ParamKind { reader, name: owned, kind: kind.describe() }));
        }
        let slot = self.slot();
        self.params.push(ParamRead { node, index, slot });
        self.known_params.insert(owned, slot);
        Ok(slot)
    }

    /// The slots of an expression of which everything is known.
    pub(super) fn formula(&mut self, expression: &Expression) -> Formula<usize> {
        let compiled =
            Formula::compile(expression, &mut |term| Ok::<_, std::convert::Infallible>(self.read(term)));
        match compiled {
            Ok(formula) => formula,
            Err(never) => match never {},
        }
    }

    /// The slot of what an expression reads.
    fn read(&mut self, term: &Term) -> usize {
        match term {
            Term::Read(source) => self.source(source),
            Term::Param(name) => self.known_params.get(name).copied().unwrap_or(0),
            Term::Lag(lagged) => {
                let source = self.source(&lagged.of);
                let key = lagged.initial.as_ref().map_or_else(String::new, |i| format!("{:?}", i.terms()));
                if let Some(known) = self.known_lags.get(&(source, lagged.steps, key.clone())) {
                    return *known;
                }
                let initial = lagged.initial.as_ref().map(|initial| self.formula(initial));
                let slot = self.slot();
                self.known_lags.insert((source, lagged.steps, key), slot);
                let name = lagged.of.name().to_owned();
                self.lags.push(Lag { name, source, steps: lagged.steps, slot, initial, ring: 0 });
                slot
            }
            // These read nothing.
            Term::Number(_) | Term::Unary(_) | Term::Binary(_) | Term::If | Term::Ratio | Term::Call(_) => 0,
        }
    }

    fn source(&mut self, source: &Source) -> usize {
        match source {
            Source::Column(name) => match place_of_time(name) {
                Some(place) => {
                    let slot = self.times[place].unwrap_or_else(|| self.slot());
                    self.times[place] = Some(slot);
                    slot
                }
                None => self.names.get(name).map_or(0, |named| named.slot),
            },
            Source::Timestep => self.time().0,
            Source::Years => self.time().1,
        }
    }

    pub(super) fn time(&mut self) -> (usize, usize) {
        if let Some(slots) = self.time {
            return slots;
        }
        let slots = (self.slot(), self.slot());
        self.time = Some(slots);
        slots
    }

    /// Compiles the derived columns, in order of declaration.
    pub(super) fn compile_columns(&mut self) -> Option<Vec<DerivedColumn>> {
        let mut columns = Vec::new();
        let mut sound = true;
        for declared in std::mem::take(&mut self.derived) {
            let Declared { name, expression, slot } = declared;
            let reader = Reader::Derived(name.clone());
            let known = expression.filter(|expression| self.know(expression, &reader));
            match known {
                Some(expression) => {
                    let formula = self.formula(&expression);
                    let text = expression.text().to_owned();
                    columns.push(DerivedColumn { name, text, formula, slot });
                }
                None => sound = false,
            }
        }
        sound.then_some(columns)
    }
}
