//! Events against loops that change parameters by hand, what they go back to, and the words of what is refused.

use crate::fund::{Fund, FundParams};
use crate::models::{Follow, Walk, WalkParams, build};
use te_core::{
    Axis, Cells, Component as _, DATE_COLUMN, Date, Event, Experiment, Keep, Kpi, Recording, RunId, Sweep,
    System, SystemBuilder, Value,
};

/// A walk, a fund, and the parameters of both as columns.
fn system() -> SystemBuilder {
    let mut system = System::builder("s");
    system.uncontrollable::<Walk>("walk", WalkParams { drift: 0.0, ..WalkParams::default() });
    system.controllable::<Fund>("fund", FundParams::default());
    system.wire("1 * walk.value", "fund.flow");
    system.derived("scale", "param(walk.scale)", "");
    system.derived("rate", "param(fund.rate)", "");
    system
}

fn with(events: &[Event]) -> Experiment {
    let mut system = system();
    for event in events {
        system.event(event.clone());
    }
    Experiment::new(build(system)).timesteps(12)
}

fn column(experiment: &Experiment, name: &str) -> Vec<f64> {
    let results = experiment.run().unwrap();
    assert!(results.failures.is_empty(), "{:?}", results.failures);
    results.frame().f64s(name).unwrap().to_vec()
}

fn refused(event: Event) -> String {
    let mut system = system();
    system.event(event);
    system.build().err().map_or_else(String::new, |errors| errors.to_string())
}

#[test]
fn an_event_is_a_hand_that_changes_the_parameter_between_two_steps() {
    let event = Event::new("calm").at(5).set("walk.scale", "0.5 * walk.scale").set("fund.rate", 0.1);
    let with = with(&[event]).fix_random().seed(3);
    let results = with.run().unwrap();
    let (values, stocks) =
        (results.frame().f64s("walk.value").unwrap(), results.frame().f64s("fund.stock").unwrap());
    // Row t is what step t led to: rows up to 4 are those of the first parameters.
    let plan = with.plan().unwrap();
    let stepper = plan.start(RunId { simulation: 0, subset: 0, run: 1 }).unwrap();
    let (mut walk, mut luck) = stepper.component::<Walk>("walk").unwrap();
    let (mut fund, mut own) = stepper.component::<Fund>("fund").unwrap();
    for timestep in 1..=12_u64 {
        if timestep == 5 {
            walk.reparam(WalkParams { scale: 0.05, drift: 0.0, ..WalkParams::default() }).unwrap();
            fund.reparam(FundParams { rate: 0.1, ..FundParams::default() }).unwrap();
        }
        let clock = te_core::Clock { horizon: 12, ..te_core::Clock::at(timestep) };
        walk.step(&(), &clock, &mut luck).unwrap();
        let inputs = crate::fund::FundInputs { flow: walk.metrics().value };
        fund.step(&inputs, &clock, &mut own).unwrap();
        let row = timestep as usize;
        assert_eq!((values[row], stocks[row]), (walk.metrics().value, fund.metrics().stock), "row {row}");
    }
    let without = self::with(&[]).fix_random().seed(3).run().unwrap();
    let before = without.frame().f64s("walk.value").unwrap();
    assert_eq!(before[..5], values[..5]);
    assert!((5..=12).all(|row| before[row] != values[row]));
}

#[test]
fn times_are_those_that_are_named() {
    let scales = |event: Event| column(&with(&[event.set("walk.scale", "0.5 + 0.5 * t")]), "scale");
    let mut at = vec![0.1; 4];
    at.extend([2.0; 9]);
    // It reads the row before: t is 3 there.
    assert_eq!(scales(Event::new("e").at(4)), at);
    let every = scales(Event::new("e").every(3).from(2).until(9));
    assert_eq!(every, [0.1, 0.1, 1.0, 1.0, 1.0, 2.5, 2.5, 2.5, 4.0, 4.0, 4.0, 4.0, 4.0]);
    assert_eq!(scales(Event::new("e").every(5))[..7], [0.1, 0.1, 0.1, 0.1, 0.1, 2.5, 2.5]);
    // A condition acts on becoming true, and in the timestep after the row in which it does.
    let when = |event: Event| scales(event.when("t % 4 >= 2"));
    assert_eq!(when(Event::new("e"))[..9], [0.1, 0.1, 0.1, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5]);
    assert_eq!(when(Event::new("e").again())[..9], [0.1, 0.1, 0.1, 1.5, 1.5, 1.5, 1.5, 3.5, 3.5]);
    assert_eq!(scales(Event::new("e").when("1"))[..3], [0.1, 0.5, 0.5]);
    // What never comes never acts.
    assert_eq!(scales(Event::new("e").at(13)), [0.1; 13]);
    assert_eq!(scales(Event::new("e").every(2).from(9).until(8)), [0.1; 13]);
}

