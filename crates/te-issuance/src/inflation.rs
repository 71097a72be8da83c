//! Constant and falling inflation: supply that grows by a rate, and a rate that tapers.
//!
//! ```text
//! continuous (APR):   S(t) = S0 e^(r t)              compounded:  S(k) = S0 (1 + r/n)^k
//! yield of a rate:    APY = (1 + APR/n)^n - 1        continuous:  APY = e^APR - 1
//! disinflation:       r(y) = max(r_T, r_0 (1 - taper)^y)      S(y) = S0 exp(integral of r from 0 to y)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | r | annual rate (APR) | 1/year |
//! | n | compounding periods in a year | 1/year |
//! | k | periods since the start | period |
//! | `r_0`, `r_T` | first and terminal rate (Solana: 8 %, 1.5 %) | 1/year |
//! | taper | share by which the rate falls in a year (Solana: 15 %) | 1/year |
//! | y | time | year |
//!
//! The same number means different supplies as APR and as APY: 5 % compounded monthly is a yield of 5.116 %, and
//! continuously of 5.127 %. State which one a rate is.
//!
//! Invariants: supply never falls for rates >= 0; the tapered rate lies between `r_T` and `r_0`.
//!
//! Source: compound interest; Solana, `inflation.rs`.

use serde::{Deserialize, Serialize};

use crate::error::{IssuanceError, finite, non_negative, positive, require};
use crate::exponential_decay::whole_within;
use crate::policy::Schedule;
use te_math::{exp, exp_m1, ln, ln_1p, pow};

/// Supply under continuous compounding: `initial * e^(rate * years)` `[token]`.
///
/// Valid for `initial, rate, years >= 0`.
///
/// # Errors
/// A value outside its range, or an overflow.
pub fn continuous(initial: f64, rate: f64, years: f64) -> Result<f64, IssuanceError> {
    check(initial, rate)?;
    non_negative("years", years)?;
    finite("the inflated supply", initial * exp(rate * years))
}

/// Supply after `periods` compounding periods: `initial * (1 + rate / periods_per_year)^periods` `[token]`.
///
/// Valid for `initial, rate, periods >= 0`, `periods_per_year > 0`.
///
/// # Errors
/// A value outside its range, or an overflow.
pub fn compounded(
    initial: f64,
    rate: f64,
    periods_per_year: f64,
    periods: f64,
) -> Result<f64, IssuanceError> {
    check(initial, rate)?;
    positive("periods_per_year", periods_per_year)?;
    non_negative("periods", periods)?;
    finite("the inflated supply", initial * pow(1.0 + rate / periods_per_year, periods))
}

/// Yield of an annual rate compounded `n` times: `(1 + apr / n)^n - 1` `[1/year]`.
///
/// Valid for `apr >= 0`, `n > 0`.
///
/// # Errors
/// A value outside its range, or an overflow.
pub fn apy_from_apr(apr: f64, n: f64) -> Result<f64, IssuanceError> {
    check(1.0, apr)?;
    positive("periods_per_year", n)?;
    finite("the yield", exp_m1(n * ln_1p(apr / n)))
}

/// Annual rate that compounded `n` times yields `apy`: `n ((1 + apy)^(1/n) - 1)` `[1/year]`.
///
/// Valid for `apy >= 0`, `n > 0`.
///
/// # Errors
/// A value outside its range, or an overflow.
pub fn apr_from_apy(apy: f64, n: f64) -> Result<f64, IssuanceError> {
    non_negative("apy", apy)?;
    positive("periods_per_year", n)?;
    finite("the rate", n * exp_m1(ln_1p(apy) / n))
}

/// Tapered rate: `max(terminal, initial * (1 - taper)^years)` `[1/year]`.
///
/// Valid for `0 <= terminal <= initial`, `0 <= taper < 1`, `years >= 0`. Source: Solana.
///
/// # Errors
/// A value outside its range.
pub fn disinflation_rate(initial: f64, taper: f64, terminal: f64, years: f64) -> Result<f64, IssuanceError> {
    check_taper(initial, taper, terminal)?;
    non_negative("years", years)?;
    Ok((initial * pow(1.0 - taper, years)).max(terminal))
}

