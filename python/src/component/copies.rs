//! Copies of components, and components from what they were pickled to: made without building a component first.

use super::{Component, refused, step_length};
use crate::kind::Kind;
use crate::value;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};
use std::cell::Cell;

thread_local! {
    /// What the next instance that this thread makes is to hold: how copies are made without building a component first.
    pub(super) static READY: Cell<Option<Component>> = const { Cell::new(None) };
}

/// An instance of a class that holds a component which is there already.
fn instance(class: &Bound<'_, PyType>, value: Component) -> PyResult<Py<PyAny>> {
    static NEW: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = class.py();
    let new = || Ok::<_, PyErr>(py.get_type::<Component>().getattr("__new__")?.unbind());
    let new = NEW.get_or_try_init(py, new)?;
    READY.set(Some(value));
    let made = new.bind(py).call1((class,));
    // Where no instance was made, the next is not to be this.
    READY.take();
    made.map(Bound::unbind)
}

pub(super) fn copied(slf: &Bound<'_, Component>, deep: Option<&Bound<'_, PyAny>>) -> PyResult<Py<PyAny>> {
    let py = slf.py();
    let copy = {
        let this = slf.borrow();
        Component {
            single: this.single.copy().map_err(|e| refused(&e))?,
            kind: this.kind.clone_ref(py),
            name: this.name.clone(),
            inputs: this.inputs.clone(),
            ..*this
        }
    };
    let made = instance(&slf.get_type(), copy)?;
    // What a class of the user's keeps beside.
    if let Some(own) = slf.getattr_opt("__dict__")? {
        let own = match deep {
            Some(memo) => py.import("copy")?.call_method1("deepcopy", (own, memo))?,
            None => own,
        };
        made.bind(py).getattr("__dict__")?.call_method1("update", (own,))?;
    }
    Ok(made)
}

/// A component from what it was pickled to.
#[pyfunction]
pub(crate) fn restore(
    py: Python<'_>,
    class: Option<Bound<'_, PyType>>,
    kind: Py<Kind>,
    params: &Bound<'_, PyDict>,
    place: (String, u64, u64, String, u64),
    state: &[u8],
) -> PyResult<Py<PyAny>> {
    let class = match class {
        Some(class) => class,
        None => {
            let made = py.import("tecmns._classes")?.getattr("of_kind")?.call1((kind.clone_ref(py),))?;
            made.cast_into::<PyType>()?
        }
    };
    let (name, seed, run, step, timestep) = place;
    let step = step_length(Some(&step))?;
    let mut value = Component::of(py, kind, &value::from_python(params)?, (Some(name), seed, run), step)?;
    value.single.load(state).map_err(|e| refused(&e))?;
    value.timestep = timestep;
    instance(&class, value)
}
