//! Money over time: cash flows, interest rates, running costs, a consulting company, a ledger of contributions.
//!
//! | module | what it computes | component |
//! |---|---|---|
//! | [`compounding`] | effective and nominal rates, growth factors | |
//! | [`cash_flow`] | lump sums, annuities, perpetuities, schedules | |
//! | [`appraisal`] | net present value, payback; all internal rates of return in [`appraisal::internal_rate`](mod@appraisal::internal_rate) | |
//! | [`discounting`] | a running cash flow, discounted along the realised rate | `finance/cash-flow` |
//! | [`performance`] | returns, yields, Sharpe ratio, drawdown | |
//! | [`premia`], [`vasicek`], [`cir`] | a built-up rate; two stochastic short rates with exact transitions and bond prices | `finance/interest-rate` |
//! | [`opex`] | costs against retainers, break-even, runway | `finance/opex` in [`operations`] |
//! | [`company`] | a token-engineering consultancy | `finance/company` |
//! | [`ownership`] | shares by geometric discount | |
//! | [`contribution`] | hours from samples, a pool divided by contributions | `finance/contributions` in [`guild`] |
//!
//! Without the feature `engine`, which is on by default, neither components nor draws are there, and neither te-core nor
//! rand is needed. All formulas remain but those of [`company`], which work on the component's parameters.
//!
//! Central equations: `FV = PV (1 + e)^t`; Vasicek `dr = a (b - r) dt + s dW`; Cox-Ingersoll-Ross
//! `dr = a (b - r) dt + s sqrt(r) dW`, both drawn from their exact transitions; `treasury' = treasury + revenue - cost`.
//!
//! Units: rates `[1/yr]`, effective unless a module says continuously compounded; money in the unit of the caller; the firm and
//! the company count time in months. A step without a length is one year for the interest rate and one month for the
//! firm and the company. Transcendental functions are those of `te_math`, the same bits on every machine.
//!
//! Sources: `DeFusco` et al., *Quantitative Investment Analysis*; Vasicek 1977; Cox, Ingersoll and Ross 1985; Long Tail
//! Financial's notebooks. Modules that complete or replace what the notebooks left open say so under "proposal".
//!
//! ```
//! use te_finance::appraisal::internal_rate;
//! use te_finance::cash_flow::{future_lump, present_annuity};
//! use te_finance::vasicek::Vasicek;
//!
//! // 100 at 5 % for ten years; ten payments of 10, seen from today; the rate at which 77.2 buys those payments.
//! assert!((future_lump(100.0, 0.05, 10.0)? - 162.88946267774414).abs() < 1e-10);
//! let today = present_annuity(10.0, 0.05, 10.0)?;
//! assert!((today - 77.21734929184813).abs() < 1e-10);
//! let mut flows = vec![10.0; 11];
//! flows[0] = -today;
//! assert!((internal_rate(&flows)? - 0.05).abs() < 1e-12);
//!
//! // A bond under a short rate that reverts from 3 % to 5 %.
//! let model = Vasicek::new(0.5, 0.05, 0.02)?;
//! assert!((model.bond_yield(0.03, 10.0)? - 0.04546479927695102).abs() < 1e-13);
//! # Ok::<(), te_finance::FinanceError>(())
//! ```
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests compare with the platform's functions"))]

pub mod appraisal;
pub mod cash_flow;
pub mod cir;
#[cfg(feature = "engine")]
pub mod company;
#[cfg(feature = "engine")]
pub mod component;
pub mod compounding;
pub mod contribution;
mod error;
pub mod opex;
pub mod ownership;
pub mod performance;
pub mod premia;
pub mod root;
#[cfg(feature = "engine")]
mod sampling;
pub mod vasicek;

#[cfg(feature = "engine")]
pub use component::{discounting, guild, interest_rate, operations};
pub use error::{FinanceError, LedgerError};

/// Adds this crate's components to a registry.
#[cfg(feature = "engine")]
pub fn register(registry: &mut te_core::Registry) {
    let package = env!("CARGO_PKG_NAME");
    registry.add::<interest_rate::InterestRate>(
        package,
        "Interest rate of the world outside: constant, built up from premia, Vasicek or Cox-Ingersoll-Ross. The stochastic models are a proposal: the source has none.",
    );
    registry.add::<discounting::CashFlow>(
        package,
        "A running cash flow: sum, present value along the realised rate, payback.",
    );
    registry.add::<operations::Opex>(
        package,
        "Running costs of a firm against its retainers: break-even and runway.",
    );
    registry.add::<company::Company>(
        package,
        "A token-engineering consultancy: people who learn, clients, treasury. Partly a proposal: the source is unfinished.",
    );
    registry.add::<guild::Contributions>(
        package,
        "Contributors paid from a pool by hours, commits and models. A proposal: the source only records presence.",
    );
}
