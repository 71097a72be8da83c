//! The state of a Uniswap v3 pool, and swaps across its ticks.
//!
//! ```text
//! step       to the nearest initialised tick, at most to the edge of its 256 ticks of spacing, at most to the limit
//! protocol   fee/n of each step, n 4..10 of each token
//! growth     += rest*2^128/L, wrapping
//! crossing   outside = growth - outside, L -/+ net
//! tick       t, downwards t - 1, where the step ended on t's root; else tick(s)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | s | square root of the price of token 0 in token 1 | Q64.96 |
//! | L, net | liquidity in range, what begins at a tick upwards less what ends | units |
//! | growth | fees per liquidity | Q128.128 units |
//!
//! The edge of 256 ticks is a step of its own, and its amounts are rounded as such. A swap may end short where the limit or the last tick
//! is reached; what it did says so.
//!
//! Assumptions and limits: one owner of all positions; no oracle of ticks, no flash loans. Fee below 10^6, spacing 1 to 16383.
//!
//! Source: rules measured on v3-core 1.0.1, `testdata/te-amm/pools/README.md`, family `uniswap_v3`.
//!
//! Invariants: a refused call changes nothing; the price stays between the first and the last tick.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of Int are checked")]

mod positions;

use super::Refusal;
use super::amounts::{Amount, FEE_ONE, Step, step};
use super::root::{MAX_ROOT, MAX_TICK, MIN_ROOT, root_at_tick, tick_at_root};
use crate::exact::integer::{Fault, Int, Round};
use crate::wide::U256;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use positions::{Paid, Position};

/// Ticks of spacing that are looked through at once.
const WORD: i32 = 256;

/// An initialised tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// Liquidity of all positions that begin or end here `[units]`.
    pub gross: u128,
    /// Liquidity that begins here upwards, less that which ends `[units]`.
    pub net: i128,
    /// Fees of both tokens per liquidity on the other side, seen from the price `[Q128.128]`.
    pub outside: [U256; 2],
    /// The root of its price `[Q64.96]`.
    root: U256,
}

/// What a swap moved: each token into the pool, or out of it `[units]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swap {
    /// Amount in, the fee included `[units]`.
    pub amount_in: U256,
    /// Amount out `[units]`.
    pub amount_out: U256,
    /// What of the amount asked for was not swapped `[units]`.
    pub left: U256,
    /// Fees of the liquidity, without the protocol's `[units]`.
    pub fee: U256,
    /// Initialised ticks crossed.
    pub crossed: u32,
}

/// A pool.
///
/// ```
/// use te_amm::exact::uniswap_v3::{amounts::Amount, pool::Pool, root::root_at_tick};
/// use te_amm::wide::U256;
/// let mut pool = Pool::new(3000, 60)?;
/// pool.initialize(root_at_tick(0)?)?;
/// let paid = pool.mint(-600, 600, 1_000_000_000)?;
/// assert_eq!(paid.amounts, [29_553_011u64, 29_553_011].map(U256::from));
/// // A limit of 0 is none.
/// let swap = pool.swap(true, Amount::In(U256::from(1_000_000u64)), U256::ZERO)?;
/// assert_eq!((swap.amount_out, swap.left), (U256::from(996_006u64), U256::ZERO));
/// // A swap beyond the positions ends at the last tick, and says what is left.
/// let swap = pool.swap(true, Amount::In(U256::from(1_000_000_000u64)), U256::ZERO)?;
/// assert!(swap.left > U256::ZERO && pool.liquidity() == 0);
/// # Ok::<(), te_amm::exact::uniswap_v3::Refusal>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    fee_pips: u32,
    spacing: i32,
    protocol: [u8; 2],
    root: U256,
    tick: i32,
    liquidity: u128,
    growth: [U256; 2],
    protocol_fees: [u128; 2],
    balances: [U256; 2],
    ticks: BTreeMap<i32, Tick>,
    positions: BTreeMap<(i32, i32), Position>,
}

