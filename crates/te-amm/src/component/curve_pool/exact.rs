//! Pools in a contract's whole units as components: `amm/stable-exact`, `amm/crypto-exact`, `amm/solidly-exact`, `amm/concentrated-exact`.
//!
//! ```text
//! units     floor(tokens*10^decimals);  tokens = units/10^decimals
//! time      timestep times the length of a step, in whole seconds; a step without a length is a day
//! fee       booked at the pool's fee before the swap
//! arbitrage to the price by its limit where the contract has one, else golden section on what the integers pay
//! ```
//!
//! What the contract refuses leaves an order unfilled. Rules of orders, shares and accounts are in [`curve_pool`](super), those of the contracts in
//! [`exact`](crate::exact).
//!
//! Assumptions and limits: all liquidity is one provider's; orders beyond 2^256 units are refused.
//!
//! Invariant: in units nothing is lost: what comes in is reserves, fees or out.

pub mod concentrated;
pub mod crypto;
pub mod solidly;
pub mod stable;

use super::book::PoolBook;
use super::{Curve, Join, Swap};
use crate::arbitrage::Arbitrage;
use crate::wide::{U256, approximate, wide_ten_to};
use crate::{AmmError, TokenIn, marginal};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use te_core::{Clock, ParamError, Params, Record, StepLength, TimeUnit};

/// Seconds of a year as dates of contracts count them.
const YEAR: f64 = 31_536_000.0;
/// When the first step begins `[s]`: contracts count from 1970, and averages need a past.
const START: u64 = 1_700_000_000;

/// What a swap moved in whole units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Amount in `[units]`.
    pub amount_in: U256,
    /// Amount out `[units]`.
    pub amount_out: U256,
}

/// A contract's pool with one provider.
///
/// Tokens are 0, the base, and 1, the quote. What is refused changes nothing.
pub trait Mirror: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The kind's name.
    const KIND: &'static str;
    /// Parameters.
    type Params: Params;
    /// What it shows.
    type Metrics: Record;
    /// Whether its fee lies on what goes out.
    const FEE_ON_OUTPUT: bool;
    /// Whether the contract can stop a swap at a price: then [`Mirror::input_to`] says the amount.
    const STOPS_AT_PRICE: bool = false;

    /// The pool with its first deposit; decimals of both tokens; whether it is arbitraged.
    ///
    /// # Errors
    /// Why the contract refuses, in words.
    fn open(params: &Self::Params, time: u64) -> Result<(Self, [u32; 2], bool), String>;

    /// Reserves of both tokens `[units]`.
    fn reserves(&self) -> [U256; 2];

    /// Fees of the provider beside them `[units]`.
    fn uncollected(&self) -> [U256; 2] {
        [U256::ZERO; 2]
    }

    /// Shares in all `[units of shares]`.
    fn supply(&self) -> U256;

    /// The invariant, of one dimension in the reserves `[10^-18]`.
    ///
    /// # Errors
    /// As the contract.
    fn invariant(&self, time: u64) -> Result<f64, AmmError>;

    /// Price of token 0 without fee, in tokens `[quote/base]`.
    ///
    /// # Errors
    /// As the contract.
    fn price(&self, time: u64) -> Result<f64, AmmError>;

    /// Fee now `[1]`.
    ///
    /// # Errors
    /// As the contract.
    fn fee(&self) -> Result<f64, AmmError>;

    /// Swaps an amount of a token in.
    ///
    /// # Errors
    /// What the contract refuses.
    fn swap(&mut self, token_in: usize, amount: U256, time: u64) -> Result<Moved, AmmError>;

    /// The amount in that brings the price without fee there, where the contract can stop a swap at a price.
    fn input_to(&self, token_in: usize, price: f64) -> Option<Result<U256, AmmError>> {
        let _ = (token_in, price);
        None
    }

    /// Joins with up to these amounts: what is taken, and the shares.
    ///
    /// # Errors
    /// What the contract refuses.
    fn join(&mut self, amounts: [U256; 2], time: u64) -> Result<([U256; 2], U256), AmmError>;

    /// Gives both tokens for shares.
    ///
    /// # Errors
    /// What the contract refuses.
    fn leave(&mut self, shares: U256, time: u64) -> Result<[U256; 2], AmmError>;

    /// The book with what this pool has besides.
    fn show(&self, book: PoolBook, time: u64) -> Self::Metrics;
}

/// A contract's pool as a curve.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExactCurve<M> {
    mirror: M,
    decimals: [u32; 2],
    arbitrage: bool,
    time: u64,
}

impl<M: Mirror> ExactCurve<M> {
    /// The contract's pool.
    pub fn mirror(&self) -> &M {
        &self.mirror
    }

    fn tokens(&self, units: [U256; 2]) -> [f64; 2] {
        let ([a, b], [base, quote]) = (units, self.decimals);
        [tokens(a, base), tokens(b, quote)]
    }

    fn units(&self, tokens: [f64; 2]) -> Result<[U256; 2], AmmError> {
        let ([a, b], [base, quote]) = (tokens, self.decimals);
        Ok([units(a, base)?, units(b, quote)?])
    }
}

/// A refusal with the contract's word, where it has one.
fn refused(word: &'static str) -> AmmError {
    AmmError::Refused { reason: if word.is_empty() { "its numbers do not hold it" } else { word } }
}

/// Decimals of shares.
const SHARE_DECIMALS: u32 = 18;

/// `10^decimals`; at most 18 are, so it is exact.
fn power(decimals: u32) -> f64 {
    wide_ten_to::<256, 4>(decimals).map_or(f64::NAN, approximate)
}

