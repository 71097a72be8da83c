//! Calls run on the v0.3 bytecode, to the bit, and properties of the integer formula.

use crate::reference::{int, rows};
use proptest::prelude::*;
use te_bonding_curve::{LedgerError, Ppm, U256, bancor};

#[test]
fn every_reference_call_matches_to_the_bit() {
    let calls = rows("bancor_formula.json");
    assert_eq!(calls.len(), 332);
    let mut refused = 0;
    for call in calls {
        let a: Vec<U256> = call["args"].as_array().unwrap().iter().map(int).collect();
        let ppm = |i: usize| Ppm::new(a[i].to::<u128>());
        let got = match call["fn"].as_str().unwrap() {
            "purchase_return" => bancor::purchase_return(a[0], a[1], ppm(2), a[3]),
            "sale_return" => bancor::sale_return(a[0], a[1], ppm(2), a[3]),
            "cross_connector_return" => bancor::cross_return(a[0], ppm(1), a[2], ppm(3), a[4]),
            name => panic!("unknown call {name}"),
        };
        if call["result"].is_null() {
            refused += 1;
            assert!(got.is_err(), "{call} gave {got:?}");
        } else {
            assert_eq!(got, Ok(int(&call["result"])), "{call}");
        }
    }
    assert_eq!(refused, 36);
}

fn units(range: std::ops::Range<u128>) -> impl Strategy<Value = U256> {
    range.prop_map(U256::from)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_round_trip_never_pays(
        supply in units(1..10_u128.pow(28)), balance in units(1..10_u128.pow(28)),
        weight in 10_000_u128..=1_000_000, deposit in units(1..10_u128.pow(27)),
    ) {
        let w = Ppm::new(weight);
        let minted = bancor::purchase_return(supply, balance, w, deposit).unwrap();
        // The exponent of the sale may leave the formula's range; then nothing is paid at all.
        if let Ok(back) = bancor::sale_return(supply + minted, balance + deposit, w, minted) {
            prop_assert!(back <= deposit, "{back} > {deposit}");
        }
    }

    #[test]
    fn splitting_a_buy_never_mints_more(
        supply in units(10_u128.pow(18)..10_u128.pow(27)), balance in units(10_u128.pow(18)..10_u128.pow(27)),
        weight in 10_000_u128..=1_000_000, first in units(1..10_u128.pow(26)), second in units(1..10_u128.pow(26)),
    ) {
        let w = Ppm::new(weight);
        let whole = bancor::purchase_return(supply, balance, w, first + second).unwrap();
        let a = bancor::purchase_return(supply, balance, w, first).unwrap();
        let b = bancor::purchase_return(supply + a, balance + first, w, second).unwrap();
        // Each power is off by about 5e-17 of the supply, downwards; the split has two of them and the whole one.
        let slack = supply / U256::from(10_u128.pow(16)) + U256::from(1);
        prop_assert!(a + b <= whole + slack, "{} > {whole}", a + b);
    }

    /// What a refusal names is taken, and it is no more than a hundredth of the rest away from what is not.
    #[test]
    fn a_refused_order_names_one_that_is_taken(
        supply in units(10_u128.pow(20)..10_u128.pow(30)), balance in units(10_u128.pow(18)..10_u128.pow(28)),
        weight in 1_000_u128..900_000, left in units(1..1_000_000),
    ) {
        let w = Ppm::new(weight);
        match bancor::sale_return(supply, balance, w, supply - left) {
            Err(LedgerError::NearlyAll { most, .. }) => {
                prop_assert!(most < supply - left, "{most}");
                prop_assert!(bancor::sale_return(supply, balance, w, most).is_ok(), "{most} of {supply}");
                let rest = supply - most;
                let further = supply - rest * U256::from(99) / U256::from(100);
                if rest > U256::from(1_000) {
                    prop_assert!(bancor::sale_return(supply, balance, w, further).is_err());
                }
            }
            other => prop_assert!(other.is_ok(), "{other:?}"),
        }
        let tiny = left.min(U256::from(1_000));
        let deposit = U256::from(1) << 128;
        if let Err(LedgerError::DepositTooLarge { most, .. }) = bancor::purchase_return(U256::from(1_000), tiny, w, deposit) {
            prop_assert!(most < deposit && bancor::purchase_return(U256::from(1_000), tiny, w, most).is_ok(), "{most}");
        }
    }

    #[test]
    fn selling_everything_pays_everything(
        supply in units(1..10_u128.pow(28)), balance in units(1..10_u128.pow(28)), weight in 1_u128..=1_000_000,
    ) {
        prop_assert_eq!(bancor::sale_return(supply, balance, Ppm::new(weight), supply), Ok(balance));
    }
}