impl Pool {
    /// A pool without a price: fee `[10^-6]`, spacing of its ticks.
    ///
    /// # Errors
    /// [`Refusal::Parameter`] for a fee of one or more, a spacing outside 1 to 16383.
    pub fn new(fee_pips: u32, spacing: i32) -> Result<Self, Refusal> {
        if fee_pips >= FEE_ONE || !(1..=16_383).contains(&spacing) {
            return Err(Refusal::Parameter("the fee must be below 10^6, the spacing in 1 to 16383"));
        }
        Ok(Self {
            fee_pips,
            spacing,
            protocol: [0; 2],
            root: U256::ZERO,
            tick: 0,
            liquidity: 0,
            growth: [U256::ZERO; 2],
            protocol_fees: [0; 2],
            balances: [U256::ZERO; 2],
            ticks: BTreeMap::new(),
            positions: BTreeMap::new(),
        })
    }

    /// Sets the first price by its root `[Q64.96]`; that of a tick by [`root_at_tick`].
    ///
    /// # Errors
    /// [`Refusal::AlreadyInitialized`], [`Refusal::Root`].
    pub fn initialize(&mut self, root: U256) -> Result<(), Refusal> {
        if !self.root.is_zero() {
            return Err(Refusal::AlreadyInitialized);
        }
        self.tick = tick_at_root(root)?;
        self.root = root;
        Ok(())
    }

    /// Square root of the price of token 0, 0 before the first `[Q64.96]`.
    pub fn root(&self) -> U256 {
        self.root
    }

    /// The tick of the price.
    pub fn tick(&self) -> i32 {
        self.tick
    }

    /// Liquidity in range `[units]`.
    pub fn liquidity(&self) -> u128 {
        self.liquidity
    }

    /// Fees of both tokens per liquidity since the start `[Q128.128]`.
    pub fn growth(&self) -> [U256; 2] {
        self.growth
    }

    /// Which part of the fees of each token is the protocol's, as a divisor; 0 for none.
    pub fn protocol(&self) -> [u8; 2] {
        self.protocol
    }

    /// Fees of the protocol that are not paid `[units]`.
    pub fn protocol_fees(&self) -> [u128; 2] {
        self.protocol_fees
    }

    /// What the pool holds of both tokens `[units]`.
    pub fn balances(&self) -> [U256; 2] {
        self.balances
    }

    /// The initialised ticks.
    pub fn ticks(&self) -> &BTreeMap<i32, Tick> {
        &self.ticks
    }

    /// Sets the protocol's part of the fees of both tokens, as divisors.
    ///
    /// # Errors
    /// [`Refusal::Parameter`] for others than 0 and 4 to 10.
    pub fn set_protocol(&mut self, divisors: [u8; 2]) -> Result<(), Refusal> {
        if divisors.iter().any(|&n| n != 0 && !(4..=10).contains(&n)) {
            return Err(Refusal::Parameter("the protocol's divisor must be 0 or 4 to 10"));
        }
        self.protocol = divisors;
        Ok(())
    }

    /// Pays the protocol's fees, all but one unit of each token `[units]`.
    pub fn collect_protocol(&mut self) -> [U256; 2] {
        let mut paid = [U256::ZERO; 2];
        for ((fees, balance), paid) in self.protocol_fees.iter_mut().zip(&mut self.balances).zip(&mut paid) {
            let amount = fees.saturating_sub(1);
            *fees = fees.wrapping_sub(amount);
            *paid = U256::from(amount);
            *balance = balance.saturating_sub(*paid);
        }
        paid
    }

    /// The next place where a swap stops: a tick, its root, and the tick if it is initialised.
    fn next_stop(&self, tick: i32, down: bool) -> Result<(i32, U256, Option<Tick>), Refusal> {
        let compressed = tick.div_euclid(self.spacing);
        let at = |compressed: i32| compressed.saturating_mul(self.spacing).clamp(-MAX_TICK, MAX_TICK);
        let (edge, found) = if down {
            let edge = at(compressed.saturating_sub(compressed.rem_euclid(WORD)));
            (edge, self.ticks.range(edge..=tick.max(edge)).next_back())
        } else {
            let first = compressed.saturating_add(1);
            let last = first.saturating_sub(first.rem_euclid(WORD)).saturating_add(WORD).saturating_sub(1);
            let edge = at(last);
            (edge, self.ticks.range(tick.saturating_add(1)..=edge.max(tick.saturating_add(1))).next())
        };
        Ok(match found {
            Some((&tick, entry)) => (tick, entry.root, Some(*entry)),
            None => (edge, root_at_tick(edge)?, None),
        })
    }

