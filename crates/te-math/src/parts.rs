//! Exact pieces of doubles: the steps that carry more than 53 bits without a fused multiply-add.
//!
//! A product of two doubles fits a double when the significant bits of the factors add up to at most 53. Masking the low
//! bits of a factor away (Dekker's splitting, done on the bit pattern) makes such factors, and the remainder of the mask
//! is exact. A sum leaves an exact remainder too (Dekker's fast two-sum) as long as the first term is the larger one.
//!
//! Sources: T. J. Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18 (1971).

/// The first 26 significant bits of `x`. `x - high(x)` is exact and has at most 27 bits.
#[inline(always)]
pub(crate) fn high(x: f64) -> f64 {
    f64::from_bits(x.to_bits() & 0xffff_ffff_f800_0000)
}

/// The first 24 significant bits of `x`. `x - short(x)` is exact and has at most 29 bits.
#[inline(always)]
pub(crate) fn short(x: f64) -> f64 {
    f64::from_bits(x.to_bits() & 0xffff_ffff_e000_0000)
}

/// `a + b` and its rounding error, for `|a| >= |b|` or `a = 0`.
#[inline(always)]
pub(crate) fn sum(a: f64, b: f64) -> (f64, f64) {
    let total = a + b;
    (total, b - (total - a))
}

/// `(n + n_low) / (d + d_low)`, rounded once but for a few parts in a thousand, for terms far from overflow and underflow.
#[inline(always)]
pub(crate) fn quotient(n: f64, n_low: f64, d: f64, d_low: f64) -> f64 {
    let inverse = 1.0 / d;
    let q = n * inverse;
    let (q_high, d_high) = (high(q), high(d));
    let (q_rest, d_rest) = (q - q_high, d - d_high);
    let rest = ((n - q_high * d_high) - q_high * d_rest) - q_rest * d_high - q_rest * d_rest;
    q + (rest + (n_low - q * d_low)) * inverse
}
