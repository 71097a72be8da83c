//! From the text of a `netlist.toml` to a [`Netlist`].
//!
//! Everything unknown or out of its rule is an error with line, column and, for names, the
//! nearest valid one. The first problem in the file is reported.

use std::collections::BTreeMap;
use std::ops::Range;

use toml_edit::{Document, Item, TableLike, Value};

use crate::digest::Digest;
use crate::error::ParseError;
use crate::licence;
use crate::name::{check_kind, check_name, nearest};
use crate::netlist::{
    Component, DEFAULT_DEPTH, FORMAT, HARD_DEPTH, Import, Netlist, Parent, Registry, Relation, Role, Source,
};
use crate::path::RelativePath;
use crate::remote::{RemoteUrl, Rev, Transport};

/// Longest accepted registry file, in bytes.
const LONGEST: usize = 4 << 20;

impl Netlist {
    /// Reads a registry file. `file` names it in errors.
    ///
    /// # Errors
    /// [`ParseError`] with the place of the first problem.
    ///
    /// ```
    /// use te_netlist::{Netlist, Transport};
    ///
    /// let text = "\
    /// [registry]
    /// name = \"curves\"
    /// format = 1
    ///
    /// [component.sine]
    /// path = \"crates/te-sine\"
    /// role = \"controllable\"
    /// kinds = [\"curves/sine\"]
    /// version = \"0.1.0\"
    /// lisense = \"MIT\"
    /// authors = [\"A. Author\"]
    /// ";
    /// let refused = Netlist::parse(text, "netlist.toml", Transport::Https).unwrap_err();
    /// assert_eq!(
    ///     refused.to_string(),
    ///     "netlist.toml:10:1: unknown key `lisense` (did you mean `license`?)"
    /// );
    /// let netlist = Netlist::parse(&text.replace("lisense", "license"), "netlist.toml", Transport::Https)?;
    /// assert_eq!(netlist.unlocked(), ["sine"]);
    /// # Ok::<(), te_netlist::ParseError>(())
    /// ```
    pub fn parse(text: &str, file: &str, transport: Transport) -> Result<Self, ParseError> {
        let reader = Reader { text, file, transport };
        if text.len() > LONGEST {
            return Err(reader.error(None, format!("the file is longer than {LONGEST} bytes")));
        }
        let document =
            Document::parse(text).map_err(|error| reader.error(error.span(), error.message().to_owned()))?;
        reader.netlist(document.as_table())
    }
}

struct Reader<'a> {
    text: &'a str,
    file: &'a str,
    transport: Transport,
}

type Span = Option<Range<usize>>;

