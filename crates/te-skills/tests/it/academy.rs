//! The academy as a component.

use proptest::prelude::*;
use te_core::{Clock, Component, Params, Record, StepLength, Stream, StreamKey, Table, TimeUnit, Value};
use te_skills::academy::{Academy, AcademyInputs, AcademyParams, SkillParams};

fn run(params: AcademyParams, opportunities: f64, steps: u64, seed: u64) -> Academy {
    let mut academy = Academy::new(params).unwrap();
    let mut rng = Stream::new(StreamKey { seed, run: 1, subset: None }, "academy");
    let mut badges = 0;
    for timestep in 1..=steps {
        let step = StepLength::new(1.0, TimeUnit::Week);
        let clock = Clock { timestep, substep: 1, step, horizon: steps, calendar: None };
        academy.step(&AcademyInputs { opportunities }, &clock, &mut rng).unwrap();
        let metrics = academy.metrics();
        metrics.store(&mut |x| assert!(x.is_finite() && x >= 0.0));
        assert_eq!(metrics.badges, badges + metrics.new_badges);
        badges = metrics.badges;
        if timestep == steps / 2 {
            academy = serde_json::from_str(&serde_json::to_string(&academy).unwrap()).unwrap();
        }
    }
    academy
}

#[test]
fn without_seats_and_opportunities_nothing_is_learned() {
    let params = AcademyParams { seats: 0, ..AcademyParams::default() };
    let end = run(params, 0.0, 50, 1).metrics();
    assert_eq!((end.badges, end.practices, end.hours_taught), (0, 0, 0.0));
    assert!((end.mastery - 0.2).abs() < 1e-12);
}

#[test]
fn teaching_alone_follows_the_plan() {
    // One learner, one skill without forgetting: 1 - 0.8 · 0.85^h passes 0.95 in the 18th hour.
    let skill = SkillParams { name: "t/x".into(), forgetting: 0.0, ..SkillParams::default() };
    let params = AcademyParams {
        learners: 1,
        seats: 1,
        session_hours: 1.0,
        skills: vec![Table(skill)],
        ..AcademyParams::default()
    };
    let early = run(params.clone(), 0.0, 17, 1).metrics();
    assert_eq!(early.badges, 0);
    assert!((early.hours_to_badge - ((0.8f64 / 0.05).ln() / -(0.85f64.ln()) - 17.0)).abs() < 1e-9);
    let end = run(params, 0.0, 30, 1).metrics();
    assert_eq!((end.badges, end.graduates), (1, 1));
    assert_eq!((end.hours_taught, end.cost), (18.0, 900.0));
}

#[test]
fn practice_has_the_expected_number_and_share_of_right_answers() {
    // Learning switched off and mastery out of reach: every practice is right with probability 0.2 · 0.9 + 0.8 · 0.2,
    // only at first; the belief then moves, but the sum over all stays a martingale.
    let skill = SkillParams {
        name: "t/x".into(),
        learn: 0.0,
        threshold: 1.0,
        forgetting: 0.0,
        ..SkillParams::default()
    };
    let params =
        AcademyParams { learners: 200, seats: 0, skills: vec![Table(skill)], ..AcademyParams::default() };
    let end = run(params, 50.0, 40, 3).metrics();
    let expected = 200.0 * 40.0 * 50.0 * 0.02;
    assert!((end.practices as f64 - expected).abs() < 4.0 * f64::sqrt(expected));
    let n = end.practices as f64;
    // Beliefs are martingales: the mean of right answers stays 0.34; they cluster by learner, 200 of them.
    assert!((end.correct as f64 / n - 0.34).abs() < 4.0 * (0.25f64 / 200.0).sqrt());
}

#[test]
fn badges_respect_the_forest() {
    let academy = run(AcademyParams::default(), 20.0, 300, 5);
    let forest = academy.forest();
    assert!(academy.metrics().badges > 0);
    for learner in academy.learners() {
        for (skill, _) in learner.badges() {
            for before in forest.ancestors(skill) {
                assert!(learner.has_mastered(forest, before));
            }
        }
    }
}

#[test]
fn parameters_from_a_file_and_their_refusals() {
    let text = |s: &str| Value::Text(s.into());
    let skill = |name: &str, before: &[&str]| {
        Value::Table(vec![
            ("name".into(), text(name)),
            ("prerequisites".into(), Value::List(before.iter().map(|b| text(b)).collect())),
        ])
    };
    let table = |skills| Value::Table(vec![("skills".into(), Value::List(skills))]);
    let good = AcademyParams::from_value(&table(vec![skill("a/x", &[]), skill("a/y", &["a/x"])])).unwrap();
    assert_eq!(good.forest().unwrap().depth(1), 1);
    let circle = AcademyParams::from_value(&table(vec![skill("a/x", &["a/y"]), skill("a/y", &["a/x"])]));
    assert!(circle.unwrap_err().to_string().contains("a/x -> a/y -> a/x"));
    let mut academy = Academy::new(good).unwrap();
    let before = academy.clone();
    let mut rng = Stream::new(StreamKey::default(), "academy");
    assert!(academy.step(&AcademyInputs { opportunities: -1.0 }, &Clock::at(1), &mut rng).is_err());
    assert_eq!(academy, before);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn mastery_and_badges_stay_in_range(seed: u64, seats in 0u32..30, opportunities in 0.0..200.0f64, learners in 0u32..30) {
        let params = AcademyParams { seats, learners, ..AcademyParams::default() };
        let academy = run(params, opportunities, 40, seed);
        for learner in academy.learners() {
            for skill in 0..academy.forest().len() {
                prop_assert!((0.0..=1.0).contains(&learner.mastery(skill).unwrap()));
            }
        }
        prop_assert!(academy.metrics().correct <= academy.metrics().practices);
    }
}
