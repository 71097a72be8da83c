//! What a system file may ask for: kinds by name, and tables in files of other formats than text.

use crate::declaration::frame::Frame;
use crate::declaration::nearest::nearest;
use crate::declaration::param_error::ParamError;
use crate::declaration::param_spec::ParamSpec;
use crate::declaration::params::Params;
use crate::declaration::record::{FieldSpec, Record as _};
use crate::declaration::value::Value;
use crate::model::component::Component;
use crate::model::kind::Instance;
use crate::model::picture::{Offered, Pictured, Pictures};
use crate::model::typed_column::Typed;
use std::collections::BTreeMap;
use std::path::Path;

/// What is known of one kind of component.
#[derive(Clone, Copy)]
pub struct Kind {
    /// The kind's name: `family/mechanism`.
    pub name: &'static str,
    /// The crate that provides it.
    pub package: &'static str,
    /// The first paragraph of what it is.
    pub doc: &'static str,
    specs: fn() -> &'static [ParamSpec],
    inputs: fn() -> &'static [FieldSpec],
    metrics: fn() -> &'static [FieldSpec],
    make: fn(&Value) -> Result<Box<dyn Instance>, ParamError>,
    pictures: Option<Pictures>,
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kind")
            .field("name", &self.name)
            .field("package", &self.package)
            .finish_non_exhaustive()
    }
}

impl Kind {
    /// Its parameters.
    pub fn params(&self) -> &'static [ParamSpec] {
        (self.specs)()
    }
    /// Its inputs.
    pub fn inputs(&self) -> &'static [FieldSpec] {
        (self.inputs)()
    }
    /// Its metrics.
    pub fn metrics(&self) -> &'static [FieldSpec] {
        (self.metrics)()
    }
    /// The pictures that it offers.
    pub fn pictures(&self) -> Option<&Pictures> {
        self.pictures.as_ref()
    }
    /// Checks a table of parameters, and that a component can be built from them.
    ///
    /// # Errors
    /// [`ParamError`] with everything that is wrong with them.
    pub fn check(&self, params: &Value) -> Result<(), ParamError> {
        self.instance(params)?.check().map(|_| ())
    }

    /// An instance with these parameters.
    pub(crate) fn instance(&self, params: &Value) -> Result<Box<dyn Instance>, ParamError> {
        (self.make)(params)
    }
}

/// Reads a table in a file; otherwise what is wrong with it, in words.
pub type ReadTable = fn(&Path) -> Result<Frame, String>;

/// The kinds that systems can be assembled from. Crates add theirs by one explicit function; nothing registers
/// itself.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    kinds: BTreeMap<&'static str, Kind>,
    duplicates: Vec<&'static str>,
    tables: BTreeMap<&'static str, ReadTable>,
}

impl Registry {
    /// No kinds.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a component type; `package` and `doc` are what listings show. A name that is taken is remembered as a
    /// duplicate and refused by [`Registry::kind`].
    pub fn add<C: Component>(&mut self, package: &'static str, doc: &'static str) {
        let kind = Kind {
            name: C::KIND,
            package,
            doc,
            specs: C::Params::specs,
            inputs: C::Inputs::fields,
            metrics: C::Metrics::fields,
            make: |value| Ok(Box::new(Typed::<C> { params: C::Params::from_value(value)? })),
            pictures: None,
        };
        if self.kinds.insert(C::KIND, kind).is_some() {
            self.duplicates.push(C::KIND);
        }
    }

    /// Says of a kind that was added which pictures of it there are.
    pub fn offer_pictures<C: Component + Pictured>(&mut self, offered: &'static Offered) {
        if let Some(kind) = self.kinds.get_mut(C::KIND) {
            kind.pictures = Some(Pictures::of::<C>(offered));
        }
    }

    /// Adds how tables are read from files whose names end in `extension`, in small letters. Text with separators needs none.
    pub fn read_tables(&mut self, extension: &'static str, read: ReadTable) {
        self.tables.insert(extension, read);
    }

    /// How tables are read from files with this extension.
    pub fn table_reader(&self, extension: &str) -> Option<ReadTable> {
        self.tables.get(extension).copied()
    }

    /// All kinds, by name.
    pub fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.values()
    }

    /// The kind of this name.
    ///
    /// # Errors
    /// [`KindError`] where there is none, or two.
    pub fn kind(&self, name: &str) -> Result<&Kind, KindError> {
        if let Some(duplicate) = self.duplicates.iter().find(|d| **d == name) {
            return Err(KindError::Duplicate { name: duplicate });
        }
        self.kinds.get(name).ok_or_else(|| KindError::Unknown {
            name: name.to_owned(),
            nearest: nearest(name, self.kinds.keys()),
        })
    }
}

/// Why a kind is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KindError {
    /// Nobody registered it.
    #[error("unknown kind `{name}`{}", crate::declaration::nearest::suggestion(.nearest.as_deref()))]
    Unknown {
        /// The name asked for.
        name: String,
        /// The nearest there is.
        nearest: Option<String>,
    },
    /// Two components claim it.
    #[error("kind `{name}` is registered twice")]
    Duplicate {
        /// The name.
        name: &'static str,
    },
}
