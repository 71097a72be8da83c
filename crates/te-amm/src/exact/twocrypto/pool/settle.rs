//! What follows each change of a twocrypto-ng pool's balances: average price, invariant, virtual price, and the price scale.
//!
//! ```text
//! oracle     (min(last, 2*scale)*(E - e) + oracle*e)/E,  e = exp(-elapsed/time)
//! profit     *= vp/old vp;  vp must rise, but while the shape moves
//! scale      where 2vp - E > profit + 2*extra:  norm = |oracle/scale - 1|,  step = max(adjustment, norm/5);
//!            norm > step:  new = (scale*(norm - step) + step*oracle)/norm,  kept if vp' > E and 2vp' - E > profit
//! claim      fees = (profit - profit_a)/4;  share = admin's + T*(vp/(vp - fees) - 1);  that part of both balances is paid
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | vp, T | virtual price, shares | 10^-18, units |
//! | extra, adjustment | profit to be left, least step | 10^-18 |
//! | profit, `profit_a` | profit since the start, and that of which the administrator had its part | 10^-18 |
//!
//! Source: rules measured on twocrypto-ng v2.1.0, `testdata/te-amm/pools/README.md`, family `twocrypto_ng`.
//!
//! Invariant: half of the profit stays in the virtual price when the price scale moves.

#![allow(clippy::arithmetic_side_effects, reason = "the operators of Int are checked")]

use super::super::Refusal;
use super::{Pool, worth};
use crate::exact::integer::Int;
use crate::exact::wad_exp::Average;
use crate::exact::weighted::fixed_point::ONE;
use crate::wide::U256;

/// The time between two claims of the administrator `[s]`.
const CLAIM_EVERY: u64 = 86_400;

impl Pool {
    /// The average price, its last value at most twice the price scale.
    pub(super) fn capped_price(&self) -> Result<Average, Refusal> {
        let last = Int::from(self.price.last).min(Int::from(self.price_scale) * 2u64).get()?;
        Ok(Average { last, ..self.price })
    }

    /// Settles scaled balances, with the invariant given or found from a hint.
    pub(super) fn settle(
        &mut self,
        x: [U256; 2],
        given: Option<U256>,
        hint: U256,
        time: u64,
    ) -> Result<(), Refusal> {
        let shape = self.shape(time)?;
        let oracle = self.price_oracle(time)?;
        let d = match given {
            Some(d) => d,
            None => shape.invariant(x, hint)?,
        };
        let last = (Int::from(shape.price(x, d)?) * self.price_scale / ONE).get()?;
        self.price = Average { last, ema: oracle, time: self.price.time.max(time) };
        let (supply, old) = (self.total_supply, self.virtual_price);
        let vp = (worth(d, self.price_scale) * ONE / supply).get()?;
        if !old.is_zero() {
            if self.ramp_times[1] < time && vp <= old {
                return Err(Refusal::Loss);
            }
            self.xcp_profit = (Int::from(self.xcp_profit) * vp / old).get()?;
        }
        (self.d, self.virtual_price) = (d, vp);
        let doubled = |vp: U256| Int::from(vp) * 2u64 - ONE;
        let floor = Int::from(self.xcp_profit) + Int::from(self.allowed_extra_profit) * 2u64;
        if !doubled(vp).above(floor)? {
            return Ok(());
        }
        let scale = self.price_scale;
        let norm = (Int::from(oracle) * ONE / scale).distance(ONE).get()?;
        let step = (Int::from(norm) / 5u64).get()?.max(U256::from(self.adjustment_step));
        if norm <= step {
            return Ok(());
        }
        let new = ((Int::from(norm) - step) * scale + Int::from(step) * oracle) / norm;
        let new = new.get()?;
        let [x0, x1] = x;
        let moved = [x0, (Int::from(x1) * new / scale).get()?];
        let d = shape.invariant(moved, U256::ZERO)?;
        let vp = (worth(d, new) * ONE / supply).get()?;
        if vp > U256::from(ONE) && doubled(vp).above(self.xcp_profit)? {
            (self.price_scale, self.d, self.virtual_price) = (new, d, vp);
        }
        Ok(())
    }

    /// Pays the administrator's part, once a day, not while the shape moves.
    pub(super) fn claim(&mut self, time: u64) -> Result<(), Refusal> {
        let supply = Int::from(self.total_supply);
        let early = time.saturating_sub(self.last_claim) < CLAIM_EVERY;
        let profit = self.xcp_profit.saturating_sub(self.xcp_profit_a);
        if early || self.ramping(time) || profit.is_zero() || self.total_supply < U256::from(ONE) {
            return Ok(());
        }
        let vp = Int::from(self.virtual_price);
        let fees = Int::from(profit) / 4u64;
        let part = vp * ONE / (vp - fees) - ONE;
        let share = Int::from(self.admin_shares) + supply * part / ONE;
        let whole = supply + share;
        let vp = (worth(self.d, self.price_scale) * ONE / whole).get()?;
        if vp < U256::from(ONE) {
            return Ok(());
        }
        let less = |value: U256| (Int::from(value) - Int::from(value) * share / whole).get();
        let [b0, b1] = self.balances.map(less);
        self.balances = [b0?, b1?];
        self.d = less(self.d)?;
        self.virtual_price = vp;
        self.xcp_profit = (Int::from(self.xcp_profit) - fees * 2u64).get()?;
        self.xcp_profit_a = self.xcp_profit_a.max(self.xcp_profit);
        self.admin_shares = U256::ZERO;
        self.last_claim = time;
        Ok(())
    }
}
