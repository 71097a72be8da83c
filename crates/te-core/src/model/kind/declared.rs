//! Kinds that are declared while the program runs, each run an object of its own.

use crate::declaration::clock::Clock;
use crate::declaration::param_error::{ParamError, ParamIssue};
use crate::declaration::param_spec::ParamSpec;
use crate::declaration::params::unknown;
use crate::declaration::record::{Cell, CellKind, FieldSpec};
use crate::declaration::value::Value;
use crate::model::kind::{ComponentColumn, Instance, STRIP, SaveError, Start, Started, StepFrame};
use crate::model::step_error::StepError;
use crate::numerics::stream::{Stream, StreamKey};
use std::any::Any;
use std::sync::Arc;
use te_math::NotFinite;

/// What is declared of a kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Declaration {
    /// Its name: `family/mechanism`.
    pub name: String,
    /// Its parameters.
    pub params: Vec<ParamSpec>,
    /// What it reads at each step.
    pub inputs: Vec<FieldSpec>,
    /// What it shows.
    pub metrics: Vec<FieldSpec>,
    /// Substeps that make one step.
    pub substeps: u32,
}

/// One run of a component that is declared while the program runs.
pub trait Run: Send {
    /// Draws what the initial state leaves to chance.
    fn start(&mut self, rng: &mut Stream) {
        let _ = rng;
    }

    /// Moves the state on by one step. `inputs` are in declared order.
    ///
    /// # Errors
    /// [`StepError`]; the run ends with it.
    fn step(&mut self, inputs: &[f64], clock: &Clock, rng: &mut Stream) -> Result<(), StepError>;

    /// Goes on with other parameters, all of them in declared order: an event. What it takes over is part of what
    /// [`save`](Self::save) writes. Unless written otherwise it refuses, and so do events on the kind.
    ///
    /// # Errors
    /// [`ParamError`]; the run is as it was before.
    fn reparam(&mut self, values: &[Value]) -> Result<(), ParamError> {
        let _ = values;
        Err(ParamError::cross("a run of it keeps the parameters that it started with"))
    }

    /// Hands every metric of the present state to `put`, in declared order.
    fn show(&self, put: &mut dyn FnMut(Cell));

    /// The state as bytes.
    ///
    /// # Errors
    /// [`SaveError`] where it cannot be written.
    fn save(&self) -> Result<Vec<u8>, SaveError>;

    /// Takes a saved state over.
    ///
    /// # Errors
    /// [`SaveError`] where the bytes are no such state.
    fn load(&mut self, bytes: &[u8]) -> Result<(), SaveError>;
}

/// Makes a run from the values of all parameters, in declared order; refuses what they say together.
pub type MakeRun = dyn Fn(&[Value]) -> Result<Box<dyn Run>, ParamError> + Send + Sync;

