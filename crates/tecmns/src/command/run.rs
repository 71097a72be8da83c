//! `tecmns run`.

use super::format::{parse_compression, parse_format};
use super::into_folder::{IntoFolder, Left};
use super::manifest::{self, OutputChoice};
use super::settings::Settings;
use super::tell::tell;
use super::{CommandError, FAILURES, INTERRUPTED};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use te_core::{Experiment, MOST_THREADS, Plan};
use te_output::{Compression, Format, Outcome, Storage};
use tecmns::system::{Changes, Prepared};

/// Arguments of `tecmns run`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(crate) struct RunArgs {
    #[command(flatten)]
    settings: Settings,
    /// Threads, at most 1024; 0 for one for each core
    #[arg(long, short, default_value_t = 0, value_parser = parse_jobs)]
    jobs: usize,
    /// Results folder; the default is a new one under `results/`
    #[arg(long, short)]
    out: Option<PathBuf>,
    /// Format of the trajectories: parquet, arrow or csv
    #[arg(long, default_value = "parquet", value_parser = parse_format)]
    format: Format,
    /// How the trajectories are packed in Parquet: zstd, snappy or none
    #[arg(long, default_value = "zstd", value_parser = parse_compression)]
    compression: Compression,
    /// Compute only shard I of N (units u with u mod N = I), or `auto` to read a job array's variables
    #[arg(long, value_name = "I/N")]
    shard: Option<String>,
    /// Go on with a folder that was begun by the same command; restore what is missing in a finished one
    #[arg(long)]
    resume: bool,
    /// End at the first failed run
    #[arg(long)]
    strict: bool,
    /// How many runs may fail
    #[arg(long, default_value_t = 0)]
    max_failures: u64,
    /// Run every corner of the environment parameters' bounds, at most so many
    #[arg(long, value_name = "LIMIT", num_args = 0..=1, default_missing_value = "1024")]
    corners: Option<u64>,
    /// Draw no charts and write no report
    #[arg(long)]
    no_charts: bool,
    /// Write no summary
    #[arg(long)]
    no_summary: bool,
    /// Begin although the disk may not have room for the results
    #[arg(long)]
    force: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

impl RunArgs {
    /// What the command line changes in the file.
    fn changes(&self) -> Changes {
        Changes { corners: self.corners, ..self.settings.changes() }
    }

    /// The experiment with what the command line says of how to run it.
    fn how_to_run(&self, experiment: Experiment, shard: Option<(u64, u64)>) -> Experiment {
        let mut experiment = experiment.threads(self.jobs);
        if self.strict {
            experiment = experiment.strict();
        }
        match shard {
            Some((index, count)) => experiment.shard(index, count),
            None => experiment,
        }
    }
}

fn parse_jobs(text: &str) -> Result<usize, String> {
    let number = text.parse::<usize>().ok().filter(|number| *number <= MOST_THREADS);
    number.ok_or_else(|| format!("threads are a whole number from 0 to {MOST_THREADS}"))
}

pub(crate) fn run(args: &RunArgs) -> Result<(), CommandError> {
    let registry = super::kinds();
    let (mut file, changes) = manifest::what_to_run(&args.settings.system, &args.changes(), &registry)?;
    let Prepared { experiment, systems } = changes.experiment(&mut file, &registry)?;
    for note in &file.notes {
        say(args.quiet, &format!("note: {note}"));
    }
    let shard = args.shard.as_deref().map(parse_shard).transpose()?;
    let bar = progress_bar(args.quiet);
    let experiment = show_progress(args.how_to_run(experiment, shard), &bar);
    stop_on_interrupt(&experiment);

    let plan = experiment.plan()?;
    let storage = Storage { format: args.format, compression: args.compression };
    let output = OutputChoice { storage, charts: !args.no_charts, summary: !args.no_summary };
    let line = manifest::line_of(super::words());
    let (resume, force) = (args.resume, args.force);
    let job = IntoFolder {
        file: &file,
        changes: &changes,
        systems: &systems,
        plan: &plan,
        output,
        line,
        shard,
        resume,
        force,
    };
    let out = args.out.clone().unwrap_or_else(|| default_folder(&file.name, args.resume));
    let spinning = std::cell::OnceCell::new();
    let stage = |what: &'static str| {
        bar.finish_and_clear();
        spinning.get_or_init(|| spinner(args.quiet)).set_message(what);
    };
    let left = job.run(&out, &|text| say(args.quiet, text), &stage);
    bar.finish_and_clear();
    if let Some(spinner) = spinning.get() {
        spinner.finish_and_clear();
    }
    match left? {
        Left::Complete(outcome) => verdict(args, &plan, &out, &outcome),
        Left::Finished(finished) => {
            if !args.quiet {
                tell(&file, &plan, &out, &finished);
            }
            verdict(args, &plan, &out, &finished.outcome)
        }
        Left::Stopped { units } => {
            let kept = format!("stopped: {units} of {} units are kept in {}", plan.units(), out.display());
            Err(CommandError::new(INTERRUPTED, format!("{kept}; go on with the same command and --resume")))
        }
        Left::Part { units } => {
            let units = format!("{units} of {} units are in {}", plan.units(), out.display());
            say(args.quiet, &format!("{units}; join the shards with `tecmns merge`"));
            Ok(())
        }
    }
}

