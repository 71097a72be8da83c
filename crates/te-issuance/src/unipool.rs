//! Staking rewards at a fixed rate per second, shared by stake: the Unipool contract, integer for integer.
//!
//! ```text
//! applicable = min(now, finish)
//! rpt(now) = rpt + floor((applicable - last) rate 1e18 / total)      (rpt while total = 0)
//! earned(a) = floor(stake_a (rpt(now) - paid_a) / 1e18) + rewards_a
//! notify(x): rate = floor(x / D) after the period, floor((x + (finish - now) rate) / D) within it; finish = now + D
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | D | length of a reward period, 30 days | s |
//! | rate | reward per second | wei/s |
//! | rpt | reward per staked token since the start, scaled by 1e18 | 1e-18 |
//! | finish, last | end of the period, last settlement | s |
//!
//! Every change first settles rpt, then the accounts concerned. 1Hive's variant pays the rewards out when a whole stake
//! is withdrawn or transferred away. A reward that comes late must not lower the rate.
//!
//! Assumptions and limits: rewards of a time in which nobody stakes are lost ([`Unipool::undistributed`]), and so is the
//! rest of the division by D ([`Unipool::dust`]) and what the divisions by the stake and by 1e18 round off
//! ([`Unipool::rounded_off`]): a stake of 1e35 wei in the first loses up to 1e17 wei a settlement. A transfer to oneself of
//! the whole stake pays nothing out.
//!
//! Invariants: `earned + paid + to come + undistributed + dust + rounded off = notified`, to the wei, at any time; rewards are
//! in proportion to stake and time; nothing is earned after the period; the order of claims does not matter.
//!
//! Source: 1Hive/unipool, `Unipool.sol`; reasons of refusal are its strings.

use ruint::aliases::U256;
use serde::{Deserialize, Serialize};

pub use crate::error::UnipoolError;

/// Length of a reward period: 30 days `[s]`.
pub const DURATION: u64 = 2_592_000;
const E18: U256 = U256::from_limbs([1_000_000_000_000_000_000, 0, 0, 0]);

/// A staker of one pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StakerId(u32);

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Staker {
    stake: U256,
    paid_per_token: U256,
    rewards: U256,
    paid_out: U256,
}

/// A pool of stakes and its rewards.
///
/// ```
/// use ruint::aliases::U256;
/// use te_issuance::unipool::{DURATION, Unipool};
///
/// let token = U256::from(1_000_000_000_000_000_000_u64);
/// let mut pool = Unipool::new();
/// let (one, three) = (pool.open()?, pool.open()?);
/// pool.notify(U256::from(72_000) * token, 0)?;
/// pool.stake(one, token, 0)?;
/// pool.stake(three, U256::from(3) * token, 0)?;
/// // A quarter and three quarters, less what the divisions lose.
/// assert_eq!(pool.earned(one, DURATION)?.to_string(), "17999999999999999496000");
/// assert_eq!(pool.earned(three, DURATION)?.to_string(), "53999999999999998488000");
/// let refused = pool.stake(one, U256::ZERO, 0).unwrap_err();
/// assert_eq!(refused.reason(), Some("Cannot stake 0"));
/// # Ok::<(), te_issuance::unipool::UnipoolError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unipool {
    total: U256,
    rate: U256,
    finish: u64,
    last: u64,
    per_token: U256,
    now: u64,
    stakers: Vec<Staker>,
    notified: U256,
    undistributed: U256,
    dust: U256,
}

/// Result of bringing the pool up to a time, before anything is changed.
struct Settlement {
    now: u64,
    last: u64,
    per_token: U256,
    undistributed: U256,
}

impl Unipool {
    /// A pool without stakers or rewards at time 0.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens a staker without stake.
    ///
    /// # Errors
    /// 2^32 stakers exist.
    pub fn open(&mut self) -> Result<StakerId, UnipoolError> {
        let id = u32::try_from(self.stakers.len()).map_err(|_| UnipoolError::Overflow)?;
        self.stakers.push(Staker::default());
        Ok(StakerId(id))
    }

    /// Reward per staked token at `now`, scaled by 1e18.
    ///
    /// # Errors
    /// A time before the last, or an overflow.
    pub fn reward_per_token(&self, now: u64) -> Result<U256, UnipoolError> {
        self.settlement(now).map(|settled| settled.per_token)
    }

    /// Rewards of a staker at `now` that are not paid out yet `[wei]`.
    ///
    /// # Errors
    /// Unknown staker, a time before the last, or an overflow.
    pub fn earned(&self, id: StakerId, now: u64) -> Result<U256, UnipoolError> {
        earned(self.get(id)?, self.reward_per_token(now)?)
    }

