//! A new file of equations, and its place in a registry file.

use std::path::Path;

use toml_edit::{Array, DocumentMut, Item, Table, value};

use super::changes::{Changes, Written, read};
use super::{ENGINE, document, insert_entry, legal_author, refuse_existing, refuse_registered};
use crate::equation_files;
use crate::error::NetworkError;
use crate::name::{check_kind, check_name};
use crate::netlist::FILE_NAME;

/// A component of equations to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EquationScaffold {
    /// Name of its entry in the registry.
    pub component: String,
    /// Its kind: `family/mechanism`.
    pub kind: String,
    /// Author that a new entry names.
    pub author: String,
}

impl EquationScaffold {
    /// For this entry; the kind is `NAME/NAME` where none is given.
    ///
    /// # Errors
    /// [`NetworkError::Edit`] for names that are not legal.
    ///
    /// ```
    /// use te_netlist::scaffold::EquationScaffold;
    /// let made = EquationScaffold::new("pools", Some("mine/slow-pool"), "A. Author")?;
    /// assert_eq!(made.file(), "slow-pool.toml");
    /// assert!(EquationScaffold::new("1hive", None, "A. Author").is_err());
    /// # Ok::<(), te_netlist::NetworkError>(())
    /// ```
    pub fn new(component: &str, kind: Option<&str>, author: &str) -> Result<Self, NetworkError> {
        let wrong = |error: crate::NameError| NetworkError::Edit(error.to_string());
        check_name(component).map_err(wrong)?;
        let kind = kind.map_or_else(|| format!("{component}/{component}"), str::to_owned);
        check_kind(&kind).map_err(wrong)?;
        if !kind.contains('/') {
            return Err(NetworkError::Edit(format!("`{kind}` is no kind: write family/mechanism")));
        }
        legal_author(author)?;
        Ok(Self { component: component.to_owned(), kind, author: author.to_owned() })
    }

    /// Name of its file.
    pub fn file(&self) -> String {
        format!("{}.toml", self.kind.rsplit('/').next().unwrap_or(&self.kind))
    }

    /// Adds the file to the registry whose file lies in `root`: to the folder of its entry where that holds equations, else to a
    /// new folder of the entry's name, with a new entry without a hash.
    ///
    /// # Errors
    /// [`NetworkError::Edit`] where the kind, the file, the folder or an entry that is no folder of equations exists
    /// already; [`NetworkError::Io`]. Nothing is written then.
    pub fn in_registry(&self, root: &Path) -> Result<Written, NetworkError> {
        let registry = document(&read(&root.join(FILE_NAME))?)?;
        let entry = registry.get("component").and_then(|all| all.get(&self.component));
        let folder = match entry {
            None => root.join(&self.component),
            Some(entry) => match entry.get("path").and_then(Item::as_str) {
                Some(path) if !root.join(path).join("Cargo.toml").exists() => root.join(path),
                _ => {
                    let name = &self.component;
                    let text = format!("`{name}` is registered already, and is no folder of equations here");
                    return Err(NetworkError::Edit(text));
                }
            },
        };
        if entry.is_none() {
            refuse_existing(&folder)?;
        } else if let Ok(files) = equation_files::in_folder(&folder)
            && files.iter().any(|file| file.kind == self.kind)
        {
            return Err(NetworkError::Edit(format!("{} has `{}` already", folder.display(), self.kind)));
        }
        let mut changes = Changes::default();
        changes.make(folder.join(self.file()), self.text())?;
        changes.change(root.join(FILE_NAME), |text| self.registered(text))?;
        changes.write()
    }

    /// Makes a registry of its own in a new folder, with this component in a folder of its own: system files and results may lie
    /// beside it.
    ///
    /// # Errors
    /// [`NetworkError::Edit`] where the folder exists already, [`NetworkError::Io`].
    pub fn standalone(&self, folder: &Path) -> Result<Written, NetworkError> {
        refuse_existing(folder)?;
        let mut registry = DocumentMut::new();
        let mut head = Table::new();
        head.insert("name", value(&self.component));
        head.insert("format", value(crate::netlist::FORMAT));
        head.insert("description", value("Components of equations for tecmns."));
        registry.insert("registry", Item::Table(head));
        self.add_entry(&mut registry)?;
        let mut changes = Changes::default();
        changes.make(folder.join(FILE_NAME), registry.to_string())?;
        changes.make(folder.join(&self.component).join(self.file()), self.text())?;
        changes.write()
    }

    fn text(&self) -> String {
        include_str!("../../templates/equations/mechanism.toml.in").replace("{{kind}}", &self.kind)
    }

    /// A registry file with the kind in its entry.
    fn registered(&self, text: &str) -> Result<String, NetworkError> {
        let mut registry = document(text)?;
        refuse_registered(&registry, &self.kind)?;
        let entry = registry.get_mut("component").and_then(|all| all.get_mut(&self.component));
        let Some(entry) = entry.and_then(Item::as_table_like_mut) else {
            self.add_entry(&mut registry)?;
            return Ok(registry.to_string());
        };
        let there = entry.get("kinds").and_then(Item::as_array);
        let there = there.into_iter().flatten().filter_map(toml_edit::Value::as_str).map(str::to_owned);
        let mut kinds: Vec<String> = there.chain([self.kind.clone()]).collect();
        kinds.sort();
        entry.insert("kinds", value(super::list(&kinds)));
        Ok(registry.to_string())
    }

    fn add_entry(&self, registry: &mut DocumentMut) -> Result<(), NetworkError> {
        let mut entry = Table::new();
        entry.insert("path", value(&self.component));
        entry.insert("role", value("controllable"));
        entry.insert("kinds", value([self.kind.as_str()].into_iter().collect::<Array>()));
        entry.insert("version", value(ENGINE));
        entry.insert("license", value("MIT OR Apache-2.0"));
        entry.insert("authors", value([self.author.as_str()].into_iter().collect::<Array>()));
        entry.insert("parents", value(Array::new()));
        insert_entry(registry, &self.component, entry)
    }
}
