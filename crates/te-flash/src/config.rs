//! The model's switches: each quirk of the published notebook can be kept or corrected by itself.
//!
//! | setting | as published (`seed`) | corrected | why |
//! |---|---|---|---|
//! | `staking` | on (`nostake`: off, an older revision) | on | |
//! | `market_apy_updates` | the market rate is drawn but never stored | stored, applies from the next step | the update function was not registered |
//! | `no_premium` | an error when the mint rate does not exceed the market's | a stake of zero | the variable was left unbound |
//! | `target` | `al1/sqrt(p - d)`: right only where both reserves are equal | `p*(1 - d)` on the invariant | a rate was subtracted from a price |
//! | `negative_stake` | allowed: negative mint, stakes that shrink | clamped to zero | |
//! | `stake_swap` | the FLASH amount is used as the ALT input | exact-out: just enough ALT for the FLASH | FLASH was staked from nothing |
//! | `arb_timing` | from the state before the step | after the external swap | the internal pool lagged by one step |
//! | `swap_formula` | `y - k/(x + dx)`, no fee, any amount | the stable form, with fee and typed errors | cancellation; nothing was validated |
//! | `fee_ext`, `fee_int` | declared, never used (zero) | 0.003 each, on the input, kept in the pool | |
//! | `max_stake_fraction` | none | half the internal pool's FLASH | a stake may exceed the pool |
//! | `arb_tolerance` | none | trades below 1e-18 are not made | rounding residue chose the side |
//! | `steps_per_year` | rates as given | as given | "per day" and "annual" were both written; set it to divide annual rates by it |
//!
//! In a file names are in kebab case: `stake_swap = "exact-out"`.
//!
//! The declared `burn_rate` has no rule anywhere in the notebook and is not a setting here. Draw sizes are in tokens of either side
//! whatever the price; that is kept.
//!
//! Invariant: settings that exclude each other are refused when a model is built.

use crate::error::FlashError;
use serde::{Deserialize, Serialize};
use te_amm::{AmmError, Number};

/// A named set of settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "engine", derive(te_core::Choice))]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Every quirk corrected.
    Corrected,
    /// The published notebook, step by step.
    Seed,
    /// The older revision whose table the notebook shows: no staking.
    Nostake,
}

/// What happens when the mint rate does not exceed the market's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "engine", derive(te_core::Choice))]
#[serde(rename_all = "snake_case")]
pub enum NoPremium {
    /// The step is refused.
    Error,
    /// Nobody stakes.
    Zero,
}

/// The price that stakers push the external pool to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "engine", derive(te_core::Choice))]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// `p - d`, with the published formula for the reserve.
    Seed,
    /// `p - d`, on the invariant.
    Additive,
    /// `p*(1 - d)`, on the invariant.
    Proportional,
}

/// Stakes below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "engine", derive(te_core::Choice))]
#[serde(rename_all = "snake_case")]
pub enum NegativeStake {
    /// Allowed: stakes shrink and FLASH is un-minted.
    Allow,
    /// Taken as zero.
    Clamp,
}

/// How staked FLASH is bought from the internal pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "engine", derive(te_core::Choice))]
#[serde(rename_all = "snake_case")]
pub enum StakeSwap {
    /// The amount of FLASH to stake goes in as ALT, whatever comes out.
    AltEqualsFlash,
    /// As much ALT goes in as buys the FLASH to stake.
    ExactOut,
}

/// When the arbitrage looks at the external price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "engine", derive(te_core::Choice))]
#[serde(rename_all = "snake_case")]
pub enum ArbTiming {
    /// Before anything of the step has happened.
    StartOfStep,
    /// After the external swap.
    AfterExternal,
}

/// Which arithmetic a swap uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "engine", derive(te_core::Choice))]
#[serde(rename_all = "snake_case")]
pub enum SwapFormula {
    /// `y - k/(x + dx)` and the target `sqrt(k*p)`, in exactly the notebook's order of operations.
    Seed,
    /// `y*g*dx/(x + g*dx)` and the no-trade band.
    Stable,
}

