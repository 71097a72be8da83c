//! The git command, behind one module.
//!
//! Git is used as a transport and an object reader only: nothing is ever checked out, so hooks,
//! attributes, filters and submodules of a fetched repository have no occasion to act. On top of
//! that hooks and file-system monitors are switched off, replacement objects are ignored, and
//! the transports that git may use are listed explicitly. The user's own configuration for
//! proxies, certificates and credentials stays in force; git never asks on the terminal.

mod blobs;
mod commit;
mod worktree;

use std::ffi::OsStr;
use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub use self::blobs::Blobs;
pub use self::commit::Commit;
pub use self::worktree::WorkTree;
use crate::error::GitError;
use crate::remote::{RemoteUrl, Transport};

/// Most output that one git command may print, in bytes.
const MOST_OUTPUT: u64 = 64 << 20;

/// What a fetch and a listing may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Files of one component.
    pub files: u64,
    /// Bytes of one component, and of one fetch from a remote.
    pub bytes: u64,
    /// Components and imports of a whole network.
    pub nodes: u64,
    /// Time of one fetch.
    pub fetch: Duration,
}

impl Default for Limits {
    /// 20,000 files, 512 MiB, 1,000 nodes, ten minutes.
    fn default() -> Self {
        Self { files: 20_000, bytes: 512 << 20, nodes: 1_000, fetch: Duration::from_secs(600) }
    }
}

/// How git is called.
#[derive(Clone, Copy, Debug, Default)]
pub struct Git {
    /// Transports that git may use.
    pub transport: Transport,
    /// Limits on what it fetches and lists.
    pub limits: Limits,
}

impl Git {
    /// A git command in a folder, with everything that could run foreign code switched off.
    fn command(self, folder: &Path, args: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new("git");
        // A hook or an alias may have set GIT_DIR and the like for another repository.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            let kept = [
                "GIT_CONFIG_GLOBAL",
                "GIT_CONFIG_SYSTEM",
                "GIT_CONFIG_NOSYSTEM",
                "GIT_SSL_CAINFO",
                "GIT_SSL_CAPATH",
                "GIT_EXEC_PATH",
            ];
            if name.starts_with("GIT_") && !kept.contains(&name.as_str()) {
                command.env_remove(&name);
            }
        }
        let protocols = match self.transport {
            Transport::Https => "https",
            Transport::WithFiles => "https:file",
        };
        command
            .current_dir(folder)
            .env("GIT_ALLOW_PROTOCOL", protocols)
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_LFS_SKIP_SMUDGE", "1")
            .env("LC_ALL", "C");
        for setting in [
            "core.hooksPath=/dev/null",
            "core.fsmonitor=false",
            "core.untrackedCache=false",
            "core.attributesFile=/dev/null",
            "submodule.recurse=false",
            "fetch.recurseSubmodules=false",
            "fetch.writeCommitGraph=false",
            "gc.auto=0",
            "maintenance.auto=false",
            "advice.detachedHead=false",
            "safe.bareRepository=all",
        ] {
            command.arg("-c").arg(setting);
        }
        command.args(args);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end and gives what it printed.
    fn run(self, folder: &Path, args: &[impl AsRef<OsStr>]) -> Result<Vec<u8>, GitError> {
        let mut child = self.command(folder, args).spawn().map_err(GitError::Start)?;
        let complaints = complaints(&mut child);
        let mut output = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            let read = stdout.take(MOST_OUTPUT + 1).read_to_end(&mut output);
            let passed = output.len() as u64 > MOST_OUTPUT;
            if read.is_err() || passed {
                end(&mut child);
            }
            read.map_err(GitError::Pipe)?;
            if passed {
                return Err(GitError::Limit { what: "the list of files", limit: MOST_OUTPUT });
            }
        }
        let status = child.wait().map_err(GitError::Pipe)?;
        if status.success() {
            return Ok(output);
        }
        Err(failed(args, &joined(complaints)))
    }

    /// Runs a fetch into `folder`, ending it when it takes too long or too much room.
    fn run_bounded(self, folder: &Path, args: &[impl AsRef<OsStr>]) -> Result<(), GitError> {
        let mut command = self.command(folder, args);
        command.stdout(Stdio::null());
        let mut child = command.spawn().map_err(GitError::Start)?;
        let complaints = complaints(&mut child);
        let start = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            if let Some(status) = child.try_wait().map_err(GitError::Pipe)? {
                if !status.success() {
                    return Err(failed(args, &joined(complaints)));
                }
                return self.within(folder);
            }
            if start.elapsed() > self.limits.fetch {
                end(&mut child);
                let limit = self.limits.fetch.as_secs();
                return Err(GitError::Limit { what: "the fetch, in seconds,", limit });
            }
            if let Err(error) = self.within(folder) {
                end(&mut child);
                return Err(error);
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }

    fn within(self, folder: &Path) -> Result<(), GitError> {
        if size(folder, 0) > self.limits.bytes {
            return Err(GitError::Limit { what: "the fetch, in bytes,", limit: self.limits.bytes });
        }
        Ok(())
    }

    /// The commit that a branch or tag of a remote names now.
    ///
    /// # Errors
    /// [`GitError::Unreachable`] where the remote does not answer or has no such reference.
    pub fn resolve(self, url: &RemoteUrl, reference: &str) -> Result<String, GitError> {
        let unreachable = |message: String| GitError::Unreachable {
            url: url.to_string(),
            rev: reference.to_owned(),
            message,
        };
        let legal = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
        if reference.starts_with('-') || !reference.chars().all(legal) {
            return Err(unreachable("that is no name of a branch or tag".into()));
        }
        let heads = format!("refs/heads/{reference}");
        let tags = format!("refs/tags/{reference}");
        let peeled = format!("refs/tags/{reference}^{{}}");
        let folder = std::env::temp_dir();
        let args = ["ls-remote", "--", url.as_str(), &heads, &tags, &peeled];
        let output = self.run(&folder, &args).map_err(|error| unreachable(error.to_string()))?;
        let text = String::from_utf8_lossy(&output);
        let named =
            |name: &str| text.lines().filter_map(|line| line.split_once('\t')).find(|(_, one)| *one == name);
        named(&peeled)
            .or_else(|| named(&tags))
            .or_else(|| named(&heads))
            .map(|(id, _)| id.to_owned())
            .ok_or_else(|| unreachable("no branch or tag has that name".into()))
    }
}

