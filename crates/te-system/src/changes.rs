//! What is changed in a system file without changing the file: on a command line, by a program, in a form.
//!
//! Changes are kept as they were written, because a results folder's manifest keeps them so: a value is a text such as a system
//! file has ([`given_value`]). [`Changes::with_value`] and [`Changes::with_axis`] write values down.
//!
//! ```
//! use std::path::Path;
//! use te_core::Value;
//! use te_system::{Changes, SystemFile};
//!
//! let text = "[system]\ntimesteps = 4\n\n[controllables.economy]\nkind = \"hive/economy\"\n";
//! let registry = te_system::built_in();
//! let mut file = SystemFile::parse(text, Path::new("hive.toml"), &registry)?;
//! let changes = Changes { runs: Some(3), ..Changes::default() }
//!     .with_value("economy.productivity", &Value::F64(2.0))
//!     .with_axis("economy.throttle", &[Value::F64(0.0), Value::F64(0.004)]);
//! let prepared = changes.experiment(&mut file, &registry)?;
//! assert_eq!(prepared.experiment.plan()?.runs(), 6);
//!
//! // What would do nothing is refused.
//! let mut file = SystemFile::parse(text, Path::new("hive.toml"), &registry)?;
//! let both = changes.with_value("economy.throttle", &Value::F64(0.1));
//! let refused = both.experiment(&mut file, &registry).err().ok_or("it is swept")?;
//! assert_eq!(refused.code(), Some("TE0309"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod manifest;

pub use crate::overruled::Overruled;
pub use error::{ChangeError, ChangeKind};

use crate::described::{Described, describe};
use crate::settings::KEEPS;
use crate::system_file::{SystemFile, dated, given_value, given_values};
use te_core::{Axis, Experiment, Registry, Role, Sweep, System, Value};

/// Changes to a system file, as they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Parameters that are set: `PATH=VALUE`.
    pub set: Vec<String>,
    /// Parameters that are swept: `PATH=V1,V2` or `PATH=LOW..HIGH, COUNT`; several make a product.
    pub sweep: Vec<String>,
    /// Runs of each subset.
    pub runs: Option<u64>,
    /// Timesteps of a run.
    pub timesteps: Option<u64>,
    /// Master seed.
    pub seed: Option<u64>,
    /// What to record: columns, `every=K`, `substeps`, `keep=MODE`, separated by commas.
    pub record: Option<String>,
    /// Every corner of the environment parameters' bounds is run, at most so many.
    pub corners: Option<u64>,
    /// The one variant that is run, of those that the file has.
    pub variant: Option<String>,
    /// Whether the file's sweep is left out, so that its parameters are as they are.
    pub no_sweep: bool,
    /// Events that are left out, by name.
    pub without: Vec<String>,
}

/// An experiment that is ready to be planned, and what its systems are.
#[derive(Clone)]
pub struct Prepared {
    /// The experiment.
    pub experiment: Experiment,
    /// Its systems, in the order of their simulations.
    pub systems: Vec<Described>,
}

impl Changes {
    /// Sets a parameter as well.
    #[must_use]
    pub fn with_value(mut self, name: &str, value: &Value) -> Self {
        self.set.push(format!("{name}={}", written(value)));
        self
    }

    /// Sweeps a parameter as well.
    #[must_use]
    pub fn with_axis(mut self, name: &str, values: &[Value]) -> Self {
        self.sweep.push(format!("{name}={}", written(&Value::List(values.to_vec()))));
        self
    }

    /// These changes and later ones, which win.
    #[must_use]
    pub fn then(mut self, later: &Self) -> Self {
        self.set.extend(later.set.iter().cloned());
        self.sweep.extend(later.sweep.iter().cloned());
        self.runs = later.runs.or(self.runs);
        self.timesteps = later.timesteps.or(self.timesteps);
        self.seed = later.seed.or(self.seed);
        self.record = later.record.clone().or(self.record);
        self.corners = later.corners.or(self.corners);
        self.variant = later.variant.clone().or(self.variant);
        self.no_sweep |= later.no_sweep;
        self.without.extend(later.without.iter().cloned());
        self
    }

