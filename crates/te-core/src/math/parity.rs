//! The same bits one by one, in columns, in [`Lanes`] of every width, with every instruction set of the machine.
//!
//! The vector code itself is tested only where the loops are vectorised: `cargo test --release -p te-core math`.

use super::dispatch::{InstructionSet, Kernel};
use super::{exp, exp_m1, ln, ln_1p, logistic, pow, sqrt, tanh};
use crate::real::{Lanes, Mask, Real};
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

/// A formula that uses every operation of [`Real`].
#[inline(always)]
fn formula<R: Real>(x: R, y: R) -> [R; 4] {
    let one = R::splat(1.0);
    let rises = x.above(y) | x.equals(R::splat(0.5));
    let level = R::select(rises & !y.at_least(one), x.exp() - y, x * y + 2.5);
    let mut price = (one / (level.abs() + 1.0)).sqrt() - x / 3.0;
    price += y.max(-one).min(one);
    price *= R::splat(1.25);
    price -= x.tanh();
    price /= y.logistic();
    let inside = x.abs().at_most(y.abs()) & x.below(R::splat(700.0));
    [level, price, R::select(inside, x.abs().powf(y), x.exp_m1()), x.abs().ln() + y.abs().ln_1p() * 0.5]
}

struct InLanes<'a, const N: usize> {
    x: &'a [f64],
    y: &'a [f64],
    results: &'a mut [Vec<f64>; 4],
}

impl<const N: usize> Kernel for InLanes<'_, N> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (x, y) in self.x.chunks_exact(N).zip(self.y.chunks_exact(N)) {
            let (mut a, mut b) = (Lanes::<N>::splat(0.0), Lanes::<N>::splat(0.0));
            a.values_mut().copy_from_slice(x);
            b.values_mut().copy_from_slice(y);
            for (column, result) in self.results.iter_mut().zip(formula(a, b)) {
                column.extend_from_slice(result.values());
            }
        }
    }
}

fn lanes_agree<const N: usize>() {
    let (x, y) = (arguments(4 * 768, 4), arguments(4 * 768 + 3, 5));
    let y = &y[3..];
    let mut expected: [Vec<f64>; 4] = Default::default();
    for (x, y) in x.iter().zip(y) {
        for (column, result) in expected.iter_mut().zip(formula(*x, *y)) {
            column.push(result);
        }
    }
    for set in InstructionSet::available() {
        let mut results: [Vec<f64>; 4] = Default::default();
        set.run(InLanes::<N> { x: &x, y, results: &mut results });
        for (got, expected) in results.iter().zip(&expected) {
            for (got, expected) in got.iter().zip(expected) {
                // The machine's own NaN has no fixed sign; that of `math` has.
                assert!(got.to_bits() == expected.to_bits() || got.is_nan() && expected.is_nan());
            }
        }
    }
}

#[test]
fn lanes_of_every_width_agree_with_one_run() {
    lanes_agree::<1>();
    lanes_agree::<3>();
    lanes_agree::<8>();
    lanes_agree::<32>();
    lanes_agree::<64>();
    lanes_agree::<96>();
    lanes_agree::<128>();
    lanes_agree::<256>();
}

#[test]
fn masks_tell_any_from_all() {
    let mut x = Lanes::<64>::splat(1.0);
    assert!(x.equals(Lanes::splat(1.0)).all());
    assert!(!x.below(Lanes::splat(1.0)).any());
    x.values_mut()[63] = f64::NAN;
    let equal = x.equals(Lanes::splat(1.0));
    assert!(equal.any() && !equal.all() && (!equal).any());
    assert!(x.is_finite().any() && !x.is_finite().all() && Real::is_finite(1.0));
    assert!((equal | !equal).all() && !(equal & !equal).any());
    assert!(<bool as Mask>::splat(true).all() && !Mask::any(false));
    assert_eq!(<Lanes<64> as Real>::WIDTH, x.values().len());
}

#[test]
fn instruction_sets_are_listed_once_narrowest_first() {
    let names: Vec<&str> = InstructionSet::available().map(InstructionSet::name).collect();
    assert!(["baseline", "avx2", "avx512"].starts_with(&names));
    assert_eq!(InstructionSet::available().last(), Some(InstructionSet::widest()));
}
