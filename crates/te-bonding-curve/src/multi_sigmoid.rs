//! The multi-sigmoid curve: price by supply as a sum of logistic phases, with exact areas.
//!
//! Price f(s) = Σ k/(1 + exp(shift − s·l/m)) ([`MultiLogistic`]). A buy pays the area under the price; the part ρ of it is set
//! aside as reserve, the rest is funding. A sale refunds ρ times the area.
//!
//! - buy(t): cost = ∫ f from s to s + t; reserve += ρ·cost, funding += (1 − ρ)·cost
//! - sell(t): refund = ρ·∫ f from s − t to s; reserve −= refund
//!
//! | symbol | meaning | unit | range |
//! |---|---|---|---|
//! | s | supply | token | ≥ 0 |
//! | f | price | cash/token | > 0 |
//! | ρ | reserve rate | 1 | `[0, 1]` |
//! | debt | owed before funding counts | cash | ≥ 0 |
//!
//! Invariants: buying then selling the same tokens returns ρ·cost; reserve = ρ·∫ f over the supply sold through the curve; price
//! rises with supply; refused orders change nothing. Limits: not a constant-reserve-ratio curve (V = S^κ/R does not hold), and the
//! reserve of the original is not redeemable on a chain.
//!
//! Source: `ltfte` (longtailfinancial/TokenEngineering), whose grid version is [`crate::SigmoidGrid`].

use crate::{
    error::{CurveError, finite, non_negative, positive, within},
    logistic::{Logistic, MultiLogistic},
};
use serde::{Deserialize, Serialize};

/// The four phases of the original, as (height, steepness, shift, width).
#[must_use]
pub fn default_phases() -> [Logistic; 4] {
    let term = |height, steepness, shift, width| Logistic { height, steepness, shift, width };
    [
        term(57_300.0, 20.8, 17.0, 21e6),
        term(5.0, 2.0, 5.0, 5e4),
        term(50.0, 2.0, 5.0, 5e5),
        term(2_000.0, 6.0, 9.0, 5e6),
    ]
}

/// A market on a multi-sigmoid curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MultiSigmoidCurve {
    price: MultiLogistic,
    reserve_rate: f64,
    supply: f64,
    opening_supply: f64,
    reserve: f64,
    funding: f64,
    debt: f64,
}

/// What an order moved.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SigmoidOrder {
    /// Tokens minted or burned `[token]`.
    pub tokens: f64,
    /// Cash paid or refunded `[cash]`.
    pub cash: f64,
    /// Part of it into or out of the reserve `[cash]`.
    pub reserve_change: f64,
}

impl MultiSigmoidCurve {
    /// A market at `supply`, with nothing in reserve and a debt to pay off first.
    ///
    /// # Errors
    /// [`CurveError`] naming the parameter out of range.
    pub fn new(price: MultiLogistic, reserve_rate: f64, supply: f64, debt: f64) -> Result<Self, CurveError> {
        within("reserve_rate", reserve_rate, (0.0..=1.0).contains(&reserve_rate), "[0, 1]")?;
        non_negative("supply", supply)?;
        non_negative("debt", debt)?;
        Ok(Self { price, reserve_rate, supply, opening_supply: supply, reserve: 0.0, funding: 0.0, debt })
    }

    /// Goes on with another part of sales for refunds and another debt; what was set aside and raised stays.
    ///
    /// # Errors
    /// [`CurveError`] naming the parameter out of range; the market is then as before.
    pub fn set_terms(&mut self, reserve_rate: f64, debt: f64) -> Result<(), CurveError> {
        within("reserve_rate", reserve_rate, (0.0..=1.0).contains(&reserve_rate), "[0, 1]")?;
        non_negative("debt", debt)?;
        (self.reserve_rate, self.debt) = (reserve_rate, debt);
        Ok(())
    }

    /// Supply `[token]`.
    pub fn supply(&self) -> f64 {
        self.supply
    }

    /// Price at the supply `[cash/token]`.
    pub fn price(&self) -> f64 {
        self.price.value(self.supply)
    }

    /// Part of a sale set aside for refunds, ρ `[1]`.
    pub fn reserve_rate(&self) -> f64 {
        self.reserve_rate
    }

    /// Price a seller meets: ρ times the price `[cash/token]`.
    pub fn sell_price(&self) -> f64 {
        self.reserve_rate * self.price()
    }

    /// Price times supply `[cash]`.
    pub fn market_cap(&self) -> f64 {
        self.price() * self.supply
    }

    /// Cash set aside for refunds `[cash]`.
    pub fn reserve(&self) -> f64 {
        self.reserve
    }

    /// Cash raised besides `[cash]`.
    pub fn funding(&self) -> f64 {
        self.funding
    }

