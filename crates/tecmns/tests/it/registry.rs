//! The registry's verbs, run as a person runs them, on repositories made here.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const MANIFEST: &str = include_str!("external/Cargo.toml.in");
const SOURCE: &str = include_str!("external/src/lib.rs.in");

const ENTRY: &str = "\n[component.auction]\npath = \"te-auction\" # the crate\nrole = \"controllable\"\n\
    kinds = [\"auction/descending\"]\nversion = \"0.1.0\"\nlicense = \"MIT OR Apache-2.0\"\n\
    authors = [\"An outside author\"]\n\
    parents = [{ of = \"doi:10.1111/j.1540-6261.1961.tb02789.x\", relation = \"reimplements\" }]\n";

/// A registry of somebody else's with one component, a registry that imports it, and a cache.
struct World {
    folder: tempfile::TempDir,
}

struct Said {
    exit: i32,
    out: String,
    err: String,
}

impl World {
    fn new() -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap() };
        world
            .write("auctions/netlist.toml", &format!("[registry]\nname = \"auctions\"\nformat = 1\n{ENTRY}"));
        world.write("auctions/te-auction/Cargo.toml", MANIFEST);
        world.write("auctions/te-auction/src/lib.rs", SOURCE);
        world.write("mine/netlist.toml", "# Mine.\n[registry]\nname = \"mine\"\nformat = 1\n");
        for repository in ["auctions", "mine"] {
            world.git(repository, &["init", "--quiet", "--initial-branch=main"]);
            world.commit(repository);
        }
        world
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.path(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }

    fn git(&self, repository: &str, args: &[&str]) -> String {
        let output = Command::new("git")
            .current_dir(self.path(repository))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
            .args(args)
            .output()
            .unwrap();
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    fn commit(&self, repository: &str) -> String {
        self.git(repository, &["add", "--all"]);
        self.git(repository, &["commit", "--quiet", "--allow-empty", "--message=x"]);
        self.git(repository, &["rev-parse", "HEAD"])
    }

    /// Runs a command in a repository of this world.
    fn run(&self, command: &Path, repository: &str, args: &[&str]) -> Said {
        let Output { status, stdout, stderr } = Command::new(command)
            .current_dir(self.path(repository))
            .env("TECMNS_CACHE", self.path("cache"))
            .args(args)
            .output()
            .unwrap();
        Said {
            exit: status.code().unwrap(),
            out: String::from_utf8_lossy(&stdout).into_owned(),
            err: String::from_utf8_lossy(&stderr).into_owned(),
        }
    }

    fn tecmns(&self, repository: &str, args: &[&str]) -> Said {
        self.run(Path::new(env!("CARGO_BIN_EXE_tecmns")), repository, args)
    }

    /// Runs the command, which must succeed, and gives what it printed.
    fn done(&self, repository: &str, args: &[&str]) -> String {
        let said = self.tecmns(repository, args);
        assert_eq!(said.exit, 0, "{args:?}: {}{}", said.out, said.err);
        said.out
    }

    /// Runs the command, which must end with this exit code, and gives what it complained.
    fn refused(&self, exit: i32, repository: &str, args: &[&str]) -> String {
        let said = self.tecmns(repository, args);
        assert_eq!(said.exit, exit, "{args:?}: {}{}", said.out, said.err);
        said.err
    }

    /// Locks the other registry and imports it into ours.
    fn import(&self) {
        self.done("auctions", &["lock"]);
        let rev = self.commit("auctions");
        let url = format!("file://{}", self.path("auctions").display());
        self.done("mine", &["add", "auctions", &url, "--rev", &rev, "--allow-file"]);
        self.commit("mine");
    }

    /// Changes one byte of the component's source wherever the cache has it.
    fn alter_cache(&self) {
        let entries = std::fs::read_dir(self.path("cache/v1")).unwrap();
        let sources = entries.map(|entry| entry.unwrap().path().join("tree/src/lib.rs"));
        for source in sources.filter(|file| file.is_file()) {
            let mut bytes = std::fs::read(&source).unwrap();
            bytes[10] ^= 1;
            std::fs::write(source, bytes).unwrap();
        }
    }
}

