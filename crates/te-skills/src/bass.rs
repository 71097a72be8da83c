//! How awareness spreads through a field of given size: Bass diffusion, solved exactly over any step.
//!
//! ```text
//! dN/dt = (p + q N/M)(M - N) x
//! with u = N/M, E = exp(-(p + q) x t):  u(t) = u + (1 - u) h,   h = (p + q u)(1 - E) / (p + q E + q u (1 - E))
//! from N(0) = 0:  N(t) = M (1 - e)/(1 + (q/p) e),  e = exp(-(p + q) x t);  new adopters peak at ln(q/p)/((p + q) x)
//! ```
//!
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `M` | field, > 0 | person |
//! | `N` | ever aware, in `[0, M]` | person |
//! | `p` | innovation: who comes by himself, >= 0 | 1/yr |
//! | `q` | imitation: who comes by others, >= 0 | 1/yr |
//! | `x` | multiplier of the market, >= 0, constant in the step | 1 |
//!
//! `h` is the part of those not yet aware who become so. No difference of nearly equal numbers is taken, so that the first
//! adopters of a large field keep all their digits.
//! Invariants: `N` never falls and never exceeds `M`; two half steps are a whole one; `p = 0` and `N = 0` stays 0;
//! `p = 0` is the logistic curve. Averages over many products: `p = 0.03`, `q = 0.38` (Sultan, Farley, Lehmann 1990).
//!
//! Source: F. Bass, *A new product growth model for consumer durables*, Management Science 15, 1969.

use te_math as math;

use crate::error::SkillError;

/// Parameters of the diffusion; valid once built.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Bass {
    field: f64,
    innovation: f64,
    imitation: f64,
}

impl Bass {
    /// Field > 0 `[person]`, innovation >= 0 `[1/yr]`, imitation >= 0 `[1/yr]`.
    ///
    /// # Errors
    /// A parameter that is not finite or out of range.
    pub fn new(field: f64, innovation: f64, imitation: f64) -> Result<Self, SkillError> {
        SkillError::require("field", field, field > 0.0, "(0, inf)")?;
        SkillError::require("innovation", innovation, innovation >= 0.0, "[0, inf)")?;
        SkillError::require("imitation", imitation, imitation >= 0.0, "[0, inf)")?;
        SkillError::finite("innovation and imitation", innovation + imitation)?;
        Ok(Self { field, innovation, imitation })
    }

    /// Ever aware after `dt` years at market multiplier `x`, from `aware` `[person]`.
    ///
    /// ```
    /// use te_skills::bass::Bass;
    /// let field = Bass::new(10_000.0, 0.03, 0.38)?;
    /// let e = (-0.41f64 * 5.0).exp();
    /// let closed = 10_000.0 * (1.0 - e) / (1.0 + 0.38 / 0.03 * e);
    /// assert!((field.advance(0.0, 1.0, 5.0)? - closed).abs() < 1e-9);
    /// # Ok::<(), te_skills::SkillError>(())
    /// ```
    ///
    /// # Errors
    /// `aware` outside `[0, field]`, or `x` or `dt` negative or not finite.
    pub fn advance(&self, aware: f64, x: f64, dt: f64) -> Result<f64, SkillError> {
        SkillError::require("ever aware", aware, (0.0..=self.field).contains(&aware), "[0, field]")?;
        let next = aware + (self.field - aware) * self.reached_part(aware, x, dt)?;
        // Rounding must not raise it above the field.
        Ok(SkillError::finite("ever aware", next)?.min(self.field))
    }

    /// Part of those not yet aware who become so in `dt` years at market multiplier `x`, `h` in the module's equation `[1]`.
    ///
    /// # Errors
    /// As [`Bass::advance`].
    pub fn reached_part(&self, aware: f64, x: f64, dt: f64) -> Result<f64, SkillError> {
        SkillError::require("ever aware", aware, (0.0..=self.field).contains(&aware), "[0, field]")?;
        SkillError::require("market multiplier", x, x >= 0.0, "[0, inf)")?;
        SkillError::require("dt", dt, dt >= 0.0, "[0, inf)")?;
        let (p, q, u) = (self.innovation, self.imitation, aware / self.field);
        let pull = p + q * u;
        if pull == 0.0 || x == 0.0 || dt == 0.0 {
            return Ok(0.0);
        }
        let time = -(p + q) * x * dt;
        let (left, gone) = (math::exp(time), -math::exp_m1(time));
        SkillError::finite("part that hears", pull * gone / (p + q * left + q * u * gone))
            .map(|part| part.min(1.0))
    }

    /// Time at which new adopters peak from `N = 0` at multiplier 1, `ln(q/p)/(p + q)` `[yr]`; `None` unless `q > p > 0`.
    #[must_use]
    pub fn peak_time(&self) -> Option<f64> {
        let (p, q) = (self.innovation, self.imitation);
        let ratio = q / p;
        let log_ratio = if ratio.is_finite() { math::ln(ratio) } else { math::ln(q) - math::ln(p) };
        Some(log_ratio / (p + q)).filter(|time| q > p && p > 0.0 && time.is_finite())
    }
}
