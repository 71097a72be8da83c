//! Contribution cap by membership score.
//!
//! A contributor may give up to score · ratio / 1e6 in total. Scores have 18 decimals. A hatch whose scores allow less than its minimum goal
//! can never succeed: that is refused at configuration.
//!
//! Source: CommonsSwarm/hatch-oracle (behaviour).

use crate::{error::HatchError, praise::Person};
use ruint::aliases::U256;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use te_bonding_curve::Ppm;

/// Membership scores and what they allow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembershipOracle {
    /// Collateral per score `[ppm]` -- controllable.
    pub ratio: Ppm,
    /// Scores at 18 decimals -- uncontrollable.
    pub scores: BTreeMap<Person, U256>,
}

impl MembershipOracle {
    /// What one person may contribute in total `[collateral unit]`.
    ///
    /// # Errors
    /// [`HatchError::Overflow`] if the product exceeds 256 bits.
    pub fn allowance(&self, who: Person) -> Result<U256, HatchError> {
        Ok(self.ratio.of(self.scores.get(&who).copied().unwrap_or_default())?)
    }

    /// What everybody may contribute together `[collateral unit]`.
    ///
    /// # Errors
    /// [`HatchError::Overflow`] if the sum exceeds 256 bits.
    pub fn cap(&self) -> Result<U256, HatchError> {
        self.scores.keys().try_fold(U256::ZERO, |sum, who| {
            sum.checked_add(self.allowance(*who)?).ok_or(HatchError::Overflow { what: "sum of allowances" })
        })
    }
}
