//! The hash of what git tracks in a working tree, against the hash of the same commit fetched.

use te_netlist::git::WorkTree;
use te_netlist::{Digest, GitError, RelativePath};

use crate::upstream::{Bench, Upstream};

fn hash(upstream: &Upstream, path: &str) -> Result<Digest, GitError> {
    let tree = WorkTree::open(Bench::new().options().git, upstream.folder())?;
    Ok(tree.listing(&RelativePath::new(path).unwrap())?.digest())
}

#[test]
fn working_tree_and_commit_have_one_hash() {
    let upstream = Upstream::with_curve("pub fn curve() {}\n");
    upstream.write("curve/caf\u{e9} x.txt", "blank and accent\n");
    upstream.write("curve-other/y", "not in it\n");
    upstream.commit();
    let bench = Bench::new();
    assert_eq!(hash(&upstream, "curve").unwrap(), bench.hash(&upstream, "curve").unwrap());
    assert_eq!(hash(&upstream, ".").unwrap(), bench.hash(&upstream, ".").unwrap());
    assert_ne!(hash(&upstream, ".").unwrap(), hash(&upstream, "curve").unwrap());
}

#[test]
fn changes_that_count() {
    let upstream = Upstream::with_curve("one\n");
    upstream.write("curve/b", "b\n");
    upstream.commit();
    let before = hash(&upstream, "curve").unwrap();
    let file = upstream.folder().join("curve/src/lib.rs");

    std::fs::write(&file, "onf\n").unwrap();
    assert_ne!(before, hash(&upstream, "curve").unwrap(), "one byte");
    std::fs::write(&file, "one\n").unwrap();
    assert_eq!(before, hash(&upstream, "curve").unwrap());

    upstream.git(&["mv", "curve/b", "curve/c"]);
    assert_ne!(before, hash(&upstream, "curve").unwrap(), "rename");
    upstream.git(&["mv", "curve/c", "curve/b"]);

    upstream.write("curve/new", "");
    assert_eq!(before, hash(&upstream, "curve").unwrap(), "an untracked file is not hashed");
    upstream.git(&["add", "curve/new"]);
    assert_ne!(before, hash(&upstream, "curve").unwrap(), "a file more");
    upstream.git(&["rm", "--quiet", "--force", "curve/new"]);

    std::fs::remove_file(upstream.folder().join("curve/b")).unwrap();
    assert_ne!(before, hash(&upstream, "curve").unwrap(), "a file less");
}

#[test]
fn a_change_hidden_from_git_counts() {
    let upstream = Upstream::with_curve("one\n");
    let before = hash(&upstream, "curve").unwrap();
    upstream.git(&["update-index", "--assume-unchanged", "curve/src/lib.rs"]);
    upstream.write("curve/src/lib.rs", "two\n");
    assert_eq!(upstream.git(&["status", "--porcelain"]), "");
    assert_ne!(before, hash(&upstream, "curve").unwrap());
}

#[test]
fn executable_bit_is_outside_the_hash_and_reported() {
    let upstream = Upstream::with_curve("one\n");
    let before = hash(&upstream, "curve").unwrap();
    upstream.git(&["update-index", "--chmod=+x", "curve/src/lib.rs"]);
    assert_eq!(before, hash(&upstream, "curve").unwrap());
    let tree = WorkTree::open(Bench::new().options().git, upstream.folder()).unwrap();
    let modes = tree.modes(&RelativePath::new("curve").unwrap());
    if cfg!(unix) {
        assert_eq!(modes, ["curve/src/lib.rs"]);
    }
}

#[test]
fn a_checkout_with_other_line_ends_has_the_same_hash() {
    let upstream = Upstream::with_curve("one\ntwo\n");
    let before = hash(&upstream, "curve").unwrap();
    upstream.write("curve/src/lib.rs", "one\r\ntwo\r\n");
    assert_eq!(before, hash(&upstream, "curve").unwrap());
    upstream.write("curve/src/lib.rs", "one\r\ntwp\r\n");
    assert_ne!(before, hash(&upstream, "curve").unwrap());
}

#[test]
fn stored_carriage_returns_count() {
    let with = Upstream::with_curve("one\r\n");
    let without = Upstream::with_curve("one\n");
    assert_ne!(hash(&with, "curve").unwrap(), hash(&without, "curve").unwrap());
    assert_eq!(hash(&with, "curve").unwrap(), Bench::new().hash(&with, "curve").unwrap());
}

#[cfg(unix)]
#[test]
fn links_are_refused() {
    let upstream = Upstream::with_curve("one\n");
    std::os::unix::fs::symlink("/etc/passwd", upstream.folder().join("curve/link")).unwrap();
    upstream.commit();
    let refused = hash(&upstream, "curve").unwrap_err().to_string();
    assert_eq!(refused, "`curve/link` is a symbolic link: only regular files can be registered");

    // A link that took the place of a file, and of a folder, without git knowing.
    let upstream = Upstream::with_curve("one\n");
    let file = upstream.folder().join("curve/src/lib.rs");
    std::fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", &file).unwrap();
    assert!(matches!(hash(&upstream, "curve"), Err(GitError::NotAFile { .. })));
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::write(elsewhere.path().join("lib.rs"), "one\n").unwrap();
    std::fs::remove_dir_all(upstream.folder().join("curve/src")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), upstream.folder().join("curve/src")).unwrap();
    assert!(matches!(hash(&upstream, "curve"), Err(GitError::NotAFile { .. })));
}

#[test]
fn submodules_and_conflicts_are_refused() {
    let upstream = Upstream::with_curve("one\n");
    let head = upstream.head();
    upstream.commit_entry("160000", &head, "curve/sub");
    let refused = hash(&upstream, "curve").unwrap_err().to_string();
    assert_eq!(refused, "`curve/sub` is a submodule: only regular files can be registered");
    upstream.commit_entry("160000", &head, "whole");
    assert!(matches!(hash(&upstream, "whole"), Err(GitError::NotAFile { .. })));

    let upstream = Upstream::with_curve("one\n");
    upstream.git(&["checkout", "--quiet", "-b", "side"]);
    upstream.write("curve/src/lib.rs", "two\n");
    upstream.commit();
    upstream.git(&["checkout", "--quiet", "main"]);
    upstream.write("curve/src/lib.rs", "three\n");
    upstream.commit();
    let merge = std::process::Command::new("git")
        .current_dir(upstream.folder())
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "merge", "--quiet", "side"])
        .output()
        .unwrap();
    assert!(!merge.status.success());
    assert!(matches!(hash(&upstream, "curve"), Err(GitError::Conflict { .. })));
}

#[test]
fn an_empty_or_unknown_folder_is_refused() {
    let upstream = Upstream::with_curve("one\n");
    assert!(matches!(hash(&upstream, "curv"), Err(GitError::Empty { .. })));
    assert!(matches!(hash(&upstream, "curve/src/lib.rs"), Err(GitError::NotAFile { .. })));
    let nowhere = tempfile::tempdir().unwrap();
    assert!(WorkTree::open(Bench::new().options().git, nowhere.path()).is_err());
}

#[test]
fn the_registry_file_is_not_part_of_the_component_around_it() {
    let upstream = Upstream::with_curve("one\n");
    let before = hash(&upstream, ".").unwrap();
    upstream.write("netlist.toml", "anything");
    upstream.commit();
    assert_eq!(before, hash(&upstream, ".").unwrap());
    assert_eq!(before, Bench::new().hash(&upstream, ".").unwrap());
    upstream.write("curve/netlist.toml", "anything");
    upstream.commit();
    assert_ne!(before, hash(&upstream, ".").unwrap());
}
