//! Results folders: refusal, resumption, units, merging.

use std::path::{Path, PathBuf};

use te_core::{Cells, Column, Frame};
use te_output::{
    ChartSpec, Charted as _, Format, Outcome, OutputError, PlanInfo, ResultsFolder, Summary, Theme,
    find_trajectories, merge, plan_id, read_frame, read_plan,
};

use crate::{hive, mixed};

fn plan() -> PlanInfo {
    PlanInfo {
        id: plan_id("the system, its parameters, the seed"),
        manifest: "seed = 7\n\n[system]\nname = \"pool\"\n".to_owned(),
        parameters: vec![],
        units: 4,
        unit_runs: 5,
    }
}

fn unit(n: u64) -> Frame {
    mixed(1 + n * 5, 5, 8)
}

fn failures(run: u64) -> Frame {
    let number = |name: &str, n: u64| Column::new(name, Cells::U64(vec![n]));
    Frame::new(vec![
        number("simulation", 0),
        number("subset", 0),
        number("run", run),
        number("timestep", 3),
        number("substep", 1),
        Column::new("component", Cells::Text(vec!["pool".into()])),
        Column::new("cause", Cells::Text(vec!["reserve ran out, \"0\" left".into()])),
    ])
    .unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_run_leaves_a_folder_that_tells_what_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("results/hive");
    let folder = ResultsFolder::open(&path, &plan(), false).unwrap();
    assert!(!folder.is_complete());
    let frame = hive("default.csv");
    let mut writer = folder.writer(Format::Parquet, &frame).unwrap();
    writer.write(&frame).unwrap();
    let written = writer.finish().unwrap();
    folder.write_summary(&Summary::of(&frame, &[]).unwrap()).unwrap();
    let charts = ChartSpec::defaults(&frame, &[]);
    let twice = [charts[0].clone(), charts[0].clone()];
    let pictures = folder.write_charts(&twice, &frame, Theme::Light).unwrap();
    assert_eq!((pictures.files.len(), pictures.notes.len()), (4, 0));
    folder.write_table("failures", &failures(1)).unwrap();
    folder.finish(&Outcome { rows: written.rows, runs: 1, failures: 1, units_sha256: None }).unwrap();
    assert!(folder.is_complete());
    assert_eq!(
        names(&path),
        ["charts", "failures.csv", "manifest.toml", "summary.csv", "trajectories.parquet"]
    );
    assert_eq!(find_trajectories(&path).unwrap(), written.path);
    let manifest = std::fs::read_to_string(path.join("manifest.toml")).unwrap();
    assert!(manifest.starts_with("seed = 7\n"), "{manifest}");
    assert!(manifest.contains("[result]") && manifest.contains("rows = 121"), "{manifest}");
    let read = read_plan(&path).unwrap();
    assert_eq!((read.id, read.units), (plan().id, 4));
    assert_eq!(
        read.manifest.parse::<toml::Table>().unwrap(),
        plan().manifest.parse::<toml::Table>().unwrap()
    );
}

#[test]
fn a_folder_that_holds_something_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let open = |plan: &PlanInfo, resume| ResultsFolder::open(dir.path(), plan, resume);
    std::fs::write(dir.path().join("notes.txt"), "mine").unwrap();
    let error = open(&plan(), false).unwrap_err();
    assert!(matches!(error, OutputError::NotEmpty { same_plan: false, .. }), "{error}");
    assert!(open(&plan(), true).is_err(), "resuming does not take over a folder of other things");
    std::fs::remove_file(dir.path().join("notes.txt")).unwrap();
    open(&plan(), false).unwrap();
    let error = open(&plan(), false).unwrap_err();
    assert!(error.to_string().ends_with("resume them, or name another folder"), "{error}");
    open(&plan(), true).unwrap();
    let other = PlanInfo { id: plan_id("another"), ..plan() };
    assert!(matches!(open(&other, true).unwrap_err(), OutputError::OtherPlan { .. }));
    assert_eq!(names(dir.path()), ["manifest.toml"]);
}

#[test]
fn a_manifest_may_not_claim_what_the_folder_writes() {
    let dir = tempfile::tempdir().unwrap();
    let claims = PlanInfo { manifest: "[result]\nrows = 1\n".to_owned(), ..plan() };
    let message = ResultsFolder::open(dir.path(), &claims, false).unwrap_err().to_string();
    assert!(message.contains("the table `result` is written by the folder itself"), "{message}");
}

