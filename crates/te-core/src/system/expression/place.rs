//! Where numbers lie, and operations on them.

use super::chain::{Chain, Side};
use super::operation::{Binary, Unary};

/// Where a number of a run lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Among what is kept from one code to the next.
    Kept(u32),
    /// Among what is computed once, from what does not change while a run goes on.
    Fixed(u32),
    /// In passing memory.
    Passing(u32),
    /// Among the numbers that are the same for all runs.
    Number(u32),
}

/// A count as places hold it; an expression has far fewer terms than this can tell apart.
pub(super) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// An operation on what lies at places, or at addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Operation<P = Place> {
    Copy(P),
    Unary(Unary, P),
    Binary(Binary, P, P),
    /// Two operations: what the first reads, and what the second reads beside.
    Chain(Chain, P, P, P),
    Select(P, P, P),
    Ratio(P, P, P),
    /// The value of the curve of this number.
    Curve(u32, P),
}

impl<P: Copy> Operation<P> {
    /// The same on what lies elsewhere.
    pub(super) fn at<Q>(self, mut address: impl FnMut(P) -> Q) -> Operation<Q> {
        match self {
            Self::Copy(a) => Operation::Copy(address(a)),
            Self::Unary(op, a) => Operation::Unary(op, address(a)),
            Self::Binary(op, a, b) => Operation::Binary(op, address(a), address(b)),
            Self::Chain(chain, a, b, c) => Operation::Chain(chain, address(a), address(b), address(c)),
            Self::Select(c, a, b) => Operation::Select(address(c), address(a), address(b)),
            Self::Ratio(a, b, otherwise) => Operation::Ratio(address(a), address(b), address(otherwise)),
            Self::Curve(curve, a) => Operation::Curve(curve, address(a)),
        }
    }

    /// What it reads.
    pub(super) fn reads(self) -> impl Iterator<Item = P> {
        let places = match self {
            Self::Copy(a) | Self::Unary(_, a) | Self::Curve(_, a) => [Some(a), None, None],
            Self::Binary(_, a, b) => [Some(a), Some(b), None],
            Self::Chain(_, a, b, c) | Self::Select(a, b, c) | Self::Ratio(a, b, c) => {
                [Some(a), Some(b), Some(c)]
            }
        };
        places.into_iter().flatten()
    }

    /// What of it is finite where the result is: NaN and infinities stay what they are in sums, products and dividends, and not
    /// in divisors, curves, or what is chosen from.
    pub(super) fn finite_reads(self) -> impl Iterator<Item = P> {
        let of = |op: Binary, a: P, b: P| match op {
            Binary::Add | Binary::Subtract | Binary::Multiply => [Some(a), Some(b)],
            Binary::Divide => [Some(a), None],
            _ => [None, None],
        };
        let [first, second, third] = match self {
            Self::Copy(a) | Self::Unary(Unary::Negate | Unary::Abs | Unary::Sqrt, a) => [Some(a), None, None],
            Self::Binary(op, a, b) => {
                let [a, b] = of(op, a, b);
                [a, b, None]
            }
            Self::Chain(chain, a, b, c) => {
                let (first, second, side) = chain.parts();
                let [a, b] = of(first, a, b);
                // What stands on the right of a division may be anything.
                let both = matches!(second, Binary::Add | Binary::Subtract | Binary::Multiply);
                match (second, side) {
                    _ if both => [a, b, Some(c)],
                    (Binary::Divide, Side::Left) => [a, b, None],
                    (Binary::Divide, Side::Right) => [None, None, Some(c)],
                    _ => [None, None, None],
                }
            }
            _ => [None, None, None],
        };
        [first, second, third].into_iter().flatten()
    }
}
