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
mod large;
mod published;
mod reading;
mod structures;
mod suite;
mod traces;
mod writing;
mod wrld3;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Instant;
use te_core::{Experiment, Keep, List, Recording, Registry, System, Value};
use te_equations::{Equations, FileColumn};
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
    /// Those that are the same in all rows.
    constants: HashSet<String>,
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

/// The component, with the tables that are files of their own.
fn equations(import: &Import) -> Result<Equations, String> {
    let columns = |reference: &Value| -> Result<FileColumn, String> {
        let Value::Table(keys) = reference else { return Err("a table is wanted".to_owned()) };
        let text = |wanted: &str| match keys.iter().find(|(key, _)| key == wanted) {
            Some((_, Value::Text(text))) => Ok(text.clone()),
            _ => Err(format!("no {wanted}")),
        };
        let (file, column) = (text("file")?, text("column")?);
        let (_, table) = import.tables.iter().find(|(name, _)| *name == file).ok_or("no such file")?;
        let at = usize::from(column != "x");
        let cell = |line: &str| line.split(',').nth(at).unwrap().parse().map_err(|_| "no number".to_owned());
        table.lines().skip(1).map(cell).collect::<Result<Vec<f64>, String>>().map(FileColumn::from)
    };
    Equations::parse_with(&import.component, &columns).map_err(|refused| refused.to_string())
}

/// The system of an import, and how many steps it is run.
fn built(import: &Import) -> Result<(System, u64), String> {
    let equations = equations(import)?;
    let kind = te_core::kind::Instance::kind(&equations).to_owned();
    let mut registry = Registry::new();
    registry.add_kind(equations, "test", "");
    let mut system = System::builder("s");
    system.step_length(key_of(&import.system, "step").parse().map_err(|refused| format!("{refused}"))?);
    let kind = registry.kind(&kind).map_err(|refused| refused.to_string())?;
    system.kind(List::Controllables, "model", kind, &Value::Table(Vec::new()));
    let system = system.build().map_err(|refused| refused.to_string())?;
    let timesteps = key_of(&import.system, "timesteps").parse().map_err(|refused| format!("{refused}"))?;
    Ok((system, timesteps))
}

fn run(import: Import) -> Result<Run, String> {
    let (system, timesteps) = built(&import)?;
    let results =
        Experiment::new(system).timesteps(timesteps).run().map_err(|refused| refused.to_string())?;
    if let Some(failed) = results.failures.first() {
        return Err(format!("the run fails: {}", failed.error));
    }
    let frame = results.frame();
    let (mut columns, mut constants) = (HashMap::new(), HashSet::new());
    for named in &import.names {
        let column = if let Some(value) = named.value {
            constants.insert(plain(&named.written));
            vec![value]
        } else {
            let column = format!("model.{}", named.name);
            let column = frame.f64s(&column).ok_or_else(|| format!("no column {column}"))?;
            column.iter().copied().step_by(import.every as usize).collect()
        };
        columns.insert(plain(&named.written), column);
    }
    Ok(Run { import, columns, constants })
}

/// Seconds of the processor that this program has taken, where the system tells them (Linux), else by the clock.
fn seconds() -> f64 {
    static BEGUN: OnceLock<Instant> = OnceLock::new();
    let begun = BEGUN.get_or_init(Instant::now);
    let told = fs::read_to_string("/proc/self/stat").ok().and_then(|text| {
        let (_, fields) = text.rsplit_once(')')?;
        let ticks: f64 = fields.split_whitespace().nth(11)?.parse().ok()?;
        Some(ticks / 100.0)
    });
    told.unwrap_or_else(|| begun.elapsed().as_secs_f64())
}

/// Seconds of a run, many side by side on one thread, of which the last row is kept.
fn seconds_in_lanes(import: &Import, runs: u64) -> f64 {
    let (system, timesteps) = built(import).unwrap();
    let finals = Recording { keep: Keep::Finals, ..Recording::default() };
    let experiment = Experiment::new(system).timesteps(timesteps).runs(runs).threads(1).record(finals);
    let begun = seconds();
    let results = experiment.run().unwrap();
    assert!(results.failures.is_empty(), "{}", results.failures[0]);
    (seconds() - begun) / runs as f64
}

impl Run {
    /// A value in the row nearest to a time, where there is one.
    fn at(&self, name: &str, time: f64) -> Option<f64> {
        let column = self.columns.get(name)?;
        if self.constants.contains(name) {
            return column.first().copied();
        }
        let row = (time - self.import.start) / (self.import.step * self.import.every as f64);
        if (row - row.round()).abs() > 0.01 || row.round() < 0.0 {
            return None;
        }
        column.get(row.round() as usize).copied()
    }
}
