//! What the command line changes in a system file.

use clap::Args;
use std::path::PathBuf;
use tecmns::system::Changes;

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
    /// Run this variant only
    #[arg(long, value_name = "NAME")]
    pub(crate) variant: Option<String>,
    /// Leave out the file's sweep: its parameters are as they are
    #[arg(long)]
    pub(crate) no_sweep: bool,
    /// Leave out an event, by its name
    #[arg(long, value_name = "EVENT")]
    pub(crate) without: Vec<String>,
}

impl Settings {
    /// What they change in the file.
    pub(crate) fn changes(&self) -> Changes {
        let Self { system: _, set, sweep, runs, timesteps, seed, record, variant, no_sweep, without } =
            self.clone();
        Changes { set, sweep, runs, timesteps, seed, record, corners: None, variant, no_sweep, without }
    }
}
