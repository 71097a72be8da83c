//! The funnel: conservation, the differential equation as the step shrinks, whole people.

use proptest::prelude::*;
use te_core::{Clock, Component, Record, StepLength, Stream, StreamKey, TimeUnit};
use te_skills::ecosystem::{
    Ecosystem, EcosystemInputs, EcosystemParams, EcosystemPreset, Stocks, competing_exits, illustrative_tec,
    scale,
};

fn plain() -> EcosystemInputs {
    EcosystemInputs { market_multiplier: 1.0, hype: 0.5, academy: 1.0, opportunities: 0.0 }
}

fn run(params: &EcosystemParams, inputs: &EcosystemInputs, steps: u64, years: f64, seed: u64) -> Ecosystem {
    let mut ecosystem = Ecosystem::new(params.clone()).unwrap();
    let mut rng = Stream::new(StreamKey { seed, run: 1, subset: None }, "ecosystem");
    for timestep in 1..=steps {
        let step = StepLength::new(years, TimeUnit::Year);
        ecosystem
            .step(inputs, &Clock { timestep, substep: 1, step, horizon: steps, calendar: None }, &mut rng)
            .unwrap();
    }
    ecosystem
}

fn total(stocks: &Stocks) -> f64 {
    stocks.unaware + stocks.aware + stocks.learners + stocks.token_engineers + stocks.seniors + stocks.churned
}

/// The funnel as a differential equation, by classical Runge-Kutta; the state leaves out who churned.
fn solve(params: &EcosystemParams, years: f64) -> [f64; 5] {
    let p = params.clone();
    let slope = move |y: [f64; 5]| {
        let [u, a, l, t, s] = y;
        let ever = p.potential - u;
        let heard = (p.innovation + p.imitation * ever / p.potential) * u;
        let seats = p.capacity_per_teacher * (p.teachers + p.teaching_share * s);
        let done = p.complete * l * (seats / l).min(1.0);
        [
            -heard,
            heard - (p.enrol + p.leave_aware) * a,
            p.enrol * a - done - p.leave_learners * l,
            done - (p.promote + p.leave_engineers) * t,
            p.promote * t - p.leave_seniors * s,
        ]
    };
    let step = |y: [f64; 5], k: [f64; 5], h: f64| std::array::from_fn(|i| y[i] + h * k[i]);
    let start = params.opening();
    let people = start.aware + start.learners + start.token_engineers + start.seniors;
    let mut y =
        [params.potential - people, start.aware, start.learners, start.token_engineers, start.seniors];
    let h = years / 4000.0;
    for _ in 0..4000 {
        let k1 = slope(y);
        let k2 = slope(step(y, k1, h / 2.0));
        let k3 = slope(step(y, k2, h / 2.0));
        let k4 = slope(step(y, k3, h));
        y = std::array::from_fn(|i| y[i] + h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]));
    }
    y
}

#[test]
fn as_the_step_shrinks_the_path_tends_to_the_differential_equation() {
    let params = EcosystemParams { preset: EcosystemPreset::Tec, ..EcosystemParams::default() };
    let exact = solve(&params, 3.0);
    let error = |steps: u64| {
        let end = run(&params, &plain(), steps, 3.0 / steps as f64, 1);
        let s = end.stocks();
        let found = [s.unaware, s.aware, s.learners, s.token_engineers, s.seniors];
        found.iter().zip(exact).map(|(a, b)| (a - b).abs() / b).fold(0.0, f64::max)
    };
    let (coarse, fine) = (error(300), error(1200));
    assert!(fine < 2e-3, "{fine}");
    // First order: four times the steps, a quarter of the error.
    assert!((coarse / fine - 4.0).abs() < 0.5, "{coarse} and {fine}");
}

