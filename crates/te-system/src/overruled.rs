//! What overrules the value that a component's own table gives a parameter.

use std::fmt;

/// What gives a parameter its value, whatever its component's own table says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overruled {
    /// The sweep.
    Swept,
    /// A distribution, for every run.
    Random,
    /// The variant of this name.
    Variant(String),
}

impl fmt::Display for Overruled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Swept => f.write_str("it is swept"),
            Self::Random => f.write_str("[random] draws it for every run"),
            Self::Variant(name) => write!(f, "variant `{name}` sets it"),
        }
    }
}
