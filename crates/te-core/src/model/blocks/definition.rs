//! What a block model is made of: blocks, exogenous variables, environment processes.

use super::{BlockModel, Context};
use crate::declaration::nearest::nearest;
use crate::declaration::param_error::ParamError;
use crate::model::step_error::StepError;
use std::borrow::Cow;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

type Policy<M> =
    Box<dyn Fn(&Context<'_, M>, &mut <M as BlockModel>::Signals) -> Result<(), StepError> + Send + Sync>;
type Write<M> = Box<
    dyn Fn(
            &Context<'_, M>,
            &<M as BlockModel>::Signals,
            &mut <M as BlockModel>::State,
        ) -> Result<(), StepError>
        + Send
        + Sync,
>;
type Process<M> =
    Box<dyn Fn(&Context<'_, M>, &mut <M as BlockModel>::State) -> Result<(), StepError> + Send + Sync>;
/// Where in a state a variable stands: its address and size.
type Locate<M> = Box<dyn Fn(&mut <M as BlockModel>::State) -> Range<usize> + Send + Sync>;
type Map<M> = Box<dyn Fn(&mut <M as BlockModel>::Signals) -> Result<(), StepError> + Send + Sync>;
type Name = Cow<'static, str>;

/// What sets one variable.
pub(super) struct Writer<M: BlockModel, F> {
    pub(super) variable: Name,
    pub(super) write: F,
    locate: Locate<M>,
}

impl<M: BlockModel, F> Writer<M, F> {
    fn new<T: 'static>(
        variable: Name,
        field: Arc<impl Fn(&mut M::State) -> &mut T + Send + Sync + 'static>,
        write: F,
    ) -> Self {
        let locate = Box::new(move |state: &mut M::State| {
            let first = std::ptr::from_ref(field(state)).addr();
            first..first + size_of::<T>()
        });
        Self { variable, write, locate }
    }
}

/// One partial state update block.
pub struct Block<M: BlockModel> {
    pub(super) name: Name,
    pub(super) policies: Vec<(Name, Policy<M>)>,
    pub(super) maps: Vec<Map<M>>,
    pub(super) updates: Vec<Writer<M, Write<M>>>,
}

impl<M: BlockModel> Block<M> {
    /// An empty block.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), policies: Vec::new(), maps: Vec::new(), updates: Vec::new() }
    }

    /// Adds a policy.
    #[must_use]
    pub fn policy(
        mut self,
        name: impl Into<Cow<'static, str>>,
        policy: impl Fn(&Context<'_, M>, &mut M::Signals) -> Result<(), StepError> + Send + Sync + 'static,
    ) -> Self {
        self.policies.push((name.into(), Box::new(policy)));
        self
    }

    /// Adds a function that changes the signals after they are folded and before any update.
    #[must_use]
    pub fn map(
        mut self,
        map: impl Fn(&mut M::Signals) -> Result<(), StepError> + Send + Sync + 'static,
    ) -> Self {
        self.maps.push(Box::new(map));
        self
    }

    /// Adds an update of one variable: its name, where it stands in the state, and its next value.
    #[must_use]
    pub fn update<T: 'static>(
        mut self,
        variable: impl Into<Cow<'static, str>>,
        field: impl Fn(&mut M::State) -> &mut T + Send + Sync + 'static,
        update: impl Fn(&Context<'_, M>, &M::Signals) -> Result<T, StepError> + Send + Sync + 'static,
    ) -> Self {
        let field = Arc::new(field);
        let target = Arc::clone(&field);
        let write: Write<M> = Box::new(move |cx, signals, next| {
            *target(next) = update(cx, signals)?;
            Ok(())
        });
        self.updates.push(Writer::new(variable.into(), field, write));
        self
    }
}

/// A value from outside the model.
pub enum Exogenous<M: BlockModel, T> {
    /// Always this value.
    Value(T),
    /// A function of the clock, the parameters and the state.
    Function(fn(&Context<'_, M>) -> Result<T, StepError>),
    /// A column of data: the k-th value at timestep k; the run fails where the column ends.
    Series(Vec<T>),
    /// A column of data that is a parameter.
    Parameter(fn(&M::Params) -> &[T]),
}

/// When an environment process applies.
pub struct Trigger<M: BlockModel>(Condition<M>);

type Condition<M> = Box<dyn Fn(&Context<'_, M>) -> bool + Send + Sync>;

/// The definition of a block model.
pub struct Blocks<M: BlockModel> {
    pub(super) list: Vec<Block<M>>,
    pub(super) exogenous: Vec<Writer<M, Process<M>>>,
    pub(super) environment: Vec<Writer<M, Process<M>>>,
    /// Variables whose fields contradict their names, found at the first state.
    contradictions: OnceLock<Vec<String>>,
}

impl<M: BlockModel> Default for Blocks<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: BlockModel> Blocks<M> {
    /// No block.
    pub fn new() -> Self {
        Self {
            list: Vec::new(),
            exogenous: Vec::new(),
            environment: Vec::new(),
            contradictions: OnceLock::new(),
        }
    }

    /// Adds a block, after those before.
    #[must_use]
    pub fn block(mut self, block: Block<M>) -> Self {
        self.list.push(block);
        self
    }

    /// Lets a variable follow something outside the model: it is set once in every timestep, before the first block.
    #[must_use]
    pub fn exogenous<T: Clone + Send + Sync + 'static>(
        mut self,
        variable: impl Into<Cow<'static, str>>,
        field: impl Fn(&mut M::State) -> &mut T + Send + Sync + 'static,
        from: Exogenous<M, T>,
    ) -> Self {
        let field = Arc::new(field);
        let target = Arc::clone(&field);
        let process: Process<M> = Box::new(move |cx, next| {
            *target(next) = match &from {
                Exogenous::Value(value) => value.clone(),
                Exogenous::Function(function) => function(cx)?,
                Exogenous::Series(values) => value_of(values, cx.clock.timestep)?,
                Exogenous::Parameter(values) => value_of(values(cx.params), cx.clock.timestep)?,
            };
            Ok(())
        });
        self.exogenous.push(Writer::new(variable.into(), field, process));
        self
    }

    /// As [`Blocks::exogenous`], from a column of data that is a parameter: `exogenous_series("price", |s| &mut s.price, |params|
    /// &params.prices)`.
    #[must_use]
    pub fn exogenous_series<T: Clone + Send + Sync + 'static>(
        self,
        variable: impl Into<Cow<'static, str>>,
        field: impl Fn(&mut M::State) -> &mut T + Send + Sync + 'static,
        series: fn(&M::Params) -> &[T],
    ) -> Self {
        self.exogenous(variable, field, Exogenous::Parameter(series))
    }

    /// Adds an environment process: it changes a variable after every block, given the value that the block left.
    #[must_use]
    pub fn environment<T: 'static>(
        self,
        variable: impl Into<Cow<'static, str>>,
        field: impl Fn(&mut M::State) -> &mut T + Send + Sync + 'static,
        process: impl Fn(&Context<'_, M>, &T) -> Result<T, StepError> + Send + Sync + 'static,
    ) -> Self {
        self.environment_when(variable, field, Trigger::new(|_| true), process)
    }

    /// As [`Blocks::environment`], where a condition on the context holds.
    #[must_use]
    pub fn environment_when<T: 'static>(
        mut self,
        variable: impl Into<Cow<'static, str>>,
        field: impl Fn(&mut M::State) -> &mut T + Send + Sync + 'static,
        trigger: Trigger<M>,
        process: impl Fn(&Context<'_, M>, &T) -> Result<T, StepError> + Send + Sync + 'static,
    ) -> Self {
        let field = Arc::new(field);
        let target = Arc::clone(&field);
        let apply: Process<M> = Box::new(move |cx, next| {
            if (trigger.0)(cx) {
                let value = process(cx, target(next))?;
                *target(next) = value;
            }
            Ok(())
        });
        self.environment.push(Writer::new(variable.into(), field, apply));
        self
    }

    /// Everything that the peers accept in silence and get wrong is refused here.
    pub(super) fn check(&self) -> Result<(), ParamError> {
        let mut problems = Vec::new();
        let variables = M::variables();
        let mut known = |name: &str, what: String| {
            if !variables.iter().any(|v| v == name) {
                let near = crate::declaration::nearest::suggestion(nearest(name, &variables).as_deref());
                problems.push(format!("TE0202: {what} unknown variable `{name}`{near}"));
            }
        };
        for block in &self.list {
            for update in &block.updates {
                known(&update.variable, format!("block `{}` updates", block.name));
            }
        }
        for process in self.exogenous.iter().chain(&self.environment) {
            known(&process.variable, "a process sets".to_owned());
        }
        for block in &self.list {
            if let Some(name) = twice(block.updates.iter().map(|update| update.variable.as_ref())) {
                problems.push(format!("TE0201: variable `{name}` has two writers in block `{}`", block.name));
            }
            if let Some(name) = twice(block.policies.iter().map(|(n, _)| n.as_ref())) {
                problems.push(format!("TE0203: policy `{name}` is declared twice in block `{}`", block.name));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(ParamError::cross(problems.join("\n"))) }
    }
}

impl<M: BlockModel> Blocks<M> {
    /// Refuses variables whose fields contradict their names: two of one field, or one of two fields. Fields are looked up
    /// once for each model, in the first state that there is.
    pub(super) fn check_places(&self, state: &M::State) -> Result<(), ParamError> {
        let problems = self.contradictions.get_or_init(|| {
            let mut state = state.clone();
            // A field that this state does not have cannot be compared.
            catch_unwind(AssertUnwindSafe(|| self.contradictions(&mut state))).unwrap_or_default()
        });
        if problems.is_empty() { Ok(()) } else { Err(ParamError::cross(problems.join("\n"))) }
    }

    fn contradictions(&self, state: &mut M::State) -> Vec<String> {
        let mut all: Vec<(Option<usize>, String, &str, Range<usize>)> = Vec::new();
        for (at, block) in self.list.iter().enumerate() {
            for update in &block.updates {
                let who = format!("block `{}` updates", block.name);
                all.push((Some(at), who, &update.variable, (update.locate)(state)));
            }
        }
        for (what, processes) in
            [("the world sets", &self.exogenous), ("the environment changes", &self.environment)]
        {
            for process in processes {
                all.push((None, what.to_owned(), &process.variable, (process.locate)(state)));
            }
        }
        let mut problems = Vec::new();
        for (later, (block, who, name, field)) in all.iter().enumerate() {
            for (other_block, other_who, other, other_field) in &all[..later] {
                let one_block = block.is_some() && block == other_block;
                let same = field == other_field && !field.is_empty();
                let overlap = field.start < other_field.end && other_field.start < field.end;
                let problem = if name != other && (same || (one_block && overlap)) {
                    format!(
                        "TE0201: {other_who} `{other}` and {who} `{name}`, but both are one place in the state"
                    )
                } else if name == other && field != other_field {
                    format!(
                        "TE0201: {other_who} `{other}` and {who} `{name}`, but these are two places in the state"
                    )
                } else {
                    continue;
                };
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
            }
        }
        problems
    }
}

/// The k-th value at timestep k.
fn value_of<T: Clone>(values: &[T], timestep: u64) -> Result<T, StepError> {
    let at = timestep.checked_sub(1).and_then(|at| usize::try_from(at).ok());
    at.and_then(|at| values.get(at)).cloned().ok_or_else(|| {
        let allowed = format!("at most {}, the length of the series", values.len());
        StepError::domain("timestep", timestep as f64, allowed)
    })
}

/// A name that comes a second time.
fn twice<'n>(names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let mut seen = Vec::new();
    for name in names {
        if seen.contains(&name) {
            return Some(name);
        }
        seen.push(name);
    }
    None
}

impl<M: BlockModel> Trigger<M> {
    /// A trigger from a condition.
    pub fn new(condition: impl Fn(&Context<'_, M>) -> bool + Send + Sync + 'static) -> Self {
        Self(Box::new(condition))
    }
}
