//! `tecmns run`.

use super::results::{KeyFigures, figures_frame, finish};
use super::settings::Settings;
use super::{CommandError, FAILURES, INTERRUPTED, manifest};
use anstream::{print, println};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::error::Error;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use te_core::{Experiment, FinishedPoints, Frame, Keep, Plan, Sink, UnitOutput, failure_table};
use te_output::{Format, PlanInfo, ResultsFolder};
use tecmns::SystemFile;

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
    /// Compute only shard I of N (units u with u mod N = I), or `auto` to read a job array's variables
    #[arg(long, value_name = "I/N")]
    shard: Option<String>,
    /// Go on with a folder that was begun by the same command
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
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

/// Threads, at most: more would only wait for each other.
const MOST_THREADS: usize = 1024;

fn parse_jobs(text: &str) -> Result<usize, String> {
    let number = text.parse::<usize>().ok().filter(|number| *number <= MOST_THREADS);
    number.ok_or_else(|| format!("threads are a whole number from 0 to {MOST_THREADS}"))
}

fn parse_format(text: &str) -> Result<Format, String> {
    let found = Format::all().iter().find(|f| f.extension() == text);
    found.copied().ok_or_else(|| {
        let all: Vec<&str> = Format::all().iter().map(|f| f.extension()).collect();
        format!("there are {}", all.join(", "))
    })
}

pub(crate) fn run(args: &RunArgs) -> Result<(), CommandError> {
    let registry = tecmns::built_in();
    let mut file = SystemFile::read(&args.settings.system, &registry)?;
    let (experiment, described) = args.settings.experiment(&mut file, &registry, args.corners)?;
    for note in &file.notes {
        say(args.quiet, &format!("note: {note}"));
    }
    let mut experiment = experiment.threads(args.jobs);
    if args.strict {
        experiment = experiment.strict();
    }
    let shard = args.shard.as_deref().map(parse_shard).transpose()?;
    if let Some((index, count)) = shard {
        experiment = experiment.shard(index, count);
    }
    let bar = progress_bar(args.quiet);
    let experiment = show_progress(experiment, &bar);
    stop_on_interrupt(&experiment);

    let plan = experiment.plan()?;
    if file.recording.keep == Keep::Statistics && (shard.is_some() || args.resume) && !plan.has_whole_points()
    {
        let message = format!(
            "keep=statistics gathers over the {} runs of a point, which are in several units: it cannot be sharded or resumed",
            file.runs
        );
        return Err(CommandError::bad_input(message));
    }
    let text = manifest::manifest(&file, &args.settings, args.corners, &described, &plan)?;
    let info = PlanInfo {
        id: te_output::plan_id(&text.canonical),
        manifest: text.text,
        parameters: plan.varied().into_iter().map(str::to_owned).collect(),
        units: plan.units(),
        unit_runs: plan.unit_size(),
    };
    let out = args.out.clone().unwrap_or_else(|| default_folder(&file.name, args.resume));
    let folder = ResultsFolder::open(&out, &info, args.resume)?;
    if folder.is_complete() {
        say(args.quiet, &format!("{} is complete", out.display()));
        return Ok(());
    }
    say(args.quiet, &format!("{}: {}", file.name, manifest::size_of(&plan, file.timesteps)));

    let done = folder.finished_units()?;
    let mut sink = FolderSink { folder: &folder, kpis: &file, points: FinishedPoints::default() };
    let outcome = plan.execute(&|unit| done.binary_search(&unit).is_err(), &mut sink);
    bar.finish_and_clear();
    let cancelled = match outcome {
        Ok(cancelled) => cancelled,
        Err(error) => {
            discard_if_empty(&folder, &out, args.resume);
            return Err(error.into());
        }
    };
    let finished = folder.finished_units()?;
    if cancelled {
        let kept =
            format!("stopped: {} of {} units are kept in {}", finished.len(), plan.units(), out.display());
        return Err(CommandError::new(
            INTERRUPTED,
            format!("{kept}; go on with the same command and --resume"),
        ));
    }
    // A shard is joined with the others, also where it happens to hold every unit.
    if shard.is_some() || (finished.len() as u64) < plan.units() {
        say(
            args.quiet,
            &format!(
                "{} of {} units are in {}; join the shards with `tecmns merge`",
                finished.len(),
                plan.units(),
                out.display()
            ),
        );
        return Ok(());
    }
    report(args, &file, &plan, &out)
}

