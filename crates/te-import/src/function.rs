//! The functions of both dialects, and what they are in equations.

use crate::expression::Dialect;
use crate::piece::level;

/// A function with a number of arguments.
#[derive(Debug)]
pub(crate) struct Function {
    /// As names are compared.
    pub(crate) name: &'static str,
    dialect: Option<Dialect>,
    pub(crate) arguments: usize,
    /// What it is. `{0}` is the first argument, `{0:7}` in brackets unless it binds like a sign, `{0:s}` under a name where it is
    /// more than one, `{0:t}` counted from the start of the run, `{0:k}` a number that is known when the file is read, `{0:f}` one that
    /// stays as it is when a run starts, `{0:d}` the same, of at least one step, `{0:o}` a further
    /// one that is left out where it is 0, `{0:m}` as it is
    /// when a run starts, `{~0}` the same of the first argument as a further one where that is not its value.
    pub(crate) template: &'static str,
    pub(crate) level: u8,
    /// A random number that the template calls `{d}`.
    pub(crate) draw: &'static str,
    /// What is told of it.
    pub(crate) note: &'static str,
}

const fn own(
    dialect: Option<Dialect>,
    name: &'static str,
    arguments: usize,
    template: &'static str,
    level: u8,
) -> Function {
    Function { name, dialect, arguments, template, level, draw: "", note: "" }
}

const fn both(name: &'static str, arguments: usize, template: &'static str) -> Function {
    own(None, name, arguments, template, level::ATOM)
}

const fn xmile(name: &'static str, arguments: usize, template: &'static str) -> Function {
    own(Some(Dialect::Xmile), name, arguments, template, level::ATOM)
}

const fn vensim(name: &'static str, arguments: usize, template: &'static str) -> Function {
    own(Some(Dialect::Vensim), name, arguments, template, level::ATOM)
}

const fn random(dialect: Dialect, name: &'static str, arguments: usize, draw: &'static str) -> Function {
    Function {
        draw,
        note: "numbers of this project's generator; a seed is left out",
        ..own(Some(dialect), name, arguments, "{d}", level::ATOM)
    }
}

const LOGNORMAL: &str = "lognormal(ln({0:s} * {0:s} / sqrt({0:s} * {0:s} + {1:s} * {1:s})), sqrt(ln(1 + {1:s} * {1:s} / ({0:s} * {0:s}))))";