/// All settings, resolved.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Config<N> {
    /// Whether anybody stakes.
    pub staking: bool,
    /// Whether the market rate drawn is stored.
    pub market_apy_updates: bool,
    /// See [`NoPremium`].
    pub no_premium: NoPremium,
    /// See [`Target`].
    pub target: Target,
    /// See [`NegativeStake`].
    pub negative_stake: NegativeStake,
    /// See [`StakeSwap`].
    pub stake_swap: StakeSwap,
    /// See [`ArbTiming`].
    pub arb_timing: ArbTiming,
    /// See [`SwapFormula`].
    pub swap_formula: SwapFormula,
    /// Fee of the external pool, on the input `[1]`.
    pub fee_ext: N,
    /// Fee of the internal pool, on the input `[1]`.
    pub fee_int: N,
    /// Largest stake of a step, as a share of the internal pool's FLASH `[1]`.
    pub max_stake_fraction: Option<N>,
    /// Arbitrage inputs up to this are not made `[tokens]`.
    pub arb_tolerance: N,
    /// Steps in a year by which both rates are divided; `None` takes them as given `[1/year]`.
    pub steps_per_year: Option<N>,
}

impl<N: Number> Config<N> {
    /// The settings of a profile.
    ///
    /// # Errors
    /// None in practice: the constants fit every number type.
    pub fn of(profile: Profile) -> Result<Self, AmmError> {
        let seed = Self {
            staking: true,
            market_apy_updates: false,
            no_premium: NoPremium::Error,
            target: Target::Seed,
            negative_stake: NegativeStake::Allow,
            stake_swap: StakeSwap::AltEqualsFlash,
            arb_timing: ArbTiming::StartOfStep,
            swap_formula: SwapFormula::Seed,
            fee_ext: N::ZERO,
            fee_int: N::ZERO,
            max_stake_fraction: None,
            arb_tolerance: N::ZERO,
            steps_per_year: None,
        };
        let million = N::count(1_000_000);
        Ok(match profile {
            Profile::Seed => seed,
            Profile::Nostake => Self { staking: false, ..seed },
            Profile::Corrected => Self {
                market_apy_updates: true,
                no_premium: NoPremium::Zero,
                target: Target::Proportional,
                negative_stake: NegativeStake::Clamp,
                stake_swap: StakeSwap::ExactOut,
                arb_timing: ArbTiming::AfterExternal,
                swap_formula: SwapFormula::Stable,
                fee_ext: N::count(3).try_div(N::count(1000))?,
                fee_int: N::count(3).try_div(N::count(1000))?,
                max_stake_fraction: Some(N::ONE.try_div(N::count(2))?),
                arb_tolerance: N::ONE.try_div(million)?.try_div(million)?.try_div(million)?,
                ..seed
            },
        })
    }

    /// Refuses settings that exclude each other.
    ///
    /// # Errors
    /// [`FlashError::Config`] naming the setting.
    pub fn check(&self) -> Result<(), FlashError> {
        let refuse = |parameter, reason| Err(FlashError::Config { parameter, reason });
        let fee = |fee: N| fee.is_number() && fee >= N::ZERO && fee < N::ONE;
        if !fee(self.fee_ext) {
            return refuse("fee_ext", "a fee must lie in [0, 1)");
        }
        if !fee(self.fee_int) {
            return refuse("fee_int", "a fee must lie in [0, 1)");
        }
        if self.swap_formula == SwapFormula::Seed && (self.fee_ext > N::ZERO || self.fee_int > N::ZERO) {
            return refuse(
                "swap_formula",
                "the published formula knows no fee: set the fees to 0 or the formula to `stable`",
            );
        }
        let negative_possible = self.staking && self.negative_stake == NegativeStake::Allow;
        if negative_possible
            && (self.swap_formula, self.stake_swap) != (SwapFormula::Seed, StakeSwap::AltEqualsFlash)
        {
            return refuse(
                "negative_stake",
                "only the published swaps take negative amounts: `allow` needs `swap_formula = \"seed\"` and \
                 `stake_swap = \"alt-equals-flash\"`",
            );
        }
        if self.max_stake_fraction.is_some_and(|f| !f.is_number() || f <= N::ZERO || f > N::ONE) {
            return refuse("max_stake_fraction", "a share of the internal pool must lie in (0, 1]");
        }
        if !self.arb_tolerance.is_number() || self.arb_tolerance < N::ZERO {
            return refuse("arb_tolerance", "must be at least 0");
        }
        if self.steps_per_year.is_some_and(|n| !n.is_number() || n <= N::ZERO) {
            return refuse("steps_per_year", "must be positive");
        }
        Ok(())
    }
}
