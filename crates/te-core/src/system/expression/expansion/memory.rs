//! Functions that remember, in derived columns: what each is made of.
//!
//! A call becomes hidden derived columns that lag themselves, so that engine, snapshots and shards know nothing new. With `h` a
//! hidden column, `h-` and `x-` the values of the row before, and `h0` what `h` is at timestep 0:
//!
//! | call | is | with |
//! |---|---|---|
//! | `previous(x, initial)` | `x-` | `initial` at timestep 0 |
//! | `initial(x)` | `h = h-` | `h0 = x` |
//! | `delay(x, T, initial)` | `x` as it was `T / dt` timesteps ago, rounded, at least 1 | `initial` before, or the initial `x` |
//! | `smooth(x, T, initial)` | `h = h- + (x- - h-) / T- dt` | `h0 = initial`, or `x` |
//! | `smooth_n(x, T, n, initial)` | n of these one after another, each with `T / n`; `smooth3` three | |
//! | `delay1(x, T, initial)` | `h / T`, `h = h- + (x- - h- / T-) dt` | `h0 = initial T`, or `x T` |
//! | `delay_n(x, T, n, initial)` | n of these one after another, each with `T / n`; `delay3` three | |
//! | `trend(x, T, g)` | `(x - h) / (T abs(h))`, 0 where `h` is 0; `h` as of `smooth` | `h0 = x / (1 + g T)`; `g` is 0 where it is not given |
//! | `forecast(x, T, ahead, g)` | `x (1 + trend(x, T, g) ahead)` | |
//! | `total(x)` | `h = h- + x- dt` | `h0 = 0` |
//! | `running_mean(x)` | `h / (t + 1)`, `h = h- + x` | `h0 = x` |
//! | `running_max(x)`, `running_min(x)` | `h = max(h-, x)`, `min(h-, x)` | `h0 = x` |
//! | `moving_mean(x, T)` | the mean of the last `T / dt` rows, the present one among them; of those that there are | |
//! | `since(c)` | `h = if(c, 0, h- + dt)` | `h0 = 0` |
//! | `count(c)` | `h = h- + (c != 0)` | `h0 = (c != 0)` |
//! | `hold(x, c, initial)` | `h = if(c, x, h-)` | `initial`, or `x`, while `c` has not held |
//!
//! `dt` is the length of a timestep in the unit of the system's step, `time` is `t dt`. These are the numbers that a component of
//! equations gives with one integration step in a timestep. `T` of `delay` and `moving_mean`, and `n`, are written out.

use super::{
    Called, Expansion, Function, Terms, at_start, binary, lag, number, past, three, timestep, unary,
};
use crate::system::expression::Term;
use crate::system::expression::error::ExpressionError;
use crate::system::expression::operation::{Binary, Unary};

/// Those that remember.
pub(super) const MEMORY: [Function; 19] = [
    ("previous", 2, 2),
    ("initial", 1, 1),
    ("delay", 2, 3),
    ("smooth", 2, 3),
    ("smooth3", 2, 3),
    ("smooth_n", 3, 4),
    ("delay1", 2, 3),
    ("delay3", 2, 3),
    ("delay_n", 3, 4),
    ("trend", 2, 3),
    ("forecast", 3, 4),
    ("total", 1, 1),
    ("running_mean", 1, 1),
    ("running_max", 1, 1),
    ("running_min", 1, 1),
    ("moving_mean", 2, 2),
    ("since", 1, 1),
    ("count", 1, 1),
    ("hold", 2, 3),
];

/// Stages of a delay or smooth, at most.
const MOST_STAGES: f64 = 100.0;
/// Rows of a moving mean, at most: each is read.
const MOST_ROWS: f64 = 1_000.0;
/// Timesteps of a delay, at most, as of a lag.
const LONGEST: f64 = 100_000.0;

