//! What conditions and figures of an experiment read of a system besides its columns.

use crate::system::built::System;
use crate::system::moves::ParamRead;

#[derive(Default)]
pub(crate) struct Reads {
    /// Parameters; their slots follow the experiment's.
    pub(crate) params: Vec<ParamRead>,
    pub(crate) time: bool,
}

impl Reads {
    /// What an experiment reads that asks for columns only.
    pub(crate) const NOTHING: &Self = &Self { params: Vec::new(), time: false };

    /// The slot of a parameter.
    pub(crate) fn param(&mut self, name: &str, system: &System) -> Result<usize, String> {
        let (node, index) = system.find_param(name).map_err(|issue| issue.to_string())?;
        let kind = system.param((node, index)).map(|(spec, _)| spec.kind);
        if let Some(kind) = kind.filter(|kind| !kind.is_number()) {
            return Err(format!(
                "param({name}) is {}: expressions read numbers, and booleans as 1 and 0",
                kind.describe()
            ));
        }
        if let Some(known) = self.params.iter().find(|read| (read.node, read.index) == (node, index)) {
            return Ok(known.slot);
        }
        // The slot after the system's is for the value of the expression itself.
        let slot = system.slots + 1 + self.params.len();
        self.params.push(ParamRead { node, index, slot });
        Ok(slot)
    }
}
