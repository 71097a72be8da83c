//! How many runs make a unit, and what is too large to be held.

use crate::declaration::frame::INDEX_COLUMNS;
use crate::experiment::experiment_error::ExperimentError;
use crate::experiment::recording::Keep;
use crate::experiment::settings::{Experiment, widest_tile};
use crate::numerics::statistics::Summary;
use crate::numerics::strip::STRIP;
use crate::system::built::System;

/// Timesteps of a run, at most: with steps of a second 34,000 years.
pub const MOST_TIMESTEPS: u64 = 1 << 40;
/// Cells of a unit's columns, as far as single runs allow; it bounds memory.
const UNIT_CELLS: u64 = 1 << 20;
/// Cells of a unit's columns, at most: 8 GiB.
const MOST_CELLS: u64 = 1 << 30;
/// Bytes of a unit's statistics, as far as points allow.
const UNIT_STATISTICS: u64 = 1 << 23;
/// Bytes of a unit's statistics, at most.
const MOST_STATISTICS: u64 = 8 << 30;
/// Bytes of all that results in memory hold, at most.
const MOST_IN_MEMORY: u64 = 64 << 30;
/// Bytes of the past that lags need of one run, at most.
const MOST_PAST: u64 = 1 << 30;
/// Runs of a unit, at most.
const UNIT_RUNS: u64 = 4096;
/// Into how many units a small experiment is cut, so that every thread has work.
const UNITS_WANTED: u64 = 32;
/// Steps of a small experiment's unit, at most: long runs are worth a thread of their own.
const UNIT_STEPS: u64 = 1 << 22;

/// Runs of a unit, and after how many items sums over runs begin anew.
pub(super) struct UnitSize {
    pub(super) unit: u64,
    pub(super) seam: u64,
}

pub(super) fn check_timesteps(timesteps: u64) -> Result<(), ExperimentError> {
    if timesteps > MOST_TIMESTEPS {
        return Err(ExperimentError::Timesteps { timesteps, most: MOST_TIMESTEPS });
    }
    Ok(())
}

/// Every row of a system with a start must have a date.
pub(super) fn check_dates(system: &System, timesteps: u64) -> Result<(), ExperimentError> {
    match system.calendar() {
        Some(calendar) if calendar.date(timesteps).is_none() => {
            Err(ExperimentError::Dates { timesteps, start: calendar.start() })
        }
        _ => Ok(()),
    }
}

/// What lags need of the past of one run.
pub(super) fn check_past(system: &System, timesteps: u64) -> Result<(), ExperimentError> {
    let bytes = system.past_size(timesteps);
    if bytes > MOST_PAST {
        return Err(ExperimentError::TooLarge {
            what: "the past that the lags of one run read".to_owned(),
            bytes,
            most: MOST_PAST,
            advice: "lag fewer columns, or by fewer timesteps",
        });
    }
    Ok(())
}

/// Rows that a run has in the unit's table, at most.
pub(super) fn rows_of_a_run(experiment: &Experiment) -> u64 {
    let substeps = experiment.systems.iter().map(|(_, s)| s.substeps()).max().unwrap_or(1);
    experiment.recording.rows(experiment.timesteps, substeps)
}

/// Timesteps of which a point has statistics.
pub(super) fn rows_of_a_point(experiment: &Experiment) -> u64 {
    match experiment.recording.keep {
        Keep::Statistics => 1 + experiment.timesteps.div_ceil(experiment.recording.every.max(1)),
        _ => 0,
    }
}

/// Bytes of the summary of one column at one timestep over so many runs, about: its fields, and 16 counts for each eighth of
/// a power of two that values lie in. The more runs, the wider they lie.
pub(super) fn summary_bytes(runs: u64) -> u64 {
    let blocks = u64::from(runs.max(1).ilog2()).clamp(1, 16);
    size_of::<Summary>() as u64 + 176 * blocks
}

