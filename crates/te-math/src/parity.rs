//! The same bits one by one and in columns, with every instruction set of the machine.
//!
//! The vector code itself is tested only where the loops are vectorised: `cargo test --release -p te-math`.

use super::dispatch::{InstructionSet, Kernel};
use super::{acos, asin, atan, atan2, cos, exp, exp_m1, ln, ln_1p, logistic, pow, sin, sqrt, tan, tanh};
use std::hint::black_box;

const VALUES: usize = 1 << 20;

/// Arguments of all kinds: any bits, sizes around 1, exponents within range, neighbours of round numbers.
fn arguments(count: usize, mut state: u64) -> Vec<f64> {
    let mut next = move || {
        // splitmix64
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let mut between = move |low: f64, high: f64| {
        let bits = next();
        (low + (high - low) * ((bits >> 11) as f64 * 2.0_f64.powi(-53)), bits)
    };
    (0..count)
        .map(|i| match i % 8 {
            0 => f64::from_bits(between(0.0, 1.0).1),
            1 => between(-750.0, 715.0).0,
            2 => between(-3.0, 3.0).0,
            3 => between(0.5, 2.0).0,
            4 => between(-1e-3, 1e-3).0,
            5 => between(-50.0, 50.0).0.round(),
            6 => f64::from_bits(between(0.0, 1.0).1 & 0x800f_ffff_ffff_ffff),
            _ => between(0.0, 1e6).0,
        })
        .chain([0.0, -0.0, 1.0, -1.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, -f64::NAN])
        .take(count)
        .collect()
}

fn assert_same(got: &[f64], expected: &[f64], what: &str) {
    assert_eq!(got.len(), expected.len());
    for (i, (got, expected)) in got.iter().zip(expected).enumerate() {
        assert_eq!(got.to_bits(), expected.to_bits(), "{what} at {i}: {got:e} instead of {expected:e}");
    }
}

macro_rules! each_instruction_set {
    ($($function:ident, $columns:ident;)*) => {$({
        struct Column<'a>(&'a mut [f64]);

        impl Kernel for Column<'_> {
            type Output = ();

            #[inline(always)]
            fn run(self) {
                for value in self.0 {
                    *value = $function(*value);
                }
            }
        }

        let values = arguments(VALUES, 1);
        let expected: Vec<f64> = values.iter().map(|x| $function(black_box(*x))).collect();
        for set in InstructionSet::available() {
            let mut column = values.clone();
            set.run(Column(&mut column));
            assert_same(&column, &expected, concat!(stringify!($function), " by instruction set"));
        }
        for length in [0, 1, 7, 64, 100, VALUES] {
            let mut column = values[..length].to_vec();
            super::$columns(&mut column);
            assert_same(&column, &expected[..length], stringify!($columns));
        }
    })*};
}

#[test]
fn instruction_sets_agree_on_a_million_values() {
    each_instruction_set! {
        exp, exp_columns;
        exp_m1, exp_m1_columns;
        ln, ln_columns;
        ln_1p, ln_1p_columns;
        logistic, logistic_columns;
        tanh, tanh_columns;
        sqrt, sqrt_columns;
        sin, sin_columns;
        cos, cos_columns;
        tan, tan_columns;
        asin, asin_columns;
        acos, acos_columns;
        atan, atan_columns;
    }
}

#[test]
fn instruction_sets_agree_on_a_million_powers() {
    struct Column<'a>(&'a mut [f64], &'a [f64]);

    impl Kernel for Column<'_> {
        type Output = ();

        #[inline(always)]
        fn run(self) {
            for (value, exponent) in self.0.iter_mut().zip(self.1) {
                *value = pow(*value, *exponent);
            }
        }
    }

    let values = arguments(VALUES, 2);
    let mut exponents = arguments(VALUES + 3, 3);
    exponents.rotate_left(3);
    exponents.truncate(VALUES);
    let expected: Vec<f64> = values.iter().zip(&exponents).map(|(x, y)| pow(black_box(*x), *y)).collect();
    for set in InstructionSet::available() {
        let mut column = values.clone();
        set.run(Column(&mut column, &exponents));
        assert_same(&column, &expected, set.name());
    }
    let mut column = values.clone();
    super::pow_columns(&mut column, &exponents);
    assert_same(&column, &expected, "pow_columns");
}

#[test]
fn instruction_sets_agree_on_angles_of_points() {
    struct Column<'a>(&'a mut [f64], &'a [f64]);

    impl Kernel for Column<'_> {
        type Output = ();

        #[inline(always)]
        fn run(self) {
            for (y, x) in self.0.iter_mut().zip(self.1) {
                *y = atan2(*y, *x);
            }
        }
    }

    let (ys, xs) = (arguments(VALUES, 4), arguments(VALUES, 5));
    let expected: Vec<f64> = ys.iter().zip(&xs).map(|(y, x)| atan2(black_box(*y), *x)).collect();
    for set in InstructionSet::available() {
        let mut column = ys.clone();
        set.run(Column(&mut column, &xs));
        assert_same(&column, &expected, set.name());
    }
}

#[test]
fn instruction_sets_are_listed_once_narrowest_first() {
    let names: Vec<&str> = InstructionSet::available().map(InstructionSet::name).collect();
    assert!(["baseline", "avx2", "avx512"].starts_with(&names));
    assert_eq!(InstructionSet::available().last(), Some(InstructionSet::widest()));
}
