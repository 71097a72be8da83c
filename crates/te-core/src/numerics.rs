//! Numbers by chance and about many runs: streams, distributions, samples, statistics.

pub(crate) mod bytes;
pub(crate) mod run_id;
pub(crate) mod sampling;
pub(crate) mod statistics;
pub(crate) mod stream;
pub(crate) mod strip;
