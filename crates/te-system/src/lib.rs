//! System files: a system, what to vary and what to keep, from TOML to a plan.
//!
//! | module | what |
//! |---|---|
//! | [`system_file`] | the files, their values, their limits |
//! | [`Settings`] | what is run how often, what varies, what is kept: a file is read into it, it makes the experiment |
//! | [`changes`] | what a command line, a program or a form changes in a file |
//! | [`Described`] | what a system is, as data |
//! | [`read_equations`] | files of equations, which systems use as components |
//! | [`built_in`] | the kinds of components that this workspace has |
//! | [`kind_data`], [`params_schema`] | what a kind declares, as data, and as JSON Schema |
//!
//! Nothing here prints, draws or writes: the command, Python and servers do.
//!
//! ```
//! use std::path::Path;
//! use te_system::SystemFile;
//!
//! let text = "[system]\ntimesteps = 4\n\n[controllables.economy]\nkind = \"hive/economy\"\n";
//! let registry = te_system::built_in();
//! let file = SystemFile::parse(text, Path::new("hive.toml"), &registry)?;
//! let plan = file.experiment(file.systems(&registry, &[])?).plan()?;
//! assert_eq!((file.name.as_str(), plan.runs()), ("hive", 1));
//!
//! let wrong = text.replace("economy\"", "economi\"");
//! let refused = SystemFile::parse(&wrong, Path::new("hive.toml"), &registry).unwrap_err();
//! let expected = "hive.toml:5:8: TE0304: unknown kind `hive/economi`; did you mean `hive/economy`?";
//! assert_eq!(refused.to_string(), expected);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod changes;
mod data_column;
mod described;
mod equation_file;
mod kinds;
mod overruled;
mod regular_file;
mod schema;
mod settings;
pub mod system_file;

pub use changes::{ChangeError, Changes, Prepared};
pub use described::{Described, describe};
pub use equation_file::{is_equation_file, read_equations};
pub use kinds::built_in;
pub use schema::{kind_data, params_schema};
pub use settings::{KEEPS, Settings, keep_name};
pub use system_file::{FileError, FileErrors, SystemFile, Variant};
