//! Properties that hold for any schedule, policy and ledger.

use core::fmt::Debug;

use proptest::prelude::*;
use ruint::aliases::U256;
use te_issuance::base_fee::{FeeMarket, next_base_fee};
use te_issuance::dynamic_issuance::{Adjustment, DynamicIssuance, Terms};
use te_issuance::exponential_decay::ExponentialDecay;
use te_issuance::geometric::Geometric;
use te_issuance::halving::Halving;
use te_issuance::inflation::{Growth, Inflation};
use te_issuance::ledger::Ledger;
use te_issuance::linear::Linear;
use te_issuance::policy::{IssuancePolicy, Issuer, Recipient, Schedule, Scheduled, SupplyDelta, SupplyState};
use te_issuance::rebase::LinearRebase;
use te_issuance::sigmoid::{Sigmoid, Start};
use te_issuance::tail_emission::TailEmission;
use te_issuance::target_ratio::{TargetRatio, ThrottleScale};
use te_issuance::unipool::Unipool;
use te_issuance::vested_token::VestedToken;
use te_issuance::vesting::{Grant, VestingCurve};
use te_issuance::wrapper::{Capped, Floored, Throttled};

/// Any schedule, printable where a property fails.
trait Printable: Schedule + Debug {}

impl<S: Schedule + Debug> Printable for S {}

#[derive(Debug)]
struct Boxed(Box<dyn Printable>);

fn boxed(schedule: impl Schedule + Debug + 'static) -> Boxed {
    Boxed(Box::new(schedule))
}

impl Schedule for Boxed {
    fn cumulative(&self, tick: u64) -> Result<u128, te_issuance::IssuanceError> {
        self.0.cumulative(tick)
    }

    fn limit(&self) -> Option<u128> {
        self.0.limit()
    }
}

fn schedules() -> impl Strategy<Value = Boxed> {
    let amount = 0_u128..1 << 90;
    let small = 0.0_f64..1e6;
    prop_oneof![
        (amount.clone(), 1_u64..1000, proptest::option::of(amount.clone()))
            .prop_map(|(a, p, cap)| boxed(Linear::new(a, p, cap).unwrap())),
        (0_u128..1 << 60, 1_u64..500).prop_map(|(r, i)| boxed(Halving::new(r, i).unwrap())),
        (small.clone(), 0.0_f64..1.0).prop_map(|(r, q)| boxed(Geometric::new(r, q).unwrap())),
        (amount.clone(), 1.0_f64..1e4).prop_map(|(m, h)| boxed(ExponentialDecay::new(m, h).unwrap())),
        (0_u128..1 << 40, 0_u32..20, 1_u128..1000).prop_map(|(nominal, shift, tail)| boxed(TailEmission {
            nominal,
            shift,
            tail
        })),
        (small.clone(), 0.0_f64..0.5, 20.0_f64..400.0)
            .prop_map(|(s, rate, n)| boxed(Inflation::new(s, Growth::Continuous { rate }, n).unwrap())),
        (small.clone(), 0.0_f64..0.5, 50.0_f64..400.0)
            .prop_map(|(s, rate, n)| boxed(Inflation::new(s, Growth::Compounded { rate }, n).unwrap())),
        (small.clone(), 0.01_f64..0.5, 0.0_f64..0.9).prop_map(|(s, initial, taper)| boxed(
            Inflation::new(s, Growth::Disinflation { initial, taper, terminal: initial / 4.0 }, 52.0)
                .unwrap()
        )),
        (small, 0.0_f64..1.0, 0.0_f64..1000.0, any::<bool>()).prop_map(|(m, k, t0, normalise)| boxed(
            Sigmoid::new(m, k, t0, if normalise { Start::Normalise } else { Start::Subtract }).unwrap()
        )),
        (amount.clone(), 0_u64..500, 0_u64..500).prop_map(|(total, cliff, more)| boxed(
            Grant::new(total, VestingCurve::Linear { cliff, duration: cliff + more }).unwrap()
        )),
        (amount.clone(), 0_u64..20, 1_u64..20, 1_u64..50).prop_map(|(total, cliff, more, period)| boxed(
            Grant::new(
                total,
                VestingCurve::Periodic { unlock: total / 7, period, cliff, periods: cliff + more }
            )
            .unwrap()
        )),
        (amount, 0.0_f64..300.0, 0.5_f64..300.0).prop_map(|(total, cliff, half_life)| boxed(
            Grant::new(total, VestingCurve::HalfLife { cliff, half_life }).unwrap()
        )),
    ]
}

/// Asks for what the signal says: positive mints, negative burns, per tick.
#[derive(Clone, Debug)]
struct Wish;

