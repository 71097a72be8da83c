//! The curves as components: the launch in numbers, arbitrage, refusals, snapshots, assembly by name.

use crate::reference::close;
use proptest::prelude::*;
use te_bonding_curve::component::{
    augmented::{Augmented, AugmentedInputs, AugmentedParams, Opening},
    multi_sigmoid::{MultiSigmoid, MultiSigmoidInputs, MultiSigmoidParams},
};
use te_core::{Clock, Component, Experiment, List, Params, Record, Registry, Stream, StreamKey, System};

const QUIET: AugmentedInputs = AugmentedInputs {
    external_price: 0.0,
    buy: 0.0,
    sell: 0.0,
    donation: 0.0,
    spending: 0.0,
    locked: 0.0,
    launch_reserve: 0.0,
    launch_supply: 0.0,
    launch_common_pool: 0.0,
    launch_buy: 0.0,
};

fn step(curve: &mut Augmented, inputs: AugmentedInputs) -> Result<(), te_core::StepError> {
    curve.step(&inputs, &Clock::at(1), &mut Stream::new(StreamKey::default(), "curve"))
}

#[test]
fn the_launch_in_numbers() {
    let mut curve = Augmented::new(AugmentedParams::tec()).unwrap();
    let at_once = curve.metrics();
    assert_eq!(format!("{:.7} {:.6}", at_once.reserve_ratio, at_once.price), "0.2005909 1.365187");
    assert_eq!(at_once.static_price_ppm, 1_365_187.0);
    close(at_once.common_pool, 966644.2633, 1e-9, "common pool with the tribute of the initial buy");
    close(at_once.collateralisation, at_once.reserve_ratio, 1e-12, "reserve over market cap");
    close(at_once.runway, 96.66442633, 1e-9, "months at 10 000");

    // The same through the launch inputs.
    let params = AugmentedParams { opening: Opening::OnLaunch, ..AugmentedParams::tec() };
    let mut launched = Augmented::new(params).unwrap();
    step(&mut launched, AugmentedInputs { buy: 5.0, ..QUIET }).unwrap();
    assert!(!launched.metrics().open, "nothing happens before the launch");
    let left = 1_571_223.57 - 250_000.0;
    let launch = AugmentedInputs {
        launch_reserve: left * 0.31,
        launch_supply: 2_041_863.58,
        launch_common_pool: left * 0.69,
        launch_buy: 250_000.0,
        ..QUIET
    };
    step(&mut launched, launch).unwrap();
    close(launched.metrics().price, at_once.price, 1e-12, "price");
    close(launched.metrics().reserve, at_once.reserve, 1e-12, "reserve");
    step(&mut launched, AugmentedInputs { sell: 10_000.0, ..launch }).unwrap();
    step(&mut curve, AugmentedInputs { sell: 10_000.0, ..QUIET }).unwrap();
    close(launched.metrics().price, curve.metrics().price, 1e-12, "it opens once");
    assert_eq!(format!("{:.2}", 100.0 * curve.metrics().slippage), "0.90");
}

#[test]
fn parameters_are_refused_with_a_reason() {
    let dear = AugmentedParams { opening_price: Some(1e6), ..AugmentedParams::default() };
    let error = Augmented::new(dear).unwrap_err().to_string();
    assert!(error.contains("`opening_price` = 1000000") && error.contains("(0.01, 1]"), "{error}");
    let error =
        Augmented::new(AugmentedParams { entry_tribute: 1.0, ..AugmentedParams::default() }).unwrap_err();
    assert!(error.to_string().contains("`entry_tribute` is 1"), "{error}");
    assert!(
        MultiSigmoid::new(MultiSigmoidParams { phases: vec![], ..MultiSigmoidParams::default() }).is_err()
    );
}

