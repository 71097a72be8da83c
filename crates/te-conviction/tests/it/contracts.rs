//! `contract_vectors.json`: every value exact, every revert with its cause; floats against integers.

use crate::reference::{json, rows};
use proptest::prelude::*;
use ruint::aliases::U256;
use serde_json::Value;
use te_conviction::accrual::conviction_after_forgetting;
use te_conviction::chain::ledger::{ABSTAIN, Ledger, Refusal, Request, Settings, Status};
use te_conviction::chain::{Revert, gardens_v2, one_hive};

fn integer(value: &Value) -> U256 {
    value.as_str().unwrap().parse().unwrap()
}

fn call(case: &Value) -> Result<U256, Revert> {
    let of = |key: &str| integer(&case["in"][key]);
    let gardens = || gardens_v2::ThresholdInputs {
        requested: of("requested_amount"),
        pool: of("pool_amount"),
        points: of("total_points_activated"),
        decay: of("decay"),
        weight: of("weight"),
        max_ratio: of("max_ratio"),
        minimum_points: of("min_threshold_points"),
    };
    match case["fn"].as_str().unwrap() {
        "calculateConviction" => one_hive::conviction(
            of("time_passed").to::<u64>(),
            of("last_conviction"),
            of("old_amount"),
            of("decay"),
        ),
        "calculateThreshold" => one_hive::threshold(&one_hive::ThresholdInputs {
            requested: of("requested_amount"),
            funds: of("funds"),
            total_staked: of("total_staked"),
            stake_token_supply: of("stake_token_supply"),
            decay: of("decay"),
            max_ratio: of("max_ratio"),
            weight: of("weight"),
            minimum_stake_share: of("min_threshold_stake_percentage"),
        }),
        "gardensv2.calculateConviction" => {
            gardens_v2::conviction(of("time_passed"), of("last_conviction"), of("old_amount"), of("decay"))
        }
        "gardensv2.calculateThreshold" => gardens_v2::threshold(&gardens()),
        "gardensv2_legacy.calculateThreshold" => gardens_v2::threshold_legacy(&gardens()),
        "gardensv2.calculateThresholdOverride" => {
            gardens_v2::least_threshold(of("min_threshold_points"), of("decay"))
        }
        "gardensv2.getMaxConviction" => gardens_v2::maximum_conviction(of("amount"), of("decay")),
        other => panic!("unknown function {other}"),
    }
}

fn cause(revert: Revert) -> &'static str {
    match revert {
        Revert::AddOverflow => "ADD_OVERFLOW",
        Revert::SubUnderflow => "SUB_UNDERFLOW",
        Revert::MulOverflow => "MUL_OVERFLOW",
        Revert::DivZero => "DIV_ZERO",
        Revert::MulDivOverflow => "MULDIV_OVERFLOW",
        Revert::BaseNotBelowOne => "A_GE_2_128",
        Revert::AmountOverMaxRatio => "AMOUNT_OVER_MAX_RATIO",
        other => panic!("{other}"),
    }
}

#[test]
fn contract_vectors_are_exact() {
    let file = json("contract_vectors.json");
    let mut values = 0;
    let mut reverts = 0;
    for group in ["from_tests_1hive", "from_tests_gardensv2", "generated", "generated_gardensv2"] {
        for case in rows(&file[group]) {
            match call(case) {
                Ok(found) => {
                    assert_eq!(found, integer(&case["out"]), "{case}");
                    values += 1;
                }
                Err(revert) => {
                    assert_eq!(Some(cause(revert)), case["revert"].as_str(), "{case}");
                    reverts += 1;
                }
            }
        }
    }
    assert_eq!((values, reverts), (524, 67));
}

fn settings() -> Settings {
    Settings {
        decay: U256::from(9_000_000),
        max_ratio: U256::from(2_000_000),
        weight: U256::from(20_000),
        minimum_stake_share: U256::from(200_000_000_000_000_000_u64),
    }
}

