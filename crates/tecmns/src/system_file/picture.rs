//! Pictures that a file asks for: of which component, what, when, and of which run.
//!
//! ```toml
//! [[picture]]
//! of = "community"                       # instance
//! what = ["affinities", "snapshot"]      # without it everything there is to draw
//! at = [0, 50, "end"]                    # timesteps; without it the end
//! variant = "corrected"                  # without it the first
//! subset = 0                             # without it the first
//! run = 1                                # without it the first
//! ```

use super::Variant;
use super::document::{Data, Document, Tree};
use super::error::FileError;
use super::section::Section;
use crate::pictures::{KINDS, Look};
use std::cell::RefCell;
use std::fmt;
use std::ops::Range;
use te_core::{ComponentSpec, System, Value};

/// A timestep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// This one.
    At(u64),
    /// The last of the run.
    End,
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(timestep) => write!(f, "{timestep}"),
            Self::End => f.write_str("end"),
        }
    }
}

/// Pictures of one component in one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureSpec {
    /// Instance name.
    pub of: String,
    /// What to draw.
    pub what: Vec<Look>,
    /// At which timesteps.
    pub at: Vec<When>,
    /// In which variant; the first where it is not said.
    pub variant: Option<String>,
    /// In which subset.
    pub subset: u64,
    /// In which run.
    pub run: u64,
}

/// Reads a `[[picture]]`, with its place in the file.
pub(super) fn read(section: &mut Section<'_>) -> Option<(PictureSpec, Range<usize>)> {
    let place = section.tree().span.clone();
    let of = section.text("of");
    if of.is_none() {
        section.refuse(&place, "a [[picture]] needs `of`, the component to look into");
    }
    let span = section.tree().get("what").map_or(place.clone(), |entry| entry.value.span.clone());
    let names = section.texts("what");
    let mut what = Vec::new();
    for name in &names {
        match look_named(name) {
            Ok(look) => what.push(look),
            Err(message) => section.refuse(&span, message),
        }
    }
    if names.is_empty() {
        what = Look::ALL.to_vec();
    }
    let at = read_times(section);
    let picture = PictureSpec {
        of: of?,
        what,
        at,
        variant: section.text("variant"),
        subset: section.count("subset", 0).unwrap_or(0),
        run: section.count("run", 1).unwrap_or(1),
    };
    Some((picture, place))
}

/// The look of this name, or a sentence with the nearest one.
pub(crate) fn look_named(name: &str) -> Result<Look, String> {
    Look::named(name).ok_or_else(|| {
        let all = Look::ALL.map(Look::name);
        let hint = te_core::nearest(name, all).map_or_else(
            || format!("; there are {}", all.join(", ")),
            |near| format!("; did you mean `{near}`?"),
        );
        format!("unknown picture `{name}`{hint}")
    })
}

fn read_times(section: &mut Section<'_>) -> Vec<When> {
    let Some(entry) = section.take("at") else { return vec![When::End] };
    let items: &[Tree] = match &entry.value.data {
        Data::List(items) => items,
        _ => std::slice::from_ref(&entry.value),
    };
    let mut times = Vec::new();
    for item in items {
        match item.value() {
            Value::I64(timestep) if timestep >= 0 => times.push(When::At(timestep.unsigned_abs())),
            Value::Text(text) if text == "end" => times.push(When::End),
            other => section.refuse(
                &item.span,
                format!("`at` in [[picture]] is {other}: it must be a timestep, \"end\", or a list of them"),
            ),
        }
    }
    times
}

/// Refuses pictures of a variant's system that cannot be drawn of it.
pub(super) fn check(
    document: &Document,
    pictures: &[(PictureSpec, Range<usize>)],
    variants: &[Variant],
    variant: &Variant,
    system: &System,
    errors: &RefCell<Vec<FileError>>,
) {
    let refuse = |place: &Range<usize>, message: String| {
        let error = document.error(place, "TE0307", message);
        let mut errors = errors.borrow_mut();
        if !errors.contains(&error) {
            errors.push(error);
        }
    };
    for (picture, place) in pictures {
        if let Some(name) = &picture.variant
            && !variants.iter().any(|one| one.name == *name)
        {
            let hint = te_core::nearest(name, variants.iter().map(|one| &one.name))
                .map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            refuse(place, format!("picture of unknown variant `{name}`{hint}"));
        }
        let meant = match &picture.variant {
            Some(name) => *name == variant.name,
            None => variants.first() == Some(variant),
        };
        if meant && let Err(message) = of_component(&system.components(), &picture.of) {
            refuse(place, message);
        }
    }
}

/// Whether there are pictures of this instance; where not, a sentence that says why.
pub(crate) fn of_component(components: &[ComponentSpec], instance: &str) -> Result<(), String> {
    let Some(found) = components.iter().find(|one| one.path == instance) else {
        let known: Vec<&str> = components.iter().map(|one| one.path.as_str()).collect();
        let hint = te_core::nearest(instance, &known).map_or_else(
            || format!("; there are {}", known.join(", ")),
            |near| format!("; did you mean `{near}`?"),
        );
        return Err(format!("picture of unknown component `{instance}`{hint}"));
    };
    if KINDS.contains(&found.kind) {
        return Ok(());
    }
    Err(format!(
        "there are no pictures of `{instance}`, which is a {}: only of {}",
        found.kind,
        KINDS.join(", ")
    ))
}
