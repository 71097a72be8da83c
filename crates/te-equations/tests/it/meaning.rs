//! What the parts of a component mean.

use crate::{column, experiment, read, system_of};
use te_core::{Experiment, StepLength, TimeUnit, Value};
use te_equations::Equations;

/// The columns of a component over some months.
fn run(text: &str, timesteps: u64, names: &[&str]) -> Vec<Vec<f64>> {
    let experiment = experiment(&read(text), timesteps);
    names.iter().map(|name| column(&experiment, &format!("it.{name}"))).collect()
}

fn component(rest: &str) -> String {
    format!("[component]\nkind = \"test/it\"\ntime = \"month\"\nunits = \"off\"\n{rest}")
}

/// The last value of a level of the cycle after 12 months with so many substeps in a month.
fn cycle(method: &str, substeps: u32) -> f64 {
    let text = format!(
        "[component]\nkind = \"test/cycle\"\ntime = \"month\"\nsubsteps = {substeps}\nmethod = \"{method}\"\nunits = \"off\"\n{CYCLE}"
    );
    run(&text, 12, &["holders"])[0][12]
}

const CYCLE: &str = r#"
[state]
holders     = { initial = 40 }
speculators = { initial = 9 }
[flow]
h_in  = { of = "0.1 * holders", to = "holders" }
h_out = { of = "0.02 * holders * speculators", from = "holders" }
s_in  = { of = "0.01 * holders * speculators", to = "speculators" }
s_out = { of = "0.3 * speculators", from = "speculators" }
[let]
total = { of = "holders + speculators" }
"#;

/// Halving the step divides the error by 2 with Euler, by 16 with Runge and Kutta.
#[test]
fn orders_of_the_methods() {
    for (method, least, most) in [("euler", 1.6, 2.4), ("rk4", 14.0, 18.0)] {
        let (one, two, four) = (cycle(method, 8), cycle(method, 16), cycle(method, 32));
        let ratio = (one - two) / (two - four);
        assert!((least..=most).contains(&ratio), "{method}: {ratio}");
    }
}

#[test]
fn limited_flows_take_what_there_is_in_order() {
    let text = component(
        r#"
[state]
cash = { initial = 10 }
paid = { initial = 0 }
[flow]
income = { of = "5", to = "cash" }
wages  = { of = "12", from = "cash", to = "paid", limit = true }
rent   = { of = "12", from = "cash", limit = true }
"#,
    );
    let found = run(&text, 2, &["cash", "paid", "wages", "wages.asked", "rent"]);
    assert_eq!(found[0], [10.0, 0.0, 0.0]);
    assert_eq!(found[1], [0.0, 12.0, 17.0]);
    // Rows show what moves from the state that they show.
    assert_eq!(found[2], [12.0, 5.0, 5.0]);
    assert_eq!(found[3], [12.0; 3]);
    assert_eq!(found[4], [3.0, 0.0, 0.0]);
}

#[test]
fn batches_leave_after_their_time() {
    let text = component(
        "[pipeline]\nline = { enter = \"if(t == 0, 6, 0) + if(t == 1, 2, 0)\", time = \"3\" }\n\
         [state]\nout = { initial = 0, rate = \"line.out\" }\n",
    );
    let found = run(&text, 5, &["line", "line.out", "out"]);
    assert_eq!(found[0], [0.0, 6.0, 8.0, 8.0, 2.0, 0.0]);
    assert_eq!(found[1], [0.0, 0.0, 0.0, 6.0, 2.0, 0.0]);
    assert_eq!(found[2], [0.0, 0.0, 0.0, 0.0, 6.0, 8.0]);
    // What it holds at the start leaves evenly.
    let text = component("[pipeline]\nline = { enter = \"0\", time = 4, initial = 8 }\n");
    assert_eq!(run(&text, 5, &["line"])[0], [8.0, 6.0, 4.0, 2.0, 0.0, 0.0]);
}

#[test]
fn memory_and_its_initial_values() {
    let text = component(
        r#"
[let]
x      = { of = "10 + t" }
before = { of = "previous(x, 7)" }
twice  = { of = "previous(previous(x, 7), 6)" }
first  = { of = "initial(x + 1)" }
sum    = { of = "total(x)" }
near   = { of = "smooth(x, 2)" }
chain  = { of = "smooth(near, 2)" }
level  = { of = "delay1(x, 2, 4)" }
count  = { of = "previous(count, 0) + 1" }
"#,
    );
    let names = ["before", "twice", "first", "sum", "near", "chain", "level", "count"];
    let found = run(&text, 3, &names);
    assert_eq!(found[0], [7.0, 10.0, 11.0, 12.0]);
    assert_eq!(found[1], [6.0, 7.0, 10.0, 11.0]);
    assert_eq!(found[2], [11.0; 4]);
    assert_eq!(found[3], [0.0, 10.0, 21.0, 33.0]);
    assert_eq!(found[4], [10.0, 10.0, 10.5, 11.25]);
    assert_eq!(found[5], [10.0, 10.0, 10.0, 10.25]);
    assert_eq!(found[6], [4.0, 7.0, 9.0, 10.5]);
    assert_eq!(found[7], [1.0, 2.0, 3.0, 4.0]);
}

