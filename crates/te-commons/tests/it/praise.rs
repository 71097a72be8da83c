//! Praise: 13 rounds with their published payouts at 1e-9 relative, averages to two decimals; assignment and scoring rules.

use crate::reference::{close, num, rows};
use proptest::prelude::*;
use rand::{SeedableRng, rngs::ChaCha8Rng};
use serde_json::Value;
use std::collections::BTreeMap;
use te_bonding_curve::U256;
use te_commons::praise::{
    CompositeRule, Praise, Quantification, agreement,
    assignment::{Packing, assign},
    composites,
    payout::{PayoutTerms, largest_remainder, settle},
    period_of, reweight,
    round::{Judgement, Round, RoundError, RoundPhase},
    round2,
};

fn items(round: &Value) -> Vec<Praise> {
    let id = |v: &Value| u32::try_from(v.as_u64().unwrap()).unwrap();
    round["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| Praise {
            giver: None,
            receiver: id(&item["to"]),
            quantifications: item["quantifications"]
                .as_array()
                .unwrap()
                .iter()
                .map(|q| Quantification {
                    quantifier: id(&q["q"]),
                    score: num(&q["score"]),
                    dismissed: q["dismissed"].as_bool().unwrap(),
                    duplicate_of: q["duplicate_of"].as_u64().map(|i| usize::try_from(i).unwrap()),
                })
                .collect(),
        })
        .collect()
}

fn terms(round: &Value) -> PayoutTerms {
    PayoutTerms {
        allocation: num(&round["allocation"]),
        ceiling_cutoff: round["ceiling_cutoff"].as_f64(),
        contributor_share: num(&round["contributor_share"]),
        quantifier_share: num(&round["quantifier_share"]),
        board_share: num(&round["rewardboard_share"]),
    }
}

fn sorted(map: &BTreeMap<u32, f64>) -> Vec<f64> {
    let mut values: Vec<f64> = map.values().copied().filter(|x| *x > 0.0).collect();
    values.sort_by(|a, b| b.total_cmp(a));
    values
}

#[test]
fn every_round_matches_its_published_payouts() {
    let rounds = rows("praise_rounds.json");
    assert_eq!(rounds.len(), 13);
    for round in rounds {
        let items = items(&round);
        let name = &round["round"];
        let rule = match round["composite_rule"].as_str().unwrap() {
            "completed" => CompositeRule::Completed,
            "all_assigned_unrounded" => CompositeRule::StoredMean,
            other => panic!("{other}"),
        };
        let scores = composites(&items, rule, num(&round["duplicate_valuation"])).unwrap();
        for (i, (score, item)) in scores.iter().zip(round["items"].as_array().unwrap()).enumerate() {
            let want = num(&item["avg_score"]);
            match rule {
                CompositeRule::Completed => assert_eq!(*score, want, "round {name} item {i}"),
                CompositeRule::StoredMean => close(*score, want, 1e-9, "average"),
            }
        }
        let members = u32::try_from(round["rewardboard_members"].as_u64().unwrap()).unwrap();
        let board: Vec<u32> = (1000..1000 + members).collect();
        let payout = terms(&round).distribute(&items, &scores, &board).unwrap();
        let expected = &round["expected"];
        close(payout.pool, num(&round["effective_pool"]), 1e-9, "pool");
        let by_person = |map: &BTreeMap<u32, f64>, want: &Value| {
            for (person, want) in want.as_object().unwrap() {
                close(map[&person.parse().unwrap()], num(want), 1e-9, "payout");
            }
            assert_eq!(map.len(), want.as_object().unwrap().len());
        };
        by_person(&payout.contributors, &expected["praise_reward_by_receiver"]);
        by_person(&payout.quantifiers, &expected["quant_reward_by_quantifier"]);
        for (person, count) in expected["quant_counts"].as_object().unwrap() {
            assert_eq!(payout.judgements[&person.parse().unwrap()] as u64, count.as_u64().unwrap());
        }
        // The board's part is rounded to six decimals in the original, the published lists to nine significant digits or so.
        for each in payout.board.values() {
            assert!((each - num(&expected["rewardboard_reward_each"])).abs() <= 5.1e-7);
        }
        let published = expected["published_praise_rewards_sorted"].as_array().unwrap();
        for (got, want) in sorted(&payout.contributors).iter().zip(published) {
            close(*got, num(want), 1e-7, "published");
        }
        close(payout.sum(), payout.pool, 1e-9, "payouts sum to the pool");
        let flow = agreement::flow(&items);
        assert!(flow.is_empty(), "givers are not in the data");
        assert!(agreement::fraction_unquantified(&items).unwrap() < 0.4);
        assert!(agreement::profiles(&items).values().any(|p| p.correlation.is_some()));
    }
}

