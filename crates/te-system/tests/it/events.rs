//! Events and dates in system files.

use std::path::Path;
use te_core::{Clock, Component as _, Frame, StepLength, Stream, StreamKey, TimeUnit, Value};
use te_hive_economy::{Economy, EconomyParams};
use te_system::{Changes, SystemFile, built_in};

const HEAD: &str = "[system]\ntimesteps = 12\nstep = \"1 month\"\nstart = 2026-01-31\n\n[controllables.economy]\nkind = \"hive/economy\"\n\n\
    [derived]\nthrottle = \"param(economy.throttle)\"\n\n";

fn read(text: &str) -> SystemFile {
    SystemFile::parse(text, Path::new("s.toml"), &built_in()).unwrap_or_else(|refused| panic!("{refused}"))
}

fn refused(text: &str) -> String {
    SystemFile::parse(text, Path::new("s.toml"), &built_in()).unwrap_err().to_string()
}

fn run(file: &SystemFile) -> Frame {
    let experiment = file.experiment(file.systems(&built_in(), &[]).unwrap());
    let results = experiment.run().unwrap();
    assert!(results.failures.is_empty(), "{:?}", results.failures);
    results.into_frame()
}

/// The throttle in each row.
fn throttles(text: &str) -> Vec<f64> {
    run(&read(text)).f64s("throttle").unwrap().to_vec()
}

#[test]
fn half_the_throttle_from_month_50_beside_the_published_economy() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../systems/hive-shock.toml");
    let file = SystemFile::read(&path, &built_in()).unwrap();
    let frame = run(&file);
    let supplies = frame.f64s("economy.total_supply").unwrap();
    let (published, halved) = supplies.split_at(121);
    assert_eq!(published[..50], halved[..50]);
    assert!((50..=120).all(|month| published[month] < halved[month]), "it burns less");
    // By hand, month by month.
    let mut rng = Stream::new(StreamKey::default(), "economy");
    let mut economy = Economy::new(EconomyParams::default()).unwrap();
    for month in 1..=120_u64 {
        if month == 50 {
            let params = EconomyParams::default();
            economy.reparam(EconomyParams { throttle: 0.5 * params.throttle, ..params }).unwrap();
        }
        let step = StepLength::new(1.0, TimeUnit::Month);
        economy
            .step(&Default::default(), &Clock { step, horizon: 120, ..Clock::at(month) }, &mut rng)
            .unwrap();
        let row = usize::try_from(month).unwrap();
        assert_eq!(economy.metrics().total_supply.to_bits(), halved[row].to_bits(), "month {month}");
    }
    // What the file says.
    let said = |number: f64| format!("{},{:03}", (number / 1e3).floor(), number.rem_euclid(1e3).floor());
    let ratios = frame.f64s("economy.ratio").unwrap();
    for (end, left) in [(published[120], 120), (halved[120], 241)] {
        let line = format!("{} left, {:.1} % of them in the pool", said(end), 100.0 * ratios[left]);
        assert!(file.text().contains(&line), "{line}");
    }
}

#[test]
fn times_may_be_dates() {
    let event = |when: &str| {
        throttles(&format!(
            "{HEAD}[[event]]\nname = \"e\"\n{when}\nset = {{ \"economy.throttle\" = \"2 * economy.throttle\" }}\n"
        ))
    };
    let mut at = vec![0.008; 3];
    at.extend([0.016; 10]);
    assert_eq!(event("at = 3"), at);
    assert_eq!(event("at = 2026-04-30"), at);
    assert_eq!(event("at = \"2026-04-30\""), at);
    let seasons = event("every = 4\nfrom = 2026-03-31\nuntil = 2026-10-31\nfor = 2");
    assert_eq!(seasons[..9], [0.008, 0.008, 0.016, 0.016, 0.008, 0.008, 0.016, 0.016, 0.008]);
    assert_eq!(seasons[9..], [0.008; 4]);
    let when = event("when = \"t >= 5 and economy.price > 0\"");
    assert_eq!((when[5], when[6]), (0.008, 0.016));
}

