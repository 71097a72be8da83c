//! A new component, ready to compile, test and register.
//!
//! | form | what is made | what gets a line |
//! |---|---|---|
//! | a crate of the workspace that holds the engine | folders under `crates` and `testdata` | the workspace, the registry file, `te-system`, `tecmns` |
//! | a mechanism in a crate that is there | formula, component, tests, reference rows | the crate's lists of modules, its `register`, its kinds |
//! | a crate of its own | a registry with one component, which others can import | |
//! | a file of equations | the file, in a folder that is registered or new, or in a registry of its own | the registry file |
//!
//! What is there is only added to, line by line, and only where the new line's neighbours are of its form. Everything is
//! checked before anything is written.

mod changes;
mod equations;
mod insertion;
mod name;

use std::path::Path;

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value, value};

pub use self::changes::Written;
use self::changes::{Changes, read};
pub use self::equations::EquationScaffold;
pub(crate) use self::insertion::list;
pub use self::name::{CrateName, KindName};
use crate::error::NetworkError;
use crate::netlist::FILE_NAME;

/// Version of the engine that a new crate asks for.
const ENGINE: &str = env!("CARGO_PKG_VERSION");

/// A template by its name.
macro_rules! template {
    ($name:literal) => {
        include_str!(concat!("../templates/", $name, ".in"))
    };
}

/// What the scaffold's mechanism is, for the list of kinds.
const SAYS: &str = "A stock that grows by a constant rate.";

/// How a component is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Start, step and show: `te_core::Mechanism`.
    #[default]
    Mechanism,
    /// Policies, signals and updates: `te_core::blocks::BlockModel`.
    Blocks,
}

/// A component to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scaffold {
    /// Its crate.
    pub package: CrateName,
    /// Its kind.
    pub kind: KindName,
    /// How it is written.
    pub form: Form,
}

impl Scaffold {
    /// Adds a crate to the workspace at `root`: its files, a line for it wherever the workspace lists its crates, and its
    /// entry, without a hash, in `netlist.toml`.
    ///
    /// # Errors
    /// [`NetworkError::Edit`] where a file, an entry or the kind exists already, or a list was not found;
    /// [`NetworkError::Io`]. Nothing is written then.
    pub fn in_workspace(&self, root: &Path) -> Result<Written, NetworkError> {
        let CrateName { package, component } = &self.package;
        let (folder, data) = (root.join("crates").join(package), root.join("testdata").join(package));
        refuse_existing(&folder)?;
        refuse_existing(&data)?;
        let manifest = read(&root.join("Cargo.toml"))?;
        let workspace: DocumentMut =
            manifest.parse().map_err(|error: toml_edit::TomlError| NetworkError::Edit(error.to_string()))?;
        let shared = |field: &str| workspace.get("workspace")?.get("package")?.get(field);
        let text_of = |field: &str| shared(field).and_then(Item::as_str);
        let version = text_of("version").unwrap_or("0.1.0");
        let license = text_of("license").unwrap_or("MIT OR Apache-2.0");
        let authors = shared("authors").and_then(Item::as_array).cloned().unwrap_or_default();

        let testdata = format!("../../testdata/{package}");
        let fill = |text: &str| self.filled(text, &testdata, "");
        let mut changes = Changes::default();
        changes.make(folder.join("Cargo.toml"), fill(template!("crate/workspace.Cargo.toml")))?;
        self.sources(&mut changes, &folder, fill)?;
        self.rows(&mut changes, &data, fill)?;
        changes
            .make(data.join("README.md"), fill(template!("crate/testdata.README.md")) + &self.provenance())?;

        let module = self.package.module();
        changes.change(root.join("Cargo.toml"), |text| insertion::member(text, package, version))?;
        changes.change(root.join(FILE_NAME), |text| self.registered(text, version, license, authors))?;
        for of in ["te-system", "tecmns"] {
            let file = root.join("crates").join(of).join("Cargo.toml");
            changes.change(file, |text| insertion::workspace_dependency(text, package))?;
        }
        let kinds = root.join("crates/te-system/src/kinds.rs");
        changes.change(kinds, |text| insertion::call_of_register(text, &module))?;
        let library = root.join("crates/tecmns/src/lib.rs");
        let short = component.replace('-', "_");
        changes.change(library, |text| insertion::handed_on(text, &module, &short))?;
        changes.write()
    }

