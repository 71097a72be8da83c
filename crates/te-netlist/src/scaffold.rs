//! A new component crate, ready to compile, test and register.
//!
//! Two forms: a member of a workspace that holds the engine, which gets a folder under `crates`
//! and `testdata`, a line in the root `Cargo.toml` and an entry in `netlist.toml`; and a crate of
//! its own, which is a registry with one component that others can import.

use std::path::{Path, PathBuf};

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value, value};

use crate::error::NetworkError;
use crate::name::check_name;
use crate::netlist::FILE_NAME;

/// Version of the engine that a new crate asks for.
const ENGINE: &str = env!("CARGO_PKG_VERSION");

const WORKSPACE: &str = include_str!("../templates/component/workspace.Cargo.toml.in");
const STANDALONE: &str = include_str!("../templates/component/standalone.Cargo.toml.in");
const REFERENCE: &str = include_str!("../templates/component/reference.csv.in");
const SOURCES: [(&str, &str); 8] = [
    ("src/lib.rs", include_str!("../templates/component/src/lib.rs.in")),
    ("src/error.rs", include_str!("../templates/component/src/error.rs.in")),
    ("src/growth.rs", include_str!("../templates/component/src/growth.rs.in")),
    ("src/component.rs", include_str!("../templates/component/src/component.rs.in")),
    ("tests/it/main.rs", include_str!("../templates/component/tests/it/main.rs.in")),
    ("tests/it/reference.rs", include_str!("../templates/component/tests/it/reference.rs.in")),
    ("tests/it/properties.rs", include_str!("../templates/component/tests/it/properties.rs.in")),
    ("tests/it/component.rs", include_str!("../templates/component/tests/it/component.rs.in")),
];

/// The names of a new crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrateName {
    /// Name of the package: `te-foo`.
    pub package: String,
    /// Name in the registry: `foo`.
    pub component: String,
}

impl CrateName {
    /// From a package name; `te-` in front is not part of the component's name.
    ///
    /// # Errors
    /// [`NetworkError::Edit`] where either would be no legal name.
    ///
    /// ```
    /// use te_netlist::scaffold::CrateName;
    ///
    /// assert_eq!(CrateName::new("te-foo")?.component, "foo");
    /// assert!(CrateName::new("te-1hive").is_err());
    /// # Ok::<(), te_netlist::NetworkError>(())
    /// ```
    pub fn new(package: &str) -> Result<Self, NetworkError> {
        let component = package.strip_prefix("te-").unwrap_or(package);
        for name in [package, component] {
            check_name(name).map_err(|error| NetworkError::Edit(error.to_string()))?;
            if name.ends_with('-') || name.contains("--") || KEYWORDS.contains(&name) {
                return Err(NetworkError::Edit(format!("`{name}` cannot name a crate")));
            }
        }
        Ok(Self { package: package.to_owned(), component: component.to_owned() })
    }
}

/// Words that cargo or rustc refuse as names of packages.
const KEYWORDS: [&str; 20] = [
    "test",
    "core",
    "std",
    "alloc",
    "proc-macro",
    "fn",
    "struct",
    "enum",
    "trait",
    "impl",
    "mod",
    "use",
    "type",
    "match",
    "loop",
    "move",
    "self",
    "super",
    "crate",
    "te",
];

/// Adds a component crate to the workspace at `root`: its files, its line among the workspace's
/// dependencies and its entry, without a hash, in `netlist.toml`. Gives the files written.
///
/// # Errors
/// [`NetworkError::Edit`] where the folder or entry exists already, [`NetworkError::Io`].
pub fn in_workspace(root: &Path, name: &CrateName) -> Result<Vec<PathBuf>, NetworkError> {
    let folder = root.join("crates").join(&name.package);
    let data = root.join("testdata").join(&name.package);
    refuse_existing(&folder)?;
    refuse_existing(&data)?;
    let (netlist, manifest) = (root.join(FILE_NAME), root.join("Cargo.toml"));
    let mut registry = document(&netlist)?;
    let mut workspace = document(&manifest)?;
    let package = workspace.get("workspace").and_then(|table| table.get("package"));
    let shared = |field: &str| package.and_then(|package| package.get(field));
    let text_of = |field: &str| shared(field).and_then(Item::as_str);
    let version = text_of("version").unwrap_or("0.1.0").to_owned();
    let license = text_of("license").unwrap_or("MIT OR Apache-2.0").to_owned();
    let authors = shared("authors").and_then(Item::as_array).cloned().unwrap_or_default();
    register(&mut registry, name, &version, &license, authors)?;
    let mut dependency = InlineTable::new();
    dependency.insert("path", format!("crates/{}", name.package).into());
    dependency.insert("version", version.as_str().into());
    let dependencies = workspace.get_mut("workspace").and_then(|table| table.get_mut("dependencies"));
    let Some(dependencies) = dependencies.and_then(Item::as_table_like_mut) else {
        return Err(NetworkError::Edit("Cargo.toml has no [workspace.dependencies]".to_owned()));
    };
    if dependencies.contains_key(&name.package) {
        return Err(NetworkError::Edit(format!("Cargo.toml names `{}` already", name.package)));
    }
    dependencies.insert(&name.package, value(Value::InlineTable(dependency)));

    let rows =
        format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/../../testdata/{}/reference.csv\")", name.package);
    let fill = |text: &str| filled(text, name, &rows, "");
    let mut written = Vec::new();
    let mut put = |file: PathBuf, text: String| write_new(file, &text, &mut written);
    put(folder.join("Cargo.toml"), fill(WORKSPACE))?;
    for (path, text) in SOURCES {
        put(folder.join(path), fill(text))?;
    }
    put(data.join("reference.csv"), fill(REFERENCE))?;
    let about = include_str!("../templates/component/testdata.README.md.in");
    put(data.join("README.md"), fill(about))?;
    crate::lock::write(&manifest, &workspace.to_string())?;
    crate::lock::write(&netlist, &registry.to_string())?;
    Ok(written)
}

