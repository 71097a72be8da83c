//! The hatch: contract scenarios and reward calls to the bit with reasons, dashboard and vesting at 1e-9 relative, published results.

use crate::reference::{close, int, num, rows};
use proptest::prelude::*;
use std::collections::BTreeMap;
use te_bonding_curve::{Ppm, U256, amount};
use te_commons::{
    HatchError,
    hatch::{
        contract::{Hatch, HatchState, HatchTerms, RefundRule},
        design::HatchDesign,
        half_life::{HalfLife, TokenBatch},
        oracle::MembershipOracle,
        raise_cap::{GoalFractions, geometric_mean, raise_cap},
        reward::{RewardTerms, expected_raise, impact_hour_rate},
    },
};

fn seconds(value: &serde_json::Value) -> u64 {
    int(value).to()
}

#[test]
fn every_contract_scenario_matches_to_the_bit() {
    let scenarios = rows("hatch_contract.json");
    assert_eq!(scenarios.len(), 13);
    for scenario in scenarios {
        let name = scenario["name"].as_str().unwrap();
        let ppm = |key: &str| Ppm::new(int(&scenario[key]).to());
        let terms = HatchTerms {
            min_goal: int(&scenario["min_goal"]),
            max_goal: int(&scenario["max_goal"]),
            period: seconds(&scenario["period"]),
            open_date: seconds(&scenario["open_date"]),
            exchange_rate: ppm("exchange_rate_ppm"),
            supply_offered: ppm("supply_offered_ppm"),
            beneficiary_share: ppm("beneficiary_ppm"),
            refund_rule: RefundRule::AsDeployed,
        };
        let mut now = seconds(&scenario["init_time"]);
        let mut hatch = match Hatch::new(terms, now) {
            Ok(hatch) => hatch,
            Err(error) => {
                assert_eq!(error.reason(), scenario["init_revert"].as_str(), "{name}");
                continue;
            }
        };
        assert!(scenario["init_revert"].is_null(), "{name} must be refused");
        for step in scenario["steps"].as_array().unwrap() {
            now = step["t"].as_u64().unwrap_or(now);
            let who = u32::try_from(step["who"].as_u64().unwrap_or(0)).unwrap();
            let before = hatch.clone();
            let result = match step["op"].as_str().unwrap() {
                "peek" => Ok(()),
                "open" => hatch.open(now),
                "contribute" => hatch.contribute(who, int(&step["amount"]), now).map(|_| ()),
                "refund" => hatch.refund(who, now).map(|_| ()),
                "close" => hatch.close(now),
                op => panic!("{op}"),
            };
            let reason = result.as_ref().err().and_then(HatchError::reason);
            assert_eq!(reason, step["revert"].as_str(), "{name}: {step}");
            if result.is_err() {
                assert_eq!(hatch, before, "{name}: a refusal changed the hatch");
            }
            assert_eq!(hatch.state(now).name(), step["state"].as_str().unwrap(), "{name}: {step}");
            let amounts = [
                ("total_raised", hatch.total_raised()),
                ("token_supply", hatch.supply()),
                ("hatch_balance", hatch.hatch_balance()),
                ("reserve_balance", hatch.reserve()),
                ("beneficiary_balance", hatch.beneficiary()),
                ("beneficiary_tokens", hatch.beneficiary_tokens()),
                ("who_tokens", hatch.held(who)),
                ("who_contribution", hatch.contribution(who)),
            ];
            for (key, got) in amounts {
                if !step[key].is_null() {
                    assert_eq!(got, int(&step[key]), "{name}: {key} after {step}");
                }
            }
        }
    }
}

#[test]
fn every_reward_call_matches_to_the_bit() {
    let calls = rows("hatch_impact_hours_contract.json");
    assert_eq!(calls.len(), 40);
    for call in calls {
        let terms = RewardTerms {
            max_rate: int(&call["max_rate"]),
            expected_raise: int(&call["expected_raise"]),
            decimals: u32::try_from(call["decimals"].as_u64().unwrap()).unwrap(),
        };
        let rate = Ppm::new(int(&call["exchange_rate_ppm"]).to());
        let got = terms.reward(int(&call["ih_balance"]), int(&call["total_raised"]), rate);
        assert_eq!(got, Ok(int(&call["reward"])), "{call}");
    }
}

