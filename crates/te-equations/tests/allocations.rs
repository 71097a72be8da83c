//! A step of equations asks nothing of the allocator: neither draws, nor tables, pipelines, flows, memory, nor events that do
//! not act.
//!
//! A binary of its own, because its allocator counts.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use allocation_counter::measure;
use te_core::{Event, Experiment, List, Registry, RunId, System, Value};
use te_equations::Equations;

const TEXT: &str = r#"
[component]
kind = "test/all"
substeps = 2
units = "off"
[param]
extra = { default = 0 }
[input]
push = { default = 1 }
[table.f]
x = { values = [0, 1, 4] }
y = { values = [1, 2, 0] }
[draw]
shock = { of = "normal(0, 0.1)" }
count = { of = "poisson(20)" }
other_shock = { of = "normal(0, 2)" }
pick = { of = "discrete(1, 2, stock, 1)" }
some = { of = "binomial(100, 0.3)" }
[draws.shocks]
names = ["shock", "other_shock"]
correlation = 0.4
[let]
more = { of = "stock + extra" }
seen = { of = "smooth(f(stock), 2) + delay3(count, 3) + previous(push, 0) % 3" }
past = { of = "delay(stock, 2) + lag(count, 3) + moving_mean(shock, 3) + running_max(count) + hold(stock, shock > 0) + other_shock + pick + some" }
[state]
stock = { initial = 1, rate = "shock + count - seen", min = -1e6 }
other = { initial = 5 }
[flow]
spent = { of = "2", from = "other", limit = true }
[pipeline]
line = { enter = "count", time = 4 }
leaking = { enter = "count", time = 4, leak = 0.2 }
[cohorts]
grants = { enter = "count", cliff = 2, over = 4 }
[invariant]
there = "line >= 0"
"#;

#[test]
fn a_step_allocates_nothing() {
    let mut registry = Registry::new();
    registry.add_kind(Equations::parse(TEXT).unwrap(), "test", "");
    let mut system = System::builder("s");
    system.kind(List::Controllables, "it", registry.kind("test/all").unwrap(), &Value::Table(Vec::new()));
    // Events of which none acts before step 90.
    system.event(Event::new("late").at(90).set("it.extra", "1 + it.stock"));
    system.event(Event::new("never").when("it.other < -1 and it.more > 1e9").set("it.extra", 1.0));
    let plan = Experiment::new(system.build().unwrap()).timesteps(100).plan().unwrap();
    let mut stepper = plan.start(RunId { simulation: 0, subset: 0, run: 1 }).unwrap();
    stepper.step().unwrap();
    let counted = measure(|| {
        for _ in 0..50 {
            assert!(stepper.step().unwrap());
        }
    });
    assert_eq!(counted.count_total, 0);
    assert!(stepper.number("it.line").unwrap() > 0.0);
}
