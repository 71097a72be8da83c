//! The components: common random numbers, conservation, bounds, snapshots.

use proptest::prelude::*;
use te_core::{Clock, Component, Params, Record, StepLength, Stream, StreamKey, TimeUnit};
use te_market::price::{Price, PriceModel, PriceParams};
use te_market::regime::Regime;
use te_market::regime_market::{HypeModel, Market, MarketInputs, MarketMetrics, MarketParams};

fn week(timestep: u64) -> Clock {
    Clock { timestep, substep: 1, step: StepLength::new(1.0, TimeUnit::Week), horizon: 300, calendar: None }
}

fn stream(seed: u64, run: u64) -> Stream {
    Stream::new(StreamKey { seed, run, subset: None }, "market")
}

fn quiet() -> MarketInputs {
    MarketInputs { scale: 1.0, x_factor: 1.0, hatchers: 0.0, token_engineers: 0.0 }
}

fn trajectory(params: &MarketParams, seed: u64, inputs: impl Fn(u64) -> MarketInputs) -> Vec<MarketMetrics> {
    let mut market = Market::new(params.clone()).unwrap();
    let mut rng = stream(seed, 1);
    (1..=150)
        .map(|t| {
            market.step(&inputs(t), &week(t), &mut rng).unwrap();
            if t == 70 {
                market = serde_json::from_str(&serde_json::to_string(&market).unwrap()).unwrap();
            }
            market.metrics()
        })
        .collect()
}

#[test]
fn every_controllable_variant_meets_the_same_market() {
    let params = MarketParams::default();
    for seed in 0..20 {
        let alone = trajectory(&params, seed, |_| quiet());
        let busy = trajectory(&params, seed, |t| MarketInputs {
            scale: 1.0 + t as f64,
            x_factor: 1e6,
            hatchers: 50.0,
            token_engineers: 10.0 * t as f64,
        });
        assert!(alone.iter().zip(&busy).any(|(a, b)| a.opportunities != b.opportunities));
        for (a, b) in alone.iter().zip(&busy) {
            assert_eq!(a.price.to_bits(), b.price.to_bits());
            assert_eq!(
                (a.bull, a.hype.to_bits(), a.drawdown.to_bits()),
                (b.bull, b.hype.to_bits(), b.drawdown.to_bits())
            );
        }
    }
}

#[test]
fn bull_and_bear_arms_share_their_draws() {
    let arm = |initial_regime| MarketParams { initial_regime, switching: false, ..MarketParams::default() };
    let bull = trajectory(&arm(Regime::Bull), 5, |_| quiet());
    let bear = trajectory(&arm(Regime::Bear), 5, |_| quiet());
    let dt: f64 = 1.0 / 52.0;
    for (up, down) in bull.iter().zip(&bear) {
        // The same normal draw under both volatilities.
        let z_up = (up.log_return - (0.8 - 0.405) * dt) / (0.9 * dt.sqrt());
        let z_down = (down.log_return - (-0.6 - 0.605) * dt) / (1.1 * dt.sqrt());
        assert!((z_up - z_down).abs() < 1e-9);
        assert!(up.bull && !down.bull);
    }
}

#[test]
fn a_market_without_switching_is_a_geometric_brownian_motion() {
    let params = MarketParams { switching: false, ..MarketParams::default() };
    let logs: Vec<f64> = (0..4000)
        .map(|run| {
            let mut market = Market::new(params.clone()).unwrap();
            let mut rng = stream(3, run);
            for t in 1..=26 {
                market.step(&quiet(), &week(t), &mut rng).unwrap();
            }
            market.metrics().price.ln()
        })
        .collect();
    let n = logs.len() as f64;
    let mean = logs.iter().sum::<f64>() / n;
    let variance = logs.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let expected = 0.81 * 0.5;
    assert!((mean - (0.8 - 0.405) * 0.5).abs() < 4.0 * (expected / n).sqrt(), "{mean}");
    assert!((variance / expected - 1.0).abs() < 4.0 * (2.0 / n).sqrt(), "{variance}");
}

