//! `amm/concentrated-exact`: a Uniswap v3 pool, in whole units: token 0 is the base, token 1 the quote.
//!
//! Rules: [`exact::uniswap_v3`](crate::exact::uniswap_v3). All positions are the providers'; a join adds to each in proportion to its liquidity, as far as both tokens
//! reach, and the rest comes back; a leave takes off each and collects its fees in proportion. Shares begin as the pool's value in quote; a join gets them for its
//! value beside that of the pool with its waiting fees, at the pool's price.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of Int are checked")]

use super::{ExactCurve, Mirror, Moved, tokens, units};
use crate::AmmError;
use crate::component::curve_pool::CurvePool;
use crate::component::curve_pool::book::PoolBook;
use crate::exact::integer::Int;
use crate::exact::uniswap_v3::Refusal;
use crate::exact::uniswap_v3::amounts::Amount;
use crate::exact::uniswap_v3::pool::Pool;
use crate::exact::uniswap_v3::root::root_at_tick;
use crate::wide::{U256, approximate, isqrt};
use serde::{Deserialize, Serialize};
use te_core::{Params, Record};

/// Parameters of a Uniswap v3 pool.
#[derive(Clone, Debug, PartialEq, Params)]
pub struct ConcentratedExactParams {
    /// Price at the start `[quote/base]` -- controllable.
    #[param(
        initial,
        default = 1.0,
        min = 1e-12,
        max = 1e12,
        unit = "quote/base",
        soft_min = 0.01,
        soft_max = 100.0
    )]
    pub price: f64,
    /// Tick at which it opens instead `[1]` -- controllable.
    #[param(initial, default = None, min = -887_272, max = 887_271, unit = "1")]
    pub tick: Option<i64>,
    /// Lower ticks of the positions, whole numbers of spacings -- controllable.
    #[param(initial, default = vec![-6960, -2280], min = -887_272, max = 887_272, unit = "1")]
    pub lower: Vec<i64>,
    /// Upper ticks of the positions -- controllable.
    #[param(initial, default = vec![6960, 2280], min = -887_272, max = 887_272, unit = "1")]
    pub upper: Vec<i64>,
    /// Liquidity of the positions `[sqrt(base*quote)]` -- controllable.
    #[param(initial, default = vec![1000.0, 5000.0], min = 1e-6, max = 1e18, unit = "sqrt(base*quote)")]
    pub liquidity: Vec<f64>,
    /// Decimals of the base -- controllable.
    #[param(initial, default = 18, min = 6, max = 18, unit = "1")]
    pub base_decimals: u32,
    /// Decimals of the quote -- controllable.
    #[param(initial, default = 18, min = 6, max = 18, unit = "1")]
    pub quote_decimals: u32,
    /// Fee on the input, in parts of 10^-6 -- controllable.
    #[param(initial, default = 3000, max = 999_999, unit = "1", soft_max = 10_000.0)]
    pub fee_pips: u32,
    /// Ticks between two at which a position can begin or end -- controllable.
    #[param(initial, default = 60, min = 1, max = 16_383, unit = "1", soft_max = 200.0)]
    pub spacing: u32,
    /// The protocol takes one part in so many of every fee, 4 to 10; 0 takes none -- controllable.
    #[param(initial, default = 0, max = 10, unit = "1")]
    pub protocol_part: u32,
    /// Whether the pool is arbitraged to the external price at the end of each step -- environment.
    #[param(initial, default = false, role = "environment")]
    pub arbitrage: bool,
}

