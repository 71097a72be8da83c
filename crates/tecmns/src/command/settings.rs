//! What the command line changes in a system file.

use super::CommandError;
use super::manifest::{Described, describe, whole};
use clap::Args;
use std::path::PathBuf;
use te_core::{Axis, Experiment, Keep, Registry, Role, Sweep, System, Value};
use tecmns::SystemFile;
use tecmns::system_file::{given_value, given_values};
use toml::{Table, Value as Toml};

/// Settings that `run` and `check` share.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Settings {
    /// The system file
    pub(crate) system: PathBuf,
    /// Set a parameter, as in `--set economy.throttle=0.004`; values are written as in a system file
    #[arg(long, value_name = "PATH=VALUE")]
    pub(crate) set: Vec<String>,
    /// Sweep a parameter, as in `--sweep economy.throttle=0,0.004,0.008` or `0.001..0.05, 10 log`; several make a product
    #[arg(long, value_name = "PATH=V1,V2")]
    pub(crate) sweep: Vec<String>,
    /// Runs of each subset
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) runs: Option<u64>,
    /// Timesteps of a run
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) timesteps: Option<u64>,
    /// Master seed
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// What to record: columns (`economy.*`), `every=K`, `substeps`, `keep=trajectories|finals|statistics|nothing`,
    /// separated by commas
    #[arg(long, value_name = "SPEC")]
    pub(crate) record: Option<String>,
}

impl Settings {
    /// As a manifest keeps them, so that [`Settings::of_table`] gives them back. Numbers beyond a signed 64 are text.
    pub(crate) fn table(&self) -> Table {
        let mut table = Table::new();
        for (key, texts) in [("set", &self.set), ("sweep", &self.sweep)] {
            if !texts.is_empty() {
                table.insert(key.into(), texts.clone().into());
            }
        }
        for (key, number) in [("runs", self.runs), ("timesteps", self.timesteps), ("seed", self.seed)] {
            if let Some(number) = number {
                table.insert(key.into(), whole(number));
            }
        }
        if let Some(record) = &self.record {
            table.insert("record".into(), record.clone().into());
        }
        table
    }

    /// The settings that a manifest keeps, for this system file.
    pub(crate) fn of_table(system: PathBuf, table: &Table) -> Self {
        let texts = |key: &str| -> Vec<String> {
            let all = table.get(key).and_then(Toml::as_array).into_iter().flatten();
            all.filter_map(Toml::as_str).map(str::to_owned).collect()
        };
        let number = |key: &str| match table.get(key) {
            Some(Toml::Integer(number)) => u64::try_from(*number).ok(),
            Some(Toml::String(text)) => text.parse().ok(),
            _ => None,
        };
        Self {
            system,
            set: texts("set"),
            sweep: texts("sweep"),
            runs: number("runs"),
            timesteps: number("timesteps"),
            seed: number("seed"),
            record: table.get("record").and_then(Toml::as_str).map(str::to_owned),
        }
    }

    /// The experiment that a file describes under these settings, and what its systems are; `corners` runs every corner of
    /// the environment parameters' bounds, at most so many. The file then says what is run.
    pub(crate) fn experiment(
        &self,
        file: &mut SystemFile,
        registry: &Registry,
        corners: Option<u64>,
    ) -> Result<(Experiment, Vec<Described>), CommandError> {
        let set = self.apply(file)?;
        if corners.is_some() && !matches!(file.sweep, Sweep::None) {
            if !self.sweep.is_empty() {
                let message = "--corners makes a sweep of its own: it goes without --sweep";
                return Err(CommandError::bad_input(message));
            }
            file.notes.push("--corners replaces the sweep of the file".to_owned());
        }
        let systems = file.systems(registry, &set)?;
        refuse_drawn(&set, &systems)?;
        if self.record.is_some() {
            let notes = file.keep_drawable(&systems);
            file.notes.extend(notes);
        }
        let described = describe(&systems);
        let mut experiment = file.experiment(systems);
        if let Some(limit) = corners {
            experiment = experiment.corners(limit)?;
            file.sweep = experiment.current_sweep().clone();
            refuse_overruled(file, set.iter().map(|(name, _)| name.as_str()), "--set")?;
            for variant in &file.variants {
                let swept = file.sweep.names();
                if let Some((name, _)) = variant.set.iter().find(|(name, _)| swept.contains(&name.as_str())) {
                    let message = format!(
                        "TE0309: --corners sweeps {name}, which variant `{}` sets: the variants would be equal",
                        variant.name
                    );
                    return Err(CommandError::bad_input(message));
                }
            }
        }
        let problems = experiment.problems();
        if problems.is_empty() {
            return Ok((experiment, described));
        }
        let lines: Vec<String> =
            problems.iter().map(|problem| format!("{}: {problem}", problem.code())).collect();
        Err(CommandError::bad_input(lines.join("\n")))
    }

