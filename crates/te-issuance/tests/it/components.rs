//! The components: what they do agrees with the formulas, refusals change nothing, a saved state goes on alike.

use proptest::prelude::*;
use ruint::aliases::U256;
use te_core::{
    Clock, Component, Experiment, Params, Record, Recording, StepLength, Stream, StreamKey, System, TimeUnit,
};
use te_issuance::component::bonded_ratio::{BondedInputs, BondedRatioParams, BondedSupply};
use te_issuance::component::dynamic_issuance::{DynamicIssuanceParams, DynamicIssuancePool, PoolFlow};
use te_issuance::component::fee_burn::{FeeBurn, FeeBurnInputs, FeeBurnParams};
use te_issuance::component::pid::{PidInputs, PidParams, PidSupply};
use te_issuance::component::rebase::{RebaseInputs, RebaseParams, RebaseRule, RebasedSupply};
use te_issuance::component::schedule::{ScheduleInputs, ScheduleParams, ScheduledSupply, Shape};
use te_issuance::component::staking_rewards::{StakingRewards, StakingRewardsInputs, StakingRewardsParams};
use te_issuance::component::target_ratio::{TargetRatioParams, TargetRatioPool};
use te_issuance::component::vesting::{Curve, Vesting, VestingParams};
use te_issuance::component::work_token::{WorkToken, WorkTokenParams};
use te_issuance::hive_supply::{SupplyInputs, supply_step};

use crate::{json, list, parse, text};

fn stream() -> Stream {
    Stream::new(StreamKey { seed: 7, run: 1, subset: None }, "test")
}

fn clock(timestep: u64, unit: TimeUnit) -> Clock {
    Clock { step: StepLength::new(1.0, unit), ..Clock::at(timestep) }
}

/// Steps a component, saving and restoring it half way, and checks that every metric stays a finite number and that
/// the restored one goes on alike.
fn runs<C>(params: C::Params, unit: TimeUnit, mut inputs: impl FnMut(u64) -> C::Inputs) -> C
where
    C: Component + PartialEq + core::fmt::Debug,
    C::Metrics: core::fmt::Debug,
{
    let mut component = C::new(params).unwrap();
    let mut rng = stream();
    for timestep in 0..40 {
        if timestep > 0 {
            for substep in 1..=component.substeps() {
                let clock = Clock { substep, ..clock(timestep, unit) };
                component.step(&inputs(timestep), &clock, &mut rng).unwrap();
            }
        }
        if timestep == 20 {
            let saved = postcard::to_allocvec(&component).unwrap();
            let restored: C = postcard::from_bytes(&saved).unwrap();
            assert_eq!(restored, component);
            component = restored;
        }
        let metrics = component.metrics();
        for index in 0..C::Metrics::fields().len() {
            assert!(metrics.cell(index).unwrap().number().is_finite(), "{metrics:?}");
        }
    }
    component
}

/// Every input is refused, with the state unchanged.
fn refuses<C>(component: &C, bad: &[C::Inputs])
where
    C: Component + PartialEq + core::fmt::Debug,
{
    for inputs in bad {
        let mut tried = component.clone();
        assert!(tried.step(inputs, &Clock::at(41), &mut stream()).is_err());
        assert_eq!(&tried, component);
    }
}

