//! The codes of a program, linked to be run.

use crate::program::{Program, Time};
use te_core::expression::{Code, Place, Routine, Watched};

/// The program's codes as they are run.
pub(super) struct Routines {
    pub(super) fixed: Routine,
    pub(super) once: Routine,
    pub(super) before_draws: Routine,
    pub(super) initial: Routine,
    pub(super) pure: Routine,
    pub(super) rest: Routine,
    pub(super) slope: Routine,
    pub(super) last: Routine,
    pub(super) invariants: Routine,
    /// What of the time any of them reads; nothing stands for the rest.
    pub(super) time: Time,
    pub(super) stage_time: Time,
}

impl Routines {
    pub(super) fn new(program: &Program) -> Self {
        let stages = program.stages.as_ref();
        let (slope, last) = (stages.map(|stages| &stages.slope), stages.map(|stages| &stages.last));
        let codes = [
            &program.once,
            &program.before_draws,
            &program.initial,
            &program.pure,
            &program.rest,
            &program.invariants,
        ];
        let read = |place: Place| {
            let any = codes.into_iter().chain(slope).chain(last).any(|code| code.reads(place));
            if any { place } else { Place::Number(0) }
        };
        let time = |time: &Time| Time {
            index: read(time.index),
            t: read(time.t),
            now: read(time.now),
            years: read(time.years),
            date: time.date,
        };
        let link = |code: &Code| code.link(&program.layout);
        Self {
            fixed: link(&program.fixed),
            once: link(&program.once),
            before_draws: link(&program.before_draws),
            initial: link(&program.initial),
            pure: link(&program.pure),
            rest: link(&program.rest),
            slope: slope.map(link).unwrap_or_default(),
            last: last.map(link).unwrap_or_default(),
            invariants: link(&program.invariants),
            time: time(&program.time),
            stage_time: time(stages.map_or(&program.time, |stages| &stages.time)),
        }
    }
}

/// What is watched.
pub(super) fn watched(program: &Program) -> Watched {
    let strip = |at: &usize| {
        let strip = program.places.get(*at).and_then(|place| program.strip(*place))?;
        u32::try_from(strip).ok()
    };
    let within = program.bounded.iter().filter_map(|(at, range)| {
        let (low, high) = range.ends();
        Some((strip(at)?, low, high))
    });
    let all =
        Watched { finite: program.watched.iter().filter_map(strip).collect(), within: within.collect() };
    program.pure.watch(all)
}
