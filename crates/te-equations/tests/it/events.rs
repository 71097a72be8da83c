//! Events on components of equations: parameters, states, and what they may not change.

use crate::read;
use te_core::{Event, Experiment, Kind, List, RunId, StepLength, System, TimeUnit, Value};

const POOL: &str = r#"
[component]
kind = "test/pool"
time = "month"
substeps = 2
units = "off"

[param]
rate = { default = 0.25, min = 0, max = 1 }
opening = { default = 8 }
wait = { default = 2, above = 0 }
sigma = { default = 0.5, min = 0 }
once = { default = 1, min = 0 }
told = { default = 1, initial = true }

[draw]
shock = { of = "normal(0, sigma)" }
luck = { of = "exponential(once + 1)", every = "run" }

[let]
interest = { of = "rate * stock * told" }
seen = { of = "smooth(interest, 2) + luck" }

[state]
stock = { initial = "opening", rate = "interest - 0.1 * seen", min = 0 }
walk = { initial = 0, next = "walk + shock" }

[pipeline]
leaving = { enter = "0.05 * stock", time = "wait" }
"#;

fn experiment(events: &[Event]) -> Experiment {
    let mut builder = System::builder("s");
    builder.step_length(StepLength::new(1.0, TimeUnit::Month));
    builder.kind(
        List::Controllables,
        "pool",
        &Kind::made(read(POOL), "test", "A pool."),
        &Value::Table(Vec::new()),
    );
    builder.derived("rate", "param(pool.rate)", "");
    for event in events {
        builder.event(event.clone());
    }
    Experiment::new(builder.build().unwrap_or_else(|refused| panic!("{refused}"))).timesteps(10).seed(5)
}

fn refused(event: Event) -> String {
    let mut builder = System::builder("s");
    let kind = Kind::made(read(POOL), "test", "A pool.");
    builder.kind(List::Controllables, "pool", &kind, &Value::Table(Vec::new()));
    builder.event(event);
    builder.build().err().map_or_else(String::new, |errors| errors.to_string())
}

#[test]
fn a_state_is_added_to_and_a_rate_is_read_anew() {
    let text = "[component]\nkind = \"test/plain\"\nunits = \"off\"\n[param]\nrate = { default = 0.5 }\n\
        [let]\ninterest = { of = \"rate * stock\" }\n[state]\nstock = { initial = 8, rate = \"interest\", max = 100 }\n";
    let stocks = |event: Event| {
        let mut builder = System::builder("s");
        let kind = Kind::made(read(text), "test", "Plain.");
        builder.kind(List::Controllables, "a", &kind, &Value::Table(Vec::new()));
        builder.event(event);
        let results = Experiment::new(builder.build().unwrap()).timesteps(4).run().unwrap();
        let failed = results.failures.first().map(ToString::to_string);
        (results.frame().f64s("a.stock").unwrap().to_vec(), failed)
    };
    let (changed, _) = stocks(Event::new("gift").at(2).change("a.stock", "a.stock - 4"));
    // 8, then 12; 12 and 8 are 20, and grow to 30.
    assert_eq!(changed, [8.0, 12.0, 30.0, 45.0, 67.5]);
    let (slower, _) = stocks(Event::new("slow").at(3).set("a.rate", 0.0));
    assert_eq!(slower, [8.0, 12.0, 18.0, 18.0, 18.0]);
    let (_, failed) = stocks(Event::new("flood").at(2).change("a.stock", "1e3"));
    let failed = failed.unwrap();
    assert!(failed.ends_with("timestep 2, substep 1: a: `event.flood` adds 1000 to `a.stock`: stock is 1012: allowed is (-inf, 100]"), "{failed}");
}

#[test]
fn one_by_one_lanes_and_snapshots_are_the_same_bits() {
    let events = [
        Event::new("cut")
            .when("pool.walk > 0.4")
            .again()
            .lasting(2)
            .set("pool.rate", "0.5 * pool.rate")
            .set("pool.sigma", 0.1),
        Event::new("loss")
            .every(3)
            .change("pool.stock", "-0.5 * pool.stock")
            .change("pool.walk", "pool.seen"),
        Event::new("own").at(4).set("pool.rate", "pool.rate"),
    ];
    let all = experiment(&events).runs(70);
    let lanes = all.clone().run().unwrap();
    assert_eq!(lanes.frame(), all.clone().one_by_one().run().unwrap().frame());
    assert_eq!(lanes.frame(), all.clone().tile_width(3).threads(2).poison_lanes().run().unwrap().frame());
    let rates = lanes.frame().f64s("rate").unwrap();
    assert!(rates.contains(&0.125) && rates.contains(&0.25));
    let plan = all.plan().unwrap();
    for run in [1, 33, 70] {
        let alone = lanes.of(0, run);
        let mut stepper = plan.start(RunId { simulation: 0, subset: 0, run }).unwrap();
        for row in 1..=10 {
            stepper = plan.resume(&stepper.snapshot().unwrap()).unwrap();
            stepper.step().unwrap();
            for name in ["pool.stock", "pool.walk", "pool.seen", "rate"] {
                let expected = alone.f64s(name).unwrap()[row];
                assert_eq!(
                    stepper.number(name).unwrap().to_bits(),
                    expected.to_bits(),
                    "{name}, run {run}, row {row}"
                );
            }
        }
    }
    // What is set to itself changes nothing.
    let own = Event::new("own").every(2).set("pool.rate", "pool.rate").set("pool.sigma", "pool.sigma");
    let none = experiment(&[]).runs(40).run().unwrap();
    assert_eq!(experiment(&[own]).runs(40).run().unwrap().frame(), none.frame());
}

#[test]
fn what_is_of_the_start_is_refused() {
    for name in ["opening", "wait", "once", "told"] {
        let found = refused(Event::new("e").at(1).set(format!("pool.{name}"), 2.0));
        assert!(found.contains(&format!("`pool.{name}` is read at the start of a run only")), "{found}");
    }
    let found = refused(Event::new("e").at(1).change("pool.leaving", "1"));
    assert!(found.contains("there is no state `pool.leaving` that an event can change"), "{found}");
    let found = refused(Event::new("e").at(1).change("pool.stok", "1"));
    assert!(found.contains("did you mean `pool.stock`?"), "{found}");
}
