//! What a system file may ask for: kinds by name, and tables in files of other formats than text.

use crate::declaration::frame::Frame;
use crate::declaration::nearest::nearest;
use crate::declaration::param_error::ParamError;
use crate::declaration::param_spec::ParamSpec;
use crate::declaration::record::FieldSpec;
use crate::declaration::value::Value;
use crate::model::component::Component;
use crate::model::kind::Instance;
use crate::model::picture::{Offered, Pictured, Pictures};
use crate::model::typed_column::Typed;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// What is known of one kind of component.
#[derive(Clone)]
pub struct Kind {
    /// The kind's name: `family/mechanism`.
    pub name: String,
    /// The crate or file that provides it.
    pub package: Cow<'static, str>,
    /// The first paragraph of what it is.
    pub doc: Cow<'static, str>,
    /// A component with its defaults.
    prototype: Arc<dyn Instance>,
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
    /// A kind by a component of it that has its defaults, without a registry: for one that a single file uses.
    pub fn made(
        prototype: impl Instance + 'static,
        package: impl Into<Cow<'static, str>>,
        doc: impl Into<Cow<'static, str>>,
    ) -> Self {
        let name = prototype.kind().to_owned();
        Self {
            name,
            package: package.into(),
            doc: doc.into(),
            prototype: Arc::new(prototype),
            pictures: None,
        }
    }

    /// Its parameters.
    pub fn params(&self) -> &[ParamSpec] {
        self.prototype.specs()
    }
    /// Its inputs.
    pub fn inputs(&self) -> &[FieldSpec] {
        self.prototype.inputs()
    }
    /// Its metrics.
    pub fn metrics(&self) -> &[FieldSpec] {
        self.prototype.metrics()
    }
    /// The equations of a step, a line each ([`Component::EQUATIONS`]).
    pub fn equations(&self) -> Vec<String> {
        self.prototype.equations()
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

    /// A component with these parameters; what the table leaves out keeps its default.
    ///
    /// # Errors
    /// [`ParamError`] with every unknown name and refused value.
    pub fn instance(&self, params: &Value) -> Result<Box<dyn Instance>, ParamError> {
        self.prototype.with(params)
    }
}

/// Reads a table in a file; otherwise what is wrong with it, in words.
pub type ReadTable = fn(&Path) -> Result<Frame, String>;

/// The kinds that systems can be assembled from. Crates add theirs by one explicit function; nothing registers
/// itself.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    kinds: BTreeMap<String, Kind>,
    duplicates: Vec<String>,
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
        self.add_kind(Typed::<C> { params: C::Params::default() }, package, doc);
    }

    /// Adds a kind by a component of it that has its defaults: for kinds that are made while the program runs.
    pub fn add_kind(
        &mut self,
        prototype: impl Instance + 'static,
        package: impl Into<Cow<'static, str>>,
        doc: impl Into<Cow<'static, str>>,
    ) {
        let kind = Kind::made(prototype, package, doc);
        let name = kind.name.clone();
        if self.kinds.insert(name.clone(), kind).is_some() {
            self.duplicates.push(name);
        }
    }

    /// Adds a kind that was made before, in the place of the one of its name where there is one: for classes of a script that is
    /// run again.
    pub fn put_kind(&mut self, kind: Kind) {
        self.kinds.insert(kind.name.clone(), kind);
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
        if self.duplicates.iter().any(|duplicate| duplicate == name) {
            return Err(KindError::Duplicate { name: name.to_owned() });
        }
        self.kinds.get(name).ok_or_else(|| KindError::Unknown {
            name: name.to_owned(),
            nearest: nearest(name, self.kinds.keys()),
        })
    }
}

impl KindError {
    /// The error's stable number, explained by `tecmns explain`.
    pub fn code(&self) -> &'static str {
        "TE0304"
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
        name: String,
    },
}
