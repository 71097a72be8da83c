//! The recorded runs of the published model, replayed through their own draws at 1e-9; ages, identities and statuses
//! exact.

use crate::reference::{assert_close, json, number, rows};
use serde_json::Value;
use te_conviction::community::Community;
use te_conviction::community::draws::{RecordedDraw, RecordedDraws};
use te_conviction::community::network::{Network, Status};
use te_conviction::community::parameters::CommunityParams;

const TOLERANCE: f64 = 1e-9;

fn draw(value: &Value) -> RecordedDraw {
    let of = |place: usize| number(&value[place]);
    match value[0].as_str().unwrap() {
        "R" => RecordedDraw::Uniform(of(1)),
        "U" => RecordedDraw::Affinity(of(1)),
        "C" => RecordedDraw::Choice { node: id(&value[1]), count: id(&value[2]) as usize },
        "E" => RecordedDraw::Exponential { value: of(1), location: of(2), scale: of(3) },
        "G" => {
            assert_eq!(of(2), 3.0);
            RecordedDraw::Gamma { value: of(1), location: of(3), scale: of(4) }
        }
        other => panic!("unknown draw {other}"),
    }
}

fn draws(value: &Value) -> RecordedDraws {
    RecordedDraws::new(rows(value).iter().map(draw).collect(), TOLERANCE)
}

fn id(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap()).unwrap()
}

pub(crate) fn params(trace: &Value) -> CommunityParams {
    let start = |key: &str| number(&trace["initial_values"][key]);
    let rule = |key: &str| number(&trace["params"][key]);
    CommunityParams {
        participants: id(&trace["initial_values"]["n"]),
        proposals: id(&trace["initial_values"]["m"]),
        funds: start("funds"),
        supply: start("supply"),
        sentiment: start("sentiment"),
        alpha: rule("alpha"),
        beta: rule("beta"),
        rho: rule("rho"),
        gamma: rule("gamma"),
        sensitivity: rule("sensitivity"),
        tmin: id(&trace["params"]["tmin"]),
        min_supp: rule("min_supp"),
        base_completion_rate: rule("base_completion_rate"),
        base_failure_rate: rule("base_failure_rate"),
        base_engagement_rate: rule("base_engagement_rate"),
        lowest_affinity_to_support: rule("lowest_affinity_to_support"),
        ..CommunityParams::default()
    }
}

fn compare_scalars(community: &Community, expected: &Value) {
    let close = |found, key: &str| assert_close(found, number(&expected[key]), TOLERANCE, key);
    close(community.supply().pool(), "funds");
    close(community.supply().effective(), "effective_supply");
    close(community.supply().total(), "total_supply");
    close(community.sentiment(), "sentiment");
}

/// The rank of a node among participants or proposals.
fn participant(network: &Network, node: &Value) -> usize {
    network.participant_nodes().iter().position(|&one| one == id(node)).unwrap()
}

fn proposal(network: &Network, node: &Value) -> usize {
    network.proposals().iter().position(|one| one.node.index() == id(node) as usize).unwrap()
}

fn nodes(network: &Network, ranks: &[usize]) -> Vec<usize> {
    ranks.iter().map(|&rank| network.proposals()[rank].node.index()).collect()
}

fn integers(value: &Value) -> Vec<usize> {
    rows(value).iter().map(|one| id(one) as usize).collect()
}

pub(crate) fn compare_participants(network: &Network, expected: &Value) {
    assert_eq!(rows(expected).len(), network.participant_count());
    for (rank, row) in rows(expected).iter().enumerate() {
        assert_eq!(network.participant_nodes()[rank], id(&row[0]));
        assert_close(network.holdings()[rank], number(&row[1]), TOLERANCE, "holdings");
        assert_close(network.sentiment()[rank], number(&row[2]), TOLERANCE, "own sentiment");
    }
}

fn compare_proposals(network: &Network, expected: &Value) {
    assert_eq!(rows(expected).len(), network.proposals().len());
    for (found, row) in network.proposals().iter().zip(rows(expected)) {
        assert_eq!(found.node.index(), id(&row[0]) as usize);
        assert_eq!(found.status.name(), row[1].as_str().unwrap(), "{row}");
        assert_eq!(found.age, id(&row[2]), "{row}");
        assert_close(found.requested, number(&row[3]), TOLERANCE, "request");
        assert_close(found.trigger.unwrap_or(f64::NAN), number(&row[4]), TOLERANCE, "trigger");
        assert_close(found.conviction.unwrap_or(f64::NAN), number(&row[5]), TOLERANCE, "conviction");
    }
}