    /// Makes the changes and builds the systems of the file, each under the name of its variant. The file then says what is
    /// run, and [`SystemFile::notes`] what is worth saying of it.
    ///
    /// # Errors
    /// [`ChangeError`] where a change cannot be read, would do nothing, or is refused by a component.
    pub fn systems(
        &self,
        file: &mut SystemFile,
        registry: &Registry,
    ) -> Result<Vec<(String, System)>, ChangeError> {
        self.choose(file)?;
        let set = self.apply(file)?;
        if self.corners.is_some() && !matches!(file.settings.sweep, Sweep::None) {
            if !self.sweep.is_empty() {
                return Err(ChangeError::CornersAndSweep);
            }
            file.notes.push("--corners replaces the sweep of the file".to_owned());
        }
        let systems = file.systems(registry, &set)?;
        refuse_drawn(&set, &systems)?;
        Ok(systems)
    }

    /// Makes the changes, and the experiment that the file then describes.
    ///
    /// # Errors
    /// As [`Changes::systems`], and [`ChangeError::Problems`] with everything that cannot be run.
    pub fn experiment(&self, file: &mut SystemFile, registry: &Registry) -> Result<Prepared, ChangeError> {
        let systems = self.systems(file, registry)?;
        if self.record.is_some() {
            let notes = file.keep_drawable(&systems);
            file.notes.extend(notes);
        }
        let described = describe(&systems);
        let mut experiment = file.experiment(systems);
        if let Some(limit) = self.corners {
            experiment = experiment.corners(limit)?;
            file.settings.sweep = experiment.current_sweep().clone();
            self.refuse_corners(file)?;
        }
        Ok(Prepared { experiment: without_problems(experiment)?, systems: described })
    }

    /// As [`Changes::experiment`], over systems of the same file that were built before with the same variant and the same events left
    /// out: for one who tries value after value, of whom nothing but numbers is asked anew.
    ///
    /// ```
    /// use std::path::Path;
    /// use te_system::{Changes, SystemFile};
    /// let text = "[system]\ntimesteps = 4\n\n[controllables.economy]\nkind = \"hive/economy\"\n";
    /// let registry = te_system::built_in();
    /// let file = SystemFile::parse(text, Path::new("hive.toml"), &registry)?;
    /// let built = Changes::default().systems(&mut file.clone(), &registry)?;
    /// for throttle in ["0.002", "0.004"] {
    ///     let changes = Changes { set: vec![format!("economy.throttle={throttle}")], ..Changes::default() };
    ///     let experiment = changes.experiment_over(&mut file.clone(), built.clone())?;
    ///     assert_eq!(experiment.run()?.frame().rows(), 5);
    /// }
    /// let wrong = Changes { set: vec!["economy.throttle=2".into()], ..Changes::default() };
    /// let refused = wrong.experiment_over(&mut file.clone(), built).err().ok_or("out of its range")?;
    /// assert_eq!((refused.code(), refused.at()), (Some("TE0104"), Some("economy.throttle")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Changes::experiment`]; a value that a component refuses as [`ChangeError::Value`].
    pub fn experiment_over(
        &self,
        file: &mut SystemFile,
        mut built: Vec<(String, System)>,
    ) -> Result<Experiment, ChangeError> {
        self.choose(file)?;
        let set = self.apply(file)?;
        for (_, system) in &mut built {
            for (name, value) in &set {
                system
                    .set(name, value)
                    .map_err(|refused| ChangeError::Value { name: name.clone(), refused })?;
            }
        }
        refuse_drawn(&set, &built)?;
        without_problems(file.experiment(built))
    }

