//! `float_vectors.json`: formulas in `f64` against 60 digits, where a form that cancels would lose its own.

use serde_json::Value;
use te_amm::performance::{impermanent_loss, impermanent_loss_weighted, loss_per_constant_block};
use te_amm::weighted::{Side, in_given_out, out_given_in};
use te_amm::{Decimal28, Number, PoolNumber, stableswap};

const FILE: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-amm/float_vectors.json"));

fn vectors(name: &str) -> Vec<Value> {
    serde_json::from_str::<Value>(FILE).unwrap()[name].as_array().unwrap().clone()
}

/// A double, written so that it reads back as itself.
fn number(v: &Value, key: &str) -> f64 {
    v[key].to_string().parse().unwrap()
}

/// How far a double is from a number of 25 digits, relative to it.
fn error(found: f64, v: &Value, key: &str) -> f64 {
    let exact: Decimal28 = v[key].as_str().unwrap().parse().unwrap();
    let gap = Decimal28::from_float(found).unwrap().try_sub(exact).unwrap();
    if gap == Decimal28::ZERO { 0.0 } else { (gap.approximate() / exact.approximate()).abs() }
}

#[test]
fn stable_swaps_of_any_size_keep_their_digits() {
    let all = vectors("stableswap");
    assert_eq!(all.len(), 160);
    for v in &all {
        let x =
            v["x"].as_array().unwrap().iter().map(|x| x.to_string().parse().unwrap()).collect::<Vec<f64>>();
        let place = |key: &str| usize::try_from(v[key].as_u64().unwrap()).unwrap();
        let (i, j, a) = (place("i"), place("j"), number(v, "A"));
        let d = stableswap::invariant(&x, a).unwrap();
        assert!(error(d, v, "D") <= 1e-15, "{v} {d}");
        let out = stableswap::exact_in(&x, (i, j), number(v, "dx"), a, 0.0, 0.0).unwrap();
        assert!(error(out, v, "out") <= 1e-15, "{v} {out} {:e}", error(out, v, "out"));
        let input = stableswap::exact_out(&x, (i, j), number(v, "dy"), a, 0.0, 0.0).unwrap();
        assert!(error(input, v, "in") <= 1.5e-15, "{v} {input} {:e}", error(input, v, "in"));
    }
}

#[test]
fn weighted_swaps_keep_their_digits_from_dust_to_the_whole_balance() {
    let all = vectors("weighted");
    assert!(all.len() > 150);
    for v in &all {
        let side = |balance, weight| Side { balance: number(v, balance), weight: number(v, weight) };
        let (near, far, fee) = (side("bi", "wi"), side("bo", "wo"), number(v, "fee"));
        let (input, out) = (number(v, "dx"), number(v, "dy"));
        // The ratio of the weights is rounded, and a power feels that by its logarithm.
        let felt = (far.weight / near.weight) * (far.balance / (far.balance - out)).ln().max(1.0);
        let found = in_given_out(near, far, out, fee).unwrap();
        let off = error(found, v, "in");
        assert!(off <= 1e-15 + 1.2e-16 * felt, "{v} {found} {off:e}");
        let found = out_given_in(near, far, input, fee).unwrap();
        assert!(error(found, v, "out") <= 1.5e-15, "{v} {found} {:e}", error(found, v, "out"));
    }
}

#[test]
fn impermanent_loss_keeps_its_digits_near_ratio_one() {
    let all = vectors("impermanent_loss");
    assert!(all.len() > 200);
    for v in &all {
        let (ratio, weight) = (number(v, "r"), number(v, "w"));
        let found = impermanent_loss_weighted(ratio, weight).unwrap();
        assert!(error(found, v, "loss") <= 5e-15, "{v} {found} {:e}", error(found, v, "loss"));
        assert!((-1.0..=0.0).contains(&found));
        if weight == 0.5 {
            assert_eq!(found, impermanent_loss(ratio).unwrap());
        }
    }
}

/// The formula is what the process itself loses where the band is wide, and near it where it is narrow.
#[test]
fn the_loss_of_a_block_is_that_of_the_process() {
    for v in vectors("loss_per_block") {
        let (fee, loss, sigma) = (number(&v, "fee"), number(&v, "loss"), 0.01);
        let found = loss_per_constant_block(sigma, fee * sigma).unwrap();
        // 1.7164 has five digits.
        let tolerance = if fee >= 1.5 { 3e-5 } else { 7e-3 };
        assert!((found / (loss * sigma * sigma) - 1.0).abs() < tolerance, "{v} {found}");
    }
}
