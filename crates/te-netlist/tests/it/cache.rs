//! The cache: what is altered in it is named, and it serves without a network.

use te_netlist::{CacheError, Digest, FileSum, Listing, NetworkError};

use crate::upstream::{Bench, Upstream, component, registry};

fn fetched() -> (Upstream, Bench, String, Digest) {
    let (upstream, bench) = (Upstream::with_curve("one\n"), Bench::new());
    upstream.write("curve/target/kept", "a folder that cargo would not keep\n");
    upstream.commit();
    let hash = bench.hash(&upstream, "curve").unwrap();
    let place = format!("{}path = \"curve\"\nhash = \"{hash}\"", upstream.pin());
    let text = registry("reg", &component("curve", &place));
    bench.network_of(&text).unwrap();
    (upstream, bench, text, hash)
}

#[test]
fn offline_use() {
    let (upstream, mut bench, text, _) = fetched();
    drop(upstream);
    bench.offline = true;
    assert!(bench.network_of(&text).is_ok());
    let empty = Bench { offline: true, ..Bench::new() };
    let error = empty.network_of(&text).unwrap_err();
    assert!(matches!(&error, NetworkError::Offline { id } if id == "reg/curve"), "{error}");
}

#[test]
fn altered_entries_are_refused_with_the_name_of_the_file() {
    type Attack = fn(&std::path::Path);
    let attacks: [(&str, Attack); 6] = [
        ("src/lib.rs (changed)", |entry| std::fs::write(entry.join("tree/src/lib.rs"), "onf\n").unwrap()),
        ("src/lib.rs (removed)", |entry| std::fs::remove_file(entry.join("tree/src/lib.rs")).unwrap()),
        ("build.rs (added)", |entry| std::fs::write(entry.join("tree/build.rs"), "").unwrap()),
        ("src/lib.rs (removed), src/main.rs (added)", |entry| {
            std::fs::rename(entry.join("tree/src/lib.rs"), entry.join("tree/src/main.rs")).unwrap();
        }),
        ("target/kept (changed)", |entry| std::fs::write(entry.join("tree/target/kept"), "").unwrap()),
        ("files.sha256", |entry| std::fs::write(entry.join("files.sha256"), "").unwrap()),
    ];
    for (told, attack) in attacks {
        let (_upstream, bench, text, hash) = fetched();
        attack(&bench.cache().entry(hash));
        let error = bench.network_of(&text).unwrap_err();
        assert!(error.to_string().contains(told), "{error}");
        assert_eq!(error.exit_code(), 3);
        let export = tempfile::tempdir().unwrap();
        assert!(bench.cache().export(hash, &export.path().join("copy")).is_err());
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_the_cache_is_refused() {
    let (_upstream, bench, text, hash) = fetched();
    let file = bench.cache().entry(hash).join("tree/src/lib.rs");
    let other = bench.cache().entry(hash).join("copy");
    std::fs::rename(&file, &other).unwrap();
    std::os::unix::fs::symlink(&other, &file).unwrap();
    let error = bench.network_of(&text).unwrap_err().to_string();
    assert!(error.contains("src/lib.rs (symbolic link)"), "{error}");
}

#[test]
fn an_unfinished_or_wrong_entry_is_never_seen() {
    let bench = Bench::new();
    let expected = Listing::new(vec![FileSum::of("a", b"1")]).unwrap().digest();
    // The writer breaks off.
    let broken = bench.cache().insert::<CacheError>(Some(expected), |write| {
        write("a", b"1")?;
        Err(CacheError::NoPlace)
    });
    assert!(broken.is_err());
    assert_eq!(bench.cached(), (0, 0));
    // The content is another.
    let wrong = bench.cache().insert::<CacheError>(Some(expected), |write| {
        write("a", b"2")?;
        Ok(Listing::new(vec![FileSum::of("a", b"2")]).unwrap())
    });
    assert!(wrong.unwrap().is_err());
    assert_eq!(bench.cached(), (0, 0));
    // A path that leaves the entry.
    let outside = bench.cache().insert::<CacheError>(None, |write| {
        write("../a", b"2")?;
        Ok(Listing::default())
    });
    assert!(outside.is_err());
    assert!(bench.cache().open(expected).unwrap().is_none());
    // Twice the right content is one entry.
    for _ in 0..2 {
        let right = bench.cache().insert::<CacheError>(Some(expected), |write| {
            write("a", b"1")?;
            Ok(Listing::new(vec![FileSum::of("a", b"1")]).unwrap())
        });
        assert_eq!(right.unwrap().unwrap(), expected);
    }
    assert_eq!(bench.cached(), (1, 0));
    assert_eq!(bench.cache().open(expected).unwrap().unwrap().listing.digest(), expected);
}

#[test]
fn export_copies_what_the_hash_names() {
    let (_upstream, bench, _text, hash) = fetched();
    let folder = tempfile::tempdir().unwrap();
    bench.cache().export(hash, &folder.path().join("copy")).unwrap();
    let copy = std::fs::read_to_string(folder.path().join("copy/src/lib.rs")).unwrap();
    assert_eq!(copy, "one\n");
}

/// Content that came from elsewhere must not pass for what a commit holds.
#[test]
fn a_warm_cache_does_not_vouch_for_a_commit() {
    let (_upstream, bench, _text, hash) = fetched();
    let other = Upstream::with_curve("two\n");
    let place = format!("{}path = \"curve\"\nhash = \"{hash}\"", other.pin());
    let error = bench.network_of(&registry("reg", &component("curve", &place))).unwrap_err();
    assert!(matches!(&error, NetworkError::Mismatch { id, .. } if id == "reg/curve"), "{error}");
    assert_eq!(error.exit_code(), 3);
    // Nor without a network, where the commit cannot be looked at.
    let offline = Bench { offline: true, ..bench };
    let error = offline.network_of(&registry("reg", &component("curve", &place))).unwrap_err();
    assert!(matches!(&error, NetworkError::Offline { id } if id == "reg/curve"), "{error}");
}

/// The same for the file of an imported registry.
#[test]
fn a_warm_cache_does_not_vouch_for_an_imported_registry() {
    let bench = Bench::new();
    let (right, wrong) = (Upstream::with_curve("one\n"), Upstream::with_curve("one\n"));
    let root = right.register("ltf", &component("curve", "path = \"curve\""), &bench);
    let import = |of: &Upstream| format!("\n[registry-import.ltf]\n{}hash = \"{root}\"\n", of.pin());
    bench.network_of(&registry("top", &import(&right))).unwrap();
    wrong.register("other", &component("curve", "path = \"curve\""), &bench);
    let error = bench.network_of(&registry("top", &import(&wrong))).unwrap_err();
    assert!(matches!(&error, NetworkError::Mismatch { id, .. } if id == "top/ltf"), "{error}");
}

#[test]
fn one_at_a_time_changes_a_registry() {
    let bench = Bench::new();
    let (cache, folder) = (bench.cache(), bench.folder.path().to_path_buf());
    let held = cache.hold(&folder).unwrap();
    let (sender, receiver) = std::sync::mpsc::channel();
    let waiting = std::thread::spawn(move || {
        let held = cache.hold(&folder).unwrap();
        sender.send(()).unwrap();
        drop(held);
    });
    assert!(receiver.recv_timeout(std::time::Duration::from_millis(200)).is_err());
    drop(held);
    receiver.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
    waiting.join().unwrap();
}
