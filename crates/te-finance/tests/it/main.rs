//! Reference rows, sampling laws, properties and components of te-finance.

#![allow(clippy::disallowed_methods, reason = "tests compare with the platform's functions")]
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails panics")]

mod books;
mod cash_flow;
mod components;
mod extremes;
mod internal_rates;
mod kinds;
mod lanes;
mod ledger;
mod reference;
mod short_rates;
