//! A cadCAD model ported line by line: policies, signals that add up, updates, a history.
//!
//! ```python
//! def issuance(params, step, sH, s):
//!     return {'minted': params['rate'] * s['supply']}
//! def fees(params, step, sH, s):
//!     return {'burned': params['fee'] * s['supply'], 'minted': 0}
//! def update_supply(params, step, sH, s, _input):
//!     return ('supply', s['supply'] + _input['minted'] - _input['burned'])
//! def update_growth(params, step, sH, s, _input):
//!     return ('growth', s['supply'] / sH[-1][-1]['supply'] - 1)
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use serde::{Deserialize, Serialize};
use te_core::blocks::{Block, BlockComponent, BlockModel, Blocks, Context, Signal, Window};
use te_core::{Axis, Experiment, ParamError, Params, Record, StepError, Sweep, System};

/// Parameters of the token.
#[derive(Clone, Debug, PartialEq, Params)]
struct TokenParams {
    /// Tokens minted in a step as a share of the supply.
    #[param(default = 0.02, min = 0.0, max = 1.0, unit = "1/step")]
    rate: f64,
    /// Tokens burned in a step as a share of the supply.
    #[param(default = 0.005, min = 0.0, max = 1.0, unit = "1/step", role = "environment")]
    fee: f64,
}

/// State variables, all of them recorded.
#[derive(Clone, Copy, Debug, PartialEq, Record, Serialize, Deserialize)]
struct Token {
    /// Tokens in existence.
    #[record(unit = "token")]
    supply: f64,
    /// Growth over the last step.
    #[record(unit = "1/step")]
    growth: f64,
}

#[derive(Default)]
struct Signals {
    minted: Signal<f64>,
    burned: Signal<f64>,
}

#[derive(Clone, Debug)]
struct Notebook;
type Cx<'a> = Context<'a, Notebook>;

#[expect(clippy::unnecessary_wraps, reason = "every policy has this signature")]
fn issuance(cx: &Cx<'_>, out: &mut Signals) -> Result<(), StepError> {
    out.minted.give(cx.params.rate * cx.state.supply);
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "every policy has this signature")]
fn fees(cx: &Cx<'_>, out: &mut Signals) -> Result<(), StepError> {
    out.burned.give(cx.params.fee * cx.state.supply);
    out.minted.give(0.0);
    Ok(())
}

fn update_supply(cx: &Cx<'_>, signals: &Signals) -> Result<f64, StepError> {
    Ok(cx.state.supply + signals.minted.get("minted")? - signals.burned.get("burned")?)
}

#[expect(clippy::unnecessary_wraps, reason = "every update has this signature")]
fn update_growth(cx: &Cx<'_>, _: &Signals) -> Result<f64, StepError> {
    let before = cx.history.end_of(0).map_or(cx.state.supply, |s| s.supply);
    Ok(cx.state.supply / before - 1.0)
}

impl BlockModel for Notebook {
    const KIND: &'static str = "example/notebook";
    type Params = TokenParams;
    type Inputs = ();
    type State = Token;
    type Signals = Signals;
    type Metrics = Token;
    const HISTORY: Window = Window::Steps(1);

    fn genesis(_: &TokenParams) -> Result<Token, ParamError> {
        Ok(Token { supply: 1000.0, growth: 0.0 })
    }
    fn blocks() -> Blocks<Self> {
        Blocks::new()
            .block(Block::new("supply").policy("issuance", issuance).policy("fees", fees).update(
                "supply",
                |s| &mut s.supply,
                update_supply,
            ))
            .block(Block::new("growth").update("growth", |s| &mut s.growth, update_growth))
    }
    fn metrics(state: &Token, _: &TokenParams) -> Token {
        *state
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let system = System::of::<BlockComponent<Notebook>>("token", TokenParams::default())?;
    let results = Experiment::new(system)
        .timesteps(10)
        .sweep(Sweep::Zip(vec![Axis::new("token.rate", [0.02, 0.04]), Axis::new("token.fee", [0.0, 0.01])]))
        .run()?;
    let growth = results.frame().f64s("token.growth").unwrap_or_default();
    println!("growth of the two subsets: {:.4} and {:.4}", growth[10], growth[21]);
    assert!((growth[10] - 0.02).abs() < 1e-12 && (growth[21] - 0.03).abs() < 1e-12);
    Ok(())
}
