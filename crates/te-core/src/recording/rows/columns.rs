//! The columns of recorded rows: index, dates, variant, what varies, what is recorded.

use super::{empty_cells, empty_values};
use crate::declaration::frame::{Cells, Column, DATE_COLUMN, INDEX_COLUMNS};
use crate::declaration::step_length::TimeUnit;
use crate::experiment::plan::Plan;

/// The column that names the system of a row, where several are compared.
pub const VARIANT_COLUMN: &str = "variant";

/// The columns of a simulation's units, with room for so many rows.
pub(super) fn columns(plan: &Plan, simulation: usize, total: usize) -> Vec<Column> {
    let mut out: Vec<Column> =
        INDEX_COLUMNS.into_iter().map(|name| Column::new(name, Cells::U64(vec![0; total]))).collect();
    let step = plan.experiment.systems.get(simulation).map(|(_, system)| system.step_length());
    if let (Some(step), Some(timestep)) = (step.filter(|s| s.unit != TimeUnit::Step), out.get_mut(3)) {
        // "month" for a month, "2 weeks" for two weeks.
        timestep.unit = if step.count == 1.0 { step.unit.name().to_owned() } else { step.to_string() };
    }
    if plan.has_dates() {
        let mut date = Column::new(DATE_COLUMN, Cells::Date(vec![0; total]));
        "Date of the row.".clone_into(&mut date.doc);
        let has = plan.system(simulation as u64).is_some_and(|system| system.calendar().is_some());
        date.valid = (!has).then(|| vec![false; total]);
        out.push(date);
    }
    if plan.experiment.systems.len() > 1 {
        out.push(Column::new(VARIANT_COLUMN, Cells::Text(vec![String::new(); total])));
    }
    for (name, spec) in plan.varied_columns().zip(&plan.varied) {
        let mut column = Column::new(name, empty_values(&spec.kind, total));
        spec.unit.as_ref().clone_into(&mut column.unit);
        spec.doc.as_ref().clone_into(&mut column.doc);
        out.push(column);
    }
    for spec in &plan.columns {
        let has = spec.sources.get(simulation).is_some_and(Option::is_some);
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
