//! Kinds that are declared while the program runs and step all runs of a tile in one call: mechanisms of array languages.

use crate::declaration::clock::Clock;
use crate::declaration::param_error::{ParamError, ParamIssue};
use crate::declaration::param_spec::ParamSpec;
use crate::declaration::params::unknown;
use crate::declaration::record::FieldSpec;
use crate::declaration::value::Value;
use crate::model::kind::{ComponentColumn, Declaration, Instance, RUNS_IN_LANES, Started};
use crate::model::step_error::StepError;
use crate::numerics::stream::Stream;
use column::TogetherColumn;
use std::sync::Arc;

mod column;

/// What a mechanism draws for every run before its start and before every step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draw {
    /// A number between 0 and 1, the latter excluded.
    Uniform,
    /// A standard normal number.
    Normal,
}

impl Draw {
    fn of(self, stream: &mut Stream) -> f64 {
        match self {
            Self::Uniform => stream.uniform(),
            Self::Normal => stream.normal(),
        }
    }
}

/// The numbers of a tile's runs: a column for each parameter, input, draw and metric, in each a number for every run.
#[derive(Debug)]
pub struct Columns<'a> {
    numbers: &'a mut [f64],
    layout: Layout,
}

/// How many columns of each sort there are, and how long they are.
#[derive(Clone, Copy, Debug)]
struct Layout {
    params: usize,
    inputs: usize,
    draws: usize,
    metrics: usize,
    width: usize,
}

impl Layout {
    fn columns(self) -> usize {
        self.params + self.inputs + self.draws + self.metrics
    }

    /// The first column of metrics.
    fn shown(self) -> usize {
        self.params + self.inputs + self.draws
    }
}

impl Columns<'_> {
    /// How many runs there are. Runs that ended are among them, as copies of one that goes on.
    pub fn width(&self) -> usize {
        self.layout.width
    }

    /// All columns, one after the other: parameters, inputs, draws, metrics.
    pub fn numbers(&self) -> &[f64] {
        self.numbers
    }

    /// The columns of metrics, one after the other, to be written.
    pub fn metrics_mut(&mut self) -> &mut [f64] {
        self.numbers.get_mut(self.layout.shown() * self.layout.width..).unwrap_or_default()
    }

    /// Sets a metric to the values of a parameter; nothing happens where there is none of one's index.
    pub fn begin_as(&mut self, metric: usize, param: usize) {
        let Layout { params, metrics, width, .. } = self.layout;
        if param < params && metric < metrics {
            let to = (self.layout.shown() + metric) * width;
            self.numbers.copy_within(param * width..(param + 1) * width, to);
        }
    }

    fn column(&self, count: usize, first: usize, index: usize) -> &[f64] {
        let from = (first + index) * self.layout.width;
        let column = (index < count).then(|| self.numbers.get(from..from + self.layout.width));
        column.flatten().unwrap_or_default()
    }

    /// The values of a parameter, booleans as 1 and 0; empty where there is none of this index.
    pub fn param(&self, index: usize) -> &[f64] {
        self.column(self.layout.params, 0, index)
    }

    /// The values of an input; NaN before the first step.
    pub fn input(&self, index: usize) -> &[f64] {
        self.column(self.layout.inputs, self.layout.params, index)
    }

    /// What was drawn for each run.
    pub fn draw(&self, index: usize) -> &[f64] {
        self.column(self.layout.draws, self.layout.params + self.layout.inputs, index)
    }

    /// A metric as it stands: states are metrics, and keep their values from step to step.
    pub fn metric(&self, index: usize) -> &[f64] {
        self.column(self.layout.metrics, self.layout.shown(), index)
    }

    /// A metric, to be written.
    pub fn metric_mut(&mut self, index: usize) -> &mut [f64] {
        let from = (self.layout.shown() + index) * self.layout.width;
        let to = from + self.layout.width;
        let column = (index < self.layout.metrics).then(|| self.numbers.get_mut(from..to));
        column.flatten().unwrap_or_default()
    }
}

