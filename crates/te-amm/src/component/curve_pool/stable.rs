//! `amm/stable`: a pool of two tokens of like value on the `StableSwap` curve.
//!
//! Equations: [`StableMetrics`].
//!
//! Assumptions and limits: two tokens whose units are worth the same; `f64`. The curve is [`stableswap`]; rules of orders, shares and accounts are in
//! [`curve_pool`](super).
//!
//! Source: Egorov, `StableSwap` (2019); fees and joins as measured on stableswap-ng, `testdata/te-amm/pools/README.md`.
//!
//! Invariant: the invariant of a share falls only where the amplification moves.

use super::book::PoolBook;
use super::{Curve, CurvePool, Join, Swap};
use crate::arbitrage::Arbitrage;
use crate::{AmmError, TokenIn, marginal, stableswap};
use serde::{Deserialize, Serialize};
use te_core::{Clock, ParamError, Params, Record};

/// Parameters of a pool for tokens of like value.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct StableParams {
    /// Base balance at the start `[base]` -- controllable.
    #[param(initial, default = 1e6, above = 0.0, max = 1e50, unit = "base", soft_min = 1e3, soft_max = 1e9)]
    pub base: f64,
    /// Quote balance at the start `[quote]` -- controllable.
    #[param(initial, default = 1e6, above = 0.0, max = 1e50, unit = "quote", soft_min = 1e3, soft_max = 1e9)]
    pub quote: f64,
    /// Amplification, before it moves `[1]` -- controllable.
    #[param(default = 100.0, min = 1.0, max = 1e6, unit = "1", soft_max = 5000.0)]
    pub amplification: f64,
    /// Amplification after it has moved `[1]` -- controllable.
    #[param(default = 100.0, min = 1.0, max = 1e6, unit = "1", soft_max = 5000.0)]
    pub end_amplification: f64,
    /// Step at which the amplification begins to move `[step]` -- controllable.
    #[param(default = 0.0, min = 0.0, unit = "step", soft_max = 1000.0)]
    pub ramp_start: f64,
    /// Steps in which it moves; 0 for one that stays `[step]` -- controllable.
    #[param(default = 0.0, min = 0.0, unit = "step", soft_max = 1000.0)]
    pub ramp_steps: f64,
    /// Fee on the output of a balanced pool `[1]` -- controllable.
    #[param(default = 0.0004, min = 0.0, max = 0.01, unit = "1")]
    pub fee: f64,
    /// Times the fee that a pool far from balance takes; 1 for the same fee everywhere `[1]` -- controllable.
    #[param(default = 1.0, min = 1.0, max = 50.0, unit = "1", soft_max = 20.0)]
    pub offpeg_multiplier: f64,
    /// Part of every fee that leaves the pool for the protocol `[1]` -- controllable.
    #[param(default = 0.0, min = 0.0, max = 1.0, unit = "1")]
    pub protocol_share: f64,
    /// Whether the pool is arbitraged to the external price at the end of each step -- environment.
    #[param(default = false, role = "environment")]
    pub arbitrage: bool,
}

/// What it shows.
///
/// # Equations
/// ```text
/// passed = clamp((timestep - ramp_start) / ramp_steps, 0, 1) -- 0 where ramp_steps is 0
/// amplification' = amplification(0) + (end_amplification - amplification(0)) * passed -- amplification(0) is the parameter
/// sums = 2 * amplification * (base + quote) + invariant
/// sums = 2 * amplification * invariant + invariant^3 / (4 * base * quote) -- which defines the invariant
/// gross: what goes out on the curve for base_in or quote_in
/// out = gross * (1 - rate)
/// rate = offpeg_multiplier * fee / ((offpeg_multiplier - 1) * 4 * p * q / (p + q)^2 + 1)
/// p, q: balances of what comes in and of what goes out, means of before and after
/// price = (2 * amplification + curve / base) / (2 * amplification + curve / quote)
/// curve = invariant^3 / (4 * base * quote)
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct StableMetrics {
    /// What every pool shows.
    #[record(flatten)]
    pub book: PoolBook,
    /// Amplification now `[1]` -- metric.
    #[record(unit = "1")]
    pub amplification: f64,
}

/// A pool for tokens of like value.
pub type StablePool = CurvePool<StableCurve>;

/// Its reserves and their curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StableCurve {
    params: StableParams,
    balances: [f64; 2],
    amplification: f64,
    shares: f64,
}

