//! The files of the page.
//!
//! They are part of the program. In a debug build with `TE_PAGE_ASSETS`, the name of a folder, they are read from there at each request,
//! so that whoever works on the page need not compile.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use te_output::bundled;

/// Name and text of each file.
const FILES: &[(&str, &str)] = &[
    ("api.js", include_str!("../assets/api.js")),
    ("app.js", include_str!("../assets/app.js")),
    ("charts.js", include_str!("../assets/charts.js")),
    ("compose.js", include_str!("../assets/compose.js")),
    ("controls.js", include_str!("../assets/controls.js")),
    ("dom.js", include_str!("../assets/dom.js")),
    ("export.js", include_str!("../assets/export.js")),
    ("figures.js", include_str!("../assets/figures.js")),
    ("gallery.js", include_str!("../assets/gallery.js")),
    ("index.html", include_str!("../assets/index.html")),
    ("page.css", include_str!("../assets/page.css")),
    ("pin.js", include_str!("../assets/pin.js")),
    ("run.js", include_str!("../assets/run.js")),
    ("scale.js", include_str!("../assets/scale.js")),
    ("settings.js", include_str!("../assets/settings.js")),
    ("steps.js", include_str!("../assets/steps.js")),
    ("sweep.js", include_str!("../assets/sweep.js")),
    ("wires.js", include_str!("../assets/wires.js")),
    ("theme.css", bundled::THEME_CSS),
    ("plot.js", bundled::PLOT_JS),
    ("wiring.js", bundled::WIRING_JS),
    ("uPlot.js", bundled::UPLOT_JS),
    ("uPlot.css", bundled::UPLOT_CSS),
    ("uPlot.LICENSE", bundled::UPLOT_LICENSE),
    ("dagre.js", bundled::DAGRE_JS),
    ("dagre.LICENSE", bundled::DAGRE_LICENSE),
];

/// The page itself.
pub(crate) async fn index() -> Response {
    file("index.html")
}

/// A file of the page.
pub(crate) async fn asset(Path(name): Path<String>) -> Response {
    file(&name)
}

fn file(name: &str) -> Response {
    let kind = match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    };
    let found = fresh(name)
        .or_else(|| FILES.iter().find(|(own, _)| *own == name).map(|(_, text)| text.as_bytes().to_vec()));
    match found {
        Some(bytes) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A file of the folder that the environment names.
#[cfg(debug_assertions)]
fn fresh(name: &str) -> Option<Vec<u8>> {
    let folder = std::env::var_os("TE_PAGE_ASSETS")?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let allowed = !name.starts_with('.') && name.chars().all(plain);
    allowed.then(|| std::fs::read(std::path::Path::new(&folder).join(name)).ok()).flatten()
}

#[cfg(not(debug_assertions))]
fn fresh(_: &str) -> Option<Vec<u8>> {
    None
}
