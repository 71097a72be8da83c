//! Derived columns, lags and what wires read of them.

use crate::fund::{Fund, FundParams};
use crate::models::{Follow, Walk, WalkParams, build};
use te_core::glue::{Delay, DelayParams, Function, FunctionParams, Series, SeriesEnd, SeriesParams};
use te_core::{
    Axis, Discipline, Experiment, Frame, Kpi, List, Reads, RunId, StepLength, Sweep, System, SystemBuilder,
};

fn series(values: &[f64]) -> SeriesParams {
    SeriesParams { values: values.to_vec().into(), end: SeriesEnd::Hold }
}

fn run(system: SystemBuilder, timesteps: u64) -> Frame {
    let results = Experiment::new(build(system)).timesteps(timesteps).run().unwrap();
    assert!(results.failures.is_empty(), "{}", results.failures[0]);
    results.frame().clone()
}

fn refusal(system: SystemBuilder) -> String {
    system.build().unwrap_err().to_string()
}

/// A lag of a lag is a longer lag, from the first row on, in whatever order the columns are declared.
#[test]
fn chains_of_lags_start_right() {
    let order = ["three", "one", "two", "summed"];
    let of = |name: &str| match name {
        "one" => "lag(price.value, 1)",
        "two" => "lag(one, 1)",
        "three" => "lag(two, 1)",
        _ => "lag(three, 1) + one + lag(summed, 2, 0.5)",
    };
    for turned in 0..order.len() {
        let mut system = System::builder("s");
        system.uncontrollable::<Series>("price", series(&[10.0, 20.0, 30.0, 40.0, 50.0, 60.0]));
        order.iter().cycle().skip(turned).take(4).for_each(|name| system.derived(name, of(name), ""));
        let frame = run(system, 5);
        let column = |name: &str| frame.f64s(name).unwrap().to_vec();
        assert_eq!(column("one"), [10.0, 10.0, 20.0, 30.0, 40.0, 50.0]);
        assert_eq!(column("two"), [10.0, 10.0, 10.0, 20.0, 30.0, 40.0]);
        assert_eq!(column("three"), [10.0, 10.0, 10.0, 10.0, 20.0, 30.0]);
        assert_eq!(column("summed"), [20.5, 20.5, 50.5, 60.5, 100.5, 130.5]);
    }
}

/// Lags of every length against the column itself, in runs shorter and longer than they are.
#[test]
fn lags_of_every_length() {
    let values: Vec<f64> = (0..12).map(|k| f64::from(k * k) + 1.0).collect();
    for timesteps in [1, 3, 11] {
        let mut system = System::builder("s");
        system.uncontrollable::<Series>("x", series(&values));
        for k in 1..=9 {
            system.derived(&format!("plain{k}"), &format!("lag(x.value, {k})"), "");
            system.derived(&format!("given{k}"), &format!("lag(x.value, {k}, 3 * x.value - {k})"), "");
        }
        system.derived("far", "lag(x.value, 100_000, 7)", "");
        let frame = run(system, timesteps);
        for k in 1..=9_usize {
            for t in 0..=timesteps as usize {
                let (first, given) = (values[0], 3.0 * values[0] - k as f64);
                let at = |name: &str| frame.f64s(&format!("{name}{k}")).unwrap()[t];
                assert_eq!(at("plain"), if t < k { first } else { values[t - k] }, "lag {k} at {t}");
                assert_eq!(at("given"), if t < k { given } else { values[t - k] }, "lag {k} at {t}");
                assert_eq!(frame.f64s("far").unwrap()[t], 7.0);
            }
        }
    }
}

