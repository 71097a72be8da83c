//! The tecmns library for Python: the module `tecmns._native`.
#![deny(missing_docs)]
#![forbid(unsafe_code)]
