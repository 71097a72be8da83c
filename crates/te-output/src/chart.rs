//! Charts: what to draw, said in a few words, drawn as SVG or PNG.
//!
//! A [`ChartSpec`] names columns of a table of trajectories and a [`ChartKind`]. The rest follows from the
//! table: units go into the labels, each subset is named by its swept parameters, many runs become bands of
//! quantiles. Colours are those of Okabe and Ito, told apart with any colour vision; text is never smaller
//! than 12 pixels; legends stand beside or below the axes, not on the data. Drawing is done by kuva, which
//! renders PNG itself with a font of its own, so that pictures are the same on every machine.

mod bars;
mod draw;
mod grid;
mod style;
mod traces;

pub(crate) use style::{FONT, colour, ground_and_ink, text as plain};

use std::path::Path;

use kuva::render::render::Scene;
use serde::{Deserialize, Serialize};
use te_core::{Cells, Frame, INDEX_COLUMNS};

use crate::{ColumnTable, OutputError, write_whole};

/// A chart in words. In files: `title`, `x`, `series`, and where the default does not serve `x_label`,
/// `y_label`, `kind`, `facet`, `log_y`, `zero`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartSpec {
    /// Heading.
    pub title: String,
    /// Column along the horizontal axis; for a heat map a swept parameter. Default: `timestep`.
    #[serde(default = "timestep", skip_serializing_if = "is_timestep")]
    pub x: String,
    /// Label of the horizontal axis. Default: the column's name and unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x_label: Option<String>,
    /// What is drawn.
    pub series: Vec<Series>,
    /// Label of the vertical axis. Default: the series' name and unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y_label: Option<String>,
    /// Second swept parameter of a heat map, along the vertical axis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// How it is drawn.
    #[serde(default)]
    pub kind: ChartKind,
    /// A panel for each subset. Default: where several series meet several subsets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facet: Option<bool>,
    /// Logarithmic vertical axis.
    #[serde(default)]
    pub log_y: bool,
    /// Whether the vertical axis begins at zero.
    #[serde(default)]
    pub zero: bool,
    /// What a histogram counts. Default: runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<String>,
    /// Horizontal lines to compare with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guides: Vec<Guide>,
}

/// A horizontal line to compare with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Guide {
    /// At which value.
    pub at: f64,
    /// What it is called.
    pub label: String,
}

/// A column and what to call it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "SeriesText")]
pub struct Series {
    /// Full name of the column.
    pub column: String,
    /// Name in the legend.
    pub label: String,
}

/// In files a series is a column's name, or a table with `column` and `label`.
#[derive(Deserialize)]
#[serde(untagged)]
enum SeriesText {
    Name(String),
    Full { column: String, label: String },
}

impl From<SeriesText> for Series {
    fn from(text: SeriesText) -> Self {
        match text {
            SeriesText::Name(column) => Self::of(column),
            SeriesText::Full { column, label } => Self { column, label },
        }
    }
}

impl Series {
    /// The column under the last part of its name: `economy.total_supply` becomes `total supply`.
    pub fn of(column: impl Into<String>) -> Self {
        let column = column.into();
        let label = column.rsplit('.').next().unwrap_or(&column).replace('_', " ");
        Self { column, label }
    }
}

/// How a chart is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ChartKind {
    /// Lines for up to [`RUNS_AS_LINES`] runs of a subset, bands for more.
    #[default]
    Auto,
    /// A line for every run.
    Lines,
    /// Median and the bands 25 to 75 % and 5 to 95 % over runs.
    Bands,
    /// Series stacked on each other, means over runs.
    Area,
    /// Colour over two swept parameters: means over runs of the final values of the first series.
    Heat,
    /// How often final values occur.
    Histogram,
    /// A bar for each value of `x`, such as a swept parameter: means over runs of the final values.
    Bars,
    /// Series over another metric, with the final state marked.
    Phase,
}

/// Most runs of one subset that [`ChartKind::Auto`] draws as lines.
pub const RUNS_AS_LINES: usize = 8;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Dark on white.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

fn timestep() -> String {
    "timestep".to_owned()
}

fn is_timestep(x: &str) -> bool {
    x == "timestep"
}

