//! Licence expressions, and whether a component may take what it takes from its parents.
//!
//! An expression is SPDX: identifiers joined by `AND`, `OR`, `WITH` and brackets. Identifiers are
//! put in four classes by how much they ask of whoever passes the code on; `OR` asks the lesser of
//! its sides, `AND` the greater.
//!
//! A component that forks or extends a parent passes the parent's code on: the parent's class must
//! not be above the component's, and a parent without a licence permits nothing. A
//! reimplementation passes no code on; a parent of a higher class is then only noted, for a person
//! to look at how the work was done.
//!
//! Limits: this is a table of known identifiers and one rule, not legal advice. Identifiers that
//! are not in the table are of class [`Class::Unknown`] and are reported.

use std::fmt;

use crate::network::{Edge, Network, Node, NodeKind};

/// What a licence asks of whoever passes the code on, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Keep the notice.
    Permissive,
    /// Publish changes to the files or library.
    WeakCopyleft,
    /// Publish the whole work under the same licence.
    Copyleft,
    /// The same, also when the work only runs as a service.
    NetworkCopyleft,
    /// Not in the table.
    Unknown,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Permissive => "permissive",
            Self::WeakCopyleft => "weak copyleft",
            Self::Copyleft => "copyleft",
            Self::NetworkCopyleft => "network copyleft",
            Self::Unknown => "unknown",
        })
    }
}

const PERMISSIVE: [&str; 16] = [
    "0BSD",
    "Apache-2.0",
    "Artistic-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC-BY-4.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "NCSA",
    "Unicode-3.0",
    "Unlicense",
    "WTFPL",
    "Zlib",
];
const WEAK: [&str; 5] = ["LGPL-", "MPL-", "EPL-", "CDDL-", "EUPL-"];
const STRONG: [&str; 2] = ["GPL-", "CC-BY-SA-"];
const NETWORK: [&str; 2] = ["AGPL-", "SSPL-"];

/// A parsed licence expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// One identifier.
    One(String),
    /// Both apply.
    And(Box<Expression>, Box<Expression>),
    /// The taker chooses.
    Or(Box<Expression>, Box<Expression>),
}

impl Expression {
    /// Reads an SPDX expression.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    ///
    /// ```
    /// use te_netlist::licence::{Class, Expression};
    ///
    /// let licence = Expression::parse("MIT OR (GPL-3.0-only AND Zlib)")?;
    /// assert_eq!(licence.class(), Class::Permissive);
    /// assert!(Expression::parse("MIT OR").is_err());
    /// # Ok::<(), String>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        let spaced = text.replace('(', " ( ").replace(')', " ) ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        if words.len() > 64 {
            return Err("the licence expression is longer than 64 words".into());
        }
        let mut rest = words.as_slice();
        let expression = either(&mut rest).map_err(|what| format!("licence `{text}`: {what}"))?;
        match rest.first() {
            None => Ok(expression),
            Some(word) => Err(format!("licence `{text}`: `{word}` follows without AND or OR")),
        }
    }

    /// The class of the whole.
    pub fn class(&self) -> Class {
        match self {
            Self::One(id) => class_of(id),
            Self::And(a, b) => a.class().max(b.class()),
            Self::Or(a, b) => a.class().min(b.class()),
        }
    }
}

fn either(words: &mut &[&str]) -> Result<Expression, String> {
    let mut left = both(words)?;
    while take(words, "OR") {
        left = Expression::Or(Box::new(left), Box::new(both(words)?));
    }
    Ok(left)
}

fn both(words: &mut &[&str]) -> Result<Expression, String> {
    let mut left = one(words)?;
    while take(words, "AND") {
        left = Expression::And(Box::new(left), Box::new(one(words)?));
    }
    Ok(left)
}

fn one(words: &mut &[&str]) -> Result<Expression, String> {
    if take(words, "(") {
        let inner = either(words)?;
        return if take(words, ")") { Ok(inner) } else { Err("a `)` is missing".into()) };
    }
    let id = identifier(words)?;
    if take(words, "WITH") {
        identifier(words)?;
    }
    Ok(Expression::One(id))
}

fn identifier(words: &mut &[&str]) -> Result<String, String> {
    let Some((first, rest)) = words.split_first() else {
        return Err("an identifier is missing".into());
    };
    let legal = first.chars().all(|c| c.is_ascii_alphanumeric() || ".+:-".contains(c));
    if !legal || ["AND", "OR", "WITH", "NONE", "NOASSERTION"].contains(first) {
        return Err(format!("`{first}` is no SPDX identifier"));
    }
    *words = rest;
    Ok((*first).to_owned())
}

fn take(words: &mut &[&str], word: &str) -> bool {
    match words.split_first() {
        Some((first, rest)) if *first == word => {
            *words = rest;
            true
        }
        _ => false,
    }
}

fn class_of(id: &str) -> Class {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| id.starts_with(prefix));
    if PERMISSIVE.contains(&id) {
        Class::Permissive
    } else if starts(&WEAK) {
        Class::WeakCopyleft
    } else if starts(&NETWORK) {
        Class::NetworkCopyleft
    } else if starts(&STRONG) {
        Class::Copyleft
    } else {
        Class::Unknown
    }
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// For a person to look at.
    Note,
    /// Something is missing.
    Warning,
    /// The licences do not permit it.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// One component's line of the licence table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Id of the component.
    pub id: String,
    /// Its licence.
    pub license: String,
    /// Class of its licence.
    pub class: Class,
    /// What was found.
    pub findings: Vec<(Severity, String)>,
}

/// The licence table of a network. What is there under two names is in it once.
pub fn audit(network: &Network) -> Vec<AuditRow> {
    let components =
        network.nodes.iter().filter(|node| node.kind == NodeKind::Component && node.same_as.is_none());
    let rows = components.map(|node| {
        let class = class_of_text(&node.license);
        let mut findings = Vec::new();
        if class == Class::Unknown {
            findings.push((Severity::Warning, format!("licence `{}` is not in the table", node.license)));
        }
        if node.authors.is_empty() {
            findings.push((Severity::Warning, "no author is named".to_owned()));
        }
        findings.extend(node.parents.iter().filter_map(|edge| check_parent(network, node, class, edge)));
        AuditRow { id: node.id.clone(), license: node.license.clone(), class, findings }
    });
    rows.collect()
}

fn check_parent(network: &Network, node: &Node, class: Class, edge: &Edge) -> Option<(Severity, String)> {
    let known = network.nodes.iter().find(|other| other.id == edge.of || other.hash.to_string() == edge.of);
    let severity = if edge.carries_code() { Severity::Error } else { Severity::Note };
    let step = format!("{} {}", edge.relation, edge.of);
    let Some(stated) = edge.license.as_deref().or(known.map(|other| other.license.as_str())) else {
        let why = if edge.carries_code() {
            "no licence is recorded, and without one nothing is permitted"
        } else {
            "no licence is recorded; only ideas and numbers may come from it"
        };
        return Some((severity, format!("{step}: {why}")));
    };
    let theirs = class_of_text(stated);
    (theirs > class).then(|| {
        let text =
            format!("{step}: its licence {stated} ({theirs}) asks more than {} ({class})", node.license);
        (severity, text)
    })
}

fn class_of_text(text: &str) -> Class {
    Expression::parse(text).map_or(Class::Unknown, |expression| expression.class())
}
