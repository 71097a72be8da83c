//! Exogenous variables, environment processes and triggers of block models; the glue components.

use crate::models::build;
use serde::{Deserialize, Serialize};
use te_core::blocks::{Block, BlockComponent, BlockModel, Blocks, Context, Exogenous, Trigger};
use te_core::glue::{Delay, DelayParams, Function, FunctionParams, Series, SeriesEnd, SeriesParams, Switch};
use te_core::{Experiment, Frame, ParamError, Record, Recording, StepError, System};

#[derive(Clone, Debug)]
struct Outside;

#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
struct State {
    /// A constant of the world.
    rate: f64,
    /// A function of the clock.
    season: f64,
    /// A column of data.
    rain: f64,
    /// What the model makes of them.
    stock: f64,
}

impl BlockModel for Outside {
    const KIND: &'static str = "test/outside";
    type Params = ();
    type Inputs = ();
    type State = State;
    type Signals = ();
    type Metrics = State;

    fn genesis((): &()) -> Result<State, ParamError> {
        Ok(State { rate: 0.0, season: 0.0, rain: 0.0, stock: 0.0 })
    }
    fn blocks() -> Blocks<Self> {
        type Cx<'a> = Context<'a, Outside>;
        let grow =
            |cx: &Cx<'_>, (): &()| Ok(cx.state.stock + cx.state.rate * cx.state.season * cx.state.rain);
        Blocks::<Self>::new()
            .exogenous("rate", |s| &mut s.rate, Exogenous::Value(2.0))
            .exogenous("season", |s| &mut s.season, Exogenous::Function(|cx| Ok(cx.clock.timestep as f64)))
            .exogenous("rain", |s| &mut s.rain, Exogenous::Series(vec![1.0, 10.0, 100.0]))
            .block(Block::new("growth").update("stock", |s| &mut s.stock, grow))
            .block(Block::new("rest"))
            .environment_when(
                "stock",
                |s| &mut s.stock,
                Trigger::new(|cx: &Cx<'_>| cx.clock.timestep == 2 && cx.clock.substep == 2),
                |_: &Cx<'_>, stock: &f64| Ok::<f64, StepError>(stock + 0.5),
            )
    }
    fn metrics(state: &State, (): &()) -> State {
        *state
    }
}

#[test]
fn the_world_is_set_once_in_a_timestep_before_the_first_block() {
    let system = || System::of::<BlockComponent<Outside>>("m", ()).unwrap();
    let results = Experiment::new(system()).timesteps(3).run().unwrap();
    let column = |name: &str| results.frame().f64s(name).unwrap().to_vec();
    assert_eq!(column("m.rate"), [0.0, 2.0, 2.0, 2.0]);
    assert_eq!(column("m.season"), [0.0, 1.0, 2.0, 3.0]);
    assert_eq!(column("m.rain"), [0.0, 1.0, 10.0, 100.0]);
    // 2 t rain at every step, and half a unit in timestep 2.
    assert_eq!(column("m.stock"), [0.0, 2.0, 42.5, 642.5]);
    let substeps = Recording { substeps: true, ..Recording::default() };
    let all = Experiment::new(system()).timesteps(3).record(substeps).run().unwrap();
    assert_eq!(all.frame().f64s("m.stock").unwrap(), [0.0, 2.0, 2.0, 42.0, 42.5, 642.5, 642.5]);
    let longer = Experiment::new(system()).timesteps(4).run().unwrap();
    assert_eq!(longer.frame().rows(), 4, "where the column ends the run fails, its rows are kept");
    assert_eq!(
        longer.failures[0].error.to_string(),
        "timestep is 4: allowed is at most 3, the length of the series"
    );
}

#[test]
fn an_unknown_variable_of_the_world_is_refused() {
    #[derive(Clone, Debug)]
    struct Wrong;
    impl BlockModel for Wrong {
        const KIND: &'static str = "test/wrong";
        type Params = ();
        type Inputs = ();
        type State = State;
        type Signals = ();
        type Metrics = State;
        fn genesis((): &()) -> Result<State, ParamError> {
            Outside::genesis(&())
        }
        fn blocks() -> Blocks<Self> {
            Blocks::new().exogenous("rainn", |s| &mut s.rain, Exogenous::Value(1.0))
        }
        fn metrics(state: &State, (): &()) -> State {
            *state
        }
    }
    let refused = System::of::<BlockComponent<Wrong>>("m", ()).unwrap_err().to_string();
    assert_eq!(refused, "TE0010: m: TE0202: a process sets unknown variable `rainn`; did you mean `rain`?");
}

fn run(system: te_core::SystemBuilder, timesteps: u64) -> Frame {
    let results = Experiment::new(build(system)).timesteps(timesteps).run().unwrap();
    assert!(results.failures.is_empty(), "{}", results.failures[0]);
    results.frame().clone()
}

#[test]
fn glue_says_what_closures_say() {
    let mut system = System::builder("glue");
    let series = |end| SeriesParams { values: vec![1.0, 2.0, 4.0], end };
    system.uncontrollable::<Series>("held", series(SeriesEnd::Hold));
    system.uncontrollable::<Series>("again", series(SeriesEnd::Repeat));
    system.uncontrollable::<Function>("wave", FunctionParams { of: "if(t > 2, t ^ 2, -t)".into() });
    system.controllable::<Delay>("late", DelayParams { steps: 2, initial: -1.0 });
    system.controllable::<Switch>("chosen", ());
    system.wire("held.value", "late.value");
    system.wire("wave.value > 0", "chosen.condition");
    system.wire("again.value", "chosen.on");
    let frame = run(system, 5);
    let column = |name: &str| frame.f64s(name).unwrap().to_vec();
    assert_eq!(column("held.value"), [1.0, 2.0, 4.0, 4.0, 4.0, 4.0]);
    assert_eq!(column("again.value"), [1.0, 2.0, 4.0, 1.0, 2.0, 4.0]);
    assert_eq!(column("wave.value"), [0.0, -1.0, -2.0, 9.0, 16.0, 25.0]);
    assert_eq!(column("late.value"), [-1.0, -1.0, -1.0, 2.0, 4.0, 4.0]);
    assert_eq!(column("chosen.value"), [0.0, 0.0, 0.0, 1.0, 2.0, 4.0]);
}

#[test]
fn glue_refuses_what_it_cannot_do() {
    let refused =
        |of: &str| System::of::<Function>("f", FunctionParams { of: of.into() }).unwrap_err().to_string();
    assert!(refused("x + 1").contains("reads `x`: there are t, timestep, years and their lags"));
    assert!(refused("1 / t").contains("at timestep 0: value is inf"));
    assert!(refused("1 +").contains("at character 4"));
    let empty = SeriesParams { values: vec![], end: SeriesEnd::Hold };
    assert!(System::of::<Series>("s", empty).unwrap_err().to_string().contains("at least one value"));
    let nan = SeriesParams { values: vec![f64::NAN], end: SeriesEnd::Hold };
    assert!(System::of::<Series>("s", nan).unwrap_err().to_string().contains("finite"));
    let ended = System::of::<Series>("s", SeriesParams::default()).unwrap();
    let results = Experiment::new(ended).timesteps(1).run().unwrap();
    assert!(results.failures[0].to_string().contains("at most 0, where the series ends"));
}
