//! The constant product in `f64` without branches, for components whose runs are stepped in lanes.
//!
//! The formulas of [`swap`](crate::swap) and [`arbitrage`] are checked at every operation and return early. Here
//! the same operations are done in the same order and the checks are gathered in a truth value, so that a loop over
//! runs becomes vector code ([`te_core::lanes`]):
//!
//! ```text
//! checked form is Ok(v)      the value is v to the bit, and sound
//! checked form is Err        not sound, the value means nothing
//! ```
//!
//! ```
//! use te_amm::{swap, watched};
//! let out = watched::exact_in(1000.0, 2000.0, 10.0, 0.003);
//! assert!(out.sound);
//! assert_eq!(out.value, swap::exact_in(1000.0, 2000.0, 10.0, 0.003)?);
//! assert!(!watched::exact_in(1000.0, 2000.0, -10.0, 0.003).sound);
//! # Ok::<(), te_amm::AmmError>(())
//! ```

#![expect(
    clippy::inline_always,
    reason = "a loop over columns of runs becomes vector code only where these are inlined"
)]

use te_core::math;

/// An `f64` that remembers whether everything it came from was in its domain.
///
/// Every operation asks what [`Number`](crate::Number) asks of an `f64`: that its result is finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Watched {
    /// The value.
    pub value: f64,
    /// Whether the value and all that led to it are sound.
    pub sound: bool,
}

impl Watched {
    /// A value that is sound where it is finite.
    #[inline(always)]
    #[must_use]
    pub fn of(value: f64) -> Self {
        Self { value, sound: value.is_finite() }
    }

    /// A value that is known to be sound.
    #[inline(always)]
    #[must_use]
    pub fn given(value: f64) -> Self {
        Self { value, sound: true }
    }

    /// The same, sound only where this holds too.
    #[inline(always)]
    #[must_use]
    pub fn demand(self, holds: bool) -> Self {
        Self { value: self.value, sound: self.sound & holds }
    }

    /// `self + other`.
    #[inline(always)]
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self::of(self.value + other.value).demand(self.sound & other.sound)
    }

    /// `self - other`.
    #[inline(always)]
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self::of(self.value - other.value).demand(self.sound & other.sound)
    }

    /// `self * other`.
    #[inline(always)]
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        Self::of(self.value * other.value).demand(self.sound & other.sound)
    }

    /// `self / other`; by zero it is not sound.
    #[inline(always)]
    #[must_use]
    pub fn over(self, other: Self) -> Self {
        Self::of(self.value / other.value).demand(self.sound & other.sound)
    }

    /// The square root; below zero it is not sound.
    #[inline(always)]
    #[must_use]
    pub fn root(self) -> Self {
        Self::of(math::sqrt(self.value)).demand(self.sound)
    }

    /// `yes` where `mask` holds, else `no`, soundness and all.
    #[inline(always)]
    #[must_use]
    pub fn select(mask: bool, yes: Self, no: Self) -> Self {
        Self {
            value: math::select(mask, yes.value, no.value),
            sound: (mask & yes.sound) | (!mask & no.sound),
        }
    }
}

/// `value` where it is positive and finite, else not sound.
#[inline(always)]
fn positive(value: f64) -> Watched {
    Watched { value, sound: (value > 0.0) & (value < f64::INFINITY) }
}

/// `1 - fee` for a fee in [0, 1).
#[inline(always)]
fn kept(fee: f64) -> Watched {
    Watched { value: 1.0 - fee, sound: (0.0..1.0).contains(&fee) }
}

/// [`swap::exact_in`](crate::swap::exact_in).
#[inline(always)]
#[must_use]
pub fn exact_in(reserve_in: f64, reserve_out: f64, amount_in: f64, fee: f64) -> Watched {
    let effective = kept(fee).times(positive(amount_in));
    effective.times(positive(reserve_out)).over(positive(reserve_in).plus(effective))
}

/// [`swap::exact_out`](crate::swap::exact_out).
#[inline(always)]
#[must_use]
pub fn exact_out(reserve_in: f64, reserve_out: f64, amount_out: f64, fee: f64) -> Watched {
    let (x, y, dy) = (positive(reserve_in), positive(reserve_out), positive(amount_out));
    let left = y.minus(dy).demand(amount_out < reserve_out);
    dy.times(x).over(left).over(kept(fee))
}

