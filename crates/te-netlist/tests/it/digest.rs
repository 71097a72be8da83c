//! The digest: independent values, and what it does and does not depend on.

use proptest::prelude::*;
use te_netlist::path::check_path;
use te_netlist::{Change, Digest, FileSum, Listing};

fn listing(files: &[(&str, &str)]) -> Listing {
    Listing::new(files.iter().map(|(path, text)| FileSum::of(*path, text.as_bytes())).collect()).unwrap()
}

/// A public value of Go's module database, whose algorithm this is.
#[test]
fn go_module_hashes() {
    let quote = listing(&[("go.mod", "module \"rsc.io/quote\"\n\nrequire \"rsc.io/sampler\" v1.3.0\n")]);
    assert_eq!(quote.digest().to_string(), "h1:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0=");
}

/// `sha256sum a b/c | sha256sum`, then base64, of the files `a` = "1\n" and `b/c` = "2\n".
#[test]
fn coreutils_value() {
    let two = listing(&[("b/c", "2\n"), ("a", "1\n")]);
    assert_eq!(
        two.lines(),
        "4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865  a\n\
         53c234e5e8472b6ac51c1ae1cab3fe06fad053beb8ebfd8977b010655bfdd3c3  b/c\n"
    );
    assert_eq!(two.digest().to_string(), "h1:EFgNTzuqmE6UxQvKTCz8FWQW2n42z9coPl8E/aGVzzI=");
}

#[test]
fn hash_text_has_one_spelling() {
    let good = "h1:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0=";
    assert_eq!(good.parse::<Digest>().unwrap().to_string(), good);
    for bad in [
        "LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0=",
        "h1:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0",
        "h1:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr1=",
        "h2:LzX7hefJvL54yjefDEDHNONDjII0t9xZLPXsUe+TKr0=",
        "h1:",
    ] {
        assert!(bad.parse::<Digest>().is_err(), "{bad}");
    }
}

#[test]
fn paths_that_no_listing_takes() {
    for (path, rule) in [
        ("", "empty"),
        ("/etc/passwd", "absolute"),
        ("../x", "`..`"),
        ("a/../b", "`..`"),
        ("a//b", "empty part"),
        ("./a", "`.`"),
        ("a\nb", "control"),
        ("a\\b", "`\\`"),
        ("c:x", "`:`"),
        ("a./b", "dot or a space"),
        (".git/config", "git's own"),
        ("a/.GIT/hooks/x", "git's own"),
        ("cafe\u{301}", "normal form C"),
    ] {
        let refused = check_path(path).unwrap_err().to_string();
        assert!(refused.contains(rule), "{path:?}: {refused}");
    }
    assert!(check_path("caf\u{e9}/.gitignore").is_ok());
}

#[test]
fn names_that_are_one_without_case() {
    for pair in [["A.rs", "a.rs"], ["x/Stra\u{df}e", "x/STRASSE"], ["a", "A/b"], ["s", "\u{17f}"]] {
        let files = pair.iter().map(|path| FileSum::of(*path, b"")).collect();
        let refused = Listing::new(files).unwrap_err().to_string();
        assert!(refused.contains("where case does not count"), "{refused}");
    }
}

#[test]
fn differences_name_the_files() {
    let before = listing(&[("a", "1"), ("b", "2"), ("c", "3")]);
    let after = listing(&[("a", "1"), ("b", "x"), ("d", "4")]);
    let found: Vec<_> = before.differences(&after).into_iter().map(|d| (d.path, d.change)).collect();
    assert_eq!(
        found,
        [
            ("b".to_owned(), Change::Changed),
            ("c".to_owned(), Change::Removed),
            ("d".to_owned(), Change::Added)
        ]
    );
}

fn files() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let name = "[a-e]{1,2}(/[f-j]{1,2}){0,2}";
    proptest::collection::btree_map(name, proptest::collection::vec(any::<u8>(), 0..20), 1..8)
        .prop_map(|map| map.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn order_does_not_count_and_lines_read_back(mut files in files(), turn in 0_usize..8) {
        let sums = |files: &[(String, Vec<u8>)]| {
            Listing::new(files.iter().map(|(p, b)| FileSum::of(p.as_str(), b)).collect())
        };
        let Ok(first) = sums(&files) else { return Ok(()) };
        let turn = turn % files.len();
        files.rotate_left(turn);
        let second = sums(&files).unwrap();
        prop_assert_eq!(first.digest(), second.digest());
        prop_assert_eq!(Listing::from_lines(&first.lines()).unwrap().digest(), first.digest());
    }

    #[test]
    fn every_byte_counts(mut files in files(), which in 0_usize..8, bit in 0_u8..8) {
        let sums = |files: &[(String, Vec<u8>)]| {
            Listing::new(files.iter().map(|(p, b)| FileSum::of(p.as_str(), b)).collect())
        };
        let Ok(before) = sums(&files) else { return Ok(()) };
        let which = which % files.len();
        let file = files.get_mut(which).unwrap();
        match file.1.first_mut() {
            Some(byte) => *byte ^= 1 << bit,
            None => file.1.push(bit),
        }
        let name = file.0.clone();
        let after = sums(&files).unwrap();
        prop_assert_ne!(before.digest(), after.digest());
        let named: Vec<String> = before.differences(&after).into_iter().map(|d| d.path).collect();
        prop_assert_eq!(named, vec![name]);
    }
}
