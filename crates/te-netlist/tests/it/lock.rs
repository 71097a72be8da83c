//! Writing hashes and entries, and what is refused instead.

use te_netlist::lock::{self, Addition, Locked, Refreshed};
use te_netlist::{NetworkError, RelativePath, Resolver, Rev};

use crate::upstream::{Bench, Upstream, component, registry};

#[test]
fn comments_and_layout_survive() {
    let (upstream, bench) = (Upstream::with_curve("one\n"), Bench::new());
    let text = "# On top.\n[registry]\nname = \"reg\" # the name\nformat = 1\n\n# The curve.\n\
                [component.curve]\npath   =  \"curve\"\nrole = \"controllable\"\nkinds = [\n  \"c/one\", # first\n]\n\
                version = \"0.1.0\"\nlicense = \"MIT\"\nauthors = [\"A\"]\n\
                hash = 'h1:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0='  # written by lock\n# Below.\n";
    upstream.write("netlist.toml", text);
    upstream.commit();
    let locked = bench.lock(&upstream).unwrap();
    let change = &locked.changes[0];
    let expected =
        text.replace("'h1:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0='", &format!("\"{}\"", change.after));
    assert_eq!(locked.text, expected);
    // Nothing to do is nothing done.
    upstream.write("netlist.toml", &locked.text);
    let again = bench.lock(&upstream).unwrap();
    assert_eq!(again.text, locked.text);
    assert!(again.changes.is_empty());
}

#[test]
fn kinds_are_those_of_the_crate() {
    let (upstream, bench) = (Upstream::with_curve("one\n"), Bench::new());
    let manifest = |kinds: &str| {
        format!(
            "[package]\nname = \"te-curve\"\nversion = \"0.1.0\"\nlicense = \"MIT\"\nauthors = [\"A\"]\n\n[package.metadata.tecmns]\ncomponent = \"curve\"\nrole = \"controllable\"\nkinds = [{kinds}]\nlineage = []\n"
        )
    };
    upstream.write("curve/Cargo.toml", &manifest("\"curve/zero\""));
    upstream.write("netlist.toml", &registry("reg", &component("curve", "path = \"curve\"")));
    upstream.commit();
    let first = bench.lock(&upstream).unwrap();
    assert_eq!(first.refreshed, [Refreshed { name: "curve".to_owned(), fields: vec!["kinds"] }]);
    assert!(first.text.contains("kinds = [\"curve/zero\"]"), "{}", first.text);
    upstream.write("netlist.toml", &first.text);
    upstream.write("curve/Cargo.toml", &manifest("\"curve/two\", \"curve/one\""));
    upstream.commit();
    let second = bench.lock(&upstream).unwrap();
    assert!(second.text.contains("kinds = [\"curve/one\", \"curve/two\"]"), "{}", second.text);
    upstream.write("netlist.toml", &second.text);
    assert!(bench.lock(&upstream).unwrap().refreshed.is_empty());
}

