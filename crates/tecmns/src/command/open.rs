//! `tecmns open`.

use super::CommandError;
use super::manifest::{OutputChoice, line_of_changes};
use clap::Args;
use std::path::{Path, PathBuf};
use te_output::Storage;
use te_page::{Host, Options, PageError, Start};
use tecmns::system::Changes;

/// Arguments of `tecmns open`.
#[derive(Debug, Args)]
pub(crate) struct OpenArgs {
    /// The system file; without one the page shows systems to choose from
    system: Option<PathBuf>,
    /// Port on this machine; 0 for one that is free
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Print the address, and start no browser
    #[arg(long)]
    no_browser: bool,
}

/// What a page can do beyond its own: what the command does.
#[derive(Clone, Copy, Debug)]
pub struct PageHost;

impl Host for PageHost {
    fn line(&self, file: &Path, changes: &Changes) -> Option<String> {
        let output = OutputChoice { storage: Storage::default(), charts: true, summary: true };
        Some(line_of_changes(file, changes, output))
    }
}

pub(crate) fn open(args: &OpenArgs) -> Result<(), CommandError> {
    let start = args.system.as_ref().map(Start::file);
    let options = Options::new(super::kinds(), start, PageHost).port(args.port);
    let server = te_page::serve(options)?;
    let closer = server.closer();
    if let Err(error) = ctrlc::set_handler(move || closer.close()) {
        eprintln!("Ctrl-C will end at once: {error}");
    }
    println!("{}", server.url());
    eprintln!("Ctrl-C ends it");
    if !args.no_browser
        && let Err(error) = te_page::show(server.url())
    {
        eprintln!("no browser could be started ({error}): open the address in one");
    }
    server.wait();
    eprintln!("closed");
    Ok(())
}

impl From<PageError> for CommandError {
    fn from(error: PageError) -> Self {
        match error {
            PageError::File(errors) => errors.into(),
            PageError::Runtime(_) | PageError::Secret(_) => Self::new(1, error),
            other => Self::bad_input(other),
        }
    }
}