/// Every run counts from its own start, whichever run its lane held before.
#[test]
fn a_lag_of_itself_starts_every_run_alike() {
    let mut system = System::builder("s");
    system.uncontrollable::<Fund>("fund", FundParams::default());
    system.wire("if(lag(count, 1) < 7, 0.1, 0)", "fund.flow");
    system.derived("count", "lag(count, 1, param(fund.limit) / 1e9 - 1) + 1", "");
    let results =
        Experiment::new(build(system)).timesteps(9).runs(700).unit_size(700).tile_width(64).run().unwrap();
    for run in results.frame().f64s("count").unwrap().chunks(10) {
        assert_eq!(run, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]);
    }
}

#[test]
fn an_unknown_start_is_refused_by_name() {
    let system = |columns: &[(&str, &str)]| {
        let mut system = System::builder("s");
        system.uncontrollable::<Walk>("walk", WalkParams::default());
        for (name, of) in columns {
            system.derived(name, of, "");
        }
        system
    };
    assert_eq!(
        refusal(system(&[("count", "lag(count, 1) + 1")])),
        "TE0014: derived column `count` reads its own past by lag(count, 1), and nothing says where it starts: give the lag \
         an initial value, as in lag(count, 1, 0)"
    );
    assert_eq!(
        refusal(system(&[("a", "b + 1"), ("b", "lag(a, 3)"), ("c", "c")])),
        "TE0009: derived column `c` reads itself"
    );
    assert_eq!(
        refusal(system(&[("a", "b + 1"), ("b", "lag(a, 3)")])),
        "TE0014: derived column `b` reads its own past by lag(a, 3) by way of a, and nothing says where it starts: give the \
         lag an initial value, as in lag(a, 3, 0)"
    );
    let frame = run(system(&[("a", "b + 1"), ("b", "lag(a, 3, 5)")]), 4);
    assert_eq!(frame.f64s("a"), Some(&[6.0, 6.0, 6.0, 7.0, 7.0][..]));
    // The initial value may itself be one that has to be known first.
    assert_eq!(
        refusal(system(&[("a", "lag(walk.value, 1, b)"), ("b", "2 * a")])),
        "TE0009: derived column `a` reads itself by way of b"
    );
}

#[test]
fn circles_are_named_once_each() {
    let mut system = System::builder("s");
    system.uncontrollable::<Walk>("walk", WalkParams::default());
    for (name, of) in [("a", "b"), ("b", "c + walk.value"), ("c", "a"), ("d", "a + e"), ("e", "e")] {
        system.derived(name, of, "");
    }
    assert_eq!(
        refusal(system),
        "TE0009: derived column `a` reads itself by way of b, c\nTE0009: derived column `e` reads itself"
    );
}

/// The column that a wire reads is the column that the results show: that of the row before where the column is not
/// complete, that of this row where it is.
#[test]
fn a_wire_reads_what_the_results_show() {
    let mut system = System::builder("s");
    system.uncontrollable::<Walk>("walk", WalkParams::default());
    system.controllable::<Follow>("pool", ());
    system.controllable::<Follow>("late", ());
    system.wire("10 + 0.9 * income", "pool.target");
    system.wire("100 * income", "late.target");
    system.wire("weather", "late.speed");
    system.derived("income", "pool.at - lag(pool.at, 1)", "");
    system.derived("weather", "0.5 + 0.1 * (walk.value - lag(walk.value, 1))", "");
    let system = build(system);
    let reads: Vec<(&str, bool, Reads)> =
        system.wires().iter().flat_map(|w| &w.reads).map(|r| (r.name.as_str(), r.derived, r.when)).collect();
    assert_eq!(
        reads,
        [
            ("income", true, Reads::Previous),
            ("income", true, Reads::Present),
            ("weather", true, Reads::Present)
        ]
    );
    let results = Experiment::new(system).timesteps(30).seed(4).run().unwrap();
    let frame = results.frame();
    let [pool, late, income, weather] =
        ["pool.at", "late.at", "income", "weather"].map(|name| frame.f64s(name).unwrap());
    for t in 1..=30 {
        assert_eq!(pool[t], pool[t - 1] + 0.5 * (10.0 + 0.9 * income[t - 1] - pool[t - 1]), "at {t}");
        assert_eq!(late[t], late[t - 1] + weather[t] * (100.0 * income[t] - late[t - 1]), "at {t}");
        assert_eq!(income[t], pool[t] - pool[t - 1]);
    }
    assert!(income[1..10].iter().all(|x| *x != 0.0));
}

