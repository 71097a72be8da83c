//! The composed system: everything is somewhere, and every variant meets the same market.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

use proptest::prelude::*;
use te_core::{Axis, Experiment, Frame, Sweep, Value};
use tecmns_examples::commons_system::{CommonsParams, Regime, commons, with};

fn column(frame: &Frame, name: &str) -> Vec<f64> {
    let column = frame.column(name).unwrap_or_else(|| panic!("no column {name}"));
    (0..frame.rows()).map(|row| column.number(row).unwrap()).collect()
}

/// Checks every conservation law at every row of one or several runs.
fn check_ledgers(frame: &Frame, initial_treasury: f64) {
    let of = |name: &str| column(frame, name);
    let timestep = of("timestep");
    // Size of the money that moves, for the rounding of sums.
    let (raised, treasury, revenue) =
        (of("hatch.total_raised"), of("company.treasury"), of("company.revenue"));
    let (pool, tributes) = (of("curve.common_pool"), of("curve.entry_tributes"));
    let (leak_pool, leak_tokens, leak_launch) = (of("leak_pool"), of("leak_tokens"), of("leak_launch"));
    let (leak_company, leak_office) = (of("leak_company"), of("leak_office"));
    let (wages, contributed, sold) = (of("company.wages"), of("company.contributed"), of("company.sold"));
    let (funds, paid) = (of("company_vote.funds"), of("company_vote.paid"));
    let (hatch_reserve, hatch_pool, refunded) =
        (of("hatch.reserve"), of("hatch.beneficiary"), of("hatch.refunded"));
    let (closed, supply) = (of("hatch.closed"), of("curve.supply"));
    let (curve_reserve, curve_price, ratio) =
        (of("curve.reserve"), of("curve.price"), of("curve.reserve_ratio"));
    let (backers, builders, hatched) =
        (of("hatch.backers_tokens"), of("hatch.builders_tokens"), of("hatch.supply"));
    let (company_funding, company_reserve) = (of("company_curve.funding"), of("company_curve.reserve"));
    let (hype, unaware) = (of("market.hype"), of("ecosystem.unaware"));
    let people: Vec<Vec<f64>> = ["aware", "learners", "token_engineers", "seniors", "churned"]
        .iter()
        .map(|stage| of(&format!("ecosystem.{stage}")))
        .collect();
    let (arrived, open) = (of("market.arrived"), of("market.opportunities"));
    let (expired, matched) = (of("market.expired"), of("market.matched"));
    let grant = of("company_grant");
    let (mut granted_to_vote, mut bought) = (0.0, 0.0);
    for row in 0..frame.rows() {
        let at = timestep[row];
        let money = 1.0 + raised[row] + pool[row] + tributes[row] + supply[row];
        assert!(leak_pool[row].abs() < 1e-9 * money, "pool leaks {} at {at}", leak_pool[row]);
        assert!(leak_tokens[row].abs() < 1e-9 * money, "tokens leak {} at {at}", leak_tokens[row]);
        assert!(leak_launch[row].abs() < 1e-9 * money, "launch leaks {} at {at}", leak_launch[row]);
        let turnover =
            1.0 + revenue[row] + wages[row] + sold[row] + contributed[row].abs() + treasury[row].abs();
        let leak = leak_company[row] + 10_000.0 - initial_treasury;
        assert!(leak.abs() < 1e-9 * turnover, "company leaks {leak} at {at}");
        assert!(leak_office[row].abs() < 1e-6, "office leaks {} at {at}", leak_office[row]);
        // The hatch: what was raised is in its vaults or went back; its tokens are held.
        if closed[row] == 1.0 {
            assert!((raised[row] - hatch_reserve[row] - hatch_pool[row]).abs() < 1e-9 * money);
            assert!((hatched[row] - backers[row] - builders[row]).abs() < 1e-9 * money);
        }
        assert!(refunded[row] <= raised[row] + 1e-9 * money);
        // The curve: price times supply times ratio is the reserve.
        let implied = curve_price[row] * supply[row] * ratio[row];
        assert!((implied - curve_reserve[row]).abs() < 1e-9 * money);
        // The company's own vote and curve, from the flows that the wires send.
        if at == 0.0 {
            (granted_to_vote, bought) = (0.0, 0.0);
        } else {
            granted_to_vote += grant[row];
            bought += 1500.0 * hype[row];
        }
        let in_vote = funds[row] + paid[row] - 1000.0;
        assert!(
            (in_vote - granted_to_vote).abs() < 1e-9 * (1.0 + granted_to_vote),
            "{in_vote} and {granted_to_vote}"
        );
        assert!((company_funding[row] + company_reserve[row] - bought).abs() < 1e-9 * (1.0 + bought));
        // People and opportunities.
        let everyone = unaware[row] + people.iter().map(|stage| stage[row]).sum::<f64>();
        assert!((everyone - 10_000.0).abs() < 1e-7);
        assert_eq!(arrived[row], open[row] + expired[row] + matched[row]);
    }
}

