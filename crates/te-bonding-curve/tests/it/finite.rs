//! Whatever floats come in, a function gives finite numbers or an error: never NaN or infinity.

#![expect(clippy::needless_pass_by_value, reason = "results are handed on as they come")]

use proptest::prelude::*;
use te_bonding_curve::{
    AugmentedCurve, CurveError, CurveTerms, DesignLaunch, E18, HatchLaunch, Logistic, MultiLogistic,
    MultiSigmoidCurve, Ppm, ReserveRule, SigmoidGrid, amount, lockup, power_curve as curve,
};
use te_testkit::floats::any_number;

fn finite(what: &str, result: Result<f64, CurveError>) -> Result<(), TestCaseError> {
    if let Ok(value) = result {
        prop_assert!(value.is_finite(), "{what} is {value}");
    }
    Ok(())
}

fn all_finite(what: &str, values: &[f64]) -> Result<(), TestCaseError> {
    prop_assert!(values.iter().all(|value| value.is_finite()), "{what}: {values:?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn formulas(s in any_number(), r in any_number(), w in any_number(), x in any_number()) {
        for (what, result) in [
            ("spot_price", curve::spot_price(s, r, w)),
            ("log_invariant", curve::log_invariant(s, r, w)),
            ("invariant", curve::invariant(s, r, w)),
            ("tokens_for_deposit", curve::tokens_for_deposit(s, r, w, x)),
            ("deposit_for_tokens", curve::deposit_for_tokens(s, r, w, x)),
            ("collateral_for_tokens", curve::collateral_for_tokens(s, r, w, x)),
            ("tokens_for_collateral", curve::tokens_for_collateral(s, r, w, x)),
            ("supply_at_reserve", curve::supply_at_reserve(s, r, w, x)),
            ("reserve_at_supply", curve::reserve_at_supply(s, r, w, x)),
            ("price_at_supply", curve::price_at_supply(s, r, w, x)),
            ("price_at_reserve", curve::price_at_reserve(s, r, w, x)),
            ("reserve_change", curve::reserve_change_for_price_multiple(r, w, x)),
            ("price_slippage", curve::price_slippage(s, r, w, x)),
            ("released_fraction", lockup::released_fraction(s, r, w)),
        ] {
            finite(what, result)?;
        }
        let lockup = lockup::Lockup { opening_price: s, freeze: r, thaw: w };
        if let Ok(row) = lockup.at(x) {
            all_finite("lockup", &[row.week, row.released, row.price_floor])?;
        }
        if let Ok(units) = amount::to_units(x) {
            all_finite("to_tokens", &[amount::to_tokens(units)])?;
        }
        if let (Ok(ppm), Ok(e18)) = (Ppm::from_f64(x), E18::from_f64(x)) {
            all_finite("ratios", &[ppm.to_f64(), e18.to_f64()])?;
        }
    }

    #[test]
    fn curves(
        w in any_number(), te in any_number(), vs in any_number(), vb in any_number(), s in any_number(),
        r in any_number(), x in any_number(), y in any_number(),
    ) {
        let terms = CurveTerms { virtual_supply: vs, virtual_balance: vb, ..CurveTerms::new(w, te, te) };
        let Ok(mut curve) = AugmentedCurve::new(terms, s, r, x) else { return Ok(()) };
        for order in [curve.quote_buy(x), curve.quote_sell(x, s), curve.buy(y, 0.0), curve.sell(y, s, 0.0)].into_iter().flatten() {
            all_finite("order", &[
                order.given, order.tribute, order.reserve_change, order.received, order.realised_price, order.slippage,
                order.price_before, order.price_after,
            ])?;
        }
        all_finite("state", &[curve.supply(), curve.reserve(), curve.common_pool()])?;
        finite("shock", curve.price_after_shock(x))?;
        finite("runway", curve.runway(y))?;
        if let Ok(row) = curve.milestone(x) {
            all_finite("milestone", &[row.reserve, row.supply, row.price, row.market_cap])?;
        }
    }

    #[test]
    fn launches(a in any_number(), b in any_number(), c in any_number(), d in any_number(), e in any_number()) {
        let launch = HatchLaunch { hatch_funding: a, hatch_supply: b, opening_price: c, commons_tribute: d, initial_buy: e, ..HatchLaunch::default() };
        if let Ok(opening) = launch.open() {
            let curve = opening.curve;
            all_finite("launch", &[curve.supply(), curve.reserve(), curve.common_pool(), curve.price()])?;
        }
        let design = DesignLaunch { raise: a, hatch_price: b, opening_price: c, commons_tribute: d };
        if let Ok(design) = design.design() {
            all_finite("design", &[design.supply, design.reserve, design.common_pool, design.kappa])?;
            finite("price_after_burn", design.price_after_burn(e))?;
            finite("deposit_for_price_multiple", design.deposit_for_price_multiple(e))?;
        }
    }

    #[test]
    fn sigmoids(
        k in any_number(), l in any_number(), shift in any_number(), m in any_number(), x in any_number(),
        y in any_number(), rate in 0.0..=1.0_f64,
    ) {
        let Ok(price) = Logistic::new(k, l, shift, m).and_then(|term| MultiLogistic::new(vec![term])) else { return Ok(()) };
        finite("inverse", price.inverse(x))?;
        finite("end_of_area", price.end_of_area(x, y))?;
        if let Ok(mut market) = MultiSigmoidCurve::new(price.clone(), rate, x, 0.0) {
            finite("cost", market.cost(y))?;
            finite("refund", market.refund(y))?;
            let _ = market.trade(y, x);
            all_finite("market", &[market.supply(), market.reserve(), market.funding()])?;
        }
        if let Ok(mut grid) = SigmoidGrid::new(price, ReserveRule::Constant(rate), 0.03, 10, x) {
            if let Ok(reserves) = grid.reserves_after_debt(y) {
                all_finite("reserves", &[reserves.net, reserves.funding, reserves.reserve])?;
            }
            if let Ok((tokens, mean)) = grid.mint(y) {
                all_finite("mint", &[tokens, mean])?;
            }
        }
    }
}
