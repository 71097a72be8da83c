//! Matching of opportunities with those who could take them, and how two treasuries weigh on a market.
//!
//! ```text
//! M = min(floor(A E^a O^(1 - a) (1 + bonus · hatchers / (hatchers + E))), floor(E), O)
//! tightness = O / E
//! factor    = sqrt(treasury1 · treasury2)   or the product as in the proposal
//! ```
//!
//! Symbols: `E` engineers `[person]`, `O` open opportunities, a whole number `[1]`, `A` efficiency >= 0 `[1 per opening]`, `a`
//! elasticity in `[0, 1]` `[1]`, `bonus` >= 0 of hatchers, who know the field, `[1]`. Invariants: `M <= min(E, O)`, 0 if either
//! is 0; without the roundings and the bound `M` has constant returns to scale. The product of two treasuries is money
//! squared; its root is money, and is what a factor that scales anything should be.
//!
//! **A proposal of this library**: the source gives only the signature `open(hatchers, token_engineers, opportunities)`
//! and the product. Formulation: B. Petrongolo, C. Pissarides, *Looking into the black box: a survey of the matching
//! function*, J. Economic Literature 39, 2001.

use te_math as math;

use crate::error::MarketError;

/// The matching function's parameters; valid once built.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Matching {
    efficiency: f64,
    elasticity: f64,
    hatch_bonus: f64,
}

impl Matching {
    /// Efficiency >= 0, elasticity of engineers in `[0, 1]`, bonus of hatchers >= 0 `[1]`.
    ///
    /// # Errors
    /// A parameter that is not finite or out of range.
    pub fn new(efficiency: f64, elasticity: f64, hatch_bonus: f64) -> Result<Self, MarketError> {
        MarketError::require("efficiency", efficiency, efficiency >= 0.0, "[0, inf)")?;
        MarketError::require("elasticity", elasticity, (0.0..=1.0).contains(&elasticity), "[0, 1]")?;
        MarketError::require("hatch bonus", hatch_bonus, hatch_bonus >= 0.0, "[0, inf)")?;
        Ok(Self { efficiency, elasticity, hatch_bonus })
    }

    /// Matches made at one opening `[1]`.
    ///
    /// ```
    /// use te_market::matching::Matching;
    /// let matching = Matching::new(0.3, 0.5, 0.0)?;
    /// assert_eq!(matching.matches(0.0, 100.0, 25)?, 15);
    /// assert_eq!(matching.matches(0.0, 0.0, 25)?, 0);
    /// # Ok::<(), te_market::MarketError>(())
    /// ```
    ///
    /// # Errors
    /// `hatchers` or `engineers` negative or not finite.
    pub fn matches(&self, hatchers: f64, engineers: f64, opportunities: u64) -> Result<u64, MarketError> {
        MarketError::require("hatchers", hatchers, hatchers >= 0.0, "[0, inf)")?;
        MarketError::require("engineers", engineers, engineers >= 0.0, "[0, inf)")?;
        if engineers == 0.0 || opportunities == 0 {
            return Ok(0);
        }
        let open = opportunities as f64;
        let made = self.efficiency
            * math::pow(engineers, self.elasticity)
            * math::pow(open, 1.0 - self.elasticity)
            * (1.0 + self.hatch_bonus * (hatchers / (hatchers + engineers)));
        let bounded = MarketError::finite("matches", made)?.min(engineers).min(open).floor();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 <= bounded <= opportunities"
        )]
        Ok((bounded as u64).min(opportunities))
    }
}

/// Open opportunities to an engineer, `O / E` `[1/person]`; 0 without engineers.
#[must_use]
pub fn tightness(engineers: f64, opportunities: u64) -> f64 {
    if engineers > 0.0 { opportunities as f64 / engineers } else { 0.0 }
}

/// How two treasuries make one factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "engine", derive(te_core::Choice))]
pub enum FactorRule {
    /// The root of the product `[money]`.
    GeometricMean,
    /// The product, as in the proposal `[money^2]`.
    Product,
}

/// Factor of two treasuries; a treasury in debt counts as empty.
///
/// # Errors
/// A treasury that is not finite, or overflow.
pub fn treasury_factor(first: f64, second: f64, rule: FactorRule) -> Result<f64, MarketError> {
    MarketError::require("first treasury", first, true, "a finite number")?;
    MarketError::require("second treasury", second, true, "a finite number")?;
    let (first, second) = (first.max(0.0), second.max(0.0));
    let factor = match rule {
        FactorRule::GeometricMean => first.sqrt() * second.sqrt(),
        FactorRule::Product => first * second,
    };
    MarketError::finite("factor", factor)
}
