//! Events with their names resolved to components, parameters and slots.

use crate::declaration::param_spec::ParamSpec;
use crate::declaration::value::Value;
use crate::system::event::EventSpec;
use crate::system::expression::{Formula, Program};

/// An event, its names resolved.
#[derive(Clone)]
pub(crate) struct BoundEvent {
    pub(crate) spec: EventSpec,
    /// Its times as parameters, with their values.
    pub(crate) times: Vec<(ParamSpec, u64)>,
    pub(crate) when: Option<Condition>,
    pub(crate) set: Vec<BoundSet>,
    pub(crate) change: Vec<BoundChange>,
}

/// When an event without times acts.
#[derive(Clone)]
pub(crate) struct Condition {
    pub(crate) of: Computed,
    pub(crate) again: bool,
}

/// A parameter that an event sets.
#[derive(Clone)]
pub(crate) struct BoundSet {
    pub(crate) node: usize,
    pub(crate) index: usize,
    /// Its full name.
    pub(crate) name: String,
    pub(crate) given: Given,
}

/// What an event sets a parameter to.
#[derive(Clone, Debug)]
pub(crate) enum Given {
    Value(Value),
    /// A number, or whether it is not 0.
    Computed {
        of: Computed,
        truth: bool,
    },
}

impl std::fmt::Display for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Value(value) => write!(f, "{value:?}"),
            Self::Computed { of, truth } => write!(f, "slot {} {truth}", of.slot),
        }
    }
}

/// A state that an event adds to.
#[derive(Clone)]
pub(crate) struct BoundChange {
    pub(crate) node: usize,
    pub(crate) state: usize,
    /// Its full name.
    pub(crate) name: String,
    pub(crate) of: Computed,
}

/// An expression of an event and the slot that its value is written to.
#[derive(Clone, Debug)]
pub(crate) struct Computed {
    pub(crate) formula: Formula<usize>,
    pub(crate) program: Program,
    pub(crate) slot: usize,
}

impl BoundEvent {
    /// Its expressions.
    pub(crate) fn computed(&self) -> impl Iterator<Item = &Computed> {
        let set = self.set.iter().filter_map(|set| match &set.given {
            Given::Computed { of, .. } => Some(of),
            Given::Value(_) => None,
        });
        let when = self.when.iter().map(|when| &when.of);
        when.chain(set).chain(self.change.iter().map(|change| &change.of))
    }
}
