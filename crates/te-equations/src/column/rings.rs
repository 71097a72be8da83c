//! The rings of all lanes: filled at the start, moved in every integration step.

use super::{EquationColumn, Failed};
use crate::form::PastKind;
use crate::program::{Length, RingKind, RingPlan};
use crate::ring::Vesting;
use std::sync::Arc;
use te_core::StepError;

/// Integration steps that a ring may hold.
const LONGEST: f64 = 100_000.0;
/// Integration steps that all rings of a run may hold together.
const MOST_SLOTS: usize = 1_000_000;

impl EquationColumn {
    /// Fills the rings of some lanes with what they hold at the start.
    pub(super) fn fill_rings(&mut self, lanes: &[u32], failed: &mut Failed) {
        let program = Arc::clone(&self.program);
        for lane in lanes {
            let mut room = MOST_SLOTS;
            for (own, plan) in program.rings.iter().enumerate() {
                match self.fill_ring(own, plan, *lane as usize, room) {
                    Ok(count) => room -= count,
                    Err(error) => {
                        if !failed.iter().any(|(known, _)| known == lane) {
                            failed.push((*lane, error));
                        }
                        break;
                    }
                }
            }
        }
    }

    /// The length in integration steps, which must be one that there is room for.
    fn steps(&self, plan: &RingPlan, length: &Length, lane: usize) -> Result<f64, StepError> {
        let (given, steps) = (self.number(length.given, lane), self.number(length.steps, lane));
        let dt = self.number(self.program.dt, lane);
        let (sound, allowed) = match (plan.kind, length.what) {
            (RingKind::Past(PastKind::Lag), _) => {
                (given.fract() == 0.0 && given >= 1.0, "whole timesteps, 1 or more".to_owned())
            }
            (_, "cliff") => (given >= 0.0, format!("[0, {}]", LONGEST * dt)),
            _ => (given > 0.0, format!("(0, {}]", LONGEST * dt)),
        };
        if sound && steps <= LONGEST {
            return Ok(steps);
        }
        let name = plan.name.split(':').next().unwrap_or_default();
        let quantity = match plan.kind {
            RingKind::Past(kind) => format!("{} of `{}` in `{name}`", length.what, kind.function()),
            _ => format!("{} of `{name}`", length.what),
        };
        Err(StepError::domain(quantity, given, allowed))
    }

