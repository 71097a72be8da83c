//! What `new` writes, and what it refuses. That it compiles and passes its tests is shown where the engine is at hand.

use std::collections::BTreeMap;
use std::path::Path;

use te_netlist::scaffold::{CrateName, Form, KindName, Scaffold};
use te_netlist::verify::verify;

use crate::upstream::{Bench, Upstream};

fn scaffold(package: &str, kind: Option<&str>, form: Form) -> Scaffold {
    let package = CrateName::new(package).unwrap();
    let kind = kind.map_or_else(|| KindName::of_crate(&package), KindName::new).unwrap();
    Scaffold { package, kind, form }
}

/// A workspace with what `new` adds lines to.
fn workspace() -> Upstream {
    let upstream = Upstream::new();
    for (path, text) in [
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"crates/*\"] # all\n[workspace.package]\nversion = \"0.2.0\"\n\
             license = \"MIT\"\nauthors = [\"B. Author\"]\n[workspace.dependencies]\n# own\n\
             te-system = { path = \"crates/te-system\", version = \"0.2.0\" }\n\n# others\nserde = \"1\"\n",
        ),
        ("netlist.toml", "# The registry.\n[registry]\nname = \"reg\"\nformat = 1\n"),
        (
            "crates/te-system/Cargo.toml",
            "[dependencies]\nte-amm.workspace = true\nte-market.workspace = true\ncsv = \"1\"\n",
        ),
        (
            "crates/te-system/src/kinds.rs",
            "pub fn built_in() -> Registry {\n    let mut registry = Registry::new();\n    \
             te_core::glue::register(&mut registry);\n    te_amm::register(&mut registry);\n    \
             te_market::register(&mut registry);\n    registry\n}\n",
        ),
        ("crates/tecmns/Cargo.toml", "[dependencies]\nte-core.workspace = true\nserde = \"1\"\n"),
        ("crates/tecmns/src/lib.rs", "pub use te_core as core;\npub use te_system as system;\n"),
    ] {
        upstream.write(path, text);
    }
    upstream
}

fn read(upstream: &Upstream, path: &str) -> String {
    std::fs::read_to_string(upstream.folder().join(path)).unwrap()
}

/// Every file of a folder but git's, with its text.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                found.insert(path.display().to_string(), std::fs::read_to_string(&path).unwrap());
            } else if !path.ends_with(".git") {
                open.push(path);
            }
        }
    }
    found
}

fn refused(scaffold: &Scaffold, upstream: &Upstream, there: bool) -> String {
    let before = files(upstream.folder());
    let root = upstream.folder();
    let outcome = if there { scaffold.in_crate(root) } else { scaffold.in_workspace(root) };
    let said = outcome.unwrap_err().to_string();
    assert_eq!(files(upstream.folder()), before, "something was written: {said}");
    said
}

#[test]
fn a_crate_of_its_own_is_a_registry() {
    for form in [Form::Mechanism, Form::Blocks] {
        let upstream = Upstream::new();
        let folder = upstream.folder().join("te-sine-wave");
        let scaffold = scaffold("te-sine-wave", Some("wave/sine"), form);
        let written = scaffold.standalone(&folder, "A. Author", None).unwrap();
        for file in &written.made {
            let text = std::fs::read_to_string(file).unwrap();
            assert!(!text.contains("{{") && !text.contains("}}\""), "{}", file.display());
        }
        for file in ["src/sine.rs", "src/component/sine.rs", "tests/it/sine.rs", "testdata/sine.csv"] {
            assert!(folder.join(file).is_file(), "{file}");
        }
        upstream.commit();
        let bench = Bench::new();
        let text = std::fs::read_to_string(folder.join("netlist.toml")).unwrap();
        assert!(text.contains("kinds = [\"wave/sine\"]"), "{text}");
        let mut resolver = te_netlist::Resolver::new(bench.options());
        let locked = te_netlist::lock::lock(&mut resolver, &bench.options(), &text, &folder, &[]).unwrap();
        assert!(locked.refreshed.is_empty(), "{:?}", locked.refreshed);
        std::fs::write(folder.join("netlist.toml"), &locked.text).unwrap();
        let netlist =
            te_netlist::Netlist::parse(&locked.text, "netlist.toml", te_netlist::Transport::Https).unwrap();
        let report = verify(&netlist, &folder, &bench.options()).unwrap();
        assert_eq!(report.exit_code(), 0, "{:?}", report.findings);
        assert!(scaffold.standalone(&folder, "A. Author", None).is_err(), "the folder exists");
    }
}

