//! The 1Hive supply policy: once a month the reserve is steered towards a share of the total supply.
//!
//! The formulas live here and not in the economy because they are an issuance policy: a proportional controller with
//! a throttle. The economy composes it with saturation, utility and price.
//!
//! ```text
//! outflow = reserve * b / (saturation + 1)        inflow = size * saturation / price
//! netflow = inflow - outflow
//! r = reserve + netflow      c = circulation - netflow      supply = r + c
//! e = (1 - (r / supply) / target) / 12
//! adjustment = max(clamp(e, -throttle, throttle) * supply, -r)    (throttle = 0: max(e * supply, -r))
//! reserve' = r + adjustment  circulation' = c
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | reserve | tokens of the common pool | token |
//! | circulation | tokens outside the pool | token |
//! | size | size of the economy | currency |
//! | saturation | share of its potential the economy has reached | 1 |
//! | price | price of a token | currency/token |
//! | b | outflow boundary: share of the reserve paid out per month at saturation 0 | 1/month |
//! | target | wanted share of the reserve in the supply | 1 |
//! | throttle | largest adjustment per month as a share of the supply, 0 = unbounded | 1/month |
//!
//! Assumptions and limits: one step is one month, the 12 is part of the formula. There is no memory and no stop at
//! the target. The ratio is taken after the flow. The adjustment is added to the reserve alone, and a burn takes at
//! most what the reserve holds. The notebook has no such stop: with a target below 1/12, unthrottled or with a throttle
//! above the reserve's share, its reserve can turn negative. From a target of 1/12 on both agree, since then
//! `(ratio/target - 1)/12 <= ratio`. At the throttle θ the supply changes by at most θ of itself a month,
//! `(1 + θ)^12 - 1` a year: 10.03 % for θ = 0.008. Without throttle the error is at most 1/12 a month on the minting
//! side, so an empty reserve makes the supply grow at `(13/12)^12 - 1` = 161 % a year.
//!
//! The functions up to [`covered`] are bare formulas for hot loops: they check nothing and follow IEEE rules (a
//! price of 0 gives infinity). [`supply_step`] is the same formulas with every need checked. The order of the operations is
//! part of the contract: the reference trajectories are matched to the bit.
//!
//! Invariants: the adjustment has the sign of the error; at the target it is 0; the flow between reserve and
//! circulation leaves their sum as it was; the reserve is never negative for `0 <= b <= 1`.
//!
//! Source: the cadCAD notebook of the 1Hive economy.

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use serde::{Deserialize, Serialize};

use crate::error::{IssuanceError, demand_non_negative, demand_part, demand_positive, finite, non_negative};
use te_math::{Number, Sound, Watch, checked, exp_m1, ln_1p};

/// Steps in a year: the policy works by the month.
pub const MONTHS_PER_YEAR: f64 = 12.0;

/// Tokens paid out of the reserve in a month: `reserve * outflow_boundary / (saturation + 1)` `[token]`.
///
/// Valid for `saturation > -1`. Source: 1Hive economy notebook.
#[inline(always)]
#[must_use]
pub fn outflow(reserve: f64, outflow_boundary: f64, saturation: f64) -> f64 {
    paid_out(&mut Sound::new(), reserve, outflow_boundary, saturation)
}

#[inline(always)]
fn paid_out<N: Number, W: Watch<Error = IssuanceError>>(
    w: &mut W,
    reserve: N,
    outflow_boundary: N,
    saturation: N,
) -> N {
    reserve.times(outflow_boundary, w).over(saturation.plus(N::ONE, w), w)
}

/// Tokens that come back to the reserve in a month: `size * saturation / price` `[token]`.
///
/// Valid for `price > 0`. Source: 1Hive economy notebook.
#[inline(always)]
#[must_use]
pub fn inflow(size: f64, saturation: f64, price: f64) -> f64 {
    paid_in(&mut Sound::new(), size, saturation, price)
}

#[inline(always)]
fn paid_in<N: Number, W: Watch<Error = IssuanceError>>(w: &mut W, size: N, saturation: N, price: N) -> N {
    size.times(saturation, w).over(price, w)
}

