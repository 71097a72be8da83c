//! The power curve of constant reserve ratio, in f64.
//!
//! With κ = 1/w, the invariant V = S^κ / R stays constant under every buy and sale, so the price depends on
//! (reserve, supply) only:
//!
//! - spot price P = R / (w·S) = κ·R/S
//! - buy: ΔS = S·((1 + d/R)^w − 1), inverse d = R·((1 + ΔS/S)^κ − 1)
//! - sell: ΔR = R·(1 − (1 − a/S)^κ), inverse a = S·(1 − (1 − ΔR/R)^w)
//! - along the curve: R(S') = R·(S'/S)^κ, S(R') = S·(R'/R)^w
//!
//! | symbol | meaning | unit | range |
//! |---|---|---|---|
//! | S | supply | token | > 0 |
//! | R | reserve | collateral | > 0 |
//! | w | reserve ratio, 1/κ | 1 | (0, 1] |
//! | d, ΔR | deposit, payout before tribute | collateral | ≥ 0, ΔR ≤ R |
//! | ΔS, a | tokens minted, tokens sold | token | ≥ 0, a ≤ S |
//!
//! Everything is anchored at a known point (S, R) instead of V, because V overflows for small w (S = 1e6, w = 0.01 gives
//! 1e600). Differences go through expm1 and `ln_1p`: the plain power less one loses everything for d/R < 1e-16.
//!
//! Limits: no tributes, no virtual balances, no rounding; those are in [`crate::AugmentedCurve`] and, to the unit, in
//! [`crate::LedgerCurve`]. Source: Zargham, Shorish, Paruch, "From Curved Bonding to Configuration Spaces" (2020).

use crate::{
    error::{CurveError, finite, non_negative, positive, within},
    growth::{exp, growth, ln, raise},
};

/// Spot price P = R/(w·S) `[collateral/token]`.
///
/// # Errors
/// [`CurveError`] outside the ranges of the module table.
pub fn spot_price(supply: f64, reserve: f64, ratio: f64) -> Result<f64, CurveError> {
    point(supply, reserve, ratio)?;
    finite("price", reserve / (ratio * supply))
}

/// Natural logarithm of the invariant: ln V = ln S / w − ln R.
///
/// # Errors
/// [`CurveError`] outside the ranges of the module table.
pub fn log_invariant(supply: f64, reserve: f64, ratio: f64) -> Result<f64, CurveError> {
    point(supply, reserve, ratio)?;
    finite("log_invariant", ln(supply) / ratio - ln(reserve))
}

/// The invariant V = S^(1/w) / R `[token^κ/collateral]`.
///
/// # Errors
/// [`CurveError`] outside the ranges of the module table, and where V exceeds the range of f64.
pub fn invariant(supply: f64, reserve: f64, ratio: f64) -> Result<f64, CurveError> {
    finite("invariant", exp(log_invariant(supply, reserve, ratio)?))
}

/// Tokens minted for a net deposit: S·((1 + d/R)^w − 1) `[token]`.
///
/// # Errors
/// [`CurveError`] outside the ranges of the module table.
///
/// ```
/// use te_bonding_curve::power_curve::tokens_for_deposit;
/// assert!((tokens_for_deposit(1.0, 1.0, 0.5, 3.0)? - 1.0).abs() < 1e-15);   // (1 + 3)^0.5 − 1
/// assert_eq!(tokens_for_deposit(1.0, 1.0, 1.5, 3.0).unwrap_err().to_string(),
///     "reserve_ratio = 1.5 is outside its permitted range (0, 1]");
/// # Ok::<(), te_bonding_curve::CurveError>(())
/// ```
pub fn tokens_for_deposit(supply: f64, reserve: f64, ratio: f64, deposit: f64) -> Result<f64, CurveError> {
    point(supply, reserve, ratio)?;
    non_negative("deposit", deposit)?;
    finite("tokens", supply * growth(deposit / reserve, ratio))
}

/// Net deposit that mints so many tokens: R·((1 + ΔS/S)^κ − 1) `[collateral]`.
///
/// # Errors
/// [`CurveError`] outside the ranges of the module table.
pub fn deposit_for_tokens(supply: f64, reserve: f64, ratio: f64, tokens: f64) -> Result<f64, CurveError> {
    point(supply, reserve, ratio)?;
    non_negative("tokens", tokens)?;
    finite("deposit", reserve * growth(tokens / supply, 1.0 / ratio))
}

/// Collateral paid for burning tokens: R·(1 − (1 − a/S)^κ) `[collateral]`.
///
/// # Errors
/// [`CurveError`] outside the ranges of the module table; selling more than the supply is refused.
pub fn collateral_for_tokens(supply: f64, reserve: f64, ratio: f64, tokens: f64) -> Result<f64, CurveError> {
    point(supply, reserve, ratio)?;
    non_negative("tokens", tokens)?;
    if tokens > supply {
        return Err(CurveError::Insufficient { name: "supply", have: supply, need: tokens });
    }
    if tokens == supply {
        return Ok(reserve);
    }
    finite("collateral", -reserve * growth(-tokens / supply, 1.0 / ratio))
}

