//! The Unipool contract's eight scenarios and the twelve cases of the vesting token.

use proptest::prelude::*;
use ruint::aliases::U256;
use te_core::{Clock, Component, StepLength, Stream, StreamKey, TimeUnit};
use te_issuance::component::staking_rewards::{StakingRewards, StakingRewardsInputs, StakingRewardsParams};
use te_issuance::unipool::{StakerId, Unipool, UnipoolError};
use te_issuance::vested_token::{redeemable, wrap};

use crate::{json, list, parse};

#[test]
fn scenarios_of_unipool() {
    let file = json("unipool_vesting.json");
    let scenarios = list(&file["unipool"]);
    assert_eq!(scenarios.len(), 8);
    for scenario in scenarios {
        let name = scenario["name"].as_str().unwrap();
        let mut pool = Unipool::new();
        let ids: Vec<StakerId> = (0..4).map(|_| pool.open().unwrap()).collect();
        let mut now = 0;
        for step in list(&scenario["steps"]) {
            now = step.get("t").map_or(now, parse);
            let who = step.get("who").map(|who| ids[parse::<usize>(who) - 1]);
            let amount = || parse::<U256>(&step["amount"]);
            let before = pool.clone();
            let done: Result<(), UnipoolError> = match step["op"].as_str().unwrap() {
                "notify" => pool.notify(amount(), now),
                "stake" => pool.stake(who.unwrap(), amount(), now),
                "withdraw" => pool.withdraw(who.unwrap(), amount(), now).map(|_| ()),
                "claim" => pool.claim(who.unwrap(), now).map(|_| ()),
                "transfer" => {
                    let to = ids[parse::<usize>(&step["to"]) - 1];
                    pool.transfer(who.unwrap(), to, amount(), now).map(|_| ())
                }
                "peek" => Ok(()),
                other => panic!("{other}"),
            };
            match step["revert"].as_str() {
                Some(reason) => {
                    assert_eq!(done.unwrap_err().reason(), Some(reason), "{name}");
                    assert_eq!(pool, before, "{name}");
                }
                None => done.unwrap(),
            }
            let what = format!("{name} at {now}: {}", step["op"]);
            assert_eq!(pool.rate(), parse::<U256>(&step["reward_rate"]), "{what}");
            assert_eq!(
                pool.reward_per_token(now).unwrap(),
                parse::<U256>(&step["reward_per_token"]),
                "{what}"
            );
            assert_eq!(pool.total(), parse::<U256>(&step["total_staked"]), "{what}");
            for (number, id) in (1..).zip(&ids) {
                let number = number.to_string();
                assert_eq!(pool.earned(*id, now).unwrap(), parse::<U256>(&step["earned"][&number]), "{what}");
                assert_eq!(pool.paid_out(*id).unwrap(), parse::<U256>(&step["paid"][&number]), "{what}");
            }
        }
    }
}

#[test]
fn rewards_without_stakers_are_counted_as_lost() {
    let token = U256::from(10).pow(U256::from(18));
    let mut pool = Unipool::new();
    let one = pool.open().unwrap();
    pool.notify(U256::from(72_000) * token, 0).unwrap();
    pool.stake(one, token, 864_000).unwrap();
    assert_eq!(pool.undistributed(), U256::from(864_000) * pool.rate());
    let earned = pool.exit(one, 2_592_000).unwrap();
    assert_eq!(earned + pool.undistributed() + pool.dust(), pool.notified());
}

