//! Block models: partial state update blocks, for those who come from cadCAD.
//!
//! A timestep is a list of blocks. In a block, all policies read the state before the block; their signals are folded
//! in the order of declaration; then all updates read the state before the block and the folded signals, and write
//! one variable each. Variables without an update carry over. Every block is a substep.
//!
//! A policy is a function of a [`Context`] (params, clock, history, state, inputs, random stream) that gives signals;
//! an update is one of the same context and the signals that returns the variable's next value. A block model is a
//! [`Component`]: [`BlockComponent`].

mod history;
mod signal;

pub use history::{History, Window};
pub use signal::{First, Last, Max, Min, Product, Reducer, Signal, Sum};

use crate::{Clock, Component, ParamError, Params, Record, StepError, Stream, nearest};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::any::{Any, TypeId};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A model in blocks: its types, its initial state and its definition.
///
/// ```
/// use te_core::blocks::{Block, BlockComponent, BlockModel, Blocks, Context, Signal};
/// use te_core::{Experiment, ParamError, Record, StepError, System};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Debug)]
/// struct Prey;
/// #[derive(Clone, Copy, Debug, Record, Serialize, Deserialize)]
/// struct State {
///     /// Prey.
///     #[record(unit = "1")]
///     prey: f64,
/// }
/// #[derive(Default)]
/// struct Signals { born: Signal<f64> }
///
/// fn births(cx: &Context<'_, Prey>, out: &mut Signals) -> Result<(), StepError> {
///     out.born.give(0.5 * cx.state.prey);
///     Ok(())
/// }
/// fn prey(cx: &Context<'_, Prey>, signals: &Signals) -> Result<f64, StepError> {
///     Ok(cx.state.prey + signals.born.get("born")?)
/// }
///
/// impl BlockModel for Prey {
///     const KIND: &'static str = "example/prey";
///     type Params = ();
///     type Inputs = ();
///     type State = State;
///     type Signals = Signals;
///     type Metrics = State;
///     fn genesis(_: &()) -> Result<State, ParamError> { Ok(State { prey: 2.0 }) }
///     fn blocks() -> Blocks<Self> {
///         // The same policy twice: equal signals add up.
///         Blocks::new().block(
///             Block::new("reproduction").policy("births", births).policy("more", births)
///                 .update("prey", |s| &mut s.prey, prey),
///         )
///     }
///     fn metrics(state: &State, _: &()) -> State { *state }
/// }
///
/// let system = System::of::<BlockComponent<Prey>>("field", ())?;
/// let results = Experiment::new(system).timesteps(2).run()?;
/// assert_eq!(results.frame().f64s("field.prey"), Some(&[2.0, 4.0, 8.0][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait BlockModel: Clone + Send + Sync + 'static {
    /// The kind's name: `family/mechanism`.
    const KIND: &'static str;
    /// Parameters.
    type Params: Params;
    /// Inputs from other components.
    type Inputs: Record;
    /// State variables.
    type State: Clone + Serialize + DeserializeOwned + Send + Sync + 'static;
    /// What policies give to updates.
    type Signals: Default;
    /// What is recorded.
    type Metrics: Record;
    /// How much of the past functions see.
    const HISTORY: Window = Window::None;

    /// The initial state.
    ///
    /// # Errors
    /// [`ParamError`] where parameters make no valid state.
    fn genesis(params: &Self::Params) -> Result<Self::State, ParamError>;

    /// The blocks, in order.
    fn blocks() -> Blocks<Self>;

    /// What is recorded of a state.
    fn metrics(state: &Self::State, params: &Self::Params) -> Self::Metrics;

    /// Names of the state variables, against which updates are checked: those of the metrics unless said otherwise.
    fn variables() -> Vec<String> {
        Self::Metrics::fields().iter().map(|f| f.name.to_string()).collect()
    }
}

/// What a policy or an update is handed.
pub struct Context<'a, M: BlockModel> {
    /// The parameters.
    pub params: &'a M::Params,
    /// The timestep being computed, and the block's number as substep.
    pub clock: Clock,
    /// Completed timesteps, as far as [`BlockModel::HISTORY`] keeps them.
    pub history: &'a History<M::State>,
    /// The state before the block; for environment processes the state after it.
    pub state: &'a M::State,
    /// The inputs.
    pub inputs: &'a M::Inputs,
    stream: RefCell<&'a mut Stream>,
}

impl<M: BlockModel> Context<'_, M> {
    /// Draws from the component's random stream.
    pub fn draw<T>(&self, draw: impl FnOnce(&mut Stream) -> T) -> T {
        // No function is handed the context from within a draw, so the stream is never borrowed twice.
        draw(&mut self.stream.borrow_mut())
    }
}

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
type Map<M> = Box<dyn Fn(&mut <M as BlockModel>::Signals) -> Result<(), StepError> + Send + Sync>;
type Name = Cow<'static, str>;

