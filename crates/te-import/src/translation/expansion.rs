//! Calls of macros: their equations under the name of the call.

use super::saying::Saying;
use super::{MOST_SCOPES, Translation};
use crate::expression::key;
use crate::piece::Piece;
use crate::scope::{Alias, Found, Scope, find};
use crate::target::Role;
use std::collections::HashMap;

impl Translation<'_> {
    /// A call of a macro: its equations under the call's name.
    pub(super) fn expanded(
        &mut self,
        saying: &Saying<'_, '_>,
        called: usize,
        arguments: &[Piece],
    ) -> Result<Piece, String> {
        let Some(called) = self.source.macros.get(called) else {
            return Err("a macro is missing".to_owned());
        };
        let depth = self.scopes.get(saying.scope).map_or(0, |scope| scope.depth) + 1;
        if depth > 20 || self.scopes.len() >= MOST_SCOPES {
            return Err(format!("the macro `{}` calls itself, or is called too often", called.name));
        }
        if called.inputs.len() != arguments.len() || !called.outputs.is_empty() {
            let outputs = if called.outputs.is_empty() { "" } else { "; further outputs cannot be imported" };
            return Err(format!(
                "the macro `{}` takes {} inputs, {} are given{outputs}",
                called.name,
                called.inputs.len(),
                arguments.len()
            ));
        }
        let owner = saying.owner.trim_start_matches('_').to_owned();
        let mut aliases = HashMap::new();
        for (input, piece) in called.inputs.iter().zip(arguments) {
            let piece = if piece.is_simple() {
                piece.clone()
            } else {
                Piece::atom(self.add_hidden(&owner, input, Role::Let(piece.text.clone())))
            };
            aliases.insert(key(input), Alias::Piece(piece));
        }
        let scope = self.scopes.len();
        let prefix = format!("{owner} {} ", called.name);
        self.scopes.push(Scope { prefix, aliases, depth, is_call: true, ..Scope::default() });
        self.register(scope, &called.body);
        match find(&self.scopes, scope, &key(&called.name)) {
            Some(Found::Array(array)) => {
                let value = array.items.get("").and_then(|item| item.value.clone());
                value.map(Piece::atom).ok_or_else(|| format!("the macro `{}` has no value", called.name))
            }
            _ => Err(format!("the macro `{}` has no equation of its own name", called.name)),
        }
    }
}
