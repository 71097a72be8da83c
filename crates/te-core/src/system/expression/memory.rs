//! Functions that remember and functions of time, in derived columns: what each is made of.
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
//! | `step(height, at)` | `height` from the first timestep at or after `at` on | |
//! | `window(from, until)` | 1 from `from` on and before `until` | |
//! | `ramp(slope, from, until)` | `slope max(min(time, until) - from, 0)` | |
//! | `pulse(volume, at, every)` | `volume / dt` in the timestep of `at`, and again and again | |
//!
//! `dt` is the length of a timestep in the unit of the system's step, `time` is `t dt`. These are the numbers that a component of
//! equations gives with one integration step in a timestep. `T` of `delay` and `moving_mean`, and `n`, are written out.

use super::{Binary, Call, Expression, ExpressionError, Lagged, Source, Term, Unary};

/// Names, and how many arguments they take at least and at most.
const MEMORY: [(&str, usize, usize); 19] = [
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
const TIMED: [(&str, usize, usize); 4] = [("step", 2, 2), ("ramp", 2, 3), ("pulse", 2, 3), ("window", 2, 2)];

/// Names that mean something where no derived column has them.
const NAMES: [&str; 4] = ["time", "dt", "pi", "horizon"];

/// What the last timestep is read as; no text can write it.
pub(crate) const HORIZON: &str = ":horizon";

/// Stages of a delay or smooth, at most.
const MOST_STAGES: f64 = 100.0;
/// Rows of a moving mean, at most: each is read.
const MOST_ROWS: f64 = 1_000.0;
/// Timesteps of a delay, at most, as of a lag.
const LONGEST: f64 = 100_000.0;

/// Whether derived columns have a function of this name beside those of all expressions.
pub(super) fn is_function(name: &str) -> bool {
    MEMORY.iter().chain(&TIMED).any(|(own, ..)| *own == name)
}

/// Terms in which `time`, `dt`, `pi` and `horizon` are calls without arguments, to be told from columns when these are known.
pub(super) fn with_names(expression: Expression) -> Expression {
    let named = |term| match term {
        Term::Read(Source::Column(name)) if NAMES.contains(&name.as_str()) => {
            Term::Call(Box::new(Call { name, arguments: 0 }))
        }
        // It holds no lag, so this goes no deeper.
        Term::Lag(lagged) => {
            let Lagged { of, steps, initial } = *lagged;
            Term::Lag(Box::new(Lagged { of, steps, initial: initial.map(with_names) }))
        }
        term => term,
    };
    Expression { terms: expression.terms.into_iter().map(named).collect(), ..expression }
}

type Terms = Vec<Term>;

/// Replaces calls in expressions of one system.
pub(crate) struct Expansion<'a> {
    /// The derived column whose expression it is; none where it is that of a wire, which remembers nothing.
    pub(crate) column: Option<&'a str>,
    /// The length of a timestep.
    pub(crate) dt: f64,
    /// Whether the system has a derived column of this name.
    pub(crate) is_column: &'a dyn Fn(&str) -> bool,
    /// The hidden columns with their expressions.
    pub(crate) hidden: Vec<(String, Expression)>,
}

/// A call as it is taken apart.
struct Called<'e> {
    of: &'e Expression,
    function: &'e str,
    place: usize,
}

