//! `amm/solidly`: a pool of two tokens whose fees leave the curve and wait for the providers.
//!
//! Equations: [`SolidlyMetrics`].
//!
//! Assumptions and limits: two tokens; `f64`. A provider's fees are those of its shares; fees before it joined are shared with it at the value of the
//! whole, so a join pays for its part of them too. The curve is [`solidly`]; rules of orders, shares and accounts are in
//! [`curve_pool`](super).
//!
//! Source: Solidly (2022); rules measured on Aerodrome, `testdata/te-amm/pools/README.md`.
//!
//! Invariant: a swap keeps the curve: it neither falls nor rises.

use super::book::PoolBook;
use super::{Curve, CurvePool, Join, Swap};
use crate::arbitrage::Arbitrage;
use crate::{AmmError, TokenIn, arbitrage, solidly, swap};
use serde::{Deserialize, Serialize};
use te_core::{Choice, ParamError, Params, Record};

/// What a pool keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice, Serialize, Deserialize)]
pub enum Keeps {
    /// `x^3*y + x*y^3`, for tokens of like value.
    Stable,
    /// `x*y`.
    Volatile,
}

impl Keeps {
    /// The curve's value with the dimension of the reserves: its fourth root, of `x*y` the square root.
    pub(super) fn mean(self, [x, y]: [f64; 2]) -> f64 {
        match self {
            Self::Stable => {
                let unit = x.max(y);
                let (x, y) = (x / unit, y / unit);
                unit * (x * y * (x * x + y * y)).sqrt().sqrt()
            }
            Self::Volatile => x.sqrt() * y.sqrt(),
        }
    }
}

/// Parameters of such a pool.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct SolidlyParams {
    /// Base reserve at the start `[base]` -- controllable.
    #[param(initial, default = 1e6, above = 0.0, max = 1e50, unit = "base", soft_min = 1e3, soft_max = 1e9)]
    pub base: f64,
    /// Quote reserve at the start `[quote]` -- controllable.
    #[param(initial, default = 1e6, above = 0.0, max = 1e50, unit = "quote", soft_min = 1e3, soft_max = 1e9)]
    pub quote: f64,
    /// What a swap keeps -- controllable.
    #[param(initial, default = Keeps::Stable)]
    pub curve: Keeps,
    /// Fee on the input, which leaves the curve `[1]` -- controllable.
    #[param(default = 0.0005, min = 0.0, max = 0.03, unit = "1", soft_max = 0.01)]
    pub fee: f64,
    /// Whether the pool is arbitraged to the external price at the end of each step -- environment.
    #[param(default = false, role = "environment")]
    pub arbitrage: bool,
}

/// What it shows.
///
/// # Equations
/// ```text
/// kept = 1 - fee
/// invariant = (base^3 * quote + base * quote^3)^(1 / 4) -- of the volatile curve sqrt(base * quote)
/// base' = base + kept * base_in - base_out -- base_out keeps the invariant for kept * quote_in
/// quote' = quote + kept * quote_in - quote_out -- quote_out keeps it for kept * base_in
/// price = (3 * base^2 * quote + quote^3) / (base^3 + 3 * base * quote^2) -- of the volatile curve quote / base
/// uncollected_base' = uncollected_base + fee * base_in
/// uncollected_quote' = uncollected_quote + fee * quote_in
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct SolidlyMetrics {
    /// What every pool shows.
    #[record(flatten)]
    pub book: PoolBook,
    /// Fees that wait for the providers, in base `[base]` -- metric.
    #[record(unit = "base")]
    pub uncollected_base: f64,
    /// Fees that wait for the providers, in quote `[quote]` -- metric.
    #[record(unit = "quote")]
    pub uncollected_quote: f64,
}

/// A pool whose fees leave the curve.
pub type SolidlyPool = CurvePool<SolidlyCurve>;

/// Its reserves and their curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SolidlyCurve {
    params: SolidlyParams,
    reserves: [f64; 2],
    uncollected: [f64; 2],
    shares: f64,
}