/// What it shows.
///
/// # Equations
/// ```text
/// root = sqrt(price)
/// base = sum(liquidity(i) * (1 / low - 1 / high)) -- of the position i, from root or its lower tick up; in the contract's integers
/// quote = sum(liquidity(i) * (high - low)) -- from its lower tick up to root or its upper one
/// low, high: roots of the price at the ends of what of a position lies there
/// root' = liquidity * root / (liquidity + kept * base_in * root) -- until an initialised tick, where liquidity begins or ends
/// root' = root + kept * quote_in / liquidity
/// kept = 1 - fee_pips / 1000000
/// uncollected_base' = uncollected_base + base_in * fee_pips / 1000000 * (1 - 1 / protocol_part)
/// uncollected_quote' = uncollected_quote + quote_in * fee_pips / 1000000 * (1 - 1 / protocol_part)
/// tick = floor(ln(price) / ln(1.0001))
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct ConcentratedExactMetrics {
    /// What every pool shows.
    #[record(flatten)]
    pub book: PoolBook,
    /// Liquidity in which the price lies `[sqrt(base*quote)]` -- metric.
    #[record(unit = "sqrt(base*quote)")]
    pub liquidity: f64,
    /// Tick of the price `[1]` -- metric.
    #[record(unit = "1")]
    pub tick: i64,
    /// Whether the price lies where there is liquidity -- metric.
    pub in_range: bool,
    /// Initialised ticks crossed so far -- metric.
    #[record(unit = "1")]
    pub crossings: u64,
    /// Fees that wait for the providers, in base `[base]` -- metric.
    #[record(unit = "base")]
    pub uncollected_base: f64,
    /// Fees that wait for the providers, in quote `[quote]` -- metric.
    #[record(unit = "quote")]
    pub uncollected_quote: f64,
}

/// A Uniswap v3 pool.
pub type ConcentratedExactPool = CurvePool<ExactCurve<Concentrated>>;

/// The contract with its providers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Concentrated {
    pool: Pool,
    shares: U256,
    crossings: u64,
    decimals: [u32; 2],
    fee_pips: u32,
}

impl From<Refusal> for AmmError {
    fn from(refusal: Refusal) -> Self {
        super::refused(refusal.word())
    }
}

/// The root of a price in units of both tokens `[Q64.96]`.
fn root_of(price: f64, [base, quote]: [u32; 2]) -> Result<U256, AmmError> {
    // The price with 192 places of which the root has 96: a double's digits stand at the top.
    let scaled = price * super::power(quote) / super::power(base);
    let places = U256::from(1u64).wrapping_shl(96);
    let whole = U256::try_from(scaled * 79_228_162_514_264_337_593_543_950_336.0);
    let whole = whole.map_err(|_| AmmError::Overflow { operation: "root of a price" })?;
    whole.checked_mul(places).map(isqrt).ok_or(AmmError::Overflow { operation: "root of a price" })
}

/// Decimals of liquidity: half of both tokens'.
fn liquidity_decimals([base, quote]: [u32; 2]) -> f64 {
    (super::power(base) * super::power(quote)).sqrt()
}

fn tick_of(tick: i64) -> i32 {
    i32::try_from(tick).unwrap_or(i32::MAX)
}

impl Concentrated {
    /// The contract.
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// The pool with the fees of all positions credited.
    fn credited(&self) -> Result<Pool, Refusal> {
        let mut pool = self.pool.clone();
        let held: Vec<_> =
            pool.positions().filter(|(_, held)| held.liquidity > 0).map(|(range, _)| range).collect();
        for (lower, upper) in held {
            pool.burn(lower, upper, 0)?;
        }
        Ok(pool)
    }

    fn owed(pool: &Pool) -> [U256; 2] {
        pool.positions().fold([U256::ZERO; 2], |[a, b], (_, position)| {
            let [c, d] = position.owed.map(U256::from);
            [a.saturating_add(c), b.saturating_add(d)]
        })
    }

    /// The part `share/all` of a liquidity, rounded down.
    fn part(liquidity: u128, share: U256, all: U256) -> Result<u128, AmmError> {
        let part = (Int::from(U256::from(liquidity)) * share / all).get().map_err(Refusal::from)?;
        Ok(part.saturating_to::<u128>())
    }
}

