//! Steps without branches against the checked ones: random runs of all sizes, some refused.

use super::bonded_ratio::{BondedInputs, BondedRatioParams, BondedSupply};
use super::pid::{PidForm, PidInputs, PidParams, PidSupply};
use super::rebase::{RebaseInputs, RebaseParams, RebaseRule, RebasedSupply};
use super::target_ratio::{PoolFlow, TargetRatioParams, TargetRatioPool};
use crate::pid::AntiWindup;
use crate::target_ratio::ThrottleScale;
use te_core::lanes::Laned;
use te_core::{Clock, Record, StepError, StepLength, Stream, StreamKey, TimeUnit, math};

/// Numbers around 1, now and then far from it, not positive or no number.
struct Any(Stream);

impl Any {
    fn share(&mut self) -> f64 {
        self.0.uniform()
    }

    fn positive(&mut self) -> f64 {
        let spread = if self.share() < 0.1 { 1400.0 } else { 8.0 };
        math::exp((self.share() - 0.5) * spread)
    }

    fn number(&mut self) -> f64 {
        let size = self.positive();
        match self.share() {
            u if u < 0.02 => f64::NAN,
            u if u < 0.04 => f64::INFINITY,
            u if u < 0.1 => 0.0,
            u if u < 0.4 => -size,
            _ => size,
        }
    }

    /// A parameter between bounds of 1e12.
    fn bounded(&mut self) -> f64 {
        self.number().clamp(-1e12, 1e12)
    }

    fn choose<T>(&mut self, one: T, other: T) -> T {
        if self.share() < 0.5 { one } else { other }
    }

    fn clock(&mut self) -> Clock {
        let count = self.positive();
        Clock { step: StepLength::new(count, self.choose(TimeUnit::Week, TimeUnit::Year)), ..Clock::at(1) }
    }
}

/// How many steps were well and how many refused.
#[derive(Debug, Default)]
struct Count {
    well: u32,
    ill: u32,
}

impl Count {
    /// Takes a step both ways and expects the same; whether it was well.
    fn step<C>(
        &mut self,
        run: &mut C,
        inputs: &C::Inputs,
        clock: &Clock,
        checked: impl Fn(&C) -> Result<C::State, StepError>,
    ) -> bool
    where
        C: Laned<Draws = ()> + core::fmt::Debug,
        C::Inputs: core::fmt::Debug,
        C::State: core::fmt::Debug,
    {
        let (fixed, state) = (run.fixed(), run.state());
        let (next, sound) = run.advance(&fixed, &state, inputs, &(), clock);
        let expected = checked(run);
        assert_eq!(sound, expected.is_ok(), "{run:?} {inputs:?} {clock:?} {expected:?}");
        match expected {
            Ok(after) => {
                self.well += 1;
                assert_eq!(bits(&next), bits(&after), "{run:?} {inputs:?} {clock:?} {next:?} {after:?}");
                run.set_state(next);
                true
            }
            Err(error) => {
                self.ill += 1;
                let fault = run.fault(&fixed, &state, inputs, &(), clock);
                assert_eq!(fault.to_string(), error.to_string(), "{run:?} {inputs:?}");
                false
            }
        }
    }

    fn enough(&self) {
        assert!(self.well > 20_000 && self.ill > 2_000, "{self:?}");
    }
}

fn bits(record: &impl Record) -> Vec<u64> {
    let mut bits = Vec::new();
    // The sign of a zero is not promised by `f64::max`, on which the checked forms stand.
    record.store(&mut |x| bits.push((x + 0.0).to_bits()));
    bits
}

fn any() -> Any {
    Any(Stream::new(StreamKey::default(), "unbranched"))
}

#[test]
fn bonded_ratio() {
    let (mut any, mut count) = (any(), Count::default());
    for _ in 0..30_000 {
        let low = any.positive().min(9.0);
        let params = BondedRatioParams {
            goal: any.share().max(1e-9),
            rate_change: any.positive().min(1e6),
            low,
            high: low + any.share(),
            initial_inflation: low,
            initial_supply: any.positive().min(1e18),
        };
        let (Ok(mut run), clock) = (te_core::Component::new(params), any.clock()) else { continue };
        for _ in 0..4 {
            let bonded = if any.share() < 0.9 { any.share() } else { any.number() };
            let checked = |run: &BondedSupply| run.checked(BondedInputs { bonded }, clock.years());
            if !count.step(&mut run, &BondedInputs { bonded }, &clock, checked) {
                break;
            }
        }
    }
    count.enough();
}

