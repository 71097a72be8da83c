//! A system file in the browser: a local page with a slider for each parameter and charts that follow.
//!
//! [`serve`] answers on 127.0.0.1 only, under an address with a secret in it, and to nobody but its own page. The page is a few
//! files that are part of this crate; what it asks for is computed by the engine as the command does, to the bit.
//!
//! | module | what |
//! |---|---|
//! | `server`, `connection`, `security` | threads, limits, who is answered |
//! | `routes`, `assets` | which address leads where; the files of the page |
//! | `app`, `opened`, `setting` | systems that are open, and settings of them |
//! | `describe` | what a system is, for the page |
//! | `growth`, `statistics`, `run` | a number of runs that grows while somebody looks |
//! | `sweep`, `steps` | one parameter over a range; one run timestep by timestep |
//! | `edit`, `export`, `save` | a setting as a command, a file, a program, a variant, a results folder |
//! | `gallery`, `compose`, `place` | systems at hand, new ones, and the folder in which they are |
//! | `stream`, `trouble` | answers that go on, and what is wrong |
//!
//! ```
//! use te_page::{Alone, Options, Start};
//!
//! let text = "[system]\ntimesteps = 4\n\n[controllables.economy]\nkind = \"hive/economy\"\n";
//! let start = Start::text(text, "hive.toml");
//! let server = te_page::serve(Options::new(te_system::built_in(), start, Alone))?;
//! assert!(server.url().starts_with("http://127.0.0.1:"));
//! server.close();
//! # Ok::<(), te_page::PageError>(())
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod app;
mod assets;
mod compose;
mod connection;
mod describe;
mod edit;
mod export;
mod gallery;
mod growth;
mod host;
mod opened;
mod place;
mod routes;
mod run;
mod save;
mod security;
mod server;
mod setting;
mod slider;
mod statistics;
mod steps;
mod stream;
mod sweep;
mod trouble;

pub use host::{Alone, Host, Job, Options, PageError, Start};
pub use server::{Closer, Server};

/// Serves the page until the [`Server`] is closed or dropped.
///
/// # Errors
/// [`PageError`] where the port is taken, or the system cannot be read.
pub fn serve(options: Options) -> Result<Server, PageError> {
    Server::start(options)
}

/// Shows the page in the browser of this machine.
///
/// # Errors
/// Where no browser can be started.
pub fn show(url: &str) -> std::io::Result<()> {
    open::that_detached(url)
}
