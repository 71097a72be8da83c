//! The rows of one unit, in memory that is made once and used again for the units that follow.
//!
//! Every run has its place in the columns. A tile leaves its rows strip by strip; they are staged until there are
//! [`STAGED`] of them and then written out as runs, a cache line at a time. Rows of runs that ended early close up at the
//! end.

use crate::board::{STRIP, Strip};
use crate::plan::{Plan, UnitItems};
use crate::tile::Tile;
use crate::unit::Run;
use crate::{Cell, CellKind, Cells, Column, Frame, FrameError, INDEX_COLUMNS, ParamKind, TimeUnit, Value};
use rust_decimal::Decimal;

/// The column that names the system of a row, where several are compared.
pub const VARIANT_COLUMN: &str = "variant";

/// Rows that are staged: as many as fill a cache line of a column.
const STAGED: usize = 8;

/// Largest float below which every whole number is one.
const EXACT: f64 = 9_007_199_254_740_992.0;

pub(crate) struct Rows {
    /// The unit's columns: index, variant where several are compared, what varies, what is recorded.
    frame: Frame,
    /// The unit's simulation, and what it is numbered.
    simulation: usize,
    number: u64,
    variant: String,
    /// Rows that one run can have.
    capacity: usize,
    /// Rows that each run has, those not counted that are staged.
    counts: Vec<usize>,
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
    /// Timestep and substep of each row.
    times: [(u64, u64); STAGED],
    rows: usize,
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
        let simulation = usize::try_from(items.simulation).unwrap_or(usize::MAX);
        let number = plan.experiment.first_simulation + items.simulation;
        let usable = |old: &Self| old.simulation == simulation && !old.frame.columns().is_empty();
        if let Some(mut old) = old.filter(usable) {
            old.frame.set_rows(total);
            old.capacity = capacity;
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
            capacity,
            counts: vec![0; runs],
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
        if self.stage.rows == STAGED || self.stage.lanes != lanes || self.stage.first_run != first_run {
            self.flush();
            self.stage.lanes.clear();
            self.stage.lanes.extend_from_slice(lanes);
            self.stage.first_run = first_run;
        }
        let stage = &mut self.stage;
        let floats = || self.sources.iter().filter(|s| s.float).map(|s| s.place);
        let size = floats().count() * tile.board().lanes() / STRIP;
        stage.strips.resize(STAGED * size, Strip::ZERO);
        let mut strips = stage.strips.iter_mut().skip(stage.rows * size);
        for group in tile.board().groups() {
            for (place, strip) in floats().zip(&mut strips) {
                if let Some((_, slot)) = place {
                    *strip = group[slot];
                }
            }
        }
        stage.times[stage.rows] = (timestep, u64::from(substep));
        let cells = self.frame.cells_mut().skip(self.recorded);
        for (source, cells) in self.sources.iter().zip(cells) {
            let (Some((column, slot)), false) = (source.place, source.float) else { continue };
            for &lane in &stage.lanes {
                let run = first_run + lane as usize;
                let row = run * self.capacity + self.counts[run] + stage.rows;
                let number = tile.board().get(slot, lane as usize);
                put_number(cells, row, number, || tile.cell(column, lane));
            }
        }
        stage.rows += 1;
    }

    /// Writes out what is staged.
    fn flush(&mut self) {
        let rows = std::mem::take(&mut self.stage.rows);
        let stage = &self.stage;
        if rows == 0 {
            return;
        }
        let (capacity, counts) = (self.capacity, &self.counts);
        let place = |lane: u32| {
            let run = stage.first_run + lane as usize;
            (run, run * capacity + counts[run])
        };
        let floats = self.sources.iter().filter(|s| s.float).count();
        let size = stage.strips.len() / STAGED;
        let mut float = 0;
        for (at, cells) in self.frame.cells_mut().enumerate() {
            if at == 3 || at == 4 {
                let Cells::U64(cells) = cells else { continue };
                for &lane in &stage.lanes {
                    let times = cells[place(lane).1..][..rows].iter_mut().zip(&stage.times);
                    times.for_each(|(cell, (timestep, substep))| {
                        *cell = if at == 3 { *timestep } else { *substep }
                    });
                }
            } else if at >= self.recorded && self.sources[at - self.recorded].float {
                let Cells::F64(cells) = cells else { continue };
                for &lane in &stage.lanes {
                    let (group, lane_at) = (lane as usize / STRIP, lane as usize % STRIP);
                    let strips = stage.strips[group * floats + float..].iter().step_by(size.max(1));
                    let run = cells[place(lane).1..][..rows].iter_mut();
                    run.zip(strips).for_each(|(cell, strip)| *cell = strip.0[lane_at]);
                }
                float += 1;
            }
        }
        for &lane in &stage.lanes {
            self.counts[stage.first_run + lane as usize] += rows;
        }
    }

