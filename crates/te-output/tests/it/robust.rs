//! Writers that are killed, and disks that refuse.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use te_core::{Cells, Column, Frame};
use te_output::{
    Format, OutputError, PlanInfo, ResultsFolder, SummaryBuilder, TrajectoryWriter, find_trajectories, merge,
    plan_id, read_frame, remove_leftovers,
};

use crate::mixed;

const UNITS: u64 = 4;
const RUNS: u64 = 8;

fn plan() -> PlanInfo {
    PlanInfo {
        id: plan_id("killed"),
        manifest: "seed = 1\n".into(),
        units: UNITS,
        unit_runs: RUNS,
        ..PlanInfo::default()
    }
}

fn unit(n: u64) -> Frame {
    mixed(1 + n * RUNS, RUNS, 120)
}

/// What a process does that may be killed at any moment: units that are not there yet, then all as one table.
fn work(folder: &Path) {
    let results = ResultsFolder::open(folder, &plan(), true).unwrap();
    let finished = results.finished_units().unwrap();
    for n in (0..UNITS).filter(|n| !finished.contains(n)) {
        results.write_unit(n, RUNS, &unit(n), &[]).unwrap();
    }
    drop(results);
    merge(&[folder.to_path_buf()], folder, Format::Parquet, false).unwrap();
}

/// Not a test of its own: the process that the next test starts and kills.
#[test]
fn killed_child() {
    if let Some(folder) = std::env::var_os("TE_OUTPUT_KILLED_CHILD") {
        work(Path::new(&folder));
    }
}

/// Everything that has its final name is whole.
fn assert_nothing_broken(folder: &Path) {
    if let Ok(table) = find_trajectories(folder) {
        assert_eq!(read_frame(table).unwrap().rows() as u64, UNITS * RUNS * 121);
    }
    let units = folder.join("units");
    for entry in std::fs::read_dir(&units).into_iter().flatten() {
        let path = entry.unwrap().path();
        let hidden = path.file_name().unwrap().to_string_lossy().starts_with('.');
        if !hidden && path.extension().is_some_and(|e| e == "parquet") {
            assert_eq!(read_frame(&path).unwrap().rows() as u64, RUNS * 121);
        }
    }
}

#[test]
fn fifty_kills_leave_nothing_broken() {
    // A killed process loses nothing that the kernel has, so memory serves as well as a disk, and sooner.
    let memory = Path::new("/dev/shm");
    let dir =
        if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() };
    let reference = dir.path().join("reference");
    let start = std::time::Instant::now();
    work(&reference);
    let life = start.elapsed();
    let expected = std::fs::read(reference.join("trajectories.parquet")).unwrap();
    let mut folder = dir.path().join("0");
    let mut completed = 0;
    for kill in 0..50_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "robust::killed_child"])
            .env("TE_OUTPUT_KILLED_CHILD", &folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Spread over the life of the process, from before its first file to after its last.
        let share = (kill * 7919 % 97) as f64 / 80.0;
        std::thread::sleep(Duration::from_millis(2) + life.mul_f64(share));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_nothing_broken(&folder);
        if find_trajectories(&folder).is_ok() {
            completed += 1;
            assert_eq!(std::fs::read(folder.join("trajectories.parquet")).unwrap(), expected);
            folder = dir.path().join((kill + 1).to_string());
        }
    }
    // The last one is resumed to its end, and has the bytes of one that nobody disturbed.
    work(&folder);
    assert_eq!(std::fs::read(folder.join("trajectories.parquet")).unwrap(), expected);
    remove_leftovers(&folder).unwrap();
    let hidden = std::fs::read_dir(&folder)
        .unwrap()
        .filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
    assert_eq!(hidden.count(), 0);
    eprintln!("50 kills, {completed} of them after the result was complete");
}

/// Not a test of its own: writes ten units of 1,000 runs, 1.2 million rows, 140 MB as columns, and prints the
/// most memory that it held `[kB]`.
#[test]
fn streaming_child() {
    let Some(folder) = std::env::var_os("TE_OUTPUT_STREAMING_CHILD") else { return };
    let rows = 1000 * 121;
    let frame = |unit: u64| {
        let whole = |f: &dyn Fn(u64) -> u64| Cells::U64((0..rows).map(f).collect());
        let index = [
            whole(&|_| 0),
            whole(&|_| 0),
            whole(&|r| unit * 1000 + r / 121),
            whole(&|r| r % 121),
            whole(&|_| 1),
        ];
        let mut columns: Vec<Column> =
            te_core::INDEX_COLUMNS.iter().zip(index).map(|(n, c)| Column::new(*n, c)).collect();
        for metric in 0..9 {
            let value = |r: u64| ((unit * rows + r) as f64 * 0.1 + f64::from(metric)).sqrt();
            columns.push(Column::new(format!("m{metric}"), Cells::F64((0..rows).map(value).collect())));
        }
        Frame::new(columns).unwrap()
    };
    let path = Path::new(&folder).join("t.parquet");
    let mut writer = TrajectoryWriter::create(path, Format::Parquet, &frame(0), &[]).unwrap();
    for unit in 0..10 {
        writer.write(&frame(unit)).unwrap();
    }
    writer.finish().unwrap();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    println!("peak {}", peak.trim());
}

