//! Joins and exits of a weighted pool of any number of tokens.
//!
//! ```text
//! tokens in      R = prod (1 + a/b)^w;  of a only what is above its free part pays the fee;  shares T*(R - 1)
//! free part      (R - 1)*b,  or (I - 1)*b with I = sum w*(1 + a/b)
//! one token in   q = b*((1 + sh/T)^(1/w) - 1),  in = q*(w + (1 - w)/(1 - f))
//! one token out  q = b*(1 - (1 - sh/T)^(1/w)),  out = q*(1 - (1 - w)*f)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | a, b, w | amount, balance, weight of a token | tokens, tokens, 1 |
//! | T, sh | shares in all, of the call | shares |
//! | f | fee | 1 |
//!
//! Assumptions and limits: weights are divided by their sum first. The two free parts differ by some 10^-5 of the shares: Balancer's second
//! vault has the mean of the ratios, its third the ratio of the invariants.
//!
//! Source: Balancer whitepaper (2019); `testdata/te-amm/pools/README.md`.
//!
//! Invariant: a join in proportion pays no fee.

use super::Side;
use crate::number::{kept, positive_amount, positive_reserve};
use crate::{AmmError, Number};
use te_math::{exp_m1, ln_1p};

/// What part of a deposit pays no fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FreePart {
    /// That of the mean ratio, `sum w*(1 + a/b)`: the second vault.
    MeanOfRatios,
    /// That of the ratio of the invariants: the third vault.
    RatioOfInvariants,
}

/// Shares for amounts of all tokens `[shares]`.
///
/// ```
/// use te_amm::weighted::{FreePart, Side, shares_for_join};
/// let pool = [Side { balance: 100.0, weight: 0.2 }, Side { balance: 400.0, weight: 0.8 }];
/// // In proportion: no fee.
/// let shares = shares_for_join(&pool, &[10.0, 40.0], 50.0, 0.01, FreePart::RatioOfInvariants)?;
/// assert!((shares - 5.0).abs() < 1e-14);
/// assert!(shares_for_join(&pool, &[50.0, 0.0], 50.0, 0.01, FreePart::MeanOfRatios)? < 50.0 * (1.5f64.powf(0.2) - 1.0));
/// # Ok::<(), te_amm::AmmError>(())
/// ```
///
/// # Errors
/// Balances, weights or shares not positive; an amount below 0 or not finite; as many amounts as tokens; fee outside `[0, 1)`; overflow.
pub fn shares_for_join(
    sides: &[Side],
    amounts: &[f64],
    total_shares: f64,
    fee: f64,
    free: FreePart,
) -> Result<f64, AmmError> {
    positive_amount("total_shares", total_shares)?;
    kept(fee)?;
    if sides.len() != amounts.len() {
        return Err(AmmError::InvalidPath { reason: "each token of the pool needs an amount" });
    }
    let mut sum = 0.0;
    for (side, &amount) in sides.iter().zip(amounts) {
        positive_reserve("balance", side.balance)?;
        positive_amount("weight", side.weight)?;
        if !(amount >= 0.0 && amount.is_finite()) {
            return Err(AmmError::Domain { parameter: "amount", value: amount, range: "finite, at least 0" });
        }
        sum += side.weight;
    }
    let each = || sides.iter().zip(amounts).map(|(side, &amount)| (*side, amount, side.weight / sum));
    let logarithm = |net: &dyn Fn(Side, f64) -> f64| {
        each().fold(0.0, |all, (side, amount, w)| all + w * ln_1p(net(side, amount) / side.balance))
    };
    let grown = match free {
        FreePart::MeanOfRatios => {
            each().fold(0.0, |all, (side, amount, w)| all + w * (amount / side.balance))
        }
        FreePart::RatioOfInvariants => exp_m1(logarithm(&|_, amount| amount)),
    };
    let net = |side: Side, amount: f64| amount - fee * (amount - grown * side.balance).max(0.0);
    Ok(total_shares.try_mul(exp_m1(logarithm(&net)))?)
}

/// Checks what joins and exits of one token share, and returns the part of the shares.
fn part(side: &Side, shares: f64, total_shares: f64) -> Result<f64, AmmError> {
    positive_reserve("balance", side.balance)?;
    positive_amount("shares", shares)?;
    positive_amount("total_shares", total_shares)?;
    if side.weight > 0.0 && side.weight < 1.0 {
        return Ok(shares.try_div(total_shares)?);
    }
    Err(AmmError::Domain { parameter: "weight", value: side.weight, range: "in (0, 1)" })
}

/// Amount of one token, of normalised weight, for exact shares `[tokens]`.
///
/// # Errors
/// Balance or shares not positive, weight outside `(0, 1)`, fee outside `[0, 1)`; overflow.
pub fn amount_for_single_join(side: Side, shares: f64, total_shares: f64, fee: f64) -> Result<f64, AmmError> {
    let part = part(&side, shares, total_shares)?;
    let net = side.balance.try_mul(exp_m1(ln_1p(part) / side.weight))?;
    Ok(net.try_mul(side.weight + (1.0 - side.weight) / kept(fee)?)?)
}

/// Amount of one token, of normalised weight, that shares pay `[tokens]`.
///
/// # Errors
/// As [`amount_for_single_join`]; [`AmmError::InsufficientLiquidity`] for more shares than there are.
pub fn amount_for_single_exit(side: Side, shares: f64, total_shares: f64, fee: f64) -> Result<f64, AmmError> {
    let part = part(&side, shares, total_shares)?;
    kept(fee)?;
    if part > 1.0 {
        return Err(AmmError::InsufficientLiquidity {
            parameter: "shares",
            requested: shares,
            bound: crate::Bound::AtMost,
            available: total_shares,
            counted: crate::Counted::Shares,
        });
    }
    let gross = if part < 1.0 { -side.balance * exp_m1(ln_1p(-part) / side.weight) } else { side.balance };
    Ok(gross * (1.0 - (1.0 - side.weight) * fee))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_token_in_for_the_shares_that_it_minted() {
        let pool = [Side { balance: 100.0, weight: 0.2 }, Side { balance: 400.0, weight: 0.8 }];
        // Without a fee the three forms are inverses.
        let shares = shares_for_join(&pool, &[7.0, 0.0], 50.0, 0.0, FreePart::MeanOfRatios).unwrap();
        assert!((amount_for_single_join(pool[0], shares, 50.0, 0.0).unwrap() / 7.0 - 1.0).abs() < 1e-13);
        let grown = Side { balance: 107.0, ..pool[0] };
        let back = amount_for_single_exit(grown, shares, 50.0 + shares, 0.0).unwrap();
        assert!((back / 7.0 - 1.0).abs() < 1e-13);
        assert!(amount_for_single_exit(grown, 51.0, 50.0, 0.0).is_err());
        assert_eq!(amount_for_single_exit(grown, 50.0, 50.0, 0.0).unwrap(), 107.0);
        assert!(shares_for_join(&pool, &[7.0], 50.0, 0.0, FreePart::MeanOfRatios).is_err());
    }
}
