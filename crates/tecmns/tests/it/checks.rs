//! What a file is refused for before the first step: all at once, each at its place.

use crate::{scratch, stderr, tecmns};
use std::path::Path;
use tecmns::SystemFile;

fn errors(text: &str) -> Vec<String> {
    let read = SystemFile::parse(text, Path::new("s.toml"), &tecmns::built_in());
    read.err().map_or(Vec::new(), |found| found.errors.iter().map(ToString::to_string).collect())
}

const BASE: &str = "[system]\nname = \"s\"\ntimesteps = 3\n[uncontrollables.a]\nkind = \"source/function\"\n";

#[test]
fn unknown_names_are_found_together_and_at_their_places() {
    let text = format!(
        "{BASE}[stop]\nwhen = [\"a.value > 5\", \"a.valu >= 2\"]\n[[kpi]]\nname = \"x\"\nof = \"sum(2 * a.vale)\"\n[[kpi]]\nname = \"y\"\nof = \"sum(a.value\"\n[[kpi]]\nname = \"z\"\nof = \"sum(a.value)\"\naggregate = \"men\"\n[record]\nmetrics = [\"a.vlue\"]\n[random]\n\"a.off\" = \"normal(0, 1)\"\n[[variant]]\nname = \"v\"\nset = {{ \"b.of\" = \"2\" }}\n"
    );
    let found = errors(&text);
    let expected = [
        ("s.toml:7:25: TE0113", "unknown column `a.valu`; did you mean `a.value`?"),
        ("s.toml:10:15: TE0112", "unknown column `a.vale`"),
        ("s.toml:13:6: TE0112", "is not a figure along a run"),
        ("s.toml:17:13: TE0112", "`men` is not a figure over runs"),
        ("s.toml:19:12: TE0110", "unknown column `a.vlue`"),
        ("s.toml:21:1: TE0104", "unknown parameter `a.off`"),
        ("s.toml:24:9: TE0104", "unknown parameter `b.of`"),
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (line, (place, said)) in found.iter().zip(expected) {
        assert!(line.starts_with(place) && line.contains(said), "expected {place} {said}\nfound {line}");
    }
}

#[test]
fn charts_of_what_is_not_recorded_are_refused_before_the_run() {
    let chart = |y: &str| format!("{BASE}[[chart]]\ntitle = \"c\"\ny = [\"a.value\", \"{y}\"]\n");
    assert_eq!(errors(&chart("a.value")), Vec::<String>::new());
    let found = errors(&chart("a.valeu"));
    assert!(
        found.len() == 1 && found[0].starts_with("s.toml:8:17: TE0308: chart `c` draws `a.valeu`"),
        "{found:?}"
    );
    let two = "[uncontrollables.b]\nkind = \"source/function\"\n";
    let narrowed = format!("{}{two}[record]\nmetrics = [\"b.value\"]\n", chart("a.value"));
    assert!(errors(&narrowed)[0].contains("[record] keeps some columns only"), "{:?}", errors(&narrowed));

    // Narrowed on the command line, the chart falls back to what is there, and that is said.
    let here = scratch();
    std::fs::write(
        here.path().join("s.toml"),
        format!("{BASE}{two}[[chart]]\ny = [\"a.value\", \"b.value\"]\n"),
    )
    .unwrap();
    let output = tecmns(here.path(), &["run", "s.toml", "--out", "o", "--record", "b.value"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("is drawn without a.value: not recorded"), "{}", stderr(&output));
    assert!(here.path().join("o/summary.csv").is_file());
    std::fs::write(here.path().join("s.toml"), chart("a.valeu")).unwrap();
    let output = tecmns(here.path(), &["run", "s.toml", "--out", "p"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!here.path().join("p").exists(), "nothing is written");
}

#[test]
fn an_expression_error_stands_where_it_is_and_stands_alone() {
    let wired = |from: &str| {
        format!(
            "{BASE}[controllables.pool]\nkind = \"glue/delay\"\n[[wire]]\nfrom = {from}\nto = \"pool.value\"\n"
        )
    };
    for (from, place) in [
        ("\"a.value + \"", "s.toml:9:19: TE0008"),
        ("\"a.value $ 2\"", "s.toml:9:17: TE0008"),
        ("\"1 + a.valeu\"", "s.toml:9:13: TE0003"),
        ("\"\"\"\n1 +\n  )\"\"\"", "s.toml:11:3: TE0008"),
        ("'a.valeu'", "s.toml:9:9: TE0003"),
    ] {
        let found = errors(&wired(from));
        assert!(found.len() == 1 && found[0].starts_with(place), "{from}: expected {place}, found {found:?}");
    }
    // What reads a column whose expression is wrong is not blamed for it.
    let text = format!(
        "{BASE}[derived]\none = \"a.value +\"\ntwo = \"one * 2\"\nthree = {{ of = \"two + fuor\" }}\n"
    );
    let found = errors(&text);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with("s.toml:7:17: TE0008") && found[1].starts_with("s.toml:9:23: TE0003"),
        "{found:?}"
    );
    // An input that a misspelt wire was to feed wants no wire of its own.
    let text = format!(
        "{BASE}[controllables.pool]\nkind = \"glue/delay\"\n[[wire]]\nfrom = \"a.value\"\nto = \"pool.valu\"\n"
    );
    let found = errors(&text);
    assert!(found.len() == 1 && found[0].starts_with("s.toml:10:6: TE0004"), "{found:?}");
}

#[test]
fn unknown_kinds_say_which_there_are() {
    let kind = |kind: &str| errors(&BASE.replace("source/function", kind)).join("\n");
    assert!(kind("source/functon").contains("did you mean `source/function`?"));
    assert!(kind("pool").contains("`tecmns list` shows all kinds"));
    let found = kind("amm/uniswap");
    assert!(found.contains("there are amm/") && found.contains("s.toml:5:8: TE0304"), "{found}");
    let found = kind("constant-product");
    assert!(found.contains("amm/constant-product"), "{found}");
}

#[test]
fn settings_that_others_overrule_are_refused() {
    let text = format!(
        "{BASE}[sweep]\n\"a.of\" = [\"t\", \"2 * t\"]\n[[variant]]\nname = \"v\"\nset = {{ \"a.of\" = \"3 * t\" }}\n"
    );
    let found = errors(&text);
    assert!(
        found.len() == 1 && found[0].starts_with("s.toml:10:9: TE0309: variant `v` sets `a.of`"),
        "{found:?}"
    );
}

#[test]
fn a_results_folder_is_one_safe_component() {
    let here = scratch();
    let inner = here.path().join("a/b");
    std::fs::create_dir_all(&inner).unwrap();
    for (name, folder) in
        [("../../escaped", "escaped"), ("/tmp/x", "tmp-x"), ("..", "unnamed"), ("価格 1", "価格-1")]
    {
        let text = BASE.replace("name = \"s\"", &format!("name = \"{name}\""));
        std::fs::write(inner.join("s.toml"), text).unwrap();
        let output = tecmns(&inner, &["run", "s.toml", "-q", "--no-charts"]);
        assert!(output.status.success(), "{}", stderr(&output));
        assert!(inner.join("results").join(folder).join("manifest.toml").is_file(), "{name}");
    }
    assert_eq!(std::fs::read_dir(here.path()).unwrap().count(), 1);
}

#[test]
fn what_an_expression_cannot_start_from_or_read_is_placed() {
    let found = errors(&format!("{BASE}[derived]\nb = \"a.value\"\ncount = \"lag(count, 1) + 1\"\n"));
    assert!(found.len() == 1 && found[0].starts_with("s.toml:8:1: TE0014"), "{found:?}");
    let found = errors(&format!("{BASE}[derived]\nyears = \"a.value\"\n"));
    assert!(found.len() == 1 && found[0].starts_with("s.toml:7:1: TE0015"), "{found:?}");
    let found = errors(&format!("{BASE}[derived]\nb = \"2 * param(a.off)\"\n"));
    assert!(found.len() == 1 && found[0].starts_with("s.toml:7:"), "{found:?}");
    assert!(found[0].contains("TE0016") && found[0].contains("a.off"), "{found:?}");
}

/// What is drawn for every run has no value in a subset, but a distribution; every run's draw is in `points.csv`.
#[test]
fn a_draw_is_no_value_of_its_subset() {
    let here = scratch();
    let text = "[system]\nname = \"s\"\ntimesteps = 3\nruns = 4\nseed = 1\n[controllables.economy]\nkind = \"hive/economy\"\n\
        [random]\n\"economy.throttle\" = \"uniform(0, 0.01)\"\n[record]\nmetrics = [\"economy.price\"]\n";
    std::fs::write(here.path().join("s.toml"), text).unwrap();
    let output = tecmns(here.path(), &["run", "s.toml", "--out", "o", "--no-charts"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("economy.throttle is drawn for every run from uniform(0, 0.01)"), "{said}");
    assert!(!said.contains("economy.throttle ="), "{said}");
    let summary = std::fs::read_to_string(here.path().join("o/summary.csv")).unwrap();
    assert!(summary.starts_with("simulation,subset,metric,"), "{summary}");
    let points = te_output::read_frame(here.path().join("o/points.csv")).unwrap();
    let draws = points.f64s("economy.throttle").unwrap();
    assert!(draws.len() == 4 && draws.windows(2).all(|pair| pair[0] != pair[1]), "{draws:?}");
}

/// A sweep says at which point a key figure is best, and its numbers are short.
#[test]
fn the_best_point_is_told() {
    let here = scratch();
    let text = "[system]\nname = \"s\"\ntimesteps = 3\n[controllables.economy]\nkind = \"hive/economy\"\n\
        [sweep]\n\"economy.throttle\" = [0.0, 0.004, 0.008]\n[[kpi]]\nname = \"supply\"\nof = \"final(economy.total_supply)\"\n\
        require = \"< 1e6\"\n";
    std::fs::write(here.path().join("s.toml"), text).unwrap();
    let output = tecmns(here.path(), &["run", "s.toml", "--out", "o", "--no-charts"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = said.lines().find(|line| line.starts_with("supply: lowest ")).unwrap();
    let kpis = te_output::read_frame(here.path().join("o/kpis.csv")).unwrap();
    let values = kpis.f64s("value").unwrap();
    let at = |wanted: f64| values.iter().position(|value| *value == wanted).unwrap();
    let throttle = |at: usize| ["0", "0.004", "0.008"][at];
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (low_at, high_at) = (throttle(at(low)), throttle(at(high)));
    let short = te_output::short_number;
    let expected = format!(
        "supply: lowest {} at economy.throttle = {low_at}; highest {} at economy.throttle = {high_at}; \
         best is economy.throttle = {low_at}",
        short(low),
        short(high)
    );
    assert!(line.starts_with(&expected), "expected {expected}\nfound {line}");
}
