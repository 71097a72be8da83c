//! Heat maps over two swept parameters.

use std::collections::BTreeMap;
use std::sync::Arc;

use kuva::plot::{ColorMap, Heatmap};
use kuva::render::plots::Plot;
use kuva::render::render::{Scene, render_multiple};
use te_core::Frame;

use super::style::{SIZE, base, text, with_unit};
use super::traces::{Subset, column};
use super::{ChartSpec, Theme};
use crate::OutputError;
use crate::number::{mean, short};

/// The mean final value of the first series for each pair of values of the two parameters.
pub(super) fn heat(
    spec: &ChartSpec,
    frame: &Frame,
    subsets: &[Subset],
    theme: Theme,
) -> Result<Scene, OutputError> {
    let fail = |cause: String| OutputError::Chart { chart: spec.title.clone(), cause };
    let Some(vertical) = &spec.y else {
        return Err(fail("a heat map needs two swept parameters, `x` and `y`".to_owned()));
    };
    let Some(series) = spec.series.first() else { return Err(fail("it names no series".to_owned())) };
    let (x, y, z) = (column(frame, &spec.x)?, column(frame, vertical)?, column(frame, &series.column)?);
    let mut cells: BTreeMap<(Key, Key), Vec<f64>> = BTreeMap::new();
    for subset in subsets {
        for run in &subset.runs {
            let Some(&row) = run.rows.first() else { continue };
            if let (Some(x), Some(y), Some(z)) = (x.number(row), y.number(row), run.last(z)) {
                cells.entry((Key(x), Key(y))).or_default().push(z);
            }
        }
    }
    let mut across: Vec<Key> = cells.keys().map(|k| k.0).collect();
    let mut up: Vec<Key> = cells.keys().map(|k| k.1).collect();
    for axis in [&mut across, &mut up] {
        axis.sort();
        axis.dedup();
    }
    if across.len() < 2 || up.len() < 2 {
        return Err(fail(format!(
            "a heat map needs at least two values of `{}` and of `{vertical}`; there are {} and {}",
            spec.x,
            across.len(),
            up.len()
        )));
    }
    let holes = across.len() * up.len() - cells.len();
    if holes > 0 {
        return Err(fail(format!(
            "{holes} of {} pairs of `{}` and `{vertical}` were not run; a heat map needs a product sweep",
            across.len() * up.len(),
            spec.x
        )));
    }
    let mean = |x: &Key, y: &Key| cells.get(&(*x, *y)).map_or(0.0, |v| mean(v));
    let data: Vec<Vec<f64>> = up.iter().map(|y| across.iter().map(|x| mean(x, y)).collect()).collect();
    let names = |axis: &[Key]| -> Vec<String> { axis.iter().map(|k| short(k.0, 4)).collect() };
    let size = data.iter().flatten().fold(0.0_f64, |most, z| most.max(z.abs()));
    let mut map =
        Heatmap::new().with_data(data).with_labels(names(&up), names(&across)).with_color_map(scale(theme));
    // kuva prints two decimals.
    if across.len() <= 8 && up.len() <= 12 && (0.1..1e6).contains(&size) {
        map = map.with_values();
    }
    let plots: Vec<Plot> = vec![map.into()];
    let axis = |name: &str, unit: &str| {
        text(&with_unit(&name.rsplit('.').next().unwrap_or(name).replace('_', " "), unit))
    };
    let layout = base(&plots, theme)
        .with_x_categories(names(&across))
        .with_y_categories(names(&up))
        .with_title(text(&spec.title))
        .with_subtitle(text(&format!("final {}, mean over runs", with_unit(&series.label, &z.unit))))
        .with_subtitle_size(13)
        .with_width(SIZE.0)
        .with_x_label(spec.x_label.as_deref().map_or_else(|| axis(&spec.x, &x.unit), text))
        .with_y_label(spec.y_label.as_deref().map_or_else(|| axis(vertical, &y.unit), text));
    Ok(render_multiple(plots, layout))
}

/// Viridis without the end on which the theme's text could not be read.
fn scale(theme: Theme) -> ColorMap {
    let (from, to) = match theme {
        Theme::Light => (0.4, 1.0),
        Theme::Dark => (0.0, 0.6),
    };
    ColorMap::Custom(Arc::new(move |share| ColorMap::Viridis.map(from + (to - from) * share)))
}

/// A float as a key, in its total order.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Key(f64);

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}
