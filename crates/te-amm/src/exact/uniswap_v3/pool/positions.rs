//! Positions of a Uniswap v3 pool: liquidity on a range, and the fees that it earns.
//!
//! ```text
//! below t    outside of t where t <= tick, else growth - outside       above t    the other way round
//! inside     growth - below(lower) - above(upper), wrapping
//! owed       += (inside - inside before)*l/2^128;  a burn adds its amounts, a collection pays
//! most       gross of a tick <= (2^128 - 1)/(2*(887272/spacing) + 1)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | growth, inside, outside | fees per liquidity: all, within a range, beyond a tick | Q128.128 |
//! | l | liquidity of the position | units |
//!
//! The growth outside a tick that is new counts from where the price is: all of it lies below a tick at or below the price.
//!
//! Source: rules measured on v3-core 1.0.1, `testdata/te-amm/pools/README.md`, family `uniswap_v3`.
//!
//! Invariant: the fees of all positions are at most what the swaps paid.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of Int are checked")]

use super::super::Refusal;
use super::super::amounts::{amount0, amount1};
use super::super::root::{MAX_TICK, root_at_tick};
use super::{Pool, Tick};
use crate::exact::integer::{Fault, Int, Round};
use crate::wide::U256;
use serde::{Deserialize, Serialize};

/// A position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Liquidity `[units]`.
    pub liquidity: u128,
    /// Growth of fees inside its range when it was last touched `[Q128.128]`.
    pub inside: [U256; 2],
    /// Tokens that it may collect `[units]`.
    pub owed: [u128; 2],
}

/// What a change of a position brought or freed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paid {
    /// Amount of token 0 and token 1 `[units]`.
    pub amounts: [U256; 2],
}

/// A change of liquidity.
#[derive(Clone, Copy)]
enum Change {
    More(u128),
    Less(u128),
}

impl Change {
    fn of(self, value: u128) -> Result<u128, Refusal> {
        match self {
            Self::More(amount) => value.checked_add(amount).ok_or(Refusal::Arithmetic(Fault::OutOfRange)),
            Self::Less(amount) => value.checked_sub(amount).ok_or(Refusal::LiquidityBelow),
        }
    }

    /// The change of what begins at a tick upwards.
    fn net(self, value: i128, upper: bool) -> Result<i128, Refusal> {
        let (amount, adds) = match self {
            Self::More(amount) => (amount, !upper),
            Self::Less(amount) => (amount, upper),
        };
        let after =
            if adds { value.checked_add_unsigned(amount) } else { value.checked_sub_unsigned(amount) };
        after.ok_or(Refusal::Arithmetic(Fault::OutOfRange))
    }
}

impl Pool {
    /// The position on a range, if it was ever opened.
    pub fn position(&self, lower: i32, upper: i32) -> Option<&Position> {
        self.positions.get(&(lower, upper))
    }

    /// The positions by their ranges.
    pub fn positions(&self) -> impl Iterator<Item = ((i32, i32), &Position)> {
        self.positions.iter().map(|(&range, position)| (range, position))
    }

    /// The most liquidity of a tick `[units]`.
    pub fn max_liquidity_per_tick(&self) -> u128 {
        let ticks = u128::from(MAX_TICK.unsigned_abs() / self.spacing.unsigned_abs().max(1));
        u128::MAX / ticks.saturating_mul(2).saturating_add(1)
    }

    /// Adds liquidity to the position on a range; what it takes of both tokens.
    ///
    /// # Errors
    /// [`Refusal::NotInitialized`], [`Refusal::LiquidityZero`], [`Refusal::TickOrder`], [`Refusal::Tick`], [`Refusal::LiquidityAboveMax`],
    /// [`Refusal::TickSpacing`]; [`Refusal::Arithmetic`].
    pub fn mint(&mut self, lower: i32, upper: i32, liquidity: u128) -> Result<Paid, Refusal> {
        if liquidity == 0 {
            return Err(Refusal::LiquidityZero);
        }
        let mut after = self.clone();
        let amounts = after.modify(lower, upper, Change::More(liquidity))?;
        let [a, b] = after.balances.map(Int::from);
        after.balances = [(a + amounts[0]).get()?, (b + amounts[1]).get()?];
        *self = after;
        Ok(Paid { amounts })
    }

    /// Takes liquidity off the position on a range; the freed tokens are owed to it. 0 only credits its fees.
    ///
    /// # Errors
    /// As [`mint`](Self::mint), with [`Refusal::LiquidityBelow`] and [`Refusal::NoPosition`].
    pub fn burn(&mut self, lower: i32, upper: i32, liquidity: u128) -> Result<Paid, Refusal> {
        let mut after = self.clone();
        let amounts = after.modify(lower, upper, Change::Less(liquidity))?;
        if let Some(position) = after.positions.get_mut(&(lower, upper)) {
            for (owed, amount) in position.owed.iter_mut().zip(&amounts) {
                *owed = owed.wrapping_add(amount.wrapping_to::<u128>());
            }
        }
        *self = after;
        Ok(Paid { amounts })
    }