/// What a nested system, a simultaneous stage and an interaction leave of the present.
#[test]
fn when_a_column_is_complete() {
    use Reads::{Present, Previous};

    let parish = |interaction: bool| {
        let mut parish = System::builder("parish");
        let first = parish.controllable::<Follow>("first", ());
        parish.controllable::<Follow>("second", ());
        parish.wire("gap", "first.target");
        parish.wire("gap", "second.target");
        parish.derived("gap", "2 - first.at", "");
        if interaction {
            parish.interaction("nudge", move |world| {
                world.get_mut(first)?.0.at *= 0.9;
                Ok(())
            });
        }
        parish
    };
    let system = |interaction: bool, discipline: Discipline| {
        let mut system = System::builder("s");
        system.nest(List::Controllables, "inner", parish(interaction));
        system.controllable::<Follow>("after", ());
        system.wire("inner.gap", "after.target");
        system.wire("inner.first.at", "after.speed");
        system.discipline(List::Controllables, discipline);
        build(system)
    };
    let reads = |system: &System| -> Vec<Reads> {
        let of = |to: &str| {
            system
                .wires()
                .iter()
                .filter(|w| w.to == to)
                .flat_map(|w| &w.reads)
                .map(|r| r.when)
                .collect::<Vec<_>>()
        };
        ["inner.first.target", "inner.second.target", "after.target", "after.speed"]
            .iter()
            .flat_map(|to| of(to))
            .collect()
    };
    for (interaction, discipline, expected) in [
        (false, Discipline::Sequential, [Previous, Present, Present, Present]),
        (true, Discipline::Sequential, [Previous, Previous, Present, Present]),
        (false, Discipline::Simultaneous, [Previous, Present, Previous, Previous]),
        (true, Discipline::Simultaneous, [Previous, Previous, Previous, Previous]),
    ] {
        let system = system(interaction, discipline);
        assert_eq!(reads(&system), expected, "{interaction} {discipline:?}");
        let results = Experiment::new(system).timesteps(8).run().unwrap();
        let column = |name: &str| results.frame().f64s(name).unwrap();
        let row = |t: usize, when: Reads| if when == Present { t } else { t - 1 };
        for t in 1..=8 {
            let step = |at: f64, target: f64, speed: f64| at + speed * (target - at);
            let (gap, first) = (column("inner.gap"), column("inner.first.at"));
            let kept = if interaction { 0.9 } else { 1.0 };
            assert_eq!(first[t], step(first[t - 1], gap[t - 1], 0.5) * kept);
            let second = column("inner.second.at");
            assert_eq!(second[t], step(second[t - 1], gap[row(t, expected[1])], 0.5));
            let after = column("after.at");
            let (target, speed) = (gap[row(t, expected[2])], first[row(t, expected[3])]);
            assert_eq!(after[t], step(after[t - 1], target, speed));
        }
    }
}

/// Each column is computed once, so that neither length nor repetition costs more than its own terms.
#[test]
fn long_chains_are_linear() {
    let mut system = System::builder("s");
    system.uncontrollable::<Series>("a", series(&[0.3]));
    system.controllable::<Follow>("f", ());
    system.wire("d3000", "f.target");
    system.derived("d3000", "d2999 + 1", "");
    (1..3000).rev().for_each(|k| system.derived(&format!("d{k}"), &format!("d{} + 1", k - 1), ""));
    system.derived("d0", "a.value", "");
    for k in 1..=40 {
        let before = if k == 1 { "a.value".to_owned() } else { format!("e{}", k - 1) };
        system.derived(&format!("e{k}"), &format!("3.2 * {before} * (1 - {before})"), "");
    }
    let frame = run(system, 3);
    assert_eq!(frame.f64s("d3000").unwrap()[3], (1..=3000).fold(0.3, |sum, _| sum + 1.0));
    let logistic = (1..=40).fold(0.3, |x, _| 3.2 * x * (1.0 - x));
    assert_eq!(frame.f64s("e40").unwrap()[3], logistic);
}