/// One partial state update block.
pub struct Block<M: BlockModel> {
    name: Name,
    policies: Vec<(Name, Policy<M>)>,
    maps: Vec<Map<M>>,
    updates: Vec<(Name, Write<M>)>,
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
    pub fn map(mut self, map: impl Fn(&mut M::Signals) -> Result<(), StepError> + Send + Sync + 'static) -> Self {
        self.maps.push(Box::new(map));
        self
    }

    /// Adds an update of one variable: its name, where it stands in the state, and its next value.
    #[must_use]
    pub fn update<T: 'static>(
        mut self,
        variable: impl Into<Cow<'static, str>>,
        place: impl Fn(&mut M::State) -> &mut T + Send + Sync + 'static,
        update: impl Fn(&Context<'_, M>, &M::Signals) -> Result<T, StepError> + Send + Sync + 'static,
    ) -> Self {
        let write = move |cx: &Context<'_, M>, signals: &M::Signals, next: &mut M::State| {
            *place(next) = update(cx, signals)?;
            Ok(())
        };
        self.updates.push((variable.into(), Box::new(write)));
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
}

/// When an environment process applies.
pub struct Trigger<M: BlockModel>(Condition<M>);

type Condition<M> = Box<dyn Fn(&Context<'_, M>) -> bool + Send + Sync>;

/// The definition of a block model.
pub struct Blocks<M: BlockModel> {
    blocks: Vec<Block<M>>,
    exogenous: Vec<(Name, Process<M>)>,
    environment: Vec<(Name, Process<M>)>,
}

impl<M: BlockModel> Default for Blocks<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: BlockModel> Blocks<M> {
    /// No block.
    pub fn new() -> Self {
        Self { blocks: Vec::new(), exogenous: Vec::new(), environment: Vec::new() }
    }

    /// Adds a block, after those before.
    #[must_use]
    pub fn block(mut self, block: Block<M>) -> Self {
        self.blocks.push(block);
        self
    }

    /// Lets a variable follow something outside the model: it is set once in every timestep, before the first block.
    #[must_use]
    pub fn exogenous<T: Clone + Send + Sync + 'static>(
        mut self,
        variable: impl Into<Cow<'static, str>>,
        place: impl Fn(&mut M::State) -> &mut T + Send + Sync + 'static,
        from: Exogenous<M, T>,
    ) -> Self {
        let process: Process<M> = Box::new(move |cx, next| {
            let value = match &from {
                Exogenous::Value(value) => value.clone(),
                Exogenous::Function(function) => function(cx)?,
                Exogenous::Series(values) => {
                    let at = usize::try_from(cx.clock.timestep - 1).unwrap_or(usize::MAX);
                    let ended = || {
                        let allowed = format!("at most {}, the length of the series", values.len());
                        StepError::domain("timestep", cx.clock.timestep as f64, allowed)
                    };
                    values.get(at).cloned().ok_or_else(ended)?
                }
            };
            *place(next) = value;
            Ok(())
        });
        self.exogenous.push((variable.into(), process));
        self
    }

    /// Adds an environment process: it changes a variable after every block, given the value that the block left.
    #[must_use]
    pub fn environment<T: 'static>(
        self,
        variable: impl Into<Cow<'static, str>>,
        place: impl Fn(&mut M::State) -> &mut T + Send + Sync + 'static,
        process: impl Fn(&Context<'_, M>, &T) -> Result<T, StepError> + Send + Sync + 'static,
    ) -> Self {
        self.environment_when(variable, place, Trigger::new(|_| true), process)
    }

    /// As [`Blocks::environment`], where a condition on the context holds.
    #[must_use]
    pub fn environment_when<T: 'static>(
        mut self,
        variable: impl Into<Cow<'static, str>>,
        place: impl Fn(&mut M::State) -> &mut T + Send + Sync + 'static,
        trigger: Trigger<M>,
        process: impl Fn(&Context<'_, M>, &T) -> Result<T, StepError> + Send + Sync + 'static,
    ) -> Self {
        let apply: Process<M> = Box::new(move |cx, next| {
            if (trigger.0)(cx) {
                let value = process(cx, place(next))?;
                *place(next) = value;
            }
            Ok(())
        });
        self.environment.push((variable.into(), apply));
        self
    }

    /// Everything that the peers accept in silence and get wrong is refused here.
    fn check(&self) -> Result<(), ParamError> {
        let mut problems = Vec::new();
        let variables = M::variables();
        let mut known = |name: &str, what: String| {
            if !variables.iter().any(|v| v == name) {
                let near = crate::nearest::suggestion(nearest(name, &variables).as_deref());
                problems.push(format!("TE0202: {what} unknown variable `{name}`{near}"));
            }
        };
        for block in &self.blocks {
            for (variable, _) in &block.updates {
                known(variable, format!("block `{}` updates", block.name));
            }
        }
        for (variable, _) in self.exogenous.iter().chain(&self.environment) {
            known(variable, "a process sets".to_owned());
        }
        for block in &self.blocks {
            if let Some(name) = twice(block.updates.iter().map(|(n, _)| n.as_ref())) {
                problems.push(format!("TE0201: variable `{name}` has two writers in block `{}`", block.name));
            }
            if let Some(name) = twice(block.policies.iter().map(|(n, _)| n.as_ref())) {
                problems.push(format!("TE0203: policy `{name}` is declared twice in block `{}`", block.name));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(ParamError::cross(problems.join("\n"))) }
    }
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

/// The definition is made once for each model, not once for each run.
fn definition<M: BlockModel>() -> Result<Arc<Blocks<M>>, ParamError> {
    type Known = Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>;
    static KNOWN: OnceLock<Known> = OnceLock::new();
    let known = KNOWN.get_or_init(Known::default);
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) =
        known.get(&TypeId::of::<M>()).and_then(|d| Arc::clone(d).downcast::<Blocks<M>>().ok())
    {
        return Ok(found);
    }
    let made = Arc::new(M::blocks());
    made.check()?;
    known.insert(TypeId::of::<M>(), Arc::clone(&made) as Arc<dyn Any + Send + Sync>);
    Ok(made)
}

/// A block model as a component.
#[derive(Clone)]
pub struct BlockComponent<M: BlockModel> {
    definition: Arc<Blocks<M>>,
    params: M::Params,
    state: M::State,
    history: History<M::State>,
}

impl<M: BlockModel> BlockComponent<M> {
    /// The present state.
    pub fn state(&self) -> &M::State {
        &self.state
    }
}

impl<M: BlockModel> Component for BlockComponent<M> {
    const KIND: &'static str = M::KIND;
    type Params = M::Params;
    type Inputs = M::Inputs;
    type Metrics = M::Metrics;

    fn new(params: M::Params) -> Result<Self, ParamError> {
        params.check()?;
        let definition = definition::<M>()?;
        let state = M::genesis(&params)?;
        let mut history = History::new(M::HISTORY);
        history.push(&state);
        history.close();
        Ok(Self { definition, params, state, history })
    }

    fn step(&mut self, inputs: &M::Inputs, clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        let definition = Arc::clone(&self.definition);
        let mut before = None;
        if clock.substep <= 1 && !definition.exogenous.is_empty() {
            let mut world = self.state.clone();
            for (_, process) in &definition.exogenous {
                let cx = context(&self.params, clock, &self.history, &self.state, inputs, rng);
                process(&cx, &mut world)?;
            }
            before = Some(world);
        }
        let state = before.as_ref().unwrap_or(&self.state);
        let mut next = state.clone();
        if let Some(block) = definition.blocks.get((clock.substep as usize).saturating_sub(1)) {
            let cx = context(&self.params, clock, &self.history, state, inputs, rng);
            let mut signals = M::Signals::default();
            for (_, policy) in &block.policies {
                policy(&cx, &mut signals)?;
            }
            for map in &block.maps {
                map(&mut signals)?;
            }
            for (_, update) in &block.updates {
                update(&cx, &signals, &mut next)?;
            }
        }
        for (_, process) in &definition.environment {
            let after = next.clone();
            let cx = context(&self.params, clock, &self.history, &after, inputs, rng);
            process(&cx, &mut next)?;
        }
        self.state = next;
        self.history.push(&self.state);
        if clock.substep as usize >= definition.blocks.len() {
            self.history.close();
        }
        Ok(())
    }

    fn metrics(&self) -> M::Metrics {
        M::metrics(&self.state, &self.params)
    }

    fn substeps(&self) -> u32 {
        u32::try_from(self.definition.blocks.len()).unwrap_or(u32::MAX).max(1)
    }
}

fn context<'a, M: BlockModel>(
    params: &'a M::Params,
    clock: &Clock,
    history: &'a History<M::State>,
    state: &'a M::State,
    inputs: &'a M::Inputs,
    rng: &'a mut Stream,
) -> Context<'a, M> {
    Context { params, clock: *clock, history, state, inputs, stream: RefCell::new(rng) }
}

#[derive(Serialize, Deserialize)]
struct Saved<P, S> {
    #[serde(bound(deserialize = "P: DeserializeOwned"))]
    params: P,
    #[serde(bound(deserialize = "S: DeserializeOwned"))]
    state: S,
    #[serde(bound(deserialize = "S: DeserializeOwned"))]
    history: History<S>,
}

/// Params, state and history; the definition is code.
impl<M: BlockModel> Serialize for BlockComponent<M> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let saved =
            Saved { params: self.params.clone(), state: self.state.clone(), history: self.history.clone() };
        saved.serialize(serializer)
    }
}

impl<'de, M: BlockModel> Deserialize<'de> for BlockComponent<M> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Saved { params, state, history } = Saved::deserialize(deserializer)?;
        let definition = definition::<M>().map_err(serde::de::Error::custom)?;
        Ok(Self { definition, params, state, history })
    }
}
