//! What an interaction sees: the components of one run, typed.

use crate::declaration::clock::Clock;
use crate::model::component::Component;
use crate::model::kind::ComponentColumn;
use crate::model::step_error::StepError;
use crate::model::typed_column::TypedColumn;
use crate::numerics::stream::Stream;
use std::marker::PhantomData;

/// Names a component of a system under construction, with its type.
#[derive(Debug)]
pub struct Handle<C> {
    pub(crate) member: usize,
    pub(crate) kind: PhantomData<fn() -> C>,
}

impl<C> Clone for Handle<C> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<C> Copy for Handle<C> {}

/// The components of one run at the end of a timestep.
pub struct World<'a> {
    pub(crate) columns: &'a mut [Box<dyn ComponentColumn>],
    /// The node of each member of the system whose interaction this is.
    pub(crate) nodes: &'a [usize],
    pub(crate) changed: &'a mut [bool],
    pub(crate) lane: usize,
    pub(crate) clock: Clock,
    pub(crate) stream: &'a mut Stream,
}

impl World<'_> {
    /// The component of this handle.
    ///
    /// # Errors
    /// [`StepError`] where the handle belongs to another system.
    pub fn get<C: Component>(&self, handle: Handle<C>) -> Result<&C, StepError> {
        let node = self.nodes.get(handle.member).copied().unwrap_or(usize::MAX);
        let column = self.columns.get(node).and_then(|c| c.as_any().downcast_ref::<TypedColumn<C>>());
        column.and_then(|c| c.cells.get(self.lane)).and_then(Option::as_ref).ok_or_else(foreign)
    }

    /// The component of this handle, to be changed; its metrics are taken anew afterwards.
    ///
    /// # Errors
    /// [`StepError`] where the handle belongs to another system.
    pub fn get_mut<C: Component>(&mut self, handle: Handle<C>) -> Result<&mut C, StepError> {
        let node = self.nodes.get(handle.member).copied().unwrap_or(usize::MAX);
        if let Some(changed) = self.changed.get_mut(node) {
            *changed = true;
        }
        let column = self.columns.get_mut(node).and_then(|c| c.as_any_mut().downcast_mut::<TypedColumn<C>>());
        column.and_then(|c| c.cells.get_mut(self.lane)).and_then(Option::as_mut).ok_or_else(foreign)
    }

    /// The time.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The interaction's own random stream.
    pub fn stream(&mut self) -> &mut Stream {
        self.stream
    }
}

fn foreign() -> StepError {
    StepError::caused_by(ForeignHandle)
}

/// A handle of one system used in another.
#[derive(Debug, thiserror::Error)]
#[error("the handle belongs to another system")]
struct ForeignHandle;