/// Whether as many runs failed as are allowed.
fn verdict(args: &RunArgs, plan: &Plan, out: &Path, outcome: &Outcome) -> Result<(), CommandError> {
    let failed = outcome.failures;
    if failed <= args.max_failures {
        return Ok(());
    }
    let mut message = format!("{failed} of {} runs failed, allowed are {}:", plan.runs(), args.max_failures);
    for failure in super::finishing::first_failures(out)? {
        message.push_str("\n  ");
        message.push_str(&failure);
    }
    let table = out.join("failures.csv");
    Err(CommandError::new(FAILURES, format!("{message}\nall of them are in {}", table.display())))
}

/// The next free folder under `results/`, or the last one where a run is resumed.
fn default_folder(name: &str, resume: bool) -> PathBuf {
    let name = te_output::safe_name(name);
    let numbered =
        |n: u32| Path::new("results").join(if n == 1 { name.clone() } else { format!("{name}-{n}") });
    let first_free = (1..u32::MAX).find(|n| !numbered(*n).exists()).unwrap_or(1);
    numbered(if resume { first_free.saturating_sub(1).max(1) } else { first_free })
}

fn parse_shard(text: &str) -> Result<(u64, u64), CommandError> {
    let variable = |name: &str| std::env::var(name).ok().and_then(|v| v.parse::<u64>().ok());
    if text == "auto" {
        let slurm = variable("SLURM_ARRAY_TASK_ID").map(|id| {
            let first = variable("SLURM_ARRAY_TASK_MIN").unwrap_or(0);
            (id.saturating_sub(first), variable("SLURM_ARRAY_TASK_COUNT").unwrap_or(1))
        });
        let indexed = variable("JOB_COMPLETION_INDEX").zip(variable("TECMNS_SHARDS"));
        return slurm.or(indexed).ok_or_else(|| {
            CommandError::bad_input(
                "--shard auto: needs SLURM_ARRAY_TASK_ID and SLURM_ARRAY_TASK_COUNT, or JOB_COMPLETION_INDEX and TECMNS_SHARDS",
            )
        });
    }
    let numbers = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
    numbers.filter(|(i, n)| i < n).ok_or_else(|| {
        CommandError::bad_input(format!("--shard {text}: write I/N with I below N, as in 0/4, or auto"))
    })
}

fn say(quiet: bool, text: &str) {
    if !quiet {
        eprintln!("{text}");
    }
}

fn progress_bar(quiet: bool) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    let template = "{wide_bar} {percent:>3} %  {msg}  {elapsed} of about {duration}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// What is done after the runs, while it is done.
fn spinner(quiet: bool) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let spinner = ProgressBar::new_spinner();
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}

fn show_progress(experiment: Experiment, bar: &ProgressBar) -> Experiment {
    let bar = bar.clone();
    experiment.on_progress(Duration::from_millis(100), move |progress| {
        bar.set_length(progress.steps_total);
        bar.set_position(progress.steps);
        let failed =
            if progress.failures > 0 { format!(", {} failed", progress.failures) } else { String::new() };
        bar.set_message(format!("{} of {} runs{failed}", progress.runs, progress.runs_total));
    })
}

/// The first Ctrl-C ends the experiment after its finished units, the second ends the process.
fn stop_on_interrupt(experiment: &Experiment) {
    let cancel = experiment.cancel_handle();
    let installed = ctrlc::set_handler(move || {
        if cancel.is_cancelled() {
            std::process::exit(i32::from(INTERRUPTED));
        }
        cancel.cancel();
    });
    if let Err(error) = installed {
        eprintln!("Ctrl-C will end at once: {error}");
    }
}
