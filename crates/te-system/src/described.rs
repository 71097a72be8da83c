//! What a system is, as data: for manifests, graphs and whoever looks into a component.

use te_core::{ComponentSpec, EventSpec, System, WireSpec};

/// A system under its name, taken before it moves into an experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// Name of its variant.
    pub name: String,
    /// Its components with the parameters they have.
    pub components: Vec<ComponentSpec>,
    /// Its connections.
    pub wires: Vec<WireSpec>,
    /// Its derived columns: name and expression.
    pub derived: Vec<(String, String)>,
    /// Its events.
    pub events: Vec<EventSpec>,
}

/// What these systems are.
pub fn describe(systems: &[(String, System)]) -> Vec<Described> {
    let owned = |(name, expression): (&str, &str)| (name.to_owned(), expression.to_owned());
    systems
        .iter()
        .map(|(name, system)| Described {
            name: name.clone(),
            components: system.components(),
            wires: system.wires().to_vec(),
            derived: system.derived().map(owned).collect(),
            events: system.events().cloned().collect(),
        })
        .collect()
}
