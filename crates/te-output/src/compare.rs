//! Two results side by side: what was set differently, what came out differently.
//!
//! Subsets are matched by their numbers and metrics by their names. Means over several runs are given with their difference in
//! standard errors: beyond about two it is seldom chance. Where both results used the same seed, run k of one met the same
//! luck as run k of the other; then the differences of the pairs are taken, `mean(d) / (sd(d) / sqrt(n))`, of the runs that
//! failed in neither. Else the runs have nothing to do with each other, and the difference is
//! `(b - a) / sqrt(sd_a^2 / n_a + sd_b^2 / n_b)`. Last rows at other timesteps are marked.

mod pairs;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use te_core::{Cells, Column, Frame, INDEX_COLUMNS, VARIANT_COLUMN};

use crate::columns::append;
use crate::number::short;
use crate::summary::{index_columns, screen::write_lines};
use crate::{
    ChartSpec, Charted as _, FrameReader, OutputError, PARAMETERS_KEY, Report, Summary, SummaryBuilder,
    SummaryRow, Theme, failed_runs, find_trajectories, read_frame, write_frame, write_whole,
};

pub use pairs::{Pairing, Pairs};

/// Name of the column that tells the two results apart.
const RESULT: &str = "result";

/// Most charts of a comparison.
const CHARTS: usize = 24;

/// What differs between two results.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What the results are called.
    pub names: [String; 2],
    /// Entries of the manifests that differ: key, value in the first, value in the second.
    pub settings: Vec<(String, String, String)>,
    /// Metrics of both, in the order of the first.
    pub metrics: Vec<MetricDifference>,
    /// Columns that only the first, or only the second, has.
    pub only_in: [Vec<String>; 2],
    /// Whether runs were paired; and why not, in words, where they were not.
    pub pairing: Pairing,
    frame: Frame,
    parameters: Vec<String>,
}

/// One metric of one subset in two results.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricDifference {
    /// The first result's statistics.
    pub a: SummaryRow,
    /// The second's.
    pub b: SummaryRow,
    /// The differences of paired runs, where they correspond.
    pub pairs: Option<Pairs>,
}

impl MetricDifference {
    /// Difference of the means, second minus first, in the metric's unit.
    pub fn difference(&self) -> f64 {
        self.b.mean - self.a.mean
    }

    /// The difference as a share of the first mean; `None` where that is zero.
    pub fn relative(&self) -> Option<f64> {
        (self.a.mean != 0.0).then(|| self.difference() / self.a.mean.abs())
    }

    /// Whether the two are of other timesteps: runs of other lengths.
    pub fn other_timesteps(&self) -> bool {
        self.a.final_timestep != self.b.final_timestep
    }

    /// The difference in standard errors, of pairs where runs correspond; `None` for single runs or no spread.
    pub fn standard_errors(&self) -> Option<f64> {
        if let Some(pairs) = &self.pairs {
            return pairs.standard_errors();
        }
        let square = |row: &SummaryRow| Some(row.sd? * row.sd? / row.count as f64);
        let error = (square(&self.a)? + square(&self.b)?).sqrt();
        (error > 0.0).then(|| self.difference() / error)
    }

    /// Whether any statistic differs at all.
    pub fn differs(&self) -> bool {
        let numbers = |r: &SummaryRow| {
            (r.count, r.mean, r.sd, r.min, r.quantiles, r.max, r.initial, r.lowest, r.highest)
        };
        numbers(&self.a) != numbers(&self.b) || self.other_timesteps()
    }
}

/// Compares two results, each a folder or a table.
///
/// # Errors
/// [`OutputError`] where either cannot be read.
pub fn compare(a: impl AsRef<Path>, b: impl AsRef<Path>) -> Result<Comparison, OutputError> {
    let paths = [a.as_ref(), b.as_ref()];
    let sides = [Side::read(paths[0])?, Side::read(paths[1])?];
    let pairing = Pairing::of(&sides[0].manifest, &sides[1].manifest);
    compare_sides(sides, names(paths), pairing, paths[0])
}

