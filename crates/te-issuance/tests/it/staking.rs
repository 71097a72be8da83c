//! The Unipool contract's eight scenarios and the twelve cases of the vesting token.

use ruint::aliases::U256;
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