#[test]
fn pid() {
    let (mut any, mut count) = (any(), Count::default());
    for _ in 0..30_000 {
        let low = any.number().clamp(-1e6, 10.0);
        let rai = any.choose(PidForm::RaiRaw, PidForm::RaiScaled);
        let form = any.choose(PidForm::Textbook, rai);
        let rai = form != PidForm::Textbook;
        let params = PidParams {
            form,
            setpoint: if rai { any.positive().min(1e12) } else { any.bounded() },
            kp: any.bounded(),
            ki: any.bounded(),
            kd: if rai { 0.0 } else { any.bounded() },
            noise_barrier: if rai { any.share() } else { 0.0 },
            leak: if any.share() < 0.5 { 1.0 } else { any.share() },
            low,
            high: (low + any.positive()).min(10.0),
            anti_windup: any.choose(AntiWindup::None, AntiWindup::Conditional),
            initial_supply: any.positive().min(1e18),
        };
        let (Ok(mut run), clock) = (te_core::Component::new(params), any.clock()) else { continue };
        for _ in 0..6 {
            let inputs = PidInputs { measured: any.number() };
            let checked = |run: &PidSupply| run.checked(inputs, clock.years()).map(|run| run.state());
            if !count.step(&mut run, &inputs, &clock, checked) {
                break;
            }
        }
    }
    count.enough();
}

#[test]
fn target_ratio() {
    let (mut any, mut count) = (any(), Count::default());
    for _ in 0..30_000 {
        let initial_supply = any.positive().min(1e18);
        let params = TargetRatioParams {
            target: any.share().max(1e-9),
            throttle: if any.share() < 0.5 { None } else { Some(any.positive().min(1e6)) },
            throttle_scale: any.choose(ThrottleScale::OfSupply, ThrottleScale::OfTargetRatio),
            period: any.positive().clamp(1e-6, 1e6),
            stop_at_target: any.choose(true, false),
            initial_pool: any.share() * initial_supply,
            initial_supply,
        };
        let (Ok(mut run), clock) = (te_core::Component::new(params), any.clock()) else { continue };
        for _ in 0..6 {
            let flow =
                if any.share() < 0.1 { any.number() } else { (any.share() - 0.5) * initial_supply * 0.2 };
            let inputs = PoolFlow { pool_flow: flow };
            let checked = |run: &TargetRatioPool| run.checked(inputs, clock.years());
            if !count.step(&mut run, &inputs, &clock, checked) {
                break;
            }
        }
    }
    count.enough();
}

#[test]
fn rebase() {
    let (mut any, mut count) = (any(), Count::default());
    for _ in 0..30_000 {
        let curved = any.choose(RebaseRule::Sigmoid, RebaseRule::TwoSided);
        let rule = any.choose(RebaseRule::Linear, curved);
        let params = RebaseParams {
            rule,
            target_price: any.positive().clamp(1e-9, 1e12),
            threshold: any.share() * 0.2,
            lag: 1.0 + any.positive().min(1e5),
            low: -any.share().clamp(1e-12, 1.0),
            high: any.positive().clamp(1e-12, 10.0),
            growth: any.positive().min(1e3),
            contraction_growth: if any.share() < 0.5 { None } else { Some(any.positive().min(1e3)) },
            initial_supply: any.positive().min(1e18),
        };
        let Ok(mut run) = te_core::Component::new(params) else { continue };
        for _ in 0..6 {
            let inputs = RebaseInputs { price: any.number().abs() };
            let checked = |run: &RebasedSupply| run.checked(inputs);
            if !count.step(&mut run, &inputs, &Clock::at(1), checked) {
                break;
            }
        }
    }
    count.enough();
}
