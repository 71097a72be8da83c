//! The test kit finds what is right and what is wrong, shown on the engine's own glue.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use te_core::Registry;
use te_testkit::bounds::{self, Expected};
use te_testkit::reference;

fn glue() -> Registry {
    let mut registry = Registry::new();
    te_core::glue::register(&mut registry);
    registry
}

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/te-core/glue")
}

#[test]
fn glue_equals_its_reference() {
    reference::every_kind(&glue(), &data(), &[]);
}

#[test]
fn glue_keeps_its_bounds() {
    // A series of one value ends after one step, unless it is held or repeated: the error says so.
    let ends = Expected { domain: 1.0, ..Expected::default() };
    bounds::every_kind(&glue(), &[("source/series", ends)]);
}

#[test]
fn a_wrong_cell_a_missing_metric_and_a_missing_file_are_found() {
    let text = fs::read_to_string(data().join("delay.csv")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("delay.csv");
    let refused = |text: String| {
        fs::write(&path, text).unwrap();
        let panic = catch_unwind(|| reference::every_kind(&glue(), folder.path(), &[])).unwrap_err();
        panic.downcast_ref::<String>().unwrap().clone()
    };
    let wrong = refused(text.replace("6,3,0.5", "6,3,0.500001"));
    assert!(wrong.starts_with("glue/delay, row 6, value: 0.5 for 0.500001"), "{wrong}");
    let missing = refused(text.replace("in.value,value", "in.value,timestep"));
    assert!(missing.contains("no reference for metric `value`"), "{missing}");
    let no_file = refused(text);
    assert!(no_file.contains("switch.csv"), "{no_file}");
}
