//! Moods: of the outside world, which brings newcomers, and of each participant, which makes it vote.
//!
//! ```text
//! mix(s, f, mu)  = s (1 - mu) + f mu, held in [0, 1]             the published rule
//! mood(s, f, mu) = s (1 - mu) + (1 + f) / 2 mu, f held in [-1, 1]  the corrected rule
//! ```
//! | symbol | meaning | unit |
//! |---|---|---|
//! | `s` | sentiment, in `[0, 1]` | 1 |
//! | `f` | force of an event, good above 0 | 1 |
//! | `mu` | weight of the event | 1 |
//!
//! The published rule takes the force for the sentiment it pulls to, so that an event of no force, or as many failures
//! as completions, pulls to the worst mood. The corrected rule takes a force of -1 for the worst, 0 for the middle and 1
//! for the best.
//!
//! Source: the Aragon and 1Hive conviction voting model, version 3, `get_sentimental`; the corrected rule is our own.

/// Weight of a day's completions, failures or releases in the outside world's mood.
pub const WORLD_WEIGHT: f64 = 0.25;

/// The published rule: `s (1 - mu) + force mu`, held in `[0, 1]`.
pub fn mix(sentiment: f64, force: f64, mu: f64) -> f64 {
    (sentiment * (1.0 - mu) + force * mu).clamp(0.0, 1.0)
}

/// The corrected rule: `s (1 - mu) + (1 + force) / 2 mu` with the force held in `[-1, 1]`.
pub fn mood(sentiment: f64, force: f64, mu: f64) -> f64 {
    sentiment * (1.0 - mu) + 0.5 * (1.0 + force.clamp(-1.0, 1.0)) * mu
}

/// The outside world's mood after proposals came to an end: unchanged where none did.
pub fn after_outcomes(sentiment: f64, completed: usize, failed: usize) -> f64 {
    if completed + failed == 0 {
        sentiment
    } else {
        mix(sentiment, completed as f64 - failed as f64, WORLD_WEIGHT)
    }
}

/// The outside world's mood after proposals were accepted: unchanged where none was.
pub fn after_release(sentiment: f64, accepted: usize) -> f64 {
    if accepted == 0 { sentiment } else { mix(sentiment, accepted as f64, WORLD_WEIGHT) }
}
