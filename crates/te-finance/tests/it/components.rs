//! The components: conservation, bounds, determinism, snapshots.

use proptest::prelude::*;
use te_core::{
    Clock, Component, Event, Experiment, Params, Record, StepLength, Stream, StreamKey, System, TimeUnit,
};
use te_finance::appraisal::net_present_value;
use te_finance::company::{Company, CompanyInputs, CompanyParams};
use te_finance::discounting::{CashFlow, CashFlowInputs, CashFlowParams};
use te_finance::guild::{Contributions, ContributionsInputs, ContributionsParams};
use te_finance::interest_rate::{InterestRate, InterestRateParams, RateModel};
use te_finance::operations::{Opex, OpexInputs, OpexParams};
use te_finance::opex::{Costs, cumulative_net};

fn clock(timestep: u64, count: f64, unit: TimeUnit) -> Clock {
    Clock { timestep, substep: 1, step: StepLength::new(count, unit), horizon: 300, calendar: None }
}

fn stream(seed: u64) -> Stream {
    Stream::new(StreamKey { seed, run: 1, subset: None }, "finance")
}

fn all_finite(metrics: &impl Record) {
    metrics.store(&mut |x| assert!(x.is_finite()));
}

/// Steps `component`, and in the middle replaces it by its own snapshot.
fn run<C: Component>(mut component: C, inputs: &C::Inputs, steps: u64, step: StepLength, seed: u64) -> C {
    let mut rng = stream(seed);
    for timestep in 1..=steps {
        let clock = Clock { timestep, substep: 1, step, horizon: steps, calendar: None };
        component.step(inputs, &clock, &mut rng).unwrap();
        all_finite(&component.metrics());
        if timestep == steps / 2 {
            let text = serde_json::to_string(&component).unwrap();
            component = serde_json::from_str(&text).unwrap();
        }
    }
    component
}

const WEEK: StepLength = StepLength::new(1.0, TimeUnit::Week);
const MONTH: StepLength = StepLength::new(1.0, TimeUnit::Month);

#[test]
fn the_rates_of_the_proposal_hold_for_ever() {
    for rate in [0.314, -0.0125] {
        let params = InterestRateParams { rate, ..InterestRateParams::default() };
        let metrics = run(InterestRate::new(params).unwrap(), &(), 52, WEEK, 1).metrics();
        assert_eq!(metrics.rate, rate);
        assert!((metrics.account - (1.0 + rate)).abs() < 1e-12, "a year at the effective rate");
        assert!((metrics.discount_factor - 1.0 / (1.0 + rate)).abs() < 1e-14);
    }
    let refused = InterestRate::new(InterestRateParams { rate: -1.0, ..InterestRateParams::default() });
    assert!(refused.unwrap_err().to_string().contains("(-1, 30]"));
}