#[test]
fn every_dashboard_case_matches() {
    let cases = rows("hatch_dashboard.json");
    assert_eq!(cases.len(), 23);
    let mut clamped = 0;
    for case in cases {
        let n = |key: &str| num(&case["input"][key]);
        let as_given = HatchDesign {
            impact_hours: n("total_impact_hours"),
            min_goal: n("min_raise"),
            target_goal: n("target_raise"),
            max_goal: n("max_raise"),
            rate_at_target: n("rate_at_target"),
            max_rate: n("max_rate"),
            hatch_tribute: n("hatch_tribute_pct") / 100.0,
            exchange_rate: n("exchange_rate"),
        };
        // What the dashboard clamps is refused here.
        let design = HatchDesign {
            target_goal: num(&case["target_used"]),
            rate_at_target: num(&case["rate_at_target_used"]),
            ..as_given
        };
        if as_given != design {
            clamped += 1;
            assert!(as_given.check().is_err());
        }
        let e = design.expected_raise().unwrap();
        close(e, num(&case["expected_raise_E"]), 1e-9, "E");
        close(e / design.impact_hours, num(&case["slope_m"]), 1e-9, "slope");
        for (key, raised) in [
            ("min_raise", design.min_goal),
            ("target_raise", design.target_goal),
            ("max_raise", design.max_goal),
        ] {
            let want = |name: &str| num(&case["overview"][key][name]);
            let outlook = design.outlook(raised).unwrap();
            close(outlook.impact_hour_rate, want("Impact Hour Rate (wxDai/hour)"), 1e-9, "rate");
            close(100.0 * outlook.ragequit, want("Backer's RageQuit (%)"), 1e-9, "rage-quit");
            close(100.0 * outlook.builders_share, want("Total Supply held by Builders (%)"), 1e-9, "share");
            let minted = outlook.builders_tokens + outlook.backers_tokens;
            close(minted, want("Total TECH Minted (TECH)"), 1e-9, "minted");
            close(outlook.non_redeemable, want("non_redeemable"), 1e-9, "tribute");
            close(outlook.backers_redeemable, want("backers_amount"), 1e-9, "backers");
            close(outlook.builders_redeemable, want("builders_amount"), 1e-9, "builders");
        }
        for row in case["curve"].as_array().unwrap() {
            close(design.rate(num(&row[0])).unwrap(), num(&row[1]), 1e-9, "curve rate");
            close(design.ragequit(num(&row[0])).unwrap(), num(&row[2]), 1e-9, "curve rage-quit");
        }
    }
    assert_eq!(clamped, 2);
}

#[test]
fn half_life_vesting_matches() {
    let cases = rows("hatch_halflife_vesting.json");
    assert_eq!(cases.len(), 26);
    for case in cases {
        let schedule = HalfLife { cliff: num(&case["cliff"]), halflife: num(&case["halflife"]) };
        if let Some(days) = case["days_80p"].as_f64() {
            let derived = HalfLife::from_days_to_80_percent(days).unwrap();
            close(derived.cliff, schedule.cliff, 1e-9, "cliff");
            close(derived.halflife, schedule.halflife, 1e-9, "half-life");
        }
        let want = case["unlocked"].as_f64().unwrap_or_else(|| num(&case["unlocked_raw"]).max(0.0));
        let got = schedule.unlocked(num(&case["day"])).unwrap();
        assert!((got - want).abs() <= 1e-9 * want + 1e-12, "{got} {want}");
    }
    let mut batch = TokenBatch::new(100.0, 10.0, 0.0, HalfLife { cliff: 90.0, halflife: 90.0 }).unwrap();
    assert_eq!(batch.spendable(90.0).unwrap(), 10.0);
    assert!(batch.spend(11.0, 90.0).is_err());
    batch.spend(30.0, 180.0).unwrap(); // 10 free and 20 of the 50 unlocked
    assert_eq!(batch.spendable(180.0).unwrap(), 30.0);
    assert_eq!(batch.spendable(270.0).unwrap(), 55.0);
    assert_eq!(batch.total(), 80.0);
}

