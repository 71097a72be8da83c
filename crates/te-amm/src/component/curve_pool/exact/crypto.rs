//! `amm/crypto-exact`: a twocrypto-ng pool, in whole units: coin 0 is the quote, coin 1 the base.
//!
//! Rules: [`exact::twocrypto`](crate::exact::twocrypto). Liquidity lies around a price scale, which follows the average price where the fees have paid for it.

use super::{ExactCurve, Mirror, Moved, units};
use crate::AmmError;
use crate::component::curve_pool::CurvePool;
use crate::component::curve_pool::book::PoolBook;
use crate::exact::twocrypto::Refusal;
use crate::exact::twocrypto::curve::Shape;
use crate::exact::twocrypto::pool::{Pool, Settings};
use crate::exact::weighted::fixed_point::ONE;
use crate::wide::{U256, approximate};
use serde::{Deserialize, Serialize};
use te_core::{Params, Record};

/// Parameters of a twocrypto-ng pool.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct CryptoExactParams {
    /// Base of the first deposit `[base]` -- controllable.
    #[param(
        initial,
        default = 1000.0,
        min = 1e-3,
        max = 1e12,
        unit = "base",
        soft_min = 10.0,
        soft_max = 1e6
    )]
    pub base: f64,
    /// Quote of the first deposit `[quote]` -- controllable.
    #[param(initial, default = 1e6, min = 1e-3, max = 1e12, unit = "quote", soft_min = 1e3, soft_max = 1e9)]
    pub quote: f64,
    /// Price around which liquidity lies at the start `[quote/base]` -- controllable.
    #[param(
        initial,
        default = 1000.0,
        min = 1e-9,
        max = 1e9,
        unit = "quote/base",
        soft_min = 0.01,
        soft_max = 1e5
    )]
    pub price_scale: f64,
    /// Decimals of the base -- controllable.
    #[param(initial, default = 18, min = 6, max = 18, unit = "1")]
    pub base_decimals: u32,
    /// Decimals of the quote -- controllable.
    #[param(initial, default = 18, min = 6, max = 18, unit = "1")]
    pub quote_decimals: u32,
    /// Amplification, as the contract counts it: 10^4 times 2^2 times the paper's `[1]` -- controllable.
    #[param(initial, default = 400_000, min = 4_000, max = 40_000_000, unit = "1")]
    pub amplification: u64,
    /// How fast liquidity thins away from the price scale `[1]` -- controllable.
    #[param(
        initial,
        default = 0.000145,
        min = 1e-8,
        max = 0.199,
        unit = "1",
        soft_min = 1e-5,
        soft_max = 0.05
    )]
    pub gamma: f64,
    /// Fee at the price scale, in parts of 10^-10 `[1]` -- controllable.
    #[param(initial, default = 0.0026, min = 0.0, max = 0.01, unit = "1")]
    pub mid_fee: f64,
    /// Fee far from it, at least as much `[1]` -- controllable.
    #[param(initial, default = 0.01, min = 0.01, max = 0.5, unit = "1", soft_max = 0.05)]
    pub out_fee: f64,
    /// How fast the fee rises from one to the other `[1]` -- controllable.
    #[param(initial, default = 0.00023, min = 1e-9, max = 1.0, unit = "1", soft_max = 0.05)]
    pub fee_gamma: f64,
    /// Profit that must be left before the price scale moves `[1]` -- controllable.
    #[param(initial, default = 2e-6, min = 0.0, max = 0.01, unit = "1", soft_max = 1e-4)]
    pub allowed_extra_profit: f64,
    /// Least step of the price scale `[1]` -- controllable.
    #[param(initial, default = 0.000146, min = 1e-9, max = 0.1, unit = "1", soft_max = 0.01)]
    pub adjustment_step: f64,
    /// Time constant of the average price `[s]` -- controllable.
    #[param(initial, default = 866, min = 87, max = 872_541, unit = "s")]
    pub ma_time: u64,
    /// Whether the pool is arbitraged to the external price at the end of each step -- environment.
    #[param(initial, default = false, role = "environment")]
    pub arbitrage: bool,
}

/// What it shows.
///
/// # Equations
/// ```text
/// x = quote
/// y = base * price_scale
/// k * d * (x + y) + x * y = k * d^2 + d^2 / 4 -- which defines d
/// k = amplification / 40000 * k0 * gamma^2 / (gamma + 1 - k0)^2
/// k0 = 4 * x * y / d^2
/// d: the invariant of the scaled balances
/// fee = r * mid_fee + (1 - r) * out_fee
/// r = fee_gamma / (fee_gamma + 1 - 4 * x * y / (x + y)^2)
/// invariant = d / (2 * sqrt(price_scale))
/// price_oracle' = last * (1 - exp(-seconds / ma_time)) + price_oracle * exp(-seconds / ma_time)
/// last: the pool's price after the last change, at most 2 * price_scale
/// price_scale' = price_scale + (price_oracle - price_scale) * max(adjustment_step, norm / 5) / norm -- where norm is more, and half of the profit above allowed_extra_profit pays for it
/// norm = abs(price_oracle / price_scale - 1)
/// profit' = (1 + profit) * virtual_price' / virtual_price - 1 -- before a move of the scale
/// repegs' = repegs + 1 -- for each move
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct CryptoExactMetrics {
    /// What every pool shows.
    #[record(flatten)]
    pub book: PoolBook,
    /// Price around which liquidity lies `[quote/base]` -- metric.
    #[record(unit = "quote/base")]
    pub price_scale: f64,
    /// Average price that the scale follows `[quote/base]` -- metric.
    #[record(unit = "quote/base")]
    pub price_oracle: f64,
    /// Profit of a share so far, half of which may pay for moves of the scale `[1]` -- metric.
    #[record(unit = "1")]
    pub profit: f64,
    /// Moves of the price scale so far -- metric.
    #[record(unit = "1")]
    pub repegs: u64,
}

