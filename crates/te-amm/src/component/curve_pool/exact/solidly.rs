//! `amm/solidly-exact`: a Solidly pool, stable or volatile, in whole units.
//!
//! Rules: [`exact::solidly`](crate::exact::solidly). A join brings both tokens in proportion, as its router does; the rest comes back. A leave gives reserves; the
//! provider's fees wait beside them.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of Int are checked")]

use super::{ExactCurve, Mirror, Moved, tokens, units};
use crate::component::curve_pool::CurvePool;
use crate::component::curve_pool::book::PoolBook;
use crate::component::curve_pool::solidly::Keeps;
use crate::exact::integer::Int;
use crate::exact::solidly::{Curve, Pool, Refusal};
use crate::wide::U256;
use crate::{AmmError, solidly};
use serde::{Deserialize, Serialize};
use te_core::{Params, Record};

/// Parameters of a Solidly pool.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct SolidlyExactParams {
    /// Base of the first deposit; of a stable pool as much as quote `[base]` -- controllable.
    #[param(initial, default = 1e6, min = 1e-3, max = 1e12, unit = "base", soft_min = 1e3, soft_max = 1e9)]
    pub base: f64,
    /// Quote of the first deposit `[quote]` -- controllable.
    #[param(initial, default = 1e6, min = 1e-3, max = 1e12, unit = "quote", soft_min = 1e3, soft_max = 1e9)]
    pub quote: f64,
    /// Decimals of the base -- controllable.
    #[param(initial, default = 18, min = 6, max = 18, unit = "1")]
    pub base_decimals: u32,
    /// Decimals of the quote -- controllable.
    #[param(initial, default = 18, min = 6, max = 18, unit = "1")]
    pub quote_decimals: u32,
    /// What a swap keeps -- controllable.
    #[param(initial, default = Keeps::Stable)]
    pub curve: Keeps,
    /// Fee on the input, in parts of 10^-4 -- controllable.
    #[param(initial, default = 5, max = 300, unit = "1", soft_max = 100.0)]
    pub fee_bps: u32,
    /// Whether the pool is arbitraged to the external price at the end of each step -- environment.
    #[param(initial, default = false, role = "environment")]
    pub arbitrage: bool,
}

/// What it shows.
///
/// # Equations
/// ```text
/// kept = 1 - fee_bps / 10000
/// invariant = (base^3 * quote + base * quote^3)^(1 / 4) -- of the volatile curve sqrt(base * quote); kept in the contract's integers
/// base' = base + kept * base_in - base_out
/// quote' = quote + kept * quote_in - quote_out
/// price = (3 * base^2 * quote + quote^3) / (base^3 + 3 * base * quote^2) -- of the volatile curve quote / base
/// uncollected_base' = uncollected_base + base_in * fee_bps / 10000
/// uncollected_quote' = uncollected_quote + quote_in * fee_bps / 10000
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct SolidlyExactMetrics {
    /// What every pool shows.
    #[record(flatten)]
    pub book: PoolBook,
    /// Fees that wait for the provider, in base `[base]` -- metric.
    #[record(unit = "base")]
    pub uncollected_base: f64,
    /// Fees that wait for the provider, in quote `[quote]` -- metric.
    #[record(unit = "quote")]
    pub uncollected_quote: f64,
}

/// A Solidly pool.
pub type SolidlyExactPool = CurvePool<ExactCurve<Solidly>>;

/// The contract with its provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Solidly {
    pool: Pool,
    curve: Keeps,
    fee_bps: u32,
    decimals: [u32; 2],
}

impl From<Refusal> for AmmError {
    fn from(refusal: Refusal) -> Self {
        super::refused(refusal.word())
    }
}

impl Solidly {
    /// The contract.
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    fn tokens(&self, units: [U256; 2]) -> [f64; 2] {
        let ([a, b], [base, quote]) = (units, self.decimals);
        [tokens(a, base), tokens(b, quote)]
    }
}

impl Mirror for Solidly {
    const KIND: &'static str = "amm/solidly-exact";
    type Params = SolidlyExactParams;
    type Metrics = SolidlyExactMetrics;
    const FEE_ON_OUTPUT: bool = false;

    fn open(params: &SolidlyExactParams, time: u64) -> Result<(Self, [u32; 2], bool), String> {
        let decimals = [params.base_decimals, params.quote_decimals];
        let deposit = || -> Result<Pool, AmmError> {
            let fee = u16::try_from(params.fee_bps).unwrap_or(u16::MAX);
            let mut pool = Pool::new(Curve::new(params.curve == Keeps::Stable, decimals, fee)?, time);
            let amounts =
                [units(params.base, params.base_decimals)?, units(params.quote, params.quote_decimals)?];
            pool.mint(amounts, time)?;
            Ok(pool)
        };
        let pool = deposit().map_err(|error| error.to_string())?;
        Ok((
            Self { pool, curve: params.curve, fee_bps: params.fee_bps, decimals },
            decimals,
            params.arbitrage,
        ))
    }

    fn reserves(&self) -> [U256; 2] {
        self.pool.reserves()
    }

    fn uncollected(&self) -> [U256; 2] {
        // Refused only where the fees of all time outgrow 256 bits.
        self.pool.claimable().unwrap_or([U256::MAX; 2])
    }

    fn supply(&self) -> U256 {
        self.pool.total_supply()
    }

    fn invariant(&self, _: u64) -> Result<f64, AmmError> {
        Ok(self.curve.mean(self.tokens(self.pool.reserves())))
    }

    fn price(&self, _: u64) -> Result<f64, AmmError> {
        let [base, quote] = self.tokens(self.pool.reserves());
        match self.curve {
            Keeps::Stable => solidly::price(base, quote),
            Keeps::Volatile => Ok(quote / base),
        }
    }

    fn fee(&self) -> Result<f64, AmmError> {
        Ok(f64::from(self.fee_bps) / 1e4)
    }

    fn swap(&mut self, token_in: usize, amount: U256, time: u64) -> Result<Moved, AmmError> {
        let first_in = token_in == 0;
        let amount_out = self.pool.amount_out(amount, first_in)?;
        self.pool.swap(first_in, amount, amount_out, time)?;
        Ok(Moved { amount_in: amount, amount_out })
    }

    fn join(&mut self, [a, b]: [U256; 2], time: u64) -> Result<([U256; 2], U256), AmmError> {
        let [r0, r1] = self.pool.reserves().map(Int::from);
        let matching = (Int::from(a) * r1 / r0).get().map_err(Refusal::from)?;
        let taken = if matching <= b {
            [a, matching]
        } else {
            [(Int::from(b) * r0 / r1).get().map_err(Refusal::from)?, b]
        };
        Ok((taken, self.pool.mint(taken, time)?))
    }

    fn leave(&mut self, shares: U256, time: u64) -> Result<[U256; 2], AmmError> {
        Ok(self.pool.burn(shares, time)?)
    }

    fn show(&self, book: PoolBook, _: u64) -> SolidlyExactMetrics {
        let [uncollected_base, uncollected_quote] = self.tokens(self.uncollected());
        SolidlyExactMetrics { book, uncollected_base, uncollected_quote }
    }
}
