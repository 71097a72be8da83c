//! tecmns benches.
