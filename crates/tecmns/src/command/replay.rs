//! A run of a results folder once more, checked against the folder's rows.
//!
//! Runs are reproducible to the bit, so that what a folder does not hold can be had by running again. The experiment is
//! rebuilt from the manifest: the system file's text, the texts of nested files, the settings of the command line. It must
//! have the identity of the folder's plan, except for the hashes of the code; then every stored row of the run must equal
//! the replayed one to the bit, up to the last timestep wanted, or the next stored one after it.

use super::CommandError;
use super::manifest;
use std::path::{Path, PathBuf};
use te_core::{Cell, Cells, Column, Experiment, Frame, INDEX_COLUMNS, RunId, Stepper};
use te_output::{FrameReader, OutputError};
use tecmns::SystemFile;
use tecmns::system::{Changes, Described, Prepared, keep_name};
use tecmns::system_file::When;
use toml::{Table, Value as Toml};

/// An experiment as it was run into a folder.
pub(crate) struct Replay {
    folder: PathBuf,
    pub(crate) file: SystemFile,
    pub(crate) experiment: Experiment,
    pub(crate) described: Vec<Described>,
    /// Kinds whose code is not what it was, in words; empty where it is.
    other_code: String,
}

/// What a folder holds of one run.
struct Stored {
    table: PathBuf,
    /// The last substep of each stored timestep.
    rows: Frame,
    timesteps: Vec<u64>,
    /// Timestep and cause of its failure.
    failed: Option<(u64, String)>,
}

/// The system file that a manifest's `command` keeps, by its text and those of the files that it nests.
pub(super) fn read_kept(
    command: Option<&Table>,
    path: &Path,
    registry: &te_core::Registry,
) -> Result<SystemFile, tecmns::FileErrors> {
    let Some(text) = command.and_then(|c| c.get("text")).and_then(Toml::as_str) else {
        return SystemFile::read(path, registry);
    };
    let nested = command.and_then(|c| c.get("nested")).and_then(Toml::as_table);
    let nested: Vec<(String, String)> = nested
        .into_iter()
        .flatten()
        .filter_map(|(name, text)| Some((name.clone(), text.as_str()?.to_owned())))
        .collect();
    SystemFile::parse_kept(text, path, &nested, registry)
}

impl Replay {
    /// Rebuilds the experiment of a folder; from a system file where one is given.
    pub(crate) fn open(folder: &Path, system: Option<&Path>) -> Result<Self, CommandError> {
        let cannot = |cause: String| {
            CommandError::bad_input(format!(
                "TE0401: the run of {} cannot be rebuilt: {cause}",
                folder.display()
            ))
        };
        let info = te_output::read_plan(folder)?;
        let kept: Table = info.manifest.parse().map_err(|e: toml::de::Error| cannot(e.to_string()))?;
        let command = kept.get("command").and_then(Toml::as_table);
        let text = |key: &str| command.and_then(|c| c.get(key)).and_then(Toml::as_str);
        let path =
            PathBuf::from(text("file").ok_or_else(|| cannot("its manifest names no system file".into()))?);
        let registry = super::kinds();
        let read = match system {
            Some(system) => SystemFile::read(system, &registry),
            None => read_kept(command, &path, &registry),
        };
        let mut file = read.map_err(|errors| cannot(errors.to_string()))?;
        let empty = Table::new();
        let changed = command.and_then(|c| c.get("settings")).and_then(Toml::as_table).unwrap_or(&empty);
        let prepared = Changes::of_table(changed)
            .experiment(&mut file, &registry)
            .map_err(|error| cannot(error.to_string()))?;
        let Prepared { experiment, systems: described } = prepared;
        let rebuilt = manifest::canonical(&file, &described, &experiment.plan()?)?;
        let mut other_code = String::new();
        let canonical = toml::to_string(&rebuilt).map_err(|e| cannot(e.to_string()))?;
        if te_output::plan_id(&canonical) != info.id {
            let differences = differences(&rebuilt, &kept);
            let (code, rest): (Vec<_>, Vec<_>) = differences.into_iter().partition(|(key, ..)| {
                key.starts_with("code.") || key.starts_with("engine.") || key == "run.tecmns"
            });
            if let Some((key, here, there)) = rest.first() {
                return Err(cannot(format!(
                    "`{key}` is {here} in {} and {there} in the folder",
                    file.path().display()
                )));
            }
            let names: Vec<String> = code.into_iter().map(|(key, ..)| key).collect();
            other_code = names.join(", ");
        }
        Ok(Self { folder: folder.to_owned(), file, experiment, described, other_code })
    }

