//! The rows of one unit, in memory that is made once and used again for the units that follow.
//!
//! Every run has its place in the columns. A tile leaves its rows strip by strip. Where the runs of a row lie side by side
//! strips are written as they are; else they are staged until there are some cache lines' worth and then written out as
//! runs. Rows of runs that ended early close up at the end.

mod cells;
mod columns;
mod stage;

use crate::declaration::calendar::Calendar;
use crate::declaration::frame::{Cells, Frame, FrameError, INDEX_COLUMNS};
use crate::declaration::record::CellKind;
use crate::declaration::value::Value;
use crate::experiment::plan::{Plan, UnitItems};
use crate::experiment::recording::Order;
use crate::numerics::run_id::RunId;
use crate::stepping::tile::Tile;
use crate::system::built::System;

use cells::{close_up, empty_cells, put_number, repeat};
pub(crate) use cells::{empty_values, put_value};
use columns::columns;
use stage::Stage;

pub use columns::VARIANT_COLUMN;

/// Where timestep, substep and, where rows have dates, the date stand among the columns.
const TIMES: [usize; 3] = [3, 4, 5];
pub(crate) struct Rows {
    /// The unit's columns: index, variant where several are compared, what varies, what is recorded.
    frame: Frame,
    /// The unit's simulation, and what it is numbered.
    simulation: usize,
    number: u64,
    variant: String,
    /// The dates of rows, and whether there is a column for them.
    calendar: Option<Calendar>,
    dated: bool,
    layout: Layout,
    written: Written,
    /// Rows that each run has, those not counted that are staged.
    counts: Vec<usize>,
    /// Timestep and substep of the rows that a tile's runs have in common.
    times: Vec<(u64, u64)>,
    /// Runs whose last row has a time of its own, and the time.
    apart: Vec<(usize, (u64, u64))>,
    /// Layout of the columns of the frame that come first, of the varied, and of the recorded.
    varied: usize,
    recorded: usize,
    sources: Vec<Recorded>,
    stage: Stage,
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.frame.fmt(f)
    }
}

/// What the memory holds already: labels that do not change from unit to unit.
struct Written {
    /// Where the rows of the unit before stood, if all of its runs had all rows and these the same times, and the times.
    layout: Option<Layout>,
    times: Vec<(u64, u64)>,
    /// The times of this unit's first batch, and whether all of its batches had these.
    first: Vec<(u64, u64)>,
    alike: bool,
}

/// Where rows stand until they close up.
#[derive(Clone, Copy, PartialEq)]
struct Layout {
    order: Order,
    /// Runs of the unit, and rows that each can have.
    runs: usize,
    capacity: usize,
}

impl Written {
    fn nothing() -> Self {
        Self { layout: None, times: Vec::new(), first: Vec::new(), alike: true }
    }

    /// A unit begins whose rows stand there.
    fn begin(&mut self, layout: Layout) {
        self.layout = self.layout.filter(|written| *written == layout);
        self.first.clear();
        self.alike = true;
    }

    /// Whether rows of these times have their labels.
    fn holds(&self, times: &[(u64, u64)]) -> bool {
        self.layout.is_some() && self.times == times
    }

    /// Takes note of the times of a batch; `alike` says that all of its runs had them.
    fn see(&mut self, times: &[(u64, u64)], alike: bool) {
        if self.first.is_empty() {
            self.first.extend_from_slice(times);
        }
        self.alike &= alike && self.first == times;
    }

    /// The unit had all of its rows.
    fn keep(&mut self, layout: Layout) {
        self.layout = self.alike.then_some(layout);
        std::mem::swap(&mut self.times, &mut self.first);
    }
}

impl Layout {
    fn at(self, run: usize, row: usize) -> usize {
        match self.order {
            Order::Runs => run * self.capacity + row,
            Order::Timesteps => row * self.runs + run,
        }
    }

    /// Whether the runs of a row lie side by side.
    fn side_by_side(self) -> bool {
        self.order == Order::Timesteps || self.capacity == 1
    }
}

/// Where a recorded column comes from.
struct Recorded {
    /// The column of the unit's own system, where it has it, and its slot.
    place: Option<(usize, usize)>,
    /// Whether it is a float, and so staged.
    float: bool,
}

