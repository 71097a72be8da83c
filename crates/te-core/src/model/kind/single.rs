//! One component by itself, of a kind that is known only when a program runs: for notebooks, servers and other languages.

use crate::declaration::clock::Clock;
use crate::declaration::param_error::ParamError;
use crate::declaration::record::{Cell, CellKind, FieldSpec};
use crate::model::board::Board;
use crate::model::kind::{ComponentColumn, Edits, Instance, SaveError, Start, StepFrame};
use crate::model::step_error::StepError;
use crate::numerics::run_id::RunId;
use crate::numerics::stream::{StreamKey, path_hash};
use std::sync::{Mutex, MutexGuard, PoisonError};
use te_math::NotFinite;
use te_math::dispatch::InstructionSet;

/// A component that is stepped by hand, with the stream that it draws from, made by [`Instance::single`].
///
/// It does what an instance of the same name does in a system: the same draws, the same bits.
///
/// ```
/// use te_core::glue::{Delay, DelayParams};
/// use te_core::{Clock, Registry, StreamKey, Value};
///
/// let mut registry = Registry::new();
/// te_core::glue::register(&mut registry);
/// let params = Value::Table(vec![("initial".into(), Value::F64(5.0))]);
/// let instance = registry.kind("glue/delay")?.instance(&params)?;
/// let mut delay = instance.single("later", StreamKey { seed: 1, run: 1, subset: None })?;
/// assert_eq!(delay.numbers(), [5.0]);
/// delay.step(&[7.0], &Clock::at(1))?;
/// assert_eq!(delay.numbers(), [5.0]);
/// let before = delay.copy()?;
/// delay.step(&[8.0], &Clock::at(1))?;
/// assert_eq!((before.numbers(), delay.numbers()), (&[5.0][..], &[7.0][..]));
/// assert_eq!(delay.step(&[], &Clock::at(1)).unwrap_err().to_string(), "number of inputs is 0: allowed is 1");
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
pub trait Single: Send + Sync {
    /// Its kind and the parameters that it was built from.
    fn instance(&self) -> &dyn Instance;

    /// Puts it back to the start of the run of this key.
    ///
    /// # Errors
    /// None in practice: the same parameters were accepted before.
    fn restart(&mut self, key: StreamKey) -> Result<(), ParamError>;

    /// Moves its state on by one step: by all substeps. `inputs` are in declared order.
    ///
    /// # Errors
    /// [`StepError`] where an input is missing, NaN or infinite, or the component refuses: the state then is as it was
    /// before. Where a metric has become NaN or infinite the state has moved, and every later step is refused.
    fn step(&mut self, inputs: &[f64], clock: &Clock) -> Result<(), StepError>;

    /// Its metrics as floats, in declared order.
    fn numbers(&self) -> &[f64];

    /// The metric of this index, in its own kind.
    fn cell(&self, index: usize) -> Option<Cell>;

    /// Its state and that of its stream as bytes.
    ///
    /// # Errors
    /// [`SaveError`] where the state cannot be written.
    fn save(&self) -> Result<Vec<u8>, SaveError>;

    /// Takes a saved state over, of a component with the same parameters.
    ///
    /// # Errors
    /// [`SaveError`] where the bytes are no such state; the old one stays.
    fn load(&mut self, bytes: &[u8]) -> Result<(), SaveError>;

    /// A copy, which draws what this one will draw.
    ///
    /// # Errors
    /// [`SaveError`] where the state cannot be written.
    fn copy(&self) -> Result<Box<dyn Single>, SaveError>;
}

/// Refuses inputs that are not as many as declared, or not finite.
#[inline]
pub(crate) fn check_inputs(inputs: &[f64], declared: &[FieldSpec]) -> Result<(), StepError> {
    if inputs.len() == declared.len() && inputs.iter().all(|x| x.is_finite()) {
        return Ok(());
    }
    refuse_inputs(inputs, declared)
}

#[cold]
fn refuse_inputs(inputs: &[f64], declared: &[FieldSpec]) -> Result<(), StepError> {
    if inputs.len() != declared.len() {
        let allowed = declared.len().to_string();
        return Err(StepError::domain("number of inputs", inputs.len() as f64, allowed));
    }
    let broken = inputs.iter().zip(declared).find(|(x, _)| !x.is_finite());
    broken.map_or(Ok(()), |(x, field)| Err(NotFinite::new(format!("input {}", field.name), *x).into()))
}

/// The run of a key, as it stands alone.
fn run_of(key: StreamKey) -> RunId {
    RunId { simulation: 0, subset: key.subset.unwrap_or(0), run: key.run }
}

/// A component of any kind by itself: a column of one run.
pub(crate) struct Alone {
    instance: Box<dyn Instance>,
    path: u64,
    key: StreamKey,
    substeps: u32,
    /// Locked where it is only read, so that the whole can be shared among threads.
    column: Mutex<Box<dyn ComponentColumn>>,
    /// Its inputs and then its metrics.
    board: Board,
    sources: Vec<usize>,
    shown: Vec<f64>,
    broken: Option<StepError>,
}

