//! `commons/upgrade`: from a closed hatch to an open curve, then the freeze and the thaw.
//!
//! When the hatch is closed, the votes run: hatch vote + vote + extensions + execution delay. Then the vaults, less the initial buy, are split
//! ([`crate::upgrade::split`], on integers) and the launch is shown: wire it to a curve that opens on launch. From then on the released fraction is
//! f = clamp((weeks − freeze)/thaw, 0, 1) and the price floor opening price · (1 − f); holders claim at a constant rate.
//!
//! The launch ends the run where what the hatch holds does not carry it: an initial buy above the reserve of the hatch, or a reserve ratio
//! above 1, which a higher opening price lowers. The error names the parameter to change.

use super::days;
use crate::upgrade::{split::split, voting::VotingTiming};
use serde::{Deserialize, Serialize};
use te_bonding_curve::{
    E18,
    amount::{to_tokens, to_units},
    lockup::Lockup,
};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream, math};

/// Parameters of the upgrade. Defaults are the TEC's.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::votes)]
pub struct UpgradeParams {
    /// Part of the vaults that goes to the common pool.
    #[param(default = 0.69, min = 0.0, below = 1.0, unit = "1")]
    pub commons_tribute: f64,
    /// Spot price at which the curve opens.
    #[param(
        default = 1.0,
        min = 1e-9,
        max = 1e15,
        unit = "collateral/token",
        soft_min = 0.1,
        soft_max = 10.0
    )]
    pub opening_price: f64,
    /// Collateral of the initial buy, taken out of the reserve vault before the split.
    #[param(default = 250_000.0, min = 0.0, max = 1e15, unit = "collateral", soft_max = 1e6)]
    pub initial_buy: f64,
    /// Weeks without release.
    #[param(default = 26.0, min = 0.0, max = 5_200.0, soft_max = 104.0, unit = "week")]
    pub freeze: f64,
    /// Weeks of linear release.
    #[param(default = 52.0, min = 0.0, max = 5_200.0, soft_max = 208.0, unit = "week")]
    pub thaw: f64,
    /// Vote of the hatch on the upgrade.
    #[param(default = 6.0, min = 0.0, max = 36_500.0, unit = "day", soft_max = 30.0)]
    pub hatch_vote: f64,
    /// Vote that executes the upgrade.
    #[param(default = 5.0, above = 0.0, max = 36_500.0, unit = "day", soft_min = 1.0, soft_max = 30.0)]
    pub vote: f64,
    /// Delegated part of the vote.
    #[param(default = 3.0, min = 0.0, max = 36_500.0, unit = "day", soft_max = 14.0)]
    pub delegated: f64,
    /// Quiet ending of the vote.
    #[param(default = 3.0, min = 0.0, max = 36_500.0, unit = "day", soft_max = 14.0)]
    pub quiet_ending: f64,
    /// One extension of the vote.
    #[param(default = 2.0, min = 0.0, max = 36_500.0, unit = "day", soft_max = 14.0)]
    pub extension: f64,
    /// Extensions that happen.
    #[param(default = 0, min = 0, max = 1_000, unit = "1", role = "environment")]
    pub extensions: u32,
    /// Delay between vote and execution.
    #[param(default = 0.5, min = 0.0, max = 36_500.0, unit = "day", soft_max = 7.0)]
    pub execution_delay: f64,
    /// Rate at which holders claim what they have not claimed.
    #[param(default = 0.5, min = 0.0, max = 1e6, unit = "1/week", role = "environment")]
    pub claim_rate: f64,
}

impl UpgradeParams {
    fn timing(&self) -> VotingTiming {
        VotingTiming {
            vote: self.vote,
            delegated: self.delegated,
            quiet_ending: self.quiet_ending,
            extension: self.extension,
            execution_delay: self.execution_delay,
        }
    }

    fn votes(&self) -> Result<(), String> {
        self.timing().check().map_err(|error| error.to_string())
    }

