//! Cash flow, interest rates, running costs, a consulting company, and a ledger of contributions.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod appraisal;
pub mod cash_flow;
pub mod cir;
pub mod company;
pub mod compounding;
pub mod contribution;
mod error;
pub mod guild;
pub mod interest_rate;
mod math;
pub mod operations;
pub mod opex;
pub mod ownership;
pub mod performance;
pub mod premia;
pub mod root;
pub mod vasicek;

pub use error::{FinanceError, LedgerError};
