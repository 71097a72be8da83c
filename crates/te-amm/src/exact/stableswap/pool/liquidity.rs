//! Joins and exits of a stableswap-ng pool.
//!
//! ```text
//! add        ideal_j = D1*old_j/D0;  fee of |ideal - new| at f*n/(4(n - 1));  shares T*(D2 - D0)/D0, the first D1
//! unevenly   the same, shares (D0 - D2)*T/D0 + 1
//! all        balance*sh/T
//! one coin   D1 = D0 - sh*D0/T;  each x_j less the fee of what it moved;  out = (x_i - y(D1) - 1)*E/rate_i
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | D0, D1, D2 | invariant before, after, after the fee | 10^-18 |
//! | T, sh | shares in all, of the call | units of shares |
//!
//! Assumptions and limits: as in [`pool`](super); half of each fee is the administrator's.
//!
//! Source: rules measured on stableswap-ng v7.0.0, `testdata/te-amm/pools/README.md`, family `stableswap_ng`.
//!
//! Invariant: the invariant per share falls at most by rounding.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of Int are checked")]

use super::super::{FEE_ONE, MOST_COINS, Refusal, ZERO_AT};
use super::super::{balance_at, dynamic_fee, invariant};
use super::{Coin, Coins, Pool, rate, scaled};
use crate::exact::integer::Int;
use crate::exact::wad_exp::Average;
use crate::exact::weighted::fixed_point::ONE;
use crate::wide::U256;

/// What an uneven join or exit comes to.
struct Uneven {
    /// Whether the invariant rises, before fees.
    raised: bool,
    before: U256,
    after: U256,
    fees: Coins,
    scaled: Coins,
}

impl Pool {
    /// Fee of uneven joins and exits `[10^-10]`.
    fn base_fee(&self) -> Int {
        let n = self.coins.len() as u64;
        Int::from(self.fee) * n / (Int::from(4u64) * (Int::from(n) - 1u64))
    }

    /// Amounts brought or taken, with the fee of what is not in proportion.
    fn uneven(&self, amounts: &[U256], join: bool, amp: U256) -> Result<Uneven, Refusal> {
        if amounts.len() != self.coins.len() {
            return Err(Refusal::Parameter("each coin needs an amount"));
        }
        let amount = |i: usize| Int::from(amounts.get(i).copied().unwrap_or_default());
        let moved = |i, coin: &Coin| {
            if join { Int::from(coin.balance) + amount(i) } else { Int::from(coin.balance) - amount(i) }
        };
        let d0 = invariant(self.used(&self.scaled()?), amp)?;
        let mut scaled_after = self.each(|i, coin| scaled(coin, moved(i, coin)))?;
        let d1 = invariant(self.used(&scaled_after), amp)?;
        let raised = d1 > d0;
        if self.total_supply.is_zero() {
            return Ok(Uneven {
                raised,
                before: d0,
                after: d1,
                fees: [U256::ZERO; MOST_COINS],
                scaled: scaled_after,
            });
        }
        let (fee, ys) = (self.base_fee(), (Int::from(d0) + d1) / self.coins.len() as u64);
        let fees = self.each(|i, coin| {
            let (old, new) = (Int::from(coin.balance), moved(i, coin));
            let ideal = Int::from(d1) * old / d0;
            let xs = rate(coin) * (old + new) / ONE;
            dynamic_fee(xs, ys, fee, self.multiplier) * ideal.distance(new) / FEE_ONE
        })?;
        let fee_of = |i: usize| fees.get(i).copied().unwrap_or_default();
        scaled_after = self.each(|i, coin| scaled(coin, moved(i, coin) - fee_of(i)))?;
        let after = invariant(self.used(&scaled_after), amp)?;
        Ok(Uneven { raised, before: d0, after, fees, scaled: scaled_after })
    }