#[test]
fn time_and_parameters_can_be_read() {
    let mut inner = System::builder("inner");
    inner.controllable::<Delay>("line", DelayParams { steps: 3, initial: 2.0 });
    inner.wire("10 * t + param(line.steps)", "line.value");
    inner.derived("first", "param(line.initial) + lag(t, 2) + lag(years, 1, -1)", "");
    let mut system = System::builder("s");
    system.step_length("1 month".parse::<StepLength>().unwrap());
    system.uncontrollable::<Walk>("walk", WalkParams { scale: 0.0, ..WalkParams::default() });
    system.nest(List::Controllables, "inner", inner);
    system.derived("time", "timestep + 12 * years", "");
    system.derived("scale", "param(walk.scale)", "");
    system.derived("drift", "param(walk.drift)", "");
    system.derived("moved", "walk.value - lag(walk.value, 1)", "");
    let results = Experiment::new(build(system))
        .timesteps(4)
        .runs(40)
        .sweep(Sweep::Product(vec![
            Axis::new("walk.scale", [0.0, 0.25]),
            Axis::new("inner.line.initial", [2.0, 3.0]),
        ]))
        .run()
        .unwrap();
    let frame = results.frame();
    let column = |name: &str| frame.f64s(name).unwrap();
    assert_eq!(column("time")[..5], [0.0, 2.0, 4.0, 6.0, 8.0]);
    assert_eq!(column("inner.line.value")[..5], [2.0, 2.0, 2.0, 2.0, 13.0]);
    let month = 1.0 / 12.0;
    assert_eq!(column("inner.first")[..5], [1.0, 2.0, 2.0 + month, 3.0 + 2.0 * month, 4.0 + 3.0 * month]);
    let mut drifts: Vec<f64> = Vec::new();
    for row in 0..frame.rows() {
        assert_eq!(column("scale")[row], column("walk.scale")[row]);
        assert_eq!(column("drift")[row], column("walk.drift")[row]);
        let initial = column("inner.line.initial")[row];
        if frame.u64s("timestep").unwrap()[row] == 0 {
            assert_eq!(column("inner.first")[row], initial - 1.0);
        } else if column("scale")[row] == 0.0 {
            assert!((column("moved")[row].abs() - column("drift")[row].abs()).abs() < 1e-15);
        }
        drifts.push(column("drift")[row]);
    }
    drifts.sort_by(f64::total_cmp);
    drifts.dedup();
    assert_eq!(drifts.len(), 40, "a drift for each run, the same in all subsets");
}

#[test]
fn a_parameter_that_is_set_is_what_expressions_read() {
    let mut system = System::builder("s");
    system.controllable::<Fund>("fund", FundParams::default());
    system.derived("rate", "param(fund.rate)", "");
    let mut system = build(system);
    system.set("fund.rate", &0.5.into()).unwrap();
    let results = Experiment::new(system).timesteps(1).run().unwrap();
    assert_eq!(results.frame().f64s("rate"), Some(&[0.5, 0.5][..]));
}