#[test]
fn what_a_crate_says_of_itself_is_taken_over() {
    let (upstream, bench) = (Upstream::with_curve("one\n"), Bench::new());
    let manifest = "[package]\nname = \"te-curve\"\nversion = \"0.2.0\"\nlicense = \"ISC\"\n\n[package.metadata.tecmns]\n\
        component = \"curve\"\nrole = \"system\"\nkinds = [\"curve/one\"]\nlineage = [\"forks doi:10.1/b\", \"tests doi:10.1/c\"]\n";
    upstream.write("curve/Cargo.toml", manifest);
    let parents = "parents = [\n    { of = \"doi:10.1/a\", relation = \"forks\" },\n    \
        { of = \"doi:10.1/b\", relation = \"forks\", license = \"MIT\" },\n]\n";
    let entry = component("curve", "path = \"curve\"").replace("\"0.1.0\"", "\"0.1.0\" # released");
    upstream.write("netlist.toml", &registry("reg", &format!("{entry}{parents}")));
    upstream.commit();
    let locked = bench.lock(&upstream).unwrap();
    let fields = vec!["version", "license", "role", "parents"];
    assert_eq!(locked.refreshed, [Refreshed { name: "curve".to_owned(), fields }]);
    for line in [
        "version = \"0.2.0\" # released\n",
        "license = \"ISC\"\n",
        "role = \"system\"\n",
        "parents = [\n    { of = \"doi:10.1/b\", relation = \"forks\", license = \"MIT\" },\n    \
         { of = \"doi:10.1/c\", relation = \"tests\" },\n]\n",
    ] {
        assert!(locked.text.contains(line), "{line}: {}", locked.text);
    }
    upstream.write("netlist.toml", &locked.text);
    upstream.commit();
    let report =
        te_netlist::verify::verify(&upstream.netlist(), upstream.folder(), &bench.options()).unwrap();
    assert_eq!(report.exit_code(), 0, "{:?}", report.findings);
    // A manifest that says what no registry can hold is refused, and the file stays.
    upstream.write("curve/Cargo.toml", &manifest.replace("0.2.0", "two"));
    upstream.commit();
    assert!(bench.lock(&upstream).unwrap_err().to_string().contains("two"));
}

#[test]
fn a_pinned_hash_is_not_taken_over_unasked() {
    let (curve, bench) = (Upstream::with_curve("one\n"), Bench::new());
    let reg = Upstream::new();
    let entry = component("curve", &format!("{}path = \"curve\"", curve.pin()));
    reg.register("reg", &entry, &bench);
    let locked = std::fs::read_to_string(reg.folder().join("netlist.toml")).unwrap();
    // The pin is moved by hand; the hash is that of the older content.
    let before = curve.head();
    curve.write("curve/src/lib.rs", "two\n");
    curve.commit();
    let moved = locked.replace(&before, &curve.head());
    reg.write("netlist.toml", &moved);
    let fresh = Bench::new();
    let error = fresh.lock(&reg).unwrap_err();
    assert!(matches!(error, NetworkError::Mismatch { .. }), "{error}");
    assert_eq!(error.exit_code(), 3);
    let accepted = fresh.lock_accepting(&reg, &["curve".to_owned()]).unwrap();
    assert_eq!(accepted.changes.len(), 1);
    assert!(fresh.lock_accepting(&reg, &["curv".to_owned()]).is_err());
}

#[test]
fn an_edited_hash_is_noticed() {
    let (upstream, bench) = (Upstream::with_curve("one\n"), Bench::new());
    upstream.register("reg", &component("curve", "path = \"curve\""), &bench);
    let text = std::fs::read_to_string(upstream.folder().join("netlist.toml")).unwrap();
    let hash = upstream.netlist().components["curve"].hash.unwrap().to_string();
    let edited = text.replace(&hash, "h1:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0=");
    upstream.write("netlist.toml", &edited);
    let error = bench.network(&upstream).unwrap_err();
    assert!(matches!(error, NetworkError::Mismatch { .. }), "{error}");
}

fn addition(upstream: &Upstream, name: &str, path: &str) -> Addition {
    Addition {
        name: name.to_owned(),
        url: upstream.url(),
        rev: Rev::new(&upstream.head()).unwrap(),
        path: RelativePath::new(path).unwrap(),
        license: None,
        role: None,
        replace: false,
    }
}

fn add(bench: &Bench, text: &str, addition: &Addition) -> Result<Locked, NetworkError> {
    let mut resolver = Resolver::new(bench.options());
    let folder = tempfile::tempdir().unwrap();
    lock::add(&mut resolver, &bench.options(), text, folder.path(), addition)
}