impl Expansion<'_> {
    /// The expression without calls; what they remember is hidden columns then.
    ///
    /// # Errors
    /// Where a function is given too few or too many arguments, or remembers in a wire.
    pub(crate) fn expand(&mut self, of: &Expression) -> Result<Expression, ExpressionError> {
        let (mut out, mut places, mut starts) = (Terms::new(), Vec::new(), Vec::new());
        for (term, place) in of.terms.iter().zip(&of.places) {
            let first = starts.len().saturating_sub(term.takes());
            let start = starts.get(first).copied().unwrap_or(out.len());
            if let Term::Call(call) = term {
                let mut arguments: Vec<Terms> =
                    starts.iter().skip(first).rev().map(|at| out.split_off(*at)).collect();
                arguments.reverse();
                places.truncate(out.len());
                let called = Called { of, function: &call.name, place: *place };
                out.extend(self.call(&called, arguments)?);
            } else {
                out.push(match term {
                    Term::Lag(lagged) => {
                        let Lagged { of, steps, initial } = &**lagged;
                        // It holds no lag, so this goes no deeper.
                        let initial = initial.as_ref().map(|initial| self.expand(initial)).transpose()?;
                        Term::Lag(Box::new(Lagged { of: of.clone(), steps: *steps, initial }))
                    }
                    term => term.clone(),
                });
            }
            places.resize(out.len(), *place);
            starts.truncate(first);
            starts.push(start);
        }
        if out.len() > Expression::MAX_TERMS {
            let message = format!(
                "with its functions it has {} terms: allowed are {}",
                out.len(),
                Expression::MAX_TERMS
            );
            return Err(ExpressionError::new(&of.text, 0, message));
        }
        Ok(Expression { text: of.text.clone(), terms: out, places })
    }

    fn call(&mut self, called: &Called<'_>, arguments: Vec<Terms>) -> Result<Terms, ExpressionError> {
        let name = called.function;
        if let Some(read) = NAMES.iter().find(|own| **own == name && arguments.is_empty()) {
            return Ok(self.read(read));
        }
        let remembers = MEMORY.iter().any(|(own, ..)| *own == name);
        let Some((_, least, most)) = MEMORY.iter().chain(&TIMED).find(|(own, ..)| *own == name) else {
            return Err(called.error(format!("no function `{name}`")));
        };
        if !(*least..=*most).contains(&arguments.len()) {
            let count = if least == most { least.to_string() } else { format!("{least} or {most}") };
            return Err(called.error(format!("`{name}` takes {count} arguments")));
        }
        if remembers && self.column.is_none() {
            let message =
                format!("`{name}` remembers, which a wire cannot: derive a column of it, and wire that");
            return Err(called.error(message));
        }
        if remembers { self.remember(called, arguments) } else { Ok(self.timed(name, &arguments)) }
    }

    /// The column of this name, or what the name means.
    fn read(&self, name: &str) -> Terms {
        let column = |name: &str| vec![Term::Read(Source::Column(name.to_owned()))];
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

    fn timed(&self, name: &str, arguments: &[Terms]) -> Terms {
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

    fn remember(&mut self, called: &Called<'_>, arguments: Vec<Terms>) -> Result<Terms, ExpressionError> {
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

    /// A hidden column that is `initial` at the start and then what is made of its value before.
    fn level(&mut self, called: &Called<'_>, initial: Terms, next: impl FnOnce(Terms) -> Terms) -> Terms {
        self.hidden(called, |own| at_start(initial, next(own)))
    }

    /// A hidden column, made of its value before, which is 0 before the start.
    fn hidden(&mut self, called: &Called<'_>, terms: impl FnOnce(Terms) -> Terms) -> Terms {
        let name = format!("{}:{}", self.column.unwrap_or_default(), self.hidden.len());
        let read = vec![Term::Read(Source::Column(name.clone()))];
        let terms = terms(past(called, &read));
        self.hidden.push((name, called.expression(terms)));
        read
    }

    /// A column, hidden where it is not one.
    fn named(&mut self, called: &Called<'_>, terms: Terms) -> Terms {
        match terms.as_slice() {
            [Term::Read(_)] => terms,
            _ => self.hidden(called, |_| terms),
        }
    }

    /// A number, a parameter or a column.
    fn given(&mut self, called: &Called<'_>, terms: Terms) -> Terms {
        match (terms.as_slice(), called.fixed(&terms)) {
            (_, Some(x)) => number(x),
            ([Term::Param(_)], _) => terms,
            _ => self.named(called, terms),
        }
    }
}

impl Called<'_> {
    fn error(&self, message: String) -> ExpressionError {
        ExpressionError::new(&self.of.text, self.place, message)
    }

    fn expression(&self, terms: Terms) -> Expression {
        Expression { text: self.of.text.clone(), places: vec![self.place; terms.len()], terms }
    }

    /// The value of terms that read nothing.
    fn fixed(&self, terms: &Terms) -> Option<f64> {
        let reads =
            |term: &Term| matches!(term, Term::Read(_) | Term::Lag(_) | Term::Param(_) | Term::Call(_));
        let value = self.expression(terms.clone()).evaluate(&mut |_| f64::NAN);
        Some(value).filter(|value| value.is_finite() && !terms.iter().any(reads))
    }

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

fn number(x: f64) -> Terms {
    vec![Term::Number(x)]
}

fn timestep() -> Terms {
    vec![Term::Read(Source::Timestep)]
}

fn unary(op: Unary, a: Terms) -> Terms {
    a.into_iter().chain([Term::Unary(op)]).collect()
}

fn binary(op: Binary, a: Terms, b: Terms) -> Terms {
    a.into_iter().chain(b).chain([Term::Binary(op)]).collect()
}

fn three(term: Term, a: Terms, b: Terms, c: Terms) -> Terms {
    a.into_iter().chain(b).chain(c).chain([term]).collect()
}

/// One value at timestep 0, another from then on.
fn at_start(first: Terms, later: Terms) -> Terms {
    three(Term::If, binary(Binary::Equal, timestep(), number(0.0)), first, later)
}

/// What a number, a parameter or a column was in the row before. Nobody reads it at timestep 0.
fn past(called: &Called<'_>, terms: &Terms) -> Terms {
    match terms.as_slice() {
        [Term::Read(_)] => vec![lag(called, terms, 1, Some(number(0.0)))],
        _ => terms.clone(),
    }
}

/// What a column was some rows before.
fn lag(called: &Called<'_>, terms: &Terms, steps: u32, initial: Option<Terms>) -> Term {
    match terms.as_slice() {
        [Term::Read(of)] => {
            let initial = initial.map(|initial| called.expression(initial));
            Term::Lag(Box::new(Lagged { of: of.clone(), steps, initial }))
        }
        _ => terms.first().cloned().unwrap_or(Term::Number(f64::NAN)),
    }
}
