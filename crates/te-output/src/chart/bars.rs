//! Bars over the values of a column.

use kuva::plot::BarPlot;
use kuva::plot::legend::{LegendEntry, LegendShape};
use kuva::render::layout::AxisLabelOverlap;
use kuva::render::plots::Plot;
use kuva::render::render::{Scene, render_multiple};
use te_core::{Column, Frame};

use super::style::guided;
use super::style::{base, colour, text, with_unit};
use super::traces::{Subset, column};
use super::{ChartSpec, Theme};
use crate::OutputError;
use crate::labels::legend;
use crate::number::mean;
use crate::summary::cell_text;

/// Most bars side by side; more could not be told apart.
const BARS: usize = 200;

/// The values of one group of bars.
struct Group {
    label: String,
    /// The final values of each series.
    values: Vec<Vec<f64>>,
}

/// A group of bars for each value of `x`, in order of first appearance; a series that has no value there has no bar.
pub(super) fn bars(
    spec: &ChartSpec,
    frame: &Frame,
    subsets: &[Subset],
    theme: Theme,
) -> Result<Scene, OutputError> {
    let fail = |cause: String| OutputError::Chart { chart: spec.title.clone(), cause };
    let x = column(frame, &spec.x)?;
    let series: Vec<&Column> =
        spec.series.iter().map(|one| column(frame, &one.column)).collect::<Result<_, _>>()?;
    let mut groups: Vec<Group> = Vec::new();
    for run in subsets.iter().flat_map(|subset| &subset.runs) {
        let Some(&row) = run.rows.last() else { continue };
        let label = cell_text(x, row);
        let at = groups.iter().position(|group| group.label == label).unwrap_or_else(|| {
            groups.push(Group { label, values: vec![Vec::new(); series.len()] });
            groups.len() - 1
        });
        let Some(group) = groups.get_mut(at) else { continue };
        for (values, one) in group.values.iter_mut().zip(&series) {
            values.extend(run.last(one));
        }
    }
    // Numbers stand in their order, words in that of their first appearance.
    let place = |group: &Group| group.label.parse::<f64>().ok();
    if groups.iter().all(|group| place(group).is_some()) {
        groups.sort_by(|a, b| place(a).unwrap_or(0.0).total_cmp(&place(b).unwrap_or(0.0)));
    }
    if groups.iter().all(|group| group.values.iter().all(Vec::is_empty)) {
        return Err(fail("the columns have no values to draw".to_owned()));
    }
    if groups.len() * series.len() > BARS {
        return Err(fail(format!(
            "{} bars are too many to be told apart; at most {BARS} are drawn",
            groups.len() * series.len()
        )));
    }
    let means = || groups.iter().flat_map(|group| group.values.iter().map(|values| mean(values)));
    if spec.log_y && means().any(|value| value <= 0.0) {
        return Err(fail("a bar at or below 0 has no place on a logarithmic axis".to_owned()));
    }
    let positive = means().all(|value| value >= 0.0);
    let mut plot = BarPlot::new();
    for group in &groups {
        let values = group.values.iter().map(|values| mean(values)).enumerate();
        plot = plot.with_group(
            text(&group.label),
            values.map(|(i, value)| (value, colour(theme, i, series.len()))).collect::<Vec<_>>(),
        );
    }
    let plots: Vec<Plot> = vec![plot.into()];
    let name = spec.x.rsplit('.').next().unwrap_or(&spec.x).replace('_', " ");
    let mut layout = base(&plots, theme)
        .with_title(text(&spec.title))
        .with_x_label(text(&spec.x_label.clone().unwrap_or_else(|| with_unit(&name, &x.unit))))
        .with_y_label(text(&y_label(spec, &series)))
        .with_x_label_overlap(AxisLabelOverlap::Thin);
    layout = guided(layout, spec, theme);
    if spec.log_y {
        layout = layout.with_log_y();
    } else if positive {
        layout = layout.with_y_axis_min(0.0);
    }
    if let Some(highest) = spec.guides.iter().map(|guide| guide.at).reduce(f64::max)
        && highest > layout.y_range.1
    {
        layout = layout.with_y_axis_max(highest * 1.08);
    }
    if series.len() > 1 {
        let entry = |(i, label): (usize, String)| LegendEntry {
            label: text(&label),
            color: colour(theme, i, series.len()),
            shape: LegendShape::Rect,
            dasharray: None,
        };
        layout =
            layout.with_legend_entries(legend(&spec.series).into_iter().enumerate().map(entry).collect());
    }
    Ok(render_multiple(plots, layout))
}

fn y_label(spec: &ChartSpec, series: &[&Column]) -> String {
    match (&spec.y_label, series, spec.series.first()) {
        (Some(label), ..) => label.clone(),
        (None, [one], Some(first)) => with_unit(&first.label, &one.unit),
        _ => String::new(),
    }
}