/// Joins the units, draws, and tells what came out.
fn report(args: &RunArgs, file: &SystemFile, plan: &Plan, out: &Path) -> Result<(), CommandError> {
    let charts = (!args.no_charts).then_some(file.charts.as_slice());
    let spinner = spinner(args.quiet);
    let stage = |what: &'static str| spinner.set_message(what);
    let key_figures = KeyFigures { kpis: &file.kpis, plan };
    let finished = finish(&[out.to_owned()], out, args.format, charts, &key_figures, &stage);
    spinner.finish_and_clear();
    let finished = finished?;
    if !args.quiet {
        print!("{}", finished.summary.screen(8));
        for kpi in &finished.figures {
            let point = plan.point(kpi.subset).into_iter();
            let subset: String = point.map(|(name, value)| format!(", {name} = {value}")).collect();
            let verdict = match kpi.holds {
                Some(true) => "  holds",
                Some(false) => "  DOES NOT HOLD",
                None => "",
            };
            let at = usize::try_from(kpi.simulation).ok().filter(|_| file.variants.len() > 1);
            let variant = at.and_then(|at| file.variants.get(at));
            let variant = variant.map(|variant| format!(", {}", variant.name)).unwrap_or_default();
            let interval = kpi.interval.map(|interval| {
                let (low, high) = interval.ends();
                format!(" [{low:.4}, {high:.4}] ({})", interval.method())
            });
            println!(
                "{}{variant}{subset}: {}{} {}{verdict}",
                kpi.name,
                kpi.shown(),
                interval.unwrap_or_default(),
                kpi.taken_over()
            );
        }
        println!("\n{} rows in {}", finished.outcome.rows, out.display());
        for note in &finished.drawn.notes {
            eprintln!("not drawn: {note}");
        }
        for picture in finished.drawn.pictures.iter().filter(|c| c.extension().is_some_and(|e| e != "svg")) {
            println!("  {}", picture.display());
        }
        if !finished.drawn.left_out.is_empty() {
            let titles = finished.drawn.left_out.join("; ");
            println!("too large to draw at once, see `tecmns plot`: {titles}");
        }
    }
    let failed = finished.outcome.failures;
    if failed > args.max_failures {
        let table = out.join("failures.csv");
        let mut message =
            format!("{failed} of {} runs failed, allowed are {}:", plan.runs(), args.max_failures);
        for failure in finished.first_failures {
            message.push_str("\n  ");
            message.push_str(&failure);
        }
        return Err(CommandError::new(
            FAILURES,
            format!("{message}\nall of them are in {}", table.display()),
        ));
    }
    Ok(())
}

/// Writes units as they come.
struct FolderSink<'a> {
    folder: &'a ResultsFolder,
    kpis: &'a SystemFile,
    points: FinishedPoints,
}

impl Sink for FolderSink<'_> {
    fn unit(&mut self, output: &mut UnitOutput) -> Result<(), Box<dyn Error + Send + Sync>> {
        // Statistics leave with the unit in which their points are finished.
        self.points.finish(output);
        let statistics =
            output.statistics.as_ref().map_or_else(|| Ok(Frame::default()), |table| table.frame())?;
        let failures = failure_table(&output.failures)?;
        let names: Vec<&str> = self.kpis.kpis.iter().map(|k| k.name.as_str()).collect();
        let figures = figures_frame(&names, &output.figures)?;
        let tables = [("failures", &failures), ("figures", &figures), ("statistics", &statistics)];
        self.folder.write_unit(output.unit, output.runs, output.frame(), &tables)?;
        Ok(())
    }
}

/// A folder in which nothing was computed is not left behind.
fn discard_if_empty(folder: &ResultsFolder, out: &Path, resume: bool) {
    if !resume && folder.finished_units().is_ok_and(|units| units.is_empty()) {
        // A folder that cannot be removed holds nothing but its manifest, which names the plan.
        let _ = std::fs::remove_dir_all(out);
    }
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
