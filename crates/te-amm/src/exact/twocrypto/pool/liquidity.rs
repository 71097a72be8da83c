//! Joins and exits of a twocrypto-ng pool.
//!
//! ```text
//! first      shares sqrt(D/2 * D*E/(2*scale)), D of the deposit
//! add        sh = T*D/D0 - T,  less sh*tf/F + 1,  tf = fee/2*sum|v - mean|/sum + 10^5,  v the scaled amounts
//! all        b*(sh - 1)/T, everything for all shares
//! one coin   dD = sh*D/T,  D less dD - (fee*dD/(2F) + 1),  out (x_i - y)/pr_i by the price scale
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | T, sh | shares in all, of the call | units of shares |
//! | D, D0 | invariant, before | 10^-18 |
//! | tf, F | fee of a join, 10^10 | 10^-10 |
//!
//! Assumptions and limits: as in [`pool`](super); half of a join's fee is the administrator's.
//!
//! Source: rules measured on twocrypto-ng v2.1.0, `testdata/te-amm/pools/README.md`, family `twocrypto_ng`.
//!
//! Invariant: the virtual price rises in a join.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of Int are checked")]

use super::super::{FEE_ONE, Refusal};
use super::{Pool, change, of, worth};
use crate::exact::integer::Int;
use crate::exact::weighted::fixed_point::ONE;
use crate::wide::U256;

/// Fee of a join in proportion `[10^-10]`.
const JOIN_FEE: u64 = 100_000;

impl Pool {
    /// Balances after amounts are brought or taken.
    fn moved(&self, amounts: [U256; 2], join: bool) -> Result<[U256; 2], Refusal> {
        let mut balances = self.balances;
        for (i, amount) in amounts.into_iter().enumerate() {
            change(&mut balances, i, |b| if join { b + amount } else { b - amount })?;
        }
        Ok(balances)
    }

    /// Shares of a change of the invariant before its fee, and the fee `[units of shares]`.
    fn shares_of(
        &self,
        amounts: [U256; 2],
        x: [U256; 2],
        [before, after]: [U256; 2],
    ) -> Result<(Int, Int), Refusal> {
        let supply = Int::from(self.total_supply);
        let ratio = supply * after / before;
        let shares = ratio.distance(supply);
        let [v0, v1] = self.scaled(amounts)?.map(Int::from);
        let sum = v0 + v1;
        let mean = sum / 2u64;
        let [x0, x1] = x.map(Int::from);
        let uneven = v0.distance(mean) + v1.distance(mean);
        let rate = self.fee_at(x0, x1) * 2u64 / 4u64 * uneven / sum + JOIN_FEE;
        Ok((shares, rate * shares / FEE_ONE + 1u64))
    }

    /// Brings amounts for at least `min_mint` shares; returns the shares `[units of shares]`.
    ///
    /// # Errors
    /// [`Refusal::AmountZero`], [`Refusal::OutsideCurve`], [`Refusal::NoConvergence`], [`Refusal::Slippage`], [`Refusal::Loss`];
    /// [`Refusal::Arithmetic`].
    pub fn add_liquidity(&mut self, amounts: [U256; 2], min_mint: U256, time: u64) -> Result<U256, Refusal> {
        if amounts.iter().all(U256::is_zero) {
            return Err(Refusal::AmountZero);
        }
        let shape = self.shape(time)?;
        let balances = self.moved(amounts, true)?;
        let x = self.scaled(balances)?;
        let d = shape.invariant(x, U256::ZERO)?;
        let mut after = Self { balances, ..self.clone() };
        let minted = if self.d.is_zero() {
            let one = U256::from(ONE);
            let shares = worth(d, self.price_scale).get()?;
            (after.d, after.virtual_price, after.xcp_profit, after.xcp_profit_a) = (d, one, one, one);
            after.total_supply = (Int::from(self.total_supply) + shares).get()?;
            shares
        } else {
            let before = self.invariant_at(&shape, time)?;
            if d < before {
                return Err(Refusal::Arithmetic(crate::exact::integer::Fault::OutOfRange));
            }
            let (shares, fee) = self.shares_of(amounts, x, [before, d])?;
            let shares = (shares - fee).get()?;
            after.total_supply = (Int::from(self.total_supply) + shares).get()?;
            after.admin_shares = (Int::from(self.admin_shares) + fee / 2u64).get()?;
            after.settle(x, Some(d), U256::ZERO, time)?;
            shares
        };
        if minted.is_zero() {
            return Err(Refusal::AmountZero);
        }
        if minted < min_mint {
            return Err(Refusal::Slippage);
        }
        *self = after;
        Ok(minted)
    }

