//! Invariants, with room for rounding.

use super::scope::Scope;
use crate::body::split;
use te_core::expression::{Binary, Code, Coder, Place, Term, Unary};

impl Scope<'_> {
    pub(super) fn invariants(&self, coder: &mut Coder) -> (Code, Vec<Place>) {
        let mut holds = Vec::new();
        for invariant in &self.model.form.invariants {
            let pairs: Vec<(Term, usize)> =
                invariant.of.pairs().map(|(term, place)| (term.clone(), place)).collect();
            let sides: Vec<Vec<Term>> = split(&pairs)
                .into_iter()
                .map(|side| side.into_iter().map(|(term, _)| term).collect())
                .collect();
            let place = match (pairs.last(), sides.as_slice()) {
                (Some((Term::Binary(op), _)), [a, b]) => {
                    let (a, b) = (self.terms(coder, a), self.terms(coder, b));
                    compare(coder, *op, a, b, invariant.tolerance)
                }
                _ => self.value(coder, &invariant.of),
            };
            let kept = coder.keep();
            coder.write(place, kept);
            holds.push(kept);
        }
        (coder.finish(), holds)
    }
}

/// A comparison with `==`, `<=` or `>=` leaves room for rounding: `tolerance` of the larger side, or of 1 where both are smaller.
/// The others are taken as they are.
fn compare(coder: &mut Coder, op: Binary, a: Place, b: Place, tolerance: f64) -> Place {
    let room = |coder: &mut Coder| {
        let (one, share) = (coder.number(1.0), coder.number(tolerance));
        let (a, b) = (coder.unary(Unary::Abs, a), coder.unary(Unary::Abs, b));
        let larger = coder.binary(Binary::Max, a, b);
        let larger = coder.binary(Binary::Max, larger, one);
        coder.binary(Binary::Multiply, share, larger)
    };
    match op {
        Binary::Equal => {
            let gap = coder.binary(Binary::Subtract, a, b);
            let (gap, room) = (coder.unary(Unary::Abs, gap), room(coder));
            coder.binary(Binary::LessEqual, gap, room)
        }
        Binary::LessEqual => {
            let room = room(coder);
            let most = coder.binary(Binary::Add, b, room);
            coder.binary(op, a, most)
        }
        Binary::GreaterEqual => {
            let room = room(coder);
            let least = coder.binary(Binary::Subtract, b, room);
            coder.binary(op, a, least)
        }
        op => coder.binary(op, a, b),
    }
}