/// What [`external`] finds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// Whether a trade pays. Where none does the amounts mean nothing.
    pub pays: bool,
    /// Whether quote comes in, rather than base.
    pub quote_in: bool,
    /// Best amount in [in tokens].
    pub amount_in: f64,
    /// Amount out [out tokens].
    pub amount_out: f64,
    /// Profit at the external price [quote].
    pub profit: f64,
    /// Whether the checked form finds nothing to refuse.
    pub sound: bool,
}

/// [`arbitrage::external`](crate::arbitrage::external).
#[inline(always)]
#[must_use]
pub fn external(base: f64, quote: f64, external_price: f64, fee: f64) -> Found {
    let (x, y, g) = (positive(base), positive(quote), kept(fee));
    let worth = x.times(positive(external_price));
    let bought = g.times(worth);
    let sold = g.times(y);
    let quote_in = quote < bought.value;
    let outside = quote_in | (sold.value > worth.value);
    let of = |yes, no| math::select(quote_in, yes, no);
    // The trade to the edge of the band, for whichever side: the operations of the checked form.
    let (high, low) = (of(bought.value, sold.value), of(quote, worth.value));
    let (reserve_in, reserve_out) = (of(quote, base), of(base, quote));
    let [high, low, reserve] = [high, low, reserve_in].map(Watched::given);
    let root = high.over(low).root();
    let denominator = Watched::given(g.value).times(root.plus(Watched::given(1.0)));
    let gap = high.minus(low);
    let amount_in = reserve.times(gap).over(low).over(denominator);
    let amount_out = exact_in(reserve_in, reserve_out, amount_in.value, fee);
    let part = gap.over(denominator);
    let profit = part.times(part).over(low).times(Watched::given(g.value));
    let pays = outside & (amount_in.value > 0.0);
    let traded = amount_in.sound & (!pays | (amount_out.sound & profit.sound));
    Found {
        pays,
        quote_in,
        amount_in: amount_in.value,
        amount_out: amount_out.value,
        profit: profit.value,
        sound: bought.sound & sold.sound & (!outside | traded),
    }
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index below 15")]
mod tests {
    use super::*;
    use crate::{TokenIn, arbitrage, swap};
    use te_core::{Stream, StreamKey};

    /// Ordinary numbers, extremes, and what is no number at all.
    fn any(rng: &mut Stream) -> f64 {
        const EDGES: [f64; 14] = [
            0.0,
            -0.0,
            1.0,
            -1.0,
            0.5,
            5e-324,
            1e-300,
            1e-160,
            1e160,
            1e300,
            f64::MAX,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
        ];
        if rng.uniform() < 0.3 {
            EDGES[(rng.uniform() * 14.0) as usize]
        } else {
            math::exp((rng.uniform() - 0.5) * 60.0)
        }
    }

    fn fee(rng: &mut Stream) -> f64 {
        if rng.uniform() < 0.8 { rng.uniform() } else { any(rng) }
    }

    #[test]
    fn watched_formulas_are_the_checked_ones() {
        let mut rng = Stream::new(StreamKey::default(), "watched");
        let (mut sound, mut trades) = (0, 0);
        for _ in 0..300_000 {
            let (x, y, d, f) = (any(&mut rng), any(&mut rng), any(&mut rng), fee(&mut rng));
            for (watched, checked) in [
                (exact_in(x, y, d, f), swap::exact_in(x, y, d, f)),
                (exact_out(x, y, d, f), swap::exact_out(x, y, d, f)),
            ] {
                assert_eq!(watched.sound, checked.is_ok(), "{x} {y} {d} {f}: {checked:?}");
                if let Ok(value) = checked {
                    sound += 1;
                    assert_eq!(watched.value.to_bits(), value.to_bits(), "{x} {y} {d} {f}");
                }
            }
            let (watched, checked) = (external(x, y, d, f), arbitrage::external(x, y, d, f));
            assert_eq!(watched.sound, checked.is_ok(), "{x} {y} {d} {f}: {checked:?}");
            let Ok(checked) = checked else { continue };
            assert_eq!(watched.pays, checked.is_some(), "{x} {y} {d} {f}");
            let Some(trade) = checked else { continue };
            trades += 1;
            assert_eq!(watched.quote_in, trade.token_in == TokenIn::Quote);
            let bits = |values: [f64; 3]| values.map(f64::to_bits);
            assert_eq!(
                bits([watched.amount_in, watched.amount_out, watched.profit]),
                bits([trade.amount_in, trade.amount_out, trade.profit]),
                "{x} {y} {d} {f}"
            );
        }
        assert!(sound > 100_000 && trades > 50_000, "{sound} {trades}");
    }
}