/// The contract test's start: 30,000 and 15,000 tokens, 15,000 in the vault.
fn ledger() -> Ledger {
    let mut ledger = Ledger::new(settings(), U256::from(15_000));
    ledger.mint(1, U256::from(30_000)).unwrap();
    ledger.mint(2, U256::from(15_000)).unwrap();
    ledger
}

fn token(amount: u64) -> Request {
    Request::Token(U256::from(amount))
}

#[test]
fn behaviour_of_the_contract_tests() {
    for case in rows(&json("contract_vectors.json")["behaviour_1hive"]) {
        let of = |key: &str| case[key].as_u64().unwrap();
        let mut ledger = ledger();
        let id = ledger.add_proposal(1, token(of("requested")), Some(9)).unwrap();
        ledger.stake(1, id, U256::from(of("stake_own")), 100).unwrap();
        let others = of("total_staked") - of("stake_own");
        if others > 0 {
            ledger.stake(2, ABSTAIN, U256::from(others), 100).unwrap();
        }
        let block = 100 + of("blocks");
        assert_eq!(ledger.conviction(id, block).unwrap(), integer(&case["conviction"]), "{case}");
        assert_eq!(ledger.threshold(id).unwrap(), integer(&case["threshold"]), "{case}");
        let executed = ledger.execute(id, block);
        if case["executes"].as_bool().unwrap() {
            executed.unwrap();
            assert_eq!(ledger.proposal(id).unwrap().status(), Status::Executed);
            assert_eq!(ledger.funds(), U256::from(15_000 - of("requested")));
        } else {
            assert_eq!(executed, Err(Refusal::InsufficientConviction));
        }
    }
}

#[test]
fn every_refusal_has_its_rule() {
    let of = |n: u64| U256::from(n);
    let mut seen = Vec::new();
    let mut refuse = |result: Result<(), Refusal>| seen.push(result.unwrap_err().code());
    let mut fresh = ledger();
    refuse(fresh.add_proposal(1, token(0), Some(9)).map(|_| ()));
    refuse(fresh.add_proposal(1, token(5), None).map(|_| ()));
    let id = fresh.add_proposal(1, token(100), Some(9)).unwrap();
    let signal = fresh.add_proposal(1, Request::Signal, None).unwrap();
    let large = fresh.add_proposal(1, token(3_001), Some(9)).unwrap();
    fresh.set_hooked(false);
    refuse(fresh.stake(1, id, of(1), 5));
    fresh.set_hooked(true);
    fresh.set_paused(true);
    refuse(fresh.stake(1, id, of(1), 5));
    fresh.set_paused(false);
    refuse(fresh.stake(1, 99, of(1), 5));
    refuse(fresh.stake(1, id, of(0), 5));
    refuse(fresh.stake(1, id, of(30_001), 5));
    fresh.stake(1, id, of(10), 5).unwrap();
    refuse(fresh.withdraw(1, id, of(11), 6));
    refuse(fresh.stake_all(1, id, 6));
    refuse(fresh.execute(ABSTAIN, 7));
    refuse(fresh.execute(signal, 7));
    refuse(fresh.execute(id, 7));
    refuse(fresh.execute(large, 7));
    refuse(fresh.cancel(2, false, id));
    refuse(fresh.cancel(1, false, ABSTAIN));
    fresh.set_status(id, Status::Paused).unwrap();
    refuse(fresh.execute(id, 8));
    fresh.set_status(id, Status::Cancelled).unwrap();
    refuse(fresh.stake(1, id, of(1), 8));
    let ids: Vec<u64> = (0..10).map(|_| fresh.add_proposal(2, Request::Signal, None).unwrap()).collect();
    for &one in &ids {
        fresh.stake(2, one, of(1), 9).unwrap();
    }
    refuse(fresh.stake(2, ABSTAIN, of(1), 9));
    let file = json("contract_vectors.json");
    for rule in rows(&file["revert_rules_1hive"]) {
        assert!(seen.contains(&rule[0].as_str().unwrap()), "{rule} was not met");
    }
}

