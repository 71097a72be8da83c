//! Tests of components of equations.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod arrays;
mod batches;
mod choices;
mod columns;
mod dates;
mod draws;
mod events;
mod examples;
mod lanes;
mod meaning;
mod reading;
mod traces;

use std::path::{Path, PathBuf};
use te_core::{Experiment, List, Registry, StepLength, System, TimeUnit, Value};
use te_equations::Equations;

/// A file of the workspace.
fn file(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(name)
}

/// A component of `components/`.
fn component(name: &str) -> Equations {
    let text = std::fs::read_to_string(file(&format!("components/{name}.toml"))).unwrap();
    read(&text)
}

fn read(text: &str) -> Equations {
    Equations::parse(text).unwrap_or_else(|refused| panic!("{refused}"))
}

/// A system of one component, `it`, with steps of a month.
fn system(equations: &Equations, params: &Value) -> System {
    system_of(equations, params, StepLength::new(1.0, TimeUnit::Month))
}

fn system_of(equations: &Equations, params: &Value, step: StepLength) -> System {
    let mut registry = Registry::new();
    registry.add_kind(equations.clone(), "test", "");
    let name = te_core::kind::Instance::kind(equations).to_owned();
    let mut system = System::builder("s");
    system.step_length(step);
    system.kind(List::Controllables, "it", registry.kind(&name).unwrap(), params);
    system.build().unwrap_or_else(|refused| panic!("{refused}"))
}

fn experiment(equations: &Equations, timesteps: u64) -> Experiment {
    Experiment::new(system(equations, &Value::Table(Vec::new()))).timesteps(timesteps)
}

/// A column of the first run.
fn column(experiment: &Experiment, name: &str) -> Vec<f64> {
    let results = experiment.clone().run().unwrap_or_else(|refused| panic!("{refused}"));
    results.frame().f64s(name).unwrap_or_else(|| panic!("no {name}")).to_vec()
}
