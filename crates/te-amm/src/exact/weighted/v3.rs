//! The weighted pool of Balancer's third vault.
//!
//! ```text
//! swap       the balance in counts one unit more; fee off the scaled amount in; exact out: in + f*in/(1 - f), rounded up
//! first      invariant shares, 10^6 of them burnt
//! all        in = ceil(b*sh/T), out = b*sh/T
//! tokens in  n = b + a - 1, R = V(n)/V(b) <= 3; n_i > R*b_i: n_i -= f*(n_i - R*b_i); shares T*(V(n) - V(b))/V(b)
//! one in     R = (T + sh)/T <= 3, n = b*R^(1/w), t = n - (T + sh)*b/T, in = n - b + t/(1 - f) - t
//! one out    R = (T - sh)/T >= 0.7, n likewise, t = (T - sh)*b/T - n, out = b - n - f*t
//! exact out  n = b - 1, n_i -= a; R = V(n)/V(b) >= 0.7; t = R*b_i - n_i; n_i -= t/(1 - f) - t; shares T*(V(b) - V(n))/V(b)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | b, n, a | balance before and after, amount | 10^-18 tokens |
//! | V | invariant, rounded against the caller | 10^-18 |
//! | T, sh | shares in all, shares of the call | units of shares |
//! | f | swap fee | 10^-18 |
//!
//! Assumptions and limits: no protocol fee, rates of one, no hooks; 2 to 8 tokens; amounts below 10^6 units of 18 decimals are refused.
//!
//! Source: rules measured on the deployed pools, `testdata/te-amm/pools/README.md`, family `weighted_v3`.
//!
//! Invariant: the invariant per share never falls, in swaps, joins and exits, beyond the rounding of the powers.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of Int are checked")]

use super::fixed_point::{ONE, complement, div_down, div_up, mul_down, mul_up};
use super::power::{Powers, pow_up};
use super::v2::Change;
use super::{LARGEST_RATIO, MINIMUM_SUPPLY, Refusal, SMALLEST_RATIO, Side};
use super::{checked, in_given_out, invariant_down, invariant_up, leaves_burnt_shares, out_given_in, scales};
use crate::exact::integer::Int;
use crate::wide::U256;
use serde::{Deserialize, Serialize};

/// The least amount of a trade `[10^-18 tokens]`.
const MINIMUM_TRADE: u64 = 1_000_000;
const POWERS: Powers = Powers::WithProducts;

/// A pool of the third vault.
///
/// ```
/// use te_amm::exact::weighted::v3::Pool;
/// use te_amm::wide::U256;
/// let half = U256::from(500_000_000_000_000_000u64);
/// let million = U256::from(1_000_000u64);
/// let mut pool = Pool::new(&[half, half], &[6, 6], U256::from(3_000_000_000_000_000u64), &[million, million])?;
/// let first = pool.initialize(&[million, million])?;
/// // An invariant of one, and each power is rounded down by 10^-14 and more.
/// assert_eq!(first.shares, U256::from(999_999_999_999_980_000u64 - 2));
/// # Ok::<(), te_amm::exact::weighted::Refusal>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    weights: Vec<U256>,
    scales: Vec<U256>,
    fee: U256,
    minimum: Vec<U256>,
    balances: Vec<U256>,
    total_supply: U256,
}

/// Whether a call brings tokens or takes them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    In,
    Out,
}

impl Pool {
    /// An empty pool: weights and fee `[10^-18]`, decimals, least balances `[10^-18 tokens]`.
    ///
    /// # Errors
    /// [`Refusal::Parameter`] for other than 2 to 8 tokens, decimals above 18, weights that do not add up to one, a fee above 0.1, least
    /// balances below 10^6.
    pub fn new(weights: &[U256], decimals: &[u32], fee: U256, minimum: &[U256]) -> Result<Self, Refusal> {
        checked(weights, decimals.len(), fee)?;
        if minimum.len() != decimals.len() || minimum.iter().any(|&least| least < U256::from(MINIMUM_TRADE)) {
            return Err(Refusal::Parameter("each token needs a least balance of at least 10^6"));
        }
        Ok(Self {
            weights: weights.to_vec(),
            scales: scales(decimals)?,
            fee,
            minimum: minimum.to_vec(),
            balances: vec![U256::ZERO; decimals.len()],
            total_supply: U256::ZERO,
        })
    }

    /// Balances `[units]`.
    pub fn balances(&self) -> &[U256] {
        &self.balances
    }

    /// Balances `[10^-18 tokens]`.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`].
    pub fn balances_scaled(&self) -> Result<Vec<U256>, Refusal> {
        Ok(self.scaled(&self.balances)?.into_iter().map(Int::get).collect::<Result<_, _>>()?)
    }

