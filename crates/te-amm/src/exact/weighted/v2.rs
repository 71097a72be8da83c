//! Pools of Balancer's second vault: the weighted pool of 2023 and the bootstrapping pool of 2021.
//!
//! ```text
//! swap       fee off the amount in, before scaling; exact out: in/(1 - f), rounded up
//! first      n*invariant shares, 10^6 of them burnt
//! all        in = b*sh/T, rounded up; out rounded down
//! tokens in  r_i = (b + a)/b, I = sum w*r; r_i > I: a -= f*(a - (I - 1)*b); R = prod r^w; shares T*(R - 1)
//! one in     R = (T + sh)/T <= 3, q = b*(R^(1/w) - 1), t = q*(1 - w), in = q - t + t/(1 - f)
//! one out    R = (T - sh)/T >= 0.7, q = b*(1 - R^(1/w)), t = q*(1 - w), out = q - t + t*(1 - f)    2021: q - f*t
//! tokens out r_i = (b - a)/b, I > r_i: a = free + (a - free)/(1 - f), free = b*(1 - I); shares T*(1 - R)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | b, a | balance, amount | units; inside 10^-18 tokens |
//! | T, sh | shares in all, shares of the call | units of shares |
//! | f | swap fee | 10^-18 |
//!
//! Assumptions and limits: no protocol fee, no pause; one caller at a time; 2 to 8 tokens.
//!
//! Source: rules measured on the deployed pools, `testdata/te-amm/pools/README.md`, family `weighted_v2`.
//!
//! Invariant: the invariant per share never falls, in swaps, joins and exits, beyond the rounding of the powers.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of Int are checked")]

use super::fixed_point::{ONE, complement, div_down, div_up, mul_down, mul_up};
use super::power::{Powers, pow_down, pow_up};
use super::schedule::Schedule;
use super::{LARGEST_RATIO, MINIMUM_SUPPLY, Refusal, SMALLEST_RATIO, Side};
use super::{checked, in_given_out, invariant_down, leaves_burnt_shares, out_given_in, scales};
use crate::exact::integer::Int;
use crate::wide::U256;
use serde::{Deserialize, Serialize};

/// What a join brought or an exit took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Amount of each token `[units]`.
    pub amounts: Vec<U256>,
    /// Shares minted or burnt `[units of shares]`.
    pub shares: U256,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Weights {
    Fixed(Vec<U256>),
    Moving(Schedule),
}

/// A pool of the second vault.
///
/// ```
/// use te_amm::exact::weighted::v2::Pool;
/// use te_amm::wide::U256;
/// let weights = [720_000_000_000_000_000u64, 280_000_000_000_000_000].map(U256::from);
/// let mut pool = Pool::bootstrapping(&weights, &[6, 6], U256::from(1_000_000_000_000_000u64))?;
/// let first = pool.init(&[108_355_800u64, 288_286_400].map(U256::from), 1_720_000_000)?;
/// assert_eq!(first.shares, "285040560358278039608".parse::<U256>()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    weights: Weights,
    scales: Vec<U256>,
    fee: U256,
    balances: Vec<U256>,
    total_supply: U256,
}

impl Pool {
    /// An empty weighted pool: weights and fee `[10^-18]`, decimals of its tokens.
    ///
    /// # Errors
    /// [`Refusal::Parameter`] for other than 2 to 8 tokens, decimals above 18, weights that do not add up to one, a fee above 0.1.
    pub fn weighted(weights: &[U256], decimals: &[u32], fee: U256) -> Result<Self, Refusal> {
        Self::empty(Weights::Fixed(weights.to_vec()), weights, decimals, fee)
    }

    /// An empty bootstrapping pool; its weights are rounded as the contract stores them.
    ///
    /// # Errors
    /// As [`weighted`](Self::weighted).
    pub fn bootstrapping(weights: &[U256], decimals: &[u32], fee: U256) -> Result<Self, Refusal> {
        Self::empty(Weights::Moving(Schedule::at_rest(weights)?), weights, decimals, fee)
    }

    fn empty(kept: Weights, weights: &[U256], decimals: &[u32], fee: U256) -> Result<Self, Refusal> {
        checked(weights, decimals.len(), fee)?;
        let balances = vec![U256::ZERO; decimals.len()];
        Ok(Self { weights: kept, scales: scales(decimals)?, fee, balances, total_supply: U256::ZERO })
    }

