//! `amm/concentrated`: a pool of two tokens whose liquidity lies in ranges of prices.
//!
//! Equations: [`ConcentratedMetrics`].
//!
//! Assumptions and limits: all providers hold the same ranges in proportion to their shares, which start as the value of the pool; `f64`. At the last edge an order
//! is filled in part and the rest comes back. The walk is [`profile`](crate::concentrated::profile); rules of orders and accounts are in
//! [`curve_pool`](super). Positions that differ are in [`ticks`](crate::concentrated::ticks), the contract's integers in
//! [`exact::uniswap_v3`](crate::exact::uniswap_v3).
//!
//! Source: Uniswap v3 Core (2021), section 6.
//!
//! Invariants: the price stays between the edges; one range over all prices is a constant-product pool.

use super::book::PoolBook;
use super::{Curve, CurvePool, Join, Swap};
use crate::arbitrage::Arbitrage;
use crate::concentrated::profile::{Ask, Profile, Walk};
use crate::{AmmError, TokenIn, marginal};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use te_core::{ParamError, Params, Record};

/// Parameters of a pool with liquidity in ranges.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::builds)]
pub struct ConcentratedParams {
    /// Price at the start, between the first edge and the last `[quote/base]` -- controllable.
    #[param(
        initial,
        default = 1.0,
        min = 1e-30,
        max = 1e30,
        unit = "quote/base",
        soft_min = 0.01,
        soft_max = 100.0
    )]
    pub price: f64,
    /// Tick at which it opens instead, price 1.0001^tick -- controllable.
    #[param(initial, default = None, min = -887_272, max = 887_272, unit = "1")]
    pub tick: Option<i64>,
    /// Prices at the edges of the ranges, rising `[quote/base]` -- controllable.
    #[param(initial, default = vec![0.5, 0.8, 1.25, 2.0], min = 1e-30, max = 1e30, unit = "quote/base")]
    pub edges: Vec<f64>,
    /// Liquidity between each two edges `[sqrt(base*quote)]` -- controllable.
    #[param(initial, default = vec![1000.0, 5000.0, 1000.0], min = 0.0, max = 1e30, unit = "sqrt(base*quote)")]
    pub liquidity: Vec<f64>,
    /// Fee on the input `[1]` -- controllable.
    #[param(default = 0.003, min = 0.0, below = 1.0, unit = "1", soft_max = 0.05)]
    pub fee: f64,
    /// The protocol takes one part in so many of every fee; 0 takes none -- controllable.
    #[param(default = 0, max = 1000, unit = "1", soft_max = 10.0)]
    pub protocol_part: u32,
    /// Whether the pool is arbitraged to the external price at the end of each step -- environment.
    #[param(default = false, role = "environment")]
    pub arbitrage: bool,
}

impl ConcentratedParams {
    fn opened(&self) -> Result<(Profile, f64), AmmError> {
        let profile = Profile::new(&self.edges, &self.liquidity)?;
        let root = match self.tick {
            Some(tick) => Profile::root_at(i32::try_from(tick).unwrap_or(i32::MAX))?,
            None => self.price.sqrt(),
        };
        let (first, last) = profile.ends();
        if root < first || root > last {
            let range = "between the first edge and the last";
            return Err(AmmError::Domain { parameter: "price", value: root * root, range });
        }
        Ok((profile, root))
    }

    fn builds(&self) -> Result<(), String> {
        self.opened().map(|_| ()).map_err(|error| error.to_string())
    }
}

