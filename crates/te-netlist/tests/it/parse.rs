//! What a registry file may say, and where an error is.

use te_netlist::{Netlist, Transport};

use crate::upstream::{component, registry};

fn refusal(text: &str) -> String {
    Netlist::parse(text, "netlist.toml", Transport::Https).unwrap_err().to_string()
}

fn entry(extra: &str) -> String {
    registry("reg", &format!("{}{extra}\n", component("curve", "path = \"crates/curve\"")))
}

#[test]
fn every_error_has_its_place() {
    let git = |url: &str| {
        let place = format!("git = \"{url}\"\nrev = \"{}\"", "a".repeat(40));
        registry("reg", &component("curve", &place))
    };
    for (text, expected) in [
        (registry("1hive", ""), "2:8: `1hive` is no name: it starts with a digit (write `onehive`)"),
        (registry("Tec", ""), "2:8: `Tec` is no name"),
        ("[registry]\nname = \"a\"\n".to_owned(), "1:1: key `format` is missing"),
        ("[registry]\nname = \"a\"\nformat = 2\n".to_owned(), "3:10: format must be 1"),
        ("[registr]\n".to_owned(), "1:2: unknown key `registr` (did you mean `registry`?)"),
        ("x = [\n".to_owned(), "netlist.toml:"),
        (String::new(), "1:1: the file has no [registry]"),
        (registry("reg", "max-depth = 9\n"), "4:13: max-depth must be 0 to 8"),
        (entry("hash = \"h1:abc\""), "12:8: `h1:abc` is no hash"),
        (entry("lisense = \"MIT\""), "12:1: unknown key `lisense` (did you mean `license`?)"),
        (entry("rev = \"main\""), "12:7: `rev` needs `git`"),
        (
            entry("parents = [{ of = \"curv\", relation = \"forks\" }]"),
            "12:11: parent `curv` of `curve` is not registered here (did you mean `curve`?)",
        ),
        (entry("parents = [{ of = \"curve\", relation = \"forks\" }]"), "`curve` names itself as its parent"),
        (
            entry("parents = [{ of = \"https://a.b/c\", relation = \"copies\" }]"),
            "12:47: relation `copies` is none of reimplements, forks, extends, tests",
        ),
        (entry("").replace("MIT", "MIT OR"), "10:11: licence `MIT OR`: an identifier is missing"),
        (entry("").replace("license = \"MIT\"\n", ""), "5:1: key `license` is missing"),
        (entry("").replace("controllable", "boss"), "7:8: role `boss` is none of"),
        (entry("").replace("0.1.0", "1"), "9:11: version `1`"),
        (entry("").replace("curve/one", "Curve/One"), "8:10: `Curve/One` is no name"),
        (entry("").replace("crates/curve", "../curve"), "6:8: path `../curve` is refused: it holds `..`"),
        (entry("").replace("crates/curve", "/curve"), "6:8: path `/curve` is refused: it is absolute"),
        (entry("").replace("A. Author", "A\\nhash x"), "the text holds a control character"),
        (git("http://example.org/a"), "6:7: `http://example.org/a` is refused: only `https://`"),
        (git("git@example.org:a/b"), "6:7: `…@example.org:a/b` is refused"),
        (git("ssh://git@example.org/a"), "6:7: `ssh://…@example.org/a` is refused"),
        (git("ext::sh -c whoami"), "6:7: `ext::sh -c whoami` is refused"),
        (git("file:///srv/a"), "6:7: `file:///srv/a` is refused: `file://` is not allowed here"),
        (git("https://example.org/../a"), "6:7: `https://example.org/../a` is refused"),
        (git("https://me:secret@example.org/a"), "it carries credentials"),
        // Other spellings of one repository.
        (git("https://example.org/%75p"), "escapes nothing, or a letter that needs no escape"),
        (git("https://example.org/a%2fb"), "escapes nothing, or a letter that needs no escape"),
        (git("https://example.org/a%"), "escapes nothing, or a letter that needs no escape"),
        (git("https://example.org/a//b"), "its path holds an empty part"),
        (git("https://example.org//a"), "its path holds an empty part"),
        (
            git("https://example.org/a").replace(&"a".repeat(40), "main"),
            "7:7: `main` is refused: a commit is pinned",
        ),
        (git("https://example.org/a").replace(&"a".repeat(40), &"A".repeat(40)), "a commit is pinned"),
        (
            registry(
                "reg",
                &format!(
                    "{}{}",
                    component("a", "path = \"a\""),
                    component("b", "path = \"b\"").replace("b/one", "a/one")
                ),
            ),
            "kind `a/one` is already registered by `a`",
        ),
        (
            registry(
                "reg",
                &format!(
                    "{}\n[registry-import.curve]\ngit = \"https://a.b/c\"\nrev = \"{}\"\n",
                    component("curve", "path = \"a\""),
                    "a".repeat(40)
                ),
            ),
            "13:18: `curve` is already the name of a component",
        ),
    ] {
        let refused = refusal(&text);
        assert!(refused.contains(expected), "{expected}\n{refused}\n{text}");
        assert!(!refused.contains("secret"), "{refused}");
    }
}