const MANIFEST: &str = "[package]\nname = \"te-sine\"\nversion = \"0.3.0\"\nlicense = \"MIT\"\n\
    authors = [\"A. Author\"]\n[package.metadata.tecmns]\ncomponent = \"sine\"\nrole = \"uncontrollable\"\n\
    kinds = [\"wave/sine\"]\nlineage = [\"reimplements https://example.org/sine\"]\n";

#[test]
fn a_component_is_added_from_its_manifest() {
    let (upstream, bench) = (Upstream::with_curve("one\n"), Bench::new());
    upstream.write("curve/Cargo.toml", MANIFEST);
    upstream.commit();
    let text = registry("reg", "# A comment.\n");
    let added = add(&bench, &text, &addition(&upstream, "sine", "curve")).unwrap();
    assert!(added.text.starts_with(&text), "{}", added.text);
    let node = added.network.find("sine").unwrap();
    assert_eq!((node.version.as_str(), node.kinds.as_slice()), ("0.3.0", &["wave/sine".to_owned()][..]));
    assert_eq!(node.parents[0].relation, "reimplements");
    // A name that is taken; and replacing it by a later commit.
    let error = add(&bench, &added.text, &addition(&upstream, "sine", "curve")).unwrap_err();
    assert!(error.to_string().contains("registered already"), "{error}");
    upstream.write("curve/src/lib.rs", "two\n");
    upstream.commit();
    let again = Addition { replace: true, ..addition(&upstream, "sine", "curve") };
    let replaced = add(&bench, &added.text, &again).unwrap();
    assert_ne!(replaced.changes[0].before, Some(replaced.changes[0].after));
}

#[test]
fn what_add_refuses() {
    let bench = Bench::new();
    let text = registry("reg", "");
    let upstream = Upstream::with_curve("one\n");
    let error = add(&bench, &text, &addition(&upstream, "x", "curve")).unwrap_err().to_string();
    assert!(error.contains("no licence is stated"), "{error}");
    let data = Addition { license: Some("CC0-1.0".into()), ..addition(&upstream, "x", "curve") };
    assert!(add(&bench, &text, &data).unwrap().text.contains("role = \"data\""));
    upstream.write("curve/Cargo.toml", &MANIFEST.replace("license = \"MIT\"\n", ""));
    upstream.commit();
    let error = add(&bench, &text, &addition(&upstream, "x", "curve")).unwrap_err().to_string();
    assert!(error.contains("no licence is stated"), "{error}");
    upstream.write("curve/Cargo.toml", &MANIFEST.replace("role = \"uncontrollable\"\n", ""));
    upstream.commit();
    let error = add(&bench, &text, &addition(&upstream, "x", "curve")).unwrap_err().to_string();
    assert!(error.contains("--role"), "{error}");
    let error = add(&bench, &text, &addition(&upstream, "1hive", "curve")).unwrap_err().to_string();
    assert!(error.contains("onehive"), "{error}");
    let head = upstream.head();
    upstream.write("curve/Cargo.toml", MANIFEST);
    upstream.commit();
    upstream.commit_entry("160000", &head, "curve/sub");
    let error = add(&bench, &text, &addition(&upstream, "x", "curve")).unwrap_err().to_string();
    assert!(error.contains("submodule"), "{error}");
}

#[test]
fn a_registry_is_added_as_an_import() {
    let (upstream, bench) = (Upstream::with_curve("one\n"), Bench::new());
    let root = upstream.register("ltf", &component("curve", "path = \"curve\""), &bench);
    let added = add(&bench, &registry("reg", ""), &addition(&upstream, "ltf", ".")).unwrap();
    assert!(added.text.contains("[registry-import.ltf]"), "{}", added.text);
    assert_eq!(added.network.find("ltf").unwrap().hash, root);
    assert!(added.network.find("ltf/curve").is_some());
}

#[test]
fn a_file_is_replaced_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("netlist.toml");
    std::fs::write(&file, "old").unwrap();
    te_netlist::whole_file::write(&file, "new").unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "new");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
