//! Parameters that change while a run goes on, as an event changes them.

use te_core::{Clock, Component, Stream, StreamKey};
use te_issuance::component::fee_burn::{FeeBurn, FeeBurnInputs, FeeBurnParams};
use te_issuance::component::schedule::{ScheduleInputs, ScheduleParams, ScheduledSupply, Shape};
use te_issuance::component::vesting::{Curve, Vesting, VestingParams};

fn steps<C: Component>(component: &mut C, inputs: &C::Inputs, timesteps: std::ops::RangeInclusive<u64>) {
    let mut rng = Stream::new(StreamKey::default(), "it");
    for timestep in timesteps {
        component.step(inputs, &Clock::at(timestep), &mut rng).unwrap();
    }
}

#[test]
fn a_grant_goes_on_with_other_terms_and_keeps_what_has_vested() {
    let params = VestingParams { total: 1_200.0, cliff: 0, duration: 12, ..VestingParams::default() };
    let mut grant = Vesting::new(params.clone()).unwrap();
    steps(&mut grant, &(), 1..=3);
    assert_eq!(grant.metrics().vested, 300.0);
    // Faster: half of it after six steps. What a step shows stays until it steps.
    grant.reparam(VestingParams { duration: 8, ..params.clone() }).unwrap();
    assert_eq!((grant.metrics().vested, grant.metrics().released), (300.0, 100.0));
    steps(&mut grant, &(), 4..=4);
    assert_eq!((grant.metrics().vested, grant.metrics().released), (600.0, 300.0));
    // Slower, and cut down: nothing goes back.
    let slow = VestingParams { total: 1_000.0, duration: 100, curve: Curve::AfterCliff, ..params.clone() };
    grant.reparam(slow.clone()).unwrap();
    steps(&mut grant, &(), 5..=60);
    assert_eq!((grant.metrics().vested, grant.metrics().locked), (600.0, 400.0));
    steps(&mut grant, &(), 61..=100);
    assert_eq!((grant.metrics().vested, grant.metrics().share), (1_000.0, 1.0));
    let before = grant.clone();
    let refused = grant.reparam(VestingParams { total: 999.0, ..slow }).unwrap_err().to_string();
    assert_eq!(refused, "total is 999: it must be at least what has vested, 1000");
    assert_eq!(grant, before);
}

#[test]
fn a_schedule_mints_by_new_terms_from_the_next_step_on() {
    let params = ScheduleParams { shape: Shape::Halving, period: 4.0, ..ScheduleParams::default() };
    let none = ScheduleInputs { burned: 0.0 };
    let mut supply = ScheduledSupply::new(params.clone()).unwrap();
    steps(&mut supply, &none, 1..=5);
    assert_eq!((supply.metrics().supply, supply.metrics().minted), (450.0, 50.0));
    // Twice the reward is twice what this step would have minted, and makes up for nothing.
    supply.reparam(ScheduleParams { reward: 200.0, ..params.clone() }).unwrap();
    steps(&mut supply, &none, 6..=6);
    assert_eq!((supply.metrics().supply, supply.metrics().minted), (550.0, 100.0));
    // Another shape: 10 a step.
    let linear = ScheduleParams { shape: Shape::Linear, reward: 10.0, ..params.clone() };
    supply.reparam(linear.clone()).unwrap();
    steps(&mut supply, &none, 7..=8);
    assert_eq!((supply.metrics().supply, supply.metrics().issued), (570.0, 570.0));
    // A cap below the supply ends the minting, and burning makes room again.
    supply.reparam(ScheduleParams { cap: Some(560.0), ..linear.clone() }).unwrap();
    steps(&mut supply, &none, 9..=10);
    assert_eq!(supply.metrics().supply, 570.0);
    steps(&mut supply, &ScheduleInputs { burned: 15.0 }, 11..=11);
    steps(&mut supply, &none, 12..=12);
    assert_eq!(supply.metrics().supply, 560.0);
    // Set to what it is, nothing changes.
    let before = supply.clone();
    supply.reparam(ScheduleParams { cap: Some(560.0), ..linear }).unwrap();
    assert_eq!(supply, before);
}

#[test]
fn what_one_shape_alone_reads_changes_its_mints() {
    let none = ScheduleInputs { burned: 0.0 };
    let minted = |params: &ScheduleParams, changed: ScheduleParams| {
        let mut supply = ScheduledSupply::new(params.clone()).unwrap();
        steps(&mut supply, &none, 1..=1);
        let first = supply.metrics().minted;
        supply.reparam(changed).unwrap();
        steps(&mut supply, &none, 2..=2);
        (first, supply.metrics().minted)
    };
    // A tail mints the rest of 2^20 shifted by 10 bits, then by 9 what would be left had it always been 9.
    let tail =
        ScheduleParams { shape: Shape::Tail, total: 1_048_576.0, reward: 1.0, ..ScheduleParams::default() };
    assert_eq!(minted(&tail, ScheduleParams { shift: 9, ..tail.clone() }), (1_024.0, 2_044.0));
    // A rate that halves every year stays where it was when the lowest rate is lifted to it.
    let falling = ScheduleParams {
        shape: Shape::Disinflation,
        initial_supply: 1e6,
        taper: 0.5,
        steps_per_year: 1.0,
        ..ScheduleParams::default()
    };
    let (first, second) = minted(&falling, falling.clone());
    assert!(second < 0.6 * first, "{first}, {second}");
    let (first, second) = minted(&falling, ScheduleParams { terminal_rate: 0.08, ..falling.clone() });
    assert!(second > first, "{first}, {second}");
}

#[test]
fn a_fee_market_goes_on_with_another_limit() {
    let params = FeeBurnParams { initial_base_fee: 800, gas_limit: 100 };
    let mut market = FeeBurn::new(params.clone()).unwrap();
    let full = FeeBurnInputs { gas_used: 100.0 };
    steps(&mut market, &full, 1..=1);
    assert_eq!((market.metrics().base_fee, market.metrics().burned), (900.0, 80_000.0));
    // At twice the limit the same block is at the target, where the fee stays.
    market.reparam(FeeBurnParams { gas_limit: 200, ..params }).unwrap();
    steps(&mut market, &full, 2..=3);
    assert_eq!((market.metrics().base_fee, market.metrics().total_burned), (900.0, 260_000.0));
}
