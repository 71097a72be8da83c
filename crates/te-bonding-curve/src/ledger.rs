//! The augmented bonding curve as deployed: order flow on 256-bit integers.
//!
//! A buy pays the entry tribute to the beneficiary (the common pool), the rest enters the reserve, and tokens are
//! minted at the price *before* the deposit; a sale burns tokens, takes the exit tribute from the payout.
//!
//! - tribute = ⌊deposit · entry / 1e18⌋, minted = purchase(supply + virtual, reserve + virtual, ratio, deposit − tribute)
//! - gross = sale(…, tokens), tribute = ⌊gross · exit / 1e18⌋, payout = gross − tribute
//!
//! Amounts are in smallest units (1e-18). Invariants: collateral in = change of reserve + tribute; a round trip
//! never pays; splitting a buy never mints more; a refused order changes nothing. Departure from the contract: a reserve
//! ratio of 0, which the contract accepts although every later order reverts, is refused at configuration.
//!
//! Source: CommonsSwarm/augmented-bonding-curve (behaviour); 38 scenarios run on the real contract.

use crate::{
    bancor,
    error::LedgerError,
    scale::{E18, Ppm},
};
use ruint::aliases::U256;
use serde::{Deserialize, Serialize};

/// What governance sets for one collateral.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerTerms {
    /// Reserve ratio `[ppm]` -- controllable.
    pub reserve_ratio: Ppm,
    /// Part of a deposit that goes to the beneficiary `[1e-18]` -- controllable.
    pub entry_tribute: E18,
    /// Part of a payout that goes to the beneficiary `[1e-18]` -- controllable.
    pub exit_tribute: E18,
    /// Supply counted in pricing only `[token unit]` -- controllable.
    pub virtual_supply: U256,
    /// Reserve counted in pricing only, never paid out `[collateral unit]` -- controllable.
    pub virtual_balance: U256,
    /// May the collateral be deposited? -- controllable.
    pub whitelisted: bool,
}

impl LedgerTerms {
    /// # Errors
    /// [`LedgerError::Tribute`] for a tribute of 100 % or more, [`LedgerError::ReserveRatio`] outside 1..=1 000 000 ppm.
    pub fn check(&self) -> Result<(), LedgerError> {
        for (name, tribute) in [("entry_tribute", self.entry_tribute), ("exit_tribute", self.exit_tribute)] {
            if tribute >= E18::HUNDRED_PERCENT {
                return Err(LedgerError::Tribute { name, value: tribute.raw() });
            }
        }
        if self.reserve_ratio == Ppm::ZERO || self.reserve_ratio > Ppm::HUNDRED_PERCENT {
            return Err(LedgerError::ReserveRatio { value: self.reserve_ratio.raw() });
        }
        Ok(())
    }
}

/// One filled or quoted order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerOrder {
    /// Deposit or tokens given `[unit]`.
    pub given: U256,
    /// Collateral to the beneficiary `[collateral unit]`.
    pub tribute: U256,
    /// Change of the reserve, up on a buy, down on a sale `[collateral unit]`.
    pub reserve_change: U256,
    /// Tokens minted or collateral paid out `[unit]`.
    pub received: U256,
}

impl LedgerOrder {
    /// Does the order give nothing for something? A dust buy mints 0 and still keeps the deposit.
    #[must_use]
    pub fn gives_nothing(&self) -> bool {
        self.received.is_zero()
    }
}

/// A curve over one collateral, with its beneficiary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerCurve {
    terms: LedgerTerms,
    supply: U256,
    reserve: U256,
    beneficiary: U256,
}

impl LedgerCurve {
    /// A curve with `supply` tokens in existence and `reserve` collateral behind them.
    ///
    /// # Errors
    /// As [`LedgerTerms::check`].
    pub fn new(terms: LedgerTerms, supply: U256, reserve: U256) -> Result<Self, LedgerError> {
        terms.check()?;
        Ok(Self { terms, supply, reserve, beneficiary: U256::ZERO })
    }

    /// Tokens in existence `[token unit]`.
    pub fn supply(&self) -> U256 {
        self.supply
    }

    /// Collateral held `[collateral unit]`.
    pub fn reserve(&self) -> U256 {
        self.reserve
    }

    /// Tributes paid to the beneficiary so far `[collateral unit]`.
    pub fn beneficiary(&self) -> U256 {
        self.beneficiary
    }

    /// The terms in force.
    pub fn terms(&self) -> &LedgerTerms {
        &self.terms
    }

    /// Replaces the terms, as governance may.
    ///
    /// # Errors
    /// As [`LedgerTerms::check`]; the old terms then stay.
    pub fn update(&mut self, terms: LedgerTerms) -> Result<(), LedgerError> {
        terms.check()?;
        self.terms = terms;
        Ok(())
    }

