//! The derives of te-core: `Params`, `Record`, `Terms` and `Choice`.
//!
//! Use them through `te_core`, which re-exports them and documents what they produce. What they refuse, they
//! refuse at compile time with the offending attribute underlined.
//!
//! ```
//! use te_core::{Choice, Params, Record};
//!
//! /// Who pays the fee.
//! #[derive(Clone, Copy, Debug, PartialEq, Choice)]
//! pub enum Payer { Buyer, BothSides }
//!
//! #[derive(Clone, Debug, PartialEq, Params)]
//! #[params(check = Self::fee_below_cap)]
//! pub struct FeeParams {
//!     /// Fee on the amount in.
//!     #[param(default = 0.003, min = 0.0, below = 1.0, unit = "1", soft_max = 0.05, step = 0.0005)]
//!     pub fee: f64,
//!     /// Highest fee a vote may set.
//!     #[param(default = 0.01, min = 0.0, below = 1.0, unit = "1", role = "environment", alias = "max_fee")]
//!     pub cap: f64,
//!     /// Who pays it.
//!     #[param(default = Payer::Buyer)]
//!     pub payer: Payer,
//! }
//!
//! impl FeeParams {
//!     fn fee_below_cap(&self) -> Result<(), String> {
//!         if self.fee <= self.cap { Ok(()) } else { Err(format!("fee {} exceeds cap {}", self.fee, self.cap)) }
//!     }
//! }
//!
//! #[derive(Clone, Copy, Debug, PartialEq, Record)]
//! pub struct FeeMetrics {
//!     /// Fees collected so far.
//!     #[record(unit = "token")]
//!     pub collected: f64,
//! }
//!
//! let error = FeeParams { fee: 2.0, ..FeeParams::default() }.check().unwrap_err();
//! assert_eq!(error.to_string(), "parameter `fee` is 2: allowed is [0, 1)");
//! let error = FeeParams { fee: 0.02, ..FeeParams::default() }.check().unwrap_err();
//! assert_eq!(error.to_string(), "fee 0.02 exceeds cap 0.01");
//! assert_eq!(FeeParams::specs()[2].default.to_string(), "buyer");
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod choice;
mod declaration;
mod params;
mod record;
mod terms;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Declares parameters: specs, defaults, checks, get and set, serde.
///
/// On a field: `#[param(default = …, min = …, max = …, above = …, below = …, soft_min = …, soft_max = …, step = …,
/// unit = "…", role = "controllable | environment | random", random = "normal(0, 1)", alias = "…", initial, nested)]`.
/// On the struct: `#[params(check = path)]`, a function from `&Self` to `Result<(), String>`.
#[proc_macro_derive(Params, attributes(param, params))]
pub fn derive_params(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    params::expand(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// Declares a record of inputs or metrics: its fields with units and docs, and the equations of the metrics: what stands fenced in
/// the section `# Equations` of the struct's doc comment.
///
/// On a field: `#[record(unit = "…", default = …, nested, flatten)]`; a flattened record's fields keep their names.
#[proc_macro_derive(Record, attributes(record))]
pub fn derive_record(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    record::expand(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// Declares what a run of a mechanism keeps: numbers (`f64`, `Option<f64>`), and settings (choices, booleans, whole numbers)
/// that runs in lanes share.
///
/// On a field: `#[terms(nested)]` for a record or terms within.
#[proc_macro_derive(Terms, attributes(terms))]
pub fn derive_terms(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    terms::expand(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// Makes an enum without data a parameter type; files name a variant in kebab case.
#[proc_macro_derive(Choice)]
pub fn derive_choice(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    choice::expand(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}
