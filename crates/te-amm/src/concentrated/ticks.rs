//! A pool of many overlapping positions: swaps that cross ticks, fees per position.
//!
//! Rule: within one stretch between initialised ticks a swap follows [`Range`](super::Range)'s equations; where the price reaches a
//! tick, the liquidity that ends or begins there is taken off or put on, and the swap goes on. Fees accrue to the
//! liquidity that was active: `growth += fee/L`; a position earns `l*(growth inside its range)`.
//!
//! Equations: `growth inside [a, b] = growth - below(a) - above(b)`, where at each tick the growth on its other side is kept and
//! flipped at each crossing.
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | tick | `floor(log_1.0001(price))` | 1 |
//! | growth | fees per unit of liquidity since the start | tokens per sqrt(token 0 * token 1) |
//!
//! Assumptions and limits: `f64`; ticks in `[-887272, 887272]` ([`tick_price`](super::tick_price)); a price that lands on a tick has crossed it on its way down, as in the
//! contracts.
//!
//! Source: Uniswap v3 Core (2021), section 6.
//!
//! Invariants: active liquidity is the sum of the positions around the price; tokens are conserved to rounding.

use super::tick_price::{sqrt_price_at, tick_at, tick_at_sqrt_price};
use crate::number::{kept, positive_amount};
use crate::{AmmError, Number};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Tick {
    /// Liquidity that begins here upwards, less that which ends.
    net: f64,
    /// Positions that begin or end here.
    positions: u32,
    /// Fee growth on the other side of the tick, seen from the price.
    outside: [f64; 2],
}

/// Handle of a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PositionId(usize);

/// What a closed position gives back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Closed {
    /// Token 0 and token 1 of its liquidity `[tokens]`.
    pub amounts: (f64, f64),
    /// Fees that it earned `[tokens]`.
    pub fees: (f64, f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Position {
    lower: i32,
    upper: i32,
    liquidity: f64,
    inside_at_start: [f64; 2],
}

/// What a swap did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TickSwap {
    /// Amount in, fee included; less than asked where liquidity ended `[in tokens]`.
    pub amount_in: f64,
    /// Amount out `[out tokens]`.
    pub amount_out: f64,
    /// Fee, part of the amount in `[in tokens]`.
    pub fee_paid: f64,
    /// Initialised ticks crossed.
    pub crossed: u32,
}

/// A concentrated-liquidity pool.
///
/// ```
/// use te_amm::concentrated::ticks::TickPool;
/// let mut pool = TickPool::new(1.0, 0.003)?;
/// let (narrow, deposited) = pool.add(-100, 100, 1000.0)?;
/// pool.add(-1000, 1000, 1000.0)?;
/// assert!(deposited.0 > 0.0 && deposited.1 > 0.0);
/// let swap = pool.swap_0_for_1(20.0)?;
/// assert_eq!(swap.crossed, 1);
/// let (fees0, fees1) = pool.fees(narrow)?;
/// assert!(fees0 > 0.0 && fees0 < swap.fee_paid && fees1 == 0.0);
/// # Ok::<(), te_amm::AmmError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TickPool {
    fee: f64,
    sqrt_price: f64,
    /// Ticks at or below this are below the price.
    tick: i32,
    liquidity: f64,
    growth: [f64; 2],
    ticks: BTreeMap<i32, Tick>,
    positions: Vec<Option<Position>>,
}

impl TickPool {
    /// An empty pool at a price.
    ///
    /// # Errors
    /// [`AmmError::Domain`] for a price outside the ticks; fee outside `[0, 1)`.
    pub fn new(price: f64, fee: f64) -> Result<Self, AmmError> {
        Self::empty(tick_at(price)?, price.sqrt(), fee)
    }

    /// An empty pool at a tick: its price is that tick's, and positions that begin there are in range.
    ///
    /// ```
    /// use te_amm::concentrated::ticks::TickPool;
    /// let mut pool = TickPool::at_tick(60, 0.003)?;
    /// assert_eq!(pool.tick(), 60);
    /// // All of a position that begins at the price is in token 0.
    /// let (_, (token0, token1)) = pool.add(60, 120, 1000.0)?;
    /// assert!(token0 > 0.0 && token1 == 0.0 && pool.liquidity() == 1000.0);
    /// # Ok::<(), te_amm::AmmError>(())
    /// ```
    ///
    /// # Errors
    /// [`AmmError::Domain`] beyond [`MAX_TICK`](super::tick_price::MAX_TICK); fee outside `[0, 1)`.
    pub fn at_tick(tick: i32, fee: f64) -> Result<Self, AmmError> {
        Self::empty(tick, sqrt_price_at(tick)?, fee)
    }