    /// Price of an infinitesimal buy before tributes, virtual parts included `[ppm]`.
    ///
    /// # Errors
    /// [`LedgerError`] if there is no supply.
    pub fn static_price_ppm(&self) -> Result<U256, LedgerError> {
        let (supply, balance) = self.priced()?;
        bancor::static_price_ppm(supply, balance, self.terms.reserve_ratio)
    }

    /// What a buy would do, without doing it.
    ///
    /// # Errors
    /// As [`Self::buy`], the smallest return aside.
    pub fn quote_buy(&self, deposit: U256) -> Result<LedgerOrder, LedgerError> {
        if !self.terms.whitelisted {
            return Err(LedgerError::NotWhitelisted);
        }
        if deposit.is_zero() {
            return Err(LedgerError::ZeroDeposit);
        }
        let tribute = self.terms.entry_tribute.of(deposit)?;
        let net = deposit.saturating_sub(tribute); // the tribute is below 100 %
        let (supply, balance) = self.priced()?;
        let received = bancor::purchase_return(supply, balance, self.terms.reserve_ratio, net)?;
        Ok(LedgerOrder { given: deposit, tribute, reserve_change: net, received })
    }

    /// Deposits collateral and mints at least `min_return` tokens.
    ///
    /// # Errors
    /// [`LedgerError`] if the collateral is not whitelisted, the deposit is 0, the return is below `min_return`, the formula
    /// refuses, or a balance would exceed 256 bits. The curve is then unchanged.
    pub fn buy(&mut self, deposit: U256, min_return: U256) -> Result<LedgerOrder, LedgerError> {
        let order = self.quote_buy(deposit)?;
        accept(order.received, min_return)?;
        let supply = add("supply", self.supply, order.received)?;
        let reserve = add("reserve", self.reserve, order.reserve_change)?;
        let beneficiary = add("beneficiary", self.beneficiary, order.tribute)?;
        (self.supply, self.reserve, self.beneficiary) = (supply, reserve, beneficiary);
        Ok(order)
    }

    /// What a sale out of `balance` held would do, without doing it.
    ///
    /// # Errors
    /// As [`Self::sell`], the smallest return aside.
    pub fn quote_sell(&self, tokens: U256, balance: U256) -> Result<LedgerOrder, LedgerError> {
        if tokens.is_zero() || balance < tokens {
            return Err(LedgerError::BondAmount { amount: tokens, balance });
        }
        let (supply, priced) = self.priced()?;
        let gross = bancor::sale_return(supply, priced, self.terms.reserve_ratio, tokens)?;
        let tribute = self.terms.exit_tribute.of(gross)?;
        Ok(LedgerOrder {
            given: tokens,
            tribute,
            reserve_change: gross,
            received: gross.saturating_sub(tribute),
        })
    }

    /// Burns tokens out of `balance` held and pays at least `min_return` collateral.
    ///
    /// # Errors
    /// [`LedgerError`] if no tokens are offered or more than held or in existence, the payout is below `min_return` or above
    /// the real reserve, or the formula refuses. The curve is then unchanged.
    pub fn sell(
        &mut self,
        tokens: U256,
        balance: U256,
        min_return: U256,
    ) -> Result<LedgerOrder, LedgerError> {
        let order = self.quote_sell(tokens, balance)?;
        accept(order.received, min_return)?;
        let supply = self
            .supply
            .checked_sub(tokens)
            .ok_or(LedgerError::BondAmount { amount: tokens, balance: self.supply })?;
        let reserve = self
            .reserve
            .checked_sub(order.reserve_change)
            .ok_or(LedgerError::Reserve { have: self.reserve, need: order.reserve_change })?;
        let beneficiary = add("beneficiary", self.beneficiary, order.tribute)?;
        (self.supply, self.reserve, self.beneficiary) = (supply, reserve, beneficiary);
        Ok(order)
    }

    /// Adds collateral without minting: the price jumps by the factor the priced reserve grows by.
    ///
    /// # Errors
    /// [`LedgerError::Overflow`] if the reserve would exceed 256 bits.
    pub fn donate(&mut self, collateral: U256) -> Result<(), LedgerError> {
        self.reserve = add("reserve", self.reserve, collateral)?;
        Ok(())
    }

    /// Supply and reserve as the formula sees them.
    fn priced(&self) -> Result<(U256, U256), LedgerError> {
        Ok((
            add("supply", self.supply, self.terms.virtual_supply)?,
            add("reserve", self.reserve, self.terms.virtual_balance)?,
        ))
    }
}

fn accept(got: U256, min: U256) -> Result<(), LedgerError> {
    if got < min { Err(LedgerError::Slippage { got, min }) } else { Ok(()) }
}

fn add(what: &'static str, a: U256, b: U256) -> Result<U256, LedgerError> {
    a.checked_add(b).ok_or(LedgerError::Overflow { what })
}
