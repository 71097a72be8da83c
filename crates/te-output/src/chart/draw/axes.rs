//! The axes of a chart, their labels and ticks, and its legend.

use kuva::plot::legend::{LegendEntry, LegendShape};
use kuva::render::layout::Layout;
use kuva::render::plots::Plot;
use te_core::{Column, DATE_COLUMN};

use super::super::ChartKind;
use super::super::dates::on;
use super::super::histogram::{bin_width, rounded_down, tallest};
use super::super::style::{base, guided, text, with_unit};
use super::{ENTRIES, Look, Picture};

impl Picture<'_> {
    pub(super) fn layout(&self, plots: &[Plot]) -> Layout {
        let (x, y) = if self.kind == ChartKind::Histogram {
            (self.y_label(), self.spec.counted.clone().unwrap_or_else(|| "runs".to_owned()))
        } else {
            let name = self.spec.x.rsplit('.').next().unwrap_or(&self.spec.x).replace('_', " ");
            let named = || match self.dates {
                Some(_) => DATE_COLUMN.to_owned(),
                None => with_unit(&name, &self.x.unit),
            };
            (self.spec.x_label.clone().unwrap_or_else(named), self.y_label())
        };
        let mut layout = base(plots, self.theme).with_x_label(text(&x)).with_y_label(text(&y));
        if self.kind == ChartKind::Histogram {
            let highest = plots.iter().filter_map(tallest).fold(1.0, f64::max);
            layout = layout.with_y_tick_step(rounded_down((highest / 5.0).max(1.0)).floor());
            if let Some((width, many)) = plots.iter().find_map(bin_width) {
                layout = layout.with_x_tick_step(width * many.div_ceil(8) as f64);
            }
        } else if self.spec.x == "timestep" {
            let times = (0..self.x.cells.len()).filter_map(|row| self.x.number(row));
            if let Some(last) = times.reduce(f64::max).filter(|last| *last > 0.0) {
                layout = layout.with_x_axis_max(last);
            }
            if let Some(dates) = &self.dates {
                layout = on(dates.clone(), layout);
            }
        }
        layout = guided(layout, self.spec, self.theme);
        if self.spec.log_y {
            layout = layout.with_log_y();
        }
        if self.spec.zero && !self.spec.log_y {
            layout = layout.with_y_axis_min(0.0);
        }
        layout
    }

    pub(super) fn y_label(&self) -> String {
        if let Some(label) = &self.spec.y_label {
            return label.clone();
        }
        let units: Vec<&str> = self.series.iter().map(|(c, _)| c.unit.as_str()).collect();
        match (&self.series[..], units.first()) {
            ([(column, label)], _) => with_unit(label, &column.unit),
            (_, Some(&unit)) if !matches!(unit, "" | "1") && units.iter().all(|u| *u == unit) => {
                format!("[{unit}]")
            }
            _ => String::new(),
        }
    }

    /// A series' name, with its unit where the axis cannot tell it.
    pub(super) fn name(&self, column: &Column, label: &str) -> String {
        let same = self.series.iter().all(|(c, _)| c.unit == column.unit);
        if same { label.to_owned() } else { with_unit(label, &column.unit) }
    }

    /// Entries for at most [`ENTRIES`] looks, spread evenly, the first and the last among them.
    pub(super) fn legend(&self, looks: &[&Look]) -> Vec<LegendEntry> {
        let shape = match self.kind {
            ChartKind::Area | ChartKind::Histogram | ChartKind::Bands => LegendShape::Rect,
            _ => LegendShape::Line,
        };
        let shown = looks.len().min(ENTRIES);
        (0..shown)
            .filter_map(|k| looks.get(k * (looks.len() - 1) / (shown - 1).max(1)))
            .map(|look| LegendEntry {
                label: text(&look.label),
                color: look.color.clone(),
                shape,
                dasharray: look.dash.map(str::to_owned),
            })
            .collect()
    }
}
