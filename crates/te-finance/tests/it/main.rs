//! Reference rows, sampling laws, properties and components of te-finance.

mod books;
mod cash_flow;
mod components;
mod ledger;
mod reference;
mod short_rates;
