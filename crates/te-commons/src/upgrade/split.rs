//! Dividing two vaults: total·pct to the first new one, the rest to the second.
//!
//! new1 = ⌊(v1 + v2)·pct/1e18⌋, new2 = v1 + v2 − new1. Transfers are as few as possible: if v1 < new1, all of v1 and new1 − v1 out of v2 go to the first,
//! the rest of v2 to the second; otherwise new1 out of v1 to the first, the rest of v1 and all of v2 to the second. Zero transfers are
//! skipped.
//!
//! Invariant: new1 + new2 = v1 + v2. Source: CommonsSwarm/migration-tools (behaviour).

use crate::error::UpgradeError;
use ruint::aliases::U256;
use serde::{Deserialize, Serialize};
use te_bonding_curve::E18;

/// One transfer between vaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Old vault, 1 or 2.
    pub from: u8,
    /// New vault, 1 or 2.
    pub to: u8,
    /// Amount `[collateral unit]`, above 0.
    pub amount: U256,
}

/// A split and the transfers that make it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// First new vault `[collateral unit]`.
    pub first: U256,
    /// Second new vault `[collateral unit]`.
    pub second: U256,
    /// Transfers in order.
    pub transfers: Vec<Transfer>,
}

/// Splits two vaults by a share for the first new one.
///
/// # Errors
/// [`UpgradeError::Share`] above 100 %, [`UpgradeError::OutOfRange`] if a sum or product exceeds 256 bits.
///
/// ```
/// use te_bonding_curve::{E18, U256};
/// let split = te_commons::upgrade::split::split(U256::from(7), U256::from(11), E18::new(330_000_000_000_000_000))?;
/// assert_eq!((split.first, split.second), (U256::from(5), U256::from(13)));
/// # Ok::<(), te_commons::UpgradeError>(())
/// ```
pub fn split(vault1: U256, vault2: U256, share: E18) -> Result<Split, UpgradeError> {
    if share > E18::HUNDRED_PERCENT {
        return Err(UpgradeError::Share { value: share.raw() });
    }
    let total = vault1
        .checked_add(vault2)
        .ok_or(UpgradeError::OutOfRange { name: "vaults", range: "a sum below 2^256" })?;
    let first = share.of(total)?;
    let second = total.saturating_sub(first);
    let moves = if vault1 < first {
        let missing = first.saturating_sub(vault1);
        [(1, 1, vault1), (2, 1, missing), (2, 2, vault2.saturating_sub(missing))]
    } else {
        [(1, 1, first), (1, 2, vault1.saturating_sub(first)), (2, 2, vault2)]
    };
    let transfers = moves
        .into_iter()
        .filter(|(_, _, amount)| !amount.is_zero())
        .map(|(from, to, amount)| Transfer { from, to, amount })
        .collect();
    Ok(Split { first, second, transfers })
}
