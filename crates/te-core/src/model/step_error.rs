//! Errors of a step.

use std::borrow::Cow;
use std::error::Error;
use std::sync::Arc;
use te_math::{NotFinite, OutOfRange};

use crate::declaration::record::{CellKind, Record};

/// Why a component could not step. The engine adds which component, run and timestep.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// A quantity left the model's domain.
    #[error(transparent)]
    Domain(#[from] OutOfRange),
    /// A number is NaN or infinite.
    #[error(transparent)]
    NotFinite(#[from] NotFinite),
    /// Checked arithmetic overflowed.
    #[error("overflow in {quantity}")]
    Overflow {
        /// In computing what.
        quantity: Cow<'static, str>,
    },
    /// An update reads a signal that no policy of the block gave.
    #[error("no policy of the block gives the signal `{signal}`")]
    NoSignal {
        /// The signal.
        signal: Cow<'static, str>,
    },
    /// The mechanism's own error.
    #[error("{0}")]
    Mechanism(Arc<dyn Error + Send + Sync>),
    /// What a part of the component could not do.
    #[error("{part}: {error}")]
    Within {
        /// The part: a block and its function.
        part: String,
        /// Why.
        #[source]
        error: Arc<StepError>,
    },
    /// The component's code panicked.
    #[error("panicked: {message}")]
    Panicked {
        /// What it said.
        message: String,
    },
}

impl StepError {
    /// The error's stable number, explained by `tecmns explain`: that of a run that failed.
    pub fn code(&self) -> &'static str {
        "TE0117"
    }

    /// A quantity outside the model's domain.
    pub fn domain(
        quantity: impl Into<Cow<'static, str>>,
        value: f64,
        allowed: impl Into<Cow<'static, str>>,
    ) -> Self {
        OutOfRange::new(quantity, value, allowed).into()
    }

    /// The same, arisen in a part of the component: a block and its function.
    #[must_use]
    pub fn within(self, part: impl Into<String>) -> Self {
        Self::Within { part: part.into(), error: Arc::new(self) }
    }

    /// An overflow in computing this quantity.
    pub fn overflow(quantity: impl Into<Cow<'static, str>>) -> Self {
        Self::Overflow { quantity: quantity.into() }
    }

    /// A mechanism's own typed error: `formula(…).map_err(StepError::caused_by)?`.
    pub fn caused_by(error: impl Error + Send + Sync + 'static) -> Self {
        Self::Mechanism(Arc::new(error))
    }

    /// `Ok(value)` where it is finite.
    ///
    /// # Errors
    /// [`StepError::NotFinite`].
    #[inline]
    pub fn finite(quantity: &'static str, value: f64) -> Result<f64, Self> {
        if value.is_finite() { Ok(value) } else { Err(NotFinite::new(quantity, value).into()) }
    }
}

/// The first metric that is NaN or infinite, as an error.
#[cold]
pub(crate) fn not_finite<R: Record>(metrics: &R) -> Option<StepError> {
    let mut fields = R::fields().iter();
    let mut error = None;
    metrics.store(&mut |value| {
        if let Some(field) = fields.next()
            && field.kind == CellKind::F64
            && !value.is_finite()
            && error.is_none()
        {
            error = Some(NotFinite::new(field.name.clone(), value).into());
        }
    });
    error
}

/// A panic as an error.
#[cold]
pub(crate) fn panicked(panic: &(dyn std::any::Any + Send)) -> StepError {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    let message = text.or_else(|| panic.downcast_ref::<String>().cloned());
    StepError::Panicked { message: message.unwrap_or_else(|| "without a message".to_owned()) }
}
