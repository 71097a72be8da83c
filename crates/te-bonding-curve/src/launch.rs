//! Where a curve starts: from a hatch, or from a design.
//!
//! **From a hatch** (configuration dashboard). F raised, `S_h` tokens out, Q collateral rage-quit at the hatch price
//! `p_h`, B set aside for an initial buy, commons tribute θ, opening price P0:
//!
//! - S0 = `S_h` − `Q/p_h`, R0 = (F − Q − B)·(1 − θ), C0 = (F − Q − B)·θ, w = R0/(P0·S0)
//! - then B buys at the open curve and pays the entry tribute.
//!
//! A launch supply or balance that is given replaces S0 or R0 (the dashboard marks "not given" by the value 1; here it
//! is an `Option`). With the inputs of the TEC launch: reserve ratio 0.2005909, common pool 911 644.26, reserve
//! 409 579.31; after the initial buy of 250 000, reserve 604 579.31 and price 1.365187.
//!
//! **From a design** (curve design tool). Raise d0 at hatch price p0, price p1 after the hatch, tribute θ:
//!
//! - S0 = d0/p0, R0 = (1 − θ)·d0, κ = (p1/p0)/(1 − θ); κ < 1 would make the price fall with supply and is refused.
//!
//! Limits: the hatch price values rage-quits only and need not equal `F/S_h`.

use crate::{
    augmented::{AugmentedCurve, CurveTerms, Order, tribute},
    error::{CurveError, finite, non_negative, positive, within},
    power_curve,
};
use serde::{Deserialize, Serialize};

/// What a curve is opened from after a hatch. The default is the dashboard's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HatchLaunch {
    /// Collateral raised F `[collateral]`, > 0 -- uncontrollable.
    pub hatch_funding: f64,
    /// Tokens of the hatch `S_h` `[token]`, > 0 -- uncontrollable.
    pub hatch_supply: f64,
    /// Price at which rage-quitters left `p_h` `[collateral/token]`, > 0 -- uncontrollable.
    pub hatch_price: f64,
    /// Collateral rage-quit Q `[collateral]`, `[0, F]` -- uncontrollable.
    pub ragequit_amount: f64,
    /// Collateral of the initial buy B `[collateral]`, `[0, F − Q]` -- controllable.
    pub initial_buy: f64,
    /// Part of the funding that goes to the common pool θ `[1]`, (0, 1) -- controllable.
    pub commons_tribute: f64,
    /// Spot price at opening P0 `[collateral/token]`, > 0 -- controllable.
    pub opening_price: f64,
    /// Entry tribute τe `[1]`, [0, 1) -- controllable.
    pub entry_tribute: f64,
    /// Exit tribute τx `[1]`, [0, 1) -- controllable.
    pub exit_tribute: f64,
    /// Supply to open with instead of S0 `[token]` -- controllable.
    pub launch_supply: Option<f64>,
    /// Reserve to open with instead of R0 `[collateral]` -- controllable.
    pub launch_balance: Option<f64>,
}

impl Default for HatchLaunch {
    fn default() -> Self {
        Self {
            hatch_funding: 1_571_223.57,
            hatch_supply: 2_041_863.58,
            hatch_price: 0.754743,
            ragequit_amount: 0.0,
            initial_buy: 0.0,
            commons_tribute: 0.05,
            opening_price: 1.5,
            entry_tribute: 0.05,
            exit_tribute: 0.05,
            launch_supply: None,
            launch_balance: None,
        }
    }
}

/// An opened curve and the initial buy, where there was one.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// The curve at the opening price, before the initial buy.
    pub before: AugmentedCurve,
    /// The curve after it; the same where there was none.
    pub curve: AugmentedCurve,
    /// The initial buy.
    pub initial_buy: Option<Order>,
}

impl HatchLaunch {
    /// The launch of the Token Engineering Commons as its design model saw it.
    #[must_use]
    pub fn tec() -> Self {
        Self {
            commons_tribute: 0.69,
            opening_price: 1.0,
            entry_tribute: 0.22,
            exit_tribute: 0.02,
            initial_buy: 250_000.0,
            ..Self::default()
        }
    }