impl Alone {
    pub(crate) fn new(instance: Box<dyn Instance>, name: &str, key: StreamKey) -> Result<Self, ParamError> {
        let (path, substeps) = (path_hash(name), instance.check()?.substeps);
        Self::started(instance, path, key, substeps)
    }

    fn started(
        instance: Box<dyn Instance>,
        path: u64,
        key: StreamKey,
        substeps: u32,
    ) -> Result<Self, ParamError> {
        let (inputs, metrics) = (instance.inputs().len(), instance.metrics().len());
        let mut alone = Self {
            path,
            key,
            substeps,
            column: Mutex::new(instance.column(1, path)),
            board: Board::new(inputs + metrics, 1),
            sources: (0..inputs).collect(),
            shown: vec![0.0; metrics],
            broken: None,
            instance,
        };
        alone.restart(key)?;
        Ok(alone)
    }

    fn column(&self) -> MutexGuard<'_, Box<dyn ComponentColumn>> {
        self.column.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Steps the column, or where there is no clock has it show its metrics.
    fn pass(&mut self, clock: Option<&Clock>) -> Result<(), StepError> {
        let column = self.column.get_mut().unwrap_or_else(PoisonError::into_inner);
        let (mut done, mut failures, initial) = (0, Vec::new(), Clock::at(0));
        let mut frame = StepFrame {
            board: &mut self.board,
            sources: &self.sources,
            clock: clock.unwrap_or(&initial),
            lanes: &[0],
            base: self.sources.len(),
            show: true,
            set: InstructionSet::BASELINE,
            done: &mut done,
            failures: &mut failures,
        };
        if clock.is_some() {
            column.step(&mut frame);
        } else {
            column.publish(&mut frame);
        }
        if let Some((_, error)) = failures.pop() {
            return Err(error);
        }
        for (at, x) in self.shown.iter_mut().enumerate() {
            *x = self.board.get(self.sources.len() + at, 0);
        }
        Ok(())
    }
}

impl Single for Alone {
    fn instance(&self) -> &dyn Instance {
        self.instance.as_ref()
    }

    fn restart(&mut self, key: StreamKey) -> Result<(), ParamError> {
        let edits = Edits { targets: &[], values: &[] };
        let column = self.column.get_mut().unwrap_or_else(PoisonError::into_inner);
        column.start(0, Start { key, id: run_of(key), node: 0, edits })?;
        column.begin(&[0], false);
        (self.key, self.broken) = (key, None);
        self.broken = self.pass(None).err();
        Ok(())
    }

    fn step(&mut self, inputs: &[f64], clock: &Clock) -> Result<(), StepError> {
        if let Some(error) = &self.broken {
            return Err(error.clone());
        }
        check_inputs(inputs, self.instance.inputs())?;
        for (slot, x) in inputs.iter().enumerate() {
            self.board.set(slot, 0, *x);
        }
        // A kind says nothing of the state that its error leaves.
        let before = self.column().save(0);
        for substep in 1..=self.substeps {
            if let Err(error) = self.pass(Some(&Clock { substep, ..*clock })) {
                let column = self.column.get_mut().unwrap_or_else(PoisonError::into_inner);
                if before.and_then(|bytes| column.load(0, &bytes)).is_err() {
                    self.broken = Some(error.clone());
                }
                return Err(error);
            }
        }
        Ok(())
    }

    fn numbers(&self) -> &[f64] {
        &self.shown
    }

    fn cell(&self, index: usize) -> Option<Cell> {
        match self.instance.metrics().get(index)?.kind {
            CellKind::F64 => self.shown.get(index).copied().map(Cell::F64),
            _ => self.column().cell(0, index),
        }
    }

    fn save(&self) -> Result<Vec<u8>, SaveError> {
        self.column().save(0)
    }

    fn load(&mut self, bytes: &[u8]) -> Result<(), SaveError> {
        let column = self.column.get_mut().unwrap_or_else(PoisonError::into_inner);
        let before = column.save(0)?;
        let loaded = column.load(0, bytes);
        let shown = loaded.and_then(|()| self.pass(None).map_err(SaveError::from));
        if shown.is_err() {
            let column = self.column.get_mut().unwrap_or_else(PoisonError::into_inner);
            column.load(0, &before)?;
        } else {
            self.broken = None;
        }
        shown
    }

    fn copy(&self) -> Result<Box<dyn Single>, SaveError> {
        let mut copy = Self::started(self.instance.boxed(), self.path, self.key, self.substeps)?;
        copy.load(&self.save()?)?;
        copy.broken.clone_from(&self.broken);
        Ok(Box::new(copy))
    }
}
