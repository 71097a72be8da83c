//! Pools for tokens of like value: the `StableSwap` invariant.
//!
//! ```text
//! invariant    Ann*S + D = Ann*D + D^(n+1)/(n^n * prod x),    Ann = A*n as in the contracts
//! D            D' = (Ann*S + n*Dp)*D/((Ann - 1)*D + (n + 1)*Dp),   Dp = D^(n+1)/(n^n * prod x),   from D = S
//! y            y' = (y^2 + c)/(2*y + b - D),   b = S' + D/Ann,   c = D^(n+1)/(n^n * prod' x * Ann),   from y = D
//! swap         dy = (out - unit)*(1 - f): the fee is taken from the output
//! out          2*q/(h + sqrt((a + c/y - y)^2 + 4*c*x/(x + a))),   q = a*(y + c/(x + a)),  h = y + c/y + a,  c of j
//! in           2*q/(h + sqrt(h^2 + 4*q)),                         q = o*(x + c/(y - o)),  h = x + c/x - o,  c of i
//! ```
//!
//! `out` and `in` are what the balance of j loses and that of i gains, `x = x_i`, `y = x_j`: the difference of the two quadratics for a balance
//! before and after, solved for the change itself, so that an amount far below the balances keeps its digits.
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | x | balances, all in one unit of value | tokens |
//! | S, S' | sum of all, of all but j | tokens |
//! | A, n | amplification, number of tokens | 1 |
//! | D | invariant: the sum when the pool is balanced | tokens |
//! | unit | what the contracts keep back for rounding, one unit; 0 in real arithmetic | tokens |
//! | a, o | amount in, amount out before the fee | tokens |
//!
//! Assumptions and limits: 2 to 8 tokens. Both iterations fall monotonically from above; they end when they stop falling, or in
//! [`AmmError::NoConvergence`] after 255 rounds. On [`PoolNumber`]s the result is that of real arithmetic to the type's last digits: in `f64`
//! within 1e-15 of it while no balance is below a tenth of another, within 3e-15 down to a thousandth. The integer contracts come within
//! two units of it.
//!
//! Source: Egorov, `StableSwap` (2019); curve-contract `574f440`. The form for the change follows from the difference of the quadratics.
//!
//! Invariants: `D` never falls in a swap beyond rounding; balanced pools trade at par less fee.

mod price;

pub use price::{external, price};

use crate::error::Bound;
use crate::number::{kept, positive_amount, positive_reserve};
use crate::{AmmError, PoolNumber};

/// Rounds after which an iteration is given up, as in the contracts.
const ROUNDS: u32 = 255;

/// Checks the balances and returns `n` and `Ann`.
fn checked<N: PoolNumber>(balances: &[N], amplification: N) -> Result<(N, N), AmmError> {
    let n = match u32::try_from(balances.len()) {
        Ok(n) if (2..=8).contains(&n) => N::count(n),
        _ => {
            let value = balances.len() as f64;
            return Err(AmmError::Domain { parameter: "number of tokens", value, range: "in [2, 8]" });
        }
    };
    balances.iter().try_for_each(|&x| positive_reserve("balance", x))?;
    if !amplification.is_number() || amplification < N::ONE {
        let value = amplification.approximate();
        return Err(AmmError::Domain { parameter: "amplification", value, range: "at least 1" });
    }
    Ok((n, amplification.try_mul(n)?))
}

/// Follows a monotonically falling iteration to where it stops falling.
fn settle<N: PoolNumber>(
    operation: &'static str,
    start: N,
    mut next: impl FnMut(N) -> Result<N, AmmError>,
) -> Result<N, AmmError> {
    let mut value = start;
    // The first step may rise from a start below the root by rounding.
    for round in 0..ROUNDS {
        let after = next(value)?;
        if after == value || (after > value && round > 0) {
            return Ok(value);
        }
        value = after;
    }
    Err(AmmError::NoConvergence { operation, rounds: ROUNDS })
}

/// The invariant `D` of the balances `[tokens]`.
///
/// # Errors
/// Balances not positive, other than 2 to 8 of them, `A < 1`; no convergence; overflow.
pub fn invariant<N: PoolNumber>(balances: &[N], amplification: N) -> Result<N, AmmError> {
    let (n, ann) = checked(balances, amplification)?;
    let sum = balances.iter().try_fold(N::ZERO, |sum, &x| sum.try_add(x))?;
    settle("invariant D", sum, |d| {
        let dp = balances.iter().try_fold(d, |dp, &x| dp.try_mul_div(d, x.try_mul(n)?))?;
        let numerator = ann.try_mul(sum)?.try_add(n.try_mul(dp)?)?;
        let denominator = ann.try_sub(N::ONE)?.try_mul(d)?.try_add(n.try_add(N::ONE)?.try_mul(dp)?)?;
        Ok(d.try_mul_div(numerator, denominator)?)
    })
}

