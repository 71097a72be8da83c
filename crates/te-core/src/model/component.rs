//! The central trait: what is composed.

use crate::declaration::clock::Clock;
use crate::declaration::param_error::ParamError;
use crate::declaration::params::Params;
use crate::declaration::record::Record;
use crate::model::kind::unchangeable;
use crate::model::lane_form::LaneForm;
use crate::model::step_error::StepError;
use crate::numerics::stream::Stream;
use serde::{Serialize, de::DeserializeOwned};

/// A mechanism that holds its own state and steps it.
///
/// A component is a plain value: cloning it copies the state, serialising it saves the state. It needs no engine:
/// build it, call `step`, read `metrics`.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream, StreamKey};
///
/// /// Parameters of a supply that grows by a constant rate.
/// #[derive(Clone, Debug, PartialEq, Params)]
/// pub struct GrowthParams {
///     /// Growth per step.
///     #[param(default = 0.02, above = -1.0, max = 1.0, unit = "1/step")]
///     pub rate: f64,
/// }
///
/// /// What it shows.
/// #[derive(Clone, Copy, Debug, PartialEq, Record)]
/// pub struct GrowthMetrics {
///     /// Tokens in existence.
///     #[record(unit = "token")]
///     pub supply: f64,
/// }
///
/// #[derive(Clone, Debug, Serialize, Deserialize)]
/// pub struct Growth { params: GrowthParams, supply: f64 }
///
/// impl Component for Growth {
///     const KIND: &'static str = "example/growth";
///     type Params = GrowthParams;
///     type Inputs = ();
///     type Metrics = GrowthMetrics;
///
///     fn new(params: GrowthParams) -> Result<Self, ParamError> {
///         params.check()?;
///         Ok(Self { params, supply: 100.0 })
///     }
///     fn step(&mut self, _: &(), _: &Clock, _: &mut Stream) -> Result<(), StepError> {
///         self.supply = StepError::finite("supply", self.supply * (1.0 + self.params.rate))?;
///         Ok(())
///     }
///     fn metrics(&self) -> GrowthMetrics {
///         GrowthMetrics { supply: self.supply }
///     }
/// }
///
/// let mut growth = Growth::new(GrowthParams::default())?;
/// let mut stream = Stream::new(StreamKey::default(), "growth");
/// growth.step(&(), &Clock::at(1), &mut stream)?;
/// assert_eq!(growth.metrics().supply, 102.0);
///
/// let refused = Growth::new(GrowthParams { rate: -1.0 }).unwrap_err();
/// assert_eq!(refused.to_string(), "parameter `rate` is -1 1/step: allowed is (-1, 1] 1/step");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a component",
    label = "needs `impl Component`",
    note = "a component is a plain value: derive Clone, Serialize and Deserialize, and implement `new`, `step` and `metrics`"
)]
pub trait Component: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name that files and registries use, unique: `family/mechanism`.
    const KIND: &'static str;
    /// Declared, bounded, documented knobs.
    type Params: Params;
    /// What it reads from others at each step.
    type Inputs: Record;
    /// What it shows: recorded, and readable by others.
    type Metrics: Record;

    /// The equations of a step, in blocks of lines: those of its metrics, unless others are named. Names are those of parameters,
    /// inputs and metrics, and of what a line defines; `x'` is x after the step, `x(0)` at the start, `~` draws, and a remark
    /// follows ` -- `.
    const EQUATIONS: &'static [&'static str] = &[<Self::Metrics as Record>::EQUATIONS];

    /// The component in its initial state.
    ///
    /// # Errors
    /// [`ParamError`] where a parameter is refused: no component exists with an invalid value.
    fn new(params: Self::Params) -> Result<Self, ParamError>;

    /// Draws what the initial state leaves to chance: called once for each run, before its row 0, with the stream that
    /// [`Component::step`] goes on with. A component whose initial state follows from its parameters leaves it as it is.
    ///
    /// It must not fail: what could is refused by [`Component::new`]. A component that is stepped without it, by hand,
    /// should draw its initial state in the first step.
    fn start(&mut self, rng: &mut Stream) {
        let _ = rng;
    }

    /// Moves the state on by one step (or by the substep that the clock names).
    ///
    /// # Errors
    /// [`StepError`]; the state then is as it was before.
    fn step(&mut self, inputs: &Self::Inputs, clock: &Clock, rng: &mut Stream) -> Result<(), StepError>;

    /// The metrics of the present state.
    fn metrics(&self) -> Self::Metrics;

    /// Takes over from a fresh component of the same parameters what a saved state leaves out because all runs share it, such
    /// as a column of data. The engine calls it after it has read a saved state.
    fn share(&mut self, fresh: &Self) {
        let _ = fresh;
    }

    /// Goes on with other parameters from the next step on: what an event asks for
    /// ([`Event`](crate::Event)). The state stays. Parameters that are read at the start only are marked
    /// `#[param(initial)]`, and no event changes them.
    ///
    /// Unless written otherwise a component refuses. One that does not must take the parameters that it has, and then do
    /// what it would have done without.
    ///
    /// # Errors
    /// [`ParamError`]; the component is as it was before.
    fn reparam(&mut self, params: Self::Params) -> Result<(), ParamError> {
        let _ = params;
        Err(unchangeable(Self::KIND))
    }

    /// How many substeps make one step. The engine calls [`Component::step`] once for each, with
    /// [`Clock::substep`] counting from 1. Block models have one for each block; others leave it at 1.
    fn substeps(&self) -> u32 {
        1
    }

    /// How runs of it are stepped side by side in vector registers: `Some(LaneForm::of())` where it is
    /// [`Laned`](crate::lanes::Laned). Without, runs are stepped one by one; results are the same.
    fn lane_form() -> Option<LaneForm<Self>> {
        None
    }
}