#[test]
fn round_summaries_are_consistent() {
    let rounds = rows("praise_round_summaries.json");
    assert_eq!(rounds.len(), 26);
    for round in rounds {
        let items = usize::try_from(round["n_praise"].as_u64().unwrap()).unwrap();
        let pool = terms(&round).pool(items).unwrap();
        close(pool, num(&round["effective_pool"]), 1e-9, "pool");
        let sum = |key: &str| round[key].as_array().unwrap().iter().map(num).sum::<f64>();
        // Published lists carry nine decimals.
        let contributors = sum("praise_rewards_sorted");
        assert!(
            (contributors - pool * num(&round["contributor_share"])).abs() < 1e-5 * pool,
            "{contributors}"
        );
        let quantifiers = sum("quant_rewards_sorted");
        assert!((quantifiers - pool * num(&round["quantifier_share"])).abs() < 1e-5 * pool, "{quantifiers}");
    }
}

#[test]
fn a_round_from_praise_to_payout() {
    let mut round = Round::default();
    for (giver, receiver) in [(1, 2), (2, 3), (3, 1), (1, 3)] {
        round.praise(giver, receiver).unwrap();
    }
    assert!(round.judge(7, 0, Judgement::Dismiss).is_err(), "not judging yet");
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let assignment = assign(&round.receivers(), &[7, 8, 9], 2, Packing::Evenly, &mut rng).unwrap();
    round.assign(&assignment).unwrap();
    assert_eq!(round.phase(), RoundPhase::Quantify);
    assert!(round.praise(1, 2).is_err(), "no longer open");
    let judges: Vec<Vec<u32>> =
        round.items().iter().map(|p| p.quantifications.iter().map(|q| q.quantifier).collect()).collect();
    for (i, list) in judges.iter().enumerate() {
        for q in list {
            round.judge(*q, i, Judgement::Score(13.0)).unwrap();
        }
    }
    assert_eq!(round.composites().unwrap(), [13.0; 4]);

    // Items 1 and 3 have the same receiver, hence the same quantifiers.
    let q = judges[1][0];
    round.judge(q, 3, Judgement::DuplicateOf(1)).unwrap();
    assert_eq!(round.composites().unwrap()[3], 7.15, "mean of 1.3 and 13");
    round.judge(q, 1, Judgement::Score(144.0)).unwrap();
    assert_eq!(round.composites().unwrap()[3], 13.7, "derived anew from the original's new score");
    let before = round.clone();
    assert!(matches!(round.judge(q, 1, Judgement::DuplicateOf(3)), Err(RoundError::Duplicate { .. })));
    assert!(matches!(round.judge(q, 3, Judgement::DuplicateOf(3)), Err(RoundError::Duplicate { .. })));
    assert!(matches!(round.judge(q, 3, Judgement::DuplicateOf(77)), Err(RoundError::NoItem { .. })));
    assert!(matches!(round.judge(q, 3, Judgement::Score(2.0)), Err(RoundError::Score { .. })));
    assert!(matches!(round.judge(99, 3, Judgement::Dismiss), Err(RoundError::NotAssigned { .. })));
    assert!(round.replace(q, q).is_err() && round.replace(q, 3).is_err());
    assert_eq!(round, before);
    round.judge(q, 3, Judgement::Dismiss).unwrap();
    assert_eq!(round.composites().unwrap()[3], 6.5);

    let spread = agreement::spread(round.items(), &round.items()[1]).unwrap();
    assert_eq!(spread, 131.0);
    assert_eq!(agreement::unanimity(round.items(), |q| q.dismissed), Some(0.75));
    assert_eq!(agreement::flow(round.items())[&(1, 3)], 1);

    round.replace(q, 42).unwrap();
    round.close().unwrap();
    assert!(round.judge(42, 1, Judgement::Dismiss).is_err() && round.close().is_err());
    let scores = round.composites().unwrap();
    let payout = PayoutTerms::default().distribute(round.items(), &scores, &[5]).unwrap();
    close(payout.sum(), 1874.0, 1e-12, "the pool");
    let (paid, unpayable) = settle(&payout, &BTreeMap::from([(2, "0xAb".into()), (5, "0xaB".into())]));
    assert_eq!(paid.len(), 1);
    close(paid["0xab"] + unpayable, 1874.0, 1e-12, "all accounted for");
    close(paid["0xab"], payout.total(2) + payout.total(5), 1e-12, "one address");
}

#[test]
fn payouts_refuse_what_cannot_be_shared() {
    let item = |score| Praise {
        giver: None,
        receiver: 1,
        quantifications: vec![Quantification { score, ..Quantification::open(9) }],
    };
    let terms = PayoutTerms::default();
    assert!(terms.distribute(&[item(0.0)], &[0.0], &[5]).is_err(), "no scores");
    assert!(terms.distribute(&[item(0.0)], &[3.0], &[5]).is_err(), "no eligible quantifier");
    assert!(terms.distribute(&[item(3.0)], &[3.0], &[]).is_err(), "an empty board");
    assert!(terms.distribute(&[item(3.0)], &[3.0], &[5, 5]).is_err(), "a member twice");
    assert!(terms.distribute(&[item(3.0)], &[], &[5]).is_err(), "lengths");
    let wrong = PayoutTerms { board_share: 0.04, ..terms };
    assert!(wrong.distribute(&[item(3.0)], &[3.0], &[5]).is_err(), "shares of 1.01");
    assert!(Round::new(vec![1.0, 2.0], CompositeRule::Completed, 0.1).is_err());
    assert!(Round::new(vec![0.0, 2.0], CompositeRule::Completed, 1.1).is_err());
    assert_eq!(period_of(&[10.0, 20.0], 10.0), Some(0));
    assert_eq!(period_of(&[10.0, 20.0], 10.5), Some(1));
    assert_eq!(period_of(&[10.0, 20.0], 20.5), None);
    assert_eq!(reweight::giver_bonus(200), 25.0);
    let floored = reweight::with_floor(&[0.0, 10.0], 5.0).unwrap();
    assert_eq!(floored, [2.5, 7.5]);
    assert_eq!(reweight::gaussian(&[4.0, 4.0], 4.0, 2.0).unwrap(), [4.0, 4.0]);
}

