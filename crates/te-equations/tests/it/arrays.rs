//! Arrays: what an entry with a dimension becomes.

use crate::{column, experiment, read, system_of};
use te_core::kind::Instance as _;
use te_core::{Axis, Experiment, StepLength, Sweep, TimeUnit, Value};
use te_equations::Equations;

pub(crate) const POOLS: &str = r#"
[component]
kind = "test/pools"
time = "month"

[dim]
group = ["team", "seed", "public"]
side  = 2

[param]
share = { dim = "group", default = { team = 0.1, seed = 0.2, public = 0.5 }, alias = "part", unit = "1/month", doc = "Share that is spent." }

[constant]
weight = { dim = ["group", "side"], value = [[1, 2], [3, 4], [5, 6]], unit = "1" }

few    = { value = 1, unit = "TOK" }
eight  = { value = 8, unit = "TOK" }

[let]
all     = { of = "sum(held)", unit = "TOK" }
spent   = { dim = "group", of = "share[group] * held[group]", unit = "TOK/month" }
mine    = { dim = "group", of = "held[group] / sum(held)", unit = "1" }
product = { of = "sum(weight[*, 1] * held[*]) + 0 * min(all, held[team])", unit = "TOK" }
cross   = { dim = "side", of = "sum(weight[*, side])", unit = "1" }
most    = { of = "max(weight) + max(weight[team, *]) * 100 + min(weight[*, 2]) * 1e4", unit = "1" }
middle  = { of = "mean(held)", unit = "TOK" }
spread  = { of = "stddev(held)", unit = "TOK" }
count   = { of = "size(weight) + size(held)", unit = "1" }
before  = { dim = "group", of = "previous(held[group], 0)", unit = "TOK" }
own     = { dim = "group", of = { team = "1", seed = "2 * t", public = "own[team] + own[seed]" }, unit = "1" }

[state]
held  = { dim = "group", initial = [10, 20, 40], rate = "-spent[group]", unit = "TOK", doc = "Held." }
moved = { dim = "group", initial = 0, next = "moved[group] + if(sum(size(held) * dt * move[*]) > 0, 1, 0) * few", unit = "TOK" }
gone  = { initial = 0, unit = "TOK" }
kept  = { dim = "group", initial = 8, unit = "TOK" }

[flow]
move = { dim = "group", of = { team = "1", seed = "2", public = "100" }, from = "kept[group]", to = "gone", limit = true, unit = "TOK/month" }

[pipeline]
line = { dim = "group", enter = "move[group]", time = "dt * 2", unit = "TOK" }

[invariant]
whole = { dim = "group", of = "held[group] >= 0" }
total = "sum(kept) + gone == 3 * eight"
out   = "sum(line.out) <= sum(move.asked)"
"#;

#[test]
fn entries_become_elements() {
    let equations = read(POOLS);
    let params: Vec<&str> = equations.specs().iter().map(|spec| spec.name.as_ref()).collect();
    assert_eq!(params, ["share.team", "share.seed", "share.public"]);
    assert!(equations.lines().contains(&"spent.seed = share[group] * held[group]".to_owned()));
    let run = |name: &str| column(&experiment(&equations, 2), &format!("it.{name}"));
    assert_eq!(run("held.team"), [10.0, 9.0, 8.1]);
    assert_eq!(run("held.public"), [40.0, 20.0, 10.0]);
    assert_eq!(run("all"), [70.0, 9.0 + 16.0 + 20.0, 8.1 + 12.8 + 10.0]);
    assert_eq!(run("spent.seed"), [4.0, 3.2, 0.2 * 12.8]);
    assert_eq!(run("mine.team"), [10.0 / 70.0, 0.2, 8.1 / 30.9]);
    assert_eq!(run("product"), [10.0 + 60.0 + 200.0, 9.0 + 48.0 + 100.0, 8.1 + 3.0 * 12.8 + 50.0]);
    assert_eq!((run("cross.1")[0], run("cross.2")[0]), (9.0, 12.0));
    assert_eq!(run("most")[0], 6.0 + 200.0 + 20_000.0);
    assert_eq!(run("count")[0], 9.0);
    assert_eq!(run("middle")[0], 70.0 / 3.0);
    let spread = ((te_math::powi(10.0 - 70.0 / 3.0, 2)
        + te_math::powi(20.0 - 70.0 / 3.0, 2)
        + te_math::powi(40.0 - 70.0 / 3.0, 2))
        / 3.0)
        .sqrt();
    assert!((run("spread")[0] - spread).abs() < 1e-13);
    assert_eq!(run("before.public"), [0.0, 40.0, 20.0]);
    assert_eq!(run("own.public"), [1.0, 3.0, 5.0]);
    assert_eq!((run("moved.team")[2], run("gone")[2], run("kept.public")[2]), (2.0, 2.0 + 4.0 + 8.0, 0.0));
    assert_eq!(run("line.seed.out"), [0.0, 0.0, 2.0]);
    // A list of what is shown may name arrays.
    let shown = read(&POOLS.replace("kind =", "show = [\"held\", \"all\", \"spent.team\"]\nkind ="));
    let names: Vec<&str> = shown.metrics().iter().map(|metric| metric.name.as_ref()).collect();
    assert_eq!(names, ["held.team", "held.seed", "held.public", "all", "spent.team"]);
}

