//! Hashes the workspace's crates as they are when the command is compiled, so that results can say which code made
//! them, and notes what each is built on. Without a registry file, as in a published crate, nothing is said.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use te_netlist::Digest;
use te_netlist::provenance::Provenance;
use toml::{Table, Value};

fn main() -> Result<(), Box<dyn Error>> {
    let workspace = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../..");
    println!("cargo::rerun-if-changed=build.rs");
    let (mut text, mut built_on) = (String::new(), String::new());
    if workspace.join("netlist.toml").is_file() {
        println!("cargo::rerun-if-changed=../../netlist.toml");
        println!("cargo::rerun-if-changed=../../crates");
        println!("cargo::rerun-if-changed=../../Cargo.lock");
        built_on = dependencies(&workspace)?;
        match Provenance::of_workspace(&workspace) {
            Ok(provenance) => text = provenance.to_text(),
            Err(error) => println!("cargo::warning=results will not say which code made them: {error}"),
        }
    }
    let out = std::env::var("OUT_DIR")?;
    std::fs::write(Path::new(&out).join("provenance.txt"), text)?;
    std::fs::write(Path::new(&out).join("built_on.txt"), built_on)?;
    Ok(())
}

/// A line for each package of the workspace: its name, the hash of the libraries below it, and the packages of the workspace
/// that it is built on, itself among them. Dependencies of tests do not count.
fn dependencies(workspace: &Path) -> Result<String, Box<dyn Error>> {
    let lock: Table = std::fs::read_to_string(workspace.join("Cargo.lock"))?.parse()?;
    let locked: Vec<&Table> = lock
        .get("package")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_table)
        .collect();
    let mut direct: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in workspace.join("crates").read_dir()? {
        let Ok(manifest) = std::fs::read_to_string(entry?.path().join("Cargo.toml")) else { continue };
        let manifest: Table = manifest.parse()?;
        let Some(name) = manifest.get("package").and_then(|p| p.get("name")).and_then(Value::as_str) else {
            continue;
        };
        let of = |key: &str| {
            manifest.get(key).and_then(Value::as_table).into_iter().flat_map(Table::keys).cloned()
        };
        direct.insert(name.to_owned(), of("dependencies").chain(of("build-dependencies")).collect());
    }
    let mut text = String::new();
    for package in direct.keys() {
        let (mut own, mut libraries) = (BTreeSet::new(), BTreeSet::new());
        let mut open = vec![package.clone()];
        while let Some(name) = open.pop() {
            if let Some(below) = direct.get(&name) {
                if own.insert(name) {
                    open.extend(below.iter().cloned());
                }
                continue;
            }
            // Of several versions each counts: which one is meant is the lock file's affair.
            for found in locked.iter().filter(|one| one.get("name").and_then(Value::as_str) == Some(&name)) {
                let text = |key: &str| found.get(key).and_then(Value::as_str).unwrap_or_default();
                if libraries.insert(format!("{name} {} {}", text("version"), text("checksum"))) {
                    let below = found.get("dependencies").and_then(Value::as_array).into_iter().flatten();
                    open.extend(
                        below
                            .filter_map(Value::as_str)
                            .map(|one| one.split(' ').next().unwrap_or(one).to_owned()),
                    );
                }
            }
        }
        let libraries: Vec<String> = libraries.into_iter().collect();
        write!(text, "{package} {}", Digest::of_bytes(libraries.join("\n").as_bytes()))?;
        own.iter().try_for_each(|one| write!(text, " {one}"))?;
        text.push('\n');
    }
    Ok(text)
}
