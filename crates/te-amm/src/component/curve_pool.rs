//! A pool of two tokens on any curve, stepped one run at a time.
//!
//! In a step: what moves with time (weights, amplification), leave, join, the base order, the quote order, the orders for exact amounts out, then the
//! arbitrage to the external price. An order that the curve refuses is not filled, and counted; the run goes on.
//!
//! Equations: [`PoolBook`].
//!
//! A kind is a [`Curve`]: how its reserves answer an order. Orders, limits, shares and accounts are the same for all, so traders, arbitrageurs and
//! charts of one can be wired to another.
//!
//! Invariants: a refused order changes nothing; base and quote are conserved but for what traders, providers and the protocol take.

pub mod book;
pub mod concentrated;
pub mod exact;
pub mod solidly;
pub mod stable;

use crate::arbitrage::Arbitrage;
use crate::error::{Bound, Counted};
use crate::{AmmError, TokenIn, marginal};
use book::{Ledger, PoolBook, PoolOrders};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use te_core::{Clock, Component, OutOfRange, ParamError, Params, Record, StepError, Stream};

/// A swap that a curve has made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Swap {
    /// Amount in, fee included `[in tokens]`.
    pub amount_in: f64,
    /// Amount out `[out tokens]`.
    pub amount_out: f64,
    /// Fee, the protocol's part included `[tokens of the side that it lies on]`.
    pub fee: f64,
    /// The protocol's part of it `[tokens of the same side]`.
    pub protocol_fee: f64,
    /// Whether the fee lies on what goes out, rather than on what comes in.
    pub fee_on_output: bool,
}

/// What a join takes and gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Join {
    /// Base and quote that are taken `[tokens]`.
    pub taken: [f64; 2],
    /// Shares that are given `[shares]`.
    pub shares: f64,
    /// The protocol's part of the fee on what is out of proportion, base and quote `[tokens]`.
    pub protocol_fee: [f64; 2],
}

/// How the reserves of a pool of two tokens answer.
///
/// What is refused leaves the curve as it was.
pub trait Curve: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The kind's name.
    const KIND: &'static str;
    /// Its parameters.
    type Params: Params;
    /// What it shows: the pool's book, and what this curve has besides.
    type Metrics: Record;

    /// The curve at the start.
    ///
    /// # Errors
    /// [`ParamError`] where parameters together make no pool.
    fn open(params: &Self::Params) -> Result<Self, ParamError>;

    /// Goes on with other parameters, which have been checked; the reserves stay.
    fn change(&mut self, params: &Self::Params);

    /// Whether the pool is arbitraged at the end of each step.
    fn is_arbitraged(&self) -> bool;

    /// Moves on what hangs on time.
    fn at(&mut self, clock: &Clock) {
        let _ = clock;
    }

    /// Base and quote reserves `[tokens]`.
    fn reserves(&self) -> [f64; 2];

    /// Fees that lie beside the reserves and belong to the shares, base and quote `[tokens]`.
    fn uncollected(&self) -> [f64; 2] {
        [0.0; 2]
    }

    /// Shares in all.
    fn shares(&self) -> f64;

    /// What a swap without fee leaves as it is, of one dimension in the reserves.
    ///
    /// # Errors
    /// As the curve's formula.
    fn invariant(&self) -> Result<f64, AmmError>;

    /// Price of base without fee `[quote/base]`.
    ///
    /// # Errors
    /// As the curve's formula.
    fn price(&self) -> Result<f64, AmmError>;

    /// The fee now `[1]`.
    fn fee(&self) -> f64;

    /// Swaps an exact amount in.
    ///
    /// # Errors
    /// What the curve refuses.
    fn exact_in(&mut self, token_in: TokenIn, amount: f64) -> Result<Swap, AmmError>;

    /// Swaps for an exact amount out. Where a curve has no form for it: the least amount in that gives as much, by bisection.
    ///
    /// # Errors
    /// What the curve refuses.
    fn exact_out(&mut self, token_in: TokenIn, amount: f64) -> Result<Swap, AmmError> {
        let rest = |given: f64| {
            let out = if given > 0.0 { self.clone().exact_in(token_in, given)?.amount_out } else { 0.0 };
            Ok(amount - out)
        };
        let given = marginal::amount_at(rest, 0.0, amount)?;
        given.map_or(Err(AmmError::InsufficientOutput { operation: "exact amount out" }), |given| {
            self.exact_in(token_in, given)
        })
    }

    /// The trade that pays most against an external price; `None` where none pays. Where a curve has no form for it: golden section on the
    /// profit.
    ///
    /// # Errors
    /// What the curve refuses.
    fn best(&self, external_price: f64) -> Result<Option<Arbitrage<f64>>, AmmError> {
        best_by_section(self, external_price)
    }

    /// The amount in after which the price without fee stands at `price`; `None` where it is there or beyond before any swap.
    ///
    /// # Errors
    /// What the curve refuses.
    fn amount_to(&self, token_in: TokenIn, price: f64) -> Result<Option<f64>, AmmError> {
        amount_by_halves(self, token_in, price)
    }

    /// Joins with up to these amounts of base and quote.
    ///
    /// # Errors
    /// What the curve refuses.
    fn join(&mut self, amounts: [f64; 2]) -> Result<Join, AmmError>;

    /// Gives base and quote for shares, of all that they stand for.
    ///
    /// # Errors
    /// What the curve refuses.
    fn leave(&mut self, shares: f64) -> Result<[f64; 2], AmmError>;

    /// The book with what this curve has besides.
    fn show(&self, book: PoolBook) -> Self::Metrics;

    /// As [`Component::share`].
    fn share(&mut self, fresh: &Self) {
        let _ = fresh;
    }
}

