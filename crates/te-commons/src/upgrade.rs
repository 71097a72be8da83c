//! The commons upgrade: a closed hatch becomes a curve economy.
//!
//! Rooms: [`split`] divides the hatch's two vaults between common pool and reserve, [`claims`] hands every hatcher his tokens from a snapshot under
//! vesting, [`voting`] times and counts the votes on the way, [`plan`] puts them together: prepare, execute, claim. [`Phases`] is the way from
//! the cultural build to a live commons, one type for each phase, so that a phase can only be entered from the end of the one before.
//!
//! Collateral is conserved: the two vaults = common pool + reserve + what the initial buy put into both. Tokens are conserved: claims add up to the
//! snapshot.
//!
//! Source: CommonsSwarm/commons-upgrade and CommonsSwarm/migration-tools (behaviour), with the TEC's parameters of January 2022.

pub mod claims;
pub mod phases;
pub mod plan;
pub mod split;
pub mod voting;

#[doc(inline)]
pub use phases::Phases;

use crate::error::UpgradeError;
use ruint::aliases::U256;

/// Pro-rata redemption at a shutdown: ⌊balance·pool/supply⌋ `[collateral unit]`.
///
/// # Errors
/// [`UpgradeError`] for a supply of 0, a balance above it, or a product beyond 256 bits.
pub fn redemption(balance: U256, supply: U256, pool: U256) -> Result<U256, UpgradeError> {
    if balance > supply || supply.is_zero() {
        return Err(UpgradeError::Exceeds { name: "balance", value: balance, limit: supply });
    }
    let product = balance
        .checked_mul(pool)
        .ok_or(UpgradeError::OutOfRange { name: "pool", range: "balance * pool below 2^256" })?;
    Ok(product / supply)
}
