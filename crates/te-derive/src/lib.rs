//! Derives for te-core: Params and Record.