    /// Brings amounts for at least `min_mint` shares; returns the shares `[units of shares]`.
    ///
    /// # Errors
    /// [`Refusal::MissingCoin`], [`Refusal::InvariantNotRaised`], [`Refusal::Slippage`], [`Refusal::NoConvergence`]; [`Refusal::Arithmetic`].
    pub fn add_liquidity(&mut self, amounts: &[U256], min_mint: U256, time: u64) -> Result<U256, Refusal> {
        let amp = self.amp(time)?;
        let first = self.total_supply.is_zero();
        if first && amounts.iter().any(U256::is_zero) {
            return Err(Refusal::MissingCoin);
        }
        let uneven = self.uneven(amounts, true, amp)?;
        if !uneven.raised {
            return Err(Refusal::InvariantNotRaised);
        }
        let supply = Int::from(self.total_supply);
        let grown = Int::from(uneven.after) - uneven.before;
        let shares = if first { uneven.after } else { (supply * grown / uneven.before).get()? };
        if shares < min_mint {
            return Err(Refusal::Slippage);
        }
        let total_supply = (supply + shares).get()?;
        let (prices, average) = if first {
            let d = uneven.after;
            ([None; MOST_COINS], Average { last: d, ema: d, time: self.invariant.time })
        } else {
            self.averages(self.used(&uneven.scaled), amp, uneven.after, time)?
        };
        self.bring(amounts, &uneven.fees, true)?;
        self.keep(&prices);
        (self.total_supply, self.invariant) = (total_supply, average);
        Ok(shares)
    }

    /// Brings or takes amounts, and half of the fees to the administrator.
    fn bring(&mut self, amounts: &[U256], fees: &Coins, join: bool) -> Result<(), Refusal> {
        let mut coins = self.coins.clone();
        for ((coin, &amount), &fee) in coins.iter_mut().zip(amounts).zip(fees) {
            let admin = Int::from(fee) / 2u64;
            let balance = Int::from(coin.balance);
            let moved = if join { balance + amount } else { balance - amount };
            coin.balance = (moved - admin).get()?;
            coin.admin = (Int::from(coin.admin) + admin).get()?;
        }
        self.coins = coins;
        Ok(())
    }

    /// Takes exact amounts for at most `max_burn` shares; returns the shares `[units of shares]`.
    ///
    /// # Errors
    /// [`Refusal::Shares`], [`Refusal::Slippage`], [`Refusal::NoConvergence`]; [`Refusal::Arithmetic`].
    pub fn remove_liquidity_imbalance(
        &mut self,
        amounts: &[U256],
        max_burn: U256,
        time: u64,
    ) -> Result<U256, Refusal> {
        let amp = self.amp(time)?;
        let uneven = self.uneven(amounts, false, amp)?;
        let supply = Int::from(self.total_supply);
        let fallen = Int::from(uneven.before) - uneven.after;
        let shares = (fallen * supply / uneven.before + 1u64).get()?;
        if shares <= U256::from(1u64) || shares > self.total_supply {
            return Err(Refusal::Shares);
        }
        if shares > max_burn {
            return Err(Refusal::Slippage);
        }
        let (prices, average) = self.averages(self.used(&uneven.scaled), amp, uneven.after, time)?;
        self.bring(amounts, &uneven.fees, false)?;
        self.keep(&prices);
        (self.total_supply, self.invariant) = ((supply - shares).get()?, average);
        Ok(shares)
    }

    /// Shares that amounts would mint or cost, a quote `[units of shares]`.
    ///
    /// # Errors
    /// As [`add_liquidity`](Self::add_liquidity), without its limits.
    pub fn calc_token_amount(&self, amounts: &[U256], join: bool, time: u64) -> Result<U256, Refusal> {
        let uneven = self.uneven(amounts, join, self.whole_amp(time)?)?;
        if self.total_supply.is_zero() {
            return Ok(uneven.after);
        }
        let (more, less) = if join { (uneven.after, uneven.before) } else { (uneven.before, uneven.after) };
        Ok(((Int::from(more) - less) * self.total_supply / uneven.before).get()?)
    }

    /// Takes all coins in proportion for shares; `claim` pays the administrator's part out too `[units]`.
    ///
    /// # Errors
    /// [`Refusal::Shares`], [`Refusal::Slippage`]; [`Refusal::Arithmetic`].
    pub fn remove_liquidity(
        &mut self,
        shares: U256,
        min: &[U256],
        claim: bool,
        time: u64,
    ) -> Result<Vec<U256>, Refusal> {
        let supply = self.total_supply;
        if shares.is_zero() || shares > supply {
            return Err(Refusal::Shares);
        }
        let amounts = self.each(|_, coin| Int::from(coin.balance) * shares / supply)?;
        if self.used(&amounts).iter().zip(min).any(|(amount, min)| amount < min) {
            return Err(Refusal::Slippage);
        }
        let d = self.invariant.last;
        let less = (Int::from(d) - Int::from(d) * shares / supply).get()?;
        let average = self.invariant.moved(less, time, self.windows[1], ZERO_AT)?;
        let amounts = self.used(&amounts).to_vec();
        self.bring(&amounts, &[U256::ZERO; MOST_COINS], false)?;
        (self.total_supply, self.invariant) = (supply.saturating_sub(shares), average);
        if claim {
            self.withdraw_admin_fees();
        }
        Ok(amounts)
    }

