//! What to run and what to keep of it: sweeps, key figures, plans.

pub(crate) mod control;
pub(crate) mod experiment_error;
pub(crate) mod failure;
pub(crate) mod identity;
pub(crate) mod kpi;
pub(crate) mod plan;
pub(crate) mod problems;
pub(crate) mod recording;
pub(crate) mod settings;
pub(crate) mod sweep;
