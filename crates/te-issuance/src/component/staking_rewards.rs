//! Staking rewards between one staker and all others. Integers are those of [`crate::unipool`], with 18 decimals.
//!
//! At the start of a step both stakes are brought to what the inputs say, then the time of the step passes. A new reward
//! is notified whenever the period of 30 days is over, at the start of a step. Withdrawing a whole stake pays its
//! rewards out, as in 1Hive's contract; earned and paid are shown together.
//!
//! Invariants: those of the contract; at every step `earned + others_earned + undistributed + lost = notified`.

use core::cmp::Ordering;

use ruint::aliases::U256;
use serde::{Deserialize, Serialize};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream};

use super::{non_negative, refuse, seconds, too_long};
use crate::amount::units;
use crate::dynamic_issuance::YEAR;
use crate::unipool::{StakerId, Unipool, UnipoolError};

const DECIMALS: u32 = 18;

/// Parameters of the rewards.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct StakingRewardsParams {
    /// Reward of a period of 30 days `[token]` -- controllable.
    #[param(default = 1000.0, min = 0.0, max = 1e15, unit = "token", soft_max = 1e5)]
    pub reward: f64,
    /// How many periods are rewarded `[1]` -- controllable.
    #[param(initial, default = 12, min = 0, max = 1_000_000, unit = "1", soft_max = 120)]
    pub periods: u64,
}

/// What the pool reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct StakingRewardsInputs {
    /// Stake of the staker that is watched `[token]` -- input.
    #[record(unit = "token", default = 0.0)]
    pub stake: f64,
    /// Stake of all others together `[token]` -- input.
    #[record(unit = "token", default = 0.0)]
    pub others: f64,
}

/// What the pool shows.
///
/// # Equations
/// ```text
/// pay = reward / 2592000 -- a second, for 30 days from each of `periods` notices on
/// earned' = earned + stake / (stake + others) * pay * seconds
/// others_earned' = others_earned + others / (stake + others) * pay * seconds
/// staked = stake + others
/// notified' = notified + reward -- at each notice
/// yearly_reward = pay * 31536000 / staked
/// lost' = lost + pay * seconds -- while nobody stakes, and what the contract rounds off
/// undistributed = notified' - earned' - others_earned' - lost'
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct StakingRewardsMetrics {
    /// All stakes `[token]` -- metric.
    #[record(unit = "token")]
    pub staked: f64,
    /// Rewards of the watched staker since the start, paid or not `[token]` -- metric.
    #[record(unit = "token")]
    pub earned: f64,
    /// Rewards of the others since the start, paid or not `[token]` -- metric.
    #[record(unit = "token")]
    pub others_earned: f64,
    /// Rewards notified since the start `[token]` -- metric.
    #[record(unit = "token")]
    pub notified: f64,
    /// Rewards of the running period that are still to come `[token]` -- metric.
    #[record(unit = "token")]
    pub undistributed: f64,
    /// Rewards lost because nobody staked, to the division by the period and to that by the stake `[token]` -- metric.
    #[record(unit = "token")]
    pub lost: f64,
    /// Yearly reward of a staked token while a period runs, 0 without stakes `[1/yr]` -- metric.
    #[record(unit = "1/yr")]
    pub yearly_reward: f64,
}

/// The component `issuance/staking-rewards`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StakingRewards {
    reward: U256,
    periods_left: u64,
    pool: Unipool,
    watched: StakerId,
    others: StakerId,
    now: u64,
}

impl StakingRewards {
    /// The pool with its integers.
    #[must_use]
    pub fn pool(&self) -> &Unipool {
        &self.pool
    }

    fn restake(pool: &mut Unipool, id: StakerId, wanted: U256, now: u64) -> Result<(), UnipoolError> {
        let stake = pool.stake_of(id)?;
        match wanted.cmp(&stake) {
            Ordering::Greater => pool.stake(id, wanted.saturating_sub(stake), now),
            Ordering::Less => pool.withdraw(id, stake.saturating_sub(wanted), now).map(drop),
            Ordering::Equal => Ok(()),
        }
    }

    fn earned(&self, id: StakerId) -> Result<U256, UnipoolError> {
        self.pool.earned(id, self.now)?.checked_add(self.pool.paid_out(id)?).ok_or(UnipoolError::Overflow)
    }

    fn lost(&self) -> Result<U256, UnipoolError> {
        let unstaked = self.pool.undistributed().saturating_add(self.pool.dust());
        self.pool.rounded_off(self.now)?.checked_add(unstaked).ok_or(UnipoolError::Overflow)
    }
}

impl Component for StakingRewards {
    const KIND: &'static str = "issuance/staking-rewards";
    type Params = StakingRewardsParams;
    type Inputs = StakingRewardsInputs;
    type Metrics = StakingRewardsMetrics;

    fn new(params: StakingRewardsParams) -> Result<Self, ParamError> {
        params.check()?;
        let reward = U256::from(units(params.reward, DECIMALS).map_err(|error| refuse(&error))?);
        let mut pool = Unipool::new();
        let watched = pool.open().map_err(|error| refuse(&error))?;
        let others = pool.open().map_err(|error| refuse(&error))?;
        Ok(Self { reward, periods_left: params.periods, pool, watched, others, now: 0 })
    }

    fn reparam(&mut self, params: StakingRewardsParams) -> Result<(), ParamError> {
        params.check()?;
        self.reward = U256::from(units(params.reward, DECIMALS).map_err(|error| refuse(&error))?);
        Ok(())
    }

    fn step(
        &mut self,
        inputs: &StakingRewardsInputs,
        clock: &Clock,
        _: &mut Stream,
    ) -> Result<(), StepError> {
        let amount = |name, value| -> Result<U256, StepError> {
            Ok(U256::from(units(non_negative(name, value)?, DECIMALS)?))
        };
        let wanted = (amount("stake", inputs.stake)?, amount("others", inputs.others)?);
        let until = self.now.checked_add(seconds(clock)?).ok_or_else(too_long)?;
        let mut next = self.clone();
        let mut advance = || {
            Self::restake(&mut next.pool, next.watched, wanted.0, next.now)?;
            Self::restake(&mut next.pool, next.others, wanted.1, next.now)?;
            if next.periods_left > 0 && next.now >= next.pool.finish() {
                next.pool.notify(next.reward, next.now)?;
                next.periods_left -= 1;
            }
            next.now = until;
            // Settles the pool, so that what is lost counts up to now; the claim is part of what is shown as earned.
            next.pool.claim(next.watched, until)?;
            next.earned(next.others)?;
            next.lost().map(drop)
        };
        advance().map_err(StepError::caused_by)?;
        *self = next;
        Ok(())
    }

    fn metrics(&self) -> StakingRewardsMetrics {
        let shown = |amount: U256| f64::from(amount) / 1e18;
        let total = self.pool.total();
        let running = self.now < self.pool.finish() && !total.is_zero();
        StakingRewardsMetrics {
            staked: shown(total),
            earned: shown(self.earned(self.watched).unwrap_or_default()),
            others_earned: shown(self.earned(self.others).unwrap_or_default()),
            notified: shown(self.pool.notified()),
            undistributed: shown(self.pool.to_come(self.now).unwrap_or_default()),
            lost: shown(self.lost().unwrap_or_default()),
            yearly_reward: if running {
                f64::from(self.pool.rate()) * YEAR as f64 / f64::from(total)
            } else {
                0.0
            },
        }
    }
}
