//! The corrected rules' defaults: a community that lives like the published one, and does not with the published rho.

use te_conviction::community::Community;
use te_conviction::community::network::STATUSES;
use te_conviction::community::parameters::CommunityParams;
use te_core::{Stream, StreamKey};

/// Means over runs: the five counts, pool, world's mood, own mood, participants.
fn means(params: &CommunityParams, days: u32, runs: u32) -> [f64; 9] {
    let mut sums = [0.0; 9];
    for run in 0..runs {
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
            *sum += value / f64::from(runs);
        }
    }
    sums
}

#[track_caller]
fn near(found: f64, quoted: f64) {
    assert!((found - quoted).abs() <= 0.12 * quoted, "{found} is far from the quoted {quoted}");
}

#[test]
fn the_recalibrated_defaults_live() {
    let params = CommunityParams::corrected();
    let [candidate, active, completed, failed, killed, pool, world, own, participants] =
        means(&params, 100, 200);
    near(candidate, 29.0);
    near(active, 25.0);
    near(completed, 33.0);
    near(failed, 8.5);
    near(killed, 37.0);
    near(pool, 2530.0);
    near(world, 0.87);
    near(own, 0.36);
    near(participants, 38.0);
}

#[test]
fn the_recalibrated_defaults_still_live_after_a_year() {
    let [_, active, completed, .., own, participants] = means(&CommunityParams::corrected(), 365, 10);
    assert!(active > 15.0 && completed > 120.0 && own > 0.3 && participants > 35.0);
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
    assert!(means(&params, 365, 5)[1] < 1.0);
}