#[test]
fn every_kind_runs_saves_and_refuses() {
    runs::<WorkToken>(
        WorkTokenParams { contributors: 3, ..WorkTokenParams::default() },
        TimeUnit::Week,
        |_| (),
    );
    runs::<WorkToken>(
        WorkTokenParams { funded: false, ..WorkTokenParams::default() },
        TimeUnit::Week,
        |_| (),
    );
    for shape in [
        Shape::Linear,
        Shape::Halving,
        Shape::Geometric,
        Shape::Exponential,
        Shape::Tail,
        Shape::Continuous,
        Shape::Compounded,
        Shape::Disinflation,
        Shape::Sigmoid,
    ] {
        let params =
            ScheduleParams { shape, initial_supply: 1000.0, decimals: 6, ..ScheduleParams::default() };
        let supply = runs::<ScheduledSupply>(params, TimeUnit::Week, |_| ScheduleInputs { burned: 0.5 });
        let shown = supply.metrics();
        assert!((shown.supply - (1000.0 + shown.issued - shown.burned)).abs() < 1e-6, "{shape:?}");
        assert!(shown.issued > 0.0 && shown.burned == 19.5, "{shape:?}");
        refuses(&supply, &[f64::NAN, -1.0, 1e30].map(|burned| ScheduleInputs { burned }));
    }
    for curve in [
        Curve::Linear,
        Curve::CatchUp,
        Curve::AfterCliff,
        Curve::Periodic,
        Curve::StepsAdvance,
        Curve::StepsArrears,
        Curve::HalfLife,
    ] {
        let vesting =
            runs::<Vesting>(VestingParams { curve, ..VestingParams::default() }, TimeUnit::Month, |_| ());
        let shown = vesting.metrics();
        assert_eq!(shown.vested + shown.locked, 1000.0);
        assert!(shown.vested > 0.0);
    }
    let flow = |timestep: u64| PoolFlow { pool_flow: if timestep.is_multiple_of(2) { 20.0 } else { -25.0 } };
    let bad_flows = [f64::NAN, 1e9, -1e9].map(|pool_flow| PoolFlow { pool_flow });
    let pool = runs::<TargetRatioPool>(TargetRatioParams::default(), TimeUnit::Month, flow);
    refuses(&pool, &bad_flows);
    let pool = runs::<DynamicIssuancePool>(DynamicIssuanceParams::default(), TimeUnit::Week, flow);
    refuses(&pool, &bad_flows);
    let params = PidParams { ki: 0.5, kd: 0.1, leak: 0.8, ..PidParams::default() };
    let pid =
        runs::<PidSupply>(params, TimeUnit::Month, |timestep| PidInputs { measured: 0.01 * timestep as f64 });
    refuses(&pid, &[f64::NAN, f64::INFINITY].map(|measured| PidInputs { measured }));
    let bonded = runs::<BondedSupply>(BondedRatioParams::default(), TimeUnit::Day, |timestep| BondedInputs {
        bonded: 0.02 * timestep as f64,
    });
    refuses(&bonded, &[f64::NAN, -0.1, 1.1].map(|bonded| BondedInputs { bonded }));
    for rule in [RebaseRule::Linear, RebaseRule::Sigmoid, RebaseRule::TwoSided] {
        let rebase =
            runs::<RebasedSupply>(RebaseParams { rule, ..RebaseParams::default() }, TimeUnit::Day, |t| {
                RebaseInputs { price: 0.05 * t as f64 }
            });
        refuses(&rebase, &[f64::NAN, -1.0].map(|price| RebaseInputs { price }));
    }
    let fees = runs::<FeeBurn>(FeeBurnParams::default(), TimeUnit::Step, |timestep| FeeBurnInputs {
        gas_used: 700_000.0 * timestep as f64,
    });
    refuses(&fees, &[f64::NAN, -1.0, 3e7 + 1.0].map(|gas_used| FeeBurnInputs { gas_used }));
    let staking = runs::<StakingRewards>(StakingRewardsParams::default(), TimeUnit::Day, |timestep| {
        StakingRewardsInputs { stake: if timestep < 10 { 0.0 } else { 10.0 }, others: timestep as f64 % 7.0 }
    });
    let shown = staking.metrics();
    assert!(shown.earned > 0.0 && shown.lost > 0.0);
    let all = shown.earned + shown.others_earned + shown.undistributed + shown.lost;
    assert!((all - shown.notified).abs() <= 1e-12 * shown.notified);
    refuses(&staking, &[f64::NAN, -1.0].map(|stake| StakingRewardsInputs { stake, others: 1.0 }));
}

/// Every balance is scaled alike, however small the supply; of no supply there is no balance.
#[test]
fn a_rebase_shows_by_what_balances_are_scaled() {
    for (initial_supply, wanted) in [(0.0, 0.0), (1e-9, 1.02), (0.5, 1.02), (1e6, 1.02)] {
        let params = RebaseParams { initial_supply, ..RebaseParams::default() };
        let mut rebased = RebasedSupply::new(params).unwrap();
        rebased.step(&RebaseInputs { price: 1.2 }, &Clock::at(1), &mut stream()).unwrap();
        let shown = rebased.metrics();
        assert!((shown.index - wanted).abs() < 1e-15, "{shown:?}");
    }
}

