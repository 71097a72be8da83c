//! A command with external components compiled in: what would be built, whose code would run, and
//! the package that cargo builds.
//!
//! Compiling a crate runs its build script and its procedural macros, and running the command runs
//! the rest of it. So this module first says whose code that is; writing and building is for who
//! has read it.
//!
//! Limits: an external crate must stand alone. One that inherits from a workspace, or depends on
//! a folder beside it, cannot be moved and is refused. Its own dependencies come from the package
//! registry by cargo's rules; their names are listed, their content is not covered by the hash.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value, value};

use crate::cache::Cache;
use crate::crate_manifest::CrateManifest;
use crate::digest::Digest;
use crate::error::NetworkError;
use crate::netlist::{Netlist, Source};
use crate::network::{Network, Node};
use crate::provenance::{CompiledCrate, Provenance};

/// An external component that would be compiled in.
#[derive(Clone, Debug)]
pub struct External {
    /// Id in the network.
    pub id: String,
    /// Name of its package.
    pub package: String,
    /// Content hash.
    pub hash: Digest,
    /// Repository and commit.
    pub origin: String,
    /// Authors that its registry names.
    pub authors: Vec<String>,
    /// Licence.
    pub license: String,
    /// Kinds it registers.
    pub kinds: Vec<String>,
    /// Whether it runs code while it is compiled.
    pub runs_when_built: bool,
    /// Packages it depends on.
    pub dependencies: Vec<String>,
}

/// What a build would put together.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The external components.
    pub externals: Vec<External>,
    /// Packages of the engine's workspace with their folders.
    engine: Vec<(String, PathBuf)>,
    home: Option<String>,
}

impl Bundle {
    /// Gathers the external components of a verified network that can be compiled into the command
    /// whose workspace is `engine`.
    ///
    /// # Errors
    /// [`NetworkError::Edit`] where a component is no crate that stands alone, where two have one
    /// package name or one kind, or where the workspace has no `tecmns` crate; [`NetworkError`]
    /// where the cache was altered.
    pub fn gather(
        network: &Network,
        cache: &Cache,
        registry: &Netlist,
        engine: &Path,
    ) -> Result<Self, NetworkError> {
        let own = engine_packages(registry, engine)?;
        let mut bundle = Self {
            externals: Vec::new(),
            engine: own,
            home: registry.registry.home.as_ref().map(ToString::to_string),
        };
        // Equations are read when the command runs.
        let is_crate = |node: &&Node| node.folder.as_ref().is_none_or(|at| at.join("Cargo.toml").exists());
        let wanted = network.fetched().filter(|node| node.role != "data" && node.role != "engine");
        let wanted = wanted.filter(|node| is_crate(node) || node.kinds.is_empty());
        for node in wanted {
            let external = external(node, cache)?;
            bundle.refuse_clash(&external, registry)?;
            bundle.externals.push(external);
        }
        Ok(bundle)
    }

    fn refuse_clash(&self, new: &External, registry: &Netlist) -> Result<(), NetworkError> {
        let refuse = |text: String| Err(NetworkError::Edit(format!("{}: {text}", new.id)));
        if self.engine.iter().any(|(package, _)| *package == new.package) {
            return refuse(format!("the command has a crate `{}` of its own", new.package));
        }
        if let Some(other) = self.externals.iter().find(|other| other.package == new.package) {
            return refuse(format!("{} is a package `{}` too", other.id, new.package));
        }
        for kind in &new.kinds {
            let ours = registry.components.iter().find(|(_, component)| {
                matches!(component.source, Source::Path(_)) && component.kinds.contains(kind)
            });
            let theirs = self.externals.iter().find(|other| other.kinds.contains(kind));
            let owner = ours.map(|(name, _)| name.clone()).or_else(|| theirs.map(|other| other.id.clone()));
            if let Some(owner) = owner {
                return refuse(format!("kind `{kind}` is registered by {owner} already"));
            }
        }
        Ok(())
    }

