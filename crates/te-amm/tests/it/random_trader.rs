//! Orders at random have the laws that their parameters name.

use te_amm::component::random_trader::{OrderSize, RandomTrader, RandomTraderParams};
use te_core::{Experiment, System};
use te_testkit::law::{check_moments, kolmogorov};

/// Quote ordered by buyers, and quote's worth of base ordered by sellers at a price of 4, over many steps.
fn orders(size: OrderSize) -> (Vec<f64>, Vec<f64>, f64) {
    let params = RandomTraderParams { trade_probability: 0.8, buy_probability: 0.3, mean_size: 50.0, size };
    let mut system = System::builder("orders");
    system.uncontrollable::<RandomTrader>("trader", params);
    system.wire("4", "trader.price");
    let results = Experiment::new(system.build().unwrap()).timesteps(500).runs(60).seed(11).run().unwrap();
    let frame = results.frame();
    let of = |name| frame.f64s(name).unwrap().iter().copied().filter(|x| *x > 0.0);
    let sold = of("trader.base_in").map(|base| 4.0 * base).collect();
    (of("trader.quote_in").collect(), sold, 500.0 * 60.0)
}

#[test]
fn sizes_and_sides_have_their_laws() {
    let square = 50.0 * 50.0;
    for (size, variance) in
        [(OrderSize::Uniform, square / 3.0), (OrderSize::Exponential, square), (OrderSize::Fixed, 0.0)]
    {
        let (bought, sold, steps) = orders(size);
        let (buys, all) = (bought.len() as f64, (bought.len() + sold.len()) as f64);
        assert!((all / steps - 0.8).abs() < 4.0 * (0.8_f64 * 0.2 / steps).sqrt(), "{all} of {steps}");
        assert!((buys / all - 0.3).abs() < 4.0 * (0.3_f64 * 0.7 / all).sqrt(), "{buys} of {all}");
        if size == OrderSize::Fixed {
            assert!(bought.iter().chain(&sold).all(|x| *x == 50.0));
            continue;
        }
        for (draws, what) in [(bought, "bought"), (sold, "sold")] {
            check_moments(&draws, 50.0, variance, what);
            let law = |x: f64| {
                if size == OrderSize::Uniform { (x / 100.0).min(1.0) } else { -(-x / 50.0).exp_m1() }
            };
            assert!(kolmogorov(draws, law) < 2.0, "{size:?} {what}");
        }
    }
}
