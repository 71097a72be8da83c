//! The augmented bonding curve in the model world: orders, tributes, a common pool.
//!
//! A curve of constant reserve ratio ([`crate::power_curve`]) with an entry tribute on deposits and an exit tribute on
//! payouts, both to a common pool, and optional virtual supply and balance that count in pricing only.
//!
//! - buy(d): tribute = τe·d, net = d − tribute, minted = ΔS(net); S += minted, R += net, C += tribute
//! - sell(a): gross = ΔR(a), tribute = τx·gross; S −= a, R −= gross, C += tribute, pays gross − tribute
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | S, R, C | supply, reserve, common pool | token, collateral, collateral |
//! | τe, τx | entry and exit tribute | 1 |
//!
//! Invariants: V constant under orders (virtual parts included); price above 0 and rising with supply; collateral in =
//! ΔR + ΔC + payouts; a quote is what the order then does; a refused order changes nothing; C never falls by orders.
//! Limits: no gas, no batching, no other collateral; orders are filled at once at the state they meet.
//!
//! Source: the configuration dashboard and simulator of the commons; Titcomb, "Deep Dive: Augmented Bonding Curves"
//! (2019). Where the dashboard lets a sale exceed the supply, this refuses.

use crate::{
    error::{CurveError, finite, non_negative, positive, within},
    power_curve,
};
use serde::{Deserialize, Serialize};

/// What governance sets.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurveTerms {
    /// Reserve ratio w `[1]`, (0, 1] -- controllable.
    pub reserve_ratio: f64,
    /// Part of a deposit that goes to the common pool `[1]`, [0, 1) -- controllable.
    pub entry_tribute: f64,
    /// Part of a payout that goes to the common pool `[1]`, [0, 1) -- controllable.
    pub exit_tribute: f64,
    /// Supply counted in pricing only `[token]`, 0 or above -- controllable.
    pub virtual_supply: f64,
    /// Reserve counted in pricing only `[collateral]`, 0 or above -- controllable.
    pub virtual_balance: f64,
}

impl CurveTerms {
    /// Terms without virtual parts.
    #[must_use]
    pub fn new(reserve_ratio: f64, entry_tribute: f64, exit_tribute: f64) -> Self {
        Self { reserve_ratio, entry_tribute, exit_tribute, virtual_supply: 0.0, virtual_balance: 0.0 }
    }

    /// # Errors
    /// [`CurveError`] naming the first field outside its range.
    pub fn check(&self) -> Result<(), CurveError> {
        let w = self.reserve_ratio;
        within("reserve_ratio", w, w > 0.0 && w <= 1.0, "(0, 1]")?;
        tribute("entry_tribute", self.entry_tribute)?;
        tribute("exit_tribute", self.exit_tribute)?;
        non_negative("virtual_supply", self.virtual_supply)?;
        non_negative("virtual_balance", self.virtual_balance)?;
        Ok(())
    }
}

/// A tribute in [0, 1).
pub(crate) fn tribute(name: &'static str, value: f64) -> Result<f64, CurveError> {
    within(name, value, (0.0..1.0).contains(&value), "[0, 1)")
}

/// One filled or quoted order.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Deposit of a buy, tokens of a sale `[collateral or token]`.
    pub given: f64,
    /// Collateral to the common pool `[collateral]`.
    pub tribute: f64,
    /// Collateral into (buy) or out of (sale) the reserve `[collateral]`.
    pub reserve_change: f64,
    /// Tokens minted or collateral paid out `[token or collateral]`.
    pub received: f64,
    /// Reserve change per token minted or burned `[collateral/token]`.
    pub realised_price: f64,
    /// Shortfall of what is received against the spot price before, tribute aside `[1]`, [0, 1).
    pub slippage: f64,
    /// Spot price before `[collateral/token]`.
    pub price_before: f64,
    /// Spot price after `[collateral/token]`; 0 for an emptied curve.
    pub price_after: f64,
}

/// A curve, its reserve and its common pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AugmentedCurve {
    terms: CurveTerms,
    supply: f64,
    reserve: f64,
    common_pool: f64,
    entry_tributes: f64,
    exit_tributes: f64,
}

impl AugmentedCurve {
    /// A curve with `supply` tokens, `reserve` behind them and a common pool.
    ///
    /// # Errors
    /// [`CurveError`] if a term is out of range, an amount is negative or not finite, or there is nothing to price
    /// (supply or reserve 0 with virtual parts included).
    pub fn new(terms: CurveTerms, supply: f64, reserve: f64, common_pool: f64) -> Result<Self, CurveError> {
        terms.check()?;
        non_negative("supply", supply)?;
        non_negative("reserve", reserve)?;
        non_negative("common_pool", common_pool)?;
        let curve = Self { terms, supply, reserve, common_pool, entry_tributes: 0.0, exit_tributes: 0.0 };
        let (s, r) = curve.priced();
        power_curve::spot_price(s, r, terms.reserve_ratio)?;
        Ok(curve)
    }

