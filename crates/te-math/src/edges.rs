//! The special values of every function, as C99 (annex F) has them.

use super::{acos, asin, atan, atan2, cos, exp, exp_m1, ln, ln_1p, logistic, pow, sin, sqrt, tan, tanh};
use std::f64::consts::{E, LN_2};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
const TINY: f64 = f64::from_bits(1);

/// Equal bits, where every NaN must be the one NaN that the functions return.
fn same(got: f64, expected: f64, what: &str) {
    assert_eq!(got.to_bits(), expected.to_bits(), "{what}: {got:e} instead of {expected:e}");
}

#[test]
fn one_argument() {
    for (x, e, e_less_one) in [
        (0.0, 1.0, 0.0),
        (-0.0, 1.0, -0.0),
        (TINY, 1.0, TINY),
        (-TINY, 1.0, -TINY),
        (1.0, E, 1.7182818284590453),
        (INF, INF, INF),
        (-INF, 0.0, -1.0),
        (709.7827128933841, INF, INF),
        (1e300, INF, INF),
        (-745.1332191019411, TINY, -1.0),
        (-745.1332191019412, 0.0, -1.0),
        (-1e300, 0.0, -1.0),
        (NAN, NAN, NAN),
        (-NAN, NAN, NAN),
    ] {
        same(exp(x), e, &format!("exp({x:e})"));
        same(exp_m1(x), e_less_one, &format!("exp_m1({x:e})"));
    }
    assert!(exp(709.782712893384).is_finite() && exp_m1(709.782712893384).is_finite());
    for (x, y) in [
        (0.0, -INF),
        (-0.0, -INF),
        (1.0, 0.0),
        (2.0, LN_2),
        (0.5, -LN_2),
        (INF, INF),
        (-INF, NAN),
        (-1.0, NAN),
        (-TINY, NAN),
        (TINY, -744.4400719213812),
        (f64::MAX, 709.782712893384),
        (f64::MIN_POSITIVE, -708.3964185322641),
        (NAN, NAN),
    ] {
        same(ln(x), y, &format!("ln({x:e})"));
    }
    for (x, y) in [
        (0.0, 0.0),
        (-0.0, -0.0),
        (TINY, TINY),
        (-TINY, -TINY),
        (1.0, LN_2),
        (-0.5, -LN_2),
        (-1.0, -INF),
        (-1.5, NAN),
        (-INF, NAN),
        (INF, INF),
        (f64::MAX, 709.782712893384),
        (NAN, NAN),
    ] {
        same(ln_1p(x), y, &format!("ln_1p({x:e})"));
    }
    for (x, y) in [
        (0.0, 0.5),
        (-0.0, 0.5),
        (TINY, 0.5),
        (INF, 1.0),
        (-INF, 0.0),
        (1000.0, 1.0),
        (-1000.0, 0.0),
        (-745.1332191019411, TINY),
        (NAN, NAN),
    ] {
        same(logistic(x), y, &format!("logistic({x:e})"));
    }
    for (x, y) in [
        (0.0, 0.0),
        (-0.0, -0.0),
        (TINY, TINY),
        (-TINY, -TINY),
        (INF, 1.0),
        (-INF, -1.0),
        (20.0, 1.0),
        (-20.0, -1.0),
        (1e300, 1.0),
        (NAN, NAN),
    ] {
        same(tanh(x), y, &format!("tanh({x:e})"));
    }
    same(sqrt(-0.0), -0.0, "sqrt(-0)");
    assert!(sqrt(-1.0).is_nan());
}