#[test]
fn dates_are_swept_set_and_drawn() {
    let event = "[[event]]\nname = \"e\"\nat = 3\nset = { \"economy.throttle\" = 0.1 }\n\n";
    let first = |frame: &Frame| -> Vec<usize> {
        let column = frame.f64s("throttle").unwrap();
        column.chunks(13).map(|run| run.iter().position(|x| *x == 0.1).unwrap()).collect()
    };
    for sweep in [
        "\"event.e.at\" = [2, 5]",
        "\"event.e.at\" = [2026-03-31, \"2026-06-30\"]",
        "mode = \"points\"\npoints = [{ \"event.e.at\" = 2026-03-31 }, { \"event.e.at\" = 5 }]",
    ] {
        let frame = run(&read(&format!("{HEAD}{event}[sweep]\n{sweep}\n")));
        assert_eq!(first(&frame), [2, 5]);
        assert_eq!(frame.u64s("event.e.at").unwrap()[0], 2);
    }
    let text = format!(
        "{HEAD}{event}[sweep]\nmode = \"lhs\"\ncount = 4\n\"event.e.at\" = {{ from = 2026-03-31, to = 2026-06-30 }}\n"
    );
    let mut all = first(&run(&read(&text)));
    all.sort_unstable();
    assert_eq!(all, [2, 3, 4, 5]);
    let drawn = format!("{HEAD}{event}[random]\n\"event.e.at\" = \"uniform(2, 5)\"\n")
        .replace("step =", "runs = 20\nstep =");
    let firsts = first(&run(&read(&drawn)));
    assert!(firsts.iter().all(|at| (2..=5).contains(at)) && firsts.iter().any(|at| *at != firsts[0]));
    let changed = |changes: Changes| {
        let mut file = read(&format!("{HEAD}{event}"));
        let prepared = changes.experiment(&mut file, &built_in()).map_err(|refused| refused.to_string())?;
        Ok::<_, String>(first(&prepared.experiment.run().unwrap().into_frame()))
    };
    let set = |text: &str| Changes { set: vec![text.to_owned()], ..Changes::default() };
    assert_eq!(changed(set("event.e.at=2026-06-30")), Ok(vec![5]));
    assert_eq!(changed(Changes::default().with_value("event.e.at", &Value::I64(7))), Ok(vec![7]));
    let sweep = Changes { sweep: vec!["event.e.at=2026-03-31,2026-06-30".to_owned()], ..Changes::default() };
    assert_eq!(changed(sweep), Ok(vec![2, 5]));
    let between = changed(set("event.e.at=2026-06-29")).unwrap_err();
    assert!(between.starts_with("--set event.e.at: 2026-06-29 lies between two timesteps"), "{between}");
    assert!(changed(set("event.e.att=3")).unwrap_err().contains("did you mean `event.e.at`?"));
}

#[test]
fn variants_differ_in_events_alone() {
    let text = format!(
        "{HEAD}[[variant]]\nname = \"a\"\n\n[[variant]]\nname = \"b\"\n\n[[variant]]\nname = \"c\"\n\n\
         [[event]]\nname = \"one\"\nvariant = \"b\"\nat = 1\nset = {{ \"economy.throttle\" = 0.1 }}\n\n\
         [[event]]\nname = \"two\"\nvariant = [\"b\", \"c\"]\nat = 2\nset = {{ \"economy.throttle\" = 0.2 }}\n\n\
         [[event]]\nname = \"all\"\nat = 3\nset = {{ \"economy.throttle\" = 0.3 }}\n"
    );
    let throttles = throttles(&text);
    assert_eq!(throttles[..4], [0.008, 0.008, 0.008, 0.3]);
    assert_eq!(throttles[13..17], [0.008, 0.1, 0.2, 0.3]);
    assert_eq!(throttles[26..30], [0.008, 0.008, 0.2, 0.3]);
    let file = read(&text);
    let systems = file.systems(&built_in(), &[]).unwrap();
    let events: Vec<usize> = systems.iter().map(|(_, system)| system.events().count()).collect();
    assert_eq!(events, [1, 3, 2]);
}