#[test]
fn a_transfer_frees_finished_then_abstain_then_running_stakes() {
    let of = |n: u64| U256::from(n);
    let mut ledger = ledger();
    let finished = ledger.add_proposal(1, token(10), Some(9)).unwrap();
    let running = ledger.add_proposal(1, token(10), Some(9)).unwrap();
    ledger.stake(1, running, of(10_000), 10).unwrap();
    ledger.stake(1, finished, of(5_000), 10).unwrap();
    ledger.stake(1, ABSTAIN, of(8_000), 10).unwrap();
    ledger.cancel(1, false, finished).unwrap();
    let frozen = ledger.conviction(finished, 50).unwrap();
    // 23,000 are staked; with 12,000 left, 11,000 go: all 5,000, then 6,000 of abstain.
    ledger.transfer(1, 3, of(18_000), 20).unwrap();
    let stake = |ledger: &Ledger, id| ledger.proposal(id).unwrap().stake_of(1);
    assert_eq!(stake(&ledger, finished), of(0));
    assert_eq!(ledger.conviction(finished, 50).unwrap(), frozen);
    assert_eq!(stake(&ledger, ABSTAIN), of(2_000));
    assert_eq!(stake(&ledger, running), of(10_000));
    ledger.transfer(1, 3, of(5_000), 30).unwrap();
    assert_eq!((stake(&ledger, ABSTAIN), stake(&ledger, running)), (of(0), of(7_000)));
    assert_eq!(ledger.total_staked(), of(7_000));
    assert!(ledger.transfer(1, 3, of(7_001), 31).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn floats_follow_integers(
        blocks in 0_u64..2_000_000, last in 0_u128..1_u128 << 100, stake in 0_u128..1_u128 << 100, decay in 1_u64..10_000_000,
    ) {
        let exact = one_hive::conviction(blocks, U256::from(last), U256::from(stake), U256::from(decay)).unwrap();
        let forgotten = (10_000_000 - decay) as f64 / 1e7;
        let float = conviction_after_forgetting(last as f64, stake as f64, forgotten, blocks as f64).unwrap();
        let exact = f64::from(exact);
        prop_assert!((float - exact).abs() <= 1.0 + 1e-13 * exact, "{float} against {exact}");
    }

    #[test]
    fn settling_twice_differs_by_at_most_one(
        first in 0_u64..10_000, second in 0_u64..10_000, last in 0_u64..u64::MAX, stake in 0_u64..u64::MAX, decay in 0_u64..10_000_000,
    ) {
        let step = |blocks, from| one_hive::conviction(blocks, from, U256::from(stake), U256::from(decay)).unwrap();
        let once = step(first + second, U256::from(last));
        let twice = step(second, step(first, U256::from(last)));
        prop_assert!(once.abs_diff(twice) <= U256::from(1));
    }

    #[test]
    fn the_ledger_never_loses_a_token(calls in prop::collection::vec((0_u8..6, 1_u64..3, 1_u64..6, 0_u64..20_000), 1..60)) {
        let mut ledger = ledger();
        for _ in 0..4 {
            ledger.add_proposal(1, token(200), Some(9)).unwrap();
        }
        for (turn, (kind, account, id, amount)) in calls.into_iter().enumerate() {
            let before = ledger.clone();
            let block = 10 + turn as u64;
            let amount = U256::from(amount);
            let done = match kind {
                0 | 1 => ledger.stake(account, id, amount, block),
                2 => ledger.withdraw(account, id, amount, block),
                3 => ledger.transfer(account, 3 - account, amount, block),
                4 => ledger.execute(id, block),
                _ => ledger.cancel(account, false, id),
            };
            if done.is_err() {
                prop_assert_eq!(&before, &ledger);
            }
            for account in 1..3 {
                prop_assert!(ledger.staked_by(account) <= ledger.balance_of(account));
            }
            let held = (1..6).map(|id| ledger.proposal(id).unwrap().staked()).fold(U256::ZERO, |a, b| a + b);
            prop_assert_eq!(held, ledger.total_staked());
            prop_assert_eq!(held, ledger.staked_by(1) + ledger.staked_by(2));
        }
    }
}
