//! What of a run is kept.

/// How much is kept of each run.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Keep {
    /// Rows along the whole run.
    #[default]
    Trajectories,
    /// One row for each run: its last. Runs that fail have none.
    Finals,
    /// For each subset and timestep the statistics over runs, and no run.
    Statistics,
    /// No rows at all: KPIs and failures only.
    Nothing,
}

/// In which order a unit's rows stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Run by run, and each in the order of time.
    #[default]
    Runs,
    /// Timestep by timestep, and in each run by run: as they are computed, so that rows need not be turned on their
    /// side. It takes half the time and is meant for sinks that read the index columns.
    Timesteps,
}

/// What an experiment records.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// Columns by name; `instance.*` and `*` stand for several. Empty stands for all.
    pub columns: Vec<String>,
    /// Every how many timesteps a row is kept; the initial state and the last timestep always are.
    pub every: u64,
    /// Whether each substep has a row, or only the last of each timestep.
    pub substeps: bool,
    /// How much of each run.
    pub keep: Keep,
    /// In which order the rows of a unit stand.
    pub order: Order,
}

impl Default for Recording {
    fn default() -> Self {
        Self { columns: Vec::new(), every: 1, substeps: false, keep: Keep::Trajectories, order: Order::Runs }
    }
}

impl Recording {
    /// Whether it names this column.
    pub fn records(&self, column: &str) -> bool {
        self.columns.is_empty() || self.columns.iter().any(|pattern| matches(pattern, column))
    }

    /// Whether this timestep has a row.
    pub(crate) fn wants(&self, timestep: u64, horizon: u64) -> bool {
        timestep.is_multiple_of(self.every.max(1)) || timestep == horizon
    }

    /// How many rows a run of `horizon` timesteps with `substeps` each has at most.
    pub(crate) fn rows(&self, horizon: u64, substeps: u32) -> u64 {
        match self.keep {
            Keep::Trajectories => {
                let every = self.every.max(1);
                let steps = horizon.div_ceil(every);
                let rows = if self.substeps { u64::from(substeps.max(1)) } else { 1 };
                steps.saturating_mul(rows).saturating_add(1)
            }
            Keep::Finals => 1,
            Keep::Statistics | Keep::Nothing => 0,
        }
    }
}

/// Whether a pattern of a recording stands for this column.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(stem) => name.starts_with(stem),
        None => pattern == name,
    }
}