/// How the runs of a tile step together. Each run must do what it does alone: the engine calls with one run now and then, and
/// refuses what differs.
pub trait Together: Send {
    /// Writes the metrics of the initial states.
    ///
    /// # Errors
    /// [`StepError`]: the engine then starts every run alone, to find those that cannot.
    fn start(&mut self, columns: &mut Columns<'_>) -> Result<(), StepError>;

    /// Moves all runs on by one step, and writes their metrics.
    ///
    /// # Errors
    /// [`StepError`]: the engine then steps every run alone from where it was, to find those that cannot.
    fn step(&mut self, columns: &mut Columns<'_>, clock: &Clock) -> Result<(), StepError>;
}

/// Makes what steps the runs of one tile.
pub type MakeTogether = dyn Fn() -> Box<dyn Together> + Send + Sync;

/// A kind that is declared while the program runs, and steps all runs of a tile in one call. Its parameters are numbers and
/// booleans, its metrics floats.
///
/// ```
/// use te_core::kind::{Columns, Declaration, DeclaredTogether, Draw, Together};
/// use te_core::{CellKind, Clock, Experiment, FieldSpec, List, ParamKind, ParamSpec, Range, Registry, Role};
/// use te_core::{StepError, System, Value};
///
/// /// A number that grows by a share, and by chance.
/// struct Growing;
///
/// impl Together for Growing {
///     fn start(&mut self, columns: &mut Columns<'_>) -> Result<(), StepError> {
///         columns.metric_mut(0).fill(1.0);
///         Ok(())
///     }
///     fn step(&mut self, columns: &mut Columns<'_>, _: &Clock) -> Result<(), StepError> {
///         for run in 0..columns.width() {
///             let growth = columns.param(0)[run] + 0.01 * columns.draw(0)[run];
///             columns.metric_mut(0)[run] *= 1.0 + growth;
///         }
///         Ok(())
///     }
/// }
///
/// let rate = ParamSpec {
///     name: "rate".into(), aliases: Vec::new(), kind: ParamKind::F64, optional: false, default: Value::F64(0.5),
///     range: Range::ALL, soft: Range::ALL, step: None, unit: "1/step".into(), doc: "Growth.".into(),
///     role: Role::Controllable, random: None, initial: false,
/// };
/// let x = FieldSpec {
///     name: "x".into(), kind: CellKind::F64, unit: "1".into(), doc: "The number.".into(), default: None,
/// };
/// let declaration = Declaration {
///     name: "mine/growing".into(), params: vec![rate], inputs: Vec::new(), metrics: vec![x], substeps: 1,
/// };
/// let draws = vec![("luck".to_owned(), Draw::Normal)];
/// let growing = DeclaredTogether::new(declaration, draws, None, || Box::new(Growing))?;
/// let mut registry = Registry::new();
/// registry.add_kind(growing, "mine", "A number that grows.");
///
/// let mut system = System::builder("s");
/// system.kind(List::Controllables, "g", registry.kind("mine/growing")?, &Value::Table(Vec::new()));
/// let results = Experiment::new(system.build()?).timesteps(1).runs(100).run()?;
/// let x = results.frame().f64s("g.x").ok_or("no such column")?;
/// assert!(x.iter().skip(1).step_by(2).all(|x| (1.4..1.6).contains(x)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct DeclaredTogether {
    declared: Arc<Declared>,
    values: Vec<Value>,
}

struct Declared {
    declaration: Declaration,
    /// Each under the name of its stream.
    draws: Vec<(String, Draw)>,
    content: Option<String>,
    make: Box<MakeTogether>,
}

impl DeclaredTogether {
    /// A kind with the declared defaults. `content` is what its numbers depend on beside its name, such as a hash of its source:
    /// [`Instance::content`].
    ///
    /// # Errors
    /// [`ParamError`] where a parameter is neither a number nor a boolean, or may be absent.
    pub fn new(
        declaration: Declaration,
        draws: Vec<(String, Draw)>,
        content: Option<String>,
        make: impl Fn() -> Box<dyn Together> + Send + Sync + 'static,
    ) -> Result<Self, ParamError> {
        if let Some(spec) = declaration.params.iter().find(|spec| spec.optional || !spec.kind.is_number()) {
            let message =
                format!("parameter `{}` must be a number or a boolean, and always there", spec.name);
            return Err(ParamError::cross(message));
        }
        let values = declaration.params.iter().map(|spec| spec.default.clone()).collect();
        Ok(Self {
            declared: Arc::new(Declared { declaration, draws, content, make: Box::new(make) }),
            values,
        })
    }

    fn layout(&self, width: usize) -> Layout {
        let Declared { declaration, draws, .. } = &*self.declared;
        Layout {
            params: declaration.params.len(),
            inputs: declaration.inputs.len(),
            draws: draws.len(),
            metrics: declaration.metrics.len(),
            width,
        }
    }
}

/// A parameter's value as its column holds it.
fn as_number(value: &Value) -> f64 {
    match value {
        Value::Bool(x) => f64::from(u8::from(*x)),
        value => value.number().unwrap_or(f64::NAN),
    }
}

impl Instance for DeclaredTogether {
    fn kind(&self) -> &str {
        &self.declared.declaration.name
    }
    fn specs(&self) -> &[ParamSpec] {
        &self.declared.declaration.params
    }
    fn inputs(&self) -> &[FieldSpec] {
        &self.declared.declaration.inputs
    }
    fn metrics(&self) -> &[FieldSpec] {
        &self.declared.declaration.metrics
    }
    fn get(&self, index: usize) -> Option<Value> {
        self.values.get(index).cloned()
    }
    fn set(&mut self, index: usize, value: &Value) -> Result<(), ParamIssue> {
        match (self.values.get_mut(index), self.declared.declaration.params.get(index)) {
            (Some(own), Some(spec)) => *own = spec.accept(value)?,
            _ => return Err(unknown(self.specs(), &index.to_string(), value)),
        }
        Ok(())
    }
    fn check(&self) -> Result<Started, ParamError> {
        let refused = |(spec, value): (&ParamSpec, &Value)| spec.accept(value).err();
        ParamError::from_issues(self.specs().iter().zip(&self.values).filter_map(refused).collect())?;
        TogetherColumn::new(self.clone(), 1, 0).try_start()?;
        let numbers = self.metrics().len() + self.declared.draws.len() * 4;
        Ok(Started {
            substeps: self.declared.declaration.substeps.max(1),
            state_size: numbers * size_of::<f64>(),
        })
    }
    fn column(&self, width: usize, path: u64) -> Box<dyn ComponentColumn> {
        Box::new(TogetherColumn::new(self.clone(), width, path))
    }
    fn boxed(&self) -> Box<dyn Instance> {
        Box::new(self.clone())
    }
    fn content(&self) -> Option<&str> {
        self.declared.content.as_deref()
    }
    fn source(&self) -> Option<&str> {
        self.content()
    }
    fn has_lanes(&self) -> bool {
        true
    }
    fn runs_at_once(&self) -> usize {
        4 * RUNS_IN_LANES
    }
    fn takes_changes(&self) -> Result<(), ParamError> {
        Ok(())
    }
}