    /// The simulation of a variant; the first where none is named.
    pub(crate) fn simulation(&self, variant: Option<&str>) -> Result<u64, CommandError> {
        let Some(name) = variant else { return Ok(0) };
        let names = || self.described.iter().map(|system| system.name.as_str());
        names().zip(0..).find(|(one, _)| *one == name).map(|(_, at)| at).ok_or_else(|| {
            let hint = te_core::nearest(name, names()).map_or_else(
                || format!("; there are {}", names().collect::<Vec<_>>().join(", ")),
                |near| format!("; did you mean `{near}`?"),
            );
            CommandError::bad_input(format!("unknown variant `{name}`{hint}"))
        })
    }

    /// The name of a simulation's variant, where there are several.
    pub(crate) fn variant(&self, simulation: u64) -> Option<&str> {
        let at = usize::try_from(simulation).ok().filter(|_| self.described.len() > 1)?;
        self.described.get(at).map(|system| system.name.as_str())
    }

    /// Replays a run. `when` are the moments wanted: for each of them the timestep, or why there is none. `see` is shown the
    /// run at every timestep up to the last of them.
    pub(crate) fn walk(
        &self,
        id: RunId,
        when: &[When],
        see: &mut dyn FnMut(u64, &Stepper<'_>) -> Result<(), CommandError>,
    ) -> Result<Vec<Result<u64, CommandError>>, CommandError> {
        let plan = self.experiment.plan()?;
        let mut stepper = plan.start(id)?;
        let stored = self.stored(id)?;
        let times: Vec<Result<u64, CommandError>> =
            when.iter().map(|when| self.moment(*when, id, &stored)).collect();
        let Some(last) = times.iter().flatten().copied().max() else { return Ok(times) };
        // Where the last timestep wanted has no row, the next one that has speaks for it.
        let until = stored.timesteps.iter().copied().find(|timestep| *timestep >= last).unwrap_or(last);
        let mut compared = 0;
        loop {
            let timestep = stepper.timestep();
            if let Ok(row) = stored.timesteps.binary_search(&timestep) {
                compared += self.compare(&stored, row, timestep, id, &stepper)?;
            }
            if timestep <= last {
                see(timestep, &stepper)?;
            }
            if timestep >= until || !stepper.step()? {
                break;
            }
        }
        if compared == 0 {
            let message = format!(
                "TE0402: {} holds no row of {} by which a replay could be checked (it keeps {})",
                self.folder.display(),
                sentence(id),
                keep_name(&self.file.settings.recording.keep)
            );
            return Err(CommandError::bad_input(message));
        }
        Ok(times)
    }

    fn moment(&self, when: When, id: RunId, stored: &Stored) -> Result<u64, CommandError> {
        let refuse = |message: String| Err(CommandError::bad_input(format!("TE0403: {message}")));
        let horizon = self.file.settings.timesteps;
        let stopped = !self.file.settings.stop.is_empty() && stored.failed.is_none();
        let last = match (&stored.failed, stored.timesteps.last()) {
            (Some((failed, cause)), _) if *failed == 0 => {
                return refuse(format!("{} failed before its first timestep: {cause}", sentence(id)));
            }
            (Some((failed, _)), _) => failed - 1,
            (None, Some(last)) if stopped => *last,
            (None, _) => horizon,
        };
        match (when, &stored.failed) {
            (When::End, _) => Ok(last),
            (When::At(timestep), _) if timestep <= last => Ok(timestep),
            (When::At(timestep), _) if timestep > horizon => refuse(format!(
                "timestep {timestep} is beyond the {horizon} timesteps of {}",
                self.folder.display()
            )),
            (When::At(_), Some((failed, cause))) => refuse(format!(
                "{} failed at timestep {failed}: {cause}; before that it has timesteps 0 to {last}",
                sentence(id)
            )),
            (When::At(_), None) => {
                refuse(format!("{} ended at timestep {last}, where a stop condition held", sentence(id)))
            }
        }
    }

    /// Compares a stored row with the run; gives the number of cells compared.
    fn compare(
        &self,
        stored: &Stored,
        row: usize,
        timestep: u64,
        id: RunId,
        stepper: &Stepper<'_>,
    ) -> Result<usize, CommandError> {
        let mut compared = 0;
        for column in stored.rows.columns().iter().filter(|c| !INDEX_COLUMNS.contains(&c.name.as_str())) {
            let Some(cell) = stepper.cell(&column.name) else { continue };
            compared += 1;
            if !same(cell, column, row) {
                let written = if column.is_valid(row) { shown(column, row) } else { "empty".to_owned() };
                let code = match self.other_code.as_str() {
                    "" => String::new(),
                    names => format!(" (the manifest names other code: {names})"),
                };
                return Err(CommandError::bad_input(format!(
                    "TE0402: the replay is not the run that {} holds: at timestep {timestep} of {}, `{}` is {} in the replay \
                     and {written} in {}. The results were made by another version of the code, or changed afterwards{code}",
                    self.folder.display(),
                    sentence(id),
                    column.name,
                    number(cell),
                    stored.table.file_name().unwrap_or_default().to_string_lossy(),
                )));
            }
        }
        Ok(compared)
    }

    fn stored(&self, id: RunId) -> Result<Stored, CommandError> {
        let table = te_output::find_trajectories(&self.folder)?;
        let reader = FrameReader::open(&table)?;
        let mut columns = reader.schema()?.into_columns();
        let mut timesteps: Vec<u64> = Vec::new();
        for frame in reader {
            let frame = frame?;
            let [simulation, subset, run, timestep] =
                ["simulation", "subset", "run", "timestep"].map(|name| whole(&frame, name));
            let (simulation, subset, run, timestep) = (simulation?, subset?, run?, timestep?);
            for row in 0..frame.rows() {
                let at = |cells: &[u64]| cells.get(row).copied();
                if (at(simulation), at(subset), at(run))
                    != (Some(id.simulation), Some(id.subset), Some(id.run))
                {
                    continue;
                }
                let now = at(timestep).unwrap_or(0);
                // The last substep is the timestep's own.
                let again = timesteps.last() == Some(&now);
                if !again {
                    timesteps.push(now);
                }
                for (column, from) in columns.iter_mut().zip(frame.columns()) {
                    put(column, from, row, again);
                }
            }
        }
        let rows = Frame::new(columns).map_err(|e| CommandError::bad_input(e.to_string()))?;
        Ok(Stored { table, rows, timesteps, failed: self.failure(id)? })
    }

    fn failure(&self, id: RunId) -> Result<Option<(u64, String)>, CommandError> {
        let path = self.folder.join("failures.csv");
        if !path.is_file() {
            return Ok(None);
        }
        let frame = te_output::read_frame(&path)?;
        let at = |name: &str, row: usize| frame.column(name).and_then(|c| c.number(row));
        let found = (0..frame.rows()).find(|&row| {
            [("simulation", id.simulation), ("subset", id.subset), ("run", id.run)]
                .into_iter()
                .all(|(name, number)| at(name, row) == Some(number as f64))
        });
        let Some(row) = found else { return Ok(None) };
        let text = |name: &str| match frame.column(name).map(|c| &c.cells) {
            Some(Cells::Text(cells)) => cells.get(row).cloned().unwrap_or_default(),
            _ => String::new(),
        };
        let timestep = whole(&frame, "timestep")?.get(row).copied().unwrap_or(0);
        Ok(Some((timestep, format!("{}: {}", text("component"), text("cause")))))
    }
}

/// A run in words.
pub(crate) fn sentence(id: RunId) -> String {
    match (id.simulation, id.subset) {
        (0, 0) => format!("run {}", id.run),
        (0, subset) => format!("run {} of subset {subset}", id.run),
        (simulation, subset) => format!("run {} of simulation {simulation}, subset {subset}", id.run),
    }
}

fn whole<'f>(frame: &'f Frame, name: &str) -> Result<&'f [u64], CommandError> {
    match frame.column(name).map(|c| &c.cells) {
        Some(Cells::U64(cells)) => Ok(cells),
        _ => Err(OutputError::Column { column: name.to_owned(), nearest: None }.into()),
    }
}