    /// An empty pool at a square root of the price.
    ///
    /// # Errors
    /// [`AmmError::Domain`] for a root outside the ticks; fee outside `[0, 1)`.
    pub fn at_sqrt_price(sqrt_price: f64, fee: f64) -> Result<Self, AmmError> {
        Self::empty(tick_at_sqrt_price(sqrt_price)?, sqrt_price, fee)
    }

    fn empty(tick: i32, sqrt_price: f64, fee: f64) -> Result<Self, AmmError> {
        kept(fee)?;
        Ok(Self {
            fee,
            sqrt_price,
            tick,
            liquidity: 0.0,
            growth: [0.0; 2],
            ticks: BTreeMap::new(),
            positions: Vec::new(),
        })
    }

    /// The greatest tick at or below the price.
    pub fn tick(&self) -> i32 {
        self.tick
    }

    /// Square root of the price of token 0.
    pub fn sqrt_price(&self) -> f64 {
        self.sqrt_price
    }

    /// Price of token 0 `[token 1/token 0]`.
    pub fn price(&self) -> f64 {
        self.sqrt_price * self.sqrt_price
    }

    /// Liquidity active at the price.
    pub fn liquidity(&self) -> f64 {
        self.liquidity
    }

    /// Token amounts of liquidity over a range at the present price.
    fn amounts(&self, lower: i32, upper: i32, liquidity: f64) -> Result<(f64, f64), AmmError> {
        let (low, high) = (sqrt_price_at(lower)?, sqrt_price_at(upper)?);
        let s = self.sqrt_price.clamp(low, high);
        Ok(((liquidity * (high - s)).try_div(s * high)?, liquidity.try_mul(s - low)?))
    }

    /// Opens a position; returns its handle and the tokens that it takes `[tokens]`.
    ///
    /// # Errors
    /// [`AmmError::Domain`] unless `lower < upper` within the ticks; liquidity not positive, or its sum over all positions not finite.
    pub fn add(
        &mut self,
        lower: i32,
        upper: i32,
        liquidity: f64,
    ) -> Result<(PositionId, (f64, f64)), AmmError> {
        positive_amount("liquidity", liquidity)?;
        if lower >= upper {
            return Err(AmmError::Domain {
                parameter: "lower tick",
                value: f64::from(lower),
                range: "below the upper",
            });
        }
        let amounts = self.amounts(lower, upper, liquidity)?;
        // All positions together must stay finite, wherever the price goes.
        self.positions.iter().flatten().try_fold(liquidity, |sum, open| sum.try_add(open.liquidity))?;
        for (tick, net) in [(lower, liquidity), (upper, -liquidity)] {
            // By convention all growth so far lies below a new tick at or below the price.
            let outside = if tick <= self.tick { self.growth } else { [0.0; 2] };
            let entry = self.ticks.entry(tick).or_insert(Tick { outside, ..Tick::default() });
            entry.net += net;
            entry.positions = entry.positions.saturating_add(1);
        }
        if lower <= self.tick && self.tick < upper {
            self.liquidity += liquidity;
        }
        let inside_at_start = self.inside(lower, upper);
        self.positions.push(Some(Position { lower, upper, liquidity, inside_at_start }));
        Ok((PositionId(self.positions.len().saturating_sub(1)), amounts))
    }

    /// Closes a position; returns its tokens and its fees `[tokens]`.
    ///
    /// # Errors
    /// [`AmmError::InvalidPath`] if it is not open.
    pub fn remove(&mut self, id: PositionId) -> Result<Closed, AmmError> {
        let position = self.position(id)?;
        let fees = self.fees(id)?;
        let amounts = self.amounts(position.lower, position.upper, position.liquidity)?;
        if let Some(slot) = self.positions.get_mut(id.0) {
            *slot = None;
        }
        // Added anew: a difference would leave the rounding of what is gone.
        let net_at = |tick: i32| {
            self.positions.iter().flatten().fold(0.0, |sum, open| match tick {
                t if t == open.lower => sum + open.liquidity,
                t if t == open.upper => sum - open.liquidity,
                _ => sum,
            })
        };
        for (tick, net) in [position.lower, position.upper].map(|tick| (tick, net_at(tick))) {
            if let Some(entry) = self.ticks.get_mut(&tick) {
                entry.net = net;
                entry.positions = entry.positions.saturating_sub(1);
                if entry.positions == 0 {
                    self.ticks.remove(&tick);
                }
            }
        }
        let around = |open: &&Position| open.lower <= self.tick && self.tick < open.upper;
        self.liquidity =
            self.positions.iter().flatten().filter(around).fold(0.0, |sum, open| sum + open.liquidity);
        Ok(Closed { amounts, fees })
    }

