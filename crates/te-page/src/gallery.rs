//! Systems at hand, with a picture each.

use crate::app::App;
use crate::host::Start;
use crate::opened::Opened;
use crate::place;
use crate::setting::Setting;
use crate::trouble::Trouble;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;
use te_core::{Keep, Recording};

/// Systems that are shown, at most.
const SHOWN: usize = 200;
/// How long a picture may take: systems that take longer have none.
const PATIENCE: Duration = Duration::from_millis(500);
/// Lines of a picture, at most, and points of a line, about.
const LINES: usize = 3;
const POINTS: u64 = 120;
/// Colours of lines, legible on light and dark.
const COLOURS: [&str; LINES] = ["#3b82c4", "#d9822b", "#4a9d5b"];

/// What the page asks to open.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    text: Option<String>,
}

/// A system at hand.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Card {
    pub(crate) path: String,
    name: String,
    title: String,
    description: String,
    picture: Option<String>,
}

/// The systems of the folder, and of its folder `systems`.
pub(crate) fn gallery(app: &App) -> Vec<Card> {
    let root = app.root();
    let mut cards = Vec::new();
    for folder in ["", "systems"] {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else { continue };
        let mut names: Vec<String> =
            entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        names.retain(|name| Path::new(name).extension().is_some_and(|e| e == "toml"));
        names.sort();
        let paths = names
            .iter()
            .map(|name| if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") });
        cards
            .extend(paths.take(SHOWN.saturating_sub(cards.len())).filter_map(|path| card(app, &root, &path)));
    }
    cards
}

fn card(app: &App, root: &Path, path: &str) -> Option<Card> {
    let file = place::inside(root, path).ok()?;
    let text = file.is_file().then(|| std::fs::read_to_string(&file).ok()).flatten()?;
    // Other TOML, such as a registry, is no system.
    if !text.contains("controllables") {
        return None;
    }
    if let Some(known) = app.card(path, &text) {
        return Some(known);
    }
    let opened = Opened::read(String::new(), Start::file(file), &app.registry).ok()?;
    let card = Card {
        path: path.to_owned(),
        name: opened.file.name.clone(),
        title: opened.file.name.clone(),
        description: opened.file.description.clone(),
        picture: picture(app, &opened).ok().flatten(),
    };
    app.keep_card(&text, &card);
    Some(card)
}

/// Opens a system: its number.
pub(crate) fn open(app: &App, asked: Asked) -> Result<String, Trouble> {
    match (asked.path, asked.text) {
        (Some(path), None) => app.open(Start::file(place::inside(&app.root(), &path)?)),
        (None, Some(text)) => app.open(Start::text(text, app.root().join("untitled.toml"))),
        _ => Err(Trouble::malformed("a system is opened by its path or by its text")),
    }
}

/// The lines of the file's first chart, of one run.
fn picture(app: &App, opened: &Opened) -> Result<Option<String>, Trouble> {
    let changes = opened.changes(&Setting::default())?;
    let (experiment, system) = opened.experiment(&changes, &app.registry)?;
    let timesteps = opened.file.settings.timesteps;
    let known = |name: &String| system.columns().iter().any(|column| column.name == *name);
    let chart = opened.file.charts.iter().map(|chart| chart.series.iter().map(|s| s.column.clone()));
    let first = chart.map(|names| names.filter(known).collect::<Vec<_>>()).find(|names| !names.is_empty());
    let columns = first.unwrap_or_else(|| system.columns().iter().take(1).map(|c| c.name.clone()).collect());
    let columns: Vec<String> = columns.into_iter().take(LINES).collect();
    let every = timesteps.div_ceil(POINTS).max(1);
    let recording =
        Recording { columns: columns.clone(), every, keep: Keep::Trajectories, ..Recording::default() };
    let experiment = app.host.prepare(experiment).record(recording).runs(1).threads(1);
    let cancel = experiment.cancel_handle();
    let (done, wait) = std::sync::mpsc::channel::<()>();
    let watch = std::thread::spawn(move || {
        if wait.recv_timeout(PATIENCE) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            cancel.cancel();
        }
    });
    let results = experiment.run();
    drop(done);
    drop(watch.join());
    let results = results?;
    let frame = results.frame();
    let numbers = columns.iter().filter_map(|name| frame.column(name));
    let lines: Vec<Vec<f64>> = numbers
        .map(|column| {
            (0..frame.rows()).filter_map(|row| column.number(row)).filter(|x| x.is_finite()).collect()
        })
        .collect();
    Ok(drawn(&lines))
}

/// Lines as SVG, 240 by 120.
fn drawn(lines: &[Vec<f64>]) -> Option<String> {
    let low = lines.iter().flatten().copied().reduce(f64::min)?;
    let high = lines.iter().flatten().copied().reduce(f64::max)?;
    let span = if high > low { high - low } else { 1.0 };
    let mut out = String::from(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 120" width="240" height="120">"#,
    );
    for (line, colour) in lines.iter().zip(COLOURS) {
        let last = line.len().saturating_sub(1).max(1) as f64;
        let points: Vec<String> = line
            .iter()
            .enumerate()
            .map(|(at, x)| {
                format!("{:.1},{:.1}", 4.0 + 232.0 * at as f64 / last, 114.0 - 108.0 * ((x - low) / span))
            })
            .collect();
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            r#"<polyline fill="none" stroke="{colour}" stroke-width="2" points="{}"/>"#,
            points.join(" ")
        );
    }
    out.push_str("</svg>");
    Some(out)
}
