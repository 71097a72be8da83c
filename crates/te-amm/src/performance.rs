//! How a liquidity provider fares: pool value, impermanent loss, loss versus rebalancing.
//!
//! ```text
//! value        V = 2*sqrt(k*p)
//! loss         IL(r) = 2*sqrt(r)/(1 + r) - 1;        weighted: r^w/(w*r + 1 - w) - 1
//! LVR rate     sigma^2/8 * V;                        weighted: sigma^2*w*(1 - w)/2 * V
//! LVR of step  arbitrage profit at the external price without fee: pe*out - in
//! with fees    blocks at Poisson times, mean dt: P_trade = 1/(1 + f/(sigma*sqrt(dt/2))), arbitrage ~ LVR*P_trade
//! P&L          hold + IL + fees = rebalancing - LVR + fees
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | k, p | product of reserves; price | tokens^2; quote/base |
//! | r | price ratio, after over before | 1 |
//! | w | weight of the base token | 1 |
//! | sigma | volatility of the external price | per square root of time |
//! | dt | mean time between blocks | time |
//!
//! Assumptions and limits: the external price is a geometric Brownian motion; arbitrageurs are always there. The rate with fees is
//! an approximation for small fees and short blocks; fast arbitrage in discrete steps is simulated exactly by
//! [`arbitrage`](crate::arbitrage).
//!
//! Sources: Milionis, Moallemi, Roughgarden, Zhang, Automated market making and loss-versus-rebalancing, arXiv:2208.06046;
//! Milionis, Moallemi, Roughgarden, AMM and arbitrage profits in the presence of fees, arXiv:2305.14604.
//!
//! Invariants: `IL <= 0`, zero only at `r = 1`; `0 < P_trade <= 1`.

use crate::number::{positive_amount, positive_reserve};
use crate::{AmmError, Number};
use te_core::math::{exp_m1, ln};

fn in_range(parameter: &'static str, value: f64, ok: bool, range: &'static str) -> Result<(), AmmError> {
    if ok { Ok(()) } else { Err(AmmError::Domain { parameter, value, range }) }
}

/// Value of a pool whose price is the market's: `2*sqrt(k*p) = 2*y` [quote].
///
/// # Errors
/// Reserves or price not positive; overflow.
pub fn pool_value<N: Number>(base: N, quote: N, price: N) -> Result<N, AmmError> {
    positive_reserve("base", base)?;
    positive_reserve("quote", quote)?;
    positive_amount("price", price)?;
    // sqrt(x*y*p) as y*sqrt(x*p/y).
    let root = base.try_mul_div(price, quote)?.try_sqrt()?;
    N::count(2).try_mul(quote)?.try_mul(root)
}

/// Impermanent loss of an equal-weight pool: `2*sqrt(r)/(1 + r) - 1`, in `(-1, 0]` [1].
///
/// # Errors
/// [`AmmError::NonPositiveAmount`] unless the ratio is positive.
pub fn impermanent_loss<N: Number>(price_ratio: N) -> Result<N, AmmError> {
    positive_amount("price_ratio", price_ratio)?;
    // -(1 - sqrt(r))^2/(1 + r), without cancellation near r = 1.
    let gap = N::ONE.try_sub(price_ratio)?.try_div(N::ONE.try_add(price_ratio.try_sqrt()?)?)?;
    N::ZERO.try_sub(gap.try_mul(gap)?.try_div(N::ONE.try_add(price_ratio)?)?)
}

/// Impermanent loss of a weighted pool: `r^w/(w*r + 1 - w) - 1` [1].
///
/// # Errors
/// [`AmmError::Domain`] unless `r` is positive and `0 < w < 1`.
pub fn impermanent_loss_weighted(price_ratio: f64, weight: f64) -> Result<f64, AmmError> {
    positive_amount("price_ratio", price_ratio)?;
    in_range("weight", weight, weight > 0.0 && weight < 1.0, "in (0, 1)")?;
    let held = weight * price_ratio + 1.0 - weight;
    // 1e-12 relative needs the difference formed in logarithms near r = 1.
    Ok(exp_m1(weight * ln(price_ratio) - ln(held)))
}

