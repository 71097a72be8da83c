//! The codes of a program, linked to be run.

use crate::program::{Program, Time};
use te_core::expression::{Code, Place, Routine, Watched};

/// The program's codes as they are run.
pub(super) struct Routines {
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
        let link = |code: &Code| code.link(program.numbers.len());
        Self {
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
    let kept = |at: &usize| match program.places.get(*at) {
        Some(Place::Kept(at)) => Some(*at),
        _ => None,
    };
    let within = program.bounded.iter().filter_map(|(at, range)| {
        let (low, high) = range.ends();
        Some((kept(at)?, low, high))
    });
    Watched { finite: program.watched.iter().filter_map(kept).collect(), within: within.collect() }
}
