//! The report: one HTML file that holds everything and opens without a network.
//!
//! What was run, the command that runs it again, the wiring, charts that can be zoomed and read, the summary,
//! parameters, failures and the manifest. Charts over time are drawn by uPlot from data in the file: for each
//! metric and subset the quantiles 5, 25, 50, 75 and 95 % over runs, and up to eight runs one by one (in a large result
//! only of the metrics that its charts show); at most 600 points in time and 24 subsets, six significant digits; the page
//! says where it leaves something out. Other kinds of charts (areas, heat maps, histograms, bars, phase plots) are
//! pictures, in light and dark, and so are those that the caller adds ([`ReportPicture`]).

mod explore;
mod key_figures;
mod manifest;
mod wiring;

use crate::bundled;
use std::collections::BTreeSet;
use std::path::Path;

use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use serde::Serialize;
use te_core::{DATE_COLUMN, Frame};

pub use wiring::{Wire, Wiring, WiringNode};

use crate::number::short;
use crate::summary::{cell_text, index_columns};
use crate::{
    ChartKind, ChartSpec, Charted as _, ColumnTable, Covers, OutputError, Summary, SummaryRow, Theme,
    read_frame,
};
use explore::{Explored, Preset, SUBSETS};

/// Rows of summary and failures that a report shows at most.
const ROWS: usize = 2000;
const FAILURES: usize = 200;

/// What the caller knows of a run beyond its tables.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Heading: the system's name.
    pub title: String,
    /// A sentence or two.
    pub description: String,
    /// The command that reproduces the result.
    pub command: String,
    /// Short facts under the heading: seed, runs, versions, hashes.
    pub facts: Vec<(String, String)>,
    /// Parameters as they were run.
    pub parameters: Vec<ReportParameter>,
    /// Components and wires.
    pub wiring: Wiring,
    /// Charts; where empty, [`Charted::defaults`](crate::Charted::defaults).
    pub charts: Vec<ChartSpec>,
    /// Pictures drawn elsewhere, below the charts.
    pub pictures: Vec<ReportPicture>,
    /// The table of failures, where there are any.
    pub failures: Option<Frame>,
    /// Key figures over runs, where there are any: columns `simulation`, `subset`, `figure`, `of`, `over_runs`,
    /// `value`, and `holds` (`yes`, `no` or nothing).
    pub key_figures: Option<Frame>,
    /// The manifest's text.
    pub manifest: String,
}

/// A parameter as it was run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReportParameter {
    /// What it is called in the report: its full name, of a later variant with the variant's name in front.
    pub path: String,
    /// Full name, `instance.parameter`.
    pub name: String,
    /// Value, or the values of a sweep.
    pub value: String,
    /// Unit.
    pub unit: String,
    /// Permitted range.
    pub range: String,
    /// Meaning.
    pub doc: String,
}

/// A picture that the caller drew, in both themes, as SVG.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportPicture {
    /// A sentence below it.
    pub caption: String,
    /// On a light ground.
    pub light: String,
    /// On a dark ground.
    pub dark: String,
}

/// The data of the page's script.
#[derive(Serialize)]
struct PageData<'a> {
    #[serde(flatten)]
    explored: &'a Explored,
    wiring: Option<&'a Wiring>,
}

#[derive(Serialize)]
struct SummaryLine {
    subset: usize,
    label: String,
    metric: String,
    unit: String,
    cells: Vec<String>,
}

impl Report {
    /// What a results folder tells by itself: system, facts, parameters, wiring, charts and command as its
    /// manifest has them, and its failures. Units and ranges of parameters are the caller's to add.
    ///
    /// # Errors
    /// [`OutputError`] where the folder has no manifest.
    pub fn of_folder(folder: impl AsRef<Path>) -> Result<Self, OutputError> {
        let folder = folder.as_ref();
        // Without what is added when all is finished, the page is the same before and after.
        let text = crate::folder::begun(folder)?;
        let told: toml::Table = text.parse().map_err(|e: toml::de::Error| OutputError::Malformed {
            path: folder.join("manifest.toml"),
            format: "a manifest",
            cause: e.to_string(),
        })?;
        let table = |name: &str| {
            let path = folder.join(name);
            path.is_file().then(|| read_frame(&path)).transpose()
        };
        let mut report = Self {
            title: "Results".to_owned(),
            failures: table("failures.csv")?,
            key_figures: table("kpis.csv")?,
            manifest: text,
            ..Self::default()
        };
        manifest::read(&mut report, &told);
        Ok(report)
    }

    /// The report on a results folder, or on one table of trajectories, as HTML text.
    ///
    /// # Errors
    /// [`OutputError`] where the table cannot be read, or a chart asks for a column that it does not have.
    pub fn render(&self, results: impl AsRef<Path>) -> Result<String, OutputError> {
        let summary = Summary::of_results(results.as_ref())?;
        self.render_with(results, &summary)
    }