/// A pool on a curve.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CurvePool<C> {
    curve: C,
    ledger: Ledger,
}

impl<C: Curve> CurvePool<C> {
    /// The curve with its reserves.
    pub fn curve(&self) -> &C {
        &self.curve
    }

    /// Makes a change of the curve, if the curve takes it and all that it shows stays a number; counts it else.
    fn filled<T>(&mut self, change: impl FnOnce(&mut C) -> Result<T, AmmError>) -> Option<T> {
        let mut after = self.curve.clone();
        let done = change(&mut after).ok().filter(|_| is_sound(&after));
        match done {
            Some(_) => self.curve = after,
            None => self.ledger.unfilled += 1.0,
        }
        done
    }

    /// Fills an order of an exact amount in, as far as the limit lets it.
    fn sell(&mut self, token_in: TokenIn, amount: f64, limit: f64, external_price: f64) {
        if amount == 0.0 {
            return;
        }
        let before = self.curve.price();
        let swap = self.filled(|curve| {
            let most = if limit > 0.0 { curve.amount_to(token_in, limit)?.unwrap_or(0.0) } else { amount };
            curve.exact_in(token_in, amount.min(most))
        });
        if let (Some(swap), Ok(price)) = (swap, before) {
            self.ledger.trade(token_in, &swap, price, external_price);
        }
    }

    /// Fills an order for an exact amount out, or for what the limit leaves of it.
    fn buy(&mut self, token_in: TokenIn, wanted: f64, limit: f64, external_price: f64) {
        if wanted == 0.0 {
            return;
        }
        let before = self.curve.price();
        let swap = self.filled(|curve| {
            let mut whole = curve.clone();
            let done = whole.exact_out(token_in, wanted);
            if limit > 0.0 {
                let most = curve.amount_to(token_in, limit)?.unwrap_or(0.0);
                if done.is_err() || done.is_ok_and(|swap| swap.amount_in > most) {
                    return curve.exact_in(token_in, most);
                }
            }
            *curve = whole;
            done
        });
        if let (Some(swap), Ok(price)) = (swap, before) {
            self.ledger.trade(token_in, &swap, price, external_price);
        }
    }

    /// Arbitrages the pool to the external price.
    fn level(&mut self, external_price: f64) {
        let before = self.curve.price();
        // Where no trade pays there is nothing to count.
        let Ok(Some(found)) = self.curve.best(external_price) else { return };
        if !(found.amount_in > 0.0 && found.profit > 0.0) {
            return;
        }
        let swap = self.filled(|curve| curve.exact_in(found.token_in, found.amount_in));
        if let (Some(swap), Ok(price)) = (swap, before) {
            self.ledger.trade(found.token_in, &swap, price, external_price);
            let profit = match found.token_in {
                TokenIn::Base => swap.amount_out - swap.amount_in * external_price,
                TokenIn::Quote => swap.amount_out * external_price - swap.amount_in,
            };
            self.ledger.earn(profit);
        }
    }

    fn stepped(&self, orders: &PoolOrders, clock: &Clock) -> Result<Self, StepError> {
        let PoolOrders { limit_price: limit, external_price: external, .. } = *orders;
        let mut next = self.clone();
        next.ledger.begin(external);
        next.curve.at(clock);
        if orders.leave_shares > 0.0
            && let Some(given) = next.filled(|curve| curve.leave(orders.leave_shares))
        {
            next.ledger.left(given);
        }
        let amounts = [orders.join_base, orders.join_quote];
        if amounts != [0.0; 2]
            && let Some(join) = next.filled(|curve| curve.join(amounts))
        {
            let price = if external > 0.0 { external } else { next.curve.price().unwrap_or(0.0) };
            next.ledger.joined(&join, price);
        }
        next.sell(TokenIn::Base, orders.base_in, limit, external);
        next.sell(TokenIn::Quote, orders.quote_in, limit, external);
        next.buy(TokenIn::Quote, orders.base_want, limit, external);
        next.buy(TokenIn::Base, orders.quote_want, limit, external);
        if next.curve.is_arbitraged() && external > 0.0 {
            next.level(external);
        }
        let book = next.book();
        for (field, value) in PoolBook::fields()
            .iter()
            .zip(0..)
            .filter_map(|(field, at)| book.cell(at).map(|cell| (field, cell.number())))
        {
            if !value.is_finite() {
                let allowed = "a finite number: change `base` or `quote`, or lower the external price";
                return Err(OutOfRange::new(field.name.clone(), value, allowed).into());
            }
        }
        Ok(next)
    }

