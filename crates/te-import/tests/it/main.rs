//! Tests of importing models.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may stop at the first surprise, and its numbers are small"
)]

mod fuzz;
mod published;
mod reading;
mod structures;
mod suite;
mod traces;
mod wrld3;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use te_core::{Experiment, List, Registry, System, Value};
use te_equations::Equations;
use te_import::{Dialect, Import, ImportErrors};

/// A file of this project's reference data.
fn data(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-import")).join(name)
}

fn dialect(path: &Path) -> Dialect {
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    if ending == "mdl" { Dialect::Vensim } else { Dialect::Xmile }
}

fn import(path: &Path) -> Result<Import, ImportErrors> {
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let read = |file: &str| fs::read(path.with_file_name(file)).ok();
    te_import::import_with(&fs::read(path).unwrap(), dialect(path), &name, "model-equations.toml", &read)
}

fn import_text(text: &str, dialect: Dialect) -> Result<Import, ImportErrors> {
    te_import::import(text.as_bytes(), dialect, "model", "model-equations.toml")
}

/// A run of an import, as the command runs it: with the numbers of the system file that it writes.
struct Run {
    import: Import,
    /// Of each name of the model, as names are compared, the values in the rows.
    columns: HashMap<String, Vec<f64>>,
}

/// A name with its elements, without quotes, case and what separates words.
fn plain(name: &str) -> String {
    let lower = name.to_lowercase().replace("\\n", " ").replace("\\\"", "").replace('"', "");
    let words =
        lower.split(|c: char| c.is_whitespace() || c == '_' || c == '\u{a0}').filter(|word| !word.is_empty());
    words
        .collect::<Vec<_>>()
        .join("_")
        .replace(",_", ",")
        .replace("[_", "[")
        .replace("_[", "[")
        .replace("_]", "]")
}

/// The text of a key of the system file.
fn key_of(system: &str, key: &str) -> String {
    let line = system.lines().find_map(|line| line.strip_prefix(&format!("{key} = "))).unwrap_or_default();
    line.trim_matches('"').to_owned()
}

fn run(import: Import) -> Result<Run, String> {
    let equations = Equations::parse(&import.component).map_err(|refused| refused.to_string())?;
    let kind = te_core::kind::Instance::kind(&equations).to_owned();
    let mut registry = Registry::new();
    registry.add_kind(equations, "test", "");
    let mut system = System::builder("s");
    system.step_length(key_of(&import.system, "step").parse().map_err(|refused| format!("{refused}"))?);
    let kind = registry.kind(&kind).map_err(|refused| refused.to_string())?;
    system.kind(List::Controllables, "model", kind, &Value::Table(Vec::new()));
    let system = system.build().map_err(|refused| refused.to_string())?;
    let timesteps = key_of(&import.system, "timesteps").parse().map_err(|refused| format!("{refused}"))?;
    let results =
        Experiment::new(system).timesteps(timesteps).run().map_err(|refused| refused.to_string())?;
    if let Some(failed) = results.failures.first() {
        return Err(format!("the run fails: {}", failed.error));
    }
    let frame = results.frame();
    let mut columns = HashMap::new();
    for named in &import.names {
        let column = if let Some(value) = named.value {
            vec![value]
        } else {
            let column = format!("model.{}", named.name);
            let column = frame.f64s(&column).ok_or_else(|| format!("no column {column}"))?;
            column.iter().copied().step_by(import.every as usize).collect()
        };
        columns.insert(plain(&named.written), column);
    }
    Ok(Run { import, columns })
}

impl Run {
    /// A value in the row nearest to a time, where there is one.
    fn at(&self, name: &str, time: f64) -> Option<f64> {
        let column = self.columns.get(name)?;
        if self.import.names.iter().any(|named| named.value.is_some() && plain(&named.written) == name) {
            return column.first().copied();
        }
        let row = (time - self.import.start) / (self.import.step * self.import.every as f64);
        if (row - row.round()).abs() > 0.01 || row.round() < 0.0 {
            return None;
        }
        column.get(row.round() as usize).copied()
    }
}
