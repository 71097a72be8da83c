//! The component: refused parameters, untouched state after a refusal, snapshots, invariants of both sets of rules.

use proptest::prelude::*;
use te_conviction::community::network::{Link, Network, Node, Status};
use te_conviction::community::parameters::{CommunityParams, EffectiveSupply, Holdings, Rules};
use te_conviction::community::{Community, CommunityError};
use te_conviction::component::{Voting, VotingInputs};
use te_conviction::supply::Supply;
use te_core::{Clock, Component, Experiment, Record, Stream, StreamKey, System};

fn stream(run: u64) -> Stream {
    Stream::new(StreamKey { seed: 5, run, subset: None }, "community")
}

/// The engine's snapshot of a component.
fn state<T: serde::Serialize>(value: &T) -> Vec<u8> {
    postcard::to_stdvec(value).unwrap()
}

#[test]
fn bad_parameters_are_refused_by_name() {
    let refused = |params: CommunityParams| Voting::new(params).err().unwrap().to_string();
    let default = CommunityParams::default;
    let cases = [
        (CommunityParams { alpha: 1.0, ..default() }, "alpha"),
        (CommunityParams { alpha: f64::NAN, ..default() }, "alpha"),
        (CommunityParams { rho: 0.05, ..default() }, "rho"),
        (CommunityParams { participants: 0, ..default() }, "participants"),
        (CommunityParams { funds: 0.0, ..default() }, "funds"),
        (CommunityParams { funds: 30_000.0, ..default() }, "funds"),
        (CommunityParams { holdings_tail: 1.0, ..CommunityParams::corrected() }, "holdings_tail"),
    ];
    for (params, name) in cases {
        let message = refused(params);
        assert!(message.contains(name), "{message}");
    }
}

#[test]
fn a_refused_input_changes_nothing() {
    let mut voting = Voting::new(CommunityParams::default()).unwrap();
    voting.step(&VotingInputs { donation: 0.0 }, &Clock::at(1), &mut stream(1)).unwrap();
    let before = state(&voting);
    for donation in [-1.0, f64::NAN] {
        assert!(voting.step(&VotingInputs { donation }, &Clock::at(2), &mut stream(1)).is_err());
        assert!(before == state(&voting));
    }
}

#[test]
fn a_donation_moves_tokens_from_outside_to_the_pool() {
    let mut chances = (stream(1), stream(1));
    let mut with = Voting::new(CommunityParams::default()).unwrap();
    let mut without = with.clone();
    with.step(&VotingInputs { donation: 100.0 }, &Clock::at(1), &mut chances.0).unwrap();
    without.step(&VotingInputs { donation: 0.0 }, &Clock::at(1), &mut chances.1).unwrap();
    assert!((with.metrics().funds - without.metrics().funds - 100.0).abs() < 1e-9);
    assert!((with.metrics().total_supply - without.metrics().total_supply).abs() < 1e-9);
}

/// Row 0 is the founded community, and the steps go on as if it had been founded in the first of them.
#[test]
fn row_zero_shows_the_founded_community() {
    let system = System::of::<Voting>("community", CommunityParams::default()).unwrap();
    let results = Experiment::new(system).timesteps(3).runs(2).seed(5).run().unwrap();
    let frame = results.frame();
    for run in [1, 2] {
        let mut community = Community::new(CommunityParams::default()).unwrap();
        let mut chances = stream(run);
        community.found(&mut chances);
        let at = |row: u64| (run - 1) as usize * 4 + row as usize;
        let f64s =
            |name: &str, row| frame.column(&format!("community.{name}")).unwrap().number(at(row)).unwrap();
        let requested: f64 = community.network().proposals().iter().map(|one| one.requested).sum();
        assert!(requested > 0.0);
        assert_eq!(f64s("candidate_funds", 0), requested);
        assert_eq!(f64s("influence_links", 0), community.network().influence().len() as f64);
        assert_eq!(f64s("mean_participant_sentiment", 0), community.health().mean_sentiment);
        assert_eq!((f64s("participant_count", 0), f64s("candidate_count", 0)), (30.0, 7.0));
        assert_eq!((f64s("candidate_share", 0), f64s("total_staked", 0)), (1.0, 0.0));
        // By hand, founded in the first step.
        let mut by_hand = Voting::new(CommunityParams::default()).unwrap();
        let mut chances = stream(run);
        for day in 1..=3 {
            by_hand.step(&VotingInputs { donation: 0.0 }, &Clock::at(day), &mut chances).unwrap();
            let metrics = by_hand.metrics();
            for (place, field) in te_conviction::component::VotingMetrics::fields().iter().enumerate() {
                let expected = metrics.cell(place).unwrap().number();
                assert_eq!(
                    f64s(&field.name, day).to_bits(),
                    expected.to_bits(),
                    "{} on day {day}",
                    field.name
                );
            }
        }
    }
}