#[test]
fn powers() {
    let odd = [1.0, 3.0, 5e15 + 1.0, 9007199254740991.0];
    let even = [2.0, 4.0, 5e15, 9007199254740992.0, 1e300];
    let fraction = [0.5, 1.5, 1e-300, 4503599627370495.5];
    for y in odd.into_iter().chain(even).chain(fraction) {
        let is_odd = odd.contains(&y);
        let is_fraction = fraction.contains(&y);
        for (x, power, inverse) in [(0.0, 0.0, INF), (INF, INF, 0.0)] {
            let sign = if is_odd { -1.0 } else { 1.0 };
            same(pow(x, y), power, &format!("{x}^{y}"));
            same(pow(x, -y), inverse, &format!("{x}^-{y}"));
            same(pow(-x, y), power * sign, &format!("-{x}^{y}"));
            same(pow(-x, -y), inverse * sign, &format!("-{x}^-{y}"));
        }
        for x in [-1.0, -1.5, -TINY, -f64::MAX] {
            if is_fraction {
                same(pow(x, y), NAN, &format!("{x}^{y}"));
                same(pow(x, -y), NAN, &format!("{x}^-{y}"));
            } else {
                let power = pow(-x, y);
                let sign = if is_odd { -1.0 } else { 1.0 };
                same(pow(x, y), power * sign, &format!("{x}^{y}"));
            }
        }
        same(pow(1.0, y), 1.0, "1^y");
        same(pow(NAN, y), NAN, "NaN^y");
    }
    for x in [0.0, -0.0, 1.0, -1.0, 2.5, -2.5, TINY, f64::MAX, INF, -INF, NAN] {
        same(pow(x, 0.0), 1.0, "x^0");
        same(pow(x, -0.0), 1.0, "x^-0");
        same(pow(1.0, x), 1.0, "1^x");
        same(pow(x, NAN), if x == 1.0 { 1.0 } else { NAN }, "x^NaN");
        same(pow(x, 1.0), x, "x^1");
    }
    for x in [1.0000000000000002, 2.0, f64::MAX, INF, -1.0000000000000002, -2.0, -INF] {
        same(pow(x, INF), INF, &format!("{x}^inf"));
        same(pow(x, -INF), 0.0, &format!("{x}^-inf"));
    }
    for x in [0.9999999999999999, 0.5, TINY, 0.0, -0.0, -0.5, -0.9999999999999999] {
        same(pow(x, INF), 0.0, &format!("{x}^inf"));
        same(pow(x, -INF), INF, &format!("{x}^-inf"));
    }
    same(pow(-1.0, INF), 1.0, "-1^inf");
    same(pow(-1.0, -INF), 1.0, "-1^-inf");
    same(pow(2.0, 1023.0), f64::from_bits(0x7fe0_0000_0000_0000), "2^1023");
    same(pow(2.0, 1024.0), INF, "2^1024");
    same(pow(-2.0, 1025.0), -INF, "-2^1025");
    same(pow(2.0, -1074.0), TINY, "2^-1074");
    same(pow(2.0, -1076.0), 0.0, "2^-1076");
    same(pow(-2.0, -1077.0), -0.0, "-2^-1077");
    same(pow(1.0000000000000002, 1e300), INF, "above 1 to a huge power");
    same(pow(0.9999999999999999, 1e300), 0.0, "below 1 to a huge power");
    same(pow(f64::MAX, 1e-300), 1.0, "to a tiny power");
    same(pow(TINY, TINY), 1.0, "tiny to a tiny power");
}

#[test]
fn exact_powers_are_exact() {
    for base in 2_u32..=40 {
        let mut power = 1_u64;
        for exponent in 0..20_u32 {
            same(pow(f64::from(base), f64::from(exponent)), power as f64, "integer power");
            let Some(next) = power.checked_mul(u64::from(base)).filter(|n| *n < 1 << 53) else {
                break;
            };
            power = next;
        }
    }
    for root in 1..2000_u32 {
        let root = f64::from(root) * 0.125;
        same(pow(root * root, 0.5), root, "square root");
        same(pow(root, 3.0), root * root * root, "cube");
    }
}

#[test]
fn angles() {
    use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};
    for x in [0.0, -0.0, TINY, -TINY, f64::MIN_POSITIVE] {
        for function in [sin, tan, asin, atan] {
            same(function(x), x, &format!("an angle of {x:e}"));
        }
        same(cos(x), 1.0, "cos of nearly nothing");
        same(acos(x), FRAC_PI_2, "acos of nearly nothing");
    }
    for x in [INF, -INF, NAN, -NAN] {
        for function in [sin, cos, tan, asin, acos] {
            same(function(x), NAN, &format!("an angle of {x:e}"));
        }
    }
    same(atan(NAN), NAN, "atan(NaN)");
    same(atan(-INF), -FRAC_PI_2, "atan(-inf)");
    same(asin(-1.0), -FRAC_PI_2, "asin(-1)");
    same(acos(1.0), 0.0, "acos(1)");
    same(acos(-1.0), PI, "acos(-1)");
    same(asin(1.0_f64.next_up()), NAN, "asin beyond 1");
    same(acos(-2.0), NAN, "acos(-2)");
    for (y, x, angle) in [
        (0.0, 0.0, 0.0),
        (-0.0, 1.0, -0.0),
        (0.0, -0.0, PI),
        (-0.0, -1.0, -PI),
        (1.0, 0.0, FRAC_PI_2),
        (-TINY, -0.0, -FRAC_PI_2),
        (INF, INF, FRAC_PI_4),
        (-INF, -INF, -3.0 * FRAC_PI_4),
        (INF, -1.0, FRAC_PI_2),
        (1.0, INF, 0.0),
        (-1.0, -INF, -PI),
        (TINY, TINY, FRAC_PI_4),
        (f64::MAX, -f64::MAX, 3.0 * FRAC_PI_4),
        (TINY, f64::MAX, 0.0),
        (-TINY, -f64::MAX, -PI),
        (NAN, 1.0, NAN),
        (1.0, -NAN, NAN),
    ] {
        same(atan2(y, x), angle, &format!("atan2({y:e}, {x:e})"));
    }
}