    /// Applies them to the file; the parameters to set are returned.
    pub(crate) fn apply(&self, file: &mut SystemFile) -> Result<Vec<(String, Value)>, CommandError> {
        file.runs = self.runs.unwrap_or(file.runs);
        file.timesteps = self.timesteps.unwrap_or(file.timesteps);
        file.seed = self.seed.unwrap_or(file.seed);
        let mut swept: Vec<&str> = Vec::new();
        for text in &self.sweep {
            let (name, values) = split(text, "--sweep", "PATH=V1,V2")?;
            if swept.contains(&name) {
                return Err(twice("--sweep", name, "give all values at once, separated by commas"));
            }
            swept.push(name);
            if file.sweep.names().contains(&name) {
                file.notes.push(format!("--sweep {name} replaces the values of the file's sweep"));
            } else {
                refuse_overruled(file, [name], "--sweep")?;
            }
            let values = given_values(values)
                .map_err(|message| CommandError::bad_input(format!("--sweep {name}: {message}")))?;
            file.add_axis(Axis { name: name.to_owned(), values }).map_err(CommandError::bad_input)?;
        }
        if let Some(spec) = &self.record {
            apply_record(file, spec)?;
        }
        let mut set: Vec<(String, Value)> = Vec::new();
        for text in &self.set {
            let (name, value) = split(text, "--set", "PATH=VALUE")?;
            if set.iter().any(|(known, _)| known == name) {
                return Err(twice("--set", name, "one value would replace the other"));
            }
            refuse_overruled(file, [name], "--set")?;
            set.push((name.to_owned(), given_value(value)));
        }
        Ok(set)
    }
}

/// Refuses to give parameters a value that something else in the file overrules.
fn refuse_overruled<'n>(
    file: &SystemFile,
    names: impl IntoIterator<Item = &'n str>,
    option: &str,
) -> Result<(), CommandError> {
    for name in names {
        if let Some(by) = file.overruled_by(name) {
            let message = format!("TE0309: {option} {name} would do nothing or make variants equal: {by}");
            return Err(CommandError::bad_input(message));
        }
    }
    Ok(())
}

/// Refuses to set parameters that their components draw for every run.
pub(super) fn refuse_drawn(
    set: &[(String, Value)],
    systems: &[(String, System)],
) -> Result<(), CommandError> {
    if set.is_empty() {
        return Ok(());
    }
    for component in systems.iter().flat_map(|(_, system)| system.components()) {
        for (spec, _) in &component.params {
            let name = format!("{}.{}", component.path, spec.name);
            if let (Role::Random, Some(from), true) =
                (spec.role, spec.random, set.iter().any(|(given, _)| *given == name))
            {
                let message =
                    format!("TE0309: --set {name} would do nothing: it is drawn for every run from {from}");
                return Err(CommandError::bad_input(message));
            }
        }
    }
    Ok(())
}

fn twice(option: &str, name: &str, hint: &str) -> CommandError {
    CommandError::bad_input(format!("TE0309: {option} {name} is given twice: {hint}"))
}

fn split<'t>(text: &'t str, option: &str, form: &str) -> Result<(&'t str, &'t str), CommandError> {
    let error = || CommandError::bad_input(format!("{option} {text}: write {form}"));
    text.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty()).ok_or_else(error)
}

fn apply_record(file: &mut SystemFile, spec: &str) -> Result<(), CommandError> {
    let mut columns = Vec::new();
    for part in spec.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        match part.split_once('=') {
            Some(("every", k)) => {
                let every = k.parse().ok().filter(|k| *k > 0);
                file.recording.every = every.ok_or_else(|| {
                    CommandError::bad_input(format!("--record every={k}: write a whole number of 1 or more"))
                })?;
            }
            Some(("keep", keep)) => {
                file.recording.keep = match keep {
                    "trajectories" => Keep::Trajectories,
                    "finals" => Keep::Finals,
                    "statistics" => Keep::Statistics,
                    "nothing" => Keep::Nothing,
                    other => {
                        let message = format!(
                            "--record keep={other}: there are trajectories, finals, statistics, nothing"
                        );
                        return Err(CommandError::bad_input(message));
                    }
                };
            }
            Some((key, _)) => {
                return Err(CommandError::bad_input(format!(
                    "--record {key}=…: there are every=K and keep=MODE"
                )));
            }
            None if part == "substeps" => file.recording.substeps = true,
            None => columns.push(part.to_owned()),
        }
    }
    if !columns.is_empty() {
        file.recording.columns = columns;
    }
    Ok(())
}
