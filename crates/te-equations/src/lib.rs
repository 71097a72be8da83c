//! Mechanisms written as equations in TOML, checked like a component in Rust and stepped in the same lanes.
//!
//! A component is a text of tables. Every named quantity has a unit; names are looked up, units compared, equations put in order and
//! compiled when the text is read, so that nothing is looked up in a step.
//!
//! | table | keys beside `unit`, `doc` | meaning |
//! |---|---|---|
//! | `component` | `kind`, `time`, `substeps`, `method`, `units`, `show` | name; unit of rates; integration steps in a step of the system; `euler` or `rk4`; `error`, `warn` or `off`; the metrics |
//! | `dim` | `NAME = ["team", "seed"]`, or a number of elements | a dimension, for arrays |
//! | `param` | `default`, `min max above below soft_min soft_max step`, `role`, `alias`, `type`, `initial` | a parameter; `type` is `"float"`, `"integer"`, `"boolean"` or a list of words, of which it is one: a choice is compared, as in `mode == "fast"`, and nothing else |
//! | `constant` | `value` | a number that cannot be swept |
//! | `table` | `x`, `y`, `between`, `outside` | a function given by points, called by its name; each axis has `values`, numbers or dates, or `file` and `column` (with `separator` and `missing`: a file beside the component, [`Equations::parse_with`]); `between` is `"linear"`, `"step"` (the value at the next lower point) or `"monotone"` (a cubic), `outside` is `"hold"`, `"extend"` (the line through the nearest two points), `"repeat"` or `"fail"` |
//! | `input` | `default`, `initial` | what a wire brings; `initial` is its value before the first step, `default` where it says none |
//! | `let` | `of` | computed once a step, after what it needs |
//! | `state` | `initial`, `next` or `rate`, `min max above below`, `type` | `rate` is integrated, `next` replaces; both read the state before; out of its bounds it ends the run; `type` is `"float"`, `"integer"` (it must stay whole) or `"boolean"` (0 or 1) |
//! | `flow` | `of`, `from`, `to`, `limit` | moves `of * dt` between states; limited, to what `from` holds and earlier flows bring |
//! | `pipeline` | `enter`, `time`, `longest`, `leak`, `initial` | what enters in a step leaves after `time`, less the share `leak`, which is lost evenly on the way; `time` may vary from batch to batch where `longest` says how long it can be, and nothing leaks; `initial` came in evenly before; shows its content, `NAME.out` and, where it leaks, `NAME.leak` |
//! | `cohorts` | `enter`, `cliff`, `over`, `catch_up`, `initial` | what enters in a step vests evenly `over` a time, from its `cliff` on (0 where none is given); with `catch_up` from its entry on, where what accrued until the cliff is free there; `initial` enters at the start; shows `NAME.locked`, `NAME.out` |
//! | `draw` | `of`, `every`, `start`, `values` | a random number, of every `step` or `run`, from the stream of its name |
//! | `draws` | `names`, `correlation` | correlates normal draws: one number for all pairs, or a matrix |
//! | `invariant` | an expression, or `of`, `tolerance` | must hold in every row, else the run ends; `== <= >=` at its end leave room for rounding, `tolerance` (1e-9) of the larger side or of 1 |
//!
//! # Equations
//! With `s` the states, `x` the inputs, `u` the draws, `h = dt` the length of an integration step and `f` the rates:
//!
//! - Euler: `s(k+1) = s(k) + h f(s(k), x, u, k h)`;
//! - RK4: `s(k+1) = s(k) + h/6 (f1 + 2 f2 + 2 f3 + f4)`, slopes at the start, twice in the middle and at the end, where inputs, draws
//!   and states with `next` are those of the start.
//!
//! `dt` and `time` are in the component's unit of time; where the system or the component counts in steps, a step is one such unit.
//!
//! # Rows
//! Row t shows the states at t, and what depends on states, parameters and time only, at t. What reads inputs or draws shows the
//! value that led to row t, of the last substep; in row 0 that of the inputs' `initial` and the draws' `start`.
//!
//! # Expressions
//! Operators and functions are those of [`te_core::expression`], `lag` and `param` left out; a parameter is read by its name. Further
//! names are `t`, the timesteps since the start, `time` and `dt` in the component's unit, `years`, `pi`, and `horizon`, the last timestep,
//! where no quantity has that name.
//!
//! | function | is |
//! |---|---|
//! | `step(height, at)` | 0, from `at` on `height` |
//! | `ramp(slope, from)`, `ramp(slope, from, until)` | `slope (time - from)`, 0 before `from`; from `until` on what it was there |
//! | `pulse(volume, at)`, `pulse(volume, at, every)` | `volume / dt` in one integration step, or one every so often, else 0 |
//! | `window(from, until)` | 1 from `from` until before `until`, else 0 |
//! | `year()`, `month()`, `day()`, `weekday()` | of the date of the timestep, Monday is 1; the system must have a `start` |
//! | `today()` | that date in days since 1970-01-01 |
//! | `date("2026-03-01")` | the time of the first timestep with this date or a later one, as in `step(5, date("2026-03-01"))`; 0 where the system starts later |
//! | `NAME(x)` | the table of this name; where its `x` are dates, written out or in a column of a file, they count as days: `NAME(today())` |
//! | `lookup(x, x1, y1, x2, y2, …)` | a table written out: linear, beyond its ends as there |
//!
//! Functions that remember become states. Where `initial` is left out it is the initial value of `x`.
//!
//! | function | is |
//! |---|---|
//! | `previous(x, initial)` | `x` one integration step ago |
//! | `lag(x, k)`, `lag(x, k, initial)` | `x` as it was `k` timesteps of the system ago |
//! | `delay(x, T)`, `delay(x, T, initial)` | `x` as it was `T` ago; `T` is rounded to whole integration steps, at least one ([`Equations::rounded`]) |
//! | `delay1(x, T)`, `delay3(x, T)`, `delay_n(x, T, n)`, each also with `initial` | what leaves 1, 3, n stages that `x` goes through: `L' = in - L n / T`, `out = L n / T`, from `L = initial T / n` |
//! | `smooth(x, T)`, `smooth3(x, T)`, `smooth_n(x, T, n)`, each also with `initial` | the last of 1, 3, n means `h' = (in - h) n / T`, from `h = initial` |
//! | `initial(x)` | `x` at the start |
//! | `trend(x, T)`, `trend(x, T, g)` | relative growth of `x` in a unit of time: `(x - h) / (T abs(h))` with `h' = (x - h) / T`, from `h = x / (1 + g T)`; 0 where `h` is 0; `g` is 0 where it is not given |
//! | `forecast(x, T, ahead)`, `forecast(x, T, ahead, g)` | `x (1 + ahead trend(x, T, g))` |
//! | `total(x)` | the integral of `x` from the start |
//! | `running_mean(x)`, `running_max(x)`, `running_min(x)` | over all integration steps from the start to now: with `substeps` the mean over time, and extremes between rows |
//! | `moving_mean(x, T)` | the mean of the last `T / dt` integration steps, the present one among them; of those that there are, at the start |
//! | `since(c)` | the time since `c` held; since the start where it has not yet |
//! | `count(c)` | at how many timesteps `c` has held, the present one among them, whatever `substeps` is |
//! | `hold(x, c)`, `hold(x, c, initial)` | `x` as it was when `c` last held |
//!
//! The times of `delay`, `moving_mean`, pipelines and cohorts, the share that leaks and the `k` of a lag are those of the start: they read parameters, constants and
//! what follows from these alone; `initial(x)` is such a number. The `n` of stages is written out or a constant.
//!
//! # Laws
//!
//! | law | is |
//! |---|---|
//! | `uniform(low, high)` | even between its ends |
//! | `normal(mean, sd)`, `lognormal(mu, sigma)` | normal; the exponential of a normal with mean `mu` and standard deviation `sigma` |
//! | `exponential(rate)` | with mean `1 / rate` |
//! | `triangular(low, mode, high)` | rising to the mode and falling from it |
//! | `bernoulli(p)`, `binomial(n, p)`, `poisson(mean)` | 1 with probability `p`; how many of `n` are 1; events where `mean` are expected |
//! | `gamma(shape, scale)` | with mean `shape scale` and variance `shape scale^2` |
//! | `beta(a, b)` | between 0 and 1, with mean `a / (a + b)` |
//! | `student(degrees)` | Student's t: heavy tails |
//! | `pareto(least, shape)` | above `least`: beyond x with probability `(least / x)^shape` |
//! | `discrete(x1, w1, x2, w2, …)` | one of the values, by their weights |
//! | `empirical` | one of `values`, each as likely: numbers, or `{ file = "returns.csv", column = "daily" }` |
//!
//! Correlated normals: with z the standard normals of their own streams and C the correlations, each is `mean + sd (L z)`, where `L L' = C` (Cholesky). The
//! first of `names` is what it is alone. A matrix that is not positive definite is refused.
//!
//! # Arrays
//! With `[dim] group = ["team", "seed"]` an entry of any table but `table`, `draws` and `component` may have `dim = "group"`, or a list of dimensions. It becomes
//! one entry for each element, `x.team` and `x.seed`, and these are what is shown, wired and set. A key that is a table (`{ team = 1, seed = 2 }`) or
//! a list gives each element its own. `x[team]` reads that element, `x[group]` inside an entry with this dimension its own.
//!
//! | function | is, of all elements |
//! |---|---|
//! | `sum(x)`, `mean(x)`, `min(x)`, `max(x)`, `size(x)` | sum, mean, smallest, largest, how many |
//! | `stddev(x)` | the root of the mean square of the distances to the mean |
//! | `sum(x[*] * y[*])`, `max(x[team, *])` | a `*` runs over all elements of its dimension, the same for all that have it |
//!
//! # Initial values
//! Each follows what it needs: a lag's is its argument's, a smooth's is its argument's, and so on, whatever the order in which they are written.
//! What needs itself is refused with its path; a quantity that reads its own past says from what it starts: `previous(x, 1)`.
//!
//! # Limits
//! 1 MiB of text, 10,000 quantities, 200,000 operations, 100,000 substeps, 4,096 points of a table, 100,000 integration steps in
//! a pipeline, a delay, a cliff or a vesting, 1,000,000 in all of a run, 100 stages.
//! Arrays come to at most 10,000 elements, 200,000 operations and 16 MiB of text; a dimension given as a number has at most 1,000.
//!
//! # Invariants
//! One run and many in lanes give the same bits. A quantity that is NaN or infinite, a state out of its bounds and an invariant that
//! does not hold end the run with an error that names it. Nothing allocates in a step.
//!
//! ```
//! use te_core::{Experiment, List, Registry, System, Value};
//! use te_equations::Equations;
//!
//! let text = r#"
//! [component]
//! kind = "mine/pool"
//! time = "month"
//!
//! [param]
//! share = { default = 0.1, min = 0, max = 1, unit = "1/month", doc = "Share of the pool spent in a month." }
//!
//! [let]
//! spent = { of = "share * pool", unit = "TOK/month", doc = "Spent." }
//!
//! [state]
//! pool = { initial = 100, rate = "-spent", unit = "TOK", doc = "Tokens in the pool." }
//! "#;
//! let mut registry = Registry::new();
//! registry.add_kind(Equations::parse(text)?, "pool.toml", "A pool that is spent.");
//! let mut system = System::builder("s");
//! system.kind(List::Controllables, "a", registry.kind("mine/pool")?, &Value::Table(Vec::new()));
//! let results = Experiment::new(system.build()?).timesteps(2).run()?;
//! assert_eq!(results.frame().f64s("a.pool"), Some(&[100.0, 90.0, 81.0][..]));
//! assert_eq!(results.frame().f64s("a.spent"), Some(&[10.0, 9.0, 8.1][..]));
//!
//! let wrong = text.replace("-spent", "-spend");
//! let refused = Equations::parse(&wrong).unwrap_err().to_string();
//! assert_eq!(refused, "13:34: TE0502: unknown name `spend`; did you mean `spent`?");
//! let wrong = text.replace("\"TOK/month\"", "\"TOK\"");
//! let refused = Equations::parse(&wrong).unwrap_err().to_string();
//! assert!(refused.starts_with("10:17: TE0504: `of` of `spent` is `TOK/month`: `TOK` is wanted"), "{refused}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod body;
mod calendar;
mod choice;
mod column;
mod dimension;
mod draw;
mod equations;
mod event;
mod failure;
mod fault;
mod fixed;
mod form;
mod function;
mod lookup;
mod memory;
mod model;
mod program;
mod ring;
pub mod tree;
mod unit;
mod units;

pub use equations::{Equations, LARGEST};
pub use failure::EquationFailure;
pub use fault::{EquationError, EquationErrors, Fault};
pub use form::{Columns, FileColumn};