#[test]
fn memory_does_not_grow_with_rows() {
    let dir = tempfile::tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "robust::streaming_child", "--nocapture"])
        .env("TE_OUTPUT_STREAMING_CHILD", dir.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let peak: u64 = said.split("peak ").nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap();
    // A frame of 14 MB, a row group of 15 MB, a megabyte of pages a column, and the process itself.
    eprintln!("peak memory {peak} kB for 140 MB of columns");
    assert!(peak < 80_000, "{peak} kB");
}

/// A small file system of its own, where this process may mount one.
struct Mount(PathBuf);

impl Mount {
    fn tmpfs(at: &Path, options: &str) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(at)
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|s| s.success());
        if !mounted {
            eprintln!("SKIPPED: this process may not mount a file system, so none was filled");
        }
        mounted.then(|| Self(at.to_path_buf()))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_named_and_leaves_no_partial_file() {
    let dir = tempfile::tempdir().unwrap();
    let Some(disk) = Mount::tmpfs(&dir.path().join("disk"), "size=256k") else { return };
    for &format in Format::all() {
        let path = disk.0.join(format!("t.{}", format.extension()));
        let mut writer = TrajectoryWriter::create(&path, format, &unit(0), &[]).unwrap();
        let result = (0..40).try_for_each(|n| writer.write(&unit(n)));
        let error = result.and_then(|()| writer.finish().map(|_| ())).unwrap_err();
        assert!(matches!(error, OutputError::DiskFull { .. }), "{error}");
        assert!(error.is_temporary());
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
        assert_eq!(std::fs::read_dir(&disk.0).unwrap().count(), 0, "{format:?} left a partial file");
    }
}

#[test]
fn an_unwritable_folder_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let Some(disk) = Mount::tmpfs(&dir.path().join("disk"), "ro,size=64k") else { return };
    let error = ResultsFolder::open(disk.0.join("results"), &plan(), false).unwrap_err();
    assert!(matches!(error, OutputError::PermissionDenied { .. }), "{error}");
    let error = TrajectoryWriter::create(disk.0.join("t.csv"), Format::Csv, &unit(0), &[]).err().unwrap();
    let message = error.to_string();
    assert!(message.starts_with("cannot write in ") && message.ends_with("permission denied"), "{message}");
}

#[test]
fn a_file_in_the_place_of_a_folder_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("results");
    std::fs::write(&path, "mine").unwrap();
    let error = ResultsFolder::open(&path, &plan(), false).unwrap_err();
    assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), b"mine");
}

#[test]
fn a_failed_write_keeps_the_file_that_was_there() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.parquet");
    te_output::write_frame(&path, &unit(0), &[]).unwrap();
    let before = std::fs::read(&path).unwrap();
    let mut writer = TrajectoryWriter::create(&path, Format::Parquet, &unit(1), &[]).unwrap();
    writer.write(&unit(1)).unwrap();
    drop(writer);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let mut builder = SummaryBuilder::new(&unit(0), &[]);
    builder.push(&unit(0)).unwrap();
    assert!(builder.finish().write(dir.path().join("no/summary.csv")).is_err());
}

/// Single flipped bits and cut ends: an error or a table, never a panic.
#[test]
fn damaged_tables_are_errors() {
    let dir = tempfile::tempdir().unwrap();
    let frame = crate::mixed(1, 3, 12);
    for format in Format::all() {
        let path = dir.path().join(format!("t.{}", format.extension()));
        te_output::write_frame(&path, &frame, &[("key".to_owned(), "value".to_owned())]).unwrap();
        let whole = std::fs::read(&path).unwrap();
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..600 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(state >> 20).unwrap() % whole.len();
            let mut bytes = whole.clone();
            if state.trailing_zeros() >= 3 {
                bytes.truncate(at);
            } else {
                bytes[at] ^= 1 << (state >> 17 & 7);
            }
            std::fs::write(&path, &bytes).unwrap();
            let _ = te_output::read_frame(&path);
            if let Ok(table) = te_output::ColumnTable::open(&path) {
                let _ = table.read(["run", "timestep"]);
            }
        }
    }
}