/// Parameters of elements are set by tables in tables, by their names, and swept.
#[test]
fn elements_are_set_and_swept() {
    let equations = read(POOLS);
    let table =
        |entries: Vec<(&str, Value)>| Value::Table(entries.into_iter().map(|(k, v)| (k.into(), v)).collect());
    let step = StepLength::new(1.0, TimeUnit::Month);
    for given in [
        table(vec![("share", table(vec![("team", Value::F64(0.5))]))]),
        table(vec![("share.team", Value::F64(0.5))]),
        table(vec![("part.team", Value::F64(0.5))]),
    ] {
        let system = system_of(&equations, &given, step);
        assert_eq!(column(&Experiment::new(system).timesteps(1), "it.held.team"), [10.0, 5.0]);
    }
    let system = system_of(&equations, &table(vec![]), step);
    let swept = Sweep::Product(vec![Axis::new("it.share.seed", [0.0, 0.5])]);
    let found = column(&Experiment::new(system).timesteps(1).sweep(swept), "it.held.seed");
    assert_eq!(found, [20.0, 20.0, 20.0, 10.0]);
}

#[test]
fn what_an_array_cannot_be_is_told() {
    for (from, to, expected) in [
        (
            "sum(held)\", unit = \"TOK\"",
            "held\", unit = \"TOK\"",
            "20:19: TE0501: `held` is all of an array: read an element, `held[group]`",
        ),
        (
            "share[group] *",
            "share[grop] *",
            "21:34: TE0502: `group` has no element `grop`; did you mean `group`?",
        ),
        (
            "* held[group]\"",
            "* help[group]\"",
            "21:49: TE0502: there is no array `help`; did you mean `held`?",
        ),
        ("held[group] / sum", "held[seeds] / sum", "did you mean `seed`?"),
        ("weight[*, 1] *", "weight[*] *", "`weight` has the dimensions group, side: `weight[*]` names 1"),
        ("mean(held)", "mean(all)", "`mean` is of all elements of an array"),
        (
            "mean(held)",
            "mean(held[group])",
            "`group` stands for an element in an entry with `dim = \"group\"`; all are `*`",
        ),
        ("[10, 20, 40]", "[10, 20]", "`initial` of `held` is a list of 2: `group` has 3 elements"),
        (
            "{ team = \"1\", seed = \"2 * t\", public",
            "{ team = \"1\", sed = \"2 * t\", public",
            "`of` of `own`: `group` has no element `sed`; did you mean `seed`?",
        ),
        ("seed = 0.2, public", "public", "`default` of `share` says nothing of `seed`"),
        ("dim = \"side\"", "dim = \"site\"", "there is no dimension `site`; did you mean `side`?"),
        ("side  = 2", "side  = 0", "`side` in [dim] is a list of words, or a number"),
        ("side  = 2", "team  = 2", "`team` cannot be a dimension: it is no name, or an element"),
        ("\"public\"]", "\"team\"]", "`group` has an element `team`: elements are words, each once"),
        ("side  = 2", "side  = 2\na = 1000\nb = 1000\nc = 1000", "TE0502"),
        ("from = \"kept[group]", "from = \"kept", "`kept` is an array: a flow moves one element"),
        ("all     =", "held    =", "TE0508: the name `held` is taken"),
        ("initial = 8, unit = \"TOK\"", "initial = 8, unit = \"USD\"", "TE0504"),
    ] {
        assert!(POOLS.contains(from), "{from}");
        let text = POOLS.replacen(from, to, 1);
        let text = if expected == "TE0502" {
            text.replace("dim = \"side\"", "dim = [\"a\", \"b\"]")
                .replace("weight[*, side]", "weight[*, sid]")
        } else {
            text
        };
        let found = Equations::parse(&text).expect_err(to).to_string();
        let expected = if expected == "TE0502" { "TE0511: arrays of 1000" } else { expected };
        assert!(found.contains(expected), "{to}\n{found}");
    }
    // An array is no more than its elements: nothing grows without bound.
    let text = "[component]\nkind = \"a/b\"\n[dim]\nd = 100\n[let]\nx = { dim = [\"d\"], of = \"t\" }\n\
        y = { dim = \"d\", of = \"sum(sum(x[*] * x[d]) * x[*] + sum(x))\" }\nz = { of = \"sum(sum(x[*] + sum(x[*] + x[*])) * x[*])\" }\n";
    let found = Equations::parse(text).expect_err("too much").to_string();
    assert!(found.contains("TE0511: arrays of more than 200000 operations"), "{found}");
}
