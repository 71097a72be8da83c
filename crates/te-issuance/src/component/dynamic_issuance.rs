//! The deployed issuance contract, called once a step. Its integers are those of [`crate::dynamic_issuance`].
//!
//! Tokens have 18 decimals inside; in and out go f64. In a step first the flow between pool and circulation happens,
//! then the contract settles the seconds of the step. `throttle` is given per year and rounded down to the contract's
//! scale per second; the yearly change of the supply that it really allows is `max_annual_change` = throttle / target.
//!
//! Invariants: those of the contract.

use ruint::aliases::U256;
use serde::{Deserialize, Serialize};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};

use super::target_ratio::FLOW;
pub use super::target_ratio::PoolFlow;
use super::{refuse, seconds, too_long};
use crate::amount::{mul_div, units, whole};
use crate::dynamic_issuance::{
    Adjustment, ContractError, DynamicIssuance, Terms, YEAR, max_annual_supply_change, rates,
};
use crate::error::IssuanceError;

const DECIMALS: u32 = 18;

/// Parameters of the contract.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::cross_check)]
pub struct DynamicIssuanceParams {
    /// Wanted share of the pool in the supply `[1]` -- controllable.
    #[param(default = 0.3, min = 1e-9, max = 1.0, unit = "1")]
    pub target_ratio: f64,
    /// Throttle as the contract means it: of the target ratio, not of the supply `[1/yr]` -- controllable.
    #[param(default = 0.1, min = 0.0, max = 1e6, soft_max = 1.0, unit = "1/yr")]
    pub throttle: f64,
    /// Pool at the start `[token]` -- controllable.
    #[param(initial, default = 7473.0, min = 0.0, max = 1e18, unit = "token", soft_max = 50_000.0)]
    pub initial_pool: f64,
    /// Supply at the start `[token]` -- controllable.
    #[param(
        initial,
        default = 26238.0,
        min = 1e-18,
        max = 1e18,
        unit = "token",
        soft_min = 1_000.0,
        soft_max = 1e5
    )]
    pub initial_supply: f64,
}

impl DynamicIssuanceParams {
    fn cross_check(&self) -> Result<(), String> {
        if self.initial_pool > self.initial_supply {
            return Err("initial_pool must be at most initial_supply".to_owned());
        }
        Ok(())
    }

    fn contract(&self) -> Result<DynamicIssuance, String> {
        let in_scale =
            |value: Result<u128, IssuanceError>| value.map(U256::from).map_err(|error| error.to_string());
        let target = in_scale(whole((self.target_ratio * 1e10).round()))?;
        let throttle =
            in_scale(units(self.throttle, DECIMALS).and_then(|year| mul_div(year, 1, u128::from(YEAR))))?;
        let pool = in_scale(units(self.initial_pool, DECIMALS))?;
        let supply = in_scale(units(self.initial_supply, DECIMALS))?;
        if supply.is_zero() {
            return Err("initial_supply must be at least 1e-18".to_owned());
        }
        Terms::new(target, throttle)
            .and_then(|terms| DynamicIssuance::new(terms, pool, supply, 0))
            .map_err(|error| error.to_string())
    }
}

/// What the contract shows.
///
/// # Equations
/// ```text
/// held = pool + pool_flow
/// max_annual_change = throttle / target_ratio
/// rate = clamp(1 - held / supply / target_ratio, -max_annual_change, max_annual_change)
/// adjustment = rate * seconds / 31536000 * supply -- rounded as the contract rounds; it stops at the target
/// pool' = held + adjustment
/// supply' = supply + adjustment
/// ratio = pool' / supply'
/// distance = 1 - ratio / target_ratio
/// annual_rate = clamp(distance, -max_annual_change, max_annual_change)
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct DynamicIssuanceMetrics {
    /// Common pool `[token]` -- metric.
    #[record(unit = "token")]
    pub pool: f64,
    /// Total supply `[token]` -- metric.
    #[record(unit = "token")]
    pub supply: f64,
    /// Pool as a share of the supply `[1]` -- metric.
    #[record(unit = "1")]
    pub ratio: f64,
    /// One less the pool relative to its target `[1]` -- metric.
    #[record(unit = "1")]
    pub distance: f64,
    /// Minted (positive) or burned (negative) in the last step `[token]` -- metric.
    #[record(unit = "token")]
    pub adjustment: f64,
    /// Rate of change of the supply as it stands, positive when minting `[1/yr]` -- metric.
    #[record(unit = "1/yr")]
    pub annual_rate: f64,
    /// Whether the throttle sets that rate -- metric.
    #[record(unit = "1")]
    pub throttled: bool,
    /// Time in which that rate would reach the target; 0 where the rate is 0 `[yr]` -- metric.
    #[record(unit = "yr")]
    pub time_to_target: f64,
    /// Largest yearly change of the supply that the throttle allows: throttle / target `[1/yr]` -- metric.
    #[record(unit = "1/yr")]
    pub max_annual_change: f64,
}