    /// The next initialised tick before the limit. Where there is no liquidity nothing is swapped up to it, so the edges between leave no
    /// rounding.
    fn over_nothing(&self, tick: i32, down: bool, limit: U256) -> Option<(i32, Tick)> {
        let found = if down {
            self.ticks.range(..=tick).next_back().filter(|(_, entry)| entry.root > limit)
        } else {
            self.ticks.range(tick.saturating_add(1)..).next().filter(|(_, entry)| entry.root < limit)
        };
        found.map(|(&tick, entry)| (tick, *entry))
    }

    /// Swaps token 0 for token 1 or the other way, up to a limit of the root; 0 is no limit.
    ///
    /// # Errors
    /// [`Refusal::NotInitialized`], [`Refusal::AmountZero`], [`Refusal::PriceLimit`], [`Refusal::LiquidityBelow`]; [`Refusal::Arithmetic`].
    pub fn swap(&mut self, zero_for_one: bool, amount: Amount, root_limit: U256) -> Result<Swap, Refusal> {
        let (Amount::In(asked) | Amount::Out(asked)) = amount;
        if asked.is_zero() {
            return Err(Refusal::AmountZero);
        }
        if self.root.is_zero() {
            return Err(Refusal::NotInitialized);
        }
        let one = U256::from(1u64);
        let limit = match (root_limit.is_zero(), zero_for_one) {
            (false, _) => root_limit,
            (true, true) => MIN_ROOT.wrapping_add(one),
            (true, false) => MAX_ROOT.wrapping_sub(one),
        };
        let allowed = if zero_for_one {
            limit < self.root && limit > MIN_ROOT
        } else {
            limit > self.root && limit < MAX_ROOT
        };
        if !allowed {
            return Err(Refusal::PriceLimit);
        }
        let mut walk = Walk {
            root: self.root,
            tick: self.tick,
            liquidity: self.liquidity,
            growth: of(self.growth, zero_for_one),
            protocol_fees: of(self.protocol_fees, zero_for_one),
            swap: Swap {
                amount_in: U256::ZERO,
                amount_out: U256::ZERO,
                left: asked,
                fee: U256::ZERO,
                crossed: 0,
            },
        };
        // The first crossing changes ticks, which a later refusal must leave as they were.
        let mut crossed = Vec::new();
        while !walk.swap.left.is_zero() && walk.root != limit {
            if walk.liquidity == 0
                && root_limit.is_zero()
                && self.over_nothing(walk.tick, zero_for_one, limit).is_none()
            {
                // Nothing lies ahead: the price runs to its end.
                walk.root = limit;
                walk.tick = tick_at_root(limit)?;
                break;
            }
            let jump =
                if walk.liquidity == 0 { self.over_nothing(walk.tick, zero_for_one, limit) } else { None };
            let (next, next_root, entry) = match jump {
                Some((tick, entry)) => (tick, entry.root, Some(entry)),
                None => self.next_stop(walk.tick, zero_for_one)?,
            };
            let beyond = if zero_for_one { next_root < limit } else { next_root > limit };
            let target = if beyond { limit } else { next_root };
            let left = match amount {
                Amount::In(_) => Amount::In(walk.swap.left),
                Amount::Out(_) => Amount::Out(walk.swap.left),
            };
            let done = step(walk.root, target, walk.liquidity, left, self.fee_pips)?;
            let start = walk.root;
            walk.take(done, left, of(self.protocol, zero_for_one))?;
            if walk.root == next_root {
                if let Some(entry) = entry {
                    walk.cross(entry, zero_for_one)?;
                    crossed.push((next, walk.growth));
                }
                walk.tick = if zero_for_one { next.saturating_sub(1) } else { next };
            } else if walk.root != start {
                walk.tick = tick_at_root(walk.root)?;
            }
        }
        self.keep(&walk, zero_for_one, &crossed)?;
        Ok(walk.swap)
    }