/// Of ratio, price, supply and reserve three are given; the fourth follows from w = (R + vB) / (P (S + vS)), computed by hand.
#[test]
fn what_is_given_is_kept() {
    let opened = |params: AugmentedParams| Augmented::new(params).unwrap().metrics();
    let shows = |params: AugmentedParams, price: f64, supply: f64, reserve: f64, ratio: f64| {
        let shown = opened(params);
        close(shown.price, price, 1e-12, "price");
        close(shown.supply, supply, 1e-12, "supply");
        close(shown.reserve, reserve, 1e-12, "reserve");
        close(shown.reserve_ratio, ratio, 1e-12, "ratio");
    };
    let (w, one) = (Some(0.65), Some(1.0));
    let default = AugmentedParams::default;
    // The launch that the library was proposed with.
    let proposed =
        AugmentedParams { reserve_ratio: w, opening_price: one, hatch_supply: Some(1e6), ..default() };
    shows(proposed.clone(), 1.0, 1e6, 650_000.0, 0.65);
    shows(AugmentedParams { hatch_supply: None, ..proposed.clone() }, 1.0, 2_041_863.58, 1_327_211.327, 0.65);
    // 0.95 * 1,571,223.57 / (0.65 * 5e5)
    let no_price = AugmentedParams { opening_price: None, hatch_supply: Some(5e5), ..proposed.clone() };
    shows(no_price, 4.592807358461538, 5e5, 1_492_662.391_5, 0.65);
    // 1e6 of funding, 0.35 for the pool: 650,000 at a ratio of 0.65 and a price of 1 are 1e6 tokens.
    let no_supply = AugmentedParams {
        hatch_supply: None,
        hatch_funding: Some(1e6),
        commons_tribute: Some(0.35),
        ..proposed.clone()
    };
    shows(no_supply.clone(), 1.0, 1e6, 650_000.0, 0.65);
    // With the funding given the pool gets the rest of it.
    let funded = AugmentedParams { hatch_funding: Some(8e5), ..proposed.clone() };
    shows(funded.clone(), 1.0, 1e6, 650_000.0, 0.65);
    close(opened(funded).common_pool, 150_000.0, 1e-12, "pool");
    // Virtual parts count: 0.65 * 1 * (1e6 + 1000) - 500, and (1,492,662.3915 + 500) / (1 * (2,041,863.58 + 1000)).
    let virtual_parts =
        AugmentedParams { virtual_supply: 1_000.0, virtual_balance: 500.0, ..proposed.clone() };
    shows(virtual_parts.clone(), 1.0, 1e6, 650_150.0, 0.65);
    let no_ratio = AugmentedParams { reserve_ratio: None, hatch_supply: None, ..virtual_parts };
    shows(no_ratio, 1.0, 2_041_863.58, 1_492_662.391_5, 0.7309163500286201);

    let refused = |params: AugmentedParams| Augmented::new(params).unwrap_err().to_string();
    let all = refused(AugmentedParams { hatch_supply: Some(2e6), ..no_supply.clone() });
    assert!(all.contains("`commons_tribute` = 0.35 are all given") && all.contains("open at 0.5"), "{all}");
    // All five, in agreement.
    shows(AugmentedParams { hatch_supply: Some(1e6), ..no_supply }, 1.0, 1e6, 650_000.0, 0.65);
    let short = refused(AugmentedParams { hatch_funding: Some(6e5), ..proposed.clone() });
    assert!(short.contains("ask for a reserve of 650000") && short.contains("`hatch_funding`"), "{short}");
    let on_launch = refused(AugmentedParams { opening: Opening::OnLaunch, ..proposed });
    assert!(on_launch.contains("leave one of them out"), "{on_launch}");
}

#[test]
fn a_system_is_assembled_by_name() {
    let mut registry = Registry::new();
    te_bonding_curve::register(&mut registry);
    let kind = |name: &str| registry.kind(name).unwrap();
    let mut builder = System::builder("curves");
    let sigmoid = MultiSigmoidParams::default().to_value();
    builder.kind(List::Controllables, "sigmoid", kind("bonding-curve/multi-sigmoid"), &sigmoid);
    let augmented = AugmentedParams::default().to_value();
    builder.kind(List::Controllables, "curve", kind("bonding-curve/augmented"), &augmented);
    builder.wire("100 + 10 * sigmoid.price", "curve.buy");
    builder.wire("50", "sigmoid.buy");
    let system = builder.build().unwrap();
    let results = Experiment::new(system).timesteps(20).run().unwrap();
    let frame = results.frame();
    assert!(frame.f64s("curve.price").unwrap().is_sorted());
}

