//! Token issuance: schedules, controllers, WORK, vesting, staking rewards.
//!
//! | module | what it computes | component |
//! |---|---|---|
//! | [`ledger`], [`amount`] | total and balances in whole units; exact shares of them | |
//! | [`policy`], [`wrapper`] | what to mint or burn as a pure function of supply and time; caps, throttle, cliff, window | |
//! | [`linear`], [`halving`], [`geometric`], [`exponential_decay`], [`tail_emission`], [`inflation`], [`sigmoid`] | schedules with their cumulative issue; [`schedule`] is any of them | `issuance/schedule` |
//! | [`premine`], [`vesting`], [`vested_token`] | allocation tables, vesting curves, a vesting token | `issuance/vesting` |
//! | [`hive_supply`] | the monthly supply policy of the 1Hive economy | in te-hive-economy |
//! | [`target_ratio`] | the controller behind it, with both meanings of its throttle | `issuance/target-ratio` |
//! | [`dynamic_issuance`] | the deployed 1Hive contract, integer for integer | `issuance/dynamic-issuance` |
//! | [`pid`], [`rai`], [`bonded_ratio`], [`rebase`] | controllers of rate and supply | `issuance/pid`, `issuance/bonded-ratio`, `issuance/rebase` |
//! | [`base_fee`], [`flash_stake`] | burning by a base fee; issue by time-locked stakes | `issuance/fee-burn` |
//! | [`dutch_auction`] | a sale at a price that falls from a start to a reserve | `issuance/dutch-auction` |
//! | [`unipool`] | staking rewards, integer for integer | `issuance/staking-rewards` |
//! | [`work`] | the WORK token | `issuance/work-token` |
//!
//! Central equations: a schedule mints `cumulative(t + dt) - cumulative(t)`; a controller mints
//! `clamp((1 - (B/S)/target)/period, -cap, cap) dt S`; `total = sum of balances`, always.
//!
//! Units: ledgers count whole units in `u128`, mirrors of contracts in `U256`; what is exp, ln or pow is f64; rational
//! formulas run on f64 or exact decimals ([`te_math::Number`]). Time is in ticks (a step, block or second), years or
//! seconds, as each module says. exp, ln and pow are those of [`te_math`], the same bits on every machine.
//!
//! **Throttle and yearly cap.** A throttle θ per step compounds to `(1 + θ)^n - 1` a year. The 1Hive economy's monthly
//! 0.008 is 10.03 % of the supply a year. The 1Hive contract's throttle is of the *target ratio*: 0.1 a year with a
//! target of 0.3 allows 33 % of the supply. [`hive_supply::max_annual_growth`],
//! [`target_ratio::TargetRatio::max_rate`] and [`dynamic_issuance::max_annual_supply_change`] say it for any values.
//!
//! The 1Hive supply policy lives here and te-hive-economy imports it: it is a controller of issuance, one line away from
//! the general one and from the contract, while the economy adds what the policy reads.
//!
//! The formulas need no engine: without the feature `engine` they are all there is.
//!
//! Sources: the modules name them: bitcoin, Monero, Filecoin, Solana, Cosmos, go-ethereum, Ampleforth, `OpenZeppelin`, Flash,
//! 1Hive's contracts and notebooks, the WORK notebook.
//!
//! ```
//! use te_issuance::halving::Halving;
//! use te_issuance::ledger::Ledger;
//! use te_issuance::policy::{Issuer, Schedule, Scheduled};
//!
//! let bitcoin = Halving::new(5_000_000_000, 210_000)?;
//! assert_eq!(bitcoin.limit(), Some(2_099_999_997_690_000));
//!
//! let mut ledger = Ledger::new();
//! let miners = ledger.open("miners")?;
//! let mut issuer = Issuer::single(Scheduled(bitcoin), miners)?;
//! issuer.issue(&mut ledger, 0.0, 100_000)?;
//! issuer.issue(&mut ledger, 0.0, 320_000)?;
//! assert_eq!(ledger.total(), 1_575_000_000_000_000);
//! assert_eq!(ledger.total(), bitcoin.cumulative(420_000)?);
//! # Ok::<(), te_issuance::IssuanceError>(())
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests compare with the platform's functions"))]

pub mod amount;
pub mod base_fee;
pub mod bonded_ratio;
#[cfg(feature = "engine")]
pub mod component;
pub mod dutch_auction;
pub mod dynamic_issuance;
pub mod error;
pub mod exponential_decay;
pub mod flash_stake;
pub mod geometric;
pub mod halving;
pub mod hive_supply;
pub mod inflation;
pub mod ledger;
pub mod linear;
pub mod pid;
pub mod policy;
pub mod premine;
pub mod rai;
pub mod rebase;
pub mod schedule;
pub mod sigmoid;
pub mod tail_emission;
pub mod target_ratio;
pub mod unipool;
pub mod vested_token;
pub mod vesting;
pub mod work;
pub mod wrapper;

pub use error::IssuanceError;

/// Adds this crate's kinds to a registry.
#[cfg(feature = "engine")]
pub fn register(registry: &mut te_core::Registry) {
    use component as c;
    const PACKAGE: &str = env!("CARGO_PKG_NAME");
    registry.add::<c::work_token::WorkToken>(
        PACKAGE,
        "The WORK token: a weekly mint into a treasury, rewards for contributors.",
    );
    registry.add::<c::schedule::ScheduledSupply>(
        PACKAGE,
        "A supply that grows by a schedule, less what is burned.",
    );
    registry.add::<c::vesting::Vesting>(
        PACKAGE,
        "A grant that vests: from the start or from a cliff on, in proportion to time, in parts or by half-life.",
    );
    registry
        .add::<c::target_ratio::TargetRatioPool>(PACKAGE, "A pool steered towards a share of the supply.");
    registry.add::<c::dynamic_issuance::DynamicIssuancePool>(
        PACKAGE,
        "The deployed 1Hive issuance contract, integer for integer.",
    );
    registry.add::<c::pid::PidSupply>(
        PACKAGE,
        "Issuance at the rate a PID controller asks for; RAI's PI controller too.",
    );
    registry.add::<c::bonded_ratio::BondedSupply>(
        PACKAGE,
        "Issuance at a rate that follows the bonded share of the supply.",
    );
    registry.add::<c::rebase::RebasedSupply>(PACKAGE, "A supply rebased towards a target price.");
    registry.add::<c::fee_burn::FeeBurn>(PACKAGE, "A fee market that burns its base fee.");
    registry.add::<c::staking_rewards::StakingRewards>(
        PACKAGE,
        "Staking rewards at a fixed rate, shared by stake.",
    );
    registry.add::<component::dutch_auction::DutchAuction>(
        env!("CARGO_PKG_NAME"),
        "A Dutch auction of a supply of tokens: a price that falls from a start to a reserve.",
    );
}
