//! Charts that a system file asks for.

use super::section::Section;
use te_core::picture::{ChartKind, ChartSpec, Series};

const KINDS: [(&str, ChartKind); 8] = [
    ("auto", ChartKind::Auto),
    ("lines", ChartKind::Lines),
    ("bands", ChartKind::Bands),
    ("area", ChartKind::Area),
    ("heat", ChartKind::Heat),
    ("histogram", ChartKind::Histogram),
    ("bars", ChartKind::Bars),
    ("phase", ChartKind::Phase),
];

/// Reads a `[[chart]]`: `title`, `y` (columns), and where the default does not serve `x`, `kind`, `facet`,
/// `x_label`, `y_label`, `by` (second parameter of a heat map), `log`, `zero`.
pub(crate) fn read_chart(section: &mut Section<'_>) -> Option<ChartSpec> {
    let title = section.text("title");
    let columns = section.texts("y");
    if columns.is_empty() {
        section.refuse(&section.tree().span.clone(), "a [[chart]] needs `y`, the columns to draw");
        return None;
    }
    let labels = section.texts("labels");
    let mut series: Vec<Series> = columns.iter().map(Series::of).collect();
    for (one, label) in series.iter_mut().zip(labels) {
        one.label = label;
    }
    Some(ChartSpec {
        title: title.unwrap_or_else(|| columns.join(", ")),
        x: section.text("x").unwrap_or_else(|| "timestep".to_owned()),
        x_label: section.text("x_label"),
        series,
        y_label: section.text("y_label"),
        y: section.text("by"),
        kind: section.choice("kind", &KINDS).unwrap_or_default(),
        facet: section.boolean("facet"),
        log_y: section.boolean("log").unwrap_or(false),
        zero: section.boolean("zero").unwrap_or(false),
        ..ChartSpec::default()
    })
}