    /// Whose code would run, for a person to read before trusting it.
    pub fn statement(&self) -> String {
        let mut text = String::new();
        for one in &self.externals {
            let _ = writeln!(text, "{}  package {}  kinds {}", one.id, one.package, one.kinds.join(", "));
            let _ = writeln!(text, "    {}", one.origin);
            let _ = writeln!(text, "    {}  {}", one.hash, one.license);
            let authors =
                if one.authors.is_empty() { "nobody named".to_owned() } else { one.authors.join(", ") };
            let _ = writeln!(text, "    authors, as its registry says: {authors}");
            let when = if one.runs_when_built {
                "while it is compiled (build script or procedural macro) and in every run"
            } else {
                "in every run"
            };
            let _ = writeln!(text, "    runs {when}");
            let _ = writeln!(text, "    depends on {}", one.dependencies.join(", "));
        }
        text
    }

    /// Writes the package into a folder: the verified sources, a manifest and a `main` that names
    /// each crate's `register` function.
    ///
    /// # Errors
    /// [`NetworkError`] where the cache was altered or a file cannot be written.
    pub fn write(&self, cache: &Cache, engine: &Path, folder: &Path) -> Result<(), NetworkError> {
        let components = folder.join("components");
        if components.exists() {
            std::fs::remove_dir_all(&components)
                .map_err(|error| NetworkError::Io { path: components.clone(), error })?;
        }
        for one in &self.externals {
            let into = components.join(&one.package);
            cache
                .export(one.hash, &into)
                .map_err(|error| NetworkError::Cache { id: one.id.clone(), error })?;
        }
        put(&folder.join("Cargo.toml"), &self.manifest())?;
        put(&folder.join("src/main.rs"), &self.main())?;
        put(&folder.join("src/components.txt"), &self.provenance().to_text())?;
        // The versions that the engine was tested with.
        if let Ok(lock) = std::fs::read_to_string(engine.join("Cargo.lock")) {
            put(&folder.join("Cargo.lock"), &lock)?;
        }
        Ok(())
    }

    /// The external crates and their hashes.
    pub fn provenance(&self) -> Provenance {
        let crates = self.externals.iter().map(|one| CompiledCrate {
            package: one.package.clone(),
            id: one.id.clone(),
            hash: one.hash,
        });
        Provenance { root: None, crates: crates.collect() }
    }

    fn manifest(&self) -> String {
        let mut document = DocumentMut::new();
        let mut package = Table::new();
        package.insert("name", value("tecmns-with-components"));
        package.insert("version", value(env!("CARGO_PKG_VERSION")));
        package.insert("edition", value("2024"));
        package.insert("publish", value(false));
        document.insert("package", Item::Table(package));
        let mut workspace = Table::new();
        workspace.insert("exclude", value(["components"].iter().copied().collect::<Array>()));
        document.insert("workspace", Item::Table(workspace));
        let mut binary = Table::new();
        binary.insert("name", value("tecmns"));
        binary.insert("path", value("src/main.rs"));
        let mut binaries = toml_edit::ArrayOfTables::new();
        binaries.push(binary);
        document.insert("bin", Item::ArrayOfTables(binaries));
        let source = |path: &Path| {
            let mut table = InlineTable::new();
            table.insert("path", path.display().to_string().into());
            value(Value::InlineTable(table))
        };
        let mut dependencies = Table::new();
        for (package, path) in &self.engine {
            if package == "tecmns" {
                dependencies.insert(package, source(path));
            }
        }
        for one in &self.externals {
            dependencies.insert(&one.package, source(&Path::new("components").join(&one.package)));
        }
        document.insert("dependencies", Item::Table(dependencies));
        let mut engine = Table::new();
        for (package, path) in &self.engine {
            engine.insert(package, source(path));
        }
        let mut patches = Table::new();
        patches.set_implicit(true);
        if let Some(home) = &self.home {
            patches.insert(home, Item::Table(engine.clone()));
        }
        patches.insert("crates-io", Item::Table(engine));
        document.insert("patch", Item::Table(patches));
        document.to_string()
    }

    fn main(&self) -> String {
        let mut text = String::from(
            "//! The tecmns command with external components, written by `tecmns build`.\n\n\
             fn main() -> std::process::ExitCode {\n    \
             tecmns::command::main_with(include_str!(\"components.txt\"), |registry| {\n",
        );
        for one in &self.externals {
            let _ = writeln!(text, "        {}::register(registry);", one.package.replace('-', "_"));
        }
        text.push_str("    })\n}\n");
        text
    }
}