    /// Opens the curve and makes the initial buy.
    ///
    /// # Errors
    /// [`CurveError`] naming the parameter out of range: besides the fields, the common pool must be above 0, the
    /// remaining supply above 0 and the reserve ratio within (0.01, 1), the range of the configuration tool.
    ///
    /// ```
    /// use te_bonding_curve::HatchLaunch;
    /// let opening = HatchLaunch::tec().open()?;
    /// assert!((opening.curve.terms().reserve_ratio - 0.2005909).abs() < 5e-8);
    /// assert!((opening.before.common_pool() - 911_644.26).abs() < 5e-3);
    /// assert!((opening.before.reserve() - 409_579.31).abs() < 5e-3);
    /// assert!((opening.curve.reserve() - 604_579.31).abs() < 5e-3);
    /// assert!((opening.curve.price() - 1.365187).abs() < 5e-7);
    /// # Ok::<(), te_bonding_curve::CurveError>(())
    /// ```
    pub fn open(&self) -> Result<Opening, CurveError> {
        positive("hatch_funding", self.hatch_funding)?;
        positive("hatch_supply", self.hatch_supply)?;
        positive("hatch_price", self.hatch_price)?;
        positive("opening_price", self.opening_price)?;
        let theta = self.commons_tribute;
        within("commons_tribute", theta, theta > 0.0 && theta < 1.0, "(0, 1)")?;
        tribute("entry_tribute", self.entry_tribute)?;
        tribute("exit_tribute", self.exit_tribute)?;
        let (f, q, b) = (self.hatch_funding, self.ragequit_amount, self.initial_buy);
        within("ragequit_amount", q, (0.0..=f).contains(&q), "[0, hatch_funding]")?;
        within("initial_buy", b, (0.0..=f - q).contains(&b), "[0, hatch_funding - ragequit_amount]")?;

        let left = f - q - b;
        let pool = positive("common_pool", left * theta)?;
        let supply = match self.launch_supply {
            Some(supply) => positive("launch_supply", supply)?,
            None => positive("initial_supply", self.hatch_supply - q / self.hatch_price)?,
        };
        let reserve = match self.launch_balance {
            Some(balance) => positive("launch_balance", balance)?,
            None => positive("initial_reserve", left * (1.0 - theta))?,
        };
        let ratio = reserve / (self.opening_price * supply);
        within("reserve_ratio", ratio, ratio > 0.01 && ratio < 1.0, "(0.01, 1)")?;
        let terms = CurveTerms::new(ratio, self.entry_tribute, self.exit_tribute);
        let before = AugmentedCurve::new(terms, supply, reserve, pool)?;
        let mut curve = before.clone();
        let initial_buy = if b > 0.0 { Some(curve.buy(b, 0.0)?) } else { None };
        Ok(Opening { before, curve, initial_buy })
    }
}

/// A curve designed from two prices.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DesignLaunch {
    /// Raise d0 `[collateral]`, > 0 -- uncontrollable.
    pub raise: f64,
    /// Hatch price p0 `[collateral/token]`, > 0 -- controllable.
    pub hatch_price: f64,
    /// Spot price after the hatch p1 `[collateral/token]`, at least p0·(1 − θ) -- controllable.
    pub opening_price: f64,
    /// Part of the raise that goes to the common pool θ `[1]`, [0, 1) -- controllable.
    pub commons_tribute: f64,
}

/// The start of a designed curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Design {
    /// Supply S0 `[token]`.
    pub supply: f64,
    /// Reserve R0 `[collateral]`.
    pub reserve: f64,
    /// Common pool C0 `[collateral]`.
    pub common_pool: f64,
    /// κ = 1/w `[1]`.
    pub kappa: f64,
}

impl DesignLaunch {
    /// S0, R0, C0 and κ of the design.
    ///
    /// # Errors
    /// [`CurveError`] naming the parameter out of range, κ < 1 included.
    pub fn design(&self) -> Result<Design, CurveError> {
        positive("raise", self.raise)?;
        positive("hatch_price", self.hatch_price)?;
        positive("opening_price", self.opening_price)?;
        let theta = tribute("commons_tribute", self.commons_tribute)?;
        let kappa = self.opening_price / self.hatch_price / (1.0 - theta);
        within("kappa", kappa, kappa >= 1.0, "[1, inf)")?;
        Ok(Design {
            supply: finite("supply", self.raise / self.hatch_price)?,
            reserve: (1.0 - theta) * self.raise,
            common_pool: theta * self.raise,
            kappa,
        })
    }
}

impl Design {
    /// Spot price if that many hatch tokens are burned at once: P(S − H) `[collateral/token]`; 0 for H = S and κ > 1.
    ///
    /// # Errors
    /// [`CurveError`] unless 0 ≤ H ≤ S.
    pub fn price_after_burn(&self, tokens: f64) -> Result<f64, CurveError> {
        non_negative("tokens", tokens)?;
        if tokens > self.supply {
            return Err(CurveError::Insufficient { name: "supply", have: self.supply, need: tokens });
        }
        power_curve::price_at_supply(self.supply, self.reserve, 1.0 / self.kappa, self.supply - tokens)
    }

    /// Deposit that multiplies the price by g ≥ 1 `[collateral]`.
    ///
    /// # Errors
    /// [`CurveError`] for g < 1, and at κ = 1 where no deposit moves the price.
    pub fn deposit_for_price_multiple(&self, g: f64) -> Result<f64, CurveError> {
        within("price_multiple", g, g >= 1.0, "[1, inf)")?;
        power_curve::reserve_change_for_price_multiple(self.reserve, 1.0 / self.kappa, g)
    }
}
