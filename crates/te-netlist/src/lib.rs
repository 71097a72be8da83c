//! The registry of component crates: hashes, lineage, fetching, verification.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod cache;
pub mod crate_manifest;
pub mod digest;
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
pub mod remote;
pub mod resolve;
pub mod verify;

pub use crate::cache::Cache;
pub use crate::digest::{Change, Difference, Digest, FileSum, Listing};
pub use crate::error::{
    CacheError, DigestError, GitError, NameError, NetworkError, ParseError, PathError, UrlError,
};
pub use crate::netlist::{Component, Import, Netlist, Parent, Relation, Role, Source};
pub use crate::network::{Network, Node, NodeKind};
pub use crate::path::RelativePath;
pub use crate::remote::{RemoteUrl, Rev, Transport};
pub use crate::resolve::{Options, Resolver};
