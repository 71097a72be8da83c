//! A system that is open on the page, with what need not be made anew when only numbers change.

use crate::host::Start;
use crate::security::hexadecimal;
use crate::setting::Setting;
use crate::trouble::Trouble;
use sha2::{Digest as _, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use te_core::{Experiment, Registry, System};
use te_system::{Changes, FileErrors, SystemFile};

/// Ways to build a system that are kept.
const KEPT: usize = 8;

/// What decides how a system is built, apart from numbers: the variant and the events that are left out.
type Choice = (Option<String>, Vec<String>);

/// An open system.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) id: String,
    pub(crate) start: Start,
    pub(crate) file: SystemFile,
    built: Mutex<Vec<(Choice, System)>>,
    /// How long the first runs of the last setting took, in microseconds.
    took: AtomicU64,
}

impl Opened {
    pub(crate) fn read(id: String, start: Start, registry: &Registry) -> Result<Self, FileErrors> {
        let file = match &start.text {
            Some(text) => SystemFile::parse_kept(text, &start.path, &start.nested, registry)?,
            None => SystemFile::read(&start.path, registry)?,
        };
        Ok(Self { id, start, file, built: Mutex::default(), took: AtomicU64::new(0) })
    }

    /// The system of a variant without some events, as the file has it.
    pub(crate) fn system(&self, changes: &Changes, registry: &Registry) -> Result<System, Trouble> {
        let choice = (changes.variant.clone(), changes.without.clone());
        let kept = |built: &Vec<(Choice, System)>| {
            built.iter().find(|(known, _)| *known == choice).map(|(_, system)| system.clone())
        };
        if let Some(system) = kept(&self.built.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(system);
        }
        let (variant, without) = choice.clone();
        let chosen = Changes { variant, without, no_sweep: changes.no_sweep, ..Changes::default() };
        let mut systems = chosen.systems(&mut self.file.clone(), registry)?;
        if systems.len() != 1 {
            return Err(Trouble::refused("a setting is of one variant"));
        }
        let (_, system) = systems.remove(0);
        let mut built = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        if built.len() >= KEPT {
            built.remove(0);
        }
        built.push((choice, system.clone()));
        Ok(system)
    }

    /// The changes that a setting stands for.
    pub(crate) fn changes(&self, setting: &Setting) -> Result<Changes, Trouble> {
        setting.changes(&self.file, &self.start.changes)
    }

    /// The experiment of a setting, and its system before the setting.
    pub(crate) fn experiment(
        &self,
        changes: &Changes,
        registry: &Registry,
    ) -> Result<(Experiment, System), Trouble> {
        let system = self.system(changes, registry)?;
        let name = changes.variant.clone().unwrap_or_else(|| self.file.name.clone());
        let built = vec![(name, system.clone())];
        Ok((changes.experiment_over(&mut self.file.clone(), built)?, system))
    }

    /// The columns that the file's charts draw.
    pub(crate) fn charted(&self) -> Vec<String> {
        let mut columns: Vec<String> = Vec::new();
        for series in self.file.charts.iter().flat_map(|chart| &chart.series) {
            if !columns.contains(&series.column) {
                columns.push(series.column.clone());
            }
        }
        columns
    }

    /// A name of the file's text: the same text has the same.
    pub(crate) fn hash(&self) -> String {
        let digest = Sha256::digest(self.file.text().as_bytes());
        hexadecimal(&digest[..16])
    }

    /// Takes note of how long the first runs of a setting took.
    pub(crate) fn note_time(&self, microseconds: u64) {
        self.took.store(microseconds, Ordering::Relaxed);
    }

    /// How long the first runs of the last setting took, in microseconds.
    pub(crate) fn last_time(&self) -> u64 {
        self.took.load(Ordering::Relaxed)
    }
}
