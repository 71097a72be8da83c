//! Conveyors as pipelines, and the flows that leave them.

use super::{Belt, Job, Joint, Translation};
use crate::expression::Expression;
use crate::source::{Meaning, Method};
use crate::target::Role;
use std::collections::HashMap;

impl<'s> Translation<'s> {
    /// An expression that must be the same in all steps of a run.
    pub(super) fn lasting(&mut self, job: &Job<'s>, of: &Expression, what: &str) -> String {
        let text = self.expression(job, of).text;
        if !self.is_fixed(&text) && self.follows_from_numbers(job.scope, of, None).is_none() {
            let place = of.place(of.root());
            self.faults.refuse(place, format!("cannot be imported: a {what} that changes in a run"));
        }
        text
    }

    /// Makes pipelines of the stocks that are conveyors, and gives the flows that leave them what they show.
    pub(super) fn belts(&mut self) {
        let joints = std::mem::take(&mut self.joints);
        let index: HashMap<String, usize> =
            self.target.quantities.iter().enumerate().map(|(at, one)| (one.name.clone(), at)).collect();
        for joint in &joints {
            if let Some(belt) = &joint.belt {
                self.belt(joint, belt, &index);
            }
        }
        for name in self.driven.keys() {
            let Some(job) = self.defined.get(name) else { continue };
            let message = format!("`{}` cannot be imported: its equation is missing", job.definition.name);
            self.faults.refuse(job.definition.at, message);
        }
        self.joints = joints.into_iter().filter(|joint| joint.belt.is_none()).collect();
    }

    fn belt(&mut self, joint: &Joint, belt: &Belt, index: &HashMap<String, usize>) {
        if self.source.times.method == Method::Rk4 {
            self.faults.refuse(
                belt.at,
                "cannot be imported: a conveyor under Runge-Kutta; set `euler` in the model",
            );
        }
        let leaks = self.leaks(joint);
        if belt.exponential && !leaks.is_empty() {
            self.faults.refuse(
                belt.at,
                "cannot be imported: a conveyor that leaks a share of what is left, `exponential_leak`",
            );
        }
        let shares: Vec<&str> = leaks.iter().map(|(_, share)| share.as_str()).collect();
        let leak = (!shares.is_empty()).then(|| shares.join(" + "));
        let mut show = |flow: &str, of: String| {
            if let Some(one) = index.get(flow).and_then(|at| self.target.quantities.get_mut(*at)) {
                one.role = Role::Let(of);
            }
        };
        for (flow, share) in &leaks {
            let all = format!("{}.leak", joint.stock);
            let part = if leaks.len() == 1 {
                all
            } else {
                format!("{all} * ratio({share}, {}, 0)", shares.join(" + "))
            };
            show(flow, part);
        }
        for flow in joint.outflows.iter().filter(|flow| !leaks.iter().any(|(leak, _)| leak == *flow)) {
            show(flow, format!("{}.out", joint.stock));
        }
        for flow in &joint.outflows {
            self.driven.remove(flow);
            // What leaves a conveyor is not below 0 where what enters is not.
            self.one_way.insert(flow.clone(), true);
        }
        let mut enter = Vec::new();
        for flow in &joint.inflows {
            let one = index.get(flow).and_then(|at| self.target.quantities.get_mut(*at));
            // What enters a conveyor is not below 0.
            if self.one_way.insert(flow.clone(), true) == Some(false)
                && let Some(Role::Let(of)) = one.map(|one| &mut one.role)
            {
                *of = format!("max({of}, 0)");
            }
            enter.push(flow.as_str());
        }
        let enter = if enter.is_empty() { "0".to_owned() } else { enter.join(" + ") };
        if let Some(one) = index.get(&joint.stock).and_then(|at| self.target.quantities.get_mut(*at)) {
            let (time, initial) = (belt.time.clone(), belt.initial.clone());
            one.role = Role::Pipeline { enter, time, leak, initial };
        }
    }

    /// The flows that leak and their shares. Where none is marked the first flow comes off the end, and all others leak.
    fn leaks(&mut self, joint: &Joint) -> Vec<(String, String)> {
        let is_marked = |flow: &String| matches!(self.driven.get(flow), Some(Some(_)));
        let marked = joint.outflows.iter().any(is_marked);
        let mut found = Vec::new();
        let mut ends = 0;
        for flow in &joint.outflows {
            let share = self.driven.get(flow).cloned();
            let equation = self.defined.get(flow).map(|job| (&job.definition.meaning, job.definition.at));
            match (share, equation) {
                (Some(Some(share)), _) => found.push((flow.clone(), share)),
                (None, Some((Meaning::Driven(_), at))) => {
                    self.faults.refuse(at, "cannot be imported: a flow out of two conveyors");
                }
                (_, Some((_, at))) if ends > 0 && marked => {
                    let message = "cannot be imported: two flows come off the end of a conveyor; `leak` marks those that leak";
                    self.faults.refuse(at, message);
                }
                (None, Some((Meaning::Flow(of, ..), at))) => {
                    if ends == 0 {
                        ends += 1;
                        let message = format!("the equation of `{flow}` is left out: the conveyor drives it");
                        self.faults.note(at, message);
                    } else if let Some(job) = self.defined.get(flow).cloned() {
                        let share = self.lasting(&job, of, "share that leaks");
                        found.push((flow.clone(), share));
                    }
                }
                (Some(None), Some((_, at))) if ends > 0 => {
                    self.faults.refuse(at, "the share that leaks is missing");
                }
                _ => ends += 1,
            }
        }
        found
    }
}
