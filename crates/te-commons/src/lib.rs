//! The commons stack: praise, cultural build, hatch, upgrade.