fn pair(token_in: TokenIn) -> (usize, usize) {
    if token_in == TokenIn::Base { (0, 1) } else { (1, 0) }
}

impl StableCurve {
    fn sides(&self, token_in: TokenIn) -> (f64, f64) {
        let [base, quote] = self.balances;
        if token_in == TokenIn::Base { (base, quote) } else { (quote, base) }
    }

    /// The fee at balances `p` and `q`, of a base fee.
    fn dynamic(&self, p: f64, q: f64, fee: f64) -> f64 {
        let m = self.params.offpeg_multiplier;
        if m <= 1.0 {
            return fee;
        }
        // In parts of the sum nothing overflows.
        let (p, q) = (p / (p + q), q / (p + q));
        m * fee / ((m - 1.0) * 4.0 * p * q + 1.0)
    }

    /// The fee of a swap that moves the balances by an amount in and one out.
    fn swap_fee(&self, token_in: TokenIn, amount_in: f64, gross: f64) -> f64 {
        let (x, y) = self.sides(token_in);
        self.dynamic(x + amount_in / 2.0, y - gross / 2.0, self.params.fee)
    }

    /// What the next token in adds to what goes out, fee and its slope taken off: `(1 - f)*p - f'*dy`.
    fn marginal(&self, token_in: TokenIn, amount: f64) -> Result<f64, AmmError> {
        let gross = self.gross(token_in, amount)?;
        let (x, y) = self.sides(token_in);
        let after = if token_in == TokenIn::Base { [x + amount, y - gross] } else { [y - gross, x + amount] };
        let price = stableswap::price(&after, pair(token_in), self.amplification)?;
        // f = m*fee/(s*r + 1), r = 4*p*q/(p + q)^2, whose slope along the swap is that of p (1/2) and q (-price/2).
        let StableParams { fee, offpeg_multiplier: m, .. } = self.params;
        let (p, q) = (x + amount / 2.0, y - gross / 2.0);
        let r_slope = 4.0 * (q - p) * (q + price * p) / 2.0 / (p + q) / (p + q) / (p + q);
        let f = self.dynamic(p, q, fee);
        let f_slope = -f * f / (m * fee) * (m - 1.0) * r_slope;
        Ok((1.0 - f) * price - f_slope * gross)
    }

    /// Amount out before the fee.
    fn gross(&self, token_in: TokenIn, amount: f64) -> Result<f64, AmmError> {
        stableswap::exact_in(&self.balances, pair(token_in), amount, self.amplification, 0.0, 0.0)
    }

    fn settle(&mut self, token_in: TokenIn, amount_in: f64, gross: f64, fee_rate: f64) -> Swap {
        let fee = gross * fee_rate;
        let protocol_fee = fee * self.params.protocol_share;
        let amount_out = gross - fee;
        let [base, quote] = &mut self.balances;
        let (x, y) = if token_in == TokenIn::Base { (base, quote) } else { (quote, base) };
        *x += amount_in;
        *y -= amount_out + protocol_fee;
        Swap { amount_in, amount_out, fee, protocol_fee, fee_on_output: true }
    }
}

impl Curve for StableCurve {
    const KIND: &'static str = "amm/stable";
    type Params = StableParams;
    type Metrics = StableMetrics;

    fn open(params: &StableParams) -> Result<Self, ParamError> {
        let balances = [params.base, params.quote];
        let shares = stableswap::invariant(&balances, params.amplification)
            .map_err(|error| ParamError::cross(error.to_string()))?;
        Ok(Self { params: *params, balances, amplification: params.amplification, shares })
    }

    fn change(&mut self, params: &StableParams) {
        self.params = *params;
    }

    fn is_arbitraged(&self) -> bool {
        self.params.arbitrage
    }

    fn at(&mut self, clock: &Clock) {
        let StableParams { amplification: a0, end_amplification: a1, ramp_start, ramp_steps, .. } =
            self.params;
        let passed = if ramp_steps > 0.0 {
            ((clock.timestep as f64 - ramp_start) / ramp_steps).clamp(0.0, 1.0)
        } else {
            0.0
        };
        self.amplification = if passed >= 1.0 { a1 } else { a0 + (a1 - a0) * passed };
    }

    fn reserves(&self) -> [f64; 2] {
        self.balances
    }

    fn shares(&self) -> f64 {
        self.shares
    }

    fn invariant(&self) -> Result<f64, AmmError> {
        stableswap::invariant(&self.balances, self.amplification)
    }

    fn price(&self) -> Result<f64, AmmError> {
        stableswap::price(&self.balances, (0, 1), self.amplification)
    }

