//! One commit of a repository: fetched into a folder of its own, or of a repository at hand.

use std::path::{Path, PathBuf};

use super::{Blobs, Git, kind_of, records, utf8};
use crate::digest::{FileSum, Listing};
use crate::error::GitError;
use crate::netlist::FILE_NAME;
use crate::path::RelativePath;
use crate::remote::{RemoteUrl, Rev};

/// One entry of a commit's tree.
#[derive(Clone, Debug, PartialEq, Eq)]
struct TreeFile {
    /// Path from the root of the tree, or the raw name where it is not UTF-8.
    path: Result<String, String>,
    mode: String,
    object: String,
    bytes: u64,
}

/// A commit whose objects are on this machine.
#[derive(Debug)]
pub struct Commit {
    git: Git,
    folder: PathBuf,
    files: Vec<TreeFile>,
    _fetched: Option<tempfile::TempDir>,
}

impl Commit {
    /// Fetches exactly one commit, without its history where the server permits, into a bare
    /// repository under `scratch` that is deleted with this value. Nothing is checked out.
    ///
    /// # Errors
    /// [`GitError::Unreachable`] where the remote does not have the commit any more,
    /// [`GitError::NotACommit`] where the id is that of a tag, [`GitError::Limit`].
    pub fn fetch(git: Git, url: &RemoteUrl, rev: &Rev, scratch: &Path) -> Result<Self, GitError> {
        let read = |error| GitError::Read { path: scratch.to_path_buf(), error };
        let room = tempfile::Builder::new().prefix(".fetch-").tempdir_in(scratch).map_err(read)?;
        let format = if rev.as_str().len() == 64 { "sha256" } else { "sha1" };
        let format = format!("--object-format={format}");
        git.run(room.path(), &["init", "--quiet", "--bare", "--template=", &format, "."])?;
        let one = ["fetch", "--quiet", "--no-tags", "--depth=1", "--", url.as_str(), rev.as_str()];
        let first = git.run_bounded(room.path(), &one);
        if let Err(GitError::Limit { what, limit }) = first {
            return Err(GitError::Limit { what, limit });
        }
        if let Err(first) = first {
            // Some servers only give what a branch or tag points to.
            let all = "+refs/*:refs/remotes/all/*";
            let args = ["fetch", "--quiet", "--no-tags", "--", url.as_str(), all];
            let second = git.run_bounded(room.path(), &args);
            if let Err(GitError::Limit { what, limit }) = second {
                return Err(GitError::Limit { what, limit });
            }
            if second.is_err() || git.run(room.path(), &["cat-file", "-e", rev.as_str()]).is_err() {
                let message = match first {
                    GitError::Failed { message, .. } => message,
                    other => other.to_string(),
                };
                return Err(GitError::Unreachable { url: url.to_string(), rev: rev.to_string(), message });
            }
        }
        let kind = git.run(room.path(), &["cat-file", "-t", rev.as_str()])?;
        if kind.trim_ascii() != b"commit" {
            return Err(GitError::NotACommit { url: url.to_string(), rev: rev.to_string() });
        }
        let files = tree(git, room.path(), rev.as_str())?;
        Ok(Self { git, folder: room.path().to_path_buf(), files, _fetched: Some(room) })
    }

    /// A commit of the repository at `folder`.
    ///
    /// # Errors
    /// [`GitError::Failed`] where there is no such commit.
    pub fn local(git: Git, folder: &Path, rev: &str) -> Result<Self, GitError> {
        let files = tree(git, folder, rev)?;
        Ok(Self { git, folder: folder.to_path_buf(), files, _fetched: None })
    }