/// Monthly relative distance to the target: `(1 - (reserve / supply) / target) / 12` `[1/month]`.
///
/// Valid for `supply > 0` and `0 < target <= 1`; the result is at most 1/12. Source: 1Hive economy notebook.
#[inline(always)]
#[must_use]
pub fn ratio_error(reserve: f64, supply: f64, target: f64) -> f64 {
    error_of_ratio(&mut Sound::new(), reserve / supply, target)
}

#[inline(always)]
fn error_of_ratio<N: Number, W: Watch<Error = IssuanceError>>(w: &mut W, ratio: N, target: N) -> N {
    N::ONE.minus(ratio.over(target, w), w).over(N::count(12), w)
}

/// Tokens minted into (positive) or burned from (negative) the reserve: `clamp(error, -throttle, throttle) * supply`
/// `[token]`; a throttle of 0 means unbounded.
///
/// Valid for `throttle >= 0`. Source: 1Hive economy notebook.
#[inline(always)]
#[must_use]
pub fn adjustment(error: f64, throttle: f64, supply: f64) -> f64 {
    throttled(error, throttle) * supply
}

#[inline(always)]
fn throttled<N: Number>(error: N, throttle: N) -> N {
    N::choose(throttle == N::ZERO, error, throttle.smaller(throttle.negated().larger(error)))
}

/// A burn that the reserve covers: `max(adjustment, -reserve)` `[token]`, with the reserve after the month's flow.
///
/// Valid for `reserve >= 0`. The notebook of the 1Hive economy has no such bound; see the module.
#[inline(always)]
#[must_use]
pub fn covered<N: Number>(adjustment: N, reserve: N) -> N {
    adjustment.larger(reserve.negated())
}

/// Largest change of the supply in a year at the throttle: `(1 + throttle)^12 - 1` `[1]`. It is the yearly cap that a
/// monthly throttle really implies.
///
/// Valid for `throttle >= 0`; 0 means unbounded in this policy and gives `None`.
///
/// # Errors
/// A throttle that is negative or not finite, or too large for the power.
pub fn max_annual_growth(throttle: f64) -> Result<Option<f64>, IssuanceError> {
    non_negative("throttle", throttle)?;
    if throttle == 0.0 {
        return Ok(None);
    }
    finite("yearly growth", exp_m1(MONTHS_PER_YEAR * ln_1p(throttle))).map(Some)
}

/// What the policy reads from the economy, on f64 or exact decimals.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SupplyInputs<N = f64> {
    /// Tokens in the reserve `[token]`, >= 0.
    pub reserve: N,
    /// Tokens outside the reserve `[token]`, >= 0.
    pub circulation: N,
    /// Size of the economy `[currency]`, >= 0.
    pub size: N,
    /// Saturation of the economy `[1]`, >= 0.
    pub saturation: N,
    /// Price of a token `[currency/token]`, > 0.
    pub price: N,
}

/// What one month did.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SupplyStep<N = f64> {
    /// Tokens paid out of the reserve `[token]`.
    pub outflow: N,
    /// Tokens that came back `[token]`.
    pub inflow: N,
    /// Inflow less outflow `[token]`.
    pub netflow: N,
    /// Reserve ratio after the flow `[1]`.
    pub ratio: N,
    /// Monthly relative distance to the target, before the throttle `[1/month]`.
    pub error: N,
    /// Tokens minted (positive) or burned (negative) `[token]`.
    pub adjustment: N,
    /// Reserve at the end of the month `[token]`.
    pub reserve: N,
    /// Circulation at the end of the month `[token]`.
    pub circulation: N,
}

