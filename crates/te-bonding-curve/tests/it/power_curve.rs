//! The f64 curve: reference rows, the ledger beside it, properties.

use crate::reference::{close, int, num, rows};
use proptest::prelude::*;
use te_bonding_curve::{
    AugmentedCurve, CurveError, CurveTerms, DesignLaunch, MILESTONES, Ppm, U256, amount, bancor,
    power_curve::{self as curve, log_invariant},
};

#[test]
fn every_simulator_row_matches() {
    let cases = rows("power_invariant_float.json");
    assert_eq!(cases.len(), 70);
    for case in cases {
        let n = |key: &str| num(&case[key]);
        if case["op"] == "init_from_prices" {
            let design = DesignLaunch {
                raise: n("d0"),
                hatch_price: n("p0"),
                opening_price: n("p1"),
                commons_tribute: n("theta"),
            };
            let start = design.design().unwrap();
            close(start.supply, n("S0"), 1e-9, "S0");
            close(start.reserve, n("R0"), 1e-9, "R0");
            close(start.kappa, n("kappa"), 1e-9, "kappa");
            let ratio = 1.0 / start.kappa;
            close(curve::invariant(start.supply, start.reserve, ratio).unwrap(), n("V0"), 1e-9, "V0");
            close(curve::spot_price(start.supply, start.reserve, ratio).unwrap(), n("spot"), 1e-9, "spot");
            continue;
        }
        let (s, r, w, amount) = (n("S"), n("R"), 1.0 / n("kappa"), n("amount"));
        close(curve::spot_price(s, r, w).unwrap(), n("spot"), 1e-9, "spot");
        close(curve::invariant(s, r, w).unwrap(), n("V"), 1e-9, "V");
        if case["op"] == "deposit" {
            let out = curve::tokens_for_deposit(s, r, w, amount).unwrap();
            close(out, n("out"), 1e-9, "minted");
            close(amount / out, n("realized_price"), 1e-9, "realised");
            close(curve::price_at_reserve(s, r, w, r + amount).unwrap(), n("spot_after"), 1e-9, "after");
            close(curve::deposit_for_tokens(s, r, w, out).unwrap(), amount, 1e-12, "inverse");
        } else {
            let out = curve::collateral_for_tokens(s, r, w, amount).unwrap();
            close(out, n("out"), 1e-9, "paid");
            close(out / amount, n("realized_price"), 1e-9, "realised");
            close(curve::price_at_supply(s, r, w, s - amount).unwrap(), n("spot_after"), 1e-9, "after");
        }
    }
}

/// The scenarios of the deployed contract, in f64: every order within 1e-12 of the ledger.
#[test]
fn the_model_follows_the_ledger_through_every_scenario() {
    let tokens = |value: &serde_json::Value| amount::to_tokens(int(value));
    let mut worst = 0.0_f64;
    let mut compared = 0;
    for scenario in rows("orders.json") {
        if !scenario["init_revert"].is_null() {
            continue;
        }
        let terms = CurveTerms {
            reserve_ratio: Ppm::new(int(&scenario["reserve_ratio_ppm"]).to()).to_f64(),
            entry_tribute: tokens(&scenario["buy_fee"]),
            exit_tribute: tokens(&scenario["sell_fee"]),
            virtual_supply: tokens(&scenario["virtual_supply"]),
            virtual_balance: tokens(&scenario["virtual_balance"]),
        };
        let Ok(mut model) =
            AugmentedCurve::new(terms, tokens(&scenario["supply"]), tokens(&scenario["reserve"]), 0.0)
        else {
            continue; // empty curve, ratio zero
        };
        for step in scenario["steps"].as_array().unwrap() {
            let (given, min) = (tokens(&step["amount"]), tokens(&step["min_return"]));
            let (supply, reserve) = model.priced_parts();
            let order =
                if step["op"] == "buy" { model.buy(given, min) } else { model.sell(given, supply, min) };
            if !step["revert"].is_null() {
                assert!(order.is_err(), "{step}");
                continue;
            }
            let order = order.unwrap();
            let want = tokens(&step["received"]);
            // What is received is a difference of two supplies (or reserves), each right to a few
            // ulp times the exponent (100 at the smallest ratio).
            let scale = if step["op"] == "buy" { supply } else { reserve };
            worst = worst.max((order.received - want).abs() / scale);
            if want > 1e-3 * scale {
                close(order.received, want, 1e-12, "received");
            }
            close(model.supply(), tokens(&step["supply_after"]), 1e-12, "supply");
            close(model.reserve(), tokens(&step["reserve_after"]), 1e-12, "reserve");
            compared += 1;
        }
    }
    assert!(compared > 190, "{compared}");
    assert!(worst < 1e-14, "worst {worst}");
}

