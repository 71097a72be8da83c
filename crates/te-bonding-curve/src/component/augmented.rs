//! `bonding-curve/augmented`: the augmented bonding curve as a component.
//!
//! It opens at once from its hatch parameters ([`crate::HatchLaunch`]), or on launch, when an upgrade wires in a reserve and a supply; until then
//! nothing happens. On the step that opens it the initial buy is made and no order is taken.
//!
//! Each later step, in this order: donation to the reserve, buy, sale, spending from the common pool, and arbitrage. An arbitrageur who
//! sees an external price above P/(1 − τe) buys until the curve's price is external·(1 − τe); below P·(1 − τx) he sells until it is
//! external/(1 − τx); between them neither pays. `arbitrage` is the part of that order which is made in a step. Locked tokens cannot be sold: an
//! arbitrageur stops at them.
//!
//! Inputs are refused when negative, when a sale exceeds the unlocked supply or the reserve, and when spending exceeds the pool: the step fails and the curve is
//! unchanged.

mod ports;

pub use ports::{AugmentedInputs, AugmentedMetrics};

use crate::{
    augmented::{AugmentedCurve, CurveTerms, Order},
    error::CurveError,
    growth::growth,
    launch::HatchLaunch,
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
    #[param(default = Opening::Immediate)]
    pub opening: Opening,
    /// Spot price at opening.
    #[param(default = 1.5, above = 0.0, soft_max = 10.0, unit = "collateral/token")]
    pub opening_price: f64,
    /// Part of the hatch funding that goes to the common pool.
    #[param(default = 0.05, above = 0.0, below = 1.0, unit = "1")]
    pub commons_tribute: f64,
    /// Part of a deposit that goes to the common pool.
    #[param(default = 0.05, min = 0.0, below = 1.0, soft_max = 0.5, unit = "1")]
    pub entry_tribute: f64,
    /// Part of a payout that goes to the common pool.
    #[param(default = 0.05, min = 0.0, below = 1.0, soft_max = 0.5, unit = "1")]
    pub exit_tribute: f64,
    /// Reserve ratio; where none is given it follows from the opening price.
    #[param(default = None, above = 0.0, max = 1.0, unit = "1")]
    pub reserve_ratio: Option<f64>,
    /// Supply counted in pricing only.
    #[param(default = 0.0, min = 0.0, unit = "token")]
    pub virtual_supply: f64,
    /// Reserve counted in pricing only.
    #[param(default = 0.0, min = 0.0, unit = "collateral")]
    pub virtual_balance: f64,
    /// Collateral raised by the hatch.
    #[param(default = 1_571_223.57, above = 0.0, unit = "collateral", role = "environment")]
    pub hatch_funding: f64,
    /// Tokens of the hatch.
    #[param(default = 2_041_863.58, above = 0.0, unit = "token", role = "environment")]
    pub hatch_supply: f64,
    /// Price at which rage-quitters left the hatch.
    #[param(default = 0.754743, above = 0.0, unit = "collateral/token", role = "environment")]
    pub hatch_price: f64,
    /// Collateral that rage-quitters took.
    #[param(default = 0.0, min = 0.0, unit = "collateral", role = "environment")]
    pub ragequit_amount: f64,
    /// Collateral of the initial buy.
    #[param(default = 0.0, min = 0.0, unit = "collateral")]
    pub initial_buy: f64,
    /// Part of the arbitrage against an external price that is made in a step.
    #[param(default = 1.0, min = 0.0, max = 1.0, unit = "1", role = "environment")]
    pub arbitrage: f64,
    /// Part of the supply sold at once in the price-after-shock metric.
    #[param(default = 0.1, min = 0.0, max = 1.0, unit = "1")]
    pub shock: f64,
    /// Monthly spending in the runway metric.
    #[param(default = 10_000.0, above = 0.0, unit = "collateral/month")]
    pub monthly_spending: f64,
}

impl AugmentedParams {
    /// The launch of the Token Engineering Commons in the design model.
    #[must_use]
    pub fn tec() -> Self {
        Self {
            opening_price: 1.0,
            commons_tribute: 0.69,
            entry_tribute: 0.22,
            exit_tribute: 0.02,
            initial_buy: 250_000.0,
            ..Self::default()
        }
    }

    fn opens(&self) -> Result<(), String> {
        match self.opening {
            Opening::Immediate => self.open().map(|_| ()).map_err(|error| error.to_string()),
            Opening::OnLaunch => Ok(()),
        }
    }

    fn open(&self) -> Result<State, CurveError> {
        let launch = HatchLaunch {
            hatch_funding: self.hatch_funding,
            hatch_supply: self.hatch_supply,
            hatch_price: self.hatch_price,
            ragequit_amount: self.ragequit_amount,
            initial_buy: self.initial_buy,
            commons_tribute: self.commons_tribute,
            opening_price: self.opening_price,
            entry_tribute: self.entry_tribute,
            exit_tribute: self.exit_tribute,
            launch_supply: None,
            launch_balance: None,
        };
        let before = launch.open()?.before;
        let ratio = self.reserve_ratio.unwrap_or(before.terms().reserve_ratio);
        self.start(ratio, before.supply(), before.reserve(), before.common_pool(), self.initial_buy)
    }

    /// An open curve after its initial buy.
    fn start(&self, ratio: f64, supply: f64, reserve: f64, pool: f64, buy: f64) -> Result<State, CurveError> {
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

    fn launched(&self, inputs: &AugmentedInputs) -> Result<Option<State>, CurveError> {
        let (supply, reserve) = (inputs.launch_supply, inputs.launch_reserve);
        if supply <= 0.0 || reserve <= 0.0 {
            return Ok(None);
        }
        let p = &self.params;
        let ratio = p.reserve_ratio.unwrap_or(reserve / (p.opening_price * supply));
        p.start(ratio, supply, reserve, inputs.launch_common_pool, inputs.launch_buy).map(Some)
    }

    fn advance(&self, state: &State, inputs: &AugmentedInputs) -> Result<State, CurveError> {
        let mut next = State { minted: 0.0, burned: 0.0, ..state.clone() };
        next.curve.donate(inputs.donation)?;
        if inputs.buy != 0.0 {
            next.buy(inputs.buy)?;
        }
        if inputs.sell != 0.0 {
            next.sell(inputs.sell, inputs.locked)?;
        }
        next.curve.spend(inputs.spending)?;
        next.arbitrage(inputs.external_price, self.params.arbitrage, inputs.locked)?;
        Ok(next)
    }
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

    fn step(&mut self, inputs: &AugmentedInputs, _: &Clock, _: &mut Stream) -> Result<(), StepError> {
        let next = match &self.state {
            None => self.launched(inputs),
            Some(state) => self.advance(state, inputs).map(Some),
        };
        self.state = next.map_err(StepError::caused_by)?;
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
