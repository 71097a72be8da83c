//! From praise to an open market as one system: the launch in numbers, determinism, failure, refusals.

use crate::reference::close;
use te_bonding_curve::component::augmented::{Augmented, AugmentedParams, Opening};
use te_commons::component::{
    cultural_build::{CulturalBuild, CulturalBuildInputs, CulturalBuildParams},
    hatch::{Hatch, HatchInputs, HatchParams, Refund},
    upgrade::{Upgrade, UpgradeInputs, UpgradeParams},
};
use te_core::{Clock, Component, Experiment, Frame, StepLength, Stream, StreamKey, System, TimeUnit};

fn commons(build: CulturalBuildParams, hatch: HatchParams) -> System {
    let mut system = System::builder("commons");
    system.step_length(StepLength::new(1.0, TimeUnit::Day));
    system.controllable::<CulturalBuild>("build", build);
    system.controllable::<Hatch>("hatch", hatch);
    system.controllable::<Upgrade>("upgrade", UpgradeParams::default());
    let curve = AugmentedParams { opening: Opening::OnLaunch, ..AugmentedParams::tec() };
    system.controllable::<Augmented>("curve", curve);
    for (from, to) in [
        ("build.done", "hatch.start"),
        ("build.hours", "hatch.impact_hours"),
        ("hatch.closed", "upgrade.closed"),
        ("hatch.reserve", "upgrade.reserve"),
        ("hatch.beneficiary", "upgrade.beneficiary"),
        ("hatch.supply", "upgrade.supply"),
        ("upgrade.launch_reserve", "curve.launch_reserve"),
        ("upgrade.launch_supply", "curve.launch_supply"),
        ("upgrade.launch_common_pool", "curve.launch_common_pool"),
        ("upgrade.launch_buy", "curve.launch_buy"),
        ("upgrade.locked", "curve.locked"),
    ] {
        system.wire(from, to);
    }
    system.build().unwrap()
}

fn last(frame: &Frame, column: &str) -> f64 {
    let column = frame.column(column).unwrap();
    column.number(frame.rows() - 1).unwrap()
}

#[test]
fn the_published_launch_runs_from_praise_to_an_open_market() {
    let system = commons(CulturalBuildParams::default(), HatchParams::default());
    // 23 fortnights, the opening, 30 days of funding, the close, 11.5 days of votes.
    let results = Experiment::new(system).timesteps(23 * 14 + 30 + 1 + 12).run().unwrap();
    let frame = results.frame();
    close(last(frame, "build.hours"), 23.0 * 424.6, 1e-12, "hours");
    close(last(frame, "hatch.total_raised"), 1_571_223.57, 1e-12, "raise");
    assert_eq!(format!("{:.2}", last(frame, "hatch.impact_hour_rate")), "48.19");
    close(last(frame, "hatch.supply"), 2_041_863.58, 2e-5, "supply");
    let tokens = last(frame, "hatch.builders_tokens") + last(frame, "hatch.backers_tokens");
    close(tokens, last(frame, "hatch.supply"), 1e-15, "tokens");
    assert_eq!(last(frame, "curve.open"), 1.0);
    assert!((last(frame, "curve.reserve_ratio") - 0.2005909).abs() < 1e-5);
    assert!((last(frame, "curve.price") - 1.365187).abs() < 2e-5);
    close(last(frame, "curve.reserve"), 604579.3067, 1e-9, "reserve");
    close(last(frame, "curve.common_pool"), 966644.2633, 1e-9, "common pool");
    close(last(frame, "curve.reserve") + last(frame, "curve.common_pool"), 1_571_223.57, 1e-12, "collateral");
}

