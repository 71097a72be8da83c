//! Errors against correctly rounded values, and the properties that follow from small errors.

use super::{
    acos, asin, atan, atan2, cos, exp, exp_m1, ln, ln_1p, log2, log10, logistic, pow, powi, sin, tan, tanh,
};
use proptest::prelude::*;
use std::fs;
use std::path::Path;

/// The largest errors that the module's documentation states, in units in the last place:
/// for normal results, and for subnormal results, which are rounded a second time.
const LARGEST: [(&str, f64, f64); 16] = [
    ("exp", 0.54, 0.76),
    ("exp_m1", 0.67, 0.5),
    ("ln", 0.64, 0.5),
    ("ln_1p", 0.68, 0.5),
    ("log2", 0.51, 0.0),
    ("log10", 0.51, 0.0),
    ("logistic", 0.54, 0.76),
    ("tanh", 0.60, 0.5),
    ("pow", 0.55, 0.76),
    ("sin", 0.75, 0.5),
    ("cos", 0.8, 0.0),
    ("tan", 0.9, 0.5),
    ("asin", 0.75, 0.5),
    ("acos", 0.65, 0.0),
    ("atan", 0.65, 0.5),
    ("atan2", 0.75, 0.5),
];

fn call(name: &str, arguments: &[f64]) -> f64 {
    match (name, arguments) {
        ("exp", [x]) => exp(*x),
        ("exp_m1", [x]) => exp_m1(*x),
        ("ln", [x]) => ln(*x),
        ("ln_1p", [x]) => ln_1p(*x),
        ("log2", [x]) => log2(*x),
        ("log10", [x]) => log10(*x),
        ("logistic", [x]) => logistic(*x),
        ("tanh", [x]) => tanh(*x),
        ("pow", [x, y]) => pow(*x, *y),
        ("sin", [x]) => sin(*x),
        ("cos", [x]) => cos(*x),
        ("tan", [x]) => tan(*x),
        ("asin", [x]) => asin(*x),
        ("acos", [x]) => acos(*x),
        ("atan", [x]) => atan(*x),
        ("atan2", [y, x]) => atan2(*y, *x),
        _ => panic!("{name} of {arguments:?}"),
    }
}

/// The spacing of doubles at the exact value that lies `rest` spacings above `nearest`.
fn unit(nearest: f64, rest: f64) -> f64 {
    let size = nearest.abs();
    let below_power_of_two = size.to_bits().trailing_zeros() >= 52 && rest * nearest.signum() < 0.0;
    if below_power_of_two && size > f64::MIN_POSITIVE {
        size - size.next_down()
    } else {
        size.next_up() - size
    }
}

fn error(got: f64, nearest: f64, rest: f64) -> f64 {
    if !nearest.is_finite() || nearest == 0.0 {
        let same = got.to_bits() == nearest.to_bits();
        let smallest = nearest == 0.0 && got.abs() == f64::from_bits(1);
        return if same {
            0.0
        } else if smallest {
            1.0 - rest.abs()
        } else {
            f64::INFINITY
        };
    }
    ((got - nearest) / unit(nearest, rest) - rest).abs()
}

#[test]
fn errors_are_as_documented() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-math"));
    for (name, largest, largest_subnormal) in LARGEST {
        let text = fs::read_to_string(folder.join(format!("math_{name}.csv"))).unwrap();
        let (mut normal, mut subnormal, mut rows) = ((0.0, String::new()), (0.0, String::new()), 0);
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<&str> = line.split(',').collect();
            let [arguments @ .., nearest, rest] = fields.as_slice() else { panic!("{line}") };
            let bits = |field: &&str| f64::from_bits(u64::from_str_radix(field, 16).unwrap());
            let (nearest, rest) = (bits(nearest), rest.parse::<f64>().unwrap());
            let arguments: Vec<f64> = arguments.iter().map(bits).collect();
            let error = error(call(name, &arguments), nearest, rest);
            let worst = if nearest.abs() < f64::MIN_POSITIVE { &mut subnormal } else { &mut normal };
            if error > worst.0 {
                *worst = (error, format!("{arguments:?}"));
            }
            rows += 1;
        }
        println!(
            "{name}: {rows} rows, {:.4} at {}, subnormal {:.4} at {}",
            normal.0, normal.1, subnormal.0, subnormal.1
        );
        assert!(rows > 2000, "{name} has {rows} rows");
        assert!(normal.0 <= largest, "{name}: {} ulp at {}", normal.0, normal.1);
        // The rows give four digits of the exact value.
        assert!(subnormal.0 <= largest_subnormal + 5e-5, "{name}: {} ulp at {}", subnormal.0, subnormal.1);
    }
}

/// Any double but NaN.
fn any_double() -> impl Strategy<Value = f64> {
    prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO | prop::num::f64::INFINITE
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn exp_and_ln_never_fall(x in prop_oneof![-750.0..715.0, -1.0..1.0, any_double()]) {
        prop_assert!(exp(x) <= exp(x.next_up()));
        prop_assert!(exp(x.next_down()) <= exp(x));
        prop_assert!(exp_m1(x) <= exp_m1(x.next_up()) || x == f64::INFINITY);
        let x = x.abs();
        prop_assert!(ln(x) <= ln(x.next_up()));
    }

    #[test]
    fn power_of_one_is_the_base(x in any_double()) {
        prop_assert_eq!(pow(x, 1.0).to_bits(), x.to_bits());
    }

    #[test]
    fn small_integer_powers_are_rounded_products(x in -1e3..1e3, y in 1.0..1e3) {
        let within = |got: f64, product: f64| (got - product).abs() <= unit(product, 0.0);
        prop_assert!(within(pow(x, 2.0), x * x));
        prop_assert!(within(pow(x, -1.0), 1.0 / x) || x == 0.0);
        prop_assert!(within(pow(y, 0.5), y.sqrt()));
    }

    #[test]
    fn integer_powers_are_near_the_power(x in 0.5..2.0, n in -300_i32..300) {
        let bound = f64::from(n.unsigned_abs() + 1) * unit(pow(x, f64::from(n)), 0.0);
        prop_assert!((powi(x, n) - pow(x, f64::from(n))).abs() <= bound);
        prop_assert_eq!(powi(-x, n).abs().to_bits(), powi(x, n).to_bits());
    }

    #[test]
    fn logarithm_undoes_exponential(x in -700.0..700.0) {
        // The exponential's rounding is an error of 1.06 2^-53 in its logarithm.
        prop_assert!((ln(exp(x)) - x).abs() <= 1.2e-16 + 0.6 * unit(x, 0.0));
        // Below -1 an error of the difference from -1 grows e^-x times.
        prop_assert!((ln_1p(exp_m1(x)) - x).abs() <= 2.8e-16 + 1.2 * unit(x, 0.0) || x < -1.0);
    }

    #[test]
    fn exponential_undoes_logarithm(x in prop::num::f64::POSITIVE | prop::num::f64::NORMAL) {
        let log = ln(x);
        prop_assert!((exp(log) / x - 1.0).abs() <= 0.6 * unit(log, 0.0) + 3e-16);
    }

    #[test]
    fn logistic_and_tanh_are_symmetric_and_bounded(x in any_double()) {
        prop_assert_eq!(tanh(-x).to_bits(), (-tanh(x)).to_bits());
        prop_assert!(tanh(x).abs() <= 1.0);
        prop_assert!((0.0..=1.0).contains(&logistic(x)));
        prop_assert!((logistic(x) + logistic(-x) - 1.0).abs() <= 2.3e-16);
    }
}