#[test]
fn what_lasts_goes_back_to_what_was_before() {
    let event = |name: &str, at: u64, value: f64| Event::new(name).at(at).set("walk.scale", value);
    let scales = |events: &[Event]| column(&with(events), "scale");
    let one = scales(&[event("a", 2, 0.7).lasting(3)]);
    assert_eq!(one[..7], [0.1, 0.1, 0.7, 0.7, 0.7, 0.1, 0.1]);
    // One inside the other, and one that outlasts the other: each takes back its own.
    let inside = scales(&[event("a", 2, 0.7).lasting(6), event("b", 4, 0.9).lasting(2)]);
    assert_eq!(inside[..9], [0.1, 0.1, 0.7, 0.7, 0.9, 0.9, 0.7, 0.7, 0.1]);
    let across = scales(&[event("a", 2, 0.7).lasting(4), event("b", 4, 0.9).lasting(4)]);
    assert_eq!(across[..9], [0.1, 0.1, 0.7, 0.7, 0.9, 0.9, 0.9, 0.9, 0.1]);
    // What one sets for good while the other lasts, stays.
    let stays = scales(&[event("a", 2, 0.7).lasting(4), event("b", 4, 0.9)]);
    assert_eq!(stays[..9], [0.1, 0.1, 0.7, 0.7, 0.9, 0.9, 0.9, 0.9, 0.9]);
    // It ends before it begins again, and does not begin while it lasts.
    let seasons = Event::new("s").every(2).from(1).lasting(1).set("walk.scale", "2 * walk.scale");
    assert_eq!(scales(&[seasons])[..5], [0.1, 0.2, 0.1, 0.2, 0.1]);
    let touching = Event::new("s").every(2).lasting(2).set("walk.scale", "2 * walk.scale");
    assert_eq!(scales(&[touching])[..6], [0.1, 0.1, 0.2, 0.2, 0.2, 0.2]);
    let long = Event::new("s").every(2).lasting(3).set("walk.scale", "2 * walk.scale");
    assert_eq!(scales(&[long])[..9], [0.1, 0.1, 0.2, 0.2, 0.2, 0.1, 0.2, 0.2, 0.2]);
}

#[test]
fn events_act_in_order_and_their_settings_at_once() {
    let swap = Event::new("swap").at(3).set("walk.scale", "fund.rate").set("fund.rate", "walk.scale");
    let doubled = Event::new("doubled").at(3).set("walk.scale", "2 * walk.scale");
    let experiment = with(&[swap, doubled]);
    assert_eq!(column(&experiment, "scale")[2..4], [0.1, 0.04]);
    assert_eq!(column(&experiment, "rate")[2..4], [0.02, 0.1]);
}

#[test]
fn times_are_swept_and_drawn_and_counted_in_figures() {
    let event = Event::new("calm").at(5).lasting(2).set("walk.scale", 0.0);
    let sweep =
        Sweep::Product(vec![Axis::new("event.calm.at", [1, 11]), Axis::new("event.calm.for", [1, 4])]);
    let calm = Kpi::new("calm", "mean((scale == 0) * param(event.calm.at))", "mean");
    let results = with(std::slice::from_ref(&event)).sweep(sweep).runs(40).kpi(calm).run().unwrap();
    let found: Vec<f64> = results.kpis.iter().map(|kpi| (13.0 * kpi.value).round()).collect();
    assert_eq!(found, [1.0, 4.0, 11.0, 22.0]);
    assert_eq!(results.frame().u64s("event.calm.for").unwrap()[0], 1);

    let drawn = with(std::slice::from_ref(&event)).random("event.calm.at", "uniform(2, 6)").runs(64);
    let results = drawn.run().unwrap();
    let first = |run: u64| {
        let frame = results.of(0, run);
        let at = frame.f64s("scale").unwrap().iter().position(|scale| *scale == 0.0).unwrap();
        assert_eq!(frame.u64s("event.calm.at").unwrap()[0], at as u64);
        at
    };
    let firsts: Vec<usize> = (1..=64).map(first).collect();
    assert!((2..=6).all(|at| firsts.contains(&at)), "{firsts:?}");
    assert_eq!(drawn.one_by_one().run().unwrap().frame(), results.frame());

    let wrong = |name: &str, value: i64| {
        let sweep = Sweep::Product(vec![Axis::new(name, [value])]);
        with(std::slice::from_ref(&event)).sweep(sweep).plan().unwrap_err().to_string()
    };
    assert!(
        wrong("event.calm.att", 1).contains("did you mean `event.calm.at`?"),
        "{}",
        wrong("event.calm.att", 1)
    );
    assert!(wrong("event.calm.until", 1).contains("unknown parameter `event.calm.until`"));
    assert!(
        wrong("event.calm.at", 0).starts_with("parameter `event.calm.at` is 0 timestep: allowed is [1, ")
    );
    let drawn = with(&[event]).random("event.calm.at", "normal(-5, 0.1)").run().unwrap();
    assert!(
        drawn.failures[0].to_string().contains("timestep 0, substep 0: event.calm: parameter `at` is -5")
    );
}

