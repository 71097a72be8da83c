//! `verify`: every difference is found at once and named.

use te_netlist::verify::{Report, verify};

use crate::upstream::{Bench, Upstream, component, registry};

const MANIFEST: &str = "[package]\nname = \"te-curve\"\nversion = \"0.1.0\"\nlicense = \"MIT\"\n\
    [package.metadata.tecmns]\ncomponent = \"curve\"\nrole = \"controllable\"\nkinds = [\"curve/one\"]\n";

fn registered() -> (Upstream, Bench) {
    let (upstream, bench) = (Upstream::with_curve("one\n"), Bench::new());
    upstream.write("curve/Cargo.toml", MANIFEST);
    upstream.register("reg", &component("curve", "path = \"curve\""), &bench);
    (upstream, bench)
}

fn report(upstream: &Upstream, bench: &Bench) -> Report {
    verify(&upstream.netlist(), upstream.folder(), &bench.options()).unwrap()
}

fn told(report: &Report) -> Vec<String> {
    report.findings.iter().map(ToString::to_string).collect()
}

#[test]
fn all_is_well() {
    let (upstream, bench) = registered();
    let report = report(&upstream, &bench);
    assert_eq!(told(&report), Vec::<String>::new());
    assert_eq!((report.exit_code(), report.intact), (0, vec!["reg/curve".to_owned()]));
}

#[test]
fn a_changed_file_is_named() {
    let (upstream, bench) = registered();
    upstream.write("curve/src/lib.rs", "onf\n");
    for committed in [false, true] {
        if committed {
            upstream.commit();
        }
        let report = report(&upstream, &bench);
        assert_eq!(report.exit_code(), 3);
        let told = told(&report);
        assert!(told[0].ends_with("\n    src/lib.rs (changed)"), "{told:?}");
    }
    upstream.git(&["mv", "curve/src/lib.rs", "curve/src/other.rs"]);
    let renamed = told(&report(&upstream, &bench));
    assert!(renamed[0].contains("src/lib.rs (removed)\n    src/other.rs (added)"), "{renamed:?}");
}

#[test]
fn untracked_files_are_another_exit_code() {
    let (upstream, bench) = registered();
    upstream.write("curve/build.rs", "fn main() {}\n");
    let report = report(&upstream, &bench);
    assert_eq!(report.exit_code(), 4);
    assert_eq!(told(&report), ["reg/curve: files that git does not track: build.rs"]);
}

#[test]
fn manifest_and_registry_must_agree() {
    for (from, to, expected) in [
        ("0.1.0", "0.2.0", "version is `0.2.0` in Cargo.toml and `0.1.0` in netlist.toml"),
        ("MIT", "ISC", "license is `ISC` in Cargo.toml and `MIT` in netlist.toml"),
        ("= \"curve\"", "= \"curv\"", "component is `curv` in Cargo.toml and `curve` in netlist.toml"),
        ("controllable", "engine", "role is `engine` in Cargo.toml and `controllable` in netlist.toml"),
        (
            "kinds",
            "lineage = [\"forks doi:10.1/x\"]\nkinds",
            "lineage is `forks doi:10.1/x` in Cargo.toml and `` in netlist.toml",
        ),
        ("metadata", "nothing", "Cargo.toml has no [package.metadata.tecmns]"),
    ] {
        let (upstream, bench) = registered();
        upstream.write("curve/Cargo.toml", &MANIFEST.replace(from, to));
        upstream.commit();
        // The hash is that of the new manifest, the rest is as it was: `lock` would have taken it over.
        let hash = bench.lock(&upstream).unwrap().changes[0].after;
        let entry = component("curve", &format!("path = \"curve\"\nhash = \"{hash}\""));
        upstream.write("netlist.toml", &registry("reg", &entry));
        let report = report(&upstream, &bench);
        assert_eq!(told(&report), [format!("reg/curve: {expected}")]);
        assert_eq!(report.exit_code(), 3);
    }
}

/// Locking takes the kinds from the crate; a registry that was edited afterwards is found.
#[test]
fn kinds_are_the_crates() {
    let (upstream, bench) = registered();
    upstream.write("curve/Cargo.toml", &MANIFEST.replace("curve/one", "curve/two"));
    upstream.commit();
    let locked = bench.lock(&upstream).unwrap();
    assert_eq!(locked.refreshed[0].fields, ["kinds"]);
    upstream.write("netlist.toml", &locked.text);
    assert_eq!(told(&report(&upstream, &bench)), Vec::<String>::new());
    upstream.write("netlist.toml", &locked.text.replace("curve/two", "curve/one"));
    let report = report(&upstream, &bench);
    let expected = "reg/curve: kinds is `curve/two` in Cargo.toml and `curve/one` in netlist.toml";
    assert_eq!((told(&report), report.exit_code()), (vec![expected.to_owned()], 3));
}

#[test]
fn a_crate_that_is_not_registered_is_found() {
    let (upstream, bench) = registered();
    upstream.write("other/Cargo.toml", MANIFEST);
    upstream.write("plain/Cargo.toml", "[package]\nname = \"plain\"\n");
    upstream.commit();
    let told = told(&report(&upstream, &bench));
    assert_eq!(told, ["other: has [package.metadata.tecmns] and is not in netlist.toml"]);
}

#[test]
fn all_findings_at_once() {
    let (upstream, bench) = registered();
    let other = Upstream::with_curve("far\n");
    let place = format!("{}path = \"curve\"", other.pin());
    let entries = component("curve", "path = \"curve\"")
        + &component("gone", "path = \"gone\"")
        + &component("far", &place);
    upstream.write("netlist.toml", &crate::upstream::registry("reg", &entries));
    let told = told(&report(&upstream, &bench));
    assert!(told.iter().any(|line| line == "reg/curve: no hash; run `tecmns lock`"), "{told:?}");
    assert!(told.iter().any(|line| line.contains("reg/gone: no tracked file under `gone`")), "{told:?}");
    assert!(told.iter().any(|line| line == "reg/far: no hash; run `tecmns lock`"), "{told:?}");
}

#[test]
fn pinned_entries_are_looked_at_in_the_cache_only() {
    let bench = Bench::new();
    let other = Upstream::with_curve("far\n");
    let upstream = Upstream::with_curve("one\n");
    let place = format!("{}path = \"curve\"", other.pin());
    upstream.register("reg", &component("far", &place), &bench);
    assert_eq!(report(&upstream, &bench).intact, ["reg/far"]);
    let empty = report(&upstream, &Bench::new());
    assert_eq!(empty.exit_code(), 0);
    assert_eq!(told(&empty), ["reg/far: not in the cache, not looked at; `tecmns init` fetches it"]);
    let hash = upstream.netlist().components["far"].hash.unwrap();
    std::fs::write(bench.cache().entry(hash).join("tree/src/lib.rs"), "fat\n").unwrap();
    let altered = report(&upstream, &bench);
    assert_eq!(altered.exit_code(), 3);
    assert!(told(&altered)[0].contains("src/lib.rs (changed)"), "{:?}", told(&altered));
}
