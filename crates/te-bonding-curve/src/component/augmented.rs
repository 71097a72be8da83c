//! `bonding-curve/augmented`: the augmented bonding curve as a component.
//!
//! It opens at once from its hatch parameters, or on launch, when an upgrade wires in a reserve and a supply; until then nothing happens. On the
//! step that opens it the initial buy is made and no order is taken. Of reserve ratio, opening price, supply and reserve any three may be
//! given, and what is not given follows, virtual supply and balance included: w = (R + vB)/(P0·(S + vS)). On launch supply and reserve are
//! wired in, so that one of ratio and price may be given.
//!
//! Each later step, in this order: donation to the reserve, buy, sale, spending from the common pool, and arbitrage. An arbitrageur who
//! sees an external price above P/(1 − τe) buys until the curve's price is external·(1 − τe); below P·(1 − τx) he sells until it is
//! external/(1 − τx); between them neither pays. `arbitrage` is the part of that order which is made in a step. Locked tokens cannot be sold: an
//! arbitrageur stops at them.
//!
//! Inputs are refused when negative, when a sale exceeds the unlocked supply or the reserve, and when spending exceeds the pool: the step fails and the curve is
//! unchanged.

mod opening;
mod ports;

pub use opening::{DEFAULT_FUNDING, DEFAULT_PRICE, DEFAULT_SUPPLY, DEFAULT_TRIBUTE};
pub use ports::{AugmentedInputs, AugmentedMetrics};

use crate::{
    augmented::{AugmentedCurve, Order},
    error::CurveError,
    growth::growth,
    power_curve,
};
use serde::{Deserialize, Serialize};
use te_core::{Choice, Clock, Component, ParamError, Params, StepError, Stream};

/// When the curve opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Opening {
    /// At once, from the hatch parameters.
    Immediate,
    /// When a reserve and a supply are wired in.
    OnLaunch,
}

/// Parameters of the curve. Defaults are the configuration dashboard's.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::opens)]
pub struct AugmentedParams {
    /// When the curve opens.
    #[param(initial, default = Opening::Immediate)]
    pub opening: Opening,
    /// Spot price at opening. Where none is given it follows from the reserve ratio; without that it is 1.5.
    #[param(initial, default = None, min = 1e-9, max = 1e15, soft_max = 10.0, unit = "collateral/token")]
    pub opening_price: Option<f64>,
    /// Part of the hatch funding that goes to the common pool. Where none is given it is 0.05, or follows where ratio, price and
    /// funding are given.
    #[param(initial, default = None, min = 0.0, below = 1.0, unit = "1")]
    pub commons_tribute: Option<f64>,
    /// Part of a deposit that goes to the common pool.
    #[param(initial, default = 0.05, min = 0.0, below = 1.0, soft_max = 0.5, unit = "1")]
    pub entry_tribute: f64,
    /// Part of a payout that goes to the common pool.
    #[param(initial, default = 0.05, min = 0.0, below = 1.0, soft_max = 0.5, unit = "1")]
    pub exit_tribute: f64,
    /// Reserve ratio; where none is given it follows from the opening price.
    #[param(initial, default = None, min = 1e-6, max = 1.0, unit = "1")]
    pub reserve_ratio: Option<f64>,
    /// Supply counted in pricing only.
    #[param(initial, default = 0.0, min = 0.0, max = 1e15, unit = "token", soft_max = 1e6)]
    pub virtual_supply: f64,
    /// Reserve counted in pricing only.
    #[param(initial, default = 0.0, min = 0.0, max = 1e15, unit = "collateral", soft_max = 1e6)]
    pub virtual_balance: f64,
    /// Collateral raised by the hatch. Where none is given it is 1 571 223.57, or follows where ratio and price are given.
    #[param(initial, default = None, min = 1e-6, max = 1e15, unit = "collateral", role = "environment")]
    pub hatch_funding: Option<f64>,
    /// Tokens of the hatch. Where none are given they are 2 041 863.58, or follow where ratio, price, funding and tribute are given.
    #[param(initial, default = None, min = 1e-6, max = 1e15, unit = "token", role = "environment")]
    pub hatch_supply: Option<f64>,
    /// Price at which rage-quitters left the hatch.
    #[param(
        initial,
        default = 0.754743,
        min = 1e-9,
        max = 1e15,
        unit = "collateral/token",
        role = "environment"
    )]
    pub hatch_price: f64,
    /// Collateral that rage-quitters took.
    #[param(initial, default = 0.0, min = 0.0, max = 1e15, unit = "collateral", role = "environment")]
    pub ragequit_amount: f64,
    /// Collateral of the initial buy.
    #[param(initial, default = 0.0, min = 0.0, max = 1e15, unit = "collateral", soft_max = 1e6)]
    pub initial_buy: f64,
    /// Part of the arbitrage against an external price that is made in a step.
    #[param(default = 1.0, min = 0.0, max = 1.0, unit = "1", role = "environment")]
    pub arbitrage: f64,
    /// Part of the supply sold at once in the price-after-shock metric.
    #[param(default = 0.1, min = 0.0, max = 1.0, unit = "1")]
    pub shock: f64,
    /// Monthly spending in the runway metric.
    #[param(
        default = 10_000.0,
        min = 1e-6,
        max = 1e15,
        unit = "collateral/month",
        soft_min = 1_000.0,
        soft_max = 1e5
    )]
    pub monthly_spending: f64,
}