    fn book(&self) -> PoolBook {
        let curve = &self.curve;
        // Every change was sound ([`CurvePool::filled`]): formulas of its numbers do not fail.
        let (price, invariant) = (curve.price().unwrap_or(f64::NAN), curve.invariant().unwrap_or(f64::NAN));
        self.ledger.book(
            curve.reserves(),
            curve.uncollected(),
            [price, curve.fee()],
            [invariant, curve.shares()],
        )
    }
}

/// [`Curve::best`] by golden section on the profit.
fn best_by_section<C: Curve>(curve: &C, external_price: f64) -> Result<Option<Arbitrage<f64>>, AmmError> {
    let [base, quote] = curve.reserves();
    for (token_in, reserve) in [(TokenIn::Base, base), (TokenIn::Quote, quote)] {
        let profit = |amount: f64| match curve.clone().exact_in(token_in, amount) {
            Ok(swap) => marginal::trade(token_in, swap.amount_in, swap.amount_out, external_price),
            // What is refused pays nothing.
            Err(_) => marginal::trade(token_in, amount, 0.0, external_price),
        };
        if let Some(found) = marginal::most_profitable(profit, reserve * 1e-6)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// [`Curve::amount_to`] by bisection on the price.
fn amount_by_halves<C: Curve>(curve: &C, token_in: TokenIn, price: f64) -> Result<Option<f64>, AmmError> {
    let [base, quote] = curve.reserves();
    let (reserve, value) = match token_in {
        TokenIn::Base => (base, price),
        TokenIn::Quote => (quote, 1.0 / price),
    };
    let falling = |amount: f64| {
        let mut after = curve.clone();
        if amount > 0.0 {
            after.exact_in(token_in, amount)?;
        }
        let price = after.price()?;
        Ok(if token_in == TokenIn::Base { price } else { 1.0 / price })
    };
    marginal::amount_at(falling, value, reserve * 1e-6)
}

/// The part that shares are of all: less than 1, so that something stays to trade with.
fn part_of(shares: f64, all: f64) -> Result<f64, AmmError> {
    if shares < all {
        return Ok(shares / all);
    }
    Err(AmmError::InsufficientLiquidity {
        parameter: "leave_shares",
        requested: shares,
        bound: Bound::Below,
        available: all,
        counted: Counted::Shares,
    })
}

/// Whether reserves, price, invariant and shares are positive numbers.
fn is_sound<C: Curve>(curve: &C) -> bool {
    let number = |x: f64| x > 0.0 && x.is_finite();
    let shown = [curve.price(), curve.invariant()].map(|x| x.unwrap_or(f64::NAN));
    shown.into_iter().chain([curve.shares()]).all(number)
        && curve.reserves().into_iter().chain(curve.uncollected()).all(|x| x >= 0.0 && x.is_finite())
}

impl<C: Curve> Component for CurvePool<C> {
    const KIND: &'static str = C::KIND;
    type Params = C::Params;
    type Inputs = PoolOrders;
    type Metrics = C::Metrics;
    const EQUATIONS: &'static [&'static str] = &[PoolBook::EQUATIONS, <C::Metrics as Record>::EQUATIONS];

    fn new(params: C::Params) -> Result<Self, ParamError> {
        params.check()?;
        let curve = C::open(&params)?;
        if !is_sound(&curve) {
            return Err(ParamError::cross(
                "price and invariant of the pool must be positive and finite numbers".to_owned(),
            ));
        }
        let invariant = curve.invariant().map_err(|error| ParamError::cross(error.to_string()))?;
        let ledger = Ledger::open(curve.reserves(), invariant / curve.shares());
        Ok(Self { curve, ledger })
    }

    fn step(&mut self, orders: &PoolOrders, clock: &Clock, _: &mut Stream) -> Result<(), StepError> {
        orders.check()?;
        *self = self.stepped(orders, clock)?;
        Ok(())
    }

    fn metrics(&self) -> C::Metrics {
        self.curve.show(self.book())
    }

    fn share(&mut self, fresh: &Self) {
        self.curve.share(&fresh.curve);
    }

    fn reparam(&mut self, params: C::Params) -> Result<(), ParamError> {
        params.check()?;
        self.curve.change(&params);
        Ok(())
    }
}
