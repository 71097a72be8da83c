//! A setting of a system, as the page holds it in links, pins and exports.

use crate::trouble::Trouble;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use te_core::Value;
use te_system::{Changes, SystemFile};

/// What is set differently from the file. What is absent is as the file has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Setting {
    /// The variant; the file's first where there is none.
    pub(crate) variant: Option<String>,
    /// Parameters by full name, in the order in which they are set.
    pub(crate) set: serde_json::Map<String, serde_json::Value>,
    /// Events of the file by name, and whether they happen.
    pub(crate) events: BTreeMap<String, bool>,
    pub(crate) runs: Option<u64>,
    pub(crate) seed: Option<u64>,
    pub(crate) timesteps: Option<u64>,
}

impl Setting {
    /// The same as changes to the file, after those that the system came with: one variant, at one point, so that the command with
    /// these changes computes what the page shows.
    pub(crate) fn changes(&self, file: &SystemFile, before: &Changes) -> Result<Changes, Trouble> {
        let mut changes = Changes {
            runs: self.runs.or(before.runs),
            timesteps: self.timesteps.or(before.timesteps),
            seed: self.seed.or(before.seed),
            variant: self.variant.clone().or(before.variant.clone()).or_else(|| first_variant(file)),
            no_sweep: !matches!(file.settings.sweep, te_core::Sweep::None),
            without: self.events.iter().filter(|(_, on)| !**on).map(|(name, _)| name.clone()).collect(),
            ..Changes::default()
        };
        if let Some(unknown) = self.events.keys().find(|name| !file.event_names().contains(name)) {
            // Also an event that is not left out must be there.
            changes.without.push(unknown.clone());
        }
        let kept = before.set.iter().filter(|text| {
            let name = text.split_once('=').map_or("", |(name, _)| name);
            !self.set.contains_key(name)
        });
        changes.set.extend(kept.cloned());
        for (name, value) in &self.set {
            if name.is_empty() || name.contains('=') || value.is_null() {
                return Err(Trouble::refused("a parameter needs a name and a value").at(name));
            }
            let value: Value =
                serde_json::from_value(value.clone()).map_err(|error| Trouble::refused(error).at(name))?;
            changes = changes.with_value(name, &value);
        }
        Ok(changes)
    }
}

/// The first variant, where the file names any.
pub(crate) fn first_variant(file: &SystemFile) -> Option<String> {
    let (first, rest) = file.variants.split_first()?;
    let alone = rest.is_empty() && first.name == file.name && first.set.is_empty() && first.swap.is_empty();
    (!alone).then(|| first.name.clone())
}
