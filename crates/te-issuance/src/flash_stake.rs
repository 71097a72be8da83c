//! Issue by time-locked staking, after the Flash protocol: yield is minted in advance and falls with the locked share.
//!
//! ```text
//! share = (locked + a) / S        FPY = (1 - share) / 2        minted = a FPY d / year
//! early exit: burned = a (rem / d) (1 - share without the stake)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | S, locked | total supply, what is locked already | unit |
//! | a | the stake | unit |
//! | d, rem | locked time, what remains of it at an early exit | s |
//! | FPY | yearly yield of the stake, at most 1/2 | 1/year, scaled by 1e18 |
//!
//! All divisions round down; a year is 365 days. Yearly cap: at share x the issue is `x (1 - x) / 2` of the supply, at
//! most 1/8, reached with half of the supply locked.
//!
//! Invariants: the yield falls with the locked share and is 0 when everything is locked; an exit burns at most the stake.
//!
//! Source: `FlashProtocol.sol`.

use ruint::aliases::U256;

use crate::amount::mul_div;
use crate::error::IssuanceError;

/// 1 in the scale of the yield.
pub const ONE: u128 = 1_000_000_000_000_000_000;
/// Seconds in a year of 365 days `[s]`.
pub const YEAR: u64 = 31_536_000;

/// Yearly yield of a stake, scaled by 1e18: `(1e18 - floor((locked + amount) 1e18 / supply)) / 2` `[1/year]`.
///
/// Valid for `0 < supply`, `locked + amount <= supply`. Source: `FlashProtocol.sol`.
///
/// # Errors
/// Supply zero, or more locked than there is.
pub fn yearly_yield(locked: u128, supply: u128, amount: u128) -> Result<u128, IssuanceError> {
    Ok((ONE - locked_share(locked, supply, amount)?) / 2)
}

/// Minted for a stake: `floor(amount * FPY * duration / (1e18 * year))` `[unit]`.
///
/// Valid as [`yearly_yield`]. Source: `FlashProtocol.sol`.
///
/// # Errors
/// As [`yearly_yield`], or an overflow.
pub fn minted(locked: u128, supply: u128, amount: u128, duration: u64) -> Result<u128, IssuanceError> {
    let fpy = yearly_yield(locked, supply, amount)?;
    // fpy <= 2^59 and duration < 2^64, so the product fits 256 bits
    let product = U256::from(amount).wrapping_mul(U256::from(fpy)).wrapping_mul(U256::from(duration));
    let year = U256::from(ONE).wrapping_mul(U256::from(YEAR));
    u128::try_from(product.wrapping_div(year))
        .map_err(|_| IssuanceError::Overflow { operation: "the minted yield" })
}

/// Burned by an exit with `remaining` of `duration` to go:
/// `floor(floor(amount * remaining / duration) * (1e18 - share) / 1e18)` with the share locked by others `[unit]`.
///
/// Valid for `remaining <= duration`, `duration > 0`; `locked` without this stake. Source: `FlashProtocol.sol`.
///
/// # Errors
/// A value outside its range.
pub fn early_exit_burn(
    locked: u128,
    supply: u128,
    amount: u128,
    remaining: u64,
    duration: u64,
) -> Result<u128, IssuanceError> {
    if remaining > duration {
        return Err(IssuanceError::InvalidInteger {
            name: "remaining",
            value: u128::from(remaining),
            allowed: "at most the duration",
        });
    }
    let unserved = mul_div(amount, u128::from(remaining), u128::from(duration))?;
    mul_div(unserved, ONE - locked_share(locked, supply, 0)?, ONE)
}

fn locked_share(locked: u128, supply: u128, amount: u128) -> Result<u128, IssuanceError> {
    if supply == 0 {
        return Err(IssuanceError::ZeroSupply);
    }
    match locked.checked_add(amount) {
        Some(all) if all <= supply => mul_div(all, ONE, supply),
        _ => Err(IssuanceError::InvalidInteger {
            name: "locked + amount",
            value: locked.saturating_add(amount),
            allowed: "at most the total supply",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_yearly_issue_peaks_at_an_eighth() {
        let supply = 1_000_000 * ONE;
        let yearly = |percent: u128| minted(0, supply, supply / 100 * percent, YEAR).unwrap();
        assert_eq!(yearly(50), supply / 8);
        assert!(yearly(49) < supply / 8 && yearly(51) < supply / 8);
        assert_eq!(yearly(100), 0);
    }

    #[test]
    fn an_exit_burns_at_most_the_stake() {
        assert_eq!(early_exit_burn(0, 100, 10, 5, 10).unwrap(), 5);
        assert_eq!(early_exit_burn(0, 100, 10, 10, 10).unwrap(), 10);
        assert_eq!(early_exit_burn(50, 100, 10, 5, 10).unwrap(), 2);
        assert!(early_exit_burn(0, 100, 10, 11, 10).is_err());
        assert!(yearly_yield(0, 0, 0).is_err());
        assert!(yearly_yield(95, 100, 10).is_err());
    }
}