/// Makes a component crate of its own in a new folder: a registry with one component. `engine` is
/// a checkout that holds `crates/te-core`, for as long as te-core is not published. Gives the
/// files written.
///
/// # Errors
/// [`NetworkError::Edit`] where the folder exists already, [`NetworkError::Io`].
pub fn standalone(
    folder: &Path,
    name: &CrateName,
    author: &str,
    engine: Option<&Path>,
) -> Result<Vec<PathBuf>, NetworkError> {
    refuse_existing(folder)?;
    if author.is_empty() || author.contains(|c: char| c.is_control() || c == '"' || c == '\\') {
        return Err(NetworkError::Edit(format!("`{}` is no name of an author", author.escape_debug())));
    }
    let fill = |text: &str| filled(text, name, "\"reference.csv\"", author);
    let mut written = Vec::new();
    let mut put = |path: &str, text: String| write_new(folder.join(path), &text, &mut written);
    put("Cargo.toml", fill(STANDALONE))?;
    for (path, text) in SOURCES {
        put(path, fill(text))?;
    }
    put("tests/it/reference.csv", fill(REFERENCE))?;
    put("README.md", fill(include_str!("../templates/component/README.md.in")))?;
    put(FILE_NAME, fill(include_str!("../templates/component/netlist.toml.in")))?;
    put("rustfmt.toml", "max_width = 110\nuse_small_heuristics = \"Max\"\n".to_owned())?;
    put("clippy.toml", "allow-unwrap-in-tests = true\n".to_owned())?;
    put(".gitignore", "/target\n/.cargo\n/Cargo.lock\n".to_owned())?;
    if let Some(engine) = engine {
        let mut config = DocumentMut::new();
        let mut patch = Table::new();
        for package in ["te-core", "te-derive"] {
            let path = engine.join("crates").join(package);
            let mut source = InlineTable::new();
            source.insert("path", path.display().to_string().into());
            patch.insert(package, value(Value::InlineTable(source)));
        }
        let mut patches = Table::new();
        patches.set_implicit(true);
        patches.insert("crates-io", Item::Table(patch));
        config.insert("patch", Item::Table(patches));
        put(".cargo/config.toml", config.to_string())?;
    }
    Ok(written)
}

fn register(
    registry: &mut DocumentMut,
    name: &CrateName,
    version: &str,
    license: &str,
    authors: Array,
) -> Result<(), NetworkError> {
    let mut entry = Table::new();
    entry.insert("path", value(format!("crates/{}", name.package)));
    entry.insert("role", value("controllable"));
    entry.insert("kinds", value([format!("{}/growth", name.component)].iter().collect::<Array>()));
    entry.insert("version", value(version));
    entry.insert("license", value(license));
    entry.insert("authors", value(authors));
    entry.insert("parents", value(Array::new()));
    entry.decor_mut().set_prefix("\n");
    let components = registry.entry("component").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let Some(components) = components.as_table_mut() else {
        return Err(NetworkError::Edit("`component` is no table".to_owned()));
    };
    if components.contains_key(&name.component) {
        return Err(NetworkError::Edit(format!("`{}` is registered already", name.component)));
    }
    components.insert(&name.component, Item::Table(entry));
    Ok(())
}

/// Fills a template: `{{package}}`, `{{module}}`, `{{component}}` and the like.
fn filled(text: &str, name: &CrateName, rows: &str, author: &str) -> String {
    text.replace("{{package}}", &name.package)
        .replace("{{module}}", &name.package.replace('-', "_"))
        .replace("{{component}}", &name.component)
        .replace("{{rows}}", rows)
        .replace("{{author}}", author)
        .replace("{{version}}", ENGINE)
}

fn refuse_existing(folder: &Path) -> Result<(), NetworkError> {
    let exists = std::fs::symlink_metadata(folder).is_ok();
    if exists && std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none()) {
        return Ok(());
    }
    if exists {
        return Err(NetworkError::Edit(format!("{} exists already", folder.display())));
    }
    Ok(())
}

fn write_new(file: PathBuf, text: &str, written: &mut Vec<PathBuf>) -> Result<(), NetworkError> {
    let wrong = |error| NetworkError::Io { path: file.clone(), error };
    if let Some(parent) = file.parent() {
        std::fs::create_dir_all(parent).map_err(wrong)?;
    }
    std::fs::write(&file, text).map_err(wrong)?;
    written.push(file);
    Ok(())
}

fn document(file: &Path) -> Result<DocumentMut, NetworkError> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| NetworkError::Io { path: file.to_path_buf(), error })?;
    text.parse().map_err(|error: toml_edit::TomlError| {
        NetworkError::Edit(format!("{}: {}", file.display(), error.message()))
    })
}