    /// Adds the mechanism to a crate of the workspace at `root`: formula, component, properties and reference rows, and a
    /// line for them in the crate's lists.
    ///
    /// # Errors
    /// As [`Scaffold::in_workspace`], and where the crate has no feature `engine` or lacks a dependency.
    pub fn in_crate(&self, root: &Path) -> Result<Written, NetworkError> {
        let CrateName { package, .. } = &self.package;
        let KindName { kind, file, .. } = &self.kind;
        let (folder, data) = (root.join("crates").join(package), root.join("testdata").join(package));
        refuse_registered(&document(&read(&root.join(FILE_NAME))?)?, kind)?;
        let testdata = format!("../../testdata/{package}");
        let fill = |text: &str| self.filled(text, &testdata, "");
        let mut changes = Changes::default();
        changes.change(folder.join("Cargo.toml"), |text| {
            refuse_unprepared(&document(text)?)?;
            insertion::kind(text, kind)
        })?;
        changes.change(folder.join("tests/it/main.rs"), |text| {
            insertion::module(text, &format!("mod {file};"))
        })?;
        let registers = |text: &str| insertion::has_line(text, insertion::REGISTER);
        let here = registers(&read(&folder.join("src/lib.rs"))?);
        if !here && !registers(&read(&folder.join("src/component.rs"))?) {
            let text =
                "neither src/lib.rs nor src/component.rs has `register(registry: &mut te_core::Registry)`";
            return Err(NetworkError::Edit(format!("{}: {text}", folder.display())));
        }
        changes.change(folder.join("src/lib.rs"), |text| {
            if !insertion::has_line(text, "pub mod component;") {
                return Err(NetworkError::Edit("it has no line `pub mod component;`".to_owned()));
            }
            let text = insertion::module(text, &format!("pub mod {file};"))?;
            if here { self.registering(&text, "component::") } else { Ok(text) }
        })?;
        changes.change(folder.join("src/component.rs"), |text| {
            let text = insertion::module(text, &format!("pub mod {file};"))?;
            if here { Ok(text) } else { self.registering(&text, "") }
        })?;
        self.mechanism(&mut changes, &folder, fill)?;
        self.rows(&mut changes, &data, fill)?;
        changes.change(data.join("README.md"), |text| {
            Ok(format!("{}\n\n{}", text.trim_end(), self.provenance()))
        })?;
        changes.write()
    }

    /// Makes a crate of its own in a new folder: a registry with one component. `engine` is a checkout that holds
    /// `crates/te-core`, for as long as te-core is not published.
    ///
    /// # Errors
    /// [`NetworkError::Edit`] where the folder exists already, [`NetworkError::Io`].
    pub fn standalone(
        &self,
        folder: &Path,
        author: &str,
        engine: Option<&Path>,
    ) -> Result<Written, NetworkError> {
        refuse_existing(folder)?;
        legal_author(author)?;
        let fill = |text: &str| self.filled(text, "testdata", author);
        let mut changes = Changes::default();
        let mut put = |path: &str, text: String| changes.make(folder.join(path), text);
        put("Cargo.toml", fill(template!("crate/standalone.Cargo.toml")))?;
        put("README.md", fill(template!("crate/README.md")))?;
        put(FILE_NAME, fill(template!("crate/netlist.toml")))?;
        put("rustfmt.toml", "max_width = 110\nuse_small_heuristics = \"Max\"\n".to_owned())?;
        put("clippy.toml", "allow-unwrap-in-tests = true\n".to_owned())?;
        put(".gitignore", "/target\n/.cargo\n/Cargo.lock\n".to_owned())?;
        if let Some(engine) = engine {
            put(".cargo/config.toml", patched(engine))?;
        }
        self.sources(&mut changes, folder, fill)?;
        let data = folder.join("testdata");
        self.rows(&mut changes, &data, fill)?;
        changes
            .make(data.join("README.md"), fill(template!("crate/testdata.README.md")) + &self.provenance())?;
        changes.write()
    }