/// Adds a cell to a column of the same kind, or writes it over the last.
fn put(column: &mut Column, from: &Column, row: usize, over: bool) {
    fn cell<T: Clone>(cells: &mut Vec<T>, from: &[T], row: usize, over: bool) {
        if over {
            cells.pop();
        }
        cells.extend(from.get(row).cloned());
    }
    match (&mut column.cells, &from.cells) {
        (Cells::F64(to), Cells::F64(from)) => cell(to, from, row, over),
        (Cells::I64(to), Cells::I64(from)) => cell(to, from, row, over),
        (Cells::U64(to), Cells::U64(from)) => cell(to, from, row, over),
        (Cells::Bool(to), Cells::Bool(from)) => cell(to, from, row, over),
        (Cells::Decimal(to), Cells::Decimal(from)) => cell(to, from, row, over),
        (Cells::Text(to), Cells::Text(from)) => cell(to, from, row, over),
        _ => {}
    }
    let valid = column.valid.get_or_insert_default();
    if over {
        valid.pop();
    }
    valid.push(from.is_valid(row));
}

/// Whether a stored cell is this one, floats to the bit.
fn same(cell: Cell, column: &Column, row: usize) -> bool {
    if !column.is_valid(row) {
        return false;
    }
    match (cell, &column.cells) {
        (Cell::F64(x), Cells::F64(cells)) => cells.get(row).is_some_and(|y| x.to_bits() == y.to_bits()),
        (Cell::I64(x), Cells::I64(cells)) => cells.get(row) == Some(&x),
        (Cell::U64(x), Cells::U64(cells)) => cells.get(row) == Some(&x),
        (Cell::Bool(x), Cells::Bool(cells)) => cells.get(row) == Some(&x),
        (Cell::Decimal(x), Cells::Decimal(cells)) => cells.get(row) == Some(&x),
        // CSV without its dictionary tells whole floats as integers, and the other way about.
        (_, Cells::Text(_)) => false,
        (cell, cells) => cells.number(row).is_some_and(|y| y.to_bits() == cell.number().to_bits()),
    }
}