impl AugmentedParams {
    /// The launch of the Token Engineering Commons in the design model.
    #[must_use]
    pub fn tec() -> Self {
        Self {
            opening_price: Some(1.0),
            commons_tribute: Some(0.69),
            entry_tribute: 0.22,
            exit_tribute: 0.02,
            initial_buy: 250_000.0,
            ..Self::default()
        }
    }

    fn opens(&self) -> Result<(), String> {
        match self.opening {
            Opening::Immediate => self.open().map(|_| ()).map_err(|error| error.to_string()),
            Opening::OnLaunch => match (self.reserve_ratio, self.opening_price) {
                (Some(ratio), Some(price)) => Err(format!(
                    "`reserve_ratio` = {ratio} and `opening_price` = {price} are both given, and on launch supply and reserve are \
                     wired in: leave one of them out"
                )),
                _ => Ok(()),
            },
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct State {
    curve: AugmentedCurve,
    last: Option<Order>,
    minted: f64,
    burned: f64,
}

impl State {
    fn buy(&mut self, deposit: f64) -> Result<(), CurveError> {
        let order = self.curve.buy(deposit, 0.0)?;
        self.minted += order.received;
        self.last = Some(order);
        Ok(())
    }

    /// Sells out of what is not locked.
    fn sell(&mut self, tokens: f64, locked: f64) -> Result<(), CurveError> {
        let order = self.curve.sell(tokens, (self.curve.supply() - locked).max(0.0), 0.0)?;
        self.burned += tokens;
        self.last = Some(order);
        Ok(())
    }

    /// The order that brings the price to where neither side pays, times `part`.
    fn arbitrage(&mut self, external: f64, part: f64, locked: f64) -> Result<(), CurveError> {
        let terms = *self.curve.terms();
        let w = terms.reserve_ratio;
        let (supply, reserve) = self.curve.priced();
        if external <= 0.0 || part <= 0.0 || w >= 1.0 || supply <= 0.0 || reserve <= 0.0 {
            return Ok(());
        }
        let price = self.curve.price();
        let (dearest, cheapest) =
            (external * (1.0 - terms.entry_tribute), external / (1.0 - terms.exit_tribute));
        if price < dearest {
            let net = part * reserve * growth(dearest / price - 1.0, 1.0 / (1.0 - w));
            let deposit = net / (1.0 - terms.entry_tribute);
            if deposit > 0.0 {
                self.buy(deposit)?;
            }
        } else if price > cheapest {
            let gross = -part * reserve * growth(cheapest / price - 1.0, 1.0 / (1.0 - w));
            let gross = gross.min(self.curve.reserve());
            if gross > 0.0 {
                let tokens = power_curve::tokens_for_collateral(supply, reserve, w, gross)?;
                let tokens = tokens.min(self.curve.supply() - locked);
                if tokens > 0.0 {
                    self.sell(tokens, locked)?;
                }
            }
        }
        Ok(())
    }
}

/// The augmented bonding curve.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Augmented {
    params: AugmentedParams,
    state: Option<State>,
}

impl Augmented {
    /// The curve, once open.
    pub fn curve(&self) -> Option<&AugmentedCurve> {
        self.state.as_ref().map(|state| &state.curve)
    }

    /// The curve that supply and reserve wired in open; none while nothing is.
    fn launched(&self, inputs: &AugmentedInputs) -> Result<Option<State>, StepError> {
        let (supply, reserve) = (inputs.launch_supply, inputs.launch_reserve);
        if supply <= 0.0 || reserve <= 0.0 {
            return Ok(None);
        }
        let price = self.params.opening_price.unwrap_or(DEFAULT_PRICE);
        let ratio = match self.params.reserve_ratio {
            Some(ratio) => ratio,
            None => self.params.derived_ratio(price, supply, reserve).map_err(StepError::caused_by)?,
        };
        let (pool, buy) = (inputs.launch_common_pool, inputs.launch_buy);
        self.params
            .start(ratio, supply, reserve, pool, buy)
            .map(Some)
            .map_err(|error| refused("launch_buy", buy, &error))
    }

    fn advance(&self, state: &State, inputs: &AugmentedInputs) -> Result<State, StepError> {
        let AugmentedInputs { external_price, buy, sell, donation, spending, locked, .. } = *inputs;
        let mut next = State { minted: 0.0, burned: 0.0, ..state.clone() };
        next.curve.donate(donation).map_err(|error| refused("donation", donation, &error))?;
        if buy != 0.0 {
            next.buy(buy).map_err(|error| refused("buy", buy, &error))?;
        }
        if sell != 0.0 {
            next.sell(sell, locked).map_err(|error| refused("sell", sell, &error))?;
        }
        next.curve.spend(spending).map_err(|error| refused("spending", spending, &error))?;
        next.arbitrage(external_price, self.params.arbitrage, locked).map_err(|error| {
            StepError::domain(
                "external_price",
                external_price,
                format!(
                    "what an arbitrageur's order reaches ({error}); lower `arbitrage` or `reserve_ratio`"
                ),
            )
        })?;
        Ok(next)
    }
}

/// An input that the curve refuses, and why.
fn refused(input: &'static str, value: f64, error: &CurveError) -> StepError {
    StepError::domain(input, value, format!("what the curve can take ({error})"))
}

impl Component for Augmented {
    const KIND: &'static str = "bonding-curve/augmented";
    type Params = AugmentedParams;
    type Inputs = AugmentedInputs;
    type Metrics = AugmentedMetrics;

    fn new(params: AugmentedParams) -> Result<Self, ParamError> {
        params.check()?;
        let state = match params.opening {
            // The check has opened it once.
            Opening::Immediate => params.open().ok(),
            Opening::OnLaunch => None,
        };
        Ok(Self { params, state })
    }

    fn reparam(&mut self, params: AugmentedParams) -> Result<(), ParamError> {
        params.check()?;
        self.params = params;
        Ok(())
    }

    fn step(&mut self, inputs: &AugmentedInputs, _: &Clock, _: &mut Stream) -> Result<(), StepError> {
        let next = match &self.state {
            None => self.launched(inputs),
            Some(state) => self.advance(state, inputs).map(Some),
        };
        self.state = next?;
        Ok(())
    }

    fn metrics(&self) -> AugmentedMetrics {
        let Some(State { curve, last, minted, burned }) = &self.state else {
            return AugmentedMetrics::CLOSED;
        };
        let (entry_tributes, exit_tributes) = curve.tributes();
        let market_cap = curve.market_cap();
        AugmentedMetrics {
            open: true,
            price: curve.price(),
            static_price_ppm: (1e6 * curve.price()).floor(),
            supply: curve.supply(),
            reserve: curve.reserve(),
            common_pool: curve.common_pool(),
            market_cap,
            reserve_ratio: curve.terms().reserve_ratio,
            collateralisation: if market_cap > 0.0 { curve.reserve() / market_cap } else { 0.0 },
            log_invariant: curve.log_invariant().unwrap_or(0.0),
            entry_tributes,
            exit_tributes,
            realised_price: last.map_or(0.0, |order| order.realised_price),
            slippage: last.map_or(0.0, |order| order.slippage),
            minted: *minted,
            burned: *burned,
            price_after_shock: curve.price_after_shock(self.params.shock).unwrap_or(0.0),
            runway: curve.runway(self.params.monthly_spending).unwrap_or(0.0),
        }
    }
}