/// A stake so large that the reward per token has three digits: a thousandth of every day's reward is rounded off. One day's
/// reward is 385802469135802 wei/s * 86400 s = 33333333333333292800 wei, 333.33 units of 1e-18 per token, of which 333 count.
#[test]
fn a_large_stake_rounds_rewards_off() {
    let params = StakingRewardsParams { reward: 1000.0, periods: 1 };
    let mut rewards = StakingRewards::new(params).unwrap();
    let inputs = StakingRewardsInputs { stake: 1e17, others: 0.0 };
    let mut rng = Stream::new(StreamKey::default(), "test");
    let notified = U256::from(10).pow(U256::from(21));
    let (day, dust) = (U256::from(33_333_333_333_333_292_800_u128), U256::from(1_216_000));
    let counted = U256::from(33_300_000_000_000_000_000_u128);
    for timestep in 1..=40 {
        let clock = Clock { step: StepLength::new(1.0, TimeUnit::Day), ..Clock::at(timestep) };
        rewards.step(&inputs, &clock, &mut rng).unwrap();
        let days = U256::from(timestep.min(30));
        let pool = rewards.pool();
        let now = timestep * 86_400;
        assert_eq!(pool.rounded_off(now).unwrap(), days * (day - counted), "day {timestep}");
        assert_eq!(pool.to_come(now).unwrap(), (U256::from(30) - days) * day);
        assert_eq!((pool.dust(), pool.notified()), (dust, notified));
        let shown = rewards.metrics();
        let whole = |x: U256| f64::from(x) / 1e18;
        assert_eq!(shown.earned, whole(days * counted));
        assert_eq!(shown.lost, whole(days * (day - counted) + dust));
        assert!((shown.earned + shown.undistributed + shown.lost - 1000.0).abs() < 1e-12, "{shown:?}");
    }
}

/// What happens to a pool: who, how much, when.
fn events() -> impl Strategy<Value = Vec<(u8, usize, u128, u64)>> {
    let amount =
        (0_u32..120, any::<u64>()).prop_map(|(bits, x)| (u128::from(x) << 56 >> (120 - bits)).max(1));
    proptest::collection::vec((0_u8..5, 0_usize..3, amount, 0_u64..1_000_000), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Every wei that was notified is earned, to come, or lost by a name; and what is rounded off is as little as the
    /// divisions allow.
    #[test]
    fn rewards_add_up_to_what_was_notified(events in events()) {
        let mut pool = Unipool::new();
        let ids: Vec<StakerId> = (0..3).map(|_| pool.open().unwrap()).collect();
        let (mut now, mut most) = (0, U256::ZERO);
        for (what, who, amount, later) in events {
            now += later;
            // A settlement loses less than one unit of 1e-18 per staked wei, and less than a wei of each staker.
            most += pool.total() / U256::from(10).pow(U256::from(18)) + U256::from(4);
            let (id, amount) = (ids[who], U256::from(amount));
            // Refused or not, the sum holds.
            let _ = match what {
                0 => pool.notify(amount, now),
                1 => pool.stake(id, amount, now),
                2 => pool.withdraw(id, amount, now).map(drop),
                3 => pool.exit(id, now).map(drop),
                _ => pool.transfer(id, ids[(who + 1) % 3], amount, now).map(drop),
            };
            for at in [now, now + 1, now + 86_400, now + 10_000_000] {
                let mut earned = U256::ZERO;
                for id in &ids {
                    earned += pool.earned(*id, at).unwrap() + pool.paid_out(*id).unwrap();
                }
                let lost = pool.undistributed_at(at).unwrap() + pool.dust() + pool.rounded_off(at).unwrap();
                prop_assert_eq!(earned + pool.to_come(at).unwrap() + lost, pool.notified());
                let next = pool.total() / U256::from(10).pow(U256::from(18)) + U256::from(4);
                prop_assert!(pool.rounded_off(at).unwrap() <= most + next, "{} of {most}", pool.rounded_off(at).unwrap());
            }
        }
    }
}

#[test]
fn cases_of_the_vesting_token() {
    let file = json("unipool_vesting.json");
    let cases = list(&file["linear_vesting"]);
    assert_eq!(cases.len(), 12);
    for case in cases {
        let [start, end, now] = ["start", "end", "now"].map(|name| parse::<u64>(&case[name]));
        if case["op"] == "redeemable" {
            let (balance, claimed) = (parse(&case["balance"]), parse(&case["claimed"]));
            let free = redeemable(balance, claimed, start, end, now).unwrap();
            assert_eq!(free, parse::<u128>(&case["redeemable"]));
        } else {
            let (wrapped, claim) = wrap(parse(&case["amount"]), start, end, now).unwrap();
            assert_eq!(wrapped, parse::<u128>(&case["wrapped"]));
            assert_eq!(claim, parse::<u128>(&case["claimed_added"]));
            assert_eq!(redeemable(wrapped, claim, start, end, now).unwrap(), 0);
        }
    }
}
