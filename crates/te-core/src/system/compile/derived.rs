//! Derived columns get names and slots, and what they remember becomes hidden columns.

use super::{Compiler, Declared, Named, Owner, join, prefixed};
use crate::declaration::frame::DATE_COLUMN;
use crate::declaration::record::CellKind;
use crate::system::build_error::{BuildError, Reader};
use crate::system::builder::{Derived, Part, SystemBuilder};
use crate::system::built::check_name;
use crate::system::described::{ColumnSpec, Source};
use crate::system::expression::{Expression, ExpressionError, Source as Read, Whose};

impl Compiler {
    /// Gives every derived column its name and slot, this system's first and then those of systems inside.
    pub(super) fn declare_derived(&mut self, builder: &SystemBuilder, prefix: &str) {
        for Derived { name, expression, unit, doc } in &builder.derived {
            if let Err(error) = check_name(name) {
                self.errors.push(error);
            } else if matches!(Read::named(name), Read::Timestep | Read::Years) {
                self.errors.push(BuildError::TimeName { name: join(prefix, name) });
            }
            let full = join(prefix, name);
            // Rows have a column of this name where there is a start.
            let date = full == DATE_COLUMN && builder.start.is_some();
            if date
                || self.names.contains_key(&full)
                || self.paths.contains_key(&full)
                || self.refused.contains(&full)
            {
                self.errors.push(BuildError::Duplicate { name: full });
                continue;
            }
            let slot = self.slot();
            let owner = Owner::Derived(self.derived.len());
            self.names.insert(full.clone(), Named { slot, column: self.columns.len(), owner });
            self.columns.push(ColumnSpec {
                name: full.clone(),
                kind: CellKind::F64,
                unit: unit.clone(),
                doc: doc.clone(),
                source: Source::Derived { slot },
            });
            let (expression, hidden) =
                self.expanded(builder, expression, &Reader::Derived(full.clone()), name, prefix);
            self.derived.push(Declared { name: full, expression, slot });
            for (name, expression) in hidden {
                let (name, slot) = (join(prefix, &name), self.slot());
                let owner = Owner::Derived(self.derived.len());
                // It is not a column of the results, and no text can name it.
                self.names.insert(name.clone(), Named { slot, column: usize::MAX, owner });
                let expression = Some(prefixed(&expression, prefix));
                self.derived.push(Declared { name, expression, slot });
            }
        }
        for member in &builder.members {
            if let Part::System(inner) = &member.part {
                self.declare_derived(inner, &join(prefix, &member.name));
            }
        }
    }

    /// An expression without calls, its names as seen from outside, and the hidden columns of what it remembers.
    pub(super) fn expanded(
        &mut self,
        builder: &SystemBuilder,
        expression: &Result<Expression, ExpressionError>,
        reader: &Reader,
        name: &str,
        prefix: &str,
    ) -> (Option<Expression>, Vec<(String, Expression)>) {
        let whose = match reader {
            Reader::Derived(_) => Whose::Column(name),
            _ => Whose::Wire,
        };
        if let Some((function, character)) = expression.as_ref().ok().and_then(|of| self.undated(of)) {
            let (reader, function) = (reader.clone(), format!("`{function}()`"));
            self.errors.push(BuildError::NoDates { reader, function, character });
            return (None, Vec::new());
        }
        let is_column = |name: &str| builder.derived.iter().any(|derived| derived.name == name);
        let mut expansion = self.expansion(whose, &is_column);
        match expression.as_ref().map_err(Clone::clone).and_then(|expression| expansion.expand(expression)) {
            Ok(expression) => (Some(prefixed(&expression, prefix)), expansion.hidden),
            Err(error) => {
                self.errors.push(BuildError::Expression(error));
                (None, Vec::new())
            }
        }
    }
}