#[test]
fn what_is_wrong_is_told_where_it_stands() {
    for (event, expected) in [
        (
            "at = 3\nset = { \"economy.throtle\" = 1 }",
            "15:9: TE0509: event `e`: there is no parameter `economy.throtle`; did you mean `economy.throttle`?",
        ),
        (
            "at = 3\nset = { \"economy.throttle\" = \"1 + economy.pric\" }",
            "15:35: TE0509: event `e`: it reads unknown `economy.pric`; did you mean `economy.price`?",
        ),
        ("at = 3\nset = { \"economy.throttle\" = \"1 +\" }", "15:"),
        (
            "at = 3\nset = { \"economy.throttle\" = 7 }",
            "15:9: TE0509: event `e`: parameter `economy.throttle` is 7 1/month: allowed is [0, 1] 1/month",
        ),
        (
            "at = 3\nset = { \"economy.initial_price\" = 7 }",
            "15:9: TE0509: event `e`: `economy.initial_price` is read at the start of a run only: no event changes it",
        ),
        (
            "at = 3\nchange = { \"economy.reserve\" = -5 }",
            "15:12: TE0509: event `e`: there is no state `economy.reserve` that an event can change; components of equations have",
        ),
        (
            "at = 2026-04-29\nset = { \"economy.throttle\" = 0.1 }",
            "14:6: TE0509: `at`: 2026-04-29 lies between two timesteps: 2026-03-31 is timestep 2, 2026-04-30 is timestep 3",
        ),
        (
            "at = 2025-04-29\nset = { \"economy.throttle\" = 0.1 }",
            "14:6: TE0509: `at`: 2025-04-29 is before the start, 2026-01-31",
        ),
        ("at = 2026-02-29\nset = { \"economy.throttle\" = 0.1 }", "14:6"),
        (
            "at = \"soon\"\nset = { \"economy.throttle\" = 0.1 }",
            "14:6: TE0509: `at`: `soon` is neither a timestep, a whole number from 1, nor a date",
        ),
        (
            "at = 0\nset = { \"economy.throttle\" = 0.1 }",
            "14:6: TE0509: event `e`: `at` is 0: allowed is [1, ",
        ),
        (
            "at = 2.5\nset = { \"economy.throttle\" = 0.1 }",
            "14:6: TE0509: `at` is 2.5: it must be a whole number of timesteps, from 1",
        ),
        ("when = \"economy.price <\"\nset = { \"economy.throttle\" = 0.1 }", "14:24"),
        (
            "at = 3\nevery = 3\nset = { \"economy.throttle\" = 0.1 }",
            "12:1: TE0509: event `e`: an event needs one of `at`, `every` and `when`",
        ),
        ("at = 3", "12:1: TE0509: event `e`: an event needs `set` or `change`"),
        (
            "at = 3\nvariant = \"b\"\nset = { \"economy.throttle\" = 0.1 }",
            "15:11: TE0509: unknown variant `b`; the file has no [[variant]]",
        ),
        (
            "at = 3\nwhenn = 3\nset = { \"economy.throttle\" = 0.1 }",
            "15:1: TE0303: unknown key `whenn` in [[event]]; did you mean `when`?",
        ),
    ] {
        let found = refused(&format!("{HEAD}[[event]]\nname = \"e\"\n{event}\n"));
        assert!(found.starts_with(&format!("s.toml:{expected}")), "{event}: {found}");
        assert_eq!(found.lines().count(), 1, "{found}");
    }
    let twice = "[[event]]\nname = \"e\"\nat = 3\nset = { \"economy.throttle\" = 0.1 }\n";
    let found = refused(&format!("{HEAD}{twice}\n{twice}"));
    assert!(found.starts_with("s.toml:18:8: TE0509: event `e`: the name is taken"), "{found}");
    let found = refused(&HEAD.replace("1 month", "6 hours"));
    assert!(
        found.starts_with("s.toml:4:9: TE0509: `start` in [system]: steps of 6 hours have no dates"),
        "{found}"
    );
    assert_eq!(found.lines().count(), 1, "{found}");
    let undated = HEAD.replace("start = 2026-01-31\n", "");
    let found = refused(&format!(
        "{undated}[[event]]\nname = \"e\"\nat = 2026-04-30\nset = {{ \"economy.throttle\" = 0.1 }}\n"
    ));
    assert!(
        found.contains("TE0509: `at`: 2026-04-30: rows have dates where [system] says `start`"),
        "{found}"
    );
    let wire = format!("{HEAD}[[wire]]\nfrom = \"if(t >= 5, 0.004, 0.008)\"\nto = \"economy.throttle\"\n");
    let found = refused(&wire);
    assert!(
        found.starts_with("s.toml:14:6: TE0004: wire to `economy.throttle`, which is a parameter"),
        "{found}"
    );
}

