//! The registry of component crates: hashes, lineage, fetching, verification.
//!
//! A registry is a git repository with a `netlist.toml`. The file names component crates, says
//! what each is, who wrote it, under which licence and what it derives from, and gives the
//! [content hash](digest) of its files. It may import other registries by commit and
//! [root hash](netlist); since a registry's root covers the hashes it registers and the roots it
//! imports, one root names the whole network of models.
//!
//! ```toml
//! [registry]
//! name = "tecmns"                     # first part of every id: tecmns/amm
//! format = 1
//!
//! [component.amm]
//! path = "crates/te-amm"              # a crate, or a folder of equations; or git = "https://…", rev = "<full commit id>", path
//! role = "controllable"               # controllable | uncontrollable | engine | system | data
//! kinds = ["amm/constant-product"]
//! version = "0.1.0"
//! license = "MIT OR Apache-2.0"
//! authors = ["The tecmns authors"]
//! parents = [{ of = "https://example.org/notebook", relation = "reimplements" }]
//! hash = "h1:…"                       # written by `tecmns lock`
//!
//! [registry-import.ltf]
//! git = "https://example.org/ltf/models"
//! rev = "<full commit id>"
//! hash = "h1:…"                       # root of the imported registry
//! ```
//!
//! | task | module |
//! |---|---|
//! | read the file, compute its root | [`netlist`] |
//! | hash files: of a working tree, a commit, a packaged crate | [`digest`], [`git`], [`packaged`] |
//! | fetch, verify, follow imports | [`resolve`], [`cache`], [`network`] |
//! | compare the file with what is there | [`verify`] |
//! | write hashes and entries | [`lock`] |
//! | say which code a command was compiled from, and compile others' in | [`provenance`], [`bundle`] |
//! | a new component crate, or a file of equations | [`scaffold`] |
//! | components that are equations instead of crates | [`equation_files`] |
//! | ancestors, descendants, shares; licences | [`lineage`], [`licence`] |
//!
//! Units: sizes in bytes, rewards in their smallest unit. Sources: Go's `dirhash` for the digest,
//! Nix flakes for registries that import registries, Cargo for exact pins.
//!
//! Limits: a hash says that content is unchanged, not that it is good, nor who wrote it; author
//! names are claims of the registry that holds them. Nothing of a fetched repository is run here.
//!
//! ```
//! use te_netlist::{FileSum, Listing, Netlist, Transport};
//!
//! // Files to a hash, a hash into an entry, entries to a root.
//! let files = Listing::new(vec![FileSum::of("src/lib.rs", b"pub fn sine() {}\n")])?;
//! let text = format!(
//!     "[registry]\nname = \"waves\"\nformat = 1\n\n[component.sine]\npath = \"sine\"\n\
//!      role = \"uncontrollable\"\nversion = \"0.1.0\"\nlicense = \"MIT\"\nhash = \"{}\"\n",
//!     files.digest(),
//! );
//! let netlist = Netlist::parse(&text, "netlist.toml", Transport::Https)?;
//! assert_eq!(netlist.components["sine"].hash, Some(files.digest()));
//!
//! // Whatever the entry says is in the root; comments and order are not.
//! let renamed = Netlist::parse(&text.replace("0.1.0", "0.2.0"), "netlist.toml", Transport::Https)?;
//! assert_ne!(netlist.root(), renamed.root());
//! let noted = Netlist::parse(&format!("# note\n{text}"), "netlist.toml", Transport::Https)?;
//! assert_eq!(netlist.root(), noted.root());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod bundle;
pub mod cache;
pub mod crate_manifest;
pub mod digest;
pub mod equation_files;
pub mod error;
pub mod git;
pub mod licence;
pub mod lineage;
pub mod lock;
pub mod name;
pub mod netlist;
pub mod network;
pub mod packaged;
mod parse;
pub mod path;
pub mod provenance;
pub mod remote;
pub mod resolve;
pub mod scaffold;
pub mod verify;
pub mod whole_file;

pub use crate::cache::Cache;
pub use crate::digest::{Change, Difference, Digest, DigestError, FileSum, Listing};
pub use crate::error::{CacheError, GitError, NameError, NetworkError, ParseError, UrlError};
pub use crate::netlist::{Component, Import, Netlist, Parent, Relation, Role, Source};
pub use crate::network::{Network, Node, NodeKind};
pub use crate::path::{PathError, RelativePath};
pub use crate::remote::{RemoteUrl, Rev, Transport};
pub use crate::resolve::{Options, Resolver};