/// `c` of token `j`: `D^(n+1)/(n^n * prod' x * Ann)` with the balances of the others `[tokens^2]`.
fn constant<N: PoolNumber>(balances: &[N], j: usize, d: N, amplification: N) -> Result<N, AmmError> {
    let (n, ann) = checked(balances, amplification)?;
    if j >= balances.len() {
        return Err(no_such_token());
    }
    let others = balances.iter().enumerate().filter(|&(k, _)| k != j).map(|(_, &x)| x);
    let product = others.into_iter().try_fold(d, |c, x| c.try_mul_div(d, x.try_mul(n)?))?;
    Ok(product.try_mul_div(d, ann.try_mul(n)?)?)
}

fn no_such_token() -> AmmError {
    AmmError::InvalidPath { reason: "no such token in the pool" }
}

/// The balances of two different tokens.
fn pair_of<N: PoolNumber>(balances: &[N], (i, j): (usize, usize)) -> Result<(N, N), AmmError> {
    if i == j {
        return Err(AmmError::InvalidPath { reason: "a swap needs two tokens" });
    }
    balances.get(i).copied().zip(balances.get(j).copied()).ok_or_else(no_such_token)
}

/// The balance of token `j` that keeps `D`, the other balances given (the entry at `j` is not read) `[tokens]`.
///
/// # Errors
/// As [`invariant`]; [`AmmError::InvalidPath`] if there is no token `j`.
pub fn balance_for_invariant<N: PoolNumber>(
    balances: &[N],
    j: usize,
    d: N,
    amplification: N,
) -> Result<N, AmmError> {
    let (_, ann) = checked(balances, amplification)?;
    positive_amount("invariant D", d)?;
    let c = constant(balances, j, d, amplification)?;
    let others = balances.iter().enumerate().filter(|&(k, _)| k != j).map(|(_, &x)| x);
    let sum = others.into_iter().try_fold(N::ZERO, N::try_add)?;
    let b = sum.try_add(d.try_div(ann)?)?;
    settle("balance y", d, |y| {
        let denominator = N::count(2).try_mul(y)?.try_add(b)?.try_sub(d)?;
        Ok(y.try_mul(y)?.try_add(c)?.try_div(denominator)?)
    })
}

/// Amount of token `j` out for `amount_in` of token `i` `[tokens]`; `unit` is kept back (zero in real arithmetic).
///
/// ```
/// use te_amm::stableswap;
/// // A millionth of a token into a balanced pool of a thousand million: at par but for the 17th digit.
/// let out = stableswap::exact_in(&[1e9, 1e9], (0, 1), 1e-6, 100.0, 0.0, 0.0)?;
/// assert_eq!(out, 1e-6);
/// # Ok::<(), te_amm::AmmError>(())
/// ```
///
/// # Errors
/// As [`invariant`]; [`AmmError::InvalidPath`] for tokens that are the same or not there; amount not positive; fee outside
/// `[0, 1)`; [`AmmError::InsufficientOutput`] if nothing goes out.
pub fn exact_in<N: PoolNumber>(
    balances: &[N],
    (i, j): (usize, usize),
    amount_in: N,
    amplification: N,
    fee: N,
    unit: N,
) -> Result<N, AmmError> {
    positive_amount("amount_in", amount_in)?;
    let g = kept(fee)?;
    let (x, y) = pair_of(balances, (i, j))?;
    let d = invariant(balances, amplification)?;
    let c = constant(balances, j, d, amplification)?;
    let after = x.try_add(amount_in)?;
    let two = N::count(2);
    let ratio = c.try_div(y)?;
    let q = amount_in.try_mul(y.try_add(c.try_div(after)?)?)?;
    let h = y.try_add(ratio)?.try_add(amount_in)?;
    // h^2 - 4*q as a sum of what is not negative.
    let gap = amount_in.try_add(ratio)?.try_sub(y)?;
    let rest = N::count(4).try_mul(c.try_mul_div(x, after)?)?;
    let root = gap.try_mul(gap)?.try_add(rest)?.try_sqrt()?;
    let out = two.try_mul(q)?.try_div(h.try_add(root)?)?.try_sub(unit)?;
    if out <= N::ZERO {
        return Err(AmmError::InsufficientOutput { operation: "stable swap" });
    }
    Ok(out.try_mul(g)?)
}

