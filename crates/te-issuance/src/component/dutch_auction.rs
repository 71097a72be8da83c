//! The component `issuance/dutch-auction`: the mechanism of [`crate::dutch_auction`], step by step. It opens at the start of the
//! run; a step is a unit of its time.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use crate::dutch_auction::{Decline, Sales, Terms, sell_with};
use serde::{Deserialize, Serialize};
use te_core::{Machine, Mechanism, Now, Params, Record, StepError, Watch};

/// Parameters of the auction.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
#[params(check = Self::cross_check)]
pub struct DutchAuctionParams {
    /// How the price falls.
    #[param(default = Decline::Linear)]
    pub decline: Decline,
    /// Price at the opening.
    #[param(default = 10.0, min = 0.0, max = 1e12, unit = "quote/token", soft_max = 100.0)]
    pub start_price: f64,
    /// Lowest price.
    #[param(default = 1.0, min = 0.0, max = 1e12, unit = "quote/token", soft_max = 100.0)]
    pub reserve_price: f64,
    /// Length of the auction.
    #[param(default = 30.0, above = 0.0, max = 1e9, unit = "step", soft_min = 1.0, soft_max = 365.0)]
    pub duration: f64,
    /// Tokens offered.
    #[param(default = 1e6, min = 0.0, max = 1e18, unit = "token", soft_max = 1e7)]
    pub supply: f64,
}

impl DutchAuctionParams {
    fn cross_check(&self) -> Result<(), String> {
        let Self { decline, start_price, reserve_price, .. } = *self;
        if reserve_price <= start_price && (reserve_price > 0.0 || decline == Decline::Linear) {
            return Ok(());
        }
        Err("reserve_price must be at most start_price, and above 0 where the price falls exponentially"
            .to_owned())
    }

    #[inline(always)]
    fn terms(&self) -> Terms {
        let Self { decline, start_price: start, reserve_price: reserve, duration, supply } = *self;
        Terms { decline, start, reserve, duration, supply }
    }
}

/// What it reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct DutchAuctionInputs {
    /// Tokens that buyers would take in the step at its price.
    #[record(unit = "token")]
    pub demand: f64,
}

/// What it shows, which is its state.
///
/// # Equations
/// ```text
/// x = min(timestep / duration, 1)
/// price = start_price - (start_price - reserve_price) * x -- decline linear
/// price = start_price * (reserve_price / start_price)^x -- decline exponential
/// sold' = min(sold + demand, supply) -- while timestep <= duration
/// revenue' = revenue + price * (sold' - sold)
/// unsold = supply - sold'
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
pub struct DutchAuctionMetrics {
    /// Price of the step.
    #[record(unit = "quote/token")]
    pub price: f64,
    /// Tokens sold so far.
    #[record(unit = "token")]
    pub sold: f64,
    /// Tokens left.
    #[record(unit = "token")]
    pub unsold: f64,
    /// What buyers paid so far.
    #[record(unit = "quote")]
    pub revenue: f64,
}

/// A Dutch auction of a supply of tokens.
pub type DutchAuction = Machine<DutchAuctionStep>;

/// A step of it.
#[derive(Debug)]
pub enum DutchAuctionStep {}

impl Mechanism for DutchAuctionStep {
    const KIND: &'static str = "issuance/dutch-auction";
    type Params = DutchAuctionParams;
    type Terms = DutchAuctionParams;
    type Inputs = DutchAuctionInputs;
    type State = DutchAuctionMetrics;
    type Draws = ();
    type Metrics = DutchAuctionMetrics;

    fn start(params: &Self::Params) -> Self::State {
        DutchAuctionMetrics { price: params.start_price, sold: 0.0, unsold: params.supply, revenue: 0.0 }
    }

    #[inline(always)]
    fn step<W: Watch<Error = StepError>>(w: &mut W, now: Now<'_, Self>) -> Self::State {
        let Now { state: &DutchAuctionMetrics { sold, revenue, .. }, inputs, clock, .. } = now;
        let terms = now.terms.terms();
        let (price, Sales { sold, revenue }) =
            sell_with(w, &terms, clock.timestep as f64, Sales { sold, revenue }, inputs.demand);
        DutchAuctionMetrics { price, sold, unsold: terms.supply - sold, revenue }
    }

    #[inline(always)]
    fn show(_: &Self::Terms, state: &Self::State) -> Self::Metrics {
        *state
    }
}