    /// Shares in all, the burnt ones included `[units of shares]`.
    pub fn total_supply(&self) -> U256 {
        self.total_supply
    }

    /// The invariant, rounded down `[10^-18]`.
    ///
    /// # Errors
    /// [`Refusal::ZeroInvariant`]; [`Refusal::Arithmetic`].
    pub fn invariant(&self) -> Result<U256, Refusal> {
        Ok(self.down(&self.scaled(&self.balances)?)?.get()?)
    }

    fn wide_weights(&self) -> Vec<Int> {
        self.weights.iter().map(|&weight| weight.into()).collect()
    }

    fn down(&self, balances: &[Int]) -> Result<Int, Refusal> {
        invariant_down(balances, &self.wide_weights(), POWERS)
    }

    fn up(&self, balances: &[Int]) -> Result<Int, Refusal> {
        invariant_up(balances, &self.wide_weights(), POWERS)
    }

    fn scaled(&self, amounts: &[U256]) -> Result<Vec<Int>, Refusal> {
        if amounts.len() != self.scales.len() {
            return Err(Refusal::Parameter("each token needs an amount"));
        }
        Ok(amounts.iter().zip(&self.scales).map(|(&amount, &scale)| Int::from(amount) * scale).collect())
    }

    /// Balance and weight of a token, and its scale.
    fn side(&self, token: usize) -> Result<(Side, U256), Refusal> {
        let found = self.balances.get(token).zip(self.weights.get(token)).zip(self.scales.get(token));
        let ((&balance, &weight), &scale) = found.ok_or(Refusal::NoSuchToken)?;
        Ok((Side { balance: Int::from(balance) * scale, weight: weight.into() }, scale))
    }

    /// Pays `amount` of a token for at least `min_out` of the other; returns what it gets `[units]`.
    ///
    /// # Errors
    /// [`Refusal::SameToken`], [`Refusal::AmountGivenZero`], [`Refusal::TradeAmountTooSmall`], [`Refusal::MaxInRatio`],
    /// [`Refusal::SwapLimit`], [`Refusal::TokenBalanceBelowMin`], [`Refusal::NoSuchToken`]; [`Refusal::Arithmetic`].
    pub fn swap_exact_in(
        &mut self,
        (i, j): (usize, usize),
        amount: U256,
        min_out: U256,
    ) -> Result<U256, Refusal> {
        swap_of((i, j), amount)?;
        let ((given, scale_in), (taken, scale_out)) = (self.side(i)?, self.side(j)?);
        let gross = Int::from(amount) * scale_in;
        let net = gross - mul_up(gross, Int::from(self.fee));
        large_enough(net)?;
        let out = out_given_in(one_more(given), taken, net, POWERS)?;
        large_enough(out)?;
        let out = (out / scale_out).get()?;
        if out < min_out {
            return Err(Refusal::SwapLimit);
        }
        self.trade((i, j), amount, out)?;
        Ok(out)
    }

    /// Gets `amount` of a token for at most `max_in` of the other; returns what it pays `[units]`.
    ///
    /// # Errors
    /// As [`swap_exact_in`](Self::swap_exact_in), with [`Refusal::MaxOutRatio`].
    pub fn swap_exact_out(
        &mut self,
        (i, j): (usize, usize),
        amount: U256,
        max_in: U256,
    ) -> Result<U256, Refusal> {
        swap_of((i, j), amount)?;
        let ((given, scale_in), (taken, scale_out)) = (self.side(i)?, self.side(j)?);
        let out = Int::from(amount) * scale_out;
        large_enough(out)?;
        let net = in_given_out(one_more(given), taken, out, POWERS)?;
        large_enough(net)?;
        let fee = net.mul_div(self.fee, complement(self.fee.into()), crate::exact::integer::Round::Up);
        let paid = (net + fee).div_up(scale_in).get()?;
        if paid > max_in {
            return Err(Refusal::SwapLimit);
        }
        self.trade((i, j), paid, amount)?;
        Ok(paid)
    }

    fn trade(&mut self, (i, j): (usize, usize), paid: U256, out: U256) -> Result<(), Refusal> {
        let balances = self.balances.iter().enumerate().map(|(token, &balance)| {
            let more = if token == i { Int::from(balance) + paid } else { balance.into() };
            if token == j { (more - out).get() } else { more.get() }
        });
        let balances = balances.collect::<Result<Vec<_>, _>>()?;
        self.keep(balances, self.total_supply)
    }

    /// Keeps new balances and shares, unless a balance is below its least.
    fn keep(&mut self, balances: Vec<U256>, total_supply: U256) -> Result<(), Refusal> {
        for (scaled, &least) in self.scaled(&balances)?.into_iter().zip(&self.minimum) {
            if scaled.get()? < least {
                return Err(Refusal::TokenBalanceBelowMin);
            }
        }
        (self.balances, self.total_supply) = (balances, total_supply);
        Ok(())
    }

