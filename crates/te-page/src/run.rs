//! The runs of a setting, more and more of them, beside those of a pinned one.

use crate::app::App;
use crate::growth::Growing;
use crate::opened::Opened;
use crate::setting::Setting;
use crate::statistics::{self, State};
use crate::stream::{self, Talk};
use crate::trouble::Trouble;
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Instant;

/// Runs after which there is a first picture.
const FIRST: u64 = 100;
/// Columns that are looked at at once, at most.
const COLUMNS: usize = 64;

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
}

/// Answers with messages after 100, 200, 400, … runs, and after the last.
pub(crate) fn stream(app: &Arc<App>, opened: Arc<Opened>, asked: Asked) -> Result<Response, Trouble> {
    let shared = Arc::clone(app);
    stream::answer(app, move |talk| run(&shared, &opened, &asked, talk))
}

/// A setting whose runs grow.
fn begin(
    app: &App,
    opened: &Opened,
    setting: &Setting,
    (columns, most): (&[String], Option<u64>),
    talk: &Talk,
) -> Result<Growing, Trouble> {
    let changes = opened.changes(setting)?;
    let (experiment, _) = opened.experiment(&changes, &app.registry)?;
    let settings = &opened.file.settings;
    let runs = changes.runs.unwrap_or(settings.runs);
    let timesteps = changes.timesteps.unwrap_or(settings.timesteps);
    let experiment = app.host.prepare(experiment);
    talk.covers(experiment.cancel_handle());
    Growing::new(experiment, columns, most.unwrap_or(runs), timesteps, opened.last_time())
}

fn run(app: &App, opened: &Opened, asked: &Asked, talk: &Talk) -> Result<(), Trouble> {
    let columns = asked.columns.clone().unwrap_or_else(|| opened.charted());
    if columns.len() > COLUMNS {
        return Err(Trouble::refused(format!(
            "{} columns: at most {COLUMNS} are looked at at once",
            columns.len()
        )));
    }
    let mut one = begin(app, opened, &asked.settings, (&columns, asked.most), talk)?;
    let mut pinned = match &asked.pin {
        None => None,
        Some(pin) => Some(begin_pinned(app, opened, pin, &columns, one.most, talk)?),
    };
    let most = pinned.as_ref().map_or(one.most, |pinned| pinned.most.min(one.most));
    let kpis: Vec<String> = opened.file.settings.kpis.iter().map(|kpi| kpi.name.clone()).collect();
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
            seen: statistics::seen(&one)?,
            pinned: pinned.as_ref().map(statistics::seen).transpose()?,
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
fn begin_pinned(
    app: &App,
    opened: &Opened,
    pin: &Setting,
    columns: &[String],
    most: u64,
    talk: &Talk,
) -> Result<Growing, Trouble> {
    let system = opened.system(&opened.changes(pin)?, &app.registry)?;
    let known = |name: &&String| system.columns().iter().any(|column| column.name == **name);
    let columns: Vec<String> = columns.iter().filter(known).cloned().collect();
    begin(app, opened, pin, (&columns, Some(most)), talk)
}
