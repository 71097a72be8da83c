//! From a chart in words to a scene: which columns become which plots, with which labels and colours.

mod axes;

use std::cell::RefCell;
use std::collections::BTreeMap;

use kuva::plot::band::BandPlot;
use kuva::plot::legend::LegendPosition;
use kuva::plot::{Histogram, LinePlot, ScatterPlot, StackedAreaPlot};
use kuva::render::figure::{Figure, FigureLegendPosition};
use kuva::render::plots::Plot;
use kuva::render::render::{Scene, render_multiple};
use te_core::{Cells, Column, Frame};

use super::dates::over_timesteps;
use super::histogram::bins;
use super::style::{SIZE, colour, text};
use super::traces::{Spread, Subset, column, subsets};
use super::{ChartKind, ChartSpec, RUNS_AS_LINES, Theme, bars, grid, sweep, thin};
use crate::OutputError;
use crate::dates::Dates;
use crate::labels::legend;

/// Most panels of a faceted chart, and most entries of a legend.
const PANELS: usize = 12;
const ENTRIES: usize = 12;

/// One line, band, area or bar group: what it shows and how it looks.
struct Look {
    label: String,
    color: String,
    dash: Option<&'static str>,
}

/// A chart's table and words, resolved.
struct Picture<'a> {
    spec: &'a ChartSpec,
    theme: Theme,
    kind: ChartKind,
    x: &'a Column,
    series: Vec<(&'a Column, String)>,
    /// Columns of the picture that a line is drawn in.
    columns: usize,
    /// The dates of timesteps, where they are what the ticks show.
    dates: Option<Dates>,
    /// Values that a logarithmic axis cannot show, by series.
    lost: RefCell<BTreeMap<String, usize>>,
}

pub(super) fn scene(
    spec: &ChartSpec,
    frame: &Frame,
    parameters: &[String],
    theme: Theme,
) -> Result<(Scene, Vec<String>), OutputError> {
    let spec = &over_timesteps(spec);
    let nothing = |cause: &str| OutputError::Chart { chart: spec.title.clone(), cause: cause.to_owned() };
    if spec.series.is_empty() {
        return Err(nothing("it names no series"));
    }
    let subsets = subsets(frame, parameters)?;
    if subsets.is_empty() {
        return Err(nothing("the table has no rows"));
    }
    let series = spec
        .series
        .iter()
        .zip(legend(&spec.series))
        .map(|(s, label)| Ok((column(frame, &s.column)?, label)))
        .collect::<Result<Vec<_>, OutputError>>()?;
    let x = column(frame, &spec.x)?;
    let most_runs = subsets.iter().map(|s| s.runs.len()).max().unwrap_or(0);
    let kind = match spec.kind {
        ChartKind::Auto if most_runs > RUNS_AS_LINES => ChartKind::Bands,
        ChartKind::Auto => ChartKind::Lines,
        other => other,
    };
    if kind == ChartKind::Heat {
        return Ok((grid::heat(spec, frame, &subsets, theme)?, Vec::new()));
    }
    let over_time = matches!(kind, ChartKind::Lines | ChartKind::Bands);
    let by_text = matches!(x.cells, Cells::Text(_) | Cells::Bool(_));
    if kind == ChartKind::Bars || (over_time && by_text) {
        return Ok((bars::bars(spec, frame, &subsets, theme)?, Vec::new()));
    }
    let runs: usize = subsets.iter().map(|s| if kind == ChartKind::Lines { s.runs.len() } else { 3 }).sum();
    let columns = thin::columns(runs * series.len());
    let dates = Dates::of(frame).filter(|_| spec.x == "timestep");
    let picture = Picture { spec, theme, kind, x, series, columns, dates, lost: RefCell::default() };
    if over_time && parameters.contains(&spec.x) {
        let series: Vec<&Column> = picture.series.iter().map(|(column, _)| *column).collect();
        let over = sweep::over(spec, frame, parameters, &subsets, x, &series);
        let scene = picture.over_parameter(&over);
        return scene.map(|scene| (scene, picture.notes())).ok_or_else(|| nothing(picture.emptiness()));
    }
    let stacked = kind == ChartKind::Area && subsets.len() > 1;
    let facet = spec.facet.unwrap_or(subsets.len() > 1 && picture.series.len() > 1) || stacked;
    let scene = if facet && subsets.len() > 1 { picture.panels(&subsets) } else { picture.single(&subsets) };
    scene.map(|scene| (scene, picture.notes())).ok_or_else(|| nothing(picture.emptiness()))
}

