//! Functions that remember are the same in a component of equations and in the derived columns of a system: the same bits.

use std::fmt::Write as _;
use te_core::glue::{Function, FunctionParams};
use te_core::{Experiment, List, Registry, StepLength, System, TimeUnit, Value};
use te_equations::Equations;

/// Every function, of `x`, `y` and what is made of them.
const CALLS: [&str; 32] = [
    "previous(x, 7)",
    "previous(x * y, x + 1)",
    "initial(x + y)",
    "delay(x, 1.5)",
    "delay(x - y, 2, 3)",
    "smooth(x, 2)",
    "smooth(x * x, y + 1, 4)",
    "smooth3(x, 3)",
    "smooth_n(x, 4, 5, y)",
    "delay1(x, 2)",
    "delay1(x + 1, y + 1, 5)",
    "delay3(x, 3)",
    "delay_n(x, 4, 4, 2 * y)",
    "trend(x, 3)",
    "trend(x + 1, 3, 0.1)",
    "forecast(x, 3, 5)",
    "forecast(x, y + 2, 5, 0.2)",
    "total(x)",
    "total(x - total(y) / 10)",
    "running_mean(x)",
    "running_max(x - 3)",
    "running_min(abs(x - 5))",
    "moving_mean(x, 2)",
    "moving_mean(x * y, 0.5)",
    "since(x > 6)",
    "count(x > 6)",
    "hold(x, y > 1.5)",
    "hold(x, y > 1.5, -1)",
    "smooth(smooth(previous(x, 1), 2), 3) + count(smooth(x, 1) > 5)",
    "step(3, 2.5) + ramp(2, 1, 4) + ramp(1, 3)",
    "pulse(5, 1) + pulse(1, 0.5, 1.5) + window(1, 3)",
    "time + dt * 100 + horizon * pi",
];

#[test]
fn columns_remember_as_components_do() {
    for step in [1.0, 0.5, 0.25] {
        let mut text = String::from(
            "[component]\nkind = \"a/b\"\ntime = \"month\"\nunits = \"off\"\n[let]\n\
             x = { of = \"5 + 3 * sin(1.7 * time) + 0.1 * t\", doc = \"x\" }\n\
             y = { of = \"1.5 + cos(time)\", doc = \"y\" }\n",
        );
        let mut system = System::builder("s");
        system.step_length(StepLength::new(step, TimeUnit::Month));
        for (at, call) in CALLS.iter().enumerate() {
            writeln!(text, "z{at} = {{ of = \"{call}\", doc = \"z\" }}").unwrap();
        }
        let mut registry = Registry::new();
        registry.add_kind(Equations::parse(&text).unwrap_or_else(|e| panic!("{e}")), "a.toml", "a");
        system.kind(List::Controllables, "c", registry.kind("a/b").unwrap(), &Value::Table(Vec::new()));
        system.derived("x", "c.x", "");
        system.derived("y", "c.y", "");
        for (at, call) in CALLS.iter().enumerate() {
            system.derived(&format!("d{at}"), call, "");
        }
        let system = system.build().unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(system.columns().len(), 2 * CALLS.len() + 4, "what columns remember is no column");
        let results = Experiment::new(system).timesteps(24).runs(40).run().unwrap();
        assert!(results.failures.is_empty(), "{}", results.failures[0]);
        let frame = results.frame();
        for (at, call) in CALLS.iter().enumerate() {
            let (of, column) = (frame.f64s(&format!("c.z{at}")), frame.f64s(&format!("d{at}")));
            let bits = |x: Option<&[f64]>| x.unwrap().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(column), bits(of), "{call} with steps of {step}: {of:?} and {column:?}");
        }
    }
}

#[test]
fn refusals_say_where_and_why() {
    let refusal = |derived: &str, wire: Option<&str>| {
        let mut system = System::builder("s");
        system.uncontrollable::<Function>("a", FunctionParams::default());
        system
            .controllable::<te_core::glue::Delay>("b", te_core::glue::DelayParams { steps: 1, initial: 0.0 });
        system.derived("d", derived, "");
        system.wire(wire.unwrap_or("a.value"), "b.value");
        system.build().unwrap_err().to_string()
    };
    for (text, expected) in [
        ("1 + smooth(a.value)", "at character 5: `smooth` takes 2 or 3 arguments"),
        (
            "delay(a.value, a.value)",
            "at character 1: `delay` goes back a time that is written out, 100000 at most",
        ),
        (
            "moving_mean(a.value, 2000)",
            "at character 1: `moving_mean` goes back a time that is written out, 1000 at most",
        ),
        ("smooth_n(a.value, 2, 1.5)", "a whole number of stages from 1 to 100, written out"),
        ("smooth(d, 2) + d", "derived column `d` reads itself"),
    ] {
        let refused = refusal(text, None);
        assert!(refused.contains(expected), "{text}: {refused}");
    }
    let refused = refusal("1", Some("2 * total(a.value)"));
    assert_eq!(
        refused,
        "TE0008: in expression `2 * total(a.value)` at character 5: `total` remembers, which a wire cannot: derive a column of it, and wire that"
    );
}
