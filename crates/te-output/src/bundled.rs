//! What pages share: uPlot for charts and dagre for graphs, each with its licence beside it, and how this project draws with them.

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
/// Colours of light and dark pages.
pub const THEME_CSS: &str = include_str!("../assets/theme.css");
/// Colours, numbers and axes of charts: `tecmnsPlot`.
pub const PLOT_JS: &str = include_str!("../assets/plot.js");
/// Wiring diagrams, laid out by dagre: `tecmnsWiring`.
pub const WIRING_JS: &str = include_str!("../assets/wiring.js");