impl Picture<'_> {
    /// What the picture leaves out.
    fn notes(&self) -> Vec<String> {
        let lost = self.lost.borrow();
        let note = |(column, count): (&String, &usize)| {
            format!(
                "chart `{}`: {count} values of `{column}` at or below 0 have no place on a logarithmic axis",
                self.spec.title
            )
        };
        lost.iter().map(note).collect()
    }

    fn emptiness(&self) -> &'static str {
        if self.lost.borrow().is_empty() {
            "the columns have no values to draw"
        } else {
            "no value is above 0, and a logarithmic axis shows no others"
        }
    }

    fn lose(&self, column: &Column, count: usize) {
        if count > 0 {
            *self.lost.borrow_mut().entry(column.name.clone()).or_default() += count;
        }
    }

    /// A line in the stretches that its axis can show, thinned to what the picture can.
    fn stretches(&self, column: &Column, points: Vec<(f64, f64)>) -> Vec<Vec<(f64, f64)>> {
        let stretches = if self.spec.log_y {
            let (stretches, lost) = thin::above_zero(&points);
            self.lose(column, lost);
            stretches
        } else {
            vec![points]
        };
        stretches.into_iter().map(|stretch| thin::thinned(stretch, self.columns)).collect()
    }

    /// Final values over a parameter.
    fn over_parameter(&self, over: &sweep::Over) -> Option<Scene> {
        let mut plots: Vec<Plot> = Vec::new();
        let mut looks = Vec::new();
        let lines: Vec<&sweep::Line> = match over {
            sweep::Over::Lines(lines) => lines.iter().collect(),
            sweep::Over::Points(all) => vec![all],
        };
        for (j, line) in lines.iter().enumerate() {
            for (i, ((column, label), points)) in self.series.iter().zip(&line.points).enumerate() {
                let name = self.name(column, label);
                let (label, color) = match (lines.len(), self.series.len()) {
                    (1, many) => (name, colour(self.theme, i, many)),
                    (many, 1) => (line.label.clone(), colour(self.theme, j, many)),
                    (many, few) => {
                        (format!("{name}, {}", line.label), colour(self.theme, j * few + i, many * few))
                    }
                };
                let look = Look { label, color, dash: None };
                let marks = |points: Vec<(f64, f64)>, size: f64| {
                    ScatterPlot::new().with_data(points).with_color(&look.color).with_size(size)
                };
                if matches!(over, sweep::Over::Points(_)) {
                    let shown: Vec<(f64, f64)> = self.stretches(column, points.clone()).concat();
                    plots.push(marks(shown, 3.0).into());
                } else {
                    let spread = Spread::of(points.iter().copied());
                    plots.extend(self.band(column, &spread, &look));
                    let medians = spread.x.iter().copied().zip(spread.quantile(0.5)).collect();
                    for stretch in self.stretches(column, medians) {
                        plots.push(marks(stretch, 4.0).into());
                    }
                }
                looks.push(look);
            }
        }
        if plots.is_empty() {
            return None;
        }
        let mut layout = self.layout(&plots).with_title(text(&self.spec.title));
        layout = layout
            .with_subtitle(text("final values; bands hold 50 % and 90 % of runs"))
            .with_subtitle_size(13);
        if looks.len() > 1 {
            layout = layout.with_legend_entries(self.legend(&looks.iter().collect::<Vec<_>>()));
        }
        Some(render_multiple(plots, layout))
    }

    /// All subsets in one pair of axes.
    fn single(&self, subsets: &[Subset]) -> Option<Scene> {
        let several = subsets.len() > 1;
        let looks: Vec<Vec<Look>> = subsets
            .iter()
            .enumerate()
            .map(|(j, subset)| {
                let look = |(i, (column, label)): (usize, &(&Column, String))| {
                    let name = self.name(column, label);
                    if !several {
                        return Look {
                            label: name,
                            color: colour(self.theme, i, self.series.len()),
                            dash: None,
                        };
                    }
                    let label = if self.series.len() == 1 {
                        subset.label.clone()
                    } else {
                        format!("{name}, {}", subset.label)
                    };
                    let dash = ["", "8 4", "2 4", "8 4 2 4"].get(i % 4).copied().filter(|d| !d.is_empty());
                    Look { label, color: colour(self.theme, j, subsets.len()), dash }
                };
                self.series.iter().enumerate().map(look).collect()
            })
            .collect();
        let mut plots = Vec::new();
        for (subset, looks) in subsets.iter().zip(&looks) {
            plots.extend(self.plots(subset, looks));
        }
        if plots.is_empty() {
            return None;
        }
        let looks: Vec<&Look> = looks.iter().flatten().collect();
        let mut layout = self.layout(&plots).with_title(text(&self.spec.title));
        if looks.len() > 1 {
            layout = layout.with_legend_entries(self.legend(&looks));
            let longest = looks.iter().map(|l| l.label.chars().count()).max().unwrap_or(0);
            if longest > 26 {
                layout = layout.with_legend_position(LegendPosition::OutsideBottomColumns);
            }
        }
        Some(render_multiple(plots, layout))
    }

    /// A panel for each subset, the same axes in all, one legend.
    fn panels(&self, subsets: &[Subset]) -> Option<Scene> {
        let shown = subsets.len().min(PANELS);
        let columns = if shown <= 4 { 2 } else { 3 };
        let rows = shown.div_ceil(columns);
        let looks: Vec<Look> = self
            .series
            .iter()
            .enumerate()
            .map(|(i, (column, label))| Look {
                label: self.name(column, label),
                color: colour(self.theme, i, self.series.len()),
                dash: None,
            })
            .collect();
        let panels: Vec<Vec<Plot>> =
            subsets.iter().take(shown).map(|subset| self.plots(subset, &looks)).collect();
        if panels.iter().all(Vec::is_empty) {
            return None;
        }
        // The axes of all panels are those of all their plots together.
        let all: Vec<Plot> =
            subsets.iter().take(shown).flat_map(|subset| self.plots(subset, &looks)).collect();
        let together = self.layout(&all);
        let layouts = panels
            .iter()
            .zip(subsets)
            .map(|(plots, subset)| {
                let mut layout = self.layout(plots);
                layout.x_range = together.x_range;
                layout.y_range = together.y_range;
                layout.data_x_range = together.data_x_range;
                layout.data_y_range = together.data_y_range;
                // The figure measures its legend at 12 px.
                layout.with_title(text(&subset.label)).with_title_size(14).with_body_size(12)
            })
            .collect();
        let title = if shown < subsets.len() {
            format!("{} (first {shown} of {} subsets)", self.spec.title, subsets.len())
        } else {
            self.spec.title.clone()
        };
        let mut figure = Figure::new(rows, columns)
            .with_plots(panels)
            .with_layouts(layouts)
            .with_shared_y_all()
            .with_cell_size(SIZE.0 / 2.0, SIZE.1 * 0.65)
            .with_title(text(&title))
            .with_title_size(18)
            .with_spacing(12.0);
        if looks.len() > 1 {
            figure = figure
                .with_shared_legend_entries(self.legend(&looks.iter().collect::<Vec<_>>()))
                .with_shared_legend_position(FigureLegendPosition::BottomCenter);
        }
        Some(figure.render())
    }

    fn plots(&self, subset: &Subset, looks: &[Look]) -> Vec<Plot> {
        match self.kind {
            ChartKind::Bands => self.bands(subset, looks),
            ChartKind::Area => self.areas(subset, looks),
            ChartKind::Histogram => self.histograms(subset, looks),
            _ => self.lines(subset, looks),
        }
    }

    fn lines(&self, subset: &Subset, looks: &[Look]) -> Vec<Plot> {
        let width = if subset.runs.len() > 1 { 1.2 } else { 2.2 };
        let mut plots: Vec<Plot> = Vec::new();
        for ((y, _), look) in self.series.iter().zip(looks) {
            for run in &subset.runs {
                let points = run.points(self.x, y);
                let Some(&end) = points.last() else { continue };
                for stretch in self.stretches(y, points) {
                    plots.push(line(stretch, look, width));
                }
                if self.kind == ChartKind::Phase {
                    plots.push(
                        ScatterPlot::new().with_data([end]).with_color(&look.color).with_size(5.0).into(),
                    );
                }
            }
        }
        plots
    }

    fn bands(&self, subset: &Subset, looks: &[Look]) -> Vec<Plot> {
        let mut plots: Vec<Plot> = Vec::new();
        for ((y, _), look) in self.series.iter().zip(looks) {
            plots.extend(self.band(y, &Spread::over(subset, self.x, y), look));
        }
        plots
    }

    /// Median and bands of what is spread; where nothing is spread, the line alone.
    fn band(&self, column: &Column, spread: &Spread, look: &Look) -> Vec<Plot> {
        let quantiles = [0.05, 0.25, 0.5, 0.75, 0.95].map(|p| spread.quantile(p));
        let [low, lower, median, upper, high] = &quantiles;
        let mut plots: Vec<Plot> = Vec::new();
        let kept = thin::kept(&spread.x, &[low, median, high], self.columns);
        let pick = |values: &[f64]| kept.iter().filter_map(|i| values.get(*i).copied()).collect::<Vec<_>>();
        if spread.is_spread() {
            // A logarithmic axis ends at the lowest value that it can show.
            let shown = quantiles.iter().flatten().copied().filter(|x| *x > 0.0).reduce(f64::min);
            let floor = if self.spec.log_y { shown } else { Some(f64::NEG_INFINITY) };
            for (low, high, opacity) in [(low, high, 0.16), (lower, upper, 0.30)] {
                let Some(floor) = floor else { continue };
                let clipped =
                    |values| pick(values).into_iter().map(|x: f64| x.max(floor)).collect::<Vec<_>>();
                let band = BandPlot::new(pick(&spread.x), clipped(low), clipped(high));
                plots.push(band.with_color(&look.color).with_opacity(opacity).into());
            }
        }
        let medians = pick(&spread.x).into_iter().zip(pick(median)).collect();
        plots.extend(self.stretches(column, medians).into_iter().map(|stretch| line(stretch, look, 2.2)));
        plots
    }

    fn areas(&self, subset: &Subset, looks: &[Look]) -> Vec<Plot> {
        let mut area = StackedAreaPlot::new();
        for ((y, _), look) in self.series.iter().zip(looks) {
            let spread = Spread::over(subset, self.x, y);
            if area.x.is_empty() {
                area = area.with_x(spread.x.clone());
            }
            if spread.x.len() == area.x.len() && !spread.x.is_empty() {
                area = area.with_series(spread.mean()).with_color(&look.color);
            }
        }
        if area.series.is_empty() { Vec::new() } else { vec![area.into()] }
    }

    fn histograms(&self, subset: &Subset, looks: &[Look]) -> Vec<Plot> {
        let mut plots: Vec<Plot> = Vec::new();
        for ((y, _), look) in self.series.iter().zip(looks) {
            let finals: Vec<f64> = subset.runs.iter().filter_map(|run| run.last(y)).collect();
            if let Some((edges, counts)) = bins(&finals) {
                plots.push(Histogram::from_bins(edges, counts).with_color(&look.color).into());
            }
        }
        plots
    }
}

/// A line, or the point that it is.
fn line(points: Vec<(f64, f64)>, look: &Look, width: f64) -> Plot {
    if points.len() == 1 {
        return ScatterPlot::new().with_data(points).with_color(&look.color).with_size(2.5).into();
    }
    let line = LinePlot::new().with_data(points).with_color(&look.color).with_stroke_width(width);
    match look.dash {
        Some(dash) => line.with_line_style(kuva::plot::LineStyle::Custom(dash.to_owned())).into(),
        None => line.into(),
    }
}
