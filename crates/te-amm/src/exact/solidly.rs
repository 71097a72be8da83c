//! Solidly's pools for two tokens: `x^3*y + y^3*x` for tokens of like value, `x*y` for others.
//!
//! ```text
//! stable     k = (xy/E)*(x^2/E + y^2/E)/E          x, y scaled to 18 decimals
//! volatile   k = xy                                 x, y in units
//! fee        a*f/10^4, off the input first, outside the reserves; index += fee*E/T
//! stable     out = (y - y')*decimals/E, y' the least found with k(x + a, y') >= k by Newton's steps from y
//! volatile   out = a*y/(x + a)
//! first mint isqrt(ab) - 1000 shares; later min(a*T/x, b*T/y)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | E | 10^18 | 1 |
//! | a, f | amount in, fee | units, 1/10^4 |
//! | T | shares in all, the 1000 locked ones included | units of shares |
//! | index | fees per share since the start | units times E per unit of shares |
//!
//! Assumptions and limits: one provider, who holds all shares but the 1000 locked ones, whose fees nobody claims. Decimals 0 to 18, fee 0 to
//! 300. The contract scales by decimals twice in one place of its iteration; so does this (it then stops one step early where a token
//! has fewer than 18 decimals).
//!
//! Source: rules measured on Aerodrome's pool, `testdata/te-amm/pools/README.md`, family `solidly`.
//!
//! Invariants: `k` never falls in a swap; fees never enter the reserves.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of Int are checked")]

use super::integer::{Fault, Int};
use crate::wide::{U256, wide_ten_to};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// 10^18, the scale inside the curve.
const E: u64 = 1_000_000_000_000_000_000;
/// Shares locked at the first mint.
const MINIMUM_LIQUIDITY: u64 = 1000;
/// The least invariant of a stable pool's first deposit.
const MINIMUM_K: u64 = 10_000_000_000;
/// Newton's steps before the contract gives up.
const ROUNDS: u32 = 255;

/// What the contract refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Its checked arithmetic.
    #[error(transparent)]
    Arithmetic(#[from] Fault),
    /// The iteration for the balance does not settle in 255 rounds.
    #[error("the balance of the token out is not found in 255 rounds")]
    NoConvergence,
    /// Nothing is asked for.
    #[error("the amount out is 0")]
    InsufficientOutputAmount,
    /// Nothing is paid.
    #[error("the amount in is 0")]
    InsufficientInputAmount,
    /// The whole reserve or more is asked for.
    #[error("the amount out is not below the reserve")]
    InsufficientLiquidity,
    /// The invariant would fall.
    #[error("the invariant would fall: too little is paid for the amount out")]
    InvariantFalls,
    /// A stable pool's first deposit has other than equal values.
    #[error("the first deposit of a stable pool must be of equal amounts, scaled to 18 decimals")]
    DepositsNotEqual,
    /// A stable pool's first deposit is too small.
    #[error("the invariant of the first deposit of a stable pool must be above 10^10")]
    BelowMinimumInvariant,
    /// A deposit mints no share.
    #[error("the deposit mints no share")]
    InsufficientLiquidityMinted,
    /// The shares are worth nothing of a token.
    #[error("the shares are worth less than one unit of a token")]
    InsufficientLiquidityBurned,
    /// More shares than the provider holds.
    #[error("the provider holds fewer shares")]
    TooManyShares,
    /// A parameter outside its range.
    #[error("{0}")]
    Parameter(&'static str),
}

impl Refusal {
    /// The contract's own word, empty where it has none.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Arithmetic(fault) => fault.word(),
            Self::NoConvergence => "!y",
            Self::InsufficientOutputAmount => "InsufficientOutputAmount",
            Self::InsufficientInputAmount => "InsufficientInputAmount",
            Self::InsufficientLiquidity => "InsufficientLiquidity",
            Self::InvariantFalls => "K",
            Self::DepositsNotEqual => "DepositsNotEqual",
            Self::BelowMinimumInvariant => "BelowMinimumK",
            Self::InsufficientLiquidityMinted => "InsufficientLiquidityMinted",
            Self::InsufficientLiquidityBurned => "InsufficientLiquidityBurned",
            Self::TooManyShares | Self::Parameter(_) => "",
        }
    }
}

/// `k` of balances with 18 decimals each.
fn curve(x: Int, y: Int) -> Int {
    (x * y / E) * (x * x / E + y * y / E) / E
}