    /// Balances `[units]`.
    pub fn balances(&self) -> &[U256] {
        &self.balances
    }

    /// Shares in all, the burnt ones included `[units of shares]`.
    pub fn total_supply(&self) -> U256 {
        self.total_supply
    }

    /// The weights at a time `[10^-18]`.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`].
    pub fn weights(&self, time: u64) -> Result<Vec<U256>, Refusal> {
        match &self.weights {
            Weights::Fixed(weights) => Ok(weights.clone()),
            Weights::Moving(schedule) => schedule.at(time),
        }
    }

    /// The invariant at a time `[10^-18]`.
    ///
    /// # Errors
    /// [`Refusal::ZeroInvariant`]; [`Refusal::Arithmetic`].
    pub fn invariant(&self, time: u64) -> Result<U256, Refusal> {
        let (balances, weights) = self.at(time)?;
        Ok(invariant_down(&balances, &weights, self.powers())?.get()?)
    }

    /// Lets the weights of a bootstrapping pool move: see [`Schedule::update`].
    ///
    /// # Errors
    /// [`Refusal::Parameter`] for a pool of fixed weights; as [`Schedule::update`].
    pub fn update_weights(&mut self, now: u64, times: [u64; 2], end_weights: &[U256]) -> Result<(), Refusal> {
        match &mut self.weights {
            Weights::Moving(schedule) => schedule.update(now, times, end_weights),
            Weights::Fixed(_) => Err(Refusal::Parameter("only a bootstrapping pool's weights move")),
        }
    }

    fn powers(&self) -> Powers {
        match self.weights {
            Weights::Fixed(_) => Powers::WithProducts,
            Weights::Moving(_) => Powers::ByLogarithms,
        }
    }

    /// Scaled balances and weights.
    fn at(&self, time: u64) -> Result<(Vec<Int>, Vec<Int>), Refusal> {
        let weights = self.weights(time)?.into_iter().map(Int::from).collect();
        Ok((self.scaled(&self.balances)?, weights))
    }

    fn scaled(&self, amounts: &[U256]) -> Result<Vec<Int>, Refusal> {
        if amounts.len() != self.scales.len() {
            return Err(Refusal::Parameter("each token needs an amount"));
        }
        Ok(amounts.iter().zip(&self.scales).map(|(&amount, &scale)| Int::from(amount) * scale).collect())
    }

    fn side(&self, token: usize, time: u64) -> Result<(Side, U256), Refusal> {
        let (Some(&balance), Some(&scale)) = (self.balances.get(token), self.scales.get(token)) else {
            return Err(Refusal::NoSuchToken);
        };
        let weight = match &self.weights {
            Weights::Fixed(weights) => weights.get(token).copied().ok_or(Refusal::NoSuchToken)?,
            Weights::Moving(schedule) => schedule.of(token, time)?,
        };
        Ok((Side { balance: Int::from(balance) * scale, weight: Int::from(weight) }, scale))
    }

    /// Pays `amount` of a token and returns what it gets of the other `[units]`.
    ///
    /// # Errors
    /// [`Refusal::SameToken`], [`Refusal::AmountGivenZero`], [`Refusal::MaxInRatio`], [`Refusal::NoSuchToken`]; [`Refusal::Arithmetic`].
    pub fn swap_exact_in(
        &mut self,
        (i, j): (usize, usize),
        amount: U256,
        time: u64,
    ) -> Result<U256, Refusal> {
        swap_of((i, j), amount)?;
        let ((given, scale_in), (taken, scale_out)) = (self.side(i, time)?, self.side(j, time)?);
        let net = Int::from(amount) - mul_up(Int::from(amount), Int::from(self.fee));
        let out = out_given_in(given, taken, net * scale_in, self.powers())? / scale_out;
        self.trade((i, j), amount, out.get()?)?;
        Ok(out.get()?)
    }

    /// Gets `amount` of a token and returns what it pays of the other `[units]`.
    ///
    /// # Errors
    /// As [`swap_exact_in`](Self::swap_exact_in), with [`Refusal::MaxOutRatio`].
    pub fn swap_exact_out(
        &mut self,
        (i, j): (usize, usize),
        amount: U256,
        time: u64,
    ) -> Result<U256, Refusal> {
        swap_of((i, j), amount)?;
        let ((given, scale_in), (taken, scale_out)) = (self.side(i, time)?, self.side(j, time)?);
        let net = in_given_out(given, taken, Int::from(amount) * scale_out, self.powers())?.div_up(scale_in);
        let paid = div_up(net, complement(Int::from(self.fee))).get()?;
        self.trade((i, j), paid, amount)?;
        Ok(paid)
    }