#[test]
fn runs_differ_and_repeat() {
    let system = || {
        let build = CulturalBuildParams {
            periods: 3,
            budget_spread: 0.3,
            paid_share: 0.2,
            ..CulturalBuildParams::default()
        };
        let hatch = HatchParams {
            contribution_volatility: 1.5,
            mean_contribution: 30_000.0,
            ..HatchParams::default()
        };
        commons(build, hatch)
    };
    let run =
        |threads| Experiment::new(system()).timesteps(120).runs(12).seed(5).threads(threads).run().unwrap();
    let (one, two) = (run(1), run(2));
    for name in ["build.hours", "build.gini", "hatch.total_raised", "curve.price"] {
        assert_eq!(one.frame().f64s(name), two.frame().f64s(name), "{name}");
    }
    let frame = one.frame();
    let raised = frame.f64s("hatch.total_raised").unwrap();
    let finals: Vec<f64> = raised.chunks(121).map(|run| *run.last().unwrap()).collect();
    assert!(finals.iter().any(|x| *x < 800_000.0) && finals.iter().any(|x| *x > 800_000.0), "{finals:?}");
    for (i, run) in finals.iter().enumerate() {
        let refunded = frame.f64s("hatch.refunded").unwrap()[i * 121 + 120];
        let reserve = frame.f64s("hatch.reserve").unwrap()[i * 121 + 120];
        let pool = frame.f64s("hatch.beneficiary").unwrap()[i * 121 + 120];
        close(refunded + reserve + pool, *run, 1e-12, "collateral is returned or kept, never lost");
    }
}

#[test]
fn a_build_is_unequal_as_its_parameters_say() {
    let day = |timestep| Clock {
        timestep,
        substep: 1,
        step: StepLength::new(14.0, TimeUnit::Day),
        horizon: 9,
        calendar: None,
    };
    let run = |params: CulturalBuildParams| {
        let mut build = CulturalBuild::new(params).unwrap();
        let mut rng = Stream::new(StreamKey::default(), "build");
        for t in 1..=23 {
            build.step(&CulturalBuildInputs { activity: 1.0 }, &day(t), &mut rng).unwrap();
            if t == 9 {
                build = serde_json::from_str(&serde_json::to_string(&build).unwrap()).unwrap();
            }
        }
        build.metrics()
    };
    let base = CulturalBuildParams::default();
    let usual = run(base.clone());
    assert!(usual.done && usual.periods == 23 && usual.agreement > 0.3);
    let equal = run(CulturalBuildParams { concentration: 0.0, ..base.clone() });
    assert!(usual.gini > 0.5 && equal.gini < 0.3, "{} {}", usual.gini, equal.gini);
    let paid = run(CulturalBuildParams { paid_share: 0.5, ..base });
    close(paid.hours + paid.discount, usual.hours, 1e-12, "deductions are accounted for");
    assert!(paid.discount > 0.0);
}

#[test]
fn refused_steps_and_parameters() {
    let low = HatchParams { target_goal: 1.0, ..HatchParams::default() };
    assert!(Hatch::new(low).unwrap_err().to_string().contains("target_goal"));
    let votes = UpgradeParams { quiet_ending: 9.0, ..UpgradeParams::default() };
    assert!(Upgrade::new(votes).unwrap_err().to_string().contains("quiet_ending"));

    let clock = Clock {
        timestep: 1,
        substep: 1,
        step: StepLength::new(1.0, TimeUnit::Day),
        horizon: 1,
        calendar: None,
    };
    let mut rng = Stream::new(StreamKey::default(), "hatch");
    // The deployed refund fails with a fractional rate, the working one pays.
    for (refund, works) in [(Refund::AsDeployed, false), (Refund::BurnMinted, true)] {
        let params = HatchParams {
            exchange_rate: 0.333333,
            mean_contribution: 1_000.1,
            period: 3.0,
            refund,
            ..HatchParams::default()
        };
        let mut hatch = Hatch::new(params).unwrap();
        let inputs = HatchInputs { start: 1.0, impact_hours: 0.0, sentiment: 1.0, contribution: 1e-17 };
        let mut result = Ok(());
        for _ in 0..6 {
            let before = hatch.metrics();
            result = hatch.step(&inputs, &clock, &mut rng);
            if result.is_err() {
                assert_eq!(hatch.metrics(), before);
                break;
            }
        }
        assert_eq!(result.is_ok(), works);
        if works {
            close(hatch.metrics().refunded, 3.0 * 1_000.1, 1e-12, "refunded");
            assert_eq!(hatch.metrics().supply, 0.0);
        }
    }
    let mut upgrade = Upgrade::new(UpgradeParams::default()).unwrap();
    let poor = UpgradeInputs { closed: 1.0, reserve: 10.0, beneficiary: 1.0, supply: 100.0 };
    let mut failed = false;
    for _ in 0..14 {
        let before = upgrade.metrics();
        if let Err(error) = upgrade.step(&poor, &clock, &mut rng) {
            assert!(error.to_string().contains("initial_buy"), "{error}");
            assert_eq!(upgrade.metrics(), before);
            failed = true;
        }
    }
    assert!(failed);
}