/// The slope of `k` in `y`, to the contract's rounding.
fn slope(x: Int, y: Int) -> Int {
    Int::from(3u64) * x * (y * y / E) / E + (x * x / E) * x / E
}

/// The curve of a pool, its tokens' decimals and its fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Curve {
    stable: bool,
    units: [U256; 2],
    fee_bps: u16,
}

impl Curve {
    /// A stable or a volatile curve, the decimals of its tokens and its fee `[1/10^4]`.
    ///
    /// # Errors
    /// [`Refusal::Parameter`] for decimals above 18 or a fee above 300.
    pub fn new(stable: bool, decimals: [u32; 2], fee_bps: u16) -> Result<Self, Refusal> {
        if fee_bps > 300 {
            return Err(Refusal::Parameter("the fee must be at most 300 of 10^4"));
        }
        let unit = |decimals: u32| wide_ten_to(decimals).filter(|_| decimals <= 18);
        let [Some(first), Some(second)] = decimals.map(unit) else {
            return Err(Refusal::Parameter("decimals must be at most 18"));
        };
        Ok(Self { stable, units: [first, second], fee_bps })
    }

    /// The invariant of reserves `[units]`.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`].
    pub fn invariant(&self, reserves: [U256; 2]) -> Result<U256, Refusal> {
        let [x, y] = reserves.map(Int::from);
        Ok(self.of(x, y).get()?)
    }

    fn of(&self, x: Int, y: Int) -> Int {
        let [first, second] = self.units;
        if self.stable { curve(x * E / first, y * E / second) } else { x * y }
    }

    /// The fee on an amount in `[units]`.
    fn fee(&self, amount: Int) -> Int {
        amount * u64::from(self.fee_bps) / 10_000u64
    }

    /// Amount out for an amount in of token 0 or of token 1 `[units]`.
    ///
    /// ```
    /// use te_amm::exact::solidly::Curve;
    /// use te_amm::wide::U256;
    /// let curve = Curve::new(false, [6, 6], 30)?;
    /// let reserves = [83_349_055_931u64, 86_911_614_359].map(U256::from);
    /// let out = curve.amount_out(reserves, U256::from(4_641_430_800u64), true)?;
    /// assert_eq!(out, U256::from(4_571_490_973u64));
    /// # Ok::<(), te_amm::exact::solidly::Refusal>(())
    /// ```
    ///
    /// # Errors
    /// [`Refusal::NoConvergence`]; [`Refusal::Arithmetic`].
    pub fn amount_out(&self, reserves: [U256; 2], amount: U256, first_in: bool) -> Result<U256, Refusal> {
        let amount = Int::from(amount);
        let amount = amount - self.fee(amount);
        let ([x, y], [unit_x, unit_y]) = (ordered(reserves, first_in), ordered(self.units, first_in));
        let (x, y) = (Int::from(x), Int::from(y));
        if !self.stable {
            return Ok((amount * y / (x + amount)).get()?);
        }
        let [r0, r1] = reserves.map(Int::from);
        let k = self.of(r0, r1);
        let (x, y) = (x * E / unit_x, y * E / unit_y);
        let after = x + amount * E / unit_x;
        let left = self.balance(after.get()?, k.get()?, y.get()?)?;
        Ok(((y - left) * unit_y / E).get()?)
    }

    /// The balance that has the invariant `k` beside `x`, from `start` `[10^-18 tokens]`.
    fn balance(&self, x: U256, k: U256, start: U256) -> Result<U256, Refusal> {
        let (wide, one) = (Int::from(x), U256::from(1u64));
        let mut y = start;
        for _ in 0..ROUNDS {
            let at = curve(wide, Int::from(y)).get()?;
            let mut step = (Int::from(at).distance(k) * E / slope(wide, Int::from(y))).get()?;
            if at < k {
                if step.is_zero() {
                    let above = (Int::from(y) + 1u64).get()?;
                    if self.of(wide, Int::from(above)).get()? > k {
                        return Ok(above);
                    }
                    step = one;
                }
                y = (Int::from(y) + step).get()?;
            } else {
                if step.is_zero() {
                    if at == k || curve(wide, Int::from(y) - 1u64).get()? < k {
                        return Ok(y);
                    }
                    step = one;
                }
                y = (Int::from(y) - step).get()?;
            }
        }
        Err(Refusal::NoConvergence)
    }
}