/// What it shows.
///
/// # Equations
/// ```text
/// root = sqrt(price)
/// scale = shares / shares(0)
/// liquidity' = scale * liquidity(i) -- of the range i between two edges in which the price lies
/// base = sum(scale * liquidity(i) * (1 / low - 1 / high)) -- of the ranges above root, low at least root
/// quote = sum(scale * liquidity(i) * (high - low)) -- of those below it, high at most root
/// low, high: roots of the edges of a range
/// root' = liquidity * root / (liquidity + kept * base_in * root) -- until an edge, then on with the next range
/// root' = root + kept * quote_in / liquidity
/// kept = 1 - fee
/// uncollected_base' = uncollected_base + fee * base_in * (1 - 1 / protocol_part)
/// uncollected_quote' = uncollected_quote + fee * quote_in * (1 - 1 / protocol_part)
/// tick = floor(ln(price) / ln(1.0001))
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct ConcentratedMetrics {
    /// What every pool shows.
    #[record(flatten)]
    pub book: PoolBook,
    /// Liquidity in which the price lies `[sqrt(base*quote)]` -- metric.
    #[record(unit = "sqrt(base*quote)")]
    pub liquidity: f64,
    /// Tick of the price `[1]` -- metric.
    #[record(unit = "1")]
    pub tick: i64,
    /// Whether the price lies where there is liquidity -- metric.
    pub in_range: bool,
    /// Edges crossed so far -- metric.
    #[record(unit = "1")]
    pub crossings: u64,
    /// Fees that wait for the providers, in base `[base]` -- metric.
    #[record(unit = "base")]
    pub uncollected_base: f64,
    /// Fees that wait for the providers, in quote `[quote]` -- metric.
    #[record(unit = "quote")]
    pub uncollected_quote: f64,
}

/// A pool with liquidity in ranges.
pub type ConcentratedPool = CurvePool<ConcentratedCurve>;

/// Its price, and its liquidity over prices.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConcentratedCurve {
    /// Shared by all runs.
    #[serde(skip)]
    profile: Arc<Profile>,
    fee: f64,
    protocol_part: u32,
    arbitrage: bool,
    root: f64,
    scale: f64,
    shares: f64,
    uncollected: [f64; 2],
    crossings: u64,
}

impl ConcentratedCurve {
    /// What a walk of this direction moves.
    fn walk(&self, token_in: TokenIn, ask: Ask) -> Result<Walk, AmmError> {
        self.profile.walk(self.root, self.scale, token_in == TokenIn::Base, ask)
    }

    fn kept(&self) -> f64 {
        1.0 - self.fee
    }

    fn settle(&mut self, token_in: TokenIn, walk: Walk, amount_in: f64) -> Swap {
        let fee = (amount_in - walk.amount_in).max(0.0);
        let protocol_fee = if self.protocol_part == 0 { 0.0 } else { fee / f64::from(self.protocol_part) };
        let [base, quote] = &mut self.uncollected;
        *(if token_in == TokenIn::Base { base } else { quote }) += fee - protocol_fee;
        self.root = walk.root;
        self.crossings = self.crossings.saturating_add(u64::from(walk.crossed));
        Swap { amount_in, amount_out: walk.amount_out, fee, protocol_fee, fee_on_output: false }
    }

    fn all(&self) -> [f64; 2] {
        let ([x, y], [fx, fy]) = (self.reserves(), self.uncollected);
        [x + fx, y + fy]
    }

    fn grow(&mut self, factor: f64) {
        (self.scale, self.shares) = (self.scale * factor, self.shares * factor);
        self.uncollected = self.uncollected.map(|fees| fees * factor);
    }
}

impl Curve for ConcentratedCurve {
    const KIND: &'static str = "amm/concentrated";
    type Params = ConcentratedParams;
    type Metrics = ConcentratedMetrics;

    fn open(params: &ConcentratedParams) -> Result<Self, ParamError> {
        let (profile, root) = params.opened().map_err(|error| ParamError::cross(error.to_string()))?;
        let [base, quote] = profile.reserves(root, 1.0);
        let shares = base * root * root + quote;
        Ok(Self {
            profile: Arc::new(profile),
            fee: params.fee,
            protocol_part: params.protocol_part,
            arbitrage: params.arbitrage,
            root,
            scale: 1.0,
            shares,
            uncollected: [0.0; 2],
            crossings: 0,
        })
    }

    fn change(&mut self, params: &ConcentratedParams) {
        (self.fee, self.protocol_part, self.arbitrage) = (params.fee, params.protocol_part, params.arbitrage);
    }

