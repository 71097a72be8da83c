//! Two results side by side.

use te_core::{Cells, Column, Frame};
use te_output::{Format, PlanInfo, ResultsFolder, Theme, compare, plan_id};

use crate::chart::walks;
use crate::hive;

fn result(path: &std::path::Path, manifest: &str, frame: &Frame) {
    let plan = PlanInfo { id: plan_id(manifest), manifest: manifest.to_owned(), ..PlanInfo::default() };
    let folder = ResultsFolder::open(path, &plan, false).unwrap();
    let mut writer = folder.writer(Format::Parquet, frame).unwrap();
    writer.write(frame).unwrap();
    writer.finish().unwrap();
}

#[test]
fn settings_and_metrics_that_differ_are_shown() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (dir.path().join("base"), dir.path().join("changed"));
    let frame = hive("default.csv");
    result(&a, "seed = 7\n[params]\nthrottle = 0.008\n", &frame);
    let mut columns = frame.into_columns();
    let price = columns.iter().position(|c| c.name == "economy.price").unwrap();
    if let Cells::F64(v) = &mut columns[price].cells {
        for x in v {
            *x *= 1.1;
        }
    }
    columns.push(Column::new("economy.new", Cells::F64(vec![0.0; 121])));
    result(&b, "seed = 7\n[params]\nthrottle = 0.004\n", &Frame::new(columns).unwrap());
    let comparison = compare(&a, &b).unwrap();
    let settings = ("params.throttle".to_owned(), "0.008".to_owned(), "0.004".to_owned());
    assert_eq!(comparison.settings, [settings]);
    assert_eq!(comparison.only_in, [vec![], vec!["economy.new".to_owned()]]);
    let differing: Vec<_> = comparison.metrics.iter().filter(|m| m.differs()).collect();
    assert_eq!(differing.len(), 1);
    assert!((differing[0].relative().unwrap() - 0.1).abs() < 1e-12);
    let screen = comparison.screen();
    assert!(screen.contains("params.throttle  0.008  0.004"), "{screen}");
    assert!(screen.contains("10 %") && screen.contains("11 more are equal"), "{screen}");
    let out = dir.path().join("out");
    comparison.write(&out, Theme::Light).unwrap();
    let svg = std::fs::read_to_string(out.join("charts/economy-price.svg")).unwrap();
    assert!(svg.contains(">base<") && svg.contains(">changed<"));
    assert!(std::fs::read_to_string(out.join("compare.html")).unwrap().contains("base and changed"));
    let mut names: Vec<_> = std::fs::read_dir(&out).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["charts", "compare.csv", "compare.html"]);
    assert!(compare(&a, &a).unwrap().screen().contains("all 12 metrics are equal"));
}

#[test]
fn a_difference_beyond_chance_is_seen() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (dir.path().join("a"), dir.path().join("b"));
    result(&a, "", &walks(&[0.1], &[0.5], 50, 40));
    result(&b, "", &walks(&[0.4], &[0.5], 50, 40));
    let comparison = compare(&a, &b).unwrap();
    let price = comparison.metrics.iter().find(|m| m.a.metric == "pool.price").unwrap();
    // Twice as many standard errors need not be more than chance; ten are.
    assert!(price.standard_errors().unwrap() < -10.0);
    assert_eq!(comparison.frame().rows(), 2 * 50 * 41);
}

/// A results folder of one metric with these final values, one for each run.
fn folder(place: &std::path::Path, name: &str, seed: u64, last: u64, finals: &[f64]) -> std::path::PathBuf {
    use te_core::{Cells, Column, Frame};
    let path = place.join(name);
    std::fs::create_dir_all(&path).unwrap();
    std::fs::write(path.join("manifest.toml"), format!("[run]\nseed = \"{seed}\"\n")).unwrap();
    let runs = finals.len();
    let same = |name: &str, x: u64| Column::new(name, Cells::U64(vec![x; runs]));
    let frame = Frame::new(vec![
        same("simulation", 0),
        same("subset", 0),
        Column::new("run", Cells::U64((1..=runs as u64).collect())),
        same("timestep", last),
        same("substep", 1),
        Column::new("pool.x", Cells::F64(finals.to_vec())),
    ])
    .unwrap();
    te_output::write_frame(path.join("trajectories.csv"), &frame, &[]).unwrap();
    path
}

#[test]
fn runs_that_share_their_luck_are_paired() {
    let place = tempfile::tempdir().unwrap();
    let finals = [10.0, 20.0, 30.0, 40.0];
    let lower = [9.0, 18.0, 29.5, 38.5];
    let a = folder(place.path(), "a", 7, 12, &finals);
    let b = folder(place.path(), "b", 7, 12, &lower);
    let c = folder(place.path(), "c", 8, 24, &lower);
    let paired = te_output::compare(&a, &b).unwrap();
    // scipy.stats.ttest_rel([9, 18, 29.5, 38.5], [10, 20, 30, 40]).statistic
    let errors = paired.metrics[0].standard_errors().unwrap();
    assert!((errors - -3.872_983_346_207_417).abs() < 1e-12, "{errors}");
    assert!(paired.screen().contains("in paired errors"), "{}", paired.screen());
    let unpaired = te_output::compare(&a, &c).unwrap();
    // scipy.stats.ttest_ind(..., equal_var=False).statistic
    let errors = unpaired.metrics[0].standard_errors().unwrap();
    assert!((errors - -0.136_845_137_875_993_34).abs() < 1e-12, "{errors}");
    let screen = unpaired.screen();
    assert!(screen.contains("unpaired runs: the seeds differ"), "{screen}");
    assert!(screen.contains("pool.x *") && screen.contains("t = 12 in a, t = 24 in c"), "{screen}");
    assert!(te_output::compare_variants(&a).unwrap_err().to_string().contains("one simulation"));
}