/// A kind that is declared while the program runs, with its parameters.
///
/// ```
/// use te_core::kind::{Declaration, Declared, Run, SaveError};
/// use te_core::{Cell, CellKind, Clock, FieldSpec, List, ParamKind, ParamSpec, Range, Registry, Role};
/// use te_core::{Experiment, StepError, Stream, System, Value};
///
/// /// A number that grows.
/// struct Growing { rate: f64, x: f64 }
///
/// impl Run for Growing {
///     fn step(&mut self, _: &[f64], _: &Clock, _: &mut Stream) -> Result<(), StepError> {
///         self.x += self.rate;
///         Ok(())
///     }
///     fn show(&self, put: &mut dyn FnMut(Cell)) { put(Cell::F64(self.x)) }
///     fn save(&self) -> Result<Vec<u8>, SaveError> { Ok(self.x.to_le_bytes().into()) }
///     fn load(&mut self, bytes: &[u8]) -> Result<(), SaveError> {
///         self.x = f64::from_le_bytes(bytes.try_into()?);
///         Ok(())
///     }
/// }
///
/// let rate = ParamSpec {
///     name: "rate".into(), aliases: Vec::new(), kind: ParamKind::F64, optional: false, default: Value::F64(1.0),
///     range: Range::ALL, soft: Range::ALL, step: None, unit: "1/step".into(), doc: "Growth.".into(),
///     role: Role::Controllable, random: None, initial: false,
/// };
/// let x = FieldSpec {
///     name: "x".into(), kind: CellKind::F64, unit: "1".into(), doc: "The number.".into(), default: None,
/// };
/// let declaration = Declaration {
///     name: "mine/growing".into(), params: vec![rate], inputs: Vec::new(), metrics: vec![x], substeps: 1,
/// };
/// let make = |values: &[Value]| {
///     let rate = values[0].number().unwrap_or_default();
///     Ok(Box::new(Growing { rate, x: 0.0 }) as Box<dyn Run>)
/// };
/// let mut registry = Registry::new();
/// registry.add_kind(Declared::new(declaration, make), "mine", "A number that grows.");
///
/// let mut system = System::builder("s");
/// let params = Value::Table(vec![("rate".into(), Value::F64(0.5))]);
/// system.kind(List::Controllables, "g", registry.kind("mine/growing")?, &params);
/// let results = Experiment::new(system.build()?).timesteps(2).run()?;
/// assert_eq!(results.frame().f64s("g.x"), Some(&[0.0, 0.5, 1.0][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Declared {
    declaration: Arc<Declaration>,
    values: Vec<Value>,
    make: Arc<MakeRun>,
}

impl Declared {
    /// A kind with the declared defaults.
    pub fn new(
        declaration: Declaration,
        make: impl Fn(&[Value]) -> Result<Box<dyn Run>, ParamError> + Send + Sync + 'static,
    ) -> Self {
        let values = declaration.params.iter().map(|spec| spec.default.clone()).collect();
        Self { declaration: Arc::new(declaration), values, make: Arc::new(make) }
    }
}

impl Instance for Declared {
    fn kind(&self) -> &str {
        &self.declaration.name
    }
    fn specs(&self) -> &[ParamSpec] {
        &self.declaration.params
    }
    fn inputs(&self) -> &[FieldSpec] {
        &self.declaration.inputs
    }
    fn metrics(&self) -> &[FieldSpec] {
        &self.declaration.metrics
    }
    fn get(&self, index: usize) -> Option<Value> {
        self.values.get(index).cloned()
    }
    fn set(&mut self, index: usize, value: &Value) -> Result<(), ParamIssue> {
        match (self.values.get_mut(index), self.declaration.params.get(index)) {
            (Some(own), Some(spec)) => *own = spec.accept(value)?,
            _ => return Err(unknown(&self.declaration.params, &index.to_string(), value)),
        }
        Ok(())
    }
    fn check(&self) -> Result<Started, ParamError> {
        let refused = |(spec, value): (&ParamSpec, &Value)| spec.accept(value).err();
        ParamError::from_issues(
            self.declaration.params.iter().zip(&self.values).filter_map(refused).collect(),
        )?;
        let mut run = (self.make)(&self.values)?;
        run.start(&mut Stream::new(StreamKey::default(), &self.declaration.name));
        let state_size = run.save().map_or(0, |bytes| bytes.len());
        Ok(Started { substeps: self.declaration.substeps.max(1), state_size })
    }
    fn takes_changes(&self) -> Result<(), ParamError> {
        (self.make)(&self.values)?.reparam(&self.values)
    }
    fn column(&self, width: usize, path: u64) -> Box<dyn ComponentColumn> {
        let streams = vec![Stream::of_column(path); width];
        let runs = (0..width).map(|_| None).collect();
        Box::new(RunColumn { kind: self.clone(), runs, streams, inputs: Vec::new() })
    }
    fn boxed(&self) -> Box<dyn Instance> {
        Box::new(self.clone())
    }
}

/// Runs of a declared kind, stepped one by one.
struct RunColumn {
    kind: Declared,
    runs: Vec<Option<Box<dyn Run>>>,
    streams: Vec<Stream>,
    /// The inputs of a run.
    inputs: Vec<f64>,
}

