//! Ancestors, descendants, licences and shares.

use proptest::prelude::*;
use te_netlist::licence::{Class, Expression, Severity, audit};
use te_netlist::lineage::Lineage;
use te_netlist::{Netlist, Network, NetworkError, Resolver, Transport};

use crate::upstream::{Bench, component, registry};

const HASH: &str = "h1:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0=";

/// A registry of components of its own folder with parents; the folder is not looked at.
fn network(parents: &[(&str, &[(&str, &str)])]) -> Network {
    let entries: String = parents
        .iter()
        .enumerate()
        .map(|(n, (name, parents))| {
            let list: Vec<String> = parents
                .iter()
                .map(|(of, relation)| format!("{{ of = \"{of}\", relation = \"{relation}\" }}"))
                .collect();
            let hash = te_netlist::Digest::of_bytes(n.to_string().as_bytes());
            let place = format!("path = \"{name}\"\nhash = \"{hash}\"\nparents = [{}]", list.join(", "));
            component(name, &place)
        })
        .collect();
    let netlist = Netlist::parse(&registry("reg", &entries), "netlist.toml", Transport::Https).unwrap();
    Resolver::new(Bench::new().options()).pinned(&netlist).unwrap()
}

fn family() -> Network {
    network(&[
        ("pool", &[("https://example.org/notebook", "reimplements")]),
        ("flash", &[("pool", "extends"), ("doi:10.1/x", "reimplements")]),
        ("vault", &[("reg/pool", "forks")]),
        ("alone", &[]),
    ])
}

#[test]
fn text_dot_and_json() {
    let lineage = Lineage::of(&family()).unwrap();
    let text = lineage.text("flash").unwrap();
    assert!(text.contains("  extends reg/pool\n    reimplements https://example.org/notebook\n"), "{text}");
    assert!(text.ends_with("basis of\n  nothing registered\n"), "{text}");
    let text = lineage.text("https://example.org/notebook").unwrap();
    assert!(
        text.contains("  reg/pool reimplements it\n    reg/flash extends it\n    reg/vault forks it\n"),
        "{text}"
    );
    let extract = lineage.extract(Some("vault")).unwrap();
    let ids: Vec<_> = extract.works.iter().map(|work| work.id.as_str()).collect();
    assert_eq!(ids, ["https://example.org/notebook", "reg/pool", "reg/vault"]);
    let dot = extract.dot();
    assert!(dot.contains("\"reg/vault\" -> \"reg/pool\" [label = \"forks\"];"), "{dot}");
    assert!(dot.contains("\"https://example.org/notebook\" [style = dashed];"), "{dot}");
    let json = serde_json::to_value(&extract).unwrap();
    assert_eq!(json["steps"][1]["relation"], "forks");
    assert_eq!(json["works"][1]["hash"].as_str().unwrap().len(), 47);
    assert_eq!(lineage.extract(None).unwrap().works.len(), 6);
    assert!(lineage.extract(Some("nobody")).is_none() && lineage.text("nobody").is_none());
    let hash = lineage.find("pool").unwrap().hash.unwrap().to_string();
    assert_eq!(lineage.find(&hash).unwrap().id, "reg/pool");
}

#[test]
fn a_cycle_of_parents_is_refused() {
    let circle =
        network(&[("a", &[("b", "extends")]), ("b", &[("c", "extends")]), ("c", &[("a", "extends")])]);
    let error = Lineage::of(&circle).unwrap_err();
    assert!(
        matches!(&error, NetworkError::Lineage { ids } if ids == &["reg/a", "reg/b", "reg/c"]),
        "{error}"
    );
}

#[test]
fn a_parent_hash_must_be_in_the_network() {
    let error = Lineage::of(&network(&[("a", &[(HASH, "forks")])])).unwrap_err().to_string();
    assert!(error.contains("is not in the network"), "{error}");
}

#[test]
fn a_reward_goes_down_the_lineage() {
    let lineage = Lineage::of(&family()).unwrap();
    let share = |name: &str, id: &str| {
        let shares = lineage.split(name, 1_000, 1_000, 8).unwrap();
        shares.iter().find(|share| share.id == id).map_or(0, |share| share.amount)
    };
    // A tenth to two parents, fifty each; of the pool's fifty a tenth goes on.
    assert_eq!(share("flash", "reg/flash"), 900);
    assert_eq!(share("flash", "reg/pool"), 45);
    assert_eq!(share("flash", "https://example.org/notebook"), 5);
    assert_eq!(share("flash", "doi:10.1/x"), 50);
    assert_eq!(share("alone", "reg/alone"), 1_000);
    assert!(lineage.split("flash", 1, 10_001, 8).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn shares_sum_to_the_reward(reward in any::<u128>(), part in 0_u16..=10_000, generations in 0_u32..5) {
        let lineage = Lineage::of(&family()).unwrap();
        for name in ["pool", "flash", "vault", "alone"] {
            let shares = lineage.split(name, reward, part, generations).unwrap();
            prop_assert_eq!(shares.iter().map(|share| share.amount).sum::<u128>(), reward);
        }
    }
}

#[test]
fn licence_classes() {
    for (text, class) in [
        ("MIT OR Apache-2.0", Class::Permissive),
        ("MIT AND GPL-3.0-only", Class::Copyleft),
        ("LGPL-3.0-or-later", Class::WeakCopyleft),
        ("AGPL-3.0", Class::NetworkCopyleft),
        ("(MIT OR AGPL-3.0-only) AND MPL-2.0", Class::WeakCopyleft),
        ("GPL-2.0-only WITH Classpath-exception-2.0", Class::Copyleft),
        ("LicenseRef-own", Class::Unknown),
    ] {
        assert_eq!(Expression::parse(text).unwrap().class(), class, "{text}");
    }
    for bad in ["", "MIT Apache-2.0", "(MIT", "MIT)", "AND", "NONE", "MIT OR", "MIT/Apache-2.0"] {
        assert!(Expression::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn licences_of_parents() {
    let parent = |relation: &str, license: &str| {
        format!("parents = [{{ of = \"https://a.b/c\", relation = \"{relation}\"{license} }}]\n")
    };
    let findings = |parents: &str| {
        let place = format!("path = \"a\"\nhash = \"{HASH}\"");
        let text = registry("reg", &(component("a", &place) + parents));
        let netlist = Netlist::parse(&text, "netlist.toml", Transport::Https).unwrap();
        let network = Resolver::new(Bench::new().options()).pinned(&netlist).unwrap();
        audit(&network).remove(0).findings
    };
    let severity = |parents: &str| findings(parents).first().map(|(severity, _)| *severity);
    assert_eq!(severity(&parent("forks", ", license = \"GPL-3.0-only\"")), Some(Severity::Error));
    assert_eq!(severity(&parent("extends", ", license = \"AGPL-3.0\"")), Some(Severity::Error));
    assert_eq!(severity(&parent("reimplements", ", license = \"GPL-3.0\"")), Some(Severity::Note));
    assert_eq!(severity(&parent("forks", "")), Some(Severity::Error));
    assert_eq!(severity(&parent("reimplements", "")), Some(Severity::Note));
    assert_eq!(severity(&parent("forks", ", license = \"ISC\"")), None);
    let told = &findings(&parent("forks", ", license = \"GPL-3.0-only\""))[0].1;
    assert_eq!(
        told,
        "forks https://a.b/c: its licence GPL-3.0-only (copyleft) asks more than MIT (permissive)"
    );
}