impl Rows {
    /// Room for the rows of a unit, in the memory of one that is done with where there is one.
    pub(crate) fn new(
        plan: &Plan,
        items: UnitItems,
        substeps: u32,
        old: Option<Self>,
    ) -> Result<Self, FrameError> {
        let recording = &plan.experiment.recording;
        let rows = recording.rows(plan.experiment.timesteps, substeps);
        // A stopped run may leave one row more, between those that are recorded.
        let extra = u64::from(rows > 1 && recording.every > 1 && !plan.experiment.stop.is_empty());
        let capacity = usize::try_from(rows + extra).unwrap_or(usize::MAX);
        let runs = usize::try_from(items.count).unwrap_or(usize::MAX);
        let total = capacity.saturating_mul(runs);
        let layout = Layout { order: recording.order, runs, capacity };
        let simulation = usize::try_from(items.simulation).unwrap_or(usize::MAX);
        let number = plan.experiment.first_simulation + items.simulation;
        let usable = |old: &Self| old.simulation == simulation && !old.frame.columns().is_empty();
        if let Some(mut old) = old.filter(usable) {
            old.frame.set_rows(total);
            old.written.begin(layout);
            old.layout = layout;
            old.counts.clear();
            old.counts.resize(runs, 0);
            return Ok(old);
        }
        let variants = plan.experiment.systems.len() > 1;
        let dated = plan.has_dates();
        let varied = INDEX_COLUMNS.len() + usize::from(dated) + usize::from(variants);
        let slot = |column: usize| plan.system(items.simulation).map_or(0, |system| system.slot_of(column));
        let frame = Frame::new(columns(plan, simulation, total))?;
        frame.prefer_large_pages();
        Ok(Self {
            frame,
            simulation,
            number,
            variant: plan
                .experiment
                .systems
                .get(simulation)
                .map_or_else(String::new, |(name, _)| name.clone()),
            calendar: plan.system(items.simulation).and_then(System::calendar),
            dated,
            layout,
            written: Written::nothing(),
            counts: vec![0; runs],
            times: Vec::new(),
            apart: Vec::new(),
            varied,
            recorded: varied + plan.varied.len(),
            sources: (plan.columns.iter())
                .map(|c| Recorded {
                    place: c.sources.get(simulation).copied().flatten().map(|column| (column, slot(column))),
                    float: c.kind == CellKind::F64,
                })
                .collect(),
            stage: Stage::default(),
        })
    }

    /// Adds the present state of these lanes as the next row of theirs. `first_run` is the run of the tile's first
    /// lane, counted within the unit.
    pub(crate) fn push(
        &mut self,
        tile: &Tile<'_>,
        lanes: &[u32],
        first_run: usize,
        (timestep, substep): (u64, u32),
    ) {
        if !self.stage.takes(lanes, first_run) {
            self.flush();
            self.stage.begin(lanes, first_run);
        }
        let floats = self.sources.iter().filter(|s| s.float).map(|s| s.place.map(|(_, slot)| slot));
        let staged = self.stage.rows;
        if self.layout.side_by_side() {
            let cells = floats_of(&mut self.frame, self.recorded, &self.sources);
            let (layout, counts) = (self.layout, &self.counts);
            let first = |run: usize| layout.at(run, counts[run]);
            self.stage.write_through(tile.board(), floats.zip(cells), first);
        } else {
            self.stage.add(tile.board(), &floats);
        }
        let cells = self.frame.cells_mut().skip(self.recorded);
        for (source, cells) in self.sources.iter().zip(cells) {
            let (Some((column, slot)), false) = (source.place, source.float) else { continue };
            for &lane in lanes {
                let run = first_run + lane as usize;
                let row = self.layout.at(run, self.counts[run] + staged);
                let number = tile.board().get(slot, lane as usize);
                put_number(cells, row, number, || tile.cell(column, lane));
            }
        }
        if self.layout.side_by_side() {
            self.stage.count(1, &mut self.counts);
        }
        let time = (timestep, u64::from(substep));
        if lanes == tile.live() {
            self.times.push(time);
        } else {
            self.apart.extend(lanes.iter().map(|lane| (first_run + *lane as usize, time)));
        }
    }

    /// Writes out what is staged.
    fn flush(&mut self) {
        let rows = self.stage.rows;
        if rows == 0 {
            return;
        }
        let cells = floats_of(&mut self.frame, self.recorded, &self.sources);
        let (layout, counts) = (self.layout, &self.counts);
        self.stage.write_out(cells, |run| layout.at(run, counts[run]));
        self.stage.count(rows, &mut self.counts);
    }