    /// Pays the administrator's part out; returns it `[units]`.
    pub fn withdraw_admin_fees(&mut self) -> Vec<U256> {
        self.coins.iter_mut().map(|coin| std::mem::take(&mut coin.admin)).collect()
    }

    /// What shares pay in one coin, its fee `[units]`, and the scaled balances and invariant after it.
    fn withdrawn(&self, i: usize, shares: U256, amp: U256) -> Result<(U256, Int, Coins, U256), Refusal> {
        let coin = self.coins.get(i).ok_or(Refusal::NoSuchCoin)?;
        let mut x = self.scaled()?;
        let d0 = invariant(self.used(&x), amp)?;
        let d1 = (Int::from(d0) - Int::from(shares) * d0 / self.total_supply).get()?;
        let y1 = Int::from(balance_at(i, self.used(&x), amp, d1)?);
        let n = self.coins.len() as u64;
        let (fee, ys) = (self.base_fee(), (Int::from(d0) + d1) / (n.saturating_mul(2)));
        let reduced = self.each(|j, coin| {
            let held = scaled(coin, coin.balance.into());
            let ideal = held * d1 / d0;
            let (moved, middle) =
                if j == i { (ideal - y1, (held + y1) / 2u64) } else { (held - ideal, held) };
            held - dynamic_fee(middle, ys, fee, self.multiplier) * moved / FEE_ONE
        })?;
        let y = balance_at(i, self.used(&reduced), amp, d1)?;
        let kept = Int::from(reduced.get(i).copied().unwrap_or_default());
        let out = (kept - y - 1u64) * ONE / rate(coin);
        let held = scaled(coin, coin.balance.into());
        let paid_fee = (held - y1) * ONE / rate(coin) - out;
        if let Some(x) = x.get_mut(i) {
            *x = y1.get()?;
        }
        Ok((out.get()?, paid_fee, x, d1))
    }

    /// What shares would pay in one coin `[units]`.
    ///
    /// # Errors
    /// As [`remove_liquidity_one_coin`](Self::remove_liquidity_one_coin), without its limit.
    pub fn calc_withdraw_one_coin(&self, i: usize, shares: U256, time: u64) -> Result<U256, Refusal> {
        Ok(self.withdrawn(i, shares, self.amp(time)?)?.0)
    }

    /// Takes at least `min` of one coin for shares; returns what it gets `[units]`.
    ///
    /// # Errors
    /// [`Refusal::Shares`], [`Refusal::NoSuchCoin`], [`Refusal::Slippage`], [`Refusal::NoConvergence`]; [`Refusal::Arithmetic`].
    pub fn remove_liquidity_one_coin(
        &mut self,
        i: usize,
        shares: U256,
        min: U256,
        time: u64,
    ) -> Result<U256, Refusal> {
        if shares.is_zero() || shares > self.total_supply {
            return Err(Refusal::Shares);
        }
        let amp = self.amp(time)?;
        let (out, fee, x, d) = self.withdrawn(i, shares, amp)?;
        if out < min {
            return Err(Refusal::Slippage);
        }
        let (prices, average) = self.averages(self.used(&x), amp, d, time)?;
        let coin = self.coins.get(i).copied().ok_or(Refusal::NoSuchCoin)?;
        let admin = fee / 2u64;
        let balance = (Int::from(coin.balance) - out - admin).get()?;
        let admin = (Int::from(coin.admin) + admin).get()?;
        if let Some(coin) = self.coins.get_mut(i) {
            (coin.balance, coin.admin) = (balance, admin);
        }
        self.keep(&prices);
        (self.total_supply, self.invariant) = (self.total_supply.saturating_sub(shares), average);
        Ok(out)
    }
}
