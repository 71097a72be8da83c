//! A crate that left git has the hash it had there.

use std::process::Command;

use te_netlist::packaged::{LockFile, check, listing};

use crate::upstream::{Bench, Upstream};

/// `cargo package` on a crate with nothing to build or download.
#[test]
fn a_packaged_crate_has_the_hash_of_its_folder() {
    let upstream = Upstream::new();
    upstream.write(
        "Cargo.toml",
        "[package]\nname = \"te-sine\"\nversion = \"0.1.0\"\nedition = \"2021\"\n# a comment\nlicense = \"MIT\"\ndescription = \"d\"\n",
    );
    upstream.write("src/lib.rs", "//! Nothing.\n");
    upstream.write("tests/reference.csv", "0,0\n");
    upstream.write(".gitignore", "/target\n");
    upstream.commit();
    let hash = Bench::new().hash(&upstream, ".").unwrap();
    let target = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO"))
        .current_dir(upstream.folder())
        .args(["package", "--no-verify", "--offline", "--quiet", "--target-dir"])
        .arg(target.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let packed = target.path().join("package/te-sine-0.1.0.crate");
    let unpack = Command::new("tar").current_dir(target.path()).arg("xzf").arg(&packed).status();
    assert!(unpack.unwrap().success());
    let folder = target.path().join("te-sine-0.1.0");
    assert!(folder.join("Cargo.toml.orig").is_file());
    assert_eq!(check(&folder, hash).unwrap(), Ok(()));
    std::fs::write(folder.join("src/lib.rs"), "//! Something.\n").unwrap();
    assert!(check(&folder, hash).unwrap().is_err());
}

#[test]
fn a_lock_file_of_the_author_counts() {
    let upstream = Upstream::with_curve("one\n");
    upstream.write("curve/Cargo.lock", "version = 4\n");
    upstream.commit();
    let hash = Bench::new().hash(&upstream, "curve").unwrap();
    let folder = upstream.folder().join("curve");
    assert_eq!(check(&folder, hash).unwrap(), Ok(()));
    assert_eq!(listing(&folder, LockFile::Kept).unwrap().digest(), hash);
    assert_ne!(listing(&folder, LockFile::Added).unwrap().digest(), hash);
}

#[cfg(unix)]
#[test]
fn a_link_is_refused() {
    let upstream = Upstream::with_curve("one\n");
    let folder = upstream.folder().join("curve");
    std::os::unix::fs::symlink("/etc/passwd", folder.join("link")).unwrap();
    assert!(listing(&folder, LockFile::Kept).is_err());
}