#[test]
fn bad_parameters_are_refused() {
    let lowest = WorkTokenParams { lowest_impact: 11, ..WorkTokenParams::default() };
    assert!(WorkToken::new(lowest).unwrap_err().to_string().contains("at most highest_impact"));
    assert!(WorkToken::new(WorkTokenParams { contributors: 0, ..WorkTokenParams::default() }).is_err());
    let cap = ScheduleParams { initial_supply: 10.0, cap: Some(9.0), ..ScheduleParams::default() };
    assert!(ScheduledSupply::new(cap).is_err());
    let halving = ScheduleParams { shape: Shape::Halving, period: f64::NAN, ..ScheduleParams::default() };
    assert!(ScheduledSupply::new(halving).is_err());
    assert!(Vesting::new(VestingParams { cliff: 49, ..VestingParams::default() }).is_err());
    let unlock = VestingParams { unlock: 1001.0, ..VestingParams::default() };
    assert!(
        Vesting::new(unlock)
            .unwrap_err()
            .to_string()
            .contains("unlock is 1001: it must be at most total, 1000")
    );
    assert!(TargetRatioPool::new(TargetRatioParams { target: 0.0, ..TargetRatioParams::default() }).is_err());
    let above = TargetRatioParams { initial_pool: 2.0, initial_supply: 1.0, ..TargetRatioParams::default() };
    assert!(TargetRatioPool::new(above).is_err());
    let above =
        DynamicIssuanceParams { initial_pool: 2.0, initial_supply: 1.0, ..DynamicIssuanceParams::default() };
    assert!(DynamicIssuancePool::new(above).is_err());
    let dust = DynamicIssuanceParams {
        initial_pool: 0.0,
        initial_supply: 1e-19,
        ..DynamicIssuanceParams::default()
    };
    assert!(DynamicIssuancePool::new(dust).is_err());
    assert!(PidSupply::new(PidParams { low: 1.0, high: 0.0, ..PidParams::default() }).is_err());
    let outside = BondedRatioParams { initial_inflation: 0.5, ..BondedRatioParams::default() };
    assert!(BondedSupply::new(outside).is_err());
    assert!(RebasedSupply::new(RebaseParams { lag: 0.0, ..RebaseParams::default() }).is_err());
    assert!(FeeBurn::new(FeeBurnParams { gas_limit: 1, ..FeeBurnParams::default() }).is_err());
}

/// The monthly policy of the 1Hive economy is the general controller with a period of a year, steps of a month, the
/// throttle of the supply and no stop: 12 times the monthly throttle is the yearly one.
#[test]
fn the_controller_contains_the_hive_policy() {
    let params = TargetRatioParams {
        target: 0.2,
        throttle: Some(0.008 * 12.0),
        stop_at_target: false,
        ..TargetRatioParams::default()
    };
    let mut pool = TargetRatioPool::new(params).unwrap();
    let mut inputs = SupplyInputs {
        reserve: 7473.0,
        circulation: 26238.0 - 7473.0,
        size: 0.0,
        saturation: 0.0,
        price: 1.0,
    };
    for month in 1..=240 {
        let policy = supply_step(&inputs, 0.05, 0.2, Some(0.008)).unwrap();
        let flow = PoolFlow { pool_flow: policy.netflow };
        pool.step(&flow, &clock(month, TimeUnit::Month), &mut stream()).unwrap();
        inputs = SupplyInputs { reserve: policy.reserve, circulation: policy.circulation, ..inputs };
        let shown = pool.metrics();
        assert!((shown.pool / policy.reserve - 1.0).abs() < 1e-10, "month {month}");
        assert!((shown.adjustment - policy.adjustment).abs() < 1e-8, "month {month}");
    }
}

/// The component follows the contract's weekly scenario; integers inside, f64 outside.
#[test]
fn the_contract_component_follows_the_contract() {
    let file = json("contract.json");
    let scenario =
        list(&file["scenarios"]).iter().find(|scenario| scenario["name"] == "hny_like_weekly").unwrap();
    let mut pool = DynamicIssuancePool::new(DynamicIssuanceParams::default()).unwrap();
    assert_eq!(pool.contract().terms().throttle(), parse::<U256>(&scenario["max_adj_per_sec"]));
    for (week, step) in (1..).zip(list(&scenario["steps"])) {
        pool.step(&PoolFlow { pool_flow: 0.0 }, &clock(week, TimeUnit::Week), &mut stream()).unwrap();
        assert_eq!(pool.contract().pool(), parse::<U256>(&step["pool_after"]));
        assert_eq!(pool.contract().supply(), parse::<U256>(&step["supply_after"]));
    }
    let shown = pool.metrics();
    assert!((shown.max_annual_change - 1.0 / 3.0).abs() < 1e-6);
    assert!(!shown.throttled && shown.annual_rate > 0.0 && shown.time_to_target > 0.0);
}

/// Through the engine, with both substeps recorded, the notebook's rows that draws do not touch.
#[test]
fn work_in_the_engine_has_the_notebooks_rows() {
    let params = WorkTokenParams { funded: false, ..WorkTokenParams::default() };
    let system = System::of::<WorkToken>("work", params).unwrap();
    let recording = Recording { substeps: true, ..Recording::default() };
    let results = Experiment::new(system).timesteps(52).runs(3).seed(3).record(recording).run().unwrap();
    let frame = results.frame();
    let column = |name: &str| frame.u64s(name).unwrap();
    let file = text("work_deterministic.csv");
    let mut rows = 0;
    for (row, record) in csv::Reader::from_reader(file.as_bytes()).deserialize().enumerate() {
        let wanted: [u64; 8] = record.unwrap();
        let names = ["simulation", "subset", "run", "timestep", "substep", "work.tokens"];
        for (name, wanted) in names.iter().zip(&wanted[..6]) {
            assert_eq!(column(name)[row], *wanted, "row {row}, {name}");
        }
        assert_eq!(column("work.treasury")[row], wanted[7]);
        rows += 1;
    }
    assert_eq!((rows, frame.rows()), (315, 315));
}

