//! What the command line changes in a system file.

use super::CommandError;
use clap::Args;
use std::path::PathBuf;
use te_core::{Axis, Keep, Value};
use tecmns::SystemFile;

/// Settings that `run` and `check` share.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// The system file
    pub(crate) system: PathBuf,
    /// Set a parameter, as in `--set economy.throttle=0.004`
    #[arg(long, value_name = "PATH=VALUE")]
    pub(crate) set: Vec<String>,
    /// Sweep a parameter, as in `--sweep economy.throttle=0,0.004,0.008`; several make a product
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
    /// Applies them to the file; the parameters to set are returned.
    pub(crate) fn apply(&self, file: &mut SystemFile) -> Result<Vec<(String, Value)>, CommandError> {
        file.runs = self.runs.unwrap_or(file.runs);
        file.timesteps = self.timesteps.unwrap_or(file.timesteps);
        file.seed = self.seed.unwrap_or(file.seed);
        for text in &self.sweep {
            let (name, values) = split(text, "--sweep", "PATH=V1,V2")?;
            let axis = Axis { name: name.to_owned(), values: values.split(',').map(Value::parse).collect() };
            file.add_axis(axis).map_err(CommandError::bad_input)?;
        }
        if let Some(spec) = &self.record {
            apply_record(file, spec)?;
        }
        let set = self.set.iter().map(|text| {
            let (name, value) = split(text, "--set", "PATH=VALUE")?;
            Ok((name.to_owned(), Value::parse(value)))
        });
        set.collect()
    }
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
