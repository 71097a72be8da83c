//! A grant that vests step by step. Formulas are those of [`crate::vesting`]; one step is one tick.
//!
//! Invariants: vested and locked add up to the grant; vested never falls.

use serde::{Deserialize, Serialize};
use te_core::{Choice, Clock, Component, ParamError, Params, Record, StepError, Stream};

use super::{caused, refuse};
use crate::amount::{tokens, units};
use crate::error::IssuanceError;
use crate::policy::Schedule;
use crate::vesting::{Grant, VestingCurve};

/// Curve of the vesting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Choice)]
pub enum Curve {
    /// In proportion to time over `duration`, with a cliff.
    #[default]
    Linear,
    /// `unlock` at once, the rest in `periods` equal parts over `duration`, with a cliff.
    Periodic,
    /// Half of the rest every `half_life`, after the cliff.
    HalfLife,
}

/// Parameters of the grant.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct VestingParams {
    /// Curve of the vesting -- controllable.
    #[param(default = Curve::Linear)]
    pub curve: Curve,
    /// The whole grant [token] -- controllable.
    #[param(default = 1000.0, min = 0.0, max = 1e18, unit = "token")]
    pub total: f64,
    /// Decimals of the token -- controllable.
    #[param(default = 0, min = 0, max = 18, unit = "1")]
    pub decimals: u32,
    /// Step before which nothing vests, the unlock excepted [step] -- controllable.
    #[param(default = 12, min = 0, max = 1_000_000_000, unit = "step")]
    pub cliff: u64,
    /// Steps until everything is vested: linear, periodic [step] -- controllable.
    #[param(default = 48, min = 1, max = 1_000_000_000, unit = "step")]
    pub duration: u64,
    /// Equal parts, of which the duration must be a multiple: periodic [1] -- controllable.
    #[param(default = 4, min = 1, max = 1_000_000_000, unit = "1")]
    pub periods: u64,
    /// Vested at the start: periodic [token] -- controllable.
    #[param(default = 0.0, min = 0.0, max = 1e18, unit = "token")]
    pub unlock: f64,
    /// Half-life: half-life [step] -- controllable.
    #[param(default = 24.0, above = 0.0, max = 1e9, unit = "step")]
    pub half_life: f64,
}

impl VestingParams {
    fn grant(&self) -> Result<Grant, IssuanceError> {
        let curve = match self.curve {
            Curve::Linear => VestingCurve::Linear { cliff: self.cliff, duration: self.duration },
            Curve::Periodic => {
                let period = self.duration / self.periods.max(1);
                if self.periods == 0 || period * self.periods != self.duration {
                    return Err(IssuanceError::InvalidInteger {
                        name: "periods",
                        value: u128::from(self.periods),
                        allowed: "a divisor of the duration",
                    });
                }
                // The cliff counts in whole periods: the first that begins at or after it.
                let cliff = self.cliff.div_ceil(period);
                let unlock = units(self.unlock, self.decimals)?;
                VestingCurve::Periodic { unlock, period, cliff, periods: self.periods }
            }
            Curve::HalfLife => VestingCurve::HalfLife { cliff: self.cliff as f64, half_life: self.half_life },
        };
        Grant::new(units(self.total, self.decimals)?, curve)
    }
}

/// What the grant shows.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct VestingMetrics {
    /// Vested so far [token] -- metric.
    #[record(unit = "token")]
    pub vested: f64,
    /// Not vested yet [token] -- metric.
    #[record(unit = "token")]
    pub locked: f64,
    /// Vested in the last step [token] -- metric.
    #[record(unit = "token")]
    pub released: f64,
    /// Vested share of the grant, 0 for a grant of nothing [1] -- metric.
    #[record(unit = "1")]
    pub share: f64,
}

/// The component `issuance/vesting`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Vesting {
    params: VestingParams,
    grant: Grant,
    elapsed: u64,
    vested: u128,
    released: u128,
}

impl Component for Vesting {
    const KIND: &'static str = "issuance/vesting";
    type Params = VestingParams;
    type Inputs = ();
    type Metrics = VestingMetrics;

    fn new(params: VestingParams) -> Result<Self, ParamError> {
        params.check()?;
        let grant = params.grant().map_err(|error| refuse(&error))?;
        let vested = grant.cumulative(0).map_err(|error| refuse(&error))?;
        Ok(Self { params, grant, elapsed: 0, vested, released: 0 })
    }

    fn step(&mut self, (): &(), _: &Clock, _: &mut Stream) -> Result<(), StepError> {
        let elapsed = self.elapsed.saturating_add(1);
        let vested = self.grant.cumulative(elapsed).map_err(caused)?.max(self.vested);
        self.released = vested - self.vested;
        self.vested = vested;
        self.elapsed = elapsed;
        Ok(())
    }

    fn metrics(&self) -> VestingMetrics {
        let shown = |amount| tokens(amount, self.params.decimals);
        let total = self.grant.total();
        VestingMetrics {
            vested: shown(self.vested),
            locked: shown(total.saturating_sub(self.vested)),
            released: shown(self.released),
            share: if total > 0 { self.vested as f64 / total as f64 } else { 0.0 },
        }
    }
}
