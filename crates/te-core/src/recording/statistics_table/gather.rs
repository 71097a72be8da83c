//! Gathering a unit's statistics while its batches run.
//!
//! Runs are taken 32 at a time, counted from the unit's first: a *block*. Whatever the width of tiles, a block enters the
//! summaries as a whole, so that sums are formed in the same order. Where a tile holds a whole block in one group of lanes,
//! its strips are read where they stand; else values wait, at each row a strip for each column, until the block is complete.

use super::{Part, StatisticsTable};
use crate::declaration::calendar::Calendar;
use crate::experiment::plan::{Plan, UnitItems};
use crate::numerics::statistics::{PushStrips, Summary};
use crate::numerics::strip::{STRIP, Strip};
use crate::stepping::tile::Tile;
use crate::system::built::System;
use std::ops::Range;
use te_math::dispatch::InstructionSet;

pub(crate) struct Gather {
    store: Store,
    /// For each recorded column its slot, where the system has it, and where that lies at present.
    slots: Vec<Option<usize>>,
    places: Vec<Option<usize>>,
    /// By row.
    waiting: Vec<Waiting>,
    /// For each recorded column its strip among those that wait.
    waiting_slots: Vec<Option<usize>>,
    /// Runs of the unit.
    runs: usize,
    /// Lanes that live, by group; the batch that they are of, and how many they are.
    masks: Vec<u32>,
    masks_of: (usize, usize),
}

/// The unit's table, as it grows.
struct Store {
    table: StatisticsTable,
    /// Cleared summaries whose memory serves again: for each part, those of the first row last.
    spare: Vec<Vec<Summary>>,
    /// The unit's first item.
    first: u64,
    bounds: Bounds,
    /// Timesteps between rows, and the last.
    every: u64,
    horizon: u64,
    calendar: Option<Calendar>,
    set: InstructionSet,
}

/// Where parts begin: at the first run of a subset, and at seams, whatever the size of units. Parts of one subset are joined
/// when the unit is done, so that sums are formed in the same order in units of any size that has whole subsets.
#[derive(Clone, Copy)]
struct Bounds {
    per_subset: u64,
    seam: u64,
    /// Where both meet.
    both: u64,
}

impl Bounds {
    /// How many parts begin after item `first` and up to `item`.
    fn passed(self, first: u64, item: u64) -> u64 {
        let multiples = |of: u64| item / of - first / of;
        multiples(self.per_subset) + multiples(self.seam) - multiples(self.both)
    }

    /// The first item after this one at which a part begins.
    fn next(self, item: u64) -> u64 {
        let multiple = |of: u64| (item / of).saturating_add(1).saturating_mul(of);
        multiple(self.per_subset).min(multiple(self.seam))
    }
}

/// The values of a row of which other runs of their block are still to come.
#[derive(Default)]
struct Waiting {
    block: usize,
    mask: u32,
    strips: Vec<Strip>,
}

impl Gather {
    /// An empty table for a unit, in the memory of one that is done with where there is one.
    pub(crate) fn new(
        plan: &Plan,
        items: UnitItems,
        set: InstructionSet,
        old: Option<StatisticsTable>,
    ) -> Self {
        let experiment = &plan.experiment;
        let simulation = usize::try_from(items.simulation).unwrap_or(usize::MAX);
        let source = |column: &crate::experiment::plan::PlannedColumn| {
            column.sources.get(simulation).copied().flatten()
        };
        let slot = |column| plan.system(items.simulation).map(|system| system.slot_of(column));
        let slots: Vec<Option<usize>> = plan.columns.iter().map(|c| source(c).and_then(slot)).collect();
        let spare = |part: Part| {
            let mut summaries = part.summaries;
            summaries.iter_mut().for_each(Summary::clear);
            summaries.reverse();
            summaries
        };
        let (per_subset, seam) = (experiment.runs.max(1), plan.seam().max(1));
        let both = crate::experiment::plan::least_common_multiple(per_subset, seam).unwrap_or(u64::MAX);
        let bounds = Bounds { per_subset, seam, both };
        let last = items.first + items.count;
        let firsts = std::iter::successors(Some(items.first), |item| Some(bounds.next(*item)));
        let parts = firsts
            .take_while(|item| *item < last)
            .map(|item| Part { key: (items.simulation, item / per_subset), ..Part::default() });
        let columns = plan.columns.iter().map(|c| c.name.clone()).collect();
        Self {
            store: Store {
                table: StatisticsTable { columns, parts: parts.collect() },
                spare: old.into_iter().flat_map(|old| old.parts).map(spare).collect(),
                first: items.first,
                bounds,
                every: experiment.recording.every.max(1),
                horizon: experiment.timesteps,
                calendar: plan.system(items.simulation).and_then(System::calendar),
                set,
            },
            waiting: Vec::new(),
            waiting_slots: slots.iter().enumerate().map(|(at, slot)| slot.map(|_| at)).collect(),
            places: slots.clone(),
            slots,
            runs: usize::try_from(items.count).unwrap_or(usize::MAX),
            masks: Vec::new(),
            masks_of: (usize::MAX, 0),
        }
    }

