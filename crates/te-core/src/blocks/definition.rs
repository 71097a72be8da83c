//! What a block model is made of: blocks, exogenous variables, environment processes.

use super::{BlockModel, Context};
use crate::{ParamError, StepError, nearest};
use std::borrow::Cow;

type Policy<M> =
    Box<dyn Fn(&Context<'_, M>, &mut <M as BlockModel>::Signals) -> Result<(), StepError> + Send + Sync>;
type Write<M> = Box<
    dyn Fn(
            &Context<'_, M>,
            &<M as BlockModel>::Signals,
            &mut <M as BlockModel>::State,
        ) -> Result<(), StepError>
        + Send
        + Sync,
>;
type Process<M> =
    Box<dyn Fn(&Context<'_, M>, &mut <M as BlockModel>::State) -> Result<(), StepError> + Send + Sync>;
type Map<M> = Box<dyn Fn(&mut <M as BlockModel>::Signals) -> Result<(), StepError> + Send + Sync>;
type Name = Cow<'static, str>;

/// One partial state update block.
pub struct Block<M: BlockModel> {
    name: Name,
    pub(super) policies: Vec<(Name, Policy<M>)>,
    pub(super) maps: Vec<Map<M>>,
    pub(super) updates: Vec<(Name, Write<M>)>,
}

impl<M: BlockModel> Block<M> {
    /// An empty block.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), policies: Vec::new(), maps: Vec::new(), updates: Vec::new() }
    }

    /// Adds a policy.
    #[must_use]
    pub fn policy(
        mut self,
        name: impl Into<Cow<'static, str>>,
        policy: impl Fn(&Context<'_, M>, &mut M::Signals) -> Result<(), StepError> + Send + Sync + 'static,
    ) -> Self {
        self.policies.push((name.into(), Box::new(policy)));
        self
    }

    /// Adds a function that changes the signals after they are folded and before any update.
    #[must_use]
    pub fn map(
        mut self,
        map: impl Fn(&mut M::Signals) -> Result<(), StepError> + Send + Sync + 'static,
    ) -> Self {
        self.maps.push(Box::new(map));
        self
    }

    /// Adds an update of one variable: its name, where it stands in the state, and its next value.
    #[must_use]
    pub fn update<T: 'static>(
        mut self,
        variable: impl Into<Cow<'static, str>>,
        place: impl Fn(&mut M::State) -> &mut T + Send + Sync + 'static,
        update: impl Fn(&Context<'_, M>, &M::Signals) -> Result<T, StepError> + Send + Sync + 'static,
    ) -> Self {
        let write = move |cx: &Context<'_, M>, signals: &M::Signals, next: &mut M::State| {
            *place(next) = update(cx, signals)?;
            Ok(())
        };
        self.updates.push((variable.into(), Box::new(write)));
        self
    }
}

/// A value from outside the model.
pub enum Exogenous<M: BlockModel, T> {
    /// Always this value.
    Value(T),
    /// A function of the clock, the parameters and the state.
    Function(fn(&Context<'_, M>) -> Result<T, StepError>),
    /// A column of data: the k-th value at timestep k; the run fails where the column ends.
    Series(Vec<T>),
}

/// When an environment process applies.
pub struct Trigger<M: BlockModel>(Condition<M>);

type Condition<M> = Box<dyn Fn(&Context<'_, M>) -> bool + Send + Sync>;

/// The definition of a block model.
pub struct Blocks<M: BlockModel> {
    pub(super) list: Vec<Block<M>>,
    pub(super) exogenous: Vec<(Name, Process<M>)>,
    pub(super) environment: Vec<(Name, Process<M>)>,
}

impl<M: BlockModel> Default for Blocks<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: BlockModel> Blocks<M> {
    /// No block.
    pub fn new() -> Self {
        Self { list: Vec::new(), exogenous: Vec::new(), environment: Vec::new() }
    }

    /// Adds a block, after those before.
    #[must_use]
    pub fn block(mut self, block: Block<M>) -> Self {
        self.list.push(block);
        self
    }

    /// Lets a variable follow something outside the model: it is set once in every timestep, before the first block.
    #[must_use]
    pub fn exogenous<T: Clone + Send + Sync + 'static>(
        mut self,
        variable: impl Into<Cow<'static, str>>,
        place: impl Fn(&mut M::State) -> &mut T + Send + Sync + 'static,
        from: Exogenous<M, T>,
    ) -> Self {
        let process: Process<M> = Box::new(move |cx, next| {
            let value = match &from {
                Exogenous::Value(value) => value.clone(),
                Exogenous::Function(function) => function(cx)?,
                Exogenous::Series(values) => {
                    let at = usize::try_from(cx.clock.timestep - 1).unwrap_or(usize::MAX);
                    let ended = || {
                        let allowed = format!("at most {}, the length of the series", values.len());
                        StepError::domain("timestep", cx.clock.timestep as f64, allowed)
                    };
                    values.get(at).cloned().ok_or_else(ended)?
                }
            };
            *place(next) = value;
            Ok(())
        });
        self.exogenous.push((variable.into(), process));
        self
    }

    /// Adds an environment process: it changes a variable after every block, given the value that the block left.
    #[must_use]
    pub fn environment<T: 'static>(
        self,
        variable: impl Into<Cow<'static, str>>,
        place: impl Fn(&mut M::State) -> &mut T + Send + Sync + 'static,
        process: impl Fn(&Context<'_, M>, &T) -> Result<T, StepError> + Send + Sync + 'static,
    ) -> Self {
        self.environment_when(variable, place, Trigger::new(|_| true), process)
    }

    /// As [`Blocks::environment`], where a condition on the context holds.
    #[must_use]
    pub fn environment_when<T: 'static>(
        mut self,
        variable: impl Into<Cow<'static, str>>,
        place: impl Fn(&mut M::State) -> &mut T + Send + Sync + 'static,
        trigger: Trigger<M>,
        process: impl Fn(&Context<'_, M>, &T) -> Result<T, StepError> + Send + Sync + 'static,
    ) -> Self {
        let apply: Process<M> = Box::new(move |cx, next| {
            if (trigger.0)(cx) {
                let value = process(cx, place(next))?;
                *place(next) = value;
            }
            Ok(())
        });
        self.environment.push((variable.into(), apply));
        self
    }

    /// Everything that the peers accept in silence and get wrong is refused here.
    pub(super) fn check(&self) -> Result<(), ParamError> {
        let mut problems = Vec::new();
        let variables = M::variables();
        let mut known = |name: &str, what: String| {
            if !variables.iter().any(|v| v == name) {
                let near = crate::nearest::suggestion(nearest(name, &variables).as_deref());
                problems.push(format!("TE0202: {what} unknown variable `{name}`{near}"));
            }
        };
        for block in &self.list {
            for (variable, _) in &block.updates {
                known(variable, format!("block `{}` updates", block.name));
            }
        }
        for (variable, _) in self.exogenous.iter().chain(&self.environment) {
            known(variable, "a process sets".to_owned());
        }
        for block in &self.list {
            if let Some(name) = twice(block.updates.iter().map(|(n, _)| n.as_ref())) {
                problems.push(format!("TE0201: variable `{name}` has two writers in block `{}`", block.name));
            }
            if let Some(name) = twice(block.policies.iter().map(|(n, _)| n.as_ref())) {
                problems.push(format!("TE0203: policy `{name}` is declared twice in block `{}`", block.name));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(ParamError::cross(problems.join("\n"))) }
    }
}

/// A name that comes a second time.
fn twice<'n>(names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let mut seen = Vec::new();
    for name in names {
        if seen.contains(&name) {
            return Some(name);
        }
        seen.push(name);
    }
    None
}

impl<M: BlockModel> Trigger<M> {
    /// A trigger from a condition.
    pub fn new(condition: impl Fn(&Context<'_, M>) -> bool + Send + Sync + 'static) -> Self {
        Self(Box::new(condition))
    }
}
