//! The whole state of one run: what a snapshot holds.

use super::Tile;
use crate::model::component::Component;
use crate::model::kind::{ComponentColumn, SaveError};
use crate::model::typed_column::TypedColumn;
use crate::numerics::stream::Stream;

/// What a snapshot holds of one run.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct LaneState {
    /// The states of components, and after them of events where there are any.
    components: Vec<Vec<u8>>,
    streams: Vec<Stream>,
    slots: Vec<f64>,
    /// For each slot that is lagged its past, the oldest first.
    past: Vec<Vec<f64>>,
}

impl Tile<'_> {
    /// The component of a node in one lane as it stands, and its stream; `None` where it is no `C`.
    pub(crate) fn component<C: Component>(&self, node: usize, lane: usize) -> Option<(C, Stream)> {
        let column = self.columns.get(node)?.as_any().downcast_ref::<TypedColumn<C>>()?;
        Some((column.value(lane)?.into_owned(), column.stream(lane)?.clone()))
    }

    /// Sets a number of one lane.
    pub(crate) fn set_number(&mut self, slot: usize, lane: u32, value: f64) {
        self.board.set(slot, lane as usize, value);
    }

    /// The column of a node.
    pub(crate) fn column(&self, node: usize) -> Option<&dyn ComponentColumn> {
        self.columns.get(node).map(AsRef::as_ref)
    }

    /// The whole state of one lane at the end of a timestep.
    pub(crate) fn save(&self, lane: u32, timestep: u64) -> Result<LaneState, SaveError> {
        let at = lane as usize;
        let mut components = self.columns.iter().map(|c| c.save(at)).collect::<Result<Vec<_>, _>>()?;
        components.extend(self.save_events(at)?);
        Ok(LaneState {
            components,
            streams: self.streams.iter().filter_map(|s| s.get(at).cloned()).collect(),
            slots: self.board.numbers(at).take(self.system.slots).collect(),
            past: self.past.iter().map(|past| past.save(at, timestep)).collect(),
        })
    }

    /// Puts a state that was saved at the end of a timestep into a lane. Whether it is one of such a system and reaches
    /// back as far as the lags of this run do.
    pub(crate) fn load(&mut self, lane: u32, timestep: u64, state: &LaneState) -> Result<bool, SaveError> {
        let at = lane as usize;
        let events = usize::from(!self.system.events.is_empty());
        let shape = state.components.len() == self.columns.len() + events
            && state.slots.len() == self.system.slots
            && state.streams.len() == self.streams.len()
            && state.past.len() == self.past.len();
        if !shape {
            return Err(postcard::Error::DeserializeBadEncoding.into());
        }
        for (column, bytes) in self.columns.iter_mut().zip(&state.components) {
            column.load(at, bytes)?;
        }
        for (streams, saved) in self.streams.iter_mut().zip(&state.streams) {
            streams[at] = saved.clone();
        }
        for (slot, value) in state.slots.iter().enumerate() {
            self.board.set(slot, at, *value);
        }
        let far_enough =
            self.past.iter_mut().zip(&state.past).all(|(past, saved)| past.load(at, timestep, saved));
        if let (1, Some(bytes)) = (events, state.components.last()) {
            self.load_events(lane, bytes)?;
        }
        if !self.live.contains(&lane) {
            self.live.push(lane);
        }
        self.look_ahead();
        Ok(far_enough)
    }
}
