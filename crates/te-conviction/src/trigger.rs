//! The trigger: the conviction at which a proposal passes.
//!
//! ```text
//! y*(r)    = rho E / ((1 - alpha) (beta - r/F)^2)    for r/F < beta, else infinite
//! theta(z) = rho / (beta - z)^2                      the same as a share of E / (1 - alpha), z = r/F
//! ```
//! A proposal passes when its conviction is *above* the trigger.
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `r` | request | token |
//! | `F` | common pool | token |
//! | `E` | effective supply | token |
//! | `z` | requested share of the pool | 1 |
//! | `sigma` | share of E that supports | 1 |
//! | `alpha` | share of conviction kept per step | 1 |
//! | `beta` | share of the pool that no request may reach | 1 |
//! | `rho` | trigger scale | 1 |
//!
//! Domain: `0 < beta <= 1`, `0 < rho < beta^2` (with rho at or above beta squared not even everybody together could
//! ever pass a request of zero), `0 <= alpha < 1`, `F > 0`, `E >= 0`.
//!
//! Invariants: the trigger rises with the request and falls with the pool; `theta` depends on neither alpha nor E.
//!
//! Source: the Aragon and 1Hive conviction voting model, version 3, "Trigger function explanation".

use crate::error::{ConvictionError, finite, require, require_alpha, require_amount, require_positive};
use te_math::ln;

/// Shares closer than this to their threshold count as never passing: in floats `theta` of the largest passable
/// share is `1 - 4e-16`, from which the closed form would answer with hundreds of days.
pub const BOUNDARY: f64 = 1e-12;

/// Trigger conviction `[token step]` as the published model computes it: infinite where the request reaches the limit.
///
/// `rho E / ((1 - alpha) (beta - r/F)^2)`. Defined for every float and unchecked; [`trigger`] is the checked form.
#[inline]
pub fn trigger_or_infinity(
    requested: f64,
    funds: f64,
    effective_supply: f64,
    alpha: f64,
    beta: f64,
    rho: f64,
) -> f64 {
    let share = requested / funds;
    if share < beta {
        rho * effective_supply / (1.0 - alpha) / ((beta - share) * (beta - share))
    } else {
        f64::INFINITY
    }
}

/// Trigger conviction `[token step]` of a request: `rho E / ((1 - alpha) (beta - r/F)^2)`.
///
/// # Errors
/// [`ConvictionError`] where a quantity is outside its range (see the module), where rho is not below beta squared, or
/// where the request is not below `beta F`.
pub fn trigger(
    requested: f64,
    funds: f64,
    effective_supply: f64,
    alpha: f64,
    beta: f64,
    rho: f64,
) -> Result<f64, ConvictionError> {
    require_alpha(alpha)?;
    require_shape(beta, rho)?;
    require_amount("requested", requested)?;
    require_positive("funds", funds)?;
    require_amount("effective_supply", effective_supply)?;
    if requested / funds < beta {
        finite("trigger", trigger_or_infinity(requested, funds, effective_supply, alpha, beta, rho))
    } else {
        Err(ConvictionError::RequestOverLimit { requested, limit: beta * funds })
    }
}

/// Trigger as a share `[1]` of the largest conviction `E / (1 - alpha)`: `rho / (beta - z)^2`; infinite for `z >= beta`.
///
/// It is also the share of E that must support for ever, and more than which must support to pass at all.
///
/// # Errors
/// [`ConvictionError`] for a shape outside its domain or a negative share.
pub fn trigger_share(share: f64, beta: f64, rho: f64) -> Result<f64, ConvictionError> {
    require_shape(beta, rho)?;
    require_amount("share", share)?;
    Ok(if share < beta { rho / ((beta - share) * (beta - share)) } else { f64::INFINITY })
}

/// Largest share `[1]` of the pool that the support `sigma` can ever pass: `beta - sqrt(rho / sigma)`; 0 where the
/// support passes nothing.
///
/// # Errors
/// [`ConvictionError`] for a shape outside its domain or a support outside `[0, 1]`.
pub fn largest_share(support: f64, beta: f64, rho: f64) -> Result<f64, ConvictionError> {
    require_shape(beta, rho)?;
    require((0.0..=1.0).contains(&support), "support", support, "[0, 1]")?;
    Ok((beta - (rho / support).sqrt()).max(0.0))
}

/// Steps until a conviction passes its trigger under a constant stake, `None` if never:
/// `ln((x - (1-alpha) y*) / (x - (1-alpha) y_0)) / ln alpha`, and 0 where it is already above.
///
/// The instant of reaching, not rounded up to a whole step. With `alpha = 0` the stake counts in the first step: 1.
///
/// # Errors
/// [`ConvictionError::OutOfRange`] for alpha outside [0, 1) or a negative amount (an infinite trigger is allowed and
/// never passes).
pub fn steps_to_trigger(
    conviction: f64,
    stake: f64,
    trigger: f64,
    alpha: f64,
) -> Result<Option<f64>, ConvictionError> {
    require_alpha(alpha)?;
    require_amount("conviction", conviction)?;
    require_amount("stake", stake)?;
    if trigger.is_nan() || trigger < 0.0 {
        return Err(ConvictionError::OutOfRange {
            parameter: "trigger",
            value: trigger,
            permitted: "[0, infinity]",
        });
    }
    if conviction > trigger {
        return Ok(Some(0.0));
    }
    let needed = (1.0 - alpha) * trigger;
    if stake <= needed * (1.0 + BOUNDARY) {
        return Ok(None);
    }
    if alpha == 0.0 {
        return Ok(Some(1.0));
    }
    let ratio = (stake - needed) / (stake - (1.0 - alpha) * conviction);
    Ok(Some(ln(ratio) / ln(alpha)))
}

/// Amount `[token]` that a conviction could fund now: `F (beta - sqrt(rho E / ((1 - alpha) y)))`, at least 0.
///
/// # Errors
/// [`ConvictionError`] where a quantity is outside its range.
pub fn fundable_now(
    conviction: f64,
    funds: f64,
    effective_supply: f64,
    alpha: f64,
    beta: f64,
    rho: f64,
) -> Result<f64, ConvictionError> {
    require_alpha(alpha)?;
    require_shape(beta, rho)?;
    require_amount("conviction", conviction)?;
    require_amount("funds", funds)?;
    require_amount("effective_supply", effective_supply)?;
    if conviction == 0.0 {
        return Ok(0.0);
    }
    Ok((funds * (beta - (rho * effective_supply / ((1.0 - alpha) * conviction)).sqrt())).max(0.0))
}

/// Refuses a trigger shape under which nothing could pass.
pub(crate) fn require_shape(beta: f64, rho: f64) -> Result<(), ConvictionError> {
    require(beta > 0.0 && beta <= 1.0, "beta", beta, "(0, 1]")?;
    require_positive("rho", rho)?;
    if rho < beta * beta {
        Ok(())
    } else {
        Err(ConvictionError::NothingPasses { rho, beta_squared: beta * beta })
    }
}
