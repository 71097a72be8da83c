//! Where names are looked up: the model, a module in it, a call of a macro.

use crate::piece::Piece;
use std::collections::HashMap;

/// What stands under a name with its elements.
#[derive(Clone, Debug, Default)]
pub(crate) struct Item {
    pub(crate) value: Option<String>,
    pub(crate) table: Option<String>,
}

/// All that stands under a name, by elements.
#[derive(Clone, Debug, Default)]
pub(crate) struct Array {
    /// Dimensions or elements of the first left side.
    pub(crate) left: Vec<String>,
    pub(crate) items: HashMap<String, Item>,
}

/// What stands for a name that is defined elsewhere.
#[derive(Clone, Debug)]
pub(crate) enum Alias {
    /// An argument of a macro.
    Piece(Piece),
    /// A name of another scope.
    Of(usize, String),
}

/// A scope.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    /// What stands before its names: `hares.`.
    pub(crate) prefix: String,
    pub(crate) known: HashMap<String, Array>,
    pub(crate) aliases: HashMap<String, Alias>,
    pub(crate) modules: HashMap<String, usize>,
    /// How deep macros were called.
    pub(crate) depth: usize,
    /// Whether it is a call of a macro.
    pub(crate) is_call: bool,
}

/// What a name was found to be.
pub(crate) enum Found<'a> {
    Array(&'a Array),
    Piece(&'a Piece),
}

/// Looks a name up, through modules and macros.
pub(crate) fn find<'a>(scopes: &'a [Scope], scope: usize, name: &str) -> Option<Found<'a>> {
    let (mut at, mut name) = (scope, name.to_owned());
    for _ in 0..50 {
        let scope = scopes.get(at)?;
        match scope.aliases.get(&name) {
            Some(Alias::Piece(piece)) => return Some(Found::Piece(piece)),
            Some(Alias::Of(other, further)) => {
                (at, name) = (*other, further.clone());
                continue;
            }
            None => {}
        }
        if let Some(array) = scope.known.get(&name) {
            return Some(Found::Array(array));
        }
        let (module, rest) = name.split_once('.')?;
        (at, name) = (*scope.modules.get(module)?, rest.to_owned());
    }
    None
}