/// Tokens to burn for a payout: S·(1 − (1 − ΔR/R)^w) `[token]`.
///
/// # Errors
/// [`CurveError`] outside the ranges of the module table; a payout above the reserve is refused.
pub fn tokens_for_collateral(
    supply: f64,
    reserve: f64,
    ratio: f64,
    collateral: f64,
) -> Result<f64, CurveError> {
    point(supply, reserve, ratio)?;
    non_negative("collateral", collateral)?;
    if collateral > reserve {
        return Err(CurveError::Insufficient { name: "reserve", have: reserve, need: collateral });
    }
    if collateral == reserve {
        return Ok(supply);
    }
    finite("tokens", -supply * growth(-collateral / reserve, ratio))
}

/// Supply when the reserve has moved to `new_reserve`: S·(R'/R)^w `[token]`.
///
/// # Errors
/// [`CurveError`] outside the ranges of the module table; `new_reserve` is 0 or above.
pub fn supply_at_reserve(supply: f64, reserve: f64, ratio: f64, new_reserve: f64) -> Result<f64, CurveError> {
    point(supply, reserve, ratio)?;
    non_negative("new_reserve", new_reserve)?;
    if new_reserve == 0.0 {
        return Ok(0.0);
    }
    finite("supply", supply * raise(new_reserve / reserve, ratio))
}

/// Reserve when the supply has moved to `new_supply`: R·(S'/S)^κ `[collateral]`.
///
/// # Errors
/// [`CurveError`] outside the ranges of the module table; `new_supply` is 0 or above.
pub fn reserve_at_supply(supply: f64, reserve: f64, ratio: f64, new_supply: f64) -> Result<f64, CurveError> {
    point(supply, reserve, ratio)?;
    non_negative("new_supply", new_supply)?;
    if new_supply == 0.0 {
        return Ok(0.0);
    }
    finite("reserve", reserve * raise(new_supply / supply, 1.0 / ratio))
}

/// Spot price when the supply has moved to `new_supply`: P·(S'/S)^(κ−1) `[collateral/token]`.
///
/// # Errors
/// [`CurveError`] outside the ranges of the module table; `new_supply` is 0 or above.
pub fn price_at_supply(supply: f64, reserve: f64, ratio: f64, new_supply: f64) -> Result<f64, CurveError> {
    let price = spot_price(supply, reserve, ratio)?;
    non_negative("new_supply", new_supply)?;
    match (new_supply == 0.0, ratio == 1.0) {
        (_, true) => Ok(price),
        (true, false) => Ok(0.0),
        (false, false) => finite("price", price * raise(new_supply / supply, 1.0 / ratio - 1.0)),
    }
}

/// Spot price when the reserve has moved to `new_reserve`: P·(R'/R)^(1−w) `[collateral/token]`.
///
/// # Errors
/// [`CurveError`] outside the ranges of the module table; `new_reserve` is 0 or above.
pub fn price_at_reserve(supply: f64, reserve: f64, ratio: f64, new_reserve: f64) -> Result<f64, CurveError> {
    let price = spot_price(supply, reserve, ratio)?;
    non_negative("new_reserve", new_reserve)?;
    match (new_reserve == 0.0, ratio == 1.0) {
        (_, true) => Ok(price),
        (true, false) => Ok(0.0),
        (false, false) => finite("price", price * raise(new_reserve / reserve, 1.0 - ratio)),
    }
}

/// Change of the reserve that multiplies the price by g: R·(g^(κ/(κ−1)) − 1), κ/(κ−1) = 1/(1−w) `[collateral]`.
///
/// Negative for g < 1: that much has to leave.
///
/// # Errors
/// [`CurveError`] unless g > 0; [`CurveError::Undefined`] at w = 1, where the price is constant.
pub fn reserve_change_for_price_multiple(reserve: f64, ratio: f64, g: f64) -> Result<f64, CurveError> {
    point(1.0, reserve, ratio)?;
    positive("price_multiple", g)?;
    if ratio == 1.0 {
        return Err(CurveError::Undefined {
            what: "the reserve change for a price multiple",
            why: "a curve of reserve ratio 1 has a constant price",
        });
    }
    finite("reserve_change", reserve * growth(g - 1.0, 1.0 / (1.0 - ratio)))
}

/// Price slippage of a reserve move δ (in or out) as the curve design tool defines it:
/// |realised − spot|/spot with realised = δ/(S(R+δ) − S(R)) `[1]`.
///
/// The configuration dashboard defines slippage by the amount received: see [`crate::Order::slippage`].
///
/// # Errors
/// [`CurveError`] outside the ranges of the module table, for δ = 0, and for δ ≤ −R.
pub fn price_slippage(supply: f64, reserve: f64, ratio: f64, change: f64) -> Result<f64, CurveError> {
    let spot = spot_price(supply, reserve, ratio)?;
    within("reserve_change", change, change != 0.0 && change > -reserve, "(-reserve, inf) without 0")?;
    let minted = supply * growth(change / reserve, ratio);
    finite("price_slippage", (change / minted - spot).abs() / spot)
}

/// Refuses a point that is not on any curve.
pub(crate) fn point(supply: f64, reserve: f64, ratio: f64) -> Result<(), CurveError> {
    positive("supply", supply)?;
    positive("reserve", reserve)?;
    within("reserve_ratio", ratio, ratio > 0.0 && ratio <= 1.0, "(0, 1]")?;
    Ok(())
}
