//! From units to a finished results folder; `tecmns merge`.

use super::{CommandError, picture};
use anstream::{print, println};
use clap::Args;
use std::path::{Path, PathBuf};
use te_core::{Cells, Column, Frame, FrameError, Kpi, KpiResult, ParamKind, Plan, RunId};
use te_output::{ChartSpec, ColumnTable, Format, Outcome, ResultsFolder, Summary, Theme};

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
}

pub(crate) fn merge(args: &MergeArgs) -> Result<(), CommandError> {
    let merged = te_output::merge(&args.sources, &args.out, Format::Parquet, args.allow_missing)?;
    print!("{}", merged.summary.screen(8));
    println!("\n{} rows in {}", merged.outcome.rows, args.out.display());
    if !merged.missing.is_empty() {
        println!("{} units are missing", merged.missing.len());
    }
    Ok(())
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
    println!("{}", path.display());
    Ok(())
}

/// The report on a folder, with what the registry knows of its parameters: unit, range, meaning.
fn report_of(folder: &Path) -> Result<te_output::Report, CommandError> {
    let mut report = te_output::Report::of_folder(folder)?;
    let registry = crate::built_in();
    for parameter in &mut report.parameters {
        // A later variant's parameter carries the variant's name in front.
        let path = parameter.path.rsplit(": ").next().unwrap_or(&parameter.path);
        let spec = report.wiring.nodes.iter().find_map(|node| {
            let name = path.strip_prefix(node.name.as_str())?.strip_prefix('.')?;
            registry.kind(&node.kind).ok()?.params().iter().find(|spec| spec.name == name)
        });
        if let Some(spec) = spec {
            spec.unit.clone_into(&mut parameter.unit);
            spec.doc.clone_into(&mut parameter.doc);
            parameter.range = match spec.kind {
                ParamKind::F64 | ParamKind::I64 | ParamKind::U64 | ParamKind::Decimal => {
                    spec.range.to_string()
                }
                other => other.describe(),
            };
        }
    }
    Ok(report)
}

/// Arguments of `tecmns compare`.
#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// The first results folder
    a: PathBuf,
    /// The second
    b: PathBuf,
    /// A folder for `compare.csv`, `compare.html` and charts of both side by side
    #[arg(long, short)]
    out: Option<PathBuf>,
}

pub(crate) fn compare(args: &CompareArgs) -> Result<(), CommandError> {
    let comparison = te_output::compare(&args.a, &args.b)?;
    print!("{}", comparison.screen());
    if let Some(out) = &args.out {
        comparison.write(out, Theme::Light)?;
        println!("\n{}", out.join("compare.html").display());
    }
    Ok(())
}

/// A finished folder.
pub(crate) struct Finished {
    pub(crate) outcome: Outcome,
    pub(crate) summary: Summary,
    /// Key figures over the runs of each subset.
    pub(crate) figures: Vec<KpiResult>,
    pub(crate) drawn: Drawn,
    /// The first few failures, a sentence each.
    pub(crate) first_failures: Vec<String>,
}

/// Charts and the report.
#[derive(Default)]
pub(crate) struct Drawn {
    pub(crate) pictures: Vec<PathBuf>,
    /// What is too large to be drawn at once: titles of charts, or the report.
    pub(crate) left_out: Vec<String>,
    /// Pictures that the system file asks for and that could not be drawn: why.
    pub(crate) notes: Vec<String>,
}

/// Cells that one chart is drawn from at most, and rows that a report is made from at most.
const CHART_CELLS: u64 = 100_000_000;
const REPORT_ROWS: u64 = 20_000_000;

