//! Parameters that vary: swept, or drawn for every run.

use crate::declaration::distribution::Distribution;
use crate::declaration::param_error::ParamError;
use crate::declaration::param_kind::ParamKind;
use crate::declaration::value::Value;
use crate::experiment::experiment_error::ExperimentError;
use crate::experiment::settings::Experiment;
use crate::numerics::stream::path_hash;
use crate::numerics::stream::{Stream, StreamKey};
use std::borrow::Cow;

/// A parameter that varies: swept, or drawn for every run.
#[derive(Clone, Debug)]
pub struct VariedParameter {
    /// Full name.
    pub name: String,
    /// Kind of its values.
    pub kind: ParamKind,
    /// Unit as declared.
    pub unit: Cow<'static, str>,
    /// Doc line as declared.
    pub doc: Cow<'static, str>,
    /// What it is drawn from for every run; `None` for a swept one, which has one value in each subset.
    pub drawn: Option<Distribution>,
    /// Node and parameter, for each simulation that has it.
    pub(crate) targets: Vec<Option<(usize, usize)>>,
    /// The stream that it is drawn from.
    path: u64,
}

impl VariedParameter {
    /// The value of a run, where it is drawn.
    pub(crate) fn draw(&self, key: StreamKey) -> Option<Value> {
        self.drawn.map(|distribution| distribution.draw_value(&self.kind, &mut Stream::at(key, self.path)))
    }
}

pub(super) fn plan_varied(experiment: &Experiment) -> Result<Vec<VariedParameter>, ExperimentError> {
    let mut out = Vec::new();
    let swept = experiment.sweep.names().into_iter().map(|name| (name.to_owned(), None));
    let mut drawn: Vec<(String, Option<Distribution>)> = Vec::new();
    for (_, system) in &experiment.systems {
        for (name, distribution) in experiment.distributions(system)? {
            if !drawn.iter().any(|(n, _)| *n == name) {
                drawn.push((name, Some(distribution)));
            }
        }
    }
    for (name, distribution) in swept.chain(drawn) {
        let mut targets = Vec::new();
        let mut found = None;
        let mut refused = None;
        for (_, system) in &experiment.systems {
            match system.find_param(&name) {
                Ok(at) => {
                    found = found.or_else(|| system.param(at).map(|(spec, _)| spec));
                    targets.push(Some(at));
                }
                Err(issue) => {
                    refused = refused.or(Some(issue));
                    targets.push(None);
                }
            }
        }
        match (found, refused) {
            (Some(spec), _) => {
                let path = path_hash(&format!("random.{name}"));
                let (kind, unit, doc) = (spec.kind, spec.unit, spec.doc);
                out.push(VariedParameter { name, kind, unit, doc, drawn: distribution, targets, path });
            }
            (None, Some(issue)) => return Err(ExperimentError::Param(issue)),
            (None, None) => {}
        }
    }
    Ok(out)
}

/// Every swept value must be allowed for its parameter alone, and every value that a draw can have where those are bounded;
/// what values say of each other only each run knows.
pub(super) fn check_values(
    experiment: &Experiment,
    varied: &[VariedParameter],
) -> Result<(), ExperimentError> {
    let sweep = &experiment.sweep;
    let names = sweep.names();
    for varied in varied {
        let axis = names.iter().position(|name| *name == varied.name);
        if let Some(sampled) = axis.and_then(|axis| sweep.sampled().get(axis)) {
            sampled.check_kind(&varied.kind)?;
        }
        if let Some(distribution) = varied.drawn {
            let refuse = |message| ExperimentError::Draw { name: varied.name.clone(), message };
            distribution.check_kind(&varied.kind).map_err(refuse)?;
        }
        for (target, (_, system)) in varied.targets.iter().zip(&experiment.systems) {
            let Some((node, index)) = *target else { continue };
            let mut probe = system.nodes.get(node).map(|node| node.instance.boxed());
            let time = system.event_of(node).and_then(|event| event.times.get(index));
            let mut see = |value: &Value| match (&mut probe, time) {
                (Some(probe), _) => probe.set(index, value),
                (None, Some((spec, _))) => spec.convert::<u64>(value).map(drop),
                (None, None) => Ok(()),
            };
            let seen = match (axis, varied.drawn) {
                (Some(axis), _) => sweep.each_value(axis, &varied.kind, see),
                (None, Some(drawn)) => drawn.extremes(&varied.kind).iter().flatten().try_for_each(&mut see),
                (None, None) => Ok(()),
            };
            let path = match system.nodes.get(node) {
                Some(node) => node.path.as_str(),
                None => system.event_of(node).map_or("", |event| event.spec.name.as_str()),
            };
            seen.map_err(|issue| ExperimentError::Params(ParamError::single(issue.nested(path))))?;
        }
    }
    Ok(())
}