#[test]
fn a_workspace_member_is_listed_and_registered() {
    let upstream = workspace();
    let new = scaffold("te-foo", None, Form::Mechanism);
    new.in_workspace(upstream.folder()).unwrap();
    upstream.commit();
    let manifest = read(&upstream, "Cargo.toml");
    assert!(manifest.contains("# all") && manifest.contains("# own"), "{manifest}");
    let line =
        "version = \"0.2.0\" }\nte-foo = { path = \"crates/te-foo\", version = \"0.2.0\" }\n\n# others";
    assert!(manifest.contains(line), "{manifest}");
    let system = read(&upstream, "crates/te-system/Cargo.toml");
    assert!(system.contains("te-amm.workspace = true\nte-foo.workspace = true\nte-market"), "{system}");
    let kinds = read(&upstream, "crates/te-system/src/kinds.rs");
    let lines = "    te_amm::register(&mut registry);\n    te_foo::register(&mut registry);\n    te_market";
    assert!(kinds.contains(lines), "{kinds}");
    assert!(
        read(&upstream, "crates/tecmns/Cargo.toml")
            .contains("te-core.workspace = true\nte-foo.workspace = true\n")
    );
    assert!(
        read(&upstream, "crates/tecmns/src/lib.rs")
            .contains("core;\npub use te_foo as foo;\npub use te_system")
    );
    let bench = Bench::new();
    let locked = bench.lock(&upstream).unwrap();
    assert!(locked.text.starts_with("# The registry."));
    upstream.write("netlist.toml", &locked.text);
    let report = verify(&upstream.netlist(), upstream.folder(), &bench.options()).unwrap();
    assert_eq!(report.exit_code(), 0, "{:?}", report.findings);
    assert!(refused(&new, &upstream, false).contains("te-foo exists already"));
}

#[test]
fn a_second_mechanism_comes_beside_the_first() {
    let upstream = workspace();
    scaffold("te-foo", Some("foo/dutch-auction"), Form::Mechanism).in_workspace(upstream.folder()).unwrap();
    let second = scaffold("te-foo", Some("foo/batch"), Form::Blocks);
    let written = second.in_crate(upstream.folder()).unwrap();
    assert_eq!((written.made.len(), written.changed.len()), (5, 5));
    let library = read(&upstream, "crates/te-foo/src/lib.rs");
    assert!(library.contains(
        "pub mod batch;\n#[cfg(feature = \"engine\")]\npub mod component;\npub mod dutch_auction;\n"
    ));
    // As rustfmt has it: what fits into 110 columns stays on one line.
    let calls = "    registry.add::<component::dutch_auction::DutchAuction>(\n        env!(\"CARGO_PKG_NAME\"),\n        \
        \"A stock that grows by a constant rate.\",\n    );\n    \
        registry.add::<component::batch::Batch>(env!(\"CARGO_PKG_NAME\"), \"A stock that grows by a constant rate.\");\n}\n";
    assert!(library.contains(calls), "{library}");
    assert!(
        read(&upstream, "crates/te-foo/src/component.rs")
            .contains("pub mod batch;\npub mod dutch_auction;\n")
    );
    assert!(
        read(&upstream, "crates/te-foo/tests/it/main.rs").contains("mod batch;\nmod dutch_auction;\n#[cfg")
    );
    let manifest = read(&upstream, "crates/te-foo/Cargo.toml");
    assert!(manifest.contains("kinds = [\"foo/batch\", \"foo/dutch-auction\"]\n"), "{manifest}");
    assert!(read(&upstream, "testdata/te-foo/README.md").contains("python3 batch.py"));
    assert!(read(&upstream, "testdata/te-foo/batch.csv").contains("kind = \"foo/batch\""));
    upstream.commit();
    let locked = Bench::new().lock(&upstream).unwrap();
    assert!(locked.text.contains("kinds = [\"foo/batch\", \"foo/dutch-auction\"]"), "{}", locked.text);

    assert!(refused(&second, &upstream, true).contains("it has the kind `foo/batch` already"));
    let other = scaffold("te-foo", Some("other/batch"), Form::Mechanism);
    assert!(refused(&other, &upstream, true).contains("it has a line `mod …;` of `batch` already"));
    let taken = scaffold("te-bar", Some("foo/dutch-auction"), Form::Mechanism);
    let said = refused(&taken, &upstream, false);
    assert!(said.contains("the kind `foo/dutch-auction` is registered already, by `foo`"), "{said}");
}