#[test]
fn snapshots_continue_with_the_same_bits() {
    let mut market = MultiSigmoid::new(MultiSigmoidParams::default()).unwrap();
    let mut rng = Stream::new(StreamKey::default(), "market");
    for t in 1..20 {
        market.step(&MultiSigmoidInputs { buy: 1_000.0, sell: 10.0 }, &Clock::at(t), &mut rng).unwrap();
        if t == 7 {
            market = serde_json::from_str(&serde_json::to_string(&market).unwrap()).unwrap();
        }
    }
    let mut other = MultiSigmoid::new(MultiSigmoidParams::default()).unwrap();
    for t in 1..20 {
        other.step(&MultiSigmoidInputs { buy: 1_000.0, sell: 10.0 }, &Clock::at(t), &mut rng).unwrap();
    }
    assert_eq!(market.metrics(), other.metrics());
    let before = market.metrics();
    let greedy = MultiSigmoidInputs { buy: 100.0, sell: market.metrics().supply };
    assert!(market.step(&greedy, &Clock::at(1), &mut rng).is_err(), "more than the reserve covers");
    assert_eq!(market.metrics(), before);
    assert!(MultiSigmoid::new(MultiSigmoidParams::default()).unwrap().metrics().progress < 1.0);
    assert!(!<MultiSigmoid as Component>::Metrics::fields().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn arbitrage_leaves_nothing_to_gain(external in 0.05..20.0_f64) {
        let mut curve = Augmented::new(AugmentedParams::tec()).unwrap();
        step(&mut curve, AugmentedInputs { external_price: external, ..QUIET }).unwrap();
        let price = curve.metrics().price;
        let (dearest, cheapest) = (external * 0.78, external / 0.98);
        prop_assert!(price >= dearest * (1.0 - 1e-9) && price <= cheapest * (1.0 + 1e-9), "{price} {external}");
        let settled = curve.metrics();
        step(&mut curve, AugmentedInputs { external_price: external, ..QUIET }).unwrap();
        close(curve.metrics().price, settled.price, 1e-9, "settled");
    }

    #[test]
    fn locked_tokens_are_not_sold(external in 0.01..1.0_f64) {
        let mut curve = Augmented::new(AugmentedParams::tec()).unwrap();
        let locked = 2_041_863.58;
        step(&mut curve, AugmentedInputs { external_price: external, locked, ..QUIET }).unwrap();
        let after = curve.metrics();
        prop_assert!(after.supply >= locked * (1.0 - 1e-15));
        prop_assert!(after.price >= 1.0 - 1e-9, "the price stays at the opening price, {}", after.price);
        let order = AugmentedInputs { sell: after.supply - locked + 1.0, locked, ..QUIET };
        prop_assert!(step(&mut curve, order).is_err());
    }

    #[test]
    fn refused_steps_change_nothing(bad in prop_oneof![Just(-1.0), Just(1e12)]) {
        let mut curve = Augmented::new(AugmentedParams::tec()).unwrap();
        let before = curve.metrics();
        let orders = [
            AugmentedInputs { buy: 10.0, sell: bad, ..QUIET },
            AugmentedInputs { donation: 5.0, spending: bad, ..QUIET },
            AugmentedInputs { donation: -1.0, ..QUIET },
            AugmentedInputs { donation: 5.0, buy: -1.0, ..QUIET },
        ];
        for order in orders {
            prop_assert!(step(&mut curve, order).is_err());
            prop_assert_eq!(curve.metrics(), before);
        }
    }
}

#[test]
fn a_market_goes_on_with_another_reserve_rate_and_debt() {
    let params = MultiSigmoidParams::default();
    let mut market = MultiSigmoid::new(params.clone()).unwrap();
    let mut rng = Stream::new(StreamKey::default(), "market");
    let buy = MultiSigmoidInputs { buy: 1_000.0, sell: 0.0 };
    market.step(&buy, &Clock::at(1), &mut rng).unwrap();
    let first = market.metrics();
    market.reparam(MultiSigmoidParams { reserve_rate: 0.5, debt: 300.0, ..params }).unwrap();
    // What was set aside stays; the debt is owed, and sellers meet another price.
    let changed = market.metrics();
    assert_eq!((changed.reserve, changed.supply, changed.price), (first.reserve, first.supply, first.price));
    assert_eq!(changed.sell_price, 0.5 * first.price);
    close(changed.net, first.net - 300.0, 1e-12, "net");
    market.step(&buy, &Clock::at(2), &mut rng).unwrap();
    close(market.metrics().reserve, first.reserve + 500.0, 1e-12, "half of the second order");
}