#[test]
fn a_condition_reads_columns_that_are_not_recorded() {
    let event = Event::new("e").when("fund.level < lag(fund.level, 1)").set("fund.rate", 0.5);
    let all = with(&[event]).runs(40).timesteps(9);
    let kept =
        all.clone().record(Recording { columns: vec!["rate".into()], every: 4, ..Recording::default() });
    let finals = all.clone().record(Recording { keep: Keep::Finals, ..Recording::default() });
    let (all, kept, finals) = (all.run().unwrap(), kept.run().unwrap(), finals.run().unwrap());
    for run in 1..=40 {
        let rates = all.of(0, run).f64s("rate").unwrap().to_vec();
        assert_eq!(kept.of(0, run).f64s("rate").unwrap(), [rates[0], rates[4], rates[8], rates[9]]);
        assert_eq!(finals.of(0, run).f64s("rate").unwrap(), [rates[9]]);
    }
}

#[test]
fn what_a_component_refuses_ends_the_run_and_names_the_event() {
    let event = Event::new("wild").when("walk.value > 0.1").set("fund.rate", "20 * walk.value");
    let results = with(&[event]).runs(200).run().unwrap();
    assert!(!results.failures.is_empty() && results.failures.len() < 200);
    for failure in &results.failures {
        let text = failure.to_string();
        assert!(text.contains("fund: `event.wild` sets `fund.rate` to "), "{text}");
        assert!(
            text.contains("parameter `rate` is ") && text.contains("allowed is [-1, 1] 1/step"),
            "{text}"
        );
    }
    let alone = with(&[Event::new("nan").at(2).set("walk.scale", "ln(0 - t)")]).run().unwrap();
    assert!(
        alone.failures[0]
            .to_string()
            .contains("`event.nan` sets `walk.scale` to NaN: parameter `scale` is NaN")
    );
    let alone = with(&[Event::new("nan").when("sqrt(-1)").set("walk.scale", 0.0)]).run().unwrap();
    assert_eq!(
        alone.failures[0].to_string(),
        "simulation 0, subset 0, run 1, timestep 1, substep 1: event.nan: the condition is NaN: it must be a finite number"
    );
}

#[test]
fn what_cannot_be_is_refused_when_the_system_is_built() {
    let event = || Event::new("e").at(1);
    for (event, words) in [
        (Event::new("e").set("walk.scale", 1.0), "one of `at`, `every` and `when`"),
        (event().every(2).set("walk.scale", 1.0), "one of `at`, `every` and `when`"),
        (event(), "needs `set` or `change`"),
        (Event::new("e").at(0).set("walk.scale", 1.0), "`at` is 0: allowed is [1, "),
        (event().from(2).set("walk.scale", 1.0), "`from` is for events that come again and again"),
        (event().again().set("walk.scale", 1.0), "`again` is for events with a condition"),
        (event().set("walk.scal", 1.0), "there is no parameter `walk.scal`; did you mean `walk.scale`?"),
        (event().set("walk.value", 1.0), "there is no parameter `walk.value`: it is a metric"),
        (event().set("walk.scale", 99.0), "parameter `walk.scale` is 99: allowed is [0, 10]"),
        (event().set("walk.scale", true), "parameter `walk.scale` is true: it must be a number"),
        (event().set("fund.growth", "linnear"), "`fund.growth` is linnear: it must be"),
        (event().set("walk.scale", "2 *"), "at character 4: expected a number"),
        (event().set("walk.scale", "walk.scalee"), "it reads unknown `walk.scalee`"),
        (event().set("walk.scale", 1.0).set("walk.scale", 2.0), "`walk.scale` is set twice"),
        (event().change("fund.stock", "1"), "there is no state `fund.stock` that an event can change"),
        (
            Event::new("e").when("walk.valu > 1").set("walk.scale", 1.0),
            "unknown `walk.valu`; did you mean `walk.value`?",
        ),
        (Event::new("1e").at(1).set("walk.scale", 1.0), "`1e` is not a name"),
    ] {
        let found = refused(event);
        assert!(found.starts_with("TE0509: event `") && found.contains(words), "{found}");
    }
    let mut system = system();
    system.controllable::<Follow>("follow", ());
    system.wire("1", "walk.scale");
    system.wire("1", "follow.target");
    let found = system.build().unwrap_err().to_string();
    assert_eq!(
        found,
        "TE0004: wire to `walk.scale`, which is a parameter: a wire feeds inputs; an event changes a parameter while a run goes on"
    );
}