    /// Pays what a position is owed, at most `most` of each token `[units]`.
    ///
    /// # Errors
    /// [`Refusal::Arithmetic`] where the pool holds less.
    pub fn collect(&mut self, lower: i32, upper: i32, most: [u128; 2]) -> Result<Paid, Refusal> {
        let Some(position) = self.positions.get_mut(&(lower, upper)) else {
            return Ok(Paid { amounts: [U256::ZERO; 2] });
        };
        let [o0, o1] = position.owed;
        let [m0, m1] = most;
        let paid = [o0.min(m0), o1.min(m1)];
        let amounts = paid.map(U256::from);
        let [b0, b1] = self.balances.map(Int::from);
        let [a0, a1] = amounts;
        self.balances = [(b0 - a0).get()?, (b1 - a1).get()?];
        position.owed = [o0.saturating_sub(paid[0]), o1.saturating_sub(paid[1])];
        Ok(Paid { amounts })
    }

    /// Changes a position, its ticks and the liquidity in range; the amounts of both tokens.
    fn modify(&mut self, lower: i32, upper: i32, change: Change) -> Result<[U256; 2], Refusal> {
        if self.root.is_zero() {
            return Err(Refusal::NotInitialized);
        }
        if lower >= upper {
            return Err(Refusal::TickOrder);
        }
        let roots = [root_at_tick(lower)?, root_at_tick(upper)?];
        let (Change::More(amount) | Change::Less(amount)) = change;
        let ticks = self.moved_ticks([lower, upper], roots, change)?;
        let inside = self.inside([lower, upper], ticks);
        self.credit((lower, upper), inside, change)?;
        if amount == 0 {
            return Ok([U256::ZERO; 2]);
        }
        for (tick, entry) in [lower, upper].into_iter().zip(ticks) {
            if entry.gross == 0 {
                self.ticks.remove(&tick);
            } else {
                self.ticks.insert(tick, entry);
            }
        }
        let [low, high] = roots;
        let (round, s) = (if matches!(change, Change::More(_)) { Round::Up } else { Round::Down }, self.root);
        Ok(if self.tick < lower {
            [amount0(low, high, amount, round)?, U256::ZERO]
        } else if self.tick < upper {
            self.liquidity = change.of(self.liquidity)?;
            [amount0(s, high, amount, round)?, amount1(low, s, amount, round)?]
        } else {
            [U256::ZERO, amount1(low, high, amount, round)?]
        })
    }

    /// Both ticks of a range after a change.
    fn moved_ticks(&self, range: [i32; 2], roots: [U256; 2], change: Change) -> Result<[Tick; 2], Refusal> {
        let most = self.max_liquidity_per_tick();
        let (Change::More(amount) | Change::Less(amount)) = change;
        let moved = |tick: i32, root: U256, upper: bool| {
            let fresh = || {
                let outside = if tick <= self.tick { self.growth } else { [U256::ZERO; 2] };
                Tick { gross: 0, net: 0, outside, root }
            };
            let kept = self.ticks.get(&tick).copied();
            let is_new = kept.is_none();
            let entry = kept.unwrap_or_else(fresh);
            if amount == 0 {
                return Ok(if is_new { Tick { outside: [U256::ZERO; 2], ..entry } } else { entry });
            }
            let gross = change.of(entry.gross)?;
            if gross > most {
                return Err(Refusal::LiquidityAboveMax);
            }
            Ok(Tick { gross, net: change.net(entry.net, upper)?, ..entry })
        };
        let ([lower, upper], [low, high]) = (range, roots);
        let ticks = [moved(lower, low, false)?, moved(upper, high, true)?];
        if amount > 0 && range.iter().any(|tick| tick.checked_rem(self.spacing) != Some(0)) {
            return Err(Refusal::TickSpacing);
        }
        Ok(ticks)
    }

    /// Growth of fees inside a range.
    fn inside(&self, [lower, upper]: [i32; 2], [low, high]: [Tick; 2]) -> [U256; 2] {
        let mut inside = self.growth;
        for ((growth, below), above) in inside.iter_mut().zip(low.outside).zip(high.outside) {
            let below = if self.tick >= lower { below } else { growth.wrapping_sub(below) };
            let above = if self.tick < upper { above } else { growth.wrapping_sub(above) };
            *growth = growth.wrapping_sub(below).wrapping_sub(above);
        }
        inside
    }

    /// Credits a position its fees and changes its liquidity.
    fn credit(&mut self, range: (i32, i32), inside: [U256; 2], change: Change) -> Result<(), Refusal> {
        let (Change::More(amount) | Change::Less(amount)) = change;
        let Position { liquidity, inside: before, mut owed } =
            self.positions.get(&range).copied().unwrap_or_default();
        if amount == 0 && liquidity == 0 {
            return Err(Refusal::NoPosition);
        }
        let after = change.of(liquidity)?;
        let one = U256::from(1u64).wrapping_shl(128);
        for ((owed, now), before) in owed.iter_mut().zip(inside).zip(before) {
            let fee = Int::from(now.wrapping_sub(before)).mul_div(liquidity, one, Round::Down).get()?;
            // The contract keeps the lowest 128 bits.
            *owed = owed.wrapping_add(fee.wrapping_to::<u128>());
        }
        self.positions.insert(range, Position { liquidity: after, inside, owed });
        Ok(())
    }
}