    /// The first deposit.
    ///
    /// # Errors
    /// [`Refusal::TokenBalanceBelowMin`], [`Refusal::MinimumSupply`]; [`Refusal::Parameter`] where the pool has shares already; those
    /// of the invariant.
    pub fn initialize(&mut self, amounts: &[U256]) -> Result<Change, Refusal> {
        if !self.total_supply.is_zero() {
            return Err(Refusal::Parameter("the pool has had its first deposit"));
        }
        let mut after = self.clone();
        after.keep(amounts.to_vec(), U256::ZERO)?;
        let shares = after.invariant()?;
        if shares < U256::from(MINIMUM_SUPPLY) {
            return Err(Refusal::MinimumSupply);
        }
        *self = Self { total_supply: shares, ..after };
        Ok(Change { amounts: amounts.to_vec(), shares })
    }

    /// All tokens in proportion for exact shares.
    ///
    /// # Errors
    /// [`Refusal::TradeAmountTooSmall`]; [`Refusal::Arithmetic`].
    pub fn add_proportional(&mut self, shares: U256) -> Result<Change, Refusal> {
        let supply = self.total_supply;
        let amounts = self.scaled(&self.balances)?.into_iter().map(|b| (b * shares).div_up(supply)).collect();
        self.change(amounts, shares.into(), Way::In)
    }

    /// All tokens in proportion for shares.
    ///
    /// # Errors
    /// As [`add_proportional`](Self::add_proportional), with [`Refusal::TooManyShares`], [`Refusal::TokenBalanceBelowMin`].
    pub fn remove_proportional(&mut self, shares: U256) -> Result<Change, Refusal> {
        let supply = self.total_supply;
        let amounts = self.scaled(&self.balances)?.into_iter().map(|b| b * shares / supply).collect();
        self.change(amounts, shares.into(), Way::Out)
    }

    /// Shares for exact tokens.
    ///
    /// # Errors
    /// [`Refusal::InvariantRatioAboveMax`], [`Refusal::TradeAmountTooSmall`]; [`Refusal::Arithmetic`], also for nothing.
    pub fn add_unbalanced(&mut self, amounts: &[U256]) -> Result<Change, Refusal> {
        let (before, given) = (self.scaled(&self.balances)?, self.scaled(amounts)?);
        let mut after: Vec<Int> = before.iter().zip(&given).map(|(&b, &a)| b + a - 1u64).collect();
        let start = self.up(&before)?;
        let ratio = div_down(self.down(&after)?, start);
        if ratio.above(LARGEST_RATIO)? {
            return Err(Refusal::InvariantRatioAboveMax);
        }
        for (n, &b) in after.iter_mut().zip(&before) {
            let proportional = mul_down(ratio, b);
            if n.above(proportional)? {
                *n = *n - mul_up(*n - proportional, self.fee.into());
            }
        }
        let shares = Int::from(self.total_supply) * (self.down(&after)? - start) / start;
        self.change(given, shares, Way::In)
    }

    /// The balance of a token after the invariant has changed by a ratio through it alone, rounded up.
    fn balance_at(side: Side, ratio: Int) -> Result<Int, Refusal> {
        let one = Int::from(ONE);
        let exponent = if ratio.above(one)? { div_up } else { div_down }(one, side.weight);
        Ok(mul_up(side.balance, pow_up(ratio, exponent, POWERS)?))
    }

    /// One token, at most `max_in` of it, for exact shares.
    ///
    /// # Errors
    /// [`Refusal::InvariantRatioAboveMax`], [`Refusal::TradeAmountTooSmall`], [`Refusal::AmountInAboveMax`], [`Refusal::NoSuchToken`];
    /// [`Refusal::Arithmetic`].
    pub fn add_single_exact_shares(
        &mut self,
        token: usize,
        shares: U256,
        max_in: U256,
    ) -> Result<Change, Refusal> {
        let (side, _) = self.side(token)?;
        let supply = Int::from(self.total_supply);
        let grown = supply + shares;
        let ratio = div_up(grown, supply);
        if ratio.above(LARGEST_RATIO)? {
            return Err(Refusal::InvariantRatioAboveMax);
        }
        let after = Self::balance_at(side, ratio)?;
        let taxed = after - grown * side.balance / supply;
        let paid = after - side.balance + (div_up(taxed, complement(self.fee.into())) - taxed);
        let start = self.clone();
        let change = self.change(self.one(token, paid), shares.into(), Way::In)?;
        if change.amounts.iter().any(|&amount| amount > max_in) {
            *self = start;
            return Err(Refusal::AmountInAboveMax);
        }
        Ok(change)
    }

