//! What all charts look like: size, colours, letters, ticks.

use std::sync::Arc;

use kuva::plot::ColorMap;
use kuva::plot::annotations::ReferenceLine;
use kuva::render::layout::{Layout, TickFormat};
use kuva::render::plots::Plot;

use super::{ChartSpec, Theme};
use crate::number::short;

/// Okabe and Ito's colours in the order in which they are used: on white without yellow, on dark without
/// blue and black, which vanish there.
const LIGHT: [&str; 7] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];
const DARK: [&str; 7] = ["#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00", "#FFFFFF"];

/// Width and height of a chart `[px]`.
pub(super) const SIZE: (f64, f64) = (900.0, 520.0);

/// The letters that charts ask a viewer of SVG for; in PNG they are always those of kuva's own font, the first of these.
pub(crate) const FONT: &str = "DejaVu Sans, Verdana, Liberation Sans, Arial, sans-serif";

/// Colour `i` of `of`: the palette while it lasts, beyond it a scale from dark to light.
pub(crate) fn colour(theme: Theme, i: usize, of: usize) -> String {
    let palette = if theme == Theme::Dark { &DARK } else { &LIGHT };
    if of <= palette.len() {
        palette.get(i).copied().unwrap_or("#888888").to_owned()
    } else {
        let share = i as f64 / (of - 1) as f64;
        // The ends of the scale are too near to the backgrounds.
        let share = if theme == Theme::Dark { 0.25 + 0.75 * share } else { 0.85 * share };
        match ColorMap::Viridis.map_rgb(share) {
            Some((r, g, b)) => format!("#{r:02x}{g:02x}{b:02x}"),
            None => "#888888".to_owned(),
        }
    }
}

/// Sizes, colours and ticks that all charts share.
pub(super) fn base(plots: &[Plot], theme: Theme) -> Layout {
    Layout::auto_from_plots(plots)
        .with_width(SIZE.0)
        .with_height(SIZE.1)
        .with_title_size(18)
        .with_label_size(14)
        .with_tick_size(13)
        .with_body_size(13)
        .with_legend_box(false)
        .with_x_tick_format(TickFormat::Custom(Arc::new(tick)))
        .with_y_tick_format(TickFormat::Custom(Arc::new(tick)))
        .with_theme(match theme {
            Theme::Light => kuva::Theme { grid_color: "#e2e2e2".to_owned(), ..kuva::Theme::light() },
            Theme::Dark => kuva::Theme { grid_color: "#3a3a3a".to_owned(), ..kuva::Theme::dark() },
        })
}

/// Tick labels: thousands as k, millions as M, and so on; small numbers plain.
pub(super) fn tick(value: f64) -> String {
    let size = value.abs();
    let (scale, suffix) = match size {
        s if (1e4..1e6).contains(&s) => (1e3, "k"),
        s if (1e6..1e9).contains(&s) => (1e6, "M"),
        s if (1e9..1e12).contains(&s) => (1e9, "G"),
        s if (1e12..1e15).contains(&s) => (1e12, "T"),
        _ => (1.0, ""),
    };
    format!("{}{suffix}", short(value / scale, 5))
}

pub(super) fn with_unit(name: &str, unit: &str) -> String {
    if unit.is_empty() || unit == "1" { name.to_owned() } else { format!("{name} [{unit}]") }
}

/// kuva reads dollars as the marks of a formula.
pub(crate) fn text(label: &str) -> String {
    label.replace('$', "\\$")
}

/// The layout with the chart's guides in it, and what they are called under the title.
pub(super) fn guided(mut layout: Layout, spec: &ChartSpec, theme: Theme) -> Layout {
    let grey = if theme == Theme::Dark { "#c0c0c0" } else { "#444444" };
    for guide in spec.guides.iter().filter(|guide| !spec.log_y || guide.at > 0.0) {
        let line = ReferenceLine::horizontal(guide.at).with_color(grey).with_stroke_width(1.4);
        layout = layout.with_reference_line(line.with_dasharray("7 5"));
    }
    let names: Vec<&str> = spec.guides.iter().map(|g| g.label.as_str()).filter(|l| !l.is_empty()).collect();
    if names.is_empty() {
        return layout;
    }
    layout.with_subtitle(text(&format!("dashed: {}", names.join("; ")))).with_subtitle_size(13)
}
