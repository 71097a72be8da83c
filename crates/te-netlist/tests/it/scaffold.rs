//! What `new` writes. That it compiles and passes its tests is shown where the engine is at hand.

use te_netlist::scaffold::{CrateName, in_workspace, standalone};
use te_netlist::verify::verify;

use crate::upstream::{Bench, Upstream};

#[test]
fn a_crate_of_its_own_is_a_registry() {
    let upstream = Upstream::new();
    let folder = upstream.folder().join("te-sine-wave");
    let name = CrateName::new("te-sine-wave").unwrap();
    let written = standalone(&folder, &name, "A. Author", None).unwrap();
    for file in &written {
        let text = std::fs::read_to_string(file).unwrap();
        assert!(!text.contains("{{"), "{}", file.display());
    }
    upstream.commit();
    let bench = Bench::new();
    let text = std::fs::read_to_string(folder.join("netlist.toml")).unwrap();
    let mut resolver = te_netlist::Resolver::new(bench.options());
    let locked = te_netlist::lock::lock(&mut resolver, &bench.options(), &text, &folder, &[]).unwrap();
    std::fs::write(folder.join("netlist.toml"), &locked.text).unwrap();
    let netlist =
        te_netlist::Netlist::parse(&locked.text, "netlist.toml", te_netlist::Transport::Https).unwrap();
    let report = verify(&netlist, &folder, &bench.options()).unwrap();
    assert_eq!(report.exit_code(), 0, "{:?}", report.findings);
    assert!(standalone(&folder, &name, "A. Author", None).is_err(), "the folder exists");
}

#[test]
fn a_workspace_member_is_listed_and_registered() {
    let upstream = Upstream::new();
    upstream.write(
        "Cargo.toml",
        "[workspace]\nmembers = [\"crates/*\"] # all\n[workspace.package]\nversion = \"0.2.0\"\nlicense = \"MIT\"\nauthors = [\"B. Author\"]\n[workspace.dependencies]\n# own\nserde = \"1\"\n",
    );
    upstream.write("netlist.toml", "# The registry.\n[registry]\nname = \"reg\"\nformat = 1\n");
    let name = CrateName::new("te-foo").unwrap();
    in_workspace(upstream.folder(), &name).unwrap();
    upstream.commit();
    let manifest = std::fs::read_to_string(upstream.folder().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("# all") && manifest.contains("# own"), "{manifest}");
    assert!(manifest.contains("te-foo = { path = \"crates/te-foo\", version = \"0.2.0\" }"), "{manifest}");
    let bench = Bench::new();
    let locked = bench.lock(&upstream).unwrap();
    assert!(locked.text.starts_with("# The registry."));
    upstream.write("netlist.toml", &locked.text);
    let report = verify(&upstream.netlist(), upstream.folder(), &bench.options()).unwrap();
    assert_eq!(report.exit_code(), 0, "{:?}", report.findings);
    assert!(in_workspace(upstream.folder(), &name).is_err(), "the crate exists");
}

#[test]
fn names_that_cargo_would_refuse() {
    for name in ["te-1hive", "1hive", "Te-x", "te-", "te-test", "core", "a--b", "x/y", "../x", "te_x"] {
        assert!(CrateName::new(name).is_err(), "{name}");
    }
}