/// The pair with the token that comes in first.
fn ordered<T>([first, second]: [T; 2], first_in: bool) -> [T; 2] {
    if first_in { [first, second] } else { [second, first] }
}

/// A pool with one provider.
///
/// ```
/// use te_amm::exact::solidly::{Curve, Pool, Refusal};
/// use te_amm::wide::U256;
/// let mut pool = Pool::new(Curve::new(true, [6, 18], 0)?, 1_700_000_000);
/// let (first, second) = (U256::from(20_020_000_000u64), U256::from(20_020_000_000_000_000_000_000u128));
/// assert_eq!(pool.mint([first, second], 1_700_000_000)?, U256::from(20_019_999_999_999_000u64));
/// let refused = pool.swap(true, U256::from(1_000_000u64), U256::from(10u64).pow(U256::from(18u64)) * U256::from(2u64), 1_700_000_001);
/// assert_eq!(refused, Err(Refusal::InvariantFalls));
/// # Ok::<(), Refusal>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    curve: Curve,
    reserves: [U256; 2],
    total_supply: U256,
    index: [U256; 2],
    reserve_cumulative: [U256; 2],
    time: u64,
    provider: Provider,
}

/// The provider's shares and fees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Provider {
    shares: U256,
    index: [U256; 2],
    claimable: [U256; 2],
}

impl Pool {
    /// An empty pool at a time `[s]`.
    pub fn new(curve: Curve, time: u64) -> Self {
        Self {
            curve,
            reserves: [U256::ZERO; 2],
            total_supply: U256::ZERO,
            index: [U256::ZERO; 2],
            reserve_cumulative: [U256::ZERO; 2],
            time,
            provider: Provider::default(),
        }
    }

    /// Reserves of token 0 and token 1 `[units]`.
    pub fn reserves(&self) -> [U256; 2] {
        self.reserves
    }

    /// Shares in all, the 1000 locked ones included `[units of shares]`.
    pub fn total_supply(&self) -> U256 {
        self.total_supply
    }

    /// Fees of token 0 and token 1 per share since the start `[10^-18 units per unit of shares]`.
    pub fn index(&self) -> [U256; 2] {
        self.index
    }

    /// Sums of reserve times seconds, for averages `[unit s]`.
    pub fn reserve_cumulative(&self) -> [U256; 2] {
        self.reserve_cumulative
    }

    /// The invariant.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`].
    pub fn invariant(&self) -> Result<U256, Refusal> {
        self.curve.invariant(self.reserves)
    }

    /// [`Curve::amount_out`] of the reserves `[units]`.
    ///
    /// # Errors
    /// As [`Curve::amount_out`].
    pub fn amount_out(&self, amount: U256, first_in: bool) -> Result<U256, Refusal> {
        self.curve.amount_out(self.reserves, amount, first_in)
    }

    /// Pays `amount_in` of a token for `amount_out` of the other `[units]`.
    ///
    /// # Errors
    /// [`Refusal::InsufficientOutputAmount`], [`Refusal::InsufficientLiquidity`], [`Refusal::InsufficientInputAmount`],
    /// [`Refusal::InvariantFalls`]; [`Refusal::Arithmetic`].
    pub fn swap(
        &mut self,
        first_in: bool,
        amount_in: U256,
        amount_out: U256,
        time: u64,
    ) -> Result<(), Refusal> {
        let [x, y] = ordered(self.reserves, first_in);
        if amount_out.is_zero() {
            return Err(Refusal::InsufficientOutputAmount);
        }
        if amount_out >= y {
            return Err(Refusal::InsufficientLiquidity);
        }
        if amount_in.is_zero() {
            return Err(Refusal::InsufficientInputAmount);
        }
        let fee = self.curve.fee(Int::from(amount_in));
        let after = [(Int::from(x) + amount_in - fee).get()?, (Int::from(y) - amount_out).get()?];
        let reserves = ordered(after, first_in);
        if self.curve.invariant(reserves)? < self.invariant()? {
            return Err(Refusal::InvariantFalls);
        }
        let per_share = (fee * E / self.total_supply).get()?;
        let [growth, other] = ordered(self.index, first_in);
        let index = ordered([(Int::from(growth) + per_share).get()?, other], first_in);
        self.keep(reserves, time)?;
        self.index = index;
        Ok(())
    }

