//! System files: a system, what to vary and what to keep, in TOML.
//!
//! A file is read as a whole or refused as a whole: every problem is reported with its line and column, and an
//! unknown name with the nearest known one.

mod assembly;
mod document;
mod domain;
mod error;
mod experiment;
mod picture;
mod section;

pub(crate) use section::Section;

pub use error::{FileError, FileErrors};

use document::Document;
use std::path::{Path, PathBuf};
use te_core::{Axis, Experiment, Kpi, Recording, Registry, StepLength, Sweep, System, Value};
use te_output::ChartSpec;

pub use picture::{PictureSpec, When};
pub(crate) use picture::{look_named, of_component};

/// A system file, read and checked.
#[derive(Debug)]
pub struct SystemFile {
    document: Document,
    /// Name of the system.
    pub name: String,
    /// What it is, in a sentence.
    pub description: String,
    /// Timesteps of a run.
    pub timesteps: u64,
    /// Length of a timestep.
    pub step: StepLength,
    /// Master seed.
    pub seed: u64,
    /// Runs of each subset.
    pub runs: u64,
    /// Whether subsets have random streams of their own.
    pub independent_subsets: bool,
    /// What varies between subsets.
    pub sweep: Sweep,
    /// What is kept.
    pub recording: Recording,
    /// Key figures.
    pub kpis: Vec<Kpi>,
    /// Conditions that end a run.
    pub stop: Vec<String>,
    /// Parameters drawn for every run, with their distributions.
    pub random: Vec<(String, String)>,
    /// Charts to draw.
    pub charts: Vec<ChartSpec>,
    /// Pictures of what is inside components, to draw of one run.
    pub pictures: Vec<PictureSpec>,
    /// The systems to run side by side: one for each variant, or the system alone.
    pub variants: Vec<Variant>,
}

/// A system under a name, and in which settings it differs from the file's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// Parameters set, by full name.
    pub set: Vec<(String, Value)>,
    /// Components replaced: instance, kind, parameters.
    pub swap: Vec<(String, String, Value)>,
}

impl SystemFile {
    /// Reads a file.
    ///
    /// # Errors
    /// [`FileErrors`] with everything that is wrong with it.
    pub fn read(path: &Path, registry: &Registry) -> Result<Self, FileErrors> {
        let document = Document::read(path)?;
        experiment::interpret(document, registry)
    }

    /// Reads a file's text, as if it stood at `path`.
    ///
    /// # Errors
    /// As [`SystemFile::read`].
    pub fn parse(text: &str, path: &Path, registry: &Registry) -> Result<Self, FileErrors> {
        experiment::interpret(Document::parse(text.to_owned(), path)?, registry)
    }

    /// Reads a file's text as [`SystemFile::parse`] does, with the texts of the files that it nests: by name as
    /// [`SystemFile::nested`] gives them. A nested file that is not among them is read from the disk.
    ///
    /// # Errors
    /// As [`SystemFile::read`].
    pub fn parse_kept(
        text: &str,
        path: &Path,
        nested: &[(String, String)],
        registry: &Registry,
    ) -> Result<Self, FileErrors> {
        experiment::interpret(Document::parse(text.to_owned(), path)?.with_kept(nested), registry)
    }

    /// The files that this one nests, those in them as well: each file's name as written beside the outer file's, and its
    /// text.
    ///
    /// # Errors
    /// [`FileErrors`] where one of them can no longer be read.
    pub fn nested(&self) -> Result<Vec<(String, String)>, FileErrors> {
        let mut found = Vec::new();
        assembly::nested_texts(&self.document, &mut found)?;
        Ok(found)
    }

    /// Where it was read from.
    pub fn path(&self) -> &Path {
        self.document.path()
    }

    /// Its text.
    pub fn text(&self) -> &str {
        self.document.text()
    }

    /// Builds the systems of all variants, with further parameters set.
    ///
    /// # Errors
    /// [`FileErrors`] where names cannot be resolved or values are refused.
    pub fn systems(
        &self,
        registry: &Registry,
        set: &[(String, Value)],
    ) -> Result<Vec<(String, System)>, FileErrors> {
        let mut systems = Vec::new();
        for variant in &self.variants {
            let mut system = assembly::assemble(&self.document, registry, variant, self.step, &self.name)?;
            for (name, value) in set {
                system.set(name, value).map_err(|e| FileErrors::plain(self.path(), "TE0104", e))?;
            }
            systems.push((variant.name.clone(), system));
        }
        Ok(systems)
    }

    /// The experiment that the file describes, over these systems.
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

    /// Adds an axis to the sweep, as `--sweep PATH=V1,V2` does: with a product or nothing it makes a product.
    ///
    /// # Errors
    /// A sentence where the file's sweep is of another mode.
    pub fn add_axis(&mut self, axis: Axis) -> Result<(), String> {
        match &mut self.sweep {
            Sweep::None => self.sweep = Sweep::Product(vec![axis]),
            Sweep::Product(axes) => {
                axes.retain(|a| a.name != axis.name);
                axes.push(axis);
            }
            Sweep::Zip(axes) | Sweep::RepeatLast(axes) => axes.push(axis),
            _ => {
                return Err(
                    "the file's sweep lists or samples points: --sweep cannot add an axis to it".to_owned()
                );
            }
        }
        Ok(())
    }
}

/// A path in a file, relative to the file's folder.
fn beside(file: &Path, name: &str) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).join(name)
}