#[test]
fn further_memory() {
    let text = component(
        r#"
[param]
wait = { default = 2 }
[let]
x     = { of = "(t - 2) ^ 2" }
late  = { of = "delay(x, twice)" }
given = { of = "delay(x, wait, -1)" }
twice = { of = "wait * 1 + 0 * initial(t)" }
back  = { of = "lag(x, 2)" }
before = { of = "lag(2 * x, 1, 0) + lag(x, 3)" }
mean  = { of = "running_mean(x)" }
most  = { of = "running_max(2 - x)" }
least = { of = "running_min(x)" }
near  = { of = "moving_mean(x, 3)" }
alone = { of = "moving_mean(x, 0.2)" }
quiet = { of = "since(x < 1)" }
often = { of = "count(x < 2)" }
kept  = { of = "hold(x + t, t % 2)" }
held  = { of = "hold(x, t == 1, 7)" }
up    = { of = "trend(1 + t, 2, 0.5)" }
on    = { of = "forecast(1 + t, 2, 3)" }
of_three = { of = "smooth_n(x, 3, 3) - smooth3(x, 3) + delay_n(x, 2, one) - delay1(x, 2)" }
[constant]
one = { value = 1 }
"#,
    );
    for (name, expected) in [
        ("x", [4.0, 1.0, 0.0, 1.0, 4.0]),
        ("late", [4.0, 4.0, 4.0, 1.0, 0.0]),
        ("given", [-1.0, -1.0, 4.0, 1.0, 0.0]),
        ("back", [4.0, 4.0, 4.0, 1.0, 0.0]),
        ("before", [4.0, 12.0, 6.0, 4.0, 3.0]),
        ("mean", [4.0, 2.5, 5.0 / 3.0, 1.5, 2.0]),
        ("most", [-2.0, 1.0, 2.0, 2.0, 2.0]),
        ("least", [4.0, 1.0, 0.0, 0.0, 0.0]),
        ("near", [4.0, 2.5, 5.0 / 3.0, 2.0 / 3.0, 5.0 / 3.0]),
        ("alone", [4.0, 1.0, 0.0, 1.0, 4.0]),
        ("quiet", [0.0, 1.0, 0.0, 1.0, 2.0]),
        ("often", [0.0, 1.0, 2.0, 3.0, 3.0]),
        ("kept", [4.0, 2.0, 2.0, 4.0, 4.0]),
        ("held", [7.0, 1.0, 1.0, 1.0, 1.0]),
        // The mean is 1/2, 3/4, 11/8, 35/16, 99/32.
        ("up", [0.5, 5.0 / 6.0, 13.0 / 22.0, 29.0 / 70.0, 61.0 / 198.0]),
        // The mean is 1, 1, 3/2, 9/4, 25/8.
        ("on", [1.0, 5.0, 7.5, 4.0 * (1.0 + 3.0 * 1.75 / 4.5), 5.0 * (1.0 + 3.0 * 1.875 / 6.25)]),
        ("of_three", [0.0; 5]),
    ] {
        let found = run(&text, 4, &[name]);
        for (row, (found, expected)) in found[0].iter().zip(expected).enumerate() {
            assert!((found - expected).abs() < 1e-14, "{name}, row {row}: {found} instead of {expected}");
        }
    }
}

