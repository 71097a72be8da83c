//! tecmns examples.
