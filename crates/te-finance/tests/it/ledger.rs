//! The contribution ledger: hours from samples, and a pool that is divided to the last unit.

use proptest::prelude::*;
use te_finance::LedgerError;
use te_finance::contribution::settlement::{Weights, apportion, gini, scores, settle};
use te_finance::contribution::{Ledger, Sample, SamplingRules};

fn ledger(rules: SamplingRules, samples: impl IntoIterator<Item = (u64, u32, u32)>) -> Ledger {
    let mut ledger = Ledger::new(rules).unwrap();
    for (time, user, channel) in samples {
        ledger.record(Sample { time, user, channel }).unwrap();
    }
    ledger
}

#[test]
fn samples_are_hours() {
    let minutes = ledger(SamplingRules::default(), (0..60).map(|k| (60 * k, 1, 0)));
    assert_eq!(minutes.hours(1), 1.0);
    let rules = SamplingRules { interval: 1.5, ..SamplingRules::default() };
    let coarse = ledger(rules, (0..40).map(|k| (90 * k, 1, 0)));
    assert_eq!(coarse.hours(1), 1.0);
    // More samples than a day holds: 25 hours at half-minute spacing, each said to be a minute.
    let dense = ledger(SamplingRules::default(), (0..2880).map(|k| (30 * k, 1, 0)));
    assert_eq!(dense.hours(1), 24.0);
}

#[test]
fn two_channels_at_once_count_once_unless_told_otherwise() {
    let samples = [(0, 1, 0), (0, 1, 1), (60, 1, 1)];
    assert_eq!(ledger(SamplingRules::default(), samples).hours(1), 2.0 / 60.0);
    let twice = SamplingRules { count_once: false, ..SamplingRules::default() };
    assert_eq!(ledger(twice, samples).hours(1), 3.0 / 60.0);
}

#[test]
fn short_gaps_are_bridged() {
    let samples = [(0, 1, 0), (180, 1, 0), (600, 1, 0)];
    let bridged =
        |bridged_gap| ledger(SamplingRules { bridged_gap, ..SamplingRules::default() }, samples).hours(1);
    assert_eq!(bridged(0), 3.0 / 60.0);
    assert_eq!(bridged(1), 3.0 / 60.0);
    assert_eq!(bridged(2), 5.0 / 60.0);
    assert_eq!(bridged(6), 11.0 / 60.0);
}

#[test]
fn refusals_leave_the_ledger_alone() {
    let rules = SamplingRules { channels: [3, 4].into(), ..SamplingRules::default() };
    let mut ledger = ledger(rules, [(60, 1, 3)]);
    let before = ledger.clone();
    let known = LedgerError::UnknownChannel { channel: 9, known: 2 };
    assert_eq!(ledger.record(Sample { time: 60, user: 1, channel: 9 }), Err(known));
    assert!(matches!(
        ledger.record(Sample { time: 0, user: 1, channel: 3 }),
        Err(LedgerError::TimeWentBackwards { .. })
    ));
    assert!(matches!(
        ledger.record(Sample { time: 60, user: 1, channel: 3 }),
        Err(LedgerError::DuplicateSample { .. })
    ));
    assert!(ledger.add_commit(1, "a", 0.0).is_err());
    assert!(matches!(ledger.add_model(2, "m", &[1, 3]), Err(LedgerError::NotAuthor { .. })));
    assert_eq!(ledger, before);
    ledger.add_model(1, "m", &[1, 3]).unwrap();
    assert!(matches!(ledger.add_model(3, "m", &[1, 3]), Err(LedgerError::DuplicateWork { .. })));
    ledger.add_commit(1, "c", 1.0).unwrap();
    assert!(matches!(ledger.add_commit(2, "c", 1.0), Err(LedgerError::DuplicateWork { .. })));
    assert!(Ledger::new(SamplingRules { interval: 0.0, ..SamplingRules::default() }).is_err());
}

