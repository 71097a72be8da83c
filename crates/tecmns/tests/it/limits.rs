//! Files that nest, wait or grow without end are refused at once.

use crate::{scratch, stderr, tecmns};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;
use tecmns::SystemFile;

fn nesting(of: &[(&str, &str)]) -> String {
    let mut text = "[system]\nname = \"n\"\ntimesteps = 1\n".to_owned();
    for (name, file) in of {
        write!(text, "[controllables.{name}]\nkind = \"system\"\nfile = \"{file}\"\n").unwrap();
    }
    text
}

/// What is said of a file, at once.
fn refused(path: &Path) -> String {
    let begin = Instant::now();
    let error = SystemFile::read(path, &tecmns::built_in()).err().unwrap().to_string();
    assert!(begin.elapsed().as_secs() < 20, "it took {:?}", begin.elapsed());
    error
}

#[test]
fn a_circle_of_files_is_named() {
    let here = scratch();
    let path = |name: &str| here.path().join(name);
    std::fs::write(path("a.toml"), nesting(&[("x", "b.toml"), ("y", "b.toml")])).unwrap();
    std::fs::write(path("b.toml"), nesting(&[("x", "./a.toml")])).unwrap();
    let said = refused(&path("a.toml"));
    assert!(said.contains("TE0306: the system nests itself: ") && said.contains("b.toml > "), "{said}");
    assert_eq!(said.lines().count(), 1, "said once: {said}");
    let own: Vec<String> = (0..12).map(|k| format!("a{k}")).collect();
    let own: Vec<(&str, &str)> = own.iter().map(|name| (name.as_str(), "self.toml")).collect();
    std::fs::write(path("self.toml"), nesting(&own)).unwrap();
    assert!(refused(&path("self.toml")).contains("nests itself"));
}

#[test]
fn depth_and_number_of_nested_systems_are_bounded() {
    let here = scratch();
    let path = |name: &str| here.path().join(name);
    for level in 0..10 {
        let inner = format!("{}.toml", level + 1);
        std::fs::write(path(&format!("{level}.toml")), nesting(&[("x", &inner)])).unwrap();
    }
    std::fs::write(path("10.toml"), "[controllables.a]\nkind = \"source/function\"\n").unwrap();
    assert!(refused(&path("0.toml")).contains("nested more than 8 deep"));
    SystemFile::read(&path("2.toml"), &tecmns::built_in()).unwrap();
    // Each level nests the next twelve times.
    for level in 0..6 {
        let inner = format!("w{}.toml", level + 1);
        let names: Vec<String> = (0..12).map(|k| format!("a{k}")).collect();
        let of: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), inner.as_str())).collect();
        std::fs::write(path(&format!("w{level}.toml")), nesting(&of)).unwrap();
    }
    std::fs::write(path("w6.toml"), "[controllables.a]\nkind = \"source/function\"\n").unwrap();
    assert!(refused(&path("w0.toml")).contains("more than 1000 systems are nested"));
}

#[cfg(unix)]
#[test]
fn only_regular_files_are_read() {
    let here = scratch();
    assert!(refused(Path::new("/dev/zero")).contains("TE0301: is a device or a pipe"));
    assert!(refused(here.path()).contains("is a folder"));
    let fifo = here.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    assert!(refused(&fifo).contains("is a device or a pipe"));
    let file = here.path().join("s.toml");
    for column in ["file = \"pipe\"", "file = \"/dev/zero\"", "file = \"/dev/full.parquet\""] {
        let text = format!(
            "[uncontrollables.a]\nkind = \"source/series\"\nparams = {{ values = {{ {column}, column = \"x\" }} }}\n"
        );
        std::fs::write(&file, text).unwrap();
        let said = refused(&file);
        assert!(said.contains("TE0305") && !said.contains("panic"), "{said}");
    }
    std::fs::write(&file, nesting(&[("a", "/dev/zero")])).unwrap();
    assert!(refused(&file).contains("is a device or a pipe"));
    let large = here.path().join("large.toml");
    std::fs::File::create(&large).unwrap().set_len(17 << 20).unwrap();
    assert!(refused(&large).contains("at most 16777216 are read"));
}

#[test]
fn the_command_ends_with_bad_input() {
    let here = scratch();
    std::fs::write(here.path().join("s.toml"), nesting(&[("a", "s.toml")])).unwrap();
    let output = tecmns(here.path(), &["check", "s.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("s.toml:4:16: TE0306"), "{}", stderr(&output));
}
