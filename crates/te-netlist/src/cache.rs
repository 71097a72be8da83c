//! Verified content, kept by hash.
//!
//! ```text
//! CACHE/v1/<hex>/files.sha256     the lines that the hash is taken of
//! CACHE/v1/<hex>/tree/…           the files
//! CACHE/v1/registry/<hex>.toml    an imported registry file, by its root
//! CACHE/v1/place/<hex>            what a folder of a commit was found to hold
//! CACHE/v1/lock/<hex>             held while a registry file is changed
//! ```
//!
//! Content that is cached says nothing about a commit. So the hash that a commit's own tree gave is kept beside it, by
//! repository, commit and path, and an entry serves a registered component only where that hash is the registered one.
//!
//! An entry is written under a temporary name, hashed while it is written, and renamed into place
//! only if the hash is the expected one: what is interrupted or wrong is never seen. Every use
//! hashes the entry again, so a file altered in the cache is named and refused.

use std::path::{Path, PathBuf};

use crate::digest::{Difference, Digest, FileSum, Listing};
use crate::error::{CacheError, GitError, ParseError};
use crate::netlist::Netlist;
use crate::packaged::walk;
use crate::remote::{RemoteUrl, Rev, Transport};

/// A content-addressed cache in a folder.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

/// A verified entry.
#[derive(Clone, Debug)]
pub struct Cached {
    /// Folder with the component's files.
    pub tree: PathBuf,
    /// The files.
    pub listing: Listing,
}