    /// Adds what the live lanes of a tile show. `batch` are the runs that it holds, counted within the unit.
    pub(crate) fn push(&mut self, tile: &Tile<'_>, batch: Range<usize>, timestep: u64) {
        let row = usize::try_from(timestep.div_ceil(self.store.every)).unwrap_or(usize::MAX);
        let live = tile.live();
        if !batch.start.is_multiple_of(STRIP) {
            self.wait(tile, live, batch.start, row);
            return;
        }
        self.complete(row);
        self.find_live(live, batch.start);
        for (place, slot) in self.places.iter_mut().zip(&self.slots) {
            *place = slot.map(|slot| tile.board().place(slot));
        }
        for (group, strips) in tile.board().groups().enumerate().take(self.masks.len()) {
            let first = batch.start + group * STRIP;
            if first + STRIP <= batch.end || batch.end == self.runs {
                self.store.add(first, self.masks[group], strips, &self.places, row);
            } else {
                let before = live.partition_point(|lane| (*lane as usize) < group * STRIP);
                self.wait(tile, &live[before..], batch.start, row);
            }
        }
    }

    /// Notes which lanes live, where that changed: within a batch they only become fewer.
    fn find_live(&mut self, live: &[u32], batch: usize) {
        if self.masks_of == (batch, live.len()) {
            return;
        }
        self.masks_of = (batch, live.len());
        self.masks.clear();
        self.masks.resize(live.last().map_or(0, |lane| *lane as usize / STRIP + 1), 0);
        for lane in live {
            self.masks[*lane as usize / STRIP] |= 1 << (*lane as usize % STRIP);
        }
    }

    /// Has the values of these lanes wait until their blocks are complete.
    fn wait(&mut self, tile: &Tile<'_>, lanes: &[u32], first_run: usize, row: usize) {
        if self.waiting.len() <= row {
            self.waiting.resize_with(row + 1, Waiting::default);
        }
        for &lane in lanes {
            let run = first_run + lane as usize;
            if self.waiting[row].block != run / STRIP {
                self.complete(row);
            }
            let waiting = &mut self.waiting[row];
            waiting.block = run / STRIP;
            waiting.mask |= 1 << (run % STRIP);
            waiting.strips.resize(self.slots.len(), Strip::ZERO);
            for (strip, slot) in waiting.strips.iter_mut().zip(&self.slots) {
                if let Some(slot) = slot {
                    strip.0[run % STRIP] = tile.board().get(*slot, lane as usize);
                }
            }
        }
    }

    /// Adds what waits at a row, because no more of its block comes.
    fn complete(&mut self, row: usize) {
        let Some(waiting) = self.waiting.get_mut(row) else { return };
        let mask = std::mem::take(&mut waiting.mask);
        self.store.add(waiting.block * STRIP, mask, &waiting.strips, &self.waiting_slots, row);
    }

    /// The table, once all batches have run.
    pub(crate) fn finish(mut self) -> StatisticsTable {
        (0..self.waiting.len()).for_each(|row| self.complete(row));
        let mut table = self.store.table;
        table.parts.retain(|part| !part.timesteps.is_empty());
        if table.parts.windows(2).any(|pair| matches!(pair, [a, b] if a.key == b.key)) {
            let width = table.columns.len();
            let parts = std::mem::take(&mut table.parts);
            for part in parts {
                match table.parts.last_mut().filter(|last| last.key == part.key) {
                    Some(last) => last.merge(&part, width),
                    None => table.parts.push(part),
                }
            }
        }
        table
    }
}

impl Store {
    /// Adds the runs in the lanes of `mask` at a row, subset by subset. `first` is the run of the first lane.
    fn add(&mut self, first: usize, mask: u32, strips: &[Strip], places: &[Option<usize>], row: usize) {
        let mut left = mask;
        while left != 0 {
            let item = self.first + first as u64;
            let lane = item + u64::from(left.trailing_zeros());
            // Lanes of this part and of those before it, which are done.
            let lanes = self.bounds.next(lane) - item;
            let up_to = u32::try_from(lanes).ok().and_then(|lanes| 1_u32.checked_shl(lanes));
            let mask = left & up_to.map_or(u32::MAX, |bit| bit - 1);
            left &= !mask;
            let set = self.set;
            let summaries = self.summaries(self.bounds.passed(self.first, lane), row);
            set.run(PushStrips { strips, places, summaries, mask });
        }
    }

    /// The summaries of a part, counted from the unit's first, at a row.
    fn summaries(&mut self, part: u64, row: usize) -> &mut [Summary] {
        let at = usize::try_from(part).unwrap_or(usize::MAX);
        let width = self.table.columns.len();
        let Some(part) = self.table.parts.get_mut(at) else { return &mut [] };
        // Rows come one after the other: who lives at a row lived at those before it.
        while part.timesteps.len() <= row {
            let timestep = (part.timesteps.len() as u64).saturating_mul(self.every).min(self.horizon);
            part.begin_row(timestep, self.calendar);
            if let Some(spare) = self.spare.get_mut(at) {
                part.summaries.extend(spare.drain(spare.len().saturating_sub(width)..).rev());
            }
            part.summaries.resize(part.timesteps.len() * width, Summary::default());
        }
        part.summaries.get_mut(row * width..(row + 1) * width).unwrap_or_default()
    }
}
