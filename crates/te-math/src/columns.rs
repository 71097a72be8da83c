//! The functions over whole columns, in place, with the widest instruction set of the machine.
//!
//! Each is the scalar function in a loop: the same bits, whatever the length of the column.

use super::dispatch::{self, Kernel};

macro_rules! column_functions {
    ($($name:ident, $function:ident;)*) => {$(
        #[doc = concat!("[`", stringify!($function), "`](super::", stringify!($function), ") of every value of `column`, in place.")]
        pub fn $name(column: &mut [f64]) {
            // The call stands in the kernel itself: a closure or a function passed in would not surely be inlined.
            struct Each<'a>(&'a mut [f64]);

            impl Kernel for Each<'_> {
                type Output = ();

                #[inline(always)]
                fn run(self) {
                    for value in self.0 {
                        *value = super::$function(*value);
                    }
                }
            }

            dispatch::run(Each(column));
        }
    )*};
}

column_functions! {
    exp_columns, exp;
    exp_m1_columns, exp_m1;
    ln_columns, ln;
    ln_1p_columns, ln_1p;
    logistic_columns, logistic;
    tanh_columns, tanh;
    sqrt_columns, sqrt;
    sin_columns, sin;
    cos_columns, cos;
    tan_columns, tan;
    asin_columns, asin;
    acos_columns, acos;
    atan_columns, atan;
}

/// [`pow`](super::pow) of every value of `column` and its partner in `exponents`, in place.
///
/// Values of `column` beyond the length of `exponents` stay as they are.
pub fn pow_columns(column: &mut [f64], exponents: &[f64]) {
    struct Each<'a>(&'a mut [f64], &'a [f64]);

    impl Kernel for Each<'_> {
        type Output = ();

        #[inline(always)]
        fn run(self) {
            for (value, exponent) in self.0.iter_mut().zip(self.1) {
                *value = super::pow(*value, *exponent);
            }
        }
    }

    dispatch::run(Each(column, exponents));
}
