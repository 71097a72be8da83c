//! Deposits, withdrawals and zap-ins of a [`ConstantProduct`] pool.
//!
//! Equations, assumptions and source: [`liquidity`](crate::liquidity). The protocol's shares are minted before anything else.
//!
//! Invariants: a deposit and the withdrawal of its shares never gain; tokens are conserved exactly.

use super::{ConstantProduct, Trade};
use crate::arbitrage::TokenIn;
use crate::error::{Bound, Counted};
use crate::wide::product;
use crate::{AmmError, liquidity};
use rust_decimal::Decimal;

/// A deposit that was made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deposit {
    /// Base given `[base]`.
    pub base: Decimal,
    /// Quote given `[quote]`.
    pub quote: Decimal,
    /// Shares received `[shares]`.
    pub shares: Decimal,
}

impl ConstantProduct {
    /// Shares in all, the locked minimum included `[shares]`.
    ///
    /// # Errors
    /// [`AmmError::PrecisionLoss`] if the shares outgrew the grid.
    pub fn total_shares(&self) -> Result<Decimal, AmmError> {
        self.grid.amount(self.shares)
    }

    /// Shares minted to the protocol so far `[shares]`.
    ///
    /// # Errors
    /// As [`total_shares`](Self::total_shares).
    pub fn protocol_shares(&self) -> Result<Decimal, AmmError> {
        self.grid.amount(self.protocol_shares)
    }

    /// Mints the protocol's part of the growth since the last deposit or withdrawal.
    fn mint_protocol_shares(&mut self) -> Result<(), AmmError> {
        if let Some(part) = self.protocol_part {
            let minted = liquidity::protocol_shares(self.shares, self.k_last, self.k_units(), part)?;
            let overflow = AmmError::Overflow { operation: "shares" };
            self.shares = self.shares.checked_add(minted).ok_or(overflow)?;
            self.protocol_shares = self.protocol_shares.checked_add(minted).ok_or(overflow)?;
        }
        Ok(())
    }

    fn close(&mut self) {
        if self.protocol_part.is_some() {
            self.k_last = product(self.base, self.quote);
        }
    }

    /// Deposits exactly these amounts; what exceeds the pool's proportion is given to all shares.
    ///
    /// # Errors
    /// [`AmmError::PrecisionLoss`] off the grid; [`AmmError::InsufficientOutput`] if no share comes of it.
    pub fn deposit(&mut self, base: Decimal, quote: Decimal) -> Result<Deposit, AmmError> {
        let (base_units, quote_units) = (self.grid.units(base)?, self.grid.units(quote)?);
        let mut after = self.clone();
        after.mint_protocol_shares()?;
        let minted =
            liquidity::later_shares((after.base, after.quote), after.shares, (base_units, quote_units))?;
        after.check_fits(after.base, base_units)?;
        after.check_fits(after.quote, quote_units)?;
        after.base = after.base.saturating_add(base_units);
        after.quote = after.quote.saturating_add(quote_units);
        after.shares = after.shares.checked_add(minted).ok_or(AmmError::Overflow { operation: "shares" })?;
        after.close();
        let deposit = Deposit { base, quote, shares: after.grid.amount(minted)? };
        after.total_shares()?;
        *self = after;
        Ok(deposit)
    }

    /// Deposits as much of both as fits the pool's proportion within the given amounts.
    ///
    /// # Errors
    /// As [`deposit`](Self::deposit).
    pub fn deposit_matched(&mut self, base: Decimal, quote: Decimal) -> Result<Deposit, AmmError> {
        let (base, quote) = liquidity::matched_add((self.base()?, self.quote()?), (base, quote))?;
        let base = self.grid.amount(self.grid.units_floor(base)?)?;
        let quote = self.grid.amount(self.grid.units_floor(quote)?)?;
        self.deposit(base, quote)
    }

    /// Redeems shares for base and quote, each rounded down.
    ///
    /// # Errors
    /// [`AmmError::InsufficientOutput`] if either rounds to zero; [`AmmError::InsufficientLiquidity`] for more than the shares
    /// that are not locked.
    pub fn withdraw(&mut self, shares: Decimal) -> Result<(Decimal, Decimal), AmmError> {
        let burned = self.grid.units(shares)?;
        let mut after = self.clone();
        after.mint_protocol_shares()?;
        let free = after.shares.saturating_sub(liquidity::MINIMUM_SHARES);
        if burned > free {
            return Err(AmmError::InsufficientLiquidity {
                parameter: "withdrawal",
                requested: self.grid.tokens(burned),
                bound: Bound::AtMost,
                available: self.grid.tokens(free),
                counted: Counted::Shares,
            });
        }
        let (base, quote) = liquidity::redeemed((after.base, after.quote), after.shares, burned)?;
        after.base = after.base.saturating_sub(base);
        after.quote = after.quote.saturating_sub(quote);
        after.shares = after.shares.saturating_sub(burned);
        after.close();
        let amounts = (after.grid.amount(base)?, after.grid.amount(quote)?);
        *self = after;
        Ok(amounts)
    }

    /// Deposits one token: swaps the best part of it, then deposits the rest beside the proceeds.
    ///
    /// # Errors
    /// As a swap and a [`deposit`](Self::deposit).
    pub fn zap_in(&mut self, token: TokenIn, amount: Decimal) -> Result<(Trade, Deposit), AmmError> {
        let (x, y) = self.sides(token);
        let fee = self.fee.to_decimal()?;
        let zap = liquidity::zap_in(self.grid.amount(x)?, self.grid.amount(y)?, amount, fee)?;
        let swapped = self.grid.units_floor(zap.swap_amount)?;
        let rest = self
            .grid
            .units(amount)?
            .checked_sub(swapped)
            .ok_or(AmmError::InsufficientOutput { operation: "zap-in" })?;
        let mut after = self.clone();
        let trade = after.swap_exact_in(token, self.grid.amount(swapped)?, None)?;
        let rest = self.grid.amount(rest)?;
        let deposit = match token {
            TokenIn::Base => after.deposit(rest, trade.amount_out)?,
            TokenIn::Quote => after.deposit(trade.amount_out, rest)?,
        };
        *self = after;
        Ok((trade, deposit))
    }
}