#[test]
fn nothing_to_share_is_an_error() {
    let empty = Ledger::new(SamplingRules::default()).unwrap();
    assert_eq!(settle(&empty, 5, &Weights::default()), Err(LedgerError::NothingToShare));
    let models_only = Weights { hours: 0.0, commits: 0.0, models: 1.0 };
    let hours_only = ledger(SamplingRules::default(), [(0, 1, 0)]);
    assert_eq!(settle(&hours_only, 5, &models_only), Err(LedgerError::NothingToShare));
    let none = Weights { hours: 0.0, commits: 0.0, models: 0.0 };
    assert!(settle(&hours_only, 5, &none).is_err());
}

fn samples() -> impl Strategy<Value = Vec<(u64, u32, u32)>> {
    prop::collection::btree_set((0u64..2000, 0u32..4, 0u32..3), 1..150)
        .prop_map(|set| set.into_iter().map(|(k, u, c)| (60 * k, u, c)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn payouts_sum_to_the_pool(pool: u64, contributions in prop::collection::vec([0.0..1e3f64, 0.0..50.0, 0.0..5.0], 1..20)) {
        if let Ok(scores) = scores(&contributions, &Weights::default()) {
            prop_assert!((scores.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let payouts = apportion(u128::from(pool), &scores).unwrap();
            prop_assert_eq!(payouts.iter().sum::<u128>(), u128::from(pool));
            for (payout, score) in payouts.iter().zip(&scores) {
                prop_assert!((*payout as f64 - pool as f64 * score).abs() <= 1.0 + 1e-12 * pool as f64);
            }
        }
    }

    #[test]
    fn hours_add_over_splits_and_merges(samples in samples(), cut in 0u64..120_000) {
        let whole = ledger(SamplingRules::default(), samples.clone());
        let (early, late): (Vec<_>, Vec<_>) = samples.into_iter().partition(|(t, ..)| *t < cut);
        let (early, late) = (ledger(SamplingRules::default(), early), ledger(SamplingRules::default(), late));
        for user in 0..4 {
            prop_assert!((whole.hours(user) - early.hours(user) - late.hours(user)).abs() < 1e-9);
        }
        prop_assert_eq!(&early.merge(&late).unwrap(), &whole);
        prop_assert_eq!(&late.merge(&early).unwrap(), &whole);
        prop_assert_eq!(&whole.merge(&late).unwrap(), &whole);
    }

    #[test]
    fn relabelling_permutes_the_scores(samples in samples()) {
        let plain = ledger(SamplingRules::default(), samples.clone());
        let renamed = ledger(SamplingRules::default(), samples.into_iter().map(|(t, u, c)| (t, 10 - u, c)));
        for user in 0..4 {
            prop_assert_eq!(plain.hours(user), renamed.hours(10 - user));
        }
    }

    #[test]
    fn another_sample_never_lowers_the_hours(samples in samples(), bridged_gap in 0u32..4) {
        let rules = SamplingRules { bridged_gap, ..SamplingRules::default() };
        let mut growing = Ledger::new(rules).unwrap();
        let mut before = [0.0; 4];
        for (time, user, channel) in samples {
            growing.record(Sample { time, user, channel }).unwrap();
            let hours = growing.hours(user);
            let last = &mut before[user as usize];
            prop_assert!(hours >= *last);
            *last = hours;
        }
    }

    #[test]
    fn one_pass_counts_as_one_pass_for_each(samples in samples(), bridged_gap in 0u32..4, count_once: bool) {
        let rules = SamplingRules { bridged_gap, count_once, ..SamplingRules::default() };
        let mut ledger = ledger(rules, samples);
        ledger.add_commit(2, "a", 0.5).unwrap();
        ledger.add_commit(2, "b", 0.25).unwrap();
        ledger.add_model(99, "m", &[99]).unwrap();
        let all = ledger.contributions();
        prop_assert_eq!(all.keys().copied().collect::<Vec<u32>>(), ledger.users());
        for (user, brought) in all {
            prop_assert_eq!(brought, [ledger.hours(user), ledger.commits(user), ledger.models(user)]);
        }
    }

    #[test]
    fn gini_is_a_share(amounts in prop::collection::vec(0.0..1e6f64, 1..30), factor in 0.1..10.0f64) {
        let g = gini(&amounts).unwrap();
        prop_assert!((0.0..1.0).contains(&g));
        let scaled: Vec<f64> = amounts.iter().map(|x| x * factor).collect();
        prop_assert!((gini(&scaled).unwrap() - g).abs() < 1e-9);
    }
}