fn engine_packages(registry: &Netlist, engine: &Path) -> Result<Vec<(String, PathBuf)>, NetworkError> {
    let engine =
        engine.canonicalize().map_err(|error| NetworkError::Io { path: engine.to_path_buf(), error })?;
    let mut packages = Vec::new();
    for component in registry.components.values() {
        let Source::Path(path) = &component.source else { continue };
        let folder = path.under(&engine);
        let text = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        if let Ok(manifest) = CrateManifest::parse(&text, None) {
            packages.push((manifest.package, folder));
        }
    }
    if packages.iter().any(|(package, _)| package == "tecmns") {
        return Ok(packages);
    }
    Err(NetworkError::Edit(format!(
        "{}: its registry names no crate `tecmns`; build from a checkout of tecmns",
        engine.display()
    )))
}

fn external(node: &Node, cache: &Cache) -> Result<External, NetworkError> {
    let refuse = |text: String| NetworkError::Edit(format!("{}: {text}", node.id));
    let cached = cache
        .open(node.hash)
        .map_err(|error| NetworkError::Cache { id: node.id.clone(), error })?
        .ok_or_else(|| NetworkError::Offline { id: node.id.clone() })?;
    let file = cached.tree.join("Cargo.toml");
    let text = std::fs::read_to_string(&file)
        .map_err(|_| refuse("it has no Cargo.toml, so it cannot be compiled in".to_owned()))?;
    let manifest = CrateManifest::parse(&text, None).map_err(|why| refuse(format!("Cargo.toml: {why}")))?;
    if manifest.inherits {
        let text = "its Cargo.toml inherits from a workspace; a component must stand alone";
        return Err(refuse(text.to_owned()));
    }
    let table: toml::Table =
        text.parse().map_err(|error: toml::de::Error| refuse(format!("Cargo.toml: {}", error.message())))?;
    let (mut dependencies, mut by_path) = (Vec::new(), Vec::new());
    gather_dependencies(&table, 0, &mut dependencies, &mut by_path);
    if let Some(name) = by_path.first() {
        let text = format!("it depends on `{name}` by a path, which its hash does not cover");
        return Err(refuse(text));
    }
    if !manifest.package.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_')) {
        return Err(refuse(format!("`{}` is no name of a package", manifest.package)));
    }
    dependencies.sort();
    dependencies.dedup();
    let script = cached.listing.files().iter().any(|one| one.path == "build.rs");
    let origin = node.origin.as_ref();
    Ok(External {
        id: node.id.clone(),
        package: manifest.package,
        hash: node.hash,
        origin: origin.map_or_else(String::new, |at| format!("{} {} {}", at.url, at.rev, at.path)),
        authors: node.authors.clone(),
        license: node.license.clone(),
        kinds: node.kinds.clone(),
        runs_when_built: script || manifest.runs_when_built,
        dependencies,
    })
}

/// Names under every `dependencies` and `build-dependencies` table, those of targets included.
fn gather_dependencies(table: &toml::Table, depth: u32, names: &mut Vec<String>, by_path: &mut Vec<String>) {
    for (key, inner) in table {
        let Some(inner) = inner.as_table() else { continue };
        if key == "dependencies" || key == "build-dependencies" {
            for (name, how) in inner {
                names.push(name.clone());
                if how.get("path").is_some() {
                    by_path.push(name.clone());
                }
            }
        } else if depth < 3 && (key == "target" || depth > 0) {
            gather_dependencies(inner, depth + 1, names, by_path);
        }
    }
}

fn put(file: &Path, text: &str) -> Result<(), NetworkError> {
    let wrong = |error| NetworkError::Io { path: file.to_path_buf(), error };
    if let Some(parent) = file.parent() {
        std::fs::create_dir_all(parent).map_err(wrong)?;
    }
    // A file that is as it should be keeps its date, so that cargo does not compile it again.
    if std::fs::read_to_string(file).is_ok_and(|old| old == text) {
        return Ok(());
    }
    std::fs::write(file, text).map_err(wrong)
}
