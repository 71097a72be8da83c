//! What a hostile or broken upstream may try.

use std::process::Command;
use std::time::Duration;

use te_netlist::git::{Git, Limits};
use te_netlist::{Digest, GitError, NetworkError, RemoteUrl, Transport};

use crate::upstream::{Bench, Upstream, component, registry};

/// A registry file that pins the folder `curve` of an upstream with a hash.
fn pinned(upstream: &Upstream, hash: Digest) -> String {
    let place = format!("{}path = \"curve\"\nhash = \"{hash}\"", upstream.pin());
    registry("reg", &component("curve", &place))
}

fn git_error(error: NetworkError) -> GitError {
    match error {
        NetworkError::Git { error, .. } => error,
        other => panic!("{other}"),
    }
}

#[test]
fn fetched_and_verified() {
    let (upstream, bench) = (Upstream::with_curve("one\n"), Bench::new());
    let hash = bench.hash(&upstream, "curve").unwrap();
    let fresh = Bench::new();
    let network = fresh.network_of(&pinned(&upstream, hash)).unwrap();
    let folder = network.find("curve").unwrap().folder.clone().unwrap();
    assert_eq!(std::fs::read_to_string(folder.join("src/lib.rs")).unwrap(), "one\n");
    assert!(!folder.join(".git").exists());
    assert_eq!(fresh.cached(), (1, 0));
}

#[test]
fn other_content_at_the_pin_is_never_shown() {
    let (upstream, bench) = (Upstream::with_curve("one\n"), Bench::new());
    let hash = bench.hash(&upstream, "curve").unwrap();
    upstream.write("curve/src/lib.rs", "two\n");
    upstream.commit();
    let fresh = Bench::new();
    let error = fresh.network_of(&pinned(&upstream, hash)).unwrap_err();
    assert!(matches!(&error, NetworkError::Mismatch { id, .. } if id == "reg/curve"), "{error}");
    assert_eq!(error.exit_code(), 3);
    assert_eq!(fresh.cached(), (0, 0));
}

#[test]
fn a_rewritten_upstream_loses_the_commit_but_not_the_cache() {
    let (upstream, bench) = (Upstream::with_curve("one\n"), Bench::new());
    let hash = bench.hash(&upstream, "curve").unwrap();
    let text = pinned(&upstream, hash);
    let lost = upstream.head();
    // The server gives only what its branches reach, as most do.
    upstream.git(&["config", "uploadpack.allowAnySHA1InWant", "false"]);
    upstream.write("curve/src/lib.rs", "two\n");
    upstream.git(&["commit", "--quiet", "--all", "--amend", "--message=rewritten"]);
    upstream.git(&["reflog", "expire", "--expire=now", "--all"]);
    upstream.git(&["gc", "--quiet", "--prune=now"]);
    let fresh = Bench::new();
    let error = fresh.network_of(&text).unwrap_err();
    assert_eq!(error.exit_code(), 75);
    let told = error.to_string();
    assert!(told.contains(&lost) && told.contains("reg/curve"), "{told}");
    assert_eq!(fresh.cached(), (0, 0));
    assert!(bench.network_of(&text).is_ok(), "the cache still has it");
}

#[test]
fn a_moved_branch_changes_nothing() {
    let (upstream, bench) = (Upstream::with_curve("one\n"), Bench::new());
    let text = pinned(&upstream, bench.hash(&upstream, "curve").unwrap());
    upstream.write("curve/src/lib.rs", "two\n");
    upstream.commit();
    assert!(Bench::new().network_of(&text).is_ok());
}

#[test]
fn entries_that_are_no_files() {
    let upstream = Upstream::with_curve("one\n");
    let object = upstream.git(&["rev-parse", "HEAD:curve/src/lib.rs"]);
    let head = upstream.head();
    for (mode, object, what) in [("120000", &object, "symbolic link"), ("160000", &head, "submodule")] {
        let upstream = Upstream::with_curve("one\n");
        upstream.commit_entry(mode, object, "curve/odd");
        let bench = Bench::new();
        let refused = git_error(bench.hash(&upstream, "curve").unwrap_err()).to_string();
        assert!(refused.contains("curve/odd") && refused.contains(what), "{refused}");
        assert_eq!(bench.cached(), (0, 0));
        // Outside the component it does no harm.
        assert!(bench.hash(&upstream, "curve/src").is_ok());
    }
}

