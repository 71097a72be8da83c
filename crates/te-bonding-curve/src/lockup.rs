//! Token lockup: a freeze, then a linear thaw, and the price floor it implies.
//!
//! Released fraction f(t) = clamp((t − F)/T, 0, 1), a step at F for T = 0. The floor shown to a community is P0·(1 − f): while
//! tokens are locked they cannot be sold into the curve.
//!
//! | symbol | meaning | unit | range |
//! |---|---|---|---|
//! | t | time since the launch | week | ≥ 0 |
//! | F, T | freeze, thaw | week | ≥ 0 |
//! | P0 | opening price | collateral/token | > 0 |
//!
//! Source: the token lockup model of the configuration dashboard. Its chart takes the weeks 1, F, F + T and the end in that
//! order even when F < 1, and it divides by zero at T = 0; here the order is kept and T = 0 is a step.

use crate::error::{CurveError, non_negative, positive};
use serde::{Deserialize, Serialize};

/// Released fraction of locked tokens at a week `[1]`.
///
/// # Errors
/// [`CurveError`] if an argument is negative or not finite.
pub fn released_fraction(week: f64, freeze: f64, thaw: f64) -> Result<f64, CurveError> {
    non_negative("week", week)?;
    non_negative("freeze", freeze)?;
    non_negative("thaw", thaw)?;
    if thaw == 0.0 {
        return Ok(if week >= freeze { 1.0 } else { 0.0 });
    }
    Ok(((week - freeze) / thaw).clamp(0.0, 1.0))
}

/// A lockup schedule.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lockup {
    /// Opening price P0 `[collateral/token]`, > 0 -- controllable.
    pub opening_price: f64,
    /// Weeks without release F `[week]`, ≥ 0 -- controllable.
    pub freeze: f64,
    /// Weeks of linear release T `[week]`, ≥ 0 -- controllable.
    pub thaw: f64,
}

/// One row of the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LockupRow {
    /// Week since the launch `[week]`.
    pub week: f64,
    /// Released fraction `[1]`.
    pub released: f64,
    /// Price floor `[collateral/token]`.
    pub price_floor: f64,
}

/// Weeks of the dashboard's table, from three months to five years `[week]`.
pub const TABLE_WEEKS: [f64; 9] = [13.0, 26.0, 39.0, 52.0, 78.0, 104.0, 156.0, 208.0, 260.0];

impl Lockup {
    /// Released fraction and price floor at a week.
    ///
    /// # Errors
    /// [`CurveError`] if the week is negative or a field out of range.
    pub fn at(&self, week: f64) -> Result<LockupRow, CurveError> {
        positive("opening_price", self.opening_price)?;
        let released = released_fraction(week, self.freeze, self.thaw)?;
        Ok(LockupRow { week, released, price_floor: self.opening_price * (1.0 - released) })
    }

    /// The rows of [`TABLE_WEEKS`].
    ///
    /// # Errors
    /// As [`Self::at`].
    pub fn table(&self) -> Result<Vec<LockupRow>, CurveError> {
        TABLE_WEEKS.into_iter().map(|week| self.at(week)).collect()
    }

    /// The rows of [`TABLE_WEEKS`] up to the first at which everything is released.
    ///
    /// # Errors
    /// As [`Self::at`].
    pub fn table_until_released(&self) -> Result<Vec<LockupRow>, CurveError> {
        let mut rows = self.table()?;
        if let Some(last) = rows.iter().position(|row| row.released >= 1.0) {
            rows.truncate(last + 1);
        }
        Ok(rows)
    }

    /// The corner points of the dashboard's chart: weeks 1, F, F + T and the last one, in that order.
    ///
    /// # Errors
    /// As [`Self::at`].
    pub fn chart(&self) -> Result<Vec<LockupRow>, CurveError> {
        let thawed = self.freeze + self.thaw;
        let end = if thawed > 52.0 { 50.0 * (1.0 + (thawed / 50.0).floor()) } else { 52.0 };
        [1.0, self.freeze, thawed, end].into_iter().map(|week| self.at(week)).collect()
    }
}
