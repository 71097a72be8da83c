//! The files of a folder that git tracks, as they lie in the working tree.
//!
//! One call of git lists the whole folder, however many components it holds. The bytes hashed are
//! those of the working tree: what a compiler would read. Where a tracked file differs from git's
//! copy by nothing but line ends, git's copy is hashed, so that a checkout with CRLF has the hash
//! of one without.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Blobs, Commit, Git, kind_of, records, utf8};
use crate::digest::{Difference, Digest, FileSum, Listing};
use crate::error::GitError;
use crate::netlist::FILE_NAME;
use crate::path::RelativePath;

/// How many commits back the content that a hash names is looked for.
const HISTORY: &str = "--max-count=64";

#[derive(Debug)]
struct Entry {
    mode: String,
    object: String,
    conflict: bool,
}

/// The tracked files of a folder.
#[derive(Debug)]
pub struct WorkTree {
    git: Git,
    folder: PathBuf,
    /// Path of the folder in its repository.
    prefix: String,
    tracked: BTreeMap<Vec<u8>, Entry>,
    untracked: BTreeSet<String>,
}

impl WorkTree {
    /// Lists the tracked files, and the untracked ones that git does not ignore, of a folder in a
    /// git repository.
    ///
    /// # Errors
    /// [`GitError::Failed`] where the folder is in no repository.
    pub fn open(git: Git, folder: &Path) -> Result<Self, GitError> {
        let prefix = git.run(folder, &["rev-parse", "--show-prefix"])?;
        let prefix = utf8(prefix.trim_ascii_end())?.to_owned();
        let output = git.run(folder, &["ls-files", "--stage", "-z"])?;
        let mut tracked = BTreeMap::new();
        for record in records(&output) {
            let unexpected = || GitError::Unexpected {
                verb: "ls-files",
                text: String::from_utf8_lossy(record).into_owned(),
            };
            let tab = record.iter().position(|byte| *byte == b'\t').ok_or_else(unexpected)?;
            let (head, name) = record.split_at(tab);
            let head = std::str::from_utf8(head).map_err(|_| unexpected())?;
            let mut words = head.split_whitespace();
            let (Some(mode), Some(object), Some(stage)) = (words.next(), words.next(), words.next()) else {
                return Err(unexpected());
            };
            let entry = Entry { mode: mode.to_owned(), object: object.to_owned(), conflict: stage != "0" };
            tracked.insert(name.get(1..).unwrap_or_default().to_vec(), entry);
        }
        let output = git.run(folder, &["ls-files", "--others", "--exclude-standard", "-z"])?;
        let untracked = records(&output).map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        Ok(Self { git, folder: folder.to_path_buf(), prefix, tracked, untracked })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Files under `path` that git neither tracks nor ignores, by their path inside it.
    pub fn untracked(&self, path: &RelativePath) -> Vec<String> {
        self.untracked
            .iter()
            .filter_map(|name| path.strip(name))
            .filter(|name| *name != FILE_NAME)
            .map(str::to_owned)
            .collect()
    }

    /// Tracked files with this name, by their path from the folder.
    pub fn named(&self, name: &str) -> Vec<String> {
        let paths = self.tracked.keys().filter_map(|raw| std::str::from_utf8(raw).ok());
        paths.filter(|path| path.rsplit('/').next() == Some(name)).map(str::to_owned).collect()
    }

    /// The listing of the tracked files under `path`. A tracked file that is gone is not in it.
    ///
    /// A registry file at the top of the folder is left out: it holds the hash of the folder.
    ///
    /// # Errors
    /// [`GitError::NotAFile`] for a tracked link or submodule, or where a link has taken the place
    /// of a file or folder; [`GitError::NotUtf8`], [`GitError::Conflict`], [`GitError::Path`],
    /// [`GitError::Limit`], [`GitError::Empty`], [`GitError::Read`].
    pub fn listing(&self, path: &RelativePath) -> Result<Listing, GitError> {
        let limits = self.git.limits;
        let mut sums = Vec::new();
        let mut folders = BTreeSet::new();
        let mut blobs = None;
        let (mut bytes, mut count): (u64, u64) = (0, 0);
        for (raw, entry) in self.under(path) {
            let full = utf8(raw)?;
            let Some(name) = path.strip(full) else {
                let what = kind_of(&entry.mode).unwrap_or("file, not a folder");
                return Err(GitError::NotAFile { path: full.to_owned(), what });
            };
            if let Some(what) = kind_of(&entry.mode) {
                return Err(GitError::NotAFile { path: full.to_owned(), what });
            }
            if entry.conflict {
                return Err(GitError::Conflict { path: full.to_owned() });
            }
            if name == FILE_NAME {
                continue;
            }
            crate::path::check_path(full)?;
            count += 1;
            if count > limits.files {
                return Err(GitError::Limit { what: "the number of files", limit: limits.files });
            }
            let Some(content) = self.content(full, &mut folders, bytes)? else { continue };
            bytes = bytes.saturating_add(content.len() as u64);
            sums.push(self.sum(name, &content, entry, &mut blobs)?);
        }
        if count == 0 {
            return Err(GitError::Empty { path: path.to_string() });
        }
        Ok(Listing::new(sums)?)
    }

    /// The listing of everything under `path` that a compiler may read: the tracked files and those
    /// that git neither tracks nor ignores. It is [`WorkTree::listing`] where nothing is untracked.
    ///
    /// # Errors
    /// As [`WorkTree::listing`].
    pub fn listing_with_untracked(&self, path: &RelativePath) -> Result<Listing, GitError> {
        let mut sums = self.listing(path)?.files().to_vec();
        let mut folders = BTreeSet::new();
        for name in self.untracked(path) {
            if let Some(content) = self.content(&path.join(&name), &mut folders, 0)? {
                sums.push(FileSum::of(name, &content));
            }
        }
        Ok(Listing::new(sums)?)
    }

    /// The tracked entries under `path`, and the entry at `path` itself.
    fn under<'a>(&'a self, path: &'a RelativePath) -> impl Iterator<Item = (&'a [u8], &'a Entry)> {
        let start = if path.is_root() { Vec::new() } else { path.as_str().as_bytes().to_vec() };
        self.tracked
            .range(start.clone()..)
            .map(|(raw, entry)| (raw.as_slice(), entry))
            .take_while(move |(raw, _)| raw.starts_with(&start))
            .filter(|(raw, _)| path.is_root() || matches!(raw.get(path.as_str().len()), None | Some(b'/')))
    }

