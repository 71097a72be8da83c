//! Where the voting token is: the identity `S = F + E + L`.
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `F` | common pool, which pays proposals; belongs to nobody | token |
//! | `E` | effective supply: tokens that vote | token |
//! | `L` | the rest: wallets, liquidity pools | token |
//! | `S` | total supply | token |
//!
//! | operation | effect |
//! |---|---|
//! | mint m | F + m, S + m |
//! | donate d | L - d, F + d |
//! | stake u | L - u, E + u |
//! | unstake u | E - u, L + u |
//! | pay r | F - r, L + r |
//!
//! Invariants: no part is ever negative (but L under [`Supply::with_rest_implied`]); S is the sum of the parts, so the identity cannot break; only `mint` and
//! `burn` change S; a refused operation changes nothing.
//!
//! Source: the Aragon and 1Hive conviction voting model, version 3, "Notion of Honey supply". The grant's way from
//! F to L follows from the model, which leaves L implied.

use crate::error::{ConvictionError, require_amount};
use serde::{Deserialize, Serialize};

/// Why a movement of tokens is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SupplyError {
    /// An amount that is negative or not a number.
    #[error(transparent)]
    Amount(#[from] ConvictionError),
    /// More than there is.
    #[error("{asked} tokens asked of the {part}, permitted is up to {available}")]
    Insufficient {
        /// The part that should give.
        part: &'static str,
        /// The amount asked for `[token]`.
        asked: f64,
        /// The amount there `[token]`.
        available: f64,
    },
    /// The sum would not be finite.
    #[error("{added} more tokens on a supply of {supply} are not a finite number")]
    Overflow {
        /// Supply before `[token]`.
        supply: f64,
        /// The amount added `[token]`.
        added: f64,
    },
}

/// The parts of a token's supply.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Supply {
    pool: f64,
    effective: f64,
    other: f64,
}

impl Supply {
    /// A supply of these parts `[token]`.
    ///
    /// # Errors
    /// [`SupplyError`] for a part that is negative or not a number, or a sum that is not finite.
    ///
    /// ```
    /// use te_conviction::supply::Supply;
    /// let mut supply = Supply::new(4_867.21, 14_020.008, 3_505.002)?;
    /// assert!((supply.total() - 22_392.22).abs() < 1e-9);
    /// supply.pay(100.0)?;
    /// assert!((supply.total() - 22_392.22).abs() < 1e-9);
    /// assert!(supply.pay(5_000.0).is_err());
    /// # Ok::<(), te_conviction::supply::SupplyError>(())
    /// ```
    pub fn new(pool: f64, effective: f64, other: f64) -> Result<Self, SupplyError> {
        require_amount("pool", pool)?;
        require_amount("effective", effective)?;
        require_amount("other", other)?;
        let supply = Self { pool, effective, other };
        if supply.total().is_finite() {
            Ok(supply)
        } else {
            Err(SupplyError::Overflow { supply: pool + effective, added: other })
        }
    }

    /// A supply of `total` with `pool` in the common pool and the share `effective_share` of the rest voting.
    ///
    /// The published model starts from 22,392.22 HNY, 4,867.21 in the pool and a share of 0.8.
    ///
    /// # Errors
    /// [`SupplyError`] for a pool above the total, or a share outside `[0, 1]`.
    pub fn with_effective_share(total: f64, pool: f64, effective_share: f64) -> Result<Self, SupplyError> {
        require_amount("total", total)?;
        require_amount("pool", pool)?;
        if pool > total {
            return Err(SupplyError::Insufficient { part: "total supply", asked: pool, available: total });
        }
        crate::error::require(
            (0.0..=1.0).contains(&effective_share),
            "effective_share",
            effective_share,
            "[0, 1]",
        )?;
        let outside = total - pool;
        let effective = outside * effective_share;
        Self::new(pool, effective, outside - effective)
    }

    /// A supply as the published model keeps it: S, F and E given, L left over and possibly below 0, because its
    /// newcomers may take from the pool's share.
    ///
    /// # Errors
    /// [`SupplyError`] for a part that is negative or not a number, or a sum that is not finite.
    pub fn with_rest_implied(pool: f64, effective: f64, total: f64) -> Result<Self, SupplyError> {
        require_amount("pool", pool)?;
        require_amount("effective", effective)?;
        require_amount("total", total)?;
        let supply = Self { pool, effective, other: total - pool - effective };
        if supply.total().is_finite() {
            Ok(supply)
        } else {
            Err(SupplyError::Overflow { supply: pool, added: effective })
        }
    }

    /// Common pool F `[token]`.
    pub fn pool(&self) -> f64 {
        self.pool
    }

    /// Effective supply E `[token]`.
    pub fn effective(&self) -> f64 {
        self.effective
    }

    /// Everything else, L `[token]`.
    pub fn other(&self) -> f64 {
        self.other
    }

    /// Total supply S = F + E + L `[token]`.
    pub fn total(&self) -> f64 {
        self.pool + self.effective + self.other
    }

    /// New tokens into the pool: F + m, S + m.
    ///
    /// # Errors
    /// [`SupplyError`] for a negative amount or a supply that would not be finite.
    pub fn mint(&mut self, amount: f64) -> Result<(), SupplyError> {
        require_amount("mint", amount)?;
        let minted = Self { pool: self.pool + amount, ..*self };
        if !minted.total().is_finite() {
            return Err(SupplyError::Overflow { supply: self.total(), added: amount });
        }
        *self = minted;
        Ok(())
    }

    /// Outside holders give to the pool: L - d, F + d.
    ///
    /// # Errors
    /// [`SupplyError`] for a negative amount or more than L.
    pub fn donate(&mut self, amount: f64) -> Result<(), SupplyError> {
        take("rest of the supply", &mut self.other, amount)?;
        self.pool += amount;
        Ok(())
    }

    /// Outside tokens begin to vote: L - u, E + u.
    ///
    /// # Errors
    /// [`SupplyError`] for a negative amount or more than L.
    pub fn stake(&mut self, amount: f64) -> Result<(), SupplyError> {
        take("rest of the supply", &mut self.other, amount)?;
        self.effective += amount;
        Ok(())
    }

    /// Voting tokens leave: E - u, L + u.
    ///
    /// # Errors
    /// [`SupplyError`] for a negative amount or more than E.
    pub fn unstake(&mut self, amount: f64) -> Result<(), SupplyError> {
        take("effective supply", &mut self.effective, amount)?;
        self.other += amount;
        Ok(())
    }

    /// The pool pays a grant: F - r, L + r.
    ///
    /// # Errors
    /// [`SupplyError`] for a negative amount or more than F.
    pub fn pay(&mut self, amount: f64) -> Result<(), SupplyError> {
        take("pool", &mut self.pool, amount)?;
        self.other += amount;
        Ok(())
    }

    /// Stakes as the published model does, which may take more than L holds (it draws from F too).
    #[cfg(feature = "engine")]
    pub(crate) fn stake_unchecked(&mut self, amount: f64) {
        self.other -= amount;
        self.effective += amount;
    }
}

fn take(part: &'static str, from: &mut f64, amount: f64) -> Result<(), SupplyError> {
    require_amount("amount", amount)?;
    if amount > *from {
        return Err(SupplyError::Insufficient { part, asked: amount, available: *from });
    }
    *from -= amount;
    Ok(())
}
