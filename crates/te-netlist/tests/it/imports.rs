//! Registries of registries.

use te_netlist::git::Limits;
use te_netlist::{NetworkError, NodeKind};

use crate::upstream::{Bench, Upstream, component, registry};

/// An import entry that pins an upstream's registry.
fn import(name: &str, upstream: &Upstream) -> String {
    let root = upstream.netlist().root();
    format!("\n[registry-import.{name}]\n{}hash = \"{root}\"\n", upstream.pin())
}

/// A registry with one component of its own.
fn leaf(name: &str, text: &str, bench: &Bench) -> Upstream {
    let upstream = Upstream::with_curve(text);
    upstream.register(name, &component("curve", "path = \"curve\""), bench);
    upstream
}

/// A registry that imports another.
fn above(name: &str, imports: &[(&str, &Upstream)], bench: &Bench) -> Upstream {
    let upstream = Upstream::new();
    let entries: String = imports.iter().map(|(name, below)| import(name, below)).collect();
    upstream.register(name, &entries, bench);
    upstream
}

#[test]
fn imports_are_followed_and_verified() {
    let bench = Bench::new();
    let ltf = leaf("ltf", "one\n", &bench);
    let mid = above("mid", &[("ltf", &ltf)], &bench);
    let top = Upstream::with_curve("two\n");
    let root = top.register("top", &(component("own", "path = \"curve\"") + &import("mid", &mid)), &bench);
    let fresh = Bench::new();
    let network = fresh.network(&top).unwrap();
    let ids: Vec<_> = network.nodes.iter().map(|node| (node.id.as_str(), node.depth)).collect();
    let expected = [("top", 0), ("top/own", 0), ("top/mid", 1), ("top/mid/ltf", 2), ("top/mid/ltf/curve", 2)];
    assert_eq!(ids, expected);
    assert_eq!(network.root(), Some(root));
    assert_eq!(fresh.cached(), (1, 0));
    let tree = network.tree();
    let branches: Vec<&str> = tree.lines().filter_map(|line| line.split("  h1:").next()).collect();
    assert_eq!(branches, ["top", "├─ own", "└─ mid", "   └─ ltf", "      └─ curve"]);
    let why = network.why("curve");
    let way: Vec<_> = why[0].iter().map(|node| node.id.as_str()).collect();
    assert_eq!(way, ["top", "top/mid", "top/mid/ltf", "top/mid/ltf/curve"]);

    // Again, without any of the repositories.
    drop((ltf, mid));
    let offline = Bench { offline: true, ..fresh };
    assert_eq!(offline.network(&top).unwrap(), network);
}

/// A trunk is drawn under a branch that others follow, and none under the last.
#[test]
fn the_tree_draws_no_branch_under_a_last_child() {
    let bench = Bench::new();
    let (one, two) = (leaf("one", "one\n", &bench), leaf("two", "two\n", &bench));
    let mid = above("mid", &[("one", &one), ("two", &two)], &bench);
    let top = above("top", &[("a", &mid), ("b", &one)], &bench);
    let tree = bench.network(&top).unwrap().tree();
    let branches: Vec<&str> = tree.lines().filter_map(|line| line.split("  h1:").next()).collect();
    let expected = ["top", "├─ a", "│  ├─ one", "│  │  └─ curve", "│  └─ two", "│     └─ curve", "└─ b"];
    assert_eq!(branches, expected, "{tree}");
}

#[test]
fn the_root_pins_the_whole_network() {
    let bench = Bench::new();
    let roots: Vec<_> = ["one\n", "onf\n"]
        .into_iter()
        .map(|text| {
            let ltf = leaf("ltf", text, &bench);
            let mid = above("mid", &[("ltf", &ltf)], &bench);
            // The same text but for what lies below.
            (ltf.netlist().root(), mid.netlist().root())
        })
        .collect();
    assert_ne!(roots[0].0, roots[1].0);
    assert_ne!(roots[0].1, roots[1].1);
}

#[test]
fn a_registry_that_claims_another_root_is_refused() {
    let bench = Bench::new();
    let ltf = leaf("ltf", "one\n", &bench);
    let wrong = import("ltf", &ltf)
        .replace(&ltf.netlist().root().to_string(), "h1:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0=");
    let error = Bench::new().network_of(&registry("top", &wrong)).unwrap_err();
    assert!(matches!(&error, NetworkError::Mismatch { id, .. } if id == "top/ltf"), "{error}");
    assert_eq!(error.exit_code(), 3);
}

