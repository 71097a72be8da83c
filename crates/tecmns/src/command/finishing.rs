//! A results folder once its units are there: joined, summarised, drawn.

use super::parameters::with_parameters;
use super::{CommandError, picture};
use anstream::println;
use std::path::{Path, PathBuf};
use te_core::{Cells, Column, Frame, FrameError, Kpi, KpiResult, ParamKind, Plan, RunId};
use te_output::{
    ChartSpec, Charted as _, ColumnTable, Outcome, Parts, ResultsFolder, Storage, Summary, Theme,
};

/// A finished folder.
pub struct Finished {
    /// What it says of itself.
    pub outcome: Outcome,
    /// Statistics over runs.
    pub summary: Summary,
    /// Key figures over the runs of each subset.
    pub figures: Vec<KpiResult>,
    /// Charts and the report.
    pub drawn: Drawn,
}

/// Charts and the report.
#[derive(Default)]
pub struct Drawn {
    /// Their files.
    pub pictures: Vec<PathBuf>,
    /// What is too large to be drawn at once: titles of charts, or the report.
    pub left_out: Vec<String>,
    /// Pictures that the system file asks for and that could not be drawn: why.
    pub notes: Vec<String>,
}

impl Drawn {
    /// Says what was drawn and what was not.
    pub(crate) fn tell(&self) {
        for note in &self.notes {
            eprintln!("not drawn: {note}");
        }
        for picture in self.pictures.iter().filter(|c| c.extension().is_some_and(|e| e != "svg")) {
            println!("  {}", picture.display());
        }
        if !self.left_out.is_empty() {
            println!("too large to draw at once, see `tecmns plot`: {}", self.left_out.join("; "));
        }
    }
}

/// Cells that one chart is drawn from at most, and rows that a report is made from at most.
const CHART_CELLS: u64 = 100_000_000;
const REPORT_ROWS: u64 = 20_000_000;

/// How a results folder is finished once all its units are there.
#[derive(Clone, Copy)]
pub(crate) struct Finishing<'a> {
    pub(crate) storage: Storage,
    /// Charts to draw, none for none; an empty list for default ones.
    pub(crate) charts: Option<&'a [ChartSpec]>,
    /// Whether a summary is written.
    pub(crate) summary: bool,
    /// Runs of each subset.
    pub(crate) runs: u64,
    /// The key figures that were asked for, and the plan that takes them over runs.
    pub(crate) kpis: &'a [Kpi],
    pub(crate) plan: &'a Plan,
}

impl Finishing<'_> {
    /// Joins units, writes every further table, draws, and says at last in the manifest that all is there; `stage` is told
    /// what comes next.
    pub(crate) fn finish(
        &self,
        folder: &ResultsFolder,
        parts: &Parts,
        stage: &dyn Fn(&'static str),
    ) -> Result<Finished, CommandError> {
        stage("joining the units");
        let merged = folder.join(parts, self.storage, self.summary)?;
        let mut summary = merged.summary;
        if has_statistics(folder.path()) && self.summary {
            summary = Summary::of_results(folder.path())?;
            folder.write_summary(&summary)?;
        }
        if !self.plan.varied().is_empty() {
            let points = self.plan.points();
            folder.write_points(points.rows(), points.frames(POINTS_AT_ONCE))?;
        }
        stage("drawing charts and report");
        let finished = self.derive(folder, merged.outcome, summary)?;
        folder.remove_units()?;
        Ok(finished)
    }

    /// Makes what is made from the tables of a finished folder once more.
    pub(crate) fn again(&self, folder: &ResultsFolder, outcome: &Outcome) -> Result<Finished, CommandError> {
        let summary = if self.summary { Summary::of_results(folder.path())? } else { Summary::default() };
        if self.summary {
            folder.write_summary(&summary)?;
        }
        self.derive(folder, outcome.clone(), summary)
    }

    /// Key figures over runs, charts, report, and the manifest's last word.
    fn derive(
        &self,
        folder: &ResultsFolder,
        outcome: Outcome,
        summary: Summary,
    ) -> Result<Finished, CommandError> {
        let figures = self.plan.aggregate(&read_figures(folder.path(), self.kpis)?)?;
        let table = key_figures_frame(self.kpis, &figures)
            .and_then(|table| with_parameters(table, self.plan, self.runs))
            .map_err(|e| CommandError::new(1, e))?;
        folder.write_table("kpis", &table)?;
        let drawn = match self.charts {
            Some(charts) if outcome.rows > 0 || has_statistics(folder.path()) => {
                draw(folder, charts, &summary)?
            }
            _ => Drawn::default(),
        };
        folder.finish(&outcome)?;
        Ok(Finished { outcome, summary, figures, drawn })
    }
}