impl Cache {
    /// The cache at a folder, which is made when first written to.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into().join("v1") }
    }

    /// The user's cache: `$TECMNS_CACHE`, `$XDG_CACHE_HOME/tecmns` or `$HOME/.cache/tecmns`.
    ///
    /// # Errors
    /// [`CacheError::NoPlace`] where none of the variables is set.
    pub fn of_user() -> Result<Self, CacheError> {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        set("TECMNS_CACHE")
            .or_else(|| set("XDG_CACHE_HOME").map(|folder| folder.join("tecmns")))
            .or_else(|| set("HOME").map(|home| home.join(".cache/tecmns")))
            .or_else(|| set("LOCALAPPDATA").map(|folder| folder.join("tecmns")))
            .map(Self::at)
            .ok_or(CacheError::NoPlace)
    }

    /// Folder of an entry, whether it exists or not.
    pub fn entry(&self, digest: Digest) -> PathBuf {
        self.folder.join(digest.to_hex())
    }

    /// A folder inside the cache for work that is not finished, on the same file system.
    ///
    /// # Errors
    /// [`CacheError::Io`].
    pub fn scratch(&self) -> Result<PathBuf, CacheError> {
        let folder = self.folder.join("unfinished");
        std::fs::create_dir_all(&folder).map_err(io(&folder))?;
        Ok(folder)
    }

    /// The entry of a hash, where it is cached, after hashing its files again.
    ///
    /// # Errors
    /// [`CacheError::Altered`] naming the files that differ.
    pub fn open(&self, digest: Digest) -> Result<Option<Cached>, CacheError> {
        let folder = self.entry(digest);
        if !folder.is_dir() {
            return Ok(None);
        }
        let altered = |files: Vec<String>| CacheError::Altered { folder: folder.clone(), files };
        let lines = folder.join("files.sha256");
        let text = std::fs::read_to_string(&lines).map_err(io(&lines))?;
        if Digest::of_bytes(text.as_bytes()) != digest {
            return Err(altered(vec!["files.sha256".to_owned()]));
        }
        let expected = Listing::from_lines(&text)?;
        let tree = folder.join("tree");
        let mut sums = Vec::new();
        let read = walk_all(&tree, &mut |path, file| {
            let bytes =
                std::fs::read(file).map_err(|error| GitError::Read { path: file.to_path_buf(), error })?;
            sums.push(FileSum::of(path, &bytes));
            Ok(())
        });
        match read {
            Ok(()) => {}
            Err(GitError::NotAFile { path, what }) => return Err(altered(vec![format!("{path} ({what})")])),
            Err(GitError::Read { path, error }) => return Err(CacheError::Io { path, error }),
            Err(other) => return Err(altered(vec![other.to_string()])),
        }
        let found = Listing::new(sums)?;
        let files = expected.differences(&found);
        if files.is_empty() {
            return Ok(Some(Cached { tree, listing: found }));
        }
        Err(altered(files.iter().map(Difference::to_string).collect()))
    }

    /// Writes an entry: `fill` hands over the files; the entry appears only if their hash is
    /// `expected`, or whatever it is where nothing is expected.
    ///
    /// # Errors
    /// What `fill` returns, and [`CacheError`] turned into `E`. With a hash that differs nothing
    /// is written and the listing found comes back as the inner error.
    pub fn insert<E: From<CacheError>>(
        &self,
        expected: Option<Digest>,
        fill: impl FnOnce(&mut dyn FnMut(&str, &[u8]) -> Result<(), CacheError>) -> Result<Listing, E>,
    ) -> Result<Result<Digest, Listing>, E> {
        let scratch = self.scratch()?;
        let room = tempfile::Builder::new().prefix(".entry-").tempdir_in(&scratch).map_err(io(&scratch))?;
        let tree = room.path().join("tree");
        std::fs::create_dir_all(&tree).map_err(io(&tree))?;
        let listing = fill(&mut |path, bytes| write(&tree, path, bytes))?;
        let digest = listing.digest();
        if expected.is_some_and(|expected| expected != digest) {
            return Ok(Err(listing));
        }
        let lines = room.path().join("files.sha256");
        std::fs::write(&lines, listing.lines()).map_err(io(&lines))?;
        let place = self.entry(digest);
        if let Err(error) = std::fs::rename(room.path(), &place) {
            // Another process may have written the same entry.
            if !place.is_dir() {
                return Err(CacheError::Io { path: place, error }.into());
            }
        }
        Ok(Ok(digest))
    }

    /// Copies an entry's files into a new folder, hashing what is copied.
    ///
    /// # Errors
    /// [`CacheError::Altered`] where the entry is missing or differs, [`CacheError::Io`].
    pub fn export(&self, digest: Digest, into: &Path) -> Result<(), CacheError> {
        let absent = || CacheError::Altered {
            folder: self.entry(digest),
            files: vec!["the whole entry is missing".to_owned()],
        };
        let cached = self.open(digest)?.ok_or_else(absent)?;
        std::fs::create_dir_all(into).map_err(io(into))?;
        let mut sums = Vec::new();
        for file in cached.listing.files() {
            let from = cached.tree.join(&file.path);
            let bytes = std::fs::read(&from).map_err(io(&from))?;
            sums.push(FileSum::of(file.path.as_str(), &bytes));
            write(into, &file.path, &bytes)?;
        }
        let copied = Listing::new(sums)?;
        if copied.digest() == digest {
            return Ok(());
        }
        let files = cached.listing.differences(&copied).iter().map(Difference::to_string).collect();
        Err(CacheError::Altered { folder: self.entry(digest), files })
    }

    /// The cached registry file with a root, where there is one.
    ///
    /// # Errors
    /// [`CacheError::Altered`] where its root is another.
    pub fn registry(&self, root: Digest, transport: Transport) -> Result<Option<Netlist>, CacheError> {
        let file = self.registry_file(root);
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(CacheError::Io { path: file, error }),
        };
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
        let altered = |why: String| CacheError::Altered {
            folder: file.clone(),
            files: vec![format!("{}: {why}", name.clone().unwrap_or_default())],
        };
        let netlist = Netlist::parse(&text, "netlist.toml", transport)
            .map_err(|error: ParseError| altered(error.to_string()))?;
        if netlist.root() == root {
            return Ok(Some(netlist));
        }
        Err(altered("its root is another".to_owned()))
    }

    /// Keeps a registry file under its root.
    ///
    /// # Errors
    /// [`CacheError::Io`].
    pub fn insert_registry(&self, root: Digest, text: &str) -> Result<(), CacheError> {
        self.put(&self.registry_file(root), text)
    }

    /// What the commit's own tree gave when it was hashed, where it was.
    ///
    /// # Errors
    /// [`CacheError::Altered`] where the record is of another place, [`CacheError::Io`].
    pub fn found_at(&self, url: &RemoteUrl, rev: &Rev, path: &str) -> Result<Option<Digest>, CacheError> {
        let (file, place) = self.place_file(url, rev, path);
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(CacheError::Io { path: file, error }),
        };
        let digest = text.strip_prefix(&place).and_then(|rest| rest.trim_end().parse().ok());
        let altered =
            || CacheError::Altered { folder: file.clone(), files: vec!["it is of another place".to_owned()] };
        digest.map(Some).ok_or_else(altered)
    }

    /// Keeps what a commit's own tree gave when it was hashed.
    ///
    /// # Errors
    /// [`CacheError::Io`].
    pub fn keep_found(
        &self,
        url: &RemoteUrl,
        rev: &Rev,
        path: &str,
        digest: Digest,
    ) -> Result<(), CacheError> {
        let (file, place) = self.place_file(url, rev, path);
        self.put(&file, &format!("{place}{digest}\n"))
    }

    /// The record of a place, and the lines that it begins with.
    fn place_file(&self, url: &RemoteUrl, rev: &Rev, path: &str) -> (PathBuf, String) {
        let place = format!("{}\n{rev}\n{path}\n", url.identity());
        let name = Digest::of_bytes(place.as_bytes()).to_hex();
        (self.folder.join("place").join(name), place)
    }

    /// Waits until nobody else who uses this cache changes the registry file in `folder`, and keeps others waiting while the
    /// returned file lives.
    ///
    /// # Errors
    /// [`CacheError::Io`].
    pub fn hold(&self, folder: &Path) -> Result<std::fs::File, CacheError> {
        let folder = folder.canonicalize().map_err(io(folder))?;
        let locks = self.folder.join("lock");
        std::fs::create_dir_all(&locks).map_err(io(&locks))?;
        let path = locks.join(Digest::of_bytes(folder.as_os_str().as_encoded_bytes()).to_hex());
        let file = std::fs::File::create(&path).map_err(io(&path))?;
        file.lock().map_err(io(&path))?;
        Ok(file)
    }

    /// Writes a file whole, in a folder that is made where it is missing.
    fn put(&self, file: &Path, text: &str) -> Result<(), CacheError> {
        let scratch = self.scratch()?;
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(io(folder))?;
        }
        let part = tempfile::NamedTempFile::new_in(&scratch).map_err(io(&scratch))?;
        std::fs::write(part.path(), text).map_err(io(part.path()))?;
        part.persist(file)
            .map_err(|failed| CacheError::Io { path: file.to_path_buf(), error: failed.error })?;
        Ok(())
    }

    fn registry_file(&self, root: Digest) -> PathBuf {
        self.folder.join("registry").join(format!("{}.toml", root.to_hex()))
    }
}

/// As `walk`, but a folder called `target` counts.
fn walk_all(
    folder: &Path,
    each: &mut impl FnMut(&str, &Path) -> Result<(), GitError>,
) -> Result<(), GitError> {
    walk(folder, "", each)?;
    let target = folder.join("target");
    if target.is_dir() { walk(&target, "target/", each) } else { Ok(()) }
}

fn write(folder: &Path, path: &str, bytes: &[u8]) -> Result<(), CacheError> {
    crate::path::check_path(path)?;
    let file = folder.join(path);
    if let Some(parent) = file.parent() {
        std::fs::create_dir_all(parent).map_err(io(parent))?;
    }
    std::fs::write(&file, bytes).map_err(io(&file))
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> CacheError {
    let path = path.to_path_buf();
    move |error| CacheError::Io { path, error }
}