/// A twocrypto-ng pool.
pub type CryptoExactPool = CurvePool<ExactCurve<Crypto>>;

/// The contract with its provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Crypto {
    pool: Pool,
    repegs: u64,
}

impl From<Refusal> for AmmError {
    fn from(refusal: Refusal) -> Self {
        super::refused(refusal.word())
    }
}

/// Parts of 10^-18 of a number.
fn wad(x: f64) -> Result<U256, AmmError> {
    units(x, 18)
}

fn of_wad(x: U256) -> f64 {
    approximate(x) / ONE as f64
}

impl Crypto {
    /// The contract.
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// Makes a change and counts the move of the price scale that it may lead to.
    fn changed<T>(&mut self, change: impl FnOnce(&mut Pool) -> Result<T, Refusal>) -> Result<T, AmmError> {
        let before = self.pool.price_scale();
        let done = change(&mut self.pool)?;
        if self.pool.price_scale() != before {
            self.repegs = self.repegs.saturating_add(1);
        }
        Ok(done)
    }
}

/// Base and quote of coins, or the other way round: coin 0 is the quote.
fn turned([a, b]: [U256; 2]) -> [U256; 2] {
    [b, a]
}

impl Mirror for Crypto {
    const KIND: &'static str = "amm/crypto-exact";
    type Params = CryptoExactParams;
    type Metrics = CryptoExactMetrics;
    const FEE_ON_OUTPUT: bool = true;

    fn open(params: &CryptoExactParams, time: u64) -> Result<(Self, [u32; 2], bool), String> {
        let CryptoExactParams { base, quote, base_decimals, quote_decimals, .. } = *params;
        let small = |x: f64| Ok::<_, AmmError>(wad(x)?.saturating_to::<u64>());
        let deposit = || -> Result<Pool, AmmError> {
            let settings = Settings {
                shape: Shape::new(U256::from(params.amplification), wad(params.gamma)?)?,
                mid_fee: super::parts(params.mid_fee),
                out_fee: super::parts(params.out_fee),
                fee_gamma: small(params.fee_gamma)?,
                allowed_extra_profit: small(params.allowed_extra_profit)?,
                adjustment_step: small(params.adjustment_step)?,
                ma_time: params.ma_time,
                initial_price: wad(params.price_scale)?,
                decimals: [quote_decimals, base_decimals],
            };
            let mut pool = Pool::new(&settings, time)?;
            pool.add_liquidity(
                [units(quote, quote_decimals)?, units(base, base_decimals)?],
                U256::ZERO,
                time,
            )?;
            Ok(pool)
        };
        let pool = deposit().map_err(|error| error.to_string())?;
        Ok((Self { pool, repegs: 0 }, [base_decimals, quote_decimals], params.arbitrage))
    }

    fn reserves(&self) -> [U256; 2] {
        turned(self.pool.balances())
    }

    fn supply(&self) -> U256 {
        self.pool.total_supply()
    }

    fn invariant(&self, _: u64) -> Result<f64, AmmError> {
        Ok(of_wad(self.pool.virtual_price_now()?) * of_wad(self.pool.total_supply()))
    }

    fn price(&self, time: u64) -> Result<f64, AmmError> {
        Ok(of_wad(self.pool.spot_price(time)?))
    }

    fn fee(&self) -> Result<f64, AmmError> {
        Ok(approximate(self.pool.fee()?) / 1e10)
    }

    fn swap(&mut self, token_in: usize, amount: U256, time: u64) -> Result<Moved, AmmError> {
        let pair = if token_in == 0 { (1, 0) } else { (0, 1) };
        let amount_out = self.changed(|pool| pool.exchange(pair, amount, U256::ZERO, time))?;
        Ok(Moved { amount_in: amount, amount_out })
    }

    fn join(&mut self, amounts: [U256; 2], time: u64) -> Result<([U256; 2], U256), AmmError> {
        let shares = self.changed(|pool| pool.add_liquidity(turned(amounts), U256::ZERO, time))?;
        Ok((amounts, shares))
    }

    fn leave(&mut self, shares: U256, _: u64) -> Result<[U256; 2], AmmError> {
        Ok(turned(self.changed(|pool| pool.remove_liquidity(shares, [U256::ZERO; 2]))?))
    }

    fn show(&self, book: PoolBook, time: u64) -> CryptoExactMetrics {
        CryptoExactMetrics {
            book,
            price_scale: of_wad(self.pool.price_scale()),
            price_oracle: self.pool.price_oracle(time).map_or(f64::NAN, of_wad),
            profit: of_wad(self.pool.xcp_profit()) - 1.0,
            repegs: self.repegs,
        }
    }
}
