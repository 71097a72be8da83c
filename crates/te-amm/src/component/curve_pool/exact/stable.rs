//! `amm/stable-exact`: a stableswap-ng pool of two coins, in whole units.
//!
//! Rules: [`exact::stableswap`](crate::exact::stableswap). Half of every fee is the administrator's and leaves the pool's reserves. The amplification stays.

use super::{ExactCurve, Mirror, Moved, units};
use crate::AmmError;
use crate::component::curve_pool::CurvePool;
use crate::component::curve_pool::book::PoolBook;
use crate::exact::stableswap::Refusal;
use crate::exact::stableswap::pool::{Pool, Settings};
use crate::exact::weighted::fixed_point::ONE;
use crate::wide::{U256, approximate};
use serde::{Deserialize, Serialize};
use te_core::{Params, Record};

/// Parameters of a stableswap-ng pool.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct StableExactParams {
    /// Base of the first deposit `[base]` -- controllable.
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
    /// Amplification, a whole number `[1]` -- controllable.
    #[param(initial, default = 100, min = 1, max = 1_000_000, unit = "1", soft_max = 5000.0)]
    pub amplification: u64,
    /// Fee on the output of a balanced pool, in parts of 10^-10 `[1]` -- controllable.
    #[param(initial, default = 0.0004, min = 0.0, max = 0.01, unit = "1")]
    pub fee: f64,
    /// Times the fee that a pool far from balance takes `[1]` -- controllable.
    #[param(initial, default = 2.0, min = 1.0, max = 50.0, unit = "1", soft_max = 20.0)]
    pub offpeg_multiplier: f64,
    /// Whether the pool is arbitraged to the external price at the end of each step -- environment.
    #[param(initial, default = false, role = "environment")]
    pub arbitrage: bool,
}

/// What it shows.
///
/// # Equations
/// ```text
/// sums = 2 * amplification * (base + quote) + invariant
/// sums = 2 * amplification * invariant + invariant^3 / (4 * base * quote) -- in the contract's integers
/// rate = offpeg_multiplier * fee / ((offpeg_multiplier - 1) * 4 * p * q / (p + q)^2 + 1)
/// p, q: balances of what comes in and of what goes out, means of before and after
/// gross: what goes out on the curve, one unit less
/// out = gross * (1 - rate)
/// price_oracle' = last * (1 - exp(-seconds / 866)) + price_oracle * exp(-seconds / 866) -- last: the price after the last change
/// last: price after the last trade, at most 2
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct StableExactMetrics {
    /// What every pool shows.
    #[record(flatten)]
    pub book: PoolBook,
    /// Average price of base over the contract's window `[quote/base]` -- metric.
    #[record(unit = "quote/base")]
    pub price_oracle: f64,
}

/// A stableswap-ng pool.
pub type StableExactPool = CurvePool<ExactCurve<Stable>>;

/// The contract with its provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stable {
    pool: Pool,
}

impl From<Refusal> for AmmError {
    fn from(refusal: Refusal) -> Self {
        super::refused(refusal.word())
    }
}

/// Averages of the contract's windows as its factory proposes them `[s]`.
const WINDOWS: [u64; 2] = [866, 62_324];

impl Stable {
    /// The contract.
    pub fn pool(&self) -> &Pool {
        &self.pool
    }
}

impl Mirror for Stable {
    const KIND: &'static str = "amm/stable-exact";
    type Params = StableExactParams;
    type Metrics = StableExactMetrics;
    const FEE_ON_OUTPUT: bool = true;

    fn open(params: &StableExactParams, time: u64) -> Result<(Self, [u32; 2], bool), String> {
        let decimals = [params.base_decimals, params.quote_decimals];
        let [ma_exp_time, d_ma_time] = WINDOWS;
        let settings = Settings {
            amplification: params.amplification,
            fee: super::parts(params.fee),
            offpeg_fee_multiplier: super::parts(params.offpeg_multiplier),
            ma_exp_time,
            d_ma_time,
            decimals: &decimals,
            oracle_rates: &[ONE, ONE].map(U256::from),
        };
        let deposit = || -> Result<Pool, AmmError> {
            let mut pool = Pool::new(&settings, time)?;
            let amounts =
                [units(params.base, params.base_decimals)?, units(params.quote, params.quote_decimals)?];
            pool.add_liquidity(&amounts, U256::ZERO, time)?;
            Ok(pool)
        };
        let pool = deposit().map_err(|error| error.to_string())?;
        Ok((Self { pool }, decimals, params.arbitrage))
    }

    fn reserves(&self) -> [U256; 2] {
        let balances = self.pool.balances();
        [0, 1].map(|coin| balances.get(coin).copied().unwrap_or(U256::ZERO))
    }

    fn supply(&self) -> U256 {
        self.pool.total_supply()
    }

    fn invariant(&self, time: u64) -> Result<f64, AmmError> {
        let price = approximate(self.pool.virtual_price(time)?) / ONE as f64;
        Ok(price * super::tokens(self.supply(), super::SHARE_DECIMALS))
    }

    fn price(&self, time: u64) -> Result<f64, AmmError> {
        // The contract prices coin 1 in coin 0, both scaled to 18 decimals.
        let prices = self.pool.spot_prices(time)?;
        let price = prices.first().copied().map_or(f64::NAN, approximate) / ONE as f64;
        Ok(1.0 / price)
    }

    fn fee(&self) -> Result<f64, AmmError> {
        Ok(approximate(self.pool.dynamic_fee((0, 1))?) / 1e10)
    }

    fn swap(&mut self, token_in: usize, amount: U256, time: u64) -> Result<Moved, AmmError> {
        let pair = if token_in == 0 { (0, 1) } else { (1, 0) };
        let amount_out = self.pool.exchange(pair, amount, U256::ZERO, time)?;
        Ok(Moved { amount_in: amount, amount_out })
    }

    fn join(&mut self, amounts: [U256; 2], time: u64) -> Result<([U256; 2], U256), AmmError> {
        Ok((amounts, self.pool.add_liquidity(&amounts, U256::ZERO, time)?))
    }

    fn leave(&mut self, shares: U256, time: u64) -> Result<[U256; 2], AmmError> {
        let given = self.pool.remove_liquidity(shares, &[U256::ZERO; 2], true, time)?;
        Ok([0, 1].map(|coin| given.get(coin).copied().unwrap_or(U256::ZERO)))
    }

    fn show(&self, book: PoolBook, time: u64) -> StableExactMetrics {
        let oracle = self.pool.price_oracle(time).ok().and_then(|prices| prices.first().copied());
        StableExactMetrics { book, price_oracle: ONE as f64 / oracle.map_or(f64::NAN, approximate) }
    }
}
