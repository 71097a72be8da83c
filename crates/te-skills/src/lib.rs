//! Skill forest, academy and ecosystem.
