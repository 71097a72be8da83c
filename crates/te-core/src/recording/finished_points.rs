//! Points as they are finished: their statistics leave, so that memory does not grow with a sweep.

use crate::recording::statistics_table::{Part, StatisticsTable};
use crate::recording::unit_output::UnitOutput;

/// Makes the statistics of units those of finished points, one unit after the other: a [`Sink`](crate::Sink) has one.
///
/// The runs of a point may be in several units. What a unit has of a point that is not finished waits here and is joined with
/// what the units that follow have of it; everything else leaves with its unit. At most one point waits.
///
/// ```
/// use te_core::glue::{Function, FunctionParams};
/// use te_core::{Axis, Experiment, FinishedPoints, Keep, Recording, Sink, Sweep, System, UnitOutput};
///
/// /// Counts rows of statistics; a real one would write them.
/// #[derive(Default)]
/// struct Rows {
///     points: FinishedPoints,
///     rows: usize,
/// }
/// impl Sink for Rows {
///     fn unit(&mut self, output: &mut UnitOutput) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
///         self.points.finish(output);
///         if let Some(table) = &output.statistics {
///             self.rows += table.frame()?.rows();
///         }
///         Ok(())
///     }
/// }
///
/// let mut system = System::builder("demand");
/// system.uncontrollable::<Function>("demand", FunctionParams { of: "10 + t".into() });
/// let sweep = Sweep::Product(vec![Axis::new("demand.of", ["t", "2 * t"])]);
/// let recording = Recording { keep: Keep::Statistics, ..Recording::default() };
/// let experiment = Experiment::new(system.build()?).timesteps(4).runs(3).sweep(sweep).record(recording).unit_size(2);
/// let mut sink = Rows::default();
/// experiment.plan()?.execute(&|_| true, &mut sink)?;
/// assert_eq!(sink.rows, 2 * 5);
/// assert!(sink.points.rest().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct FinishedPoints {
    columns: Vec<String>,
    waiting: Option<Part>,
}

impl FinishedPoints {
    /// Leaves the statistics of points that are finished in this unit's output, which is the next of those that were computed.
    /// Where units between were left out, a point may be told of with the runs that are there: its counts say how many.
    pub fn finish(&mut self, output: &mut UnitOutput) {
        let Some(table) = &mut output.statistics else { return };
        if let Some(mut waiting) = self.waiting.take() {
            match table.parts.first_mut().filter(|first| first.key == waiting.key) {
                Some(first) => {
                    waiting.merge(first, table.columns.len());
                    *first = waiting;
                }
                None => table.parts.insert(0, waiting),
            }
        }
        if table.parts.last().is_some_and(|last| output.goes_on == Some(last.key)) {
            self.columns.clone_from(&table.columns);
            self.waiting = table.parts.pop();
        }
    }

    /// What is left of a point that was not finished, because the experiment was cancelled or computed in part.
    pub fn rest(self) -> Option<StatisticsTable> {
        let columns = self.columns;
        self.waiting.map(|part| StatisticsTable { columns, parts: vec![part] })
    }
}