/// Tokens of units.
pub(super) fn tokens(units: U256, decimals: u32) -> f64 {
    approximate(units) / power(decimals)
}

/// A part of one in the contract's parts of 10^-10.
fn parts(part: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "parameters are within [0, 50]"
    )]
    let parts = (part * 1e10).round() as u64;
    parts
}

/// The whole units of tokens, rounded down.
///
/// # Errors
/// [`AmmError::Overflow`] beyond 2^256; not finite or negative.
pub(super) fn units(tokens: f64, decimals: u32) -> Result<U256, AmmError> {
    // Whole tokens apart: a million tokens of 18 decimals are 10^24 units, which is no double.
    let unit = wide_ten_to::<256, 4>(decimals);
    let whole =
        U256::try_from(tokens.trunc()).ok().zip(unit).and_then(|(whole, unit)| whole.checked_mul(unit));
    let rest = U256::try_from((tokens.fract() * power(decimals)).floor()).ok();
    whole
        .zip(rest)
        .and_then(|(whole, rest)| whole.checked_add(rest))
        .ok_or(AmmError::Overflow { operation: "units of an amount" })
}

/// The time at the end of a step.
fn seconds(clock: &Clock) -> u64 {
    let step = if clock.step.unit == TimeUnit::Step {
        StepLength::new(clock.step.count, TimeUnit::Day)
    } else {
        clock.step
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a time beyond 2^64 s saturates"
    )]
    let passed = (clock.timestep as f64 * step.years() * YEAR).round() as u64;
    START.saturating_add(passed)
}

impl<M: Mirror> Curve for ExactCurve<M> {
    const KIND: &'static str = M::KIND;
    type Params = M::Params;
    type Metrics = M::Metrics;

    fn open(params: &M::Params) -> Result<Self, ParamError> {
        let (mirror, decimals, arbitrage) = M::open(params, START).map_err(ParamError::cross)?;
        Ok(Self { mirror, decimals, arbitrage, time: START })
    }

    fn change(&mut self, _: &M::Params) {}

    fn is_arbitraged(&self) -> bool {
        self.arbitrage
    }

    fn at(&mut self, clock: &Clock) {
        self.time = seconds(clock);
    }

    fn reserves(&self) -> [f64; 2] {
        self.tokens(self.mirror.reserves())
    }

    fn uncollected(&self) -> [f64; 2] {
        self.tokens(self.mirror.uncollected())
    }

    fn shares(&self) -> f64 {
        tokens(self.mirror.supply(), SHARE_DECIMALS)
    }

    fn invariant(&self) -> Result<f64, AmmError> {
        self.mirror.invariant(self.time)
    }

    fn price(&self) -> Result<f64, AmmError> {
        self.mirror.price(self.time)
    }

    fn fee(&self) -> f64 {
        self.mirror.fee().unwrap_or(f64::NAN)
    }

    fn exact_in(&mut self, token_in: TokenIn, amount: f64) -> Result<Swap, AmmError> {
        let [base, quote] = self.decimals;
        let (at, given, got) = if token_in == TokenIn::Base { (0, base, quote) } else { (1, quote, base) };
        let rate = self.mirror.fee()?;
        let Moved { amount_in, amount_out } = self.mirror.swap(at, units(amount, given)?, self.time)?;
        let (amount_in, amount_out) = (tokens(amount_in, given), tokens(amount_out, got));
        let fee = if M::FEE_ON_OUTPUT { amount_out / (1.0 - rate) * rate } else { amount_in * rate };
        Ok(Swap { amount_in, amount_out, fee, protocol_fee: 0.0, fee_on_output: M::FEE_ON_OUTPUT })
    }

    fn amount_to(&self, token_in: TokenIn, price: f64) -> Result<Option<f64>, AmmError> {
        let [base, quote] = self.decimals;
        let (at, decimals) = if token_in == TokenIn::Base { (0, base) } else { (1, quote) };
        match self.mirror.input_to(at, price) {
            Some(units) => Ok(Some(tokens(units?, decimals)).filter(|&amount| amount > 0.0)),
            None => super::amount_by_halves(self, token_in, price),
        }
    }

    fn best(&self, external_price: f64) -> Result<Option<Arbitrage<f64>>, AmmError> {
        if !M::STOPS_AT_PRICE {
            return super::best_by_section(self, external_price);
        }
        // A contract that stops at a price is arbitraged by its limit.
        let (price, g) = (self.price()?, 1.0 - self.mirror.fee()?);
        let (token_in, target) = if price < g * external_price {
            (TokenIn::Quote, g * external_price)
        } else if price * g > external_price {
            (TokenIn::Base, external_price / g)
        } else {
            return Ok(None);
        };
        let Some(amount) = self.amount_to(token_in, target)? else { return Ok(None) };
        let swap = self.clone().exact_in(token_in, amount)?;
        marginal::trade(token_in, swap.amount_in, swap.amount_out, external_price).map(Some)
    }

    fn join(&mut self, amounts: [f64; 2]) -> Result<Join, AmmError> {
        let (taken, shares) = self.mirror.join(self.units(amounts)?, self.time)?;
        Ok(Join { taken: self.tokens(taken), shares: tokens(shares, SHARE_DECIMALS), protocol_fee: [0.0; 2] })
    }

    fn leave(&mut self, shares: f64) -> Result<[f64; 2], AmmError> {
        super::part_of(shares, self.shares())?;
        let given = self.mirror.leave(units(shares, SHARE_DECIMALS)?, self.time)?;
        Ok(self.tokens(given))
    }

    fn show(&self, book: PoolBook) -> M::Metrics {
        self.mirror.show(book, self.time)
    }
}
