//! Hashes the workspace's crates as they are when the command is compiled, so that results can say which code made
//! them. Without a registry file, as in a published crate, nothing is said.

use std::error::Error;
use std::path::Path;
use te_netlist::provenance::Provenance;

fn main() -> Result<(), Box<dyn Error>> {
    let workspace = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../..");
    println!("cargo::rerun-if-changed=build.rs");
    let mut text = String::new();
    if workspace.join("netlist.toml").is_file() {
        println!("cargo::rerun-if-changed=../../netlist.toml");
        println!("cargo::rerun-if-changed=../../crates");
        match Provenance::of_workspace(&workspace) {
            Ok(provenance) => text = provenance.to_text(),
            Err(error) => println!("cargo::warning=results will not say which code made them: {error}"),
        }
    }
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("provenance.txt"), text)?;
    Ok(())
}