trait PricedParts {
    fn priced_parts(&self) -> (f64, f64);
}

impl PricedParts for AugmentedCurve {
    fn priced_parts(&self) -> (f64, f64) {
        (self.supply(), self.reserve())
    }
}

#[test]
fn a_flat_curve_and_an_emptied_one() {
    let flat = CurveTerms::new(1.0, 0.0, 0.0);
    let mut model = AugmentedCurve::new(flat, 100.0, 250.0, 0.0).unwrap();
    assert_eq!(model.price(), 2.5);
    model.buy(1000.0, 0.0).unwrap();
    close(model.price(), 2.5, 1e-15, "a ratio of 1 has a constant price");
    let steep = CurveTerms::new(0.2, 0.0, 0.1);
    let mut model = AugmentedCurve::new(steep, 100.0, 250.0, 0.0).unwrap();
    let order = model.sell(100.0, 100.0, 0.0).unwrap();
    assert_eq!((order.received, model.reserve(), model.supply(), model.price()), (225.0, 0.0, 0.0, 0.0));
    assert!(model.buy(1.0, 0.0).is_err());
    assert!(matches!(model.sell(1.0, 1.0, 0.0), Err(CurveError::Insufficient { name: "supply", .. })));
}

#[test]
fn milestones_shock_and_runway() {
    let terms = CurveTerms { virtual_supply: 50.0, virtual_balance: 20.0, ..CurveTerms::new(0.25, 0.1, 0.1) };
    let mut model = AugmentedCurve::new(terms, 1_000.0, 400.0, 60.0).unwrap();
    let here = model.milestone(400.0).unwrap();
    close(here.supply, 1_000.0, 1e-12, "supply");
    close(here.market_cap, model.market_cap(), 1e-12, "market cap");
    let there = model.milestone(900.0).unwrap();
    model.buy(500.0 / 0.9, 0.0).unwrap();
    close(model.supply(), there.supply, 1e-12, "supply there");
    close(model.price(), there.price, 1e-12, "price there");
    let shocked = model.price_after_shock(0.2).unwrap();
    model.sell(0.2 * model.supply(), model.supply(), 0.0).unwrap();
    close(model.price(), shocked, 1e-15, "shock");
    assert_eq!(model.runway(model.common_pool() / 7.0), Ok(7.0));
    assert!(MILESTONES.iter().all(|reserve| model.milestone(*reserve).is_ok()));
}

#[test]
fn design_quantities() {
    let design = DesignLaunch { raise: 1e6, hatch_price: 0.5, opening_price: 1.0, commons_tribute: 0.5 }
        .design()
        .unwrap();
    assert_eq!(design.kappa, 4.0);
    assert_eq!(design.price_after_burn(design.supply), Ok(0.0));
    let deposit = design.deposit_for_price_multiple(8.0).unwrap();
    close(deposit, design.reserve * 15.0, 1e-12, "8^(4/3) − 1");
    let flat = DesignLaunch { raise: 1e6, hatch_price: 1.0, opening_price: 0.5, commons_tribute: 0.5 };
    assert!(matches!(
        flat.design().unwrap().deposit_for_price_multiple(2.0),
        Err(CurveError::Undefined { .. })
    ));
    let falling = DesignLaunch { opening_price: 0.4, ..flat };
    assert!(matches!(falling.design(), Err(CurveError::OutOfRange { name: "kappa", .. })));
    let slip = curve::price_slippage(1.0, 1.0, 0.5, 3.0).unwrap();
    close(slip, 0.5, 1e-15, "3 for one token at a spot of 2");
}

fn ratio() -> impl Strategy<Value = f64> {
    0.01..=1.0_f64
}

