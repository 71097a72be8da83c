//! The rows of one unit, in memory made once: every run has its place, and rows of runs that ended early close up
//! at the end.

use crate::plan::{Plan, UnitItems};
use crate::tile::Tile;
use crate::{
    Cell, CellKind, Cells, Column, Frame, FrameError, INDEX_COLUMNS, ParamKind, RunId, TimeUnit, Value,
};
use rust_decimal::Decimal;

/// The column that names the system of a row, where several are compared.
pub const VARIANT_COLUMN: &str = "variant";

pub(crate) struct Rows {
    simulation: usize,
    /// What the plan's first simulation is numbered.
    first_simulation: u64,
    /// Rows that one run can have.
    capacity: usize,
    /// Rows that each run has.
    counts: Vec<usize>,
    index: [Vec<u64>; 5],
    varied: Vec<Cells>,
    columns: Vec<Recorded>,
}

struct Recorded {
    /// The column of the unit's own system, where it has it.
    place: Option<usize>,
    cells: Cells,
}

impl Rows {
    pub(crate) fn new(plan: &Plan<'_>, items: UnitItems, substeps: u32) -> Self {
        let recording = &plan.experiment.recording;
        let rows = recording.rows(plan.experiment.timesteps, substeps);
        // A stopped run may leave one row more, between those that are recorded.
        let extra = u64::from(rows > 1 && recording.every > 1);
        let capacity = usize::try_from(rows + extra).unwrap_or(usize::MAX);
        let runs = usize::try_from(items.count).unwrap_or(usize::MAX);
        let total = capacity.saturating_mul(runs);
        let simulation = usize::try_from(items.simulation).unwrap_or(usize::MAX);
        Self {
            simulation,
            first_simulation: plan.experiment.first_simulation,
            capacity,
            counts: vec![0; runs],
            index: std::array::from_fn(|_| vec![0; total]),
            varied: plan.varied.iter().map(|v| empty_values(v.kind, total)).collect(),
            columns: plan
                .columns
                .iter()
                .map(|c| Recorded {
                    place: c.places.get(simulation).copied().flatten(),
                    cells: empty_cells(c.kind, total),
                })
                .collect(),
        }
    }

    /// Adds the present state of a lane as the next row of its run.
    pub(crate) fn push(
        &mut self,
        tile: &Tile<'_>,
        lane: u32,
        offset: u64,
        (id, timestep, substep): (RunId, u64, u32),
        values: &[Value],
    ) {
        let run = usize::try_from(offset).unwrap_or(usize::MAX).saturating_add(lane as usize);
        let Some(count) = self.counts.get_mut(run) else { return };
        if *count >= self.capacity {
            return;
        }
        let row = run * self.capacity + *count;
        *count += 1;
        let index = [self.first_simulation + id.simulation, id.subset, id.run, timestep, u64::from(substep)];
        for (column, value) in self.index.iter_mut().zip(index) {
            column[row] = value;
        }
        for (cells, value) in self.varied.iter_mut().zip(values) {
            put_value(cells, row, value);
        }
        for recorded in &mut self.columns {
            let Some(place) = recorded.place else { continue };
            match &mut recorded.cells {
                Cells::F64(cells) => cells[row] = tile.number(place, lane),
                other => put_cell(other, row, tile.cell(place, lane)),
            }
        }
    }

    /// The table.
    pub(crate) fn finish(self, plan: &Plan<'_>) -> Result<Frame, FrameError> {
        let Self { simulation, first_simulation: _, capacity, counts, index, varied, columns } = self;
        let total: usize = counts.iter().sum();
        let keep = |cells: Cells| close_up(cells, capacity, &counts);
        let mut out = Vec::with_capacity(5 + varied.len() + columns.len());
        for (name, cells) in INDEX_COLUMNS.into_iter().zip(index) {
            out.push(Column::new(name, keep(Cells::U64(cells))));
        }
        let step = plan.experiment.systems.get(simulation).map(|(_, system)| system.step_length());
        if let (Some(step), Some(timestep)) = (step.filter(|s| s.unit != TimeUnit::Step), out.get_mut(3)) {
            // "month" for a month, "2 weeks" for two weeks.
            timestep.unit = if step.count == 1.0 { step.unit.name().to_owned() } else { step.to_string() };
        }
        if let [_, _, ..] = plan.experiment.systems.as_slice() {
            let name = plan.experiment.systems.get(simulation).map_or("", |(name, _)| name.as_str());
            out.push(Column::new(VARIANT_COLUMN, Cells::Text(vec![name.to_owned(); total])));
        }
        for (spec, cells) in plan.varied.iter().zip(varied) {
            let clash = plan.columns.iter().any(|c| c.name == spec.name);
            let name = if clash { format!("param.{}", spec.name) } else { spec.name.clone() };
            let mut column = Column::new(name, keep(cells));
            spec.unit.clone_into(&mut column.unit);
            spec.doc.clone_into(&mut column.doc);
            out.push(column);
        }
        for (spec, recorded) in plan.columns.iter().zip(columns) {
            out.push(Column {
                name: spec.name.clone(),
                unit: spec.unit.clone(),
                doc: spec.doc.clone(),
                cells: keep(recorded.cells),
                valid: recorded.place.is_none().then(|| vec![false; total]),
            });
        }
        Frame::new(out)
    }
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

fn put_cell(cells: &mut Cells, row: usize, cell: Cell) {
    match (cells, cell) {
        (Cells::F64(v), Cell::F64(x)) => v[row] = x,
        (Cells::I64(v), Cell::I64(x)) => v[row] = x,
        (Cells::U64(v), Cell::U64(x)) => v[row] = x,
        (Cells::Bool(v), Cell::Bool(x)) => v[row] = x,
        (Cells::Decimal(v), Cell::Decimal(x)) => v[row] = x,
        // A metric's cell has the kind that its declaration says.
        _ => {}
    }
}

fn put_value(cells: &mut Cells, row: usize, value: &Value) {
    use crate::ParamField as _;
    match cells {
        Cells::F64(v) => v[row] = value.number().unwrap_or(f64::NAN),
        Cells::I64(v) => v[row] = i64::from_value(value).unwrap_or_default(),
        Cells::U64(v) => v[row] = u64::from_value(value).unwrap_or_default(),
        Cells::Bool(v) => v[row] = matches!(value, Value::Bool(true)),
        Cells::Decimal(v) => v[row] = Decimal::from_value(value).unwrap_or_default(),
        Cells::Text(v) => v[row] = value.to_string(),
    }
}

/// Drops the rows that were never written.
fn close_up(cells: Cells, capacity: usize, counts: &[usize]) -> Cells {
    fn close<T>(mut cells: Vec<T>, capacity: usize, counts: &[usize]) -> Vec<T> {
        if counts.iter().all(|c| *c == capacity) {
            return cells;
        }
        let mut to = 0;
        for (run, count) in counts.iter().enumerate() {
            for row in 0..*count {
                cells.swap(to, run * capacity + row);
                to += 1;
            }
        }
        cells.truncate(to);
        cells
    }
    match cells {
        Cells::F64(v) => Cells::F64(close(v, capacity, counts)),
        Cells::I64(v) => Cells::I64(close(v, capacity, counts)),
        Cells::U64(v) => Cells::U64(close(v, capacity, counts)),
        Cells::Bool(v) => Cells::Bool(close(v, capacity, counts)),
        Cells::Decimal(v) => Cells::Decimal(close(v, capacity, counts)),
        Cells::Text(v) => Cells::Text(close(v, capacity, counts)),
    }
}
