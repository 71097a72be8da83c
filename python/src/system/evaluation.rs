//! Final values at many points: for searches and sensitivities.

use crate::error;
use crate::running::{watched, with_classes};
use crate::table::Matrix;
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use te_core::{Experiment, Keep, Kpi, Recording, Sweep, nearest};

/// Runs at each point, timesteps, seed, threads.
pub(super) type Extent = (u64, Option<u64>, Option<u64>, usize);

/// For each point and output the mean over runs.
#[expect(clippy::too_many_arguments, reason = "what Python gives, one by one")]
pub(super) fn means_at(
    py: Python<'_>,
    experiment: &Experiment,
    kpis: &[Kpi],
    names: Vec<String>,
    points: PyBuffer<f64>,
    outputs: &[String],
    (runs, timesteps, seed, threads): Extent,
    variant: usize,
) -> PyResult<Matrix> {
    let rows = match *points.shape() {
        [rows, columns] if columns == names.len() && columns > 0 => rows,
        _ => {
            return Err(PyValueError::new_err(format!(
                "points have the shape {:?}: it must be (n, {}), a column for each name",
                points.shape(),
                names.len()
            )));
        }
    };
    let flat = points.to_vec(py)?;
    let kpi = |name: &String| kpis.iter().any(|kpi| kpi.name == *name);
    let columns: Vec<String> = outputs.iter().filter(|name| !kpi(name)).cloned().collect();
    let keep = if columns.is_empty() { Keep::Nothing } else { Keep::Finals };
    let recording = Recording { columns, keep, ..Recording::default() };
    let sweep = Sweep::Numbers { names, values: flat };
    let experiment = with_classes(experiment.clone());
    let mut experiment = experiment.threads(threads).record(recording).sweep(sweep).runs(runs);
    if let Some(timesteps) = timesteps {
        experiment = experiment.timesteps(timesteps);
    }
    if let Some(seed) = seed {
        experiment = experiment.seed(seed);
    }
    let cancel = experiment.cancel_handle();
    let results = watched(py, &cancel, None, || experiment.run())?.map_err(|e| error::experiment(py, &e))?;
    let values = means(&results, outputs, rows, variant as u64)?;
    Ok(Matrix { values, shape: (rows, outputs.len()) })
}

/// For each point and output the mean over runs; NaN where all runs failed.
fn means(
    results: &te_core::Results,
    outputs: &[String],
    points: usize,
    simulation: u64,
) -> PyResult<Vec<f64>> {
    let frame = results.frame();
    let simulations = frame.u64s("simulation").unwrap_or_default();
    let subsets = frame.u64s("subset").unwrap_or_default();
    let mut out = vec![f64::NAN; points * outputs.len()];
    for (at, name) in outputs.iter().enumerate() {
        let figures: Vec<_> = results.kpis.iter().filter(|kpi| kpi.name == *name).collect();
        for figure in figures.iter().filter(|figure| figure.simulation == simulation) {
            if let Some(slot) =
                usize::try_from(figure.subset).ok().and_then(|p| out.get_mut(p * outputs.len() + at))
            {
                *slot = figure.value;
            }
        }
        if !figures.is_empty() {
            continue;
        }
        let Some(column) = frame.column(name) else {
            let near = nearest(name, frame.columns().iter().map(|c| &c.name));
            let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(PyKeyError::new_err(format!("no column `{name}`{hint}")));
        };
        let mut seen = vec![0_u64; points];
        for (row, (of, subset)) in simulations.iter().zip(subsets).enumerate() {
            let Some(x) = column.number(row).filter(|_| *of == simulation) else { continue };
            let point = usize::try_from(*subset).unwrap_or(usize::MAX);
            if let (Some(seen), Some(slot)) = (seen.get_mut(point), out.get_mut(point * outputs.len() + at)) {
                *seen += 1;
                *slot = if *seen == 1 { x } else { *slot + (x - *slot) / *seen as f64 };
            }
        }
    }
    Ok(out)
}