impl IssuancePolicy for Wish {
    fn delta(&self, state: &SupplyState, ticks: u64) -> Result<SupplyDelta, te_issuance::IssuanceError> {
        let amount = te_issuance::amount::whole(state.signal.abs())? * u128::from(ticks);
        Ok(if state.signal > 0.0 {
            SupplyDelta::mint(amount)
        } else {
            SupplyDelta::burn(amount.min(state.pool))
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn schedules_never_fall_and_keep_their_limit(schedule in schedules(), mut ticks in proptest::collection::vec(0_u64..3000, 2..40)) {
        ticks.sort_unstable();
        let mut before = 0;
        for tick in ticks {
            let issued = schedule.cumulative(tick).unwrap();
            prop_assert!(issued >= before, "{issued} after {before} at {tick}");
            prop_assert!(schedule.limit().is_none_or(|limit| issued <= limit));
            before = issued;
        }
    }

    #[test]
    fn mints_add_up_however_time_is_divided(schedule in schedules(), steps in proptest::collection::vec(0_u64..200, 1..20)) {
        let whole: u64 = steps.iter().sum();
        let wanted = schedule.cumulative(whole).unwrap() - schedule.cumulative(0).unwrap();
        let mut ledger = Ledger::new();
        let pool = ledger.open("pool").unwrap();
        let mut issuer = Issuer::single(Scheduled(schedule), pool).unwrap();
        for ticks in steps {
            let done = issuer.issue(&mut ledger, 0.0, ticks).unwrap();
            prop_assert!(ticks > 0 || done == SupplyDelta::NONE);
        }
        prop_assert_eq!(ledger.total(), wanted);
        prop_assert_eq!(issuer.elapsed(), whole);
        ledger.check().unwrap();
    }

    #[test]
    fn a_cap_and_a_floor_hold(
        max in 1000_u128..2000, min in 0_u128..1000, theta in 0.0_f64..1.0,
        wishes in proptest::collection::vec(-500.0_f64..500.0, 1..40),
    ) {
        let mut ledger = Ledger::new();
        let pool = ledger.open("pool").unwrap();
        ledger.mint(pool, 1000).unwrap();
        let bounded = Throttled::new(Floored { inner: Capped { inner: Wish, max }, min }, Some(theta)).unwrap();
        let mut issuer = Issuer::single(bounded, pool).unwrap();
        for wish in wishes {
            let before = ledger.total();
            issuer.issue(&mut ledger, wish, 1).unwrap();
            prop_assert!(ledger.total() >= min && ledger.total() <= max);
            prop_assert!(ledger.total().abs_diff(before) as f64 <= theta * before as f64);
            ledger.check().unwrap();
        }
    }

    #[test]
    fn recipients_share_without_loss(parts in proptest::collection::vec(1_u64..1000, 1..8), amount in 0_u128..1 << 100) {
        let mut ledger = Ledger::new();
        let recipients: Vec<Recipient> = parts
            .iter()
            .enumerate()
            .map(|(i, parts)| Recipient { account: ledger.open(&i.to_string()).unwrap(), parts: *parts })
            .collect();
        let pool = recipients[0].account;
        let mut issuer =
            Issuer::new(Scheduled(Linear::new(amount, 1, None).unwrap()), recipients.clone(), pool).unwrap();
        issuer.issue(&mut ledger, 0.0, 1).unwrap();
        prop_assert_eq!(ledger.total(), amount);
        ledger.check().unwrap();
        let sum: u64 = parts.iter().sum();
        for recipient in recipients {
            let share = amount / u128::from(sum) * u128::from(recipient.parts);
            prop_assert!(ledger.balance(recipient.account).unwrap() + 1 >= share);
        }
    }

    #[test]
    fn a_ledger_always_adds_up(operations in proptest::collection::vec((0_u8..4, 0_usize..3, 0_usize..3, 0_u128..1000), 0..60)) {
        let mut ledger = Ledger::new();
        let ids = ["a", "b", "c"].map(|name| ledger.open(name).unwrap());
        for (what, from, to, amount) in operations {
            let before = ledger.clone();
            let done = match what {
                0 => ledger.mint(ids[to], amount),
                1 => ledger.burn(ids[from], amount),
                2 => ledger.transfer(ids[from], ids[to], amount),
                _ => ledger.rebase(amount),
            };
            if done.is_err() {
                prop_assert_eq!(&ledger, &before);
            }
            ledger.check().unwrap();
        }
    }

    #[test]
    fn the_ratio_controller_pushes_towards_its_target(
        pool in 0.0_f64..1.0, supply in 1.0_f64..1e9, target in 0.01_f64..1.0, throttle in 0.0_f64..1.0,
        dt in 0.0_f64..1e3, of_target in any::<bool>(),
    ) {
        let pool = pool * supply;
        let scale = if of_target { ThrottleScale::OfTargetRatio } else { ThrottleScale::OfSupply };
        let free = TargetRatio::new(target, Some(throttle), scale, 12.0, false).unwrap();
        let stopped = TargetRatio::new(target, Some(throttle), scale, 12.0, true).unwrap();
        let error = free.error(pool, supply).unwrap();
        let delta = free.adjustment(pool, supply, dt).unwrap();
        prop_assert!(delta == 0.0 || delta.signum() == error.signum());
        prop_assert!(delta.abs() <= free.max_rate().unwrap().unwrap() * dt * supply * (1.0 + 1e-12));
        let cut = stopped.adjustment(pool, supply, dt).unwrap();
        prop_assert!(cut.abs() <= delta.abs() && cut.abs() <= (supply * target - pool).abs());
        prop_assert_eq!(free.adjustment(pool, supply, 0.0).unwrap(), 0.0);
        let exact = TargetRatio::new(0.25, Some(throttle), scale, 12.0, true).unwrap();
        prop_assert_eq!(exact.adjustment(supply / 4.0, supply, dt).unwrap(), 0.0);
    }

    #[test]
    fn a_steered_ledger_adds_up_and_never_crosses(
        pool in 0_u128..1 << 90, outside in 1_u128..1 << 90, target in 0.01_f64..1.0,
        throttle in proptest::option::of(0.0_f64..1.0), ticks in proptest::collection::vec(0_u64..30, 1..20),
    ) {
        let mut ledger = Ledger::new();
        let (steered, others) = (ledger.open("pool").unwrap(), ledger.open("others").unwrap());
        ledger.mint(steered, pool).unwrap();
        ledger.mint(others, outside).unwrap();
        let controller = TargetRatio::new(target, throttle, ThrottleScale::OfSupply, 12.0, true).unwrap();
        let mut issuer = Issuer::single(controller, steered).unwrap();
        for ticks in ticks {
            let (pool, total) = (ledger.balance(steered).unwrap(), ledger.total());
            let wanted = te_issuance::amount::scaled(total, target).unwrap();
            let done = issuer.issue(&mut ledger, 0.0, ticks).unwrap();
            prop_assert!(ticks > 0 || done == SupplyDelta::NONE);
            prop_assert!(done.mint == 0 || done.burn == 0);
            let after = ledger.balance(steered).unwrap();
            prop_assert!(after.abs_diff(wanted) <= pool.abs_diff(wanted));
            prop_assert!((after <= wanted) == (pool <= wanted) || after == wanted || pool == wanted);
            prop_assert_eq!(ledger.balance(others).unwrap(), outside);
            ledger.check().unwrap();
        }
    }

    #[test]
    fn no_time_no_change(pool in 0_u128..1 << 60, outside in 1_u128..1 << 60, signal in 0.0_f64..1e6, elapsed in 0_u64..1000) {
        let state = SupplyState { total: pool + outside, pool, elapsed, signal };
        let controller = TargetRatio::new(0.3, None, ThrottleScale::OfSupply, 1.0, false).unwrap();
        let policies: [&dyn IssuancePolicy; 5] = [
            &controller,
            &TailEmission::MONERO,
            &LinearRebase::new(1.0, 0.05, 10.0).unwrap(),
            &FeeMarket::new(1_000, 30_000_000).unwrap(),
            &Scheduled(Linear::new(7, 2, None).unwrap()),
        ];
        for policy in policies {
            prop_assert_eq!(policy.delta(&state, 0).unwrap(), SupplyDelta::NONE);
        }
    }

    #[test]
    fn the_contract_never_crosses_its_target(
        supply in 1_u128..1 << 100, share in 0_u64..=1000, target in 1_u64..=10_000_000_000, throttle in 0_u64..1 << 40,
        calls in proptest::collection::vec(0_u64..40_000_000, 1..12),
    ) {
        let terms = Terms::new(U256::from(target), U256::from(throttle)).unwrap();
        let pool = te_issuance::amount::mul_div(supply, u128::from(share), 1000).unwrap();
        let mut contract = DynamicIssuance::new(terms, U256::from(pool), U256::from(supply), 0).unwrap();
        let mut now = 0;
        for seconds in calls {
            let (pool, supply) = (contract.pool(), contract.supply());
            let target_balance = supply * U256::from(target) / U256::from(10_000_000_000_u64);
            now += seconds;
            if supply.is_zero() {
                break;
            }
            let cap = U256::from(throttle) * U256::from(10_000_000_000_u64) / U256::from(target);
            let most = cap * U256::from(seconds) * supply / te_issuance::dynamic_issuance::E18;
            match contract.execute(now).unwrap() {
                Adjustment::Minted(amount) => {
                    prop_assert!(pool <= target_balance && contract.pool() <= target_balance);
                    prop_assert_eq!(contract.pool() - pool, amount);
                    prop_assert_eq!(contract.supply() - supply, amount);
                    prop_assert!(amount <= most);
                }
                Adjustment::Burned(amount) => {
                    prop_assert!(pool >= target_balance && contract.pool() >= target_balance);
                    prop_assert_eq!(pool - contract.pool(), amount);
                    prop_assert_eq!(supply - contract.supply(), amount);
                    prop_assert!(amount <= most);
                }
                Adjustment::None => prop_assert_eq!((contract.pool(), contract.supply()), (pool, supply)),
            }
            prop_assert!(contract.pool() <= contract.supply());
            let settled = contract.clone();
            contract.execute(now).unwrap();
            prop_assert_eq!(&contract, &settled);
        }
    }

    #[test]
    fn a_base_fee_moves_by_at_most_its_denominator(fee in 0_u128..1 << 80, used in 0_u64..=30_000_000) {
        let next = next_base_fee(fee, 30_000_000, used, 2, 8).unwrap();
        prop_assert!(next <= fee + (fee / 8).max(1) && next >= fee - fee / 8);
        prop_assert_eq!(next_base_fee(fee, 30_000_000, 15_000_000, 2, 8).unwrap(), fee);
        let mut market = FeeMarket::new(fee, 30_000_000).unwrap();
        prop_assert_eq!(market.block(used).unwrap(), fee * u128::from(used));
        prop_assert!(market.block(30_000_001).is_err());
        prop_assert_eq!(market.base_fee(), next);
    }

    #[test]
    fn unipool_never_pays_more_than_it_was_given(
        operations in proptest::collection::vec((0_u8..6, 0_usize..3, 0_usize..3, 1_u64..1 << 50, 0_u64..2_000_000), 1..40),
    ) {
        let mut pool = Unipool::new();
        let ids = [pool.open().unwrap(), pool.open().unwrap(), pool.open().unwrap()];
        let mut now = 0;
        for (what, one, other, amount, pause) in operations {
            now += pause;
            let before = pool.clone();
            let amount = U256::from(amount);
            let done = match what {
                0 => pool.notify(amount * U256::from(1000), now),
                1 | 2 => pool.stake(ids[one], amount, now),
                3 => pool.withdraw(ids[one], amount, now).map(|_| ()),
                4 => pool.claim(ids[one], now).map(|_| ()),
                _ => pool.transfer(ids[one], ids[other], amount, now).map(|_| ()),
            };
            if done.is_err() {
                prop_assert_eq!(&pool, &before);
            }
            let mut owed = U256::ZERO;
            let mut staked = U256::ZERO;
            for id in ids {
                owed += pool.earned(id, now).unwrap() + pool.paid_out(id).unwrap();
                staked += pool.stake_of(id).unwrap();
            }
            prop_assert!(owed + pool.undistributed() + pool.dust() <= pool.notified());
            prop_assert_eq!(staked, pool.total());
        }
        let after = pool.finish().max(now);
        for id in ids {
            prop_assert_eq!(pool.earned(id, after).unwrap(), pool.earned(id, after + 1_000_000).unwrap());
        }
        // The order of claims does not matter.
        let mut reversed = pool.clone();
        let paid: Vec<U256> = ids.iter().map(|id| pool.claim(*id, after).unwrap()).collect();
        let mut backwards: Vec<U256> = ids.iter().rev().map(|id| reversed.claim(*id, after).unwrap()).collect();
        backwards.reverse();
        prop_assert_eq!(paid, backwards);
    }

    #[test]
    fn a_vested_token_can_always_pay(
        operations in proptest::collection::vec((0_u8..3, 0_usize..3, 0_usize..3, 0_u128..1 << 80, 0_u64..60), 1..40),
    ) {
        let mut token = VestedToken::new(100, 1000).unwrap();
        let ids = [token.open().unwrap(), token.open().unwrap(), token.open().unwrap()];
        let claims = |token: &VestedToken| ids.iter().map(|id| token.holding(*id).unwrap().1).sum::<u128>();
        let mut now = 0;
        for (what, one, other, amount, pause) in operations {
            now += pause;
            let before = token.clone();
            let done = match what {
                0 => token.wrap(ids[one], amount, now).map(|_| ()),
                1 => token.redeem(ids[one], now).map(|_| ()),
                _ => token.transfer(ids[one], ids[other], amount),
            };
            if what == 1 {
                prop_assert!(done.is_ok());
            }
            if done.is_err() {
                prop_assert_eq!(&token, &before);
            } else if what == 2 {
                prop_assert_eq!(claims(&token), claims(&before));
            }
            for at in [now, 1000] {
                let free: u128 = ids.iter().map(|id| token.redeemable(*id, at).unwrap()).sum();
                prop_assert!(free <= token.underlying(), "{free} of {} at {at}", token.underlying());
            }
        }
    }
}
