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
use std::cell::RefCell;
use std::fmt;
use std::ops::Range;
use te_core::picture::{Offer, Pictures};
use te_core::{ComponentSpec, Registry, System, Value};

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
    /// What to draw, by name.
    pub what: Vec<String>,
    /// At which timesteps.
    pub at: Vec<When>,
    /// In which variant; the first where it is not said.
    pub variant: Option<String>,
    /// In which subset.
    pub subset: u64,
    /// In which run.
    pub run: u64,
}

/// A `[[picture]]` with its place in the file. `what` is empty where everything is to be drawn.
pub(super) type Placed = (PictureSpec, Range<usize>);

/// Reads a `[[picture]]`.
pub(super) fn read(section: &mut Section<'_>, registry: &Registry) -> Option<Placed> {
    let place = section.tree().span.clone();
    let of = section.text("of");
    if of.is_none() {
        section.refuse(&place, "a [[picture]] needs `of`, the component to look into");
    }
    let span = section.tree().get("what").map_or(place.clone(), |entry| entry.value.span.clone());
    let mut what = section.texts("what");
    what.retain(|name| match offer_named(registry, name) {
        Ok(_) => true,
        Err(message) => {
            section.refuse(&span, message);
            false
        }
    });
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

/// The picture of this name that some kind offers.
///
/// # Errors
/// A sentence with the nearest name there is.
pub fn offer_named(registry: &Registry, name: &str) -> Result<&'static Offer, String> {
    let offers = || offering(registry).flat_map(|(_, pictures)| pictures.offered.pictures);
    offers().find(|offer| offer.name == name).ok_or_else(|| {
        let all: Vec<&str> = offers().map(|offer| offer.name).collect();
        let hint = te_core::nearest(name, &all).map_or_else(
            || format!("; there are {}", all.join(", ")),
            |near| format!("; did you mean `{near}`?"),
        );
        format!("unknown picture `{name}`{hint}")
    })
}

/// The kinds of which there are pictures, in order of their names.
pub fn offering(registry: &Registry) -> impl Iterator<Item = (&str, &Pictures)> {
    registry.kinds().filter_map(|kind| Some((kind.name.as_str(), kind.pictures()?)))
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

/// Refuses pictures of a variant's system that cannot be drawn of it, and names those of a picture that wants everything.
pub(super) fn check(
    document: &Document,
    pictures: &mut [Placed],
    variants: &[Variant],
    variant: &Variant,
    (system, registry): (&System, &Registry),
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
        if !meant {
            continue;
        }
        match pictures_of(registry, &system.components(), &picture.of)
            .and_then(|there| chosen(there, &picture.of, &picture.what))
        {
            Ok(what) => picture.what = what,
            Err(message) => refuse(place, message),
        }
    }
}

/// The names of the pictures wanted, all where none is named.
fn chosen(there: &Pictures, instance: &str, wanted: &[String]) -> Result<Vec<String>, String> {
    if wanted.is_empty() {
        return Ok(there.offered.pictures.iter().map(|offer| offer.name.to_owned()).collect());
    }
    match wanted.iter().find(|name| there.offered.named(name).is_none()) {
        None => Ok(wanted.to_vec()),
        Some(name) => {
            let names: Vec<&str> = there.offered.pictures.iter().map(|offer| offer.name).collect();
            Err(format!("there is no picture `{name}` of `{instance}`; there are {}", names.join(", ")))
        }
    }
}

/// The pictures of an instance among these components.
///
/// # Errors
/// A sentence where it is unknown, or of a kind without pictures.
pub fn pictures_of<'r>(
    registry: &'r Registry,
    components: &[ComponentSpec],
    instance: &str,
) -> Result<&'r Pictures, String> {
    let Some(found) = components.iter().find(|one| one.path == instance) else {
        let known: Vec<&str> = components.iter().map(|one| one.path.as_str()).collect();
        let hint = te_core::nearest(instance, &known).map_or_else(
            || format!("; there are {}", known.join(", ")),
            |near| format!("; did you mean `{near}`?"),
        );
        return Err(format!("picture of unknown component `{instance}`{hint}"));
    };
    registry.kind(&found.kind).ok().and_then(te_core::Kind::pictures).ok_or_else(|| {
        let kinds: Vec<&str> = offering(registry).map(|(kind, _)| kind).collect();
        format!(
            "there are no pictures of `{instance}`, which is a {}: only of {}",
            found.kind,
            kinds.join(", ")
        )
    })
}