impl SolidlyCurve {
    fn out(&self, token_in: TokenIn, amount: f64, fee: f64) -> Result<f64, AmmError> {
        let [base, quote] = self.reserves;
        let (x, y) = if token_in == TokenIn::Base { (base, quote) } else { (quote, base) };
        match self.params.curve {
            Keeps::Stable => solidly::exact_in(x, y, amount, fee),
            Keeps::Volatile => swap::exact_in(x, y, amount, fee),
        }
    }
}

impl Curve for SolidlyCurve {
    const KIND: &'static str = "amm/solidly";
    type Params = SolidlyParams;
    type Metrics = SolidlyMetrics;

    fn open(params: &SolidlyParams) -> Result<Self, ParamError> {
        let reserves = [params.base, params.quote];
        let shares = params.base.sqrt() * params.quote.sqrt();
        Ok(Self { params: *params, reserves, uncollected: [0.0; 2], shares })
    }

    fn change(&mut self, params: &SolidlyParams) {
        self.params = *params;
    }

    fn is_arbitraged(&self) -> bool {
        self.params.arbitrage
    }

    fn reserves(&self) -> [f64; 2] {
        self.reserves
    }

    fn uncollected(&self) -> [f64; 2] {
        self.uncollected
    }

    fn shares(&self) -> f64 {
        self.shares
    }

    fn invariant(&self) -> Result<f64, AmmError> {
        Ok(self.params.curve.mean(self.reserves))
    }

    fn price(&self) -> Result<f64, AmmError> {
        let [base, quote] = self.reserves;
        match self.params.curve {
            Keeps::Stable => solidly::price(base, quote),
            Keeps::Volatile => Ok(quote / base),
        }
    }

    fn fee(&self) -> f64 {
        self.params.fee
    }

    fn exact_in(&mut self, token_in: TokenIn, amount: f64) -> Result<Swap, AmmError> {
        let amount_out = self.out(token_in, amount, self.params.fee)?;
        let fee = self.params.fee * amount;
        let ([base, quote], [fees_base, fees_quote]) = (&mut self.reserves, &mut self.uncollected);
        let (x, y, fees) =
            if token_in == TokenIn::Base { (base, quote, fees_base) } else { (quote, base, fees_quote) };
        *x += amount - fee;
        *y -= amount_out;
        *fees += fee;
        Ok(Swap { amount_in: amount, amount_out, fee, protocol_fee: 0.0, fee_on_output: false })
    }

    fn best(&self, external_price: f64) -> Result<Option<Arbitrage<f64>>, AmmError> {
        let [base, quote] = self.reserves;
        match self.params.curve {
            Keeps::Stable => solidly::external(base, quote, external_price, self.params.fee),
            Keeps::Volatile => arbitrage::external(base, quote, external_price, self.params.fee),
        }
    }

    fn join(&mut self, amounts: [f64; 2]) -> Result<Join, AmmError> {
        let ([x, y], [fx, fy], [a, b]) = (self.reserves, self.uncollected, amounts);
        let part = (a / (x + fx)).min(b / (y + fy));
        if part <= 0.0 {
            return Err(AmmError::InsufficientOutput { operation: "join" });
        }
        let taken = [part * (x + fx), part * (y + fy)];
        self.reserves = self.reserves.map(|x| x + part * x);
        self.uncollected = self.uncollected.map(|x| x + part * x);
        let shares = self.shares * part;
        self.shares += shares;
        Ok(Join { taken, shares, protocol_fee: [0.0; 2] })
    }

    fn leave(&mut self, shares: f64) -> Result<[f64; 2], AmmError> {
        let part = super::part_of(shares, self.shares)?;
        let ([x, y], [fx, fy]) = (self.reserves, self.uncollected);
        self.reserves = self.reserves.map(|x| x - part * x);
        self.uncollected = self.uncollected.map(|x| x - part * x);
        self.shares -= shares;
        Ok([part * (x + fx), part * (y + fy)])
    }

    fn show(&self, book: PoolBook) -> SolidlyMetrics {
        let [uncollected_base, uncollected_quote] = self.uncollected;
        SolidlyMetrics { book, uncollected_base, uncollected_quote }
    }
}