    /// Reads the files under `path`, giving each to `each` with its path inside that folder, and
    /// returns their listing.
    ///
    /// A registry file at the top of the folder is left out: it holds the hash of the folder.
    ///
    /// # Errors
    /// [`GitError::NotAFile`] for a link or submodule, [`GitError::NotUtf8`], [`GitError::Path`],
    /// [`GitError::Limit`], [`GitError::Empty`], and what `each` returns.
    pub fn read<E: From<GitError>>(
        &self,
        path: &RelativePath,
        mut each: impl FnMut(&str, &[u8]) -> Result<(), E>,
    ) -> Result<Listing, E> {
        let chosen = self.chosen(path)?;
        let mut blobs = Blobs::open(self.git, &self.folder)?;
        let mut sums = Vec::with_capacity(chosen.len());
        for (name, file) in chosen {
            let bytes = blobs.read(&file.object)?;
            each(name, &bytes)?;
            sums.push(FileSum::of(name, &bytes));
        }
        Ok(Listing::new(sums).map_err(GitError::from)?)
    }

    /// The listing of the files under `path`.
    ///
    /// # Errors
    /// As [`Commit::read`].
    pub fn listing(&self, path: &RelativePath) -> Result<Listing, GitError> {
        self.read(path, |_, _| Ok(()))
    }

    /// The bytes of one file, where the commit has it as a regular file.
    ///
    /// # Errors
    /// [`GitError::Limit`], or git's own failure.
    pub fn file(&self, path: &str) -> Result<Option<Vec<u8>>, GitError> {
        let wanted = |file: &&TreeFile| file.path.as_deref() == Ok(path);
        match self.files.iter().find(wanted) {
            Some(file) if kind_of(&file.mode).is_none() => {
                Blobs::open(self.git, &self.folder)?.read(&file.object).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The files under `path` after every check that needs no content.
    fn chosen(&self, path: &RelativePath) -> Result<Vec<(&str, &TreeFile)>, GitError> {
        let limits = self.git.limits;
        let mut chosen = Vec::new();
        let mut bytes: u64 = 0;
        for file in &self.files {
            let shown = match &file.path {
                Ok(text) | Err(text) => text.as_str(),
            };
            let Some(name) = path.strip(shown) else {
                // The folder itself may be a link or a submodule.
                if shown == path.as_str() {
                    let what = kind_of(&file.mode).unwrap_or("file, not a folder");
                    return Err(GitError::NotAFile { path: shown.to_owned(), what });
                }
                continue;
            };
            if file.path.is_err() {
                return Err(GitError::NotUtf8 { path: shown.to_owned() });
            }
            if let Some(what) = kind_of(&file.mode) {
                return Err(GitError::NotAFile { path: shown.to_owned(), what });
            }
            if name == FILE_NAME {
                continue;
            }
            bytes = bytes.saturating_add(file.bytes);
            chosen.push((name, file));
            if chosen.len() as u64 > limits.files {
                return Err(GitError::Limit { what: "the number of files", limit: limits.files });
            }
            if bytes > limits.bytes {
                return Err(GitError::Limit { what: "the content, in bytes,", limit: limits.bytes });
            }
        }
        if chosen.is_empty() {
            return Err(GitError::Empty { path: path.to_string() });
        }
        let mut names: Vec<&str> = chosen.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        crate::path::check_paths(names.into_iter())?;
        Ok(chosen)
    }
}

fn tree(git: Git, folder: &Path, rev: &str) -> Result<Vec<TreeFile>, GitError> {
    let output = git.run(folder, &["ls-tree", "-r", "-l", "-z", "--full-tree", "--end-of-options", rev])?;
    let mut files = Vec::new();
    for record in records(&output) {
        let unexpected =
            || GitError::Unexpected { verb: "ls-tree", text: String::from_utf8_lossy(record).into_owned() };
        let tab = record.iter().position(|byte| *byte == b'\t').ok_or_else(unexpected)?;
        let (head, name) = record.split_at(tab);
        let head = std::str::from_utf8(head).map_err(|_| unexpected())?;
        let mut words = head.split_whitespace();
        let (Some(mode), Some(_), Some(object), Some(size)) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(unexpected());
        };
        let name = name.get(1..).unwrap_or_default();
        let path = utf8(name).map(str::to_owned).map_err(|_| String::from_utf8_lossy(name).into());
        files.push(TreeFile {
            path,
            mode: mode.to_owned(),
            object: object.to_owned(),
            bytes: size.parse().unwrap_or(0),
        });
    }
    Ok(files)
}