/// Loss versus rebalancing of a constant-product pool per unit of time: `sigma^2/8 * V` [quote per time].
///
/// # Errors
/// [`AmmError::Domain`] for a negative volatility or value.
pub fn lvr_rate(pool_value: f64, sigma: f64) -> Result<f64, AmmError> {
    lvr_rate_weighted(pool_value, sigma, 0.5)
}

/// Loss versus rebalancing of a weighted pool per unit of time: `sigma^2*w*(1 - w)/2 * V` [quote per time].
///
/// # Errors
/// [`AmmError::Domain`] for a negative volatility or value, or a weight outside `(0, 1)`.
pub fn lvr_rate_weighted(pool_value: f64, sigma: f64, weight: f64) -> Result<f64, AmmError> {
    in_range("pool_value", pool_value, pool_value >= 0.0 && pool_value.is_finite(), "at least 0")?;
    in_range("sigma", sigma, sigma >= 0.0 && sigma.is_finite(), "at least 0")?;
    in_range("weight", weight, weight > 0.0 && weight < 1.0, "in (0, 1)")?;
    sigma.try_mul(sigma)?.try_mul(weight * (1.0 - weight) / 2.0)?.try_mul(pool_value)
}

/// Probability that a block brings a profitable trade: `1/(1 + f/(sigma*sqrt(dt/2)))`, Poisson block times [1].
///
/// It is also, to first order, the share of the fee-free LVR that arbitrageurs still earn.
///
/// # Errors
/// [`AmmError::Domain`] unless `sigma` and `dt` are positive and the fee lies in `[0, 1)`.
pub fn trade_probability(sigma: f64, fee: f64, mean_block_time: f64) -> Result<f64, AmmError> {
    in_range("sigma", sigma, sigma > 0.0 && sigma.is_finite(), "positive")?;
    in_range("fee", fee, (0.0..1.0).contains(&fee), "in [0, 1)")?;
    let block = mean_block_time;
    in_range("mean_block_time", block, block > 0.0 && block.is_finite(), "positive")?;
    Ok(1.0 / (1.0 + fee / (sigma * (block / 2.0).sqrt())))
}

/// Arbitrage loss per block of constant length, per unit of marginal liquidity: `s^2/(2 + 1.7164*spread/s)` [1].
///
/// `s` is the volatility of a block, `spread = 2*f` the width of the no-trade band (the source's spread is the whole band: with the
/// fee alone in its place the loss comes out too large, as simulation shows); `1.7164 = sqrt(2*pi)/|zeta(1/2)|`. The marginal
/// liquidity of a constant product is a quarter of the pool's value; without a fee this is then the LVR rate.
///
/// Source: Nezlobin, Tassy, Loss-versus-rebalancing under deterministic and generalized block-times, arXiv:2505.05113.
///
/// # Errors
/// [`AmmError::Domain`] unless `s` is positive and the fee lies in `[0, 1)`.
pub fn loss_per_constant_block(sigma_block: f64, fee: f64) -> Result<f64, AmmError> {
    in_range("sigma_block", sigma_block, sigma_block > 0.0 && sigma_block.is_finite(), "positive")?;
    in_range("fee", fee, (0.0..1.0).contains(&fee), "in [0, 1)")?;
    finite_quotient(sigma_block * sigma_block, 2.0 + 1.7164 * (2.0 * fee) / sigma_block)
}

fn finite_quotient(a: f64, b: f64) -> Result<f64, AmmError> {
    a.try_div(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_losses() {
        assert!((impermanent_loss(4.0).unwrap() + 0.2).abs() < 1e-15);
        assert_eq!(impermanent_loss(1.0).unwrap(), 0.0);
        assert!((impermanent_loss_weighted(4.0, 0.5).unwrap() + 0.2).abs() < 1e-15);
        assert_eq!(pool_value(1000.0, 2_000_000.0, 2000.0).unwrap(), 4_000_000.0);
        assert!((lvr_rate(4_000_000.0, 0.8).unwrap() - 320_000.0).abs() < 1e-9);
        assert!(trade_probability(0.0, 0.003, 12.0).is_err());
        assert!((loss_per_constant_block(0.01, 0.0).unwrap() - 5e-5).abs() < 1e-18);
    }
}