/// One mistake makes one error.
#[test]
fn refusals_come_alone() {
    let system = |wire: &str, derived: &[(&str, &str)]| {
        let mut system = System::builder("s");
        system.uncontrollable::<Walk>("walk", WalkParams::default());
        system.controllable::<Follow>("follow", ());
        system.wire(wire, "follow.target");
        for (name, of) in derived {
            system.derived(name, of, "");
        }
        refusal(system)
    };
    let place = "TE0008: in expression `1 +` at character 4: expected a number, a name or `(`";
    assert_eq!(system("1 +", &[]), place);
    assert_eq!(system("twice + once", &[("twice", "2 * once"), ("once", "1 +")]), place);
    assert_eq!(
        system("walk.valeu", &[]),
        "TE0003: wire to `follow.target` reads unknown `walk.valeu`; did you mean `walk.value`?"
    );
    assert_eq!(
        system("param(walk.scael)", &[]),
        "TE0016: wire to `follow.target` reads unknown parameter `walk.scael`; did you mean `walk.scale`?"
    );
    assert_eq!(
        system("walk.value", &[("years", "1")]),
        "TE0015: derived column `years` cannot have this name: in expressions t, timestep and years are the time"
    );
    let mut words = System::builder("s");
    words.uncontrollable::<Function>("f", FunctionParams::default());
    words.derived("of", "param(f.of)", "");
    assert_eq!(
        refusal(words),
        "TE0016: derived column `of` reads parameter `f.of`, which is text: expressions read numbers, and booleans as 1 and 0"
    );
}

/// A value that is not finite ends the run where it arises, and names the column.
#[test]
fn a_broken_column_ends_its_run_only() {
    let mut system = System::builder("s");
    system.uncontrollable::<Walk>("walk", WalkParams::default());
    system.controllable::<Follow>("follow", ());
    system.wire("root", "follow.target");
    system.derived("root", "sqrt(0.2 - walk.value) + lag(root, 1, 0)", "");
    let results = Experiment::new(build(system)).timesteps(20).runs(60).seed(2).run().unwrap();
    assert!(results.failures.len() > 5 && results.failures.len() < 55, "{}", results.failures.len());
    for failure in &results.failures {
        assert_eq!(failure.component, "root");
        assert!(failure.to_string().contains("derived column is NaN"), "{failure}");
    }
    let mut broken = System::builder("s");
    broken.uncontrollable::<Walk>("walk", WalkParams::default());
    broken.derived("late", "lag(walk.value, 1, 1 / walk.value)", "");
    let results = Experiment::new(build(broken)).timesteps(1).run().unwrap();
    assert!(results.failures[0].to_string().contains("initial value of lag 1"), "{}", results.failures[0]);
}

/// A snapshot goes on in a longer experiment where it holds enough of the past, and is refused where it does not.
#[test]
fn snapshots_hold_the_past_that_lags_need() {
    let experiment = |timesteps: u64| {
        let mut system = System::builder("s");
        system.uncontrollable::<Walk>("walk", WalkParams::default());
        system.derived("late", "lag(walk.value, 4) + lag(walk.value, 2, 9)", "");
        Experiment::new(build(system)).timesteps(timesteps)
    };
    let id = RunId { simulation: 0, subset: 0, run: 1 };
    let (long, short, shortest) = (experiment(12), experiment(6), experiment(3));
    let (long, short, shortest) = (long.plan().unwrap(), short.plan().unwrap(), shortest.plan().unwrap());
    let mut straight = long.start(id).unwrap();
    while straight.step().unwrap() {}
    let mut begun = short.start(id).unwrap();
    while begun.step().unwrap() {}
    let mut resumed = long.resume(&begun.snapshot().unwrap()).unwrap();
    while resumed.step().unwrap() {}
    assert_eq!(resumed.timestep(), 12);
    assert_eq!(resumed.number("late"), straight.number("late"));
    let mut begun = shortest.start(id).unwrap();
    while begun.step().unwrap() {}
    let refused = long.resume(&begun.snapshot().unwrap()).err().unwrap().to_string();
    assert!(refused.contains("holds less of the past"), "{refused}");
}