/// The largest communities that are permitted are founded and stepped in time and memory that follow their links.
#[test]
fn the_largest_communities_are_founded() {
    let people = |rules, participants, proposals| CommunityParams {
        rules,
        participants,
        proposals,
        rho: 0.0014,
        ..CommunityParams::default()
    };
    for (params, bound) in [
        (people(Rules::V3, 30, 400), 400 * 400),
        (people(Rules::Corrected, 30, 3_000), 3_000 * 3_000 / 3),
        (people(Rules::Corrected, 5_000, 100), 100 * 100 / 3),
    ] {
        let mut voting = Voting::new(params.clone()).unwrap();
        let mut chances = stream(1);
        voting.start(&mut chances);
        for day in 1..=3 {
            voting.step(&VotingInputs { donation: 0.0 }, &Clock::at(day), &mut chances).unwrap();
        }
        let network = voting.community().network();
        assert!(network.conflict().len() <= bound, "{} conflicts", network.conflict().len());
        let people = params.participants as usize;
        // The chance of an influence is e^-4 for each draw, and there are as many draws as proposals under the published
        // rules.
        let chance = if params.rules == Rules::V3 { 1.0 } else { 0.02 };
        assert!(network.influence().len() as f64 <= chance * (people * people) as f64);
    }
}

/// Two candidates that together ask for more than the pool, both far above their triggers.
fn over_release() -> Community {
    let mut network = Network::default();
    network.add_participant(1000.0, 0.5, &[]).unwrap();
    for rank in 0..2 {
        network.add_proposal(60.0, &[0.9]).unwrap();
        network.set_stake(0, rank, 500.0, 1e9).unwrap();
        network.set_standing(rank, Status::Candidate, 5).unwrap();
    }
    let params = CommunityParams { beta: 0.9, rho: 0.001, gamma: 0.0, ..CommunityParams::default() };
    Community::with_network(params, network, Supply::new(100.0, 1000.0, 50.0).unwrap(), 0.5).unwrap()
}

#[test]
fn a_refused_step_changes_nothing() {
    let mut community = over_release();
    let before = state(&community);
    // With the seed varied, newcomers and proposals come before the refusal, and are taken back.
    for run in 0..20 {
        let error = community.step(&mut stream(run)).unwrap_err();
        assert!(matches!(error, CommunityError::OverRelease { .. }), "{error}");
        assert!(before == state(&community));
        assert_eq!(community.network().graph().node_count(), 3);
    }
}

#[test]
fn a_snapshot_resumes_to_the_bit() {
    for params in
        [CommunityParams::default(), CommunityParams { exit_rate: 0.05, ..CommunityParams::corrected() }]
    {
        let mut chances = stream(3);
        let mut voting = Voting::new(params).unwrap();
        for day in 1..=40 {
            voting.step(&VotingInputs { donation: 0.0 }, &Clock::at(day), &mut chances).unwrap();
        }
        let mut resumed: Voting = postcard::from_bytes(&state(&voting)).unwrap();
        let mut again = chances.clone();
        for day in 41..=80 {
            voting.step(&VotingInputs { donation: 0.0 }, &Clock::at(day), &mut chances).unwrap();
            resumed.step(&VotingInputs { donation: 0.0 }, &Clock::at(day), &mut again).unwrap();
        }
        assert_eq!(voting.metrics(), resumed.metrics());
        // Where somebody left, petgraph may hand out the free edge numbers in another order; the numbers are the same.
        let columns = |voting: &Voting| {
            let network = voting.community().network();
            state(&(network.support_columns(), network.holdings(), network.sentiment(), network.influence()))
        };
        assert!(columns(&voting) == columns(&resumed));
        if voting.community().network().participant_count() == voting.community().network().ranks() {
            assert!(state(&voting) == state(&resumed));
        }
    }
}