/// One month of the policy, checked. The formula is that of the module; on f64 it has the same bits as the bare
/// formulas.
///
/// Valid for stocks, size, saturation, boundary and throttle >= 0, `price > 0`, `0 < target <= 1`. A throttle of `None`
/// (or 0, as in the source) is unbounded.
///
/// # Errors
/// A value outside its range or not finite, a supply of zero after the flow, or an overflow.
pub fn supply_step<N: Number>(
    inputs: &SupplyInputs<N>,
    outflow_boundary: N,
    target: N,
    throttle: Option<N>,
) -> Result<SupplyStep<N>, IssuanceError> {
    let SupplyInputs { reserve, circulation, size, saturation, price } = *inputs;
    let throttle = throttle.unwrap_or(N::ZERO);
    checked(|w| {
        demand_non_negative(w, "reserve", reserve);
        demand_non_negative(w, "circulation", circulation);
        demand_non_negative(w, "size", size);
        demand_non_negative(w, "saturation", saturation);
        demand_positive(w, "price", price);
        demand_non_negative(w, "outflow_boundary", outflow_boundary);
        demand_non_negative(w, "throttle", throttle);
        demand_part(w, "target", target);

        let outflow = paid_out(w, reserve, outflow_boundary, saturation);
        let inflow = paid_in(w, size, saturation, price);
        let netflow = inflow.minus(outflow, w);
        let reserve = reserve.plus(netflow, w);
        let circulation = circulation.minus(netflow, w);
        let supply = reserve.plus(circulation, w);
        w.need(supply > N::ZERO, || IssuanceError::ZeroSupply);
        let ratio = reserve.over(supply, w);
        let error = error_of_ratio(w, ratio, target);
        let adjustment = covered(throttled(error, throttle).times(supply, w), reserve);
        let reserve = reserve.plus(adjustment, w);
        SupplyStep { outflow, inflow, netflow, ratio, error, adjustment, reserve, circulation }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_throttle_binds_on_both_sides_and_zero_means_unbounded() {
        assert_eq!(adjustment(0.05, 0.01, 100.0), 1.0);
        assert_eq!(adjustment(-0.05, 0.01, 100.0), -1.0);
        assert_eq!(adjustment(-0.05, 0.0, 100.0), -5.0);
        assert_eq!(adjustment(0.005, 0.01, 100.0), 0.5);
    }

    #[test]
    fn a_burn_takes_at_most_the_reserve() {
        assert_eq!(covered(-5.0, 3.0), -3.0);
        assert_eq!(covered(-3.0, 5.0), -3.0);
        assert_eq!(covered(5.0, 3.0), 5.0);
        assert!(covered(f64::NAN, 3.0).is_nan());
        let inputs =
            SupplyInputs { reserve: 50.0, circulation: 50.0, size: 0.0, saturation: 0.0, price: 1.0 };
        for throttle in [None, Some(0.9)] {
            let step = supply_step(&inputs, 0.0, 0.01, throttle).unwrap();
            assert_eq!((step.adjustment, step.reserve, step.circulation), (-50.0, 0.0, 50.0));
        }
        // From a target of 1/12 on no burn reaches the reserve, whatever the ratio.
        for percent in 0..=100 {
            let reserve = f64::from(percent);
            let error = ratio_error(reserve, 100.0, 1.0 / 12.0);
            assert!(adjustment(error, 0.0, 100.0) >= -reserve * (1.0 + 1e-15), "{percent}");
        }
    }

    #[test]
    fn yearly_caps_quoted_in_the_docs() {
        let capped = max_annual_growth(0.008).unwrap().unwrap();
        assert!((capped - 0.1003).abs() < 5e-5);
        assert_eq!(max_annual_growth(0.0).unwrap(), None);
        let empty_reserve: f64 = (1.0 + ratio_error(0.0, 1.0, 0.2)).powi(12) - 1.0;
        assert!((empty_reserve - 1.61).abs() < 5e-3);
    }

    #[test]
    fn refuses_what_the_formula_cannot_mean() {
        let good = SupplyInputs { reserve: 1.0, circulation: 1.0, size: 1.0, saturation: 0.0, price: 1.0 };
        assert!(supply_step(&good, 0.05, 0.2, Some(0.008)).is_ok());
        assert!(supply_step(&SupplyInputs { price: 0.0, ..good }, 0.05, 0.2, Some(0.008)).is_err());
        assert!(supply_step(&good, 0.05, 0.0, Some(0.008)).is_err());
        assert!(supply_step(&good, 0.05, 0.2, Some(-0.1)).is_err());
        assert!(supply_step(&good, f64::NAN, 0.2, Some(0.008)).is_err());
        let empty = SupplyInputs { reserve: 0.0, circulation: 0.0, ..good };
        assert_eq!(supply_step(&empty, 0.05, 0.2, Some(0.008)), Err(IssuanceError::ZeroSupply));
    }
}