impl Expansion<'_> {
    pub(super) fn remember(
        &mut self,
        called: &Called<'_>,
        arguments: Vec<Terms>,
    ) -> Result<Terms, ExpressionError> {
        let mut arguments = arguments.into_iter();
        let mut next = || arguments.next().unwrap_or_default();
        // What is read more than once has a name, so that expressions stay short however deep calls are nested.
        let x = self.named(called, next());
        Ok(match called.function {
            "previous" => {
                let initial = self.given(called, next());
                vec![lag(called, &x, 1, Some(initial))]
            }
            "initial" => self.level(called, x, |own| own),
            "delay" => {
                let time = next();
                let steps = self.steps(called, &time, LONGEST)?;
                let initial = arguments.next().map(|initial| self.given(called, initial));
                vec![lag(called, &x, whole(steps), initial)]
            }
            "smooth" | "smooth3" | "smooth_n" | "delay1" | "delay3" | "delay_n" => {
                let time = next();
                let stages = match called.function {
                    "smooth3" | "delay3" => 3.0,
                    "smooth_n" | "delay_n" => called.stages(&next())?,
                    _ => 1.0,
                };
                let initial =
                    arguments.next().map_or_else(|| x.clone(), |initial| self.given(called, initial));
                self.cascade(called, x, time, stages, &initial)
            }
            "trend" => {
                let (time, growth) = (next(), next());
                self.trend(called, &x, time, growth)
            }
            "forecast" => {
                let (time, ahead, growth) = (next(), next(), next());
                let trend = self.trend(called, &x, time, growth);
                let factor = binary(Binary::Add, number(1.0), binary(Binary::Multiply, trend, ahead));
                binary(Binary::Multiply, x, factor)
            }
            "total" => {
                let change = binary(Binary::Multiply, past(called, &x), number(self.dt));
                self.level(called, number(0.0), |own| binary(Binary::Add, own, change))
            }
            "running_max" => self.level(called, x.clone(), |own| binary(Binary::Max, own, x)),
            "running_min" => self.level(called, x.clone(), |own| binary(Binary::Min, own, x)),
            "running_mean" => {
                let sum = self.hidden(called, |own| binary(Binary::Add, own, x));
                binary(Binary::Divide, sum, binary(Binary::Add, timestep(), number(1.0)))
            }
            "moving_mean" => {
                let rows = self.steps(called, &next(), MOST_ROWS)?;
                let earlier = (1..whole(rows)).rev().map(|back| lag(called, &x, back, Some(number(0.0))));
                let sum = earlier.fold(number(0.0), |sum, x| binary(Binary::Add, sum, vec![x]));
                let rows = binary(Binary::Min, binary(Binary::Add, timestep(), number(1.0)), number(rows));
                binary(Binary::Divide, binary(Binary::Add, sum, x), rows)
            }
            "since" => {
                let dt = number(self.dt);
                self.hidden(called, |own| {
                    let later = at_start(number(0.0), binary(Binary::Add, own, dt));
                    three(Term::If, x, number(0.0), later)
                })
            }
            "count" => {
                let holds = binary(Binary::NotEqual, x, number(0.0));
                self.hidden(called, |own| binary(Binary::Add, own, holds))
            }
            // `hold`
            _ => {
                let condition = next();
                let initial = arguments.next().unwrap_or_else(|| x.clone());
                self.hidden(called, |own| three(Term::If, condition, x, at_start(initial, own)))
            }
        })
    }

    fn cascade(&mut self, called: &Called<'_>, x: Terms, time: Terms, stages: f64, initial: &Terms) -> Terms {
        let time = if stages == 1.0 { time } else { binary(Binary::Divide, time, number(stages)) };
        let time = self.given(called, time);
        let dt = number(self.dt);
        let mut last = x;
        for _ in 0..whole(stages) {
            let (x, slow) = (past(called, &last), past(called, &time));
            let added =
                |own: Terms, rate| binary(Binary::Add, own, binary(Binary::Multiply, rate, dt.clone()));
            last = if called.function.starts_with("smooth") {
                self.level(called, initial.clone(), |own| {
                    let gap = binary(Binary::Subtract, x, own.clone());
                    added(own, binary(Binary::Divide, gap, slow))
                })
            } else {
                let level = binary(Binary::Multiply, initial.clone(), time.clone());
                let level = self.level(called, level, |own| {
                    let out = binary(Binary::Divide, own.clone(), slow);
                    added(own, binary(Binary::Subtract, x, out))
                });
                self.named(called, binary(Binary::Divide, level, time.clone()))
            };
        }
        last
    }

    fn trend(&mut self, called: &Called<'_>, x: &Terms, time: Terms, growth: Terms) -> Terms {
        let time = self.given(called, time);
        let initial = if growth.is_empty() {
            x.clone()
        } else {
            let rise = binary(Binary::Multiply, growth, time.clone());
            binary(Binary::Divide, x.clone(), binary(Binary::Add, number(1.0), rise))
        };
        let (before, slow, dt) = (past(called, x), past(called, &time), number(self.dt));
        let mean = self.level(called, initial, |own| {
            let rate = binary(Binary::Divide, binary(Binary::Subtract, before, own.clone()), slow);
            binary(Binary::Add, own, binary(Binary::Multiply, rate, dt))
        });
        let scale = binary(Binary::Multiply, time, unary(Unary::Abs, mean.clone()));
        three(Term::Ratio, binary(Binary::Subtract, x.clone(), mean), scale, number(0.0))
    }

    /// A time in timesteps, which must be known when the system is built.
    fn steps(&self, called: &Called<'_>, time: &Terms, most: f64) -> Result<f64, ExpressionError> {
        let steps = called.fixed(time).map(|time| (time / self.dt).round().max(1.0));
        steps.filter(|steps| *steps <= most).ok_or_else(|| {
            let most = most * self.dt;
            called
                .error(format!("`{}` goes back a time that is written out, {most} at most", called.function))
        })
    }
}

impl Called<'_> {
    fn stages(&self, terms: &Terms) -> Result<f64, ExpressionError> {
        let found = self.fixed(terms).filter(|n| n.fract() == 0.0 && (1.0..=MOST_STAGES).contains(n));
        found.ok_or_else(|| {
            let name = self.function;
            self.error(format!(
                "`{name}` goes through a whole number of stages from 1 to {MOST_STAGES}, written out"
            ))
        })
    }
}

/// A whole number from 1 to 100,000.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked where it was found")]
fn whole(x: f64) -> u32 {
    x as u32
}
