//! Whatever numbers go in, a formula gives a finite number or an error: no NaN, no infinity, no panic.

use proptest::prelude::*;
use te_core::{Stream, StreamKey};
use te_market::gbm::Gbm;
use te_market::jump_diffusion::JumpDiffusion;
use te_market::matching::{FactorRule, Matching, treasury_factor};
use te_market::opportunities::{arrivals, expected_arrivals, expired};
use te_market::ornstein_uhlenbeck::OrnsteinUhlenbeck;
use te_market::regime::{ContinuousChain, Regime};
use te_market::{hype, normal};
use te_testkit::floats::{near_use as any, well};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn processes(a in any(), b in any(), c in any(), x in any(), t in any(), z in -5.0..5.0f64, seed: u64) {
        let mut stream = Stream::new(StreamKey { seed, run: 1, subset: None }, "market");
        if let Ok(process) = Gbm::new(a, b) {
            well("mean", process.mean(x, t));
            well("median", process.median(x, t));
            well("variance", process.variance(x, t));
            well("log mean", process.log_mean(x, t));
            well("log deviation", process.log_deviation(t));
            well("loss", process.loss_probability(t));
            well("step", process.advance(x, t, z));
        }
        if let Ok(process) = JumpDiffusion::new(a, b, c, x, a) {
            well("mean", process.mean(x, t));
            well("log mean", process.log_mean(t));
            well("log variance", process.log_variance(t));
            well("step", process.sample(x, t, &mut stream).map(|(price, jumps)| price + jumps));
        }
        if let Ok(process) = OrnsteinUhlenbeck::new(a, b, c) {
            well("mean", process.mean(x, t));
            well("variance", process.variance(t));
            well("step", process.advance(x, t, z));
        }
        if let Ok(chain) = ContinuousChain::new(a, b) {
            for regime in [Regime::Bull, Regime::Bear] {
                well("switch", chain.switch_probability(regime, t));
            }
            if let Ok(steps) = chain.at_steps(t) {
                well("bull", Ok::<f64, ()>(steps.bull_after(Regime::Bear, 30)));
            }
            well("share", chain.stationary_bull().ok_or(()));
        }
        let n = normal::distribution_function(x);
        prop_assert!(x.is_nan() || (0.0..=1.0).contains(&n), "{} at {}", n, x);
    }

    #[test]
    fn attention_and_opportunities(a in any(), b in any(), c in any(), d in any(), open: u32, z in -5.0..5.0f64, seed: u64) {
        let mut stream = Stream::new(StreamKey { seed, run: 1, subset: None }, "market");
        well("curve", hype::curve(a));
        well("steepness", hype::curve_of_steepness(a, b));
        well("position", hype::position(a));
        well("walk", hype::walk(a, b, c, d, z));
        well("expected", expected_arrivals(a, b, c, d));
        let _ = arrivals(a, &mut stream);
        if let Ok(gone) = expired(open.into(), a, b, &mut stream) {
            prop_assert!(gone <= open.into());
        }
        if let Ok(matching) = Matching::new(a, b, c)
            && let Ok(matches) = matching.matches(d, c, open.into())
        {
            prop_assert!(matches <= open.into());
        }
        for rule in [FactorRule::GeometricMean, FactorRule::Product] {
            well("factor", treasury_factor(a, b, rule));
        }
    }
}
