//! Which flow moves what between which stocks.

use super::{Joint, Translation};
use crate::piece::number;
use crate::source::Method;
use crate::target::{Law, Role};
use std::collections::{HashMap, HashSet};

impl Translation<'_> {
    /// Joins stocks and flows. A flow of one stock, or from one to one, is a flow of equations; what drains several is computed
    /// once and taken from each.
    pub(super) fn join(&mut self) {
        let joints = std::mem::take(&mut self.joints);
        let index: HashMap<String, usize> =
            self.target.quantities.iter().enumerate().map(|(at, one)| (one.name.clone(), at)).collect();
        let mut uses: HashMap<&str, (Vec<&Joint>, Vec<&Joint>)> = HashMap::new();
        for joint in &joints {
            joint.outflows.iter().for_each(|flow| uses.entry(flow).or_default().0.push(joint));
            joint.inflows.iter().for_each(|flow| uses.entry(flow).or_default().1.push(joint));
        }
        let limits = self.source.times.method == Method::Euler;
        let mut rates: HashMap<&str, Vec<(char, String)>> = HashMap::new();
        let mut moved: HashMap<&str, bool> = HashMap::new();
        let mut in_order: Vec<(&Joint, &String, bool)> = Vec::new();
        for joint in &joints {
            in_order.extend(joint.inflows.iter().map(|flow| (joint, flow, true)));
            in_order.extend(joint.outflows.iter().map(|flow| (joint, flow, false)));
        }
        let mut seen: HashSet<&str> = HashSet::new();
        for (joint, flow, is_in) in in_order {
            let (from, to) = uses.get(flow.as_str()).cloned().unwrap_or_default();
            let limited = |joint: &Joint| joint.non_negative && limits;
            let one_way = self.one_way.get(flow).copied().unwrap_or(false);
            // What enters a stock may be below 0 and so leave it.
            let plain =
                from.len() <= 1 && to.len() <= 1 && !to.iter().any(|joint| limited(joint) && !one_way);
            let at = index.get(flow).copied();
            let of = match at.and_then(|at| self.target.quantities.get(at)).map(|one| &one.role) {
                Some(Role::Let(of)) => Some(of.clone()),
                Some(Role::Param { value, .. } | Role::Constant(value)) => Some(number(*value)),
                _ => None,
            };
            if plain {
                if !seen.insert(flow) {
                    continue;
                }
                if let (Some(quantity), Some(of)) = (at.and_then(|at| self.target.quantities.get_mut(at)), of)
                {
                    let ends: Vec<&Joint> = from.iter().chain(&to).copied().collect();
                    let limit = from.first().is_some_and(|joint| limited(joint));
                    let [from, to] = [from, to].map(|ends| ends.first().map(|joint| joint.stock.clone()));
                    moved.extend(ends.iter().map(|joint| (joint.stock.as_str(), true)));
                    quantity.role = Role::Flow { of, from, to, limit };
                    self.target.flows.push(flow.clone());
                    continue;
                }
            }
            if limited(joint) {
                let of = if is_in { format!("-{flow}") } else { flow.clone() };
                let from = Some(joint.stock.clone());
                let role = Role::Flow { of, from, to: None, limit: true };
                let added = self.add_hidden(flow, &format!("of {}", joint.stock), role);
                self.target.flows.push(added);
                moved.insert(&joint.stock, true);
            } else {
                rates.entry(&joint.stock).or_default().push((if is_in { '+' } else { '-' }, flow.clone()));
            }
        }
        self.settle_stocks(&joints, &rates, &moved, &index);
    }

    fn settle_stocks(
        &mut self,
        joints: &[Joint],
        rates: &HashMap<&str, Vec<(char, String)>>,
        moved: &HashMap<&str, bool>,
        index: &HashMap<String, usize>,
    ) {
        for joint in joints {
            let Some(at) = index.get(&joint.stock).copied() else { continue };
            let mut text = String::new();
            for (sign, flow) in rates.get(joint.stock.as_str()).into_iter().flatten() {
                match (text.is_empty(), sign) {
                    (true, '+') => text.push_str(flow),
                    (true, _) => text = format!("-{flow}"),
                    _ => text = format!("{text} {sign} {flow}"),
                }
            }
            let is_moved = moved.contains_key(joint.stock.as_str());
            let Some(quantity) = self.target.quantities.get_mut(at) else { continue };
            if let Role::State { law, min, .. } = &mut quantity.role {
                if !text.is_empty() {
                    *law = Law::Rate(text);
                } else if !is_moved {
                    *law = Law::Rate("0".to_owned());
                }
                if joint.non_negative && self.source.times.method == Method::Rk4 {
                    *min = Some(0.0);
                    let message = format!(
                        "the stock `{}` is not held at 0 or above under Runge-Kutta: a run in which it falls below 0 fails and says so",
                        quantity.written.as_deref().unwrap_or(&quantity.name)
                    );
                    self.faults.note(joint.at, message);
                }
            }
        }
    }
}
