//! Market regimes and price processes.