    /// Keeps what a swap did.
    fn keep(&mut self, walk: &Walk, zero_for_one: bool, crossed: &[(i32, U256)]) -> Result<(), Refusal> {
        let [coming, going] = if zero_for_one { self.balances } else { swapped(self.balances) };
        let coming = (Int::from(coming) + walk.swap.amount_in).get()?;
        let going = (Int::from(going) - walk.swap.amount_out).get()?;
        let [_, other_growth] = if zero_for_one { self.growth } else { swapped(self.growth) };
        for &(tick, growth) in crossed {
            if let Some(entry) = self.ticks.get_mut(&tick) {
                let [outside, other] = if zero_for_one { entry.outside } else { swapped(entry.outside) };
                let flipped = [growth.wrapping_sub(outside), other_growth.wrapping_sub(other)];
                entry.outside = if zero_for_one { flipped } else { swapped(flipped) };
            }
        }
        let place = |pair: [U256; 2]| if zero_for_one { pair } else { swapped(pair) };
        self.balances = place([coming, going]);
        self.growth = place([walk.growth, other_growth]);
        if let Some(fees) = self.protocol_fees.get_mut(usize::from(!zero_for_one)) {
            *fees = walk.protocol_fees;
        }
        (self.root, self.tick, self.liquidity) = (walk.root, walk.tick, walk.liquidity);
        Ok(())
    }
}

/// A swap on its way.
struct Walk {
    root: U256,
    tick: i32,
    liquidity: u128,
    growth: U256,
    protocol_fees: u128,
    swap: Swap,
}

impl Walk {
    /// Takes a step's amounts and fees.
    fn take(&mut self, done: Step, left: Amount, protocol: u8) -> Result<(), Fault> {
        let paid = (Int::from(done.amount_in) + done.fee).get()?;
        self.root = done.root;
        self.swap.left = match left {
            Amount::In(left) => (Int::from(left) - paid).get()?,
            Amount::Out(left) => (Int::from(left) - done.amount_out).get()?,
        };
        self.swap.amount_in = (Int::from(self.swap.amount_in) + paid).get()?;
        self.swap.amount_out = (Int::from(self.swap.amount_out) + done.amount_out).get()?;
        let mut fee = done.fee;
        if protocol > 0 {
            let part = (Int::from(fee) / u64::from(protocol)).get()?;
            fee = fee.saturating_sub(part);
            // The contract keeps the lowest 128 bits.
            self.protocol_fees = self.protocol_fees.wrapping_add(part.wrapping_to::<u128>());
        }
        self.swap.fee = (Int::from(self.swap.fee) + fee).get()?;
        if self.liquidity > 0 {
            let growth =
                Int::from(fee).mul_div(U256::from(1u64).wrapping_shl(128), self.liquidity, Round::Down);
            self.growth = self.growth.wrapping_add(growth.get()?);
        }
        Ok(())
    }

    /// Takes off or puts on the liquidity of a tick.
    fn cross(&mut self, entry: Tick, down: bool) -> Result<(), Refusal> {
        let begins = (entry.net >= 0) != down;
        let net = entry.net.unsigned_abs();
        let after = if begins { self.liquidity.checked_add(net) } else { self.liquidity.checked_sub(net) };
        self.liquidity = after.ok_or(Refusal::LiquidityBelow)?;
        self.swap.crossed = self.swap.crossed.saturating_add(1);
        Ok(())
    }
}

/// That of the token that comes in.
fn of<T>([first, second]: [T; 2], zero_for_one: bool) -> T {
    if zero_for_one { first } else { second }
}

fn swapped<T>([first, second]: [T; 2]) -> [T; 2] {
    [second, first]
}