/// What units are a multiple of: whole tiles, so that no lane is stepped for nothing; whole strips where runs are long.
fn unit_grain(experiment: &Experiment) -> u64 {
    let tile = experiment.systems.iter().map(|(_, system)| widest_tile(system)).max().unwrap_or(STRIP) as u64;
    let strips = UNIT_STEPS / experiment.timesteps.max(1) / STRIP as u64;
    tile.min(strips.max(1) * STRIP as u64)
}

/// Runs of a unit of so many items in all.
///
/// # Errors
/// [`ExperimentError::TooLarge`] where even the smallest unit does not fit.
pub(super) fn unit_size(
    experiment: &Experiment,
    items: u64,
    columns: u64,
    varied: u64,
) -> Result<UnitSize, ExperimentError> {
    let width = columns.saturating_add(varied).saturating_add(INDEX_COLUMNS.len() as u64);
    let rows = rows_of_a_run(experiment);
    let cells = rows.saturating_mul(width).max(1);
    if cells > MOST_CELLS {
        return Err(ExperimentError::TooLarge {
            what: format!("a run of {rows} rows in {width} columns"),
            bytes: cells.saturating_mul(8),
            most: MOST_CELLS * 8,
            advice: "record every K-th timestep, fewer columns, or keep = \"finals\" or \"statistics\"",
        });
    }
    let by_cells = || {
        let grain = unit_grain(experiment);
        let share = items.div_ceil(UNITS_WANTED).next_multiple_of(grain);
        let most = (UNIT_CELLS / cells).clamp(1, UNIT_RUNS);
        share.min(if most < grain { most } else { most - most % grain })
    };
    let seam = experiment.unit.unwrap_or_else(by_cells);
    if experiment.recording.keep != Keep::Statistics {
        return Ok(UnitSize { unit: seam, seam });
    }
    let unit = if experiment.unit.is_some() { seam } else { whole_points(experiment, seam, columns) };
    let points = unit.min(items).div_ceil(experiment.runs);
    let bytes = point_bytes(experiment, columns).saturating_mul(points);
    if bytes > MOST_STATISTICS {
        return Err(ExperimentError::TooLarge {
            what: format!(
                "statistics of {points} point{}, {} timesteps and {columns} columns at once",
                if points == 1 { "" } else { "s" },
                rows_of_a_point(experiment)
            ),
            bytes,
            most: MOST_STATISTICS,
            advice: "record every K-th timestep or fewer columns",
        });
    }
    Ok(UnitSize { unit, seam })
}

/// Bytes of the statistics of one point.
pub(super) fn point_bytes(experiment: &Experiment, columns: u64) -> u64 {
    rows_of_a_point(experiment).saturating_mul(columns).saturating_mul(summary_bytes(experiment.runs))
}

/// A unit of whole points whose statistics fit in memory beside those of other threads. It has whole strips of runs too:
/// what is summed up in which order stays as it is with units of `seam` runs.
fn whole_points(experiment: &Experiment, seam: u64, columns: u64) -> u64 {
    let Some(grain) = least_common_multiple(experiment.runs, STRIP as u64) else { return seam };
    if grain > seam || !seam.is_multiple_of(STRIP as u64) {
        return seam;
    }
    let per_grain = point_bytes(experiment, columns).saturating_mul(grain / experiment.runs).max(1);
    let fitting = (UNIT_STATISTICS / per_grain).max(1);
    grain.saturating_mul(fitting.min(seam / grain))
}

pub(crate) fn least_common_multiple(a: u64, b: u64) -> Option<u64> {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    (a / x.max(1)).checked_mul(b)
}

/// Refuses what results in memory cannot hold.
pub(super) fn check_in_memory(bytes: u64) -> Result<(), ExperimentError> {
    if bytes <= MOST_IN_MEMORY {
        return Ok(());
    }
    Err(ExperimentError::TooLarge {
        what: "all results in memory at once".to_owned(),
        bytes,
        most: MOST_IN_MEMORY,
        advice: "take units as they come with `Plan::execute`, or record less",
    })
}