/// Writes a tree object that git's own commands would not make.
fn commit_raw_tree(upstream: &Upstream, entries: &[(&str, &str, &str)]) {
    use std::io::Write as _;
    let mut raw = Vec::new();
    for (mode, name, object) in entries {
        write!(raw, "{mode} {name}\0").unwrap();
        for at in (0..object.len()).step_by(2) {
            raw.push(u8::from_str_radix(&object[at..at + 2], 16).unwrap());
        }
    }
    std::fs::write(upstream.folder().join("raw"), raw).unwrap();
    let tree = upstream.git(&["hash-object", "-t", "tree", "-w", "--literally", "raw"]);
    let commit = upstream.git(&["commit-tree", "-m", "raw", &tree]);
    upstream.git(&["update-ref", "refs/heads/main", &commit]);
}

#[test]
fn names_that_lead_elsewhere() {
    for (names, told) in [
        (vec!["..", "x"], "`..`"),
        (vec![".git"], "git's own"),
        (vec!["a\nb"], "control"),
        (vec!["A.rs", "a.rs"], "where case does not count"),
        (vec!["x/../../etc"], "`..`"),
        (vec!["/etc"], "empty part"),
        (vec!["nul\u{301}e\u{301}"], "normal form C"),
    ] {
        let upstream = Upstream::with_curve("one\n");
        let blob = upstream.git(&["rev-parse", "HEAD:curve/src/lib.rs"]);
        let entries: Vec<_> = names.iter().map(|name| ("100644", *name, blob.as_str())).collect();
        commit_raw_tree(&upstream, &entries);
        let bench = Bench::new();
        let refused = bench.hash(&upstream, ".").unwrap_err().to_string();
        assert!(refused.contains(told) || refused.contains("absolute"), "{names:?}: {refused}");
        assert_eq!(bench.cached(), (0, 0));
    }
}

#[test]
fn a_name_that_is_no_text() {
    let upstream = Upstream::with_curve("one\n");
    let blob = upstream.git(&["rev-parse", "HEAD:curve/src/lib.rs"]);
    let mut raw = b"100644 \xff\xfe\0".to_vec();
    for at in (0..blob.len()).step_by(2) {
        raw.push(u8::from_str_radix(&blob[at..at + 2], 16).unwrap());
    }
    std::fs::write(upstream.folder().join("raw"), raw).unwrap();
    let tree = upstream.git(&["hash-object", "-t", "tree", "-w", "--literally", "raw"]);
    let commit = upstream.git(&["commit-tree", "-m", "raw", &tree]);
    upstream.git(&["update-ref", "refs/heads/main", &commit]);
    let error = git_error(Bench::new().hash(&upstream, ".").unwrap_err());
    assert!(matches!(error, GitError::NotUtf8 { .. }), "{error}");
}

#[test]
fn limits_on_files_bytes_and_time() {
    let upstream = Upstream::with_curve("one\n");
    for n in 0..20 {
        upstream.write(&format!("curve/{n}"), &"x".repeat(1000));
    }
    upstream.commit();
    let limited = |limits| {
        let bench = Bench { limits, ..Bench::new() };
        let error = git_error(bench.hash(&upstream, "curve").unwrap_err());
        assert_eq!(bench.cached(), (0, 0));
        assert!(matches!(error, GitError::Limit { .. }), "{error}");
        error.to_string()
    };
    let told = limited(Limits { files: 20, ..Limits::default() });
    assert_eq!(told, "the number of files passes the limit of 20");
    limited(Limits { bytes: 15_000, ..Limits::default() });
    limited(Limits { fetch: Duration::ZERO, ..Limits::default() });
}