    /// Days from the close of the hatch to the launch.
    fn days_to_launch(&self) -> f64 {
        self.timing().times(self.extensions).map_or(0.0, |times| self.hatch_vote + times.execute)
    }
}

/// What the upgrade reads from the hatch.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct UpgradeInputs {
    /// Is the hatch closed (1 or more)?
    #[record(unit = "1")]
    pub closed: f64,
    /// Collateral in the hatch's reserve.
    #[record(unit = "collateral")]
    pub reserve: f64,
    /// Collateral of the hatch's beneficiary.
    #[record(unit = "collateral")]
    pub beneficiary: f64,
    /// Tokens of the hatch.
    #[record(unit = "token")]
    pub supply: f64,
}

/// What the upgrade shows; launch amounts are 0 before the launch and stay after it.
///
/// # Equations
/// ```text
/// time_to_launch(0) = hatch_vote + vote + extensions * extension + execution_delay -- from the close of the hatch
/// held = beneficiary + reserve - initial_buy -- of the hatch, at the launch
/// launch_common_pool = commons_tribute * held
/// launch_reserve = held - launch_common_pool
/// launch_supply = supply
/// launch_buy = initial_buy
/// reserve_ratio = launch_reserve / (opening_price * launch_supply)
/// weeks' = weeks + days / 7 -- since the launch
/// released_fraction = clamp((weeks' - freeze) / thaw, 0, 1)
/// locked = launch_supply * (1 - released_fraction)
/// price_floor = opening_price * (1 - released_fraction)
/// fraction_claimed = 1 - exp(-claim_rate * weeks')
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct UpgradeMetrics {
    /// 0 waiting for the hatch, 1 voting, 2 frozen, 3 thawing, 4 live.
    pub phase: u64,
    /// Is the curve launched?
    pub launched: bool,
    /// Days left until the launch, from the close of the hatch.
    #[record(unit = "day")]
    pub time_to_launch: f64,
    /// Reserve of the curve.
    #[record(unit = "collateral")]
    pub launch_reserve: f64,
    /// Supply of the curve.
    #[record(unit = "token")]
    pub launch_supply: f64,
    /// Common pool at the launch.
    #[record(unit = "collateral")]
    pub launch_common_pool: f64,
    /// Initial buy.
    #[record(unit = "collateral")]
    pub launch_buy: f64,
    /// Reserve ratio that the opening price implies.
    #[record(unit = "1")]
    pub reserve_ratio: f64,
    /// Part of the hatch's tokens that is free to move.
    #[record(unit = "1")]
    pub released_fraction: f64,
    /// Tokens of the hatch that are locked; 0 before the launch.
    #[record(unit = "token")]
    pub locked: f64,
    /// Price floor while the rest is locked.
    #[record(unit = "collateral/token")]
    pub price_floor: f64,
    /// Part of the hatch's tokens that has been claimed.
    #[record(unit = "1")]
    pub fraction_claimed: f64,
}

/// What the curve is opened with.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Launch {
    reserve: f64,
    supply: f64,
    common_pool: f64,
    ratio: f64,
    weeks: f64,
}

/// The upgrade of a commons.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Upgrade {
    params: UpgradeParams,
    voting: Option<f64>,
    launch: Option<Launch>,
}

