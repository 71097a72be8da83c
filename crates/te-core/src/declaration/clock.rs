//! Where a step stands in time.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use crate::declaration::calendar::Calendar;
use crate::declaration::date::Date;
use crate::declaration::step_length::StepLength;

/// What a component is told of time when it steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// The timestep being computed, from 1.
    pub timestep: u64,
    /// The substep of the component within the timestep, from 1.
    pub substep: u32,
    /// The length of a timestep.
    pub step: StepLength,
    /// The last timestep of the run.
    pub horizon: u64,
    /// Which timestep has which date, where the system has a start.
    pub calendar: Option<Calendar>,
}

impl Clock {
    /// A clock at this timestep, for calling a component by hand.
    pub fn at(timestep: u64) -> Self {
        Self { timestep, substep: 1, step: StepLength::default(), horizon: timestep, calendar: None }
    }

    /// The date of the row that this step leads to, where the system has a start
    /// ([`SystemBuilder::start`](crate::SystemBuilder::start)).
    pub fn date(&self) -> Option<Date> {
        self.calendar?.date(self.timestep)
    }

    /// The length of a step in years.
    #[inline(always)]
    pub fn years(&self) -> f64 {
        self.step.years()
    }

    /// Time at the end of this step in years since the start.
    #[inline(always)]
    pub fn elapsed_years(&self) -> f64 {
        self.timestep as f64 * self.step.years()
    }
}