    /// Takes both tokens and mints shares to the provider; what is beyond the ratio of the reserves is given `[units of shares]`.
    ///
    /// # Errors
    /// [`Refusal::DepositsNotEqual`], [`Refusal::BelowMinimumInvariant`], [`Refusal::InsufficientLiquidityMinted`]; [`Refusal::Arithmetic`].
    pub fn mint(&mut self, amounts: [U256; 2], time: u64) -> Result<U256, Refusal> {
        let ([a, b], [r0, r1]) = (amounts.map(Int::from), self.reserves.map(Int::from));
        let supply = Int::from(self.total_supply);
        let first = self.total_supply.is_zero();
        let shares = if first {
            let shares = ((a * b).sqrt() - MINIMUM_LIQUIDITY).get()?;
            if self.curve.stable {
                let [unit0, unit1] = self.curve.units;
                if (a * E / unit0).get()? != (b * E / unit1).get()? {
                    return Err(Refusal::DepositsNotEqual);
                }
                if self.curve.invariant(amounts)? <= U256::from(MINIMUM_K) {
                    return Err(Refusal::BelowMinimumInvariant);
                }
            }
            shares
        } else {
            (a * supply / r0).min(b * supply / r1).get()?
        };
        if shares.is_zero() {
            return Err(Refusal::InsufficientLiquidityMinted);
        }
        let provider = self.credited()?;
        let locked = if first { MINIMUM_LIQUIDITY } else { 0 };
        let total_supply = (supply + shares + locked).get()?;
        self.keep([(r0 + a).get()?, (r1 + b).get()?], time)?;
        self.total_supply = total_supply;
        // At most the shares in all.
        self.provider = Provider { shares: provider.shares.saturating_add(shares), ..provider };
        Ok(shares)
    }

    /// Burns the provider's shares for both tokens `[units]`.
    ///
    /// # Errors
    /// [`Refusal::TooManyShares`], [`Refusal::InsufficientLiquidityBurned`]; [`Refusal::Arithmetic`].
    pub fn burn(&mut self, shares: U256, time: u64) -> Result<[U256; 2], Refusal> {
        let kept = self.provider.shares.checked_sub(shares).ok_or(Refusal::TooManyShares)?;
        let supply = self.total_supply;
        let [a, b] = self.reserves.map(|reserve| (Int::from(reserve) * shares / supply).get());
        let (a, b) = (a?, b?);
        if a.is_zero() || b.is_zero() {
            return Err(Refusal::InsufficientLiquidityBurned);
        }
        let provider = self.credited()?;
        let [r0, r1] = self.reserves.map(Int::from);
        self.keep([(r0 - a).get()?, (r1 - b).get()?], time)?;
        self.total_supply = supply.saturating_sub(shares);
        self.provider = Provider { shares: kept, ..provider };
        Ok([a, b])
    }

    /// Pays the provider's fees out `[units]`.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`].
    pub fn claim_fees(&mut self) -> Result<[U256; 2], Refusal> {
        let provider = self.credited()?;
        self.provider = Provider { claimable: [U256::ZERO; 2], ..provider };
        Ok(provider.claimable)
    }

    /// The provider's fees that are not paid out `[units]`.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`].
    pub fn claimable(&self) -> Result<[U256; 2], Refusal> {
        Ok(self.credited()?.claimable)
    }

    /// The provider with the fees since the last look.
    fn credited(&self) -> Result<Provider, Refusal> {
        let Provider { shares, index: [i0, i1], claimable: [c0, c1] } = self.provider;
        let [now0, now1] = self.index.map(Int::from);
        let fees = |claimable, now: Int, before: U256| Int::from(claimable) + (now - before) * shares / E;
        Ok(Provider {
            shares,
            index: self.index,
            claimable: [fees(c0, now0, i0).get()?, fees(c1, now1, i1).get()?],
        })
    }

    /// Keeps new reserves, and the old ones in the sums over time.
    fn keep(&mut self, reserves: [U256; 2], time: u64) -> Result<(), Refusal> {
        let elapsed = time.saturating_sub(self.time);
        let [s0, s1] = self.reserve_cumulative.map(Int::from);
        let [r0, r1] = self.reserves.map(Int::from);
        self.reserve_cumulative = [(s0 + r0 * elapsed).get()?, (s1 + r1 * elapsed).get()?];
        self.reserves = reserves;
        self.time = self.time.max(time);
        Ok(())
    }
}