impl Mirror for Concentrated {
    const KIND: &'static str = "amm/concentrated-exact";
    type Params = ConcentratedExactParams;
    type Metrics = ConcentratedExactMetrics;
    const FEE_ON_OUTPUT: bool = false;
    const STOPS_AT_PRICE: bool = true;

    fn open(params: &ConcentratedExactParams, _: u64) -> Result<(Self, [u32; 2], bool), String> {
        let decimals = [params.base_decimals, params.quote_decimals];
        let ConcentratedExactParams { lower, upper, liquidity, .. } = params;
        if lower.is_empty() || lower.len() != upper.len() || lower.len() != liquidity.len() {
            return Err(
                "lower, upper and liquidity must have one entry for each position, and there must be one"
                    .to_owned(),
            );
        }
        let open = || -> Result<Pool, AmmError> {
            let mut pool = Pool::new(params.fee_pips, i32::try_from(params.spacing).unwrap_or(i32::MAX))?;
            let part = u8::try_from(params.protocol_part).unwrap_or(u8::MAX);
            pool.set_protocol([part; 2])?;
            pool.initialize(match params.tick {
                Some(tick) => root_at_tick(tick_of(tick))?,
                None => root_of(params.price, decimals)?,
            })?;
            for ((&lower, &upper), &liquidity) in lower.iter().zip(upper).zip(liquidity) {
                let units =
                    U256::try_from((liquidity * liquidity_decimals(decimals)).floor()).unwrap_or(U256::MAX);
                pool.mint(tick_of(lower), tick_of(upper), units.saturating_to::<u128>())?;
            }
            Ok(pool)
        };
        let pool = open().map_err(|error| error.to_string())?;
        let [base, quote] = pool.balances();
        let mirror = Self { pool, shares: U256::ZERO, crossings: 0, decimals, fee_pips: params.fee_pips };
        let price = mirror.price(0).map_err(|error| error.to_string())?;
        let value = tokens(base, params.base_decimals) * price + tokens(quote, params.quote_decimals);
        let shares = units(value, super::SHARE_DECIMALS).map_err(|error| error.to_string())?;
        Ok((Self { shares, ..mirror }, decimals, params.arbitrage))
    }

    fn reserves(&self) -> [U256; 2] {
        let ([a, b], [c, d]) = (self.pool.balances(), self.uncollected());
        let [e, f] = self.pool.protocol_fees().map(U256::from);
        [a.saturating_sub(c).saturating_sub(e), b.saturating_sub(d).saturating_sub(f)]
    }

    fn uncollected(&self) -> [U256; 2] {
        // A credit is refused only where there is no position, and all are there.
        self.credited().map_or([U256::ZERO; 2], |pool| Self::owed(&pool))
    }

    fn supply(&self) -> U256 {
        self.shares
    }

    fn invariant(&self, _: u64) -> Result<f64, AmmError> {
        Ok(tokens(self.shares, super::SHARE_DECIMALS))
    }

    fn price(&self, _: u64) -> Result<f64, AmmError> {
        let root = approximate(self.pool.root()) / 79_228_162_514_264_337_593_543_950_336.0;
        let [base, quote] = self.decimals;
        Ok(root * root * super::power(base) / super::power(quote))
    }

    fn fee(&self) -> Result<f64, AmmError> {
        Ok(f64::from(self.fee_pips) / 1e6)
    }

    fn swap(&mut self, token_in: usize, amount: U256, _: u64) -> Result<Moved, AmmError> {
        let swap = self.pool.swap(token_in == 0, Amount::In(amount), U256::ZERO)?;
        if swap.amount_out.is_zero() {
            return Err(AmmError::InsufficientOutput { operation: "swap" });
        }
        self.crossings = self.crossings.saturating_add(u64::from(swap.crossed));
        Ok(Moved { amount_in: swap.amount_in, amount_out: swap.amount_out })
    }