#[test]
fn the_graph_is_the_community() {
    let params = CommunityParams { exit_rate: 0.03, ..CommunityParams::corrected() };
    let mut community = Community::new(params).unwrap();
    let mut chances = stream(9);
    let mut left = 0;
    for _ in 0..60 {
        left += community.step(&mut chances).unwrap().arrivals.left.len();
    }
    assert!(left > 5);
    let network = community.network();
    let graph = network.graph();
    let (ranks, proposals) = (network.ranks(), network.proposals().len());
    assert_eq!(graph.node_count(), ranks + proposals);
    assert_eq!(network.participant_count() + left, ranks);
    let mut kinds = [0, 0, 0];
    for edge in graph.edge_indices() {
        let (from, to) = graph.edge_endpoints(edge).unwrap();
        match (graph[edge], graph[from], graph[to]) {
            (Link::Support, Node::Participant(participant), Node::Proposal(proposal)) => {
                assert_eq!(
                    network.support_at(edge),
                    network.support(participant as usize, proposal as usize)
                );
                kinds[0] += 1;
            }
            (Link::Influence(slot), Node::Participant(influenced), Node::Participant(influencer)) => {
                let link = network.influence()[slot as usize];
                assert_eq!((link.from, link.to), (influenced, influencer));
                assert_eq!(network.weight_at(edge), Some(link.weight));
                kinds[1] += 1;
            }
            (Link::Conflict(slot), Node::Proposal(from), Node::Proposal(to)) => {
                let link = network.conflict()[slot as usize];
                assert_eq!((link.from, link.to), (from, to));
                kinds[2] += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(kinds[0], network.participant_count() * proposals);
    assert_eq!(kinds[1], network.influence().iter().filter(|link| link.weight > 0.0).count());
    assert_eq!(kinds[2], network.conflict().len());
}

fn check_invariants(community: &Community) -> Result<(), TestCaseError> {
    let (network, supply, params) = (community.network(), community.supply(), community.params());
    prop_assert!(supply.pool() >= 0.0);
    prop_assert!((0.0..=1.0).contains(&community.sentiment()));
    prop_assert_eq!(community.health().all().count as usize, network.proposals().len());
    for column in network.support_columns() {
        prop_assert_eq!(column.affinity().len(), network.ranks());
        prop_assert_eq!(column.tokens().len(), network.ranks());
    }
    if params == &CommunityParams::default() {
        return Ok(());
    }
    prop_assert!(supply.other() >= 0.0);
    let held: f64 = network.holdings().iter().sum();
    prop_assert!((held / supply.effective() - 1.0).abs() < 1e-9, "{} of {}", held, supply.effective());
    for (rank, &holdings) in network.holdings().iter().enumerate() {
        let staked: f64 = network.support_columns().iter().map(|column| column.tokens()[rank]).sum();
        prop_assert!(staked <= holdings * (1.0 + 1e-9));
        prop_assert!((0.0..=1.0).contains(&network.sentiment()[rank]));
        for column in network.support_columns() {
            prop_assert!(column.tokens()[rank] >= 0.0 && column.conviction()[rank] >= 0.0);
        }
    }
    let limit = 1.0 / (1.0 - params.alpha);
    let most = community.params().supply.max(supply.total()) * limit;
    for proposal in network.proposals() {
        prop_assert!(proposal.conviction.is_none_or(|level| level <= most * (1.0 + 1e-9)));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn published_rules_keep_their_invariants(run in 0_u64..1_000_000) {
        let mut community = Community::new(CommunityParams::default()).unwrap();
        let mut chances = stream(run);
        for _ in 0..60 {
            community.step(&mut chances).unwrap();
            check_invariants(&community)?;
        }
    }

    #[test]
    fn corrected_rules_keep_their_invariants(
        run in 0_u64..1_000_000, participants in 1_u32..40, proposals in 0_u32..8, exit_rate in 0.0..0.2_f64,
        engagement in 0.0..1.0_f64, alpha in 0.0..0.99_f64, beta in 0.02..1.0_f64, minimum in 0.001..0.9_f64,
        grace in 0_u32..10, spread in 0_u8..3, staked in any::<bool>(),
    ) {
        let params = CommunityParams {
            participants,
            proposals,
            exit_rate,
            base_engagement_rate: engagement,
            alpha,
            beta,
            rho: minimum * beta * beta,
            grace,
            holdings: [Holdings::Exponential, Holdings::Equal, Holdings::Pareto][usize::from(spread)],
            effective_supply: if staked { EffectiveSupply::Staked } else { EffectiveSupply::Exogenous },
            ..CommunityParams::corrected()
        };
        let mut community = Community::new(params).unwrap();
        let mut chances = stream(run);
        for _ in 0..60 {
            let before = community.paid();
            let day = community.step(&mut chances).unwrap();
            let asked: f64 = day.accepted.iter().map(|&rank| community.network().proposals()[rank].requested).sum();
            prop_assert!((community.paid() - before - asked).abs() <= 1e-6 * asked.max(1.0));
            check_invariants(&community)?;
        }
    }

    #[test]
    fn metrics_are_finite(run in 0_u64..1_000_000, corrected in any::<bool>()) {
        let params = if corrected { CommunityParams::corrected() } else { CommunityParams::default() };
        let mut voting = Voting::new(params).unwrap();
        let mut chances = stream(run);
        for day in 0..30 {
            let metrics = voting.metrics();
            for (place, field) in te_conviction::component::VotingMetrics::fields().iter().enumerate() {
                let value = metrics.cell(place).unwrap().number();
                prop_assert!(value.is_finite(), "{} is {}", field.name, value);
            }
            voting.step(&VotingInputs { donation: 0.0 }, &Clock::at(day + 1), &mut chances).unwrap();
        }
    }
}
