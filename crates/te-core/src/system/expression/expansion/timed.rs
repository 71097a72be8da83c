//! Functions of time, in derived columns, wires and events.
//!
//! | call | is |
//! |---|---|
//! | `step(height, at)` | `height` from the first timestep at or after `at` on |
//! | `window(from, until)` | 1 from `from` on and before `until` |
//! | `ramp(slope, from, until)` | `slope max(min(time, until) - from, 0)` |
//! | `pulse(volume, at, every)` | `volume / dt` in the timestep of `at`, and again and again |
//!
//! `dt` is the length of a timestep in the unit of the system's step, `time` is `t dt`.

use super::{Expansion, Function, HORIZON, Terms, binary, column, number, three, timestep, unary};
use crate::system::expression::Term;
use crate::system::expression::operation::{Binary, Unary};

/// Those of time.
pub(super) const TIMED: [Function; 4] = [("step", 2, 2), ("ramp", 2, 3), ("pulse", 2, 3), ("window", 2, 2)];

/// Names that mean something where no derived column has them.
pub(super) const NAMES: [&str; 4] = ["time", "dt", "pi", "horizon"];

impl Expansion<'_> {
    /// The column of this name, or what the name means.
    pub(super) fn read(&self, name: &str) -> Terms {
        match name {
            name if (self.is_column)(name) => column(name),
            "time" => self.time(),
            "dt" => number(self.dt),
            "pi" => number(std::f64::consts::PI),
            _ => column(HORIZON),
        }
    }

    fn time(&self) -> Terms {
        binary(Binary::Multiply, timestep(), number(self.dt))
    }

    /// The first timestep at or after a time, in whole numbers, so that no rounding misses it.
    fn step_at(&self, time: &Terms) -> Terms {
        let steps = binary(Binary::Divide, time.clone(), number(self.dt));
        unary(Unary::Ceil, binary(Binary::Subtract, steps, number(1e-9)))
    }

    pub(super) fn timed(&self, name: &str, arguments: &[Terms]) -> Terms {
        let begun = |at: &Terms| binary(Binary::GreaterEqual, timestep(), self.step_at(at));
        match (name, arguments) {
            ("step", [height, at]) => three(Term::If, begun(at), height.clone(), number(0.0)),
            ("window", [from, until]) => {
                let open = binary(Binary::Less, timestep(), self.step_at(until));
                binary(Binary::And, begun(from), open)
            }
            ("ramp", [slope, from, until @ ..]) => {
                let now = match until {
                    [until] => binary(Binary::Min, self.time(), until.clone()),
                    _ => self.time(),
                };
                let since = binary(Binary::Subtract, now, from.clone());
                binary(Binary::Multiply, slope.clone(), binary(Binary::Max, since, number(0.0)))
            }
            ("pulse", [volume, at, every @ ..]) => {
                let hit = match every {
                    [every] => {
                        let steps = binary(Binary::Divide, every.clone(), number(self.dt));
                        let steps = binary(Binary::Max, unary(Unary::Round, steps), number(1.0));
                        let since = binary(Binary::Subtract, timestep(), self.step_at(at));
                        let round = binary(Binary::Equal, binary(Binary::Modulo, since, steps), number(0.0));
                        binary(Binary::And, round, begun(at))
                    }
                    _ => binary(Binary::Equal, timestep(), self.step_at(at)),
                };
                let rate = binary(Binary::Divide, volume.clone(), number(self.dt));
                three(Term::If, hit, rate, number(0.0))
            }
            _ => number(f64::NAN),
        }
    }
}
