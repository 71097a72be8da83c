//! Reference rows: a file for each kind, computed independently of our code.
//!
//! `testdata/<crate>/<kind without its family>.csv` begins with lines of TOML behind `# `:
//!
//! ```text
//! # kind = "issuance/pid"
//! # params = { target = 0.4 }
//! # step = "1 month"        the length of a timestep; "1 day" where it is left out
//! # seed = 1                the master seed; 1 where it is left out
//! # tolerance = 1e-12       of the largest magnitude in the column
//! # omit = ["error"]        metrics that the file does not hold
//! # source = "where the equations are from, and what computed the rows"
//! timestep,in.ratio,supply
//! 0,,1000
//! 1,0.3,1010
//! ```
//!
//! Inputs are the columns `in.NAME`: the value that the step reads which leads to this row. All others are metrics.

use serde::Deserialize;
use std::path::Path;
use te_core::{Experiment, List, Registry, StepLength, System, Value};

/// What the lines of TOML say.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    kind: String,
    #[serde(default)]
    params: toml::Table,
    #[serde(default = "one_day")]
    step: String,
    #[serde(default = "one")]
    seed: u64,
    tolerance: f64,
    #[serde(default)]
    omit: Vec<String>,
    #[expect(dead_code, reason = "for the reader of the file, who must be told")]
    source: String,
}

fn one_day() -> String {
    "1 day".to_owned()
}

fn one() -> u64 {
    1
}

/// A reference file: its settings, and columns of cells; a cell is absent where the file leaves it blank.
struct Reference {
    header: Header,
    columns: Vec<(String, Vec<Option<f64>>)>,
}

impl Reference {
    fn read(path: &Path) -> Self {
        let shown = path.display();
        let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{shown}: {e}"));
        let (comments, table): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with('#'));
        let settings: Vec<&str> = comments.iter().map(|line| line.trim_start_matches(['#', ' '])).collect();
        let header: Header = toml::from_str(&settings.join("\n")).unwrap_or_else(|e| panic!("{shown}: {e}"));
        let table = table.join("\n");
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let names = reader.headers().unwrap_or_else(|e| panic!("{shown}: {e}")).clone();
        let mut columns: Vec<_> = names.iter().map(|name| (name.to_owned(), Vec::new())).collect();
        for record in reader.records() {
            let record = record.unwrap_or_else(|e| panic!("{shown}: {e}"));
            for ((name, cells), text) in columns.iter_mut().zip(&record) {
                let number = |text: &str| match text {
                    "true" => 1.0,
                    "false" => 0.0,
                    _ => text.parse().unwrap_or_else(|e| panic!("{shown}: {name} `{text}`: {e}")),
                };
                cells.push(Some(text.trim()).filter(|text| !text.is_empty()).map(number));
            }
        }
        Self { header, columns }
    }

    fn timesteps(&self) -> u64 {
        let rows = self.columns.first().map_or(0, |(_, cells)| cells.len());
        assert!(rows > 1, "a reference needs a row for the start and one for a step");
        rows as u64 - 1
    }

    /// The kind as `it`, with a series for each input.
    fn system(&self, registry: &Registry) -> System {
        let kind = registry.kind(&self.header.kind).unwrap_or_else(|e| panic!("{e}"));
        let mut glue = Registry::new();
        te_core::glue::register(&mut glue);
        let series = glue.kind("source/series").unwrap();
        let mut builder = System::builder("reference");
        builder.step_length(self.header.step.parse::<StepLength>().unwrap_or_else(|e| panic!("step: {e}")));
        for (at, (name, cells)) in self.columns.iter().enumerate() {
            let Some(input) = name.strip_prefix("in.") else { continue };
            let values: Vec<f64> = cells.iter().map(|cell| cell.unwrap_or_default()).collect();
            let source = format!("input{at}");
            let params = Value::Table(vec![("values".to_owned(), values.into())]);
            builder.kind(List::Uncontrollables, &source, series, &params);
            builder.wire(&format!("{source}.value"), &format!("it.{input}"));
        }
        builder.kind(
            List::Controllables,
            "it",
            kind,
            &value(&toml::Value::Table(self.header.params.clone())),
        );
        builder.build().unwrap_or_else(|e| panic!("{}: {e}", self.header.kind))
    }

    /// Runs the kind, one by one or side by side, and compares every cell of every run.
    fn compare(&self, registry: &Registry, runs: u64, one_by_one: bool) {
        let kind = &self.header.kind;
        let timesteps = self.timesteps();
        let mut experiment =
            Experiment::new(self.system(registry)).timesteps(timesteps).runs(runs).seed(self.header.seed);
        if one_by_one {
            experiment = experiment.one_by_one();
        }
        let results = experiment.run().unwrap_or_else(|e| panic!("{kind}: {e}"));
        if let Some(failure) = results.failures.first() {
            panic!("{kind}: {failure}");
        }
        for (name, expected) in
            self.columns.iter().filter(|(name, _)| name != "timestep" && !name.starts_with("in."))
        {
            let full = format!("it.{name}");
            let column =
                results.frame().column(&full).unwrap_or_else(|| panic!("{kind} has no metric `{name}`"));
            let largest = expected.iter().flatten().fold(0.0_f64, |largest, cell| largest.max(cell.abs()));
            for row in 0..column.cells.len() {
                let at = row % expected.len();
                let (Some(expected), Some(found)) = (expected[at], column.number(row)) else { continue };
                let distance = (found - expected).abs();
                assert!(
                    distance <= self.header.tolerance * largest,
                    "{kind}, row {at}, {name}: {found} for {expected}, {:e} of the largest",
                    distance / largest
                );
            }
        }
    }

    /// Every metric of the kind has a column or is left out by name.
    fn is_complete(&self, registry: &Registry) {
        let kind = registry.kind(&self.header.kind).unwrap_or_else(|e| panic!("{e}"));
        for metric in kind.metrics() {
            let here = self.columns.iter().any(|(name, _)| *name == metric.name);
            let omitted = self.header.omit.iter().any(|name| *name == metric.name);
            assert!(here || omitted, "{}: no reference for metric `{}`", kind.name, metric.name);
        }
    }
}