/// Joins units, writes key figures and draws; `stage` is told what comes next.
pub(crate) fn finish(
    sources: &[PathBuf],
    out: &Path,
    format: Format,
    charts: Option<&[ChartSpec]>,
    key_figures: &KeyFigures<'_>,
    stage: &dyn Fn(&'static str),
) -> Result<Finished, CommandError> {
    stage("joining the units");
    let merged = te_output::merge(sources, out, format, false)?;
    let info = te_output::read_plan(out)?;
    let units = out.join("units");
    std::fs::remove_dir_all(&units)
        .map_err(|e| CommandError::new(1, format!("cannot remove {}: {e}", units.display())))?;
    let folder = te_output::ResultsFolder::open(out, &info, true)?;
    let figures = key_figures.plan.aggregate(&read_figures(out, key_figures.kpis.len())?)?;
    let table = key_figures_frame(key_figures.kpis, &figures).map_err(|e| CommandError::new(1, e))?;
    folder.write_table("kpis", &table)?;
    let mut drawn = Drawn::default();
    if let Some(charts) = charts
        && merged.outcome.rows > 0
    {
        stage("drawing charts and report");
        drawn = draw(&folder, charts, &merged.summary)?;
    }
    let first_failures = first_failures(out)?;
    Ok(Finished { outcome: merged.outcome, summary: merged.summary, figures, drawn, first_failures })
}

/// Charts as pictures and the report, each on its own thread: they read the table apart.
fn draw(folder: &ResultsFolder, charts: &[ChartSpec], summary: &Summary) -> Result<Drawn, CommandError> {
    let out = folder.path();
    let path = te_output::find_trajectories(out)?;
    let table = ColumnTable::open(&path)?;
    let charts = if charts.is_empty() {
        ChartSpec::defaults(&table.schema()?, table.parameters())
    } else {
        charts.to_vec()
    };
    let cells = |chart: &ChartSpec| table.rows().saturating_mul(chart.series.len() as u64 + 6);
    let (small, large): (Vec<_>, Vec<_>) = charts.into_iter().partition(|chart| cells(chart) <= CHART_CELLS);
    let mut report = (table.rows() <= REPORT_ROWS).then(|| report_of(out)).transpose()?;
    let left_out = large.into_iter().map(|c| c.title).collect();
    let mut drawn = Drawn { left_out, ..Drawn::default() };
    let mut asked = Vec::new();
    for picture in picture::of_manifest(out)? {
        match picture {
            Ok(picture) => {
                if let Some(report) = &mut report {
                    report.pictures.push(picture.in_report());
                }
                asked.push(picture);
            }
            Err(error) => drawn.notes.push(error.message),
        }
    }
    if report.is_none() {
        drawn.left_out.push("the report".to_owned());
    }
    let (pictures, html) = std::thread::scope(|scope| {
        let pages = scope.spawn(|| report.map(|report| report.render_with(&path, summary)).transpose());
        let pictures = folder.write_charts_of(&small, &table, Theme::Light);
        (pictures, pages.join().map_err(|_| CommandError::new(1, "the report could not be made")))
    });
    drawn.pictures = pictures?;
    for picture in asked {
        drawn.pictures.extend(picture.write(&out.join("charts"), Theme::Light)?);
    }
    if let Some(html) = html?? {
        drawn.pictures.push(folder.write_report(&html)?);
    }
    Ok(drawn)
}

fn first_failures(out: &Path) -> Result<Vec<String>, CommandError> {
    let path = out.join("failures.csv");
    if !path.exists() {
        return Ok(Vec::new());
    }
    let frame = te_output::read_frame(&path)?;
    let text = |name: &str, row: usize| match frame.column(name).map(|c| &c.cells) {
        Some(Cells::Text(cells)) => cells.get(row).cloned().unwrap_or_default(),
        Some(cells) => cells.number(row).map(|x| x.to_string()).unwrap_or_default(),
        None => String::new(),
    };
    let sentence = |row| {
        let at = |name: &str| text(name, row);
        format!(
            "simulation {}, subset {}, run {}, timestep {}: {}: {}",
            at("simulation"),
            at("subset"),
            at("run"),
            at("timestep"),
            at("component"),
            at("cause")
        )
    };
    Ok((0..frame.rows().min(3)).map(sentence).collect())
}

/// Key figures of runs as a table.
pub(crate) fn figures_frame(names: &[&str], figures: &[(RunId, Vec<f64>)]) -> Result<Frame, FrameError> {
    let index = |f: fn(&RunId) -> u64| Cells::U64(figures.iter().map(|(id, _)| f(id)).collect());
    let mut columns = vec![
        Column::new("simulation", index(|id| id.simulation)),
        Column::new("subset", index(|id| id.subset)),
        Column::new("run", index(|id| id.run)),
        Column::new(
            "failed",
            Cells::Bool(figures.iter().map(|(_, v)| v.is_empty() && !names.is_empty()).collect()),
        ),
    ];
    for (at, name) in names.iter().enumerate() {
        let values = figures.iter().map(|(_, v)| v.get(at).copied().unwrap_or(f64::NAN)).collect();
        columns.push(Column::new(*name, Cells::F64(values)));
    }
    Frame::new(columns)
}

/// The key figures that were asked for, and the plan that takes them over runs.
pub(crate) struct KeyFigures<'a> {
    pub(crate) kpis: &'a [Kpi],
    pub(crate) plan: &'a Plan,
}

