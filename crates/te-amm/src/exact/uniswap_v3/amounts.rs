//! Amounts between two roots of prices, the root after an amount, and one step of a swap.
//!
//! ```text
//! token 0      N*(sb - sa)/sb/sa,  both up when paid in        token 1    L*(sb - sa)/2^96,  up when paid in
//! 0 in         ceil(N*s/(N + a*s));  where a*s or the sum reaches 2^256: ceil(N/(N/s + a))
//! 1 in         s + a*2^96/L
//! 0 out        ceil(N*s/(N - a*s))                             1 out      s - ceil(a*2^96/L)
//! step in      net = a*(10^6 - f)/10^6; the target is reached if net covers its amount; else the fee is a - in
//! step out     likewise by the amount out, which is at most what is asked for; fee = ceil(in*f/(10^6 - f))
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | s, sa, sb | square root of the price, lower, upper | Q64.96 |
//! | L, N | liquidity, `L*2^96` | units |
//! | f | fee | 10^-6 |
//!
//! Source: rules measured on v3-core 1.0.1, `testdata/te-amm/pools/README.md`, family `uniswap_v3`.
//!
//! Invariant: what goes out is never worth more than what came in.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of Int are checked")]

use crate::exact::integer::{Fault, Int, Round};
use crate::wide::U256;

/// One of the fees.
pub const FEE_ONE: u32 = 1_000_000;

/// `L*2^96`.
fn shifted(liquidity: u128) -> U256 {
    U256::from(liquidity).wrapping_shl(96)
}

fn narrow(root: Int) -> Result<U256, Fault> {
    let root = root.get()?;
    if root.bit_len() > 160 { Err(Fault::OutOfRange) } else { Ok(root) }
}

/// Units of token 0 between two roots `[units]`.
///
/// # Errors
/// [`Fault::DivisionByZero`] for a root of 0; [`Fault::OutOfRange`] beyond 256 bits.
#[inline]
pub fn amount0(root_a: U256, root_b: U256, liquidity: u128, round: Round) -> Result<U256, Fault> {
    let (low, high) = (root_a.min(root_b), root_a.max(root_b));
    let gap = high.wrapping_sub(low);
    let part = Int::from(shifted(liquidity)).mul_div(gap, high, round);
    if round == Round::Up { part.div_up(low) } else { part / low }.get()
}

/// Units of token 1 between two roots `[units]`.
///
/// # Errors
/// [`Fault::OutOfRange`] beyond 256 bits.
#[inline]
pub fn amount1(root_a: U256, root_b: U256, liquidity: u128, round: Round) -> Result<U256, Fault> {
    let gap = root_a.abs_diff(root_b);
    Int::from(liquidity).mul_div(gap, U256::from(1u64).wrapping_shl(96), round).get()
}

/// The root after an amount comes in; against the trader `[Q64.96]`.
///
/// # Errors
/// [`Fault::DivisionByZero`] without root or liquidity; [`Fault::OutOfRange`] beyond 160 bits.
#[inline]
pub fn next_root_from_input(
    root: U256,
    liquidity: u128,
    amount: U256,
    zero_for_one: bool,
) -> Result<U256, Fault> {
    if root.is_zero() || liquidity == 0 {
        return Err(Fault::DivisionByZero);
    }
    if !zero_for_one {
        let step = Int::from(amount).mul_div(U256::from(1u64).wrapping_shl(96), liquidity, Round::Down);
        return narrow(Int::from(root) + step);
    }
    let n = Int::from(shifted(liquidity));
    match (n + Int::from(amount) * root).get() {
        Ok(denominator) => narrow(n.mul_div(root, denominator, Round::Up)),
        Err(_) => narrow(n.div_up(n / root + amount)),
    }
}

/// The root after an amount goes out; against the trader `[Q64.96]`.
///
/// # Errors
/// [`Fault::DivisionByZero`] without root or liquidity; [`Fault::OutOfRange`] where the liquidity does not hold the amount.
#[inline]
pub fn next_root_from_output(
    root: U256,
    liquidity: u128,
    amount: U256,
    zero_for_one: bool,
) -> Result<U256, Fault> {
    if root.is_zero() || liquidity == 0 {
        return Err(Fault::DivisionByZero);
    }
    if zero_for_one {
        let step = Int::from(amount).mul_div(U256::from(1u64).wrapping_shl(96), liquidity, Round::Up);
        let next = (Int::from(root) - step).get()?;
        return if next.is_zero() { Err(Fault::OutOfRange) } else { Ok(next) };
    }
    let n = Int::from(shifted(liquidity));
    let denominator = n - Int::from(amount) * root;
    narrow(n.mul_div(root, denominator, Round::Up))
}

/// What is left to swap: of the amount in, the fee included, or of the amount out `[units]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// To be paid in.
    In(U256),
    /// To be got out.
    Out(U256),
}

/// One step of a swap, between two roots at one liquidity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The root after it `[Q64.96]`.
    pub root: U256,
    /// Amount in without its fee `[units]`.
    pub amount_in: U256,
    /// Amount out `[units]`.
    pub amount_out: U256,
    /// Fee, beside the amount in `[units]`.
    pub fee: U256,
}

/// Swaps towards a root, no further than the amount reaches.
///
/// ```
/// use te_amm::exact::uniswap_v3::amounts::{Amount, step};
/// use te_amm::wide::U256;
/// let root = "20147824506182637159945956886953228926067098145".parse()?;
/// let target = "20087474620197222315100491964790774589349469225".parse()?;
/// let out = Amount::Out(U256::from(31_829_768_837_047_136u64));
/// let done = step(root, target, 4_819_698_818_005_730_312, out, 500)?;
/// assert_eq!(done.root.to_string(), "20147824506182637159422726246733162211398935982");
/// assert_eq!((done.amount_in, done.fee), (U256::from(1u64), U256::from(1u64)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As the functions beside.
#[inline]
pub fn step(root: U256, target: U256, liquidity: u128, left: Amount, fee_pips: u32) -> Result<Step, Fault> {
    let down = root >= target;
    let paid = |next: U256| {
        if down {
            amount0(next, root, liquidity, Round::Up)
        } else {
            amount1(root, next, liquidity, Round::Up)
        }
    };
    let got = |next: U256| {
        if down {
            amount1(next, root, liquidity, Round::Down)
        } else {
            amount0(root, next, liquidity, Round::Down)
        }
    };
    let kept = u64::from(FEE_ONE.saturating_sub(fee_pips));
    let fee_of = |amount: U256| Int::from(amount).mul_div(u64::from(fee_pips), kept, Round::Up).get();
    match left {
        Amount::In(amount) => {
            let net = Int::from(amount).mul_div(kept, u64::from(FEE_ONE), Round::Down).get()?;
            let whole = paid(target)?;
            if net >= whole {
                let fee = fee_of(whole)?;
                return Ok(Step { root: target, amount_in: whole, amount_out: got(target)?, fee });
            }
            let next = next_root_from_input(root, liquidity, net, down)?;
            let amount_in = if next == target { whole } else { paid(next)? };
            let fee =
                if next == target { fee_of(amount_in)? } else { (Int::from(amount) - amount_in).get()? };
            Ok(Step { root: next, amount_in, amount_out: got(next)?, fee })
        }
        Amount::Out(amount) => {
            let whole = got(target)?;
            let next =
                if amount >= whole { target } else { next_root_from_output(root, liquidity, amount, down)? };
            let (amount_in, amount_out) =
                (paid(next)?, if next == target { whole } else { got(next)? }.min(amount));
            Ok(Step { root: next, amount_in, amount_out, fee: fee_of(amount_in)? })
        }
    }
}