/// Compares the first variant of a result with each of the others.
///
/// # Errors
/// [`OutputError`] where the result cannot be read, or has a single simulation.
pub fn compare_variants(path: impl AsRef<Path>) -> Result<Vec<Comparison>, OutputError> {
    let path = path.as_ref();
    let whole = Side::read(path)?;
    let simulations: BTreeSet<u64> = whole.summary.rows.iter().map(|row| row.simulation).collect();
    let mut simulations = simulations.into_iter();
    let (Some(first), rest) = (simulations.next(), simulations) else { return Ok(Vec::new()) };
    let one = |simulation: u64| whole.simulation(simulation, path);
    let comparisons: Vec<Comparison> = rest
        .map(|other| {
            let ((a, name), (b, other)) = (one(first)?, one(other)?);
            compare_sides([a, b], [name, other], Pairing::Paired, path)
        })
        .collect::<Result<_, _>>()?;
    if comparisons.is_empty() {
        return Err(OutputError::Malformed {
            path: path.to_path_buf(),
            format: "a result with variants",
            cause: "it has one simulation; name a second result to compare it with".to_owned(),
        });
    }
    Ok(comparisons)
}

fn compare_sides(
    [first, second]: [Side; 2],
    names: [String; 2],
    pairing: Pairing,
    path: &Path,
) -> Result<Comparison, OutputError> {
    let place = |row: &SummaryRow| (row.simulation, row.subset, row.metric.clone());
    let theirs: BTreeMap<_, _> = second.summary.rows.iter().map(|row| (place(row), row)).collect();
    let paired = if pairing == Pairing::Paired {
        pairs::of([&first.frame, &second.frame], [&first.failed, &second.failed])?
    } else {
        BTreeMap::new()
    };
    let metrics = first.summary.rows.iter().filter_map(|a| {
        let b = theirs.get(&place(a))?;
        let pairs = paired.get(&place(a)).cloned();
        Some(MetricDifference { a: a.clone(), b: (*b).clone(), pairs })
    });
    let metrics = metrics.collect();
    let columns = |side: &Side| side.frame.columns().iter().map(|c| c.name.clone()).collect::<Vec<_>>();
    let (in_a, in_b) = (columns(&first), columns(&second));
    let without = |these: &[String], those: &[String]| {
        these.iter().filter(|name| !those.contains(name)).cloned().collect::<Vec<_>>()
    };
    let only_in = [without(&in_a, &in_b), without(&in_b, &in_a)];
    let settings = differing_settings(&first.manifest, &second.manifest);
    let mut parameters = first.parameters.clone();
    parameters.retain(|p| second.parameters.contains(p));
    let frame = joined(first.frame, second.frame, &names, path)?;
    Ok(Comparison { names, settings, metrics, only_in, pairing, frame, parameters })
}

/// One of the two results.
struct Side {
    manifest: toml::Table,
    summary: Summary,
    failed: BTreeSet<(u64, u64, u64)>,
    frame: Frame,
    parameters: Vec<String>,
}

