//! Charts in words: what of a table is drawn, and how. Who draws them is elsewhere.

use crate::declaration::frame::Frame;
use serde::{Deserialize, Serialize};

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
    /// Lines for a few runs of a subset, bands for more.
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

    /// The columns that the chart needs and a table does not have.
    pub fn missing(&self, schema: &Frame) -> Vec<String> {
        let named = [Some(&self.x), self.y.as_ref()].into_iter().flatten();
        let needed = named.chain(self.series.iter().map(|s| &s.column));
        needed.filter(|name| schema.column(name).is_none()).cloned().collect()
    }

    /// The chart of those series that a table has; `None` where there is none, or an axis is missing.
    #[must_use]
    pub fn of_what_is_in(&self, schema: &Frame) -> Option<Self> {
        let there = |name: &String| schema.column(name).is_some();
        let mut chart = self.clone();
        chart.series.retain(|series| there(&series.column));
        let axes = there(&self.x) && self.y.as_ref().is_none_or(there);
        (axes && !chart.series.is_empty()).then_some(chart)
    }
}