impl RunColumn {
    /// Writes a run's metrics; an error where one is NaN or infinite, or where there are not as many as declared.
    fn show(&self, lane: u32, frame: &mut StepFrame<'_>) {
        let Some(Some(run)) = self.runs.get(lane as usize) else { return };
        let fields = &self.kind.declaration.metrics;
        let (mut shown, mut error) = (0, None);
        let mut group = frame.group(lane);
        let strips = group.metrics();
        run.show(&mut |cell| {
            if let (Some(field), Some(strip)) = (fields.get(shown), strips.get_mut(shown)) {
                let value = cell.number();
                strip.0[lane as usize % STRIP] = value;
                if field.kind == CellKind::F64 && !value.is_finite() && error.is_none() {
                    error = Some(NotFinite::new(field.name.clone(), value).into());
                }
            }
            shown += 1;
        });
        if shown != fields.len() {
            let allowed = format!("{}, as the kind declares", fields.len());
            error = Some(StepError::domain("number of metrics", shown as f64, allowed));
        }
        if let Some(error) = error {
            frame.fail(lane, error);
        }
    }
}

impl ComponentColumn for RunColumn {
    fn start(&mut self, lane: usize, start: Start<'_>) -> Result<(), ParamError> {
        let (Some(run), Some(stream)) = (self.runs.get_mut(lane), self.streams.get_mut(lane)) else {
            return Ok(());
        };
        *run = None;
        let mut kind = self.kind.clone();
        for (index, value) in start.values() {
            kind.set(index, value).map_err(ParamError::single)?;
        }
        start.rekey(stream);
        run.insert((self.kind.make)(&kind.values)?).start(stream);
        Ok(())
    }

    fn step(&mut self, frame: &mut StepFrame<'_>) {
        for &lane in frame.lanes() {
            let at = lane as usize;
            let group = frame.group(lane);
            let inputs = 0..self.kind.declaration.inputs.len();
            self.inputs.clear();
            self.inputs.extend(inputs.map(|index| group.input(index).0[at % STRIP]));
            if let (Some(Some(run)), Some(stream)) = (self.runs.get_mut(at), self.streams.get_mut(at)) {
                match run.step(&self.inputs, frame.clock(), stream) {
                    Ok(()) => self.show(lane, frame),
                    Err(error) => frame.fail(lane, error),
                }
            }
            frame.one_done();
        }
    }

    fn publish(&mut self, frame: &mut StepFrame<'_>) {
        for &lane in frame.lanes() {
            self.show(lane, frame);
        }
    }

    fn cell(&self, lane: usize, field: usize) -> Option<Cell> {
        let (mut at, mut found) = (0, None);
        self.runs.get(lane)?.as_ref()?.show(&mut |cell| {
            if at == field {
                found = Some(cell);
            }
            at += 1;
        });
        found
    }

    fn reparam(&mut self, lane: usize, values: &[(usize, Value)]) -> Result<(), ParamError> {
        let Some(Some(run)) = self.runs.get_mut(lane) else { return Ok(()) };
        let mut kind = self.kind.clone();
        let refused = values.iter().filter_map(|(index, value)| kind.set(*index, value).err());
        ParamError::from_issues(refused.collect())?;
        run.reparam(&kind.values)
    }

    fn poison(&mut self) {
        self.runs.fill_with(|| None);
        self.streams.iter_mut().for_each(Stream::poison);
        self.inputs.fill(f64::NAN);
    }

    fn save(&self, lane: usize) -> Result<Vec<u8>, SaveError> {
        let run = self.runs.get(lane).and_then(Option::as_ref).map(|run| run.save()).transpose()?;
        Ok(postcard::to_stdvec(&(run, self.streams.get(lane)))?)
    }

    fn load(&mut self, lane: usize, bytes: &[u8]) -> Result<(), SaveError> {
        let (saved, stream): (Option<Vec<u8>>, Option<Stream>) = postcard::from_bytes(bytes)?;
        if let (Some(Some(run)), Some(saved)) = (self.runs.get_mut(lane), saved) {
            run.load(&saved)?;
        }
        if let (Some(own), Some(stream)) = (self.streams.get_mut(lane), stream) {
            *own = stream;
        }
        Ok(())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