impl Side {
    /// One simulation, as if it were alone, and its variant's name.
    fn simulation(&self, number: u64, path: &Path) -> Result<(Self, String), OutputError> {
        let [simulations, ..] = index_columns(&self.frame)?;
        let rows: Vec<usize> =
            (0..simulations.len()).filter(|row| simulations.get(*row) == Some(&number)).collect();
        let mut columns = self.frame.pick(&rows).into_columns();
        let mut name = format!("simulation {number}");
        for column in &mut columns {
            match &mut column.cells {
                Cells::U64(cells) if column.name == INDEX => cells.fill(0),
                Cells::Text(cells) if column.name == VARIANT_COLUMN => {
                    if let Some(variant) = cells.first() {
                        name.clone_from(variant);
                    }
                }
                _ => {}
            }
        }
        columns.retain(|column| column.name != VARIANT_COLUMN);
        let failed: BTreeSet<_> = (self.failed.iter().filter(|(simulation, ..)| *simulation == number))
            .map(|(_, subset, run)| (0, *subset, *run))
            .collect();
        let frame = Frame::new(columns).map_err(|e| OutputError::Malformed {
            path: path.to_path_buf(),
            format: "a results table",
            cause: e.to_string(),
        })?;
        let mut builder = SummaryBuilder::new(&frame, &self.parameters);
        for (simulation, subset, run) in &failed {
            builder.fail(*simulation, *subset, *run);
        }
        builder.push(&frame)?;
        let simulations = self.manifest.get("simulation").and_then(toml::Value::as_array);
        let described = usize::try_from(number).ok().and_then(|at| simulations?.get(at)?.as_table().cloned());
        let side = Self {
            manifest: described.unwrap_or_default(),
            summary: builder.finish(),
            failed,
            frame,
            parameters: self.parameters.clone(),
        };
        Ok((side, name))
    }

    fn read(path: &Path) -> Result<Self, OutputError> {
        let table = find_trajectories(path)?;
        let text = std::fs::read_to_string(path.join("manifest.toml")).unwrap_or_default();
        let failed = failed_runs(path)?;
        Ok(Self {
            manifest: text.parse().unwrap_or_default(),
            summary: Summary::of_file(&table, failed.iter().copied())?,
            failed,
            frame: read_frame(&table)?,
            parameters: FrameReader::open(&table)?.parameters(),
        })
    }
}

/// The folders' names, as much of the path as tells them apart.
fn names(paths: [&Path; 2]) -> [String; 2] {
    let last = |path: &Path| path.file_name().map(|n| n.to_string_lossy().into_owned());
    let [a, b] = paths.map(|p| last(p).unwrap_or_else(|| p.display().to_string()));
    if a == b { paths.map(|p| p.display().to_string()) } else { [a, b] }
}

/// Entries that differ, by dotted key, without what the folder itself writes.
pub(crate) fn differing_settings(a: &toml::Table, b: &toml::Table) -> Vec<(String, String, String)> {
    let [a, b] = [a, b].map(|table| {
        let mut flat = Vec::new();
        flatten(&mut flat, "", &toml::Value::Table(table.clone()));
        // What the folder and the command line say is not a setting.
        flat.retain(|(key, _)| {
            !["plan", "result", "command", "chart", "picture"].contains(&key.split('.').next().unwrap_or(""))
        });
        flat
    });
    let value = |flat: &[(String, String)], key: &str| {
        flat.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone()).unwrap_or_default()
    };
    let mut keys: Vec<&String> = a.iter().chain(&b).map(|(key, _)| key).collect();
    let mut seen = BTreeSet::new();
    keys.retain(|key| seen.insert(*key));
    keys.into_iter()
        .map(|key| (key.clone(), value(&a, key), value(&b, key)))
        .filter(|(_, a, b)| a != b)
        .collect()
}

fn flatten(flat: &mut Vec<(String, String)>, key: &str, value: &toml::Value) {
    match value {
        toml::Value::Table(table) => {
            for (name, value) in table {
                let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
                flatten(flat, &key, value);
            }
        }
        toml::Value::Array(values) if values.iter().any(toml::Value::is_table) => {
            for (i, value) in values.iter().enumerate() {
                let key = if values.len() == 1 { key.to_owned() } else { format!("{key}.{i}") };
                flatten(flat, &key, value);
            }
        }
        toml::Value::String(text) => flat.push((key.to_owned(), text.clone())),
        other => flat.push((key.to_owned(), other.to_string())),
    }
}