    /// Leaves in the file what is to be run: one variant, no sweep, fewer events.
    fn choose(&self, file: &mut SystemFile) -> Result<(), ChangeError> {
        let unknown = |by, name: &str, known: &[String]| ChangeError::Unknown {
            by,
            name: name.to_owned(),
            nearest: te_core::nearest(name, known),
            known: known.to_vec(),
        };
        if let Some(name) = &self.variant {
            let known: Vec<String> = file.variants.iter().map(|variant| variant.name.clone()).collect();
            if !known.contains(name) {
                return Err(unknown(ChangeKind::Variant, name, &known));
            }
            file.variants.retain(|variant| variant.name == *name);
            file.pictures.retain(|picture| picture.variant.as_ref().is_none_or(|of| of == name));
        }
        if self.no_sweep {
            file.settings.sweep = Sweep::None;
        }
        let known = file.event_names();
        for name in &self.without {
            if !known.contains(name) {
                return Err(unknown(ChangeKind::Without, name, &known));
            }
        }
        for variant in &mut file.variants {
            variant.without.clone_from(&self.without);
        }
        Ok(())
    }

    /// Refuses to give a parameter a value that something else overrules. The one variant that is run does not: what is set is set
    /// after what it sets.
    fn refuse_overruled(&self, file: &SystemFile, name: &str, by: ChangeKind) -> Result<(), ChangeError> {
        let overruled = file.overruled_by(name);
        match overruled.filter(|of| self.variant.is_none() || !matches!(of, Overruled::Variant(_))) {
            None => Ok(()),
            Some(overruled) => Err(ChangeError::Overruled { by, name: name.to_owned(), overruled }),
        }
    }

    /// Refuses corners of parameters that something else gives a value.
    fn refuse_corners(&self, file: &SystemFile) -> Result<(), ChangeError> {
        for text in &self.set {
            self.refuse_overruled(file, split(text, ChangeKind::Set)?.0, ChangeKind::Set)?;
        }
        let swept = file.settings.sweep.names();
        for variant in &file.variants {
            if let Some((name, _)) = variant.set.iter().find(|(name, _)| swept.contains(&name.as_str())) {
                return Err(ChangeError::CornersVariant {
                    name: name.clone(),
                    variant: variant.name.clone(),
                });
            }
        }
        Ok(())
    }

    /// Applies all but corners to the file; the parameters to set are returned.
    fn apply(&self, file: &mut SystemFile) -> Result<Vec<(String, Value)>, ChangeError> {
        let calendar = file.calendar();
        let settings = &mut file.settings;
        settings.runs = self.runs.unwrap_or(settings.runs);
        settings.timesteps = self.timesteps.unwrap_or(settings.timesteps);
        settings.seed = self.seed.unwrap_or(settings.seed);
        let mut swept: Vec<&str> = Vec::new();
        for text in &self.sweep {
            let (name, values) = split(text, ChangeKind::Sweep)?;
            if swept.contains(&name) {
                return Err(ChangeError::Twice { by: ChangeKind::Sweep, name: name.to_owned() });
            }
            swept.push(name);
            if file.settings.sweep.names().contains(&name) {
                file.notes.push(format!("--sweep {name} replaces the values of the file's sweep"));
            } else {
                self.refuse_overruled(file, name, ChangeKind::Sweep)?;
            }
            let refuse = |message| ChangeError::Values { name: name.to_owned(), message };
            let values = given_values(values).map_err(refuse)?;
            let values = values.into_iter().map(|value| dated(name, value, calendar));
            let values = values.collect::<Result<_, _>>().map_err(|message| ChangeError::Date {
                by: ChangeKind::Sweep,
                name: name.to_owned(),
                message,
            })?;
            file.settings.add_axis(Axis { name: name.to_owned(), values })?;
        }
        if let Some(spec) = &self.record {
            record(file, spec)?;
        }
        let mut set: Vec<(String, Value)> = Vec::new();
        for text in &self.set {
            let (name, value) = split(text, ChangeKind::Set)?;
            if set.iter().any(|(known, _)| known == name) {
                return Err(ChangeError::Twice { by: ChangeKind::Set, name: name.to_owned() });
            }
            self.refuse_overruled(file, name, ChangeKind::Set)?;
            let value = dated(name, given_value(value), calendar).map_err(|message| ChangeError::Date {
                by: ChangeKind::Set,
                name: name.to_owned(),
                message,
            })?;
            set.push((name.to_owned(), value));
        }
        Ok(set)
    }
}

