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
