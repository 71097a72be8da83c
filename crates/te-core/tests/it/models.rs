//! Small systems with random draws, for tests of the engine itself.

use rand::RngExt as _;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use te_core::blocks::{Block, BlockComponent, BlockModel, Blocks, Context, Signal, Window};
use te_core::{
    Clock, Component, Discipline, List, ParamError, Params, Purpose, Record, StepError, Stream, System,
    SystemBuilder,
};

/// Parameters of a walk.
#[derive(Clone, Debug, PartialEq, Params)]
pub(crate) struct WalkParams {
    /// Size of a step.
    #[param(default = 0.1, min = 0.0, max = 10.0, soft_max = 1.0, unit = "1", role = "environment")]
    pub(crate) scale: f64,
    /// Drift, drawn anew for every run.
    #[param(default = 0.0, unit = "1", random = "normal(0, 0.01)")]
    pub(crate) drift: f64,
    /// Value above which the walk fails; for tests of failures.
    #[param(default = 1e9, unit = "1")]
    pub(crate) fails_above: f64,
    /// Value above which the walk panics.
    #[param(default = 1e9, unit = "1")]
    pub(crate) panics_above: f64,
}

/// What a walk shows.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub(crate) struct WalkMetrics {
    /// Value.
    #[record(unit = "1")]
    pub(crate) value: f64,
    /// Steps up.
    #[record(unit = "1")]
    pub(crate) ups: u64,
    /// Whether it is above zero.
    #[record(unit = "1")]
    pub(crate) positive: bool,
    /// Ups less downs.
    #[record(unit = "1")]
    pub(crate) balance: i64,
    /// The value to two places.
    #[record(unit = "1")]
    pub(crate) rounded: Decimal,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Walk {
    params: WalkParams,
    value: f64,
    ups: u64,
    balance: i64,
}

const SIGN: Purpose = Purpose::new("sign");

impl Component for Walk {
    const KIND: &'static str = "test/walk";
    type Params = WalkParams;
    type Inputs = ();
    type Metrics = WalkMetrics;

    fn new(params: WalkParams) -> Result<Self, ParamError> {
        params.check()?;
        Ok(Self { params, value: 0.0, ups: 0, balance: 0 })
    }
    fn reparam(&mut self, params: WalkParams) -> Result<(), ParamError> {
        params.check()?;
        self.params = params;
        Ok(())
    }
    fn step(&mut self, (): &(), _: &Clock, rng: &mut Stream) -> Result<(), StepError> {
        let up: bool = rng.child(SIGN).random();
        let size = self.params.scale * rng.uniform() + self.params.drift;
        let value = self.value + if up { size } else { -size };
        assert!(value <= self.params.panics_above, "the walk reached {value}");
        if value > self.params.fails_above {
            return Err(StepError::domain("value", value, "at most fails_above"));
        }
        self.value = value;
        self.ups += u64::from(up);
        self.balance += if up { 1 } else { -1 };
        Ok(())
    }
    fn metrics(&self) -> WalkMetrics {
        WalkMetrics {
            value: self.value,
            ups: self.ups,
            positive: self.value > 0.0,
            balance: self.balance,
            rounded: Decimal::from_f64_retain(self.value).unwrap_or_default().round_dp(2),
        }
    }
}

/// What a follower reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub(crate) struct FollowInputs {
    /// What it follows.
    #[record(unit = "1")]
    pub(crate) target: f64,
    /// How fast.
    #[record(unit = "1", default = 0.5)]
    pub(crate) speed: f64,
}

/// What a follower shows.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub(crate) struct FollowMetrics {
    /// Where it is.
    #[record(unit = "1")]
    pub(crate) at: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Follow(pub(crate) FollowMetrics);

impl Component for Follow {
    const KIND: &'static str = "test/follow";
    type Params = ();
    type Inputs = FollowInputs;
    type Metrics = FollowMetrics;