impl Upgrade {
    /// The launch with what the hatch holds.
    ///
    /// Refused, by the parameter to change, where the initial buy exceeds the reserve of the hatch, or where the reserve ratio
    /// that the opening price implies is not in (0, 1].
    fn split(&self, inputs: &UpgradeInputs) -> Result<Launch, StepError> {
        let p = &self.params;
        let units = |name: &'static str, tokens: f64| {
            to_units(tokens).map_err(|error| StepError::domain(name, tokens, format!("an amount ({error})")))
        };
        let buy = units("initial_buy", p.initial_buy)?;
        let held = units("reserve", inputs.reserve)?;
        let Some(vault) = held.checked_sub(buy) else {
            return Err(StepError::domain(
                "initial_buy",
                p.initial_buy,
                format!("[0, {}] collateral, the reserve of the hatch at the launch", inputs.reserve),
            ));
        };
        if inputs.supply <= 0.0 {
            return Err(StepError::domain(
                "supply",
                inputs.supply,
                "(0, inf) token of the hatch at the launch",
            ));
        }
        let share = E18::from_f64(p.commons_tribute).map_err(StepError::caused_by)?;
        let beneficiary = units("beneficiary", inputs.beneficiary)?;
        let split = split(beneficiary, vault, share).map_err(StepError::caused_by)?;
        let (reserve, common_pool) = (to_tokens(split.second), to_tokens(split.first));
        let ratio = reserve / (p.opening_price * inputs.supply);
        if reserve <= 0.0 {
            return Err(StepError::domain(
                "initial_buy",
                p.initial_buy,
                "less than what the vaults of the hatch hold: nothing is left for the reserve",
            ));
        }
        if ratio > 1.0 {
            return Err(StepError::domain(
                "opening_price",
                p.opening_price,
                format!(
                    "[{}, inf) collateral/token: with a reserve of {reserve} and {} token the reserve ratio is {ratio}, above 1; \
                     raise `opening_price`, `commons_tribute` or `initial_buy`",
                    reserve / inputs.supply,
                    inputs.supply
                ),
            ));
        }
        Ok(Launch { reserve, supply: inputs.supply, common_pool, ratio, weeks: 0.0 })
    }
}

impl Component for Upgrade {
    const KIND: &'static str = "commons/upgrade";
    type Params = UpgradeParams;
    type Inputs = UpgradeInputs;
    type Metrics = UpgradeMetrics;

    fn new(params: UpgradeParams) -> Result<Self, ParamError> {
        params.check()?;
        Ok(Self { params, voting: None, launch: None })
    }

    fn reparam(&mut self, params: UpgradeParams) -> Result<(), ParamError> {
        params.check()?;
        self.params = params;
        Ok(())
    }

    fn step(&mut self, inputs: &UpgradeInputs, clock: &Clock, _: &mut Stream) -> Result<(), StepError> {
        let days = days(clock);
        if let Some(launch) = &mut self.launch {
            launch.weeks += days / 7.0;
            return Ok(());
        }
        match self.voting {
            None if inputs.closed >= 1.0 => self.voting = Some(0.0),
            None => {}
            Some(elapsed) => {
                let elapsed = elapsed + days;
                if elapsed >= self.params.days_to_launch() - 1e-9 {
                    self.launch = Some(self.split(inputs)?);
                }
                self.voting = Some(elapsed);
            }
        }
        Ok(())
    }

    fn metrics(&self) -> UpgradeMetrics {
        let p = &self.params;
        let Some(launch) = &self.launch else {
            return UpgradeMetrics {
                phase: u64::from(self.voting.is_some()),
                launched: false,
                time_to_launch: (p.days_to_launch() - self.voting.unwrap_or(0.0)).max(0.0),
                launch_reserve: 0.0,
                launch_supply: 0.0,
                launch_common_pool: 0.0,
                launch_buy: 0.0,
                reserve_ratio: 0.0,
                released_fraction: 0.0,
                locked: 0.0,
                price_floor: p.opening_price,
                fraction_claimed: 0.0,
            };
        };
        let lockup = Lockup { opening_price: p.opening_price, freeze: p.freeze, thaw: p.thaw };
        let (released, floor) =
            lockup.at(launch.weeks).map_or((0.0, 0.0), |row| (row.released, row.price_floor));
        UpgradeMetrics {
            phase: if released >= 1.0 {
                4
            } else if launch.weeks >= p.freeze {
                3
            } else {
                2
            },
            launched: true,
            time_to_launch: 0.0,
            launch_reserve: launch.reserve,
            launch_supply: launch.supply,
            launch_common_pool: launch.common_pool,
            launch_buy: p.initial_buy,
            reserve_ratio: launch.ratio,
            released_fraction: released,
            locked: launch.supply * (1.0 - released),
            price_floor: floor,
            fraction_claimed: -math::exp_m1(-p.claim_rate * launch.weeks),
        }
    }
}