    fn fee(&self) -> f64 {
        let [base, quote] = self.balances;
        self.dynamic(base, quote, self.params.fee)
    }

    fn exact_in(&mut self, token_in: TokenIn, amount: f64) -> Result<Swap, AmmError> {
        let gross = self.gross(token_in, amount)?;
        let fee = self.swap_fee(token_in, amount, gross);
        Ok(self.settle(token_in, amount, gross, fee))
    }

    fn exact_out(&mut self, token_in: TokenIn, amount: f64) -> Result<Swap, AmmError> {
        let (x, y) = self.sides(token_in);
        let input = |gross: f64| {
            stableswap::exact_out(&self.balances, pair(token_in), gross, self.amplification, 0.0, 0.0)
        };
        // The fee hangs on where the swap ends: rounds of the fee before, which is within a part in 10^6 of its own after one.
        let mut fee = self.dynamic(x, y, self.params.fee);
        for _ in 0..ROUNDS {
            let gross = amount / (1.0 - fee);
            let next = self.swap_fee(token_in, input(gross)?, gross);
            if next == fee {
                break;
            }
            fee = next;
        }
        let gross = amount / (1.0 - fee);
        let amount_in = input(gross)?;
        let swap = self.settle(token_in, amount_in, gross, fee);
        Ok(Swap { amount_out: amount, ..swap })
    }

    fn best(&self, external_price: f64) -> Result<Option<Arbitrage<f64>>, AmmError> {
        let near = stableswap::external(&self.balances, external_price, self.amplification, self.params.fee)?;
        let dynamic = self.params.offpeg_multiplier > 1.0 && self.params.fee > 0.0;
        let Some(near) = near.filter(|_| dynamic) else { return Ok(near) };
        // Where the fee of a balanced pool pays nothing, a larger one does not either.
        let profit = |amount: f64| {
            let mut after = *self;
            let swap = after.exact_in(near.token_in, amount)?;
            marginal::trade(near.token_in, swap.amount_in, swap.amount_out, external_price)
        };
        let Some(top) = marginal::most_profitable(profit, near.amount_in)? else { return Ok(None) };
        // Profits are flat at their top and tell amounts apart to half their digits; their slope tells the rest.
        let worth = if near.token_in == TokenIn::Base { external_price } else { 1.0 / external_price };
        let rises = |amount| Ok(self.marginal(near.token_in, amount)? > worth);
        let amount = marginal::halved(rises, top.amount_in * (1.0 - 1e-6), top.amount_in * (1.0 + 1e-6))?;
        profit(amount).map(Some)
    }

    fn join(&mut self, amounts: [f64; 2]) -> Result<Join, AmmError> {
        let StableParams { fee, protocol_share, .. } = self.params;
        let ([x0, y0], [a, b]) = (self.balances, amounts);
        let old = self.invariant()?;
        let added = [x0 + a, y0 + b];
        let new = stableswap::invariant(&added, self.amplification)?;
        let (mean, scale) = (old.midpoint(new), new / old);
        let mut fees = [0.0; 2];
        for (taken, (before, after)) in fees.iter_mut().zip(self.balances.into_iter().zip(added)) {
            let rate = self.dynamic(before + after, mean, fee / 2.0);
            *taken = rate * (scale * before - after).abs();
        }
        let less = |part: f64| {
            let ([x, y], [fx, fy]) = (added, fees);
            [x - fx * part, y - fy * part]
        };
        let kept = stableswap::invariant(&less(1.0), self.amplification)?;
        let shares = self.shares * ((kept - old) / old);
        if shares <= 0.0 {
            return Err(AmmError::InsufficientOutput { operation: "join" });
        }
        self.balances = less(protocol_share);
        self.shares += shares;
        Ok(Join { taken: amounts, shares, protocol_fee: fees.map(|fee| fee * protocol_share) })
    }

    fn leave(&mut self, shares: f64) -> Result<[f64; 2], AmmError> {
        let part = super::part_of(shares, self.shares)?;
        let given = self.balances.map(|x| x * part);
        let ([x, y], [a, b]) = (self.balances, given);
        (self.balances, self.shares) = ([x - a, y - b], self.shares - shares);
        Ok(given)
    }

    fn show(&self, book: PoolBook) -> StableMetrics {
        StableMetrics { book, amplification: self.amplification }
    }
}

/// Rounds in which a fee that hangs on the swap is found; each takes off three digits and more.
const ROUNDS: u32 = 16;
