//! How a liquidity provider fares: pool value, impermanent loss, loss versus rebalancing.
//!
//! ```text
//! value        V = 2*sqrt(k*p)
//! loss         IL(r) = 2*sqrt(r)/(1 + r) - 1 = -(d/(1 + sqrt(r)))^2/(1 + r),   d = r - 1
//! weighted     IL(r, w) = r^w/(w*r + 1 - w) - 1 = (sum over k >= 2 of binom(w, k)*d^k)/(1 + w*d),   IL(r, w) = IL(1/r, 1 - w)
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
//! Invariants: `-1 <= IL <= 0`, zero only at `r = 1`; `0 < P_trade <= 1`.

use crate::number::{positive_amount, positive_reserve};
use crate::{AmmError, Number, PoolNumber};
use te_math::{exp_m1, ln};

fn in_range(parameter: &'static str, value: f64, ok: bool, range: &'static str) -> Result<(), AmmError> {
    if ok { Ok(()) } else { Err(AmmError::Domain { parameter, value, range }) }
}

/// Value of a pool whose price is the market's: `2*sqrt(k*p) = 2*y` `[quote]`.
///
/// # Errors
/// Reserves or price not positive; overflow.
pub fn pool_value<N: PoolNumber>(base: N, quote: N, price: N) -> Result<N, AmmError> {
    positive_reserve("base", base)?;
    positive_reserve("quote", quote)?;
    positive_amount("price", price)?;
    // sqrt(x*y*p) as y*sqrt(x*p/y).
    let root = base.try_mul_div(price, quote)?.try_sqrt()?;
    Ok(N::count(2).try_mul(quote)?.try_mul(root)?)
}

/// Impermanent loss of an equal-weight pool: `2*sqrt(r)/(1 + r) - 1`, in `(-1, 0]` `[1]`.
///
/// # Errors
/// [`AmmError::NonPositiveAmount`] unless the ratio is positive.
pub fn impermanent_loss<N: PoolNumber>(price_ratio: N) -> Result<N, AmmError> {
    positive_amount("price_ratio", price_ratio)?;
    // -(1 - sqrt(r))^2/(1 + r), without cancellation near r = 1.
    let gap = N::ONE.try_sub(price_ratio)?.try_div(N::ONE.try_add(price_ratio.try_sqrt()?)?)?;
    Ok(N::ZERO.try_sub(gap.try_mul(gap)?.try_div(N::ONE.try_add(price_ratio)?)?)?)
}

/// Impermanent loss of a weighted pool: `r^w/(w*r + 1 - w) - 1`, in `[-1, 0]` `[1]`.
///
/// Relative error below 1e-14 at any ratio and weight.
///
/// ```
/// use te_amm::performance::impermanent_loss_weighted;
/// // Near ratio 1 it is -w*(1 - w)*(r - 1)^2/2.
/// let loss = impermanent_loss_weighted(1.0000001, 0.5)?;
/// assert!((loss / -1.25e-15 - 1.0).abs() < 2e-7);
/// # Ok::<(), te_amm::AmmError>(())
/// ```
///
/// # Errors
/// [`AmmError::NonPositiveAmount`] unless `r` is positive and finite, [`AmmError::Domain`] unless `0 < w < 1`.
pub fn impermanent_loss_weighted(price_ratio: f64, weight: f64) -> Result<f64, AmmError> {
    positive_amount("price_ratio", price_ratio)?;
    in_range("weight", weight, weight > 0.0 && weight < 1.0, "in (0, 1)")?;
    if weight == 0.5 {
        return impermanent_loss(price_ratio);
    }
    // From the lighter token, whose weight keeps its digits.
    let (w, d, log) = if weight < 0.5 {
        (weight, price_ratio - 1.0, ln(price_ratio))
    } else {
        (1.0 - weight, (1.0 - price_ratio) / price_ratio, -ln(price_ratio))
    };
    let held = w * d;
    // The other token is worth nothing beside the first.
    if held.is_infinite() {
        return Ok(-1.0);
    }
    let gap = if d.abs() <= 0.25 { binomial_tail(w, d) } else { exp_m1(w * log) - held };
    Ok((gap / (1.0 + held)).clamp(-1.0, 0.0) + 0.0)
}

/// `(1 + d)^w - 1 - w*d` by its series, `sum over k >= 2 of binom(w, k)*d^k`, for `|d| <= 1/4` and `0 < w < 1`.
fn binomial_tail(w: f64, d: f64) -> f64 {
    let mut term = w * (w - 1.0) / 2.0 * d * d;
    let mut sum = 0.0;
    let mut k = 2.0;
    // A term is less than a quarter of the one before.
    while sum + term != sum {
        sum += term;
        term *= d * (w - k) / (k + 1.0);
        k += 1.0;
    }
    sum
}

/// Loss versus rebalancing of a constant-product pool per unit of time: `sigma^2/8 * V` `[quote per time]`.
///
/// # Errors
/// [`AmmError::Domain`] for a negative volatility or value.
pub fn lvr_rate(pool_value: f64, sigma: f64) -> Result<f64, AmmError> {
    lvr_rate_weighted(pool_value, sigma, 0.5)
}

/// Loss versus rebalancing of a weighted pool per unit of time: `sigma^2*w*(1 - w)/2 * V` `[quote per time]`.
///
/// # Errors
/// [`AmmError::Domain`] for a negative volatility or value, or a weight outside `(0, 1)`.
pub fn lvr_rate_weighted(pool_value: f64, sigma: f64, weight: f64) -> Result<f64, AmmError> {
    in_range("pool_value", pool_value, pool_value >= 0.0 && pool_value.is_finite(), "at least 0")?;
    in_range("sigma", sigma, sigma >= 0.0 && sigma.is_finite(), "at least 0")?;
    in_range("weight", weight, weight > 0.0 && weight < 1.0, "in (0, 1)")?;
    Ok(sigma.try_mul(sigma)?.try_mul(weight * (1.0 - weight) / 2.0)?.try_mul(pool_value)?)
}

/// Probability that a block brings a profitable trade: `1/(1 + f/(sigma*sqrt(dt/2)))`, Poisson block times `[1]`.
///
/// It is also, to first order, the share of the fee-free LVR that arbitrageurs still earn.
///
/// # Errors
/// [`AmmError::Domain`] unless `sigma` and `dt` are positive and the fee lies in `[0, 1)`; a volatility so small that the ratio of the
/// fee to it is no number.
pub fn trade_probability(sigma: f64, fee: f64, mean_block_time: f64) -> Result<f64, AmmError> {
    in_range("sigma", sigma, sigma > 0.0 && sigma.is_finite(), "positive")?;
    in_range("fee", fee, (0.0..1.0).contains(&fee), "in [0, 1)")?;
    let block = mean_block_time;
    in_range("mean_block_time", block, block > 0.0 && block.is_finite(), "positive")?;
    let ratio = fee.try_div(sigma * (block / 2.0).sqrt())?;
    Ok(1.0 / (1.0 + ratio))
}

/// Arbitrage loss per block of constant length, per unit of marginal liquidity: `s^2/(2 + 1.7164*spread/s)` `[1]`.
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
    let variance = sigma_block.try_mul(sigma_block)?;
    Ok(variance.try_div(2.0 + 1.7164 * (2.0 * fee) / sigma_block)?)
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