impl Reader<'_> {
    fn error(&self, span: Span, problem: impl Into<String>) -> ParseError {
        let before = span.and_then(|span| self.text.get(..span.start)).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |tail| tail.chars().count()) + 1;
        ParseError { file: self.file.to_owned(), line, column, problem: problem.into() }
    }

    fn netlist(&self, top: &dyn TableLike) -> Result<Netlist, ParseError> {
        self.only(top, &["registry", "component", "registry-import"])?;
        let registry = match top.get("registry") {
            Some(item) => self.registry(self.table(item, "registry")?, &item.span())?,
            None => return Err(self.error(None, "the file has no [registry]")),
        };
        let mut components = BTreeMap::new();
        let mut kinds: BTreeMap<String, String> = BTreeMap::new();
        for (name, span, item) in self.entries(top, "component")? {
            let component = self.component(self.table(item, &name)?, item.span())?;
            for kind in &component.kinds {
                if let Some(other) = kinds.insert(kind.clone(), name.clone()) {
                    let problem = format!("kind `{kind}` is already registered by `{other}`");
                    return Err(self.error(span, problem));
                }
            }
            components.insert(name, component);
        }
        let mut imports = BTreeMap::new();
        for (name, span, item) in self.entries(top, "registry-import")? {
            if components.contains_key(&name) {
                let problem = format!("`{name}` is already the name of a component");
                return Err(self.error(span, problem));
            }
            imports.insert(name.clone(), self.import(self.table(item, &name)?, &item.span())?);
        }
        let netlist = Netlist { registry, components, imports };
        self.check_parents(&netlist, top)?;
        Ok(netlist)
    }

    /// Parents that claim to be of this registry must be in it.
    fn check_parents(&self, netlist: &Netlist, top: &dyn TableLike) -> Result<(), ParseError> {
        for (name, component) in &netlist.components {
            for parent in &component.parents {
                if parent.is_external() || parent.of.starts_with("h1:") {
                    continue;
                }
                let own = parent.of.strip_prefix(&format!("{}/", netlist.registry.name));
                let id = own.unwrap_or(&parent.of);
                let known = match id.split_once('/') {
                    Some((scope, _)) => netlist.imports.contains_key(scope),
                    None => netlist.components.contains_key(id),
                };
                if known && id != name {
                    continue;
                }
                let span = top
                    .get("component")
                    .and_then(|item| item.get(name))
                    .and_then(|item| item.get("parents"))
                    .and_then(Item::span);
                let problem = if id == name {
                    format!("`{name}` names itself as its parent")
                } else {
                    let names = netlist.components.keys().map(String::as_str);
                    let hint = nearest(id, names).map_or_else(
                        || "; works outside are `https://…`, `doi:…`, `swh:1:…` or `urn:…`".to_owned(),
                        |near| format!(" (did you mean `{near}`?)"),
                    );
                    format!("parent `{}` of `{name}` is not registered here{hint}", parent.of)
                };
                return Err(self.error(span, problem));
            }
        }
        Ok(())
    }

    fn registry(&self, table: &dyn TableLike, span: &Span) -> Result<Registry, ParseError> {
        self.only(table, &["name", "format", "description", "home", "max-depth", "allow-multiple"])?;
        let (name, at) = self.text_of(table, "name", span)?;
        check_name(&name).map_err(|error| self.error(at, error.to_string()))?;
        match table.get("format").map(|item| (item.as_integer(), item.span())) {
            Some((Some(FORMAT), _)) => {}
            Some((_, at)) => {
                return Err(self.error(at, format!("format must be {FORMAT}")));
            }
            None => return Err(self.error(span.clone(), "key `format` is missing")),
        }
        let description = self.optional_text(table, "description")?.map(|(text, _)| text);
        let home = match self.optional_text(table, "home")? {
            Some((text, at)) => Some(
                RemoteUrl::new(&text, self.transport).map_err(|error| self.error(at, error.to_string()))?,
            ),
            None => None,
        };
        let max_depth = match table.get("max-depth") {
            Some(item) => item
                .as_integer()
                .and_then(|depth| u32::try_from(depth).ok())
                .filter(|depth| *depth <= HARD_DEPTH)
                .ok_or_else(|| self.error(item.span(), format!("max-depth must be 0 to {HARD_DEPTH}")))?,
            None => DEFAULT_DEPTH,
        };
        let allow_multiple = match table.get("allow-multiple") {
            Some(item) => item
                .as_bool()
                .ok_or_else(|| self.error(item.span(), "allow-multiple must be true or false"))?,
            None => false,
        };
        Ok(Registry { name, description, home, max_depth, allow_multiple })
    }

    fn component(&self, table: &dyn TableLike, span: Span) -> Result<Component, ParseError> {
        self.only(
            table,
            &["path", "git", "rev", "role", "kinds", "version", "license", "authors", "parents", "hash"],
        )?;
        let (word, at) = self.text_of(table, "role", &span)?;
        let role = self.choice(&Role::ALL, &word, at, "role")?;
        let mut kinds = Vec::new();
        for (kind, at) in self.texts(table, "kinds")? {
            check_kind(&kind).map_err(|error| self.error(at.clone(), error.to_string()))?;
            if kinds.contains(&kind) {
                return Err(self.error(at, format!("kind `{kind}` is named twice")));
            }
            kinds.push(kind);
        }
        kinds.sort();
        let (version, at) = self.text_of(table, "version", &span)?;
        let version = semver::Version::parse(&version)
            .map_err(|error| self.error(at, format!("version `{version}`: {error}")))?;
        let (license, at) = self.text_of(table, "license", &span)?;
        licence::Expression::parse(&license).map_err(|error| self.error(at, error))?;
        let authors = self.texts(table, "authors")?.into_iter().map(|(text, _)| text).collect();
        Ok(Component {
            source: self.source(table, span)?,
            role,
            kinds,
            version,
            license,
            authors,
            parents: self.parents(table)?,
            hash: self.hash(table)?,
        })
    }

    fn source(&self, table: &dyn TableLike, span: Span) -> Result<Source, ParseError> {
        if table.contains_key("git") {
            let (url, rev) = self.pin(table, &span)?;
            return Ok(Source::Git { url, rev, path: self.path(table)? });
        }
        if let Some(item) = table.get("rev") {
            return Err(self.error(item.span(), "`rev` needs `git`"));
        }
        if !table.contains_key("path") {
            return Err(self.error(span, "a component has `path`, or `git` and `rev`"));
        }
        Ok(Source::Path(self.path(table)?))
    }

    fn parents(&self, table: &dyn TableLike) -> Result<Vec<Parent>, ParseError> {
        let mut parents = Vec::new();
        let Some(item) = table.get("parents") else { return Ok(parents) };
        let shape = "parents must be a list of { of = \"…\", relation = \"…\" }";
        let array = item.as_array().ok_or_else(|| self.error(item.span(), shape))?;
        for value in array {
            let parent = value.as_inline_table().ok_or_else(|| self.error(value.span(), shape))?;
            self.only(parent, &["of", "relation", "license"])?;
            let (of, at) = self.text_of(parent, "of", &value.span())?;
            if of.starts_with("h1:") {
                of.parse::<Digest>().map_err(|error| self.error(at.clone(), error.to_string()))?;
            }
            if of.contains(char::is_whitespace) {
                return Err(self.error(at, format!("parent `{of}` holds a blank")));
            }
            let (word, at) = self.text_of(parent, "relation", &value.span())?;
            let relation = self.choice(&Relation::ALL, &word, at, "relation")?;
            let license = match self.optional_text(parent, "license")? {
                Some((text, at)) => {
                    licence::Expression::parse(&text).map_err(|error| self.error(at, error))?;
                    Some(text)
                }
                None => None,
            };
            parents.push(Parent { of, relation, license });
        }
        Ok(parents)
    }

    fn import(&self, table: &dyn TableLike, span: &Span) -> Result<Import, ParseError> {
        self.only(table, &["git", "rev", "path", "hash"])?;
        let (url, rev) = self.pin(table, span)?;
        Ok(Import { url, rev, path: self.path(table)?, hash: self.hash(table)? })
    }

    fn pin(&self, table: &dyn TableLike, span: &Span) -> Result<(RemoteUrl, Rev), ParseError> {
        let (url, at) = self.text_of(table, "git", span)?;
        let url = RemoteUrl::new(&url, self.transport).map_err(|error| self.error(at, error.to_string()))?;
        let (rev, at) = self.text_of(table, "rev", span)?;
        let rev = Rev::new(&rev).map_err(|error| self.error(at, error.to_string()))?;
        Ok((url, rev))
    }

    fn path(&self, table: &dyn TableLike) -> Result<RelativePath, ParseError> {
        match self.optional_text(table, "path")? {
            Some((path, at)) => RelativePath::new(&path).map_err(|error| self.error(at, error.to_string())),
            None => Ok(RelativePath::root()),
        }
    }

    fn hash(&self, table: &dyn TableLike) -> Result<Option<Digest>, ParseError> {
        match self.optional_text(table, "hash")? {
            Some((text, at)) => text.parse().map(Some).map_err(|error| self.error(at, format!("{error}"))),
            None => Ok(None),
        }
    }

    fn choice<T: Copy>(
        &self,
        all: &[(T, &'static str)],
        text: &str,
        at: Span,
        field: &str,
    ) -> Result<T, ParseError> {
        if let Some((value, _)) = all.iter().find(|(_, word)| *word == text) {
            return Ok(*value);
        }
        let words: Vec<&str> = all.iter().map(|(_, word)| *word).collect();
        Err(self.error(at, format!("{field} `{text}` is none of {}", words.join(", "))))
    }

    /// The named tables under `key`, with the place of each name.
    fn entries<'t>(
        &self,
        top: &'t dyn TableLike,
        key: &str,
    ) -> Result<Vec<(String, Span, &'t Item)>, ParseError> {
        let Some(item) = top.get(key) else { return Ok(Vec::new()) };
        let table = self.table(item, key)?;
        let mut entries = Vec::new();
        for (name, item) in table.iter() {
            let span = table.key(name).and_then(toml_edit::Key::span).or_else(|| item.span());
            check_name(name).map_err(|error| self.error(span.clone(), error.to_string()))?;
            entries.push((name.to_owned(), span, item));
        }
        Ok(entries)
    }

    fn table<'t>(&self, item: &'t Item, name: &str) -> Result<&'t dyn TableLike, ParseError> {
        item.as_table_like().ok_or_else(|| self.error(item.span(), format!("`{name}` must be a table")))
    }

    fn only(&self, table: &dyn TableLike, known: &[&str]) -> Result<(), ParseError> {
        for (key, item) in table.iter() {
            if !known.contains(&key) {
                let span = table.key(key).and_then(toml_edit::Key::span).or_else(|| item.span());
                let hint = nearest(key, known.iter().copied()).map_or_else(
                    || format!("; known are {}", known.join(", ")),
                    |near| format!(" (did you mean `{near}`?)"),
                );
                return Err(self.error(span, format!("unknown key `{key}`{hint}")));
            }
        }
        Ok(())
    }

    fn text_of(&self, table: &dyn TableLike, key: &str, span: &Span) -> Result<(String, Span), ParseError> {
        self.optional_text(table, key)?
            .ok_or_else(|| self.error(span.clone(), format!("key `{key}` is missing")))
    }

    fn optional_text(&self, table: &dyn TableLike, key: &str) -> Result<Option<(String, Span)>, ParseError> {
        let Some(item) = table.get(key) else { return Ok(None) };
        let text = item.as_str().ok_or_else(|| self.error(item.span(), format!("`{key}` must be a text")))?;
        self.plain(text, item.span())?;
        Ok(Some((text.to_owned(), item.span())))
    }

    fn texts(&self, table: &dyn TableLike, key: &str) -> Result<Vec<(String, Span)>, ParseError> {
        let Some(item) = table.get(key) else { return Ok(Vec::new()) };
        let shape = || format!("`{key}` must be a list of texts");
        let array = item.as_array().ok_or_else(|| self.error(item.span(), shape()))?;
        let mut texts = Vec::new();
        for value in array {
            let text = Value::as_str(value).ok_or_else(|| self.error(value.span(), shape()))?;
            self.plain(text, value.span())?;
            texts.push((text.to_owned(), value.span()));
        }
        Ok(texts)
    }

    /// Fields are lines of the root's text: they hold no line ends.
    fn plain(&self, text: &str, span: Span) -> Result<(), ParseError> {
        if text.is_empty() {
            return Err(self.error(span, "the text is empty"));
        }
        if text.chars().any(char::is_control) {
            return Err(self.error(span, "the text holds a control character"));
        }
        Ok(())
    }
}