#[test]
fn halves_round_up_on_the_exact_value() {
    for (x, want) in [
        (0.125, 0.13),
        (0.375, 0.38),
        (2.675, 2.67),
        (1.005, 1.0),
        (8.345, 8.35),
        (51.0, 51.0),
        (1e-9, 0.0),
        (0.995, 0.99),
    ] {
        assert_eq!(round2(x).unwrap(), want, "{x}");
    }
    assert!(round2(-1.0).is_err() && round2(f64::NAN).is_err() && round2(1e15).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn nobody_judges_himself_and_everybody_has_k_judges(
        counts in prop::collection::vec(1..40_usize, 3..40), pool in 3..12_u32, overlap in 0..3_u32, k in 1..4_usize,
        evenly in any::<bool>(), target in 10..200_usize, seed in any::<u64>(),
    ) {
        let receivers: BTreeMap<u32, usize> = (0..).zip(counts.iter().copied()).collect();
        let first = u32::try_from(receivers.len()).unwrap() - overlap;
        let quantifiers: Vec<u32> = (first..first + pool).collect();
        let packing = if evenly { Packing::Evenly } else { Packing::ByTarget(target) };
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let Ok(assignment) = assign(&receivers, &quantifiers, k, packing, &mut rng) else { return Ok(()) };
        let mut judged = 0;
        for receiver in receivers.keys() {
            let mut judges = assignment.quantifiers_of(*receiver);
            prop_assert!(!judges.contains(receiver));
            judges.sort_unstable();
            judges.dedup();
            prop_assert_eq!(judges.len(), k);
            judged += k * receivers[receiver];
        }
        let handed: usize =
            assignment.bins().iter().flat_map(|(_, bin)| bin).map(|receiver| receivers[receiver]).sum();
        prop_assert_eq!(handed, judged);
        if evenly && receivers.len() >= quantifiers.len() {
            let sizes: Vec<usize> =
                assignment.bins().iter().map(|(_, bin)| bin.iter().map(|r| receivers[r]).sum()).collect();
            let largest = counts.iter().max().unwrap();
            prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= k * largest);
        }
    }

    #[test]
    fn payouts_scale_order_and_grow(
        scores in prop::collection::vec((0..5_u32, 1.0..100.0_f64), 2..30), scale in 0.01..100.0_f64, raise in 0.0..50.0_f64,
    ) {
        let item = |receiver| Praise { giver: None, receiver, quantifications: vec![Quantification { score: 1.0, ..Quantification::open(9) }] };
        let items: Vec<Praise> = scores.iter().map(|(r, _)| item(*r)).collect();
        let values: Vec<f64> = scores.iter().map(|(_, s)| *s).collect();
        let terms = PayoutTerms::default();
        let base = terms.distribute(&items, &values, &[7]).unwrap();
        close(base.sum(), base.pool, 1e-12, "sum");
        let scaled: Vec<f64> = values.iter().map(|s| s * scale).collect();
        let other = terms.distribute(&items, &scaled, &[7]).unwrap();
        for (person, amount) in &base.contributors {
            close(other.contributors[person], *amount, 1e-12, "scale");
        }
        let mut more = values.clone();
        more[0] += raise;
        let receiver = scores[0].0;
        let raised = terms.distribute(&items, &more, &[7]).unwrap().contributors[&receiver];
        prop_assert!(raised >= base.contributors[&receiver] * (1.0 - 1e-12));
        let reversed: Vec<Praise> = items.iter().rev().cloned().collect();
        let backwards: Vec<f64> = values.iter().rev().copied().collect();
        let back = terms.distribute(&reversed, &backwards, &[7]).unwrap();
        close(back.contributors[&receiver], base.contributors[&receiver], 1e-12, "order");
    }

    #[test]
    fn whole_units_sum_to_the_pool(pool in any::<u128>(), weights in prop::collection::vec(0..1_000_000_u128, 1..40)) {
        prop_assume!(weights.iter().any(|w| *w > 0));
        let pool = U256::from(pool);
        let parts = largest_remainder(pool, &weights).unwrap();
        prop_assert_eq!(parts.iter().fold(U256::ZERO, |a, b| a + *b), pool);
        for (part, weight) in parts.iter().zip(&weights) {
            prop_assert!(*weight > 0 || part.is_zero());
        }
    }
}
