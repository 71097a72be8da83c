//! The Bancor formula v0.3 on 256-bit integers, exactly as deployed.
//!
//! A curve with constant reserve ratio w = reserve / (supply · price), w in parts per million:
//!
//! - buy: supply · ((1 + deposit/reserve)^w − 1)
//! - sell: reserve · (1 − (1 − tokens/supply)^(1/w))
//! - cross: `to_balance` · (1 − (`from_balance` / (`from_balance` + amount))^(`from_w`/`to_w`))
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | supply | tokens in existence, virtual ones included | smallest unit of the token |
//! | balance | reserve, virtual part included | smallest unit of the collateral |
//! | weight | reserve ratio | parts per million, 1..=1 000 000 |
//!
//! Every result is floored and never exceeds the exact value, so a round trip never pays. Limits: reserve plus deposit
//! (buy) and supply (sell) stay below 2^129 units.
//!
//! Source: Bancor protocol formula v0.3; 332 reference calls run on its bytecode, refusals included.

mod max_exponent;
pub mod power;

use crate::{
    amount::{to_tokens, to_units},
    error::LedgerError,
    growth::exp,
    scale::Ppm,
};
use power::power;
use ruint::aliases::U256;

/// Tokens minted for `deposit`: ⌊supply · (1 + deposit/balance)^weight⌋ − supply `[token unit]`.
///
/// # Errors
/// [`LedgerError`] if supply or balance is 0, the weight is outside 1..=1 000 000 ppm, balance + deposit reaches
/// 2^129, a product exceeds 256 bits, or the deposit is so large beside the balance that the formula holds no such power
/// ([`LedgerError::DepositTooLarge`], with the most it takes).
///
/// ```
/// use te_bonding_curve::{bancor, Ppm, U256};
/// let minted = bancor::purchase_return(U256::from(1_000), U256::from(500), Ppm::new(1_000_000), U256::from(50));
/// assert_eq!(minted, Ok(U256::from(100)));
/// ```
pub fn purchase_return(supply: U256, balance: U256, weight: Ppm, deposit: U256) -> Result<U256, LedgerError> {
    let w = require(supply, balance, weight)?;
    if deposit.is_zero() {
        return Ok(U256::ZERO);
    }
    if weight == Ppm::HUNDRED_PERCENT {
        return Ok(multiply("supply times deposit", supply, deposit)? / balance);
    }
    let base = deposit.checked_add(balance).ok_or(LedgerError::Overflow { what: "deposit plus balance" })?;
    let (result, precision) =
        power(base, balance, w, 1_000_000).map_err(|error| too_large(error, balance, w, deposit))?;
    let after = multiply("supply times power", supply, result)? >> precision;
    Ok(after.wrapping_sub(supply))
}

/// Collateral paid for `tokens`: ⌊balance · (1 − (1 − tokens/supply)^(1/weight))⌋ `[collateral unit]`.
///
/// # Errors
/// [`LedgerError`] if supply or balance is 0, tokens exceed the supply, the weight is outside 1..=1 000 000 ppm, the
/// supply reaches 2^129, a product exceeds 256 bits, or so nearly everything is sold that the formula holds no such power
/// ([`LedgerError::NearlyAll`], with the most it takes in one order; the whole supply it takes again).
///
/// ```
/// use te_bonding_curve::{bancor, Ppm, U256};
/// let (supply, reserve) = (U256::from(31_224_989_991_991_991_029_u128), U256::from(1_000) * U256::from(10).pow(U256::from(18)));
/// let half = Ppm::new(500_000);
/// let refused = bancor::sale_return(supply, reserve, half, supply - U256::from(9)).unwrap_err().to_string();
/// assert!(refused.contains("or the whole supply"), "{refused}");
/// assert_eq!(bancor::sale_return(supply, reserve, half, supply), Ok(reserve));
/// ```
pub fn sale_return(supply: U256, balance: U256, weight: Ppm, tokens: U256) -> Result<U256, LedgerError> {
    let w = require(supply, balance, weight)?;
    if tokens > supply {
        return Err(LedgerError::Formula { name: "tokens", value: tokens, range: "at most the supply" });
    }
    if tokens.is_zero() {
        return Ok(U256::ZERO);
    }
    if tokens == supply {
        return Ok(balance);
    }
    if weight == Ppm::HUNDRED_PERCENT {
        return Ok(multiply("balance times tokens", balance, tokens)? / supply);
    }
    let (result, precision) =
        power(supply, supply - tokens, 1_000_000, w).map_err(|error| nearly_all(error, supply, w, tokens))?;
    less_than_all("balance times power", balance, result, precision)
}

