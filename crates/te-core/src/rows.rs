//! The rows of one unit, in memory that is made once and used again for the units that follow.
//!
//! Every run has its place in the columns. A tile leaves its rows strip by strip; they are staged until there are some
//! cache lines' worth and then written out as runs. Rows of runs that ended early close up at the end.

mod cells;

use crate::board::{STRIP, Strip};
use crate::plan::{Plan, UnitItems};
use crate::tile::Tile;
use crate::unit::Run;
use crate::{CellKind, Cells, Column, Frame, FrameError, INDEX_COLUMNS, Order, TimeUnit};

use cells::{empty_cells, empty_values, put_number, put_value, repeat};

/// The column that names the system of a row, where several are compared.
pub const VARIANT_COLUMN: &str = "variant";

/// Rows that are moved from strips to runs at a time: as many as fill a cache line.
const LINE: usize = 8;
/// Where timestep and substep stand among the columns.
const TIMES: [usize; 2] = [3, 4];
/// Rows that are staged at most, in lines: the more, the fewer cache lines are touched twice.
const MOST_LINES: usize = 4;
/// Strips that are staged at most, where that is more than one line of rows: half of a core's own memory.
const MOST_STRIPS: usize = 2048;

pub(crate) struct Rows {
    /// The unit's columns: index, variant where several are compared, what varies, what is recorded.
    frame: Frame,
    /// The unit's simulation, and what it is numbered.
    simulation: usize,
    number: u64,
    variant: String,
    places: Places,
    /// Rows that each run has, those not counted that are staged.
    counts: Vec<usize>,
    /// Timestep and substep of the rows that a tile's runs have in common.
    times: Vec<(u64, u64)>,
    /// Runs whose last row has a time of its own, and the time.
    apart: Vec<(usize, (u64, u64))>,
    /// Places of the columns of the frame that come first, of the varied, and of the recorded.
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

/// Where rows stand until they close up.
#[derive(Clone, Copy)]
struct Places {
    order: Order,
    /// Runs of the unit, and rows that each can have.
    runs: usize,
    capacity: usize,
}

impl Places {
    fn at(self, run: usize, row: usize) -> usize {
        match self.order {
            Order::Runs => run * self.capacity + row,
            Order::Timesteps => row * self.runs + run,
        }
    }
}

/// Where a recorded column comes from.
struct Recorded {
    /// The column of the unit's own system, where it has it, and its slot.
    place: Option<(usize, usize)>,
    /// Whether it is a float, and so staged.
    float: bool,
}

/// Rows of a tile that are not yet written out.
#[derive(Default)]
struct Stage {
    /// Row by row, group by group, column by column.
    strips: Vec<Strip>,
    rows: usize,
    /// How many there may be, and the strips of one.
    most: usize,
    size: usize,
    /// Lanes that all rows are of, and the run of the tile's first lane.
    lanes: Vec<u32>,
    first_run: usize,
}

impl Rows {
    /// Room for the rows of a unit, in the memory of one that is done with where there is one.
    pub(crate) fn new(
        plan: &Plan<'_>,
        items: UnitItems,
        substeps: u32,
        old: Option<Self>,
    ) -> Result<Self, FrameError> {
        let recording = &plan.experiment.recording;
        let rows = recording.rows(plan.experiment.timesteps, substeps);
        // A stopped run may leave one row more, between those that are recorded.
        let extra = u64::from(rows > 1 && recording.every > 1);
        let capacity = usize::try_from(rows + extra).unwrap_or(usize::MAX);
        let runs = usize::try_from(items.count).unwrap_or(usize::MAX);
        let total = capacity.saturating_mul(runs);
        let places = Places { order: recording.order, runs, capacity };
        let simulation = usize::try_from(items.simulation).unwrap_or(usize::MAX);
        let number = plan.experiment.first_simulation + items.simulation;
        let usable = |old: &Self| old.simulation == simulation && !old.frame.columns().is_empty();
        if let Some(mut old) = old.filter(usable) {
            old.frame.set_rows(total);
            old.places = places;
            old.counts.clear();
            old.counts.resize(runs, 0);
            return Ok(old);
        }
        let variants = plan.experiment.systems.len() > 1;
        let varied = INDEX_COLUMNS.len() + usize::from(variants);
        let slot = |column: usize| plan.system(items.simulation).map_or(0, |system| system.slot_of(column));
        Ok(Self {
            frame: Frame::new(columns(plan, simulation, total))?,
            simulation,
            number,
            variant: plan
                .experiment
                .systems
                .get(simulation)
                .map_or_else(String::new, |(name, _)| name.clone()),
            places,
            counts: vec![0; runs],
            times: Vec::new(),
            apart: Vec::new(),
            varied,
            recorded: varied + plan.varied.len(),
            sources: (plan.columns.iter())
                .map(|c| Recorded {
                    place: c.places.get(simulation).copied().flatten().map(|column| (column, slot(column))),
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
        if self.stage.rows == self.stage.most
            || self.stage.lanes != lanes
            || self.stage.first_run != first_run
        {
            self.flush();
            self.stage.lanes.clear();
            self.stage.lanes.extend_from_slice(lanes);
            self.stage.first_run = first_run;
        }
        let stage = &mut self.stage;
        let board = tile.board();
        let floats = || self.sources.iter().filter(|s| s.float).map(|s| s.place);
        if stage.rows == 0 {
            stage.size = floats().count() * board.lanes() / STRIP;
            stage.most = match self.places.order {
                Order::Runs => LINE * (MOST_STRIPS / (LINE * stage.size.max(1))).clamp(1, MOST_LINES),
                Order::Timesteps => 1,
            };
            stage.strips.resize(stage.most * stage.size, Strip::ZERO);
        }
        let mut strips = stage.strips.iter_mut().skip(stage.rows * stage.size);
        for group in board.groups() {
            for (place, strip) in floats().zip(&mut strips) {
                if let Some((_, slot)) = place {
                    *strip = group[board.place(slot)];
                }
            }
        }
        let cells = self.frame.cells_mut().skip(self.recorded);
        for (source, cells) in self.sources.iter().zip(cells) {
            let (Some((column, slot)), false) = (source.place, source.float) else { continue };
            for &lane in &stage.lanes {
                let run = first_run + lane as usize;
                let row = self.places.at(run, self.counts[run] + stage.rows);
                let number = board.get(slot, lane as usize);
                put_number(cells, row, number, || tile.cell(column, lane));
            }
        }
        self.stage.rows += 1;
        let time = (timestep, u64::from(substep));
        if lanes == tile.live() {
            self.times.push(time);
        } else {
            self.apart.extend(lanes.iter().map(|lane| (first_run + *lane as usize, time)));
        }
    }

    /// Writes out what is staged.
    fn flush(&mut self) {
        let rows = std::mem::take(&mut self.stage.rows);
        if rows == 0 {
            return;
        }
        let (stage, places, counts) = (&self.stage, self.places, &self.counts);
        let place = |lane: u32| {
            let run = stage.first_run + lane as usize;
            places.at(run, counts[run])
        };
        let floats = self.sources.iter().filter(|s| s.float).count();
        let mut float = 0;
        for (source, cells) in self.sources.iter().zip(self.frame.cells_mut().skip(self.recorded)) {
            let (true, Cells::F64(cells)) = (source.float, cells) else { continue };
            for lanes in stage.lanes.chunk_by(|a, b| *a as usize / STRIP == *b as usize / STRIP) {
                let Some(first) = lanes.first().copied() else { continue };
                let column = first as usize / STRIP * floats + float;
                match places.order {
                    Order::Runs => write_runs(stage, rows, column, lanes, cells, place),
                    // One row is staged, and the runs of a row lie side by side.
                    Order::Timesteps if lanes.len() == STRIP => {
                        cells[place(first)..][..STRIP].copy_from_slice(&stage.strips[column].0);
                    }
                    Order::Timesteps => {
                        let strip = &stage.strips[column].0;
                        for lane in lanes {
                            cells[place(*lane)] = strip[*lane as usize % STRIP];
                        }
                    }
                }
            }
            float += 1;
        }
        for &lane in &stage.lanes {
            self.counts[stage.first_run + lane as usize] += rows;
        }
    }

    /// Writes what is the same in all rows of a run or in all runs of a row, once the runs have their rows.
    pub(crate) fn label(&mut self, first_run: usize, runs: &[Run]) {
        self.flush();
        for (offset, run) in runs.iter().enumerate() {
            let at = first_run + offset;
            let first = self.places.at(at, 0);
            let rows = match self.places.order {
                Order::Runs => self.counts[at],
                Order::Timesteps => 1.min(self.places.capacity),
            };
            self.label_rows(first..first + rows, run);
        }
        self.label_times(first_run, runs.len());
        if self.places.order == Order::Timesteps {
            let first = self.places.at(first_run, 0);
            for row in 1..self.places.capacity {
                let to = self.places.at(first_run, row);
                for (_, cells) in self
                    .frame
                    .cells_mut()
                    .take(self.recorded)
                    .enumerate()
                    .filter(|(at, _)| !TIMES.contains(at))
                {
                    repeat(cells, first..first + runs.len(), to);
                }
            }
        }
        self.times.clear();
        self.apart.clear();
    }

    /// Simulation, subset, run, variant and varied values of these rows.
    fn label_rows(&mut self, rows: std::ops::Range<usize>, run: &Run) {
        let Self { varied, recorded, number, variant, .. } = self;
        for (at, cells) in self.frame.cells_mut().enumerate().take(*recorded) {
            let rows = rows.clone();
            match (at, cells) {
                (0, Cells::U64(cells)) => cells[rows].fill(*number),
                (1, Cells::U64(cells)) => cells[rows].fill(run.id.subset),
                (2, Cells::U64(cells)) => cells[rows].fill(run.id.run),
                (at, cells) if at >= *varied => {
                    if let Some(value) = run.values.get(at - *varied) {
                        put_value(cells, rows, value);
                    }
                }
                (_, Cells::Text(cells)) => {
                    // In memory that was used before the name is there already.
                    let blank = cells[rows].iter_mut().filter(|name| name.is_empty());
                    blank.for_each(|name| name.clone_from(variant));
                }
                _ => {}
            }
        }
    }

    /// Timestep and substep of the rows of these runs.
    fn label_times(&mut self, first_run: usize, runs: usize) {
        let (places, times) = (self.places, &self.times);
        for (at, cells) in self.frame.cells_mut().enumerate().skip(TIMES[0]).take(TIMES.len()) {
            let Cells::U64(cells) = cells else { continue };
            let pick = |time: &(u64, u64)| if at == TIMES[0] { time.0 } else { time.1 };
            match places.order {
                Order::Runs => {
                    for run in first_run..first_run + runs {
                        let rows = cells[places.at(run, 0)..].iter_mut().take(self.counts[run]);
                        rows.zip(times).for_each(|(cell, time)| *cell = pick(time));
                    }
                }
                Order::Timesteps => {
                    for (row, time) in times.iter().enumerate() {
                        cells[places.at(first_run, row)..][..runs].fill(pick(time));
                    }
                }
            }
            for (run, time) in &self.apart {
                cells[places.at(*run, self.counts[*run] - 1)] = pick(time);
            }
        }
    }

    /// Closes up the rows of all runs.
    pub(crate) fn finish(&mut self) {
        let total = self.counts.iter().sum();
        for cells in self.frame.cells_mut() {
            close_up(cells, self.places, &self.counts);
        }
        self.frame.set_rows(total);
    }

    pub(crate) fn frame(&self) -> &Frame {
        &self.frame
    }

    pub(crate) fn take_frame(&mut self) -> Frame {
        std::mem::take(&mut self.frame)
    }
}

/// The columns of a simulation's units, with room for so many rows.
fn columns(plan: &Plan<'_>, simulation: usize, total: usize) -> Vec<Column> {
    let mut out: Vec<Column> =
        INDEX_COLUMNS.into_iter().map(|name| Column::new(name, Cells::U64(vec![0; total]))).collect();
    let step = plan.experiment.systems.get(simulation).map(|(_, system)| system.step_length());
    if let (Some(step), Some(timestep)) = (step.filter(|s| s.unit != TimeUnit::Step), out.get_mut(3)) {
        // "month" for a month, "2 weeks" for two weeks.
        timestep.unit = if step.count == 1.0 { step.unit.name().to_owned() } else { step.to_string() };
    }
    if plan.experiment.systems.len() > 1 {
        out.push(Column::new(VARIANT_COLUMN, Cells::Text(vec![String::new(); total])));
    }
    for spec in &plan.varied {
        let clash = plan.columns.iter().any(|c| c.name == spec.name);
        let name = if clash { format!("param.{}", spec.name) } else { spec.name.clone() };
        let mut column = Column::new(name, empty_values(spec.kind, total));
        spec.unit.clone_into(&mut column.unit);
        spec.doc.clone_into(&mut column.doc);
        out.push(column);
    }
    for spec in &plan.columns {
        let has = spec.places.get(simulation).is_some_and(Option::is_some);
        out.push(Column {
            name: spec.name.clone(),
            unit: spec.unit.clone(),
            doc: spec.doc.clone(),
            cells: empty_cells(spec.kind, total),
            valid: (!has).then(|| vec![false; total]),
        });
    }
    out
}

/// Writes staged rows of one column to the runs of these lanes, which are of one group.
fn write_runs(
    stage: &Stage,
    rows: usize,
    column: usize,
    lanes: &[u32],
    cells: &mut [f64],
    place: impl Fn(u32) -> usize,
) {
    for first in (0..rows).step_by(LINE) {
        // Beyond the rows that are staged any strip will do: it is not written out.
        let row = |at: usize| (first + at).min(rows - 1) * stage.size;
        let strips: [&[f64; STRIP]; LINE] = std::array::from_fn(|at| &stage.strips[row(at) + column].0);
        for &lane in lanes {
            let Some(run) = cells.get_mut(place(lane) + first..) else { continue };
            let line: [f64; LINE] = std::array::from_fn(|row| strips[row][lane as usize % STRIP]);
            match run.first_chunk_mut() {
                Some(whole) if rows - first >= LINE => *whole = line,
                _ => run.iter_mut().zip(line).take(rows - first).for_each(|(cell, x)| *cell = x),
            }
        }
    }
}

/// Moves up the rows that are there to where those that are not would stand.
fn close_up(cells: &mut Cells, places: Places, counts: &[usize]) {
    fn close<T>(cells: &mut [T], places: Places, counts: &[usize]) {
        if counts.iter().all(|c| *c == places.capacity) {
            return;
        }
        let mut to = 0;
        let mut keep = |from: usize| {
            cells.swap(to, from);
            to += 1;
        };
        match places.order {
            Order::Runs => {
                for (run, count) in counts.iter().enumerate() {
                    (0..*count).for_each(|row| keep(places.at(run, row)));
                }
            }
            Order::Timesteps => {
                for row in 0..places.capacity {
                    let present = counts.iter().enumerate().filter(|(_, count)| row < **count);
                    present.for_each(|(run, _)| keep(places.at(run, row)));
                }
            }
        }
    }
    match cells {
        Cells::F64(v) => close(v, places, counts),
        Cells::I64(v) => close(v, places, counts),
        Cells::U64(v) => close(v, places, counts),
        Cells::Bool(v) => close(v, places, counts),
        Cells::Decimal(v) => close(v, places, counts),
        Cells::Text(v) => close(v, places, counts),
    }
}