    /// Terms in force.
    pub fn terms(&self) -> &CurveTerms {
        &self.terms
    }

    /// Tokens in existence `[token]`.
    pub fn supply(&self) -> f64 {
        self.supply
    }

    /// Collateral held for redemption `[collateral]`.
    pub fn reserve(&self) -> f64 {
        self.reserve
    }

    /// Common pool `[collateral]`.
    pub fn common_pool(&self) -> f64 {
        self.common_pool
    }

    /// Entry and exit tributes collected so far `[collateral]`.
    pub fn tributes(&self) -> (f64, f64) {
        (self.entry_tributes, self.exit_tributes)
    }

    /// Spot price before tributes `[collateral/token]`; 0 when everything has been sold.
    pub fn price(&self) -> f64 {
        let (s, r) = self.priced();
        if s > 0.0 { r / (self.terms.reserve_ratio * s) } else { 0.0 }
    }

    /// Price times supply `[collateral]`.
    pub fn market_cap(&self) -> f64 {
        self.price() * self.supply
    }

    /// ln V, constant under orders.
    ///
    /// # Errors
    /// [`CurveError`] for an emptied curve.
    pub fn log_invariant(&self) -> Result<f64, CurveError> {
        let (s, r) = self.priced();
        power_curve::log_invariant(s, r, self.terms.reserve_ratio)
    }

    /// Replaces the terms, as governance may; V changes with the ratio or the virtual parts.
    ///
    /// # Errors
    /// As [`CurveTerms::check`]; the old terms then stay.
    pub fn update(&mut self, terms: CurveTerms) -> Result<(), CurveError> {
        terms.check()?;
        self.terms = terms;
        Ok(())
    }

    /// What a buy would do.
    ///
    /// # Errors
    /// [`CurveError`] unless the deposit is above 0 and the curve has a price.
    pub fn quote_buy(&self, deposit: f64) -> Result<Order, CurveError> {
        positive("deposit", deposit)?;
        let (s, r) = self.priced();
        let w = self.terms.reserve_ratio;
        let fee = self.terms.entry_tribute * deposit;
        let net = deposit - fee;
        let minted = power_curve::tokens_for_deposit(s, r, w, net)?;
        let price_before = power_curve::spot_price(s, r, w)?;
        // Below the resolution of the supply a buy mints nothing: then the spot price is the price paid.
        let realised_price =
            if minted > 0.0 { finite("realised_price", net / minted)? } else { price_before };
        Ok(Order {
            given: deposit,
            tribute: fee,
            reserve_change: net,
            received: minted,
            realised_price,
            slippage: clamp_slippage(1.0 - minted * price_before / net),
            price_before,
            price_after: finite("price", (r + net) / (w * (s + minted)))?,
        })
    }

    /// Deposits collateral for at least `min_return` tokens.
    ///
    /// # Errors
    /// As [`Self::quote_buy`], and [`CurveError::Slippage`]. The curve is then unchanged.
    pub fn buy(&mut self, deposit: f64, min_return: f64) -> Result<Order, CurveError> {
        let order = self.quote_buy(deposit)?;
        accept(order.received, min_return)?;
        let supply = finite("supply", self.supply + order.received)?;
        let reserve = finite("reserve", self.reserve + order.reserve_change)?;
        let pool = finite("common_pool", self.common_pool + order.tribute)?;
        (self.supply, self.reserve, self.common_pool) = (supply, reserve, pool);
        self.entry_tributes += order.tribute;
        Ok(order)
    }

    /// What a sale by a holder of `balance` tokens would do.
    ///
    /// # Errors
    /// [`CurveError`] unless 0 < tokens ≤ balance and supply, or if the payout exceeds the real reserve.
    pub fn quote_sell(&self, tokens: f64, balance: f64) -> Result<Order, CurveError> {
        self.sale(tokens, balance).map(|(order, _)| order)
    }

    /// A sale and the real reserve it leaves.
    fn sale(&self, tokens: f64, balance: f64) -> Result<(Order, f64), CurveError> {
        positive("tokens", tokens)?;
        non_negative("balance", balance)?;
        for (name, have) in [("holder", balance), ("supply", self.supply)] {
            if tokens > have {
                return Err(CurveError::Insufficient { name, have, need: tokens });
            }
        }
        let (s, r) = self.priced();
        let w = self.terms.reserve_ratio;
        let gross = power_curve::collateral_for_tokens(s, r, w, tokens)?;
        if gross > self.reserve {
            return Err(CurveError::Insufficient { name: "reserve", have: self.reserve, need: gross });
        }
        let fee = self.terms.exit_tribute * gross;
        let price_before = power_curve::spot_price(s, r, w)?;
        let left = s - tokens;
        // A large sale leaves a small part of the reserve: the difference would have none of its digits.
        let remaining =
            if gross < 0.5 * r { r - gross } else { power_curve::reserve_at_supply(s, r, w, left)? };
        if left > 0.0 && remaining < f64::MIN_POSITIVE {
            return Err(CurveError::Undefined {
                what: "the price after the sale",
                why: "the reserve left is below the smallest number",
            });
        }
        let order = Order {
            given: tokens,
            tribute: fee,
            reserve_change: gross,
            received: gross - fee,
            realised_price: finite("realised_price", gross / tokens)?,
            slippage: clamp_slippage(1.0 - gross / (tokens * price_before)),
            price_before,
            price_after: if left > 0.0 { finite("price", remaining / (w * left))? } else { 0.0 },
        };
        Ok((order, (remaining - self.terms.virtual_balance).max(0.0)))
    }