/// Stop conditions and key figures read the time and parameters of the run, swept and random ones too.
#[test]
fn conditions_and_figures_read_time_and_parameters() {
    let experiment = |stop: &str, of: &str| {
        Experiment::new(System::of::<Walk>("walk", WalkParams::default()).unwrap())
            .timesteps(9)
            .runs(20)
            .sweep(Sweep::Product(vec![Axis::new("walk.scale", [4.0, 6.0])]))
            .stop_when(stop)
            .kpi(Kpi::new("figure", of, "mean"))
    };
    let results =
        experiment("timestep >= param(walk.scale)", "final(100 * param(walk.drift) + t)").run().unwrap();
    let frame = results.frame();
    let rows = |subset: u64| frame.u64s("subset").unwrap().iter().filter(|s| **s == subset).count();
    assert_eq!((rows(0), rows(1)), (20 * 5, 20 * 7));
    for (kpi, scale) in results.kpis.iter().zip([4.0, 6.0]) {
        let drifts: Vec<f64> = (0..frame.rows())
            .filter(|r| {
                frame.u64s("subset").unwrap()[*r] == kpi.subset && frame.u64s("timestep").unwrap()[*r] == 0
            })
            .map(|r| frame.f64s("walk.drift").unwrap()[r])
            .collect();
        assert_eq!(drifts.len(), 20);
        let expected = scale + 100.0 * drifts.iter().sum::<f64>() / 20.0;
        assert!((kpi.value - expected).abs() < 1e-12, "{} instead of {expected}", kpi.value);
    }
    let refused = |stop: &str, of: &str| experiment(stop, of).run().err().unwrap().to_string();
    assert!(
        refused("lag(walk.value, 2) > 0", "final(t)")
            .contains("lag(walk.value, 2) is for wires and derived columns")
    );
    assert!(refused("t > 99", "final(lag(walk.value, 2))").contains("lag(walk.value, 2) is for wires"));
    assert!(refused("t > param(walk.scael)", "final(t)").contains("walk.scale"));
}

/// What long lags need of the past is bounded by the run's length, and tiles are as narrow as it takes.
#[test]
fn long_lags_take_no_more_than_the_run_has() {
    let experiment = |lags: u32, timesteps: u64| {
        let mut system = System::builder("s");
        for k in 0..lags {
            system.uncontrollable::<Follow>(&format!("f{k}"), ());
            system.wire("t", &format!("f{k}.target"));
            system.derived(&format!("d{k}"), &format!("lag(f{k}.at, 100_000)"), "");
        }
        Experiment::new(build(system)).timesteps(timesteps).runs(40)
    };
    let results = experiment(20, 3).run().unwrap();
    assert_eq!(results.frame().f64s("d19").unwrap()[3], 1.0);
    // 1,400 columns of 100,000 floats are more than one run may need.
    let refused = experiment(1400, 200_000)
        .record(te_core::Recording { every: 200_000, ..te_core::Recording::default() });
    let refused = refused.plan().err().unwrap().to_string();
    assert!(refused.contains("the past that the lags of one run read"), "{refused}");
}

/// A column of what was before, by functions that remember, of which the one may read the other or the column itself.
#[test]
fn columns_remember() {
    let mut system = System::builder("s");
    system.uncontrollable::<Series>("in", series(&[10.0, 20.0, 30.0, 40.0]));
    system.controllable::<Delay>("later", DelayParams { steps: 1, initial: 0.0 });
    // A level with an outflow of its own, and a sum that goes on from itself.
    system.derived("stock", "100 + total(in.value - stock / 10)", "");
    system.derived("sum", "previous(sum, 5) + in.value", "");
    system.derived("größe", "running_mean(in.value) + 數", "");
    system.derived("數", "count(in.value > 15) + horizon + initial(in.value)", "");
    system.wire("step(2, 2) + größe * dt", "later.value");
    let frame = run(system, 3);
    let column = |name: &str| frame.f64s(name).unwrap().to_vec();
    assert_eq!(column("stock"), [100.0, 100.0, 110.0, 129.0]);
    assert_eq!(column("sum"), [15.0, 35.0, 65.0, 105.0]);
    assert_eq!(column("數"), [13.0, 14.0, 15.0, 16.0]);
    assert_eq!(column("größe"), [23.0, 29.0, 35.0, 41.0]);
    // The wire is read when all that the column reads has stepped.
    assert_eq!(column("later.value"), [0.0, 0.0, 29.0, 37.0]);
    assert!(frame.columns().iter().all(|column| !column.name.contains(':')));
}