    fn is_arbitraged(&self) -> bool {
        self.arbitrage
    }

    fn reserves(&self) -> [f64; 2] {
        self.profile.reserves(self.root, self.scale)
    }

    fn uncollected(&self) -> [f64; 2] {
        self.uncollected
    }

    fn shares(&self) -> f64 {
        self.shares
    }

    /// The scale of its liquidity, in shares.
    fn invariant(&self) -> Result<f64, AmmError> {
        Ok(self.shares)
    }

    fn price(&self) -> Result<f64, AmmError> {
        Ok(self.root * self.root)
    }

    fn fee(&self) -> f64 {
        self.fee
    }

    fn exact_in(&mut self, token_in: TokenIn, amount: f64) -> Result<Swap, AmmError> {
        let net = self.kept() * amount;
        let walk = self.walk(token_in, Ask::Give(net))?;
        // Where liquidity ends the rest of the order comes back.
        let amount_in = if walk.amount_in >= net { amount } else { walk.amount_in / self.kept() };
        Ok(self.settle(token_in, walk, amount_in))
    }

    fn exact_out(&mut self, token_in: TokenIn, amount: f64) -> Result<Swap, AmmError> {
        let walk = self.walk(token_in, Ask::Get(amount))?;
        Ok(self.settle(token_in, walk, walk.amount_in / self.kept()))
    }

    fn best(&self, external_price: f64) -> Result<Option<Arbitrage<f64>>, AmmError> {
        let (price, g) = (self.root * self.root, self.kept());
        let (token_in, target) = if price < g * external_price {
            (TokenIn::Quote, g * external_price)
        } else if price * g > external_price {
            (TokenIn::Base, external_price / g)
        } else {
            return Ok(None);
        };
        let (first, last) = self.profile.ends();
        let target = target.sqrt().clamp(first, last);
        if target == self.root {
            return Ok(None);
        }
        let walk = self.walk(token_in, Ask::Reach(target))?;
        marginal::trade(token_in, walk.amount_in / g, walk.amount_out, external_price).map(Some)
    }

    fn amount_to(&self, token_in: TokenIn, price: f64) -> Result<Option<f64>, AmmError> {
        let (first, last) = self.profile.ends();
        let target = price.sqrt().clamp(first, last);
        let ahead = if token_in == TokenIn::Base { target < self.root } else { target > self.root };
        if !ahead {
            return Ok(None);
        }
        self.walk(token_in, Ask::Reach(target)).map(|walk| Some(walk.amount_in / self.kept()))
    }

    fn join(&mut self, [base, quote]: [f64; 2]) -> Result<Join, AmmError> {
        let [x, y] = self.all();
        // A token of which the pool holds nothing is not asked for.
        let of = |brought: f64, held: f64| if held > 0.0 { brought / held } else { f64::INFINITY };
        let part = of(base, x).min(of(quote, y));
        if !(part > 0.0 && part.is_finite()) {
            return Err(AmmError::InsufficientOutput { operation: "join" });
        }
        let shares = self.shares * part;
        self.grow(1.0 + part);
        Ok(Join { taken: [x * part, y * part], shares, protocol_fee: [0.0; 2] })
    }

    fn leave(&mut self, shares: f64) -> Result<[f64; 2], AmmError> {
        let part = super::part_of(shares, self.shares)?;
        let given = self.all().map(|amount| amount * part);
        self.grow(1.0 - part);
        Ok(given)
    }

    fn show(&self, book: PoolBook) -> ConcentratedMetrics {
        let liquidity = self.scale * self.profile.liquidity_at(self.root);
        let [uncollected_base, uncollected_quote] = self.uncollected;
        ConcentratedMetrics {
            book,
            liquidity,
            // The parameters' bounds are well within the ticks.
            tick: Profile::tick(self.root).map_or(0, i64::from),
            in_range: liquidity > 0.0,
            crossings: self.crossings,
            uncollected_base,
            uncollected_quote,
        }
    }

    fn share(&mut self, fresh: &Self) {
        self.profile = Arc::clone(&fresh.profile);
    }
}