#[test]
fn imported_fetched_verified_and_refused_when_one_byte_changes() {
    let world = World::new();
    assert!(world.refused(3, "auctions", &["root"]).contains("auction without a hash"));
    world.import();
    let file = std::fs::read_to_string(world.path("auctions/netlist.toml")).unwrap();
    assert!(file.contains("# the crate") && file.contains("hash = \"h1:"), "{file}");
    assert!(std::fs::read_to_string(world.path("mine/netlist.toml")).unwrap().starts_with("# Mine."));

    let tree = world.done("mine", &["init", "--allow-file"]);
    assert!(tree.contains("└─ auctions") && tree.contains("└─ auction  h1:"), "{tree}");
    assert!(tree.contains("verified: 0 in this repository, 1 from others"), "{tree}");
    world.done("mine", &["verify", "--allow-file"]);
    world.done("auctions", &["verify"]);
    let why = world.done("mine", &["why", "auction", "--allow-file"]);
    assert_eq!(why, "mine > mine/auctions > mine/auctions/auction\n");
    let lineage = world.done("mine", &["lineage", "auction", "--allow-file"]);
    assert!(lineage.contains("reimplements doi:10.1111/j.1540-6261.1961.tb02789.x"), "{lineage}");
    let dot = world.done("mine", &["lineage", "--dot", "--allow-file"]);
    assert!(dot.starts_with("digraph lineage {"), "{dot}");
    let audit = world.done("mine", &["audit", "--deny", "--allow-file"]);
    assert!(audit.contains("mine/auctions/auction  MIT OR Apache-2.0 (permissive)"), "{audit}");
    let hex = world.done("mine", &["root", "--hex", "--allow-file"]);
    assert_eq!(hex.trim_end().len(), 66);

    // The other's repository is gone; the cache serves.
    std::fs::rename(world.path("auctions"), world.path("elsewhere")).unwrap();
    world.done("mine", &["init", "--offline", "--allow-file"]);
    std::fs::rename(world.path("elsewhere"), world.path("auctions")).unwrap();

    // One byte in the cache.
    world.alter_cache();
    let engine = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    for verb in [
        &["init", "--allow-file"][..],
        &["verify", "--allow-file"],
        &["lock", "--allow-file"],
        &["build", "--trust", "--allow-file", "--engine", engine],
    ] {
        let said = world.refused(3, "mine", verb);
        assert!(said.contains("src/lib.rs (changed)"), "{verb:?}: {said}");
    }

    // One byte in the other's working tree.
    world.write("auctions/te-auction/src/lib.rs", &SOURCE.replacen("Dutch", "Dutcj", 1));
    for verb in ["verify", "init"] {
        let said = world.refused(3, "auctions", &[verb]);
        assert!(said.contains("src/lib.rs (changed)"), "{verb}: {said}");
    }
}

#[test]
fn what_the_verbs_refuse_and_how_they_end() {
    let world = World::new();
    let said = world.refused(2, "mine", &["init", "--registry", "nowhere"]);
    assert!(said.contains("nowhere/netlist.toml"), "{said}");
    world.write("mine/netlist.toml", "[registry]\nname = \"mine\"\nformat = 1\nhme = \"x\"\n");
    let said = world.refused(2, "mine", &["tree"]);
    assert!(said.contains("netlist.toml:4:1: unknown key `hme` (did you mean `home`?)"), "{said}");
    world.git("mine", &["checkout", "--quiet", "netlist.toml"]);

    let url = format!("file://{}", world.path("auctions").display());
    let rev = world.git("auctions", &["rev-parse", "HEAD"]);
    let said = world.refused(2, "mine", &["add", "x", &url, "--rev", &rev]);
    assert!(said.contains("`file://` is not allowed"), "{said}");
    let said = world.refused(2, "mine", &["add", "x", &url, "--rev", "main", "--allow-file"]);
    assert!(said.contains("--tag") && said.contains("a commit is pinned"), "{said}");
    let said = world.refused(2, "mine", &["add", "x", "https://me:secret@example.org/a", "--rev", &rev]);
    assert!(said.contains("credentials") && !said.contains("secret"), "{said}");
    let said = world.refused(2, "mine", &["add", "1x", &url, "--rev", &rev, "--allow-file"]);
    assert!(said.contains("`onex`"), "{said}");
    let gone = "0".repeat(40);
    let said = world.refused(75, "mine", &["add", "x", &url, "--rev", &gone, "--allow-file"]);
    assert!(said.contains(&gone), "{said}");
    // An imported registry must be locked.
    let said = world.refused(2, "mine", &["add", "x", &url, "--rev", &rev, "--allow-file"]);
    assert!(said.contains("has no hash"), "{said}");
    // Nothing of that was written.
    assert_eq!(world.git("mine", &["status", "--porcelain"]), "");

    world.write("auctions/te-auction/stray.rs", "");
    world.done("auctions", &["lock"]);
    let said = world.refused(4, "auctions", &["verify"]);
    assert!(said.contains("files that git does not track: stray.rs"), "{said}");
    let said = world.refused(2, "auctions", &["lineage", "auctoin"]);
    assert!(said.contains("did you mean `auction`?"), "{said}");
    world.refused(2, "auctions", &["build"]);
}