    /// Writes what is the same in all rows of a run or in all runs of a row, once the runs have their rows. `values` are
    /// those of what varies, run by run.
    pub(crate) fn label(
        &mut self,
        first_run: usize,
        ids: &(impl ExactSizeIterator<Item = RunId> + Clone),
        values: &[Value],
    ) {
        self.flush();
        let (layout, counts, varied) = (self.layout, &self.counts, self.recorded - self.varied);
        let whole = |run: usize| counts[run] == layout.capacity;
        let whole = (first_run..first_run + ids.len()).all(whole);
        self.written.see(&self.times, whole && self.apart.is_empty());
        let written = self.written.holds(&self.times) && whole && self.apart.is_empty();
        // The cells of a column that have a run's label: those of all its rows, or of the first row.
        let rows_of = |offset: usize| {
            let first = layout.at(first_run + offset, 0);
            let rows =
                if layout.order == Order::Runs { counts[first_run + offset] } else { 1.min(layout.capacity) };
            first..first + rows
        };
        let rows = || (0..ids.len()).map(rows_of);
        let times = TIMES.len() - usize::from(!self.dated);
        for (at, cells) in self.frame.cells_mut().enumerate().take(self.recorded) {
            match (at, &mut *cells) {
                (0, Cells::U64(_)) | (_, Cells::Text(_)) if written && at < self.varied => continue,
                (0, Cells::U64(cells)) => rows().for_each(|rows| cells[rows].fill(self.number)),
                (1, Cells::U64(cells)) => {
                    rows().zip(ids.clone()).for_each(|(rows, id)| cells[rows].fill(id.subset));
                }
                (2, Cells::U64(cells)) => {
                    rows().zip(ids.clone()).for_each(|(rows, id)| cells[rows].fill(id.run));
                }
                (at, _) if TIMES.iter().take(times).any(|time| *time == at) => continue,
                (at, cells) if at >= self.varied => {
                    let values = values.iter().skip(at - self.varied).step_by(varied);
                    rows().zip(values).for_each(|(rows, value)| put_value(cells, rows, value));
                }
                (_, Cells::Text(cells)) => rows().for_each(|rows| cells[rows].fill(self.variant.clone())),
                _ => {}
            }
            if layout.order == Order::Timesteps {
                let first = layout.at(first_run, 0);
                for row in 1..layout.capacity {
                    repeat(cells, first..first + ids.len(), layout.at(first_run, row));
                }
            }
        }
        if !written {
            self.label_times(first_run, ids.len());
        }
        self.times.clear();
        self.apart.clear();
    }

    /// Timestep, substep and date of the rows of these runs.
    fn label_times(&mut self, first_run: usize, runs: usize) {
        let rows =
            Timed { layout: self.layout, counts: &self.counts, times: &self.times, apart: &self.apart };
        let columns = TIMES.len() - usize::from(!self.dated);
        let calendar = self.calendar;
        let date = |timestep: u64| {
            let date = calendar.and_then(|calendar| calendar.date(timestep));
            date.and_then(|date| i32::try_from(date.days()).ok()).unwrap_or(0)
        };
        for (at, cells) in self.frame.cells_mut().enumerate().skip(TIMES[0]).take(columns) {
            match cells {
                Cells::U64(cells) if at == TIMES[0] => rows.write(cells, first_run, runs, |time| time.0),
                Cells::U64(cells) => rows.write(cells, first_run, runs, |time| time.1),
                Cells::Date(cells) => rows.write(cells, first_run, runs, |time| date(time.0)),
                _ => {}
            }
        }
    }

    /// Closes up the rows of all runs.
    pub(crate) fn finish(&mut self) {
        if self.counts.iter().all(|count| *count == self.layout.capacity) {
            self.written.keep(self.layout);
            return;
        }
        self.written = Written::nothing();
        for cells in self.frame.cells_mut() {
            close_up(cells, self.layout, &self.counts);
        }
        self.frame.set_rows(self.counts.iter().sum());
    }

    pub(crate) fn frame(&self) -> &Frame {
        &self.frame
    }

    pub(crate) fn take_frame(&mut self) -> Frame {
        std::mem::take(&mut self.frame)
    }
}

/// The times of the rows of a tile's runs.
struct Timed<'a> {
    layout: Layout,
    counts: &'a [usize],
    times: &'a [(u64, u64)],
    apart: &'a [(usize, (u64, u64))],
}

impl Timed<'_> {
    /// Writes what `pick` makes of the time of every row of these runs.
    fn write<T: Copy>(
        &self,
        cells: &mut [T],
        first_run: usize,
        runs: usize,
        pick: impl Fn(&(u64, u64)) -> T,
    ) {
        let layout = self.layout;
        match layout.order {
            Order::Runs => {
                for run in first_run..first_run + runs {
                    let rows = cells[layout.at(run, 0)..].iter_mut().take(self.counts[run]);
                    rows.zip(self.times).for_each(|(cell, time)| *cell = pick(time));
                }
            }
            Order::Timesteps => {
                for (row, time) in self.times.iter().enumerate() {
                    cells[layout.at(first_run, row)..][..runs].fill(pick(time));
                }
            }
        }
        for (run, time) in self.apart {
            cells[layout.at(*run, self.counts[*run] - 1)] = pick(time);
        }
    }
}

/// The cells of the recorded columns that hold floats; the first of all recorded is at `recorded`.
fn floats_of<'f>(
    frame: &'f mut Frame,
    recorded: usize,
    sources: &'f [Recorded],
) -> impl Iterator<Item = &'f mut Cells> {
    let recorded = frame.cells_mut().skip(recorded).zip(sources);
    recorded.filter(|(_, source)| source.float).map(|(cells, _)| cells)
}
