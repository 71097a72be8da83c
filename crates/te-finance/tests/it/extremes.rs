//! Whatever numbers go in, a formula gives a finite number or an error: no NaN, no infinity, no panic.

use proptest::prelude::*;
use te_core::{Params, Stream, StreamKey};
use te_finance::appraisal::{DatedFlow, InternalRates, dated_net_present_value, net_present_value, payback};
use te_finance::cash_flow::*;
use te_finance::cir::Cir;
use te_finance::company::{CompanyParams, CompanyState, Outside, part_leaving};
use te_finance::compounding::{Compounding, effective_rate, growth_factor, nominal_rate};
use te_finance::contribution::settlement::{Weights, apportion, gini, scores};
use te_finance::opex::{Books, Costs, contracts_after, cumulative_net, cumulative_revenue};
use te_finance::ownership::{discounted_shares, weekly_capital};
use te_finance::performance::*;
use te_finance::premia::{Premia, built_up_rate, nominal_riskless};
use te_finance::vasicek::Vasicek;
use te_testkit::floats::{near_use as any, well};

fn all_well<E>(what: &str, result: Result<Vec<f64>, E>) {
    for x in result.unwrap_or_default() {
        assert!(x.is_finite(), "{what} has {x}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn formulas_of_time_and_rate(a in any(), b in any(), c in any(), d in any(), m in 0u32..50) {
        for compounding in [Compounding::Once, Compounding::Times(m), Compounding::Continuous] {
            well("effective", effective_rate(a, compounding));
            well("nominal", nominal_rate(a, compounding));
        }
        well("growth", growth_factor(a, b));
        well("future lump", future_lump(a, b, c));
        well("present lump", present_lump(a, b, c));
        well("future annuity", future_annuity(a, b, c));
        well("present annuity", present_annuity(a, b, c));
        well("annuity due", annuity_due(a, b));
        well("perpetuity", perpetuity(a, b, c));
        if let Ok(plan) = CashFlowPlan::new(a, b, c, m) {
            well("plan's future", plan.future_value());
            well("plan's present", plan.present_value());
            for row in plan.table().unwrap_or_default() {
                prop_assert!([row.lump, row.annuity, row.total, row.cash_flow].iter().all(|x| x.is_finite()), "{:?}", row);
            }
        }
        let premia = Premia { real: a, inflation: b, default: c, liquidity: d, maturity: a };
        well("riskless", nominal_riskless(&premia));
        well("built up", built_up_rate(&premia));
        well("leaving", part_leaving(a, b));
        well("capital", weekly_capital(a, b, c, d, a, b));
        all_well("shares", discounted_shares(a, m as usize));
        well("holding", holding_period_return(a, b, c));
        well("discount yield", bank_discount_yield(a, b, c));
        well("money-market yield", money_market_yield(a, b, c));
    }

    #[test]
    fn formulas_of_series(rate in any(), xs in prop::collection::vec(any(), 0..8)) {
        well("net present value", net_present_value(rate, &xs));
        well("payback", payback(rate, &xs).map(|found| found.unwrap_or(0.0)));
        let dated: Vec<DatedFlow> =
            xs.chunks_exact(2).map(|pair| DatedFlow { day: pair[0], amount: pair[1] }).collect();
        well("dated value", dated_net_present_value(rate, &dated));
        for rates in [InternalRates::of_periods(&xs), InternalRates::of_dates(&dated)].into_iter().flatten() {
            prop_assert!(rates.all().iter().all(|found| found.rate > -1.0 && found.rate.is_finite()), "{:?}", rates);
            prop_assert!(rates.beyond().iter().all(|x| x.is_finite()), "{:?}", rates);
        }
        well("time-weighted", time_weighted_return(&xs));
        well("sharpe", sharpe_ratio(&xs, rate));
        well("drawdown", max_drawdown(&xs));
        well("gini", gini(&xs));
        let contributions: Vec<[f64; 3]> = xs.chunks_exact(3).map(|x| [x[0], x[1], x[2]]).collect();
        let weights = Weights { hours: rate, commits: 1.0, models: rate };
        all_well("scores", scores(&contributions, &weights));
        if let Ok(payouts) = apportion(1000, &xs) {
            prop_assert_eq!(payouts.iter().sum::<u128>(), 1000);
        }
    }

    #[test]
    fn short_rates(a in any(), b in any(), s in any(), r in any(), t in any(), z in -5.0..5.0f64, seed: u64) {
        let mut stream = Stream::new(StreamKey { seed, run: 1, subset: None }, "rate");
        if let Ok(model) = Vasicek::new(a, b, s) {
            well("vasicek mean", model.mean(r, t));
            well("vasicek variance", model.variance(t));
            well("vasicek step", model.advance(r, t, z));
            well("vasicek duration", model.duration(t));
            well("vasicek price", model.bond_price(r, t));
            well("vasicek yield", model.bond_yield(r, t));
        }
        if let Ok(model) = Cir::new(a, b, s) {
            well("cir mean", model.mean(r, t));
            well("cir variance", model.variance(r, t));
            well("cir step", model.sample(r, t, &mut stream));
            well("cir price", model.bond_price(r, t));
            well("cir yield", model.bond_yield(r, t));
        }
    }

    #[test]
    fn firms(x in prop::collection::vec(any(), 12), months in 0u32..40) {
        let costs = Costs {
            monthly_salary: x[0], employees: x[1], office_expense: x[2], contract_size: x[3],
            initial_contracts: x[4], new_contracts: x[5], churn: x[6],
        };
        well("contracts", contracts_after(&costs, months));
        well("revenue", cumulative_revenue(&costs, months));
        well("net", cumulative_net(&costs, months));
        if let Ok(mut books) = Books::open(&costs, x[7])
            && books.close_month(&costs, x[8], x[9], x[10], false).is_ok()
        {
            let Books { contracts, treasury, revenue, costs, lowest_treasury, .. } = books;
            prop_assert!([contracts, treasury, revenue, costs, lowest_treasury].iter().all(|x| x.is_finite()), "{:?}", books);
        }
        let params = CompanyParams { base_wage: x[0], retainer: x[1], ..CompanyParams::default() };
        let state = CompanyState { followers: x[2], journal: x[3], treasury: x[4], ..params.opening_state() };
        let outside = Outside { hype: x[5], opportunities: x[6], funding: x[7], spending: x[8], valuation: x[9] };
        if params.check().is_ok() && [x[2], x[3], x[4]].iter().all(|x| x.is_finite() && *x >= 0.0)
            && let Ok(next) = state.advance(&params, &outside, x[10])
        {
            let text = serde_json::to_string(&next).unwrap();
            prop_assert!(!text.contains("null"), "{}", text);
        }
    }
}
