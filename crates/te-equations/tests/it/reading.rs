//! What is refused, and where; and that nothing that is written makes the reader panic.

use crate::{file, read};
use proptest::prelude::*;
use te_equations::Equations;

/// The first problem of a text.
fn refused(text: &str) -> String {
    Equations::parse(text).expect_err("refused").errors[0].to_string()
}

fn component(rest: &str) -> String {
    format!("[component]\nkind = \"a/b\"\ntime = \"month\"\n{rest}")
}

#[test]
fn every_problem_has_line_column_and_the_nearest_name() {
    for (rest, expected) in [
        (
            "[state]\nx = { initial = 1, next = \"2 * y\" }",
            "5:32: TE0502: unknown name `y`; did you mean `x`?",
        ),
        ("[let]\nx = { of = \"1 +\" }", "5:16: TE0501: in `1 +`: expected a number, a name or `(`"),
        ("[let]\nx = { off = \"1\" }", "5:7: TE0501: unknown key `off` in [let] x; did you mean `of`?"),
        ("[stat]\nx = 1", "4:2: TE0501: unknown key `stat` in a component; did you mean `state`?"),
        (
            "[let]\na = { of = \"b\" }\nb = { of = \"2 * c\" }\nc = { of = \"a\" }",
            "5:1: TE0503: `a` needs itself: a > b > c > a",
        ),
        (
            "[state]\nx = { initial = \"y\", next = \"1\" }\ny = { initial = \"x\", next = \"1\" }",
            "5:1: TE0505: `x` needs its own initial value: x > y > x",
        ),
        ("[let]\nx = { of = \"previous(x, x)\" }", "5:1: TE0505: `x` needs its own initial value"),
        (
            "[table.f]\nx = { values = [0, 0] }\ny = { values = [0, 1] }",
            "4:8: TE0506: [table.f]: x must rise",
        ),
        ("[let]\nt = { of = \"1\" }", "5:1: TE0508: `t` means something"),
        ("[let]\nx = { of = \"1\" }\n[param]\nx = { default = 1 }", "TE0508: the name `x` is taken"),
        (
            "[param]\nx = { default = 3, max = 2 }",
            "5:17: TE0501: `default` of [param] x: parameter `x` is 3: allowed is (-inf, 2]",
        ),
        ("[draw]\nx = { of = \"norml(0, 1)\" }", "5:13: TE0512: no law `norml`; did you mean `normal`?"),
        ("[draw]\nx = { of = \"normal(0)\" }", "TE0512: `normal` takes 2: normal(mean, sd)"),
        (
            "[draw]\nx = { of = \"normal(0, y)\" }\n[input]\ny = { default = 1 }",
            "5:23: TE0512: `y` depends on inputs or draws",
        ),
        ("[input]\nx = { doc = \"\" }", "5:1: TE0501: [input] x needs `default`"),
        ("[flow]\nx = { of = \"1\", from = \"y\" }", "5:24: TE0502: there is no state `y`"),
        ("[state]\nx = { initial = 1 }", "5:1: TE0501: [state] x needs `next`, `rate` or a flow"),
        ("[let]\nx = { of = \"lag(x, 1)\" }", "5:1: TE0505: `x` needs its own initial value"),
        (
            "[let]\na = { of = \"delay(b, 2)\" }\nb = { of = \"smooth(c, 2)\" }\nc = { of = \"hold(a, t > 1)\" }",
            "5:1: TE0505: `a` needs its own initial value: a > b > c > a",
        ),
        (
            "[let]\nx = { of = \"delay(t, time)\" }",
            "5:22: TE0507: the time of `delay` reads parameters and constants alone",
        ),
        (
            "[let]\nx = { of = \"delay_n(t, 2, 1.5)\" }",
            "5:27: TE0501: `delay_n` goes through a whole number of stages",
        ),
        (
            "[let]\nx = { of = \"1 + lookup(t, 0, 1)\" }",
            "5:17: TE0501: `lookup` takes a value and two points or more",
        ),
        ("[let]\nx = { of = \"lookup(t, 0, 1, 0, 2)\" }", "5:13: TE0506: `lookup`: x must rise"),
        ("[let]\nx = { of = \"lookup(t, 0, 1, 2, t)\" }", "5:32: TE0506: the points of `lookup` are numbers"),
        ("[let]\nx = { of = \"since()\" }", "5:13: TE0501: `since` takes one argument"),
        ("[let]\nx = { of = \"smooth(1)\" }", "5:13: TE0501: `smooth` takes 2 or 3 arguments"),
        ("[pipeline]\nx = { enter = \"1\", time = \"t + 1\" }", "5:27: TE0507: `time` of [pipeline] x"),
        ("method = \"rk4\"\n[pipeline]\nx = { enter = \"1\", time = 1 }", "4:10: TE0507: a pipeline (`x`)"),
        (
            "[pipeline]\nx = { enter = \"1\", time = 2, leek = 0.1 }",
            "unknown key `leek` in [pipeline] x; did you mean `leak`?",
        ),
        (
            "[pipeline]\nx = { enter = \"1\", time = 2, leak = \"t / 9\" }",
            "5:37: TE0507: `leak` of [pipeline] x reads",
        ),
        (
            "[cohorts]\nx = { enter = \"1\", over = \"2 + time\" }",
            "5:27: TE0507: `over` of [cohorts] x reads",
        ),
        ("[cohorts]\nx = { enter = \"1\" }", "5:1: TE0501: [cohorts] x needs `over`"),
        (
            "[cohorts]\nx = { enter = \"1\", over = 2 }\n[let]\ny = { of = \"x\" }",
            "7:13: TE0502: unknown name `x`: cohorts show `x.locked` and `x.out`",
        ),
        (
            "[cohorts]\nx = { enter = \"1\", over = 2 }\n[let]\nx = { of = \"1\" }",
            "TE0508: the name `x` is taken",
        ),
        ("[let", "TE0501: "),
    ] {
        let found = Equations::parse(&component(rest)).expect_err(rest).to_string();
        assert!(found.contains(expected), "{rest}\n{found}");
    }
    assert_eq!(refused("").split(':').nth(2), Some(" TE0501"));
    assert!(
        refused("[component]\ntime = \"fortnight\"\nkind = \"a/b\"")
            .starts_with("2:8: TE0507: unknown unit of time")
    );
    let all = Equations::parse(&component("[let]\nx = { of = \"p\" }\ny = { of = \"q\" }")).unwrap_err();
    assert_eq!(all.errors.len(), 2);
}

