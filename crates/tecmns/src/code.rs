//! Which code this command was compiled from, and the components that `tecmns build` added to it.

use crate::registered;
use std::collections::BTreeSet;
use std::sync::OnceLock;
use te_core::Registry;
use te_netlist::provenance::{CompiledCrate, Provenance};

/// Components that are not built in: their hashes and the function that registers their kinds.
struct Extension {
    provenance: Provenance,
    register: fn(&mut Registry),
}

static EXTENSION: OnceLock<Extension> = OnceLock::new();

/// Adds external components to this process. Only the first call does; a generated `main` makes it before anything
/// else.
pub(crate) fn extend(components: &str, register: fn(&mut Registry)) {
    // A second call would come too late for what was already read: the first stands.
    let _ = EXTENSION.set(Extension { provenance: Provenance::from_text(components), register });
}

/// What system files may ask for here: every kind of the workspace, those that `tecmns build` added, and tables in all formats
/// that results have.
pub fn built_in() -> Registry {
    let mut registry = te_system::built_in();
    te_output::register(&mut registry);
    if let Some(extension) = EXTENSION.get() {
        (extension.register)(&mut registry);
    }
    registry
}

/// Those of [`built_in`], and the kinds that are equations in the registry around the current folder and its network. Beside them what
/// is worth saying of files that could not be read.
pub fn kinds() -> (Registry, Vec<String>) {
    let mut registry = built_in();
    let notes = registered::add_to(&mut registry);
    (registry, notes)
}

/// The registered crates in this command, with the hashes their files had when it was compiled.
pub fn provenance() -> &'static Provenance {
    static CODE: OnceLock<Provenance> = OnceLock::new();
    CODE.get_or_init(|| {
        let mut code = Provenance::from_text(include_str!(concat!(env!("OUT_DIR"), "/provenance.txt")));
        if let Some(extension) = EXTENSION.get() {
            code.crates.extend(extension.provenance.crates.iter().cloned());
        }
        code
    })
}

/// The code behind each of these kinds, in order of kind; kinds of crates and files that no registry names are left out.
pub fn code_of<'a>(
    registry: &Registry,
    kinds: impl IntoIterator<Item = &'a str>,
) -> Vec<(&'a str, CompiledCrate)> {
    let kinds: BTreeSet<&str> = kinds.into_iter().collect();
    let found =
        kinds.into_iter().filter_map(|kind| Some((kind, code_behind(&registry.kind(kind).ok()?.package)?)));
    found.collect()
}

/// The code of a package: compiled in, or equations that a registry names.
pub fn code_behind(package: &str) -> Option<CompiledCrate> {
    provenance().package(package).cloned().or_else(|| registered::code(package))
}

/// The code that kinds are computed by beside their own crates: the engine, the crates that theirs are built on, and under
/// `libraries` one hash over name, version and content of every library of others below. As `(package, "id hash")`, in order.
///
/// Two runs whose kinds have the same [`code_of`] and the same of this are computed by the same code. Empty for a command
/// that was not compiled from a registry.
pub fn engine_of<'a>(registry: &Registry, kinds: impl IntoIterator<Item = &'a str>) -> Vec<(String, String)> {
    let own: BTreeSet<&str> =
        kinds.into_iter().filter_map(|kind| Some(registry.kind(kind).ok()?.package.as_ref())).collect();
    let mut below: BTreeSet<&str> = ENGINE.into_iter().collect();
    let mut libraries = Vec::new();
    for line in BUILT_ON.lines() {
        let mut words = line.split(' ');
        let (Some(package), Some(hash)) = (words.next(), words.next()) else { continue };
        if own.contains(package) || ENGINE.contains(&package) {
            below.extend(words);
            libraries.push(hash);
        }
    }
    let code = provenance();
    let below = below.into_iter().filter(|package| !own.contains(package));
    let mut found: Vec<(String, String)> = below
        .filter_map(|package| code.package(package))
        .map(|one| (one.package.clone(), format!("{} {}", one.id, one.hash)))
        .collect();
    if !found.is_empty() {
        libraries.sort_unstable();
        libraries.dedup();
        let libraries = te_netlist::Digest::of_bytes(libraries.join("\n").as_bytes());
        found.push(("libraries".to_owned(), libraries.to_string()));
    }
    found
}

/// Packages that step every component.
const ENGINE: [&str; 2] = ["te-core", "te-derive"];

/// For each package of the workspace, as it was when the command was compiled: the hash of the libraries of others below it,
/// and the packages of the workspace that it is built on.
const BUILT_ON: &str = include_str!(concat!(env!("OUT_DIR"), "/built_on.txt"));
