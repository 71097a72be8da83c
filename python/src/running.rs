//! Work that takes long: the interpreter goes on meanwhile, Ctrl-C ends it, progress is told.

use crate::kind::has_classes;
use pyo3::prelude::*;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;
use te_core::{Cancel, Experiment, Progress, ProgressHandle};

/// How often signals are looked for and progress is told.
const LOOK: Duration = Duration::from_millis(20);

/// Tells how far an experiment is.
fn tell(py: Python<'_>, (how_far, report): (&ProgressHandle, &Py<PyAny>)) -> PyResult<()> {
    let Progress { runs, runs_total, failures, .. } = how_far.read();
    report.call1(py, (runs, runs_total, failures)).map(drop)
}

/// The experiment, whose threads are made known to the interpreter once, not for every call of a class of Python.
pub(crate) fn with_classes(experiment: Experiment) -> Experiment {
    if has_classes() {
        experiment.around_threads(|work| Python::attach(|py| py.detach(work)))
    } else {
        experiment
    }
}

/// Does work on another thread with the interpreter released. Where Ctrl-C is pressed, or `report` raises, the experiment is cancelled,
/// and that is raised.
pub(crate) fn watched<T: Send>(
    py: Python<'_>,
    cancel: &Cancel,
    report: Option<(&ProgressHandle, &Py<PyAny>)>,
    work: impl FnOnce() -> T + Send,
) -> PyResult<T> {
    let (done, stopped) = py.detach(|| {
        std::thread::scope(|scope| {
            let (sender, receiver) = channel();
            // Nobody waits for the outcome of work whose thread is gone.
            let work = move || if has_classes() { Python::attach(|py| py.detach(work)) } else { work() };
            let worker = scope.spawn(move || drop(sender.send(work())));
            let mut stopped: Option<PyErr> = None;
            loop {
                match receiver.recv_timeout(LOOK) {
                    Ok(done) => return (Some(done), stopped),
                    Err(RecvTimeoutError::Disconnected) => {
                        drop(worker.join());
                        return (None, stopped);
                    }
                    Err(RecvTimeoutError::Timeout) => {
                        let looked = Python::attach(|py| {
                            py.check_signals()?;
                            report.map_or(Ok(()), |report| tell(py, report))
                        });
                        if let Err(error) = looked {
                            cancel.cancel();
                            stopped = stopped.or(Some(error));
                        }
                    }
                }
            }
        })
    });
    if let Some(error) = stopped {
        return Err(error);
    }
    if let Some(report) = report {
        tell(py, report)?;
    }
    done.ok_or_else(|| pyo3::exceptions::PyRuntimeError::new_err("the computing thread panicked"))
}
