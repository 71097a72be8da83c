//! Charts: what to draw, said in a few words, drawn as SVG or PNG.
//!
//! A [`ChartSpec`] names columns of a table of trajectories and a [`ChartKind`]. The rest follows from the
//! table: units go into the labels, each subset is named by its swept parameters, many runs become bands of
//! quantiles. Colours are those of Okabe and Ito, told apart with any colour vision; text is never smaller
//! than 12 pixels; legends stand beside or below the axes, not on the data. Drawing is done by kuva, which
//! renders PNG itself with a font of its own, so that pictures are the same on every machine.

mod bars;
mod dates;
mod draw;
mod grid;
mod histogram;
mod style;
mod sweep;
mod thin;
mod traces;

pub use histogram::bins as histogram_bins;
pub(crate) use style::{FONT, text as plain};

use std::collections::{HashMap, HashSet};
use std::path::Path;

use kuva::render::render::Scene;
use te_core::picture::{ChartKind, ChartSpec, NoPicture, Picture, Series, Theme};
use te_core::{Cells, DATE_COLUMN, Frame, INDEX_COLUMNS};

use crate::columns::is_index;
use crate::{ColumnTable, OutputError, safe_name, write_whole};

/// Most runs of one subset that [`ChartKind::Auto`] draws as lines.
pub const RUNS_AS_LINES: usize = 8;

/// What is done with a chart in words: read from a table, drawn, named.
pub trait Charted: Sized {
    /// Charts for a table of which nothing else is known: the numeric metrics of each component, those of
    /// one unit together, at most [`SERIES_TOGETHER`] in a picture.
    fn defaults(schema: &Frame, parameters: &[String]) -> Vec<Self>;

    /// What the chart draws of a table: the index columns, labels and swept parameters, and the columns it names.
    ///
    /// # Errors
    /// [`OutputError::Column`] for a column that is not there (with the nearest name), [`OutputError::Chart`] for a kind that
    /// needs single runs where the table has statistics alone, and what the disk refuses.
    fn read(&self, table: &ColumnTable) -> Result<Frame, OutputError>;

    /// As many of [`defaults`](Self::defaults) as are drawn without being asked for, and how many there are beyond them.
    fn first_defaults(schema: &Frame, parameters: &[String]) -> (Vec<Self>, usize);

    /// A name for a file: the title in small letters, digits and dashes.
    fn file_stem(&self) -> String;

    /// Names for the files of several charts, each once: a title that comes again is numbered.
    fn file_stems(charts: &[Self]) -> Vec<String>;

    /// Draws the chart of a table, of which `parameters` are swept parameters.
    ///
    /// # Errors
    /// [`OutputError::Column`] for a column that is not there (with the nearest name), and
    /// [`OutputError::Chart`] where there is nothing to draw.
    fn draw(&self, frame: &Frame, parameters: &[String], theme: Theme) -> Result<Drawing, OutputError>;
}

impl Charted for ChartSpec {
    fn defaults(schema: &Frame, parameters: &[String]) -> Vec<Self> {
        let mut charts: Vec<Self> = Vec::new();
        // The last chart of each component and unit.
        let mut open: HashMap<(&str, &str), usize> = HashMap::new();
        let parameters: HashSet<&str> = parameters.iter().map(String::as_str).collect();
        for column in schema.columns() {
            let name = column.name.as_str();
            let skip =
                is_index(column) || parameters.contains(name) || matches!(column.cells, Cells::Text(_));
            if skip {
                continue;
            }
            let instance = name.rsplit_once('.').map_or("", |(instance, _)| instance);
            let key = (instance, column.unit.as_str());
            let last = open.get(&key).and_then(|at| charts.get_mut(*at));
            match last.filter(|chart| chart.series.len() < SERIES_TOGETHER) {
                // Numbers without a unit seldom share a scale.
                Some(chart) if !column.unit.is_empty() && column.unit != "1" => {
                    let series = Series::of(name);
                    chart.title = format!("{}, {}", chart.title, series.label);
                    chart.series.push(series);
                }
                _ => {
                    let series = Series::of(name);
                    let title = [instance, &series.label].join(" ").trim().to_owned();
                    open.insert(key, charts.len());
                    charts.push(Self::lines(title, [name]));
                }
            }
        }
        charts
    }

    fn read(&self, table: &ColumnTable) -> Result<Frame, OutputError> {
        if table.has_stand_ins() && !matches!(self.kind, ChartKind::Auto | ChartKind::Bands) {
            let cause = "statistics over runs keep no single runs; draw it as bands".to_owned();
            return Err(OutputError::Chart { chart: self.title.clone(), cause });
        }
        let schema = table.schema()?;
        let labels = (schema.columns().iter())
            .filter(|c| matches!(c.cells, Cells::Text(_)) || table.parameters().contains(&c.name))
            .map(|c| c.name.as_str());
        // On an axis of time ticks are dates, where rows have them.
        let date = schema.column(DATE_COLUMN).filter(|_| self.x == "timestep").map(|c| c.name.as_str());
        let named = [Some(self.x.as_str()), self.y.as_deref(), date].into_iter().flatten();
        let series = self.series.iter().map(|s| s.column.as_str());
        table.read(INDEX_COLUMNS.into_iter().chain(labels).chain(named).chain(series))
    }