const FUNCTIONS: &[Function] = &[
    both("abs", 1, "abs({0})"),
    both("exp", 1, "exp({0})"),
    both("ln", 1, "ln({0})"),
    both("log10", 1, "log10({0})"),
    both("sqrt", 1, "sqrt({0})"),
    both("sin", 1, "sin({0})"),
    both("cos", 1, "cos({0})"),
    both("tan", 1, "tan({0})"),
    both("arcsin", 1, "asin({0})"),
    both("arccos", 1, "acos({0})"),
    both("arctan", 1, "atan({0})"),
    own(None, "sinh", 1, "(exp({0:s}) - exp(-{0:s})) / 2", level::MULTIPLY),
    own(None, "cosh", 1, "(exp({0:s}) + exp(-{0:s})) / 2", level::MULTIPLY),
    own(None, "tanh", 1, "1 - 2 / (exp(2 * {0:s}) + 1)", level::ADD),
    both("max", 2, "max({0}, {1})"),
    both("min", 2, "min({0}, {1})"),
    both("step", 2, "step({0}, {1:t})"),
    both("ramp", 2, "ramp({0}, {1:t})"),
    both("ramp", 3, "ramp({0}, {1:t}, {2:t})"),
    own(Some(Dialect::Xmile), "int", 1, "floor({0})", level::ATOM),
    xmile("round", 1, "round({0})"),
    own(Some(Dialect::Xmile), "mod", 2, "{0:6} % {1:7}", level::MULTIPLY),
    xmile("safediv", 2, "ratio({0}, {1}, 0)"),
    xmile("safediv", 3, "ratio({0}, {1}, {2})"),
    xmile("init", 1, "initial({0:m})"),
    xmile("previous", 2, "previous({0}, {1:m})"),
    xmile("pulse", 2, "pulse({0}, {1:t})"),
    xmile("pulse", 3, "pulse({0}, {1:t}{2:o})"),
    xmile("delay", 2, "delay({0}, {1:f}{~0})"),
    xmile("delay", 3, "delay({0}, {1:f}, {2:m})"),
    xmile("delay1", 2, "delay1({0}, {1}{~0})"),
    xmile("delay1", 3, "delay1({0}, {1}, {2:m})"),
    xmile("delay3", 2, "delay3({0}, {1}{~0})"),
    xmile("delay3", 3, "delay3({0}, {1}, {2:m})"),
    xmile("delayn", 3, "delay_n({0}, {1}, {2:k}{~0})"),
    xmile("delayn", 4, "delay_n({0}, {1}, {2:k}, {3:m})"),
    xmile("smth1", 2, "smooth({0}, {1}{~0})"),
    xmile("smth1", 3, "smooth({0}, {1}, {2:m})"),
    xmile("smth3", 2, "smooth3({0}, {1}{~0})"),
    xmile("smth3", 3, "smooth3({0}, {1}, {2:m})"),
    xmile("smthn", 3, "smooth_n({0}, {1}, {2:k}{~0})"),
    xmile("smthn", 4, "smooth_n({0}, {1}, {2:k}, {3:m})"),
    xmile("trend", 2, "trend({0}, {1})"),
    xmile("trend", 3, "trend({0}, {1}, {2})"),
    xmile("forcst", 3, "forecast({0}, {1}, {2})"),
    xmile("forcst", 4, "forecast({0}, {1}, {2}, {3})"),
    random(Dialect::Xmile, "random", 2, "uniform({0}, {1})"),
    random(Dialect::Xmile, "random", 3, "uniform({0}, {1})"),
    random(Dialect::Xmile, "uniform", 2, "uniform({0}, {1})"),
    random(Dialect::Xmile, "uniform", 3, "uniform({0}, {1})"),
    random(Dialect::Xmile, "normal", 2, "normal({0}, {1})"),
    random(Dialect::Xmile, "normal", 3, "normal({0}, {1})"),
    random(Dialect::Xmile, "lognormal", 2, LOGNORMAL),
    random(Dialect::Xmile, "lognormal", 3, LOGNORMAL),
    random(Dialect::Xmile, "exprnd", 1, "exponential(1 / {0:7})"),
    random(Dialect::Xmile, "exprnd", 2, "exponential(1 / {0:7})"),
    Function {
        template: "{d} / dt",
        level: level::MULTIPLY,
        ..random(Dialect::Xmile, "poisson", 1, "poisson({0:6} * dt)")
    },
    Function {
        template: "{d} / dt",
        level: level::MULTIPLY,
        ..random(Dialect::Xmile, "poisson", 2, "poisson({0:6} * dt)")
    },
    vensim("if_then_else", 3, "if({0}, {1}, {2})"),
    vensim("integer", 1, "trunc({0})"),
    own(Some(Dialect::Vensim), "modulo", 2, "{0:s} - {1:s} * trunc({0:s} / {1:s})", level::ADD),
    own(
        Some(Dialect::Vensim),
        "quantum",
        2,
        "if({1:s} > 0, {1:s} * trunc({0:s} / {1:s}), {0:s})",
        level::ATOM,
    ),
    own(Some(Dialect::Vensim), "power", 2, "{0:9} ^ {1:9}", level::POWER),
    own(Some(Dialect::Vensim), "log", 2, "ln({0}) / ln({1})", level::MULTIPLY),
    vensim("zidz", 2, "ratio({0}, {1}, 0)"),
    vensim("xidz", 3, "ratio({0}, {1}, {2})"),
    own(Some(Dialect::Vensim), "game", 1, "({0})", level::ATOM),
    vensim("initial", 1, "initial({0:m})"),
    vensim("reinitial", 1, "initial({0:m})"),
    vensim("pulse", 2, "window({0:t}, {0:t} + max({1}, dt))"),
    own(
        Some(Dialect::Vensim),
        "pulse_train",
        4,
        "if(time + dt / 2 >= {0:t} and time + dt / 2 < {3:t} and (time + dt / 2 - ({0:t})) % ({2}) < max({1}, dt), 1, 0)",
        level::ATOM,
    ),
    vensim("delay1", 2, "delay1({0}, {1}{~0})"),
    vensim("delay1i", 3, "delay1({0}, {1}, {2:m})"),
    vensim("delay3", 2, "delay3({0}, {1}{~0})"),
    vensim("delay3i", 3, "delay3({0}, {1}, {2:m})"),
    vensim("delay_n", 4, "delay_n({0}, {1}, {3:k}, {2:m})"),
    vensim("delay_fixed", 3, "delay({0}, {1:d}, {2:m})"),
    vensim("smooth", 2, "smooth({0}, {1}{~0})"),
    vensim("smoothi", 3, "smooth({0}, {1}, {2:m})"),
    vensim("smooth3", 2, "smooth3({0}, {1}{~0})"),
    vensim("smooth3i", 3, "smooth3({0}, {1}, {2:m})"),
    vensim("smooth_n", 4, "smooth_n({0}, {1}, {3:k}, {2:m})"),
    vensim("trend", 3, "trend({0}, {1}, {2})"),
    vensim("forecast", 3, "forecast({0}, {1}, {2})"),
    vensim("sample_if_true", 3, "hold({1}, {0}, {2:m})"),
    random(Dialect::Vensim, "random_uniform", 3, "uniform({0}, {1})"),
    random(Dialect::Vensim, "random_0_1", 0, "uniform(0, 1)"),
    Function {
        template: "clamp({d}, {0}, {1})",
        note: "numbers of this project's generator; a seed is left out, and what lies outside the bounds is put on them, not drawn again",
        ..random(Dialect::Vensim, "random_normal", 5, "normal({2}, {3})")
    },
];

/// The forms of a function, one for each number of arguments.
pub(crate) fn forms(name: &str, dialect: Dialect) -> impl Iterator<Item = &'static Function> {
    FUNCTIONS.iter().filter(move |one| one.name == name && one.dialect.is_none_or(|own| own == dialect))
}

/// The nearest function, for a name that is none.
pub(crate) fn is_known(name: &str, dialect: Dialect) -> bool {
    forms(name, dialect).next().is_some()
}

/// A reduction of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reduction {
    Sum,
    Product,
    Most,
    Least,
    Mean,
    /// The root of the mean square of the distances to the mean.
    Deviation,
}

/// The reduction of a name with one argument.
pub(crate) fn reduction(name: &str, arguments: usize, dialect: Dialect) -> Option<Reduction> {
    if arguments != 1 {
        return None;
    }
    match (name, dialect) {
        ("sum", _) => Some(Reduction::Sum),
        ("prod", _) => Some(Reduction::Product),
        ("vmax", Dialect::Vensim) | ("max", Dialect::Xmile) => Some(Reduction::Most),
        ("vmin", Dialect::Vensim) | ("min", Dialect::Xmile) => Some(Reduction::Least),
        ("mean", Dialect::Xmile) => Some(Reduction::Mean),
        ("stddev", Dialect::Xmile) => Some(Reduction::Deviation),
        _ => None,
    }
}
