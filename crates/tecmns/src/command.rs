//! The command's verbs and what they have in common.

mod check;
mod codes;
mod conviction;
mod explain;
mod finishing;
mod format;
mod import;
mod into_folder;
mod list;
mod manifest;
mod open;
mod parameters;
mod picture;
mod plot;
mod replay;
mod results;
mod room;
mod run;
mod settings;
mod show;
mod tell;

pub use finishing::{Drawn, Finished, key_figures_frame};
pub use into_folder::{IntoFolder, Left};
pub use manifest::{OutputChoice, line_of_changes};
pub use open::PageHost;
pub use parameters::parameter_columns;
pub use results::{Joined, join};

use crate::registry_verbs;
use clap::{CommandFactory as _, Parser, Subcommand};
use std::ffi::OsString;
use std::fmt::Display;
use std::process::ExitCode;
use std::sync::OnceLock;
use te_core::ExperimentError;
use te_output::OutputError;
use tecmns::FileErrors;
use tecmns::system::ChangeError;

/// Token engineering from the command line: run systems of components, sweep them, look at what comes out.
#[derive(Debug, Parser)]
#[command(name = "tecmns", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 something failed on this machine; 2 bad input, do not retry; \
3 more runs failed than allowed, or content is not what its registered hash names; 4 untracked files in a component; \
6 licences forbid it; 75 temporary trouble, retry; 130 stopped by Ctrl-C.";

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run a system file and write a results folder
    Run(run::RunArgs),
    /// Open a system file in the browser: a page with sliders
    Open(open::OpenArgs),
    /// Check a system file and show its wiring
    Check(check::CheckArgs),
    /// Turn a model of system dynamics (XMILE, Vensim) into equations and a system
    Import(import::ImportArgs),
    /// List the kinds of components
    List(list::ListArgs),
    /// Show a kind's parameters, inputs and metrics
    Show(show::ShowArgs),
    /// Draw charts of results
    Plot(plot::PlotArgs),
    /// Draw what is inside a component at a timestep, by replaying a run of a results folder
    Picture(picture::PictureArgs),
    /// Merge the shards of a sweep into one results folder
    Merge(results::MergeArgs),
    /// Write the report on a results folder: one page that opens offline
    Report(results::ReportArgs),
    /// Compare two results: what was set differently, what came out differently
    Compare(results::CompareArgs),
    /// Tables and curves for choosing conviction voting's parameters
    Conviction(conviction::ConvictionArgs),
    /// Explain an error code
    Explain(explain::ExplainArgs),
    /// Fetch and verify what the registry names
    Init(registry_verbs::InitArgs),
    /// Write the registry's hashes
    Lock(registry_verbs::LockArgs),
    /// Compare the registry with the files, or results with the registry
    Verify(registry_verbs::VerifyArgs),
    /// Register a component or registry of another repository
    Add(registry_verbs::AddArgs),
    /// Show the network of registries
    Tree(registry_verbs::TreeArgs),
    /// Show why an entry is in the network
    Why(registry_verbs::WhyArgs),
    /// Show what a component derives from and what derives from it
    Lineage(registry_verbs::LineageArgs),
    /// Show the hash that names the whole network
    Root(registry_verbs::RootArgs),
    /// Check licences
    Audit(registry_verbs::AuditArgs),
    /// Make a component: a crate, or a file of equations
    New(registry_verbs::NewArgs),
    /// Build a command with external components in it
    Build(registry_verbs::BuildArgs),
}

/// The command line that this process runs.
static WORDS: OnceLock<Vec<OsString>> = OnceLock::new();

/// The command line after the command's own name.
fn words() -> impl Iterator<Item = String> {
    WORDS.get().into_iter().flatten().skip(1).map(|word| word.to_string_lossy().into_owned())
}

/// Runs the command on this process's arguments.
pub fn main() -> ExitCode {
    ExitCode::from(main_on(std::env::args_os().collect()))
}

/// Runs the command on a command line, whose first word is the command's own name: its exit code. A process runs one.
pub fn main_on(line: Vec<OsString>) -> u8 {
    let cli = match Cli::try_parse_from(WORDS.get_or_init(|| line)) {
        Ok(cli) => cli,
        Err(error) => {
            // What cannot be printed has no reader.
            let _ = error.print();
            if let Some(hint) = verb_hint() {
                eprintln!("{hint}");
            }
            return u8::try_from(error.exit_code()).unwrap_or(BAD_INPUT);
        }
    };
    match cli.run() {
        Ok(()) => 0,
        Err(error) => {
            if !error.message.is_empty() {
                eprintln!("{}", error.message);
            }
            error.exit
        }
    }
}

