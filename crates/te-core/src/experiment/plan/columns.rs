//! The recorded columns over all simulations.

use super::PlannedColumn;
use crate::declaration::nearest::nearest;
use crate::experiment::experiment_error::ExperimentError;
use crate::experiment::recording::{Keep, matches};
use crate::experiment::settings::Experiment;

pub(super) fn plan_columns(experiment: &Experiment) -> Result<Vec<PlannedColumn>, ExperimentError> {
    let patterns = &experiment.recording.columns;
    let mut out: Vec<PlannedColumn> = Vec::new();
    if experiment.recording.keep == Keep::Nothing {
        return Ok(out);
    }
    for (simulation, (_, system)) in experiment.systems.iter().enumerate() {
        for (at, spec) in system.columns().iter().enumerate() {
            if !patterns.is_empty() && !patterns.iter().any(|p| matches(p, &spec.name)) {
                continue;
            }
            let known = out.iter_mut().find(|c| c.name == spec.name);
            let column = if let Some(known) = known {
                if known.kind != spec.kind {
                    return Err(ExperimentError::ColumnKind { name: spec.name.clone() });
                }
                known
            } else {
                out.push(PlannedColumn {
                    name: spec.name.clone(),
                    kind: spec.kind,
                    unit: spec.unit.clone(),
                    doc: spec.doc.clone(),
                    sources: vec![None; experiment.systems.len()],
                });
                let last = out.len() - 1;
                &mut out[last]
            };
            column.sources[simulation] = Some(at);
        }
    }
    for pattern in patterns {
        let columns = || experiment.systems.iter().flat_map(|(_, s)| s.columns());
        if !columns().any(|c| matches(pattern, &c.name)) {
            let nearest = nearest(pattern, columns().map(|c| &c.name));
            return Err(ExperimentError::UnknownColumn { name: pattern.clone(), nearest });
        }
    }
    Ok(out)
}
