//! The community's blocks against `deterministic.json` at 1e-12.

use crate::reference::{assert_close, json, number, numbers, rows};
use serde_json::Value;
use te_conviction::community::draws::{RecordedDraw, RecordedDraws};
use te_conviction::community::network::{Network, STATUSES, Status};
use te_conviction::community::parameters::CommunityParams;
use te_conviction::community::sentiment::{after_outcomes, after_release, mix};
use te_conviction::community::{Community, CommunityError};
use te_conviction::supply::Supply;

const TOLERANCE: f64 = 1e-12;

/// A network as the file tells it, participants first; `holdings` and stakes may be anything finite.
fn network(before: &Value) -> Network {
    let mut network = Network::default();
    for row in rows(&before["participants"]) {
        network.add_participant(number(&row[1]), number(&row[2]), &[]).unwrap();
    }
    let first = rows(&before["participants"]).len();
    for (rank, row) in rows(&before["proposals"]).iter().enumerate() {
        let node = &row[0];
        let stances: Vec<&Value> = rows(&before["support"]).iter().filter(|edge| edge[1] == *node).collect();
        let affinities: Vec<f64> = stances.iter().map(|edge| number(&edge[2])).collect();
        network.add_proposal(number(&row[3]), &affinities).unwrap();
        for (participant, edge) in stances.iter().enumerate() {
            assert_eq!(edge[0].as_u64().unwrap() as usize, participant);
            network.set_stake(participant, rank, number(&edge[3]), number(&edge[4])).unwrap();
        }
        let status = STATUSES.into_iter().find(|status| status.name() == row[1].as_str().unwrap()).unwrap();
        let age = u32::try_from(row[2].as_u64().unwrap()).unwrap();
        network.set_standing(rank, status, age).unwrap();
        network.set_conviction(rank, number(&row[4])).unwrap();
        assert_eq!(node.as_u64().unwrap() as usize, first + rank);
    }
    for row in rows(&before["influence"]) {
        let of = |place: usize| row[place].as_u64().unwrap() as usize;
        network.add_influence(of(0), of(1), number(&row[2])).unwrap();
    }
    network
}

fn compare(network: &Network, after: &Value) {
    let first = network.participant_count();
    for (rank, row) in rows(&after["participants"]).iter().enumerate() {
        assert_close(network.holdings()[rank], number(&row[1]), TOLERANCE, "holdings");
        assert_close(network.sentiment()[rank], number(&row[2]), TOLERANCE, "sentiment");
    }
    for (found, row) in network.proposals().iter().zip(rows(&after["proposals"])) {
        assert_eq!(found.status.name(), row[1].as_str().unwrap());
        if row[4].is_null() {
            assert_eq!(found.conviction, None);
        } else if found.status == Status::Candidate {
            assert_close(found.conviction.unwrap(), number(&row[4]), TOLERANCE, "conviction");
        }
    }
    for row in rows(&after["support"]) {
        let of = |place: usize| row[place].as_u64().unwrap() as usize;
        let found = network.support(of(0), of(1) - first).unwrap();
        assert_close(found.tokens, number(&row[3]), TOLERANCE, "tokens");
        assert_close(
            found.conviction.unwrap_or(f64::NAN),
            number(&row[4]),
            TOLERANCE,
            "conviction on an edge",
        );
    }
}

fn community(params: CommunityParams, network: Network, supply: Supply, sentiment: f64) -> Community {
    Community::with_network(params, network, supply, sentiment).unwrap()
}

#[test]
fn sentiment_rows() {
    let file = json("deterministic.json");
    for row in rows(&file["get_sentimental"]["rows"]) {
        let [sentiment, force, mu, expected] = numbers(row)[..] else { panic!("{row}") };
        assert_close(mix(sentiment, force, mu), expected, TOLERANCE, "mixture");
    }
    let count = |value: &Value| value.as_u64().unwrap() as usize;
    for row in rows(&file["system_sentiment_on_completion"]["rows"]) {
        let found = after_outcomes(number(&row[0]), count(&row[1]), count(&row[2]));
        assert_close(found, number(&row[3]), TOLERANCE, "after outcomes");
    }
    for row in rows(&file["system_sentiment_on_release"]["rows"]) {
        assert_close(
            after_release(number(&row[0]), count(&row[1])),
            number(&row[2]),
            TOLERANCE,
            "after release",
        );
    }
}

#[test]
fn decision_cases() {
    let file = json("deterministic.json");
    let cases = rows(&file["decide_and_allocate"]["cases"]);
    assert_eq!(cases.len(), 40);
    for case in cases {
        let rule = |key: &str| number(&case["params"][key]);
        let params = CommunityParams {
            sensitivity: rule("sensitivity"),
            lowest_affinity_to_support: rule("lowest_affinity_to_support"),
            base_engagement_rate: rule("base_engagement_rate"),
            min_supp: rule("min_supp"),
            alpha: rule("alpha"),
            ..CommunityParams::default()
        };
        let supply = Supply::new(1.0, 1.0, 1.0).unwrap();
        let mut community = community(params, network(&case["before"]), supply, 0.5);
        let first = community.network().participant_count();
        for row in rows(&case["booster"]) {
            let of = |place: usize| row[place].as_u64().unwrap() as usize;
            assert_close(community.booster(of(0), of(1) - first), number(&row[2]), TOLERANCE, "booster");
        }
        let uniforms = numbers(&case["uniform_draws"]).into_iter().map(RecordedDraw::Uniform).collect();
        let mut chances = RecordedDraws::new(uniforms, TOLERANCE);
        community.decide(&mut chances);
        chances.finish().unwrap();
        compare(community.network(), &case["after"]);
    }
}