    /// Funding and reserve less the debt `[cash]`.
    pub fn net(&self) -> f64 {
        self.funding + self.reserve - self.debt
    }

    /// Debt `[cash]`.
    pub fn debt(&self) -> f64 {
        self.debt
    }

    /// The price curve.
    pub fn curve(&self) -> &MultiLogistic {
        &self.price
    }

    /// Supply at the next phase's midpoint above the supply; none past the last.
    pub fn next_midpoint(&self) -> Option<f64> {
        let above =
            self.price.terms().iter().map(Logistic::midpoint).filter(|midpoint| *midpoint > self.supply);
        above.reduce(f64::min)
    }

    /// Phases whose midpoint the supply has passed.
    pub fn phases_passed(&self) -> usize {
        self.price.terms().iter().filter(|term| term.midpoint() <= self.supply).count()
    }

    /// Supply as a fraction of the next midpoint `[1]`; 1 past the last.
    pub fn progress(&self) -> f64 {
        self.next_midpoint().map_or(1.0, |midpoint| self.supply / midpoint)
    }

    /// Cost of `tokens` `[cash]`.
    ///
    /// # Errors
    /// [`CurveError`] unless tokens are above 0.
    pub fn cost(&self, tokens: f64) -> Result<f64, CurveError> {
        positive("tokens", tokens)?;
        finite("cost", self.price.area(self.supply, self.supply + tokens))
    }

    /// Mints `tokens`.
    ///
    /// # Errors
    /// [`CurveError`] unless tokens are above 0.
    pub fn buy(&mut self, tokens: f64) -> Result<SigmoidOrder, CurveError> {
        let cash = self.cost(tokens)?;
        self.mint(tokens, cash)
    }

    /// Mints what `cash` buys.
    ///
    /// # Errors
    /// [`CurveError`] unless cash is above 0.
    pub fn buy_with(&mut self, cash: f64) -> Result<SigmoidOrder, CurveError> {
        positive("cash", cash)?;
        let end = self.price.end_of_area(self.supply, cash)?;
        self.mint(end - self.supply, cash)
    }

    /// Refund for `tokens`: ρ times the area below the supply `[cash]`.
    ///
    /// # Errors
    /// [`CurveError`] unless 0 < tokens ≤ supply.
    pub fn refund(&self, tokens: f64) -> Result<f64, CurveError> {
        positive("tokens", tokens)?;
        if tokens > self.supply {
            return Err(CurveError::Insufficient { name: "supply", have: self.supply, need: tokens });
        }
        finite("refund", self.reserve_rate * self.price.area(self.supply - tokens, self.supply))
    }

    /// Burns `tokens` for their refund.
    ///
    /// # Errors
    /// As [`Self::refund`], and if the refund exceeds the reserve (tokens that were not sold through the curve).
    pub fn sell(&mut self, tokens: f64) -> Result<SigmoidOrder, CurveError> {
        let refund = self.refund(tokens)?;
        // A refund of everything ever reserved may exceed it by rounding.
        if refund > self.reserve * (1.0 + 1e-12) {
            return Err(CurveError::Insufficient { name: "reserve", have: self.reserve, need: refund });
        }
        let refund = refund.min(self.reserve);
        self.supply -= tokens;
        self.reserve -= refund;
        Ok(SigmoidOrder { tokens, cash: refund, reserve_change: refund })
    }

    /// Reserve that the area between opening supply and supply implies `[cash]`.
    pub fn implied_reserve(&self) -> f64 {
        self.reserve_rate * self.price.area(self.opening_supply, self.supply)
    }

    /// Buys with cash, then sells tokens; either may be 0.
    ///
    /// # Errors
    /// As [`Self::buy_with`] and [`Self::sell`]; neither is then done.
    pub fn trade(&mut self, cash: f64, tokens: f64) -> Result<(), CurveError> {
        let before = (self.supply, self.reserve, self.funding);
        let mut go = || {
            if cash != 0.0 {
                self.buy_with(cash)?;
            }
            if tokens != 0.0 {
                self.sell(tokens)?;
            }
            Ok(())
        };
        let result = go();
        if result.is_err() {
            (self.supply, self.reserve, self.funding) = before;
        }
        result
    }

    fn mint(&mut self, tokens: f64, cash: f64) -> Result<SigmoidOrder, CurveError> {
        let share = self.reserve_rate * cash;
        let supply = finite("supply", self.supply + tokens)?;
        let reserve = finite("reserve", self.reserve + share)?;
        let funding = finite("funding", self.funding + (cash - share))?;
        (self.supply, self.reserve, self.funding) = (supply, reserve, funding);
        Ok(SigmoidOrder { tokens, cash, reserve_change: share })
    }
}
