//! What kinds say of themselves: every kind writes its equations down, in the names that its parameters, inputs and metrics have.

use std::collections::BTreeSet;
use te_core::Kind;

/// Functions, distributions, and the time of a step.
const KNOWN: &[&str] = &[
    "abs",
    "clamp",
    "exp",
    "floor",
    "integral",
    "lag",
    "ln",
    "max",
    "mean",
    "min",
    "sqrt",
    "sum",
    "Beta",
    "Binomial",
    "Exponential",
    "LogNormal",
    "NoncentralChiSquared",
    "Normal",
    "Poisson",
    "Uniform",
    "Zipf",
    "days",
    "era",
    "i",
    "minutes",
    "months",
    "seconds",
    "timestep",
    "weeks",
    "years",
];

/// Names in a text: letters, digits, underscores and dots that begin with a letter.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))
        .map(|word| word.trim_matches('.'))
        .filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// A line without its remark.
fn bare(line: &str) -> &str {
    line.split_once(" -- ").map_or(line, |(before, _)| before)
}

/// What a line defines, in words or by an equation: the side before `:`, `=` or `~`, and what stands after it.
fn sides(line: &str) -> Option<(&str, &str)> {
    let line = bare(line);
    let told = line.split_once(": ").map(|(names, _)| (names, ""));
    line.split_once(" = ").or_else(|| line.split_once(" ~ ")).or(told)
}

/// Everything in a kind's equations that is no name of it.
fn strange(kind: &Kind) -> Vec<String> {
    let equations = kind.equations();
    let mut known: BTreeSet<String> = KNOWN.iter().map(|name| (*name).to_owned()).collect();
    known.extend(kind.params().iter().map(|spec| spec.name.to_string()));
    known.extend(kind.inputs().iter().chain(kind.metrics()).map(|field| field.name.to_string()));
    for (left, _) in equations.iter().filter_map(|line| sides(line)) {
        known.extend(names(left).map(str::to_owned));
    }
    let mut found = Vec::new();
    for line in &equations {
        let Some((_, right)) = sides(line) else {
            found.push(format!("`{line}` is no equation"));
            continue;
        };
        found.extend(
            names(right).filter(|name| !known.contains(*name)).map(|name| format!("{name} in `{line}`")),
        );
    }
    found
}

#[test]
fn every_kind_has_equations_in_its_own_names() {
    let registry = te_system::built_in();
    let mut wrong = Vec::new();
    for kind in registry.kinds() {
        if kind.equations().iter().all(String::is_empty) {
            wrong.push(format!("{} has no equations", kind.name));
        }
        wrong.extend(strange(kind).into_iter().map(|what| format!("{}: {what}", kind.name)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(registry.kinds().count() >= 40);
}

#[test]
fn equations_define_a_third_of_the_metrics_or_more() {
    for kind in te_system::built_in().kinds() {
        let equations = kind.equations();
        let defined: BTreeSet<&str> =
            equations.iter().filter_map(|line| sides(line)).flat_map(|(left, _)| names(left)).collect();
        let shown = kind.metrics().iter().filter(|metric| defined.contains(metric.name.as_ref())).count();
        assert!(
            3 * shown >= kind.metrics().len().min(24),
            "{}: {shown} of {}",
            kind.name,
            kind.metrics().len()
        );
    }
}

#[test]
fn a_composed_kind_says_the_equations_of_its_parts() {
    let registry = te_system::built_in();
    let of = |name: &str| registry.kind(name).map(Kind::equations).unwrap_or_default();
    let economy = of("hive/economy");
    for part in ["hive/supply", "hive/market", "hive/price"] {
        assert!(of(part).iter().all(|line| economy.contains(line)), "{part}");
    }
    assert_eq!(economy, of("hive/economy-blocks"));
    assert_eq!(
        te_system::kind_data(registry.kind("hive/price").unwrap())["equations"][0],
        "supply = reserve + circulation"
    );
}
