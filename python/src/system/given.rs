//! What Python gives with a run: changes, how to run, how to write.

use crate::running::with_classes;
use crate::value;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use te_core::{Experiment, Value};
use te_output::{Compression, Format, Storage};
use te_system::Changes;

/// Changes as Python gives them: parameters to set, parameters to sweep, runs, timesteps, seed, what to record.
#[derive(FromPyObject)]
pub(crate) struct Given<'py>(
    Vec<(String, Bound<'py, PyAny>)>,
    Vec<(String, Bound<'py, PyAny>)>,
    Option<u64>,
    Option<u64>,
    Option<u64>,
    Option<String>,
);

impl Given<'_> {
    pub(super) fn changes(self) -> PyResult<Changes> {
        let Self(set, sweep, runs, timesteps, seed, record) = self;
        let mut changes = Changes { runs, timesteps, seed, record, ..Changes::default() };
        for (name, given) in set {
            changes = changes.with_value(&name, &value::from_python(&given)?);
        }
        for (name, given) in sweep {
            changes = match value::from_python(&given)? {
                Value::List(values) => changes.with_axis(&name, &values),
                Value::Text(range) => {
                    changes.sweep.push(format!("{name}={range}"));
                    changes
                }
                one => changes.with_axis(&name, &[one]),
            };
        }
        Ok(changes)
    }
}

/// How to run: threads, shard, whether the first failure ends it.
#[derive(FromPyObject)]
pub(crate) struct How(usize, pub(super) Option<(u64, u64)>, bool);

impl How {
    pub(super) fn apply(&self, experiment: Experiment) -> Experiment {
        let Self(threads, shard, strict) = *self;
        let mut experiment = with_classes(experiment).threads(threads);
        if let Some((index, count)) = shard {
            experiment = experiment.shard(index, count);
        }
        if strict { experiment.strict() } else { experiment }
    }
}

/// The format and the compression of these names.
pub(super) fn storage(format: &str, compression: &str) -> PyResult<Storage> {
    let formats = Format::all();
    let known: Vec<&str> = formats.iter().map(|one| one.extension()).collect();
    let found = formats.iter().copied().find(|one| one.extension() == format);
    let format = found.ok_or_else(|| {
        PyValueError::new_err(format!("format is {format:?}: there are {}", known.join(", ")))
    })?;
    let known = Compression::ALL.map(Compression::name).join(", ");
    let found = Compression::ALL.into_iter().find(|one| one.name() == compression);
    let compression = found
        .ok_or_else(|| PyValueError::new_err(format!("compression is {compression:?}: there are {known}")))?;
    Ok(Storage { format, compression })
}