/// Key figures over runs as a table: a row for each figure of each subset.
fn key_figures_frame(kpis: &[Kpi], figures: &[KpiResult]) -> Result<Frame, FrameError> {
    let kpi = |figure: &KpiResult| kpis.iter().find(|kpi| kpi.name == figure.name);
    let whole = |of: fn(&KpiResult) -> u64| Cells::U64(figures.iter().map(of).collect());
    let text = |of: &dyn Fn(&KpiResult) -> Option<String>| {
        Cells::Text(figures.iter().map(|figure| of(figure).unwrap_or_default()).collect())
    };
    let there: Vec<bool> = figures.iter().map(|figure| figure.value.is_finite()).collect();
    let values = figures.iter().map(|f| if f.value.is_finite() { f.value } else { 0.0 }).collect();
    let mut value = Column::new("value", Cells::F64(values));
    value.valid = there.contains(&false).then_some(there);
    let end = |name: &str, pick: fn((f64, f64)) -> f64| {
        let cells = figures.iter().map(|f| f.interval.map_or(0.0, |interval| pick(interval.ends())));
        let mut column = Column::new(name, Cells::F64(cells.collect()));
        let there: Vec<bool> = figures.iter().map(|f| f.interval.is_some()).collect();
        column.valid = there.contains(&false).then_some(there);
        column
    };
    Frame::new(vec![
        Column::new("simulation", whole(|f| f.simulation)),
        Column::new("subset", whole(|f| f.subset)),
        Column::new("figure", text(&|f| Some(f.name.clone()))),
        Column::new("of", text(&|f| kpi(f).map(|kpi| kpi.of.clone()))),
        Column::new("over_runs", text(&|f| kpi(f).map(|kpi| kpi.aggregate.clone()))),
        Column::new("runs", whole(|f| f.runs)),
        Column::new("failed", whole(|f| f.failed)),
        Column::new("undefined", whole(|f| f.undefined)),
        Column::new("never", whole(|f| f.never)),
        Column::new("counted_as_violated", whole(|f| f.counted_as_violated)),
        value,
        end("low", |(low, _)| low),
        end("high", |(_, high)| high),
        Column::new("interval", text(&|f| Some(f.interval?.method().to_owned()))),
        Column::new("require", text(&|f| kpi(f)?.require.clone())),
        Column::new("holds", text(&|f| f.holds.map(|holds| if holds { "yes" } else { "no" }.to_owned()))),
    ])
}

/// Key figures of runs, as written beside the trajectories.
fn read_figures(out: &Path, kpis: usize) -> Result<Vec<(RunId, Vec<f64>)>, CommandError> {
    let path = out.join("figures.csv");
    if kpis == 0 || !path.exists() {
        return Ok(Vec::new());
    }
    let frame = te_output::read_frame(&path)?;
    let whole = |name: &str, row: usize| match frame.column(name).map(|c| &c.cells) {
        Some(Cells::U64(cells)) => cells.get(row).copied().unwrap_or(0),
        _ => 0,
    };
    let figures = (0..frame.rows()).map(|row| {
        let id = RunId {
            simulation: whole("simulation", row),
            subset: whole("subset", row),
            run: whole("run", row),
        };
        // A run that failed has none; a figure that a run never reached is infinite, and may be written as an empty cell.
        let failed = frame.column("failed").is_some_and(|column| column.number(row) == Some(1.0));
        let cells = frame.columns().iter().skip(4).filter(|_| !failed);
        let values = cells.map(|c| c.number(row).unwrap_or(f64::INFINITY)).collect();
        (id, values)
    });
    Ok(figures.collect())
}
