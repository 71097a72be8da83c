//! Floats of every kind, for properties that must hold whatever number comes in.

use proptest::prelude::*;

/// Zeros, infinities, NaN, subnormal and largest numbers, numbers near 1, and any others.
pub fn any_number() -> impl Strategy<Value = f64> {
    let edges = [
        0.0,
        -0.0,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        5e-324,
        1e-310,
        f64::MIN_POSITIVE,
        1e-300,
        1.0,
        1.0_f64.next_down(),
        1.0_f64.next_up(),
        1e300,
        f64::MAX,
        -1.0,
    ];
    prop_oneof![
        prop::sample::select(edges.to_vec()),
        any::<f64>(),
        0.0..1.0_f64,
        0.0..1e6_f64,
        (-300.0..300.0_f64).prop_map(|power| te_core::math::pow(10.0, power)),
    ]
}

/// Any float, oftener one at an edge, and oftener still one that rates, shares and times are made of.
pub fn near_use() -> impl Strategy<Value = f64> {
    let edges = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        5e-324,
        -5e-324,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        f64::EPSILON,
        -1.0 + f64::EPSILON,
        1e300,
        1e-300,
        1e154,
    ];
    prop_oneof![
        2 => prop::sample::select(edges.to_vec()),
        1 => prop::num::f64::ANY,
        3 => -3.0..100.0_f64,
        3 => 0.0..=1.0_f64,
    ]
}

/// Expects a finite number or an error.
///
/// # Panics
/// Where `Ok` holds NaN or infinity.
pub fn well<E>(what: &str, result: Result<f64, E>) {
    assert!(result.unwrap_or_default().is_finite(), "{what} is infinite or no number");
}
