//! What a crate's `Cargo.toml` says about itself, and where that differs from the registry.
//!
//! ```toml
//! [package.metadata.tecmns]
//! component = "amm"
//! role = "controllable"
//! kinds = ["amm/constant-product"]
//! lineage = ["reimplements https://example.org/notebook"]
//! ```
//!
//! The manifest is part of the content that is hashed, so it cannot hold the hash itself.

use toml::{Table, Value};

use crate::netlist::Component;

/// The fields of a `Cargo.toml` that a registry also holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CrateManifest {
    /// Name of the package.
    pub package: String,
    /// Version, inherited ones filled in.
    pub version: Option<String>,
    /// Licence expression, inherited ones filled in.
    pub license: Option<String>,
    /// Authors, inherited ones filled in.
    pub authors: Vec<String>,
    /// `[package.metadata.tecmns]`, where there is one.
    pub metadata: Option<Metadata>,
    /// Whether a field or dependency is inherited from a workspace.
    pub inherits: bool,
    /// Whether a build script is named or the crate is a procedural macro.
    pub runs_when_built: bool,
}

/// `[package.metadata.tecmns]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// Name in the registry.
    pub component: String,
    /// Role.
    pub role: String,
    /// Kinds.
    pub kinds: Vec<String>,
    /// `relation parent` for each parent.
    pub lineage: Vec<String>,
}

impl CrateManifest {
    /// Reads a manifest; inherited fields come from the workspace's manifest where it is given.
    ///
    /// # Errors
    /// A sentence, where the text is no manifest of a package.
    pub fn parse(text: &str, workspace: Option<&str>) -> Result<Self, String> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
        let workspace: Option<Table> = workspace.and_then(|text| text.parse().ok());
        let shared = workspace.as_ref().and_then(|table| table.get("workspace"));
        let shared = shared.and_then(|workspace| workspace.get("package"));
        let package = table.get("package").ok_or("it has no [package]")?;
        let field = |name: &str| -> Option<&Value> {
            let value = package.get(name)?;
            if inherited(value) { shared.and_then(|shared| shared.get(name)) } else { Some(value) }
        };
        let text_of = |name: &str| field(name).and_then(Value::as_str).map(str::to_owned);
        let metadata = package.get("metadata").and_then(|all| all.get("tecmns")).map(|own| Metadata {
            component: own.get("component").and_then(Value::as_str).unwrap_or_default().to_owned(),
            role: own.get("role").and_then(Value::as_str).unwrap_or_default().to_owned(),
            kinds: texts(own.get("kinds")),
            lineage: texts(own.get("lineage")),
        });
        let macros = table.get("lib").and_then(|lib| lib.get("proc-macro")).and_then(Value::as_bool);
        Ok(Self {
            package: text_of("name").ok_or("its package has no name")?,
            version: text_of("version"),
            license: text_of("license"),
            authors: texts(field("authors")),
            metadata,
            inherits: any_inherited(&Value::Table(table.clone()), 0),
            runs_when_built: macros == Some(true)
                || package.get("build").is_some_and(|build| build.as_bool() != Some(false)),
        })
    }

    /// Where the manifest and a registry entry differ, one sentence each.
    pub fn differences(&self, name: &str, entry: &Component) -> Vec<String> {
        let mut found = Vec::new();
        let mut compare = |field: &str, here: &str, registered: &str| {
            if here != registered {
                found.push(format!("{field} is `{here}` in Cargo.toml and `{registered}` in netlist.toml"));
            }
        };
        compare("version", self.version.as_deref().unwrap_or(""), &entry.version.to_string());
        compare("license", self.license.as_deref().unwrap_or(""), &entry.license);
        let Some(metadata) = &self.metadata else {
            found.push("Cargo.toml has no [package.metadata.tecmns]".to_owned());
            return found;
        };
        compare("component", &metadata.component, name);
        compare("role", &metadata.role, &entry.role.to_string());
        let sorted = |mut list: Vec<String>| {
            list.sort();
            list.join(", ")
        };
        compare("kinds", &sorted(metadata.kinds.clone()), &sorted(entry.kinds.clone()));
        let parents = entry.parents.iter().map(|parent| format!("{} {}", parent.relation, parent.of));
        compare("lineage", &sorted(metadata.lineage.clone()), &sorted(parents.collect()));
        found
    }
}

fn inherited(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

fn any_inherited(value: &Value, depth: u32) -> bool {
    let Some(table) = value.as_table() else { return false };
    depth < 6 && table.values().any(|inner| inherited(inner) || any_inherited(inner, depth + 1))
        || table.get("lints").is_some_and(inherited)
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