#[test]
fn units_are_compared() {
    let declared = "[constant]\nusd = { value = 1, unit = \"USD\" }\ntok = { value = 1, unit = \"TOK\" }\n\
                    rate = { value = 1, unit = \"USD/month\" }\n[let]\nx = { of = \"";
    let text = |of: &str, unit: &str| component(&format!("{declared}{of}\", unit = \"{unit}\" }}\n"));
    for (of, unit) in [
        ("usd + 0 * tok", "USD"),
        ("usd / tok + 0", "USD/TOK"),
        ("rate * dt + usd", "USD"),
        ("sqrt(usd * usd)", "USD"),
        ("usd ^ 2 / usd", "USD"),
        ("if(usd > 0, usd, 2 * usd)", "USD"),
        ("exp(usd / (2 * usd))", "1"),
        ("clamp(usd, 0, 3 * usd) % usd", "USD"),
        ("total(rate) + delay1(usd, 2 * dt)", "USD"),
        ("ratio(usd, tok, usd / tok)", "USD/TOK"),
        ("usd ^ (1/2)", "USD^(1/2)"),
        ("pulse(usd, 2 * dt)", "USD/month"),
    ] {
        Equations::parse(&text(of, unit)).unwrap_or_else(|refused| panic!("{of}: {refused}"));
    }
    for (of, unit, column, expected) in [
        ("usd + tok", "USD", 17, "`+` takes `USD` and `TOK`"),
        ("usd + rate", "USD", 17, "a constant of unit `month` leads"),
        ("usd", "TOK", 13, "`of` of `x` is `USD`: `TOK` is wanted"),
        ("exp(usd)", "1", 13, "`exp` takes a pure number, not `USD`"),
        ("sin(usd)", "1", 13, "`sin` takes a pure number, not `USD`"),
        ("atan2(usd, tok)", "1", 13, "`atan2` takes"),
        ("usd ^ x0", "1", 17, "`^` of `USD` wants a number as exponent"),
        ("max(usd, tok)", "USD", 13, "`max` takes"),
        ("if(1, usd, tok)", "USD", 13, "`if` takes"),
        ("usd < tok", "1", 17, "a comparison takes"),
        ("smooth(usd, tok)", "USD", 13, "the time of `smooth` takes `month` and `TOK`"),
        ("2 * 1 + usd", "USD", 19, "`+` takes `1` and `USD`"),
    ] {
        let whole = text(of, unit) + "x0 = { of = \"1\" }\n";
        let found = refused(&whole);
        assert!(
            found.starts_with(&format!("9:{column}: TE0504: ")) && found.contains(expected),
            "{of}: {found}"
        );
        // Only told of, or not looked at.
        let softer = |units: &str| read(&whole.replace("time =", &format!("units = \"{units}\"\ntime =")));
        assert!(softer("warn").warnings()[0].message.contains(expected));
        assert!(softer("off").warnings().is_empty());
    }
}

