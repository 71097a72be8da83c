//! The migration as a plan: prepare (pure), execute (once), claim.
//!
//! From a closed hatch with vaults v1 (beneficiary) and v2 (reserve) and supply S:
//!
//! - set B aside for the initial buy out of v2, split the rest by the commons tribute θ: common pool and reserve
//! - reserve ratio ⌊reserve·1e6·1e18/(S·opening price)⌋ unless one is given
//! - open the curve at (S, reserve), then buy with B at the entry tribute: the tribute and the tokens go to the common pool
//! - hatchers claim their snapshot balance, frozen and then thawing from now + 6 days + vote + delay + freeze
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | v1, v2, B | vaults, initial buy | smallest unit of the collateral |
//! | θ, opening price | split, price at opening | 1e-18 |
//!
//! Invariants: v1 + v2 = common pool + reserve after everything; the snapshot adds up to S; the price at opening is the opening price within the rounding
//! of the ratio (1 ppm of it). Limits: the deployed pair of ratio 198 400 ppm and reserve 395 357.44 at price 1 implies a supply
//! 2.4 % below the hatch's; the sources do not explain it, so nothing here assumes it.

use super::{
    claims::{Claims, Vesting},
    split::{Split, split},
    voting::VotingTiming,
};
use crate::{
    error::UpgradeError,
    hatch::contract::{Hatch, HatchState},
    praise::Person,
};
use ruint::aliases::U256;
use serde::{Deserialize, Serialize};
use te_bonding_curve::{E18, LedgerCurve, LedgerOrder, LedgerTerms, Ppm};

/// Holder id of the common pool in the snapshot: the hatch's beneficiary tokens belong to it.
pub const COMMON_POOL: Person = Person::MAX;

/// Days the hatch's own vote on the upgrade takes.
pub const HATCH_VOTE_DAYS: f64 = 6.0;

/// Seconds in a day.
pub const DAY: u64 = 86_400;

/// Parameters of the upgrade.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct UpgradeTerms {
    /// Share of the vaults for the common pool θ `[1e-18]` -- controllable.
    pub commons_tribute: E18,
    /// Price at opening `[collateral/token at 18 decimals]`, > 0 -- controllable.
    pub opening_price: E18,
    /// Reserve ratio `[ppm]`; derived from the price if none -- controllable.
    pub reserve_ratio: Option<Ppm>,
    /// Entry tribute `[1e-18]` -- controllable.
    pub entry_tribute: E18,
    /// Exit tribute `[1e-18]` -- controllable.
    pub exit_tribute: E18,
    /// Supply counted in pricing only `[token unit]` -- controllable.
    pub virtual_supply: U256,
    /// Reserve counted in pricing only `[collateral unit]` -- controllable.
    pub virtual_balance: U256,
    /// Collateral of the initial buy B `[unit]` -- controllable.
    pub initial_buy: U256,
    /// Fewest tokens the initial buy must mint `[unit]` -- controllable.
    pub min_return: U256,
    /// Freeze `[s]` -- controllable.
    pub freeze: u64,
    /// Thaw `[s]` -- controllable.
    pub thaw: u64,
    /// Durations of the vote that executes the plan -- controllable.
    pub voting: VotingTiming,
}

impl UpgradeTerms {
    /// The TEC's terms of January 2022.
    #[must_use]
    pub fn tec() -> Self {
        const UNIT: u128 = 1_000_000_000_000_000_000;
        Self {
            commons_tribute: E18::new(690_000_000_000_000_000),
            opening_price: E18::HUNDRED_PERCENT,
            reserve_ratio: Some(Ppm::new(198_400)),
            entry_tribute: E18::new(220_000_000_000_000_000),
            exit_tribute: E18::new(20_000_000_000_000_000),
            virtual_supply: U256::from(UNIT),
            virtual_balance: U256::from(UNIT),
            initial_buy: U256::from(250_000 * UNIT),
            min_return: U256::ZERO,
            freeze: 26 * 7 * DAY,
            thaw: 52 * 7 * DAY,
            voting: VotingTiming::tec(),
        }
    }
}

/// A step of the plan, with the balances it leaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Step {
    /// The vaults are split.
    Split(Split),
    /// Claims are prepared.
    PrepareClaims {
        /// Tokens of the snapshot.
        supply: U256,
        /// Their vesting.
        vesting: Vesting,
    },
    /// The curve opens.
    OpenCurve {
        /// Supply.
        supply: U256,
        /// Reserve.
        reserve: U256,
        /// Terms of the curve.
        terms: LedgerTerms,
    },
    /// The initial buy.
    InitialBuy(LedgerOrder),
}

/// A prepared migration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    steps: Vec<Step>,
    live: Live,
    executed: bool,
}

/// A commons on its curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Live {
    /// The curve; tributes from its opening on are in its beneficiary's balance.
    pub curve: LedgerCurve,
    /// Collateral of the common pool out of the split `[unit]`.
    pub common_pool: U256,
    /// Tokens the common pool got in the initial buy `[unit]`.
    pub common_pool_tokens: U256,
    /// Claims of the hatchers.
    pub claims: Claims,
    /// When locked tokens start to thaw `[s]`.
    pub vesting: Vesting,
}

impl Live {
    /// Everything the common pool holds: split and tributes `[collateral unit]`.
    #[must_use]
    pub fn common_pool_balance(&self) -> U256 {
        self.common_pool.saturating_add(self.curve.beneficiary())
    }

    /// All collateral: common pool and reserve `[unit]`.
    #[must_use]
    pub fn collateral(&self) -> U256 {
        self.common_pool_balance().saturating_add(self.curve.reserve())
    }
}

