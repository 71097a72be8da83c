//! One component by itself, of any kind, stepped by hand: for other languages, servers and notebooks.

use crate::declaration::clock::{Clock, StepLength};
use crate::declaration::param_error::ParamError;
use crate::declaration::record::Cell;
use crate::model::board::Board;
use crate::model::kind::{ComponentColumn, Edits, Instance, SaveError, Start, StepFrame};
use crate::model::step_error::{StepError, panicked};
use crate::numerics::run_id::RunId;
use crate::numerics::stream::{StreamKey, path_hash};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use te_math::dispatch::InstructionSet;

/// The only lane that there is.
const LANE: [u32; 1] = [0];

/// One component by itself, whatever its kind. It does what it does in a system under the same name, seed and run, to the bit.
///
/// ```
/// use te_core::glue::{Function, FunctionParams};
/// use te_core::kind::Single;
/// use te_core::{Registry, StepLength, StreamKey, Value};
///
/// let mut registry = Registry::new();
/// te_core::glue::register(&mut registry);
/// let params = Value::Table(vec![("of".into(), Value::Text("10 + 2 * t".into()))]);
/// let kind = registry.kind("source/function")?;
/// let key = StreamKey { seed: 0, run: 1, subset: None };
/// let mut demand = Single::new(kind.instance(&params)?, "demand", key, StepLength::default())?;
/// demand.step()?;
/// let before = demand.duplicate()?;
/// demand.step()?;
/// assert_eq!((before.number(0), demand.number(0), demand.timestep()), (12.0, 14.0, 2));
/// # Ok::<(), te_core::kind::SaveError>(())
/// ```
pub struct Single {
    instance: Arc<dyn Instance>,
    column: Box<dyn ComponentColumn>,
    /// The inputs, then the metrics.
    board: Board,
    sources: Vec<usize>,
    path: u64,
    key: StreamKey,
    substeps: u32,
    clock: Clock,
    failures: Vec<(u32, StepError)>,
}

impl Single {
    /// A component that draws what an instance of this name draws in the run of `key`. Inputs begin at their defaults, and are
    /// NaN where they have none.
    ///
    /// # Errors
    /// [`ParamError`] where the parameters are refused, or what the component shows at its start is no number.
    pub fn new(
        instance: Box<dyn Instance>,
        name: &str,
        key: StreamKey,
        step: StepLength,
    ) -> Result<Self, ParamError> {
        let substeps = instance.check()?.substeps.max(1);
        let path = path_hash(name);
        let inputs = instance.inputs().len();
        let mut single = Self {
            column: instance.column(1, path),
            board: Board::new((inputs + instance.metrics().len()).max(1), 1),
            sources: (0..inputs).collect(),
            path,
            key,
            substeps,
            clock: Clock { timestep: 0, substep: 1, step, horizon: u64::MAX },
            failures: Vec::new(),
            instance: instance.into(),
        };
        for (at, field) in single.instance.inputs().iter().enumerate() {
            single.board.set(at, 0, field.default.unwrap_or(f64::NAN));
        }
        single.start()?;
        Ok(single)
    }

    fn start(&mut self) -> Result<(), ParamError> {
        self.clock.timestep = 0;
        let id = RunId { simulation: 0, subset: self.key.subset.unwrap_or(0), run: self.key.run };
        let edits = Edits { targets: &[], values: &[] };
        self.column.start(0, Start { key: self.key, id, node: 0, edits })?;
        self.column.begin(&LANE, false);
        self.publish().map_err(|error| ParamError::cross(error.to_string()))
    }

    /// Begins again as the run of another key: state, draws and time are those of a new component. Inputs stay.
    ///
    /// # Errors
    /// As [`Single::new`].
    pub fn restart(&mut self, key: StreamKey) -> Result<(), ParamError> {
        self.key = key;
        self.start()
    }

    /// Tells how many timesteps there will be, for components that ask for the last.
    pub fn set_horizon(&mut self, timesteps: u64) {
        self.clock.horizon = timesteps;
    }

    /// Sets an input, which stays until it is set again. One beyond the last changes nothing.
    pub fn set_input(&mut self, index: usize, value: f64) {
        if index < self.sources.len() {
            self.board.set(index, 0, value);
        }
    }

    /// The input at this index of [`Instance::inputs`]; NaN where there is none.
    pub fn input(&self, index: usize) -> f64 {
        if index < self.sources.len() { self.board.get(index, 0) } else { f64::NAN }
    }

    /// Moves the state on by one timestep, with all of its substeps.
    ///
    /// # Errors
    /// [`StepError`]; time then is where it was, and so is the state, unless what the component shows is no number or its code
    /// panicked.
    pub fn step(&mut self) -> Result<(), StepError> {
        // A step of several substeps that fails in a later one is undone.
        let before = if self.substeps > 1 { Some(self.duplicate()) } else { None };
        for substep in 1..=self.substeps {
            let clock = Clock { timestep: self.clock.timestep + 1, substep, ..self.clock };
            if let Err(error) = self.call(&clock, |column, frame| column.step(frame)) {
                if let Some(Ok(before)) = before {
                    *self = before;
                }
                return Err(error);
            }
        }
        self.clock.timestep += 1;
        Ok(())
    }

    fn publish(&mut self) -> Result<(), StepError> {
        let clock = self.clock;
        self.call(&clock, |column, frame| column.publish(frame))
    }

