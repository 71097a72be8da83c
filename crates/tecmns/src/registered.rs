//! Kinds that are equations and that the registry around the current folder names: read when the command starts, not
//! compiled in.

use crate::registry_verbs::PlaceArgs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use te_core::Registry;
use te_netlist::equation_files::{Registered, own_hash, registered};
use te_netlist::provenance::CompiledCrate;
use te_netlist::{Netlist, Options};

/// A registry file with the files of equations that it and its network name.
struct Nearby {
    folder: PathBuf,
    netlist: Netlist,
    options: Options,
    files: Vec<Registered>,
}

/// What was found, and what is worth saying of what was not.
#[derive(Default)]
struct Found {
    nearby: Option<Nearby>,
    notes: Vec<String>,
}

/// Read once: a process has one current folder from its start.
static FOUND: OnceLock<Found> = OnceLock::new();

fn found() -> &'static Found {
    FOUND.get_or_init(|| {
        // Nothing is fetched, so an address on this machine is as good as another.
        let place = PlaceArgs { allow_file: true, ..PlaceArgs::default() };
        let Ok(Some(folder)) = place.folder_of_registry() else { return Found::default() };
        match place.open(true) {
            Ok(place) => {
                let (files, refused) = registered(&place.netlist, &place.folder, &place.options);
                let notes = refused.iter().map(ToString::to_string).collect();
                let nearby = Nearby { folder, netlist: place.netlist, options: place.options, files };
                Found { nearby: Some(nearby), notes }
            }
            Err(error) => Found { nearby: None, notes: vec![format!("{error:#}")] },
        }
    })
}

/// Adds the registered kinds that are equations; gives what is worth saying of those that could not be read.
pub(crate) fn add_to(registry: &mut Registry) -> Vec<String> {
    let mut notes = found().notes.clone();
    for one in found().nearby.iter().flat_map(|nearby| &nearby.files) {
        match te_system::read_equations(&one.file.path) {
            Ok(equations) => {
                let doc = equations.doc().to_owned();
                registry.add_kind(equations, one.id.clone(), doc);
            }
            Err(errors) => notes.push(format!("{}: {} is left out: {errors}", one.id, one.file.kind)),
        }
    }
    notes
}

/// The file of a kind that is equations in the registry around the current folder.
pub fn file_of(kind: &str) -> Option<&'static Path> {
    let mut files = found().nearby.iter().flat_map(|nearby| &nearby.files);
    files.find(|one| one.file.kind == kind).map(|one| one.file.path.as_path())
}

/// The code of a registered package, with the hash that its files have now.
pub(crate) fn code(package: &str) -> Option<CompiledCrate> {
    let nearby = found().nearby.as_ref()?;
    let one = nearby.files.iter().find(|one| one.id == package)?;
    let hash = match one.fetched {
        Some(hash) => hash,
        None => own_hash(&nearby.netlist, &nearby.folder, &nearby.options, &one.id).ok()?,
    };
    Some(CompiledCrate { package: package.to_owned(), id: one.id.clone(), hash })
}