/// Holds every kind of the registry against its file in `folder`, stepped one by one and in lanes. Kinds whose reference lies
/// elsewhere are `exempt`, by name and with the place that holds it.
///
/// # Panics
/// Where a file is missing or a cell differs by more than the file allows.
pub fn every_kind(registry: &Registry, folder: &Path, exempt: &[(&str, &str)]) {
    for (name, _) in exempt {
        assert!(registry.kind(name).is_ok(), "`{name}` is exempt and not registered");
    }
    for kind in registry.kinds().filter(|kind| exempt.iter().all(|(name, _)| *name != kind.name)) {
        let file = kind.name.rsplit('/').next().unwrap_or(&kind.name);
        let reference = Reference::read(&folder.join(format!("{file}.csv")));
        assert_eq!(reference.header.kind, kind.name, "the file is of another kind");
        reference.is_complete(registry);
        reference.compare(registry, 1, true);
        reference.compare(registry, 9, false);
    }
}

/// Holds one kind against a file of its own, for second sets of parameters.
///
/// # Panics
/// Where a cell differs by more than the file allows.
pub fn file(registry: &Registry, path: &Path) {
    let reference = Reference::read(path);
    reference.compare(registry, 1, true);
    reference.compare(registry, 9, false);
}

/// TOML as a value of a parameter.
fn value(toml: &toml::Value) -> Value {
    match toml {
        toml::Value::String(text) => Value::Text(text.clone()),
        toml::Value::Integer(x) => Value::I64(*x),
        toml::Value::Float(x) => Value::F64(*x),
        toml::Value::Boolean(x) => Value::Bool(*x),
        toml::Value::Datetime(x) => Value::Text(x.to_string()),
        toml::Value::Array(items) => Value::List(items.iter().map(value).collect()),
        toml::Value::Table(rows) => Value::Table(rows.iter().map(|(k, v)| (k.clone(), value(v))).collect()),
    }
}
