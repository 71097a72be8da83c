//! Why a quantity of conviction voting cannot be computed.

/// A parameter, or a combination of parameters, outside the range in which the formulas hold.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConvictionError {
    /// One quantity lies outside its range, or is not a finite number.
    #[error("{parameter} is {value}, permitted is {permitted}")]
    OutOfRange {
        /// Name of the quantity.
        parameter: &'static str,
        /// The refused value.
        value: f64,
        /// The permitted range.
        permitted: &'static str,
    },
    /// No proposal could ever pass: the trigger scale reaches the square of the largest share.
    #[error("rho is {rho}, permitted is above 0 and below beta squared, {beta_squared}")]
    NothingPasses {
        /// Trigger scale `[1]`.
        rho: f64,
        /// Square of the largest share `[1]`.
        beta_squared: f64,
    },
    /// The contracts' integers are too coarse for a half-life: in a block conviction would forget less than half of 10^-7, or
    /// nearly everything.
    #[error(
        "half_life is {half_life} s in blocks of {block} s, which no decay of the contracts, rounded down, comes within a tenth \
         of: the decay nearest to it, {decay}, stands for {stands_for} s; permitted is {shortest} to {longest} s and what lies \
         near an integer, or a longer block"
    )]
    HalfLifeResolution {
        /// The half-life asked for `[s]`.
        half_life: f64,
        /// Length of a block `[s]`.
        block: f64,
        /// The nearest decay, in (0, 10^7).
        decay: u64,
        /// The half-life it stands for `[s]`.
        stands_for: f64,
        /// Shortest half-life that a decay stands for `[s]`.
        shortest: f64,
        /// Longest half-life that a decay stands for `[s]`.
        longest: f64,
    },
    /// A request at or above the largest share of the pool: its trigger is infinite.
    #[error("the request of {requested} is at or over the limit of {limit}")]
    RequestOverLimit {
        /// Tokens asked for `[token]`.
        requested: f64,
        /// `beta F`, which a request must stay below `[token]`.
        limit: f64,
    },
}

/// Refuses what is not a finite number within the range that `holds` describes.
pub(crate) fn require(
    holds: bool,
    parameter: &'static str,
    value: f64,
    permitted: &'static str,
) -> Result<(), ConvictionError> {
    if holds && value.is_finite() {
        Ok(())
    } else {
        Err(ConvictionError::OutOfRange { parameter, value, permitted })
    }
}

/// `value` if finite.
pub(crate) fn finite(parameter: &'static str, value: f64) -> Result<f64, ConvictionError> {
    require(true, parameter, value, "a finite number")?;
    Ok(value)
}

/// Refuses a decay outside [0, 1).
pub(crate) fn require_alpha(alpha: f64) -> Result<(), ConvictionError> {
    require((0.0..1.0).contains(&alpha), "alpha", alpha, "[0, 1)")
}

/// Refuses what is not a finite number of at least 0.
pub(crate) fn require_amount(parameter: &'static str, value: f64) -> Result<(), ConvictionError> {
    require(value >= 0.0, parameter, value, "[0, infinity)")
}

/// Refuses what is not a finite number above 0.
pub(crate) fn require_positive(parameter: &'static str, value: f64) -> Result<(), ConvictionError> {
    require(value > 0.0, parameter, value, "(0, infinity)")
}
