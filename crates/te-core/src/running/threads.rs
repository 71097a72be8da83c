//! Threads over units: each worker takes the next unit, and whoever receives them gets them in order.

use crate::declaration::frame::FrameError;
use crate::experiment::experiment_error::ExperimentError;
use crate::experiment::plan::Plan;
use crate::recording::sink::Sink;
use crate::recording::unit_output::UnitOutput;
use crate::running::unit::Worker;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many units a thread may be ahead of the one that is handed over.
const AHEAD: u64 = 4;
/// Bytes of units that are ahead, as far as each thread has one.
const AHEAD_BYTES: u64 = 1 << 27;
/// Threads of an experiment, at most: more would only wait for each other.
pub const MOST_THREADS: usize = 1024;

/// How many units may be ahead of the one that is handed over: fewer where they are large.
fn units_ahead(threads: usize, unit_bytes: u64) -> u64 {
    let threads = threads as u64;
    (AHEAD_BYTES / unit_bytes.max(1)).clamp(threads, AHEAD * threads)
}

/// Lets workers run ahead of the receiver by so many units, no more: memory stays bounded.
struct Window {
    delivered: Mutex<u64>,
    moved: Condvar,
    closed: AtomicBool,
}

impl Window {
    fn wait_for(&self, turn: u64, ahead: u64) {
        let mut delivered = self.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        while turn >= *delivered + ahead && !self.closed.load(Ordering::Relaxed) {
            delivered = self.moved.wait(delivered).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn advance(&self) {
        *self.delivered.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.moved.notify_all();
    }

    fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        // Taking the lock keeps a waiter from missing the call between its test and its sleep.
        drop(self.delivered.lock().unwrap_or_else(PoisonError::into_inner));
        self.moved.notify_all();
    }
}

type Message = (u64, Result<Option<UnitOutput>, FrameError>);

impl Plan {
    /// Computes the units that `wanted` names (of those that the shard has) and hands them to `sink` in order.
    /// Returns whether it was cancelled before the end.
    ///
    /// # Errors
    /// [`ExperimentError`] of the sink, or the first failure of a strict experiment.
    pub fn execute(
        &self,
        wanted: &(dyn Fn(u64) -> bool + Sync),
        sink: &mut dyn Sink,
    ) -> Result<bool, ExperimentError> {
        let experiment = &self.experiment;
        let (index, count) = experiment.shard.unwrap_or((0, 1));
        let mine = (0..self.units()).filter(|u| u % count == index && wanted(*u));
        experiment.done.0.begin(self.runs().saturating_mul(experiment.timesteps), self.runs());
        let alone = experiment.progress.is_none();
        if alone && (experiment.threads == 1 || self.units() == 1) {
            return self.execute_here(mine, sink);
        }
        // The system takes longer to say how many cores there are than a small experiment takes to run.
        let threads = self.threads();
        if alone && threads == 1 {
            return self.execute_here(mine, sink);
        }
        let queue = Mutex::new(mine.enumerate());
        let ahead = units_ahead(threads, self.unit_bytes());
        let window =
            Window { delivered: Mutex::new(0), moved: Condvar::new(), closed: AtomicBool::new(false) };
        let used = Mutex::new(Vec::<UnitOutput>::new());
        let (sender, receiver) = channel::<Message>();

        std::thread::scope(|scope| {
            for _ in 0..threads {
                let sender = sender.clone();
                let (queue, window, used) = (&queue, &window, &used);
                let mut work = move || {
                    let mut worker = Worker::new(self);
                    loop {
                        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                        let Some((turn, unit)) = next else { return };
                        let turn = turn as u64;
                        window.wait_for(turn, ahead);
                        if experiment.cancel.is_cancelled() || window.closed.load(Ordering::Relaxed) {
                            return;
                        }
                        let old = used.lock().unwrap_or_else(PoisonError::into_inner).pop();
                        if sender.send((turn, worker.compute(unit, old))).is_err() {
                            return;
                        }
                    }
                };
                scope.spawn(move || match &experiment.around {
                    Some(around) => around(&mut work),
                    None => work(),
                });
            }
            drop(sender);

            let report = || {
                if let Some((_, report)) = &experiment.progress {
                    report(&experiment.done.read());
                }
            };
            let patience =
                experiment.progress.as_ref().map_or(Duration::from_secs(3600), |(every, _)| *every);
            let mut reported = Instant::now();
            let mut early: BTreeMap<u64, Message> = BTreeMap::new();
            let mut turn = 0;
            let result = loop {
                match receiver.recv_timeout(patience) {
                    Ok(message) => {
                        early.insert(message.0, message);
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => break Ok(()),
                }
                // By the clock: units may arrive faster than anybody waits for them.
                if reported.elapsed() >= patience {
                    report();
                    reported = Instant::now();
                }
                let mut refused = Ok(());
                while let Some((_, output)) = early.remove(&turn) {
                    turn += 1;
                    refused = match output {
                        Ok(Some(mut output)) => {
                            let delivered = self.deliver(&mut output, sink);
                            used.lock().unwrap_or_else(PoisonError::into_inner).push(output);
                            delivered
                        }
                        // Cancelled midway: nothing of this unit is kept.
                        Ok(None) => Ok(()),
                        Err(error) => Err(error.into()),
                    };
                    if refused.is_err() {
                        break;
                    }
                    window.advance();
                }
                if refused.is_err() {
                    break refused;
                }
            };
            window.close();
            report();
            result
        })?;
        Ok(experiment.cancel.is_cancelled())
    }

    /// How many threads compute: as many as asked for or as there are cores, and no more than there are units.
    pub(crate) fn threads(&self) -> usize {
        let asked = match self.experiment.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let units = usize::try_from(self.units()).unwrap_or(usize::MAX);
        asked.min(units).clamp(1, MOST_THREADS)
    }

    /// How many units of so many bytes are in memory at once.
    pub(crate) fn units_in_memory(&self, threads: usize, unit_bytes: u64) -> u64 {
        if threads == 1 { 1 } else { (units_ahead(threads, unit_bytes) + 1).min(self.units()) }
    }

    /// Computes units on the calling thread.
    fn execute_here(
        &self,
        units: impl Iterator<Item = u64>,
        sink: &mut dyn Sink,
    ) -> Result<bool, ExperimentError> {
        let mut worker = Worker::new(self);
        let mut used = None;
        for unit in units {
            if self.experiment.cancel.is_cancelled() {
                break;
            }
            if let Some(mut output) = worker.compute(unit, used.take())? {
                self.deliver(&mut output, sink)?;
                used = Some(output);
            }
        }
        Ok(self.experiment.cancel.is_cancelled())
    }

    fn deliver(&self, output: &mut UnitOutput, sink: &mut dyn Sink) -> Result<(), ExperimentError> {
        if let (true, Some(failure)) = (self.experiment.strict, output.failures.first()) {
            return Err(ExperimentError::Failed(Box::new(failure.clone())));
        }
        sink.unit(output).map_err(ExperimentError::Sink)
    }
}