    fn trade(&mut self, (i, j): (usize, usize), paid: U256, out: U256) -> Result<(), Refusal> {
        let balance = |token| self.balances.get(token).copied().ok_or(Refusal::NoSuchToken);
        let (more, less) = ((Int::from(balance(i)?) + paid).get()?, (Int::from(balance(j)?) - out).get()?);
        for (token, now) in [(i, more), (j, less)] {
            if let Some(balance) = self.balances.get_mut(token) {
                *balance = now;
            }
        }
        Ok(())
    }

    /// The first deposit.
    ///
    /// # Errors
    /// [`Refusal::MinimumSupply`]; [`Refusal::Parameter`] where the pool has shares already; those of the invariant.
    pub fn init(&mut self, amounts: &[U256], time: u64) -> Result<Change, Refusal> {
        if !self.total_supply.is_zero() {
            return Err(Refusal::Parameter("the pool has had its first deposit"));
        }
        let weights: Vec<Int> = self.weights(time)?.into_iter().map(Int::from).collect();
        let invariant = invariant_down(&self.scaled(amounts)?, &weights, self.powers())?;
        let shares = (invariant * amounts.len() as u64).get()?;
        if shares < U256::from(MINIMUM_SUPPLY) {
            return Err(Refusal::MinimumSupply);
        }
        self.join(Change { amounts: amounts.to_vec(), shares })
    }

    /// All tokens in proportion for exact shares.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`].
    pub fn join_proportional(&mut self, shares: U256) -> Result<Change, Refusal> {
        let ratio = div_up(Int::from(shares), Int::from(self.total_supply));
        let amount = |(&balance, &scale): (&U256, &U256)| {
            mul_up(Int::from(balance) * scale, ratio).div_up(scale).get()
        };
        let amounts = self.balances.iter().zip(&self.scales).map(amount).collect::<Result<_, _>>()?;
        self.join(Change { amounts, shares })
    }

    /// Shares for exact tokens.
    ///
    /// # Errors
    /// Those of [`pow`](super::power::pow); [`Refusal::Arithmetic`].
    pub fn join_exact_tokens(&mut self, amounts: &[U256], time: u64) -> Result<Change, Refusal> {
        let (balances, weights) = self.at(time)?;
        let scaled = self.scaled(amounts)?;
        let ratios: Vec<Int> = balances.iter().zip(&scaled).map(|(&b, &a)| div_down(b + a, b)).collect();
        let ideal = ratios.iter().zip(&weights).fold(Int::ZERO, |sum, (&r, &w)| sum + mul_down(r, w));
        let mut ratio = Int::from(ONE);
        for (((&b, &a), &r), &w) in balances.iter().zip(&scaled).zip(&ratios).zip(&weights) {
            let net = if r.above(ideal)? {
                let free = mul_down(b, ideal.less(ONE));
                a - mul_up(a - free, Int::from(self.fee))
            } else {
                a
            };
            ratio = mul_down(ratio, pow_down(div_down(b + net, b), w, self.powers())?);
        }
        let shares = mul_down(Int::from(self.total_supply), ratio.less(ONE)).get()?;
        self.join(Change { amounts: amounts.to_vec(), shares })
    }

    /// One token for exact shares.
    ///
    /// # Errors
    /// [`Refusal::InvariantRatioAboveMax`], [`Refusal::NoSuchToken`]; [`Refusal::Arithmetic`].
    pub fn join_token_for_exact_shares(
        &mut self,
        token: usize,
        shares: U256,
        time: u64,
    ) -> Result<Change, Refusal> {
        let (Side { balance, weight }, scale) = self.side(token, time)?;
        let supply = Int::from(self.total_supply);
        let ratio = div_up(supply + shares, supply);
        if ratio.above(LARGEST_RATIO)? {
            return Err(Refusal::InvariantRatioAboveMax);
        }
        let grown = pow_up(ratio, div_up(Int::from(ONE), weight), self.powers())?;
        let net = mul_up(balance, grown - ONE);
        let taxed = mul_up(net, complement(weight));
        let paid = net - taxed + div_up(taxed, complement(Int::from(self.fee)));
        self.join(Change { amounts: self.one(token, paid.div_up(scale).get()?), shares })
    }