/// What `amount` of one reserve buys of another in a pool of weights: ⌊to · (1 − (from/(from+amount))^(wf/wt))⌋.
///
/// # Errors
/// [`LedgerError`] if a balance is 0, a weight is outside 1..=1 000 000 ppm, from + amount reaches 2^129, or a product
/// exceeds 256 bits.
pub fn cross_return(
    from_balance: U256,
    from_weight: Ppm,
    to_balance: U256,
    to_weight: Ppm,
    amount: U256,
) -> Result<U256, LedgerError> {
    let from = require(U256::from(1), from_balance, from_weight)?;
    let to = require(U256::from(1), to_balance, to_weight)?;
    let base =
        || from_balance.checked_add(amount).ok_or(LedgerError::Overflow { what: "balance plus amount" });
    if from == to {
        return Ok(multiply("balance times amount", to_balance, amount)? / base()?);
    }
    let (result, precision) = power(base()?, from_balance, from, to)?;
    less_than_all("balance times power", to_balance, result, precision)
}

/// Price of an infinitesimal buy, in parts per million: ⌊1e12 · balance / (supply · weight)⌋.
///
/// # Errors
/// [`LedgerError`] if supply or weight is 0 or a product exceeds 256 bits.
pub fn static_price_ppm(supply: U256, balance: U256, weight: Ppm) -> Result<U256, LedgerError> {
    let scaled = multiply("balance times 1e12", balance, U256::from(1_000_000_000_000_u64))?;
    let value = multiply("supply times weight", supply, U256::from(weight.raw()))?;
    scaled.checked_div(value).ok_or(LedgerError::Formula { name: "supply", value: supply, range: "above 0" })
}

/// The largest exponent that the formula holds, rounded down: the first of the table over 2^127.
const LARGEST_EXPONENT: f64 = 56.42;

/// In place of an exponent that is too large for a sale: what one order can sell, S·(1 − e^(−56.42·w)).
fn nearly_all(error: LedgerError, supply: U256, weight: u32, tokens: U256) -> LedgerError {
    if !matches!(error, LedgerError::Exponent { .. }) {
        return error;
    }
    let left = exp(-LARGEST_EXPONENT * f64::from(weight) * 1e-6);
    let most = supply.saturating_sub(part_of(supply, left).saturating_add(U256::from(1)));
    LedgerError::NearlyAll { tokens, supply, most }
}

/// In place of an exponent that is too large for a buy: what one order can deposit, R·(e^(56.42/w) − 1).
fn too_large(error: LedgerError, balance: U256, weight: u32, deposit: U256) -> LedgerError {
    if !matches!(error, LedgerError::Exponent { .. }) {
        return error;
    }
    // The product fits: the exponent of what is refused is above this one and below ln 2^129.
    let most = part_of(balance, exp(LARGEST_EXPONENT / (f64::from(weight) * 1e-6))).saturating_sub(balance);
    LedgerError::DepositTooLarge { deposit, balance, most }
}

/// An amount times a factor, in f64.
fn part_of(amount: U256, factor: f64) -> U256 {
    to_units(to_tokens(amount) * factor).unwrap_or(U256::MAX)
}

/// ⌊(balance·power − balance·2^p) / power⌋; the shifted term wraps as in the contract.
fn less_than_all(
    what: &'static str,
    balance: U256,
    result: U256,
    precision: usize,
) -> Result<U256, LedgerError> {
    let grown = multiply(what, balance, result)?;
    grown.wrapping_sub(balance << precision).checked_div(result).ok_or(LedgerError::Formula {
        name: "power",
        value: result,
        range: "above 0",
    })
}

/// The weight as a plain integer, once supply, balance and weight are in range.
fn require(supply: U256, balance: U256, weight: Ppm) -> Result<u32, LedgerError> {
    if supply.is_zero() {
        return Err(LedgerError::Formula { name: "supply", value: supply, range: "above 0" });
    }
    if balance.is_zero() {
        return Err(LedgerError::Formula { name: "balance", value: balance, range: "above 0" });
    }
    match u32::try_from(weight.raw()) {
        Ok(w @ 1..=1_000_000) => Ok(w),
        _ => Err(LedgerError::Formula {
            name: "weight",
            value: U256::from(weight.raw()),
            range: "1 to 1000000 ppm",
        }),
    }
}

fn multiply(what: &'static str, a: U256, b: U256) -> Result<U256, LedgerError> {
    a.checked_mul(b).ok_or(LedgerError::Overflow { what })
}
