//! The upgrade: splits and timing tables to the digit, the TEC's launch, conservation, phases.

use crate::reference::{close, int, num, rows};
use proptest::prelude::*;
use std::collections::BTreeMap;
use te_bonding_curve::{E18, HatchLaunch, Ppm, U256, amount};
use te_commons::{
    UpgradeError,
    cultural_build::{Fallback, Period},
    hatch::{
        contract::{Hatch, HatchTerms, RefundRule},
        reward::RewardTerms,
    },
    upgrade::{
        Phases,
        claims::{Claims, Vesting},
        plan::{COMMON_POOL, DAY, Step, UpgradeTerms, derived_reserve_ratio, prepare, vesting_start},
        redemption,
        split::split,
        voting::{VotingTiming, passes},
    },
};

const UNIT: u128 = 1_000_000_000_000_000_000;

fn units(tokens: f64) -> U256 {
    amount::to_units(tokens).unwrap()
}

#[test]
fn every_split_matches() {
    let cases = rows("hatch_migration_split.json");
    assert_eq!(cases.len(), 6);
    for case in cases {
        let got =
            split(int(&case["vault1"]), int(&case["vault2"]), E18::new(int(&case["pct_1e18"]).to())).unwrap();
        assert_eq!(got.first, int(&case["new_vault1"]));
        assert_eq!(got.second, int(&case["new_vault2"]));
        let moves: Vec<(String, U256)> =
            got.transfers.iter().map(|t| (format!("vault{}->new{}", t.from, t.to), t.amount)).collect();
        let want: Vec<(String, U256)> = case["transfers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|t| (t[0].as_str().unwrap().to_owned(), int(&t[1])))
            .collect();
        assert_eq!(moves, want);
    }
    let error = split(U256::from(1), U256::from(1), E18::new(UNIT + 1)).unwrap_err();
    assert_eq!(error.reason(), Some("MIGRATION_TOOLS_INVALID_PCT"));
}

#[test]
fn voting_tables_match() {
    for case in rows("voting_timing.json") {
        let input = &case["input"];
        let defaults = VotingTiming::default();
        let n = |key: &str, default: f64| input[key].as_f64().unwrap_or(default);
        let timing = VotingTiming {
            vote: n("vote_duration", defaults.vote),
            delegated: n("delegated_voting_period", defaults.delegated),
            quiet_ending: n("quiet_ending_period", defaults.quiet_ending),
            extension: n("quiet_ending_extension", defaults.extension),
            execution_delay: n("execution_delay", defaults.execution_delay),
        };
        let output = &case["output"];
        let non_quiet = &output["barChart"]["totalProposalProcess"]["nonQuietVotingPeriod"];
        assert_eq!(timing.non_quiet().unwrap(), num(non_quiet));
        for extensions in 0..3 {
            let times = timing.times(extensions).unwrap();
            let at = |key: &str| num(&output["table"][key][extensions as usize]);
            assert_eq!(
                (times.vote, times.review, times.execute),
                (at("timeVote"), at("timeReview"), at("timeExecute"))
            );
        }
    }
    assert!(VotingTiming { quiet_ending: 7.0, ..VotingTiming::default() }.times(0).is_err());
    let share = |percent: u128| E18::new(percent * UNIT / 100);
    let vote = |yes: u64, no: u64| {
        passes(U256::from(yes), U256::from(no), U256::from(1_000), share(85), share(10)).unwrap()
    };
    assert!(vote(101, 17) && !vote(100, 0), "the quorum must be exceeded");
    assert!(!vote(170, 30), "support must be exceeded, 85 % is not enough");
    assert!(!vote(0, 0));
    assert!(passes(U256::ZERO, U256::ZERO, U256::ZERO, share(40), share(10)).is_err());
}

/// A closed hatch with the published raise.
fn tec_hatch() -> Hatch {
    let terms = HatchTerms {
        min_goal: units(800_000.0),
        max_goal: units(14_000_000.0),
        period: 30 * DAY,
        open_date: 0,
        exchange_rate: Ppm::HUNDRED_PERCENT,
        supply_offered: Ppm::HUNDRED_PERCENT,
        beneficiary_share: Ppm::new(20_000),
        refund_rule: RefundRule::BurnMinted,
    };
    let reward = RewardTerms::from_target(units(226.0), units(77.07), units(3_000_000.0)).unwrap();
    let mut hatch = Hatch::new(terms, 0)
        .unwrap()
        .with_reward(reward, BTreeMap::from([(1, units(9_000.0)), (2, units(766.0))]));
    hatch.open(1).unwrap();
    hatch.contribute(3, units(1_571_223.57), 2).unwrap();
    hatch.claim(&[1, 2], 31 * DAY).unwrap();
    hatch.close(31 * DAY).unwrap();
    hatch
}

#[test]
fn the_launch_in_numbers() {
    let hatch = tec_hatch();
    // 48.19 collateral per impact hour at the published raise.
    let rate = amount::to_tokens(hatch.held(1)) / 9_000.0;
    assert_eq!(format!("{rate:.2}"), "48.19");
    close(amount::to_tokens(hatch.supply()), 2_041_863.58, 2e-5, "supply");

    let terms = UpgradeTerms {
        reserve_ratio: None,
        virtual_supply: U256::ZERO,
        virtual_balance: U256::ZERO,
        ..UpgradeTerms::tec()
    };
    let plan = prepare(&hatch, &terms, 32 * DAY).unwrap();
    let Step::OpenCurve { supply, reserve, terms: curve } = plan.steps()[2].clone() else {
        panic!("{plan:?}")
    };
    // The design model on the same supply: same reserve, ratio within 1 ppm, price after the initial buy with it.
    let launch = HatchLaunch { hatch_supply: amount::to_tokens(supply), ..HatchLaunch::tec() };
    let opening = launch.open().unwrap();
    close(amount::to_tokens(reserve), opening.before.reserve(), 1e-12, "reserve");
    assert!((curve.reserve_ratio.to_f64() - opening.before.terms().reserve_ratio).abs() < 1e-6);
    assert!((curve.reserve_ratio.to_f64() - 0.2005909).abs() < 1e-5);
    let live = plan.outcome();
    close(amount::to_tokens(live.curve.reserve()), opening.curve.reserve(), 1e-12, "reserve after");
    close(amount::to_tokens(live.common_pool_balance()), opening.curve.common_pool(), 1e-12, "common pool");
    close(amount::to_tokens(live.curve.supply()), opening.curve.supply(), 1e-6, "supply after");
    let price = amount::to_tokens(live.curve.static_price_ppm().unwrap()) * 1e12;
    assert!((price - 1.365187).abs() < 1e-4, "{price}");

    // And with the hatch's published supply, the design model to the digit.
    let opening = HatchLaunch::tec().open().unwrap();
    assert_eq!(format!("{:.7}", opening.curve.terms().reserve_ratio), "0.2005909");
    assert_eq!(format!("{:.6}", opening.curve.price()), "1.365187");
    // The pair deployed implies a supply 2.4 % below the hatch's.
    let implied: f64 = 395_357.44 / 0.1984;
    assert!((implied / 2_041_863.58 - 0.976).abs() < 1e-3);
}

#[test]
fn a_plan_is_executed_once_and_claims_once() {
    let hatch = tec_hatch();
    let terms = UpgradeTerms::tec();
    let now = 32 * DAY;
    let mut plan = prepare(&hatch, &terms, now).unwrap();
    let mut live = plan.execute().unwrap();
    assert_eq!(plan.execute().unwrap_err(), UpgradeError::AlreadyExecuted);
    assert_eq!(live.collateral(), hatch.reserve() + hatch.beneficiary());
    assert_eq!(live.claims.snapshot_supply(), hatch.supply());

    let start = vesting_start(now, &terms.voting, terms.freeze).unwrap();
    assert_eq!(start, now + 11 * DAY + DAY / 2 + 26 * 7 * DAY);
    assert_eq!(live.vesting, Vesting { start, cliff: start, complete: start + 52 * 7 * DAY });
    let claimed = live.claims.claim(1).unwrap();
    assert_eq!(claimed, hatch.held(1));
    let error = live.claims.claim(1).unwrap_err();
    assert_eq!(error.reason(), Some("MIGRATION_TOOLS_TOKENS_ALREADY_CLAIMED"));
    assert!(!live.claims.transfers_allowed(10, 5, 100) && live.claims.transfers_allowed(105, 5, 100));
    let everybody = live.claims.holders();
    live.claims.claim_all(&everybody).unwrap();
    assert_eq!(live.claims.claimed_tokens(), hatch.supply());
    assert!(live.claims.transfers_allowed(10, 5, 100));
    assert_eq!(live.claims.transferable(1, start - 1).unwrap(), U256::ZERO);
    let half = live.claims.transferable(1, start + 26 * 7 * DAY).unwrap();
    assert!(half - claimed / U256::from(2) <= U256::from(1));
    assert_eq!(live.claims.transferable(1, start + 52 * 7 * DAY).unwrap(), claimed);

    let mut fresh = Claims::new(BTreeMap::from([(1, U256::from(5))]));
    assert_eq!(fresh.claim(1).unwrap_err().reason(), Some("MIGRATION_TOOLS_CLAIMS_NOT_PREPARED"));
    fresh.prepare(live.vesting).unwrap();
    assert_eq!(
        fresh.prepare(live.vesting).unwrap_err().reason(),
        Some("MIGRATION_TOOLS_CLAIMS_ALREADY_PREPARED")
    );
    let nothing = Claims::default().prepare(live.vesting).unwrap_err();
    assert_eq!(nothing.reason(), Some("MIGRATION_TOOLS_NO_SNAPSHOT_TOKEN"));
    let greedy = UpgradeTerms { initial_buy: hatch.reserve() + U256::from(1), ..terms };
    assert!(matches!(prepare(&hatch, &greedy, now), Err(UpgradeError::Exceeds { name: "initial_buy", .. })));
    assert!(derived_reserve_ratio(units(10.0), units(1.0), E18::HUNDRED_PERCENT).is_err(), "above 1");
}

#[test]
fn phases_follow_each_other_only() {
    let mut commons = Phases::new();
    assert!(commons.upgrade(&UpgradeTerms::tec(), 0).is_err() && commons.go_live().is_err());
    let Phases::CulturalBuild(hours) = &mut commons else { panic!() };
    let mut period = Period::new(false);
    for to in [10, 11] {
        let item = period.add_item(1, to).unwrap();
        period.score(2, item, f64::from(to)).unwrap();
    }
    period.set_budget(2, 9_766.0).unwrap();
    hours.add(&period.close(Fallback::Nothing).unwrap());

    let hatch_terms = *tec_hatch().terms();
    let reward = RewardTerms::from_target(units(226.0), units(77.07), units(3_000_000.0)).unwrap();
    let hatch = commons.hatch(hatch_terms, reward, 5).unwrap();
    hatch.open(6).unwrap();
    hatch.contribute(3, units(1_571_223.57), 7).unwrap();
    assert!(matches!(
        commons.upgrade(&UpgradeTerms::tec(), 8),
        Err(UpgradeError::HatchNotClosed { state: "Funding" })
    ));
    assert_eq!(commons.name(), "hatch");
    let Phases::Hatch { hatch, .. } = &mut commons else { panic!() };
    hatch.claim(&[10, 11], 40 * DAY).unwrap();
    hatch.close(40 * DAY).unwrap();
    let raised = hatch.total_raised();
    commons.upgrade(&UpgradeTerms::tec(), 41 * DAY).unwrap();
    assert!(commons.hatch(hatch_terms, reward, 5).is_err());
    let live = commons.go_live().unwrap();
    assert_eq!(live.collateral(), raised);
    assert!(commons.go_live().is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_split_conserves_collateral(a in any::<u128>(), b in any::<u128>(), pct in 0..=UNIT) {
        let (a, b) = (U256::from(a), U256::from(b));
        let got = split(a, b, E18::new(pct)).unwrap();
        prop_assert_eq!(got.first + got.second, a + b);
        for vault in [1, 2] {
            let sum = |pick: &dyn Fn(&te_commons::upgrade::split::Transfer) -> bool| {
                got.transfers.iter().filter(|t| pick(t)).fold(U256::ZERO, |s, t| s + t.amount)
            };
            prop_assert_eq!(sum(&|t| t.from == vault), if vault == 1 { a } else { b });
            prop_assert_eq!(sum(&|t| t.to == vault), if vault == 1 { got.first } else { got.second });
        }
    }

    #[test]
    fn an_upgrade_conserves_collateral_and_tokens(
        raise in 1_000_000_u64..5_000_000, share in 0_u128..=1_000_000, tribute in 0..UNIT, buy in 0_u64..500_000,
        price in 3..100_u128, offered in 1_u128..=1_000_000,
    ) {
        let unit = U256::from(UNIT);
        let terms = HatchTerms {
            min_goal: U256::from(1_000_000) * unit, max_goal: U256::from(5_000_000) * unit, period: 10, open_date: 0,
            exchange_rate: Ppm::HUNDRED_PERCENT, supply_offered: Ppm::new(offered), beneficiary_share: Ppm::new(share),
            refund_rule: RefundRule::BurnMinted,
        };
        let mut hatch = Hatch::new(terms, 0).unwrap();
        hatch.open(1).unwrap();
        hatch.contribute(1, U256::from(raise) * unit, 2).unwrap();
        hatch.close(100).unwrap();
        let upgrade = UpgradeTerms {
            commons_tribute: E18::new(tribute), opening_price: E18::new(price * UNIT), reserve_ratio: None,
            virtual_supply: U256::ZERO, virtual_balance: U256::ZERO, initial_buy: U256::from(buy) * unit,
            ..UpgradeTerms::tec()
        };
        let Ok(plan) = prepare(&hatch, &upgrade, 200) else { return Ok(()) };
        let live = plan.outcome();
        prop_assert_eq!(live.collateral(), hatch.reserve() + hatch.beneficiary());
        prop_assert_eq!(live.claims.snapshot_supply(), hatch.supply());
        prop_assert_eq!(live.curve.supply(), hatch.supply() + live.common_pool_tokens);
        let to_pool = live.claims.holders().contains(&COMMON_POOL);
        prop_assert_eq!(to_pool, !hatch.beneficiary_tokens().is_zero());
        if let Step::OpenCurve { supply, reserve, terms } = &plan.steps()[2] {
            // The price before the buy is the opening price within one ppm of the ratio.
            let ratio = terms.reserve_ratio.raw() as f64;
            let got = amount::to_tokens(*reserve) / (terms.reserve_ratio.to_f64() * amount::to_tokens(*supply));
            prop_assert!(got >= price as f64 * (1.0 - 1e-12) && got <= price as f64 * (1.0 + 1.0 / ratio + 1e-12));
        }
    }

    #[test]
    fn what_is_transferable_never_falls(balance in any::<u64>(), start in 1_u64..1_000, cliff in 0_u64..500, more in 0_u64..500, t in 0_u64..3_000, dt in 0_u64..500) {
        let vesting = Vesting::new(start, cliff, cliff + more, 0).unwrap();
        let mut claims = Claims::new(BTreeMap::from([(1, U256::from(balance))]));
        claims.prepare(vesting).unwrap();
        claims.claim(1).unwrap();
        prop_assert!(claims.transferable(1, t + dt).unwrap() >= claims.transferable(1, t).unwrap());
    }

    #[test]
    fn redemption_never_exceeds_the_pool(a in any::<u64>(), b in any::<u64>(), pool in any::<u64>()) {
        let (a, b, pool) = (U256::from(a), U256::from(b), U256::from(pool));
        prop_assume!(!(a + b).is_zero());
        prop_assert!(redemption(a, a + b, pool).unwrap() + redemption(b, a + b, pool).unwrap() <= pool);
        prop_assert!(redemption(a + b + U256::from(1), a + b, pool).is_err());
    }
}