fn size() -> impl Strategy<Value = f64> {
    (0.0..7.0_f64).prop_map(|e| 10.0_f64.powf(e))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Within 1e-12 of the integers, as far as the integers themselves resolve (5e-17 of the supply).
    #[test]
    fn f64_is_within_1e12_of_the_ledger(
        supply in size(), reserve in size(), ppm in 10_000_u128..=1_000_000, share in 1e-3..2.0_f64,
    ) {
        let w = Ppm::new(ppm);
        let units = |x: f64| amount::to_units(x).unwrap();
        let deposit = share * reserve;
        let exact = bancor::purchase_return(units(supply), units(reserve), w, units(deposit)).unwrap();
        let model = curve::tokens_for_deposit(supply, reserve, w.to_f64(), deposit).unwrap();
        let ledger = amount::to_tokens(exact);
        prop_assert!((model - ledger).abs() <= 1e-12 * ledger + 1e-16 * supply + 1e-17, "{model} {ledger}");
        let tokens = share.min(0.99) * supply;
        // Above an exponent of 16 the contract's series of 33 terms is itself off by percents of what is left.
        prop_assume!(-(1.0 - tokens / supply).ln() / w.to_f64() < 16.0);
        if let Ok(exact) = bancor::sale_return(units(supply), units(reserve), w, units(tokens)) {
            let model = curve::collateral_for_tokens(supply, reserve, w.to_f64(), tokens).unwrap();
            let ledger = amount::to_tokens(exact);
            prop_assert!((model - ledger).abs() <= 1e-12 * ledger + 1e-16 * reserve + 1e-17, "{model} {ledger}");
        }
    }

    #[test]
    fn the_invariant_stays_and_collateral_is_conserved(
        supply in size(), reserve in size(), w in ratio(), entry in 0.0..0.9_f64, exit in 0.0..0.9_f64,
        orders in prop::collection::vec((any::<bool>(), 1e-6..0.9_f64), 1..12),
    ) {
        let mut model = AugmentedCurve::new(CurveTerms::new(w, entry, exit), supply, reserve, 0.0).unwrap();
        let start = model.log_invariant().unwrap();
        let (mut paid_in, mut paid_out) = (0.0, 0.0);
        let mut largest = reserve;
        for (buying, share) in orders {
            let (price, pool) = (model.price(), model.common_pool());
            let before = model.clone();
            let quote;
            let order = if buying {
                quote = model.quote_buy(share * model.reserve());
                model.buy(share * model.reserve(), 0.0)
            } else {
                quote = model.quote_sell(share * model.supply(), model.supply());
                model.sell(share * model.supply(), model.supply(), 0.0)
            };
            prop_assert_eq!(&quote, &order);
            let Ok(order) = order else {
                prop_assert_eq!(&model, &before);
                continue;
            };
            if buying { paid_in += order.given } else { paid_out += order.received }
            largest = largest.max(model.reserve()).max(paid_in);
            let moved = model.price() - price;
            let tolerance = 4.0 * f64::EPSILON * price;
            prop_assert!(if buying { moved >= -tolerance } else { moved <= tolerance }, "price moved by {moved}");
            prop_assert!(model.common_pool() >= pool && model.price() > 0.0);
            prop_assert!((0.0..1.0).contains(&order.slippage), "slippage {}", order.slippage);
            let now = log_invariant(model.supply(), model.reserve(), w).unwrap();
            prop_assert!((now - start).abs() < 1e-12, "ln V moved by {}", now - start);
        }
        let total = model.reserve() + model.common_pool() + paid_out;
        prop_assert!((reserve + paid_in - total).abs() < 1e-13 * (largest + paid_in), "{}", reserve + paid_in - total);
    }

    #[test]
    fn no_round_trip_pays_and_splitting_changes_nothing(
        supply in size(), reserve in size(), w in ratio(), share in 1e-6..3.0_f64, parts in 2..20_u32,
    ) {
        let deposit = share * reserve;
        let mut model = AugmentedCurve::new(CurveTerms::new(w, 0.0, 0.0), supply, reserve, 0.0).unwrap();
        let minted = model.buy(deposit, 0.0).unwrap().received;
        let back = model.sell(minted, minted, 0.0).unwrap().received;
        prop_assert!(back <= deposit * (1.0 + 1e-9 / w), "{back} > {deposit}");
        let mut split = AugmentedCurve::new(CurveTerms::new(w, 0.0, 0.0), supply, reserve, 0.0).unwrap();
        for _ in 0..parts {
            split.buy(deposit / f64::from(parts), 0.0).unwrap();
        }
        prop_assert!((split.supply() - supply - minted).abs() <= 1e-14 * f64::from(parts) * (supply + minted));
    }

    #[test]
    fn refused_orders_leave_the_curve_unchanged(bad in prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(-1.0), Just(0.0)]) {
        let mut model = AugmentedCurve::new(CurveTerms::new(0.3, 0.1, 0.1), 100.0, 50.0, 5.0).unwrap();
        let before = model.clone();
        prop_assert!(model.buy(bad, 0.0).is_err());
        prop_assert!(model.sell(bad, 100.0, 0.0).is_err());
        prop_assert!(model.sell(101.0, 1e9, 0.0).is_err());
        prop_assert!(model.sell(10.0, 9.0, 0.0).is_err());
        prop_assert!(model.buy(1.0, 1e9).is_err());
        prop_assert!(model.donate(-1.0).is_err());
        prop_assert!(model.spend(6.0).is_err());
        prop_assert_eq!(model, before);
    }
}

#[test]
fn units_are_not_tokens() {
    assert_eq!(amount::to_units(2.0), Ok(U256::from(2_000_000_000_000_000_000_u64)));
}
