//! Names as equations have them.

use crate::expression::unquoted;
use std::collections::HashSet;

/// Words that mean something in equations, now or in what is planned for them.
const TAKEN: [&str; 83] = [
    "t",
    "timestep",
    "time",
    "dt",
    "years",
    "pi",
    "and",
    "or",
    "not",
    "horizon",
    "year",
    "month",
    "day",
    "weekday",
    "date",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "atan2",
    "abs",
    "sign",
    "sqrt",
    "exp",
    "ln",
    "log10",
    "floor",
    "ceil",
    "trunc",
    "round",
    "min",
    "max",
    "clamp",
    "if",
    "case",
    "ratio",
    "lag",
    "param",
    "step",
    "ramp",
    "pulse",
    "window",
    "smooth",
    "smooth3",
    "smooth_n",
    "delay",
    "delay1",
    "delay3",
    "delay_n",
    "previous",
    "initial",
    "total",
    "trend",
    "forecast",
    "running_mean",
    "running_max",
    "running_min",
    "moving_mean",
    "since",
    "count",
    "hold",
    "lookup",
    "sum",
    "mean",
    "size",
    "uniform",
    "normal",
    "lognormal",
    "exponential",
    "triangular",
    "bernoulli",
    "poisson",
    "binomial",
    "gamma",
    "beta",
    "student",
    "pareto",
    "discrete",
    "empirical",
    "event",
    "self",
];

/// Names that are given away, so that no two are alike.
#[derive(Debug, Default)]
pub(crate) struct Names {
    given: HashSet<String>,
}

impl Names {
    /// A valid name that nothing else has, as near to what is written as can be.
    pub(crate) fn give(&mut self, written: &str) -> String {
        let mut name = word(written);
        if TAKEN.contains(&name.as_str()) {
            name.push('_');
        }
        let mut number = 2_usize;
        let mut unique = name.clone();
        while !self.given.insert(unique.clone()) {
            unique = format!("{name}_{number}");
            number += 1;
        }
        unique
    }
}

/// Letters, digits and `_`, in small letters, a letter first.
fn word(written: &str) -> String {
    let mut name = String::new();
    for c in unquoted(written).to_lowercase().chars() {
        if c.is_alphanumeric() {
            name.push(c);
        } else if !name.ends_with('_') && !name.is_empty() {
            name.push('_');
        }
        if name.len() > 120 {
            break;
        }
    }
    let name = name.trim_matches('_');
    if name.starts_with(char::is_alphabetic) { name.to_owned() } else { format!("v{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_and_no_two_alike() {
        let mut names = Names::default();
        let given = ["Births per Year", "births_per_year", "\"% of GDP\"", "2nd", "Time", "größe"];
        let given = given.map(|written| names.give(written));
        assert_eq!(given, ["births_per_year", "births_per_year_2", "of_gdp", "v2nd", "time_", "größe"]);
    }
}
