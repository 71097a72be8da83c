//! What pools on a curve take as orders, and the accounts that they keep.

use super::{Join, Swap};
use crate::TokenIn;
use serde::{Deserialize, Serialize};
use te_core::{OutOfRange, Record, StepError};

/// Orders of a step; each is 0 for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Record)]
pub struct PoolOrders {
    /// Base that a trader gives `[base]` -- input.
    #[record(unit = "base", default = 0.0)]
    pub base_in: f64,
    /// Quote that a trader gives `[quote]` -- input.
    #[record(unit = "quote", default = 0.0)]
    pub quote_in: f64,
    /// Base that a trader wants, for as much quote as it takes `[base]` -- input.
    #[record(unit = "base", default = 0.0)]
    pub base_want: f64,
    /// Quote that a trader wants, for as much base as it takes `[quote]` -- input.
    #[record(unit = "quote", default = 0.0)]
    pub quote_want: f64,
    /// Price without fee at which traders stop; 0 for none `[quote/base]` -- input.
    #[record(unit = "quote/base", default = 0.0)]
    pub limit_price: f64,
    /// Price elsewhere, for arbitrage and accounts; 0 where there is none `[quote/base]` -- input.
    #[record(unit = "quote/base", default = 0.0)]
    pub external_price: f64,
    /// Base that a provider brings `[base]` -- input.
    #[record(unit = "base", default = 0.0)]
    pub join_base: f64,
    /// Quote that a provider brings `[quote]` -- input.
    #[record(unit = "quote", default = 0.0)]
    pub join_quote: f64,
    /// Shares that a provider gives back `[share]` -- input.
    #[record(unit = "share", default = 0.0)]
    pub leave_shares: f64,
}

impl PoolOrders {
    /// All must be finite and at least 0.
    pub(super) fn check(&self) -> Result<(), StepError> {
        for (at, field) in Self::fields().iter().enumerate() {
            let value = self.cell(at).map_or(f64::NAN, te_core::Cell::number);
            if !(value >= 0.0 && value.is_finite()) {
                return Err(OutOfRange::new(field.name.clone(), value, "finite, at least 0").into());
            }
        }
        Ok(())
    }
}

/// What every pool on a curve shows.
///
/// # Equations
/// ```text
/// at = external_price -- where it is 0 the pool's own price
/// apart = 0 -- but for fees that wait beside the reserves, their value at `at`
/// value = base * at + quote + apart
/// virtual_price = invariant / shares / (invariant(0) / shares(0))
/// share_value = value / shares
/// base: what came in less what went out and what left, each order as the curve says
/// quote: as base
/// volume = sum(worth) -- of the step's trades, worth: what came in at the price before
/// worth: value of what a trade brings in, at the pool's price before it
/// fees' = fees + fee * worth - protocol -- for each trade
/// protocol: the protocol's part of a fee
/// protocol_fees' = protocol_fees + protocol
/// hold_value = (base(0) + join_base - left_base) * at + quote(0) + join_quote - left_quote -- sums of all steps
/// left_base, left_quote: given for leave_shares so far
/// loss = value / hold_value - 1
/// versus_rebalancing' = versus_rebalancing + given - got - protocol -- for each trade, at external_price
/// given, got: value of what a trade brings and takes
/// arbitrage_total' = arbitrage_total + arbitrage_profit
/// trades' = trades + 1 -- for each order that is filled, as far as limit_price lets it
/// unfilled' = unfilled + 1 -- for each that the curve refuses
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Record)]
pub struct PoolBook {
    /// Base reserve `[base]` -- metric.
    #[record(unit = "base")]
    pub base: f64,
    /// Quote reserve `[quote]` -- metric.
    #[record(unit = "quote")]
    pub quote: f64,
    /// Spot price, without fee `[quote/base]` -- metric.
    #[record(unit = "quote/base")]
    pub price: f64,
    /// Fee now `[1]` -- metric.
    #[record(unit = "1")]
    pub fee: f64,
    /// What a swap without fee leaves as it is -- metric.
    pub invariant: f64,
    /// Shares in all `[share]` -- metric.
    #[record(unit = "share")]
    pub shares: f64,
    /// Invariant of a share over that at the start `[1]` -- metric.
    #[record(unit = "1")]
    pub virtual_price: f64,
    /// Value of a share, at the external price where there is one, else at the pool's `[quote/share]` -- metric.
    #[record(unit = "quote/share")]
    pub share_value: f64,
    /// Base out to traders in the last step `[base]` -- metric.
    #[record(unit = "base")]
    pub base_out: f64,
    /// Quote out to traders in the last step `[quote]` -- metric.
    #[record(unit = "quote")]
    pub quote_out: f64,
    /// Value of the inputs of the last step, at the pool's price before each `[quote]` -- metric.
    #[record(unit = "quote")]
    pub volume: f64,
    /// Profit of the pool's own arbitrageur in the last step `[quote]` -- metric.
    #[record(unit = "quote")]
    pub arbitrage_profit: f64,
    /// Its profits so far `[quote]` -- metric.
    #[record(unit = "quote")]
    pub arbitrage_total: f64,
    /// Fees of the providers so far, at the pool's price before each trade `[quote]` -- metric.
    #[record(unit = "quote")]
    pub fees: f64,
    /// Fees of the protocol so far, at the same prices `[quote]` -- metric.
    #[record(unit = "quote")]
    pub protocol_fees: f64,
    /// Value of what was joined less what left, at the external price where there is one, else at the pool's `[quote]` -- metric.
    #[record(unit = "quote")]
    pub hold_value: f64,
    /// Value of the pool over that, less 1 `[1]` -- metric.
    #[record(unit = "1")]
    pub loss: f64,
    /// Gain over a portfolio rebalanced at the external price: fees less LVR so far `[quote]` -- metric.
    #[record(unit = "quote")]
    pub versus_rebalancing: f64,
    /// Trades so far -- metric.
    #[record(unit = "trade")]
    pub trades: u64,
    /// Orders so far that were not filled -- metric.
    #[record(unit = "order")]
    pub unfilled: u64,
}

