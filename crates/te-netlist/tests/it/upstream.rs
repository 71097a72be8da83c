//! A git repository made by a test, apart from the user's configuration.

use std::path::{Path, PathBuf};
use std::process::Command;

use te_netlist::git::{Git, Limits};
use te_netlist::lock::{self, Locked};
use te_netlist::{
    Cache, Digest, Netlist, Network, NetworkError, Options, RemoteUrl, Resolver, Rev, Transport,
};

/// A repository in a folder that is deleted with it.
pub(crate) struct Upstream {
    folder: tempfile::TempDir,
}

impl Upstream {
    pub(crate) fn new() -> Self {
        let made = Self { folder: tempfile::tempdir().unwrap() };
        made.git(&["init", "--quiet", "--initial-branch=main"]);
        made.git(&["config", "core.autocrlf", "false"]);
        made.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
        made
    }

    /// A repository with one component in the folder `curve`.
    pub(crate) fn with_curve(text: &str) -> Self {
        let made = Self::new();
        made.write("curve/src/lib.rs", text);
        made.commit();
        made
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn git(&self, args: &[&str]) -> String {
        let output = Command::new("git")
            .current_dir(self.folder())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "A")
            .env("GIT_AUTHOR_EMAIL", "a@example.org")
            .env("GIT_COMMITTER_NAME", "A")
            .env("GIT_COMMITTER_EMAIL", "a@example.org")
            .env("GIT_AUTHOR_DATE", "2024-01-01T00:00:00Z")
            .env("GIT_COMMITTER_DATE", "2024-01-01T00:00:00Z")
            .args(args)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {args:?}: {said}");
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    pub(crate) fn write(&self, path: &str, content: &str) {
        let file = self.folder().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, content).unwrap();
    }

    /// Commits everything and gives the commit's id.
    pub(crate) fn commit(&self) -> String {
        self.git(&["add", "--all", "--force"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message=x"]);
        self.head()
    }

    pub(crate) fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"])
    }

    /// Adds an entry to the index that the working tree does not have, and commits the index.
    pub(crate) fn commit_entry(&self, mode: &str, object: &str, path: &str) -> String {
        let entry = format!("{mode},{object},{path}");
        self.git(&["update-index", "--add", "--cacheinfo", &entry]);
        self.git(&["commit", "--quiet", "--message=entry"]);
        self.head()
    }

    pub(crate) fn url(&self) -> RemoteUrl {
        RemoteUrl::new(&format!("file://{}", self.folder().display()), Transport::WithFiles).unwrap()
    }

    /// `git = …, rev = …` of the present commit.
    pub(crate) fn pin(&self) -> String {
        format!("git = \"{}\"\nrev = \"{}\"\n", self.url(), self.head())
    }

    /// Writes a registry file with these entries after `[registry]`, locks and commits it.
    pub(crate) fn register(&self, name: &str, entries: &str, bench: &Bench) -> Digest {
        self.write("netlist.toml", &registry(name, entries));
        self.commit();
        let locked = bench.lock(self).unwrap();
        self.write("netlist.toml", &locked.text);
        self.commit();
        locked.network.root().unwrap()
    }

    pub(crate) fn netlist(&self) -> Netlist {
        let text = std::fs::read_to_string(self.folder().join("netlist.toml")).unwrap();
        Netlist::parse(&text, "netlist.toml", Transport::WithFiles).unwrap()
    }
}

/// The text of a registry file.
pub(crate) fn registry(name: &str, entries: &str) -> String {
    format!("[registry]\nname = \"{name}\"\nformat = 1\n{entries}")
}

/// A component entry: `place` is its `path` or `git` lines.
pub(crate) fn component(name: &str, place: &str) -> String {
    format!(
        "\n[component.{name}]\n{place}\nrole = \"controllable\"\nkinds = [\"{name}/one\"]\n\
         version = \"0.1.0\"\nlicense = \"MIT\"\nauthors = [\"A. Author\"]\n"
    )
}

/// A cache of its own and the options that go with it.
pub(crate) struct Bench {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) limits: Limits,
    pub(crate) offline: bool,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), limits: Limits::default(), offline: false }
    }

    pub(crate) fn options(&self) -> Options {
        Options {
            git: Git { transport: Transport::WithFiles, limits: self.limits },
            cache: self.cache(),
            offline: self.offline,
        }
    }

    pub(crate) fn cache(&self) -> Cache {
        Cache::at(self.folder.path())
    }

    pub(crate) fn lock(&self, upstream: &Upstream) -> Result<Locked, NetworkError> {
        self.lock_accepting(upstream, &[])
    }

    pub(crate) fn lock_accepting(
        &self,
        upstream: &Upstream,
        accept: &[String],
    ) -> Result<Locked, NetworkError> {
        let text = std::fs::read_to_string(upstream.folder().join("netlist.toml")).unwrap();
        let mut resolver = Resolver::new(self.options());
        lock::lock(&mut resolver, &self.options(), &text, upstream.folder(), accept)
    }

    /// What `init` does.
    pub(crate) fn network(&self, upstream: &Upstream) -> Result<Network, NetworkError> {
        Resolver::new(self.options()).network(&upstream.netlist(), upstream.folder())
    }

    /// The network of a registry file that lies in no repository.
    pub(crate) fn network_of(&self, text: &str) -> Result<Network, NetworkError> {
        let netlist = Netlist::parse(text, "netlist.toml", Transport::WithFiles)?;
        Resolver::new(self.options()).network(&netlist, self.folder.path())
    }

    /// The content hash of a folder of an upstream's present commit.
    pub(crate) fn hash(&self, upstream: &Upstream, path: &str) -> Result<Digest, NetworkError> {
        let rev = Rev::new(&upstream.head()).unwrap();
        let path = te_netlist::RelativePath::new(path).unwrap();
        Resolver::new(self.options()).hash_component("test/it", &upstream.url(), &rev, &path)
    }

    /// Entries that the cache shows, and unfinished ones.
    pub(crate) fn cached(&self) -> (usize, usize) {
        let count = |folder: PathBuf, digits: usize| {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            entries.filter(|entry| digits == 0 || entry.file_name().len() == digits).count()
        };
        let top = self.folder.path().join("v1");
        (count(top.clone(), 64), count(top.join("unfinished"), 0))
    }
}