#[test]
fn what_no_run_reaches_is_noted() {
    let file =
        read(&format!("{HEAD}[[event]]\nname = \"e\"\nat = 13\nset = {{ \"economy.throttle\" = 0.1 }}\n"));
    assert_eq!(file.notes, ["event.e comes after the last timestep, 12: `at` is 13"]);
}

const SEASONS: &str = "[equations.season]\n\
    let = { summer = { of = \"if(month() > 5 and month() < 9, 1, 0)\" } }\n\n\
    [uncontrollables.season]\nkind = \"equations\"\nof = \"season\"\n\n";

#[test]
fn functions_of_the_calendar_mean_the_same_everywhere() {
    let text = format!(
        "{SEASONS}{HEAD}summer = \"if(month() > 5 and month() < 9, 1, 0)\"\nlate = \"step(1, date('2026-08-01'))\"\n\n\
         [[event]]\nname = \"e\"\nwhen = \"month() == 6\"\nset = {{ \"economy.throttle\" = \"0.1 * (year() - 2025)\" }}\n"
    );
    let frame = run(&read(&text));
    let column = |name: &str| frame.f64s(name).unwrap();
    let expected: Vec<f64> = (1..=13).map(|month| f64::from(u8::from((6..9).contains(&month)))).collect();
    assert_eq!(column("summer"), expected);
    assert_eq!(column("season.summer"), expected);
    // The first row from August 1 on is August 31, row 7; the row before timestep 6 is of June 30.
    assert_eq!(column("late").iter().position(|x| *x == 1.0), Some(7));
    assert_eq!(column("throttle").iter().position(|x| *x == 0.1), Some(6));
}

#[test]
fn who_asks_for_dates_without_a_start_is_told_where() {
    let undated = HEAD.replace("start = 2026-01-31\n", "");
    let text = format!(
        "{SEASONS}{undated}m = \"1 + month()\"\nn = {{ of = \"step(1, date('2026-08-01'))\" }}\n\n\
         [[event]]\nname = \"e\"\nwhen = \"1 < month()\"\nset = {{ \"economy.throttle\" = \"day() / 100\" }}\n"
    );
    let no_start = "rows have dates where the system has a `start`, the date of row 0";
    let found = refused(&text);
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(
        lines,
        [
            format!("s.toml:2:29: TE0018: it asks for the date by `month()`: {no_start}"),
            format!("s.toml:18:10: TE0018: derived column `m` asks for the date by `month()`: {no_start}"),
            format!("s.toml:19:21: TE0018: derived column `n` asks for the date by `date()`: {no_start}"),
            format!("s.toml:23:13: TE0509: event `e`: it asks for the date by `month()`: {no_start}"),
            format!("s.toml:24:9: TE0509: event `e`: it asks for the date by `day()`: {no_start}"),
        ]
    );
    // Dates that are none, in every place.
    for (text, expected) in [
        ("m = \"step(1, date('2026-02-30'))\"", "12:19: TE0008: in expression"),
        (
            "m = \"1\"\n[[event]]\nname = \"e\"\nwhen = \"time > date('2026-02-30')\"\nset = { \"economy.throttle\" = 0.1 }",
            "15:21: TE0509: event `e`: ",
        ),
    ] {
        let found = refused(&format!("{HEAD}{text}\n"));
        assert!(found.starts_with(&format!("s.toml:{expected}")), "{found}");
        assert!(found.contains("2026-02-30 is no date: February 2026 has 28 days"), "{found}");
    }
    let found = refused(&format!(
        "{HEAD}[[event]]\nname = \"e\"\nat = \"2026-06-31\"\nset = {{ \"economy.throttle\" = 0.1 }}\n"
    ));
    assert!(
        found.starts_with("s.toml:14:6: TE0509: `at`: 2026-06-31 is no date: June 2026 has 30 days"),
        "{found}"
    );
    // A start that is none is refused once.
    let text = text.replace("when = \"1 < month()\"", "at = 2026-06-30");
    let found = refused(&text.replace("[system]\n", "[system]\nstart = \"soon\"\n"));
    assert_eq!(found.lines().count(), 1, "{found}");
}