/// Support edges as recorded: only those with a stake or a conviction, which after acceptance is NaN.
fn compare_support(network: &Network, expected: &Value, all: bool) {
    let mut seen = 0;
    for row in rows(expected) {
        let (from, to) = (participant(network, &row[0]), proposal(network, &row[1]));
        let found = network.support(from, to).unwrap();
        assert_close(found.affinity, number(&row[2]), TOLERANCE, "affinity");
        assert_close(found.tokens, number(&row[3]), TOLERANCE, "tokens");
        assert_close(
            found.conviction.unwrap_or(f64::NAN),
            number(&row[4]),
            TOLERANCE,
            "conviction on an edge",
        );
        seen += usize::from(found.tokens != 0.0 || found.conviction.is_some_and(|level| level != 0.0));
    }
    let mut held = 0;
    for from in 0..network.ranks() {
        for to in 0..network.proposals().len() {
            let found = network.support(from, to).unwrap();
            held += usize::from(found.tokens != 0.0 || found.conviction.is_some_and(|level| level != 0.0));
        }
    }
    assert!(all || seen == held, "{seen} of {held} links with stakes are recorded");
}

fn compare_links(network: &Network, edges: &Value) {
    let found: Vec<(usize, usize, f64)> =
        network.influence().iter().map(|link| (link.from as usize, link.to as usize, link.weight)).collect();
    assert_eq!(found.len(), rows(&edges["influence"]).len());
    for row in rows(&edges["influence"]) {
        let pair = (participant(network, &row[0]), participant(network, &row[1]));
        let link = found.iter().find(|link| (link.0, link.1) == pair).unwrap();
        assert_close(link.2, number(&row[2]), TOLERANCE, "influence");
    }
    assert_eq!(network.conflict().len(), rows(&edges["conflict"]).len());
    for row in rows(&edges["conflict"]) {
        let (from, to) = (proposal(network, &row[0]), proposal(network, &row[1]));
        let link = network
            .conflict()
            .iter()
            .find(|link| (link.from as usize, link.to as usize) == (from, to))
            .unwrap();
        assert_close(link.weight, number(&row[2]), TOLERANCE, "conflict");
    }
}

fn compare_arrivals(
    community: &Community,
    arrivals: &te_conviction::community::arrival::Arrivals,
    policy: &Value,
) {
    assert_eq!(arrivals.newcomer.is_some(), policy["new_participant"].as_bool().unwrap());
    assert_close(
        arrivals.newcomer.unwrap_or(0.0),
        number(&policy["new_participant_holdings"]),
        TOLERANCE,
        "newcomer",
    );
    assert_eq!(arrivals.proposals_came, policy["new_proposal"].as_bool().unwrap());
    assert_eq!(arrivals.requests.len(), id(&policy["new_proposal_ct"]) as usize);
    for (found, expected) in arrivals.requests.iter().zip(rows(&policy["new_proposal_requested"])) {
        assert_close(*found, number(expected), TOLERANCE, "request");
    }
    assert!(community.candidates().count() >= usize::from(arrivals.proposals_came));
}

/// Who supports what after block 5: a stake other than 0 on a proposal that was a candidate.
fn compare_supported(network: &Network, candidates: &[usize], policy: &Value) {
    for (rank, &node) in network.participant_nodes().iter().enumerate() {
        let mut found: Vec<usize> = candidates
            .iter()
            .filter(|&&candidate| network.support(rank, candidate).unwrap().tokens != 0.0)
            .map(|&candidate| network.proposals()[candidate].node.index())
            .collect();
        let mut expected = integers(&policy["proposals_supported"][node.to_string()]);
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "participant {node}");
    }
}

fn compare_health(community: &Community, policy: &Value) {
    let health = community.health();
    let close = |found, key: &str| assert_close(found, number(&policy[key]), TOLERANCE, key);
    close(health.voting_share, "fractionOfSupplyForVoting");
    close(health.supply_over_pool, "fractionOfSupplyInPool");
    for (status, name) in
        [(Status::Active, "Active"), (Status::Completed, "Completed"), (Status::Killed, "Killed")]
    {
        close(health.count_share(status), &format!("percentageOf{name}"));
        close(health.funds_share(status), &format!("percentageOf{name}FundsRequested"));
    }
}

