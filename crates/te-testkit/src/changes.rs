//! Parameters that events change: of every kind, each parameter is read while a run goes on, or marked as one of the start.
//!
//! A run is compared with the same run in which an event sets a parameter in the second timestep: to the value that it has, which
//! must change nothing, and to others, which must change something in some run. A parameter of which this never comes true
//! is read at the start only, and is to be marked `#[param(initial)]`.

use crate::bounds::{draw_param, draw_params, wired};
use rand::SeedableRng as _;
use rand::rngs::SmallRng;
use te_core::{Event, Experiment, Frame, Kind, Registry, SystemBuilder, Value};

/// Sets of parameters that are tried before a parameter is said to have no effect.
const TRIES: u64 = 300;
/// Timesteps of a run.
const TIMESTEPS: u64 = 60;

/// Checks every kind of the registry that takes changes. `silent` lists parameters that are read but show nothing in the runs
/// that are tried, as `kind.parameter`.
///
/// # Panics
/// With all parameters of which the mark is wrong.
pub fn every_parameter(registry: &Registry, silent: &[&str]) {
    let mut wrong = Vec::new();
    for kind in registry.kinds() {
        let takes = kind.instance(&Value::Table(Vec::new())).is_ok_and(|one| one.takes_changes().is_ok());
        if !takes {
            continue;
        }
        for spec in kind.params().iter().filter(|spec| !spec.initial) {
            let name = format!("{}.{}", kind.name, spec.name);
            if !silent.contains(&name.as_str()) && !(0..TRIES).any(|seed| has_effect(kind, &spec.name, seed))
            {
                wrong.push(name);
            }
        }
    }
    assert!(wrong.is_empty(), "events change these to no effect: {}", wrong.join(", "));
}

/// Whether a change of this parameter shows in a run with parameters drawn by this seed.
fn has_effect(kind: &Kind, name: &str, seed: u64) -> bool {
    let mut rng = SmallRng::seed_from_u64(seed);
    let params = if seed == 0 { Value::Table(Vec::new()) } else { draw_params(kind.params(), &mut rng) };
    let Some(spec) = kind.params().iter().find(|spec| spec.name == name) else { return false };
    let Some(other) = draw_param(spec, &mut rng) else { return false };
    if kind.check(&params).is_err() {
        return false;
    }
    let build = |value: Option<&Value>| -> Option<Frame> {
        let mut rng = SmallRng::seed_from_u64(seed + 1);
        let mut builder: SystemBuilder = wired(kind, &params, &mut rng);
        if let Some(value) = value {
            builder.event(Event::new("change").at(2).set(format!("it.{name}"), value.clone()));
        }
        let results = Experiment::new(builder.build().ok()?).timesteps(TIMESTEPS).threads(1).run().ok()?;
        results.failures.is_empty().then(|| results.into_frame())
    };
    let Some(before) = build(None) else { return false };
    let own = value_of(kind, &params, name).and_then(|value| build(Some(&value)));
    assert!(own.is_none_or(|own| own == before), "{}.{name} set to what it is changes something", kind.name);
    build(Some(&other)).is_some_and(|after| after != before)
}

/// The value that a parameter has in a table.
fn value_of(kind: &Kind, params: &Value, name: &str) -> Option<Value> {
    let instance = kind.instance(params).ok()?;
    let index = instance.specs().iter().position(|spec| spec.name == name)?;
    instance.get(index)
}
