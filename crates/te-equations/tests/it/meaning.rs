//! What the parts of a component mean.

use crate::{column, experiment, file, read, system_of};
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

/// The traces 07 and 08 of testdata/te-equations, 480 steps of an eighth of a month, within 1e-9 of the largest value.
#[test]
fn euler_and_runge_kutta_are_as_computed_elsewhere() {
    for (method, name) in [("euler", "07_euler"), ("rk4", "08_rk4")] {
        let text = format!(
            "[component]\nkind = \"test/cycle\"\ntime = \"month\"\nmethod = \"{method}\"\nunits = \"off\"\n{CYCLE}"
        );
        let system =
            system_of(&read(&text), &Value::Table(Vec::new()), StepLength::new(0.125, TimeUnit::Month));
        let results = Experiment::new(system).timesteps(480).run().unwrap();
        let mut reader = csv::Reader::from_path(file(&format!("testdata/te-equations/{name}.csv"))).unwrap();
        let names = reader.headers().unwrap().clone();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 481);
        for (at, name) in names.iter().enumerate().filter(|(_, name)| !name.contains("time")).skip(4) {
            let found = results.frame().f64s(&format!("it.{name}")).unwrap_or_else(|| panic!("no {name}"));
            let expected: Vec<f64> = rows.iter().map(|row| row[at].parse().unwrap()).collect();
            let largest = expected.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
            for (row, (found, expected)) in found.iter().zip(&expected).enumerate() {
                assert!(
                    (found - expected).abs() <= 1e-9 * largest,
                    "{method}, {name}, {row}: {found}, {expected}"
                );
            }
        }
    }
}

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
