//! `bonding-curve/multi-sigmoid`: the multi-sigmoid market as a component.
//!
//! Each step: cash buys tokens along the exact area, then tokens are sold for ρ times their area. A sale beyond what the reserve covers is refused and
//! the step fails.
//!
//! Events change the reserve rate and the debt. The phases, along which all tokens were sold, and the supply are those of the start.

use crate::{
    logistic::{Logistic, MultiLogistic},
    multi_sigmoid::{MultiSigmoidCurve, default_phases},
};
use serde::{Deserialize, Serialize};
use te_core::{Clock, Component, ParamError, Params, Record, StepError, Stream, Table};

/// One phase of the price.
#[derive(Clone, Copy, Debug, PartialEq, Params)]
pub struct PhaseParams {
    /// Height that the price gains in the phase.
    #[param(default = 57_300.0, min = 1e-9, max = 1e15, soft_max = 1e5, unit = "cash/token")]
    pub height: f64,
    /// Steepness: the slope at the midpoint is height · steepness / (4 · width).
    #[param(default = 20.8, min = 1e-6, max = 100.0, unit = "1")]
    pub steepness: f64,
    /// Shift: the midpoint is shift · width / steepness.
    #[param(default = 17.0, min = 1.0, max = 20.0, unit = "1")]
    pub shift: f64,
    /// Width of the phase.
    #[param(default = 21e6, min = 1.0, max = 21e6, unit = "token")]
    pub width: f64,
}

fn default_tables() -> Vec<Table<PhaseParams>> {
    default_phases()
        .into_iter()
        .map(|Logistic { height, steepness, shift, width }| {
            Table(PhaseParams { height, steepness, shift, width })
        })
        .collect()
}

/// Parameters of the market. Defaults are the original's.
#[derive(Clone, Debug, PartialEq, Params)]
#[params(check = Self::has_phases)]
pub struct MultiSigmoidParams {
    /// Phases of the price, 1 to 16.
    #[param(initial, default = default_tables())]
    pub phases: Vec<Table<PhaseParams>>,
    /// Part of each sale that is set aside for refunds.
    #[param(default = 0.2, min = 0.0, max = 1.0, unit = "1")]
    pub reserve_rate: f64,
    /// Supply at the start, not backed by the reserve.
    #[param(initial, default = 10_000.0, min = 0.0, max = 1e15, unit = "token", soft_max = 1e5)]
    pub current_supply: f64,
    /// Debt that is senior to the funding.
    #[param(default = 0.0, min = 0.0, max = 1e15, unit = "cash", role = "environment")]
    pub debt: f64,
}

impl MultiSigmoidParams {
    fn price(&self) -> Result<MultiLogistic, crate::CurveError> {
        let term = |Table(p): &Table<PhaseParams>| Logistic::new(p.height, p.steepness, p.shift, p.width);
        MultiLogistic::new(self.phases.iter().map(term).collect::<Result<_, _>>()?)
    }

    fn has_phases(&self) -> Result<(), String> {
        self.price().map(|_| ()).map_err(|error| error.to_string())
    }
}

/// What the market reads.
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct MultiSigmoidInputs {
    /// Cash of the buyers in this step.
    #[record(unit = "cash", default = 0.0)]
    pub buy: f64,
    /// Tokens of the sellers in this step.
    #[record(unit = "token", default = 0.0)]
    pub sell: f64,
}

/// What the market shows.
///
/// # Equations
/// ```text
/// height, steepness, shift, width: of each of `phases`, whose midpoint is shift * width / steepness
/// bought, midpoint: tokens bought in the step, the midpoint of the next phase
/// f(s) = sum(height / (1 + exp(shift - s * steepness / width))) -- over the phases
/// buy = integral(f(s)) -- s from supply to supply + bought, which is solved for
/// refund = reserve_rate * integral(f(s)) -- s from supply + bought - sell to supply + bought
/// supply(0) = current_supply
/// supply' = supply + bought - sell
/// reserve' = reserve + reserve_rate * buy - refund
/// funding' = funding + (1 - reserve_rate) * buy
/// price = f(supply')
/// sell_price = reserve_rate * price
/// market_cap = price * supply'
/// net = funding' + reserve' - debt
/// progress = supply' / midpoint -- 1 past the last
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct MultiSigmoidMetrics {
    /// Price at the supply.
    #[record(unit = "cash/token")]
    pub price: f64,
    /// Price that sellers meet.
    #[record(unit = "cash/token")]
    pub sell_price: f64,
    /// Tokens in existence.
    #[record(unit = "token")]
    pub supply: f64,
    /// Price times supply.
    #[record(unit = "cash")]
    pub market_cap: f64,
    /// Cash set aside for refunds.
    #[record(unit = "cash")]
    pub reserve: f64,
    /// Cash raised besides.
    #[record(unit = "cash")]
    pub funding: f64,
    /// Funding and reserve less the debt.
    #[record(unit = "cash")]
    pub net: f64,
    /// Debt.
    #[record(unit = "cash")]
    pub debt: f64,
    /// Phases whose midpoint the supply has passed.
    pub phases_passed: u64,
    /// Supply over the next phase's midpoint; 1 past the last.
    #[record(unit = "1")]
    pub progress: f64,
}

/// A market on a multi-sigmoid curve.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MultiSigmoid {
    curve: MultiSigmoidCurve,
}

impl Component for MultiSigmoid {
    const KIND: &'static str = "bonding-curve/multi-sigmoid";
    type Params = MultiSigmoidParams;
    type Inputs = MultiSigmoidInputs;
    type Metrics = MultiSigmoidMetrics;

    fn new(params: MultiSigmoidParams) -> Result<Self, ParamError> {
        params.check()?;
        let refuse = |error: crate::CurveError| ParamError::cross(error.to_string());
        let curve = params
            .price()
            .and_then(|price| {
                MultiSigmoidCurve::new(price, params.reserve_rate, params.current_supply, params.debt)
            })
            .map_err(refuse)?;
        Ok(Self { curve })
    }

    fn reparam(&mut self, params: MultiSigmoidParams) -> Result<(), ParamError> {
        params.check()?;
        let set = self.curve.set_terms(params.reserve_rate, params.debt);
        set.map_err(|error| ParamError::cross(error.to_string()))
    }

    fn step(&mut self, inputs: &MultiSigmoidInputs, _: &Clock, _: &mut Stream) -> Result<(), StepError> {
        self.curve.trade(inputs.buy, inputs.sell).map_err(|error| {
            let of_sale = matches!(error, crate::CurveError::Insufficient { .. });
            let (input, value) =
                if of_sale || inputs.buy == 0.0 { ("sell", inputs.sell) } else { ("buy", inputs.buy) };
            StepError::domain(input, value, format!("what the market can take ({error})"))
        })
    }

    fn metrics(&self) -> MultiSigmoidMetrics {
        let curve = &self.curve;
        // Each reading of the price sums up all phases.
        let price = curve.price();
        MultiSigmoidMetrics {
            price,
            sell_price: curve.reserve_rate() * price,
            supply: curve.supply(),
            market_cap: price * curve.supply(),
            reserve: curve.reserve(),
            funding: curve.funding(),
            net: curve.net(),
            debt: curve.debt(),
            phases_passed: curve.phases_passed() as u64,
            progress: curve.progress(),
        }
    }
}
