//! Zeros of a continuous function of one variable inside a bracket, by Brent's method.
//!
//! Inverse quadratic interpolation or a secant where they help, bisection where they do not: the bracket always shrinks
//! and the result is never outside it. Invariant: the returned `x` lies in the bracket and the function changes sign
//! within the tolerance of it.
//!
//! Source: R. P. Brent, *Algorithms for Minimization without Derivatives*, 1973, chapter 4.

/// Iterations before the best point so far is returned; bisection alone needs at most about 1100 for any f64 bracket.
const MAX_ITERATIONS: usize = 1200;

/// The zero of `f` between `low` and `high`, within `tolerance` (absolute) plus a few units in the last place.
///
/// `None` if an end is not finite or the signs at the ends agree. `tolerance` 0 asks for the full precision.
#[must_use]
pub fn brent(f: impl Fn(f64) -> f64, low: f64, high: f64, tolerance: f64) -> Option<f64> {
    let (mut a, mut b) = (low, high);
    let (mut fa, mut fb) = (f(a), f(b));
    if !(a.is_finite() && b.is_finite()) || fa.is_nan() || fb.is_nan() || fa * fb > 0.0 {
        return None;
    }
    let (mut c, mut fc) = (a, fa);
    let mut step = b - a;
    let mut before = step;
    for _ in 0..MAX_ITERATIONS {
        if fb * fc > 0.0 {
            (c, fc) = (a, fa);
            step = b - a;
            before = step;
        }
        if fc.abs() < fb.abs() {
            (a, b, c) = (b, c, b);
            (fa, fb, fc) = (fb, fc, fb);
        }
        let reach = 2.0 * f64::EPSILON * b.abs() + 0.5 * tolerance;
        let half = 0.5 * (c - b);
        if half.abs() <= reach || fb == 0.0 {
            break;
        }
        if before.abs() >= reach && fa.abs() > fb.abs() {
            let s = fb / fa;
            let (mut p, mut q) = if a == c {
                (2.0 * half * s, 1.0 - s)
            } else {
                let (q, r) = (fa / fc, fb / fc);
                (s * (2.0 * half * q * (q - r) - (b - a) * (r - 1.0)), (q - 1.0) * (r - 1.0) * (s - 1.0))
            };
            if p > 0.0 {
                q = -q;
            }
            p = p.abs();
            if 2.0 * p < (3.0 * half * q - (reach * q).abs()).min((before * q).abs()) {
                before = step;
                step = p / q;
            } else {
                step = half;
                before = half;
            }
        } else {
            step = half;
            before = half;
        }
        (a, fa) = (b, fb);
        b += if step.abs() > reach { step } else { reach.copysign(half) };
        fb = f(b);
        if fb.is_nan() {
            return None;
        }
    }
    Some(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_known_zeros() {
        let x = brent(|x| x * x - 2.0, 0.0, 2.0, 0.0).unwrap();
        assert!((x - std::f64::consts::SQRT_2).abs() < 1e-15);
        let x = brent(|x: f64| x.exp() - 1e-8, -100.0, 100.0, 0.0).unwrap();
        assert!((x - 1e-8f64.ln()).abs() < 1e-13);
        let x = brent(|x: f64| x.powi(9), -1.0, 4.0, 0.0).unwrap();
        assert!(x.abs() < 1e-15);
        assert_eq!(brent(|x| x, 0.0, 1.0, 0.0), Some(0.0));
    }

    #[test]
    fn refuses_a_bracket_without_a_sign_change() {
        assert_eq!(brent(|x| x * x + 1.0, -1.0, 1.0, 0.0), None);
        assert_eq!(brent(|x| x, f64::NEG_INFINITY, 1.0, 0.0), None);
    }
}
