//! The 1Hive economy: issuance towards a target reserve ratio.
