//! Nothing of an earlier run is in a lane when a run starts: random systems, each run compared with itself alone, at many
//! tile widths, thread counts and orders, after NaN was written over all that the lanes held.
//!
//! `TECMNS_CASES=2000 cargo test -p te-core isolation` is the long form.

use crate::fund::{Fund, FundParams, Growth};
use crate::models::{Follow, Walk, WalkParams, build};
use proptest::prelude::*;
use te_core::glue::{Delay, DelayParams};
use te_core::{
    Discipline, Event, Experiment, Frame, List, Order, Recording, Results, RunId, System, SystemBuilder,
    Value,
};

/// A random system: numbers choose among a few ways to compose it.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a way to compose a system, drawn for itself")]
struct Shape {
    /// Columns of a system: each a form of expression, two things it reads, a lag, and whether it starts at a given value.
    columns: Vec<(u8, usize, usize, u32, bool)>,
    /// What the wires read.
    wires: [usize; 6],
    simultaneous: bool,
    staged: bool,
    nested: bool,
    interaction: bool,
    alike: bool,
    fails_above: f64,
    stops_above: f64,
    runs: u64,
    timesteps: u64,
    seed: u64,
    /// Events: a form, what they set, a timestep, how long they last (0 for ever), and a column that they read.
    events: Vec<(u8, u8, u64, u64, usize)>,
}

fn shapes() -> impl Strategy<Value = Shape> {
    let column = (0..7_u8, any::<usize>(), any::<usize>(), 1..9_u32, any::<bool>());
    (
        proptest::collection::vec(column, 1..12),
        any::<[usize; 6]>(),
        any::<[bool; 5]>(),
        prop_oneof![Just(1e9), 0.1..0.5],
        prop_oneof![Just(1e9), 0.1..0.5],
        (1..80_u64, 1..12_u64, 0..1000_u64),
        proptest::collection::vec((0..6_u8, 0..6_u8, 1..10_u64, 0..5_u64, any::<usize>()), 0..5),
    )
        .prop_map(
            |(columns, wires, flags, fails_above, stops_above, (runs, timesteps, seed), events)| {
                let [simultaneous, staged, nested, interaction, alike] = flags;
                Shape {
                    columns,
                    wires,
                    simultaneous,
                    staged,
                    nested,
                    interaction,
                    alike,
                    fails_above,
                    stops_above,
                    runs,
                    timesteps,
                    seed,
                    events,
                }
            },
        )
}

/// An event of each form, and each kind of parameter: of components with and without lanes, numbers and settings, drawn and
/// not. `own` has it set what is there.
fn event(shape: &Shape, at: usize, known: &[String], own: bool) -> Event {
    let (form, target, timestep, lasting, column) = shape.events[at];
    let column = &known[column % known.len()];
    let event = Event::new(format!("e{at}"));
    let event = match form {
        0 | 1 => event.at(timestep),
        2 => event.every(1 + timestep % 3).from(timestep % 4 + 1).until(timestep + 3),
        3 => event.when(format!("{column} > 0.05")),
        _ => event.when(format!("{column} > 0.1 or t == {timestep}")).again(),
    };
    let event = if lasting > 0 { event.lasting(lasting) } else { event };
    let bounded = format!("max(-1, min(1, 0.1 * {column} - lag({column}, 2)))");
    let inner = if shape.nested { "inner.fund.rate" } else { "fund.rate" };
    let (name, value): (&str, Value) = match target {
        0 => ("walk.scale", "0.5 * walk.scale + 0.01 * t".into()),
        1 => ("fund.rate", bounded.into()),
        2 if shape.alike => ("fund.growth", "linear".into()),
        2 => ("fund.growth", "compound".into()),
        3 => ("walk.drift", "walk.drift - 0.001 * years".into()),
        4 => ("fund.limit", "1 + 0.1 * t".into()),
        _ => (inner, "-0.5 * param(fund.rate) * lag(t, 1, 3)".into()),
    };
    let growth = if shape.alike { "compound" } else { "linear" };
    match (own, name) {
        (true, "fund.growth") => event.set(name, growth),
        (true, name) => event.set(name, name),
        (false, "walk.scale") => event.set(name, value).set("fund.drift", format!("0.01 * {name}")),
        (false, _) => event.set(name, value),
    }
}