/// A mistake of units in each example is found where it stands.
#[test]
fn planted_mistakes_of_units_are_named() {
    for (name, from, to, expected) in [
        ("buyback", "(revenue - opex) * dt", "(revenue - opex)", "TE0504: `+` takes `USD` and `USD/month`"),
        (
            "hive",
            "reserve + net * dt + minted * dt",
            "reserve + net + minted * dt",
            "TE0504: `+` takes `HNY` and `HNY/month`",
        ),
        (
            "staking",
            "supply * issuance / months",
            "supply * issuance",
            "TE0504: `of` of `minted` is `TOK/year`",
        ),
        ("staking", "max(bonded, few)", "max(bonded, fees)", "TE0504: `max` takes `TOK` and `TOK/month`"),
    ] {
        let text = std::fs::read_to_string(file(&format!("components/{name}.toml"))).unwrap();
        assert!(text.contains(from));
        let wrong = text.replace(from, to);
        let line = 1 + wrong[..wrong.find(to).unwrap()].matches('\n').count();
        let found = refused(&wrong);
        assert!(found.starts_with(&format!("{line}:")) && found.contains(expected), "{name}: {found}");
    }
}

/// Length and depth cost no stack; what is too much is refused with its number.
#[test]
fn length_and_depth() {
    let with = |of: String| component(&format!("units = \"off\"\n[let]\nx = {{ of = \"{of}\" }}\n"));
    let run = move || {
        read(&with(format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000))));
        read(&with(vec!["1"; 20_000].join(" + ")));
        read(&with(format!("case({}0)", "t < 5, 1, ".repeat(70))));
        // And run.
        for (of, expected) in [
            (format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000)), [1.0; 3]),
            (vec!["t"; 20_000].join(" + "), [0.0, 20_000.0, 40_000.0]),
            (format!("case({}0)", "t < 1, t, ".repeat(70)), [0.0; 3]),
        ] {
            assert_eq!(crate::column(&crate::experiment(&read(&with(of)), 2), "it.x"), expected);
        }
        read(&with(format!("{}t{}", "smooth(".repeat(2_000), ", 2)".repeat(2_000))));
        let chain =
            (1..5_000).map(|k| format!("x{k} = {{ of = \"x{}\" }}\n", k - 1)).collect::<Vec<_>>().concat();
        read(&component(&format!("units = \"off\"\n[let]\nx0 = {{ of = \"t\" }}\n{chain}")));
        let circle = chain + "x0 = { of = \"x4999\" }\n";
        assert!(refused(&component(&format!("[let]\n{circle}"))).contains("TE0503"));
        assert!(refused(&with(vec!["1"; 100_000].join("+"))).contains("TE0511"));
        let many = (0..10_001).map(|k| format!("x{k} = {{ of = \"1\" }}\n")).collect::<Vec<_>>().concat();
        assert!(
            refused(&component(&format!("[let]\n{many}")))
                .contains("TE0511: a component of 10001 quantities")
        );
        let wide = |of: &str| {
            component(&format!(
                "units = \"off\"\n[dim]\nd = 100\n[let]\nx = {{ dim = [\"d\"], of = \"{of}\" }}\n"
            ))
        };
        read(&wide("t + size(x)"));
        assert!(refused(&wide(&vec!["t"; 3_000].join("+"))).contains("TE0511"));
        read(&wide(&format!("{}t{}", "(".repeat(1_000), ")".repeat(1_000))));
        let deep = format!("{}t{}", "hold(forecast(".repeat(1_000), ", 2, 3), t > 2)".repeat(1_000));
        read(&with(deep));
        assert!(refused(&" ".repeat(te_equations::LARGEST + 1)).contains("TE0511"));
    };
    std::thread::Builder::new().stack_size(512 * 1024).spawn(run).unwrap().join().unwrap();
}