    fn position(&self, id: PositionId) -> Result<Position, AmmError> {
        self.positions
            .get(id.0)
            .copied()
            .flatten()
            .ok_or(AmmError::InvalidPath { reason: "no such open position" })
    }

    /// Fees that a position has earned and not withdrawn `[tokens]`.
    ///
    /// # Errors
    /// As [`remove`](Self::remove).
    pub fn fees(&self, id: PositionId) -> Result<(f64, f64), AmmError> {
        let position = self.position(id)?;
        let inside = self.inside(position.lower, position.upper);
        let [a, b] = [0, 1].map(|k| {
            position.liquidity.try_mul(side(&inside, k).try_sub(side(&position.inside_at_start, k))?)
        });
        Ok((a?, b?))
    }

    /// Fee growth inside a range.
    fn inside(&self, lower: i32, upper: i32) -> [f64; 2] {
        let outside = |tick: i32, k: usize| self.ticks.get(&tick).map_or(0.0, |t| side(&t.outside, k));
        [0, 1].map(|k| {
            let growth = side(&self.growth, k);
            let below = if lower <= self.tick { outside(lower, k) } else { growth - outside(lower, k) };
            let above = if upper > self.tick { outside(upper, k) } else { growth - outside(upper, k) };
            growth - below - above
        })
    }

    /// Swaps up to `amount` of token 0 in; the price falls.
    ///
    /// # Errors
    /// Amount not positive; [`AmmError::InsufficientOutput`] without any liquidity below the price.
    pub fn swap_0_for_1(&mut self, amount: f64) -> Result<TickSwap, AmmError> {
        self.swap(amount, true)
    }

    /// Swaps up to `amount` of token 1 in; the price rises.
    ///
    /// # Errors
    /// As [`swap_0_for_1`](Self::swap_0_for_1), above the price.
    pub fn swap_1_for_0(&mut self, amount: f64) -> Result<TickSwap, AmmError> {
        self.swap(amount, false)
    }

    fn swap(&mut self, amount: f64, down: bool) -> Result<TickSwap, AmmError> {
        positive_amount("amount_in", amount)?;
        let g = kept(self.fee)?;
        let mut after = self.clone();
        let mut left = amount;
        let mut done = TickSwap { amount_in: 0.0, amount_out: 0.0, fee_paid: 0.0, crossed: 0 };
        while left > 0.0 {
            let next = if down {
                after.ticks.range(..=after.tick).next_back().map(|(&tick, _)| tick)
            } else {
                after.ticks.range(after.tick.saturating_add(1)..).next().map(|(&tick, _)| tick)
            };
            let Some(next) = next else { break };
            let (s, bound, l) = (after.sqrt_price, sqrt_price_at(next)?, after.liquidity);
            let needed = if down { l * (s - bound) / (s * bound) } else { l * (bound - s) }.max(0.0) / g;
            let used = needed.min(left);
            let reached = needed <= left;
            let effective = g * used;
            after.sqrt_price = match (reached, down) {
                (true, _) => bound,
                (false, true) => l * s / (l + effective * s),
                (false, false) => s + effective / l,
            };
            if used > 0.0 {
                let product = s * after.sqrt_price;
                done.amount_out += if down { effective * product } else { effective / product };
                done.amount_in += used;
                done.fee_paid += used - effective;
                if let Some(growth) = after.growth.get_mut(usize::from(!down)) {
                    *growth += (used - effective) / l;
                }
                left -= used;
            }
            if reached {
                after.cross(next, down);
                done.crossed = done.crossed.saturating_add(1);
            } else {
                after.tick = tick_at(after.price())?.clamp(
                    if down { next } else { after.tick },
                    if down { after.tick } else { next.saturating_sub(1) },
                );
            }
        }
        let TickSwap { amount_in, amount_out, fee_paid, .. } = done;
        let [a, b] = after.growth;
        let sums = [amount_in, amount_out, fee_paid, a, b, after.sqrt_price];
        if !sums.iter().all(|sum| sum.is_finite()) {
            return Err(AmmError::Overflow { operation: "swap across ticks" });
        }
        if amount_out <= 0.0 {
            return Err(AmmError::InsufficientOutput { operation: "swap across ticks" });
        }
        *self = after;
        Ok(done)
    }