    fn first_defaults(schema: &Frame, parameters: &[String]) -> (Vec<Self>, usize) {
        let mut charts = Self::defaults(schema, parameters);
        let more = charts.len().saturating_sub(DEFAULT_CHARTS);
        charts.truncate(DEFAULT_CHARTS);
        (charts, more)
    }

    fn file_stem(&self) -> String {
        let mut stem = String::new();
        for letter in self.title.to_lowercase().chars() {
            if letter.is_alphanumeric() {
                stem.push(letter);
            } else if !stem.ends_with('-') && !stem.is_empty() {
                stem.push('-');
            }
        }
        let stem: String = stem.trim_end_matches('-').chars().take(60).collect();
        if stem.is_empty() { "chart".to_owned() } else { safe_name(&stem) }
    }

    fn file_stems(charts: &[Self]) -> Vec<String> {
        let mut stems: Vec<String> = Vec::new();
        for chart in charts {
            let base = chart.file_stem();
            let mut stem = base.clone();
            let mut number = 2;
            while stems.contains(&stem) {
                stem = format!("{base}-{number}");
                number += 1;
            }
            stems.push(stem);
        }
        stems
    }

    fn draw(&self, frame: &Frame, parameters: &[String], theme: Theme) -> Result<Drawing, OutputError> {
        let (scene, notes) = draw::scene(self, frame, parameters, theme)?;
        Ok(Drawing { notes, ..Drawing::of(scene, self.title.clone()) })
    }
}

/// Most series in one picture of [`ChartSpec::defaults`].
pub const SERIES_TOGETHER: usize = 4;

/// Charts that are drawn without being asked for, at most.
pub const DEFAULT_CHARTS: usize = 24;

/// Draws a picture that a component offers; a chart on the ground of `theme`, shapes on their own.
///
/// # Errors
/// [`OutputError::Chart`] where a chart has nothing to show.
pub fn draw(picture: Picture, theme: Theme) -> Result<Drawing, OutputError> {
    match picture {
        Picture::Canvas(canvas) => Ok(canvas.into()),
        Picture::Chart(chart, rows) => chart.draw(&rows, &[], theme),
    }
}

impl From<NoPicture> for OutputError {
    fn from(missing: NoPicture) -> Self {
        Self::Chart { chart: missing.title, cause: missing.cause }
    }
}

/// A chart that was drawn.
pub struct Drawing {
    scene: Scene,
    title: String,
    notes: Vec<String>,
}

/// Pixels of a PNG for one unit of the drawing: 900 units become 1350 pixels.
const PIXELS: f32 = 1.5;

impl Drawing {
    /// What was drawn as a scene.
    pub(crate) fn of(scene: Scene, title: String) -> Self {
        Self { scene, title, notes: Vec::new() }
    }

    /// What it leaves out, a sentence each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Its heading.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// As SVG text.
    pub fn svg(&self) -> String {
        renumbered(&kuva::backend::svg::SvgBackend.render_scene(&self.scene))
    }

    /// As the bytes of a PNG file.
    ///
    /// # Errors
    /// [`OutputError::Chart`] where the picture is too large to render.
    pub fn png(&self) -> Result<Vec<u8>, OutputError> {
        kuva::RasterBackend::new()
            .with_scale(PIXELS)
            .render_scene(&self.scene)
            .map_err(|cause| OutputError::Chart { chart: self.title.clone(), cause })
    }

    /// Writes an SVG or PNG file, as the extension of `path` says, whole or not at all.
    ///
    /// # Errors
    /// [`OutputError::Extension`] for another extension, and what the disk refuses.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), OutputError> {
        let path = path.as_ref();
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        match extension.as_str() {
            "svg" => write_whole(path, self.svg().as_bytes()),
            "png" => write_whole(path, &self.png()?),
            _ => Err(OutputError::Extension { path: path.to_path_buf(), known: "svg, png" }),
        }
    }
}

/// kuva numbers clipped regions through the whole process; here each picture counts its own, so that its text does not
/// depend on what was drawn before.
fn renumbered(svg: &str) -> String {
    const NAME: &str = "kuva-clip-";
    let mut parts = svg.split(NAME);
    let mut out = parts.next().unwrap_or_default().to_owned();
    let mut seen: Vec<&str> = Vec::new();
    for part in parts {
        let (number, rest) = part.split_at(part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len()));
        let at = seen.iter().position(|one| *one == number).unwrap_or_else(|| {
            seen.push(number);
            seen.len() - 1
        });
        out.extend([NAME, &at.to_string(), rest]);
    }
    out
}