    /// Adds a reward and starts a period of [`DURATION`].
    ///
    /// # Errors
    /// A rate below the present one within a period, a time before the last, or an overflow. The pool is then as
    /// before.
    pub fn notify(&mut self, amount: U256, now: u64) -> Result<(), UnipoolError> {
        let settled = self.settlement(now)?;
        let duration = U256::from(DURATION);
        let (spread, running) = if now >= self.finish {
            (amount, false)
        } else {
            let left = times(U256::from(self.finish - now), self.rate)?;
            (amount.checked_add(left).ok_or(UnipoolError::Overflow)?, true)
        };
        let rate = spread.wrapping_div(duration);
        if running && rate < self.rate {
            return Err(UnipoolError::RewardRateTooLow { current: self.rate, next: rate });
        }
        let finish = now.checked_add(DURATION).ok_or(UnipoolError::Overflow)?;
        let notified = self.notified.checked_add(amount).ok_or(UnipoolError::Overflow)?;
        self.settle(&settled);
        self.rate = rate;
        self.last = now;
        self.finish = finish;
        self.notified = notified;
        // The dust is at most what was notified.
        self.dust = self.dust.saturating_add(spread.wrapping_rem(duration));
        Ok(())
    }

    /// Stakes `amount` `[wei]`.
    ///
    /// # Errors
    /// Nothing to stake, unknown staker, a time before the last, or an overflow. The pool is then as before.
    pub fn stake(&mut self, id: StakerId, amount: U256, now: u64) -> Result<(), UnipoolError> {
        if amount.is_zero() {
            return Err(UnipoolError::StakeZero);
        }
        let settled = self.settlement(now)?;
        let rewards = earned(self.get(id)?, settled.per_token)?;
        let total = self.total.checked_add(amount).ok_or(UnipoolError::Overflow)?;
        self.settle(&settled);
        self.total = total;
        let staker = self.get_mut(id)?;
        staker.stake = staker.stake.saturating_add(amount);
        staker.settle(rewards, settled.per_token);
        Ok(())
    }

    /// Withdraws `amount` `[wei]`; withdrawing the whole stake pays the rewards, which are returned.
    ///
    /// # Errors
    /// Nothing to withdraw, more than staked, unknown staker, a time before the last, or an overflow. The pool is then
    /// as before.
    pub fn withdraw(&mut self, id: StakerId, amount: U256, now: u64) -> Result<U256, UnipoolError> {
        if amount.is_zero() {
            return Err(UnipoolError::WithdrawZero);
        }
        let settled = self.settlement(now)?;
        let staker = self.get(id)?;
        let rewards = earned(staker, settled.per_token)?;
        let left = less(staker.stake, amount)?;
        self.settle(&settled);
        self.total = self.total.saturating_sub(amount);
        let staker = self.get_mut(id)?;
        staker.stake = left;
        staker.settle(rewards, settled.per_token);
        Ok(if left.is_zero() { staker.pay() } else { U256::ZERO })
    }

    /// Pays the rewards out and returns them `[wei]`.
    ///
    /// # Errors
    /// Unknown staker, a time before the last, or an overflow. The pool is then as before.
    pub fn claim(&mut self, id: StakerId, now: u64) -> Result<U256, UnipoolError> {
        let settled = self.settlement(now)?;
        let rewards = earned(self.get(id)?, settled.per_token)?;
        self.settle(&settled);
        let staker = self.get_mut(id)?;
        staker.settle(rewards, settled.per_token);
        Ok(staker.pay())
    }

    /// Withdraws the whole stake and pays the rewards, which are returned `[wei]`.
    ///
    /// # Errors
    /// As [`Unipool::withdraw`]; without a stake there is nothing to withdraw.
    pub fn exit(&mut self, id: StakerId, now: u64) -> Result<U256, UnipoolError> {
        let stake = self.get(id)?.stake;
        self.withdraw(id, stake, now)
    }

    /// Moves stake to another staker; giving the whole stake away pays the giver's rewards, which are returned `[wei]`.
    ///
    /// # Errors
    /// More than staked, unknown staker, a time before the last, or an overflow. The pool is then as before.
    pub fn transfer(
        &mut self,
        from: StakerId,
        to: StakerId,
        amount: U256,
        now: u64,
    ) -> Result<U256, UnipoolError> {
        let settled = self.settlement(now)?;
        let giver = self.get(from)?;
        let given = earned(giver, settled.per_token)?;
        let left = less(giver.stake, amount)?;
        let received = earned(self.get(to)?, settled.per_token)?;
        self.settle(&settled);
        let giver = self.get_mut(from)?;
        giver.stake = left;
        giver.settle(given, settled.per_token);
        let receiver = self.get_mut(to)?;
        receiver.stake = receiver.stake.saturating_add(amount);
        receiver.settle(received, settled.per_token);
        let giver = self.get_mut(from)?;
        Ok(if giver.stake.is_zero() { giver.pay() } else { U256::ZERO })
    }

    /// All stakes `[wei]`.
    #[must_use]
    pub fn total(&self) -> U256 {
        self.total
    }

    /// Reward per second `[wei/s]`; it runs until [`Unipool::finish`].
    #[must_use]
    pub fn rate(&self) -> U256 {
        self.rate
    }

    /// End of the reward period `[s]`.
    #[must_use]
    pub fn finish(&self) -> u64 {
        self.finish
    }

