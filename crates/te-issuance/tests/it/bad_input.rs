//! What must be refused, with what words, and that nothing changes.

use te_issuance::hive_supply::max_annual_growth;
use te_issuance::ledger::Ledger;
use te_issuance::linear::Linear;
use te_issuance::policy::{Issuer, Recipient, Scheduled};
use te_issuance::rebase::LinearRebase;
use te_issuance::target_ratio::{TargetRatio, ThrottleScale};
use te_issuance::{
    IssuanceError, exponential_decay, geometric, halving, inflation, linear, sigmoid, vesting,
};

#[test]
fn rates_must_be_finite_and_not_negative() {
    for bad in [-0.1, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(linear::supply(0.0, bad, None, 1.0).is_err());
        assert!(geometric::cumulative(bad, 0.5, 1).is_err());
        assert!(geometric::cumulative(1.0, bad, 1).is_err());
        assert!(exponential_decay::cumulative(bad, 1.0, 1.0).is_err());
        assert!(exponential_decay::cumulative(1.0, bad, 1.0).is_err());
        assert!(inflation::continuous(1.0, bad, 1.0).is_err());
        assert!(inflation::compounded(1.0, bad, 1.0, 1.0).is_err());
        assert!(inflation::disinflation_rate(bad, 0.1, 0.0, 1.0).is_err());
        assert!(inflation::disinflation_supply(1.0, 0.1, bad, 0.0, 1.0).is_err());
        assert!(sigmoid::supply(1.0, bad, 0.0, 1.0).is_err());
        assert!(max_annual_growth(bad).is_err());
    }
    assert_eq!(
        inflation::continuous(1.0, -0.1, 1.0).unwrap_err().to_string(),
        "rate = -0.1 is refused: it must be a finite number >= 0"
    );
}

#[test]
fn vesting_refuses_a_cliff_after_the_end() {
    assert_eq!(
        vesting::linear(1, 0, 11, 10, 0).unwrap_err(),
        IssuanceError::InvalidInteger { name: "cliff", value: 11, allowed: "at most the duration" }
    );
}

#[test]
fn overflow_is_an_error() {
    assert!(halving::Halving::new(u128::MAX, 2).is_err());
    assert!(halving::supply_before(u128::MAX, 10, 5).is_err());
    assert!(inflation::continuous(1.0, 1.0, 1e6).is_err());
    assert!(inflation::compounded(1.0, 1.0, 1.0, 1e6).is_err());
    assert!(geometric::cumulative(f64::MAX, 1.0, 2).is_err());
}

#[test]
fn a_refused_issue_changes_neither_ledger_nor_clock() {
    let mut ledger = Ledger::new();
    let pool = ledger.open("pool").unwrap();
    let other = ledger.open("other").unwrap();
    ledger.mint(other, 100).unwrap();

    let linear = Linear::new(u128::MAX, 1, None).unwrap();
    let mut issuer = Issuer::single(Scheduled(linear), pool).unwrap();
    let (ledger_before, issuer_before) = (ledger.clone(), issuer.clone());
    assert!(matches!(issuer.issue(&mut ledger, 0.0, 1), Err(IssuanceError::Overflow { .. })));
    assert!(issuer.issue(&mut ledger, f64::NAN, 1).is_err());
    assert_eq!((&ledger, &issuer), (&ledger_before, &issuer_before));

    // The burn falls on an empty pool.
    let rule = LinearRebase::new(1.0, 0.05, 10.0).unwrap();
    let mut issuer = Issuer::single(rule, pool).unwrap();
    let refused = issuer.issue(&mut ledger, 0.5, 1).unwrap_err();
    assert!(matches!(refused, IssuanceError::InsufficientBalance { balance: 0, requested: 5, .. }));
    assert_eq!((&ledger, issuer.elapsed()), (&ledger_before, 0));
    // Scaled over all accounts it is possible.
    issuer.rebase(&mut ledger, 0.5, 1).unwrap();
    assert_eq!((ledger.total(), issuer.elapsed()), (95, 1));

    let nobody = Recipient { account: pool, parts: 0 };
    assert!(Issuer::new(Scheduled(linear), vec![nobody], pool).is_err());
    assert!(Issuer::new(Scheduled(linear), Vec::new(), pool).is_err());
}

#[test]
fn a_controller_refuses_an_empty_supply() {
    let mut ledger = Ledger::new();
    let pool = ledger.open("pool").unwrap();
    let controller = TargetRatio::new(0.2, None, ThrottleScale::OfSupply, 12.0, false).unwrap();
    let mut issuer = Issuer::single(controller, pool).unwrap();
    assert_eq!(issuer.issue(&mut ledger, 0.0, 1), Err(IssuanceError::ZeroSupply));
    assert_eq!((ledger.total(), issuer.elapsed()), (0, 0));
}

#[test]
fn a_stored_ledger_that_does_not_add_up_is_refused() {
    let mut ledger = Ledger::new();
    let pool = ledger.open("pool").unwrap();
    ledger.mint(pool, 10).unwrap();
    let stored = serde_json::to_string(&ledger).unwrap();
    assert_eq!(serde_json::from_str::<Ledger>(&stored).unwrap(), ledger);
    assert!(serde_json::from_str::<Ledger>(&stored.replace("\"total\":10", "\"total\":11")).is_err());
}