/// Ten files that are one blob a thousand times: small to send, large to unpack.
#[test]
fn a_bomb_is_measured_before_it_is_unpacked() {
    let upstream = Upstream::with_curve("one\n");
    upstream.write("big", &"x".repeat(1 << 20));
    upstream.commit();
    let blob = upstream.git(&["rev-parse", "HEAD:big"]);
    let names: Vec<String> = (0..200).map(|n| format!("100644 blob {blob}\tf{n}\n")).collect();
    upstream.write("names", &names.concat());
    let script = "git mktree < names";
    let tree = Command::new("sh").current_dir(upstream.folder()).args(["-c", script]).output().unwrap();
    let tree = String::from_utf8(tree.stdout).unwrap();
    let commit = upstream.git(&["commit-tree", "-m", "bomb", tree.trim()]);
    upstream.git(&["update-ref", "refs/heads/main", &commit]);
    let bench = Bench { limits: Limits { bytes: 100 << 20, ..Limits::default() }, ..Bench::new() };
    let error = git_error(bench.hash(&upstream, ".").unwrap_err());
    assert!(matches!(error, GitError::Limit { what: "the content, in bytes,", .. }), "{error}");
}

/// Ten levels of ten times the same folder: ten thousand million files in 40 objects.
#[test]
fn a_tree_of_trees_is_cut_off() {
    let upstream = Upstream::with_curve("one\n");
    let mut below = upstream.git(&["rev-parse", "HEAD:curve/src/lib.rs"]);
    for level in 0..10 {
        let (mode, kind) = if level == 0 { ("100644", "blob") } else { ("040000", "tree") };
        let names: Vec<String> = (0..10).map(|n| format!("{mode} {kind} {below}\t{n}\n")).collect();
        upstream.write("names", &names.concat());
        let made = Command::new("sh")
            .current_dir(upstream.folder())
            .args(["-c", "git mktree < names"])
            .output()
            .unwrap();
        below = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    }
    let commit = upstream.git(&["commit-tree", "-m", "bomb", &below]);
    upstream.git(&["update-ref", "refs/heads/main", &commit]);
    let error = git_error(Bench::new().hash(&upstream, ".").unwrap_err());
    assert!(matches!(error, GitError::Limit { .. }), "{error}");
}

#[test]
fn an_interrupted_fetch_leaves_no_entry() {
    let (upstream, bench) = (Upstream::with_curve("one\n"), Bench::new());
    let text = pinned(&upstream, bench.hash(&upstream, "curve").unwrap());
    // An object of the upstream is lost, so that the transfer breaks off.
    let blob = upstream.git(&["rev-parse", "HEAD:curve/src/lib.rs"]);
    let object = upstream.folder().join(".git/objects").join(&blob[..2]).join(&blob[2..]);
    std::fs::remove_file(object).unwrap();
    let fresh = Bench::new();
    assert!(fresh.network_of(&text).is_err());
    assert_eq!(fresh.cached(), (0, 0));
}

#[test]
fn a_tag_is_no_commit() {
    let upstream = Upstream::with_curve("one\n");
    upstream.git(&["tag", "--annotate", "--message=t", "v1"]);
    let tag = upstream.git(&["rev-parse", "v1"]);
    let place = format!("git = \"{}\"\nrev = \"{tag}\"\npath = \"curve\"", upstream.url());
    let hash = Bench::new().hash(&upstream, "curve").unwrap();
    let text = registry("reg", &component("curve", &format!("{place}\nhash = \"{hash}\"")));
    let error = git_error(Bench::new().network_of(&text).unwrap_err());
    assert!(matches!(error, GitError::NotACommit { .. }), "{error}");
    // Its name resolves to the commit behind it.
    let git = Git { transport: Transport::WithFiles, limits: Limits::default() };
    assert_eq!(git.resolve(&upstream.url(), "v1").unwrap(), upstream.head());
    assert_eq!(git.resolve(&upstream.url(), "main").unwrap(), upstream.head());
    assert!(git.resolve(&upstream.url(), "--upload-pack=x").is_err());
}

