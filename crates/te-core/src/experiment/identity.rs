//! What determines the numbers of an experiment, as text: two plans with one identity give the same rows.
//!
//! The text names the engine's version; the code of components and of the engine it cannot know. Who mixes results of two
//! builds adds the hashes of their code.

use crate::experiment::plan::Plan;
use crate::system::built::System;
use std::fmt::{self, Write};

impl System {
    /// Writes everything that its numbers depend on: components with kinds, lists and parameters, wires, derived columns,
    /// lags, the names of interactions, and the schedule, in which disciplines and stages show.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_identity(&self, out: &mut dyn Write) -> fmt::Result {
        writeln!(out, "step {:?}, substeps {}, slots {}", self.step, self.substeps, self.slots)?;
        if let Some(calendar) = self.calendar {
            writeln!(out, "start {:?}", calendar.start())?;
        }
        for node in &self.nodes {
            let instance = &node.instance;
            writeln!(out, "component {:?} {:?} {:?}", node.path, instance.kind(), node.list)?;
            if let Some(content) = instance.content() {
                writeln!(out, "  content {content}")?;
            }
            for (index, spec) in instance.specs().iter().enumerate() {
                // A float is written with as many digits as tell it from every other.
                writeln!(out, "  {} = {:?}", spec.name, instance.get(index))?;
            }
            writeln!(out, "  reads {:?}", node.sources)?;
        }
        for wire in &self.wires {
            writeln!(out, "wire {:?} -> {:?}", wire.from, wire.to)?;
        }
        for feed in &self.feeds {
            writeln!(out, "feed {} {} {} {:?}", feed.node, feed.input, feed.slot, feed.formula)?;
        }
        for derived in &self.derived {
            writeln!(
                out,
                "derived {:?} {:?} {} {:?}",
                derived.name, derived.text, derived.slot, derived.formula
            )?;
        }
        for interaction in &self.interactions {
            writeln!(out, "interaction {:?} {:?}", interaction.path, interaction.nodes)?;
        }
        for event in &self.events {
            writeln!(out, "event {:?}", event.spec)?;
            for of in event.computed() {
                writeln!(out, "  {} {:?}", of.slot, of.formula)?;
            }
            for set in &event.set {
                writeln!(out, "  sets {} {} {}", set.node, set.index, set.given)?;
            }
            for change in &event.change {
                writeln!(out, "  changes {} {} {}", change.node, change.state, change.of.slot)?;
            }
        }
        for lag in &self.lags {
            writeln!(out, "lag {:?} {} {} {} {:?}", lag.name, lag.source, lag.steps, lag.slot, lag.initial)?;
        }
        writeln!(out, "start {:?}, last {:?}", self.start, self.last)?;
        writeln!(out, "time {:?} {:?}, read parameters {:?}", self.timestep, self.years, self.params)?;
        writeln!(out, "constants {:?}", self.constants)?;
        writeln!(out, "schedule {:?}", self.schedule)
    }
}

impl Plan {
    /// Writes everything that the rows, key figures and statistics of this plan depend on: its systems, timesteps, runs, seed,
    /// sweep, distributions, recording, stop conditions, key figures and the size of units. Threads, shards and the width of
    /// tiles are not among it: results do not depend on them.
    ///
    /// ```
    /// use te_core::glue::{Function, FunctionParams};
    /// use te_core::{Experiment, System};
    /// let identity = |seed: u64, threads: usize| {
    ///     let mut system = System::builder("demand");
    ///     system.uncontrollable::<Function>("demand", FunctionParams { of: "10 + t".into() });
    ///     let plan = Experiment::new(system.build()?).seed(seed).threads(threads).plan()?;
    ///     let mut text = String::new();
    ///     plan.write_identity(&mut text)?;
    ///     Ok::<String, Box<dyn std::error::Error>>(text)
    /// };
    /// assert_eq!(identity(1, 1)?, identity(1, 8)?);
    /// assert_ne!(identity(1, 1)?, identity(2, 1)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of `out`, such as a hash or a string.
    pub fn write_identity(&self, out: &mut dyn Write) -> fmt::Result {
        let experiment = self.experiment();
        writeln!(out, "te-core {}", env!("CARGO_PKG_VERSION"))?;
        writeln!(out, "timesteps {}, runs {}", experiment.timesteps, experiment.runs)?;
        writeln!(out, "seed {}, independent {}", experiment.seed, experiment.independent_subsets)?;
        writeln!(out, "first simulation {}, unit {}", experiment.first_simulation, self.unit_size())?;
        writeln!(out, "sweep {:?}", experiment.sweep)?;
        for varied in self.varied_parameters() {
            writeln!(out, "varies {:?} {:?} {:?}", varied.name, varied.kind, varied.drawn)?;
        }
        let recording = &experiment.recording;
        writeln!(
            out,
            "keep {:?}, every {}, substeps {}, order {:?}",
            recording.keep, recording.every, recording.substeps, recording.order
        )?;
        for column in self.columns() {
            writeln!(out, "column {:?} {:?}", column.name, column.kind)?;
        }
        writeln!(out, "stop {:?}", experiment.stop)?;
        for kpi in &experiment.kpis {
            writeln!(out, "kpi {kpi:?}")?;
        }
        for (name, system) in &experiment.systems {
            writeln!(out, "system {name:?}")?;
            system.write_identity(out)?;
        }
        Ok(())
    }
}