/// Declares the columns over these metrics; a column reads those before it as they are, and any of them a while ago.
fn derive(system: &mut SystemBuilder, shape: &Shape, metrics: &[&str]) -> Vec<String> {
    let mut known: Vec<String> = metrics.iter().map(|m| (*m).to_owned()).collect();
    let mut columns = Vec::new();
    let all = shape.columns.len();
    for (at, (form, a, b, steps, given)) in shape.columns.iter().enumerate() {
        let (a, b) = (&known[a % known.len()], (&known[b % known.len()], b % all));
        // Bounded, so that no chain of them grows without end.
        let of = match form {
            0 => format!("0.5 * {a} - 0.25 * {}", b.0),
            1 => format!("max(-2, min(2, {a} * {}))", b.0),
            2 if *given => format!("lag({a}, {steps}, {} + 0.5)", b.0),
            2 => format!("lag({a}, {steps})"),
            3 => format!("0.5 * lag(c{}, {steps}, 0.125) + 0.1 * {a}", b.1),
            4 => format!("if({a} > {}, 1, lag({a}, {steps}))", b.0),
            5 => format!("0.01 * t + years * param(walk.drift) + {a}"),
            _ => format!("{a} - lag({}, {steps})", b.0),
        };
        columns.push((format!("c{at}"), of));
        known.push(format!("c{at}"));
    }
    // Not in the order in which they are needed.
    columns.reverse();
    for (name, of) in &columns {
        system.derived(name, of, "");
    }
    known
}

fn system(shape: &Shape, inner: bool, own: bool) -> SystemBuilder {
    let mut system = System::builder("s");
    let walk = WalkParams { fails_above: shape.fails_above, ..WalkParams::default() };
    system.uncontrollable::<Walk>("walk", walk);
    let growth = if shape.alike { Growth::Compound } else { Growth::Linear };
    let fund = system.controllable::<Fund>("fund", FundParams { growth, ..FundParams::default() });
    let follow = system.controllable::<Follow>("follow", ());
    system.controllable::<Delay>("line", DelayParams { steps: 3, initial: 0.5 });
    let mut metrics =
        vec!["walk.value", "walk.positive", "fund.stock", "fund.level", "follow.at", "line.value"];
    if shape.nested && !inner {
        system.nest(List::Controllables, "inner", self::system(shape, true, own));
        metrics.extend(["inner.follow.at", "inner.c0", "inner.fund.level"]);
    }
    let known = derive(&mut system, shape, &metrics);
    // A plain name reads its slot; where units differ it has to be an expression.
    let read = |at: usize| {
        let name = &known[shape.wires[at] % known.len()];
        if name.contains("fund.") { format!("1 * {name}") } else { name.clone() }
    };
    system.wire(&format!("max(-0.1, min(0.1, {}))", read(0)), "fund.flow");
    system.wire(&read(1), "follow.target");
    system.wire(
        &format!("0.5 / (1 + abs({} - lag({}, 2)))", read(2), known[shape.wires[3] % known.len()]),
        "follow.speed",
    );
    system.wire(&read(4), "line.value");
    if shape.nested && !inner {
        system.wire(&format!("0.25 + 0.01 * max(-1, min(1, {}))", read(5)), "inner.walk_gate.value");
    } else if inner {
        system.controllable::<Delay>("walk_gate", DelayParams { steps: 1, initial: 0.0 });
    }
    if shape.simultaneous {
        system.discipline(List::Controllables, Discipline::Simultaneous);
    }
    if shape.staged {
        let mut rest = vec!["line", "fund"];
        rest.extend(if inner { Some("walk_gate") } else { shape.nested.then_some("inner") });
        system.stage(Discipline::Simultaneous, &["follow", "walk"]);
        system.stage(Discipline::Sequential, &rest);
    }
    for at in 0..shape.events.len() {
        // Inside, they are named after the inner system, and read from inside.
        if !inner {
            system.event(event(shape, at, &known, own));
        }
    }
    if shape.interaction {
        system.interaction("levy", move |world| {
            let kept = 1.0 - 0.02 * world.stream().uniform();
            world.get_mut(fund)?.state_mut().stock *= kept;
            world.get_mut(follow)?.0.at += 0.01 * world.clock().timestep as f64;
            Ok(())
        });
    }
    system
}

fn experiment(shape: &Shape) -> Experiment {
    let experiment = of_system(shape, system(shape, false, false));
    // The time of one event differs from run to run.
    match shape.events.iter().position(|(form, ..)| *form == 1) {
        Some(at) => experiment.random(format!("event.e{at}.at"), "uniform(1, 9)"),
        None => experiment,
    }
}

fn of_system(shape: &Shape, system: SystemBuilder) -> Experiment {
    Experiment::new(build(system))
        .timesteps(shape.timesteps)
        .runs(shape.runs)
        .seed(shape.seed)
        .stop_when(format!("walk.value > {}", shape.stops_above))
}