/// Reserve ratio of a reserve, supply and price: ⌊reserve·1e6·1e18/(supply·price)⌋ `[ppm]`.
///
/// # Errors
/// [`UpgradeError::OutOfRange`] for a supply or price of 0, a ratio outside (0, 1], or a product beyond 256 bits.
pub fn derived_reserve_ratio(reserve: U256, supply: U256, price: E18) -> Result<Ppm, UpgradeError> {
    let refuse = |name, range| UpgradeError::OutOfRange { name, range };
    let scale = U256::from(1_000_000_u64).saturating_mul(U256::from(E18::HUNDRED_PERCENT.raw()));
    let value =
        supply.checked_mul(U256::from(price.raw())).ok_or(refuse("supply", "supply * price below 2^256"))?;
    let scaled = reserve.checked_mul(scale).ok_or(refuse("reserve", "reserve * 1e24 below 2^256"))?;
    let ratio = scaled.checked_div(value).ok_or(refuse("supply * opening_price", "above 0"))?;
    let ratio = Ppm::new(u128::try_from(ratio).unwrap_or(u128::MAX));
    if ratio == Ppm::ZERO || ratio > Ppm::HUNDRED_PERCENT {
        return Err(refuse("reserve_ratio", "(0, 1]"));
    }
    Ok(ratio)
}

/// Start of the thaw: now + hatch vote + vote + delay + freeze `[s]`.
///
/// # Errors
/// [`UpgradeError`] if the voting durations are out of range or the clock overflows.
pub fn vesting_start(now: u64, voting: &VotingTiming, freeze: u64) -> Result<u64, UpgradeError> {
    let times = voting.times(0).map_err(|_| UpgradeError::OutOfRange {
        name: "voting",
        range: "0 < vote, quiet ending and delegation within it",
    })?;
    let seconds = (HATCH_VOTE_DAYS + times.execute) * DAY as f64;
    if seconds > 1e15 {
        return Err(UpgradeError::Time { name: "vote_duration" });
    }
    #[expect(clippy::cast_possible_truncation, reason = "0 <= seconds <= 1e15")]
    #[expect(clippy::cast_sign_loss, reason = "0 <= seconds <= 1e15")]
    let voting = seconds.round() as u64;
    now.checked_add(voting).and_then(|t| t.checked_add(freeze)).ok_or(UpgradeError::Time { name: "freeze" })
}

/// Prepares the migration of a closed hatch at time `now` `[s]`; changes nothing.
///
/// # Errors
/// [`UpgradeError`] unless the hatch is closed and every term in range; the initial buy must not exceed the reserve vault.
pub fn prepare(hatch: &Hatch, terms: &UpgradeTerms, now: u64) -> Result<Plan, UpgradeError> {
    let state = hatch.state(now);
    if state != HatchState::Closed {
        return Err(UpgradeError::HatchNotClosed { state: state.name() });
    }
    let vault2 = hatch.reserve().checked_sub(terms.initial_buy).ok_or(UpgradeError::Exceeds {
        name: "initial_buy",
        value: terms.initial_buy,
        limit: hatch.reserve(),
    })?;
    let split = split(hatch.beneficiary(), vault2, terms.commons_tribute)?;
    let (supply, reserve) = (hatch.supply(), split.second);
    let mut steps = vec![Step::Split(split.clone())];

    let start = vesting_start(now, &terms.voting, terms.freeze)?;
    let vesting = Vesting::new(start, 0, terms.thaw, now)?;
    let mut snapshot = hatch.holders().clone();
    if !hatch.beneficiary_tokens().is_zero() {
        snapshot.insert(COMMON_POOL, hatch.beneficiary_tokens());
    }
    let mut claims = Claims::new(snapshot);
    claims.prepare(vesting)?;
    steps.push(Step::PrepareClaims { supply: claims.snapshot_supply(), vesting });

    let reserve_ratio = match terms.reserve_ratio {
        Some(ratio) => ratio,
        // The curve prices with the virtual parts, so that the opening price needs them too.
        None => derived_reserve_ratio(
            reserve.saturating_add(terms.virtual_balance),
            supply.saturating_add(terms.virtual_supply),
            terms.opening_price,
        )?,
    };
    let curve_terms = LedgerTerms {
        reserve_ratio,
        entry_tribute: terms.entry_tribute,
        exit_tribute: terms.exit_tribute,
        virtual_supply: terms.virtual_supply,
        virtual_balance: terms.virtual_balance,
        whitelisted: true,
    };
    let mut curve = LedgerCurve::new(curve_terms, supply, reserve)?;
    steps.push(Step::OpenCurve { supply, reserve, terms: curve_terms });
    let mut common_pool_tokens = U256::ZERO;
    if !terms.initial_buy.is_zero() {
        let order = curve.buy(terms.initial_buy, terms.min_return)?;
        common_pool_tokens = order.received;
        steps.push(Step::InitialBuy(order));
    }
    let live = Live { curve, common_pool: split.first, common_pool_tokens, claims, vesting };
    Ok(Plan { steps, live, executed: false })
}

impl Plan {
    /// Steps in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// What the plan would leave.
    pub fn outcome(&self) -> &Live {
        &self.live
    }

    /// Executes the plan, once.
    ///
    /// # Errors
    /// [`UpgradeError::AlreadyExecuted`] the second time.
    pub fn execute(&mut self) -> Result<Live, UpgradeError> {
        if self.executed {
            return Err(UpgradeError::AlreadyExecuted);
        }
        self.executed = true;
        Ok(self.live.clone())
    }
}