fn number(cell: Cell) -> String {
    match cell {
        Cell::F64(x) => x.to_string(),
        Cell::I64(x) => x.to_string(),
        Cell::U64(x) => x.to_string(),
        Cell::Bool(x) => x.to_string(),
        Cell::Decimal(x) => x.to_string(),
    }
}

fn shown(column: &Column, row: usize) -> String {
    match &column.cells {
        Cells::Text(cells) => cells.get(row).cloned().unwrap_or_default(),
        Cells::Decimal(cells) => cells.get(row).map(ToString::to_string).unwrap_or_default(),
        cells => cells.number(row).map(|x| x.to_string()).unwrap_or_default(),
    }
}

/// Dotted keys under which two tables differ, with what the first and the second have; keys that only the second has at its
/// top are none of the first's business.
fn differences(here: &Table, there: &Table) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for (key, value) in here {
        compare_values(key, Some(value), there.get(key), &mut found);
    }
    // The hash of all that rows depend on differs with everything else: it is told where nothing else says why.
    found.sort_by_key(|(path, ..)| path == "run.identity");
    found
}

fn compare_values(
    path: &str,
    here: Option<&Toml>,
    there: Option<&Toml>,
    found: &mut Vec<(String, String, String)>,
) {
    match (here, there) {
        (Some(Toml::Table(a)), Some(Toml::Table(b))) => {
            let more = b.keys().filter(|key| !a.contains_key(*key));
            for key in a.keys().chain(more) {
                compare_values(&format!("{path}.{key}"), a.get(key), b.get(key), found);
            }
        }
        (Some(Toml::Array(a)), Some(Toml::Array(b))) if a.len() == b.len() => {
            for (at, (a, b)) in a.iter().zip(b).enumerate() {
                compare_values(&format!("{path}.{at}"), Some(a), Some(b), found);
            }
        }
        (a, b) if a == b => {}
        (a, b) => {
            let words = |value: Option<&Toml>| value.map_or_else(|| "absent".to_owned(), ToString::to_string);
            found.push((path.to_owned(), words(a), words(b)));
        }
    }
}
