//! The runs of a setting, more and more of them, beside those of a pinned one.

use crate::app::App;
use crate::growth::{self, Growing, Kept};
use crate::opened::Opened;
use crate::setting::Setting;
use crate::statistics::{self, State};
use crate::stream::{self, Talk};
use crate::trouble::Trouble;
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Instant;
use te_core::Kpi;

/// Runs after which there is a first picture.
const FIRST: u64 = 100;
/// Columns that are looked at at once, at most.
const COLUMNS: usize = 64;
/// Figures of the page's own, at most.
const FIGURES: usize = 32;
/// Single runs that a message has, at most.
const SINGLE: usize = 10;

/// What the page asks for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    #[serde(default)]
    settings: Setting,
    #[serde(default)]
    pin: Option<Setting>,
    /// Those of the charts, where there are none.
    #[serde(default)]
    columns: Option<Vec<String>>,
    /// Up to how many runs; those of the setting where it does not say.
    #[serde(default)]
    most: Option<u64>,
    /// Key figures of the reader's own.
    #[serde(default)]
    figures: Vec<Asking>,
    /// How many single runs a message has.
    #[serde(default)]
    lines: Option<usize>,
}

/// A key figure that the reader adds, in the words of a `[[kpi]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asking {
    name: String,
    of: String,
    #[serde(default)]
    aggregate: Option<String>,
    #[serde(default)]
    require: Option<String>,
}

/// A setting to be run, and what is asked of it.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) setting: &'a Setting,
    pub(crate) columns: &'a [String],
    pub(crate) figures: &'a [Asking],
    pub(crate) most: Option<u64>,
    /// Rows of a run that are kept, about.
    pub(crate) rows: u64,
}

/// Answers with messages after 100, 200, 400, … runs, and after the last.
pub(crate) fn stream(app: &Arc<App>, opened: Arc<Opened>, asked: Asked) -> Result<Response, Trouble> {
    let shared = Arc::clone(app);
    stream::answer(app, move |talk| run(&shared, &opened, &asked, talk))
}

/// A setting whose runs grow.
pub(crate) fn begin(app: &App, opened: &Opened, wanted: Wanted<'_>, talk: &Talk) -> Result<Growing, Trouble> {
    let changes = opened.changes(wanted.setting)?;
    let (mut experiment, _) = opened.experiment(&changes, &app.registry)?;
    if wanted.figures.len() > FIGURES || wanted.columns.len() > COLUMNS {
        return Err(Trouble::refused(format!(
            "at most {COLUMNS} columns and {FIGURES} figures of the page's own are looked at at once"
        )));
    }
    for asking in wanted.figures {
        let Asking { name, of, aggregate, require } = asking.clone();
        let kpi = Kpi::new(name, of, aggregate.unwrap_or_else(|| "mean".to_owned()));
        experiment = experiment.kpi(Kpi { require, ..kpi });
    }
    let settings = &opened.file.settings;
    let runs = changes.runs.unwrap_or(settings.runs);
    let timesteps = changes.timesteps.unwrap_or(settings.timesteps);
    let experiment = app.host.prepare(experiment);
    talk.covers(&experiment.cancel_handle());
    let kept = Kept {
        columns: wanted.columns,
        most: wanted.most.unwrap_or(runs),
        timesteps,
        rows: wanted.rows,
        took: opened.last_time(),
    };
    Growing::new(experiment, &kept)
}

fn run(app: &App, opened: &Opened, asked: &Asked, talk: &Talk) -> Result<(), Trouble> {
    let columns = asked.columns.clone().unwrap_or_else(|| opened.charted());
    let figures = asked.figures.as_slice();
    let wanted =
        Wanted { setting: &asked.settings, columns: &columns, figures, most: asked.most, rows: growth::ROWS };
    let mut one = begin(app, opened, wanted, talk)?;
    let mut pinned = match &asked.pin {
        None => None,
        Some(pin) => {
            Some(begin_pinned(app, opened, Wanted { setting: pin, most: Some(one.most), ..wanted }, talk)?)
        }
    };
    if let Some(pinned) = pinned.as_ref().filter(|pinned| pinned.most < one.most) {
        // A pinned setting of more rows has room for fewer runs.
        one = begin(app, opened, Wanted { most: Some(pinned.most), ..wanted }, talk)?;
    }
    let most = one.most;
    let own = figures.iter().map(|figure| &figure.name);
    let kpis: Vec<String> =
        opened.file.settings.kpis.iter().map(|kpi| &kpi.name).chain(own).cloned().collect();
    let lines = asked.lines.unwrap_or(SINGLE).min(SINGLE);
    let mut runs = FIRST.min(most);
    let mut engine_ms = 0.0;
    loop {
        let clock = Instant::now();
        let mut goes_on = one.grow(runs)?;
        let took = clock.elapsed();
        if runs <= FIRST {
            opened.note_time(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        }
        if let Some(pinned) = &mut pinned {
            goes_on &= pinned.grow(runs)?;
        }
        engine_ms += clock.elapsed().as_secs_f64() * 1e3;
        if !goes_on || talk.has_left() {
            return Ok(());
        }
        let state = State {
            of: most,
            engine_ms,
            time: one.gathered.times.clone(),
            dates: statistics::dates(&one.gathered.times, opened.file.calendar()),
            seen: statistics::seen(&one, lines)?,
            pinned: pinned.as_ref().map(|one| statistics::seen(one, lines)).transpose()?,
            difference: pinned
                .as_ref()
                .map(|pinned| statistics::difference(&one.gathered, &pinned.gathered, &kpis)),
        };
        if !talk.say("state", &state) || runs >= most {
            return Ok(());
        }
        runs = runs.saturating_mul(2).min(most);
    }
}

/// The pinned setting, with those of the columns that its system has.
fn begin_pinned(app: &App, opened: &Opened, wanted: Wanted<'_>, talk: &Talk) -> Result<Growing, Trouble> {
    let system = opened.system(&opened.changes(wanted.setting)?, &app.registry)?;
    let known = |name: &&String| system.columns().iter().any(|column| column.name == **name);
    let columns: Vec<String> = wanted.columns.iter().filter(known).cloned().collect();
    begin(app, opened, Wanted { columns: &columns, ..wanted }, talk)
}
