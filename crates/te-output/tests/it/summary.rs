//! Summaries of tables that can be checked by hand.

use te_core::{Cells, Column, Frame};
use te_output::{OutputError, Summary, SummaryBuilder, read_frame};

use crate::testdata;

type Row = (u64, u64, u64, u64, u64, f64, f64);

/// Rows (simulation, subset, run, timestep, substep, fee, x).
fn table(rows: &[Row]) -> Frame {
    let whole = |name: &str, f: fn(&Row) -> u64| Column::new(name, Cells::U64(rows.iter().map(f).collect()));
    let real = |name: &str, f: fn(&Row) -> f64| Column::new(name, Cells::F64(rows.iter().map(f).collect()));
    Frame::new(vec![
        whole("simulation", |r| r.0),
        whole("subset", |r| r.1),
        whole("run", |r| r.2),
        whole("timestep", |r| r.3),
        whole("substep", |r| r.4),
        real("pool.fee", |r| r.5),
        real("pool.x", |r| r.6),
    ])
    .unwrap()
}

const ROWS: [Row; 8] = [
    (0, 0, 1, 0, 0, 0.1, 5.0),
    (0, 0, 1, 1, 1, 0.1, 1.0),
    (0, 0, 2, 0, 0, 0.1, 5.0),
    (0, 0, 2, 1, 1, 0.1, 4.0),
    (0, 0, 3, 0, 0, 0.1, 5.0),
    (0, 0, 3, 1, 1, 0.1, 100.0),
    (0, 1, 1, 0, 0, 0.2, 6.0),
    (0, 1, 1, 1, 1, 0.2, 7.0),
];

#[test]
fn statistics_are_those_of_the_last_rows() {
    let mut builder = SummaryBuilder::new(&table(&ROWS), &["pool.fee".to_owned()]);
    builder.fail(0, 0, 3);
    // Cut inside a run.
    for cut in [0..1, 1..4, 4..8] {
        builder.push(&table(&ROWS[cut])).unwrap();
    }
    let summary = builder.finish();
    assert_eq!(summary.parameters, ["pool.fee"]);
    let [first, second] = &summary.rows[..] else { panic!("{summary:?}") };
    assert_eq!((first.metric.as_str(), first.count, first.final_timestep), ("pool.x", 2, 1));
    assert_eq!((first.mean, first.sd), (2.5, Some(4.5_f64.sqrt())));
    assert_eq!((first.min, first.max, first.initial), (1.0, 4.0, 5.0));
    assert_eq!((first.lowest, first.highest), (1.0, 5.0));
    assert_eq!(first.quantiles, [1.15, 1.75, 2.5, 3.25, 3.8499999999999996]);
    assert_eq!((second.parameters[0].as_str(), second.mean, second.sd), ("0.2", 7.0, None));
}

#[test]
fn a_subset_that_comes_back_is_refused() {
    let mut rows = ROWS;
    rows[7].1 = 0;
    let error = Summary::of(&table(&rows), &[]).unwrap_err();
    assert!(matches!(error, OutputError::Order { simulation: 0, subset: 0 }), "{error}");
}

#[test]
fn the_summary_is_the_same_however_rows_are_cut() {
    let frame = crate::mixed(1, 30, 10);
    let whole = Summary::of(&frame, &[]).unwrap();
    let mut builder = SummaryBuilder::new(&frame, &[]);
    for run in 1..=30 {
        builder.push(&crate::mixed(run, 1, 10)).unwrap();
    }
    assert_eq!(builder.finish(), whole);
}

#[test]
fn csv_and_screen_say_what_the_economy_did() {
    let frame = read_frame(testdata("default.csv")).unwrap();
    let summary = Summary::of(&frame, &[]).unwrap();
    let csv = summary.csv().unwrap();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let head = reader.headers().unwrap().clone();
    let reserve = reader.records().map(Result::unwrap).find(|r| &r[2] == "reserve").unwrap();
    let field = |name: &str| reserve[head.iter().position(|h| h == name).unwrap()].to_owned();
    assert_eq!((field("count"), field("sd"), field("initial")), ("1".into(), String::new(), "7473.0".into()));
    assert_eq!(field("mean").parse::<f64>().unwrap(), frame.f64s("reserve").unwrap()[120]);
    let screen = summary.screen(10);
    assert!(screen.starts_with("metric"), "{screen}");
    let line = screen.lines().find(|l| l.starts_with("reserve")).unwrap();
    assert_eq!(
        line.split_whitespace().collect::<Vec<_>>(),
        ["reserve", "7473", "8113.02", "5098.46", "14760.1"]
    );
}

#[test]
fn many_subsets_are_cut_on_the_screen() {
    let frame = read_frame(testdata("sweep4_runs2.csv")).unwrap();
    let screen = Summary::of(&frame, &[]).unwrap().screen(2);
    assert!(screen.contains("subset 1") && !screen.contains("subset 2"), "{screen}");
    assert!(screen.ends_with("2 more subsets are in summary.csv\n"), "{screen}");
}