/// Every run by itself, in memory of its own, and saved and read again on its way: the bits of all columns at every timestep, and how it failed.
fn alone(experiment: &Experiment, columns: &[String], runs: u64) -> Vec<(Vec<Vec<u64>>, Option<String>)> {
    let plan = experiment.plan().unwrap();
    (1..=runs)
        .map(|run| {
            let mut rows = Vec::new();
            let mut stepper = match plan.start(RunId { simulation: 0, subset: 0, run }) {
                Ok(stepper) => stepper,
                Err(error) => return (rows, Some(error.to_string())),
            };
            loop {
                rows.push(columns.iter().map(|c| stepper.number(c).unwrap().to_bits()).collect());
                if stepper.timestep() % 3 == 1 {
                    stepper = plan.resume(&stepper.snapshot().unwrap()).unwrap();
                }
                match stepper.step() {
                    Ok(true) => {}
                    Ok(false) => return (rows, None),
                    Err(error) => return (rows, Some(error.to_string())),
                }
            }
        })
        .collect()
}

fn check(shape: &Shape) -> Result<(), TestCaseError> {
    let reference = experiment(shape);
    let columns: Vec<String> =
        build(system(shape, false, false)).columns().iter().map(|c| c.name.clone()).collect();
    let alone = alone(&reference, &columns, shape.runs);
    let stop = columns.iter().position(|c| c == "walk.value").unwrap();
    let ways: [(usize, usize, u64, bool); 6] = [
        (1, 1, 1000, true),
        (3, 2, 9, true),
        (8, 1, 1000, true),
        (33, 3, 40, true),
        (64, 1, 1000, false),
        (40, 2, 20, true),
    ];
    let mut frames: Vec<Frame> = Vec::new();
    for (width, threads, unit, poisoned) in ways {
        let mut experiment = experiment(shape).tile_width(width).threads(threads).unit_size(unit);
        if poisoned {
            experiment = experiment.poison_lanes();
        }
        if width == 33 {
            experiment = experiment.one_by_one();
        }
        if width == 40 {
            experiment = experiment.record(Recording { order: Order::Timesteps, ..Recording::default() });
        }
        let results = experiment.run().unwrap();
        let frame = results.frame();
        let (runs, steps) = (frame.u64s("run").unwrap(), frame.u64s("timestep").unwrap());
        let mut seen = vec![0_usize; alone.len()];
        for row in 0..frame.rows() {
            let (run, step) = (runs[row] as usize - 1, steps[row] as usize);
            for (at, name) in columns.iter().enumerate() {
                let number = frame.column(name).unwrap().number(row).unwrap_or_else(|| {
                    // Decimals are looked at by the run alone.
                    f64::from_bits(alone[run].0[step][at])
                });
                prop_assert_eq!(
                    number.to_bits(),
                    alone[run].0[step][at],
                    "{} of run {} at {}, tiles of {}, {} threads",
                    name,
                    run + 1,
                    step,
                    width,
                    threads
                );
            }
            seen[run] += 1;
        }
        for (run, (rows, failed)) in alone.iter().enumerate() {
            let stopped = rows.iter().position(|row| f64::from_bits(row[stop]) > shape.stops_above);
            let expected = stopped.map_or(rows.len(), |at| at + 1);
            prop_assert_eq!(seen[run], expected, "rows of run {}, tiles of {}", run + 1, width);
            let found = results.failures.iter().find(|f| f.run == run as u64 + 1).map(ToString::to_string);
            let expected = if stopped.is_some() { None } else { failed.clone() };
            prop_assert_eq!(found, expected, "failure of run {}, tiles of {}", run + 1, width);
        }
        if width != 40 {
            frames.push(frame.clone());
        }
    }
    prop_assert!(frames.windows(2).all(|pair| pair[0] == pair[1]));
    Ok(())
}

/// Of many random shapes.
fn of_many(check: impl Fn(&Shape) -> Result<(), TestCaseError>) {
    let cases = std::env::var("TECMNS_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(48);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) };
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(
        config.clone(),
        proptest::test_runner::TestRng::deterministic_rng(config.rng_algorithm),
    );
    runner.run(&shapes(), |shape| check(&shape)).unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn a_run_among_others_is_that_run_alone() {
    of_many(check);
}

#[test]
fn an_event_that_sets_what_is_there_changes_nothing() {
    of_many(|shape| {
        let without = Shape { events: Vec::new(), ..shape.clone() };
        let with = of_system(shape, system(shape, false, true)).run().unwrap();
        let without = experiment(&without).run().unwrap();
        prop_assert_eq!(with.frame(), without.frame());
        let words =
            |results: &Results| -> Vec<String> { results.failures.iter().map(ToString::to_string).collect() };
        prop_assert_eq!(words(&with), words(&without));
        Ok(())
    });
}
