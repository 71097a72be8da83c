//! The past that a block model's functions see.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// How many completed timesteps are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Window {
    /// None: the history is empty.
    #[default]
    None,
    /// The last so many.
    Steps(u32),
    /// All of them: memory grows with the run.
    All,
}

/// Completed timesteps, each with the states after its substeps. The initial state is the first timestep, with one
/// state. What is recorded of a run does not change it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History<S> {
    window: Window,
    timesteps: VecDeque<Vec<S>>,
    open: Vec<S>,
    completed: u64,
}

impl<S: Clone> History<S> {
    pub(super) fn new(window: Window) -> Self {
        Self { window, timesteps: VecDeque::new(), open: Vec::new(), completed: 0 }
    }

    /// Adds a substep to the timestep that runs.
    pub(super) fn push(&mut self, state: &S) {
        if self.window != Window::None {
            self.open.push(state.clone());
        }
    }

    /// Completes the timestep that runs.
    pub(super) fn close(&mut self) {
        self.completed += 1;
        let limit = match self.window {
            Window::None => return,
            Window::Steps(n) => n.max(1) as usize,
            Window::All => usize::MAX,
        };
        // The oldest timestep's memory is reused for the next.
        let mut reused = if self.timesteps.len() >= limit { self.timesteps.pop_front() } else { None };
        if let Some(reused) = &mut reused {
            reused.clear();
        }
        let done = std::mem::replace(&mut self.open, reused.unwrap_or_default());
        self.timesteps.push_back(done);
    }

    /// How many timesteps were completed, the initial state among them; more than are kept.
    pub fn completed(&self) -> u64 {
        self.completed
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.timesteps.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.timesteps.is_empty()
    }

    /// The states of the timestep `back` before the last completed one, in substep order; 0 is the last completed.
    pub fn timestep(&self, back: usize) -> Option<&[S]> {
        let at = self.timesteps.len().checked_sub(back + 1)?;
        self.timesteps.get(at).map(Vec::as_slice)
    }

    /// The state at the end of the timestep `back` before the last completed one: `h[-1 - back][-1]` in cadCAD.
    pub fn end_of(&self, back: usize) -> Option<&S> {
        self.timestep(back)?.last()
    }
}
