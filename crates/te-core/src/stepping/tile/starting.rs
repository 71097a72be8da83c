//! How runs begin: they are put into lanes, and their row 0 is computed.

use super::{LaneFailure, Tile, as_number};
use crate::model::kind::{self, Edits};
use crate::model::step_error::{StepError, panicked};
use crate::numerics::run_id::RunId;
use crate::numerics::stream::StreamKey;
use std::panic::{AssertUnwindSafe, catch_unwind};

impl Tile<'_> {
    /// Puts a run into the next lane. On refusal the lane does not run and the failure is listed.
    pub(crate) fn start(&mut self, lane: u32, key: StreamKey, id: RunId, edits: Edits<'_>) {
        for (node, column) in self.columns.iter_mut().enumerate() {
            let mut refused = None;
            // Set aside, because an outcome inside an outcome is copied at a price.
            let start = || refused = column.start(lane as usize, kind::Start { key, id, node, edits }).err();
            let started = catch_unwind(AssertUnwindSafe(start));
            let error = match started {
                Err(panic) => panicked(panic.as_ref()),
                Ok(()) => match refused {
                    None => continue,
                    Some(error) => StepError::caused_by(error),
                },
            };
            let component = self.system.nodes[node].path.clone();
            self.failures.push(LaneFailure { lane, substep: 0, component, error });
            return;
        }
        if let Err(failure) = self.events.start(self.system, lane as usize, edits) {
            self.failures.push(failure);
            return;
        }
        for stream in self.streams.iter_mut().filter_map(|s| s.get_mut(lane as usize)) {
            stream.rekey(key, id);
        }
        for (read, default) in self.system.params.iter().chain(&self.reads.params).zip(&self.params) {
            let own = edits.of(read.node).find(|(index, _)| *index == read.index);
            self.board.set(read.slot, lane as usize, own.map_or(*default, |(_, value)| as_number(value)));
        }
        self.live.push(lane);
    }

    /// Publishes the initial state of all started lanes.
    pub(crate) fn begin(&mut self) {
        for column in &mut self.columns {
            column.begin(&self.live, self.by_lanes);
        }
        if let Some(first) = self.live.first().copied() {
            let (mut live, lanes) = (self.live.iter().peekable(), self.board.lanes());
            for lane in 0..lanes {
                if live.next_if(|l| **l as usize == lane).is_none() {
                    self.columns.iter_mut().for_each(|c| c.shadow(first as usize, lane));
                }
            }
        }
        for node in 0..self.columns.len() {
            self.publish(node, 0);
        }
        self.set_time(0, 0.0);
        self.compute_batch(&self.system.at_start, 0);
        self.look_ahead();
        if let (true, Some(first)) = (self.by_lanes, self.live.first().copied()) {
            // Lanes without a run do what the first does, and so must read what it reads.
            let (mut live, lanes) = (self.live.iter().peekable(), self.board.lanes());
            for lane in 0..lanes {
                if live.next_if(|l| **l as usize == lane).is_none() {
                    self.board.copy_lane(first as usize, lane);
                }
            }
        }
        self.past.iter_mut().for_each(|past| past.keep(&self.board, 0));
    }

    pub(super) fn set_time(&mut self, timestep: u64, years: f64) {
        if self.system.reads_time || self.reads.time {
            self.board.fill(self.system.timestep, timestep as f64);
            self.board.fill(self.system.years, years);
        }
        let [horizon, date @ ..] = self.system.times;
        if let Some(slot) = horizon {
            self.board.fill(slot, self.clock.horizon as f64);
        }
        if let Some(calendar) = self.system.calendar
            && date.iter().any(Option::is_some)
        {
            for (slot, part) in date.into_iter().zip(calendar.parts(timestep)) {
                if let Some(slot) = slot {
                    self.board.fill(slot, part);
                }
            }
        }
    }
}