/// The imported registry is self-consistent and pinned, but lies about its component.
#[test]
fn what_a_fetched_registry_claims_is_recomputed() {
    let bench = Bench::new();
    let ltf = leaf("ltf", "one\n", &bench);
    ltf.write("curve/src/lib.rs", "evil\n");
    ltf.commit();
    let fresh = Bench::new();
    let error = fresh.network_of(&registry("top", &import("ltf", &ltf))).unwrap_err();
    assert!(matches!(&error, NetworkError::Mismatch { id, .. } if id == "top/ltf/curve"), "{error}");
    assert_eq!(fresh.cached(), (0, 0));
}

#[test]
fn a_registry_without_hashes_is_refused() {
    let bench = Bench::new();
    let ltf = Upstream::with_curve("one\n");
    ltf.write("netlist.toml", &registry("ltf", &component("curve", "path = \"curve\"")));
    ltf.commit();
    let error = bench.network_of(&registry("top", &import("ltf", &ltf))).unwrap_err();
    assert!(matches!(&error, NetworkError::Unlocked { id } if id == "top/ltf/curve"), "{error}");
}

#[test]
fn a_repository_without_registry_is_refused() {
    let plain = Upstream::with_curve("one\n");
    let text = format!(
        "\n[registry-import.x]\n{}hash = \"h1:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0=\"\n",
        plain.pin()
    );
    let error = Bench::new().network_of(&registry("top", &text)).unwrap_err();
    assert!(matches!(error, NetworkError::NoRegistry { .. }), "{error}");
}

#[test]
fn a_bad_registry_file_is_named_with_its_place() {
    let bad = Upstream::new();
    bad.write("netlist.toml", "[registry]\nname = \"bad\"\nformt = 1\n");
    bad.commit();
    let text = format!(
        "\n[registry-import.x]\n{}hash = \"h1:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0=\"\n",
        bad.pin()
    );
    let told = Bench::new().network_of(&registry("top", &text)).unwrap_err().to_string();
    assert!(told.contains("netlist.toml:3:1: unknown key `formt` (did you mean `format`?)"), "{told}");
    assert!(told.contains(&bad.head()[..12]), "{told}");
}

#[test]
fn an_imported_registry_has_the_same_url_rules() {
    for (url, told) in
        [("ssh://git@example.org/a", "only `https://`"), ("https://me:secret@example.org/a", "credentials")]
    {
        let bad = Upstream::new();
        let entry = format!("git = \"{url}\"\nrev = \"{}\"", "a".repeat(40));
        bad.write("netlist.toml", &registry("bad", &component("x", &entry)));
        bad.commit();
        let text = format!(
            "\n[registry-import.x]\n{}hash = \"h1:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0=\"\n",
            bad.pin()
        );
        let error = Bench::new().network_of(&registry("top", &text)).unwrap_err().to_string();
        assert!(error.contains(told) && !error.contains("secret"), "{error}");
    }
}

/// A pins B, and B pins an older A.
#[test]
fn the_fractal_trap_is_refused() {
    let bench = Bench::new();
    let a = leaf("a", "one\n", &bench);
    let b = above("b", &[("a", &a)], &bench);
    let entries = component("curve", "path = \"curve\"") + &import("b", &b);
    a.write("netlist.toml", &registry("a", &entries));
    a.commit();
    // A does not say where it lives, so its own import of itself is only seen from above.
    let locked = bench.lock(&a).unwrap();
    a.write("netlist.toml", &locked.text);
    a.commit();
    let top = registry("top", &import("a", &a));
    let error = bench.network_of(&top).unwrap_err();
    assert!(
        matches!(&error, NetworkError::Cycle { id, first, .. } if id == "top/a/b/a" && first == "top/a"),
        "{error}"
    );
    // With `home` it is seen when A is locked.
    let home = format!("home = \"{}\"\n{entries}", a.url());
    a.write("netlist.toml", &registry("a", &home));
    let error = bench.lock(&a).unwrap_err();
    assert!(matches!(&error, NetworkError::Cycle { id, .. } if id == "a/b/a"), "{error}");
}

#[test]
fn a_diamond_is_one_node_with_two_names() {
    let bench = Bench::new();
    let base = leaf("base", "one\n", &bench);
    let left = above("left", &[("base", &base)], &bench);
    let right = above("right", &[("base", &base)], &bench);
    let top = above("top", &[("left", &left), ("right", &right)], &bench);
    let network = bench.network(&top).unwrap();
    let second = network.find("right/base").unwrap();
    assert_eq!(second.same_as.as_deref(), Some("top/left/base"));
    assert_eq!(network.nodes.iter().filter(|node| node.kind == NodeKind::Component).count(), 1);
    let ways = network.why("base");
    assert_eq!(ways.len(), 2);
    assert!(network.tree().contains("= top/left/base"));
}