/// Amount of token `i` in for `amount_out` of token `j` `[tokens]`; `unit` as in [`exact_in`].
///
/// ```
/// use te_amm::stableswap;
/// let pool = [1e6, 2e6];
/// let input = stableswap::exact_out(&pool, (0, 1), 1000.0, 100.0, 0.0004, 0.0)?;
/// let out = stableswap::exact_in(&pool, (0, 1), input, 100.0, 0.0004, 0.0)?;
/// assert!((out / 1000.0 - 1.0).abs() < 1e-15);
/// # Ok::<(), te_amm::AmmError>(())
/// ```
///
/// # Errors
/// As [`exact_in`]; [`AmmError::InsufficientLiquidity`] if the amount before the fee is not below the balance.
pub fn exact_out<N: PoolNumber>(
    balances: &[N],
    (i, j): (usize, usize),
    amount_out: N,
    amplification: N,
    fee: N,
    unit: N,
) -> Result<N, AmmError> {
    positive_amount("amount_out", amount_out)?;
    let gross = amount_out.try_div(kept(fee)?)?.try_add(unit)?;
    let (x, y) = pair_of(balances, (i, j))?;
    if gross >= y {
        let (asked, held) = (gross.approximate(), y.approximate());
        return Err(AmmError::too_many_tokens("amount_out before the fee", asked, Bound::Below, held));
    }
    let d = invariant(balances, amplification)?;
    let c = constant(balances, i, d, amplification)?;
    let (two, four) = (N::count(2), N::count(4));
    let q = gross.try_mul(x.try_add(c.try_div(y.try_sub(gross)?)?)?)?;
    let h = x.try_add(c.try_div(x)?)?.try_sub(gross)?;
    let root = h.try_mul(h)?.try_add(four.try_mul(q)?)?.try_sqrt()?;
    let input =
        if h >= N::ZERO { two.try_mul(q)?.try_div(h.try_add(root)?) } else { root.try_sub(h)?.try_div(two) };
    Ok(input?)
}

/// The amplification on its way from `a0` at `t0` to `a1` at `t1`: linear, held outside `[1]`.
///
/// # Errors
/// [`AmmError::Domain`] unless `t0 < t1` and both are at least 1.
pub fn ramped_amplification((t0, a0): (f64, f64), (t1, a1): (f64, f64), time: f64) -> Result<f64, AmmError> {
    for (parameter, value) in [("start amplification", a0), ("end amplification", a1)] {
        if !(value.is_finite() && value >= 1.0) {
            return Err(AmmError::Domain { parameter, value, range: "finite, at least 1" });
        }
    }
    crate::weighted::ramped_weight((t0, a0), (t1, a1), time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balanced_pool_trades_near_par() {
        let out = exact_in(&[1e6, 1e6, 1e6], (0, 2), 100.0, 200.0, 0.0, 0.0).unwrap();
        assert!(out < 100.0 && out > 99.99);
        assert_eq!(invariant(&[5.0, 5.0], 100.0).unwrap(), 10.0);
        assert!(exact_in(&[1.0, 1.0], (0, 0), 1.0, 10.0, 0.0, 0.0).is_err());
        assert!(exact_in(&[1.0, 1.0], (0, 2), 1.0, 10.0, 0.0, 0.0).is_err());
        assert!(invariant(&[1.0], 10.0).is_err());
        assert_eq!(ramped_amplification((0.0, 10.0), (100.0, 110.0), 50.0).unwrap(), 60.0);
    }

    #[test]
    fn a_swap_keeps_the_invariant() {
        let (x, d) = ([1e3, 2e4, 5e5], invariant(&[1e3, 2e4, 5e5], 50.0).unwrap());
        let out = exact_in(&x, (1, 0), 700.0, 50.0, 0.0, 0.0).unwrap();
        assert!((invariant(&[1e3 - out, 2e4 + 700.0, 5e5], 50.0).unwrap() / d - 1.0).abs() < 1e-12);
        // The iteration to the other balance finds the same.
        let y = balance_for_invariant(&[0.5, 2e4 + 700.0, 5e5], 0, d, 50.0).unwrap();
        assert!(((1e3 - y) / out - 1.0).abs() < 1e-12);
    }
}
