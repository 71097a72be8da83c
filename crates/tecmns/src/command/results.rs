//! Verbs on results folders: `tecmns merge`, `report`, `compare`.

use super::finishing::{Drawn, Finishing, report_of};
use super::format::{parse_compression, parse_format};
use super::manifest::OutputChoice;
use super::replay::Replay;
use super::{CommandError, manifest, picture};
use anstream::{print, println};
use clap::Args;
use std::path::{Path, PathBuf};
use te_output::{Compression, Format, Outcome, Parts, ResultsFolder, Storage, Summary, Theme};

/// Arguments of `tecmns merge`.
#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    /// Results folders of the shards
    #[arg(required = true)]
    sources: Vec<PathBuf>,
    /// Folder for the merged results; may be one of the shards'
    #[arg(long, short)]
    out: PathBuf,
    /// Merge what is there even where units are missing
    #[arg(long)]
    allow_missing: bool,
    /// Format of the trajectories: parquet, arrow or csv; the default is that of the shards' command
    #[arg(long, value_parser = parse_format)]
    format: Option<Format>,
    /// How the trajectories are packed in Parquet: zstd, snappy or none; the default is that of the shards' command
    #[arg(long, value_parser = parse_compression)]
    compression: Option<Compression>,
    /// Draw no charts and write no report
    #[arg(long)]
    no_charts: bool,
    /// Write no summary
    #[arg(long)]
    no_summary: bool,
}

/// Joins shards to the folder that one machine would have left.
pub(crate) fn merge(args: &MergeArgs) -> Result<(), CommandError> {
    let Joined { outcome, summary, drawn, missing } =
        join(&args.sources, &args.out, args.allow_missing, &|told| OutputChoice {
            storage: Storage {
                format: args.format.unwrap_or(told.storage.format),
                compression: args.compression.unwrap_or(told.storage.compression),
            },
            charts: told.charts && !args.no_charts,
            summary: told.summary && !args.no_summary,
        })?;
    drawn.tell();
    print!("{}", summary.screen(8));
    println!("\n{} rows in {}", outcome.rows, args.out.display());
    if missing > 0 {
        println!("{missing} units are missing: there are no key figures, charts and report of a part");
    }
    Ok(())
}

/// What shards were joined to.
pub struct Joined {
    /// What the folder says of itself.
    pub outcome: Outcome,
    /// Statistics over runs.
    pub summary: Summary,
    /// Charts and the report; none where units are missing.
    pub drawn: Drawn,
    /// Units that no shard has.
    pub missing: usize,
}

/// Joins shards to the folder that one machine would have left; `choose` may write other things than the shards' command told.
///
/// # Errors
/// [`CommandError`] where the folders are of several plans, lack units and need not, or the disk refuses.
pub fn join(
    sources: &[PathBuf],
    out: &Path,
    allow_missing: bool,
    choose: &dyn Fn(OutputChoice) -> OutputChoice,
) -> Result<Joined, CommandError> {
    let parts = Parts::of(sources)?;
    if !allow_missing {
        parts.complete(out)?;
    }
    let output = choose(manifest::output_choice(&parts.plan().manifest));
    let missing = parts.missing().len();
    let folder = parts.target(out)?;
    if missing > 0 {
        let merged = folder.join(&parts, output.storage, output.summary)?;
        return Ok(Joined {
            outcome: merged.outcome,
            summary: merged.summary,
            drawn: Drawn::default(),
            missing,
        });
    }
    let replay = Replay::open(out, None)?;
    let plan = replay.experiment.plan()?;
    let finishing = Finishing {
        storage: output.storage,
        charts: output.charts.then_some(replay.file.charts.as_slice()),
        summary: output.summary,
        runs: replay.file.settings.runs,
        kpis: &replay.file.settings.kpis,
        plan: &plan,
    };
    let finished = finishing.finish(&folder, &parts, &|_| {})?;
    Ok(Joined { outcome: finished.outcome, summary: finished.summary, drawn: finished.drawn, missing })
}

/// Arguments of `tecmns report`.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// A results folder
    results: PathBuf,
    /// Where to write the page; the default is `report.html` in the results folder
    #[arg(long, short)]
    out: Option<PathBuf>,
}

pub(crate) fn report(args: &ReportArgs) -> Result<(), CommandError> {
    let mut report = report_of(&args.results)?;
    let drawn = picture::of_manifest(&args.results)?;
    for note in drawn.iter().filter_map(|one| one.as_ref().err()) {
        eprintln!("not drawn: {}", note.message);
    }
    report.pictures = drawn.iter().flatten().map(picture::Drawn::in_report).collect();
    let html = report.render(&args.results)?;
    let path = args.out.clone().unwrap_or_else(|| args.results.join("report.html"));
    te_output::write_whole(&path, html.as_bytes())?;
    if args.out.is_none() {
        ResultsFolder::redrawn(&args.results)?;
    }
    println!("{}", path.display());
    Ok(())
}

/// Arguments of `tecmns compare`.
#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// The first results folder
    a: PathBuf,
    /// The second; without it the variants of the first are compared
    b: Option<PathBuf>,
    /// A folder for `compare.csv`, `compare.html` and charts of both side by side
    #[arg(long, short)]
    out: Option<PathBuf>,
}

pub(crate) fn compare(args: &CompareArgs) -> Result<(), CommandError> {
    let Some(b) = &args.b else {
        let comparisons = te_output::compare_variants(&args.a)?;
        for (number, comparison) in comparisons.iter().enumerate() {
            if number > 0 {
                println!();
            }
            let [first, second] = &comparison.names;
            println!("{first} and {second}");
            print!("{}", comparison.screen());
            if let Some(out) = &args.out {
                let out = out.join(te_output::safe_name(second));
                comparison.write(&out, Theme::Light)?;
                println!("\n{}", out.join("compare.html").display());
            }
        }
        return Ok(());
    };
    let comparison = te_output::compare(&args.a, b)?;
    print!("{}", comparison.screen());
    if let Some(out) = &args.out {
        comparison.write(out, Theme::Light)?;
        println!("\n{}", out.join("compare.html").display());
    }
    Ok(())
}