#[test]
fn the_factor_of_the_treasuries_acts_only_where_asked() {
    let deaf = MarketParams::default();
    let rich = |_| MarketInputs { x_factor: 1e8, ..quiet() };
    assert_eq!(
        trajectory(&deaf, 1, |_| quiet()).last().unwrap().arrived,
        trajectory(&deaf, 1, rich).last().unwrap().arrived
    );
    let keen = MarketParams { factor_elasticity: 0.1, reference_factor: 1e4, ..MarketParams::default() };
    let poor = |_| MarketInputs { x_factor: 1.0, ..quiet() };
    assert!(
        trajectory(&keen, 1, rich).last().unwrap().arrived
            > trajectory(&keen, 1, poor).last().unwrap().arrived
    );
}

#[test]
fn refused_inputs_leave_the_market_alone() {
    let mut market = Market::new(MarketParams::default()).unwrap();
    let before = market.clone();
    for bad in [
        MarketInputs { scale: -1.0, ..quiet() },
        MarketInputs { x_factor: f64::NAN, ..quiet() },
        MarketInputs { hatchers: -1.0, ..quiet() },
        MarketInputs { token_engineers: f64::INFINITY, ..quiet() },
    ] {
        assert!(market.step(&bad, &week(1), &mut stream(1, 1)).is_err());
        assert_eq!(market, before);
    }
    let mut params = MarketParams::default();
    params.bear.volatility = -0.1;
    let error = Market::new(params).unwrap_err().to_string();
    assert!(error.contains("bear.volatility"), "{error}");
}

#[test]
fn presets_are_the_defaults_of_the_parameters() {
    let specs = MarketParams::specs();
    let default = |name: &str| specs.iter().find(|s| s.name == name).unwrap().default.number().unwrap();
    assert_eq!((default("bull.drift"), default("bear.drift")), (0.8, -0.6));
    assert_eq!((default("bull.hype_target"), default("bear.hype_target")), (0.7, 0.2));
    assert!(specs.iter().all(|s| !s.doc.is_empty()));
}

#[test]
fn prices_of_all_models_stay_positive_and_keep_their_level() {
    for model in [PriceModel::Gbm, PriceModel::JumpDiffusion, PriceModel::MeanReverting] {
        let params = PriceParams { model, level: 2.0, ..PriceParams::default() };
        let ends: Vec<_> = (0..300)
            .map(|run| {
                let mut price = Price::new(params.clone()).unwrap();
                let mut rng = stream(11, run);
                for t in 1..=260 {
                    price.step(&(), &week(t), &mut rng).unwrap();
                    price.metrics().store(&mut |x| assert!(x.is_finite()));
                }
                price.metrics()
            })
            .collect();
        assert!(ends.iter().all(|end| end.price > 0.0 && (0.0..1.0).contains(&end.drawdown)));
        let n = ends.len() as f64;
        let volatility = ends.iter().map(|end| end.realised_volatility).sum::<f64>() / n;
        match model {
            // The standard deviation of a realised volatility over k steps is about s / sqrt(2 k).
            // Its bias, from the drift and from the root, is below 2e-3.
            PriceModel::Gbm => {
                assert!((volatility - 0.8).abs() < 4.0 * 0.8 / (2.0f64 * 260.0 * n).sqrt() + 2e-3);
            }
            PriceModel::JumpDiffusion => assert!(volatility > 0.8),
            PriceModel::MeanReverting => {
                let level = ends.iter().map(|end| end.price.ln()).sum::<f64>() / n;
                let variance = 0.64 / 4.0;
                assert!((level - 2.0f64.ln()).abs() < 4.0 * (variance / n).sqrt(), "{level}");
            }
        }
    }
    assert!(Price::new(PriceParams { initial_price: 0.0, ..PriceParams::default() }).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn opportunities_are_conserved(
        seed: u64, scale in 0.0..20.0f64, hatchers in 0.0..100.0f64, engineers in 0.0..300.0f64, walk: bool,
    ) {
        let hype_model = if walk { HypeModel::Walk } else { HypeModel::Target };
        let params = MarketParams { hype_model, ..MarketParams::default() };
        let inputs = MarketInputs { scale, x_factor: 1.0, hatchers, token_engineers: engineers };
        let mut peak = 1.0f64;
        for row in trajectory(&params, seed, |_| inputs) {
            prop_assert_eq!(row.arrived, row.opportunities + row.expired + row.matched);
            prop_assert!(row.matches as f64 <= engineers);
            prop_assert!((0.0..=1.0).contains(&row.hype));
            prop_assert!(row.price > 0.0);
            peak = peak.max(row.price);
            prop_assert!((row.drawdown - (1.0 - row.price / peak)).abs() < 1e-12);
        }
    }
}
