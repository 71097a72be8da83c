//! Every kind that is built in, stepped by hand: the bits, and the refusals, of its instance in a system.

use std::time::Instant;
use te_core::{Clock, Experiment, Kind, List, StreamKey, System, Value};
use te_system::built_in;

const TIMESTEPS: u64 = 20;

fn nothing() -> Value {
    Value::Table(Vec::new())
}

/// One instance whose inputs all read a number that wanders.
fn experiment(kind: &Kind) -> Option<Experiment> {
    let registry = built_in();
    let mut system = System::builder("s");
    let of = Value::Table(vec![("of".into(), "1 + 0.25 * (t - 4 * floor(t / 4))".into())]);
    system.kind(List::Uncontrollables, "source", registry.kind("source/function").unwrap(), &of);
    system.kind(List::Controllables, "it", kind, &nothing());
    for input in kind.inputs() {
        system.wire("0 + source.value", &format!("it.{}", input.name));
    }
    let system = system.build().ok()?;
    Some(Experiment::new(system).timesteps(TIMESTEPS).seed(7).fix_random())
}

#[test]
fn every_kind_by_hand_is_its_instance_in_a_system() {
    let registry = built_in();
    let key = StreamKey { seed: 7, run: 1, subset: None };
    let (mut same, mut refused, mut left) = (0, 0, Vec::new());
    for kind in registry.kinds() {
        let Some(experiment) = experiment(kind) else {
            left.push(kind.name.as_str());
            continue;
        };
        let results = experiment.run().unwrap();
        let rows = results.frame();
        let source = rows.column("source.value").unwrap();
        let mut component = kind.instance(&nothing()).unwrap().single("it", key).unwrap();
        for t in 0..=TIMESTEPS {
            let row = usize::try_from(t).unwrap();
            if t > 0 {
                let input = 1.0 + 0.25 * (t % 4) as f64;
                let inputs = vec![input; kind.inputs().len()];
                let stepped = component.step(&inputs, &Clock { horizon: TIMESTEPS, ..Clock::at(t) });
                if let Err(error) = stepped {
                    let failure = &results.failures[0];
                    assert_eq!((failure.timestep, failure.error.to_string()), (t, error.to_string()));
                    refused += 1;
                    break;
                }
                assert_eq!(source.number(row), Some(input));
            }
            for (at, field) in kind.metrics().iter().enumerate() {
                let name = format!("it.{}", field.name);
                let expected = rows.column(&name).and_then(|column| column.number(row)).unwrap();
                let cell = component.cell(at).unwrap().number();
                assert_eq!(cell.to_bits(), expected.to_bits(), "{} {name} {t}", kind.name);
            }
            // Copies and saved states are what they are of.
            if t == 7 {
                let saved = component.save().unwrap();
                component = component.copy().unwrap();
                component.load(&saved).unwrap();
            }
        }
        same += 1;
    }
    assert!(same >= 35 && refused <= 8, "{same} are the same, {refused} refused; not built: {left:?}");
}

/// For those who want to know; `--nocapture` shows it.
#[test]
fn a_step_by_hand_costs_little() {
    let registry = built_in();
    let kind = registry.kind("hive/economy").unwrap();
    let single = || kind.instance(&nothing()).unwrap().single("it", StreamKey::default()).unwrap();
    let (mut least, inputs) = (f64::INFINITY, vec![0.0; kind.inputs().len()]);
    for _ in 0..50 {
        let mut economy = single();
        let started = Instant::now();
        (1..=1000).for_each(|t| economy.step(&inputs, &Clock::at(t)).unwrap());
        least = least.min(started.elapsed().as_nanos() as f64 / 1000.0);
        assert!(economy.numbers().iter().all(|x| x.is_finite()));
    }
    println!("{least} ns a step of hive/economy by hand");
}
