//! Where the component's curve opens: what is given is kept, what is not given follows.
//!
//! With supply S0 and reserve R0 out of the hatch, virtual parts vS and vB, reserve ratio w and opening price P0:
//!
//! - w = (R0 + vB) / (P0·(S0 + vS))
//! - S0 = `S_h` − `Q/p_h`, R0 = (F − Q − B)·(1 − θ), common pool C0 = F − Q − B − R0
//!
//! | symbol | parameter | unit | where it is not given |
//! |---|---|---|---|
//! | w | `reserve_ratio` | 1 | follows |
//! | P0 | `opening_price` | collateral/token | follows from a ratio that is given, else 1.5 |
//! | `S_h` | `hatch_supply` | token | follows where w, P0, F and θ are given, else 2 041 863.58 |
//! | F | `hatch_funding` | collateral | follows where w and P0 are given, else 1 571 223.57 |
//! | θ | `commons_tribute` | 1 | follows where w, P0 and F are given, else 0.05 |
//! | Q, `p_h`, B | `ragequit_amount`, `hatch_price`, `initial_buy` | | the defaults |
//!
//! So of ratio, price, supply and reserve any three may be chosen. All at once are refused unless they agree to a part in a
//! million, the resolution of a ratio on the chain; a ratio that follows must lie in (0.01, 1], the range of the configuration
//! tool and the flat curve.

use super::{AugmentedParams, State};
use crate::{
    augmented::{AugmentedCurve, CurveTerms},
    error::{CurveError, positive, within},
};

/// Opening price where neither it nor a ratio is given `[collateral/token]`.
pub const DEFAULT_PRICE: f64 = 1.5;
/// Tokens of the hatch where they are not given `[token]`.
pub const DEFAULT_SUPPLY: f64 = 2_041_863.58;
/// Collateral raised by the hatch where it is not given `[collateral]`.
pub const DEFAULT_FUNDING: f64 = 1_571_223.57;
/// Part of the funding for the common pool where it is not given `[1]`.
pub const DEFAULT_TRIBUTE: f64 = 0.05;

/// Smallest reserve ratio that may follow from the rest `[1]`.
const LEAST_DERIVED_RATIO: f64 = 0.01;
/// How far numbers that are all given may disagree, as a share `[1]`.
const RESOLUTION: f64 = 1e-6;

/// A curve's start.
struct Start {
    ratio: f64,
    supply: f64,
    reserve: f64,
    pool: f64,
}

/// Why a curve cannot open.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(super) enum OpeningError {
    #[error(transparent)]
    Curve(#[from] CurveError),
    #[error(
        "`reserve_ratio` is left to follow from `opening_price` = {price}, a supply of {supply} and a reserve of {reserve} \
         collateral, and would be {ratio}: permitted is (0.01, 1]; change the price, `hatch_supply`, `hatch_funding` or \
         `commons_tribute`"
    )]
    Ratio { price: f64, supply: f64, reserve: f64, ratio: f64 },
    #[error(
        "`reserve_ratio` = {ratio} and `opening_price` = {price} with a supply of {supply} ask for a reserve of {reserve} \
         collateral, and {left} are there (`hatch_funding` less `ragequit_amount` and `initial_buy`): permitted is (0, {left}]"
    )]
    Reserve { ratio: f64, price: f64, supply: f64, reserve: f64, left: f64 },
    #[error(
        "`reserve_ratio` = {ratio}, `opening_price` = {price}, `hatch_supply` = {supply}, `hatch_funding` = {funding} and \
         `commons_tribute` = {tribute} are all given and do not agree: they open at {opens}; leave one of them out"
    )]
    Overdetermined { ratio: f64, price: f64, supply: f64, funding: f64, tribute: f64, opens: f64 },
}

impl AugmentedParams {
    /// The curve out of its hatch, after the initial buy.
    pub(super) fn open(&self) -> Result<State, OpeningError> {
        let start = match (self.reserve_ratio, self.opening_price) {
            (Some(ratio), Some(price)) => self.at_ratio_and_price(ratio, price)?,
            (ratio, price) => self.out_of_the_hatch(ratio, price)?,
        };
        Ok(self.start(start.ratio, start.supply, start.reserve, start.pool, self.initial_buy)?)
    }