    fn new((): ()) -> Result<Self, ParamError> {
        Ok(Self(FollowMetrics { at: 1.0 }))
    }
    fn step(&mut self, inputs: &FollowInputs, _: &Clock, _: &mut Stream) -> Result<(), StepError> {
        self.0.at += inputs.speed * (inputs.target - self.0.at);
        Ok(())
    }
    fn metrics(&self) -> FollowMetrics {
        self.0
    }
}

/// A branching population in two blocks, with history and draws.
#[derive(Clone, Debug)]
pub(crate) struct Population;

#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub(crate) struct PopulationState {
    /// Heads.
    #[record(unit = "1")]
    heads: f64,
    /// Mean of the last three timesteps.
    #[record(unit = "1")]
    average: f64,
}

#[derive(Default)]
pub(crate) struct Births {
    born: Signal<f64>,
}

impl BlockModel for Population {
    const KIND: &'static str = "test/population";
    type Params = ();
    type Inputs = ();
    type State = PopulationState;
    type Signals = Births;
    type Metrics = PopulationState;
    const HISTORY: Window = Window::Steps(3);

    fn genesis((): &()) -> Result<PopulationState, ParamError> {
        Ok(PopulationState { heads: 10.0, average: 10.0 })
    }
    fn blocks() -> Blocks<Self> {
        fn births(cx: &Context<'_, Population>, out: &mut Births) -> Result<(), StepError> {
            out.born.give(cx.state.heads * 0.1 * cx.draw(Stream::uniform));
            Ok(())
        }
        let average = |cx: &Context<'_, Population>, _: &Births| {
            let kept = (0..cx.history.len()).filter_map(|back| cx.history.end_of(back));
            Ok(kept.map(|s| s.heads).sum::<f64>() / cx.history.len() as f64)
        };
        Blocks::new()
            .block(Block::new("births").policy("first", births).policy("second", births).update(
                "heads",
                |s| &mut s.heads,
                |cx, signals| Ok(cx.state.heads * 0.95 + signals.born.get("born")?),
            ))
            .block(Block::new("average").update("average", |s| &mut s.average, average))
    }
    fn metrics(state: &PopulationState, (): &()) -> PopulationState {
        *state
    }
}

/// A walk, a follower of its square, a lagged wire, an interaction that draws, a derived column.
pub(crate) fn market() -> SystemBuilder {
    let mut market = System::builder("market");
    market.uncontrollable::<Walk>("walk", WalkParams::default());
    let follower = market.controllable::<Follow>("follower", ());
    market.controllable::<Follow>("late", ());
    market.wire("walk.value ^ 2 + 0.1 * walk.ups", "follower.target");
    market.wire("lag(follower.at, 3)", "late.target");
    market.wire("if(walk.positive, 0.25, 0.75)", "late.speed");
    market.derived("gap", "follower.at - late.at", "1");
    market.interaction("nudge", move |world| {
        let nudge = 0.01 * world.stream().uniform();
        world.get_mut(follower)?.0.at += nudge;
        Ok(())
    });
    market
}

pub(crate) fn population() -> SystemBuilder {
    let mut system = System::builder("population");
    system.controllable::<BlockComponent<Population>>("people", ());
    system.uncontrollable::<Walk>("weather", WalkParams::default());
    system
}

/// Two markets inside a system, one stage of which is simultaneous.
pub(crate) fn nested() -> SystemBuilder {
    let mut outer = System::builder("nested");
    outer.nest(List::Controllables, "east", market());
    outer.nest(List::Controllables, "west", market());
    outer.uncontrollable::<Walk>("world", WalkParams { scale: 0.3, ..WalkParams::default() });
    outer.controllable::<Follow>("sum", ());
    outer.wire("east.gap + west.follower.at", "sum.target");
    outer.wire("1 / (1 + abs(west.gap))", "east.follower.speed");
    outer.wire("1 / (1 + abs(east.gap))", "west.follower.speed");
    outer.discipline(List::Controllables, Discipline::Simultaneous);
    outer
}

pub(crate) fn build(system: SystemBuilder) -> System {
    system.build().unwrap_or_else(|e| panic!("{e}"))
}