/// The component `issuance/dynamic-issuance`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DynamicIssuancePool {
    params: DynamicIssuanceParams,
    contract: DynamicIssuance,
    adjustment: Adjustment,
}

impl DynamicIssuancePool {
    /// The contract with its integers.
    #[must_use]
    pub fn contract(&self) -> &DynamicIssuance {
        &self.contract
    }
}

impl Component for DynamicIssuancePool {
    const KIND: &'static str = "issuance/dynamic-issuance";
    type Params = DynamicIssuanceParams;
    type Inputs = PoolFlow;
    type Metrics = DynamicIssuanceMetrics;

    fn new(params: DynamicIssuanceParams) -> Result<Self, ParamError> {
        params.check()?;
        let contract = params.contract().map_err(|error| refuse(&error))?;
        Ok(Self { params, contract, adjustment: Adjustment::None })
    }

    /// The steps up to here are settled with the old terms.
    fn reparam(&mut self, params: DynamicIssuanceParams) -> Result<(), ParamError> {
        params.check()?;
        let fresh = params.contract().map_err(|error| refuse(&error))?;
        self.contract.update_as_deployed(*fresh.terms());
        self.params = params;
        Ok(())
    }

    fn step(&mut self, inputs: &PoolFlow, clock: &Clock, _: &mut Stream) -> Result<(), StepError> {
        let flow = inputs.pool_flow;
        let outside = || StepError::domain("pool_flow", flow, FLOW);
        let amount = U256::from(units(flow.abs(), DECIMALS).map_err(|_| outside())?);
        let pool = self.contract.pool();
        let pool = if flow >= 0.0 { pool.checked_add(amount) } else { pool.checked_sub(amount) }
            .filter(|pool| *pool <= self.contract.supply())
            .ok_or_else(outside)?;
        let now = self.contract.last_adjustment().checked_add(seconds(clock)?).ok_or_else(too_long)?;
        let mut next = self.contract.clone();
        let adjustment =
            next.set_pool(pool).and_then(|()| next.execute(now)).map_err(StepError::caused_by)?;
        if next.supply().is_zero() {
            return Err(StepError::caused_by(ContractError::ZeroSupply));
        }
        self.contract = next;
        self.adjustment = adjustment;
        Ok(())
    }

    fn metrics(&self) -> DynamicIssuanceMetrics {
        let contract = &self.contract;
        let shown = |amount: U256| f64::from(amount) / 1e18;
        let target = f64::from(contract.terms().target_ratio()) / 1e10;
        let ratio = f64::from(contract.pool()) / f64::from(contract.supply());
        let distance = 1.0 - ratio / target;
        let (free, bounded) = rates(contract.pool(), contract.supply(), contract.terms()).unwrap_or_default();
        DynamicIssuanceMetrics {
            pool: shown(contract.pool()),
            supply: shown(contract.supply()),
            ratio,
            distance,
            adjustment: match self.adjustment {
                Adjustment::Minted(amount) => shown(amount),
                Adjustment::Burned(amount) => -shown(amount),
                Adjustment::None => 0.0,
            },
            annual_rate: (f64::from(bounded) / 1e18 * YEAR as f64).copysign(distance),
            throttled: bounded < free,
            time_to_target: contract
                .time_to_target()
                .ok()
                .flatten()
                .map_or(0.0, |seconds| seconds / YEAR as f64),
            max_annual_change: max_annual_supply_change(contract.terms()),
        }
    }
}