    fn input_to(&self, token_in: usize, price: f64) -> Option<Result<U256, AmmError>> {
        let most = Amount::In(U256::MAX.wrapping_shr(1));
        Some(root_of(price, self.decimals).and_then(|root| {
            let ahead = if token_in == 0 { root < self.pool.root() } else { root > self.pool.root() };
            if !ahead {
                return Ok(U256::ZERO);
            }
            Ok(self.pool.clone().swap(token_in == 0, most, root)?.amount_in)
        }))
    }

    fn join(&mut self, amounts: [U256; 2], _: u64) -> Result<([U256; 2], U256), AmmError> {
        let (reserves, waiting) = (self.reserves(), self.uncollected());
        // In shares of the liquidity, so that what is taken is at most what was brought: a unit apart, the contract rounds up for itself.
        let mut shares = U256::MAX;
        for (brought, held) in amounts.into_iter().zip(reserves) {
            if !held.is_zero() {
                let less = brought.saturating_sub(U256::from(self.pool.positions().count()));
                let part = (Int::from(less) * self.shares / held).get().map_err(Refusal::from)?;
                shares = shares.min(part);
            }
        }
        if shares.is_zero() || shares == U256::MAX {
            return Err(AmmError::InsufficientOutput { operation: "join" });
        }
        let held: Vec<_> =
            self.pool.positions().map(|(range, position)| (range, position.liquidity)).collect();
        let mut taken = [U256::ZERO; 2];
        for ((lower, upper), liquidity) in held {
            let more = Self::part(liquidity, shares, self.shares)?;
            let paid = self.pool.mint(lower, upper, more)?;
            for (taken, paid) in taken.iter_mut().zip(paid.amounts) {
                *taken = taken.saturating_add(paid);
            }
        }
        let worth = |[base, quote]: [U256; 2], price: f64| {
            let [d0, d1] = self.decimals;
            tokens(base, d0) * price + tokens(quote, d1)
        };
        let price = self.price(0)?;
        let part = worth(taken, price) / (worth(reserves, price) + worth(waiting, price));
        let shares = units(tokens(self.shares, super::SHARE_DECIMALS) * part, super::SHARE_DECIMALS)?;
        self.shares = self.shares.saturating_add(shares);
        Ok((taken, shares))
    }

    fn leave(&mut self, shares: U256, _: u64) -> Result<[U256; 2], AmmError> {
        let held: Vec<_> =
            self.pool.positions().map(|(range, position)| (range, position.liquidity)).collect();
        let mut pool = self.credited()?;
        let mut given = [U256::ZERO; 2];
        for ((lower, upper), liquidity) in held {
            let waiting = pool.position(lower, upper).map_or([0; 2], |position| position.owed);
            let freed = pool.burn(lower, upper, Self::part(liquidity, shares, self.shares)?)?;
            let mut most = [0u128; 2];
            for ((most, waiting), freed) in most.iter_mut().zip(waiting).zip(freed.amounts) {
                *most =
                    Self::part(waiting, shares, self.shares)?.saturating_add(freed.saturating_to::<u128>());
            }
            let paid = pool.collect(lower, upper, most)?;
            for (given, paid) in given.iter_mut().zip(paid.amounts) {
                *given = given.saturating_add(paid);
            }
        }
        self.pool = pool;
        self.shares = self.shares.saturating_sub(shares);
        Ok(given)
    }

    fn show(&self, book: PoolBook, _: u64) -> ConcentratedExactMetrics {
        let [uncollected_base, uncollected_quote] = self.uncollected();
        let [base, quote] = self.decimals;
        ConcentratedExactMetrics {
            book,
            liquidity: self.pool.liquidity() as f64 / liquidity_decimals(self.decimals),
            tick: i64::from(self.pool.tick()),
            in_range: self.pool.liquidity() > 0,
            crossings: self.crossings,
            uncollected_base: tokens(uncollected_base, base),
            uncollected_quote: tokens(uncollected_quote, quote),
        }
    }
}
