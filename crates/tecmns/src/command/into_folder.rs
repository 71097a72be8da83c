//! A plan run into a results folder: what `tecmns run` does, and programs may.

use super::finishing::{Finished, Finishing, figures_frame};
use super::manifest::{self, OutputChoice};
use super::parameters::{parameter_columns, with_parameters, with_units};
use super::{CommandError, room};
use std::error::Error;
use std::path::Path;
use te_core::{FinishedPoints, Frame, Keep, Plan, Sink, StatisticsTable, UnitOutput, failure_table};
use te_output::{Outcome, Parts, PlanInfo, ResultsFolder};
use tecmns::SystemFile;
use tecmns::system::{Changes, Described};

/// What is run into a folder, and how. The experiment of the plan is the file's with its changes made.
pub struct IntoFolder<'a> {
    /// The system file.
    pub file: &'a SystemFile,
    /// What was changed in it.
    pub changes: &'a Changes,
    /// What its systems are.
    pub systems: &'a [Described],
    /// The plan that is run.
    pub plan: &'a Plan,
    /// What is written.
    pub output: OutputChoice,
    /// The command line that the manifest keeps, as [`line_of_changes`](super::line_of_changes) makes one.
    pub line: String,
    /// The shard that the plan's experiment computes: index and count.
    pub shard: Option<(u64, u64)>,
    /// Whether a folder that was begun is gone on with.
    pub resume: bool,
    /// Whether a run begins that the disk may have no room for.
    pub force: bool,
}

/// What a folder holds afterwards.
pub enum Left {
    /// It was complete before, and nothing was done.
    Complete(Outcome),
    /// Everything.
    Finished(Finished),
    /// So many units of the plan, as one shard of several.
    Part {
        /// Units that are there.
        units: u64,
    },
    /// So many units of the plan: the experiment was cancelled.
    Stopped {
        /// Units that are there.
        units: u64,
    },
}

impl IntoFolder<'_> {
    /// Runs the plan. `say` is told what is worth saying, `stage` what is done after the runs.
    ///
    /// # Errors
    /// [`CommandError`] where the folder is of another plan or in use, the disk refuses, or the experiment ends with an error.
    pub fn run(
        &self,
        out: &Path,
        say: &dyn Fn(&str),
        stage: &dyn Fn(&'static str),
    ) -> Result<Left, CommandError> {
        let Self { file, plan, .. } = *self;
        if self.shard.is_some() {
            check_shards(file, plan)?;
        }
        let text = manifest::manifest(file, self.changes, self.output, self.systems, plan, &self.line)?;
        let info = PlanInfo {
            id: te_output::plan_id(&text.canonical),
            manifest: text.text,
            parameters: parameter_columns(plan)?,
            units: plan.units(),
            unit_runs: plan.unit_size(),
        };
        if !self.force && !self.resume {
            room::check(plan, out)?;
        }
        let folder = ResultsFolder::open(out, &info, self.resume)?;
        let finishing = Finishing {
            storage: self.output.storage,
            charts: self.output.charts.then_some(file.charts.as_slice()),
            summary: self.output.summary,
            runs: file.settings.runs,
            kpis: &file.settings.kpis,
            plan,
        };
        if let Some(outcome) = folder.outcome()? {
            let faults = ResultsFolder::faults(out)?;
            if faults.is_empty() {
                folder.remove_units()?;
                say(&format!("{} is complete", out.display()));
                return Ok(Left::Complete(outcome));
            }
            for fault in &faults {
                say(&format!("{fault}: made again"));
            }
            if faults.iter().all(te_output::FileFault::is_derived) {
                return finishing.again(&folder, &outcome).map(Left::Finished);
            }
            folder.reopen()?;
        }
        say(&format!("{}: {}", file.name, manifest::size_of(plan, file.settings.timesteps)));
        let cancelled = self.compute(&folder, out)?;
        let parts = Parts::written_in(&folder)?;
        let missing = parts.missing().len() as u64;
        let units = plan.units() - missing;
        if cancelled {
            return Ok(Left::Stopped { units });
        }
        // A shard is joined with the others, also where it happens to hold every unit.
        if self.shard.is_some() || missing > 0 {
            return Ok(Left::Part { units });
        }
        finishing.finish(&folder, &parts, stage).map(Left::Finished)
    }

    /// Computes the units that are not there yet; whether the experiment was cancelled.
    fn compute(&self, folder: &ResultsFolder, out: &Path) -> Result<bool, CommandError> {
        let Self { file, plan, .. } = *self;
        // Statistics of a point whose runs are in several units are gathered in memory: no part of them is on the disk.
        let gathers = file.settings.recording.keep == Keep::Statistics && !plan.has_whole_points();
        let done = if gathers { Vec::new() } else { folder.finished_units()? };
        let mut sink = FolderSink { folder, file, plan, points: FinishedPoints::default() };
        plan.execute(&|unit| done.binary_search(&unit).is_err(), &mut sink).map_err(|error| {
            discard_if_empty(folder, out, self.resume);
            error.into()
        })
    }
}

/// Refuses shards that could not be joined.
fn check_shards(file: &SystemFile, plan: &Plan) -> Result<(), CommandError> {
    if file.settings.recording.keep != Keep::Statistics || plan.has_whole_points() {
        return Ok(());
    }
    let runs = file.settings.runs;
    Err(CommandError::bad_input(format!(
        "keep=statistics gathers over the {runs} runs of a point, which are in several units: it cannot be sharded"
    )))
}

/// Writes units as they come.
struct FolderSink<'a> {
    folder: &'a ResultsFolder,
    file: &'a SystemFile,
    plan: &'a Plan,
    points: FinishedPoints,
}

impl Sink for FolderSink<'_> {
    fn unit(&mut self, output: &mut UnitOutput) -> Result<(), Box<dyn Error + Send + Sync>> {
        // Statistics leave with the unit in which their points are finished.
        self.points.finish(output);
        let beside = |table: Frame| with_parameters(table, self.plan, self.file.settings.runs);
        let statistics =
            output.statistics.as_ref().map_or_else(|| Ok(Frame::default()), StatisticsTable::frame)?;
        let statistics = beside(with_units(statistics, self.plan)?)?;
        let failures = beside(failure_table(&output.failures)?)?;
        let names: Vec<&str> = self.file.settings.kpis.iter().map(|k| k.name.as_str()).collect();
        let figures = beside(figures_frame(&names, &output.figures)?)?;
        let tables = [("failures", &failures), ("figures", &figures), ("statistics", &statistics)];
        self.folder.write_unit(output.unit, output.runs, output.frame(), &tables)?;
        Ok(())
    }
}

/// A folder in which nothing was computed is not left behind.
fn discard_if_empty(folder: &ResultsFolder, out: &Path, resume: bool) {
    if !resume && folder.finished_units().is_ok_and(|units| units.is_empty()) {
        // A folder that cannot be removed holds nothing but its manifest, which names the plan.
        let _ = std::fs::remove_dir_all(out);
    }
}
