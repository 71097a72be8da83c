//! Bonding curves: the augmented bonding curve in two arithmetic worlds, and the multi-sigmoid curve.
//!
//! An augmented bonding curve mints tokens for collateral and burns them for collateral at a price set by (reserve, supply)
//! alone. Entry and exit tributes feed a common pool, and the curve opens after a hatch. With reserve ratio w = 1/κ:
//!
//! - invariant V = S^κ/R, spot price P = R/(w·S)
//! - buy: ΔS = S·((1 + d/R)^w − 1); sell: ΔR = R·(1 − (1 − a/S)^κ)
//!
//! | room | world | what |
//! |---|---|---|
//! | [`power_curve`], [`AugmentedCurve`] | model, f64 | formulas; orders, tributes, quotes, metrics |
//! | [`HatchLaunch`], [`DesignLaunch`], [`lockup`] | model, f64 | how a curve starts, how locked tokens thaw |
//! | [`bancor`], [`LedgerCurve`] | ledger, [`U256`] | the Bancor v0.3 power function and the deployed order flow, to the bit |
//! | [`Logistic`], [`MultiSigmoidCurve`] | model, f64 | price as a sum of logistic phases, exact areas |
//! | [`SigmoidGrid`] | model, f64 | the same on its original grid |
//! | [`component`] | model, f64 | `bonding-curve/augmented`, `bonding-curve/multi-sigmoid` for the engine |
//!
//! The two worlds never mix silently: amounts cross through [`amount`], ratios carry their scale in their type ([`Ppm`],
//! [`E18`], [`E10`]). Along the scenarios of the deployed contract the f64 curve stays within 1e-12 of the ledger.
//!
//! Without the feature `engine`, which is on by default, only [`component`] is not there, and te-core is not needed.
//!
//! Units: supply in token, reserve and common pool in collateral, price in collateral/token; the ledger counts units of 1e-18.
//!
//! Sources: Bancor protocol formula v0.3; CommonsSwarm/augmented-bonding-curve; the configuration dashboard of the Token
//! Engineering Commons; Zargham, Shorish, Paruch, "From Curved Bonding to Configuration Spaces" (2020); `longtailfinancial/TokenEngineering`
//! (`ltfte`). Reference numbers and their provenance are in `testdata/te-bonding-curve`.
//!
//! ```
//! use te_bonding_curve::HatchLaunch;
//!
//! // The launch of the Token Engineering Commons in the design model.
//! let opening = HatchLaunch::tec().open()?;
//! let mut curve = opening.curve;
//! assert_eq!(format!("{:.7}", curve.terms().reserve_ratio), "0.2005909");
//! assert_eq!(format!("{:.6}", curve.price()), "1.365187");
//!
//! let order = curve.buy(1_000.0, 0.0)?;
//! assert_eq!(order.tribute, 220.0);
//! let back = curve.sell(order.received, order.received, 0.0)?;
//! assert!(back.received < 780.0 * 0.98 + 1e-9);
//! # Ok::<(), te_bonding_curve::CurveError>(())
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod amount;
mod augmented;
pub mod bancor;
#[cfg(feature = "engine")]
pub mod component;
mod error;
mod growth;
mod launch;
mod ledger;
pub mod lockup;
mod logistic;
pub mod multi_sigmoid;
pub mod power_curve;
mod scale;
mod sigmoid_grid;

pub use augmented::{AugmentedCurve, CurveTerms, MILESTONES, Milestone, Order};
pub use error::{ConversionError, CurveError, LedgerError};
pub use launch::{Design, DesignLaunch, HatchLaunch, Opening};
pub use ledger::{LedgerCurve, LedgerOrder, LedgerTerms};
pub use logistic::{Logistic, MultiLogistic};
pub use multi_sigmoid::{MultiSigmoidCurve, SigmoidOrder};
pub use ruint::aliases::U256;
pub use scale::{E10, E18, Fixed, Ppm};
pub use sigmoid_grid::{GridRow, MINTING_ZOOM, ReserveRule, Reserves, SigmoidGrid};

/// Adds the curves to a registry.
#[cfg(feature = "engine")]
pub fn register(registry: &mut te_core::Registry) {
    let package = env!("CARGO_PKG_NAME");
    registry.add::<component::augmented::Augmented>(
        package,
        "An augmented bonding curve: buys, sales and arbitrage at a constant reserve ratio, with tributes to a common pool.",
    );
    registry.add::<component::multi_sigmoid::MultiSigmoid>(
        package,
        "A market whose price is a sum of logistic phases of the supply, with exact areas and a reserve for refunds.",
    );
}
