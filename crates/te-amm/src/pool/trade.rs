//! A trade of a [`ConstantProduct`](super::ConstantProduct) pool, and what it is worth elsewhere.
//!
//! Equation, at an external price `pe` `[quote/base]`: profit `out*pe - in` for quote in, `out - in*pe` for base in.
//!
//! Assumptions and limits: the external price is taken as given. A worth above 7.9e28 is formed in `f64`.
//!
//! Source: Angeris, Kao, Chiang, Noyes, Chitra, An analysis of Uniswap markets, arXiv:1911.03380.

use crate::Number;
use crate::arbitrage::TokenIn;
use rust_decimal::Decimal;

/// A swap that was made, or would be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trade {
    /// Token that comes into the pool.
    pub token_in: TokenIn,
    /// Amount in, fee included `[in tokens]`.
    pub amount_in: Decimal,
    /// Amount out `[out tokens]`.
    pub amount_out: Decimal,
    /// Fee, part of the amount in, rounded down to the grid `[in tokens]`.
    pub fee_paid: Decimal,
}

impl Trade {
    /// Profit at an external price `[quote]`: a report, in `f64`.
    pub(super) fn profit(&self, external_price: Decimal) -> f64 {
        let (given, taken) = (Number::approximate(self.amount_in), Number::approximate(self.amount_out));
        let price = Number::approximate(external_price);
        let exact = match self.token_in {
            TokenIn::Quote => {
                self.amount_out.try_mul(external_price).and_then(|worth| worth.try_sub(self.amount_in))
            }
            TokenIn::Base => {
                self.amount_in.try_mul(external_price).and_then(|cost| self.amount_out.try_sub(cost))
            }
        };
        exact.map_or_else(
            |_| match self.token_in {
                TokenIn::Quote => taken * price - given,
                TokenIn::Base => taken - given * price,
            },
            Number::approximate,
        )
    }
}