/// How many texts are tried; `TECMNS_FUZZ` asks for more.
fn cases() -> u32 {
    std::env::var("TECMNS_FUZZ").ok().and_then(|count| count.parse().ok()).unwrap_or(400)
}

fn example() -> impl Strategy<Value = String> {
    let component = |name| std::fs::read_to_string(file(&format!("components/{name}.toml"))).unwrap();
    let more = [crate::lanes::EVERYTHING, crate::arrays::POOLS].map(str::to_owned);
    let all: Vec<String> = ["buyback", "hive", "staking"].into_iter().map(component).chain(more).collect();
    prop::sample::select(all)
}

/// Pieces that mean something in a component.
const PIECES: [&str; 44] = [
    "[dim]\ngroup = [\"a\", \"b\"]\n",
    "dim = \"group\",",
    "[group]",
    "[*]",
    "sum(",
    "[draws.g]\nnames = [\"a\"]\ncorrelation = 1\n",
    "discrete(1, 2, 3, 4)",
    "type = [\"a\", \"b\"]",
    "'fast'",
    "file = \"x.csv\", column = \"y\"",
    "lag(",
    "delay(",
    "delay_n(",
    "moving_mean(",
    "hold(",
    "forecast(",
    "lookup(",
    "leak = 0.5,",
    "[cohorts]\n",
    "catch_up = true",
    "smooth(",
    "previous(",
    "(",
    ")",
    ",",
    "initial",
    "dt",
    " ^ ",
    "%",
    "\"",
    "{",
    "}",
    "rk4",
    "limit = true",
    "1e308",
    "nan",
    "normal(0, 1)",
    "-",
    "0",
    "[state]\n",
    "bonded",
    "next",
    "\n",
    "é",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    /// A text that is cut, doubled or mixed with pieces is read or refused, at a place that it has; and what is read runs or
    /// fails like any other.
    #[test]
    fn changed_texts_never_panic(
        text in example(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), prop::sample::select(PIECES.to_vec()), 0..4), 1..6),
    ) {
        let mut text = text;
        for (at, to, piece, what) in changes {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            if places.is_empty() {
                break;
            }
            let (at, to) = (places[at.index(places.len())], places[to.index(places.len())]);
            let to = to.clamp(at, places.iter().copied().find(|place| *place >= at + 12).unwrap_or(text.len()));
            match what {
                0 => text.insert_str(at, piece),
                1 => text.replace_range(at..to, piece),
                2 => text.replace_range(at..to, ""),
                _ => { let doubled = text[at..to].to_owned(); text.insert_str(to, &doubled); }
            }
        }
        match Equations::parse(&text) {
            Ok(equations) => {
                let system = crate::system(&equations, &te_core::Value::Table(Vec::new()));
                if equations.lines().len() < 10_000 {
                    let _ = te_core::Experiment::new(system).timesteps(3).runs(2).run();
                }
            }
            Err(refused) => {
                prop_assert!(!refused.errors.is_empty());
                for error in &refused.errors {
                    prop_assert!(error.at.0 >= 1 && error.at.0 <= text.split('\n').count() + 1, "{}", error);
                }
            }
        }
    }

    /// Any expression of pieces.
    #[test]
    fn expressions_of_pieces_never_panic(pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..30)) {
        let of: String = pieces.concat().replace(['"', '\n', '\\'], "");
        let text = component(&format!("[let]\nx = {{ of = \"{of}\" }}\n[state]\nbonded = {{ initial = 1, rate = \"x\" }}\n"));
        let _ = Equations::parse(&text);
    }
}