/// The charts that a table can show: those asked for, as far as their columns were recorded, or the first default ones; and
/// what is left out of them.
fn drawable(
    charts: &[ChartSpec],
    table: &ColumnTable,
) -> Result<(Vec<ChartSpec>, Vec<String>), CommandError> {
    let schema = table.schema()?;
    let mut notes = Vec::new();
    if charts.is_empty() {
        let (charts, more) = ChartSpec::first_defaults(&schema, table.parameters());
        if more > 0 {
            let first = te_output::DEFAULT_CHARTS;
            notes.push(format!(
                "{more} of {} default charts; the first {first} are there, ask for others by [[chart]] or `tecmns plot`",
                first + more
            ));
        }
        return Ok((charts, notes));
    }
    let mut shown = Vec::new();
    for chart in charts {
        let missing = chart.missing(&schema);
        if missing.is_empty() {
            shown.push(chart.clone());
            continue;
        }
        let columns = missing.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let rest = chart.of_what_is_in(&schema);
        let what = if rest.is_some() { "part of chart" } else { "chart" };
        notes.push(format!(
            "{what} `{}`: {columns} {} not recorded",
            chart.title,
            if missing.len() == 1 { "is" } else { "are" }
        ));
        shown.extend(rest);
    }
    Ok((shown, notes))
}

/// Charts as pictures and the report, each on its own thread: they read the table apart.
fn draw(folder: &ResultsFolder, charts: &[ChartSpec], summary: &Summary) -> Result<Drawn, CommandError> {
    let out = folder.path();
    let table = ColumnTable::of_results(out)?;
    let (charts, notes) = drawable(charts, &table)?;
    let mut report = (table.rows() <= REPORT_ROWS).then(|| report_of(out)).transpose()?;
    if let Some(report) = &mut report {
        report.charts.clone_from(&charts);
    }
    let cells = |chart: &ChartSpec| table.rows().saturating_mul(chart.series.len() as u64 + 6);
    let (small, large): (Vec<_>, Vec<_>) = charts.into_iter().partition(|chart| cells(chart) <= CHART_CELLS);
    let left_out = large.into_iter().map(|c| c.title).collect();
    let mut drawn = Drawn { left_out, notes, ..Drawn::default() };
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
        let pages = scope.spawn(|| report.map(|report| report.render_with(out, summary)).transpose());
        let pictures = folder.write_charts_of(&small, &table, Theme::Light);
        (pictures, pages.join().map_err(|_| CommandError::new(1, "the report could not be made")))
    });
    let pictures = pictures?;
    drawn.pictures = pictures.files;
    drawn.notes.extend(pictures.notes);
    for picture in asked {
        drawn.pictures.extend(picture.write(&out.join("charts"), Theme::Light)?);
    }
    if let Some(html) = html?? {
        drawn.pictures.push(folder.write_report(&html)?);
    }
    Ok(drawn)
}

/// The first few failures, a sentence each.
pub(crate) fn first_failures(out: &Path) -> Result<Vec<String>, CommandError> {
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

/// Rows of the table of points that are in memory at once.
const POINTS_AT_ONCE: u64 = 1 << 16;

/// Whether a folder keeps statistics over runs.
fn has_statistics(folder: &Path) -> bool {
    folder.join("statistics.csv").is_file()
}

/// Key figures over runs as a table: a row for each figure of each subset.
///
/// # Errors
/// None in practice: the columns are of one length by construction.
pub fn key_figures_frame(kpis: &[Kpi], figures: &[KpiResult]) -> Result<Frame, FrameError> {
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
fn read_figures(out: &Path, kpis: &[Kpi]) -> Result<Vec<(RunId, Vec<f64>)>, CommandError> {
    let path = out.join("figures.csv");
    if kpis.is_empty() || !path.exists() {
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
        let cells = kpis.iter().filter(|_| !failed).filter_map(|kpi| frame.column(&kpi.name));
        let values = cells.map(|c| c.number(row).unwrap_or(f64::INFINITY)).collect();
        (id, values)
    });
    Ok(figures.collect())
}

/// The report on a folder, with what the registry knows of its parameters: unit, range, meaning.
pub(crate) fn report_of(folder: &Path) -> Result<te_output::Report, CommandError> {
    let mut report = te_output::Report::of_folder(folder)?;
    let (registry, _) = crate::kinds();
    for parameter in &mut report.parameters {
        let spec = report.wiring.nodes.iter().find_map(|node| {
            let name = parameter.name.strip_prefix(node.name.as_str())?.strip_prefix('.')?;
            registry.kind(&node.kind).ok()?.params().iter().find(|spec| spec.name == name)
        });
        if let Some(spec) = spec {
            parameter.unit = spec.unit.to_string();
            parameter.doc = spec.doc.to_string();
            parameter.range = match &spec.kind {
                ParamKind::F64 | ParamKind::I64 | ParamKind::U64 | ParamKind::Decimal => {
                    spec.range.to_string()
                }
                other => other.describe(),
            };
        }
    }
    Ok(report)
}