#[test]
fn published_results() {
    let rows = rows("hatch_published.json");
    let rehearsal = &rows[0];
    let (x, h, max) =
        (num(&rehearsal["total_raised"]), num(&rehearsal["impact_hours"]), num(&rehearsal["max_rate"]));
    let e = expected_raise(226.0, 77.07, 3_000_000.0).unwrap();
    close(e, 5_797_197.353055664, 1e-15, "expected raise");
    let rate = impact_hour_rate(x, max, e).unwrap();
    close(rate, num(&rehearsal["intended_rate"]), 1e-9, "intended rate");
    close(rate * h, num(&rehearsal["intended_builder_tokens"]), 1e-9, "intended tokens");
    let share = |rate: f64| 100.0 * rate * h / (rate * h + x);
    assert_eq!(format!("{:.2}", share(rate)), "22.14");

    // The slip: E at the scale of whole collateral beside a raise at 18 decimals.
    let units = |v: f64| amount::to_units(v).unwrap();
    let slipped = RewardTerms { max_rate: units(226.0), expected_raise: U256::from(5_797_197), decimals: 18 };
    assert!(slipped.saturated(units(800_000.0)));
    let tokens = amount::to_tokens(slipped.reward(units(h), units(x), Ppm::HUNDRED_PERCENT).unwrap());
    close(tokens / h, num(&rehearsal["buggy_rate"]), 1e-9, "saturated rate");
    assert_eq!(format!("{:.2}", share(tokens / h)), "64.65");
    let right = RewardTerms::from_target(units(226.0), units(77.07), units(3_000_000.0)).unwrap();
    assert!(!right.saturated(units(800_000.0)));
    let tokens = amount::to_tokens(right.reward(units(h), units(x), Ppm::HUNDRED_PERCENT).unwrap());
    close(tokens, num(&rehearsal["intended_builder_tokens"]), 1e-9, "with E at its scale");

    let hatch = &rows[1];
    let raised = num(&hatch["total_raised"]);
    let outlook = HatchDesign::default().outlook(raised).unwrap();
    assert_eq!(format!("{:.2}", outlook.impact_hour_rate), "48.19");
    // Builders' tokens: the final supply less one token for each collateral (the sources say "about 470 640").
    let builders = num(&hatch["supply"]) - raised;
    assert_eq!(builders.round(), 470_640.0);
    close(outlook.builders_tokens, builders, 1e-4, "builders");
    let identity = outlook.backers_redeemable + outlook.builders_redeemable + outlook.non_redeemable;
    close(identity, raised, 1e-12, "redeemable and not");
    let below = HatchDesign::default().outlook(799_999.0).unwrap();
    assert_eq!((below.impact_hour_rate, below.ragequit), (0.0, 1.0));
    assert!(HatchDesign::default().outlook(14_000_001.0).is_err());
    let (tokens, redeemable) = HatchDesign::default().builder(100.0, raised).unwrap();
    close(tokens, 4_819.0, 1e-3, "a hundred hours");
    close(redeemable, tokens * outlook.ragequit, 1e-12, "redeemable");
}

fn terms(rate: u128, rule: RefundRule) -> HatchTerms {
    HatchTerms {
        min_goal: U256::from(1_000_000_u64),
        max_goal: U256::from(5_000_000_u64),
        period: 100,
        open_date: 0,
        exchange_rate: Ppm::new(rate),
        supply_offered: Ppm::new(900_000),
        beneficiary_share: Ppm::new(20_000),
        refund_rule: rule,
    }
}

#[test]
fn membership_caps_contributions() {
    let score = |s: u64| U256::from(s);
    let oracle = MembershipOracle {
        ratio: Ppm::new(10_000_000),
        scores: BTreeMap::from([(1, score(60_000)), (2, score(50_000))]),
    };
    let mut hatch =
        Hatch::new(terms(1_000_000, RefundRule::BurnMinted), 0).unwrap().with_oracle(oracle.clone()).unwrap();
    hatch.open(1).unwrap();
    hatch.contribute(1, U256::from(400_000), 2).unwrap();
    assert!(matches!(hatch.contribute(1, U256::from(200_001), 2), Err(HatchError::ScoreTooLow { .. })));
    hatch.contribute(1, U256::from(200_000), 2).unwrap();
    assert!(hatch.contribute(3, U256::from(1), 2).is_err(), "no membership");
    let poor = MembershipOracle { ratio: Ppm::new(1_000_000), ..oracle };
    let hatch = Hatch::new(terms(1_000_000, RefundRule::BurnMinted), 0).unwrap();
    assert!(matches!(hatch.with_oracle(poor), Err(HatchError::CapBelowGoal { .. })));

    let cap = raise_cap(&[50.0, 10.0, 40.0], 10.0, GoalFractions::default()).unwrap();
    assert_eq!((cap.cap, cap.min_goal, cap.max_goal), (300.0, 15.0, 225.0));
    assert!(raise_cap(&[1.0], 0.001, GoalFractions::default()).is_err());
    close(geometric_mean(&[1.0, 100.0, 0.0]).unwrap(), 10.0, 1e-12, "geometric mean");
}