/// Supply under the tapered rate, compounded continuously: `supply * exp(integral of the rate)` `[token]`.
///
/// Until the terminal rate is met the integral is `initial (1 - (1 - taper)^y) / -ln(1 - taper)`, after it grows by
/// `terminal` a year. Valid as [`disinflation_rate`], `supply >= 0`.
///
/// # Errors
/// A value outside its range, or an overflow.
pub fn disinflation_supply(
    supply: f64,
    initial: f64,
    taper: f64,
    terminal: f64,
    years: f64,
) -> Result<f64, IssuanceError> {
    non_negative("supply", supply)?;
    check_taper(initial, taper, terminal)?;
    non_negative("years", years)?;
    if taper == 0.0 || initial == 0.0 {
        return continuous(supply, initial, years);
    }
    let fall = -ln_1p(-taper);
    let meeting = if terminal > 0.0 { ln(initial / terminal) / fall } else { f64::INFINITY };
    let falling = years.min(meeting);
    let integral = -initial * exp_m1(-fall * falling) / fall + terminal * (years - falling);
    finite("the inflated supply", supply * exp(integral))
}

fn check(initial: f64, rate: f64) -> Result<(), IssuanceError> {
    non_negative("initial", initial)?;
    non_negative("rate", rate)?;
    Ok(())
}

fn check_taper(initial: f64, taper: f64, terminal: f64) -> Result<(), IssuanceError> {
    non_negative("initial rate", initial)?;
    require("taper", taper, (0.0..1.0).contains(&taper), "in [0, 1)")?;
    require("terminal rate", terminal, terminal >= 0.0 && terminal <= initial, "in [0, initial rate]")?;
    Ok(())
}

/// How the supply grows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Growth {
    /// Continuously at a constant rate.
    Continuous {
        /// Annual rate `[1/year]`.
        rate: f64,
    },
    /// Compounded every tick at a constant rate.
    Compounded {
        /// Annual rate `[1/year]`.
        rate: f64,
    },
    /// Continuously at a rate that tapers.
    Disinflation {
        /// First rate `[1/year]`.
        initial: f64,
        /// Share by which the rate falls in a year `[1/year]`.
        taper: f64,
        /// Lowest rate `[1/year]`.
        terminal: f64,
    },
}

/// Inflation as a schedule in whole units, rounded down: what is issued on top of the first supply.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inflation {
    supply: f64,
    growth: Growth,
    ticks_per_year: f64,
}

impl Inflation {
    /// Grows `supply` `[unit]`; `ticks_per_year` ticks are a year.
    ///
    /// # Errors
    /// A value outside its range.
    pub fn new(supply: f64, growth: Growth, ticks_per_year: f64) -> Result<Self, IssuanceError> {
        positive("ticks_per_year", ticks_per_year)?;
        let inflation = Self { supply, growth, ticks_per_year };
        inflation.supply_at(0.0)?;
        Ok(inflation)
    }

    fn supply_at(&self, tick: f64) -> Result<f64, IssuanceError> {
        let years = tick / self.ticks_per_year;
        match self.growth {
            Growth::Continuous { rate } => continuous(self.supply, rate, years),
            Growth::Compounded { rate } => compounded(self.supply, rate, self.ticks_per_year, tick),
            Growth::Disinflation { initial, taper, terminal } => {
                disinflation_supply(self.supply, initial, taper, terminal, years)
            }
        }
    }
}

impl Schedule for Inflation {
    fn cumulative(&self, tick: u64) -> Result<u128, IssuanceError> {
        let grown = self.supply_at(tick as f64)? - self.supply_at(0.0)?;
        whole_within(grown.max(0.0), None)
    }

    fn limit(&self) -> Option<u128> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yields_quoted_in_the_docs() {
        assert!((apy_from_apr(0.05, 12.0).unwrap() - 0.05116).abs() < 5e-6);
        assert!((continuous(1.0, 0.05, 1.0).unwrap() - 1.05127).abs() < 5e-6);
        let there = apy_from_apr(0.05, 12.0).unwrap();
        assert!((apr_from_apy(there, 12.0).unwrap() - 0.05).abs() < 1e-14);
    }

    #[test]
    fn the_supply_is_the_integral_of_the_rate() {
        let steps = 200_000;
        let dt = 20.0 / f64::from(steps);
        let mut log = 0.0;
        for i in 0..steps {
            log += dt * disinflation_rate(0.08, 0.15, 0.015, (f64::from(i) + 0.5) * dt).unwrap();
        }
        let closed = disinflation_supply(1.0, 0.08, 0.15, 0.015, 20.0).unwrap();
        assert!((closed / log.exp() - 1.0).abs() < 1e-9);
        let steady = disinflation_supply(1.0, 0.08, 0.0, 0.015, 2.0).unwrap();
        assert_eq!(steady, continuous(1.0, 0.08, 2.0).unwrap());
        assert!(disinflation_rate(0.01, 0.15, 0.015, 0.0).is_err());
    }
}
