//! Pins of 28 public repositories that token engineers built on.

use te_netlist::licence::{Severity, audit};
use te_netlist::{Digest, Netlist, RemoteUrl, Resolver, Rev, Transport};

use crate::upstream::{Bench, component, registry};

fn pins() -> Vec<serde_json::Value> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-netlist/netlist_pins.json");
    let text = std::fs::read_to_string(file).unwrap();
    let mut all: serde_json::Value = serde_json::from_str(&text).unwrap();
    all["repos"].as_array_mut().unwrap().drain(..).collect()
}

#[test]
fn hashes_commits_and_addresses_are_accepted_and_distinct() {
    let pins = pins();
    assert_eq!(pins.len(), 28);
    let mut hashes = Vec::new();
    let mut addresses = Vec::new();
    for pin in &pins {
        let url = format!("https://github.com/{}", pin["repo"].as_str().unwrap());
        let url = RemoteUrl::new(&url, Transport::Https).unwrap();
        addresses.push(url.identity());
        Rev::new(pin["commit"].as_str().unwrap()).unwrap();
        if let Some(text) = pin["sha256_dirhash"].as_str() {
            let digest: Digest = text.parse().unwrap();
            assert_eq!(digest.to_string(), text);
            assert_eq!(pin["blobs_missing_in_snapshot"], 0);
            hashes.push(digest);
        }
    }
    hashes.sort();
    hashes.dedup();
    addresses.sort();
    addresses.dedup();
    assert_eq!((hashes.len(), addresses.len()), (19, 28));
}

/// A registry of all that have a hash: those without a licence cannot be registered, and what
/// derives from them may only be a reimplementation.
#[test]
fn a_registry_of_them() {
    let (mut registered, mut refused) = (0, 0);
    for pin in pins() {
        let Some(hash) = pin["sha256_dirhash"].as_str() else { continue };
        let place = format!(
            "git = \"https://github.com/{}\"\nrev = \"{}\"\nhash = \"{hash}\"",
            pin["repo"].as_str().unwrap(),
            pin["commit"].as_str().unwrap()
        );
        let entry = component("it", &place).replace("controllable", "data");
        let entry = match pin["license"].as_str() {
            Some(license) => entry.replace("MIT", license),
            None => entry.replace("license = \"MIT\"\n", ""),
        };
        match Netlist::parse(&registry("reg", &entry), "netlist.toml", Transport::Https) {
            Ok(netlist) => {
                registered += 1;
                assert_eq!(netlist.components["it"].hash.unwrap().to_string(), hash);
            }
            Err(error) => {
                refused += 1;
                assert!(error.to_string().contains("key `license` is missing"), "{error}");
                let fork = format!(
                    "parents = [{{ of = \"https://github.com/{}\", relation = \"forks\" }}]\n",
                    pin["repo"].as_str().unwrap()
                );
                let place = "path = \"a\"\nhash = \"h1:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0=\"";
                let text = registry("reg", &(component("a", place) + &fork));
                let netlist = Netlist::parse(&text, "netlist.toml", Transport::Https).unwrap();
                let network = Resolver::new(Bench::new().options()).pinned(&netlist).unwrap();
                assert_eq!(audit(&network)[0].findings[0].0, Severity::Error);
            }
        }
    }
    assert_eq!((registered, refused), (11, 8));
}