/// Verbs are written without dashes: says so where one was written with them.
fn verb_hint() -> Option<String> {
    let first = words().next()?;
    let word = first.trim_start_matches('-');
    let command = Cli::command();
    let verb = first.starts_with('-').then(|| command.find_subcommand(word)).flatten()?;
    Some(format!("did you mean `tecmns {}`? Verbs are written without dashes", verb.get_name()))
}

/// Runs the command with external components: `components` says which code they are, one line `package id hash` for
/// each, and `register` adds their kinds. `tecmns build` writes the `main` that calls this.
pub fn main_with(components: &str, register: fn(&mut te_core::Registry)) -> ExitCode {
    crate::code::extend(components, register);
    main()
}

impl Cli {
    fn run(self) -> Result<(), CommandError> {
        match self.verb {
            Verb::Run(args) => run::run(&args),
            Verb::Open(args) => open::open(&args),
            Verb::Check(args) => check::check(&args),
            Verb::Import(args) => import::import(&args),
            Verb::List(args) => list::list(&args),
            Verb::Show(args) => show::show(&args),
            Verb::Plot(args) => plot::plot(&args),
            Verb::Picture(args) => picture::picture(&args),
            Verb::Merge(args) => results::merge(&args),
            Verb::Report(args) => results::report(&args),
            Verb::Compare(args) => results::compare(&args),
            Verb::Conviction(args) => conviction::conviction(&args),
            Verb::Explain(args) => explain::explain(&args),
            Verb::Init(args) => registry(registry_verbs::init(&args)),
            Verb::Lock(args) => registry(registry_verbs::lock(&args)),
            Verb::Verify(args) => registry(registry_verbs::verify(&args)),
            Verb::Add(args) => registry(registry_verbs::add(&args)),
            Verb::Tree(args) => registry(registry_verbs::tree(&args)),
            Verb::Why(args) => registry(registry_verbs::why(&args)),
            Verb::Lineage(args) => registry(registry_verbs::lineage(&args)),
            Verb::Root(args) => registry(registry_verbs::root(&args)),
            Verb::Audit(args) => registry(registry_verbs::audit(&args)),
            Verb::New(args) => registry(registry_verbs::new(&args)),
            Verb::Build(args) => registry(registry_verbs::build(&args)),
        }
    }
}

/// What system files may ask for here; what could not be read is said.
pub(crate) fn kinds() -> te_core::Registry {
    let (registry, notes) = tecmns::kinds();
    for note in notes {
        anstream::eprintln!("note: {note}");
    }
    registry
}

fn registry(done: anyhow::Result<()>) -> Result<(), CommandError> {
    done.map_err(|error| CommandError::new(registry_verbs::exit_code(&error), format!("{error:#}")))
}

/// What the command says when it fails, and its exit code.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct CommandError {
    /// What it says.
    pub message: String,
    /// The exit code.
    pub exit: u8,
}

/// Exit code of bad input.
pub(crate) const BAD_INPUT: u8 = 2;
/// Exit code where more runs failed than allowed.
pub(crate) const FAILURES: u8 = 3;
/// Exit code of trouble that may pass.
pub(crate) const TEMPORARY: u8 = 75;
/// Exit code after Ctrl-C, as shells have it.
pub(crate) const INTERRUPTED: u8 = 130;

impl CommandError {
    /// The error's stable number where it has one, explained by `tecmns explain`.
    pub fn code(&self) -> Option<&str> {
        self.message.split_once(':').map(|(code, _)| code).filter(|code| code.starts_with("TE"))
    }

    pub(crate) fn bad_input(message: impl Display) -> Self {
        Self { message: message.to_string(), exit: BAD_INPUT }
    }

    pub(crate) fn new(exit: u8, message: impl Display) -> Self {
        Self { message: message.to_string(), exit }
    }
}

impl From<FileErrors> for CommandError {
    fn from(errors: FileErrors) -> Self {
        Self::bad_input(errors)
    }
}

impl From<ChangeError> for CommandError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Experiment(error) => error.into(),
            other => Self::bad_input(other),
        }
    }
}

impl From<OutputError> for CommandError {
    fn from(error: OutputError) -> Self {
        let exit = if error.is_temporary() { TEMPORARY } else { BAD_INPUT };
        Self { message: error.to_string(), exit }
    }
}

impl From<ExperimentError> for CommandError {
    fn from(error: ExperimentError) -> Self {
        let exit = match &error {
            ExperimentError::Failed(_) => FAILURES,
            ExperimentError::Sink(cause) => match cause.downcast_ref::<OutputError>() {
                Some(output) if output.is_temporary() => TEMPORARY,
                _ => 1,
            },
            _ => BAD_INPUT,
        };
        Self { message: format!("{}: {error}", error.code()), exit }
    }
}