    fn cross(&mut self, tick: i32, down: bool) {
        let growth = self.growth;
        if let Some(entry) = self.ticks.get_mut(&tick) {
            let [a, b] = entry.outside;
            entry.outside = [side(&growth, 0) - a, side(&growth, 1) - b];
            self.liquidity += if down { -entry.net } else { entry.net };
        }
        // Rounding must not leave liquidity where none is.
        self.liquidity = self.liquidity.max(0.0);
        self.tick = if down { tick.saturating_sub(1) } else { tick };
    }
}

fn side(pair: &[f64; 2], k: usize) -> f64 {
    pair.get(k).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_the_closed_form() {
        let mut pool = TickPool::new(1.0, 0.003).unwrap();
        pool.add(-2000, 3000, 5000.0).unwrap();
        let (low, high) = (sqrt_price_at(-2000).unwrap(), sqrt_price_at(3000).unwrap());
        let range = super::super::Range::new(5000.0, low * low, high * high, 1.0).unwrap();
        let (many, one) = (pool.swap_1_for_0(100.0).unwrap(), range.swap_1_for_0(100.0, 0.003).unwrap());
        assert!((many.amount_out / one.amount_out - 1.0).abs() < 1e-12);
        assert_eq!(many.crossed, 0);
        // There and back through the range's end: what is left over is not taken.
        let all = pool.swap_0_for_1(1e9).unwrap();
        assert!(all.amount_in < 1e9 && pool.liquidity() == 0.0);
        assert!(pool.swap_0_for_1(1.0).is_err());
    }

    #[test]
    fn tokens_and_fees_are_conserved_across_ticks() {
        let mut pool = TickPool::new(1.0, 0.01).unwrap();
        let mut held = (0.0, 0.0);
        let mut ids = Vec::new();
        for (lower, upper, liquidity) in [(-100, 100, 3000.0), (-400, 50, 1000.0), (-60, 900, 500.0)] {
            let (id, (a, b)) = pool.add(lower, upper, liquidity).unwrap();
            (held.0, held.1) = (held.0 + a, held.1 + b);
            ids.push(id);
        }
        for (amount, down) in [(30.0, true), (25.0, false), (9.0, false), (40.0, true), (60.0, false)] {
            let swap = if down { pool.swap_0_for_1(amount) } else { pool.swap_1_for_0(amount) }.unwrap();
            let (coming, going) = if down { (&mut held.0, &mut held.1) } else { (&mut held.1, &mut held.0) };
            *coming += swap.amount_in;
            *going -= swap.amount_out;
        }
        let (mut back0, mut back1) = (0.0, 0.0);
        for id in ids {
            let Closed { amounts: (a, b), fees: (f, h) } = pool.remove(id).unwrap();
            assert!(f >= 0.0 && h >= 0.0);
            (back0, back1) = (back0 + a + f, back1 + b + h);
            assert!(pool.remove(id).is_err());
        }
        assert!((back0 - held.0).abs() < 1e-9 && (back1 - held.1).abs() < 1e-9, "{back0} {back1} {held:?}");
        assert_eq!(pool.liquidity(), 0.0);
    }

    #[test]
    fn a_small_position_outlives_a_vast_one() {
        let mut pool = TickPool::at_tick(0, 0.0).unwrap();
        pool.add(-60, 60, 1.0).unwrap();
        let (vast, _) = pool.add(-60, 60, 1e20).unwrap();
        pool.remove(vast).unwrap();
        assert_eq!(pool.liquidity(), 1.0);
        pool.swap_0_for_1(1e3).unwrap();
        assert_eq!(pool.liquidity(), 0.0);
        pool.add(-60, 60, f64::MAX).unwrap();
        assert!(matches!(pool.add(-60, 60, f64::MAX), Err(AmmError::Overflow { .. })));
    }

    #[test]
    fn a_pool_opens_at_a_tick_at_a_root_or_at_a_price() {
        for tick in [-887_272, -60, 0, 60, 887_272] {
            let root = sqrt_price_at(tick).unwrap();
            let pools = [
                TickPool::at_tick(tick, 0.003),
                TickPool::at_sqrt_price(root, 0.003),
                TickPool::new(root * root, 0.003),
            ];
            for pool in pools.map(Result::unwrap) {
                assert_eq!(pool.tick(), tick);
                assert!((pool.sqrt_price() / root - 1.0).abs() < 1e-15);
            }
        }
        assert!(TickPool::at_tick(887_273, 0.003).is_err() && TickPool::at_sqrt_price(0.0, 0.003).is_err());
    }
}