/// Steps of a component are integration steps for `delay`, timesteps of the system for `lag` and `count`.
#[test]
fn memory_in_substeps() {
    let text = component("").replace("time =", "substeps = 2\ntime =")
        + "[let]\nx = { of = \"2 * time\" }\nd = { of = \"delay(x, 0.5)\" }\nl = { of = \"lag(x, 1)\" }\n\
           n = { of = \"count(1)\" }\ns = { of = \"since(t < 1)\" }\n";
    let found = run(&text, 3, &["d", "l", "n", "s"]);
    assert_eq!(found[0], [0.0, 1.0, 3.0, 5.0]);
    assert_eq!(found[1], [0.0, 0.0, 2.0, 4.0]);
    assert_eq!(found[2], [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(found[3], [0.0, 0.5, 1.5, 2.5]);
}

/// What is counted is rows, whatever the integration steps between them; means and extremes are over time.
#[test]
fn counts_are_of_rows_and_means_are_over_time() {
    let with = |head: &str| {
        let text = component("").replace("time =", &format!("{head}\ntime ="))
            + "[input]\nin = { default = 2, initial = 0 }\n\
               [let]\nx = { of = \"1 - abs(t - 1)\" }\nn = { of = \"count(x > 0)\" }\nled = { of = \"count(in > 1)\" }\n\
               high = { of = \"running_max(x * (t < 1))\" }\nmean = { of = \"running_mean(x)\" }\n";
        run(&text, 3, &["n", "led", "high", "mean"])
    };
    for head in ["", "substeps = 4", "substeps = 7", "method = \"rk4\"", "substeps = 4\nmethod = \"rk4\""] {
        let found = with(head);
        assert_eq!(found[0], [0.0, 1.0, 1.0, 1.0], "{head}");
        assert_eq!(found[1], [0.0, 1.0, 2.0, 3.0], "{head}");
    }
    let (one, four) = (with(""), with("substeps = 4"));
    // Between rows 0 and 1 it rises to 3/4 while `t < 1`.
    assert_eq!((one[2][3], four[2][3]), (0.0, 0.75));
    // Of 0, 1, 0 and of 0, 1/4, …, 1, …, 0: the mean over time is 1/2 in the limit.
    assert_eq!((one[3][2], four[3][2]), (1.0 / 3.0, 4.0 / 9.0));
}

/// One order over initial values: chains of any length, in any order of declaration.
#[test]
fn initial_values_have_one_order() {
    let link = |k: usize| format!("x{k} = {{ of = \"lag(x{}, 1) + 1\" }}\n", k + 1);
    let links = (0..50).map(link).collect::<Vec<_>>().concat();
    let text = component(&format!("[let]\n{links}x50 = {{ of = \"t\" }}\n"));
    let found = run(&text, 60, &["x0"]);
    // 50 from the start on; then the present of 50 steps ago.
    assert!(found[0][..=50].iter().all(|x| *x == 50.0) && found[0][60] == 60.0);
    let text = component(
        "[let]\nown = { of = \"previous(own, 3) * 2\" }\nback = { of = \"lag(back, 2, 1) + 1\" }\n",
    );
    let found = run(&text, 4, &["own", "back"]);
    assert_eq!(found[0], [6.0, 12.0, 24.0, 48.0, 96.0]);
    assert_eq!(found[1], [2.0, 2.0, 3.0, 3.0, 4.0]);
}

#[test]
fn functions_of_time() {
    let text = component(
        r#"
[let]
s = { of = "step(5, 2)" }
r = { of = "ramp(2, 1, 3)" }
p = { of = "pulse(6, 1)" }
q = { of = "pulse(6, 1, 2)" }
w = { of = "window(1, 3)" }
n = { of = "time + dt + pi * 0 + horizon + years * 12" }
"#,
    );
    let found = run(&text, 4, &["s", "r", "p", "q", "w", "n"]);
    assert_eq!(found[0], [0.0, 0.0, 5.0, 5.0, 5.0]);
    assert_eq!(found[1], [0.0, 0.0, 2.0, 4.0, 4.0]);
    assert_eq!(found[2], [0.0, 6.0, 0.0, 0.0, 0.0]);
    assert_eq!(found[3], [0.0, 6.0, 0.0, 6.0, 0.0]);
    assert_eq!(found[4], [0.0, 1.0, 1.0, 0.0, 0.0]);
    assert_eq!(found[5], [5.0, 7.0, 9.0, 11.0, 13.0]);
}

/// A tenth is no binary fraction: counted in whole steps it is never missed.
#[test]
fn times_are_met_in_whole_steps() {
    let text = component("[let]\np = { of = \"pulse(1, 0.3) + pulse(2, 0.7)\" }\n");
    let system = system_of(&read(&text), &Value::Table(Vec::new()), StepLength::new(0.1, TimeUnit::Month));
    let found = column(&Experiment::new(system).timesteps(9), "it.p");
    let hits: Vec<usize> = (0..found.len()).filter(|at| found[*at] != 0.0).collect();
    assert_eq!(hits, [3, 7]);
}

#[test]
fn time_is_in_the_components_unit() {
    let text = "[component]\nkind = \"a/b\"\ntime = \"year\"\n[state]\nx = { initial = 0, rate = \"12\", unit = \"year\" }\n"
        .replace("\"12\"", "\"12 * one\"")
        + "[constant]\none = { value = 1, unit = \"1\" }\n";
    assert_eq!(run(&text, 12, &["x"])[0][12], 12.0);
}

/// What reads an input shows the value that led to the row.
#[test]
fn rows_show_what_led_to_them() {
    let text = component(
        "[input]\nin = { default = 3, initial = 1 }\n[let]\ndriven = { of = \"in + t\" }\nown = { of = \"x + t\" }\n\
         [state]\nx = { initial = \"in\", next = \"x + in\" }\n",
    );
    let found = run(&text, 2, &["x", "driven", "own"]);
    assert_eq!(found[0], [1.0, 4.0, 7.0]);
    assert_eq!(found[1], [1.0, 3.0, 4.0]);
    assert_eq!(found[2], [1.0, 5.0, 9.0]);
}

/// The message of the failure of the only run.
fn failure(text: &str, timesteps: u64) -> String {
    let results = experiment(&read(text), timesteps).run().unwrap();
    assert_eq!(results.failures.len(), 1);
    results.failures[0].to_string()
}

#[test]
fn failing_runs_name_quantity_expression_and_values() {
    let text = component(
        "[state]\nx = { initial = 2, next = \"x - 1\" }\n[let]\ny = { of = \"1 / x + 0 * ln(x)\" }\n",
    );
    let found = failure(&text, 5);
    assert!(
        found.contains("timestep 2") && found.contains("`y` is NaN: `1 / x + 0 * ln(x)` with x = 0"),
        "{found}"
    );
    let text = component("[state]\nx = { initial = 2, next = \"x - 1\", above = 0 }\n");
    let found = failure(&text, 5);
    assert!(found.contains("`x` is 0: allowed is (0, inf); `x - 1` with x = 0"), "{found}");
    let text = component("[state]\nx = { initial = 2, next = \"x * 1e200\" }\n");
    assert!(failure(&text, 5).contains("`x` is inf: `x * 1e200` with x = inf"));
    let text = component("[state]\nx = { initial = 2, next = \"x - 1\" }\n[invariant]\nrich = \"x > 0\"\n");
    let found = failure(&text, 5);
    assert!(
        found.contains("timestep 2") && found.contains("invariant `rich` does not hold: `x > 0` with x = 0"),
        "{found}"
    );
    let text = component("[draw]\nz = { of = \"normal(0, 1 - t)\" }\n");
    let found = failure(&text, 5);
    assert!(found.contains("draw `z`: standard deviation of a normal draw"), "{found}");
    let text = component("[param]\nw = { default = -1 }\n[pipeline]\np = { enter = \"1\", time = \"w\" }\n");
    assert!(failure(&text, 5).contains("time of `p`"));
    let text = component("[param]\nw = { default = 1.5 }\n[let]\nx = { of = \"lag(t, w)\" }\n");
    let found = failure(&text, 5);
    assert!(found.contains("time of `lag` in `x` is 1.5: allowed is whole timesteps"), "{found}");
    let text = component("[param]\nw = { default = -2 }\n[let]\nx = { of = \"delay(t, w)\" }\n");
    assert!(failure(&text, 5).contains("time of `delay` in `x` is -2: allowed is (0, 100000]"));
}

/// Rounding is no breach; a real difference is.
#[test]
fn invariants_leave_room_for_rounding() {
    let text = |of: &str| {
        component(&format!(
            "[state]\nx = {{ initial = 0, next = \"x + 0.1\" }}\n[invariant]\nsum = \"{of}\"\n"
        ))
    };
    let well = experiment(&read(&text("x == t / 10")), 100).run().unwrap();
    assert!(well.failures.is_empty());
    assert!(failure(&text("x == t / 10.0001"), 100).contains("invariant `sum`"));
}

#[test]
fn parameters_are_checked_and_shown() {
    use te_core::kind::Instance as _;
    let mut it: Equations = read(&component(
        "[param]\na = { default = 1, min = 0, below = 2, unit = \"x\", alias = \"alpha\", doc = \"A.\" }\n\
         n = { default = 3, type = \"integer\" }\nb = { default = true, type = \"boolean\" }\n\
         [let]\ny = { of = \"if(b, a + n, 0)\" }\n_hidden = { of = \"a\" }\n",
    ));
    assert_eq!(
        it.set(0, &Value::F64(2.0)).unwrap_err().to_string(),
        "parameter `a` is 2 x: allowed is [0, 2) x"
    );
    assert!(it.set(1, &Value::F64(0.5)).is_err() && it.set(7, &Value::F64(0.5)).is_err());
    let shown: Vec<&str> = it.metrics().iter().map(|metric| metric.name.as_ref()).collect();
    assert_eq!(shown, ["y"]);
    let params = Value::Table(vec![("alpha".into(), Value::F64(0.5))]);
    let system = system_of(&it, &params, StepLength::new(1.0, TimeUnit::Month));
    assert_eq!(column(&Experiment::new(system).timesteps(1), "it.y"), [3.5, 3.5]);
}
