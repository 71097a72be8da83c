//! The token-engineering component library and its command.
