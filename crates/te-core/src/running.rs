//! Running a plan: threads over units, and single runs by hand.

pub(crate) mod live;
pub(crate) mod results;
pub(crate) mod run;
pub(crate) mod stepper;
pub(crate) mod threads;
pub(crate) mod unit;