    fn call(
        &mut self,
        clock: &Clock,
        call: impl Fn(&mut dyn ComponentColumn, &mut StepFrame<'_>),
    ) -> Result<(), StepError> {
        let (column, failures) = (&mut *self.column, &mut self.failures);
        let mut frame = StepFrame {
            board: &mut self.board,
            sources: &self.sources,
            clock,
            lanes: &LANE,
            base: self.sources.len(),
            show: true,
            set: InstructionSet::widest(),
            done: &mut 0,
            failures,
        };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| call(column, &mut frame))) {
            self.failures.push((0, panicked(panic.as_ref())));
        }
        match self.failures.pop() {
            None => Ok(()),
            Some((_, error)) => {
                self.failures.clear();
                Err(error)
            }
        }
    }

    /// The component with its parameters.
    pub fn instance(&self) -> &dyn Instance {
        &*self.instance
    }

    /// What its draws are derived from.
    pub fn key(&self) -> StreamKey {
        self.key
    }

    /// The length of a timestep.
    pub fn step_length(&self) -> StepLength {
        self.clock.step
    }

    /// The timestep that was completed last; 0 at the start.
    pub fn timestep(&self) -> u64 {
        self.clock.timestep
    }

    /// The metric at this index of [`Instance::metrics`] as a float; NaN where there is none.
    pub fn number(&self, index: usize) -> f64 {
        let slot = self.sources.len() + index;
        if index < self.instance.metrics().len() { self.board.get(slot, 0) } else { f64::NAN }
    }

    /// The metric at this index, in its own kind.
    pub fn cell(&self, index: usize) -> Option<Cell> {
        self.column.cell(0, index)
    }

    /// State and draws as bytes: equal for two that go on alike under the same inputs.
    ///
    /// # Errors
    /// [`SaveError`] where the state cannot be written.
    pub fn state(&self) -> Result<Vec<u8>, SaveError> {
        self.column.save(0)
    }

    /// State, draws, inputs and time as bytes, for [`Single::load`].
    ///
    /// # Errors
    /// [`SaveError`] where the state cannot be written.
    pub fn save(&self) -> Result<Vec<u8>, SaveError> {
        let numbers: Vec<f64> = self.board.numbers(0).collect();
        Ok(postcard::to_stdvec(&(self.clock.timestep, numbers, self.column.save(0)?))?)
    }

    /// Takes over what [`Single::save`] gave of a component of the same kind, parameters and key.
    ///
    /// # Errors
    /// [`SaveError`] where the bytes are no such state; the present one then stays.
    pub fn load(&mut self, bytes: &[u8]) -> Result<(), SaveError> {
        let (timestep, numbers, state): (u64, Vec<f64>, Vec<u8>) = postcard::from_bytes(bytes)?;
        if numbers.len() != self.board.numbers(0).count() {
            return Err("it is the state of another component".into());
        }
        self.column.load(0, &state)?;
        for (slot, number) in numbers.into_iter().enumerate() {
            self.board.set(slot, 0, number);
        }
        self.clock.timestep = timestep;
        Ok(())
    }

    /// A copy as it stands, which goes on by itself.
    ///
    /// # Errors
    /// [`SaveError`] where the state can neither be copied nor written.
    pub fn duplicate(&self) -> Result<Self, SaveError> {
        let copied = self.column.duplicate();
        let (is_whole, column) = match copied {
            Some(column) => (true, column),
            None => (false, self.instance.column(1, self.path)),
        };
        let mut copy = Self {
            instance: Arc::clone(&self.instance),
            column,
            board: self.board.clone(),
            sources: self.sources.clone(),
            failures: Vec::new(),
            ..*self
        };
        if !is_whole {
            copy.start()?;
            copy.load(&self.save()?)?;
        }
        Ok(copy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declaration::value::Value;
    use crate::model::registry::Registry;

    fn single(kind: &str, params: Vec<(String, Value)>) -> Single {
        let mut registry = Registry::new();
        crate::glue::register(&mut registry);
        let instance = registry.kind(kind).unwrap().instance(&Value::Table(params)).unwrap();
        let key = StreamKey { seed: 7, run: 3, subset: None };
        Single::new(instance, "it", key, StepLength::default()).unwrap()
    }

    #[test]
    fn what_is_saved_goes_on_as_it_was() {
        let mut delay = single("glue/delay", vec![("steps".into(), Value::I64(2))]);
        for t in 1..=3 {
            delay.set_input(0, f64::from(t));
            delay.step().unwrap();
        }
        let mut again = single("glue/delay", vec![("steps".into(), Value::I64(2))]);
        again.load(&delay.save().unwrap()).unwrap();
        let mut copy = delay.duplicate().unwrap();
        for one in [&mut delay, &mut again, &mut copy] {
            one.set_input(0, 9.0);
            one.step().unwrap();
            assert_eq!((one.number(0), one.timestep(), one.input(0)), (2.0, 4, 9.0));
        }
        assert!(again.load(&[1, 2]).is_err());
        assert_eq!((again.number(0), again.number(1).is_nan(), again.input(1).is_nan()), (2.0, true, true));
    }

    #[test]
    fn what_is_no_number_is_refused_and_time_stays() {
        let mut function = single("source/function", vec![("of".into(), Value::Text("1 / (2 - t)".into()))]);
        function.step().unwrap();
        assert!(function.step().is_err());
        assert_eq!(function.timestep(), 1);
        function.restart(StreamKey::default()).unwrap();
        assert_eq!((function.timestep(), function.number(0)), (0, 0.5));
    }
}
