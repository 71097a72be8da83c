//! Summaries of tables that can be checked by hand.

use te_core::{Cells, Column, Frame};
use te_output::{Covers, OutputError, Summary, SummaryBuilder, read_frame};

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
    assert_eq!((first.min, first.max, first.initial), (1.0, 4.0, Some(5.0)));
    assert_eq!((first.lowest, first.highest), (Some(1.0), Some(5.0)));
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
    assert_eq!(field("initial"), "7473.0");
    assert!(!head.iter().any(|name| name == "mean"), "a single run has values and no statistics");
    assert_eq!(field("final").parse::<f64>().unwrap(), frame.f64s("reserve").unwrap()[120]);
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

/// Final rows of a run that was at 1, 9 and 7 after a start at 5.
fn recorded(timesteps: &[u64]) -> Summary {
    let values = |t: u64| [5.0, 1.0, 9.0, 7.0][usize::try_from(t).unwrap()];
    let rows: Vec<Row> =
        timesteps.iter().map(|t| (0, 0, 1, *t, u64::from(*t > 0), 0.1, values(*t))).collect();
    Summary::of(&table(&rows), &["pool.fee".to_owned()]).unwrap()
}

#[test]
fn finals_tell_no_lowest_and_no_initial_value() {
    let summary = recorded(&[3]);
    let row = &summary.rows[0];
    assert_eq!((row.mean, row.initial, row.lowest, row.highest), (7.0, None, None, None));
    assert_eq!(
        summary.csv().unwrap(),
        "simulation,subset,pool.fee,metric,unit,final_timestep,final\n0,0,0.1,pool.x,,3,7.0\n"
    );
    let screen = summary.screen(8);
    assert!(screen.contains("final (t = 3)") && !screen.contains("lowest"), "{screen}");
}

#[test]
fn statistics_over_some_rows_say_so() {
    let summary = recorded(&[0, 2, 3]);
    assert_eq!(summary.covers, Covers::Every(2));
    let csv = summary.csv().unwrap();
    assert!(
        csv.starts_with(
            "simulation,subset,pool.fee,metric,unit,final_timestep,final,initial,lowest_recorded,"
        )
    );
    assert!(csv.ends_with("3,7.0,5.0,5.0,9.0\n"), "{csv}");
    let screen = summary.screen(8);
    assert!(screen.ends_with("lowest and highest are over recorded rows, every 2nd step\n"), "{screen}");
    let whole = recorded(&[0, 1, 2, 3]);
    assert_eq!((whole.covers, whole.rows[0].lowest), (Covers::Run, Some(1.0)));
    assert!(whole.csv().unwrap().contains(",initial,lowest,highest\n"));
}

#[test]
fn a_long_summary_of_single_runs_is_cut() {
    let many = te_output::SINGLE_ROWS as u64 + 5;
    let rows: Vec<Row> = (0..many).map(|subset| (0, subset, 1, 3, 1, 0.1, subset as f64)).collect();
    let summary = Summary::of(&table(&rows), &["pool.fee".to_owned()]).unwrap();
    assert!(summary.cut && summary.rows.len() == 64, "{}", summary.rows.len());
    assert_eq!((summary.subsets, summary.rows[63].mean), (many, 63.0));
    assert!(
        summary.screen(2).contains(&format!("{} more subsets are in the table of trajectories", many - 2))
    );
}

/// More rows of statistics than a block holds, and subsets that lie across its end: each subset is told once, with its first
/// and last row.
#[test]
fn statistics_are_summed_up_block_by_block() {
    use std::fmt::Write as _;
    const SUBSETS: u64 = 701;
    const STEPS: u64 = 200;
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from(
        "simulation,subset,timestep,pool.fee,column,unit,count,mean,sd,min,q05,q25,median,q75,q95,max\n",
    );
    for subset in 0..SUBSETS {
        for timestep in 0..=STEPS {
            let (fee, x) = (subset as f64 / 1000.0, (subset * 1000 + timestep) as f64);
            writeln!(
                text,
                "0,{subset},{timestep},{fee},pool.x,DAI,4,{x},1.0,{},{x},{x},{x},{x},{x},{}",
                x - 1.0,
                x + 1.0
            )
            .unwrap();
        }
    }
    std::fs::write(folder.path().join("statistics.csv"), text).unwrap();
    let summary = Summary::of_results(folder.path()).unwrap();
    assert_eq!((summary.subsets, summary.rows.len() as u64), (SUBSETS, SUBSETS));
    for (subset, row) in (0..SUBSETS).zip(&summary.rows) {
        let (first, last) = ((subset * 1000) as f64, (subset * 1000 + STEPS) as f64);
        assert_eq!((row.subset, row.final_timestep, row.count), (subset, STEPS, 4));
        assert_eq!(
            (row.initial, row.mean, row.lowest, row.highest),
            (Some(first), last, Some(first - 1.0), Some(last + 1.0))
        );
        assert_eq!(row.parameters, [(subset as f64 / 1000.0).to_string()]);
    }
}
