//! Sums, means and the like of arrays: what they go through, and how they are written out.

use super::Translation;
use super::saying::Saying;
use crate::dimension::Setting;
use crate::expression::{Dialect, Node, key};
use crate::fault::shortened;
use crate::function::Reduction;
use crate::piece::{Piece, level};
use crate::scope::{Found, find};
use crate::target::Role;
use std::rc::Rc;

impl Translation<'_> {
    pub(super) fn size(&self, saying: &Saying<'_, '_>, of: usize) -> Result<Piece, String> {
        let Node::Name { name, .. } = saying.of.node(of) else {
            return Err(
                "the size of a dimension or of an array is asked for: its name is expected".to_owned()
            );
        };
        let own = key(name);
        if self.dimensions.is_dimension(&own) {
            return Ok(Piece::number(self.dimensions.size(&own) as f64));
        }
        match find(&self.scopes, saying.scope, &own) {
            Some(Found::Array(array)) => Ok(Piece::number(array.items.len() as f64)),
            _ => Err(format!("`{}` is neither a dimension nor an array", shortened(name))),
        }
    }

    /// The settings in which the argument of a reduction is said: one for each element that it goes through.
    pub(super) fn gone_through(
        &self,
        saying: &Saying<'_, '_>,
        of: usize,
        setting: &Rc<Setting>,
    ) -> Result<Vec<Rc<Setting>>, String> {
        let mut through: Vec<String> = Vec::new();
        let mut add = |name: &String| {
            if self.dimensions.is_dimension(name) && !through.contains(name) {
                through.push(name.clone());
            }
        };
        for at in saying.of.below(of) {
            let (Node::Name { name, subscripts } | Node::Call { name, subscripts, .. }) = saying.of.node(at)
            else {
                continue;
            };
            let Some(Found::Array(array)) = find(&self.scopes, saying.scope, &key(name)) else {
                continue;
            };
            let xmile = self.source.dialect == Dialect::Xmile;
            if subscripts.is_empty() && xmile {
                array.left.iter().for_each(&mut add);
            }
            for (subscript, dimension) in subscripts.iter().zip(&array.left) {
                if subscript.key == "*" {
                    add(dimension);
                } else if subscript.every
                    || (xmile && self.dimensions.resolve(&subscript.key, setting).is_err())
                {
                    add(&subscript.key);
                }
            }
        }
        let mut found = vec![(**setting).clone()];
        for dimension in through {
            let elements = self.dimensions.elements(&dimension);
            if found.len().saturating_mul(elements.len()) > self.left {
                return Err(super::TOO_MANY.to_owned());
            }
            let further = |setting: &Setting| -> Vec<Setting> {
                let one = |element: &String| {
                    setting.iter().cloned().chain([(format!("{dimension}!"), element.clone())]).collect()
                };
                elements.iter().map(one).collect()
            };
            found = found.iter().flat_map(further).collect();
        }
        Ok(found.into_iter().map(Rc::new).collect())
    }

    /// The standard deviation written out, its elements and their mean under names.
    pub(super) fn deviation(&mut self, saying: &Saying<'_, '_>, pieces: &[Piece], count: usize) -> Piece {
        if pieces.len() < 2 {
            return Piece::atom("0");
        }
        let named: Vec<Piece> = pieces.iter().map(|piece| self.named(saying, "element", piece)).collect();
        let mean = self.named(saying, "mean", &reduced(Reduction::Mean, &named, count)).text;
        let squares: Vec<String> =
            named.iter().map(|x| format!("({0} - {mean}) * ({0} - {mean})", x.text)).collect();
        Piece::atom(format!("sqrt(({}) / {count})", squares.join(" + ")))
    }

    /// A piece that can stand twice: under a name where it is more than one.
    pub(super) fn named(&mut self, saying: &Saying<'_, '_>, what: &str, piece: &Piece) -> Piece {
        if piece.is_simple() {
            return piece.clone();
        }
        Piece::atom(self.add_hidden(saying.owner, what, Role::Let(piece.text.clone())))
    }
}

/// A reduction written out.
pub(super) fn reduced(reduction: Reduction, pieces: &[Piece], count: usize) -> Piece {
    let joined = |sign: &str, own: u8| {
        if let [only] = pieces {
            return only.clone();
        }
        let texts: Vec<String> = pieces.iter().map(|piece| piece.at(own)).collect();
        Piece { text: texts.join(sign), level: own }
    };
    let listed = |name: &str| match pieces {
        [only] => only.clone(),
        _ => Piece::atom(format!(
            "{name}({})",
            pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(", ")
        )),
    };
    match reduction {
        _ if pieces.is_empty() => Piece::atom("0"),
        // Its elements stand twice: `deviation`.
        Reduction::Deviation => Piece::atom("0"),
        Reduction::Sum => joined(" + ", level::ADD),
        Reduction::Product => joined(" * ", level::MULTIPLY),
        Reduction::Most => listed("max"),
        Reduction::Least => listed("min"),
        Reduction::Mean => {
            let sum = joined(" + ", level::ADD);
            Piece { text: format!("{} / {count}", sum.at(level::MULTIPLY)), level: level::MULTIPLY }
        }
    }
}
