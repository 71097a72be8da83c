//! The design of an experiment as a table: which values every point and every run has, computed or not, failed or not.

use super::Plan;
use crate::declaration::frame::{Cells, Column, Frame, FrameError, INDEX_COLUMNS};
use crate::declaration::value::Value;
use crate::numerics::run_id::RunId;
use crate::recording::rows::VARIANT_COLUMN;
use crate::recording::rows::empty_values;
use crate::recording::rows::put_value;
use std::ops::Range;

/// The points of a plan and the draws of its runs, row by row and only where asked for.
///
/// Columns: `simulation`, `variant` where several systems are compared, `subset`, `run` where a parameter is drawn for every
/// run, then the parameters that vary. Without drawn parameters there is a row for each point, with them one for each run.
/// Rows do not depend on what is recorded, nor on which runs fail.
///
/// ```
/// use te_core::glue::{Delay, DelayParams, Function, FunctionParams};
/// use te_core::{Experiment, Sampled, Sweep, System};
/// let mut system = System::builder("seasons");
/// system.uncontrollable::<Function>("demand", FunctionParams { of: "10 + t".into() });
/// system.controllable::<Delay>("supply", DelayParams { steps: 1, initial: 10.0 });
/// system.wire("demand.value", "supply.value");
/// let axes = vec![Sampled::interval("supply.steps", 1.0, 6.0)];
/// let plan = Experiment::new(system.build()?).sweep(Sweep::LatinHypercube { axes, count: 6, seed: 1 }).plan()?;
/// let points = plan.points();
/// assert_eq!(points.rows(), 6);
/// let mut steps = points.frame(0..6)?.u64s("supply.steps").unwrap_or_default().to_vec();
/// steps.sort_unstable();
/// assert_eq!(steps, [1, 2, 3, 4, 5, 6]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PointsTable<'p> {
    plan: &'p Plan,
    /// Rows of a point.
    per_point: u64,
}

impl Plan {
    /// The points of the plan and the draws of its runs.
    pub fn points(&self) -> PointsTable<'_> {
        let drawn = self.varied.iter().any(|v| v.drawn.is_some());
        PointsTable { plan: self, per_point: if drawn { self.experiment.runs } else { 1 } }
    }

    /// Names of the columns of parameters that vary, in order, as tables of results have them.
    pub(crate) fn varied_columns(&self) -> impl Iterator<Item = String> {
        self.varied.iter().map(|varied| {
            let clash = self.columns.iter().any(|c| c.name == varied.name);
            if clash { format!("param.{}", varied.name) } else { varied.name.clone() }
        })
    }
}

impl<'p> PointsTable<'p> {
    /// How many rows it has.
    pub fn rows(&self) -> u64 {
        let simulations = self.plan.experiment.systems.len() as u64;
        self.plan.subsets().saturating_mul(self.per_point).saturating_mul(simulations)
    }

    /// Whether it has a row for each run, because parameters are drawn.
    pub fn has_runs(&self) -> bool {
        self.plan.varied.iter().any(|v| v.drawn.is_some())
    }

    /// Some of its rows as a table; those beyond the last are left out.
    ///
    /// # Errors
    /// None in practice: the columns are of one length by construction.
    pub fn frame(&self, rows: Range<u64>) -> Result<Frame, FrameError> {
        let plan = self.plan;
        let systems = &plan.experiment.systems;
        let rows = rows.start.min(self.rows())..rows.end.min(self.rows());
        let count = usize::try_from(rows.end.saturating_sub(rows.start)).unwrap_or(usize::MAX);
        let mut simulations = Vec::with_capacity(count);
        let mut subsets = Vec::with_capacity(count);
        let mut runs = Vec::with_capacity(count);
        let mut variants = Vec::new();
        let mut cells: Vec<Cells> = plan.varied.iter().map(|v| empty_values(&v.kind, count)).collect();
        let mut valid: Vec<Option<Vec<bool>>> =
            (plan.varied.iter()).map(|v| v.targets.contains(&None).then(|| vec![true; count])).collect();
        let mut values = vec![Value::F64(0.0); plan.varied.len()];
        let of_simulation = self.rows() / (systems.len() as u64).max(1);
        for (at, row) in rows.enumerate() {
            let (simulation, within) = (row / of_simulation, row % of_simulation);
            let id = RunId { simulation, subset: within / self.per_point, run: within % self.per_point + 1 };
            plan.put_values(id, &mut values);
            simulations.push(plan.experiment.first_simulation + simulation);
            subsets.push(id.subset);
            runs.push(id.run);
            let system = usize::try_from(simulation).unwrap_or(usize::MAX);
            if systems.len() > 1 {
                variants.push(systems.get(system).map(|(name, _)| name.clone()).unwrap_or_default());
            }
            for (i, value) in values.iter().enumerate() {
                put_value(&mut cells[i], at..at + 1, value);
                if let Some(valid) = &mut valid[i] {
                    valid[at] = plan.varied[i].targets.get(system).is_some_and(Option::is_some);
                }
            }
        }
        let [simulation, subset, run, ..] = INDEX_COLUMNS;
        let mut columns = vec![Column::new(simulation, Cells::U64(simulations))];
        if systems.len() > 1 {
            columns.push(Column::new(VARIANT_COLUMN, Cells::Text(variants)));
        }
        columns.push(Column::new(subset, Cells::U64(subsets)));
        if self.has_runs() {
            columns.push(Column::new(run, Cells::U64(runs)));
        }
        let varied = plan.varied_columns().zip(&plan.varied).zip(cells.into_iter().zip(valid));
        columns.extend(varied.map(|((name, varied), (cells, valid))| Column {
            name,
            unit: varied.unit.to_string(),
            doc: varied.doc.to_string(),
            cells,
            valid,
        }));
        Frame::new(columns)
    }

    /// The whole table in pieces of at most so many rows, each made when it is asked for: in bounded memory.
    pub fn frames(self, rows: u64) -> impl Iterator<Item = Result<Frame, FrameError>> + 'p {
        let (all, rows) = (self.rows(), rows.max(1));
        (0..all.div_ceil(rows)).map(move |piece| {
            let first = piece * rows;
            self.frame(first..first.saturating_add(rows))
        })
    }
}