/// Replays a trace; `whole_steps` uses [`Community::step`], else block by block with everything compared after each.
fn replay(name: &str, whole_steps: bool) {
    let trace = json(name);
    let mut community = Community::new(params(&trace)).unwrap();
    let mut chances = draws(&trace["init"]["draws"]);
    community.found(&mut chances);
    chances.finish().unwrap();
    let init = &trace["init"];
    compare_scalars(&community, init);
    compare_participants(community.network(), &init["participants"]);
    compare_proposals(community.network(), &init["proposals"]);
    compare_support(community.network(), &init["edges"]["support"], true);
    compare_links(community.network(), &init["edges"]);
    for step in rows(&trace["steps"]) {
        let blocks = rows(&step["blocks"]);
        if whole_steps {
            let all = blocks.iter().flat_map(|block| rows(&block["draws"])).map(draw).collect();
            let mut chances = RecordedDraws::new(all, TOLERANCE);
            let day = community.step(&mut chances).unwrap();
            chances.finish().unwrap();
            assert_close(day.minted, number(&blocks[1]["policy"]["mint"]), TOLERANCE, "mint");
        } else {
            replay_blocks(&mut community, blocks);
        }
        compare_health(&community, &blocks[5]["policy"]);
        compare_proposals(community.network(), &step["proposals"]);
        if !step["participants"].is_null() {
            compare_participants(community.network(), &step["participants"]);
            compare_support(community.network(), &step["edges"]["support"], false);
        }
    }
}

fn replay_blocks(community: &mut Community, blocks: &[Value]) {
    let mut chances = draws(&blocks[0]["draws"]);
    let arrivals = community.arrive(&mut chances);
    chances.finish().unwrap();
    compare_arrivals(community, &arrivals, &blocks[0]["policy"]);
    compare_scalars(community, &blocks[0]);

    let minted = community.mint().unwrap();
    assert_close(minted, number(&blocks[1]["policy"]["mint"]), TOLERANCE, "mint");
    compare_scalars(community, &blocks[1]);

    let mut chances = draws(&blocks[2]["draws"]);
    let outcomes = community.progress(&mut chances);
    chances.finish().unwrap();
    assert_eq!(nodes(community.network(), &outcomes.completed), integers(&blocks[2]["policy"]["completed"]));
    assert_eq!(nodes(community.network(), &outcomes.failed), integers(&blocks[2]["policy"]["failed"]));
    compare_scalars(community, &blocks[2]);

    for (node, trigger) in blocks[3]["policy"]["triggers"].as_object().unwrap() {
        let rank = proposal(community.network(), &node.parse::<u32>().unwrap().into());
        let requested = community.network().proposals()[rank].requested;
        assert_close(community.trigger(requested), number(trigger), TOLERANCE, "trigger tested");
    }
    let accepted = community.release().unwrap();
    assert_eq!(nodes(community.network(), &accepted), integers(&blocks[3]["policy"]["accepted"]));
    compare_scalars(community, &blocks[3]);

    let candidates: Vec<usize> = community.candidates().collect();
    let mut chances = draws(&blocks[4]["draws"]);
    community.decide(&mut chances);
    chances.finish().unwrap();
    compare_supported(community.network(), &candidates, &blocks[4]["policy"]);
    compare_scalars(community, &blocks[4]);
}

#[test]
fn small_trace_block_by_block() {
    replay("trace_small_n5_m2_seed11.json.gz", false);
}

#[test]
fn default_trace_block_by_block() {
    replay("trace_default_seed1.json.gz", false);
}

#[test]
fn other_parameters_trace_block_by_block() {
    replay("trace_altparams_seed5.json.gz", false);
}

#[test]
fn traces_in_whole_steps() {
    replay("trace_small_n5_m2_seed11.json.gz", true);
    replay("trace_default_seed1.json.gz", true);
    replay("trace_altparams_seed5.json.gz", true);
}

#[test]
fn a_replay_out_of_step_is_told() {
    let trace = json("trace_small_n5_m2_seed11.json.gz");
    let mut community = Community::new(CommunityParams { funds: 5000.0, ..params(&trace) }).unwrap();
    let mut chances = draws(&trace["init"]["draws"]);
    community.found(&mut chances);
    let message = chances.finish().unwrap_err().to_string();
    assert!(message.starts_with("draw 10: the model asked for a gamma at 0.001 of scale 50"), "{message}");
}