#[test]
fn short_rates_have_their_moments_as_components() {
    for model in [RateModel::Vasicek, RateModel::Cir] {
        let params = InterestRateParams { model, ..InterestRateParams::default() };
        let ends: Vec<_> = (0..2000)
            .map(|seed| run(InterestRate::new(params.clone()).unwrap(), &(), 12, MONTH, seed).metrics())
            .collect();
        let n = ends.len() as f64;
        let mean = ends.iter().map(|m| m.rate).sum::<f64>() / n;
        let variance = ends.iter().map(|m| (m.rate - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let stated = ends[0];
        assert!((mean - stated.mean).abs() < 4.0 * (stated.variance / n).sqrt(), "{model:?}");
        // Nearly normal: the standard error of a variance is about sqrt(2 / n), with a margin for the tail of CIR.
        assert!((variance / stated.variance - 1.0).abs() < 5.0 * (2.0 / n).sqrt(), "{model:?}");
        assert!(ends.iter().all(|m| model == RateModel::Vasicek || m.rate >= 0.0));
    }
}

#[test]
fn a_running_cash_flow_has_the_net_present_value_of_its_series() {
    let flows = [-100.0, 30.0, 50.0, 60.0];
    let mut account = CashFlow::new(CashFlowParams { initial_flow: flows[0], risk_premium: 0.02 }).unwrap();
    for (t, cash_flow) in flows.iter().enumerate().skip(1) {
        let inputs = CashFlowInputs { cash_flow: *cash_flow, rate: 1.07f64.ln() - 0.02 };
        account.step(&inputs, &clock(t as u64, 1.0, TimeUnit::Year), &mut stream(1)).unwrap();
    }
    let metrics = account.metrics();
    assert!((metrics.present_value - net_present_value(0.07, &flows).unwrap()).abs() < 1e-11);
    assert_eq!((metrics.cumulative, metrics.lowest, metrics.payback), (40.0, -100.0, 3));
    let bad = CashFlowInputs { cash_flow: f64::NAN, rate: 0.0 };
    let before = account.clone();
    assert!(account.step(&bad, &Clock::at(1), &mut stream(1)).is_err());
    assert_eq!(account, before);
}

#[test]
fn the_default_firm_nets_what_the_corrected_rule_says() {
    let firm = run(
        Opex::new(OpexParams::default()).unwrap(),
        &OpexInputs { contracts_won: 0.0, funding: 0.0, spending: 0.0 },
        23,
        MONTH,
        1,
    );
    let metrics = firm.metrics();
    assert!((metrics.net - 5175.0).abs() < 1e-6);
    assert_eq!(metrics.break_even, 23);
    let lowest = (0..=23).map(|t| cumulative_net(&Costs::default(), t).unwrap()).fold(0.0, f64::min);
    assert!((metrics.lowest_treasury - lowest).abs() < 1e-6);
}

#[test]
fn opex_keeps_every_unit_of_money() {
    let params = OpexParams { initial_treasury: 1e5, salary_inflation: 0.05, ..OpexParams::default() };
    let inputs = OpexInputs { contracts_won: 0.1, funding: 2000.0, spending: 500.0 };
    let metrics = run(Opex::new(params).unwrap(), &inputs, 200, WEEK, 1).metrics();
    let expected = 1e5 + metrics.revenue - metrics.costs + metrics.contributed;
    assert!((metrics.treasury - expected).abs() < 1e-9 * (metrics.revenue + metrics.costs));
    let mut firm = Opex::new(OpexParams::default()).unwrap();
    let before = firm.clone();
    let bad = OpexInputs { contracts_won: 0.0, funding: -1.0, spending: 0.0 };
    assert!(firm.step(&bad, &clock(1, 1.0, TimeUnit::Month), &mut stream(1)).is_err());
    assert_eq!(firm, before);
}

#[test]
fn without_hype_nothing_comes_in() {
    let mut params = CompanyParams { hype: 0.0, ..CompanyParams::default() };
    params.funding.expansion_threshold = 1e12;
    let inputs = CompanyInputs { hype: -1.0, opportunities: 0.0, funding: 0.0, spending: 0.0 };
    let end = run(Company::new(params).unwrap(), &inputs, 24, MONTH, 3);
    assert_eq!(end.state().inbound, 0.0);
    assert!(end.metrics().client_pool + end.metrics().clients <= 10.0);
}

#[test]
fn company_refusals() {
    let error =
        Company::new(CompanyParams { project_duration: 0.5, ..CompanyParams::default() }).unwrap_err();
    assert!(error.to_string().contains("[1, inf)"), "{error}");
    let mut params = CompanyParams::default();
    params.opening.clients = 100.0;
    assert!(Company::new(params).is_err());
    let mut company = Company::new(CompanyParams::default()).unwrap();
    let before = company.clone();
    let inputs = CompanyInputs { hype: 1.5, opportunities: 0.0, funding: 0.0, spending: 0.0 };
    assert!(company.step(&inputs, &Clock::at(1), &mut stream(1)).is_err());
    assert_eq!(company, before);
}

#[test]
fn contributors_are_paid_to_the_cent() {
    let inputs = ContributionsInputs { pool: 1234.567 };
    let end =
        run(Contributions::new(ContributionsParams::default()).unwrap(), &inputs, 50, WEEK, 9).metrics();
    assert!((end.paid + end.carried - 50.0 * 1234.567).abs() < 1e-6);
    assert!(end.carried < 0.01 + 1e-9);
    assert!(end.gini > 0.1 && end.gini < 1.0);
    // Expected hours: sum of p_i · 168 hours a week.
    let presence: f64 = (1..=12).map(|i| 0.2 * f64::from(i).powf(-0.7)).sum();
    let hours = end.hours_total / 50.0;
    assert!((hours - presence * 168.0).abs() < 4.0 * (presence * 10080.0 / 50.0).sqrt() / 60.0, "{hours}");
    let nobody = ContributionsParams { presence: 0.0, ..ContributionsParams::default() };
    let end = run(Contributions::new(nobody).unwrap(), &inputs, 10, WEEK, 9).metrics();
    assert_eq!((end.paid, end.active), (0.0, 0));
    assert!((end.carried - 12_345.67).abs() < 1e-9);
}

#[test]
fn declarations_are_complete() {
    for spec in CompanyParams::specs().iter().chain(InterestRateParams::specs()).chain(OpexParams::specs()) {
        assert!(!spec.doc.is_empty(), "{}", spec.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn company_invariants(
        seed: u64,
        hype in 0.0..=1.0f64,
        opportunities in 0.0..5.0f64,
        funding in 0.0..1e5f64,
        spending in 0.0..1e4f64,
        churn in 0.0..0.5f64,
        wage in 0.0..2e4f64,
        weekly: bool,
    ) {
        let mut params = CompanyParams { base_wage: wage, ..CompanyParams::default() };
        params.rates.staff_churn = churn;
        params.rates.senior_churn = churn / 2.0;
        let mut company = Company::new(params.clone()).unwrap();
        let start = company.state().people_balance();
        let mut rng = stream(seed);
        let inputs = CompanyInputs { hype, opportunities, funding, spending };
        let unit = if weekly { TimeUnit::Week } else { TimeUnit::Month };
        for timestep in 1..=60 {
            company.step(&inputs, &clock(timestep, 1.0, unit), &mut rng).unwrap();
            let state = *company.state();
            let metrics = company.metrics();
            let mut position = 0;
            metrics.store(&mut |x| {
                assert!(x.is_finite());
                let name = &<Company as Component>::Metrics::fields()[position].name;
                assert!(x >= -1e-9 || ["treasury", "burn", "contributed"].contains(&name.as_ref()), "{name} {x}");
                position += 1;
            });
            prop_assert!(state.staff <= params.rates.staff_cap + 1e-9);
            prop_assert!(state.senior <= params.rates.senior_cap + 1e-9);
            prop_assert!(metrics.clients <= metrics.capacity + 1e-9);
            prop_assert!(state.curriculum <= 1.0);
            let money = 10_000.0 + state.revenue - state.wages + state.sold + state.contributed;
            let scale = 1.0 + state.revenue + state.wages + state.sold + 60.0 * (funding + spending);
            prop_assert!((state.treasury - money).abs() <= 1e-11 * scale);
            prop_assert!((state.people_balance() - start).abs() <= 1e-9 * (1.0 + state.inbound));
        }
    }
}

/// A rate that is given or built up is the parameter's, also after an event: from the step before which the event acts.
#[test]
fn an_event_on_a_given_rate_acts() {
    let cases = [
        (RateModel::Constant, "rates.rate", 0.01, 0.07),
        (RateModel::BuildUp, "rates.premia.inflation", 0.01, 0.06),
    ];
    for (model, parameter, before, after) in cases {
        let mut system = System::builder("economy");
        let params = InterestRateParams { model, ..InterestRateParams::default() };
        system.controllable::<InterestRate>("rates", params);
        let value = if model == RateModel::Constant { 0.07 } else { 0.05 };
        system.event(Event::new("rise").at(3).set(parameter, value));
        let results = Experiment::new(system.build().unwrap()).timesteps(4).run().unwrap();
        assert!(results.failures.is_empty(), "{:?}", results.failures);
        let rates = results.frame().f64s("rates.rate").unwrap();
        for (rate, expected) in rates.iter().zip([before, before, before, after, after]) {
            assert!((rate - expected).abs() < 1e-15, "{model:?}: {rates:?}");
        }
        let account = results.frame().f64s("rates.account").unwrap()[4];
        let expected = (1.0 + before) * (1.0 + before) * (1.0 + after) * (1.0 + after);
        assert!((account - expected).abs() < 1e-14, "{model:?}: {account}");
    }
}