/// The columns that both have, in the kind that both have, the second's simulations after the first's.
fn joined(a: Frame, b: Frame, names: &[String; 2], path: &Path) -> Result<Frame, OutputError> {
    let fail =
        |cause: String| OutputError::Malformed { path: path.to_path_buf(), format: "a results table", cause };
    let simulations = a.u64s("simulation").and_then(|v| v.iter().max()).map_or(0, |n| n + 1);
    let counts = [a.rows(), b.rows()];
    let mut second = b.into_columns();
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for column in a.into_columns() {
        let kind = std::mem::discriminant(&column.cells);
        let same = |c: &Column| c.name == column.name && std::mem::discriminant(&c.cells) == kind;
        if let Some(at) = second.iter().position(same) {
            let mut other = second.swap_remove(at);
            if let (INDEX, Cells::U64(numbers)) = (other.name.as_str(), &mut other.cells) {
                for number in numbers {
                    *number += simulations;
                }
            }
            left.push(column);
            right.push(other);
        }
    }
    for (columns, (name, rows)) in [&mut left, &mut right].into_iter().zip(names.iter().zip(counts)) {
        columns.push(Column::new(RESULT, Cells::Text(vec![name.clone(); rows])));
    }
    let more = Frame::new(right).map_err(|e| fail(e.to_string()))?;
    append(&mut left, more).ok_or_else(|| fail("its columns changed while being read".to_owned()))?;
    Frame::new(left).map_err(|e| fail(e.to_string()))
}

const INDEX: &str = INDEX_COLUMNS[0];

impl Comparison {
    /// Settings and metrics that differ, as aligned text for the screen.
    pub fn screen(&self) -> String {
        let [a, b] = &self.names;
        let mut text = String::new();
        if !self.settings.is_empty() {
            let mut lines = vec![vec!["setting".to_owned(), a.clone(), b.clone()]];
            lines.extend(self.settings.iter().map(|(k, a, b)| vec![k.clone(), first_line(a), first_line(b)]));
            write_lines(&mut text, &lines, 3);
            text.push('\n');
        }
        for (name, only) in self.names.iter().zip(&self.only_in) {
            if !only.is_empty() {
                let _ = writeln!(text, "only in {name}: {}", only.join(", "));
            }
        }
        let differing: Vec<&MetricDifference> = self.metrics.iter().filter(|m| m.differs()).collect();
        if differing.is_empty() {
            let _ = writeln!(text, "all {} metrics are equal", self.metrics.len());
            return text;
        }
        let subsets = self.metrics.iter().any(|m| m.a.subset > 0 || m.a.simulation > 0);
        let errors = if self.pairing == Pairing::Paired { "in paired errors" } else { "in errors" };
        let head = ["metric", "unit", a.as_str(), b.as_str(), "difference", "relative", errors];
        let mut lines = vec![head.map(str::to_owned).to_vec()];
        for metric in &differing {
            let name = if subsets {
                format!("{} (subset {})", metric.a.metric, metric.a.subset)
            } else {
                metric.a.metric.clone()
            };
            let name = if metric.other_timesteps() { format!("{name} *") } else { name };
            let percent = metric.relative().map(|r| format!("{} %", short(r * 100.0, 3)));
            lines.push(vec![
                name,
                metric.a.unit.clone(),
                short(metric.a.mean, 6),
                short(metric.b.mean, 6),
                short(metric.difference(), 4),
                percent.unwrap_or_default(),
                metric.standard_errors().map(|e| short(e, 3)).unwrap_or_default(),
            ]);
        }
        write_lines(&mut text, &lines, 2);
        let equal = self.metrics.len() - differing.len();
        if equal > 0 {
            let _ = writeln!(text, "{equal} more are equal");
        }
        let marked: BTreeSet<(u64, u64)> = differing
            .iter()
            .filter(|m| m.other_timesteps())
            .map(|m| (m.a.final_timestep, m.b.final_timestep))
            .collect();
        for (there, here) in marked.iter().take(3) {
            let _ =
                writeln!(text, "* last rows are of other timesteps: t = {there} in {a}, t = {here} in {b}");
        }
        if differing.iter().any(|m| m.standard_errors().is_some()) {
            let _ = writeln!(text, "{}", self.pairing);
        }
        text
    }

