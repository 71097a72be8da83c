//! The functions of components beside those that all expressions have: their names and how many arguments they take.

/// A function: its name, and how many arguments it takes at least and at most.
pub(crate) type Function = (&'static str, usize, usize);

/// Those that remember.
pub(crate) const MEMORY: [Function; 20] = [
    ("smooth", 2, 3),
    ("smooth3", 2, 3),
    ("smooth_n", 3, 4),
    ("delay", 2, 3),
    ("delay1", 2, 3),
    ("delay3", 2, 3),
    ("delay_n", 3, 4),
    ("lag", 2, 3),
    ("previous", 2, 2),
    ("initial", 1, 1),
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

/// Those of time.
pub(crate) const TIMED: [Function; 4] = [("step", 2, 2), ("ramp", 2, 3), ("pulse", 2, 3), ("window", 2, 2)];

/// Those of the calendar: parts of the date of the timestep, and the time of a date.
pub(crate) const CALENDAR: [Function; 6] = {
    let [year, month, day, weekday, today] = te_core::Calendar::PARTS;
    [(year, 0, 0), (month, 0, 0), (day, 0, 0), (weekday, 0, 0), (today, 0, 0), ("date", 1, 1)]
};

/// A table that is written where it is called: `lookup(x, x1, y1, x2, y2)`.
pub(crate) const LOOKUP: &str = "lookup";

/// What derived columns have and components do not.
const ELSEWHERE: [&str; 1] = ["param"];

/// Functions of all expressions, which no table may be called.
const OWN: [&str; 24] = [
    "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "abs", "sign", "sqrt", "exp", "ln", "log10",
    "floor", "ceil", "trunc", "round", "min", "max", "clamp", "if", "case", "ratio", "param",
];

/// Names that mean something in every expression. `horizon` can be taken: the component's own then is meant.
pub(crate) const RESERVED: [&str; 9] = ["t", "timestep", "time", "dt", "years", "pi", "and", "or", "not"];

/// The function of a component of this name: of memory, of time or of the calendar.
pub(crate) fn named(name: &str) -> Option<&'static Function> {
    MEMORY.iter().chain(&TIMED).chain(&CALENDAR).find(|(own, ..)| *own == name)
}

/// Whether the name is that of a function that remembers.
pub(crate) fn remembers(name: &str) -> bool {
    MEMORY.iter().any(|(own, ..)| *own == name)
}

/// Whether the parser must take it for a function that is not one of all expressions.
pub(crate) fn is_known(name: &str) -> bool {
    named(name).is_some() || name == LOOKUP || ELSEWHERE.contains(&name)
}

/// Whether the name is taken by a function.
pub(crate) fn is_taken(name: &str) -> bool {
    is_known(name) || OWN.contains(&name)
}

/// The number of arguments in words.
pub(crate) fn arguments((name, least, most): &Function) -> String {
    match (least, most) {
        (0, 0) => format!("`{name}()` takes no arguments"),
        (1, 1) => format!("`{name}` takes one argument"),
        (least, most) if least == most => format!("`{name}` takes {least} arguments"),
        (least, most) => format!("`{name}` takes {least} or {most} arguments"),
    }
}
