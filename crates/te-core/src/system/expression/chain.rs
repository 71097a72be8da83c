//! Two operations one after the other in one loop: what is between them is never written.

use super::operation::{Binary, WithThree, larger, smaller};

/// On which side of the second operation the result of the first stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

macro_rules! chains {
    ($($name:ident = $first:ident, $second:ident, $side:ident: |$a:ident, $b:ident, $c:ident| $value:expr;)*) => {
        /// Two operations on three values, each rounded as it is alone.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(super) enum Chain {
            $($name,)*
        }

        impl Chain {
            /// The chain of two operations, where there is one.
            pub(super) fn of_two(first: Binary, second: Binary, side: Side) -> Option<Self> {
                // A sum and a product are the same from either side.
                let side = if matches!(second, Binary::Add | Binary::Multiply) { Side::Left } else { side };
                match (first, second, side) {
                    $((Binary::$first, Binary::$second, Side::$side) => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// The two operations, and on which side of the second the first stands.
            pub(super) fn parts(self) -> (Binary, Binary, Side) {
                match self {
                    $(Self::$name => (Binary::$first, Binary::$second, Side::$side),)*
                }
            }

            /// Does something with its function: of the two values of the first operation, and the other of the second.
            #[inline(always)]
            pub(super) fn hand_to<W: WithThree>(self, work: W) -> W::Done {
                match self {
                    $(Self::$name => work.with(#[inline(always)] |$a, $b, $c| $value),)*
                }
            }
        }
    };
}

chains! {
    AddAdd = Add, Add, Left: |a, b, c| (a + b) + c;
    AddSubtract = Add, Subtract, Left: |a, b, c| (a + b) - c;
    AddMultiply = Add, Multiply, Left: |a, b, c| (a + b) * c;
    AddDivide = Add, Divide, Left: |a, b, c| (a + b) / c;
    SubtractSum = Add, Subtract, Right: |a, b, c| c - (a + b);
    DivideBySum = Add, Divide, Right: |a, b, c| c / (a + b);
    SubtractAdd = Subtract, Add, Left: |a, b, c| (a - b) + c;
    SubtractSubtract = Subtract, Subtract, Left: |a, b, c| (a - b) - c;
    SubtractMultiply = Subtract, Multiply, Left: |a, b, c| (a - b) * c;
    SubtractDivide = Subtract, Divide, Left: |a, b, c| (a - b) / c;
    SubtractDifference = Subtract, Subtract, Right: |a, b, c| c - (a - b);
    DivideByDifference = Subtract, Divide, Right: |a, b, c| c / (a - b);
    MultiplyAdd = Multiply, Add, Left: |a, b, c| (a * b) + c;
    MultiplySubtract = Multiply, Subtract, Left: |a, b, c| (a * b) - c;
    MultiplyMultiply = Multiply, Multiply, Left: |a, b, c| (a * b) * c;
    MultiplyDivide = Multiply, Divide, Left: |a, b, c| (a * b) / c;
    SubtractProduct = Multiply, Subtract, Right: |a, b, c| c - (a * b);
    DivideByProduct = Multiply, Divide, Right: |a, b, c| c / (a * b);
    DivideAdd = Divide, Add, Left: |a, b, c| (a / b) + c;
    DivideSubtract = Divide, Subtract, Left: |a, b, c| (a / b) - c;
    DivideMultiply = Divide, Multiply, Left: |a, b, c| (a / b) * c;
    DivideDivide = Divide, Divide, Left: |a, b, c| (a / b) / c;
    SubtractQuotient = Divide, Subtract, Right: |a, b, c| c - (a / b);
    DivideByQuotient = Divide, Divide, Right: |a, b, c| c / (a / b);
    MaxMin = Max, Min, Left: |a, b, c| smaller(larger(a, b), c);
    MinMax = Min, Max, Left: |a, b, c| larger(smaller(a, b), c);
}