    /// How many steps a batch stays: at most as many as the longest.
    fn stay(&self, plan: &RingPlan, stay: &Length, lane: usize) -> Result<usize, StepError> {
        let (given, steps) = (self.number(stay.given, lane), self.number(stay.steps, lane));
        let longest = plan.lengths.first();
        let most = longest.map_or(0.0, |longest| self.number(longest.steps, lane));
        if given > 0.0 && steps <= most {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "whole, up to 100,000"
            )]
            return Ok(steps as usize);
        }
        let longest = longest.map_or(0.0, |longest| self.number(longest.given, lane));
        Err(StepError::domain(format!("time of `{}`", plan.name), given, format!("(0, {longest}]")))
    }

    fn vesting(&self, plan: &RingPlan, catch_up: bool, lane: usize) -> Option<Vesting> {
        let [cliff, over] = plan.lengths.as_slice() else { return None };
        let (cliff, over) = (self.number(cliff.steps, lane), self.number(over.steps, lane));
        Some(Vesting { cliff, over, catch_up })
    }

    fn fill_ring(
        &mut self,
        own: usize,
        plan: &RingPlan,
        lane: usize,
        room: usize,
    ) -> Result<usize, StepError> {
        let mut steps = 0.0;
        for length in &plan.lengths {
            steps = self.steps(plan, length, lane)?;
        }
        let (now, dt) = (self.number(plan.now, lane), self.number(self.program.dt, lane));
        let mut newest = None;
        let value = match plan.kind {
            RingKind::Pipeline { rate, leak, .. } => {
                if let Some((share, _)) = leak {
                    let share = self.number(share, lane);
                    if !(0.0..=1.0).contains(&share) {
                        return Err(StepError::domain(format!("leak of `{}`", plan.name), share, "[0, 1]"));
                    }
                }
                self.number(rate, lane)
            }
            RingKind::Cohorts { catch_up, .. } => {
                newest = Some(now / dt);
                if let Some(vesting) = self.vesting(plan, catch_up, lane) {
                    if catch_up && vesting.cliff > vesting.over {
                        let allowed = format!("[0, {}]", vesting.over * dt);
                        return Err(StepError::domain(
                            format!("cliff of `{}`", plan.name),
                            vesting.cliff * dt,
                            allowed,
                        ));
                    }
                    steps = vesting.steps();
                }
                0.0
            }
            RingKind::Past(PastKind::Sum) => {
                steps -= 1.0;
                0.0
            }
            RingKind::Past(_) => now,
        };
        let stay = plan.stay.map(|stay| self.stay(plan, &stay, lane)).transpose()?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole, from 0 to 200,000"
        )]
        let count = steps as usize;
        if count > room {
            let what =
                "integration steps that pipelines, cohorts, delays and moving means of a run hold together";
            return Err(StepError::domain(what, (MOST_SLOTS - room + count) as f64, "at most 1,000,000"));
        }
        if let Some(ring) = self.rings.get_mut(own).and_then(|all| all.get_mut(lane)) {
            match stay {
                Some(stay) => {
                    ring.fill(count, 0.0);
                    ring.fill_next(stay, value);
                }
                None => ring.fill(count, value),
            }
            if let Some(x) = newest {
                ring.set_newest(x);
            }
        }
        Ok(count)
    }

    /// One integration step of the rings of some lanes. A batch that would stay longer than the longest fails its lane.
    pub(super) fn move_rings(&mut self, lanes: &[u32], failed: &mut Failed) {
        let program = Arc::clone(&self.program);
        for (own, plan) in program.rings.iter().enumerate() {
            for lane in lanes {
                let at = *lane as usize;
                let (enter, dt) = (self.number(plan.enter, at), self.number(program.dt, at));
                let (share, vesting) = match plan.kind {
                    RingKind::Pipeline { leak: Some((share, _)), .. } => (self.number(share, at), None),
                    RingKind::Cohorts { catch_up, .. } => (0.0, self.vesting(plan, catch_up, at)),
                    _ => (0.0, None),
                };
                let stay = match plan.stay.map(|stay| self.stay(plan, &stay, at)).transpose() {
                    Ok(stay) => stay,
                    Err(error) => {
                        if !failed.iter().any(|(known, _)| known == lane) {
                            failed.push((*lane, error));
                        }
                        continue;
                    }
                };
                let Some(ring) = self.rings.get_mut(own).and_then(|all| all.get_mut(at)) else { continue };
                match stay {
                    Some(steps) => ring.enter_for(enter, steps),
                    None => ring.enter(enter),
                }
                match (plan.kind, vesting) {
                    (RingKind::Pipeline { out, leak: None, .. }, _) => {
                        let (content, leaves) = (ring.sum(dt), ring.oldest());
                        self.put(plan.now, at, content);
                        self.put(out, at, leaves);
                    }
                    (RingKind::Pipeline { out, leak: Some((_, leak)), .. }, _) => {
                        let (content, lost) = (ring.left(dt, share), ring.lost(share));
                        let leaves = ring.oldest() * (1.0 - share);
                        self.put(plan.now, at, content);
                        self.put(out, at, leaves);
                        self.put(leak, at, lost);
                    }
                    (RingKind::Cohorts { out, .. }, Some(vesting)) => {
                        let (locked, freed) = ring.vest(dt, &vesting);
                        self.put(plan.now, at, locked);
                        self.put(out, at, freed);
                    }
                    (RingKind::Past(PastKind::Sum), _) => {
                        let sum = ring.sum(1.0);
                        self.put(plan.now, at, sum);
                    }
                    _ => {
                        let value = ring.oldest();
                        self.put(plan.now, at, value);
                    }
                }
            }
        }
    }
}
