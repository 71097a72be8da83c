//! The registry of component crates: hashes, lineage, fetching, verification.