#[test]
fn units_are_resumed_and_damage_is_seen() {
    let dir = tempfile::tempdir().unwrap();
    let folder = ResultsFolder::open(dir.path(), &plan(), false).unwrap();
    for n in [0, 2] {
        folder.write_unit(n, 5, &unit(n), &[("failures", &failures(1 + n * 5))]).unwrap();
    }
    let units = dir.path().join("units");
    std::fs::write(units.join(".unit-000001.parquet.Xy.tmp"), "half").unwrap();
    let busy = ResultsFolder::open(dir.path(), &plan(), true).unwrap_err();
    assert!(matches!(busy, OutputError::Busy { .. }) && busy.is_temporary(), "{busy}");
    drop(folder);
    let folder = ResultsFolder::open(dir.path(), &plan(), true).unwrap();
    assert_eq!(folder.finished_units().unwrap(), [0, 2]);
    assert_eq!(names(&units).len(), 6, "the half file is gone");
    let file = units.join("unit-000002.parquet");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    assert_eq!(folder.finished_units().unwrap(), [0]);
    let error = merge(&[dir.path().into()], dir.path(), Format::Parquet, true).unwrap_err();
    assert!(matches!(error, OutputError::Damaged { what: "SHA-256", .. }), "{error}");
    let before = std::fs::read(units.join("unit-000000.parquet")).unwrap();
    folder.write_unit(0, 5, &unit(0), &[]).unwrap();
    assert_eq!(std::fs::read(units.join("unit-000000.parquet")).unwrap(), before);
}

#[test]
fn shards_merge_to_what_one_process_writes() {
    let dir = tempfile::tempdir().unwrap();
    let whole = dir.path().join("whole.parquet");
    let mut columns = unit(0).into_columns();
    for n in 1..4 {
        for (column, more) in columns.iter_mut().zip(unit(n).into_columns()) {
            match (&mut column.cells, more.cells) {
                (Cells::F64(a), Cells::F64(b)) => a.extend(b),
                (Cells::U64(a), Cells::U64(b)) => a.extend(b),
                (Cells::I64(a), Cells::I64(b)) => a.extend(b),
                (Cells::Bool(a), Cells::Bool(b)) => a.extend(b),
                (Cells::Decimal(a), Cells::Decimal(b)) => a.extend(b),
                (Cells::Text(a), Cells::Text(b)) => a.extend(b),
                _ => unreachable!(),
            }
            if let (Some(a), Some(b)) = (&mut column.valid, more.valid) {
                a.extend(b);
            }
        }
    }
    let together = Frame::new(columns).unwrap();
    te_output::write_frame(&whole, &together, &[]).unwrap();
    let mut digests = Vec::new();
    for shards in [1, 3] {
        let sources: Vec<PathBuf> = (0..shards).map(|s| dir.path().join(format!("{shards}-{s}"))).collect();
        for (s, source) in sources.iter().enumerate() {
            let folder = ResultsFolder::open(source, &plan(), false).unwrap();
            for n in (0..4).filter(|n| n % shards == s as u64) {
                let failed = failures(7);
                let tables = if n == 1 { vec![("failures", &failed)] } else { vec![] };
                folder.write_unit(n, 5, &unit(n), &tables).unwrap();
            }
        }
        let target = if shards == 1 { sources[0].clone() } else { dir.path().join("merged") };
        let merged = merge(&sources, &target, Format::Parquet, false).unwrap();
        assert_eq!((merged.outcome.runs, merged.outcome.failures), (20, 1));
        assert_eq!(merged.summary.rows[0].count, 19, "the failed run does not count");
        assert_eq!(read_frame(find_trajectories(&target).unwrap()).unwrap(), read_frame(&whole).unwrap());
        let failed = read_frame(target.join("failures.csv")).unwrap();
        assert_eq!(failed.u64s("run").unwrap(), [7]);
        digests.push((
            merged.outcome.units_sha256,
            std::fs::read(find_trajectories(&target).unwrap()).unwrap(),
            std::fs::read(target.join("summary.csv")).unwrap(),
        ));
    }
    assert_eq!(digests[0], digests[1]);
}

#[test]
fn a_merge_says_what_is_missing_and_what_does_not_belong() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b, out) = (dir.path().join("a"), dir.path().join("b"), dir.path().join("out"));
    let folder = ResultsFolder::open(&a, &plan(), false).unwrap();
    folder.write_unit(0, 5, &unit(0), &[]).unwrap();
    folder.write_unit(3, 5, &unit(3), &[]).unwrap();
    let message = merge(std::slice::from_ref(&a), &out, Format::Csv, false).unwrap_err().to_string();
    assert!(message.ends_with("lacks 2 of 4 units, the first of them unit 1"), "{message}");
    assert!(!out.exists());
    let merged = merge(std::slice::from_ref(&a), &out, Format::Csv, true).unwrap();
    assert_eq!(merged.missing, [1, 2]);
    assert_eq!(read_frame(out.join("trajectories.csv")).unwrap().rows(), 2 * 45);
    let other = PlanInfo { id: plan_id("another"), ..plan() };
    ResultsFolder::open(&b, &other, false).unwrap().write_unit(1, 5, &unit(1), &[]).unwrap();
    let error = merge(&[a, b], &dir.path().join("c"), Format::Csv, false).unwrap_err();
    assert!(matches!(error, OutputError::OtherPlan { .. }), "{error}");
}