#[test]
fn the_lockup_follows_the_launch() {
    let clock = Clock {
        timestep: 1,
        substep: 1,
        step: StepLength::new(7.0, TimeUnit::Day),
        horizon: 1,
        calendar: None,
    };
    let mut rng = Stream::new(StreamKey::default(), "upgrade");
    let mut upgrade = Upgrade::new(UpgradeParams::default()).unwrap();
    let inputs =
        UpgradeInputs { closed: 1.0, reserve: 1539799.0986, beneficiary: 31424.4714, supply: 2_041_863.58 };
    let mut step = |upgrade: &mut Upgrade, times: usize| {
        for _ in 0..times {
            upgrade.step(&inputs, &clock, &mut rng).unwrap();
        }
        upgrade.metrics()
    };
    assert_eq!(step(&mut upgrade, 1).time_to_launch, 11.5);
    let launched = step(&mut upgrade, 2);
    assert!(launched.launched && launched.phase == 2);
    close(launched.launch_reserve, 409579.3067, 1e-9, "reserve");
    assert_eq!(format!("{:.7}", launched.reserve_ratio), "0.2005909");
    let thawing = step(&mut upgrade, 39);
    assert_eq!(
        (thawing.phase, format!("{:.4} {:.4}", thawing.released_fraction, thawing.price_floor)),
        (3, "0.2500 0.7500".into())
    );
    assert_eq!(step(&mut upgrade, 40).phase, 4);
}

#[test]
fn a_tribute_changes_until_the_close() {
    let run = |event: Option<(u64, f64)>| {
        let mut system = System::builder("hatch");
        system.step_length(StepLength::new(1.0, TimeUnit::Day));
        system.controllable::<Hatch>("hatch", HatchParams::default());
        if let Some((at, tribute)) = event {
            system.event(te_core::Event::new("vote").at(at).set("hatch.hatch_tribute", tribute));
        }
        let results = Experiment::new(system.build().unwrap()).timesteps(40).run().unwrap();
        assert!(results.failures.is_empty());
        results.into_frame()
    };
    let before = run(None);
    let raised = last(&before, "hatch.total_raised");
    close(last(&before, "hatch.beneficiary"), 0.02 * raised, 1e-12, "tribute");
    let after = run(Some((20, 0.1)));
    assert_eq!(last(&after, "hatch.total_raised"), raised);
    close(last(&after, "hatch.beneficiary"), 0.1 * raised, 1e-12, "tribute of the vote");
    close(last(&after, "hatch.reserve"), 0.9 * raised, 1e-12, "reserve");
    // Closed after 31 days: too late.
    assert_eq!(run(Some((36, 0.1))), before);
    // The contract keeps what backers were promised.
    let mut system = System::builder("hatch");
    system.controllable::<Hatch>("hatch", HatchParams::default());
    system.event(te_core::Event::new("vote").at(2).set("hatch.max_goal", 1e6));
    let refused = system.build().unwrap_err().to_string();
    assert!(refused.contains("`hatch.max_goal` is read at the start of a run only"), "{refused}");
}