#[test]
fn bull_and_bear_run_to_the_end_and_keep_every_unit() {
    let results = Experiment::empty()
        .against("bull", commons(Regime::Bull).unwrap())
        .against("bear", commons(Regime::Bear).unwrap())
        .timesteps(300)
        .runs(8)
        .seed(7)
        .run()
        .unwrap();
    let frame = results.frame();
    assert_eq!(frame.rows(), 2 * 8 * 301, "{:?}", results.failures);
    check_ledgers(frame, 10_000.0);
    // The two arms tell different stories in the same world.
    let (open, engineers) = (column(frame, "curve.open"), column(frame, "ecosystem.token_engineers"));
    assert!((0..16).all(|run| open[run * 301 + 300] == 1.0));
    let mean = |arm: usize| (0..8).map(|run| engineers[(8 * arm + run) * 301 + 300]).sum::<f64>() / 8.0;
    assert!(mean(0) > 1.2 * mean(1), "{} in the bull, {} in the bear", mean(0), mean(1));
}

#[test]
fn every_controllable_variant_meets_the_same_market() {
    let market = ["price", "log_return", "hype", "bull", "drawdown", "realised_volatility"];
    let results = Experiment::new(commons(Regime::Bull).unwrap())
        .timesteps(120)
        .runs(4)
        .seed(3)
        .sweep(Sweep::Product(vec![
            Axis::new("curve.entry_tribute", [0.05, 0.4].map(Value::F64)),
            Axis::new("company.retainer", [2000.0, 12000.0].map(Value::F64)),
        ]))
        .run()
        .unwrap();
    let frame = results.frame();
    let block = 4 * 121;
    assert_eq!(frame.rows(), 4 * block, "{:?}", results.failures);
    for name in market.map(|name| format!("market.{name}")) {
        let values: Vec<u64> = column(frame, &name).into_iter().map(f64::to_bits).collect();
        for variant in 1..4 {
            assert_eq!(values[..block], values[variant * block..(variant + 1) * block], "{name}");
        }
    }
    // The variants do differ where they may.
    let treasury = column(frame, "company.treasury");
    assert_ne!(treasury[block - 1], treasury[2 * block - 1]);
}

#[test]
fn two_votes_live_side_by_side() {
    let results = Experiment::new(commons(Regime::Bull).unwrap()).timesteps(150).seed(1).run().unwrap();
    let frame = results.frame();
    let (commons, company) = (column(frame, "commons_vote.funds"), column(frame, "company_vote.funds"));
    assert_ne!(commons, company);
    let (ours, theirs) =
        (column(frame, "commons_vote.participant_count"), column(frame, "company_vote.participant_count"));
    assert_eq!((ours[0], theirs[0]), (20.0, 10.0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everything_is_somewhere_whatever_the_parameters(
        seed: u64,
        bull: bool,
        drift in -1.0..1.0f64,
        volatility in 0.1..1.5f64,
        rate in -0.05..0.5f64,
        tributes in (0.0..0.5f64, 0.0..0.3f64),
        arbitrage in 0.0..0.2f64,
        contribution in 1e4..1e5f64,
        wage in 500.0..9000.0f64,
        retainer in 500.0..12_000.0f64,
        treasury in 0.0..5e5f64,
        hours in 100.0..900.0f64,
    ) {
        let mut params = CommonsParams::of(if bull { Regime::Bull } else { Regime::Bear });
        for regime in [&mut params.market.bull, &mut params.market.bear] {
            (regime.drift, regime.volatility) = (drift, volatility);
        }
        params.interest.rate = rate;
        (params.curve.entry_tribute, params.curve.exit_tribute) = tributes;
        params.curve.arbitrage = arbitrage;
        params.hatch.mean_contribution = contribution;
        params.build.hours_budget = hours;
        (params.company.base_wage, params.company.retainer) = (wage, retainer);
        params.company.opening.treasury = treasury;
        let system = with(params).build().unwrap();
        let results = Experiment::new(system).timesteps(130).runs(1).seed(seed).run().unwrap();
        prop_assert_eq!(results.frame().rows(), 131, "{:?}", results.failures);
        check_ledgers(results.frame(), treasury);
    }
}