    /// Writes what is the same in all rows of a run, once it has its rows.
    pub(crate) fn label(&mut self, first_run: usize, runs: &[Run]) {
        self.flush();
        let Self { capacity, counts, varied, recorded, number, variant, .. } = self;
        for (at, cells) in self.frame.cells_mut().enumerate().take(*recorded) {
            for (offset, Run { id, values, .. }) in runs.iter().enumerate() {
                let run = first_run + offset;
                let rows = run * *capacity..run * *capacity + counts[run];
                match (at, &mut *cells) {
                    (0, Cells::U64(cells)) => cells[rows].fill(*number),
                    (1, Cells::U64(cells)) => cells[rows].fill(id.subset),
                    (2, Cells::U64(cells)) => cells[rows].fill(id.run),
                    (_, cells) if at >= *varied => {
                        if let Some(value) = values.get(at - *varied) {
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
    }

    /// Closes up the rows of all runs.
    pub(crate) fn finish(&mut self) {
        let total = self.counts.iter().sum();
        for cells in self.frame.cells_mut() {
            close_up(cells, self.capacity, &self.counts);
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

fn empty_cells(kind: CellKind, rows: usize) -> Cells {
    match kind {
        CellKind::F64 => Cells::F64(vec![0.0; rows]),
        CellKind::I64 => Cells::I64(vec![0; rows]),
        CellKind::U64 => Cells::U64(vec![0; rows]),
        CellKind::Bool => Cells::Bool(vec![false; rows]),
        CellKind::Decimal => Cells::Decimal(vec![Decimal::ZERO; rows]),
    }
}

fn empty_values(kind: ParamKind, rows: usize) -> Cells {
    match kind {
        ParamKind::F64 => Cells::F64(vec![0.0; rows]),
        ParamKind::I64 => Cells::I64(vec![0; rows]),
        ParamKind::U64 => Cells::U64(vec![0; rows]),
        ParamKind::Bool => Cells::Bool(vec![false; rows]),
        ParamKind::Decimal => Cells::Decimal(vec![Decimal::ZERO; rows]),
        _ => Cells::Text(vec![String::new(); rows]),
    }
}

/// Writes a number in the column's own kind; where a float does not hold it exactly, `cell` knows it.
fn put_number(cells: &mut Cells, row: usize, number: f64, cell: impl FnOnce() -> Cell) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number below 2^53, and not negative"
    )]
    match cells {
        Cells::U64(v) if number < EXACT => v[row] = number as u64,
        Cells::I64(v) if number.abs() < EXACT => v[row] = number as i64,
        Cells::Bool(v) => v[row] = number != 0.0,
        _ => put_cell(cells, row, cell()),
    }
}

fn put_cell(cells: &mut Cells, row: usize, cell: Cell) {
    match (cells, cell) {
        (Cells::I64(v), Cell::I64(x)) => v[row] = x,
        (Cells::U64(v), Cell::U64(x)) => v[row] = x,
        (Cells::Decimal(v), Cell::Decimal(x)) => v[row] = x,
        // A metric's cell has the kind that its declaration says.
        _ => {}
    }
}

fn put_value(cells: &mut Cells, rows: std::ops::Range<usize>, value: &Value) {
    use crate::ParamField as _;
    match cells {
        Cells::F64(v) => v[rows].fill(value.number().unwrap_or(f64::NAN)),
        Cells::I64(v) => v[rows].fill(i64::from_value(value).unwrap_or_default()),
        Cells::U64(v) => v[rows].fill(u64::from_value(value).unwrap_or_default()),
        Cells::Bool(v) => v[rows].fill(matches!(value, Value::Bool(true))),
        Cells::Decimal(v) => v[rows].fill(Decimal::from_value(value).unwrap_or_default()),
        Cells::Text(v) => v[rows].fill(value.to_string()),
    }
}

/// Moves up the rows of each run to those of the run before.
fn close_up(cells: &mut Cells, capacity: usize, counts: &[usize]) {
    fn close<T>(cells: &mut [T], capacity: usize, counts: &[usize]) {
        if counts.iter().all(|c| *c == capacity) {
            return;
        }
        let mut to = 0;
        for (run, count) in counts.iter().enumerate() {
            for row in 0..*count {
                cells.swap(to, run * capacity + row);
                to += 1;
            }
        }
    }
    match cells {
        Cells::F64(v) => close(v, capacity, counts),
        Cells::I64(v) => close(v, capacity, counts),
        Cells::U64(v) => close(v, capacity, counts),
        Cells::Bool(v) => close(v, capacity, counts),
        Cells::Decimal(v) => close(v, capacity, counts),
        Cells::Text(v) => close(v, capacity, counts),
    }
}