    /// Shares that amounts would mint or cost, a quote `[units of shares]`.
    ///
    /// # Errors
    /// As [`add_liquidity`](Self::add_liquidity), without its limit.
    pub fn calc_token_amount(&self, amounts: [U256; 2], join: bool, time: u64) -> Result<U256, Refusal> {
        let shape = self.shape(time)?;
        let x = self.scaled(self.moved(amounts, join)?)?;
        let d = shape.invariant(x, U256::ZERO)?;
        let before = self.invariant_at(&shape, time)?;
        let (shares, fee) = self.shares_of(amounts, x, [before, d])?;
        Ok((shares - fee).get()?)
    }

    /// Takes both coins in proportion for shares, at least `min` of each `[units]`.
    ///
    /// # Errors
    /// [`Refusal::Shares`], [`Refusal::Slippage`]; [`Refusal::Arithmetic`].
    pub fn remove_liquidity(&mut self, shares: U256, min: [U256; 2]) -> Result<[U256; 2], Refusal> {
        let supply = self.total_supply;
        if shares.is_zero() || shares > supply {
            return Err(Refusal::Shares);
        }
        let counted = if shares == supply { shares } else { (Int::from(shares) - 1u64).get()? };
        let part = |value: U256| (Int::from(value) * counted / supply).get();
        let [a0, a1] = self.balances.map(part);
        let amounts = [a0?, a1?];
        if amounts.iter().zip(&min).any(|(amount, min)| amount < min) {
            return Err(Refusal::Slippage);
        }
        let d = (Int::from(self.d) - part(self.d)?).get()?;
        self.balances = self.moved(amounts, false)?;
        (self.d, self.total_supply) = (d, supply.saturating_sub(shares));
        Ok(amounts)
    }

    /// What shares pay in coin `i`, and the scaled balances and the invariant after it.
    fn withdrawn(&self, i: usize, shares: U256, time: u64) -> Result<(U256, [U256; 2], U256), Refusal> {
        if i > 1 {
            return Err(Refusal::NoSuchCoin);
        }
        if shares.is_zero() || shares > self.total_supply {
            return Err(Refusal::Shares);
        }
        let shape = self.shape(time)?;
        let d = Int::from(self.invariant_at(&shape, time)?);
        let mut x = self.scaled(self.balances)?;
        let held = Int::from(of(&x, i));
        let taken = held * 2u64 * shares / self.total_supply;
        let fee = if held.above(taken)? {
            let mut left = x;
            change(&mut left, i, |held| held - taken)?;
            let [x0, x1] = left.map(Int::from);
            self.fee_at(x0, x1)
        } else {
            Int::from(self.fees[1])
        };
        let gross = d * shares / self.total_supply;
        let d = (d - (gross - (fee * gross / FEE_ONE / 2u64 + 1u64))).get()?;
        let (y, _) = shape.balance(x, d, i)?;
        let out = self.unscaled(held - y, i)?.get()?;
        change(&mut x, i, |_| y.into())?;
        Ok((out, x, d))
    }

    /// What shares would pay in coin `i`, before the administrator is paid `[units]`.
    ///
    /// # Errors
    /// As [`remove_liquidity_one_coin`](Self::remove_liquidity_one_coin), without its limit.
    pub fn calc_withdraw_one_coin(&self, i: usize, shares: U256, time: u64) -> Result<U256, Refusal> {
        Ok(self.withdrawn(i, shares, time)?.0)
    }

    /// Pays the administrator, then takes at least `min` of coin `i` for shares; returns what it gets `[units]`.
    ///
    /// # Errors
    /// [`Refusal::Shares`], [`Refusal::NoSuchCoin`], [`Refusal::OutsideCurve`], [`Refusal::NoConvergence`],
    /// [`Refusal::Slippage`], [`Refusal::Loss`]; [`Refusal::Arithmetic`].
    pub fn remove_liquidity_one_coin(
        &mut self,
        i: usize,
        shares: U256,
        min: U256,
        time: u64,
    ) -> Result<U256, Refusal> {
        let mut after = self.clone();
        after.claim(time)?;
        let (out, x, d) = after.withdrawn(i, shares, time)?;
        if out < min {
            return Err(Refusal::Slippage);
        }
        change(&mut after.balances, i, |balance| balance - out)?;
        after.total_supply = (Int::from(after.total_supply) - shares).get()?;
        after.settle(x, Some(d), U256::ZERO, time)?;
        *self = after;
        Ok(out)
    }
}
