//! Exogenous variables, environment processes and triggers of block models; the glue components.

use crate::models::build;
use serde::{Deserialize, Serialize};
use te_core::blocks::{Block, BlockComponent, BlockModel, Blocks, Context, Exogenous, Signal, Trigger};
use te_core::glue::{Delay, DelayParams, Function, FunctionParams, Series, SeriesEnd, SeriesParams, Switch};
use te_core::{
    Axis, Experiment, Frame, ParamError, Params, Record, Recording, RunId, StepError, Sweep, System, Value,
};

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
        "exogenous variable `rain`: timestep is 4: allowed is at most 3, the length of the series"
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

/// Parameters of a market whose days are given.
#[derive(Clone, Debug, PartialEq, Params)]
struct DaysParams {
    /// Tokens sold on each day.
    #[param(default = vec![3.0, 5.0, 8.0])]
    sold: Vec<f64>,
    /// Days after which it fails.
    #[param(default = 99, min = 0)]
    fails_after: u64,
}

#[derive(Clone, Debug)]
struct Days;

#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
struct Day {
    /// Sold today.
    sold: f64,
    /// Sold so far.
    total: f64,
    /// Simulation, subset and run as one number.
    run: f64,
}

#[derive(Default)]
struct Sales {
    today: Signal<f64>,
}

/// Written as closures whose types nobody states.
impl BlockModel for Days {
    const KIND: &'static str = "test/days";
    type Params = DaysParams;
    type Inputs = ();
    type State = Day;
    type Signals = Sales;
    type Metrics = Day;
    fn genesis(_: &DaysParams) -> Result<Day, ParamError> {
        Ok(Day { sold: 0.0, total: 0.0, run: 0.0 })
    }
    fn blocks() -> Blocks<Self> {
        let id = |run: RunId| (100 * run.simulation + 10 * run.subset + run.run) as f64;
        Self::model().exogenous_series("sold", |s| &mut s.sold, |params| &params.sold).block(
            Self::block("day")
                .policy("sales", |cx, out| {
                    out.today.give(cx.state.sold);
                    Ok(())
                })
                .update(
                    "total",
                    |s| &mut s.total,
                    |cx, signals| {
                        if cx.clock.timestep > cx.params.fails_after {
                            return Err(StepError::domain("total", cx.state.total, "sold out"));
                        }
                        Ok(cx.state.total + signals.today.get("today")?)
                    },
                )
                .update("run", |s| &mut s.run, move |cx, _| Ok(id(cx.run))),
        )
    }
    fn metrics(state: &Day, _: &DaysParams) -> Day {
        *state
    }
}

#[test]
fn closures_series_of_parameters_and_the_number_of_a_run() {
    let system = || System::of::<BlockComponent<Days>>("m", DaysParams::default()).unwrap();
    let experiment = Experiment::new(system())
        .against("other", system())
        .first_simulation(2)
        .timesteps(3)
        .runs(2)
        .sweep(Sweep::Product(vec![Axis::new("m.fails_after", [Value::I64(99), Value::I64(1)])]));
    let results = experiment.run().unwrap();
    let frame = results.frame();
    let column = |name: &str| frame.f64s(name).unwrap();
    assert_eq!(column("m.total")[..4], [0.0, 3.0, 8.0, 16.0]);
    let index = |name: &str, row: usize| frame.u64s(name).unwrap()[row];
    for row in 0..frame.rows() {
        if index("timestep", row) > 0 {
            let id = 100 * index("simulation", row) + 10 * index("subset", row) + index("run", row);
            assert_eq!(column("m.run")[row], id as f64);
        }
    }
    assert_eq!(
        results.failures[0].to_string(),
        "simulation 2, subset 1, run 1, timestep 2, substep 1: m: block `day`, update of `total`: total is 3: allowed is sold \
         out"
    );
    let plan = experiment.plan().unwrap();
    let mut stepper = plan.start(RunId { simulation: 1, subset: 0, run: 2 }).unwrap();
    stepper.step().unwrap();
    let mut resumed = plan.resume(&stepper.snapshot().unwrap()).unwrap();
    resumed.step().unwrap();
    assert_eq!(resumed.number("m.run"), Some(302.0));
}