#[test]
fn order_comments_and_layout_do_not_change_the_root() {
    let a = component("a", "path = \"a\"");
    let b = component("b", "path = \"b\"");
    let read = |text: &str| Netlist::parse(text, "netlist.toml", Transport::Https).unwrap();
    let one = read(&registry("reg", &format!("{a}{b}")));
    let two = read(&registry("reg", &format!("# a comment\n{b}  # another\n{a}")));
    assert_eq!(one.root(), two.root());
    let dotted = registry("reg", &b)
        + "[component]\na = { role = \"controllable\", path = \"a\", kinds = [\"a/one\"], version = \"0.1.0\", license = \"MIT\", authors = [\"A. Author\"] }\n";
    assert_eq!(one.root(), read(&dotted).root());
}

#[test]
fn every_field_with_a_meaning_changes_the_root() {
    let text = registry(
        "reg",
        &(component("a", "path = \"a\"") + "parents = [{ of = \"doi:10.1/x\", relation = \"tests\" }]\n"),
    );
    let root = |text: &str| Netlist::parse(text, "netlist.toml", Transport::Https).unwrap().root();
    let before = root(&text);
    for (from, to) in [
        ("\"reg\"", "\"other\""),
        ("path = \"a\"", "path = \"c\""),
        ("controllable", "engine"),
        ("a/one", "a/two"),
        ("0.1.0", "0.1.1"),
        ("MIT", "Zlib"),
        ("A. Author", "B. Author"),
        ("doi:10.1/x", "doi:10.1/y"),
        ("tests", "forks"),
        ("format = 1", "format = 1\nhome = \"https://example.org/reg\""),
    ] {
        assert!(text.contains(from), "{from}");
        assert_ne!(before, root(&text.replacen(from, to, 1)), "{from} -> {to}");
    }
}

/// The root can be recomputed with `sha256sum` from what `texts` gives.
#[test]
fn the_root_is_the_digest_of_its_lines() {
    let text = registry("reg", &component("a", "path = \"a\""));
    let netlist = Netlist::parse(&text, "netlist.toml", Transport::Https).unwrap();
    assert_eq!(
        netlist.texts(),
        [
            ("registry".to_owned(), "format 1\nname reg\n".to_owned()),
            (
                "component/a".to_owned(),
                "path a\nrole controllable\nkind a/one\nversion 0.1.0\nlicense MIT\nauthor A. Author\nhash -\n".to_owned()
            )
        ]
    );
    assert_eq!(te_netlist::Digest::of_bytes(netlist.root_lines().as_bytes()), netlist.root());
    assert_eq!(netlist.root_lines().lines().count(), 2);
}
