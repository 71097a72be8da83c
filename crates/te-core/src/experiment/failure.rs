//! Failed runs: the others finish, and every failure is a row of a table.

use crate::declaration::frame::{Cells, Column, Frame, FrameError, INDEX_COLUMNS};
use crate::model::step_error::StepError;

/// Where a run stopped, and why.
#[derive(Clone, Debug, thiserror::Error)]
#[error(
    "simulation {simulation}, subset {subset}, run {run}, timestep {timestep}, substep {substep}: {component}: {error}"
)]
pub struct Failure {
    /// Simulation, from 0.
    pub simulation: u64,
    /// Subset, from 0.
    pub subset: u64,
    /// Run, from 1.
    pub run: u64,
    /// The timestep being computed; 0 where the run could not start.
    pub timestep: u64,
    /// The substep being computed.
    pub substep: u32,
    /// Dotted name of the component, interaction or derived column.
    pub component: String,
    /// The cause.
    #[source]
    pub error: StepError,
}

impl Failure {
    /// The error's stable number, explained by `tecmns explain`.
    pub fn code(&self) -> &'static str {
        self.error.code()
    }
}

/// Failures as a table: the five index columns, component and cause.
///
/// # Errors
/// None in practice: the columns are of one length by construction.
pub fn failure_table(failures: &[Failure]) -> Result<Frame, FrameError> {
    let index = |f: fn(&Failure) -> u64| Cells::U64(failures.iter().map(f).collect());
    let text = |f: &dyn Fn(&Failure) -> String| Cells::Text(failures.iter().map(f).collect());
    let [simulation, subset, run, timestep, substep] = INDEX_COLUMNS;
    Frame::new(vec![
        Column::new(simulation, index(|f| f.simulation)),
        Column::new(subset, index(|f| f.subset)),
        Column::new(run, index(|f| f.run)),
        Column::new(timestep, index(|f| f.timestep)),
        Column::new(substep, index(|f| u64::from(f.substep))),
        Column::new("component", text(&|f| f.component.clone())),
        Column::new("cause", text(&|f| f.error.to_string())),
    ])
}
