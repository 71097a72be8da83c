//! System files: a system, what to vary and what to keep, in TOML.
//!
//! A file is read as a whole or refused as a whole: every problem is reported with its line and column, and an
//! unknown name with the nearest known one. An error in an expression stands at the character that is wrong, and what merely
//! follows from it is not reported. Columns and parameters that stop conditions, key figures, recordings, charts, sweeps,
//! random draws and variants name are checked with the rest, before the first step.
//!
//! # Values
//! Where a parameter has its value, also in a variant's `set` and `swap` and among swept values, a column of a file may stand:
//!
//! ```toml
//! values = { file = "prices.csv", column = "price" }                  # a list, in the order of the file
//! values = { file = "prices.csv", column = "price", time = "date" }   # at the timesteps that the dates name
//! values = { file = "prices.csv", column = "price", missing = "hold" }    # gaps filled; or "interpolate"
//! initial_reserve = { file = "snapshot.csv", column = "reserve", row = 1 }    # one value
//! ```
//!
//! Swept values are lists, ranges or columns; points may be a table with a column for each parameter:
//!
//! ```toml
//! [sweep]
//! "pool.fee" = "0.001..0.05, 10 log"                     # ten values at equal ratios; without `log` at equal distances
//! "economy.throttle" = { file = "t.csv", column = "throttle" }
//! ```
//!
//! ```toml
//! [sweep]
//! mode = "points"
//! file = "scenarios.csv"
//! columns = ["pool.fee", "economy.throttle"]             # without it all columns
//! ```
//!
//! A parameter has one value: where it is swept or drawn at random and a variant or the command line sets it as well, that is
//! refused.
//!
//! # Events and dates
//! A parameter of any component, or a state of one of equations, can change while a run goes on ([`te_core::Event`]):
//!
//! ```toml
//! [system]
//! step = "1 month"
//! start = 2026-01-31                                     # rows have dates, which expressions read: month(), date("2026-03-01")
//!
//! [[event]]
//! name = "halving"                                       # event.halving.at can be swept
//! variant = "halved"                                     # beside the others, under the same luck
//! at = 50                                                # or a date; or every = 12, from = 24, until = 96
//! for = 6                                                # then back
//! set = { "economy.throttle" = "0.5 * economy.throttle" }
//!
//! [[event]]
//! name = "run"
//! when = "pool.price < 0.5"                              # on becoming true; again = true for each time
//! change = { "pool.bonded" = "-1e6" }
//! ```
//!
//! # Equations
//! A component may be equations ([`te_equations`]), in a file of its own or in a table of this one:
//!
//! ```toml
//! [controllables.pool]
//! kind = "equations"
//! file = "../components/staking.toml"                    # beside this file
//! params = { issuance = 0.05 }
//!
//! [controllables.stock]
//! kind = "equations"
//! of = "growth"
//!
//! [equations.growth.param]
//! rate = { default = 0.1, unit = "1/month" }
//!
//! [equations.growth.state]
//! stock = { initial = 1, rate = "rate * stock", unit = "TOK" }
//! ```
//!
//! What a file of equations says is part of the identity of plans, and manifests keep its text.
//!
//! # Limits
//! | what | at most |
//! |---|---|
//! | a system file | 16 MiB, a regular file |
//! | nested systems | 8 deep, 1,000 of them, 64 MiB of text together; none may nest itself |
//! | components | 100,000 |
//! | a file of data | 256 MiB, ten million rows |
//! | values of a range | 16,777,216 |
//! | threads of `tecmns run` | 1,024 |
//!
//! Each has an error with a code that `tecmns explain` explains.

mod assembly;
mod axis;
mod chart;
mod dates;
mod document;
mod domain;
mod error;
mod event;
mod experiment;
mod given;
mod nested;
mod picture;
mod place;
mod problems;
mod section;
mod sweep;

use problems::{drawable, unknown_columns};

pub(crate) use dates::dated;
pub(crate) use document::{LARGEST, text_of};
pub use error::{FileError, FileErrors};
pub use given::{given_value, given_values};

use crate::overruled::Overruled;
use crate::settings::Settings;
use document::Document;
use std::path::{Path, PathBuf};
use te_core::picture::ChartSpec;
use te_core::{Calendar, Date, Experiment, Registry, StepLength, System, Value};

pub use picture::{PictureSpec, When, offer_named, offering, pictures_of};