#[test]
fn a_tag_is_resolved_once_and_pinned() {
    let world = World::new();
    world.done("auctions", &["lock"]);
    let rev = world.commit("auctions");
    world.git("auctions", &["tag", "v1"]);
    let url = format!("file://{}", world.path("auctions").display());
    world.done("mine", &["add", "auctions", &url, "--tag", "v1", "--allow-file"]);
    let file = std::fs::read_to_string(world.path("mine/netlist.toml")).unwrap();
    assert!(file.contains(&format!("rev = \"{rev}\"")), "{file}");
}

#[test]
fn build_says_whose_code_runs_and_does_nothing_without_trust() {
    let world = World::new();
    world.import();
    let engine = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let said = world.refused(2, "mine", &["build", "--engine", engine, "--allow-file"]);
    for part in ["package te-auction", "An outside author", "in every run", "serde, te-core", "give --trust"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!world.path("mine/target").exists());
}

/// The workspace's own registry is true of the workspace: what is registered is what the command knows.
#[test]
fn the_registry_names_every_kind_and_every_crate() {
    let workspace = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let text = std::fs::read_to_string(workspace.join("netlist.toml")).unwrap();
    let netlist: toml::Table = text.parse().unwrap();
    let mut registered = std::collections::BTreeMap::new();
    let mut crates = Vec::new();
    for (name, entry) in netlist["component"].as_table().unwrap() {
        let path = entry["path"].as_str().unwrap();
        let folder = workspace.join(path);
        if !folder.join("Cargo.toml").exists() {
            // Components of equations: their kinds are those of their files.
            let files = te_netlist::equation_files::in_folder(&folder).unwrap();
            let kinds: Vec<&str> = files.iter().map(|file| file.kind.as_str()).collect();
            let named = entry["kinds"].as_array().unwrap().iter().map(|kind| kind.as_str().unwrap());
            assert_eq!(kinds, named.collect::<Vec<_>>(), "{name}");
            continue;
        }
        let package = path.strip_prefix("crates/").unwrap();
        crates.push(package.to_owned());
        for kind in entry["kinds"].as_array().unwrap() {
            registered.insert(kind.as_str().unwrap().to_owned(), package.to_owned());
        }
        let manifest = std::fs::read_to_string(workspace.join(path).join("Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("[package.metadata.tecmns]\ncomponent = \"{name}\"")), "{name}");
    }
    let registry = tecmns::built_in();
    let known = registry.kinds().map(|kind| (kind.name.clone(), kind.package.to_string())).collect();
    assert_eq!(registered, known);
    // What tests share is not published, and no result is made with it.
    let published = |folder: &Path| {
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml"));
        manifest.is_ok_and(|manifest| !manifest.contains("\npublish = false"))
    };
    let folders = std::fs::read_dir(workspace.join("crates")).unwrap().flatten();
    let mut present: Vec<String> = folders
        .filter(|entry| published(&entry.path()))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    present.sort();
    crates.sort();
    assert_eq!(crates, present);
}

