//! Terms and states of a hatch.

use crate::error::HatchError;
use ruint::aliases::U256;
use serde::{Deserialize, Serialize};
use te_bonding_curve::Ppm;

/// State of a hatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum HatchState {
    /// Not open yet.
    Pending,
    /// Contributions are taken.
    Funding,
    /// Failed: contributions are returned.
    Refunding,
    /// Succeeded, to be closed.
    GoalReached,
    /// Closed.
    Closed,
}

impl HatchState {
    /// Name in the contract.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Funding => "Funding",
            Self::Refunding => "Refunding",
            Self::GoalReached => "GoalReached",
            Self::Closed => "Closed",
        }
    }
}

/// What a refund burns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefundRule {
    /// What was minted to the contributor.
    #[default]
    BurnMinted,
    /// ⌊contribution·rate/1e6⌋, which can exceed what was minted and revert.
    AsDeployed,
}

/// Terms of a hatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HatchTerms {
    /// Raise below which everything is refunded `[collateral unit]`, > 0 -- controllable.
    pub min_goal: U256,
    /// Raise at which funding ends `[collateral unit]`, ≥ `min_goal` -- controllable.
    pub max_goal: U256,
    /// Length of the funding `[s]`, > 0 -- controllable.
    pub period: u64,
    /// Opening date `[s]`; 0 for a manual opening -- controllable.
    pub open_date: u64,
    /// Tokens per collateral `[ppm]`, > 0 -- controllable.
    pub exchange_rate: Ppm,
    /// Part of the supply that is offered to backers `[ppm]`, (0, 1e6] -- controllable.
    pub supply_offered: Ppm,
    /// Part of the raise for the beneficiary `[ppm]`, `[0, 1e6]` -- controllable.
    pub beneficiary_share: Ppm,
    /// What a refund burns -- controllable.
    pub refund_rule: RefundRule,
}

impl HatchTerms {
    /// # Errors
    /// [`HatchError`] naming the first term out of range; `now` in seconds.
    pub fn check(&self, now: u64) -> Result<(), HatchError> {
        if self.min_goal.is_zero() {
            return Err(HatchError::MinGoal);
        }
        if self.max_goal < self.min_goal {
            return Err(HatchError::MaxGoal { max: self.max_goal, min: self.min_goal });
        }
        if self.open_date != 0 && self.open_date < now {
            return Err(HatchError::Time {
                name: "open_date",
                value: self.open_date,
                range: "0 or now and later",
            });
        }
        if self.period == 0 {
            return Err(HatchError::Time { name: "period", value: 0, range: "(0, inf)" });
        }
        if self.exchange_rate == Ppm::ZERO {
            return Err(HatchError::ExchangeRate);
        }
        let (offered, share) = (self.supply_offered, self.beneficiary_share);
        if offered == Ppm::ZERO || offered > Ppm::HUNDRED_PERCENT {
            return Err(HatchError::Share {
                name: "supply_offered",
                value: offered.raw(),
                range: "(0, 1000000]",
            });
        }
        if share > Ppm::HUNDRED_PERCENT {
            return Err(HatchError::Share {
                name: "beneficiary_share",
                value: share.raw(),
                range: "[0, 1000000]",
            });
        }
        Ok(())
    }
}
