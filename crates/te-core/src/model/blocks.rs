//! Block models: partial state update blocks, for those who come from cadCAD.
//!
//! A timestep is a list of blocks. In a block, all policies read the state before the block; their signals are folded
//! in the order of declaration; then all updates read the state before the block and the folded signals, and write
//! one variable each. Variables without an update carry over. Every block is a substep.
//!
//! A policy is a function of a [`Context`] (params, clock, history, state, inputs, random stream) that gives signals;
//! an update is one of the same context and the signals that returns the variable's next value. A block model is a
//! [`Component`]: [`BlockComponent`].

mod definition;
mod history;
mod signal;

use definition::Writer;
pub use definition::{Block, Blocks, Exogenous, Trigger};
pub use history::{History, Window};
pub use signal::{First, Last, Max, Min, Product, Reducer, Signal, Sum};

use crate::declaration::clock::Clock;
use crate::declaration::param_error::ParamError;
use crate::declaration::params::Params;
use crate::declaration::record::Record;
use crate::model::component::Component;
use crate::model::step_error::StepError;
use crate::numerics::run_id::RunId;
use crate::numerics::stream::Stream;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::any::{Any, TypeId};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A model in blocks: its types, its initial state and its definition.
///
/// ```
/// use te_core::blocks::{BlockComponent, BlockModel, Blocks, Context, Signal};
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
///         Self::model().block(
///             Self::block("reproduction").policy("births", births).policy("more", births)
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
    /// The equations of a step ([`Component::EQUATIONS`]).
    const EQUATIONS: &'static [&'static str] = &[<Self::Metrics as Record>::EQUATIONS];

    /// The initial state.
    ///
    /// # Errors
    /// [`ParamError`] where parameters make no valid state.
    fn genesis(params: &Self::Params) -> Result<Self::State, ParamError>;

    /// The blocks, in order.
    fn blocks() -> Blocks<Self>;

    /// A definition without blocks, of this model: closures that are added to it need no types.
    fn model() -> Blocks<Self> {
        Blocks::new()
    }

    /// An empty block of this model. Closures that are added to it need no types: `Self::block("supply").update("tokens", |s| &mut
    /// s.tokens, |cx, _| Ok(cx.state.tokens + 1.0))`.
    fn block(name: impl Into<Cow<'static, str>>) -> Block<Self> {
        Block::new(name)
    }

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
    /// Which run this is: simulation, subset and run.
    pub run: RunId,
    stream: RefCell<&'a mut Stream>,
}

impl<M: BlockModel> Context<'_, M> {
    /// Draws from the component's random stream.
    pub fn draw<T>(&self, draw: impl FnOnce(&mut Stream) -> T) -> T {
        // No function is handed the context from within a draw, so the stream is never borrowed twice.
        draw(&mut self.stream.borrow_mut())
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
    const EQUATIONS: &'static [&'static str] = M::EQUATIONS;

    fn new(params: M::Params) -> Result<Self, ParamError> {
        params.check()?;
        let definition = definition::<M>()?;
        let state = M::genesis(&params)?;
        definition.check_places(&state)?;
        let mut history = History::new(M::HISTORY);
        history.push(&state);
        history.close();
        Ok(Self { definition, params, state, history })
    }

    /// What policies and updates are handed from the next block on. Parameters that only the genesis reads are marked
    /// `#[param(initial)]`.
    fn reparam(&mut self, params: M::Params) -> Result<(), ParamError> {
        params.check()?;
        self.params = params;
        Ok(())
    }

    fn step(&mut self, inputs: &M::Inputs, clock: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        let definition = Arc::clone(&self.definition);
        let mut before = None;
        if clock.substep <= 1 && !definition.exogenous.is_empty() {
            let mut world = self.state.clone();
            for Writer { variable, write, .. } in &definition.exogenous {
                let cx = context(&self.params, clock, &self.history, &self.state, inputs, rng);
                write(&cx, &mut world).map_err(|e| e.within(format!("exogenous variable `{variable}`")))?;
            }
            before = Some(world);
        }
        let state = before.as_ref().unwrap_or(&self.state);
        let mut next = state.clone();
        if let Some(block) = definition.list.get((clock.substep as usize).saturating_sub(1)) {
            let cx = context(&self.params, clock, &self.history, state, inputs, rng);
            let mut signals = M::Signals::default();
            let within = |e: StepError, what: &str, name: &str| {
                e.within(format!("block `{}`, {what} `{name}`", block.name))
            };
            for (name, policy) in &block.policies {
                policy(&cx, &mut signals).map_err(|e| within(e, "policy", name))?;
            }
            for map in &block.maps {
                map(&mut signals).map_err(|e| e.within(format!("block `{}`, map of signals", block.name)))?;
            }
            for Writer { variable, write, .. } in &block.updates {
                write(&cx, &signals, &mut next).map_err(|e| within(e, "update of", variable))?;
            }
        }
        for Writer { variable, write, .. } in &definition.environment {
            let after = next.clone();
            let cx = context(&self.params, clock, &self.history, &after, inputs, rng);
            write(&cx, &mut next).map_err(|e| e.within(format!("environment process of `{variable}`")))?;
        }
        self.state = next;
        self.history.push(&self.state);
        if clock.substep as usize >= definition.list.len() {
            self.history.close();
        }
        Ok(())
    }

    fn metrics(&self) -> M::Metrics {
        M::metrics(&self.state, &self.params)
    }

    fn substeps(&self) -> u32 {
        u32::try_from(self.definition.list.len()).unwrap_or(u32::MAX).max(1)
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
    Context { params, clock: *clock, history, state, inputs, run: rng.run_id(), stream: RefCell::new(rng) }
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
