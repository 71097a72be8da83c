//! What is remembered of a price path: last return, realised volatility, drawdown.
//!
//! ```text
//! realised volatility = sqrt(sum of squared log returns / elapsed years)      mean taken as 0, as usual
//! drawdown            = 1 - price / highest price so far
//! ```
//!
//! Units: log return `[1]`, volatility `[1/sqrt yr]`, drawdown in [0, 1) `[1]`. For a geometric Brownian motion the realised
//! volatility tends to its volatility as steps shorten. Source: T. Andersen et al., *Modeling and forecasting realized
//! volatility*, Econometrica 71, 2003.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use te_math as math;

/// A price with its memory.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "engine", derive(te_core::Record))]
pub struct Track {
    /// Price `[quote/base]`.
    price: f64,
    /// Highest price so far `[quote/base]`.
    peak: f64,
    /// Log return of the last step `[1]`.
    log_return: f64,
    /// Sum of squared log returns `[1]`.
    squares: f64,
    /// Time since the start `[yr]`.
    elapsed: f64,
}

impl Track {
    /// A path that starts at `price` > 0.
    #[inline(always)]
    #[must_use]
    pub fn new(price: f64) -> Self {
        Self { price, peak: price, log_return: 0.0, squares: 0.0, elapsed: 0.0 }
    }

    /// The path after a step of `dt` years to `price` > 0.
    #[inline(always)]
    #[must_use]
    pub fn moved(&self, price: f64, dt: f64) -> Self {
        let log_return = math::ln(price / self.price);
        Self {
            price,
            peak: math::max(self.peak, price),
            log_return,
            squares: self.squares + log_return * log_return,
            elapsed: self.elapsed + dt,
        }
    }

    /// Price `[quote/base]`.
    #[inline(always)]
    #[must_use]
    pub fn price(&self) -> f64 {
        self.price
    }

    /// Log return of the last step `[1]`.
    #[inline(always)]
    #[must_use]
    pub fn log_return(&self) -> f64 {
        self.log_return
    }

    /// Realised volatility since the start `[1/sqrt yr]`; 0 before the first step.
    #[inline(always)]
    #[must_use]
    pub fn realised_volatility(&self) -> f64 {
        math::select(self.elapsed > 0.0, math::sqrt(self.squares / self.elapsed), 0.0)
    }

    /// Fall from the highest price so far `[1]`.
    #[inline(always)]
    #[must_use]
    pub fn drawdown(&self) -> f64 {
        1.0 - self.price / self.peak
    }
}
