//! What an experiment is, said once: files are read into it, changes are made to it, and it makes the engine's experiment.

use crate::ChangeError;
use te_core::{Axis, Experiment, Keep, Kpi, Recording, Sweep, System};

/// How often a system is run, what varies, what ends a run and what is kept.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Timesteps of a run.
    pub timesteps: u64,
    /// Runs of each subset.
    pub runs: u64,
    /// Master seed.
    pub seed: u64,
    /// Whether subsets have random streams of their own.
    pub independent_subsets: bool,
    /// What varies between subsets.
    pub sweep: Sweep,
    /// Parameters drawn for every run, with their distributions.
    pub random: Vec<(String, String)>,
    /// Conditions that end a run.
    pub stop: Vec<String>,
    /// What is kept.
    pub recording: Recording,
    /// Key figures.
    pub kpis: Vec<Kpi>,
}

impl Default for Settings {
    /// One run of 100 timesteps, seed 0, everything recorded.
    fn default() -> Self {
        Self {
            timesteps: 100,
            runs: 1,
            seed: 0,
            independent_subsets: false,
            sweep: Sweep::None,
            random: Vec::new(),
            stop: Vec::new(),
            recording: Recording::default(),
            kpis: Vec::new(),
        }
    }
}

impl Settings {
    /// The experiment over these systems, each under its name.
    pub fn experiment(&self, systems: Vec<(String, System)>) -> Experiment {
        let mut experiment = Experiment::empty()
            .timesteps(self.timesteps)
            .runs(self.runs)
            .seed(self.seed)
            .sweep(self.sweep.clone())
            .record(self.recording.clone());
        for (name, system) in systems {
            experiment = experiment.against(name, system);
        }
        if self.independent_subsets {
            experiment = experiment.independent_subsets();
        }
        for (name, distribution) in &self.random {
            experiment = experiment.random(name, distribution);
        }
        for condition in &self.stop {
            experiment = experiment.stop_when(condition);
        }
        for kpi in &self.kpis {
            experiment = experiment.kpi(kpi.clone());
        }
        experiment
    }

    /// Adds an axis to the sweep, in the place of one of the same name: with a product or nothing it makes a product.
    ///
    /// # Errors
    /// [`ChangeError::SweepMode`] where the sweep lists or samples its points.
    pub fn add_axis(&mut self, axis: Axis) -> Result<(), ChangeError> {
        match &mut self.sweep {
            Sweep::None => self.sweep = Sweep::Product(vec![axis]),
            Sweep::Product(axes) => {
                axes.retain(|a| a.name != axis.name);
                axes.push(axis);
            }
            Sweep::Zip(axes) | Sweep::RepeatLast(axes) => axes.push(axis),
            _ => return Err(ChangeError::SweepMode),
        }
        Ok(())
    }
}

/// What may be kept of each run, by the words of files.
pub const KEEPS: [(&str, Keep); 4] = [
    ("trajectories", Keep::Trajectories),
    ("finals", Keep::Finals),
    ("statistics", Keep::Statistics),
    ("nothing", Keep::Nothing),
];

/// The word of files for what is kept.
///
/// ```
/// assert_eq!(te_system::keep_name(&te_core::Keep::Finals), "finals");
/// ```
pub fn keep_name(keep: &Keep) -> &'static str {
    KEEPS.iter().find(|(_, one)| one == keep).map_or("", |(name, _)| name)
}
