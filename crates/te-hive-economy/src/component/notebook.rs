//! The notebook line by line, as a block model: one block, two policies, nine updates. Kind `hive/economy-blocks`.
//!
//! It is here to be read beside the notebook by whoever ports one. What Python says as
//! `def update_reserve(params, step, sH, s, _input)` is a function of a context and the signals; `s['reserve']` is
//! `cx.state.reserve`, `_input['netflow']` is `signals.netflow.get("netflow")?`.

use super::EconomyMonth;
use super::supply::{CIRCULATION, PRICE, SUPPLY};
use crate::{EconomyMetrics, EconomyParams};
use serde::{Deserialize, Serialize};
use te_core::blocks::{Block, BlockModel, Blocks, Context, Signal};
use te_core::{Mechanism as _, ParamError, StepError, math};

/// The model of the notebook.
#[derive(Clone, Debug)]
pub struct Notebook;

/// Its state variables.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    reserve: f64,
    circulation: f64,
    size: f64,
    saturation: f64,
    production: f64,
    utility: f64,
    price: f64,
    netflow: f64,
    adjustment: f64,
}

/// What its policies give to its updates.
#[derive(Debug, Default)]
pub struct Signals {
    netflow: Signal<f64>,
    adjustment: Signal<f64>,
    saturation: Signal<f64>,
    size: Signal<f64>,
    utility: Signal<f64>,
    production: Signal<f64>,
}

type Cx<'a> = Context<'a, Notebook>;

fn supply_policy(cx: &Cx<'_>, out: &mut Signals) -> Result<(), StepError> {
    let (s, params) = (cx.state, cx.params);
    let outflow = s.reserve * params.outflow_boundary / (s.saturation + 1.0);
    let inflow = s.size * s.saturation / s.price;
    let netflow = inflow - outflow;

    let reserve = s.reserve + netflow;
    let circulation = s.circulation - netflow;
    let supply = reserve + circulation;
    let ratio = reserve / supply;

    let e = (1.0 - ratio / params.target_reserve_ratio) / 12.0;
    let adjustment = if params.throttle == 0.0 {
        e * supply
    } else if e < 0.0 {
        e.max(-params.throttle) * supply
    } else {
        e.min(params.throttle) * supply
    };
    // The notebook burns on below nothing; here a burn ends with the reserve.
    let adjustment = if adjustment < -reserve { -reserve } else { adjustment };
    if !netflow.is_finite() || !adjustment.is_finite() {
        return Err(StepError::domain("netflow + adjustment", netflow + adjustment, SUPPLY));
    }
    out.netflow.give(netflow);
    out.adjustment.give(adjustment);
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "every policy has this signature")]
fn saturation_process(cx: &Cx<'_>, out: &mut Signals) -> Result<(), StepError> {
    let (s, params) = (cx.state, cx.params);
    let outflow = s.reserve * params.outflow_boundary / (1.0 + s.saturation * s.saturation);
    let production = s.production * (1.0 - params.maintenance) + outflow * params.productivity * s.price;
    let utility = 10.0 * production / (production + s.size);
    let saturation = 1.0 / (1.0 + math::exp(-utility + 6.0));
    let size = s.size * (1.0 + params.growth);
    out.saturation.give(saturation);
    out.size.give(size);
    out.utility.give(utility);
    out.production.give(production);
    Ok(())
}

fn update_reserve(cx: &Cx<'_>, signals: &Signals) -> Result<f64, StepError> {
    Ok(cx.state.reserve + signals.netflow.get("netflow")? + signals.adjustment.get("adjustment")?)
}

fn update_circulation(cx: &Cx<'_>, signals: &Signals) -> Result<f64, StepError> {
    let circulation = cx.state.circulation - signals.netflow.get("netflow")?;
    if circulation > 0.0 {
        Ok(circulation)
    } else {
        Err(StepError::domain("circulation", circulation, CIRCULATION))
    }
}

fn update_price(cx: &Cx<'_>, _: &Signals) -> Result<f64, StepError> {
    let (s, params) = (cx.state, cx.params);
    let market_potential = s.size / (s.circulation + s.reserve);
    let valuation_ratio = params.valuation_ratio / s.saturation.max(0.5);
    let circulating_share = s.circulation / (s.circulation + s.reserve);
    let supply_sensitivity = 1.0 / (circulating_share * circulating_share);
    let price = market_potential * valuation_ratio * supply_sensitivity;
    if price > 0.0 { Ok(price) } else { Err(StepError::domain("price", price, PRICE)) }
}

fn update_netflow(_: &Cx<'_>, signals: &Signals) -> Result<f64, StepError> {
    signals.netflow.get("netflow")
}

fn update_adjustment(_: &Cx<'_>, signals: &Signals) -> Result<f64, StepError> {
    signals.adjustment.get("adjustment")
}

fn update_saturation(_: &Cx<'_>, signals: &Signals) -> Result<f64, StepError> {
    signals.saturation.get("saturation")
}

fn update_utility(_: &Cx<'_>, signals: &Signals) -> Result<f64, StepError> {
    signals.utility.get("utility")
}

fn update_size(_: &Cx<'_>, signals: &Signals) -> Result<f64, StepError> {
    signals.size.get("size")
}

fn update_production(_: &Cx<'_>, signals: &Signals) -> Result<f64, StepError> {
    signals.production.get("production")
}

impl BlockModel for Notebook {
    const KIND: &'static str = "hive/economy-blocks";
    type Params = EconomyParams;
    type Inputs = ();
    type State = State;
    type Signals = Signals;
    type Metrics = EconomyMetrics;
    const EQUATIONS: &'static [&'static str] = EconomyMonth::EQUATIONS;

    fn genesis(params: &EconomyParams) -> Result<State, ParamError> {
        Ok(State {
            reserve: params.initial_reserve,
            circulation: params.initial_circulation,
            size: params.initial_size,
            saturation: params.initial_saturation,
            production: params.initial_production,
            utility: params.initial_utility,
            price: params.initial_price,
            netflow: 0.0,
            adjustment: 0.0,
        })
    }

    fn blocks() -> Blocks<Self> {
        Blocks::new().block(
            Block::new("month")
                .policy("supply_policy", supply_policy)
                .policy("saturation_process", saturation_process)
                .update("reserve", |s| &mut s.reserve, update_reserve)
                .update("circulation", |s| &mut s.circulation, update_circulation)
                .update("netflow", |s| &mut s.netflow, update_netflow)
                .update("adjustment", |s| &mut s.adjustment, update_adjustment)
                .update("price", |s| &mut s.price, update_price)
                .update("saturation", |s| &mut s.saturation, update_saturation)
                .update("utility", |s| &mut s.utility, update_utility)
                .update("size", |s| &mut s.size, update_size)
                .update("production", |s| &mut s.production, update_production),
        )
    }

    fn metrics(s: &State, _: &EconomyParams) -> EconomyMetrics {
        let total_supply = s.reserve + s.circulation;
        EconomyMetrics {
            reserve: s.reserve,
            circulation: s.circulation,
            size: s.size,
            saturation: s.saturation,
            production: s.production,
            utility: s.utility,
            price: s.price,
            netflow: s.netflow,
            adjustment: s.adjustment,
            total_supply,
            market_cap: total_supply * s.price,
            ratio: s.reserve / total_supply,
        }
    }
}