#[test]
fn a_diamond_with_another_root_is_refused() {
    let bench = Bench::new();
    let base = leaf("base", "one\n", &bench);
    let wrong = import("two", &base)
        .replace(&base.netlist().root().to_string(), "h1:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0=");
    let error = bench.network_of(&registry("top", &(import("one", &base) + &wrong))).unwrap_err();
    assert!(matches!(&error, NetworkError::Mismatch { id, .. } if id == "top/two"), "{error}");
}

#[test]
fn one_repository_at_two_commits_needs_permission() {
    let bench = Bench::new();
    let base = leaf("base", "one\n", &bench);
    let older = import("older", &base);
    base.write("curve/src/lib.rs", "two\n");
    let entries = component("curve", "path = \"curve\"");
    base.register("base", &entries, &bench);
    let both = older + &import("newer", &base);
    let error = bench.network_of(&registry("top", &both)).unwrap_err();
    assert!(matches!(&error, NetworkError::TwoRevs { .. }), "{error}");
    assert!(error.to_string().contains("allow-multiple"));
    let network = bench.network_of(&registry("top", &format!("allow-multiple = true\n{both}")));
    assert_eq!(network.unwrap().nodes.len(), 5);
}

#[test]
fn depth_is_limited() {
    let bench = Bench::new();
    let mut chain = vec![leaf("r0", "one\n", &bench)];
    for level in 1..=7 {
        let below = chain.last().unwrap();
        let upstream = Upstream::new();
        let entries = format!("max-depth = 8\n{}", import("below", below));
        upstream.register(&format!("r{level}"), &entries, &bench);
        chain.push(upstream);
    }
    let last = chain.last().unwrap();
    let eight = bench.network_of(&registry("top", &format!("max-depth = 8\n{}", import("below", last))));
    assert_eq!(eight.unwrap().nodes.len(), 10);
    let error = bench.network_of(&registry("top", &import("below", last))).unwrap_err();
    assert!(matches!(error, NetworkError::Depth { depth: 5, limit: 4, .. }), "{error}");
    // Nine deep: no file may ask for it.
    let ninth = Upstream::new();
    ninth.write("netlist.toml", &registry("r8", &format!("max-depth = 8\n{}", import("below", last))));
    ninth.commit();
    let text = registry("top", &format!("max-depth = 8\n{}", import("below", &ninth)));
    let error = bench.network_of(&text).unwrap_err();
    assert!(matches!(error, NetworkError::Depth { depth: 9, limit: 8, .. }), "{error}");
}

#[test]
fn the_number_of_entries_and_their_bytes_are_limited() {
    let upstream = Upstream::new();
    let mut entries = String::new();
    for n in 0..12 {
        upstream.write(&format!("c{n}/lib.rs"), &"x".repeat(10_000 + n));
        entries.push_str(&component(&format!("c{n}"), &format!("path = \"c{n}\"")));
    }
    upstream.commit();
    upstream.register("base", &entries, &Bench::new());
    let text = registry("top", &import("base", &upstream));
    let limited = |limits| Bench { limits, ..Bench::new() }.network_of(&text);
    assert!(limited(Limits { nodes: 13, ..Limits::default() }).is_ok());
    let error = limited(Limits { nodes: 12, ..Limits::default() }).unwrap_err();
    assert!(matches!(error, NetworkError::Limit { what: "the number of entries", .. }), "{error}");
    let error = limited(Limits { bytes: 100_000, ..Limits::default() }).unwrap_err();
    assert!(error.to_string().contains("bytes"), "{error}");
}

#[test]
fn a_registry_in_a_folder_of_its_repository() {
    let bench = Bench::new();
    let upstream = Upstream::new();
    upstream.write("models/curve/lib.rs", "one\n");
    upstream.commit();
    let entries = component("curve", "path = \"curve\"");
    upstream.write("models/netlist.toml", &registry("deep", &entries));
    upstream.commit();
    let text = registry("deep", &entries);
    let mut resolver = te_netlist::Resolver::new(bench.options());
    let folder = upstream.folder().join("models");
    let locked = te_netlist::lock::lock(&mut resolver, &bench.options(), &text, &folder, &[]).unwrap();
    upstream.write("models/netlist.toml", &locked.text);
    upstream.commit();
    let root = locked.network.root().unwrap();
    let import =
        format!("\n[registry-import.deep]\n{}path = \"models\"\nhash = \"{root}\"\n", upstream.pin());
    let network = Bench::new().network_of(&registry("top", &import)).unwrap();
    assert_eq!(network.find("deep/curve").unwrap().origin.as_ref().unwrap().path, "models/curve");
}
