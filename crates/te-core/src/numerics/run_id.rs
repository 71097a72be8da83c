//! Which run of an experiment.

/// One run of an experiment.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct RunId {
    /// Simulation, from 0.
    pub simulation: u64,
    /// Subset, from 0.
    pub subset: u64,
    /// Run, from 1.
    pub run: u64,
}