/// A name that a derived column has is the column.
#[test]
fn a_column_may_be_called_time() {
    let mut system = System::builder("s");
    system.uncontrollable::<Function>("a", FunctionParams::default());
    system.step_length(StepLength::new(2.0, te_core::TimeUnit::Day));
    system.derived("time", "7", "");
    system.derived("sum", "time + dt", "");
    assert_eq!(run(system, 1).f64s("sum"), Some(&[9.0, 9.0][..]));
}

/// Columns that name the one before twice take as many operations as columns that read a metric twice.
#[test]
fn chains_take_no_more_operations_than_plain_columns() {
    let operations = |of: &dyn Fn(usize) -> String| {
        let mut system = System::builder("s");
        system.uncontrollable::<Function>("a", FunctionParams::default());
        (0..20).for_each(|at| system.derived(&format!("d{at}"), &of(at), ""));
        build(system).operations()
    };
    let before = |at: usize| at.checked_sub(1).map_or("a.value".to_owned(), |at| format!("d{at}"));
    let chained = operations(&|at| format!("{at} + {0} * {0}", before(at)));
    let plain = operations(&|at| format!("{at} + a.value * (a.value + {at})"));
    // One product and one sum each; the first sum of the plain ones is the metric itself and nothing more.
    assert_eq!((chained, plain), (40, 60));
    // What columns have in common is computed once.
    assert_eq!(operations(&|at| format!("{at} + a.value * a.value")), 21);
}

/// Steps, draws that are read from data, and levels that go on from themselves: a market of three sides.
#[test]
fn a_market_in_derived_columns() {
    let draws = [0.0, 0.43, 0.93, 0.51, 0.11, 0.72, 0.64, 0.27, 0.98, 0.35];
    let costs = [0.0, 0.02, 0.55, 0.43, 0.17, 0.81, 0.29, 0.66, 0.38, 0.94];
    let mut system = System::builder("s");
    system.uncontrollable::<Series>("u", series(&draws));
    system.uncontrollable::<Series>("v", series(&costs));
    system.derived(
        "volume",
        "if(t == 0, 100, previous(volume, 100) * (1 + 0.66 * u.value * (1 - previous(volume, 100) / 1e5)))",
        "",
    );
    system.derived("cost", "if(t == 0, 0.3, 0.5 * lag(cost, 1, 0.3) + 0.2 * v.value - 0.015)", "");
    system.derived("money", "previous(money, 0) + if(t == 2 or t == 7, 1e5, 0)", "");
    system.derived("overhead", "100 + 5000 * count((t - 1) % 3 == 0 and t > 0)", "");
    system.derived("reserve", "if(t == 0, 0, lag(reserve, 1, 0) + volume - overhead)", "");
    let frame = run(system, 9);
    let (mut volume, mut cost, mut money, mut overhead, mut reserve) = (100.0, 0.3, 0.0, 100.0, 0.0);
    for at in 0..10 {
        if at > 0 {
            volume *= 1.0 + 0.66 * draws[at] * (1.0 - volume / 1e5);
            cost = 0.5 * cost + 0.2 * costs[at] - 0.015;
            money += if at == 2 || at == 7 { 1e5 } else { 0.0 };
            overhead += if (at - 1) % 3 == 0 { 5000.0 } else { 0.0 };
            reserve = reserve + volume - overhead;
        }
        let row = [volume, cost, money, overhead, reserve];
        let names = ["volume", "cost", "money", "overhead", "reserve"];
        assert_eq!(names.map(|name| frame.f64s(name).unwrap()[at]), row, "row {at}");
    }
}
