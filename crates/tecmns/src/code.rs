//! Which code this command was compiled from, and the components that `tecmns build` added to it.

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

/// Registers the kinds of the external components.
pub(crate) fn register_external(registry: &mut Registry) {
    if let Some(extension) = EXTENSION.get() {
        (extension.register)(registry);
    }
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

/// The code behind each of these kinds, in order of kind; kinds of crates that no registry names are left out.
pub fn code_of<'a>(
    registry: &Registry,
    kinds: impl IntoIterator<Item = &'a str>,
) -> Vec<(&'a str, &'static CompiledCrate)> {
    let kinds: BTreeSet<&str> = kinds.into_iter().collect();
    let found = kinds.into_iter().filter_map(|kind| {
        let package = registry.kind(kind).ok()?.package;
        Some((kind, provenance().package(package)?))
    });
    found.collect()
}
