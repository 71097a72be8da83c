//! One run, timestep by timestep, with all columns.

use crate::app::App;
use crate::opened::Opened;
use crate::setting::Setting;
use crate::statistics::{Named, dates};
use crate::trouble::Trouble;
use serde::{Deserialize, Serialize};
use te_core::{Cancel, Collector, Column, Keep, Recording};

/// Numbers of the answer, at most: rows are left out beyond.
const NUMBERS: u64 = 1_000_000;

/// Number of a run, at most.
const RUNS: u64 = 1 << 20;

/// What the page asks for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    #[serde(default)]
    settings: Setting,
    /// The run, from 1.
    #[serde(default = "one")]
    run: u64,
}

fn one() -> u64 {
    1
}

/// A run as it went.
#[derive(Debug, Serialize)]
pub(crate) struct Steps {
    time: Vec<u64>,
    timesteps: Vec<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dates: Option<Vec<String>>,
    columns: Named<Vec<f64>>,
    /// Why it ended early, where it failed.
    failure: Option<String>,
}

/// Computes the run; `covers` is told what cancels it.
pub(crate) fn steps(
    app: &App,
    opened: &Opened,
    asked: &Asked,
    covers: &dyn Fn(Cancel),
) -> Result<Steps, Trouble> {
    let changes = opened.changes(&asked.settings)?;
    let (experiment, system) = opened.experiment(&changes, &app.registry)?;
    let timesteps = changes.timesteps.unwrap_or(opened.file.settings.timesteps);
    let unit = (1..=RUNS).contains(&asked.run).then(|| asked.run - 1);
    let unit = unit.ok_or_else(|| Trouble::refused(format!("a run has a number from 1 to {RUNS}")))?;
    let rows = (NUMBERS / system.columns().len().max(1) as u64).max(1);
    let every = timesteps.div_ceil(rows).max(1);
    let recording = Recording { every, keep: Keep::Trajectories, ..Recording::default() };
    let experiment = app.host.prepare(experiment).record(recording).runs(asked.run).unit_size(1).threads(1);
    covers(experiment.cancel_handle());
    let plan = experiment.plan()?;
    let mut collector = Collector::new(&plan);
    let cancelled = plan.execute(&|one| one == unit, &mut collector)?;
    let results = collector.finish(plan, cancelled)?;
    let frame = results.frame();
    let time = frame.u64s("timestep").unwrap_or_default().to_vec();
    let number =
        |column: &Column| (0..frame.rows()).map(|row| column.number(row).unwrap_or(f64::NAN)).collect();
    let named = system.columns().iter();
    let columns =
        named.filter_map(|own| Some((own.name.clone(), number(frame.column(&own.name)?)))).collect();
    Ok(Steps {
        dates: dates(&time, opened.file.calendar()),
        timesteps: time.clone(),
        time,
        columns: Named(columns),
        failure: results.failures.first().map(ToString::to_string),
    })
}
