//! Tests of importing models.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod fuzz;
mod reading;
mod suite;
mod traces;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use te_import::{Dialect, Import, ImportErrors};
use te_system::SystemFile;

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
    te_import::import(&fs::read(path).unwrap(), dialect(path), &name, "model-equations.toml")
}

fn import_text(text: &str, dialect: Dialect) -> Result<Import, ImportErrors> {
    te_import::import(text.as_bytes(), dialect, "model", "model-equations.toml")
}

/// A run of an import, as the command runs it: by the system file that it writes.
struct Run {
    import: Import,
    /// Of each name of the model, as names are compared, the values in the rows.
    columns: HashMap<String, Vec<f64>>,
    rows: usize,
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

fn run(import: Import) -> Result<Run, String> {
    let kept = [("model-equations.toml".to_owned(), import.component.clone())];
    let registry = te_system::built_in();
    let file = SystemFile::parse_kept(&import.system, Path::new("model.toml"), &kept, &registry)
        .map_err(|refused| refused.to_string())?;
    let systems = file.systems(&registry, &[]).map_err(|refused| refused.to_string())?;
    let results = file.experiment(systems).run().map_err(|refused| refused.to_string())?;
    let frame = results.frame();
    let mut columns = HashMap::new();
    let mut rows = 0;
    for named in &import.names {
        let column = match named.value {
            Some(value) => vec![value],
            None => {
                let column = format!("model.{}", named.name);
                frame.f64s(&column).ok_or_else(|| format!("no column {column}"))?.to_vec()
            }
        };
        rows = rows.max(column.len());
        columns.insert(plain(&named.written), column);
    }
    Ok(Run { import, columns, rows })
}

impl Run {
    /// A value in the row nearest to a time, where there is one.
    fn at(&self, name: &str, time: f64) -> Option<f64> {
        let column = self.columns.get(name)?;
        if self.import.names.iter().any(|named| named.value.is_some() && plain(&named.written) == name) {
            return column.first().copied();
        }
        let row = (time - self.import.start) / (self.import.step * self.import.every as f64);
        if (row - row.round()).abs() > 1e-4 || row.round() < 0.0 {
            return None;
        }
        column.get(row.round() as usize).copied()
    }
}