    /// The sources and tests of a crate with one mechanism.
    fn sources(
        &self,
        changes: &mut Changes,
        folder: &Path,
        fill: impl Fn(&str) -> String,
    ) -> Result<(), NetworkError> {
        let file = &self.kind.file;
        let library = insertion::module(&fill(template!("crate/src/lib.rs")), &format!("pub mod {file};"))?;
        changes.make(folder.join("src/lib.rs"), self.registering(&library, "component::")?)?;
        changes.make(folder.join("src/component.rs"), fill(template!("crate/src/component.rs")))?;
        let main = insertion::module(&fill(template!("crate/tests/it/main.rs")), &format!("mod {file};"))?;
        changes.make(folder.join("tests/it/main.rs"), main)?;
        changes.make(folder.join("tests/it/kinds.rs"), fill(template!("crate/tests/it/kinds.rs")))?;
        self.mechanism(changes, folder, fill)
    }

    /// The files of the mechanism.
    fn mechanism(
        &self,
        changes: &mut Changes,
        folder: &Path,
        fill: impl Fn(&str) -> String,
    ) -> Result<(), NetworkError> {
        let file = format!("{}.rs", self.kind.file);
        let component = match self.form {
            Form::Mechanism => template!("mechanism/component.rs"),
            Form::Blocks => template!("mechanism/blocks.rs"),
        };
        changes.make(folder.join("src").join(&file), fill(template!("mechanism/formula.rs")))?;
        changes.make(folder.join("src/component").join(&file), fill(component))?;
        changes.make(folder.join("tests/it").join(&file), fill(template!("mechanism/properties.rs")))
    }

    /// Reference rows, and the program that computes them.
    fn rows(
        &self,
        changes: &mut Changes,
        data: &Path,
        fill: impl Fn(&str) -> String,
    ) -> Result<(), NetworkError> {
        let name = &self.kind.mechanism;
        changes.make(data.join(format!("{name}.csv")), fill(template!("mechanism/reference.csv")))?;
        changes.make(data.join(format!("{name}.py")), fill(template!("mechanism/reference.py")))
    }

    /// What the README of the reference data says of these rows.
    fn provenance(&self) -> String {
        format!(
            "`{0}.csv`: written by `python3 {0}.py`, from the equation in exact fractions.\n",
            self.kind.mechanism
        )
    }

    /// A source with the component in its `register`, its path beginning with `prefix`.
    fn registering(&self, text: &str, prefix: &str) -> Result<String, NetworkError> {
        let KindName { file, type_name, .. } = &self.kind;
        insertion::registration(text, &format!("{prefix}{file}::{type_name}"), SAYS)
    }

    /// A registry file with an entry for the crate.
    fn registered(
        &self,
        text: &str,
        version: &str,
        license: &str,
        authors: Array,
    ) -> Result<String, NetworkError> {
        let CrateName { package, component } = &self.package;
        let mut registry = document(text)?;
        refuse_registered(&registry, &self.kind.kind)?;
        let mut entry = Table::new();
        entry.insert("path", value(format!("crates/{package}")));
        entry.insert("role", value("controllable"));
        entry.insert("kinds", value([self.kind.kind.as_str()].iter().copied().collect::<Array>()));
        entry.insert("version", value(version));
        entry.insert("license", value(license));
        entry.insert("authors", value(authors));
        entry.insert("parents", value(Array::new()));
        insert_entry(&mut registry, component, entry)?;
        Ok(registry.to_string())
    }