#[test]
fn builders_are_rewarded_once_and_before_the_close() {
    let reward =
        RewardTerms { max_rate: U256::from(200), expected_raise: U256::from(1_000_000_u64), decimals: 0 };
    let hours = BTreeMap::from([(7, U256::from(1_000)), (8, U256::from(500))]);
    let mut hatch =
        Hatch::new(terms(1_000_000, RefundRule::BurnMinted), 0).unwrap().with_reward(reward, hours);
    hatch.open(1).unwrap();
    hatch.contribute(1, U256::from(1_000_000), 2).unwrap();
    assert!(hatch.claim(&[7], 2).is_err(), "still funding");
    assert_eq!(hatch.state(101), HatchState::Funding, "the end of the period is inside");
    assert_eq!(hatch.state(102), HatchState::GoalReached);
    assert!(matches!(hatch.close(102), Err(HatchError::HoursUnclaimed { .. })));
    let mut other = hatch.clone();
    assert_eq!(hatch.claim(&[7, 7], 102).unwrap(), U256::from(100_000));
    assert_eq!(hatch.claim(&[7], 102).unwrap(), U256::ZERO);
    assert_eq!(hatch.claim(&[8], 102).unwrap(), U256::from(50_000));
    other.claim(&[8, 7], 102).unwrap();
    assert_eq!(hatch, other, "the order of claims does not matter");
    hatch.close(102).unwrap();
    assert_eq!(hatch.reserve() + hatch.beneficiary(), U256::from(1_000_000));
    assert_eq!(hatch.beneficiary_tokens(), U256::from(1_150_000 / 9));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn collateral_and_tokens_are_conserved(
        rate in 1_u128..3_000_000, gifts in prop::collection::vec((0..5_u32, 1_u64..1_500_000), 1..10),
    ) {
        let mut hatch = Hatch::new(terms(rate, RefundRule::BurnMinted), 0).unwrap();
        hatch.open(1).unwrap();
        let mut state = hatch.state(1);
        for (who, gift) in &gifts {
            let before = hatch.clone();
            if let Ok(take) = hatch.contribute(*who, U256::from(*gift), 50) {
                prop_assert!(take <= U256::from(*gift));
            } else {
                prop_assert_eq!(&hatch, &before);
            }
            let sum = hatch.contributions().values().fold(U256::ZERO, |a, b| a + *b);
            prop_assert_eq!(sum, hatch.total_raised());
            prop_assert_eq!(hatch.hatch_balance(), hatch.total_raised());
            prop_assert!(hatch.total_raised() <= hatch.terms().max_goal);
            let tokens = hatch.holders().values().fold(U256::ZERO, |a, b| a + *b);
            prop_assert_eq!(tokens, hatch.supply());
            prop_assert!(hatch.state(50) >= state);
            state = hatch.state(50);
        }
        match hatch.state(200) {
            HatchState::Refunding => {
                for (who, _) in &gifts {
                    let owed = hatch.contribution(*who);
                    if !owed.is_zero() {
                        prop_assert_eq!(hatch.refund(*who, 200), Ok(owed), "the working rule always pays");
                    }
                }
                prop_assert!(hatch.hatch_balance().is_zero() && hatch.supply().is_zero());
            }
            HatchState::GoalReached => {
                hatch.close(200).unwrap();
                prop_assert_eq!(hatch.reserve() + hatch.beneficiary(), hatch.total_raised());
                prop_assert!(hatch.hatch_balance().is_zero());
                prop_assert_eq!(hatch.state(300), HatchState::Closed);
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn the_reward_rises_and_stays_below_its_bound(
        hours in 0_u64..1_000_000, raise in 0_u64..u64::MAX, more in 0_u64..1_000_000, rate in 1_u128..10_000_000,
    ) {
        let terms = RewardTerms { max_rate: U256::from(226_000_000_u64), expected_raise: U256::from(5_797_197_u64), decimals: 6 };
        let at = |h: u64, x: U256| terms.reward(U256::from(h), x, Ppm::new(rate)).unwrap();
        let x = U256::from(raise);
        prop_assert!(at(hours, x + U256::from(more)) >= at(hours, x));
        prop_assert!(at(hours + more, x) >= at(hours, x));
        prop_assert!(at(hours, x) <= U256::from(hours) * U256::from(226) * U256::from(rate) / U256::from(1_000_000));
    }
}
