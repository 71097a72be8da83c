//! Models of system dynamics, XMILE 1.0 and Vensim, as mechanisms written as equations.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod dimension;
mod expression;
mod fault;
mod function;
mod initial;
mod name;
mod scope;
mod source;
mod start;
mod target;
mod text;
mod translation;
mod unit;
mod vensim;
mod xmile;

pub use expression::Dialect;
pub use fault::{CODE, ImportError, ImportErrors, Note};

use fault::Faults;
use target::Role;

/// Bytes of a model's file, at most: 16 MiB.
pub const LARGEST: usize = 16 << 20;

/// A model as equations.
#[derive(Clone, Debug)]
pub struct Import {
    /// The component in TOML.
    pub component: String,
    /// The system file that runs it.
    pub system: String,
    /// What was left out or is taken otherwise.
    pub notes: Vec<Note>,
    /// What the model's names are called.
    pub names: Vec<Named>,
    /// When the model's own clock begins.
    pub start: f64,
    /// Steps of a run.
    pub timesteps: u64,
    /// Length of a step, in the model's unit of time.
    pub step: f64,
    /// Steps between rows.
    pub every: u64,
}

/// A name of the model and what it is called in equations.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// As the model writes it, with the elements of an array: `Stock[north,young]`.
    pub written: String,
    /// The quantity of the component.
    pub name: String,
    /// Its value, where it is a parameter or a constant.
    pub value: Option<f64>,
}

/// The text of a file: UTF-8 where it is that, else Latin-1, as older tools write.
fn decoded(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// Reads a model and says it in equations. `name` is what it is called; `file` the name that the component will have beside the
/// system.
///
/// # Errors
/// [`ImportErrors`] with everything that cannot be imported, each with line and column.
pub fn import(bytes: &[u8], dialect: Dialect, name: &str, file: &str) -> Result<Import, ImportErrors> {
    let mut faults = Faults::default();
    if bytes.len() > LARGEST {
        faults.refuse(0, format!("a model of {} bytes: allowed are {LARGEST}", bytes.len()));
        return Err(refused(faults, ""));
    }
    let mut text = decoded(bytes);
    if dialect == Dialect::Xmile {
        text = xmile::mended(text, &mut faults);
    }
    let source = match dialect {
        Dialect::Xmile => xmile::read(&text, &mut faults),
        Dialect::Vensim => vensim::read(&text, &mut faults),
    };
    let Some(source) = source else {
        if faults.is_empty() {
            faults.refuse(0, "there is no model in the file");
        }
        return Err(refused(faults, &text));
    };
    let target = translation::translate(&source, &mut faults);
    check_times(&source, &mut faults);
    if !faults.is_empty() {
        return Err(refused(faults, &text));
    }
    let (steps, every) = text::steps(&source);
    let name = name::Names::default().give(name);
    let names = target.quantities.iter().filter_map(|one| {
        let value = match one.role {
            Role::Param { value, .. } | Role::Constant(value) => Some(value),
            _ => None,
        };
        Some(Named { written: one.written.clone()?, name: one.name.clone(), value })
    });
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked: whole, from 0 to 10 million"
    )]
    let (timesteps, every) = (steps as u64, every as u64);
    Ok(Import {
        component: text::component(&source, &target, &name),
        system: text::system(&source, &target, &name, file),
        names: names.collect(),
        start: source.times.start,
        timesteps,
        step: source.times.dt,
        every,
        notes: faults.finish(&text)?,
    })
}

fn refused(faults: Faults, text: &str) -> ImportErrors {
    faults.finish(text).err().unwrap_or(ImportErrors { errors: Vec::new() })
}

/// A run must have steps of a length, and not too many.
fn check_times(source: &source::Source, faults: &mut Faults) {
    let times = &source.times;
    let (steps, every) = text::steps(source);
    if !(times.dt > 0.0 && times.dt.is_finite()) {
        faults.refuse(times.at, format!("a time step of {}: it must be above 0", times.dt));
    } else if !(0.0..=1e7).contains(&steps) || every > 1e7 {
        let message = format!(
            "a run from {} to {} in steps of {}: allowed are 0 to 10 million steps",
            times.start, times.stop, times.dt
        );
        faults.refuse(times.at, message);
    } else if ((times.stop - times.start) / times.dt - steps).abs() > 1e-6 * steps.max(1.0) {
        let message = format!(
            "from {} to {} are no whole steps of {}: {steps} are taken",
            times.start, times.stop, times.dt
        );
        faults.note(times.at, message);
    }
}
