//! The command's verbs and what they have in common.

mod check;
mod codes;
mod explain;
mod list;
mod manifest;
mod plot;
mod results;
mod run;
mod settings;
mod show;

use clap::{Parser, Subcommand};
use std::fmt::Display;
use te_core::ExperimentError;
use te_output::OutputError;
use tecmns::FileErrors;

/// Token engineering from the command line: run systems of components, sweep them, look at what comes out.
#[derive(Debug, Parser)]
#[command(name = "tecmns", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 something failed on this machine; 2 bad input, do not retry; \
3 more runs failed than allowed; 75 temporary trouble, retry; 130 stopped by Ctrl-C.";

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run a system file and write a results folder
    Run(run::RunArgs),
    /// Check a system file and show its wiring
    Check(check::CheckArgs),
    /// List the kinds of components
    List(list::ListArgs),
    /// Show a kind's parameters, inputs and metrics
    Show(show::ShowArgs),
    /// Draw charts of results
    Plot(plot::PlotArgs),
    /// Merge the shards of a sweep into one results folder
    Merge(results::MergeArgs),
    /// Explain an error code
    Explain(explain::ExplainArgs),
}

impl Cli {
    pub(crate) fn run(self) -> Result<(), CommandError> {
        match self.verb {
            Verb::Run(args) => run::run(&args),
            Verb::Check(args) => check::check(&args),
            Verb::List(args) => list::list(&args),
            Verb::Show(args) => show::show(&args),
            Verb::Plot(args) => plot::plot(&args),
            Verb::Merge(args) => results::merge(&args),
            Verb::Explain(args) => explain::explain(&args),
        }
    }
}

/// What the command says when it fails, and its exit code.
#[derive(Debug)]
pub(crate) struct CommandError {
    pub(crate) message: String,
    pub(crate) exit: u8,
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