#[test]
fn whole_people_follow_the_expected_path_in_the_mean() {
    let mut params = EcosystemParams { preset: EcosystemPreset::Tec, ..EcosystemParams::default() };
    // Without imitation and with seats for all the flows are linear, so the mean of the draws is the expected path.
    params.imitation = 0.0;
    params.teachers = 1000.0;
    let expected = *run(&params, &plain(), 24, 1.0 / 12.0, 1).stocks();
    params.integer = true;
    let ends: Vec<Stocks> =
        (0..600).map(|seed| *run(&params, &plain(), 24, 1.0 / 12.0, seed).stocks()).collect();
    for pick in [
        |s: &Stocks| s.aware,
        |s: &Stocks| s.learners,
        |s: &Stocks| s.token_engineers,
        |s: &Stocks| s.seniors,
    ] {
        let n = ends.len() as f64;
        let mean = ends.iter().map(pick).sum::<f64>() / n;
        let variance = ends.iter().map(|s| (pick(s) - mean).powi(2)).sum::<f64>() / (n - 1.0);
        assert!(
            (mean - pick(&expected)).abs() < 4.0 * (variance / n).sqrt(),
            "{mean} instead of {}",
            pick(&expected)
        );
    }
    for stocks in &ends {
        assert_eq!(total(stocks), params.potential);
        assert_eq!(stocks.learners.fract(), 0.0);
    }
}

#[test]
fn an_academy_and_a_warm_market_make_more_engineers() {
    let params = EcosystemParams::default();
    let base = run(&params, &plain(), 100, 1.0 / 52.0, 1).metrics();
    let taught = run(&params, &EcosystemInputs { academy: 1.8, ..plain() }, 100, 1.0 / 52.0, 1).metrics();
    let warm =
        run(&params, &EcosystemInputs { market_multiplier: 3.0, ..plain() }, 100, 1.0 / 52.0, 1).metrics();
    assert!(taught.token_engineers > base.token_engineers);
    assert!(warm.adoption > base.adoption);
    assert!((base.scale - (base.token_engineers + base.seniors) / 100.0).abs() < 1e-12);
    let hot = run(&params, &EcosystemInputs { hype: 1.0, opportunities: 5.0, ..plain() }, 1, 1.0 / 52.0, 1)
        .metrics();
    assert!((hot.scale / (hot.token_engineers + hot.seniors) - 0.015).abs() < 1e-12);
    assert!((hot.engineers_per_opportunity * 5.0 - hot.token_engineers - hot.seniors).abs() < 1e-9);
}

#[test]
fn refusals() {
    let crowded = EcosystemParams { potential: 50.0, ..EcosystemParams::default() };
    assert!(Ecosystem::new(crowded).unwrap_err().to_string().contains("exceed the potential"));
    let mut halves = EcosystemParams { integer: true, ..EcosystemParams::default() };
    halves.initial.learners = 0.5;
    assert!(Ecosystem::new(halves).is_err());
    let mut ecosystem = Ecosystem::new(EcosystemParams::default()).unwrap();
    let before = ecosystem.clone();
    let mut rng = Stream::new(StreamKey::default(), "ecosystem");
    for bad in [
        EcosystemInputs { hype: 1.2, ..plain() },
        EcosystemInputs { academy: -1.0, ..plain() },
        EcosystemInputs { market_multiplier: f64::NAN, ..plain() },
        EcosystemInputs { opportunities: -1.0, ..plain() },
    ] {
        assert!(ecosystem.step(&bad, &Clock::at(1), &mut rng).is_err());
        assert_eq!(ecosystem, before);
    }
    assert!(scale(1.0, 0.0, 0.5).is_err());
    assert_eq!(illustrative_tec().token_engineers + illustrative_tec().seniors, 110.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn people_are_conserved(
        seed: u64, multiplier in 0.0..5.0f64, hype in 0.0..=1.0f64, academy in 0.0..4.0f64,
        years in 0.001..3.0f64, integer: bool, teachers in 0.0..20.0f64,
    ) {
        let params = EcosystemParams { integer, teachers, preset: EcosystemPreset::Tea, ..EcosystemParams::default() };
        let inputs = EcosystemInputs { market_multiplier: multiplier, hype, academy, opportunities: 3.0 };
        let end = run(&params, &inputs, 30, years, seed);
        let stocks = end.stocks();
        prop_assert!((total(stocks) - params.potential).abs() < 1e-8);
        end.metrics().store(&mut |x| assert!(x.is_finite() && x >= -1e-9, "{x}"));
    }

    #[test]
    fn exits_never_exceed_the_stock(first in 0.0..50.0f64, second in 0.0..50.0f64, dt in 0.0..10.0f64) {
        let (a, b) = competing_exits(first, second, dt).unwrap();
        prop_assert!(a >= 0.0 && b >= 0.0 && a + b <= 1.0 + 1e-15);
    }
}
