//! The names of a new component: package, kind, file and type.

use crate::error::NetworkError;
use crate::name::{check_kind, check_name};

/// The names of a crate.
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
            legal(name)?;
            if CRATES.contains(&name) || WORDS.contains(&name) {
                return Err(NetworkError::Edit(format!("`{name}` cannot name a crate")));
            }
        }
        Ok(Self { package: package.to_owned(), component: component.to_owned() })
    }

    /// Name in Rust code: `te_foo`.
    pub fn module(&self) -> String {
        self.package.replace('-', "_")
    }
}

/// The names of a mechanism.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindName {
    /// Name of the kind: `foo/dutch-auction`.
    pub kind: String,
    /// Its last part, which names the reference file: `dutch-auction`.
    pub mechanism: String,
    /// Name of modules and files: `dutch_auction`.
    pub file: String,
    /// Name of the component's type: `DutchAuction`.
    pub type_name: String,
}

impl KindName {
    /// From a kind: `family/mechanism`.
    ///
    /// # Errors
    /// [`NetworkError::Edit`] where a part is no legal name, or the last one cannot name a module or a type.
    ///
    /// ```
    /// use te_netlist::scaffold::KindName;
    ///
    /// let name = KindName::new("foo/dutch-auction")?;
    /// assert_eq!((name.file.as_str(), name.type_name.as_str()), ("dutch_auction", "DutchAuction"));
    /// let refused = KindName::new("foo/loop").unwrap_err().to_string();
    /// assert_eq!(refused, "`loop` cannot name a mechanism: it has a meaning in Rust or in every component");
    /// # Ok::<(), te_netlist::NetworkError>(())
    /// ```
    pub fn new(kind: &str) -> Result<Self, NetworkError> {
        check_kind(kind).map_err(|error| NetworkError::Edit(error.to_string()))?;
        let Some((_, mechanism)) = kind.rsplit_once('/') else {
            return Err(NetworkError::Edit(format!("`{kind}` is no kind: write family/mechanism")));
        };
        legal(mechanism)?;
        if mechanism.len() > LONGEST {
            let text =
                format!("`{mechanism}` cannot name a mechanism: it is longer than {LONGEST} characters");
            return Err(NetworkError::Edit(text));
        }
        if WORDS.contains(&mechanism) || MEANT.contains(&mechanism) {
            let text = format!(
                "`{mechanism}` cannot name a mechanism: it has a meaning in Rust or in every component"
            );
            return Err(NetworkError::Edit(text));
        }
        Ok(Self {
            kind: kind.to_owned(),
            mechanism: mechanism.to_owned(),
            file: mechanism.replace('-', "_"),
            type_name: mechanism.split('-').map(capitalised).collect(),
        })
    }

    /// The first mechanism of a crate, where no kind is given: it bears the crate's name, `foo/foo`.
    ///
    /// # Errors
    /// As [`KindName::new`].
    pub fn of_crate(name: &CrateName) -> Result<Self, NetworkError> {
        Self::new(&format!("{0}/{0}", name.component))
    }
}

/// Longest name of a mechanism, so that the lines it stands in stay as rustfmt wants them.
const LONGEST: usize = 32;

/// A name that starts with a letter and has no `-` at its end or beside another.
fn legal(name: &str) -> Result<(), NetworkError> {
    check_name(name).map_err(|error| NetworkError::Edit(error.to_string()))?;
    if name.ends_with('-') || name.contains("--") {
        return Err(NetworkError::Edit(format!("`{name}` is no name: a `-` stands between two parts")));
    }
    Ok(())
}

fn capitalised(part: &str) -> String {
    let mut letters = part.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// Names of packages that cargo refuses or that hide the standard library's.
const CRATES: [&str; 6] = ["test", "core", "std", "alloc", "proc-macro", "te"];

/// Rust's words.
const WORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// Names of modules that a crate has, and of types that a component's file uses.
const MEANT: [&str; 28] = [
    "block-component",
    "block-model",
    "blocks",
    "component",
    "deserialize",
    "err",
    "kinds",
    "lib",
    "machine",
    "main",
    "mechanism",
    "none",
    "now",
    "ok",
    "option",
    "out-of-range",
    "param-error",
    "params",
    "record",
    "result",
    "serialize",
    "signal",
    "some",
    "step-error",
    "string",
    "test",
    "vec",
    "watch",
];
