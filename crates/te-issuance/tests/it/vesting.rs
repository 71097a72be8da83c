//! Vesting against computed rows and a compiled contract, and in time units.

use csv::Reader;
use proptest::prelude::*;
use te_core::{Clock, Component, StepLength, Stream, StreamKey, TimeUnit};
use te_issuance::component::vesting::{Curve, Vesting, VestingParams, VestingTime};
use te_issuance::policy::Schedule;
use te_issuance::vesting::{Grant, Parts, VestingCurve, linear};

use crate::text;

type Row = (u32, String, u128, u64, u64, u64, u64, u64, u128);

/// 805 amounts of four curves, in integers.
#[test]
fn every_computed_amount() {
    let file = text("vesting_vectors.csv");
    let mut rows = 0;
    for row in Reader::from_reader(file.as_bytes()).deserialize() {
        let (case, kind, total, ppm, cliff, duration, parts, at, wanted): Row = row.unwrap();
        let unlock = te_issuance::amount::mul_div(total, u128::from(ppm), 1_000_000).unwrap();
        let in_parts = |rule| VestingCurve::InParts { cliff, duration, parts, rule };
        let curve = match kind.as_str() {
            "catch-up" => VestingCurve::Linear { cliff, duration },
            "after-cliff" => VestingCurve::AfterCliff { cliff, duration },
            "steps-advance" => in_parts(Parts::Advance),
            "steps-arrears" => in_parts(Parts::Arrears),
            other => panic!("{other}"),
        };
        let grant = Grant::with_unlock(total, unlock, curve).unwrap();
        assert_eq!(grant.cumulative(at).unwrap(), wanted, "case {case}, {kind}, at {at}");
        rows += 1;
    }
    assert_eq!(rows, 805);
}

/// What `VestingWalletCliff` answers, compiled and run.
#[test]
fn every_amount_of_the_compiled_wallet() {
    let file = text("vesting_wallet_cliff.csv");
    let mut rows = 0;
    for row in Reader::from_reader(file.as_bytes()).deserialize() {
        let (case, total, start, duration, cliff, time, vested): (u32, u128, u64, u64, u64, u64, u128) =
            row.unwrap();
        assert_eq!(linear(total, start, cliff, duration, time).unwrap(), vested, "case {case} at {time}");
        rows += 1;
    }
    assert_eq!(rows, 185);
}

/// Vested after each step.
fn run(params: VestingParams, step: StepLength, steps: u64) -> Vec<f64> {
    let mut vesting = Vesting::new(params).unwrap();
    let mut rng = Stream::new(StreamKey::default(), "test");
    let mut vested = vec![vesting.metrics().vested];
    for timestep in 1..=steps {
        vesting.step(&(), &Clock { step, ..Clock::at(timestep) }, &mut rng).unwrap();
        vested.push(vesting.metrics().vested);
    }
    vested
}

/// A tenth at the start, a cliff of a year, three years: the same by days, weeks and months.
#[test]
fn a_schedule_in_months_is_the_same_for_every_step() {
    let curves =
        [Curve::CatchUp, Curve::AfterCliff, Curve::Periodic, Curve::StepsAdvance, Curve::StepsArrears];
    for curve in curves {
        let months = VestingParams {
            curve,
            time_unit: VestingTime::Month,
            total: 1e6,
            unlock: 1e5,
            cliff: 12,
            duration: 36,
            periods: 12,
            ..VestingParams::default()
        };
        let by_month = run(months.clone(), StepLength::new(1.0, TimeUnit::Month), 60);
        assert_eq!((by_month[0], by_month[11], by_month[60]), (1e5, 1e5, 1e6), "{curve:?}");
        let by_day = run(months.clone(), StepLength::new(1.0, TimeUnit::Day), 5 * 365);
        let by_week = run(months.clone(), StepLength::new(1.0, TimeUnit::Week), 5 * 52);
        for year in 0..=5 {
            assert_eq!(by_day[year * 365], by_month[year * 12], "{curve:?}, year {year} by days");
            assert_eq!(by_week[year * 52], by_month[year * 12], "{curve:?}, year {year} by weeks");
        }
        let years = VestingParams { time_unit: VestingTime::Year, cliff: 1, duration: 3, ..months.clone() };
        assert_eq!(run(years, StepLength::new(1.0, TimeUnit::Month), 60), by_month, "{curve:?} in years");
        let days =
            VestingParams { time_unit: VestingTime::Day, cliff: 365, duration: 3 * 365, ..months.clone() };
        assert_eq!(run(days, StepLength::new(1.0, TimeUnit::Month), 60), by_month, "{curve:?} in days");
        // Steps are steps, whatever their length.
        let steps = VestingParams { time_unit: VestingTime::Step, ..months };
        assert_eq!(run(steps, StepLength::new(1.0, TimeUnit::Day), 60), by_month, "{curve:?} in steps");
    }
}

#[test]
fn half_lives_honour_an_unlock_and_a_time_unit() {
    let params = VestingParams {
        curve: Curve::HalfLife,
        time_unit: VestingTime::Month,
        total: 1000.0,
        unlock: 200.0,
        cliff: 2,
        half_life: 3.0,
        decimals: 6,
        ..VestingParams::default()
    };
    let vested = run(params, StepLength::new(1.0, TimeUnit::Quarter), 4);
    assert_eq!(vested[0], 200.0);
    for (quarter, vested) in (1..=4).zip(&vested[1..]) {
        let months = 3.0 * f64::from(quarter) - 2.0;
        let wanted = 200.0 + 800.0 * (1.0 - 0.5_f64.powf(months / 3.0));
        assert!((vested - wanted).abs() < 2e-6, "quarter {quarter}: {vested}, not {wanted}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Unlock and total bound every curve; it never falls and, half-lives apart, ends with the total.
    #[test]
    fn an_unlock_is_the_least_that_is_free(
        total in 0_u128..1 << 100, share in 0_u128..=1000, cliff in 0_u64..1000, duration in 0_u64..1000, parts in 1_u64..60,
        which in 0_usize..6, mut times in proptest::collection::vec(0_u64..3000, 1..40),
    ) {
        let unlock = te_issuance::amount::mul_div(total, share, 1000).unwrap();
        let from_start = cliff.min(duration);
        let curve = match which {
            0 => VestingCurve::Linear { cliff: from_start, duration },
            1 => VestingCurve::AfterCliff { cliff, duration },
            2 => VestingCurve::InParts { cliff: from_start, duration, parts, rule: Parts::CatchUp },
            3 => VestingCurve::InParts { cliff, duration, parts, rule: Parts::Advance },
            4 => VestingCurve::InParts { cliff, duration, parts, rule: Parts::Arrears },
            _ => VestingCurve::HalfLife { cliff: cliff as f64, half_life: 1.0 + duration as f64 },
        };
        let grant = Grant::with_unlock(total, unlock, curve).unwrap();
        times.sort_unstable();
        let mut before = unlock;
        for time in times {
            let vested = grant.cumulative(time).unwrap();
            prop_assert!(vested >= before && vested <= total);
            if which < 5 && time < cliff.min(if which % 2 == 0 && which < 4 { from_start } else { cliff }) {
                prop_assert_eq!(vested, unlock);
            }
            before = vested;
        }
        if which < 5 {
            prop_assert_eq!(grant.cumulative(cliff + duration).unwrap(), total);
        }
    }
}
