//! The draws of all lanes, each from the stream of its name.

use super::{EquationColumn, Failed};
use crate::draw::{Law, check_normal};
use crate::program::DrawPlan;
use std::sync::Arc;
use te_core::StepError;

impl EquationColumn {
    /// Makes the draws of some lanes of one group; a lane whose law refuses its arguments fails.
    pub(super) fn draw(&mut self, once: bool, lanes: &[u32], failed: &mut Failed) {
        let program = Arc::clone(&self.program);
        let plans = || program.draws.iter().enumerate().filter(|(_, plan)| plan.once == once);
        for (at, plan) in plans() {
            let Some((own, _)) = &plan.mixed else { continue };
            for lane in lanes {
                let lane = *lane as usize;
                let stream = self.streams.get_mut(at).and_then(|all| all.get_mut(lane));
                if let Some(normal) = stream.map(te_core::Stream::normal) {
                    self.put(*own, lane, normal);
                }
            }
        }
        for (at, plan) in plans() {
            for lane in lanes {
                match self.one(at, plan, *lane as usize) {
                    Ok(value) => self.put(plan.into, *lane as usize, value),
                    Err(error) => failed.push((*lane, error.within(format!("draw `{}`", plan.name)))),
                }
            }
        }
    }

    fn one(&mut self, at: usize, plan: &DrawPlan, lane: usize) -> Result<f64, StepError> {
        let mut arguments = std::mem::take(&mut self.arguments);
        arguments.clear();
        arguments.extend(plan.arguments.iter().map(|place| self.number(*place, lane)));
        let drawn = match (&plan.mixed, plan.law, arguments.as_slice()) {
            (Some((_, shares)), Law::Normal, [mean, sd]) => check_normal(*sd).map(|()| {
                let mixed =
                    shares.iter().fold(0.0, |sum, (place, share)| sum + share * self.number(*place, lane));
                mean + sd * mixed
            }),
            _ => match self.streams.get_mut(at).and_then(|own| own.get_mut(lane)) {
                Some(stream) => plan.law.draw(&arguments, &plan.values, stream),
                None => Ok(f64::NAN),
            },
        };
        self.arguments = arguments;
        drawn
    }
}