const SYSTEM: &str = "[system]\nname = \"auction-in-a-market\"\ntimesteps = 60\nseed = 7\nruns = 2\n\n\
    [uncontrollables.market]\nkind = \"market/price\"\n\n[controllables.auction]\nkind = \"auction/descending\"\n\n\
    [[wire]]\nfrom = \"market.price\"\nto = \"auction.bid\"\n";

/// The whole way: an outside component is imported, verified, built in, wired with one of ours and run.
#[test]
#[ignore = "compiles the command: minutes"]
fn an_outside_component_is_built_in_and_run() {
    let world = World::new();
    world.import();
    let engine = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let package = format!("{engine}/target/registry-test");
    let out = world.path("tecmns-with-auction");
    let build = [
        "build",
        "--trust",
        "--debug",
        "--offline",
        "--allow-file",
        "--engine",
        engine,
        "--package",
        &package,
        "--out",
    ];
    world.done("mine", &[&build[..], &[out.to_str().unwrap()]].concat());
    world.write("mine/auction.toml", SYSTEM);
    let list = world.run(&out, "mine", &["list", "auction"]);
    assert!(list.out.contains("auction/descending  te-auction  h1:"), "{}{}", list.out, list.err);
    let unknown = world.tecmns("mine", &["check", "auction.toml"]);
    assert_eq!(unknown.exit, 2, "{}", unknown.out);
    let run = world.run(&out, "mine", &["run", "auction.toml", "--out", "results", "--format", "csv"]);
    assert_eq!(run.exit, 0, "{}{}", run.out, run.err);
    let manifest = std::fs::read_to_string(world.path("mine/results/manifest.toml")).unwrap();
    assert!(manifest.contains("\"auction/descending\" = \"mine/auctions/auction h1:"), "{manifest}");
    assert!(manifest.contains("\"market/price\" = \"tecmns/market h1:"), "{manifest}");

    let verify = world.tecmns("mine", &["verify", "results", "--allow-file", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&verify.out).unwrap();
    let auction = report["kinds"][0]["text"].as_str().unwrap();
    assert!(auction.contains("auction/descending: registered code of mine/auctions/auction"), "{auction}");

    // Another version of the component is registered: the results say that they are not its.
    world.write("auctions/te-auction/src/lib.rs", &SOURCE.replacen("8.0", "9.0", 1));
    world.commit("auctions");
    world.done("auctions", &["lock"]);
    let rev = world.commit("auctions");
    let url = format!("file://{}", world.path("auctions").display());
    world.done("mine", &["add", "auctions", &url, "--rev", &rev, "--replace", "--allow-file"]);
    let said = world.refused(3, "mine", &["verify", "results", "--allow-file"]);
    assert!(said.contains("auction/descending: made by code with hash"), "{said}");
    // One byte in the cache: nothing is built.
    world.alter_cache();
    assert_eq!(world.tecmns("mine", &[&build[..], &["again"]].concat()).exit, 3);
}

/// `new`, then everything that a contributor would run on it: a mechanism and a block model, in one target folder.
#[test]
#[ignore = "compiles a crate: a minute"]
fn a_new_crate_compiles_is_formatted_and_passes_its_tests() {
    let world = World::new();
    let engine = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    for (package, more) in
        [("te-sine-wave", &[][..]), ("te-auction", &["--kind", "auction/dutch-auction", "--blocks"])]
    {
        let folder = ["new", package, "--standalone", package, "--engine", engine];
        world.done("mine", &[&folder[..], more].concat());
        for args in [
            &["fmt", "--check"][..],
            &["clippy", "--all-targets", "--", "-D", "warnings"],
            &["clippy", "--all-targets", "--no-default-features", "--", "-D", "warnings"],
            &["test", "--quiet"],
            &["test", "--quiet", "--no-default-features"],
            &["doc", "--no-deps", "--quiet"],
        ] {
            let output = Command::new(env!("CARGO"))
                .current_dir(world.path("mine").join(package))
                .env("CARGO_TARGET_DIR", format!("{engine}/target/scaffold-test"))
                .env("RUSTDOCFLAGS", "-D warnings")
                .args(args)
                .output()
                .unwrap();
            let said = format!(
                "{}{}",
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
            assert!(output.status.success(), "{package}, {args:?}: {said}");
        }
    }
}