    /// The bytes of a file; `None` where it is gone.
    fn content(
        &self,
        full: &str,
        folders: &mut BTreeSet<String>,
        before: u64,
    ) -> Result<Option<Vec<u8>>, GitError> {
        let not_a_file = |path: &str| GitError::NotAFile { path: path.to_owned(), what: "symbolic link" };
        for (at, _) in full.match_indices('/') {
            let Some(parent) = full.get(..at) else { continue };
            if folders.contains(parent) {
                continue;
            }
            match std::fs::symlink_metadata(self.folder.join(parent)) {
                Ok(metadata) if metadata.is_symlink() => return Err(not_a_file(parent)),
                _ => folders.insert(parent.to_owned()),
            };
        }
        let file = self.folder.join(full);
        let read = |error| GitError::Read { path: file.clone(), error };
        let metadata = match std::fs::symlink_metadata(&file) {
            Ok(metadata) => metadata,
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(read(error)),
        };
        if metadata.is_symlink() {
            return Err(not_a_file(full));
        }
        if !metadata.is_file() {
            return Ok(None);
        }
        if before.saturating_add(metadata.len()) > self.git.limits.bytes {
            let limit = self.git.limits.bytes;
            return Err(GitError::Limit { what: "the content, in bytes,", limit });
        }
        std::fs::read(&file).map(Some).map_err(read)
    }

    fn sum(
        &self,
        name: &str,
        content: &[u8],
        entry: &Entry,
        blobs: &mut Option<Blobs>,
    ) -> Result<FileSum, GitError> {
        if !content.windows(2).any(|pair| pair == b"\r\n") {
            return Ok(FileSum::of(name, content));
        }
        let open = match blobs {
            Some(open) => open,
            None => blobs.insert(Blobs::open(self.git, &self.folder)?),
        };
        let stored = open.read(&entry.object)?;
        if stored != content && stored == without_carriage_returns(content) {
            return Ok(FileSum::of(name, &stored));
        }
        Ok(FileSum::of(name, content))
    }

    /// The files under `path` that differ from the content that `declared` names, where the recent
    /// history of the folder still has that content; otherwise those that differ from the last
    /// commit.
    pub fn explain(&self, path: &RelativePath, declared: Digest, now: &Listing) -> Vec<Difference> {
        let in_repository = format!("{}{}", self.prefix, path.as_str());
        let full = if path.is_root() { self.prefix.trim_end_matches('/') } else { &in_repository };
        let Ok(full) = RelativePath::new(if full.is_empty() { "." } else { full }) else {
            return Vec::new();
        };
        let args = ["log", "--format=%H", HISTORY, "--", path.as_str()];
        let history = self.git.run(&self.folder, &args).unwrap_or_default();
        let mut last = None;
        for rev in String::from_utf8_lossy(&history).lines() {
            let commit = Commit::local(self.git, &self.folder, rev);
            let Ok(listing) = commit.and_then(|commit| commit.listing(&full)) else { continue };
            if listing.digest() == declared {
                return listing.differences(now);
            }
            last.get_or_insert(listing);
        }
        last.map(|listing| listing.differences(now)).unwrap_or_default()
    }

    /// Tracked files under `path` whose executable bit differs from git's, which the hash does not
    /// cover. Empty where the system has no such bit.
    pub fn modes(&self, path: &RelativePath) -> Vec<String> {
        let mut found = Vec::new();
        for (raw, entry) in self.under(path) {
            let Ok(full) = utf8(raw) else { continue };
            let Some(runs) = executable(&self.folder.join(full)) else { continue };
            if runs != (entry.mode == "100755") {
                found.push(full.to_owned());
            }
        }
        found
    }
}

#[cfg(unix)]
fn executable(file: &Path) -> Option<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = std::fs::symlink_metadata(file).ok()?;
    metadata.is_file().then(|| metadata.permissions().mode() & 0o100 != 0)
}

#[cfg(not(unix))]
fn executable(_file: &Path) -> Option<bool> {
    None
}

fn without_carriage_returns(content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(content.len());
    let mut rest = content.iter().peekable();
    while let Some(byte) = rest.next() {
        if *byte == b'\r' && rest.peek() == Some(&&b'\n') {
            continue;
        }
        bytes.push(*byte);
    }
    bytes
}