impl ChartSpec {
    /// These columns over timesteps.
    pub fn lines<S: Into<String>>(title: impl Into<String>, columns: impl IntoIterator<Item = S>) -> Self {
        Self {
            title: title.into(),
            x: timestep(),
            series: columns.into_iter().map(Series::of).collect(),
            ..Self::default()
        }
    }

    /// The same chart drawn in another way.
    #[must_use]
    pub fn kind(mut self, kind: ChartKind) -> Self {
        self.kind = kind;
        self
    }

    /// Charts for a table of which nothing else is known: the numeric metrics of each component, those of
    /// one unit together, at most [`SERIES_TOGETHER`] in a picture.
    pub fn defaults(schema: &Frame, parameters: &[String]) -> Vec<Self> {
        let mut charts: Vec<(String, Self)> = Vec::new();
        for column in schema.columns() {
            let name = column.name.as_str();
            let skip = INDEX_COLUMNS.contains(&name)
                || parameters.iter().any(|p| p == name)
                || matches!(column.cells, Cells::Text(_));
            if skip {
                continue;
            }
            let instance = name.rsplit_once('.').map_or("", |(instance, _)| instance);
            let key = format!("{instance}\n{}", column.unit);
            let open = charts.iter_mut().find(|(k, c)| *k == key && c.series.len() < SERIES_TOGETHER);
            match open {
                // Numbers without a unit seldom share a scale.
                Some((_, chart)) if !column.unit.is_empty() && column.unit != "1" => {
                    let series = Series::of(name);
                    chart.title = format!("{}, {}", chart.title, series.label);
                    chart.series.push(series);
                }
                _ => {
                    let series = Series::of(name);
                    let title = [instance, &series.label].join(" ").trim().to_owned();
                    charts.push((key, Self::lines(title, [name])));
                }
            }
        }
        charts.into_iter().map(|(_, chart)| chart).collect()
    }

    /// What the chart draws of a table: the index columns, labels and swept parameters, and the columns it names.
    ///
    /// # Errors
    /// [`OutputError::Column`] for a column that is not there (with the nearest name), and what the disk refuses.
    pub fn read(&self, table: &ColumnTable) -> Result<Frame, OutputError> {
        let schema = table.schema()?;
        let labels = (schema.columns().iter())
            .filter(|c| matches!(c.cells, Cells::Text(_)) || table.parameters().contains(&c.name))
            .map(|c| c.name.as_str());
        let named = [Some(self.x.as_str()), self.y.as_deref()].into_iter().flatten();
        let series = self.series.iter().map(|s| s.column.as_str());
        table.read(INDEX_COLUMNS.into_iter().chain(labels).chain(named).chain(series))
    }

    /// A name for a file: the title in small letters, digits and dashes.
    pub fn file_stem(&self) -> String {
        let mut stem = String::new();
        for letter in self.title.to_lowercase().chars() {
            if letter.is_ascii_alphanumeric() {
                stem.push(letter);
            } else if !stem.ends_with('-') && !stem.is_empty() {
                stem.push('-');
            }
        }
        let stem: String = stem.trim_end_matches('-').chars().take(60).collect();
        if stem.is_empty() { "chart".to_owned() } else { stem }
    }

    /// Draws the chart of a table, of which `parameters` are swept parameters.
    ///
    /// # Errors
    /// [`OutputError::Column`] for a column that is not there (with the nearest name), and
    /// [`OutputError::Chart`] where there is nothing to draw.
    pub fn draw(&self, frame: &Frame, parameters: &[String], theme: Theme) -> Result<Drawing, OutputError> {
        draw::scene(self, frame, parameters, theme).map(|scene| Drawing::of(scene, self.title.clone()))
    }
}

/// Most series in one picture of [`ChartSpec::defaults`].
pub const SERIES_TOGETHER: usize = 4;

/// A chart that was drawn.
pub struct Drawing {
    scene: Scene,
    title: String,
}

/// Pixels of a PNG for one unit of the drawing: 900 units become 1350 pixels.
const PIXELS: f32 = 1.5;

impl Drawing {
    /// What was drawn as a scene.
    pub(crate) fn of(scene: Scene, title: String) -> Self {
        Self { scene, title }
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