    /// Fills a template: `{{package}}`, `{{kind}}` and the like.
    fn filled(&self, text: &str, testdata: &str, author: &str) -> String {
        let (package, kind) = (&self.package, &self.kind);
        let fields = [
            ("package", package.package.as_str()),
            ("module", &package.module()),
            ("component", &package.component),
            ("kind", &kind.kind),
            ("mechanism", &kind.mechanism),
            ("file", &kind.file),
            ("type", &kind.type_name),
            ("testdata", testdata),
            ("author", author),
            ("version", ENGINE),
        ];
        fields
            .iter()
            .fold(text.to_owned(), |text, (name, with)| text.replace(&format!("{{{{{name}}}}}"), with))
    }
}

/// Cargo's settings under which the packages of the engine are those of a checkout.
fn patched(engine: &Path) -> String {
    let mut patch = Table::new();
    for package in ["te-core", "te-math", "te-testkit"] {
        let mut source = InlineTable::new();
        source.insert("path", engine.join("crates").join(package).display().to_string().into());
        patch.insert(package, value(Value::InlineTable(source)));
    }
    let mut patches = Table::new();
    patches.set_implicit(true);
    patches.insert("crates-io", Item::Table(patch));
    let mut config = DocumentMut::new();
    config.insert("patch", Item::Table(patches));
    config.to_string()
}

/// Adds an entry to a registry file.
fn insert_entry(registry: &mut DocumentMut, name: &str, mut entry: Table) -> Result<(), NetworkError> {
    entry.decor_mut().set_prefix("\n");
    let components = registry.entry("component").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let Some(components) = components.as_table_mut() else {
        return Err(NetworkError::Edit("`component` is no table".to_owned()));
    };
    if components.contains_key(name) {
        return Err(NetworkError::Edit(format!("`{name}` is registered already")));
    }
    components.insert(name, Item::Table(entry));
    Ok(())
}

fn legal_author(author: &str) -> Result<(), NetworkError> {
    if author.is_empty() || author.contains(|c: char| c.is_control() || c == '"' || c == '\\') {
        return Err(NetworkError::Edit(format!("`{}` is no name of an author", author.escape_debug())));
    }
    Ok(())
}

/// Refuses a kind that a registry file names.
fn refuse_registered(registry: &DocumentMut, kind: &str) -> Result<(), NetworkError> {
    let components = registry.get("component").and_then(Item::as_table_like);
    for (name, entry) in components.into_iter().flat_map(|table| table.iter()) {
        let kinds = entry.get("kinds").and_then(Item::as_array);
        if kinds.is_some_and(|kinds| kinds.iter().any(|one| one.as_str() == Some(kind))) {
            return Err(NetworkError::Edit(format!("the kind `{kind}` is registered already, by `{name}`")));
        }
    }
    Ok(())
}

/// Refuses a crate whose manifest lacks what the files of a mechanism use.
fn refuse_unprepared(manifest: &DocumentMut) -> Result<(), NetworkError> {
    let has = |table: &str, name: &str| manifest.get(table).is_some_and(|table| table.get(name).is_some());
    for (table, name) in [
        ("features", "engine"),
        ("dependencies", "te-math"),
        ("dependencies", "te-core"),
        ("dependencies", "serde"),
        ("dev-dependencies", "proptest"),
        ("dev-dependencies", "te-testkit"),
    ] {
        if !has(table, name) {
            return Err(NetworkError::Edit(format!(
                "[{table}] has no `{name}`, which a mechanism's files use"
            )));
        }
    }
    Ok(())
}

fn refuse_existing(folder: &Path) -> Result<(), NetworkError> {
    let exists = std::fs::symlink_metadata(folder).is_ok();
    let empty = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    if exists && !empty {
        return Err(NetworkError::Edit(format!("{} exists already", folder.display())));
    }
    Ok(())
}

fn document(text: &str) -> Result<DocumentMut, NetworkError> {
    text.parse().map_err(|error: toml_edit::TomlError| NetworkError::Edit(error.message().to_owned()))
}