    /// Burns tokens for at least `min_return` collateral.
    ///
    /// # Errors
    /// As [`Self::quote_sell`], and [`CurveError::Slippage`]. The curve is then unchanged.
    pub fn sell(&mut self, tokens: f64, balance: f64, min_return: f64) -> Result<Order, CurveError> {
        let (order, reserve) = self.sale(tokens, balance)?;
        accept(order.received, min_return)?;
        let pool = finite("common_pool", self.common_pool + order.tribute)?;
        self.supply -= tokens;
        self.reserve = reserve;
        self.common_pool = pool;
        self.exit_tributes += order.tribute;
        Ok(order)
    }

    /// Adds collateral to the reserve without minting: the price jumps by the growth of the priced reserve.
    ///
    /// # Errors
    /// [`CurveError`] if the amount is negative or not finite.
    pub fn donate(&mut self, collateral: f64) -> Result<(), CurveError> {
        non_negative("donation", collateral)?;
        self.reserve = finite("reserve", self.reserve + collateral)?;
        Ok(())
    }

    /// Pays out of the common pool.
    ///
    /// # Errors
    /// [`CurveError`] if the amount is negative, not finite or above the pool.
    pub fn spend(&mut self, collateral: f64) -> Result<(), CurveError> {
        non_negative("spending", collateral)?;
        if collateral > self.common_pool {
            return Err(CurveError::Insufficient {
                name: "common_pool",
                have: self.common_pool,
                need: collateral,
            });
        }
        self.common_pool -= collateral;
        Ok(())
    }

    /// Spot price after a share of the supply is sold at once `[collateral/token]`.
    ///
    /// # Errors
    /// [`CurveError`] unless the share is in `[0, 1]`, or if the reserve cannot pay it.
    pub fn price_after_shock(&self, share: f64) -> Result<f64, CurveError> {
        within("share", share, (0.0..=1.0).contains(&share), "[0, 1]")?;
        let tokens = share * self.supply;
        if tokens == 0.0 {
            return finite("price", self.price());
        }
        self.quote_sell(tokens, self.supply).map(|order| order.price_after)
    }

    /// Months the common pool lasts at a monthly spending, without further tributes `[month]`.
    ///
    /// # Errors
    /// [`CurveError`] unless the spending is above 0.
    pub fn runway(&self, monthly_spending: f64) -> Result<f64, CurveError> {
        positive("monthly_spending", monthly_spending)?;
        finite("runway", self.common_pool / monthly_spending)
    }

    /// Supply, price and market cap where the curve would be at a given reserve.
    ///
    /// # Errors
    /// [`CurveError`] if the reserve is negative or the curve has been emptied.
    pub fn milestone(&self, reserve: f64) -> Result<Milestone, CurveError> {
        non_negative("reserve", reserve)?;
        let (s, r) = self.priced();
        let w = self.terms.reserve_ratio;
        let target = reserve + self.terms.virtual_balance;
        let supply = power_curve::supply_at_reserve(s, r, w, target)? - self.terms.virtual_supply;
        let price = power_curve::price_at_reserve(s, r, w, target)?;
        let market_cap = finite("market_cap", price * supply.max(0.0))?;
        Ok(Milestone { reserve, supply: supply.max(0.0), price, market_cap })
    }

    /// Supply and reserve as the formula sees them.
    pub(crate) fn priced(&self) -> (f64, f64) {
        (self.supply + self.terms.virtual_supply, self.reserve + self.terms.virtual_balance)
    }
}

/// One row of the milestone table.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Milestone {
    /// Reserve `[collateral]`.
    pub reserve: f64,
    /// Supply `[token]`.
    pub supply: f64,
    /// Spot price `[collateral/token]`.
    pub price: f64,
    /// Price times supply `[collateral]`.
    pub market_cap: f64,
}

/// Reserve levels of the dashboard's milestone table `[collateral]`.
pub const MILESTONES: [f64; 9] = [1e4, 5e4, 1e5, 5e5, 1e6, 5e6, 1e7, 5e7, 1e8];

fn accept(got: f64, min: f64) -> Result<(), CurveError> {
    finite("min_return", min)?;
    if got < min { Err(CurveError::Slippage { got, min }) } else { Ok(()) }
}

/// Rounding may push a slippage of 0 below 0 by an ulp.
fn clamp_slippage(slippage: f64) -> f64 {
    slippage.max(0.0)
}