/// A system file, read and checked.
#[derive(Clone, Debug)]
pub struct SystemFile {
    document: Document,
    /// Name of the system.
    pub name: String,
    /// What it is, in a sentence.
    pub description: String,
    /// Length of a timestep.
    pub step: StepLength,
    /// The date of row 0, where rows have dates.
    pub start: Option<Date>,
    /// How often it is run, what varies, what is kept.
    pub settings: Settings,
    /// Charts to draw.
    pub charts: Vec<ChartSpec>,
    /// Pictures of what is inside components, to draw of one run.
    pub pictures: Vec<PictureSpec>,
    /// The systems to run side by side: one for each variant, or the system alone.
    pub variants: Vec<Variant>,
    /// What is worth saying although the file is valid, such as data read in another order than their dates.
    pub notes: Vec<String>,
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
    /// Events of the file that it does without, by name.
    pub without: Vec<String>,
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
        nested::nested_texts(&self.document, &mut found)?;
        Ok(found)
    }

    /// What the file and those that it nests say of the system beside components, wires and derived columns, such as
    /// `discipline` and `stage`: with the component in front that nests a file.
    pub fn structure(&self) -> Vec<(String, Value)> {
        let mut found = Vec::new();
        nested::structure(&self.document, "", &mut found);
        found
    }

    /// Where it was read from.
    pub fn path(&self) -> &Path {
        self.document.path()
    }

    /// Its text.
    pub fn text(&self) -> &str {
        self.document.text()
    }

    /// Names of the events that the file itself has, in its order; a system that it nests may have more.
    pub fn event_names(&self) -> Vec<String> {
        event::names(&self.document)
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
            let assembled =
                assembly::assemble(&self.document, registry, variant, (self.step, self.start), &self.name);
            let mut system = match assembled {
                assembly::Assembled { system: Some(system), errors, .. } if errors.is_empty() => system,
                assembly::Assembled { errors, .. } => return Err(FileErrors { errors }),
            };
            for (name, value) in set {
                system.set(name, value).map_err(|e| FileErrors::plain(self.path(), "TE0104", e))?;
            }
            systems.push((variant.name.clone(), system));
        }
        Ok(systems)
    }

    /// Which timestep has which date, where rows have dates.
    pub fn calendar(&self) -> Option<Calendar> {
        Calendar::new(self.start?, self.step).ok()
    }

    /// The experiment that the file describes, over these systems.
    pub fn experiment(&self, systems: Vec<(String, System)>) -> Experiment {
        self.settings.experiment(systems)
    }

    /// Drops from the charts what is not recorded of these systems, and says what: for a recording that was narrowed after
    /// the file was read.
    pub fn keep_drawable(&mut self, systems: &[(String, System)]) -> Vec<String> {
        let columns = systems.iter().flat_map(|(_, system)| system.columns());
        let recorded: Vec<String> = columns
            .map(|column| column.name.clone())
            .filter(|name| self.settings.recording.records(name))
            .collect();
        let drawable = drawable(self, &recorded);
        let mut notes = Vec::new();
        self.charts.retain_mut(|chart| {
            let unknown = unknown_columns(chart, &drawable);
            if unknown.is_empty() {
                return true;
            }
            chart.series.retain(|series| !unknown.contains(&series.column));
            let axes = unknown.contains(&chart.x) || chart.y.as_ref().is_some_and(|y| unknown.contains(y));
            let drawn = !axes && !chart.series.is_empty();
            let what = if drawn { "is drawn without" } else { "is not drawn for want of" };
            notes.push(format!("chart `{}` {what} {}: not recorded", chart.title, unknown.join(", ")));
            drawn
        });
        notes
    }

    /// What gives a parameter its value apart from its component's own table: the sweep, a distribution, a variant's `set` or
    /// `swap`.
    pub fn overruled_by(&self, name: &str) -> Option<Overruled> {
        if self.settings.sweep.names().contains(&name) {
            return Some(Overruled::Swept);
        }
        if self.settings.random.iter().any(|(random, _)| random == name) {
            return Some(Overruled::Random);
        }
        self.variants.iter().find_map(|variant| {
            let sets = variant.set.iter().any(|(own, _)| own == name);
            let swaps = variant.swap.iter().any(|(instance, _, params)| {
                name.strip_prefix(instance.as_str())
                    .and_then(|rest| rest.strip_prefix('.'))
                    .is_some_and(|rest| holds(params, rest))
            });
            (sets || swaps).then(|| Overruled::Variant(variant.name.clone()))
        })
    }
}

/// Whether a table has a value at this dotted path.
fn holds(params: &Value, path: &str) -> bool {
    let Value::Table(rows) = params else { return false };
    rows.iter().any(|(key, value)| {
        path == key
            || path
                .strip_prefix(key.as_str())
                .and_then(|rest| rest.strip_prefix('.'))
                .is_some_and(|rest| holds(value, rest))
    })
}

/// A path in a file, relative to the file's folder.
fn beside(file: &Path, name: &str) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).join(name)
}
