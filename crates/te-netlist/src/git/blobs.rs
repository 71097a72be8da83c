//! Reading file contents out of a repository's object store, as stored: no filters.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use super::Git;
use crate::error::GitError;

/// A running `git cat-file --batch`.
#[derive(Debug)]
pub struct Blobs {
    child: Child,
    ask: ChildStdin,
    answer: BufReader<ChildStdout>,
    limit: u64,
}

impl Blobs {
    /// Starts reading objects of the repository at `folder`.
    ///
    /// # Errors
    /// [`GitError::Start`] where git does not start.
    pub fn open(git: Git, folder: &Path) -> Result<Self, GitError> {
        let mut command = git.command(folder, &["cat-file", "--batch"]);
        command.stdin(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(GitError::Start)?;
        let missing = || GitError::Unexpected { verb: "cat-file", text: "no pipe".into() };
        let ask = child.stdin.take().ok_or_else(missing)?;
        let answer = BufReader::new(child.stdout.take().ok_or_else(missing)?);
        Ok(Self { child, ask, answer, limit: git.limits.bytes })
    }

    /// The bytes of a blob.
    ///
    /// # Errors
    /// [`GitError::Unexpected`] where the object is missing or no blob, [`GitError::Limit`] where
    /// it is too large.
    pub fn read(&mut self, object: &str) -> Result<Vec<u8>, GitError> {
        writeln!(self.ask, "{object}").map_err(GitError::Pipe)?;
        self.ask.flush().map_err(GitError::Pipe)?;
        let mut header = String::new();
        self.answer.read_line(&mut header).map_err(GitError::Pipe)?;
        let unexpected = || GitError::Unexpected { verb: "cat-file", text: header.trim_end().to_owned() };
        let mut words = header.split_whitespace();
        let (Some(_), Some("blob"), Some(size)) = (words.next(), words.next(), words.next()) else {
            return Err(unexpected());
        };
        let size: u64 = size.parse().map_err(|_| unexpected())?;
        if size > self.limit {
            return Err(GitError::Limit { what: "a file, in bytes,", limit: self.limit });
        }
        let mut bytes = Vec::new();
        let mut part = self.answer.by_ref().take(size + 1);
        part.read_to_end(&mut bytes).map_err(GitError::Pipe)?;
        if bytes.len() as u64 != size + 1 || bytes.pop() != Some(b'\n') {
            return Err(unexpected());
        }
        Ok(bytes)
    }
}

impl Drop for Blobs {
    fn drop(&mut self) {
        super::end(&mut self.child);
    }
}
