//! Where a community's chances come from: a seeded stream, or a recorded list.
//!
//! | draw | distribution | from one uniform `u` on [0, 1) |
//! |---|---|---|
//! | uniform | U[0, 1) | `u` |
//! | affinity | U[-1, 1) | `2u - 1` |
//! | exponential | location + scale Exp(1) | `location - scale ln(1 - u)` |
//! | gamma | location + scale Gamma(3) | three of them: `location - scale ln(product of (1 - u))` |
//! | influence | Exp(1) where above 4, else none | `-ln(1 - u)` where `1 - u < e^-4` |
//! | choice | one of n | `floor(n u)` |
//!
//! [`RecordedDraws`] plays back the draws of a run made elsewhere and checks, draw by draw, that the model asks for the
//! distribution that was recorded: this is how the published model's runs are replayed.

use te_core::Stream;
use te_core::math::ln;

/// Influence weights at or below this are no influence: one standard deviation times three above the mean of Exp(1).
pub const INFLUENCE_FLOOR: f64 = 4.0;

/// `e^-4`, the chance of an influence.
const INFLUENCE_CHANCE: f64 = 0.018315638888734179;

/// A source of chances.
pub trait Draws {
    /// A number from U[0, 1).
    fn uniform(&mut self) -> f64;

    /// An affinity from U[-1, 1).
    fn affinity(&mut self) -> f64;

    /// `location` plus an exponential of mean `scale`.
    fn exponential(&mut self, location: f64, scale: f64) -> f64;

    /// `location` plus a gamma of shape 3 with this `scale`.
    fn gamma3(&mut self, location: f64, scale: f64) -> f64;

    /// The position of one of these nodes, each as likely; `nodes` is not empty.
    fn choose(&mut self, nodes: &[u32]) -> usize;

    /// The weight of an influence, where Exp(1) exceeds [`INFLUENCE_FLOOR`].
    fn influence(&mut self) -> Option<f64>;
}

impl Draws for Stream {
    #[inline]
    fn uniform(&mut self) -> f64 {
        Stream::uniform(self)
    }

    #[inline]
    fn affinity(&mut self) -> f64 {
        2.0 * Stream::uniform(self) - 1.0
    }

    #[inline]
    fn exponential(&mut self, location: f64, scale: f64) -> f64 {
        location - scale * ln(1.0 - Stream::uniform(self))
    }

    fn gamma3(&mut self, location: f64, scale: f64) -> f64 {
        let product =
            (1.0 - Stream::uniform(self)) * (1.0 - Stream::uniform(self)) * (1.0 - Stream::uniform(self));
        location - scale * ln(product)
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a product of a count and a number in [0, 1)"
    )]
    fn choose(&mut self, nodes: &[u32]) -> usize {
        let place = (nodes.len() as f64 * Stream::uniform(self)) as usize;
        place.min(nodes.len().saturating_sub(1))
    }

    #[inline]
    fn influence(&mut self) -> Option<f64> {
        let tail = 1.0 - Stream::uniform(self);
        (tail < INFLUENCE_CHANCE).then(|| -ln(tail))
    }
}

/// A draw of a recorded run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RecordedDraw {
    /// U[0, 1).
    Uniform(f64),
    /// U[-1, 1).
    Affinity(f64),
    /// A choice: the node taken, out of how many.
    Choice {
        /// Node taken.
        node: u32,
        /// Number of nodes to choose from.
        count: usize,
    },
    /// An exponential.
    Exponential {
        /// The number drawn.
        value: f64,
        /// Its location.
        location: f64,
        /// Its scale.
        scale: f64,
    },
    /// A gamma of shape 3.
    Gamma {
        /// The number drawn.
        value: f64,
        /// Its location.
        location: f64,
        /// Its scale.
        scale: f64,
    },
}

/// Why a replay left its record.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The model asked for something else than was recorded, or for more.
    #[error("draw {position}: the model asked for {asked}, recorded is {recorded:?}")]
    Mismatch {
        /// Number of the draw, from 0.
        position: usize,
        /// What was asked for.
        asked: String,
        /// What was recorded, `None` past the end.
        recorded: Option<RecordedDraw>,
    },
    /// Recorded draws are left over.
    #[error("{used} of {recorded} recorded draws were used")]
    Unused {
        /// Draws used.
        used: usize,
        /// Draws recorded.
        recorded: usize,
    },
}

/// A list of draws, played back.
///
/// A mismatch gives zeros from there on and is reported by [`RecordedDraws::finish`].
#[derive(Clone, Debug, Default)]
pub struct RecordedDraws {
    draws: Vec<RecordedDraw>,
    position: usize,
    tolerance: f64,
    error: Option<ReplayError>,
}

impl RecordedDraws {
    /// Plays back these draws; locations and scales must agree to the relative `tolerance`.
    pub fn new(draws: Vec<RecordedDraw>, tolerance: f64) -> Self {
        Self { draws, position: 0, tolerance, error: None }
    }

    /// Whether every draw was used, and each for what it was recorded for.
    ///
    /// # Errors
    /// [`ReplayError`] for the first mismatch, or draws left over.
    pub fn finish(self) -> Result<(), ReplayError> {
        match self.error {
            Some(error) => Err(error),
            None if self.position < self.draws.len() => {
                Err(ReplayError::Unused { used: self.position, recorded: self.draws.len() })
            }
            None => Ok(()),
        }
    }

    fn take<T: Default>(&mut self, asked: &str, of: impl FnOnce(RecordedDraw) -> Option<T>) -> T {
        let position = self.position;
        let recorded = self.draws.get(position).copied();
        self.position += 1;
        if let Some(value) = recorded.and_then(of).filter(|_| self.error.is_none()) {
            return value;
        }
        self.error.get_or_insert_with(|| ReplayError::Mismatch {
            position,
            asked: asked.to_owned(),
            recorded,
        });
        T::default()
    }
}

fn agrees(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * b.abs().max(1.0)
}

impl Draws for RecordedDraws {
    fn uniform(&mut self) -> f64 {
        self.take("a uniform", |draw| if let RecordedDraw::Uniform(u) = draw { Some(u) } else { None })
    }

    fn affinity(&mut self) -> f64 {
        self.take("an affinity", |draw| if let RecordedDraw::Affinity(a) = draw { Some(a) } else { None })
    }

    fn exponential(&mut self, location: f64, scale: f64) -> f64 {
        let tolerance = self.tolerance;
        self.take(&format!("an exponential at {location} of scale {scale}"), |draw| match draw {
            RecordedDraw::Exponential { value, location: l, scale: s }
                if agrees(location, l, tolerance) && agrees(scale, s, tolerance) =>
            {
                Some(value)
            }
            _ => None,
        })
    }

    fn gamma3(&mut self, location: f64, scale: f64) -> f64 {
        let tolerance = self.tolerance;
        self.take(&format!("a gamma at {location} of scale {scale}"), |draw| match draw {
            RecordedDraw::Gamma { value, location: l, scale: s }
                if agrees(location, l, tolerance) && agrees(scale, s, tolerance) =>
            {
                Some(value)
            }
            _ => None,
        })
    }

    fn choose(&mut self, nodes: &[u32]) -> usize {
        self.take(&format!("a choice of {}", nodes.len()), |draw| match draw {
            RecordedDraw::Choice { node, count } if count == nodes.len() => {
                nodes.iter().position(|&one| one == node)
            }
            _ => None,
        })
    }

    fn influence(&mut self) -> Option<f64> {
        let weight = self.exponential(0.0, 1.0);
        (weight > INFLUENCE_FLOOR).then_some(weight)
    }
}
