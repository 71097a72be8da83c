//! The 28-digit type against Python's `decimal`: 568 operations, every printed digit.

use proptest::prelude::*;
use rust_decimal::Decimal;
use te_amm::{AmmError, Decimal28, Number, PoolNumber};

const FILE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/te-amm/decimal28.txt"));

fn d(text: &str) -> Decimal28 {
    text.parse().unwrap()
}

#[test]
fn every_operation_prints_as_in_python() {
    let mut count = 0;
    for line in FILE.lines() {
        let [a, op, b, expected] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let (a, b) = (d(a), d(b));
        let got = match op {
            "+" => a.try_add(b),
            "-" => a.try_sub(b),
            "*" => a.try_mul(b),
            "/" => a.try_div(b),
            _ => Ok(a.try_sqrt().unwrap()),
        };
        // A signed zero is the one thing not kept.
        assert_eq!(got.unwrap().to_string(), expected.replace("-0E", "0E"), "{line}");
        count += 1;
    }
    assert_eq!(count, 568);
}

#[test]
fn far_apart_operands_only_break_ties() {
    assert_eq!(d("1E+50").try_add(d("1E-100")).unwrap().to_string(), "1.000000000000000000000000000E+50");
    // Exactly half a last digit, and a trace above it.
    assert_eq!(
        d("1000000000000000000000000000.5").try_add(d("1E-90")).unwrap(),
        d("1000000000000000000000000001")
    );
    assert_eq!(
        d("1000000000000000000000000000.5").try_sub(d("1E-90")).unwrap(),
        d("1000000000000000000000000000")
    );
    assert_eq!(
        d("1000000000000000000000000001.5").try_sub(d("1E-90")).unwrap(),
        d("1000000000000000000000000001")
    );
    assert!(d("1E+9999").try_mul(d("1E+9999")).is_err());
    assert!(d("1").try_div(d("0.00")).is_err());
    assert!(matches!(d("-1").try_sqrt(), Err(AmmError::Domain { .. })));
    assert!(
        "1.2.3".parse::<Decimal28>().is_err()
            && "".parse::<Decimal28>().is_err()
            && "--1".parse::<Decimal28>().is_err()
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn order_and_conversions_are_numeric(a in any::<i64>(), b in any::<i64>(), sa in 0u32..28, sb in 0u32..28) {
        let (x, y) = (Decimal::new(a, sa), Decimal::new(b, sb));
        let (p, q) = (Decimal28::from(x), Decimal28::from(y));
        prop_assert_eq!(p.partial_cmp(&q), x.partial_cmp(&y));
        prop_assert_eq!(p.to_decimal().unwrap(), x);
        prop_assert_eq!(p.to_string().parse::<Decimal28>().unwrap(), p);
    }

    #[test]
    fn every_uniform_draw_converts_exactly(numerator in 0u64..(1 << 53), factor in 0.0..1000.0f64) {
        let value = numerator as f64 / (1u64 << 53) as f64 * factor;
        if let Ok(exact) = Decimal28::from_f64(value) {
            prop_assert_eq!(exact.approximate(), value);
        } else {
            prop_assert!(value < 1e-15);
        }
    }
}

#[test]
fn fixed_places_are_printed_as_by_a_format() {
    for (value, places, printed) in [
        ("0", 6, "0.000000"),
        ("5.99311283905869938185572", 6, "5.993113"),
        ("-1.5E-7", 6, "0.000000"),
        ("-1234.5", 0, "-1234"),
        ("2.5", 0, "2"),
        ("3E+2", 2, "300.00"),
        ("0.0000004", 7, "0.0000004"),
    ] {
        assert_eq!(d(value).to_fixed(places).unwrap(), printed);
    }
}