    /// Stake of a staker `[wei]`.
    ///
    /// # Errors
    /// Unknown staker.
    pub fn stake_of(&self, id: StakerId) -> Result<U256, UnipoolError> {
        self.get(id).map(|staker| staker.stake)
    }

    /// Rewards paid out to a staker so far `[wei]`.
    ///
    /// # Errors
    /// Unknown staker.
    pub fn paid_out(&self, id: StakerId) -> Result<U256, UnipoolError> {
        self.get(id).map(|staker| staker.paid_out)
    }

    /// All rewards notified so far `[wei]`.
    #[must_use]
    pub fn notified(&self) -> U256 {
        self.notified
    }

    /// Rewards of times without stakers up to the last settlement, lost for ever `[wei]`.
    #[must_use]
    pub fn undistributed(&self) -> U256 {
        self.undistributed
    }

    /// Rewards of times without stakers until `now`, lost for ever `[wei]`.
    ///
    /// # Errors
    /// A time before the last, or an overflow.
    pub fn undistributed_at(&self, now: u64) -> Result<U256, UnipoolError> {
        self.settlement(now).map(|settled| settled.undistributed)
    }

    /// What the divisions by the period have lost for ever `[wei]`.
    #[must_use]
    pub fn dust(&self) -> U256 {
        self.dust
    }

    /// Rewards of the running period that are still to come at `now` `[wei]`: `(finish - now) rate`, 0 after the period.
    ///
    /// # Errors
    /// A time before the last, or an overflow.
    pub fn to_come(&self, now: u64) -> Result<U256, UnipoolError> {
        if now < self.now {
            return Err(UnipoolError::TimeWentBackwards { now, last: self.now });
        }
        times(U256::from(self.finish.saturating_sub(now)), self.rate)
    }

    /// What the divisions by the stake and by 1e18 have rounded off until `now` `[wei]`: what came while somebody staked, less
    /// what all stakers have earned.
    ///
    /// A staker's share of the second division is lost for good when the staker is settled next; until then it can come
    /// back, so this may fall by 1 wei for each staker. It takes time in proportion to the stakers.
    ///
    /// # Errors
    /// A time before the last, or an overflow.
    pub fn rounded_off(&self, now: u64) -> Result<U256, UnipoolError> {
        let settled = self.settlement(now)?;
        let mut have = U256::ZERO;
        for staker in &self.stakers {
            let all = earned(staker, settled.per_token)?.checked_add(staker.paid_out);
            have = all.and_then(|all| have.checked_add(all)).ok_or(UnipoolError::Overflow)?;
        }
        [self.dust, settled.undistributed, self.to_come(now)?, have]
            .into_iter()
            .try_fold(self.notified, U256::checked_sub)
            .ok_or(UnipoolError::Overflow)
    }

    fn settlement(&self, now: u64) -> Result<Settlement, UnipoolError> {
        if now < self.now {
            return Err(UnipoolError::TimeWentBackwards { now, last: self.now });
        }
        let last = now.min(self.finish);
        // last never lies before the settlement before it: finish and now only grow.
        let reward = times(U256::from(last.saturating_sub(self.last)), self.rate)?;
        let (per_token, undistributed) = match times(reward, E18)?.checked_div(self.total) {
            Some(share) => {
                (self.per_token.checked_add(share).ok_or(UnipoolError::Overflow)?, self.undistributed)
            }
            None => (self.per_token, self.undistributed.saturating_add(reward)),
        };
        Ok(Settlement { now, last, per_token, undistributed })
    }

    fn settle(&mut self, settled: &Settlement) {
        self.now = settled.now;
        self.last = settled.last;
        self.per_token = settled.per_token;
        self.undistributed = settled.undistributed;
    }

    fn get(&self, id: StakerId) -> Result<&Staker, UnipoolError> {
        self.stakers.get(id.0 as usize).ok_or(UnipoolError::UnknownStaker(id.0))
    }

    fn get_mut(&mut self, id: StakerId) -> Result<&mut Staker, UnipoolError> {
        self.stakers.get_mut(id.0 as usize).ok_or(UnipoolError::UnknownStaker(id.0))
    }
}

impl Staker {
    fn settle(&mut self, rewards: U256, per_token: U256) {
        self.rewards = rewards;
        self.paid_per_token = per_token;
    }

    fn pay(&mut self) -> U256 {
        let paid = core::mem::take(&mut self.rewards);
        self.paid_out = self.paid_out.saturating_add(paid);
        paid
    }
}

fn earned(staker: &Staker, per_token: U256) -> Result<U256, UnipoolError> {
    let fresh = times(staker.stake, per_token.saturating_sub(staker.paid_per_token))?.wrapping_div(E18);
    staker.rewards.checked_add(fresh).ok_or(UnipoolError::Overflow)
}

fn less(stake: U256, amount: U256) -> Result<U256, UnipoolError> {
    stake.checked_sub(amount).ok_or(UnipoolError::InsufficientStake { stake, requested: amount })
}

fn times(a: U256, b: U256) -> Result<U256, UnipoolError> {
    a.checked_mul(b).ok_or(UnipoolError::Overflow)
}
