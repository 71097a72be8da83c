//! What `build` would put together, and what it refuses to.

use te_netlist::NetworkError;
use te_netlist::bundle::Bundle;
use te_netlist::provenance::{Provenance, Standing, standing};

use crate::upstream::{Bench, Upstream, component, registry};

const MANIFEST: &str = "[package]\nname = \"te-sine\"\nversion = \"0.1.0\"\nlicense = \"MIT\"\n\
    [package.metadata.tecmns]\ncomponent = \"sine\"\nrole = \"uncontrollable\"\nkinds = [\"sine/one\"]\n\
    [dependencies]\nte-core = \"0.1\"\nserde = { version = \"1\" }\n";

/// A workspace that stands for the engine's.
fn engine(entries: &str, bench: &Bench) -> Upstream {
    let engine = Upstream::new();
    engine.write("crates/tecmns/Cargo.toml", "[package]\nname = \"tecmns\"\nversion.workspace = true\n");
    let own = component("tecmns", "path = \"crates/tecmns\"");
    engine.register("tecmns", &(own + entries), bench);
    engine
}

fn gathered(manifest: &str, files: &[(&str, &str)]) -> Result<(Bundle, Bench, Upstream), NetworkError> {
    let (upstream, bench) = (Upstream::with_curve("one\n"), Bench::new());
    upstream.write("curve/Cargo.toml", manifest);
    for (path, text) in files {
        upstream.write(path, text);
    }
    upstream.commit();
    let place = format!("{}path = \"curve\"", upstream.pin());
    let engine = engine(&component("sine", &place), &bench);
    let network = bench.network(&engine)?;
    let bundle = Bundle::gather(&network, &bench.cache(), &engine.netlist(), engine.folder())?;
    Ok((bundle, bench, engine))
}

#[test]
fn the_statement_says_whose_code_runs_and_when() {
    let (bundle, _, _) = gathered(MANIFEST, &[]).unwrap();
    let said = bundle.statement();
    for part in [
        "tecmns/sine  package te-sine  kinds sine/one",
        "authors, as its registry says: A. Author",
        "runs in every run",
        "depends on serde, te-core",
        "h1:",
        "file://",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let (bundle, _, _) = gathered(MANIFEST, &[("curve/build.rs", "fn main() {}\n")]).unwrap();
    assert!(bundle.statement().contains("runs while it is compiled"), "{}", bundle.statement());
}

#[test]
fn crates_that_do_not_stand_alone_are_refused() {
    for (from, to, told) in [
        ("version = \"0.1.0\"", "version.workspace = true", "inherits from a workspace"),
        ("serde = { version = \"1\" }", "serde.workspace = true", "inherits from a workspace"),
        ("version = \"1\"", "path = \"../serde\"", "depends on `serde` by a path"),
        (
            "[dependencies]",
            "[target.'cfg(unix)'.dependencies]\nx = { path = \"/x\" }\n[dependencies]",
            "depends on `x` by a path",
        ),
        (
            "[dependencies]",
            "[build-dependencies]\nx = { path = \"/x\" }\n[dependencies]",
            "depends on `x` by a path",
        ),
        ("te-sine", "tecmns", "has a crate `tecmns` of its own"),
        ("te-sine", "te\\\"sine", "is no name of a package"),
    ] {
        assert!(MANIFEST.contains(from));
        let error = gathered(&MANIFEST.replacen(from, to, 1), &[]).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(told) && error.contains("tecmns/sine"), "{told}: {error}");
    }
}

#[test]
fn a_kind_has_one_owner() {
    let (upstream, bench) = (Upstream::with_curve("one\n"), Bench::new());
    upstream.write("curve/Cargo.toml", &MANIFEST.replace("sine/one", "tecmns/one"));
    upstream.register(
        "other",
        &component("sine", "path = \"curve\"").replace("sine/one", "tecmns/one"),
        &bench,
    );
    let root = upstream.netlist().root();
    let import = format!("\n[registry-import.other]\n{}hash = \"{root}\"\n", upstream.pin());
    let engine = engine(&import, &bench);
    let network = bench.network(&engine).unwrap();
    let error = Bundle::gather(&network, &bench.cache(), &engine.netlist(), engine.folder()).unwrap_err();
    assert!(error.to_string().contains("kind `tecmns/one` is registered by tecmns already"), "{error}");
}

#[test]
fn the_package_holds_the_verified_files() {
    let (bundle, bench, engine) = gathered(MANIFEST, &[]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    bundle.write(&bench.cache(), engine.folder(), folder.path()).unwrap();
    let read = |path: &str| std::fs::read_to_string(folder.path().join(path)).unwrap();
    assert_eq!(read("components/te-sine/src/lib.rs"), "one\n");
    assert!(read("src/main.rs").contains("te_sine::register(registry);"));
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    assert_eq!(manifest["dependencies"]["te-sine"]["path"].as_str(), Some("components/te-sine"));
    let patched = manifest["patch"]["crates-io"]["tecmns"]["path"].as_str().unwrap();
    assert!(std::path::Path::new(patched).join("Cargo.toml").is_file());
    let provenance = Provenance::from_text(&read("src/components.txt"));
    assert_eq!(provenance, bundle.provenance());
    assert_eq!(provenance.package("te-sine").unwrap().id, "tecmns/sine");

    let hash = bundle.externals[0].hash;
    std::fs::write(bench.cache().entry(hash).join("tree/src/lib.rs"), "onf\n").unwrap();
    let error = bundle.write(&bench.cache(), engine.folder(), folder.path()).unwrap_err();
    assert!(error.to_string().contains("src/lib.rs (changed)"), "{error}");
    assert_eq!(error.exit_code(), 3);
}

#[test]
fn what_a_command_was_compiled_from() {
    let bench = Bench::new();
    let engine = engine("", &bench);
    let network = bench.network(&engine).unwrap();
    let made = Provenance::of_workspace(engine.folder()).unwrap();
    assert_eq!(made.root, network.root());
    let one = made.package("tecmns").unwrap();
    assert_eq!(standing(&network, &one.id, one.hash), Standing::Registered);
    assert_eq!(Provenance::from_text(&made.to_text()), made);
    // A source distribution that was unpacked is in no repository.
    let (git, aside) = (engine.folder().join(".git"), tempfile::tempdir().unwrap());
    std::fs::rename(&git, aside.path().join("git")).unwrap();
    assert_eq!(Provenance::of_workspace(engine.folder()).unwrap(), made);
    std::fs::rename(aside.path().join("git"), &git).unwrap();
    // A file that git does not know is compiled too.
    engine.write("crates/tecmns/build.rs", "fn main() {}\n");
    let changed = Provenance::of_workspace(engine.folder()).unwrap();
    let other = changed.package("tecmns").unwrap();
    assert!(matches!(standing(&network, &other.id, other.hash), Standing::Other { .. }));
    assert_eq!(standing(&network, "tecmns/x", other.hash), Standing::Unknown);
    assert_eq!(standing(&network, "elsewhere/tecmns", one.hash), Standing::Registered);
    assert!(Provenance::of_workspace(tempfile::tempdir().unwrap().path()).is_err());
    // The registry file may be behind: what counts is the code.
    engine.write("netlist.toml", &registry("tecmns", ""));
    assert!(Provenance::of_workspace(engine.folder()).unwrap().crates.is_empty());
}