    /// One token, at least `min_out` of it, for shares.
    ///
    /// # Errors
    /// [`Refusal::InvariantRatioBelowMin`], [`Refusal::TooManyShares`], [`Refusal::TradeAmountTooSmall`], [`Refusal::AmountOutBelowMin`], [`Refusal::NoSuchToken`];
    /// [`Refusal::Arithmetic`].
    pub fn remove_single_exact_shares(
        &mut self,
        token: usize,
        shares: U256,
        min_out: U256,
    ) -> Result<Change, Refusal> {
        let (side, _) = self.side(token)?;
        let supply = Int::from(self.total_supply);
        let left = supply - shares;
        let ratio = div_up(left, supply);
        if Int::from(SMALLEST_RATIO).above(ratio)? {
            return Err(Refusal::InvariantRatioBelowMin);
        }
        let after = Self::balance_at(side, ratio)?;
        let taxed = (left * side.balance).div_up(supply) - after;
        let out = side.balance - after - mul_up(taxed, self.fee.into());
        let start = self.clone();
        let change = self.change(self.one(token, out), shares.into(), Way::Out)?;
        if change.amounts.get(token).is_none_or(|&amount| amount < min_out) {
            *self = start;
            return Err(Refusal::AmountOutBelowMin);
        }
        Ok(change)
    }

    /// An exact amount of one token for as few shares as it costs.
    ///
    /// # Errors
    /// [`Refusal::InvariantRatioBelowMin`], [`Refusal::TooManyShares`], [`Refusal::TradeAmountTooSmall`], [`Refusal::NoSuchToken`]; [`Refusal::Arithmetic`], also
    /// where the pool holds less.
    pub fn remove_single_exact_tokens(&mut self, token: usize, amount: U256) -> Result<Change, Refusal> {
        let (side, scale) = self.side(token)?;
        let before = self.scaled(&self.balances)?;
        let mut after: Vec<Int> = before.iter().map(|&b| b - 1u64).collect();
        let given = Int::from(amount) * scale;
        let n = after.get_mut(token).ok_or(Refusal::NoSuchToken)?;
        *n = *n - given;
        let left = *n;
        left.get()?;
        let start = self.up(&before)?;
        let ratio = div_up(self.up(&after)?, start);
        if Int::from(SMALLEST_RATIO).above(ratio)? {
            return Err(Refusal::InvariantRatioBelowMin);
        }
        let taxed = mul_up(ratio, side.balance) - left;
        let net = left - (div_up(taxed, complement(self.fee.into())) - taxed);
        if let Some(n) = after.get_mut(token) {
            *n = net;
        }
        let shares = (Int::from(self.total_supply) * (start - self.down(&after)?)).div_up(start);
        self.change(self.one(token, given), shares, Way::Out)
    }

    /// An amount of one token, 0 of the others.
    fn one(&self, token: usize, amount: Int) -> Vec<Int> {
        (0..self.balances.len()).map(|k| if k == token { amount } else { Int::ZERO }).collect()
    }

    /// Brings or takes scaled amounts and shares.
    fn change(&mut self, scaled: Vec<Int>, shares: Int, way: Way) -> Result<Change, Refusal> {
        let shares = shares.get()?;
        let small = |amount: U256| !amount.is_zero() && amount < U256::from(MINIMUM_TRADE);
        if small(shares) {
            return Err(Refusal::TradeAmountTooSmall);
        }
        let mut amounts = Vec::with_capacity(scaled.len());
        for (amount, &scale) in scaled.into_iter().zip(&self.scales) {
            if small(amount.get()?) {
                return Err(Refusal::TradeAmountTooSmall);
            }
            amounts.push(if way == Way::In { amount.div_up(scale) } else { amount / scale }.get()?);
        }
        if way == Way::Out {
            leaves_burnt_shares(self.total_supply, shares)?;
        }
        let moved = |a: U256, b: U256| if way == Way::In { Int::from(a) + b } else { Int::from(a) - b }.get();
        let balances = self.balances.iter().zip(&amounts).map(|(&b, &a)| moved(b, a));
        let balances = balances.collect::<Result<_, _>>()?;
        self.keep(balances, moved(self.total_supply, shares)?)?;
        Ok(Change { amounts, shares })
    }
}

fn one_more(side: Side) -> Side {
    Side { balance: side.balance + 1u64, ..side }
}

fn large_enough(amount: Int) -> Result<(), Refusal> {
    if Int::from(MINIMUM_TRADE).above(amount)? { Err(Refusal::TradeAmountTooSmall) } else { Ok(()) }
}

fn swap_of((i, j): (usize, usize), amount: U256) -> Result<(), Refusal> {
    if amount.is_zero() {
        return Err(Refusal::AmountGivenZero);
    }
    if i == j { Err(Refusal::SameToken) } else { Ok(()) }
}
