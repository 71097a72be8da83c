//! Conviction voting: formula, contract arithmetic, community network.