    /// One table of both results: the columns they share, and the column `result` with their names.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// A chart for each metric that differs, both results in one pair of axes.
    pub fn charts(&self) -> Vec<ChartSpec> {
        let mut seen = BTreeSet::new();
        self.metrics
            .iter()
            .filter(|m| m.differs() && seen.insert(m.a.metric.clone()))
            .take(CHARTS)
            .map(|m| ChartSpec { facet: Some(false), ..ChartSpec::lines(&m.a.metric, [m.a.metric.as_str()]) })
            .collect()
    }

    /// The differences as CSV text, every metric.
    ///
    /// # Errors
    /// [`OutputError::Encoding`], which no table that this crate reads gives.
    pub fn csv(&self) -> Result<String, OutputError> {
        let encoding = |cause: String| OutputError::Encoding { what: "compare.csv", cause };
        let mut writer = ::csv::Writer::from_writer(Vec::new());
        let head = [
            "simulation",
            "subset",
            "metric",
            "unit",
            "runs_a",
            "runs_b",
            "mean_a",
            "mean_b",
            "difference",
            "relative",
            "standard_errors",
            "paired_runs",
            "final_timestep_a",
            "final_timestep_b",
        ];
        writer.write_record(head).map_err(|e| encoding(e.to_string()))?;
        let number = |x: Option<f64>| x.map_or_else(String::new, |x| format!("{x:?}"));
        for m in &self.metrics {
            let record = [
                m.a.simulation.to_string(),
                m.a.subset.to_string(),
                m.a.metric.clone(),
                m.a.unit.clone(),
                m.a.count.to_string(),
                m.b.count.to_string(),
                number(Some(m.a.mean)),
                number(Some(m.b.mean)),
                number(Some(m.difference())),
                number(m.relative()),
                number(m.standard_errors()),
                m.pairs.as_ref().map_or_else(String::new, |pairs| pairs.runs.to_string()),
                m.a.final_timestep.to_string(),
                m.b.final_timestep.to_string(),
            ];
            writer.write_record(&record).map_err(|e| encoding(e.to_string()))?;
        }
        let bytes = writer.into_inner().map_err(|e| encoding(e.to_string()))?;
        String::from_utf8(bytes).map_err(|e| encoding(e.to_string()))
    }

    /// Writes `compare.csv`, `compare.html` and `charts/*.svg` and `.png` into `folder`.
    ///
    /// # Errors
    /// What the disk refuses.
    pub fn write(&self, folder: impl AsRef<Path>, theme: Theme) -> Result<(), OutputError> {
        let folder = folder.as_ref();
        let pictures = folder.join("charts");
        std::fs::create_dir_all(&pictures).map_err(|e| OutputError::io("create", &pictures, e))?;
        write_whole(folder.join("compare.csv"), self.csv()?.as_bytes())?;
        let charts = self.charts();
        for (chart, stem) in charts.iter().zip(ChartSpec::file_stems(&charts)) {
            let drawing = chart.draw(&self.frame, &self.parameters, theme)?;
            for extension in ["svg", "png"] {
                drawing.write(pictures.join(format!("{stem}.{extension}")))?;
            }
        }
        // The report reads a table; this one is only for it.
        let scratch = tempfile::tempdir_in(folder).map_err(|e| OutputError::io("write in", folder, e))?;
        let table = scratch.path().join("trajectories.parquet");
        let parameters = serde_json::to_string(&self.parameters)
            .map_err(|e| OutputError::Encoding { what: "the swept parameters", cause: e.to_string() })?;
        write_frame(&table, &self.frame, &[(PARAMETERS_KEY.to_owned(), parameters)])?;
        let [a, b] = &self.names;
        let report = Report {
            title: format!("{a} and {b}"),
            facts: self.settings.iter().map(|(k, a, b)| (k.clone(), format!("{a} | {b}"))).collect(),
            charts,
            manifest: self.screen(),
            ..Report::default()
        };
        write_whole(folder.join("compare.html"), report.render(&table)?.as_bytes())
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(60).collect()
}