    /// All tokens in proportion for shares.
    ///
    /// # Errors
    /// [`Refusal::TooManyShares`]; [`Refusal::Arithmetic`].
    pub fn exit_proportional(&mut self, shares: U256) -> Result<Change, Refusal> {
        let ratio = div_down(Int::from(shares), Int::from(self.total_supply));
        let amount =
            |(&balance, &scale): (&U256, &U256)| (mul_down(Int::from(balance) * scale, ratio) / scale).get();
        let amounts = self.balances.iter().zip(&self.scales).map(amount).collect::<Result<_, _>>()?;
        self.exit(Change { amounts, shares })
    }

    /// One token for shares.
    ///
    /// # Errors
    /// [`Refusal::InvariantRatioBelowMin`], [`Refusal::TooManyShares`], [`Refusal::NoSuchToken`]; [`Refusal::Arithmetic`].
    pub fn exit_one_token(&mut self, token: usize, shares: U256, time: u64) -> Result<Change, Refusal> {
        let (Side { balance, weight }, scale) = self.side(token, time)?;
        let (supply, fee) = (Int::from(self.total_supply), Int::from(self.fee));
        let ratio = div_up(supply - shares, supply);
        if Int::from(SMALLEST_RATIO).above(ratio)? {
            return Err(Refusal::InvariantRatioBelowMin);
        }
        let left = pow_up(ratio, div_down(Int::from(ONE), weight), self.powers())?;
        let gross = mul_down(balance, complement(left));
        let taxed = mul_up(gross, complement(weight));
        let out = match self.weights {
            Weights::Fixed(_) => gross - taxed + mul_up(taxed, complement(fee)),
            Weights::Moving(_) => gross - mul_up(taxed, fee),
        };
        self.exit(Change { amounts: self.one(token, (out / scale).get()?), shares })
    }

    /// Exact tokens for as few shares as they cost.
    ///
    /// # Errors
    /// Those of [`pow`](super::power::pow); [`Refusal::Arithmetic`], also where the pool holds less.
    pub fn exit_exact_tokens(&mut self, amounts: &[U256], time: u64) -> Result<Change, Refusal> {
        let (balances, weights) = self.at(time)?;
        let scaled = self.scaled(amounts)?;
        let ratios: Vec<Int> = balances.iter().zip(&scaled).map(|(&b, &a)| div_up(b - a, b)).collect();
        let ideal = ratios.iter().zip(&weights).fold(Int::ZERO, |sum, (&r, &w)| sum + mul_up(r, w));
        let mut ratio = Int::from(ONE);
        for (((&b, &a), &r), &w) in balances.iter().zip(&scaled).zip(&ratios).zip(&weights) {
            let gross = if ideal.above(r)? {
                let free = mul_down(b, complement(ideal));
                free + div_up(a - free, complement(Int::from(self.fee)))
            } else {
                a
            };
            ratio = mul_down(ratio, pow_down(div_down(b - gross, b), w, self.powers())?);
        }
        let shares = mul_up(Int::from(self.total_supply), complement(ratio)).get()?;
        self.exit(Change { amounts: amounts.to_vec(), shares })
    }

    /// An amount of one token, 0 of the others.
    fn one(&self, token: usize, amount: U256) -> Vec<U256> {
        (0..self.balances.len()).map(|k| if k == token { amount } else { U256::ZERO }).collect()
    }

    fn join(&mut self, change: Change) -> Result<Change, Refusal> {
        self.settle(&change, |a, b| a + b)?;
        Ok(change)
    }

    fn exit(&mut self, change: Change) -> Result<Change, Refusal> {
        leaves_burnt_shares(self.total_supply, change.shares)?;
        self.settle(&change, |a, b| a - b)?;
        Ok(change)
    }

    fn settle(&mut self, change: &Change, moved: impl Fn(Int, U256) -> Int) -> Result<(), Refusal> {
        let balances = self.balances.iter().zip(&change.amounts).map(|(&b, &a)| moved(b.into(), a).get());
        let balances = balances.collect::<Result<_, _>>()?;
        self.total_supply = moved(self.total_supply.into(), change.shares).get()?;
        self.balances = balances;
        Ok(())
    }
}

fn swap_of((i, j): (usize, usize), amount: U256) -> Result<(), Refusal> {
    if amount.is_zero() {
        return Err(Refusal::AmountGivenZero);
    }
    if i == j { Err(Refusal::SameToken) } else { Ok(()) }
}