    /// One of ratio and price, or none, is given: supply and reserve are the hatch's.
    fn out_of_the_hatch(&self, ratio: Option<f64>, price: Option<f64>) -> Result<Start, OpeningError> {
        let funding = self.hatch_funding.unwrap_or(DEFAULT_FUNDING);
        let left = self.left_of(funding)?;
        let tribute = self.commons_tribute.unwrap_or(DEFAULT_TRIBUTE);
        let (reserve, pool) = (positive("reserve at the opening", left * (1.0 - tribute))?, left * tribute);
        let supply = self.supply_of(self.hatch_supply.unwrap_or(DEFAULT_SUPPLY))?;
        let ratio = match ratio {
            Some(ratio) => ratio,
            None => self.derived_ratio(price.unwrap_or(DEFAULT_PRICE), supply, reserve)?,
        };
        Ok(Start { ratio, supply, reserve, pool })
    }

    /// The ratio at which supply and reserve have this price, virtual parts included.
    pub(super) fn derived_ratio(&self, price: f64, supply: f64, reserve: f64) -> Result<f64, OpeningError> {
        let ratio = (reserve + self.virtual_balance) / (price * (supply + self.virtual_supply));
        if ratio > LEAST_DERIVED_RATIO && ratio <= 1.0 {
            Ok(ratio)
        } else {
            Err(OpeningError::Ratio { price, supply, reserve, ratio })
        }
    }

    /// Ratio and price are given: of supply, funding and tribute one follows.
    fn at_ratio_and_price(&self, ratio: f64, price: f64) -> Result<Start, OpeningError> {
        let value = ratio * price;
        let reserve_of = |supply: f64| value * (supply + self.virtual_supply) - self.virtual_balance;
        if let (Some(supply), Some(funding), Some(tribute)) =
            (self.hatch_supply, self.hatch_funding, self.commons_tribute)
        {
            let left = self.left_of(funding)?;
            let start = Start {
                ratio,
                supply: self.supply_of(supply)?,
                reserve: left * (1.0 - tribute),
                pool: left * tribute,
            };
            let opens =
                (start.reserve + self.virtual_balance) / (ratio * (start.supply + self.virtual_supply));
            return if (opens - price).abs() <= RESOLUTION * price {
                Ok(start)
            } else {
                Err(OpeningError::Overdetermined { ratio, price, supply, funding, tribute, opens })
            };
        }
        if let (None, Some(funding), Some(tribute)) =
            (self.hatch_supply, self.hatch_funding, self.commons_tribute)
        {
            let left = self.left_of(funding)?;
            let (reserve, pool) = (left * (1.0 - tribute), left * tribute);
            let supply = positive(
                "supply at the opening",
                (reserve + self.virtual_balance) / value - self.virtual_supply,
            )?;
            return Ok(Start { ratio, supply, reserve, pool });
        }
        let supply = self.supply_of(self.hatch_supply.unwrap_or(DEFAULT_SUPPLY))?;
        let reserve = reserve_of(supply);
        let left = match self.hatch_funding {
            Some(funding) => self.left_of(funding)?,
            None => reserve / (1.0 - self.commons_tribute.unwrap_or(DEFAULT_TRIBUTE)),
        };
        if reserve > 0.0 && reserve <= left {
            Ok(Start { ratio, supply, reserve, pool: left - reserve })
        } else {
            Err(OpeningError::Reserve { ratio, price, supply, reserve, left })
        }
    }

    /// What of the funding is left for reserve and common pool: F − Q − B.
    fn left_of(&self, funding: f64) -> Result<f64, CurveError> {
        let (q, b) = (self.ragequit_amount, self.initial_buy);
        within("ragequit_amount", q, (0.0..=funding).contains(&q), "[0, hatch_funding]")?;
        within("initial_buy", b, (0.0..=funding - q).contains(&b), "[0, hatch_funding - ragequit_amount]")?;
        positive("hatch_funding less ragequit_amount and initial_buy", funding - q - b)
    }

    /// What of the hatch's tokens is left: `S_h` − `Q/p_h`.
    fn supply_of(&self, supply: f64) -> Result<f64, CurveError> {
        positive(
            "hatch_supply less ragequit_amount / hatch_price",
            supply - self.ragequit_amount / self.hatch_price,
        )
    }

    /// An open curve after its initial buy.
    pub(super) fn start(
        &self,
        ratio: f64,
        supply: f64,
        reserve: f64,
        pool: f64,
        buy: f64,
    ) -> Result<State, CurveError> {
        let terms = CurveTerms {
            virtual_supply: self.virtual_supply,
            virtual_balance: self.virtual_balance,
            ..CurveTerms::new(ratio, self.entry_tribute, self.exit_tribute)
        };
        let mut state = State {
            curve: AugmentedCurve::new(terms, supply, reserve, pool)?,
            last: None,
            minted: 0.0,
            burned: 0.0,
        };
        if buy > 0.0 {
            state.buy(buy)?;
        }
        Ok(state)
    }
}