/// The experiment, where nothing of it is refused.
///
/// # Errors
/// [`ChangeError::Problems`] with everything that cannot be run.
pub fn without_problems(experiment: Experiment) -> Result<Experiment, ChangeError> {
    let problems = experiment.problems();
    if problems.is_empty() { Ok(experiment) } else { Err(ChangeError::Problems(problems)) }
}

/// A value as a system file writes it.
fn written(value: &Value) -> String {
    toml::Value::try_from(value).map_or_else(|_| value.to_string(), |value| value.to_string())
}

fn split(text: &str, by: ChangeKind) -> Result<(&str, &str), ChangeError> {
    let parts = text.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty());
    parts.ok_or_else(|| ChangeError::Form { by, text: text.to_owned() })
}

/// Refuses to set parameters that their components draw for every run.
fn refuse_drawn(set: &[(String, Value)], systems: &[(String, System)]) -> Result<(), ChangeError> {
    if set.is_empty() {
        return Ok(());
    }
    for component in systems.iter().flat_map(|(_, system)| system.components()) {
        for (spec, _) in &component.params {
            let name = format!("{}.{}", component.path, spec.name);
            if let (Role::Random, Some(from), true) =
                (spec.role, &spec.random, set.iter().any(|(given, _)| *given == name))
            {
                return Err(ChangeError::Drawn { name, from: from.to_string() });
            }
        }
    }
    Ok(())
}

/// Changes what is kept: columns, `every=K`, `substeps`, `keep=MODE`.
fn record(file: &mut SystemFile, spec: &str) -> Result<(), ChangeError> {
    let recording = &mut file.settings.recording;
    let mut columns = Vec::new();
    for part in spec.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        match part.split_once('=') {
            Some(("every", k)) => {
                let every = k.parse().ok().filter(|k| *k > 0);
                recording.every = every.ok_or_else(|| ChangeError::Every { given: k.to_owned() })?;
            }
            Some(("keep", word)) => {
                let known = KEEPS.into_iter().find(|(name, _)| *name == word);
                let (_, keep) = known.ok_or_else(|| ChangeError::Keep { given: word.to_owned() })?;
                recording.keep = keep;
            }
            Some((key, _)) => return Err(ChangeError::Record { key: key.to_owned() }),
            None if part == "substeps" => recording.substeps = true,
            None => columns.push(part.to_owned()),
        }
    }
    if !columns.is_empty() {
        recording.columns = columns;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_values_are_read_back() {
        let text = |x: &str| Value::Text(x.into());
        let table = Value::Table(vec![("a".into(), Value::I64(1)), ("b".into(), text("x, y"))]);
        for value in [
            Value::F64(0.1),
            Value::F64(-3.0),
            Value::I64(-7),
            Value::U64(u64::MAX),
            Value::Bool(true),
            text("bull"),
            text("12"),
            text("a \"b\" = c\n"),
            Value::List(vec![Value::F64(1.5), text("z")]),
            table,
        ] {
            let changes =
                Changes::default().with_value("a.b", &value).with_axis("c.d", std::slice::from_ref(&value));
            let (name, given) = split(&changes.set[0], ChangeKind::Set).unwrap();
            assert_eq!((name, given_value(given)), ("a.b", value.clone()), "{given}");
            let (_, given) = split(&changes.sweep[0], ChangeKind::Sweep).unwrap();
            assert_eq!(given_values(given).unwrap(), [value], "{given}");
        }
    }

    #[test]
    fn later_changes_win() {
        let first = Changes { runs: Some(2), seed: Some(1), set: vec!["a.b=1".into()], ..Changes::default() };
        let later = Changes { seed: Some(7), set: vec!["a.c=2".into()], ..Changes::default() };
        let both = first.then(&later);
        assert_eq!((both.runs, both.seed), (Some(2), Some(7)));
        assert_eq!(both.set, ["a.b=1", "a.c=2"]);
    }
}
