//! The way of a commons, one type for each phase.
//!
//! `CulturalBuild` → Hatch → Upgrade → Live. A phase is entered by consuming the one before, and only from its end: a hatch that is not
//! closed cannot be upgraded. Each phase keeps what the former left.

use super::plan::{Live, Plan, UpgradeTerms, prepare};
use crate::{
    cultural_build::ImpactHours,
    error::{HatchError, UpgradeError},
    hatch::{
        contract::{Hatch, HatchTerms},
        reward::RewardTerms,
    },
};
use serde::{Deserialize, Serialize};
use te_bonding_curve::amount;

/// A commons in one of its phases.
#[expect(clippy::large_enum_variant, reason = "there is one value for a commons")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Phases {
    /// Impact hours are earned.
    CulturalBuild(ImpactHours),
    /// Backers contribute.
    Hatch {
        /// What the builders earned.
        hours: ImpactHours,
        /// The hatch.
        hatch: Hatch,
    },
    /// The upgrade is voted on and executed.
    Upgrade {
        /// What the builders earned.
        hours: ImpactHours,
        /// The closed hatch.
        hatch: Hatch,
        /// The migration.
        plan: Plan,
    },
    /// The curve is open.
    Live(Live),
}

impl Phases {
    /// A commons at its beginning.
    #[must_use]
    pub fn new() -> Self {
        Self::CulturalBuild(ImpactHours::default())
    }

    /// Name of the phase.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::CulturalBuild(_) => "cultural build",
            Self::Hatch { .. } => "hatch",
            Self::Upgrade { .. } => "upgrade",
            Self::Live(_) => "live",
        }
    }

    /// Ends the cultural build: its hours, at 18 decimals, are rewarded by the hatch.
    ///
    /// # Errors
    /// [`HatchError`] unless in the cultural build and the terms in range; the phase is then unchanged.
    pub fn hatch(
        &mut self,
        terms: HatchTerms,
        reward: RewardTerms,
        now: u64,
    ) -> Result<&mut Hatch, HatchError> {
        let name = self.name();
        if let Self::CulturalBuild(hours) = self {
            let balances = hours
                .totals()
                .into_iter()
                .map(|(person, h)| amount::to_units(h).map(|units| (person, units)))
                .collect::<Result<_, _>>()
                .map_err(|_| HatchError::Overflow { what: "impact hours at 18 decimals" })?;
            let hatch = Hatch::new(terms, now)?.with_reward(RewardTerms { decimals: 18, ..reward }, balances);
            *self = Self::Hatch { hours: std::mem::take(hours), hatch };
            if let Self::Hatch { hatch, .. } = self {
                return Ok(hatch);
            }
        }
        Err(HatchError::State { operation: "hatch", state: name })
    }

    /// Prepares the upgrade of a closed hatch.
    ///
    /// # Errors
    /// [`UpgradeError`] unless in a hatch that is closed and the terms in range; the phase is then unchanged.
    pub fn upgrade(&mut self, terms: &UpgradeTerms, now: u64) -> Result<(), UpgradeError> {
        let name = self.name();
        let Self::Hatch { hours, hatch } = self else {
            return Err(UpgradeError::HatchNotClosed { state: name });
        };
        let plan = prepare(hatch, terms, now)?;
        *self = Self::Upgrade { hours: std::mem::take(hours), hatch: hatch.clone(), plan };
        Ok(())
    }

    /// Executes the plan: the curve opens.
    ///
    /// # Errors
    /// [`UpgradeError`] unless an upgrade is prepared.
    pub fn go_live(&mut self) -> Result<&mut Live, UpgradeError> {
        let name = self.name();
        if let Self::Upgrade { plan, .. } = self {
            let live = plan.execute()?;
            *self = Self::Live(live);
            if let Self::Live(live) = self {
                return Ok(live);
            }
        }
        Err(UpgradeError::HatchNotClosed { state: name })
    }
}

impl Default for Phases {
    fn default() -> Self {
        Self::new()
    }
}