/// The sums that a pool keeps beside its reserves.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Ledger {
    held: [f64; 2],
    first_share: f64,
    external_price: f64,
    out: [f64; 2],
    volume: f64,
    arbitrage: [f64; 2],
    fees: [f64; 2],
    versus_rebalancing: f64,
    trades: f64,
    pub(super) unfilled: f64,
}

impl Ledger {
    pub(super) fn open(reserves: [f64; 2], first_share: f64) -> Self {
        Self {
            held: reserves,
            first_share,
            external_price: 0.0,
            out: [0.0; 2],
            volume: 0.0,
            arbitrage: [0.0; 2],
            fees: [0.0; 2],
            versus_rebalancing: 0.0,
            trades: 0.0,
            unfilled: 0.0,
        }
    }

    pub(super) fn begin(&mut self, external_price: f64) {
        let [_, earned] = self.arbitrage;
        (self.out, self.volume, self.arbitrage) = ([0.0; 2], 0.0, [0.0, earned]);
        self.external_price = external_price;
    }

    /// Books a trade; `price` is the pool's before it.
    pub(super) fn trade(&mut self, token_in: TokenIn, swap: &Swap, price: f64, external_price: f64) {
        let Swap { amount_in, amount_out, fee, protocol_fee, fee_on_output } = *swap;
        let quote_in = token_in == TokenIn::Quote;
        let [base_out, quote_out] = &mut self.out;
        *(if quote_in { base_out } else { quote_out }) += amount_out;
        self.volume += if quote_in { amount_in } else { amount_in * price };
        let fee_in_quote = quote_in != fee_on_output;
        let worth = |amount: f64, price: f64| if fee_in_quote { amount } else { amount * price };
        let [providers, protocol] = &mut self.fees;
        *providers += worth(fee - protocol_fee, price);
        *protocol += worth(protocol_fee, price);
        if external_price > 0.0 {
            let gain = if quote_in {
                amount_in - amount_out * external_price
            } else {
                amount_in * external_price - amount_out
            };
            self.versus_rebalancing += gain - worth(protocol_fee, external_price);
        }
        self.trades += 1.0;
    }

    pub(super) fn earn(&mut self, profit: f64) {
        let [now, so_far] = &mut self.arbitrage;
        *now = profit;
        *so_far += profit;
    }

    pub(super) fn joined(&mut self, join: &Join, price: f64) {
        for (held, taken) in self.held.iter_mut().zip(join.taken) {
            *held += taken;
        }
        let [base, quote] = join.protocol_fee;
        let [_, protocol] = &mut self.fees;
        *protocol += base * price + quote;
    }

    pub(super) fn left(&mut self, given: [f64; 2]) {
        for (held, given) in self.held.iter_mut().zip(given) {
            *held -= given;
        }
    }

    pub(super) fn book(
        &self,
        [base, quote]: [f64; 2],
        [base_apart, quote_apart]: [f64; 2],
        [price, fee]: [f64; 2],
        [invariant, shares]: [f64; 2],
    ) -> PoolBook {
        let at = if self.external_price > 0.0 { self.external_price } else { price };
        let value = (base + base_apart) * at + quote + quote_apart;
        let ([held_base, held_quote], [fees, protocol_fees]) = (self.held, self.fees);
        let hold_value = held_base * at + held_quote;
        let ([base_out, quote_out], [arbitrage_profit, arbitrage_total]) = (self.out, self.arbitrage);
        PoolBook {
            base,
            quote,
            price,
            fee,
            invariant,
            shares,
            virtual_price: invariant / shares / self.first_share,
            share_value: value / shares,
            base_out,
            quote_out,
            volume: self.volume,
            arbitrage_profit,
            arbitrage_total,
            fees,
            protocol_fees,
            hold_value,
            // Providers who left with more than they brought hold nothing that a loss is a part of.
            loss: if hold_value > 0.0 { value / hold_value - 1.0 } else { 0.0 },
            versus_rebalancing: self.versus_rebalancing,
            trades: crate::component::count(self.trades),
            unfilled: crate::component::count(self.unfilled),
        }
    }
}