/// A variable has one name, one place, and in a block one writer; names alone do not tell.
#[test]
fn variables_and_their_places_agree() {
    macro_rules! model {
        ($name:ident, $blocks:expr) => {{
            #[derive(Clone, Debug)]
            struct $name;
            impl BlockModel for $name {
                const KIND: &'static str = "test/places";
                type Params = ();
                type Inputs = ();
                type State = State;
                type Signals = ();
                type Metrics = State;
                fn genesis((): &()) -> Result<State, ParamError> {
                    Outside::genesis(&())
                }
                fn blocks() -> Blocks<Self> {
                    $blocks
                }
                fn metrics(state: &State, (): &()) -> State {
                    *state
                }
            }
            System::of::<BlockComponent<$name>>("m", ()).err().map(|e| e.to_string())
        }};
    }
    let refused = model!(
        TwoNames,
        Blocks::new().block(
            Self::block("b").update("stock", |s| &mut s.stock, |cx, ()| Ok(cx.state.stock + 1.0)).update(
                "rain",
                |s| &mut s.stock,
                |cx, ()| Ok(cx.state.stock + cx.state.rain)
            ),
        )
    );
    assert_eq!(
        refused.unwrap(),
        "TE0010: m: TE0201: block `b` updates `stock` and block `b` updates `rain`, but both are one place in the state"
    );
    let refused = model!(
        OtherBlock,
        Self::model()
            .exogenous("rain", |s| &mut s.stock, Exogenous::Value(1.0))
            .block(Self::block("b").update("stock", |s| &mut s.stock, |_, (): &()| Ok(1.0)))
    );
    assert_eq!(
        refused.unwrap(),
        "TE0010: m: TE0201: block `b` updates `stock` and the world sets `rain`, but both are one place in the state"
    );
    let refused = model!(
        TwoPlaces,
        Blocks::new()
            .block(Self::block("a").update("stock", |s| &mut s.stock, |_, (): &()| Ok(1.0)))
            .block(Self::block("b").update("stock", |s| &mut s.rain, |_, (): &()| Ok(1.0)))
    );
    assert_eq!(
        refused.unwrap(),
        "TE0010: m: TE0201: block `a` updates `stock` and block `b` updates `stock`, but these are two places in the state"
    );
    let sound = model!(
        Sound,
        Self::model()
            .exogenous("rain", |s| &mut s.rain, Exogenous::Value(1.0))
            .block(Self::block("a").update("stock", |s| &mut s.stock, |_, (): &()| Ok(1.0)))
            .block(Self::block("b").update("stock", |s| &mut s.stock, |_, (): &()| Ok(2.0)))
            .environment("stock", |s| &mut s.stock, |_, stock| Ok(stock + 0.5))
    );
    assert_eq!(sound, None);
}

fn run(system: te_core::SystemBuilder, timesteps: u64) -> Frame {
    let results = Experiment::new(build(system)).timesteps(timesteps).run().unwrap();
    assert!(results.failures.is_empty(), "{}", results.failures[0]);
    results.frame().clone()
}

#[test]
fn glue_says_what_closures_say() {
    let mut system = System::builder("glue");
    let series = |end| SeriesParams { values: vec![1.0, 2.0, 4.0].into(), end };
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
    let empty = SeriesParams { values: vec![].into(), end: SeriesEnd::Hold };
    assert!(System::of::<Series>("s", empty).unwrap_err().to_string().contains("at least one value"));
    let nan = SeriesParams { values: vec![f64::NAN].into(), end: SeriesEnd::Hold };
    assert!(System::of::<Series>("s", nan).unwrap_err().to_string().contains("finite"));
    let ended = System::of::<Series>("s", SeriesParams::default()).unwrap();
    let results = Experiment::new(ended).timesteps(1).run().unwrap();
    assert!(results.failures[0].to_string().contains("at most 0, where the series ends"));
}

/// A recorded series is held once: in lanes as one by one, and a snapshot holds the present value only.
#[test]
fn a_series_is_shared_by_all_runs() {
    let values: Vec<f64> = (0..5000).map(|k| f64::from(k).sqrt()).collect();
    let experiment = |end| {
        let series = SeriesParams { values: values.clone().into(), end };
        Experiment::new(System::of::<Series>("s", series).unwrap()).runs(70)
    };
    let lanes = experiment(SeriesEnd::Fail).timesteps(4999).run().unwrap();
    for run in lanes.frame().f64s("s.value").unwrap().chunks(5000) {
        assert_eq!(run, values);
    }
    let repeat = experiment(SeriesEnd::Repeat).timesteps(5002);
    let alone = experiment(SeriesEnd::Repeat).timesteps(5002).one_by_one().run().unwrap();
    assert_eq!(alone.frame(), repeat.run().unwrap().frame());
    let failing = experiment(SeriesEnd::Fail).timesteps(5000).run().unwrap();
    assert_eq!(failing.failures.len(), 70);
    let plan = repeat.plan().unwrap();
    let mut stepper = plan.start(RunId { simulation: 0, subset: 0, run: 3 }).unwrap();
    for _ in 0..7 {
        stepper.step().unwrap();
    }
    let snapshot = stepper.snapshot().unwrap();
    assert!(snapshot.len() < 1000, "{} bytes", snapshot.len());
    let (mut by_hand, mut stream) = stepper.component::<Series>("s").unwrap();
    let mut resumed = plan.resume(&snapshot).unwrap();
    resumed.step().unwrap();
    te_core::Component::step(&mut by_hand, &(), &te_core::Clock::at(8), &mut stream).unwrap();
    assert_eq!(resumed.number("s.value"), Some(values[8]));
    assert_eq!(te_core::Component::metrics(&by_hand).value, values[8]);
}

#[test]
fn a_function_of_time_does_its_lags() {
    let mut system = System::builder("s");
    system.uncontrollable::<Function>("late", FunctionParams { of: "lag(t, 2)".into() });
    system.uncontrollable::<Function>(
        "given",
        FunctionParams { of: "lag(timestep, 2, -1) + 10 * lag(years, 1)".into() },
    );
    let frame = run(system, 4);
    assert_eq!(frame.f64s("late.value"), Some(&[0.0, 0.0, 0.0, 1.0, 2.0][..]));
    assert_eq!(frame.f64s("given.value"), Some(&[-1.0, -1.0, 10.0, 21.0, 32.0][..]));
    for (of, why) in [("lag(x, 1)", "reads `x`"), ("param(f.of)", "reads param(f.of)")] {
        let refused = System::of::<Function>("f", FunctionParams { of: of.into() }).unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    }
}