#[test]
fn release_cases() {
    let file = json("deterministic.json");
    let cases = rows(&file["trigger_function"]["cases"]);
    assert_eq!(cases.len(), 40);
    let mut refused = 0;
    for case in cases {
        let rule = |key: &str| number(&case["params"][key]);
        let params = CommunityParams {
            alpha: rule("alpha"),
            beta: rule("beta"),
            rho: rule("rho"),
            tmin: u32::try_from(case["params"]["tmin"].as_u64().unwrap()).unwrap(),
            ..CommunityParams::default()
        };
        let of = |key: &str| number(&case[key]);
        let supply = Supply::new(of("funds"), of("effective_supply"), 1000.0).unwrap();
        let before = network(&case["before"]);
        let mut community = community(params, before, supply, of("sentiment"));
        match community.release() {
            Ok(accepted) => {
                let first = community.network().participant_count();
                let expected: Vec<usize> =
                    rows(&case["accepted"]).iter().map(|id| id.as_u64().unwrap() as usize - first).collect();
                assert_eq!(accepted, expected);
                assert_close(community.supply().pool(), of("funds_after"), TOLERANCE, "funds");
                assert_close(community.sentiment(), of("sentiment_after"), TOLERANCE, "sentiment");
                compare(community.network(), &case["after"]);
            }
            Err(error) => {
                assert!(matches!(error, CommunityError::OverRelease { .. }));
                assert_eq!(case["original_crashes"].as_str(), Some("IndexError"));
                assert_eq!(community.supply(), &supply);
                refused += 1;
            }
        }
    }
    assert_eq!(refused, 2);
}

#[test]
fn arrival_cases() {
    let file = json("deterministic.json");
    let cases = rows(&file["arrivals"]["cases"]);
    assert_eq!(cases.len(), 25);
    for case in cases {
        let of = |key: &str| number(&case["state"][key]);
        let (funds, effective, total) = (of("funds"), of("effective_supply"), of("total_supply"));
        let supply = Supply::with_rest_implied(funds, effective, total).unwrap();
        let mut community =
            community(CommunityParams::default(), network(&case["before"]), supply, of("sentiment"));
        let median = number(&case["median_affinity"]);
        if median.is_nan() {
            assert_eq!(community.candidates().count(), 0);
        } else {
            assert_close(community.median_affinity(), median, TOLERANCE, "median");
        }
        let participants = community.network().participant_count();
        let proposals = community.network().proposals().len();
        let exponentials = rows(&case["exponential_draws_loc_scale"]);
        let exponential = |row: &Value| RecordedDraw::Exponential {
            value: number(&row[0]) + number(&row[1]),
            location: number(&row[0]),
            scale: number(&row[1]),
        };
        let count = case["new_proposal_ct"].as_u64().unwrap() as usize;
        assert_eq!(exponentials.len(), 1 + count);
        let mut list = vec![RecordedDraw::Uniform(0.0), exponential(&exponentials[0])];
        if case["uniform_draws_used"].as_u64() == Some(2) {
            list.push(RecordedDraw::Uniform(0.0));
        }
        list.extend(exponentials[1..].iter().map(exponential));
        list.push(RecordedDraw::Uniform(0.5));
        list.extend((0..proposals).map(|_| RecordedDraw::Affinity(0.5)));
        for _ in 0..count {
            list.push(RecordedDraw::Choice { node: 0, count: participants + 1 });
            list.extend((0..participants).map(|_| RecordedDraw::Affinity(-0.5)));
        }
        let mut chances = RecordedDraws::new(list, TOLERANCE);
        let arrivals = community.arrive(&mut chances);
        chances.finish().unwrap();
        assert_eq!((arrivals.requests.len(), arrivals.proposals_came), (count, true));
    }
}

#[test]
fn health_cases() {
    let file = json("deterministic.json");
    let cases = rows(&file["metrics"]);
    assert_eq!(cases.len(), 15);
    for case in cases {
        let of = |key: &str| number(&case["state"][key]);
        let (funds, effective, total) = (of("funds"), of("effective_supply"), of("total_supply"));
        let supply = Supply::with_rest_implied(funds, effective, total).unwrap();
        let mut network = Network::default();
        for (rank, row) in rows(&case["proposals"]).iter().enumerate() {
            network.add_proposal(number(&row[1]), &[]).unwrap();
            let status =
                STATUSES.into_iter().find(|status| status.name() == row[0].as_str().unwrap()).unwrap();
            network.set_standing(rank, status, 1).unwrap();
        }
        let health = community(CommunityParams::default(), network, supply, 0.5).health();
        let close = |found, key: &str| assert_close(found, number(&case[key]), TOLERANCE, key);
        close(health.voting_share, "fractionOfSupplyForVoting");
        close(health.supply_over_pool, "fractionOfSupplyInPool_as_original_inverted");
        close(health.pool_share, "fractionOfSupplyInPool_sane");
        close(health.count_share(Status::Active), "percentageOfActive");
        close(health.count_share(Status::Completed), "percentageOfCompleted");
        close(health.count_share(Status::Killed), "percentageOfKilled");
        close(health.funds_share(Status::Active), "percentageOfActiveFundsRequested");
        close(health.funds_share(Status::Completed), "percentageOfCompletedFundsRequested");
        close(health.funds_share(Status::Killed), "percentageOfKilledFundsRequested");
    }
}
