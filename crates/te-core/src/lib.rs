//! The step engine: components, systems, experiments, streams.