/// Collects what a command says on its error stream, at most 64 KiB of it.
fn complaints(child: &mut Child) -> Option<JoinHandle<String>> {
    let stderr = child.stderr.take()?;
    Some(std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let mut stderr = stderr;
        let mut part = [0_u8; 4096];
        while let Ok(count) = stderr.read(&mut part) {
            if count == 0 {
                break;
            }
            if bytes.len() < 65_536 {
                bytes.extend(part.iter().take(count));
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }))
}

fn joined(complaints: Option<JoinHandle<String>>) -> String {
    complaints.and_then(|thread| thread.join().ok()).unwrap_or_default()
}

fn failed(args: &[impl AsRef<OsStr>], complaints: &str) -> GitError {
    let verb = args.first().map(|arg| arg.as_ref().to_string_lossy().into_owned());
    let lines: Vec<&str> = complaints.lines().filter(|line| !line.trim().is_empty()).collect();
    let telling: Vec<&str> = lines
        .iter()
        .copied()
        .filter(|line| line.starts_with("fatal:") || line.starts_with("error:"))
        .collect();
    let said = if telling.is_empty() { lines } else { telling };
    let message = said.into_iter().take(4).collect::<Vec<_>>().join("; ");
    GitError::Failed { verb: verb.unwrap_or_default(), message }
}

fn end(child: &mut Child) {
    // It may have ended by itself meanwhile; then there is nothing to do.
    let _ = child.kill();
    let _ = child.wait();
}

/// Bytes in a folder. Files that vanish meanwhile count as nothing.
fn size(folder: &Path, depth: u32) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let mut sum: u64 = 0;
    for entry in entries.flatten() {
        let Ok(metadata) = entry.metadata() else { continue };
        let bytes =
            if metadata.is_dir() && depth < 8 { size(&entry.path(), depth + 1) } else { metadata.len() };
        sum = sum.saturating_add(bytes);
    }
    sum
}

/// Splits NUL-ended records.
fn records(output: &[u8]) -> impl Iterator<Item = &[u8]> {
    output.split(|byte| *byte == 0).filter(|record| !record.is_empty())
}

/// A file name as text, where it is UTF-8.
fn utf8(name: &[u8]) -> Result<&str, GitError> {
    std::str::from_utf8(name)
        .map_err(|_| GitError::NotUtf8 { path: String::from_utf8_lossy(name).into_owned() })
}

/// What a tree or index entry is by its mode.
fn kind_of(mode: &str) -> Option<&'static str> {
    match mode {
        "100644" | "100755" | "100664" => None,
        "120000" => Some("symbolic link"),
        "160000" => Some("submodule"),
        _ => Some("special entry"),
    }
}