    /// As [`render`](Self::render), with the summary that the caller has at hand.
    ///
    /// # Errors
    /// As [`render`](Self::render).
    pub fn render_with(&self, results: impl AsRef<Path>, summary: &Summary) -> Result<String, OutputError> {
        let table = ColumnTable::of_results(results)?;
        let charted: BTreeSet<&str> =
            self.charts.iter().flat_map(|chart| chart.series.iter().map(|s| s.column.as_str())).collect();
        let charted = (!self.charts.is_empty()).then_some(&charted);
        let mut explored = Explored::of(&table, &self.failed()?, charted)?;
        let charts = if self.charts.is_empty() {
            let (charts, more) = ChartSpec::first_defaults(&table.schema()?, table.parameters());
            if more > 0 {
                explored.omitted.push(format!("{more} more charts are left to the explorer below."));
            }
            charts
        } else {
            self.charts.clone()
        };
        let mut figures = Vec::new();
        for chart in &charts {
            if let Some(preset) = preset(chart, &explored)? {
                explored.presets.push(preset);
                continue;
            }
            let draw = |theme| chart.draw(&chart.read(&table)?, table.parameters(), theme);
            match draw(Theme::Light).and_then(|light| Ok((light, draw(Theme::Dark)?))) {
                Ok((light, dark)) => {
                    explored.omitted.extend(light.notes().iter().map(|note| format!("{note}.")));
                    figures.push((light.svg(), dark.svg(), String::new()));
                }
                Err(error @ OutputError::Chart { .. }) => explored.omitted.push(format!("{error}.")),
                Err(error) => return Err(error),
            }
        }
        for picture in &self.pictures {
            figures.push((picture.light.clone(), picture.dark.clone(), picture.caption.clone()));
        }
        for (number, (light, dark, _)) in figures.iter_mut().enumerate() {
            (*light, *dark) = (inline(light, 2 * number), inline(dark, 2 * number + 1));
        }
        self.page(table.rows(), &explored, summary, &figures)
    }

    fn failed(&self) -> Result<BTreeSet<(u64, u64, u64)>, OutputError> {
        let Some(failures) = &self.failures else { return Ok(BTreeSet::new()) };
        let [simulation, subset, run, ..] = index_columns(failures)?;
        Ok(simulation.iter().zip(subset).zip(run).map(|((a, b), c)| (*a, *b, *c)).collect())
    }

    fn page(
        &self,
        rows: u64,
        explored: &Explored,
        summary: &Summary,
        figures: &[(String, String, String)],
    ) -> Result<String, OutputError> {
        let encoding = |cause: String| OutputError::Encoding { what: "the report", cause };
        let laid_out = (1..=wiring::LAID_OUT).contains(&self.wiring.nodes.len());
        // In a script element only `<` could end the data.
        let data = serde_json::to_string(&PageData { explored, wiring: laid_out.then_some(&self.wiring) })
            .map_err(|e| encoding(e.to_string()))?
            .replace('<', "\\u003c");
        let labels: Vec<&str> = explored.subsets.iter().map(|s| s.label.as_str()).collect();
        let single = summary.is_single();
        let covers = summary.covers;
        let lines = summary_lines(explored, &summary.rows, covers, single);
        let key_figures = self.key_figures.as_ref().map(|t| key_figures::lines(t, &explored.keys));
        let (failure_head, failure_rows) = self.failures.as_ref().map(failure_lines).unwrap_or_default();
        let columns: &[&str] = match (single, covers) {
            (true, Covers::Finals) => &["final"],
            (true, _) => &["initial", "final", "lowest", "highest"],
            _ => &["runs", "mean", "sd", "min", "5 %", "25 %", "median", "75 %", "95 %", "max"],
        };
        let date = explored.calendar.as_ref().map(|_| "final date");
        let head: Vec<&str> = ["final t"].into_iter().chain(date).chain(columns.iter().copied()).collect();
        let mut environment = Environment::new();
        environment
            .add_template("report.html", include_str!("../assets/report.html"))
            .map_err(|e| encoding(e.to_string()))?;
        let template = environment.get_template("report.html").map_err(|e| encoding(e.to_string()))?;
        template
            .render(context! {
                generator => concat!("te-output ", env!("CARGO_PKG_VERSION")),
                title => self.title.as_str(),
                description => self.description.as_str(),
                command => self.command.as_str(),
                facts => Value::from(Serde(&self.facts)),
                rows => rows,
                wiring => self.wiring.svg(),
                omitted => explored.omitted.join(" "),
                figures => Value::from(Serde(figures)),
                key_figures => Value::from(Serde(&key_figures)),
                subset_labels => Value::from(Serde(&labels)),
                summary_head => Value::from(Serde(&head)),
                summary => Value::from(Serde(&lines)),
                summary_more => (!summary.cut).then(|| summary.rows.len().saturating_sub(lines.len())),
                summary_note => covers.note().filter(|_| single),
                parameters => Value::from(Serde(&self.parameters)),
                failures => Value::from(Serde(&failure_rows)),
                failure_head => Value::from(Serde(&failure_head)),
                failure_count => self.failures.as_ref().map_or(0, Frame::rows),
                manifest => self.manifest.as_str(),
                data => data,
                css => format!("{}{}", bundled::THEME_CSS, include_str!("../assets/report.css")),
                js => format!("{}{}{}", bundled::PLOT_JS, bundled::WIRING_JS, include_str!("../assets/report.js")),
                uplot_css => bundled::UPLOT_CSS,
                uplot_js => bundled::UPLOT_JS,
                uplot_license => bundled::UPLOT_LICENSE,
                dagre_js => laid_out.then_some(bundled::DAGRE_JS),
                dagre_license => bundled::DAGRE_LICENSE,
                bands => explored.has_bands(),
            })
            .map_err(|e| encoding(e.to_string()))
    }
}