/// 2,000 runs of a year: mean and deviation of a contributor's balance within 4 standard errors of 286 and 20.71.
#[test]
fn mean_and_deviation_over_runs() {
    for funded in [true, false] {
        let system =
            System::of::<WorkToken>("work", WorkTokenParams { funded, ..WorkTokenParams::default() });
        let runs = 2_000;
        let recording = Recording { keep: te_core::Keep::Finals, ..Recording::default() };
        let results = Experiment::new(system.unwrap())
            .timesteps(52)
            .runs(runs)
            .seed(11)
            .record(recording)
            .run()
            .unwrap();
        let balances = results.frame().u64s("work.contributors").unwrap();
        assert_eq!(balances.len() as u64, runs);
        let n = runs as f64;
        let mean = balances.iter().sum::<u64>() as f64 / n;
        let squares: f64 = balances.iter().map(|balance| (*balance as f64 - mean).powi(2)).sum();
        let deviation = (squares / (n - 1.0)).sqrt();
        let (wanted_mean, wanted) = (286.0, 429.0_f64.sqrt());
        assert!((wanted - 20.71).abs() < 5e-3);
        assert!((mean - wanted_mean).abs() < 4.0 * wanted / n.sqrt(), "mean {mean}");
        // The sum of 52 uniform draws has kurtosis 3 - 1.2 * (101/99) / 52, nearly that of the normal.
        let kurtosis = 3.0 - 1.2 * (101.0 / 99.0) / 52.0;
        let error = wanted * ((kurtosis - 1.0) / (4.0 * n)).sqrt();
        assert!((deviation - wanted).abs() < 4.0 * error, "deviation {deviation}");
        let treasuries = results.frame().u64s("work.treasury").unwrap();
        for (balance, treasury) in balances.iter().zip(treasuries) {
            assert_eq!(*treasury, if funded { 5200 - balance } else { 5200 });
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn funded_work_adds_up(
        genesis in 0_u64..1000, weekly_mint in 0_u64..50, contributors in 1_u32..5, lowest_impact in 0_u64..5,
        more in 0_u64..10, rate in 0_u64..5, seed in any::<u64>(),
    ) {
        let params = WorkTokenParams {
            genesis, weekly_mint, contributors, lowest_impact, highest_impact: lowest_impact + more, rate, funded: true,
        };
        let mut work = WorkToken::new(params).unwrap();
        let mut rng = Stream::new(StreamKey { seed, run: 1, subset: None }, "work");
        for week in 1..=52 {
            for substep in [1, 2] {
                work.step(&(), &Clock { substep, ..Clock::at(week) }, &mut rng).unwrap();
                let shown = work.metrics();
                prop_assert_eq!(shown.tokens, genesis + weekly_mint * week);
                prop_assert_eq!(shown.tokens, genesis + shown.treasury + shown.contributors);
                prop_assert_eq!(shown.unaccounted, 0);
                work.work().ledger().check().unwrap();
            }
        }
    }

    #[test]
    fn a_cap_and_a_throttle_hold_for_any_shape(shape in 0_usize..9, cap in 1e3_f64..2e3, throttle in 0.0_f64..0.1) {
        let shapes = [
            Shape::Linear, Shape::Halving, Shape::Geometric, Shape::Exponential, Shape::Tail, Shape::Continuous,
            Shape::Compounded, Shape::Disinflation, Shape::Sigmoid,
        ];
        let params = ScheduleParams {
            shape: shapes[shape], initial_supply: 1000.0, decimals: 9, cap: Some(cap), throttle: Some(throttle),
            ..ScheduleParams::default()
        };
        params.check().unwrap();
        let mut supply = ScheduledSupply::new(params).unwrap();
        let mut before = 1000.0;
        for step in 1..=52 {
            supply.step(&ScheduleInputs { burned: 0.0 }, &Clock::at(step), &mut stream()).unwrap();
            let shown = supply.metrics();
            prop_assert!(shown.supply <= cap && shown.minted <= throttle * before * (1.0 + 1e-12));
            before = shown.supply;
        }
        prop_assert!(before <= 1000.0 * (1.0 + supply.metrics().max_annual_growth) * (1.0 + 1e-9));
    }
}