#[test]
fn a_crate_that_cannot_be_told_is_left_alone() {
    let third = scaffold("te-foo", Some("foo/third"), Form::Mechanism);
    for (file, from, to, expected) in [
        ("src/lib.rs", "pub mod component;", "mod component;", "it has no line `pub mod component;`"),
        (
            "src/lib.rs",
            "registry: &mut",
            "kinds: &mut",
            "neither src/lib.rs nor src/component.rs has `register(",
        ),
        (
            "src/lib.rs",
            "rate.\");\n}",
            "rate.\")\n}",
            "its function `register` does not end with a statement",
        ),
        (
            "src/lib.rs",
            "#[cfg(feature = \"engine\")]\npub mod c",
            "#[cfg(\n    feature = \"engine\"\n)]\npub mod c",
            "which may belong to it",
        ),
        ("src/component.rs", "pub mod foo;", "/* x */", "it holds a block comment"),
        ("src/component.rs", "pub mod foo;", "", "it has no line `mod …;` that a new one could follow"),
        ("Cargo.toml", "engine = ", "motor = ", "[features] has no `engine`"),
        ("Cargo.toml", "proptest", "quickcheck", "[dev-dependencies] has no `proptest`"),
        ("Cargo.toml", "kinds = [", "kinds = [ # none\n", "holds a comment"),
        ("tests/it/main.rs", "mod ", "use ", "it has no line `mod …;`"),
    ] {
        let upstream = workspace();
        scaffold("te-foo", None, Form::Mechanism).in_workspace(upstream.folder()).unwrap();
        let path = format!("crates/te-foo/{file}");
        let text = read(&upstream, &path);
        assert!(text.contains(from), "{file}: {from}");
        upstream.write(&path, &text.replace(from, to));
        let said = refused(&third, &upstream, true);
        assert!(said.contains(expected), "{file}: {said}");
        assert!(said.contains(file), "{said}");
    }
    // A file that stands where a new one would.
    let upstream = workspace();
    scaffold("te-foo", None, Form::Mechanism).in_workspace(upstream.folder()).unwrap();
    upstream.write("crates/te-foo/src/third.rs", "mine");
    assert!(refused(&third, &upstream, true).contains("src/third.rs exists already"));
}

#[test]
fn a_workspace_whose_lists_are_not_found_is_left_alone() {
    for (file, expected) in [
        ("Cargo.toml", "no dependency on a crate of the workspace"),
        ("crates/te-system/src/kinds.rs", "no line `…::register(&mut registry);`"),
        ("crates/te-system/Cargo.toml", "no dependency on a crate of the workspace"),
        ("crates/tecmns/src/lib.rs", "no line `pub use … as …;`"),
    ] {
        let upstream = workspace();
        upstream.write(file, "# nothing = 1\n");
        let said = refused(&scaffold("te-foo", None, Form::Mechanism), &upstream, false);
        assert!(said.contains(file) && said.contains(expected), "{said}");
    }
}

#[test]
fn line_ends_stay() {
    let upstream = workspace();
    let windows = read(&upstream, "crates/te-system/src/kinds.rs").replace('\n', "\r\n");
    upstream.write("crates/te-system/src/kinds.rs", &windows);
    scaffold("te-foo", None, Form::Mechanism).in_workspace(upstream.folder()).unwrap();
    let kinds = read(&upstream, "crates/te-system/src/kinds.rs");
    assert_eq!(kinds.replace("    te_foo::register(&mut registry);\r\n", ""), windows);
}

/// A file that cannot be written: those before it are as they were.
#[test]
fn what_cannot_be_written_whole_is_taken_back() {
    let upstream = workspace();
    // A file stands where a folder has to be made.
    upstream.write("testdata", "no folder");
    let new = scaffold("te-foo", None, Form::Mechanism);
    refused(&new, &upstream, false);
}

#[test]
fn names_that_cargo_would_refuse() {
    for name in ["te-1hive", "1hive", "Te-x", "te-", "te-test", "core", "a--b", "x/y", "../x", "te_x"] {
        assert!(CrateName::new(name).is_err(), "{name}");
    }
    for kind in ["x", "x/", "/x", "x/1y", "x/Y", "x/a--b", "x/a-", "x/type", "x/machine", "x/../y", "x/a_b"] {
        assert!(KindName::new(kind).is_err(), "{kind}");
    }
    let long = format!("x/{}", "y".repeat(33));
    assert!(KindName::new(&long).unwrap_err().to_string().contains("longer than 32"));
    let name = KindName::new("a/b/v3-pool").unwrap();
    assert_eq!((name.file.as_str(), name.type_name.as_str()), ("v3_pool", "V3Pool"));
}
