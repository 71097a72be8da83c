//! What time it is in an integration step.

use super::fill;
use crate::program::Time;
use te_core::expression::Place;
use te_core::kind::Strip;
use te_core::{Clock, Date, TimeUnit};

/// The time of an integration step, in the component's unit.
pub(super) struct Moment<'a> {
    pub(super) clock: &'a Clock,
    pub(super) unit: TimeUnit,
    pub(super) substeps: u32,
}

impl Moment<'_> {
    /// The length of an integration step in the component's unit. Where system or component count in steps, a step is one of
    /// the other's units.
    pub(super) fn dt(&self) -> f64 {
        self.clock.step.of_unit(self.unit) / f64::from(self.substeps)
    }

    pub(super) fn set(&self, kept: &mut [Strip], time: &Time, index: f64) {
        let t = index / f64::from(self.substeps);
        let values = [
            (time.index, index),
            (time.t, t),
            (time.now, index * self.dt()),
            (time.years, t * self.clock.years()),
        ];
        for (place, value) in values {
            fill(kept, place, value);
        }
        let Some(places) = time.date else { return };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a timestep, from 0")]
        let parts = self.clock.calendar.map_or([f64::NAN; 5], |calendar| calendar.parts(t as u64));
        for (place, value) in places.into_iter().zip(parts) {
            fill(kept, place, value);
        }
    }

    /// The times of dates: of the first timestep that has this date or a later one.
    pub(super) fn set_dates(&self, kept: &mut [Strip], dates: &[(Date, Place)]) {
        for (date, place) in dates {
            let timestep = self.clock.calendar.map(|calendar| calendar.first_from(*date));
            let time =
                timestep.map_or(f64::NAN, |timestep| timestep as f64 * self.clock.step.of_unit(self.unit));
            fill(kept, *place, time);
        }
    }
}
