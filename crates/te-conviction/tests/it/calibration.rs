//! The corrected rules' defaults: a community that lives like the published one, and does not with the published rho.

use std::ops::RangeInclusive;
use te_conviction::community::Community;
use te_conviction::community::network::STATUSES;
use te_conviction::community::parameters::CommunityParams;
use te_core::{Stream, StreamKey};

/// Means over runs: the five counts, pool, world's mood, own mood, participants.
fn means(params: &CommunityParams, days: u32, runs: u32) -> [f64; 9] {
    means_of(params, days, 1..=runs)
}

fn means_of(params: &CommunityParams, days: u32, runs: RangeInclusive<u32>) -> [f64; 9] {
    let mut sums = [0.0; 9];
    let count = f64::from(runs.end() + 1 - runs.start());
    for run in runs {
        let mut community = Community::new(params.clone()).unwrap();
        let mut stream = Stream::new(StreamKey { seed: 1, run: u64::from(run), subset: None }, "community");
        for _ in 0..days {
            community.step(&mut stream).unwrap();
        }
        let health = community.health();
        let counts = STATUSES.map(|status| health.standing(status).count as f64);
        let others = [
            community.supply().pool(),
            community.sentiment(),
            health.mean_sentiment,
            community.network().participant_count() as f64,
        ];
        for (sum, value) in sums.iter_mut().zip(counts.into_iter().chain(others)) {
            *sum += value / count;
        }
    }
    sums
}

#[track_caller]
fn near(found: f64, quoted: f64) {
    assert!((found - quoted).abs() <= 0.12 * quoted, "{found} is far from the quoted {quoted}");
}

/// Runs of which nothing is active after a year.
fn stalled(params: &CommunityParams, runs: u32) -> u32 {
    let active = |run| means_of(params, 365, run..=run)[1];
    (1..=runs).filter(|&run| active(run) == 0.0).count().try_into().unwrap()
}

#[test]
fn the_recalibrated_defaults_live() {
    let params = CommunityParams::corrected();
    let [candidate, active, completed, failed, killed, pool, world, own, participants] =
        means(&params, 100, 200);
    for (found, quoted) in [
        (candidate, 22.0),
        (active, 30.0),
        (completed, 41.0),
        (failed, 10.5),
        (killed, 33.0),
        (pool, 1960.0),
        (world, 0.88),
        (own, 0.36),
        (participants, 38.0),
    ] {
        near(found, quoted);
    }
}

#[test]
fn only_the_recalibrated_defaults_live_through_a_year() {
    let corrected = CommunityParams::corrected();
    assert!(stalled(&corrected, 40) <= 1);
    assert!(stalled(&CommunityParams::default(), 40) > 20);
    assert_eq!(stalled(&CommunityParams { rho: 0.0025, ..corrected }, 10), 10);
}

#[test]
fn the_published_scale_stalls_under_the_corrected_rules() {
    let params = CommunityParams { rho: 0.0025, ..CommunityParams::corrected() };
    let [candidate, active, completed, failed, killed, pool, world, own, participants] =
        means(&params, 100, 200);
    for (found, quoted) in [
        (candidate, 77.0),
        (active, 2.6),
        (completed, 5.9),
        (failed, 1.6),
        (killed, 20.0),
        (pool, 6380.0),
        (world, 0.64),
        (own, 0.46),
        (participants, 37.0),
    ] {
        near(found, quoted);
    }
}
