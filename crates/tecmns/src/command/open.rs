//! `tecmns open`.

use super::CommandError;
use super::into_folder::{IntoFolder, Left};
use super::manifest::{OutputChoice, line_of_changes};
use clap::Args;
use std::path::{Path, PathBuf};
use te_output::Storage;
use te_page::{Host, Job, Options, PageError, Start};
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

    fn results(&self, job: Job<'_>) -> Result<String, String> {
        let output = OutputChoice { storage: Storage::default(), charts: true, summary: true };
        let plan = job.prepared.experiment.plan().map_err(|e| CommandError::from(e).message)?;
        let into = IntoFolder {
            file: job.file,
            changes: job.changes,
            systems: &job.prepared.systems,
            plan: &plan,
            output,
            line: line_of_changes(job.file.path(), job.changes, output),
            shard: None,
            resume: false,
            force: false,
        };
        let left = into.run(job.folder, &|_| {}, &|_| {}).map_err(|error| error.message)?;
        let folder = job.folder.display();
        Ok(match left {
            Left::Complete(_) => format!("{folder} was complete"),
            Left::Finished(finished) => {
                let failed = finished.outcome.failures;
                let told = if failed > 0 { format!(", {failed} of them failed") } else { String::new() };
                format!("{} runs are in {folder}{told}", plan.runs())
            }
            Left::Part { .. } | Left::Stopped { .. } => {
                return Err(format!("stopped: {folder} is not finished"));
            }
        })
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