/// The interactive form of a chart, for those kinds that have one.
fn preset(chart: &ChartSpec, explored: &Explored) -> Result<Option<Preset>, OutputError> {
    let interactive = matches!(chart.kind, ChartKind::Auto | ChartKind::Lines | ChartKind::Bands);
    let over_time = chart.x == "timestep" || (chart.x == DATE_COLUMN && explored.calendar.is_some());
    if !interactive || !over_time {
        return Ok(None);
    }
    let names = || explored.metrics.iter().map(|m| m.name.as_str());
    let metrics = chart
        .series
        .iter()
        .map(|series| {
            names().position(|name| name == series.column).ok_or_else(|| OutputError::Column {
                column: series.column.clone(),
                nearest: crate::number::nearest(&series.column, names()),
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Some(Preset {
        title: chart.title.clone(),
        metrics,
        labels: crate::labels::legend(&chart.series),
        y: chart.y_label.clone(),
        log: chart.log_y,
        runs: chart.kind == ChartKind::Lines || (chart.kind == ChartKind::Auto && explored.lines),
    }))
}

fn summary_lines(
    explored: &Explored,
    summary: &[SummaryRow],
    covers: Covers,
    single: bool,
) -> Vec<SummaryLine> {
    let place = |row: &SummaryRow| explored.keys.iter().position(|k| *k == (row.simulation, row.subset));
    summary
        .iter()
        .filter_map(|row| Some((place(row)?, row)))
        .filter(|(subset, _)| *subset < SUBSETS)
        .take(ROWS)
        .map(|(subset, row)| {
            let mut cells = vec![row.final_timestep.to_string()];
            cells.extend(explored.calendar.as_ref().map(|dates| dates.date(row.final_timestep as f64)));
            let numbers = if single && covers == Covers::Finals {
                vec![Some(row.mean)]
            } else if single {
                vec![row.initial, Some(row.mean), row.lowest, row.highest]
            } else {
                cells.push(row.count.to_string());
                let mut numbers = vec![Some(row.mean), row.sd, Some(row.min)];
                numbers.extend(row.quantiles.map(Some));
                numbers.push(Some(row.max));
                numbers
            };
            cells.extend(numbers.into_iter().map(|x| x.map_or_else(String::new, |x| short(x, 6))));
            SummaryLine {
                subset,
                label: explored.subsets.get(subset).map(|s| s.label.clone()).unwrap_or_default(),
                metric: row.metric.clone(),
                unit: row.unit.clone(),
                cells,
            }
        })
        .collect()
}

fn failure_lines(failures: &Frame) -> (Vec<String>, Vec<Vec<String>>) {
    let head = failures.columns().iter().map(|c| c.name.clone()).collect();
    let rows = (0..failures.rows().min(FAILURES))
        .map(|row| failures.columns().iter().map(|c| cell_text(c, row)).collect())
        .collect();
    (head, rows)
}

/// An SVG file without its XML head, to stand inside a page, to shrink with it, and with names that no other on the
/// page has.
fn inline(svg: &str, number: usize) -> String {
    let svg = svg.replace("kuva-clip-", &format!("figure-{number}-clip-"));
    let svg = svg.find("<svg").and_then(|at| svg.get(at..)).unwrap_or(&svg);
    let head = svg.find('>').and_then(|end| svg.get(..end)).unwrap_or("");
    let length = |name: &str| head.split_once(&format!(" {name}=\""))?.1.split('"').next();
    match (length("width"), length("height"), svg.strip_prefix("<svg")) {
        (Some(width), Some(height), Some(rest)) if !head.contains("viewBox") => {
            format!("<svg viewBox=\"0 0 {width} {height}\"{rest}")
        }
        _ => svg.to_owned(),
    }
}
