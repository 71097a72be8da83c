//! Samplers of the laws that the engine has not: from uniforms, normals and the project's own exp and ln, so that the bits are the
//! same on every platform.
//!
//! - Gamma: Marsaglia and Tsang 2000, "A simple method for generating gamma variables"; below a shape of 1 the draw of shape + 1
//!   times `U^(1/shape)`.
//! - Beta: `X / (X + Y)` with X and Y gamma.
//! - Student: a normal over the root of a mean square, which is gamma.
//! - Binomial: the order statistic in the middle of n uniforms is beta; all on one side of it are counted at once, and the rest is a
//!   binomial of half as many (Relles 1972, "A simple algorithm for generating binomial random variables when N is large"). The last few
//!   are counted one by one. The law is exact, and the cost is that of `log2 n` beta draws.

use te_core::Stream;
use te_math as math;

/// The largest n of a binomial draw: beyond it counts next to each other are no longer told apart by floats.
pub(crate) const MOST: f64 = 1e15;

/// Trials that are counted one by one.
const FEW: f64 = 24.0;

/// A uniform draw that is never 0.
fn above_zero(stream: &mut Stream) -> f64 {
    1.0 - stream.uniform()
}

/// Of scale 1.
pub(crate) fn gamma(shape: f64, stream: &mut Stream) -> f64 {
    if shape < 1.0 {
        let power = math::exp(math::ln(above_zero(stream)) / shape);
        return gamma(shape + 1.0, stream) * power;
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = stream.normal();
        let root = 1.0 + c * x;
        if root <= 0.0 {
            continue;
        }
        let v = root * root * root;
        let u = above_zero(stream);
        let square = x * x;
        if u < 1.0 - 0.0331 * square * square || math::ln(u) < 0.5 * square + d * (1.0 - v + math::ln(v)) {
            return d * v;
        }
    }
}

pub(crate) fn beta(a: f64, b: f64, stream: &mut Stream) -> f64 {
    let (x, y) = (gamma(a, stream), gamma(b, stream));
    if x + y > 0.0 {
        x / (x + y)
    } else {
        // Both shapes are so small that all lies at the ends.
        f64::from(u8::from(stream.uniform() * (a + b) < a))
    }
}

pub(crate) fn student(degrees: f64, stream: &mut Stream) -> f64 {
    let x = stream.normal();
    x * (0.5 * degrees / gamma(0.5 * degrees, stream)).sqrt()
}

pub(crate) fn pareto(least: f64, shape: f64, stream: &mut Stream) -> f64 {
    least * math::exp(-math::ln(above_zero(stream)) / shape)
}

pub(crate) fn binomial(n: f64, p: f64, stream: &mut Stream) -> f64 {
    let (mut n, mut p, mut count) = (n, p, 0.0);
    if p >= 1.0 {
        return n;
    }
    while n > FEW && p > 0.0 && p < 1.0 {
        let middle = 1.0 + (n / 2.0).floor();
        let x = beta(middle, n + 1.0 - middle, stream);
        if x <= p {
            count += middle;
            n -= middle;
            p = (p - x) / (1.0 - x);
        } else {
            n = middle - 1.0;
            p /= x;
        }
    }
    if p >= 1.0 {
        return count + n;
    }
    while n > 0.0 && p > 0.0 {
        count += f64::from(u8::from(stream.uniform() < p));
        n -= 1.0;
    }
    count
}

/// One of the values x1, x2, … with probabilities w1, w2, … over their sum.
pub(crate) fn discrete(pairs: &[f64], sum: f64, stream: &mut Stream) -> f64 {
    let mut left = stream.uniform() * sum;
    let mut last = 0.0;
    for pair in pairs.chunks_exact(2) {
        if pair[1] > 0.0 {
            last = pair[0];
            if left < pair[1] {
                return last;
            }
            left -= pair[1];
        }
    }
    // Rounding of the sum leads here, if anything.
    last
}

pub(crate) fn one_of(values: &[f64], stream: &mut Stream) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to below the length")]
    let at = (stream.uniform() * values.len() as f64) as usize;
    values.get(at).or(values.last()).copied().unwrap_or(f64::NAN)
}
