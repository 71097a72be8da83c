//! Folders of equations as components: kinds from files, hashes over the folder.

use te_netlist::equation_files::{in_folder, registered};
use te_netlist::scaffold::EquationScaffold;
use te_netlist::verify::verify;

use crate::upstream::{Bench, Upstream, component};

fn file(kind: &str) -> String {
    format!("[component]\nkind = \"{kind}\"\n[state]\nx = {{ initial = 1, next = \"x\" }}\n")
}

fn told(upstream: &Upstream, bench: &Bench) -> Vec<String> {
    let report = verify(&upstream.netlist(), upstream.folder(), &bench.options()).unwrap();
    report.findings.iter().map(ToString::to_string).collect()
}

#[test]
fn kinds_are_those_of_the_files_and_tables_belong_to_the_hash() {
    let (upstream, bench) = (Upstream::new(), Bench::new());
    upstream.write("pools/slow.toml", &file("pools/slow"));
    upstream.write("pools/fast.toml", &file("pools/fast"));
    upstream.write("pools/yields.csv", "apr\n0.1\n");
    upstream.write("pools/note.toml", "[other]\n");
    upstream.write("pools/below/deep.toml", &file("pools/deep"));
    // The entry says `pools/one`: the lock takes over what the files say.
    upstream.register("reg", &component("pools", "path = \"pools\""), &bench);
    assert_eq!(upstream.netlist().components["pools"].kinds, ["pools/fast", "pools/slow"]);
    assert_eq!(told(&upstream, &bench), Vec::<String>::new());
    let (files, refused) = registered(&upstream.netlist(), upstream.folder(), &bench.options());
    assert!(refused.is_empty());
    let found: Vec<(&str, &str)> =
        files.iter().map(|one| (one.id.as_str(), one.file.kind.as_str())).collect();
    assert_eq!(found, [("reg/pools", "pools/fast"), ("reg/pools", "pools/slow")]);

    upstream.write("pools/yields.csv", "apr\n0.2\n");
    let said = told(&upstream, &bench);
    assert!(said[0].ends_with("\n    yields.csv (changed)"), "{said:?}");
    upstream.write("pools/yields.csv", "apr\n0.1\n");
    upstream.write("pools/fast.toml", &file("pools/faster"));
    let said = told(&upstream, &bench);
    assert_eq!(
        said[1],
        "reg/pools: kinds are `pools/faster, pools/slow` in its files and `pools/fast, pools/slow` in netlist.toml"
    );
}

#[test]
fn fetched_files_are_read_from_the_cache_once_they_are_there() {
    let (other, bench) = (Upstream::new(), Bench::new());
    other.write("pools/slow.toml", &file("pools/slow"));
    other.register("other", &component("pools", "path = \"pools\""), &bench);
    let ours = Upstream::new();
    let entry = component("theirs", &format!("{}path = \"pools\"", other.pin()));
    ours.register("ours", &entry.replace("theirs/one", "pools/slow"), &bench);
    let (files, refused) = registered(&ours.netlist(), ours.folder(), &bench.options());
    assert!(refused.is_empty(), "{refused:?}");
    assert_eq!((files[0].id.as_str(), files[0].file.kind.as_str()), ("ours/theirs", "pools/slow"));
    assert_eq!(files[0].fetched, ours.netlist().components["theirs"].hash);
    // Without the cache nothing is fetched: the entry is left out, and said to be.
    let (files, refused) = registered(&ours.netlist(), ours.folder(), &Bench::new().options());
    assert_eq!((files.len(), refused.len()), (0, 1));
}

#[test]
fn two_files_of_one_kind_and_names_that_are_none_are_refused() {
    let upstream = Upstream::new();
    upstream.write("a.toml", &file("pools/slow"));
    upstream.write("b.toml", &file("pools/slow"));
    let said = in_folder(upstream.folder()).unwrap_err();
    assert!(said.ends_with("b.toml are both `pools/slow`"), "{said}");
    upstream.write("b.toml", &file("pools/Not A Name"));
    let said = in_folder(upstream.folder()).unwrap_err();
    assert!(said.contains("b.toml: `pools/Not A Name` is no name"), "{said}");
}

#[test]
fn a_new_file_goes_into_its_folder_and_its_entry() {
    let (upstream, bench) = (Upstream::new(), Bench::new());
    upstream.write("netlist.toml", "# Ours.\n[registry]\nname = \"ours\"\nformat = 1\n");
    for kind in ["mine/slow", "mine/fast"] {
        let made = EquationScaffold::new("pools", Some(kind), "A. Author").unwrap();
        made.in_registry(upstream.folder()).unwrap();
        let again = made.in_registry(upstream.folder()).unwrap_err().to_string();
        assert!(again.contains(&format!("has `{kind}` already")), "{again}");
    }
    upstream.commit();
    let locked = bench.lock(&upstream).unwrap();
    assert!(locked.text.starts_with("# Ours.\n"), "{}", locked.text);
    upstream.write("netlist.toml", &locked.text);
    upstream.commit();
    assert_eq!(told(&upstream, &bench), Vec::<String>::new());
    let entry = &upstream.netlist().components["pools"];
    assert_eq!(
        (entry.kinds.as_slice(), entry.authors.as_slice()),
        (&["mine/fast".to_owned(), "mine/slow".to_owned()][..], &["A. Author".to_owned()][..])
    );
}