#[test]
fn git_is_held_to_the_transports_allowed() {
    let upstream = Upstream::with_curve("one\n");
    // The URL passed the check of another policy; git itself refuses it too.
    let git = Git { transport: Transport::Https, limits: Limits::default() };
    let error = git.resolve(&upstream.url(), "main").unwrap_err().to_string();
    assert!(error.contains("transport 'file' not allowed"), "{error}");
    assert!(RemoteUrl::new(upstream.url().as_str(), Transport::Https).is_err());
}

/// Runs in a process of its own, with a git configuration that runs programs at every occasion.
#[test]
#[ignore = "started by hooks_filters_and_attributes_do_not_run"]
fn inner_fetch_with_hostile_configuration() {
    let Ok(place) = std::env::var("TE_NETLIST_TEST_PLACE") else { return };
    let hash: Digest = std::env::var("TE_NETLIST_TEST_HASH").unwrap().parse().unwrap();
    let text = registry("reg", &component("curve", &place));
    let bench = Bench::new();
    let network = bench.network_of(&text).unwrap();
    let node = network.find("curve").unwrap();
    assert_eq!(node.hash, hash);
    let folder = node.folder.clone().unwrap();
    assert_eq!(std::fs::read_to_string(folder.join("src/lib.rs")).unwrap(), "one $Id$\n");
    assert!(folder.join("hidden").is_file(), "export-ignore does not act");
}

#[cfg(unix)]
#[test]
fn hooks_filters_and_attributes_do_not_run() {
    use std::os::unix::fs::PermissionsExt as _;
    let upstream = Upstream::with_curve("one $Id$\n");
    upstream.write("curve/hidden", "h\n");
    upstream.write(
        "curve/.gitattributes",
        "* filter=evil diff=evil merge=evil ident eol=crlf working-tree-encoding=UTF-16\nhidden export-ignore\n",
    );
    upstream
        .write(".gitmodules", "[submodule \"x\"]\npath = x\nurl = ext::sh -c whoami\nupdate = !touch ran\n");
    // Made by plumbing, so that the attributes do not act on the way in.
    for path in ["curve/hidden", "curve/.gitattributes", ".gitmodules"] {
        let object = upstream.git(&["hash-object", "-w", "--no-filters", path]);
        upstream.commit_entry("100644", &object, path);
    }
    let hash = Bench::new().hash(&upstream, "curve").unwrap();

    let place = tempfile::tempdir().unwrap();
    let ran = place.path().join("ran");
    let hooks = place.path().join("hooks");
    std::fs::create_dir(&hooks).unwrap();
    let script = format!("#!/bin/sh\ntouch {}\ncat\n", ran.display());
    for hook in ["post-checkout", "post-merge", "reference-transaction", "post-index-change", "fsmonitor"] {
        let file = hooks.join(hook);
        std::fs::write(&file, &script).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let program = hooks.join("post-merge");
    let program = program.display();
    let configuration = format!(
        "[core]\nhooksPath = {hooks}\nfsmonitor = {program}\n[filter \"evil\"]\nsmudge = {program}\nclean = {program}\nprocess = {program}\nrequired = true\n\
         [init]\ntemplateDir = {template}\n[uploadpack]\nallowAnySHA1InWant = true\n[fetch]\nrecurseSubmodules = true\n",
        hooks = hooks.display(),
        template = place.path().join("template").display(),
    );
    let template = place.path().join("template/hooks");
    std::fs::create_dir_all(&template).unwrap();
    std::fs::copy(hooks.join("reference-transaction"), template.join("reference-transaction")).unwrap();
    let global = place.path().join("gitconfig");
    std::fs::write(&global, configuration).unwrap();

    let pin = format!("{}path = \"curve\"\nhash = \"{hash}\"", upstream.pin());
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "attacks::inner_fetch_with_hostile_configuration", "--ignored"])
        .env("GIT_CONFIG_GLOBAL", &global)
        .env("TE_NETLIST_TEST_PLACE", pin)
        .env("TE_NETLIST_TEST_HASH", hash.to_string())
        // As inside a hook of another repository.
        .env("GIT_DIR", "/nonexistent")
        .env("GIT_INDEX_FILE", "/nonexistent")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    assert!(!ran.exists(), "a program of the configuration ran");
}