#[test]
fn events_of_nested_systems_are_named_from_outside() {
    let mut inner = system();
    inner.event(Event::new("calm").at(2).set("walk.scale", "2 * walk.scale + 0 * fund.stock"));
    let mut outer = System::builder("outer");
    outer.nest(te_core::List::Controllables, "inner", inner);
    let mut system = build(outer);
    assert_eq!(
        system.events().map(ToString::to_string).collect::<Vec<_>>(),
        ["inner.event.calm: at 2: inner.walk.scale = 2 * walk.scale + 0 * fund.stock"]
    );
    system.set("inner.event.calm.at", &Value::I64(3)).unwrap();
    assert!(system.set("inner.event.calm.at", &Value::F64(0.5)).is_err());
    let scales = column(&Experiment::new(system).timesteps(4), "inner.scale");
    assert_eq!(scales, [0.1, 0.1, 0.1, 0.2, 0.2]);
}

#[test]
fn plans_with_other_events_are_other_plans() {
    let identity = |events: &[Event]| {
        let mut text = String::new();
        with(events).plan().unwrap().write_identity(&mut text).unwrap();
        text
    };
    let event = || Event::new("e").at(3).set("walk.scale", "2 * walk.scale");
    let texts = [
        identity(&[]),
        identity(&[event()]),
        identity(&[event().lasting(3)]),
        identity(&[Event::new("e").at(4).set("walk.scale", "2 * walk.scale")]),
        identity(&[Event::new("e").at(3).set("walk.scale", "2.5 * walk.scale")]),
        identity(&[Event::new("e").when("t > 3").set("walk.scale", 0.5)]),
        identity(&[Event::new("e").when("t > 3").again().set("walk.scale", 0.5)]),
    ];
    for (at, text) in texts.iter().enumerate() {
        assert!(texts.iter().skip(at + 1).all(|other| other != text), "{at}");
    }
}

#[test]
fn dates_are_those_of_the_start() {
    let mut dated = system();
    dated.step_length("1 month".parse().unwrap());
    dated.start("2026-01-31".parse().unwrap());
    let system = build(dated);
    let calendar = system.calendar().unwrap();
    assert_eq!(calendar.date(13).unwrap().to_string(), "2027-02-28");
    let rows = Experiment::new(system.clone()).timesteps(4).runs(3);
    let dates = |experiment: Experiment| -> Vec<String> {
        let results = experiment.run().unwrap();
        let Cells::Date(days) = &results.frame().column(DATE_COLUMN).unwrap().cells else {
            panic!("no dates")
        };
        let timesteps = results.frame().u64s("timestep").unwrap();
        let all: Vec<Date> = days.iter().filter_map(|day| Date::of_days(i64::from(*day))).collect();
        assert!(all.iter().zip(timesteps).all(|(date, t)| calendar.date(*t) == Some(*date)));
        all.iter().map(ToString::to_string).collect()
    };
    let every = dates(rows.clone());
    assert_eq!(every[..5], ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]);
    assert_eq!(every.len(), 15);
    let order = Recording { order: te_core::Order::Timesteps, every: 2, ..Recording::default() };
    let ordered = dates(rows.clone().record(order.clone()).tile_width(2));
    assert_eq!(ordered[..4], ["2026-01-31", "2026-01-31", "2026-01-31", "2026-03-31"]);
    for recording in [order, Recording { every: 2, substeps: true, ..Recording::default() }] {
        let stopped = rows.clone().runs(40).record(recording).stop_when("t > 2 and walk.value > 0");
        assert!(dates(stopped).len() > 40);
    }
    let finals = Recording { keep: Keep::Finals, ..Recording::default() };
    assert_eq!(dates(rows.record(finals)), ["2026-05-31"; 3]);
    let long = Experiment::new(system).timesteps(100_000).plan().unwrap_err();
    assert_eq!(
        (long.code(), long.to_string()),
        (
            "TE0123",
            "a run of 100000 timesteps from 2026-01-31 goes on after the year 9999, the last that has dates"
                .to_owned()
        )
    );
    let mut hourly = self::system();
    hourly.step_length("1 hour".parse().unwrap());
    hourly.start("2026-01-31".parse().unwrap());
    assert!(
        hourly
            .build()
            .unwrap_err()
            .to_string()
            .starts_with("TE0017: the system has a start: steps of 1 hour")
    );
}
