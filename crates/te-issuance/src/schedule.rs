//! Any schedule of this crate in one type, for where the choice is made at run time.

use serde::{Deserialize, Serialize};

use crate::error::IssuanceError;
use crate::exponential_decay::ExponentialDecay;
use crate::geometric::Geometric;
use crate::halving::Halving;
use crate::inflation::Inflation;
use crate::linear::Linear;
use crate::policy::Schedule;
use crate::sigmoid::Sigmoid;
use crate::tail_emission::TailEmission;
use crate::vesting::Grant;

/// One of the schedules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum AnySchedule {
    /// The same per step.
    Linear(Linear),
    /// Halved every so many steps.
    Halving(Halving),
    /// A fixed ratio of successive rewards.
    Geometric(Geometric),
    /// Half of the rest every half-life.
    ExponentialDecay(ExponentialDecay),
    /// A falling share of the rest, with a tail.
    TailEmission(TailEmission),
    /// Constant or tapering inflation.
    Inflation(Inflation),
    /// Slow, fast, slow.
    Sigmoid(Sigmoid),
    /// The release of a grant.
    Grant(Grant),
}

impl AnySchedule {
    fn inner(&self) -> &dyn Schedule {
        match self {
            Self::Linear(schedule) => schedule,
            Self::Halving(schedule) => schedule,
            Self::Geometric(schedule) => schedule,
            Self::ExponentialDecay(schedule) => schedule,
            Self::TailEmission(schedule) => schedule,
            Self::Inflation(schedule) => schedule,
            Self::Sigmoid(schedule) => schedule,
            Self::Grant(schedule) => schedule,
        }
    }
}

impl Schedule for AnySchedule {
    fn cumulative(&self, tick: u64) -> Result<u128, IssuanceError> {
        self.inner().cumulative(tick)
    }

    fn after(&self, tick: u64, issued: u128, ticks: u64) -> Result<u128, IssuanceError> {
        self.inner().after(tick, issued, ticks)
    }

    fn limit(&self) -> Option<u128> {
        self.inner().limit()
    }
}
