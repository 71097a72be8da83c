//! Libraries for pages that this crate carries: uPlot for charts, dagre for graphs, each with its licence beside it.

/// uPlot as one script: `uPlot` is its global name.
pub const UPLOT_JS: &str = include_str!("../assets/uplot/uPlot.iife.min.js");
/// The style sheet of uPlot.
pub const UPLOT_CSS: &str = include_str!("../assets/uplot/uPlot.min.css");
/// The licence of uPlot.
pub const UPLOT_LICENSE: &str = include_str!("../assets/uplot/LICENSE");
/// dagre as one script: `dagre` is its global name.
pub const DAGRE_JS: &str = include_str!("../assets/dagre/dagre.min.js");
/// The licence of dagre.
pub const DAGRE_LICENSE: &str = include_str!("../assets/dagre/LICENSE");
