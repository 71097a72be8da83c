//! Mechanisms written as equations in TOML, checked like a component in Rust and stepped in the same lanes.
//!
//! A component is a text of tables. Every named quantity has a unit; names are looked up, units compared, equations put in order and
//! compiled when the text is read, so that nothing is looked up in a step.
//!
//! | table | keys beside `unit`, `doc` | meaning |
//! |---|---|---|
//! | `component` | `kind`, `time`, `substeps`, `method`, `units`, `show` | name; unit of rates; integration steps in a step of the system; `euler` or `rk4`; `error`, `warn` or `off`; the metrics |
//! | `param` | `default`, `min max above below soft_min soft_max step`, `role`, `alias`, `type`, `initial` | a parameter; `type` is `float`, `integer` or `boolean` |
//! | `constant` | `value` | a number that cannot be swept |
//! | `table` | `x`, `y`, `between`, `outside` | a function given by points, called by its name |
//! | `input` | `default`, `initial` | what a wire brings; `initial` is its value before the first step, `default` where it says none |
//! | `let` | `of` | computed once a step, after what it needs |
//! | `state` | `initial`, `next` or `rate`, `min max above below` | `rate` is integrated, `next` replaces; both read the state before |
//! | `flow` | `of`, `from`, `to`, `limit` | moves `of * dt` between states; limited, to what `from` holds and earlier flows bring |
//! | `pipeline` | `enter`, `time`, `initial` | each batch leaves after `time`, rounded to whole integration steps; shows `NAME.out` |
//! | `draw` | `of`, `every`, `start` | a random number, of every `step` or `run`, from the stream of its name |
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
//! Those of [`te_core::expression`]; further names `t time dt years pi`, and `horizon`, the last
//! timestep, where no quantity has that name; `step(height, at)`, `ramp(slope, from, until)`,
//! `pulse(volume, at, every)`, `window(from, until)`; and functions that remember: `smooth smooth3 delay1 delay3 (x, time,
//! initial)`, `previous(x, initial)`, `initial(x)`, `total(x)`.
//!
//! # Limits
//! 1 MiB of text, 10,000 quantities, 200,000 operations, 100,000 substeps, 4,096 points of a table, 100,000 integration steps in
//! a pipeline. There are no arrays, events, choices as parameters or tables from files.
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
mod column;
mod draw;
mod equations;
mod event;
mod failure;
mod fault;
mod form;
mod memory;
mod model;
mod program;
pub mod tree;
mod unit;
mod units;

pub use equations::{Equations, LARGEST};
pub use failure::EquationFailure;
pub use fault::{EquationError, EquationErrors, Fault};
